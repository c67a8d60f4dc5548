/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expstack ip: a datagram in pieces, as ip_defrag.c and ip_reasm.c share it.
 */
#ifndef _EXPSTACK_IP_DEFRAG_H
#define _EXPSTACK_IP_DEFRAG_H

#include <linux/ip.h>
#include <linux/rbtree.h>
#include <linux/rcupdate.h>
#include <linux/skbuff.h>
#include <linux/spinlock.h>
#include <linux/timer.h>
#include <expstack/drop.h>
#include <expstack/net.h>
#include <expstack/skb.h>

struct exs_frag_bucket;

/* A datagram in pieces. Under its bucket's lock as long as it is hashed. */
struct exs_frag_queue {
	struct hlist_node node;
	struct rcu_head rcu;
	struct exs_frag_bucket *bucket;
	struct exs_net *en;
	struct timer_list timer;
	struct rb_root frags;		/* sk_buff.rbnode, by offset */
	__be32 saddr;
	__be32 daddr;
	__be16 id;
	u8 protocol;
	u8 ecn;				/* bit per ECN codepoint seen */
	bool exiting;			/* net_exit frees it, not the timer */
	u16 max_size;			/* largest fragment */
	u32 total;			/* payload bytes, 0: end not yet seen */
	u32 end;			/* highest byte seen */
	u32 got;			/* bytes seen */
	int iif;
	u32 source_turn;		/* frag_source.c: the sender's count */
	u32 source_count;
	long mem;			/* truesize of the fragments */
};

/* How many fragments came from a sender. Senders share places by a hash. */
struct exs_frag_source {
	spinlock_t lock;		/* all below */
	__be32 saddr;			/* whose place it is now */
	u32 turn;			/* goes up with each new owner */
	u32 count;			/* fragments counted here */
};

/* A waiting fragment's place; behind what ip_input left. */
struct exs_frag_cb {
	struct exs_ip_cb ip;
	u16 offset;
	u16 len;
};

#define EXS_FRAGCB(skb)	((struct exs_frag_cb *)(skb)->cb)

/* ip_defrag.c */
void exs_frag_queue_init(struct exs_frag_queue *q, struct exs_net *en,
			 const struct iphdr *iph);
enum exs_drop_reason exs_frag_queue_add(struct exs_frag_queue *q,
					struct sk_buff *skb);
void exs_frag_queue_drop(struct exs_frag_queue *q, enum exs_drop_reason reason);
void exs_frag_queue_free(struct exs_frag_queue *q);

atomic_long_t *exs_frag_mem(const struct exs_net *en);

/* frag_source.c; BH off */
bool exs_frag_too_far(struct exs_frag_source *s, struct exs_frag_queue *q,
		      unsigned int max);

/* ip_reasm.c: one packet of a complete queue, or NULL: dropped. */
struct sk_buff *exs_ip_reasm(struct exs_frag_queue *q);

#endif /* _EXPSTACK_IP_DEFRAG_H */
