// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_reply.c and tcp_reply_raw.c.
 */
#include "tcp_fix.h"

static void oow_limited__silent_for_half_a_second(struct kunit *test)
{
	struct exs_net *en = exs_net(&init_net);
	u32 last = 0;

	KUNIT_EXPECT_FALSE(test, exs_tcp_oow_limited(en, &last));
	KUNIT_EXPECT_NE(test, last, 0U);
	KUNIT_EXPECT_TRUE(test, exs_tcp_oow_limited(en, &last));
	last = exs_clock_ms() - 501;
	KUNIT_EXPECT_FALSE(test, exs_tcp_oow_limited(en, &last));
}

static void reset_numbers__rfc_9293(struct kunit *test)
{
	static const struct {
		u32 ack:1, syn:1, fin:1;
		u32 seq, ack_seq, len;
		u8 flags;
		u32 rseq, rack;
	} t[] = {
		{ 1, 0, 0, 5, 77, 10, EXS_TCPHDR_RST, 77, 0 },
		{ 1, 1, 0, 5, 77, 0, EXS_TCPHDR_RST, 77, 0 },
		{ 0, 1, 0, 5, 0, 0, EXS_TCPHDR_RST | EXS_TCPHDR_ACK, 0, 6 },
		{ 0, 0, 0, 5, 0, 10, EXS_TCPHDR_RST | EXS_TCPHDR_ACK, 0, 15 },
		{ 0, 1, 1, 0xffffffff, 0, 3,
		  EXS_TCPHDR_RST | EXS_TCPHDR_ACK, 0, 4 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct tcphdr th = {
			.ack = t[i].ack, .syn = t[i].syn, .fin = t[i].fin,
			.seq = htonl(t[i].seq), .ack_seq = htonl(t[i].ack_seq),
		};
		u32 seq, ack;

		KUNIT_EXPECT_EQ(test,
				exs_tcp_reset_numbers(&th, t[i].len, &seq,
						      &ack), t[i].flags);
		KUNIT_EXPECT_EQ_MSG(test, seq, t[i].rseq, "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, ack, t[i].rack, "row %u", i);
	}
}

static void rt_advmss__from_route_or_user(struct kunit *test)
{
	static const struct {
		u32 mtu;
		u16 advmss, user, expect;
	} t[] = {
		{ 1500, 0, 0, 1460 }, { 1500, 1000, 0, 1000 },
		{ 1500, 0, 500, 500 }, { 1500, 0, 1461, 1460 },
		{ 65535, 0, 0, 65495 }, { 100, 0, 0, 256 },
		{ 1500, 20, 0, 88 },
	};
	struct exs_ldev *ldev = kunit_kzalloc(test, sizeof(*ldev), GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, ldev);
	static_branch_enable(&exs_route_metrics_key);
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_route_metrics m = {
			.attr.val[RTAX_ADVMSS] = t[i].advmss,
		};
		/* A path MTU does not count. */
		struct exs_rt rt = {
			.ldev = ldev, .mtu = 600, .metrics = &m,
		};

		ldev->mtu = t[i].mtu;
		KUNIT_EXPECT_EQ_MSG(test, exs_tcp_rt_advmss(&rt, t[i].user),
				    t[i].expect, "row %u", i);
	}
}

static struct kunit_case exs_tcp_reply_cases[] = {
	KUNIT_CASE(oow_limited__silent_for_half_a_second),
	KUNIT_CASE(reset_numbers__rfc_9293),
	KUNIT_CASE(rt_advmss__from_route_or_user),
	{}
};

static struct kunit_suite exs_tcp_reply_suite = {
	.name = "expstack_tcp_reply",
	.test_cases = exs_tcp_reply_cases,
};

kunit_test_suite(exs_tcp_reply_suite);
