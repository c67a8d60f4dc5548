// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_tlp.c: tail loss probes.
 */
#include "tcp_fix.h"

static void after__two_round_trips(struct kunit *test)
{
	static const struct {
		u32 srtt_us, packets;
		u32 us;
	} t[] = {
		{ 100000, 2, 202000 },
		{ 100000, 10, 202000 },
		{ 100000, 1, 400000 },
		{ 1000, 2, 4000 },
		{ 1000, 1, 202000 },
		{ 0, 2, 1000000 },
		{ 0, 1, 1000000 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++)
		KUNIT_EXPECT_EQ_MSG(test,
				    exs_tcp_tlp_after(t[i].srtt_us << 3,
						      t[i].packets, 200000),
				    usecs_to_jiffies(t[i].us), "row %u", i);
}

static void schedule__when(struct kunit *test)
{
	static const struct {
		int early;
		bool sack;
		u8 state;
		u32 out;
		bool yes;
	} t[] = {
		{ 3, true, EXS_CA_OPEN, 2, true },
		{ 4, true, EXS_CA_OPEN, 2, true },
		{ 3, true, EXS_CA_CWR, 2, true },
		{ 0, true, EXS_CA_OPEN, 2, false },
		{ 2, true, EXS_CA_OPEN, 2, false },
		{ 3, false, EXS_CA_OPEN, 2, false },
		{ 3, true, EXS_CA_DISORDER, 2, false },
		{ 3, true, EXS_CA_RECOVERY, 2, false },
		{ 3, true, EXS_CA_LOSS, 2, false },
		{ 3, true, EXS_CA_OPEN, 0, false },
	};
	struct exs_net *en = exs_net(&init_net);
	int saved = en->sysctl.tcp_early_retrans;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);

		en->sysctl.tcp_early_retrans = t[i].early;
		f.tp->sack_ok = t[i].sack;
		f.tp->cc.ca_state = t[i].state;
		f.tp->cc.srtt_us = 100000 << 3;
		f.tp->packets_out = t[i].out;
		KUNIT_EXPECT_EQ_MSG(test, exs_tcp_tlp_schedule(f.sk, true),
				    t[i].yes, "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, f.tp->rtx_kind,
				    t[i].yes ? EXS_TCP_RTX_TLP :
					       EXS_TCP_RTX_NONE, "row %u", i);
		f.tp->packets_out = 0;
		exs_tcp_fix_close(test, &f);
	}
	en->sysctl.tcp_early_retrans = saved;
}

/* Never after the retransmission timer, which may have run for a while. */
static void schedule__not_after_the_timeout(struct kunit *test)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);
	struct sk_buff *skb = exs_tcp_fix_sent(test, &f, 2, 1000);
	u32 left;

	f.tp->sack_ok = 1;
	f.tp->cc.srtt_us = 0x0fffffff;		/* two round trips: 67 s */
	f.tp->rto = 50 * HZ;
	/* The machine may have run for less than what is subtracted below. */
	f.tp->mstamp_us = 100 * USEC_PER_SEC;
	KUNIT_EXPECT_TRUE(test, exs_tcp_tlp_schedule(f.sk, true));
	left = f.tp->rtx_timeout - (u32)jiffies;
	KUNIT_EXPECT_LE(test, left, 50U * HZ);
	KUNIT_EXPECT_GE(test, left, 49U * HZ);
	skb->skb_mstamp_ns = (f.tp->mstamp_us - 40 * USEC_PER_SEC) *
			     NSEC_PER_USEC;
	KUNIT_EXPECT_TRUE(test, exs_tcp_tlp_schedule(f.sk, false));
	left = f.tp->rtx_timeout - (u32)jiffies;
	KUNIT_EXPECT_LE(test, left, 10U * HZ);
	KUNIT_EXPECT_GE(test, left, 9U * HZ);
	exs_tcp_fix_close(test, &f);
}

/* RFC 8985 7.4: what the ACK of a probe tells. */
static void ack__did_it_repair_a_loss(struct kunit *test)
{
	static const struct {
		s32 ack;		/* from tlp_high_seq */
		bool retrans, dsack, progress, sacked;
		bool over, reduced;
	} t[] = {
		{ -1, true, false, true, false, false, false },
		{ 0, false, false, true, false, true, false },
		/* The probe was of old data and is all that was missing... */
		{ 0, true, false, true, false, false, false },
		/* ... or both it and the first sending arrived. */
		{ 0, true, true, true, false, true, false },
		{ 0, true, false, false, false, true, false },
		{ 0, true, false, false, true, false, false },
		{ 1, true, false, true, false, true, true },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);
		struct exs_tcp_ack_state as = {
			.dsack_tlp = t[i].dsack, .progress = t[i].progress,
			.not_dup = t[i].progress, .sacked = t[i].sacked,
		};

		exs_cc_set(f.sk, "reno", false, true);
		f.tp->cc.cwnd = 10;
		f.tp->tlp_high_seq = EXS_FIX_ISS + 1000;
		f.tp->tlp_retrans = t[i].retrans;
		exs_tcp_tlp_ack(f.sk, f.tp->tlp_high_seq + t[i].ack, &as);
		KUNIT_EXPECT_EQ_MSG(test, !f.tp->tlp_high_seq, t[i].over,
				    "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, f.tp->cc.cwnd,
				    t[i].reduced ? 5U : 10U, "row %u", i);
		KUNIT_EXPECT_EQ(test, f.tp->cc.ca_state, EXS_CA_OPEN);
		exs_tcp_fix_close(test, &f);
	}
}

static struct kunit_case exs_tcp_tlp_cases[] = {
	KUNIT_CASE(after__two_round_trips),
	KUNIT_CASE(schedule__when),
	KUNIT_CASE(schedule__not_after_the_timeout),
	KUNIT_CASE(ack__did_it_repair_a_loss),
	{}
};

static struct kunit_suite exs_tcp_tlp_suite = {
	.name = "expstack_tcp_tlp",
	.test_cases = exs_tcp_tlp_cases,
};

kunit_test_suite(exs_tcp_tlp_suite);
