// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: the peer reports that something arrived twice.
 * Flow:   tcp_sack -> [here] -> tcp_rack, tcp_undo, tcp_tlp
 * Owns:   the counts of duplicates, undo_retrans for what is acknowledged
 * Locks:  socket lock held by the caller
 * Spec:   RFC 2883 4; RFC 3708; RFC 8985 6.2 step 4, 7.4.2
 * Tests:  kunit/tcp/tcp_dsack_kunit.c, qemu/wire/undo
 */
#include "tcp/tcp_priv.h"

/* Count the duplicates. 0: it can't be of what we sent twice. */
static u32 exs_tcp_dsack_segs(struct exs_tcp_sock *tp,
			      const struct exs_tcp_block *b,
			      struct exs_tcp_ack_state *as)
{
	struct exs_tcp_ext *ext = exs_tcp_ext_own(tp, GFP_ATOMIC);
	u32 len = b->end - b->start, segs = 1;

	if (!ext || !exs_seq_lt(b->start, b->end) || len > tp->max_window)
		return 0;
	if (len > tp->mss_cache)
		segs = DIV_ROUND_UP(len, tp->mss_cache);
	else if (tp->tlp_high_seq && tp->tlp_high_seq == b->end)
		as->dsack_tlp = true;
	ext->dsack_dups += segs;
	/* The network duplicates, or the peer lies. */
	if (ext->dsack_dups > tp->total_retrans)
		return 0;
	if (tp->reord_seen && !as->dsack_tlp)
		ext->rack_dsack = 1;
	as->dsack = true;
	as->delivered += segs;
	return segs;
}

/**
 * exs_tcp_dsack_received - is the first block a report of a duplicate?
 * @sk: the socket
 * @o: options, with at least one block
 * @ack: the acknowledgment number
 * @as: prior_una; dsack and dsack_tlp are set
 *
 * It is below what is acknowledged, or inside the second block.
 *
 * Context: socket lock held.
 * Return: true when it is, and is believed.
 */
bool exs_tcp_dsack_received(struct sock *sk, const struct exs_tcp_opt *o,
			    u32 ack, struct exs_tcp_ack_state *as)
{
	struct exs_tcp_block b = { o->sack[0].start, o->sack[0].end };
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct exs_net *en = exs_sock_net(sk);
	u32 segs;

	if (exs_seq_lt(b.start, ack)) {
		EXS_INC(en, TCPEXT_TCPDSACKRecv);
	} else if (o->num_sacks > 1 && exs_seq_ge(b.start, o->sack[1].start) &&
		   exs_seq_le(b.end, o->sack[1].end)) {
		EXS_INC(en, TCPEXT_TCPDSACKOfoRecv);
	} else {
		return false;
	}
	segs = exs_tcp_dsack_segs(tp, &b, as);
	if (!segs) {
		EXS_INC(en, TCPEXT_TCPDSACKIgnoredDubious);
		return false;
	}
	EXS_ADD(en, TCPEXT_TCPDSACKRecvSegs, segs);
	/* Of what has left the queue; the rest is counted there. */
	if (tp->undo_marker && tp->undo_retrans > 0 &&
	    exs_seq_le(b.end, as->prior_una) &&
	    exs_seq_gt(b.end, tp->undo_marker))
		tp->undo_retrans = max_t(s32, 0, tp->undo_retrans - (s32)segs);
	return true;
}
