#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Two virtio-net cards of one machine on a hub of QEMU's. No offload passes a
# hub: segments and checksums are on the wire as they would be on a cable.
#
#   +---- machine ---------------+     +---- netns peer -----------+
#   | expstack                   |     | AF_INET                   |
#   |   eth0  10.0.0.1/24  ------+--+--+------  eth1  10.0.0.2/24  |
#   +----------------------------+  |  +---------------------------+
#                                 hub 0
# shellcheck source=SCRIPTDIR/lib.sh
. /exs/topology/lib.sh

netns peer
ip link set eth1 netns peer
inet peer eth1 10.0.0.2/24
exs "" eth0 10.0.0.1/24
