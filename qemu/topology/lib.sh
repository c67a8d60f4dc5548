# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# Words for the topologies. With --no-module (EXS_MODULE=0) the stack under
# test is AF_INET on both sides, so that a topology and its tests can be tried
# against the kernel's own stack.

# exs NETNS COMMAND...: in a namespace, "" being the machine's own.
in_ns()
{
	if [ -n "$1" ]; then
		ns=$1
		shift
		ip netns exec "$ns" "$@"
	else
		shift
		"$@"
	fi
}

netns()
{
	for ns; do
		ip netns add "$ns"
		ip -n "$ns" link set lo up
	done
}

# inet NETNS DEVICE ADDRESS/LENGTH: an end of AF_INET's.
inet()
{
	in_ns "$1" ip link set "$2" up
	in_ns "$1" ip addr add "$3" dev "$2"
}

# exs NETNS DEVICE ADDRESS/LENGTH: an end of expstack's.
exs()
{
	in_ns "$1" ip link set "$2" up
	if [ "$EXS_MODULE" = 1 ]; then
		in_ns "$1" expctl link attach "$2"
		in_ns "$1" expctl addr add "$3" dev "$2"
	else
		in_ns "$1" ip addr add "$3" dev "$2"
	fi
}

# exs_sysctl NETNS NAME VALUE: net.expstack.NAME, or AF_INET's of that name.
exs_sysctl()
{
	if [ "$EXS_MODULE" = 1 ]; then
		in_ns "$1" sh -c "echo $3 > /proc/sys/net/expstack/$2"
	else
		in_ns "$1" sh -c "echo $3 > /proc/sys/net/ipv4/$2"
	fi
}

# wait_device NETNS DEVICE
wait_device()
{
	n=0
	until in_ns "$1" ip link show dev "$2" > /dev/null 2>&1; do
		n=$((n + 1))
		[ $n -lt 100 ] || { echo "no device $2"; return 1; }
		sleep 0.1
	done
}
