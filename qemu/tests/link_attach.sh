#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Devices come and go: attached, detached, shared with the host's own stack,
# renamed, moved, deleted, with other MTUs and without carrier.
# vm: topology=veth timeout=120 debug=always
#
#   expstack la0 10.5.0.1/24 ---- veth ---- la1 10.5.0.2/24 AF_INET (netns peer)
. /exs/tests/lib.sh
plan 18

[ "$EXS_MODULE" = 1 ] || { diag "devices are attached to the module"; exit 1; }
attached() { expctl link show | grep -q "$1"; }
answers() { peer ping -q -c 1 -W 1 "$1"; }

ip link add la0 type veth peer name la1 netns peer
ip link set la0 up
peer ip link set la1 up
peer ip addr add 10.5.0.2/24 dev la1

check "attach" expctl link attach la0
refuse "not twice" expctl link attach la0
refuse "no such device" expctl link attach nosuch
check "it is shown" attached la0
check "an address" expctl addr add 10.5.0.1/24 dev la0
check "it answers" wait_for 5 answers 10.5.0.1

ip link set la0 down
refuse "not when it is down" answers 10.5.0.1
ip link set la0 up
check "again when it is up" wait_for 5 answers 10.5.0.1

ip link set la0 mtu 600
peer ip link set la1 mtu 600
check "a small MTU" peer ping -q -c 2 -i 0.2 -W 1 -s 3000 10.5.0.1
ip link set la0 mtu 1500
peer ip link set la1 mtu 1500

ip link set la0 down
ip link set la0 name lb0
ip link set lb0 up
check "a new name" attached lb0
check "and it answers" wait_for 5 answers 10.5.0.1

check "detach" expctl link detach lb0
refuse "silent when detached" answers 10.5.0.1

# Shared: the host keeps what is not addressed to us.
ip addr add 10.5.0.3/24 dev lb0
check "attach shared" expctl link attach lb0 mode shared
check "our address" expctl addr add 10.5.0.1/24 dev lb0
check "both stacks answer" wait_for 5 sh -c '
	ip netns exec peer ping -q -c 1 -W 1 10.5.0.1 && ip netns exec peer ping -q -c 1 -W 1 10.5.0.3'

ip netns add away
ip link set lb0 netns away
refuse "moved away it is no longer ours" attached lb0
ip netns del away
wait_for 10 sh -c '! ip netns exec peer ip link show la1'
check "the namespace and the device are gone" expctl link show
