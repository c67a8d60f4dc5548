// SPDX-License-Identifier: GPL-2.0
/*
 * exs-uring: sockets of either family through io_uring, every byte checked.
 *
 *   exs-uring serve FAMILY PORT
 *   exs-uring call FAMILY ADDRESS PORT BYTES
 *   exs-uring dgram FAMILY
 *
 * The client connects, asks how much is queued, sends BYTES bytes while a request
 * to receive waits, and shuts down; the server accepts and receives with one
 * request each (multishot, buffers of a ring), then sends as many of another
 * pattern. "dgram" sends itself datagrams. The last line is "ok" or what was wrong.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/expstack.h>

#include "expbench/expbench.h"
#include "tests/pattern.h"
#include "tests/uring.h"

#define URING_UP	1	/* seeds of the patterns */
#define URING_DOWN	2
#define URING_CHUNK	50000
#define URING_GROUP	7

/* Newer than the user headers: sqe->cmd_op of a socket. */
#define URING_SIOCINQ	0
#define URING_SIOCOUTQ	1

enum uring_what {
	URING_ACCEPT, URING_RECV, URING_SEND, URING_SHUTDOWN, URING_CLOSE,
	URING_SOCKET, URING_CONNECT, URING_CMD,
};

static noreturn void uring_wrong(const char *what, long long got, long long want)
{
	printf("%s: %lld, expected %lld\n", what, got, want);
	exit(1);
}

/* One request and its answer, where nothing else is on the way. */
static void uring_expect(struct uring *u, const char *what, int want)
{
	struct uring_answer cqe = uring_wait(u);

	if (cqe.res != want)
		uring_wrong(what, cqe.res, want);
}

static void uring_shutdown(struct uring *u, int fd)
{
	uring_sqe(u, IORING_OP_SHUTDOWN, fd, URING_SHUTDOWN)->len = SHUT_WR;
}

static void uring_ask_recv(struct uring *u, int fd)
{
	struct io_uring_sqe *sqe = uring_sqe(u, IORING_OP_RECV, fd, URING_RECV);

	sqe->ioprio = IORING_RECV_MULTISHOT;
	sqe->flags = IOSQE_BUFFER_SELECT;
	sqe->buf_group = URING_GROUP;
}

/* All that comes, by one request as long as the buffers last. */
static uint64_t uring_take(struct uring *u, struct uring_bufs *b, int fd)
{
	struct pattern in;
	uint64_t total = 0;
	size_t good;

	pattern_init(&in, URING_UP);
	uring_ask_recv(u, fd);
	for (;;) {
		struct uring_answer cqe = uring_wait(u);
		uint16_t id = cqe.flags >> IORING_CQE_BUFFER_SHIFT;

		if (cqe.user_data != URING_RECV)
			uring_wrong("answer to", cqe.user_data, URING_RECV);
		if (!cqe.res)
			return total;
		if (cqe.res < 0 && cqe.res != -ENOBUFS)
			uring_wrong("recv", cqe.res, 0);
		if (cqe.res > 0) {
			good = pattern_check(&in, b->mem + (size_t)id * b->size,
					     cqe.res);
			if (good != (size_t)cqe.res)
				uring_wrong("right bytes", total + good,
					    total + cqe.res);
			total += cqe.res;
			uring_bufs_give(b, id);
		}
		if (!(cqe.flags & IORING_CQE_F_MORE))
			uring_ask_recv(u, fd);
	}
}

static void uring_send_all(struct uring *u, int fd, uint64_t bytes)
{
	static unsigned char buf[URING_CHUNK];
	struct pattern out;
	uint64_t left = bytes;

	pattern_init(&out, URING_DOWN);
	while (left) {
		size_t n = left < sizeof(buf) ? left : sizeof(buf);
		struct io_uring_sqe *sqe;

		pattern_fill(&out, buf, n);
		sqe = uring_sqe(u, IORING_OP_SEND, fd, URING_SEND);
		sqe->addr = (uintptr_t)buf;
		sqe->len = n;
		/* All of it, whatever the send buffer holds. */
		sqe->msg_flags = MSG_WAITALL;
		uring_expect(u, "send", n);
		left -= n;
	}
}

static noreturn void uring_serve(int family, uint16_t port)
{
	struct sockaddr_in any = { .sin_family = AF_INET };
	int lfd = eb_listen(family, SOCK_STREAM, &any, port);
	struct uring_answer cqe;
	struct uring_bufs bufs;
	struct uring u, a;	/* of the connection in hand, of the listener */
	uint64_t bytes;

	uring_open(&a, 4);
	uring_open(&u, 16);
	uring_bufs_open(&u, &bufs, URING_GROUP, 16, 4096);
	uring_sqe(&a, IORING_OP_ACCEPT, lfd, URING_ACCEPT)->ioprio =
		IORING_ACCEPT_MULTISHOT;
	for (;;) {
		cqe = uring_wait(&a);
		if (cqe.res < 0 || !(cqe.flags & IORING_CQE_F_MORE))
			uring_wrong("accept", cqe.res, 0);
		bytes = uring_take(&u, &bufs, cqe.res);
		uring_send_all(&u, cqe.res, bytes);
		uring_shutdown(&u, cqe.res);
		uring_expect(&u, "shutdown", 0);
		uring_sqe(&u, IORING_OP_CLOSE, cqe.res, URING_CLOSE);
		uring_expect(&u, "close", 0);
	}
}

/* A connection of the client's, while it sends and receives. */
struct uring_call {
	struct uring u;
	int fd;
	uint64_t up, down;		/* still to be sent; received */
	struct pattern out, in;
	struct iovec iov;
	struct msghdr msg;
	unsigned char obuf[URING_CHUNK], ibuf[URING_CHUNK];
};

static void uring_call_send(struct uring_call *c)
{
	size_t n = c->up < sizeof(c->obuf) ? c->up : sizeof(c->obuf);
	struct io_uring_sqe *sqe;

	if (!n) {
		uring_shutdown(&c->u, c->fd);
		return;
	}
	pattern_fill(&c->out, c->obuf, n);
	c->iov.iov_base = c->obuf;
	c->iov.iov_len = n;
	c->msg.msg_iov = &c->iov;
	c->msg.msg_iovlen = 1;
	sqe = uring_sqe(&c->u, IORING_OP_SENDMSG, c->fd, URING_SEND);
	sqe->addr = (uintptr_t)&c->msg;
	sqe->len = 1;
	sqe->msg_flags = MSG_WAITALL;
}

static void uring_call_recv(struct uring_call *c)
{
	struct io_uring_sqe *sqe;

	sqe = uring_sqe(&c->u, IORING_OP_RECV, c->fd, URING_RECV);
	sqe->addr = (uintptr_t)c->ibuf;
	sqe->len = sizeof(c->ibuf);
	sqe->msg_flags = MSG_WAITALL;
}

static void uring_call_open(struct uring_call *c, int family,
			    struct sockaddr_in *to)
{
	struct io_uring_sqe *sqe;
	struct uring_answer cqe;
	unsigned int i;

	uring_open(&c->u, 16);
	sqe = uring_sqe(&c->u, IORING_OP_SOCKET, family, URING_SOCKET);
	sqe->off = SOCK_STREAM;
	sqe->len = IPPROTO_TCP;
	cqe = uring_wait(&c->u);
	if (cqe.res < 0)
		uring_wrong("socket", cqe.res, 0);
	c->fd = cqe.res;
	sqe = uring_sqe(&c->u, IORING_OP_CONNECT, c->fd, URING_CONNECT);
	sqe->addr = (uintptr_t)to;
	sqe->off = sizeof(*to);
	uring_expect(&c->u, "connect", 0);
	for (i = URING_SIOCINQ; i <= URING_SIOCOUTQ; i++) {
		uring_sqe(&c->u, IORING_OP_URING_CMD, c->fd, URING_CMD)->cmd_op = i;
		uring_expect(&c->u, "bytes queued", 0);
	}
}

static int uring_client(int family, struct sockaddr_in *to, uint64_t bytes)
{
	struct uring_call *c = calloc(1, sizeof(*c));
	bool ended = false, shut = false;
	struct uring_answer cqe;

	if (!c)
		eb_die("calloc");
	uring_call_open(c, family, to);
	c->up = bytes;
	pattern_init(&c->out, URING_UP);
	pattern_init(&c->in, URING_DOWN);
	uring_call_recv(c);
	uring_call_send(c);
	while (!ended || !shut) {
		cqe = uring_wait(&c->u);
		if (cqe.res < 0)
			uring_wrong(cqe.user_data == URING_RECV ? "recv" :
				    "send or shutdown", cqe.res, 0);
		switch (cqe.user_data) {
		case URING_SEND:
			if ((size_t)cqe.res != c->iov.iov_len)
				uring_wrong("sent", cqe.res, c->iov.iov_len);
			c->up -= cqe.res;
			uring_call_send(c);
			break;
		case URING_SHUTDOWN:
			shut = true;
			break;
		case URING_RECV:
			if (pattern_check(&c->in, c->ibuf, cqe.res) !=
			    (size_t)cqe.res)
				uring_wrong("a wrong byte after", c->down, 0);
			c->down += cqe.res;
			/* Less than was asked for is the end. */
			ended = (size_t)cqe.res < sizeof(c->ibuf);
			if (!ended)
				uring_call_recv(c);
			break;
		}
	}
	if (c->down != bytes)
		uring_wrong("received", c->down, bytes);
	puts("ok");
	return 0;
}

/* Datagrams to oneself: the one who waits first, then the one who sends. */
static int uring_dgram(int family)
{
	struct sockaddr_in self = { .sin_family = AF_INET }, from;
	unsigned char obuf[1000], ibuf[2000];
	struct iovec oiov = { .iov_base = obuf }, iiov = { .iov_base = ibuf };
	struct msghdr out = { .msg_name = &self, .msg_namelen = sizeof(self),
			      .msg_iov = &oiov, .msg_iovlen = 1 };
	struct msghdr in = { .msg_iov = &iiov, .msg_iovlen = 1 };
	socklen_t len = sizeof(self);
	struct pattern p, q;
	struct uring u;
	int fd, i, k;

	self.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	fd = eb_listen(family, SOCK_DGRAM, &self, 0);
	if (getsockname(fd, (struct sockaddr *)&self, &len))
		eb_die("getsockname");
	uring_open(&u, 8);
	pattern_init(&p, URING_UP);
	pattern_init(&q, URING_UP);
	for (i = 1; i <= (int)sizeof(obuf); i += 37) {
		memset(&from, 0, sizeof(from));
		in.msg_name = &from;
		in.msg_namelen = sizeof(from);
		iiov.iov_len = sizeof(ibuf);
		oiov.iov_len = i;
		pattern_fill(&p, obuf, i);
		uring_sqe(&u, IORING_OP_RECVMSG, fd, URING_RECV)->addr =
			(uintptr_t)&in;
		uring_sqe(&u, IORING_OP_SENDMSG, fd, URING_SEND)->addr =
			(uintptr_t)&out;
		for (k = 0; k < 2; k++)
			uring_expect(&u, "datagram", i);
		if (pattern_check(&q, ibuf, i) != (size_t)i)
			uring_wrong("a wrong byte in", i, 0);
		if (from.sin_port != self.sin_port ||
		    from.sin_family != AF_INET)
			uring_wrong("from port", ntohs(from.sin_port),
				    ntohs(self.sin_port));
	}
	puts("ok");
	return 0;
}

static int uring_family(const char *name)
{
	return strcmp(name, "inet") ? AF_EXPSTACK : AF_INET;
}

int main(int argc, char **argv)
{
	struct sockaddr_in to = { .sin_family = AF_INET };

	if (argc == 4 && !strcmp(argv[1], "serve"))
		uring_serve(uring_family(argv[2]), atoi(argv[3]));
	if (argc == 3 && !strcmp(argv[1], "dgram"))
		return uring_dgram(uring_family(argv[2]));
	if (argc != 6 || strcmp(argv[1], "call")) {
		fprintf(stderr, "usage: exs-uring serve|call|dgram FAMILY ...\n");
		return 2;
	}
	to.sin_port = htons(atoi(argv[4]));
	if (inet_pton(AF_INET, argv[3], &to.sin_addr) != 1) {
		fprintf(stderr, "exs-uring: bad address %s\n", argv[3]);
		return 2;
	}
	return uring_client(uring_family(argv[2]), &to, atoll(argv[5]));
}
