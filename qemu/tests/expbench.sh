#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# expbench runs every test in both roles and reports JSON that adds up.
# vm: topology=pair timeout=330
#
#   expstack eth0 10.0.0.1/24 ---- hub ---- eth1 10.0.0.2/24 AF_INET (netns peer)
. /exs/tests/lib.sh
plan 17

# bench NAME WORD...: the result has a value, and nothing was left out.
bench()
{
	name=$1
	shift
	expbench run -j "$@" > "$T/out" 2> "$T/err" && python3 -c '
import json, sys
r = json.load(open(sys.argv[1]))
assert r["value"] > 0 or r["unit"] == "B", r
assert "connections" in r or r["count"] > 0, r' "$T/out" 2>> "$T/err"
	status=$?
	if [ $status = 0 ]; then
		ok "$name"
	else
		not_ok "$name" "status $status: $(cat "$T/out" "$T/err")"
	fi
}

# No TIME-WAITs, or few, are left of tests before this one.
few_timewaits()
{
	[ "$(expctl ss -tnH state time-wait | wc -l)" -lt 100 ]
}

# The speed at both ends of many connections, and the caches that have them: first,
# and alone, or what ends meanwhile is taken off.
[ "$EXS_MODULE" = 1 ] && wait_for 90 few_timewaits
expbench run -j -t timewait --client-family "$F" --server-netns peer -H 10.0.0.2 -n 2000 > "$T/out"
check "timewait tells of speed and caches" python3 -c '
import json, sys
r = json.load(open(sys.argv[1]))
assert r["first_per_s"] > 0 and r["last_per_s"] > 0, r
assert not r["slab_bytes"] or any(s["objects"] >= 1000 for s in r["slabs"].values()), r' "$T/out"

# shellcheck disable=SC2086
for t in stream maerts rr crr udp_stream udp_recv udp_rr; do
	w="-n 200"
	[ $t = udp_stream ] && w="-n 192 -w 64"
	[ $t = udp_recv ] && w="-n 192 -w 64"
	bench "$t, expstack is the client" -t $t --client-family "$F" --server-netns peer -H 10.0.0.2 $w
	bench "$t, expstack is the server" -t $t --server-family "$F" --client-netns peer -H 10.0.0.1 $w
done
for t in idle timewait; do
	bench "$t" -t $t --client-family "$F" --server-netns peer -H 10.0.0.2 -n 300
done
