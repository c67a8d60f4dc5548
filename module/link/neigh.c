// SPDX-License-Identifier: GPL-2.0
/*
 * expstack link: one neighbour: its address, its waiting packets, its timer.
 * Flow:   exs_neigh_output, exs_arp_rcv, timer -> neigh_fsm decides -> [here]
 *         does it -> exs_arp_solicit, exs_neigh_output, exs_ip_link_failure
 * Owns:   all of struct exs_neigh but its place in the table
 * Locks:  exs_neigh.lock (BH) for state, queue and timer; hh_lock inside it for
 *         the header. Nothing is sent and no one is called with it held.
 * Spec:   RFC 4861 7.3; RFC 1122 2.3.2
 * Tests:  kunit/link/neigh_kunit.c
 *
 * References: the table one, a pending timer one, each cached route one. The
 * table's is dropped a grace period after the entry is unhashed and marked
 * dead, so that who found it under RCU may take one of his own.
 */
#include <linux/slab.h>

#include <expstack/trace.h>

#include "link/link_priv.h"

/* Where in exs_neigh.hh the cached header ends, see exs_link_push_cached(). */
#define EXS_NEIGH_HH_END	16

/* What is left to do when the lock is released. */
struct exs_neigh_todo {
	u8 actions;			/* enum exs_neigh_action */
	struct sk_buff_head queue;	/* to be sent, or to be given up */
	__be32 saddr;			/* source of the first waiting packet */
	u8 ha[ETH_ALEN];
};

static void exs_neigh_load(struct exs_neigh *n, struct exs_neigh_step *s)
	__must_hold(&n->lock)
{
	lockdep_assert_held(&n->lock);
	s->nud = n->nud;
	s->probes = n->probes;
	s->confirmed = READ_ONCE(n->confirmed);
	s->updated = n->updated;
	s->used = READ_ONCE(n->used);
}

static void exs_neigh_set_timer(struct exs_neigh *n,
				const struct exs_neigh_step *s)
	__must_hold(&n->lock)
{
	if (s->timer) {
		if (!mod_timer(&n->timer, s->expires))
			exs_neigh_hold(n);
	} else if (!(s->nud & EXS_NEIGH_IN_TIMER)) {
		/* Never the last reference: the table's is still there. */
		if (timer_delete(&n->timer))
			exs_neigh_put(n);
	}
}

/* Write a step back; what needs the lock dropped goes into todo. */
static void exs_neigh_apply(struct exs_neigh *n, const struct exs_neigh_step *s,
			    struct exs_neigh_todo *todo)
	__must_hold(&n->lock)
{
	const struct sk_buff *first = skb_peek(&n->queue);

	lockdep_assert_held(&n->lock);
	if (n->nud != s->nud)
		trace_exs_neigh_update(n, n->addr, n->nud, s->nud);
	WRITE_ONCE(n->nud, s->nud);
	n->probes = s->probes;
	n->updated = s->updated;
	WRITE_ONCE(n->confirmed, s->confirmed);
	exs_neigh_set_timer(n, s);

	todo->actions = s->actions;
	__skb_queue_head_init(&todo->queue);
	todo->saddr = first ? ip_hdr(first)->saddr : 0;
	memcpy(todo->ha, n->ha, sizeof(todo->ha));
	if (s->actions & (EXS_NEIGH_ACT_FAIL | EXS_NEIGH_ACT_FLUSH)) {
		skb_queue_splice_init(&n->queue, &todo->queue);
		n->queue_bytes = 0;
	}
}

/*
 * Nobody answered. tell: the senders learn by an error of ICMP, for which their
 * sockets are locked.
 */
static void exs_neigh_give_up(struct exs_neigh *n, struct exs_neigh_todo *todo,
			      bool tell)
{
	struct sk_buff *skb;

	EXS_INC(n->ldev->en, ARP_Failures);
	while ((skb = __skb_dequeue(&todo->queue))) {
		if (tell)
			exs_ip_link_failure(skb);
		exs_drop(skb, EXS_DROP_NEIGH_FAILED);
	}
}

/* RCU held, BH off, no lock held: not the neighbour's, not a socket's. */
static void exs_neigh_finish(struct exs_neigh *n, struct exs_neigh_todo *todo)
{
	struct sk_buff *skb;

	if (todo->actions & EXS_NEIGH_ACT_SOLICIT_BCAST)
		exs_arp_solicit(n->ldev, n->addr, todo->saddr, NULL);
	if (todo->actions & EXS_NEIGH_ACT_SOLICIT_UCAST)
		exs_arp_solicit(n->ldev, n->addr, todo->saddr, todo->ha);
	if (todo->actions & EXS_NEIGH_ACT_FAIL)
		exs_neigh_give_up(n, todo, true);
	while ((skb = __skb_dequeue(&todo->queue)))
		exs_neigh_output(n, skb);
}

static void exs_neigh_timer(struct timer_list *t)
{
	struct exs_neigh *n = from_timer(n, t, timer);
	struct exs_neigh_todo todo;
	struct exs_neigh_param p;
	struct exs_neigh_step s;

	rcu_read_lock();
	spin_lock_bh(&n->lock);
	if (n->dead) {
		spin_unlock_bh(&n->lock);
		goto out;
	}
	exs_neigh_param_get(n->ldev->en, &p);
	exs_neigh_load(n, &s);
	exs_neigh_fsm_timer(&s, &p, jiffies);
	exs_neigh_apply(n, &s, &todo);
	spin_unlock_bh(&n->lock);
	exs_neigh_finish(n, &todo);
out:
	rcu_read_unlock();
	exs_neigh_put(n);
}

/**
 * exs_neigh_setup - make a new neighbour ready
 * @n: zeroed; ldev and addr set, ldev's reference taken
 */
void exs_neigh_setup(struct exs_neigh *n)
{
	n->nud = NUD_NONE;
	n->used = jiffies;
	n->confirmed = jiffies;
	n->updated = jiffies;
	seqlock_init(&n->hh_lock);
	spin_lock_init(&n->lock);
	__skb_queue_head_init(&n->queue);
	refcount_set(&n->ref, 1);
	INIT_LIST_HEAD(&n->gc);
	timer_setup(&n->timer, exs_neigh_timer, 0);
}

/**
 * exs_neigh_free - the last reference is gone
 * @n: neighbour, unhashed and without a timer
 *
 * Context: any.
 */
void exs_neigh_free(struct exs_neigh *n)
{
	exs_ldev_put(n->ldev);
	kfree_rcu(n, rcu);
}

static void exs_neigh_put_rcu(struct rcu_head *head)
{
	exs_neigh_put(container_of(head, struct exs_neigh, rcu));
}

/**
 * exs_neigh_dispose - end of a neighbour the table let go
 * @n: unhashed, dead; the table's reference ends here
 *
 * Context: any but with the neighbour's or the table's lock held.
 */
void exs_neigh_dispose(struct exs_neigh *n)
{
	struct sk_buff_head queue;
	struct sk_buff *skb;

	__skb_queue_head_init(&queue);
	spin_lock_bh(&n->lock);
	if (timer_delete(&n->timer))
		exs_neigh_put(n);
	skb_queue_splice_init(&n->queue, &queue);
	n->queue_bytes = 0;
	spin_unlock_bh(&n->lock);
	while ((skb = __skb_dequeue(&queue)))
		exs_drop(skb, EXS_DROP_NEIGH_FAILED);
	call_rcu(&n->rcu, exs_neigh_put_rcu);
}

/* The header every IPv4 frame to this neighbour has, where it is constant. */
static unsigned int exs_neigh_head_build(const struct exs_neigh *n,
					 const struct net_device *dev, u8 *hh)
{
	struct ethhdr eth;

	if (!dev->header_ops || !dev->header_ops->cache ||
	    dev->addr_len != ETH_ALEN)
		return 0;
	ether_addr_copy(eth.h_dest, n->ha);
	ether_addr_copy(eth.h_source, dev->dev_addr);
	eth.h_proto = htons(ETH_P_IP);
	memcpy(hh + EXS_NEIGH_HH_END - ETH_HLEN, &eth, ETH_HLEN);
	return ETH_HLEN;
}

static void exs_neigh_set_ha(struct exs_neigh *n, const u8 *ha)
	__must_hold(&n->lock)
{
	const struct net_device *dev = rcu_dereference(n->ldev->dev);

	lockdep_assert_held(&n->lock);
	if (!dev)
		return;
	write_seqlock(&n->hh_lock);
	memcpy(n->ha, ha, dev->addr_len);
	n->hh_len = exs_neigh_head_build(n, dev, n->hh);
	write_sequnlock(&n->hh_lock);
}

/**
 * exs_neigh_head_make - make the cached header anew
 * @n: the neighbour
 *
 * After the device's own address changed.
 *
 * Context: RCU held.
 */
void exs_neigh_head_make(struct exs_neigh *n)
{
	u8 ha[MAX_ADDR_LEN];

	spin_lock_bh(&n->lock);
	if (n->nud & EXS_NEIGH_VALID) {
		memcpy(ha, n->ha, sizeof(ha));
		exs_neigh_set_ha(n, ha);
	}
	spin_unlock_bh(&n->lock);
}

/* Queue a packet; the oldest go when there are too many bytes. */
static void exs_neigh_enqueue(struct exs_neigh *n, struct sk_buff *skb)
	__must_hold(&n->lock)
{
	u32 limit = EXS_SYSCTL(n->ldev->en, neigh_unres_qlen_bytes);
	struct sk_buff *old;

	lockdep_assert_held(&n->lock);
	/* The newest is always kept (RFC 1122 2.3.2.2). */
	while (n->queue_bytes + skb->truesize > limit &&
	       (old = __skb_dequeue(&n->queue))) {
		n->queue_bytes -= old->truesize;
		exs_drop(old, EXS_DROP_NEIGH_QUEUE);
	}
	__skb_queue_tail(&n->queue, skb);
	n->queue_bytes += skb->truesize;
}

/* A cached route may still point to an entry the table let go. */
static int exs_neigh_resolve_anew(struct exs_neigh *n, struct sk_buff *skb)
{
	struct exs_neigh *fresh = exs_neigh_lookup_rcu(n->ldev, n->addr, true);

	if (fresh)
		return exs_neigh_output(fresh, skb);
	exs_drop(skb, EXS_DROP_NEIGH_TABLE);
	return -ENOBUFS;
}

/**
 * exs_neigh_resolve - a packet for a neighbour whose address is not known
 * @n: the neighbour
 * @skb: data at the IP header, skb->dev set; consumed
 *
 * Context: RCU held.
 * Return: 0 when queued or sent meanwhile; -ENOBUFS table full; -EHOSTUNREACH
 * when nobody is to be asked (mcast_solicit is 0).
 */
int exs_neigh_resolve(struct exs_neigh *n, struct sk_buff *skb)
{
	struct exs_neigh_todo todo;
	struct exs_neigh_param p;
	struct exs_neigh_step s;

	spin_lock_bh(&n->lock);
	if (unlikely(n->dead)) {
		spin_unlock_bh(&n->lock);
		return exs_neigh_resolve_anew(n, skb);
	}
	if (n->nud & EXS_NEIGH_VALID) {
		spin_unlock_bh(&n->lock);
		return exs_neigh_output(n, skb);
	}
	skb_reset_network_header(skb);
	exs_neigh_enqueue(n, skb);
	exs_neigh_param_get(n->ldev->en, &p);
	exs_neigh_load(n, &s);
	exs_neigh_fsm_use(&s, &p, jiffies);
	exs_neigh_apply(n, &s, &todo);
	spin_unlock_bh(&n->lock);
	if (unlikely(todo.actions & EXS_NEIGH_ACT_FAIL)) {
		/* The sender has his socket locked: the errno tells him. */
		exs_neigh_give_up(n, &todo, false);
		return -EHOSTUNREACH;
	}
	exs_neigh_finish(n, &todo);
	return 0;
}

/**
 * exs_neigh_used_stale - a packet goes to a stale neighbour
 * @n: the neighbour
 *
 * Context: RCU held.
 */
void exs_neigh_used_stale(struct exs_neigh *n)
{
	struct exs_neigh_todo todo;
	struct exs_neigh_param p;
	struct exs_neigh_step s;

	spin_lock_bh(&n->lock);
	if (n->nud == NUD_STALE && !n->dead) {
		exs_neigh_param_get(n->ldev->en, &p);
		exs_neigh_load(n, &s);
		exs_neigh_fsm_use(&s, &p, jiffies);
		exs_neigh_apply(n, &s, &todo);
	}
	spin_unlock_bh(&n->lock);
}

/**
 * exs_neigh_heard - an ARP packet told a neighbour's address
 * @n: the neighbour
 * @ha: hardware address
 * @nud: NUD_REACHABLE for an answer to us, NUD_STALE for anything else
 * @override: may replace an address that was learnt a moment ago
 *
 * Context: RCU held.
 */
void exs_neigh_heard(struct exs_neigh *n, const u8 *ha, u8 nud, bool override)
{
	struct exs_neigh_news news = { .nud = nud };
	struct exs_neigh_todo todo;
	struct exs_neigh_param p;
	struct exs_neigh_step s;

	spin_lock_bh(&n->lock);
	if (n->dead) {
		spin_unlock_bh(&n->lock);
		return;
	}
	exs_neigh_param_get(n->ldev->en, &p);
	exs_neigh_load(n, &s);
	news.same_addr = ether_addr_equal(n->ha, ha);
	/* Of several answers to one request the first counts. */
	news.override = override || time_after(jiffies, n->updated + HZ);
	exs_neigh_fsm_heard(&s, &p, jiffies, &news);
	if (s.actions & EXS_NEIGH_ACT_NEW_ADDR)
		exs_neigh_set_ha(n, ha);
	exs_neigh_apply(n, &s, &todo);
	spin_unlock_bh(&n->lock);
	exs_neigh_finish(n, &todo);
}

/**
 * exs_neigh_confirm - those above saw progress
 * @n: the neighbour, or NULL
 *
 * Context: any.
 */
void exs_neigh_confirm(struct exs_neigh *n)
{
	unsigned long now = jiffies;

	if (n && READ_ONCE(n->confirmed) != now)
		WRITE_ONCE(n->confirmed, now);
}

static int exs_neigh_set_check(struct exs_ldev *ldev, __be32 addr, u8 nud,
			       struct netlink_ext_ack *extack)
{
	const u8 allowed = EXS_NEIGH_VALID | NUD_FAILED;

	if (ldev->l3) {
		NL_SET_ERR_MSG(extack, "device has no neighbours");
		return -EINVAL;
	}
	if (!is_power_of_2(nud) || !(nud & allowed)) {
		NL_SET_ERR_MSG(extack, "not a state to be set");
		return -EINVAL;
	}
	if (ipv4_is_zeronet(addr) || ipv4_is_multicast(addr) ||
	    ipv4_is_lbcast(addr) || ipv4_is_loopback(addr)) {
		NL_SET_ERR_MSG(extack, "not a host address");
		return -EINVAL;
	}
	return 0;
}

/**
 * exs_neigh_tell - give a neighbour an address and a state
 * @n: the neighbour
 * @lladdr: hardware address, or NULL to keep the known one
 * @nud: a state that exs_neigh_set() takes
 * @flags: NTF_*
 * @extack: says why not, or NULL
 *
 * Context: RCU held, process or softirq, no socket locked.
 * Return: 0; -EINVAL no address; -ESTALE the table let it go.
 */
int exs_neigh_tell(struct exs_neigh *n, const u8 *lladdr, u8 nud, u8 flags,
		   struct netlink_ext_ack *extack)
{
	struct exs_neigh_todo todo = {};
	struct exs_neigh_param p;
	struct exs_neigh_step s;
	bool new_addr;
	int err = 0;

	__skb_queue_head_init(&todo.queue);
	spin_lock_bh(&n->lock);
	if (n->dead) {
		err = -ESTALE;
	} else if (!lladdr && (nud & EXS_NEIGH_VALID) &&
		   !(n->nud & EXS_NEIGH_VALID)) {
		NL_SET_ERR_MSG(extack, "hardware address is missing");
		err = -EINVAL;
	} else {
		exs_neigh_param_get(n->ldev->en, &p);
		exs_neigh_load(n, &s);
		new_addr = lladdr && (!(n->nud & EXS_NEIGH_VALID) ||
				      !ether_addr_equal(n->ha, lladdr));
		exs_neigh_fsm_set(&s, &p, jiffies, nud, new_addr);
		if (new_addr)
			exs_neigh_set_ha(n, lladdr);
		n->flags = flags;
		exs_neigh_apply(n, &s, &todo);
	}
	spin_unlock_bh(&n->lock);
	/* What waited is sent, or its senders are told, as from a timer. */
	local_bh_disable();
	exs_neigh_finish(n, &todo);
	local_bh_enable();
	return err;
}

/**
 * exs_neigh_set - an administrator tells about a neighbour
 * @ldev: device
 * @addr: its address
 * @lladdr: hardware address, or NULL to keep the known one
 * @nud: NUD_PERMANENT, NOARP, REACHABLE, STALE, DELAY, PROBE or FAILED
 * @flags: NTF_*
 * @extack: says why not, or NULL
 *
 * Context: process or softirq, no socket locked.
 * Return: 0; -EINVAL; -ENOBUFS table full.
 */
int exs_neigh_set(struct exs_ldev *ldev, __be32 addr, const u8 *lladdr, u8 nud,
		  u8 flags, struct netlink_ext_ack *extack)
{
	struct exs_neigh *n;
	int err;

	err = exs_neigh_set_check(ldev, addr, nud, extack);
	if (err)
		return err;
	rcu_read_lock();
	/* One that is let go meanwhile is unhashed: the next look makes another. */
	do {
		n = exs_neigh_lookup_rcu(ldev, addr, true);
		err = n ? exs_neigh_tell(n, lladdr, nud, flags, extack) :
			  -ENOBUFS;
	} while (err == -ESTALE);
	rcu_read_unlock();
	if (err == -ENOBUFS)
		NL_SET_ERR_MSG(extack, "neighbour table is full");
	return err;
}
