// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: MD5 signatures of segments.
 * Flow:   tcp_xmit, tcp_reply_raw -> exs_tcp_md5_sign;
 *         tcp_demux -> exs_tcp_md5_check
 * Owns:   the hash
 * Locks:  RCU for the keys of others, or the socket lock
 * Spec:   RFC 2385; tcp(7)
 * Tests:  kunit/tcp/tcp_md5_kunit.c, qemu/wire/md5, qemu/tests/md5.sh
 *
 * Both ends know a key and put into each segment a digest of the addresses, the
 * header without options, the text and the key. A segment without the right
 * one never was: nothing answers it. Where no key is known for a peer its
 * segments must have none.
 *
 * The digest is of what is on the wire, so nothing may cut or join segments
 * behind us: a socket that has keys sends no packets of several (tcp_mss.c).
 */
#include <crypto/hash.h>
#include <crypto/utils.h>
#include <linux/inetdevice.h>
#include <net/l3mdev.h>

#include "tcp/tcp_priv.h"

/* What is hashed before the text. */
struct exs_tcp_md5_head {
	__be32 saddr, daddr;
	u8 zero;
	u8 proto;
	__be16 len;
	struct tcphdr th;
} __packed;

DEFINE_STATIC_KEY_DEFERRED_FALSE(exs_tcp_md5_needed, HZ);

/* Has no key and no state of its own: all CPUs use it at once. */
static struct crypto_shash *exs_tcp_md5_tfm;
static DEFINE_MUTEX(exs_tcp_md5_lock);

/**
 * exs_tcp_md5_exit - no key is left
 *
 * Context: process; after the grace period of the last.
 */
void exs_tcp_md5_exit(void)
{
	static_key_deferred_flush(&exs_tcp_md5_needed);
	if (exs_tcp_md5_tfm)
		crypto_free_shash(exs_tcp_md5_tfm);
	exs_tcp_md5_tfm = NULL;
}

/**
 * exs_tcp_md5_alloc_tfm - the hash, before the first key
 *
 * Context: process, may sleep.
 * Return: 0; -ENOMEM: the kernel has no MD5, or no memory.
 */
int exs_tcp_md5_alloc_tfm(void)
{
	struct crypto_shash *tfm;
	int err = 0;

	mutex_lock(&exs_tcp_md5_lock);
	if (!exs_tcp_md5_tfm) {
		tfm = crypto_alloc_shash("md5", 0, 0);
		if (IS_ERR(tfm))
			err = -ENOMEM;
		else
			exs_tcp_md5_tfm = tfm;
	}
	mutex_unlock(&exs_tcp_md5_lock);
	return err;
}

static int exs_tcp_md5_hash_text(struct shash_desc *desc, struct sk_buff *skb,
				 unsigned int from)
{
	struct skb_seq_state st;
	unsigned int done = 0;
	const u8 *data;
	unsigned int n;
	int err = 0;

	if (from == skb->len)
		return 0;
	skb_prepare_seq_read(skb, from, skb->len, &st);
	while ((n = skb_seq_read(done, &data, &st))) {
		err = crypto_shash_update(desc, data, n);
		if (err) {
			skb_abort_seq_read(&st);
			return err;
		}
		done += n;
	}
	return 0;
}

/**
 * exs_tcp_md5_hash - the digest of a segment
 * @key: the key
 * @saddr: who sends it
 * @daddr: to whom
 * @skb: the segment, data at the TCP header
 * @digest: filled, EXS_TCP_MD5_LEN bytes; zeros on error
 *
 * RFC 2385 2.0. Options are left out, the checksum counts as zero.
 *
 * Return: 0 or an errno of the hash.
 */
int exs_tcp_md5_hash(const struct exs_tcp_md5_key *key, __be32 saddr,
		     __be32 daddr, struct sk_buff *skb, u8 *digest)
{
	const struct tcphdr *th = (const struct tcphdr *)skb->data;
	SHASH_DESC_ON_STACK(desc, exs_tcp_md5_tfm);
	struct exs_tcp_md5_head head = {
		.saddr = saddr,
		.daddr = daddr,
		.proto = IPPROTO_TCP,
		.len = htons(skb->len),
		.th = *th,
	};
	int err;

	head.th.check = 0;
	desc->tfm = exs_tcp_md5_tfm;
	err = crypto_shash_init(desc) ?:
	      crypto_shash_update(desc, (const u8 *)&head, sizeof(head)) ?:
	      exs_tcp_md5_hash_text(desc, skb, th->doff * 4) ?:
	      crypto_shash_finup(desc, key->key, key->len, digest);
	if (unlikely(err))
		memset(digest, 0, EXS_TCP_MD5_LEN);
	shash_desc_zero(desc);
	return err;
}

/**
 * exs_tcp_md5_sign - put the digest into a segment
 * @key: the key
 * @saddr: who sends it
 * @daddr: to whom
 * @skb: the segment, data at the TCP header; complete but for the checksum. Its
 *	options begin with exs_tcp_opt_out.md5's
 */
void exs_tcp_md5_sign(const struct exs_tcp_md5_key *key, __be32 saddr,
		      __be32 daddr, struct sk_buff *skb)
{
	u8 *options = skb->data + sizeof(struct tcphdr);

	exs_tcp_md5_hash(key, saddr, daddr, skb, options + EXS_TCP_MD5_AT);
}

static bool exs_tcp_md5_match(const struct exs_tcp_md5_key *key, __be32 addr,
			      int l3index)
{
	if (key->flags & TCP_MD5SIG_FLAG_IFINDEX && key->l3index != l3index)
		return false;
	return !((key->addr ^ addr) & inet_make_mask(key->prefixlen));
}

/* One of a VRF before one of none, then the longer prefix. */
static bool exs_tcp_md5_better(const struct exs_tcp_md5_key *key,
			       const struct exs_tcp_md5_key *best)
{
	if (!best || !key->l3index != !best->l3index)
		return !best || key->l3index;
	return key->prefixlen > best->prefixlen;
}

/**
 * exs_tcp_md5_lookup - the key for a peer
 * @sk: socket or listener
 * @addr: the peer's address
 * @l3index: VRF by which it is reached, 0: none
 *
 * Context: RCU held, or socket lock.
 * Return: the key, or NULL.
 */
const struct exs_tcp_md5_key *exs_tcp_md5_lookup(const struct sock *sk,
						 __be32 addr, int l3index)
{
	const struct exs_tcp_ext *ext = exs_tcp_ext(exs_tcp_sk(sk));
	const struct exs_tcp_md5_key *key, *best = NULL;
	const struct exs_tcp_md5 *md5;

	md5 = rcu_dereference_check(ext->md5, lockdep_sock_is_held(sk));
	if (!md5)
		return NULL;
	hlist_for_each_entry_rcu(key, &md5->keys, node,
				 lockdep_sock_is_held(sk))
		if (exs_tcp_md5_match(key, addr, l3index) &&
		    exs_tcp_md5_better(key, best))
			best = key;
	return best;
}

/**
 * exs_tcp_md5_find - the key for a connection
 * @sk: the socket, or a request's listener
 * @c: the socket's or the request's
 *
 * Context: RCU held, or socket lock.
 * Return: the key, or NULL.
 */
const struct exs_tcp_md5_key *exs_tcp_md5_find(const struct sock *sk,
					       const struct exs_conn *c)
{
	const struct exs_tcp_ext *ext = exs_tcp_ext(exs_tcp_sk(sk));

	if (!rcu_access_pointer(ext->md5))
		return NULL;
	return exs_tcp_md5_lookup(sk, c->raddr,
				  l3mdev_master_ifindex_by_index(c->net,
								 c->bound_dev_if));
}

static const struct exs_tcp_md5_key *
exs_tcp_md5_of_segment(const struct sock *sk, const struct sk_buff *skb)
{
	return exs_tcp_md5_lookup(sk, ip_hdr(skb)->saddr,
				  l3mdev_master_ifindex_rcu(skb->dev));
}

static bool exs_tcp_md5_right(const struct exs_tcp_md5_key *key,
			      struct sk_buff *skb, const u8 *signature)
{
	const struct iphdr *iph = ip_hdr(skb);
	u8 digest[EXS_TCP_MD5_LEN];

	return !exs_tcp_md5_hash(key, iph->saddr, iph->daddr, skb, digest) &&
	       !crypto_memneq(signature, digest, sizeof(digest));
}

/**
 * exs_tcp_md5_check - is a segment signed as it has to be?
 * @sk: who is to get it: a socket, a request's listener, a listener
 * @skb: prepared; dropped when false is returned
 *
 * Use exs_tcp_md5_ok().
 *
 * Context: softirq, RCU held; the socket need not be locked.
 * Return: true when it is.
 */
bool exs_tcp_md5_check(const struct sock *sk, struct sk_buff *skb)
{
	const struct exs_tcp_md5_key *key;
	struct exs_net *en = exs_sock_net(sk);
	const u8 *signature;

	if (exs_tcp_opt_find_md5(tcp_hdr(skb), &signature)) {
		exs_drop(skb, EXS_DROP_TCP_AUTH_HDR);
		return false;
	}
	key = exs_tcp_md5_of_segment(sk, skb);
	if (likely(!key && !signature))
		return true;
	if (!signature) {
		EXS_INC(en, TCPEXT_TCPMD5NotFound);
		exs_drop(skb, EXS_DROP_TCP_MD5NOTFOUND);
	} else if (!key) {
		EXS_INC(en, TCPEXT_TCPMD5Unexpected);
		exs_drop(skb, EXS_DROP_TCP_MD5UNEXPECTED);
	} else if (!exs_tcp_md5_right(key, skb, signature)) {
		EXS_INC(en, TCPEXT_TCPMD5Failure);
		exs_drop(skb, EXS_DROP_TCP_MD5FAILURE);
	} else {
		return true;
	}
	return false;
}

/*
 * Nobody is there for a signed segment. Where both ends use one port, as BGP
 * does, who listens on it may have the key that the lost connection had.
 */
static const struct exs_tcp_md5_key *
exs_tcp_md5_of_port(struct sk_buff *skb, const u8 *signature)
{
	const struct tcphdr *th = tcp_hdr(skb);
	const struct iphdr *iph = ip_hdr(skb);
	const struct exs_tcp_md5_key *key;
	struct exs_sock *es;

	es = exs_listen_lookup_rcu(dev_net(skb->dev), NULL, iph->saddr,
				   th->source, iph->daddr, th->source,
				   skb->dev->ifindex);
	if (!es)
		return NULL;
	key = exs_tcp_md5_of_segment(&es->sk, skb);
	return key && exs_tcp_md5_right(key, skb, signature) ? key : NULL;
}

/**
 * exs_tcp_md5_reset - how is a reset in answer to a segment signed?
 * @sk: the socket it was for, or NULL
 * @skb: the segment, prepared
 * @key: set to the key; NULL: not at all
 *
 * Context: softirq or backlog, RCU held.
 * Return: false when there must be no reset: it could not be signed.
 */
bool exs_tcp_md5_reset(const struct sock *sk, struct sk_buff *skb,
		       const struct exs_tcp_md5_key **key)
{
	const u8 *signature;

	*key = NULL;
	if (exs_tcp_opt_find_md5(tcp_hdr(skb), &signature))
		return false;
	if (sk) {
		/* By the segment: a listener knows nothing of its peers. */
		if (static_branch_unlikely(&exs_tcp_md5_needed.key))
			*key = exs_tcp_md5_of_segment(sk, skb);
	} else if (signature) {
		*key = exs_tcp_md5_of_port(skb, signature);
		return *key;
	}
	return true;
}
