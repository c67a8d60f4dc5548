// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/cc/bbr_phase.h: from STARTUP to PROBE_BW and
 * through its cycle. Sections are those of
 * draft-cardwell-iccrg-bbr-congestion-control-00.
 */
#include "bbr_fix.h"

#include "tcp/cc/bbr_phase.h"

#define EXS_BKT_FULL	14U	/* ten fill the pipe, three bursts, even */

static void exs_bkt_round_bw(struct exs_bkt *f, u32 bw)
{
	struct exs_cc_ack ack = {};

	exs_bkt_bw(f, bw);
	f->b.round_start = true;
	exs_bbr_check_full(&f->b, &ack);
}

/* 4.3.2.2: three rounds without 25 percent. */
static void startup__full_after_three_rounds(struct kunit *test)
{
	static const struct {
		u32 bw;
		u8 rounds;
		bool full;
	} t[] = {
		{ 1000, 0, false }, { 1250, 0, false },
		{ 1600, 0, false }, { 1999, 1, false },
		/* growth is from where it last was: 1600 */
		{ 2000, 0, false },
		{ 2499, 1, false }, { 2499, 2, false }, { 2499, 3, true },
		/* for good */
		{ 100000, 3, true },
	};
	struct exs_bkt f;
	unsigned int i;

	exs_bkt_open(&f);
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		exs_bkt_round_bw(&f, t[i].bw);
		KUNIT_EXPECT_EQ_MSG(test, f.b.full_rounds, t[i].rounds,
				    "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, f.b.full, t[i].full, "row %u", i);
	}
}

static void startup__full_of_the_largest_bandwidth(struct kunit *test)
{
	struct exs_bkt f;
	unsigned int i;

	exs_bkt_open(&f);
	for (i = 0; i < 4; i++) {
		KUNIT_EXPECT_FALSE(test, f.b.full);
		exs_bkt_round_bw(&f, ~0U);
	}
	KUNIT_EXPECT_TRUE(test, f.b.full);
}

/* 4.3.2.2: such rounds say nothing of the pipe. */
static void startup__other_acks_do_not_count(struct kunit *test)
{
	struct exs_cc_ack ack = { .app_limited = true };
	struct exs_bkt f;
	unsigned int i;

	exs_bkt_open(&f);
	f.b.full_bw = EXS_BKT_BW;
	for (i = 0; i < 10; i++) {
		f.b.round_start = true;
		exs_bbr_check_full(&f.b, &ack);
	}
	ack.app_limited = false;
	f.b.round_start = false;
	for (i = 0; i < 10; i++)
		exs_bbr_check_full(&f.b, &ack);
	KUNIT_EXPECT_EQ(test, f.b.full_rounds, 0U);
	KUNIT_EXPECT_FALSE(test, f.b.full);
	/* A loss that was none: counted anew. */
	exs_bkt_round_bw(&f, EXS_BKT_BW);
	exs_bkt_round_bw(&f, EXS_BKT_BW);
	KUNIT_EXPECT_EQ(test, f.b.full_rounds, 2U);
	exs_bbr_forget_full(&f.b);
	exs_bkt_round_bw(&f, 1);
	KUNIT_EXPECT_EQ(test, f.b.full_rounds, 0U);
	KUNIT_EXPECT_EQ(test, f.b.full_bw, 1U);
}

/* 4.3.2.1, 4.3.3: 2/ln 2 = 2.885 and its inverse, 0.347. */
static void drain__until_the_queue_is_gone(struct kunit *test)
{
	struct exs_cc_ack ack = { .in_flight = EXS_BKT_FULL + 1, .now_us = 5 };
	struct exs_bkt f;

	exs_bkt_open(&f);
	exs_bbr_enter_startup(&f.b);
	KUNIT_EXPECT_EQ(test, f.b.pacing_gain, 739U);
	KUNIT_EXPECT_EQ(test, f.b.cwnd_gain, 739U);
	exs_bbr_check_drain(&f.cc, &ack, EXS_BKT_SHIFT);
	KUNIT_EXPECT_EQ(test, f.b.mode, EXS_BBR_STARTUP);
	KUNIT_EXPECT_EQ(test, f.cc.ssthresh, EXS_CC_SSTHRESH_INF);
	f.b.full = true;
	exs_bbr_check_drain(&f.cc, &ack, EXS_BKT_SHIFT);
	KUNIT_EXPECT_EQ(test, f.b.mode, EXS_BBR_DRAIN);
	KUNIT_EXPECT_EQ(test, f.b.pacing_gain, 88U);
	KUNIT_EXPECT_EQ(test, f.b.cwnd_gain, 739U);
	KUNIT_EXPECT_EQ(test, f.cc.ssthresh, EXS_BKT_FULL);
	ack.in_flight = EXS_BKT_FULL;
	exs_bbr_check_drain(&f.cc, &ack, EXS_BKT_SHIFT);
	KUNIT_EXPECT_EQ(test, f.b.mode, EXS_BBR_PROBE_BW);
	KUNIT_EXPECT_EQ(test, f.b.cwnd_gain, 512U);
	KUNIT_EXPECT_EQ(test, f.b.cycle_us, 5ULL);
}

/* A path that never had a queue: both at once. */
static void drain__nothing_to_drain(struct kunit *test)
{
	struct exs_cc_ack ack = { .in_flight = EXS_BKT_FULL };
	struct exs_bkt f;

	exs_bkt_open(&f);
	f.b.full = true;
	exs_bbr_check_drain(&f.cc, &ack, EXS_BKT_SHIFT);
	KUNIT_EXPECT_EQ(test, f.b.mode, EXS_BBR_PROBE_BW);
	/* Nor is there a way back. */
	f.b.mode = EXS_BBR_PROBE_RTT;
	exs_bbr_check_drain(&f.cc, &ack, EXS_BKT_SHIFT);
	KUNIT_EXPECT_EQ(test, f.b.mode, EXS_BBR_PROBE_RTT);
}

/* 4.3.4.1: 5/4, 3/4, and six times 1. */
static void cycle__gains(struct kunit *test)
{
	static const u16 gain[] = { 320, 192, 256, 256, 256, 256, 256, 256, 320 };
	struct exs_bkt f;
	unsigned int i;

	exs_bkt_open(&f);
	f.b.cycle = 7;
	for (i = 0; i < ARRAY_SIZE(gain); i++) {
		exs_bbr_set_cycle(&f.b, f.b.cycle + 1, 100 + i);
		KUNIT_EXPECT_EQ(test, f.b.cycle, i % 8);
		KUNIT_EXPECT_EQ_MSG(test, f.b.pacing_gain, gain[i], "phase %u", i);
		KUNIT_EXPECT_EQ(test, f.b.cycle_us, 100ULL + i);
	}
}

/* 4.3.4.2: that a phase never comes has a chance of 3e-13. */
static void cycle__begins_anywhere_but_draining(struct kunit *test)
{
	unsigned int i, seen = 0;
	struct exs_bkt f;

	exs_bkt_open(&f);
	for (i = 0; i < 200; i++) {
		exs_bbr_enter_probe_bw(&f.b, 0);
		seen |= BIT(f.b.cycle);
		KUNIT_EXPECT_NE(test, f.b.pacing_gain, 192U);
	}
	KUNIT_EXPECT_EQ(test, seen, 0xfdU);
}

/* 4.3.4.3 */
static void cycle__a_phase_is_over(struct kunit *test)
{
	static const struct {
		u8 cycle;
		u32 us, flight, losses;
		bool over;
	} t[] = {
		/* as is: longer than the RTT, whatever else */
		{ 2, 10000, 0, 0, false }, { 2, 10000, 1000, 9, false },
		{ 2, 10001, 1000, 0, true }, { 7, 10001, 0, 0, true },
		/* faster: 12.5 are 13, three bursts, two more; or some lost */
		{ 0, 10001, 17, 0, false }, { 0, 10001, 18, 0, true },
		{ 0, 10000, 18, 0, false }, { 0, 10001, 0, 1, true },
		{ 0, 10000, 0, 1, false }, { 0, 1000000, 17, 0, false },
		/* slower: the RTT, or no queue before it */
		{ 1, 10000, 15, 0, false }, { 1, 10001, 15, 0, true },
		{ 1, 1, 14, 0, true }, { 1, 1, 15, 9, false },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_cc_ack ack = {
			.now_us = 77777 + t[i].us, .losses = t[i].losses,
			.prior_in_flight = t[i].flight,
		};
		struct exs_bkt f;

		exs_bkt_open(&f);
		f.b.mode = EXS_BBR_PROBE_BW;
		exs_bbr_set_cycle(&f.b, t[i].cycle, 77777);
		KUNIT_EXPECT_EQ_MSG(test,
				    exs_bbr_cycle_over(&f.cc, &ack,
						       EXS_BKT_SHIFT),
				    t[i].over, "row %u", i);
	}
}

/*
 * 3.5.2, a round an ACK: 12,500 packets a second and an RTT of 10 ms, so that 125
 * fill the pipe. All that a round delivers is 125 at most.
 */
static void life__from_startup_to_probe_rtt(struct kunit *test)
{
	const u32 later = EXS_BKT_NOW + EXS_BKT_10_S + 1;
	const struct {
		s32 delivered;
		u32 in_flight, now;
		u8 mode;
		u64 rate;
	} t[] = {
		/* 1000 packets a second, and so on, by 2.887 less a percent */
		{ 10, 20, EXS_BKT_NOW, EXS_BBR_STARTUP, 2857814 },
		{ 20, 40, EXS_BKT_NOW, EXS_BBR_STARTUP, 5715629 },
		{ 40, 80, EXS_BKT_NOW, EXS_BBR_STARTUP, 11431259 },
		{ 80, 160, EXS_BKT_NOW, EXS_BBR_STARTUP, 22862688 },
		{ 125, 320, EXS_BKT_NOW, EXS_BBR_STARTUP, 35723110 },
		{ 125, 400, EXS_BKT_NOW, EXS_BBR_STARTUP, 35723110 },
		{ 125, 400, EXS_BKT_NOW, EXS_BBR_STARTUP, 35723110 },
		{ 125, 400, EXS_BKT_NOW, EXS_BBR_DRAIN, 4253902 },
		{ 125, 250, EXS_BKT_NOW, EXS_BBR_DRAIN, 4253902 },
		{ 125, 125, EXS_BKT_NOW, EXS_BBR_PROBE_BW, 0 },
		{ 125, 4, later, EXS_BBR_PROBE_RTT, 12374988 },
		{ 4, 4, later + 1, EXS_BBR_PROBE_RTT, 12374988 },
		{ 4, 4, later + 1 + EXS_BKT_200_MS, EXS_BBR_PROBE_BW, 0 },
	};
	struct exs_bkt f;
	unsigned int i;

	exs_bkt_open(&f);
	exs_bkt_bw(&f, 0);
	exs_bbr_enter_startup(&f.b);
	f.b.min_rtt_us = ~0U;
	f.b.min_rtt_stamp = EXS_BKT_NOW;
	f.cc.srtt_us = 80000;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_cc_ack ack = {
			.now_us = i * 10000, .rtt_us = 10000, .acked = 2,
			.delivered = t[i].delivered, .interval_us = 10000,
			.prior_delivered = f.cc.delivered,
			.in_flight = t[i].in_flight,
			.prior_in_flight = t[i].in_flight + 2,
		};

		f.cc.delivered += t[i].delivered;
		exs_bbr_ack(&f.cc, &ack, EXS_BKT_SHIFT, ~0ULL, t[i].now);
		KUNIT_EXPECT_EQ_MSG(test, f.b.mode, t[i].mode, "row %u", i);
		/* In PROBE_BW it depends on where the cycle begins. */
		if (t[i].rate)
			KUNIT_EXPECT_EQ_MSG(test, f.b.rate, t[i].rate,
					    "row %u", i);
		if (t[i].mode == EXS_BBR_PROBE_RTT)
			KUNIT_EXPECT_EQ(test, f.cc.cwnd, 4U);
	}
	KUNIT_EXPECT_EQ(test, f.b.rounds, 13U);
	KUNIT_EXPECT_EQ(test, f.b.min_rtt_us, 10000U);
	/* Two an ACK, until it was four, and then as before and two more. */
	KUNIT_EXPECT_EQ(test, f.cc.cwnd, 10U + 10 * 2 + 2);
}

static struct kunit_case exs_cc_bbr_phase_cases[] = {
	KUNIT_CASE(startup__full_after_three_rounds),
	KUNIT_CASE(startup__full_of_the_largest_bandwidth),
	KUNIT_CASE(startup__other_acks_do_not_count),
	KUNIT_CASE(drain__until_the_queue_is_gone),
	KUNIT_CASE(drain__nothing_to_drain),
	KUNIT_CASE(cycle__gains),
	KUNIT_CASE(cycle__begins_anywhere_but_draining),
	KUNIT_CASE(cycle__a_phase_is_over),
	KUNIT_CASE(life__from_startup_to_probe_rtt),
	{}
};

static struct kunit_suite exs_cc_bbr_phase_suite = {
	.name = "expstack_cc_bbr_phase",
	.test_cases = exs_cc_bbr_phase_cases,
};

kunit_test_suite(exs_cc_bbr_phase_suite);
