// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_pacing.c.
 */
#include "tcp_fix.h"

static struct exs_tcp_fix exs_pacing_open(struct kunit *test)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);

	f.tp->cc.mss = 1000;
	f.tp->cc.cwnd = 100;
	f.tp->cc.ssthresh = 100;
	f.tp->cc.srtt_us = 8 * 100000;
	f.tp->cc.min_rtt_us = 100000;
	f.tp->gso_segs = 65;
	f.sk->sk_gso_max_size = 65000;
	return f;
}

static void update__without_rtt_nothing_is_limited(struct kunit *test)
{
	struct exs_tcp_fix f = exs_pacing_open(test);

	f.tp->cc.srtt_us = 0;
	exs_tcp_pacing_update(f.sk);
	KUNIT_EXPECT_EQ(test, f.sk->sk_pacing_rate, ~0UL);
	KUNIT_EXPECT_EQ(test, exs_tcp_burst(f.tp), 65U);
	exs_tcp_fix_close(test, &f);
}

static void update__rate_is_window_by_rtt(struct kunit *test)
{
	struct exs_tcp_fix f = exs_pacing_open(test);

	/* 100 kB in 100 ms, and a fifth more. */
	exs_tcp_pacing_update(f.sk);
	KUNIT_EXPECT_EQ(test, f.sk->sk_pacing_rate, 1200000UL);
	/* Slow start doubles the window in a round trip. */
	f.tp->cc.ssthresh = 203;
	exs_tcp_pacing_update(f.sk);
	KUNIT_EXPECT_EQ(test, f.sk->sk_pacing_rate, 2000000UL);
	/* Until the last doubling before ssthresh. */
	f.tp->cc.ssthresh = 201;
	exs_tcp_pacing_update(f.sk);
	KUNIT_EXPECT_EQ(test, f.sk->sk_pacing_rate, 1200000UL);
	/* What is out counts where the window was cut below it. */
	f.tp->packets_out = 200;
	exs_tcp_pacing_update(f.sk);
	KUNIT_EXPECT_EQ(test, f.sk->sk_pacing_rate, 2400000UL);
	f.tp->packets_out = 0;
	exs_tcp_fix_close(test, &f);
}

static void update__less_than_a_segment_per_second(struct kunit *test)
{
	struct exs_tcp_fix f = exs_pacing_open(test);

	f.tp->cc.cwnd = 1;
	f.tp->cc.ssthresh = 1;
	f.tp->cc.srtt_us = 8 * 10 * USEC_PER_SEC;
	exs_tcp_pacing_update(f.sk);
	KUNIT_EXPECT_EQ(test, f.sk->sk_pacing_rate, 119UL);
	exs_tcp_fix_close(test, &f);
}

static void update__largest_window_and_segment(struct kunit *test)
{
	struct exs_tcp_fix f = exs_pacing_open(test);

	f.tp->cc.mss = 65495;
	f.tp->cc.cwnd = 1 << 24;
	f.tp->cc.ssthresh = EXS_CC_SSTHRESH_INF;
	f.tp->cc.srtt_us = 8 * USEC_PER_SEC;
	exs_tcp_pacing_update(f.sk);
	KUNIT_EXPECT_EQ(test, f.sk->sk_pacing_rate, (2UL << 24) * 65495);
	KUNIT_EXPECT_EQ(test, f.tp->burst_segs, (2 << 24) >> 10);
	exs_tcp_fix_close(test, &f);
}

static void burst__a_millisecond_but_two_segments(struct kunit *test)
{
	static const struct {
		u32 cwnd;
		u16 segs;
	} t[] = {
		/* 1.2 * cwnd segments in 100 ms */
		{ 1, 2 }, { 170, 2 }, { 255, 2 }, { 257, 3 }, { 854, 10 },
		{ 10000, 117 },
	};
	struct exs_tcp_fix f = exs_pacing_open(test);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		f.tp->cc.cwnd = t[i].cwnd;
		exs_tcp_pacing_update(f.sk);
		KUNIT_EXPECT_EQ_MSG(test, f.tp->burst_segs, t[i].segs,
				    "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, exs_tcp_burst(f.tp),
				    min_t(u32, t[i].segs, 65), "row %u", i);
	}
	exs_tcp_fix_close(test, &f);
}

static void burst__larger_when_the_peer_is_near(struct kunit *test)
{
	static const struct {
		u32 min_rtt_us;
		u16 segs;
	} t[] = {
		/* 65 segments, halved for each 512 us; and two by the rate */
		{ 1, U16_MAX }, { 511, U16_MAX }, { 512, 34 }, { 1024, 18 },
		{ 2560, 4 }, { 3584, 2 }, { 32 * 512, 2 }, { ~0U, 2 },
	};
	struct exs_tcp_fix f = exs_pacing_open(test);
	unsigned int i;

	f.tp->cc.cwnd = 171;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		f.tp->cc.min_rtt_us = t[i].min_rtt_us;
		exs_tcp_pacing_update(f.sk);
		KUNIT_EXPECT_EQ_MSG(test, f.tp->burst_segs, t[i].segs,
				    "row %u", i);
	}
	exs_tcp_fix_close(test, &f);
}

static void update__so_max_pacing_rate(struct kunit *test)
{
	struct exs_tcp_fix f = exs_pacing_open(test);

	f.tp->cc.cwnd = 10000;
	f.sk->sk_max_pacing_rate = 10000000;
	exs_tcp_pacing_update(f.sk);
	KUNIT_EXPECT_EQ(test, f.sk->sk_pacing_rate, 10000000UL);
	KUNIT_EXPECT_EQ(test, f.tp->burst_segs, 9);
	exs_tcp_fix_close(test, &f);
}

/* The rate as it is: a higher limit waits for an ACK. */
static void capped__bursts_follow_at_once(struct kunit *test)
{
	struct exs_tcp_fix f = exs_pacing_open(test);

	f.tp->cc.cwnd = 10000;
	exs_tcp_pacing_update(f.sk);
	KUNIT_EXPECT_EQ(test, f.tp->burst_segs, 117);
	f.sk->sk_max_pacing_rate = 10000000;
	f.sk->sk_pacing_rate = 10000000;
	exs_tcp_pacing_capped(f.sk);
	KUNIT_EXPECT_EQ(test, f.tp->burst_segs, 9);
	f.sk->sk_max_pacing_rate = 20000000;
	exs_tcp_pacing_capped(f.sk);
	KUNIT_EXPECT_EQ(test, f.sk->sk_pacing_rate, 10000000UL);
	KUNIT_EXPECT_EQ(test, f.tp->burst_segs, 9);
	/* Before there is an RTT, too; and without any limit. */
	f.tp->cc.srtt_us = 0;
	f.sk->sk_pacing_rate = 1000;
	exs_tcp_pacing_capped(f.sk);
	KUNIT_EXPECT_EQ(test, f.tp->burst_segs, 2);
	f.sk->sk_pacing_rate = ~0UL;
	exs_tcp_pacing_capped(f.sk);
	KUNIT_EXPECT_EQ(test, f.tp->burst_segs, U16_MAX);
	exs_tcp_fix_close(test, &f);
}

static u64 exs_pacing_rate_of_cc(struct exs_cc *cc)
{
	return 3000000;
}

static u32 exs_pacing_least_of_cc(struct exs_cc *cc)
{
	return 7;
}

static void update__algorithm_that_paces(struct kunit *test)
{
	static const struct exs_cc_ops ops = {
		.pacing_rate = exs_pacing_rate_of_cc,
		.min_tso_segs = exs_pacing_least_of_cc,
	};
	struct exs_tcp_fix f = exs_pacing_open(test);
	const struct exs_cc_ops *own = f.tp->cc.ops;

	f.tp->cc.ops = &ops;
	f.tp->cc.started = 1;
	exs_tcp_pacing_update(f.sk);
	KUNIT_EXPECT_EQ(test, f.sk->sk_pacing_rate, 3000000UL);
	KUNIT_EXPECT_EQ(test, f.tp->burst_segs, 7);
	f.tp->cc.started = 0;
	f.tp->cc.ops = own;
	exs_tcp_fix_close(test, &f);
}

/* SO_MAX_PACING_RATE of a socket without a connection. */
static void capped__algorithm_has_not_begun(struct kunit *test)
{
	static const struct exs_cc_ops ops = {
		.pacing_rate = exs_pacing_rate_of_cc,
		.min_tso_segs = exs_pacing_least_of_cc,
	};
	struct exs_tcp_fix f = exs_pacing_open(test);
	const struct exs_cc_ops *own = f.tp->cc.ops;

	f.tp->cc.ops = &ops;
	f.tp->cc.started = 0;
	f.sk->sk_pacing_rate = 1000;
	exs_tcp_pacing_capped(f.sk);
	KUNIT_EXPECT_EQ(test, f.tp->burst_segs, 2);
	exs_tcp_pacing_update(f.sk);
	KUNIT_EXPECT_EQ(test, f.sk->sk_pacing_rate, 1200000UL);
	KUNIT_EXPECT_EQ(test, f.tp->burst_segs, 2);
	f.tp->cc.started = 1;
	f.sk->sk_pacing_rate = 1000;
	exs_tcp_pacing_capped(f.sk);
	KUNIT_EXPECT_EQ(test, f.tp->burst_segs, 7);
	f.tp->cc.started = 0;
	f.tp->cc.ops = own;
	exs_tcp_fix_close(test, &f);
}

static struct kunit_case exs_tcp_pacing_cases[] = {
	KUNIT_CASE(update__without_rtt_nothing_is_limited),
	KUNIT_CASE(update__rate_is_window_by_rtt),
	KUNIT_CASE(update__less_than_a_segment_per_second),
	KUNIT_CASE(update__largest_window_and_segment),
	KUNIT_CASE(burst__a_millisecond_but_two_segments),
	KUNIT_CASE(burst__larger_when_the_peer_is_near),
	KUNIT_CASE(update__so_max_pacing_rate),
	KUNIT_CASE(capped__bursts_follow_at_once),
	KUNIT_CASE(update__algorithm_that_paces),
	KUNIT_CASE(capped__algorithm_has_not_begun),
	{}
};

static struct kunit_suite exs_tcp_pacing_suite = {
	.name = "expstack_tcp_pacing",
	.test_cases = exs_tcp_pacing_cases,
};
kunit_test_suite(exs_tcp_pacing_suite);
