#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# expctl neigh: neighbours are learned, set, and forgotten.
# vm: topology=veth timeout=90
#
#   expstack veth0 10.1.0.1/24 ---- veth1 10.1.0.2/24 AF_INET (netns peer)
. /exs/tests/lib.sh
plan 17

dev=$(expctl -j addr show | python3 -c '
import json, sys
print(*[l["ifname"] for l in json.load(sys.stdin) for a in l["addr_info"] if a["local"] == "10.1.0.1"])')
mac=$(peer ip -j addr show | python3 -c '
import json, sys
print(*[l["address"] for l in json.load(sys.stdin) for a in l["addr_info"] if a["local"] == "10.1.0.2"])')

check "flush" expctl neigh flush dev "$dev"
check "the peer speaks to us" wait_for 5 peer ping -q -c 1 -W 1 10.1.0.1
is "it is known" "$(expctl neigh show 10.1.0.2 | grep -c "^10.1.0.2 dev $dev lladdr $mac ")" 1
check "JSON has ip's keys" sh -c "expctl -j neigh show 10.1.0.2 | python3 -c '
import json, sys
n, = json.load(sys.stdin)
assert n[\"dst\"] == \"10.1.0.2\" and n[\"dev\"] == \"$dev\" and n[\"lladdr\"] == \"$mac\"
assert len(n[\"state\"]) == 1
'"
check "statistics" sh -c "expctl -s neigh show 10.1.0.2 | grep -q ' used [0-9]*/[0-9]*/[0-9]* probes '"
check "add" expctl neigh add 10.1.0.9 lladdr 02:00:00:00:00:09 dev "$dev"
is "permanent" "$(expctl neigh show 10.1.0.9)" \
	"10.1.0.9 dev $dev lladdr 02:00:00:00:00:09 PERMANENT "
refused "not twice" 2 "neighbour exists" \
	expctl neigh add 10.1.0.9 lladdr 02:00:00:00:00:09 dev "$dev"
check "replace, with a state" expctl n r 10.1.0.9 lladdr 02:00:00:00:00:0a dev "$dev" nud stale
is "replaced" "$(expctl neigh show 10.1.0.9)" \
	"10.1.0.9 dev $dev lladdr 02:00:00:00:00:0a STALE "
check "delete" expctl neigh del 10.1.0.9 dev "$dev"
refused "not twice" 2 "no such neighbour" expctl neigh del 10.1.0.9 dev "$dev"
refused "an address of the right length" 2 "link-layer address of the wrong length" \
	expctl neigh add 10.1.0.9 lladdr 02:00 dev "$dev"
refused "a prefix is no neighbour" 1 '"10.1.0.9/24" is not a valid address' \
	expctl neigh add 10.1.0.9/24 lladdr 02:00:00:00:00:09 dev "$dev"
refused "and none is deleted" 1 '"10.1.0.9/32" is not a valid address' \
	expctl neigh del 10.1.0.9/32 dev "$dev"
expctl neigh add 10.1.0.8 lladdr 02:00:00:00:00:08 dev "$dev"
expctl neigh flush dev "$dev"
is "a flush spares the permanent" "$(expctl neigh show | grep -c PERMANENT)" 1
expctl neigh flush dev "$dev" nud permanent
is "unless they are named" "$(expctl neigh show | grep -c PERMANENT)" 0
