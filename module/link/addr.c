// SPDX-License-Identifier: GPL-2.0
/*
 * expstack link: IPv4 addresses of attached devices.
 * Flow:   ctl, explo -> [here] -> exs_link_event -> ip; look-ups from ip, arp
 * Owns:   struct exs_ifaddr, exs_ldev.addrs, exs_link_net.local
 * Locks:  rtnl for changes; RCU for look-ups
 * Spec:   RFC 1122 3.3.1.6, 3.3.4.3; RFC 3021
 * Tests:  kunit/link/addr_kunit.c
 */
#include <linux/in.h>
#include <linux/inetdevice.h>
#include <linux/slab.h>

#include "link/link_priv.h"

static bool exs_addr_same_subnet(const struct exs_ifaddr *ifa, __be32 addr)
{
	return !((ifa->local ^ addr) & ifa->mask);
}

/* 0, or why this address makes no sense here. */
static int exs_addr_check(const struct exs_ldev *ldev,
			  const struct exs_ifaddr *cfg,
			  struct netlink_ext_ack *extack)
{
	if (cfg->prefixlen > 32) {
		NL_SET_ERR_MSG(extack, "prefix longer than 32 bits");
		return -EINVAL;
	}
	if (ipv4_is_zeronet(cfg->local) || ipv4_is_multicast(cfg->local) ||
	    ipv4_is_lbcast(cfg->local)) {
		NL_SET_ERR_MSG(extack, "not a host address");
		return -EINVAL;
	}
	if (ipv4_is_loopback(cfg->local) && ldev->mode != EXS_LINK_LOOPBACK) {
		NL_SET_ERR_MSG(extack, "loopback addresses belong to explo");
		return -EINVAL;
	}
	return 0;
}

static struct exs_ifaddr *exs_addr_make(struct exs_ldev *ldev,
					const struct exs_ifaddr *cfg)
{
	struct exs_ifaddr *ifa = kzalloc(sizeof(*ifa), GFP_KERNEL_ACCOUNT);

	if (!ifa)
		return NULL;
	ifa->ldev = ldev;
	ifa->local = cfg->local;
	ifa->peer = cfg->peer ?: cfg->local;
	ifa->prefixlen = cfg->prefixlen;
	ifa->mask = inet_make_mask(cfg->prefixlen);
	ifa->broadcast = cfg->broadcast;
	ifa->scope = cfg->scope;
	strscpy(ifa->label, cfg->label[0] ? cfg->label : ldev->name,
		sizeof(ifa->label));
	return ifa;
}

static struct hlist_head *exs_addr_chain(struct exs_net *en, __be32 addr)
{
	return &en->link->local[hash_min((__force u32)addr,
					 EXS_LINK_LOCAL_BITS)];
}

/**
 * exs_addr_add - give a device an address
 * @ldev: attached device
 * @cfg: local, prefixlen, scope; peer, broadcast and label where not the usual
 * @extack: says why not, or NULL
 *
 * The first address of a subnet is primary, further ones are secondary: they
 * are never chosen as a source by themselves, and go when the primary goes.
 *
 * Context: rtnl held.
 * Return: 0; -EEXIST the device has it; -EINVAL no address for a host; -ENOMEM.
 */
int exs_addr_add(struct exs_ldev *ldev, const struct exs_ifaddr *cfg,
		 struct netlink_ext_ack *extack)
{
	struct exs_ifaddr *ifa, *old;
	int err;

	ASSERT_RTNL();
	err = exs_addr_check(ldev, cfg, extack);
	if (err)
		return err;
	ifa = exs_addr_make(ldev, cfg);
	if (!ifa)
		return -ENOMEM;
	list_for_each_entry(old, &ldev->addrs, list) {
		if (old->mask != ifa->mask ||
		    !exs_addr_same_subnet(old, ifa->local))
			continue;
		if (old->local == ifa->local && old->peer == ifa->peer) {
			NL_SET_ERR_MSG(extack, "device has this address already");
			kfree(ifa);
			return -EEXIST;
		}
		ifa->secondary = true;
	}
	hlist_add_head_rcu(&ifa->hash, exs_addr_chain(ldev->en, ifa->local));
	list_add_tail_rcu(&ifa->list, &ldev->addrs);
	exs_link_event(ldev, EXS_LINK_ADDR_ADD, ifa, extack);
	return 0;
}

static void exs_addr_remove(struct exs_ifaddr *ifa,
			    struct netlink_ext_ack *extack)
{
	list_del_rcu(&ifa->list);
	hlist_del_rcu(&ifa->hash);
	exs_link_event(ifa->ldev, EXS_LINK_ADDR_DEL, ifa, extack);
	kfree_rcu(ifa, rcu);
}

/**
 * exs_addr_del - take an address away
 * @ldev: attached device
 * @local: the address
 * @prefixlen: its prefix length
 * @extack: says why not, or NULL
 *
 * With a primary address go the secondary ones of its subnet.
 *
 * Context: rtnl held.
 * Return: 0; -EADDRNOTAVAIL when the device has no such address.
 */
int exs_addr_del(struct exs_ldev *ldev, __be32 local, u8 prefixlen,
		 struct netlink_ext_ack *extack)
{
	struct exs_ifaddr *ifa, *next, *found = NULL;

	ASSERT_RTNL();
	list_for_each_entry(ifa, &ldev->addrs, list) {
		if (ifa->local == local && ifa->prefixlen == prefixlen) {
			found = ifa;
			break;
		}
	}
	if (!found) {
		NL_SET_ERR_MSG(extack, "device has no such address");
		return -EADDRNOTAVAIL;
	}
	if (!found->secondary) {
		list_for_each_entry_safe(ifa, next, &ldev->addrs, list)
			if (ifa->secondary && ifa->mask == found->mask &&
			    exs_addr_same_subnet(found, ifa->local))
				exs_addr_remove(ifa, extack);
	}
	exs_addr_remove(found, extack);
	return 0;
}

/**
 * exs_addr_flush - take all addresses of a device away
 * @ldev: the device
 *
 * Context: rtnl held.
 */
void exs_addr_flush(struct exs_ldev *ldev)
{
	struct exs_ifaddr *ifa, *next;

	ASSERT_RTNL();
	/* Last added first: secondaries before their primary. */
	list_for_each_entry_safe_reverse(ifa, next, &ldev->addrs, list)
		exs_addr_remove(ifa, NULL);
}

/**
 * exs_addr_rename - labels follow the device's name
 * @ldev: the device
 * @from: its old name
 * @to: its new one
 *
 * A label "old:7" becomes "new:7"; one that does not start with the old name
 * stays as it is.
 *
 * Context: rtnl held.
 */
void exs_addr_rename(struct exs_ldev *ldev, const char *from, const char *to)
{
	size_t len = strlen(from);
	char rest[IFNAMSIZ];
	struct exs_ifaddr *ifa;

	ASSERT_RTNL();
	list_for_each_entry(ifa, &ldev->addrs, list) {
		if (strncmp(ifa->label, from, len) ||
		    (ifa->label[len] && ifa->label[len] != ':'))
			continue;
		strscpy(rest, ifa->label + len, sizeof(rest));
		strscpy(ifa->label, to, sizeof(ifa->label));
		strlcat(ifa->label, rest, sizeof(ifa->label));
	}
}

/* 127/8 beyond the addresses that were configured. */
static struct exs_ifaddr *exs_addr_find_loopback_rcu(struct exs_net *en,
						     __be32 addr)
{
	struct exs_ldev *lo = exs_loopback_rcu(en);
	struct exs_ifaddr *ifa;

	if (!lo || !READ_ONCE(lo->up))
		return NULL;
	list_for_each_entry_rcu(ifa, &lo->addrs, list, lockdep_rtnl_is_held())
		if (ifa->scope == RT_SCOPE_HOST &&
		    exs_addr_same_subnet(ifa, addr) &&
		    (ifa->prefixlen >= 31 || addr != (ifa->local | ~ifa->mask)))
			return ifa;
	return NULL;
}

/**
 * exs_addr_find_rcu - who owns a local address?
 * @en: namespace
 * @addr: the address
 *
 * Every address of 127/8 is explo's while it is up, but the last, which is its
 * broadcast address.
 *
 * Context: RCU or rtnl held.
 * Return: the ifaddr, or NULL when the address is not local.
 */
struct exs_ifaddr *exs_addr_find_rcu(struct exs_net *en, __be32 addr)
{
	struct exs_ifaddr *ifa;

	hlist_for_each_entry_rcu(ifa, exs_addr_chain(en, addr), hash,
				 lockdep_rtnl_is_held())
		if (ifa->local == addr)
			return ifa;
	if (ipv4_is_loopback(addr))
		return exs_addr_find_loopback_rcu(en, addr);
	return NULL;
}

/**
 * exs_addr_is_local - is this one of the namespace's addresses?
 * @en: namespace
 * @addr: the address
 *
 * Context: RCU or rtnl held, or neither.
 * Return: true when it is.
 */
bool exs_addr_is_local(struct exs_net *en, __be32 addr)
{
	bool local;

	rcu_read_lock();
	local = exs_addr_find_rcu(en, addr);
	rcu_read_unlock();
	return local;
}

/*
 * The device's best: an address on the destination's subnet, else its first
 * primary one that is known as far as the scope asks.
 */
static __be32 exs_addr_select_dev(struct exs_ldev *ldev, __be32 dst, u8 scope)
{
	struct exs_ifaddr *ifa;
	__be32 first = 0;

	list_for_each_entry_rcu(ifa, &ldev->addrs, list,
				lockdep_rtnl_is_held()) {
		if (ifa->secondary || ifa->scope > scope)
			continue;
		if (!dst || !((ifa->peer ^ dst) & ifa->mask) ||
		    exs_addr_same_subnet(ifa, dst))
			return ifa->local;
		if (!first)
			first = ifa->local;
	}
	return first;
}

/**
 * exs_addr_select - a source address
 * @ldev: device the packet will leave by
 * @dst: destination or gateway, 0 where unknown
 * @scope: how far the address has to be valid, RT_SCOPE_*
 *
 * A device without a fitting address borrows one of another device.
 *
 * Context: RCU or rtnl held.
 * Return: the address, or 0 when there is none.
 */
__be32 exs_addr_select(struct exs_ldev *ldev, __be32 dst, u8 scope)
{
	__be32 addr = exs_addr_select_dev(ldev, dst, scope);
	struct exs_ldev *other;

	if (addr)
		return addr;
	list_for_each_entry_rcu(other, &ldev->en->link->devs, list,
				lockdep_rtnl_is_held()) {
		if (other == ldev)
			continue;
		/* Another link's addresses mean nothing on this one. */
		addr = exs_addr_select_dev(other, 0,
					   min_t(u8, scope, RT_SCOPE_LINK - 1));
		if (addr)
			return addr;
	}
	return 0;
}
