#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Python and socat, unmodified, as server and as client.
# vm: topology=pair timeout=90
#
#   expstack eth0 10.0.0.1/24 ---- hub ---- eth1 10.0.0.2/24 AF_INET (netns peer)
# shellcheck disable=SC2086 # $X is nothing where AF_INET stands in
. /exs/tests/lib.sh
plan 8

mkdir "$T/www"
random_file "$T/www/file" 1000000
(cd "$T/www" && exec $X python3 -m http.server 8001) > "$T/python" 2>&1 &
(cd "$T/www" && exec ip netns exec peer python3 -m http.server 8002) > "$T/python2" 2>&1 &
$X socat -u TCP-LISTEN:8003,fork,reuseaddr "CREATE:$T/received" &
$X socat UDP-LISTEN:8004,fork EXEC:cat &

fetch='import sys, urllib.request
sys.stdout.buffer.write(urllib.request.urlopen(sys.argv[1], timeout=30).read())'
check "python listens" wait_for 20 exs_listening 8001
check "and at the peer" wait_for 20 listening 8002 peer
is "python serves" "$(peer python3 -c "$fetch" http://10.0.0.1:8001/file | sha256sum)" "$(sum "$T/www/file")"
is "python fetches" "$($X python3 -c "$fetch" http://10.0.0.2:8002/file | sha256sum)" "$(sum "$T/www/file")"
check "socat listens" wait_for 10 exs_listening 8003
check "socat sends" peer socat -u "OPEN:$T/www/file" TCP:10.0.0.1:8003
check "socat has received it" wait_for 10 cmp "$T/www/file" "$T/received"
is "socat echoes a datagram" "$(echo hello | peer timeout 10 socat -t 3 - UDP:10.0.0.1:8004)" hello
