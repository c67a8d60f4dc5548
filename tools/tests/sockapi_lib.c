// SPDX-License-Identifier: GPL-2.0
/*
 * exs-sockapi: records and preparations.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <unistd.h>

#include "tests/sockapi.h"

#define SA_SETTLE_US	60000	/* for a segment to arrive and be answered */

static atomic_int sa_pipes;

/**
 * sa_say() - write a line down
 * @format: as for printf, without the line's end
 */
void sa_say(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
	fflush(stdout);	/* a case that hangs shows where */
}

/**
 * sa_ret() - write down what a call returned, with errno's name
 * @what: the call
 * @ret: its value
 *
 * Return: @ret.
 */
long sa_ret(const char *what, long ret)
{
	int error = errno;

	if (ret < 0)
		sa_say("%s: %s", what, strerrorname_np(error));
	else
		sa_say("%s: %ld", what, ret);
	errno = error;
	return ret;
}

/**
 * sa_bytes() - write down what was received
 * @what: the call
 * @buf: the bytes, of which the first are printed
 * @n: its return value
 */
void sa_bytes(const char *what, const char *buf, long n)
{
	if (n < 0)
		sa_say("%s: %s", what, strerrorname_np(errno));
	else
		sa_say("%s: %ld '%.*s'", what, n, (int)(n < 40 ? n : 40), buf);
}

static void sa_on_pipe(int sig)
{
	(void)sig;
	sa_pipes++;
}

/**
 * sa_sigpipe() - write down how many SIGPIPE came since the last time
 * @what: name of the place; NULL begins to count
 */
void sa_sigpipe(const char *what)
{
	if (what)
		sa_say("%s: %d signals", what, sa_pipes);
	else
		signal(SIGPIPE, sa_on_pipe);
	sa_pipes = 0;
}

static int sa_epoll(int fd)
{
	struct epoll_event ev = {
		.events = EPOLLIN | EPOLLOUT | EPOLLPRI | EPOLLRDHUP,
	};
	int ep = epoll_create1(0);
	int n;

	epoll_ctl(ep, EPOLL_CTL_ADD, fd, &ev);
	n = epoll_wait(ep, &ev, 1, 0);
	close(ep);
	return n > 0 ? ev.events : 0;
}

/**
 * sa_events() - write down what poll, select and epoll say
 * @what: the state the socket is in
 * @fd: the socket
 */
void sa_events(const char *what, int fd)
{
	struct pollfd pfd = {
		.fd = fd,
		.events = POLLIN | POLLOUT | POLLPRI | POLLRDHUP | POLLRDBAND,
	};
	struct timeval now = { };
	fd_set r, w, x;

	poll(&pfd, 1, 0);
	FD_ZERO(&r);
	FD_SET(fd, &r);
	w = r;
	x = r;
	select(fd + 1, &r, &w, &x, &now);
	sa_say("%s: poll %x select %d%d%d epoll %x", what, pfd.revents,
	       FD_ISSET(fd, &r), FD_ISSET(fd, &w), FD_ISSET(fd, &x),
	       sa_epoll(fd));
}

static void sa_need(bool good, const char *what)
{
	if (good)
		return;
	sa_say("%s: %s", what, strerrorname_np(errno));
	fflush(stdout);
	_exit(1);
}

/**
 * sa_addr() - an address
 * @ip: in host order
 * @port: in host order
 *
 * Return: the address.
 */
struct sockaddr_in sa_addr(unsigned int ip, int port)
{
	struct sockaddr_in addr = {
		.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(ip),
	};

	return addr;
}

/**
 * sa_socket() - a socket of the family under test
 * @type: with flags
 *
 * Return: the descriptor.
 */
int sa_socket(int type)
{
	int fd = socket(sa_family, type, 0);

	sa_need(fd >= 0, "socket");
	return fd;
}

/**
 * sa_port() - the port a socket is bound to
 * @fd: the socket
 *
 * Return: in host order.
 */
int sa_port(int fd)
{
	struct sockaddr_in addr;
	socklen_t len = sizeof(addr);

	sa_need(!getsockname(fd, (struct sockaddr *)&addr, &len),
		"getsockname");
	return ntohs(addr.sin_port);
}

int sa_bind(int fd, unsigned int ip, int port)
{
	struct sockaddr_in addr = sa_addr(ip, port);

	return bind(fd, (struct sockaddr *)&addr, sizeof(addr));
}

int sa_connect(int fd, unsigned int ip, int port)
{
	struct sockaddr_in addr = sa_addr(ip, port);

	return connect(fd, (struct sockaddr *)&addr, sizeof(addr));
}

int sa_sendto(int fd, const void *buf, size_t len, unsigned int ip, int port)
{
	struct sockaddr_in to = sa_addr(ip, port);

	return sendto(fd, buf, len, 0, (struct sockaddr *)&to, sizeof(to));
}

/**
 * sa_bound() - a socket bound to 127.0.0.1 and some port
 * @type: with flags
 *
 * Return: the descriptor.
 */
int sa_bound(int type)
{
	int fd = sa_socket(type);

	sa_need(!sa_bind(fd, INADDR_LOOPBACK, 0), "bind");
	return fd;
}

/**
 * sa_listener() - a listener on 127.0.0.1
 * @port: receives its port
 *
 * Return: the descriptor.
 */
int sa_listener(int *port)
{
	int fd = sa_bound(SOCK_STREAM);

	sa_need(!listen(fd, 8), "listen");
	*port = sa_port(fd);
	return fd;
}

/**
 * sa_pair() - a connection
 * @fd: receives the client's and the server's end
 */
void sa_pair(int fd[2])
{
	int port, listener = sa_listener(&port);

	fd[0] = sa_socket(SOCK_STREAM);
	sa_need(!sa_connect(fd[0], INADDR_LOOPBACK, port), "connect");
	fd[1] = accept(listener, NULL, NULL);
	sa_need(fd[1] >= 0, "accept");
	close(listener);
}

/**
 * sa_udp_pair() - two datagram sockets; the first is connected to the second
 * @fd: receives them
 */
void sa_udp_pair(int fd[2])
{
	fd[1] = sa_bound(SOCK_DGRAM);
	fd[0] = sa_bound(SOCK_DGRAM);
	sa_need(!sa_connect(fd[0], INADDR_LOOPBACK, sa_port(fd[1])), "connect");
}

/**
 * sa_closed_port() - a port on which nothing is
 * @type: SOCK_STREAM or SOCK_DGRAM
 *
 * Return: in host order.
 */
int sa_closed_port(int type)
{
	int fd = sa_bound(type);
	int port = sa_port(fd);

	close(fd);
	return port;
}

/**
 * sa_int() - set an option
 * @fd: the socket
 * @level: SOL_SOCKET or a protocol
 * @name: of the option
 * @value: of the option
 */
void sa_int(int fd, int level, int name, int value)
{
	sa_need(!setsockopt(fd, level, name, &value, sizeof(value)),
		"setsockopt");
}

/**
 * sa_settle() - let what is under way arrive
 */
void sa_settle(void)
{
	usleep(SA_SETTLE_US);
}

/**
 * sa_nobody() - give all privileges up
 */
void sa_nobody(void)
{
	sa_need(!setgid(65534) && !setuid(65534), "setuid");
}
