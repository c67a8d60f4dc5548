// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_collapse.c.
 */
#include "tcp_fix.h"

#define EXS_PACK_LEN	600U	/* of a segment; too long for what another has left */

/* Text at an offset from the first, each byte saying where it belongs. */
static void exs_collapse_put(struct kunit *test, struct exs_tcp_fix *f, u32 off,
			     u32 len, u8 flags)
{
	struct exs_tcp_verdict v = { };
	struct sk_buff *skb;
	u32 i;

	skb = exs_tcp_fix_seg(test, EXS_TCPHDR_ACK | flags, EXS_FIX_IRS + off,
			      EXS_FIX_ISS, len);
	for (i = 0; i < len; i++)
		skb->data[tcp_hdrlen(skb) + i] = (off + i) % 251;
	exs_tcp_data_queue(f->sk, skb, &v);
}

static void exs_collapse_check(struct kunit *test, struct sk_buff *skb)
{
	u32 off = EXS_TCPCB(skb)->seq - EXS_FIX_IRS, i;
	u8 byte;

	for (i = 0; i < skb->len; i++) {
		if (skb_copy_bits(skb, i, &byte, 1) || byte != (off + i) % 251)
			break;
	}
	KUNIT_EXPECT_EQ_MSG(test, i, skb->len, "text from %u on", off);
}

/* What the socket is charged with is what its queue and its tree hold. */
static void exs_collapse_account(struct kunit *test, struct exs_tcp_fix *f)
{
	struct sk_buff *skb;
	struct rb_node *p;
	int sum = 0;

	skb_queue_walk(&f->sk->sk_receive_queue, skb) {
		exs_collapse_check(test, skb);
		sum += skb->truesize;
	}
	for (p = rb_first(&f->tp->ooo_queue); p; p = rb_next(p)) {
		exs_collapse_check(test, rb_to_skb(p));
		sum += rb_to_skb(p)->truesize;
	}
	KUNIT_EXPECT_EQ(test, sum, atomic_read(&f->sk->sk_rmem_alloc));
}

/* The peer's packets are thought to be text to so many of 256. */
static void exs_collapse(struct exs_tcp_fix *f, u8 ratio)
{
	f->tp->ack.scaling_ratio = ratio;
	exs_tcp_collapse(f->sk);
}

static void queue__is_packed(struct kunit *test)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);
	struct sk_buff *skb;
	u32 next, i;
	int before;

	for (i = 0; i < 8; i++)
		exs_collapse_put(test, &f, i * EXS_PACK_LEN, EXS_PACK_LEN, 0);
	/* The first bytes have been read. */
	f.tp->copied_seq += 100;
	before = atomic_read(&f.sk->sk_rmem_alloc);
	exs_collapse(&f, 200);
	KUNIT_EXPECT_LT(test, atomic_read(&f.sk->sk_rmem_alloc), before);
	KUNIT_EXPECT_EQ(test, skb_queue_len(&f.sk->sk_receive_queue), 2U);
	/* a page each, but for the last */
	KUNIT_EXPECT_EQ(test, skb_peek(&f.sk->sk_receive_queue)->len,
			(u32)SKB_MAX_ORDER(0, 0));
	next = f.tp->copied_seq;
	skb_queue_walk(&f.sk->sk_receive_queue, skb) {
		KUNIT_EXPECT_EQ(test, EXS_TCPCB(skb)->seq, next);
		next = EXS_TCPCB(skb)->end_seq;
		KUNIT_EXPECT_EQ(test, next - EXS_TCPCB(skb)->seq, skb->len);
	}
	KUNIT_EXPECT_EQ(test, next, f.tp->rcv_nxt);
	exs_collapse_account(test, &f);
	exs_tcp_fix_close(test, &f);
}

static void fin__stays(struct kunit *test)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);
	u32 i;

	for (i = 0; i < 3; i++)
		exs_collapse_put(test, &f, i * EXS_PACK_LEN, EXS_PACK_LEN, 0);
	exs_collapse_put(test, &f, 3 * EXS_PACK_LEN, EXS_PACK_LEN,
			 EXS_TCPHDR_FIN);
	exs_collapse(&f, 200);
	KUNIT_EXPECT_EQ(test, skb_queue_len(&f.sk->sk_receive_queue), 2U);
	KUNIT_EXPECT_TRUE(test, EXS_TCPCB(skb_peek_tail(&f.sk->sk_receive_queue))->flags &
				EXS_TCPHDR_FIN);
	KUNIT_EXPECT_FALSE(test, EXS_TCPCB(skb_peek(&f.sk->sk_receive_queue))->flags &
				 EXS_TCPHDR_FIN);
	KUNIT_EXPECT_EQ(test, f.tp->rcv_nxt,
			EXS_FIX_IRS + 4 * EXS_PACK_LEN + 1);
	exs_collapse_account(test, &f);
	exs_tcp_fix_close(test, &f);
}

/* Each run behind a hole becomes one, overlaps and all; what is alone is left. */
static void tree__is_packed_run_by_run(struct kunit *test)
{
	static const struct {
		u32 off, len;
	} expect[] = {
		{ 1000, 4 * EXS_PACK_LEN }, { 5000, 10 },
		{ 6000, EXS_PACK_LEN + 200 },
	};
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);
	struct rb_node *p;
	u32 i;

	f.sk->sk_rcvbuf = 1 << 20;
	for (i = 0; i < 4; i++)
		exs_collapse_put(test, &f, 1000 + i * EXS_PACK_LEN,
				 EXS_PACK_LEN, 0);
	exs_collapse_put(test, &f, 5000, 10, 0);
	exs_collapse_put(test, &f, 6000, EXS_PACK_LEN, 0);
	exs_collapse_put(test, &f, 6200, EXS_PACK_LEN, 0);
	exs_collapse(&f, 200);
	for (i = 0, p = rb_first(&f.tp->ooo_queue); p; p = rb_next(p), i++) {
		struct sk_buff *skb = rb_to_skb(p);

		if (i == ARRAY_SIZE(expect))
			break;
		KUNIT_EXPECT_EQ(test, EXS_TCPCB(skb)->seq,
				EXS_FIX_IRS + expect[i].off);
		KUNIT_EXPECT_EQ(test, skb->len, expect[i].len);
	}
	KUNIT_EXPECT_NULL(test, p);
	KUNIT_EXPECT_EQ(test, i, (u32)ARRAY_SIZE(expect));
	exs_collapse_account(test, &f);
	exs_tcp_fix_close(test, &f);
}

/* Whatever share of text the peer's packets have: once is enough. */
static void packed__is_not_packed_again(struct kunit *test)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);
	struct sk_buff *first;
	u32 i;

	f.sk->sk_rcvbuf = 1 << 20;
	for (i = 0; i < 16; i++)
		exs_collapse_put(test, &f, i * EXS_PACK_LEN, EXS_PACK_LEN, 0);
	exs_collapse(&f, 200);
	first = skb_peek(&f.sk->sk_receive_queue);
	exs_collapse(&f, 255);
	KUNIT_EXPECT_PTR_EQ(test, first, skb_peek(&f.sk->sk_receive_queue));
	exs_collapse_account(test, &f);
	exs_tcp_fix_close(test, &f);
}

/* What fills its memory with text is not copied. */
static void well_packed__is_left(struct kunit *test)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);
	struct sk_buff *first, *last;

	exs_collapse_put(test, &f, 0, EXS_PACK_LEN, 0);
	exs_collapse_put(test, &f, EXS_PACK_LEN, EXS_PACK_LEN, 0);
	first = skb_peek(&f.sk->sk_receive_queue);
	last = skb_peek_tail(&f.sk->sk_receive_queue);
	KUNIT_ASSERT_PTR_NE(test, first, last);
	/* of 256: less than a segment has */
	exs_collapse(&f, 1);
	KUNIT_EXPECT_PTR_EQ(test, first, skb_peek(&f.sk->sk_receive_queue));
	KUNIT_EXPECT_PTR_EQ(test, last, skb_peek_tail(&f.sk->sk_receive_queue));
	exs_tcp_fix_close(test, &f);
}

static struct kunit_case exs_tcp_collapse_cases[] = {
	KUNIT_CASE(queue__is_packed),
	KUNIT_CASE(fin__stays),
	KUNIT_CASE(tree__is_packed_run_by_run),
	KUNIT_CASE(packed__is_not_packed_again),
	KUNIT_CASE(well_packed__is_left),
	{}
};

static struct kunit_suite exs_tcp_collapse_suite = {
	.name = "expstack_tcp_collapse",
	.test_cases = exs_tcp_collapse_cases,
};

kunit_test_suite(exs_tcp_collapse_suite);
