// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_rack.c. Segments of 1000 bytes are in
 * flight that were sent 10 ms apart, the first at 1 s; the shortest RTT is
 * 40 ms, so the reordering window is 10 ms.
 */
#include "tcp_fix.h"

#define EXS_RACK_SEGS	6
#define EXS_RACK_T0	1000000U	/* us */
#define EXS_RACK_STEP	10000U

struct exs_rack {
	struct exs_tcp_fix f;
	struct sk_buff *seg[EXS_RACK_SEGS];
};

static void exs_rack_open(struct kunit *test, struct exs_rack *r)
{
	unsigned int i;

	r->f = exs_tcp_fix_open(test, TCP_ESTABLISHED);
	r->f.tp->sack_ok = 1;
	r->f.tp->mss_cache = 1000;
	r->f.tp->cc.min_rtt_us = 40000;
	r->f.tp->cc.srtt_us = 50000 << 3;
	for (i = 0; i < EXS_RACK_SEGS; i++) {
		r->seg[i] = exs_tcp_fix_sent(test, &r->f, 1, 1000);
		r->seg[i]->skb_mstamp_ns =
			(u64)(EXS_RACK_T0 + i * EXS_RACK_STEP) * NSEC_PER_USEC;
	}
}

/* Segment n arrived, and we learn it at us after the first was sent. */
static void exs_rack_arrive(struct exs_rack *r, unsigned int n, u32 us)
{
	struct exs_tcp_sock *tp = r->f.tp;

	tp->mstamp_us = EXS_RACK_T0 + us;
	exs_tcp_rack_advance(tp, r->seg[n]);
	EXS_TCPCB(r->seg[n])->sacked |= EXS_TCPCB_SACKED;
	list_del_init(&r->seg[n]->tcp_tsorted_anchor);
	tp->sacked_out++;
}

static u32 exs_rack_lost(const struct exs_rack *r)
{
	u32 map = 0;
	unsigned int i;

	for (i = 0; i < EXS_RACK_SEGS; i++)
		if (EXS_TCPCB(r->seg[i])->sacked & EXS_TCPCB_LOST)
			map |= BIT(i);
	return map;
}

static void advance__which_of_two_sendings(struct kunit *test)
{
	struct exs_tcp_sock *tp;
	struct exs_rack r;

	exs_rack_open(test, &r);
	tp = r.f.tp;
	exs_rack_arrive(&r, 3, 80000);
	KUNIT_EXPECT_EQ(test, tp->rack_mstamp_us, EXS_RACK_T0 + 30000ULL);
	KUNIT_EXPECT_EQ(test, tp->rack_rtt_us, 50000U);
	KUNIT_EXPECT_EQ(test, tp->rack_end_seq, EXS_FIX_ISS + 4000);
	/* An earlier one tells a round trip, no more. */
	exs_rack_arrive(&r, 1, 80000);
	KUNIT_EXPECT_EQ(test, tp->rack_mstamp_us, EXS_RACK_T0 + 30000ULL);
	KUNIT_EXPECT_EQ(test, tp->rack_rtt_us, 70000U);
	/* Sent twice, and too soon for the second sending. */
	EXS_TCPCB(r.seg[5])->sacked = EXS_TCPCB_EVER_RETRANS;
	tp->rack_advanced = 0;
	exs_rack_arrive(&r, 5, 50000 + 39999);
	KUNIT_EXPECT_EQ(test, !!tp->rack_advanced, 0);
	EXS_TCPCB(r.seg[5])->sacked = EXS_TCPCB_EVER_RETRANS;
	exs_rack_arrive(&r, 5, 50000 + 40000);
	KUNIT_EXPECT_EQ(test, !!tp->rack_advanced, 1);
	KUNIT_EXPECT_EQ(test, tp->rack_mstamp_us, EXS_RACK_T0 + 50000ULL);
	tp->sacked_out = 0;
	exs_tcp_fix_close(test, &r.f);
}

/* One arrived that was sent 20 ms after the first: that is late by 10 ms. */
static void mark__later_by_more_than_the_window(struct kunit *test)
{
	static const struct {
		unsigned int n;
		u32 us, lost;
		bool wait;
	} t[] = {
		{ 0, 50000, 0x0, false },
		/* Exactly as late as is allowed. */
		{ 1, 60000, 0x1, false },
		{ 2, 70000, 0x3, false },
		{ 4, 90000, 0xf, false },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_rack r;

		exs_rack_open(test, &r);
		exs_rack_arrive(&r, t[i].n, t[i].us);
		KUNIT_EXPECT_EQ_MSG(test, exs_tcp_rack_mark_lost(r.f.sk),
				    t[i].wait, "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, exs_rack_lost(&r), t[i].lost,
				    "row %u", i);
		KUNIT_EXPECT_EQ(test, r.f.tp->lost_out, hweight32(t[i].lost));
		KUNIT_EXPECT_EQ(test, r.f.tp->lost, r.f.tp->lost_out);
		/* Nothing new: not looked for again. */
		KUNIT_EXPECT_FALSE(test, exs_tcp_rack_mark_lost(r.f.sk));
		exs_tcp_fix_close(test, &r.f);
	}
}

/* Sent within the window of the one that arrived: the timer watches them. */
static void mark__waits_for_reordering(struct kunit *test)
{
	struct exs_rack r;
	unsigned int i;

	exs_rack_open(test, &r);
	for (i = 0; i < EXS_RACK_SEGS; i++)
		r.seg[i]->skb_mstamp_ns =
			(u64)(EXS_RACK_T0 + i) * NSEC_PER_USEC;
	exs_rack_arrive(&r, 2, 50002);
	r.f.tp->rto = HZ;
	KUNIT_EXPECT_TRUE(test, exs_tcp_rack_mark_lost(r.f.sk));
	KUNIT_EXPECT_EQ(test, exs_rack_lost(&r), 0U);
	KUNIT_EXPECT_EQ(test, r.f.tp->rtx_kind, EXS_TCP_RTX_REO);
	/* Three that arrived end the wait where no reordering was seen. */
	exs_rack_arrive(&r, 3, 50003);
	exs_rack_arrive(&r, 4, 50004);
	KUNIT_EXPECT_FALSE(test, exs_tcp_rack_mark_lost(r.f.sk));
	KUNIT_EXPECT_EQ(test, exs_rack_lost(&r), 0x3U);
	exs_tcp_fix_close(test, &r.f);
}

static void window__when_it_is_open(struct kunit *test)
{
	static const struct {
		bool seen;
		u8 state;
		u32 sacked;
		int recovery;
		bool waits;
	} t[] = {
		{ false, EXS_CA_OPEN, 1, 1, true },
		{ false, EXS_CA_OPEN, 3, 1, false },
		{ false, EXS_CA_OPEN, 3, 1 | 4, true },
		{ false, EXS_CA_RECOVERY, 1, 1, false },
		{ true, EXS_CA_RECOVERY, 1, 1, true },
		{ true, EXS_CA_OPEN, 3, 1, true },
	};
	struct exs_net *en = exs_net(&init_net);
	int saved = en->sysctl.tcp_recovery;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_rack r;

		exs_rack_open(test, &r);
		en->sysctl.tcp_recovery = t[i].recovery;
		r.seg[1]->skb_mstamp_ns = r.seg[0]->skb_mstamp_ns;
		exs_rack_arrive(&r, 1, 50000);
		r.f.tp->reord_seen = t[i].seen;
		r.f.tp->cc.ca_state = t[i].state;
		r.f.tp->sacked_out = t[i].sacked;
		KUNIT_EXPECT_EQ_MSG(test, exs_tcp_rack_mark_lost(r.f.sk),
				    t[i].waits, "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, exs_rack_lost(&r), !t[i].waits,
				    "row %u", i);
		exs_tcp_fix_close(test, &r.f);
	}
	en->sysctl.tcp_recovery = saved;
}

/* A retransmission is judged by its own time. */
static void mark__retransmission_lost_too(struct kunit *test)
{
	unsigned long n = exs_mib_read(exs_net(&init_net),
				       EXS_MIB_TCPEXT_TCPLostRetransmit);
	struct exs_rack r;
	struct exs_tcp_sock *tp;

	exs_rack_open(test, &r);
	tp = r.f.tp;
	exs_rack_arrive(&r, 2, 70000);
	exs_tcp_rack_mark_lost(r.f.sk);
	KUNIT_EXPECT_EQ(test, exs_rack_lost(&r), 0x3U);
	/* The first goes again, before segment 4 was sent. */
	EXS_TCPCB(r.seg[0])->sacked |= EXS_TCPCB_RETRANS |
				       EXS_TCPCB_EVER_RETRANS;
	tp->retrans_out = 1;
	r.seg[0]->skb_mstamp_ns = (u64)(EXS_RACK_T0 + 35000) * NSEC_PER_USEC;
	list_add(&r.seg[0]->tcp_tsorted_anchor,
		 &r.seg[3]->tcp_tsorted_anchor);
	exs_rack_arrive(&r, 5, 100000);
	exs_tcp_rack_mark_lost(r.f.sk);
	KUNIT_EXPECT_EQ(test, tp->retrans_out, 0U);
	KUNIT_EXPECT_EQ(test, exs_rack_lost(&r), 0x1bU);
	KUNIT_EXPECT_EQ(test, tp->lost_out, 4U);
	KUNIT_EXPECT_EQ(test, tp->lost, 5U);
	KUNIT_EXPECT_EQ(test, n + 1,
			exs_mib_read(exs_net(&init_net),
				     EXS_MIB_TCPEXT_TCPLostRetransmit));
	exs_tcp_fix_close(test, &r.f);
}

/* RFC 8985 6.2 step 4: a step each round with a DSACK; 16 recoveries keep it. */
static void dsack__widens_for_a_while(struct kunit *test)
{
	struct exs_tcp_ack_state as = { .rate_prior_delivered = 10 };
	struct exs_tcp_ext *ext;
	struct exs_rack r;
	unsigned int i;

	exs_rack_open(test, &r);
	r.f.tp->cc.delivered = 20;
	ext = exs_tcp_ext_own(r.f.tp, GFP_ATOMIC);
	KUNIT_ASSERT_NOT_NULL(test, ext);
	ext->rack_dsack = 1;
	exs_tcp_rack_dsack(r.f.sk, &as);
	KUNIT_EXPECT_EQ(test, ext->rack_steps, 0);
	as.rate_valid = true;
	as.delivered = 2;
	exs_tcp_rack_dsack(r.f.sk, &as);
	KUNIT_EXPECT_EQ(test, ext->rack_steps, 2);
	/* Of the same round. */
	as.rate_prior_delivered = 21;
	ext->rack_dsack = 1;
	exs_tcp_rack_dsack(r.f.sk, &as);
	KUNIT_EXPECT_EQ(test, ext->rack_steps, 2);
	KUNIT_EXPECT_EQ(test, ext->rack_dsack, 0);
	as.rate_prior_delivered = 22;
	ext->rack_dsack = 1;
	exs_tcp_rack_dsack(r.f.sk, &as);
	KUNIT_EXPECT_EQ(test, ext->rack_steps, 3);
	for (i = 0; i < 16; i++) {
		exs_tcp_rack_dsack(r.f.sk, &as);
		KUNIT_EXPECT_EQ(test, ext->rack_steps, 3);
		exs_tcp_rack_recovered(r.f.tp, false);
	}
	exs_tcp_rack_dsack(r.f.sk, &as);
	KUNIT_EXPECT_EQ(test, ext->rack_steps, 0);
	exs_tcp_fix_close(test, &r.f);
}

static struct kunit_case exs_tcp_rack_cases[] = {
	KUNIT_CASE(advance__which_of_two_sendings),
	KUNIT_CASE(mark__later_by_more_than_the_window),
	KUNIT_CASE(mark__waits_for_reordering),
	KUNIT_CASE(window__when_it_is_open),
	KUNIT_CASE(mark__retransmission_lost_too),
	KUNIT_CASE(dsack__widens_for_a_while),
	{}
};

static struct kunit_suite exs_tcp_rack_suite = {
	.name = "expstack_tcp_rack",
	.test_cases = exs_tcp_rack_cases,
};

kunit_test_suite(exs_tcp_rack_suite);
