// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: a full receive buffer is packed anew.
 * Flow:   tcp_ooo (exs_tcp_prune) -> [here]
 * Owns:   nothing
 * Locks:  socket lock held by the caller
 * Spec:   none: what was accepted is kept (RFC 9293 3.8.6), in less memory
 * Tests:  kunit/tcp/tcp_collapse_kunit.c, qemu/wire/window/collapse.drill
 *
 * Each segment holds the buffer that it came in, however little of it is text.
 * Where memory is short, neighbours are copied together into buffers that a page
 * holds. What is well packed stays as it is.
 */
#include "tcp/tcp_priv.h"

#define EXS_TCP_PACK_MAX	((u32)SKB_MAX_ORDER(0, 0))
/* What is packed is itself not worth it, whatever the connection's ratio is. */
#define EXS_TCP_PACK_RATIO	((EXS_TCP_PACK_MAX << 8) / SKB_TRUESIZE(EXS_TCP_PACK_MAX))

/* Text without a gap that is to be packed; of a queue or of the tree. */
struct exs_tcp_pack {
	struct sock *sk;
	struct sk_buff_head *queue;	/* NULL: the tree */
	struct sk_buff *stop;		/* not of it any more; NULL: the end */
	u32 start;			/* of what is still to be packed */
	u32 end;
};

static struct sk_buff *exs_tcp_pack_next(const struct exs_tcp_pack *p,
					 struct sk_buff *skb)
{
	struct sk_buff *next;

	if (p->queue)
		next = skb_queue_is_last(p->queue, skb) ? NULL : skb->next;
	else
		next = skb_rb_next(skb);
	return next == p->stop ? NULL : next;
}

/* Its text is elsewhere. Return: the next. */
static struct sk_buff *exs_tcp_pack_free(const struct exs_tcp_pack *p,
					 struct sk_buff *skb)
{
	struct sk_buff *next = exs_tcp_pack_next(p, skb);

	if (p->queue) {
		__skb_unlink(skb, p->queue);
	} else {
		rb_erase(&skb->rbnode, &exs_tcp_sk(p->sk)->ooo_queue);
		skb->dev = NULL;	/* shares its place with the node */
	}
	EXS_INC(exs_sock_net(p->sk), TCPEXT_TCPRcvCollapsed);
	exs_consume(skb);
	return next;
}

static void exs_tcp_pack_insert(struct rb_root *root, struct sk_buff *skb)
{
	struct rb_node **at = &root->rb_node, *parent = NULL;

	while (*at) {
		parent = *at;
		if (exs_seq_lt(EXS_TCPCB(skb)->seq,
			       EXS_TCPCB(rb_to_skb(parent))->seq))
			at = &parent->rb_left;
		else
			at = &parent->rb_right;
	}
	rb_link_node(&skb->rbnode, parent, at);
	rb_insert_color(&skb->rbnode, root);
}

/* A FIN is not copied, nor what cannot be read. */
static bool exs_tcp_pack_may(const struct sk_buff *skb)
{
	return !(EXS_TCPCB(skb)->flags & (EXS_TCPHDR_SYN | EXS_TCPHDR_FIN)) &&
	       skb_frags_readable(skb);
}

/* Is there something to be gained? */
static bool exs_tcp_pack_worth(const struct exs_tcp_pack *p,
			       struct sk_buff *skb)
{
	u32 ratio = min_t(u32, exs_tcp_sk(p->sk)->ack.scaling_ratio,
			  EXS_TCP_PACK_RATIO);
	const struct exs_tcp_cb *cb = EXS_TCPCB(skb);
	struct sk_buff *next;

	if (exs_tcp_pack_may(skb) &&
	    ((u64)skb->truesize * ratio >> 8 > skb->len ||
	     exs_seq_lt(cb->seq, p->start)))
		return true;
	next = exs_tcp_pack_next(p, skb);
	return next && EXS_TCPCB(next)->seq != cb->end_seq;
}

/* Pass over what is well packed, and free what is known twice. */
static struct sk_buff *exs_tcp_pack_first(struct exs_tcp_pack *p,
					  struct sk_buff *skb)
{
	while (skb) {
		if (exs_seq_le(EXS_TCPCB(skb)->end_seq, p->start)) {
			skb = exs_tcp_pack_free(p, skb);
			continue;
		}
		if (exs_tcp_pack_worth(p, skb))
			return exs_tcp_pack_may(skb) ? skb : NULL;
		p->start = EXS_TCPCB(skb)->end_seq;
		skb = exs_tcp_pack_next(p, skb);
	}
	return NULL;
}

/* Move text from skb on to the end of to. Return: the first not used up. */
static struct sk_buff *exs_tcp_pack_fill(struct exs_tcp_pack *p,
					 struct sk_buff *to, u32 room,
					 struct sk_buff *skb)
{
	while (room) {
		struct exs_tcp_cb *cb = EXS_TCPCB(skb);
		u32 n = min(room, cb->end_seq - p->start);

		if (WARN_ON_ONCE(exs_seq_lt(p->start, cb->seq)) ||
		    skb_copy_bits(skb, p->start - cb->seq, skb_put(to, n), n)) {
			skb_trim(to, EXS_TCPCB(to)->end_seq - EXS_TCPCB(to)->seq);
			return NULL;
		}
		p->start += n;
		EXS_TCPCB(to)->end_seq = p->start;
		room -= n;
		while (exs_seq_ge(p->start, EXS_TCPCB(skb)->end_seq)) {
			skb = exs_tcp_pack_free(p, skb);
			if (!skb || !exs_tcp_pack_may(skb))
				return NULL;
		}
	}
	return skb;
}

static void exs_tcp_pack(struct exs_tcp_pack *p, struct sk_buff *skb)
{
	struct sk_buff_head made;
	struct sk_buff *to;

	skb = exs_tcp_pack_first(p, skb);
	__skb_queue_head_init(&made);
	while (skb && exs_seq_lt(p->start, p->end)) {
		u32 room = min(EXS_TCP_PACK_MAX, p->end - p->start);

		to = alloc_skb(room, GFP_ATOMIC | __GFP_NOWARN);
		if (!to)
			break;
		*EXS_TCPCB(to) = *EXS_TCPCB(skb);
		EXS_TCPCB(to)->seq = p->start;
		EXS_TCPCB(to)->end_seq = p->start;
		if (p->queue)
			__skb_queue_before(p->queue, skb, to);
		else
			__skb_queue_tail(&made, to);
		skb_set_owner_r(to, p->sk);
		skb = exs_tcp_pack_fill(p, to, room, skb);
	}
	/* Only now: what they overlap is gone. */
	while ((to = __skb_dequeue(&made)))
		exs_tcp_pack_insert(&exs_tcp_sk(p->sk)->ooo_queue, to);
}

/*
 * Each run of text without a gap. One short segment alone is left: nothing is
 * gained by it; where many of them are it is not worth to look on.
 */
static void exs_tcp_pack_ooo(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct sk_buff *skb = skb_rb_first(&tp->ooo_queue);
	int alone = 0;

	while (skb) {
		struct exs_tcp_pack p = {
			.sk = sk,
			.start = EXS_TCPCB(skb)->seq,
			.end = EXS_TCPCB(skb)->end_seq,
		};
		struct sk_buff *head = skb;

		while ((skb = skb_rb_next(skb)) &&
		       exs_seq_le(EXS_TCPCB(skb)->seq, p.end))
			p.end = exs_seq_max(p.end, EXS_TCPCB(skb)->end_seq);
		p.stop = skb;
		if (exs_tcp_pack_next(&p, head) ||
		    p.end - p.start >= SKB_WITH_OVERHEAD(PAGE_SIZE)) {
			exs_tcp_pack(&p, head);
			continue;
		}
		alone += head->truesize;
		if (alone > sk->sk_rcvbuf >> 3)
			return;
	}
}

/**
 * exs_tcp_collapse - what is queued to be read, and behind holes, in less memory
 * @sk: the socket
 *
 * Without memory for that it stays as it is.
 *
 * Context: socket lock held.
 */
void exs_tcp_collapse(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct exs_tcp_pack p = {
		.sk = sk,
		.queue = &sk->sk_receive_queue,
		.start = tp->copied_seq,
		.end = tp->rcv_nxt,
	};

	exs_tcp_pack_ooo(sk);
	exs_tcp_pack(&p, skb_peek(&sk->sk_receive_queue));
}
