// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ip: longest prefix match over a multibit trie.
 *
 * The root indexes the first 7 or 13 bits directly, each node below it six
 * more, so that nodes begin at the depths 13, 19, 25 and 31 of a large table:
 * the lengths that real tables are made of, /16 and /24, lie at the end of
 * their nodes, where the bitmaps are best used. A prefix costs one pointer in
 * its node, and a change of the table touches one node, whatever its size: a
 * new node is published in the one slot of its parent that points to it, and
 * the old one is freed after a grace period.
 *
 * A table is as large as its users make it: it is charged to their memory
 * control group.
 *
 * Flow:   exs_route_add -> [here]; exs_route_output/input -> exs_trie_lookup
 * Owns:   struct exs_trie
 * Locks:  writers: rtnl (the caller's word for it); readers: RCU
 * Spec:   RFC 1812 5.2.4.3
 * Tests:  kunit/ip/route_trie_kunit.c
 */
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "ip/route_trie.h"

/* Only one writer at a time, which may sleep. */
#define exs_trie_deref(p)	rcu_dereference_protected(p, 1)

u64 exs_trie_mask[EXS_TRIE_FANOUT] __ro_after_init;

/**
 * exs_trie_setup - fill exs_trie_mask: which leaf bits cover an index
 *
 * Context: module init, once.
 */
void exs_trie_setup(void)
{
	unsigned int s, l;

	for (s = 0; s < EXS_TRIE_FANOUT; s++)
		for (l = 0; l < EXS_TRIE_STRIDE; l++)
			exs_trie_mask[s] |= BIT_ULL((1 << l) - 1 +
						    (s >> (EXS_TRIE_STRIDE - l)));
}

/* Where a prefix of len bits has its bit in a node that begins at depth. */
static unsigned int exs_trie_leaf_bit(u32 key, unsigned int len,
				      unsigned int depth)
{
	unsigned int l = len - depth;

	if (!l)
		return 0;
	return (1 << l) - 1 + ((key << depth) >> (32 - l));
}

static unsigned int exs_trie_kid_bit(u32 key, unsigned int depth)
{
	return (key << depth) >> (32 - EXS_TRIE_STRIDE);
}

/* Place in slot[] of the kid or leaf whose bit this is (or would be). */
static unsigned int exs_trie_kid_pos(const struct exs_trie_node *n,
				     unsigned int bit)
{
	return hweight64(n->kids & (BIT_ULL(bit) - 1));
}

static unsigned int exs_trie_leaf_pos(const struct exs_trie_node *n,
				      unsigned int bit)
{
	return hweight64(n->kids) + hweight64(n->leaves & (BIT_ULL(bit) - 1));
}

static unsigned int exs_trie_slots(const struct exs_trie_node *n)
{
	return hweight64(n->kids) + hweight64(n->leaves);
}

static struct exs_trie_node *exs_trie_node_alloc(struct exs_trie *t,
						 unsigned int slots, gfp_t gfp)
{
	struct exs_trie_node *n;

	n = kzalloc(struct_size(n, slot, slots), gfp);
	if (n)
		t->bytes += ksize(n);
	return n;
}

/* Readers may still be in it. */
static void exs_trie_node_free(struct exs_trie *t, struct exs_trie_node *n)
{
	if (!n)
		return;
	t->bytes -= ksize(n);
	kvfree_rcu_mightsleep(n);
}

static void exs_trie_root_free_rcu(struct rcu_head *head)
{
	struct exs_trie_root *r = container_of(head, struct exs_trie_root, rcu);

	kvfree(r->index);
	kvfree(r->shorts);
	kfree(r);
}

static unsigned long exs_trie_root_bytes(unsigned int bits)
{
	const struct exs_trie_root *r = NULL;

	return sizeof(*r) +
	       ((sizeof(*r->index) + sizeof(*r->shorts)) << bits);
}

static struct exs_trie_root *exs_trie_root_alloc(unsigned int bits)
{
	struct exs_trie_root *r = kzalloc(sizeof(*r), GFP_KERNEL_ACCOUNT);

	if (!r)
		return NULL;
	r->bits = bits;
	r->index = kvcalloc(1 << bits, sizeof(*r->index), GFP_KERNEL_ACCOUNT);
	r->shorts = kvcalloc(1 << bits, sizeof(*r->shorts), GFP_KERNEL_ACCOUNT);
	if (!r->index || !r->shorts) {
		exs_trie_root_free_rcu(&r->rcu);
		return NULL;
	}
	return r;
}

/**
 * exs_trie_init - an empty trie
 * @t: to be made
 *
 * Return: 0 or -ENOMEM.
 */
int exs_trie_init(struct exs_trie *t)
{
	struct exs_trie_root *r = exs_trie_root_alloc(EXS_TRIE_ROOT_MIN);

	if (!r)
		return -ENOMEM;
	t->prefixes = 0;
	t->bytes = exs_trie_root_bytes(r->bits);
	t->grow_at = EXS_TRIE_GROW_AT;
	rcu_assign_pointer(t->root, r);
	return 0;
}

static void exs_trie_free_below(struct exs_trie *t, struct exs_trie_node *n)
{
	unsigned int i;

	if (!n)
		return;
	/* At most five levels: 32 bits by six. */
	for (i = 0; i < hweight64(n->kids); i++)
		exs_trie_free_below(t, exs_trie_deref(n->slot[i]));
	t->bytes -= ksize(n);
	kfree(n);
}

/**
 * exs_trie_destroy - free the nodes; the entries are the caller's
 * @t: no reader can be in it any more
 */
void exs_trie_destroy(struct exs_trie *t)
{
	struct exs_trie_root *r = exs_trie_deref(t->root);
	unsigned int i;

	if (!r)
		return;
	for (i = 0; i < 1U << r->bits; i++)
		exs_trie_free_below(t, exs_trie_deref(r->index[i].node));
	RCU_INIT_POINTER(t->root, NULL);
	exs_trie_root_free_rcu(&r->rcu);
}

static u32 exs_trie_short_index(u32 key, unsigned int len)
{
	return (1U << len) + (len ? key >> (32 - len) : 0);
}

/*
 * The prefix of len bits of key changed: index slots whose longest short
 * prefix it is, or was, follow. A slot that has a longer one keeps it.
 */
static void exs_trie_push(struct exs_trie_root *r, u32 key, unsigned int len,
			  struct exs_route_entry *old)
{
	struct exs_route_entry *best = NULL, *cur;
	u32 first, i, s = exs_trie_short_index(key, len);
	unsigned int l;
	u32 p;

	for (p = s; p && !best; p >>= 1)
		best = exs_trie_deref(r->shorts[p]);
	first = (s << (r->bits - len)) - (1U << r->bits);
	for (i = first; i < first + (1U << (r->bits - len)); i++) {
		cur = exs_trie_deref(r->index[i].best);
		if (cur && cur != old) {
			/* Is there a longer one on the way to this slot? */
			for (l = r->bits - 1; l > len; l--)
				if (rcu_access_pointer(r->shorts[(i + (1U << r->bits)) >>
								 (r->bits - l)]))
					break;
			if (l > len)
				continue;
		}
		rcu_assign_pointer(r->index[i].best, best);
	}
}

/*
 * Walk towards the node in which the prefix ends. Returns the pointer to the
 * last node on the way there is, or to where it is missing (NULL), and in
 * *depth where that node begins.
 */
static struct exs_trie_node __rcu **
exs_trie_seek(struct exs_trie_root *r, u32 key, unsigned int len,
	      unsigned int *depth)
{
	struct exs_trie_node __rcu **link;
	struct exs_trie_node *n;
	unsigned int s;

	*depth = r->bits;
	link = &r->index[key >> (32 - r->bits)].node;
	while (len >= *depth + EXS_TRIE_STRIDE) {
		n = exs_trie_deref(*link);
		if (!n)
			break;
		s = exs_trie_kid_bit(key, *depth);
		if (!(n->kids & BIT_ULL(s)))
			break;
		link = (struct exs_trie_node __rcu **)
			&n->slot[exs_trie_kid_pos(n, s)];
		*depth += EXS_TRIE_STRIDE;
	}
	return link;
}

/**
 * exs_trie_find - the slot of exactly this prefix
 * @t: the trie
 * @key: prefix, host order, bits behind len are 0
 * @len: 0 to 32
 *
 * Context: writer.
 * Return: the slot, not empty, or NULL.
 */
struct exs_route_entry __rcu **exs_trie_find(const struct exs_trie *t, u32 key,
					     unsigned int len)
{
	struct exs_trie_root *r = exs_trie_deref(t->root);
	struct exs_route_entry __rcu **slot;
	struct exs_trie_node *n;
	unsigned int depth, bit;

	if (len < r->bits) {
		slot = &r->shorts[exs_trie_short_index(key, len)];
		return rcu_access_pointer(*slot) ? slot : NULL;
	}
	n = exs_trie_deref(*exs_trie_seek(r, key, len, &depth));
	if (!n || len >= depth + EXS_TRIE_STRIDE)
		return NULL;
	bit = exs_trie_leaf_bit(key, len, depth);
	if (!(n->leaves & BIT_ULL(bit)))
		return NULL;
	return (struct exs_route_entry __rcu **)
		&n->slot[exs_trie_leaf_pos(n, bit)];
}

/*
 * A copy of a node with room for one more at pos (add), or without the one at
 * pos. The bitmaps are the caller's to set.
 */
static struct exs_trie_node *exs_trie_copy(struct exs_trie *t,
					   const struct exs_trie_node *n,
					   unsigned int pos, bool add, gfp_t gfp)
{
	unsigned int i, slots = n ? exs_trie_slots(n) : 0;
	unsigned int total = add ? slots + 1 : slots - 1;
	struct exs_trie_node *new;

	new = exs_trie_node_alloc(t, total, gfp);
	if (!new || !n)
		return new;
	new->kids = n->kids;
	new->leaves = n->leaves;
	for (i = 0; i < pos; i++)
		RCU_INIT_POINTER(new->slot[i], exs_trie_deref(n->slot[i]));
	for (; i < (add ? slots : total); i++)
		RCU_INIT_POINTER(new->slot[add ? i + 1 : i],
				 exs_trie_deref(n->slot[add ? i : i + 1]));
	return new;
}

/*
 * Make the chain of nodes from depth down to the one in which the prefix ends,
 * with the entry in it. Not visible yet.
 */
static struct exs_trie_node *exs_trie_chain(struct exs_trie *t, u32 key,
					    unsigned int len, unsigned int depth,
					    struct exs_route_entry *e)
{
	struct exs_trie_node *n, *kid = NULL;
	unsigned int d = depth;

	/* The last one first. */
	while (len >= d + EXS_TRIE_STRIDE)
		d += EXS_TRIE_STRIDE;
	for (;; d -= EXS_TRIE_STRIDE) {
		n = exs_trie_node_alloc(t, 1, GFP_KERNEL_ACCOUNT);
		if (!n) {
			exs_trie_free_below(t, kid);
			return NULL;
		}
		if (kid) {
			n->kids = BIT_ULL(exs_trie_kid_bit(key, d));
			RCU_INIT_POINTER(n->slot[0], kid);
		} else {
			n->leaves = BIT_ULL(exs_trie_leaf_bit(key, len, d));
			RCU_INIT_POINTER(n->slot[0], e);
		}
		if (d == depth)
			return n;
		kid = n;
	}
}

static int exs_trie_insert_long(struct exs_trie *t, struct exs_trie_root *r,
				u32 key, unsigned int len,
				struct exs_route_entry *e)
{
	struct exs_trie_node *n, *new, *kid;
	struct exs_trie_node __rcu **link;
	unsigned int depth, bit, pos;

	link = exs_trie_seek(r, key, len, &depth);
	n = exs_trie_deref(*link);
	if (!n) {
		new = exs_trie_chain(t, key, len, depth, e);
		if (!new)
			return -ENOMEM;
	} else if (len >= depth + EXS_TRIE_STRIDE) {
		kid = exs_trie_chain(t, key, len, depth + EXS_TRIE_STRIDE, e);
		if (!kid)
			return -ENOMEM;
		bit = exs_trie_kid_bit(key, depth);
		pos = exs_trie_kid_pos(n, bit);
		new = exs_trie_copy(t, n, pos, true, GFP_KERNEL_ACCOUNT);
		if (!new) {
			exs_trie_free_below(t, kid);
			return -ENOMEM;
		}
		new->kids |= BIT_ULL(bit);
		RCU_INIT_POINTER(new->slot[pos], kid);
	} else {
		bit = exs_trie_leaf_bit(key, len, depth);
		pos = exs_trie_leaf_pos(n, bit);
		new = exs_trie_copy(t, n, pos, true, GFP_KERNEL_ACCOUNT);
		if (!new)
			return -ENOMEM;
		new->leaves |= BIT_ULL(bit);
		RCU_INIT_POINTER(new->slot[pos], e);
	}
	rcu_assign_pointer(*link, new);
	exs_trie_node_free(t, n);
	return 0;
}

/* A node that began at the old root's depth becomes part of the larger root. */
static void exs_trie_dissolve(struct exs_trie_root *r, u32 key,
			      unsigned int depth, struct exs_trie_node *n)
{
	unsigned int l, v, bit, s;
	u32 k;

	for (l = 0; l < EXS_TRIE_STRIDE; l++) {
		for (v = 0; v < 1U << l; v++) {
			bit = (1 << l) - 1 + v;
			if (!(n->leaves & BIT_ULL(bit)))
				continue;
			k = key | (l ? v << (32 - depth - l) : 0);
			RCU_INIT_POINTER(r->shorts[exs_trie_short_index(k, depth + l)],
					 exs_trie_deref(n->slot[exs_trie_leaf_pos(n, bit)]));
		}
	}
	for (s = 0; s < EXS_TRIE_FANOUT; s++) {
		if (!(n->kids & BIT_ULL(s)))
			continue;
		k = key | s << (32 - depth - EXS_TRIE_STRIDE);
		RCU_INIT_POINTER(r->index[k >> (32 - r->bits)].node,
				 exs_trie_deref(n->slot[exs_trie_kid_pos(n, s)]));
	}
}

/*
 * Six more bits for the root. The nodes below those of the first level stay as
 * they are. Without memory the table works on as it is.
 */
static void exs_trie_grow(struct exs_trie *t)
{
	struct exs_trie_root *old = exs_trie_deref(t->root), *r;
	struct exs_trie_node *n;
	u32 i, p;

	r = exs_trie_root_alloc(old->bits + EXS_TRIE_STRIDE);
	if (!r)
		return;
	for (i = 1; i < 1U << old->bits; i++)
		RCU_INIT_POINTER(r->shorts[i], exs_trie_deref(old->shorts[i]));
	for (i = 0; i < 1U << old->bits; i++) {
		n = exs_trie_deref(old->index[i].node);
		if (n)
			exs_trie_dissolve(r, i << (32 - old->bits), old->bits, n);
	}
	for (i = 0; i < 1U << r->bits; i++) {
		struct exs_route_entry *best = NULL;

		for (p = (i + (1U << r->bits)) >> 1; p && !best; p >>= 1)
			best = exs_trie_deref(r->shorts[p]);
		RCU_INIT_POINTER(r->index[i].best, best);
	}
	t->bytes += exs_trie_root_bytes(r->bits) - exs_trie_root_bytes(old->bits);
	rcu_assign_pointer(t->root, r);
	for (i = 0; i < 1U << old->bits; i++)
		exs_trie_node_free(t, exs_trie_deref(old->index[i].node));
	call_rcu(&old->rcu, exs_trie_root_free_rcu);
}

/**
 * exs_trie_insert - add a prefix that is not there yet
 * @t: the trie
 * @key: prefix, host order, bits behind len are 0
 * @len: 0 to 32
 * @e: what a lookup is to return, not NULL
 *
 * Context: writer, may sleep.
 * Return: 0 or -ENOMEM, then nothing has changed.
 */
int exs_trie_insert(struct exs_trie *t, u32 key, unsigned int len,
		    struct exs_route_entry *e)
{
	struct exs_trie_root *r = exs_trie_deref(t->root);
	int err = 0;

	if (t->prefixes >= t->grow_at && r->bits < EXS_TRIE_ROOT_MAX) {
		exs_trie_grow(t);
		r = exs_trie_deref(t->root);
	}
	if (len < r->bits) {
		rcu_assign_pointer(r->shorts[exs_trie_short_index(key, len)], e);
		exs_trie_push(r, key, len, NULL);
	} else {
		err = exs_trie_insert_long(t, r, key, len, e);
	}
	if (!err)
		t->prefixes++;
	return err;
}

/**
 * exs_trie_replace - let a prefix that is there lead to another entry
 * @t: the trie
 * @key: prefix, host order
 * @len: its length
 * @e: the new entry, not NULL
 *
 * Context: writer.
 */
void exs_trie_replace(struct exs_trie *t, u32 key, unsigned int len,
		      struct exs_route_entry *e)
{
	struct exs_route_entry __rcu **slot = exs_trie_find(t, key, len);
	struct exs_trie_root *r = exs_trie_deref(t->root);
	struct exs_route_entry *old;

	if (WARN_ON_ONCE(!slot))
		return;
	old = exs_trie_deref(*slot);
	rcu_assign_pointer(*slot, e);
	if (len < r->bits)
		exs_trie_push(r, key, len, old);
}

static void exs_trie_remove_long(struct exs_trie *t, struct exs_trie_root *r,
				 u32 key, unsigned int len)
{
	struct exs_trie_node __rcu **link[32 / EXS_TRIE_STRIDE];
	struct exs_trie_node *node[32 / EXS_TRIE_STRIDE], *new;
	unsigned int i = 0, last, depth = r->bits, bit, pos;

	link[0] = &r->index[key >> (32 - r->bits)].node;
	for (;;) {
		node[i] = exs_trie_deref(*link[i]);
		if (len < depth + EXS_TRIE_STRIDE)
			break;
		pos = exs_trie_kid_pos(node[i], exs_trie_kid_bit(key, depth));
		link[i + 1] = (struct exs_trie_node __rcu **)&node[i]->slot[pos];
		i++;
		depth += EXS_TRIE_STRIDE;
	}
	last = i;
	/* Nodes that hold nothing else go with it. */
	while (i && exs_trie_slots(node[i]) == 1)
		i--;
	depth -= (last - i) * EXS_TRIE_STRIDE;
	if (exs_trie_slots(node[i]) == 1) {
		RCU_INIT_POINTER(*link[i], NULL);
	} else {
		bit = i == last ? exs_trie_leaf_bit(key, len, depth) :
				  exs_trie_kid_bit(key, depth);
		pos = i == last ? exs_trie_leaf_pos(node[i], bit) :
				  exs_trie_kid_pos(node[i], bit);
		new = exs_trie_copy(t, node[i], pos, false,
				    GFP_KERNEL_ACCOUNT | __GFP_NOFAIL);
		if (i == last)
			new->leaves &= ~BIT_ULL(bit);
		else
			new->kids &= ~BIT_ULL(bit);
		rcu_assign_pointer(*link[i], new);
	}
	for (; i <= last; i++)
		exs_trie_node_free(t, node[i]);
}

/**
 * exs_trie_remove - take a prefix out
 * @t: the trie
 * @key: prefix, host order; is in the trie
 * @len: its length
 *
 * Context: writer, may sleep. Cannot fail: what it allocates is smaller than
 * what it frees.
 */
void exs_trie_remove(struct exs_trie *t, u32 key, unsigned int len)
{
	struct exs_trie_root *r = exs_trie_deref(t->root);
	struct exs_route_entry __rcu **slot;
	struct exs_route_entry *old;

	slot = exs_trie_find(t, key, len);
	if (WARN_ON_ONCE(!slot))
		return;
	t->prefixes--;
	if (len >= r->bits) {
		exs_trie_remove_long(t, r, key, len);
		return;
	}
	old = exs_trie_deref(*slot);
	RCU_INIT_POINTER(*slot, NULL);
	exs_trie_push(r, key, len, old);
}

/**
 * exs_trie_match_all - every prefix that covers an address
 * @t: the trie
 * @key: address, host order
 * @out: filled, the shortest prefix first
 *
 * For look-ups that the longest prefix does not satisfy (TOS, device).
 *
 * Context: RCU held.
 * Return: how many.
 */
unsigned int exs_trie_match_all(const struct exs_trie *t, u32 key,
				struct exs_route_entry *out[33])
{
	const struct exs_trie_root *r = rcu_dereference(t->root);
	const struct exs_trie_node *n;
	unsigned int l, s, depth, cnt = 0;
	u64 m;

	for (l = 0; l < r->bits; l++) {
		out[cnt] = rcu_dereference(r->shorts[exs_trie_short_index(key, l)]);
		cnt += !!out[cnt];
	}
	n = rcu_dereference(r->index[key >> (32 - r->bits)].node);
	for (depth = r->bits; n; depth += EXS_TRIE_STRIDE) {
		s = exs_trie_kid_bit(key, depth);
		for (m = n->leaves & exs_trie_mask[s]; m; m &= m - 1)
			out[cnt++] = rcu_dereference(n->slot[exs_trie_leaf_pos(n, __ffs64(m))]);
		if (!(n->kids & BIT_ULL(s)))
			break;
		n = rcu_dereference(n->slot[exs_trie_kid_pos(n, s)]);
	}
	return cnt;
}

struct exs_trie_walker {
	u32 from;
	int (*cb)(struct exs_route_entry *e, void *arg);
	void *arg;
};

/* Prefixes that begin at this address, shorter first, then what is below. */
static int exs_trie_walk_node(const struct exs_trie_walker *w,
			      const struct exs_trie_node *n, u32 key,
			      unsigned int depth)
{
	unsigned int l, s, bit, rest = 32 - depth;
	int err = 0;
	u32 k;

	for (s = 0; s < EXS_TRIE_FANOUT && !err; s++) {
		k = key | (u32)(((u64)s << rest) >> EXS_TRIE_STRIDE);
		for (l = 0; l < EXS_TRIE_STRIDE && !err; l++) {
			bit = (1 << l) - 1 + (s >> (EXS_TRIE_STRIDE - l));
			if (s & ((EXS_TRIE_FANOUT >> l) - 1) ||
			    !(n->leaves & BIT_ULL(bit)) || k < w->from)
				continue;
			err = w->cb(rcu_dereference(n->slot[exs_trie_leaf_pos(n, bit)]),
				    w->arg);
		}
		/* The deepest nodes begin at depth 31 and have no kids. */
		if (err || !(n->kids & BIT_ULL(s)) ||
		    (k | GENMASK(rest - EXS_TRIE_STRIDE - 1, 0)) < w->from)
			continue;
		err = exs_trie_walk_node(w, rcu_dereference(n->slot[exs_trie_kid_pos(n, s)]),
					 k, depth + EXS_TRIE_STRIDE);
	}
	return err;
}

/**
 * exs_trie_walk - all entries, by address, shorter prefixes first
 * @t: the trie
 * @from: first address of interest, host order
 * @cb: called for each; a result that is not 0 ends the walk
 * @arg: for cb
 *
 * Context: RCU held; cb does not change the trie.
 * Return: 0 or what cb returned.
 */
int exs_trie_walk(const struct exs_trie *t, u32 from,
		  int (*cb)(struct exs_route_entry *e, void *arg), void *arg)
{
	const struct exs_trie_walker w = { .from = from, .cb = cb, .arg = arg };
	const struct exs_trie_root *r = rcu_dereference(t->root);
	unsigned int l, bits = r->bits;
	struct exs_route_entry *e;
	struct exs_trie_node *n;
	int err = 0;
	u32 i, key;

	for (i = from >> (32 - bits); i < 1U << bits && !err; i++) {
		key = i << (32 - bits);
		for (l = 0; l < bits && !err; l++) {
			if (i & ((1U << (bits - l)) - 1) || key < from)
				continue;
			e = rcu_dereference(r->shorts[exs_trie_short_index(key, l)]);
			if (e)
				err = cb(e, arg);
		}
		n = rcu_dereference(r->index[i].node);
		if (n && !err)
			err = exs_trie_walk_node(&w, n, key, bits);
	}
	return err;
}
