// SPDX-License-Identifier: GPL-2.0
/*
 * expstack udp: receiving, and errors that come back.
 * Flow:   ip_local -> exs_udp_rcv -> sk_receive_queue -> dgram_rcv
 * Owns:   the datagram until it is queued or dropped
 * Locks:  sk_receive_queue.lock
 * Spec:   RFC 768, RFC 1122 4.1.3
 * Tests:  kunit/udp/udp_rcv_kunit.c, qemu/tests/sockapi.sh
 */
#include <linux/filter.h>
#include <linux/icmp.h>

#include "udp/udp_priv.h"

/*
 * Charge the datagram to the socket and queue it. A socket filter sees the UDP
 * header, and cannot cut it off; the reader does not get it. Consumes.
 */
static void exs_udp_queue(struct exs_net *en, struct sock *sk,
			  struct sk_buff *skb)
{
	enum exs_drop_reason reason;
	int err;

	if (sk_filter_trim_cap(sk, skb, sizeof(struct udphdr))) {
		atomic_inc(&sk->sk_drops);
		reason = EXS_DROP_SOCKET_FILTER;
		goto drop;
	}
	__skb_pull(skb, sizeof(struct udphdr));
	if (exs_sk(sk)->conn.raddr)
		sk_incoming_cpu_update(sk);
	err = __sock_queue_rcv_skb(sk, skb);
	if (likely(!err))
		return;
	if (err == -ENOMEM) {
		EXS_INC(en, UDP_RcvbufErrors);
		reason = EXS_DROP_UDP_RCVBUF;
	} else {
		EXS_INC(en, UDP_MemErrors);
		reason = EXS_DROP_NO_MEM;
	}
drop:
	EXS_INC(en, UDP_InErrors);
	exs_drop(skb, reason);
}

/* To every socket that wants it. Consumes. */
static void exs_udp_rcv_many(struct exs_net *en, struct sk_buff *skb,
			     const struct udphdr *uh)
{
	__be16 sport = uh->source, dport = uh->dest;
	__be32 saddr = ip_hdr(skb)->saddr;
	__be32 daddr = ip_hdr(skb)->daddr;
	struct exs_sock *es, *next;
	struct sk_buff *clone;
	int dif = skb->skb_iif;

	es = exs_udp_next_rcu(en->net, NULL, saddr, sport, daddr, dport, dif);
	if (!es) {
		EXS_INC(en, UDP_IgnoredMulti);
		exs_drop(skb, EXS_DROP_UDP_NO_SOCKET);
		return;
	}
	for (; es; es = next) {
		next = exs_udp_next_rcu(en->net, es, saddr, sport, daddr, dport,
					dif);
		if (!next) {
			exs_udp_queue(en, &es->sk, skb);
			return;
		}
		clone = skb_clone(skb, GFP_ATOMIC);
		if (clone)
			exs_udp_queue(en, &es->sk, clone);
		else
			EXS_INC(en, UDP_MemErrors);
	}
}

static void exs_udp_rcv_none(struct exs_net *en, struct sk_buff *skb)
{
	EXS_INC(en, UDP_NoPorts);
	exs_icmp_send(skb, ICMP_DEST_UNREACH, ICMP_PORT_UNREACH, 0);
	exs_drop(skb, EXS_DROP_UDP_NO_SOCKET);
}

/* Length and checksum. False: dropped and counted. */
static bool exs_udp_rcv_check(struct exs_net *en, struct sk_buff *skb)
{
	enum exs_drop_reason reason = EXS_DROP_UDP_LENGTH;
	unsigned int len;

	if (!pskb_may_pull(skb, sizeof(struct udphdr)))
		goto bad;
	reason = exs_udp_hdr_check(udp_hdr(skb), skb->len, &len);
	if (reason != EXS_DROP_MAX)
		goto bad;
	reason = EXS_DROP_UDP_LENGTH;
	if (len < skb->len && pskb_trim_rcsum(skb, len))
		goto bad;
	if (udp_hdr(skb)->check &&
	    !exs_ip_transport_csum_ok(skb, IPPROTO_UDP)) {
		EXS_INC(en, UDP_InCsumErrors);
		reason = EXS_DROP_UDP_CSUM;
		goto bad;
	}
	return true;
bad:
	EXS_INC(en, UDP_InErrors);
	exs_drop(skb, reason);
	return false;
}

/**
 * exs_udp_rcv - a UDP datagram for this host
 * @skb: data at the UDP header; consumed
 *
 * Context: softirq, RCU held.
 */
void exs_udp_rcv(struct sk_buff *skb)
{
	struct exs_net *en = EXS_IPCB(skb)->ldev->en;
	const struct udphdr *uh;
	const struct iphdr *iph;
	struct exs_sock *es;

	if (!exs_udp_rcv_check(en, skb))
		return;
	uh = udp_hdr(skb);
	if (EXS_IPCB(skb)->flags & (EXS_IPCB_BROADCAST | EXS_IPCB_MULTICAST)) {
		exs_udp_rcv_many(en, skb, uh);
		return;
	}
	iph = ip_hdr(skb);
	es = exs_udp_lookup_rcu(en->net, skb, iph->saddr, uh->source, iph->daddr,
				uh->dest, skb->skb_iif);
	if (!es) {
		exs_udp_rcv_none(en, skb);
		return;
	}
	if (unlikely(iph->ttl < es->min_ttl)) {
		exs_drop(skb, EXS_DROP_TCP_MINTTL);
		return;
	}
	exs_udp_queue(en, &es->sk, skb);
}

/**
 * exs_udp_err - an ICMP error about a datagram of ours
 * @skb: the ICMP message; stays the caller's
 * @e: what it says
 *
 * Context: softirq, RCU held.
 */
void exs_udp_err(struct sk_buff *skb, const struct exs_icmp_err *e)
{
	const struct udphdr *uh = e->transport;
	struct exs_sock *es;

	es = exs_udp_lookup_rcu(e->en->net, NULL, e->inner->daddr, uh->dest,
				e->inner->saddr, uh->source, e->iif);
	if (!es)
		EXS_INC(e->en, ICMP_InErrors);
	else
		exs_dgram_error(&es->sk, skb, e, uh->dest, uh + 1);
}

/**
 * exs_udp_recvmsg - receive a datagram, which counts as delivered then
 * @sk: socket, not locked
 * @msg: filled
 * @len: bytes at most
 * @flags: MSG_*
 * @addr_len: length of the address
 *
 * Context: process.
 * Return: bytes copied (all of the datagram's with MSG_TRUNC) or an errno.
 */
int exs_udp_recvmsg(struct sock *sk, struct msghdr *msg, size_t len, int flags,
		    int *addr_len)
{
	bool taken = false;
	int ret = exs_dgram_recvmsg(sk, msg, len, flags, addr_len,
				    sizeof(struct udphdr), &taken);

	/* After shutdown() 0 is no datagram. */
	if (!taken || flags & MSG_PEEK)
		return ret;
	if (likely(ret >= 0))
		EXS_INC(exs_sock_net(sk), UDP_InDatagrams);
	else if (ret == -EFAULT)
		EXS_INC(exs_sock_net(sk), UDP_InErrors);
	return ret;
}
