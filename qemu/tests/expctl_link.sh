#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# expctl link: devices are attached, shown, and given back.
# vm: topology=veth timeout=90
#
#   netns ctl:  ct0 (attached here) ---- ct1 (AF_INET's, 10.9.0.2/24)
. /exs/tests/lib.sh
plan 19

ip netns add ctl
ip -n ctl link add ct0 type veth peer name ct1
ip -n ctl link set ct0 up
ip -n ctl link set ct1 up
x()
{
	expctl -n ctl "$@"
}
only()
{
	x link show | grep -c "^[0-9]*: $1: "
}

is "nothing is attached" "$(x link show)" ""
check "attach" x link attach ct0
is "it is shown" "$(only ct0)" 1
is "with its mode" "$(x link show ct0 | grep -c ' mode exclusive ')" 1
is "and its address" "$(x link show ct0 | awk '/link\/ether/ { print $2 }')" \
	"$(ip -n ctl link show ct0 | awk '/link\/ether/ { print $2 }')"
is "MTU as ip has it" "$(x link show ct0 | grep -o 'mtu [0-9]*')" \
	"$(ip -n ctl link show ct0 | grep -o 'mtu [0-9]*')"
is "flags as ip has them" "$(x link show ct0 | grep -o '<.*>')" \
	"$(ip -n ctl link show ct0 | grep -o '<.*>')"
check "JSON has iproute2's keys" sh -c "expctl -n ctl -j link show ct0 | python3 -c '
import json, sys
l, = json.load(sys.stdin)
assert l[\"ifname\"] == \"ct0\" and l[\"mode\"] == \"exclusive\"
for k in \"ifindex\", \"flags\", \"mtu\", \"operstate\", \"link_type\", \"address\", \"broadcast\":
    assert k in l, k
'"
check "statistics" sh -c "expctl -n ctl -s link show ct0 | grep -q 'RX:  *packets'"
is "explo came with it" "$(only explo)" 1
refused "not twice" 2 "device is attached already" x link attach ct0
refused "not the host's loopback device" 2 \
	"loopback device stays the host's; expstack has explo" x link attach lo
refused "explo stays" 2 "explo stays attached" x link detach explo
check "detach" x link detach ct0
is "it is gone" "$(only ct0)" 0
refused "not twice" 2 "device is not attached" x link detach ct0
check "attach shared, with short words" x l a dev ct0 mode shared
is "mode shared" "$(x -j link show ct0 | grep -o '"mode":"[a-z]*"')" '"mode":"shared"'
ip -n ctl link del ct0
is "a device that goes away is detached" "$(only ct0)" 0
ip netns del ctl
