// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ip: ICMP errors about packets.
 * Flow:   ip_input, ip_local, ip_forward, udp, hooks -> exs_icmp_send
 *         -> exs_ip_output
 * Owns:   nothing
 * Locks:  RCU held
 * Spec:   RFC 792; RFC 1122 3.2.2; RFC 1812 4.3.2
 * Tests:  kunit/ip/icmp_send_kunit.c, qemu/tests/icmp.sh
 */
#include <linux/icmp.h>
#include <linux/netdevice.h>
#include <linux/random.h>
#include <net/inet_ecn.h>

#include "ip/ip_priv.h"

/* Precedence of errors: RFC 1812 4.3.2.5. */
#define EXS_ICMP_ERROR_TOS	0xc0

/**
 * exs_icmp_count_out - count an outgoing message by type
 * @en: namespace
 * @type: ICMP type
 */
void exs_icmp_count_out(struct exs_net *en, u8 type)
{
	EXS_INC(en, ICMP_OutMsgs);
	switch (type) {
	case ICMP_ECHOREPLY:
		EXS_INC(en, ICMP_OutEchoReps);
		break;
	case ICMP_DEST_UNREACH:
		EXS_INC(en, ICMP_OutDestUnreachs);
		break;
	case ICMP_REDIRECT:
		EXS_INC(en, ICMP_OutRedirects);
		break;
	case ICMP_ECHO:
		EXS_INC(en, ICMP_OutEchos);
		break;
	case ICMP_TIME_EXCEEDED:
		EXS_INC(en, ICMP_OutTimeExcds);
		break;
	case ICMP_PARAMETERPROB:
		EXS_INC(en, ICMP_OutParmProbs);
		break;
	case ICMP_TIMESTAMP:
		EXS_INC(en, ICMP_OutTimestamps);
		break;
	case ICMP_TIMESTAMPREPLY:
		EXS_INC(en, ICMP_OutTimestampReps);
		break;
	}
}

/* RFC 1122 3.2.2: never an error about an error (or what may be one). */
static bool exs_icmp_is_about_error(const struct sk_buff *skb,
				    const struct iphdr *iph)
{
	u8 type, *p;

	if (iph->protocol != IPPROTO_ICMP)
		return false;
	p = skb_header_pointer(skb, skb_network_offset(skb) + iph->ihl * 4,
			       sizeof(type), &type);
	return !p || *p > NR_ICMP_TYPES || exs_icmp_type_is_error(*p);
}

/* RFC 1122 3.2.2, RFC 1812 4.3.2.7: packets about which nothing is said. */
static bool exs_icmp_is_forbidden(struct exs_net *en, const struct sk_buff *skb,
				  const struct iphdr *iph)
{
	u8 type;

	if (skb->pkt_type != PACKET_HOST)
		return true;
	if (iph->frag_off & htons(IP_OFFSET))
		return true;
	type = exs_route_addr_type(en, iph->daddr);
	if (type == RTN_BROADCAST || type == RTN_MULTICAST)
		return true;
	/* The source must be one host. */
	type = exs_route_addr_type(en, iph->saddr);
	if (type == RTN_BROADCAST || type == RTN_MULTICAST)
		return true;
	return exs_icmp_is_about_error(skb, iph);
}

/* Frag-needed is what path MTU discovery lives on: it is not limited. */
static bool exs_icmp_is_limited(struct exs_net *en, __be32 daddr, u8 type,
				u8 code)
{
	unsigned long now = jiffies;

	if (type == ICMP_DEST_UNREACH && code == ICMP_FRAG_NEEDED)
		return false;
	if (!(READ_ONCE(en->sysctl.icmp_ratemask) & BIT(type)) ||
	    exs_addr_is_local(en, daddr))
		return false;
	if (!exs_icmp_limit_global(en, now)) {
		EXS_INC(en, ICMP_OutRateLimitGlobal);
		return true;
	}
	if (!exs_icmp_limit_peer(en, daddr, now)) {
		EXS_INC(en, ICMP_OutRateLimitHost);
		return true;
	}
	/* One on average: nobody can count who else was answered. */
	exs_icmp_limit_use(en, get_random_u32_below(3));
	return false;
}

/*
 * The error's source: the address the packet was for, if it is ours; else that
 * of the device the error leaves by (RFC 1812 4.3.2.4), or the packet came in
 * by, if icmp_errors_use_inbound_ifaddr says so.
 */
static __be32 exs_icmp_source(struct exs_net *en, const struct sk_buff *skb,
			      const struct iphdr *iph)
{
	struct exs_ldev *ldev;

	if (exs_addr_is_local(en, iph->daddr))
		return iph->daddr;
	if (!READ_ONCE(en->sysctl.icmp_errors_use_inbound_ifaddr))
		return 0;
	ldev = exs_ldev_of_rcu(skb->dev);
	return ldev ? exs_addr_select(ldev, iph->saddr, RT_SCOPE_LINK) : 0;
}

/* First word and second of an error's header. */
struct exs_icmp_hdr_info {
	u8 type;
	u8 code;
	u32 info;
};

/* The message: header and as much of the packet as 576 bytes hold. */
static struct sk_buff *exs_icmp_build(const struct sk_buff *about,
				      const struct exs_icmp_hdr_info *h)
{
	int off = skb_network_offset(about);
	unsigned int quote = exs_icmp_quote_len(about->len - off, 0);
	struct icmphdr *icmp;
	struct sk_buff *skb;

	skb = alloc_skb(LL_MAX_HEADER + sizeof(struct iphdr) + sizeof(*icmp) +
			quote, GFP_ATOMIC);
	if (!skb)
		return NULL;
	skb_reserve(skb, LL_MAX_HEADER + sizeof(struct iphdr));
	skb_reset_transport_header(skb);
	icmp = skb_put_zero(skb, sizeof(*icmp));
	icmp->type = h->type;
	icmp->code = h->code;
	if (h->type == ICMP_PARAMETERPROB)
		icmp->un.gateway = htonl(h->info << 24);
	else
		icmp->un.gateway = htonl(h->info);
	if (skb_copy_bits(about, off, skb_put(skb, quote), quote)) {
		kfree_skb(skb);
		return NULL;
	}
	icmp->checksum = csum_fold(csum_partial(icmp, skb->len, 0));
	skb->priority = about->priority;
	return skb;
}

static void exs_icmp_transmit(struct exs_net *en, const struct sk_buff *about,
			      const struct exs_icmp_hdr_info *h)
{
	const struct iphdr *iph = ip_hdr(about);
	struct exs_ip_tx tx = {
		.daddr = iph->saddr, .proto = IPPROTO_ICMP,
		.tos = (iph->tos & IPTOS_TOS_MASK & ~INET_ECN_MASK) |
		       EXS_ICMP_ERROR_TOS,
	};
	struct exs_flow flow = {
		.daddr = iph->saddr, .saddr = exs_icmp_source(en, about, iph),
		.proto = IPPROTO_ICMP, .tos = tx.tos,
		.mark = exs_reply_mark(en, about->mark),
	};
	struct sk_buff *skb;
	struct exs_rt rt;

	if (exs_route_output(en, &flow, &rt)) {
		EXS_INC(en, IP_OutNoRoutes);
		return;
	}
	tx.saddr = rt.saddr;
	skb = exs_icmp_build(about, h);
	if (!skb) {
		EXS_INC(en, ICMP_OutErrors);
		return;
	}
	skb->mark = flow.mark;
	exs_icmp_count_out(en, h->type);
	exs_ip_output(en, NULL, skb, &rt, &tx);
}

/**
 * exs_icmp_send - tell a packet's sender what is wrong with it
 * @skb: the packet, network header set, stays the caller's
 * @type: an ICMP error
 * @code: its code
 * @info: MTU of frag-needed, pointer of parameter problem, else 0
 *
 * Says nothing where RFC 1122 3.2.2 forbids it or a rate limit is reached.
 *
 * Context: softirq or process with BH off, RCU held.
 */
void exs_icmp_send(struct sk_buff *skb, u8 type, u8 code, u32 info)
{
	const struct exs_icmp_hdr_info h = {
		.type = type, .code = code, .info = info,
	};
	const struct iphdr *iph = ip_hdr(skb);
	struct exs_net *en;

	if (!skb->dev)
		return;
	en = exs_net(dev_net(skb->dev));
	if (!en->icmp || !en->route)
		return;
	/* The quoted header must be there in full. */
	if ((int)skb_headlen(skb) < skb_network_offset(skb) + (int)sizeof(*iph) ||
	    exs_icmp_is_forbidden(en, skb, iph) ||
	    exs_icmp_is_limited(en, iph->saddr, type, code))
		return;
	exs_icmp_transmit(en, skb, &h);
}
