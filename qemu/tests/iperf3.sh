#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# iperf3 in each direction, several streams and UDP, expstack as client and
# as server. Its server opens AF_INET6 first and must fall back.
# vm: topology=pair timeout=150
#
#   expstack eth0 10.0.0.1/24 ---- hub ---- eth1 10.0.0.2/24 AF_INET (netns peer)
# shellcheck disable=SC2086 # $X is nothing where AF_INET stands in
. /exs/tests/lib.sh
plan 11

# iperf NAME WORD... : a run that moved data both ends agree on.
iperf()
{
	name=$1
	shift
	"$@" -t 2 -J > "$T/out" 2>&1
	status=$?
	bytes=$(python3 -c '
import json, sys
end = json.load(open(sys.argv[1]))["end"]
print(int(end.get("sum_received", end.get("sum"))["bytes"]))' "$T/out" 2>&1)
	if [ $status = 0 ] && [ "$bytes" -gt 100000 ]; then
		ok "$name"
	else
		not_ok "$name" "status $status, $bytes bytes; $(tail -n 5 "$T/out")"
	fi
}

peer iperf3 -s -p 5201 > "$T/server" 2>&1 &
$X iperf3 -s -p 5202 > "$T/exs-server" 2>&1 &
check "a server of AF_INET's" wait_for 10 listening 5201 peer
check "a server of expstack's" wait_for 20 exs_listening 5202
iperf "send" $X iperf3 -c 10.0.0.2 -p 5201
iperf "receive (-R)" $X iperf3 -c 10.0.0.2 -p 5201 -R
iperf "four streams (-P 4)" $X iperf3 -c 10.0.0.2 -p 5201 -P 4
iperf "both ways (--bidir)" $X iperf3 -c 10.0.0.2 -p 5201 --bidir
iperf "UDP (-u)" $X iperf3 -c 10.0.0.2 -p 5201 -u -b 5M
iperf "UDP received (-u -R)" $X iperf3 -c 10.0.0.2 -p 5201 -u -b 5M -R
iperf "to our server" peer iperf3 -c 10.0.0.1 -p 5202
iperf "from our server (-R)" peer iperf3 -c 10.0.0.1 -p 5202 -R
iperf "UDP to our server" peer iperf3 -c 10.0.0.1 -p 5202 -u -b 5M
