// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: the retransmission queue: what was sent and not acknowledged.
 * Flow:   tcp_recovery, tcp_timer -> [here] -> tcp_xmit
 * Owns:   exs_tcp_sock.rtx_queue; splitting, trimming and freeing of sent skbs
 * Locks:  socket lock held by the caller
 * Spec:   RFC 9293 3.8.1; RFC 6298 5
 * Tests:  kunit/tcp/tcp_rtx_kunit.c
 */
#include <linux/skbuff_ref.h>
#include <net/proto_memory.h>
#include <expstack/trace.h>

#include "tcp/tcp_priv.h"
#include "tcp/tcp_tstamp.h"

/**
 * exs_tcp_alloc_skb - an empty packet for the write queue
 * @sk: socket
 * @gfp: how to allocate
 * @force: take the memory even beyond the limits
 *
 * Room for all headers in front, no linear data ever; the clone that will be
 * sent comes with it (fclone), and to it alone belongs the room: nobody copies
 * it to write his header.
 *
 * Context: socket lock held.
 * Return: the packet, not yet charged to the socket; NULL: no memory.
 */
struct sk_buff *exs_tcp_alloc_skb(struct sock *sk, gfp_t gfp, bool force)
{
	struct sk_buff *skb = alloc_skb_fclone(EXS_MAX_TCP_HEADER, gfp);

	if (unlikely(!skb)) {
		if (!sk_under_memory_pressure(sk))
			EXS_INC(exs_sock_net(sk), TCPEXT_TCPMemoryPressures);
		WRITE_ONCE(exs_tcp_memory_pressure, jiffies ?: 1);
		sk_stream_moderate_sndbuf(sk);
		return NULL;
	}
	if (unlikely(!sk_wmem_schedule(sk, skb->truesize))) {
		if (!force) {
			consume_skb(skb);
			return NULL;
		}
		exs_tcp_force_mem(sk, skb->truesize);
	}
	skb_reserve(skb, EXS_MAX_TCP_HEADER);
	skb->ip_summed = CHECKSUM_PARTIAL;
	__skb_header_release(skb);
	return skb;
}

/*
 * A memory cgroup is charged too, for it gets back what is freed. The kernel
 * exports no call for that but the one by which streams are charged, and that
 * refuses nothing to who is beyond his send buffer.
 */
static void exs_tcp_force_memcg(struct sock *sk, int size)
{
	u8 locks = sk->sk_userlocks;
	int sndbuf = sk->sk_sndbuf;

	sk->sk_userlocks |= SOCK_SNDBUF_LOCK;
	WRITE_ONCE(sk->sk_sndbuf, 0);
	__sk_mem_schedule(sk, size, SK_MEM_SEND);
	WRITE_ONCE(sk->sk_sndbuf, sndbuf);
	sk->sk_userlocks = locks;
	/* Who polled meanwhile saw a full buffer. */
	exs_tcp_new_space(sk);
}

/**
 * exs_tcp_force_mem - take memory whatever the limits say
 * @sk: socket
 * @size: bytes
 *
 * Context: socket lock held.
 */
void exs_tcp_force_mem(struct sock *sk, int size)
{
	int amount = size - sk->sk_forward_alloc;

	if (amount <= 0)
		return;
	if (mem_cgroup_sk_enabled(sk)) {
		exs_tcp_force_memcg(sk, amount);
		return;
	}
	amount = sk_mem_pages(amount);
	sk_forward_alloc_add(sk, amount << PAGE_SHIFT);
	sk_memory_allocated_add(sk, amount);
}

/**
 * exs_tcp_rtx_release - the end of a packet of a queue
 * @sk: socket
 * @skb: off every queue; freed
 *
 * Context: socket lock held.
 */
void exs_tcp_rtx_release(struct sock *sk, struct sk_buff *skb)
{
	sk_wmem_queued_add(sk, -skb->truesize);
	sk_mem_uncharge(sk, skb->truesize);
	__kfree_skb(skb);
}

/**
 * exs_tcp_rtx_free - an skb is acknowledged
 * @sk: socket
 * @skb: on the retransmission queue; unlinked and freed
 */
void exs_tcp_rtx_free(struct sock *sk, struct sk_buff *skb)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	if (tp->sack_high == skb)
		tp->sack_high = NULL;
	if (tp->rtx_hint == skb)
		tp->rtx_hint = NULL;
	list_del(&skb->tcp_tsorted_anchor);
	/* The anchor's place: no route, no destructor. */
	skb->_skb_refdst = 0;
	skb->destructor = NULL;
	__skb_unlink(skb, &tp->rtx_queue);
	exs_tcp_rtx_release(sk, skb);
}

/**
 * exs_tcp_write_queue_purge - forget all that was to be sent
 * @sk: socket
 *
 * Context: socket lock held.
 */
void exs_tcp_write_queue_purge(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct sk_buff *skb;

	while ((skb = skb_peek(&tp->rtx_queue)))
		exs_tcp_rtx_free(sk, skb);
	while ((skb = __skb_dequeue(&sk->sk_write_queue)))
		exs_tcp_rtx_release(sk, skb);
	sk_mem_reclaim(sk);
	exs_tcp_chrono_set(tp, EXS_TCP_CHRONO_NONE);
	tp->packets_out = 0;
	tp->retrans_out = 0;
	tp->lost_out = 0;
	tp->sacked_out = 0;
	tp->tlp_high_seq = 0;
	tp->backoff = 0;
}

/**
 * exs_tcp_rtx_uncount - a sent skb is now counted as fewer segments
 * @tp: the socket
 * @skb: on the retransmission queue
 * @segs: how many fewer; modulo 2^32, so it may be more
 *
 * Context: socket lock held.
 */
void exs_tcp_rtx_uncount(struct exs_tcp_sock *tp, const struct sk_buff *skb,
			 u32 segs)
{
	u8 sacked = EXS_TCPCB(skb)->sacked;

	tp->packets_out -= segs;
	if (sacked & EXS_TCPCB_SACKED)
		tp->sacked_out -= segs;
	if (sacked & EXS_TCPCB_RETRANS)
		tp->retrans_out -= segs;
	if (sacked & EXS_TCPCB_LOST)
		tp->lost_out -= segs;
}

/**
 * exs_tcp_rtx_unclone - make the data area our own
 * @skb: on a queue
 * @gfp: how to allocate
 *
 * What the socket was charged stays the same.
 *
 * Return: 0 or -ENOMEM.
 */
int exs_tcp_rtx_unclone(struct sk_buff *skb, gfp_t gfp)
{
	unsigned int truesize = skb->truesize;
	int err;

	if (!skb_cloned(skb))
		return 0;
	err = pskb_expand_head(skb, 0, 0, gfp);
	skb->truesize = truesize;
	if (likely(!err))
		__skb_header_release(skb);
	return err;
}

/*
 * A peer that acknowledges splinters by SACK must not make us hold a packet for
 * each of them. The first and the last may always be cut.
 */
static bool exs_tcp_rtx_splintered(struct sock *sk, struct sk_buff_head *list,
				   const struct sk_buff *skb)
{
	int limit = sk->sk_sndbuf + 2 * SKB_TRUESIZE(GSO_LEGACY_MAX_SIZE);

	if (likely(sk->sk_wmem_queued >> 1 <= limit) ||
	    list != &exs_tcp_sk(sk)->rtx_queue ||
	    skb == skb_peek(list) || skb == skb_peek_tail(list))
		return false;
	EXS_INC(exs_sock_net(sk), TCPEXT_TCPWqueueTooBig);
	return true;
}

/* buff is the second part of skb: sent when it was, SACKed as it is. */
static void exs_tcp_rtx_beside(struct exs_tcp_sock *tp, struct sk_buff *skb,
			       struct sk_buff *buff)
{
	if (list_empty(&skb->tcp_tsorted_anchor))
		INIT_LIST_HEAD(&buff->tcp_tsorted_anchor);
	else
		list_add(&buff->tcp_tsorted_anchor, &skb->tcp_tsorted_anchor);
	if (tp->sack_high == skb)
		tp->sack_high = buff;
}

/**
 * exs_tcp_fragment - split an skb in two
 * @sk: socket
 * @list: the queue it is on
 * @skb: keeps the first part
 * @len: bytes of the first part
 * @mss: segment size to count by
 * @gfp: for the second part, which is queued behind it
 *
 * Context: socket lock held.
 * Return: 0, -ENOMEM, -EINVAL.
 */
int exs_tcp_fragment(struct sock *sk, struct sk_buff_head *list,
		     struct sk_buff *skb, u32 len, unsigned int mss, gfp_t gfp)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct exs_tcp_cb *cb = EXS_TCPCB(skb), *bcb;
	u32 old_segs = max_t(u32, cb->gso_segs, 1);
	struct sk_buff *buff;
	u32 tail;

	if (WARN_ON_ONCE(!len || len > skb->len))
		return -EINVAL;
	if (exs_tcp_rtx_splintered(sk, list, skb))
		return -ENOMEM;
	/* The frags are edited: the clone in flight must have its own. */
	if (exs_tcp_rtx_unclone(skb, gfp))
		return -ENOMEM;
	buff = exs_tcp_alloc_skb(sk, gfp, true);
	if (unlikely(!buff))
		return -ENOMEM;
	sk_wmem_queued_add(sk, buff->truesize);
	sk_mem_charge(sk, buff->truesize);

	tail = skb->len - len;
	bcb = EXS_TCPCB(buff);
	bcb->seq = cb->seq + len;
	bcb->end_seq = cb->end_seq;
	bcb->flags = cb->flags;
	bcb->sacked = cb->sacked;
	bcb->eor = cb->eor;
	bcb->tx_app_limited = cb->tx_app_limited;
	bcb->tx_delivered = cb->tx_delivered;
	bcb->tx_delivered_us = cb->tx_delivered_us;
	bcb->tx_first_us = cb->tx_first_us;
	cb->end_seq = bcb->seq;
	cb->flags &= ~(EXS_TCPHDR_FIN | EXS_TCPHDR_PSH);
	cb->eor = 0;
	skb_split(skb, buff, len);
	buff->truesize += tail;
	skb->truesize -= tail;
	buff->skb_mstamp_ns = skb->skb_mstamp_ns;
	exs_tcp_tstamp_split(skb, buff);
	exs_tcp_set_segs(skb, mss);
	exs_tcp_set_segs(buff, mss);
	if (list == &tp->rtx_queue) {
		exs_tcp_rtx_uncount(tp, skb, old_segs - cb->gso_segs -
					     bcb->gso_segs);
		exs_tcp_rtx_beside(tp, skb, buff);
	}
	__skb_queue_after(list, skb, buff);
	return 0;
}

/**
 * exs_tcp_rtx_eat - drop the front of a packet's text
 * @skb: not cloned
 * @len: bytes
 *
 * Numbers and accounts are the caller's.
 */
void exs_tcp_rtx_eat(struct sk_buff *skb, u32 len)
{
	struct skb_shared_info *shinfo = skb_shinfo(skb);
	u32 left = len;
	int i, k = 0;

	for (i = 0; i < shinfo->nr_frags; i++) {
		u32 size = skb_frag_size(&shinfo->frags[i]);

		if (size <= left) {
			skb_frag_unref(skb, i);
			left -= size;
			continue;
		}
		shinfo->frags[k] = shinfo->frags[i];
		if (left) {
			skb_frag_off_add(&shinfo->frags[k], left);
			skb_frag_size_sub(&shinfo->frags[k], left);
			left = 0;
		}
		k++;
	}
	shinfo->nr_frags = k;
	skb->data_len -= len;
	skb->len -= len;
}

/**
 * exs_tcp_trim_head - the beginning of an skb is acknowledged
 * @sk: socket
 * @skb: on the retransmission queue
 * @len: bytes acknowledged, less than it has
 *
 * Gives its bytes back to the send buffer, also those that share a page with
 * what stays. Counts its segments anew; the caller accounts for the difference.
 *
 * Context: socket lock held.
 * Return: 0 or -ENOMEM.
 */
int exs_tcp_trim_head(struct sock *sk, struct sk_buff *skb, u32 len)
{
	struct exs_tcp_cb *cb = EXS_TCPCB(skb);

	if (exs_tcp_rtx_unclone(skb, GFP_ATOMIC))
		return -ENOMEM;
	exs_tcp_rtx_eat(skb, len);
	cb->seq += len;
	skb->truesize -= len;
	sk_wmem_queued_add(sk, -(int)len);
	sk_mem_uncharge(sk, len);
	if (cb->gso_segs > 1)
		exs_tcp_set_segs(skb, exs_tcp_skb_mss(skb));
	return 0;
}

/*
 * Make skb fit what the peer and the path take now, and be at most segs
 * segments. 0, or why not to send.
 */
static int exs_tcp_rtx_fit(struct sock *sk, struct sk_buff *skb, u32 segs)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct exs_tcp_cb *cb = EXS_TCPCB(skb);
	unsigned int mss = exs_tcp_current_mss(sk);
	u32 old = max_t(u32, cb->gso_segs, 1);
	s32 room = exs_tcp_wnd_end(tp) - cb->seq;
	u32 len;

	if (room <= 0) {
		/* A window that shrank: only the first may probe it. */
		if (cb->seq != tp->snd_una)
			return -EAGAIN;
		room = mss;
	}
	len = min(exs_tcp_burst(tp), segs) * mss;
	if (len > (u32)room)
		len = max_t(u32, rounddown(room, mss), min_t(u32, room, mss));
	if (skb->len > len)
		return exs_tcp_fragment(sk, &tp->rtx_queue, skb, len, mss,
					GFP_ATOMIC);
	if (cb->gso_size != (skb->len <= mss ? 0 : mss))
		exs_tcp_rtx_uncount(tp, skb, old - exs_tcp_set_segs(skb, mss));
	len = min_t(u32, room, mss);
	if (skb->len < len)
		exs_tcp_merge_sent(sk, skb, len);
	return 0;
}

/* Without memory for it TCP_INFO tells less than the truth. */
static void exs_tcp_rtx_count_bytes(struct exs_tcp_sock *tp, u32 len)
{
	struct exs_tcp_ext *ext = exs_tcp_ext_own(tp, GFP_ATOMIC);

	if (ext)
		ext->bytes_retrans += len;
}

/**
 * exs_tcp_rtx_waits - is the earlier copy still in this host?
 * @sk: socket
 * @skb: on the retransmission queue
 *
 * Then output goes on when it has left.
 *
 * Context: socket lock held.
 * Return: true: it is not to go again now.
 */
bool exs_tcp_rtx_waits(struct sock *sk, const struct sk_buff *skb)
{
	if (likely(!skb_fclone_busy(sk, skb)))
		return false;
	set_bit(EXS_TCP_TSQ_THROTTLED, &sk->sk_tsq_flags);
	/* Pairs with the freeing CPU's test of the bit just set. */
	smp_mb__after_atomic();
	if (!skb_fclone_busy(sk, skb))
		return false;
	EXS_INC(exs_sock_net(sk), TCPEXT_TCPSpuriousRtxHostQueues);
	return true;
}

/**
 * exs_tcp_rtx_send - send again, which a probe does too
 * @sk: socket
 * @skb: on the retransmission queue
 * @most: segments of it at most; the rest stays
 *
 * Does not count it as a retransmission in flight.
 *
 * Context: socket lock held, softirq or process.
 * Return: 0; -EBUSY: the earlier copy still waits in this host; -EAGAIN: beyond
 * the peer's window; -ENOMEM and errors of the route.
 */
int exs_tcp_rtx_send(struct sock *sk, struct sk_buff *skb, u32 most)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct exs_tcp_cb *cb = EXS_TCPCB(skb);
	struct exs_net *en = exs_sock_net(sk);
	u64 sent_ns = skb->skb_mstamp_ns;
	u32 segs;
	int err;

	/* RFC 4821 7.6.4: whether a probe of the MTU arrives tells nothing now. */
	tp->mtup_probe = 0;
	if (exs_tcp_rtx_waits(sk, skb))
		return -EBUSY;
	if (exs_seq_lt(cb->seq, tp->snd_una) && !(cb->flags & EXS_TCPHDR_SYN)) {
		if (!exs_seq_lt(tp->snd_una, cb->end_seq))
			return -EINVAL;
		segs = max_t(u32, cb->gso_segs, 1);
		err = exs_tcp_trim_head(sk, skb, tp->snd_una - cb->seq);
		if (err)
			return err;
		exs_tcp_rtx_uncount(tp, skb,
				    segs - max_t(u32, cb->gso_segs, 1));
	}
	err = exs_tcp_rtx_fit(sk, skb, most);
	if (err)
		return err;

	segs = max_t(u32, cb->gso_segs, 1);
	trace_exs_tcp_retransmit(sk, cb->seq, skb->len);
	EXS_ADD(en, TCP_RetransSegs, segs);
	if (cb->flags & EXS_TCPHDR_SYN) {
		cb->flags = exs_tcp_ecn_syn_again(sk, cb->flags);
		EXS_INC(en, TCPEXT_TCPSynRetrans);
	}
	tp->total_retrans += segs;
	exs_tcp_rtx_count_bytes(tp, skb->len);
	err = exs_tcp_xmit_skb(sk, skb, true, GFP_ATOMIC);
	cb->sacked |= EXS_TCPCB_EVER_RETRANS;
	/* Its time is now, even if it never left the host. */
	if (skb->skb_mstamp_ns != sent_ns)
		list_move_tail(&skb->tcp_tsorted_anchor, &tp->tsorted);
	if (unlikely(err)) {
		EXS_ADD(en, TCPEXT_TCPRetransFail, segs);
		return err;
	}
	return 0;
}

/* exs_tcp_rtx_skb(), but no more than most segments of it; the rest stays. */
static int exs_tcp_rtx_some(struct sock *sk, struct sk_buff *skb, u32 most)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	int err = exs_tcp_rtx_send(sk, skb, most);
	u32 segs = exs_tcp_skb_segs(skb);

	if (!err && !(EXS_TCPCB(skb)->sacked & EXS_TCPCB_RETRANS)) {
		EXS_TCPCB(skb)->sacked |= EXS_TCPCB_RETRANS;
		tp->retrans_out += segs;
	}
	if (!tp->retrans_stamp)
		tp->retrans_stamp = exs_tcp_retrans_clock(tp) ?: 1;
	tp->undo_retrans = max(tp->undo_retrans, 0) + (s32)segs;
	return err;
}

/**
 * exs_tcp_rtx_skb - retransmit
 * @sk: socket
 * @skb: on the retransmission queue
 *
 * Context: socket lock held, softirq or process.
 * Return: as exs_tcp_rtx_send().
 */
int exs_tcp_rtx_skb(struct sock *sk, struct sk_buff *skb)
{
	return exs_tcp_rtx_some(sk, skb, U32_MAX);
}

/**
 * exs_tcp_rtx_head - retransmit the oldest segment
 * @sk: socket
 *
 * One segment, not the burst it was part of: RFC 5681 3.1's loss window.
 *
 * Return: as exs_tcp_rtx_skb(); -ENOENT when nothing is in flight.
 */
int exs_tcp_rtx_head(struct sock *sk)
{
	struct sk_buff *skb = skb_peek(&exs_tcp_sk(sk)->rtx_queue);

	return skb ? exs_tcp_rtx_some(sk, skb, 1) : -ENOENT;
}

/**
 * exs_tcp_rtx_lost - retransmit what is marked lost as far as cwnd allows
 * @sk: socket
 *
 * Goes on where it stopped (rtx_hint), not from the head with each ACK.
 *
 * Context: socket lock held, softirq or process.
 */
void exs_tcp_rtx_lost(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct exs_net *en = exs_sock_net(sk);
	struct sk_buff *head = skb_peek(&tp->rtx_queue), *skb;
	u32 quota;

	if (!head || tp->lost_out <= tp->retrans_out)
		return;
	exs_tcp_mstamp_refresh(tp);
	skb = tp->rtx_hint ?: head;
	skb_queue_walk_from(&tp->rtx_queue, skb) {
		struct exs_tcp_cb *cb = EXS_TCPCB(skb);

		tp->rtx_hint = skb;
		if (tp->lost_out <= tp->retrans_out)
			return;
		if (unlikely(exs_tcp_paced(sk)) && exs_tcp_pacer_waits(sk))
			return;
		if (exs_tcp_in_flight(tp) >= tp->cc.cwnd)
			return;
		if ((cb->sacked & (EXS_TCPCB_LOST | EXS_TCPCB_RETRANS |
				   EXS_TCPCB_SACKED)) != EXS_TCPCB_LOST)
			continue;
		if (exs_tcp_tsq_blocked(sk, skb, true))
			return;
		quota = tp->cc.cwnd - exs_tcp_in_flight(tp);
		/* A segment of old may be several of a smaller MSS. */
		if (exs_tcp_rtx_some(sk, skb, quota))
			return;
		if (tp->cc.ca_state == EXS_CA_LOSS)
			EXS_ADD(en, TCPEXT_TCPSlowStartRetrans,
				max_t(u32, cb->gso_segs, 1));
		else
			EXS_ADD(en, TCPEXT_TCPFastRetrans,
				max_t(u32, cb->gso_segs, 1));
		if (exs_tcp_reducing(tp))
			tp->prr_out += max_t(u32, cb->gso_segs, 1);
		if (skb == head && tp->rtx_kind != EXS_TCP_RTX_REO)
			exs_tcp_timers_data_sent(sk);
	}
}
