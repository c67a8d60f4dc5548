// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ip: what routes tell transports: MTU, windows, round trip and so on.
 *
 * Few routes have any of it, and those that have mostly agree. So it lies
 * outside the description of a route, one for all that say the same.
 *
 * Flow:   exs_route_info_get -> [here]; exs_rt_keep, exs_rt_release
 * Owns:   struct exs_route_metrics, exs_route_net.metrics
 * Locks:  rtnl for who makes and forgets; readers under RCU, or by reference
 * Spec:   metrics of rtnetlink, their limits and words
 * Tests:  kunit/ip/route_metrics_kunit.c
 */
#include <linux/hash.h>
#include <linux/jhash.h>
#include <linux/netlink.h>
#include <linux/slab.h>

#include "ip/route_priv.h"

/* Larger values make no sense: the IP header and options have to fit too. */
#define EXS_ROUTE_MTU_MAX	(65535 - 15)
#define EXS_ROUTE_ADVMSS_MAX	(65535 - 40)

/* TCP goes by the first; the others are taken as rtnetlink takes them. */
#define EXS_ROUTE_FEATURES	(RTAX_FEATURE_ECN | RTAX_FEATURE_SACK |	\
				 RTAX_FEATURE_TIMESTAMP | RTAX_FEATURE_ALLFRAG)

DEFINE_STATIC_KEY_FALSE(exs_route_metrics_key);

static_assert(!(sizeof(struct exs_route_attr) % sizeof(u32)));

/**
 * exs_route_metrics_check - may a route have these?
 * @attr: what it is to say
 * @extack: told why not
 *
 * Return: 0 or -EINVAL.
 */
int exs_route_metrics_check(const struct exs_route_attr *attr,
			    struct netlink_ext_ack *extack)
{
	if (attr->val[RTAX_FEATURES] & ~EXS_ROUTE_FEATURES) {
		NL_SET_ERR_MSG(extack,
			       "Unknown flag set in feature mask in metrics attribute");
		return -EINVAL;
	}
	if (attr->val[RTAX_LOCK] & BIT(RTAX_CWND) && !attr->val[RTAX_CWND]) {
		NL_SET_ERR_MSG(extack, "Locked cwnd metric must be non zero");
		return -EINVAL;
	}
	return 0;
}

static bool exs_route_attr_empty(const struct exs_route_attr *attr)
{
	return !memchr_inv(attr, 0, sizeof(*attr));
}

static void exs_route_attr_cut(struct exs_route_attr *attr)
{
	u32 *val = attr->val;

	val[RTAX_MTU] = min_t(u32, val[RTAX_MTU], EXS_ROUTE_MTU_MAX);
	val[RTAX_ADVMSS] = min_t(u32, val[RTAX_ADVMSS], EXS_ROUTE_ADVMSS_MAX);
}

static struct hlist_head *exs_route_metrics_head(struct exs_route_net *rn,
						 const struct exs_route_attr *a)
{
	u32 h = jhash2((const u32 *)a, sizeof(*a) / sizeof(u32), 0);

	return &rn->metrics[hash_32(h, EXS_ROUTE_METRICS_HASH_BITS)];
}

/**
 * exs_route_metrics_get - the shared ones of a route
 * @rn: the namespace's routes
 * @attr: what they say, checked; unused bytes are 0
 *
 * Context: rtnl held, may sleep.
 * Return: with a user more; NULL: it says nothing; ERR_PTR(-ENOMEM).
 */
struct exs_route_metrics *
exs_route_metrics_get(struct exs_route_net *rn,
		      const struct exs_route_attr *attr)
{
	struct exs_route_attr key = *attr;
	struct exs_route_metrics *m;
	struct hlist_head *head;

	ASSERT_RTNL();
	if (likely(exs_route_attr_empty(attr)))
		return NULL;
	exs_route_attr_cut(&key);
	head = exs_route_metrics_head(rn, &key);
	hlist_for_each_entry(m, head, hash) {
		if (!memcmp(&m->attr, &key, sizeof(key))) {
			m->users++;
			return m;
		}
	}
	m = kzalloc(sizeof(*m), GFP_KERNEL_ACCOUNT);
	if (!m)
		return ERR_PTR(-ENOMEM);
	m->attr = key;
	m->users = 1;
	refcount_set(&m->ref, 1);
	hlist_add_head(&m->hash, head);
	WRITE_ONCE(rn->metrics_count, rn->metrics_count + 1);
	static_branch_enable(&exs_route_metrics_key);
	return m;
}

/**
 * exs_route_metrics_put - a user less
 * @rn: the namespace's routes
 * @m: the metrics, or NULL
 *
 * Context: rtnl held.
 */
void exs_route_metrics_put(struct exs_route_net *rn,
			   struct exs_route_metrics *m)
{
	ASSERT_RTNL();
	if (!m || --m->users)
		return;
	hlist_del(&m->hash);
	WRITE_ONCE(rn->metrics_count, rn->metrics_count - 1);
	exs_route_metrics_release(m);
}

/**
 * exs_route_metrics_release - a reference less
 * @m: the metrics
 *
 * Context: any.
 */
void exs_route_metrics_release(struct exs_route_metrics *m)
{
	if (refcount_dec_and_test(&m->ref))
		kfree_rcu(m, rcu);
}

/**
 * exs_route_metrics_match - are they what a deletion asks for?
 * @m: of a route, or NULL
 * @attr: what is to be deleted; 0 stands for any
 *
 * Return: true when they are.
 */
bool exs_route_metrics_match(const struct exs_route_metrics *m,
			     const struct exs_route_attr *attr)
{
	unsigned int i;

	if (likely(exs_route_attr_empty(attr)))
		return true;
	if (!m)
		return false;
	for (i = 0; i <= RTAX_MAX; i++)
		if (attr->val[i] && attr->val[i] != m->attr.val[i])
			return false;
	return !attr->congctl[0] || !strcmp(attr->congctl, m->attr.congctl);
}

/**
 * exs_route_has_metrics - does any route of a namespace say something?
 * @en: namespace
 *
 * Context: RCU held.
 * Return: true when it does.
 */
bool exs_route_has_metrics(const struct exs_net *en)
{
	const struct exs_route_net *rn = READ_ONCE(en->route);

	return rn && READ_ONCE(rn->metrics_count);
}
