#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# expctl tcp_metrics: what a connection leaves, shown as ip does, and forgotten.
# vm: topology=pair timeout=90
#
#   expstack eth0 10.0.0.1/24 ---- hub ---- eth1 10.0.0.2/24 AF_INET (netns peer)
. /exs/tests/lib.sh
plan 13

sink 7311

talk()
{
	$X python3 -c '
import socket
c = socket.create_connection(("10.0.0.2", 7311))
c.sendall(b"x" * 100000)
c.shutdown(socket.SHUT_WR)
c.recv(1)'
}

expctl tcp_metrics flush
is "nothing is known" "$(expctl tcp_metrics show)" ""
refused "of one either" 2 "nothing is known of it" expctl tcp_metrics show 10.0.0.2
talk
wait_for 5 sh -c 'expctl tcp_metrics show | grep -q .'
check "as ip shows it" sh -c "expctl tcp_metrics show | grep -Eq \
	'^10.0.0.2 age [0-9.]+sec( ssthresh [0-9]+)? cwnd [0-9]+ rtt [0-9]+us rttvar [0-9]+us source 10.0.0.1\$'"
check "JSON has ip's keys" sh -c "expctl -j tcp_metrics show 10.0.0.2 | python3 -c '
import json, sys
m, = json.load(sys.stdin)
assert m[\"dst\"] == \"10.0.0.2\" and m[\"source\"] == \"10.0.0.1\"
assert m[\"cwnd\"] >= 10 and 0 < m[\"rtt\"] < 1 and m[\"age\"] < 60
'"
is "a network" "$(expctl tcp_metrics show 10.0.0.0/24 | wc -l)" 1
is "another network" "$(expctl tcp_metrics show 10.1.0.0/24 | wc -l)" 0
is "another source" "$(expctl tcp_metrics show source 10.0.0.3 | wc -l)" 0
check "delete" expctl tcp_metrics delete 10.0.0.2 source 10.0.0.1
refused "not twice" 2 "nothing is known of it" expctl tcp_metrics del 10.0.0.2
refused "one is needed" 1 "an address is needed" expctl tcp_metrics del
talk
wait_for 5 sh -c 'expctl tcp_metrics show | grep -q .'
expctl tcp_metrics flush 10.0.0.0/24
is "flush of a network" "$(expctl tcp_metrics show)" ""
echo 1 > /proc/sys/net/expstack/tcp_no_metrics_save
check "a connection" talk
sleep 1
is "tcp_no_metrics_save" "$(expctl tcp_metrics show)" ""
echo 0 > /proc/sys/net/expstack/tcp_no_metrics_save
