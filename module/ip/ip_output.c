// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ip: from a transport to the link.
 * Flow:   transport -> [here] -> LOCAL_OUT -> POST_ROUTING -> [here]
 *         -> (ip_frag) -> exs_neigh_output | exs_link_output
 * Owns:   nothing
 * Locks:  RCU held, BH off
 * Spec:   RFC 791 3.2; RFC 1122 3.3.3; RFC 6864
 * Tests:  kunit/ip/ip_output_kunit.c, qemu/tests/fragment.sh
 */
#include <linux/inetdevice.h>
#include <linux/netdevice.h>
#include <net/gso.h>

#include "ip/ip_priv.h"

static __always_inline int exs_ip_link(struct sk_buff *skb,
				       const struct exs_rt *rt)
{
	if (likely(rt->neigh))
		return exs_neigh_output(rt->neigh, skb);
	return exs_link_output(rt->ldev, rt->nexthop, skb);
}

/*
 * Larger than the path takes. GSO packets whose segments fit go as they are:
 * the device, or the stack in front of it, cuts them.
 */
static int exs_ip_xmit_large(struct exs_net *en, struct sk_buff *skb,
			     const struct exs_rt *rt)
{
	if (skb_is_gso(skb) && skb_gso_validate_network_len(skb, rt->mtu))
		return exs_ip_link(skb, rt);
	if (skb_is_gso(skb) || ip_hdr(skb)->frag_off & htons(IP_DF) ||
	    EXS_IPCB(skb)->flags & EXS_IPCB_NOFRAG) {
		EXS_INC(en, IP_FragFails);
		exs_drop(skb, EXS_DROP_IP_TOO_BIG);
		return -EMSGSIZE;
	}
	return exs_ip_fragment(en, skb, rt);
}

/**
 * exs_ip_xmit - behind the last hook: whole, or in pieces
 * @en: namespace
 * @skb: data at the IP header; consumed
 * @rt: the way
 *
 * Context: BH off, RCU held.
 * Return: 0, NET_XMIT_CN or a negative errno.
 */
int exs_ip_xmit(struct exs_net *en, struct sk_buff *skb,
		const struct exs_rt *rt)
{
	EXS_INC(en, IP_OutTransmits);
	EXS_ADD(en, IPEXT_OutOctets, skb->len);
	if (unlikely(skb->len > rt->mtu))
		return exs_ip_xmit_large(en, skb, rt);
	return exs_ip_link(skb, rt);
}

/* The way of a packet of which only the header is known. */
static int exs_ip_reroute(struct exs_net *en, struct sk_buff *skb,
			  struct exs_rt *rt)
{
	const struct iphdr *iph = ip_hdr(skb);
	const struct exs_flow flow = {
		.daddr = iph->daddr, .saddr = iph->saddr, .tos = iph->tos,
		.proto = iph->protocol, .mark = skb->mark, .anysrc = 1,
	};
	int err = exs_route_output(en, &flow, rt);

	if (!err)
		return 0;
	EXS_INC(en, IP_OutNoRoutes);
	exs_drop(skb, EXS_DROP_IP_NO_ROUTE);
	return err;
}

/* Where a packet continues that a hook of POST_ROUTING had kept. */
static int exs_ip_post_routing_ok(struct exs_net *en, struct sock *sk,
				  struct sk_buff *skb)
{
	struct exs_rt rt;
	int err = exs_ip_reroute(en, skb, &rt);

	return err ?: exs_ip_xmit(en, skb, &rt);
}

/**
 * exs_ip_post_routing - a packet that knows its way, own or forwarded
 * @en: namespace
 * @sk: its sender, or NULL
 * @skb: data at the IP header; consumed
 * @in: device it came in by, or NULL
 * @rt: the way
 *
 * Context: BH off, RCU held.
 * Return: 0, NET_XMIT_CN or a negative errno.
 */
int exs_ip_post_routing(struct exs_net *en, struct sock *sk,
			struct sk_buff *skb, struct exs_ldev *in,
			const struct exs_rt *rt)
{
	int ret;

	ret = exs_hook_run(EXS_HOOK_POST_ROUTING, en, sk, skb, in, rt->ldev,
			   exs_ip_post_routing_ok);
	if (unlikely(ret != 1))
		return ret;
	return exs_ip_xmit(en, skb, rt);
}

/* Where a packet continues that a hook of LOCAL_OUT had kept. */
static int exs_ip_local_out_ok(struct exs_net *en, struct sock *sk,
			       struct sk_buff *skb)
{
	struct exs_rt rt;
	int err = exs_ip_reroute(en, skb, &rt);

	return err ?: exs_ip_post_routing(en, sk, skb, NULL, &rt);
}

/* With hooks: one that changes what routing looks at has it routed again. */
static noinline int exs_ip_local_out_hooked(struct exs_net *en,
					    struct sock *sk,
					    struct sk_buff *skb,
					    const struct exs_rt *rt)
{
	const struct iphdr old = *ip_hdr(skb);
	const struct iphdr *iph;
	u32 mark = skb->mark;
	struct exs_rt again;
	int ret;

	ret = exs_hook_run(EXS_HOOK_LOCAL_OUT, en, sk, skb, NULL, rt->ldev,
			   exs_ip_local_out_ok);
	if (ret != 1)
		return ret;
	iph = ip_hdr(skb);
	if (iph->daddr != old.daddr || iph->saddr != old.saddr ||
	    iph->tos != old.tos || skb->mark != mark) {
		ret = exs_ip_reroute(en, skb, &again);
		if (ret)
			return ret;
		rt = &again;
	}
	return exs_ip_post_routing(en, sk, skb, NULL, rt);
}

/*
 * A broadcast is for us too, a multicast when the sender wants that: a copy
 * comes back over explo (RFC 1122 3.3.6; RFC 1112 6.1).
 */
static void exs_ip_loop_copy(struct exs_net *en, struct sk_buff *skb)
{
	struct exs_ldev *lo = exs_loopback_rcu(en);
	struct sk_buff *copy;

	if (!lo)
		return;
	copy = pskb_copy(skb, GFP_ATOMIC);
	if (!copy) {
		EXS_INC(en, IP_OutDiscards);
		return;
	}
	exs_link_output(lo, ip_hdr(copy)->daddr, copy);
}

static void exs_ip_output_group(struct exs_net *en, struct sk_buff *skb,
				const struct exs_rt *rt, bool mc_loop)
{
	bool mc = ipv4_is_multicast(ip_hdr(skb)->daddr);

	if (mc) {
		EXS_INC(en, IPEXT_OutMcastPkts);
		EXS_ADD(en, IPEXT_OutMcastOctets, skb->len);
	} else {
		EXS_INC(en, IPEXT_OutBcastPkts);
		EXS_ADD(en, IPEXT_OutBcastOctets, skb->len);
	}
	if (rt->ldev->mode != EXS_LINK_LOOPBACK && (!mc || mc_loop))
		exs_ip_loop_copy(en, skb);
}

static u16 exs_ip_output_id(const struct exs_net *en, const struct sk_buff *skb,
			    const struct exs_ip_tx *tx)
{
	unsigned int segs = max_t(unsigned int, skb_shinfo(skb)->gso_segs, 1);

	if (tx->id_set)
		return tx->id;
	/* RFC 6864 4.1: an atomic datagram's ID means nothing. */
	if (tx->df && segs == 1)
		return 0;
	return exs_ip_id(en, tx->saddr, tx->daddr, tx->proto, segs);
}

/* Options go between the header made for none and the payload. */
static void exs_ip_output_options(struct iphdr *iph, const struct exs_ip_tx *tx)
{
	memcpy(iph + 1, tx->opt, tx->optlen);
	iph->ihl += tx->optlen / 4;
	iph->check = 0;
	iph->check = ip_fast_csum(iph, iph->ihl);
}

/* From here on a packet of ours is like any other that leaves. */
static __always_inline int exs_ip_leave(struct exs_net *en, struct sock *sk,
					struct sk_buff *skb,
					const struct exs_rt *rt, bool df,
					bool mc_loop)
{
	skb->protocol = htons(ETH_P_IP);
	EXS_IPCB(skb)->flags = df ? EXS_IPCB_NOFRAG : 0;
	EXS_IPCB(skb)->frag_max_size = 0;
	if (unlikely(rt->type == RTN_BROADCAST || rt->type == RTN_MULTICAST))
		exs_ip_output_group(en, skb, rt, mc_loop);
	if (exs_hook_active(EXS_HOOK_LOCAL_OUT))
		return exs_ip_local_out_hooked(en, sk, skb, rt);
	return exs_ip_post_routing(en, sk, skb, NULL, rt);
}

/**
 * exs_ip_local_out - send a packet of ours that has its IP header
 * @en: namespace
 * @sk: its sender
 * @skb: data at the IP header, network header and device set; consumed
 * @rt: the way
 * @df: never cut it into fragments
 * @mc_loop: of a multicast this host gets a copy
 *
 * Context: BH off, RCU held.
 * Return: 0, NET_XMIT_CN or a negative errno.
 */
int exs_ip_local_out(struct exs_net *en, struct sock *sk, struct sk_buff *skb,
		     const struct exs_rt *rt, bool df, bool mc_loop)
{
	return exs_ip_leave(en, sk, skb, rt, df, mc_loop);
}

/**
 * exs_ip_output - send a transport's packet
 * @en: namespace
 * @sk: sending socket or NULL; its mark and priority are the skb's already
 * @skb: data at the transport header, transport header set, checksum partial
 *	or complete; room for IP and link headers in front is taken or made
 * @rt: the way; borrowed or kept, valid during the call
 * @tx: header fields
 *
 * LOCAL_OUT, POST_ROUTING, fragmentation or GSO as the packet and rt->mtu
 * need. Always consumes.
 *
 * Context: softirq or process with BH off, RCU held.
 * Return: 0, NET_XMIT_CN (sent, but the device's queue is too long) or a
 * negative errno (-EMSGSIZE, -ENOMEM, -ENOBUFS: a full queue, -EPERM by a hook,
 * ...).
 */
int exs_ip_output(struct exs_net *en, struct sock *sk, struct sk_buff *skb,
		  const struct exs_rt *rt, const struct exs_ip_tx *tx)
{
	unsigned int hlen = sizeof(struct iphdr) + tx->optlen;
	struct iphdr *iph;

	EXS_INC(en, IP_OutRequests);
	if (unlikely(!rt->ldev)) {
		exs_drop(skb, EXS_DROP_LINK_DETACHED);
		return -ENETDOWN;
	}
	/* Drops are counted in the namespace of the device. */
	skb->dev = rcu_dereference(rt->ldev->dev);
	if (unlikely(skb_headroom(skb) < hlen + LL_MAX_HEADER) &&
	    skb_cow_head(skb, hlen + LL_MAX_HEADER)) {
		EXS_INC(en, IP_OutDiscards);
		exs_drop(skb, EXS_DROP_NO_MEM);
		return -ENOMEM;
	}
	iph = skb_push(skb, hlen);
	skb_reset_network_header(skb);
	/* The length of a GSO packet beyond 64 KB is the segments' business. */
	exs_ip_hdr_build(iph, tx->saddr, tx->daddr, tx->proto, tx->tos,
			 tx->ttl ?: READ_ONCE(en->sysctl.ip_default_ttl),
			 likely(skb->len <= 0xffff) ? skb->len : 0,
			 exs_ip_output_id(en, skb, tx), tx->df);
	if (unlikely(tx->optlen))
		exs_ip_output_options(iph, tx);
	return exs_ip_leave(en, sk, skb, rt, tx->df, tx->mc_loop);
}
