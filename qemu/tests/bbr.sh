#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# BBR: loaded by name; TCP_CC_INFO tells of its model and of its four states; it
# paces by itself where another queue is below and by sch_fq where that is; on a
# path with loss it is faster than CUBIC. 2 Mbit/s are little enough for the debug
# kernel; 20 packets are on their way at a time.
# vm: topology=veth icount timeout=300
#
#   expstack ve0 10.1.0.1/24 ----- ve1 10.1.0.2/24 peer 10.2.0.1/24 wan ----- 10.2.0.2/24 far
#        the queue below           ACKs: 100 ms    AF_INET    2 Mbit/s, loss  AF_INET
# shellcheck disable=SC2086 # $X is nothing where AF_INET stands in
. /exs/tests/lib.sh
plan 17

# Send without a pause, then in bursts of 60 kB that are far apart. Tells what
# arrived without a pause, the bandwidth (the most there was in bursts) and RTT of
# the model, the smallest window in PROBE_RTT, when the first burst began, and the
# states one after the other.
cat > "$T/send.py" << 'PY'
import fcntl, select, socket, struct, sys, time
TCP_INFO, TCP_CC_INFO, SIOCOUTQ = 11, 26, 0x5411
STATES = {739: "startup", 88: "drain"}
s = socket.socket()
s.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, sys.argv[1].encode())
s.connect(("10.2.0.2", 8010))
s.setblocking(False)
bw = rtt = at = 0
cwnd, states = 1 << 32, []

def look():
    global bw, rtt, cwnd
    info = s.getsockopt(socket.IPPROTO_TCP, TCP_CC_INFO, 40)
    if len(info) < 20:
        return
    lo, hi, rtt, pacing, gain = struct.unpack("5I", info[:20])
    bw = max(bw if at else 0, (hi << 32) + lo)
    state = STATES.get(pacing, "probe_rtt" if gain == 256 else "probe_bw")
    if states[-1:] != [state]:
        states.append(state)
    if state == "probe_rtt":
        info = s.getsockopt(socket.IPPROTO_TCP, TCP_INFO, 104)
        cwnd = min(cwnd, struct.unpack_from("I", info, 80)[0])

def send(until, most):
    sent = 0
    while time.monotonic() < until:
        if sent < most and select.select([], [s], [], 0.01)[1]:
            sent += s.send(bytes(min(65536, most - sent)))
        elif sent >= most:
            time.sleep(0.02)
        look()
    return sent

n = send(time.monotonic() + float(sys.argv[2]), 1 << 40)
n -= struct.unpack("i", fcntl.ioctl(s, SIOCOUTQ, bytes(4)))[0]
while struct.unpack("i", fcntl.ioctl(s, SIOCOUTQ, bytes(4)))[0]:
    time.sleep(0.1)
at, bursts = time.time(), int(sys.argv[3])
if bursts:
    bw = 0
for i in range(bursts):
    send(time.monotonic() + 0.8, 60000)
print(n, bw, rtt, cwnd, at, "-".join(states))
PY
bbr()
{
	$X python3 "$T/send.py" "$1" "$2" "$3" > "$T/$1" 2>&1 &&
		read -r sent bw rtt cwnd at states < "$T/$1"
}

# The most bytes that left within MICROSECONDS since the time AT.
most_within()
{
	tcpdump -r "$T/cap" -tt -nn "src 10.1.0.1 and greater 100" 2> /dev/null |
		python3 -c '
import re, sys
p = [(float(l.split()[0]), int(re.search(r"length (\d+)", l).group(1))) for l in sys.stdin]
at, within = float(sys.argv[1]), int(sys.argv[2]) / 1e6
p = [x for x in p if x[0] >= at]
print(max((sum(n for t, n in p[i:i + 1000] if t <= p[i][0] + within)
           for i in range(len(p))), default=0))' "$1" "$2"
}

# paced QUEUE NAME: in bursts of the user the packets are spread.
#
# A packet takes the time of its bytes at most a quarter faster than the model's
# bandwidth, but half of it where the one before was late. So what leaves in 50 ms,
# and what packets may be late by, is that time's bytes, half of the first packet
# and the last; a packet is two segments at this rate.
LATE=1000
[ "$SLOW" = 1 ] && LATE=10000
paced()
{
	tcpdump -q -i ve0 -s 100 -U -w "$T/cap" "tcp dst port 8010" 2> "$T/tcpdump" &
	capture=$!
	check "capturing above $1" wait_for 10 grep -q listening "$T/tcpdump"
	check "bursts above $1" bbr bbr 4 5
	sleep 1
	kill "$capture"
	wait "$capture"
	between "$2" "$(most_within "$at" 50000)" 10000 \
		$((bw * 5 * (50000 + LATE) / 4000000 + 2 * 1448 * 3 / 2))
}

ip netns add far
peer ip link add wan type veth peer name far0 netns far
peer ip addr add 10.2.0.1/24 dev wan
peer ip link set wan up
ip -n far addr add 10.2.0.2/24 dev far0
ip -n far link set far0 up
ip -n far route add default via 10.2.0.1
forward=$(peer sysctl -n net.ipv4.ip_forward)
peer sysctl -q net.ipv4.ip_forward=1
[ "$EXS_MODULE" = 1 ] && tool=expctl || tool=ip
$tool route add 10.2.0.0/24 via 10.1.0.2
peer tc qdisc add dev ve1 root netem delay 100ms limit 1000
peer tc qdisc add dev wan root netem rate 2mbit limit 1000
ip netns exec far socat -u TCP-LISTEN:8010,fork,reuseaddr OPEN:/dev/null &
check "the far end listens" wait_for 10 listening 8010 far

# The shortest RTT is the handshake's, without a queue: ten seconds after that it is
# measured again.
check "it sends" bbr bbr 14 0
between "it finds the bandwidth, bytes/s" "$bw" 200000 300000
between "and the RTT, us" "$rtt" 99000 150000
is "its states" "$states" startup-drain-probe_bw-probe_rtt-probe_bw
is "four packets show the RTT" "$cwnd" 4

tc qdisc add dev ve0 root netem delay 1ms limit 1000
paced netem "it paces by itself"
tc qdisc del dev ve0 root
tc qdisc add dev ve0 root fq
paced fq "sch_fq paces it"
check "sch_fq held packets back" sh -c "tc -s qdisc show dev ve0 | grep -E ' throttled [1-9]'"
tc qdisc del dev ve0 root

peer tc qdisc change dev wan root netem rate 2mbit loss 10% limit 1000
check "cubic on a path with loss" bbr cubic 8 0
cubic=$sent
check "bbr" bbr bbr 8 0
check "bbr is twice as fast: $sent, $cubic" test "$sent" -gt $((cubic * 2))
[ "$EXS_MODULE" = 1 ] && module=expstack_bbr || module=tcp_bbr
check "nobody is left" wait_for 20 rmmod $module

$tool route del 10.2.0.0/24 via 10.1.0.2
peer sysctl -q net.ipv4.ip_forward="$forward"
peer tc qdisc del dev ve1 root
ip netns del far
