#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Clients connect while SYNs from random sources come in, ten times as many as
# the listener's backlog and more: SYN cookies (RFC 4987).
# vm: topology=pair timeout=180
#
#   expstack eth0 10.0.0.1/24 ---- hub ---- eth1 10.0.0.2/24 AF_INET (netns peer)
#                                           "from" 198.18.0.0/15
. /exs/tests/lib.sh
plan 6

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
    c.sendall(b"ok")
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

# Each connection: the time until the greeting is there.
cat > "$T/clients.py" << 'END'
import socket, sys, time
slow = bad = 0
for i in range(int(sys.argv[1])):
    start = time.monotonic()
    try:
        s = socket.create_connection(("10.0.0.1", 7200), 3)
        s.settimeout(3)
        bad += s.recv(2) != b"ok"
        s.close()
    except OSError as e:
        print(i, e, file=sys.stderr)
        bad += 1
    slow += time.monotonic() - start > 2.5
print(bad, slow)
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
peer python3 "$T/flood.py" &
flood=$!
cookies()
{
	[ $(($(counter SyncookiesSent netstat) - sent)) -gt "$1" ]
}
check "the queue is full" wait_for 30 cookies 0
is "no connection fails or is slow" \
	"$(peer python3 "$T/clients.py" $CONNECTS)" "0 0"
check "ten times the backlog" wait_for 30 cookies $((10 * BACKLOG))
kill $flood
between "clients by cookies" $(($(counter SyncookiesRecv netstat) - recv)) \
	1 $((CONNECTS * 2))
is "the kernel's log says so once" \
	"$(dmesg | grep -c "Possible SYN flooding on port .*:*7200\. Sending cookies")" 1
route del 198.18.0.0/15 via 10.0.0.2
