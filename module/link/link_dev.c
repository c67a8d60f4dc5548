// SPDX-License-Identifier: GPL-2.0
/*
 * expstack link: attached devices, and what happens to them.
 * Flow:   ctl, netdev notifier -> [here] -> exs_link_event -> ip, ctl
 * Owns:   struct exs_ldev from attach to detach, exs_link_net.devs
 * Locks:  rtnl for all changes; RCU for look-ups
 * Tests:  kunit/link/link_dev_kunit.c, qemu/tests/attach_detach.sh
 */
#include <linux/if_arp.h>
#include <linux/slab.h>

#include "link/link_priv.h"

/* Registration and calls both under rtnl. */
static RAW_NOTIFIER_HEAD(exs_link_chain);

/**
 * exs_link_notifier_register - hear of devices and addresses
 * @nb: gets enum exs_link_event_kind and struct exs_link_event, rtnl held
 *
 * Context: process, takes rtnl.
 * Return: 0 or an errno.
 */
int exs_link_notifier_register(struct notifier_block *nb)
{
	int err;

	rtnl_lock();
	err = raw_notifier_chain_register(&exs_link_chain, nb);
	rtnl_unlock();
	return err;
}

/**
 * exs_link_notifier_unregister - hear no more
 * @nb: what was registered; not called any more after the return
 *
 * Context: process, takes rtnl.
 */
void exs_link_notifier_unregister(struct notifier_block *nb)
{
	rtnl_lock();
	raw_notifier_chain_unregister(&exs_link_chain, nb);
	rtnl_unlock();
}

/**
 * exs_link_event - tell the layers above
 * @ldev: the device
 * @kind: what happened
 * @ifa: the address, for EXS_LINK_ADDR_*
 * @extack: for words, or NULL
 *
 * Cached routes are void from here on.
 *
 * Context: rtnl held.
 */
void exs_link_event(struct exs_ldev *ldev, enum exs_link_event_kind kind,
		    struct exs_ifaddr *ifa, struct netlink_ext_ack *extack)
{
	struct exs_link_event ev = {
		.ldev = ldev, .ifa = ifa, .extack = extack,
	};

	ASSERT_RTNL();
	raw_notifier_call_chain(&exs_link_chain, kind, &ev);
	atomic_inc(&ldev->en->rt_gen);
}

/**
 * exs_ldev_list - the attached devices of a namespace
 * @en: namespace
 *
 * Return: the list's head; walk it under RCU or rtnl.
 */
struct list_head *exs_ldev_list(struct exs_net *en)
{
	return &en->link->devs;
}

/**
 * exs_ldev_of_rcu - our side of a net_device
 * @dev: the device
 *
 * Context: RCU or rtnl held.
 * Return: its exs_ldev, or NULL when it is not attached.
 */
struct exs_ldev *exs_ldev_of_rcu(const struct net_device *dev)
{
	if (rcu_access_pointer(dev->rx_handler) != exs_link_rx)
		return NULL;
	return rcu_dereference_rtnl(dev->rx_handler_data);
}

/**
 * exs_ldev_by_index_rcu - an attached device by number
 * @en: namespace
 * @ifindex: the device's index
 *
 * Context: RCU or rtnl held.
 * Return: the device, or NULL when none of this number is attached.
 */
struct exs_ldev *exs_ldev_by_index_rcu(struct exs_net *en, int ifindex)
{
	struct net_device *dev = dev_get_by_index_rcu(en->net, ifindex);

	return dev ? exs_ldev_of_rcu(dev) : NULL;
}

/**
 * exs_ldev_free_rcu - the last reference is gone
 * @ldev: detached device
 *
 * Context: any.
 */
void exs_ldev_free_rcu(struct exs_ldev *ldev)
{
	kfree_rcu(ldev, rcu);
}

/**
 * exs_link_dev_is_up - can packets go out by this device?
 * @dev: the device
 *
 * Return: true when it is administratively up, has carrier and an MTU that
 * IPv4 can live with.
 */
bool exs_link_dev_is_up(const struct net_device *dev)
{
	return (dev->flags & IFF_UP) && netif_carrier_ok(dev) &&
	       READ_ONCE(dev->mtu) >= EXS_LINK_MIN_MTU;
}

/* Why this device cannot be attached: 0 or an errno with words. */
static int exs_link_dev_check(const struct net_device *dev,
			      enum exs_link_mode mode,
			      struct netlink_ext_ack *extack)
{
	if (exs_ldev_of_rcu(dev)) {
		NL_SET_ERR_MSG(extack, "device is attached already");
		return -EEXIST;
	}
	if (netdev_is_rx_handler_busy((struct net_device *)dev)) {
		NL_SET_ERR_MSG(extack, "device belongs to a bridge, bond, macvlan or the like");
		return -EBUSY;
	}
	if (mode == EXS_LINK_LOOPBACK)
		return 0;
	if (mode != EXS_LINK_EXCLUSIVE && mode != EXS_LINK_SHARED) {
		NL_SET_ERR_MSG(extack, "no such mode");
		return -EINVAL;
	}
	if (dev->flags & IFF_LOOPBACK) {
		NL_SET_ERR_MSG(extack, "loopback device stays the host's; expstack has explo");
		return -EINVAL;
	}
	switch (dev->type) {
	case ARPHRD_ETHER:
	case ARPHRD_NONE:
	case ARPHRD_PPP:
	case ARPHRD_RAWIP:
	case ARPHRD_TUNNEL:
	case ARPHRD_IPGRE:
		return 0;
	default:
		NL_SET_ERR_MSG(extack, "device is neither Ethernet nor a plain IP device");
		return -EOPNOTSUPP;
	}
}

static struct exs_ldev *exs_ldev_alloc(struct net_device *dev,
				       enum exs_link_mode mode)
{
	struct exs_ldev *ldev = kzalloc(sizeof(*ldev), GFP_KERNEL);

	if (!ldev)
		return NULL;
	ldev->en = exs_net(dev_net(dev));
	ldev->ifindex = dev->ifindex;
	ldev->mode = mode;
	ldev->l3 = mode == EXS_LINK_LOOPBACK || dev->type != ARPHRD_ETHER ||
		   (dev->flags & IFF_NOARP);
	ldev->up = exs_link_dev_is_up(dev);
	ldev->admin = dev->flags & IFF_UP;
	ldev->mtu = dev->mtu;
	INIT_LIST_HEAD(&ldev->addrs);
	refcount_set(&ldev->ref, 1);
	strscpy(ldev->name, dev->name, sizeof(ldev->name));
	RCU_INIT_POINTER(ldev->dev, dev);
	return ldev;
}

/**
 * exs_link_dev_attach - attach in any mode, explo's included
 * @dev: the device
 * @mode: how
 * @extack: for words, or NULL
 *
 * Context: rtnl held.
 * Return: 0 or an errno.
 */
int exs_link_dev_attach(struct net_device *dev, enum exs_link_mode mode,
			struct netlink_ext_ack *extack)
{
	struct exs_ldev *ldev;
	int err;

	ASSERT_RTNL();
	err = exs_link_dev_check(dev, mode, extack);
	if (err)
		return err;
	ldev = exs_ldev_alloc(dev, mode);
	if (!ldev)
		return -ENOMEM;
	list_add_tail_rcu(&ldev->list, &ldev->en->link->devs);
	err = netdev_rx_handler_register(dev, exs_link_rx, ldev);
	if (err) {
		NL_SET_ERR_MSG(extack, "device refuses a receive handler");
		list_del_rcu(&ldev->list);
		exs_ldev_put(ldev);
		return err;
	}
	netdev_hold(dev, &ldev->tracker, GFP_KERNEL);
	exs_link_event(ldev, EXS_LINK_ATTACHED, NULL, extack);
	return 0;
}

/**
 * exs_link_attach - take a device over
 * @dev: the device
 * @mode: EXS_LINK_EXCLUSIVE or EXS_LINK_SHARED
 * @extack: says why not, or NULL
 *
 * Context: rtnl held.
 * Return: 0; -EEXIST attached already; -EBUSY another owner; -EINVAL loopback
 * or a device that admits no handler; -EOPNOTSUPP not a device for IPv4.
 */
int exs_link_attach(struct net_device *dev, enum exs_link_mode mode,
		    struct netlink_ext_ack *extack)
{
	if (mode == EXS_LINK_LOOPBACK) {
		NL_SET_ERR_MSG(extack, "explo attaches itself");
		return -EINVAL;
	}
	return exs_link_dev_attach(dev, mode, extack);
}

/**
 * exs_link_dev_detach - let a device go
 * @ldev: attached device; the attachment's reference ends here
 *
 * Steps: nothing comes in any more; those above drop what points here while
 * the device still works; nothing goes out any more; the neighbours, which can
 * only now not be made anew, go; the net_device is free.
 *
 * Context: rtnl held, sleeps.
 */
void exs_link_dev_detach(struct exs_ldev *ldev)
{
	struct net_device *dev = rtnl_dereference(ldev->dev);
	struct exs_net *en = ldev->en;

	ASSERT_RTNL();
	netdev_rx_handler_unregister(dev);
	exs_addr_flush(ldev);
	exs_link_event(ldev, EXS_LINK_DETACHING, NULL, NULL);
	WRITE_ONCE(ldev->up, false);
	list_del_rcu(&ldev->list);
	RCU_INIT_POINTER(ldev->dev, NULL);
	atomic_inc(&en->rt_gen);
	synchronize_net();
	exs_neigh_flush(en, ldev, true);
	netdev_put(dev, &ldev->tracker);
	exs_ldev_put(ldev);
}

/**
 * exs_link_detach - give a device back to the host
 * @dev: the device
 * @extack: says why not, or NULL
 *
 * Context: rtnl held, sleeps.
 * Return: 0; -ENODEV not attached; -EINVAL explo.
 */
int exs_link_detach(struct net_device *dev, struct netlink_ext_ack *extack)
{
	struct exs_ldev *ldev = exs_ldev_of_rcu(dev);

	ASSERT_RTNL();
	if (!ldev) {
		NL_SET_ERR_MSG(extack, "device is not attached");
		return -ENODEV;
	}
	if (ldev->mode == EXS_LINK_LOOPBACK) {
		NL_SET_ERR_MSG(extack, "explo stays attached");
		return -EINVAL;
	}
	exs_link_dev_detach(ldev);
	return 0;
}

/**
 * exs_link_dev_detach_all - let all devices but explo go
 * @en: namespace
 *
 * Context: rtnl held, sleeps.
 */
void exs_link_dev_detach_all(struct exs_net *en)
{
	struct exs_ldev *ldev, *next;

	list_for_each_entry_safe(ldev, next, &en->link->devs, list)
		if (ldev->mode != EXS_LINK_LOOPBACK)
			exs_link_dev_detach(ldev);
}

/*
 * A device without carrier that is set down, or up, still has news: routes go
 * with IFF_UP, packets with both.
 */
static void exs_link_dev_state(struct exs_ldev *ldev, struct net_device *dev)
{
	bool admin = dev->flags & IFF_UP, up = exs_link_dev_is_up(dev);
	bool better = admin == ldev->admin ? up : admin;

	if (ldev->up == up && ldev->admin == admin)
		return;
	WRITE_ONCE(ldev->up, up);
	ldev->admin = admin;
	if (!up)
		exs_neigh_flush(ldev->en, ldev, false);
	exs_link_event(ldev, better ? EXS_LINK_UP : EXS_LINK_DOWN, NULL, NULL);
}

static void exs_link_dev_rename(struct exs_ldev *ldev, struct net_device *dev)
{
	char from[IFNAMSIZ];

	strscpy(from, ldev->name, sizeof(from));
	strscpy(ldev->name, dev->name, sizeof(ldev->name));
	exs_addr_rename(ldev, from, ldev->name);
	exs_link_event(ldev, EXS_LINK_RENAME, NULL, NULL);
}

static int exs_link_dev_notify(struct notifier_block *nb, unsigned long event,
			       void *ptr)
{
	struct net_device *dev = netdev_notifier_info_to_dev(ptr);
	struct exs_ldev *ldev = exs_ldev_of_rcu(dev);

	if (!ldev)
		return NOTIFY_DONE;
	switch (event) {
	case NETDEV_UNREGISTER:
		/* Also when it moves to another namespace. */
		exs_link_dev_detach(ldev);
		break;
	case NETDEV_UP:
	case NETDEV_DOWN:
	case NETDEV_CHANGE:
		exs_link_dev_state(ldev, dev);
		break;
	case NETDEV_CHANGEMTU:
		WRITE_ONCE(ldev->mtu, dev->mtu);
		exs_link_event(ldev, EXS_LINK_MTU, NULL, NULL);
		exs_link_dev_state(ldev, dev);
		break;
	case NETDEV_CHANGENAME:
		exs_link_dev_rename(ldev, dev);
		break;
	case NETDEV_CHANGEADDR:
		exs_neigh_flush(ldev->en, ldev, false);
		exs_neigh_rehead(ldev);
		break;
	case NETDEV_NOTIFY_PEERS:
		exs_arp_announce(ldev);
		break;
	}
	return NOTIFY_DONE;
}

static struct notifier_block exs_link_dev_notifier = {
	.notifier_call = exs_link_dev_notify,
};

/**
 * exs_link_dev_register - hear of the kernel's devices
 *
 * Context: module init.
 * Return: 0 or an errno.
 */
int exs_link_dev_register(void)
{
	return register_netdevice_notifier(&exs_link_dev_notifier);
}

/**
 * exs_link_dev_unregister - hear no more
 *
 * Context: module exit, no device attached.
 */
void exs_link_dev_unregister(void)
{
	unregister_netdevice_notifier(&exs_link_dev_notifier);
}
