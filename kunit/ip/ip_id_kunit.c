// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ip: suite of module/ip/ip_id.c.
 */
#include "ip_test.h"

static void id__never_twice_in_a_row(struct kunit *test)
{
	struct exs_net *en = exs_ip_test_net();
	u16 a, b, c;

	a = exs_ip_id(en, htonl(EXS_IP_TEST_SRC), htonl(EXS_IP_TEST_DST), 17, 1);
	b = exs_ip_id(en, htonl(EXS_IP_TEST_SRC), htonl(EXS_IP_TEST_DST), 17, 40);
	c = exs_ip_id(en, htonl(EXS_IP_TEST_SRC), htonl(EXS_IP_TEST_DST), 17, 1);
	KUNIT_EXPECT_EQ(test, (u16)(b - a), 1);
	/* A GSO packet takes one for each of its segments. */
	KUNIT_EXPECT_EQ(test, (u16)(c - b), 40);
}

/* RFC 7739 5: what goes to one host says nothing of what goes to another. */
static void id__other_hosts_do_not_share_a_counter(struct kunit *test)
{
	struct exs_net *en = exs_ip_test_net();
	unsigned int i, moved = 0;
	u16 first[64];

	for (i = 0; i < 64; i++)
		first[i] = exs_ip_id(en, htonl(EXS_IP_TEST_SRC),
				     htonl(EXS_IP_TEST_DST + i), 17, 1);
	for (i = 0; i < 1000; i++)
		exs_ip_id(en, htonl(EXS_IP_TEST_SRC), htonl(EXS_IP_TEST_DST), 17, 1);
	for (i = 1; i < 64; i++) {
		u16 next = exs_ip_id(en, htonl(EXS_IP_TEST_SRC),
				     htonl(EXS_IP_TEST_DST + i), 17, 1);

		moved += (u16)(next - first[i]) > 100;
	}
	/* Two hosts may fall in one of the places: one of 63 with 2,048, hardly two. */
	KUNIT_EXPECT_LE(test, moved, 2);
}

static struct kunit_case exs_id_cases[] = {
	KUNIT_CASE(id__never_twice_in_a_row),
	KUNIT_CASE(id__other_hosts_do_not_share_a_counter),
	{}
};

static struct kunit_suite exs_id_suite = {
	.name = "expstack_ip_ip_id",
	.test_cases = exs_id_cases,
};

kunit_test_suite(exs_id_suite);
