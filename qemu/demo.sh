#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The demonstration (make run), in the guest on topology pair: unmodified
# programs on AF_EXPSTACK against the kernel's own AF_INET. Every step must
# succeed; the first that does not is named and ends it with status 1.
#
#   expstack eth0 10.0.0.1/24 ---- hub ---- eth1 10.0.0.2/24 AF_INET (netns peer)
# shellcheck source=SCRIPTDIR/tests/lib.sh
. /exs/tests/lib.sh

US=10.0.0.1
PEER=10.0.0.2
SECONDS_EACH=${SECONDS_EACH:-5}

step=
fail()
{
	echo
	echo "FAILED at: $step"
	[ -z "$*" ] || echo "$*"
	exit 1
}

say_step()
{
	step=$*
	printf '\n\033[1m== %s\033[0m\n' "$step"
}

# Show a command, run it, end when it fails.
run()
{
	echo "\$ $*"
	"$@" || fail "$* : status $?"
}

# await COMMAND...: soon true.
await()
{
	wait_for 20 "$@" || fail "$*"
}

# start_nginx ADDRESS PREFIX...: serve $WWW on port 80; PREFIX is what runs it.
start_nginx()
{
	d=$T/nginx-$1
	mkdir "$d"
	T=$d nginx_conf "$1:80" "$WWW" > "$d/conf"
	shift
	"$@" nginx -e "$d/nginx.log" -c "$d/conf" > "$d/out" 2>&1 < /dev/null &
}

same()
{
	a=$(sum "$1")
	b=$(sum "$2")
	echo "sha256 sent     ${a%% *}"
	echo "sha256 received ${b%% *}"
	[ "$a" = "$b" ] || fail "the file is not the same"
}

# iperf NAME WHERE(client words) ADDRESS OPTION...
iperf()
{
	name=$1 where=$2
	shift 2
	# shellcheck disable=SC2086
	$where iperf3 -4 -f m -t "$SECONDS_EACH" -c "$@" > "$T/iperf" 2>&1 < /dev/null ||
		fail "iperf3 $*: $(tail -n 5 "$T/iperf")"
	# What arrived; of several connections the sum, which is the last. Python would
	# take seconds to start here.
	rate=$(awk '/receiver$/ {
		for (i = 2; i <= NF; i++)
			if ($i == "Mbits/sec")
				mbits = $(i - 1)
		if (match($0, /\([0-9.e+-]+%\)/))
			lost = ", " substr($0, RSTART + 1, RLENGTH - 2) " lost"
	}
	END {
		printf "%.0f Mbit/s%s", mbits, lost
		exit mbits < 0.2
	}' "$T/iperf") || fail "iperf3 $*: $rate"
	printf '%-44s %s\n' "$name" "$rate"
}

say_step "the module is loaded and eth0 is expstack's"
run uname -sr
lsmod | grep '^expstack' || fail "expstack is not loaded"
run expctl link show
run expctl addr show

say_step "tcpdump listens at the peer's end from here on"
# Each packet as it was on the wire: not joined to others by GRO.
peer ethtool -K eth1 gro off
ip netns exec peer tcpdump -i eth1 -s 0 -B 8192 -w "$T/capture" "host $US" 2> "$T/tcpdump.log" < /dev/null &
tcpdump=$!
await grep -q listening "$T/tcpdump.log"

say_step "ping, both ways"
run peer ping -c 3 -i 0.2 $US
run exprun ping -c 3 -i 0.2 $PEER
run expctl neigh show

WWW=$T/www
mkdir "$WWW"
random_file "$WWW/10MB" 10000000

say_step "exprun curl fetches 10 MB from a plain nginx"
start_nginx $PEER ip netns exec peer
await listening 80 peer
run exprun curl -sS --max-time 60 -o "$T/got1" http://$PEER/10MB
same "$WWW/10MB" "$T/got1"

say_step "a plain curl fetches 10 MB from exprun nginx"
start_nginx $US exprun
await exs_listening 80
run peer curl -sS --max-time 60 -o "$T/got2" http://$US/10MB
same "$WWW/10MB" "$T/got2"
rm -f "$T/got1" "$T/got2"

kill -TERM $tcpdump 2>/dev/null
wait $tcpdump
peer ethtool -K eth1 gro on

say_step "what tcpdump saw, checksums included"
tcpdump -nn -vv -r "$T/capture" > "$T/decoded" 2> /dev/null || fail "tcpdump cannot read its capture"
head -n 12 "$T/decoded"
# A packet has a line of its own, and more that begin with blanks. In one go: to join
# them and search thrice took a minute here.
counts=$(LC_ALL=C awk -v us="    $US." -v peer="    $PEER." '
	/^[0-9]/ { from = "" }
	index($0, us) == 1 && index($0, " >" substr(peer, 4)) { from = "us" }
	index($0, peer) == 1 && index($0, " >" substr(us, 4)) { from = "peer" }
	/cksum / && /\(correct\)/ && from { good[from]++ }
	tolower($0) ~ /bad (udp )?cksum|wrong icmp cksum|incorrect/ { bad++ }
	END { print good["us"] + 0, good["peer"] + 0, bad + 0 }' "$T/decoded")
read -r good_out good_in bad << EOF
$counts
EOF
echo "TCP checksums: $good_out of ours correct, $good_in of the peer's correct, $bad wrong"
if [ "$good_out" -lt 100 ] || [ "$good_in" -lt 100 ] || [ "$bad" != 0 ]; then
	fail "checksums"
fi

say_step "iperf3, $SECONDS_EACH s each; on the left who sends"
peer iperf3 -4 -s > "$T/server1" 2>&1 < /dev/null &
exprun iperf3 -4 -s > "$T/server2" 2>&1 < /dev/null &
await listening 5201 peer
await exs_listening 5201
iperf "expstack (client)      -> AF_INET" exprun $PEER
iperf "AF_INET               -> expstack (client) -R" exprun $PEER -R
iperf "expstack (client) x 4  -> AF_INET     -P 4" exprun $PEER -P 4
iperf "expstack (client) UDP  -> AF_INET     -u" exprun $PEER -u -b 50M
iperf "AF_INET (client)      -> expstack" "ip netns exec peer" $US
iperf "expstack              -> AF_INET (client) -R" "ip netns exec peer" $US -R
iperf "AF_INET (client) x 4  -> expstack    -P 4" "ip netns exec peer" $US -P 4
iperf "AF_INET (client) UDP  -> expstack    -u" "ip netns exec peer" $US -u -b 50M

say_step "an echo server on epoll with 1,000 connections at once"
exs-epoll-echo -f expstack -p 7777 > "$T/echo" 2>&1 < /dev/null &
await exs_listening 7777
run peer exs-epoll-clients -H $US -p 7777 -c 1000 -n 3 -s 3000

say_step "the counters"
run expctl stat
run cat /proc/net/expstack/snmp

printf '\nThe demonstration is complete: every step succeeded.\n'
