#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A device without a link header: no Ethernet, no ARP. A small program carries
# the packets between two tun devices.
#
#   +---- machine ---------------+               +---- netns peer -----------+
#   | expstack                   |               | AF_INET                   |
#   |   tun0  10.4.0.1/24  ------+-- tunpipe.py -+-----  tun1  10.4.0.2/24   |
#   +----------------------------+               +---------------------------+
# shellcheck source=SCRIPTDIR/lib.sh
. /exs/topology/lib.sh

netns peer
python3 /exs/topology/tunpipe.py tun0 peer tun1 < /dev/null > /run/tunpipe.log 2>&1 &
wait_device "" tun0
wait_device peer tun1
inet peer tun1 10.4.0.2/24
exs "" tun0 10.4.0.1/24
