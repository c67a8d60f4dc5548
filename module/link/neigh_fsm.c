// SPDX-License-Identifier: GPL-2.0
/*
 * expstack link: what a neighbour shall do next. Decides, does not act.
 * Flow:   timer, packet, ARP, administrator -> [here] -> exs_neigh_apply
 * Owns:   nothing; reads and writes struct exs_neigh_step
 * Locks:  none; the caller holds the neighbour's lock
 * Spec:   RFC 4861 7.3 with the constants of its section 10; RFC 1122 2.3.2.1
 * Tests:  kunit/link/neigh_fsm_kunit.c
 *
 *   INCOMPLETE  asked everyone, no answer yet; packets wait
 *   REACHABLE   answered within reachable_time, or those above saw progress
 *   STALE       address known, not lately confirmed; nobody asks until it is used
 *   DELAY       used while stale: give those above a chance to confirm
 *   PROBE       ask the known address, once a retrans_time
 *   FAILED      nobody answered; the next packet starts over
 *   PERMANENT, NOARP   by an administrator; no timer
 *
 * One timer. It means: REACHABLE: look whether it still is; DELAY: time to
 * confirm is over; INCOMPLETE, PROBE: no answer to the last request.
 */
#include <linux/jiffies.h>

#include "link/link_priv.h"

static void exs_neigh_fsm_wait(struct exs_neigh_step *s, unsigned long expires)
{
	s->timer = true;
	s->expires = expires;
}

static void exs_neigh_fsm_enter_reachable(struct exs_neigh_step *s,
					  const struct exs_neigh_param *p)
{
	s->nud = NUD_REACHABLE;
	s->probes = 0;
	exs_neigh_fsm_wait(s, s->confirmed + p->reachable_time);
}

static void exs_neigh_fsm_fail(struct exs_neigh_step *s, unsigned long now)
{
	s->nud = NUD_FAILED;
	s->updated = now;
	s->actions |= EXS_NEIGH_ACT_FAIL;
}

/* Send the next request, or give up when enough were in vain. */
static void exs_neigh_fsm_solicit(struct exs_neigh_step *s,
				  const struct exs_neigh_param *p,
				  unsigned long now)
{
	bool known = s->nud == NUD_PROBE;

	if (s->probes >= (known ? p->ucast_solicit : p->mcast_solicit)) {
		exs_neigh_fsm_fail(s, now);
		return;
	}
	s->probes++;
	s->actions |= known ? EXS_NEIGH_ACT_SOLICIT_UCAST :
			      EXS_NEIGH_ACT_SOLICIT_BCAST;
	exs_neigh_fsm_wait(s, now + p->retrans_time);
}

static void exs_neigh_fsm_timer_reachable(struct exs_neigh_step *s,
					  const struct exs_neigh_param *p,
					  unsigned long now)
{
	if (time_before(now, s->confirmed + p->reachable_time)) {
		exs_neigh_fsm_wait(s, s->confirmed + p->reachable_time);
		return;
	}
	s->updated = now;
	if (time_before(now, s->used + p->delay_probe_time)) {
		s->nud = NUD_DELAY;
		exs_neigh_fsm_wait(s, now + p->delay_probe_time);
	} else {
		s->nud = NUD_STALE;
	}
}

static void exs_neigh_fsm_timer_delay(struct exs_neigh_step *s,
				      const struct exs_neigh_param *p,
				      unsigned long now)
{
	s->updated = now;
	if (time_before_eq(now, s->confirmed + p->delay_probe_time)) {
		exs_neigh_fsm_enter_reachable(s, p);
		return;
	}
	s->nud = NUD_PROBE;
	s->probes = 0;
	exs_neigh_fsm_solicit(s, p, now);
}

/**
 * exs_neigh_fsm_timer - the timer ran out
 * @s: the neighbour
 * @p: settings
 * @now: jiffies
 */
void exs_neigh_fsm_timer(struct exs_neigh_step *s,
			 const struct exs_neigh_param *p, unsigned long now)
{
	s->actions = 0;
	s->timer = false;
	switch (s->nud) {
	case NUD_REACHABLE:
		exs_neigh_fsm_timer_reachable(s, p, now);
		break;
	case NUD_DELAY:
		exs_neigh_fsm_timer_delay(s, p, now);
		break;
	case NUD_PROBE:
		/* Progress above counts as an answer. */
		if (time_after(s->confirmed, s->updated)) {
			s->updated = now;
			exs_neigh_fsm_enter_reachable(s, p);
			break;
		}
		exs_neigh_fsm_solicit(s, p, now);
		break;
	case NUD_INCOMPLETE:
		exs_neigh_fsm_solicit(s, p, now);
		break;
	}
}

/**
 * exs_neigh_fsm_use - a packet is to go to the neighbour
 * @s: the neighbour
 * @p: settings
 * @now: jiffies
 *
 * Sets a timer only when it starts one; one that runs goes on.
 */
void exs_neigh_fsm_use(struct exs_neigh_step *s,
		       const struct exs_neigh_param *p, unsigned long now)
{
	s->actions = 0;
	s->timer = false;
	switch (s->nud) {
	case NUD_NONE:
	case NUD_FAILED:
		s->nud = NUD_INCOMPLETE;
		s->probes = 0;
		s->updated = now;
		exs_neigh_fsm_solicit(s, p, now);
		break;
	case NUD_STALE:
		s->nud = NUD_DELAY;
		s->updated = now;
		exs_neigh_fsm_wait(s, now + p->delay_probe_time);
		break;
	}
}

/**
 * exs_neigh_fsm_heard - an ARP packet told the neighbour's address
 * @s: the neighbour
 * @p: settings
 * @now: jiffies
 * @news: what it said
 *
 * An answer to us makes the neighbour reachable. Anything else only tells the
 * address: it confirms nothing, so a new one is stale, and an unchanged one
 * changes nothing. What an administrator set is not touched.
 */
void exs_neigh_fsm_heard(struct exs_neigh_step *s,
			 const struct exs_neigh_param *p, unsigned long now,
			 const struct exs_neigh_news *news)
{
	bool valid = s->nud & EXS_NEIGH_VALID;

	s->actions = 0;
	s->timer = false;
	if (s->nud & (NUD_PERMANENT | NUD_NOARP))
		return;
	if (valid && !news->same_addr && !news->override)
		return;
	if (news->nud == NUD_STALE && valid && news->same_addr)
		return;
	if (!valid || !news->same_addr)
		s->actions |= EXS_NEIGH_ACT_NEW_ADDR;
	if (!valid)
		s->actions |= EXS_NEIGH_ACT_FLUSH;
	s->updated = now;
	if (news->nud == NUD_REACHABLE) {
		s->confirmed = now;
		exs_neigh_fsm_enter_reachable(s, p);
	} else {
		s->nud = NUD_STALE;
		s->probes = 0;
	}
}

/**
 * exs_neigh_fsm_set - an administrator sets the state
 * @s: the neighbour
 * @p: settings
 * @now: jiffies
 * @nud: the state wanted
 * @new_addr: with an address that is not the one known
 */
void exs_neigh_fsm_set(struct exs_neigh_step *s,
		       const struct exs_neigh_param *p, unsigned long now,
		       u8 nud, bool new_addr)
{
	s->actions = new_addr ? EXS_NEIGH_ACT_NEW_ADDR : 0;
	s->timer = false;
	s->updated = now;
	s->probes = 0;
	if (!(s->nud & EXS_NEIGH_VALID) && (nud & EXS_NEIGH_VALID))
		s->actions |= EXS_NEIGH_ACT_FLUSH;
	s->nud = nud;
	switch (nud) {
	case NUD_REACHABLE:
		s->confirmed = now;
		exs_neigh_fsm_enter_reachable(s, p);
		break;
	case NUD_DELAY:
		exs_neigh_fsm_wait(s, now + p->delay_probe_time);
		break;
	case NUD_PROBE:
		exs_neigh_fsm_solicit(s, p, now);
		break;
	case NUD_FAILED:
		exs_neigh_fsm_fail(s, now);
		break;
	}
}
