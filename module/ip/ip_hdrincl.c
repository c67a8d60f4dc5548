// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ip: packets whose IP header the user wrote (IP_HDRINCL).
 * Flow:   raw_send -> [here] -> LOCAL_OUT -> POST_ROUTING -> link
 * Owns:   nothing
 * Locks:  RCU held, BH off
 * Spec:   raw(7): the checksum and the length are always filled in, source and
 *         identification when they are 0
 * Tests:  kunit/ip/ip_hdrincl_kunit.c, qemu/tests/raw.sh
 */
#include <linux/netdevice.h>

#include "ip/ip_priv.h"

/**
 * exs_ip_hdrincl_complete - fill in what a user left to us
 * @en: namespace
 * @iph: at least 20 bytes of header, followed by the rest of the packet
 * @linear: bytes that can be read at @iph
 * @len: bytes of the packet
 * @saddr: source where the user gave none
 *
 * Return: 0, or -EINVAL when the header is shorter than 20 bytes or longer than
 * what is there.
 */
int exs_ip_hdrincl_complete(const struct exs_net *en, struct iphdr *iph,
			    unsigned int linear, unsigned int len,
			    __be32 saddr)
{
	unsigned int hlen = iph->ihl * 4;

	if (hlen < sizeof(*iph) || hlen > linear)
		return -EINVAL;
	if (!iph->saddr)
		iph->saddr = saddr;
	if (!iph->id)
		iph->id = htons(exs_ip_id(en, iph->saddr, iph->daddr,
					  iph->protocol, 1));
	iph->tot_len = htons(len);
	iph->check = 0;
	iph->check = ip_fast_csum(iph, iph->ihl);
	return 0;
}

/**
 * exs_ip_output_hdrincl - send a packet that has its IP header
 * @en: namespace
 * @sk: sending socket
 * @skb: data at the IP header; room for the link header in front; consumed
 * @rt: the way, whatever the header says; borrowed
 * @saddr: source where the header has none
 * @mc_loop: of a multicast this host gets a copy
 *
 * It is never cut into fragments.
 *
 * Context: process, BH off, RCU held.
 * Return: 0, NET_XMIT_CN, -EINVAL (header), or a negative errno of the way.
 */
int exs_ip_output_hdrincl(struct exs_net *en, struct sock *sk,
			  struct sk_buff *skb, const struct exs_rt *rt,
			  __be32 saddr, bool mc_loop)
{
	struct iphdr *iph;
	int err;

	skb_reset_network_header(skb);
	iph = ip_hdr(skb);
	err = exs_ip_hdrincl_complete(en, iph, skb_headlen(skb), skb->len,
				      saddr);
	if (err) {
		kfree_skb(skb);
		return err;
	}
	EXS_INC(en, IP_OutRequests);
	if (unlikely(!rt->ldev)) {
		exs_drop(skb, EXS_DROP_LINK_DETACHED);
		return -ENETDOWN;
	}
	skb->dev = rcu_dereference(rt->ldev->dev);
	skb_set_transport_header(skb, iph->ihl * 4);
	/* What is shorter is no message of any type. */
	if (iph->protocol == IPPROTO_ICMP &&
	    skb_headlen(skb) >= iph->ihl * 4 + sizeof(struct icmphdr))
		exs_icmp_count_out(en, icmp_hdr(skb)->type);
	return exs_ip_local_out(en, sk, skb, rt, true, mc_loop);
}
