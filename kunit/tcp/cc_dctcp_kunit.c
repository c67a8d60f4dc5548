// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/cc/dctcp.h: DCTCP's sums.
 */
#include <kunit/test.h>

#include "tcp/cc/dctcp.h"

/* RFC 8257 3.3 step 7. */
static void alpha__follows_what_is_marked(struct kunit *test)
{
	static const struct {
		u32 alpha, segs, marked;
		unsigned int shift_g;
		u32 after;
	} t[] = {
		/* all, half, none */
		{ 1024, 10, 10, 4, 1024 },
		{ 1024, 10, 5, 4, 992 },
		{ 1024, 10, 0, 4, 960 },
		{ 0, 10, 10, 4, 64 },
		{ 0, 10, 5, 4, 32 },
		{ 0, 10, 0, 4, 0 },
		{ 512, 3, 1, 4, 501 },
		/* what the shift would leave for ever */
		{ 16, 10, 0, 4, 15 },
		{ 15, 10, 0, 4, 0 },
		{ 1, 10, 10, 4, 64 },
		/* g = 1: the last window alone; g = 1/1024 */
		{ 1024, 4, 1, 0, 256 },
		{ 1024, 4, 0, 0, 0 },
		{ 1024, 4, 4, 10, 1024 },
		{ 512, 4, 4, 10, 1 },
		/* no segment; none, and no window either */
		{ 1024, 0, 0, 4, 1024 },
		{ 15, 0, 0, 4, 15 },
		/* more than arrived: all; more than any window has */
		{ 960, 10, 0xffffffff, 4, 964 },
		{ 960, 0xffffffff, 0xffffffff, 0, 1024 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++)
		KUNIT_EXPECT_EQ_MSG(test,
				    exs_dctcp_alpha(t[i].alpha, t[i].segs,
						    t[i].marked, t[i].shift_g),
				    t[i].after, "row %u", i);
}

/* RFC 8257 3.3 step 9. */
static void window__by_half_of_alpha(struct kunit *test)
{
	static const struct {
		u32 cwnd, alpha, after;
	} t[] = {
		{ 100, 1024, 50 }, { 100, 512, 75 }, { 100, 0, 100 },
		{ 100, 20, 100 }, { 100, 21, 99 },
		{ 4, 1024, 2 }, { 3, 1024, 2 }, { 2, 1024, 2 }, { 1, 0, 2 },
		{ 0xffffffff, 1024, 0x80000000 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++)
		KUNIT_EXPECT_EQ_MSG(test,
				    exs_dctcp_window(t[i].cwnd, t[i].alpha),
				    t[i].after, "row %u", i);
}

static struct kunit_case exs_cc_dctcp_cases[] = {
	KUNIT_CASE(alpha__follows_what_is_marked),
	KUNIT_CASE(window__by_half_of_alpha),
	{}
};

static struct kunit_suite exs_cc_dctcp_suite = {
	.name = "expstack_cc_dctcp",
	.test_cases = exs_cc_dctcp_cases,
};

kunit_test_suite(exs_cc_dctcp_suite);
