#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# One device, two stacks: in shared mode expstack takes what is addressed to
# its addresses, and the host goes on as before.
# vm: topology=veth timeout=90 debug=always
#
#   t0 10.9.0.1/24 (host), 10.9.0.3/24 (expstack) ---- veth ---- t1 10.9.0.2/24 (netns peer)
. /exs/tests/lib.sh
plan 10

ip link add t0 type veth peer name t1 netns peer
ip link set t0 up
peer ip link set t1 up
ip addr add 10.9.0.1/24 dev t0
peer ip addr add 10.9.0.2/24 dev t1
check "before: the host answers" wait_for 5 peer ping -q -c 1 -W 1 10.9.0.1
check "attach" expctl link attach t0 mode shared
expctl addr add 10.9.0.3/24 dev t0
check "expstack answers" wait_for 5 peer ping -q -c 1 -W 1 10.9.0.3
check "the host answers" wait_for 5 peer ping -q -c 1 -W 1 10.9.0.1
check "the host asks" ping -q -c 1 -W 2 10.9.0.2
check "fragments for expstack" peer ping -q -c 2 -i 0.2 -s 4000 10.9.0.3
check "fragments for the host" peer ping -q -c 2 -i 0.2 -s 4000 10.9.0.1

# Each resolves the peer by itself. What an entry learned, also by asking again
# just before, holds for a second (neigh/default/locktime): the peer asks often.
moved()
{
	peer ip neigh flush dev t1
	peer ping -q -c 1 -W 1 "$1"
}
peer ip link set t1 address 02:00:00:00:00:42
check "we hear of a moved address" wait_for 10 moved 10.9.0.3
check "the host hears of it" wait_for 10 moved 10.9.0.1
expctl link detach t0
check "detached: the host answers" peer ping -q -c 1 -W 1 10.9.0.1
ip link del t0
