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
		{ 1 << 20, 1460, 0, false, 718 * 1460 },
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
	f.tp->ack.scaling_ratio = 128;
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

static void init__share_of_the_application(struct kunit *test)
{
	static const struct {
		int share;
		u32 clamp, want;
	} t[] = {
		{ 31, 1 << 20, EXS_FIX_WND - 1460 },
		{ 0, 1 << 20, EXS_FIX_WND },
		{ 1, 1 << 20, EXS_FIX_WND / 2 },
		{ 1, 10000, 10000 },
		{ 31, 10000, 10000 },
	};
	struct exs_net *en = exs_net(&init_net);
	int share = en->sysctl.tcp_app_win;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_tcp_fix f = exs_window_open(test);

		en->sysctl.tcp_app_win = t[i].share;
		f.tp->window_clamp = t[i].clamp;
		exs_tcp_window_init(f.sk);
		KUNIT_EXPECT_EQ_MSG(test, f.tp->window_clamp, t[i].want,
				    "row %u", i);
		exs_tcp_fix_close(test, &f);
	}
	en->sysctl.tcp_app_win = share;
}

static void select__shrinks_where_it_may(struct kunit *test)
{
	struct exs_tcp_fix f = exs_window_open(test);
	struct exs_net *en = exs_sock_net(f.sk);

	en->sysctl.tcp_shrink_window = 1;
	KUNIT_EXPECT_EQ(test, exs_tcp_window_select(f.sk), EXS_FIX_WND >> 7);
	f.sk->sk_rcvbuf = EXS_FIX_WND;
	KUNIT_EXPECT_EQ(test, exs_tcp_window_select(f.sk), EXS_FIX_WND >> 8);
	/* Not without a scale. */
	f.tp->rcv_wscale = 0;
	f.sk->sk_rcvbuf = EXS_FIX_WND / 2;
	KUNIT_EXPECT_EQ(test, exs_tcp_window_select(f.sk), EXS_FIX_WND / 2);
	en->sysctl.tcp_shrink_window = 0;
	exs_tcp_fix_close(test, &f);
}

static void select__signed_window(struct kunit *test)
{
	struct exs_tcp_fix f = exs_window_open(test);
	struct exs_net *en = exs_sock_net(f.sk);

	en->sysctl.tcp_workaround_signed_windows = 1;
	KUNIT_EXPECT_EQ(test, exs_tcp_window_select(f.sk), EXS_FIX_WND >> 7);
	f.tp->rcv_wscale = 0;
	KUNIT_EXPECT_LE(test, exs_tcp_window_select(f.sk), 32767);
	en->sysctl.tcp_workaround_signed_windows = 0;
	exs_tcp_fix_close(test, &f);
}

static void limit__of_option_route_and_buffer(struct kunit *test)
{
	static const struct {
		u32 clamp, metric;
		bool locked;
		u32 want;
	} t[] = {
		{ 0, 0, false, 0 },
		{ 5000, 0, false, 5000 },
		{ 5000, 4000, false, 5000 },
		{ 0, 4000, false, 4000 },
		{ 0, 0, true, EXS_FIX_WND },
		{ 5000, 0, true, 5000 },
		{ EXS_FIX_WND + 1, 0, true, EXS_FIX_WND },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_tcp_fix f = exs_window_open(test);

		f.tp->window_clamp = t[i].clamp;
		if (t[i].locked)
			f.sk->sk_userlocks |= SOCK_RCVBUF_LOCK;
		KUNIT_EXPECT_EQ_MSG(test,
				    exs_tcp_window_limit(f.sk, t[i].metric),
				    t[i].want, "row %u", i);
		exs_tcp_fix_close(test, &f);
	}
}

static void rcvbuf__doubles_with_the_readers_pace(struct kunit *test)
{
	struct exs_tcp_fix f = exs_window_open(test);
	int before = f.sk->sk_rcvbuf;

	f.tp->rcv_rtt_us = 8 * USEC_PER_SEC;
	f.tp->rcvq_space = 14600;
	f.tp->rcvq_seq = f.tp->copied_seq;
	f.tp->rcvq_time = (u32)exs_clock_us() - 500;
	f.tp->rcv_nxt += 200000;
	f.tp->copied_seq += 150000;	/* 50,000 wait: 100,000 count */
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
	f.tp->rcv_nxt += 1000000;
	f.tp->copied_seq += 1050000;
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
	KUNIT_CASE(init__share_of_the_application),
	KUNIT_CASE(select__shrinks_where_it_may),
	KUNIT_CASE(select__signed_window),
	KUNIT_CASE(limit__of_option_route_and_buffer),
	KUNIT_CASE(rcvbuf__doubles_with_the_readers_pace),
	KUNIT_CASE(grow__not_for_wasteful_packets),
	{}
};

static struct kunit_suite exs_tcp_window_suite = {
	.name = "expstack_tcp_window",
	.test_cases = exs_tcp_window_cases,
};

kunit_test_suite(exs_tcp_window_suite);
