/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expstack link: devices, addresses, neighbours, receive and transmit.
 */
#ifndef _EXPSTACK_LINK_H
#define _EXPSTACK_LINK_H

#include <linux/netdevice.h>
#include <linux/notifier.h>
#include <expstack/net.h>
#include <expstack/skb.h>

enum exs_link_mode {
	EXS_LINK_EXCLUSIVE,	/* all IPv4 and ARP of the device is ours */
	EXS_LINK_SHARED,	/* only what is addressed to our addresses */
	EXS_LINK_LOOPBACK,	/* explo */
};

/*
 * An address of a device. On the device's list (RCU, writers hold rtnl) and in
 * the namespace's hash of local addresses. Freed by kfree_rcu() after removal.
 */
struct exs_ifaddr {
	struct list_head list;		/* exs_ldev.addrs, RCU */
	struct hlist_node hash;		/* exs_link_net local hash, RCU */
	struct exs_ldev *ldev;
	__be32 local;
	__be32 peer;			/* == local unless point-to-point */
	__be32 broadcast;		/* as set; 0: only what follows from the mask */
	__be32 mask;
	u8 prefixlen;
	u8 scope;			/* RT_SCOPE_* */
	bool secondary;
	char label[IFNAMSIZ];
	struct rcu_head rcu;
};

/*
 * An attached device. Reached from net_device through rx_handler_data under
 * RCU, listed in exs_link_net.devs (RCU, writers hold rtnl). Attachment holds
 * one reference, every neighbour and every cached route on a socket another
 * (exs_ldev_hold/put). It holds the net_device (netdev_hold) only while
 * attached: after detach ->dev is NULL for new RCU readers, which then drop.
 * Freed by kfree_rcu() with the last reference.
 */
struct exs_ldev {
	struct net_device __rcu *dev;
	struct exs_net *en;
	int ifindex;
	u8 mode;			/* enum exs_link_mode */
	bool l3;			/* no link header: no ARP, no neighbours */
	bool up;			/* IFF_UP and carrier */
	bool admin;			/* IFF_UP, as last told; rtnl */
	u32 mtu;
	struct list_head addrs;		/* exs_ifaddr, RCU */
	struct list_head list;		/* exs_link_net.devs, RCU */
	refcount_t ref;
	netdevice_tracker tracker;
	struct rcu_head rcu;
	char name[IFNAMSIZ];
	/* counters of this device, shown by "expctl -s link" */
	atomic_long_t rx_packets, tx_packets;
};

void exs_ldev_free_rcu(struct exs_ldev *ldev);

static inline void exs_ldev_hold(struct exs_ldev *ldev)
{
	refcount_inc(&ldev->ref);
}

static inline void exs_ldev_put(struct exs_ldev *ldev)
{
	if (ldev && refcount_dec_and_test(&ldev->ref))
		exs_ldev_free_rcu(ldev);
}

/* link_dev.c: attach and detach; rtnl held. extack tells why not. */
int exs_link_attach(struct net_device *dev, enum exs_link_mode mode,
		    struct netlink_ext_ack *extack);
int exs_link_detach(struct net_device *dev, struct netlink_ext_ack *extack);
struct exs_ldev *exs_ldev_by_index_rcu(struct exs_net *en, int ifindex);
struct exs_ldev *exs_ldev_of_rcu(const struct net_device *dev);
/* Walk: list_for_each_entry_rcu(ldev, exs_ldev_list(en), list) */
struct list_head *exs_ldev_list(struct exs_net *en);
/* Make explo in this namespace when it is not there yet. May sleep, takes rtnl. */
int exs_loopback_get(struct exs_net *en);
/* The namespace's explo, or NULL before first use. RCU or rtnl. */
struct exs_ldev *exs_loopback_rcu(struct exs_net *en);

/* addr.c: addresses; rtnl held for changes, RCU for look-ups. */
int exs_addr_add(struct exs_ldev *ldev, const struct exs_ifaddr *cfg,
		 struct netlink_ext_ack *extack);
int exs_addr_del(struct exs_ldev *ldev, __be32 local, u8 prefixlen,
		 struct netlink_ext_ack *extack);
/* The ifaddr that owns this local address in the namespace (127/8 too). RCU. */
struct exs_ifaddr *exs_addr_find_rcu(struct exs_net *en, __be32 addr);
bool exs_addr_is_local(struct exs_net *en, __be32 addr);
/* Best source address on this device for this destination and scope, or 0. RCU. */
__be32 exs_addr_select(struct exs_ldev *ldev, __be32 dst, u8 scope);

/*
 * Events for layers above (ip keeps connected and local routes by them).
 * Called with rtnl held. ptr: struct exs_link_event.
 */
enum exs_link_event_kind {
	EXS_LINK_ATTACHED,
	EXS_LINK_DETACHING,	/* ldev still usable; remove what points to it */
	EXS_LINK_UP,		/* carrier is there, or IFF_UP was set */
	EXS_LINK_DOWN,		/* carrier is gone, or IFF_UP was cleared */
	EXS_LINK_MTU,
	EXS_LINK_RENAME,
	EXS_LINK_ADDR_ADD,
	EXS_LINK_ADDR_DEL,
};

struct exs_link_event {
	struct exs_ldev *ldev;
	struct exs_ifaddr *ifa;		/* ADDR_* only */
	struct netlink_ext_ack *extack;	/* may be NULL */
};

int exs_link_notifier_register(struct notifier_block *nb);
void exs_link_notifier_unregister(struct notifier_block *nb);

/* Neighbour states are NUD_* of linux/neighbour.h. */
struct exs_neigh {
	struct hlist_node hash;		/* RCU */
	struct exs_ldev *ldev;		/* holds a reference */
	__be32 addr;
	u8 nud;				/* NUD_*; written under lock, read racily */
	u8 flags;			/* NTF_* */
	u8 probes;
	bool dead;			/* unhashed: cached routes must let go */
	u8 hh_len;			/* length of the cached link header, 0: none */
	seqlock_t hh_lock;		/* writers: with lock held */
	u8 hh[ALIGN(ETH_HLEN + 4, 8) + 8] __aligned(8); /* right-aligned header */
	u8 ha[MAX_ADDR_LEN];		/* hardware address, under hh_lock */
	refcount_t ref;
	spinlock_t lock;		/* all but what is said otherwise */
	struct sk_buff_head queue;	/* waiting for resolution; under lock */
	u32 queue_bytes;
	unsigned long confirmed;	/* jiffies */
	unsigned long updated;
	unsigned long used;
	struct timer_list timer;	/* holds a reference while pending */
	struct list_head gc;
	struct rcu_head rcu;
};

/* neigh.c. lookup creates the entry when it is missing; RCU held by caller. */
struct exs_neigh *exs_neigh_lookup_rcu(struct exs_ldev *ldev, __be32 addr,
				       bool create);
void exs_neigh_free(struct exs_neigh *n);

static inline void exs_neigh_hold(struct exs_neigh *n)
{
	refcount_inc(&n->ref);
}

static inline void exs_neigh_put(struct exs_neigh *n)
{
	if (n && refcount_dec_and_test(&n->ref))
		exs_neigh_free(n);
}

/* Progress above (an ACK of new data): the neighbour is reachable. */
void exs_neigh_confirm(struct exs_neigh *n);
int exs_neigh_set(struct exs_ldev *ldev, __be32 addr, const u8 *lladdr, u8 nud,
		  u8 flags, struct netlink_ext_ack *extack);
int exs_neigh_delete(struct exs_ldev *ldev, __be32 addr,
		     struct netlink_ext_ack *extack);
/* Forget all of a device (NULL: of the namespace), permanent ones if perm. */
void exs_neigh_flush(struct exs_net *en, struct exs_ldev *ldev, bool perm);
/* Call cb for each neighbour under RCU until it returns non-zero. */
int exs_neigh_walk(struct exs_net *en,
		   int (*cb)(struct exs_neigh *n, void *arg), void *arg);

/*
 * link_tx.c: send an IPv4 packet (skb->data at the IP header, skb->protocol
 * set). Always consume. RCU held by the caller.
 * exs_neigh_output: through a neighbour, resolving it first when need be.
 * exs_link_output: without a neighbour: L3 devices, explo, broadcast and
 * multicast (the link address is derived from daddr).
 * Return 0, NET_XMIT_CN (taken, but the queue is too long) or a negative errno
 * (-ENOBUFS: the queue was full).
 */
int exs_neigh_output(struct exs_neigh *n, struct sk_buff *skb);
int exs_link_output(struct exs_ldev *ldev, __be32 nexthop, struct sk_buff *skb);

/*
 * The way up, implemented by ip/ip_input.c: an IPv4 packet, skb->data at the IP
 * header, skb->dev set, EXS_IPCB(skb)->ldev set, pkt_type as the link saw it.
 * Softirq, RCU held. Always consumes.
 */
void exs_ip_rcv(struct sk_buff *skb);
/*
 * Also by ip: destination unreachable for a packet a neighbour never resolved,
 * which stays the caller's. BH off, no socket lock held.
 */
void exs_ip_link_failure(struct sk_buff *skb);

#endif /* _EXPSTACK_LINK_H */
