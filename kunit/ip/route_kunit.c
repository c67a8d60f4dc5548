// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ip: suite of module/ip/route.c, route_info.c and route_lookup.c, in
 * the first namespace with explo as the device.
 */
#include <kunit/test.h>
#include <linux/inetdevice.h>
#include <linux/netlink.h>
#include <net/inet_ecn.h>
#include <net/net_namespace.h>

#include "../kunit/expect.h"
#include "ip_test.h"

/* TEST-NET-2 and -3: nobody else's. */
#define EXS_NET2	0xc6336400
#define EXS_NET3	0xcb007100

#define EXS_ROUTE_NEW	(NLM_F_CREATE | NLM_F_EXCL)

static struct exs_route_cfg exs_route_test_cfg(u32 dst, u8 len, u8 type)
{
	return (struct exs_route_cfg) {
		.dst = htonl(dst), .dst_len = len, .type = type,
		.table = RT_TABLE_MAIN, .protocol = RTPROT_STATIC,
		.scope = RT_SCOPE_UNIVERSE,
	};
}

static int exs_route_test_add(const struct exs_route_cfg *cfg, u16 flags)
{
	int err;

	rtnl_lock();
	err = exs_route_add(exs_ip_test_net(), cfg, flags, NULL);
	rtnl_unlock();
	return err;
}

static int exs_route_test_del(u32 dst, u8 len)
{
	struct exs_route_cfg cfg = exs_route_test_cfg(dst, len, 0);
	int err;

	cfg.scope = RT_SCOPE_NOWHERE;
	cfg.protocol = 0;
	rtnl_lock();
	err = exs_route_del(exs_ip_test_net(), &cfg, NULL);
	rtnl_unlock();
	return err;
}

static int exs_route_test_count(const struct exs_route_cfg *cfg, void *arg)
{
	++*(unsigned int *)arg;
	return 0;
}

static unsigned int exs_route_test_routes(void)
{
	unsigned int n = 0;

	rcu_read_lock();
	exs_route_walk(exs_ip_test_net(), 0, exs_route_test_count, &n);
	rcu_read_unlock();
	return n;
}

static int exs_route_test_explo(void)
{
	struct exs_ldev *ldev;
	int ifindex = 0;

	rcu_read_lock();
	ldev = exs_loopback_rcu(exs_ip_test_net());
	if (ldev)
		ifindex = ldev->ifindex;
	rcu_read_unlock();
	return ifindex;
}

static int exs_route_test_out(u32 daddr, u32 saddr, u8 tos, int oif,
			      struct exs_rt *rt)
{
	const struct exs_flow flow = {
		.daddr = htonl(daddr), .saddr = htonl(saddr), .tos = tos,
		.oif = oif,
	};
	int err;

	rcu_read_lock();
	local_bh_disable();
	err = exs_route_output(exs_ip_test_net(), &flow, rt);
	local_bh_enable();
	rcu_read_unlock();
	return err;
}

static int exs_route_setup(struct kunit *test)
{
	KUNIT_ASSERT_EQ(test, exs_loopback_get(exs_ip_test_net()), 0);
	test->priv = (void *)(unsigned long)exs_route_test_routes();
	return 0;
}

static void exs_route_teardown(struct kunit *test)
{
	while (!exs_route_test_del(EXS_NET2, 24) ||
	       !exs_route_test_del(EXS_NET3, 24) ||
	       !exs_route_test_del(EXS_NET2 + 16, 28))
		;
	KUNIT_EXPECT_EQ(test, exs_route_test_routes(), (unsigned long)test->priv);
}

struct exs_route_bad {
	const char *name;
	struct exs_route_cfg cfg;
	u16 flags;
	int err;
};

#define EXS_BAD(n, e, ...) {						\
	.name = n, .err = e, .flags = EXS_ROUTE_NEW,			\
	.cfg = { .table = RT_TABLE_MAIN, __VA_ARGS__ } }

static const struct exs_route_bad exs_route_bads[] = {
	EXS_BAD("length 33", -EINVAL, .dst_len = 33, .type = RTN_BLACKHOLE),
	EXS_BAD("bits behind the prefix", -EINVAL, .dst_len = 24,
		.dst = htonl(EXS_NET2 + 1), .type = RTN_BLACKHOLE),
	EXS_BAD("TOS with an ECN bit", -EINVAL, .dst_len = 24, .tos = 0x0a,
		.dst = htonl(EXS_NET2), .type = RTN_BLACKHOLE),
	EXS_BAD("unknown table", -EINVAL, .dst_len = 24, .type = RTN_BLACKHOLE,
		.dst = htonl(EXS_NET2), .table = 100),
	EXS_BAD("type NAT", -EINVAL, .dst_len = 24, .dst = htonl(EXS_NET2),
		.type = RTN_NAT),
	EXS_BAD("local of scope universe", -EINVAL, .dst_len = 24,
		.dst = htonl(EXS_NET2), .type = RTN_LOCAL),
	EXS_BAD("blackhole with a gateway", -EINVAL, .dst_len = 24,
		.dst = htonl(EXS_NET2), .type = RTN_BLACKHOLE,
		.gw = htonl(EXS_NET3 + 1)),
	EXS_BAD("nowhere to go", -ENODEV, .dst_len = 24,
		.dst = htonl(EXS_NET2), .type = RTN_UNICAST),
	EXS_BAD("no such device", -ENODEV, .dst_len = 24,
		.dst = htonl(EXS_NET2), .type = RTN_UNICAST, .oif = 1 << 20),
	EXS_BAD("gateway that is no neighbour", -ENETUNREACH, .dst_len = 24,
		.dst = htonl(EXS_NET2), .type = RTN_UNICAST,
		.gw = htonl(EXS_NET3 + 1)),
	EXS_BAD("group as a gateway", -EINVAL, .dst_len = 24,
		.dst = htonl(EXS_NET2), .type = RTN_UNICAST,
		.gw = htonl(0xe0000001)),
	EXS_BAD("onlink without a device", -ENODEV, .dst_len = 24,
		.dst = htonl(EXS_NET2), .type = RTN_UNICAST, .onlink = true,
		.gw = htonl(EXS_NET3 + 1)),
};

static void exs_route_bad_desc(const struct exs_route_bad *b, char *desc)
{
	strscpy(desc, b->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(exs_route_bad, exs_route_bads, exs_route_bad_desc);

static void add__refuses(struct kunit *test)
{
	const struct exs_route_bad *b = test->param_value;

	KUNIT_EXPECT_EQ(test, exs_route_test_add(&b->cfg, b->flags), b->err);
}

static void add__flags_as_rtnetlink(struct kunit *test)
{
	struct exs_route_cfg cfg = exs_route_test_cfg(EXS_NET2, 24, RTN_BLACKHOLE);
	struct exs_rt rt;

	KUNIT_EXPECT_EQ(test, exs_route_test_add(&cfg, 0), -ENOENT);
	KUNIT_EXPECT_EQ(test, exs_route_test_add(&cfg, NLM_F_REPLACE), -ENOENT);
	KUNIT_EXPECT_EQ(test, exs_route_test_add(&cfg, EXS_ROUTE_NEW), 0);
	KUNIT_EXPECT_EQ(test, exs_route_test_add(&cfg, EXS_ROUTE_NEW), -EEXIST);
	KUNIT_EXPECT_EQ(test, -EEXIST,
			exs_route_test_add(&cfg, NLM_F_CREATE | NLM_F_APPEND));
	KUNIT_EXPECT_EQ(test, -EINVAL, exs_route_test_out(EXS_NET2 + 1, 0, 0, 0, &rt));
	cfg.type = RTN_PROHIBIT;
	KUNIT_EXPECT_EQ(test, exs_route_test_add(&cfg, NLM_F_REPLACE), 0);
	KUNIT_EXPECT_EQ(test, -EACCES, exs_route_test_out(EXS_NET2 + 1, 0, 0, 0, &rt));
	/* Behind it: not used; in front of it: used. */
	cfg.type = RTN_UNREACHABLE;
	KUNIT_EXPECT_EQ(test, 0, exs_route_test_add(&cfg, NLM_F_CREATE | NLM_F_APPEND));
	KUNIT_EXPECT_EQ(test, -EACCES, exs_route_test_out(EXS_NET2 + 1, 0, 0, 0, &rt));
	cfg.type = RTN_THROW;
	KUNIT_EXPECT_EQ(test, 0, exs_route_test_add(&cfg, NLM_F_CREATE));
	KUNIT_EXPECT_EQ(test, -ENETUNREACH,
			exs_route_test_out(EXS_NET2 + 1, 0, 0, 0, &rt));
	KUNIT_EXPECT_EQ(test, exs_route_test_del(EXS_NET2, 24), 0);
	KUNIT_EXPECT_EQ(test, exs_route_test_del(EXS_NET2, 24), 0);
	KUNIT_EXPECT_EQ(test, -EHOSTUNREACH,
			exs_route_test_out(EXS_NET2 + 1, 0, 0, 0, &rt));
	KUNIT_EXPECT_EQ(test, exs_route_test_del(EXS_NET2, 24), 0);
	KUNIT_EXPECT_EQ(test, exs_route_test_del(EXS_NET2, 24), -ESRCH);
}

static void add__lower_metric_and_higher_tos_win(struct kunit *test)
{
	struct exs_route_cfg cfg = exs_route_test_cfg(EXS_NET2, 24, RTN_PROHIBIT);
	struct exs_rt rt;
	u8 ecn;

	cfg.priority = 100;
	KUNIT_EXPECT_EQ(test, exs_route_test_add(&cfg, EXS_ROUTE_NEW), 0);
	cfg.type = RTN_UNREACHABLE;
	cfg.priority = 50;
	KUNIT_EXPECT_EQ(test, exs_route_test_add(&cfg, EXS_ROUTE_NEW), 0);
	KUNIT_EXPECT_EQ(test, -EHOSTUNREACH,
			exs_route_test_out(EXS_NET2 + 1, 0, 0, 0, &rt));
	cfg.type = RTN_BLACKHOLE;
	cfg.tos = IPTOS_LOWDELAY;
	cfg.priority = 200;
	KUNIT_EXPECT_EQ(test, exs_route_test_add(&cfg, EXS_ROUTE_NEW), 0);
	KUNIT_EXPECT_EQ(test, -EHOSTUNREACH,
			exs_route_test_out(EXS_NET2 + 1, 0, 0, 0, &rt));
	KUNIT_EXPECT_EQ(test, -EINVAL,
			exs_route_test_out(EXS_NET2 + 1, 0, IPTOS_LOWDELAY, 0, &rt));
	/* Whatever its ECN bits are. */
	for (ecn = INET_ECN_ECT_1; ecn <= INET_ECN_CE; ecn++)
		KUNIT_EXPECT_EQ(test, -EINVAL,
				exs_route_test_out(EXS_NET2 + 1, 0,
						   IPTOS_LOWDELAY | ecn, 0,
						   &rt));
	rtnl_lock();
	KUNIT_EXPECT_EQ(test, exs_route_del(exs_ip_test_net(), &cfg, NULL), 0);
	rtnl_unlock();
}

static void output__longest_prefix_wins(struct kunit *test)
{
	struct exs_route_cfg wide = exs_route_test_cfg(EXS_NET2, 24, RTN_PROHIBIT);
	struct exs_route_cfg deep = exs_route_test_cfg(EXS_NET2 + 16, 28,
						       RTN_UNREACHABLE);
	struct exs_rt rt;

	KUNIT_EXPECT_EQ(test, exs_route_test_add(&wide, EXS_ROUTE_NEW), 0);
	KUNIT_EXPECT_EQ(test, exs_route_test_add(&deep, EXS_ROUTE_NEW), 0);
	KUNIT_EXPECT_EQ(test, -EACCES, exs_route_test_out(EXS_NET2 + 15, 0, 0, 0, &rt));
	KUNIT_EXPECT_EQ(test, -EHOSTUNREACH,
			exs_route_test_out(EXS_NET2 + 16, 0, 0, 0, &rt));
	KUNIT_EXPECT_EQ(test, -EHOSTUNREACH,
			exs_route_test_out(EXS_NET2 + 31, 0, 0, 0, &rt));
	KUNIT_EXPECT_EQ(test, -EACCES, exs_route_test_out(EXS_NET2 + 32, 0, 0, 0, &rt));
}

static void output__loopback_is_local(struct kunit *test)
{
	struct exs_rt rt;

	KUNIT_ASSERT_EQ(test, exs_route_test_out(INADDR_LOOPBACK, 0, 0, 0, &rt), 0);
	KUNIT_EXPECT_EQ(test, rt.type, RTN_LOCAL);
	EXS_EXPECT_BEEQ(test, rt.saddr, htonl(INADDR_LOOPBACK));
	KUNIT_EXPECT_EQ(test, rt.ldev->ifindex, exs_route_test_explo());
	KUNIT_EXPECT_NULL(test, rt.neigh);
	/* All of 127/8 is this host, and so is no destination at all. */
	KUNIT_ASSERT_EQ(test, exs_route_test_out(0x7fabcdef, 0, 0, 0, &rt), 0);
	KUNIT_EXPECT_EQ(test, rt.type, RTN_LOCAL);
	KUNIT_ASSERT_EQ(test, exs_route_test_out(0, 0, 0, 0, &rt), 0);
	KUNIT_EXPECT_EQ(test, rt.type, RTN_LOCAL);
}

static void output__source_must_be_ours(struct kunit *test)
{
	struct exs_rt rt;

	KUNIT_EXPECT_EQ(test, -ENETUNREACH,
			exs_route_test_out(INADDR_LOOPBACK, EXS_NET3 + 1, 0, 0, &rt));
	KUNIT_EXPECT_EQ(test, 0,
			exs_route_test_out(INADDR_LOOPBACK, INADDR_LOOPBACK, 0, 0, &rt));
}

static void output__no_route_no_device(struct kunit *test)
{
	struct exs_rt rt;

	KUNIT_EXPECT_EQ(test, -ENETUNREACH,
			exs_route_test_out(EXS_NET3 + 1, 0, 0, 0, &rt));
	KUNIT_EXPECT_EQ(test, -ENODEV,
			exs_route_test_out(EXS_NET3 + 1, 0, 0, 1 << 20, &rt));
	KUNIT_EXPECT_EQ(test, -ENETUNREACH,
			exs_route_test_out(0xe0000001, 0, 0, 0, &rt));
}

static void output__route_properties(struct kunit *test)
{
	struct exs_route_cfg cfg = exs_route_test_cfg(EXS_NET2, 24, RTN_UNICAST);
	struct exs_rt rt;

	cfg.oif = exs_route_test_explo();
	cfg.scope = RT_SCOPE_LINK;
	cfg.attr.val[RTAX_MTU] = 1234;
	cfg.attr.val[RTAX_LOCK] = BIT(RTAX_MTU);
	cfg.attr.val[RTAX_ADVMSS] = 1000;
	cfg.attr.val[RTAX_INITCWND] = 300;
	cfg.prefsrc = htonl(INADDR_LOOPBACK);
	KUNIT_ASSERT_EQ(test, exs_route_test_add(&cfg, EXS_ROUTE_NEW), 0);
	KUNIT_ASSERT_EQ(test, exs_route_test_out(EXS_NET2 + 9, 0, 0, 0, &rt), 0);
	KUNIT_EXPECT_EQ(test, rt.type, RTN_UNICAST);
	KUNIT_EXPECT_EQ(test, rt.mtu, 1234);
	KUNIT_EXPECT_EQ(test, exs_rt_metric(&rt, RTAX_ADVMSS), 1000U);
	KUNIT_EXPECT_EQ(test, exs_rt_metric(&rt, RTAX_INITCWND), 300U);
	KUNIT_EXPECT_EQ(test, exs_rt_metric(&rt, RTAX_WINDOW), 0U);
	KUNIT_EXPECT_TRUE(test, exs_rt_metric_locked(&rt, RTAX_MTU));
	KUNIT_EXPECT_FALSE(test, exs_rt_metric_locked(&rt, RTAX_INITCWND));
	KUNIT_EXPECT_TRUE(test, rt.mtu_locked);
	KUNIT_EXPECT_EQ(test, (int)rt.prefixlen, 24);
	EXS_EXPECT_BEEQ(test, rt.saddr, htonl(INADDR_LOOPBACK));
	EXS_EXPECT_BEEQ(test, rt.nexthop, htonl(EXS_NET2 + 9));
	/* The neighbour of a link route can be a gateway. */
	cfg = exs_route_test_cfg(EXS_NET3, 24, RTN_UNICAST);
	cfg.gw = htonl(EXS_NET2 + 1);
	KUNIT_ASSERT_EQ(test, exs_route_test_add(&cfg, EXS_ROUTE_NEW), 0);
	KUNIT_ASSERT_EQ(test, exs_route_test_out(EXS_NET3 + 9, 0, 0, 0, &rt), 0);
	EXS_EXPECT_BEEQ(test, rt.nexthop, htonl(EXS_NET2 + 1));
	KUNIT_EXPECT_TRUE(test, rt.gateway);
}

static void keep__is_stale_after_a_change(struct kunit *test)
{
	struct exs_route_cfg cfg = exs_route_test_cfg(EXS_NET2, 24, RTN_PROHIBIT);
	struct exs_net *en = exs_ip_test_net();
	struct exs_rt rt, kept = {};

	rcu_read_lock();
	exs_route_test_out(INADDR_LOOPBACK, 0, 0, 0, &rt);
	exs_rt_keep(&kept, &rt);
	rcu_read_unlock();
	KUNIT_EXPECT_TRUE(test, exs_rt_valid(en, &kept));
	KUNIT_EXPECT_EQ(test, exs_route_test_add(&cfg, EXS_ROUTE_NEW), 0);
	KUNIT_EXPECT_FALSE(test, exs_rt_valid(en, &kept));
	exs_rt_release(&kept);
	KUNIT_EXPECT_FALSE(test, exs_rt_valid(en, &kept));
	KUNIT_EXPECT_NULL(test, kept.ldev);
}

static void addr_type__by_address(struct kunit *test)
{
	struct exs_net *en = exs_ip_test_net();

	rcu_read_lock();
	KUNIT_EXPECT_EQ(test, exs_route_addr_type(en, 0), RTN_BROADCAST);
	KUNIT_EXPECT_EQ(test, exs_route_addr_type(en, htonl(0xffffffff)), RTN_BROADCAST);
	KUNIT_EXPECT_EQ(test, exs_route_addr_type(en, htonl(0xe0000001)), RTN_MULTICAST);
	KUNIT_EXPECT_EQ(test, exs_route_addr_type(en, htonl(0x7f000001)), RTN_LOCAL);
	KUNIT_EXPECT_EQ(test, exs_route_addr_type(en, htonl(EXS_NET2)), RTN_UNICAST);
	rcu_read_unlock();
}

static struct kunit_case exs_route_cases[] = {
	KUNIT_CASE_PARAM(add__refuses, exs_route_bad_gen_params),
	KUNIT_CASE(add__flags_as_rtnetlink),
	KUNIT_CASE(add__lower_metric_and_higher_tos_win),
	KUNIT_CASE(output__longest_prefix_wins),
	KUNIT_CASE(output__loopback_is_local),
	KUNIT_CASE(output__source_must_be_ours),
	KUNIT_CASE(output__no_route_no_device),
	KUNIT_CASE(output__route_properties),
	KUNIT_CASE(keep__is_stale_after_a_change),
	KUNIT_CASE(addr_type__by_address),
	{}
};

static struct kunit_suite exs_route_suite = {
	.name = "expstack_ip_route",
	.init = exs_route_setup,
	.exit = exs_route_teardown,
	.test_cases = exs_route_cases,
};

kunit_test_suite(exs_route_suite);
