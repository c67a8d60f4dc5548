// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: the end of a passive handshake.
 * Flow:   tcp_demux -> exs_tcp_req_segment -> child, accept queue
 * Owns:   -
 * Locks:  the child's, nested in nothing; the connection hash decides races
 * Spec:   RFC 9293 3.10.7.4 for SYN-RECEIVED; RFC 7323 5; RFC 5961 4
 * Tests:  kunit/tcp/tcp_req_ack_kunit.c, qemu/wire/handshake
 */
#include <net/busy_poll.h>

#include "tcp/tcp_priv.h"
#include "tcp/tcp_req.h"

/* Overlap of [seq, end) and the window; empty segments at its edges count. */
static bool exs_tcp_req_in_window(const struct exs_tcp_req *req, u32 seq,
				  u32 end)
{
	u32 left = exs_tcp_req_rcv_nxt(req);
	u32 right = left + exs_tcp_req_offered(req);

	if (seq == left)
		return true;
	if (exs_seq_gt(end, left) && exs_seq_lt(seq, right))
		return true;
	return seq == right && end == right;
}

/* A reset's timestamp counts while the SYN cannot be older than a minute. */
static bool exs_tcp_req_old_ts(struct exs_tcp_req *req, struct sk_buff *skb,
			       struct exs_tcp_opt *o)
{
	exs_tcp_opt_parse(tcp_hdr(skb), o);
	if (!req->tstamp_ok || !o->saw_tstamp || !req->ts_recent ||
	    (s32)(o->tsval - req->ts_recent) >= 0)
		return false;
	return !(EXS_TCPCB(skb)->flags & EXS_TCPHDR_RST) ||
	       exs_tcp_req_timeout(req->num_timeout) < EXS_TCP_PAWS_RST * HZ;
}

/**
 * exs_tcp_req_decide - the verdict on a segment for a request
 * @req: the request
 * @skb: the segment, prepared
 *
 * A Fast Open child looks at the acknowledgment number itself: it may have sent
 * text.
 *
 * Context: softirq or process, RCU held.
 * Return: the verdict.
 */
enum exs_tcp_req_verdict exs_tcp_req_decide(struct exs_tcp_req *req,
					    struct sk_buff *skb)
{
	struct exs_tcp_cb *cb = EXS_TCPCB(skb);
	struct exs_tcp_opt o;
	u8 flags = cb->flags & (EXS_TCPHDR_SYN | EXS_TCPHDR_RST |
				EXS_TCPHDR_ACK);
	bool old_ts = exs_tcp_req_old_ts(req, skb, &o);

	if (cb->seq == req->irs && flags == EXS_TCPHDR_SYN && !old_ts)
		return EXS_TCP_REQ_SYNACK;
	/* A reset's acknowledgment number proves nothing. */
	if ((flags & (EXS_TCPHDR_ACK | EXS_TCPHDR_RST)) == EXS_TCPHDR_ACK &&
	    cb->ack_seq != req->iss + 1 && !req->fo_child)
		return EXS_TCP_REQ_RESET;
	if (old_ts || !exs_tcp_req_in_window(req, cb->seq, cb->end_seq)) {
		if (old_ts)
			EXS_INC(exs_net(req->conn.net), TCPEXT_PAWSEstab);
		return flags & EXS_TCPHDR_RST ? EXS_TCP_REQ_DROP :
						EXS_TCP_REQ_ACK;
	}
	/* The SYN once more, with something behind it. */
	if (cb->seq == req->irs)
		flags &= ~EXS_TCPHDR_SYN;
	/* RFC 5961 3.2, RFC 9293 3.10.7.4 second. */
	if (flags & EXS_TCPHDR_RST)
		return cb->seq == exs_tcp_req_rcv_nxt(req) ?
		       EXS_TCP_REQ_KILL : EXS_TCP_REQ_CHALLENGE;
	if (flags & EXS_TCPHDR_SYN)
		return EXS_TCP_REQ_RESET_KILL;
	if (!(flags & EXS_TCPHDR_ACK))
		return EXS_TCP_REQ_DROP;
	if (!req->fo_child && exs_tcp_req_deferred(req, skb))
		return EXS_TCP_REQ_DEFER;
	return EXS_TCP_REQ_CHILD;
}

static void exs_tcp_req_tell(struct exs_tcp_req *req, struct sk_buff *skb,
			     u32 seq)
{
	struct exs_tcp_ack_reply r = {
		.md5 = exs_tcp_md5_key(req->listener, &req->conn),
		.seq = seq,
		.ack = exs_tcp_req_rcv_nxt(req),
		.tsval = exs_clock_ms() + req->tsoffset,
		.tsecr = req->ts_recent,
		.mark = req->mark,
		.tx_delay = exs_tcp_tx_delay(exs_tcp_sk(req->listener)),
		.oif = req->conn.bound_dev_if,
		.win = exs_tcp_req_offered(req) >> req->rcv_wscale,
		.tos = ip_hdr(skb)->tos,
		.use_ts = req->tstamp_ok,
	};

	exs_tcp_send_ack_reply(exs_net(req->conn.net), skb, &r);
}

/**
 * exs_tcp_req_out_of_window - say where we are, but not too often
 * @req: the request
 * @skb: the segment; the caller's
 * @seq: what we send next
 *
 * Context: softirq or process, RCU held.
 */
void exs_tcp_req_out_of_window(struct exs_tcp_req *req, struct sk_buff *skb,
			       u32 seq)
{
	struct exs_net *en = exs_net(req->conn.net);

	/* Text is no part of a loop of ACKs. */
	if (EXS_TCPCB(skb)->seq != EXS_TCPCB(skb)->end_seq &&
	    !(EXS_TCPCB(skb)->flags & EXS_TCPHDR_SYN))
		exs_tcp_req_tell(req, skb, seq);
	else if (exs_tcp_oow_limited(en, &req->last_oow_ack_time))
		EXS_INC(en, TCPEXT_TCPACKSkippedSynRecv);
	else
		exs_tcp_req_tell(req, skb, seq);
}

/**
 * exs_tcp_req_challenge - a reset that may be a guess (RFC 5961 3.2)
 * @req: the request
 * @skb: the segment; the caller's
 * @seq: what we send next
 *
 * Context: softirq or process, RCU held.
 */
void exs_tcp_req_challenge(struct exs_tcp_req *req, struct sk_buff *skb,
			   u32 seq)
{
	if (exs_tcp_challenge_limited(exs_net(req->conn.net),
				      &req->last_oow_ack_time))
		return;
	exs_tcp_req_tell(req, skb, seq);
}

static void exs_tcp_req_syn_again(struct exs_tcp_req *req)
{
	struct exs_net *en = exs_net(req->conn.net);

	if (exs_tcp_oow_limited(en, &req->last_oow_ack_time)) {
		EXS_INC(en, TCPEXT_TCPACKSkippedSynRecv);
		return;
	}
	if (exs_tcp_send_synack(req, NULL, NULL))
		return;
	/* Start the wait anew. */
	mod_timer_pending(&req->timer,
			  jiffies + exs_tcp_req_timeout(req->num_timeout));
}

/**
 * exs_tcp_req_child_drop - a child that cannot be used
 * @child: locked, with two references; both go
 *
 * The peer was told, or will be by RST.
 *
 * Context: softirq, RCU held.
 */
void exs_tcp_req_child_drop(struct sock *child)
	__releases(&child->sk_lock.slock)
{
	sock_orphan(child);
	percpu_counter_inc(&exs_tcp_orphans);
	exs_tcp_write_queue_purge(child);
	exs_tcp_done(child);
	bh_unlock_sock(child);
	sock_put(child);
}

/*
 * The SYN-ACK timed out: TCP_INFO tells, and the window is small (RFC 6928 2)
 * unless it turns out that it was needless. elapsed: since the first, us.
 */
static void exs_tcp_req_child_timeouts(struct exs_tcp_sock *tp,
				       const struct exs_tcp_req *req,
				       u32 elapsed)
{
	struct exs_tcp_ext *ext = exs_tcp_ext_own(tp, GFP_ATOMIC);

	/* RFC 6298 5.7. */
	tp->rto = EXS_TCP_RTO_FALLBACK;
	tp->undo_marker = req->iss;
	tp->retrans_stamp = (u32)div_u64(tp->mstamp_us - elapsed,
					 USEC_PER_MSEC);
	if (!ext)
		return;
	ext->total_rto = req->num_timeout;
	ext->rto_recoveries = 1;
	ext->rto_time = exs_tcp_retrans_clock(tp) - tp->retrans_stamp;
}

/* The SYN-ACK was sent once: its ACK gives the first round-trip time. */
static void exs_tcp_req_child_rtt(struct sock *child, struct exs_tcp_req *req)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(child);
	u32 rtt;

	/* The shortest round trip has a date. */
	exs_tcp_mstamp_refresh(tp);
	rtt = (u32)tp->mstamp_us - req->sent_us;
	tp->syn_retrans = req->num_retrans;
	tp->total_retrans = req->num_retrans;
	if (!req->num_retrans)
		exs_tcp_rtt_sample(tp, max(rtt, 1U), exs_tcp_rto_min_us(child));
	else if (req->num_timeout)
		exs_tcp_req_child_timeouts(tp, req, rtt);
}

/* The SYN-ACK was sent more than once, or nobody knows when: timestamps tell. */
static void exs_tcp_req_child_rtt_ts(struct sock *child, struct sk_buff *skb)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(child);
	struct exs_tcp_opt o;
	u32 ms;

	if (tp->cc.srtt_us || !tp->tstamp_ok)
		return;
	exs_tcp_opt_parse(tcp_hdr(skb), &o);
	ms = exs_clock_ms() - (o.tsecr - tp->tsoffset);
	exs_tcp_mstamp_refresh(tp);
	if (o.saw_tstamp && o.tsecr && ms < INT_MAX / USEC_PER_MSEC)
		exs_tcp_rtt_sample(tp, max(ms, 1U) * USEC_PER_MSEC,
				   exs_tcp_rto_min_us(child));
}

static void exs_tcp_req_overflow(struct sock *lsk, struct exs_tcp_req *req,
				 struct sk_buff *skb)
{
	struct exs_net *en = exs_sock_net(lsk);

	EXS_INC(en, TCPEXT_ListenOverflows);
	EXS_INC(en, TCPEXT_ListenDrops);
	if (!req->cookie && EXS_SYSCTL(en, tcp_abort_on_overflow)) {
		exs_tcp_send_reset(lsk, skb);
		exs_tcp_req_kill(req);
		EXS_INC(en, TCPEXT_EmbryonicRsts);
	} else {
		/* The SYN-ACK's timer will make the peer acknowledge again. */
		req->acked = 1;
	}
	exs_drop(skb, EXS_DROP_TCP_LISTEN_OVERFLOW);
}

/* The child's in the request's place; of a cookie there was none. */
static bool exs_tcp_req_child_hash(struct exs_tcp_req *req, struct sock *child)
{
	struct exs_conn *c = &exs_sk(child)->conn;
	struct exs_conn *tw;

	if (req->cookie)
		return !exs_conn_insert_unique(c, NULL, &tw);
	if (!exs_conn_replace(&req->conn, c))
		return false;
	exs_tcp_req_child_rtt(child, req);
	exs_tcp_saved_syn_pass(exs_tcp_sk(child), req);
	exs_tcp_req_finish(req);
	return true;
}

/**
 * exs_tcp_req_complete - the ACK that completes the handshake
 * @req: the request; of a cookie, on the caller's stack
 * @skb: the ACK; consumed
 *
 * The child is locked from birth until it has processed this segment, so
 * whoever finds it in the hash waits.
 *
 * Context: softirq, RCU held.
 */
void exs_tcp_req_complete(struct exs_tcp_req *req, struct sk_buff *skb)
{
	struct sock *lsk = req->listener;
	struct sock *child;

	if (sk_acceptq_is_full(lsk)) {
		exs_tcp_req_overflow(lsk, req, skb);
		return;
	}
	child = exs_tcp_sock_clone(lsk, req);
	if (!child) {
		EXS_INC(exs_sock_net(lsk), TCPEXT_ListenDrops);
		exs_drop(skb, EXS_DROP_NO_MEM);
		return;
	}
	__acquire(&child->sk_lock.slock); /* by exs_tcp_sock_clone() */
	if (!exs_tcp_req_child_hash(req, child)) {
		exs_tcp_req_child_drop(child);
		exs_drop(skb, EXS_DROP_TCP_REQUEST);
		return;
	}
	exs_tcp_req_child_rtt_ts(child, skb);
	sk_mark_napi_id_set(child, skb);
	/* The SYN, and this. */
	exs_tcp_sk(child)->segs_in = 1;
	exs_tcp_count_in(exs_tcp_sk(child), skb);
	exs_tcp_state_segment(child, skb);
	if (child->sk_state == TCP_CLOSE || !exs_tcp_accept_add(lsk, child)) {
		if (child->sk_state != TCP_CLOSE)
			exs_tcp_send_active_reset(child, GFP_ATOMIC);
		exs_tcp_req_child_drop(child);
		return;
	}
	bh_unlock_sock(child);
	lsk->sk_data_ready(lsk);
	sock_put(child);
}

/**
 * exs_tcp_req_segment - a segment for a request
 * @req: the request, may be on its way out
 * @skb: prepared; consumed
 *
 * Context: softirq, RCU held.
 */
void exs_tcp_req_segment(struct exs_tcp_req *req, struct sk_buff *skb)
{
	struct exs_net *en = exs_net(req->conn.net);

	if (unlikely(READ_ONCE(req->listener->sk_state) != TCP_LISTEN)) {
		exs_tcp_req_kill(req);
		exs_tcp_rcv_listener(skb, 0);
		return;
	}
	switch (exs_tcp_req_decide(req, skb)) {
	case EXS_TCP_REQ_CHILD:
		exs_tcp_req_complete(req, skb);
		return;
	case EXS_TCP_REQ_SYNACK:
		exs_tcp_req_syn_again(req);
		break;
	case EXS_TCP_REQ_ACK:
		exs_tcp_req_out_of_window(req, skb, req->iss + 1);
		break;
	case EXS_TCP_REQ_CHALLENGE:
		exs_tcp_req_challenge(req, skb, req->iss + 1);
		break;
	case EXS_TCP_REQ_DEFER:
		req->acked = 1;
		EXS_INC(en, TCPEXT_TCPDeferAcceptDrop);
		break;
	case EXS_TCP_REQ_RESET_KILL:
		exs_tcp_send_reset(req->listener, skb);
		fallthrough;
	case EXS_TCP_REQ_KILL:
		EXS_INC(en, TCP_AttemptFails);
		EXS_INC(en, TCPEXT_EmbryonicRsts);
		exs_tcp_req_kill(req);
		break;
	case EXS_TCP_REQ_RESET:
		exs_tcp_send_reset(req->listener, skb);
		break;
	case EXS_TCP_REQ_DROP:
		break;
	}
	exs_drop(skb, EXS_DROP_TCP_REQUEST);
}
