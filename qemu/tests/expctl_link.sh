#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# expctl link: devices are attached, shown, and given back.
# vm: topology=veth timeout=90
#
#   netns ctl:  a (attached here) ---- b (AF_INET's, 10.9.0.2/24)
. /exs/tests/lib.sh
plan 19

ip netns add ctl
ip -n ctl link add a type veth peer name b
ip -n ctl link set a up
ip -n ctl link set b up
x()
{
	expctl -n ctl "$@"
}
only()
{
	x link show | grep -c "^[0-9]*: $1: "
}

is "nothing is attached" "$(x link show)" ""
check "attach" x link attach a
is "it is shown" "$(only a)" 1
is "with its mode" "$(x link show a | grep -c ' mode exclusive ')" 1
is "and its address" "$(x link show a | awk '/link\/ether/ { print $2 }')" \
	"$(ip -n ctl link show a | awk '/link\/ether/ { print $2 }')"
is "MTU as ip has it" "$(x link show a | grep -o 'mtu [0-9]*')" \
	"$(ip -n ctl link show a | grep -o 'mtu [0-9]*')"
is "flags as ip has them" "$(x link show a | grep -o '<.*>')" \
	"$(ip -n ctl link show a | grep -o '<.*>')"
check "JSON has iproute2's keys" sh -c "expctl -n ctl -j link show a | python3 -c '
import json, sys
l, = json.load(sys.stdin)
assert l[\"ifname\"] == \"a\" and l[\"mode\"] == \"exclusive\"
for k in \"ifindex\", \"flags\", \"mtu\", \"operstate\", \"link_type\", \"address\", \"broadcast\":
    assert k in l, k
'"
check "statistics" sh -c "expctl -n ctl -s link show a | grep -q 'RX:  *packets'"
is "explo came with it" "$(only explo)" 1
refused "not twice" 2 "device is attached already" x link attach a
refused "not the host's loopback device" 2 \
	"loopback device stays the host's; expstack has explo" x link attach lo
refused "explo stays" 2 "explo stays attached" x link detach explo
check "detach" x link detach a
is "it is gone" "$(only a)" 0
refused "not twice" 2 "device is not attached" x link detach a
check "attach shared, with short words" x l a dev a mode shared
is "mode shared" "$(x -j link show a | grep -o '"mode":"[a-z]*"')" '"mode":"shared"'
ip -n ctl link del a
is "a device that goes away is detached" "$(only a)" 0
ip netns del ctl
