#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# expstack in two namespaces: both ends are ours.
#
#   +---- machine ---------------+        +---- netns other ----------+
#   | expstack                   |  veth  | expstack                  |
#   |   se0  10.2.0.1/24  -------+--------+-------  se1  10.2.0.2/24  |
#   +----------------------------+        +---------------------------+
# shellcheck source=SCRIPTDIR/lib.sh
. /exs/topology/lib.sh

netns other
ip link add se0 type veth peer name se1 netns other
exs other se1 10.2.0.2/24
exs "" se0 10.2.0.1/24
