// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: the scoreboard: what the peer holds behind a hole.
 * Flow:   tcp_ack -> exs_tcp_sack_process -> tcp_loss
 * Owns:   EXS_TCPCB_SACKED in rtx_queue, sacked_out with SACK
 * Locks:  socket lock held by the caller
 * Spec:   RFC 2018 5, 8; RFC 2883 4; RFC 6675 4 (IsLost); RFC 8985 6.2
 * Tests:  kunit/tcp/tcp_sack_kunit.c
 */
#include "tcp/tcp_priv.h"

/* A block below what is acknowledged, or inside the next, reports a duplicate. */
static bool exs_tcp_sack_is_dsack(const struct exs_tcp_opt *o, u32 ack)
{
	if (exs_seq_lt(o->sack[0].start, ack))
		return true;
	return o->num_sacks > 1 &&
	       exs_seq_ge(o->sack[0].start, o->sack[1].start) &&
	       exs_seq_le(o->sack[0].end, o->sack[1].end);
}

/* skb arrived. */
static void exs_tcp_sack_tag(struct exs_tcp_sock *tp, struct sk_buff *skb,
			     struct exs_tcp_ack_state *as)
{
	struct exs_tcp_cb *cb = EXS_TCPCB(skb);
	u32 segs = exs_tcp_skb_segs(skb);

	if (cb->sacked & EXS_TCPCB_RETRANS)
		tp->retrans_out -= segs;
	if (cb->sacked & EXS_TCPCB_LOST)
		tp->lost_out -= segs;
	cb->sacked &= ~(EXS_TCPCB_RETRANS | EXS_TCPCB_LOST);
	cb->sacked |= EXS_TCPCB_SACKED;
	tp->sacked_out += segs;
	as->delivered += segs;
	exs_tcp_ack_newest(tp, as, cb->sacked, exs_tcp_sent_us(skb));
}

/*
 * Cut a GSO packet where a block begins or ends, at a segment's border. What is
 * reported of part of a segment does not count.
 */
static bool exs_tcp_sack_cut(struct sock *sk, struct sk_buff *skb, u32 at,
			     bool up)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	unsigned int mss = exs_tcp_skb_mss(skb);

	at = up ? roundup(at, mss) : rounddown(at, mss);
	if (!at || at >= skb->len || exs_tcp_skb_segs(skb) == 1)
		return false;
	return !exs_tcp_fragment(sk, &tp->rtx_queue, skb, at, mss, GFP_ATOMIC);
}

/* Tag what lies inside a block. */
static void exs_tcp_sack_block(struct sock *sk, u32 start, u32 end,
			       struct exs_tcp_ack_state *as)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct sk_buff *skb;

	skb_queue_walk(&tp->rtx_queue, skb) {
		struct exs_tcp_cb *cb = EXS_TCPCB(skb);

		if (exs_seq_ge(cb->seq, end))
			return;
		if (cb->sacked & EXS_TCPCB_SACKED ||
		    exs_seq_le(cb->end_seq, start))
			continue;
		/* The walk goes on with the second part. */
		if (exs_seq_lt(cb->seq, start)) {
			exs_tcp_sack_cut(sk, skb, start - cb->seq, true);
			continue;
		}
		if (exs_seq_gt(cb->end_seq, end) &&
		    !exs_tcp_sack_cut(sk, skb, end - cb->seq, false))
			return;
		exs_tcp_sack_tag(tp, skb, as);
	}
}

/**
 * exs_tcp_sack_process - the SACK option of an acceptable ACK
 * @sk: the socket, snd_una advanced already
 * @skb: the segment
 * @as: delivered grows by what is newly reported
 *
 * Blocks outside of what is in flight are ignored.
 *
 * Context: socket lock held, BH disabled.
 */
void exs_tcp_sack_process(struct sock *sk, const struct sk_buff *skb,
			  struct exs_tcp_ack_state *as)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	const struct tcphdr *th = tcp_hdr(skb);
	struct exs_tcp_opt o;
	int i = 0;

	/* With or without timestamps, a block does not fit in less. */
	if (th->doff * 4 < sizeof(*th) + 12 ||
	    (tp->tstamp_ok && th->doff * 4 <= sizeof(*th) + 12))
		return;
	exs_tcp_opt_parse(th, &o);
	if (!o.num_sacks)
		return;
	if (exs_tcp_sack_is_dsack(&o, tp->snd_una)) {
		EXS_INC(exs_sock_net(sk), TCPEXT_TCPDSACKRecv);
		i++;
	}
	for (; i < o.num_sacks; i++) {
		if (exs_seq_ge(o.sack[i].start, o.sack[i].end) ||
		    exs_seq_lt(o.sack[i].start, tp->snd_una) ||
		    exs_seq_gt(o.sack[i].end, tp->snd_nxt))
			continue;
		exs_tcp_sack_block(sk, o.sack[i].start, o.sack[i].end, as);
	}
}

/**
 * exs_tcp_sack_mark_lost - RFC 6675's IsLost() for all that is in flight
 * @tp: the socket
 *
 * Lost is what has tp->reordering segments behind it that arrived. A
 * retransmission in flight is not judged by it.
 *
 * Context: socket lock held.
 */
void exs_tcp_sack_mark_lost(struct exs_tcp_sock *tp)
{
	u32 behind = 0;
	struct sk_buff *skb;

	if (tp->sacked_out < tp->reordering)
		return;
	skb_queue_reverse_walk(&tp->rtx_queue, skb) {
		u8 sacked = EXS_TCPCB(skb)->sacked;

		if (sacked & EXS_TCPCB_SACKED)
			behind += exs_tcp_skb_segs(skb);
		else if (behind >= tp->reordering &&
			 !(sacked & (EXS_TCPCB_LOST | EXS_TCPCB_RETRANS)))
			exs_tcp_mark_lost(tp, skb);
	}
}

/**
 * exs_tcp_sack_mark_lost_again - retransmissions that were lost too
 * @tp: the socket
 * @as: what the ACK told: newest_us
 *
 * RFC 8985 6.2: something sent later has arrived, by more than a quarter of the
 * shortest RTT, which is left to reordering. No need to wait for the timer.
 *
 * Context: socket lock held.
 */
void exs_tcp_sack_mark_lost_again(struct exs_tcp_sock *tp,
				  const struct exs_tcp_ack_state *as)
{
	u32 reorder = tp->cc.min_rtt_us == ~0U ? 0 : tp->cc.min_rtt_us >> 2;
	struct sk_buff *skb;

	if (!tp->retrans_out || as->newest_us <= reorder)
		return;
	skb_queue_walk(&tp->rtx_queue, skb) {
		if (!(EXS_TCPCB(skb)->sacked & EXS_TCPCB_RETRANS) ||
		    exs_tcp_sent_us(skb) >= as->newest_us - reorder)
			continue;
		EXS_ADD(exs_sock_net(&tp->es.sk), TCPEXT_TCPLostRetransmit,
			exs_tcp_skb_segs(skb));
		exs_tcp_mark_lost(tp, skb);
	}
}

/**
 * exs_tcp_sack_renege - after a timeout: does the scoreboard still hold?
 * @tp: the socket
 *
 * RFC 2018 8: a peer may drop what it reported. That the oldest segment is
 * reported but not acknowledged proves it; all is forgotten then.
 *
 * Context: socket lock held.
 */
void exs_tcp_sack_renege(struct exs_tcp_sock *tp)
{
	struct sk_buff *skb = skb_peek(&tp->rtx_queue);

	if (!skb || !(EXS_TCPCB(skb)->sacked & EXS_TCPCB_SACKED))
		return;
	EXS_INC(exs_sock_net(&tp->es.sk), TCPEXT_TCPSACKReneging);
	skb_queue_walk(&tp->rtx_queue, skb)
		EXS_TCPCB(skb)->sacked &= ~EXS_TCPCB_SACKED;
	tp->sacked_out = 0;
}
