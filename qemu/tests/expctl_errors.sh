#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# expctl says in one line what is wrong: status 1 for wrong words, 2 when the
# kernel refused.
# vm: topology=pair timeout=60
#
#   expstack eth0 10.0.0.1/24 ---- hub ---- eth1 10.0.0.2/24 AF_INET (netns peer)
. /exs/tests/lib.sh
plan 24

unprivileged()
{
	python3 -c 'import os, sys
os.setgroups([]); os.setgid(65534); os.setuid(65534)
os.execvp(sys.argv[1], sys.argv[1:])' "$@"
}

refused "an unknown object" 1 'Object "foo" is unknown, try "expctl help"' expctl foo
refused "an unknown command" 1 \
	'Command "foo" of address is unknown, try "expctl help"' expctl addr foo
refused "an unknown option" 1 'Option "-q" is unknown, try "expctl help"' expctl -q link
refused "an unknown device" 1 'Cannot find device "nosuch"' expctl link attach nosuch
refused "an unknown namespace" 1 \
	'Cannot open network namespace "nosuch": No such file or directory' \
	expctl -n nosuch link
refused "a bad address" 1 '"1.2.3" is not a valid address' expctl addr add 1.2.3 dev eth0
refused "a bad length" 1 '"10.0.0.0/33" is not a valid prefix' expctl route add 10.0.0.0/33
refused "a bad number" 1 '"-1" is not a valid metric' \
	expctl route add 10.7.0.0/16 dev eth0 metric -1
refused "a number too large for a TOS" 1 '"256" is not a valid tos' \
	expctl route add 10.7.0.0/16 dev eth0 tos 256
refused "for a protocol" 1 '"260" is not a valid protocol' \
	expctl route add 10.7.0.0/16 dev eth0 proto 260
refused "for a scope" 1 '"509" is not a valid scope' \
	expctl addr add 10.0.0.5/24 dev eth0 scope 509
refused "a flush that would take more than was said" 1 \
	'"neigh flush" takes no state but permanent' expctl neigh flush nud stale
refused "a missing device" 1 '"dev" is needed' expctl addr add 10.0.0.5/24
refused "a missing value" 1 'dev needs a value' expctl addr add 10.0.0.5/24 dev
refused "an unknown mode" 1 '"half" is not a valid mode (exclusive or shared)' \
	expctl link attach eth0 mode half
refused "an unknown state" 1 '"open" is not a valid state' expctl ss state open
refused "more words than a request holds" 1 'the words do not fit one request' \
	python3 -c 'import os
os.execvp("expctl", ["expctl", "route", "add", "10.7.0.0/16"] + 9000 * ["metric", "1"])'
refused "a device that is not attached" 2 'device is not attached to expstack' \
	expctl -n peer addr add 10.0.0.5/24 dev eth1
refused "what exists" 2 'device is attached already' expctl link attach eth0
# Without the privilege: the check is the kernel's.
check "to look needs no privilege" unprivileged expctl route show
refused "to change needs one" 2 'Operation not permitted' \
	unprivileged expctl route add 10.7.0.0/16 dev eth0
expctl > "$T/out" 2> "$T/err"
is "no words: status 1" $? 1
is "no words: usage" "$(head -n 1 "$T/err" | cut -c1-13)" "usage: expctl"
expctl help > "$T/out"
is "help: status 0" $? 0
