// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_mss.c.
 */
#include "tcp_fix.h"

static void mtu_to_mss__headers_and_bounds(struct kunit *test)
{
	static const struct {
		u32 mtu;
		u16 clamp;
		u8 header_len;
		u32 mss;
	} t[] = {
		{ 1500, 65495, 20, 1460 },
		{ 1500, 65495, 32, 1448 },
		{ 1500, 1460, 32, 1448 },
		{ 1500, 536, 32, 524 },
		{ 576, 65495, 20, 536 },
		{ 88, 65495, 20, 48 },
		{ 87, 65495, 20, 48 },		/* tcp_min_snd_mss */
		{ 40, 65495, 20, 48 },
		{ 0, 65495, 32, 36 },
		{ 65535, 65495, 20, 65495 },
	};
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		f.tp->mss_clamp = t[i].clamp;
		f.tp->header_len = t[i].header_len;
		KUNIT_EXPECT_EQ_MSG(test, exs_tcp_mtu_to_mss(f.sk, t[i].mtu),
				    t[i].mss, "row %u", i);
	}
	exs_tcp_fix_close(test, &f);
}

static void half_window__two_must_fit(struct kunit *test)
{
	static const struct {
		u32 window, bytes, expect;
	} t[] = {
		{ 0, 1460, 1460 },		/* not known yet */
		{ 65535, 1460, 1460 },
		{ 2920, 1460, 1460 }, { 2919, 1460, 1459 },
		{ 537, 1460, 268 }, { 536, 1460, 536 },	/* tiny: whole */
		{ 10, 1460, 48 },
	};
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		f.tp->max_window = t[i].window;
		KUNIT_EXPECT_EQ_MSG(test,
				    exs_tcp_half_window(f.tp, t[i].bytes),
				    t[i].expect, "row %u", i);
	}
	exs_tcp_fix_close(test, &f);
}

/* SACK blocks take room; what is to be reported is not used up by counting. */
static void current_mss__leaves_the_dsack(struct kunit *test)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);
	struct sk_buff *skb;
	unsigned int mss;

	f.tp->sack_ok = 1;
	mss = exs_tcp_current_mss(f.sk);
	skb = exs_tcp_fix_seg(test, EXS_TCPHDR_ACK, EXS_FIX_IRS + 1000,
			      EXS_FIX_ISS, 100);
	__skb_pull(skb, tcp_hdrlen(skb));
	exs_tcp_ooo_queue(f.sk, skb);
	KUNIT_EXPECT_EQ(test, exs_tcp_current_mss(f.sk), mss - 12);
	exs_tcp_dsack_set(f.sk, EXS_FIX_IRS - 10, EXS_FIX_IRS);
	KUNIT_EXPECT_EQ(test, exs_tcp_current_mss(f.sk), mss - 20);
	KUNIT_EXPECT_TRUE(test, f.tp->dsack_set);
	exs_tcp_fix_close(test, &f);
}

static void size_goal__multiple_of_mss(struct kunit *test)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);

	f.tp->max_window = 1 << 20;
	f.sk->sk_gso_max_size = 65000;
	f.sk->sk_gso_max_segs = 65535;
	KUNIT_EXPECT_EQ(test, exs_tcp_size_goal(f.sk, 1448), 44U * 1448);
	KUNIT_EXPECT_EQ(test, f.tp->gso_segs, 44);
	KUNIT_EXPECT_EQ(test, exs_tcp_size_goal(f.sk, 1460), 44U * 1460);
	f.sk->sk_gso_max_segs = 4;
	KUNIT_EXPECT_EQ(test, exs_tcp_size_goal(f.sk, 500), 4U * 500);
	f.tp->max_window = 4000;
	KUNIT_EXPECT_EQ(test, exs_tcp_size_goal(f.sk, 1448), 1448U);
	f.sk->sk_gso_max_size = 0;
	KUNIT_EXPECT_EQ(test, exs_tcp_size_goal(f.sk, 1448), 1448U);
	exs_tcp_fix_close(test, &f);
}

static struct kunit_case exs_tcp_mss_cases[] = {
	KUNIT_CASE(mtu_to_mss__headers_and_bounds),
	KUNIT_CASE(half_window__two_must_fit),
	KUNIT_CASE(current_mss__leaves_the_dsack),
	KUNIT_CASE(size_goal__multiple_of_mss),
	{}
};

static struct kunit_suite exs_tcp_mss_suite = {
	.name = "expstack_tcp_mss",
	.test_cases = exs_tcp_mss_cases,
};

kunit_test_suite(exs_tcp_mss_suite);
