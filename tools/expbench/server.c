// SPDX-License-Identifier: GPL-2.0
/*
 * expbench: the server.
 * Flow:   eb_server: accept a control connection -> eb_server_session in a
 *         process of its own -> eb_ends_start; the lines are in client.c
 * Owns:   the sockets a test is served on, one for each port
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "expbench/expbench.h"

/* Fill @conf from the client's line; false if it makes no sense. */
static bool eb_server_parse(struct eb_conf *conf, const char *line)
{
	char name[32];

	if (sscanf(line, EB_LINE_TEST, name, &conf->size, &conf->reply, &conf->flows, &conf->window,
		   &conf->nports, &conf->seconds, &conf->count) != 8)
		return false;
	conf->test = eb_test_find(name);
	return conf->test && conf->size <= EB_MAX_SIZE &&
	       conf->reply <= EB_MAX_SIZE && conf->flows &&
	       conf->flows <= EB_MAX_FLOWS && conf->nports &&
	       conf->nports <= EB_MAX_PORTS &&
	       (conf->nports >= conf->flows || conf->test->kind == EB_MEMORY);
}

static void eb_server_answer(FILE *ctl, const struct eb_ends *ends)
{
	static struct eb_flow sum;
	struct rusage ru;

	eb_ends_sum(ends, &sum);
	getrusage(RUSAGE_CHILDREN, &ru);
	dprintf(fileno(ctl), EB_LINE_RESULT "\n", sum.count, sum.bytes,
		sum.lost, sum.ns, sum.failed,
		ru.ru_utime.tv_sec + ru.ru_utime.tv_usec / 1e6,
		ru.ru_stime.tv_sec + ru.ru_stime.tv_usec / 1e6);
}

static void eb_server_open(struct eb_conf *conf, int *fds, FILE *ctl)
{
	dprintf(fileno(ctl), "ports");
	for (unsigned int i = 0; i < conf->nports; i++) {
		fds[i] = eb_listen(conf->server_family, conf->test->type,
				   &conf->local, 0);
		dprintf(fileno(ctl), " %u", eb_port_of(fds[i]));
	}
}

/**
 * eb_server_session() - serve one test
 * @base: family and address to serve on
 * @ctl: control connection, a stream
 *
 * Return: exit status.
 */
int eb_server_session(const struct eb_conf *base, int ctl)
{
	struct eb_conf conf = *base;
	int fds[EB_MAX_PORTS];
	struct eb_ends ends;
	FILE *f = fdopen(ctl, "r");
	char line[512];

	if (!f || !fgets(line, sizeof(line), f))
		return 1;
	if (!eb_server_parse(&conf, line)) {
		dprintf(ctl, "not understood\n");
		return 1;
	}
	eb_server_open(&conf, fds, f);
	eb_ends_start(&ends, &conf, fds, conf.test->server);
	eb_ends_go(&ends);
	for (unsigned int i = 0; i < conf.nports; i++)
		close(fds[i]);
	dprintf(ctl, "\n");

	while (fgets(line, sizeof(line), f)) {
		bool done = !strcmp(line, "done\n");

		if (done)
			eb_ends_stop(&ends, conf.test->kind != EB_BITS);
		eb_server_answer(f, &ends);
		if (done)
			return 0;
	}
	eb_ends_stop(&ends, true);
	return 1;
}

/**
 * eb_server() - serve tests until killed
 * @conf: family, address and port
 *
 * Return: does not, but for failures.
 */
int eb_server(const struct eb_conf *conf)
{
	int fd = eb_listen(conf->server_family, SOCK_STREAM, &conf->local,
			   ntohs(conf->host.sin_port));

	signal(SIGCHLD, SIG_IGN);
	for (;;) {
		int ctl = eb_accept(fd);
		pid_t pid = fork();

		if (pid < 0)
			eb_die("fork");
		if (!pid) {
			prctl(PR_SET_PDEATHSIG, SIGTERM);
			signal(SIGCHLD, SIG_DFL);
			close(fd);
			exit(eb_server_session(conf, ctl));
		}
		close(ctl);
	}
}
