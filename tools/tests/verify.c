// SPDX-License-Identifier: GPL-2.0
/*
 * exs-verify: a stream of data that is checked byte for byte.
 *
 *   exs-verify serve [-z] [-f FAMILY] [-B ADDR] -p PORT
 *   exs-verify send|recv|both [-z] [-f FAMILY] -H ADDR -p PORT -n BYTES
 *              [-r SEED]
 *
 * The client says in a header what it wants; then the data goes to the
 * server, to the client, or both ways at once, in calls of random sizes. Each
 * end checks what it receives and its length. At the end the server sends
 * its own result. The client's exit status
 * is 0 when everything was right, 1 when it was not.
 *
 * With -z what this end sends, it sends by MSG_ZEROCOPY: the buffer is written to
 * again when the error queue says that all calls are done. The client tells at
 * the end how many there were, and of how many the text was copied after all.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/errqueue.h>
#include <linux/expstack.h>

#include "expbench/expbench.h"
#include "tests/pattern.h"

#define VERIFY_MAGIC	0x65787376	/* "exsv" */
#define VERIFY_UP	1		/* client to server */
#define VERIFY_DOWN	2
#define VERIFY_CALL_MAX	(192 << 10)

struct verify_header {
	uint32_t magic;
	uint32_t ways;
	uint64_t bytes;
	uint64_t seed;
};

struct verify_result {
	uint64_t received;
	uint64_t good;
};

/* One end of a connection while data flows. */
struct verify {
	int fd;
	uint64_t bytes;
	bool sends;
	bool receives;
	bool is_good;
	struct pattern out;
	struct pattern in;
	uint64_t random;
	size_t have;		/* filled and not yet sent */
	size_t sent;
	uint32_t calls;		/* of MSG_ZEROCOPY */
	uint32_t done;		/* of them */
	uint32_t copied;	/* and of these */
	unsigned char obuf[VERIFY_CALL_MAX];
	unsigned char ibuf[VERIFY_CALL_MAX];
};

static bool verify_zerocopy;

/* The buffer is still the kernel's. */
static bool verify_waits(const struct verify *v)
{
	return v->sent == v->have && v->calls != v->done;
}

/* What the error queue says: calls of numbers in a row are done. */
static void verify_done(struct verify *v)
{
	struct sock_extended_err ee;
	int error = 0;
	socklen_t len = sizeof(error);
	uint32_t n;
	char control[128];
	struct msghdr msg = {
		.msg_control = control, .msg_controllen = sizeof(control),
	};

	if (recvmsg(v->fd, &msg, MSG_ERRQUEUE) < 0) {
		if (errno != EAGAIN)
			eb_die("recvmsg");
		getsockopt(v->fd, SOL_SOCKET, SO_ERROR, &error, &len);
		errno = error;
		if (error)
			eb_die("the connection");
		return;
	}
	memcpy(&ee, CMSG_DATA(CMSG_FIRSTHDR(&msg)), sizeof(ee));
	n = ee.ee_data - ee.ee_info + 1;
	/* A packet that is held up somewhere ends after later ones. */
	if (ee.ee_origin != SO_EE_ORIGIN_ZEROCOPY || ee.ee_info > ee.ee_data ||
	    ee.ee_data >= v->calls || n > v->calls - v->done) {
		fprintf(stderr, "exs-verify: origin %u: calls %u to %u are done\n",
			ee.ee_origin, ee.ee_info, ee.ee_data);
		exit(1);
	}
	v->done += n;
	if (ee.ee_code & SO_EE_CODE_ZEROCOPY_COPIED)
		v->copied += n;
}

static size_t verify_call_size(struct verify *v, uint64_t left)
{
	/* From a byte to the maximum, small ones as often as large ones. */
	uint64_t n = pattern_random(&v->random) %
		     (1ULL << (1 + pattern_random(&v->random) % 18));

	n = n % VERIFY_CALL_MAX + 1;
	return n < left ? n : left;
}

static void verify_send(struct verify *v)
{
	ssize_t n;

	if (v->sent == v->have) {
		v->have = verify_call_size(v, v->bytes - v->out.pos);
		v->sent = 0;
		pattern_fill(&v->out, v->obuf, v->have);
	}
	n = send(v->fd, v->obuf + v->sent, v->have - v->sent,
		 MSG_NOSIGNAL | MSG_DONTWAIT |
		 (verify_zerocopy ? MSG_ZEROCOPY : 0));
	if (n < 0 && errno != EAGAIN)
		eb_die("send");
	v->sent += n > 0 ? n : 0;
	v->calls += n > 0 && verify_zerocopy;
	if (v->out.pos == v->bytes && v->sent == v->have)
		v->sends = false;
}

static void verify_recv(struct verify *v)
{
	size_t want = verify_call_size(v, v->bytes - v->in.pos);
	ssize_t n = recv(v->fd, v->ibuf, want, MSG_DONTWAIT);

	if (n < 0 && errno == EAGAIN)
		return;
	if (n < 0)
		eb_die("recv");
	if (n == 0 || pattern_check(&v->in, v->ibuf, n) != (size_t)n) {
		fprintf(stderr, "exs-verify: %s in the call at byte %lu\n",
			n ? "wrong data" : "the stream ends", v->in.pos);
		v->is_good = false;
		v->receives = false;
	}
	if (v->in.pos == v->bytes)
		v->receives = false;
}

static void verify_flow(struct verify *v)
{
	while (v->sends || v->receives || v->calls != v->done) {
		bool waits = verify_waits(v);
		struct pollfd pfd = {
			.fd = v->fd,
			.events = (v->sends && !waits ? POLLOUT : 0) |
				  (v->receives ? POLLIN : 0),
		};

		if (poll(&pfd, 1, -1) < 0)
			eb_die("poll");
		if (pfd.revents & POLLERR && v->calls != v->done)
			verify_done(v);
		if (v->receives && (pfd.revents & (POLLIN | POLLHUP | POLLERR)))
			verify_recv(v);
		if (v->sends && !waits &&
		    (pfd.revents & (POLLOUT | POLLHUP | POLLERR)))
			verify_send(v);
	}
}

static struct verify *verify_new(int fd, uint64_t bytes, uint64_t seed,
				 bool is_server, unsigned int ways)
{
	struct verify *v = calloc(1, sizeof(*v));
	int on = 1;

	if (!v)
		eb_die("calloc");
	if (verify_zerocopy &&
	    setsockopt(fd, SOL_SOCKET, SO_ZEROCOPY, &on, sizeof(on)))
		eb_die("SO_ZEROCOPY");
	v->fd = fd;
	v->bytes = bytes;
	v->sends = ways & (is_server ? VERIFY_DOWN : VERIFY_UP);
	v->receives = ways & (is_server ? VERIFY_UP : VERIFY_DOWN);
	v->is_good = true;
	v->random = seed ^ is_server;
	pattern_init(&v->out, seed + is_server);
	pattern_init(&v->in, seed + !is_server);
	return v;
}

static int verify_serve_one(int fd)
{
	struct verify_header h;
	struct verify_result r;
	struct verify *v;

	if (eb_recv_all(fd, (char *)&h, sizeof(h)) != sizeof(h) ||
	    h.magic != VERIFY_MAGIC)
		return 1;
	v = verify_new(fd, h.bytes, h.seed, true, h.ways);
	verify_flow(v);
	r.received = v->in.pos;
	r.good = v->is_good;
	eb_send_all(fd, (char *)&r, sizeof(r));
	/* The client closes first: its end of data is the last word. */
	return eb_recv_all(fd, (char *)v->ibuf, 1) || !v->is_good;
}

static int verify_serve(const struct eb_conf *conf)
{
	int fd = eb_listen(conf->server_family, SOCK_STREAM, &conf->local,
			   ntohs(conf->host.sin_port));

	signal(SIGCHLD, SIG_IGN);
	for (;;) {
		int conn = eb_accept(fd);
		pid_t pid = fork();

		if (pid < 0)
			eb_die("fork");
		if (!pid)
			_exit(verify_serve_one(conn));
		close(conn);
	}
}

static bool verify_result_is_good(struct verify *v, unsigned int ways,
				  const struct verify_result *r)
{
	uint64_t want = ways & VERIFY_UP ? v->bytes : 0;

	if (!r->good)
		fprintf(stderr, "exs-verify: the server received wrong data\n");
	else if (r->received != want)
		fprintf(stderr, "exs-verify: the server received %lu bytes of %lu\n",
			r->received, want);
	else
		return true;
	return false;
}

static int verify_client(const struct eb_conf *conf, unsigned int ways,
			 uint64_t bytes, uint64_t seed)
{
	struct verify_header h = {
		.magic = VERIFY_MAGIC,
		.ways = ways,
		.bytes = bytes,
		.seed = seed,
	};
	int fd = eb_connect(conf->client_family, SOCK_STREAM, &conf->local,
			    &conf->host, ntohs(conf->host.sin_port));
	struct verify *v = verify_new(fd, bytes, seed, false, ways);
	uint64_t start = eb_clock();
	struct verify_result r;

	eb_send_all(fd, (char *)&h, sizeof(h));
	verify_flow(v);
	if (eb_recv_all(fd, (char *)&r, sizeof(r)) != sizeof(r)) {
		fprintf(stderr, "exs-verify: no result from the server\n");
		return 1;
	}
	close(fd);
	if (!verify_result_is_good(v, ways, &r) || !v->is_good)
		return 1;
	printf("%lu bytes%s%s right in %.3f s\n", bytes,
	       ways & VERIFY_UP ? " up" : "", ways & VERIFY_DOWN ? " down" : "",
	       (eb_clock() - start) / 1e9);
	if (verify_zerocopy)
		printf("%u calls, %u copied\n", v->calls, v->copied);
	return 0;
}

static int verify_usage(void)
{
	fprintf(stderr,
		"usage: exs-verify serve [-z] [-f FAMILY] [-B ADDR] -p PORT\n"
		"       exs-verify send|recv|both [-z] [-f FAMILY] -H ADDR -p PORT -n BYTES [-r SEED]\n");
	return 2;
}

int main(int argc, char **argv)
{
	static struct eb_conf conf = {
		.client_family = AF_INET,
		.server_family = AF_INET,
		.host.sin_family = AF_INET,
		.local.sin_family = AF_INET,
	};
	uint64_t bytes = 0, seed = 1;
	int c;

	while ((c = getopt(argc, argv, "f:B:H:p:n:r:z")) != -1) {
		if (c == 'f')
			conf.client_family = strcmp(optarg, "expstack") ?
					     AF_INET : AF_EXPSTACK;
		else if (c == 'B')
			conf.local.sin_addr.s_addr = inet_addr(optarg);
		else if (c == 'H')
			conf.host.sin_addr.s_addr = inet_addr(optarg);
		else if (c == 'p')
			conf.host.sin_port = htons(atoi(optarg));
		else if (c == 'n')
			bytes = strtoull(optarg, NULL, 0);
		else if (c == 'r')
			seed = strtoull(optarg, NULL, 0);
		else if (c == 'z')
			verify_zerocopy = true;
		else
			return verify_usage();
	}
	conf.server_family = conf.client_family;
	if (optind != argc - 1 || !conf.host.sin_port)
		return verify_usage();
	if (!strcmp(argv[optind], "serve"))
		return verify_serve(&conf);
	if (!bytes || !conf.host.sin_addr.s_addr)
		return verify_usage();
	if (!strcmp(argv[optind], "send"))
		return verify_client(&conf, VERIFY_UP, bytes, seed);
	if (!strcmp(argv[optind], "recv"))
		return verify_client(&conf, VERIFY_DOWN, bytes, seed);
	if (!strcmp(argv[optind], "both"))
		return verify_client(&conf, VERIFY_UP | VERIFY_DOWN, bytes, seed);
	return verify_usage();
}
