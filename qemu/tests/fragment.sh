#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Datagrams in fragments, both ways, in order and not, and with holes.
# vm: topology=pair timeout=120
#
#   expstack eth0 10.0.0.1/24 ---- hub ---- eth1 10.0.0.2/24 AF_INET (netns peer)
. /exs/tests/lib.sh
plan 9

# Send fragments of one echo request by hand: offset in units of 8, MF, bytes.
cat > "$T/frag.py" << 'PY'
import os, socket, struct, sys
def csum(b):
    b += b"\0" * (len(b) & 1)
    s = sum(struct.unpack("!%dH" % (len(b) // 2), b))
    while s >> 16:
        s = (s & 0xffff) + (s >> 16)
    return ~s & 0xffff
n = 4000
data = bytes(i & 255 for i in range(n))
icmp = struct.pack("!BBHHH", 8, 0, 0, 7, 1) + data
icmp = icmp[:2] + struct.pack("!H", csum(icmp)) + icmp[4:]
s = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
r = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
# What an earlier run left behind waits for more of its own kind only.
ident = os.getpid() & 0xffff
r.settimeout(float(sys.argv[2]) if len(sys.argv) > 2 else 3)
for piece in sys.argv[1].split(","):
    off, end = (int(x) for x in piece.split("-"))
    part = icmp[off:end]
    mf = 0x2000 if end < len(icmp) else 0
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(part), ident, mf | off // 8,
                       64, 1, 0, socket.inet_aton("10.0.0.2"), socket.inet_aton("10.0.0.1"))
    s.sendto(head + part, ("10.0.0.1", 0))
try:
    while True:
        p = r.recv(65535)
        if p[20] == 0 and p[24:26] == b"\0\7":
            sys.exit(0 if p[28:] == data else 1)
        if p[20] == 11 and p[21] == 1:
            sys.exit(11)
except socket.timeout:
    sys.exit(2)
PY
frag()
{
	peer python3 "$T/frag.py" "$@"
}
overlaps()
{
	counter ReasmOverlaps netstat
}
code()
{
	"$@"
	echo $?
}

check "65,507 bytes of echo" peer ping -q -c 2 -i 0.3 -s 65507 -W 3 10.0.0.1
check "one byte more than a frame" peer ping -q -c 2 -i 0.2 -s 1473 -W 3 10.0.0.1
check "in order" frag 0-1480,1480-2960,2960-4008
check "backwards" frag 2960-4008,1480-2960,0-1480
check "one twice" frag 0-1480,0-1480,1480-2960,2960-4008
ok0=$(counter ReasmOKs snmp)
is "an overlap discards all of it" "$(code frag 0-1480,1472-2952,2952-4008 1)" 2
is "nothing was put together" "$(counter ReasmOKs snmp)" "$ok0"
if [ "$EXS_MODULE" = 1 ]; then
	echo 1 > /proc/sys/net/expstack/ipfrag_time
	is "time is up: the sender is told" "$(code frag 0-1480,1480-2960 6)" 11
	is "not without the first fragment" "$(code frag 1480-2960,2960-4008 4)" 2
	echo 30 > /proc/sys/net/expstack/ipfrag_time
else
	skip "time is up: the sender is told" "AF_INET waits 30 s"
	skip "not without the first fragment" "AF_INET waits 30 s"
fi
