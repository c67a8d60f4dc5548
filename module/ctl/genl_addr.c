// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ctl: addresses over netlink.
 * Flow:   addr-add, addr-del, addr-get -> [here] -> link/addr.c
 * Owns:   nothing
 * Locks:  rtnl for changes; dumps run under RCU
 * Spec:   Documentation/netlink/specs/expstack.yaml
 * Tests:  kunit/ctl/genl_addr_kunit.c, qemu/tests/expctl_addr.sh
 */
#include <linux/inetdevice.h>
#include <linux/rtnetlink.h>

#include "ctl/ctl_priv.h"
#include "ctl/genl_addr.h"
#include "ctl/genl_policy.h"

/**
 * exs_ctl_addr_parse - an addition as the link layer wants it
 * @attrs: attributes of an addr-add
 * @ifa: to be filled
 * @extack: tells what is wrong
 *
 * What is not said gets its default: the prefix /32, the peer the address
 * itself, the scope global.
 *
 * Return: 0 or -EINVAL.
 */
int exs_ctl_addr_parse(struct nlattr **attrs, struct exs_ifaddr *ifa,
		       struct netlink_ext_ack *extack)
{
	struct nlattr *nla;

	memset(ifa, 0, sizeof(*ifa));
	if (!attrs[EXPSTACK_A_ADDR_LOCAL]) {
		NL_SET_ERR_MSG(extack, "an address is needed");
		return -EINVAL;
	}
	ifa->local = nla_get_in_addr(attrs[EXPSTACK_A_ADDR_LOCAL]);
	nla = attrs[EXPSTACK_A_ADDR_PREFIXLEN];
	ifa->prefixlen = nla ? nla_get_u8(nla) : 32;
	ifa->mask = inet_make_mask(ifa->prefixlen);
	nla = attrs[EXPSTACK_A_ADDR_PEER];
	ifa->peer = nla ? nla_get_in_addr(nla) : ifa->local;
	nla = attrs[EXPSTACK_A_ADDR_BROADCAST];
	if (nla)
		ifa->broadcast = nla_get_in_addr(nla);
	nla = attrs[EXPSTACK_A_ADDR_SCOPE];
	ifa->scope = nla ? nla_get_u8(nla) : RT_SCOPE_UNIVERSE;
	nla = attrs[EXPSTACK_A_ADDR_LABEL];
	if (nla)
		nla_strscpy(ifa->label, nla, sizeof(ifa->label));
	return 0;
}

/**
 * expstack_nl_addr_add_doit - addr-add
 * @skb: the request
 * @info: its attributes
 *
 * Return: 0 or an errno with a text.
 */
int expstack_nl_addr_add_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct exs_ldev *ldev;
	struct exs_ifaddr cfg;
	int err;

	err = exs_ctl_addr_parse(info->attrs, &cfg, info->extack);
	if (err)
		return err;
	rtnl_lock();
	ldev = exs_ctl_ldev_locked(info, EXPSTACK_A_ADDR_IFINDEX);
	if (IS_ERR(ldev))
		err = PTR_ERR(ldev);
	else
		err = exs_addr_add(ldev, &cfg, info->extack);
	rtnl_unlock();
	return err;
}

/**
 * expstack_nl_addr_del_doit - addr-del
 * @skb: the request
 * @info: its attributes; no more than the request may have
 *
 * Return: 0 or an errno with a text.
 */
int expstack_nl_addr_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *local = info->attrs[EXPSTACK_A_ADDR_LOCAL];
	struct nlattr *len = info->attrs[EXPSTACK_A_ADDR_PREFIXLEN];
	struct exs_ldev *ldev;
	int err;

	if (!local) {
		NL_SET_ERR_MSG(info->extack, "an address is needed");
		return -EINVAL;
	}
	rtnl_lock();
	ldev = exs_ctl_ldev_locked(info, EXPSTACK_A_ADDR_IFINDEX);
	if (IS_ERR(ldev))
		err = PTR_ERR(ldev);
	else
		err = exs_addr_del(ldev, nla_get_in_addr(local),
				   len ? nla_get_u8(len) : 32, info->extack);
	rtnl_unlock();
	return err;
}

static int exs_ctl_addr_row(struct exs_ctl_page *page,
			    const struct exs_ifaddr *ifa, int ifindex)
{
	struct sk_buff *skb = page->skb;
	void *hdr;

	hdr = exs_ctl_put_row(skb, page->cb, EXPSTACK_CMD_ADDR_GET);
	if (!hdr)
		return -EMSGSIZE;
	if (nla_put_u32(skb, EXPSTACK_A_ADDR_IFINDEX, ifindex) ||
	    nla_put_in_addr(skb, EXPSTACK_A_ADDR_LOCAL, ifa->local) ||
	    nla_put_u8(skb, EXPSTACK_A_ADDR_PREFIXLEN, ifa->prefixlen) ||
	    nla_put_in_addr(skb, EXPSTACK_A_ADDR_PEER, ifa->peer) ||
	    (ifa->broadcast &&
	     nla_put_in_addr(skb, EXPSTACK_A_ADDR_BROADCAST,
			     ifa->broadcast)) ||
	    nla_put_u8(skb, EXPSTACK_A_ADDR_SCOPE, ifa->scope) ||
	    nla_put_string(skb, EXPSTACK_A_ADDR_LABEL, ifa->label) ||
	    (ifa->secondary && nla_put_flag(skb, EXPSTACK_A_ADDR_SECONDARY))) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return 0;
}

static int exs_ctl_addr_rows(struct exs_ctl_page *page, struct exs_ldev *ldev)
{
	struct exs_ifaddr *ifa;
	int err;

	list_for_each_entry_rcu(ifa, &ldev->addrs, list) {
		if (exs_ctl_page_skip(page))
			continue;
		err = exs_ctl_addr_row(page, ifa, ldev->ifindex);
		if (err)
			return err;
	}
	return 0;
}

/**
 * expstack_nl_addr_get_dumpit - addr-get
 * @skb: the page to be filled
 * @cb: the dump
 *
 * Return: as exs_ctl_page_end().
 */
int expstack_nl_addr_get_dumpit(struct sk_buff *skb,
				struct netlink_callback *cb)
{
	struct nlattr *nla = exs_ctl_dump_attr(cb, EXPSTACK_A_ADDR_IFINDEX);
	struct exs_net *en = exs_ctl_dump_net(cb);
	int ifindex = nla ? nla_get_u32(nla) : 0;
	struct exs_ctl_page page;
	struct exs_ldev *ldev;
	int err = 0;

	cb->seq = atomic_read(&en->rt_gen);
	exs_ctl_page_start(&page, skb, cb);
	rcu_read_lock();
	list_for_each_entry_rcu(ldev, exs_ldev_list(en), list) {
		if (ifindex && ldev->ifindex != ifindex)
			continue;
		err = exs_ctl_addr_rows(&page, ldev);
		if (err)
			break;
	}
	rcu_read_unlock();
	return exs_ctl_page_end(&page, err);
}
