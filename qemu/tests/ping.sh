#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A host of AF_INET's pings us: small, of a full frame, in fragments.
# vm: topology=pair timeout=60
#
#   expstack eth0 10.0.0.1/24 ---- hub ---- eth1 10.0.0.2/24 AF_INET (netns peer)
. /exs/tests/lib.sh
plan 4

check "one answer" wait_for 5 peer ping -q -c 1 -W 1 10.0.0.1
check "100 answers, none lost" peer ping -q -c 100 -i 0.01 -W 1 10.0.0.1
check "full frames, not fragmented" peer ping -q -c 5 -i 0.2 -s 1472 -M "do" 10.0.0.1
check "8 KB in fragments" peer ping -q -c 5 -i 0.2 -s 8000 10.0.0.1
