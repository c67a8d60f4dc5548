// SPDX-License-Identifier: GPL-2.0
/*
 * expstack link: a device for the suites.
 */
#include <linux/etherdevice.h>

#include "../kunit/link/link_test.h"

const u8 exs_link_test_mac[ETH_ALEN] = { 2, 0, 0, 0, 0, 1 };
const u8 exs_link_test_peer[ETH_ALEN] = { 2, 0, 0, 0, 0, 2 };

static netdev_tx_t exs_link_test_xmit(struct sk_buff *skb,
				      struct net_device *dev)
{
	struct exs_link_test **priv = netdev_priv(dev);

	skb_orphan(skb);
	if ((*priv)->refuse) {
		kfree_skb(skb);
		return (netdev_tx_t)NET_XMIT_DROP;
	}
	skb_queue_tail(&(*priv)->sent, skb);
	return (*priv)->crowded ? (netdev_tx_t)NET_XMIT_CN : NETDEV_TX_OK;
}

static const struct net_device_ops exs_link_test_ops = {
	.ndo_start_xmit = exs_link_test_xmit,
};

static void exs_link_test_setup_l3(struct net_device *dev)
{
	dev->type = ARPHRD_NONE;
	dev->flags = IFF_NOARP | IFF_POINTOPOINT;
	dev->mtu = 1500;
}

int exs_link_test_init(struct kunit *test)
{
	struct exs_link_test *t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);

	if (!t)
		return -ENOMEM;
	skb_queue_head_init(&t->sent);
	t->en = exs_net(&init_net);
	test->priv = t;
	return 0;
}

void exs_link_test_detach(struct kunit *test)
{
	struct exs_link_test *t = test->priv;

	rtnl_lock();
	KUNIT_EXPECT_EQ(test, 0, exs_link_detach(t->dev, NULL));
	rtnl_unlock();
}

/* Nothing may be left: no address, no neighbour, no reference to the device. */
void exs_link_test_exit(struct kunit *test)
{
	struct exs_link_test *t = test->priv;

	if (t->dev) {
		unregister_netdev(t->dev);
		free_netdev(t->dev);
	}
	if (t->ldev) {
		/* References go by RCU callbacks of RCU callbacks. */
		rcu_barrier();
		KUNIT_EXPECT_NULL(test, rcu_access_pointer(t->ldev->dev));
		KUNIT_EXPECT_TRUE(test, list_empty(&t->ldev->addrs));
		KUNIT_EXPECT_EQ(test, refcount_read(&t->ldev->ref), 1);
		exs_ldev_put(t->ldev);
	}
	skb_queue_purge(&t->sent);
}

void exs_link_test_device(struct kunit *test, bool l3)
{
	struct exs_link_test *t = test->priv, **priv;
	struct net_device *dev;

	dev = alloc_netdev(sizeof(*priv), "exstest%d", NET_NAME_UNKNOWN,
			   l3 ? exs_link_test_setup_l3 : ether_setup);
	KUNIT_ASSERT_NOT_NULL(test, dev);
	priv = netdev_priv(dev);
	*priv = t;
	dev->netdev_ops = &exs_link_test_ops;
	dev->priv_flags |= IFF_NO_QUEUE | IFF_NO_ADDRCONF;
	if (!l3)
		eth_hw_addr_set(dev, exs_link_test_mac);
	if (register_netdev(dev)) {
		free_netdev(dev);
		KUNIT_FAIL_AND_ABORT(test, "device not registered");
	}
	t->dev = dev;
	rtnl_lock();
	KUNIT_EXPECT_EQ(test, 0, dev_open(dev, NULL));
	rtnl_unlock();
}

void exs_link_test_attach(struct kunit *test, enum exs_link_mode mode)
{
	struct exs_link_test *t = test->priv;

	rtnl_lock();
	KUNIT_EXPECT_EQ(test, 0, exs_link_attach(t->dev, mode, NULL));
	t->ldev = exs_ldev_of_rcu(t->dev);
	if (t->ldev)
		exs_ldev_hold(t->ldev);
	rtnl_unlock();
	KUNIT_ASSERT_NOT_NULL(test, t->ldev);
}

void exs_link_test_addr(struct kunit *test, u32 local, u8 prefixlen)
{
	struct exs_ifaddr cfg = {
		.local = htonl(local), .prefixlen = prefixlen,
	};
	struct exs_link_test *t = test->priv;

	rtnl_lock();
	KUNIT_EXPECT_EQ(test, 0, exs_addr_add(t->ldev, &cfg, NULL));
	rtnl_unlock();
}

static void exs_link_test_free_skb(void *skb)
{
	kfree_skb(skb);
}

struct sk_buff *exs_link_test_sent(struct kunit *test)
{
	struct exs_link_test *t = test->priv;
	struct sk_buff *skb = skb_dequeue(&t->sent);

	if (skb)
		kunit_add_action_or_reset(test, exs_link_test_free_skb, skb);
	return skb;
}

struct sk_buff *exs_link_test_frame(struct kunit *test, u16 proto,
				    const void *data, unsigned int len)
{
	struct exs_link_test *t = test->priv;
	struct sk_buff *skb;

	skb = netdev_alloc_skb(t->dev, ETH_HLEN + len);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	skb_reset_mac_header(skb);
	skb_put_zero(skb, ETH_HLEN);
	__skb_pull(skb, ETH_HLEN);
	skb_reset_network_header(skb);
	skb_put_data(skb, data, len);
	skb->protocol = htons(proto);
	skb->pkt_type = PACKET_HOST;
	return skb;
}

rx_handler_result_t exs_link_test_rx(struct sk_buff *skb)
{
	rx_handler_result_t res;

	local_bh_disable();
	rcu_read_lock();
	res = exs_link_rx(&skb);
	rcu_read_unlock();
	local_bh_enable();
	if (res != RX_HANDLER_CONSUMED)
		kfree_skb(skb);
	return res;
}

struct sk_buff *exs_link_test_packet(struct kunit *test, u32 saddr, u32 daddr)
{
	struct sk_buff *skb = alloc_skb(128 + sizeof(struct iphdr), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, skb);
	skb_reserve(skb, 128);
	skb_reset_network_header(skb);
	exs_ip_hdr_build(skb_put(skb, sizeof(struct iphdr)), htonl(saddr),
			 htonl(daddr), 253, 0, 64, 20, 0, true);
	skb->protocol = htons(ETH_P_IP);
	return skb;
}

rx_handler_result_t exs_link_test_arp(struct kunit *test,
				      const struct exs_arp *arp, bool ours)
{
	u8 buf[EXS_ARP_LEN];
	struct sk_buff *skb;

	exs_arp_build(buf, arp);
	skb = exs_link_test_frame(test, ETH_P_ARP, buf, sizeof(buf));
	skb->pkt_type = ours ? PACKET_HOST : PACKET_BROADCAST;
	return exs_link_test_rx(skb);
}

u8 exs_link_test_nud(struct kunit *test, u32 addr)
{
	struct exs_link_test *t = test->priv;
	struct exs_neigh *n;
	u8 nud = NUD_NONE;

	rcu_read_lock();
	n = exs_neigh_lookup_rcu(t->ldev, htonl(addr), false);
	if (n)
		nud = READ_ONCE(n->nud);
	rcu_read_unlock();
	return nud;
}

struct exs_link_test_setting {
	int *place;
	int old;
};

static void exs_link_test_restore(void *arg)
{
	struct exs_link_test_setting *s = arg;

	WRITE_ONCE(*s->place, s->old);
}

void exs_link_test_set(struct kunit *test, int *setting, int value)
{
	struct exs_link_test_setting *s = kunit_kzalloc(test, sizeof(*s),
							GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, s);
	s->place = setting;
	s->old = *setting;
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, exs_link_test_restore, s));
	WRITE_ONCE(*setting, value);
}
