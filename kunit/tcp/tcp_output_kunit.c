// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_output.c.
 */
#include "tcp_fix.h"

#define U EXS_FIX_ISS

static void nagle_holds__small_behind_small(struct kunit *test)
{
	static const struct {
		bool partial;
		int nonagle;
		u32 out, sml;	/* in flight; end of the last small segment */
		bool holds;
	} t[] = {
		{ false, 0, 1, U + 1, false },
		{ true, 0, 0, U + 1, false },
		{ true, 0, 1, U, false },		/* acknowledged */
		{ true, 0, 1, U + 1, true },
		{ true, 0, 1, U + 100, true },
		{ true, 0, 1, U + 101, false },		/* not sent: stale */
		{ true, EXS_TCP_NAGLE_OFF, 1, U + 1, false },
		{ true, EXS_TCP_NAGLE_PUSH, 1, U + 1, false },
		{ true, EXS_TCP_NAGLE_CORK, 0, U, true },
		{ false, EXS_TCP_NAGLE_CORK, 1, U + 1, false },
		{ true, EXS_TCP_NAGLE_CORK | EXS_TCP_NAGLE_OFF, 0, U, true },
	};
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);
	unsigned int i;

	f.tp->snd_nxt = U + 100;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		f.tp->packets_out = t[i].out;
		f.tp->snd_sml = t[i].sml;
		KUNIT_EXPECT_EQ_MSG(test,
				    exs_tcp_nagle_holds(f.tp, t[i].partial,
							t[i].nonagle),
				    t[i].holds, "row %u", i);
	}
	f.tp->packets_out = 0;
	exs_tcp_fix_close(test, &f);
}

static void cwnd_quota__at_most_half(struct kunit *test)
{
	static const struct {
		u32 cwnd, out, quota;
	} t[] = {
		{ 10, 0, 5 }, { 10, 4, 5 }, { 10, 6, 4 }, { 10, 9, 1 },
		{ 10, 10, 0 }, { 10, 11, 0 }, { 1, 0, 1 }, { 1, 1, 0 },
		{ 2, 0, 1 }, { 3, 0, 1 },
	};
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		f.tp->cc.cwnd = t[i].cwnd;
		f.tp->packets_out = t[i].out;
		KUNIT_EXPECT_EQ_MSG(test, exs_tcp_cwnd_quota(f.tp), t[i].quota,
				    "row %u", i);
	}
	f.tp->packets_out = 0;
	exs_tcp_fix_close(test, &f);
}

static void output_limit__whole_segments(struct kunit *test)
{
	static const struct {
		u32 len, window, segs;
		bool last;
		int nonagle;
		u32 limit;
	} t[] = {
		{ 10000, 60000, 2, false, 0, 2000 },
		{ 10000, 60000, 20, false, 0, 20000 },
		{ 10000, 5500, 20, false, 0, 5000 },	/* window's edge */
		{ 2500, 60000, 10, true, 0, 2000 },	/* Nagle keeps the tail */
		{ 2500, 60000, 10, true, EXS_TCP_NAGLE_OFF, 2500 },
		{ 2500, 60000, 2, true, EXS_TCP_NAGLE_OFF, 2000 },
		{ 2000, 60000, 10, true, 0, 2000 },
		{ 2500, 2499, 10, true, EXS_TCP_NAGLE_OFF, 2499 },
	};
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);
	struct sk_buff *skb = alloc_skb(0, GFP_ATOMIC);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, skb);
	/* A small segment is in flight. */
	f.tp->packets_out = 1;
	f.tp->snd_nxt = U + 1;
	f.tp->snd_sml = U + 1;
	EXS_TCPCB(skb)->seq = U + 1;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		skb->len = t[i].len;
		f.tp->snd_wnd = t[i].window + 1;
		KUNIT_EXPECT_EQ_MSG(test,
				    exs_tcp_output_limit(f.tp, skb, t[i].last,
							 1000, t[i].segs,
							 t[i].nonagle),
				    t[i].limit, "row %u", i);
	}
	skb->len = 0;
	kfree_skb(skb);
	f.tp->packets_out = 0;
	exs_tcp_fix_close(test, &f);
}

static struct kunit_case exs_tcp_output_cases[] = {
	KUNIT_CASE(nagle_holds__small_behind_small),
	KUNIT_CASE(cwnd_quota__at_most_half),
	KUNIT_CASE(output_limit__whole_segments),
	{}
};

static struct kunit_suite exs_tcp_output_suite = {
	.name = "expstack_tcp_output",
	.test_cases = exs_tcp_output_cases,
};

kunit_test_suite(exs_tcp_output_suite);
