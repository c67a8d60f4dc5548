// SPDX-License-Identifier: GPL-2.0
/*
 * expdrill: time, and what the stack sends while it passes. A packet's time
 * is that of its read, and whoever waits here reads at once.
 * Flow:   drill_run -> drill_wait_until, drill_next_packet -> drill_dissect
 * Owns:   drill.queue
 */
#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <string.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "expdrill/drill.h"

/**
 * drill_now() - nanoseconds of the monotonic clock
 */
int64_t drill_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * DRILL_SEC + ts.tv_nsec;
}

/**
 * drill_realtime() - run before all other processes, or among them
 * @on: before all; where that is not allowed, events may be late
 *
 * What an earlier script left to be cleaned up shall not make this one late.
 */
void drill_realtime(bool on)
{
	struct sched_param p = { .sched_priority = on };

	sched_setscheduler(0, on ? SCHED_FIFO : SCHED_OTHER, &p);
}

static void drill_read_tun(struct drill *d)
{
	static uint8_t buf[DRILL_MAX_FRAME];
	struct drill_packet *p;
	ssize_t n;

	while ((n = read(d->tun, buf, sizeof(buf))) > 10) {
		p = drill_dissect(buf, n);
		if (!p)
			continue;
		p->at = drill_now() - d->start;
		*d->queue_end = p;
		d->queue_end = &p->next;
	}
	if (n < 0 && errno != EAGAIN && errno != EINTR)
		drill_die(DRILL_ERROR, 0, "tun: %s", strerror(errno));
}

/**
 * drill_tun_poll() - read packets; if there are none, wait for one
 * @d: the script
 * @until: script time to give up at; a blocking call that ends wakes too
 */
void drill_tun_poll(struct drill *d, int64_t until)
{
	struct pollfd pfd[3] = {
		{ .fd = d->tun, .events = POLLIN },
		{ .fd = d->wake[0], .events = POLLIN },
		{ .fd = d->timer, .events = POLLIN },
	};
	struct itimerspec at = { 0 };
	char c;

	/* a timer: the time limit of poll() is a thousandth late */
	at.it_value.tv_sec = (until + d->start) / DRILL_SEC;
	at.it_value.tv_nsec = (until + d->start) % DRILL_SEC;
	if (timerfd_settime(d->timer, TFD_TIMER_ABSTIME, &at, NULL) < 0)
		drill_die(DRILL_ERROR, 0, "timer: %s", strerror(errno));
	if (poll(pfd, 3, until > drill_now() - d->start ? -1 : 0) <= 0)
		return;
	if (pfd[1].revents && read(d->wake[0], &c, 1) < 0)
		drill_die(DRILL_ERROR, 0, "pipe: %s", strerror(errno));
	if (pfd[0].revents)
		drill_read_tun(d);
}

/**
 * drill_wait_until() - let time pass
 * @d: the script
 * @when: script time
 */
void drill_wait_until(struct drill *d, int64_t when)
{
	int64_t late;

	do {
		drill_tun_poll(d, when);
		late = drill_now() - d->start - when;
	} while (late < 0);
	if (late > d->cfg->tolerance_ns && late > *d->cfg->late_ns)
		*d->cfg->late_ns = late;
}

/**
 * drill_next_packet() - the oldest packet not looked at
 * @d: the script
 * @until: script time to give up at
 *
 * Return: still at the head of the queue, or NULL.
 */
struct drill_packet *drill_next_packet(struct drill *d, int64_t until)
{
	while (!d->queue) {
		drill_tun_poll(d, until);
		if (!d->queue && drill_now() - d->start >= until)
			return NULL;
	}
	return d->queue;
}
