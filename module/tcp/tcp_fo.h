/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expstack tcp: Fast Open, RFC 7413. Included by tcp_priv.h alone, behind
 * tcp_obj.h.
 */
#ifndef _EXS_TCP_FO_H
#define _EXS_TCP_FO_H

/* tcp_fastopen, Linux's values */
#define EXS_TCP_FO_CLIENT		BIT(0)
#define EXS_TCP_FO_SERVER		BIT(1)
#define EXS_TCP_FO_CLIENT_NO_COOKIE	BIT(2)	/* text without a cookie */
#define EXS_TCP_FO_SERVER_NO_COOKIE	BIT(9)
#define EXS_TCP_FO_SERVER_ALL		BIT(10)	/* every listener */

#define EXS_TCP_FO_KEY_LEN	16
#define EXS_TCP_FO_KEYS		2	/* the one in use, the one before */
#define EXS_TCP_FO_COOKIE_LEN	8	/* of those we make */
#define EXS_TCP_FO_COOKIE_MAX	16

struct exs_tcp_fo_cookie {
	s8 len;			/* -1: no option; 0: a request for one */
	bool exp;		/* the option's experimental number */
	u8 val[EXS_TCP_FO_COOKIE_MAX];
};

/* What cookies are made of; freed after RCU. */
struct exs_tcp_fo_keys {
	struct rcu_head rcu;
	unsigned int num;
	siphash_key_t key[EXS_TCP_FO_KEYS];
};

/*
 * Of a listener: children whose handshake is not complete. ref: the listener's
 * one, and one for each request that is counted. Freed after RCU.
 */
struct exs_tcp_fo_queue {
	spinlock_t lock;	/* len and the list (BH) */
	refcount_t ref;
	u32 max;		/* TCP_FASTOPEN; 0: off */
	u32 len;		/* children, and resets not forgotten yet */
	struct exs_tcp_req *rst_head;	/* of children that were reset */
	struct exs_tcp_req *rst_tail;
	struct rcu_head rcu;
};

/* Of a client until its sendmsg() or connect() is over. Socket lock. */
struct exs_tcp_fo_req {
	struct exs_tcp_fo_cookie cookie;
	struct msghdr *msg;	/* text that is still to be queued; NULL: none */
	struct ubuf_info *ubuf;	/* MSG_ZEROCOPY: who is told of its end */
	size_t size;
	size_t copied;		/* of it, into the SYN */
};

/* tcp_fo_key.c: keys and cookies. */
void exs_tcp_fo_cookie_make(__be32 saddr, __be32 daddr,
			    const siphash_key_t *key,
			    struct exs_tcp_fo_cookie *c);
unsigned int exs_tcp_fo_cookie_match(const struct sock *lsk,
				     const struct sk_buff *skb,
				     const struct exs_tcp_fo_cookie *given,
				     struct exs_tcp_fo_cookie *fresh);
int exs_tcp_fo_keys_set(struct exs_tcp_fo_keys __rcu **where, const u8 *first,
			const u8 *second);
unsigned int exs_tcp_fo_keys_get(struct exs_tcp_fo_keys __rcu **where, u8 *buf);
void exs_tcp_fo_keys_once(struct exs_net *en);
void exs_tcp_fo_keys_free(struct exs_tcp_fo_keys __rcu **where);

/* tcp_fo_queue.c: how many may be pending. */
int exs_tcp_fo_queue_tune(struct sock *sk, u32 most);
bool exs_tcp_fo_queue_admit(const struct sock *lsk);
bool exs_tcp_fo_queue_add(const struct sock *lsk, struct exs_tcp_req *req);
void exs_tcp_fo_queue_remove(struct exs_tcp_req *req, bool reset);
void exs_tcp_fo_queue_stop(struct sock *lsk);
void exs_tcp_fo_queue_put(struct exs_tcp_fo_queue *q);

/* tcp_fo_server.c. RCU held, BH off. */
struct sock *exs_tcp_fo_syn(struct exs_tcp_req *req, struct sk_buff *skb,
			    struct exs_tcp_fo_cookie *foc);
void exs_tcp_fo_accept(struct sock *child, struct exs_tcp_req *req,
		       struct sk_buff *skb,
		       const struct exs_tcp_fo_cookie *foc);
void exs_tcp_fo_text(struct sock *sk, struct sk_buff *skb);
bool exs_tcp_fo_segment(struct sock *sk, struct sk_buff *skb);
void exs_tcp_fo_complete(struct sock *sk, const struct sk_buff *skb);
void exs_tcp_fo_remove(struct sock *sk, bool reset);
void exs_tcp_fo_deadline(struct sock *sk);

/* tcp_fo_client.c. Socket locked. */
bool exs_tcp_fo_defer(struct sock *sk, int *err);
int exs_tcp_fo_send_syn(struct sock *sk, struct sk_buff *syn);
void exs_tcp_fo_option(struct exs_tcp_sock *tp, struct exs_tcp_opt_out *o);
bool exs_tcp_fo_unacked(const struct exs_tcp_sock *tp);
void exs_tcp_fo_synack(struct sock *sk, struct sk_buff *skb);
int exs_tcp_fo_sendmsg(struct sock *sk, struct msghdr *msg, size_t size,
		       struct ubuf_info *ubuf, size_t *copied);
void exs_tcp_fo_free(struct exs_tcp_sock *tp);

/* tcp_fo_cache.c: cookies of others, in the metrics. */
void exs_tcp_fo_cache_get(struct sock *sk, u16 *mss,
			  struct exs_tcp_fo_cookie *c);
void exs_tcp_fo_cache_set(struct sock *sk, u16 mss,
			  const struct exs_tcp_fo_cookie *c, bool syn_lost,
			  u8 try_exp);
/* tcp_fo_blackhole.c: paths that swallow it. */
void exs_tcp_fo_disable(struct sock *sk);
bool exs_tcp_fo_disabled(struct sock *sk);
void exs_tcp_fo_check_ooo(struct sock *sk);
void exs_tcp_fo_check_timeout(struct sock *sk, bool expired);

/*
 * The request of a child whose handshake is not complete, or NULL. Of what is
 * ESTABLISHED there is none: packets in plenty need not look.
 */
static inline struct exs_tcp_req *
exs_tcp_fo_pending(const struct exs_tcp_sock *tp)
{
	if (likely(READ_ONCE(tp->es.sk.sk_state) == TCP_ESTABLISHED))
		return NULL;
	return READ_ONCE(exs_tcp_ext(tp)->fo_rsk);
}

/* Its SYN asked for Fast Open, and nothing has come yet but the SYN-ACK. */
static inline bool exs_tcp_fo_silent(const struct exs_tcp_sock *tp)
{
	return exs_tcp_ext(tp)->syn_fastopen && !tp->data_segs_in;
}

#endif /* _EXS_TCP_FO_H */
