// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ctl: the generic netlink family and what its operations share.
 * Flow:   expctl -> genetlink -> genl_<object>.c -> contracts of the layers
 * Owns:   exs_ctl_family, exs_ctl_layer
 * Locks:  genl's own mutex around every operation; rtnl where a contract asks
 * Spec:   Documentation/netlink/specs/expstack.yaml
 * Tests:  kunit/ctl/genl_kunit.c, qemu/tests/expctl_*.sh
 */
#include <linux/module.h>
#include <linux/rtnetlink.h>
#include <net/sock.h>

#include "ctl/ctl_priv.h"
#include "ctl/genl_policy.h"

MODULE_ALIAS_GENL_FAMILY(EXPSTACK_FAMILY_NAME);

struct genl_family exs_ctl_family __ro_after_init = {
	.name = EXPSTACK_FAMILY_NAME,
	.version = EXPSTACK_FAMILY_VERSION,
	.netnsok = true,
	.module = THIS_MODULE,
	.split_ops = expstack_nl_ops,
	.n_split_ops = ARRAY_SIZE(expstack_nl_ops),
	.resv_start_op = __EXPSTACK_CMD_MAX,
};

/**
 * exs_ctl_page_start - begin or go on with a dump
 * @page: the page
 * @skb: where its rows go
 * @cb: the dump; cb->args[0] counts the entries of earlier pages
 */
void exs_ctl_page_start(struct exs_ctl_page *page, struct sk_buff *skb,
			struct netlink_callback *cb)
{
	page->skb = skb;
	page->cb = cb;
	page->skip = cb->args[0];
	page->seen = 0;
}

/**
 * exs_ctl_page_end - what a dumpit returns
 * @page: the page
 * @err: of the walk: 0 when it got to the end, -EMSGSIZE when the last entry
 *	it called back for did not fit
 *
 * Return: 0 at the end, -EMSGSIZE for another page, or another errno.
 */
int exs_ctl_page_end(struct exs_ctl_page *page, int err)
{
	page->cb->args[0] = err ? page->seen - 1 : page->seen;
	return err;
}

/**
 * exs_ctl_dump_net - the namespace a dump is about
 * @cb: the dump
 *
 * Return: its state.
 */
struct exs_net *exs_ctl_dump_net(struct netlink_callback *cb)
{
	return exs_net(sock_net(cb->skb->sk));
}

/**
 * exs_ctl_dump_attr - an attribute of a dump's request
 * @cb: the dump
 * @attr: which
 *
 * Return: the attribute, or NULL where the request has none.
 */
struct nlattr *exs_ctl_dump_attr(struct netlink_callback *cb, int attr)
{
	struct nlattr **attrs = genl_info_dump(cb)->attrs;

	return attrs ? attrs[attr] : NULL;
}

/**
 * exs_ctl_put_row - begin a row of a dump
 * @skb: the page
 * @cb: the dump
 * @cmd: EXPSTACK_CMD_*
 *
 * Return: for genlmsg_end() or genlmsg_cancel(); NULL when the page is full.
 */
void *exs_ctl_put_row(struct sk_buff *skb, struct netlink_callback *cb, u8 cmd)
{
	void *hdr;

	hdr = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			  &exs_ctl_family, NLM_F_MULTI, cmd);
	if (hdr)
		genl_dump_check_consistent(cb, hdr);
	return hdr;
}

/**
 * exs_ctl_reply - answer a request with one message
 * @info: the request
 * @cmd: EXPSTACK_CMD_*
 * @fill: puts the attributes; 0 or -EMSGSIZE
 * @arg: for fill
 *
 * Context: process, may sleep.
 * Return: 0 or an errno.
 */
int exs_ctl_reply(struct genl_info *info, u8 cmd,
		  int (*fill)(struct sk_buff *skb, void *arg), void *arg)
{
	struct sk_buff *skb;
	void *hdr;
	int err;

	skb = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!skb)
		return -ENOMEM;
	hdr = genlmsg_put_reply(skb, info, &exs_ctl_family, 0, cmd);
	err = hdr ? fill(skb, arg) : -EMSGSIZE;
	if (err) {
		nlmsg_free(skb);
		return err;
	}
	genlmsg_end(skb, hdr);
	return genlmsg_reply(skb, info);
}

/**
 * exs_ctl_ldev_locked - the attached device a request names
 * @info: the request; its extack tells what is wrong
 * @attr: the attribute with the index
 *
 * Context: rtnl held, and the result is good as long as it is.
 * Return: the device or ERR_PTR(-EINVAL, -ENODEV).
 */
struct exs_ldev *exs_ctl_ldev_locked(struct genl_info *info, int attr)
{
	struct net *net = genl_info_net(info);
	struct nlattr *nla = info->attrs[attr];
	struct exs_ldev *ldev;

	ASSERT_RTNL();
	if (!nla) {
		NL_SET_ERR_MSG(info->extack, "a device is needed");
		return ERR_PTR(-EINVAL);
	}
	rcu_read_lock();
	ldev = exs_ldev_by_index_rcu(exs_net(net), nla_get_u32(nla));
	rcu_read_unlock();
	if (ldev)
		return ldev;
	if (__dev_get_by_index(net, nla_get_u32(nla)))
		NL_SET_ERR_MSG_ATTR(info->extack, nla,
				    "device is not attached to expstack");
	else
		NL_SET_ERR_MSG_ATTR(info->extack, nla, "no such device");
	return ERR_PTR(-ENODEV);
}

static int exs_ctl_genl_start(void)
{
	return genl_register_family(&exs_ctl_family);
}

static void exs_ctl_genl_stop(void)
{
	genl_unregister_family(&exs_ctl_family);
}

static int exs_ctl_genl_net_init(struct exs_net *en)
{
	int err;

	en->ctl = kzalloc(sizeof(*en->ctl), GFP_KERNEL);
	if (!en->ctl)
		return -ENOMEM;
	err = exs_ctl_sysctl_net_init(en);
	if (err)
		goto err_free;
	err = exs_ctl_proc_net_init(en);
	if (err)
		goto err_sysctl;
	return 0;

err_sysctl:
	exs_ctl_sysctl_net_exit(en);
err_free:
	kfree(en->ctl);
	en->ctl = NULL;
	return err;
}

static void exs_ctl_genl_net_exit(struct exs_net *en)
{
	exs_ctl_proc_net_exit(en);
	exs_ctl_sysctl_net_exit(en);
	kfree(en->ctl);
	en->ctl = NULL;
}

const struct exs_layer exs_ctl_layer = {
	.name = "ctl",
	.start = exs_ctl_genl_start,
	.stop = exs_ctl_genl_stop,
	.net_init = exs_ctl_genl_net_init,
	.net_exit = exs_ctl_genl_net_exit,
};
