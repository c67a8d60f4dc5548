// SPDX-License-Identifier: GPL-2.0
/*
 * exprun: run a program with its AF_INET sockets on AF_EXPSTACK.
 * Flow:   main -> exprun_probe_family, exprun_obstacle -> exprun_preload -> execvp
 * Owns:   nothing that outlives the exec; the work is done by libexprun.so
 */
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/expstack.h>

#include "exprun/exprun.h"

static const char exprun_usage[] =
	"usage: exprun [-6dhr] PROGRAM [ARG...]\n"
	"Run PROGRAM with its IPv4 sockets on AF_EXPSTACK.\n"
	"  -6, --ipv6      leave AF_INET6 sockets to the kernel instead of refusing them\n"
	"  -d, --debug     print each socket made on standard error\n"
	"  -h, --help      print this and exit\n"
	"  -r, --fallback  run on AF_INET where expstack cannot be used\n"
	"Exit status: PROGRAM's own; 125 exprun failed, 126 PROGRAM cannot be run,\n"
	"127 PROGRAM was not found.\n";

static bool exprun_fallback;

/* Whether the kernel gives us a socket of our family; says why not. */
static bool exprun_probe_family(void)
{
	int fd = socket(AF_EXPSTACK, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd >= 0) {
		close(fd);
		return true;
	}
	if (exprun_fallback)
		return false;
	if (errno == EAFNOSUPPORT)
		fprintf(stderr,
			"exprun: the kernel does not know AF_EXPSTACK: load expstack.ko, or give -r to run on AF_INET\n");
	else
		fprintf(stderr,
			"exprun: socket(AF_EXPSTACK): %s: a seccomp filter or a security module may deny it\n",
			strerror(errno));
	return false;
}

/* Beside this program, or where "make tools_install" puts it. */
static bool exprun_find_lib(char *path)
{
	static const char * const places[] = {
		"%s/" EXPRUN_LIB,
		"%s/../lib/expstack/" EXPRUN_LIB,
		NULL
	};
	const char *env = getenv(EXPRUN_ENV_LIB);
	char dir[PATH_MAX], place[PATH_MAX + 64];
	ssize_t n;

	if (env)
		return realpath(env, path);

	n = readlink("/proc/self/exe", dir, sizeof(dir) - 1);
	if (n <= 0)
		return false;
	dir[n] = '\0';
	*strrchr(dir, '/') = '\0';
	for (int i = 0; places[i]; i++) {
		snprintf(place, sizeof(place), places[i], dir);
		if (realpath(place, path))
			return true;
	}
	return false;
}

/* Append the library to LD_PRELOAD, unless an outer exprun has done so. */
static bool exprun_preload(void)
{
	const char *old = getenv("LD_PRELOAD");
	char path[PATH_MAX], *list;
	bool ok;

	if (!exprun_find_lib(path)) {
		fprintf(stderr, "exprun: cannot find %s: %s\n", EXPRUN_LIB,
			strerror(errno));
		return false;
	}
	if (strpbrk(path, ": \t\n")) {
		fprintf(stderr,
			"exprun: %s: LD_PRELOAD takes no path with a space or a colon\n",
			path);
		return false;
	}
	if (!old || !*old)
		return !setenv("LD_PRELOAD", path, 1);
	if (strstr(old, path))
		return true;
	if (asprintf(&list, "%s:%s", old, path) < 0)
		return false;
	ok = !setenv("LD_PRELOAD", list, 1);
	free(list);
	return ok;
}

static void exprun_options(int argc, char **argv)
{
	static const struct option options[] = {
		{ "ipv6", no_argument, NULL, '6' },
		{ "debug", no_argument, NULL, 'd' },
		{ "help", no_argument, NULL, 'h' },
		{ "fallback", no_argument, NULL, 'r' },
		{ }
	};
	int c;

	while ((c = getopt_long(argc, argv, "+6dhr", options, NULL)) != -1) {
		switch (c) {
		case '6':
			setenv(EXPRUN_ENV_IPV6, "1", 1);
			break;
		case 'd':
			setenv(EXPRUN_ENV_DEBUG, "1", 1);
			break;
		case 'h':
			fputs(exprun_usage, stdout);
			exit(0);
		case 'r':
			setenv(EXPRUN_ENV_FALLBACK, "1", 1);
			break;
		default:
			fputs(exprun_usage, stderr);
			exit(EXPRUN_EXIT_SELF);
		}
	}
	exprun_fallback = getenv(EXPRUN_ENV_FALLBACK);
	if (optind == argc) {
		fputs(exprun_usage, stderr);
		exit(EXPRUN_EXIT_SELF);
	}
}

static int exprun_exec(char **argv)
{
	int error;

	execvp(argv[0], argv);
	error = errno;
	fprintf(stderr, "exprun: %s: %s\n", argv[0], strerror(error));
	return error == ENOENT ? EXPRUN_EXIT_NOENT : EXPRUN_EXIT_NOEXEC;
}

int main(int argc, char **argv)
{
	const char *obstacle = NULL;
	char path[PATH_MAX];

	exprun_options(argc, argv);
	argv += optind;

	if (!exprun_probe_family()) {
		if (!exprun_fallback)
			return EXPRUN_EXIT_SELF;
		if (getenv(EXPRUN_ENV_DEBUG))
			fprintf(stderr,
				"exprun: no AF_EXPSTACK here, %s runs on AF_INET\n",
				argv[0]);
		return exprun_exec(argv);
	}
	if (exprun_find_program(argv[0], path, sizeof(path)))
		obstacle = exprun_obstacle(path);
	if (obstacle) {
		fprintf(stderr, "exprun: %s: %s%s\n", argv[0], obstacle,
			exprun_fallback ? "; it runs on AF_INET" :
			": its sockets would stay on AF_INET (-r accepts that)");
		if (!exprun_fallback)
			return EXPRUN_EXIT_SELF;
		return exprun_exec(argv);
	}
	if (!exprun_preload())
		return EXPRUN_EXIT_SELF;
	return exprun_exec(argv);
}
