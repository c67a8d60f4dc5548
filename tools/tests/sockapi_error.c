// SPDX-License-Identifier: GPL-2.0
/*
 * exs-sockapi: errors of socket, bind and connect, and what needs privilege.
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <string.h>
#include <unistd.h>

#include "tests/sockapi.h"

#define SA_TEST_NET	0xc0000201	/* 192.0.2.1: of nobody */
#define SA_MULTICAST	0xe0000105	/* 224.0.1.5 */

static void sa_error_bind(void)
{
	struct sockaddr_in addr = sa_addr(INADDR_LOOPBACK, 0);
	int fd = sa_socket(SOCK_STREAM);

	sa_ret("too short", bind(fd, (struct sockaddr *)&addr, 8));
	sa_ret("not ours", sa_bind(fd, SA_TEST_NET, 0));
	addr.sin_family = AF_UNIX;
	sa_ret("another family",
	       bind(fd, (struct sockaddr *)&addr, sizeof(addr)));
	addr.sin_family = AF_UNSPEC;
	sa_ret("no family", bind(fd, (struct sockaddr *)&addr, sizeof(addr)));
	addr.sin_addr.s_addr = 0;
	sa_ret("no family, any", bind(fd, (struct sockaddr *)&addr,
				      sizeof(addr)));
	sa_ret("twice", sa_bind(fd, INADDR_LOOPBACK, 0));
	fd = sa_socket(SOCK_STREAM);
	sa_ret("multicast", sa_bind(fd, SA_MULTICAST, 0));
	fd = sa_socket(SOCK_STREAM);
	sa_ret("broadcast", sa_bind(fd, INADDR_BROADCAST, 0));
	fd = sa_socket(SOCK_STREAM);
	sa_ret("127.5.5.5", sa_bind(fd, 0x7f050505, 0));
	sa_ret("listen", listen(fd, 1));
}

static void sa_error_in_use(void)
{
	int port, listener = sa_listener(&port);
	int fd = sa_socket(SOCK_STREAM);

	sa_ret("same port", sa_bind(fd, INADDR_LOOPBACK, port));
	sa_ret("any address", sa_bind(fd, INADDR_ANY, port));
	sa_int(fd, SOL_SOCKET, SO_REUSEADDR, 1);
	sa_ret("reuse on one", sa_bind(fd, INADDR_LOOPBACK, port));
	sa_int(listener, SOL_SOCKET, SO_REUSEADDR, 1);
	sa_ret("reuse, listening", sa_bind(fd, INADDR_LOOPBACK, port));
	sa_ret("another address", sa_bind(fd, 0x7f000002, port));
	sa_ret("listen there", listen(fd, 1));
}

static void sa_error_reuse_bound(void)
{
	int a = sa_socket(SOCK_STREAM), b = sa_socket(SOCK_STREAM), port;

	sa_int(a, SOL_SOCKET, SO_REUSEADDR, 1);
	sa_int(b, SOL_SOCKET, SO_REUSEADDR, 1);
	sa_ret("first", sa_bind(a, INADDR_LOOPBACK, 0));
	port = sa_port(a);
	sa_ret("second", sa_bind(b, INADDR_LOOPBACK, port));
	sa_ret("listen", listen(a, 1));
	sa_ret("listen too", listen(b, 1));
}

static void sa_error_time_wait(void)
{
	int port, listener = sa_listener(&port);
	int fd = sa_socket(SOCK_STREAM), conn;
	char c;

	sa_connect(fd, INADDR_LOOPBACK, port);
	conn = accept(listener, NULL, NULL);
	close(conn);	/* this end gets the TIME-WAIT */
	recv(fd, &c, 1, 0);
	close(fd);
	close(listener);
	sa_settle();
	fd = sa_socket(SOCK_STREAM);
	sa_ret("in TIME-WAIT", sa_bind(fd, INADDR_LOOPBACK, port));
	sa_int(fd, SOL_SOCKET, SO_REUSEADDR, 1);
	sa_ret("with reuse", sa_bind(fd, INADDR_LOOPBACK, port));
	sa_ret("listen", listen(fd, 1));
}

static void sa_error_connect(void)
{
	struct sockaddr_in addr = sa_addr(INADDR_LOOPBACK, 9);
	int port = sa_closed_port(SOCK_STREAM);
	int fd = sa_socket(SOCK_STREAM);

	sa_ret("refused", sa_connect(fd, INADDR_LOOPBACK, port));
	sa_ret("again", sa_connect(fd, INADDR_LOOPBACK, port));
	sa_ret("too short", connect(fd, (struct sockaddr *)&addr, 8));
	addr.sin_family = AF_UNIX;
	sa_ret("another family",
	       connect(fd, (struct sockaddr *)&addr, sizeof(addr)));
	sa_ret("no route", sa_connect(fd, SA_TEST_NET, 9));
	sa_ret("multicast", sa_connect(fd, SA_MULTICAST, 9));
	sa_ret("broadcast", sa_connect(fd, INADDR_BROADCAST, 9));
	sa_ret("any address", sa_connect(fd, INADDR_ANY, port));
	sa_ret("port 0", sa_connect(fd, INADDR_LOOPBACK, 0));
}

static void sa_error_backlog(void)
{
	int port, listener = sa_listener(&port), done = 0;

	listen(listener, 1);
	for (int i = 0; i < 8; i++)
		sa_connect(sa_socket(SOCK_STREAM | SOCK_NONBLOCK),
			   INADDR_LOOPBACK, port);
	sa_settle();
	fcntl(listener, F_SETFL, O_NONBLOCK);
	while (accept(listener, NULL, NULL) >= 0)
		done++;
	sa_say("%d in the queue", done);
}

static void sa_error_socket(void)
{
	int fd[2];

	sa_ret("wrong protocol", socket(sa_family, SOCK_STREAM, IPPROTO_UDP));
	sa_ret("wrong protocol", socket(sa_family, SOCK_DGRAM, IPPROTO_TCP));
	sa_ret("no such type", socket(sa_family, SOCK_SEQPACKET, 0));
	sa_ret("no such flag", socket(sa_family, SOCK_STREAM | 0x100000, 0));
	sa_ret("negative", socket(sa_family, SOCK_STREAM, -1));
	sa_ret("large", socket(sa_family, SOCK_STREAM, 100000));
	sa_ret("pair", socketpair(sa_family, SOCK_STREAM, 0, fd));
}

static void sa_error_unprivileged(void)
{
	int fd = sa_socket(SOCK_STREAM), value = 1;

	sa_nobody();
	sa_ret("low port", sa_bind(fd, INADDR_LOOPBACK, 80));
	sa_ret("SO_MARK", setsockopt(fd, SOL_SOCKET, SO_MARK, &value,
				     sizeof(value)));
	sa_ret("SO_DEBUG", setsockopt(fd, SOL_SOCKET, SO_DEBUG, &value,
				      sizeof(value)));
	sa_ret("SO_RCVBUFFORCE", setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE,
					    &value, sizeof(value)));
	value = 7;
	sa_ret("SO_PRIORITY 7", setsockopt(fd, SOL_SOCKET, SO_PRIORITY, &value,
					   sizeof(value)));
	value = 6;
	sa_ret("SO_PRIORITY 6", setsockopt(fd, SOL_SOCKET, SO_PRIORITY, &value,
					   sizeof(value)));
	value = 1;
	sa_ret("IP_TRANSPARENT", setsockopt(fd, IPPROTO_IP, IP_TRANSPARENT,
					    &value, sizeof(value)));
	sa_ret("high port", sa_bind(fd, INADDR_LOOPBACK, 0));
}

static void sa_error_low_port(void)
{
	int fd = sa_socket(SOCK_STREAM);

	sa_ret("root", sa_bind(fd, INADDR_LOOPBACK, 81));
	fd = sa_socket(SOCK_DGRAM);
	sa_ret("root", sa_bind(fd, INADDR_LOOPBACK, 81));
	sa_nobody();
	fd = sa_socket(SOCK_DGRAM);
	sa_ret("nobody", sa_bind(fd, INADDR_LOOPBACK, 82));
}

const struct sa_case sa_cases_error[] = {
	{ "error_bind", sa_error_bind },
	{ "error_bind_in_use", sa_error_in_use },
	{ "error_reuse_of_bound", sa_error_reuse_bound },
	{ "error_bind_time_wait", sa_error_time_wait },
	{ "error_connect", sa_error_connect },
	{ "error_backlog", sa_error_backlog },
	{ "error_socket", sa_error_socket },
	{ "error_unprivileged", sa_error_unprivileged },
	{ "error_low_port", sa_error_low_port },
	{ }
};
