// SPDX-License-Identifier: GPL-2.0
/*
 * exs-sockapi: sending from the program's own pages.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <linux/errqueue.h>
#include <linux/tcp.h>

#include "tests/sockapi.h"

struct sa_notice {
	struct sock_extended_err ee;
	struct sockaddr_in offender;
};

/* One notification of the error queue, in full. */
static long sa_zc_notice(const char *what, int fd)
{
	struct sockaddr_in name = { };
	struct sa_notice notice;
	char control[256];
	struct msghdr msg = {
		.msg_name = &name, .msg_namelen = sizeof(name),
		.msg_control = control, .msg_controllen = sizeof(control),
	};
	struct cmsghdr *cm;
	long ret;

	ret = sa_ret(what, recvmsg(fd, &msg, MSG_ERRQUEUE));
	if (ret < 0)
		return ret;
	sa_say("flags %x name %d family %d", msg.msg_flags, msg.msg_namelen,
	       name.sin_family);
	for (cm = CMSG_FIRSTHDR(&msg); cm; cm = CMSG_NXTHDR(&msg, cm)) {
		sa_say("level %d type %d length %zu", cm->cmsg_level,
		       cm->cmsg_type, cm->cmsg_len - CMSG_LEN(0));
		if (cm->cmsg_len != CMSG_LEN(sizeof(notice)))
			continue;
		memcpy(&notice, CMSG_DATA(cm), sizeof(notice));
		sa_say("errno %d origin %d type %d code %d from %d to %d offender %d",
		       notice.ee.ee_errno, notice.ee.ee_origin,
		       notice.ee.ee_type, notice.ee.ee_code,
		       notice.ee.ee_info, notice.ee.ee_data,
		       notice.offender.sin_family);
	}
	return ret;
}

static void sa_zc_option(int type)
{
	static const int values[] = { 1, 0, 2, -1, 1 };
	int fd = sa_socket(type), value;
	socklen_t len;

	for (size_t i = 0; i < SA_ARRAY_SIZE(values); i++) {
		sa_ret("set", setsockopt(fd, SOL_SOCKET, SO_ZEROCOPY,
					 &values[i], sizeof(int)));
		len = sizeof(value);
		value = 7;
		sa_ret("get", getsockopt(fd, SOL_SOCKET, SO_ZEROCOPY, &value,
					 &len));
		sa_say("%d", value);
	}
	value = 1;
	sa_ret("two bytes", setsockopt(fd, SOL_SOCKET, SO_ZEROCOPY, &value, 2));
	sa_ret("nowhere", setsockopt(fd, SOL_SOCKET, SO_ZEROCOPY, NULL, 4));
}

static void sa_zc_option_stream(void)
{
	sa_zc_option(SOCK_STREAM);
}

static void sa_zc_option_dgram(void)
{
	sa_zc_option(SOCK_DGRAM);
}

static void sa_zc_inherited(void)
{
	int port, listener = sa_listener(&port), fd = sa_socket(SOCK_STREAM);
	int value = 0;
	socklen_t len = sizeof(value);

	sa_int(listener, SOL_SOCKET, SO_ZEROCOPY, 1);
	sa_ret("connect", sa_connect(fd, INADDR_LOOPBACK, port));
	fd = accept(listener, NULL, NULL);
	sa_ret("get", getsockopt(fd, SOL_SOCKET, SO_ZEROCOPY, &value, &len));
	sa_say("%d", value);
}

static void sa_zc_stream(void)
{
	char buf[2000] = "abcdef", got[2000];
	int fd[2];

	sa_pair(fd);
	sa_ret("without the option", send(fd[0], buf, 1000, MSG_ZEROCOPY));
	sa_settle();
	sa_ret("recv", recv(fd[1], got, sizeof(got), 0));
	sa_zc_notice("nothing", fd[0]);
	sa_int(fd[0], SOL_SOCKET, SO_ZEROCOPY, 1);
	sa_ret("none", send(fd[0], buf, 0, MSG_ZEROCOPY));
	sa_ret("first", send(fd[0], buf, 1000, MSG_ZEROCOPY));
	sa_settle();
	sa_events("first", fd[0]);
	sa_ret("second", send(fd[0], buf, 1000, MSG_ZEROCOPY));
	sa_settle();
	sa_bytes("recv", got, recv(fd[1], got, sizeof(got), 0));
	sa_zc_notice("both", fd[0]);
	sa_events("then", fd[0]);
	sa_zc_notice("no more", fd[0]);
	sa_ret("plain", send(fd[0], buf, 10, 0));
	sa_settle();
	sa_settle();
	sa_ret("third", send(fd[0], buf, 10, MSG_ZEROCOPY));
	sa_settle();
	sa_settle();
	sa_zc_notice("third", fd[0]);
}

static void sa_zc_dgram(void)
{
	char buf[100] = "abcdef", got[100];
	int fd[2];

	sa_udp_pair(fd);
	sa_ret("without the option", send(fd[0], buf, 6, MSG_ZEROCOPY));
	sa_settle();
	sa_zc_notice("nothing", fd[0]);
	sa_int(fd[0], SOL_SOCKET, SO_ZEROCOPY, 1);
	sa_ret("first", send(fd[0], buf, 6, MSG_ZEROCOPY));
	sa_settle();
	sa_events("first", fd[0]);
	sa_zc_notice("first", fd[0]);
	sa_ret("second", send(fd[0], buf, 6, MSG_ZEROCOPY));
	sa_ret("none", send(fd[0], buf, 0, MSG_ZEROCOPY));
	sa_ret("third", send(fd[0], buf, 6, MSG_ZEROCOPY));
	sa_settle();
	sa_zc_notice("both", fd[0]);
	sa_zc_notice("no more", fd[0]);
	sa_bytes("recv", got, recv(fd[1], got, sizeof(got), 0));
}

static void sa_zc_errors(void)
{
	struct rlimit little = { .rlim_cur = 4096, .rlim_max = 4096 };
	char buf[100] = "";
	int fd[2], fresh = sa_socket(SOCK_STREAM);

	sa_int(fresh, SOL_SOCKET, SO_ZEROCOPY, 1);
	sa_ret("unconnected", send(fresh, buf, 100,
				   MSG_ZEROCOPY | MSG_NOSIGNAL));
	sa_zc_notice("of it", fresh);
	sa_pair(fd);
	sa_int(fd[0], SOL_SOCKET, SO_ZEROCOPY, 1);
	sa_ret("no memory there", send(fd[0], (void *)1, 100, MSG_ZEROCOPY));
	sa_ret("good", send(fd[0], buf, 100, MSG_ZEROCOPY));
	sa_settle();
	sa_zc_notice("good", fd[0]);
	setrlimit(RLIMIT_MEMLOCK, &little);
	sa_nobody();
	sa_ret("too many pages", send(fd[0], buf, 100, MSG_ZEROCOPY));
	sa_ret("plain", send(fd[0], buf, 100, 0));
	shutdown(fd[0], SHUT_WR);
	sa_ret("shut", send(fd[0], buf, 100, MSG_NOSIGNAL));
	sa_settle();
	sa_zc_notice("no more", fd[0]);
}

const struct sa_case sa_cases_zerocopy[] = {
	{ "zerocopy_option_stream", sa_zc_option_stream },
	{ "zerocopy_option_dgram", sa_zc_option_dgram },
	{ "zerocopy_inherited", sa_zc_inherited },
	{ "zerocopy_stream", sa_zc_stream },
	{ "zerocopy_dgram", sa_zc_dgram },
	{ "zerocopy_errors", sa_zc_errors },
	{ }
};
