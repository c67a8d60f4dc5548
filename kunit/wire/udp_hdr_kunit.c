// SPDX-License-Identifier: GPL-2.0
/*
 * expstack wire: suite of module/wire/udp_hdr.c.
 */
#include <kunit/test.h>

#include <expstack/wire.h>

static void exs_udp_hdr_test_lengths(struct kunit *test)
{
	static const struct {
		u16 field;
		unsigned int avail;
		enum exs_drop_reason want;
	} cases[] = {
		{ 8, 0, EXS_DROP_TOO_SHORT },
		{ 8, 7, EXS_DROP_TOO_SHORT },
		{ 8, 8, EXS_DROP_MAX },
		{ 8, 26, EXS_DROP_MAX },	/* padding behind */
		{ 0, 8, EXS_DROP_UDP_LENGTH },
		{ 7, 8, EXS_DROP_UDP_LENGTH },
		{ 9, 8, EXS_DROP_UDP_LENGTH },
		{ 9, 9, EXS_DROP_MAX },
		{ 65515, 65514, EXS_DROP_UDP_LENGTH },
		{ 65515, 65515, EXS_DROP_MAX },
		{ 65535, 65515, EXS_DROP_UDP_LENGTH },
	};
	struct udphdr uh = {};
	unsigned int i, len;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		uh.len = htons(cases[i].field);
		len = 12345;
		KUNIT_EXPECT_EQ_MSG(test, cases[i].want,
				    exs_udp_hdr_check(&uh, cases[i].avail, &len),
				    "case %u", i);
		KUNIT_EXPECT_EQ_MSG(test, len, cases[i].want == EXS_DROP_MAX ?
				    cases[i].field : 12345, "case %u", i);
	}
}

static struct kunit_case exs_udp_hdr_test_cases[] = {
	KUNIT_CASE(exs_udp_hdr_test_lengths),
	{}
};

static struct kunit_suite exs_udp_hdr_test_suite = {
	.name = "expstack_wire_udp_hdr",
	.test_cases = exs_udp_hdr_test_cases,
};
kunit_test_suite(exs_udp_hdr_test_suite);
