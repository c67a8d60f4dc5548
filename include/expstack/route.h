/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expstack ip: routes, and the handle by which a socket keeps one.
 */
#ifndef _EXPSTACK_ROUTE_H
#define _EXPSTACK_ROUTE_H

#include <linux/jump_label.h>
#include <linux/rtnetlink.h>
#include <expstack/flow.h>
#include <expstack/link.h>

#define EXS_ROUTE_CC_NAME	16	/* TCP_CA_NAME_MAX */

/*
 * What transports are told of a way, the metrics of rtnetlink: val is indexed by
 * RTAX_*, 0 stands for none, and the bits of val[RTAX_LOCK] by RTAX_* too. rtt
 * is 8 times, rttvar 4 times the time in milliseconds.
 */
struct exs_route_attr {
	u32 val[RTAX_MAX + 1];
	char congctl[EXS_ROUTE_CC_NAME];	/* in place of val[RTAX_CC_ALGO] */
};

/*
 * Of a route that has any; routes that agree in all of them share one. attr
 * never changes. Freed a grace period after its last reference: those of the
 * routes count as one, and each kept handle has its own.
 */
struct exs_route_metrics {
	struct exs_route_attr attr;
	refcount_t ref;
	unsigned int users;		/* descriptions of routes; rtnl */
	struct hlist_node hash;		/* exs_route_net.metrics; rtnl */
	struct rcu_head rcu;
};

/*
 * The result of a look-up, by value. On the stack of a packet path it borrows
 * ldev, neigh and metrics from the RCU section. Kept on a socket it owns a
 * reference to each: exs_rt_keep() takes them, exs_rt_release() gives them back.
 * Valid while gen equals the namespace's rt_gen and the neighbour is not dead.
 */
struct exs_rt {
	struct exs_ldev *ldev;	/* leaves by; explo for local delivery */
	struct exs_neigh *neigh; /* NULL: local, L3 device, broadcast, multicast */
	struct exs_route_metrics *metrics;	/* NULL: the route has none */
	__be32 saddr;		/* preferred source address */
	__be32 nexthop;		/* gateway, or the destination itself */
	u32 gen;
	u16 mtu;		/* path MTU: route, exception, device */
	u8 type;		/* RTN_UNICAST, LOCAL, BROADCAST, MULTICAST */
	u8 mtu_locked:1,	/* no path MTU discovery: routers may fragment */
	   gateway:1,		/* nexthop is a router */
	   prefixlen:6;		/* of the route that matched */
};

static_assert(sizeof(struct exs_rt) <= 40);

/* A route has had metrics, in whatever namespace. */
DECLARE_STATIC_KEY_FALSE(exs_route_metrics_key);

/**
 * exs_rt_attr - what transports are told of a way
 * @rt: a handle
 *
 * Return: the metrics, good as long as the handle; NULL: none.
 */
static inline const struct exs_route_attr *exs_rt_attr(const struct exs_rt *rt)
{
	if (!static_branch_unlikely(&exs_route_metrics_key) || !rt->metrics)
		return NULL;
	return &rt->metrics->attr;
}

/**
 * exs_route_metric - one of them
 * @attr: the metrics, or NULL
 * @metric: RTAX_*
 *
 * Return: its value, 0: none.
 */
static inline u32 exs_route_metric(const struct exs_route_attr *attr, int metric)
{
	return attr ? attr->val[metric] : 0;
}

/**
 * exs_rt_metric - one of a way's
 * @rt: a handle
 * @metric: RTAX_*
 *
 * Return: its value, 0: none.
 */
static inline u32 exs_rt_metric(const struct exs_rt *rt, int metric)
{
	return exs_route_metric(exs_rt_attr(rt), metric);
}

/**
 * exs_rt_metric_locked - is one of them not to be adapted?
 * @rt: a handle
 * @metric: RTAX_*
 *
 * Return: true when the route says so.
 */
static inline bool exs_rt_metric_locked(const struct exs_rt *rt, int metric)
{
	return exs_rt_metric(rt, RTAX_LOCK) & BIT(metric);
}

/**
 * exs_rt_valid - may a kept route still be used?
 * @en: namespace
 * @rt: the handle
 *
 * Return: true when it may.
 */
static inline bool exs_rt_valid(const struct exs_net *en,
				const struct exs_rt *rt)
{
	return rt->ldev && rt->gen == (u32)atomic_read(&en->rt_gen) &&
	       !(rt->neigh && READ_ONCE(rt->neigh->dead));
}

static inline void exs_rt_bump(struct exs_net *en)
{
	atomic_inc(&en->rt_gen);
}

/* Has any route of the namespace metrics? RCU. */
bool exs_route_has_metrics(const struct exs_net *en);

void exs_rt_keep(struct exs_rt *dst, const struct exs_rt *src);
void exs_rt_release(struct exs_rt *rt);

/*
 * Look up the way of an outgoing packet. Fills rt (borrowed, RCU held by the
 * caller) and, where flow->saddr was 0, rt->saddr tells the one to use.
 * Return: 0, -ENETUNREACH (no route), -EHOSTUNREACH (unreachable), -EACCES
 * (prohibit), -EINVAL (blackhole; or source address not ours).
 */
int exs_route_output(struct exs_net *en, const struct exs_flow *flow,
		     struct exs_rt *rt);
/*
 * Look up what to do with a packet that came in by ldev: RTN_LOCAL, BROADCAST
 * and MULTICAST are for us, RTN_UNICAST is to be forwarded through rt.
 * Return: 0; -EINVAL martian or blackhole; -EHOSTUNREACH, -ENETUNREACH, -EACCES.
 */
int exs_route_input(struct exs_net *en, struct exs_ldev *ldev, __be32 daddr,
		    __be32 saddr, u8 tos, u32 mark, struct exs_rt *rt);

/* What kind of address is it here: RTN_LOCAL, BROADCAST, MULTICAST, UNICAST. RCU. */
u8 exs_route_addr_type(struct exs_net *en, __be32 addr);

/* A frag-needed message said so: remember mtu towards daddr for mtu_expires. */
void exs_pmtu_update(struct exs_net *en, __be32 daddr, u32 mtu);
/* The remembered path MTU towards daddr, or 0; may routers fragment? RCU. */
u32 exs_pmtu_get(struct exs_net *en, __be32 daddr, bool *locked);

/* Configuration of a route, as "expctl route add" and dumps have it. */
struct exs_route_cfg {
	__be32 dst;
	__be32 gw;
	__be32 prefsrc;
	int oif;
	u32 table;		/* RT_TABLE_* */
	u32 priority;		/* metric; lower wins */
	struct exs_route_attr attr;
	u8 dst_len;
	u8 tos;
	u8 type;		/* RTN_* */
	u8 scope;		/* RT_SCOPE_* */
	u8 protocol;		/* RTPROT_* */
	bool onlink;
};

/* rtnl held. nlflags: NLM_F_CREATE, EXCL, REPLACE, APPEND as rtnetlink's. */
int exs_route_add(struct exs_net *en, const struct exs_route_cfg *cfg,
		  u16 nlflags, struct netlink_ext_ack *extack);
int exs_route_del(struct exs_net *en, const struct exs_route_cfg *cfg,
		  struct netlink_ext_ack *extack);
/*
 * All routes from this address (host order) on, in order of prefix, under RCU;
 * cb returns non-zero to stop.
 */
int exs_route_walk(struct exs_net *en, u32 from,
		   int (*cb)(const struct exs_route_cfg *cfg, void *arg),
		   void *arg);

#endif /* _EXPSTACK_ROUTE_H */
