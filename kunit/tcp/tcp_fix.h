/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expstack tcp: what the suites share: a socket in a state of choice, with
 * sequence numbers just before the wrap, and segments for it.
 */
#ifndef _EXS_TCP_FIX_H
#define _EXS_TCP_FIX_H

#include <kunit/test.h>
#include <linux/net.h>
#include <net/net_namespace.h>

#include "tcp/tcp_priv.h"

#define EXS_FIX_ISS	0xfffffff0U	/* snd_una to begin with */
#define EXS_FIX_IRS	0xffffffe0U	/* rcv_nxt to begin with */
#define EXS_FIX_WND	65536U

struct exs_tcp_fix {
	struct socket *sock;
	struct sock *sk;
	struct exs_tcp_sock *tp;
};

static inline void exs_tcp_fix_numbers(struct exs_tcp_sock *tp)
{
	tp->snd_una = EXS_FIX_ISS;
	tp->snd_nxt = EXS_FIX_ISS;
	tp->write_seq = EXS_FIX_ISS;
	tp->rcv_nxt = EXS_FIX_IRS;
	tp->rcv_wup = EXS_FIX_IRS;
	tp->copied_seq = EXS_FIX_IRS;
	tp->rcv_wnd = EXS_FIX_WND;
	tp->snd_wnd = EXS_FIX_WND;
	tp->max_window = EXS_FIX_WND;
	tp->snd_wl1 = EXS_FIX_IRS;
	tp->window_clamp = EXS_FIX_WND;
	tp->rcv_ssthresh = EXS_FIX_WND;
	tp->advmss = 1460;
	tp->mss_cache = 1460;
	tp->mss_clamp = 1460;
	tp->header_len = sizeof(struct tcphdr);
	tp->ack.rcv_mss = 536;
	tp->reordering = 3;
	tp->rto = EXS_TCP_RTO_INIT;
	tp->cc.cwnd = 10;
}

/* The arrows from CLOSED to a state. */
static inline void exs_tcp_fix_state(struct sock *sk, u8 state)
{
	static const u8 way[TCP_MAX_STATES][5] = {
		[TCP_SYN_SENT] = { TCP_SYN_SENT },
		[TCP_SYN_RECV] = { TCP_SYN_SENT, TCP_SYN_RECV },
		[TCP_ESTABLISHED] = { TCP_SYN_SENT, TCP_ESTABLISHED },
		[TCP_FIN_WAIT1] = { TCP_SYN_SENT, TCP_ESTABLISHED,
				    TCP_FIN_WAIT1 },
		[TCP_FIN_WAIT2] = { TCP_SYN_SENT, TCP_ESTABLISHED,
				    TCP_FIN_WAIT1, TCP_FIN_WAIT2 },
		[TCP_CLOSING] = { TCP_SYN_SENT, TCP_ESTABLISHED,
				  TCP_FIN_WAIT1, TCP_CLOSING },
		[TCP_CLOSE_WAIT] = { TCP_SYN_SENT, TCP_ESTABLISHED,
				     TCP_CLOSE_WAIT },
		[TCP_LAST_ACK] = { TCP_SYN_SENT, TCP_ESTABLISHED,
				   TCP_CLOSE_WAIT, TCP_LAST_ACK },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(way[state]) && way[state][i]; i++)
		exs_tcp_set_state(sk, way[state][i]);
}

/* A socket of this namespace; nothing of it reaches the wire: it has no peer. */
static inline struct exs_tcp_fix exs_tcp_fix_open(struct kunit *test, u8 state)
{
	struct exs_tcp_fix f = { };

	KUNIT_ASSERT_EQ(test, 0, sock_create_kern(&init_net, AF_EXPSTACK,
						  SOCK_STREAM, IPPROTO_TCP,
						  &f.sock));
	f.sk = f.sock->sk;
	f.tp = exs_tcp_sk(f.sk);
	lock_sock(f.sk);
	local_bh_disable();
	rcu_read_lock();
	exs_tcp_fix_state(f.sk, state);
	exs_tcp_fix_numbers(f.tp);
	return f;
}

/* No queue is left behind, and the socket goes. */
static inline void exs_tcp_fix_close(struct kunit *test, struct exs_tcp_fix *f)
{
	exs_tcp_ooo_purge(f->sk);
	__skb_queue_purge(&f->sk->sk_receive_queue);
	if (f->sk->sk_state != TCP_CLOSE)
		exs_tcp_done(f->sk);
	rcu_read_unlock();
	local_bh_enable();
	release_sock(f->sk);
	KUNIT_EXPECT_EQ(test, 0, atomic_read(&f->sk->sk_rmem_alloc));
	sock_release(f->sock);
}

/* A segment as tcp_demux hands it on: header in place, control block filled. */
static inline struct sk_buff *exs_tcp_fix_seg(struct kunit *test, u8 flags,
					      u32 seq, u32 ack, u32 len)
{
	unsigned int hdr = sizeof(struct tcphdr);
	struct exs_tcp_cb *cb;
	struct sk_buff *skb;
	struct tcphdr *th;

	skb = alloc_skb(64 + hdr + len, GFP_ATOMIC);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	memset(skb->cb, 0, sizeof(skb->cb));
	skb_reserve(skb, 64);
	skb_reset_network_header(skb);
	skb_reset_transport_header(skb);
	th = skb_put_zero(skb, hdr);
	skb_put_zero(skb, len);
	th->doff = hdr / 4;
	((u8 *)th)[13] = flags;
	th->seq = htonl(seq);
	th->ack_seq = htonl(ack);
	th->window = htons(65535);
	cb = EXS_TCPCB(skb);
	cb->seq = seq;
	cb->end_seq = seq + len + th->syn + th->fin;
	cb->ack_seq = ack;
	cb->flags = flags;
	return skb;
}

/* Something in flight: segs segments of mss bytes as one skb, sent. */
static inline struct sk_buff *exs_tcp_fix_sent(struct kunit *test,
					       struct exs_tcp_fix *f,
					       u32 segs, u32 mss)
{
	struct sk_buff *skb = alloc_skb_fclone(EXS_MAX_TCP_HEADER, GFP_ATOMIC);
	struct page *page = alloc_pages(GFP_ATOMIC | __GFP_COMP,
					get_order(segs * mss));
	struct exs_tcp_cb *cb = EXS_TCPCB(skb);

	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_ASSERT_NOT_NULL(test, page);
	memset(skb->cb, 0, sizeof(skb->cb));
	skb_reserve(skb, EXS_MAX_TCP_HEADER);
	skb_fill_page_desc(skb, 0, page, 0, segs * mss);
	skb->len += segs * mss;
	skb->data_len += segs * mss;
	skb->truesize += segs * mss;
	cb->seq = f->tp->snd_nxt;
	cb->end_seq = cb->seq + segs * mss;
	cb->flags = EXS_TCPHDR_ACK;
	cb->gso_segs = segs;
	cb->gso_size = segs > 1 ? mss : 0;
	skb->skb_mstamp_ns = (exs_clock_us() - 1000) * NSEC_PER_USEC;
	sk_wmem_queued_add(f->sk, skb->truesize);
	sk_mem_charge(f->sk, skb->truesize);
	__skb_queue_tail(&f->tp->rtx_queue, skb);
	list_add_tail(&skb->tcp_tsorted_anchor, &f->tp->tsorted);
	f->tp->packets_out += segs;
	f->tp->snd_nxt = cb->end_seq;
	f->tp->write_seq = cb->end_seq;
	return skb;
}

#endif /* _EXS_TCP_FIX_H */
