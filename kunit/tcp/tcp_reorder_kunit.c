// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_reorder.c: how far it was reordered.
 */
#include "tcp_fix.h"

static void sack__distance_in_segments(struct kunit *test)
{
	static const struct {
		u32 low, fack;
		u16 before, after;
		bool seen;
	} t[] = {
		{ 0, 3000, 3, 3, true },
		{ 0, 3001, 3, 4, true },
		{ 0, 9500, 3, 10, true },
		{ 2000, 9000, 3, 7, true },
		{ 2000, 9000, 8, 8, true },
		{ 9000, 9000, 3, 3, false },
		{ 9001, 9000, 3, 3, false },
		{ 0, 400000, 3, 300, true },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);
		struct sk_buff *skb = exs_tcp_fix_sent(test, &f, 1, 1000);

		f.tp->mss_cache = 1000;
		f.tp->reordering = t[i].before;
		EXS_TCPCB(skb)->end_seq = EXS_FIX_ISS + t[i].fack;
		f.tp->sack_high = skb;
		exs_tcp_reorder_sack(f.sk, EXS_FIX_ISS + t[i].low, false);
		KUNIT_EXPECT_EQ_MSG(test, f.tp->reordering, t[i].after,
				    "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, !!f.tp->reord_seen, t[i].seen,
				    "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, f.tp->ext->reord_seen, t[i].seen,
				    "row %u", i);
		exs_tcp_fix_close(test, &f);
	}
}

static void sack__counted_by_how_it_was_found(struct kunit *test)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);
	struct exs_net *en = exs_net(&init_net);
	unsigned long ts, sack;

	ts = exs_mib_read(en, EXS_MIB_TCPEXT_TCPTSReorder);
	sack = exs_mib_read(en, EXS_MIB_TCPEXT_TCPSACKReorder);
	exs_tcp_reorder_sack(f.sk, f.tp->snd_una - 1, false);
	exs_tcp_reorder_sack(f.sk, f.tp->snd_una - 1, false);
	exs_tcp_reorder_sack(f.sk, f.tp->snd_una - 1, true);
	KUNIT_EXPECT_EQ(test, ts + 1,
			exs_mib_read(en, EXS_MIB_TCPEXT_TCPTSReorder));
	KUNIT_EXPECT_EQ(test, sack + 2,
			exs_mib_read(en, EXS_MIB_TCPEXT_TCPSACKReorder));
	KUNIT_EXPECT_EQ(test, f.tp->ext->reord_seen, 3U);
	exs_tcp_fix_close(test, &f);
}

/* More duplicates than segments that can have arrived. */
static void reno__more_than_can_be(struct kunit *test)
{
	static const struct {
		u32 out, lost, sacked, acked;
		u32 left;
		u16 reordering;
	} t[] = {
		{ 10, 0, 9, 0, 9, 3 },
		{ 10, 0, 10, 0, 9, 10 },
		{ 10, 0, 10, 2, 9, 12 },
		{ 10, 4, 6, 0, 6, 3 },
		{ 10, 4, 7, 0, 6, 10 },
		{ 0, 0, 1, 5, 0, 5 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);

		f.tp->packets_out = t[i].out;
		f.tp->lost_out = t[i].lost;
		f.tp->sacked_out = t[i].sacked;
		exs_tcp_reorder_reno(f.sk, t[i].acked);
		KUNIT_EXPECT_EQ_MSG(test, f.tp->sacked_out, t[i].left,
				    "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, f.tp->reordering, t[i].reordering,
				    "row %u", i);
		exs_tcp_fix_close(test, &f);
	}
}

static struct kunit_case exs_tcp_reorder_cases[] = {
	KUNIT_CASE(sack__distance_in_segments),
	KUNIT_CASE(sack__counted_by_how_it_was_found),
	KUNIT_CASE(reno__more_than_can_be),
	{}
};

static struct kunit_suite exs_tcp_reorder_suite = {
	.name = "expstack_tcp_reorder",
	.test_cases = exs_tcp_reorder_cases,
};

kunit_test_suite(exs_tcp_reorder_suite);
