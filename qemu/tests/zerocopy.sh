#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# MSG_ZEROCOPY: what is sent from a program's own pages arrives as it was, over
# a bad network too, and the program is told when they are its own again.
# vm: topology=veth timeout=240
#
#   expstack ve0 10.1.0.1/24 ---- veth ---- ve1 10.1.0.2/24 AF_INET (netns peer)
#                  netem                    netem
. /exs/tests/lib.sh
plan 9

mb=8
[ "$SLOW" = 1 ] && mb=2
exs-verify serve -z -f "$F" -p 7001 &
peer exs-verify serve -z -p 7002 &
check "our server" wait_for 10 exs_listening 7001
check "AF_INET's server" wait_for 10 listening 7002 peer
check "from us, $mb MB" exs-verify send -z -f "$F" -H 10.1.0.2 -p 7002 -n $((mb << 20)) -r 21
check "from our server, $mb MB" peer exs-verify recv -H 10.1.0.1 -p 7001 -n $((mb << 20)) -r 22
check "to us, $mb MB" peer exs-verify send -z -H 10.1.0.1 -p 7001 -n $((mb << 20)) -r 23
netem_on ve0 ve1
check "both ways over a bad network" \
	exs-verify both -z -f "$F" -H 10.1.0.2 -p 7002 -n $((mb << 17)) -r 24
netem_off ve0 ve1
check "to ourselves, $mb MB" \
	sh -c "exs-verify both -z -f $F -H 127.0.0.1 -p 7001 -n $((mb << 20)) -r 25 > $T/self"
diag "$(cat "$T/self")"
calls=$(sed -n 's/ calls,.*//p' "$T/self")
between "in calls that were counted" "$calls" 10 1000000
is "of which each was copied, for it came back" \
	"$(sed -n 's/.* calls, \(.*\) copied/\1/p' "$T/self")" "$calls"
