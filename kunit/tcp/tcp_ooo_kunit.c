// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_ooo.c.
 */
#include "tcp_fix.h"

/* Text at an offset from rcv_nxt, header pulled as tcp_reasm does. */
static void exs_ooo_put(struct kunit *test, struct exs_tcp_fix *f, u32 off,
			u32 len, u8 flags)
{
	struct sk_buff *skb;

	skb = exs_tcp_fix_seg(test, EXS_TCPHDR_ACK | flags,
			      EXS_FIX_IRS + off, EXS_FIX_ISS, len);
	__skb_pull(skb, tcp_hdrlen(skb));
	exs_tcp_ooo_queue(f->sk, skb);
}

static unsigned int exs_ooo_count(const struct exs_tcp_fix *f)
{
	unsigned int n = 0;
	struct rb_node *p;

	for (p = rb_first(&f->tp->ooo_queue); p; p = rb_next(p))
		n++;
	return n;
}

static void exs_ooo_expect_sack(struct kunit *test, struct exs_tcp_fix *f,
				int i, u32 start, u32 end)
{
	KUNIT_EXPECT_EQ(test, f->tp->ext->sack[i].start, EXS_FIX_IRS + start);
	KUNIT_EXPECT_EQ(test, f->tp->ext->sack[i].end, EXS_FIX_IRS + end);
}

static void queue__latest_block_first(struct kunit *test)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);

	f.tp->sack_ok = 1;
	exs_ooo_put(test, &f, 10, 5, 0);
	exs_ooo_put(test, &f, 40, 5, 0);
	exs_ooo_put(test, &f, 25, 5, 0);
	KUNIT_EXPECT_EQ(test, f.tp->num_sacks, 3);
	exs_ooo_expect_sack(test, &f, 0, 25, 30);
	exs_ooo_expect_sack(test, &f, 1, 40, 45);
	exs_ooo_expect_sack(test, &f, 2, 10, 15);
	/* Joins two. */
	exs_ooo_put(test, &f, 30, 10, 0);
	KUNIT_EXPECT_EQ(test, f.tp->num_sacks, 2);
	exs_ooo_expect_sack(test, &f, 0, 25, 45);
	exs_ooo_expect_sack(test, &f, 1, 10, 15);
	KUNIT_EXPECT_TRUE(test, f.tp->ack.pending & EXS_TCP_ACK_SCHED);
	exs_tcp_fix_close(test, &f);
}

/* Not without SACK: an ACK with another window is no duplicate. */
static void queue__the_window_grows(struct kunit *test)
{
	unsigned int sack;

	for (sack = 0; sack < 2; sack++) {
		struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);
		u32 before = 10000;

		f.tp->sack_ok = sack;
		f.sk->sk_rcvbuf = 200000;
		f.tp->window_clamp = 60000;
		f.tp->rcv_ssthresh = before;
		exs_ooo_put(test, &f, 1000, 500, 0);
		KUNIT_EXPECT_EQ_MSG(test, f.tp->rcv_ssthresh > before, sack,
				    "sack %u", sack);
		/* Joins the one before. */
		before = f.tp->rcv_ssthresh;
		exs_ooo_put(test, &f, 1500, 500, 0);
		KUNIT_EXPECT_EQ_MSG(test, f.tp->rcv_ssthresh > before, sack,
				    "sack %u", sack);
		exs_tcp_fix_close(test, &f);
	}
}

static void queue__fifth_block_pushes_out_the_oldest(struct kunit *test)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);
	u32 i;

	f.tp->sack_ok = 1;
	for (i = 1; i <= 5; i++)
		exs_ooo_put(test, &f, 20 * i, 5, 0);
	KUNIT_EXPECT_EQ(test, f.tp->num_sacks, EXS_TCP_MAX_SACKS);
	exs_ooo_expect_sack(test, &f, 0, 100, 105);
	exs_ooo_expect_sack(test, &f, 3, 40, 45);
	KUNIT_EXPECT_EQ(test, exs_ooo_count(&f), 5U);
	exs_tcp_fix_close(test, &f);
}

static void queue__overlaps(struct kunit *test)
{
	static const struct {
		u32 off[2], len[2];
		unsigned int skbs;
		bool dsack;
	} t[] = {
		{ { 10, 10 }, { 10, 10 }, 1, true },	/* the same */
		{ { 10, 12 }, { 10, 8 }, 1, true },	/* inside */
		{ { 10, 10 }, { 10, 11 }, 1, true },	/* longer: replaces */
		{ { 12, 10 }, { 5, 20 }, 1, true },	/* covers */
		{ { 10, 15 }, { 10, 10 }, 2, true },	/* to the right */
		{ { 10, 30 }, { 10, 10 }, 2, false },	/* apart */
		{ { 15, 10 }, { 10, 10 }, 2, true },	/* to the left */
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);

		f.tp->sack_ok = 1;
		exs_ooo_put(test, &f, t[i].off[0], t[i].len[0], 0);
		exs_ooo_put(test, &f, t[i].off[1], t[i].len[1], 0);
		KUNIT_EXPECT_EQ_MSG(test, exs_ooo_count(&f), t[i].skbs,
				    "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, !!f.tp->dsack_set, t[i].dsack,
				    "row %u", i);
		exs_tcp_fix_close(test, &f);
	}
}

static void drain__up_to_the_next_hole(struct kunit *test)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);

	f.tp->sack_ok = 1;
	exs_ooo_put(test, &f, 10, 30, 0);
	exs_ooo_put(test, &f, 40, 10, 0);
	exs_ooo_put(test, &f, 60, 10, 0);
	/* The hole is filled, with five bytes too many. */
	f.tp->rcv_nxt += 15;
	KUNIT_EXPECT_FALSE(test, exs_tcp_ooo_drain(f.sk));
	exs_tcp_sack_forget(f.tp);
	KUNIT_EXPECT_EQ(test, f.tp->rcv_nxt, EXS_FIX_IRS + 50);
	KUNIT_EXPECT_EQ(test, f.tp->num_sacks, 1);
	exs_ooo_expect_sack(test, &f, 0, 60, 70);
	KUNIT_EXPECT_EQ(test, exs_ooo_count(&f), 1U);
	KUNIT_EXPECT_EQ(test, f.tp->bytes_received, 35ULL);
	exs_tcp_fix_close(test, &f);
}

static void drain__stops_at_a_fin(struct kunit *test)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);

	exs_ooo_put(test, &f, 10, 5, EXS_TCPHDR_FIN);
	f.tp->rcv_nxt += 9;
	KUNIT_EXPECT_FALSE(test, exs_tcp_ooo_drain(f.sk));
	f.tp->rcv_nxt += 1;
	KUNIT_EXPECT_TRUE(test, exs_tcp_ooo_drain(f.sk));
	KUNIT_EXPECT_EQ(test, f.tp->rcv_nxt, EXS_FIX_IRS + 16);
	exs_tcp_fix_close(test, &f);
}

static void blocks__room_for_timestamps_and_dsack(struct kunit *test)
{
	struct exs_tcp_sock *tp = kunit_kzalloc(test, sizeof(*tp), GFP_KERNEL);
	struct exs_tcp_opt_out o = { };
	u32 i;

	KUNIT_ASSERT_NOT_NULL(test, tp);
	tp->ext = &exs_tcp_ext_none;
	for (i = 0; i < 4; i++)
		exs_tcp_sack_add(&tp->es.sk, 0xfffffff0U + 20 * i,
				 0xfffffff0U + 20 * i + 10);
	KUNIT_EXPECT_EQ(test, exs_tcp_sack_blocks(tp, &o), 0);
	tp->sack_ok = 1;
	KUNIT_EXPECT_EQ(test, exs_tcp_sack_blocks(tp, &o), 4);
	o.use_ts = true;
	KUNIT_EXPECT_EQ(test, exs_tcp_sack_blocks(tp, &o), 3);
	KUNIT_EXPECT_EQ(test, o.sack[0].start, 0xfffffff0U + 60);
	exs_tcp_ext_own(tp, GFP_ATOMIC)->dsack =
		(struct exs_tcp_block){ 1, 2 };
	tp->dsack_set = 1;
	KUNIT_EXPECT_EQ(test, exs_tcp_sack_blocks(tp, &o), 3);
	KUNIT_EXPECT_EQ(test, o.sack[0].start, 1U);
	KUNIT_EXPECT_EQ(test, o.sack[1].start, 0xfffffff0U + 60);
	/* Once. */
	KUNIT_EXPECT_EQ(test, exs_tcp_sack_blocks(tp, &o), 3);
	KUNIT_EXPECT_EQ(test, o.sack[0].start, 0xfffffff0U + 60);
	exs_tcp_ext_free(tp);
}

/* What one segment brings twice is one block. */
static void queue__one_dsack_of_a_segment(struct kunit *test)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);
	const struct exs_tcp_block *d;

	f.tp->sack_ok = 1;
	exs_ooo_put(test, &f, 10, 10, 0);
	exs_ooo_put(test, &f, 30, 10, 0);
	exs_ooo_put(test, &f, 15, 20, 0);
	d = &f.tp->ext->dsack;
	KUNIT_EXPECT_TRUE(test, f.tp->dsack_set);
	KUNIT_EXPECT_EQ(test, d->start, EXS_FIX_IRS + 15);
	KUNIT_EXPECT_EQ(test, d->end, EXS_FIX_IRS + 20);
	KUNIT_EXPECT_EQ(test, f.tp->ext->rcv_ooopack, 3U);
	exs_tcp_fix_close(test, &f);
}

/* A segment that is known moves its block to the front. */
static void queue__known_block_comes_first(struct kunit *test)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);

	f.tp->sack_ok = 1;
	exs_ooo_put(test, &f, 10, 10, 0);
	exs_ooo_put(test, &f, 30, 10, 0);
	exs_ooo_put(test, &f, 12, 5, 0);
	KUNIT_EXPECT_EQ(test, f.tp->num_sacks, 2);
	exs_ooo_expect_sack(test, &f, 0, 10, 20);
	exs_ooo_expect_sack(test, &f, 1, 30, 40);
	exs_tcp_fix_close(test, &f);
}

static void prune__the_far_end_goes(struct kunit *test)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);
	struct sk_buff *skb;

	f.tp->sack_ok = 1;
	exs_ooo_put(test, &f, 10, 100, 0);
	exs_ooo_put(test, &f, 2000, 1000, 0);
	skb = exs_tcp_fix_seg(test, EXS_TCPHDR_ACK, EXS_FIX_IRS, 0, 5);
	/* The user has set it: it does not grow. */
	f.sk->sk_userlocks |= SOCK_RCVBUF_LOCK;
	f.sk->sk_rcvbuf = atomic_read(&f.sk->sk_rmem_alloc) - 1;
	KUNIT_EXPECT_TRUE(test, exs_tcp_prune(f.sk, skb));
	KUNIT_EXPECT_EQ(test, exs_ooo_count(&f), 1U);
	KUNIT_EXPECT_EQ(test, f.tp->num_sacks, 0);
	f.sk->sk_rcvbuf = -1;
	KUNIT_EXPECT_FALSE(test, exs_tcp_prune(f.sk, skb));
	KUNIT_EXPECT_EQ(test, exs_ooo_count(&f), 0U);
	kfree_skb(skb);
	exs_tcp_fix_close(test, &f);
}

static struct kunit_case exs_tcp_ooo_cases[] = {
	KUNIT_CASE(queue__latest_block_first),
	KUNIT_CASE(queue__the_window_grows),
	KUNIT_CASE(queue__fifth_block_pushes_out_the_oldest),
	KUNIT_CASE(queue__overlaps),
	KUNIT_CASE(queue__one_dsack_of_a_segment),
	KUNIT_CASE(queue__known_block_comes_first),
	KUNIT_CASE(drain__up_to_the_next_hole),
	KUNIT_CASE(drain__stops_at_a_fin),
	KUNIT_CASE(blocks__room_for_timestamps_and_dsack),
	KUNIT_CASE(prune__the_far_end_goes),
	{}
};

static struct kunit_suite exs_tcp_ooo_suite = {
	.name = "expstack_tcp_ooo",
	.test_cases = exs_tcp_ooo_cases,
};

kunit_test_suite(exs_tcp_ooo_suite);
