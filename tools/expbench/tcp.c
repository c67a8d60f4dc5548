// SPDX-License-Identifier: GPL-2.0
/*
 * expbench: the TCP tests.
 *   stream  client -> server, maerts the other way; the sender's time runs
 *           until the receiver has seen the end and closed
 *   rr      request and reply on one connection
 *   crr     connect, request, reply, close; the server closes first, so that
 *           TIME-WAIT is its affair, as with a web server
 */
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "expbench/expbench.h"

static int eb_tcp_connect(const struct eb_end *end)
{
	const struct eb_conf *conf = end->conf;

	return eb_connect(conf->client_family, SOCK_STREAM, &conf->local,
			  &conf->host, conf->ports[end->index]);
}

static void eb_tcp_send_stream(struct eb_end *end, int fd)
{
	struct eb_flow *flow = end->flow;
	uint64_t start = eb_clock();

	while (!eb_end_is_over(end)) {
		ssize_t n = send(fd, end->buf, end->conf->size, MSG_NOSIGNAL);

		if (n < 0)
			eb_die("send");
		flow->bytes += n;
		flow->count++;
	}
	if (shutdown(fd, SHUT_WR))
		eb_die("shutdown");
	eb_recv_all(fd, end->buf, 1);
	flow->ns = eb_clock() - start;
	close(fd);
}

static void eb_tcp_recv_stream(struct eb_end *end, int fd)
{
	struct eb_flow *flow = end->flow;
	uint64_t start = eb_clock();

	for (;;) {
		ssize_t n = recv(fd, end->buf, end->conf->size, 0);

		if (n < 0)
			eb_die("recv");
		if (n == 0)
			break;
		flow->bytes += n;
		flow->count++;
	}
	flow->ns = eb_clock() - start;
	close(fd);
}

void eb_stream_client(struct eb_end *end)
{
	eb_tcp_send_stream(end, eb_tcp_connect(end));
}

void eb_stream_server(struct eb_end *end)
{
	eb_tcp_recv_stream(end, eb_accept(end->fds[end->index]));
}

void eb_maerts_client(struct eb_end *end)
{
	eb_tcp_recv_stream(end, eb_tcp_connect(end));
}

void eb_maerts_server(struct eb_end *end)
{
	eb_tcp_send_stream(end, eb_accept(end->fds[end->index]));
}

static bool eb_tcp_transact(struct eb_end *end, int fd)
{
	unsigned int reply = end->conf->reply;

	eb_send_all(fd, end->buf, end->conf->size);
	return eb_recv_all(fd, end->buf, reply) == reply;
}

static bool eb_tcp_answer(struct eb_end *end, int fd)
{
	unsigned int size = end->conf->size;

	if (eb_recv_all(fd, end->buf, size) < size)
		return false;
	eb_send_all(fd, end->buf, end->conf->reply);
	end->flow->count++;
	return true;
}

void eb_rr_client(struct eb_end *end)
{
	struct eb_flow *flow = end->flow;
	int fd = eb_tcp_connect(end);
	uint64_t start, before, now;

	eb_nodelay(fd);
	start = eb_clock();
	before = start;
	now = start;
	while (!(end->conf->count && flow->count >= end->conf->count) &&
	       now < end->deadline) {
		if (!eb_tcp_transact(end, fd)) {
			errno = ECONNRESET;
			eb_die("rr");
		}
		now = eb_clock();
		eb_hist_add(flow, now - before);
		before = now;
		flow->count++;
	}
	flow->ns = now - start;
	close(fd);
}

void eb_rr_server(struct eb_end *end)
{
	int fd = eb_accept(end->fds[end->index]);

	eb_nodelay(fd);
	while (eb_tcp_answer(end, fd))
		;
	close(fd);
}

void eb_crr_client(struct eb_end *end)
{
	struct eb_flow *flow = end->flow;
	uint64_t start = eb_clock();
	uint64_t before = start;

	while (!eb_end_is_over(end)) {
		int fd = eb_tcp_connect(end);
		uint64_t now;

		if (!eb_tcp_transact(end, fd)) {
			errno = ECONNRESET;
			eb_die("crr");
		}
		eb_recv_all(fd, end->buf, 1);
		close(fd);
		now = eb_clock();
		eb_hist_add(flow, now - before);
		before = now;
		flow->count++;
	}
	flow->ns = eb_clock() - start;
}

void eb_crr_server(struct eb_end *end)
{
	for (;;) {
		int fd = eb_accept(end->fds[end->index]);

		eb_tcp_answer(end, fd);
		close(fd);
	}
}
