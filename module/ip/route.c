// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ip: the table of routes: adding, deleting, listing.
 *
 * The tables local and main are one trie, as long as there are no rules between
 * them: routes of the same prefix are a list with those of table local first.
 *
 * Flow:   netlink, exs_route_event -> [here] -> route_trie
 * Owns:   struct exs_route_net, struct exs_route_entry
 * Locks:  rtnl for changes; readers under RCU
 * Spec:   RFC 1812 5.2.4.3; errnos of rtnetlink
 * Tests:  kunit/ip/route_kunit.c, qemu/tests/route.sh
 */
#include <linux/inetdevice.h>
#include <linux/netlink.h>
#include <linux/slab.h>
#include <net/inet_ecn.h>

#include "ip/route_priv.h"

static struct kmem_cache *exs_route_entry_cache __ro_after_init;

static struct exs_route_entry *
exs_route_next(const struct exs_route_entry *e)
{
	return rtnl_dereference(e->next);
}

/* Does a come before b in the list of a prefix? 0: they are equals. */
static int exs_route_entry_cmp(const struct exs_route_entry *a,
			       const struct exs_route_entry *b)
{
	if (a->table != b->table)
		return a->table == RT_TABLE_LOCAL ? -1 : 1;
	if (a->tos != b->tos)
		return a->tos > b->tos ? -1 : 1;
	if (a->priority != b->priority)
		return a->priority < b->priority ? -1 : 1;
	return 0;
}

static int exs_route_cfg_check(const struct exs_route_cfg *cfg,
			       struct netlink_ext_ack *extack)
{
	if (cfg->dst_len > 32) {
		NL_SET_ERR_MSG(extack, "Invalid prefix length");
		return -EINVAL;
	}
	if (cfg->dst & ~inet_make_mask(cfg->dst_len)) {
		NL_SET_ERR_MSG(extack, "Invalid prefix for given prefix length");
		return -EINVAL;
	}
	if (cfg->tos & INET_ECN_MASK) {
		NL_SET_ERR_MSG(extack, "Invalid TOS: ECN bits must be 0");
		return -EINVAL;
	}
	if (cfg->table != RT_TABLE_MAIN && cfg->table != RT_TABLE_LOCAL &&
	    cfg->table != RT_TABLE_UNSPEC) {
		NL_SET_ERR_MSG(extack, "No such table: only main and local");
		return -EINVAL;
	}
	return 0;
}

static u8 exs_route_cfg_table(const struct exs_route_cfg *cfg)
{
	return cfg->table ?: RT_TABLE_MAIN;
}

static struct exs_route_entry *exs_route_head(struct exs_net *en, u32 dst,
					      u8 len)
{
	struct exs_route_entry __rcu **slot;

	slot = exs_trie_find(exs_route_trie(en), dst, len);
	return slot ? rtnl_dereference(*slot) : NULL;
}

static void exs_route_entry_free_rcu(struct rcu_head *head)
{
	kmem_cache_free(exs_route_entry_cache,
			container_of(head, struct exs_route_entry, rcu));
}

static void exs_route_entry_free(struct exs_net *en, struct exs_route_entry *e)
{
	exs_route_info_put(en, e->info);
	call_rcu(&e->rcu, exs_route_entry_free_rcu);
}

/* Take out of the list of its prefix, and the prefix with the last of it. */
static void exs_route_unlink(struct exs_net *en, struct exs_route_entry *e,
			     struct exs_route_entry *prev)
{
	struct exs_route_entry *next = exs_route_next(e);

	if (prev)
		rcu_assign_pointer(prev->next, next);
	else if (next)
		exs_trie_replace(exs_route_trie(en), e->dst, e->len, next);
	else
		exs_trie_remove(exs_route_trie(en), e->dst, e->len);
}

/* Put in behind prev; NULL: at the head of the prefix's list. */
static int exs_route_link(struct exs_net *en, struct exs_route_entry *e,
			  struct exs_route_entry *prev,
			  struct exs_route_entry *head)
{
	if (prev) {
		RCU_INIT_POINTER(e->next, exs_route_next(prev));
		rcu_assign_pointer(prev->next, e);
		return 0;
	}
	RCU_INIT_POINTER(e->next, head);
	if (!head)
		return exs_trie_insert(exs_route_trie(en), e->dst, e->len, e);
	exs_trie_replace(exs_route_trie(en), e->dst, e->len, e);
	return 0;
}

/*
 * Where the list of a prefix takes e, and what stands there already: *prev is
 * the route to come before it, *same the first of its equals, before_same the
 * one before that. As rtnetlink, a route is put before its equals unless
 * NLM_F_APPEND puts it behind them.
 */
struct exs_route_place {
	struct exs_route_entry *prev;
	struct exs_route_entry *same;
	struct exs_route_entry *before_same;
	bool twin;			/* one of them is the same in all */
};

static void exs_route_find_place(struct exs_route_entry *head,
				 const struct exs_route_entry *e, bool append,
				 struct exs_route_place *p)
{
	struct exs_route_entry *i, *prev = NULL;

	memset(p, 0, sizeof(*p));
	for (i = head; i; prev = i, i = exs_route_next(i)) {
		int cmp = exs_route_entry_cmp(i, e);

		if (cmp > 0)
			break;
		if (!cmp && !p->same) {
			p->same = i;
			p->before_same = prev;
		}
		if (!cmp && i->info == e->info)
			p->twin = true;
	}
	p->prev = p->same && !append ? p->before_same : prev;
}

static int exs_route_insert(struct exs_net *en, struct exs_route_entry *e,
			    u16 nlflags)
{
	struct exs_route_entry *head = exs_route_head(en, e->dst, e->len);
	struct exs_route_place p;
	int err;

	exs_route_find_place(head, e, nlflags & NLM_F_APPEND, &p);
	if (p.same && nlflags & NLM_F_EXCL)
		return -EEXIST;
	if (p.same && nlflags & NLM_F_REPLACE) {
		if (p.twin)
			return p.same->info == e->info ? 0 : -EEXIST;
		err = exs_route_link(en, e, p.before_same, head);
		if (err)
			return err;
		exs_route_unlink(en, p.same, e);
		exs_route_entry_free(en, p.same);
		return 1;
	}
	if (p.twin)
		return -EEXIST;
	if (!(nlflags & NLM_F_CREATE))
		return -ENOENT;
	err = exs_route_link(en, e, p.prev, head);
	return err ?: 1;
}

/**
 * exs_route_add - add or replace a route
 * @en: namespace
 * @cfg: the route
 * @nlflags: NLM_F_CREATE, EXCL, REPLACE, APPEND
 * @extack: told why not
 *
 * Context: rtnl held, may sleep.
 * Return: 0; -EEXIST; -ENOENT: nothing to replace; -EINVAL, -ENODEV,
 * -ENETDOWN, -ENETUNREACH, -ENOMEM.
 */
int exs_route_add(struct exs_net *en, const struct exs_route_cfg *cfg,
		  u16 nlflags, struct netlink_ext_ack *extack)
{
	struct exs_route_entry *e;
	struct exs_ldev *ldev;
	int err;

	ASSERT_RTNL();
	if (!en->route)
		return -ENODEV;
	err = exs_route_cfg_check(cfg, extack);
	if (!err)
		err = exs_route_metrics_check(&cfg->attr, extack);
	if (!err)
		err = exs_route_info_check(en, cfg, &ldev, extack);
	if (err)
		return err;
	e = kmem_cache_zalloc(exs_route_entry_cache, GFP_KERNEL);
	if (!e)
		return -ENOMEM;
	e->dst = ntohl(cfg->dst);
	e->len = cfg->dst_len;
	e->tos = cfg->tos;
	e->priority = cfg->priority;
	e->table = exs_route_cfg_table(cfg);
	e->info = exs_route_info_get(en, cfg, ldev);
	if (!e->info) {
		kmem_cache_free(exs_route_entry_cache, e);
		return -ENOMEM;
	}
	err = exs_route_insert(en, e, nlflags);
	if (err <= 0) {
		exs_route_info_put(en, e->info);
		kmem_cache_free(exs_route_entry_cache, e);
		return err;
	}
	exs_rt_bump(en);
	return 0;
}

/**
 * exs_route_del - delete the first route that fits
 * @en: namespace
 * @cfg: prefix, TOS and table exactly; the rest where it is given
 * @extack: told why not
 *
 * Context: rtnl held, may sleep.
 * Return: 0, -ESRCH, -EINVAL.
 */
int exs_route_del(struct exs_net *en, const struct exs_route_cfg *cfg,
		  struct netlink_ext_ack *extack)
{
	struct exs_route_entry *e, *prev = NULL;
	int err;

	ASSERT_RTNL();
	if (!en->route)
		return -ESRCH;
	err = exs_route_cfg_check(cfg, extack);
	if (err)
		return err;
	for (e = exs_route_head(en, ntohl(cfg->dst), cfg->dst_len); e;
	     prev = e, e = exs_route_next(e)) {
		if (e->table == exs_route_cfg_table(cfg) &&
		    e->tos == cfg->tos &&
		    (!cfg->priority || e->priority == cfg->priority) &&
		    exs_route_info_match(e->info, cfg))
			break;
	}
	if (!e) {
		NL_SET_ERR_MSG(extack, "No such route");
		return -ESRCH;
	}
	exs_route_unlink(en, e, prev);
	exs_route_entry_free(en, e);
	exs_rt_bump(en);
	return 0;
}

static void exs_route_entry_cfg(const struct exs_route_entry *e,
				struct exs_route_cfg *cfg)
{
	const struct exs_route_info *info = e->info;

	*cfg = (struct exs_route_cfg) {
		.dst = htonl(e->dst), .dst_len = e->len, .tos = e->tos,
		.priority = e->priority, .table = e->table,
		.gw = info->gw, .prefsrc = info->prefsrc,
		.oif = info->ldev ? info->ldev->ifindex : 0,
		.type = info->type, .scope = info->scope,
		.protocol = info->protocol, .onlink = info->onlink,
	};
	if (info->metrics)
		cfg->attr = info->metrics->attr;
}

struct exs_route_walker {
	int (*cb)(const struct exs_route_cfg *cfg, void *arg);
	void *arg;
};

static int exs_route_walk_entry(struct exs_route_entry *e, void *arg)
{
	const struct exs_route_walker *w = arg;
	struct exs_route_cfg cfg;
	int err = 0;

	for (; e && !err; e = rcu_dereference(e->next)) {
		exs_route_entry_cfg(e, &cfg);
		err = w->cb(&cfg, w->arg);
	}
	return err;
}

/**
 * exs_route_walk - all routes, in order of prefix
 * @en: namespace
 * @from: address to begin with, host order; 0: all
 * @cb: called for each; a result that is not 0 ends the walk
 * @arg: for cb
 *
 * Context: RCU held.
 * Return: 0 or what cb returned.
 */
int exs_route_walk(struct exs_net *en, u32 from,
		   int (*cb)(const struct exs_route_cfg *cfg, void *arg),
		   void *arg)
{
	struct exs_route_walker w = { .cb = cb, .arg = arg };

	if (!en->route)
		return 0;
	return exs_trie_walk(exs_route_trie(en), from, exs_route_walk_entry,
			     &w);
}

/* A batch of prefixes that hold a route to be flushed, and where to go on. */
struct exs_route_batch {
	bool (*match)(const struct exs_route_entry *e, const void *arg);
	const void *arg;
	struct {
		u32 dst;
		u8 len;
	} prefix[64];
	unsigned int n;
};

static int exs_route_flush_collect(struct exs_route_entry *e, void *arg)
{
	struct exs_route_batch *b = arg;
	struct exs_route_entry *i;

	for (i = e; i; i = rcu_dereference(i->next))
		if (b->match(i, b->arg))
			break;
	if (!i)
		return 0;
	b->prefix[b->n].dst = e->dst;
	b->prefix[b->n].len = e->len;
	return ++b->n == ARRAY_SIZE(b->prefix);
}

static unsigned int exs_route_flush_prefix(struct exs_net *en,
					   const struct exs_route_batch *b,
					   u32 dst, u8 len)
{
	struct exs_route_entry *e, *next, *prev = NULL;
	unsigned int n = 0;

	for (e = exs_route_head(en, dst, len); e; e = next) {
		next = exs_route_next(e);
		if (!b->match(e, b->arg)) {
			prev = e;
			continue;
		}
		exs_route_unlink(en, e, prev);
		exs_route_entry_free(en, e);
		n++;
	}
	return n;
}

/**
 * exs_route_flush - delete all routes that match
 * @en: namespace
 * @match: which; RCU held
 * @arg: for match
 *
 * Context: rtnl held, may sleep.
 * Return: how many went.
 */
unsigned int exs_route_flush(struct exs_net *en,
			     bool (*match)(const struct exs_route_entry *e,
					   const void *arg),
			     const void *arg)
{
	struct exs_route_batch b = { .match = match, .arg = arg };
	unsigned int i, n = 0;
	u32 from = 0;
	bool more;

	ASSERT_RTNL();
	do {
		b.n = 0;
		rcu_read_lock();
		more = exs_trie_walk(exs_route_trie(en), from,
				     exs_route_flush_collect, &b);
		rcu_read_unlock();
		for (i = 0; i < b.n; i++)
			n += exs_route_flush_prefix(en, &b, b.prefix[i].dst,
						    b.prefix[i].len);
		if (b.n)
			from = b.prefix[b.n - 1].dst;
	} while (more);
	if (n)
		exs_rt_bump(en);
	return n;
}

static bool exs_route_match_any(const struct exs_route_entry *e,
				const void *arg)
{
	return true;
}

static int exs_route_net_init(struct exs_net *en)
{
	struct exs_route_net *rn = kzalloc(sizeof(*rn), GFP_KERNEL);

	if (!rn)
		return -ENOMEM;
	rn->pmtu = exs_pmtu_table_new(en);
	if (!rn->pmtu || exs_trie_init(&rn->trie)) {
		exs_pmtu_table_free(rn->pmtu);
		kfree(rn);
		return -ENOMEM;
	}
	en->route = rn;
	return 0;
}

static void exs_route_net_exit(struct exs_net *en)
{
	struct exs_route_net *rn = en->route;

	/* Packets of attached devices may still look routes up: they find none. */
	rtnl_lock();
	exs_route_flush(en, exs_route_match_any, NULL);
	rtnl_unlock();
	WRITE_ONCE(en->route, NULL);
	synchronize_net();
	exs_trie_destroy(&rn->trie);
	exs_pmtu_table_free(rn->pmtu);
	kfree(rn);
}

static int exs_route_init(void)
{
	int err;

	exs_trie_setup();
	exs_route_entry_cache = KMEM_CACHE(exs_route_entry, SLAB_ACCOUNT);
	if (!exs_route_entry_cache)
		return -ENOMEM;
	err = exs_route_event_init();
	if (err)
		kmem_cache_destroy(exs_route_entry_cache);
	return err;
}

static void exs_route_exit(void)
{
	exs_route_event_exit();
	/* Entries on their way through call_rcu(). */
	rcu_barrier();
	kmem_cache_destroy(exs_route_entry_cache);
}

const struct exs_layer exs_route_layer = {
	.name = "route",
	.init = exs_route_init,
	.exit = exs_route_exit,
	.net_init = exs_route_net_init,
	.net_exit = exs_route_net_exit,
};
