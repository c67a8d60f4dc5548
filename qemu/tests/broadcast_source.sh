#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# What comes in the name of a subnet's broadcast address is not answered: the
# whole subnet would get the answer.
# vm: topology=veth timeout=90
#
#   ve0 (expstack) 10.1.0.1/24 ---- veth ---- ve1 10.1.0.2/24 (netns peer)
. /exs/tests/lib.sh
plan 5

exprun socat TCP-LISTEN:9,fork /dev/null &
check "a listener" wait_for 5 exs_listening 9
peer tcpdump -l -nn -i any "dst 10.1.0.255 and src 10.1.0.1" > "$T/answers" 2> /dev/null &
dump=$!
sleep 1

# from ADDRESS: an echo request, a SYN to a listener and one to nobody.
from()
{
	peer python3 - "$1" << 'EOF'
import socket, struct, sys

SELF = socket.inet_aton("10.1.0.1")
src = socket.inet_aton(sys.argv[1])
raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
raw.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)

def csum(data):
    s = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while s >> 16:
        s = (s & 0xffff) + (s >> 16)
    return ~s & 0xffff

def send(proto, payload):
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), 0, 0, 64,
                       proto, 0, src, SELF)
    raw.sendto(head + payload, ("10.1.0.1", 0))

def syn(port):
    tcp = struct.pack("!HHIIBBHHH", 4000, port, 1, 0, 0x50, 2, 1000, 0, 0)
    sum_ = csum(src + SELF + struct.pack("!HH", 6, len(tcp)) + tcp)
    send(6, tcp[:16] + struct.pack("!H", sum_) + tcp[18:])

echo = struct.pack("!BBHHH", 8, 0, 0, 1, 1)
send(1, echo[:2] + struct.pack("!H", csum(echo)) + echo[4:])
syn(9)
syn(10)
EOF
}

check "requests of a host" from 10.1.0.2
check "requests of the subnet" from 10.1.0.255
sleep 2
kill $dump
is "the subnet got no answer" "$(wc -l < "$T/answers")" 0
check "we are still there" peer ping -q -c 1 -W 2 10.1.0.1
