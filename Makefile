# SPDX-License-Identifier: GPL-2.0
#
# expstack: two commands are enough on a bare Debian 12 machine,
#   make run      shows unmodified programs on AF_EXPSTACK in a virtual machine
#   make test     runs every suite, on a stock and on a debug kernel
# "make help" lists the rest.

ifneq ($(KERNELRELEASE),)

# Called by kbuild: on the mirror of the tree in build/<kernel>/, or in place
# in a kernel tree.
include $(src)/module/Kbuild

else

MAKEFLAGS += --no-print-directory
SHELL := /bin/bash
# In a checkout a warning is an error, as for the laboratory and make check.
ifneq ($(wildcard .git),)
W ?= 1e
endif
export KDIR W C
# Only a compiler that was asked for: make itself always has a CC.
ifneq ($(origin CC),default)
export CC
endif

# The newest installed 6.12 headers package unless KDIR says otherwise.
KDIR ?= $(shell scripts/kdir)
BUILD := $(CURDIR)/build
JOBS ?= $(shell nproc)

.PHONY: all modules tools setup run test check bench bench-loss fairness scale soak coverage conformance \
	config oldconfig olddefconfig menuconfig headers_install \
	modules_install tools_install install clean help

all: modules tools

modules:
	@scripts/kbuild modules

tools:
	@$(MAKE) -C tools O=$(BUILD)/tools

setup:
	@scripts/setup

run: setup
	@scripts/run

test: setup
	@scripts/test

check: setup
	@scripts/check

bench: setup
	@scripts/bench

bench-loss: setup
	@scripts/bench-loss $(BENCH_LOSS)

fairness: setup
	@scripts/fairness

scale: setup
	@scripts/scale

soak: setup
	@scripts/soak --minutes $(or $(MINUTES),10)

coverage: setup
	@scripts/coverage

conformance: setup
	@scripts/conformance

config oldconfig olddefconfig menuconfig:
	@scripts/kconfig $@

headers_install:
	install -D -m 0644 include/uapi/linux/expstack.h \
		$(DESTDIR)$(or $(INSTALL_HDR_PATH),/usr/local)/include/linux/expstack.h

modules_install:
	@scripts/kbuild modules_install

tools_install:
	@$(MAKE) -C tools O=$(BUILD)/tools install

install: headers_install modules_install tools_install

clean:
	rm -rf $(BUILD)

help:
	@sed -n 's/^#h //p' Makefile

#h make                  expstack.ko and the tools, in build/
#h make run              the demonstration, in a virtual machine
#h make test             KUnit and end-to-end suites (KTAP); ends with N passed, N failed, N skipped
#h make check            compilers, sparse, checkpatch, kernel-doc, shellcheck, layers, sizes
#h make bench            ratios to AF_INET under icount, in build/bench.json
#h make bench-loss       goodput with loss, delay and reordering beside AF_INET's (BENCH_LOSS=--quick)
#h make fairness         how senders of both stacks share a bottleneck, in build/fairness.json
#h make scale            100,000 connections and 50,000 TIME-WAITs in 8 GiB, in build/scale.json
#h make soak             random use over a bad network on the debug kernel (MINUTES=10)
#h make coverage         line and branch coverage by file
#h make conformance      what the RFCs ask and which test shows it, in build/conformance.md
#h make config           choose options (also olddefconfig, menuconfig); no step is needed for the defaults
#h make headers_install  the user ABI (INSTALL_HDR_PATH=/usr/local)
#h make modules_install  into /lib/modules (INSTALL_MOD_PATH=)
#h make tools_install    expctl, exprun, expbench and their man pages (PREFIX=/usr/local)
#h make clean            remove build/
#h KDIR=DIR              build against another kernel; CC=clang, W=1, C=2 as in the kernel

endif
