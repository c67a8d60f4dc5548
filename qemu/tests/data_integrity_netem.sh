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

case $EXS_TOPOLOGY in
veth) net=10.1.0 ours=ve0 theirs=ve1 ;;
*) net=10.0.0 ours=eth0 theirs=eth1 ;;
esac
mb=8
[ "$SLOW" = 1 ] && mb=2
mb=${EXS_MB:-$mb}
exs-verify serve -f "$F" -p 7001 &
peer exs-verify serve -p 7002 &
check "our server" wait_for 10 exs_listening 7001
check "AF_INET's server" wait_for 10 listening 7002 peer
netem_on $ours $theirs
check "from us, $mb MB" exs-verify send -f "$F" -H $net.2 -p 7002 -n $((mb << 20)) -r 11
check "to us, $mb MB" peer exs-verify send -H $net.1 -p 7001 -n $((mb << 20)) -r 12
check "both ways at once, $((mb / 2)) MB" \
	exs-verify both -f "$F" -H $net.2 -p 7002 -n $((mb << 19)) -r 13
netem_off $ours $theirs
