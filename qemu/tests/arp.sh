#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Neighbours as the wire sees them: requests answered, learnt and aged; a host
# that is not there.
# vm: topology=veth timeout=150 debug=always
#
#   t0 (expstack) 10.9.0.1/24 ---- veth ---- t1 10.9.0.2/24 (netns peer)
. /exs/tests/lib.sh
plan 18

ip link add t0 type veth peer name t1 netns peer
ip link set t0 up
peer ip link set t1 up
peer ip addr add 10.9.0.2/24 dev t1
expctl link attach t0
expctl addr add 10.9.0.1/24 dev t0
mac=$(cat /sys/class/net/t0/address)
peer_mac=$(peer cat /sys/class/net/t1/address)

# state ADDRESS: of the neighbour, nothing when there is none.
state()
{
	expctl neigh show dev t0 | awk -v a="$1" '$1 == a { print $NF }'
}

# Packets that waited for a host that never answered.
given_up()
{
	expctl stat -z ExpDropNeighFailed | awk 'NR == 2 { print $2 }'
}

state_is()
{
	[ "$(state "$1")" = "$2" ]
}

check "an ARP request is answered" wait_for 5 peer busybox arping -q -c 1 -w 1 -I t1 10.9.0.1
refuse "a probe for a used address finds us" peer busybox arping -q -D -c 1 -w 2 -I t1 10.9.0.1
check "a probe for a free address does not" peer busybox arping -q -D -c 1 -w 1 -I t1 10.9.0.50
check "ping" peer ping -q -c 1 -W 2 10.9.0.1
is "the peer learnt us" "$(peer ip neigh show 10.9.0.1 dev t1 | awk '{ print $3 }')" "$mac"
is "we learnt the peer" \
	"$(expctl neigh show dev t0 | awk '$1 == "10.9.0.2" { print $5 }')" "$peer_mac"

# Who asks for others is not remembered.
peer ip addr add 10.9.0.7/24 dev t1
peer busybox arping -q -c 1 -w 1 -s 10.9.0.7 -I t1 10.9.0.99
is "requests for others teach nothing" "$(state 10.9.0.7)" ""

# A gratuitous one changes what is known.
peer ip link set t1 down
peer ip link set t1 address 02:00:00:00:00:42
peer ip link set t1 up
check "a new hardware address is learnt" wait_for 10 peer ping -q -c 1 -W 1 10.9.0.1

# A host that is not there: three requests, then unreachable.
peer tcpdump -l -nn -i t1 -Q in "arp[24:4] = 0x0a090063" > "$T/arp" 2>/dev/null &
dump=$!
sleep 1
dropped=$(given_up)
exprun python3 - > "$T/py" 2>&1 << 'EOF'
import errno, socket, time
s = socket.socket()
start = time.monotonic()
try:
    s.connect(("10.9.0.99", 80))
except OSError as e:
    print(errno.errorcode[e.errno], int(time.monotonic() - start))
EOF
sleep 1
kill $dump
read -r err seconds < "$T/py"
is "connect to nobody" "$err" EHOSTUNREACH
between "after three seconds" "$seconds" 2 10
is "three requests were sent" "$(grep -c 10.9.0.99 "$T/arp")" 3
check "and it is FAILED" state_is 10.9.0.99 FAILED
between "what waited for it is freed" \
	$(($(given_up) - dropped)) 1 9

# Set by hand.
check "a permanent entry" expctl neigh add 10.9.0.60 lladdr 02:00:00:00:00:60 dev t0
check "is PERMANENT" state_is 10.9.0.60 PERMANENT
check "and deleted" expctl neigh del 10.9.0.60 dev t0

# Ageing: reachable for about half a second, then stale, then probed.
n=/proc/sys/net/expstack/neigh/default
cd $n || exit 1
old="$(cat base_reachable_time_ms) $(cat delay_first_probe_time)"
echo 500 > base_reachable_time_ms
echo 1 > delay_first_probe_time
expctl neigh flush dev t0
peer ping -q -c 1 -W 1 10.9.0.1 > /dev/null
check "unused: STALE" wait_for 10 state_is 10.9.0.2 STALE
# From here on long enough for a slow machine to see it.
echo 60000 > base_reachable_time_ms
peer ping -q -c 1 10.9.0.1 > /dev/null
check "used: asked and REACHABLE" wait_for 10 state_is 10.9.0.2 REACHABLE
echo "${old% *}" > base_reachable_time_ms
echo "${old#* }" > delay_first_probe_time
cd /
ip link del t0
