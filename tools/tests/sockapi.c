// SPDX-License-Identifier: GPL-2.0
/*
 * exs-sockapi: the socket API, AF_EXPSTACK against AF_INET.
 *
 *   exs-sockapi [-f FAMILY] [-l] [CASE...]
 *
 * Runs each case on both families and compares; prints KTAP. With -f it runs
 * on one family and prints the records themselves; -l lists the cases.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/expstack.h>

#include "tests/sockapi.h"

#define SA_RECORD	16384
#define SA_LIMIT_S	20	/* for one case on one family */

int sa_family = AF_INET;

static const struct sa_case * const sa_tables[] = {
	sa_cases_state, sa_cases_stream, sa_cases_error, sa_cases_option,
	sa_cases_port, sa_cases_dgram, sa_cases_raw, sa_cases_zerocopy,
	sa_cases_zrecv, sa_cases_cmsg, NULL
};

/* The child's side: record goes to standard output. */
static void sa_child(const struct sa_case *c, int family, int out)
{
	static char buf[SA_RECORD];

	dup2(out, STDOUT_FILENO);
	setvbuf(stdout, buf, _IOFBF, sizeof(buf));
	sa_family = family;
	alarm(SA_LIMIT_S);
	c->run();
	fflush(stdout);
	_exit(0);
}

static void sa_run(const struct sa_case *c, int family, char *record)
{
	size_t have = 0;
	int pipes[2], status;
	pid_t pid;
	ssize_t n;

	if (pipe(pipes))
		exit(2);
	pid = fork();
	if (pid < 0)
		exit(2);
	if (!pid)
		sa_child(c, family, pipes[1]);
	close(pipes[1]);
	while (have < SA_RECORD - 64 &&
	       (n = read(pipes[0], record + have, SA_RECORD - 64 - have)) > 0)
		have += n;
	close(pipes[0]);
	waitpid(pid, &status, 0);
	record[have] = '\0';
	if (WIFSIGNALED(status))
		sprintf(record + have, "killed by %s\n",
			strsignal(WTERMSIG(status)));
	else if (WEXITSTATUS(status))
		sprintf(record + have, "a preparation failed\n");
}

/* Lines that differ, side by side; records are in the same order. */
static void sa_explain(char *inet, char *expstack)
{
	char *a, *b, *sa, *sb;

	a = strtok_r(inet, "\n", &sa);
	b = strtok_r(expstack, "\n", &sb);
	while (a || b) {
		if (!a || !b || strcmp(a, b))
			printf("# inet: %s | expstack: %s\n", a ? a : "(end)",
			       b ? b : "(end)");
		a = a ? strtok_r(NULL, "\n", &sa) : NULL;
		b = b ? strtok_r(NULL, "\n", &sb) : NULL;
	}
}

static bool sa_compare(const struct sa_case *c, unsigned int number,
		       int family)
{
	static char inet[SA_RECORD], other[SA_RECORD];
	bool same;

	sa_run(c, AF_INET, inet);
	sa_run(c, family, other);
	same = !strcmp(inet, other) && !strstr(inet, "killed by") &&
	       !strstr(inet, "a preparation failed") && inet[0];
	if (!same && !strcmp(inet, other))
		printf("# %s", inet);
	if (!same)
		sa_explain(inet, other);
	printf("%s %u %s\n", same ? "ok" : "not ok", number, c->name);
	fflush(stdout);
	return same;
}

static bool sa_is_wanted(const struct sa_case *c, char **names)
{
	if (!*names)
		return true;
	for (; *names; names++)
		if (!strcmp(*names, c->name))
			return true;
	return false;
}

static int sa_all(char **names, int family, int only, bool list)
{
	unsigned int number = 0, failed = 0, count = 0;
	static char record[SA_RECORD];

	for (int t = 0; sa_tables[t]; t++)
		for (const struct sa_case *c = sa_tables[t]; c->name; c++)
			count += sa_is_wanted(c, names);
	if (!only && !list)
		printf("KTAP version 1\n1..%u\n", count);
	fflush(stdout);
	for (int t = 0; sa_tables[t]; t++) {
		for (const struct sa_case *c = sa_tables[t]; c->name; c++) {
			if (!sa_is_wanted(c, names))
				continue;
			if (list) {
				printf("%s\n", c->name);
			} else if (only) {
				sa_run(c, only, record);
				printf("[%s]\n%s", c->name, record);
				fflush(stdout);
			} else {
				failed += !sa_compare(c, ++number, family);
			}
		}
	}
	return failed || !count;
}

int main(int argc, char **argv)
{
	const char *stand_in = getenv("EXS_MODULE");
	int family = AF_EXPSTACK, only = 0, c;
	bool list = false;

	signal(SIGPIPE, SIG_IGN);
	/* Without the module AF_INET is compared with itself. */
	if (stand_in && !strcmp(stand_in, "0"))
		family = AF_INET;
	while ((c = getopt(argc, argv, "f:l")) != -1) {
		if (c == 'f')
			only = strcmp(optarg, "expstack") ? AF_INET : AF_EXPSTACK;
		else if (c == 'l')
			list = true;
		else
			return 2;
	}
	return sa_all(argv + optind, family, only, list);
}
