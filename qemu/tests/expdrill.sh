#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# expdrill on a machine that is late: a script that fails there runs once more,
# one that fails in time does not; other processes do not make it late. AF_INET
# is the stack.
# vm: topology=none timeout=120
. /exs/tests/lib.sh
plan 5

# What comes is an acknowledgment of 1, not of 2.
cat > "$T/wrong.drill" <<EOF
 0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
+0 bind(3, ..., ...) = 0
+0 listen(3, 1) = 0
+2 < S 0:0(0) win 65535 <mss 1000>
+0 > S. 0:0(0) ack 2 <mss 1460>
EOF
wrong="expdrill -f inet --ktap --tolerance_usecs=1000000 $T/wrong.drill"

# The first run of the script sleeps over its fourth event.
late()
{
	$wrong > "$T/late" 2>&1 &
	main=$!
	wait_for 10 script || return 2
	kill -STOP "$script"
	sleep 5
	kill -CONT "$script"
	wait "$main"
}

# expdrill runs each script in a process of its own.
script() { script=$(pgrep -P "$main"); }

$wrong > "$T/quick" 2>&1
is "a wrong segment is a failure" $? 1
is "it runs once" "$(grep -c 'once more' "$T/quick")" 0
late
is "it is one on a late machine too" $? 1
is "there it ran once more" "$(grep -c 'late: once more' "$T/late")" 1

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
expdrill -f inet --tolerance_usecs=30000 "$T/busy.drill" > "$T/busy" 2>&1
is "it is on time beside busy processes" "$? $(grep -c . "$T/busy")" "0 0"
cat "$T/busy"
# shellcheck disable=SC2086
kill $hogs
