// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/cc/bbr_phase.h: the window, and what recovery
 * makes of it. Sections are those of
 * draft-cardwell-iccrg-bbr-congestion-control-00.
 */
#include "bbr_fix.h"

#include "tcp/cc/bbr_phase.h"

/* 4.2.3.6: the target is 20 by the gain of 2, and three bursts: 24. */
static void cwnd__towards_the_target(struct kunit *test)
{
	static const struct {
		bool full;
		u32 delivered, cwnd, acked, extra, expect;
	} t[] = {
		{ true, 100, 10, 2, 0, 12 }, { true, 100, 10, 100, 0, 24 },
		{ true, 100, 24, 1, 0, 24 }, { true, 100, 1000, 1, 0, 24 },
		{ true, 100, 1000, 1, 7, 31 },
		/* not known to be full: it grows to the target, or beyond */
		{ false, 100, 10, 2, 7, 12 }, { false, 100, 23, 20, 0, 43 },
		{ false, 100, 24, 20, 0, 24 }, { false, 100, 1000, 1, 0, 1000 },
		/* an initial window first, RFC 6928 */
		{ false, 9, 1000, 1, 0, 1001 }, { false, 10, 1000, 1, 0, 1000 },
		/* four at least */
		{ true, 100, 1, 1, 0, 4 }, { false, 100, 2, 1, 0, 4 },
		/* nothing arrived */
		{ true, 100, 1000, 0, 0, 1000 }, { true, 100, 1, 0, 0, 1 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_cc_ack ack = { .acked = t[i].acked };
		struct exs_bkt f;

		exs_bkt_open(&f);
		f.b.full = t[i].full;
		f.b.cwnd_gain = 512;
		f.b.extra[1] = t[i].extra;
		f.cc.delivered = t[i].delivered;
		f.cc.cwnd = t[i].cwnd;
		exs_bbr_set_cwnd(&f.cc, &ack, EXS_BKT_SHIFT);
		KUNIT_EXPECT_EQ_MSG(test, f.cc.cwnd, t[i].expect, "row %u", i);
		/* 4.2.3.5 */
		f.b.mode = EXS_BBR_PROBE_RTT;
		exs_bbr_set_cwnd(&f.cc, &ack, EXS_BKT_SHIFT);
		KUNIT_EXPECT_EQ_MSG(test, f.cc.cwnd, min(t[i].expect, 4U),
				    "row %u", i);
	}
}

static void cwnd__clamp_holds(struct kunit *test)
{
	struct exs_cc_ack ack = { .acked = 50 };
	struct exs_bkt f;

	exs_bkt_open(&f);
	f.cc.cwnd_clamp = 13;
	exs_bbr_set_cwnd(&f.cc, &ack, EXS_BKT_SHIFT);
	KUNIT_EXPECT_EQ(test, f.cc.cwnd, 13U);
	f.cc.cwnd_clamp = 3;
	exs_bbr_set_cwnd(&f.cc, &ack, EXS_BKT_SHIFT);
	KUNIT_EXPECT_EQ(test, f.cc.cwnd, 3U);
}

/* 4.2.3.4: one out for one in, for a round; then two; then what was before. */
static void recovery__conserves_packets(struct kunit *test)
{
	static const struct {
		u8 state;
		u32 prior_delivered, in_flight, acked, losses, cwnd;
		bool conserve;
	} t[] = {
		{ EXS_CA_DISORDER, 90, 19, 1, 0, 20, false },
		/* it begins with what is in flight; 100 were delivered */
		{ EXS_CA_RECOVERY, 91, 15, 1, 3, 16, true },
		{ EXS_CA_RECOVERY, 95, 14, 2, 0, 16, true },
		{ EXS_CA_RECOVERY, 99, 12, 1, 2, 14, true },
		{ EXS_CA_RECOVERY, 99, 17, 1, 1, 18, true },
		/* a round later, towards the target of 24 */
		{ EXS_CA_RECOVERY, 100, 10, 2, 0, 20, false },
		{ EXS_CA_RECOVERY, 101, 10, 1, 5, 16, false },
		/* over */
		{ EXS_CA_OPEN, 102, 10, 1, 0, 21, false },
	};
	struct exs_bkt f;
	unsigned int i;

	exs_bkt_open(&f);
	f.b.full = true;
	f.b.cwnd_gain = 512;
	f.cc.cwnd = 19;
	f.cc.delivered = 100;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_cc_ack ack = {
			.prior_delivered = t[i].prior_delivered,
			.in_flight = t[i].in_flight, .acked = t[i].acked,
			.losses = t[i].losses, .delivered = 1, .interval_us = 1,
		};

		if (t[i].state == EXS_CA_RECOVERY &&
		    f.cc.ca_state != EXS_CA_RECOVERY)
			exs_bbr_save_cwnd(&f.cc);
		f.cc.ca_state = t[i].state;
		/* No new round, but for the one that recovery begins. */
		if (!f.b.conserve)
			f.b.round_end = 1000;
		exs_bbr_round(&f.cc, &ack);
		exs_bbr_set_cwnd(&f.cc, &ack, EXS_BKT_SHIFT);
		KUNIT_EXPECT_EQ_MSG(test, f.cc.cwnd, t[i].cwnd, "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, f.b.conserve, t[i].conserve,
				    "row %u", i);
	}
	KUNIT_EXPECT_EQ(test, f.b.prior_cwnd, 20U);
}

/* All that was sent is lost: from one packet, at least, back to what was before. */
static void recovery__after_a_timeout(struct kunit *test)
{
	struct exs_cc_ack ack = { .acked = 1, .losses = 9 };
	struct exs_bkt f;
	u32 cwnd = 3;

	exs_bkt_open(&f);
	f.b.prior_cwnd = 20;
	f.b.prior_state = EXS_CA_LOSS;
	f.cc.ca_state = EXS_CA_LOSS;
	KUNIT_EXPECT_FALSE(test, exs_bbr_recovering(&f.cc, &ack, &cwnd));
	KUNIT_EXPECT_EQ(test, cwnd, 1U);
	ack.losses = 0;
	f.cc.ca_state = EXS_CA_DISORDER;
	KUNIT_EXPECT_FALSE(test, exs_bbr_recovering(&f.cc, &ack, &cwnd));
	KUNIT_EXPECT_EQ(test, cwnd, 20U);
	/* More than any window has been lost. */
	ack.losses = ~0U;
	exs_bbr_recovering(&f.cc, &ack, &cwnd);
	KUNIT_EXPECT_EQ(test, cwnd, 1U);
}

/* 4.2.3.4, BBRSaveCwnd() */
static void recovery__remembers_the_window(struct kunit *test)
{
	static const struct {
		u8 prior_state, mode;
		u32 cwnd, prior;
	} t[] = {
		{ EXS_CA_OPEN, EXS_BBR_PROBE_BW, 10, 10 },
		{ EXS_CA_CWR, EXS_BBR_STARTUP, 10, 10 },
		/* lowered already */
		{ EXS_CA_RECOVERY, EXS_BBR_PROBE_BW, 10, 20 },
		{ EXS_CA_LOSS, EXS_BBR_DRAIN, 10, 20 },
		{ EXS_CA_OPEN, EXS_BBR_PROBE_RTT, 4, 20 },
		{ EXS_CA_LOSS, EXS_BBR_PROBE_RTT, 30, 30 },
		{ EXS_CA_RECOVERY, EXS_BBR_PROBE_BW, 30, 30 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_bkt f;

		exs_bkt_open(&f);
		f.b.prior_cwnd = 20;
		f.b.prior_state = t[i].prior_state;
		f.b.mode = t[i].mode;
		f.cc.cwnd = t[i].cwnd;
		exs_bbr_save_cwnd(&f.cc);
		KUNIT_EXPECT_EQ_MSG(test, f.b.prior_cwnd, t[i].prior, "row %u", i);
	}
}

/* The second timeout finds a window of one, and does not remember that. */
static void recovery__timeout_after_timeout(struct kunit *test)
{
	struct exs_bkt f;

	exs_bkt_open(&f);
	f.b.full_bw = EXS_BKT_BW;
	f.cc.cwnd = 20;
	exs_bbr_save_cwnd(&f.cc);
	exs_bbr_timeout(&f.b);
	KUNIT_EXPECT_EQ(test, f.b.full_bw, 0U);
	KUNIT_EXPECT_TRUE(test, f.b.round_start);
	f.cc.cwnd = 1;
	exs_bbr_save_cwnd(&f.cc);
	KUNIT_EXPECT_EQ(test, f.b.prior_cwnd, 20U);
}

static struct kunit_case exs_cc_bbr_cwnd_cases[] = {
	KUNIT_CASE(cwnd__towards_the_target),
	KUNIT_CASE(cwnd__clamp_holds),
	KUNIT_CASE(recovery__conserves_packets),
	KUNIT_CASE(recovery__after_a_timeout),
	KUNIT_CASE(recovery__remembers_the_window),
	KUNIT_CASE(recovery__timeout_after_timeout),
	{}
};

static struct kunit_suite exs_cc_bbr_cwnd_suite = {
	.name = "expstack_cc_bbr_cwnd",
	.test_cases = exs_cc_bbr_cwnd_cases,
};

kunit_test_suite(exs_cc_bbr_cwnd_suite);
