// SPDX-License-Identifier: GPL-2.0
/*
 * exs-sockapi: datagrams.
 */
#include <errno.h>
#include <linux/sockios.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>

#include "tests/sockapi.h"

static void sa_dgram_basic(void)
{
	int a = sa_bound(SOCK_DGRAM), b = sa_socket(SOCK_DGRAM);
	struct sockaddr_in from;
	socklen_t len = sizeof(from);
	char buf[16];

	sa_events("fresh", b);
	sa_ret("sendto", sa_sendto(b, "hello", 5, INADDR_LOOPBACK, sa_port(a)));
	sa_settle();
	sa_events("with a datagram", a);
	sa_bytes("recvfrom", buf, recvfrom(a, buf, 16, 0,
					   (struct sockaddr *)&from, &len));
	sa_say("family %d address %x port %d length %d", from.sin_family,
	       ntohl(from.sin_addr.s_addr), ntohs(from.sin_port) == sa_port(b),
	       len);
	sa_ret("none", recv(a, buf, 16, MSG_DONTWAIT));
	sa_ret("empty", sa_sendto(b, "", 0, INADDR_LOOPBACK, sa_port(a)));
	sa_settle();
	sa_events("with an empty one", a);
	sa_ret("recv", recv(a, buf, 16, 0));
}

static void sa_dgram_unconnected(void)
{
	int fd = sa_socket(SOCK_DGRAM);
	struct sockaddr_in addr;
	socklen_t len = sizeof(addr);

	sa_ret("send", send(fd, "x", 1, 0));
	sa_ret("write", write(fd, "x", 1));
	sa_ret("shutdown", shutdown(fd, SHUT_RD));
	sa_ret("listen", listen(fd, 1));
	sa_ret("accept", accept(fd, NULL, NULL));
	sa_ret("getpeername", getpeername(fd, (struct sockaddr *)&addr, &len));
	sa_ret("port 0", sa_sendto(fd, "x", 1, INADDR_LOOPBACK, 0));
	addr = sa_addr(INADDR_LOOPBACK, 9);
	sa_ret("too short", sendto(fd, "x", 1, 0, (struct sockaddr *)&addr, 8));
	addr.sin_family = AF_UNIX;
	sa_ret("another family", sendto(fd, "x", 1, 0, (struct sockaddr *)&addr,
					sizeof(addr)));
	sa_ret("out of band", send(fd, "x", 1, MSG_OOB));
}

static void sa_dgram_connected(void)
{
	int fd[2], other = sa_bound(SOCK_DGRAM);
	struct sockaddr unspec = { .sa_family = AF_UNSPEC };
	struct sockaddr_in name;
	socklen_t len = sizeof(name);
	char buf[16];

	sa_udp_pair(fd);
	sa_ret("send", send(fd[0], "one", 3, 0));
	sa_ret("recv", recv(fd[1], buf, 16, 0));
	sa_ret("a stranger", sa_sendto(other, "two", 3, INADDR_LOOPBACK,
				       sa_port(fd[0])));
	sa_settle();
	sa_ret("is not heard", recv(fd[0], buf, 16, MSG_DONTWAIT));
	sa_ret("to another", sa_sendto(fd[0], "three", 5, INADDR_LOOPBACK,
				       sa_port(other)));
	sa_settle();
	sa_bytes("recv", buf, recv(other, buf, 16, MSG_DONTWAIT));
	sa_ret("getpeername", getpeername(fd[0], (struct sockaddr *)&name,
					  &len));
	sa_ret("disconnect", connect(fd[0], &unspec, sizeof(unspec)));
	sa_ret("getpeername", getpeername(fd[0], (struct sockaddr *)&name,
					  &len));
	sa_ret("send", send(fd[0], "x", 1, 0));
}

static void sa_dgram_unreachable(void)
{
	int port = sa_closed_port(SOCK_DGRAM), error = 0;
	int fd = sa_socket(SOCK_DGRAM);
	socklen_t len = sizeof(error);
	char buf[8];

	sa_connect(fd, INADDR_LOOPBACK, port);
	sa_ret("send", send(fd, "x", 1, 0));
	sa_settle();
	sa_events("error", fd);
	sa_ret("send", send(fd, "x", 1, 0));
	sa_settle();
	sa_ret("recv", recv(fd, buf, 8, MSG_DONTWAIT));
	sa_ret("recv", recv(fd, buf, 8, MSG_DONTWAIT));
	send(fd, "x", 1, 0);
	sa_settle();
	getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len);
	sa_say("SO_ERROR %s", strerrorname_np(error));
	fd = sa_socket(SOCK_DGRAM);
	sa_ret("unconnected", sa_sendto(fd, "x", 1, INADDR_LOOPBACK, port));
	sa_settle();
	sa_ret("hears nothing", recv(fd, buf, 8, MSG_DONTWAIT));
}

static void sa_dgram_size(void)
{
	static char buf[70000];
	int fd[2], n = -1;

	sa_udp_pair(fd);
	sa_ret("too large", send(fd[0], buf, 65508, 0));
	sa_ret("much too large", send(fd[0], buf, 70000, 0));
	sa_ret("as large as can be", send(fd[0], buf, 65507, 0));
	sa_settle();
	ioctl(fd[1], FIONREAD, &n);
	sa_say("FIONREAD %d", n);
	sa_ret("recv", recv(fd[1], buf, sizeof(buf), MSG_DONTWAIT));
	sa_int(fd[0], SOL_SOCKET, SO_SNDBUF, 5000);
	sa_ret("larger than the buffer", send(fd[0], buf, 60000, 0));
}

static void sa_dgram_truncated(void)
{
	char buf[4];
	struct iovec iov = { buf, 4 };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	int fd[2];

	sa_udp_pair(fd);
	for (int i = 0; i < 4; i++)
		send(fd[0], "abcdefgh", 8, 0);
	sa_settle();
	sa_ret("recv", recv(fd[1], buf, 4, 0));
	sa_ret("recv, full length", recv(fd[1], buf, 4, MSG_TRUNC));
	sa_ret("recvmsg", recvmsg(fd[1], &msg, 0));
	sa_say("flags %x", msg.msg_flags & MSG_TRUNC);
	sa_ret("peek", recv(fd[1], buf, 4, MSG_PEEK | MSG_TRUNC));
	sa_ret("recv", recv(fd[1], buf, 4, MSG_TRUNC));
	sa_ret("none", recv(fd[1], buf, 4, MSG_DONTWAIT));
}

static void sa_dgram_queues(void)
{
	int fd[2], n = -1;

	sa_udp_pair(fd);
	sa_ret("FIONREAD", ioctl(fd[1], FIONREAD, &n));
	sa_say("%d", n);
	send(fd[0], "abc", 3, 0);
	send(fd[0], "defgh", 5, 0);
	sa_settle();
	ioctl(fd[1], FIONREAD, &n);
	sa_say("FIONREAD %d: the first", n);
	sa_ret("SIOCOUTQ", ioctl(fd[0], SIOCOUTQ, &n));
	sa_say("%d", n);
}

static void sa_dgram_broadcast(void)
{
	int fd = sa_bound(SOCK_DGRAM);
	int other = sa_socket(SOCK_DGRAM);

	sa_ret("not allowed", sa_sendto(other, "x", 1, 0x7fffffff, 9));
	sa_int(other, SOL_SOCKET, SO_BROADCAST, 1);
	sa_ret("allowed", sa_sendto(other, "x", 1, 0x7fffffff, sa_port(fd)));
	other = sa_socket(SOCK_DGRAM);
	sa_ret("connect", sa_connect(other, 0x7fffffff, 9));
}

static void sa_dgram_bind(void)
{
	int a = sa_bound(SOCK_DGRAM), b = sa_socket(SOCK_DGRAM);

	sa_ret("same port", sa_bind(b, INADDR_LOOPBACK, sa_port(a)));
	sa_ret("any address", sa_bind(b, INADDR_ANY, sa_port(a)));
	sa_int(a, SOL_SOCKET, SO_REUSEADDR, 1);
	sa_int(b, SOL_SOCKET, SO_REUSEADDR, 1);
	sa_ret("reuse", sa_bind(b, INADDR_LOOPBACK, sa_port(a)));
	sa_ret("twice", sa_bind(b, INADDR_LOOPBACK, 0));
	b = sa_socket(SOCK_DGRAM);
	sa_ret("not ours", sa_bind(b, 0xc0000201, 0));
	b = sa_socket(SOCK_DGRAM);
	sa_ret("another address", sa_bind(b, 0x7f000002, sa_port(a)));
	b = sa_socket(SOCK_STREAM);
	sa_ret("a stream", sa_bind(b, INADDR_LOOPBACK, sa_port(a)));
}

static void sa_dgram_choice(void)
{
	int any = sa_socket(SOCK_DGRAM), one = sa_socket(SOCK_DGRAM);
	int connected = sa_socket(SOCK_DGRAM), from = sa_bound(SOCK_DGRAM);
	int port;
	char buf[4];

	sa_int(any, SOL_SOCKET, SO_REUSEADDR, 1);
	sa_int(one, SOL_SOCKET, SO_REUSEADDR, 1);
	sa_int(connected, SOL_SOCKET, SO_REUSEADDR, 1);
	sa_bind(any, INADDR_ANY, 0);
	port = sa_port(any);
	sa_bind(one, INADDR_LOOPBACK, port);
	sa_bind(connected, INADDR_LOOPBACK, port);
	sa_connect(connected, INADDR_LOOPBACK, sa_port(from));
	sa_sendto(from, "a", 1, INADDR_LOOPBACK, port);
	sa_sendto(sa_socket(SOCK_DGRAM), "b", 1, INADDR_LOOPBACK, port);
	sa_sendto(from, "c", 1, 0x7f000005, port);
	sa_settle();
	sa_bytes("connected", buf, recv(connected, buf, 4, MSG_DONTWAIT));
	sa_bytes("bound to the address", buf, recv(one, buf, 4, MSG_DONTWAIT));
	sa_bytes("bound to any", buf, recv(any, buf, 4, MSG_DONTWAIT));
	sa_ret("nothing else", recv(any, buf, 4, MSG_DONTWAIT));
}

static void sa_dgram_timeout(void)
{
	struct timeval tv = { .tv_usec = 50000 };
	int fd = sa_bound(SOCK_DGRAM);
	char buf[8];

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv));
	sa_ret("recv", recv(fd, buf, 8, 0));
}

static void sa_dgram_shutdown(void)
{
	char buf[8];
	int fd[2];

	sa_udp_pair(fd);
	sa_ret("shutdown", shutdown(fd[0], SHUT_RD));
	sa_events("shut for reading", fd[0]);
	sa_ret("recv", recv(fd[0], buf, 8, 0));
	sa_ret("shutdown", shutdown(fd[0], SHUT_WR));
	sa_ret("send", send(fd[0], "x", 1, MSG_NOSIGNAL));
}

static void sa_dgram_vectors(void)
{
	struct iovec out[2] = { { "ab", 2 }, { "cde", 3 } };
	struct mmsghdr msgs[3] = { };
	char buf[16];
	int fd[2];

	sa_udp_pair(fd);
	for (int i = 0; i < 3; i++) {
		msgs[i].msg_hdr.msg_iov = out;
		msgs[i].msg_hdr.msg_iovlen = 2;
	}
	sa_ret("writev", writev(fd[0], out, 2));
	sa_ret("sendmmsg", sendmmsg(fd[0], msgs, 3, 0));
	sa_settle();
	for (int i = 0; i < 5; i++)
		sa_bytes("recv", buf, recv(fd[1], buf, 16, MSG_DONTWAIT));
}

static void sa_dgram_routes(void)
{
	int fd = sa_socket(SOCK_DGRAM);
	struct sockaddr_in name;
	socklen_t len = sizeof(name);

	sa_ret("no route", sa_sendto(fd, "x", 1, 0xc0000201, 9));
	sa_ret("connect, no route", sa_connect(fd, 0xc0000201, 9));
	sa_ret("connect", sa_connect(fd, INADDR_LOOPBACK, 9));
	getsockname(fd, (struct sockaddr *)&name, &len);
	sa_say("source %x", ntohl(name.sin_addr.s_addr));
	sa_ret("connect to any", sa_connect(fd, INADDR_ANY, 9));
	getpeername(fd, (struct sockaddr *)&name, &len);
	sa_say("peer %x", ntohl(name.sin_addr.s_addr));
}

/* One datagram with one piece of ancillary data of one number. */
static int sa_sendmsg(int fd, int level, int type, int value)
{
	char control[CMSG_SPACE(sizeof(value))] = { 0 };
	struct iovec iov = { "x", 1 };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control),
	};
	struct cmsghdr *cmsg = CMSG_FIRSTHDR(&msg);

	cmsg->cmsg_level = level;
	cmsg->cmsg_type = type;
	cmsg->cmsg_len = CMSG_LEN(sizeof(value));
	memcpy(CMSG_DATA(cmsg), &value, sizeof(value));
	return sendmsg(fd, &msg, 0);
}

static void sa_dgram_ancillary(void)
{
	int fd[2];

	sa_udp_pair(fd);
	sa_ret("TTL", sa_sendmsg(fd[0], SOL_IP, IP_TTL, 5));
	sa_ret("TTL 0", sa_sendmsg(fd[0], SOL_IP, IP_TTL, 0));
	sa_ret("TOS", sa_sendmsg(fd[0], SOL_IP, IP_TOS, 16));
	sa_ret("unknown of IP", sa_sendmsg(fd[0], SOL_IP, 4711, 1));
	sa_ret("protocol", sa_sendmsg(fd[0], SOL_IP, 52, 17));
	sa_ret("protocol 0", sa_sendmsg(fd[0], SOL_IP, 52, 0));
	sa_ret("unknown of UDP", sa_sendmsg(fd[0], IPPROTO_UDP, 4711, 1));
	sa_ret("of TCP", sa_sendmsg(fd[0], IPPROTO_TCP, 1, 1));
}

/* Who sends has a port, whatever becomes of the datagram. */
static void sa_dgram_autobind(void)
{
	static char big[70000];
	struct sockaddr_in to = sa_addr(INADDR_LOOPBACK, 9);
	int fd[4];

	for (int i = 0; i < 4; i++)
		fd[i] = sa_socket(SOCK_DGRAM);
	sa_ret("no peer", send(fd[0], "x", 1, 0));
	sa_ret("too large", sendto(fd[1], big, sizeof(big), 0,
				   (struct sockaddr *)&to, sizeof(to)));
	sa_ret("urgent", sendto(fd[2], "x", 1, MSG_OOB,
				(struct sockaddr *)&to, sizeof(to)));
	to.sin_family = AF_UNIX;
	sa_ret("another family", sendto(fd[3], "x", 1, 0,
					(struct sockaddr *)&to, sizeof(to)));
	for (int i = 0; i < 4; i++)
		sa_say("has a port: %d", !!sa_port(fd[i]));
}

/* Who may send from an address that is not ours? */
static void sa_dgram_foreign_source(void)
{
	static const struct {
		const char *name;
		int opt;
	} t[] = {
		{ "asked for nothing", 0 }, { "IP_FREEBIND", IP_FREEBIND },
		{ "IP_TRANSPARENT", IP_TRANSPARENT }, { NULL, 0 },
	};

	for (int i = 0; t[i].name; i++) {
		int fd = sa_socket(SOCK_DGRAM);

		sa_say("%s", t[i].name);
		if (t[i].opt)
			sa_int(fd, SOL_IP, t[i].opt, 1);
		sa_ret("bind", sa_bind(fd, 0x0a090909, 0));
		sa_ret("send", sa_sendto(fd, "x", 1, INADDR_LOOPBACK, 9));
		sa_ret("connect", sa_connect(fd, INADDR_LOOPBACK, 9));
	}
}

const struct sa_case sa_cases_dgram[] = {
	{ "dgram_send_and_receive", sa_dgram_basic },
	{ "dgram_unconnected", sa_dgram_unconnected },
	{ "dgram_connected", sa_dgram_connected },
	{ "dgram_unreachable", sa_dgram_unreachable },
	{ "dgram_size", sa_dgram_size },
	{ "dgram_truncated", sa_dgram_truncated },
	{ "dgram_queue_lengths", sa_dgram_queues },
	{ "dgram_broadcast", sa_dgram_broadcast },
	{ "dgram_bind", sa_dgram_bind },
	{ "dgram_which_socket", sa_dgram_choice },
	{ "dgram_timeout", sa_dgram_timeout },
	{ "dgram_shutdown", sa_dgram_shutdown },
	{ "dgram_vectors", sa_dgram_vectors },
	{ "dgram_routes", sa_dgram_routes },
	{ "dgram_ancillary", sa_dgram_ancillary },
	{ "dgram_autobind", sa_dgram_autobind },
	{ "dgram_foreign_source", sa_dgram_foreign_source },
	{ }
};
