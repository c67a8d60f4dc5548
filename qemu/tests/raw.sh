#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Raw sockets on the wire: protocols nobody has, headers of the user's, sockets
# as the tools show them.
# vm: topology=pair timeout=90
#
#   expstack eth0 10.0.0.1/24 ---- hub ---- eth1 10.0.0.2/24 AF_INET (netns peer)
# shellcheck disable=SC2086 # $X is a word or nothing
. /exs/tests/lib.sh
plan 13

cat > "$T/raw.py" << 'PY'
# raw.py PROTO [send TO BYTES | echo | hdrincl FROM TO]
import socket, struct, sys
proto, what = int(sys.argv[1]), sys.argv[2]
s = socket.socket(socket.AF_INET, socket.SOCK_RAW, proto)
s.settimeout(5)
if what == "send":
    s.sendto(bytes(i & 255 for i in range(int(sys.argv[4]))), (sys.argv[3], 0))
    p = s.recv(65535)
    print(p[9], socket.inet_ntoa(p[12:16]), len(p) - 20,
          p[20:] == bytes(i & 255 for i in range(len(p) - 20)))
elif what == "echo":
    print("ready", flush=True)
    s.settimeout(60)
    while True:
        p, a = s.recvfrom(65535)
        s.sendto(p[20:], a)
elif what == "hdrincl":
    h = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 0, 0, 0, 9, 252, 0,
                    socket.inet_aton(sys.argv[3]), socket.inet_aton(sys.argv[4]))
    s.sendto(h + b"spoofed", (sys.argv[4], 0))
elif what == "device":
    s.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, sys.argv[3].encode())
    s.sendto(b"x", ("127.0.0.1", 0))
elif what == "hold":
    s.settimeout(None)
    s.bind(("10.0.0.1", 0)); s.connect(("10.0.0.2", 0))
    print("ready", flush=True)
    while True:
        s.recv(65535)
PY

# The far end echoes protocol 253; so do we for it.
# Not peer(): the job must be the program itself.
ip netns exec peer python3 "$T/raw.py" 253 echo > "$T/peer.ready" &
peer_pid=$!
wait_for 20 grep -q ready "$T/peer.ready"
is "to the peer and back" "$($X python3 "$T/raw.py" 253 send 10.0.0.2 100)" "253 10.0.0.2 100 True"
is "in fragments" "$($X python3 "$T/raw.py" 253 send 10.0.0.2 5000)" "253 10.0.0.2 5000 True"
kill $peer_pid
$X python3 "$T/raw.py" 253 echo > "$T/us.ready" &
pid=$!
wait_for 20 grep -q ready "$T/us.ready"
u0=$(counter InUnknownProtos snmp)
is "from the peer and back" "$(peer python3 "$T/raw.py" 253 send 10.0.0.1 100)" "253 10.0.0.1 100 True"
is "from the peer in fragments" "$(peer python3 "$T/raw.py" 253 send 10.0.0.1 5000)" "253 10.0.0.1 5000 True"
is "not an unknown protocol" "$(counter InUnknownProtos snmp)" "$u0"
if [ "$EXS_MODULE" = 1 ]; then
	is "expctl ss" "$(expctl ss -wanH | sed 's/  */ /g; s/ $//')" "raw UNCONN 0 0 0.0.0.0:253 0.0.0.0:*"
	is "/proc/net/expstack/raw" "$(awk 'NR > 1 { print $2, $3, $4 }' /proc/net/expstack/raw)" "00000000:00FD 00000000:0000 07"
else
	skip "expctl ss" "AF_INET stands in for expstack"
	skip "/proc/net/expstack/raw" "AF_INET stands in for expstack"
fi
kill $pid
wait_for 10 sh -c '! grep -q 00FD /proc/net/expstack/raw /proc/net/raw 2> /dev/null'
peer python3 "$T/raw.py" 253 send 10.0.0.1 100 > /dev/null 2>&1
check "an unknown one again" test "$(counter InUnknownProtos snmp)" -gt "$u0"

ip netns exec peer timeout 10 tcpdump -i eth1 -nn -v -c 1 "ip proto 252" > "$T/dump" 2> "$T/dump.err" &
dump=$!
wait_for 10 grep -q listening "$T/dump.err"
$X python3 "$T/raw.py" 255 hdrincl 10.0.0.77 10.0.0.2
wait $dump
check "a header of the user's, completed" grep -q "ttl 9, id [1-9].*proto unknown (252), length 27)" "$T/dump"
check "with its source" grep -q "10.0.0.77 > 10.0.0.2" "$T/dump"
refuse "and a right checksum" grep -q "bad cksum" "$T/dump"

check "bound to a device, packets leave by no other" sh -c "! $X python3 $T/raw.py 253 device eth9"
$X python3 "$T/raw.py" 17 hold > "$T/hold.ready" &
pid=$!
wait_for 20 grep -q ready "$T/hold.ready"
check "a raw socket of UDP hides no UDP socket" sh -c "
	$X python3 -c '
import socket
s = socket.socket(type=socket.SOCK_DGRAM); s.bind((\"10.0.0.1\", 7009)); s.settimeout(10)
open(\"$T/udp.ready\", \"w\").close()
print(s.recv(10))' & p=\$!
	for i in 1 2 3 4 5 6 7 8 9 10; do test -e $T/udp.ready && break; sleep 0.5; done
	ip netns exec peer python3 -c '
import socket
socket.socket(type=socket.SOCK_DGRAM).sendto(b\"hello\", (\"10.0.0.1\", 7009))'
	wait \$p"
kill $pid
