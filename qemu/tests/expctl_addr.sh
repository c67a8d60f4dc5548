#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# expctl addr: what is added is shown, as ip would show it, and removed.
# vm: topology=veth timeout=90
#
#   netns ctl:  ct0 (attached) ---- ct1
. /exs/tests/lib.sh
plan 17

ip netns add ctl
ip -n ctl link add ct0 type veth peer name ct1
ip -n ctl link set ct0 up
ip -n ctl link set ct1 up
x()
{
	expctl -n ctl "$@"
}
line()
{
	x addr show dev ct0 | grep "inet $1" | sed 's/^ *//'
}

refused "not on a device of the host's" 2 "device is not attached to expstack" \
	x addr add 10.9.0.1/24 dev ct0
check "attach" x link attach ct0
check "add" x addr add 10.9.0.1/24 dev ct0
check "add with broadcast, label and scope" \
	x addr add 10.8.0.1/16 brd + dev ct0 label ct0:x scope link
check "add a peer" x addr add 10.7.0.1 peer 10.7.0.2/32 dev ct0
check "add a second of a subnet" x a a 10.9.0.3/24 dev ct0
is "broadcast, scope and label" "$(line 10.8.0.1)" \
	"inet 10.8.0.1/16 brd 10.8.255.255 scope link ct0:x"
is "peer" "$(line 10.7.0.1)" "inet 10.7.0.1 peer 10.7.0.2/32 scope global ct0"
is "secondary" "$(line 10.9.0.3 | grep -c ' secondary ')" 1
# The same on AF_INET, to compare.
ip -n ctl addr add 10.8.0.1/16 brd + dev ct1 label ct1:x scope link
is "the words are ip's" "$(line 10.8.0.1)" \
	"$(ip -n ctl -4 addr show dev ct1 | grep 'inet 10.8' | sed 's/^ *//; s/ct1:x/ct0:x/')"
check "JSON is ip's" sh -c "expctl -n ctl -j addr show ct0 > $T/x; ip -n ctl -4 -j addr show ct1 > $T/i
python3 - $T/x $T/i << 'PY'
import json, sys
x, i = (json.load(open(f))[0][\"addr_info\"] for f in sys.argv[1:])
x = [a for a in x if a[\"local\"] == \"10.8.0.1\"]
i[0][\"label\"] = \"ct0:x\"
assert x == i, (x, i)
PY"
is "addresses are local routes" \
	"$(x route show table local | grep -c '^local 10.9.0.1 dev ct0 ')" 1
refused "not twice" 2 "device has this address already" \
	x addr add 10.9.0.1/24 dev ct0
refused "not one that is not there" 2 "device has no such address" \
	x addr del 10.9.0.9/24 dev ct0
refused "127/8 is explo's" 2 "loopback addresses belong to explo" \
	x addr add 127.0.0.5/8 dev ct0
check "delete" x addr del 10.8.0.1/16 dev ct0
is "it is gone" "$(line 10.8.0.1)" ""
ip netns del ctl
