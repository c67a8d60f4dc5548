// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ip: suite of module/ip/proto.c.
 */
#include "ip_test.h"

static void proto__one_owner_a_number(struct kunit *test)
{
	static const struct exs_proto a = { .protocol = 254 };
	static const struct exs_proto b = { .protocol = 254 };

	KUNIT_EXPECT_EQ(test, exs_proto_register(&a), 0);
	KUNIT_EXPECT_EQ(test, exs_proto_register(&b), -EEXIST);
	exs_proto_unregister(&a);
	KUNIT_EXPECT_EQ(test, exs_proto_register(&b), 0);
	exs_proto_unregister(&b);
}

static void proto__those_of_the_layers_are_taken(struct kunit *test)
{
	static const u8 numbers[] = { IPPROTO_ICMP, IPPROTO_TCP, IPPROTO_UDP };
	struct exs_proto p = {};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(numbers); i++) {
		p.protocol = numbers[i];
		KUNIT_EXPECT_EQ_MSG(test, -EEXIST, exs_proto_register(&p), "%u",
				    numbers[i]);
	}
}

static struct kunit_case exs_proto_kunit_cases[] = {
	KUNIT_CASE(proto__one_owner_a_number),
	KUNIT_CASE(proto__those_of_the_layers_are_taken),
	{}
};

static struct kunit_suite exs_proto_kunit_suite = {
	.name = "expstack_ip_proto",
	.test_cases = exs_proto_kunit_cases,
};

kunit_test_suite(exs_proto_kunit_suite);
