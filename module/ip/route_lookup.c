// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ip: which way does a packet go, and what does an address mean here.
 * Flow:   exs_sock_route, transports, ip_input, icmp -> [here] -> exs_rt
 * Owns:   nothing; reads addresses, routes, neighbours, path MTUs
 * Locks:  RCU held by the caller
 * Spec:   RFC 1812 5.2.4, 5.3.7; RFC 1122 3.3.1, 3.3.4.3
 * Tests:  kunit/ip/route_lookup_kunit.c, qemu/tests/route.sh
 */
#include <linux/in.h>
#include <linux/inetdevice.h>
#include <net/inet_ecn.h>

#include "ip/route_priv.h"

/**
 * exs_rt_keep - keep a borrowed handle beyond the RCU section
 * @dst: the keeper's, overwritten; what it held was released before
 * @src: a look-up's result
 *
 * Where the device, the neighbour or the metrics are ending at this moment, dst
 * is stale at once: exs_rt_valid() is false for it.
 *
 * Context: RCU held since the look-up.
 */
void exs_rt_keep(struct exs_rt *dst, const struct exs_rt *src)
{
	*dst = *src;
	if (dst->ldev && !refcount_inc_not_zero(&dst->ldev->ref))
		dst->ldev = NULL;
	if (dst->neigh && !refcount_inc_not_zero(&dst->neigh->ref)) {
		dst->neigh = NULL;
		dst->gen--;
	}
	if (dst->metrics && !refcount_inc_not_zero(&dst->metrics->ref)) {
		dst->metrics = NULL;
		dst->gen--;
	}
}

/**
 * exs_rt_release - give a kept handle's references back
 * @rt: kept by exs_rt_keep(), or all zero; all zero afterwards
 */
void exs_rt_release(struct exs_rt *rt)
{
	exs_neigh_put(rt->neigh);
	exs_ldev_put(rt->ldev);
	if (unlikely(rt->metrics))
		exs_route_metrics_release(rt->metrics);
	memset(rt, 0, sizeof(*rt));
}

/* May this route be used for a packet of this TOS out of this device (0: any)? */
static bool exs_route_fits(const struct exs_route_entry *e, u8 tos, int oif)
{
	const struct exs_route_info *info = e->info;

	/* RFC 3168 5: a router that marks a packet must not turn it away. */
	if (e->tos && e->tos != (tos & IPTOS_TOS_MASK & ~INET_ECN_MASK))
		return false;
	return !oif || (info->ldev && info->ldev->ifindex == oif);
}

/* The longest prefix is refused: the next best that fits. */
static const struct exs_route_entry *
exs_route_find_slow(const struct exs_route_net *rn, u32 key, u8 tos, int oif)
{
	struct exs_route_entry *all[33];
	const struct exs_route_entry *e;
	unsigned int n;

	n = exs_trie_match_all(&rn->trie, key, all);
	while (n--)
		for (e = all[n]; e; e = rcu_dereference(e->next))
			if (exs_route_fits(e, tos, oif))
				return e;
	return NULL;
}

static const struct exs_route_entry *
exs_route_find(const struct exs_net *en, __be32 daddr, u8 tos, int oif)
{
	const struct exs_route_net *rn = READ_ONCE(en->route);
	const struct exs_route_entry *e;

	if (unlikely(!rn))
		return NULL;
	e = exs_trie_lookup(&rn->trie, ntohl(daddr));
	if (likely(!e || exs_route_fits(e, tos, oif)))
		return e;
	return exs_route_find_slow(rn, ntohl(daddr), tos, oif);
}

static int exs_route_type_errno(u8 type)
{
	switch (type) {
	case RTN_BLACKHOLE:
		return -EINVAL;
	case RTN_UNREACHABLE:
		return -EHOSTUNREACH;
	case RTN_PROHIBIT:
		return -EACCES;
	case RTN_THROW:
		return -ENETUNREACH;
	default:
		return 0;
	}
}

/* A source address where neither the route nor its device has one. */
static __be32 exs_route_any_source(struct exs_net *en, __be32 dst)
{
	struct exs_ldev *ldev;
	__be32 addr;

	list_for_each_entry_rcu(ldev, exs_ldev_list(en), list) {
		addr = exs_addr_select(ldev, dst, RT_SCOPE_LINK);
		if (addr && !ipv4_is_loopback(addr))
			return addr;
	}
	return 0;
}

static __be32 exs_route_source(struct exs_net *en, struct exs_ldev *ldev,
			       __be32 nexthop, u8 scope)
{
	return exs_addr_select(ldev, nexthop, scope) ?:
	       exs_route_any_source(en, nexthop);
}

static u32 exs_route_mtu_of(const struct exs_ldev *ldev)
{
	return min_t(u32, READ_ONCE(ldev->mtu), EXS_ROUTE_MTU_LIMIT);
}

/* Path MTU: the route's word, what ICMP taught, the device's limit. */
static void exs_route_fill_mtu(struct exs_net *en, struct exs_rt *rt,
			       __be32 daddr)
{
	u32 learned, mtu = exs_route_mtu_of(rt->ldev);
	bool locked = false;

	if (rt->metrics) {
		const u32 *val = rt->metrics->attr.val;

		if (val[RTAX_MTU])
			mtu = min(mtu, val[RTAX_MTU]);
		rt->mtu_locked = !!(val[RTAX_LOCK] & BIT(RTAX_MTU));
	}
	if (!rt->mtu_locked) {
		learned = exs_pmtu_get(en, daddr, &locked);
		if (learned)
			mtu = min(mtu, learned);
		rt->mtu_locked = locked;
	}
	rt->mtu = mtu;
}

static int exs_route_fill_neigh(struct exs_rt *rt)
{
	if (rt->ldev->l3 || rt->ldev->mode == EXS_LINK_LOOPBACK)
		return 0;
	rt->neigh = exs_neigh_lookup_rcu(rt->ldev, rt->nexthop, true);
	return rt->neigh ? 0 : -ENOBUFS;
}

static int exs_route_fill_local(struct exs_net *en, struct exs_rt *rt,
				__be32 daddr)
{
	rt->ldev = exs_loopback_rcu(en);
	if (!rt->ldev)
		return -ENETUNREACH;
	rt->type = RTN_LOCAL;
	rt->nexthop = daddr;
	rt->prefixlen = 32;
	rt->mtu = exs_route_mtu_of(rt->ldev);
	return 0;
}

static void exs_route_fill_info(struct exs_rt *rt,
				const struct exs_route_entry *e, __be32 daddr)
{
	const struct exs_route_info *info = e->info;

	rt->ldev = info->ldev;
	rt->type = info->type;
	rt->nexthop = info->gw ?: daddr;
	rt->gateway = !!info->gw;
	rt->metrics = info->metrics;
	rt->prefixlen = e->len;
}

/* Without a route: out of the device that was asked for, as if on the link. */
static int exs_route_output_onlink(struct exs_net *en,
				   const struct exs_flow *flow,
				   struct exs_rt *rt)
{
	rt->ldev = exs_ldev_by_index_rcu(en, flow->oif);
	if (!rt->ldev)
		return -ENODEV;
	if (ipv4_is_lbcast(flow->daddr))
		rt->type = RTN_BROADCAST;
	else if (ipv4_is_multicast(flow->daddr))
		rt->type = RTN_MULTICAST;
	else
		rt->type = RTN_UNICAST;
	rt->nexthop = flow->daddr;
	rt->saddr = exs_route_source(en, rt->ldev, flow->daddr, RT_SCOPE_LINK);
	exs_route_fill_mtu(en, rt, flow->daddr);
	return rt->type == RTN_UNICAST ? exs_route_fill_neigh(rt) : 0;
}

static int exs_route_output_table(struct exs_net *en,
				  const struct exs_flow *flow,
				  struct exs_rt *rt)
{
	const struct exs_route_entry *e;
	const struct exs_route_info *info;
	int err;

	e = exs_route_find(en, flow->daddr, flow->tos, flow->oif);
	if (!e)
		return flow->oif ? exs_route_output_onlink(en, flow, rt) :
				   -ENETUNREACH;
	info = e->info;
	err = exs_route_type_errno(info->type);
	if (err)
		return err;
	if (flow->scope_link && info->gw)
		return -ENETUNREACH;
	if (info->type == RTN_LOCAL) {
		rt->saddr = info->prefsrc ?: flow->daddr;
		rt->metrics = info->metrics;
		return exs_route_fill_local(en, rt, flow->daddr);
	}
	exs_route_fill_info(rt, e, flow->daddr);
	if (ipv4_is_multicast(flow->daddr))
		rt->type = RTN_MULTICAST;
	else if (ipv4_is_lbcast(flow->daddr))
		rt->type = RTN_BROADCAST;
	if (rt->type != RTN_UNICAST)
		rt->nexthop = flow->daddr;
	rt->saddr = info->prefsrc;
	if (!rt->saddr && !flow->saddr)
		rt->saddr = exs_route_source(en, rt->ldev, rt->nexthop,
					     info->scope);
	exs_route_fill_mtu(en, rt, flow->daddr);
	return rt->type == RTN_UNICAST ? exs_route_fill_neigh(rt) : 0;
}

/* The device a source address belongs to is where group traffic leaves. */
static int exs_route_output_group(struct exs_net *en,
				  const struct exs_flow *flow,
				  struct exs_rt *rt)
{
	struct exs_flow f = *flow;
	struct exs_ifaddr *ifa;

	if (!f.oif && f.saddr) {
		ifa = exs_addr_find_rcu(en, f.saddr);
		if (ifa)
			f.oif = ifa->ldev->ifindex;
	}
	if (f.oif)
		return exs_route_output_onlink(en, &f, rt);
	return exs_route_output_table(en, flow, rt);
}

/* May packets come from this address? */
static int exs_route_source_check(struct exs_net *en,
				  const struct exs_flow *flow)
{
	if (!flow->saddr)
		return 0;
	/* Nobody's, whoever asks. */
	if (ipv4_is_multicast(flow->saddr) || ipv4_is_lbcast(flow->saddr) ||
	    ipv4_is_zeronet(flow->saddr))
		return -EINVAL;
	if (flow->anysrc || exs_addr_is_local(en, flow->saddr))
		return 0;
	return -ENETUNREACH;
}

/* To this host by a certain device: explo takes what is for the others, too. */
static int exs_route_output_own(struct exs_net *en, const struct exs_flow *flow,
				const struct exs_ifaddr *ifa, struct exs_rt *rt)
{
	if (flow->oif && !dev_get_by_index_rcu(en->net, flow->oif))
		return -ENODEV;
	rt->saddr = ifa->local;
	return exs_route_fill_local(en, rt, flow->daddr);
}

/**
 * exs_route_output - the way of an outgoing packet
 * @en: namespace
 * @flow: what is known of the packet
 * @rt: filled; borrows ldev and neigh
 *
 * rt->saddr is flow->saddr, or the address to use where that was 0.
 *
 * Context: RCU held by the caller as long as rt is borrowed.
 * Return: 0; -ENETUNREACH, -EHOSTUNREACH, -EACCES, -EINVAL, -ENODEV;
 * -ENOBUFS when the neighbour table is full.
 */
int exs_route_output(struct exs_net *en, const struct exs_flow *flow,
		     struct exs_rt *rt)
{
	struct exs_ifaddr *ifa;
	struct exs_flow f;
	int err;

	*rt = (struct exs_rt) { .gen = atomic_read(&en->rt_gen) };
	smp_rmb(); /* a route that changes from here on makes rt stale */
	err = exs_route_source_check(en, flow);
	if (unlikely(err))
		return err;
	if (unlikely(!flow->daddr)) {
		/* RFC 1122 3.2.1.3: "this host" */
		f = *flow;
		f.daddr = f.saddr ?: htonl(INADDR_LOOPBACK);
		flow = &f;
	}
	ifa = exs_addr_find_rcu(en, flow->daddr);
	if (ifa && (!flow->oif || flow->oif == ifa->ldev->ifindex ||
		    ifa->ldev->mode == EXS_LINK_LOOPBACK)) {
		err = exs_route_output_own(en, flow, ifa, rt);
	} else if (ipv4_is_multicast(flow->daddr) ||
		   ipv4_is_lbcast(flow->daddr)) {
		err = exs_route_output_group(en, flow, rt);
	} else {
		err = exs_route_output_table(en, flow, rt);
	}
	if (flow->saddr)
		rt->saddr = flow->saddr;
	return err;
}

/* Addresses no packet from the wire may come from (RFC 1812 5.3.7). */
static bool exs_route_source_is_martian(struct exs_net *en,
					const struct exs_ldev *ldev,
					__be32 daddr, __be32 saddr)
{
	if (ipv4_is_multicast(saddr) || ipv4_is_lbcast(saddr))
		return true;
	if (ldev->mode == EXS_LINK_LOOPBACK)
		return false;
	/* 0.0.0.0 is what a host has before it knows its address. */
	if (ipv4_is_zeronet(saddr))
		return saddr || !(ipv4_is_lbcast(daddr) ||
				  ipv4_is_multicast(daddr));
	return ipv4_is_loopback(saddr) || exs_addr_is_local(en, saddr);
}

static bool exs_route_dest_is_martian(const struct exs_ldev *ldev, __be32 daddr)
{
	return ipv4_is_zeronet(daddr) ||
	       (ipv4_is_loopback(daddr) && ldev->mode != EXS_LINK_LOOPBACK);
}

static int exs_route_input_table(struct exs_net *en, const struct exs_flow *flow,
				 struct exs_rt *rt)
{
	const struct exs_route_entry *e;
	int err;

	e = exs_route_find(en, flow->daddr, flow->tos, 0);
	if (!e)
		return -ENETUNREACH;
	rt->type = e->info->type;
	err = exs_route_type_errno(rt->type);
	if (err)
		return err;
	exs_route_fill_info(rt, e, flow->daddr);
	if (rt->type != RTN_UNICAST)
		return 0;
	/* A router that is no router needs no neighbour to say so. */
	if (!READ_ONCE(en->sysctl.ip_forward))
		return 0;
	exs_route_fill_mtu(en, rt, READ_ONCE(en->sysctl.ip_forward_use_pmtu) ?
			   flow->daddr : 0);
	return exs_route_fill_neigh(rt);
}

/**
 * exs_route_input - what to do with a packet that came in
 * @en: namespace
 * @ldev: by this device
 * @daddr: its destination
 * @saddr: its source
 * @tos: its TOS
 * @mark: its mark
 * @rt: filled; borrows ldev and neigh. LOCAL, BROADCAST, MULTICAST: for us;
 *	UNICAST: to be forwarded, the neighbour is there only with ip_forward
 *
 * Context: softirq, RCU held.
 * Return: 0; -EINVAL martian, or a blackhole, which rt->type then tells;
 * -ENETUNREACH, -EHOSTUNREACH, -EACCES, -ENOBUFS.
 */
int exs_route_input(struct exs_net *en, struct exs_ldev *ldev, __be32 daddr,
		    __be32 saddr, u8 tos, u32 mark, struct exs_rt *rt)
{
	const struct exs_flow flow = {
		.daddr = daddr, .saddr = saddr, .tos = tos, .mark = mark,
		.iif = ldev->ifindex,
	};

	*rt = (struct exs_rt) {
		.ldev = ldev, .nexthop = daddr, .mtu = exs_route_mtu_of(ldev),
		.gen = atomic_read(&en->rt_gen),
	};
	smp_rmb(); /* as in exs_route_output() */
	if (exs_route_source_is_martian(en, ldev, daddr, saddr) ||
	    exs_route_dest_is_martian(ldev, daddr))
		return -EINVAL;
	if (exs_addr_is_local(en, daddr)) {
		rt->type = RTN_LOCAL;
		return 0;
	}
	if (ipv4_is_lbcast(daddr)) {
		rt->type = RTN_BROADCAST;
		return 0;
	}
	if (ipv4_is_multicast(daddr)) {
		rt->type = RTN_MULTICAST;
		return 0;
	}
	return exs_route_input_table(en, &flow, rt);
}

/**
 * exs_route_addr_type - what kind of address is it here?
 * @en: namespace
 * @addr: the address
 *
 * Context: RCU held.
 * Return: RTN_LOCAL, RTN_BROADCAST, RTN_MULTICAST or RTN_UNICAST.
 */
u8 exs_route_addr_type(struct exs_net *en, __be32 addr)
{
	const struct exs_route_entry *e;

	if (ipv4_is_zeronet(addr) || ipv4_is_lbcast(addr))
		return RTN_BROADCAST;
	if (ipv4_is_multicast(addr))
		return RTN_MULTICAST;
	if (exs_addr_is_local(en, addr))
		return RTN_LOCAL;
	e = exs_route_find(en, addr, 0, 0);
	if (e && (e->info->type == RTN_BROADCAST || e->info->type == RTN_LOCAL))
		return e->info->type;
	return RTN_UNICAST;
}
