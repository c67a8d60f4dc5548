// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_cc_sock.c: the congestion control of a
 * socket. The building blocks are in cc_reno_kunit.c.
 */
#include "tcp_fix.h"

static unsigned int exs_ccs_inits, exs_ccs_releases;

static u32 exs_ccs_ssthresh(struct exs_cc *cc)
{
	return 2;
}

static void exs_ccs_avoid(struct exs_cc *cc, const struct exs_cc_ack *ack)
{
}

static u32 exs_ccs_undo(struct exs_cc *cc)
{
	return cc->cwnd;
}

static void exs_ccs_init(struct exs_cc *cc)
{
	exs_ccs_inits++;
}

static void exs_ccs_release(struct exs_cc *cc)
{
	exs_ccs_releases++;
}

/* A fix's lock is held with BH off; taking turns with the registry is not. */
static void set__who_may_choose_what(struct kunit *test)
{
	static struct exs_cc_ops ops = {
		.name = "kunitcc", .owner = THIS_MODULE,
		.ssthresh = exs_ccs_ssthresh, .undo_cwnd = exs_ccs_undo,
		.cong_avoid = exs_ccs_avoid, .init = exs_ccs_init,
		.release = exs_ccs_release,
	};
	struct exs_tcp_fix f;

	KUNIT_ASSERT_EQ(test, exs_cc_register(&ops), 0);
	f = exs_tcp_fix_open(test, TCP_ESTABLISHED);
	exs_ccs_inits = 0;
	exs_ccs_releases = 0;
	KUNIT_EXPECT_EQ(test, exs_cc_set(f.sk, "nosuch", false, true), -ENOENT);
	KUNIT_EXPECT_EQ(test, exs_cc_set(f.sk, "kunitcc", false, false),
			-EPERM);
	KUNIT_EXPECT_STREQ(test, f.tp->cc.ops->name, "reno");
	/* No connection yet: it begins with the first. */
	f.tp->cc.started = 0;
	KUNIT_EXPECT_EQ(test, exs_cc_set(f.sk, "kunitcc", false, true), 0);
	KUNIT_EXPECT_PTR_EQ(test, f.tp->cc.ops,
			    (const struct exs_cc_ops *)&ops);
	KUNIT_EXPECT_EQ(test, exs_ccs_inits, 0U);
	exs_cc_init_transfer(f.sk);
	KUNIT_EXPECT_EQ(test, exs_ccs_inits, 1U);
	/* The same once more is no new start. */
	KUNIT_EXPECT_EQ(test, exs_cc_set(f.sk, "kunitcc", false, true), 0);
	KUNIT_EXPECT_EQ(test, exs_ccs_inits, 1U);
	KUNIT_EXPECT_EQ(test, exs_ccs_releases, 0U);
	/* In the middle of a connection: the old ends, the new begins. */
	KUNIT_EXPECT_EQ(test, exs_cc_set(f.sk, "reno", false, true), 0);
	KUNIT_EXPECT_EQ(test, exs_ccs_releases, 1U);
	KUNIT_EXPECT_EQ(test, (int)f.tp->cc.started, 1);
	ops.flags |= EXS_CC_NON_RESTRICTED;
	KUNIT_EXPECT_EQ(test, exs_cc_set(f.sk, "kunitcc", false, false), 0);
	KUNIT_EXPECT_EQ(test, exs_ccs_inits, 2U);
	exs_tcp_fix_close(test, &f);
	KUNIT_EXPECT_EQ(test, exs_ccs_releases, 2U);
	exs_cc_unregister(&ops);
}

static struct kunit_case exs_tcp_cc_sock_cases[] = {
	KUNIT_CASE(set__who_may_choose_what),
	{}
};

static struct kunit_suite exs_tcp_cc_sock_suite = {
	.name = "expstack_tcp_cc_sock",
	.test_cases = exs_tcp_cc_sock_cases,
};

kunit_test_suite(exs_tcp_cc_sock_suite);
