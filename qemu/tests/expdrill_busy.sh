#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# expdrill on a busy machine: its scripts run before all other processes. AF_INET
# is the stack.
# vm: topology=none icount timeout=120
. /exs/tests/lib.sh
plan 1

# A peer that answers 100 ms after each segment, ten times.
{
	cat <<-EOF
	 0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
	+0 bind(3, ..., ...) = 0
	+0 listen(3, 1) = 0
	+0 < S 0:0(0) win 65535 <mss 1000>
	+0 > S. 0:0(0) ack 1 <mss 1460>
	+.1 < . 1:1(0) ack 1 win 65535
	+0 accept(3, ..., ...) = 4
	EOF
	for i in 1 2 3 4 5 6 7 8 9 10; do
		cat <<-EOF
		+0 write(4, ..., 1000) = 1000
		+0 > P. $((i * 1000 - 999)):$((i * 1000 + 1))(1000) ack 1
		+.1 < . 1:1(0) ack $((i * 1000 + 1)) win 65535
		EOF
	done
} > "$T/busy.drill"
hogs=
for i in 1 2 3 4; do
	nice -n -20 sh -c 'while :; do :; done' &
	hogs="$hogs $!"
done
expdrill -f inet "$T/busy.drill" > "$T/busy" 2>&1
is "it is on time beside busy processes" "$? $(grep -c . "$T/busy")" "0 0"
cat "$T/busy"
# shellcheck disable=SC2086
kill $hogs
