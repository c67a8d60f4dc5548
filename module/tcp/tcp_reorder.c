// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: how far the network reorders.
 * Flow:   tcp_ack, tcp_sack, tcp_loss, tcp_undo -> [here]
 * Owns:   exs_tcp_sock.reordering, .reord_seen
 * Locks:  socket lock held by the caller
 * Spec:   RFC 8985 6.2 step 3; RFC 4653 for the idea of the metric
 * Tests:  kunit/tcp/tcp_reorder_kunit.c, qemu/wire/rack
 */
#include "tcp/tcp_priv.h"

static void exs_tcp_reorder_set(struct sock *sk, u32 segs)
{
	exs_tcp_sk(sk)->reordering =
		min3(segs, (u32)U16_MAX,
		     (u32)EXS_SYSCTL(exs_sock_net(sk), tcp_max_reordering));
}

/* TCP_INFO counts the events; without memory for it the first one counts. */
static void exs_tcp_reorder_seen(struct exs_tcp_sock *tp)
{
	struct exs_tcp_ext *ext = exs_tcp_ext_own(tp, GFP_ATOMIC);

	tp->reord_seen = 1;
	if (ext)
		ext->reord_seen++;
}

/**
 * exs_tcp_reorder_sack - a segment sent once arrived after later ones
 * @sk: the socket
 * @low: where it begins
 * @ts: a timestamp told, not SACK
 *
 * The distance to the highest that arrived, in segments, is how far the
 * network reorders at least.
 *
 * Context: socket lock held.
 */
void exs_tcp_reorder_sack(struct sock *sk, u32 low, bool ts)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	u32 fack = exs_tcp_fack(tp);
	u32 mss = tp->mss_cache;
	u32 dist = fack - low;

	if (!exs_seq_lt(low, fack))
		return;
	if (mss && dist > tp->reordering * mss)
		exs_tcp_reorder_set(sk, DIV_ROUND_UP(dist, mss));
	exs_tcp_reorder_seen(tp);
	if (ts)
		EXS_INC(exs_sock_net(sk), TCPEXT_TCPTSReorder);
	else
		EXS_INC(exs_sock_net(sk), TCPEXT_TCPSACKReorder);
}

/**
 * exs_tcp_reorder_reno - duplicate ACKs without SACK: more than can be?
 * @sk: the socket
 * @acked: segments the same ACK acknowledged
 *
 * Each stands for a segment that arrived; with those deemed lost they can't be
 * more than are out, unless nothing is lost and all is late.
 *
 * Context: socket lock held.
 */
void exs_tcp_reorder_reno(struct sock *sk, u32 acked)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	u32 holes = min(max(tp->lost_out, 1U), tp->packets_out);

	if (tp->sacked_out + holes <= tp->packets_out)
		return;
	tp->sacked_out = tp->packets_out - holes;
	exs_tcp_reorder_set(sk, tp->packets_out + acked);
	exs_tcp_reorder_seen(tp);
	EXS_INC(exs_sock_net(sk), TCPEXT_TCPRenoReorder);
}
