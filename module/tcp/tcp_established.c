// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: the fast path of an established connection.
 * Flow:   exs_tcp_rcv -> [here] -> exs_tcp_data_queue_fast, exs_tcp_ack_fast,
 *         or exs_tcp_state_segment for all that is not plain
 * Owns:   the prediction
 * Locks:  socket lock held by the caller
 * Spec:   RFC 9293 3.10.7.4 for ESTABLISHED; RFC 7323 5.3
 * Tests:  kunit/tcp/tcp_established_kunit.c, qemu/wire/ack, qemu/wire/send
 */
#include "tcp/tcp_priv.h"

#define EXS_TCP_FAST_FLAGS	(EXS_TCPHDR_FIN | EXS_TCPHDR_SYN | \
				 EXS_TCPHDR_RST | EXS_TCPHDR_ACK | \
				 EXS_TCPHDR_URG | EXS_TCPHDR_ECE | \
				 EXS_TCPHDR_CWR)

/*
 * As on Linux a segment may have of what the socket has reserved already, where
 * the buffer is full or what was offered is used up, unless we offered nothing.
 */
static bool exs_tcp_fast_reserved(const struct sock *sk,
				  const struct sk_buff *skb)
{
	const struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	return (int)skb->truesize <= sk->sk_forward_alloc && tp->rcv_wnd &&
	       (u32)ntohs(tcp_hdr(skb)->window) << tp->snd_wscale ==
	       tp->snd_wnd;
}

/*
 * In sequence, nothing but ACK and PSH, a timestamp that is not older, an
 * acknowledgment inside what is in flight, an open window, and nothing out of
 * order, urgent or shut down on our side.
 */
static bool exs_tcp_fast_predicted(struct sock *sk, struct sk_buff *skb)
{
	const struct tcphdr *th = tcp_hdr(skb);
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct exs_tcp_cb *cb = EXS_TCPCB(skb);

	if ((cb->flags & EXS_TCP_FAST_FLAGS) != EXS_TCPHDR_ACK ||
	    cb->seq != tp->rcv_nxt || !th->window)
		return false;
	if (tp->tstamp_ok) {
		u32 tsval, tsecr;

		if (!exs_tcp_opt_fast_ts(th, &tsval, &tsecr) ||
		    (s32)(tsval - tp->ts_recent) < 0)
			return false;
		exs_tcp_set_ts(tp, cb, tsval, tsecr);
	} else if (th->doff != sizeof(*th) / 4) {
		return false;
	}
	return cb->ack_seq - tp->snd_una <= tp->snd_nxt - tp->snd_una &&
	       (cb->end_seq - tp->rcv_nxt <= exs_tcp_receive_window(tp) ||
		exs_tcp_fast_reserved(sk, skb)) &&
	       RB_EMPTY_ROOT(&tp->ooo_queue) && !tp->urg_data &&
	       !sk->sk_shutdown;
}

/**
 * exs_tcp_established_segment - a segment arrives in ESTABLISHED
 * @sk: the socket
 * @skb: the segment, prepared; consumed
 *
 * Context: socket lock held, BH disabled, RCU held.
 */
void exs_tcp_established_segment(struct sock *sk, struct sk_buff *skb)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct exs_tcp_cb *cb = EXS_TCPCB(skb);

	if (unlikely(!exs_tcp_fast_predicted(sk, skb) ||
		     (cb->seq != cb->end_seq &&
		      !exs_tcp_rmem_fits(sk, skb) &&
		      !exs_tcp_fast_reserved(sk, skb)))) {
		exs_tcp_state_segment(sk, skb);
		return;
	}
	if (cb->has_tstamp && cb->seq == tp->rcv_wup) {
		tp->ts_recent = cb->tsval;
		tp->ts_recent_stamp = (u32)ktime_get_seconds();
	}
	exs_tcp_ack_fast(sk, skb, cb->ack_seq);
	if (cb->seq != cb->end_seq) {
		exs_tcp_window_echo(sk, skb);
		EXS_INC(exs_sock_net(sk), TCPEXT_TCPHPHits);
		exs_tcp_data_queue_fast(sk, skb);
	} else {
		/* The next text with this echo is no sample. */
		if (cb->has_tstamp)
			tp->rcv_rtt_tsecr = cb->tsecr;
		exs_consume(skb);
	}
	if (exs_tcp_send_head(sk))
		exs_tcp_push_pending(sk);
	if (sk->sk_socket && test_bit(SOCK_NOSPACE, &sk->sk_socket->flags))
		exs_tcp_new_space(sk);
	if (tp->ack.pending & EXS_TCP_ACK_SCHED)
		exs_tcp_ack_check(sk);
}
