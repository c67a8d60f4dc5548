// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/cc/bbr_phase.h: the least RTT, PROBE_RTT and
 * idle. Sections are those of draft-cardwell-iccrg-bbr-congestion-control-00.
 * Jiffies wrap soon.
 */
#include "bbr_fix.h"

#include "tcp/cc/bbr_phase.h"

/* 4.1.2.3 */
static void rtt__least_of_ten_seconds(struct kunit *test)
{
	static const struct {
		u32 age;	/* jiffies */
		s32 rtt_us;
		bool delayed;
		u32 min_us;
		bool fresh;
	} t[] = {
		{ 1, 9999, false, 9999, true }, { 1, 9999, true, 9999, true },
		{ 1, 10000, false, 10000, false },
		{ 1, 10001, false, 10000, false },
		{ 1, -1, false, 10000, false },
		/* of no time at all it is still one */
		{ 1, 0, false, 1, true },
		/* ten seconds old, and older; a peer that waits is no path */
		{ EXS_BKT_10_S, 20000, false, 10000, false },
		{ EXS_BKT_10_S + 1, 20000, false, 20000, true },
		{ EXS_BKT_10_S + 1, 20000, true, 10000, false },
		{ EXS_BKT_10_S + 1, -1, false, 10000, false },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_cc_ack ack = {
			.rtt_us = t[i].rtt_us, .ack_delayed = t[i].delayed,
		};
		u32 now = EXS_BKT_NOW + t[i].age;
		struct exs_bkt f;

		exs_bkt_open(&f);
		f.b.min_rtt_stamp = EXS_BKT_NOW;
		exs_bbr_sample_rtt(&f.cc, &ack, now);
		KUNIT_EXPECT_EQ_MSG(test, f.b.min_rtt_us, t[i].min_us,
				    "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, f.b.min_rtt_stamp,
				    t[i].fresh ? now : EXS_BKT_NOW, "row %u", i);
	}
}

/* 4.3.5; not after idle: the path was empty. */
static void probe_rtt__after_ten_seconds(struct kunit *test)
{
	static const struct {
		u32 age;
		bool after_idle, probe;
	} t[] = {
		{ EXS_BKT_10_S, false, false },
		{ EXS_BKT_10_S + 1, false, true },
		{ EXS_BKT_10_S + 1, true, false },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_cc_ack ack = { .rtt_us = -1, .in_flight = 20 };
		struct exs_bkt f;

		exs_bkt_open(&f);
		f.b.mode = EXS_BBR_PROBE_BW;
		exs_bbr_set_cycle(&f.b, 0, 0);
		f.b.min_rtt_stamp = EXS_BKT_NOW;
		f.b.after_idle = t[i].after_idle;
		f.b.probe_rtt_end = 55;
		f.cc.cwnd = 30;
		f.cc.delivered = 400;
		exs_bbr_sample_rtt(&f.cc, &ack, EXS_BKT_NOW + t[i].age);
		KUNIT_EXPECT_EQ_MSG(test, f.b.mode == EXS_BBR_PROBE_RTT,
				    t[i].probe, "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, f.b.pacing_gain,
				    t[i].probe ? 256U : 320U, "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, f.b.prior_cwnd, t[i].probe ? 30U : 0U,
				    "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, f.cc.app_limited,
				    t[i].probe ? 420U : 0U, "row %u", i);
		/* Idle lasts until something arrives. */
		KUNIT_EXPECT_EQ_MSG(test, f.b.after_idle, t[i].after_idle,
				    "row %u", i);
		ack.delivered = 1;
		exs_bbr_sample_rtt(&f.cc, &ack, EXS_BKT_NOW);
		KUNIT_EXPECT_FALSE(test, f.b.after_idle);
	}
}

static void exs_bkt_probe_rtt(struct exs_bkt *f)
{
	exs_bkt_open(f);
	f->b.mode = EXS_BBR_PROBE_RTT;
	f->b.min_rtt_stamp = EXS_BKT_NOW - EXS_BKT_10_S - 1;
	f->b.prior_cwnd = 30;
	f->cc.cwnd = 4;
	f->cc.delivered = 400;
}

/* 4.3.5: of four packets or fewer, 200 ms and a round. */
static void probe_rtt__200_ms_and_a_round(struct kunit *test)
{
	u32 begin = EXS_BKT_NOW + 200, end = begin + EXS_BKT_200_MS;
	const struct {
		u32 in_flight, now;
		bool round;
		u32 end;
		bool over;
	} t[] = {
		/* too many are under way; a round of them does not count */
		{ 20, EXS_BKT_NOW, true, 0, false },
		{ 5, begin - 1, true, 0, false },
		{ 4, begin, true, end, false },
		/* no round yet, however long */
		{ 4, begin + HZ, false, end, false },
		/* it was there before the time is over */
		{ 4, begin + 1, true, end, false },
		{ 4, end, false, end, false },
		{ 4, end + 1, false, end, true },
	};
	struct exs_bkt f;
	unsigned int i;

	exs_bkt_probe_rtt(&f);
	f.b.full = true;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_cc_ack ack = {
			.rtt_us = -1, .in_flight = t[i].in_flight, .now_us = 9,
		};

		f.b.round_start = t[i].round;
		exs_bbr_sample_rtt(&f.cc, &ack, t[i].now);
		KUNIT_EXPECT_EQ_MSG(test, f.b.probe_rtt_end, t[i].end,
				    "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, f.b.mode == EXS_BBR_PROBE_BW,
				    t[i].over, "row %u", i);
	}
	KUNIT_EXPECT_EQ(test, f.b.round_end, 400U);
	KUNIT_EXPECT_EQ(test, f.b.min_rtt_stamp, end + 1);
	KUNIT_EXPECT_EQ(test, f.b.cycle_us, 9ULL);
	KUNIT_EXPECT_EQ(test, f.cc.cwnd, 30U);
}

/* Its end is not taken for none, when jiffies are 0 then. */
static void probe_rtt__ends_when_jiffies_wrap(struct kunit *test)
{
	struct exs_cc_ack ack = { .rtt_us = -1, .in_flight = 4 };
	struct exs_bkt f;

	exs_bkt_probe_rtt(&f);
	exs_bbr_sample_rtt(&f.cc, &ack, 0U - EXS_BKT_200_MS);
	KUNIT_EXPECT_EQ(test, f.b.probe_rtt_end, 1U);
	f.b.round_start = true;
	exs_bbr_sample_rtt(&f.cc, &ack, 1);
	KUNIT_EXPECT_EQ(test, f.b.mode, EXS_BBR_PROBE_RTT);
	exs_bbr_sample_rtt(&f.cc, &ack, 2);
	KUNIT_EXPECT_EQ(test, f.b.mode, EXS_BBR_STARTUP);
}

static void probe_rtt__back_to_startup(struct kunit *test)
{
	struct exs_bkt f;

	exs_bkt_probe_rtt(&f);
	f.cc.cwnd = 40;
	f.b.probe_rtt_end = EXS_BKT_NOW;
	exs_bbr_after_probe_rtt(&f.cc, 0, EXS_BKT_NOW);
	KUNIT_EXPECT_EQ(test, f.b.mode, EXS_BBR_PROBE_RTT);
	exs_bbr_after_probe_rtt(&f.cc, 0, EXS_BKT_NOW + 1);
	KUNIT_EXPECT_EQ(test, f.b.mode, EXS_BBR_STARTUP);
	KUNIT_EXPECT_EQ(test, f.b.pacing_gain, 739U);
	KUNIT_EXPECT_EQ(test, f.b.cwnd_gain, 739U);
	/* A window is never lowered by what is restored. */
	KUNIT_EXPECT_EQ(test, f.cc.cwnd, 40U);
}

/* 4.3.5, BBRSaveCwnd(): what recovery lowered is not what comes back. */
static void probe_rtt__begins_in_recovery(struct kunit *test)
{
	static const struct {
		u8 before, state;
		u32 cwnd, prior;
	} t[] = {
		{ EXS_CA_OPEN, EXS_CA_OPEN, 10, 10 },
		{ EXS_CA_RECOVERY, EXS_CA_RECOVERY, 10, 20 },
		{ EXS_CA_LOSS, EXS_CA_LOSS, 30, 30 },
		/* recovery ends with this ACK; the window is not back yet */
		{ EXS_CA_RECOVERY, EXS_CA_OPEN, 10, 20 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_cc_ack ack = { .rtt_us = -1 };
		struct exs_bkt f;

		exs_bkt_probe_rtt(&f);
		f.b.mode = EXS_BBR_PROBE_BW;
		f.b.prior_cwnd = 20;
		f.b.prior_state = t[i].before;
		f.cc.ca_state = t[i].state;
		f.cc.cwnd = t[i].cwnd;
		exs_bbr_sample_rtt(&f.cc, &ack, EXS_BKT_NOW);
		KUNIT_EXPECT_EQ(test, f.b.mode, EXS_BBR_PROBE_RTT);
		KUNIT_EXPECT_EQ_MSG(test, f.b.prior_cwnd, t[i].prior, "row %u", i);
	}
}

/* 4.3.4.4: at bw, 16777 * 1000 less a percent, whatever the gain is. */
static void restart__paces_at_bw(struct kunit *test)
{
	struct exs_bkt f;

	exs_bkt_open(&f);
	f.b.mode = EXS_BBR_PROBE_BW;
	f.b.pacing_gain = 320;
	f.b.full = true;
	f.b.epoch_acked = 3;
	f.b.rate = 5000000;
	exs_bbr_restart(&f.cc, ~0ULL, 1234, EXS_BKT_NOW);
	KUNIT_EXPECT_EQ(test, f.b.rate, 989987ULL);
	KUNIT_EXPECT_TRUE(test, f.b.after_idle);
	KUNIT_EXPECT_EQ(test, f.b.epoch_us, 1234ULL);
	KUNIT_EXPECT_EQ(test, f.b.epoch_acked, 0U);
	/* In STARTUP nothing else changes. */
	f.b.mode = EXS_BBR_STARTUP;
	f.b.rate = 5000000;
	exs_bbr_restart(&f.cc, ~0ULL, 1234, EXS_BKT_NOW);
	KUNIT_EXPECT_EQ(test, f.b.rate, 5000000ULL);
}

/* Its time passed in silence. */
static void restart__ends_probe_rtt(struct kunit *test)
{
	struct exs_bkt f;

	exs_bkt_probe_rtt(&f);
	f.b.full = true;
	exs_bbr_restart(&f.cc, ~0ULL, 1234, EXS_BKT_NOW);
	KUNIT_EXPECT_EQ(test, f.b.mode, EXS_BBR_PROBE_RTT);
	f.b.probe_rtt_end = 100;
	exs_bbr_restart(&f.cc, ~0ULL, 1234, EXS_BKT_NOW);
	KUNIT_EXPECT_EQ(test, f.b.mode, EXS_BBR_PROBE_RTT);
	exs_bbr_restart(&f.cc, ~0ULL, 1234, 101);
	KUNIT_EXPECT_EQ(test, f.b.mode, EXS_BBR_PROBE_BW);
	KUNIT_EXPECT_EQ(test, f.cc.cwnd, 30U);
	KUNIT_EXPECT_EQ(test, f.b.min_rtt_stamp, 101U);
}

static struct kunit_case exs_cc_bbr_probe_rtt_cases[] = {
	KUNIT_CASE(rtt__least_of_ten_seconds),
	KUNIT_CASE(probe_rtt__after_ten_seconds),
	KUNIT_CASE(probe_rtt__200_ms_and_a_round),
	KUNIT_CASE(probe_rtt__ends_when_jiffies_wrap),
	KUNIT_CASE(probe_rtt__back_to_startup),
	KUNIT_CASE(probe_rtt__begins_in_recovery),
	KUNIT_CASE(restart__paces_at_bw),
	KUNIT_CASE(restart__ends_probe_rtt),
	{}
};

static struct kunit_suite exs_cc_bbr_probe_rtt_suite = {
	.name = "expstack_cc_bbr_probe_rtt",
	.test_cases = exs_cc_bbr_probe_rtt_cases,
};

kunit_test_suite(exs_cc_bbr_probe_rtt_suite);
