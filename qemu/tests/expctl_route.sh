#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# expctl route: routes are added, replaced, found and removed, in ip's words.
# vm: topology=veth timeout=90
#
#   netns ctl:  ct0 (attached, 10.9.0.1/24) ---- ct1 (AF_INET, 10.8.0.1/24)
. /exs/tests/lib.sh
plan 33

ip netns add ctl
ip -n ctl link add ct0 type veth peer name ct1
ip -n ctl link set ct0 up
ip -n ctl link set ct1 up
x()
{
	expctl -n ctl "$@"
}
x link attach ct0
x addr add 10.9.0.1/24 dev ct0
ip -n ctl addr add 10.8.0.1/24 dev ct1

is "the connected route" "$(x route show 10.9.0.0/24)" \
	"10.9.0.0/24 dev ct0 proto kernel scope link src 10.9.0.1 "
check "add a default route" x route add default via 10.9.0.2
check "add one with metrics" x route add 10.1.0.0/16 via 10.9.0.2 dev ct0 \
	metric 7 mtu lock 1400 advmss 1200 initcwnd 20 proto static
check "add a blackhole" x route add blackhole 10.2.0.0/16
check "add unreachable" x route add unreachable 10.3.0.0/16
check "add prohibit" x r a prohibit 10.4.0.0/16
ip -n ctl route add 10.1.0.0/16 via 10.8.0.2 dev ct1 \
	metric 7 mtu lock 1400 advmss 1200 initcwnd 20 proto static
is "the words are ip's" "$(x route show 10.1.0.0/16)" \
	"$(ip -n ctl route show 10.1.0.0/16 | sed 's/10.8.0.2 dev ct1/10.9.0.2 dev ct0/')"
is "and of a type" "$(x route show 10.2.0.0/16)" "blackhole 10.2.0.0/16 "
check "JSON has ip's keys" sh -c "expctl -n ctl -j route show 10.1.0.0/16 | python3 -c '
import json, sys
r, = json.load(sys.stdin)
assert r[\"dst\"] == \"10.1.0.0/16\" and r[\"gateway\"] == \"10.9.0.2\" and r[\"dev\"] == \"ct0\"
assert r[\"metric\"] == 7 and r[\"protocol\"] == \"static\" and r[\"flags\"] == []
assert r[\"metrics\"][0][\"mtu\"] == 1400
'"
all="mtu lock 1400 window 20000 rtt 200ms rttvar lock 1.5s ssthresh 10 cwnd lock 20 advmss 1000"
all="$all reordering 5 initcwnd 7 features ecn rto_min 50ms initrwnd 8 quickack 1"
all="$all congctl lock reno fastopen_no_cookie 1"
# shellcheck disable=SC2086 # words
check "add one with every metric" x route add 10.7.0.0/16 dev ct0 $all
# shellcheck disable=SC2086
ip -n ctl route add 10.7.0.0/16 dev ct1 $all
is "all of them are shown as ip does" "$(x route show 10.7.0.0/16)" \
	"$(ip -n ctl route show 10.7.0.0/16 | sed 's/ct1/ct0/')"
is "in JSON too" "$(x -j -p route show 10.7.0.0/16 | tr -d ' \n')" \
	"$(ip -n ctl -j -p route show 10.7.0.0/16 | sed 's/ct1/ct0/' | tr -d ' \n')"
check "delete by a metric" x route del 10.7.0.0/16 initrwnd 8
refused "no such congestion control" 2 "Unknown tcp congestion algorithm" \
	x route add 10.7.0.0/16 dev ct0 congctl nosuch
refused "no window of 0" 2 "Locked cwnd metric must be non zero" \
	x route add 10.7.0.0/16 dev ct0 cwnd lock 0
refused "no such feature" 1 '"sack" is not a valid features' \
	x route add 10.7.0.0/16 dev ct0 features sack
refused "no such time" 1 '"5us" is not a valid rtt' \
	x route add 10.7.0.0/16 dev ct0 rtt 5us
is "get by the gateway" "$(x route get 10.1.2.3 | head -n 1)" \
	"10.1.2.3 via 10.9.0.2 dev ct0 src 10.9.0.1 uid 0 "
is "get says the MTU" "$(x route get 10.1.2.3 | grep -c 'mtu lock 1400')" 1
is "get on the link" "$(x route get 10.9.0.7 | head -n 1)" \
	"10.9.0.7 dev ct0 src 10.9.0.1 uid 0 "
is "get of an own address" "$(x route get 10.9.0.1 | head -n 1)" \
	"local 10.9.0.1 dev explo src 10.9.0.1 uid 0 "
is "get by default" "$(x route get 99.0.0.1 | head -n 1)" \
	"99.0.0.1 via 10.9.0.2 dev ct0 src 10.9.0.1 uid 0 "
refused "unreachable" 2 "No route to host" x route get 10.3.0.1
refused "prohibited" 2 "Permission denied: prohibited by a route" x route get 10.4.0.1
refused "not twice" 2 "File exists" x route add default via 10.9.0.2
refused "a gateway must be reachable" 2 "Nexthop has invalid gateway" \
	x route add 10.6.0.0/16 via 77.0.0.1
refused "a prefix without host bits" 2 "Invalid prefix for given prefix length" \
	x route add 10.6.0.1/16 via 10.9.0.2
check "replace" x route replace default via 10.9.0.3
is "replaced" "$(x route show default)" "default via 10.9.0.3 dev ct0 "
is "routes within a prefix" "$(x route show root 10.0.0.0/8 | wc -l)" 5
check "delete by prefix alone" x route del 10.1.0.0/16
refused "not twice" 2 "No such route" x route del 10.1.0.0/16
ip -n ctl link set ct0 down
is "routes go with the link" "$(x route show default)" ""
ip netns del ctl
