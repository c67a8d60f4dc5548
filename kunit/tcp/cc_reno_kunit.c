// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/cc/reno.c and of the building blocks.
 */
#include <kunit/test.h>

#include "tcp/tcp_priv.h"

static struct exs_cc exs_reno(u32 cwnd, u32 ssthresh)
{
	return (struct exs_cc) {
		.cwnd = cwnd, .ssthresh = ssthresh, .cwnd_clamp = ~0U,
	};
}

static void slow_start__one_for_each_acked(struct kunit *test)
{
	static const struct {
		u32 cwnd, ssthresh, acked, expect, left;
	} t[] = {
		{ 10, 100, 1, 11, 0 }, { 10, 100, 10, 20, 0 },
		{ 10, 15, 5, 15, 0 }, { 10, 15, 6, 15, 1 },
		{ 10, 15, 100, 15, 95 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_cc cc = exs_reno(t[i].cwnd, t[i].ssthresh);

		KUNIT_EXPECT_EQ(test, exs_cc_slow_start(&cc, t[i].acked),
				t[i].left);
		KUNIT_EXPECT_EQ_MSG(test, cc.cwnd, t[i].expect, "row %u", i);
	}
}

static void avoidance__one_for_each_window(struct kunit *test)
{
	struct exs_cc_ack ack = { .acked = 1, .cwnd_limited = true };
	struct exs_cc cc = exs_reno(10, 5);
	int i;

	for (i = 0; i < 9; i++)
		exs_cc_reno_cong_avoid(&cc, &ack);
	KUNIT_EXPECT_EQ(test, cc.cwnd, 10U);
	exs_cc_reno_cong_avoid(&cc, &ack);
	KUNIT_EXPECT_EQ(test, cc.cwnd, 11U);
	KUNIT_EXPECT_EQ(test, cc.cwnd_cnt, 0U);
	/* A stretch ACK counts all it acknowledges. */
	ack.acked = 25;
	exs_cc_reno_cong_avoid(&cc, &ack);
	KUNIT_EXPECT_EQ(test, cc.cwnd, 13U);
	KUNIT_EXPECT_EQ(test, cc.cwnd_cnt, 3U);
}

static void cong_avoid__only_when_cwnd_is_the_limit(struct kunit *test)
{
	struct exs_cc_ack ack = { .acked = 5 };
	struct exs_cc cc = exs_reno(10, 100);

	exs_cc_reno_cong_avoid(&cc, &ack);
	KUNIT_EXPECT_EQ(test, cc.cwnd, 10U);
}

static void cong_avoid__crosses_ssthresh(struct kunit *test)
{
	struct exs_cc_ack ack = { .acked = 7, .cwnd_limited = true };
	struct exs_cc cc = exs_reno(10, 12);

	exs_cc_reno_cong_avoid(&cc, &ack);
	KUNIT_EXPECT_EQ(test, cc.cwnd, 12U);
	KUNIT_EXPECT_EQ(test, cc.cwnd_cnt, 5U);
}

static void clamp__holds(struct kunit *test)
{
	struct exs_cc_ack ack = { .acked = 50, .cwnd_limited = true };
	struct exs_cc cc = exs_reno(10, 100);

	cc.cwnd_clamp = 20;
	exs_cc_reno_cong_avoid(&cc, &ack);
	KUNIT_EXPECT_EQ(test, cc.cwnd, 20U);
}

static void ssthresh__half_but_two(struct kunit *test)
{
	static const struct {
		u32 cwnd, expect;
	} t[] = { { 1, 2 }, { 4, 2 }, { 5, 2 }, { 6, 3 }, { 100, 50 } };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_cc cc = exs_reno(t[i].cwnd, 100);

		KUNIT_EXPECT_EQ(test, exs_cc_reno_ssthresh(&cc), t[i].expect);
	}
}

static struct kunit_case exs_cc_reno_cases[] = {
	KUNIT_CASE(slow_start__one_for_each_acked),
	KUNIT_CASE(avoidance__one_for_each_window),
	KUNIT_CASE(cong_avoid__only_when_cwnd_is_the_limit),
	KUNIT_CASE(cong_avoid__crosses_ssthresh),
	KUNIT_CASE(clamp__holds),
	KUNIT_CASE(ssthresh__half_but_two),
	{}
};

static struct kunit_suite exs_cc_reno_suite = {
	.name = "expstack_cc_reno",
	.test_cases = exs_cc_reno_cases,
};

kunit_test_suite(exs_cc_reno_suite);
