/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expstack ip: longest prefix match over a multibit trie. See route_trie.c.
 */
#ifndef _EXPSTACK_IP_ROUTE_TRIE_H
#define _EXPSTACK_IP_ROUTE_TRIE_H

#include <linux/bitops.h>
#include <linux/rcupdate.h>
#include <linux/types.h>

struct exs_route_entry;

#define EXS_TRIE_STRIDE		6
#define EXS_TRIE_FANOUT		64
#define EXS_TRIE_ROOT_MIN	7
#define EXS_TRIE_ROOT_MAX	13
/* A table with more prefixes than this gets the large root. */
#define EXS_TRIE_GROW_AT	2048

/*
 * Six bits of the address. The prefixes that end here (lengths depth + 0 to
 * depth + 5) are bits of "leaves", numbered (1 << l) - 1 + value; the nodes
 * below are bits of "kids", numbered by the six bits. slot[] holds the kids,
 * then the leaves, packed. Only slot pointers change after publication; a
 * change of the bitmaps makes a new node.
 */
struct exs_trie_node {
	u64 kids;
	u64 leaves;
	void __rcu *slot[];
};

/*
 * The first "bits" bits of the address, indexed directly. shorts[] holds the
 * prefixes of fewer bits, numbered (1 << len) + value; best[] the longest of
 * them for each index, so that a reader needs one load.
 */
struct exs_trie_root {
	struct rcu_head rcu;
	unsigned int bits;
	struct {
		struct exs_route_entry __rcu *best;
		struct exs_trie_node __rcu *node;
	} *index;
	struct exs_route_entry __rcu **shorts;
};

/* Writers are serialized by the caller; readers are under RCU. */
struct exs_trie {
	struct exs_trie_root __rcu *root;
	unsigned long prefixes;
	unsigned long bytes;		/* of the nodes and the root */
	unsigned int grow_at;
};

extern u64 exs_trie_mask[EXS_TRIE_FANOUT];

void exs_trie_setup(void);
int exs_trie_init(struct exs_trie *t);
void exs_trie_destroy(struct exs_trie *t);
struct exs_route_entry __rcu **exs_trie_find(const struct exs_trie *t, u32 key,
					     unsigned int len);
int exs_trie_insert(struct exs_trie *t, u32 key, unsigned int len,
		    struct exs_route_entry *e);
void exs_trie_replace(struct exs_trie *t, u32 key, unsigned int len,
		      struct exs_route_entry *e);
void exs_trie_remove(struct exs_trie *t, u32 key, unsigned int len);
unsigned int exs_trie_match_all(const struct exs_trie *t, u32 key,
				struct exs_route_entry *out[33]);
int exs_trie_walk(const struct exs_trie *t, u32 from,
		  int (*cb)(struct exs_route_entry *e, void *arg), void *arg);

/**
 * exs_trie_lookup - the longest prefix that covers an address
 * @t: the trie
 * @key: address, host order
 *
 * Three or four dependent loads for a full table: the root's index, one node
 * for prefixes up to /18, two up to /24, the leaf.
 *
 * Context: RCU held.
 * Return: what was inserted for the prefix, or NULL.
 */
static __always_inline struct exs_route_entry *
exs_trie_lookup(const struct exs_trie *t, u32 key)
{
	const struct exs_trie_root *r = rcu_dereference(t->root);
	const struct exs_trie_node *n, *hit = NULL;
	u64 m, hits = 0;
	u32 i, s;

	i = key >> (32 - r->bits);
	n = rcu_dereference(r->index[i].node);
	key <<= r->bits;
	while (n) {
		s = key >> (32 - EXS_TRIE_STRIDE);
		m = n->leaves & exs_trie_mask[s];
		if (m) {
			hit = n;
			hits = m;
		}
		if (!(n->kids & BIT_ULL(s)))
			break;
		n = rcu_dereference(n->slot[hweight64(n->kids &
						      (BIT_ULL(s) - 1))]);
		key <<= EXS_TRIE_STRIDE;
	}
	if (!hit)
		return rcu_dereference(r->index[i].best);
	m = BIT_ULL(__fls(hits)) - 1;
	return rcu_dereference(hit->slot[hweight64(hit->kids) +
					 hweight64(hit->leaves & m)]);
}

#endif /* _EXPSTACK_IP_ROUTE_TRIE_H */
