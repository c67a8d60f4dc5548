// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ip: suite of module/ip/pmtu.c, on the first namespace's table.
 */
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <net/net_namespace.h>

#include "ip/route_priv.h"

#define EXS_PMTU_HOST	htonl(0xc6336402)

static struct exs_net *exs_pmtu_net(void)
{
	return exs_net(&init_net);
}

static u32 exs_pmtu_now(__be32 daddr)
{
	u32 mtu;

	rcu_read_lock();
	mtu = exs_pmtu_get(exs_pmtu_net(), daddr, NULL);
	rcu_read_unlock();
	return mtu;
}

static void exs_pmtu_learn(__be32 daddr, u32 mtu)
{
	rcu_read_lock();
	exs_pmtu_update(exs_pmtu_net(), daddr, mtu);
	rcu_read_unlock();
}

/* Each case has a table of its own: nothing learned before is in it. */
static int exs_pmtu_setup(struct kunit *test)
{
	struct exs_pmtu_table *own = exs_pmtu_table_new(exs_pmtu_net());

	KUNIT_ASSERT_NOT_NULL(test, own);
	test->priv = exs_pmtu_net()->route->pmtu;
	exs_pmtu_net()->route->pmtu = own;
	return 0;
}

static void exs_pmtu_teardown(struct kunit *test)
{
	struct exs_pmtu_table *own = exs_pmtu_net()->route->pmtu;

	exs_pmtu_net()->route->pmtu = test->priv;
	synchronize_net();
	exs_pmtu_table_free(own);
	exs_pmtu_net()->sysctl.mtu_expires = 600 * HZ;
}

static void get__unknown_is_zero(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, exs_pmtu_now(EXS_PMTU_HOST), 0);
}

static void update__smaller_wins_larger_is_ignored(struct kunit *test)
{
	exs_pmtu_learn(EXS_PMTU_HOST, 1400);
	KUNIT_EXPECT_EQ(test, exs_pmtu_now(EXS_PMTU_HOST), 1400);
	exs_pmtu_learn(EXS_PMTU_HOST, 1401);
	KUNIT_EXPECT_EQ(test, exs_pmtu_now(EXS_PMTU_HOST), 1400);
	exs_pmtu_learn(EXS_PMTU_HOST, 1399);
	KUNIT_EXPECT_EQ(test, exs_pmtu_now(EXS_PMTU_HOST), 1399);
}

static void update__never_below_min_pmtu(struct kunit *test)
{
	int floor = exs_pmtu_net()->sysctl.min_pmtu;

	exs_pmtu_learn(EXS_PMTU_HOST, 0);
	KUNIT_EXPECT_EQ(test, exs_pmtu_now(EXS_PMTU_HOST), floor);
}

/* Below the minimum routers may fragment, and what is told later keeps that. */
static void update__below_min_pmtu_locks(struct kunit *test)
{
	int floor = exs_pmtu_net()->sysctl.min_pmtu;
	static const struct {
		int off;
		bool locked;
	} t[] = { { 1, false }, { 0, false }, { -1, true }, { 1, true } };
	unsigned int i;
	bool locked;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		exs_pmtu_learn(EXS_PMTU_HOST, floor + t[i].off);
		rcu_read_lock();
		exs_pmtu_get(exs_pmtu_net(), EXS_PMTU_HOST, &locked);
		rcu_read_unlock();
		KUNIT_EXPECT_EQ_MSG(test, locked, t[i].locked, "row %u", i);
	}
}

static void update__makes_kept_routes_stale(struct kunit *test)
{
	int gen = atomic_read(&exs_pmtu_net()->rt_gen);

	exs_pmtu_learn(EXS_PMTU_HOST, 1300);
	KUNIT_EXPECT_NE(test, atomic_read(&exs_pmtu_net()->rt_gen), gen);
	/* Not by what is known already. */
	gen = atomic_read(&exs_pmtu_net()->rt_gen);
	exs_pmtu_learn(EXS_PMTU_HOST, 1300);
	KUNIT_EXPECT_EQ(test, atomic_read(&exs_pmtu_net()->rt_gen), gen);
}

/* RFC 1191 6.3: then a larger one may be tried again, and is believed. */
static void get__too_old_is_forgotten(struct kunit *test)
{
	exs_pmtu_net()->sysctl.mtu_expires = 2;
	exs_pmtu_learn(EXS_PMTU_HOST, 1300);
	msleep(jiffies_to_msecs(3));
	KUNIT_EXPECT_EQ(test, exs_pmtu_now(EXS_PMTU_HOST), 0);
	exs_pmtu_net()->sysctl.mtu_expires = 600 * HZ;
	exs_pmtu_learn(EXS_PMTU_HOST, 1400);
	KUNIT_EXPECT_EQ(test, exs_pmtu_now(EXS_PMTU_HOST), 1400);
}

/* A route that a socket keeps has the old MTU until it is looked up again. */
static void timer__end_makes_kept_routes_stale(struct kunit *test)
{
	unsigned int i;
	int gen;

	exs_pmtu_learn(htonl(0x0a000001), 1200);
	exs_pmtu_net()->sysctl.mtu_expires = HZ / 20;
	exs_pmtu_learn(EXS_PMTU_HOST, 1300);
	gen = atomic_read(&exs_pmtu_net()->rt_gen);
	for (i = 0; i < 50 && atomic_read(&exs_pmtu_net()->rt_gen) == gen; i++)
		msleep(20);
	KUNIT_EXPECT_NE(test, atomic_read(&exs_pmtu_net()->rt_gen), gen);
	KUNIT_EXPECT_EQ(test, exs_pmtu_now(EXS_PMTU_HOST), 0);
	KUNIT_EXPECT_EQ(test, exs_pmtu_now(htonl(0x0a000001)), 1200);
}

static void update__many_hosts_stay_bounded(struct kunit *test)
{
	u32 i, known = 0;

	for (i = 0; i < 2000; i++)
		exs_pmtu_learn(htonl(0x0a000000 + i), 1300);
	for (i = 0; i < 2000; i++)
		known += exs_pmtu_now(htonl(0x0a000000 + i)) == 1300;
	KUNIT_EXPECT_GT(test, known, 200);
	KUNIT_EXPECT_LE(test, known, 256);
}

static struct kunit_case exs_pmtu_cases[] = {
	KUNIT_CASE(get__unknown_is_zero),
	KUNIT_CASE(update__smaller_wins_larger_is_ignored),
	KUNIT_CASE(update__never_below_min_pmtu),
	KUNIT_CASE(update__below_min_pmtu_locks),
	KUNIT_CASE(update__makes_kept_routes_stale),
	KUNIT_CASE(get__too_old_is_forgotten),
	KUNIT_CASE(timer__end_makes_kept_routes_stale),
	KUNIT_CASE(update__many_hosts_stay_bounded),
	{}
};

static struct kunit_suite exs_pmtu_suite = {
	.name = "expstack_ip_pmtu",
	.init = exs_pmtu_setup,
	.exit = exs_pmtu_teardown,
	.test_cases = exs_pmtu_cases,
};

kunit_test_suite(exs_pmtu_suite);
