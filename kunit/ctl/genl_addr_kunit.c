// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ctl: suite of module/ctl/genl_addr.c.
 */
#include <linux/rtnetlink.h>

#include "../kunit/expect.h"
#include "ctl_kunit.h"
#include "ctl/ctl_priv.h"
#include "ctl/genl_addr.h"

static void parse__an_address_alone_gets_the_defaults(struct kunit *test)
{
	struct nlattr *attrs[EXPSTACK_A_ADDR_MAX + 1];
	struct sk_buff *skb = exs_ctl_test_msg(test);
	struct exs_ifaddr ifa;

	nla_put_in_addr(skb, EXPSTACK_A_ADDR_LOCAL, htonl(0xc6336401));
	exs_ctl_test_parse(test, skb, attrs, EXPSTACK_A_ADDR_MAX);
	KUNIT_EXPECT_EQ(test, 0, exs_ctl_addr_parse(attrs, &ifa, NULL));
	EXS_EXPECT_BEEQ(test, htonl(0xc6336401), ifa.local);
	EXS_EXPECT_BEEQ(test, ifa.local, ifa.peer);
	KUNIT_EXPECT_EQ(test, 32, ifa.prefixlen);
	EXS_EXPECT_BEEQ(test, htonl(0xffffffff), ifa.mask);
	EXS_EXPECT_BEEQ(test, 0, ifa.broadcast);
	KUNIT_EXPECT_EQ(test, RT_SCOPE_UNIVERSE, ifa.scope);
	KUNIT_EXPECT_STREQ(test, "", ifa.label);
	kfree_skb(skb);
}

static void parse__all_that_is_said_is_taken(struct kunit *test)
{
	struct nlattr *attrs[EXPSTACK_A_ADDR_MAX + 1];
	struct sk_buff *skb = exs_ctl_test_msg(test);
	struct exs_ifaddr ifa;

	nla_put_in_addr(skb, EXPSTACK_A_ADDR_LOCAL, htonl(0xc6336401));
	nla_put_u8(skb, EXPSTACK_A_ADDR_PREFIXLEN, 24);
	nla_put_in_addr(skb, EXPSTACK_A_ADDR_PEER, htonl(0xc6336402));
	nla_put_in_addr(skb, EXPSTACK_A_ADDR_BROADCAST, htonl(0xc63364ff));
	nla_put_u8(skb, EXPSTACK_A_ADDR_SCOPE, RT_SCOPE_LINK);
	nla_put_string(skb, EXPSTACK_A_ADDR_LABEL, "eth0:1");
	exs_ctl_test_parse(test, skb, attrs, EXPSTACK_A_ADDR_MAX);
	KUNIT_EXPECT_EQ(test, 0, exs_ctl_addr_parse(attrs, &ifa, NULL));
	EXS_EXPECT_BEEQ(test, htonl(0xc6336402), ifa.peer);
	EXS_EXPECT_BEEQ(test, htonl(0xffffff00), ifa.mask);
	EXS_EXPECT_BEEQ(test, htonl(0xc63364ff), ifa.broadcast);
	KUNIT_EXPECT_EQ(test, RT_SCOPE_LINK, ifa.scope);
	KUNIT_EXPECT_STREQ(test, "eth0:1", ifa.label);
	kfree_skb(skb);
}

static void parse__without_an_address_is_refused(struct kunit *test)
{
	struct nlattr *attrs[EXPSTACK_A_ADDR_MAX + 1] = { NULL };
	struct netlink_ext_ack extack = { NULL };
	struct exs_ifaddr ifa;

	KUNIT_EXPECT_EQ(test, -EINVAL,
			exs_ctl_addr_parse(attrs, &ifa, &extack));
	KUNIT_EXPECT_STREQ(test, "an address is needed", extack._msg);
}

static struct kunit_case exs_ctl_genl_addr_cases[] = {
	KUNIT_CASE(parse__an_address_alone_gets_the_defaults),
	KUNIT_CASE(parse__all_that_is_said_is_taken),
	KUNIT_CASE(parse__without_an_address_is_refused),
	{}
};

static struct kunit_suite exs_ctl_genl_addr_suite = {
	.name = "expstack_ctl_genl_addr",
	.test_cases = exs_ctl_genl_addr_cases,
};

kunit_test_suite(exs_ctl_genl_addr_suite);
