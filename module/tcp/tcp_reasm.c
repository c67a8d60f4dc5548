// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: in-order delivery to the receive queue.
 * Flow:   tcp_established, tcp_verdict -> [here] -> tcp_ooo, sk_data_ready
 * Owns:   exs_tcp_sock.rcv_nxt, sk_receive_queue
 * Locks:  socket lock held by the caller
 * Spec:   RFC 9293 3.10.7.4 seventh and eighth; RFC 5681 4.2
 * Tests:  kunit/tcp/tcp_reasm_kunit.c
 *
 * A queued skb may begin before what the reader wants (a retransmission with a
 * different cut): readers go by the control block's seq and copied_seq.
 */
#include "tcp/tcp_priv.h"

/**
 * exs_tcp_rmem_fits - does a segment fit the receive buffer?
 * @sk: the socket
 * @skb: the segment
 *
 * Context: socket lock held.
 * Return: true; its memory is then reserved for skb_set_owner_r().
 */
bool exs_tcp_rmem_fits(struct sock *sk, struct sk_buff *skb)
{
	return atomic_read(&sk->sk_rmem_alloc) <= sk->sk_rcvbuf &&
	       sk_rmem_schedule(sk, skb, skb->truesize);
}

/**
 * exs_tcp_coalesce - append a segment's data to the one before it
 * @sk: the socket
 * @to: queued, owned by the socket
 * @from: follows it without a gap
 *
 * Context: socket lock held.
 * Return: true when from's data moved; what is left of it is freed.
 */
bool exs_tcp_coalesce(struct sock *sk, struct sk_buff *to, struct sk_buff *from)
{
	struct exs_tcp_cb *tcb = EXS_TCPCB(to);
	struct exs_tcp_cb *fcb = EXS_TCPCB(from);
	bool stolen;
	int delta;

	if (tcb->end_seq != fcb->seq || tcb->flags & EXS_TCPHDR_FIN ||
	    skb_cmp_decrypted(to, from) ||
	    !skb_try_coalesce(to, from, &stolen, &delta))
		return false;
	atomic_add(delta, &sk->sk_rmem_alloc);
	sk_mem_charge(sk, delta);
	EXS_INC(exs_sock_net(sk), TCPEXT_TCPRcvCoalesce);
	tcb->end_seq = fcb->end_seq;
	tcb->ack_seq = fcb->ack_seq;
	tcb->flags |= fcb->flags;
	if (from->tstamp || skb_hwtstamps(from)->hwtstamp) {
		to->tstamp = from->tstamp;
		*skb_hwtstamps(to) = *skb_hwtstamps(from);
	}
	kfree_skb_partial(from, stolen);
	return true;
}

/* rcv_nxt moves over seq..end_seq of a segment about to be queued. */
static void exs_tcp_rcv_nxt_advance(struct exs_tcp_sock *tp, u32 end_seq)
{
	tp->bytes_received += end_seq - tp->rcv_nxt;
	WRITE_ONCE(tp->rcv_nxt, end_seq);
}

/**
 * exs_tcp_queue_in_order - put a segment behind the last one queued
 * @sk: the socket
 * @skb: reaches beyond rcv_nxt, TCP header pulled; consumed
 *
 * Context: socket lock held.
 */
void exs_tcp_queue_in_order(struct sock *sk, struct sk_buff *skb)
{
	struct sk_buff *tail = skb_peek_tail(&sk->sk_receive_queue);
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	u32 end_seq = EXS_TCPCB(skb)->end_seq;

	if (!tail || !exs_tcp_coalesce(sk, tail, skb)) {
		skb->dev = NULL;
		__skb_queue_tail(&sk->sk_receive_queue, skb);
		skb_set_owner_r(skb, sk);
	}
	exs_tcp_rcv_nxt_advance(tp, end_seq);
}

/* With what text tells of the peer, of its path and of the memory it takes. */
static void exs_tcp_text_take(struct sock *sk, struct sk_buff *skb)
{
	u32 truesize = exs_tcp_window_truesize(skb);
	u32 len = skb->len;

	if (likely(len))
		exs_tcp_ack_owed(sk, skb);
	exs_tcp_queue_in_order(sk, skb);
	if (likely(len))
		exs_tcp_window_arrived(sk, len, truesize);
}

/**
 * exs_tcp_data_ready - tell readers
 * @sk: the socket
 *
 * Not before SO_RCVLOWAT bytes are there, unless no more will come or the
 * buffer is full.
 *
 * Context: socket lock held.
 */
void exs_tcp_data_ready(struct sock *sk)
{
	if (sock_flag(sk, SOCK_DEAD))
		return;
	if (unlikely(sk->sk_rcvlowat > 1) && !sock_flag(sk, SOCK_DONE) &&
	    !exs_tcp_poll_readable(sk, sk->sk_rcvlowat))
		return;
	sk->sk_data_ready(sk);
}

/**
 * exs_tcp_data_queue_fast - text the fast path predicted
 * @sk: the socket
 * @skb: exactly the next in sequence, memory reserved; consumed
 *
 * Context: socket lock held, BH disabled.
 */
void exs_tcp_data_queue_fast(struct sock *sk, struct sk_buff *skb)
{
	__skb_pull(skb, tcp_hdrlen(skb));
	exs_tcp_text_take(sk, skb);
	exs_tcp_data_ready(sk);
}

static void exs_tcp_data_drop(struct sock *sk, struct sk_buff *skb,
			      enum exs_drop_reason reason)
{
	exs_tcp_sk(sk)->ack.pending |= EXS_TCP_ACK_SCHED;
	exs_drop(skb, reason);
}

/*
 * Memory for a segment that is next in order. Where there is none, what is
 * queued is to be read first; but a reader with nothing to read would wait for
 * ever, so an empty queue takes one whatever the limits say. Either way the
 * sender is told to wait. False: no.
 */
static bool exs_tcp_data_memory(struct sock *sk, struct sk_buff *skb)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	if (likely(exs_tcp_rmem_fits(sk, skb)) || exs_tcp_prune(sk, skb))
		return true;
	tp->ack.pending |= EXS_TCP_ACK_SCHED | EXS_TCP_ACK_NOW |
			   EXS_TCP_ACK_NOMEM;
	sk->sk_data_ready(sk);
	if (skb->len && !skb_queue_empty(&sk->sk_receive_queue))
		return false;
	exs_tcp_force_mem(sk, skb->truesize);
	return true;
}

static void exs_tcp_data_in_order(struct sock *sk, struct sk_buff *skb)
{
	bool fin = EXS_TCPCB(skb)->flags & EXS_TCPHDR_FIN;
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	if (!exs_tcp_receive_window(tp) && !(fin && !skb->len)) {
		EXS_INC(exs_sock_net(sk), TCPEXT_TCPZeroWindowDrop);
		exs_tcp_quickack_enter(sk, EXS_TCP_MAX_QUICKACKS);
		exs_tcp_data_drop(sk, skb, EXS_DROP_TCP_ZERO_WINDOW);
		return;
	}
	if (!exs_tcp_data_memory(sk, skb)) {
		EXS_INC(exs_sock_net(sk), TCPEXT_TCPRcvQDrop);
		exs_tcp_data_drop(sk, skb, EXS_DROP_TCP_RCVBUF);
		return;
	}
	exs_tcp_text_take(sk, skb);
	if (!fin && !RB_EMPTY_ROOT(&tp->ooo_queue)) {
		fin = exs_tcp_ooo_drain(sk);
		/* RFC 5681 4.2: a filled hole is acknowledged at once. */
		if (RB_EMPTY_ROOT(&tp->ooo_queue))
			tp->ack.pending |= EXS_TCP_ACK_NOW;
	}
	if (tp->num_sacks)
		exs_tcp_sack_forget(tp);
	if (fin)
		exs_tcp_fin_received(sk);
	if (sk->sk_state != TCP_CLOSE || !sock_flag(sk, SOCK_DEAD))
		exs_tcp_data_ready(sk);
}

/**
 * exs_tcp_data_queue - text of any segment
 * @sk: the socket
 * @skb: the segment with its header; consumed
 * @v: the verdict it came with
 *
 * Whatever is not the next in order is answered, so that the sender learns of
 * the hole or of its needless retransmission; how soon is tcp_acksched's.
 *
 * Context: socket lock held, BH disabled.
 */
void exs_tcp_data_queue(struct sock *sk, struct sk_buff *skb,
			struct exs_tcp_verdict *v)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct exs_tcp_cb *cb = EXS_TCPCB(skb);

	__skb_pull(skb, tcp_hdrlen(skb));
	/* What was not reported yet never is. */
	tp->dsack_set = 0;
	if (cb->seq == tp->rcv_nxt) {
		exs_tcp_data_in_order(sk, skb);
		return;
	}
	if (exs_seq_le(cb->end_seq, tp->rcv_nxt)) {
		EXS_INC(exs_sock_net(sk), TCPEXT_DelayedACKLost);
		exs_tcp_dsack_set(sk, cb->seq, cb->end_seq);
		exs_tcp_quickack_enter(sk, EXS_TCP_MAX_QUICKACKS);
		exs_tcp_data_drop(sk, skb, EXS_DROP_TCP_DUPLICATE);
		return;
	}
	if (exs_seq_ge(cb->seq, tp->rcv_nxt + exs_tcp_receive_window(tp))) {
		exs_tcp_quickack_enter(sk, EXS_TCP_MAX_QUICKACKS);
		exs_tcp_data_drop(sk, skb, EXS_DROP_TCP_WINDOW);
		return;
	}
	if (exs_seq_lt(cb->seq, tp->rcv_nxt)) {
		exs_tcp_dsack_set(sk, cb->seq, tp->rcv_nxt);
		exs_tcp_data_in_order(sk, skb);
		return;
	}
	exs_tcp_ooo_queue(sk, skb);
}
