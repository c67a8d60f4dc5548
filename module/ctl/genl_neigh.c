// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ctl: neighbours over netlink.
 * Flow:   neigh-add, -del, -flush, -get -> [here] -> link/neigh.c
 * Owns:   nothing
 * Locks:  rtnl for changes; dumps run under RCU
 * Spec:   Documentation/netlink/specs/expstack.yaml
 * Tests:  qemu/tests/expctl_neigh.sh
 */
#include <linux/rtnetlink.h>
#include <net/neighbour.h>

#include "ctl/ctl_priv.h"
#include "ctl/genl_policy.h"

/* Device and address of a request. rtnl held. */
static struct exs_ldev *exs_ctl_neigh_key_locked(struct genl_info *info,
						 __be32 *addr)
{
	struct nlattr *nla = info->attrs[EXPSTACK_A_NEIGH_DST];
	struct exs_ldev *ldev;

	if (!nla) {
		NL_SET_ERR_MSG(info->extack, "an address is needed");
		return ERR_PTR(-EINVAL);
	}
	*addr = nla_get_in_addr(nla);
	ldev = exs_ctl_ldev_locked(info, EXPSTACK_A_NEIGH_IFINDEX);
	if (!IS_ERR(ldev) && ldev->l3) {
		NL_SET_ERR_MSG(info->extack, "device has no neighbours");
		return ERR_PTR(-EINVAL);
	}
	return ldev;
}

/* What NLM_F_CREATE, _EXCL and _REPLACE say about an entry there or not. */
static int exs_ctl_neigh_may_set(struct genl_info *info, struct exs_ldev *ldev,
				 __be32 addr)
{
	u16 flags = info->nlhdr->nlmsg_flags;
	bool there;

	rcu_read_lock();
	there = exs_neigh_lookup_rcu(ldev, addr, false);
	rcu_read_unlock();
	if (there && (flags & NLM_F_EXCL)) {
		NL_SET_ERR_MSG(info->extack, "neighbour exists");
		return -EEXIST;
	}
	if (!there && !(flags & NLM_F_CREATE)) {
		NL_SET_ERR_MSG(info->extack, "no such neighbour");
		return -ENOENT;
	}
	return 0;
}

static int exs_ctl_neigh_set_locked(struct genl_info *info)
{
	struct nlattr *nla = info->attrs[EXPSTACK_A_NEIGH_LLADDR];
	struct nlattr *state = info->attrs[EXPSTACK_A_NEIGH_STATE];
	struct nlattr *flags = info->attrs[EXPSTACK_A_NEIGH_FLAGS];
	u16 nud = state ? nla_get_u16(state) : NUD_PERMANENT;
	struct net_device *dev;
	struct exs_ldev *ldev;
	__be32 addr;
	int err;

	ldev = exs_ctl_neigh_key_locked(info, &addr);
	if (IS_ERR(ldev))
		return PTR_ERR(ldev);
	if (hweight16(nud) > 1 || nud > U8_MAX) {
		NL_SET_ERR_MSG_ATTR(info->extack, state, "not one state");
		return -EINVAL;
	}
	if (!nla && (nud & NUD_VALID) && nud != NUD_NOARP) {
		NL_SET_ERR_MSG(info->extack,
			       "this state needs a link-layer address");
		return -EINVAL;
	}
	dev = rtnl_dereference(ldev->dev);
	if (nla && nla_len(nla) != dev->addr_len) {
		NL_SET_ERR_MSG_ATTR(info->extack, nla,
				    "link-layer address of the wrong length");
		return -EINVAL;
	}
	err = exs_ctl_neigh_may_set(info, ldev, addr);
	if (err)
		return err;
	return exs_neigh_set(ldev, addr, nla ? nla_data(nla) : NULL, nud,
			     flags ? nla_get_u8(flags) : 0, info->extack);
}

/**
 * expstack_nl_neigh_add_doit - neigh-add
 * @skb: the request
 * @info: its attributes
 *
 * Return: 0 or an errno with a text.
 */
int expstack_nl_neigh_add_doit(struct sk_buff *skb, struct genl_info *info)
{
	int err;

	rtnl_lock();
	err = exs_ctl_neigh_set_locked(info);
	rtnl_unlock();
	return err;
}

/**
 * expstack_nl_neigh_del_doit - neigh-del
 * @skb: the request
 * @info: its attributes
 *
 * Return: 0 or an errno with a text.
 */
int expstack_nl_neigh_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct exs_ldev *ldev;
	__be32 addr;
	int err;

	rtnl_lock();
	ldev = exs_ctl_neigh_key_locked(info, &addr);
	if (IS_ERR(ldev))
		err = PTR_ERR(ldev);
	else
		err = exs_neigh_delete(ldev, addr, info->extack);
	rtnl_unlock();
	return err;
}

/**
 * expstack_nl_neigh_flush_doit - neigh-flush
 * @skb: the request
 * @info: its attributes
 *
 * Return: 0 or an errno with a text.
 */
int expstack_nl_neigh_flush_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *state = info->attrs[EXPSTACK_A_NEIGH_STATE];
	struct exs_ldev *ldev = NULL;
	int err = 0;

	rtnl_lock();
	if (info->attrs[EXPSTACK_A_NEIGH_IFINDEX]) {
		ldev = exs_ctl_ldev_locked(info, EXPSTACK_A_NEIGH_IFINDEX);
		err = PTR_ERR_OR_ZERO(ldev);
	}
	if (!err)
		exs_neigh_flush(exs_net(genl_info_net(info)), ldev,
				state && (nla_get_u16(state) & NUD_PERMANENT));
	rtnl_unlock();
	return err;
}

static u32 exs_ctl_neigh_age(unsigned long then)
{
	return jiffies_to_msecs(jiffies - then);
}

static int exs_ctl_neigh_fill(struct sk_buff *skb, struct exs_neigh *n)
{
	u8 nud = READ_ONCE(n->nud), ha[MAX_ADDR_LEN];
	struct net_device *dev;
	unsigned int seq;

	if (nla_put_u32(skb, EXPSTACK_A_NEIGH_IFINDEX, n->ldev->ifindex) ||
	    nla_put_in_addr(skb, EXPSTACK_A_NEIGH_DST, n->addr) ||
	    nla_put_u16(skb, EXPSTACK_A_NEIGH_STATE, nud) ||
	    nla_put_u8(skb, EXPSTACK_A_NEIGH_FLAGS, READ_ONCE(n->flags)) ||
	    nla_put_u32(skb, EXPSTACK_A_NEIGH_PROBES, READ_ONCE(n->probes)) ||
	    nla_put_u32(skb, EXPSTACK_A_NEIGH_REFCNT,
			refcount_read(&n->ref)) ||
	    nla_put_u32(skb, EXPSTACK_A_NEIGH_CONFIRMED,
			exs_ctl_neigh_age(READ_ONCE(n->confirmed))) ||
	    nla_put_u32(skb, EXPSTACK_A_NEIGH_USED,
			exs_ctl_neigh_age(READ_ONCE(n->used))) ||
	    nla_put_u32(skb, EXPSTACK_A_NEIGH_UPDATED,
			exs_ctl_neigh_age(READ_ONCE(n->updated))))
		return -EMSGSIZE;
	dev = rcu_dereference(n->ldev->dev);
	if (!dev || !(nud & NUD_VALID))
		return 0;
	do {
		seq = read_seqbegin(&n->hh_lock);
		memcpy(ha, n->ha, sizeof(ha));
	} while (read_seqretry(&n->hh_lock, seq));
	if (nla_put(skb, EXPSTACK_A_NEIGH_LLADDR, dev->addr_len, ha))
		return -EMSGSIZE;
	return 0;
}

static int exs_ctl_neigh_row(struct exs_neigh *n, void *arg)
{
	struct exs_ctl_page *page = arg;
	struct nlattr *nla;
	void *hdr;

	if (exs_ctl_page_skip(page))
		return 0;
	nla = exs_ctl_dump_attr(page->cb, EXPSTACK_A_NEIGH_IFINDEX);
	if (nla && nla_get_u32(nla) != n->ldev->ifindex)
		return 0;
	hdr = exs_ctl_put_row(page->skb, page->cb, EXPSTACK_CMD_NEIGH_GET);
	if (!hdr)
		return -EMSGSIZE;
	if (exs_ctl_neigh_fill(page->skb, n)) {
		genlmsg_cancel(page->skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(page->skb, hdr);
	return 0;
}

/**
 * expstack_nl_neigh_get_dumpit - neigh-get
 * @skb: the page to be filled
 * @cb: the dump
 *
 * Return: as exs_ctl_page_end().
 */
int expstack_nl_neigh_get_dumpit(struct sk_buff *skb,
				 struct netlink_callback *cb)
{
	struct exs_net *en = exs_ctl_dump_net(cb);
	struct exs_ctl_page page;
	int err;

	exs_ctl_page_start(&page, skb, cb);
	rcu_read_lock();
	err = exs_neigh_walk(en, exs_ctl_neigh_row, &page);
	rcu_read_unlock();
	return exs_ctl_page_end(&page, err);
}
