// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ip: the routes that follow from addresses and devices.
 *
 * An address brings a local route to itself, a route to its subnet (or peer)
 * and routes to its broadcast addresses. They come when the address is there
 * and the device up, and go with either; a local route stays while the device
 * is only down. Routes made by hand go with their device, as in AF_INET.
 *
 * Flow:   link events -> [here] -> exs_route_add, exs_route_del
 * Owns:   nothing
 * Locks:  rtnl held by the notifier's caller
 * Spec:   RFC 1122 3.3.6; RFC 3021 (no broadcast on /31)
 * Tests:  kunit/ip/route_event_kunit.c, qemu/tests/route.sh
 */
#include <linux/inetdevice.h>

#include "ip/route_priv.h"

static void exs_route_event_one(struct exs_net *en,
				const struct exs_ifaddr *ifa, bool add,
				u8 type, __be32 dst, u8 len)
{
	struct exs_route_cfg cfg = {
		.dst = dst & inet_make_mask(len), .dst_len = len,
		.prefsrc = ifa->local, .oif = ifa->ldev->ifindex, .type = type,
		.table = type == RTN_UNICAST ? RT_TABLE_MAIN : RT_TABLE_LOCAL,
		.scope = type == RTN_LOCAL ? RT_SCOPE_HOST : RT_SCOPE_LINK,
		.protocol = RTPROT_KERNEL,
	};
	int err;

	if (!add) {
		exs_route_del(en, &cfg, NULL);
		return;
	}
	/* Two devices may have the same subnet: both routes are kept. */
	err = exs_route_add(en, &cfg, NLM_F_CREATE | NLM_F_APPEND, NULL);
	if (err && err != -EEXIST)
		pr_warn_ratelimited("expstack: %s: no route to %pI4/%u: %d\n",
				    ifa->ldev->name, &cfg.dst, len, err);
}

static bool exs_route_event_is_up(const struct exs_ldev *ldev)
{
	const struct net_device *dev = rtnl_dereference(ldev->dev);

	return dev && dev->flags & IFF_UP;
}

/* The subnet of an address: its own device delivers there directly. */
static void exs_route_event_prefix(struct exs_net *en,
				   const struct exs_ifaddr *ifa, bool add)
{
	__be32 net = ifa->peer & ifa->mask;
	u8 type = ifa->ldev->mode == EXS_LINK_LOOPBACK ? RTN_LOCAL : RTN_UNICAST;

	if (ifa->peer != ifa->local)
		exs_route_event_one(en, ifa, add, RTN_UNICAST, ifa->peer, 32);
	if (ifa->secondary || ipv4_is_zeronet(net) || ifa->prefixlen == 32)
		return;
	exs_route_event_one(en, ifa, add, type, net, ifa->prefixlen);
	if (ifa->prefixlen < 31)
		exs_route_event_one(en, ifa, add, RTN_BROADCAST,
				    net | ~ifa->mask, 32);
}

static void exs_route_event_addr(struct exs_net *en,
				 const struct exs_ifaddr *ifa, bool add)
{
	exs_route_event_one(en, ifa, add, RTN_LOCAL, ifa->local, 32);
	if (add && !exs_route_event_is_up(ifa->ldev))
		return;
	if (ifa->broadcast && !ipv4_is_lbcast(ifa->broadcast) &&
	    ifa->prefixlen < 31)
		exs_route_event_one(en, ifa, add, RTN_BROADCAST,
				    ifa->broadcast, 32);
	exs_route_event_prefix(en, ifa, add);
}

static void exs_route_event_up(struct exs_net *en, struct exs_ldev *ldev,
			       const struct exs_ifaddr *but)
{
	const struct exs_ifaddr *ifa;

	list_for_each_entry(ifa, &ldev->addrs, list)
		if (ifa != but)
			exs_route_event_addr(en, ifa, true);
}

static bool exs_route_event_by_ldev(const struct exs_route_entry *e,
				    const void *ldev)
{
	return e->info->ldev == ldev;
}

static bool exs_route_event_by_down(const struct exs_route_entry *e,
				    const void *ldev)
{
	return e->info->ldev == ldev && e->info->type != RTN_LOCAL;
}

static bool exs_route_event_by_source(const struct exs_route_entry *e,
				      const void *addr)
{
	return e->info->prefsrc == *(const __be32 *)addr;
}

static void exs_route_event_addr_gone(struct exs_net *en,
				      const struct exs_ifaddr *ifa)
{
	const struct exs_ifaddr *other;
	bool last = true;

	exs_route_event_addr(en, ifa, false);
	list_for_each_entry(other, &ifa->ldev->addrs, list)
		last &= other == ifa;
	if (last)
		exs_route_flush(en, exs_route_event_by_ldev, ifa->ldev);
	/* What used it as its source, if no other device has it too. */
	rcu_read_lock();
	other = exs_addr_find_rcu(en, ifa->local);
	rcu_read_unlock();
	if (!other || other == ifa)
		exs_route_flush(en, exs_route_event_by_source, &ifa->local);
	/* A secondary address may now be the only one of the subnet. */
	exs_route_event_up(en, ifa->ldev, ifa);
}

static int exs_route_event(struct notifier_block *nb, unsigned long kind,
			   void *ptr)
{
	const struct exs_link_event *ev = ptr;
	struct exs_ldev *ldev = ev->ldev;
	struct exs_net *en = ldev->en;

	ASSERT_RTNL();
	/* The namespace is ending, or has not begun. */
	if (!en->route)
		return NOTIFY_DONE;
	switch ((enum exs_link_event_kind)kind) {
	case EXS_LINK_ADDR_ADD:
		exs_route_event_addr(en, ev->ifa, true);
		break;
	case EXS_LINK_ADDR_DEL:
		exs_route_event_addr_gone(en, ev->ifa);
		break;
	case EXS_LINK_ATTACHED:
	case EXS_LINK_UP:
		exs_route_event_up(en, ldev, NULL);
		break;
	case EXS_LINK_DOWN:
		/* Without carrier only, routes wait for it to come back. */
		if (!exs_route_event_is_up(ldev))
			exs_route_flush(en, exs_route_event_by_down, ldev);
		break;
	case EXS_LINK_DETACHING:
		exs_route_flush(en, exs_route_event_by_ldev, ldev);
		break;
	case EXS_LINK_MTU:
	case EXS_LINK_RENAME:
		break;
	}
	exs_rt_bump(en);
	return NOTIFY_DONE;
}

static struct notifier_block exs_route_nb = {
	.notifier_call = exs_route_event,
};

/**
 * exs_route_event_init - listen to the devices
 *
 * Return: 0 or an errno.
 */
int exs_route_event_init(void)
{
	return exs_link_notifier_register(&exs_route_nb);
}

/**
 * exs_route_event_exit - listen no more
 */
void exs_route_event_exit(void)
{
	exs_link_notifier_unregister(&exs_route_nb);
}
