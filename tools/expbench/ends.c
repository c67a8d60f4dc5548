// SPDX-License-Identifier: GPL-2.0
/*
 * expbench: the processes at one side of a test, one for each flow.
 * Flow:   eb_client, eb_server_session -> eb_ends_start -> eb_ends_go -> the
 *         test's function in each process -> eb_ends_stop, eb_ends_sum
 * Owns:   struct eb_ends; eb_flow is written by its process and read by the
 *         parent
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "expbench/expbench.h"

static char eb_buf[EB_MAX_SIZE];

static void eb_end_run(struct eb_ends *ends, const struct eb_conf *conf,
		       int *fds, unsigned int index, int go,
		       void (*run)(struct eb_end *end))
{
	struct eb_end end = {
		.conf = conf,
		.flow = &ends->flows[index],
		.index = index,
		.fds = fds,
		.buf = eb_buf,
		.deadline = UINT64_MAX,
	};
	char c;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	close(ends->go);
	memset(eb_buf, 'x', sizeof(eb_buf));
	while (read(go, &c, 1) < 0 && errno == EINTR)
		;
	if (conf->seconds > 0)
		end.deadline = eb_clock() + conf->seconds * EB_NSEC;
	run(&end);
	_exit(0);
}

/**
 * eb_ends_start() - fork the processes of all flows on one side
 * @ends: receives them
 * @conf: the test
 * @fds: the server's sockets, which the caller closes; NULL for the client
 * @run: what each does once eb_ends_go() is called
 */
void eb_ends_start(struct eb_ends *ends, const struct eb_conf *conf, int *fds,
		   void (*run)(struct eb_end *end))
{
	size_t size = conf->flows * sizeof(*ends->flows);
	int go[2];

	ends->n = conf->flows;
	ends->flows = mmap(NULL, size, PROT_READ | PROT_WRITE,
			   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (ends->flows == MAP_FAILED || pipe(go))
		eb_die("eb_ends_start");
	memset(ends->flows, 0, size);
	ends->go = go[1];
	fflush(stdout);
	for (unsigned int i = 0; i < ends->n; i++) {
		ends->pids[i] = fork();
		if (ends->pids[i] < 0)
			eb_die("fork");
		if (!ends->pids[i])
			eb_end_run(ends, conf, fds, i, go[0], run);
	}
	close(go[0]);
}

/**
 * eb_ends_go() - let the processes begin
 * @ends: from eb_ends_start()
 */
void eb_ends_go(struct eb_ends *ends)
{
	close(ends->go);
}

/**
 * eb_ends_stop() - wait for the processes
 * @ends: from eb_ends_start()
 * @kill_them: they would not end by themselves
 */
void eb_ends_stop(struct eb_ends *ends, bool kill_them)
{
	int status;

	for (unsigned int i = 0; i < ends->n; i++) {
		if (kill_them)
			kill(ends->pids[i], SIGTERM);
		if (waitpid(ends->pids[i], &status, 0) != ends->pids[i])
			eb_die("waitpid");
		if (WIFEXITED(status) ? WEXITSTATUS(status) :
		    !kill_them || WTERMSIG(status) != SIGTERM)
			ends->flows[i].failed = true;
	}
}

/**
 * eb_ends_sum() - the figures of all flows of a side
 * @ends: from eb_ends_start(); may still run
 * @sum: receives them; ready says that all are
 */
void eb_ends_sum(const struct eb_ends *ends, struct eb_flow *sum)
{
	memset(sum, 0, sizeof(*sum));
	sum->ready = true;
	for (unsigned int i = 0; i < ends->n; i++) {
		const struct eb_flow *flow = &ends->flows[i];

		sum->count += flow->count;
		sum->bytes += flow->bytes;
		sum->lost += flow->lost;
		sum->failed |= flow->failed;
		sum->ready &= __atomic_load_n(&flow->ready, __ATOMIC_ACQUIRE);
		if (flow->ns > sum->ns)
			sum->ns = flow->ns;
		if (flow->first_ns > sum->first_ns)
			sum->first_ns = flow->first_ns;
		if (flow->last_ns > sum->last_ns)
			sum->last_ns = flow->last_ns;
		for (int h = 0; h < EB_HIST_SIZE; h++)
			sum->hist[h] += flow->hist[h];
	}
}

/**
 * eb_end_is_over() - whether a flow has done its part
 * @end: of the caller
 *
 * Return: true when the count or the time of the test is reached.
 */
bool eb_end_is_over(const struct eb_end *end)
{
	if (end->conf->count && end->flow->count >= end->conf->count)
		return true;
	return end->deadline != UINT64_MAX && eb_clock() >= end->deadline;
}
