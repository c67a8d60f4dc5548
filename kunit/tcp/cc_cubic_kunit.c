// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/cc/cubic.c: the curve, its Reno-friendly
 * region, HyStart. Time is made by moving what the state remembers.
 */
#include "tcp_fix.h"

#include "tcp/cc/cubic.h"

#define EXS_CUT_C	410	/* 0.4 in 1/1024 */

static struct exs_tcp_fix exs_cut_open(struct kunit *test, u32 cwnd,
				       u32 ssthresh)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);

	KUNIT_ASSERT_EQ(test, exs_cc_set(f.sk, "cubic", false, true), 0);
	f.tp->mstamp_us = 10 * USEC_PER_SEC;
	f.tp->cc.cwnd = cwnd;
	f.tp->cc.ssthresh = ssthresh;
	exs_cc_init_transfer(f.sk);
	return f;
}

static struct exs_cubic *exs_cut(struct exs_tcp_fix *f)
{
	return exs_cc_priv(&f->tp->cc);
}

static void exs_cut_grow(struct exs_tcp_fix *f, u32 acked)
{
	struct exs_cc_ack ack = { .acked = acked, .cwnd_limited = true };

	f->tp->cc.ops->cong_avoid(&f->tp->cc, &ack);
}

static void root__rounds_down(struct kunit *test)
{
	static const struct {
		u64 a;
		u32 y;
	} t[] = {
		{ 0, 0 }, { 1, 1 }, { 7, 1 }, { 8, 2 }, { 26, 2 }, { 27, 3 },
		{ 999999999, 999 }, { 1000000000, 1000 },
		{ 1ULL << 60, 1 << 20 }, { (1ULL << 60) - 1, (1 << 20) - 1 },
		{ ~0ULL, 2642245 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++)
		KUNIT_EXPECT_EQ_MSG(test, exs_cubic_root(t[i].a), t[i].y,
				    "row %u", i);
}

/* RFC 9438 figure 1, C = 0.4; 1/1024 s. */
static void offset__is_c_t_cubed(struct kunit *test)
{
	static const struct {
		u64 t;
		u32 segments;
	} t[] = {
		{ 0, 0 }, { 1024, 0 }, { 1389, 0 }, { 1390, 1 },
		{ 2 * 1024, 3 }, { 10 * 1024, 400 }, { 100 * 1024, 400390 },
		/* Beyond, nothing overflows. */
		{ 256 * 1024, 6717440 }, { 1ULL << 40, 6717440 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++)
		KUNIT_EXPECT_EQ_MSG(test, exs_cubic_offset(EXS_CUT_C, t[i].t),
				    t[i].segments, "row %u", i);
}

/* RFC 9438 4.6: beta is 0.7. */
static void ssthresh__seven_tenths(struct kunit *test)
{
	static const struct {
		u32 cwnd, expect;
	} t[] = { { 1, 2 }, { 2, 2 }, { 4, 2 }, { 10, 7 }, { 100, 70 } };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_tcp_fix f = exs_cut_open(test, t[i].cwnd, 1000);

		KUNIT_EXPECT_EQ_MSG(test, f.tp->cc.ops->ssthresh(&f.tp->cc),
				    t[i].expect, "row %u", i);
		KUNIT_EXPECT_EQ(test, exs_cut(&f)->w_max, t[i].cwnd);
		exs_tcp_fix_close(test, &f);
	}
}

/* RFC 9438 4.7: lost below the last maximum, give way. */
static void ssthresh__fast_convergence(struct kunit *test)
{
	struct exs_tcp_fix f = exs_cut_open(test, 100, 1000);

	f.tp->cc.ops->ssthresh(&f.tp->cc);
	f.tp->cc.cwnd = 90;
	KUNIT_EXPECT_EQ(test, f.tp->cc.ops->ssthresh(&f.tp->cc), 63U);
	/* 90 * (1 + 0.7) / 2 */
	KUNIT_EXPECT_EQ(test, exs_cut(&f)->w_max, 76U);
	/* Above it: no. */
	f.tp->cc.cwnd = 80;
	f.tp->cc.ops->ssthresh(&f.tp->cc);
	KUNIT_EXPECT_EQ(test, exs_cut(&f)->w_max, 80U);
	exs_tcp_fix_close(test, &f);
}

/* RFC 9438 4.2: K = cbrt((100 - 70) / 0.4) = 4.217 s. */
static void curve__back_to_w_max_in_k(struct kunit *test)
{
	struct exs_tcp_fix f = exs_cut_open(test, 100, 1000);
	struct exs_cubic *ca = exs_cut(&f);

	f.tp->cc.ssthresh = f.tp->cc.ops->ssthresh(&f.tp->cc);
	f.tp->cc.cwnd = 70;
	ca->min_rtt = 100000;
	exs_cut_grow(&f, 1);
	KUNIT_EXPECT_EQ(test, ca->origin, 100U);
	KUNIT_EXPECT_GE(test, ca->k, 4310U);
	KUNIT_EXPECT_LE(test, ca->k, 4318U);
	/* At first steep: 100 - 0.4 (4.217 - 0.1)^3, 73 in segments. */
	KUNIT_EXPECT_EQ(test, ca->per_segment, 70U / 3);
	/* On the plateau it hardly moves, were it not for Reno. */
	ca->epoch -= 4117 * HZ / 1000;
	ca->worked_out -= HZ;
	ca->w_est = 0;
	f.tp->cc.cwnd = 100;
	exs_cut_grow(&f, 1);
	KUNIT_EXPECT_GE(test, ca->per_segment, 100U);
	/* Behind it faster and faster: 0.4 * 3^3 above it. */
	ca->epoch -= 3 * HZ;
	ca->worked_out -= HZ;
	ca->w_est = 0;
	exs_cut_grow(&f, 1);
	KUNIT_EXPECT_GE(test, ca->per_segment, 9U);
	KUNIT_EXPECT_LE(test, ca->per_segment, 10U);
	exs_tcp_fix_close(test, &f);
}

/* RFC 9438 4.4: the target is at most 1.5 cwnd. */
static void curve__never_more_than_half_a_window(struct kunit *test)
{
	struct exs_tcp_fix f = exs_cut_open(test, 10, 5);
	struct exs_cubic *ca = exs_cut(&f);

	exs_cut_grow(&f, 1);
	ca->epoch -= 100 * HZ;
	ca->worked_out -= HZ;
	exs_cut_grow(&f, 1);
	KUNIT_EXPECT_EQ(test, ca->per_segment, 2U);
	exs_tcp_fix_close(test, &f);
}

/* Never lost anything: 5% a round trip at least. */
static void curve__first_time(struct kunit *test)
{
	struct exs_tcp_fix f = exs_cut_open(test, 100, 50);

	exs_cut_grow(&f, 1);
	KUNIT_EXPECT_EQ(test, exs_cut(&f)->per_segment, 20U);
	exs_tcp_fix_close(test, &f);
}

/* RFC 9438 4.3: 0.53 segments a round trip, so 15 windows make 8. */
static void reno__is_never_slower(struct kunit *test)
{
	struct exs_tcp_fix f = exs_cut_open(test, 8, 1000);
	struct exs_cubic *ca = exs_cut(&f);
	unsigned int i;

	f.tp->cc.ops->ssthresh(&f.tp->cc);
	f.tp->cc.ssthresh = 5;
	f.tp->cc.cwnd = 8;
	for (i = 0; i < 31; i++) {
		ca->worked_out -= HZ;
		exs_cut_grow(&f, 1);
		ca->epoch = (u32)jiffies;
		f.tp->cc.cwnd = 8;
	}
	/* 8 * 15 / 8 ACKed for a segment, twice. */
	KUNIT_EXPECT_EQ(test, ca->w_est, 10U);
	exs_tcp_fix_close(test, &f);
}

static void grow__not_unless_limited(struct kunit *test)
{
	struct exs_tcp_fix f = exs_cut_open(test, 10, 100);
	struct exs_cc_ack ack = { .acked = 5 };

	f.tp->cc.ops->cong_avoid(&f.tp->cc, &ack);
	KUNIT_EXPECT_EQ(test, f.tp->cc.cwnd, 10U);
	exs_cut_grow(&f, 5);
	KUNIT_EXPECT_EQ(test, f.tp->cc.cwnd, 15U);
	exs_tcp_fix_close(test, &f);
}

/* RFC 9438 5.8 */
static void idle__is_not_the_curves_time(struct kunit *test)
{
	struct exs_tcp_fix f = exs_cut_open(test, 10, 5);
	struct exs_cubic *ca = exs_cut(&f);
	u32 now = (u32)jiffies;

	ca->epoch = now - 10 * HZ;
	f.tp->lsndtime = now - 4 * HZ;
	f.tp->cc.ops->cwnd_event(&f.tp->cc, EXS_CC_TX_START);
	KUNIT_EXPECT_LE(test, now - 6 * HZ, ca->epoch);
	KUNIT_EXPECT_GE(test, now - 6 * HZ + HZ / 10, ca->epoch);
	/* Not into the future. */
	f.tp->lsndtime = now - 30 * HZ;
	f.tp->cc.ops->cwnd_event(&f.tp->cc, EXS_CC_TX_START);
	KUNIT_EXPECT_LE(test, ca->epoch - now, HZ / 10);
	exs_tcp_fix_close(test, &f);
}

static void timeout__forgets_all(struct kunit *test)
{
	struct exs_tcp_fix f = exs_cut_open(test, 100, 1000);
	struct exs_cubic *ca = exs_cut(&f);

	f.tp->cc.ops->ssthresh(&f.tp->cc);
	ca->min_rtt = 5;
	ca->found = 1;
	f.tp->cc.ops->set_state(&f.tp->cc, EXS_CA_RECOVERY);
	KUNIT_EXPECT_EQ(test, ca->w_max, 100U);
	f.tp->cc.ops->set_state(&f.tp->cc, EXS_CA_LOSS);
	KUNIT_EXPECT_EQ(test, ca->w_max, 0U);
	KUNIT_EXPECT_EQ(test, ca->min_rtt, 0U);
	KUNIT_EXPECT_EQ(test, (int)ca->found, 0);
	exs_tcp_fix_close(test, &f);
}

/* ACKs 1 ms apart, for half of an RTT of 20 ms. */
static void hystart__ack_train(struct kunit *test)
{
	struct exs_tcp_fix f = exs_cut_open(test, 16, EXS_CC_SSTHRESH_INF);
	struct exs_net *en = exs_net(&init_net);
	struct exs_cubic *ca = exs_cut(&f);
	unsigned long before;
	unsigned int i;

	before = exs_mib_read(en, EXS_MIB_TCPEXT_TCPHystartTrainDetect);
	f.sk->sk_pacing_rate = ~0UL;
	for (i = 0; i < 10; i++) {
		f.tp->mstamp_us += 1000;
		f.tp->cc.ops->pkts_acked(&f.tp->cc, 1, 20000);
	}
	KUNIT_EXPECT_EQ(test, (int)ca->found, 0);
	f.tp->mstamp_us += 1;
	f.tp->cc.ops->pkts_acked(&f.tp->cc, 1, 20000);
	KUNIT_EXPECT_EQ(test, (int)ca->found, 1);
	KUNIT_EXPECT_EQ(test, f.tp->cc.ssthresh, 16U);
	KUNIT_EXPECT_EQ(test, before + 1,
			exs_mib_read(en, EXS_MIB_TCPEXT_TCPHystartTrainDetect));
	exs_tcp_fix_close(test, &f);
}

/* A gap of more than 2 ms ends the train; a small window is left alone. */
static void hystart__broken_train(struct kunit *test)
{
	static const struct {
		u32 cwnd, gap;
	} t[] = { { 16, 2001 }, { 15, 1000 } };
	unsigned int i, k;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_tcp_fix f = exs_cut_open(test, t[i].cwnd,
						    EXS_CC_SSTHRESH_INF);

		for (k = 0; k < 30; k++) {
			f.tp->mstamp_us += t[i].gap;
			f.tp->cc.ops->pkts_acked(&f.tp->cc, 1, 20000);
		}
		KUNIT_EXPECT_EQ_MSG(test, (int)exs_cut(&f)->found, 0, "row %u",
				    i);
		exs_tcp_fix_close(test, &f);
	}
}

/* Eight samples of a round, then all of them 1/8 above the minimum, 4 ms here. */
static void hystart__delay(struct kunit *test)
{
	static const struct {
		s32 rtt_us;
		u8 found;
	} t[] = { { 24000, 0 }, { 24001, 1 } };
	unsigned int i, k;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_tcp_fix f = exs_cut_open(test, 16,
						    EXS_CC_SSTHRESH_INF);
		struct exs_cubic *ca = exs_cut(&f);

		ca->min_rtt = 20000;
		for (k = 0; k < 8; k++) {
			f.tp->mstamp_us += 3000;
			f.tp->cc.ops->pkts_acked(&f.tp->cc, 1, t[i].rtt_us);
		}
		KUNIT_EXPECT_EQ(test, (int)ca->found, 0);
		f.tp->cc.ops->pkts_acked(&f.tp->cc, 1, t[i].rtt_us);
		KUNIT_EXPECT_EQ_MSG(test, ca->found, t[i].found, "row %u", i);
		/* A new round begins to count anew. */
		ca->found = 0;
		f.tp->cc.ssthresh = EXS_CC_SSTHRESH_INF;
		f.tp->snd_una = ca->round_end + 1;
		f.tp->cc.ops->pkts_acked(&f.tp->cc, 1, t[i].rtt_us);
		KUNIT_EXPECT_EQ(test, (int)ca->samples, 1);
		f.tp->snd_una = EXS_FIX_ISS;
		exs_tcp_fix_close(test, &f);
	}
}

static void hystart__not_after_recovery(struct kunit *test)
{
	struct exs_tcp_fix f = exs_cut_open(test, 16, EXS_CC_SSTHRESH_INF);
	struct exs_cubic *ca = exs_cut(&f);

	ca->epoch = (u32)jiffies;
	f.tp->cc.ops->pkts_acked(&f.tp->cc, 1, 5);
	KUNIT_EXPECT_EQ(test, ca->min_rtt, 0U);
	ca->epoch -= HZ;
	f.tp->cc.ops->pkts_acked(&f.tp->cc, 1, -1);
	KUNIT_EXPECT_EQ(test, ca->min_rtt, 0U);
	f.tp->cc.ops->pkts_acked(&f.tp->cc, 1, 0);
	KUNIT_EXPECT_EQ(test, ca->min_rtt, 1U);
	exs_tcp_fix_close(test, &f);
}

static struct kunit_case exs_cc_cubic_cases[] = {
	KUNIT_CASE(root__rounds_down),
	KUNIT_CASE(offset__is_c_t_cubed),
	KUNIT_CASE(ssthresh__seven_tenths),
	KUNIT_CASE(ssthresh__fast_convergence),
	KUNIT_CASE(curve__back_to_w_max_in_k),
	KUNIT_CASE(curve__never_more_than_half_a_window),
	KUNIT_CASE(curve__first_time),
	KUNIT_CASE(reno__is_never_slower),
	KUNIT_CASE(grow__not_unless_limited),
	KUNIT_CASE(idle__is_not_the_curves_time),
	KUNIT_CASE(timeout__forgets_all),
	KUNIT_CASE(hystart__ack_train),
	KUNIT_CASE(hystart__broken_train),
	KUNIT_CASE(hystart__delay),
	KUNIT_CASE(hystart__not_after_recovery),
	{}
};

static struct kunit_suite exs_cc_cubic_suite = {
	.name = "expstack_cc_cubic",
	.test_cases = exs_cc_cubic_cases,
};

kunit_test_suite(exs_cc_cubic_suite);
