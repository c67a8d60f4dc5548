#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The module is loaded and unloaded again and again with traffic before each
# unload; it refuses to go while a socket is open; nothing of it stays behind.
# vm: topology=none timeout=400 alone
#
#   expstack lu0 10.9.0.1/24 ---- veth ---- lu1 10.9.0.2/24 AF_INET (netns peer)
. /exs/tests/lib.sh
plan 7

[ "$EXS_MODULE" = 1 ] || { diag "without the module there is nothing to load"; exit 1; }
KO=/lib/modules/expstack/expstack.ko
TIMES=100
[ "$SLOW" = 1 ] && TIMES=20

gone() { ! grep -q '^expstack ' /proc/modules; }

ip netns add peer
peer ip link set lo up
ip link add lu0 type veth peer name lu1 netns peer
ip link set lu0 up
peer ip link set lu1 up
peer ip addr add 10.9.0.2/24 dev lu1
peer exs-verify serve -p 7002 &
wait_for 10 listening 7002 peer

round()
{
	expctl link attach lu0 && expctl addr add 10.9.0.1/24 dev lu0 &&
		peer ping -q -c 2 -i 0.01 -W 2 10.9.0.1 &&
		exs-verify both -f expstack -H 10.9.0.2 -p 7002 -n 100000
}

check "traffic" round
exs-verify serve -f expstack -p 7001 &
server=$!
check "a listener" wait_for 10 exs_listening 7001
rmmod expstack 2> "$T/busy"
check "rmmod with an open socket is refused: in use" grep -qi 'in use' "$T/busy"
kill $server
wait $server 2>/dev/null
check "rmmod without one" wait_for 10 rmmod expstack

loaded=0
while [ $loaded -lt $TIMES ]; do
	if ! { insmod $KO && round; } > "$T/round" 2>&1; then
		break
	fi
	# A socket that has just been closed may still be on its way out.
	wait_for 10 rmmod expstack || break
	loaded=$((loaded + 1))
done
[ $loaded = $TIMES ] || diag "$(cat "$T/round")"
is "$TIMES times loaded, used and unloaded" $loaded $TIMES
check "not in the list of modules" gone
refuse "no device of ours is left" ip link show explo
