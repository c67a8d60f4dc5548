// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: requests, the half-open passive connections.
 * Flow:   exs_tcp_listen_syn -> exs_tcp_req_syn -> SYN-ACK, timer;
 *         tcp_demux -> tcp_req_ack -> child
 * Owns:   struct exs_tcp_req, its cache and timer
 * Locks:  none of the listener's; the connection hash decides races
 * Spec:   RFC 9293 3.10.7.2, 3.8.1; RFC 4987; RFC 7323 2
 * Tests:  kunit/tcp/tcp_req_kunit.c, qemu/wire/handshake
 *
 * Whoever takes a request out of the hash owns its end: it stops the timer and
 * drops the hash's reference. The timer's own reference goes with the timer.
 */
#include <net/inet_ecn.h>

#include "tcp/tcp_priv.h"
#include "tcp/tcp_req.h"

static struct kmem_cache *exs_tcp_req_cache;

/**
 * exs_tcp_listen_init - the cache of requests
 *
 * Return: 0 or -ENOMEM.
 */
int exs_tcp_listen_init(void)
{
	exs_tcp_req_cache = kmem_cache_create("expstack_tcp_req",
					      sizeof(struct exs_tcp_req), 0,
					      SLAB_HWCACHE_ALIGN, NULL);
	return exs_tcp_req_cache ? 0 : -ENOMEM;
}

/**
 * exs_tcp_listen_exit - the cache goes
 */
void exs_tcp_listen_exit(void)
{
	/* The last requests may still be in their grace period. */
	rcu_barrier();
	kmem_cache_destroy(exs_tcp_req_cache);
}

static void exs_tcp_req_free_rcu(struct rcu_head *head)
{
	struct exs_tcp_req *req = container_of(head, struct exs_tcp_req, rcu);

	kmem_cache_free(exs_tcp_req_cache, req);
}

/**
 * exs_tcp_req_put - a reference less
 * @req: the request
 *
 * Context: any.
 */
void exs_tcp_req_put(struct exs_tcp_req *req)
{
	if (!refcount_dec_and_test(&req->ref))
		return;
	sock_put(req->listener);
	kfree(req->saved_syn);
	call_rcu(&req->rcu, exs_tcp_req_free_rcu);
}

static void exs_tcp_req_uncount(struct exs_tcp_req *req)
{
	struct exs_tcp_listener *l;

	l = READ_ONCE(exs_tcp_sk(req->listener)->listener);
	if (!l)
		return;
	atomic_dec(&l->qlen);
	if (!req->num_timeout)
		atomic_dec(&l->young);
}

/**
 * exs_tcp_req_finish - the end of a request that was just unhashed
 * @req: the request
 *
 * Context: softirq or BH disabled, RCU held.
 */
void exs_tcp_req_finish(struct exs_tcp_req *req)
{
	exs_tcp_req_uncount(req);
	if (timer_delete(&req->timer))
		exs_tcp_req_put(req);
	exs_tcp_req_put(req);
}

/**
 * exs_tcp_req_kill - end a request without a child
 * @req: the request
 *
 * Context: softirq or BH disabled, RCU held.
 */
void exs_tcp_req_kill(struct exs_tcp_req *req)
{
	if (exs_conn_remove(&req->conn))
		exs_tcp_req_finish(req);
}

static int exs_tcp_req_kill_one(struct exs_conn *c, void *arg)
{
	struct exs_tcp_req *req;

	if (c->kind != EXS_CONN_REQUEST)
		return 0;
	req = container_of(c, struct exs_tcp_req, conn);
	if (req->listener == arg)
		exs_tcp_req_kill(req);
	return 0;
}

/**
 * exs_tcp_req_kill_all - a listener stops
 * @lsk: the listener
 *
 * Context: process.
 */
void exs_tcp_req_kill_all(struct sock *lsk)
{
	local_bh_disable();
	exs_conn_walk(sock_net(lsk), exs_tcp_req_kill_one, lsk);
	local_bh_enable();
}

/* One more timeout passed. False: the request ends. */
static bool exs_tcp_req_again(struct exs_tcp_req *req)
{
	const struct exs_tcp_sock *ltp = exs_tcp_sk(req->listener);
	u8 defer = READ_ONCE(exs_tcp_ext(ltp)->defer_accept);
	struct exs_tcp_listener *l = READ_ONCE(ltp->listener);

	EXS_INC(exs_net(req->conn.net), TCPEXT_TCPTimeouts);
	if (exs_tcp_req_expired(req, exs_tcp_req_retries(req->listener), defer))
		return false;
	if (exs_tcp_req_repeats(req, defer) &&
	    exs_tcp_send_synack(req, NULL, NULL) && !req->acked)
		return false;
	if (!req->num_timeout++ && l)
		atomic_dec(&l->young);
	return true;
}

static void exs_tcp_req_expire(struct timer_list *t)
{
	struct exs_tcp_req *req = from_timer(req, t, timer);

	rcu_read_lock();
	if (hlist_nulls_unhashed_lockless(&req->conn.node)) {
		/* Somebody was faster. */
	} else if (READ_ONCE(req->listener->sk_state) != TCP_LISTEN ||
		   !exs_tcp_req_again(req)) {
		exs_tcp_req_kill(req);
	} else {
		refcount_inc(&req->ref);
		mod_timer(&req->timer,
			  jiffies + exs_tcp_req_timeout(req->num_timeout));
		/* Killed meanwhile, before there was a timer to stop. */
		if (hlist_nulls_unhashed_lockless(&req->conn.node) &&
		    timer_delete(&req->timer))
			exs_tcp_req_put(req);
	}
	rcu_read_unlock();
	exs_tcp_req_put(req);
}

/*
 * Without cookies the last quarter of tcp_max_syn_backlog stays free, but for
 * peers that are known.
 */
static bool exs_tcp_req_backlog_full(struct exs_net *en,
				     const struct sk_buff *skb, int qlen)
{
	int most = EXS_SYSCTL(en, tcp_max_syn_backlog);

	return !EXS_SYSCTL(en, tcp_syncookies) && most - qlen < most >> 2 &&
	       !exs_tcp_metrics_proven(en, ip_hdr(skb)->daddr,
				       ip_hdr(skb)->saddr);
}

/*
 * May the listener take one more, and how? A TIME-WAIT's successor is limited
 * by the accept queue alone.
 */
static bool exs_tcp_req_admit(struct sock *lsk, struct exs_tcp_listener *l,
			      const struct sk_buff *skb, u32 isn, bool *cookie)
{
	struct exs_net *en = exs_sock_net(lsk);

	*cookie = false;
	if (!isn && !exs_tcp_cookie_wanted(lsk, l, cookie))
		return false;
	if (sk_acceptq_is_full(lsk)) {
		EXS_INC(en, TCPEXT_ListenOverflows);
		return false;
	}
	return isn || *cookie ||
	       !exs_tcp_req_backlog_full(en, skb, atomic_read(&l->qlen));
}

/**
 * exs_tcp_req_window - what our SYN-ACK offers
 * @req: the request, options known
 * @mss: payload of a full segment
 * @attr: what the route to the peer says, or NULL
 */
void exs_tcp_req_window(struct exs_tcp_req *req, u32 mss,
			const struct exs_route_attr *attr)
{
	struct sock *lsk = req->listener;
	u32 wnd, clamp, space;
	u8 wscale;

	clamp = exs_tcp_window_limit(lsk, exs_route_metric(attr, RTAX_WINDOW));
	space = exs_tcp_window_full_space(lsk);
	exs_tcp_window_syn(exs_sock_net(lsk), space, mss, req->wscale_ok, &wnd,
			   &clamp, &wscale);
	req->rcv_wnd = exs_tcp_route_rwnd(attr, wnd, mss);
	req->rcv_wscale = wscale;
}

/*
 * Our side of the options: what both have. A cookie keeps what timestamps
 * carry.
 */
static void exs_tcp_req_options(struct exs_tcp_req *req, struct sk_buff *skb,
				bool cookie, const struct exs_route_attr *attr)
{
	const struct exs_tcp_ext *ext;
	struct exs_net *en = exs_net(req->conn.net);
	struct exs_tcp_opt o;
	u16 user_mss;
	u32 mss;

	ext = exs_tcp_ext(exs_tcp_sk(req->listener));
	user_mss = READ_ONCE(ext->user_mss);
	exs_tcp_opt_parse(tcp_hdr(skb), &o);
	req->fo_option = o.fo_len != 0xff;
	req->mss = o.mss ?: EXS_TCP_MSS_DEFAULT;
	if (user_mss && user_mss < req->mss)
		req->mss = user_mss;
	req->tstamp_ok = o.saw_tstamp && EXS_SYSCTL(en, tcp_timestamps);
	if (!cookie || req->tstamp_ok) {
		req->ts_recent = req->tstamp_ok ? o.tsval : 0;
		req->sack_ok = o.saw_sack_perm && EXS_SYSCTL(en, tcp_sack);
		req->wscale_ok = o.saw_wscale &&
				 EXS_SYSCTL(en, tcp_window_scaling);
	}
	if (req->wscale_ok)
		req->snd_wscale = min_t(u8, o.wscale, EXS_TCP_MAX_WSCALE);

	mss = max_t(u32, READ_ONCE(skb->dev->mtu), 68) - 40;
	if (unlikely(attr))
		mss = exs_tcp_route_mss(attr, mss);
	if (user_mss)
		mss = min_t(u32, mss, user_mss);
	if (req->tstamp_ok)
		mss -= 12;
	exs_tcp_req_window(req, mss, attr);
}

/* The listener's; with tcp_reflect_tos the peer's, but for the ECN bits. */
static u8 exs_tcp_req_tos(struct sock *lsk, const struct sk_buff *skb)
{
	u8 tos = READ_ONCE(exs_sk(lsk)->tos);

	if (!EXS_SYSCTL(exs_sock_net(lsk), tcp_reflect_tos))
		return tos;
	return (ip_hdr(skb)->tos & ~INET_ECN_MASK) | (tos & INET_ECN_MASK);
}

/**
 * exs_tcp_req_tuple - begin a request: who talks with whom
 * @req: zeroed and filled
 * @lsk: the listener
 * @skb: a segment of the peer
 *
 * Context: softirq, RCU held.
 */
void exs_tcp_req_tuple(struct exs_tcp_req *req, struct sock *lsk,
		       struct sk_buff *skb)
{
	const struct tcphdr *th = tcp_hdr(skb);
	const struct iphdr *iph = ip_hdr(skb);

	memset(req, 0, sizeof(*req));
	req->listener = lsk;
	req->conn.net = sock_net(lsk);
	req->conn.raddr = iph->saddr;
	req->conn.laddr = iph->daddr;
	req->conn.rport = th->source;
	req->conn.lport = th->dest;
	req->conn.bound_dev_if = READ_ONCE(lsk->sk_bound_dev_if);
	req->conn.kind = EXS_CONN_REQUEST;
	req->mark = READ_ONCE(lsk->sk_mark);
	if (!req->mark && EXS_SYSCTL(exs_sock_net(lsk), tcp_fwmark_accept))
		req->mark = skb->mark;
	req->tos = exs_tcp_req_tos(lsk, skb);
}

static void exs_tcp_req_fill(struct exs_tcp_req *req, struct sock *lsk,
			     struct sk_buff *skb, bool cookie)
{
	const struct exs_route_attr *attr;
	struct exs_net *en = exs_sock_net(lsk);

	exs_tcp_req_tuple(req, lsk, skb);
	attr = exs_tcp_req_attr(req);
	req->irs = EXS_TCPCB(skb)->seq;
	exs_tcp_req_options(req, skb, cookie, attr);
	req->ecn_ok = exs_tcp_ecn_offered(lsk, skb, attr);
	if (req->tstamp_ok)
		req->tsoffset = exs_tcp_ts_offset(en, req->conn.laddr,
						  req->conn.raddr);
}

static struct exs_tcp_req *exs_tcp_req_alloc(struct sock *lsk,
					     struct sk_buff *skb, u32 isn)
{
	struct exs_net *en = exs_sock_net(lsk);
	struct exs_tcp_req *req;

	req = kmem_cache_alloc(exs_tcp_req_cache, GFP_ATOMIC | __GFP_NOWARN);
	if (!req)
		return NULL;
	if (!refcount_inc_not_zero(&lsk->sk_refcnt)) {
		kmem_cache_free(exs_tcp_req_cache, req);
		return NULL;
	}
	exs_tcp_req_fill(req, lsk, skb, false);
	req->iss = isn ?: exs_tcp_isn(en, req->conn.laddr, req->conn.raddr,
				      req->conn.lport, req->conn.rport);
	req->sent_us = (u32)exs_clock_us();
	exs_tcp_saved_syn_take(req, skb);
	/* The hash's and the timer's. */
	refcount_set(&req->ref, 2);
	timer_setup(&req->timer, exs_tcp_req_expire, TIMER_PINNED);
	return req;
}

static void exs_tcp_req_discard(struct exs_tcp_req *req)
{
	sock_put(req->listener);
	kfree(req->saved_syn);
	kmem_cache_free(exs_tcp_req_cache, req);
}

static void exs_tcp_req_refuse(struct sock *lsk, struct sk_buff *skb,
			       enum exs_drop_reason reason)
{
	EXS_INC(exs_sock_net(lsk), TCPEXT_ListenDrops);
	exs_drop(skb, reason);
}

/* Answer and forget: the peer's ACK will bring the request back. */
static void exs_tcp_req_syn_cookie(struct sock *lsk, struct sk_buff *skb,
				   struct exs_tcp_listener *l)
{
	struct exs_tcp_req req;

	exs_tcp_req_fill(&req, lsk, skb, true);
	exs_tcp_cookie_seal(&req, l);
	exs_tcp_send_synack(&req, skb, NULL);
	exs_consume(skb);
}

/* In the hash, with a timer. False: it is gone, and the SYN dropped. */
static bool exs_tcp_req_hash(struct exs_tcp_req *req,
			     struct exs_tcp_listener *l, struct sk_buff *skb)
{
	struct exs_conn *tw = NULL;

	atomic_inc(&l->qlen);
	atomic_inc(&l->young);
	/* Before it can be found, so that who unhashes it finds a timer. */
	mod_timer(&req->timer, jiffies + exs_tcp_req_timeout(0));
	if (exs_conn_insert_unique(&req->conn, NULL, &tw)) {
		/* The same SYN on another CPU was faster. */
		atomic_dec(&l->qlen);
		atomic_dec(&l->young);
		if (timer_delete_sync(&req->timer))
			exs_tcp_req_discard(req);
		exs_drop(skb, EXS_DROP_TCP_REQUEST);
		return false;
	}
	/* Pairs with the one in exs_tcp_listen_stop(). */
	smp_mb();
	if (READ_ONCE(req->listener->sk_state) != TCP_LISTEN) {
		exs_tcp_req_kill(req);
		exs_drop(skb, EXS_DROP_TCP_CLOSED);
		return false;
	}
	return true;
}

/* Text in the SYN, or the option: Fast Open is to look at it. */
static bool exs_tcp_req_fast(const struct exs_tcp_req *req,
			     const struct sk_buff *skb)
{
	return req->fo_option ||
	       EXS_TCPCB(skb)->end_seq != EXS_TCPCB(skb)->seq + 1;
}

/**
 * exs_tcp_req_syn - a SYN for a listener
 * @lsk: the listener, may be closing
 * @skb: the SYN; consumed
 * @isn: initial sequence number to use, 0: choose one
 *
 * Context: softirq, RCU held, listener not locked.
 */
void exs_tcp_req_syn(struct sock *lsk, struct sk_buff *skb, u32 isn)
{
	struct exs_tcp_listener *l = READ_ONCE(exs_tcp_sk(lsk)->listener);
	struct exs_tcp_fo_cookie foc = { .len = -1 };
	struct exs_tcp_req *req;
	bool cookie;

	if (!l || !exs_tcp_req_admit(lsk, l, skb, isn, &cookie)) {
		exs_tcp_req_refuse(lsk, skb, EXS_DROP_TCP_SYN_OVERFLOW);
		return;
	}
	if (cookie) {
		exs_tcp_req_syn_cookie(lsk, skb, l);
		return;
	}
	req = exs_tcp_req_alloc(lsk, skb, isn);
	if (!req) {
		exs_tcp_req_refuse(lsk, skb, EXS_DROP_NO_MEM);
		return;
	}
	if (unlikely(exs_tcp_req_fast(req, skb))) {
		struct sock *child = exs_tcp_fo_syn(req, skb, &foc);

		if (child) {
			exs_tcp_fo_accept(child, req, skb, &foc);
			return;
		}
	}
	if (!exs_tcp_req_hash(req, l, skb))
		return;
	exs_tcp_send_synack(req, skb, &foc);
	exs_consume(skb);
}

/**
 * exs_tcp_req_err - an ICMP error about our SYN-ACK
 * @req: the request
 * @e: the error
 *
 * Context: softirq, RCU held.
 */
void exs_tcp_req_err(struct exs_tcp_req *req, const struct exs_icmp_err *e)
{
	const struct tcphdr *th = e->transport;

	if (ntohl(th->seq) != req->iss) {
		EXS_INC(e->en, TCPEXT_OutOfWindowIcmps);
		return;
	}
	if (e->type == ICMP_DEST_UNREACH && e->code == ICMP_FRAG_NEEDED) {
		exs_pmtu_update(e->en, req->conn.raddr, e->info);
		return;
	}
	if (!e->fatal)
		return;
	EXS_INC(e->en, TCPEXT_ListenDrops);
	exs_tcp_req_kill(req);
}

/**
 * exs_tcp_req_row - a request's line in a dump
 * @req: the request
 * @row: filled
 *
 * Context: RCU held.
 */
void exs_tcp_req_row(struct exs_tcp_req *req, struct exs_tcp_row *row)
{
	long left = (long)(req->timer.expires - jiffies);

	*row = (struct exs_tcp_row) {
		.laddr = req->conn.laddr,
		.raddr = req->conn.raddr,
		.lport = req->conn.lport,
		.rport = req->conn.rport,
		.state = TCP_SYN_RECV,
		.timer = 1,
		.retransmits = req->num_timeout,
		.timer_ms = left > 0 ? jiffies_to_msecs(left) : 0,
		.bound_dev_if = req->conn.bound_dev_if,
		.mark = req->mark,
		.refcnt = refcount_read(&req->ref),
	};
}
