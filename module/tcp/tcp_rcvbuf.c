// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: growing the receive buffer with the connection.
 * Flow:   tcp_reasm, tcp_ooo, tcp_recv -> [here] -> rcv_ssthresh, sk_rcvbuf
 * Owns:   rcvq_*, rcv_rtt_*, scaling_ratio
 * Locks:  socket lock held by the caller
 * Spec:   Fisk and Feng, Dynamic Right-Sizing; RFC 7323 4 for the RTT
 * Tests:  kunit/tcp/tcp_rcvbuf_kunit.c
 *
 * What the user reads in a round trip is what the sender's window was worth;
 * twice as much room lets it double. The round trip is the receiver's own
 * measure: from echoed timestamps, and the time a full window takes.
 */
#include <net/proto_memory.h>

#include "tcp/tcp_priv.h"

#define EXS_TCP_WINDOW_TEXT	128U	/* shorter segments open nothing */

/**
 * exs_tcp_window_ratio - payload per memory, measured from a segment
 * @sk: the socket
 * @skb: a segment of the peer's full size
 *
 * Context: socket lock held.
 */
void exs_tcp_window_ratio(struct sock *sk, const struct sk_buff *skb)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	u32 ratio;

	ratio = (u32)div_u64((u64)skb->len << 8, max(skb->truesize, 1U));
	ratio = clamp(ratio, 1U, 255U);
	if (ratio == tp->ack.scaling_ratio)
		return;
	tp->ack.scaling_ratio = ratio;
	WRITE_ONCE(tp->window_clamp, exs_tcp_window_full_space(sk));
	tp->rcvq_space = min(tp->rcvq_space, tp->window_clamp);
}

/**
 * exs_tcp_window_truesize - memory that the text of a packet will hold
 * @skb: arrived, its headers pulled
 *
 * Where all text is in fragments, what holds the headers goes when the text
 * joins that of the packet before.
 *
 * Return: bytes.
 */
u32 exs_tcp_window_truesize(const struct sk_buff *skb)
{
	u32 head = SKB_TRUESIZE(skb_end_offset(skb));

	if (skb_headlen(skb) || skb->truesize < head + skb->len)
		return skb->truesize;
	return skb->truesize - head;
}

/*
 * Text that wastes memory is not held against a small window: with each halving
 * that parts the window from half the largest, it may waste twice as much.
 */
static bool exs_tcp_window_affords(const struct sock *sk, u32 len, u32 payload)
{
	const struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	u64 most = EXS_SYSCTL(exs_sock_net(sk), tcp_rmem[2]);
	u32 times;

	most = most * tp->ack.scaling_ratio >> 9;
	times = div_u64(most, max(tp->rcv_ssthresh, 1U));
	return times && payload >> 1 >> ilog2(times) <= len;
}

/**
 * exs_tcp_window_grow - open the window further
 * @sk: the socket
 * @len: text that arrived
 * @truesize: memory that it holds
 *
 * By two segments for each segment whose memory is well used, as long as the
 * buffer is not half full. Where TCP has little memory left, down to four.
 *
 * Context: socket lock held.
 */
void exs_tcp_window_grow(struct sock *sk, u32 len, u32 truesize)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	int room = min_t(int, tp->window_clamp, exs_tcp_window_space(sk)) -
		   (int)tp->rcv_ssthresh;
	u32 payload = (u64)truesize * tp->ack.scaling_ratio >> 8;
	u32 incr;

	if (room <= 0)
		return;
	if (sk_under_memory_pressure(sk)) {
		tp->rcv_ssthresh = min(tp->rcv_ssthresh, 4U * tp->advmss);
		return;
	}
	if (payload <= len)
		incr = 2 * tp->advmss;
	else if (exs_tcp_window_affords(sk, len, payload))
		incr = 2 * tp->ack.rcv_mss;
	else
		return;
	tp->rcv_ssthresh += min_t(u32, room, max_t(u32, incr, 2 * len));
	tp->ack.quick |= 1;
}

/*
 * The shortest counts at once. What the time of a window says may be too long, so
 * that a longer one is a sample only where it is an echo's.
 */
static void exs_tcp_rcv_rtt(struct exs_tcp_sock *tp, u32 sample, bool echo)
{
	u32 old = tp->rcv_rtt_us;

	sample = min(sample, U32_MAX >> 3);
	if (!old || sample << 3 < old)
		tp->rcv_rtt_us = sample << 3;
	else if (echo)
		tp->rcv_rtt_us += sample - (old >> 3);
}

/**
 * exs_tcp_window_echo - the receiver's round trip, by an echo of ours
 * @sk: the socket, ESTABLISHED
 * @skb: a segment, prepared
 *
 * Of the segments with the same echo the first tells, if it is a full one.
 *
 * Context: socket lock held.
 */
void exs_tcp_window_echo(struct sock *sk, const struct sk_buff *skb)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	const struct exs_tcp_cb *cb = EXS_TCPCB(skb);
	u32 delta;

	if (!cb->has_tstamp || !cb->tsecr ||
	    (u16)cb->tsecr == tp->rcv_rtt_tsecr)
		return;
	tp->rcv_rtt_tsecr = cb->tsecr;
	if (cb->end_seq - cb->seq < tp->ack.rcv_mss)
		return;
	delta = exs_tcp_retrans_clock(tp) - cb->tsecr;
	if (delta && delta < INT_MAX / USEC_PER_MSEC)
		exs_tcp_rcv_rtt(tp, delta * USEC_PER_MSEC, true);
}

/* The same, by the time that a window takes. */
static void exs_tcp_window_rtt(struct exs_tcp_sock *tp)
{
	u32 now = (u32)tp->mstamp_us;

	if (tp->rcv_rtt_time) {
		if (exs_seq_lt(tp->rcv_nxt, tp->rcv_rtt_seq))
			return;
		exs_tcp_rcv_rtt(tp, max(now - tp->rcv_rtt_time, 1U), false);
	}
	tp->rcv_rtt_seq = tp->rcv_nxt + tp->rcv_wnd;
	tp->rcv_rtt_time = now ?: 1;
}

/**
 * exs_tcp_window_arrived - text joined the receive queue
 * @sk: the socket
 * @len: bytes
 * @truesize: memory that they hold
 *
 * Context: socket lock held.
 */
void exs_tcp_window_arrived(struct sock *sk, u32 len, u32 truesize)
{
	exs_tcp_window_rtt(exs_tcp_sk(sk));
	if (len >= EXS_TCP_WINDOW_TEXT)
		exs_tcp_window_grow(sk, len, truesize);
}

/**
 * exs_tcp_rcvbuf_clamp - the receive buffer is full
 * @sk: the socket
 *
 * It may become as large as what it holds, within tcp_rmem, where the user has
 * not set its size and TCP has memory. Where that is not enough the window is to
 * be small.
 *
 * Context: socket lock held.
 */
void exs_tcp_rcvbuf_clamp(struct sock *sk)
{
	int most = EXS_SYSCTL(exs_sock_net(sk), tcp_rmem[2]);
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	bool pressure = sk_under_memory_pressure(sk);
	int held = atomic_read(&sk->sk_rmem_alloc);

	if (held < sk->sk_rcvbuf) {
		if (pressure)
			tp->rcv_ssthresh = min(tp->rcv_ssthresh,
					       4U * tp->advmss);
		return;
	}
	tp->ack.quick = 0;
	if (sk->sk_rcvbuf < most && !(sk->sk_userlocks & SOCK_RCVBUF_LOCK) &&
	    !pressure && sk_memory_allocated(sk) < sk_prot_mem_limits(sk, 0))
		WRITE_ONCE(sk->sk_rcvbuf, min(held, most));
	if (held > sk->sk_rcvbuf)
		tp->rcv_ssthresh = min(tp->window_clamp, 2U * tp->advmss);
}

/* Memory for a window of want bytes, within tcp_rmem. */
static void exs_tcp_rcvbuf_raise(struct sock *sk, u64 want)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	u64 space = div_u64(want << 8, max_t(u8, tp->ack.scaling_ratio, 1));
	int most = EXS_SYSCTL(exs_sock_net(sk), tcp_rmem[2]);
	int rcvbuf = min_t(u64, space, most);

	if (rcvbuf <= sk->sk_rcvbuf)
		return;
	WRITE_ONCE(sk->sk_rcvbuf, rcvbuf);
	WRITE_ONCE(tp->window_clamp, exs_tcp_window_full_space(sk));
}

/**
 * exs_tcp_rcvbuf_adjust - the user read: once a round trip, follow its pace
 * @sk: the socket
 *
 * Context: socket lock held, process.
 */
void exs_tcp_rcvbuf_adjust(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	int copied;
	u64 want;
	u32 now;

	if (!tp->rcv_rtt_us)
		return;
	now = (u32)exs_clock_us();
	if (now - tp->rcvq_time < tp->rcv_rtt_us >> 3)
		return;
	/* What waits to be read came later, to a window that was larger. */
	copied = tp->copied_seq - tp->rcvq_seq;
	copied -= tp->rcv_nxt - tp->copied_seq;
	if (copied > (int)tp->rcvq_space) {
		if (EXS_SYSCTL(exs_sock_net(sk), tcp_moderate_rcvbuf) &&
		    !(sk->sk_userlocks & SOCK_RCVBUF_LOCK)) {
			/* Room for a doubling, and for how fast it grew. */
			want = ((u64)copied << 1) + 16 * tp->advmss;
			want += 2 * div_u64(want * (copied - tp->rcvq_space),
					    max(tp->rcvq_space, 1U));
			exs_tcp_rcvbuf_raise(sk, want);
		}
		tp->rcvq_space = copied;
	}
	tp->rcvq_seq = tp->copied_seq;
	tp->rcvq_time = now;
}
