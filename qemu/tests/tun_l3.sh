#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A device without a link header: no Ethernet, no ARP.
# vm: topology=tun timeout=120
#
#   expstack tun0 10.4.0.1/24 ---- tunpipe.py ---- tun1 10.4.0.2/24 AF_INET (netns peer)
. /exs/tests/lib.sh
plan 6

MB=4
[ "$SLOW" = 1 ] && MB=1
check "ping" wait_for 5 peer ping -q -c 1 -W 1 10.4.0.1
check "8 KB in fragments" peer ping -q -c 3 -i 0.2 -s 8000 10.4.0.1
exs-verify serve -f "$F" -p 7001 &
peer exs-verify serve -p 7002 &
check "our server" wait_for 10 exs_listening 7001
check "AF_INET's server" wait_for 10 listening 7002 peer
check "to us, $MB MB" peer exs-verify send -H 10.4.0.1 -p 7001 -n $((MB << 20))
check "from us, $MB MB" exs-verify send -f "$F" -H 10.4.0.2 -p 7002 -n $((MB << 20))
