#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The socket API call by call, AF_EXPSTACK against AF_INET on this kernel.
# vm: topology=pair timeout=240
#
# Both families use 127.0.0.1 of their own.
for f in ipv4 expstack; do
	! test -w /proc/sys/net/$f/ping_group_range || echo "0 0" > /proc/sys/net/$f/ping_group_range
done
exec exs-sockapi
