#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# What routers tell of echo requests reaches the program that sent them.
# vm: topology=router timeout=120
#
# The server's namespace becomes one router more, before a network of its own:
#
#   expstack ro1 10.3.1.1 ---- sv0 10.3.1.2/24 AF_INET (netns server)
#                              |- 10.9.0.0/24  dummy, MTU 1400, 10.9.0.2 is here
#                              |- 10.9.1.0/24  unreachable
#                              `- 10.9.2.0/24  prohibited
# shellcheck disable=SC2086 # $X is a word or nothing
. /exs/tests/lib.sh
plan 16

server()
{
	ip netns exec server "$@"
}
says()
{
	what=$1
	shift
	"$@" > "$T/said" 2>&1
	cat "$T/said"
	grep -q "$what" "$T/said"
}

range=/proc/sys/net/expstack/ping_group_range
if [ "$EXS_MODULE" = 1 ]; then
	expctl route add 10.9.0.0/16 via 10.3.1.2
else
	range=/proc/sys/net/ipv4/ping_group_range
	/sbin/ip route add 10.9.0.0/16 via 10.3.1.2
fi
before=$(cat $range)
# A rate limit of 0 would take the tokens that its unreachable routes need.
server sh -c 'echo 1 > /proc/sys/net/ipv4/ip_forward; echo 0 > /proc/sys/net/ipv4/icmp_ratemask
	echo 0 > /proc/sys/net/ipv4/icmp_echo_ignore_broadcasts'
server /sbin/ip link add dummy9 type veth peer name dummy8
server /sbin/ip link set dummy8 up
server /sbin/ip link set dummy9 mtu 1400 up
server /sbin/ip addr add 10.9.0.1/24 dev dummy9
server /sbin/ip neigh add 10.9.0.3 lladdr 02:00:00:00:00:03 dev dummy9
server /sbin/ip route add unreachable 10.9.1.0/24
server /sbin/ip route add prohibit 10.9.2.0/24

forget()
{
	[ "$EXS_MODULE" = 1 ] || /sbin/ip route flush cache
}

for kind in raw ping; do
	[ $kind = raw ] && echo "1 0" > $range || echo "0 0" > $range
	check "$kind: through the router" $X ping -q -c 2 -i 0.2 -W 2 10.9.0.1
	check "$kind: TTL 1 ends at the router" says "From 10.3.1.2 icmp_seq=1 Time to live exceeded" $X ping -c 1 -W 2 -t 1 10.9.0.3
	check "$kind: host unreachable" says "From 10.3.1.2 icmp_seq=1 Destination Host Unreachable" $X ping -c 1 -W 2 10.9.1.1
	check "$kind: filtered" says "From 10.3.1.2 icmp_seq=1 Packet filtered" $X ping -c 1 -W 2 10.9.2.1
	forget
	# A destination of its own each, for the path MTU is remembered.
	[ $kind = raw ] && to=10.9.0.3 || to=10.9.0.4
	server /sbin/ip neigh replace $to lladdr 02:00:00:00:00:03 dev dummy9
	check "$kind: frag needed, and how much" says "From 10.3.1.2 icmp_seq=1 Frag needed and DF set (mtu = 1400)" $X ping -c 1 -W 2 -s 1472 -M "do" $to
	check "$kind: the path is known from then on" says "message too long, mtu.1400" $X ping -c 1 -W 2 -s 1472 -M "do" $to
	check "$kind: a broadcast is asked for and answered" says "bytes from 10.3.1.2: icmp_seq=1" $X ping -b -c 1 -W 2 10.3.1.255
	refuse "$kind: and not without -b" $X ping -c 1 -W 2 10.3.1.255
done
echo "$before" > $range

server /sbin/ip link del dummy9
server /sbin/ip route flush 10.9.0.0/16
server sh -c 'echo 0 > /proc/sys/net/ipv4/ip_forward; echo 6168 > /proc/sys/net/ipv4/icmp_ratemask
	echo 1 > /proc/sys/net/ipv4/icmp_echo_ignore_broadcasts'
if [ "$EXS_MODULE" = 1 ]; then
	expctl route del 10.9.0.0/16 via 10.3.1.2
else
	/sbin/ip route del 10.9.0.0/16 via 10.3.1.2
fi
