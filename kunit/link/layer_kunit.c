// SPDX-License-Identifier: GPL-2.0
/*
 * expstack link: suite of module/link/layer.c: a namespace without devices
 * comes and goes.
 */
#include <kunit/test.h>

#include "link/link_priv.h"

static void net__begins_empty_and_ends(struct kunit *test)
{
	struct exs_net *en = kunit_kzalloc(test, sizeof(*en), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, en);
	en->net = &init_net;
	KUNIT_ASSERT_EQ(test, 0, exs_link_layer.net_init(en));
	KUNIT_ASSERT_NOT_NULL(test, en->link);
	KUNIT_EXPECT_TRUE(test, list_empty(exs_ldev_list(en)));
	rcu_read_lock();
	KUNIT_EXPECT_NULL(test, exs_loopback_rcu(en));
	KUNIT_EXPECT_NULL(test, exs_ldev_by_index_rcu(en, 1));
	KUNIT_EXPECT_NULL(test, exs_addr_find_rcu(en, htonl(INADDR_LOOPBACK)));
	rcu_read_unlock();
	exs_link_layer.net_stop(en);
	exs_link_layer.net_exit(en);
	KUNIT_EXPECT_NULL(test, en->link);
}

static struct kunit_case exs_link_layer_kunit_cases[] = {
	KUNIT_CASE(net__begins_empty_and_ends),
	{}
};

static struct kunit_suite exs_link_layer_kunit_suite = {
	.name = "expstack_link_layer",
	.test_cases = exs_link_layer_kunit_cases,
};

kunit_test_suite(exs_link_layer_kunit_suite);
