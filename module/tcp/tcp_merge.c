// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: text moves from a packet of a queue to the one before.
 * Flow:   tcp_output, tcp_mtup, tcp_rtx -> [here]
 * Owns:   nothing
 * Locks:  socket lock held by the caller
 * Spec:   RFC 9293 3.8.1 (what is sent again may be packed anew)
 * Tests:  kunit/tcp/tcp_merge_kunit.c, qemu/wire/send/bursts.drill,
 *         qemu/wire/retransmit/collapse.drill
 */
#include <linux/skbuff_ref.h>

#include "tcp/tcp_priv.h"
#include "tcp/tcp_tstamp.h"

/* Does the user wait for news of it? */
static bool exs_tcp_merge_told(struct sk_buff *skb)
{
	return skb_zcopy(skb) || skb_shinfo(skb)->tx_flags ||
	       EXS_TCPCB(skb)->ack_tstamp;
}

/* May text of next go with skb? */
static bool exs_tcp_merge_may(struct sk_buff *skb, struct sk_buff *next)
{
	return !EXS_TCPCB(skb)->eor && !exs_tcp_merge_told(skb) &&
	       !exs_tcp_merge_told(next);
}

/* The first most bytes of next are behind skb's too. Return: how many fitted. */
static u32 exs_tcp_merge_frags(struct sk_buff *skb, const struct sk_buff *next,
			       u32 most)
{
	const struct skb_shared_info *from = skb_shinfo(next);
	struct skb_shared_info *to = skb_shinfo(skb);
	u32 moved = 0;
	int i;

	for (i = 0; i < from->nr_frags && moved < most; i++) {
		const skb_frag_t *f = &from->frags[i];
		u32 n = min_t(u32, skb_frag_size(f), most - moved);

		if (skb_can_coalesce(skb, to->nr_frags, skb_frag_page(f),
				     skb_frag_off(f))) {
			skb_frag_size_add(&to->frags[to->nr_frags - 1], n);
		} else if (to->nr_frags < MAX_SKB_FRAGS) {
			to->frags[to->nr_frags] = *f;
			skb_frag_size_set(&to->frags[to->nr_frags], n);
			skb_frag_ref(skb, to->nr_frags++);
		} else {
			break;
		}
		moved += n;
	}
	to->flags |= from->flags & SKBFL_SHARED_FRAG;
	return moved;
}

/**
 * exs_tcp_merge_next - lengthen a packet that was never sent
 * @sk: socket
 * @skb: on the write queue
 * @most: bytes to take of the packet behind it
 *
 * That is freed when nothing is left of it.
 *
 * Context: socket lock held.
 * Return: bytes taken; 0: there is none, or they may not be one packet.
 */
u32 exs_tcp_merge_next(struct sock *sk, struct sk_buff *skb, u32 most)
{
	struct sk_buff_head *list = &sk->sk_write_queue;
	struct exs_tcp_cb *cb = EXS_TCPCB(skb), *ncb;
	struct sk_buff *next;
	u32 moved;

	if (skb_queue_is_last(list, skb))
		return 0;
	next = skb_queue_next(list, skb);
	ncb = EXS_TCPCB(next);
	/* Clones of a failed try have the frags as they were. */
	if (!exs_tcp_merge_may(skb, next) ||
	    exs_tcp_rtx_unclone(skb, GFP_ATOMIC) ||
	    exs_tcp_rtx_unclone(next, GFP_ATOMIC))
		return 0;
	moved = exs_tcp_merge_frags(skb, next, most);
	if (!moved)
		return 0;
	exs_tcp_rtx_eat(next, moved);
	skb->len += moved;
	skb->data_len += moved;
	skb->truesize += moved;
	next->truesize -= moved;
	cb->end_seq += moved;
	ncb->seq += moved;
	if (next->len)
		return moved;
	cb->end_seq = ncb->end_seq;
	cb->flags |= ncb->flags;
	cb->eor = ncb->eor;
	__skb_unlink(next, list);
	exs_tcp_rtx_release(sk, next);
	return moved;
}

/* May all of next, which was sent, go with skb? */
static bool exs_tcp_merge_sent_may(struct sock *sk, struct sk_buff *skb,
				   struct sk_buff *next, u32 most)
{
	const struct exs_tcp_cb *ncb = EXS_TCPCB(next);

	return !EXS_TCPCB(skb)->eor && exs_tcp_skb_segs(next) == 1 &&
	       !skb_cloned(next) && !(ncb->sacked & EXS_TCPCB_SACKED) &&
	       !skb_zcopy(skb) && !skb_zcopy(next) &&
	       skb->len + next->len <= most &&
	       skb_shinfo(skb)->nr_frags + skb_shinfo(next)->nr_frags <=
	       MAX_SKB_FRAGS &&
	       !exs_seq_gt(ncb->end_seq, exs_tcp_wnd_end(exs_tcp_sk(sk)));
}

/* next is part of skb: it is freed, and one segment less is in flight. */
static void exs_tcp_merge_sent_one(struct sock *sk, struct sk_buff *skb,
				   struct sk_buff *next)
{
	struct exs_tcp_cb *cb = EXS_TCPCB(skb), *ncb = EXS_TCPCB(next);
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	bool hint = tp->rtx_hint == next;
	u32 len = next->len;

	exs_tcp_merge_frags(skb, next, len);
	skb->len += len;
	skb->data_len += len;
	skb->truesize += len;
	next->truesize -= len;
	cb->end_seq = ncb->end_seq;
	cb->flags |= ncb->flags;
	cb->eor = ncb->eor;
	cb->sacked |= ncb->sacked & EXS_TCPCB_EVER_RETRANS;
	exs_tcp_tstamp_join(skb, next);
	exs_tcp_rtx_uncount(tp, next, 1);
	/* Without SACK these are the duplicate ACKs. */
	if (!tp->sack_ok && tp->sacked_out)
		tp->sacked_out--;
	exs_tcp_rtx_free(sk, next);
	if (hint)
		tp->rtx_hint = skb;
}

/**
 * exs_tcp_merge_sent - small segments go again as one
 * @sk: socket
 * @skb: on the retransmission queue, to be sent again
 * @most: bytes it may have
 *
 * Those behind it that fit whole and that the peer has not reported.
 *
 * Context: socket lock held.
 */
void exs_tcp_merge_sent(struct sock *sk, struct sk_buff *skb, u32 most)
{
	struct sk_buff_head *list = &exs_tcp_sk(sk)->rtx_queue;
	struct sk_buff *next;

	if (!EXS_SYSCTL(exs_sock_net(sk), tcp_retrans_collapse) ||
	    EXS_TCPCB(skb)->flags & EXS_TCPHDR_SYN ||
	    EXS_TCPCB(skb)->sacked & EXS_TCPCB_SACKED)
		return;
	while (!skb_queue_is_last(list, skb)) {
		next = skb_queue_next(list, skb);
		if (!exs_tcp_merge_sent_may(sk, skb, next, most) ||
		    exs_tcp_rtx_unclone(skb, GFP_ATOMIC))
			return;
		exs_tcp_merge_sent_one(sk, skb, next);
	}
}
