#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Which congestion control a socket, a namespace and a user may have: the rules
# are AF_INET's. A module of one's own is loaded by name, and stays while it is
# in use.
# vm: topology=pair timeout=120
#
#   expstack eth0 10.0.0.1/24 ---- hub ---- eth1 10.0.0.2/24 AF_INET (netns peer)
. /exs/tests/lib.sh
plan 26

if [ "$EXS_MODULE" != 1 ]; then
	for i in $(seq 26); do
		skip "rule $i" "it compares with AF_INET"
	done
	exit 0
fi

cat > "$T/rules.py" << 'PY'
import errno, os, socket, sys
TCP_CC_INFO = 26
proc = "/proc/sys/net/%s/tcp_" % sys.argv[1]

def sysctl(name, value=None):
    try:
        if value is None:
            with open(proc + name) as f:
                return f.read().strip()
        with open(proc + name, "w") as f:
            f.write(value)
        return "ok"
    except OSError as e:
        return errno.errorcode[e.errno]

def sock(*names):
    out = []
    with socket.socket() as s:
        for n in names:
            try:
                s.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, n)
                out.append("ok")
            except OSError as e:
                out.append(errno.errorcode[e.errno])
        out.append(s.getsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, 16).rstrip(b"\0").decode())
    return out

def as_user(*names):
    sys.stdout.flush()
    if not os.fork():
        os.setresuid(1000, 1000, 1000)
        print("user", sock(*names), flush=True)
        os._exit(0)
    os.wait()

print("default", sysctl("congestion_control"), sock())
print("root", sock(b"reno"), sock(b"nosuch"), sock(b"reno", b"cubic\0xyz"), sock(b"no/such"))
print("empty", sock(b"", b"a" * 40))
print("unknown default", sysctl("congestion_control", "nosuch"))
print("unknown allowed", sysctl("allowed_congestion_control", "cubic nosuch"))
print(sysctl("allowed_congestion_control", "cubic"), sysctl("allowed_congestion_control"))
as_user(b"reno", b"cubic", b"nosuch")
print("root may", sock(b"reno"))
print("default opens", sysctl("congestion_control", "reno"), sysctl("allowed_congestion_control"))
print("child", sock())
as_user(b"reno")
print(sysctl("allowed_congestion_control", "reno cubic"), sysctl("congestion_control", "cubic"))
with socket.socket() as l, socket.socket() as c, socket.socket() as d:
    l.bind(("127.0.0.1", 0))
    l.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, b"reno")
    l.listen()
    c.connect(l.getsockname())
    d.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, b"reno")
    a = l.accept()[0]
    print("accepted", a.getsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, 16))
    print("connected", c.getsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, 16))
    print("cc info", c.getsockopt(socket.IPPROTO_TCP, TCP_CC_INFO, 40))
PY
python3 "$T/rules.py" ipv4 > "$T/inet" 2>&1
exprun python3 "$T/rules.py" expstack > "$T/exs" 2>&1
check "rules are AF_INET's" diff "$T/inet" "$T/exs"
check "and there are some" grep -q "cc info" "$T/exs"

S=/proc/sys/net/expstack
get() { cat $S/"$1"; }
set_to() { echo "$2" > $S/"$1"; }
inside() { ip netns exec cc sh -c "$*"; }

is "available" "$(get tcp_available_congestion_control)" "reno cubic"
check "default of the first namespace" set_to tcp_congestion_control reno
ip netns add cc
is "a new one begins with it" "$(inside cat $S/tcp_congestion_control)" reno
check "and goes its own way" inside "echo cubic > $S/tcp_congestion_control"
is "the first's is as it was" "$(get tcp_congestion_control)" reno
check "only cubic for all" set_to tcp_allowed_congestion_control cubic
refuse "a namespace can't take a restricted one" inside "echo reno > $S/tcp_congestion_control"
refuse "nor open it" inside "echo reno > $S/tcp_allowed_congestion_control"
check "all is as it was" sh -c "echo cubic > $S/tcp_congestion_control && echo 'reno cubic' > $S/tcp_allowed_congestion_control"
ip netns del cc

cat > "$T/hold.py" << 'PY'
import os, socket, sys, time
if len(sys.argv) > 2:
    os.setresuid(1000, 1000, 1000)
s = socket.socket()
s.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, sys.argv[1].encode())
print("has it", flush=True)
sys.stdin.read()
PY
refuse "a user does not load a module" sh -c "exprun python3 $T/hold.py template user < /dev/null"
refuse "and it is not there" test -d /sys/module/expstack_template
mkfifo "$T/fifo"
exprun python3 "$T/hold.py" template < "$T/fifo" > "$T/held" 2>&1 &
exec 8> "$T/fifo"
check "the administrator does, by name" wait_for 20 grep -q "has it" "$T/held"
check "it is there" grep -qw template $S/tcp_available_congestion_control
refuse "it is restricted" sh -c "exprun python3 $T/hold.py template user < /dev/null"
refuse "it is in use by a socket" rmmod expstack_template
exec 8>&-
check "and no more" wait_for 10 rmmod expstack_template
check "as a default it is loaded too" set_to tcp_congestion_control template
refuse "it is in use by a namespace" rmmod expstack_template
check "every user may choose it now" sh -c "exprun python3 $T/hold.py template user < /dev/null"
head -c 3000000 /dev/urandom > "$T/file"
peer socat -u TCP-LISTEN:8005,reuseaddr "CREATE:$T/got" &
check "the peer listens" wait_for 10 listening 8005 peer
check "it carries data" exprun socat -u "OPEN:$T/file" TCP:10.0.0.2:8005
check "all of it" wait_for 10 cmp "$T/file" "$T/got"
check "another default" set_to tcp_congestion_control cubic
check "it goes" wait_for 90 rmmod expstack_template
