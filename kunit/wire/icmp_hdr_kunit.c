// SPDX-License-Identifier: GPL-2.0
/*
 * expstack wire: suite of module/wire/icmp_hdr.c.
 */
#include <kunit/test.h>

#include <expstack/wire.h>

static void exs_icmp_hdr_test_error_types(struct kunit *test)
{
	unsigned int type;

	for (type = 0; type < 256; type++)
		KUNIT_EXPECT_EQ_MSG(test, exs_icmp_type_is_error(type),
				    type == 3 || type == 4 || type == 5 ||
				    type == 11 || type == 12, "type %u", type);
}

static void exs_icmp_hdr_test_quote_fits_576(struct kunit *test)
{
	static const struct {
		unsigned int packet_len;
		unsigned int optlen;
		unsigned int want;
	} cases[] = {
		{ 20, 0, 20 },
		{ 28, 0, 28 },
		{ 547, 0, 547 },
		{ 548, 0, 548 },
		{ 549, 0, 548 },
		{ 65535, 0, 548 },
		{ 507, 40, 507 },
		{ 508, 40, 508 },
		{ 509, 40, 508 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++)
		KUNIT_EXPECT_EQ_MSG(test, cases[i].want,
				    exs_icmp_quote_len(cases[i].packet_len,
						       cases[i].optlen),
				    "case %u", i);
}

static struct kunit_case exs_icmp_hdr_test_cases[] = {
	KUNIT_CASE(exs_icmp_hdr_test_error_types),
	KUNIT_CASE(exs_icmp_hdr_test_quote_fits_576),
	{}
};

static struct kunit_suite exs_icmp_hdr_test_suite = {
	.name = "expstack_wire_icmp_hdr",
	.test_cases = exs_icmp_hdr_test_cases,
};
kunit_test_suite(exs_icmp_hdr_test_suite);
