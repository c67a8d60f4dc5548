// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: one segment onto the wire.
 * Flow:   tcp_output, tcp_rtx, tcp_reply -> [here] -> exs_ip_output
 * Owns:   the TCP header of everything a socket sends; who pays for a packet
 *         in the device queue (sk_wmem_alloc)
 * Locks:  socket lock held by the caller
 * Spec:   RFC 9293 3.1, 3.8.5; RFC 7323 3.2; RFC 6691
 * Tests:  kunit/tcp/tcp_xmit_kunit.c, qemu/tests/tcpdump_checksums.sh
 */
#include <net/ip.h>

#include "tcp/tcp_priv.h"

/* Nothing before them may come after them. */
#define EXS_TCPHDR_LAST	(EXS_TCPHDR_FIN | EXS_TCPHDR_RST)

#define EXS_TCP_TSOPT_WORD	0x0101080aU	/* NOP NOP TIMESTAMP 10 */

/* What a SYN says; a SYN-ACK of a simultaneous open says the same. */
static void exs_tcp_xmit_syn_options(struct sock *sk, struct exs_tcp_opt_out *o)
{
	struct exs_net *en = exs_sock_net(sk);
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	o->mss = tp->advmss;
	/* With a signature there is no room for them beside SACK. */
	o->use_ts = !o->md5 && EXS_SYSCTL(en, tcp_timestamps);
	o->use_wscale = EXS_SYSCTL(en, tcp_window_scaling);
	o->wscale = tp->rcv_wscale;
	o->sack_perm = EXS_SYSCTL(en, tcp_sack);
	exs_tcp_fo_option(tp, o);
}

/*
 * Options beyond the timestamps of established traffic: 0 when there are none
 * and o was not touched.
 */
static unsigned int exs_tcp_xmit_extra(struct sock *sk, u8 flags, bool md5,
				       struct exs_tcp_opt_out *o)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	if (likely(!md5 && !(flags & EXS_TCPHDR_SYN) &&
		   (!tp->sack_ok ||
		    (RB_EMPTY_ROOT(&tp->ooo_queue) && !tp->dsack_set))))
		return 0;
	memset(o, 0, sizeof(*o));
	o->fo_len = -1;
	o->md5 = md5;
	if (flags & EXS_TCPHDR_SYN) {
		exs_tcp_xmit_syn_options(sk, o);
	} else {
		o->use_ts = tp->tstamp_ok;
		o->num_sacks = exs_tcp_sack_blocks(tp, o);
	}
	o->tsval = exs_tcp_tsval(tp);
	o->tsecr = tp->ts_recent;
	return exs_tcp_opt_size(o);
}

/* RFC 9293 3.8.5: the pointer is relative and has 16 bits. */
static void exs_tcp_xmit_urgent(const struct exs_tcp_sock *tp, u32 seq,
				struct tcphdr *th)
{
	if (!exs_seq_lt(seq, tp->snd_up))
		return;
	if (exs_seq_lt(tp->snd_up, seq + 0x10000)) {
		th->urg_ptr = htons(tp->snd_up - seq);
		th->urg = 1;
	} else if (exs_seq_gt(seq + 0xffff, tp->snd_nxt)) {
		th->urg_ptr = htons(0xffff);
		th->urg = 1;
	}
}

static void exs_tcp_xmit_header(struct sock *sk, struct sk_buff *skb)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct exs_tcp_cb *cb = EXS_TCPCB(skb);
	const struct exs_tcp_md5_key *md5;
	struct exs_sock *es = &tp->es;
	struct exs_tcp_opt_out o;
	unsigned int hlen, extra;
	struct tcphdr *th;
	__be32 *opt;

	md5 = exs_tcp_md5_key(sk, &es->conn);
	extra = exs_tcp_xmit_extra(sk, cb->flags, md5, &o);
	if (unlikely(extra))
		hlen = sizeof(*th) + extra;
	else if (cb->flags & EXS_TCPHDR_SYN)
		hlen = sizeof(*th);
	else
		hlen = tp->header_len;

	th = skb_push(skb, hlen);
	skb_reset_transport_header(skb);
	th->source = es->conn.lport;
	th->dest = es->conn.rport;
	th->seq = htonl(cb->seq);
	th->ack_seq = cb->flags & EXS_TCPHDR_ACK ? htonl(tp->rcv_nxt) : 0;
	*((__be16 *)th + 6) = htons(((hlen >> 2) << 12) | cb->flags);
	if (unlikely(cb->flags & EXS_TCPHDR_SYN)) {
		th->window = htons(min(tp->rcv_wnd, 65535U));
	} else {
		th->window = htons(exs_tcp_window_select(sk));
		if (unlikely(tp->ecn_ok))
			exs_tcp_ecn_xmit(sk, skb, th, skb->len > hlen);
	}
	th->urg_ptr = 0;
	if (unlikely(tp->urg_mode))
		exs_tcp_xmit_urgent(tp, cb->seq, th);

	opt = (__be32 *)(th + 1);
	if (unlikely(extra)) {
		exs_tcp_opt_write(opt, &o);
	} else if (hlen == sizeof(*th) + EXS_TCP_TSOPT_LEN) {
		opt[0] = htonl(EXS_TCP_TSOPT_WORD);
		opt[1] = htonl(exs_tcp_tsval(tp));
		opt[2] = htonl(tp->ts_recent);
	}
	if (unlikely(md5))
		exs_tcp_md5_sign(md5, es->saddr, es->conn.raddr, skb);

	skb->ip_summed = CHECKSUM_PARTIAL;
	skb->csum_start = (u8 *)th - skb->head;
	skb->csum_offset = offsetof(struct tcphdr, check);
	th->check = ~csum_tcpudp_magic(es->saddr, es->conn.raddr, skb->len,
				       IPPROTO_TCP, 0);
}

/*
 * The socket pays for a packet until the device frees it. Where the device does
 * not segment itself, the kernel hands ownership on to the last segment for
 * sock_wfree() only; it then calls sk_write_space, which tells tcp_tsq.
 */
static void exs_tcp_xmit_own(struct sock *sk, struct sk_buff *skb)
{
	skb->sk = sk;
	skb->destructor = skb_is_gso(skb) ? sock_wfree : exs_tcp_wfree;
	refcount_add(skb->truesize, &sk->sk_wmem_alloc);
}

/*
 * Whether routers may fragment: path MTU discovery says no (RFC 1191). With
 * IP_PMTUDISC_PROBE they may, as on AF_INET: it is for datagrams.
 */
static bool exs_tcp_xmit_df(const struct exs_sock *es, const struct exs_rt *rt)
{
	switch (es->pmtudisc) {
	case IP_PMTUDISC_DO:
		return true;
	case IP_PMTUDISC_WANT:
		return !rt->mtu_locked;
	default:
		return false;
	}
}

static int exs_tcp_xmit_ip(struct sock *sk, struct sk_buff *skb,
			   const struct exs_rt *rt, u32 segs)
{
	struct exs_sock *es = exs_sk(sk);
	struct exs_ip_tx tx = {
		.saddr = es->saddr,
		.daddr = es->conn.raddr,
		.proto = IPPROTO_TCP,
		.tos = es->tos,
		.ttl = es->uc_ttl > 0 ? es->uc_ttl : 0,
		.df = exs_tcp_xmit_df(es, rt),
		.id = es->id,
		.id_set = true,
	};

	es->id += segs;
	skb_set_hash_from_sk(skb, sk);
	skb->mark = READ_ONCE(sk->sk_mark);
	skb->priority = READ_ONCE(sk->sk_priority);

	return exs_ip_output(exs_sock_net(sk), sk, skb, rt, &tx);
}

/*
 * A queue of this host is full (-ENOBUFS), or took the packet and lost another:
 * that is congestion too, and known at once.
 */
static noinline int exs_tcp_xmit_refused(struct sock *sk, int err)
{
	if (err != -ENOBUFS && err != NET_XMIT_CN)
		return err;
	if (exs_tcp_sk(sk)->cc.ops)
		exs_tcp_recovery_cwr(sk);
	return min(err, 0);
}

/* Text leaves: RFC 9293 3.8.6.3's guess at who is interactive. */
static void exs_tcp_xmit_data_event(struct sock *sk, u32 len, u32 segs)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	u32 now = (u32)jiffies;

	if (!exs_tcp_in_flight(tp) && tp->cc.started &&
	    tp->cc.ops->cwnd_event) {
		tp->cc.ops->cwnd_event(&tp->cc, EXS_CC_TX_START);
		/* After idle it may choose another pace. */
		if (tp->cc.ops->pacing_rate)
			exs_tcp_pacing_update(sk);
	}
	tp->lsndtime = now;
	/* An answer soon after the question: delay ACKs, text will carry them. */
	if (now - tp->ack.lrcvtime < tp->ack.ato && tp->ack.pingpong < U8_MAX)
		tp->ack.pingpong++;
	tp->data_segs_out += segs;
	tp->bytes_sent += len;
}

/* When it is to leave, for sch_fq: by the pace, and TCP_TX_DELAY later. */
static void exs_tcp_xmit_departure(struct sock *sk, struct sk_buff *skb,
				   bool ordered)
{
	u32 delay = exs_tcp_tx_delay(exs_tcp_sk(sk));
	u64 at = 0;

	if (unlikely(exs_tcp_paced(sk)) && ordered)
		at = exs_tcp_pacer_start(sk);
	if (unlikely(delay))
		exs_tcp_tx_delay_stamp(skb, at, delay);
	else if (unlikely(at))
		skb_set_delivery_time(skb, at, SKB_CLOCK_MONOTONIC);
}

/**
 * exs_tcp_xmit_copy - what is sent of a packet that stays in a queue
 * @skb: on the write queue or the retransmission queue
 * @gfp: how to allocate
 *
 * Nothing else may clone or copy what is on the retransmission queue.
 *
 * Context: socket lock held.
 * Return: a clone with headroom of its own, the caller's; NULL: no memory.
 */
struct sk_buff *exs_tcp_xmit_copy(struct sk_buff *skb, gfp_t gfp)
{
	struct list_head anchor = skb->tcp_tsorted_anchor;
	struct sk_buff *copy;

	/* Its place in tsorted is where a clone looks for a route. */
	skb->_skb_refdst = 0;
	skb->destructor = NULL;
	/* An earlier clone still has its headers in the shared headroom. */
	if (unlikely(skb_cloned(skb)))
		copy = pskb_copy(skb, gfp);
	else
		copy = skb_clone(skb, gfp);
	skb->tcp_tsorted_anchor = anchor;
	if (likely(copy))
		copy->tstamp = 0;
	return copy;
}

/*
 * What the device is to cut it into. skb_shared_info is the original's too, and
 * whoever has the packet may change it: nothing of an earlier sending is left.
 */
static void exs_tcp_xmit_gso(const struct sock *sk, struct sk_buff *skb,
			     u32 segs)
{
	struct skb_shared_info *shinfo = skb_shinfo(skb);

	if (segs > 1) {
		/* A burst ends: the peer's GRO need not wait for more. */
		EXS_TCPCB(skb)->flags |= EXS_TCPHDR_PSH;
		shinfo->gso_size = EXS_TCPCB(skb)->gso_size;
		shinfo->gso_segs = segs;
		shinfo->gso_type = sk->sk_gso_type;
	} else if (unlikely(shinfo->gso_size)) {
		skb_gso_reset(skb);
	}
}

/* With the route at hand, RCU held, BH disabled. */
static int exs_tcp_xmit_routed(struct sock *sk, struct sk_buff *skb, bool clone,
			       gfp_t gfp, const struct exs_rt *rt)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct exs_tcp_cb *cb = EXS_TCPCB(skb);
	u32 segs = max_t(u32, cb->gso_segs, 1);
	struct sk_buff *copy;
	u32 len = skb->len;
	u8 flags = cb->flags;
	bool again;
	int err;

	/* RFC 1213: tcpOutSegs is without what only repeats. */
	again = cb->seq != cb->end_seq && exs_seq_le(cb->end_seq, tp->snd_nxt);

	if (clone) {
		copy = exs_tcp_xmit_copy(skb, gfp & ~__GFP_DIRECT_RECLAIM);
		if (unlikely(!copy))
			return -ENOMEM;
		skb->skb_mstamp_ns = tp->mstamp_us * NSEC_PER_USEC;
		exs_tcp_rate_sent(tp, skb);
		skb = copy;
	}
	exs_tcp_xmit_gso(sk, skb, segs);
	exs_tcp_xmit_header(sk, skb);
	if (clone)
		exs_tcp_xmit_own(sk, skb);

	if (likely(flags & EXS_TCPHDR_ACK))
		exs_tcp_timers_ack_sent(sk);
	if (len)
		exs_tcp_xmit_data_event(sk, len, segs);
	exs_tcp_xmit_departure(sk, skb, len || flags & EXS_TCPHDR_LAST);
	tp->segs_out += segs;
	if (!again)
		EXS_ADD(exs_sock_net(sk), TCP_OutSegs, segs);
	err = exs_tcp_xmit_ip(sk, skb, rt, segs);
	if (unlikely(exs_tcp_paced(sk)) && len && err >= 0)
		exs_tcp_pacer_sent(sk, len);
	return likely(!err) ? 0 : exs_tcp_xmit_refused(sk, err);
}

/**
 * exs_tcp_xmit_skb - send one segment, or one GSO packet of several
 * @sk: socket
 * @skb: text without headers, or an empty packet with headroom; its control
 *	block tells sequence number, flags and segments
 * @clone: send a clone and leave @skb to the caller; false: consume @skb
 * @gfp: for the clone; it does not sleep whatever this says
 *
 * Header, options, checksum, ownership. Whoever calls has refreshed
 * tp->mstamp_us.
 *
 * Context: socket lock held, process or softirq.
 * Return: 0 or a negative errno of the route, -ENOMEM, or of IP (-ENOBUFS: the
 * device's queue was full, and cwnd is lower now).
 */
int exs_tcp_xmit_skb(struct sock *sk, struct sk_buff *skb, bool clone, gfp_t gfp)
{
	struct exs_rt *rt;
	int err;

	/* Both: IP and link look things up by plain RCU. */
	local_bh_disable();
	rcu_read_lock();
	rt = exs_sock_route(sk);
	if (!IS_ERR(rt)) {
		err = exs_tcp_xmit_routed(sk, skb, clone, gfp, rt);
	} else {
		err = PTR_ERR(rt);
		if (!clone)
			exs_drop(skb, EXS_DROP_TCP_OUTPUT);
	}
	rcu_read_unlock();
	local_bh_enable();
	return err;
}

/**
 * exs_tcp_xmit_sent - new data has been handed to IP
 * @sk: socket
 * @skb: head of the write queue; moves to the retransmission queue
 *
 * Context: socket lock held.
 */
void exs_tcp_xmit_sent(struct sock *sk, struct sk_buff *skb)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	u32 segs = max_t(u32, EXS_TCPCB(skb)->gso_segs, 1);
	bool idle = !tp->packets_out;

	WRITE_ONCE(tp->snd_nxt, EXS_TCPCB(skb)->end_seq);
	__skb_unlink(skb, &sk->sk_write_queue);
	__skb_queue_tail(&tp->rtx_queue, skb);
	tp->packets_out += segs;
	list_add_tail(&skb->tcp_tsorted_anchor, &tp->tsorted);
	if (idle || tp->rtx_kind == EXS_TCP_RTX_TLP)
		exs_tcp_timers_rearm(sk);
	EXS_ADD(exs_sock_net(sk), TCPEXT_TCPOrigDataSent, segs);
	/* Less is unsent; and the window, not yet full, tells of a small buffer. */
	if (sk->sk_socket && test_bit(SOCK_NOSPACE, &sk->sk_socket->flags))
		exs_tcp_new_space(sk);
}
