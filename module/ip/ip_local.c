// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ip: a packet for this host, up to its transport.
 * Flow:   ip_input -> [here] -> LOCAL_IN -> [here] -> raw sockets, transport's
 *         rcv
 * Owns:   nothing
 * Locks:  softirq, RCU held
 * Spec:   RFC 1122 3.2.2.1 (protocol unreachable), 3.3.2 (reassembly)
 * Tests:  kunit/ip/ip_local_kunit.c, qemu/tests/icmp.sh
 */

#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <net/checksum.h>

#include "ip/ip_priv.h"

/* Behind LOCAL_IN. */
static int exs_ip_local_finish(struct exs_net *en, struct sock *sk,
			       struct sk_buff *skb)
{
	const struct exs_proto *proto;
	bool raw;

	/* When it was to leave a sender of this host is not when it came. */
	skb_clear_delivery_time(skb);
	__skb_pull(skb, exs_ip_hdr_len(skb));
	skb_reset_transport_header(skb);
	raw = exs_ip_raw_rcv(skb);
	proto = rcu_dereference(exs_protos[ip_hdr(skb)->protocol]);
	if (unlikely(!proto && raw)) {
		EXS_INC(en, IP_InDelivers);
		exs_consume(skb);
		return 0;
	}
	if (unlikely(!proto)) {
		EXS_INC(en, IP_InUnknownProtos);
		exs_icmp_send(skb, ICMP_DEST_UNREACH, ICMP_PROT_UNREACH, 0);
		exs_drop(skb, EXS_DROP_IP_NO_PROTO);
		return 0;
	}
	EXS_INC(en, IP_InDelivers);
	proto->rcv(skb);
	return 0;
}

/**
 * exs_ip_local_deliver - a packet for this host
 * @en: namespace
 * @skb: data at the IP header, checked; consumed
 *
 * Context: softirq, RCU held.
 */
void exs_ip_local_deliver(struct exs_net *en, struct sk_buff *skb)
{
	if (unlikely(exs_ip_is_fragment(ip_hdr(skb)))) {
		skb = exs_ip_defrag(en, skb);
		if (!skb)
			return;
	}
	if (exs_hook_run(EXS_HOOK_LOCAL_IN, en, NULL, skb, EXS_IPCB(skb)->ldev,
			 NULL, exs_ip_local_finish) == 1)
		exs_ip_local_finish(en, NULL, skb);
}

/**
 * exs_ip_transport_csum_ok - is the checksum of a TCP or UDP packet right?
 * @skb: data at the transport header, network header set, trimmed to its length
 * @proto: IPPROTO_TCP or IPPROTO_UDP, for the pseudo header
 *
 * Uses what the device computed. The rest of the packet's life it is known to
 * be right.
 *
 * Return: true when it is.
 */
bool exs_ip_transport_csum_ok(struct sk_buff *skb, u8 proto)
{
	const struct iphdr *iph = ip_hdr(skb);
	__wsum psum;

	if (skb_csum_unnecessary(skb))
		return true;
	psum = csum_tcpudp_nofold(iph->saddr, iph->daddr, skb->len, proto, 0);
	if (skb->ip_summed == CHECKSUM_COMPLETE &&
	    !csum_fold(csum_add(psum, skb->csum))) {
		skb->csum_valid = 1;
		return true;
	}
	skb->csum = psum;
	return !__skb_checksum_complete(skb);
}
