// SPDX-License-Identifier: GPL-2.0
/*
 * expstack link: suite of module/link/loopback.c.
 */
#include <linux/delay.h>
#include <linux/inet.h>

#include <expstack/ip.h>

#include "../kunit/link/link_test.h"

static void exs_loopback_test_made_once(struct kunit *test)
{
	struct exs_net *en = exs_net(&init_net);
	struct exs_ldev *lo;
	struct net_device *dev;

	KUNIT_ASSERT_EQ(test, 0, exs_loopback_get(en));
	KUNIT_EXPECT_EQ(test, 0, exs_loopback_get(en));
	rtnl_lock();
	lo = exs_loopback_rcu(en);
	KUNIT_ASSERT_NOT_NULL(test, lo);
	KUNIT_EXPECT_STREQ(test, lo->name, "explo");
	KUNIT_EXPECT_EQ(test, lo->mode, EXS_LINK_LOOPBACK);
	KUNIT_EXPECT_TRUE(test, lo->up);
	KUNIT_EXPECT_TRUE(test, lo->l3);
	dev = rtnl_dereference(lo->dev);
	KUNIT_EXPECT_EQ(test, dev->mtu, 65536);
	KUNIT_EXPECT_EQ(test, -EINVAL, exs_link_detach(dev, NULL));
	rtnl_unlock();
}

static void exs_loopback_test_addresses(struct kunit *test)
{
	static const struct {
		const char *addr;
		bool local;
	} cases[] = {
		{ "126.255.255.255", false },
		{ "127.0.0.0", true },
		{ "127.0.0.1", true },
		{ "127.1.2.3", true },
		{ "127.255.255.254", true },
		{ "128.0.0.0", false },
	};
	struct exs_net *en = exs_net(&init_net);
	unsigned int i;

	KUNIT_ASSERT_EQ(test, 0, exs_loopback_get(en));
	for (i = 0; i < ARRAY_SIZE(cases); i++)
		KUNIT_EXPECT_EQ_MSG(test, cases[i].local,
				    exs_addr_is_local(en, in_aton(cases[i].addr)),
				    "%s", cases[i].addr);
}

static void exs_loopback_test_down_is_not_local(struct kunit *test)
{
	struct exs_net *en = exs_net(&init_net);
	struct net_device *dev;

	KUNIT_ASSERT_EQ(test, 0, exs_loopback_get(en));
	rtnl_lock();
	dev = rtnl_dereference(exs_loopback_rcu(en)->dev);
	dev_close(dev);
	KUNIT_EXPECT_FALSE(test, exs_addr_is_local(en, in_aton("127.1.2.3")));
	dev_open(dev, NULL);
	KUNIT_EXPECT_TRUE(test, exs_addr_is_local(en, in_aton("127.1.2.3")));
	rtnl_unlock();
}

static atomic_t exs_loopback_test_got;

static void exs_loopback_test_rcv(struct sk_buff *skb)
{
	struct exs_ldev *lo = EXS_IPCB(skb)->ldev;

	if (lo->mode == EXS_LINK_LOOPBACK && skb->pkt_type == PACKET_HOST)
		atomic_inc(&exs_loopback_test_got);
	exs_consume(skb);
}

static const struct exs_proto exs_loopback_test_proto = {
	.protocol = 253, .rcv = exs_loopback_test_rcv,
};

/* What is sent by explo comes in by explo, in the next softirq. */
static void exs_loopback_test_send_is_receive(struct kunit *test)
{
	struct exs_net *en = exs_net(&init_net);
	struct exs_ldev *lo;
	struct sk_buff *skb;
	unsigned int i;
	long before;

	KUNIT_ASSERT_EQ(test, 0, exs_loopback_get(en));
	/* Without a taker the packet would be answered by an ICMP error. */
	KUNIT_ASSERT_EQ(test, 0, exs_proto_register(&exs_loopback_test_proto));
	atomic_set(&exs_loopback_test_got, 0);
	skb = exs_link_test_packet(test, INADDR_LOOPBACK, INADDR_LOOPBACK);
	local_bh_disable();
	rcu_read_lock();
	lo = exs_loopback_rcu(en);
	before = atomic_long_read(&lo->rx_packets);
	KUNIT_EXPECT_EQ(test, 0, exs_link_output(lo, htonl(INADDR_LOOPBACK), skb));
	rcu_read_unlock();
	local_bh_enable();
	for (i = 0; i < 100 && !atomic_read(&exs_loopback_test_got); i++)
		usleep_range(10 * 1000, 20 * 1000);
	KUNIT_EXPECT_EQ(test, 1, atomic_read(&exs_loopback_test_got));
	KUNIT_EXPECT_EQ(test, before + 1, atomic_long_read(&lo->rx_packets));
	exs_proto_unregister(&exs_loopback_test_proto);
}

static struct kunit_case exs_loopback_test_cases[] = {
	KUNIT_CASE(exs_loopback_test_made_once),
	KUNIT_CASE(exs_loopback_test_addresses),
	KUNIT_CASE(exs_loopback_test_down_is_not_local),
	KUNIT_CASE(exs_loopback_test_send_is_receive),
	{}
};

static struct kunit_suite exs_loopback_test_suite = {
	.name = "expstack_link_loopback",
	.test_cases = exs_loopback_test_cases,
};
kunit_test_suite(exs_loopback_test_suite);
