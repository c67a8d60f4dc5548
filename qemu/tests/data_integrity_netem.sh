#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Data stays what it is over a network that loses, repeats, reorders, damages
# and delays in both directions. The amount is small here;
# scripts/soak-integrity does the same with 1 GB.
# vm: topology=pair timeout=240 icount
#
#   expstack eth0 10.0.0.1/24 ---- hub ---- eth1 10.0.0.2/24 AF_INET (netns peer)
#                  netem                    netem
. /exs/tests/lib.sh
plan 5

MB=${MB:-8}
[ $SLOW = 1 ] && MB=2
exs-verify serve -f $F -p 7001 &
peer exs-verify serve -p 7002 &
check "our server" wait_for 10 exs_listening 7001
check "AF_INET's server" wait_for 10 listening 7002 peer
netem_on eth0 eth1
check "from us, $MB MB" exs-verify send -f $F -H 10.0.0.2 -p 7002 -n $((MB << 20)) -r 11
check "to us, $MB MB" peer exs-verify send -H 10.0.0.1 -p 7001 -n $((MB << 20)) -r 12
check "both ways at once, $((MB / 2)) MB" \
	exs-verify both -f $F -H 10.0.0.2 -p 7002 -n $((MB << 19)) -r 13
netem_off eth0 eth1
