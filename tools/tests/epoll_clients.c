// SPDX-License-Identifier: GPL-2.0
/*
 * exs-epoll-clients: many connections to an echo server at the same time.
 *
 *   exs-epoll-clients [-f FAMILY] -H ADDR -p PORT [-c CONNECTIONS] [-n ROUNDS]
 *                     [-s BYTES]
 *
 * Opens all connections without blocking and waits until all are there. Then
 * each sends ROUNDS messages of 1 to BYTES bytes and checks that they come
 * back; a connection has one message under way. At last each is half-closed
 * and the server's end of data awaited. Exit status 0 when every byte of every
 * connection came back.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/expstack.h>

#include "expbench/expbench.h"
#include "tests/pattern.h"

#define CLIENTS_EVENTS	64
#define CLIENTS_BUF	65536

struct client {
	int fd;
	bool is_connected;
	bool is_done;
	unsigned int rounds;	/* left, this one included */
	size_t size;		/* of this round's message */
	size_t sent;
	size_t got;
	uint64_t random;
	struct pattern out;
	struct pattern in;
	unsigned char *buf;	/* what of the message is still to be sent */
};

static int clients_ep;
static unsigned int clients_connected;
static unsigned int clients_done;
static size_t clients_max = 4096;

static void clients_next_round(struct client *c)
{
	c->size = 1 + pattern_random(&c->random) % clients_max;
	c->sent = 0;
	c->got = 0;
	pattern_fill(&c->out, c->buf, c->size);
}

static void clients_wait(struct client *c, uint32_t events, int op)
{
	struct epoll_event ev = { .events = events, .data.ptr = c };

	if (epoll_ctl(clients_ep, op, c->fd, &ev))
		eb_die("epoll_ctl");
}

static void clients_on_connected(struct client *c)
{
	socklen_t len = sizeof(int);
	int error;

	if (getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &len))
		eb_die("getsockopt");
	if (error) {
		errno = error;
		eb_die("connect");
	}
	c->is_connected = true;
	clients_connected++;
	clients_wait(c, 0, EPOLL_CTL_MOD);
}

static void clients_send(struct client *c)
{
	ssize_t n = send(c->fd, c->buf + c->sent, c->size - c->sent,
			 MSG_NOSIGNAL);

	if (n < 0 && errno != EAGAIN)
		eb_die("send");
	c->sent += n > 0 ? n : 0;
}

static void clients_recv(struct client *c)
{
	static unsigned char buf[CLIENTS_BUF];
	ssize_t n = recv(c->fd, buf, sizeof(buf), 0);

	if (n < 0 && errno != EAGAIN)
		eb_die("recv");
	if (n == 0 && !c->rounds) {
		c->is_done = true;
		clients_done++;
		close(c->fd);
		return;
	}
	if (n == 0 || (n > 0 && (!c->rounds || c->got + n > c->sent ||
				 pattern_check(&c->in, buf, n) != (size_t)n))) {
		fprintf(stderr, "exs-epoll-clients: %s after %lu bytes\n",
			n ? "wrong echo" : "the connection ended", c->in.pos);
		exit(1);
	}
	c->got += n > 0 ? n : 0;
}

static void clients_serve(struct client *c, uint32_t events)
{
	if (!c->is_connected) {
		clients_on_connected(c);
		return;
	}
	if (events & (EPOLLIN | EPOLLHUP | EPOLLERR))
		clients_recv(c);
	if (c->is_done)
		return;
	if (c->rounds && c->got == c->size) {
		c->rounds--;
		if (c->rounds)
			clients_next_round(c);
		else if (shutdown(c->fd, SHUT_WR))
			eb_die("shutdown");
	}
	if (c->rounds && c->sent < c->size)
		clients_send(c);
	clients_wait(c, EPOLLIN | (c->rounds && c->sent < c->size ? EPOLLOUT : 0),
		     EPOLL_CTL_MOD);
}

static void clients_until(const unsigned int *what, unsigned int n)
{
	struct epoll_event ev[CLIENTS_EVENTS];

	while (*what < n) {
		int k = epoll_wait(clients_ep, ev, CLIENTS_EVENTS, -1);

		if (k < 0)
			eb_die("epoll_wait");
		for (int i = 0; i < k; i++)
			clients_serve(ev[i].data.ptr, ev[i].events);
	}
}

static void clients_open(struct client *c, unsigned int i, int family,
			 const struct sockaddr_in *host, unsigned int rounds)
{
	c->fd = eb_socket(family, SOCK_STREAM | SOCK_NONBLOCK);
	c->buf = malloc(clients_max);
	if (!c->buf)
		eb_die("malloc");
	c->rounds = rounds;
	c->random = i;
	pattern_init(&c->out, i);
	pattern_init(&c->in, i);
	clients_next_round(c);
	clients_wait(c, EPOLLOUT, EPOLL_CTL_ADD);
	if (connect(c->fd, (const struct sockaddr *)host, sizeof(*host)) &&
	    errno != EINPROGRESS)
		eb_die("connect");
}

static void clients_run(unsigned int n, unsigned int rounds, int family,
			const struct sockaddr_in *host)
{
	struct client *clients = calloc(n, sizeof(*clients));
	uint64_t start = eb_clock();
	uint64_t bytes = 0;
	unsigned int i;

	if (!clients)
		eb_die("calloc");
	eb_files_raise(n);
	clients_ep = epoll_create1(EPOLL_CLOEXEC);
	for (i = 0; i < n; i++)
		clients_open(&clients[i], i, family, host, rounds);
	clients_until(&clients_connected, n);
	printf("%u connected in %.3f s\n", n, (eb_clock() - start) / 1e9);
	for (i = 0; i < n; i++)
		clients_wait(&clients[i], EPOLLIN | EPOLLOUT, EPOLL_CTL_MOD);
	clients_until(&clients_done, n);
	for (i = 0; i < n; i++)
		bytes += clients[i].in.pos;
	printf("%u connections, %u rounds, %lu bytes came back in %.3f s\n", n,
	       rounds, bytes, (eb_clock() - start) / 1e9);
}

int main(int argc, char **argv)
{
	struct sockaddr_in host = { .sin_family = AF_INET };
	unsigned int connections = 1000, rounds = 10;
	int family = AF_INET, c;

	while ((c = getopt(argc, argv, "f:H:p:c:n:s:")) != -1) {
		if (c == 'f')
			family = strcmp(optarg, "expstack") ? AF_INET :
							      AF_EXPSTACK;
		else if (c == 'H')
			host.sin_addr.s_addr = inet_addr(optarg);
		else if (c == 'p')
			host.sin_port = htons(atoi(optarg));
		else if (c == 'c')
			connections = atoi(optarg);
		else if (c == 'n')
			rounds = atoi(optarg);
		else if (c == 's')
			clients_max = atoi(optarg);
		else
			return 2;
	}
	if (!host.sin_port || !connections || !rounds || !clients_max)
		return 2;
	clients_run(connections, rounds, family, &host);
	return 0;
}
