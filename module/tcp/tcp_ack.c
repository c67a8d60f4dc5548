// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: what an acknowledgment tells.
 * Flow:   tcp_state, tcp_established -> [here] -> tcp_rtt, tcp_loss, tcp_timer
 * Owns:   snd_una, snd_wnd, snd_wl1, the head of rtx_queue
 * Locks:  socket lock held by the caller
 * Spec:   RFC 9293 3.10.7.4 fifth; RFC 5961 5; RFC 6298 3 (Karn); RFC 7323 4
 * Tests:  kunit/tcp/tcp_ack_kunit.c
 */
#include "tcp/tcp_priv.h"

/* What skb's first packets leave in the scoreboard when they are taken out. */
static void exs_tcp_ack_count(struct exs_tcp_sock *tp, const struct sk_buff *skb,
			      u32 packets, struct exs_tcp_ack_state *as)
{
	const struct exs_tcp_cb *cb = EXS_TCPCB(skb);
	u64 sent = exs_tcp_sent_us(skb);

	if (cb->sacked & EXS_TCPCB_RETRANS)
		tp->retrans_out -= packets;
	if (cb->sacked & EXS_TCPCB_LOST)
		tp->lost_out -= packets;
	if (cb->sacked & EXS_TCPCB_SACKED) {
		tp->sacked_out -= packets;
	} else {
		as->delivered += packets;
		exs_tcp_ack_newest(tp, as, cb->sacked, sent);
	}
	if (cb->sacked & EXS_TCPCB_EVER_RETRANS) {
		as->acked_retrans += packets;
	} else if (!(cb->sacked & EXS_TCPCB_SACKED)) {
		if (!as->first_sent_us)
			as->first_sent_us = sent;
		as->last_sent_us = sent;
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
		u32 left;

		if (exs_seq_gt(cb->end_seq, tp->snd_una)) {
			if (segs == 1 || !exs_seq_gt(tp->snd_una, cb->seq) ||
			    exs_tcp_trim_head(sk, skb, tp->snd_una - cb->seq))
				break;
			left = exs_tcp_skb_segs(skb);
			if (left < segs)
				exs_tcp_ack_count(tp, skb, segs - left, as);
			break;
		}
		exs_tcp_ack_count(tp, skb, segs, as);
		if (cb->flags & EXS_TCPHDR_SYN) {
			as->syn_acked = true;
			tp->retrans_stamp = 0;
		}
		as->fin_acked |= !!(cb->flags & EXS_TCPHDR_FIN);
		exs_tcp_rtx_free(sk, skb);
	}
	if (!skb)
		exs_tcp_chrono_stop(sk, EXS_TCP_CHRONO_BUSY);
}

/*
 * Karn: a segment sent twice gives no sample, unless the timestamp tells which
 * transmission was acknowledged. Timestamps count milliseconds.
 */
static void exs_tcp_ack_rtt(struct sock *sk, const struct exs_tcp_cb *cb,
			    struct exs_tcp_ack_state *as)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	u32 delta;

	if (!as->acked_packets)
		return;
	if (as->first_sent_us && !as->acked_retrans) {
		as->rtt_us = (s32)(tp->mstamp_us - as->first_sent_us);
	} else if (cb->has_tstamp && cb->tsecr) {
		delta = exs_tcp_retrans_clock(tp) - cb->tsecr;
		if (delta < INT_MAX / USEC_PER_MSEC)
			as->rtt_us = max(delta, 1U) * USEC_PER_MSEC;
	}
	exs_tcp_rtt_sample(tp, as->rtt_us,
			   EXS_SYSCTL(exs_sock_net(sk), tcp_rto_min_us));
}

static void exs_tcp_ack_advance(struct sock *sk, const struct exs_tcp_cb *cb,
				u32 ack, struct exs_tcp_ack_state *as)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	tp->bytes_acked += ack - tp->snd_una;
	if (exs_seq_between(tp->snd_up, tp->snd_una, ack))
		tp->snd_up = ack;
	tp->snd_una = ack;
	exs_tcp_ack_clean(sk, as);
	exs_tcp_ack_rtt(sk, cb, as);
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
	if (win > tp->max_window) {
		tp->max_window = win;
		exs_tcp_sync_mss(sk, exs_sk(sk)->rt.mtu);
	}
	return true;
}

/* Everything that follows from an acceptable ACK. */
static void exs_tcp_ack_apply(struct sock *sk, const struct sk_buff *skb,
			      u32 ack, struct exs_tcp_ack_state *as)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	bool progress = ack != tp->snd_una;
	u32 flight = tp->packets_out;

	as->prior_una = tp->snd_una;
	as->prior_in_flight = exs_tcp_in_flight(tp);
	as->rtt_us = -1;
	as->data = EXS_TCPCB(skb)->seq != EXS_TCPCB(skb)->end_seq;
	as->window_update = exs_tcp_ack_window(sk, skb, ack);
	as->dupack = !progress && !as->data && !as->window_update && flight;

	WRITE_ONCE(sk->sk_err_soft, 0);
	tp->probes_out = 0;
	tp->rcv_tstamp = (u32)jiffies;
	if (progress) {
		tp->retransmits = 0;
		exs_tcp_ack_advance(sk, EXS_TCPCB(skb), ack, as);
	}
	if (flight && tp->sack_ok)
		exs_tcp_sack_process(sk, skb, as);
	/* With nothing in flight it answers a probe, or moves the window. */
	if (progress || !flight)
		exs_tcp_timers_ack_received(sk, progress);
	if (flight) {
		exs_cc_acked(tp, as);
		exs_tcp_loss_ack(sk, as);
	}
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
		if (exs_seq_ge(ack, tp->snd_una - max_old))
			return true;
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
	exs_tcp_ack_apply(sk, skb, ack, &as);
	if (as.acked_packets)
		v->actions |= EXS_TCP_DO_WAKE_WRITE;
	return true;
}
