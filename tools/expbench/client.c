// SPDX-License-Identifier: GPL-2.0
/*
 * expbench: one test from the client's side.
 * Flow:   eb_client: request on the control connection -> eb_ends_start ->
 *         eb_ends_go -> wait -> "done" -> the server's figures -> eb_report
 * Owns:   the order of a test
 *
 * The control connection carries lines, read as a file and written plainly:
 *   client  EB_LINE_TEST
 *   server  ports P P ...
 *   client  stat | done
 *   server  EB_LINE_RESULT
 */
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "expbench/expbench.h"

#define EB_POLL_US	50000
#define EB_SETTLE_US	2000000	/* delayed ACKs sent, RCU objects freed */

static void eb_ctl_get(FILE *ctl, char *line, size_t size)
{
	if (!fgets(line, size, ctl)) {
		fprintf(stderr, "expbench: the server has gone\n");
		exit(1);
	}
}

static void eb_client_request(struct eb_conf *conf, FILE *ctl)
{
	char line[4096], *p = line;

	dprintf(fileno(ctl), EB_LINE_TEST "\n",
		conf->test->name, conf->size, conf->reply, conf->flows,
		conf->window, conf->nports, conf->seconds, conf->count);
	eb_ctl_get(ctl, line, sizeof(line));
	if (strncmp(line, "ports", 5)) {
		fprintf(stderr, "expbench: the server says: %s", line);
		exit(1);
	}
	p += 5;
	for (unsigned int i = 0; i < conf->nports; i++)
		conf->ports[i] = strtoul(p, &p, 10);
}

static void eb_client_ask(FILE *ctl, const char *word, struct eb_result *res)
{
	struct eb_flow *s = &res->server;
	int failed = 1;
	char line[512];

	dprintf(fileno(ctl), "%s\n", word);
	eb_ctl_get(ctl, line, sizeof(line));
	if (sscanf(line, EB_LINE_RESULT, &s->count, &s->bytes, &s->lost,
		   &s->ns, &failed, &res->server_cpu.user,
		   &res->server_cpu.sys) != 7) {
		fprintf(stderr, "expbench: the server says: %s", line);
		exit(1);
	}
	s->failed = failed;
}

static bool eb_client_has_died(const struct eb_ends *ends)
{
	siginfo_t info = { };

	for (unsigned int i = 0; i < ends->n; i++)
		if (!waitid(P_PID, ends->pids[i], &info,
			    WEXITED | WNOHANG | WNOWAIT) && info.si_pid)
			return true;
	return false;
}

/* Until both ends hold all connections, then take the figure. */
static void eb_client_hold(struct eb_ends *ends, FILE *ctl,
			   const struct eb_conf *conf, struct eb_result *res)
{
	do {
		usleep(EB_POLL_US);
		if (eb_client_has_died(ends))
			return;
		eb_ends_sum(ends, &res->client);
	} while (!res->client.ready);
	do {
		usleep(EB_POLL_US);
		eb_client_ask(ctl, "stat", res);
	} while (res->server.count < conf->count);
	usleep(EB_SETTLE_US);
	eb_mem_read(&res->after);
}

/**
 * eb_client() - run a test and report it
 * @conf: the test; receives the server's ports
 * @ctl: control connection, a stream
 *
 * Return: exit status.
 */
int eb_client(struct eb_conf *conf, int ctl)
{
	bool memory = conf->test->kind == EB_MEMORY;
	uint64_t busy[2], all[2];
	static struct eb_result res;
	struct eb_ends ends;
	struct rusage ru;
	FILE *f = fdopen(ctl, "r");

	if (!f)
		eb_die("fdopen");
	eb_client_request(conf, f);
	eb_ends_start(&ends, conf, NULL, conf->test->client);
	/* Its own pages are there before the first figure is taken. */
	memset(&res, 0, sizeof(res));
	if (memory)
		eb_mem_read(&res.before);
	eb_cpu_read(&busy[0], &all[0]);
	eb_ends_go(&ends);
	if (memory)
		eb_client_hold(&ends, f, conf, &res);
	eb_ends_stop(&ends, memory);
	eb_cpu_read(&busy[1], &all[1]);
	eb_ends_sum(&ends, &res.client);
	eb_client_ask(f, "done", &res);

	getrusage(RUSAGE_CHILDREN, &ru);
	res.client_cpu.user = ru.ru_utime.tv_sec + ru.ru_utime.tv_usec / 1e6;
	res.client_cpu.sys = ru.ru_stime.tv_sec + ru.ru_stime.tv_usec / 1e6;
	if (all[1] > all[0])
		res.busy = (double)(busy[1] - busy[0]) / (all[1] - all[0]);
	if (res.client.failed || res.server.failed)
		return 1;
	eb_report(conf, &res);
	return 0;
}
