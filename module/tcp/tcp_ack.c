// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: what an acknowledgment tells.
 * Flow:   tcp_state, tcp_established -> [here] -> tcp_rtt, tcp_loss, tcp_timer
 * Owns:   snd_una, snd_wnd, snd_wl1, the head of rtx_queue
 * Locks:  socket lock held by the caller
 * Spec:   RFC 9293 3.10.7.4 fifth; RFC 5961 5; RFC 6298 3 (Karn); RFC 7323 4;
 *         RFC 3168 6.1.2 (ECE)
 * Tests:  kunit/tcp/tcp_ack_kunit.c
 */
#include "tcp/tcp_priv.h"
#include "tcp/tcp_tstamp.h"

/* The first sending of skb, from seq on, arrived. */
static void exs_tcp_ack_once(struct exs_tcp_sock *tp, const struct sk_buff *skb,
			     u32 seq, struct exs_tcp_ack_state *as)
{
	as->last_sent_us = exs_tcp_sent_us(skb);
	if (!as->first_sent_us)
		as->first_sent_us = as->last_sent_us;
	as->reord = exs_seq_min(as->reord, seq);
	if (exs_seq_le(EXS_TCPCB(skb)->end_seq, tp->high_seq))
		as->once_acked = true;
}

/*
 * RFC 8985 6.2 step 2: the echo is older than the last sending, which was not
 * what arrived.
 */
static bool exs_tcp_ack_needless(const struct sk_buff *skb,
				 const struct exs_tcp_ack_state *as)
{
	u32 sent_ms = (u32)div_u64(exs_tcp_sent_us(skb), USEC_PER_MSEC);

	return EXS_TCPCB(skb)->sacked & EXS_TCPCB_EVER_RETRANS && as->tsecr &&
	       (s32)(as->tsecr - sent_ms) < 0;
}

/*
 * What skb's first packets, from seq on, leave in the scoreboard when they are
 * taken out.
 */
static void exs_tcp_ack_count(struct exs_tcp_sock *tp, const struct sk_buff *skb,
			      u32 seq, u32 packets,
			      struct exs_tcp_ack_state *as)
{
	const struct exs_tcp_cb *cb = EXS_TCPCB(skb);

	if (cb->sacked & EXS_TCPCB_RETRANS)
		tp->retrans_out -= packets;
	if (cb->sacked & EXS_TCPCB_LOST)
		tp->lost_out -= packets;
	if (cb->sacked & EXS_TCPCB_EVER_RETRANS)
		as->acked_retrans += packets;
	else if (!(cb->sacked & EXS_TCPCB_SACKED))
		exs_tcp_ack_once(tp, skb, seq, as);
	if (cb->sacked & EXS_TCPCB_SACKED) {
		tp->sacked_out -= packets;
	} else {
		exs_tcp_rate_arrived(tp, skb, as);
		if (tp->sack_ok) {
			as->delivered += packets;
			if (!exs_tcp_ack_needless(skb, as))
				exs_tcp_rack_advance(tp, skb);
		}
	}
	tp->packets_out -= packets;
	as->acked_packets += packets;
}

/* Drop from the head of the queue what is acknowledged. */
static void exs_tcp_ack_clean(struct sock *sk, struct exs_tcp_ack_state *as)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct sk_buff *skb;

	while ((skb = skb_peek(&tp->rtx_queue))) {
		struct exs_tcp_cb *cb = EXS_TCPCB(skb);
		u32 segs = exs_tcp_skb_segs(skb);
		u32 seq = cb->seq;
		u32 left;

		if (exs_seq_gt(cb->end_seq, tp->snd_una)) {
			if (segs == 1 || !exs_seq_gt(tp->snd_una, cb->seq) ||
			    exs_tcp_trim_head(sk, skb, tp->snd_una - cb->seq))
				break;
			left = exs_tcp_skb_segs(skb);
			if (left < segs)
				exs_tcp_ack_count(tp, skb, seq, segs - left, as);
			else if (unlikely(left > segs))
				exs_tcp_rtx_uncount(tp, skb, segs - left);
			break;
		}
		exs_tcp_ack_count(tp, skb, seq, segs, as);
		if (unlikely(cb->flags & EXS_TCPHDR_SYN)) {
			as->syn_acked = true;
			tp->retrans_stamp = 0;
		}
		if (unlikely(cb->ack_tstamp))
			exs_tcp_tstamp_acked(sk, skb, as->prior_una);
		exs_tcp_rtx_free(sk, skb);
	}
	if (!skb) {
		exs_tcp_chrono_stop(sk, EXS_TCP_CHRONO_BUSY);
		return;
	}
	/* What was appended to the byte in question is still to come. */
	if (unlikely(EXS_TCPCB(skb)->ack_tstamp))
		exs_tcp_tstamp_acked(sk, skb, as->prior_una);
	as->reneged = EXS_TCPCB(skb)->sacked & EXS_TCPCB_SACKED;
}

/*
 * Karn: a segment sent twice gives no sample, unless the timestamp tells which
 * transmission was acknowledged. Timestamps count milliseconds. RTO follows the
 * oldest segment; the latest is nearest to the path's own delay.
 */
static void exs_tcp_ack_rtt(struct sock *sk, struct exs_tcp_ack_state *as)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	s64 rtt = -1, last = -1;
	u32 delta;

	if (as->first_sent_us && !as->acked_retrans) {
		rtt = tp->mstamp_us - as->first_sent_us;
		last = tp->mstamp_us - as->last_sent_us;
	}
	if (as->first_sack_us) {
		if (rtt < 0)
			rtt = tp->mstamp_us - as->first_sack_us;
		last = tp->mstamp_us - as->last_sack_us;
	}
	if (rtt < 0 && as->tsecr && as->acked_packets) {
		delta = exs_tcp_retrans_clock(tp) - as->tsecr;
		if (delta < INT_MAX / USEC_PER_MSEC)
			rtt = max(delta, 1U) * USEC_PER_MSEC;
		last = rtt;
	}
	as->rtt_us = last;
	if (rtt < 0)
		return;
	exs_tcp_rtt_min(tp, clamp_t(s64, last, 1, 0x0fffffff));
	exs_tcp_rtt_sample(tp, rtt, exs_tcp_rto_min_us(sk));
}

/*
 * RFC 6298 5.3; and where SACK tells of what was sent before the oldest was sent
 * the last time. Later ones must not put off its timeout for ever.
 */
static bool exs_tcp_ack_restarts_timer(const struct exs_tcp_sock *tp,
				       const struct exs_tcp_ack_state *as)
{
	const struct sk_buff *head = skb_peek(&tp->rtx_queue);

	if (as->acked_packets)
		return true;
	return head && as->first_sack_us &&
	       as->first_sack_us < exs_tcp_sent_us(head);
}

/* Take out what is acknowledged; measure; was it reordered? */
static void exs_tcp_ack_take(struct sock *sk, u32 fack,
			     struct exs_tcp_ack_state *as)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	as->reord = tp->snd_nxt;
	exs_tcp_ack_clean(sk, as);
	exs_tcp_ack_rtt(sk, as);
	if (unlikely(tp->mtup_probe) && as->acked_packets)
		exs_tcp_mtup_acked(sk);
	exs_cc_acked(tp, as);
	as->set_timer = exs_tcp_ack_restarts_timer(tp, as);
	if (!as->acked_packets)
		return;
	if (tp->sack_ok) {
		if (exs_seq_lt(as->reord, fack))
			exs_tcp_reorder_sack(sk, as->reord, false);
		return;
	}
	exs_tcp_loss_reno_acked(sk, as);
	/* Without SACK nobody knows which of them it was. */
	if (as->acked_retrans)
		as->once_acked = false;
}

static void exs_tcp_ack_advance(struct sock *sk, u32 ack)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	tp->retransmits = 0;
	tp->bytes_acked += ack - tp->snd_una;
	if (exs_seq_between(tp->snd_up, tp->snd_una, ack))
		tp->snd_up = ack;
	tp->snd_una = ack;
	if (exs_sk(sk)->rt.neigh)
		exs_neigh_confirm(exs_sk(sk)->rt.neigh);
}

/* The peer opened, closed or kept its window (RFC 9293 3.10.7.4). */
static bool exs_tcp_ack_window(struct sock *sk, const struct sk_buff *skb,
			       u32 ack)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	const struct exs_tcp_cb *cb = EXS_TCPCB(skb);
	u32 win = ntohs(tcp_hdr(skb)->window);

	if (!(cb->flags & EXS_TCPHDR_SYN))
		win <<= tp->snd_wscale;
	if (!exs_seq_gt(ack, tp->snd_una) &&
	    !exs_seq_gt(cb->seq, tp->snd_wl1) &&
	    !(cb->seq == tp->snd_wl1 && (win > tp->snd_wnd || !win)))
		return false;
	tp->snd_wl1 = cb->seq;
	if (win == tp->snd_wnd)
		return false;
	tp->snd_wnd = win;
	/* What the window held back goes out now, into a path long silent. */
	if (!skb_queue_empty(&sk->sk_write_queue))
		exs_tcp_cwnd_idle(sk);
	if (win > tp->max_window) {
		tp->max_window = win;
		exs_tcp_sync_mss(sk, tp->pmtu);
	}
	return true;
}

/* What kind of ACK is it? */
static void exs_tcp_ack_look(struct sock *sk, const struct sk_buff *skb,
			     u32 ack, struct exs_tcp_ack_state *as)
{
	const struct exs_tcp_cb *cb = EXS_TCPCB(skb);
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	as->prior_una = tp->snd_una;
	as->prior_in_flight = exs_tcp_in_flight(tp);
	as->prior_lost = tp->lost;
	as->sack_reneg = tp->sack_reneg;
	as->rtt_us = -1;
	as->tsecr = cb->has_tstamp ? cb->tsecr : 0;
	as->data = cb->seq != cb->end_seq;
	as->progress = ack != tp->snd_una;
}

/* A duplicate ACK, or one that tells of loss, or any when losses are known. */
static bool exs_tcp_ack_dubious(const struct exs_tcp_sock *tp,
				const struct sk_buff *skb,
				struct exs_tcp_ack_state *as)
{
	if (!as->progress && !as->not_dup && !as->dsack)
		as->dupacks = max_t(u16, 1, skb_shinfo(skb)->gso_segs);
	return !as->not_dup || as->sacked || as->dsack || as->ece ||
	       tp->cc.ca_state != EXS_CA_OPEN;
}

static void exs_tcp_ack_delivered(struct sock *sk,
				  const struct exs_tcp_ack_state *as)
{
	exs_tcp_sk(sk)->cc.delivered += as->delivered;
	EXS_ADD(exs_sock_net(sk), TCPEXT_TCPDelivered, as->delivered);
}

/* Loss, or congestion. All that arrived by an ACK with ECE counts as marked. */
static void exs_tcp_ack_alert(struct sock *sk, struct exs_tcp_ack_state *as)
{
	exs_tcp_loss_ack(sk, as);
	if (as->ece && as->delivered)
		exs_tcp_ecn_delivered(exs_tcp_sk(sk), as->delivered);
}

/* What it means for loss, timer, cwnd; and then send. */
static void exs_tcp_ack_follow(struct sock *sk, const struct sk_buff *skb,
			       u32 ack, struct exs_tcp_ack_state *as)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	exs_tcp_rack_dsack(sk, as);
	if (unlikely(tp->ecn_ok))
		exs_tcp_ecn_acked(tp, as);
	if (unlikely(tp->tlp_high_seq))
		exs_tcp_tlp_ack(sk, ack, as);
	if (unlikely(exs_tcp_ack_dubious(tp, skb, as)))
		exs_tcp_ack_alert(sk, as);
	if (as->set_timer)
		exs_tcp_timers_ack_received(sk, true);
	exs_tcp_ack_delivered(sk, as);
	exs_tcp_recovery_cwnd(sk, as);
	exs_tcp_loss_send(sk, as);
}

/* Everything that follows from an acceptable ACK. */
static void exs_tcp_ack_apply(struct sock *sk, const struct sk_buff *skb,
			      u32 ack, struct exs_tcp_ack_state *as)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	u32 fack = exs_tcp_fack(tp);
	u32 flight = tp->packets_out;

	exs_tcp_ack_look(sk, skb, ack, as);
	as->window_update = exs_tcp_ack_window(sk, skb, ack);
	WRITE_ONCE(sk->sk_err_soft, 0);
	tp->probes_out = 0;
	tp->rcv_tstamp = (u32)jiffies;
	if (as->progress)
		exs_tcp_ack_advance(sk, ack);
	if (tp->sack_ok)
		exs_tcp_sack_process(sk, skb, as);
	if (flight) {
		exs_tcp_ack_take(sk, fack, as);
		as->not_dup = as->data || as->window_update ||
			      as->acked_packets;
		exs_tcp_ack_follow(sk, skb, ack, as);
		return;
	}
	/* With nothing in flight it answers a probe, or moves the window. */
	if (unlikely(tp->ecn_ok))
		exs_tcp_ecn_acked(tp, as);
	if (as->dsack) {
		exs_tcp_ack_alert(sk, as);
		exs_tcp_ack_delivered(sk, as);
	}
	exs_tcp_timers_ack_received(sk, as->progress);
	if (tp->tlp_high_seq)
		exs_tcp_tlp_ack(sk, ack, as);
}

/* An ACK that was overtaken: its SACK may still be news. */
static void exs_tcp_ack_old(struct sock *sk, const struct sk_buff *skb,
			    struct exs_tcp_ack_state *as)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	exs_tcp_ack_look(sk, skb, tp->snd_una, as);
	if (!tp->sack_ok || !exs_tcp_sack_process(sk, skb, as))
		return;
	exs_tcp_loss_ack(sk, as);
	exs_tcp_ack_delivered(sk, as);
	exs_tcp_loss_send(sk, as);
}

/**
 * exs_tcp_ack_fast - the ACK of a segment the fast path predicted
 * @sk: the socket
 * @skb: the segment; stays the caller's
 * @ack: its acknowledgment number, snd_una <= ack <= snd_nxt
 *
 * Text that repeats the last acknowledgment and window says nothing.
 *
 * Context: socket lock held, BH disabled.
 */
void exs_tcp_ack_fast(struct sock *sk, struct sk_buff *skb, u32 ack)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct exs_tcp_ack_state as = { };

	tp->mstamp_us = exs_clock_us();
	if (ack == tp->snd_una && skb->len > tcp_hdrlen(skb) &&
	    (u32)ntohs(tcp_hdr(skb)->window) << tp->snd_wscale == tp->snd_wnd &&
	    !tp->packets_out) {
		tp->snd_wl1 = EXS_TCPCB(skb)->seq;
		tp->rcv_tstamp = (u32)jiffies;
		return;
	}
	exs_tcp_ack_apply(sk, skb, ack, &as);
	if (as.progress)
		EXS_INC(exs_sock_net(sk), TCPEXT_TCPHPAcks);
	else if (!as.data)
		EXS_INC(exs_sock_net(sk), TCPEXT_TCPPureAcks);
}

/**
 * exs_tcp_ack_process - the ACK of any segment
 * @sk: the socket
 * @skb: the segment; stays the caller's
 * @v: what to do when it is not acceptable
 *
 * RFC 5961 5.2: older than the largest window the peer ever offered is an
 * attack or a ghost; newer than what we sent likewise.
 *
 * Context: socket lock held, BH disabled.
 * Return: false when the segment is to be dropped.
 */
bool exs_tcp_ack_process(struct sock *sk, struct sk_buff *skb,
			 struct exs_tcp_verdict *v)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct exs_tcp_ack_state as = { };
	u32 ack = EXS_TCPCB(skb)->ack_seq;
	u32 max_old;

	if (exs_seq_lt(ack, tp->snd_una)) {
		max_old = min_t(u64, tp->max_window, tp->bytes_acked);
		if (exs_seq_ge(ack, tp->snd_una - max_old)) {
			exs_tcp_ack_old(sk, skb, &as);
			return true;
		}
		v->actions |= EXS_TCP_DO_CHALLENGE;
		v->reason = EXS_DROP_TCP_OLD_ACK;
		return false;
	}
	if (exs_seq_gt(ack, tp->snd_nxt)) {
		/* As Linux: silent in ESTABLISHED, a challenge elsewhere. */
		if (sk->sk_state != TCP_ESTABLISHED)
			v->actions |= EXS_TCP_DO_CHALLENGE;
		v->reason = EXS_DROP_TCP_INVALID_ACK;
		return false;
	}
	if (EXS_TCPCB(skb)->seq == EXS_TCPCB(skb)->end_seq)
		EXS_INC(exs_sock_net(sk), TCPEXT_TCPPureAcks);
	exs_tcp_ts_update(tp, EXS_TCPCB(skb));
	if (unlikely(EXS_TCPCB(skb)->flags & (EXS_TCPHDR_ECE | EXS_TCPHDR_CWR)))
		exs_tcp_ecn_flags(tp, EXS_TCPCB(skb), &as);
	exs_tcp_ack_apply(sk, skb, ack, &as);
	if (as.acked_packets)
		v->actions |= EXS_TCP_DO_WAKE_WRITE;
	return true;
}
