// SPDX-License-Identifier: GPL-2.0
/*
 * expstack link: frames from attached devices.
 * Flow:   device (after GRO and taps) -> [here] -> exs_ip_rcv, exs_arp_rcv
 * Owns:   nothing
 * Locks:  RCU, held by the caller; softirq
 * Tests:  kunit/link/link_rx_kunit.c, qemu/tests/shared_mode.sh
 */
#include <linux/if_vlan.h>
#include <linux/in.h>

#include <expstack/trace.h>

#include "link/link_priv.h"

/* The frame is ours alone: hand it up. Consumes. */
static void exs_link_rx_ip(struct exs_ldev *ldev, struct sk_buff *skb)
{
	skb = skb_share_check(skb, GFP_ATOMIC);
	if (unlikely(!skb))
		return;
	/*
	 * explo and veth hand on what was sent, pages of a MSG_ZEROCOPY's user
	 * and all: he would wait for our reader, and could change what it gets.
	 */
	if (unlikely(skb_orphan_frags_rx(skb, GFP_ATOMIC))) {
		exs_drop(skb, EXS_DROP_NO_MEM);
		return;
	}
	if (unlikely(!pskb_may_pull(skb, sizeof(struct iphdr)))) {
		exs_drop(skb, EXS_DROP_TOO_SHORT);
		return;
	}
	memset(EXS_IPCB(skb), 0, sizeof(*EXS_IPCB(skb)));
	EXS_IPCB(skb)->ldev = ldev;
	if (ldev->mode == EXS_LINK_LOOPBACK)
		EXS_IPCB(skb)->flags = EXS_IPCB_LOCAL;
	skb_reset_network_header(skb);
	atomic_long_inc(&ldev->rx_packets);
	trace_exs_rx(skb);
	exs_ip_rcv(skb);
}

static void exs_link_rx_arp(struct exs_ldev *ldev, struct sk_buff *skb)
{
	skb = skb_share_check(skb, GFP_ATOMIC);
	if (unlikely(!skb))
		return;
	atomic_long_inc(&ldev->rx_packets);
	trace_exs_rx(skb);
	exs_arp_rcv(ldev, skb);
}

static rx_handler_result_t exs_link_rx_exclusive(struct exs_ldev *ldev,
						 struct sk_buff *skb)
{
	if (unlikely(skb->pkt_type == PACKET_OTHERHOST)) {
		exs_drop(skb, EXS_DROP_LINK_OTHERHOST);
		return RX_HANDLER_CONSUMED;
	}
	if (likely(skb->protocol == htons(ETH_P_IP)))
		exs_link_rx_ip(ldev, skb);
	else
		exs_link_rx_arp(ldev, skb);
	return RX_HANDLER_CONSUMED;
}

/* Does one of this device's subnets have this broadcast address (RFC 3021)? */
static bool exs_link_rx_is_broadcast(struct exs_ldev *ldev, __be32 addr)
{
	struct exs_ifaddr *ifa;

	if (ipv4_is_lbcast(addr))
		return true;
	list_for_each_entry_rcu(ifa, &ldev->addrs, list)
		if ((ifa->broadcast && ifa->broadcast == addr) ||
		    (ifa->prefixlen < 31 && addr == (ifa->peer | ~ifa->mask)))
			return true;
	return false;
}

/* The host gets the original, we get a clone. */
static void exs_link_rx_copy(struct exs_ldev *ldev, struct sk_buff *skb,
			     void (*rcv)(struct exs_ldev *, struct sk_buff *))
{
	struct sk_buff *copy = skb_clone(skb, GFP_ATOMIC);

	if (copy)
		rcv(ldev, copy);
}

static rx_handler_result_t exs_link_rx_shared_ip(struct exs_ldev *ldev,
						 struct sk_buff *skb)
{
	__be32 buf;
	const __be32 *daddr;

	/* The packet may be shared with taps: read, don't pull. */
	daddr = skb_header_pointer(skb, offsetof(struct iphdr, daddr),
				   sizeof(buf), &buf);
	if (!daddr)
		return RX_HANDLER_PASS;
	if (ipv4_is_multicast(*daddr) ||
	    exs_link_rx_is_broadcast(ldev, *daddr)) {
		exs_link_rx_copy(ldev, skb, exs_link_rx_ip);
		return RX_HANDLER_PASS;
	}
	if (ipv4_is_loopback(*daddr) || !exs_addr_is_local(ldev->en, *daddr))
		return RX_HANDLER_PASS;
	exs_link_rx_ip(ldev, skb);
	return RX_HANDLER_CONSUMED;
}

static rx_handler_result_t exs_link_rx_shared_arp(struct exs_ldev *ldev,
						  struct sk_buff *skb)
{
	u8 buf[EXS_ARP_LEN];
	struct exs_arp arp;
	const void *p;

	p = skb_header_pointer(skb, 0, sizeof(buf), buf);
	if (!p || exs_arp_parse(p, sizeof(buf), &arp))
		return RX_HANDLER_PASS;
	if (!ipv4_is_loopback(arp.tip) && exs_addr_is_local(ldev->en, arp.tip)) {
		exs_link_rx_arp(ldev, skb);
		return RX_HANDLER_CONSUMED;
	}
	/* Someone's address may have moved: both of us want to know. */
	if (arp.sip == arp.tip)
		exs_link_rx_copy(ldev, skb, exs_link_rx_arp);
	return RX_HANDLER_PASS;
}

static rx_handler_result_t exs_link_rx_shared(struct exs_ldev *ldev,
					      struct sk_buff *skb)
{
	if (skb->pkt_type == PACKET_OTHERHOST)
		return RX_HANDLER_PASS;
	if (skb->protocol == htons(ETH_P_IP))
		return exs_link_rx_shared_ip(ldev, skb);
	return exs_link_rx_shared_arp(ldev, skb);
}

/**
 * exs_link_rx - the receive handler of attached devices
 * @pskb: the frame, data behind the link header
 *
 * IPv4 and ARP are ours (in shared mode: what is addressed to us); all other
 * types, and frames of a VLAN nobody configured here, go on to the host.
 *
 * Context: softirq, RCU held.
 * Return: RX_HANDLER_CONSUMED or RX_HANDLER_PASS.
 */
rx_handler_result_t exs_link_rx(struct sk_buff **pskb)
{
	struct sk_buff *skb = *pskb;
	struct exs_ldev *ldev;

	if (skb->protocol != htons(ETH_P_IP) &&
	    skb->protocol != htons(ETH_P_ARP))
		return RX_HANDLER_PASS;
	if (unlikely(skb_vlan_tag_present(skb))) {
		if (skb_vlan_tag_get_id(skb))
			return RX_HANDLER_PASS;
		/* VLAN 0 is a priority on an untagged frame. */
		__vlan_hwaccel_clear_tag(skb);
	}
	ldev = rcu_dereference(skb->dev->rx_handler_data);
	if (unlikely(ldev->mode == EXS_LINK_SHARED))
		return exs_link_rx_shared(ldev, skb);
	return exs_link_rx_exclusive(ldev, skb);
}
