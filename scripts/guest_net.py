#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Networks for measurements, in the virtual machine.

Ends around a router of AF_INET's, each on a veth of its own:

    +-- netns NAME ------------+        +-- netns router -------------+
    | expstack or AF_INET      |  veth  | AF_INET, ip_forward=1       |
    |   e0  10.N.0.2/24  ------+--------+---  rN  10.N.0.1/24         |
    +--------------------------+        |     ...                     |

What a network does to packets happens where they leave the router, not where a
stack sends them: the stacks' own queues are as they are on any host. No device
segments later (TSO, GSO), so that a packet of the network is one segment. All
neighbours are permanent: no ARP takes part in what the network does.

netem's seed is set by netlink: the kernel has it since 6.6, Debian 12's tc does
not know it.
"""
import contextlib
import ctypes
import errno
import json
import os
import socket
import struct
import subprocess

ROUTER = "router"
CLONE_NEWNET = 0x40000000
LIBC = ctypes.CDLL(None, use_errno=True)

NLM_F_REQUEST, NLM_F_ACK, NLM_F_EXCL, NLM_F_CREATE = 1, 4, 0x200, 0x400
NLMSG_ERROR = 2
RTM_NEWQDISC, RTM_DELQDISC = 36, 37
TC_H_ROOT = 0xffffffff
TCA_KIND, TCA_OPTIONS = 1, 2
NETEM_REORDER, NETEM_RATE, NETEM_LATENCY64, NETEM_JITTER64, NETEM_SEED = 3, 6, 10, 11, 14
HANDLE = 1 << 16
DEEP = 100000           # packets: a queue that is never full


def sh(*words):
    subprocess.run(words, check=True, stdin=subprocess.DEVNULL)


def in_ns(ns, *words):
    sh("ip", "netns", "exec", ns, *words)


def setns(fd):
    if LIBC.setns(fd, CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "setns")


@contextlib.contextmanager
def inside(ns):
    """This process in another network namespace: its sockets, its sysctls."""
    with open("/proc/self/ns/net", "rb") as home, open("/run/netns/" + ns, "rb") as there:
        setns(there.fileno())
        try:
            yield
        finally:
            setns(home.fileno())


def set_sysctl(ns, name, value):
    with inside(ns), open("/proc/sys/net/" + name, "w", encoding="ascii") as f:
        f.write(str(value))


def attr(kind, data):
    n = 4 + len(data)
    return struct.pack("=HH", n, kind) + data + bytes(-n % 4)


class Netem:
    """The queues of the router's devices."""

    def __init__(self):
        with inside(ROUTER):
            self.sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
        self.sock.bind((0, 0))

    def request(self, kind, flags, dev, attrs):
        with inside(ROUTER):
            index = socket.if_nametoindex(dev)
        body = struct.pack("=BxHiIII", 0, 0, index, HANDLE, TC_H_ROOT, 0) + attrs
        self.sock.send(struct.pack("=IHHII", 16 + len(body), kind,
                                   NLM_F_REQUEST | NLM_F_ACK | flags, 1, 0) + body)
        kind, error = struct.unpack_from("=4xH10xi", self.sock.recv(65536))
        return -error if kind == NLMSG_ERROR else errno.EPROTO

    def remove(self, dev):
        self.request(RTM_DELQDISC, 0, dev, b"")

    def put(self, dev, delay_ms, jitter_ms=0, rate_mbit=0, loss=0, reorder=0, limit=DEEP, seed=1):
        """A new queue; loss and reorder are shares, a packet out of order is not delayed."""
        self.remove(dev)
        options = struct.pack("=6I", 0, limit, round(loss * 0xffffffff), 1 if reorder else 0, 0, 0)
        options += attr(NETEM_LATENCY64, struct.pack("=q", round(delay_ms * 1e6)))
        options += attr(NETEM_JITTER64, struct.pack("=q", round(jitter_ms * 1e6)))
        options += attr(NETEM_SEED, struct.pack("=Q", seed))
        if reorder:
            options += attr(NETEM_REORDER, struct.pack("=2I", round(reorder * 0xffffffff), 0))
        if rate_mbit:
            options += attr(NETEM_RATE, struct.pack("=IiIi", round(rate_mbit * 1e6 / 8), 0, 0, 0))
        error = self.request(RTM_NEWQDISC, NLM_F_CREATE | NLM_F_EXCL, dev,
                             attr(TCA_KIND, b"netem\0") + attr(TCA_OPTIONS, options))
        if error:
            raise OSError(error, "netem on " + dev)


class Star:
    """The router and its ends: NAME -> "expstack" or "inet"."""

    def __init__(self, ends):
        self.ends = list(ends)
        self.stack = dict(ends)
        sh("ip", "netns", "add", ROUTER)
        set_sysctl(ROUTER, "ipv4/ip_forward", 1)
        for ns in self.ends:
            self.add(ns)

    def number(self, ns):
        return self.ends.index(ns) + 1

    def address(self, ns):
        return "10.%d.0.2" % self.number(ns)

    def device(self, ns):
        """The router's, towards an end."""
        return "r%d" % self.number(ns)

    def add(self, ns):
        n, dev = self.number(ns), self.device(ns)
        mac, router_mac = "02:00:00:00:%02x:02" % n, "02:00:00:00:%02x:01" % n
        router = "10.%d.0.1" % n
        sh("ip", "netns", "add", ns)
        sh("ip", "-n", ns, "link", "set", "lo", "up")
        sh("ip", "link", "add", "e0", "netns", ns, "address", mac, "type", "veth",
           "peer", "name", dev, "netns", ROUTER, "address", router_mac)
        for where, d in ((ns, "e0"), (ROUTER, dev)):
            in_ns(where, "ethtool", "-K", d, "tso", "off", "gso", "off", "gro", "off")
            sh("ip", "-n", where, "link", "set", d, "up")
        sh("ip", "-n", ROUTER, "addr", "add", router + "/24", "dev", dev)
        sh("ip", "-n", ROUTER, "neigh", "add", self.address(ns), "lladdr", mac, "dev", dev,
           "nud", "permanent")
        if self.stack[ns] == "expstack":
            in_ns(ns, "expctl", "link", "attach", "e0")
            in_ns(ns, "expctl", "addr", "add", self.address(ns) + "/24", "dev", "e0")
            in_ns(ns, "expctl", "neigh", "add", router, "lladdr", router_mac, "dev", "e0")
            in_ns(ns, "expctl", "route", "add", "default", "via", router)
        else:
            sh("ip", "-n", ns, "addr", "add", self.address(ns) + "/24", "dev", "e0")
            sh("ip", "-n", ns, "neigh", "add", router, "lladdr", router_mac, "dev", "e0",
               "nud", "permanent")
            sh("ip", "-n", ns, "route", "add", "default", "via", router)
        # A connection begins without what the one before it learned.
        self.tcp_sysctl(ns, "tcp_no_metrics_save", 1)

    def tcp_sysctl(self, ns, name, value):
        dirs = {"expstack": "expstack", "inet": "ipv4"}
        set_sysctl(ns, "%s/%s" % (dirs[self.stack[ns]], name), value)

    def stream(self, client, server, *words):
        """The words of expbench for a stream from one end to another."""
        return ["expbench", "run", "-j", "-t", "stream",
                "--client-family", self.stack[client], "--client-netns", client,
                "--server-family", self.stack[server], "--server-netns", server,
                "-H", self.address(server), *words]


def load_congestion_controls(names):
    for name in names:
        for module in ("tcp_" + name, "expstack_" + name):
            subprocess.run(["modprobe", "-q", module], check=False, stdin=subprocess.DEVNULL)


def no_ipv6():
    with open("/proc/sys/net/ipv6/conf/default/disable_ipv6", "w", encoding="ascii") as f:
        f.write("1")


def tell(row):
    print(json.dumps(row), flush=True)


def be_batch():
    """As in bench-guest: who is woken does not interrupt who wakes."""
    os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
