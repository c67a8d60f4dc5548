#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# SO_REUSEPORT groups whose members a program chooses among, of classic BPF and of
# eBPF, for TCP listeners and UDP sockets.
# vm: topology=pair timeout=120
#
#   expstack eth0 10.0.0.1/24 ---- hub ---- eth1 10.0.0.2/24 AF_INET (netns peer)
. /exs/tests/lib.sh
plan 9

cat > "$T/bpf.py" << 'END'
import ctypes, os, socket, struct
CBPF, EBPF, DETACH = 51, 52, 68
NET = 0xfff00000  # SKF_NET_OFF: the IP header

def group(kind, port, n):
    socks = []
    for i in range(n):
        s = socket.socket(socket.AF_INET, kind)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        s.bind(("0.0.0.0", port))
        if kind == socket.SOCK_STREAM:
            s.listen(16)
        s.settimeout(10)
        socks.append(s)
    return socks

def classic(s, *code):
    text = b"".join(struct.pack("=HBBI", *i) for i in code)
    buf = ctypes.create_string_buffer(text, len(text))
    s.setsockopt(socket.SOL_SOCKET, CBPF,
                 struct.pack("@HP", len(code), ctypes.addressof(buf)))

def port_mod(s, n):
    # ldh [IP + 20], the source port; mod n; ret a
    classic(s, (0x28, 0, 0, NET + 20), (0x94, 0, 0, n), (0x16, 0, 0, 0))

def extended():
    # r6 = r1; r0 = first octet of the data; exit: a socket filter
    text = struct.pack("=BBhi", 0xbf, 0x16, 0, 0)
    text += struct.pack("=BBhi", 0x30, 0, 0, 0) + struct.pack("=BBhi", 0x95, 0, 0, 0)
    code, gpl = ctypes.create_string_buffer(text, len(text)), ctypes.create_string_buffer(b"GPL")
    attr = struct.pack("=IIQQIIQII", 1, 3, ctypes.addressof(code),
                       ctypes.addressof(gpl), 0, 0, 0, 0, 0).ljust(120, b"\0")
    abuf = ctypes.create_string_buffer(attr, len(attr))
    libc = ctypes.CDLL(None, use_errno=True)
    fd = libc.syscall(321, 5, abuf, len(attr))
    if fd < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return fd
END

cat > "$T/tcp.py" << 'END'
import socket
from bpf import *
socks = group(socket.SOCK_STREAM, 7301, 3)
port_mod(socks[0], 3)
print("ready", flush=True)
bad = 0
for k in range(12):
    i = (30000 + k) % 3
    c, (addr, port) = socks[i].accept()
    bad += port != 30000 + k
    c.sendall(b"%d" % i)
    c.close()
print("wrong", bad)
socks[1].setsockopt(socket.SOL_SOCKET, DETACH, 0)
try:
    socks[1].setsockopt(socket.SOL_SOCKET, DETACH, 0)
except OSError as e:
    print("again", e.errno)
END

cat > "$T/udp.py" << 'END'
import errno, socket, sys
from bpf import *
socks = group(socket.SOCK_DGRAM, 7302, 3)
if sys.argv[1] == "classic":
    port_mod(socks[2], 3)
    want = lambda port, data: port % 3
else:
    try:
        fd = extended()
    except OSError as e:
        if e.errno != errno.ENOSYS:
            raise
        print("nobpf")
        sys.exit(0)
    socks[2].setsockopt(socket.SOL_SOCKET, EBPF, fd)
    want = lambda port, data: data[0]
print("ready", flush=True)
bad = 0
for i in range(3):
    for k in range(4):
        data, (addr, port) = socks[i].recvfrom(100)
        bad += want(port, data) != i
print("wrong", bad)
END

# What may not be: errno by errno.
cat > "$T/errors.py" << 'END'
import socket, struct
from bpf import *
def tell(what, f):
    try:
        f()
        print(what, 0)
    except OSError as e:
        print(what, e.errno)
for kind in socket.SOCK_STREAM, socket.SOCK_DGRAM:
    s = socket.socket(socket.AF_INET, kind)
    tell("plain", lambda: classic(s, (6, 0, 0, 0)))
    tell("detach", lambda: s.setsockopt(socket.SOL_SOCKET, DETACH, 0))
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    tell("none", lambda: s.setsockopt(socket.SOL_SOCKET, DETACH, 0))
    tell("endless", lambda: classic(s, (0, 0, 0, 0)))
    tell("short", lambda: s.setsockopt(socket.SOL_SOCKET, CBPF, 1))
    tell("badfd", lambda: s.setsockopt(socket.SOL_SOCKET, EBPF, 1000))
    tell("good", lambda: classic(s, (6, 0, 0, 0)))
    s.setsockopt(socket.SOL_SOCKET, 44, 1)
    tell("locked", lambda: classic(s, (6, 0, 0, 0)))
    s.close()
END
$X python3 "$T/errors.py" > "$T/ours" 2>&1
python3 "$T/errors.py" > "$T/theirs" 2>&1
is "errors are those of AF_INET" "$(cat "$T/ours")" "$(cat "$T/theirs")"
is "and there were some" "$(grep -c -v ' 0$' "$T/ours")" 14

$X python3 "$T/tcp.py" > "$T/out" 2>&1 &
server=$!
wait_for 20 grep -q ready "$T/out"
peer python3 - > "$T/client" 2>&1 << 'END'
import socket
got = ""
for k in range(12):
    s = socket.socket()
    s.bind(("10.0.0.2", 30000 + k))
    s.connect(("10.0.0.1", 7301))
    got += s.recv(10).decode()
    s.close()
print(got)
END
wait $server
is "tcp: the program's listener answers" "$(cat "$T/client")" "012012012012"
is "tcp: each accepted what was its own" "$(grep wrong "$T/out")" "wrong 0"
is "tcp: detached once" "$(grep again "$T/out")" "again 2"

for how in classic extended; do
	$X python3 "$T/udp.py" $how > "$T/out" 2>&1 &
	server=$!
	wait_for 20 grep -q . "$T/out"
	if grep -q nobpf "$T/out"; then
		skip "udp: $how: each got its own" "this kernel has no bpf()"
		continue
	fi
	peer python3 - << 'END'
import socket
for k in range(12):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind(("10.0.0.2", 30000 + k))
    s.sendto(bytes([k % 3, 7]), ("10.0.0.1", 7302))
    s.close()
END
	wait $server
	is "udp: $how: each got its own" "$(grep wrong "$T/out")" "wrong 0"
done

# Without a program all of a group are served, and a peer stays with one.
cat > "$T/spread.py" << 'END'
import socket, select
from bpf import *
socks = group(socket.SOCK_DGRAM, 7303, 4)
print("ready", flush=True)
who, hits = {}, [0] * 4
for n in range(400):
    ready = select.select(socks, [], [], 10)[0]
    data, peer = ready[0].recvfrom(10)
    i = socks.index(ready[0])
    hits[i] += 1
    who.setdefault(peer, set()).add(i)
print("all", min(hits) > 20)
print("faithful", all(len(w) == 1 for w in who.values()))
END
$X python3 "$T/spread.py" > "$T/out" 2>&1 &
server=$!
wait_for 20 grep -q ready "$T/out"
peer python3 - << 'END'
import socket
for k in range(200):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    for n in range(2):
        s.sendto(b"x", ("10.0.0.1", 7303))
    s.close()
END
wait $server
is "udp: by hash: every member is served" "$(grep all "$T/out")" "all True"
is "udp: by hash: a peer stays with one" "$(grep faithful "$T/out")" "faithful True"
