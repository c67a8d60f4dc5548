// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_cwnd.c.
 */
#include "tcp_fix.h"

static void cwnd_decay__halves_per_rto(struct kunit *test)
{
	static const struct {
		u32 cwnd, restart;
		s32 idle;
		u32 rto, expect;
	} t[] = {
		{ 80, 10, 50, 50, 80 },		/* not longer than one */
		{ 80, 10, 51, 50, 40 },
		{ 80, 10, 100, 50, 40 },
		{ 80, 10, 101, 50, 20 },
		{ 80, 10, 10000, 50, 10 },
		{ 15, 10, 101, 50, 10 },
		{ 4, 10, 10000, 50, 4 },	/* never grows */
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++)
		KUNIT_EXPECT_EQ_MSG(test,
				    exs_tcp_cwnd_decay(t[i].cwnd, t[i].restart,
						       t[i].idle, t[i].rto),
				    t[i].expect, "row %u", i);
}

static void ssthresh__remembers_three_quarters(struct kunit *test)
{
	struct exs_cc cc = { .cwnd = 40, .ssthresh = 10 };

	KUNIT_EXPECT_EQ(test, exs_tcp_cwnd_ssthresh(&cc), 30U);
	cc.ssthresh = 31;
	KUNIT_EXPECT_EQ(test, exs_tcp_cwnd_ssthresh(&cc), 31U);
	cc.ssthresh = 10;
	cc.ca_state = EXS_CA_RECOVERY;
	KUNIT_EXPECT_EQ(test, exs_tcp_cwnd_ssthresh(&cc), 10U);
}

static void idle__slow_start_again(struct kunit *test)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);

	f.tp->cc.cwnd = 80;
	f.tp->cc.ssthresh = 2;
	f.tp->rto = HZ;
	f.tp->lsndtime = (u32)jiffies - HZ / 2;
	exs_tcp_cwnd_idle(f.sk);
	KUNIT_EXPECT_EQ(test, f.tp->cc.cwnd, 80U);
	f.tp->lsndtime = (u32)jiffies - 100 * HZ;
	f.tp->packets_out = 1;
	exs_tcp_cwnd_idle(f.sk);
	KUNIT_EXPECT_EQ(test, f.tp->cc.cwnd, 80U);
	f.tp->packets_out = 0;
	exs_tcp_cwnd_idle(f.sk);
	KUNIT_EXPECT_EQ(test, f.tp->cc.cwnd, 10U);
	KUNIT_EXPECT_EQ(test, f.tp->cc.ssthresh, 60U);
	exs_tcp_fix_close(test, &f);
}

static void validate__strongest_sign_of_a_window(struct kunit *test)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);

	f.tp->cc.ssthresh = 2;
	f.tp->snd_nxt = EXS_FIX_ISS + 1000;
	f.tp->packets_out = 10;
	exs_tcp_cwnd_validate(f.sk, true);
	KUNIT_EXPECT_TRUE(test, exs_tcp_cwnd_is_limited(f.tp));
	/* Within the same window the sign stays. */
	exs_tcp_cwnd_validate(f.sk, false);
	KUNIT_EXPECT_TRUE(test, exs_tcp_cwnd_is_limited(f.tp));
	f.tp->snd_una = f.tp->snd_nxt;
	f.tp->packets_out = 1;
	exs_tcp_cwnd_validate(f.sk, false);
	KUNIT_EXPECT_FALSE(test, exs_tcp_cwnd_is_limited(f.tp));
	/* Slow start: more than half used is limited enough. */
	f.tp->cc.ssthresh = 100;
	f.tp->max_packets_out = 5;
	KUNIT_EXPECT_FALSE(test, exs_tcp_cwnd_is_limited(f.tp));
	f.tp->max_packets_out = 6;
	KUNIT_EXPECT_TRUE(test, exs_tcp_cwnd_is_limited(f.tp));
	f.tp->packets_out = 0;
	exs_tcp_fix_close(test, &f);
}

static struct kunit_case exs_tcp_cwnd_cases[] = {
	KUNIT_CASE(cwnd_decay__halves_per_rto),
	KUNIT_CASE(ssthresh__remembers_three_quarters),
	KUNIT_CASE(idle__slow_start_again),
	KUNIT_CASE(validate__strongest_sign_of_a_window),
	{}
};

static struct kunit_suite exs_tcp_cwnd_suite = {
	.name = "expstack_tcp_cwnd",
	.test_cases = exs_tcp_cwnd_cases,
};

kunit_test_suite(exs_tcp_cwnd_suite);
