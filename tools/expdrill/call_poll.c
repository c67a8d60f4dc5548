// SPDX-License-Identifier: GPL-2.0
/*
 * expdrill: poll and epoll.
 * Flow:   drill_call_run -> drill_calls_poll
 */
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "expdrill/call.h"
#include "expdrill/drill.h"

#define DRILL_POLL_MAX	64

/* poll([{fd=4, events=POLLIN, revents=POLLIN}], 1, 100) */
static void drill_call_poll(struct drill_call *c)
{
	struct drill_value *list = drill_arg(c, 0), *v;
	struct pollfd pfd[DRILL_POLL_MAX] = { 0 };
	const struct drill_value *f;
	int n = 0, i = 0;

	for (v = list->kids; v && n < DRILL_POLL_MAX; v = v->next, n++) {
		f = drill_field(v, "fd");
		pfd[n].fd = f ? drill_fd(c, f) : -1;
		pfd[n].events = drill_field_int(v, "events");
	}
	DRILL_DO(c, poll(pfd, drill_arg_int(c, 1), drill_arg_int(c, 2)));
	for (v = list->kids; v && i < n; v = v->next, i++) {
		short want = drill_field_int(v, "revents");

		if (drill_field(v, "revents") && pfd[i].revents != want)
			drill_call_fault(c, "revents 0x%x of fd %lld, expected 0x%x",
					 pfd[i].revents,
					 drill_field_int(v, "fd"), want);
	}
}

static void drill_call_epoll_create(struct drill_call *c)
{
	DRILL_DO(c, epoll_create(drill_arg_int(c, 0)));
}

static void drill_call_epoll_create1(struct drill_call *c)
{
	DRILL_DO(c, epoll_create1(drill_arg_int(c, 0)));
}

static void drill_epoll_event_of(const struct drill_value *v,
				 struct epoll_event *ev)
{
	static const char * const names[] = { "fd", "u32", "u64", "ptr" };
	size_t i;

	memset(ev, 0, sizeof(*ev));
	ev->events = drill_field_int(v, "events");
	for (i = 0; i < DRILL_ARRAY_SIZE(names); i++)
		if (drill_field(v, names[i]))
			ev->data.u64 = drill_field_int(v, names[i]);
}

static void drill_call_epoll_ctl(struct drill_call *c)
{
	struct drill_value *v = drill_arg(c, 3);
	struct epoll_event ev = { 0 };

	if (v && v->type == DRILL_STRUCT)
		drill_epoll_event_of(v, &ev);
	DRILL_DO(c, epoll_ctl(drill_arg_fd(c, 0), drill_arg_int(c, 1),
			      drill_arg_fd(c, 2), &ev));
}

/* epoll_wait(5, {events=EPOLLIN, fd=4}, 1, 0), or a list of such */
static void drill_call_epoll_wait(struct drill_call *c)
{
	struct epoll_event evs[DRILL_POLL_MAX] = { 0 }, want;
	struct drill_value *v = drill_arg(c, 1);
	int max = drill_arg_int(c, 2);
	int i;

	if (max > DRILL_POLL_MAX)
		max = DRILL_POLL_MAX;
	DRILL_DO(c, epoll_wait(drill_arg_fd(c, 0), evs, max,
			       drill_arg_int(c, 3)));
	if (v->type == DRILL_LIST)
		v = v->kids;
	else if (v->type != DRILL_STRUCT)
		return;
	for (i = 0; v && i < c->got; i++) {
		drill_epoll_event_of(v, &want);
		if (want.events != evs[i].events)
			drill_call_fault(c, "events 0x%x, expected 0x%x",
					 evs[i].events, want.events);
		if (want.data.u64 != evs[i].data.u64)
			drill_call_fault(c, "data %llu, expected %llu",
					 (unsigned long long)evs[i].data.u64,
					 (unsigned long long)want.data.u64);
		v = drill_arg(c, 1)->type == DRILL_LIST ? v->next : NULL;
	}
}

const struct drill_call_ops drill_calls_poll[] = {
	{ "poll", 3, 3, false, drill_call_poll },
	{ "epoll_create", 1, 1, true, drill_call_epoll_create },
	{ "epoll_create1", 1, 1, true, drill_call_epoll_create1 },
	{ "epoll_ctl", 4, 4, false, drill_call_epoll_ctl },
	{ "epoll_wait", 4, 4, false, drill_call_epoll_wait },
	{ NULL, 0, 0, false, NULL },
};
