#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# ICMP: errors a host must send, queries it answers, limits it keeps.
# vm: topology=pair timeout=120
#
#   expstack eth0 10.0.0.1/24 ---- hub ---- eth1 10.0.0.2/24 AF_INET (netns peer)
. /exs/tests/lib.sh
plan 8

# icmp.py PROTO BYTES [SECONDS]: send to 10.0.0.1, print "type code" of what
# comes back, and the length of the quotation.
cat > "$T/icmp.py" << 'PY'
import socket, struct, sys, time
kind, count = sys.argv[1], int(sys.argv[2])
r = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
r.settimeout(1.5)
if kind == "udp":
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    for i in range(count):
        s.sendto(b"x" * 1000, ("10.0.0.1", 4999))
elif kind == "timestamp":
    m = struct.pack("!BBHHHIII", 13, 0, 0, 9, 1, 0, 0, 0)
    c = sum(struct.unpack("!10H", m))
    c = ~((c & 0xffff) + (c >> 16)) & 0xffff
    r.sendto(m[:2] + struct.pack("!H", c) + m[4:], ("10.0.0.1", 0))
else:
    s = socket.socket(socket.AF_INET, socket.SOCK_RAW, int(kind))
    s.sendto(b"x" * 100, ("10.0.0.1", 0))
seen = []
try:
    while True:
        p = r.recv(65535)
        if p[12:16] == socket.inet_aton("10.0.0.1") and p[20] in (3, 14):
            seen.append((p[20], p[21], len(p)))
except socket.timeout:
    pass
print(" ".join("%d/%d" % x[:2] for x in seen[:1]), len(seen), seen[0][2] if seen else 0)
PY
icmp()
{
	peer python3 "$T/icmp.py" "$@"
}
sysctl_dir=/proc/sys/net/expstack
[ "$EXS_MODULE" = 1 ] || sysctl_dir=/proc/sys/net/ipv4

is "closed UDP port: port unreachable, quoting up to 576 bytes" "$(icmp udp 1)" "3/3 1 576"
sleep 7
is "a flood: six, then one a second" "$(icmp udp 40 | cut -d' ' -f2)" 6
sleep 7
is "unknown protocol: protocol unreachable" "$(icmp 253 1 | cut -d' ' -f1)" 3/2
is "timestamp reply" "$(icmp timestamp 1 | cut -d' ' -f1)" 14/0
echo 1 > $sysctl_dir/icmp_echo_ignore_all
refuse "no echo when told so" peer ping -q -c 1 -W 1 10.0.0.1
echo 0 > $sysctl_dir/icmp_echo_ignore_all
check "echo again" peer ping -q -c 1 -W 2 10.0.0.1
refuse "no echo to a broadcast" peer ping -q -b -c 1 -W 1 10.0.0.255
e0=$(counter InCsumErrors snmp)
check "counted as AF_INET does" test "$(counter OutDestUnreachs snmp)" -gt 0 -a -n "$e0"
