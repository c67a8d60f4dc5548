// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ip: path MTUs that ICMP taught us, by destination.
 *
 * A table of fixed size per namespace: what is learned last pushes out what
 * was learned first in the same bucket. An entry is believed for mtu_expires
 * and never below min_pmtu; a smaller one takes the place of a larger one. A
 * timer makes the routes that sockets keep stale when the first entry ends, so
 * that they try a larger MTU then.
 *
 * Flow:   transport's err -> exs_pmtu_update; exs_route_output -> exs_pmtu_get
 * Owns:   struct exs_pmtu_table
 * Locks:  its lock (BH) for writers; readers under a sequence count
 * Spec:   RFC 1191 3, 6.3
 * Tests:  kunit/ip/pmtu_kunit.c
 */
#include <linux/jhash.h>
#include <linux/jiffies.h>
#include <linux/random.h>
#include <linux/seqlock.h>
#include <linux/slab.h>
#include <linux/timer.h>

#include "ip/route_priv.h"

#define EXS_PMTU_BUCKETS	64
#define EXS_PMTU_WAYS		4

struct exs_pmtu_entry {
	__be32 daddr;
	u32 mtu:31,			/* 0: free */
	    locked:1;			/* was told less than min_pmtu */
	unsigned long expires;		/* jiffies */
};

struct exs_pmtu_table {
	struct exs_net *en;
	struct timer_list timer;	/* the first entry ends */
	seqlock_t lock;
	bool used;			/* anything was ever learned */
	u32 seed;
	struct exs_pmtu_entry e[EXS_PMTU_BUCKETS][EXS_PMTU_WAYS];
};

static bool exs_pmtu_entry_live(const struct exs_pmtu_entry *e, unsigned long now)
{
	return e->mtu && time_before(now, e->expires);
}

static void exs_pmtu_timer(struct timer_list *timer)
{
	struct exs_pmtu_table *t = from_timer(t, timer, timer);
	unsigned long now = jiffies;
	struct exs_pmtu_entry *e;
	unsigned int i;

	exs_rt_bump(t->en);
	write_seqlock(&t->lock);
	for (i = 0; i < EXS_PMTU_BUCKETS * EXS_PMTU_WAYS; i++) {
		e = &t->e[i / EXS_PMTU_WAYS][i % EXS_PMTU_WAYS];
		if (exs_pmtu_entry_live(e, now))
			timer_reduce(&t->timer, e->expires);
	}
	write_sequnlock(&t->lock);
}

/**
 * exs_pmtu_table_new - an empty table
 * @en: namespace
 *
 * Return: the table, or NULL.
 */
struct exs_pmtu_table *exs_pmtu_table_new(struct exs_net *en)
{
	struct exs_pmtu_table *t = kzalloc(sizeof(*t), GFP_KERNEL);

	if (!t)
		return NULL;
	t->en = en;
	timer_setup(&t->timer, exs_pmtu_timer, 0);
	seqlock_init(&t->lock);
	t->seed = get_random_u32();
	return t;
}

/**
 * exs_pmtu_table_free - the end of a table
 * @t: no reader is left; may be NULL
 *
 * Context: process, may sleep.
 */
void exs_pmtu_table_free(struct exs_pmtu_table *t)
{
	if (!t)
		return;
	timer_shutdown_sync(&t->timer);
	kfree(t);
}

static struct exs_pmtu_entry *exs_pmtu_bucket(struct exs_pmtu_table *t,
					      __be32 daddr)
{
	u32 h = jhash_1word((__force u32)daddr, t->seed);

	return t->e[h & (EXS_PMTU_BUCKETS - 1)];
}

/* The entry for daddr, else a free or dead one, else the one to end soonest. */
static struct exs_pmtu_entry *exs_pmtu_choose(struct exs_pmtu_entry *b,
					      __be32 daddr, unsigned long now)
{
	struct exs_pmtu_entry *best = b;
	unsigned int i;

	for (i = 0; i < EXS_PMTU_WAYS; i++)
		if (b[i].mtu && b[i].daddr == daddr)
			return &b[i];
	for (i = 0; i < EXS_PMTU_WAYS; i++) {
		if (!exs_pmtu_entry_live(&b[i], now))
			return &b[i];
		if (time_before(b[i].expires, best->expires))
			best = &b[i];
	}
	return best;
}

/**
 * exs_pmtu_update - a frag-needed message told a path MTU
 * @en: namespace
 * @daddr: towards this destination
 * @mtu: the MTU it told
 *
 * What is told below min_pmtu counts as that much, and routers may fragment what
 * is larger than the link still.
 *
 * Context: softirq or process, RCU held.
 */
void exs_pmtu_update(struct exs_net *en, __be32 daddr, u32 mtu)
{
	struct exs_route_net *rn = READ_ONCE(en->route);
	unsigned long now = jiffies;
	struct exs_pmtu_entry *e;
	bool known = false, locked;
	u32 floor;

	if (!rn)
		return;
	floor = READ_ONCE(en->sysctl.min_pmtu);
	locked = mtu < floor;
	mtu = max(mtu, floor);
	write_seqlock_bh(&rn->pmtu->lock);
	e = exs_pmtu_choose(exs_pmtu_bucket(rn->pmtu, daddr), daddr, now);
	if (e->daddr == daddr && exs_pmtu_entry_live(e, now) && e->mtu <= mtu) {
		mtu = e->mtu;
		known = e->locked || !locked;
		locked |= e->locked;
	}
	e->locked = locked;
	e->daddr = daddr;
	e->mtu = mtu;
	e->expires = now + READ_ONCE(en->sysctl.mtu_expires);
	timer_reduce(&rn->pmtu->timer, e->expires);
	rn->pmtu->used = true;
	write_sequnlock_bh(&rn->pmtu->lock);
	/* Nothing new must not make every socket look its route up again. */
	if (!known)
		exs_rt_bump(en);
}

/**
 * exs_pmtu_get - the path MTU learned for a destination
 * @en: namespace
 * @daddr: the destination
 * @locked: set to whether routers may fragment; may be NULL
 *
 * Context: RCU held.
 * Return: the MTU, or 0 when nothing was learned or it is too old.
 */
u32 exs_pmtu_get(struct exs_net *en, __be32 daddr, bool *locked)
{
	struct exs_route_net *rn = READ_ONCE(en->route);
	const struct exs_pmtu_entry *b;
	unsigned int seq, i;
	bool found;
	u32 mtu;

	if (locked)
		*locked = false;
	if (!rn || likely(!READ_ONCE(rn->pmtu->used)))
		return 0;
	b = exs_pmtu_bucket(rn->pmtu, daddr);
	do {
		seq = read_seqbegin(&rn->pmtu->lock);
		mtu = 0;
		found = false;
		for (i = 0; i < EXS_PMTU_WAYS; i++) {
			if (b[i].daddr != daddr ||
			    !exs_pmtu_entry_live(&b[i], jiffies))
				continue;
			mtu = b[i].mtu;
			found = b[i].locked;
		}
	} while (read_seqretry(&rn->pmtu->lock, seq));
	if (locked)
		*locked = found;
	return mtu;
}
