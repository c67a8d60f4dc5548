// SPDX-License-Identifier: GPL-2.0
/*
 * expstack core: connected sockets, requests and TIME-WAITs by four-tuple.
 * Flow:   tcp_demux -> exs_conn_lookup_rcu -> owner
 * Owns:   the connection hash, shared by all namespaces
 * Locks:  exs_conn_hash locks (BH) for writers; readers use RCU
 * Tests:  kunit/core/conn_hash_kunit.c
 */
#include <linux/jhash.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <net/netns/hash.h>

#include <expstack/conn.h>

#define EXS_CONN_LOCKS		1024
#define EXS_CONN_MIN_BUCKETS	4096
#define EXS_CONN_MAX_BUCKETS	(512 * 1024)

/*
 * A chain is a nulls list: its end marker tells a reader that was led to
 * another chain by a concurrent move that it must start again.
 */
struct exs_conn_table {
	struct hlist_nulls_head *heads;
	unsigned int mask;
	u32 secret;
	spinlock_t locks[EXS_CONN_LOCKS];	/* chain i: lock i % number */
};

static struct exs_conn_table exs_conns __read_mostly;

static struct hlist_nulls_head *exs_conn_head(u32 hash)
{
	return &exs_conns.heads[hash & exs_conns.mask];
}

static spinlock_t *exs_conn_lock(u32 hash)
{
	return &exs_conns.locks[hash & (EXS_CONN_LOCKS - 1)];
}

/**
 * exs_conn_hashfn - hash of a four-tuple, with a secret
 * @net: namespace
 * @laddr: local address
 * @lport: local port
 * @raddr: remote address
 * @rport: remote port
 *
 * Return: the hash, equal for equal arguments until the module is unloaded.
 */
u32 exs_conn_hashfn(const struct net *net, __be32 laddr, __be16 lport,
		    __be32 raddr, __be16 rport)
{
	return jhash_3words((__force u32)laddr, (__force u32)raddr,
			    (__force u32)lport << 16 | (__force u32)rport,
			    exs_conns.secret + net_hash_mix(net));
}
EXPORT_SYMBOL_GPL(exs_conn_hashfn);

static bool exs_conn_match(const struct exs_conn *c, const struct net *net,
			   u64 addrs, u32 ports, int dif)
{
	return c->ports == ports && c->addrs == addrs && c->net == net &&
	       (!c->bound_dev_if || c->bound_dev_if == dif);
}

/**
 * exs_conn_lookup_rcu - find the owner of a four-tuple
 * @net: namespace
 * @raddr: remote address
 * @rport: remote port
 * @laddr: local address
 * @lport: local port
 * @dif: device the packet came in by
 *
 * Context: RCU held by the caller, who may use the result until it lets go.
 * Return: the entry, or NULL.
 */
struct exs_conn *exs_conn_lookup_rcu(struct net *net, __be32 raddr,
				     __be16 rport, __be32 laddr, __be16 lport,
				     int dif)
{
	struct exs_conn key = {
		.raddr = raddr, .laddr = laddr, .rport = rport, .lport = lport,
	};
	u32 hash = exs_conn_hashfn(net, laddr, lport, raddr, rport);
	unsigned int slot = hash & exs_conns.mask;
	struct hlist_nulls_node *node;
	struct exs_conn *c;

again:
	hlist_nulls_for_each_entry_rcu(c, node, &exs_conns.heads[slot], node) {
		if (c->hash == hash &&
		    exs_conn_match(c, net, key.addrs, key.ports, dif))
			return c;
	}
	if (unlikely(get_nulls_value(node) != slot))
		goto again;
	return NULL;
}

/* Compute the entry's hash. Returns the lock of its chain. */
static spinlock_t *exs_conn_rehash(struct exs_conn *c)
{
	c->hash = exs_conn_hashfn(c->net, c->laddr, c->lport, c->raddr,
				  c->rport);
	return exs_conn_lock(c->hash);
}

/**
 * exs_conn_insert - make an entry findable
 * @c: complete but for the hash; not hashed
 *
 * Context: any but hard interrupt.
 */
void exs_conn_insert(struct exs_conn *c)
{
	spinlock_t *lock = exs_conn_rehash(c);

	spin_lock_bh(lock);
	hlist_nulls_add_head_rcu(&c->node, exs_conn_head(c->hash));
	spin_unlock_bh(lock);
}

/**
 * exs_conn_insert_unique - make an entry findable unless its tuple is taken
 * @c: complete but for the hash; not hashed
 * @may_reuse: asked when a TIME-WAIT holds the tuple; NULL: never
 * @twp: the TIME-WAIT that was taken over and unhashed, or NULL
 *
 * Context: any but hard interrupt.
 * Return: 0 or -EADDRNOTAVAIL.
 */
int exs_conn_insert_unique(struct exs_conn *c,
			   bool (*may_reuse)(struct exs_conn *tw,
					     struct exs_conn *c),
			   struct exs_conn **twp)
{
	spinlock_t *lock = exs_conn_rehash(c);
	struct hlist_nulls_node *node;
	struct exs_conn *old;
	int err = 0;

	*twp = NULL;
	spin_lock_bh(lock);
	hlist_nulls_for_each_entry(old, node, exs_conn_head(c->hash), node) {
		if (old->hash != c->hash ||
		    !exs_conn_match(old, c->net, c->addrs, c->ports,
				    c->bound_dev_if))
			continue;
		if (old->kind == EXS_CONN_TIMEWAIT && may_reuse &&
		    may_reuse(old, c)) {
			hlist_nulls_del_init_rcu(&old->node);
			*twp = old;
			break;
		}
		err = -EADDRNOTAVAIL;
		break;
	}
	if (!err)
		hlist_nulls_add_head_rcu(&c->node, exs_conn_head(c->hash));
	spin_unlock_bh(lock);
	return err;
}

/**
 * exs_conn_remove - take an entry out
 * @c: the entry; may be unhashed already
 *
 * Readers may still see it until a grace period has passed.
 *
 * Return: true when this call took it out.
 */
bool exs_conn_remove(struct exs_conn *c)
{
	spinlock_t *lock = exs_conn_lock(c->hash);
	bool was;

	spin_lock_bh(lock);
	was = !hlist_nulls_unhashed(&c->node);
	if (was)
		hlist_nulls_del_init_rcu(&c->node);
	spin_unlock_bh(lock);
	return was;
}

/* Into old's place: a reader on its way along the chain meets one of them. */
static void exs_conn_swap(struct hlist_nulls_node *old,
			  struct hlist_nulls_node *new)
{
	struct hlist_nulls_node *next = old->next;

	WRITE_ONCE(new->next, next);
	WRITE_ONCE(new->pprev, old->pprev);
	rcu_assign_pointer(*(struct hlist_nulls_node __rcu __force **)new->pprev,
			   new);
	if (!is_a_nulls(next))
		WRITE_ONCE(next->pprev, &new->next);
	WRITE_ONCE(old->pprev, NULL);
}

/**
 * exs_conn_replace - put one entry in the place of another
 * @old: goes
 * @new: comes, with the same tuple
 *
 * A reader finds one of them at every moment.
 *
 * Return: false when @old was not hashed any more; nothing was changed then.
 */
bool exs_conn_replace(struct exs_conn *old, struct exs_conn *new)
{
	spinlock_t *lock = exs_conn_lock(old->hash);
	bool was;

	new->hash = old->hash;
	spin_lock_bh(lock);
	was = !hlist_nulls_unhashed(&old->node);
	if (was)
		exs_conn_swap(&old->node, &new->node);
	spin_unlock_bh(lock);
	return was;
}

/**
 * exs_conn_walk - call a function for each entry of a namespace
 * @net: namespace
 * @cb: returns non-zero to stop
 * @arg: handed to @cb
 *
 * Context: takes rcu_read_lock() for one chain at a time; @cb must not sleep.
 * Return: what @cb returned last.
 */
int exs_conn_walk(struct net *net, int (*cb)(struct exs_conn *c, void *arg),
		  void *arg)
{
	struct hlist_nulls_node *node;
	struct exs_conn *c;
	unsigned int slot;
	int ret = 0;

	for (slot = 0; slot <= exs_conns.mask && !ret; slot++) {
		if (hlist_nulls_empty(&exs_conns.heads[slot]))
			continue;
		rcu_read_lock();
		hlist_nulls_for_each_entry_rcu(c, node, &exs_conns.heads[slot],
					       node) {
			if (c->net != net)
				continue;
			ret = cb(c, arg);
			if (ret)
				break;
		}
		rcu_read_unlock();
	}
	return ret;
}

/**
 * exs_conn_init - make the table, sized by the machine's memory
 *
 * Return: 0 or -ENOMEM.
 */
int exs_conn_init(void)
{
	unsigned long n = totalram_pages() / 8;
	unsigned int i;

	n = roundup_pow_of_two(clamp_t(unsigned long, n, EXS_CONN_MIN_BUCKETS,
				       EXS_CONN_MAX_BUCKETS));
	exs_conns.heads = kvmalloc_array(n, sizeof(*exs_conns.heads),
					 GFP_KERNEL);
	if (!exs_conns.heads)
		return -ENOMEM;
	exs_conns.mask = n - 1;
	exs_conns.secret = get_random_u32();
	for (i = 0; i < n; i++)
		INIT_HLIST_NULLS_HEAD(&exs_conns.heads[i], i);
	for (i = 0; i < EXS_CONN_LOCKS; i++)
		spin_lock_init(&exs_conns.locks[i]);
	return 0;
}

/**
 * exs_conn_exit - free the table; it is empty
 */
void exs_conn_exit(void)
{
	kvfree(exs_conns.heads);
	exs_conns.heads = NULL;
}
