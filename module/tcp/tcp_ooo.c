// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: what arrived out of order, and what we report of it.
 * Flow:   tcp_reasm -> [here] -> tcp_collapse; tcp_xmit -> exs_tcp_sack_blocks
 * Owns:   exs_tcp_sock.ooo_queue, .ext->sack[], .ext->dsack
 * Locks:  socket lock held by the caller
 * Spec:   RFC 9293 3.10.7.4; RFC 2018 4; RFC 2883
 * Tests:  kunit/tcp/tcp_ooo_kunit.c
 *
 * A tree of skbs by sequence number. Neighbours are merged when their memory
 * allows it. A segment wholly inside another is dropped; one that covers
 * others replaces them; partial overlaps stay and are skipped by the reader.
 */
#include <net/proto_memory.h>

#include "tcp/tcp_priv.h"

#define EXS_TCP_SACKS_SURE	2	/* blocks that nearly each ACK has room for */

/* More is queued than the buffer is for. */
static bool exs_tcp_rmem_full(const struct sock *sk)
{
	return atomic_read(&sk->sk_rmem_alloc) > sk->sk_rcvbuf;
}

static void exs_tcp_ooo_drop(struct sk_buff *skb, enum exs_drop_reason reason)
{
	/* dev shares its place with the tree's node. */
	skb->dev = NULL;
	exs_drop(skb, reason);
}

/**
 * exs_tcp_ooo_purge - forget everything out of order
 * @sk: the socket
 *
 * Context: socket lock held.
 */
void exs_tcp_ooo_purge(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct rb_node *node;

	while ((node = rb_first(&tp->ooo_queue))) {
		rb_erase(node, &tp->ooo_queue);
		exs_tcp_ooo_drop(rb_to_skb(node), EXS_DROP_TCP_OFO_MEM);
	}
	tp->num_sacks = 0;
}

/*
 * From the far end, an eighth of the buffer at a time, but not before skb. False:
 * there was nothing.
 */
static bool exs_tcp_ooo_prune(struct sock *sk, const struct sk_buff *skb)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	int goal = sk->sk_rcvbuf >> 3;
	bool pruned = false;
	struct rb_node *node;

	while ((node = rb_last(&tp->ooo_queue))) {
		struct sk_buff *last = rb_to_skb(node);

		if (exs_seq_gt(EXS_TCPCB(skb)->seq, EXS_TCPCB(last)->seq))
			break;
		pruned = true;
		goal -= last->truesize;
		rb_erase(node, &tp->ooo_queue);
		exs_tcp_ooo_drop(last, EXS_DROP_TCP_OFO_MEM);
		if (goal > 0)
			continue;
		if (atomic_read(&sk->sk_rmem_alloc) <= sk->sk_rcvbuf &&
		    !sk_under_memory_pressure(sk))
			break;
		goal = sk->sk_rcvbuf >> 3;
	}
	if (!pruned)
		return false;
	EXS_INC(exs_sock_net(sk), TCPEXT_OfoPruned);
	/* What was reported may be gone: report nothing until it is sure. */
	tp->num_sacks = 0;
	tp->dsack_set = 0;
	return true;
}

/**
 * exs_tcp_prune - make room in a full receive buffer
 * @sk: the socket
 * @skb: what is to be queued
 *
 * The buffer grows as far as tcp_rmem lets it, unless the user has set it. Then
 * what is queued is packed into less memory. Out-of-order data was not promised to
 * be kept: it goes, from the far end, as long as room is missing (RFC 2018 8).
 *
 * Context: socket lock held.
 * Return: true when skb's memory is reserved.
 */
bool exs_tcp_prune(struct sock *sk, struct sk_buff *skb)
{
	struct exs_net *en = exs_sock_net(sk);

	EXS_INC(en, TCPEXT_PruneCalled);
	exs_tcp_rcvbuf_clamp(sk);
	if (exs_tcp_rmem_full(sk))
		exs_tcp_collapse(sk);
	if (exs_tcp_rmem_full(sk))
		exs_tcp_ooo_prune(sk, skb);
	if (exs_tcp_rmem_full(sk)) {
		EXS_INC(en, TCPEXT_RcvPruned);
		return false;
	}
	while (!sk_rmem_schedule(sk, skb, skb->truesize))
		if (!exs_tcp_ooo_prune(sk, skb))
			return false;
	return true;
}

/**
 * exs_tcp_dsack_set - report a duplicate with the next ACK
 * @sk: the socket
 * @start: first byte that came twice
 * @end: behind the last
 *
 * Context: socket lock held.
 */
void exs_tcp_dsack_set(struct sock *sk, u32 start, u32 end)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct exs_tcp_ext *ext;

	if (!tp->sack_ok || !EXS_SYSCTL(exs_sock_net(sk), tcp_dsack))
		return;
	if (exs_seq_lt(start, tp->rcv_nxt))
		EXS_INC(exs_sock_net(sk), TCPEXT_TCPDSACKOldSent);
	else
		EXS_INC(exs_sock_net(sk), TCPEXT_TCPDSACKOfoSent);
	ext = exs_tcp_ext_own(tp, GFP_ATOMIC);
	if (!ext)
		return;
	ext->dsack.start = start;
	ext->dsack.end = end;
	tp->dsack_set = 1;
}

/* The same, where more of what came with one segment is known already. */
static void exs_tcp_dsack_extend(struct sock *sk, u32 start, u32 end)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct exs_tcp_block *d;

	if (!tp->dsack_set) {
		exs_tcp_dsack_set(sk, start, end);
		return;
	}
	d = &exs_tcp_ext_own(tp, GFP_ATOMIC)->dsack;	/* has one */
	if (exs_seq_lt(end, d->start) || exs_seq_lt(d->end, start))
		return;
	d->start = exs_seq_min(d->start, start);
	d->end = exs_seq_max(d->end, end);
}

/* A block grew: those it now touches become part of it. */
static void exs_tcp_sack_merge(struct exs_tcp_sock *tp,
			       struct exs_tcp_block *sack)
{
	int i, k = 1;

	for (i = 1; i < tp->num_sacks; i++) {
		if (exs_seq_ge(sack[0].end, sack[i].start) &&
		    exs_seq_ge(sack[i].end, sack[0].start)) {
			sack[0].start = exs_seq_min(sack[0].start,
						    sack[i].start);
			sack[0].end = exs_seq_max(sack[0].end, sack[i].end);
			continue;
		}
		sack[k++] = sack[i];
	}
	tp->num_sacks = k;
}

/**
 * exs_tcp_sack_add - a block arrived out of order
 * @sk: the socket
 * @start: its first sequence number
 * @end: behind its last
 *
 * RFC 2018 4: the block with the latest segment comes first, then those
 * reported before, latest first. Without memory nothing is reported. An ACK
 * that is held would tell of few of them: it is sent first.
 *
 * Context: socket lock held.
 */
void exs_tcp_sack_add(struct sock *sk, u32 start, u32 end)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct exs_tcp_ext *ext = exs_tcp_ext_own(tp, GFP_ATOMIC);
	struct exs_tcp_block *sack;
	int i;

	if (!ext)
		return;
	sack = ext->sack;
	for (i = 0; i < tp->num_sacks; i++) {
		if (exs_seq_ge(end, sack[i].start) &&
		    exs_seq_ge(sack[i].end, start)) {
			start = exs_seq_min(start, sack[i].start);
			end = exs_seq_max(end, sack[i].end);
			break;
		}
	}
	/* It moves to the front, and the last may have no room. */
	if (i >= EXS_TCP_SACKS_SURE) {
		exs_tcp_comp_ack_flush(sk);
		tp->ack.pending |= EXS_TCP_ACK_SCHED;
	}
	if (i == tp->num_sacks) {
		if (tp->num_sacks < EXS_TCP_MAX_SACKS)
			tp->num_sacks++;
		i = tp->num_sacks - 1;
	}
	for (; i > 0; i--)
		sack[i] = sack[i - 1];
	sack[0].start = start;
	sack[0].end = end;
	exs_tcp_sack_merge(tp, sack);
}

/**
 * exs_tcp_sack_forget - rcv_nxt moved: drop the blocks it has passed
 * @tp: the socket
 *
 * Context: socket lock held.
 */
void exs_tcp_sack_forget(struct exs_tcp_sock *tp)
{
	struct exs_tcp_block *sack;
	int i, k = 0;

	if (!tp->num_sacks)
		return;
	sack = exs_tcp_ext_own(tp, GFP_ATOMIC)->sack;	/* has one */
	for (i = 0; i < tp->num_sacks; i++)
		if (exs_seq_gt(sack[i].end, tp->rcv_nxt))
			sack[k++] = sack[i];
	tp->num_sacks = RB_EMPTY_ROOT(&tp->ooo_queue) ? 0 : k;
}

/**
 * exs_tcp_sack_blocks - the SACK option of an ACK about to be sent
 * @tp: the socket
 * @o: options; use_ts and md5 are set already; filled
 *
 * A pending DSACK comes first and is reported once. Beside a signature there is
 * room for two blocks, beside one and a timestamp for none.
 *
 * Context: socket lock held.
 * Return: number of blocks.
 */
u8 exs_tcp_sack_blocks(struct exs_tcp_sock *tp, struct exs_tcp_opt_out *o)
{
	u8 max = o->use_ts ? EXS_TCP_MAX_SACKS - 1 : EXS_TCP_MAX_SACKS;
	u8 n = 0;
	int i;

	o->num_sacks = 0;
	if (unlikely(o->md5))
		max = o->use_ts ? 0 : 2;
	if (!tp->sack_ok || !max)
		return 0;
	if (tp->dsack_set) {
		o->sack[n].start = tp->ext->dsack.start;
		o->sack[n++].end = tp->ext->dsack.end;
		tp->dsack_set = 0;
	}
	for (i = 0; i < tp->num_sacks && n < max; i++, n++) {
		o->sack[n].start = tp->ext->sack[i].start;
		o->sack[n].end = tp->ext->sack[i].end;
	}
	o->num_sacks = n;
	return n;
}

/* What became of a segment that came before its turn. */
enum exs_tcp_ooo_fate {
	EXS_TCP_OOO_LINKED,		/* in the tree */
	EXS_TCP_OOO_MERGED,		/* its text is another's now */
	EXS_TCP_OOO_KNOWN,		/* is inside one that is there */
};

static enum exs_tcp_ooo_fate exs_tcp_ooo_replace(struct sock *sk,
						 struct sk_buff *have,
						 struct sk_buff *skb)
{
	struct exs_tcp_cb *hcb = EXS_TCPCB(have);

	rb_replace_node(&have->rbnode, &skb->rbnode,
			&exs_tcp_sk(sk)->ooo_queue);
	exs_tcp_dsack_extend(sk, hcb->seq, hcb->end_seq);
	EXS_INC(exs_sock_net(sk), TCPEXT_TCPOFOMerge);
	exs_tcp_ooo_drop(have, EXS_DROP_TCP_DUPLICATE);
	return EXS_TCP_OOO_LINKED;
}

/*
 * Where in the tree? A segment with the same start that is longer takes the
 * other's place.
 */
static enum exs_tcp_ooo_fate exs_tcp_ooo_link(struct sock *sk,
					      struct sk_buff *skb)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct rb_node **p = &tp->ooo_queue.rb_node;
	struct exs_tcp_cb *cb = EXS_TCPCB(skb);
	struct rb_node *parent = NULL;

	while (*p) {
		struct sk_buff *have = rb_to_skb(*p);
		struct exs_tcp_cb *hcb = EXS_TCPCB(have);

		parent = *p;
		if (exs_seq_lt(cb->seq, hcb->seq)) {
			p = &parent->rb_left;
			continue;
		}
		if (exs_seq_le(cb->end_seq, hcb->end_seq)) {
			exs_tcp_dsack_set(sk, cb->seq, cb->end_seq);
			return EXS_TCP_OOO_KNOWN;
		}
		if (cb->seq == hcb->seq)
			return exs_tcp_ooo_replace(sk, have, skb);
		if (exs_seq_lt(cb->seq, hcb->end_seq))
			exs_tcp_dsack_set(sk, cb->seq, hcb->end_seq);
		else if (exs_tcp_coalesce(sk, have, skb))
			return EXS_TCP_OOO_MERGED;
		p = &parent->rb_right;
	}
	rb_link_node(&skb->rbnode, parent, p);
	rb_insert_color(&skb->rbnode, &tp->ooo_queue);
	return EXS_TCP_OOO_LINKED;
}

/* Drop what lies wholly inside skb, to its right. */
static void exs_tcp_ooo_cover(struct sock *sk, struct sk_buff *skb)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct exs_tcp_cb *cb = EXS_TCPCB(skb);
	struct rb_node *node;

	while ((node = rb_next(&skb->rbnode))) {
		struct sk_buff *next = rb_to_skb(node);
		struct exs_tcp_cb *ncb = EXS_TCPCB(next);

		if (exs_seq_le(cb->end_seq, ncb->seq))
			return;
		exs_tcp_dsack_extend(sk, ncb->seq,
				     exs_seq_min(ncb->end_seq, cb->end_seq));
		if (exs_seq_lt(cb->end_seq, ncb->end_seq))
			return;
		rb_erase(node, &tp->ooo_queue);
		EXS_INC(exs_sock_net(sk), TCPEXT_TCPOFOMerge);
		exs_tcp_ooo_drop(next, EXS_DROP_TCP_DUPLICATE);
	}
}

/* The last is the likeliest neighbour: it needs no search. */
static enum exs_tcp_ooo_fate exs_tcp_ooo_insert(struct sock *sk,
						struct sk_buff *skb)
{
	struct rb_node *last = rb_last(&exs_tcp_sk(sk)->ooo_queue);
	enum exs_tcp_ooo_fate fate;

	if (last && exs_tcp_coalesce(sk, rb_to_skb(last), skb))
		return EXS_TCP_OOO_MERGED;
	fate = exs_tcp_ooo_link(sk, skb);
	if (fate == EXS_TCP_OOO_LINKED)
		exs_tcp_ooo_cover(sk, skb);
	return fate;
}

/* Memory, and what the segment tells but its text. False: it is gone. */
static bool exs_tcp_ooo_accept(struct sock *sk, struct sk_buff *skb)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct exs_tcp_ext *ext;

	if (unlikely(tp->ecn_ok))
		exs_tcp_ecn_text(sk, skb);
	if (!exs_tcp_rmem_fits(sk, skb) && !exs_tcp_prune(sk, skb)) {
		EXS_INC(exs_sock_net(sk), TCPEXT_TCPOFODrop);
		sk->sk_data_ready(sk);
		exs_drop(skb, EXS_DROP_TCP_OFO_MEM);
		return false;
	}
	EXS_INC(exs_sock_net(sk), TCPEXT_TCPOFOQueue);
	exs_tcp_rcv_mss_learn(sk, skb);
	tp->ack.pending |= EXS_TCP_ACK_SCHED;
	ext = exs_tcp_ext_own(tp, GFP_ATOMIC);
	if (likely(ext))
		ext->rcv_ooopack += max_t(u16, 1, skb_shinfo(skb)->gso_segs);
	return true;
}

/**
 * exs_tcp_ooo_queue - a segment came before its turn
 * @sk: the socket
 * @skb: behind a hole, inside the window, TCP header pulled; consumed
 *
 * One that brings nothing new moves its block to the front of what is reported. The
 * window grows only where the peer has SACK: without, one that grows hides that
 * the ACKs are the same.
 *
 * Context: socket lock held, BH disabled.
 */
void exs_tcp_ooo_queue(struct sock *sk, struct sk_buff *skb)
{
	u32 shared = exs_tcp_window_truesize(skb);
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct exs_tcp_cb *cb = EXS_TCPCB(skb);
	u32 start = cb->seq, end = cb->end_seq;
	enum exs_tcp_ooo_fate fate;
	u32 len = skb->len;

	if (!exs_tcp_ooo_accept(sk, skb))
		return;
	fate = exs_tcp_ooo_insert(sk, skb);
	if (fate == EXS_TCP_OOO_KNOWN) {
		EXS_INC(exs_sock_net(sk), TCPEXT_TCPOFOMerge);
		exs_drop(skb, EXS_DROP_TCP_DUPLICATE);
	} else if (fate == EXS_TCP_OOO_MERGED && tp->sack_ok) {
		exs_tcp_window_grow(sk, len, shared);
	}
	if (tp->sack_ok)
		exs_tcp_sack_add(sk, start, end);
	if (fate != EXS_TCP_OOO_LINKED)
		return;
	if (tp->sack_ok)
		exs_tcp_window_grow(sk, len, skb->truesize);
	skb_condense(skb);
	skb_set_owner_r(skb, sk);
}

/* skb is out of the tree and joins the receive queue. */
static void exs_tcp_ooo_deliver(struct sock *sk, struct sk_buff *skb)
{
	struct sk_buff *tail = skb_peek_tail(&sk->sk_receive_queue);
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	u32 end_seq = EXS_TCPCB(skb)->end_seq;

	skb->dev = NULL;
	if (!tail || !exs_tcp_coalesce(sk, tail, skb))
		__skb_queue_tail(&sk->sk_receive_queue, skb);
	tp->bytes_received += end_seq - tp->rcv_nxt;
	WRITE_ONCE(tp->rcv_nxt, end_seq);
}

/**
 * exs_tcp_ooo_drain - a hole was filled: deliver what follows it
 * @sk: the socket
 *
 * Context: socket lock held, BH disabled.
 * Return: true when a FIN became in order; nothing may follow it.
 */
bool exs_tcp_ooo_drain(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	u32 filled = tp->rcv_nxt;
	struct rb_node *node;
	bool fin = false;

	while (!fin && (node = rb_first(&tp->ooo_queue))) {
		struct sk_buff *skb = rb_to_skb(node);
		struct exs_tcp_cb *cb = EXS_TCPCB(skb);

		if (exs_seq_gt(cb->seq, tp->rcv_nxt))
			break;
		/* Where those here overlap was said when they came. */
		if (exs_seq_lt(cb->seq, filled))
			exs_tcp_dsack_extend(sk, cb->seq,
					     exs_seq_min(cb->end_seq, filled));
		rb_erase(node, &tp->ooo_queue);
		if (exs_seq_le(cb->end_seq, tp->rcv_nxt)) {
			exs_tcp_ooo_drop(skb, EXS_DROP_TCP_DUPLICATE);
			continue;
		}
		fin = cb->flags & EXS_TCPHDR_FIN;
		exs_tcp_ooo_deliver(sk, skb);
	}
	return fin;
}
