// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ip: ICMP messages that come in.
 *
 * Queries are answered; errors are checked and handed to the transport that
 * sent the quoted packet, which decides whether it believes them.
 *
 * Flow:   ip_local -> [here] -> icmp_reply | transport's err | ping sockets
 * Owns:   nothing
 * Locks:  softirq, RCU held
 * Spec:   RFC 792; RFC 1122 3.2.2, 4.2.3.9; RFC 1191 3, 7
 * Tests:  kunit/ip/icmp_input_kunit.c, qemu/tests/icmp.sh
 */
#include <linux/icmp.h>

#include "ip/icmp.h"
#include "ip/ip_priv.h"

static const struct {
	int err;
	bool fatal;
} exs_icmp_unreach[NR_ICMP_UNREACH + 1] = {
	[ICMP_NET_UNREACH] = { ENETUNREACH, false },
	[ICMP_HOST_UNREACH] = { EHOSTUNREACH, false },
	[ICMP_PROT_UNREACH] = { ENOPROTOOPT, true },
	[ICMP_PORT_UNREACH] = { ECONNREFUSED, true },
	[ICMP_FRAG_NEEDED] = { EMSGSIZE, false },
	[ICMP_SR_FAILED] = { EOPNOTSUPP, false },
	[ICMP_NET_UNKNOWN] = { ENETUNREACH, true },
	[ICMP_HOST_UNKNOWN] = { EHOSTDOWN, true },
	[ICMP_HOST_ISOLATED] = { ENONET, true },
	[ICMP_NET_ANO] = { ENETUNREACH, true },
	[ICMP_HOST_ANO] = { EHOSTUNREACH, true },
	[ICMP_NET_UNR_TOS] = { ENETUNREACH, false },
	[ICMP_HOST_UNR_TOS] = { EHOSTUNREACH, false },
	[ICMP_PKT_FILTERED] = { EHOSTUNREACH, true },
	[ICMP_PREC_VIOLATION] = { EHOSTUNREACH, true },
	[ICMP_PREC_CUTOFF] = { EHOSTUNREACH, true },
};

/**
 * exs_icmp_errno - what an ICMP error means to a socket
 * @type: ICMP type
 * @code: its code
 * @fatal: set: may it end a connection at once (RFC 1122 4.2.3.9)?
 *
 * Return: the errno, positive; 0: not an error for sockets.
 */
int exs_icmp_errno(u8 type, u8 code, bool *fatal)
{
	int err = 0;

	*fatal = false;
	switch (type) {
	case ICMP_DEST_UNREACH:
		err = EHOSTUNREACH;
		if (code > NR_ICMP_UNREACH)
			break;
		*fatal = exs_icmp_unreach[code].fatal;
		err = exs_icmp_unreach[code].err;
		break;
	case ICMP_PARAMETERPROB:
		*fatal = true;
		err = EPROTO;
		break;
	case ICMP_TIME_EXCEEDED:
		err = EHOSTUNREACH;
		break;
	}
	return err;
}

/**
 * exs_icmp_mtu_guess - the path MTU a router without RFC 1191 meant
 * @len: length of the packet it could not forward
 *
 * Return: the next lower plateau (RFC 1191 7.1).
 */
u32 exs_icmp_mtu_guess(u32 len)
{
	static const u16 plateau[] = {
		32000, 17914, 8166, 4352, 2002, 1492, 576, 296, 216, 128, 68,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(plateau); i++)
		if (len > plateau[i])
			return plateau[i];
	return 68;
}

static void exs_icmp_count_in(struct exs_net *en, u8 type)
{
	switch (type) {
	case ICMP_ECHOREPLY:
		EXS_INC(en, ICMP_InEchoReps);
		break;
	case ICMP_DEST_UNREACH:
		EXS_INC(en, ICMP_InDestUnreachs);
		break;
	case ICMP_SOURCE_QUENCH:
		EXS_INC(en, ICMP_InSrcQuenchs);
		break;
	case ICMP_REDIRECT:
		EXS_INC(en, ICMP_InRedirects);
		break;
	case ICMP_ECHO:
		EXS_INC(en, ICMP_InEchos);
		break;
	case ICMP_TIME_EXCEEDED:
		EXS_INC(en, ICMP_InTimeExcds);
		break;
	case ICMP_PARAMETERPROB:
		EXS_INC(en, ICMP_InParmProbs);
		break;
	case ICMP_TIMESTAMP:
		EXS_INC(en, ICMP_InTimestamps);
		break;
	case ICMP_TIMESTAMPREPLY:
		EXS_INC(en, ICMP_InTimestampReps);
		break;
	}
}

static u32 exs_icmp_error_info(const struct icmphdr *icmp,
			       const struct iphdr *inner)
{
	u32 mtu;

	if (icmp->type == ICMP_PARAMETERPROB)
		return ntohl(icmp->un.gateway) >> 24;
	if (icmp->type != ICMP_DEST_UNREACH || icmp->code != ICMP_FRAG_NEEDED)
		return 0;
	mtu = ntohs(icmp->un.frag.mtu);
	return mtu ?: exs_icmp_mtu_guess(ntohs(inner->tot_len));
}

/*
 * The quoted packet must be one of ours, with the 8 bytes of its transport
 * that RFC 792 promises. Data is at the ICMP header.
 */
static bool exs_icmp_error_parse(struct exs_net *en, struct sk_buff *skb,
				 struct exs_icmp_err *e)
{
	unsigned int off = sizeof(struct icmphdr), hlen;
	const struct icmphdr *icmp;
	const struct iphdr *inner;

	if (!pskb_may_pull(skb, off + sizeof(*inner)))
		return false;
	inner = (const struct iphdr *)(skb->data + off);
	hlen = inner->ihl * 4;
	if (inner->version != 4 || hlen < sizeof(*inner) ||
	    !pskb_may_pull(skb, off + hlen + 8))
		return false;
	inner = (const struct iphdr *)(skb->data + off);
	if (inner->frag_off & htons(IP_OFFSET) ||
	    !exs_addr_is_local(en, inner->saddr))
		return false;
	icmp = (const struct icmphdr *)skb->data;
	e->en = en;
	e->inner = inner;
	e->transport = (const u8 *)inner + hlen;
	e->transport_len = skb_headlen(skb) - off - hlen;
	e->from = ip_hdr(skb)->saddr;
	e->type = icmp->type;
	e->code = icmp->code;
	e->info = exs_icmp_error_info(icmp, inner);
	e->err = exs_icmp_errno(e->type, e->code, &e->fatal);
	e->iif = EXS_IPCB(skb)->ldev->ifindex;
	return true;
}

/* Whoever may have sent the quoted packet. It stays the caller's. */
static void exs_icmp_tell(struct sk_buff *skb, const struct exs_icmp_err *e)
{
	const struct exs_raw_ops *raw = rcu_dereference(exs_raw_ops);
	const struct exs_proto *proto;

	if (static_branch_unlikely(&exs_raw_key) && raw)
		raw->err(skb, e);
	proto = rcu_dereference(exs_protos[e->inner->protocol]);
	if (proto && proto->err)
		proto->err(skb, e);
}

static void exs_icmp_rcv_error(struct exs_net *en, struct sk_buff *skb)
{
	struct exs_icmp_err e = {};

	if (!exs_icmp_error_parse(en, skb, &e)) {
		EXS_INC(en, ICMP_InErrors);
		exs_drop(skb, EXS_DROP_ICMP_HEADER);
		return;
	}
	if (!e.err || (e.err == EMSGSIZE &&
		       READ_ONCE(en->sysctl.ip_no_pmtu_disc) == 2)) {
		exs_drop(skb, EXS_DROP_ICMP_IGNORED);
		return;
	}
	__skb_pull(skb, sizeof(struct icmphdr));
	exs_icmp_tell(skb, &e);
	exs_consume(skb);
}

/* RFC 1122 3.2.2.6: queries to a group may be ignored, and are by default. */
static bool exs_icmp_query_ignored(const struct exs_net *en,
				   const struct sk_buff *skb)
{
	if (EXS_IPCB(skb)->flags & (EXS_IPCB_BROADCAST | EXS_IPCB_MULTICAST))
		return READ_ONCE(en->sysctl.icmp_echo_ignore_broadcasts);
	return false;
}

static void exs_icmp_rcv_query(struct exs_net *en, struct sk_buff *skb, u8 type)
{
	if (exs_icmp_query_ignored(en, skb) ||
	    (type == ICMP_ECHO && READ_ONCE(en->sysctl.icmp_echo_ignore_all)))
		exs_drop(skb, EXS_DROP_ICMP_IGNORED);
	else if (type == ICMP_ECHO)
		exs_icmp_reply_echo(en, skb);
	else
		exs_icmp_reply_timestamp(en, skb);
}

static void exs_icmp_rcv_echo_reply(struct sk_buff *skb)
{
	const struct exs_proto *echo = rcu_dereference(exs_icmp_echo);

	if (echo)
		echo->rcv(skb);
	else
		exs_drop(skb, EXS_DROP_ICMP_DONE);
}

static void exs_icmp_rcv(struct sk_buff *skb)
{
	struct exs_net *en = EXS_IPCB(skb)->ldev->en;
	u8 type;

	EXS_INC(en, ICMP_InMsgs);
	if (!pskb_may_pull(skb, sizeof(struct icmphdr))) {
		EXS_INC(en, ICMP_InErrors);
		exs_drop(skb, EXS_DROP_ICMP_HEADER);
		return;
	}
	if (skb_checksum_simple_validate(skb)) {
		EXS_INC(en, ICMP_InErrors);
		EXS_INC(en, ICMP_InCsumErrors);
		exs_drop(skb, EXS_DROP_ICMP_CSUM);
		return;
	}
	type = icmp_hdr(skb)->type;
	exs_icmp_count_in(en, type);
	switch (type) {
	case ICMP_ECHO:
	case ICMP_TIMESTAMP:
		exs_icmp_rcv_query(en, skb, type);
		break;
	case ICMP_DEST_UNREACH:
	case ICMP_TIME_EXCEEDED:
	case ICMP_PARAMETERPROB:
		exs_icmp_rcv_error(en, skb);
		break;
	case ICMP_ECHOREPLY:
		exs_icmp_rcv_echo_reply(skb);
		break;
	case ICMP_TIMESTAMPREPLY:
		/* Only raw sockets ask, and they have their copy. */
		exs_drop(skb, EXS_DROP_ICMP_DONE);
		break;
	default:
		/* RFC 1122 3.2.2: unknown types are silently discarded. */
		exs_drop(skb, EXS_DROP_ICMP_IGNORED);
	}
}

/* An error about a message of ours. */
static void exs_icmp_err(struct sk_buff *skb, const struct exs_icmp_err *e)
{
	const struct exs_proto *echo = rcu_dereference(exs_icmp_echo);

	if (e->err == EMSGSIZE)
		exs_pmtu_update(e->en, e->inner->daddr, e->info);
	if (echo)
		echo->err(skb, e);
}

const struct exs_proto exs_icmp_proto = {
	.protocol = IPPROTO_ICMP,
	.rcv = exs_icmp_rcv,
	.err = exs_icmp_err,
};

/**
 * exs_ip_link_failure - a packet's next hop could not be resolved
 * @skb: data at the IP header, stays the caller's
 *
 * To its sender that is a router's host unreachable; if the sender is here,
 * its transport is told directly.
 *
 * Context: softirq or process, BH off, RCU held.
 */
void exs_ip_link_failure(struct sk_buff *skb)
{
	struct exs_icmp_err e = {
		.type = ICMP_DEST_UNREACH, .code = ICMP_HOST_UNREACH,
	};
	const struct iphdr *iph;

	if (!skb->dev || !pskb_may_pull(skb, sizeof(*iph)) ||
	    !pskb_may_pull(skb, ip_hdrlen(skb) + 8))
		return;
	iph = ip_hdr(skb);
	e.en = exs_net(dev_net(skb->dev));
	if (!exs_addr_is_local(e.en, iph->saddr)) {
		exs_icmp_send(skb, ICMP_DEST_UNREACH, ICMP_HOST_UNREACH, 0);
		return;
	}
	e.inner = iph;
	e.transport = (const u8 *)iph + iph->ihl * 4;
	e.transport_len = skb_headlen(skb) - iph->ihl * 4;
	e.from = iph->saddr;
	e.err = exs_icmp_errno(e.type, e.code, &e.fatal);
	e.iif = skb->dev->ifindex;
	if (!(iph->frag_off & htons(IP_OFFSET)))
		exs_icmp_tell(skb, &e);
}
