// SPDX-License-Identifier: GPL-2.0
/*
 * expbench: sockets of either family, namespaces and the clock.
 * Owns:   nothing
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "expbench/expbench.h"

#define EB_CONNECT_TRIES	50	/* 100 ms apart: the server may be late */

/**
 * eb_die() - end the process with a message about errno
 * @what: the call that failed
 */
void eb_die(const char *what)
{
	fprintf(stderr, "%s: %s: %s\n", program_invocation_short_name, what,
		strerror(errno));
	exit(1);
}

/**
 * eb_clock() - monotonic time
 *
 * Return: nanoseconds.
 */
uint64_t eb_clock(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * EB_NSEC + ts.tv_nsec;
}

/**
 * eb_netns_enter() - move the process into a network namespace
 * @name: as "ip netns" knows it, or a path; NULL stays
 */
void eb_netns_enter(const char *name)
{
	char path[256];
	int fd;

	if (!name)
		return;
	snprintf(path, sizeof(path), "%s%s",
		 strchr(name, '/') ? "" : "/run/netns/", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || setns(fd, CLONE_NEWNET))
		eb_die(path);
	close(fd);
}

/**
 * eb_files_raise() - allow the process @n open files
 * @n: how many sockets it is going to hold
 */
void eb_files_raise(uint64_t n)
{
	struct rlimit lim;

	n += 64;
	if (getrlimit(RLIMIT_NOFILE, &lim))
		eb_die("getrlimit");
	if (lim.rlim_cur >= n)
		return;
	lim.rlim_cur = n;
	if (lim.rlim_max < n)
		lim.rlim_max = n;
	if (!setrlimit(RLIMIT_NOFILE, &lim))
		return;
	/* As far as it goes; whoever needs more will see EMFILE. */
	if (getrlimit(RLIMIT_NOFILE, &lim))
		eb_die("getrlimit");
	lim.rlim_cur = lim.rlim_max;
	setrlimit(RLIMIT_NOFILE, &lim);
}

/**
 * eb_socket() - a blocking socket
 * @family: AF_INET or AF_EXPSTACK
 * @type: SOCK_STREAM or SOCK_DGRAM
 *
 * Return: the descriptor; does not return on failure.
 */
int eb_socket(int family, int type)
{
	int fd = socket(family, type | SOCK_CLOEXEC, 0);

	if (fd < 0)
		eb_die(family == AF_INET ? "socket(AF_INET)" :
					   "socket(AF_EXPSTACK)");
	return fd;
}

static void eb_bind(int fd, const struct sockaddr_in *local, uint16_t port)
{
	struct sockaddr_in addr = *local;

	addr.sin_family = AF_INET;
	addr.sin_port = htons(port);
	if (bind(fd, (struct sockaddr *)&addr, sizeof(addr)))
		eb_die("bind");
}

/**
 * eb_listen() - a listener, or a bound datagram socket
 * @family: AF_INET or AF_EXPSTACK
 * @type: SOCK_STREAM or SOCK_DGRAM
 * @local: address to bind to
 * @port: port to bind to, 0 for any
 *
 * Return: the descriptor; does not return on failure.
 */
int eb_listen(int family, int type, const struct sockaddr_in *local,
	      uint16_t port)
{
	int fd = eb_socket(family, type);
	int one = 1;

	if (type == SOCK_STREAM)
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	eb_bind(fd, local, port);
	if (type == SOCK_STREAM && listen(fd, 4096))
		eb_die("listen");
	return fd;
}

/**
 * eb_port_of() - the port a socket is bound to
 * @fd: a socket
 *
 * Return: in host order.
 */
uint16_t eb_port_of(int fd)
{
	struct sockaddr_in addr;
	socklen_t len = sizeof(addr);

	if (getsockname(fd, (struct sockaddr *)&addr, &len))
		eb_die("getsockname");
	return ntohs(addr.sin_port);
}

/**
 * eb_connect() - a connected socket
 * @family: AF_INET or AF_EXPSTACK
 * @type: SOCK_STREAM or SOCK_DGRAM
 * @local: source address, may be INADDR_ANY
 * @host: where to
 * @port: which port there
 *
 * Return: the descriptor; does not return on failure.
 */
int eb_connect(int family, int type, const struct sockaddr_in *local,
	       const struct sockaddr_in *host, uint16_t port)
{
	struct sockaddr_in addr = *host;

	addr.sin_port = htons(port);
	for (int i = 0; i < EB_CONNECT_TRIES; i++) {
		int fd = eb_socket(family, type);

		if (local->sin_addr.s_addr)
			eb_bind(fd, local, 0);
		if (!connect(fd, (struct sockaddr *)&addr, sizeof(addr)))
			return fd;
		if (errno != ECONNREFUSED)
			break;
		close(fd);
		usleep(100000);
	}
	eb_die("connect");
}

/**
 * eb_accept() - the next connection
 * @fd: a listener
 *
 * Return: the descriptor; does not return on failure.
 */
int eb_accept(int fd)
{
	int conn = accept4(fd, NULL, NULL, SOCK_CLOEXEC);

	if (conn < 0)
		eb_die("accept");
	return conn;
}

/**
 * eb_nodelay() - send small requests at once
 * @fd: a stream socket
 */
void eb_nodelay(int fd)
{
	int one = 1;

	if (setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one)))
		eb_die("setsockopt(TCP_NODELAY)");
}

/**
 * eb_recv_all() - receive a whole message
 * @fd: a stream socket
 * @buf: where to
 * @len: its length
 *
 * Return: @len, or less at the end of the stream.
 */
size_t eb_recv_all(int fd, char *buf, size_t len)
{
	size_t got = 0;

	while (got < len) {
		ssize_t n = recv(fd, buf + got, len - got, 0);

		if (n < 0)
			eb_die("recv");
		if (n == 0)
			break;
		got += n;
	}
	return got;
}

/**
 * eb_send_all() - send a whole message
 * @fd: a stream socket
 * @buf: from where
 * @len: its length
 */
void eb_send_all(int fd, const char *buf, size_t len)
{
	while (len) {
		ssize_t n = send(fd, buf, len, MSG_NOSIGNAL);

		if (n < 0)
			eb_die("send");
		buf += n;
		len -= n;
	}
}
