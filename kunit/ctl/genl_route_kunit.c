// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ctl: suite of module/ctl/genl_route.c.
 */
#include "../kunit/expect.h"
#include "ctl_kunit.h"
#include "ctl/ctl_priv.h"
#include "ctl/genl_route.h"

#define EXS_CTL_TEST_ATTRS	(EXPSTACK_A_ROUTE_MAX + 1)

static void parse__a_prefix_alone_gets_the_defaults(struct kunit *test)
{
	struct nlattr *attrs[EXS_CTL_TEST_ATTRS];
	struct sk_buff *skb = exs_ctl_test_msg(test);
	struct exs_route_cfg cfg;

	nla_put_in_addr(skb, EXPSTACK_A_ROUTE_DST, htonl(0x0a000000));
	nla_put_u8(skb, EXPSTACK_A_ROUTE_DST_LEN, 8);
	exs_ctl_test_parse(test, skb, attrs, EXPSTACK_A_ROUTE_MAX);
	KUNIT_EXPECT_EQ(test, 0, exs_ctl_route_parse(attrs, true, &cfg, NULL));
	EXS_EXPECT_BEEQ(test, htonl(0x0a000000), cfg.dst);
	KUNIT_EXPECT_EQ(test, 8, cfg.dst_len);
	KUNIT_EXPECT_EQ(test, RTN_UNICAST, cfg.type);
	KUNIT_EXPECT_EQ(test, RTPROT_BOOT, cfg.protocol);
	KUNIT_EXPECT_EQ(test, (u32)RT_TABLE_MAIN, cfg.table);
	KUNIT_EXPECT_EQ(test, RT_SCOPE_UNIVERSE, cfg.scope);

	KUNIT_EXPECT_EQ(test, 0, exs_ctl_route_parse(attrs, false, &cfg, NULL));
	KUNIT_EXPECT_EQ(test, RTN_UNSPEC, cfg.type);
	KUNIT_EXPECT_EQ(test, RTPROT_UNSPEC, cfg.protocol);
	KUNIT_EXPECT_EQ(test, RT_SCOPE_NOWHERE, cfg.scope);
	kfree_skb(skb);
}

static void parse__the_scope_follows_from_the_rest(struct kunit *test)
{
	static const struct {
		u8 type;
		bool gw, dev;
		u8 scope;
	} cases[] = {
		{ RTN_UNICAST, true, true, RT_SCOPE_UNIVERSE },
		{ RTN_UNICAST, true, false, RT_SCOPE_UNIVERSE },
		{ RTN_UNICAST, false, true, RT_SCOPE_LINK },
		{ RTN_LOCAL, false, true, RT_SCOPE_HOST },
		{ RTN_BROADCAST, false, true, RT_SCOPE_LINK },
		{ RTN_MULTICAST, false, true, RT_SCOPE_LINK },
		{ RTN_BLACKHOLE, false, false, RT_SCOPE_UNIVERSE },
	};
	struct nlattr *attrs[EXS_CTL_TEST_ATTRS];
	struct exs_route_cfg cfg;
	struct sk_buff *skb;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		skb = exs_ctl_test_msg(test);
		nla_put_u8(skb, EXPSTACK_A_ROUTE_TYPE, cases[i].type);
		if (cases[i].gw)
			nla_put_in_addr(skb, EXPSTACK_A_ROUTE_GATEWAY,
					htonl(0x0a000001));
		if (cases[i].dev)
			nla_put_u32(skb, EXPSTACK_A_ROUTE_OIF, 7);
		exs_ctl_test_parse(test, skb, attrs, EXPSTACK_A_ROUTE_MAX);
		KUNIT_EXPECT_EQ(test, 0,
				exs_ctl_route_parse(attrs, true, &cfg, NULL));
		KUNIT_EXPECT_EQ_MSG(test, cases[i].scope, cfg.scope,
				    "case %u", i);
		kfree_skb(skb);
	}
}

static void parse__host_bits_are_refused(struct kunit *test)
{
	struct nlattr *attrs[EXS_CTL_TEST_ATTRS];
	struct netlink_ext_ack extack = { NULL };
	struct sk_buff *skb = exs_ctl_test_msg(test);
	struct exs_route_cfg cfg;

	nla_put_in_addr(skb, EXPSTACK_A_ROUTE_DST, htonl(0x0a000001));
	nla_put_u8(skb, EXPSTACK_A_ROUTE_DST_LEN, 31);
	exs_ctl_test_parse(test, skb, attrs, EXPSTACK_A_ROUTE_MAX);
	KUNIT_EXPECT_EQ(test, -EINVAL,
			exs_ctl_route_parse(attrs, true, &cfg, &extack));
	KUNIT_EXPECT_NOT_NULL(test, extack._msg);
	kfree_skb(skb);
}

static void fill__what_was_filled_is_parsed_the_same(struct kunit *test)
{
	static const struct exs_route_cfg cases[] = {
		{ .table = RT_TABLE_MAIN, .type = RTN_UNICAST,
		  .protocol = RTPROT_BOOT, .gw = htonl(0x0a000001) },
		{ .dst = htonl(0x0a010000), .dst_len = 16,
		  .gw = htonl(0x0a000001), .prefsrc = htonl(0x0a000002),
		  .oif = 3, .table = RT_TABLE_LOCAL, .priority = 1,
		  .mtu = 1400, .advmss = 1200, .initcwnd = 20, .tos = 0x10,
		  .type = RTN_UNICAST, .scope = RT_SCOPE_SITE,
		  .protocol = RTPROT_STATIC, .onlink = true,
		  .mtu_locked = true },
		{ .dst = htonl(0x0a010203), .dst_len = 32,
		  .table = RT_TABLE_MAIN, .type = RTN_PROHIBIT,
		  .protocol = RTPROT_KERNEL },
	};
	struct nlattr *attrs[EXS_CTL_TEST_ATTRS];
	struct exs_route_cfg cfg;
	struct sk_buff *skb;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		skb = exs_ctl_test_msg(test);
		KUNIT_EXPECT_EQ(test, 0, exs_ctl_route_fill(skb, &cases[i]));
		exs_ctl_test_parse(test, skb, attrs, EXPSTACK_A_ROUTE_MAX);
		KUNIT_EXPECT_EQ(test, 0,
				exs_ctl_route_parse(attrs, true, &cfg, NULL));
		KUNIT_EXPECT_MEMEQ(test, &cfg, &cases[i], sizeof(cfg));
		kfree_skb(skb);
	}
}

static void fill__no_room_is_told(struct kunit *test)
{
	const struct exs_route_cfg cfg = { .type = RTN_UNICAST };
	struct sk_buff *skb = alloc_skb(16, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, skb);
	skb_put(skb, skb_tailroom(skb));
	KUNIT_EXPECT_EQ(test, -EMSGSIZE, exs_ctl_route_fill(skb, &cfg));
	kfree_skb(skb);
}

static struct kunit_case exs_ctl_genl_route_cases[] = {
	KUNIT_CASE(parse__a_prefix_alone_gets_the_defaults),
	KUNIT_CASE(parse__the_scope_follows_from_the_rest),
	KUNIT_CASE(parse__host_bits_are_refused),
	KUNIT_CASE(fill__what_was_filled_is_parsed_the_same),
	KUNIT_CASE(fill__no_room_is_told),
	{}
};

static struct kunit_suite exs_ctl_genl_route_suite = {
	.name = "expstack_ctl_genl_route",
	.test_cases = exs_ctl_genl_route_cases,
};

kunit_test_suite(exs_ctl_genl_route_suite);
