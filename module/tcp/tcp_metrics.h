/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expstack tcp: what is remembered of a destination. Included by tcp_priv.h
 * alone, behind tcp_obj.h.
 */
#ifndef _EXS_TCP_METRICS_H
#define _EXS_TCP_METRICS_H

/* What nobody confirmed for so long is not believed any more: jiffies. */
#define EXS_TCP_METRICS_LIFE	(60 * 60 * HZ)

/* What a server said of Fast Open; tcp_fo_cache.c. */
struct exs_tcp_fo_metrics {
	unsigned long last_syn_loss;	/* jiffies */
	u16 mss;			/* 0: not known */
	u16 syn_loss;			/* SYNs with text that never arrived */
	u8 try_exp;
	u8 cookie_len;
	bool exp;
	u8 cookie[16];
};

/*
 * One pair of addresses. In a bucket of its namespace's table: writers hold the
 * table's lock, readers RCU; it is freed after a grace period. The addresses
 * never change; each value is one word, written racily.
 */
struct exs_tcp_metrics {
	struct hlist_node node;
	__be32 laddr;
	__be32 raddr;
	unsigned long stamp;		/* jiffies of the last update */
	u32 val[EXS_TCP_METRICS];	/* 0: nothing known */
	u32 locked;			/* bits of those the route has fixed */
	struct exs_tcp_fo_metrics fo;	/* under exs_tcp_fo_seq */
	struct rcu_head rcu;
};

struct exs_tcp_metrics_table;
struct exs_tcp_net;

/* tcp_metrics.c: the cache. */
int exs_tcp_metrics_net_init(struct exs_tcp_net *tn);
void exs_tcp_metrics_net_exit(struct exs_tcp_net *tn);
/*
 * RCU held; the entry is good as long as it is. NULL: none. attr: what the route
 * says, or NULL.
 */
struct exs_tcp_metrics *exs_tcp_metrics_find(struct exs_net *en, __be32 laddr,
					     __be32 raddr,
					     const struct exs_route_attr *attr);
struct exs_tcp_metrics *exs_tcp_metrics_make(struct sock *sk, __be32 laddr,
					     __be32 raddr);

/* The same, however old. */
struct exs_tcp_metrics *exs_tcp_metrics_look(struct exs_net *en, __be32 laddr,
					     __be32 raddr);

/* Too old to be true. */
static inline bool exs_tcp_metrics_stale(const struct exs_tcp_metrics *m)
{
	return time_after(jiffies, READ_ONCE(m->stamp) + EXS_TCP_METRICS_LIFE);
}

static inline bool exs_tcp_metrics_locked(const struct exs_tcp_metrics *m,
					  enum exs_tcp_metric which)
{
	return READ_ONCE(m->locked) & BIT(which);
}

void exs_tcp_fo_metrics_read(const struct exs_tcp_metrics *m,
			     struct exs_tcp_fo_metrics *fo);

/* tcp_metrics_conn.c: what a connection leaves, and begins with. */
void exs_tcp_metrics_blend(const struct exs_tcp_sock *tp, bool ssthresh,
			   u32 *val);
void exs_tcp_metrics_save(struct sock *sk);
void exs_tcp_metrics_init(struct sock *sk);
bool exs_tcp_metrics_proven(struct exs_net *en, __be32 laddr, __be32 raddr);

#endif /* _EXS_TCP_METRICS_H */
