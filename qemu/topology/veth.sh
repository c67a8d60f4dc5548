#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A veth pair, which carries segments of up to 64 KB with their checksums left
# undone (GSO).
#
#   +---- machine ---------------+        +---- netns peer -----------+
#   | expstack                   |  veth  | AF_INET                   |
#   |   ve0  10.1.0.1/24  -------+--------+-------  ve1  10.1.0.2/24  |
#   +----------------------------+        +---------------------------+
# shellcheck source=SCRIPTDIR/lib.sh
. /exs/topology/lib.sh

netns peer
ip link add ve0 type veth peer name ve1 netns peer
inet peer ve1 10.1.0.2/24
exs "" ve0 10.1.0.1/24
