#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Settings have the names, units, defaults and ranges of net.ipv4's, and belong
# to their namespace.
# vm: topology=pair timeout=180
#
#   a fresh namespace, without devices
. /exs/tests/lib.sh
plan 16

ip netns add ctl
# Names without a namespace of their own, and what depends on the machine's
# memory or on its modules.
inet_of()
{
	case $1 in
	core/somaxconn) echo /proc/sys/net/core/somaxconn ;;
	rmem_default | wmem_default) echo /proc/sys/net/core/"$1" ;;
	route/*) echo /proc/sys/net/ipv4/"$1" ;;
	*) echo /proc/sys/net/ipv4/"$1" ;;
	esac
}

sys()
{
	ip netns exec ctl "$@"
}

(cd /proc/sys/net/expstack && find . -type f | sed 's|^\./||' | sort) > "$T/names"
between "there are many" "$(wc -l < "$T/names")" 60 200
missing='' differ=''
while read -r name; do
	f=$(inet_of "$name")
	if ! ip netns exec ctl test -e "$f" && ! test -e "$f"; then
		missing="$missing $name"
		continue
	fi
	case $name in
	*congestion_control | tcp_max_* | tcp_mem | udp_mem | tcp_*mem | ipfrag_*_thresh | \
	*mem_default | tcp_available_ulp | neigh/default/unres_qlen_bytes) continue ;;
	esac
	want=$(ip netns exec ctl cat "$f" 2> /dev/null || cat "$f")
	got=$(ip netns exec ctl cat /proc/sys/net/expstack/"$name")
	[ "$want" = "$got" ] || differ="$differ $name:$got($want)"
done < "$T/names"
is "names are AF_INET's" "$missing" ""
is "defaults are AF_INET's" "$differ" ""

set_to()
{
	ip netns exec ctl sh -c "echo '$2' > /proc/sys/net/expstack/$1"
}
get()
{
	ip netns exec ctl cat /proc/sys/net/expstack/"$1"
}

check "a number" set_to ip_default_ttl 17
is "is kept" "$(get ip_default_ttl)" 17
is "in this namespace only" "$(cat /proc/sys/net/expstack/ip_default_ttl)" 64
refuse "out of range" set_to ip_default_ttl 256
check "seconds come back as seconds" sh -c "
	ip netns exec ctl sh -c 'echo 77 > /proc/sys/net/expstack/tcp_keepalive_time' &&
	[ \$(ip netns exec ctl cat /proc/sys/net/expstack/tcp_keepalive_time) = 77 ]"
refuse "a range the wrong way round" set_to ip_local_port_range "5000 4000"
refuse "privileged ports in the range" set_to ip_unprivileged_port_start 40000
check "three numbers" set_to tcp_rmem "4096 200000 4000000"
refuse "an unknown congestion control" set_to tcp_congestion_control nosuch
for f in tcp_mem udp_mem; do
	mem=$(cat /proc/sys/net/expstack/$f)
	is "$f may be set, in pages" "$(echo '300 400 500' > /proc/sys/net/expstack/$f &&
		tr '\t' ' ' < /proc/sys/net/expstack/$f)" "300 400 500"
	echo "$mem" > /proc/sys/net/expstack/$f
	refuse "$f is shown where AF_INET shows it" sys test -e /proc/sys/net/expstack/$f
done
ip netns del ctl
