#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# curl on expstack fetches from a plain nginx.
# vm: topology=pair timeout=90
#
#   expstack eth0 10.0.0.1/24 ---- hub ---- eth1 10.0.0.2/24 AF_INET (netns peer)
# shellcheck disable=SC2086 # $X is nothing where AF_INET stands in
. /exs/tests/lib.sh
plan 6

mkdir "$T/www"
random_file "$T/www/file" 10000000
echo small > "$T/www/small"
nginx_conf 80 "$T/www" > "$T/nginx.conf"
peer nginx -p "$T" -c "$T/nginx.conf" &

check "nginx listens" wait_for 10 listening 80 peer
check "10 MB" $X curl -sS -m 60 -o "$T/got" http://10.0.0.2/file
is "the same file" "$(sum "$T/got")" "$(sum "$T/www/file")"
check "no such page" test "$($X curl -sS -m 20 -o /dev/null -w '%{http_code}' http://10.0.0.2/no)" = 404
check "20 requests on one connection" test "$(
	$X curl -sS -m 30 'http://10.0.0.2/small?[1-20]' | grep -c small)" = 20
refuse "a closed port" $X curl -sS -m 20 http://10.0.0.2:81/
