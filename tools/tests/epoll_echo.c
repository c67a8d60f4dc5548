// SPDX-License-Identifier: GPL-2.0
/*
 * exs-epoll-echo: an echo server on one epoll set.
 *
 *   exs-epoll-echo [-f FAMILY] [-B ADDR] [-e] -p PORT
 *
 * -e is edge-triggered: every event is read until EAGAIN, and nothing asks a
 * second time. Each connection has a buffer; while that is full nothing is
 * read, so a client that does not read cannot make the server grow.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/expstack.h>

#include "expbench/expbench.h"

#define ECHO_EVENTS	64
#define ECHO_BUF	8192

struct echo {
	int fd;
	size_t start;
	size_t end;
	bool at_eof;
	char buf[ECHO_BUF];
};

static int echo_ep;
static bool echo_edge;

static uint32_t echo_wanted(const struct echo *e)
{
	if (echo_edge)
		return EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
	return (e->end < ECHO_BUF && !e->at_eof ? EPOLLIN : 0) |
	       (e->start < e->end ? EPOLLOUT : 0);
}

static void echo_accept(int listener)
{
	for (;;) {
		int fd = accept4(listener, NULL, NULL,
				 SOCK_NONBLOCK | SOCK_CLOEXEC);
		struct epoll_event ev;
		struct echo *e;

		if (fd < 0 && errno == EAGAIN)
			return;
		if (fd < 0 && errno == ECONNABORTED)
			continue;
		if (fd < 0)
			eb_die("accept4");
		e = calloc(1, sizeof(*e));
		if (!e)
			eb_die("calloc");
		e->fd = fd;
		ev.events = echo_wanted(e);
		ev.data.ptr = e;
		if (epoll_ctl(echo_ep, EPOLL_CTL_ADD, fd, &ev))
			eb_die("epoll_ctl");
	}
}

/* Whether another step may get further; -1 in *ret ends the connection. */
static bool echo_step(struct echo *e, int *ret)
{
	bool moved = false;
	ssize_t n;

	if (!e->at_eof && e->end < ECHO_BUF) {
		n = recv(e->fd, e->buf + e->end, ECHO_BUF - e->end, 0);
		if (n < 0 && errno != EAGAIN)
			*ret = -1;
		e->at_eof = n == 0;
		e->end += n > 0 ? n : 0;
		moved |= n > 0;
	}
	if (e->start < e->end) {
		n = send(e->fd, e->buf + e->start, e->end - e->start,
			 MSG_NOSIGNAL);
		if (n < 0 && errno != EAGAIN)
			*ret = -1;
		e->start += n > 0 ? n : 0;
		moved |= n > 0;
	}
	if (e->start == e->end) {
		e->start = 0;
		e->end = 0;
	}
	if (e->at_eof && !e->end)
		*ret = -1;
	return moved && !*ret;
}

static void echo_serve(struct echo *e)
{
	struct epoll_event ev = { .data.ptr = e };
	int ret = 0;

	while (echo_step(e, &ret) && echo_edge)
		;
	if (ret) {
		close(e->fd);
		free(e);
		return;
	}
	ev.events = echo_wanted(e);
	if (!echo_edge && epoll_ctl(echo_ep, EPOLL_CTL_MOD, e->fd, &ev))
		eb_die("epoll_ctl");
}

static void echo_loop(int listener)
{
	struct epoll_event ev[ECHO_EVENTS];

	for (;;) {
		int n = epoll_wait(echo_ep, ev, ECHO_EVENTS, -1);

		if (n < 0 && errno != EINTR)
			eb_die("epoll_wait");
		for (int i = 0; i < n; i++) {
			if (ev[i].data.ptr)
				echo_serve(ev[i].data.ptr);
			else
				echo_accept(listener);
		}
	}
}

int main(int argc, char **argv)
{
	struct sockaddr_in local = { .sin_family = AF_INET };
	struct epoll_event ev = { .events = EPOLLIN };
	int family = AF_INET, port = 0, fd, c;

	while ((c = getopt(argc, argv, "f:B:p:e")) != -1) {
		if (c == 'f')
			family = strcmp(optarg, "expstack") ? AF_INET :
							      AF_EXPSTACK;
		else if (c == 'B')
			local.sin_addr.s_addr = inet_addr(optarg);
		else if (c == 'p')
			port = atoi(optarg);
		else if (c == 'e')
			echo_edge = true;
		else
			return 2;
	}
	eb_files_raise(20000);
	echo_ep = epoll_create1(EPOLL_CLOEXEC);
	fd = eb_listen(family, SOCK_STREAM, &local, port);
	if (fcntl(fd, F_SETFL, O_NONBLOCK))
		eb_die("fcntl");
	if (echo_edge)
		ev.events |= EPOLLET;
	if (epoll_ctl(echo_ep, EPOLL_CTL_ADD, fd, &ev))
		eb_die("epoll_ctl");
	echo_loop(fd);
}
