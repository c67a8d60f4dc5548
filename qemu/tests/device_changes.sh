#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A device changes, moves or vanishes while streams, datagrams and pings run
# over it both ways: what can go on goes on, byte for byte; what cannot ends in
# an error; nothing is left that holds the device.
# vm: topology=veth timeout=300
#
#   expstack dc0 10.6.0.1/24 -------- veth ---- dc1 10.6.0.2/24 AF_INET (netns peer)
#   expstack dc0.9 10.6.9.1/24 ---- VLAN 9 ---- dc1.9 10.6.9.2/24
#   expstack dt0 10.6.8.1/24 ---- tunpipe.py ---- dt1 10.6.8.2/24
# shellcheck disable=SC2086 # $X is a word or nothing
. /exs/tests/lib.sh
plan 21

MB=24
[ "$SLOW" = 1 ] && MB=4

# attach DEVICE ADDRESS [NETNS]
attach()
{
	if [ "$EXS_MODULE" = 1 ]; then
		expctl ${3:+-n $3} link attach "$1" && expctl ${3:+-n $3} addr add "$2/24" dev "$1"
	else
		/sbin/ip ${3:+-n $3} addr add "$2/24" dev "$1"
	fi
}

answers()
{
	peer ping -q -c 1 -W 1 "$1"
}

# make_veth: both ends up, ours attached
make_veth()
{
	/sbin/ip link add dc0 type veth peer name dc1 netns peer
	/sbin/ip link set dc0 up
	peer /sbin/ip link set dc1 up
	peer /sbin/ip addr add 10.6.0.2/24 dev dc1
	attach dc0 10.6.0.1
}

cat > "$T/blast.py" << 'PY'
# blast.py TO: datagrams until the socket says no; whatever it says
import socket, sys, time
s = socket.socket(type=socket.SOCK_DGRAM)
while True:
    for i in range(50):
        try:
            s.sendto(b"x" * 1000, (sys.argv[1], 9))
        except OSError:
            pass
    time.sleep(0.005)
PY

# noise OURS THEIRS: pings and datagrams both ways, until quiet. Not peer(): the
# jobs must be the programs themselves.
noise()
{
	$X ping -q -f -w 120 "$2" > /dev/null 2>&1 &
	noise=$!
	ip netns exec peer ping -q -f -w 120 "$1" > /dev/null 2>&1 &
	noise="$noise $!"
	$X python3 "$T/blast.py" "$2" > /dev/null 2>&1 &
	noise="$noise $!"
	ip netns exec peer python3 "$T/blast.py" "$1" > /dev/null 2>&1 &
	noise="$noise $!"
}
quiet()
{
	kill $noise
	wait $noise
} 2> /dev/null

# stream THEIRS: $MB MB both ways, in the background; streamed says how it went
stream()
{
	timeout 150 exs-verify both -f "$F" -H "$1" -p 7009 -n $((MB << 20)) > "$T/stream" 2>&1 &
	stream=$!
}
streamed()
{
	wait $stream || { cat "$T/stream"; return 1; }
}
running()
{
	kill -0 $stream 2> /dev/null
}

ip netns exec peer exs-verify serve -p 7009 > /dev/null 2>&1 &
server=$!
check "the server" wait_for 10 listening 7009 peer

make_veth
check "it answers" wait_for 5 answers 10.6.0.1
noise 10.6.0.1 10.6.0.2

stream 10.6.0.2
sleep 0.3
/sbin/ip link set dc0 name dcx
/sbin/ip link set dcx name dc0
/sbin/ip link set dc0 mtu 1280
sleep 0.3
check "a stream runs" running
/sbin/ip link set dc0 mtu 9000
/sbin/ip link set dc0 mtu 1500
check "renamed twice, three MTUs: the data is right" streamed

stream 10.6.0.2
sleep 0.3
peer /sbin/ip link set dc1 down
sleep 1
check "no carrier: the stream waits" running
peer /sbin/ip link set dc1 up
check "and goes on: the data is right" streamed

quiet
noise 10.6.0.1 10.6.0.2
stream 10.6.0.2
sleep 0.3
for _ in 1 2 3 4 5; do
	ethtool -K dc0 gso off tso off gro off
	ethtool -K dc0 gso on tso on gro on
	sleep 0.1
done
check "offloads off and on: the data is right" streamed

# Another namespace takes it: nothing of it is ours any more.
stream 10.6.0.2
sleep 0.3
/sbin/ip netns add other
check "moved under traffic" timeout 30 /sbin/ip link set dc0 netns other
sleep 0.5
kill $stream
refuse "the stream is cut" wait $stream
/sbin/ip -n other link set dc0 up
check "the other namespace may have it" attach dc0 10.6.0.1 other
check "and answers there" wait_for 5 answers 10.6.0.1
/sbin/ip netns del other
check "the namespace goes, and the device with it" wait_for 20 sh -c '! ip netns exec peer /sbin/ip link show dc1'
quiet

# Deleted while everything runs.
make_veth
wait_for 5 answers 10.6.0.1
noise 10.6.0.1 10.6.0.2
stream 10.6.0.2
sleep 0.5
check "deleted under traffic" timeout 30 /sbin/ip link del dc0
kill $stream
refuse "no stream without a device" wait $stream
quiet
refuse "no way there any more" $X ping -q -c 1 -W 1 10.6.0.2

# A VLAN, and then what it stands on.
make_veth
/sbin/ip link add link dc0 name dc0.9 type vlan id 9
/sbin/ip link set dc0.9 up
peer /sbin/ip link add link dc1 name dc1.9 type vlan id 9
peer /sbin/ip link set dc1.9 up
peer /sbin/ip addr add 10.6.9.2/24 dev dc1.9
attach dc0.9 10.6.9.1
check "the VLAN answers" wait_for 5 answers 10.6.9.1
noise 10.6.9.1 10.6.9.2
stream 10.6.9.2
sleep 0.3
check "VLAN and device deleted under traffic" timeout 30 /sbin/ip link del dc0
kill $stream
wait $stream 2> /dev/null
quiet

# No link header, and the cable is a program that dies.
python3 /exs/topology/tunpipe.py dt0 peer dt1 < /dev/null > "$T/tunpipe.log" 2>&1 &
pipe=$!
wait_for 10 /sbin/ip link show dt0
wait_for 10 peer /sbin/ip link show dt1
/sbin/ip link set dt0 up
peer /sbin/ip link set dt1 up
peer /sbin/ip addr add 10.6.8.2/24 dev dt1
attach dt0 10.6.8.1
check "the tun device answers" wait_for 5 answers 10.6.8.1
noise 10.6.8.1 10.6.8.2
stream 10.6.8.2
sleep 0.5
kill $pipe
check "the tun device is gone under traffic" wait_for 20 sh -c '! /sbin/ip link show dt0'
kill $stream
wait $stream 2> /dev/null
quiet
kill $server

check "the machine's own device never noticed" wait_for 5 answers 10.1.0.1
if [ "$EXS_MODULE" = 1 ]; then
	is "of all these no address is left" "$(expctl addr show | grep -c '10\.6\.')" 0
else
	is "of all these no address is left" "$(/sbin/ip addr show | grep -c '10\.6\.')" 0
fi
