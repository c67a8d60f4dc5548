#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A router marks instead of dropping: netem does it with one packet of ten, in the
# one direction and then in the other. The marks are counted and answered, and
# nothing is sent again. DCTCP knows at both ends how much was marked.
# vm: topology=veth timeout=240 icount
#
#   expstack ve0 10.1.0.1/24 --------- ve1 10.1.0.2/24 AF_INET (netns peer)
# shellcheck disable=SC2086 # $X is nothing where AF_INET stands in
. /exs/tests/lib.sh
plan 27

S=/proc/sys/net/expstack
N=/proc/net/expstack
[ "$EXS_MODULE" = 1 ] || { S=/proc/sys/net/ipv4; N=/proc/net; }

# The qdisc comes when the connection is there: a SYN can't be marked. What is
# told at the end is told when all that was sent has been acknowledged.
cat > "$T/send.py" << 'PY'
import os, socket, struct, sys, time
cc, addr, seconds, dev = sys.argv[1:]
TCP_CC_INFO = 26
s = socket.socket()
s.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, cc.encode())
s.connect((addr, 8020))
tc = "tc qdisc %s dev " + dev + " root "
if os.system(tc % "add" + "netem delay 10ms loss 10% ecn limit 10000"):
    sys.exit("no netem")
n, end = 0, time.monotonic() + float(seconds)
block = bytes(65536)
while time.monotonic() < end:
    n += s.send(block)
for _ in range(1000):
    info = s.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 256)
    unacked, = struct.unpack_from("I", info, 24)
    notsent, = struct.unpack_from("I", info, 144)
    if not unacked and not notsent:
        break
    time.sleep(0.01)
else:
    sys.exit("not acknowledged")
options, = struct.unpack_from("B", info, 5)
retrans, = struct.unpack_from("I", info, 100)
delivered, ce = struct.unpack_from("II", info, 192)
ccinfo = s.getsockopt(socket.IPPROTO_TCP, TCP_CC_INFO, 40)
enabled = alpha = 0
if cc == "dctcp":
    enabled, _, alpha = struct.unpack_from("HHI", ccinfo)
os.system(tc % "del")
print(n, options, retrans, delivered, ce, enabled, alpha)
PY
cat > "$T/sink.py" << 'PY'
import socket, sys
l = socket.socket()
l.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
l.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, sys.argv[1].encode())
l.bind(("", 8020))
l.listen(1)
s, _ = l.accept()
l.close()
while s.recv(1 << 20):
    pass
PY
# shellcheck disable=SC2016 # awk's
COLUMN='$1 == g && !n { for (i = 2; i <= NF; i++) if ($i == c) n = i; next }
	$1 == g { print $n; exit }'
ext()
{
	awk -v g="$1:" -v c="$2" "$COLUMN" $N/netstat
}
# marks DEVICE: how many packets with CE came to the one behind it
marks()
{
	if [ "$1" = ve0 ]; then
		peer awk -v g=IpExt: -v c=InCEPkts "$COLUMN" /proc/net/netstat
	else
		ext IpExt InCEPkts
	fi
}
# flow NAME CC DEVICE ADDRESS: from the one who sends to ADDRESS by DEVICE. Sets
# what send.py tells, and marked: the packets that came with CE.
flow()
{
	sent=0 options=0 retrans=-1 delivered=0 ce=0 enabled=0 alpha=0
	marked=$(marks "$3")
	if [ "$3" = ve0 ]; then
		peer python3 "$T/sink.py" "$2" &
		check "$1: the peer listens" wait_for 20 listening 8020 peer
		$X python3 "$T/send.py" "$2" "$4" 4 "$3" > "$T/out" 2>&1
	else
		$X python3 "$T/sink.py" "$2" &
		check "$1: we listen" wait_for 20 exs_listening 8020
		peer python3 "$T/send.py" "$2" "$4" 4 "$3" > "$T/out" 2>&1
	fi
	marked=$(($(marks "$3") - marked))
	diag "$1: $(cat "$T/out"), marked $marked"
	read -r sent options retrans delivered ce enabled alpha < "$T/out" || true
	is "$1: ECN is agreed" "$((options & 8))" 8
	between "$1: marks are told back" "$ce" 1 "$delivered"
	is "$1: nothing is sent again" "$retrans" 0
	wait $!
}
# alpha NAME: it is a mean of the latest windows, so near the part of all that was
# marked; never heard of a mark, or of nothing else, it is 0 or 1024.
alpha()
{
	part=$((ce * 1024 / (delivered > 0 ? delivered : 1)))
	between "$1" "$alpha" $((part / 8 + 1)) $((part * 4))
}

echo 1 > $S/tcp_ecn
before=$(ext TcpExt TCPDeliveredCE)
flow "cubic out" cubic ve0 10.1.0.2
# The ACK of the FIN may still echo.
between "cubic out: they are counted" "$(($(ext TcpExt TCPDeliveredCE) - before))" "$ce" $((ce + 1))
cubic_out=$sent
echo 2 > $S/tcp_ecn

peer sh -c "echo 1 > /proc/sys/net/ipv4/tcp_ecn"
flow "cubic in" cubic ve1 10.1.0.1
between "cubic in: what was marked is counted" "$marked" 1 "$delivered"
cubic_in=$sent
peer sh -c "echo 2 > /proc/sys/net/ipv4/tcp_ecn"

# Each mark is echoed: how many there were is known, not just that there were. So
# the same marks cost DCTCP less than CUBIC.
flow "dctcp out" dctcp ve0 10.1.0.2
is "dctcp out: it is DCTCP" "$enabled" 1
alpha "DCTCP measures the marks, of 1024"
between "dctcp out: the peer's marks are counted" "$ce" $((marked * 3 / 4)) $((marked * 5 / 4))
check "dctcp out: it sends more than CUBIC" test "$sent" -gt "$cubic_out"
flow "dctcp in" dctcp ve1 10.1.0.1
is "dctcp in: it is DCTCP" "$enabled" 1
alpha "we echo the marks, of 1024"
between "dctcp in: so many as were marked" "$ce" $((marked * 3 / 4)) $((marked * 5 / 4))
check "dctcp in: it sends more than CUBIC" test "$sent" -gt "$cubic_in"

if [ "$EXS_MODULE" = 1 ]; then
	check "nobody is left" wait_for 30 rmmod expstack_dctcp
else
	skip "nobody is left" "AF_INET's stays"
fi
