// SPDX-License-Identifier: GPL-2.0
/*
 * expbench: the memory tests.
 *   idle      connections that are there and do nothing
 *   timewait  connections the client has closed first
 * The connections are spread over the server's ports, EB_PER_PORT to each, as
 * a source address has only so many ports of its own. The client's parent
 * takes the figures when both ends have them all. What the first and the last
 * of them took tells whether connecting becomes slower.
 */
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "expbench/expbench.h"

#define EB_IDLE_EVENTS	16

static int eb_hold_connect(const struct eb_end *end, uint64_t i)
{
	const struct eb_conf *conf = end->conf;
	/* Flows start at different ports, so that they share the work. */
	unsigned int port = (i + end->index) % conf->nports;

	return eb_connect(conf->client_family, SOCK_STREAM, &conf->local,
			  &conf->host, conf->ports[port]);
}

static uint64_t eb_hold_share(const struct eb_end *end)
{
	uint64_t n = end->conf->count / end->conf->flows;

	return end->index ? n : end->conf->count - n * (end->conf->flows - 1);
}

/* One of @n more is done; @mark is the time when the first or last ones began. */
static void eb_hold_count(struct eb_end *end, uint64_t n, uint64_t *mark)
{
	struct eb_flow *flow = end->flow;

	flow->count++;
	if (n < 2 * EB_RATE_OF)
		return;
	if (flow->count == EB_RATE_OF)
		flow->first_ns = eb_clock() - *mark;
	if (flow->count == n - EB_RATE_OF)
		*mark = eb_clock();
	if (flow->count == n)
		flow->last_ns = eb_clock() - *mark;
}

static void eb_hold_ready(struct eb_end *end)
{
	__atomic_store_n(&end->flow->ready, true, __ATOMIC_RELEASE);
	for (;;)
		pause();
}

void eb_idle_client(struct eb_end *end)
{
	uint64_t n = eb_hold_share(end);
	uint64_t mark;

	eb_files_raise(n);
	mark = eb_clock();
	for (uint64_t i = 0; i < n; i++) {
		eb_hold_connect(end, i);
		eb_hold_count(end, n, &mark);
	}
	eb_hold_ready(end);
}

/* The first end serves all ports; more of them would only share the queue. */
static void eb_hold_serve(struct eb_end *end, bool until_eof)
{
	struct epoll_event ev[EB_IDLE_EVENTS];
	int ep = epoll_create1(EPOLL_CLOEXEC);

	if (end->index)
		return;
	eb_files_raise(end->conf->count + end->conf->nports);
	for (unsigned int i = 0; i < end->conf->nports; i++) {
		ev[0].events = EPOLLIN;
		ev[0].data.fd = end->fds[i];
		if (epoll_ctl(ep, EPOLL_CTL_ADD, end->fds[i], ev))
			eb_die("epoll_ctl");
	}
	for (;;) {
		int n = epoll_wait(ep, ev, EB_IDLE_EVENTS, -1);

		if (n < 0)
			eb_die("epoll_wait");
		while (n--) {
			int fd = eb_accept(ev[n].data.fd);

			if (until_eof) {
				eb_recv_all(fd, end->buf, 1);
				close(fd);
			}
			end->flow->count++;
		}
	}
}

void eb_idle_server(struct eb_end *end)
{
	eb_hold_serve(end, false);
}

void eb_timewait_client(struct eb_end *end)
{
	uint64_t n = eb_hold_share(end);
	uint64_t mark = eb_clock();

	for (uint64_t i = 0; i < n; i++) {
		int fd = eb_hold_connect(end, i);

		if (shutdown(fd, SHUT_WR))
			eb_die("shutdown");
		eb_recv_all(fd, end->buf, 1);
		close(fd);
		eb_hold_count(end, n, &mark);
	}
	eb_hold_ready(end);
}

void eb_timewait_server(struct eb_end *end)
{
	eb_hold_serve(end, true);
}
