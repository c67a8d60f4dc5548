/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expstack ip: what a transport and IP agree on about a packet's way.
 */
#ifndef _EXPSTACK_FLOW_H
#define _EXPSTACK_FLOW_H

#include <linux/types.h>
#include <linux/uidgid.h>

/* The key of a route lookup. Zero means "any" or "not chosen yet". */
struct exs_flow {
	__be32 saddr;
	__be32 daddr;
	__be16 sport;
	__be16 dport;
	u8 proto;		/* IPPROTO_* */
	u8 tos;
	u8 scope_link:1;	/* MSG_DONTROUTE, SO_DONTROUTE */
	u8 anysrc:1;		/* saddr need not be ours (forwarding, transparent) */
	int oif;		/* SO_BINDTODEVICE, IP_PKTINFO, multicast device */
	int iif;		/* input lookups: where it came from */
	u32 mark;
	kuid_t uid;
};

#endif /* _EXPSTACK_FLOW_H */
