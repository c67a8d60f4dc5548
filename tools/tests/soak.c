// SPDX-License-Identifier: GPL-2.0
/*
 * exs-soak: many threads that connect, send, half-close, close and reset at
 * random, and check every byte.
 *
 *   exs-soak serve [-f FAMILY] -p PORT
 *   exs-soak run [-f FAMILY] -H ADDR -p PORT [-t THREADS] [-s SECONDS] [-r SEED]
 *
 * "run" ends after SECONDS, when each of its connections is done; "serve" ends
 * at SIGTERM and waits for its connections too. Exit status 0 when all data
 * was right, every connection ended as it had to and none was stuck.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/expstack.h>

#include "expbench/expbench.h"
#include "tests/soak.h"

#define SOAK_TELL_S	60
#define SOAK_ABORT_US	80000	/* about two round trips of a slow network */
#define SOAK_STACK	(256 << 10)

static struct eb_conf soak_conf = {
	.client_family = AF_INET,
	.host.sin_family = AF_INET,
	.local.sin_family = AF_INET,
};

static uint64_t soak_seed = 1;
static uint64_t soak_deadline;
static atomic_ulong soak_kinds[SOAK_KINDS];
static atomic_int soak_serving;
static volatile sig_atomic_t soak_over;

static struct soak *soak_new(int fd, bool is_server)
{
	struct soak *s = calloc(1, sizeof(*s));

	if (!s)
		eb_die("calloc");
	s->fd = fd;
	s->is_server = is_server;
	return s;
}

/* Without @thread nobody waits for it. */
static void soak_start(void *(*run)(void *arg), void *arg, pthread_t *thread)
{
	pthread_attr_t attr;
	pthread_t self;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, SOAK_STACK);
	if (!thread)
		pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	errno = pthread_create(thread ? thread : &self, &attr, run, arg);
	if (errno)
		eb_die("pthread_create");
	pthread_attr_destroy(&attr);
}

static void *soak_serve_one(void *arg)
{
	struct soak *s = soak_new((intptr_t)arg, true);
	enum soak_end end = soak_header_recv(s);

	if (end == SOAK_OK) {
		soak_begin(s);
		end = soak_converse(s);
		soak_judge(s, end);
	} else if (end == SOAK_WRONG) {
		fprintf(stderr, "exs-soak: server: a wrong header\n");
		atomic_fetch_add(&soak_failures, 1);
	}
	soak_close(s, end);
	free(s);
	atomic_fetch_sub(&soak_serving, 1);
	return NULL;
}

static void soak_on_term(int sig)
{
	(void)sig;
	soak_over = 1;
}

/* Clients are gone: what a server still holds ends within SOAK_QUIET_S. */
static void soak_drain(void)
{
	for (int i = 0; i < 2 * SOAK_QUIET_S && soak_serving; i++)
		sleep(1);
	if (!soak_serving)
		return;
	fprintf(stderr, "exs-soak: server: %d connections do not end\n",
		soak_serving);
	atomic_fetch_add(&soak_failures, 1);
}

static int soak_serve(void)
{
	int fd = eb_listen(soak_conf.client_family, SOCK_STREAM,
			   &soak_conf.local, ntohs(soak_conf.host.sin_port));
	struct sigaction sa = { .sa_handler = soak_on_term };
	unsigned long accepted = 0;

	/* What poll() has seen may be gone when accept() comes. */
	if (fcntl(fd, F_SETFL, O_NONBLOCK))
		eb_die("fcntl");
	sigaction(SIGTERM, &sa, NULL);
	while (!soak_over) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		int conn;

		if (poll(&p, 1, 1000) <= 0)
			continue;
		conn = accept4(fd, NULL, NULL, SOCK_CLOEXEC);
		if (conn < 0 && (errno == ECONNABORTED || errno == EINTR ||
				 errno == EAGAIN))
			continue;
		if (conn < 0)
			eb_die("accept");
		accepted++;
		atomic_fetch_add(&soak_serving, 1);
		soak_start(soak_serve_one, (void *)(intptr_t)conn, NULL);
	}
	close(fd);
	soak_drain();
	printf("server: %lu connections, %lu bytes, %lu failures\n", accepted,
	       soak_bytes, soak_failures);
	return soak_failures ? 1 : 0;
}

/* Wait for a connection that is under way; its error. */
static int soak_connected(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLOUT };
	socklen_t len = sizeof(int);
	int error = 0;

	if (poll(&p, 1, SOAK_STUCK_S * 1000) == 0)
		error = ETIMEDOUT;
	else if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len))
		error = errno;
	return error;
}

/* Blocking or not, as chance has it. 0 or the error. */
static int soak_connect(int fd, bool wait, bool block)
{
	const struct sockaddr_in *to = &soak_conf.host;

	if (!block && fcntl(fd, F_SETFL, O_NONBLOCK))
		return errno;
	if (!connect(fd, (const struct sockaddr *)to, sizeof(*to)))
		return 0;
	if (errno != EINPROGRESS)
		return errno;
	return wait ? soak_connected(fd) : 0;
}

/* The default one as often as the others together; BBR may not be there. */
static void soak_choose_cc(int fd, uint64_t random)
{
	static const char * const names[] = { "reno", "cubic", "bbr" };
	const char *name = names[random % 3];

	if (random & 16)
		return;
	if (setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, name, strlen(name)) &&
	    errno != ENOENT)
		eb_die("setsockopt(TCP_CONGESTION)");
}

static uint64_t soak_amount(uint64_t *random)
{
	return 1 + pattern_random(random) %
	       (1ULL << (1 + pattern_random(random) % 18));
}

static void soak_connection(struct soak *s, uint64_t *random)
{
	enum soak_end end = SOAK_OK;
	uint64_t chance = pattern_random(random);

	s->h.magic = SOAK_MAGIC;
	s->h.kind = pattern_random(random) % SOAK_KINDS;
	s->h.up = soak_amount(random);
	s->h.down = soak_amount(random);
	s->h.seed = pattern_random(random);
	atomic_fetch_add(&soak_kinds[s->h.kind], 1);
	soak_begin(s);
	soak_choose_cc(s->fd, chance >> 8);
	s->error = soak_connect(s->fd, s->h.kind != SOAK_ABORT,
				s->h.kind != SOAK_ABORT && (chance & 1));
	if (s->error) {
		atomic_fetch_add(&soak_failures, 1);
		fprintf(stderr, "exs-soak: connect: %s\n", strerror(s->error));
		end = SOAK_BROKEN;
	} else if (s->h.kind == SOAK_ABORT) {
		usleep(chance % SOAK_ABORT_US);
	} else if (s->h.kind != SOAK_EMPTY) {
		/* A new connection's buffer takes it. */
		if (send(s->fd, &s->h, sizeof(s->h), MSG_NOSIGNAL) !=
		    sizeof(s->h)) {
			s->error = errno;
			end = SOAK_BROKEN;
		} else {
			end = soak_converse(s);
		}
		soak_judge(s, end);
	}
	soak_close(s, end);
}

static void *soak_thread(void *arg)
{
	uint64_t random = soak_seed * 1000 + (intptr_t)arg;

	while (eb_clock() < soak_deadline) {
		struct soak *s = soak_new(eb_socket(soak_conf.client_family,
						    SOCK_STREAM), false);

		soak_connection(s, &random);
		free(s);
	}
	return NULL;
}

static void soak_tell(const char *when)
{
	printf("client: %s: %lu bytes, %lu failures, connections by kind:",
	       when, soak_bytes, soak_failures);
	for (int i = 0; i < SOAK_KINDS; i++)
		printf(" %lu", soak_kinds[i]);
	printf("\n");
	fflush(stdout);
}

static int soak_run(unsigned int threads, unsigned int seconds)
{
	pthread_t *ids = calloc(threads, sizeof(*ids));
	unsigned long done = 0;

	if (!ids)
		eb_die("calloc");
	soak_deadline = eb_clock() + seconds * EB_NSEC;
	for (unsigned int i = 0; i < threads; i++)
		soak_start(soak_thread, (void *)(intptr_t)i, &ids[i]);
	while (eb_clock() + SOAK_TELL_S * EB_NSEC < soak_deadline) {
		sleep(SOAK_TELL_S);
		soak_tell("so far");
	}
	for (unsigned int i = 0; i < threads; i++)
		pthread_join(ids[i], NULL);
	soak_tell("at the end");
	for (int i = 0; i < SOAK_KINDS; i++)
		done += soak_kinds[i];
	free(ids);
	return soak_failures || !done ? 1 : 0;
}

static int soak_usage(void)
{
	fprintf(stderr,
		"usage: exs-soak serve [-f FAMILY] -p PORT\n"
		"       exs-soak run [-f FAMILY] -H ADDR -p PORT [-t THREADS] [-s SECONDS] [-r SEED]\n");
	return 2;
}

int main(int argc, char **argv)
{
	unsigned int threads = 16, seconds = 60;
	int c;

	while ((c = getopt(argc, argv, "f:H:p:t:s:r:")) != -1) {
		if (c == 'f')
			soak_conf.client_family = strcmp(optarg, "expstack") ?
						  AF_INET : AF_EXPSTACK;
		else if (c == 'H')
			soak_conf.host.sin_addr.s_addr = inet_addr(optarg);
		else if (c == 'p')
			soak_conf.host.sin_port = htons(atoi(optarg));
		else if (c == 't')
			threads = atoi(optarg);
		else if (c == 's')
			seconds = atoi(optarg);
		else if (c == 'r')
			soak_seed = strtoull(optarg, NULL, 0);
		else
			return soak_usage();
	}
	if (optind != argc - 1 || !soak_conf.host.sin_port)
		return soak_usage();
	if (!strcmp(argv[optind], "serve"))
		return soak_serve();
	if (!strcmp(argv[optind], "run") && soak_conf.host.sin_addr.s_addr &&
	    threads && seconds)
		return soak_run(threads, seconds);
	return soak_usage();
}
