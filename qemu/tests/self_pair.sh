#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# expstack talks to expstack in another namespace, and to itself.
# vm: topology=self timeout=120
#
#   expstack se0 10.2.0.1/24 ---- veth ---- se1 10.2.0.2/24 expstack (netns other)
. /exs/tests/lib.sh
plan 7

MB=16
[ "$SLOW" = 1 ] && MB=2
BYTES=$((MB << 20))
other() { ip netns exec other "$@"; }

# The table of a namespace is read inside it.
other_listens()
{
	if [ "$EXS_MODULE" = 1 ]; then
		other grep -q ':1B5A 00000000:0000 0A' /proc/net/expstack/tcp
	else
		listening 7002 other
	fi
}

exs-verify serve -f "$F" -p 7001 &
other exs-verify serve -f "$F" -p 7002 &
check "our server" wait_for 10 exs_listening 7001
check "the other namespace's server" wait_for 10 other_listens
check "to the other, $MB MB" exs-verify send -f "$F" -H 10.2.0.2 -p 7002 -n $BYTES
check "from the other, $MB MB" other exs-verify send -f "$F" -H 10.2.0.1 -p 7001 -n $BYTES
check "both ways, $MB MB" exs-verify both -f "$F" -H 10.2.0.2 -p 7002 -n $BYTES
check "through 127.0.0.1, $MB MB" exs-verify both -f "$F" -H 127.0.0.1 -p 7001 -n $BYTES
refuse "nobody listens there" exs-verify send -f "$F" -H 10.2.0.2 -p 7003 -n 1000
