// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: the scoreboard: what the peer holds behind a hole.
 * Flow:   tcp_ack -> exs_tcp_sack_process -> tcp_rack, tcp_reorder; tcp_loss
 * Owns:   EXS_TCPCB_SACKED in rtx_queue, sacked_out with SACK, sack_high
 * Locks:  socket lock held by the caller
 * Spec:   RFC 2018 5, 8; RFC 6675 4 (IsLost)
 * Tests:  kunit/tcp/tcp_sack_kunit.c
 *
 * An ACK repeats blocks that the ones before had told. What was told is kept
 * (ext->told), so that only what a block adds is looked at.
 */
#include "tcp/tcp_priv.h"

/* Blocks of one ACK. */
struct exs_tcp_sack_run {
	struct exs_tcp_block b[EXS_TCP_MAX_SACKS];
	int n;
	int dsack;		/* which of them reports a duplicate, -1: none */
};

/* A duplicate of skb is reported: one retransmission less that was needed. */
static void exs_tcp_sack_dup(struct exs_tcp_sock *tp, const struct sk_buff *skb,
			     struct exs_tcp_ack_state *as)
{
	const struct exs_tcp_cb *cb = EXS_TCPCB(skb);

	if (!(cb->sacked & EXS_TCPCB_EVER_RETRANS))
		return;
	if (tp->undo_marker && tp->undo_retrans > 0 &&
	    exs_seq_gt(cb->end_seq, tp->undo_marker))
		tp->undo_retrans = max_t(s32, 0, tp->undo_retrans -
					 (s32)exs_tcp_skb_segs(skb));
	if (cb->sacked & EXS_TCPCB_SACKED)
		as->reord = exs_seq_min(as->reord, cb->seq);
}

/* The first sending of skb arrived. */
static void exs_tcp_sack_once(struct exs_tcp_sock *tp,
			      const struct sk_buff *skb,
			      struct exs_tcp_ack_state *as)
{
	const struct exs_tcp_cb *cb = EXS_TCPCB(skb);

	/* It was in a hole: later ones had arrived. */
	if (exs_seq_lt(cb->seq, exs_tcp_fack(tp)))
		as->reord = exs_seq_min(as->reord, cb->seq);
	if (exs_seq_le(cb->end_seq, tp->high_seq))
		as->once_acked = true;
	as->last_sack_us = exs_tcp_sent_us(skb);
	if (!as->first_sack_us)
		as->first_sack_us = as->last_sack_us;
}

/* skb arrived. A retransmission of it not deemed lost is still under way. */
static void exs_tcp_sack_tag(struct exs_tcp_sock *tp, struct sk_buff *skb,
			     struct exs_tcp_ack_state *as)
{
	struct exs_tcp_cb *cb = EXS_TCPCB(skb);
	u32 segs = exs_tcp_skb_segs(skb);

	exs_tcp_rack_advance(tp, skb);
	exs_tcp_rate_arrived(tp, skb, as);
	if (!(cb->sacked & EXS_TCPCB_EVER_RETRANS))
		exs_tcp_sack_once(tp, skb, as);
	if (cb->sacked & EXS_TCPCB_LOST) {
		if (cb->sacked & EXS_TCPCB_RETRANS)
			tp->retrans_out -= segs;
		tp->lost_out -= segs;
		cb->sacked &= ~(EXS_TCPCB_RETRANS | EXS_TCPCB_LOST);
	}
	cb->sacked |= EXS_TCPCB_SACKED;
	tp->sacked_out += segs;
	as->delivered += segs;
	as->sacked = true;
	if (!tp->sack_high ||
	    exs_seq_gt(cb->end_seq, EXS_TCPCB(tp->sack_high)->end_seq))
		tp->sack_high = skb;
}

/* A block covers skb whole. */
static void exs_tcp_sack_cover(struct exs_tcp_sock *tp, struct sk_buff *skb,
			       bool dsack, struct exs_tcp_ack_state *as)
{
	struct exs_tcp_cb *cb = EXS_TCPCB(skb);

	if (dsack)
		exs_tcp_sack_dup(tp, skb, as);
	/* About to leave the queue: acknowledged. */
	if (exs_seq_le(cb->end_seq, tp->snd_una))
		return;
	if (!(cb->sacked & EXS_TCPCB_SACKED)) {
		exs_tcp_sack_tag(tp, skb, as);
		if (!list_empty(&skb->tcp_tsorted_anchor))
			list_del_init(&skb->tcp_tsorted_anchor);
	}
	/* Both sendings arrived. */
	if (dsack && cb->sacked & EXS_TCPCB_RETRANS) {
		cb->sacked &= ~EXS_TCPCB_RETRANS;
		tp->retrans_out -= exs_tcp_skb_segs(skb);
	}
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

/* Where to begin: what lies before @from is not touched. */
static struct sk_buff *exs_tcp_sack_from(struct exs_tcp_sock *tp, u32 from)
{
	struct sk_buff *skb = skb_peek(&tp->rtx_queue);

	if (!tp->sack_high || exs_seq_lt(from, exs_tcp_fack(tp)))
		return skb;
	if (skb_queue_is_last(&tp->rtx_queue, tp->sack_high))
		return NULL;
	return skb_queue_next(&tp->rtx_queue, tp->sack_high);
}

/* Tag what lies inside a block; up to @from it was told before. */
static void exs_tcp_sack_block(struct sock *sk, const struct exs_tcp_block *b,
			       u32 from, bool dsack,
			       struct exs_tcp_ack_state *as)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct sk_buff *skb = exs_tcp_sack_from(tp, from);

	if (!skb)
		return;
	skb_queue_walk_from(&tp->rtx_queue, skb) {
		struct exs_tcp_cb *cb = EXS_TCPCB(skb);

		if (exs_seq_ge(cb->seq, b->end))
			return;
		if (exs_seq_le(cb->end_seq, from) ||
		    (cb->sacked & EXS_TCPCB_SACKED && !dsack))
			continue;
		/* The walk goes on with the second part. */
		if (exs_seq_lt(cb->seq, b->start)) {
			exs_tcp_sack_cut(sk, skb, b->start - cb->seq, true);
			continue;
		}
		if (exs_seq_gt(cb->end_seq, b->end) &&
		    !exs_tcp_sack_cut(sk, skb, b->end - cb->seq, false))
			return;
		exs_tcp_sack_cover(tp, skb, dsack, as);
	}
}

/* Does it tell of what is in flight; a DSACK, of what recovery sent again? */
static bool exs_tcp_sack_valid(const struct exs_tcp_sock *tp,
			       const struct exs_tcp_block *b, bool dsack)
{
	if (exs_seq_gt(b->end, tp->snd_nxt) || exs_seq_ge(b->start, b->end) ||
	    exs_seq_ge(b->start, tp->snd_nxt))
		return false;
	if (exs_seq_gt(b->start, tp->snd_una))
		return true;
	if (!dsack || !tp->undo_marker || exs_seq_gt(b->end, tp->snd_una))
		return false;
	if (exs_seq_ge(b->start, tp->undo_marker))
		return true;
	return exs_seq_gt(b->end, tp->undo_marker) &&
	       exs_seq_ge(b->start, b->end - tp->max_window);
}

static void exs_tcp_sack_ignored(struct sock *sk, const struct exs_tcp_block *b,
				 u32 ack, bool dsack)
{
	const struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct exs_net *en = exs_sock_net(sk);

	if (dsack && !tp->undo_marker)
		EXS_INC(en, TCPEXT_TCPDSACKIgnoredNoUndo);
	else if (dsack)
		EXS_INC(en, TCPEXT_TCPDSACKIgnoredOld);
	else if (ack == tp->snd_una || exs_seq_gt(b->end, tp->snd_una))
		EXS_INC(en, TCPEXT_TCPSACKDiscard);
}

/* The blocks worth a look, in the order of the queue. */
static void exs_tcp_sack_collect(struct sock *sk, const struct exs_tcp_opt *o,
				 u32 ack, bool dsack,
				 const struct exs_tcp_ack_state *as,
				 struct exs_tcp_sack_run *run)
{
	const struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	int i, at;

	run->n = 0;
	run->dsack = -1;
	for (i = 0; i < o->num_sacks; i++) {
		struct exs_tcp_block b = { o->sack[i].start, o->sack[i].end };

		if (!exs_tcp_sack_valid(tp, &b, dsack && !i)) {
			exs_tcp_sack_ignored(sk, &b, ack, dsack && !i);
			continue;
		}
		if (exs_seq_le(b.end, as->prior_una))
			continue;
		for (at = run->n; at > 0; at--) {
			if (exs_seq_le(run->b[at - 1].start, b.start))
				break;
			run->b[at] = run->b[at - 1];
		}
		run->b[at] = b;
		run->n++;
		if (dsack && !i)
			run->dsack = at;
		else if (run->dsack >= at)
			run->dsack++;
	}
}

/* Up to where a block was told before. */
static u32 exs_tcp_sack_told(const struct exs_tcp_sock *tp,
			     const struct exs_tcp_block *b)
{
	const struct exs_tcp_block *t = tp->ext->told;
	int i;

	for (i = 0; i < EXS_TCP_MAX_SACKS; i++)
		if (t[i].start != t[i].end && exs_seq_le(t[i].start, b->start) &&
		    exs_seq_gt(t[i].end, b->start))
			return t[i].end;
	return b->start;
}

/* Nothing is SACKed: what was told is of the past, or was taken back. */
static void exs_tcp_sack_forget_told(struct exs_tcp_sock *tp)
{
	struct exs_tcp_ext *ext = (struct exs_tcp_ext *)tp->ext;

	if (ext != &exs_tcp_ext_none)
		memset(ext->told, 0, sizeof(ext->told));
}

static void exs_tcp_sack_remember(struct exs_tcp_sock *tp,
				  const struct exs_tcp_sack_run *run)
{
	struct exs_tcp_ext *ext = exs_tcp_ext_own(tp, GFP_ATOMIC);

	if (!ext)
		return;
	memset(ext->told, 0, sizeof(ext->told));
	memcpy(ext->told, run->b, run->n * sizeof(run->b[0]));
}

/**
 * exs_tcp_sack_process - the SACK option of an acceptable ACK
 * @sk: the socket, snd_una advanced already, rtx_queue not yet cleaned
 * @skb: the segment
 * @as: prior_una; delivered grows by what is newly reported
 *
 * Blocks outside of what is in flight are ignored.
 *
 * Context: socket lock held, BH disabled.
 * Return: true when there was one.
 */
bool exs_tcp_sack_process(struct sock *sk, const struct sk_buff *skb,
			  struct exs_tcp_ack_state *as)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	const struct tcphdr *th = tcp_hdr(skb);
	u32 ack = EXS_TCPCB(skb)->ack_seq;
	struct exs_tcp_sack_run run;
	struct exs_tcp_opt o;
	bool dsack;
	int i;

	/* With or without timestamps, a block does not fit in less. */
	if (th->doff * 4 < sizeof(*th) + 12 ||
	    (tp->tstamp_ok && th->doff * 4 <= sizeof(*th) + 12))
		return false;
	exs_tcp_opt_parse(th, &o);
	if (!o.num_sacks)
		return false;
	as->reord = tp->snd_nxt;
	dsack = exs_tcp_dsack_received(sk, &o, ack, as);
	if (exs_seq_lt(ack, as->prior_una - tp->max_window) || !tp->packets_out)
		return true;
	if (!tp->sack_high)
		exs_tcp_sack_forget_told(tp);
	exs_tcp_sack_collect(sk, &o, ack, dsack, as, &run);
	for (i = 0; i < run.n; i++) {
		u32 from = i == run.dsack ? run.b[i].start :
			   exs_tcp_sack_told(tp, &run.b[i]);

		if (exs_seq_lt(from, run.b[i].end))
			exs_tcp_sack_block(sk, &run.b[i], from, i == run.dsack,
					   as);
	}
	exs_tcp_sack_remember(tp, &run);
	if (tp->cc.ca_state != EXS_CA_LOSS || tp->undo_marker)
		exs_tcp_reorder_sack(sk, as->reord, false);
	return true;
}

/**
 * exs_tcp_sack_mark_lost - RFC 6675's IsLost() for all that is in flight
 * @tp: the socket
 *
 * Lost is what has tp->reordering segments behind it that arrived. A
 * retransmission in flight is not judged by it. Where tcp_recovery has RACK
 * switched off.
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
 * exs_tcp_sack_renege - after a timeout: does the scoreboard still hold?
 * @tp: the socket
 *
 * RFC 2018 8: a peer may drop what it reported. That the oldest segment is
 * reported but not acknowledged proves it; all is forgotten then.
 *
 * Context: socket lock held.
 * Return: true when it does not.
 */
bool exs_tcp_sack_renege(struct exs_tcp_sock *tp)
{
	struct sk_buff *skb = skb_peek(&tp->rtx_queue);

	if (!skb || !(EXS_TCPCB(skb)->sacked & EXS_TCPCB_SACKED))
		return false;
	EXS_INC(exs_sock_net(&tp->es.sk), TCPEXT_TCPSACKReneging);
	skb_queue_walk(&tp->rtx_queue, skb)
		EXS_TCPCB(skb)->sacked &= ~EXS_TCPCB_SACKED;
	tp->sacked_out = 0;
	tp->sack_high = NULL;
	tp->sack_reneg = 1;
	return true;
}
