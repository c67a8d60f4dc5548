#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Clients connect while SYNs from random sources come in, ten times as many as
# the listener's backlog and more: SYN cookies (RFC 4987). Each is through, and has
# its answer, with one SYN more at most.
# vm: topology=pair timeout=180
#
#   expstack eth0 10.0.0.1/24 ---- hub ---- eth1 10.0.0.2/24 AF_INET (netns peer)
#                                           "from" 198.18.0.0/15
. /exs/tests/lib.sh
plan 7

BACKLOG=64
CONNECTS=500
[ "$SLOW" = 1 ] && CONNECTS=50

cat > "$T/server.py" << 'END'
import socket, sys
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("0.0.0.0", 7200))
s.listen(int(sys.argv[1]))
while True:
    c, _ = s.accept()
    c.settimeout(10)
    try:
        c.sendall(b"ok" + c.recv(16, socket.MSG_WAITALL))
    except OSError:
        pass
    c.close()
END

cat > "$T/flood.py" << 'END'
import random, socket, struct
raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
dst = socket.inet_aton("10.0.0.1")
while True:
    src = struct.pack("!I", 0xc6120000 + random.getrandbits(17))
    tcp = struct.pack("!HHIIBBHHHBBH", random.randint(1024, 65535), 7200,
                      random.getrandbits(32), 0, 6 << 4, 2, 65535, 0, 0, 2, 4, 1460)
    total = sum(struct.unpack("!16H", src + dst + struct.pack("!HH", 6, len(tcp)) + tcp[:20]))
    total += sum(struct.unpack("!2H", tcp[20:]))
    total = (total & 0xffff) + (total >> 16)
    total = (total & 0xffff) + (total >> 16)
    tcp = tcp[:16] + struct.pack("!H", ~total & 0xffff) + tcp[18:]
    ip = struct.pack("!BBHHHBBH", 0x45, 0, 44, 0, 0, 64, 6, 0) + src + dst
    try:
        raw.sendto(ip + tcp, ("10.0.0.1", 0))
    except OSError:
        pass
END

# Tells how many got no answer or a wrong one, how many needed a second
# retransmission of their SYN (due two seconds after the first SYN), and the same by
# the clock.
cat > "$T/clients.py" << 'END'
import os, socket, struct, sys, time
bad = again = late = 0
for i in range(int(sys.argv[1])):
    start = time.monotonic()
    try:
        s = socket.create_connection(("10.0.0.1", 7200), 20)
        late += time.monotonic() - start >= 2
        info = s.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 104)
        again += struct.unpack_from("I", info, 100)[0] > 1    # tcpi_total_retrans
        text = os.urandom(16)
        s.sendall(text)
        bad += s.recv(18, socket.MSG_WAITALL) != b"ok" + text
        s.close()
    except OSError as e:
        print(i, e, file=sys.stderr)
        bad += 1
print(bad, again, late)
END

route()
{
	if [ "$EXS_MODULE" = 1 ]; then
		expctl route "$@"
	else
		/sbin/ip route "$@"
	fi
}

route add 198.18.0.0/15 via 10.0.0.2
# shellcheck disable=SC2086
$X python3 "$T/server.py" $BACKLOG &
check "server" wait_for 20 exs_listening 7200
sent=$(counter SyncookiesSent netstat)
recv=$(counter SyncookiesRecv netstat)
dropped=$(counter TCPReqQFullDrop netstat)
ip netns exec peer python3 "$T/flood.py" &
flood=$!
cookies()
{
	[ $(($(counter SyncookiesSent netstat) - sent)) -gt "$1" ]
}
check "the queue is full, ten times" wait_for 30 cookies $((10 * BACKLOG))
before=$(counter SyncookiesSent netstat)
is "no connection fails, or needs two retransmissions" \
	"$(peer python3 "$T/clients.py" $CONNECTS)" "0 0 0"
check "the flood went on" test $(($(counter SyncookiesSent netstat) - before)) -gt $BACKLOG
kill $flood
between "clients by cookies" $(($(counter SyncookiesRecv netstat) - recv)) \
	$((CONNECTS / 2)) $((CONNECTS * 2))
is "their SYNs were not refused" $(($(counter TCPReqQFullDrop netstat) - dropped)) 0
is "the kernel's log says so once" \
	"$(dmesg | grep -c "Possible SYN flooding on port .*:*7200\. Sending cookies")" 1
route del 198.18.0.0/15 via 10.0.0.2
