// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: "segment arrives", the steps of a synchronized connection.
 * Flow:   exs_tcp_rcv, exs_tcp_backlog_rcv -> [here] -> exs_tcp_verdict_execute
 * Owns:   the order of the checks
 * Locks:  socket lock held by the caller
 * Spec:   RFC 9293 3.10.7.4; RFC 5961 3, 4, 5; RFC 7323 5
 * Tests:  kunit/tcp/tcp_state_kunit.c
 *
 * Each step looks at the segment and at the socket and fills the verdict. No
 * step sends, frees or changes the state; the ACK step alone works on the send
 * variables, because what it finds is what the later ones decide by.
 */
#include "tcp/tcp_priv.h"

static void exs_tcp_verdict_stop(struct exs_tcp_verdict *v, u32 actions,
				 enum exs_drop_reason reason)
{
	v->actions |= actions;
	v->reason = reason;
	v->stop = true;
}

/* An answer to what is outside the window must not feed a loop of ACKs. */
static u32 exs_tcp_step_dupack(struct sock *sk, struct sk_buff *skb,
			       enum exs_mib_item skipped)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct exs_tcp_cb *cb = EXS_TCPCB(skb);
	struct exs_net *en = exs_sock_net(sk);

	/* Text is no part of such a loop. */
	if (cb->seq == cb->end_seq &&
	    exs_tcp_oow_limited(en, &tp->last_oow_ack_time)) {
		this_cpu_inc(en->mib->c[skipped]);
		return 0;
	}
	return EXS_TCP_DO_DUPACK;
}

/* RFC 5961 4.2: whatever is wrong with a SYN, the answer is the same. */
static void exs_tcp_step_challenge_syn(struct sock *sk,
				       struct exs_tcp_verdict *v)
{
	struct exs_net *en = exs_sock_net(sk);

	if (sk->sk_state == TCP_ESTABLISHED)
		EXS_INC(en, TCP_InErrs);
	EXS_INC(en, TCPEXT_TCPSYNChallenge);
	exs_tcp_verdict_stop(v, EXS_TCP_DO_CHALLENGE, EXS_DROP_TCP_INVALID_SYN);
}

/* A ts_recent of 0 says nothing: some begin so and go on with any number. */
static bool exs_tcp_ts_too_old(const struct exs_tcp_sock *tp, u32 tsval)
{
	return (s32)(tsval - tp->ts_recent) < 0 &&
	       tp->ts_recent && tp->ts_recent_stamp &&
	       (u32)ktime_get_seconds() - tp->ts_recent_stamp <
	       EXS_TCP_PAWS_24DAYS;
}

/*
 * A pure ACK may be overtaken by a later one; when it says nothing new it is a
 * duplicate ACK that loss detection should see, if it is only a little older.
 */
static bool exs_tcp_ts_reordered_ack(const struct exs_tcp_sock *tp,
				     const struct sk_buff *skb)
{
	const struct exs_tcp_cb *cb = EXS_TCPCB(skb);

	return cb->seq == cb->end_seq && cb->seq == tp->rcv_nxt &&
	       cb->flags & EXS_TCPHDR_ACK && cb->ack_seq == tp->snd_una &&
	       (u32)ntohs(tcp_hdr(skb)->window) << tp->snd_wscale ==
	       tp->snd_wnd &&
	       (s32)(tp->ts_recent - cb->tsval) <=
	       (s32)jiffies_to_msecs(tp->rto);
}

/* A peer that resets after its FIN may not count the FIN. */
static bool exs_tcp_rst_before_fin(const struct sock *sk,
				   const struct sk_buff *skb)
{
	return EXS_TCPCB(skb)->seq == exs_tcp_sk(sk)->rcv_nxt - 1 &&
	       (1 << sk->sk_state) &
	       (TCPF_CLOSE_WAIT | TCPF_LAST_ACK | TCPF_CLOSING);
}

/* First: PAWS (RFC 7323 5.3 R1) and the sequence number. */
static void exs_tcp_step_seq(struct sock *sk, struct sk_buff *skb,
			     struct exs_tcp_verdict *v)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct exs_tcp_cb *cb = EXS_TCPCB(skb);
	u32 act;

	if (cb->has_tstamp && exs_tcp_ts_too_old(tp, cb->tsval) &&
	    !(cb->flags & EXS_TCPHDR_RST) &&
	    !exs_tcp_ts_reordered_ack(tp, skb)) {
		if (cb->flags & EXS_TCPHDR_SYN) {
			exs_tcp_step_challenge_syn(sk, v);
			return;
		}
		EXS_INC(exs_sock_net(sk), TCPEXT_PAWSEstab);
		act = exs_tcp_step_dupack(sk, skb,
					  EXS_MIB_TCPEXT_TCPACKSkippedPAWS);
		exs_tcp_verdict_stop(v, act, EXS_DROP_TCP_PAWS);
		return;
	}
	if (exs_seq_ge(cb->end_seq, tp->rcv_wup) &&
	    exs_seq_le(cb->seq, tp->rcv_nxt + exs_tcp_receive_window(tp)))
		return;
	if (cb->flags & EXS_TCPHDR_RST) {
		if (!exs_tcp_rst_before_fin(sk, skb))
			exs_tcp_verdict_stop(v, 0, EXS_DROP_TCP_INVALID_RST);
	} else if (cb->flags & EXS_TCPHDR_SYN) {
		exs_tcp_step_challenge_syn(sk, v);
	} else {
		act = exs_tcp_step_dupack(sk, skb,
					  EXS_MIB_TCPEXT_TCPACKSkippedSeq);
		exs_tcp_verdict_stop(v, act,
				     exs_seq_lt(cb->end_seq, tp->rcv_wup) ?
				     EXS_DROP_TCP_OLD_SEQ :
				     EXS_DROP_TCP_WINDOW);
	}
}

/* RFC 5961 3.2: only at exactly RCV.NXT. */
static bool exs_tcp_rst_exact(const struct sock *sk, const struct sk_buff *skb)
{
	const struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	u32 seq = EXS_TCPCB(skb)->seq;
	u32 edge = tp->rcv_nxt;
	int i;

	if (seq == edge || exs_tcp_rst_before_fin(sk, skb))
		return true;
	/* With a hole: the right edge of what we reported by SACK. */
	if (!tp->sack_ok || !tp->num_sacks)
		return false;
	for (i = 0; i < tp->num_sacks; i++)
		edge = exs_seq_max(edge, tp->ext->sack[i].end);
	return seq == edge;
}

/* Second: RST. */
static void exs_tcp_step_rst(struct sock *sk, struct sk_buff *skb,
			     struct exs_tcp_verdict *v)
{
	if (!(EXS_TCPCB(skb)->flags & EXS_TCPHDR_RST))
		return;
	if (exs_tcp_rst_exact(sk, skb)) {
		exs_tcp_verdict_stop(v, EXS_TCP_DO_ABORT, EXS_DROP_TCP_RESET);
		return;
	}
	if (sk->sk_state == TCP_ESTABLISHED &&
	    unlikely(exs_tcp_fo_silent(exs_tcp_sk(sk))))
		exs_tcp_fo_disable(sk);
	exs_tcp_verdict_stop(v, EXS_TCP_DO_CHALLENGE, EXS_DROP_TCP_INVALID_RST);
}

/* Fourth: SYN (RFC 5961 4.2). */
static void exs_tcp_step_syn(struct sock *sk, struct sk_buff *skb,
			     struct exs_tcp_verdict *v)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct exs_tcp_cb *cb = EXS_TCPCB(skb);

	if (!(cb->flags & EXS_TCPHDR_SYN))
		return;
	/* Simultaneous open: the peer's SYN-ACK repeats the SYN we have. */
	if (sk->sk_state == TCP_SYN_RECV && cb->flags & EXS_TCPHDR_ACK &&
	    cb->seq + 1 == cb->end_seq && cb->end_seq == tp->rcv_nxt &&
	    cb->ack_seq == tp->snd_nxt)
		return;
	exs_tcp_step_challenge_syn(sk, v);
}

/**
 * exs_tcp_ts_update - remember the timestamp to echo
 * @tp: connection
 * @cb: a segment with a valid ACK
 *
 * RFC 7323 4.3: that of the segment at our edge. Before what the ACK lets out,
 * which echoes it already.
 *
 * Context: socket lock held.
 */
void exs_tcp_ts_update(struct exs_tcp_sock *tp, const struct exs_tcp_cb *cb)
{
	if (!cb->has_tstamp || exs_seq_gt(cb->seq, tp->rcv_wup))
		return;
	if (exs_tcp_ts_too_old(tp, cb->tsval))
		return;
	tp->ts_recent = cb->tsval;
	tp->ts_recent_stamp = (u32)ktime_get_seconds();
}

/* The peer has acknowledged everything, our FIN included. */
static bool exs_tcp_fin_acked(const struct exs_tcp_sock *tp)
{
	return tp->snd_una == tp->write_seq;
}

/* Our FIN is acknowledged: on from FIN-WAIT-1. */
static void exs_tcp_step_ack_finwait1(struct sock *sk, struct sk_buff *skb,
				      struct exs_tcp_verdict *v)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct exs_tcp_cb *cb = EXS_TCPCB(skb);
	bool fin = cb->flags & EXS_TCPHDR_FIN;
	unsigned long t;

	if (!exs_tcp_fin_acked(tp))
		return;
	v->next_state = TCP_FIN_WAIT2;
	WRITE_ONCE(sk->sk_shutdown, sk->sk_shutdown | SEND_SHUTDOWN);
	if (!sock_flag(sk, SOCK_DEAD)) {
		v->actions |= EXS_TCP_DO_WAKE_STATE;
		return;
	}
	if (tp->linger2_neg) {
		EXS_INC(exs_sock_net(sk), TCPEXT_TCPAbortOnData);
		exs_tcp_verdict_stop(v, EXS_TCP_DO_RST | EXS_TCP_DO_DONE,
				     EXS_DROP_TCP_AFTER_CLOSE);
		return;
	}
	if (exs_seq_gt(cb->end_seq - fin, tp->rcv_nxt) &&
	    cb->end_seq != cb->seq) {
		if (fin && unlikely(tp->ext->syn_fastopen))
			exs_tcp_fo_disable(sk);
		EXS_INC(exs_sock_net(sk), TCPEXT_TCPAbortOnData);
		exs_tcp_verdict_stop(v, EXS_TCP_DO_RST | EXS_TCP_DO_DONE,
				     EXS_DROP_TCP_AFTER_CLOSE);
		return;
	}
	t = exs_tcp_fin_time(sk);
	if (t > EXS_TCP_TIMEWAIT_LEN)
		exs_tcp_timers_fin_wait2(sk, t - EXS_TCP_TIMEWAIT_LEN);
	else if (fin || sock_owned_by_user(sk))
		exs_tcp_timers_fin_wait2(sk, t);
	else
		exs_tcp_verdict_stop(v, EXS_TCP_DO_FINWAIT2,
				     EXS_DROP_TCP_PURE_ACK);
}

/* Handshake complete; RFC 9293 3.10.7.4 fifth, SYN-RECEIVED. */
static void exs_tcp_step_ack_synrecv(struct sock *sk, struct sk_buff *skb,
				     struct exs_tcp_verdict *v, bool crossed)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	tp->snd_wnd = (u32)ntohs(tcp_hdr(skb)->window) << tp->snd_wscale;
	tp->max_window = max(tp->max_window, tp->snd_wnd);
	tp->snd_wl1 = EXS_TCPCB(skb)->seq;
	tp->lsndtime = (u32)jiffies;
	if (!exs_tcp_fo_pending(tp)) {
		tp->copied_seq = tp->rcv_nxt;
		/* TCP_INFO of a server does not count its SYN, as AF_INET's. */
		if (crossed)
			tp->cc.delivered++;
		else
			tp->bytes_acked = 0;
		exs_tcp_undo_syn(tp, EXS_TCPCB(skb));
		tp->retrans_stamp = 0;
	}
	v->actions |= EXS_TCP_DO_ESTABLISH;
	v->next_state = TCP_ESTABLISHED;
}

/* Fifth: ACK. */
static void exs_tcp_step_ack(struct sock *sk, struct sk_buff *skb,
			     struct exs_tcp_verdict *v)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct exs_tcp_cb *cb = EXS_TCPCB(skb);
	bool fast, crossed;

	if (!(cb->flags & EXS_TCPHDR_ACK)) {
		exs_tcp_verdict_stop(v, 0, EXS_DROP_TCP_FLAGS);
		return;
	}
	fast = exs_tcp_fo_pending(tp);
	/* Only who has sent a SYN has it in the queue. */
	crossed = !fast && !skb_queue_empty(&tp->rtx_queue);
	if (sk->sk_state == TCP_SYN_RECV &&
	    !(exs_seq_gt(cb->ack_seq, tp->snd_una - fast) &&
	      exs_seq_le(cb->ack_seq, tp->snd_nxt))) {
		exs_tcp_verdict_stop(v, EXS_TCP_DO_RST,
				     EXS_DROP_TCP_INVALID_ACK);
		return;
	}
	if (!exs_tcp_ack_process(sk, skb, v)) {
		v->stop = true;
		return;
	}
	if (unlikely(fast))
		v->actions |= EXS_TCP_DO_FASTOPEN;

	switch (sk->sk_state) {
	case TCP_SYN_RECV:
		exs_tcp_step_ack_synrecv(sk, skb, v, crossed);
		break;
	case TCP_FIN_WAIT1:
		exs_tcp_step_ack_finwait1(sk, skb, v);
		break;
	case TCP_CLOSING:
		if (exs_tcp_fin_acked(tp))
			exs_tcp_verdict_stop(v, EXS_TCP_DO_TIMEWAIT,
					     EXS_DROP_TCP_PURE_ACK);
		break;
	case TCP_LAST_ACK:
		if (exs_tcp_fin_acked(tp))
			exs_tcp_verdict_stop(v, EXS_TCP_DO_DONE,
					     EXS_DROP_TCP_PURE_ACK);
		break;
	}
}

/* Sixth and seventh: URG and text. The FIN goes with the text. */
static void exs_tcp_step_text(struct sock *sk, struct sk_buff *skb,
			      struct exs_tcp_verdict *v)
{
	u8 state = v->next_state ?: sk->sk_state;
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct exs_tcp_cb *cb = EXS_TCPCB(skb);
	bool fin = cb->flags & EXS_TCPHDR_FIN;

	v->actions |= EXS_TCP_DO_PUSH;
	v->reason = EXS_DROP_TCP_PURE_ACK;
	if (sk->sk_state == TCP_ESTABLISHED)
		exs_tcp_window_echo(sk, skb);
	if (cb->flags & EXS_TCPHDR_URG || tp->urg_data == EXS_TCP_URG_NOTYET)
		v->actions |= EXS_TCP_DO_URG;
	if (cb->seq == cb->end_seq)
		return;
	switch (state) {
	case TCP_CLOSE_WAIT:
	case TCP_CLOSING:
	case TCP_LAST_ACK:
		/* Nothing comes behind a FIN; a copy of it is acknowledged. */
		if (exs_seq_ge(cb->seq, tp->rcv_nxt)) {
			v->reason = EXS_DROP_TCP_AFTER_CLOSE;
			return;
		}
		break;
	case TCP_FIN_WAIT1:
	case TCP_FIN_WAIT2:
		break;
	default:
		v->actions |= EXS_TCP_DO_DATA;
		return;
	}
	/* RFC 9293 3.6.1: data that nobody will read is answered by RST. */
	if (sk->sk_shutdown & RCV_SHUTDOWN &&
	    exs_seq_gt(cb->end_seq - fin, tp->rcv_nxt)) {
		EXS_INC(exs_sock_net(sk), TCPEXT_TCPAbortOnData);
		exs_tcp_verdict_stop(v, EXS_TCP_DO_RST | EXS_TCP_DO_ABORT,
				     EXS_DROP_TCP_AFTER_CLOSE);
		return;
	}
	v->actions |= EXS_TCP_DO_DATA;
}

static void (*const exs_tcp_steps[])(struct sock *sk, struct sk_buff *skb,
				     struct exs_tcp_verdict *v) = {
	exs_tcp_step_seq,
	exs_tcp_step_rst,
	exs_tcp_step_syn,
	exs_tcp_step_ack,
	exs_tcp_step_text,
};

/**
 * exs_tcp_sync_decide - the verdict on a segment of a synchronized connection
 * @sk: the socket, SYN_RECV or later
 * @skb: the segment, prepared
 * @v: filled
 *
 * Context: socket lock held, BH disabled, RCU held.
 */
void exs_tcp_sync_decide(struct sock *sk, struct sk_buff *skb,
			 struct exs_tcp_verdict *v)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(exs_tcp_steps) && !v->stop; i++)
		exs_tcp_steps[i](sk, skb, v);
}

/**
 * exs_tcp_state_segment - a segment arrives, any state but LISTEN and CLOSED
 * @sk: the socket
 * @skb: the segment, prepared; consumed
 *
 * Context: socket lock held, BH disabled, RCU held.
 */
void exs_tcp_state_segment(struct sock *sk, struct sk_buff *skb)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct exs_tcp_verdict v = { .reason = EXS_DROP_TCP_FLAGS };

	exs_tcp_mstamp_refresh(tp);
	if (sk->sk_state == TCP_SYN_SENT) {
		exs_tcp_synsent_decide(sk, skb, &v);
	} else {
		if (unlikely(exs_tcp_fo_pending(tp)) &&
		    !exs_tcp_fo_segment(sk, skb))
			return;
		exs_tcp_parse_options(sk, skb);
		exs_tcp_sync_decide(sk, skb, &v);
	}
	exs_tcp_verdict_execute(sk, skb, &v);
}

/**
 * exs_tcp_parse_options - timestamps and SACK of a segment
 * @sk: the socket
 * @skb: the segment, prepared
 *
 * The aligned timestamp is taken without looking for anything else.
 *
 * Context: socket lock held.
 */
void exs_tcp_parse_options(struct sock *sk, struct sk_buff *skb)
{
	const struct tcphdr *th = tcp_hdr(skb);
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct exs_tcp_cb *cb = EXS_TCPCB(skb);
	struct exs_tcp_opt o;
	u32 tsval, tsecr;

	cb->has_tstamp = 0;
	if (th->doff == sizeof(*th) / 4 || !tp->tstamp_ok)
		return;
	if (exs_tcp_opt_fast_ts(th, &tsval, &tsecr)) {
		exs_tcp_set_ts(tp, cb, tsval, tsecr);
		return;
	}
	exs_tcp_opt_parse(th, &o);
	if (o.saw_tstamp)
		exs_tcp_set_ts(tp, cb, o.tsval, o.tsecr);
}
