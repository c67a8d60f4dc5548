#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# ping: a host of AF_INET's pings us, and unmodified ping under exprun pings it,
# from a raw socket and from a ping socket.
# vm: topology=pair timeout=180
#
#   expstack eth0 10.0.0.1/24 ---- hub ---- eth1 10.0.0.2/24 AF_INET (netns peer)
# shellcheck disable=SC2086 # $X is a word or nothing
. /exs/tests/lib.sh
plan 30

range=/proc/sys/net/expstack/ping_group_range
[ "$EXS_MODULE" = 1 ] || range=/proc/sys/net/ipv4/ping_group_range
before=$(cat $range)

says()
{
	what=$1
	shift
	"$@" 2>&1 | grep -q "$what"
}

check "one answer" wait_for 5 peer ping -q -c 1 -W 1 10.0.0.1
check "100 answers, none lost" peer ping -q -c 100 -i 0.01 -W 1 10.0.0.1
check "full frames, not fragmented" peer ping -q -c 5 -i 0.2 -s 1472 -M "do" 10.0.0.1
check "8 KB in fragments" peer ping -q -c 5 -i 0.2 -s 8000 10.0.0.1

# us KIND: what ping does when it gets such a socket.
us()
{
	k=$1
	check "$k: an answer" wait_for 5 $X ping -q -c 1 -W 1 10.0.0.2
	check "$k: from whom, how far" says "64 bytes from 10.0.0.2: icmp_seq=1 ttl=64 time=" $X ping -c 1 -W 2 10.0.0.2
	check "$k: 100 answers, none lost" says "100 received, 0% packet loss" $X ping -q -c 100 -i 0.01 -W 1 10.0.0.2
	check "$k: full frames, not fragmented" $X ping -q -c 5 -i 0.2 -s 1472 -M "do" 10.0.0.2
	check "$k: 4,000 bytes in fragments" says "4008 bytes from 10.0.0.2" $X ping -c 2 -i 0.2 -s 4000 10.0.0.2
	check "$k: too long for DF" says "message too long, mtu.1500" $X ping -c 1 -W 1 -s 1473 -M "do" 10.0.0.2
	check "$k: nobody there" says "From 10.0.0.1 icmp_seq=1 Destination Host Unreachable" $X ping -c 1 -W 8 10.0.0.99
	check "$k: no route" says "Network is unreachable" $X ping -c 1 -W 1 192.0.2.1
	check "$k: by device and address" $X ping -q -c 1 -W 2 -I 10.0.0.1 10.0.0.2
	check "$k: 127.0.0.1" says "64 bytes from 127.0.0.1: icmp_seq=1 ttl=64" $X ping -c 1 -W 2 127.0.0.1
	check "$k: an address of our own" $X ping -q -c 3 -i 0.2 -W 2 10.0.0.1
}

# Nobody's group: ping asks for a raw socket, as root may have.
echo "1 0" > $range
us raw
echo "0 0" > $range
us ping

cat > "$T/nobody.py" << 'PY'
import os, sys
os.setgroups([]); os.setgid(int(sys.argv[1])); os.setuid(1000)
os.execvp(sys.argv[2], sys.argv[2:])
PY
chmod 755 "$T"
echo "100 100" > $range
check "a user of the group needs no privilege" python3 "$T/nobody.py" 100 $X ping -q -c 1 -W 2 10.0.0.2
refuse "one of another group gets nothing" python3 "$T/nobody.py" 101 $X ping -q -c 1 -W 2 10.0.0.2
if [ "$EXS_MODULE" = 1 ]; then
	check "the socket is expstack's" says "SOCK_RAW.*, 1): AF_EXPSTACK, fd" exprun -d ping -c 1 10.0.0.2
	echo "0 0" > $range
	check "the ping socket too" says "SOCK_DGRAM.*, 1): AF_EXPSTACK, fd" exprun -d ping -c 1 10.0.0.2
else
	skip "the socket is expstack's" "AF_INET stands in for expstack"
	skip "the ping socket too" "AF_INET stands in for expstack"
fi
echo "$before" > $range
