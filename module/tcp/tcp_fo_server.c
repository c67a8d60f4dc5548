// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: Fast Open of a server: a child before the handshake is complete.
 * Flow:   exs_tcp_req_syn -> [here] -> child, SYN-ACK, accept queue;
 *         exs_tcp_state_segment, tcp_verdict, tcp_timeout -> [here]
 * Owns:   exs_tcp_ext.fo_rsk
 * Locks:  the child's socket lock; it is born locked
 * Spec:   RFC 7413 3.1, 4.2.2
 * Tests:  kunit/tcp/tcp_fo_server_kunit.c, qemu/wire/fastopen
 *
 * A SYN with a valid cookie makes the child at once. It is in SYN-RECEIVED, in
 * the connection hash and in the accept queue; the user reads what came with
 * the SYN and writes. The request stays the child's until the ACK of the SYN-ACK
 * comes or the child ends: it says how to repeat the SYN-ACK, by the child's
 * retransmission timer, which serves nothing else until then.
 */
#include <net/busy_poll.h>

#include "tcp/tcp_priv.h"
#include "tcp/tcp_req.h"

static void exs_tcp_fo_parse(const struct sk_buff *skb,
			     struct exs_tcp_fo_cookie *foc)
{
	struct exs_tcp_opt o;

	exs_tcp_opt_parse(tcp_hdr(skb), &o);
	foc->len = o.fo_len == 0xff ? -1 : o.fo_len;
	foc->exp = o.fo_exp;
	if (foc->len > 0)
		memcpy(foc->val, o.fo_cookie, foc->len);
}

/**
 * exs_tcp_fo_text - what came with the peer's SYN
 * @sk: socket; rcv_nxt is behind the SYN
 * @skb: the SYN or SYN-ACK; the caller's
 *
 * Context: socket lock held, BH disabled, RCU held.
 */
void exs_tcp_fo_text(struct sock *sk, struct sk_buff *skb)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct exs_tcp_ext *ext = exs_tcp_ext_own(tp, GFP_ATOMIC);
	struct exs_tcp_cb *cb;
	bool fin;
	u32 len;

	if (!ext || EXS_TCPCB(skb)->end_seq == tp->rcv_nxt)
		return;
	skb = skb_clone(skb, GFP_ATOMIC);
	if (!skb)
		return;
	skb_dst_drop(skb);
	tp->segs_in = 0;
	exs_tcp_count_in(tp, skb);
	__skb_pull(skb, tcp_hdrlen(skb));
	cb = EXS_TCPCB(skb);
	cb->seq++;
	cb->flags &= ~EXS_TCPHDR_SYN;
	fin = cb->flags & EXS_TCPHDR_FIN;
	len = skb->len;
	exs_tcp_force_mem(sk, skb->truesize);
	exs_tcp_queue_in_order(sk, skb);
	tp->bytes_received = len;
	ext->syn_data_acked = 1;
	if (fin)
		exs_tcp_fin_received(sk);
}

/* Start values that only the SYN gives, its window unscaled (RFC 7323 2.2). */
static void exs_tcp_fo_child_init(struct sock *child, struct exs_tcp_req *req,
				  struct sk_buff *skb)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(child);

	tp->snd_una = req->iss + 1;
	tp->snd_wnd = ntohs(tcp_hdr(skb)->window);
	tp->max_window = tp->snd_wnd;
	tp->snd_wl1 = req->irs;
	/* The SYN-ACK is not delivered yet. */
	tp->cc.delivered = 0;
	exs_tcp_timers_rtx(child, EXS_TCP_RTX_RTO, exs_tcp_req_timeout(0));
	exs_tcp_mstamp_refresh(tp);
	exs_tcp_init_transfer(child);
	tp->segs_in = 1;
	exs_tcp_fo_text(child, skb);
	tp->rcv_wup = tp->rcv_nxt;
	req->text = tp->rcv_nxt - req->irs - 1;
}

/* The child, locked, in the hash, with two references; it owns req. NULL: none. */
static struct sock *exs_tcp_fo_child(struct exs_tcp_req *req,
				     struct sk_buff *skb)
{
	struct sock *child = exs_tcp_sock_clone(req->listener, req);
	struct exs_tcp_ext *ext;
	struct exs_conn *tw;

	if (!child)
		return NULL;
	__acquire(&child->sk_lock.slock); /* by exs_tcp_sock_clone() */
	ext = exs_tcp_ext_own(exs_tcp_sk(child), GFP_ATOMIC);
	if (!ext || exs_conn_insert_unique(&exs_sk(child)->conn, NULL, &tw) ||
	    !exs_tcp_fo_queue_add(req->listener, req)) {
		exs_tcp_req_child_drop(child);
		return NULL;
	}
	refcount_set(&req->ref, 1);
	req->fo_child = 1;
	WRITE_ONCE(ext->fo_rsk, req);
	exs_tcp_saved_syn_pass(exs_tcp_sk(child), req);
	sk_mark_napi_id_set(child, skb);
	exs_tcp_fo_child_init(child, req, skb);
	__release(&child->sk_lock.slock); /* by exs_tcp_fo_accept() */
	return child;
}

/* Does the SYN make a child? 0: no; else as exs_tcp_fo_cookie_match(). */
static unsigned int exs_tcp_fo_valid(struct exs_tcp_req *req, struct sk_buff *skb,
				     const struct exs_tcp_fo_cookie *given,
				     struct exs_tcp_fo_cookie *fresh)
{
	struct sock *lsk = req->listener;
	struct exs_net *en = exs_sock_net(lsk);
	unsigned int key;

	fresh->len = -1;
	if (EXS_SYSCTL(en, tcp_fastopen) & EXS_TCP_FO_SERVER_NO_COOKIE ||
	    READ_ONCE(exs_tcp_ext(exs_tcp_sk(lsk))->fo_no_cookie) ||
	    exs_route_metric(exs_tcp_req_attr(req), RTAX_FASTOPEN_NO_COOKIE))
		return 1;
	if (given->len < 0)
		return 0;
	key = exs_tcp_fo_cookie_match(lsk, skb, given->len ? given : NULL,
				      fresh);
	if (given->len && !key)
		EXS_INC(en, TCPEXT_TCPFastOpenPassiveFail);
	return key;
}

/**
 * exs_tcp_fo_syn - a SYN with text or with the option
 * @req: its request, not hashed and without a timer yet
 * @skb: the SYN; the caller's
 * @foc: filled with what the SYN-ACK is to say
 *
 * Context: softirq, RCU held, listener not locked.
 * Return: the child, locked, for exs_tcp_fo_accept(); it owns @req then. NULL:
 * the handshake goes its ordinary way.
 */
struct sock *exs_tcp_fo_syn(struct exs_tcp_req *req, struct sk_buff *skb,
			    struct exs_tcp_fo_cookie *foc)
{
	bool text = EXS_TCPCB(skb)->end_seq != EXS_TCPCB(skb)->seq + 1;
	struct exs_net *en = exs_net(req->conn.net);
	struct sock *lsk = req->listener, *child;
	struct exs_tcp_fo_cookie fresh;
	unsigned int key;

	exs_tcp_fo_parse(skb, foc);
	if (!foc->len)
		EXS_INC(en, TCPEXT_TCPFastOpenCookieReqd);
	if (!(EXS_SYSCTL(en, tcp_fastopen) & EXS_TCP_FO_SERVER) ||
	    (!text && foc->len < 0) || !exs_tcp_fo_queue_admit(lsk)) {
		foc->len = -1;
		return NULL;
	}
	key = exs_tcp_fo_valid(req, skb, foc, &fresh);
	fresh.exp = foc->exp;
	child = key ? exs_tcp_fo_child(req, skb) : NULL;
	if (!child) {
		if (key)
			EXS_INC(en, TCPEXT_TCPFastOpenPassiveFail);
		*foc = fresh;
		return NULL;
	}
	EXS_INC(en, TCPEXT_TCPFastOpenPassive);
	foc->len = -1;
	if (key > 1) {
		EXS_INC(en, TCPEXT_TCPFastOpenPassiveAltKey);
		*foc = fresh;
	}
	return child;
}

/**
 * exs_tcp_fo_accept - answer the SYN, and give the child to accept()
 * @child: by exs_tcp_fo_syn(); unlocked
 * @req: its request
 * @skb: the SYN; consumed
 * @foc: a cookie for the client, or none
 *
 * Context: softirq, RCU held, listener not locked.
 */
void exs_tcp_fo_accept(struct sock *child, struct exs_tcp_req *req,
		       struct sk_buff *skb,
		       const struct exs_tcp_fo_cookie *foc)
{
	struct sock *lsk = req->listener;

	__acquire(&child->sk_lock.slock); /* by exs_tcp_sock_clone() */
	exs_tcp_send_synack(req, skb, foc);
	if (!exs_tcp_accept_add(lsk, child)) {
		exs_tcp_send_active_reset(child, GFP_ATOMIC);
		/* With it goes req, and may be the listener. */
		EXS_INC(exs_sock_net(child), TCPEXT_ListenDrops);
		exs_tcp_req_child_drop(child);
		exs_drop(skb, EXS_DROP_TCP_CLOSED);
		return;
	}
	bh_unlock_sock(child);
	lsk->sk_data_ready(lsk);
	sock_put(child);
	exs_consume(skb);
}

static void exs_tcp_fo_synack_again(struct sock *sk, struct exs_tcp_req *req)
{
	if (!exs_tcp_send_synack(req, NULL, NULL))
		exs_tcp_sk(sk)->total_retrans++;
}

/**
 * exs_tcp_fo_segment - a segment for a child whose handshake is not complete
 * @sk: the child, with a request
 * @skb: prepared; consumed when false is returned
 *
 * The request's checks; those of the acknowledgment number are the child's, who
 * may have sent text.
 *
 * Context: socket lock held, BH disabled, RCU held.
 * Return: true when the child is to process it as any other.
 */
bool exs_tcp_fo_segment(struct sock *sk, struct sk_buff *skb)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct exs_tcp_req *req = exs_tcp_fo_pending(tp);
	struct exs_net *en = exs_sock_net(sk);

	switch (exs_tcp_req_decide(req, skb)) {
	case EXS_TCP_REQ_CHILD:
		return true;
	case EXS_TCP_REQ_SYNACK:
		if (exs_tcp_oow_limited(en, &req->last_oow_ack_time))
			EXS_INC(en, TCPEXT_TCPACKSkippedSynRecv);
		else
			exs_tcp_fo_synack_again(sk, req);
		break;
	case EXS_TCP_REQ_ACK:
		exs_tcp_req_out_of_window(req, skb, tp->snd_nxt);
		break;
	case EXS_TCP_REQ_CHALLENGE:
		exs_tcp_req_challenge(req, skb, tp->snd_nxt);
		break;
	case EXS_TCP_REQ_RESET_KILL:
		/* Anybody can send a SYN: the child stays. */
		EXS_INC(en, TCP_AttemptFails);
		exs_tcp_send_reset(sk, skb);
		break;
	case EXS_TCP_REQ_KILL:
		EXS_INC(en, TCP_AttemptFails);
		exs_tcp_fo_remove(sk, true);
		exs_tcp_reset_received(sk);
		break;
	default:
		break;
	}
	exs_drop(skb, EXS_DROP_TCP_REQUEST);
	return false;
}

/*
 * The ACK of the SYN-ACK gives the first round trip. Where that was sent more
 * than once the timestamp tells which of them it was.
 */
static void exs_tcp_fo_rtt(struct exs_tcp_sock *tp,
			   const struct exs_tcp_req *req, u32 tsecr)
{
	u32 min_us = exs_tcp_rto_min_us(&tp->es.sk);
	u32 rtt = max((u32)tp->mstamp_us - req->sent_us, 1U);
	u32 ms = exs_tcp_retrans_clock(tp) - tsecr;

	if (tp->cc.srtt_us)
		return;
	if (req->num_retrans) {
		if (!tsecr || ms >= INT_MAX / USEC_PER_MSEC)
			return;
		rtt = max(ms, 1U) * USEC_PER_MSEC;
	}
	exs_tcp_rtt_sample(tp, rtt, min_us);
}

/**
 * exs_tcp_fo_complete - the SYN-ACK is acknowledged
 * @sk: the child, with a request; still in SYN-RECEIVED or FIN-WAIT-1
 * @skb: the ACK, processed
 *
 * Context: socket lock held, BH disabled.
 */
void exs_tcp_fo_complete(struct sock *sk, const struct sk_buff *skb)
{
	const struct exs_tcp_cb *cb = EXS_TCPCB(skb);
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct exs_tcp_ack_state as = {
		.tsecr = cb->has_tstamp ? cb->tsecr : 0,
	};

	if (sk->sk_state == TCP_SYN_RECV) {
		tp->cc.delivered++;
		exs_tcp_fo_rtt(tp, exs_tcp_fo_pending(tp), as.tsecr);
	}
	if (tp->cc.ca_state == EXS_CA_LOSS && !tp->packets_out)
		exs_tcp_undo_recovery(sk, &as);
	exs_tcp_frto_over(tp);
	tp->retransmits = 0;
	exs_tcp_undo_stamp(tp);
	exs_tcp_fo_remove(sk, false);
	/* It was the SYN-ACK's until now. */
	if (tp->packets_out || tp->rtx_kind == EXS_TCP_RTX_RTO)
		exs_tcp_timers_rearm(sk);
}

/**
 * exs_tcp_fo_remove - the request is needed no more
 * @sk: a child, with a request or without
 * @reset: the peer reset it
 *
 * Context: socket lock held.
 */
void exs_tcp_fo_remove(struct sock *sk, bool reset)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct exs_tcp_req *req = exs_tcp_fo_pending(tp);

	if (likely(!req))
		return;
	WRITE_ONCE(((struct exs_tcp_ext *)tp->ext)->fo_rsk, NULL);
	/* One that still waits for accept() is in a queue already. */
	exs_tcp_fo_queue_remove(req, reset && !READ_ONCE(tp->parent));
}

/**
 * exs_tcp_fo_deadline - nothing came for the SYN-ACK
 * @sk: the child, with a request
 *
 * The user may have it already: it gets one try more than other requests, and
 * an error in sending does not end it.
 *
 * Context: socket lock held, BH disabled; the caller holds a reference.
 */
void exs_tcp_fo_deadline(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct exs_tcp_req *req = exs_tcp_fo_pending(tp);
	struct exs_net *en = exs_sock_net(sk);
	u32 most = READ_ONCE(tp->ext->syn_retries) ?:
		   EXS_SYSCTL(en, tcp_synack_retries) + 1;

	EXS_INC(en, TCPEXT_TCPTimeouts);
	if (req->num_timeout >= most) {
		exs_tcp_give_up(sk);
		return;
	}
	/* RFC 6928 2: a SYN-ACK lost more than once tells of congestion. */
	if (tp->retransmits == 1)
		exs_tcp_loss_timeout(sk);
	exs_tcp_fo_synack_again(sk, req);
	if (req->num_timeout < U8_MAX)
		req->num_timeout++;
	exs_tcp_frto_count(tp);
	if (!tp->retrans_stamp)
		tp->retrans_stamp = exs_tcp_retrans_clock(tp) ?: 1;
	exs_tcp_timers_rtx(sk, EXS_TCP_RTX_RTO,
			   exs_tcp_req_timeout(req->num_timeout));
}
