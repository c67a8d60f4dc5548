// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: when we acknowledge.
 * Flow:   tcp_reasm -> exs_tcp_ack_owed; end of every segment ->
 *         exs_tcp_ack_check -> tcp_reply, the delayed-ACK timer, tcp_comp_ack,
 *         or tcp_tsq when the user lets go
 * Owns:   exs_tcp_sock.ack but its scaling_ratio, which is tcp_rcvbuf's
 * Locks:  socket lock held by the caller
 * Spec:   RFC 1122 4.2.3.2; RFC 5681 4.2; RFC 9293 3.8.6.3
 * Tests:  kunit/tcp/tcp_acksched_kunit.c, qemu/wire/ack
 *
 * A connection begins in quick mode: a sender in slow start needs every ACK.
 * It delays once the user answers what it reads (pingpong), for as long as
 * the peer's pace suggests that more will come (ato).
 */
#include "tcp/tcp_priv.h"

#define EXS_TCP_RCV_MSS_MIN	536U	/* below this a segment may be a runt */

static void exs_tcp_quickack_more(struct exs_tcp_sock *tp, unsigned int max)
{
	unsigned int quick = tp->rcv_wnd / (2 * max_t(u32, tp->ack.rcv_mss, 1));

	quick = min(quick ?: 2, max);
	if (quick > tp->ack.quick)
		tp->ack.quick = quick;
}

/**
 * exs_tcp_quickack_enter - acknowledge the next segments at once
 * @sk: the socket
 * @max: at most so many; half of the window's segments otherwise
 *
 * Context: socket lock held.
 */
void exs_tcp_quickack_enter(struct sock *sk, unsigned int max)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	exs_tcp_quickack_more(tp, max);
	tp->ack.pingpong = 0;
	tp->ack.ato = EXS_TCP_ATO_MIN;
}

/**
 * exs_tcp_quickack_mode - is an owed ACK to go out now?
 * @sk: the socket
 *
 * Context: socket lock held.
 * Return: true in quick mode, and always where the route wants it.
 */
bool exs_tcp_quickack_mode(const struct sock *sk)
{
	const struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	return exs_rt_metric(&tp->es.rt, RTAX_QUICKACK) ||
	       (tp->ack.quick && !exs_tcp_pingpong(tp));
}

/**
 * exs_tcp_rcv_mss_learn - the peer's segment size, from one more segment
 * @sk: the socket
 * @skb: the segment, its TCP header pulled
 *
 * For "every second full-sized segment". GRO hands over many at once: gso_size
 * tells. A short segment counts when it cannot be the end of a write: of the same
 * length as the one before, and no push.
 *
 * Context: socket lock held.
 */
void exs_tcp_rcv_mss_learn(struct sock *sk, const struct sk_buff *skb)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	unsigned int len = skb_shinfo(skb)->gso_size ?: skb->len;
	unsigned int last = tp->ack.last_seg_size;

	tp->ack.last_seg_size = 0;
	if (len >= tp->ack.rcv_mss) {
		if (len != tp->ack.rcv_mss)
			exs_tcp_window_ratio(sk, skb);
		tp->ack.rcv_mss = min_t(unsigned int, len, tp->advmss);
		/* The end of a write: its sender may wait for the ACK. */
		if (EXS_TCPCB(skb)->flags & EXS_TCPHDR_PSH)
			tp->ack.pending |= EXS_TCP_ACK_PUSHED;
		return;
	}
	len += skb->data - skb_transport_header(skb);
	if (len >= EXS_TCP_RCV_MSS_MIN + sizeof(struct tcphdr) ||
	    (len >= EXS_TCP_MIN_MSS + sizeof(struct tcphdr) &&
	     !(EXS_TCPCB(skb)->flags & EXS_TCPHDR_PSH))) {
		len -= tp->header_len;
		tp->ack.last_seg_size = len;
		if (len == last) {
			tp->ack.rcv_mss = len;
			return;
		}
	}
	if (tp->ack.pending & EXS_TCP_ACK_PUSHED)
		tp->ack.pending |= EXS_TCP_ACK_PUSHED2;
	tp->ack.pending |= EXS_TCP_ACK_PUSHED;
}

/* Follow the peer's pace: wait about as long as its segments are apart. */
static void exs_tcp_ato_learn(struct sock *sk, u32 now)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	s32 gap = (s32)(now - tp->ack.lrcvtime);

	if (!tp->ack.ato) {
		exs_tcp_quickack_more(tp, EXS_TCP_MAX_QUICKACKS);
		tp->ack.ato = EXS_TCP_ATO_MIN;
		return;
	}
	if (gap <= EXS_TCP_ATO_MIN / 2)
		tp->ack.ato = (tp->ack.ato >> 1) + EXS_TCP_ATO_MIN / 2;
	else if (gap < (s32)tp->ack.ato)
		tp->ack.ato = min3((tp->ack.ato >> 1) + (u32)gap, tp->rto,
				   (u32)EXS_TCP_DELACK_MAX);
	else if (gap > (s32)tp->rto)
		/* The peer restarts: it may have lost its cwnd. */
		exs_tcp_quickack_more(tp, EXS_TCP_MAX_QUICKACKS);
}

/**
 * exs_tcp_ack_owed - text is to be queued
 * @sk: the socket
 * @skb: the segment, its TCP header pulled
 *
 * Context: socket lock held.
 */
void exs_tcp_ack_owed(struct sock *sk, struct sk_buff *skb)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	u32 now = (u32)jiffies;

	tp->ack.pending |= EXS_TCP_ACK_SCHED;
	exs_tcp_rcv_mss_learn(sk, skb);
	exs_tcp_ato_learn(sk, now);
	tp->ack.lrcvtime = now;
	if (unlikely(tp->ecn_ok))
		exs_tcp_ecn_text(sk, skb);
}

/*
 * More than one full segment unacknowledged, and the user reads or the window
 * would not shrink by acknowledging.
 */
static bool exs_tcp_ack_second_segment(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	if (tp->rcv_nxt - tp->rcv_wup <= tp->ack.rcv_mss)
		return false;
	return tp->rcv_nxt - tp->copied_seq < (u32)sk->sk_rcvlowat ||
	       exs_tcp_window_offer(sk) >= tp->rcv_wnd;
}

/**
 * exs_tcp_ack_check - a segment is done: send the owed ACK or delay it
 * @sk: the socket
 *
 * Context: socket lock held, BH disabled.
 */
void exs_tcp_ack_check(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	if (!(tp->ack.pending & EXS_TCP_ACK_SCHED))
		return;
	if (tp->ack.pending & EXS_TCP_ACK_NOW ||
	    exs_tcp_ack_second_segment(sk) || exs_tcp_quickack_mode(sk)) {
		/* From the backlog: what follows in it is acknowledged too. */
		if (sock_owned_by_user_nocheck(sk) &&
		    EXS_SYSCTL(exs_sock_net(sk), tcp_backlog_ack_defer))
			set_bit(EXS_TCP_ACK_DEFERRED, &sk->sk_tsq_flags);
		else
			exs_tcp_send_ack(sk);
		return;
	}
	if (RB_EMPTY_ROOT(&tp->ooo_queue))
		exs_tcp_timers_ack_owed(sk);
	else if (!exs_tcp_comp_ack_hold(sk))
		exs_tcp_send_ack(sk);
}
