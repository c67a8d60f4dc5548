#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# An unmodified nginx on expstack serves plain clients. curl's limits together are
# less than the test's, which the debug kernel has four times.
# vm: topology=pair timeout=300
#
#   expstack eth0 10.0.0.1/24 ---- hub ---- eth1 10.0.0.2/24 AF_INET (netns peer)
# shellcheck disable=SC2086 # $X is nothing where AF_INET stands in
. /exs/tests/lib.sh
plan 6

TIMES=1
[ "$SLOW" = 1 ] && TIMES=4

mkdir "$T/www"
random_file "$T/www/file" 10000000
echo small > "$T/www/small"
nginx_conf 80 "$T/www" > "$T/nginx.conf"
$X nginx -p "$T" -c "$T/nginx.conf" &

check "nginx listens" wait_for 20 exs_listening 80
check "10 MB" peer curl -sS -m $((60 * TIMES)) -o "$T/got" http://10.0.0.1/file
is "the same file" "$(sum "$T/got")" "$(sum "$T/www/file")"
is "a part of it" "$(peer curl -sS -m 20 -r 5000000-5099999 http://10.0.0.1/file | sha256sum)" \
	"$(tail -c +5000001 "$T/www/file" | head -c 100000 | sha256sum)"
is "20 requests on one connection" "$(
	peer curl -sS -m 30 'http://10.0.0.1/small?[1-20]' | grep -c small)" 20
for i in 1 2 3 4 5 6 7 8; do
	peer curl -sS -m $((150 * TIMES)) -o "$T/got.$i" http://10.0.0.1/file &
	pids="$pids $!"
done
for pid in $pids; do
	wait "$pid"
done
check "8 files at the same time, all right" sh -c "
	for i in 1 2 3 4 5 6 7 8; do cmp '$T/www/file' '$T/got.'\$i || exit 1; done"
