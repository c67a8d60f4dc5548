// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ip: answers to ICMP queries, made out of the query itself.
 * Flow:   icmp_input -> [here] -> exs_ip_output
 * Owns:   nothing
 * Locks:  softirq, RCU held
 * Spec:   RFC 792 (echo, timestamp); RFC 1122 3.2.2.6, 3.2.2.8
 * Tests:  kunit/ip/icmp_reply_kunit.c, qemu/tests/icmp.sh
 */
#include <linux/icmp.h>
#include <linux/inetdevice.h>
#include <linux/timekeeping.h>

#include "ip/ip_priv.h"

/* Turn the packet round: nothing of its way in may stay on it. */
static int exs_icmp_reply_prepare(struct exs_net *en, struct sk_buff *skb)
{
	skb_orphan(skb);
	skb_scrub_packet(skb, false);
	skb_clear_tstamp(skb);
	skb_clear_hash(skb);
	skb->priority = 0;
	skb->mark = exs_reply_mark(en, skb->mark);
	skb->ip_summed = CHECKSUM_NONE;
	return skb_cow(skb, LL_MAX_HEADER + sizeof(struct iphdr));
}

/* data at the ICMP header, checksum right; consumes. */
static void exs_icmp_reply_send(struct exs_net *en, struct sk_buff *skb,
				const struct iphdr *query)
{
	struct exs_flow flow = {
		.daddr = query->saddr, .proto = IPPROTO_ICMP,
		.tos = query->tos, .mark = skb->mark,
	};
	struct exs_ip_tx tx = {
		.daddr = query->saddr, .proto = IPPROTO_ICMP, .tos = query->tos,
	};
	struct exs_rt rt;

	/* RFC 1122 3.2.2.6: from the address that was asked, if it is one. */
	if (exs_addr_is_local(en, query->daddr))
		flow.saddr = query->daddr;
	if (exs_route_output(en, &flow, &rt)) {
		EXS_INC(en, IP_OutNoRoutes);
		exs_drop(skb, EXS_DROP_IP_NO_ROUTE);
		return;
	}
	/* RFC 1122 3.2.1.3: no host has such an address; a subnet would answer. */
	if (unlikely(rt.type == RTN_BROADCAST || rt.type == RTN_MULTICAST)) {
		exs_drop(skb, EXS_DROP_IP_MARTIAN_SRC);
		return;
	}
	tx.saddr = rt.saddr;
	exs_icmp_count_out(en, icmp_hdr(skb)->type);
	exs_ip_output(en, NULL, skb, &rt, &tx);
}

/**
 * exs_icmp_reply_echo - answer an echo request
 * @en: namespace
 * @skb: data at the ICMP header, checksum checked; consumed
 *
 * Context: softirq, RCU held.
 */
void exs_icmp_reply_echo(struct exs_net *en, struct sk_buff *skb)
{
	struct iphdr query = *ip_hdr(skb);
	struct icmphdr *icmp;

	if (exs_icmp_reply_prepare(en, skb)) {
		EXS_INC(en, ICMP_OutErrors);
		exs_drop(skb, EXS_DROP_NO_MEM);
		return;
	}
	skb_reset_transport_header(skb);
	icmp = icmp_hdr(skb);
	exs_cksum_replace16(&icmp->checksum, htons(ICMP_ECHO << 8),
			    htons(ICMP_ECHOREPLY << 8));
	icmp->type = ICMP_ECHOREPLY;
	exs_icmp_reply_send(en, skb, &query);
}

/* RFC 792: milliseconds since midnight UT. */
static __be32 exs_icmp_timestamp(void)
{
	struct timespec64 ts;
	u32 secs;

	ktime_get_real_ts64(&ts);
	div_u64_rem(ts.tv_sec, 86400, &secs);
	return htonl(secs * MSEC_PER_SEC + ts.tv_nsec / NSEC_PER_MSEC);
}

/**
 * exs_icmp_reply_timestamp - answer a timestamp request
 * @en: namespace
 * @skb: data at the ICMP header, checksum checked; consumed
 *
 * Context: softirq, RCU held.
 */
void exs_icmp_reply_timestamp(struct exs_net *en, struct sk_buff *skb)
{
	struct iphdr query = *ip_hdr(skb);
	struct icmphdr *icmp;
	__be32 *times;

	if (!pskb_may_pull(skb, sizeof(*icmp) + 3 * sizeof(*times))) {
		EXS_INC(en, ICMP_InErrors);
		exs_drop(skb, EXS_DROP_ICMP_HEADER);
		return;
	}
	if (exs_icmp_reply_prepare(en, skb) ||
	    pskb_trim(skb, sizeof(*icmp) + 3 * sizeof(*times))) {
		EXS_INC(en, ICMP_OutErrors);
		exs_drop(skb, EXS_DROP_NO_MEM);
		return;
	}
	skb_reset_transport_header(skb);
	icmp = icmp_hdr(skb);
	times = (__be32 *)(icmp + 1);
	times[1] = exs_icmp_timestamp();
	times[2] = times[1];
	icmp->type = ICMP_TIMESTAMPREPLY;
	icmp->code = 0;
	icmp->checksum = 0;
	icmp->checksum = csum_fold(csum_partial(icmp, skb->len, 0));
	exs_icmp_reply_send(en, skb, &query);
}
