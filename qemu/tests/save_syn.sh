#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# TCP_SAVE_SYN: a server reads the headers of its clients' SYNs.
# vm: topology=pair timeout=60
#
#   expstack eth0 10.0.0.1/24 ---- hub ---- eth1 10.0.0.2/24 AF_INET (netns peer)
. /exs/tests/lib.sh
plan 8

cat > "$T/server.py" << 'END'
import socket, sys
SAVE, SAVED = 27, 28
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.setsockopt(socket.IPPROTO_TCP, SAVE, int(sys.argv[1]))
s.bind(("0.0.0.0", 7201))
s.listen(5)
c, (addr, port) = s.accept()
try:
    c.getsockopt(socket.IPPROTO_TCP, SAVED, 10)
    print("short", "read")
except OSError as e:
    print("short", e.errno)
syn = c.getsockopt(socket.IPPROTO_TCP, SAVED, 200)
link = 14 if int(sys.argv[1]) == 2 else 0
print("link", syn[12:link].hex())
ip = syn[link:]
print("peer", socket.inet_ntoa(ip[12:16]) == addr, int.from_bytes(ip[20:22], "big") == port)
print("syn", ip[9], ip[33], len(ip) == 20 + (ip[32] >> 4) * 4)
print("again", len(c.getsockopt(socket.IPPROTO_TCP, SAVED, 200)))
END

for how in 1 2; do
	$X python3 "$T/server.py" $how > "$T/out" &
	server=$!
	wait_for 20 exs_listening 7201
	peer python3 -c 'import socket; socket.create_connection(("10.0.0.1", 7201)).recv(1)'
	wait $server
	is "$how: too little room" "$(grep short "$T/out")" "short 22"
	is "$how: the peer's address and port" "$(grep peer "$T/out")" "peer True True"
	is "$how: a SYN with its options" "$(grep syn "$T/out")" "syn 6 2 True"
	is "$how: given out once" "$(grep again "$T/out")" "again 0"
done
