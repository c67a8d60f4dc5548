#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# expctl stat: counters by nstat's names, drops by reason, as /proc has them.
# vm: topology=pair timeout=60
#
#   expstack eth0 10.0.0.1/24 ---- hub ---- eth1 10.0.0.2/24 AF_INET (netns peer)
. /exs/tests/lib.sh
plan 9

value()
{
	expctl stat -z "$1" | awk -v n="$1" '$1 == n { print $2 }'
}

before=$(value IcmpInEchos)
check "the peer speaks to us" wait_for 5 peer ping -q -c 1 -W 1 10.0.0.1
peer ping -q -c 5 -i 0.1 -W 1 10.0.0.1 > /dev/null
between "echo requests are counted" "$(value IcmpInEchos)" $((before + 5)) $((before + 60))
is "as in /proc" "$(value IcmpInEchos)" "$(counter InEchos snmp)"
drops=$(value ExpDropUdpNoSocket)
peer python3 -c 'import socket
u = socket.socket(type=socket.SOCK_DGRAM)
for i in range(3):
    u.sendto(b"x", ("10.0.0.1", 9))'
wait_for 5 sh -c 'expctl stat ExpDropUdpNoSocket | grep -q ExpDrop'
between "a drop has its reason" "$(value ExpDropUdpNoSocket)" $((drops + 1)) $((drops + 6))
is "with words" "$(expctl stat ExpDropUdpNoSocket | awk 'NR > 1 { $1 = $2 = ""; print }')" \
	"  udp: no socket"
is "zeros only when asked" "$(expctl stat | awk 'NR > 1 && $2 == 0' | wc -l)" 0
# Every counter of ours is one of AF_INET's too, by the same name. nstat leaves
# the one gauge out.
nstat -az 2> /dev/null | awk 'NR > 1 { print $1 }' | sort > "$T/inet"
expctl stat -z | awk 'NR > 1 && $1 !~ /^(ExpDrop|Arp|TcpCurrEstab)/ { print $1 }' | sort > "$T/ours"
is "names are AF_INET's" "$(comm -13 "$T/inet" "$T/ours" | tr '\n' ' ')" ""
check "JSON" sh -c "expctl -j stat -z | python3 -c '
import json, sys
k = json.load(sys.stdin)[\"kernel\"]
assert k[\"IcmpInEchos\"] >= 5 and isinstance(k[\"ExpDropTcpOldSeq\"], int)
'"
is "a pattern" "$(expctl stat -z 'Udp*' | awk 'NR > 1 && $1 !~ /^Udp/' | wc -l)" 0
