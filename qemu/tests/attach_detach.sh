#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A device is taken over and given back; what cannot be attached is refused.
# vm: topology=veth timeout=90 debug=always
#
#   t0 (host, then expstack) 10.9.0.1/24 ---- veth ---- t1 10.9.0.2/24 (netns peer)
. /exs/tests/lib.sh
plan 14

ip link add t0 type veth peer name t1 netns peer
ip link set t0 up
peer ip link set t1 up
peer ip addr add 10.9.0.2/24 dev t1

refuse "lo is the host's" expctl link attach lo
refuse "explo attaches itself" expctl link detach explo
refuse "no such device" expctl link attach nonesuch
refuse "detach of what is not attached" expctl link detach t0

ip addr add 10.9.0.1/24 dev t0
check "before: the host answers" wait_for 5 peer ping -q -c 1 -W 1 10.9.0.1
check "attach" expctl link attach t0
refuse "attach twice" expctl link attach t0
refuse "the host's address is not ours: no answer" peer ping -q -c 2 -W 1 10.9.0.1
ip addr del 10.9.0.1/24 dev t0
expctl addr add 10.9.0.1/24 dev t0
check "attached: expstack answers" wait_for 5 peer ping -q -c 1 -W 1 10.9.0.1

refuse "an attached device is no bridge port" sh -c "
	ip link add tbr type bridge && ip link set t0 master tbr"
expctl link detach t0
check "a detached one is" ip link set t0 master tbr
refuse "a bridge port is not attached" expctl link attach t0
ip link set t0 nomaster
ip link del tbr

refuse "detached: expstack is silent" peer ping -q -c 2 -W 1 10.9.0.1
ip addr add 10.9.0.1/24 dev t0
check "detached: the host answers again" wait_for 5 peer ping -q -c 1 -W 1 10.9.0.1
ip link del t0
