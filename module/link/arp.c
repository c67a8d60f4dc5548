// SPDX-License-Identifier: GPL-2.0
/*
 * expstack link: the address resolution protocol.
 * Flow:   exs_link_rx -> [here] -> exs_neigh_heard, replies; exs_neigh_finish ->
 *         [here] -> requests
 * Owns:   nothing
 * Locks:  RCU, held by the caller
 * Spec:   RFC 826; RFC 1122 2.3.2; RFC 5227 2.1.1 (probes are answered)
 * Tests:  kunit/link/arp_kunit.c, qemu/tests/arp.sh
 */
#include <linux/in.h>
#include <linux/pkt_sched.h>

#include "link/link_priv.h"

/* Build and send one packet. dst: link address of the frame, NULL: broadcast. */
static void exs_arp_send(struct exs_ldev *ldev, const u8 *dst,
			 const struct exs_arp *arp)
{
	struct net_device *dev = rcu_dereference(ldev->dev);
	struct sk_buff *skb;

	if (!dev || !READ_ONCE(ldev->up))
		return;
	skb = alloc_skb(LL_RESERVED_SPACE(dev) + EXS_ARP_LEN +
			dev->needed_tailroom, GFP_ATOMIC);
	if (!skb)
		return;
	skb_reserve(skb, LL_RESERVED_SPACE(dev));
	skb_reset_network_header(skb);
	exs_arp_build(skb_put(skb, EXS_ARP_LEN), arp);
	skb->dev = dev;
	skb->protocol = htons(ETH_P_ARP);
	skb->priority = TC_PRIO_CONTROL;
	if (arp->op == ARPOP_REQUEST)
		EXS_INC(ldev->en, ARP_OutRequests);
	else
		EXS_INC(ldev->en, ARP_OutReplies);
	exs_link_xmit_eth(ldev, dev, skb, dst ?: dev->broadcast);
}

/* Our own hardware address; false when the device is gone. */
static bool exs_arp_own_ha(const struct exs_ldev *ldev, u8 *ha)
{
	const struct net_device *dev = rcu_dereference(ldev->dev);

	if (!dev || dev->addr_len != ETH_ALEN)
		return false;
	ether_addr_copy(ha, dev->dev_addr);
	return true;
}

/**
 * exs_arp_solicit - ask for a neighbour's hardware address
 * @ldev: device
 * @target: the neighbour
 * @saddr: source of the packet that waits, or 0
 * @ha: ask this hardware address only; NULL: everyone
 *
 * The sender address is @saddr where that is ours, so that the neighbour
 * learns the one it will hear from; else the best for the target.
 *
 * Context: RCU held.
 */
void exs_arp_solicit(struct exs_ldev *ldev, __be32 target, __be32 saddr,
		     const u8 *ha)
{
	struct exs_arp arp = { .op = ARPOP_REQUEST, .tip = target };

	if (!exs_arp_own_ha(ldev, arp.sha))
		return;
	if (saddr && !ipv4_is_loopback(saddr) &&
	    exs_addr_is_local(ldev->en, saddr))
		arp.sip = saddr;
	else
		arp.sip = exs_addr_select(ldev, target, RT_SCOPE_LINK);
	exs_arp_send(ldev, ha, &arp);
}

/**
 * exs_arp_announce - tell everyone where our addresses are
 * @ldev: device
 *
 * A gratuitous request for each address (RFC 5227 3), after a failover or
 * migration of the device.
 *
 * Context: rtnl held.
 */
void exs_arp_announce(struct exs_ldev *ldev)
{
	struct exs_arp arp = { .op = ARPOP_REQUEST };
	struct exs_ifaddr *ifa;

	if (ldev->l3)
		return;
	rcu_read_lock();
	if (exs_arp_own_ha(ldev, arp.sha)) {
		list_for_each_entry_rcu(ifa, &ldev->addrs, list) {
			arp.sip = ifa->local;
			arp.tip = ifa->local;
			exs_arp_send(ldev, NULL, &arp);
		}
	}
	rcu_read_unlock();
}

static void exs_arp_reply(struct exs_ldev *ldev, const struct exs_arp *req)
{
	struct exs_arp arp = {
		.op = ARPOP_REPLY, .sip = req->tip, .tip = req->sip,
	};

	if (!exs_arp_own_ha(ldev, arp.sha))
		return;
	ether_addr_copy(arp.tha, req->sha);
	exs_arp_send(ldev, req->sha, &arp);
}

/* An address nobody may claim in ARP. */
static bool exs_arp_bad_sender(const struct exs_arp *arp)
{
	return ipv4_is_loopback(arp->sip) || ipv4_is_multicast(arp->sip) ||
	       ipv4_is_lbcast(arp->sip) || is_multicast_ether_addr(arp->sha);
}

/*
 * RFC 826: an entry that exists is merged whatever the packet is; a new one is
 * made only where we are the target of a request.
 */
static void exs_arp_learn(struct exs_ldev *ldev, const struct sk_buff *skb,
			  const struct exs_arp *arp, bool for_us)
{
	bool gratuitous = arp->sip == arp->tip;
	bool request = arp->op == ARPOP_REQUEST;
	u8 nud = NUD_STALE;
	struct exs_neigh *n;

	n = exs_neigh_lookup_rcu(ldev, arp->sip, request && for_us);
	if (!n)
		return;
	/* Only an answer sent to us proves that our packets get there. */
	if (!request && for_us && skb->pkt_type == PACKET_HOST)
		nud = NUD_REACHABLE;
	exs_neigh_heard(n, arp->sha, nud, gratuitous);
}

static enum exs_drop_reason exs_arp_process(struct exs_ldev *ldev,
					    const struct sk_buff *skb,
					    const struct exs_arp *arp)
{
	bool for_us;

	if (exs_arp_bad_sender(arp) || ipv4_is_loopback(arp->tip) ||
	    ipv4_is_multicast(arp->tip))
		return EXS_DROP_ARP_HEADER;
	if (arp->op == ARPOP_REQUEST)
		EXS_INC(ldev->en, ARP_InRequests);
	else if (arp->op == ARPOP_REPLY)
		EXS_INC(ldev->en, ARP_InReplies);
	else
		return EXS_DROP_ARP_IGNORED;
	if (arp->sip && exs_addr_is_local(ldev->en, arp->sip)) {
		/* Someone uses our address, or we hear ourselves. */
		if (!ether_addr_equal(arp->sha, skb->dev->dev_addr))
			EXS_INC(ldev->en, ARP_Conflicts);
		return EXS_DROP_ARP_IGNORED;
	}
	for_us = exs_addr_is_local(ldev->en, arp->tip);
	if (arp->sip)
		exs_arp_learn(ldev, skb, arp, for_us);
	if (for_us && arp->op == ARPOP_REQUEST)
		exs_arp_reply(ldev, arp);
	return EXS_DROP_MAX;
}

/**
 * exs_arp_rcv - an ARP packet came in
 * @ldev: attached device it came by
 * @skb: data at the ARP header; consumed
 *
 * Context: softirq, RCU held.
 */
void exs_arp_rcv(struct exs_ldev *ldev, struct sk_buff *skb)
{
	enum exs_drop_reason reason = EXS_DROP_ARP_HEADER;
	struct exs_arp arp;

	if (ldev->l3)
		reason = EXS_DROP_ARP_IGNORED;
	else if (pskb_may_pull(skb, EXS_ARP_LEN) &&
		 !exs_arp_parse(skb->data, EXS_ARP_LEN, &arp))
		reason = exs_arp_process(ldev, skb, &arp);
	if (reason == EXS_DROP_MAX)
		exs_consume(skb);
	else
		exs_drop(skb, reason);
}
