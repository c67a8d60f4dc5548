// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ctl: suite of module/ctl/genl.c.
 */
#include <linux/netlink.h>

#include "ctl_kunit.h"
#include "ctl/ctl_priv.h"

static void page__starts_behind_the_last_one(struct kunit *test)
{
	struct netlink_callback cb = { .args = { 2 } };
	struct exs_ctl_page page;

	exs_ctl_page_start(&page, NULL, &cb);
	KUNIT_EXPECT_TRUE(test, exs_ctl_page_skip(&page));
	KUNIT_EXPECT_TRUE(test, exs_ctl_page_skip(&page));
	KUNIT_EXPECT_FALSE(test, exs_ctl_page_skip(&page));
}

static void page__full_comes_back_to_the_entry_that_did_not_fit(struct kunit *test)
{
	struct netlink_callback cb = { .args = { 0 } };
	struct exs_ctl_page page;

	exs_ctl_page_start(&page, NULL, &cb);
	exs_ctl_page_skip(&page);
	exs_ctl_page_skip(&page);
	KUNIT_EXPECT_EQ(test, -EMSGSIZE, exs_ctl_page_end(&page, -EMSGSIZE));
	KUNIT_EXPECT_EQ(test, 1L, cb.args[0]);
}

static void page__end_counts_all(struct kunit *test)
{
	struct netlink_callback cb = { .args = { 0 } };
	struct exs_ctl_page page;

	exs_ctl_page_start(&page, NULL, &cb);
	exs_ctl_page_skip(&page);
	exs_ctl_page_skip(&page);
	KUNIT_EXPECT_EQ(test, 0, exs_ctl_page_end(&page, 0));
	KUNIT_EXPECT_EQ(test, 2L, cb.args[0]);
}

static struct kunit_case exs_ctl_genl_cases[] = {
	KUNIT_CASE(page__starts_behind_the_last_one),
	KUNIT_CASE(page__full_comes_back_to_the_entry_that_did_not_fit),
	KUNIT_CASE(page__end_counts_all),
	{}
};

static struct kunit_suite exs_ctl_genl_suite = {
	.name = "expstack_ctl_genl",
	.test_cases = exs_ctl_genl_cases,
};

kunit_test_suite(exs_ctl_genl_suite);
