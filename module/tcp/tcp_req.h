/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expstack tcp: half-open connections: a listener's two queues, its requests
 * and what they remember, SYN cookies. For the files that deal with listeners.
 */
#ifndef _EXS_TCP_REQ_H
#define _EXS_TCP_REQ_H

#include "tcp/tcp_priv.h"

/*
 * tcp_listen.c: SYN and accept queues. RCU held, listener not locked. Also
 * exs_tcp_listen_start(), exs_tcp_listen_stop() and exs_tcp_accept().
 */
/* A segment for a request. Consumes. */
void exs_tcp_req_segment(struct exs_tcp_req *req, struct sk_buff *skb);
void exs_tcp_req_err(struct exs_tcp_req *req, const struct exs_icmp_err *e);
void exs_tcp_req_row(struct exs_tcp_req *req, struct exs_tcp_row *row);
/* Next established child for accept(); listener locked. NULL: none. */
struct sock *exs_tcp_accept_dequeue(struct sock *lsk);
bool exs_tcp_accept_ready(const struct sock *lsk);
bool exs_tcp_accept_queue(struct exs_tcp_listener *l, struct sock *lsk,
			  struct sock *child);
bool exs_tcp_accept_add(struct sock *lsk, struct sock *child);
void exs_tcp_listen_syn(struct sock *lsk, struct sk_buff *skb, u32 isn);
int exs_tcp_listen_init(void);
void exs_tcp_listen_exit(void);

/**
 * exs_tcp_req_offered - the window that the SYN-ACK told the peer
 * @req: the request
 *
 * Its field is not scaled: the child has more of the buffer to offer.
 *
 * Return: bytes.
 */
static inline u32 exs_tcp_req_offered(const struct exs_tcp_req *req)
{
	return min(req->rcv_wnd, 65535U);
}

/* tcp_req.c: requests. RCU held, BH off. */
void exs_tcp_req_syn(struct sock *lsk, struct sk_buff *skb, u32 isn);
void exs_tcp_req_put(struct exs_tcp_req *req);
void exs_tcp_req_finish(struct exs_tcp_req *req);
void exs_tcp_req_kill(struct exs_tcp_req *req);
void exs_tcp_req_kill_all(struct sock *lsk);
void exs_tcp_req_tuple(struct exs_tcp_req *req, struct sock *lsk,
		       struct sk_buff *skb);
void exs_tcp_req_window(struct exs_tcp_req *req, u32 mss,
			const struct exs_route_attr *attr);
/* tcp_req_timer.c */
unsigned long exs_tcp_req_timeout(u8 num_timeout);
u8 exs_tcp_req_retries(const struct sock *lsk);
bool exs_tcp_req_expired(const struct exs_tcp_req *req, u8 retries, u8 defer);
bool exs_tcp_req_repeats(const struct exs_tcp_req *req, u8 defer);
bool exs_tcp_req_deferred(const struct exs_tcp_req *req,
			  const struct sk_buff *skb);
/* tcp_save_syn.c */
void exs_tcp_saved_syn_take(struct exs_tcp_req *req, const struct sk_buff *skb);
void exs_tcp_saved_syn_pass(struct exs_tcp_sock *tp, struct exs_tcp_req *req);
int exs_tcp_saved_syn_get(struct sock *sk, char __user *optval,
			  int __user *optlen);
void exs_tcp_saved_syn_free(struct exs_tcp_ext *ext);
/* tcp_req_ack.c */
enum exs_tcp_req_verdict {
	EXS_TCP_REQ_DROP,	/* no answer */
	EXS_TCP_REQ_SYNACK,	/* the SYN again: so is the answer */
	EXS_TCP_REQ_ACK,	/* out of the window: say where we are */
	EXS_TCP_REQ_CHALLENGE,	/* a reset that may be a guess */
	EXS_TCP_REQ_DEFER,	/* TCP_DEFER_ACCEPT: text is to come */
	EXS_TCP_REQ_RESET,	/* answer by RST, the request lives */
	EXS_TCP_REQ_RESET_KILL,	/* answer by RST, the request is over */
	EXS_TCP_REQ_KILL,	/* the peer gave up */
	EXS_TCP_REQ_CHILD,	/* the handshake is complete */
};

enum exs_tcp_req_verdict exs_tcp_req_decide(struct exs_tcp_req *req,
					    struct sk_buff *skb);
void exs_tcp_req_out_of_window(struct exs_tcp_req *req, struct sk_buff *skb,
			       u32 seq);
void exs_tcp_req_challenge(struct exs_tcp_req *req, struct sk_buff *skb,
			   u32 seq);
void exs_tcp_req_child_drop(struct sock *child)
	__releases(&child->sk_lock.slock);
void exs_tcp_req_complete(struct exs_tcp_req *req, struct sk_buff *skb);
/* What the peer sends next. */
static inline u32 exs_tcp_req_rcv_nxt(const struct exs_tcp_req *req)
{
	return req->irs + 1 + req->text;
}

/* tcp_cookie.c: SYN cookies. RCU held, BH off. */
#define EXS_TCP_COOKIE_LIFE	(120 * HZ)	/* how long one is good for */
bool exs_tcp_cookie_wanted(struct sock *lsk, struct exs_tcp_listener *l,
			   bool *want);
void exs_tcp_cookie_seal(struct exs_tcp_req *req, struct exs_tcp_listener *l);
bool exs_tcp_cookie_ack(struct sock *lsk, struct sk_buff *skb);
u32 exs_tcp_cookie_minute(void);
u32 exs_tcp_cookie_make(const struct exs_conn *c, u32 irs, u16 *mss,
			u32 minute);
u16 exs_tcp_cookie_open(const struct exs_conn *c, u32 irs, u32 iss, u32 minute);
u32 exs_tcp_cookie_tsval(const struct exs_tcp_req *req, u32 now);
bool exs_tcp_cookie_options(struct exs_tcp_req *req, struct exs_net *en,
			    const struct exs_tcp_opt *o,
			    const struct exs_route_attr *attr);

#endif /* _EXS_TCP_REQ_H */
