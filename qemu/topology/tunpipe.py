#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Carry packets between a tun device here and one in a namespace.

  tunpipe.py DEVICE NETNS DEVICE
"""
import ctypes
import fcntl
import os
import select
import struct
import sys

TUNSETIFF = 0x400454ca
IFF_TUN, IFF_NO_PI = 0x0001, 0x1000
CLONE_NEWNET = 0x40000000


def tun(name):
    fd = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(fd, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TUN | IFF_NO_PI))
    return fd


def main():
    here, netns, there = sys.argv[1:]
    a = tun(here)
    with open("/run/netns/" + netns, "rb") as ns:
        if ctypes.CDLL(None, use_errno=True).setns(ns.fileno(), CLONE_NEWNET):
            sys.exit("setns: " + os.strerror(ctypes.get_errno()))
    b = tun(there)
    other = {a: b, b: a}
    poll = select.poll()
    for fd in other:
        poll.register(fd, select.POLLIN)
    while True:
        for fd, _ in poll.poll():
            try:
                for _ in range(64):
                    os.write(other[fd], os.read(fd, 65536))
            except OSError:
                pass            # empty, or the other end is down: as a cable


main()
