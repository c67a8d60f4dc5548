#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Hosts of AF_INET's reach each other through expstack; what cannot pass is
# answered with the right ICMP error.
# vm: topology=router timeout=120
#
#   client cl0 10.3.0.2 ---- ro0 10.3.0.1 expstack 10.3.1.1 ro1 ---- sv0 10.3.1.2 server
. /exs/tests/lib.sh
plan 10

client() { ip netns exec client "$@"; }
server() { ip netns exec server "$@"; }
[ "$EXS_MODULE" = 1 ] && sysctls=/proc/sys/net/expstack || sysctls=/proc/sys/net/ipv4
forward() { echo "$1" > "$sysctls/ip_forward"; }

MB=16
[ "$SLOW" = 1 ] && MB=2

check "ping through" wait_for 5 client ping -q -c 1 -W 1 10.3.1.2
check "100 pings, none lost" client ping -q -c 100 -i 0.01 -W 1 10.3.1.2
check "8 KB in fragments" client ping -q -c 5 -i 0.2 -s 8000 10.3.1.2

server exs-verify serve -p 7001 &
check "the server" wait_for 10 listening 7001 server
check "TCP through, both ways, $MB MB" \
	client exs-verify both -H 10.3.1.2 -p 7001 -n $((MB << 20))

client ping -c 1 -W 2 -t 1 10.3.1.2 > "$T/ttl" 2>&1
check "time exceeded comes from us" grep -q 'From 10.3.0.1 .*Time to live exceeded' "$T/ttl"

ip link set ro1 mtu 1000
client ping -c 1 -W 2 -s 1400 -M "do" 10.3.1.2 > "$T/mtu" 2>&1
check "fragmentation needed, with the MTU" grep -q 'mtu *= *1000' "$T/mtu"
check "TCP finds the smaller MTU" client exs-verify send -H 10.3.1.2 -p 7001 -n 1000000
ip link set ro1 mtu 1500

forward 0
refuse "nothing passes with ip_forward=0" client ping -q -c 2 -i 0.2 -W 1 10.3.1.2
forward 1
check "and again with 1" client ping -q -c 2 -i 0.2 -W 1 10.3.1.2
