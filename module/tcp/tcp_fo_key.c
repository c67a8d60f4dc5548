// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: Fast Open's keys, and the cookies made of them.
 * Flow:   sysctl, TCP_FASTOPEN_KEY, tcp_fo_server -> [here]
 * Owns:   exs_tcp_net.fo_keys, exs_tcp_ext.fo_keys
 * Locks:  keys are replaced as a whole; readers are under RCU
 * Spec:   RFC 7413 4.1.2; tcp_fastopen_key of Linux's ip-sysctl
 * Tests:  kunit/tcp/tcp_fo_key_kunit.c, qemu/wire/fastopen
 *
 * A cookie is a keyed hash of both addresses: no state is kept of who got one.
 * Two keys make rotation: what the first made is valid, what the second made is
 * too, and is answered by a new one.
 */
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/unaligned.h>

#include "tcp/tcp_priv.h"

#define EXS_TCP_FO_WORDS	(EXS_TCP_FO_KEY_LEN / sizeof(u32))

/**
 * exs_tcp_fo_cookie_make - the cookie of a client
 * @saddr: its address
 * @daddr: ours
 * @key: secret
 * @c: filled; exp is left alone
 */
void exs_tcp_fo_cookie_make(__be32 saddr, __be32 daddr,
			    const siphash_key_t *key,
			    struct exs_tcp_fo_cookie *c)
{
	__be32 pair[2] = { saddr, daddr };

	put_unaligned_le64(siphash(pair, sizeof(pair), key), c->val);
	c->len = EXS_TCP_FO_COOKIE_LEN;
}

static void exs_tcp_fo_keys_free_rcu(struct rcu_head *head)
{
	/* Nobody is to find them in memory later. */
	kfree_sensitive(container_of(head, struct exs_tcp_fo_keys, rcu));
}

/* The listener's own keys, else the namespace's. RCU held. */
static const struct exs_tcp_fo_keys *exs_tcp_fo_keys_of(const struct sock *lsk)
{
	const struct exs_tcp_ext *ext = exs_tcp_ext(exs_tcp_sk(lsk));

	return rcu_dereference(ext->fo_keys) ?:
	       rcu_dereference(exs_sock_net(lsk)->tcp->fo_keys);
}

/**
 * exs_tcp_fo_cookie_match - is a cookie one of ours?
 * @lsk: the listener
 * @skb: the SYN
 * @given: the cookie in it; NULL: it asks for one
 * @fresh: filled with what we would give now; len -1: there is no key
 *
 * Context: softirq, RCU held.
 * Return: 0: no; 1: made by the key in use; 2: by the one before.
 */
unsigned int exs_tcp_fo_cookie_match(const struct sock *lsk,
				     const struct sk_buff *skb,
				     const struct exs_tcp_fo_cookie *given,
				     struct exs_tcp_fo_cookie *fresh)
{
	const struct exs_tcp_fo_keys *keys = exs_tcp_fo_keys_of(lsk);
	const struct iphdr *iph = ip_hdr(skb);
	struct exs_tcp_fo_cookie old;
	unsigned int i;

	fresh->len = -1;
	if (!keys)
		return 0;
	exs_tcp_fo_cookie_make(iph->saddr, iph->daddr, &keys->key[0], fresh);
	if (!given || given->len != EXS_TCP_FO_COOKIE_LEN)
		return 0;
	if (!memcmp(given->val, fresh->val, EXS_TCP_FO_COOKIE_LEN))
		return 1;
	for (i = 1; i < keys->num; i++) {
		exs_tcp_fo_cookie_make(iph->saddr, iph->daddr, &keys->key[i],
				       &old);
		if (!memcmp(given->val, old.val, EXS_TCP_FO_COOKIE_LEN))
			return i + 1;
	}
	return 0;
}

/**
 * exs_tcp_fo_keys_set - replace the keys
 * @where: the namespace's or a listener's
 * @first: EXS_TCP_FO_KEY_LEN bytes
 * @second: the one before, or NULL
 *
 * Context: process, may sleep.
 * Return: 0 or -ENOMEM.
 */
int exs_tcp_fo_keys_set(struct exs_tcp_fo_keys __rcu **where, const u8 *first,
			const u8 *second)
{
	struct exs_tcp_fo_keys *new = kzalloc(sizeof(*new), GFP_KERNEL);
	const u8 *key[EXS_TCP_FO_KEYS] = { first, second };
	struct exs_tcp_fo_keys *old;
	unsigned int i;

	if (!new)
		return -ENOMEM;
	for (i = 0; i < EXS_TCP_FO_KEYS && key[i]; i++) {
		new->key[i].key[0] = get_unaligned_le64(key[i]);
		new->key[i].key[1] = get_unaligned_le64(key[i] + sizeof(u64));
	}
	new->num = i;
	old = unrcu_pointer(xchg(where, RCU_INITIALIZER(new)));
	if (old)
		call_rcu(&old->rcu, exs_tcp_fo_keys_free_rcu);
	return 0;
}

/**
 * exs_tcp_fo_keys_get - the keys as they were set
 * @where: the namespace's or a listener's
 * @buf: room for EXS_TCP_FO_KEYS keys
 *
 * Return: how many there are.
 */
unsigned int exs_tcp_fo_keys_get(struct exs_tcp_fo_keys __rcu **where, u8 *buf)
{
	const struct exs_tcp_fo_keys *keys;
	unsigned int i, num = 0;

	rcu_read_lock();
	keys = rcu_dereference(*where);
	if (keys)
		num = keys->num;
	for (i = 0; i < num; i++, buf += EXS_TCP_FO_KEY_LEN) {
		put_unaligned_le64(keys->key[i].key[0], buf);
		put_unaligned_le64(keys->key[i].key[1], buf + sizeof(u64));
	}
	rcu_read_unlock();
	return num;
}

/**
 * exs_tcp_fo_keys_once - a namespace needs a key now
 * @en: namespace
 *
 * One nobody knows, unless there is one.
 *
 * Context: process, may sleep.
 */
void exs_tcp_fo_keys_once(struct exs_net *en)
{
	u8 key[EXS_TCP_FO_KEY_LEN];

	if (rcu_access_pointer(en->tcp->fo_keys))
		return;
	get_random_bytes(key, sizeof(key));
	exs_tcp_fo_keys_set(&en->tcp->fo_keys, key, NULL);
	memzero_explicit(key, sizeof(key));
}

/**
 * exs_tcp_fo_keys_free - who has them goes
 * @where: the namespace's or a listener's
 */
void exs_tcp_fo_keys_free(struct exs_tcp_fo_keys __rcu **where)
{
	struct exs_tcp_fo_keys *old;

	old = unrcu_pointer(xchg(where, NULL));
	if (old)
		call_rcu(&old->rcu, exs_tcp_fo_keys_free_rcu);
}

/**
 * exs_tcp_fo_key_show - the keys as text
 * @en: namespace
 * @buf: filled: four words in hexadecimal a key; zeros where there is none
 * @size: EXS_TCP_FO_KEY_TEXT
 */
void exs_tcp_fo_key_show(struct exs_net *en, char *buf, size_t size)
{
	u8 key[EXS_TCP_FO_KEYS * EXS_TCP_FO_KEY_LEN] = { };
	unsigned int i, n;
	size_t at = 0;

	n = exs_tcp_fo_keys_get(&en->tcp->fo_keys, key) ?: 1;
	for (i = 0; i < n * EXS_TCP_FO_WORDS; i++)
		at += scnprintf(buf + at, size - at, "%s%08x",
				!i ? "" : i % EXS_TCP_FO_WORDS ? "-" : ",",
				get_unaligned_le32(key + i * sizeof(u32)));
	memzero_explicit(key, sizeof(key));
}

static bool exs_tcp_fo_key_scan(const char *text, u8 *key)
{
	u32 w[EXS_TCP_FO_WORDS];
	unsigned int i;

	if (sscanf(text, "%x-%x-%x-%x", &w[0], &w[1], &w[2], &w[3]) !=
	    EXS_TCP_FO_WORDS)
		return false;
	for (i = 0; i < EXS_TCP_FO_WORDS; i++)
		put_unaligned_le32(w[i], key + i * sizeof(u32));
	return true;
}

/**
 * exs_tcp_fo_key_store - the keys from text
 * @en: namespace
 * @text: one key, or two with a comma between
 *
 * Context: process, may sleep.
 * Return: 0, -EINVAL, -ENOMEM.
 */
int exs_tcp_fo_key_store(struct exs_net *en, const char *text)
{
	u8 key[EXS_TCP_FO_KEYS][EXS_TCP_FO_KEY_LEN];
	const char *comma = strchr(text, ',');

	if (!exs_tcp_fo_key_scan(text, key[0]) ||
	    (comma && !exs_tcp_fo_key_scan(comma + 1, key[1])))
		return -EINVAL;
	return exs_tcp_fo_keys_set(&en->tcp->fo_keys, key[0],
				   comma ? key[1] : NULL);
}
