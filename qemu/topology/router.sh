#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# expstack forwards between two hosts of AF_INET's.
#
#   +-- netns client --+      +------ machine ------+      +-- netns server --+
#   | AF_INET          |      | expstack            |      | AF_INET          |
#   | cl0  10.3.0.2/24 +------+ ro0    ip_forward=1 |      |                  |
#   | default via      | veth | 10.3.0.1/24     ro1 +------+ sv0  10.3.1.2/24 |
#   |   10.3.0.1       |      |         10.3.1.1/24 | veth | default via      |
#   +------------------+      +---------------------+      |   10.3.1.1       |
#                                                          +------------------+
# shellcheck source=SCRIPTDIR/lib.sh
. /exs/topology/lib.sh

netns client server
ip link add ro0 type veth peer name cl0 netns client
ip link add ro1 type veth peer name sv0 netns server
inet client cl0 10.3.0.2/24
inet server sv0 10.3.1.2/24
ip -n client route add default via 10.3.0.1
ip -n server route add default via 10.3.1.1
exs "" ro0 10.3.0.1/24
exs "" ro1 10.3.1.1/24
exs_sysctl "" ip_forward 1
