# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# What an end-to-end test is made of. A test is a file qemu/tests/NAME.sh: its
# behaviour in the first lines, then where it runs:
#
#   # vm: topology=pair kernels=stock,debug mem=1024 timeout=120
#
# (flags: "icount", "alone" for a machine of its own, "smp=N"), the topology drawn, and
# then checks. It prints KTAP. Tests of one topology share a machine and run
# one after the other: leave devices, routes and sysctls as they were. What is
# still running at the end is killed by the runner.
#
# There: $T, an empty directory; $EXS_KERNEL; $SLOW, 1 on the debug kernel;
# $X, "exprun", and $F, "expstack", the family under test (nothing and "inet" with
# --no-module, when AF_INET stands in).

EXS_N=0
EXS_BAD=0
T=$(mktemp -d /tmp/test.XXXXXX)
SLOW=0
[ "$EXS_KERNEL" = debug ] && SLOW=1
X=exprun
F=expstack
[ "$EXS_MODULE" = 1 ] || { X=; F=inet; }
export T SLOW X F

# How many results will follow.
plan()
{
	echo "KTAP version 1"
	echo "1..$1"
	EXS_PLAN=$1
}

ok()
{
	EXS_N=$((EXS_N + 1))
	echo "ok $EXS_N $*"
}

# not_ok NAME [WHY]
not_ok()
{
	EXS_N=$((EXS_N + 1))
	EXS_BAD=$((EXS_BAD + 1))
	[ -z "$2" ] || diag "$2"
	echo "not ok $EXS_N $1"
}

# skip NAME REASON: only for what this kernel or machine cannot do.
skip()
{
	EXS_N=$((EXS_N + 1))
	echo "ok $EXS_N $1 # SKIP $2"
}

diag()
{
	printf '%s\n' "$*" | sed 's/^/# /'
}

# check NAME COMMAND...: ok when COMMAND succeeds; its output is shown when not.
check()
{
	name=$1
	shift
	"$@" > "$T/.check" 2>&1
	status=$?
	if [ $status = 0 ]; then
		ok "$name"
	else
		not_ok "$name" "$* : status $status
$(tail -n 20 "$T/.check")"
	fi
	return $status
}

# refuse NAME COMMAND...: ok when COMMAND fails.
refuse()
{
	name=$1
	shift
	if "$@" > "$T/.check" 2>&1; then
		not_ok "$name" "$* : succeeded
$(tail -n 20 "$T/.check")"
	else
		ok "$name"
	fi
}

# refused NAME STATUS TEXT COMMAND...: ok when COMMAND exits with STATUS and says
# exactly "Error: TEXT." on one line of its standard error output.
refused()
{
	name=$1 want=$2 text=$3
	shift 3
	"$@" > /dev/null 2> "$T/.check"
	status=$?
	if [ $status = "$want" ] && [ "$(cat "$T/.check")" = "Error: $text." ]; then
		ok "$name"
	else
		not_ok "$name" "$* : status $status, want $want and 'Error: $text.'
$(cat "$T/.check")"
	fi
}

# is NAME GOT WANT
is()
{
	if [ "$2" = "$3" ]; then
		ok "$1"
	else
		not_ok "$1" "got '$2', want '$3'"
	fi
}

# between NAME GOT LOW HIGH: integers, both ends included.
between()
{
	if [ "$2" -ge "$3" ] 2>/dev/null && [ "$2" -le "$4" ]; then
		ok "$1"
	else
		not_ok "$1" "got '$2', want $3..$4"
	fi
}

# wait_for SECONDS COMMAND...: until it succeeds; fails when it never does.
wait_for()
{
	n=$(($1 * 10))
	[ "$SLOW" = 1 ] && n=$((n * 3))
	shift
	until "$@" > /dev/null 2>&1; do
		n=$((n - 1))
		[ $n -gt 0 ] || { diag "never true: $*"; return 1; }
		sleep 0.1
	done
}

# The other end of pair, veth and tun.
peer()
{
	ip netns exec peer "$@"
}

# listening PORT [NETNS]: is there an AF_INET listener?
listening()
{
	if [ -n "$2" ]; then
		ip netns exec "$2" ss -Hltn "sport = :$1" | grep -q .
	else
		ss -Hltn "sport = :$1" | grep -q .
	fi
}

# sink PORT: the peer takes what connections bring, in the background ($!).
sink()
{
	peer python3 -c '
import socket, sys
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("10.0.0.2", int(sys.argv[1])))
s.listen(5)
while True:
    c = s.accept()[0]
    while c.recv(65536):
        pass
    c.close()' "$1" &
	wait_for 20 listening "$1" peer
}

# exs_listening PORT: is there an expstack listener (AF_INET's when it stands in)?
exs_listening()
{
	if [ "$EXS_MODULE" = 1 ]; then
		awk -v p="$(printf ':%04X' "$1")" \
			'NR > 1 && $4 == "0A" && substr($2, length($2) - 4) == p { f = 1 } END { exit !f }' \
			/proc/net/expstack/tcp
	else
		listening "$1"
	fi
}

# A file of N bytes that no compression or repetition can fake.
random_file()
{
	head -c "$2" /dev/urandom > "$1"
}

sum()
{
	sha256sum < "$1"
}

# nginx_conf PORT DIRECTORY: a server that does nothing but what it must.
nginx_conf()
{
	cat << EOF
user root; worker_processes 1; daemon off; pid $T/nginx.pid; error_log $T/nginx.log;
events { worker_connections 512; }
http {
	access_log off; sendfile on; tcp_nopush on; keepalive_timeout 20;
	client_body_temp_path $T/t1; proxy_temp_path $T/t2; fastcgi_temp_path $T/t3;
	uwsgi_temp_path $T/t4; scgi_temp_path $T/t5;
	server { listen $1; root $2; }
}
EOF
}

# netem_on DEVICE DEVICE-OF-THE-PEER: what a bad network does, both ways.
netem_on()
{
	bad="delay 20ms 10ms loss 1% duplicate 1% reorder 5% corrupt 0.1% limit 10000"
	# shellcheck disable=SC2086
	tc qdisc replace dev "$1" root netem $bad
	# shellcheck disable=SC2086
	peer tc qdisc replace dev "$2" root netem $bad
}

netem_off()
{
	tc qdisc del dev "$1" root
	peer tc qdisc del dev "$2" root
}

# counter NAME FILE: of /proc/net/expstack/FILE in the layout of /proc/net/snmp.
counter()
{
	[ "$EXS_MODULE" = 1 ] && f=/proc/net/expstack/$2 || f=/proc/net/$2
	awk -v want="$1" '
		{ p = $1 }
		p != last { for (i = 2; i <= NF; i++) name[i] = $i; last = p; next }
		{ for (i = 2; i <= NF; i++) if (name[i] == want) print $i; last = "" }' "$f"
}

exs_end()
{
	status=$?
	trap - EXIT
	rm -rf "$T"
	if [ $status -ne 0 ]; then
		diag "ended early with status $status"
		exit $status
	fi
	if [ -n "$EXS_PLAN" ] && [ "$EXS_N" -ne "$EXS_PLAN" ]; then
		diag "planned $EXS_PLAN results, gave $EXS_N"
		exit 1
	fi
	[ $EXS_BAD -eq 0 ] || exit 1
	exit 0
}
trap exs_end EXIT
