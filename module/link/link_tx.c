// SPDX-License-Identifier: GPL-2.0
/*
 * expstack link: packets to attached devices.
 * Flow:   exs_ip_output, exs_ip_forward -> [here] -> dev_queue_xmit
 * Owns:   nothing
 * Locks:  RCU, held by the caller; a neighbour's header is copied under its
 *         sequence lock
 * Tests:  kunit/link/link_tx_kunit.c
 */
#include <linux/in.h>

#include <expstack/trace.h>

#include "link/link_priv.h"

/* The cached header ends at this offset of exs_neigh.hh. */
#define EXS_LINK_HH_END	16

/* The last step of all: the frame is complete. Consumes. */
static int exs_link_xmit(struct exs_ldev *ldev, struct sk_buff *skb)
{
	int rc;

	atomic_long_inc(&ldev->tx_packets);
	trace_exs_tx(skb);
	rc = dev_queue_xmit(skb);
	if (likely(rc == NET_XMIT_SUCCESS || rc == NET_XMIT_CN))
		return rc;
	return rc < 0 ? rc : -ENOBUFS;
}

/*
 * Make the packet the device's: room for the link header, not shared with a
 * clone that still needs what is in front of the IP header. NULL: packet gone.
 */
static struct net_device *exs_link_prepare(struct exs_ldev *ldev,
					   struct sk_buff *skb, int *err)
{
	struct net_device *dev = rcu_dereference(ldev->dev);

	if (unlikely(!dev)) {
		*err = -ENETDOWN;
		exs_drop(skb, EXS_DROP_LINK_DETACHED);
		return NULL;
	}
	skb->dev = dev;
	if (unlikely(!READ_ONCE(ldev->up))) {
		*err = -ENETDOWN;
		exs_drop(skb, EXS_DROP_LINK_DOWN);
		return NULL;
	}
	if (unlikely(skb_cow_head(skb, LL_RESERVED_SPACE(dev)))) {
		*err = -ENOMEM;
		exs_drop(skb, EXS_DROP_NO_MEM);
		return NULL;
	}
	return dev;
}

/**
 * exs_link_xmit_eth - build the link header and send
 * @ldev: the device
 * @dev: its net_device; skb->dev is it and there is room for the header
 * @skb: data at the network header, skb->protocol set; consumed
 * @dst: link address
 *
 * Context: RCU held.
 * Return: 0 or a negative errno.
 */
int exs_link_xmit_eth(struct exs_ldev *ldev, struct net_device *dev,
		      struct sk_buff *skb, const u8 *dst)
{
	if (unlikely(dev_hard_header(skb, dev, ntohs(skb->protocol), dst, NULL,
				     skb->len) < 0)) {
		exs_drop(skb, EXS_DROP_LINK_HEADER);
		return -EINVAL;
	}
	return exs_link_xmit(ldev, skb);
}

/*
 * Copy the neighbour's header in front of the packet. Two aligned words where
 * there is room for 16 bytes, which is always so behind LL_RESERVED_SPACE().
 * False: no header is cached.
 */
static bool exs_link_push_cached(const struct exs_neigh *n, struct sk_buff *skb)
{
	unsigned int seq, len;

	do {
		seq = read_seqbegin(&n->hh_lock);
		len = READ_ONCE(n->hh_len);
		if (likely(skb_headroom(skb) >= EXS_LINK_HH_END))
			memcpy(skb->data - EXS_LINK_HH_END, n->hh,
			       EXS_LINK_HH_END);
		else if (skb_headroom(skb) >= len)
			memcpy(skb->data - len, n->hh + EXS_LINK_HH_END - len,
			       len);
		else
			return false;
	} while (read_seqretry(&n->hh_lock, seq));
	if (unlikely(!len))
		return false;
	__skb_push(skb, len);
	return true;
}

/* A header the device's own code has to make, from a stable address. */
static int exs_link_xmit_neigh(struct exs_neigh *n, struct net_device *dev,
			       struct sk_buff *skb)
{
	u8 ha[MAX_ADDR_LEN];
	unsigned int seq;

	do {
		seq = read_seqbegin(&n->hh_lock);
		memcpy(ha, n->ha, sizeof(ha));
	} while (read_seqretry(&n->hh_lock, seq));
	return exs_link_xmit_eth(n->ldev, dev, skb, ha);
}

/**
 * exs_neigh_output - send through a neighbour
 * @n: the neighbour; borrowed, or held by the caller
 * @skb: data at the IP header, skb->protocol set; consumed
 *
 * A neighbour that is not resolved yet queues the packet and asks.
 *
 * Context: softirq or process with BH off, RCU held.
 * Return: 0 sent or queued; NET_XMIT_CN; -ENETDOWN, -ENOMEM, -EHOSTUNREACH,
 * -ENOBUFS: the device's queue or the table of neighbours is full.
 */
int exs_neigh_output(struct exs_neigh *n, struct sk_buff *skb)
{
	struct net_device *dev;
	unsigned long now;
	int err;
	u8 nud;

	dev = exs_link_prepare(n->ldev, skb, &err);
	if (unlikely(!dev))
		return err;
	now = jiffies;
	if (READ_ONCE(n->used) != now)
		WRITE_ONCE(n->used, now);
	nud = READ_ONCE(n->nud);
	if (unlikely(!(nud & EXS_NEIGH_CONNECTED))) {
		if (nud & NUD_STALE)
			exs_neigh_used_stale(n);
		else if (!(nud & EXS_NEIGH_VALID))
			return exs_neigh_resolve(n, skb);
	}
	if (likely(exs_link_push_cached(n, skb)))
		return exs_link_xmit(n->ldev, skb);
	return exs_link_xmit_neigh(n, dev, skb);
}

/**
 * exs_link_map_addr - the link address of a multicast or broadcast address
 * @dev: Ethernet device
 * @addr: IPv4 address
 * @dst: ETH_ALEN bytes to be written
 *
 * RFC 1112 6.4: the low 23 bits behind 01:00:5e. All else is broadcast, but
 * for a device without ARP, whose frames all carry its own address.
 */
void exs_link_map_addr(const struct net_device *dev, __be32 addr, u8 *dst)
{
	u32 a = ntohl(addr);

	if (ipv4_is_multicast(addr)) {
		dst[0] = 0x01;
		dst[1] = 0x00;
		dst[2] = 0x5e;
		dst[3] = (a >> 16) & 0x7f;
		dst[4] = (a >> 8) & 0xff;
		dst[5] = a & 0xff;
	} else if (dev->flags & IFF_NOARP) {
		memcpy(dst, dev->dev_addr, ETH_ALEN);
	} else {
		memcpy(dst, dev->broadcast, ETH_ALEN);
	}
}

/**
 * exs_link_output - send without a neighbour
 * @ldev: device
 * @nexthop: where to; multicast and broadcast addresses are mapped
 * @skb: data at the IP header, skb->protocol set; consumed
 *
 * For L3 devices, explo, multicast and broadcast.
 *
 * Context: softirq or process with BH off, RCU held.
 * Return: 0, NET_XMIT_CN or a negative errno.
 */
int exs_link_output(struct exs_ldev *ldev, __be32 nexthop, struct sk_buff *skb)
{
	struct net_device *dev;
	u8 dst[ETH_ALEN];
	int err;

	dev = exs_link_prepare(ldev, skb, &err);
	if (unlikely(!dev))
		return err;
	if (ldev->mode == EXS_LINK_LOOPBACK) {
		struct ethhdr *eth = __skb_push(skb, ETH_HLEN);

		memset(eth, 0, 2 * ETH_ALEN);
		eth->h_proto = htons(ETH_P_IP);
		return exs_link_xmit(ldev, skb);
	}
	if (dev->type != ARPHRD_ETHER)
		return exs_link_xmit(ldev, skb);
	exs_link_map_addr(dev, nexthop, dst);
	return exs_link_xmit_eth(ldev, dev, skb, dst);
}
