#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Sockets through io_uring: socket, connect, accept (multishot), send, recv (multishot
# too, with a ring of buffers), sendmsg, recvmsg, shutdown, the queues' sizes; every
# byte checked, between expstack and AF_INET both ways.
# vm: topology=pair timeout=240
#
#   expstack eth0 10.0.0.1/24 ---- hub ---- eth1 10.0.0.2/24 AF_INET (netns peer)
. /exs/tests/lib.sh
plan 11

off=/proc/sys/kernel/io_uring_disabled
! test -w $off || echo 0 > $off

is "AF_INET's datagrams" "$(timeout 30 exs-uring dgram inet 2>&1)" ok
is "datagrams" "$(timeout 30 exs-uring dgram "$F" 2>&1)" ok

exs-uring serve "$F" 7321 > "$T/ours" 2>&1 &
ours=$!
peer exs-uring serve inet 7322 > "$T/theirs" 2>&1 &
theirs=$!
wait_for 20 exs_listening 7321
wait_for 20 listening 7322 peer
for bytes in 1 100000 5000000; do
	is "$bytes bytes: AF_INET calls" \
		"$(peer timeout 60 exs-uring call inet 10.0.0.1 7321 $bytes 2>&1)" ok
	is "$bytes bytes: expstack calls" \
		"$(timeout 60 exs-uring call "$F" 10.0.0.2 7322 $bytes 2>&1)" ok
	is "$bytes bytes: expstack calls itself" \
		"$(timeout 60 exs-uring call "$F" 10.0.0.1 7321 $bytes 2>&1)" ok
done
kill $ours $theirs
diag "$(cat "$T/ours" "$T/theirs")"
