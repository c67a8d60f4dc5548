/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expstack ip: routes as route*.c share them.
 */
#ifndef _EXPSTACK_IP_ROUTE_PRIV_H
#define _EXPSTACK_IP_ROUTE_PRIV_H

#include <expstack/route.h>

#include "ip/route_trie.h"

#define EXS_ROUTE_INFO_HASH_BITS	8
#define EXS_ROUTE_METRICS_HASH_BITS	6
/* The longest datagram there is. */
#define EXS_ROUTE_MTU_LIMIT		65535u

/*
 * What routes have in common: the way and its properties. Routes that agree
 * in all of it share one, so that a full table costs a few hundred of these.
 * Immutable but for hash and users (rtnl). Freed after a grace period.
 */
struct exs_route_info {
	struct hlist_node hash;		/* exs_route_net.infos; rtnl */
	unsigned int users;		/* entries; rtnl */
	struct rcu_head rcu;
	struct exs_ldev *ldev;		/* holds a reference; NULL: error types */
	struct exs_route_metrics *metrics;	/* one of users; NULL: none */
	__be32 gw;
	__be32 prefsrc;
	u8 type;			/* RTN_* */
	u8 scope;			/* RT_SCOPE_* */
	u8 protocol;			/* RTPROT_* */
	bool onlink;
};

/*
 * A route of a prefix. Routes of the same prefix are a list, best first: table
 * local before main, higher TOS first, lower priority first. Immutable but for
 * next; freed after a grace period.
 */
struct exs_route_entry {
	struct exs_route_entry __rcu *next;	/* readers RCU, writers rtnl */
	struct exs_route_info *info;
	struct rcu_head rcu;
	u32 dst;				/* host order */
	u32 priority;
	u8 len;
	u8 tos;
	u8 table;				/* RT_TABLE_MAIN or LOCAL */
};

/* A namespace's routes. Made in net_init, gone after net_exit; rtnl. */
struct exs_route_net {
	struct exs_trie trie;
	struct hlist_head infos[1 << EXS_ROUTE_INFO_HASH_BITS];
	struct hlist_head metrics[1 << EXS_ROUTE_METRICS_HASH_BITS];
	unsigned int metrics_count;	/* of those; writers rtnl */
	struct exs_pmtu_table *pmtu;
};

static inline struct exs_trie *exs_route_trie(const struct exs_net *en)
{
	return &en->route->trie;
}

/* route_info.c; rtnl held */
int exs_route_info_check(struct exs_net *en, const struct exs_route_cfg *cfg,
			 struct exs_ldev **ldev,
			 struct netlink_ext_ack *extack);
struct exs_route_info *exs_route_info_get(struct exs_net *en,
					  const struct exs_route_cfg *cfg,
					  struct exs_ldev *ldev);
void exs_route_info_put(struct exs_net *en, struct exs_route_info *info);
bool exs_route_info_match(const struct exs_route_info *info,
			  const struct exs_route_cfg *cfg);

/* route_metrics.c; rtnl held but for the last */
int exs_route_metrics_check(const struct exs_route_attr *attr,
			    struct netlink_ext_ack *extack);
struct exs_route_metrics *
exs_route_metrics_get(struct exs_route_net *rn,
		      const struct exs_route_attr *attr);
void exs_route_metrics_put(struct exs_route_net *rn,
			   struct exs_route_metrics *m);
bool exs_route_metrics_match(const struct exs_route_metrics *m,
			     const struct exs_route_attr *attr);
void exs_route_metrics_release(struct exs_route_metrics *m);

/* route.c; rtnl held */
unsigned int exs_route_flush(struct exs_net *en,
			     bool (*match)(const struct exs_route_entry *e,
					   const void *arg),
			     const void *arg);

/* route_event.c */
int exs_route_event_init(void);
void exs_route_event_exit(void);

/* pmtu.c */
struct exs_pmtu_table *exs_pmtu_table_new(struct exs_net *en);
void exs_pmtu_table_free(struct exs_pmtu_table *t);

#endif /* _EXPSTACK_IP_ROUTE_PRIV_H */
