// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ip: the way of a route: is it possible, and who shares it.
 * Flow:   exs_route_add -> [here]
 * Owns:   struct exs_route_info, exs_route_net.infos
 * Locks:  rtnl held by the caller; readers of an info are under RCU
 * Spec:   RFC 1812 5.2.4; errnos and words of rtnetlink
 * Tests:  kunit/ip/route_info_kunit.c
 */
#include <linux/hash.h>
#include <linux/inetdevice.h>
#include <linux/jhash.h>
#include <linux/netlink.h>
#include <linux/slab.h>

#include "ip/route_priv.h"

/* Types that end a packet: they have no device. */
static bool exs_route_type_is_error(u8 type)
{
	return type == RTN_BLACKHOLE || type == RTN_UNREACHABLE ||
	       type == RTN_PROHIBIT || type == RTN_THROW;
}

/* The least scope a route of a type can have. */
static int exs_route_type_scope(u8 type)
{
	switch (type) {
	case RTN_LOCAL:
		return RT_SCOPE_HOST;
	case RTN_BROADCAST:
		return RT_SCOPE_LINK;
	case RTN_UNICAST:
	case RTN_BLACKHOLE:
	case RTN_UNREACHABLE:
	case RTN_PROHIBIT:
	case RTN_THROW:
		return RT_SCOPE_UNIVERSE;
	default:
		return -EINVAL;
	}
}

static bool exs_route_ldev_is_up(struct exs_ldev *ldev)
{
	struct net_device *dev = rtnl_dereference(ldev->dev);

	return dev && dev->flags & IFF_UP;
}

/* The gateway must be a neighbour: a route of link scope leads to it. */
static int exs_route_info_check_gw(struct exs_net *en,
				   const struct exs_route_cfg *cfg,
				   struct exs_ldev **ldev,
				   struct netlink_ext_ack *extack)
{
	struct exs_route_entry *all[33];
	unsigned int n;

	if (ipv4_is_multicast(cfg->gw) || ipv4_is_lbcast(cfg->gw) ||
	    ipv4_is_zeronet(cfg->gw)) {
		NL_SET_ERR_MSG(extack, "Nexthop has invalid gateway");
		return -EINVAL;
	}
	if (cfg->onlink) {
		if (!*ldev) {
			NL_SET_ERR_MSG(extack, "Nexthop device required for onlink");
			return -ENODEV;
		}
		if (exs_route_addr_type(en, cfg->gw) != RTN_UNICAST) {
			NL_SET_ERR_MSG(extack, "Nexthop has invalid gateway");
			return -EINVAL;
		}
		return 0;
	}
	if (cfg->scope >= RT_SCOPE_LINK && cfg->scope != RT_SCOPE_NOWHERE) {
		NL_SET_ERR_MSG(extack, "Nexthop has invalid scope");
		return -EINVAL;
	}
	n = exs_trie_match_all(exs_route_trie(en), ntohl(cfg->gw), all);
	while (n--) {
		const struct exs_route_entry *e;

		for (e = all[n]; e; e = rcu_dereference(e->next)) {
			const struct exs_route_info *info = e->info;

			if (info->scope < RT_SCOPE_LINK ||
			    (*ldev && info->ldev != *ldev))
				continue;
			if (info->type != RTN_UNICAST) {
				NL_SET_ERR_MSG(extack, "Nexthop has invalid gateway");
				return -EINVAL;
			}
			*ldev = info->ldev;
			return 0;
		}
	}
	NL_SET_ERR_MSG(extack, "Nexthop has invalid gateway");
	return -ENETUNREACH;
}

/**
 * exs_route_info_check - can there be a route like this?
 * @en: namespace
 * @cfg: the route
 * @ldev: set to the device it leaves by, NULL for error types
 * @extack: told why not
 *
 * Context: rtnl held.
 * Return: 0; -EINVAL, -ENODEV, -ENETDOWN, -ENETUNREACH as rtnetlink's.
 */
int exs_route_info_check(struct exs_net *en, const struct exs_route_cfg *cfg,
			 struct exs_ldev **ldev,
			 struct netlink_ext_ack *extack)
{
	int scope = exs_route_type_scope(cfg->type);
	int err = 0;

	*ldev = NULL;
	if (scope < 0) {
		NL_SET_ERR_MSG(extack, "Invalid route type");
		return -EINVAL;
	}
	if (cfg->scope < scope || cfg->scope == RT_SCOPE_NOWHERE) {
		NL_SET_ERR_MSG(extack, "Invalid scope");
		return -EINVAL;
	}
	if (exs_route_type_is_error(cfg->type)) {
		if (!cfg->oif && !cfg->gw)
			return 0;
		NL_SET_ERR_MSG(extack, "This route type takes no gateway or device");
		return -EINVAL;
	}
	rcu_read_lock();
	if (cfg->oif) {
		*ldev = exs_ldev_by_index_rcu(en, cfg->oif);
		if (!*ldev) {
			NL_SET_ERR_MSG(extack, "Device for nexthop is not attached");
			err = -ENODEV;
		}
	}
	if (!err && cfg->gw)
		err = exs_route_info_check_gw(en, cfg, ldev, extack);
	if (!err && !*ldev) {
		NL_SET_ERR_MSG(extack, "Device or gateway required");
		err = -ENODEV;
	}
	if (!err && !exs_route_ldev_is_up(*ldev) && cfg->type != RTN_LOCAL) {
		NL_SET_ERR_MSG(extack, "Device for nexthop is not up");
		err = -ENETDOWN;
	}
	if (!err && cfg->prefsrc && !exs_addr_is_local(en, cfg->prefsrc)) {
		NL_SET_ERR_MSG(extack, "Invalid prefsrc address");
		err = -EINVAL;
	}
	rcu_read_unlock();
	return err;
}

static bool exs_route_info_equal(const struct exs_route_info *a,
				 const struct exs_route_info *b)
{
	return a->ldev == b->ldev && a->metrics == b->metrics &&
	       a->gw == b->gw && a->prefsrc == b->prefsrc &&
	       a->type == b->type && a->scope == b->scope &&
	       a->protocol == b->protocol && a->onlink == b->onlink;
}

/**
 * exs_route_info_get - the shared description of a route
 * @en: namespace
 * @cfg: the route, checked
 * @ldev: device it leaves by, or NULL
 *
 * Context: rtnl held, may sleep.
 * Return: one with a user more, or NULL without memory.
 */
struct exs_route_info *exs_route_info_get(struct exs_net *en,
					  const struct exs_route_cfg *cfg,
					  struct exs_ldev *ldev)
{
	struct exs_route_info key = {
		.ldev = ldev, .gw = cfg->gw, .prefsrc = cfg->prefsrc,
		.type = cfg->type, .scope = cfg->scope,
		.protocol = cfg->protocol, .onlink = cfg->onlink,
	};
	u32 h = jhash_3words((__force u32)key.gw, hash_ptr(ldev, 32), key.type, 0);
	struct hlist_head *head;
	struct exs_route_info *info;

	ASSERT_RTNL();
	key.metrics = exs_route_metrics_get(en->route, &cfg->attr);
	if (IS_ERR(key.metrics))
		return NULL;
	head = &en->route->infos[hash_32(h, EXS_ROUTE_INFO_HASH_BITS)];
	hlist_for_each_entry(info, head, hash) {
		if (exs_route_info_equal(info, &key)) {
			exs_route_metrics_put(en->route, key.metrics);
			info->users++;
			return info;
		}
	}
	info = kmemdup(&key, sizeof(key), GFP_KERNEL_ACCOUNT);
	if (!info) {
		exs_route_metrics_put(en->route, key.metrics);
		return NULL;
	}
	info->users = 1;
	if (ldev)
		exs_ldev_hold(ldev);
	hlist_add_head(&info->hash, head);
	return info;
}

/**
 * exs_route_info_put - a user less
 * @en: namespace
 * @info: the description; with its last user it goes, after a grace period
 *
 * Context: rtnl held.
 */
void exs_route_info_put(struct exs_net *en, struct exs_route_info *info)
{
	ASSERT_RTNL();
	if (--info->users)
		return;
	hlist_del(&info->hash);
	exs_route_metrics_put(en->route, info->metrics);
	exs_ldev_put(info->ldev);
	kfree_rcu(info, rcu);
}

/**
 * exs_route_info_match - is it what a deletion asks for?
 * @info: of a route
 * @cfg: what is to be deleted; 0 and RT_SCOPE_NOWHERE stand for any
 *
 * Return: true when it is.
 */
bool exs_route_info_match(const struct exs_route_info *info,
			  const struct exs_route_cfg *cfg)
{
	if (cfg->type && cfg->type != info->type)
		return false;
	if (cfg->scope != RT_SCOPE_NOWHERE && cfg->scope != info->scope)
		return false;
	if (cfg->prefsrc && cfg->prefsrc != info->prefsrc)
		return false;
	if (cfg->protocol && cfg->protocol != info->protocol)
		return false;
	if (cfg->gw && cfg->gw != info->gw)
		return false;
	if (!exs_route_metrics_match(info->metrics, &cfg->attr))
		return false;
	return !cfg->oif || (info->ldev && info->ldev->ifindex == cfg->oif);
}
