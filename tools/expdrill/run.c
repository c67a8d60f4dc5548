// SPDX-License-Identifier: GPL-2.0
/*
 * expdrill: the run loop takes events in their order, each at its time.
 * Flow:   drill_child -> drill_run -> drill_run_event -> build and inject,
 *         expect and match, drill_call_run, drill_shell, drill_code_run
 * Owns:   script time
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "expdrill/drill.h"

/* A packet later than that is one that does not come. */
#define DRILL_GRACE	(3 * DRILL_SEC)

static volatile int drill_line;	/* for the watchdog's report */

/**
 * drill_time_fault() - is something off its time?
 * @d: the script
 * @from: script time it should happen at
 * @to: the end of that range, or @from
 * @at: script time it happened at
 *
 * Return: NULL if it is close enough, else what to say (to free).
 */
char *drill_time_fault(struct drill *d, int64_t from, int64_t to, int64_t at)
{
	int64_t tol = d->cfg->tolerance_ns;
	int64_t part = d->cfg->tolerance_percent / 100 * (from - d->last);
	char *a, *b, *c, *s;

	if (part > tol)
		tol = part;
	if (at >= from - tol && at <= to + tol)
		return NULL;
	a = drill_time_text(from);
	b = drill_time_text(to);
	c = drill_time_text(at);
	if (to > from)
		s = drill_printf("expected at %s to %s, happened at %s", a, b,
				 c);
	else
		s = drill_printf("expected at %s, happened at %s", a, c);
	free(a);
	free(b);
	free(c);
	return s;
}

static void drill_say(int64_t at, const char *dir, const struct drill_packet *p,
		      const struct drill_conn *c)
{
	char *time, *text;

	time = drill_time_text(at);
	text = drill_packet_text(p, c);
	fprintf(stderr, "  %10s %s %s\n", time, dir, text);
	free(time);
	free(text);
}

/* What else the stack sent: a report without it is a riddle. */
static void drill_say_queue(struct drill *d)
{
	struct drill_packet *p;

	for (p = d->queue; p; p = p->next)
		drill_say(p->at, "also sent >", p, drill_conn_of(d, p));
}

static void drill_inject(struct drill *d, const struct drill_packet *p)
{
	static uint8_t frame[DRILL_MAX_FRAME];
	struct drill_conn *c = NULL;

	if (p->proto != DRILL_RAW &&
	    !(p->proto == DRILL_ICMP && (p->type == 0 || p->type == 8)))
		c = drill_conn_inbound(d, p);
	if (d->cfg->verbose)
		drill_say(drill_now() - d->start, "<", p, c);
	drill_tun_send(d, frame, drill_build(d, p, c, frame));
}

static void drill_expect_none(struct drill *d, const struct drill_event *ev)
{
	drill_tun_poll(d, 0);
	if (!d->queue)
		return;
	drill_note("%s:%d: no packet was expected", d->script->name, ev->line);
	drill_say_queue(d);
	_exit(DRILL_FAIL);
}

static void drill_missing(struct drill *d, const struct drill_packet *want,
			  int64_t from)
{
	char *text = drill_packet_text(want, NULL);
	char *time = drill_time_text(from);

	drill_note("%s:%d: this packet did not come\n  expected > %s at %s",
		   d->script->name, want->line, text, time);
	drill_say_queue(d);
	_exit(DRILL_FAIL);
}

static void drill_mismatch(struct drill *d, const struct drill_packet *want,
			   struct drill_packet *got, struct drill_conn *c,
			   const char *fault, int64_t from)
{
	drill_note("%s:%d: %s", d->script->name, want->line, fault);
	drill_say(from, "expected  >", want, NULL);
	drill_say(got->at, "was sent  >", got, c);
	got = d->queue;
	d->queue = got->next;
	drill_say_queue(d);
	_exit(DRILL_FAIL);
}

static void drill_expect(struct drill *d, struct drill_event *ev, int64_t from,
			 int64_t to)
{
	const struct drill_packet *want = ev->packet;
	bool any = ev->when.base == DRILL_ANY;
	struct drill_packet *got;
	struct drill_conn *c;
	char *fault;

	got = drill_next_packet(d, any ? d->last + d->cfg->timeout_ns :
				to + d->cfg->tolerance_ns + DRILL_GRACE);
	if (!got)
		drill_missing(d, want, from);
	if (got->gso_size && want->len && got->len > want->len &&
	    want->len % got->gso_size == 0) {
		got = drill_split(got, want->len);
		got->next = d->queue;
		d->queue = got;
	}
	c = drill_conn_outbound(d, got);
	fault = drill_match(d, c, want, got);
	if (fault)
		drill_mismatch(d, want, got, c, fault, any ? got->at : from);
	if (d->cfg->verbose)
		drill_say(got->at, ">", got, c);
	if (!any) {
		fault = drill_time_fault(d, from, to, got->at);
		if (fault)
			drill_mismatch(d, want, got, c, fault, from);
	}
	if (any || to > from)
		ev->when.start = got->at;
	if (c)
		c->last_seq = got->seq;
	d->queue = got->next;
	if (!d->queue)
		d->queue_end = &d->queue;
	drill_packet_free(got);
}

/* What may load a module takes as long as that takes. */
static bool drill_may_be_slow(const struct drill_event *ev)
{
	if (ev->what == DRILL_CALL)
		return !strcmp(ev->call->name, "socket") ||
		       !strcmp(ev->call->name, "setsockopt");
	return ev->what == DRILL_COMMAND;
}

static void drill_run_event(struct drill *d, struct drill_event *ev)
{
	bool relative = ev->when.base == DRILL_RELATIVE;
	int64_t base = relative ? d->done : 0;
	int64_t from = ev->when.start + base, to = ev->when.end + base;

	if (ev->when.base == DRILL_ANY) {
		from = d->last;
		to = d->last;
	}
	if (from < d->last)
		drill_die(DRILL_ERROR, ev->line, "time goes backwards");
	drill_line = ev->line;
	if (ev->what == DRILL_PACKET && ev->outbound) {
		/* the stack may have sent it while the last event went on */
		if (relative)
			from = ev->when.start + d->last;
		drill_expect(d, ev, from, to);
		/* the next relative time counts from what happened */
		if (ev->when.base == DRILL_ANY || to > from)
			from = ev->when.start;
		d->last = from;
		if (d->done < from)
			d->done = from;
		return;
	}
	drill_wait_until(d, from);
	switch (ev->what) {
	case DRILL_PACKET:
		drill_inject(d, ev->packet);
		break;
	case DRILL_CALL:
		ev->call->want_end = ev->call->end + base;
		ev->call->want_latest = ev->call->latest + base;
		drill_call_run(d, ev->call, from);
		break;
	case DRILL_COMMAND:
		drill_shell(d, ev->text, ev->line);
		break;
	case DRILL_CODE:
		drill_call_reap(d, from);
		drill_code_run(d, ev->text, ev->line);
		break;
	case DRILL_NOTHING:
		drill_expect_none(d, ev);
		break;
	}
	d->last = from;
	d->done = drill_now() - d->start;
	if (!drill_may_be_slow(ev) || d->done <= from + d->cfg->tolerance_ns)
		d->done = from;
}

static void drill_watchdog(int sig)
{
	static const char text[] = ": the script hangs at this line\n";
	char num[16];
	int n = sizeof(num), line = drill_line;

	do {
		num[--n] = '0' + line % 10;
	} while ((line /= 10));
	if (write(STDERR_FILENO, "line ", 5) < 0 ||
	    write(STDERR_FILENO, num + n, sizeof(num) - n) < 0 ||
	    write(STDERR_FILENO, text, sizeof(text) - 1) < 0)
		_exit(DRILL_ERROR);
	_exit(sig == SIGALRM ? DRILL_FAIL : DRILL_ERROR);
}

/* An upper bound of how long the script takes. */
static int64_t drill_length(const struct drill_script *script)
{
	const struct drill_event *ev;
	int64_t sum = 0;

	for (ev = script->events; ev; ev = ev->next) {
		int64_t end = ev->when.end > ev->when.start ? ev->when.end :
			ev->when.start;

		if (ev->when.base == DRILL_ABSOLUTE && end > sum)
			sum = end;
		else if (ev->when.base == DRILL_RELATIVE)
			sum += end;
	}
	return sum;
}

/**
 * drill_run() - run the script
 * @d: its tun device is up; a failure ends the process
 */
void drill_run(struct drill *d)
{
	struct drill_event *ev;
	int i;

	if (!d->cfg->timeout_ns)
		d->cfg->timeout_ns = drill_length(d->script) + 60 * DRILL_SEC;
	signal(SIGALRM, drill_watchdog);
	signal(SIGPIPE, SIG_IGN);
	alarm(d->cfg->timeout_ns / DRILL_SEC + 1);
	for (i = 0; i < DRILL_MAX_FD; i++)
		d->fds[i] = -1;
	d->queue_end = &d->queue;
	d->fresh = true;
	d->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
	if (d->timer < 0 || pipe(d->wake) < 0)
		drill_die(DRILL_ERROR, 0, "no timer or pipe");
	if (d->script->init)
		drill_shell(d, d->script->init, 1);
	d->start = drill_now();
	for (ev = d->script->events; ev; ev = ev->next)
		drill_run_event(d, ev);
	drill_call_reap(d, INT64_MAX);
	if (!d->cfg->verbose)
		return;
	drill_tun_poll(d, 0);
	drill_say_queue(d);
}
