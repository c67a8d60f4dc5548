// SPDX-License-Identifier: GPL-2.0
/*
 * expstack sock: suite of module/sock/dgram_mcast.c: IP_MULTICAST_IF as a program
 * sets it, and where its groups are sent then.
 */
#include "../kunit/expect.h"
#include "../kunit/ip/path_test.h"
#include "../kunit/sock/sock_test.h"
#include <expstack/dgram.h>

#define EXS_MCAST_GROUP	0xefff0001

static int exs_mcast_set(struct socket *sock, u32 addr, int ifindex, int len)
{
	struct ip_mreqn mreq = {
		.imr_address.s_addr = htonl(addr), .imr_ifindex = ifindex,
	};
	void *p = len < (int)sizeof(struct ip_mreq) ?
		  (void *)&mreq.imr_address : (void *)&mreq;

	return sock->ops->setsockopt(sock, SOL_IP, IP_MULTICAST_IF,
				     KERNEL_SOCKPTR(p), len);
}

/* Where the socket's packets to the group go: device and source. */
static void exs_mcast_is(struct kunit *test, struct socket *sock, int ifindex,
			 u32 addr)
{
	struct exs_flow flow;
	__be32 told = 0;
	int len = sizeof(told);

	exs_dgram_flow(sock->sk, htonl(EXS_MCAST_GROUP), &flow);
	KUNIT_EXPECT_EQ(test, flow.oif, ifindex);
	KUNIT_EXPECT_EQ(test, ntohl(flow.saddr), addr);
	KUNIT_EXPECT_EQ(test, 0, exs_sock_test_get(test, sock, SOL_IP,
						   IP_MULTICAST_IF, &told, &len));
	KUNIT_EXPECT_EQ(test, ntohl(told), addr);
}

static int exs_mcast_dev(struct kunit *test)
{
	return ((struct exs_link_test *)test->priv)->dev->ifindex;
}

/* The structure is known by its length; what is longer is a struct ip_mreqn. */
static void set__lengths(struct kunit *test)
{
	struct socket *sock = exs_sock_test_open(test, SOCK_DGRAM);
	int dev = exs_mcast_dev(test);

	KUNIT_EXPECT_EQ(test, -EINVAL, exs_mcast_set(sock, EXS_PATH_SELF, 0, 0));
	KUNIT_EXPECT_EQ(test, -EINVAL, exs_mcast_set(sock, EXS_PATH_SELF, 0, 3));
	exs_mcast_is(test, sock, 0, 0);
	KUNIT_EXPECT_EQ(test, 0, exs_mcast_set(sock, EXS_PATH_SELF, 0, 4));
	exs_mcast_is(test, sock, dev, EXS_PATH_SELF);
	/* A struct ip_mreq has no number of a device. */
	KUNIT_EXPECT_EQ(test, 0, exs_mcast_set(sock, 0, dev, 8));
	exs_mcast_is(test, sock, 0, 0);
	KUNIT_EXPECT_EQ(test, 0, exs_mcast_set(sock, EXS_PATH_SELF, 0, 11));
	exs_mcast_is(test, sock, dev, EXS_PATH_SELF);
	KUNIT_EXPECT_EQ(test, 0, exs_mcast_set(sock, 0, dev, 12));
	exs_mcast_is(test, sock, dev, 0);
}

/* What is refused changes nothing. */
static void set__devices_that_cannot_be(struct kunit *test)
{
	struct socket *sock = exs_sock_test_open(test, SOCK_DGRAM);
	int dev = exs_mcast_dev(test);

	KUNIT_ASSERT_EQ(test, 0, exs_mcast_set(sock, EXS_PATH_SELF, dev, 12));
	KUNIT_EXPECT_EQ(test, -EADDRNOTAVAIL,
			exs_mcast_set(sock, EXS_PATH_PEER, 0, 4));
	KUNIT_EXPECT_EQ(test, -EADDRNOTAVAIL,
			exs_mcast_set(sock, 0, 1 << 20, 12));
	sock->sk->sk_bound_dev_if = dev + 1;
	KUNIT_EXPECT_EQ(test, -EINVAL, exs_mcast_set(sock, EXS_PATH_SELF, 0, 4));
	sock->sk->sk_bound_dev_if = 0;
	exs_mcast_is(test, sock, dev, EXS_PATH_SELF);
	KUNIT_EXPECT_EQ(test, 0, exs_mcast_set(sock, 0, 0, 4));
	exs_mcast_is(test, sock, 0, 0);
}

/* A way that was kept for the group is looked up anew. */
static void set__forgets_the_route(struct kunit *test)
{
	struct socket *sock = exs_sock_test_open(test, SOCK_DGRAM);
	struct exs_dgram_sock *ds = exs_dgram_sk(sock->sk);
	u32 epoch = ds->rt_epoch;

	KUNIT_ASSERT_EQ(test, 0, exs_mcast_set(sock, EXS_PATH_SELF, 0, 4));
	KUNIT_EXPECT_NE(test, ds->rt_epoch, epoch);
}

static struct kunit_case exs_mcast_cases[] = {
	KUNIT_CASE(set__lengths),
	KUNIT_CASE(set__devices_that_cannot_be),
	KUNIT_CASE(set__forgets_the_route),
	{}
};

static void exs_mcast_exit(struct kunit *test)
{
	exs_sock_test_exit(test);
	exs_path_exit(test);
}

static struct kunit_suite exs_mcast_suite = {
	.name = "expstack_sock_dgram_mcast",
	.init = exs_path_init,
	.exit = exs_mcast_exit,
	.test_cases = exs_mcast_cases,
};

kunit_test_suite(exs_mcast_suite);
