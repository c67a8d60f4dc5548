// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_dsack.c: duplicates the peer reports.
 * Four segments of 1000 bytes were sent twice.
 */
#include "tcp_fix.h"

static struct exs_tcp_fix exs_dsack_open(struct kunit *test)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);

	f.tp->mss_cache = 1000;
	f.tp->total_retrans = 4;
	f.tp->undo_marker = EXS_FIX_ISS;
	f.tp->undo_retrans = 4;
	return f;
}

static void received__which_blocks(struct kunit *test)
{
	static const struct {
		u32 start, end;		/* first block */
		u32 start2, end2;	/* second, 0: none */
		u32 ack;
		bool yes;
		u32 segs;
	} t[] = {
		{ 0, 1000, 0, 0, 2000, true, 1 },
		{ 0, 2000, 0, 0, 2000, true, 2 },
		{ 1999, 2100, 0, 0, 2000, true, 1 },
		{ 2000, 3000, 0, 0, 2000, false, 0 },
		{ 4000, 5000, 3000, 6000, 2000, true, 1 },
		{ 3000, 6000, 3000, 6000, 2000, true, 3 },
		{ 3000, 6001, 3000, 6000, 2000, false, 0 },
		{ 2999, 6000, 3000, 6000, 2000, false, 0 },
		/* Not to be believed: reversed, too long, more than we sent. */
		{ 1000, 1000, 0, 0, 2000, false, 0 },
		{ 0, EXS_FIX_WND + 1, 0, 0, EXS_FIX_WND + 2, false, 0 },
		{ 0, 5000, 0, 0, 6000, false, 0 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_tcp_fix f = exs_dsack_open(test);
		struct exs_tcp_ack_state as = { .prior_una = EXS_FIX_ISS };
		struct exs_tcp_opt o = { };

		o.sack[0].start = EXS_FIX_ISS + t[i].start;
		o.sack[0].end = EXS_FIX_ISS + t[i].end;
		o.sack[1].start = EXS_FIX_ISS + t[i].start2;
		o.sack[1].end = EXS_FIX_ISS + t[i].end2;
		o.num_sacks = t[i].end2 ? 2 : 1;
		KUNIT_EXPECT_EQ_MSG(test,
				    exs_tcp_dsack_received(f.sk, &o,
							   EXS_FIX_ISS +
							   t[i].ack, &as),
				    t[i].yes, "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, as.dsack, t[i].yes, "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, as.delivered, t[i].segs, "row %u", i);
		exs_tcp_fix_close(test, &f);
	}
}

/* Of what is acknowledged; what is in the queue is counted there. */
static void received__counts_towards_undo(struct kunit *test)
{
	struct exs_tcp_fix f = exs_dsack_open(test);
	struct exs_tcp_ack_state as = { .prior_una = EXS_FIX_ISS + 3000 };
	struct exs_tcp_opt o = { .num_sacks = 1 };

	o.sack[0].start = EXS_FIX_ISS;
	o.sack[0].end = EXS_FIX_ISS + 3000;
	exs_tcp_dsack_received(f.sk, &o, EXS_FIX_ISS + 4000, &as);
	KUNIT_EXPECT_EQ(test, f.tp->undo_retrans, 1);
	o.sack[0].start = EXS_FIX_ISS + 3000;
	o.sack[0].end = EXS_FIX_ISS + 4000;
	exs_tcp_dsack_received(f.sk, &o, EXS_FIX_ISS + 4000, &as);
	KUNIT_EXPECT_EQ(test, f.tp->undo_retrans, 1);
	KUNIT_EXPECT_EQ(test, f.tp->ext->dsack_dups, 4U);
	exs_tcp_fix_close(test, &f);
}

/* RACK waits longer where the network reorders; a probe is no proof of it. */
static void received__tells_rack(struct kunit *test)
{
	static const struct {
		bool seen;
		u32 tlp;
		bool told, probe;
	} t[] = {
		{ false, 0, false, false }, { true, 0, true, false },
		{ true, 1000, false, true }, { true, 2000, true, false },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_tcp_fix f = exs_dsack_open(test);
		struct exs_tcp_ack_state as = { .prior_una = EXS_FIX_ISS };
		struct exs_tcp_opt o = { .num_sacks = 1 };

		o.sack[0].start = EXS_FIX_ISS;
		o.sack[0].end = EXS_FIX_ISS + 1000;
		f.tp->reord_seen = t[i].seen;
		f.tp->tlp_high_seq = t[i].tlp ? EXS_FIX_ISS + t[i].tlp : 0;
		exs_tcp_dsack_received(f.sk, &o, EXS_FIX_ISS + 2000, &as);
		KUNIT_EXPECT_EQ_MSG(test, f.tp->ext->rack_dsack, t[i].told,
				    "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, as.dsack_tlp, t[i].probe, "row %u",
				    i);
		exs_tcp_fix_close(test, &f);
	}
}

static struct kunit_case exs_tcp_dsack_cases[] = {
	KUNIT_CASE(received__which_blocks),
	KUNIT_CASE(received__counts_towards_undo),
	KUNIT_CASE(received__tells_rack),
	{}
};

static struct kunit_suite exs_tcp_dsack_suite = {
	.name = "expstack_tcp_dsack",
	.test_cases = exs_tcp_dsack_cases,
};

kunit_test_suite(exs_tcp_dsack_suite);
