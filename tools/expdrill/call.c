// SPDX-License-Identifier: GPL-2.0
/*
 * expdrill: system calls. One that may block runs in a thread, so that the
 * run loop goes on with packets; its result and its end are looked at when
 * the script says it ends.
 * Flow:   drill_run -> drill_call_run -> drill_call_ops.run, drill_call_reap
 * Owns:   drill.running, the table of descriptors
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "expdrill/call.h"
#include "expdrill/drill.h"

static const struct drill_call_ops *drill_call_find(const char *name)
{
	static const struct drill_call_ops * const tables[] = {
		drill_calls_sock, drill_calls_io, drill_calls_opt,
		drill_calls_poll, drill_calls_msg,
	};
	const struct drill_call_ops *ops;
	size_t i;

	for (i = 0; i < DRILL_ARRAY_SIZE(tables); i++)
		for (ops = tables[i]; ops->name; ops++)
			if (!strcmp(ops->name, name))
				return ops;
	return NULL;
}

static char *drill_call_result(long long v, int err)
{
	if (v == -1 && err)
		return drill_printf("-1 %s (%s)", drill_errno_name(err),
				    strerror(err));
	return drill_printf("%lld", v);
}

static void drill_call_verify(struct drill *d, struct drill_call *c)
{
	bool differs = c->got != c->want;
	char *fault = c->fault;

	if (c->ops->makes_fd && c->got >= 0 && c->want >= 0) {
		if (c->want >= DRILL_MAX_FD)
			drill_die(DRILL_ERROR, c->line, "descriptor too big");
		d->fds[c->want] = c->got;
		differs = false;
	}
	if (c->want_errno && c->got_errno != c->want_errno)
		differs = true;
	if (differs && !c->any_result)
		drill_die(DRILL_FAIL, c->line, "%s() = %s, expected %s",
			  c->name, drill_call_result(c->got, c->got_errno),
			  drill_call_result(c->want, c->want_errno));
	if (!fault && c->blocking)
		fault = drill_time_fault(d, c->want_end, c->want_latest,
					 c->done_at);
	if (fault)
		drill_die(DRILL_FAIL, c->line, "%s(): %s", c->name, fault);
}

static void *drill_call_thread(void *arg)
{
	struct drill_call *c = arg;

	prctl(PR_SET_TIMERSLACK, 1);
	c->ops->run(c);
	c->done_at = drill_now() - c->d->start;
	__atomic_store_n(&c->done, true, __ATOMIC_RELEASE);
	if (write(c->d->wake[1], "", 1) != 1)
		drill_die(DRILL_ERROR, c->line, "pipe failed");
	return NULL;
}

static void drill_call_start(struct drill *d, struct drill_call *c)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, drill_call_thread, c))
		drill_die(DRILL_ERROR, c->line, "no thread");
	pthread_detach(thread);
	c->next_running = d->running;
	d->running = c;
}

/**
 * drill_call_reap() - blocking calls that should be done by now
 * @d: the script
 * @before: script time; one that should end later is left alone
 */
void drill_call_reap(struct drill *d, int64_t before)
{
	struct drill_call **at = &d->running, *c;

	while ((c = *at)) {
		if (c->want_end > before) {
			at = &c->next_running;
			continue;
		}
		while (!__atomic_load_n(&c->done, __ATOMIC_ACQUIRE)) {
			int64_t now = drill_now() - d->start;

			if (now > c->want_latest + d->cfg->tolerance_ns +
			    DRILL_SEC)
				drill_die(DRILL_FAIL, c->line,
					  "%s() still blocks", c->name);
			drill_tun_poll(d, now + DRILL_SEC / 100);
		}
		*at = c->next_running;
		drill_call_verify(d, c);
	}
}

/* What the script's packets need to know about its calls. */
static void drill_call_remember(struct drill *d, const struct drill_call *c)
{
	struct sockaddr_in sin;
	socklen_t len = sizeof(sin);
	int fd = c->nargs && c->args->type == DRILL_INT ?
		drill_fd((struct drill_call *)c, c->args) : -1;

	if (!strcmp(c->name, "listen"))
		d->fresh = true;
	if ((!strcmp(c->name, "listen") || !strcmp(c->name, "bind")) &&
	    !getsockname(fd, (struct sockaddr *)&sin, &len) && sin.sin_port)
		d->port_bound = ntohs(sin.sin_port);
	if (!strcmp(c->name, "close") && !c->got && c->args->num >= 0 &&
	    c->args->num < DRILL_MAX_FD)
		d->fds[c->args->num] = -1;
}

/**
 * drill_call_run() - make a call
 * @d: the script
 * @c: the call
 * @at: script time of now
 */
void drill_call_run(struct drill *d, struct drill_call *c, int64_t at)
{
	drill_call_reap(d, at);
	c->d = d;
	c->ops = drill_call_find(c->name);
	if (!c->ops)
		drill_die(DRILL_ERROR, c->line, "unknown call %s()", c->name);
	if (c->nargs < c->ops->min || c->nargs > c->ops->max)
		drill_die(DRILL_ERROR, c->line, "%s() with %d arguments",
			  c->name, c->nargs);
	if (c->blocking) {
		drill_call_start(d, c);
		return;
	}
	c->ops->run(c);
	if (d->cfg->verbose) {
		char *time = drill_time_text(drill_now() - d->start);

		drill_note("  %10s %s() = %s", time, c->name,
			   drill_call_result(c->got, c->got_errno));
		free(time);
	}
	drill_call_remember(d, c);
	drill_call_verify(d, c);
}
