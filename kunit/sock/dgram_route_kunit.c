// SPDX-License-Identifier: GPL-2.0
/*
 * expstack sock: suite of module/sock/dgram_route.c: the route that is kept.
 */
#include <linux/icmp.h>
#include <linux/udp.h>

#include "../kunit/expect.h"
#include "../kunit/ip/path_test.h"
#include "../kunit/sock/sock_test.h"
#include <expstack/dgram.h>

static void exs_droute_teardown(struct kunit *test)
{
	exs_sock_test_exit(test);
	exs_path_exit(test);
}

static int exs_droute_get(struct socket *sock, struct exs_rt *rt)
{
	int err;

	rcu_read_lock();
	err = exs_dgram_route_get(sock->sk, rt);
	rcu_read_unlock();
	return err;
}

static void get__is_kept_until_something_changes(struct kunit *test)
{
	struct socket *sock = exs_sock_test_open(test, SOCK_DGRAM);
	struct exs_dgram_sock *ds = exs_dgram_sk(sock->sk);
	struct exs_link_test *t = test->priv;
	struct exs_rt rt, again;
	u32 seq;

	KUNIT_ASSERT_EQ(test, 0, exs_sock_test_connect(sock, EXS_PATH_PEER, 53));
	KUNIT_ASSERT_EQ(test, 0, exs_droute_get(sock, &rt));
	KUNIT_EXPECT_PTR_EQ(test, rt.ldev, t->ldev);
	KUNIT_EXPECT_EQ(test, ntohl(rt.nexthop), EXS_PATH_PEER);
	seq = ds->rt_lock.seqcount.seqcount.sequence;
	KUNIT_ASSERT_EQ(test, 0, exs_droute_get(sock, &again));
	KUNIT_EXPECT_EQ(test, seq, ds->rt_lock.seqcount.seqcount.sequence);
	exs_rt_bump(t->en);
	KUNIT_ASSERT_EQ(test, 0, exs_droute_get(sock, &again));
	KUNIT_EXPECT_NE(test, seq, ds->rt_lock.seqcount.seqcount.sequence);
	KUNIT_EXPECT_TRUE(test, exs_rt_valid(t->en, &ds->es.rt));
	/* An option that routing depends on makes it stale, too. */
	exs_sock_test_set(sock, SOL_IP, IP_TOS, 0x10);
	KUNIT_EXPECT_FALSE(test, exs_rt_valid(t->en, &ds->es.rt));
	KUNIT_EXPECT_NOT_NULL(test, ds->es.rt.ldev);
	KUNIT_ASSERT_EQ(test, 0, exs_droute_get(sock, &again));
	KUNIT_EXPECT_TRUE(test, exs_rt_valid(t->en, &ds->es.rt));
}

static void get__no_way_any_more(struct kunit *test)
{
	struct socket *sock = exs_sock_test_open(test, SOCK_DGRAM);
	struct exs_link_test *t = test->priv;
	struct exs_rt rt;

	exs_path_route(test, RTN_UNICAST, 0);
	KUNIT_ASSERT_EQ(test, 0, exs_sock_test_connect(sock, EXS_PATH_FAR, 53));
	KUNIT_ASSERT_EQ(test, 0, exs_droute_get(sock, &rt));
	rtnl_lock();
	dev_close(t->dev);
	rtnl_unlock();
	KUNIT_EXPECT_EQ(test, -ENETUNREACH, exs_droute_get(sock, &rt));
	KUNIT_EXPECT_EQ(test, -ENETUNREACH, exs_sock_test_send(test, sock, 0, 0, 1, 0));
}

static void forget__gives_the_references_back(struct kunit *test)
{
	struct socket *sock = exs_sock_test_open(test, SOCK_DGRAM);
	struct exs_link_test *t = test->priv;
	unsigned int before;
	struct exs_rt rt;

	KUNIT_ASSERT_EQ(test, 0, exs_sock_test_connect(sock, EXS_PATH_PEER, 53));
	before = refcount_read(&t->ldev->ref);
	KUNIT_ASSERT_EQ(test, 0, exs_droute_get(sock, &rt));
	KUNIT_EXPECT_EQ(test, before + 1, refcount_read(&t->ldev->ref));
	exs_dgram_route_forget(sock->sk);
	exs_dgram_route_forget(sock->sk);
	KUNIT_EXPECT_EQ(test, before, refcount_read(&t->ldev->ref));
	KUNIT_EXPECT_NULL(test, exs_sk(sock->sk)->rt.neigh);
}

/* Looked up for one peer, and meanwhile connected to another. */
static void keep__not_what_is_out_of_date(struct kunit *test)
{
	struct socket *sock = exs_sock_test_open(test, SOCK_DGRAM);
	struct exs_dgram_sock *ds = exs_dgram_sk(sock->sk);
	struct exs_link_test *t = test->priv;
	unsigned int before;
	struct exs_rt rt;
	u32 epoch;

	KUNIT_ASSERT_EQ(test, 0, exs_sock_test_connect(sock, EXS_PATH_PEER, 53));
	before = refcount_read(&t->ldev->ref);
	rcu_read_lock();
	epoch = ds->rt_epoch;
	KUNIT_EXPECT_EQ(test, 0, exs_dgram_route_get(sock->sk, &rt));
	rcu_read_unlock();
	KUNIT_EXPECT_EQ(test, before + 1, refcount_read(&t->ldev->ref));
	KUNIT_ASSERT_EQ(test, 0, exs_sock_test_connect(sock, EXS_PATH_PEER, 54));
	KUNIT_EXPECT_EQ(test, before, refcount_read(&t->ldev->ref));
	rcu_read_lock();
	exs_dgram_route_keep(sock->sk, &rt, epoch);
	KUNIT_EXPECT_NULL(test, ds->es.rt.ldev);
	KUNIT_EXPECT_EQ(test, before, refcount_read(&t->ldev->ref));
	exs_dgram_route_keep(sock->sk, &rt, ds->rt_epoch);
	KUNIT_EXPECT_PTR_EQ(test, ds->es.rt.ldev, t->ldev);
	rcu_read_unlock();
	exs_dgram_route_forget(sock->sk);
}

/* IP_MULTICAST_IF and IP_UNICAST_IF, each for its own; a bound device wins. */
static void flow__devices(struct kunit *test)
{
	struct socket *sock = exs_sock_test_open(test, SOCK_DGRAM);
	struct exs_dgram_sock *ds = exs_dgram_sk(sock->sk);
	struct exs_flow flow;

	ds->es.uc_index = 7;
	ds->mc_index = 8;
	ds->mc_addr = htonl(EXS_PATH_SELF);
	exs_dgram_flow(sock->sk, htonl(EXS_PATH_PEER), &flow);
	KUNIT_EXPECT_EQ(test, flow.oif, 7);
	EXS_EXPECT_BEEQ(test, flow.saddr, 0);
	KUNIT_EXPECT_EQ(test, ntohl(flow.daddr), EXS_PATH_PEER);
	exs_dgram_flow(sock->sk, htonl(0xefff0001), &flow);
	KUNIT_EXPECT_EQ(test, flow.oif, 8);
	KUNIT_EXPECT_EQ(test, ntohl(flow.saddr), EXS_PATH_SELF);
	sock->sk->sk_bound_dev_if = 9;
	exs_dgram_flow(sock->sk, htonl(0xefff0001), &flow);
	KUNIT_EXPECT_EQ(test, flow.oif, 9);
	exs_dgram_flow(sock->sk, htonl(EXS_PATH_PEER), &flow);
	KUNIT_EXPECT_EQ(test, flow.oif, 9);
}

static struct kunit_case exs_droute_cases[] = {
	KUNIT_CASE(get__is_kept_until_something_changes),
	KUNIT_CASE(get__no_way_any_more),
	KUNIT_CASE(forget__gives_the_references_back),
	KUNIT_CASE(keep__not_what_is_out_of_date),
	KUNIT_CASE(flow__devices),
	{}
};

static struct kunit_suite exs_droute_suite = {
	.name = "expstack_sock_dgram_route",
	.init = exs_path_init,
	.exit = exs_droute_teardown,
	.test_cases = exs_droute_cases,
};

kunit_test_suite(exs_droute_suite);
