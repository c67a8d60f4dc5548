#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# exprun: exit statuses, what stands in its way, what it tells.
# vm: topology=pair timeout=60
#
#   expstack eth0 10.0.0.1/24 ---- hub ---- eth1 10.0.0.2/24 AF_INET (netns peer)
# shellcheck disable=SC2016 # inner shells expand
. /exs/tests/lib.sh
if [ -z "$X" ]; then
	plan 1
	skip "exprun" "AF_INET stands in for expstack"
	exit 0
fi
plan 20

# gives NAME STATUS COMMAND...
gives()
{
	name=$1
	want=$2
	shift 2
	"$@" > "$T/said" 2>&1
	is "$name" $? "$want"
}

make='import socket, sys
s = socket.socket(*eval(sys.argv[1]))
print(s.getsockopt(socket.SOL_SOCKET, 39) == socket.AF_INET, s.getsockname()[0])'

gives "the program's status" 7 exprun sh -c 'exit 7'
gives "no such program" 127 exprun /no/such
gives "nor anybody to be told" 127 sh -c 'exprun /no/such 2>&-'
gives "not a program" 126 exprun /etc
gives "wrong option" 125 exprun -x true
gives "a static program is refused" 125 exprun /bin/busybox true
check "in words" grep -q "statically linked" "$T/said"
gives "unless -r accepts it" 0 exprun -r /bin/busybox true
gives "LD_PRELOAD is kept" 0 sh -c 'LD_PRELOAD=/no/lib.so exprun sh -c "
	case \$LD_PRELOAD in /no/lib.so:*libexprun.so) ;; *) exit 1 ;; esac"'
gives "nested" 0 exprun exprun sh -c 'test "${LD_PRELOAD##*:}" = "$LD_PRELOAD"'
exprun -d python3 -c "$make" 2,1 > "$T/said" 2>&1
check "-d tells the family" grep -q "SOCK_STREAM.*: AF_EXPSTACK, fd" "$T/said"
check "SO_DOMAIN is AF_INET, so is the address" grep -qx "True 0.0.0.0" "$T/said"
exprun -d python3 -c "$make" 2,2048+2,17 > "$T/said" 2>&1
check "flags and protocol" grep -q "SOCK_DGRAM|SOCK_NONBLOCK|SOCK_CLOEXEC, 17): AF_EXPSTACK" "$T/said"
gives "AF_INET6 is refused" 1 exprun python3 -c "$make" 10,1
gives "-6 leaves it alone" 0 exprun -6 python3 -c 'import socket; socket.socket(10, 1)'
gives "so it does where the program clears its environment" 0 exprun -6 python3 -c '
import os, socket
os.environ.clear()
socket.socket(10, 1)'
gives "socket pairs are" 0 exprun python3 -c 'import socket; socket.socketpair()'
gives "a filter denies the family" 1 exprun exs-deny 97 python3 -c "$make" 2,1
check "in words" grep -q "seccomp filter of this process denies it" "$T/said"
gives "-r falls back to AF_INET" 0 exprun -r exs-deny 1 python3 -c "$make" 2,1
