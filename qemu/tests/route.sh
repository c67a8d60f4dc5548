#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Routes: added, deleted, refused, chosen; gone with their device.
# vm: topology=pair timeout=90
#
#   expstack eth0 10.0.0.1/24 ---- hub ---- eth1 10.0.0.2/24 AF_INET (netns peer)
#                                           lo   192.0.2.1/32, 198.51.100.1/32
. /exs/tests/lib.sh
plan 17

fails_with()
{
	what=$1
	shift
	"$@" 2>&1 | grep -q "$what"
}
route()
{
	if [ "$EXS_MODULE" = 1 ]; then
		expctl route "$@"
	else
		/sbin/ip route "$@"
	fi
}
# says PATTERN COMMAND...: is it in the output?
says()
{
	what=$1
	shift
	"$@" | grep -q "$what"
}

peer ip addr add 192.0.2.1/32 dev lo
peer ip addr add 198.51.100.1/32 dev lo

check "the subnet is there by itself" says "^10.0.0.0/24 dev eth0.*src 10.0.0.1" route show
check "add by gateway" route add 192.0.2.0/24 via 10.0.0.2
check "shown" says "^192.0.2.0/24 via 10.0.0.2 dev eth0" route show
check "used" says "via 10.0.0.2 dev eth0" route get 192.0.2.1
check "packets go there and come back" peer ping -q -c 3 -i 0.2 -W 2 -I 192.0.2.1 10.0.0.1
check "the same again: exists" fails_with "File exists" route add 192.0.2.0/24 via 10.0.0.2
check "gateway that is no neighbour" fails_with "Nexthop has invalid gateway" route add 203.0.113.0/24 via 198.18.0.1
check "bits behind the prefix" fails_with "[Ii]nvalid\|Invalid argument" route add 203.0.113.5/24 via 10.0.0.2
check "delete of what is not there" fails_with "No such route" route del 203.0.113.0/24
check "no route" fails_with "Network is unreachable" route get 203.0.113.1
route add unreachable 203.0.113.0/24
check "unreachable" fails_with "No route to host" route get 203.0.113.1
route add prohibit 203.0.113.128/25
check "longest prefix: prohibit" fails_with "Permission denied" route get 203.0.113.129
check "and beside it" fails_with "No route to host" route get 203.0.113.127
route del unreachable 203.0.113.0/24
route del prohibit 203.0.113.128/25
check "default" route add default via 10.0.0.2
check "default is used" says "via 10.0.0.2" route get 198.51.100.1
ip link set eth0 down
check "routes go with the device" test "$(route show | grep -c .)" = 0
ip link set eth0 up
check "the subnet's comes back" wait_for 5 says "^10.0.0.0/24 dev eth0" route show
peer ip addr del 192.0.2.1/32 dev lo
peer ip addr del 198.51.100.1/32 dev lo
