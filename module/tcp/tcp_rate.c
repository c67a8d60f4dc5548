// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: how fast data is delivered.
 * Flow:   tcp_xmit, tcp_ack, tcp_sack, tcp_recovery, tcp_send -> [here] ->
 *         congestion control, TCP_INFO
 * Owns:   delivered_us, first_tx_us, rate_*, cc.app_limited
 * Locks:  socket lock held by the caller
 * Spec:   draft-cheng-iccrg-delivery-rate-estimation-02
 * Tests:  kunit/tcp/tcp_rate_kunit.c, qemu/wire/cc/delivery-rate.drill
 *
 * Each packet remembers what was delivered when it left. When it arrives, what
 * was delivered since, over the time that took, is a sample of the rate. That
 * time is the longer of how long the sending took and how long the ACKs did, so
 * that neither a burst nor ACKs that come bunched look like a fast path. A sample
 * taken while the user had nothing to send says less than the path can do, and
 * is marked.
 */
#include <linux/math64.h>

#include "tcp/tcp_priv.h"

/**
 * exs_tcp_rate_sent - a packet leaves
 * @tp: socket
 * @skb: of the write or retransmission queue, sent now; not counted yet
 *
 * Context: socket lock held.
 */
void exs_tcp_rate_sent(struct exs_tcp_sock *tp, struct sk_buff *skb)
{
	struct exs_tcp_cb *cb = EXS_TCPCB(skb);

	/* After idle the clocks of a sample begin anew. */
	if (!tp->packets_out) {
		tp->first_tx_us = (u32)tp->mstamp_us;
		tp->delivered_us = (u32)tp->mstamp_us;
	}
	cb->tx_first_us = tp->first_tx_us;
	cb->tx_delivered_us = tp->delivered_us;
	cb->tx_delivered = tp->cc.delivered;
	cb->tx_app_limited = !!tp->cc.app_limited;
}

/**
 * exs_tcp_rate_arrived - a packet is acknowledged or SACKed
 * @tp: socket
 * @skb: of the retransmission queue
 * @as: the sample is of the one that was sent last
 *
 * Context: socket lock held.
 */
void exs_tcp_rate_arrived(struct exs_tcp_sock *tp, const struct sk_buff *skb,
			  struct exs_tcp_ack_state *as)
{
	const struct exs_tcp_cb *cb = EXS_TCPCB(skb);
	u32 sent = (u32)exs_tcp_sent_us(skb);
	s32 later = sent - tp->first_tx_us;

	/* A SYN: nothing was measured when it left. */
	if (!cb->tx_delivered_us)
		return;
	if (as->rate_valid &&
	    (later < 0 || (!later && !exs_seq_gt(cb->end_seq,
						 as->rate_end_seq))))
		return;
	as->rate_valid = true;
	as->rate_end_seq = cb->end_seq;
	as->rate_prior_delivered = cb->tx_delivered;
	as->rate_prior_us = cb->tx_delivered_us;
	as->rate_app_limited = cb->tx_app_limited;
	as->rate_send_us = sent - cb->tx_first_us;
	tp->first_tx_us = sent;
}

/* Alone, and what was in flight is delivered: the peer may delay that ACK. */
static bool exs_tcp_rate_ack_delayed(const struct exs_tcp_sock *tp,
				     const struct exs_tcp_ack_state *as)
{
	return as->acked_packets == 1 && as->delivered == 1 &&
	       !tp->sacked_out && !as->syn_acked &&
	       tp->snd_una - as->prior_una < tp->mss_cache &&
	       as->rate_prior_delivered + 1 == tp->cc.delivered;
}

/* The best sample is kept for TCP_INFO; a limited one only if it is better. */
static void exs_tcp_rate_keep(struct exs_tcp_sock *tp,
			      const struct exs_cc_ack *ack)
{
	if (ack->app_limited &&
	    (u64)ack->delivered * tp->rate_interval_us <
	    (u64)tp->rate_delivered * ack->interval_us)
		return;
	tp->rate_delivered = ack->delivered;
	tp->rate_interval_us = ack->interval_us;
	tp->rate_app_limited = ack->app_limited;
}

/**
 * exs_tcp_rate_sample - all that an ACK tells is counted
 * @tp: socket
 * @as: what it acknowledged
 * @ack: delivered, interval_us and what goes with them are filled
 *
 * Context: socket lock held.
 */
void exs_tcp_rate_sample(struct exs_tcp_sock *tp,
			 const struct exs_tcp_ack_state *as,
			 struct exs_cc_ack *ack)
{
	struct exs_cc *cc = &tp->cc;
	u32 interval;

	/* All that was sent while the user was slow has arrived. */
	if (cc->app_limited && (s32)(cc->delivered - cc->app_limited) > 0)
		cc->app_limited = 0;
	if (as->delivered)
		tp->delivered_us = (u32)tp->mstamp_us;
	ack->losses = tp->lost - as->prior_lost;
	ack->delivered = -1;
	ack->interval_us = -1;
	/* What is SACKed anew after reneging would count twice. */
	if (!as->rate_valid || as->sack_reneg)
		return;
	ack->app_limited = as->rate_app_limited;
	ack->prior_delivered = as->rate_prior_delivered;
	ack->delivered = cc->delivered - as->rate_prior_delivered;
	ack->ack_delayed = exs_tcp_rate_ack_delayed(tp, as);
	interval = max(as->rate_send_us,
		       (u32)tp->mstamp_us - as->rate_prior_us);
	/* Nothing goes there and back so fast: ACKs were bunched. */
	if (unlikely(interval < cc->min_rtt_us || (s32)interval < 0))
		return;
	ack->interval_us = interval;
	if (likely(interval))
		exs_tcp_rate_keep(tp, ack);
}

/**
 * exs_tcp_rate_app_limited - the user brings data: was sending waiting for it?
 * @sk: socket, before the data is queued
 *
 * So it was when less than a segment was left to send, nothing waits in the
 * device, the window has room, and all that is lost is sent again.
 *
 * Context: socket lock held.
 */
void exs_tcp_rate_app_limited(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	if (tp->write_seq - tp->snd_nxt < tp->mss_cache &&
	    sk_wmem_alloc_get(sk) < SKB_TRUESIZE(1) &&
	    exs_tcp_in_flight(tp) < tp->cc.cwnd &&
	    tp->lost_out <= tp->retrans_out)
		tp->cc.app_limited = (tp->cc.delivered +
				      exs_tcp_in_flight(tp)) ?: 1;
}

/**
 * exs_tcp_rate_bytes - the rate that TCP_INFO shows
 * @tp: socket
 *
 * Return: bytes per second, 0: not known.
 */
u64 exs_tcp_rate_bytes(const struct exs_tcp_sock *tp)
{
	u64 bytes = (u64)tp->rate_delivered * tp->mss_cache;

	if (!tp->rate_delivered || !tp->rate_interval_us)
		return 0;
	return div_u64(bytes * USEC_PER_SEC, tp->rate_interval_us);
}
