// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ip: putting fragments together again.
 *
 * A datagram in pieces waits in a bucket's chain, its fragments in a tree by
 * offset. It ends in one of four ways, each of which unhashes it under the
 * bucket's lock, so that only one can happen: it is complete; a fragment makes
 * no sense (overlap, two ends) and all of it is discarded; too much came from
 * its sender in the meantime (frag_source.c); its time is up.
 * Who unhashed it frees it, unless the timer is just running: then the timer
 * does, and who unhashed it goes on with it until his RCU section ends.
 * Memory of a namespace is bounded by ipfrag_high_thresh: beyond it fragments
 * are refused.
 *
 * Flow:   ip_local -> [here] -> exs_ip_reasm -> ip_local
 * Owns:   struct exs_frag_net, struct exs_frag_queue
 * Locks:  exs_frag_bucket.lock (BH)
 * Spec:   RFC 791 3.2; RFC 815; RFC 1122 3.3.2; RFC 5722 4 (overlap); RFC 3128
 * Tests:  kunit/ip/ip_defrag_kunit.c, qemu/tests/fragment.sh
 */
#include <linux/hash.h>
#include <linux/jhash.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/timer.h>
#include <net/inet_ecn.h>

#include "ip/ip_defrag.h"
#include "ip/ip_priv.h"

#define EXS_FRAG_BUCKETS	256
#define EXS_FRAG_SOURCE_BITS	8

struct exs_frag_bucket {
	spinlock_t lock;		/* the chain and the queues in it */
	struct hlist_head chain;	/* exs_frag_queue.node; under lock */
};

struct exs_frag_net {
	atomic_long_t mem;		/* truesize of all that waits */
	u32 seed;
	bool dead;			/* net_exit has begun */
	struct exs_frag_bucket bucket[EXS_FRAG_BUCKETS];
	struct exs_frag_source source[1 << EXS_FRAG_SOURCE_BITS];
};

/**
 * exs_frag_mem - a namespace's account of waiting fragments
 * @en: namespace
 *
 * Return: the account, in bytes of truesize.
 */
atomic_long_t *exs_frag_mem(const struct exs_net *en)
{
	return &en->frag->mem;
}

static struct exs_frag_bucket *exs_frag_bucket(struct exs_frag_net *fn,
					       const struct iphdr *iph)
{
	u32 h = jhash_3words((__force u32)iph->saddr, (__force u32)iph->daddr,
			     (__force u32)iph->id << 8 | iph->protocol, fn->seed);

	return &fn->bucket[h % EXS_FRAG_BUCKETS];
}

/* Every packet that leaves the tree has its device again, for the counters. */
static void exs_frag_restore(const struct exs_frag_queue *q, struct sk_buff *skb)
{
	RB_CLEAR_NODE(&skb->rbnode);
	skb->next = NULL;
	skb->prev = NULL;
	skb->dev = q->en->net->loopback_dev;
}

/**
 * exs_frag_queue_free - the end of a datagram's record
 * @q: unhashed, without fragments or soon to be
 *
 * The timer may do it while the one that unhashed the record still works with
 * it: so its memory stays for a grace period.
 */
void exs_frag_queue_free(struct exs_frag_queue *q)
{
	atomic_long_sub(sizeof(*q), &q->en->frag->mem);
	kfree_rcu(q, rcu);
}

/* Unhash. True when the caller is to free it, else the timer, just running, is. */
static bool exs_frag_kill_locked(struct exs_frag_queue *q)
{
	hlist_del_init(&q->node);
	return timer_delete(&q->timer);
}

/**
 * exs_frag_queue_drop - drop all fragments that wait
 * @q: unhashed, or private to the caller
 * @reason: why
 */
void exs_frag_queue_drop(struct exs_frag_queue *q, enum exs_drop_reason reason)
{
	struct rb_node *node;
	struct sk_buff *skb;

	while ((node = rb_first(&q->frags))) {
		skb = rb_to_skb(node);
		rb_erase(node, &q->frags);
		exs_frag_restore(q, skb);
		exs_drop(skb, reason);
	}
	atomic_long_sub(q->mem, &q->en->frag->mem);
	q->mem = 0;
}

/* RFC 1122 3.3.2: the sender is told, if the first fragment is there. */
static void exs_frag_tell_timeout(struct exs_frag_queue *q)
{
	struct rb_node *node = rb_first(&q->frags);
	struct exs_ldev *ldev;
	struct sk_buff *skb;

	ldev = exs_ldev_by_index_rcu(q->en, q->iif);
	if (!node || !ldev || EXS_FRAGCB(rb_to_skb(node))->offset)
		return;
	skb = rb_to_skb(node);
	rb_erase(node, &q->frags);
	exs_frag_restore(q, skb);
	skb->dev = rcu_dereference(ldev->dev) ?: skb->dev;
	EXS_IPCB(skb)->ldev = ldev;
	exs_icmp_send(skb, ICMP_TIME_EXCEEDED, ICMP_EXC_FRAGTIME, 0);
	exs_drop(skb, EXS_DROP_IP_FRAG_TIMEOUT);
}

static void exs_frag_timeout(struct timer_list *t)
{
	struct exs_frag_queue *q = from_timer(q, t, timer);
	struct exs_frag_bucket *b = q->bucket;
	bool mine, freeing;

	rcu_read_lock();
	spin_lock_bh(&b->lock);
	mine = !hlist_unhashed(&q->node);
	hlist_del_init(&q->node);
	freeing = !q->exiting;
	spin_unlock_bh(&b->lock);
	if (mine) {
		EXS_INC(q->en, IP_ReasmTimeout);
		EXS_INC(q->en, IP_ReasmFails);
		exs_frag_tell_timeout(q);
		exs_frag_queue_drop(q, EXS_DROP_IP_FRAG_TIMEOUT);
	}
	if (freeing)
		exs_frag_queue_free(q);
	rcu_read_unlock();
}

static struct exs_frag_queue *
exs_frag_find_locked(struct exs_net *en, struct exs_frag_bucket *b,
		     const struct iphdr *iph)
{
	struct exs_frag_queue *q;

	lockdep_assert_held(&b->lock);
	hlist_for_each_entry(q, &b->chain, node)
		if (q->id == iph->id && q->saddr == iph->saddr &&
		    q->daddr == iph->daddr && q->protocol == iph->protocol)
			return q;
	q = kzalloc(sizeof(*q), GFP_ATOMIC);
	if (!q)
		return NULL;
	exs_frag_queue_init(q, en, iph);
	q->bucket = b;
	atomic_long_add(sizeof(*q), &en->frag->mem);
	timer_setup(&q->timer, exs_frag_timeout, 0);
	mod_timer(&q->timer, jiffies + READ_ONCE(en->sysctl.ipfrag_time));
	hlist_add_head(&q->node, &b->chain);
	return q;
}

/**
 * exs_frag_queue_init - a datagram of which nothing has come yet
 * @q: zeroed
 * @en: namespace
 * @iph: header of its first fragment to arrive
 */
void exs_frag_queue_init(struct exs_frag_queue *q, struct exs_net *en,
			 const struct iphdr *iph)
{
	q->en = en;
	q->saddr = iph->saddr;
	q->daddr = iph->daddr;
	q->id = iph->id;
	q->protocol = iph->protocol;
	q->frags = RB_ROOT;
}

/* Is the fragment sound in itself? */
static enum exs_drop_reason exs_frag_check(const struct sk_buff *skb)
{
	const struct iphdr *iph = ip_hdr(skb);
	unsigned int hlen = iph->ihl * 4, len = skb->len - hlen;
	unsigned int offset = (ntohs(iph->frag_off) & IP_OFFSET) * 8;

	if (!len || (iph->frag_off & htons(IP_MF) && len & 7))
		return EXS_DROP_IP_FRAG_INVALID;
	if (offset + len + hlen > 0xffff)
		return EXS_DROP_IP_FRAG_TOO_LONG;
	return EXS_DROP_MAX;
}

/**
 * exs_frag_queue_add - take a fragment in
 * @q: its datagram, locked or private
 * @skb: data at the IP header, sound in itself; the queue's when EXS_DROP_MAX
 *	comes back
 *
 * Return: EXS_DROP_MAX; EXS_DROP_IP_FRAG_DUP: all of it was there already;
 * another reason: the whole datagram must be discarded.
 */
enum exs_drop_reason exs_frag_queue_add(struct exs_frag_queue *q,
					struct sk_buff *skb)
{
	struct rb_node **link = &q->frags.rb_node, *parent = NULL;
	const struct iphdr *iph = ip_hdr(skb);
	u32 offset = (ntohs(iph->frag_off) & IP_OFFSET) * 8;
	u32 end = offset + skb->len - iph->ihl * 4;
	bool last = !(iph->frag_off & htons(IP_MF));

	/* One end only, and nothing behind it. */
	if (q->total ? end > q->total || (last && end != q->total) :
		       last && end < q->end)
		return EXS_DROP_IP_FRAG_INVALID;
	while (*link) {
		const struct exs_frag_cb *f = EXS_FRAGCB(rb_to_skb(*link));

		parent = *link;
		if (end <= f->offset)
			link = &parent->rb_left;
		else if (offset >= f->offset + f->len)
			link = &parent->rb_right;
		else if (offset >= f->offset && end <= f->offset + f->len)
			return EXS_DROP_IP_FRAG_DUP;
		else
			return EXS_DROP_IP_FRAG_OVERLAP;
	}
	if (last)
		q->total = end;
	q->end = max(q->end, end);
	q->got += end - offset;
	q->mem += skb->truesize;
	q->max_size = max_t(u16, q->max_size, skb->len);
	q->ecn |= BIT(iph->tos & INET_ECN_MASK);
	q->iif = EXS_IPCB(skb)->ldev->ifindex;
	atomic_long_add(skb->truesize, &q->en->frag->mem);
	EXS_FRAGCB(skb)->offset = offset;
	EXS_FRAGCB(skb)->len = end - offset;
	rb_link_node(&skb->rbnode, parent, link);
	rb_insert_color(&skb->rbnode, &q->frags);
	return EXS_DROP_MAX;
}

/*
 * The queue is unhashed and complete: make one packet of it, which goes on as
 * if it had come by the device of the last fragment.
 */
static struct sk_buff *exs_frag_finish(struct exs_frag_queue *q,
				       struct exs_ldev *ldev,
				       struct net_device *dev)
{
	struct exs_net *en = q->en;
	struct sk_buff *skb = exs_ip_reasm(q);

	if (!skb) {
		EXS_INC(en, IP_ReasmFails);
		return NULL;
	}
	EXS_INC(en, IP_ReasmOKs);
	skb->dev = dev;
	EXS_IPCB(skb)->ldev = ldev;
	return skb;
}

static bool exs_frag_is_too_far(struct exs_frag_net *fn,
				struct exs_frag_queue *q)
{
	u32 h = hash_32((__force u32)q->saddr ^ fn->seed, EXS_FRAG_SOURCE_BITS);

	return exs_frag_too_far(&fn->source[h], q,
				READ_ONCE(q->en->sysctl.ipfrag_max_dist));
}

/* An unhashed queue is given up. */
static void exs_frag_give_up(struct exs_net *en, struct exs_frag_queue *q,
			     bool freeing)
{
	EXS_INC(en, IP_ReasmFails);
	exs_frag_queue_drop(q, EXS_DROP_IP_FRAG_DIST);
	if (freeing)
		exs_frag_queue_free(q);
}

static void exs_frag_refuse(struct exs_net *en, struct sk_buff *skb,
			    enum exs_drop_reason reason)
{
	EXS_INC(en, IP_ReasmFails);
	exs_drop(skb, reason);
}

/**
 * exs_ip_defrag - a fragment for this host
 * @en: namespace
 * @skb: data at the IP header; taken
 *
 * Context: softirq, RCU held.
 * Return: the whole datagram, data at its IP header, when this fragment was
 * the last to come; else NULL.
 */
struct sk_buff *exs_ip_defrag(struct exs_net *en, struct sk_buff *skb)
{
	struct exs_ldev *ldev = EXS_IPCB(skb)->ldev;
	struct net_device *dev = skb->dev;
	struct exs_frag_net *fn = READ_ONCE(en->frag);
	enum exs_drop_reason reason;
	bool freeing = false, done = false, stale_freeing = false;
	struct exs_frag_queue *q, *stale = NULL;
	struct exs_frag_bucket *b;

	EXS_INC(en, IP_ReasmReqds);
	reason = !fn || READ_ONCE(fn->dead) ? EXS_DROP_SHUTDOWN :
					      exs_frag_check(skb);
	if (reason == EXS_DROP_MAX && atomic_long_read(&fn->mem) >
				      READ_ONCE(en->sysctl.ipfrag_high_thresh))
		reason = EXS_DROP_IP_FRAG_MEM;
	if (reason != EXS_DROP_MAX) {
		exs_frag_refuse(en, skb, reason);
		return NULL;
	}
	skb_orphan(skb);
	b = exs_frag_bucket(fn, ip_hdr(skb));
	spin_lock_bh(&b->lock);
	q = fn->dead ? NULL : exs_frag_find_locked(en, b, ip_hdr(skb));
	if (q && unlikely(exs_frag_is_too_far(fn, q))) {
		stale = q;
		stale_freeing = exs_frag_kill_locked(q);
		q = exs_frag_find_locked(en, b, ip_hdr(skb));
	}
	if (!q) {
		spin_unlock_bh(&b->lock);
		if (stale)
			exs_frag_give_up(en, stale, stale_freeing);
		exs_frag_refuse(en, skb, EXS_DROP_NO_MEM);
		return NULL;
	}
	reason = exs_frag_queue_add(q, skb);
	if (reason == EXS_DROP_MAX)
		done = q->total && q->got == q->total;
	else if (reason != EXS_DROP_IP_FRAG_DUP)
		done = true;
	if (done)
		freeing = exs_frag_kill_locked(q);
	spin_unlock_bh(&b->lock);
	if (stale)
		exs_frag_give_up(en, stale, stale_freeing);
	if (reason != EXS_DROP_MAX) {
		if (reason == EXS_DROP_IP_FRAG_OVERLAP)
			EXS_INC(en, IPEXT_ReasmOverlaps);
		exs_frag_refuse(en, skb, reason);
		if (done)
			exs_frag_queue_drop(q, reason);
		skb = NULL;
	} else {
		skb = done ? exs_frag_finish(q, ldev, dev) : NULL;
	}
	if (freeing)
		exs_frag_queue_free(q);
	return skb;
}

/**
 * exs_frag_net_init - a namespace's place for fragments
 * @en: namespace
 *
 * Return: 0 or -ENOMEM.
 */
int exs_frag_net_init(struct exs_net *en)
{
	struct exs_frag_net *fn = kzalloc(sizeof(*fn), GFP_KERNEL);
	unsigned int i;

	if (!fn)
		return -ENOMEM;
	fn->seed = get_random_u32();
	for (i = 0; i < EXS_FRAG_BUCKETS; i++)
		spin_lock_init(&fn->bucket[i].lock);
	for (i = 0; i < ARRAY_SIZE(fn->source); i++)
		spin_lock_init(&fn->source[i].lock);
	en->frag = fn;
	return 0;
}

static void exs_frag_bucket_flush(struct exs_frag_bucket *b)
{
	struct exs_frag_queue *q;

	for (;;) {
		spin_lock_bh(&b->lock);
		q = hlist_entry_safe(b->chain.first, struct exs_frag_queue, node);
		if (q) {
			hlist_del_init(&q->node);
			q->exiting = true;
		}
		spin_unlock_bh(&b->lock);
		if (!q)
			return;
		timer_delete_sync(&q->timer);
		exs_frag_queue_drop(q, EXS_DROP_SHUTDOWN);
		exs_frag_queue_free(q);
	}
}

/**
 * exs_frag_net_exit - the namespace ends; what waits is dropped
 * @en: namespace
 *
 * Context: process, may sleep.
 */
void exs_frag_net_exit(struct exs_net *en)
{
	struct exs_frag_net *fn = en->frag;
	unsigned int i;

	WRITE_ONCE(fn->dead, true);
	for (i = 0; i < EXS_FRAG_BUCKETS; i++)
		exs_frag_bucket_flush(&fn->bucket[i]);
	/* Packets that saw it alive, and timers that were just running. */
	synchronize_net();
	WARN_ON_ONCE(atomic_long_read(&fn->mem));
	WRITE_ONCE(en->frag, NULL);
	synchronize_net();
	kfree(fn);
}
