#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# expstack as a router: TTL, path MTU, fragments, unreachable hosts, off.
# vm: topology=router timeout=120
#
#   cl0 10.3.0.2/24 (netns client) ---- ro0 10.3.0.1 expstack ro1 10.3.1.1
#                                       ---- sv0 10.3.1.2/24 (netns server)
. /exs/tests/lib.sh
plan 11

client()
{
	ip netns exec client "$@"
}
says()
{
	what=$1
	shift
	"$@" 2>&1 | grep -q "$what"
}

check "ping through the router" client ping -q -c 3 -i 0.2 -W 2 10.3.1.2
check "64 - 1" says "ttl=63" client ping -c 1 -W 2 10.3.1.2
check "TTL 1 ends here" says "Time to live exceeded" client ping -c 1 -W 2 -t 1 10.3.1.2
check "full frames" client ping -q -c 2 -i 0.2 -W 2 -s 1472 -M "do" 10.3.1.2
if [ "$EXS_MODULE" = 1 ]; then
	expctl route add 10.3.1.2/32 dev ro1 mtu 1400
else
	/sbin/ip route add 10.3.1.2/32 dev ro1 mtu lock 1400
fi
check "too big with DF: frag needed, and how much" says "mtu *= *1400" client ping -c 1 -W 2 -s 1472 -M "do" 10.3.1.2
client /sbin/ip route flush cache
check "too big without DF: in fragments" client ping -q -c 2 -i 0.2 -W 2 -s 1472 -M dont 10.3.1.2
check "1400 fits" client ping -q -c 2 -i 0.2 -W 2 -s 1372 -M "do" 10.3.1.2
if [ "$EXS_MODULE" = 1 ]; then
	expctl route del 10.3.1.2/32 dev ro1
	expctl route add prohibit 192.0.2.0/24
else
	/sbin/ip route del 10.3.1.2/32 dev ro1
	/sbin/ip route add prohibit 192.0.2.0/24
fi
check "no route: net unreachable" says "Net Unreachable\|Network is unreachable" client ping -c 1 -W 2 198.51.100.9
check "prohibited: filtered" says "Packet filtered" client ping -c 1 -W 2 192.0.2.9
check "nobody there: host unreachable" says "Host Unreachable" client ping -c 1 -W 6 10.3.1.99
if [ "$EXS_MODULE" = 1 ]; then
	expctl route del prohibit 192.0.2.0/24
	f=/proc/sys/net/expstack/ip_forward
else
	/sbin/ip route del prohibit 192.0.2.0/24
	f=/proc/sys/net/ipv4/ip_forward
fi
echo 0 > $f
refuse "not when ip_forward is 0" client ping -q -c 1 -W 1 10.3.1.2
echo 1 > $f
