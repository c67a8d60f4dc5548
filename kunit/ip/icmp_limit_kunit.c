// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ip: suite of module/ip/icmp_limit.c: how many errors may leave.
 */
#include <linux/slab.h>

#include "ip_test.h"

/* The first namespace with limits of the case's own. */
static int exs_icmp_limit_setup(struct kunit *test)
{
	struct exs_icmp_net *own = exs_icmp_limit_new();

	KUNIT_ASSERT_NOT_NULL(test, own);
	test->priv = exs_ip_test_net()->icmp;
	exs_ip_test_net()->icmp = own;
	return 0;
}

static void exs_icmp_limit_teardown(struct kunit *test)
{
	struct exs_icmp_net *own = exs_ip_test_net()->icmp;

	exs_ip_test_net()->icmp = test->priv;
	synchronize_net();
	kfree(own);
}

static unsigned int exs_icmp_limit_count(unsigned long now)
{
	unsigned int n = 0;

	while (n < 1000 && exs_icmp_limit_global(exs_ip_test_net(), now)) {
		exs_icmp_limit_use(exs_ip_test_net(), 1);
		n++;
	}
	return n;
}

static void limit_global__burst_then_rate(struct kunit *test)
{
	unsigned long now = jiffies;

	KUNIT_EXPECT_EQ(test, exs_icmp_limit_count(now), 50);
	KUNIT_EXPECT_EQ(test, exs_icmp_limit_count(now), 0);
	/* 1,000 a second: 20 in 20 ms, and no more than the burst later. */
	KUNIT_EXPECT_EQ(test, exs_icmp_limit_count(now + HZ / 50), 20);
	KUNIT_EXPECT_EQ(test, exs_icmp_limit_count(now + HZ / 50 + 10 * HZ), 50);
}

static unsigned int exs_icmp_limit_peer_count(u32 addr, unsigned long now)
{
	unsigned int n = 0;

	while (n < 1000 && exs_icmp_limit_peer(exs_ip_test_net(), htonl(addr), now))
		n++;
	return n;
}

static void limit_peer__six_then_one_a_second(struct kunit *test)
{
	unsigned long now = jiffies;

	KUNIT_EXPECT_EQ(test, exs_icmp_limit_peer_count(EXS_IP_TEST_SRC, now), 6);
	now += HZ - 1;
	KUNIT_EXPECT_EQ(test, exs_icmp_limit_peer_count(EXS_IP_TEST_SRC, now), 0);
	now += 1;
	KUNIT_EXPECT_EQ(test, exs_icmp_limit_peer_count(EXS_IP_TEST_SRC, now), 1);
	now += 100 * HZ;
	KUNIT_EXPECT_EQ(test, exs_icmp_limit_peer_count(EXS_IP_TEST_SRC, now), 6);
}

static void limit_peer__off_when_zero(struct kunit *test)
{
	struct exs_net *en = exs_ip_test_net();
	int limit = en->sysctl.icmp_ratelimit;

	en->sysctl.icmp_ratelimit = 0;
	KUNIT_EXPECT_EQ(test, exs_icmp_limit_peer_count(EXS_IP_TEST_SRC, jiffies),
			1000);
	en->sysctl.icmp_ratelimit = limit;
}

/* Two targets do not share, but for where they fall in the same place. */
static void limit_peer__each_target_has_its_own(struct kunit *test)
{
	unsigned long now = jiffies;
	unsigned int i, full = 0;

	for (i = 0; i < 32; i++)
		full += exs_icmp_limit_peer_count(EXS_IP_TEST_SRC + i, now) == 6;
	KUNIT_EXPECT_GT(test, full, 20);
}

static void limit_global__no_burst_no_message(struct kunit *test)
{
	struct exs_net *en = exs_ip_test_net();
	int burst = en->sysctl.icmp_msgs_burst;

	en->sysctl.icmp_msgs_burst = 0;
	KUNIT_EXPECT_EQ(test, exs_icmp_limit_count(jiffies), 0);
	en->sysctl.icmp_msgs_burst = burst;
}

static struct kunit_case exs_icmp_limit_cases[] = {
	KUNIT_CASE(limit_global__burst_then_rate),
	KUNIT_CASE(limit_global__no_burst_no_message),
	KUNIT_CASE(limit_peer__six_then_one_a_second),
	KUNIT_CASE(limit_peer__off_when_zero),
	KUNIT_CASE(limit_peer__each_target_has_its_own),
	{}
};

static struct kunit_suite exs_icmp_limit_suite = {
	.name = "expstack_ip_icmp_limit",
	.init = exs_icmp_limit_setup,
	.exit = exs_icmp_limit_teardown,
	.test_cases = exs_icmp_limit_cases,
};

kunit_test_suite(exs_icmp_limit_suite);
