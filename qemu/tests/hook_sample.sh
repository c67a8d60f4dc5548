#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The sample hook: counts and drops by port; it comes and goes under traffic.
# vm: topology=pair timeout=120
#
#   expstack eth0 10.0.0.1/24 ---- hub ---- eth1 10.0.0.2/24 AF_INET (netns peer)
. /exs/tests/lib.sh
plan 11

KO=/lib/modules/expstack/exs_hook_portcount.ko
COUNT=/sys/kernel/debug/exs_hook_portcount
DROP=/sys/module/exs_hook_portcount/parameters/drop_port

# send PORT N: datagrams from the peer.
cat > "$T/send.py" << 'PY'
import socket, sys, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
end = time.time() + float(sys.argv[3]) if len(sys.argv) > 3 else None
n = int(sys.argv[2])
while n or (end and time.time() < end):
    try:
        s.sendto(b"x", ("10.0.0.1", int(sys.argv[1])))
    except OSError:
        pass
    n = max(0, n - 1)
    time.sleep(0.001)
PY
count()
{
	awk -v p="$1" -v c="$2" '$1 == p { print $c; f = 1 } END { if (!f) print 0 }' $COUNT
}
drops()
{
	expctl stat | awk '/verdict DROP/ { print $(NF - 1); f = 1 } END { if (!f) print 0 }'
}

if [ "$EXS_MODULE" != 1 ]; then
	for i in 1 2 3 4 5 6 7 8 9 10 11; do
		skip "hook $i" "AF_INET has hooks of its own"
	done
	exit 0
fi

check "loads" insmod $KO
peer python3 "$T/send.py" 4444 20
check "20 packets counted" wait_for 5 test "$(count 4444 2)" = 20
is "none dropped" "$(count 4444 3)" 0
echo 4444 > $DROP
peer python3 "$T/send.py" 4444 5
peer python3 "$T/send.py" 4445 5
sleep 0.5
is "five dropped" "$(count 4444 3)" 5
is "none of the other port" "$(count 4445 2) $(count 4445 3)" "5 0"
check "ping is not concerned" peer ping -q -c 1 -W 2 10.0.0.1
check "a new namespace has it too" sh -c "ip netns add n1 && ip netns del n1"
check "unloads" rmmod exs_hook_portcount
check "at every point, in and out under traffic" sh -c "
	ip netns exec peer python3 $T/send.py 4446 1 8 &
	ip netns exec peer ping -q -f -w 8 10.0.0.1 > /dev/null &
	for i in 1 2 3 4; do
		for p in 0 1 2 3 4; do
			insmod $KO point=\$p drop_port=4446 && rmmod exs_hook_portcount || exit 1
		done
	done
	wait"
refuse "no such point" insmod $KO point=5
check "traffic goes on" peer ping -q -c 3 -i 0.2 -W 2 10.0.0.1
