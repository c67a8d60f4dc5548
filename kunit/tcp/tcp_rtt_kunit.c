// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_rtt.c.
 */
#include "tcp_fix.h"

#define EXS_FIX_RTO_MIN_US	200000U

static struct exs_tcp_sock *exs_tcp_rtt_fix(struct kunit *test)
{
	struct exs_tcp_sock *tp = kunit_kzalloc(test, sizeof(*tp), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, tp);
	sock_net_set(&tp->es.sk, &init_net);
	exs_tcp_fix_numbers(tp);
	exs_tcp_rtt_init(tp);
	return tp;
}

static void init__one_second(struct kunit *test)
{
	struct exs_tcp_sock *tp = exs_tcp_rtt_fix(test);

	KUNIT_EXPECT_EQ(test, tp->rto, (u32)HZ);
	KUNIT_EXPECT_EQ(test, tp->cc.srtt_us, 0U);
	KUNIT_EXPECT_EQ(test, tp->cc.min_rtt_us, ~0U);
}

static void fallback__three_seconds(struct kunit *test)
{
	struct exs_tcp_sock *tp = exs_tcp_rtt_fix(test);

	exs_tcp_rtt_fallback(tp);
	KUNIT_EXPECT_EQ(test, tp->rto, 3U * HZ);
	KUNIT_EXPECT_EQ(test, tp->cc.srtt_us, 0U);
	/* The first sample starts afresh. */
	exs_tcp_rtt_sample(tp, 1000, EXS_FIX_RTO_MIN_US);
	KUNIT_EXPECT_EQ(test, tp->rto, usecs_to_jiffies(201000));
}

static void sample__first(struct kunit *test)
{
	static const struct {
		long rtt;
		u32 rto_us;
	} t[] = {
		/* srtt + max(2 * rtt, minimum) */
		{ 1000, 1000 + 200000 },
		{ 99999, 99999 + 200000 },
		{ 100000, 100000 + 200000 },
		{ 150000, 150000 + 300000 },
		{ 1000000, 1000000 + 2000000 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_tcp_sock *tp = exs_tcp_rtt_fix(test);

		exs_tcp_rtt_sample(tp, t[i].rtt, EXS_FIX_RTO_MIN_US);
		KUNIT_EXPECT_EQ(test, tp->cc.srtt_us, (u32)t[i].rtt << 3);
		KUNIT_EXPECT_EQ_MSG(test, tp->rto,
				    (u32)usecs_to_jiffies(t[i].rto_us),
				    "row %u", i);
		KUNIT_EXPECT_EQ(test, tp->cc.min_rtt_us, (u32)t[i].rtt);
	}
}

static void sample__invalid_is_ignored(struct kunit *test)
{
	struct exs_tcp_sock *tp = exs_tcp_rtt_fix(test);

	tp->backoff = 3;
	exs_tcp_rtt_sample(tp, -1, EXS_FIX_RTO_MIN_US);
	KUNIT_EXPECT_EQ(test, tp->cc.srtt_us, 0U);
	KUNIT_EXPECT_EQ(test, tp->backoff, 3);
}

static void sample__smooths_by_an_eighth(struct kunit *test)
{
	struct exs_tcp_sock *tp = exs_tcp_rtt_fix(test);

	exs_tcp_rtt_sample(tp, 80000, EXS_FIX_RTO_MIN_US);
	exs_tcp_rtt_sample(tp, 160000, EXS_FIX_RTO_MIN_US);
	KUNIT_EXPECT_EQ(test, tp->cc.srtt_us >> 3, 90000U);
	KUNIT_EXPECT_EQ(test, tp->cc.min_rtt_us, 80000U);
}

/* After them the shortest of their second half counts. */
static void min__of_the_last_five_minutes(struct kunit *test)
{
	static const struct {
		u32 at_s, rtt, min;
	} t[] = {
		{ 0, 500, 500 },
		{ 10, 100, 100 },
		{ 100, 150, 100 },
		{ 200, 200, 100 },
		{ 300, 400, 100 },
		{ 320, 900, 200 },
		{ 321, 300, 200 },
		{ 460, 800, 200 },
		{ 480, 700, 300 },
		{ 520, 750, 300 },
		{ 521, 50, 50 },
		{ 1000, 70, 70 },
		{ 1160, 80, 70 },
		{ 1460, 90, 90 },
	};
	struct exs_tcp_sock *tp = exs_tcp_rtt_fix(test);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		tp->mstamp_us = (u64)t[i].at_s * USEC_PER_SEC;
		exs_tcp_rtt_sample(tp, t[i].rtt, EXS_FIX_RTO_MIN_US);
		KUNIT_EXPECT_EQ_MSG(test, tp->cc.min_rtt_us, t[i].min,
				    "row %u", i);
	}
}

static void min__of_the_last_two_seconds(struct kunit *test)
{
	struct exs_tcp_sock *tp = exs_tcp_rtt_fix(test);
	struct exs_net *en = exs_net(&init_net);
	int wlen = en->sysctl.tcp_min_rtt_wlen;
	static const struct {
		u32 at_ms, rtt, min;
	} t[] = {
		{ 0, 100, 100 },
		{ 900, 300, 100 },
		{ 1200, 200, 100 },
		{ 1900, 250, 100 },
		{ 2200, 220, 200 },
	};
	unsigned int i;

	en->sysctl.tcp_min_rtt_wlen = 2;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		tp->mstamp_us = (u64)t[i].at_ms * USEC_PER_MSEC;
		exs_tcp_rtt_sample(tp, t[i].rtt, EXS_FIX_RTO_MIN_US);
		KUNIT_EXPECT_EQ_MSG(test, tp->cc.min_rtt_us, t[i].min,
				    "row %u", i);
	}
	en->sysctl.tcp_min_rtt_wlen = wlen;
}

static void sample__variance_never_below_the_minimum(struct kunit *test)
{
	struct exs_tcp_sock *tp = exs_tcp_rtt_fix(test);
	int i;

	for (i = 0; i < 100; i++) {
		exs_tcp_rtt_sample(tp, 50000, EXS_FIX_RTO_MIN_US);
		tp->snd_nxt += 1000;
		tp->snd_una = tp->snd_nxt;
		tp->snd_nxt += 1000;
	}
	KUNIT_EXPECT_EQ(test, tp->cc.srtt_us >> 3, 50000U);
	KUNIT_EXPECT_GE(test, tp->rttvar_us, EXS_FIX_RTO_MIN_US);
	KUNIT_EXPECT_EQ(test, tp->rto, (u32)usecs_to_jiffies(250000));
}

static void sample__ends_backoff(struct kunit *test)
{
	struct exs_tcp_sock *tp = exs_tcp_rtt_fix(test);

	tp->backoff = 5;
	exs_tcp_rtt_sample(tp, 1000, EXS_FIX_RTO_MIN_US);
	KUNIT_EXPECT_EQ(test, tp->backoff, 0);
}

static void bound__two_minutes(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, exs_tcp_rto_bound(120 * HZ - 1),
			(u32)(120 * HZ - 1));
	KUNIT_EXPECT_EQ(test, exs_tcp_rto_bound(120 * HZ), (u32)(120 * HZ));
	KUNIT_EXPECT_EQ(test, exs_tcp_rto_bound(120 * HZ + 1),
			(u32)(120 * HZ));
}

static struct kunit_case exs_tcp_rtt_cases[] = {
	KUNIT_CASE(init__one_second),
	KUNIT_CASE(fallback__three_seconds),
	KUNIT_CASE(sample__first),
	KUNIT_CASE(sample__invalid_is_ignored),
	KUNIT_CASE(sample__smooths_by_an_eighth),
	KUNIT_CASE(min__of_the_last_five_minutes),
	KUNIT_CASE(min__of_the_last_two_seconds),
	KUNIT_CASE(sample__variance_never_below_the_minimum),
	KUNIT_CASE(sample__ends_backoff),
	KUNIT_CASE(bound__two_minutes),
	{}
};

static struct kunit_suite exs_tcp_rtt_suite = {
	.name = "expstack_tcp_rtt",
	.test_cases = exs_tcp_rtt_cases,
};

kunit_test_suite(exs_tcp_rtt_suite);
