#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A machine with expstack and one without, over a network between processes
# of the host.
# vm: topology=two-vms kernels=stock timeout=300
#
#   expstack eth0 10.0.0.1/24 ==== socket ==== eth0 10.0.0.2/24 AF_INET, another machine
# shellcheck disable=SC2086 # $X is nothing where AF_INET stands in
. /exs/tests/lib.sh
plan 4

check "10 MB by HTTP" $X curl -sS -m 60 -o "$T/got" http://10.0.0.2/10M
is "all of it" "$(wc -c < "$T/got")" 10000000
random_file "$T/sent" 1000000
$X socat -t 10 - TCP:10.0.0.2:7 < "$T/sent" > "$T/echo" 2> "$T/err"
is "1 MB echoed" "$(sum "$T/echo")" "$(sum "$T/sent")"
check "iperf3" $X iperf3 -4 -t 2 -c 10.0.0.2
