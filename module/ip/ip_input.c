// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ip: a packet from the link: is it sound, and whose is it?
 * Flow:   link_rx -> [here] -> PRE_ROUTING -> [here] -> ip_local | ip_forward
 * Owns:   nothing
 * Locks:  softirq, RCU held
 * Spec:   RFC 791 3.1; RFC 1122 3.2.1; RFC 1812 5.2.2, 5.3.4, 5.3.7; RFC 3168 5
 * Tests:  kunit/ip/ip_input_kunit.c, qemu/tests/ping.sh
 */
#include <linux/in.h>
#include <linux/inetdevice.h>
#include <linux/netdevice.h>
#include <net/inet_ecn.h>

#include "ip/ip_priv.h"

/* The counters of the four codepoints are as the codepoints. */
static_assert(EXS_MIB_IPEXT_InECT1Pkts - EXS_MIB_IPEXT_InNoECTPkts ==
	      INET_ECN_ECT_1);
static_assert(EXS_MIB_IPEXT_InECT0Pkts - EXS_MIB_IPEXT_InNoECTPkts ==
	      INET_ECN_ECT_0);
static_assert(EXS_MIB_IPEXT_InCEPkts - EXS_MIB_IPEXT_InNoECTPkts ==
	      INET_ECN_CE);

/*
 * Options other than source routes are carried, not acted on. A source route
 * is refused, which is the default of AF_INET too.
 */
static bool exs_ip_rcv_options(struct exs_net *en, struct sk_buff *skb)
{
	const struct iphdr *iph = ip_hdr(skb);
	struct exs_ip_opt o = {};

	EXS_IPCB(skb)->optlen = iph->ihl * 4 - sizeof(*iph);
	if (exs_ip_opt_parse((const u8 *)(iph + 1), EXS_IPCB(skb)->optlen, &o)) {
		EXS_INC(en, IP_InHdrErrors);
		exs_icmp_send(skb, ICMP_PARAMETERPROB, 0, o.bad);
		exs_drop(skb, EXS_DROP_IP_OPTIONS);
		return false;
	}
	if (o.srr) {
		EXS_INC(en, IP_InHdrErrors);
		exs_icmp_send(skb, ICMP_DEST_UNREACH, ICMP_SR_FAILED, 0);
		exs_drop(skb, EXS_DROP_IP_SOURCE_ROUTE);
		return false;
	}
	return true;
}

static void exs_ip_rcv_group(struct exs_net *en, struct sk_buff *skb,
			     const struct exs_rt *rt)
{
	if (rt->type == RTN_BROADCAST) {
		EXS_IPCB(skb)->flags |= EXS_IPCB_BROADCAST;
		skb->pkt_type = PACKET_BROADCAST;
		EXS_INC(en, IPEXT_InBcastPkts);
		EXS_ADD(en, IPEXT_InBcastOctets, skb->len);
	} else {
		EXS_IPCB(skb)->flags |= EXS_IPCB_MULTICAST;
		skb->pkt_type = PACKET_MULTICAST;
		EXS_INC(en, IPEXT_InMcastPkts);
		EXS_ADD(en, IPEXT_InMcastOctets, skb->len);
	}
	exs_ip_local_deliver(en, skb);
}

static void exs_ip_rcv_unroutable(struct exs_net *en, struct sk_buff *skb,
				  int err, u8 type)
{
	struct exs_ldev *ldev = EXS_IPCB(skb)->ldev;
	__be32 daddr = ip_hdr(skb)->daddr;
	enum exs_drop_reason reason = EXS_DROP_IP_NO_ROUTE;

	switch (err) {
	case -EINVAL:
		if (type == RTN_BLACKHOLE) {
			reason = EXS_DROP_IP_BLACKHOLE;
			break;
		}
		EXS_INC(en, IP_InAddrErrors);
		reason = EXS_DROP_IP_MARTIAN_SRC;
		if (ipv4_is_zeronet(daddr) ||
		    (ipv4_is_loopback(daddr) && ldev->mode != EXS_LINK_LOOPBACK))
			reason = EXS_DROP_IP_MARTIAN_DST;
		break;
	case -EACCES:
		reason = EXS_DROP_IP_BLACKHOLE;
		if (READ_ONCE(en->sysctl.ip_forward))
			exs_icmp_send(skb, ICMP_DEST_UNREACH, ICMP_PKT_FILTERED, 0);
		break;
	case -EHOSTUNREACH:
		if (READ_ONCE(en->sysctl.ip_forward))
			exs_icmp_send(skb, ICMP_DEST_UNREACH, ICMP_HOST_UNREACH, 0);
		break;
	case -ENETUNREACH:
		EXS_INC(en, IPEXT_InNoRoutes);
		if (READ_ONCE(en->sysctl.ip_forward))
			exs_icmp_send(skb, ICMP_DEST_UNREACH, ICMP_NET_UNREACH, 0);
		break;
	default:
		reason = EXS_DROP_NO_MEM;
	}
	exs_drop(skb, reason);
}

/* Not plainly for one of our addresses: ask the routes. */
static void exs_ip_rcv_route(struct exs_net *en, struct sk_buff *skb)
{
	const struct iphdr *iph = ip_hdr(skb);
	struct exs_rt rt;
	int err;

	err = exs_route_input(en, EXS_IPCB(skb)->ldev, iph->daddr, iph->saddr,
			      iph->tos, skb->mark, &rt);
	if (err) {
		exs_ip_rcv_unroutable(en, skb, err, rt.type);
		return;
	}
	if (rt.type == RTN_LOCAL) {
		exs_ip_local_deliver(en, skb);
	} else if (rt.type == RTN_BROADCAST || rt.type == RTN_MULTICAST) {
		exs_ip_rcv_group(en, skb, &rt);
	} else if (skb->pkt_type != PACKET_HOST) {
		/* RFC 1122 3.3.6: a link broadcast is never forwarded. */
		EXS_INC(en, IP_InAddrErrors);
		exs_drop(skb, EXS_DROP_IP_LINK_BCAST);
	} else if (!IS_ENABLED(CONFIG_EXPSTACK_FORWARD) ||
		   !READ_ONCE(en->sysctl.ip_forward)) {
		EXS_INC(en, IP_InAddrErrors);
		exs_drop(skb, EXS_DROP_IP_NOT_LOCAL);
	} else {
		exs_ip_forward(en, skb, &rt);
	}
}

/*
 * Behind PRE_ROUTING. The usual case, a unicast for an address of ours from a
 * sound source, is decided by the hash of local addresses alone.
 */
static int exs_ip_rcv_finish(struct exs_net *en, struct sock *sk,
			     struct sk_buff *skb)
{
	const struct iphdr *iph = ip_hdr(skb);
	struct exs_ldev *ldev = EXS_IPCB(skb)->ldev;
	bool loop = ldev->mode == EXS_LINK_LOOPBACK;

	if (unlikely(iph->ihl > 5) && !exs_ip_rcv_options(en, skb))
		return -EINVAL;
	iph = ip_hdr(skb);
	if (likely(exs_addr_is_local(en, iph->daddr)) &&
	    !ipv4_is_multicast(iph->saddr) && !ipv4_is_lbcast(iph->saddr) &&
	    (loop || !(ipv4_is_zeronet(iph->saddr) ||
		       ipv4_is_loopback(iph->saddr) ||
		       ipv4_is_loopback(iph->daddr) ||
		       exs_addr_is_local(en, iph->saddr)))) {
		if (unlikely(skb->pkt_type == PACKET_BROADCAST ||
			     skb->pkt_type == PACKET_MULTICAST)) {
			/* RFC 1122 3.3.6: unicast in a link broadcast */
			EXS_INC(en, IP_InAddrErrors);
			exs_drop(skb, EXS_DROP_IP_LINK_BCAST);
			return -EINVAL;
		}
		exs_ip_local_deliver(en, skb);
		return 0;
	}
	exs_ip_rcv_route(en, skb);
	return 0;
}

/* Header in the linear part, checked, and the packet cut to its length. */
static enum exs_drop_reason exs_ip_rcv_header(struct exs_net *en,
					      struct sk_buff *skb)
{
	enum exs_drop_reason reason;
	const struct iphdr *iph;

	if (unlikely(!pskb_may_pull(skb, sizeof(*iph))))
		return EXS_DROP_TOO_SHORT;
	iph = ip_hdr(skb);
	if (unlikely(iph->ihl > 5)) {
		if (!pskb_may_pull(skb, iph->ihl * 4))
			return EXS_DROP_TOO_SHORT;
		iph = ip_hdr(skb);
	}
	reason = exs_ip_hdr_check(iph, skb->len);
	if (unlikely(reason != EXS_DROP_MAX))
		return reason;
	/* Ethernet pads short frames. */
	if (skb->len != ntohs(iph->tot_len) &&
	    pskb_trim_rcsum(skb, ntohs(iph->tot_len)))
		return EXS_DROP_NO_MEM;
	return EXS_DROP_MAX;
}

static void exs_ip_rcv_bad(struct exs_net *en, struct sk_buff *skb,
			   enum exs_drop_reason reason)
{
	if (reason == EXS_DROP_NO_MEM)
		EXS_INC(en, IP_InDiscards);
	else if (reason == EXS_DROP_IP_TRUNCATED)
		EXS_INC(en, IPEXT_InTruncatedPkts);
	else
		EXS_INC(en, IP_InHdrErrors);
	if (reason == EXS_DROP_IP_CSUM)
		EXS_INC(en, IPEXT_InCsumErrors);
	exs_drop(skb, reason);
}

/* By codepoint, each segment that GRO put together. */
static void exs_ip_rcv_count_ecn(struct exs_net *en, const struct sk_buff *skb)
{
	u8 ecn = ip_hdr(skb)->tos & INET_ECN_MASK;

	this_cpu_add(en->mib->c[EXS_MIB_IPEXT_InNoECTPkts + ecn],
		     max_t(u16, 1, skb_shinfo(skb)->gso_segs));
}

/**
 * exs_ip_rcv - a packet from the link
 * @skb: IPv4, data at the IP header, EXS_IPCB()->ldev set; consumed
 *
 * Context: softirq, RCU held.
 */
void exs_ip_rcv(struct sk_buff *skb)
{
	struct exs_ldev *ldev = EXS_IPCB(skb)->ldev;
	struct exs_net *en = ldev->en;
	enum exs_drop_reason reason;

	EXS_INC(en, IP_InReceives);
	EXS_ADD(en, IPEXT_InOctets, skb->len);
	if (unlikely(skb->pkt_type == PACKET_OTHERHOST)) {
		exs_drop(skb, EXS_DROP_LINK_OTHERHOST);
		return;
	}
	skb_reset_network_header(skb);
	reason = exs_ip_rcv_header(en, skb);
	if (unlikely(reason != EXS_DROP_MAX)) {
		exs_ip_rcv_bad(en, skb, reason);
		return;
	}
	exs_ip_rcv_count_ecn(en, skb);
	EXS_IPCB(skb)->flags = ldev->mode == EXS_LINK_LOOPBACK ?
			       EXS_IPCB_LOCAL : 0;
	EXS_IPCB(skb)->frag_max_size = 0;
	EXS_IPCB(skb)->optlen = 0;
	skb->transport_header = skb->network_header + exs_ip_hdr_len(skb);
	if (exs_hook_run(EXS_HOOK_PRE_ROUTING, en, NULL, skb, ldev, NULL,
			 exs_ip_rcv_finish) == 1)
		exs_ip_rcv_finish(en, NULL, skb);
}
