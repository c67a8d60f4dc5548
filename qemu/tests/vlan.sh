#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A VLAN device is attached like any other, and the device below it stays the
# host's.
# vm: topology=veth timeout=60 debug=always
#
#   expstack vl0.7 10.7.0.1/24 --+-- veth --+-- vl1.7 10.7.0.2/24 AF_INET (netns peer)
#   AF_INET  vl0   10.8.0.1/24 --+          +-- vl1   10.8.0.2/24
. /exs/tests/lib.sh
plan 4

ip link add vl0 type veth peer name vl1 netns peer
ip link add link vl0 name vl0.7 type vlan id 7
peer ip link add link vl1 name vl1.7 type vlan id 7
for d in vl0 vl0.7; do ip link set $d up; done
for d in vl1 vl1.7; do peer ip link set $d up; done
ip addr add 10.8.0.1/24 dev vl0
peer ip addr add 10.8.0.2/24 dev vl1
peer ip addr add 10.7.0.2/24 dev vl1.7
if [ "$EXS_MODULE" = 1 ]; then
	expctl link attach vl0.7
	expctl addr add 10.7.0.1/24 dev vl0.7
else
	ip addr add 10.7.0.1/24 dev vl0.7
fi
peer exs-verify serve -p 7007 &
check "ping inside the VLAN" wait_for 5 peer ping -q -c 1 -W 1 10.7.0.1
check "ping below it" wait_for 5 peer ping -q -c 1 -W 1 10.8.0.1
check "the server" wait_for 10 listening 7007 peer
check "data inside the VLAN" exs-verify both -f "$F" -H 10.7.0.2 -p 7007 -n 1000000
ip link del vl0
