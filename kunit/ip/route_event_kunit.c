// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ip: suite of module/ip/route_event.c: the routes that come and go
 * with addresses and devices.
 */
#include "../kunit/link/link_test.h"
#include "ip/route_priv.h"

#define EXS_REVENT_NET	0xc6120000	/* 198.18.0.0/24 */
#define EXS_REVENT_SELF	0xc6120001

static int exs_revent_setup(struct kunit *test)
{
	int err = exs_link_test_init(test);

	if (err)
		return err;
	exs_link_test_device(test, false);
	exs_link_test_attach(test, EXS_LINK_EXCLUSIVE);
	return 0;
}

/* Routes of the device, or of that type and prefix. */
struct exs_revent_find {
	int oif;
	u8 type;			/* 0: any */
	__be32 dst;
	u8 len;
	unsigned int n;
};

static int exs_revent_cb(const struct exs_route_cfg *cfg, void *arg)
{
	struct exs_revent_find *f = arg;

	if (cfg->oif == f->oif &&
	    (!f->type || (cfg->type == f->type && cfg->dst == f->dst &&
			  cfg->dst_len == f->len)))
		f->n++;
	return 0;
}

static unsigned int exs_revent_count(struct kunit *test, u8 type, u32 dst, u8 len)
{
	struct exs_link_test *t = test->priv;
	struct exs_revent_find f = {
		.oif = t->dev->ifindex, .type = type, .dst = htonl(dst), .len = len,
	};

	rcu_read_lock();
	exs_route_walk(t->en, 0, exs_revent_cb, &f);
	rcu_read_unlock();
	return f.n;
}

static void exs_revent_add(struct kunit *test, u32 local, u8 len, u32 peer,
			   u32 broadcast)
{
	struct exs_link_test *t = test->priv;
	struct exs_ifaddr cfg = {
		.local = htonl(local), .prefixlen = len, .peer = htonl(peer),
		.broadcast = htonl(broadcast),
	};

	rtnl_lock();
	KUNIT_EXPECT_EQ(test, 0, exs_addr_add(t->ldev, &cfg, NULL));
	rtnl_unlock();
}

static void exs_revent_del(struct kunit *test, u32 local, u8 len)
{
	struct exs_link_test *t = test->priv;

	rtnl_lock();
	KUNIT_EXPECT_EQ(test, 0, exs_addr_del(t->ldev, htonl(local), len, NULL));
	rtnl_unlock();
}

/* A route by hand, through a neighbour of the subnet. */
static int exs_revent_route(struct kunit *test, u32 prefsrc)
{
	struct exs_link_test *t = test->priv;
	struct exs_route_cfg cfg = {
		.dst = htonl(0xc6130000), .dst_len = 24, .type = RTN_UNICAST,
		.table = RT_TABLE_MAIN, .gw = htonl(EXS_REVENT_NET + 9),
		.prefsrc = htonl(prefsrc),
	};
	int err;

	rtnl_lock();
	err = exs_route_add(t->en, &cfg, NLM_F_CREATE, NULL);
	rtnl_unlock();
	return err;
}

struct exs_revent_case {
	const char *name;
	u32 local;
	u8 len;
	u32 peer, broadcast;
	unsigned int routes;		/* in all */
	u32 net;			/* of the subnet's, 0: none */
	u32 last;			/* broadcast by the mask, 0: none */
};

static const struct exs_revent_case exs_revent_table[] = {
	{ "/24", EXS_REVENT_SELF, 24, 0, 0, 3, EXS_REVENT_NET,
	  EXS_REVENT_NET + 255 },
	{ "/24, broadcast said", EXS_REVENT_SELF, 24, 0, EXS_REVENT_NET + 255, 3,
	  EXS_REVENT_NET, EXS_REVENT_NET + 255 },
	{ "/24, another broadcast", EXS_REVENT_SELF, 24, 0, EXS_REVENT_NET, 4,
	  EXS_REVENT_NET, EXS_REVENT_NET + 255 },
	/* RFC 3021: both addresses are hosts. */
	{ "/31", EXS_REVENT_SELF, 31, 0, 0, 2, EXS_REVENT_NET, 0 },
	{ "/32", EXS_REVENT_SELF, 32, 0, 0, 1, 0, 0 },
	/* A route to the peer, none to a subnet. */
	{ "peer", EXS_REVENT_SELF, 32, EXS_REVENT_SELF + 8, 0, 2, 0, 0 },
};

static void exs_revent_desc(const struct exs_revent_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(exs_revent, exs_revent_table, exs_revent_desc);

static void addr__brings_its_routes_and_takes_them(struct kunit *test)
{
	const struct exs_revent_case *c = test->param_value;

	exs_revent_add(test, c->local, c->len, c->peer, c->broadcast);
	KUNIT_EXPECT_EQ(test, exs_revent_count(test, 0, 0, 0), c->routes);
	KUNIT_EXPECT_EQ(test, exs_revent_count(test, RTN_LOCAL, c->local, 32), 1);
	KUNIT_EXPECT_EQ(test, exs_revent_count(test, RTN_UNICAST, c->net, c->len),
			!!c->net);
	KUNIT_EXPECT_EQ(test, exs_revent_count(test, RTN_BROADCAST, c->last, 32),
			!!c->last);
	if (c->peer)
		KUNIT_EXPECT_EQ(test, exs_revent_count(test, RTN_UNICAST, c->peer,
						       32), 1);
	exs_revent_del(test, c->local, c->len);
	KUNIT_EXPECT_EQ(test, exs_revent_count(test, 0, 0, 0), 0);
}

/* Down: only what is local stays; up: all but routes by hand are back. */
static void down__local_routes_stay(struct kunit *test)
{
	struct exs_link_test *t = test->priv;

	exs_revent_add(test, EXS_REVENT_SELF, 24, 0, 0);
	KUNIT_ASSERT_EQ(test, 0, exs_revent_route(test, 0));
	KUNIT_EXPECT_EQ(test, exs_revent_count(test, 0, 0, 0), 4);
	rtnl_lock();
	dev_close(t->dev);
	rtnl_unlock();
	KUNIT_EXPECT_EQ(test, exs_revent_count(test, 0, 0, 0), 1);
	KUNIT_EXPECT_EQ(test, exs_revent_count(test, RTN_LOCAL, EXS_REVENT_SELF, 32), 1);
	/* An address of a device that is down has its local route only. */
	exs_revent_add(test, EXS_REVENT_SELF + 0x100, 24, 0, 0);
	KUNIT_EXPECT_EQ(test, exs_revent_count(test, 0, 0, 0), 2);
	rtnl_lock();
	KUNIT_EXPECT_EQ(test, 0, dev_open(t->dev, NULL));
	rtnl_unlock();
	KUNIT_EXPECT_EQ(test, exs_revent_count(test, 0, 0, 0), 6);
}

/* Without carrier the routes wait for it. */
static void carrier__lost_routes_stay(struct kunit *test)
{
	struct exs_link_test *t = test->priv;

	exs_revent_add(test, EXS_REVENT_SELF, 24, 0, 0);
	rtnl_lock();
	exs_link_event(t->ldev, EXS_LINK_DOWN, NULL, NULL);
	rtnl_unlock();
	KUNIT_EXPECT_EQ(test, exs_revent_count(test, 0, 0, 0), 3);
	rtnl_lock();
	exs_link_event(t->ldev, EXS_LINK_UP, NULL, NULL);
	rtnl_unlock();
	KUNIT_EXPECT_EQ(test, exs_revent_count(test, 0, 0, 0), 3);
}

/* Set down while it has no carrier, a device loses its routes all the same. */
static void down__without_carrier(struct kunit *test)
{
	struct exs_link_test *t = test->priv;

	exs_revent_add(test, EXS_REVENT_SELF, 24, 0, 0);
	rtnl_lock();
	netif_carrier_off(t->dev);
	netdev_state_change(t->dev);
	rtnl_unlock();
	KUNIT_EXPECT_EQ(test, exs_revent_count(test, 0, 0, 0), 3);
	rtnl_lock();
	dev_close(t->dev);
	rtnl_unlock();
	KUNIT_EXPECT_EQ(test, exs_revent_count(test, 0, 0, 0), 1);
	rtnl_lock();
	KUNIT_EXPECT_EQ(test, 0, dev_open(t->dev, NULL));
	rtnl_unlock();
	KUNIT_EXPECT_EQ(test, exs_revent_count(test, 0, 0, 0), 3);
}

static void detach__takes_everything(struct kunit *test)
{
	exs_revent_add(test, EXS_REVENT_SELF, 24, 0, 0);
	KUNIT_ASSERT_EQ(test, 0, exs_revent_route(test, 0));
	exs_link_test_detach(test);
	KUNIT_EXPECT_EQ(test, exs_revent_count(test, 0, 0, 0), 0);
}

/* The last address goes: so do the routes by hand, as on AF_INET. */
static void addr__the_last_takes_routes_by_hand(struct kunit *test)
{
	exs_revent_add(test, EXS_REVENT_SELF, 24, 0, 0);
	exs_revent_add(test, EXS_REVENT_SELF + 0x100, 24, 0, 0);
	KUNIT_ASSERT_EQ(test, 0, exs_revent_route(test, 0));
	exs_revent_del(test, EXS_REVENT_SELF + 0x100, 24);
	KUNIT_EXPECT_EQ(test, exs_revent_count(test, RTN_UNICAST, 0xc6130000, 24), 1);
	exs_revent_del(test, EXS_REVENT_SELF, 24);
	KUNIT_EXPECT_EQ(test, exs_revent_count(test, 0, 0, 0), 0);
}

/* A route whose source address goes cannot stay. */
static void addr__takes_routes_that_use_it_as_source(struct kunit *test)
{
	exs_revent_add(test, EXS_REVENT_SELF, 24, 0, 0);
	exs_revent_add(test, EXS_REVENT_SELF + 0x100, 24, 0, 0);
	KUNIT_ASSERT_EQ(test, 0, exs_revent_route(test, EXS_REVENT_SELF + 0x100));
	exs_revent_del(test, EXS_REVENT_SELF + 0x100, 24);
	KUNIT_EXPECT_EQ(test, exs_revent_count(test, RTN_UNICAST, 0xc6130000, 24), 0);
	KUNIT_EXPECT_EQ(test, exs_revent_count(test, 0, 0, 0), 3);
}

/* Two addresses of a subnet have one route to it. */
static void addr__a_secondary_brings_only_itself(struct kunit *test)
{
	exs_revent_add(test, EXS_REVENT_SELF, 24, 0, 0);
	exs_revent_add(test, EXS_REVENT_SELF + 1, 24, 0, 0);
	KUNIT_EXPECT_EQ(test, exs_revent_count(test, 0, 0, 0), 4);
	exs_revent_del(test, EXS_REVENT_SELF + 1, 24);
	KUNIT_EXPECT_EQ(test, exs_revent_count(test, 0, 0, 0), 3);
	KUNIT_EXPECT_EQ(test, exs_revent_count(test, RTN_UNICAST, EXS_REVENT_NET, 24), 1);
}

/* Every event makes kept routes stale. */
static void event__bumps_the_generation(struct kunit *test)
{
	struct exs_link_test *t = test->priv;
	int gen = atomic_read(&t->en->rt_gen);

	exs_revent_add(test, EXS_REVENT_SELF, 24, 0, 0);
	KUNIT_EXPECT_NE(test, gen, atomic_read(&t->en->rt_gen));
	gen = atomic_read(&t->en->rt_gen);
	rtnl_lock();
	KUNIT_EXPECT_EQ(test, 0, dev_set_mtu(t->dev, 1400));
	rtnl_unlock();
	KUNIT_EXPECT_NE(test, gen, atomic_read(&t->en->rt_gen));
}

static struct kunit_case exs_revent_cases[] = {
	KUNIT_CASE_PARAM(addr__brings_its_routes_and_takes_them, exs_revent_gen_params),
	KUNIT_CASE(down__local_routes_stay),
	KUNIT_CASE(carrier__lost_routes_stay),
	KUNIT_CASE(down__without_carrier),
	KUNIT_CASE(detach__takes_everything),
	KUNIT_CASE(addr__the_last_takes_routes_by_hand),
	KUNIT_CASE(addr__takes_routes_that_use_it_as_source),
	KUNIT_CASE(addr__a_secondary_brings_only_itself),
	KUNIT_CASE(event__bumps_the_generation),
	{}
};

static struct kunit_suite exs_revent_suite = {
	.name = "expstack_ip_route_event",
	.init = exs_revent_setup,
	.exit = exs_link_test_exit,
	.test_cases = exs_revent_cases,
};

kunit_test_suite(exs_revent_suite);
