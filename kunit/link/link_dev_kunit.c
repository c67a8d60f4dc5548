// SPDX-License-Identifier: GPL-2.0
/*
 * expstack link: suite of module/link/link_dev.c.
 */
#include "../kunit/link/link_test.h"

struct exs_link_dev_test_heard {
	struct notifier_block nb;
	struct exs_ldev *ldev;
	unsigned int count[EXS_LINK_ADDR_DEL + 1];
};

static int exs_link_dev_test_event(struct notifier_block *nb,
				   unsigned long kind, void *ptr)
{
	struct exs_link_dev_test_heard *h =
		container_of(nb, struct exs_link_dev_test_heard, nb);
	struct exs_link_event *ev = ptr;

	if (ev->ldev == h->ldev && kind < ARRAY_SIZE(h->count))
		h->count[kind]++;
	return NOTIFY_DONE;
}

static void exs_link_dev_test_unhear(void *nb)
{
	exs_link_notifier_unregister(nb);
}

static struct exs_link_dev_test_heard *
exs_link_dev_test_hear(struct kunit *test)
{
	struct exs_link_dev_test_heard *h;
	struct exs_link_test *t = test->priv;

	h = kunit_kzalloc(test, sizeof(*h), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, h);
	h->nb.notifier_call = exs_link_dev_test_event;
	h->ldev = t->ldev;
	KUNIT_ASSERT_EQ(test, 0, exs_link_notifier_register(&h->nb));
	KUNIT_ASSERT_EQ(test, 0,
			kunit_add_action_or_reset(test, exs_link_dev_test_unhear,
						  &h->nb));
	return h;
}

static int exs_link_dev_test_try(struct net_device *dev, enum exs_link_mode mode)
{
	int err;

	rtnl_lock();
	err = exs_link_attach(dev, mode, NULL);
	rtnl_unlock();
	return err;
}

static void exs_link_dev_test_attach_and_detach(struct kunit *test)
{
	struct exs_link_test *t = test->priv;

	exs_link_test_device(test, false);
	rtnl_lock();
	KUNIT_EXPECT_EQ(test, -ENODEV, exs_link_detach(t->dev, NULL));
	KUNIT_EXPECT_NULL(test, exs_ldev_by_index_rcu(t->en, t->dev->ifindex));
	rtnl_unlock();
	exs_link_test_attach(test, EXS_LINK_EXCLUSIVE);
	KUNIT_EXPECT_STREQ(test, t->ldev->name, t->dev->name);
	KUNIT_EXPECT_EQ(test, t->ldev->mtu, t->dev->mtu);
	KUNIT_EXPECT_TRUE(test, t->ldev->up);
	KUNIT_EXPECT_FALSE(test, t->ldev->l3);
	KUNIT_EXPECT_EQ(test, -EEXIST,
			exs_link_dev_test_try(t->dev, EXS_LINK_SHARED));
	rtnl_lock();
	KUNIT_EXPECT_PTR_EQ(test, t->ldev,
			    exs_ldev_by_index_rcu(t->en, t->dev->ifindex));
	rtnl_unlock();
	exs_link_test_detach(test);
	rtnl_lock();
	KUNIT_EXPECT_NULL(test, exs_ldev_of_rcu(t->dev));
	rtnl_unlock();
}

static void exs_link_dev_test_l3(struct kunit *test)
{
	struct exs_link_test *t = test->priv;

	exs_link_test_device(test, true);
	exs_link_test_attach(test, EXS_LINK_EXCLUSIVE);
	KUNIT_EXPECT_TRUE(test, t->ldev->l3);
	rcu_read_lock();
	KUNIT_EXPECT_NULL(test, exs_neigh_lookup_rcu(t->ldev,
						     htonl(0xc6336402), true));
	rcu_read_unlock();
}

static rx_handler_result_t exs_link_dev_test_other_rx(struct sk_buff **pskb)
{
	return RX_HANDLER_PASS;
}

static void exs_link_dev_test_refusals(struct kunit *test)
{
	struct exs_link_test *t = test->priv;
	unsigned short type;

	KUNIT_EXPECT_EQ(test, -EINVAL,
			exs_link_dev_test_try(init_net.loopback_dev,
					      EXS_LINK_EXCLUSIVE));
	exs_link_test_device(test, false);
	KUNIT_EXPECT_EQ(test, -EINVAL,
			exs_link_dev_test_try(t->dev, EXS_LINK_LOOPBACK));
	KUNIT_EXPECT_EQ(test, -EINVAL, exs_link_dev_test_try(t->dev, 77));
	type = t->dev->type;
	t->dev->type = ARPHRD_INFINIBAND;
	KUNIT_EXPECT_EQ(test, -EOPNOTSUPP,
			exs_link_dev_test_try(t->dev, EXS_LINK_EXCLUSIVE));
	t->dev->type = type;
	t->dev->priv_flags |= IFF_NO_RX_HANDLER;
	KUNIT_EXPECT_EQ(test, -EINVAL,
			exs_link_dev_test_try(t->dev, EXS_LINK_EXCLUSIVE));
	t->dev->priv_flags &= ~IFF_NO_RX_HANDLER;
	rtnl_lock();
	KUNIT_EXPECT_EQ(test, 0,
			netdev_rx_handler_register(t->dev,
						   exs_link_dev_test_other_rx,
						   NULL));
	KUNIT_EXPECT_EQ(test, -EBUSY,
			exs_link_attach(t->dev, EXS_LINK_EXCLUSIVE, NULL));
	netdev_rx_handler_unregister(t->dev);
	rtnl_unlock();
}

static void exs_link_dev_test_down_and_up(struct kunit *test)
{
	struct exs_link_dev_test_heard *h;
	struct exs_link_test *t = test->priv;
	u32 gen;

	exs_link_test_device(test, false);
	exs_link_test_attach(test, EXS_LINK_EXCLUSIVE);
	h = exs_link_dev_test_hear(test);
	gen = atomic_read(&t->en->rt_gen);
	exs_neigh_set(t->ldev, htonl(0xc6336402), exs_link_test_peer,
		      NUD_REACHABLE, 0, NULL);
	rtnl_lock();
	dev_close(t->dev);
	KUNIT_EXPECT_FALSE(test, t->ldev->up);
	KUNIT_EXPECT_EQ(test, h->count[EXS_LINK_DOWN], 1);
	KUNIT_EXPECT_NE(test, gen, atomic_read(&t->en->rt_gen));
	dev_open(t->dev, NULL);
	KUNIT_EXPECT_TRUE(test, t->ldev->up);
	KUNIT_EXPECT_EQ(test, h->count[EXS_LINK_UP], 1);
	rtnl_unlock();
	KUNIT_EXPECT_EQ(test, NUD_NONE, exs_link_test_nud(test, 0xc6336402));
}

static void exs_link_dev_test_carrier(struct kunit *test)
{
	struct exs_link_dev_test_heard *h;
	struct exs_link_test *t = test->priv;

	exs_link_test_device(test, false);
	exs_link_test_attach(test, EXS_LINK_EXCLUSIVE);
	h = exs_link_dev_test_hear(test);
	rtnl_lock();
	netif_carrier_off(t->dev);
	netdev_state_change(t->dev);
	KUNIT_EXPECT_FALSE(test, t->ldev->up);
	netif_carrier_on(t->dev);
	netdev_state_change(t->dev);
	KUNIT_EXPECT_TRUE(test, t->ldev->up);
	netdev_state_change(t->dev);
	rtnl_unlock();
	KUNIT_EXPECT_EQ(test, h->count[EXS_LINK_DOWN], 1);
	KUNIT_EXPECT_EQ(test, h->count[EXS_LINK_UP], 1);
}

static void exs_link_dev_test_mtu(struct kunit *test)
{
	struct exs_link_dev_test_heard *h;
	struct exs_link_test *t = test->priv;

	exs_link_test_device(test, false);
	exs_link_test_attach(test, EXS_LINK_EXCLUSIVE);
	h = exs_link_dev_test_hear(test);
	rtnl_lock();
	KUNIT_EXPECT_EQ(test, 0, dev_set_mtu(t->dev, 1400));
	KUNIT_EXPECT_EQ(test, t->ldev->mtu, 1400);
	KUNIT_EXPECT_EQ(test, h->count[EXS_LINK_MTU], 1);
	/* IPv4 cannot live with less than 68 bytes. */
	t->dev->min_mtu = 0;
	KUNIT_EXPECT_EQ(test, 0, dev_set_mtu(t->dev, 68));
	KUNIT_EXPECT_TRUE(test, t->ldev->up);
	KUNIT_EXPECT_EQ(test, 0, dev_set_mtu(t->dev, 67));
	KUNIT_EXPECT_FALSE(test, t->ldev->up);
	rtnl_unlock();
}

static void exs_link_dev_test_rename(struct kunit *test)
{
	struct exs_link_dev_test_heard *h;
	struct exs_link_test *t = test->priv;

	exs_link_test_device(test, false);
	exs_link_test_attach(test, EXS_LINK_EXCLUSIVE);
	h = exs_link_dev_test_hear(test);
	rtnl_lock();
	strscpy(t->dev->name, "exsrenamed", IFNAMSIZ);
	call_netdevice_notifiers(NETDEV_CHANGENAME, t->dev);
	rtnl_unlock();
	KUNIT_EXPECT_STREQ(test, t->ldev->name, "exsrenamed");
	KUNIT_EXPECT_EQ(test, h->count[EXS_LINK_RENAME], 1);
}

/* The cached headers carry the device's new address. */
static void exs_link_dev_test_new_mac(struct kunit *test)
{
	static const u8 mac[ETH_ALEN] = { 2, 0, 0, 0, 0, 0x55 };
	struct exs_link_test *t = test->priv;
	struct exs_neigh *n;
	struct sk_buff *skb;

	exs_link_test_device(test, false);
	exs_link_test_attach(test, EXS_LINK_EXCLUSIVE);
	exs_neigh_set(t->ldev, htonl(0xc6336402), exs_link_test_peer,
		      NUD_PERMANENT, 0, NULL);
	rtnl_lock();
	eth_hw_addr_set(t->dev, mac);
	call_netdevice_notifiers(NETDEV_CHANGEADDR, t->dev);
	rtnl_unlock();
	skb = exs_link_test_packet(test, 0xc6336401, 0xc6336402);
	local_bh_disable();
	rcu_read_lock();
	n = exs_neigh_lookup_rcu(t->ldev, htonl(0xc6336402), false);
	if (n)
		exs_neigh_output(n, skb);
	rcu_read_unlock();
	local_bh_enable();
	KUNIT_ASSERT_NOT_NULL(test, n);
	skb = exs_link_test_sent(test);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_EXPECT_MEMEQ(test, eth_hdr(skb)->h_source, mac, ETH_ALEN);
}

static void exs_link_dev_test_unregister_detaches(struct kunit *test)
{
	struct exs_link_dev_test_heard *h;
	struct exs_link_test *t = test->priv;

	exs_link_test_device(test, false);
	exs_link_test_attach(test, EXS_LINK_EXCLUSIVE);
	exs_link_test_addr(test, 0xc6336401, 24);
	exs_neigh_set(t->ldev, htonl(0xc6336402), exs_link_test_peer,
		      NUD_PERMANENT, 0, NULL);
	h = exs_link_dev_test_hear(test);
	/* Returns only when no reference to the device is left. */
	unregister_netdev(t->dev);
	free_netdev(t->dev);
	t->dev = NULL;
	KUNIT_EXPECT_EQ(test, h->count[EXS_LINK_DETACHING], 1);
	KUNIT_EXPECT_EQ(test, h->count[EXS_LINK_ADDR_DEL], 1);
	KUNIT_EXPECT_NULL(test, rcu_access_pointer(t->ldev->dev));
	KUNIT_EXPECT_FALSE(test, exs_addr_is_local(t->en, htonl(0xc6336401)));
}

static struct kunit_case exs_link_dev_test_cases[] = {
	KUNIT_CASE(exs_link_dev_test_attach_and_detach),
	KUNIT_CASE(exs_link_dev_test_l3),
	KUNIT_CASE(exs_link_dev_test_refusals),
	KUNIT_CASE(exs_link_dev_test_down_and_up),
	KUNIT_CASE(exs_link_dev_test_carrier),
	KUNIT_CASE(exs_link_dev_test_mtu),
	KUNIT_CASE(exs_link_dev_test_rename),
	KUNIT_CASE(exs_link_dev_test_new_mac),
	KUNIT_CASE(exs_link_dev_test_unregister_detaches),
	{}
};

static struct kunit_suite exs_link_dev_test_suite = {
	.name = "expstack_link_link_dev",
	.init = exs_link_test_init,
	.exit = exs_link_test_exit,
	.test_cases = exs_link_dev_test_cases,
};
kunit_test_suite(exs_link_dev_test_suite);
