#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# expdrill on a machine that is late: a script that fails there runs once more,
# one that fails in time does not. AF_INET is the stack.
# vm: topology=none timeout=120
. /exs/tests/lib.sh
plan 4

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
