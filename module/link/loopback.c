// SPDX-License-Identifier: GPL-2.0
/*
 * expstack link: explo, the namespace's device for packets to itself.
 * Flow:   exs_link_output -> dev_queue_xmit -> [here] -> netif_rx -> exs_link_rx
 * Owns:   the net_device explo, exs_link_net.lo
 * Locks:  rtnl for making and removing; RCU for look-ups
 * Tests:  kunit/link/loopback_kunit.c
 */
#include <linux/ethtool.h>
#include <linux/netdevice.h>
#include <net/rtnetlink.h>

#include "link/link_priv.h"

#define EXS_LOOPBACK_MTU	65536

/* Send is receive: the frame goes to this CPU's backlog. Consumes. */
static netdev_tx_t exs_loopback_xmit(struct sk_buff *skb,
				     struct net_device *dev)
{
	unsigned int len = skb->len;

	skb_tx_timestamp(skb);
	/* The reader's queue is accounted to the reader. */
	skb_clear_tstamp(skb);
	skb_orphan(skb);
	skb->protocol = eth_type_trans(skb, dev);
	if (likely(__netif_rx(skb) == NET_RX_SUCCESS)) {
		dev_sw_netstats_tx_add(dev, 1, len);
		dev_sw_netstats_rx_add(dev, len);
	}
	return NETDEV_TX_OK;
}

static const struct net_device_ops exs_loopback_ops = {
	.ndo_start_xmit = exs_loopback_xmit,
	.ndo_set_mac_address = eth_mac_addr,
};

static u32 exs_loopback_link(struct net_device *dev)
{
	return 1;
}

static const struct ethtool_ops exs_loopback_ethtool_ops = {
	.get_link = exs_loopback_link,
	.get_ts_info = ethtool_op_get_ts_info,
};

/*
 * Not IFF_LOOPBACK, and no addrconf: to the host's stacks it is a device they
 * have no business with, so that they put no addresses of their own on it.
 */
static void exs_loopback_setup(struct net_device *dev)
{
	/* Ethernet's header operations are exported only this way. */
	ether_setup(dev);
	dev->mtu = EXS_LOOPBACK_MTU;
	dev->min_mtu = EXS_LINK_MIN_MTU;
	dev->max_mtu = 0;
	dev->hard_header_len = ETH_HLEN;
	dev->min_header_len = ETH_HLEN;
	dev->addr_len = ETH_ALEN;
	dev->type = ARPHRD_LOOPBACK;
	dev->flags = IFF_NOARP;
	dev->priv_flags &= ~IFF_TX_SKB_SHARING;
	dev->priv_flags |= IFF_NO_QUEUE | IFF_NO_ADDRCONF;
	dev->lltx = true;
	dev->netns_immutable = true;
	dev->needs_free_netdev = true;
	dev->features = NETIF_F_SG | NETIF_F_FRAGLIST | NETIF_F_GSO_SOFTWARE |
			NETIF_F_HW_CSUM | NETIF_F_RXCSUM | NETIF_F_HIGHDMA;
	dev->hw_features = NETIF_F_GSO_SOFTWARE;
	dev->hw_enc_features = dev->features;
	dev->pcpu_stat_type = NETDEV_PCPU_STAT_TSTATS;
	dev->netdev_ops = &exs_loopback_ops;
	dev->ethtool_ops = &exs_loopback_ethtool_ops;
	netif_set_tso_max_size(dev, TSO_MAX_SIZE);
}

static int exs_loopback_addr(struct exs_ldev *ldev)
{
	struct exs_ifaddr ifa = {
		.local = htonl(INADDR_LOOPBACK),
		.prefixlen = 8,
		.scope = RT_SCOPE_HOST,
	};

	return exs_addr_add(ldev, &ifa, NULL);
}

/* Bring the registered device up and attach it. */
static int exs_loopback_start(struct exs_net *en, struct net_device *dev)
{
	struct exs_ldev *ldev;
	int err;

	err = dev_open(dev, NULL);
	if (err)
		return err;
	err = exs_link_dev_attach(dev, EXS_LINK_LOOPBACK, NULL);
	if (err)
		return err;
	ldev = exs_ldev_of_rcu(dev);
	rcu_assign_pointer(en->link->lo, ldev);
	err = exs_loopback_addr(ldev);
	if (err) {
		RCU_INIT_POINTER(en->link->lo, NULL);
		exs_link_dev_detach(ldev);
	}
	return err;
}

static int exs_loopback_make_locked(struct exs_net *en)
{
	struct net_device *dev;
	int err;

	ASSERT_RTNL();
	if (rcu_access_pointer(en->link->lo))
		return 0;
	dev = alloc_netdev(0, "explo", NET_NAME_PREDICTABLE, exs_loopback_setup);
	if (!dev)
		return -ENOMEM;
	dev_net_set(dev, en->net);
	err = register_netdevice(dev);
	if (err) {
		free_netdev(dev);
		return err;
	}
	err = exs_loopback_start(en, dev);
	if (err)
		unregister_netdevice(dev);
	return err;
}

/**
 * exs_loopback_get - see that the namespace has its explo
 * @en: namespace
 *
 * The first socket of a namespace and the first attached device make it; it
 * comes up with 127.0.0.1/8.
 *
 * Context: process, takes rtnl when it is not there yet.
 * Return: 0; -ENOMEM; -EEXIST when a foreign device has the name.
 */
int exs_loopback_get(struct exs_net *en)
{
	int err;

	if (rcu_access_pointer(en->link->lo))
		return 0;
	rtnl_lock();
	err = exs_loopback_make_locked(en);
	rtnl_unlock();
	return err;
}

/**
 * exs_loopback_rcu - the namespace's explo
 * @en: namespace
 *
 * Context: RCU or rtnl held.
 * Return: the device, or NULL before the first use.
 */
struct exs_ldev *exs_loopback_rcu(struct exs_net *en)
{
	return rcu_dereference_rtnl(en->link->lo);
}

/**
 * exs_loopback_remove - take explo out of a namespace that ends
 * @en: namespace
 *
 * Context: process, takes rtnl, sleeps until the last user of the device is
 * gone.
 */
void exs_loopback_remove(struct exs_net *en)
{
	struct net_device *dev;
	struct exs_ldev *ldev;

	rtnl_lock();
	ldev = rtnl_dereference(en->link->lo);
	if (ldev) {
		dev = rtnl_dereference(ldev->dev);
		RCU_INIT_POINTER(en->link->lo, NULL);
		/* Detached by the notifier on its way. */
		unregister_netdevice(dev);
	}
	rtnl_unlock();
}
