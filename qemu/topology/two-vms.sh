#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Two machines, joined by a socket on the host's 127.0.0.1. The first runs
# COMMAND; the second runs two-vms-servers.sh, or what --peer says.
#
#   +==== first machine =========+          +==== second machine ========+
#   | expstack                   |  socket  | AF_INET                    |
#   |   eth0  10.0.0.1/24  ------+----------+-------  eth0  10.0.0.2/24  |
#   +============================+          +============================+
# shellcheck source=SCRIPTDIR/lib.sh
. /exs/topology/lib.sh

# The machines boot side by side: go on when the other one is there.
ip link set eth0 up
ip addr add 10.0.0.1/24 dev eth0
n=0
until ping -c 1 -W 1 -q 10.0.0.2 > /dev/null; do
	n=$((n + 1))
	[ $n -lt 60 ] || { echo "the second machine does not answer"; exit 1; }
done
if [ "$EXS_SERVERS" = 1 ]; then
	until busybox nc -w 1 10.0.0.2 7 < /dev/null > /dev/null 2>&1; do
		n=$((n + 1))
		[ $n -lt 60 ] || { echo "the second machine's servers do not answer"; exit 1; }
		sleep 0.5
	done
fi
ip addr flush dev eth0
exs "" eth0 10.0.0.1/24
