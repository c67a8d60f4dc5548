#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# expctl addr: what is added is shown, as ip would show it, and removed.
# vm: topology=veth timeout=90
#
#   netns ctl:  a (attached) ---- b
. /exs/tests/lib.sh
plan 17

ip netns add ctl
ip -n ctl link add a type veth peer name b
ip -n ctl link set a up
ip -n ctl link set b up
x()
{
	expctl -n ctl "$@"
}
line()
{
	x addr show dev a | grep "inet $1" | sed 's/^ *//'
}

refused "not on a device of the host's" 2 "device is not attached to expstack" \
	x addr add 10.9.0.1/24 dev a
check "attach" x link attach a
check "add" x addr add 10.9.0.1/24 dev a
check "add with broadcast, label and scope" \
	x addr add 10.8.0.1/16 brd + dev a label a:x scope link
check "add a peer" x addr add 10.7.0.1 peer 10.7.0.2/32 dev a
check "add a second of a subnet" x a a 10.9.0.3/24 dev a
is "broadcast, scope and label" "$(line 10.8.0.1)" \
	"inet 10.8.0.1/16 brd 10.8.255.255 scope link a:x"
is "peer" "$(line 10.7.0.1)" "inet 10.7.0.1 peer 10.7.0.2/32 scope global a"
is "secondary" "$(line 10.9.0.3 | grep -c ' secondary ')" 1
# The same on AF_INET, to compare.
ip -n ctl addr add 10.8.0.1/16 brd + dev b label b:x scope link
is "the words are ip's" "$(line 10.8.0.1)" \
	"$(ip -n ctl -4 addr show dev b | grep 'inet 10.8' | sed 's/^ *//; s/b:x/a:x/')"
check "JSON is ip's" sh -c "expctl -n ctl -j addr show a > $T/x; ip -n ctl -4 -j addr show b > $T/i
python3 - $T/x $T/i << 'PY'
import json, sys
x, i = (json.load(open(f))[0][\"addr_info\"] for f in sys.argv[1:])
x = [a for a in x if a[\"local\"] == \"10.8.0.1\"]
i[0][\"label\"] = \"a:x\"
assert x == i, (x, i)
PY"
is "addresses are local routes" \
	"$(x route show table local | grep -c '^local 10.9.0.1 dev a ')" 1
refused "not twice" 2 "device has this address already" \
	x addr add 10.9.0.1/24 dev a
refused "not one that is not there" 2 "device has no such address" \
	x addr del 10.9.0.9/24 dev a
refused "127/8 is explo's" 2 "loopback addresses belong to explo" \
	x addr add 127.0.0.5/8 dev a
check "delete" x addr del 10.8.0.1/16 dev a
is "it is gone" "$(line 10.8.0.1)" ""
ip netns del ctl
