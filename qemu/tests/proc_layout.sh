#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The files of /proc/net/expstack have the layouts of AF_INET's, so that what
# reads those reads these.
# vm: topology=pair timeout=60
#
#   expstack eth0 10.0.0.1/24 ---- hub ---- eth1 10.0.0.2/24 AF_INET (netns peer)
. /exs/tests/lib.sh
plan 18

p=/proc/net/expstack
for f in tcp udp icmp raw route arp; do
	is "heading of $f" "$(head -n 1 $p/$f)" "$(head -n 1 /proc/net/$f)"
done
# The groups we have, with their counters in AF_INET's order.
for g in Ip Icmp Tcp Udp; do
	is "names of $g" "$(grep "^$g:" $p/snmp | head -n 1)" "$(grep "^$g:" /proc/net/snmp | head -n 1)"
done
is "names of IpExt" "$(grep "^IpExt:" $p/netstat | head -n 1)" \
	"$(grep "^IpExt:" /proc/net/netstat | head -n 1)"
is "as many values as names" "$(awk '{ n = NF } NR % 2 { m = NF; next } n != m' $p/snmp $p/netstat | wc -l)" 0

check "the peer speaks to us" wait_for 5 peer ping -q -c 1 -W 1 10.0.0.1
is "a neighbour" "$(awk '$1 == "10.0.0.2" { print $2, $3, $5, $6 }' $p/arp)" "0x1 0x2 * eth0"
is "the connected route" "$(awk '$1 == "eth0" && $2 == "0000000A" { print $3, $4, $8 }' $p/route)" \
	"00000000 0001 00FFFFFF"
$X python3 -c '
import socket, time
u = socket.socket(type=socket.SOCK_DGRAM); u.bind(("10.0.0.1", 7002))
time.sleep(30)' &
pid=$!
check "a UDP socket" wait_for 20 grep -q ': 0100000A:1B5A 00000000:0000 07 ' $p/udp
kill $pid

# A datagram is counted when it is read; a connection that is given up did not fail.
is "datagrams are counted when they are read" "$($X python3 -c '
import socket, sys
def n():
    a, b = [l.split() for l in open("/proc/net/expstack/snmp") if l.startswith("Udp:")]
    return int(b[a.index("InDatagrams")])
s = socket.socket(type=socket.SOCK_DGRAM); s.bind(("127.0.0.1", 0))
k = n()
s.sendto(b"a", s.getsockname())
one = n() - k
s.recv(9, socket.MSG_PEEK)
two = n() - k
s.recv(9)
print(one, two, n() - k)')" "0 0 1"
is "giving up is no failure" "$($X python3 -c '
import socket, time
def n():
    a, b = [l.split() for l in open("/proc/net/expstack/snmp") if l.startswith("Tcp:")]
    return int(b[a.index("AttemptFails")])
k = n()
s = socket.socket(); s.setblocking(False)
s.connect_ex(("10.0.0.99", 9))
s.close()
given_up = n() - k
try: socket.create_connection(("127.0.0.1", 9))
except ConnectionRefusedError: pass
print(given_up, n() - k)')" "0 1"
