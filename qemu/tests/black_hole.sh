#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The way takes less than both ends think, and nobody says so. Data arrives all the
# same: segments shrink after some timeouts, or are searched for from the start.
# vm: topology=veth timeout=240 icount
#
#   expstack ve0 10.1.0.1/24, MTU 1500 ---- ve1 10.1.0.2/24, MTU 1200, AF_INET (netns peer)
#
# ve1 drops what is larger than its MTU, but the peer's MSS option says 1460.
. /exs/tests/lib.sh
plan 5

S=/proc/sys/net/expstack
[ "$EXS_MODULE" = 1 ] || S=/proc/sys/net/ipv4
probing=$(cat $S/tcp_mtu_probing)

peer ip link set ve1 mtu 1200
peer ip route replace 10.1.0.0/24 dev ve1 src 10.1.0.2 advmss 1460
ethtool -K ve0 tso off gso off
peer exs-verify serve -p 7003 &
check "the peer's server" wait_for 10 listening 7003 peer

echo 1 > $S/tcp_mtu_probing
check "out of the black hole" exs-verify send -f "$F" -H 10.1.0.2 -p 7003 -n 1000000

good=$(counter TCPMTUPSuccess netstat)
bad=$(counter TCPMTUPFail netstat)
echo 2 > $S/tcp_mtu_probing
# A probe is of text that waits: where nothing is on the way, nothing does.
tc qdisc add dev ve0 root netem delay 10ms
check "around it" exs-verify send -f "$F" -H 10.1.0.2 -p 7003 -n 4000000
between "probes that arrived" $(($(counter TCPMTUPSuccess netstat) - good)) 1 9
between "probes that did not" $(($(counter TCPMTUPFail netstat) - bad)) 1 9

tc qdisc del dev ve0 root
echo "$probing" > $S/tcp_mtu_probing
ethtool -K ve0 tso on gso on
peer ip route replace 10.1.0.0/24 dev ve1 proto kernel scope link src 10.1.0.2
peer ip link set ve1 mtu 1500
