// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ip: suite of module/ip/route_info.c: what routes share, and gateways
 * that can be none.
 */
#include "../kunit/ip/path_test.h"
#include "ip/route_priv.h"

static struct exs_route_cfg exs_rinfo_cfg(struct kunit *test)
{
	struct exs_link_test *t = test->priv;

	return (struct exs_route_cfg) {
		.dst = htonl(EXS_PATH_FAR & ~0xff), .dst_len = 24,
		.type = RTN_UNICAST, .table = RT_TABLE_MAIN,
		.gw = htonl(EXS_PATH_PEER), .oif = t->ldev->ifindex,
	};
}

static struct exs_route_info *exs_rinfo_get(struct kunit *test,
					    const struct exs_route_cfg *cfg)
{
	struct exs_link_test *t = test->priv;
	struct exs_route_info *info;

	rtnl_lock();
	info = exs_route_info_get(t->en, cfg, t->ldev);
	rtnl_unlock();
	KUNIT_ASSERT_NOT_NULL(test, info);
	return info;
}

static void exs_rinfo_put(struct kunit *test, struct exs_route_info *info)
{
	struct exs_link_test *t = test->priv;

	rtnl_lock();
	exs_route_info_put(t->en, info);
	rtnl_unlock();
}

/* Routes that agree share one; its device is held once. */
static void get__equal_ones_are_one(struct kunit *test)
{
	struct exs_route_cfg cfg = exs_rinfo_cfg(test), other = cfg;
	struct exs_link_test *t = test->priv;
	unsigned int ref = refcount_read(&t->ldev->ref);
	struct exs_route_info *a, *b, *c;

	a = exs_rinfo_get(test, &cfg);
	b = exs_rinfo_get(test, &cfg);
	KUNIT_EXPECT_PTR_EQ(test, a, b);
	KUNIT_EXPECT_EQ(test, a->users, 2);
	KUNIT_EXPECT_EQ(test, ref + 1, refcount_read(&t->ldev->ref));
	/* The prefix is no part of it, the rest is. */
	other.dst = htonl(0x0a000000);
	other.dst_len = 8;
	other.priority = 7;
	c = exs_rinfo_get(test, &other);
	KUNIT_EXPECT_PTR_EQ(test, a, c);
	exs_rinfo_put(test, c);
	other.attr.val[RTAX_MTU] = 1400;
	c = exs_rinfo_get(test, &other);
	KUNIT_EXPECT_PTR_NE(test, a, c);
	KUNIT_EXPECT_EQ(test, ref + 2, refcount_read(&t->ldev->ref));
	exs_rinfo_put(test, c);
	exs_rinfo_put(test, b);
	KUNIT_EXPECT_EQ(test, a->users, 1);
	exs_rinfo_put(test, a);
	KUNIT_EXPECT_EQ(test, ref, refcount_read(&t->ldev->ref));
}

/* Ways that differ may say the same; it is there once, as long as one does. */
static void get__metrics_are_shared(struct kunit *test)
{
	struct exs_route_cfg cfg = exs_rinfo_cfg(test), plain = cfg, other;
	struct exs_link_test *t = test->priv;
	struct exs_route_info *a, *b, *c;
	unsigned int n = t->en->route->metrics_count;

	cfg.attr.val[RTAX_INITCWND] = 20;
	other = cfg;
	other.gw = htonl(EXS_PATH_PEER + 1);
	a = exs_rinfo_get(test, &cfg);
	b = exs_rinfo_get(test, &other);
	c = exs_rinfo_get(test, &plain);
	KUNIT_EXPECT_PTR_NE(test, a, b);
	KUNIT_EXPECT_PTR_NE(test, a, c);
	KUNIT_EXPECT_PTR_EQ(test, a->metrics, b->metrics);
	KUNIT_EXPECT_NULL(test, c->metrics);
	KUNIT_EXPECT_EQ(test, t->en->route->metrics_count, n + 1);
	/* One more route of the same description is no user more. */
	KUNIT_EXPECT_PTR_EQ(test, exs_rinfo_get(test, &cfg), a);
	KUNIT_EXPECT_EQ(test, a->metrics->users, 2U);
	exs_rinfo_put(test, a);
	exs_rinfo_put(test, a);
	KUNIT_EXPECT_EQ(test, b->metrics->users, 1U);
	exs_rinfo_put(test, b);
	exs_rinfo_put(test, c);
	KUNIT_EXPECT_EQ(test, t->en->route->metrics_count, n);
}

struct exs_rinfo_check {
	const char *name;
	u32 gw;
	bool oif, onlink;
	u8 scope;
	u32 prefsrc;
	int err;
	const char *words;
};

static const struct exs_rinfo_check exs_rinfo_checks[] = {
	{ "gateway", EXS_PATH_PEER, false, false, 0, 0, 0 },
	{ "gateway and device", EXS_PATH_PEER, true, false, 0, 0, 0 },
	{ "device only", 0, true, false, RT_SCOPE_LINK, 0, 0 },
	{ "prefsrc", EXS_PATH_PEER, false, false, 0, EXS_PATH_SELF, 0 },
	{ "another's prefsrc", EXS_PATH_PEER, false, false, 0, EXS_PATH_PEER,
	  -EINVAL, "Invalid prefsrc address" },
	{ "our own address", EXS_PATH_SELF, false, false, 0, 0, -EINVAL,
	  "Nexthop has invalid gateway" },
	{ "the subnet's broadcast", EXS_PATH_BCAST, false, false, 0, 0, -EINVAL,
	  "Nexthop has invalid gateway" },
	{ "all hosts", 0xffffffff, false, false, 0, 0, -EINVAL,
	  "Nexthop has invalid gateway" },
	{ "link scope with a gateway", EXS_PATH_PEER, false, false,
	  RT_SCOPE_LINK, 0, -EINVAL, "Nexthop has invalid scope" },
	{ "a stranger", EXS_PATH_FAR, false, false, 0, 0, -ENETUNREACH,
	  "Nexthop has invalid gateway" },
	{ "a stranger on the link", EXS_PATH_FAR, true, true, 0, 0, 0 },
	{ "ourselves on the link", EXS_PATH_SELF, true, true, 0, 0, -EINVAL,
	  "Nexthop has invalid gateway" },
	{ "on the link of nothing", EXS_PATH_FAR, false, true, 0, 0, -ENODEV,
	  "Nexthop device required for onlink" },
	{ "nowhere", 0, false, false, 0, 0, -ENODEV, "Device or gateway required" },
};

static void exs_rinfo_check_desc(const struct exs_rinfo_check *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(exs_rinfo_check, exs_rinfo_checks, exs_rinfo_check_desc);

static void check__gateways(struct kunit *test)
{
	const struct exs_rinfo_check *c = test->param_value;
	struct exs_route_cfg cfg = exs_rinfo_cfg(test);
	struct exs_link_test *t = test->priv;
	struct netlink_ext_ack extack = {};
	struct exs_ldev *ldev;

	cfg.gw = htonl(c->gw);
	cfg.oif = c->oif ? t->ldev->ifindex : 0;
	cfg.onlink = c->onlink;
	cfg.scope = c->scope;
	cfg.prefsrc = htonl(c->prefsrc);
	rtnl_lock();
	KUNIT_EXPECT_EQ(test, c->err, exs_route_info_check(t->en, &cfg, &ldev,
							   &extack));
	rtnl_unlock();
	if (c->err)
		KUNIT_EXPECT_STREQ(test, extack._msg, c->words);
	else
		KUNIT_EXPECT_PTR_EQ(test, ldev, t->ldev);
}

static void check__device_is_down(struct kunit *test)
{
	struct exs_route_cfg cfg = exs_rinfo_cfg(test);
	struct exs_link_test *t = test->priv;
	struct exs_ldev *ldev;

	cfg.gw = 0;
	rtnl_lock();
	dev_close(t->dev);
	KUNIT_EXPECT_EQ(test, -ENETDOWN,
			exs_route_info_check(t->en, &cfg, &ldev, NULL));
	rtnl_unlock();
}

/* What a deletion does not say matches anything. */
static void match__what_is_said(struct kunit *test)
{
	struct exs_route_cfg cfg = exs_rinfo_cfg(test), del;
	struct exs_route_info *info;

	cfg.scope = RT_SCOPE_UNIVERSE;
	cfg.protocol = RTPROT_STATIC;
	info = exs_rinfo_get(test, &cfg);
	del = (struct exs_route_cfg) { .scope = RT_SCOPE_NOWHERE };
	KUNIT_EXPECT_TRUE(test, exs_route_info_match(info, &del));
	KUNIT_EXPECT_TRUE(test, exs_route_info_match(info, &cfg));
	del.type = RTN_LOCAL;
	KUNIT_EXPECT_FALSE(test, exs_route_info_match(info, &del));
	del = (struct exs_route_cfg) { .scope = RT_SCOPE_LINK };
	KUNIT_EXPECT_FALSE(test, exs_route_info_match(info, &del));
	del = (struct exs_route_cfg) { .scope = RT_SCOPE_NOWHERE,
				       .gw = htonl(EXS_PATH_PEER + 1) };
	KUNIT_EXPECT_FALSE(test, exs_route_info_match(info, &del));
	del = (struct exs_route_cfg) { .scope = RT_SCOPE_NOWHERE, .oif = 1 << 20 };
	KUNIT_EXPECT_FALSE(test, exs_route_info_match(info, &del));
	del = (struct exs_route_cfg) { .scope = RT_SCOPE_NOWHERE,
				       .protocol = RTPROT_KERNEL };
	KUNIT_EXPECT_FALSE(test, exs_route_info_match(info, &del));
	del = (struct exs_route_cfg) { .scope = RT_SCOPE_NOWHERE,
				       .attr.val[RTAX_MTU] = 1400 };
	KUNIT_EXPECT_FALSE(test, exs_route_info_match(info, &del));
	del = (struct exs_route_cfg) { .scope = RT_SCOPE_NOWHERE,
				       .prefsrc = htonl(EXS_PATH_SELF) };
	KUNIT_EXPECT_FALSE(test, exs_route_info_match(info, &del));
	exs_rinfo_put(test, info);
}

static struct kunit_case exs_rinfo_cases[] = {
	KUNIT_CASE(get__equal_ones_are_one),
	KUNIT_CASE(get__metrics_are_shared),
	KUNIT_CASE_PARAM(check__gateways, exs_rinfo_check_gen_params),
	KUNIT_CASE(check__device_is_down),
	KUNIT_CASE(match__what_is_said),
	{}
};

static struct kunit_suite exs_rinfo_suite = {
	.name = "expstack_ip_route_info",
	.init = exs_path_init,
	.exit = exs_path_exit,
	.test_cases = exs_rinfo_cases,
};

kunit_test_suite(exs_rinfo_suite);
