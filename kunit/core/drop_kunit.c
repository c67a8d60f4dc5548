// SPDX-License-Identifier: GPL-2.0
/*
 * expstack core: suite of module/core/drop.c.
 */
#include <kunit/test.h>
#include <linux/skbuff.h>
#include <net/net_namespace.h>

#include <expstack/net.h>

static void drop__counts_once_by_reason(struct kunit *test)
{
	struct exs_net *en = exs_net(&init_net);
	unsigned long before, other;
	struct sk_buff *skb = alloc_skb(64, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, skb);
	before = exs_mib_read_drop(en, EXS_DROP_TOO_SHORT);
	other = exs_mib_read_drop(en, EXS_DROP_NO_MEM);
	exs_drop(skb, EXS_DROP_TOO_SHORT);
	KUNIT_EXPECT_EQ(test, exs_mib_read_drop(en, EXS_DROP_TOO_SHORT),
			before + 1);
	KUNIT_EXPECT_EQ(test, exs_mib_read_drop(en, EXS_DROP_NO_MEM), other);
}

static void drop__every_reason_has_a_text_of_its_own(struct kunit *test)
{
	unsigned int i, k;

	for (i = 0; i < EXS_DROP_MAX; i++) {
		KUNIT_ASSERT_NOT_NULL(test, exs_drop_text(i));
		KUNIT_EXPECT_GT(test, strlen(exs_drop_text(i)), 0);
		for (k = 0; k < i; k++)
			KUNIT_EXPECT_STRNEQ(test, exs_drop_text(i),
					    exs_drop_text(k));
	}
	KUNIT_EXPECT_STREQ(test, exs_drop_text(EXS_DROP_MAX), "unknown");
}

/* An end that is no loss is not counted. */
static void consume__counts_nothing(struct kunit *test)
{
	struct exs_net *en = exs_net(&init_net);
	struct sk_buff *skb = alloc_skb(64, GFP_KERNEL);
	unsigned long before = 0, after = 0;
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, skb);
	for (i = 0; i < EXS_DROP_MAX; i++)
		before += exs_mib_read_drop(en, i);
	exs_consume(skb);
	for (i = 0; i < EXS_DROP_MAX; i++)
		after += exs_mib_read_drop(en, i);
	KUNIT_EXPECT_EQ(test, before, after);
}

static struct kunit_case exs_drop_cases[] = {
	KUNIT_CASE(drop__counts_once_by_reason),
	KUNIT_CASE(drop__every_reason_has_a_text_of_its_own),
	KUNIT_CASE(consume__counts_nothing),
	{}
};

static struct kunit_suite exs_drop_suite = {
	.name = "expstack_core_drop",
	.test_cases = exs_drop_cases,
};

kunit_test_suite(exs_drop_suite);
