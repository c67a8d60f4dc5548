// SPDX-License-Identifier: GPL-2.0
/*
 * expstack link: the neighbours of a namespace.
 * Flow:   ip (route look-up), arp, ctl -> [here] -> struct exs_neigh
 * Owns:   exs_neigh_net: hash, garbage collection; exs_neigh.hash, .gc, .dead
 * Locks:  exs_neigh_net.lock (BH) for changes; RCU for look-ups
 * Spec:   RFC 1122 2.3.2.1 (ageing); RFC 4861 6.3.4 (random reachable time)
 * Tests:  kunit/link/neigh_table_kunit.c
 */
#include <linux/random.h>
#include <linux/slab.h>

#include "link/link_priv.h"

/* A reachable time is drawn anew this often (RFC 4861 6.3.4: some hours). */
#define EXS_NEIGH_REDRAW	(300 * HZ)
/* Between thresh2 and thresh3 a forced collection at most this often. */
#define EXS_NEIGH_FORCE_PAUSE	(5 * HZ)

static struct hlist_head *exs_neigh_chain(struct exs_neigh_net *nn,
					  const struct exs_ldev *ldev,
					  __be32 addr)
{
	u32 key = (__force u32)addr ^ (ldev->ifindex * GOLDEN_RATIO_32);

	return &nn->hash[hash_32(key, EXS_NEIGH_HASH_BITS)];
}

/**
 * exs_neigh_find_rcu - a neighbour that is in the table
 * @ldev: device
 * @addr: address
 *
 * Context: RCU held.
 * Return: the neighbour, valid during the RCU section, or NULL.
 */
struct exs_neigh *exs_neigh_find_rcu(struct exs_ldev *ldev, __be32 addr)
{
	struct exs_neigh_net *nn = ldev->en->neigh;
	struct exs_neigh *n;

	hlist_for_each_entry_rcu(n, exs_neigh_chain(nn, ldev, addr), hash,
				 lockdep_is_held(&nn->lock))
		if (n->addr == addr && n->ldev == ldev)
			return n;
	return NULL;
}

/* Unhash; the caller disposes when the lock is released. */
static void exs_neigh_unhash_locked(struct exs_neigh_net *nn,
				    struct exs_neigh *n,
				    struct list_head *gone)
	__must_hold(&nn->lock)
{
	lockdep_assert_held(&nn->lock);
	hlist_del_rcu(&n->hash);
	list_move_tail(&n->gc, gone);
	nn->entries--;
	WRITE_ONCE(n->dead, true);
}

static void exs_neigh_dispose_list(struct list_head *gone)
{
	struct exs_neigh *n, *next;

	list_for_each_entry_safe(n, next, gone, gc) {
		list_del_init(&n->gc);
		exs_neigh_dispose(n);
	}
}

/* Nobody but the table knows it: no timer, no cached route. */
static bool exs_neigh_is_idle(const struct exs_neigh *n)
{
	return refcount_read(&n->ref) == 1 &&
	       !(READ_ONCE(n->nud) & (NUD_PERMANENT | NUD_NOARP |
				      EXS_NEIGH_IN_TIMER));
}

/* Make room, oldest entries first, down to thresh2. */
static void exs_neigh_force(struct exs_net *en)
{
	unsigned int thresh2 = EXS_SYSCTL(en, neigh_gc_thresh2);
	struct exs_neigh_net *nn = en->neigh;
	struct exs_neigh *n, *next;
	LIST_HEAD(gone);

	spin_lock_bh(&nn->lock);
	WRITE_ONCE(nn->last_forced, jiffies);
	list_for_each_entry_safe(n, next, &nn->gc, gc) {
		if (nn->entries <= thresh2)
			break;
		if (exs_neigh_is_idle(n))
			exs_neigh_unhash_locked(nn, n, &gone);
	}
	spin_unlock_bh(&nn->lock);
	exs_neigh_dispose_list(&gone);
}

/* Is there room for one more? Collects first where that helps. */
static bool exs_neigh_room(struct exs_net *en)
{
	unsigned int thresh3 = EXS_SYSCTL(en, neigh_gc_thresh3);
	unsigned int thresh2 = EXS_SYSCTL(en, neigh_gc_thresh2);
	struct exs_neigh_net *nn = en->neigh;
	unsigned int entries = READ_ONCE(nn->entries);

	if (likely(entries < thresh2 && entries < thresh3))
		return true;
	if (entries >= thresh3 ||
	    time_after(jiffies, READ_ONCE(nn->last_forced) + EXS_NEIGH_FORCE_PAUSE))
		exs_neigh_force(en);
	return READ_ONCE(nn->entries) < thresh3;
}

static struct exs_neigh *exs_neigh_create_rcu(struct exs_ldev *ldev,
					      __be32 addr)
{
	struct exs_neigh_net *nn = ldev->en->neigh;
	struct exs_neigh *n, *old;

	if (!exs_neigh_room(ldev->en))
		return NULL;
	n = kzalloc(sizeof(*n), GFP_ATOMIC);
	if (!n)
		return NULL;
	n->ldev = ldev;
	n->addr = addr;
	exs_neigh_setup(n);

	spin_lock_bh(&nn->lock);
	old = exs_neigh_find_rcu(ldev, addr);
	/* After detach the flush must have been the last word. */
	if (old || !rcu_access_pointer(ldev->dev)) {
		spin_unlock_bh(&nn->lock);
		kfree(n);
		return old;
	}
	exs_ldev_hold(ldev);
	hlist_add_head_rcu(&n->hash, exs_neigh_chain(nn, ldev, addr));
	list_add_tail(&n->gc, &nn->gc);
	nn->entries++;
	spin_unlock_bh(&nn->lock);
	return n;
}

/**
 * exs_neigh_lookup_rcu - a neighbour, made when it is missing
 * @ldev: device
 * @addr: a unicast address on its link
 * @create: make it when it is missing
 *
 * Context: RCU held; softirq or process.
 * Return: the neighbour, valid during the RCU section (exs_neigh_hold() for
 * longer); NULL when there is none, the table is full, the device has no
 * neighbours or is being detached.
 */
struct exs_neigh *exs_neigh_lookup_rcu(struct exs_ldev *ldev, __be32 addr,
				       bool create)
{
	struct exs_neigh *n = exs_neigh_find_rcu(ldev, addr);

	if (n || !create || ldev->l3)
		return n;
	return exs_neigh_create_rcu(ldev, addr);
}

/**
 * exs_neigh_delete - forget a neighbour
 * @ldev: device
 * @addr: its address
 * @extack: says why not, or NULL
 *
 * Context: process or softirq.
 * Return: 0 or -ENOENT.
 */
int exs_neigh_delete(struct exs_ldev *ldev, __be32 addr,
		     struct netlink_ext_ack *extack)
{
	struct exs_neigh_net *nn = ldev->en->neigh;
	struct exs_neigh *n;
	LIST_HEAD(gone);

	spin_lock_bh(&nn->lock);
	n = exs_neigh_find_rcu(ldev, addr);
	if (n)
		exs_neigh_unhash_locked(nn, n, &gone);
	spin_unlock_bh(&nn->lock);
	if (!n) {
		NL_SET_ERR_MSG(extack, "no such neighbour");
		return -ENOENT;
	}
	exs_neigh_dispose_list(&gone);
	return 0;
}

/**
 * exs_neigh_flush - forget many neighbours
 * @en: namespace
 * @ldev: of this device only, or NULL: of all
 * @perm: those an administrator set too
 *
 * Context: process or softirq.
 */
void exs_neigh_flush(struct exs_net *en, struct exs_ldev *ldev, bool perm)
{
	struct exs_neigh_net *nn = en->neigh;
	struct exs_neigh *n, *next;
	LIST_HEAD(gone);

	spin_lock_bh(&nn->lock);
	list_for_each_entry_safe(n, next, &nn->gc, gc) {
		if (ldev && n->ldev != ldev)
			continue;
		if (!perm && (READ_ONCE(n->nud) & NUD_PERMANENT))
			continue;
		exs_neigh_unhash_locked(nn, n, &gone);
	}
	spin_unlock_bh(&nn->lock);
	exs_neigh_dispose_list(&gone);
}

/**
 * exs_neigh_walk - look at every neighbour
 * @en: namespace
 * @cb: called under RCU; non-zero stops the walk
 * @arg: for @cb
 *
 * Context: any.
 * Return: what @cb returned last, or 0.
 */
int exs_neigh_walk(struct exs_net *en,
		   int (*cb)(struct exs_neigh *n, void *arg), void *arg)
{
	struct exs_neigh_net *nn = en->neigh;
	struct exs_neigh *n;
	int bkt, ret = 0;

	rcu_read_lock();
	hash_for_each_rcu(nn->hash, bkt, n, hash) {
		ret = cb(n, arg);
		if (ret)
			break;
	}
	rcu_read_unlock();
	return ret;
}

static int exs_neigh_rehead_one(struct exs_neigh *n, void *arg)
{
	if (n->ldev == arg)
		exs_neigh_head_make(n);
	return 0;
}

/**
 * exs_neigh_rehead - the device's own hardware address changed
 * @ldev: the device
 *
 * Context: any.
 */
void exs_neigh_rehead(struct exs_ldev *ldev)
{
	exs_neigh_walk(ldev->en, exs_neigh_rehead_one, ldev);
}

/*
 * Uniform between half and one and a half times the base, so that hosts do
 * not ask in step. Two CPUs may draw at once; either's result will do.
 */
static unsigned long exs_neigh_reachable_time(struct exs_net *en)
{
	int base = EXS_SYSCTL(en, neigh_base_reachable_time);
	struct exs_neigh_net *nn = en->neigh;

	if (READ_ONCE(nn->reachable_base) != base ||
	    time_after(jiffies, READ_ONCE(nn->reachable_drawn) + EXS_NEIGH_REDRAW)) {
		WRITE_ONCE(nn->reachable_time,
			   base / 2 + get_random_u32_below(max(base, 1)));
		WRITE_ONCE(nn->reachable_drawn, jiffies);
		WRITE_ONCE(nn->reachable_base, base);
	}
	return READ_ONCE(nn->reachable_time);
}

/**
 * exs_neigh_param_get - the settings a step needs
 * @en: namespace
 * @p: filled
 */
void exs_neigh_param_get(struct exs_net *en, struct exs_neigh_param *p)
{
	p->reachable_time = exs_neigh_reachable_time(en);
	p->retrans_time = max(EXS_SYSCTL(en, neigh_retrans_time), HZ / 100);
	p->delay_probe_time = EXS_SYSCTL(en, neigh_delay_first_probe_time);
	p->mcast_solicit = EXS_SYSCTL(en, neigh_mcast_solicit);
	p->ucast_solicit = EXS_SYSCTL(en, neigh_ucast_solicit);
}

static bool exs_neigh_is_old(const struct exs_neigh *n, unsigned long now,
			     unsigned long stale_time)
{
	unsigned long seen = READ_ONCE(n->used);

	if (!exs_neigh_is_idle(n))
		return false;
	if (READ_ONCE(n->nud) == NUD_FAILED)
		return true;
	if (time_before(seen, READ_ONCE(n->confirmed)))
		seen = READ_ONCE(n->confirmed);
	return time_after(now, seen + stale_time);
}

static void exs_neigh_gc_work(struct work_struct *work)
{
	struct exs_neigh_net *nn = container_of(to_delayed_work(work),
						struct exs_neigh_net, gc_work);
	unsigned long stale_time = EXS_SYSCTL(nn->en, neigh_gc_stale_time);
	struct exs_neigh *n, *next;
	LIST_HEAD(gone);

	spin_lock_bh(&nn->lock);
	if (nn->entries >= (unsigned int)EXS_SYSCTL(nn->en, neigh_gc_thresh1)) {
		list_for_each_entry_safe(n, next, &nn->gc, gc)
			if (exs_neigh_is_old(n, jiffies, stale_time))
				exs_neigh_unhash_locked(nn, n, &gone);
	}
	spin_unlock_bh(&nn->lock);
	exs_neigh_dispose_list(&gone);
	queue_delayed_work(system_power_efficient_wq, &nn->gc_work,
			   max(EXS_SYSCTL(nn->en, neigh_base_reachable_time) / 2,
			       HZ));
}

static int exs_neigh_net_init(struct exs_net *en)
{
	struct exs_neigh_net *nn = kzalloc(sizeof(*nn), GFP_KERNEL);

	if (!nn)
		return -ENOMEM;
	spin_lock_init(&nn->lock);
	INIT_LIST_HEAD(&nn->gc);
	hash_init(nn->hash);
	nn->en = en;
	nn->last_forced = jiffies - EXS_NEIGH_FORCE_PAUSE;
	en->neigh = nn;
	INIT_DEFERRABLE_WORK(&nn->gc_work, exs_neigh_gc_work);
	queue_delayed_work(system_power_efficient_wq, &nn->gc_work,
			   en->sysctl.neigh_base_reachable_time / 2);
	return 0;
}

/*
 * The devices are detached, so the table is empty but for what was made
 * before that was seen. A timer that runs right now ends before the grace
 * period does, and finds its neighbour dead.
 */
static void exs_neigh_net_exit(struct exs_net *en)
{
	cancel_delayed_work_sync(&en->neigh->gc_work);
	exs_neigh_flush(en, NULL, true);
	synchronize_net();
	kfree(en->neigh);
	en->neigh = NULL;
}

const struct exs_layer exs_neigh_layer = {
	.name = "neigh",
	.net_init = exs_neigh_net_init,
	.net_exit = exs_neigh_net_exit,
};
