#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Large segments over veth, both ways, with the offloads on and off: the data
# is the same.
# vm: topology=veth timeout=120 debug=always
#
#   expstack ve0 10.1.0.1/24 ---- veth ---- ve1 10.1.0.2/24 AF_INET (netns peer)
. /exs/tests/lib.sh
plan 9

MB=32
[ "$SLOW" = 1 ] && MB=4
BYTES=$((MB << 20))
exs-verify serve -f "$F" -p 7001 &
peer exs-verify serve -p 7002 &
check "our server" wait_for 10 exs_listening 7001
check "AF_INET's server" wait_for 10 listening 7002 peer
check "ping of a full frame" peer ping -q -c 5 -i 0.2 -s 1472 -M "do" 10.1.0.1
check "to us, $MB MB" peer exs-verify send -H 10.1.0.1 -p 7001 -n $BYTES
check "from us, $MB MB" exs-verify send -f "$F" -H 10.1.0.2 -p 7002 -n $BYTES
check "both ways, $MB MB" exs-verify both -f "$F" -H 10.1.0.2 -p 7002 -n $BYTES

ethtool -K ve0 tso off gso off gro off tx off
peer ethtool -K ve1 tso off gso off gro off tx off
check "to us, offloads off" peer exs-verify send -H 10.1.0.1 -p 7001 -n $((BYTES / 4))
check "from us, offloads off" exs-verify send -f "$F" -H 10.1.0.2 -p 7002 -n $((BYTES / 4))
ethtool -K ve0 tso on gso on gro off tx on
peer ethtool -K ve1 tso on gso on gro off tx on
check "and on again" exs-verify both -f "$F" -H 10.1.0.2 -p 7002 -n $((BYTES / 4))
