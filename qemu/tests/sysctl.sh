#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Settings have the names, units, defaults and ranges of net.ipv4's, and belong
# to their namespace.
# vm: topology=pair timeout=180
#
#   a fresh namespace, without devices
. /exs/tests/lib.sh
plan 17

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

# What is refused, and what is read afterwards. Left out: negative times, and
# more than 32 bits, which AF_INET takes; the first of several numbers, which
# AF_INET keeps when the second is none; the neighbours, whose settings are by
# device there.
cat > "$T/values.py" <<'EOF'
import os
ours, inet = "/proc/sys/net/expstack/", "/proc/sys/net/ipv4/"
values = ["", "0", "1", "2", "3", "15", "32", "255", "256", "1000", "2304", "32767", "32768",
          "65536", "86401", "2147483", "2147483647", "4294967296", "abc", "7 ", "0x10",
          "1 2", "2 1", "20000 50000", "3000 4000 5000", "1 x 3"]
seconds = ("tcp_fin_timeout", "tcp_keepalive_time", "tcp_keepalive_intvl", "ipfrag_time",
           "route/mtu_expires")
wide = ("tcp_comp_sack_delay_ns", "tcp_comp_sack_slack_ns", "icmp_ratelimit",
        "tcp_invalid_ratelimit", "ipfrag_high_thresh", "ipfrag_low_thresh")

def text(path):
    with open(path) as f:
        return f.read()

def take(path, value):
    try:
        with open(path, "w") as f:
            f.write(value)
    except OSError as e:
        return e.strerror, text(path)
    return "", text(path)

n = 0
for d, dirs, files in os.walk(ours):
    for name in sorted(os.path.relpath(d + "/" + f, ours) for f in files):
        if name.startswith(("neigh", "core")) or name == "tcp_fastopen_key" or \
           not os.path.exists(inet + name) or not os.stat(inet + name).st_mode & 0o200:
            continue
        old = text(ours + name), text(inet + name)
        for v in values + ["-1"] * (name not in seconds):
            if name in wide and v in ("2147483647", "4294967296", "-1"):
                continue
            a, b = take(ours + name, v), take(inet + name, v)
            if a[0] != b[0] or a[1] != b[1] and old[0] == old[1] and v != "1 x 3":
                print(name, repr(v), a, b)
            take(ours + name, old[0])
            take(inet + name, old[1])
        n += 1
print("all" if n >= 60 else "only %d" % n)
EOF
is "values are taken as AF_INET takes them" "$(sys python3 "$T/values.py")" all
ip netns del ctl
