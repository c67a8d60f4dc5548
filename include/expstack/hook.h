/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expstack hook: the five points on the packet path where others can look at
 * a packet and give a verdict. This is the interface for modules that plug in.
 */
#ifndef _EXPSTACK_HOOK_H
#define _EXPSTACK_HOOK_H

#include <linux/jump_label.h>
#include <linux/list.h>
#include <linux/module.h>
#include <expstack/net.h>
#include <expstack/skb.h>

enum exs_hook_point {
	EXS_HOOK_PRE_ROUTING,	/* every packet that came in, header checked */
	EXS_HOOK_LOCAL_IN,	/* for this host, reassembled */
	EXS_HOOK_FORWARD,	/* routed to another device */
	EXS_HOOK_LOCAL_OUT,	/* made by this host, before it is routed again */
	EXS_HOOK_POST_ROUTING,	/* about to leave, before fragmentation */
	EXS_HOOK_MAX
};

enum exs_hook_verdict {
	EXS_HOOK_ACCEPT,	/* go on */
	EXS_HOOK_DROP,		/* exs_drop(skb, EXS_DROP_HOOK), by the caller */
	EXS_HOOK_STOLEN,	/* the hook owns the packet now */
	EXS_HOOK_QUEUE,		/* for user space; dropped where no queue is */
	EXS_HOOK_REPEAT,	/* call this hook again */
};

/* Priorities as netfilter's, lowest first. */
enum exs_hook_priority {
	EXS_HOOK_PRI_FIRST = INT_MIN,
	EXS_HOOK_PRI_DEFRAG = -400,
	EXS_HOOK_PRI_RAW = -300,
	EXS_HOOK_PRI_CONNTRACK = -200,
	EXS_HOOK_PRI_MANGLE = -150,
	EXS_HOOK_PRI_NAT_DST = -100,
	EXS_HOOK_PRI_FILTER = 0,
	EXS_HOOK_PRI_SECURITY = 50,
	EXS_HOOK_PRI_NAT_SRC = 100,
	EXS_HOOK_PRI_LAST = INT_MAX,
};

/* What a hook is told. All pointers are valid during the call (RCU). */
struct exs_hook_state {
	struct exs_net *en;
	struct exs_ldev *in;	/* NULL at LOCAL_OUT, POST_ROUTING of own packets */
	struct exs_ldev *out;	/* NULL at PRE_ROUTING, LOCAL_IN */
	struct sock *sk;	/* sender, NULL for forwarded packets and replies */
	u8 point;		/* enum exs_hook_point */
	/* Continue behind the hook points after STOLEN or QUEUE. Consumes. */
	int (*okfn)(struct exs_net *en, struct sock *sk, struct sk_buff *skb);
};

typedef enum exs_hook_verdict (*exs_hook_fn)(void *priv, struct sk_buff *skb,
					     const struct exs_hook_state *st);

/*
 * A registration. The owner's memory; constant while registered. After
 * exs_hook_unregister() no CPU runs fn any more and the memory may go.
 */
struct exs_hook_ops {
	exs_hook_fn fn;
	void *priv;
	struct net *net;	/* the namespace it is for */
	u8 point;		/* enum exs_hook_point */
	int priority;		/* equal priorities: in order of registration */
	struct list_head list;	/* core's */
};

int exs_hook_register(struct exs_hook_ops *ops);
void exs_hook_unregister(struct exs_hook_ops *ops);
int exs_hook_register_many(struct exs_hook_ops *ops, unsigned int n);
void exs_hook_unregister_many(struct exs_hook_ops *ops, unsigned int n);

#ifdef CONFIG_EXPSTACK_HOOKS
extern struct static_key_false exs_hook_keys[EXS_HOOK_MAX];

/*
 * Slow half. Returns 1 when the caller still owns the packet and goes on,
 * 0 when a hook stole it, a negative errno when it was dropped (-EPERM).
 */
int exs_hook_slow(struct sk_buff *skb, const struct exs_hook_state *st);

/**
 * exs_hook_active - does any namespace have a hook at this point?
 * @point: a constant
 *
 * One predicted branch when not: no load.
 */
#define exs_hook_active(point) static_branch_unlikely(&exs_hook_keys[point])
#else
#define exs_hook_active(point) false
static inline int exs_hook_slow(struct sk_buff *skb,
				const struct exs_hook_state *st)
{
	return 1;
}
#endif

/**
 * exs_hook_run - run the hooks of a point
 * @point: a constant enum exs_hook_point
 * @en: namespace
 * @sk: sender or NULL
 * @skb: the packet; the caller keeps it only when 1 comes back
 * @in: device it came in by, or NULL
 * @out: device it leaves by, or NULL
 * @okfn: continues with a packet that was STOLEN or queued
 *
 * Context: softirq or process, RCU held.
 * Return: 1 go on, 0 stolen, negative errno dropped (already freed).
 */
static __always_inline int
exs_hook_run(const enum exs_hook_point point, struct exs_net *en,
	     struct sock *sk, struct sk_buff *skb, struct exs_ldev *in,
	     struct exs_ldev *out,
	     int (*okfn)(struct exs_net *, struct sock *, struct sk_buff *))
{
	if (exs_hook_active(point)) {
		struct exs_hook_state st = {
			.en = en, .in = in, .out = out, .sk = sk,
			.point = point, .okfn = okfn,
		};

		return exs_hook_slow(skb, &st);
	}
	return 1;
}

#endif /* _EXPSTACK_HOOK_H */
