// SPDX-License-Identifier: GPL-2.0
/*
 * exs-sockapi: what poll, select and epoll say in each state of a stream.
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "tests/sockapi.h"

static void sa_state_fresh(void)
{
	int fd = sa_socket(SOCK_STREAM);

	sa_events("fresh", fd);
	sa_bind(fd, INADDR_LOOPBACK, 0);
	sa_events("bound", fd);
	listen(fd, 1);
	sa_events("listening", fd);
	fcntl(fd, F_SETFL, O_NONBLOCK);
	sa_ret("accept", accept(fd, NULL, NULL));
}

static void sa_state_pending(void)
{
	int port, listener = sa_listener(&port);
	int fd = sa_socket(SOCK_STREAM);

	sa_connect(fd, INADDR_LOOPBACK, port);
	sa_settle();
	sa_events("listener with a connection", listener);
	close(accept(listener, NULL, NULL));
	sa_events("listener after accept", listener);
	shutdown(listener, SHUT_RD);
	sa_events("listener after shutdown", listener);
}

static void sa_state_data(void)
{
	char buf[8];
	int fd[2];

	sa_pair(fd);
	sa_events("connected", fd[0]);
	send(fd[1], "abc", 3, 0);
	sa_settle();
	sa_events("with data", fd[0]);
	recv(fd[0], buf, 1, 0);
	sa_events("with less data", fd[0]);
	recv(fd[0], buf, 8, 0);
	sa_events("without data", fd[0]);
}

static void sa_state_full(void)
{
	static char buf[1 << 20];
	int fd[2];

	sa_pair(fd);
	while (send(fd[0], buf, sizeof(buf), MSG_DONTWAIT) > 0)
		;
	sa_settle();
	while (send(fd[0], buf, sizeof(buf), MSG_DONTWAIT) > 0)
		;
	sa_ret("send", send(fd[0], buf, 1, MSG_DONTWAIT));
	sa_events("full", fd[0]);
	while (recv(fd[1], buf, sizeof(buf), MSG_DONTWAIT) > 0)
		sa_settle();
	sa_settle();
	sa_events("read by the peer", fd[0]);
}

static void sa_state_peer_shut(void)
{
	char buf[8];
	int fd[2];

	sa_pair(fd);
	send(fd[1], "abc", 3, 0);
	shutdown(fd[1], SHUT_WR);
	sa_settle();
	sa_events("data and end", fd[0]);
	sa_ret("recv", recv(fd[0], buf, 8, 0));
	sa_events("end", fd[0]);
	sa_ret("recv", recv(fd[0], buf, 8, 0));
	sa_ret("recv", recv(fd[0], buf, 8, 0));
	sa_ret("send", send(fd[0], "x", 1, 0));
	sa_settle();
	sa_events("peer with data after its end", fd[1]);
	shutdown(fd[0], SHUT_WR);
	sa_settle();
	sa_events("both ended", fd[0]);
	sa_events("both ended, peer", fd[1]);
}

static void sa_state_own_shut(void)
{
	char buf[8];
	int fd[2];

	sa_pair(fd);
	sa_ret("shutdown write", shutdown(fd[0], SHUT_WR));
	sa_settle();
	sa_events("own end", fd[0]);
	sa_ret("send", send(fd[0], "x", 1, MSG_NOSIGNAL));
	sa_ret("shutdown write again", shutdown(fd[0], SHUT_WR));
	send(fd[1], "abc", 3, 0);
	sa_settle();
	sa_bytes("recv", buf, recv(fd[0], buf, 8, 0));
	sa_ret("shutdown read", shutdown(fd[0], SHUT_RD));
	sa_events("own both", fd[0]);
}

static void sa_state_shut_read(void)
{
	char buf[8];
	int fd[2];

	sa_pair(fd);
	sa_ret("shutdown read", shutdown(fd[0], SHUT_RD));
	sa_events("shut for reading", fd[0]);
	sa_ret("recv", recv(fd[0], buf, 8, 0));
	send(fd[1], "abc", 3, 0);
	sa_settle();
	sa_events("with data all the same", fd[0]);
	sa_bytes("recv", buf, recv(fd[0], buf, 8, 0));
	sa_ret("recv", recv(fd[0], buf, 8, 0));
	sa_ret("send", send(fd[0], "x", 1, 0));
}

static void sa_state_reset(void)
{
	char buf[8];
	int fd[2];

	sa_pair(fd);
	send(fd[1], "abc", 3, 0);
	sa_settle();
	close(fd[0]);	/* with unread data */
	sa_settle();
	sa_events("reset", fd[1]);
	sa_ret("recv", recv(fd[1], buf, 8, 0));
	sa_events("reset, told", fd[1]);
	sa_ret("recv", recv(fd[1], buf, 8, 0));
	sa_ret("send", send(fd[1], "x", 1, MSG_NOSIGNAL));
}

static void sa_state_linger_zero(void)
{
	struct linger now = { .l_onoff = 1 };
	char buf[8];
	int fd[2];

	sa_pair(fd);
	setsockopt(fd[0], SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	send(fd[0], "abc", 3, 0);
	sa_settle();
	close(fd[0]);
	sa_settle();
	sa_events("aborted", fd[1]);
	sa_ret("send", send(fd[1], "x", 1, MSG_NOSIGNAL));
	sa_ret("send", send(fd[1], "x", 1, MSG_NOSIGNAL));
	sa_ret("recv", recv(fd[1], buf, 8, 0));
}

static void sa_state_refused(void)
{
	int port = sa_closed_port(SOCK_STREAM);
	int fd = sa_socket(SOCK_STREAM | SOCK_NONBLOCK);
	socklen_t len = sizeof(int);
	int error = 0;

	sa_ret("connect", sa_connect(fd, INADDR_LOOPBACK, port));
	sa_settle();
	sa_events("refused", fd);
	getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len);
	sa_say("SO_ERROR %s", strerrorname_np(error));
	getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len);
	sa_say("SO_ERROR %d", error);
	sa_events("refused, told", fd);
}

static void sa_state_nonblocking(void)
{
	int port, listener = sa_listener(&port);
	int fd = sa_socket(SOCK_STREAM | SOCK_NONBLOCK);
	char buf[8];

	sa_ret("connect", sa_connect(fd, INADDR_LOOPBACK, port));
	sa_settle();
	sa_events("connected", fd);
	sa_ret("connect again", sa_connect(fd, INADDR_LOOPBACK, port));
	sa_ret("and again", sa_connect(fd, INADDR_LOOPBACK, port));
	sa_ret("recv", recv(fd, buf, 8, 0));
	fd = accept4(listener, NULL, NULL, 0);
	sa_ret("flags", fcntl(fd, F_GETFL));
	fcntl(listener, F_SETFL, O_NONBLOCK);
	sa_ret("no more", accept(listener, NULL, NULL));
}

static void sa_state_epoll_edge(void)
{
	struct epoll_event ev = { .events = EPOLLIN | EPOLLET };
	int ep = epoll_create1(0);
	char buf[8];
	int fd[2];

	sa_pair(fd);
	epoll_ctl(ep, EPOLL_CTL_ADD, fd[0], &ev);
	sa_ret("nothing", epoll_wait(ep, &ev, 1, 0));
	send(fd[1], "abcdef", 6, 0);
	sa_settle();
	sa_ret("data", epoll_wait(ep, &ev, 1, 0));
	sa_ret("told before", epoll_wait(ep, &ev, 1, 0));
	recv(fd[0], buf, 2, 0);
	sa_ret("some left", epoll_wait(ep, &ev, 1, 0));
	send(fd[1], "g", 1, 0);
	sa_settle();
	sa_ret("more", epoll_wait(ep, &ev, 1, 0));
	shutdown(fd[1], SHUT_WR);
	sa_settle();
	sa_ret("end", epoll_wait(ep, &ev, 1, 0));
}

static void sa_state_lowat(void)
{
	int fd[2];

	sa_pair(fd);
	sa_int(fd[0], SOL_SOCKET, SO_RCVLOWAT, 4);
	send(fd[1], "abc", 3, 0);
	sa_settle();
	sa_events("below the mark", fd[0]);
	send(fd[1], "d", 1, 0);
	sa_settle();
	sa_events("at the mark", fd[0]);
}

static void sa_state_disconnect(void)
{
	struct sockaddr unspec = { .sa_family = AF_UNSPEC };
	int port, listener = sa_listener(&port);
	int fd = sa_socket(SOCK_STREAM);
	struct sockaddr_in peer;
	socklen_t len = sizeof(peer);

	sa_ret("connect", sa_connect(fd, INADDR_LOOPBACK, port));
	sa_ret("disconnect", connect(fd, &unspec, sizeof(unspec)));
	sa_events("disconnected", fd);
	sa_ret("getpeername", getpeername(fd, (struct sockaddr *)&peer, &len));
	close(accept(listener, NULL, NULL));
	sa_ret("connect", sa_connect(fd, INADDR_LOOPBACK, port));
	sa_ret("send", send(fd, "x", 1, 0));
}

const struct sa_case sa_cases_state[] = {
	{ "poll_fresh_and_listening", sa_state_fresh },
	{ "poll_pending_connection", sa_state_pending },
	{ "poll_data", sa_state_data },
	{ "poll_full_send_buffer", sa_state_full },
	{ "poll_peer_ended", sa_state_peer_shut },
	{ "poll_own_end", sa_state_own_shut },
	{ "poll_shut_for_reading", sa_state_shut_read },
	{ "poll_reset_by_unread_data", sa_state_reset },
	{ "poll_reset_by_linger", sa_state_linger_zero },
	{ "poll_refused", sa_state_refused },
	{ "poll_nonblocking_connect", sa_state_nonblocking },
	{ "epoll_edge", sa_state_epoll_edge },
	{ "poll_low_water_mark", sa_state_lowat },
	{ "disconnect_and_reuse", sa_state_disconnect },
	{ }
};
