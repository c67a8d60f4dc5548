// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ctl: routes over netlink.
 * Flow:   route-add, route-del, route-get -> [here] -> ip/route.c;
 *         the name of a congestion control -> tcp/tcp_cc.c
 * Owns:   nothing
 * Locks:  rtnl for changes; look-ups and dumps run under RCU
 * Spec:   Documentation/netlink/specs/expstack.yaml
 * Tests:  kunit/ctl/genl_route_kunit.c, qemu/tests/expctl_route.sh
 */
#include <linux/inetdevice.h>
#include <linux/rtnetlink.h>
#include <expstack/tcp.h>

#include "ctl/ctl_priv.h"
#include "ctl/genl_policy.h"
#include "ctl/genl_route.h"

static u32 exs_ctl_route_u32(struct nlattr **attrs, int attr, u32 dflt)
{
	return attrs[attr] ? nla_get_u32(attrs[attr]) : dflt;
}

static u8 exs_ctl_route_u8(struct nlattr **attrs, int attr, u8 dflt)
{
	return attrs[attr] ? nla_get_u8(attrs[attr]) : dflt;
}

static __be32 exs_ctl_route_addr(struct nlattr **attrs, int attr)
{
	return attrs[attr] ? nla_get_in_addr(attrs[attr]) : 0;
}

/* Where a route without a scope reaches, as iproute2 has it. */
static u8 exs_ctl_route_scope(const struct exs_route_cfg *cfg)
{
	switch (cfg->type) {
	case RTN_LOCAL:
		return RT_SCOPE_HOST;
	case RTN_BROADCAST:
	case RTN_MULTICAST:
		return RT_SCOPE_LINK;
	case RTN_UNICAST:
		return cfg->gw || !cfg->oif ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK;
	default:
		return RT_SCOPE_UNIVERSE;
	}
}

/* Type, protocol and scope. Of a deletion, what is not said may be anything. */
static void exs_ctl_route_kind(struct nlattr **attrs, bool add,
			       struct exs_route_cfg *cfg)
{
	cfg->type = exs_ctl_route_u8(attrs, EXPSTACK_A_ROUTE_TYPE,
				     add ? RTN_UNICAST : RTN_UNSPEC);
	cfg->protocol = exs_ctl_route_u8(attrs, EXPSTACK_A_ROUTE_PROTOCOL,
					 add ? RTPROT_BOOT : RTPROT_UNSPEC);
	cfg->scope = exs_ctl_route_u8(attrs, EXPSTACK_A_ROUTE_SCOPE,
				      add ? exs_ctl_route_scope(cfg) :
				      RT_SCOPE_NOWHERE);
}

/**
 * exs_ctl_route_parse - a request as the ip layer wants it
 * @attrs: attributes of the request
 * @add: is it an addition, or a deletion?
 * @cfg: to be filled
 * @extack: tells what is wrong
 *
 * Return: 0 or -EINVAL.
 */
int exs_ctl_route_parse(struct nlattr **attrs, bool add,
			struct exs_route_cfg *cfg,
			struct netlink_ext_ack *extack)
{
	memset(cfg, 0, sizeof(*cfg));
	cfg->dst = exs_ctl_route_addr(attrs, EXPSTACK_A_ROUTE_DST);
	cfg->dst_len = exs_ctl_route_u8(attrs, EXPSTACK_A_ROUTE_DST_LEN,
					attrs[EXPSTACK_A_ROUTE_DST] ? 32 : 0);
	cfg->gw = exs_ctl_route_addr(attrs, EXPSTACK_A_ROUTE_GATEWAY);
	cfg->prefsrc = exs_ctl_route_addr(attrs, EXPSTACK_A_ROUTE_PREFSRC);
	cfg->oif = exs_ctl_route_u32(attrs, EXPSTACK_A_ROUTE_OIF, 0);
	cfg->table = exs_ctl_route_u32(attrs, EXPSTACK_A_ROUTE_TABLE,
				       RT_TABLE_MAIN);
	cfg->priority = exs_ctl_route_u32(attrs, EXPSTACK_A_ROUTE_PRIORITY, 0);
	cfg->tos = exs_ctl_route_u8(attrs, EXPSTACK_A_ROUTE_TOS, 0);
	cfg->onlink = nla_get_flag(attrs[EXPSTACK_A_ROUTE_ONLINK]);
	exs_ctl_route_attr_parse(attrs, &cfg->attr);
	exs_ctl_route_kind(attrs, add, cfg);
	if (!cfg->table)
		cfg->table = RT_TABLE_MAIN;
	if (cfg->dst & ~inet_make_mask(cfg->dst_len)) {
		NL_SET_ERR_MSG(extack,
			       "Invalid prefix for given prefix length");
		return -EINVAL;
	}
	return 0;
}

static int exs_ctl_route_change(struct genl_info *info, bool add)
{
	struct exs_net *en = exs_net(genl_info_net(info));
	struct netlink_ext_ack *extack = info->extack;
	struct exs_route_cfg cfg;
	struct exs_ldev *ldev;
	int err;

	err = exs_ctl_route_parse(info->attrs, add, &cfg, extack);
	if (err)
		return err;
	/* Before rtnl: it may load a module. */
	if (add && cfg.attr.congctl[0] &&
	    !exs_cc_available(cfg.attr.congctl)) {
		NL_SET_ERR_MSG(extack, "Unknown tcp congestion algorithm");
		return -EINVAL;
	}
	rtnl_lock();
	if (cfg.oif) {
		ldev = exs_ctl_ldev_locked(info, EXPSTACK_A_ROUTE_OIF);
		err = PTR_ERR_OR_ZERO(ldev);
	}
	if (!err && add)
		err = exs_route_add(en, &cfg, info->nlhdr->nlmsg_flags, extack);
	else if (!err)
		err = exs_route_del(en, &cfg, extack);
	rtnl_unlock();
	return err;
}

/**
 * expstack_nl_route_add_doit - route-add
 * @skb: the request
 * @info: its attributes
 *
 * Return: 0 or an errno with a text.
 */
int expstack_nl_route_add_doit(struct sk_buff *skb, struct genl_info *info)
{
	return exs_ctl_route_change(info, true);
}

/**
 * expstack_nl_route_del_doit - route-del
 * @skb: the request
 * @info: its attributes
 *
 * Return: 0 or an errno with a text.
 */
int expstack_nl_route_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	return exs_ctl_route_change(info, false);
}

/**
 * exs_ctl_route_fill - a route's attributes; what is zero is left out
 * @skb: the message
 * @cfg: the route
 *
 * Return: 0 or -EMSGSIZE.
 */
int exs_ctl_route_fill(struct sk_buff *skb, const struct exs_route_cfg *cfg)
{
	if (nla_put_in_addr(skb, EXPSTACK_A_ROUTE_DST, cfg->dst) ||
	    nla_put_u8(skb, EXPSTACK_A_ROUTE_DST_LEN, cfg->dst_len) ||
	    nla_put_u32(skb, EXPSTACK_A_ROUTE_TABLE, cfg->table) ||
	    nla_put_u8(skb, EXPSTACK_A_ROUTE_TYPE, cfg->type) ||
	    nla_put_u8(skb, EXPSTACK_A_ROUTE_SCOPE, cfg->scope) ||
	    nla_put_u8(skb, EXPSTACK_A_ROUTE_PROTOCOL, cfg->protocol))
		return -EMSGSIZE;
	if ((cfg->gw &&
	     nla_put_in_addr(skb, EXPSTACK_A_ROUTE_GATEWAY, cfg->gw)) ||
	    (cfg->prefsrc &&
	     nla_put_in_addr(skb, EXPSTACK_A_ROUTE_PREFSRC, cfg->prefsrc)) ||
	    (cfg->oif && nla_put_u32(skb, EXPSTACK_A_ROUTE_OIF, cfg->oif)) ||
	    (cfg->priority &&
	     nla_put_u32(skb, EXPSTACK_A_ROUTE_PRIORITY, cfg->priority)) ||
	    (cfg->tos && nla_put_u8(skb, EXPSTACK_A_ROUTE_TOS, cfg->tos)) ||
	    (cfg->onlink && nla_put_flag(skb, EXPSTACK_A_ROUTE_ONLINK)))
		return -EMSGSIZE;
	return exs_ctl_route_attr_fill(skb, &cfg->attr);
}

static void exs_ctl_route_explain(struct netlink_ext_ack *extack, int err)
{
	switch (err) {
	case -ENETUNREACH:
		NL_SET_ERR_MSG(extack, "Network is unreachable");
		break;
	case -EHOSTUNREACH:
		NL_SET_ERR_MSG(extack, "No route to host");
		break;
	case -EACCES:
		NL_SET_ERR_MSG(extack, "Permission denied: prohibited by a route");
		break;
	case -EINVAL:
		NL_SET_ERR_MSG(extack,
			       "Blackhole route, or not a valid source address");
		break;
	}
}

/* Look up as a packet that leaves, or that comes in by iif, would. */
static int exs_ctl_route_lookup(struct genl_info *info, struct exs_flow *flow,
				struct exs_rt *rt)
{
	struct exs_net *en = exs_net(genl_info_net(info));
	struct exs_ldev *ldev;

	if (!flow->iif)
		return exs_route_output(en, flow, rt);
	ldev = exs_ldev_by_index_rcu(en, flow->iif);
	if (!ldev) {
		NL_SET_ERR_MSG(info->extack,
			       "device is not attached to expstack");
		return -ENODEV;
	}
	return exs_route_input(en, ldev, flow->daddr, flow->saddr, flow->tos,
			       flow->mark, rt);
}

static void exs_ctl_route_result(const struct exs_flow *flow,
				 const struct exs_rt *rt,
				 struct exs_route_cfg *cfg)
{
	*cfg = (struct exs_route_cfg) {
		.dst = flow->daddr,
		.dst_len = 32,
		.gw = rt->gateway ? rt->nexthop : 0,
		.prefsrc = flow->iif ? 0 : rt->saddr,
		.oif = rt->ldev ? rt->ldev->ifindex : 0,
		.table = rt->type == RTN_LOCAL || rt->type == RTN_BROADCAST ?
			 RT_TABLE_LOCAL : RT_TABLE_MAIN,
		.tos = flow->tos,
		.type = rt->type,
	};
	if (rt->metrics)
		cfg->attr = rt->metrics->attr;
	/* The device's own MTU goes without saying. */
	cfg->attr.val[RTAX_MTU] = rt->mtu;
	if (rt->ldev && rt->mtu == READ_ONCE(rt->ldev->mtu))
		cfg->attr.val[RTAX_MTU] = 0;
}

static int exs_ctl_route_reply(struct sk_buff *skb, void *arg)
{
	return exs_ctl_route_fill(skb, arg);
}

/**
 * expstack_nl_route_get_doit - route-get of one address
 * @skb: the request
 * @info: its attributes
 *
 * Return: 0 or an errno with a text.
 */
int expstack_nl_route_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr **attrs = info->attrs;
	struct exs_route_cfg cfg;
	struct exs_flow flow;
	struct exs_rt rt;
	int err;

	if (!attrs[EXPSTACK_A_ROUTE_DST]) {
		NL_SET_ERR_MSG(info->extack, "an address is needed");
		return -EINVAL;
	}
	flow = (struct exs_flow) {
		.daddr = exs_ctl_route_addr(attrs, EXPSTACK_A_ROUTE_DST),
		.saddr = exs_ctl_route_addr(attrs, EXPSTACK_A_ROUTE_SRC),
		.tos = exs_ctl_route_u8(attrs, EXPSTACK_A_ROUTE_TOS, 0),
		.oif = exs_ctl_route_u32(attrs, EXPSTACK_A_ROUTE_OIF, 0),
		.iif = exs_ctl_route_u32(attrs, EXPSTACK_A_ROUTE_IIF, 0),
		.mark = exs_ctl_route_u32(attrs, EXPSTACK_A_ROUTE_MARK, 0),
	};
	flow.uid = make_kuid(current_user_ns(),
			     exs_ctl_route_u32(attrs, EXPSTACK_A_ROUTE_UID, 0));

	/* What is ours goes by explo: make it if this is its first use. */
	err = exs_loopback_get(exs_net(genl_info_net(info)));
	if (err)
		return err;
	rcu_read_lock();
	err = exs_ctl_route_lookup(info, &flow, &rt);
	if (!err)
		exs_ctl_route_result(&flow, &rt, &cfg);
	rcu_read_unlock();
	if (err) {
		exs_ctl_route_explain(info->extack, err);
		return err;
	}
	return exs_ctl_reply(info, EXPSTACK_CMD_ROUTE_GET,
			     exs_ctl_route_reply, &cfg);
}

/*
 * How far a dump got: to this prefix, of which so many routes are told. A page
 * begins there without a look at those before, and goes on at the right place
 * when routes came and went meanwhile (of which NLM_F_DUMP_INTR tells).
 */
struct exs_ctl_route_pos {
	u32 dst;			/* host order */
	u8 len;
	unsigned int told;
};

static_assert(sizeof(struct exs_ctl_route_pos) <=
	      sizeof_field(struct netlink_callback, ctx));

struct exs_ctl_route_page {
	struct sk_buff *skb;
	struct netlink_callback *cb;
	struct exs_ctl_route_pos *pos;
	unsigned int skip;		/* routes of its prefix on earlier pages */
};

static int exs_ctl_route_row(const struct exs_route_cfg *cfg, void *arg)
{
	struct exs_ctl_route_page *page = arg;
	struct exs_ctl_route_pos *pos = page->pos;
	u32 dst = ntohl(cfg->dst);
	void *hdr;

	/* Shorter prefixes of the same address come first. */
	if (dst == pos->dst && cfg->dst_len < pos->len)
		return 0;
	if (dst != pos->dst || cfg->dst_len != pos->len) {
		*pos = (struct exs_ctl_route_pos) {
			.dst = dst, .len = cfg->dst_len,
		};
		page->skip = 0;
	}
	if (page->skip) {
		page->skip--;
		return 0;
	}
	hdr = exs_ctl_put_row(page->skb, page->cb, EXPSTACK_CMD_ROUTE_GET);
	if (!hdr)
		return -EMSGSIZE;
	if (exs_ctl_route_fill(page->skb, cfg)) {
		genlmsg_cancel(page->skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(page->skb, hdr);
	pos->told++;
	return 0;
}

/**
 * expstack_nl_route_get_dumpit - route-get of all routes
 * @skb: the page to be filled
 * @cb: the dump; ctx holds a struct exs_ctl_route_pos
 *
 * Return: 0 at the end, -EMSGSIZE for another page.
 */
int expstack_nl_route_get_dumpit(struct sk_buff *skb,
				 struct netlink_callback *cb)
{
	struct exs_net *en = exs_ctl_dump_net(cb);
	struct exs_ctl_route_page page = {
		.skb = skb, .cb = cb, .pos = (void *)cb->ctx,
	};
	int err;

	page.skip = page.pos->told;
	cb->seq = atomic_read(&en->rt_gen);
	rcu_read_lock();
	err = exs_route_walk(en, page.pos->dst, exs_ctl_route_row, &page);
	rcu_read_unlock();
	return err;
}
