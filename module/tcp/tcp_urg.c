// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: urgent data.
 * Flow:   tcp_verdict -> [here] -> SIGURG, poll
 * Owns:   exs_tcp_sock.urg_seq, .urg_data
 * Locks:  socket lock held by the caller
 * Spec:   RFC 9293 3.8.5; RFC 6093
 * Tests:  kunit/tcp/tcp_urg_kunit.c, qemu/wire/urgent
 *
 * As every implementation does, the pointer is taken to point behind the
 * urgent byte; tcp_stdurg chooses the other reading. One byte is kept.
 */
#include "tcp/tcp_priv.h"

/* A pointer came. Is it news? */
static void exs_tcp_urg_pointer(struct sock *sk, const struct sk_buff *skb,
				const struct tcphdr *th)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	u32 ptr = ntohs(th->urg_ptr);

	if (ptr && !EXS_SYSCTL(exs_sock_net(sk), tcp_stdurg))
		ptr--;
	ptr += EXS_TCPCB(skb)->seq;

	/* Read already, old, or no later than the one we know. */
	if (exs_seq_gt(tp->copied_seq, ptr) || exs_seq_lt(ptr, tp->rcv_nxt))
		return;
	if (tp->urg_data && !exs_seq_gt(ptr, tp->urg_seq))
		return;

	sk_send_sigurg(sk);

	/*
	 * The reader stands at an urgent byte that nobody took: it becomes
	 * ordinary, and is stepped over so that reading goes on.
	 */
	if (tp->urg_seq == tp->copied_seq && tp->urg_data &&
	    !sock_flag(sk, SOCK_URGINLINE) && tp->copied_seq != tp->rcv_nxt) {
		struct sk_buff *head = skb_peek(&sk->sk_receive_queue);

		tp->copied_seq++;
		if (head && !exs_seq_lt(tp->copied_seq,
					EXS_TCPCB(head)->end_seq)) {
			__skb_unlink(head, &sk->sk_receive_queue);
			exs_consume(head);
		}
	}
	WRITE_ONCE(tp->urg_data, EXS_TCP_URG_NOTYET);
	WRITE_ONCE(tp->urg_seq, ptr);
}

/**
 * exs_tcp_urg_segment - the urgent part of a segment
 * @sk: the socket
 * @skb: the segment with its header; stays the caller's
 * @th: its header
 *
 * Context: socket lock held, BH disabled.
 */
void exs_tcp_urg_segment(struct sock *sk, struct sk_buff *skb,
			 const struct tcphdr *th)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	u32 off;
	u8 byte;

	if (th->urg)
		exs_tcp_urg_pointer(sk, skb, th);
	/* A segment behind it that came first must not lend a header byte. */
	if (tp->urg_data != EXS_TCP_URG_NOTYET ||
	    exs_seq_lt(tp->urg_seq, EXS_TCPCB(skb)->seq))
		return;
	off = tp->urg_seq - EXS_TCPCB(skb)->seq + th->doff * 4 - th->syn;
	if (off >= skb->len || skb_copy_bits(skb, off, &byte, 1))
		return;
	WRITE_ONCE(tp->urg_data, EXS_TCP_URG_VALID | byte);
	if (!sock_flag(sk, SOCK_DEAD))
		sk->sk_data_ready(sk);
}
