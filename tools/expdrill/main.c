// SPDX-License-Identifier: GPL-2.0
/*
 * expdrill: runs wire scripts, each in a process and a namespace of its own.
 * Flow:   main -> drill_one (fork) -> drill_parse -> drill_tun_up -> drill_run
 * Owns:   the command line, the reports, the exit status
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "expdrill/drill.h"

#define DRILL_AGAIN	2	/* times a script may run once more */

static const char drill_usage[] =
	"usage: expdrill [-f expstack|inet] [--ktap] [-v] [--OPTION=VALUE]... FILE...\n"
	"Run wire scripts against a stack of this machine, through a tun device.\n"
	"  -f, --family F            expstack (AF_EXPSTACK, the default) or inet (AF_INET)\n"
	"      --ktap                print a KTAP line for each script\n"
	"  -v, --verbose             print each packet and call as it happens\n"
	"  -n, --dry_run             parse only\n"
	"  -D NAME=VALUE             a word of the script and what it stands for\n"
	"      --tolerance_usecs=N   how far off a time may be (4000)\n"
	"      --sysctl NAME=VALUE   set before each script; net.ipv4 means the family's\n"
	"The options a script may set are in expdrill(1).\n"
	"Exit status: 0 all passed, 1 a script failed, 2 a script cannot be run.\n";

static const char *drill_name;	/* of the running script */

void drill_die(enum drill_status st, int line, const char *fmt, ...)
{
	va_list ap;

	fflush(stdout);
	if (drill_name)
		fprintf(stderr, "%s:", drill_name);
	else
		fprintf(stderr, "expdrill:");
	if (line)
		fprintf(stderr, "%d:", line);
	fputc(' ', stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	fflush(stderr);
	_exit(st);
}

void drill_note(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
}

/* In the middle of KTAP it is a diagnostic. */
static void drill_report(const struct drill_config *cfg, const char *fmt, ...)
{
	FILE *to = cfg->ktap ? stdout : stderr;
	va_list ap;

	if (cfg->ktap)
		fputs("# ", to);
	va_start(ap, fmt);
	vfprintf(to, fmt, ap);
	va_end(ap);
	fputc('\n', to);
}

char *drill_printf(const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	if (vasprintf(&s, fmt, ap) < 0)
		abort();
	va_end(ap);
	return s;
}

void *drill_alloc(size_t len)
{
	void *p = calloc(1, len ? len : 1);

	if (!p)
		drill_die(DRILL_ERROR, 0, "out of memory");
	return p;
}

/* In the script's own process. */
static void drill_child(const char *file, struct drill_config *cfg)
{
	struct drill *d = drill_alloc(sizeof(*d));

	drill_name = file;
	d->cfg = cfg;
	d->script = drill_parse(file, cfg);
	if (cfg->dry_run)
		_exit(DRILL_PASS);
	prctl(PR_SET_TIMERSLACK, 1);
	drill_tun_up(d);
	drill_realtime(true);
	drill_run(d);
	fflush(stdout);
	_exit(DRILL_PASS);
}

static void drill_print_lines(FILE *from)
{
	char *line = NULL;
	size_t cap = 0;

	while (getline(&line, &cap, from) > 0) {
		line[strcspn(line, "\n")] = '\0';
		printf("# %s\n", line);
	}
	free(line);
}

/* Runs a script once; its output becomes KTAP diagnostics where asked for. */
static int drill_try(const char *file, struct drill_config *cfg)
{
	int out[2], st;
	FILE *from;
	pid_t pid;

	if (cfg->ktap && pipe(out) < 0)
		drill_die(DRILL_ERROR, 0, "pipe: %s", strerror(errno));
	fflush(stdout);
	pid = fork();
	if (pid < 0)
		drill_die(DRILL_ERROR, 0, "fork: %s", strerror(errno));
	if (!pid) {
		if (cfg->ktap) {
			dup2(out[1], STDOUT_FILENO);
			dup2(out[1], STDERR_FILENO);
			close(out[0]);
			close(out[1]);
		}
		drill_child(file, cfg);
	}
	if (cfg->ktap) {
		close(out[1]);
		from = fdopen(out[0], "r");
		if (from) {
			drill_print_lines(from);
			fclose(from);
		}
	}
	if (waitpid(pid, &st, 0) < 0)
		return DRILL_ERROR;
	if (WIFSIGNALED(st))
		drill_report(cfg, "%s: killed by signal %d", file,
			     WTERMSIG(st));
	return WIFEXITED(st) ? WEXITSTATUS(st) : DRILL_ERROR;
}

/*
 * A failure on a machine that was late itself tells nothing of the stack, so
 * that the script runs again; late each time is a failure.
 */
static int drill_one(const char *file, struct drill_config *cfg)
{
	char *late;
	int st, i;

	for (i = 0;; i++) {
		*cfg->late_ns = 0;
		st = drill_try(file, cfg);
		if (st != DRILL_FAIL || !*cfg->late_ns)
			return st;
		late = drill_time_text(*cfg->late_ns);
		drill_report(cfg, "%s: this machine ran events up to %s s late%s",
			     file, late, i < DRILL_AGAIN ? ": once more" : "");
		free(late);
		if (i == DRILL_AGAIN)
			return st;
	}
}

static void drill_define_add(struct drill_config *cfg, const char *arg)
{
	char *opt = drill_printf("--define=%s", arg);

	if (!drill_option(cfg, opt))
		drill_die(DRILL_ERROR, 0, "-D wants NAME=VALUE");
	free(opt);
}

static bool drill_family(struct drill_config *cfg, const char *name)
{
	if (name && !strcmp(name, "inet"))
		cfg->expstack = false;
	else if (name && !strcmp(name, "expstack"))
		cfg->expstack = true;
	else
		return false;
	return true;
}

/* Returns how many words the option took, 0 if it is none of ours. */
static int drill_word(struct drill_config *cfg, char **argv, const char *a)
{
	char *joined;
	bool ok;

	if (!strcmp(a, "-f") || !strcmp(a, "--family"))
		return drill_family(cfg, argv[1]) ? 2 : 0;
	if (!strncmp(a, "--family=", 9))
		return drill_family(cfg, a + 9);
	if (!strcmp(a, "--ktap"))
		return cfg->ktap = true;
	if (!strcmp(a, "-v") || !strcmp(a, "--verbose"))
		return cfg->verbose = true;
	if (!strcmp(a, "-n") || !strcmp(a, "--dry_run"))
		return cfg->dry_run = true;
	if (!strcmp(a, "-D") && argv[1]) {
		drill_define_add(cfg, argv[1]);
		return 2;
	}
	if (drill_option(cfg, a))
		return 1;
	if (a[0] != '-' || a[1] != '-' || !argv[1] || strchr(a, '='))
		return 0;
	joined = drill_printf("%s=%s", a, argv[1]);
	ok = drill_option(cfg, joined);
	free(joined);
	return ok ? 2 : 0;
}

int main(int argc, char **argv)
{
	struct drill_config cfg;
	int worst = DRILL_PASS;
	int i, n, st;

	drill_config_init(&cfg);
	for (i = 1; i < argc && argv[i][0] == '-'; i += n) {
		if (!strcmp(argv[i], "-h") || !strcmp(argv[i], "--help")) {
			fputs(drill_usage, stdout);
			return 0;
		}
		n = drill_word(&cfg, argv + i, argv[i]);
		if (!n) {
			fprintf(stderr, "expdrill: unknown option %s\n%s",
				argv[i], drill_usage);
			return DRILL_ERROR;
		}
	}
	if (i == argc) {
		fputs(drill_usage, stderr);
		return DRILL_ERROR;
	}
	cfg.late_ns = mmap(NULL, sizeof(*cfg.late_ns), PROT_READ | PROT_WRITE,
			   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (cfg.late_ns == MAP_FAILED)
		drill_die(DRILL_ERROR, 0, "mmap: %s", strerror(errno));
	if (cfg.ktap)
		printf("KTAP version 1\n1..%d\n", argc - i);
	for (n = 1; i < argc; i++, n++) {
		st = drill_one(argv[i], &cfg);
		if (cfg.ktap)
			printf("%sok %d %s\n", st ? "not " : "", n, argv[i]);
		else if (st || cfg.verbose)
			printf("%s: %s\n", argv[i], st ? "FAILED" : "passed");
		fflush(stdout);
		if (st > worst)
			worst = st;
	}
	return worst;
}
