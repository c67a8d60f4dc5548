// SPDX-License-Identifier: GPL-2.0
/*
 * expstack link: suite of module/link/neigh_table.c.
 */
#include "../kunit/link/link_test.h"

#define EXS_NEIGH_TABLE_TEST_NET	0xc6336400	/* 198.51.100.0 */

static int exs_neigh_table_test_init(struct kunit *test)
{
	int err = exs_link_test_init(test);

	if (err)
		return err;
	exs_link_test_device(test, false);
	exs_link_test_attach(test, EXS_LINK_EXCLUSIVE);
	return 0;
}

static bool exs_neigh_table_test_make(struct kunit *test, u8 host)
{
	struct exs_link_test *t = test->priv;
	bool made;

	rcu_read_lock();
	made = exs_neigh_lookup_rcu(t->ldev,
				    htonl(EXS_NEIGH_TABLE_TEST_NET + host), true);
	rcu_read_unlock();
	return made;
}

static bool exs_neigh_table_test_has(struct kunit *test, u8 host)
{
	struct exs_link_test *t = test->priv;
	bool has;

	rcu_read_lock();
	has = exs_neigh_lookup_rcu(t->ldev,
				   htonl(EXS_NEIGH_TABLE_TEST_NET + host), false);
	rcu_read_unlock();
	return has;
}

static void exs_neigh_table_test_lookup_makes_one(struct kunit *test)
{
	struct exs_link_test *t = test->priv;
	unsigned int before = t->en->neigh->entries;

	KUNIT_EXPECT_FALSE(test, exs_neigh_table_test_has(test, 2));
	KUNIT_EXPECT_EQ(test, t->en->neigh->entries, before);
	KUNIT_EXPECT_TRUE(test, exs_neigh_table_test_make(test, 2));
	KUNIT_EXPECT_TRUE(test, exs_neigh_table_test_make(test, 2));
	KUNIT_EXPECT_TRUE(test, exs_neigh_table_test_has(test, 2));
	KUNIT_EXPECT_EQ(test, t->en->neigh->entries, before + 1);
}

static void exs_neigh_table_test_delete(struct kunit *test)
{
	struct exs_link_test *t = test->priv;
	__be32 addr = htonl(EXS_NEIGH_TABLE_TEST_NET + 2);

	KUNIT_EXPECT_EQ(test, -ENOENT, exs_neigh_delete(t->ldev, addr, NULL));
	exs_neigh_table_test_make(test, 2);
	KUNIT_EXPECT_EQ(test, 0, exs_neigh_delete(t->ldev, addr, NULL));
	KUNIT_EXPECT_FALSE(test, exs_neigh_table_test_has(test, 2));
	KUNIT_EXPECT_EQ(test, -ENOENT, exs_neigh_delete(t->ldev, addr, NULL));
}

/* At thresh3 - 1, thresh3, and with nothing that could be collected. */
static void exs_neigh_table_test_full(struct kunit *test)
{
	struct exs_link_test *t = test->priv;
	int t2 = t->en->sysctl.neigh_gc_thresh2;
	int t3 = t->en->sysctl.neigh_gc_thresh3;
	unsigned int i, base = t->en->neigh->entries;

	WRITE_ONCE(t->en->sysctl.neigh_gc_thresh2, base + 2);
	WRITE_ONCE(t->en->sysctl.neigh_gc_thresh3, base + 4);
	/* Those of an administrator stay. */
	for (i = 2; i < 6; i++)
		KUNIT_EXPECT_EQ(test, 0,
				exs_neigh_set(t->ldev,
					      htonl(EXS_NEIGH_TABLE_TEST_NET + i),
					      exs_link_test_peer, NUD_PERMANENT,
					      0, NULL));
	KUNIT_EXPECT_FALSE(test, exs_neigh_table_test_make(test, 6));
	KUNIT_EXPECT_EQ(test, -ENOBUFS,
			exs_neigh_set(t->ldev,
				      htonl(EXS_NEIGH_TABLE_TEST_NET + 7),
				      exs_link_test_peer, NUD_PERMANENT, 0,
				      NULL));
	exs_neigh_flush(t->en, t->ldev, true);
	/* Idle ones make room, the oldest first. */
	for (i = 2; i < 7; i++)
		KUNIT_EXPECT_TRUE(test, exs_neigh_table_test_make(test, i));
	KUNIT_EXPECT_FALSE(test, exs_neigh_table_test_has(test, 2));
	KUNIT_EXPECT_TRUE(test, exs_neigh_table_test_has(test, 6));
	KUNIT_EXPECT_LE(test, t->en->neigh->entries, base + 4);
	WRITE_ONCE(t->en->sysctl.neigh_gc_thresh2, t2);
	WRITE_ONCE(t->en->sysctl.neigh_gc_thresh3, t3);
}

static void exs_neigh_table_test_flush_keeps_permanent(struct kunit *test)
{
	struct exs_link_test *t = test->priv;

	exs_neigh_table_test_make(test, 2);
	exs_neigh_set(t->ldev, htonl(EXS_NEIGH_TABLE_TEST_NET + 3),
		      exs_link_test_peer, NUD_PERMANENT, 0, NULL);
	exs_neigh_flush(t->en, t->ldev, false);
	KUNIT_EXPECT_FALSE(test, exs_neigh_table_test_has(test, 2));
	KUNIT_EXPECT_TRUE(test, exs_neigh_table_test_has(test, 3));
	exs_neigh_flush(t->en, t->ldev, true);
	KUNIT_EXPECT_FALSE(test, exs_neigh_table_test_has(test, 3));
}

/* Collection: idle and older than stale_time, or failed; only above thresh1. */
static void exs_neigh_table_test_collects_old(struct kunit *test)
{
	struct exs_link_test *t = test->priv;
	int thresh1 = t->en->sysctl.neigh_gc_thresh1;
	int stale = t->en->sysctl.neigh_gc_stale_time;
	struct exs_neigh *n;

	exs_neigh_table_test_make(test, 2);
	exs_neigh_table_test_make(test, 3);
	rcu_read_lock();
	n = exs_neigh_lookup_rcu(t->ldev, htonl(EXS_NEIGH_TABLE_TEST_NET + 2),
				 false);
	n->used = jiffies - stale - 1;
	n->confirmed = n->used;
	rcu_read_unlock();
	mod_delayed_work(system_wq, &t->en->neigh->gc_work, 0);
	flush_delayed_work(&t->en->neigh->gc_work);
	KUNIT_EXPECT_TRUE(test, exs_neigh_table_test_has(test, 2));
	WRITE_ONCE(t->en->sysctl.neigh_gc_thresh1, 0);
	mod_delayed_work(system_wq, &t->en->neigh->gc_work, 0);
	flush_delayed_work(&t->en->neigh->gc_work);
	WRITE_ONCE(t->en->sysctl.neigh_gc_thresh1, thresh1);
	KUNIT_EXPECT_FALSE(test, exs_neigh_table_test_has(test, 2));
	KUNIT_EXPECT_TRUE(test, exs_neigh_table_test_has(test, 3));
}

static void exs_neigh_table_test_reachable_time_range(struct kunit *test)
{
	struct exs_link_test *t = test->priv;
	int base = t->en->sysctl.neigh_base_reachable_time;
	struct exs_neigh_param p;
	unsigned int i;

	for (i = 1; i <= 50; i++) {
		WRITE_ONCE(t->en->sysctl.neigh_base_reachable_time, i * HZ);
		exs_neigh_param_get(t->en, &p);
		KUNIT_EXPECT_GE(test, p.reachable_time, i * HZ / 2);
		KUNIT_EXPECT_LT(test, p.reachable_time, i * HZ * 3 / 2 + 1);
	}
	WRITE_ONCE(t->en->sysctl.neigh_base_reachable_time, base);
}

static int exs_neigh_table_test_count(struct exs_neigh *n, void *arg)
{
	struct exs_ldev **ldev = arg;

	return n->ldev == *ldev ? 7 : 0;
}

static void exs_neigh_table_test_walk_stops(struct kunit *test)
{
	struct exs_link_test *t = test->priv;

	KUNIT_EXPECT_EQ(test, 0, exs_neigh_walk(t->en, exs_neigh_table_test_count,
						&t->ldev));
	exs_neigh_table_test_make(test, 2);
	KUNIT_EXPECT_EQ(test, 7, exs_neigh_walk(t->en, exs_neigh_table_test_count,
						&t->ldev));
}

/* Detach is the last word: no neighbour of a detached device is made. */
static void exs_neigh_table_test_none_after_detach(struct kunit *test)
{
	exs_neigh_table_test_make(test, 2);
	exs_link_test_detach(test);
	KUNIT_EXPECT_FALSE(test, exs_neigh_table_test_has(test, 2));
	KUNIT_EXPECT_FALSE(test, exs_neigh_table_test_make(test, 2));
}

static struct kunit_case exs_neigh_table_test_cases[] = {
	KUNIT_CASE(exs_neigh_table_test_lookup_makes_one),
	KUNIT_CASE(exs_neigh_table_test_delete),
	KUNIT_CASE(exs_neigh_table_test_full),
	KUNIT_CASE(exs_neigh_table_test_flush_keeps_permanent),
	KUNIT_CASE(exs_neigh_table_test_collects_old),
	KUNIT_CASE(exs_neigh_table_test_reachable_time_range),
	KUNIT_CASE(exs_neigh_table_test_walk_stops),
	KUNIT_CASE(exs_neigh_table_test_none_after_detach),
	{}
};

static struct kunit_suite exs_neigh_table_test_suite = {
	.name = "expstack_link_neigh_table",
	.init = exs_neigh_table_test_init,
	.exit = exs_link_test_exit,
	.test_cases = exs_neigh_table_test_cases,
};
kunit_test_suite(exs_neigh_table_test_suite);
