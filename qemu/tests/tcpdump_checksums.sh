#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# What we send decodes, with right checksums, and so does what we get. The
# peer captures: no card on a hub leaves a checksum to somebody else, and
# without GRO what it sees are the frames themselves.
# vm: topology=pair timeout=90
#
#   expstack eth0 10.0.0.1/24 ---- hub ---- eth1 10.0.0.2/24 AF_INET (netns peer)
. /exs/tests/lib.sh
plan 9

exs-verify serve -f "$F" -p 7001 &
peer exs-verify serve -p 7002 &
wait_for 10 exs_listening 7001
wait_for 10 listening 7002 peer
peer ethtool -K eth1 gro off
ip netns exec peer tcpdump -q -i eth1 -U -w "$T/cap" 2> "$T/tcpdump" &
capture=$!
check "capturing" wait_for 10 grep -q listening "$T/tcpdump"
check "TCP from us" exs-verify both -f "$F" -H 10.0.0.2 -p 7002 -n 300000
check "TCP to us" peer exs-verify both -H 10.0.0.1 -p 7001 -n 300000
check "echo request to us" peer ping -q -c 2 -i 0.2 -s 3000 10.0.0.1
check "UDP" expbench run -t udp_rr --client-family "$F" --server-netns peer -H 10.0.0.2 -n 100 -s 200 -S 300
sleep 1
kill "$capture"
wait "$capture"
peer ethtool -K eth1 gro on
tcpdump -r "$T/cap" -nn -vv > "$T/text" 2> /dev/null
grep -iE 'incorrect|bad (udp )?cksum|bad-|wrong' "$T/text" > "$T/wrong"
check "no wrong checksum" sh -c "head -n 5 '$T/wrong'; test ! -s '$T/wrong'"
check "TCP from us is there" grep -qE '10.0.0.1[0-9.]* > 10.0.0.2.*cksum .* \(correct\)' "$T/text"
check "TCP to us is there" grep -qE '10.0.0.2[0-9.]* > 10.0.0.1.*cksum .* \(correct\)' "$T/text"
check "UDP both ways is there" sh -c \
	"grep -q '10.0.0.1.*udp sum ok' '$T/text' && grep -q '10.0.0.2.*udp sum ok' '$T/text'"
