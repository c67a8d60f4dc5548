// SPDX-License-Identifier: GPL-2.0
/*
 * exs-sockapi: options, their defaults, limits and errors.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <linux/tcp.h>

#include "tests/sockapi.h"

#ifndef SO_TXREHASH
#define SO_TXREHASH	74
#endif
#ifndef TCP_IS_MPTCP
#define TCP_IS_MPTCP	43
#endif

#define SA_INTS	4

struct sa_option {
	const char *name;
	int level;
	int option;
	int values[SA_INTS];	/* to be set, up to the first 0 but one */
};

static void sa_option_get(const struct sa_option *o, int fd)
{
	socklen_t len = sizeof(int);
	int value = -1;

	if (getsockopt(fd, o->level, o->option, &value, &len))
		sa_say("%s: %s", o->name, strerrorname_np(errno));
	else
		sa_say("%s: %d (%d)", o->name, value, len);
}

static void sa_option_try(const struct sa_option *o, int fd)
{
	char name[64];

	sa_option_get(o, fd);
	for (int i = 0; i < SA_INTS; i++) {
		snprintf(name, sizeof(name), "%s = %d", o->name, o->values[i]);
		sa_ret(name, setsockopt(fd, o->level, o->option, &o->values[i],
					sizeof(int)));
		sa_option_get(o, fd);
	}
}

#define SA_SOCKET(name, ...)	{ #name, SOL_SOCKET, name, { __VA_ARGS__ } }
#define SA_TCP(name, ...)	{ #name, IPPROTO_TCP, name, { __VA_ARGS__ } }
#define SA_IP(name, ...)	{ #name, IPPROTO_IP, name, { __VA_ARGS__ } }

static const struct sa_option sa_options_socket[] = {
	SA_SOCKET(SO_REUSEADDR, 1, 5, -1, 0),
	SA_SOCKET(SO_KEEPALIVE, 1, 0, 2, 0),
	SA_SOCKET(SO_BROADCAST, 1, 0, 1, 0),
	SA_SOCKET(SO_OOBINLINE, 1, 0, 1, 0),
	SA_SOCKET(SO_SNDBUF, 1, 100000, 4000000, 0),
	SA_SOCKET(SO_RCVBUF, 1, 100000, 4000000, 0),
	SA_SOCKET(SO_RCVLOWAT, 1, 1000, 0, -1),
	SA_SOCKET(SO_PRIORITY, 1, 6, 7, 0),
	SA_SOCKET(SO_MARK, 1, 77, 0, 0),
	SA_SOCKET(SO_TYPE, 1, 0, 0, 0),
	SA_SOCKET(SO_PROTOCOL, 1, 0, 0, 0),
	SA_SOCKET(SO_ACCEPTCONN, 1, 0, 0, 0),
	SA_SOCKET(SO_ERROR, 1, 0, 0, 0),
	SA_SOCKET(SO_SNDLOWAT, 1, 0, 0, 0),
	SA_SOCKET(SO_NO_CHECK, 1, 0, 0, 0),
	SA_SOCKET(SO_TIMESTAMP, 1, 0, 1, 0),
	SA_SOCKET(SO_DONTROUTE, 1, 0, 1, 0),
	SA_SOCKET(SO_TXREHASH, 0, 2, -1, 1),
	{ "unknown", SOL_SOCKET, 999, { 1 } },
};

static const struct sa_option sa_options_tcp[] = {
	SA_TCP(TCP_NODELAY, 1, 0, 5, 0),
	SA_TCP(TCP_CORK, 1, 0, 1, 0),
	SA_TCP(TCP_KEEPIDLE, 1, 0, 32767, 32768),
	SA_TCP(TCP_KEEPINTVL, 1, 0, 32767, 32768),
	SA_TCP(TCP_KEEPCNT, 1, 0, 127, 128),
	SA_TCP(TCP_SYNCNT, 1, 0, 127, 128),
	SA_TCP(TCP_LINGER2, 1, 0, 70, -1),
	SA_TCP(TCP_USER_TIMEOUT, 1000, 0, 5, -1),
	SA_TCP(TCP_WINDOW_CLAMP, 0, 1000, 100000, 0),
	SA_TCP(TCP_THIN_DUPACK, 1, 0, 2, -1),
	SA_TCP(TCP_ULP, 1, 0, 2, -1),
	SA_TCP(TCP_IS_MPTCP, 1, 0, 2, -1),
	{ "unknown", IPPROTO_TCP, 999, { 1 } },
};

static const struct sa_option sa_options_ip[] = {
	SA_IP(IP_TOS, 0x10, 0xff, 0, 3),
	SA_IP(IP_TTL, 1, 0, 256, -1),
	SA_IP(IP_MTU_DISCOVER, 0, 2, 3, 9),
	{ "unknown", IPPROTO_IP, 999, { 1 } },
};

static void sa_option_table(const struct sa_option *o, size_t n, int type)
{
	int fd = sa_socket(type);

	for (size_t i = 0; i < n; i++)
		sa_option_try(&o[i], fd);
}

static void sa_option_socket(void)
{
	sa_option_table(sa_options_socket, SA_ARRAY_SIZE(sa_options_socket),
			SOCK_STREAM);
}

static void sa_option_socket_dgram(void)
{
	sa_option_table(sa_options_socket, SA_ARRAY_SIZE(sa_options_socket),
			SOCK_DGRAM);
}

static void sa_option_tcp(void)
{
	sa_option_table(sa_options_tcp, SA_ARRAY_SIZE(sa_options_tcp),
			SOCK_STREAM);
}

static void sa_option_ip(void)
{
	sa_option_table(sa_options_ip, SA_ARRAY_SIZE(sa_options_ip),
			SOCK_STREAM);
	sa_option_table(sa_options_ip, SA_ARRAY_SIZE(sa_options_ip),
			SOCK_DGRAM);
}

/* IP_MULTICAST_IF: an address, with a group, with a device. */
static void sa_option_multicast_if(void)
{
	static const int types[] = { SOCK_DGRAM, SOCK_STREAM };
	struct ip_mreqn mreq = { .imr_address.s_addr = htonl(INADDR_LOOPBACK) };
	struct in_addr addr;
	socklen_t len;

	for (size_t i = 0; i < SA_ARRAY_SIZE(types); i++) {
		int fd = sa_socket(types[i]);

		addr.s_addr = htonl(INADDR_LOOPBACK);
		sa_ret("short", setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF,
					   &addr, 3));
		sa_ret("set", setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF,
					 &addr, sizeof(addr)));
		addr.s_addr = 0;
		len = sizeof(addr);
		sa_ret("get", getsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF,
					 &addr, &len));
		sa_say("%x (%d)", ntohl(addr.s_addr), len);
		mreq.imr_ifindex = 0;
		sa_ret("a group", setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF,
					     &mreq, sizeof(struct ip_mreq)));
		mreq.imr_ifindex = 9999;
		sa_ret("no device", setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF,
					       &mreq, sizeof(mreq)));
		addr.s_addr = htonl(0xc0000201);
		sa_ret("not ours", setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF,
					      &addr, sizeof(addr)));
		addr.s_addr = 0;
		sa_ret("none", setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF,
					  &addr, sizeof(addr)));
	}
}

static void sa_option_get_level(int fd, int level)
{
	static const int options[] = { 3, 99, 200, 211, 212 };
	int value = 0;
	socklen_t len;

	for (size_t i = 0; i < SA_ARRAY_SIZE(options); i++) {
		sa_say("level %d option %d", level, options[i]);
		len = sizeof(value);
		sa_ret("get", getsockopt(fd, level, options[i], &value, &len));
		if (level == IPPROTO_IP)
			sa_ret("set", setsockopt(fd, level, options[i], &value,
						 sizeof(value)));
	}
}

/* What is of another level, or of another kind of socket. */
static void sa_option_elsewhere(void)
{
	int dgram = sa_socket(SOCK_DGRAM), stream = sa_socket(SOCK_STREAM);
	static const int levels[] = {
		IPPROTO_IP, IPPROTO_IPV6, IPPROTO_RAW, IPPROTO_UDPLITE, 77,
	};

	for (size_t i = 0; i < SA_ARRAY_SIZE(levels); i++) {
		sa_option_get_level(dgram, levels[i]);
		sa_option_get_level(stream, levels[i]);
	}
	sa_option_get_level(dgram, IPPROTO_TCP);
	sa_option_get_level(stream, IPPROTO_UDP);
}

/* The timestamp clock; to be set by TCP_REPAIR only. */
static void sa_option_timestamp(void)
{
	int fd = sa_socket(SOCK_STREAM), value = 1;
	socklen_t len = sizeof(value);

	sa_ret("get", getsockopt(fd, IPPROTO_TCP, TCP_TIMESTAMP, &value, &len));
	sa_say("of milliseconds: %d (%d)", !(value & 1), len);
	sa_ret("set", setsockopt(fd, IPPROTO_TCP, TCP_TIMESTAMP, &value, len));
}

static void sa_option_lengths(void)
{
	int fd = sa_socket(SOCK_STREAM), value = 1;
	socklen_t len = 2;
	char c = 1;

	sa_ret("set, two bytes", setsockopt(fd, IPPROTO_TCP, TCP_NODELAY,
					    &value, 2));
	sa_ret("set, socket, two bytes", setsockopt(fd, SOL_SOCKET,
						    SO_KEEPALIVE, &value, 2));
	sa_ret("set, IP, one byte", setsockopt(fd, IPPROTO_IP, IP_TOS, &c, 1));
	sa_ret("get, two bytes", getsockopt(fd, IPPROTO_TCP, TCP_NODELAY,
					    &value, &len));
	sa_say("length %d", len);
	len = 100;
	sa_ret("get, many", getsockopt(fd, SOL_SOCKET, SO_TYPE, &value, &len));
	sa_say("length %d", len);
	len = -1;
	sa_ret("get, negative", getsockopt(fd, SOL_SOCKET, SO_TYPE, &value,
					   &len));
	sa_ret("set, nowhere", setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, NULL,
					  4));
	sa_ret("no such level", setsockopt(fd, 77, 1, &value, 4));
}

static void sa_option_linger(void)
{
	struct linger linger = { .l_onoff = 1, .l_linger = 5 };
	int fd = sa_socket(SOCK_STREAM);
	socklen_t len = sizeof(linger);

	sa_ret("too short", setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, 4));
	sa_ret("set", setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger,
				 sizeof(linger)));
	memset(&linger, 0, sizeof(linger));
	sa_ret("get", getsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, &len));
	sa_say("%d %d", linger.l_onoff, linger.l_linger);
}

static void sa_option_info_of(const char *what, int fd)
{
	struct tcp_info info;
	socklen_t len = sizeof(info);

	memset(&info, 0, sizeof(info));
	if (sa_ret("TCP_INFO", getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info,
					  &len)))
		return;
	sa_say("%s: state %d unacked %d retrans %d mss %d rtt %d rto %d cwnd %d",
	       what, info.tcpi_state, info.tcpi_unacked,
	       info.tcpi_total_retrans, info.tcpi_snd_mss > 0,
	       info.tcpi_rtt > 0, info.tcpi_rto >= 200000,
	       info.tcpi_snd_cwnd > 0);
	sa_say("acked %llu received %llu", info.tcpi_bytes_acked,
	       info.tcpi_bytes_received);
}

static void sa_option_info(void)
{
	int fd[2], port, listener = sa_listener(&port);
	char buf[8];

	sa_option_info_of("listening", listener);
	sa_pair(fd);
	send(fd[0], "abcdef", 6, 0);
	sa_settle();
	recv(fd[1], buf, 8, 0);
	sa_option_info_of("client", fd[0]);
	sa_option_info_of("server", fd[1]);
	shutdown(fd[0], SHUT_WR);
	sa_settle();
	sa_option_info_of("FIN-WAIT-2", fd[0]);
	sa_option_info_of("CLOSE-WAIT", fd[1]);
}

static void sa_option_mss(void)
{
	int fd[2], fresh = sa_socket(SOCK_STREAM), value = 0;
	socklen_t len = sizeof(value);

	getsockopt(fresh, IPPROTO_TCP, TCP_MAXSEG, &value, &len);
	sa_say("fresh %d", value);
	value = 40;
	sa_ret("too small", setsockopt(fresh, IPPROTO_TCP, TCP_MAXSEG, &value,
				       sizeof(value)));
	value = 1000;
	sa_ret("1000", setsockopt(fresh, IPPROTO_TCP, TCP_MAXSEG, &value,
				  sizeof(value)));
	sa_pair(fd);
	value = 0;
	getsockopt(fd[0], IPPROTO_TCP, TCP_MAXSEG, &value, &len);
	sa_say("connected, more than a frame's %d", value > 1460);
	value = 0;
	sa_ret("IP_MTU", getsockopt(fd[0], IPPROTO_IP, IP_MTU, &value, &len));
	sa_say("%d", value >= 1500);
	sa_ret("IP_MTU, unconnected", getsockopt(fresh, IPPROTO_IP, IP_MTU,
						 &value, &len));
}

static void sa_option_congestion(void)
{
	int fd = sa_socket(SOCK_STREAM);
	socklen_t len = 16;
	char name[16] = "";

	sa_ret("unknown", setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, "none", 4));
	sa_ret("reno", setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, "reno", 4));
	sa_ret("get", getsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, name, &len));
	sa_say("%s %d", name, len);
}

const struct sa_case sa_cases_option[] = {
	{ "option_socket_stream", sa_option_socket },
	{ "option_socket_dgram", sa_option_socket_dgram },
	{ "option_tcp", sa_option_tcp },
	{ "option_ip", sa_option_ip },
	{ "option_multicast_if", sa_option_multicast_if },
	{ "option_elsewhere", sa_option_elsewhere },
	{ "option_timestamp", sa_option_timestamp },
	{ "option_lengths", sa_option_lengths },
	{ "option_linger", sa_option_linger },
	{ "option_tcp_info", sa_option_info },
	{ "option_maxseg_and_mtu", sa_option_mss },
	{ "option_congestion", sa_option_congestion },
	{ }
};
