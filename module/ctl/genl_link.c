// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ctl: devices over netlink.
 * Flow:   link-attach, link-detach, link-get -> [here] -> link/link_dev.c
 * Owns:   nothing
 * Locks:  rtnl for changes; dumps run under RCU
 * Spec:   Documentation/netlink/specs/expstack.yaml
 * Tests:  qemu/tests/expctl_link.sh
 */
#include <linux/rtnetlink.h>

#include "ctl/ctl_priv.h"
#include "ctl/genl_policy.h"

static struct net_device *exs_ctl_link_dev_locked(struct genl_info *info)
{
	struct nlattr *nla = info->attrs[EXPSTACK_A_LINK_IFINDEX];
	struct net_device *dev;

	if (!nla) {
		NL_SET_ERR_MSG(info->extack, "a device is needed");
		return ERR_PTR(-EINVAL);
	}
	dev = __dev_get_by_index(genl_info_net(info), nla_get_u32(nla));
	if (!dev) {
		NL_SET_ERR_MSG_ATTR(info->extack, nla, "no such device");
		return ERR_PTR(-ENODEV);
	}
	return dev;
}

/**
 * expstack_nl_link_attach_doit - link-attach
 * @skb: the request
 * @info: its attributes
 *
 * Return: 0 or an errno with a text.
 */
int expstack_nl_link_attach_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *nla = info->attrs[EXPSTACK_A_LINK_MODE];
	enum exs_link_mode mode = nla ? nla_get_u32(nla) : EXS_LINK_EXCLUSIVE;
	struct net_device *dev;
	int err;

	if (mode == EXS_LINK_LOOPBACK) {
		NL_SET_ERR_MSG_ATTR(info->extack, nla,
				    "mode is exclusive or shared");
		return -EINVAL;
	}
	/* A namespace with a device of its own has an explo. */
	err = exs_loopback_get(exs_net(genl_info_net(info)));
	if (err) {
		NL_SET_ERR_MSG(info->extack, "explo cannot be made");
		return err;
	}
	rtnl_lock();
	dev = exs_ctl_link_dev_locked(info);
	if (IS_ERR(dev))
		err = PTR_ERR(dev);
	else
		err = exs_link_attach(dev, mode, info->extack);
	rtnl_unlock();
	return err;
}

/**
 * expstack_nl_link_detach_doit - link-detach
 * @skb: the request
 * @info: its attributes
 *
 * Return: 0 or an errno with a text.
 */
int expstack_nl_link_detach_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct net_device *dev;
	int err;

	rtnl_lock();
	dev = exs_ctl_link_dev_locked(info);
	if (IS_ERR(dev))
		err = PTR_ERR(dev);
	else
		err = exs_link_detach(dev, info->extack);
	rtnl_unlock();
	return err;
}

static int exs_ctl_link_fill(struct sk_buff *skb, struct exs_ldev *ldev,
			     struct net_device *dev)
{
	if (nla_put_u32(skb, EXPSTACK_A_LINK_IFINDEX, dev->ifindex) ||
	    nla_put_string(skb, EXPSTACK_A_LINK_IFNAME, dev->name) ||
	    nla_put_u32(skb, EXPSTACK_A_LINK_MODE, ldev->mode) ||
	    nla_put_u16(skb, EXPSTACK_A_LINK_TYPE, dev->type) ||
	    nla_put_u32(skb, EXPSTACK_A_LINK_FLAGS, dev_get_flags(dev)) ||
	    nla_put_u8(skb, EXPSTACK_A_LINK_OPERSTATE,
		       READ_ONCE(dev->operstate)) ||
	    nla_put_u32(skb, EXPSTACK_A_LINK_MTU, READ_ONCE(dev->mtu)) ||
	    nla_put_uint(skb, EXPSTACK_A_LINK_RX_PACKETS,
			 atomic_long_read(&ldev->rx_packets)) ||
	    nla_put_uint(skb, EXPSTACK_A_LINK_TX_PACKETS,
			 atomic_long_read(&ldev->tx_packets)))
		return -EMSGSIZE;
	if (ldev->l3 && nla_put_flag(skb, EXPSTACK_A_LINK_L3))
		return -EMSGSIZE;
	if (dev->addr_len &&
	    (nla_put(skb, EXPSTACK_A_LINK_ADDRESS, dev->addr_len,
		     dev->dev_addr) ||
	     nla_put(skb, EXPSTACK_A_LINK_BROADCAST, dev->addr_len,
		     dev->broadcast)))
		return -EMSGSIZE;
	return 0;
}

static int exs_ctl_link_reply(struct sk_buff *skb, void *arg)
{
	struct exs_ldev *ldev = arg;

	return exs_ctl_link_fill(skb, ldev, rtnl_dereference(ldev->dev));
}

/**
 * expstack_nl_link_get_doit - link-get of one device
 * @skb: the request
 * @info: its attributes
 *
 * Return: 0 or an errno with a text.
 */
int expstack_nl_link_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct exs_ldev *ldev;
	int err;

	rtnl_lock();
	ldev = exs_ctl_ldev_locked(info, EXPSTACK_A_LINK_IFINDEX);
	if (IS_ERR(ldev))
		err = PTR_ERR(ldev);
	else
		err = exs_ctl_reply(info, EXPSTACK_CMD_LINK_GET,
				    exs_ctl_link_reply, ldev);
	rtnl_unlock();
	return err;
}

static int exs_ctl_link_row(struct exs_ctl_page *page, struct exs_ldev *ldev,
			    struct net_device *dev)
{
	void *hdr;

	hdr = exs_ctl_put_row(page->skb, page->cb, EXPSTACK_CMD_LINK_GET);
	if (!hdr)
		return -EMSGSIZE;
	if (exs_ctl_link_fill(page->skb, ldev, dev)) {
		genlmsg_cancel(page->skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(page->skb, hdr);
	return 0;
}

/**
 * expstack_nl_link_get_dumpit - link-get of all devices
 * @skb: the page to be filled
 * @cb: the dump
 *
 * Return: as exs_ctl_page_end().
 */
int expstack_nl_link_get_dumpit(struct sk_buff *skb,
				struct netlink_callback *cb)
{
	struct exs_net *en = exs_ctl_dump_net(cb);
	struct exs_ctl_page page;
	struct net_device *dev;
	struct exs_ldev *ldev;
	int err = 0;

	cb->seq = atomic_read(&en->rt_gen);
	exs_ctl_page_start(&page, skb, cb);
	rcu_read_lock();
	list_for_each_entry_rcu(ldev, exs_ldev_list(en), list) {
		if (exs_ctl_page_skip(&page))
			continue;
		dev = rcu_dereference(ldev->dev);
		if (!dev)
			continue;
		err = exs_ctl_link_row(&page, ldev, dev);
		if (err)
			break;
	}
	rcu_read_unlock();
	return exs_ctl_page_end(&page, err);
}
