#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# expctl ss: sockets of both protocols in every state, in ss's columns.
# vm: topology=pair timeout=120
#
#   expstack eth0 10.0.0.1/24 ---- hub ---- eth1 10.0.0.2/24 AF_INET (netns peer)
. /exs/tests/lib.sh
plan 19

cat > "$T/holder.py" << 'PY'
import os, socket, sys, time
l = socket.socket(); l.bind(("10.0.0.1", 7001)); l.listen(5)
u = socket.socket(type=socket.SOCK_DGRAM); u.bind(("10.0.0.1", 7002))
v = socket.socket(type=socket.SOCK_DGRAM); v.bind(("10.0.0.1", 7003)); v.connect(("10.0.0.2", 7004))
open(sys.argv[1] + "/ready", "w").close()
c, _ = l.accept()
c.sendall(b"hello")
open(sys.argv[1] + "/accepted", "w").close()
while not os.path.exists(sys.argv[1] + "/close"):
    time.sleep(0.05)
c.close()
time.sleep(60)
PY
cat > "$T/peer.py" << 'PY'
import os, socket, sys, time
s = socket.create_connection(("10.0.0.1", 7001))
assert s.recv(5) == b"hello"
s.sendall(b"unread")
while s.recv(1):
    pass
s.close()
PY
$X python3 "$T/holder.py" "$T" &
holder=$!
wait_for 20 test -e "$T/ready"
row()
{
	expctl ss "$@" -H | sed 's/  */ /g; s/ $//'
}

is "a listener" "$(row -tln | grep ':7001 ')" "LISTEN 0 5 10.0.0.1:7001 0.0.0.0:*"
is "a UDP socket" "$(row -uln | grep ':7002 ')" "UNCONN 0 0 10.0.0.1:7002 0.0.0.0:*"
is "a connected UDP socket" "$(row -un)" "ESTAB 0 0 10.0.0.1:7003 10.0.0.2:7004"
is "no connection yet" "$(row -tn)" ""
peer python3 "$T/peer.py" &
wait_for 20 test -e "$T/accepted"
check "an established connection" wait_for 5 sh -c \
	"expctl ss -tnH | sed 's/  */ /g' | grep -q '^ESTAB 6 0 10.0.0.1:7001 10.0.0.2:'"
is "the heading is ss's" "$(expctl ss -tn | head -n 1 | sed 's/  */ /g; s/ $//')" \
	"State Recv-Q Send-Q Local Address:Port Peer Address:Port"
is "both protocols have Netid" "$(expctl ss -an | head -n 1 | cut -d' ' -f1)" Netid
is "netids" "$(expctl ss -anH | awk '{ print $1 }' | sort -u | tr '\n' ' ')" "tcp udp "
check "TCP_INFO" sh -c "expctl ss -tni | grep -q ' mss:[0-9].* cwnd:[0-9].*bytes_received:6'"
check "an RTT in reason" sh -c "expctl -j ss -tni | python3 -c '
import json, sys
s, = json.load(sys.stdin)
i = s[\"tcp_info\"]
assert 0 < i[\"rtt_us\"] < 5000000 and i[\"rto_us\"] >= 200000 and i[\"mss\"] in (1448, 1460), i
assert i[\"bytes_acked\"] in (5, 6) and s[\"recv_q\"] == 6, s
'"
check "memory" sh -c "expctl ss -tnm | grep -q 'skmem:(r[0-9]*,rb[0-9]*,t[0-9]*,tb[0-9]*,f[0-9]*,w[0-9]*,o[0-9]*,bl[0-9]*,d[0-9]*)'"
ino=$(stat -L -c %i /proc/$holder/fd/3 2> /dev/null)
check "inode numbers are those of the files" sh -c "expctl ss -tlne | grep -q ' ino:${ino:-none} '"
is "a filter by state" "$(row -tn state listening | cut -d' ' -f1)" LISTEN
# TIME-WAITs of tests before this one may be there.
is "all but some states" \
	"$(row -tn exclude listening | cut -d' ' -f1 | grep -v TIME-WAIT)" ESTAB
is "each exclusion counts" \
	"$(row -tn exclude listening exclude established exclude time-wait)" ""
is "/proc has the same connections" \
	"$(awk '$4 == "01"' /proc/net/expstack/tcp | wc -l)" "$(row -tn state established | wc -l)"
: > "$T/close"
# There was unread data: the connection is reset, nothing stays.
check "it ends" wait_for 10 sh -c "! expctl ss -tnH | grep -q :7001"
kill $holder
check "all sockets are gone" wait_for 10 sh -c "! expctl ss -anH | grep -q ':700[123] .*:[*7]'"
is "other namespaces have none" "$(expctl -n peer ss -anH)" ""
