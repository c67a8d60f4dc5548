#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A thousand conversations at once with an epoll server, level- and
# edge-triggered, expstack as server and as client.
# vm: topology=pair timeout=300
#
#   expstack eth0 10.0.0.1/24 ---- hub ---- eth1 10.0.0.2/24 AF_INET (netns peer)
. /exs/tests/lib.sh
plan 8

exs-epoll-echo -f "$F" -p 7001 &
exs-epoll-echo -f "$F" -p 7002 -e &
peer exs-epoll-echo -p 7003 -e &
check "level-triggered server" wait_for 10 exs_listening 7001
check "edge-triggered server" wait_for 10 exs_listening 7002
check "AF_INET's server" wait_for 10 listening 7003 peer
check "1,000 clients, level" peer exs-epoll-clients -H 10.0.0.1 -p 7001 -c 1000 -n 3 -s 3000
check "1,000 clients, edge" peer exs-epoll-clients -H 10.0.0.1 -p 7002 -c 1000 -n 3 -s 3000
check "1,000 of our clients" exs-epoll-clients -f "$F" -H 10.0.0.2 -p 7003 -c 1000 -n 3 -s 3000
check "10 clients, large messages" peer exs-epoll-clients -H 10.0.0.1 -p 7002 -c 10 -n 4 -s 60000
check "both ends ours" exs-epoll-clients -f "$F" -H 127.0.0.1 -p 7001 -c 100 -n 3 -s 3000
