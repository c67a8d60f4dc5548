/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expstack tcp: MD5 signatures, RFC 2385. Included by tcp_priv.h alone, behind
 * tcp_obj.h.
 */
#ifndef _EXS_TCP_MD5_H
#define _EXS_TCP_MD5_H

#include <linux/jump_label_ratelimit.h>

/*
 * A key of a socket, or a TIME-WAIT's copy of it. Never changed: another takes
 * its place. Freed after RCU.
 */
struct exs_tcp_md5_key {
	struct hlist_node node;
	__be32 addr;		/* of peers */
	int l3index;		/* VRF they are reached by; 0: none */
	u8 prefixlen;
	u8 flags;		/* TCP_MD5SIG_FLAG_IFINDEX: l3index counts */
	u8 len;
	u8 key[TCP_MD5SIG_MAXKEYLEN];
	struct rcu_head rcu;
};

/*
 * The keys of a socket, the latest first. Added and removed under the socket
 * lock, read under RCU. Once made it stays as long as the socket; freed after
 * RCU.
 */
struct exs_tcp_md5 {
	struct hlist_head keys;
	struct rcu_head rcu;
};

/* Somebody has keys: counts struct exs_tcp_md5 and TIME-WAITs with a key. */
extern struct static_key_false_deferred exs_tcp_md5_needed;

/* tcp_md5.c: digests, and which key is whose. */
int exs_tcp_md5_hash(const struct exs_tcp_md5_key *key, __be32 saddr,
		     __be32 daddr, struct sk_buff *skb, u8 *digest);
void exs_tcp_md5_sign(const struct exs_tcp_md5_key *key, __be32 saddr,
		      __be32 daddr, struct sk_buff *skb);
const struct exs_tcp_md5_key *exs_tcp_md5_lookup(const struct sock *sk,
						 __be32 addr, int l3index);
const struct exs_tcp_md5_key *exs_tcp_md5_find(const struct sock *sk,
					       const struct exs_conn *c);
bool exs_tcp_md5_check(const struct sock *sk, struct sk_buff *skb);
bool exs_tcp_md5_reset(const struct sock *sk, struct sk_buff *skb,
		       const struct exs_tcp_md5_key **key);
void exs_tcp_md5_exit(void);

/* tcp_md5_key.c: where keys come from and go to. */
int exs_tcp_md5_alloc_tfm(void);
int exs_tcp_md5_set(struct sock *sk, int optname, sockptr_t optval,
		    unsigned int optlen);
int exs_tcp_md5_inherit(const struct sock *lsk, const struct exs_conn *c,
			struct exs_tcp_ext *ext);
void exs_tcp_md5_adopt(struct sock *sk);
void exs_tcp_md5_free(struct exs_tcp_ext *ext, struct sock *sk);
struct exs_tcp_md5_key *exs_tcp_md5_keep(const struct sock *sk);
void exs_tcp_md5_forget(struct exs_tcp_md5_key *key);

/*
 * The key for what a socket, or a request of a listener, sends to its peer; NULL:
 * it is not signed. RCU held, or socket lock.
 */
static inline const struct exs_tcp_md5_key *
exs_tcp_md5_key(const struct sock *sk, const struct exs_conn *c)
{
	if (!static_branch_unlikely(&exs_tcp_md5_needed.key))
		return NULL;
	return exs_tcp_md5_find(sk, c);
}

/*
 * Is a segment signed as the socket's keys want it? False: it was dropped. RCU
 * held.
 */
static inline bool exs_tcp_md5_ok(const struct sock *sk, struct sk_buff *skb)
{
	/* Nobody has a key, and there is no room for a signature. */
	if (likely(tcp_hdr(skb)->doff < EXS_TCP_MD5_DOFF) &&
	    !static_branch_unlikely(&exs_tcp_md5_needed.key))
		return true;
	return exs_tcp_md5_check(sk, skb);
}

#endif /* _EXS_TCP_MD5_H */
