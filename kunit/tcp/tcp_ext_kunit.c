// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_ext.c: state that few connections have.
 */
#include "tcp_fix.h"

static void own__is_made_once(struct kunit *test)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);
	struct exs_tcp_ext *ext;

	KUNIT_EXPECT_PTR_EQ(test, f.tp->ext, &exs_tcp_ext_none);
	ext = exs_tcp_ext_own(f.tp, GFP_ATOMIC);
	KUNIT_ASSERT_NOT_NULL(test, ext);
	KUNIT_EXPECT_PTR_NE(test, (const struct exs_tcp_ext *)ext,
			    &exs_tcp_ext_none);
	KUNIT_EXPECT_MEMEQ(test, ext, &exs_tcp_ext_none, sizeof(*ext));
	KUNIT_EXPECT_PTR_EQ(test, exs_tcp_ext_own(f.tp, GFP_ATOMIC), ext);
	KUNIT_EXPECT_PTR_EQ(test, exs_tcp_ext(f.tp),
			    (const struct exs_tcp_ext *)ext);
	exs_tcp_fix_close(test, &f);
}

static void reset__keeps_the_options_alone(struct kunit *test)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);
	struct exs_tcp_ext *ext;

	exs_tcp_ext_reset(f.tp);
	KUNIT_EXPECT_PTR_EQ(test, f.tp->ext, &exs_tcp_ext_none);
	ext = exs_tcp_ext_own(f.tp, GFP_ATOMIC);
	KUNIT_ASSERT_NOT_NULL(test, ext);
	ext->user_timeout = 1;
	ext->syn_retries = 2;
	ext->sack[0].start = 3;
	ext->dsack.end = 4;
	ext->bytes_retrans = 5;
	exs_tcp_ext_reset(f.tp);
	KUNIT_EXPECT_EQ(test, f.tp->ext->user_timeout, 1U);
	KUNIT_EXPECT_EQ(test, f.tp->ext->syn_retries, 2);
	KUNIT_EXPECT_EQ(test, f.tp->ext->sack[0].start, 0U);
	KUNIT_EXPECT_EQ(test, f.tp->ext->dsack.end, 0U);
	KUNIT_EXPECT_EQ(test, f.tp->ext->bytes_retrans, 0U);
	exs_tcp_fix_close(test, &f);
}

static void dup__is_a_copy_or_the_shared_one(struct kunit *test)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);
	struct exs_tcp_fo_queue queue = { };
	const struct exs_tcp_ext *copy;
	struct exs_tcp_ext *ext;

	KUNIT_EXPECT_PTR_EQ(test, exs_tcp_ext_dup(f.tp), &exs_tcp_ext_none);
	ext = exs_tcp_ext_own(f.tp, GFP_ATOMIC);
	KUNIT_ASSERT_NOT_NULL(test, ext);
	ext->user_timeout = 1;
	ext->fo_queue = &queue;
	copy = exs_tcp_ext_dup(f.tp);
	KUNIT_ASSERT_NOT_NULL(test, copy);
	KUNIT_EXPECT_PTR_NE(test, copy, (const struct exs_tcp_ext *)ext);
	KUNIT_EXPECT_EQ(test, copy->user_timeout, 1U);
	/* A listener's queue is its own. */
	KUNIT_EXPECT_NULL(test, copy->fo_queue);
	ext->fo_queue = NULL;
	kfree(copy);
	exs_tcp_fix_close(test, &f);
}

static void free__ends_with_the_shared_one(struct kunit *test)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);

	exs_tcp_ext_free(f.tp);
	KUNIT_EXPECT_PTR_EQ(test, f.tp->ext, &exs_tcp_ext_none);
	KUNIT_ASSERT_NOT_NULL(test, exs_tcp_ext_own(f.tp, GFP_ATOMIC));
	exs_tcp_ext_free(f.tp);
	KUNIT_EXPECT_PTR_EQ(test, f.tp->ext, &exs_tcp_ext_none);
	exs_tcp_fix_close(test, &f);
}

static struct kunit_case exs_tcp_ext_cases[] = {
	KUNIT_CASE(own__is_made_once),
	KUNIT_CASE(reset__keeps_the_options_alone),
	KUNIT_CASE(dup__is_a_copy_or_the_shared_one),
	KUNIT_CASE(free__ends_with_the_shared_one),
	{}
};

static struct kunit_suite exs_tcp_ext_suite = {
	.name = "expstack_tcp_ext",
	.test_cases = exs_tcp_ext_cases,
};

kunit_test_suite(exs_tcp_ext_suite);
