// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ctl: suite of module/ctl/genl_route.c.
 */
#include "../kunit/expect.h"
#include "request_test.h"
#include "ctl/genl_route.h"

static_assert(EXPSTACK_A_ROUTE_MAX < EXS_CTL_TEST_ATTRS);

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
		  .attr = { .val = { [RTAX_LOCK] = BIT(RTAX_MTU),
				     [RTAX_MTU] = 1400, [RTAX_ADVMSS] = 1200,
				     [RTAX_INITCWND] = 20 } }, .tos = 0x10,
		  .type = RTN_UNICAST, .scope = RT_SCOPE_SITE,
		  .protocol = RTPROT_STATIC, .onlink = true },
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

/* Routes of 10/8, in the order of a dump. */
static const struct {
	u32 dst;
	u8 len;
	u32 priority;
} exs_ctl_route_rows[] = {
	{ 0x0a000000, 8, 0 }, { 0x0a000000, 16, 0 }, { 0x0a000000, 16, 1 },
	{ 0x0a000000, 16, 2 }, { 0x0a000000, 24, 0 }, { 0x0a000000, 32, 0 },
	{ 0x0a000001, 32, 0 }, { 0x0a010000, 16, 0 }, { 0x0a010000, 16, 9 },
	{ 0x0a800000, 9, 0 }, { 0x0affff00, 24, 0 }, { 0x0affffff, 32, 0 },
};

#define EXS_CTL_ROUTE_ROWS	ARRAY_SIZE(exs_ctl_route_rows)

static int exs_ctl_route_change_row(unsigned int i, bool add)
{
	struct exs_route_cfg cfg = {
		.dst = htonl(exs_ctl_route_rows[i].dst),
		.dst_len = exs_ctl_route_rows[i].len,
		.priority = exs_ctl_route_rows[i].priority,
		.table = RT_TABLE_MAIN, .type = RTN_BLACKHOLE,
		.protocol = RTPROT_STATIC,
	};
	int err;

	rtnl_lock();
	err = add ? exs_route_add(exs_net(&init_net), &cfg,
				  NLM_F_CREATE | NLM_F_APPEND, NULL) :
		    exs_route_del(exs_net(&init_net), &cfg, NULL);
	rtnl_unlock();
	return err;
}

/* Our routes of the page must be those from row i on. Return: the next row. */
static unsigned int exs_ctl_route_page_rows(struct kunit *test,
					    struct exs_ctl_test_dump *d,
					    unsigned int i)
{
	struct nlattr *attrs[EXS_CTL_TEST_ATTRS];
	unsigned int n;
	u32 dst;

	for (n = 0; exs_ctl_test_row(test, d->page, n, attrs,
				     EXPSTACK_A_ROUTE_MAX); n++) {
		dst = ntohl(nla_get_in_addr(attrs[EXPSTACK_A_ROUTE_DST]));
		if (dst >> 24 != 10)
			continue;
		KUNIT_ASSERT_LT(test, i, EXS_CTL_ROUTE_ROWS);
		KUNIT_EXPECT_EQ_MSG(test, dst, exs_ctl_route_rows[i].dst,
				    "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, nla_get_u8(attrs[EXPSTACK_A_ROUTE_DST_LEN]),
				    exs_ctl_route_rows[i].len, "row %u", i);
		i++;
	}
	return i;
}

/* However much fits a page (144: one row of any kind), all are told in order. */
static void dump__goes_on_where_it_stopped(struct kunit *test)
{
	static const unsigned int rooms[] = { 144, 160, 240, 400, 8192 };
	struct exs_ctl_test_dump *d;
	unsigned int i, next, turns;
	int err;

	for (i = 0; i < EXS_CTL_ROUTE_ROWS; i++)
		KUNIT_EXPECT_EQ(test, 0, exs_ctl_route_change_row(i, true));
	for (i = 0; i < ARRAY_SIZE(rooms); i++) {
		d = exs_ctl_test_dump(test, rooms[i], 0, 0);
		next = 0;
		turns = 0;
		do {
			exs_ctl_test_turn(d);
			err = expstack_nl_route_get_dumpit(d->page, &d->cb);
			next = exs_ctl_route_page_rows(test, d, next);
		} while (err == -EMSGSIZE && d->page->len && ++turns < 200);
		KUNIT_EXPECT_EQ_MSG(test, err, 0, "room %u", rooms[i]);
		KUNIT_EXPECT_EQ_MSG(test, next, EXS_CTL_ROUTE_ROWS, "room %u",
				    rooms[i]);
		exs_ctl_test_end(d);
	}
	for (i = 0; i < EXS_CTL_ROUTE_ROWS; i++)
		KUNIT_EXPECT_EQ(test, 0, exs_ctl_route_change_row(i, false));
}

/* Routes told already go away: none of the others is missed, and it is told. */
static void dump__of_a_table_that_changes(struct kunit *test)
{
	struct exs_ctl_test_dump *d = exs_ctl_test_dump(test, 144, 0, 0);
	unsigned int i, gone, next = 0, turns = 0, intr = 0;
	const struct nlmsghdr *nlh;
	int err;

	for (i = 0; i < EXS_CTL_ROUTE_ROWS; i++)
		KUNIT_EXPECT_EQ(test, 0, exs_ctl_route_change_row(i, true));
	gone = 0;
	do {
		exs_ctl_test_turn(d);
		err = expstack_nl_route_get_dumpit(d->page, &d->cb);
		next = exs_ctl_route_page_rows(test, d, next);
		nlh = (const struct nlmsghdr *)d->page->data;
		if (d->page->len && nlh->nlmsg_flags & NLM_F_DUMP_INTR)
			intr++;
		/* Those of shorter prefixes than the one the page ended in. */
		for (; gone < next && (exs_ctl_route_rows[gone].dst !=
				       exs_ctl_route_rows[next - 1].dst ||
				       exs_ctl_route_rows[gone].len !=
				       exs_ctl_route_rows[next - 1].len); gone++)
			KUNIT_EXPECT_EQ(test, 0, exs_ctl_route_change_row(gone, false));
	} while (err == -EMSGSIZE && d->page->len && ++turns < 200);
	KUNIT_EXPECT_EQ(test, err, 0);
	KUNIT_EXPECT_EQ(test, next, EXS_CTL_ROUTE_ROWS);
	KUNIT_EXPECT_GT(test, intr, 0U);
	exs_ctl_test_end(d);
	for (; gone < EXS_CTL_ROUTE_ROWS; gone++)
		KUNIT_EXPECT_EQ(test, 0, exs_ctl_route_change_row(gone, false));
}

static struct kunit_case exs_ctl_genl_route_cases[] = {
	KUNIT_CASE(parse__a_prefix_alone_gets_the_defaults),
	KUNIT_CASE(parse__the_scope_follows_from_the_rest),
	KUNIT_CASE(parse__host_bits_are_refused),
	KUNIT_CASE(fill__what_was_filled_is_parsed_the_same),
	KUNIT_CASE(fill__no_room_is_told),
	KUNIT_CASE(dump__goes_on_where_it_stopped),
	KUNIT_CASE(dump__of_a_table_that_changes),
	{}
};

static struct kunit_suite exs_ctl_genl_route_suite = {
	.name = "expstack_ctl_genl_route",
	.test_cases = exs_ctl_genl_route_cases,
};

kunit_test_suite(exs_ctl_genl_route_suite);
