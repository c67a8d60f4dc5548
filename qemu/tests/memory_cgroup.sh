#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Routes are charged to the memory control group of who adds them.
# vm: topology=pair kernels=stock timeout=180
#
#   expstack eth0 10.0.0.1/24 ---- hub ---- eth1 10.0.0.2/24 AF_INET (netns peer)
. /exs/tests/lib.sh
if [ -z "$X" ]; then
	plan 1
	skip "routes are charged" "AF_INET stands in for expstack"
	exit 0
fi
plan 3

cg=/sys/fs/cgroup/routes
cat > "$T/routes.py" << 'END'
import socket, struct, sys, time

ROUTES = 16000      # of 64 bytes and more
BATCH = 100         # in one packet; the last one asks for an answer

def attr(kind, data):
    n = 4 + len(data)
    return struct.pack("=HH", n, kind) + data + bytes(-n % 4)

def message(kind, flags, cmd, attrs):
    body = struct.pack("=BBH", cmd, 1, 0) + attrs
    return struct.pack("=IHHII", 16 + len(body), kind, flags, 1, 0) + body

s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 16)
s.bind((0, 0))

def find_family():
    s.send(message(16, 1, 3, attr(2, b"expstack\0")))
    answer = s.recv(65536)
    pos = 20
    while pos < len(answer):
        n, kind = struct.unpack_from("=HH", answer, pos)
        if kind == 1:
            return struct.unpack_from("=H", answer, pos + 4)[0]
        pos += n + -n % 4

family = find_family()

# Blackholes 100.64.N.0/24.
def route(i, cmd, flags):
    dst = struct.pack(">I", 0x64400000 + (i << 8))
    return message(family, flags, cmd, attr(1, dst) + attr(2, bytes([24])) +
                   attr(9, bytes([6])))

def change(cmd, flags):
    for first in range(0, ROUTES, BATCH):
        last = first + BATCH - 1
        s.send(b"".join(route(i, cmd, 1 | flags | (4 if i == last else 0))
                        for i in range(first, last + 1)))
        kind, error = struct.unpack_from("=4xH10xi", s.recv(65536))
        if kind != 2 or error:
            sys.exit("command %d: type %d error %d" % (cmd, kind, error))

# The numbers are added up every two seconds.
def slab():
    time.sleep(3)
    for line in open(sys.argv[1] + "/memory.stat"):
        name, value = line.split()
        if name == "slab":
            return int(value)

before = slab()
change(7, 0x400)
print("more", slab() - before)
change(8, 0)
for i in range(10):
    left = slab() - before
    if left < 300000:
        break
print("left", left)
END

echo +memory > /sys/fs/cgroup/cgroup.subtree_control
mkdir -p $cg
check "routes come and go" sh -c "echo \$\$ > $cg/cgroup.procs
	exec python3 $T/routes.py $cg > $T/out"
diag "$(cat "$T/out")"
check "they are charged" test "$(sed -n 's/^more //p' "$T/out")" -gt 700000
check "and given back" test "$(sed -n 's/^left //p' "$T/out")" -lt 300000
rmdir $cg
echo -memory > /sys/fs/cgroup/cgroup.subtree_control
