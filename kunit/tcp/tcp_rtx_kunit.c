// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_rtx.c and tcp_tsq.c.
 */
#include "tcp_fix.h"

#define U EXS_FIX_ISS

static void fragment__keeps_sums(struct kunit *test)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);
	struct sk_buff *skb = exs_tcp_fix_sent(test, &f, 4, 1000);
	int truesize = skb->truesize;
	struct sk_buff *tail;

	EXS_TCPCB(skb)->flags |= EXS_TCPHDR_PSH | EXS_TCPHDR_FIN;
	EXS_TCPCB(skb)->sacked = EXS_TCPCB_LOST;
	f.tp->lost_out = 4;
	KUNIT_ASSERT_EQ(test, 0, exs_tcp_fragment(f.sk, &f.tp->rtx_queue, skb,
						  1500, 1000, GFP_ATOMIC));
	tail = skb_peek_tail(&f.tp->rtx_queue);
	KUNIT_ASSERT_PTR_NE(test, skb, tail);
	KUNIT_EXPECT_EQ(test, skb->len, 1500U);
	KUNIT_EXPECT_EQ(test, tail->len, 2500U);
	KUNIT_EXPECT_EQ(test, EXS_TCPCB(skb)->end_seq, U + 1500);
	KUNIT_EXPECT_EQ(test, EXS_TCPCB(tail)->seq, U + 1500);
	KUNIT_EXPECT_EQ(test, EXS_TCPCB(tail)->end_seq, U + 4000);
	KUNIT_EXPECT_EQ(test, EXS_TCPCB(skb)->flags, EXS_TCPHDR_ACK);
	KUNIT_EXPECT_EQ(test, EXS_TCPCB(tail)->flags,
			EXS_TCPHDR_ACK | EXS_TCPHDR_PSH | EXS_TCPHDR_FIN);
	/* 2 and 3 segments where there were 4. */
	KUNIT_EXPECT_EQ(test, f.tp->packets_out, 5U);
	KUNIT_EXPECT_EQ(test, f.tp->lost_out, 5U);
	KUNIT_EXPECT_EQ(test, skb->truesize + 2500, truesize);
	KUNIT_EXPECT_EQ(test, f.sk->sk_wmem_queued,
			skb->truesize + tail->truesize);
	exs_tcp_write_queue_purge(f.sk);
	KUNIT_EXPECT_EQ(test, f.sk->sk_wmem_queued, 0);
	KUNIT_EXPECT_EQ(test, f.tp->packets_out, 0U);
	exs_tcp_fix_close(test, &f);
}

/* Headers are written into the room in front of the text, never into a copy. */
static void alloc__room_in_front_is_the_clones(struct kunit *test)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);
	struct sk_buff *skb = exs_tcp_alloc_skb(f.sk, GFP_ATOMIC, true);
	struct sk_buff *clone, *second;

	KUNIT_ASSERT_NOT_NULL(test, skb);
	clone = exs_tcp_xmit_copy(skb, GFP_ATOMIC);
	KUNIT_ASSERT_NOT_NULL(test, clone);
	KUNIT_EXPECT_TRUE(test, skb_cloned(skb));
	KUNIT_EXPECT_EQ(test, skb_cow_head(clone, EXS_MAX_TCP_HEADER), 0);
	KUNIT_EXPECT_PTR_EQ(test, clone->head, skb->head);
	/* While it has the room another one needs its own. */
	second = exs_tcp_xmit_copy(skb, GFP_ATOMIC);
	KUNIT_ASSERT_NOT_NULL(test, second);
	KUNIT_EXPECT_PTR_NE(test, second->head, skb->head);
	kfree_skb(clone);
	KUNIT_EXPECT_FALSE(test, skb_cloned(skb));
	clone = exs_tcp_xmit_copy(skb, GFP_ATOMIC);
	KUNIT_ASSERT_NOT_NULL(test, clone);
	KUNIT_EXPECT_PTR_EQ(test, clone->head, skb->head);
	kfree_skb(second);
	/* What is acknowledged goes before what the device still has. */
	kfree_skb(skb);
	KUNIT_EXPECT_FALSE(test, skb_cloned(clone));
	kfree_skb(clone);
	exs_tcp_fix_close(test, &f);
}

static void fragment__of_a_clone_in_flight(struct kunit *test)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);
	struct sk_buff *skb = exs_tcp_fix_sent(test, &f, 2, 1000);
	struct sk_buff *clone = exs_tcp_xmit_copy(skb, GFP_ATOMIC);

	KUNIT_ASSERT_NOT_NULL(test, clone);
	KUNIT_ASSERT_EQ(test, 0, exs_tcp_fragment(f.sk, &f.tp->rtx_queue, skb,
						  1000, 1000, GFP_ATOMIC));
	/* What the device has is whole. */
	KUNIT_EXPECT_EQ(test, clone->len, 2000U);
	KUNIT_EXPECT_EQ(test, skb_frag_size(&skb_shinfo(clone)->frags[0]),
			2000U);
	KUNIT_EXPECT_EQ(test, f.tp->packets_out, 2U);
	kfree_skb(clone);
	clone = exs_tcp_xmit_copy(skb, GFP_ATOMIC);
	KUNIT_ASSERT_NOT_NULL(test, clone);
	KUNIT_EXPECT_FALSE(test, skb_header_cloned(clone));
	kfree_skb(clone);
	exs_tcp_write_queue_purge(f.sk);
	KUNIT_EXPECT_EQ(test, f.sk->sk_wmem_queued, 0);
	exs_tcp_fix_close(test, &f);
}

/* SACK cannot blow the queue up; the ends are what recovery needs. */
static void fragment__has_a_limit(struct kunit *test)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);
	struct sk_buff *skb[3];
	int i, limit;

	for (i = 0; i < 3; i++)
		skb[i] = exs_tcp_fix_sent(test, &f, 3, 1000);
	f.sk->sk_sndbuf = 10000;
	limit = 2 * (10000 + 2 * SKB_TRUESIZE(GSO_LEGACY_MAX_SIZE)) + 2;
	sk_wmem_queued_add(f.sk, limit);
	KUNIT_EXPECT_EQ(test, -ENOMEM,
			exs_tcp_fragment(f.sk, &f.tp->rtx_queue, skb[1], 1000,
					 1000, GFP_ATOMIC));
	KUNIT_EXPECT_EQ(test, skb[1]->len, 3000U);
	KUNIT_EXPECT_EQ(test, 0,
			exs_tcp_fragment(f.sk, &f.tp->rtx_queue, skb[0], 1000,
					 1000, GFP_ATOMIC));
	KUNIT_EXPECT_EQ(test, 0,
			exs_tcp_fragment(f.sk, &f.tp->rtx_queue, skb[2], 1000,
					 1000, GFP_ATOMIC));
	sk_wmem_queued_add(f.sk, -limit);
	KUNIT_EXPECT_EQ(test, 0,
			exs_tcp_fragment(f.sk, &f.tp->rtx_queue, skb[1], 1000,
					 1000, GFP_ATOMIC));
	exs_tcp_write_queue_purge(f.sk);
	KUNIT_EXPECT_EQ(test, f.sk->sk_wmem_queued, 0);
	exs_tcp_fix_close(test, &f);
}

static void trim_head__drops_what_is_acked(struct kunit *test)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);
	struct sk_buff *skb = exs_tcp_fix_sent(test, &f, 4, 1000);
	int queued = f.sk->sk_wmem_queued;

	KUNIT_ASSERT_EQ(test, 0, exs_tcp_trim_head(f.sk, skb, 1500));
	KUNIT_EXPECT_EQ(test, f.sk->sk_wmem_queued, queued - 1500);
	KUNIT_EXPECT_EQ(test, skb->len, 2500U);
	KUNIT_EXPECT_EQ(test, skb->data_len, 2500U);
	KUNIT_EXPECT_EQ(test, EXS_TCPCB(skb)->seq, U + 1500);
	KUNIT_EXPECT_EQ(test, EXS_TCPCB(skb)->gso_segs, 3U);
	KUNIT_EXPECT_EQ(test, skb_frag_off(&skb_shinfo(skb)->frags[0]), 1500U);
	KUNIT_ASSERT_EQ(test, 0, exs_tcp_trim_head(f.sk, skb, 2499));
	KUNIT_EXPECT_EQ(test, skb->len, 1U);
	KUNIT_EXPECT_EQ(test, EXS_TCPCB(skb)->gso_segs, 1U);
	exs_tcp_write_queue_purge(f.sk);
	KUNIT_EXPECT_EQ(test, f.sk->sk_wmem_queued, 0);
	exs_tcp_fix_close(test, &f);
}

/* Not from the head with each ACK, unless something there is lost again. */
static void lost__goes_on_where_it_stopped(struct kunit *test)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);
	struct sk_buff *skb[4];
	int i;

	for (i = 0; i < 4; i++)
		skb[i] = exs_tcp_fix_sent(test, &f, 1, 1000);
	exs_tcp_mark_lost(f.tp, skb[2]);
	KUNIT_EXPECT_NULL(test, f.tp->rtx_hint);
	exs_tcp_rtx_lost(f.sk);
	KUNIT_EXPECT_EQ(test, f.tp->retrans_out, 1U);
	/* Nothing more is lost: it ends behind what went. */
	KUNIT_EXPECT_PTR_EQ(test, f.tp->rtx_hint, skb[3]);
	exs_tcp_mark_lost(f.tp, skb[3]);
	KUNIT_EXPECT_PTR_EQ(test, f.tp->rtx_hint, skb[3]);
	exs_tcp_mark_lost(f.tp, skb[1]);
	KUNIT_EXPECT_PTR_EQ(test, f.tp->rtx_hint, skb[1]);
	exs_tcp_rtx_free(f.sk, skb[0]);
	KUNIT_EXPECT_PTR_EQ(test, f.tp->rtx_hint, skb[1]);
	exs_tcp_rtx_free(f.sk, skb[1]);
	KUNIT_EXPECT_NULL(test, f.tp->rtx_hint);
	exs_tcp_write_queue_purge(f.sk);
	exs_tcp_fix_close(test, &f);
}

/* What is copied or freed has nothing where skb code looks for a route. */
static void tsorted__leaves_no_trace(struct kunit *test)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);
	struct sk_buff *skb = exs_tcp_fix_sent(test, &f, 2, 1000), *copy;
	struct list_head anchor = skb->tcp_tsorted_anchor;

	copy = exs_tcp_xmit_copy(skb, GFP_ATOMIC);
	KUNIT_ASSERT_NOT_NULL(test, copy);
	KUNIT_EXPECT_EQ(test, copy->_skb_refdst, 0UL);
	KUNIT_EXPECT_TRUE(test, !copy->destructor);
	KUNIT_EXPECT_PTR_EQ(test, skb->tcp_tsorted_anchor.next, anchor.next);
	KUNIT_EXPECT_PTR_EQ(test, skb->tcp_tsorted_anchor.prev, anchor.prev);
	kfree_skb(copy);
	KUNIT_EXPECT_EQ(test, 0, exs_tcp_fragment(f.sk, &f.tp->rtx_queue, skb,
						  1000, 1000, GFP_ATOMIC));
	KUNIT_EXPECT_PTR_EQ(test, skb->tcp_tsorted_anchor.next,
			    &skb_peek_tail(&f.tp->rtx_queue)->tcp_tsorted_anchor);
	/* What was deemed lost is on no list. */
	list_del_init(&skb->tcp_tsorted_anchor);
	exs_tcp_write_queue_purge(f.sk);
	KUNIT_EXPECT_TRUE(test, list_empty(&f.tp->tsorted));
	exs_tcp_fix_close(test, &f);
}

static void set_segs__boundaries(struct kunit *test)
{
	static const struct {
		u32 len, segs;
		u16 size;
	} t[] = {
		{ 0, 1, 0 }, { 1, 1, 0 }, { 999, 1, 0 }, { 1000, 1, 0 },
		{ 1001, 2, 1000 }, { 2000, 2, 1000 }, { 2001, 3, 1000 },
	};
	struct sk_buff *skb = alloc_skb(0, GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, skb);
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		skb->len = t[i].len;
		KUNIT_EXPECT_EQ_MSG(test, exs_tcp_set_segs(skb, 1000),
				    t[i].segs, "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, EXS_TCPCB(skb)->gso_size, t[i].size,
				    "row %u", i);
		/* That is for what is sent. */
		KUNIT_EXPECT_EQ_MSG(test, skb_shinfo(skb)->gso_size, 0,
				    "row %u", i);
	}
	skb->len = 0;
	kfree_skb(skb);
}

static void tsq_limit__a_millisecond(struct kunit *test)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);

	/* No RTT yet: only the sysctl limits. */
	KUNIT_EXPECT_EQ(test, exs_tcp_tsq_limit(f.sk, 5000, 1 << 20),
			1U << 20);
	f.sk->sk_pacing_rate = 1200000;
	KUNIT_EXPECT_EQ(test, exs_tcp_tsq_limit(f.sk, 100, 1 << 20), 1171U);
	KUNIT_EXPECT_EQ(test, exs_tcp_tsq_limit(f.sk, 5000, 1 << 20), 5000U);
	KUNIT_EXPECT_EQ(test, exs_tcp_tsq_limit(f.sk, 100, 1000), 1000U);
	exs_tcp_fix_close(test, &f);
}

static struct kunit_case exs_tcp_rtx_cases[] = {
	KUNIT_CASE(alloc__room_in_front_is_the_clones),
	KUNIT_CASE(fragment__keeps_sums),
	KUNIT_CASE(fragment__of_a_clone_in_flight),
	KUNIT_CASE(fragment__has_a_limit),
	KUNIT_CASE(trim_head__drops_what_is_acked),
	KUNIT_CASE(lost__goes_on_where_it_stopped),
	KUNIT_CASE(tsorted__leaves_no_trace),
	KUNIT_CASE(set_segs__boundaries),
	KUNIT_CASE(tsq_limit__a_millisecond),
	{}
};

static struct kunit_suite exs_tcp_rtx_suite = {
	.name = "expstack_tcp_rtx",
	.test_cases = exs_tcp_rtx_cases,
};

kunit_test_suite(exs_tcp_rtx_suite);
