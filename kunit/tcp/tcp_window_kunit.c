// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_window.c and tcp_rcvbuf.c.
 */
#include "tcp_fix.h"

static void syn__window_and_scale(struct kunit *test)
{
	static const struct {
		u32 space, mss, clamp;
		bool scaling;
		u32 wnd;
	} t[] = {
		{ 65536, 1460, 0, true, 64240 },	/* Linux's SYN */
		{ 65536, 1448, 0, true, 65160 },	/* and its SYN-ACK */
		{ 65536, 1460, 0, false, 64240 },
		{ 1459, 1460, 0, true, 1459 },
		{ 1460, 1460, 0, true, 1460 },
		{ 1461, 1460, 0, true, 1460 },
		{ 65536, 1460, 5000, true, 4380 },
		{ 1 << 20, 1460, 0, true, 718 * 1460 },
		{ 1 << 20, 1460, 0, false, 65535 },
	};
	struct exs_net *en = exs_net(&init_net);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		u32 wnd, clamp = t[i].clamp;
		u8 wscale;

		exs_tcp_window_syn(en, t[i].space, t[i].mss, t[i].scaling,
				   &wnd, &clamp, &wscale);
		KUNIT_EXPECT_EQ_MSG(test, wnd, t[i].wnd, "row %u", i);
		if (!t[i].scaling)
			KUNIT_EXPECT_EQ(test, wscale, 0);
		else if (!t[i].clamp)
			KUNIT_EXPECT_EQ_MSG(test, wscale, 7, "row %u", i);
	}
}

static struct exs_tcp_fix exs_window_open(struct kunit *test)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);

	f.sk->sk_rcvbuf = 2 * EXS_FIX_WND;
	f.tp->scaling_ratio = 128;
	f.tp->ack.rcv_mss = 1460;
	f.tp->rcv_wscale = 7;
	return f;
}

static void select__never_shrinks(struct kunit *test)
{
	struct exs_tcp_fix f = exs_window_open(test);

	KUNIT_EXPECT_EQ(test, exs_tcp_window_select(f.sk), EXS_FIX_WND >> 7);
	f.sk->sk_rcvbuf = 0;
	KUNIT_EXPECT_EQ(test, exs_tcp_window_select(f.sk), EXS_FIX_WND >> 7);
	f.tp->rcv_nxt += EXS_FIX_WND - 128;
	KUNIT_EXPECT_EQ(test, exs_tcp_window_select(f.sk), 1);
	f.tp->rcv_nxt += 128;
	KUNIT_EXPECT_EQ(test, exs_tcp_window_select(f.sk), 0);
	KUNIT_EXPECT_EQ(test, f.tp->rcv_wup, f.tp->rcv_nxt);
	f.sk->sk_rcvbuf = 2 * EXS_FIX_WND;
	KUNIT_EXPECT_EQ(test, exs_tcp_window_select(f.sk), EXS_FIX_WND >> 7);
	exs_tcp_fix_close(test, &f);
}

static void offer__silly_window(struct kunit *test)
{
	struct exs_tcp_fix f = exs_window_open(test);
	int used = 2 * (EXS_FIX_WND - 1459);

	/* Less than a segment is left: close. */
	atomic_add(used, &f.sk->sk_rmem_alloc);
	KUNIT_EXPECT_EQ(test, exs_tcp_window_offer(f.sk), 0U);
	atomic_sub(used, &f.sk->sk_rmem_alloc);
	KUNIT_EXPECT_EQ(test, exs_tcp_window_offer(f.sk), EXS_FIX_WND);
	exs_tcp_fix_close(test, &f);
}

static void offer__whole_segments_without_scale(struct kunit *test)
{
	struct exs_tcp_fix f = exs_window_open(test);

	f.tp->rcv_wscale = 0;
	f.tp->rcv_wnd = 0;
	f.tp->rcv_ssthresh = 3 * 1460 + 1;
	KUNIT_EXPECT_EQ(test, exs_tcp_window_offer(f.sk), 3U * 1460);
	/* Not worth a change. */
	f.tp->rcv_wnd = 2 * 1460 + 2;
	KUNIT_EXPECT_EQ(test, exs_tcp_window_offer(f.sk), 2U * 1460 + 2);
	exs_tcp_fix_close(test, &f);
}

static void init__one_segment_in_reserve(struct kunit *test)
{
	struct exs_tcp_fix f = exs_window_open(test);

	f.tp->window_clamp = 1 << 20;
	exs_tcp_window_init(f.sk);
	KUNIT_EXPECT_EQ(test, f.tp->window_clamp, EXS_FIX_WND - 1460);
	KUNIT_EXPECT_EQ(test, f.tp->rcv_ssthresh, EXS_FIX_WND - 1460);
	KUNIT_EXPECT_EQ(test, f.tp->rcvq_space, 10U * 1460);
	exs_tcp_fix_close(test, &f);
}

static void rcvbuf__doubles_with_the_readers_pace(struct kunit *test)
{
	struct exs_tcp_fix f = exs_window_open(test);
	int before = f.sk->sk_rcvbuf;

	f.tp->rcv_rtt_us = 8 * USEC_PER_SEC;
	f.tp->rcvq_space = 14600;
	f.tp->rcvq_seq = f.tp->copied_seq;
	f.tp->rcvq_time = (u32)exs_clock_us() - 500;
	f.tp->copied_seq += 100000;
	exs_tcp_rcvbuf_adjust(f.sk);
	KUNIT_EXPECT_EQ(test, f.sk->sk_rcvbuf, before);	/* too early */
	f.tp->rcvq_time = (u32)exs_clock_us() - 2 * USEC_PER_SEC;
	exs_tcp_rcvbuf_adjust(f.sk);
	KUNIT_EXPECT_GT(test, f.sk->sk_rcvbuf, before);
	KUNIT_EXPECT_EQ(test, f.tp->rcvq_space, 100000U);

	/* Not where the user has set it. */
	before = f.sk->sk_rcvbuf;
	f.sk->sk_userlocks |= SOCK_RCVBUF_LOCK;
	f.tp->rcvq_time = (u32)exs_clock_us() - 2 * USEC_PER_SEC;
	f.tp->copied_seq += 1000000;
	exs_tcp_rcvbuf_adjust(f.sk);
	KUNIT_EXPECT_EQ(test, f.sk->sk_rcvbuf, before);
	exs_tcp_fix_close(test, &f);
}

static void grow__not_for_wasteful_packets(struct kunit *test)
{
	struct exs_tcp_fix f = exs_window_open(test);

	f.tp->rcv_ssthresh = 10000;
	exs_tcp_window_grow(f.sk, 1, 4096);
	KUNIT_EXPECT_EQ(test, f.tp->rcv_ssthresh, 10000U);
	exs_tcp_window_grow(f.sk, 2000, 3700);
	KUNIT_EXPECT_GT(test, f.tp->rcv_ssthresh, 10000U);
	exs_tcp_fix_close(test, &f);
}

static struct kunit_case exs_tcp_window_cases[] = {
	KUNIT_CASE(syn__window_and_scale),
	KUNIT_CASE(select__never_shrinks),
	KUNIT_CASE(offer__silly_window),
	KUNIT_CASE(offer__whole_segments_without_scale),
	KUNIT_CASE(init__one_segment_in_reserve),
	KUNIT_CASE(rcvbuf__doubles_with_the_readers_pace),
	KUNIT_CASE(grow__not_for_wasteful_packets),
	{}
};

static struct kunit_suite exs_tcp_window_suite = {
	.name = "expstack_tcp_window",
	.test_cases = exs_tcp_window_cases,
};

kunit_test_suite(exs_tcp_window_suite);
