// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/cc/bbr.h: BBR's model of the path, and the
 * rate and window that follow from it. Sections are those of
 * draft-cardwell-iccrg-bbr-congestion-control-00.
 */
#include "bbr_fix.h"

static void bw__packets_by_time(struct kunit *test)
{
	static const struct {
		s32 delivered, interval_us;
		u32 bw;
	} t[] = {
		{ 1, 1, 1 << 24 }, { 1, 1000, 16777 }, { 10, 10000, 16777 },
		{ 3, 2, 3 << 23 }, { 0, 1, 0 },
		/* the least there is, and less */
		{ 1, 1 << 24, 1 }, { 1, (1 << 24) + 1, 0 },
		{ 1, 0x7fffffff, 0 },
		/* 100 Gbit/s in packets of 65,000 bytes: 192,307 a second */
		{ 192307, 1000000, 3226376 },
		/* the most there is: 256 in a microsecond */
		{ 255, 1, 255U << 24 }, { 256, 1, 0xffffffff },
		{ 0x7fffffff, 1, 0xffffffff },
		{ 0x7fffffff, 0x7fffffff, 1 << 24 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_cc_ack ack = {
			.delivered = t[i].delivered,
			.interval_us = t[i].interval_us,
		};
		struct exs_bkt f;

		exs_bkt_open(&f);
		exs_bkt_bw(&f, 0);
		exs_bbr_sample_bw(&f.b, &ack);
		KUNIT_EXPECT_EQ_MSG(test, exs_bbr_bw(&f.b), t[i].bw, "row %u", i);
	}
}

static void bw__no_sample_changes_nothing(struct kunit *test)
{
	static const struct {
		s32 delivered, interval_us;
	} t[] = { { -1, 1 }, { 1, 0 }, { 1, -1 }, { -1, -1 } };
	struct exs_bkt f;
	unsigned int i;

	exs_bkt_open(&f);
	f.b.round_start = true;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_cc_ack ack = {
			.delivered = t[i].delivered,
			.interval_us = t[i].interval_us,
			.prior_delivered = 100, .acked = 7,
		};

		exs_bbr_round(&f.cc, &ack);
		exs_bbr_sample_bw(&f.b, &ack);
		exs_bbr_sample_extra(&f.cc, &ack);
		KUNIT_EXPECT_EQ(test, exs_bbr_bw(&f.b), EXS_BKT_BW);
		KUNIT_EXPECT_EQ(test, f.b.rounds, 0U);
		KUNIT_EXPECT_FALSE(test, f.b.round_start);
		KUNIT_EXPECT_EQ(test, f.b.extra[0], 0U);
	}
}

/* 4.1.1.4: what the application sent says only that the path can do as much. */
static void bw__app_limited_counts_when_not_less(struct kunit *test)
{
	struct exs_cc_ack ack = { .interval_us = 1000, .app_limited = true };
	struct exs_bkt f;

	exs_bkt_open(&f);
	f.b.rounds = 30;
	ack.delivered = 0;
	exs_bbr_sample_bw(&f.b, &ack);
	KUNIT_EXPECT_EQ(test, exs_bbr_bw(&f.b), EXS_BKT_BW);
	/* As much: it is known anew. */
	ack.delivered = 1;
	exs_bbr_sample_bw(&f.b, &ack);
	KUNIT_EXPECT_EQ(test, f.b.bw.s[0].t, 30U);
	ack.delivered = 2;
	exs_bbr_sample_bw(&f.b, &ack);
	KUNIT_EXPECT_EQ(test, exs_bbr_bw(&f.b), 33554U);
	/* Less, and the path was the limit: ten rounds later it is what there is. */
	ack.delivered = 0;
	ack.app_limited = false;
	f.b.rounds = 41;
	exs_bbr_sample_bw(&f.b, &ack);
	KUNIT_EXPECT_EQ(test, exs_bbr_bw(&f.b), 0U);
}

/* 4.1.1.2 */
static void bw__most_of_ten_rounds(struct kunit *test)
{
	struct exs_cc_ack ack = { .delivered = 1, .interval_us = 2000 };
	struct exs_bkt f;

	exs_bkt_open(&f);
	/* Rounds are counted beyond 2^32. */
	f.b.rounds = 0xfffffffc;
	exs_bkt_bw(&f, EXS_BKT_BW);
	while (++f.b.rounds != 7) {
		exs_bbr_sample_bw(&f.b, &ack);
		KUNIT_EXPECT_EQ_MSG(test, exs_bbr_bw(&f.b), EXS_BKT_BW,
				    "round %u", f.b.rounds);
	}
	exs_bbr_sample_bw(&f.b, &ack);
	KUNIT_EXPECT_EQ(test, exs_bbr_bw(&f.b), 8388U);
}

/* 4.1.1.3: a round ends with the first packet sent after it began. */
static void round__what_was_sent_at_its_beginning_arrived(struct kunit *test)
{
	static const struct {
		u32 end, prior;
		bool over;
	} t[] = {
		{ 0, 0, true }, { 10, 9, false }, { 10, 10, true },
		{ 10, 11, true },
		/* packets are counted beyond 2^32 */
		{ 0xfffffffe, 0xfffffffd, false }, { 0xfffffffe, 5, true },
		{ 5, 0xfffffffe, false },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_cc_ack ack = {
			.delivered = 1, .interval_us = 1,
			.prior_delivered = t[i].prior,
		};
		struct exs_bkt f;

		exs_bkt_open(&f);
		f.b.round_end = t[i].end;
		f.b.round_start = !t[i].over;
		f.b.conserve = true;
		f.cc.delivered = 77;
		exs_bbr_round(&f.cc, &ack);
		KUNIT_EXPECT_EQ_MSG(test, f.b.round_start, t[i].over, "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, f.b.rounds, t[i].over ? 1U : 0U,
				    "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, f.b.round_end,
				    t[i].over ? 77U : t[i].end, "row %u", i);
		/* 4.2.3.4: packets are conserved for one round. */
		KUNIT_EXPECT_EQ_MSG(test, f.b.conserve, !t[i].over, "row %u", i);
	}
}

/* 4.2.1, and a percent less; what comes to a fraction is cut off. */
static void bytes__bandwidth_by_gain(struct kunit *test)
{
	static const struct {
		u32 mss;
		u64 bw;
		u32 gain;
		u64 rate;
	} t[] = {
		/* 1e9 bytes a second by 1, 5/4, 3/4 */
		{ 1000, 1 << 24, 256, 990000000 },
		{ 1000, 1 << 24, 320, 1237500000 },
		{ 1000, 1 << 24, 192, 742500000 },
		/* 1000 packets of 1448 a second: 1,448,000 */
		{ 1448, 16777, 256, 1433501 },
		/* the least: a packet in 16.8 s */
		{ 1000, 1, 256, 59 }, { 1, 1, 256, 0 }, { 1000, 0, 739, 0 },
		/* 100 Gbit/s, 12.5e9, of small packets and of large ones */
		{ 1448, 144830939, 256, 12374999980ULL },
		{ 65483, 3202589, 256, 12374996193ULL },
		/* all that the state can hold: 256e6 * 65535 * 2.887 * 0.99 */
		{ 65535, 0xffffffff, 739, 47946061338836ULL },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++)
		KUNIT_EXPECT_EQ_MSG(test,
				    exs_bbr_bytes(t[i].mss, t[i].bw, t[i].gain),
				    t[i].rate, "row %u", i);
}

/* 4.2.1: until the pipe was full, samples do not lower the rate. */
static void rate__falls_only_when_the_pipe_was_full(struct kunit *test)
{
	struct exs_bkt f;

	exs_bkt_open(&f);
	exs_bkt_bw(&f, EXS_BKT_UNIT);
	f.b.rate = 990000001;
	exs_bbr_set_rate(&f.cc, 256, ~0ULL);
	KUNIT_EXPECT_EQ(test, f.b.rate, 990000001ULL);
	exs_bbr_set_rate(&f.cc, 320, ~0ULL);
	KUNIT_EXPECT_EQ(test, f.b.rate, 1237500000ULL);
	f.b.full = true;
	exs_bbr_set_rate(&f.cc, 256, ~0ULL);
	KUNIT_EXPECT_EQ(test, f.b.rate, 990000000ULL);
}

/* 4.2.1: InitialCwnd / SRTT by 2/ln 2, or by a millisecond. */
static void rate__first_of_cwnd_and_rtt(struct kunit *test)
{
	static const struct {
		u32 cwnd, srtt_us;	/* 8 times */
		u64 rate;
		bool seen;
	} t[] = {
		/* 10,000 bytes in 100 ms: 288,539 but for the percent */
		{ 10, 800000, 285662, true },
		{ 20, 800000, 571494, true },
		{ 10, 0, 28578488, false },
		/* a microsecond at least */
		{ 10, 15, 28578515625ULL, true },
		{ 10, 7, 28578515625ULL, true },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_bkt f;

		exs_bkt_open(&f);
		f.cc.cwnd = t[i].cwnd;
		f.cc.srtt_us = t[i].srtt_us;
		exs_bbr_first_rate(&f.cc, ~0ULL);
		KUNIT_EXPECT_EQ_MSG(test, f.b.rate, t[i].rate, "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, f.b.seen_rtt, t[i].seen, "row %u", i);
	}
}

/* 4.2.2: 1.2 Mbit/s are 150,000 bytes. */
static void least_segs__one_on_a_slow_path(struct kunit *test)
{
	static const struct {
		u64 rate;
		u32 segs;
	} t[] = {
		{ 0, 1 }, { 18750, 1 }, { 149999, 1 }, { 150000, 2 },
		{ 1200000, 2 }, { ~0ULL, 2 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_bkt f;

		exs_bkt_open(&f);
		f.b.rate = t[i].rate;
		KUNIT_EXPECT_EQ_MSG(test, exs_bbr_least_segs(&f.b), t[i].segs,
				    "row %u", i);
	}
}

/* SO_MAX_PACING_RATE: of the path's 1e9 only so much is used. */
static void rate__no_more_than_the_user_allows(struct kunit *test)
{
	static const struct {
		u64 most;
		u32 segs;
	} t[] = {
		{ 0, 1 }, { 149999, 1 }, { 150000, 2 }, { 1200000, 2 },
	};
	struct exs_bkt f;
	unsigned int i;

	exs_bkt_open(&f);
	exs_bkt_bw(&f, EXS_BKT_UNIT);
	f.cc.srtt_us = 8;
	for (i = 0; i < 2 * ARRAY_SIZE(t); i++) {
		u64 most = t[i / 2].most;

		/* Also in STARTUP, where it does not fall else. */
		f.b.full = i & 1;
		f.b.rate = 1000000000;
		exs_bbr_set_rate(&f.cc, 256, most);
		KUNIT_EXPECT_EQ_MSG(test, f.b.rate, most, "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, exs_bbr_least_segs(&f.b),
				    t[i / 2].segs, "row %u", i);
		exs_bbr_first_rate(&f.cc, most);
		KUNIT_EXPECT_EQ_MSG(test, f.b.rate, most, "row %u", i);
	}
	/* It may go as fast as before when that is allowed again. */
	f.b.full = false;
	exs_bbr_set_rate(&f.cc, 256, ~0ULL);
	KUNIT_EXPECT_EQ(test, f.b.rate, 990000000ULL);
}

/* 100,000 packets in a microsecond: 256 are all that there can be. */
static void rate__first_of_a_window_in_no_time(struct kunit *test)
{
	static const u32 cwnd[] = { 256, 100000, 0x7fffffff };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cwnd); i++) {
		struct exs_bkt f;

		exs_bkt_open(&f);
		f.cc.mss = 65535;
		f.cc.cwnd = cwnd[i];
		f.cc.srtt_us = 8;
		exs_bbr_first_rate(&f.cc, ~0ULL);
		KUNIT_EXPECT_EQ_MSG(test, f.b.rate, 47946061338836ULL,
				    "row %u", i);
	}
}

static void bdp__bandwidth_by_round_trip(struct kunit *test)
{
	static const struct {
		u32 bw, rtt_us, gain, packets;
	} t[] = {
		{ 1 << 24, 10000, 256, 10000 }, { 1 << 24, 10000, 512, 20000 },
		/* 28867.2 */
		{ 1 << 24, 10000, 739, 28868 },
		{ EXS_BKT_BW, EXS_BKT_RTT, 256, 10 },
		{ EXS_BKT_BW, EXS_BKT_RTT, 512, 20 },
		{ EXS_BKT_BW, EXS_BKT_RTT, 320, 13 },
		/* up, or the window would make itself smaller */
		{ 1, 1, 256, 1 }, { 1, 1 << 24, 256, 1 },
		{ 1, (1 << 24) + 1, 256, 2 }, { 0, 10000, 739, 0 },
		/* 100 Gbit/s, 8,632,596.7 packets a second, for a second */
		{ 144830939, 1000000, 256, 8632597 },
		{ 144830939, 1000000, 739, 24919879 },
		{ 0xffffffff, 1, 256, 256 },
		{ 0xffffffff, 1000000, 739, 739000000 },
		/* 2^30 by gain at most: more fits nowhere */
		{ 0xffffffff, 1000000000, 256, 1 << 30 },
		{ 0xffffffff, 10000000, 739, 3099590656U },
		{ 0xffffffff, 0xfffffffe, 739, 3099590656U },
		/* nothing known: RFC 6928 */
		{ 1 << 24, 0xffffffff, 739, 10 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_bkt f;

		exs_bkt_open(&f);
		f.b.min_rtt_us = t[i].rtt_us;
		KUNIT_EXPECT_EQ_MSG(test,
				    exs_bbr_bdp(&f.b, t[i].bw, t[i].gain),
				    t[i].packets, "row %u", i);
	}
}

/* 4.2.3.2: the product by gain, and three bursts. */
static void inflight__and_three_bursts(struct kunit *test)
{
	static const struct {
		u32 rtt_us, shift;
		u64 rate;
		u32 gain, packets;
	} t[] = {
		/* five packets in 1/1024 s; in 1/128 s; not quite */
		{ 10000, 10, 5120000, 256, 10 + 15 + 1 },
		{ 10000, 7, 640000, 256, 10 + 15 + 1 },
		{ 10000, 10, 5119999, 256, 10 + 12 },
		{ 10000, 10, 5120000, 512, 20 + 15 + 1 },
		/* one packet at least */
		{ 10000, 10, 0, 256, 10 + 3 + 1 },
		{ 9000, 10, 0, 256, 9 + 3 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_bkt f;

		exs_bkt_open(&f);
		f.b.min_rtt_us = t[i].rtt_us;
		f.b.rate = t[i].rate;
		KUNIT_EXPECT_EQ_MSG(test,
				    exs_bbr_inflight(&f.cc, t[i].shift,
						     t[i].gain),
				    t[i].packets, "row %u", i);
		/* Two more to find more with, where there is little. */
		f.b.mode = EXS_BBR_PROBE_BW;
		KUNIT_EXPECT_EQ_MSG(test,
				    exs_bbr_inflight(&f.cc, t[i].shift,
						     t[i].gain),
				    t[i].packets + 2, "row %u", i);
		f.b.cycle = 1;
		KUNIT_EXPECT_EQ_MSG(test,
				    exs_bbr_inflight(&f.cc, t[i].shift,
						     t[i].gain),
				    t[i].packets, "row %u", i);
	}
}

/* 4.2.2: what is sent in a millisecond, but 64 KB at most. */
static void quantum__of_the_rate(struct kunit *test)
{
	static const struct {
		u64 rate;
		u32 mss, segs;
	} t[] = {
		/* below 1.2 Mbit/s one, below 24 Mbit/s two */
		{ 0, 1000, 1 }, { 149999, 1000, 1 }, { 150000, 1000, 2 },
		{ 3000000, 1460, 2 }, { 3071999, 1000, 2 },
		{ 3072000, 1000, 3 }, { 5120000, 1000, 5 },
		/* 64 KB in 1/1024 s, and 100 Gbit/s */
		{ 66559999, 1000, 64 }, { 66560000, 1000, 65 },
		{ 68000000, 1000, 65 }, { 12500000000ULL, 1000, 65 },
		{ 12500000000ULL, 1460, 44 }, { 12500000000ULL, 65483, 2 },
		{ 12500000000ULL, 88, 127 }, { ~0ULL, 1460, 44 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_bkt f;

		exs_bkt_open(&f);
		f.b.rate = t[i].rate;
		f.cc.mss = t[i].mss;
		KUNIT_EXPECT_EQ_MSG(test,
				    exs_bbr_quantum(&f.cc, EXS_BKT_SHIFT),
				    t[i].segs, "row %u", i);
		/* 4.2.3.2: three of them, and an even number. */
		KUNIT_EXPECT_EQ_MSG(test,
				    exs_bbr_inflight(&f.cc, EXS_BKT_SHIFT,
						     EXS_BBR_GAIN),
				    round_up(10 + 3 * t[i].segs, 2), "row %u", i);
	}
}

/* A packet in a millisecond is expected. */
static void extra__beyond_what_bw_brings(struct kunit *test)
{
	static const struct {
		u64 now_us;
		u32 acked, epoch_acked, extra;
	} t[] = {
		/* a lump of ten begins an epoch */
		{ 1000000, 10, 10, 10 },
		/* ten more, five of them in time */
		{ 1005001, 10, 20, 15 },
		/* three more, when ten are expected */
		{ 1010001, 3, 23, 15 },
		/* all in time: the epoch is over */
		{ 1030000, 2, 2, 15 },
		/* a lump larger than the window */
		{ 1030000, 1000, 1002, 100 },
	};
	struct exs_bkt f;
	unsigned int i;

	exs_bkt_open(&f);
	f.cc.cwnd = 100;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_cc_ack ack = {
			.now_us = t[i].now_us, .acked = t[i].acked,
			.delivered = 1, .interval_us = 1,
		};

		exs_bbr_sample_extra(&f.cc, &ack);
		KUNIT_EXPECT_EQ_MSG(test, f.b.epoch_acked, t[i].epoch_acked,
				    "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, f.b.extra[0], t[i].extra, "row %u", i);
	}
	KUNIT_EXPECT_EQ(test, f.b.epoch_us, 1030000ULL);
}

static void extra__epoch_ends_at_a_million(struct kunit *test)
{
	struct exs_cc_ack ack = {
		.now_us = 5, .delivered = 1, .interval_us = 1, .acked = 1,
	};
	struct exs_bkt f;

	exs_bkt_open(&f);
	f.b.epoch_acked = (1 << 20) - 2;
	exs_bbr_sample_extra(&f.cc, &ack);
	KUNIT_EXPECT_EQ(test, f.b.epoch_acked, (1U << 20) - 1);
	KUNIT_EXPECT_EQ(test, f.b.epoch_us, 0ULL);
	exs_bbr_sample_extra(&f.cc, &ack);
	KUNIT_EXPECT_EQ(test, f.b.epoch_acked, 1U);
	KUNIT_EXPECT_EQ(test, f.b.epoch_us, 5ULL);
}

static void extra__epoch_ends_after_a_long_silence(struct kunit *test)
{
	static const struct {
		u32 bw;
		u64 us;
		bool over;
	} t[] = {
		/* 2^32 packets were expected, and 2^40 */
		{ EXS_BKT_UNIT, 1ULL << 32, true },
		{ 0xff000000, 1ULL << 32, true },
		{ EXS_BKT_UNIT, 1ULL << 40, true },
		/* nothing was */
		{ 0, 1ULL << 31, false }, { 0, (1ULL << 31) + 1, true },
		{ 0, ~0ULL - 1000, true },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_cc_ack ack = {
			.now_us = 1000 + t[i].us, .acked = 1,
			.delivered = 1, .interval_us = 1,
		};
		struct exs_bkt f;

		exs_bkt_open(&f);
		exs_bkt_bw(&f, t[i].bw);
		f.b.epoch_us = 1000;
		f.b.epoch_acked = 5;
		exs_bbr_sample_extra(&f.cc, &ack);
		KUNIT_EXPECT_EQ_MSG(test, f.b.epoch_us,
				    t[i].over ? ack.now_us : 1000ULL,
				    "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, f.b.epoch_acked,
				    t[i].over ? 1U : 6U, "row %u", i);
	}
}

/* Two windows of five rounds take turns: what is older than ten is forgotten. */
static void extra__windows_take_turns(struct kunit *test)
{
	struct exs_cc_ack ack = { .delivered = 1, .interval_us = 1, .acked = 1 };
	struct exs_bkt f;
	unsigned int i;

	exs_bkt_open(&f);
	f.b.full = true;
	f.b.extra[0] = 15;
	for (i = 1; i <= 10; i++) {
		/* Within a round nothing turns. */
		f.b.round_start = false;
		exs_bbr_sample_extra(&f.cc, &ack);
		f.b.round_start = true;
		/* All in time: the epoch is over. */
		ack.now_us += 100000;
		exs_bbr_sample_extra(&f.cc, &ack);
		KUNIT_EXPECT_EQ_MSG(test, f.b.extra_at,
				    i < 5 || i == 10 ? 0U : 1U, "round %u", i);
		KUNIT_EXPECT_EQ_MSG(test, exs_bbr_extra(&f.b),
				    i < 10 ? 15U : 2U, "round %u", i);
	}
}

/* 100 ms at bw are 97 packets of a 1,024th of a second, and a half. */
static void extra__what_the_path_carries_in_100_ms(struct kunit *test)
{
	struct exs_bkt f;

	exs_bkt_open(&f);
	exs_bkt_bw(&f, EXS_BKT_UNIT / 1024);
	f.b.extra[1] = 97;
	KUNIT_EXPECT_EQ(test, exs_bbr_extra(&f.b), 0U);
	f.b.full = true;
	KUNIT_EXPECT_EQ(test, exs_bbr_extra(&f.b), 97U);
	f.b.extra[0] = 98;
	KUNIT_EXPECT_EQ(test, exs_bbr_extra(&f.b), 97U);
	f.b.extra[0] = 0;
	f.b.extra[1] = 50;
	KUNIT_EXPECT_EQ(test, exs_bbr_extra(&f.b), 50U);
	/* No overflow: 256 in a microsecond. */
	exs_bkt_bw(&f, ~0U);
	f.b.extra[0] = ~0U;
	KUNIT_EXPECT_EQ(test, exs_bbr_extra(&f.b), 25599999U);
}

static struct kunit_case exs_cc_bbr_cases[] = {
	KUNIT_CASE(bw__packets_by_time),
	KUNIT_CASE(bw__no_sample_changes_nothing),
	KUNIT_CASE(bw__app_limited_counts_when_not_less),
	KUNIT_CASE(bw__most_of_ten_rounds),
	KUNIT_CASE(round__what_was_sent_at_its_beginning_arrived),
	KUNIT_CASE(bytes__bandwidth_by_gain),
	KUNIT_CASE(rate__falls_only_when_the_pipe_was_full),
	KUNIT_CASE(rate__first_of_cwnd_and_rtt),
	KUNIT_CASE(rate__no_more_than_the_user_allows),
	KUNIT_CASE(rate__first_of_a_window_in_no_time),
	KUNIT_CASE(least_segs__one_on_a_slow_path),
	KUNIT_CASE(bdp__bandwidth_by_round_trip),
	KUNIT_CASE(inflight__and_three_bursts),
	KUNIT_CASE(quantum__of_the_rate),
	KUNIT_CASE(extra__beyond_what_bw_brings),
	KUNIT_CASE(extra__epoch_ends_at_a_million),
	KUNIT_CASE(extra__epoch_ends_after_a_long_silence),
	KUNIT_CASE(extra__windows_take_turns),
	KUNIT_CASE(extra__what_the_path_carries_in_100_ms),
	{}
};

static struct kunit_suite exs_cc_bbr_suite = {
	.name = "expstack_cc_bbr",
	.test_cases = exs_cc_bbr_cases,
};

kunit_test_suite(exs_cc_bbr_suite);
