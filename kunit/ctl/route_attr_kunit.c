// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ctl: suite of module/ctl/route_attr.c.
 */
#include "../kunit/expect.h"
#include "request_test.h"
#include "ctl/genl_route.h"

/* Each metric there is comes back by its own attribute. */
static void fill__what_was_filled_is_parsed_the_same(struct kunit *test)
{
	static const u8 used[] = {
		RTAX_LOCK, RTAX_MTU, RTAX_WINDOW, RTAX_RTT, RTAX_RTTVAR,
		RTAX_SSTHRESH, RTAX_CWND, RTAX_ADVMSS, RTAX_REORDERING,
		RTAX_INITCWND, RTAX_FEATURES, RTAX_RTO_MIN, RTAX_INITRWND,
		RTAX_QUICKACK, RTAX_FASTOPEN_NO_COOKIE,
	};
	struct nlattr *attrs[EXS_CTL_TEST_ATTRS];
	struct exs_route_attr in = { .congctl = "cubic" }, out = { };
	struct sk_buff *skb = exs_ctl_test_msg(test);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(used); i++)
		in.val[used[i]] = 100 + i;
	KUNIT_EXPECT_EQ(test, 0, exs_ctl_route_attr_fill(skb, &in));
	exs_ctl_test_parse(test, skb, attrs, EXPSTACK_A_ROUTE_MAX);
	exs_ctl_route_attr_parse(attrs, &out);
	KUNIT_EXPECT_MEMEQ(test, &in, &out, sizeof(in));
	KUNIT_EXPECT_EQ(test, 101U,
			nla_get_u32(attrs[EXPSTACK_A_ROUTE_MTU]));
	KUNIT_EXPECT_EQ(test, 103U,
			nla_get_u32(attrs[EXPSTACK_A_ROUTE_RTT]));
	kfree_skb(skb);
}

static void fill__nothing_of_nothing(struct kunit *test)
{
	struct sk_buff *skb = exs_ctl_test_msg(test);
	const struct exs_route_attr attr = { };
	unsigned int len = skb->len;

	KUNIT_EXPECT_EQ(test, 0, exs_ctl_route_attr_fill(skb, &attr));
	KUNIT_EXPECT_EQ(test, len, skb->len);
	kfree_skb(skb);
}

static struct kunit_case exs_ctl_route_attr_cases[] = {
	KUNIT_CASE(fill__what_was_filled_is_parsed_the_same),
	KUNIT_CASE(fill__nothing_of_nothing),
	{}
};

static struct kunit_suite exs_ctl_route_attr_suite = {
	.name = "expstack_ctl_route_attr",
	.test_cases = exs_ctl_route_attr_cases,
};

kunit_test_suite(exs_ctl_route_attr_suite);
