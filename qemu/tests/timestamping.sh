#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# SO_TIMESTAMPING against a real peer: what was asked comes, once, in order, with the
# numbers of the bytes; large writes over GSO and through loss too.
# vm: topology=pair timeout=180
#
#   expstack eth0 10.0.0.1/24 ---- hub ---- eth1 10.0.0.2/24 AF_INET (netns peer)
. /exs/tests/lib.sh
plan 11

cat > "$T/stamps.py" << 'END'
import errno, select, socket, struct, sys, time
TX_HW, TX_SW, RX_SW, SW, OPT_ID, SCHED, ACK, TSONLY = 1, 2, 8, 16, 128, 256, 512, 2048
SND, SCH, ACKED = 0, 1, 2
ERRQUEUE, TIMESTAMPING = 0x2000, 37

def read(s):
    """One message of the error queue: (kind, key, time, bytes)."""
    data, ctl, flags, name = s.recvmsg(70000, 512, ERRQUEUE)
    when = kind = key = None
    for level, what, body in ctl:
        if level == socket.SOL_SOCKET and what == TIMESTAMPING:
            sec, nsec = struct.unpack("qq", body[:16])
            when = sec * 10**9 + nsec
        elif level == socket.IPPROTO_IP and what == 11:
            no, origin, t, code, pad, kind, key = struct.unpack("=IBBBBII", body[:16])
            assert no == errno.ENOMSG and origin == 4
    assert not name or not name[0]
    return kind, key, when, len(data)

def collect(s, want, seconds=20):
    got, poll, end = [], select.poll(), time.time() + seconds
    poll.register(s, 0)
    while len(got) < want and time.time() < end:
        if poll.poll(500):
            try:
                got.append(read(s))
            except BlockingIOError:
                pass
    return got
END

cat > "$T/tcp.py" << 'END'
from stamps import *
size, flags = int(sys.argv[1]), int(sys.argv[2])
s = socket.create_connection(("10.0.0.2", 7311))
s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 200000)
s.setsockopt(socket.SOL_SOCKET, TIMESTAMPING, SCHED | TX_SW | ACK | SW | OPT_ID | flags)
begin = time.time_ns()
ok = True
for n in range(1, 6):
    s.sendall(bytes(size))
    # The acknowledgment of the last byte; the others may come again with a retransmission.
    got = []
    while not any(k == ACKED for k, *rest in got):
        more = collect(s, 1)
        if not more:
            break
        got += more
    keys = {key for k, key, when, length in got}
    kinds = [k for k, *rest in got]
    times = [when for k, key, when, length in got]
    ok &= keys == {n * size - 1} and kinds.count(ACKED) == 1 and kinds[-1] == ACKED
    ok &= times == sorted(times) and begin <= times[0] and times[-1] <= time.time_ns()
    if size < 1000:
        ok &= kinds[:2] == [SCH, SND]
    if not flags & TSONLY:
        ok &= all(length >= min(size, 1) for k, key, when, length in got)
    else:
        ok &= all(length == 0 for k, key, when, length in got)
    if not ok:
        print(n, got, file=sys.stderr)
        break
print("ok" if ok else "bad")
END

cat > "$T/udp.py" << 'END'
from stamps import *
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("10.0.0.1", 7312))
s.setsockopt(socket.SOL_SOCKET, TIMESTAMPING, SCHED | TX_SW | SW | OPT_ID | TSONLY)
for size in 10, 3000, 100:
    s.sendto(bytes(size), ("10.0.0.2", 9))
got = collect(s, 6)
print("udp", sorted((key, kind) for kind, key, when, length in got))
END

cat > "$T/rx.py" << 'END'
from stamps import *
u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
u.bind(("0.0.0.0", 7313))
t = socket.socket()
t.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
t.setsockopt(socket.SOL_SOCKET, TIMESTAMPING, RX_SW | SW)
t.bind(("0.0.0.0", 7313))
t.listen(1)
u.setsockopt(socket.SOL_SOCKET, TIMESTAMPING, RX_SW | SW)
time.sleep(0.5)
print("ready", flush=True)
def came(s):
    begin = time.time_ns()
    data, ctl, flags, name = s.recvmsg(100, 512)
    for level, what, body in ctl:
        if what == TIMESTAMPING:
            sec, nsec = struct.unpack("qq", body[:16])
            return abs(time.time_ns() - sec * 10**9 - nsec) < 60 * 10**9
    return False
print("dgram", came(u))
c = t.accept()[0]
print("stream", came(c))
END

sink 7311
sink=$!
for size in 1 700 60000; do
	for flags in 0 2048; do
		is "tcp: writes of $size, flags $flags" \
			"$($X python3 "$T/tcp.py" $size $flags 2>&1)" ok
	done
done

# What is lost is sent again: still one acknowledgment, of the right byte.
peer tc qdisc replace dev eth1 root netem delay 10ms loss 5%
tc qdisc replace dev eth0 root netem delay 10ms loss 5%
is "tcp: through loss" "$($X python3 "$T/tcp.py" 60000 2048 2>&1)" ok
peer tc qdisc del dev eth1 root
tc qdisc del dev eth0 root
kill $sink

is "udp: each once, fragments too" "$($X python3 "$T/udp.py" 2>&1)" \
	"udp [(0, 0), (0, 1), (1, 0), (1, 1), (2, 0), (2, 1)]"

$X python3 "$T/rx.py" > "$T/out" 2>&1 &
reader=$!
wait_for 20 grep -q ready "$T/out"
peer python3 - << 'END'
import socket
u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
u.sendto(b"x", ("10.0.0.1", 7313))
t = socket.create_connection(("10.0.0.1", 7313))
t.sendall(b"x")
t.recv(1)
END
wait $reader
is "udp: when it came" "$(grep dgram "$T/out")" "dgram True"
is "tcp: when it came" "$(grep stream "$T/out")" "stream True"
is "nothing else was said" "$(wc -l < "$T/out")" 3
