// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: the cache of what is known of destinations.
 * Flow:   tcp_metrics_conn, ctl -> [here]
 * Owns:   exs_tcp_net.metrics
 * Locks:  the table's lock for who adds and removes; readers are under RCU
 * Spec:   RFC 9040 for the idea; tcp_metrics of Linux for what is kept
 * Tests:  kunit/tcp/tcp_metrics_kunit.c, qemu/tests/expctl_metrics.sh
 *
 * Whoever can connect from many addresses fills it, so it is bounded: in a
 * bucket with more than EXS_TCP_METRICS_DEPTH entries a new one takes the place
 * of the one not updated for longest. What an hour has not confirmed is
 * forgotten when it is next looked at. A new entry, and one that was forgotten,
 * begins with what the route says; what the route has locked never changes.
 */
#include <linux/jhash.h>
#include <linux/random.h>
#include <linux/rculist.h>
#include <linux/sched/mm.h>

#include "tcp/tcp_priv.h"

#define EXS_TCP_METRICS_BUCKETS	1024
#define EXS_TCP_METRICS_DEPTH	5

struct exs_tcp_metrics_table {
	spinlock_t lock;		/* buckets (BH) */
	u32 seed;
	struct hlist_head bucket[EXS_TCP_METRICS_BUCKETS];
};

/**
 * exs_tcp_metrics_net_init - an empty cache
 * @tn: TCP's part of the namespace
 *
 * Return: 0 or -ENOMEM.
 */
int exs_tcp_metrics_net_init(struct exs_tcp_net *tn)
{
	struct exs_tcp_metrics_table *t = kvzalloc(sizeof(*t),
						   GFP_KERNEL_ACCOUNT);

	if (!t)
		return -ENOMEM;
	spin_lock_init(&t->lock);
	t->seed = get_random_u32();
	tn->metrics = t;
	return 0;
}

/**
 * exs_tcp_metrics_net_exit - a namespace goes
 * @tn: TCP's part of it; no socket is left
 */
void exs_tcp_metrics_net_exit(struct exs_tcp_net *tn)
{
	exs_tcp_metrics_flush(tn->en);
	kvfree(tn->metrics);
	tn->metrics = NULL;
}

/* By the remote address alone: all of one can be found without the local. */
static struct hlist_head *exs_tcp_metrics_bucket(struct exs_tcp_metrics_table *t,
						 __be32 raddr)
{
	u32 hash = jhash_1word((__force u32)raddr, t->seed);

	return &t->bucket[hash % EXS_TCP_METRICS_BUCKETS];
}

static void exs_tcp_metrics_unlink(struct exs_tcp_metrics *m)
{
	hlist_del_rcu(&m->node);
	kfree_rcu(m, rcu);
}

/* Nothing is known but what the route says. */
static void exs_tcp_metrics_begin(struct exs_tcp_metrics *m,
				  const struct exs_route_attr *attr)
{
	static const struct {
		u8 rtax;
		u32 unit;
	} from[EXS_TCP_METRICS] = {
		[EXS_TCP_METRIC_RTT] = { RTAX_RTT, USEC_PER_MSEC },
		[EXS_TCP_METRIC_RTTVAR] = { RTAX_RTTVAR, USEC_PER_MSEC },
		[EXS_TCP_METRIC_SSTHRESH] = { RTAX_SSTHRESH, 1 },
		[EXS_TCP_METRIC_CWND] = { RTAX_CWND, 1 },
		[EXS_TCP_METRIC_REORDERING] = { RTAX_REORDERING, 1 },
	};
	u32 lock = exs_route_metric(attr, RTAX_LOCK), locked = 0;
	unsigned int i;

	WRITE_ONCE(m->stamp, jiffies);
	for (i = 0; i < EXS_TCP_METRICS; i++) {
		if (lock & BIT(from[i].rtax))
			locked |= BIT(i);
		WRITE_ONCE(m->val[i], exs_route_metric(attr, from[i].rtax) *
				      from[i].unit);
	}
	WRITE_ONCE(m->locked, locked);
}

/**
 * exs_tcp_metrics_look - what is remembered of a destination, however old
 * @en: namespace
 * @laddr: our address
 * @raddr: the peer's
 *
 * Context: RCU held.
 * Return: the entry, good as long as RCU is held, or NULL.
 */
struct exs_tcp_metrics *exs_tcp_metrics_look(struct exs_net *en, __be32 laddr,
					     __be32 raddr)
{
	struct exs_tcp_metrics_table *t = en->tcp->metrics;
	struct exs_tcp_metrics *m;

	hlist_for_each_entry_rcu(m, exs_tcp_metrics_bucket(t, raddr), node)
		if (m->raddr == raddr && m->laddr == laddr)
			return m;
	return NULL;
}

/**
 * exs_tcp_metrics_find - what is known of a destination
 * @en: namespace
 * @laddr: our address
 * @raddr: the peer's
 * @attr: what the route says, or NULL
 *
 * Context: RCU held.
 * Return: the entry, good as long as RCU is held, or NULL.
 */
struct exs_tcp_metrics *exs_tcp_metrics_find(struct exs_net *en, __be32 laddr,
					     __be32 raddr,
					     const struct exs_route_attr *attr)
{
	struct exs_tcp_metrics *m = exs_tcp_metrics_look(en, laddr, raddr);

	if (m && exs_tcp_metrics_stale(m))
		exs_tcp_metrics_begin(m, attr);
	return m;
}

/* The socket's memory control group pays. */
static struct exs_tcp_metrics *exs_tcp_metrics_alloc(const struct sock *sk)
{
	struct exs_tcp_metrics *m;
	struct mem_cgroup *old;

	old = set_active_memcg(mem_cgroup_from_sk(sk));
	m = kzalloc(sizeof(*m), GFP_ATOMIC | __GFP_NOWARN | __GFP_ACCOUNT);
	set_active_memcg(old);
	return m;
}

/* Unless somebody was faster; then new is left alone. Table locked. */
static struct exs_tcp_metrics *
exs_tcp_metrics_add_locked(struct exs_tcp_metrics_table *t,
			   struct exs_tcp_metrics *new)
{
	struct hlist_head *head = exs_tcp_metrics_bucket(t, new->raddr);
	struct exs_tcp_metrics *m, *oldest = NULL;
	unsigned int depth = 0;

	lockdep_assert_held(&t->lock);
	hlist_for_each_entry(m, head, node) {
		if (m->raddr == new->raddr && m->laddr == new->laddr)
			return m;
		if (!oldest || time_before(READ_ONCE(m->stamp),
					   READ_ONCE(oldest->stamp)))
			oldest = m;
		depth++;
	}
	if (depth > EXS_TCP_METRICS_DEPTH)
		exs_tcp_metrics_unlink(oldest);
	hlist_add_head_rcu(&new->node, head);
	return new;
}

/**
 * exs_tcp_metrics_make - as exs_tcp_metrics_find(), but there will be one
 * @sk: socket on whose behalf
 * @laddr: our address
 * @raddr: the peer's
 *
 * Context: RCU held.
 * Return: the entry; NULL: no memory.
 */
struct exs_tcp_metrics *exs_tcp_metrics_make(struct sock *sk, __be32 laddr,
					     __be32 raddr)
{
	struct exs_tcp_metrics_table *t = exs_sock_net(sk)->tcp->metrics;
	const struct exs_route_attr *attr = exs_rt_attr(&exs_sk(sk)->rt);
	struct exs_tcp_metrics *m, *new;

	m = exs_tcp_metrics_find(exs_sock_net(sk), laddr, raddr, attr);
	if (m)
		return m;
	new = exs_tcp_metrics_alloc(sk);
	if (!new)
		return NULL;
	new->laddr = laddr;
	new->raddr = raddr;
	exs_tcp_metrics_begin(new, attr);
	spin_lock_bh(&t->lock);
	m = exs_tcp_metrics_add_locked(t, new);
	spin_unlock_bh(&t->lock);
	if (m != new)
		kfree(new);
	return m;
}

static void exs_tcp_metrics_show(const struct exs_tcp_metrics *m,
				 struct exs_tcp_metrics_row *row)
{
	struct exs_tcp_fo_metrics fo;
	unsigned int i;

	memset(row, 0, sizeof(*row));
	row->laddr = m->laddr;
	row->raddr = m->raddr;
	row->age_ms = jiffies_to_msecs(jiffies - READ_ONCE(m->stamp));
	for (i = 0; i < EXS_TCP_METRICS; i++)
		row->val[i] = READ_ONCE(m->val[i]);
	exs_tcp_fo_metrics_read(m, &fo);
	row->fo_mss = fo.mss;
	row->fo_syn_drops = fo.syn_loss;
	if (fo.syn_loss)
		row->fo_drop_ms = jiffies_to_msecs(jiffies - fo.last_syn_loss);
	row->cookie_len = fo.cookie_len;
	memcpy(row->cookie, fo.cookie, fo.cookie_len);
}

/**
 * exs_tcp_metrics_walk - every destination that is known
 * @en: namespace
 * @cb: called for each; non-zero stops
 * @arg: for @cb
 *
 * Context: any; takes RCU.
 * Return: what @cb returned last, 0 at the end.
 */
int exs_tcp_metrics_walk(struct exs_net *en,
			 int (*cb)(const struct exs_tcp_metrics_row *row,
				   void *arg), void *arg)
{
	struct exs_tcp_metrics_table *t = en->tcp->metrics;
	struct exs_tcp_metrics_row row;
	struct exs_tcp_metrics *m;
	unsigned int i;
	int err = 0;

	rcu_read_lock();
	for (i = 0; i < EXS_TCP_METRICS_BUCKETS && !err; i++) {
		hlist_for_each_entry_rcu(m, &t->bucket[i], node) {
			exs_tcp_metrics_show(m, &row);
			err = cb(&row, arg);
			if (err)
				break;
		}
	}
	rcu_read_unlock();
	return err;
}

/**
 * exs_tcp_metrics_get - one destination
 * @en: namespace
 * @raddr: the peer's address
 * @laddr: ours; NULL: any
 * @row: filled
 *
 * Context: any; takes RCU.
 * Return: 0 or -ESRCH.
 */
int exs_tcp_metrics_get(struct exs_net *en, __be32 raddr, const __be32 *laddr,
			struct exs_tcp_metrics_row *row)
{
	struct exs_tcp_metrics_table *t = en->tcp->metrics;
	struct exs_tcp_metrics *m;
	int err = -ESRCH;

	rcu_read_lock();
	hlist_for_each_entry_rcu(m, exs_tcp_metrics_bucket(t, raddr), node) {
		if (m->raddr != raddr || (laddr && m->laddr != *laddr))
			continue;
		exs_tcp_metrics_show(m, row);
		err = 0;
		break;
	}
	rcu_read_unlock();
	return err;
}

/**
 * exs_tcp_metrics_del - forget a destination
 * @en: namespace
 * @raddr: the peer's address
 * @laddr: ours; NULL: any
 *
 * Context: any.
 * Return: 0 or -ESRCH.
 */
int exs_tcp_metrics_del(struct exs_net *en, __be32 raddr, const __be32 *laddr)
{
	struct exs_tcp_metrics_table *t = en->tcp->metrics;
	struct exs_tcp_metrics *m;
	struct hlist_node *next;
	int err = -ESRCH;

	spin_lock_bh(&t->lock);
	hlist_for_each_entry_safe(m, next, exs_tcp_metrics_bucket(t, raddr),
				  node) {
		if (m->raddr != raddr || (laddr && m->laddr != *laddr))
			continue;
		exs_tcp_metrics_unlink(m);
		err = 0;
	}
	spin_unlock_bh(&t->lock);
	return err;
}

/**
 * exs_tcp_metrics_flush - forget all destinations
 * @en: namespace
 *
 * Context: process.
 */
void exs_tcp_metrics_flush(struct exs_net *en)
{
	struct exs_tcp_metrics_table *t = en->tcp->metrics;
	struct exs_tcp_metrics *m;
	struct hlist_node *next;
	unsigned int i;

	for (i = 0; i < EXS_TCP_METRICS_BUCKETS; i++) {
		if (hlist_empty(&t->bucket[i]))
			continue;
		spin_lock_bh(&t->lock);
		hlist_for_each_entry_safe(m, next, &t->bucket[i], node)
			exs_tcp_metrics_unlink(m);
		spin_unlock_bh(&t->lock);
		cond_resched();
	}
}
