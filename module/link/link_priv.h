/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expstack link: private to module/link and its suites.
 */
#ifndef _EXS_LINK_PRIV_H
#define _EXS_LINK_PRIV_H

#include <linux/etherdevice.h>
#include <linux/hashtable.h>
#include <linux/rtnetlink.h>
#include <net/neighbour.h>

#include <expstack/link.h>
#include <expstack/locking.h>
#include <expstack/wire.h>

#define EXS_LINK_LOCAL_BITS	8
#define EXS_NEIGH_HASH_BITS	9

/* Smallest MTU that IPv4 can live with (RFC 791 3.2). */
#define EXS_LINK_MIN_MTU	68

/*
 * Link's state of a namespace. Writers hold rtnl, readers RCU; freed in
 * net_exit, when no device is attached any more.
 */
struct exs_link_net {
	struct list_head devs;		/* exs_ldev.list */
	struct exs_ldev __rcu *lo;	/* explo; also on devs */
	DECLARE_HASHTABLE(local, EXS_LINK_LOCAL_BITS); /* exs_ifaddr.hash */
};

/*
 * The neighbours of a namespace. lock guards the chains, the list and the
 * count against other writers; readers of the chains use RCU.
 */
struct exs_neigh_net {
	spinlock_t lock;		/* BH; inside exs_neigh.lock */
	unsigned int entries;
	struct list_head gc;		/* exs_neigh.gc, oldest first */
	unsigned long last_forced;	/* jiffies of the last forced collection */
	unsigned long reachable_time;	/* drawn from base, RFC 4861 6.3.4 */
	unsigned long reachable_drawn;	/* jiffies when it was drawn */
	int reachable_base;		/* what it was drawn from */
	struct delayed_work gc_work;
	struct exs_net *en;
	DECLARE_HASHTABLE(hash, EXS_NEIGH_HASH_BITS);
};

/* States in which the hardware address can be used at once. */
#define EXS_NEIGH_CONNECTED (NUD_PERMANENT | NUD_NOARP | NUD_REACHABLE)
#define EXS_NEIGH_VALID	(EXS_NEIGH_CONNECTED | NUD_STALE | NUD_DELAY | NUD_PROBE)
#define EXS_NEIGH_IN_TIMER \
	(NUD_INCOMPLETE | NUD_REACHABLE | NUD_DELAY | NUD_PROBE)

/* link_dev.c */
void exs_link_event(struct exs_ldev *ldev, enum exs_link_event_kind kind,
		    struct exs_ifaddr *ifa, struct netlink_ext_ack *extack);
int exs_link_dev_attach(struct net_device *dev, enum exs_link_mode mode,
			struct netlink_ext_ack *extack);
void exs_link_dev_detach(struct exs_ldev *ldev);
void exs_link_dev_detach_all(struct exs_net *en);
bool exs_link_dev_is_up(const struct net_device *dev);
int exs_link_dev_register(void);
void exs_link_dev_unregister(void);

/* link_rx.c */
rx_handler_result_t exs_link_rx(struct sk_buff **pskb);

/* link_tx.c */
int exs_link_xmit_eth(struct exs_ldev *ldev, struct net_device *dev,
		      struct sk_buff *skb, const u8 *dst);
void exs_link_map_addr(const struct net_device *dev, __be32 addr, u8 *dst);

/* addr.c */
void exs_addr_flush(struct exs_ldev *ldev);
void exs_addr_rename(struct exs_ldev *ldev, const char *from, const char *to);

/* loopback.c */
void exs_loopback_remove(struct exs_net *en);

/*
 * neigh_fsm.c: what a neighbour shall do next. The functions there read and
 * write struct exs_neigh_step only; exs_neigh_apply() does what it says.
 */
enum exs_neigh_action {
	EXS_NEIGH_ACT_SOLICIT_BCAST	= BIT(0), /* ask everyone */
	EXS_NEIGH_ACT_SOLICIT_UCAST	= BIT(1), /* ask the known address */
	EXS_NEIGH_ACT_FAIL		= BIT(2), /* give the queue up */
	EXS_NEIGH_ACT_FLUSH		= BIT(3), /* send the queue */
	EXS_NEIGH_ACT_NEW_ADDR		= BIT(4), /* take the new address over */
};

/* Settings, in jiffies and counts. */
struct exs_neigh_param {
	unsigned long reachable_time;
	unsigned long retrans_time;
	unsigned long delay_probe_time;
	unsigned int mcast_solicit;
	unsigned int ucast_solicit;
};

struct exs_neigh_step {
	/* in and out */
	u8 nud;
	u8 probes;
	unsigned long confirmed;
	unsigned long updated;
	/* in */
	unsigned long used;
	/* out */
	u8 actions;			/* enum exs_neigh_action */
	bool timer;			/* run at expires; else no timer */
	unsigned long expires;
};

/* What an ARP packet or an administrator says about a neighbour. */
struct exs_neigh_news {
	u8 nud;				/* REACHABLE: an answer; STALE: heard of */
	bool same_addr;			/* the address is the one we know */
	bool override;			/* may replace a fresh one */
};

void exs_neigh_fsm_timer(struct exs_neigh_step *s,
			 const struct exs_neigh_param *p, unsigned long now);
void exs_neigh_fsm_use(struct exs_neigh_step *s,
		       const struct exs_neigh_param *p, unsigned long now);
void exs_neigh_fsm_heard(struct exs_neigh_step *s,
			 const struct exs_neigh_param *p, unsigned long now,
			 const struct exs_neigh_news *news);
void exs_neigh_fsm_set(struct exs_neigh_step *s,
		       const struct exs_neigh_param *p, unsigned long now,
		       u8 nud, bool new_addr);

/* neigh_table.c */
struct exs_neigh *exs_neigh_find_rcu(struct exs_ldev *ldev, __be32 addr);
void exs_neigh_param_get(struct exs_net *en, struct exs_neigh_param *p);
void exs_neigh_rehead(struct exs_ldev *ldev);

/* neigh.c */
void exs_neigh_setup(struct exs_neigh *n);
void exs_neigh_dispose(struct exs_neigh *n);
void exs_neigh_head_make(struct exs_neigh *n);
/* A packet for a neighbour whose address cannot be used as it is. Consumes. */
int exs_neigh_resolve(struct exs_neigh *n, struct sk_buff *skb);
/* A packet goes to a STALE neighbour. */
void exs_neigh_used_stale(struct exs_neigh *n);
void exs_neigh_heard(struct exs_neigh *n, const u8 *ha, u8 nud, bool override);
int exs_neigh_tell(struct exs_neigh *n, const u8 *lladdr, u8 nud, u8 flags,
		   struct netlink_ext_ack *extack);

/* arp.c */
void exs_arp_rcv(struct exs_ldev *ldev, struct sk_buff *skb);
void exs_arp_solicit(struct exs_ldev *ldev, __be32 target, __be32 saddr,
		     const u8 *ha);
void exs_arp_announce(struct exs_ldev *ldev);

#endif /* _EXS_LINK_PRIV_H */
