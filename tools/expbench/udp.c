// SPDX-License-Identifier: GPL-2.0
/*
 * expbench: the UDP tests.
 *   udp_stream  client -> server, udp_recv the other way. With a window the
 *               sender waits after that many datagrams for a word of the
 *               receiver, so that nothing overflows and the figure is the
 *               cost of a send and its receipt
 *   udp_rr      request and reply
 * A flow starts with a greeting, which tells the server the client's port and
 * fills the neighbour tables. An interval timer interrupts what waits for a
 * lost datagram.
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "expbench/expbench.h"

#define EB_UDP_TICK_US	200000

static void eb_udp_on_tick(int sig)
{
	(void)sig;
}

static void eb_udp_tick(void)
{
	struct itimerval it = {
		.it_interval.tv_usec = EB_UDP_TICK_US,
		.it_value.tv_usec = EB_UDP_TICK_US,
	};
	struct sigaction sa = { .sa_handler = eb_udp_on_tick };

	sigaction(SIGALRM, &sa, NULL);
	setitimer(ITIMER_REAL, &it, NULL);
}

/* One datagram, or -1 when the timer or an ICMP error came first. */
static ssize_t eb_udp_recv(int fd, char *buf, size_t len)
{
	ssize_t n = recv(fd, buf, len, 0);

	if (n < 0 && errno != EINTR && errno != ECONNREFUSED)
		eb_die("recv");
	return n;
}

/* Whether the datagram went out; a full queue is for the caller to count. */
static bool eb_udp_send(int fd, const char *buf, size_t len)
{
	ssize_t n = send(fd, buf, len, 0);

	if (n < 0 && errno != EINTR && errno != ECONNREFUSED &&
	    errno != ENOBUFS)
		eb_die("send");
	return n >= 0;
}

static int eb_udp_connect(struct eb_end *end)
{
	const struct eb_conf *conf = end->conf;
	int fd = eb_connect(conf->client_family, SOCK_DGRAM, &conf->local,
			    &conf->host, conf->ports[end->index]);

	eb_udp_tick();
	memset(end->buf, 0, conf->size);
	do {
		eb_udp_send(fd, end->buf, conf->size);
	} while (eb_udp_recv(fd, end->buf, EB_MAX_SIZE) < 0);
	return fd;
}

/* The server's half of the greeting; the socket is then connected. */
static int eb_udp_greet(struct eb_end *end)
{
	struct sockaddr_in peer;
	socklen_t len = sizeof(peer);
	int fd = end->fds[end->index];

	if (recvfrom(fd, end->buf, EB_MAX_SIZE, 0, (struct sockaddr *)&peer,
		     &len) < 0)
		eb_die("recvfrom");
	if (connect(fd, (struct sockaddr *)&peer, len))
		eb_die("connect");
	eb_udp_tick();
	eb_udp_send(fd, end->buf, end->conf->size);
	return fd;
}

/* The number in a datagram: the last of a window asks for an answer. */
static void eb_udp_set_seq(char *buf, uint64_t seq)
{
	memcpy(buf, &seq, sizeof(seq));
}

static uint64_t eb_udp_seq(const char *buf)
{
	uint64_t seq;

	memcpy(&seq, buf, sizeof(seq));
	return seq;
}

static void eb_udp_source(struct eb_end *end, int fd)
{
	unsigned int window = end->conf->window;
	struct eb_flow *flow = end->flow;
	uint64_t start = eb_clock();
	uint64_t seq = 0;

	while (!eb_end_is_over(end)) {
		eb_udp_set_seq(end->buf, ++seq);
		if (!eb_udp_send(fd, end->buf, end->conf->size)) {
			flow->lost++;
			continue;
		}
		flow->bytes += end->conf->size;
		flow->count++;
		if (window && seq % window == 0 &&
		    eb_udp_recv(fd, end->buf, EB_MAX_SIZE) < 0)
			flow->lost++;
	}
	flow->ns = eb_clock() - start;
}

static void eb_udp_sink(struct eb_end *end, int fd)
{
	unsigned int window = end->conf->window;
	struct eb_flow *flow = end->flow;
	uint64_t start = eb_clock();

	while (eb_clock() < end->deadline &&
	       !(end->conf->count && flow->count >= end->conf->count)) {
		ssize_t n = eb_udp_recv(fd, end->buf, EB_MAX_SIZE);
		uint64_t seq;

		if (n < 0)
			continue;
		seq = eb_udp_seq(end->buf);
		if (!seq)
			continue;	/* a greeting sent twice */
		flow->bytes += n;
		flow->count++;
		if (window && seq % window == 0)
			eb_udp_send(fd, end->buf, sizeof(seq));
	}
	flow->ns = eb_clock() - start;
}

void eb_udp_stream_client(struct eb_end *end)
{
	eb_udp_source(end, eb_udp_connect(end));
}

void eb_udp_stream_server(struct eb_end *end)
{
	end->deadline = UINT64_MAX;
	eb_udp_sink(end, eb_udp_greet(end));
}

void eb_udp_recv_client(struct eb_end *end)
{
	eb_udp_sink(end, eb_udp_connect(end));
}

void eb_udp_recv_server(struct eb_end *end)
{
	eb_udp_source(end, eb_udp_greet(end));
}

void eb_udp_rr_client(struct eb_end *end)
{
	struct eb_flow *flow = end->flow;
	int fd = eb_udp_connect(end);
	uint64_t start = eb_clock();
	uint64_t before = start;
	uint64_t now = start;

	while (!(end->conf->count && flow->count >= end->conf->count) &&
	       now < end->deadline) {
		eb_udp_send(fd, end->buf, end->conf->size);
		if (eb_udp_recv(fd, end->buf, EB_MAX_SIZE) < 0) {
			flow->lost++;
			now = eb_clock();
			continue;
		}
		now = eb_clock();
		eb_hist_add(flow, now - before);
		before = now;
		flow->count++;
	}
	flow->ns = now - start;
}

/* As a name server does it: one unconnected socket for everybody. */
void eb_udp_rr_server(struct eb_end *end)
{
	int fd = end->fds[end->index];
	struct sockaddr_in peer;

	for (;;) {
		socklen_t len = sizeof(peer);

		if (recvfrom(fd, end->buf, EB_MAX_SIZE, 0,
			     (struct sockaddr *)&peer, &len) < 0)
			eb_die("recvfrom");
		if (sendto(fd, end->buf, end->conf->reply, 0,
			   (struct sockaddr *)&peer, len) < 0 &&
		    errno != ENOBUFS)
			eb_die("sendto");
		end->flow->count++;
	}
}
