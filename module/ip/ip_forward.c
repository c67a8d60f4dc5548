// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ip: a packet for another host.
 * Flow:   ip_input -> [here] -> FORWARD -> [here] -> exs_ip_post_routing
 * Owns:   nothing
 * Locks:  softirq, RCU held
 * Spec:   RFC 1812 4.2.2.9, 5.2.7.1, 5.3.1; RFC 1191 4; RFC 2644
 * Tests:  kunit/ip/ip_forward_kunit.c, qemu/tests/forward.sh
 */
#include <linux/netdevice.h>
#include <net/gso.h>
#include <net/route.h>

#include "ip/ip_priv.h"

static bool exs_ip_forward_too_big(const struct sk_buff *skb, u32 mtu)
{
	if (likely(skb->len <= mtu))
		return false;
	if (skb_is_gso(skb) && skb_gso_validate_network_len(skb, mtu))
		return false;
	/* Put together here from fragments: the sender did not mean DF. */
	return ip_hdr(skb)->frag_off & htons(IP_DF) &&
	       !(EXS_IPCB(skb)->flags & EXS_IPCB_REASSEMBLED);
}

/* A packet that came as one large frame of many segments is cut by software. */
static int exs_ip_forward_gso(struct exs_net *en, struct sk_buff *skb,
			      struct exs_ldev *in, const struct exs_rt *rt)
{
	struct sk_buff *segs, *next;
	int err = 0, ret;

	segs = skb_gso_segment(skb, 0);
	if (IS_ERR_OR_NULL(segs)) {
		EXS_INC(en, IP_OutDiscards);
		exs_drop(skb, EXS_DROP_NO_MEM);
		return -ENOMEM;
	}
	exs_consume(skb);
	skb_list_walk_safe(segs, segs, next) {
		skb_mark_not_on_list(segs);
		ret = exs_ip_post_routing(en, NULL, segs, in, rt);
		err = err ?: ret;
	}
	return err;
}

static int exs_ip_forward_send(struct exs_net *en, struct sk_buff *skb,
			       const struct exs_rt *rt)
{
	struct exs_ldev *in = EXS_IPCB(skb)->ldev;

	EXS_INC(en, IP_ForwDatagrams);
	skb->dev = rcu_dereference(rt->ldev->dev);
	skb_clear_tstamp(skb);
	if (unlikely(skb_is_gso(skb) &&
		     !skb_gso_validate_network_len(skb, rt->mtu)))
		return exs_ip_forward_gso(en, skb, in, rt);
	return exs_ip_post_routing(en, NULL, skb, in, rt);
}

/* Where a packet continues that a hook of FORWARD had kept. */
static int exs_ip_forward_ok(struct exs_net *en, struct sock *sk,
			     struct sk_buff *skb)
{
	const struct exs_flow flow = {
		.daddr = ip_hdr(skb)->daddr, .saddr = ip_hdr(skb)->saddr,
		.tos = ip_hdr(skb)->tos, .mark = skb->mark, .anysrc = 1,
	};
	struct exs_rt rt;
	int err = exs_route_output(en, &flow, &rt);

	if (err) {
		exs_drop(skb, EXS_DROP_IP_NO_ROUTE);
		return err;
	}
	return exs_ip_forward_send(en, skb, &rt);
}

/* May it be forwarded at all? Else it is dropped, and its sender told. */
static bool exs_ip_forward_check(struct exs_net *en, struct sk_buff *skb,
				 const struct exs_rt *rt)
{
	if (unlikely(skb_warn_if_lro(skb))) {
		/* An LRO'd packet cannot be taken apart again. */
		EXS_INC(en, IP_InDiscards);
		exs_drop(skb, EXS_DROP_IP_TOO_BIG);
		return false;
	}
	if (unlikely(ip_hdr(skb)->ttl <= 1)) {
		EXS_INC(en, IP_InHdrErrors);
		exs_icmp_send(skb, ICMP_TIME_EXCEEDED, ICMP_EXC_TTL, 0);
		exs_drop(skb, EXS_DROP_IP_TTL);
		return false;
	}
	if (unlikely(exs_ip_forward_too_big(skb, rt->mtu))) {
		EXS_INC(en, IP_FragFails);
		exs_icmp_send(skb, ICMP_DEST_UNREACH, ICMP_FRAG_NEEDED, rt->mtu);
		exs_drop(skb, EXS_DROP_IP_TOO_BIG);
		return false;
	}
	return true;
}

/**
 * exs_ip_forward - a packet for another host
 * @en: namespace
 * @skb: data at the IP header, checked, in by EXS_IPCB()->ldev; consumed
 * @rt: the way
 *
 * Context: softirq, RCU held.
 */
void exs_ip_forward(struct exs_net *en, struct sk_buff *skb,
		    const struct exs_rt *rt)
{
	struct exs_ldev *in = EXS_IPCB(skb)->ldev;

	if (!exs_ip_forward_check(en, skb, rt))
		return;
	if (skb_cow(skb, LL_MAX_HEADER)) {
		EXS_INC(en, IP_OutDiscards);
		exs_drop(skb, EXS_DROP_NO_MEM);
		return;
	}
	skb_forward_csum(skb);
	exs_ip_hdr_decrease_ttl(ip_hdr(skb));
	if (EXS_SYSCTL(en, ip_forward_update_priority))
		skb->priority = rt_tos2priority(ip_hdr(skb)->tos);
	EXS_IPCB(skb)->flags |= EXS_IPCB_FORWARDED;
	if (exs_hook_run(EXS_HOOK_FORWARD, en, NULL, skb, in, rt->ldev,
			 exs_ip_forward_ok) == 1)
		exs_ip_forward_send(en, skb, rt);
}
