// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ip: suite of module/ip/route_lookup.c on a device with neighbours.
 * Prefixes, metrics and error types are shown by route_kunit.c.
 */
#include "../kunit/ip/path_test.h"

static int exs_lookup_out(struct kunit *test, struct exs_flow flow,
			  struct exs_rt *rt)
{
	struct exs_link_test *t = test->priv;
	int err;

	local_bh_disable();
	rcu_read_lock();
	err = exs_route_output(t->en, &flow, rt);
	rcu_read_unlock();
	local_bh_enable();
	return err;
}

static int exs_lookup_in(struct kunit *test, u32 saddr, u32 daddr,
			 struct exs_rt *rt)
{
	struct exs_link_test *t = test->priv;
	int err;

	local_bh_disable();
	rcu_read_lock();
	err = exs_route_input(t->en, t->ldev, htonl(daddr), htonl(saddr), 0, 0, rt);
	rcu_read_unlock();
	local_bh_enable();
	return err;
}

struct exs_lookup_case {
	const char *name;
	u32 daddr, saddr;
	bool oif;			/* bound to the device */
	bool link;			/* MSG_DONTROUTE */
	int err;
	u8 type;
	u32 source;
	u32 nexthop;
	bool neigh;
};

static const struct exs_lookup_case exs_lookup_table[] = {
	{ "neighbour", EXS_PATH_PEER, 0, false, false, 0, RTN_UNICAST,
	  EXS_PATH_SELF, EXS_PATH_PEER, true },
	{ "behind the gateway", EXS_PATH_FAR, 0, false, false, 0, RTN_UNICAST,
	  EXS_PATH_SELF, EXS_PATH_PEER, true },
	{ "no gateway allowed", EXS_PATH_FAR, 0, false, true, -ENETUNREACH },
	{ "neighbour, no gateway", EXS_PATH_PEER, 0, false, true, 0, RTN_UNICAST,
	  EXS_PATH_SELF, EXS_PATH_PEER, true },
	{ "own address", EXS_PATH_SELF, 0, false, false, 0, RTN_LOCAL,
	  EXS_PATH_SELF, EXS_PATH_SELF, false },
	{ "own address, bound", EXS_PATH_SELF, 0, true, false, 0, RTN_LOCAL,
	  EXS_PATH_SELF, EXS_PATH_SELF, false },
	{ "subnet broadcast", EXS_PATH_BCAST, 0, false, false, 0, RTN_BROADCAST,
	  EXS_PATH_SELF, EXS_PATH_BCAST, false },
	{ "to all, bound", 0xffffffff, 0, true, false, 0, RTN_BROADCAST,
	  EXS_PATH_SELF, 0xffffffff, false },
	{ "to all, by source", 0xffffffff, EXS_PATH_SELF, false, false, 0,
	  RTN_BROADCAST, EXS_PATH_SELF, 0xffffffff, false },
	{ "group, by source", 0xefff0001, EXS_PATH_SELF, false, false, 0,
	  RTN_MULTICAST, EXS_PATH_SELF, 0xefff0001, false },
	{ "group, nowhere to go", 0xefff0001, 0, false, false, -ENETUNREACH },
	/* As on the link: a bound socket needs no route. */
	{ "no route, bound", 0x08080808, 0, true, false, 0, RTN_UNICAST,
	  EXS_PATH_SELF, 0x08080808, true },
	{ "no route", 0x08080808, 0, false, false, -ENETUNREACH },
	{ "another's source", EXS_PATH_PEER, EXS_PATH_PEER, false, false, -ENETUNREACH },
};

static void exs_lookup_desc(const struct exs_lookup_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(exs_lookup, exs_lookup_table, exs_lookup_desc);

static void output__where_and_how(struct kunit *test)
{
	const struct exs_lookup_case *c = test->param_value;
	struct exs_link_test *t = test->priv;
	struct exs_flow flow = {
		.daddr = htonl(c->daddr), .saddr = htonl(c->saddr),
		.oif = c->oif ? t->ldev->ifindex : 0, .scope_link = c->link,
	};
	struct exs_rt rt;

	exs_path_route(test, RTN_UNICAST, 0);
	KUNIT_ASSERT_EQ(test, c->err, exs_lookup_out(test, flow, &rt));
	if (c->err)
		return;
	KUNIT_EXPECT_EQ(test, rt.type, c->type);
	KUNIT_EXPECT_EQ(test, ntohl(rt.saddr), c->source);
	KUNIT_EXPECT_EQ(test, ntohl(rt.nexthop), c->nexthop);
	KUNIT_EXPECT_EQ(test, !!rt.neigh, c->neigh);
	KUNIT_EXPECT_EQ(test, rt.ldev == t->ldev, c->type != RTN_LOCAL);
	if (rt.neigh)
		KUNIT_EXPECT_EQ(test, ntohl(rt.neigh->addr), c->nexthop);
}

/* A device of its own that is not this one cannot be the way. */
static void output__unknown_device(struct kunit *test)
{
	struct exs_flow flow = { .daddr = htonl(0x08080808), .oif = 1 << 20 };
	struct exs_rt rt;

	KUNIT_EXPECT_EQ(test, -ENODEV, exs_lookup_out(test, flow, &rt));
}

/* A source that is not ours is allowed to who says so (IP_TRANSPARENT). */
static void output__any_source(struct kunit *test)
{
	struct exs_flow flow = {
		.daddr = htonl(EXS_PATH_PEER), .saddr = htonl(EXS_PATH_FAR),
		.anysrc = 1,
	};
	struct exs_rt rt;

	KUNIT_ASSERT_EQ(test, 0, exs_lookup_out(test, flow, &rt));
	KUNIT_EXPECT_EQ(test, ntohl(rt.saddr), EXS_PATH_FAR);
	/* But not from what is nobody's. */
	flow.saddr = htonl(INADDR_ALLHOSTS_GROUP);
	KUNIT_EXPECT_EQ(test, -EINVAL, exs_lookup_out(test, flow, &rt));
	flow.saddr = htonl(INADDR_BROADCAST);
	KUNIT_EXPECT_EQ(test, -EINVAL, exs_lookup_out(test, flow, &rt));
}

/* MTU: the least of device, route and what was learned; a locked one stays. */
static void output__mtu(struct kunit *test)
{
	struct exs_flow flow = { .daddr = htonl(EXS_PATH_FAR) };
	struct exs_link_test *t = test->priv;
	struct exs_rt rt;

	exs_path_set(test, &t->en->sysctl.mtu_expires, 10 * HZ);
	exs_path_route(test, RTN_UNICAST, 1400);
	exs_lookup_out(test, flow, &rt);
	KUNIT_EXPECT_EQ(test, rt.mtu, 1400);
	rcu_read_lock();
	exs_pmtu_update(t->en, htonl(EXS_PATH_FAR), 1200);
	rcu_read_unlock();
	exs_lookup_out(test, flow, &rt);
	KUNIT_EXPECT_EQ(test, rt.mtu, 1200);
	WRITE_ONCE(t->en->sysctl.mtu_expires, 0);
	rcu_read_lock();
	exs_pmtu_update(t->en, htonl(EXS_PATH_FAR), 1200);
	rcu_read_unlock();
	exs_lookup_out(test, flow, &rt);
	KUNIT_EXPECT_EQ(test, rt.mtu, 1400);
	rtnl_lock();
	dev_set_mtu(t->dev, 1300);
	rtnl_unlock();
	exs_lookup_out(test, flow, &rt);
	KUNIT_EXPECT_EQ(test, rt.mtu, 1300);
}

struct exs_lookup_input {
	const char *name;
	u32 saddr, daddr;
	int err;
	u8 type;
};

/* RFC 1812 5.3.7, RFC 1122 3.2.1.3. */
static const struct exs_lookup_input exs_lookup_inputs[] = {
	{ "for us", EXS_PATH_PEER, EXS_PATH_SELF, 0, RTN_LOCAL },
	{ "subnet broadcast", EXS_PATH_PEER, EXS_PATH_BCAST, 0, RTN_BROADCAST },
	{ "to all", EXS_PATH_PEER, 0xffffffff, 0, RTN_BROADCAST },
	{ "group", EXS_PATH_PEER, 0xe0000001, 0, RTN_MULTICAST },
	{ "to be forwarded", EXS_PATH_PEER, EXS_PATH_PEER + 1, 0, RTN_UNICAST },
	{ "no route", EXS_PATH_PEER, 0x08080808, -ENETUNREACH },
	{ "from a group", 0xe0000001, EXS_PATH_SELF, -EINVAL },
	{ "from all", 0xffffffff, EXS_PATH_SELF, -EINVAL },
	{ "from loopback", INADDR_LOOPBACK, EXS_PATH_SELF, -EINVAL },
	{ "from ourselves", EXS_PATH_SELF, EXS_PATH_SELF, -EINVAL },
	{ "from 0.0.0.0", 0, EXS_PATH_SELF, -EINVAL },
	/* A host that does not know its address yet (BOOTP). */
	{ "from 0.0.0.0 to all", 0, 0xffffffff, 0, RTN_BROADCAST },
	{ "from 0.0.0.0 to a group", 0, 0xe0000001, 0, RTN_MULTICAST },
	{ "to loopback", EXS_PATH_PEER, INADDR_LOOPBACK, -EINVAL },
	{ "to 0.0.0.0", EXS_PATH_PEER, 0, -EINVAL },
};

static void exs_lookup_input_desc(const struct exs_lookup_input *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(exs_lookup_input, exs_lookup_inputs, exs_lookup_input_desc);

static void input__what_to_do(struct kunit *test)
{
	const struct exs_lookup_input *c = test->param_value;
	struct exs_rt rt;

	KUNIT_EXPECT_EQ(test, c->err, exs_lookup_in(test, c->saddr, c->daddr, &rt));
	if (!c->err)
		KUNIT_EXPECT_EQ(test, rt.type, c->type);
}

/* A host that does not forward asks no neighbour for strangers. */
static void input__neighbour_only_when_forwarding(struct kunit *test)
{
	struct exs_link_test *t = test->priv;
	struct exs_rt rt;

	exs_path_set(test, &t->en->sysctl.ip_forward, 0);
	KUNIT_ASSERT_EQ(test, 0, exs_lookup_in(test, EXS_PATH_PEER,
					       EXS_PATH_PEER + 1, &rt));
	KUNIT_EXPECT_NULL(test, rt.neigh);
	KUNIT_EXPECT_EQ(test, NUD_NONE, exs_link_test_nud(test, EXS_PATH_PEER + 1));
	WRITE_ONCE(t->en->sysctl.ip_forward, 1);
	KUNIT_ASSERT_EQ(test, 0, exs_lookup_in(test, EXS_PATH_PEER,
					       EXS_PATH_PEER + 1, &rt));
	KUNIT_EXPECT_NOT_NULL(test, rt.neigh);
	KUNIT_EXPECT_EQ(test, rt.mtu, 1500);
}

/* A router does not believe path MTUs of others, unless told (RFC 1812 4.2.3.3). */
static void input__learned_mtu_by_setting(struct kunit *test)
{
	struct exs_link_test *t = test->priv;
	struct exs_rt rt;

	exs_path_set(test, &t->en->sysctl.ip_forward, 1);
	exs_path_set(test, &t->en->sysctl.ip_forward_use_pmtu, 0);
	exs_path_set(test, &t->en->sysctl.mtu_expires, 10 * HZ);
	rcu_read_lock();
	exs_pmtu_update(t->en, htonl(EXS_PATH_PEER + 1), 1200);
	rcu_read_unlock();
	exs_lookup_in(test, EXS_PATH_PEER, EXS_PATH_PEER + 1, &rt);
	KUNIT_EXPECT_EQ(test, rt.mtu, 1500);
	WRITE_ONCE(t->en->sysctl.ip_forward_use_pmtu, 1);
	exs_lookup_in(test, EXS_PATH_PEER, EXS_PATH_PEER + 1, &rt);
	KUNIT_EXPECT_EQ(test, rt.mtu, 1200);
	WRITE_ONCE(t->en->sysctl.mtu_expires, 0);
	rcu_read_lock();
	exs_pmtu_update(t->en, htonl(EXS_PATH_PEER + 1), 1200);
	rcu_read_unlock();
}

/* What dies while it is being kept makes the handle stale at once. */
static void keep__of_what_is_ending(struct kunit *test)
{
	struct exs_flow flow = { .daddr = htonl(EXS_PATH_PEER) };
	struct exs_link_test *t = test->priv;
	struct exs_rt rt, kept = {};
	struct exs_neigh dead = {};
	struct exs_ldev gone = {};

	KUNIT_ASSERT_EQ(test, 0, exs_lookup_out(test, flow, &rt));
	rt.neigh = &dead;
	exs_rt_keep(&kept, &rt);
	KUNIT_EXPECT_NULL(test, kept.neigh);
	KUNIT_EXPECT_FALSE(test, exs_rt_valid(t->en, &kept));
	exs_rt_release(&kept);
	KUNIT_ASSERT_EQ(test, 0, exs_lookup_out(test, flow, &rt));
	rt.ldev = &gone;
	rt.neigh = NULL;
	exs_rt_keep(&kept, &rt);
	KUNIT_EXPECT_NULL(test, kept.ldev);
	KUNIT_EXPECT_FALSE(test, exs_rt_valid(t->en, &kept));
	exs_rt_release(&kept);
}

/* A neighbour that was deleted: whoever kept the way looks again. */
static void keep__neighbour_is_deleted(struct kunit *test)
{
	struct exs_flow flow = { .daddr = htonl(EXS_PATH_PEER) };
	struct exs_link_test *t = test->priv;
	struct exs_rt rt, kept = {};

	local_bh_disable();
	rcu_read_lock();
	KUNIT_EXPECT_EQ(test, 0, exs_route_output(t->en, &flow, &rt));
	exs_rt_keep(&kept, &rt);
	rcu_read_unlock();
	local_bh_enable();
	KUNIT_EXPECT_TRUE(test, exs_rt_valid(t->en, &kept));
	rtnl_lock();
	exs_neigh_delete(t->ldev, htonl(EXS_PATH_PEER), NULL);
	rtnl_unlock();
	KUNIT_EXPECT_FALSE(test, exs_rt_valid(t->en, &kept));
	exs_rt_release(&kept);
}

static void addr_type__of_a_device_with_addresses(struct kunit *test)
{
	static const struct {
		u32 addr;
		u8 type;
	} c[] = {
		{ EXS_PATH_SELF, RTN_LOCAL }, { EXS_PATH_BCAST, RTN_BROADCAST },
		{ EXS_PATH_PEER, RTN_UNICAST }, { 0x08080808, RTN_UNICAST },
		{ 0, RTN_BROADCAST }, { 0xffffffff, RTN_BROADCAST },
		{ 0xe0000001, RTN_MULTICAST }, { INADDR_LOOPBACK, RTN_LOCAL },
	};
	struct exs_link_test *t = test->priv;
	unsigned int i;

	rcu_read_lock();
	for (i = 0; i < ARRAY_SIZE(c); i++)
		KUNIT_EXPECT_EQ_MSG(test, c[i].type,
				    exs_route_addr_type(t->en, htonl(c[i].addr)),
				    "row %u", i);
	rcu_read_unlock();
}

static struct kunit_case exs_lookup_cases[] = {
	KUNIT_CASE_PARAM(output__where_and_how, exs_lookup_gen_params),
	KUNIT_CASE(output__unknown_device),
	KUNIT_CASE(output__any_source),
	KUNIT_CASE(output__mtu),
	KUNIT_CASE_PARAM(input__what_to_do, exs_lookup_input_gen_params),
	KUNIT_CASE(input__neighbour_only_when_forwarding),
	KUNIT_CASE(input__learned_mtu_by_setting),
	KUNIT_CASE(keep__of_what_is_ending),
	KUNIT_CASE(keep__neighbour_is_deleted),
	KUNIT_CASE(addr_type__of_a_device_with_addresses),
	{}
};

static struct kunit_suite exs_lookup_suite = {
	.name = "expstack_ip_route_lookup",
	.init = exs_path_init,
	.exit = exs_path_exit,
	.test_cases = exs_lookup_cases,
};

kunit_test_suite(exs_lookup_suite);
