#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# BBR: loaded by name, paced without sch_fq and with it; on a path with loss it
# is faster than CUBIC; TCP_CC_INFO tells of its model. 2 Mbit/s are little enough
# for the debug kernel; 20 packets are on their way at a time.
# vm: topology=veth timeout=240
#
#   expstack ve0 10.1.0.1/24 ----------- ve1 10.1.0.2/24 AF_INET (netns peer)
# shellcheck disable=SC2086 # $X is nothing where AF_INET stands in
. /exs/tests/lib.sh
plan 8

cat > "$T/send.py" << 'PY'
import fcntl, socket, struct, sys, time
TCP_CC_INFO = 26
SIOCOUTQ = 0x5411
s = socket.socket()
s.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, sys.argv[1].encode())
s.connect(("10.1.0.2", 8010))
n, end = 0, time.monotonic() + float(sys.argv[2])
block = bytes(65536)
while time.monotonic() < end:
    n += s.send(block)
n -= struct.unpack("i", fcntl.ioctl(s, SIOCOUTQ, bytes(4)))[0]
info = s.getsockopt(socket.IPPROTO_TCP, TCP_CC_INFO, 40)
bw = rtt = 0
if len(info) >= 20:
    lo, hi, rtt, pacing, cwnd = struct.unpack("5I", info[:20])
    bw = (hi << 32) + lo
print(n, bw, rtt)
PY
peer socat -u TCP-LISTEN:8010,fork,reuseaddr OPEN:/dev/null &
check "the peer listens" wait_for 10 listening 8010 peer
bbr() { $X python3 "$T/send.py" "$1" "$2" > "$T/$1" 2>&1 && read -r sent bw rtt < "$T/$1"; }

tc qdisc add dev ve0 root netem delay 100ms rate 2mbit limit 1000
check "it sends" bbr bbr 8
between "it finds the bandwidth, bytes/s" "$bw" 200000 300000
between "and the RTT, us" "$rtt" 99000 150000
tc qdisc del dev ve0 root

tc qdisc add dev ve0 root netem delay 100ms rate 2mbit loss 10% limit 1000
check "cubic on a path with loss" bbr cubic 8
cubic=$sent
check "bbr" bbr bbr 8
check "bbr is twice as fast: $sent, $cubic" test "$sent" -gt $((cubic * 2))
tc qdisc del dev ve0 root
check "nobody is left" sh -c "until rmmod expstack_bbr 2> /dev/null; do sleep 0.5; done"
