// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_merge.c.
 */
#include <linux/skbuff_ref.h>

#include "tcp_fix.h"

/* A packet of the write queue: len bytes of page from off on; takes a reference. */
static struct sk_buff *exs_merge_skb(struct kunit *test, struct exs_tcp_fix *f,
				     struct page *page, u32 off, u32 len)
{
	struct sk_buff *skb = exs_tcp_alloc_skb(f->sk, GFP_ATOMIC, true);
	struct exs_tcp_cb *cb = EXS_TCPCB(skb);

	KUNIT_ASSERT_NOT_NULL(test, skb);
	cb->seq = f->tp->write_seq;
	cb->end_seq = cb->seq + len;
	cb->flags = EXS_TCPHDR_ACK;
	if (len) {
		get_page(page);
		skb_fill_page_desc(skb, 0, page, off, len);
		skb->len += len;
		skb->data_len += len;
		skb->truesize += len;
	}
	f->tp->write_seq = cb->end_seq;
	sk_wmem_queued_add(f->sk, skb->truesize);
	sk_mem_charge(f->sk, skb->truesize);
	__skb_queue_tail(&f->sk->sk_write_queue, skb);
	return skb;
}

static struct page *exs_merge_page(struct kunit *test)
{
	struct page *page = alloc_page(GFP_ATOMIC);

	KUNIT_ASSERT_NOT_NULL(test, page);
	return page;
}

/* Nothing is left of what was queued, nor of the page. */
static void exs_merge_close(struct kunit *test, struct exs_tcp_fix *f,
			    struct page *page)
{
	exs_tcp_write_queue_purge(f->sk);
	KUNIT_EXPECT_EQ(test, f->sk->sk_wmem_queued, 0);
	KUNIT_EXPECT_EQ(test, page_count(page), 1);
	put_page(page);
	exs_tcp_fix_close(test, f);
}

static void next__takes_its_front(struct kunit *test)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);
	struct page *page = exs_merge_page(test);
	struct sk_buff *a = exs_merge_skb(test, &f, page, 0, 300);
	struct sk_buff *b = exs_merge_skb(test, &f, page, 1000, 1000);
	u32 seq = EXS_TCPCB(a)->seq;
	int truesize = a->truesize + b->truesize;
	int queued = f.sk->sk_wmem_queued;

	EXS_TCPCB(b)->flags |= EXS_TCPHDR_PSH;
	EXS_TCPCB(b)->eor = 1;
	KUNIT_EXPECT_EQ(test, exs_tcp_merge_next(f.sk, a, 450), 450U);
	KUNIT_EXPECT_EQ(test, a->len, 750U);
	KUNIT_EXPECT_EQ(test, a->data_len, 750U);
	KUNIT_EXPECT_EQ(test, EXS_TCPCB(a)->end_seq, seq + 750);
	KUNIT_EXPECT_EQ(test, EXS_TCPCB(a)->flags, EXS_TCPHDR_ACK);
	KUNIT_EXPECT_FALSE(test, EXS_TCPCB(a)->eor);
	KUNIT_EXPECT_EQ(test, skb_shinfo(a)->nr_frags, 2);
	KUNIT_EXPECT_EQ(test, skb_frag_off(&skb_shinfo(a)->frags[1]), 1000U);
	KUNIT_EXPECT_EQ(test, skb_frag_size(&skb_shinfo(a)->frags[1]), 450U);
	KUNIT_EXPECT_EQ(test, b->len, 550U);
	KUNIT_EXPECT_EQ(test, EXS_TCPCB(b)->seq, seq + 750);
	KUNIT_EXPECT_EQ(test, skb_frag_off(&skb_shinfo(b)->frags[0]), 1450U);
	KUNIT_EXPECT_EQ(test, a->truesize + b->truesize, truesize);
	KUNIT_EXPECT_EQ(test, f.sk->sk_wmem_queued, queued);
	/* What follows in the page is one with it. */
	KUNIT_EXPECT_EQ(test, exs_tcp_merge_next(f.sk, a, 50), 50U);
	KUNIT_EXPECT_EQ(test, skb_shinfo(a)->nr_frags, 2);
	KUNIT_EXPECT_EQ(test, skb_frag_size(&skb_shinfo(a)->frags[1]), 500U);
	exs_merge_close(test, &f, page);
}

static void next__takes_it_whole(struct kunit *test)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);
	struct page *page = exs_merge_page(test);
	struct sk_buff *a = exs_merge_skb(test, &f, page, 0, 300);
	struct sk_buff *b = exs_merge_skb(test, &f, page, 300, 1000);
	u32 seq = EXS_TCPCB(a)->seq;

	EXS_TCPCB(b)->flags |= EXS_TCPHDR_PSH | EXS_TCPHDR_FIN;
	EXS_TCPCB(b)->end_seq++;
	EXS_TCPCB(b)->eor = 1;
	KUNIT_EXPECT_EQ(test, exs_tcp_merge_next(f.sk, a, 5000), 1000U);
	KUNIT_EXPECT_EQ(test, skb_queue_len(&f.sk->sk_write_queue), 1U);
	KUNIT_EXPECT_EQ(test, a->len, 1300U);
	KUNIT_EXPECT_EQ(test, EXS_TCPCB(a)->end_seq, seq + 1301);
	KUNIT_EXPECT_EQ(test, EXS_TCPCB(a)->flags,
			EXS_TCPHDR_ACK | EXS_TCPHDR_PSH | EXS_TCPHDR_FIN);
	KUNIT_EXPECT_TRUE(test, EXS_TCPCB(a)->eor);
	KUNIT_EXPECT_EQ(test, f.sk->sk_wmem_queued, a->truesize);
	/* One piece, and the page is held once for it. */
	KUNIT_EXPECT_EQ(test, skb_shinfo(a)->nr_frags, 1);
	KUNIT_EXPECT_EQ(test, page_count(page), 2);
	exs_merge_close(test, &f, page);
}

static void next__when_not(struct kunit *test)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);
	struct page *page = exs_merge_page(test);
	struct sk_buff *a = exs_merge_skb(test, &f, page, 0, 300);
	struct sk_buff *b;

	/* It is the last. */
	KUNIT_EXPECT_EQ(test, exs_tcp_merge_next(f.sk, a, 100), 0U);
	b = exs_merge_skb(test, &f, page, 300, 1000);
	EXS_TCPCB(a)->eor = 1;
	KUNIT_EXPECT_EQ(test, exs_tcp_merge_next(f.sk, a, 100), 0U);
	EXS_TCPCB(a)->eor = 0;
	skb_shinfo(a)->tx_flags = SKBTX_SW_TSTAMP;
	KUNIT_EXPECT_EQ(test, exs_tcp_merge_next(f.sk, a, 100), 0U);
	skb_shinfo(a)->tx_flags = 0;
	skb_shinfo(b)->tx_flags = SKBTX_SW_TSTAMP;
	KUNIT_EXPECT_EQ(test, exs_tcp_merge_next(f.sk, a, 100), 0U);
	skb_shinfo(b)->tx_flags = 0;
	/* News of the acknowledgment alone sets no flag there. */
	EXS_TCPCB(a)->ack_tstamp = 1;
	KUNIT_EXPECT_EQ(test, exs_tcp_merge_next(f.sk, a, 100), 0U);
	EXS_TCPCB(a)->ack_tstamp = 0;
	EXS_TCPCB(b)->ack_tstamp = 1;
	KUNIT_EXPECT_EQ(test, exs_tcp_merge_next(f.sk, a, 100), 0U);
	EXS_TCPCB(b)->ack_tstamp = 0;
	/* Behind b is a FIN alone. */
	b = exs_merge_skb(test, &f, page, 0, 0);
	KUNIT_EXPECT_EQ(test, exs_tcp_merge_next(f.sk, a, 5000), 1000U);
	KUNIT_EXPECT_EQ(test, exs_tcp_merge_next(f.sk, a, 5000), 0U);
	KUNIT_EXPECT_PTR_EQ(test, skb_peek_tail(&f.sk->sk_write_queue), b);
	exs_merge_close(test, &f, page);
}

/* No place for another piece: what fits is taken. */
static void next__the_pieces_are_full(struct kunit *test)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);
	struct page *page = exs_merge_page(test);
	struct sk_buff *a = exs_merge_skb(test, &f, page, 0, 10);
	struct sk_buff *b;
	unsigned int i;

	/* Every other ten bytes, so that no two of them are one. */
	for (i = 1; i < MAX_SKB_FRAGS + 2; i++)
		exs_merge_skb(test, &f, page, i * 20, 10);
	for (i = 1; i < MAX_SKB_FRAGS; i++)
		KUNIT_EXPECT_EQ(test, exs_tcp_merge_next(f.sk, a, 100), 10U);
	KUNIT_EXPECT_EQ(test, exs_tcp_merge_next(f.sk, a, 100), 0U);
	KUNIT_EXPECT_EQ(test, skb_shinfo(a)->nr_frags, MAX_SKB_FRAGS);
	KUNIT_EXPECT_EQ(test, a->len, 10U * MAX_SKB_FRAGS);
	b = skb_queue_next(&f.sk->sk_write_queue, a);
	KUNIT_EXPECT_EQ(test, b->len, 10U);
	exs_merge_close(test, &f, page);
}

/* What a device still has of a failed try is as it was. */
static void next__of_a_clone(struct kunit *test)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);
	struct page *page = exs_merge_page(test);
	struct sk_buff *a = exs_merge_skb(test, &f, page, 0, 300);
	struct sk_buff *b = exs_merge_skb(test, &f, page, 1000, 1000);
	struct sk_buff *ca = exs_tcp_xmit_copy(a, GFP_ATOMIC);
	struct sk_buff *cb = exs_tcp_xmit_copy(b, GFP_ATOMIC);

	KUNIT_ASSERT_NOT_NULL(test, ca);
	KUNIT_ASSERT_NOT_NULL(test, cb);
	KUNIT_EXPECT_EQ(test, exs_tcp_merge_next(f.sk, a, 450), 450U);
	KUNIT_EXPECT_EQ(test, skb_shinfo(ca)->nr_frags, 1);
	KUNIT_EXPECT_EQ(test, skb_frag_off(&skb_shinfo(cb)->frags[0]), 1000U);
	KUNIT_EXPECT_EQ(test, skb_frag_size(&skb_shinfo(cb)->frags[0]), 1000U);
	kfree_skb(ca);
	kfree_skb(cb);
	exs_merge_close(test, &f, page);
}

/* The same on the retransmission queue, in flight and lost. */
static struct sk_buff *exs_merge_sent(struct kunit *test, struct exs_tcp_fix *f,
				      struct page *page, u32 off, u32 len)
{
	struct sk_buff *skb = exs_merge_skb(test, f, page, off, len);

	__skb_unlink(skb, &f->sk->sk_write_queue);
	__skb_queue_tail(&f->tp->rtx_queue, skb);
	list_add_tail(&skb->tcp_tsorted_anchor, &f->tp->tsorted);
	EXS_TCPCB(skb)->gso_segs = 1;
	EXS_TCPCB(skb)->sacked = EXS_TCPCB_LOST;
	f->tp->packets_out++;
	f->tp->lost_out++;
	f->tp->snd_nxt = f->tp->write_seq;
	return skb;
}

static void sent__those_that_fit_are_one(struct kunit *test)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);
	struct page *page = exs_merge_page(test);
	struct sk_buff *a = exs_merge_sent(test, &f, page, 0, 300);
	struct sk_buff *b = exs_merge_sent(test, &f, page, 300, 400);
	struct sk_buff *c = exs_merge_sent(test, &f, page, 1000, 301);
	u32 seq = EXS_TCPCB(a)->seq;

	f.tp->sack_ok = 1;
	f.tp->rtx_hint = b;
	EXS_TCPCB(b)->flags |= EXS_TCPHDR_PSH;
	EXS_TCPCB(b)->ack_tstamp = 1;
	skb_shinfo(b)->tskey = seq + 699;
	exs_tcp_merge_sent(f.sk, a, 1000);
	KUNIT_EXPECT_EQ(test, a->len, 700U);
	KUNIT_EXPECT_EQ(test, EXS_TCPCB(a)->end_seq, seq + 700);
	KUNIT_EXPECT_EQ(test, EXS_TCPCB(a)->flags,
			EXS_TCPHDR_ACK | EXS_TCPHDR_PSH);
	KUNIT_EXPECT_TRUE(test, EXS_TCPCB(a)->ack_tstamp);
	KUNIT_EXPECT_EQ(test, skb_shinfo(a)->tskey, seq + 699);
	KUNIT_EXPECT_PTR_EQ(test, f.tp->rtx_hint, a);
	KUNIT_EXPECT_PTR_EQ(test, skb_peek_tail(&f.tp->rtx_queue), c);
	KUNIT_EXPECT_EQ(test, f.tp->packets_out, 2U);
	KUNIT_EXPECT_EQ(test, f.tp->lost_out, 2U);
	KUNIT_EXPECT_EQ(test, f.sk->sk_wmem_queued, a->truesize + c->truesize);
	exs_merge_close(test, &f, page);
}

static void sent__when_not(struct kunit *test)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);
	struct page *page = exs_merge_page(test);
	struct sk_buff *a = exs_merge_sent(test, &f, page, 0, 300);
	struct sk_buff *b = exs_merge_sent(test, &f, page, 300, 400);
	struct sk_buff *copy;

	f.tp->sack_ok = 1;
	EXS_TCPCB(b)->sacked |= EXS_TCPCB_SACKED;
	exs_tcp_merge_sent(f.sk, a, 1000);
	EXS_TCPCB(b)->sacked = EXS_TCPCB_LOST;
	EXS_TCPCB(b)->gso_segs = 2;
	exs_tcp_merge_sent(f.sk, a, 1000);
	EXS_TCPCB(b)->gso_segs = 1;
	EXS_TCPCB(a)->eor = 1;
	exs_tcp_merge_sent(f.sk, a, 1000);
	EXS_TCPCB(a)->eor = 0;
	f.tp->snd_wnd = 699;
	exs_tcp_merge_sent(f.sk, a, 1000);
	f.tp->snd_wnd = 700;
	/* The device still has it. */
	copy = exs_tcp_xmit_copy(b, GFP_ATOMIC);
	KUNIT_ASSERT_NOT_NULL(test, copy);
	exs_tcp_merge_sent(f.sk, a, 1000);
	kfree_skb(copy);
	exs_tcp_merge_sent(f.sk, a, 699);
	KUNIT_EXPECT_EQ(test, a->len, 300U);
	exs_tcp_merge_sent(f.sk, a, 700);
	KUNIT_EXPECT_EQ(test, a->len, 700U);
	exs_merge_close(test, &f, page);
}

/* Without SACK what is counted as arrived is one less, too. */
static void sent__duplicate_acks(struct kunit *test)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);
	struct page *page = exs_merge_page(test);
	struct sk_buff *a = exs_merge_sent(test, &f, page, 0, 300);
	unsigned int i;

	for (i = 1; i < 4; i++)
		exs_merge_sent(test, &f, page, 300 * i, 300);
	f.tp->sacked_out = 2;
	exs_tcp_merge_sent(f.sk, a, 1200);
	KUNIT_EXPECT_EQ(test, a->len, 1200U);
	KUNIT_EXPECT_EQ(test, f.tp->packets_out, 1U);
	KUNIT_EXPECT_EQ(test, f.tp->sacked_out, 0U);
	exs_merge_close(test, &f, page);
}

static struct kunit_case exs_tcp_merge_cases[] = {
	KUNIT_CASE(next__takes_its_front),
	KUNIT_CASE(next__takes_it_whole),
	KUNIT_CASE(next__when_not),
	KUNIT_CASE(next__the_pieces_are_full),
	KUNIT_CASE(next__of_a_clone),
	KUNIT_CASE(sent__those_that_fit_are_one),
	KUNIT_CASE(sent__when_not),
	KUNIT_CASE(sent__duplicate_acks),
	{}
};

static struct kunit_suite exs_tcp_merge_suite = {
	.name = "expstack_tcp_merge",
	.test_cases = exs_tcp_merge_cases,
};

kunit_test_suite(exs_tcp_merge_suite);
