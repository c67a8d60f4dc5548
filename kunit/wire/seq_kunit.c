// SPDX-License-Identifier: GPL-2.0
/*
 * expstack wire: suite of include/expstack/seq.h.
 */
#include <kunit/test.h>

#include <expstack/seq.h>

/* Bases around the wrap: what holds for one has to hold for all. */
static const u32 exs_seq_test_bases[] = {
	0, 1, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff,
};

static void exs_seq_test_order_survives_wrap(struct kunit *test)
{
	static const u32 ahead[] = { 1, 2, 65535, 0x7ffffffe, 0x7fffffff };
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(exs_seq_test_bases); i++) {
		u32 a = exs_seq_test_bases[i];

		KUNIT_EXPECT_FALSE(test, exs_seq_lt(a, a));
		KUNIT_EXPECT_FALSE(test, exs_seq_gt(a, a));
		KUNIT_EXPECT_TRUE(test, exs_seq_le(a, a));
		KUNIT_EXPECT_TRUE(test, exs_seq_ge(a, a));
		for (j = 0; j < ARRAY_SIZE(ahead); j++) {
			u32 b = a + ahead[j];

			KUNIT_EXPECT_TRUE(test, exs_seq_lt(a, b));
			KUNIT_EXPECT_TRUE(test, exs_seq_le(a, b));
			KUNIT_EXPECT_TRUE(test, exs_seq_gt(b, a));
			KUNIT_EXPECT_TRUE(test, exs_seq_ge(b, a));
			KUNIT_EXPECT_FALSE(test, exs_seq_ge(a, b));
			KUNIT_EXPECT_EQ(test, exs_seq_max(a, b), b);
			KUNIT_EXPECT_EQ(test, exs_seq_max(b, a), b);
			KUNIT_EXPECT_EQ(test, exs_seq_min(a, b), a);
			KUNIT_EXPECT_EQ(test, exs_seq_min(b, a), a);
		}
	}
}

static void exs_seq_test_between(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(exs_seq_test_bases); i++) {
		u32 lo = exs_seq_test_bases[i], hi = lo + 100;

		KUNIT_EXPECT_FALSE(test, exs_seq_between(lo - 1, lo, hi));
		KUNIT_EXPECT_TRUE(test, exs_seq_between(lo, lo, hi));
		KUNIT_EXPECT_TRUE(test, exs_seq_between(hi - 1, lo, hi));
		KUNIT_EXPECT_TRUE(test, exs_seq_between(hi, lo, hi));
		KUNIT_EXPECT_FALSE(test, exs_seq_between(hi + 1, lo, hi));
		KUNIT_EXPECT_TRUE(test, exs_seq_between(lo, lo, lo));
		KUNIT_EXPECT_FALSE(test, exs_seq_between(lo + 1, lo, lo));
	}
}

static struct kunit_case exs_seq_test_cases[] = {
	KUNIT_CASE(exs_seq_test_order_survives_wrap),
	KUNIT_CASE(exs_seq_test_between),
	{}
};

static struct kunit_suite exs_seq_test_suite = {
	.name = "expstack_wire_seq",
	.test_cases = exs_seq_test_cases,
};
kunit_test_suite(exs_seq_test_suite);
