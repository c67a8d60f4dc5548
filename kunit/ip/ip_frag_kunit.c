// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ip: suite of module/ip/ip_frag.c: sizes and options of fragments.
 */
#include <kunit/test.h>
#include <net/ip.h>

#include "ip/ip_frag.h"

struct exs_frag_size_case {
	unsigned int left, mtu, hlen, expect;
};

static const struct exs_frag_size_case exs_frag_sizes[] = {
	{ 1480, 1500, 20, 1480 },
	{ 1481, 1500, 20, 1480 },
	{ 1479, 1500, 20, 1479 },	/* the last may be of any length */
	{ 8000, 1499, 20, 1472 },	/* others are multiples of 8 */
	{ 1479, 1499, 20, 1479 },
	{ 8000, 1500, 60, 1440 },
	{ 100, 68, 60, 8 },		/* the smallest MTU, the longest header */
	{ 100, 67, 60, 0 },
	{ 7, 67, 60, 0 },
	{ 1, 28, 20, 1 },
};

static void frag_size__at_the_limits(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(exs_frag_sizes); i++) {
		const struct exs_frag_size_case *c = &exs_frag_sizes[i];

		KUNIT_EXPECT_EQ_MSG(test, c->expect,
				    exs_ip_frag_size(c->left, c->mtu, c->hlen),
				    "left %u mtu %u", c->left, c->mtu);
	}
}

static void frag_options__only_copied_ones_stay(struct kunit *test)
{
	/* router alert (copied), record route (not), NOP, security (copied) */
	u8 opt[] = { IPOPT_RA, 4, 0, 0, IPOPT_RR, 7, 4, 1, 2, 3, 4,
		     IPOPT_NOOP, 0x82, 3, 9, IPOPT_END };
	const u8 want[] = { IPOPT_RA, 4, 0, 0, 1, 1, 1, 1, 1, 1, 1,
			    IPOPT_NOOP, 0x82, 3, 9, IPOPT_END };

	exs_ip_frag_options(opt, sizeof(opt));
	KUNIT_EXPECT_MEMEQ(test, opt, want, sizeof(opt));
}

static void frag_options__illegal_length_ends_it(struct kunit *test)
{
	u8 zero[] = { IPOPT_RR, 0, 4, 1 }, beyond[] = { IPOPT_RR, 5, 4, 1 };
	u8 cut[] = { IPOPT_NOOP, IPOPT_NOOP, IPOPT_NOOP, IPOPT_RR };
	const u8 rr = IPOPT_RR;

	exs_ip_frag_options(zero, sizeof(zero));
	exs_ip_frag_options(beyond, sizeof(beyond));
	exs_ip_frag_options(cut, sizeof(cut));
	KUNIT_EXPECT_EQ(test, zero[0], rr);
	KUNIT_EXPECT_EQ(test, beyond[0], rr);
	KUNIT_EXPECT_EQ(test, cut[3], rr);
}

static struct kunit_case exs_frag_cases[] = {
	KUNIT_CASE(frag_size__at_the_limits),
	KUNIT_CASE(frag_options__only_copied_ones_stay),
	KUNIT_CASE(frag_options__illegal_length_ends_it),
	{}
};

static struct kunit_suite exs_frag_suite = {
	.name = "expstack_ip_ip_frag",
	.test_cases = exs_frag_cases,
};

kunit_test_suite(exs_frag_suite);
