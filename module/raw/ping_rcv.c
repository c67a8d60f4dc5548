// SPDX-License-Identifier: GPL-2.0
/*
 * expstack raw: echo replies, and errors about echo requests, for ping sockets.
 * Flow:   icmp_input -> exs_ping_rcv -> sk_receive_queue -> dgram_rcv
 *         icmp_input -> exs_ping_err -> sk_error_queue
 * Owns:   the reply until it is queued or dropped
 * Locks:  sk_receive_queue.lock; RCU for the table
 * Spec:   RFC 792 (echo: the identifier tells whose it is)
 * Tests:  kunit/raw/ping_kunit.c, qemu/tests/ping.sh
 */
#include "raw/raw_priv.h"

/**
 * exs_ping_lookup_rcu - whose echo request was it?
 * @net: namespace
 * @raddr: who was asked
 * @laddr: who asked
 * @ident: the identifier
 * @dif: device the answer came in by
 *
 * Context: RCU held by the caller, who may use the result until it lets go.
 * Return: the socket or NULL.
 */
struct exs_sock *exs_ping_lookup_rcu(struct net *net, __be32 raddr,
				     __be32 laddr, __be16 ident, int dif)
{
	struct exs_sock *es = NULL;

	while ((es = exs_dgram_next_rcu(&exs_ping_table, net, ident, es)))
		if (exs_dgram_match(&es->conn, raddr, laddr, dif))
			return es;
	return NULL;
}

/**
 * exs_ping_rcv - an echo reply
 * @skb: data at the ICMP header, checksum right; consumed
 *
 * Context: softirq, RCU held.
 */
void exs_ping_rcv(struct sk_buff *skb)
{
	struct net *net = EXS_IPCB(skb)->ldev->en->net;
	const struct iphdr *iph = ip_hdr(skb);
	struct exs_sock *es;

	es = exs_ping_lookup_rcu(net, iph->saddr, iph->daddr,
				 icmp_hdr(skb)->un.echo.id, skb->skb_iif);
	if (es)
		exs_raw_queue(&es->sk, skb);
	else
		exs_drop(skb, EXS_DROP_ICMP_DONE);
}

/**
 * exs_ping_recvmsg - receive an echo reply
 * @sk: socket, not locked
 * @msg: filled
 * @len: bytes at most
 * @flags: MSG_*; MSG_TRUNC changes nothing, as with AF_INET
 * @addr_len: length of the address
 *
 * Context: process.
 * Return: bytes copied or an errno.
 */
int exs_ping_recvmsg(struct sock *sk, struct msghdr *msg, size_t len, int flags,
		     int *addr_len)
{
	return exs_raw_recvmsg(sk, msg, len, flags & ~MSG_TRUNC, addr_len);
}

/**
 * exs_ping_err - an ICMP error about an ICMP message of ours
 * @skb: the error; stays the caller's
 * @e: what it says
 *
 * Context: softirq, RCU held.
 */
void exs_ping_err(struct sk_buff *skb, const struct exs_icmp_err *e)
{
	const struct icmphdr *icmp = e->transport;
	struct exs_sock *es;

	if (icmp->type != ICMP_ECHO)
		return;
	es = exs_ping_lookup_rcu(e->en->net, e->inner->daddr, e->inner->saddr,
				 icmp->un.echo.id, e->iif);
	if (es)
		exs_dgram_error(&es->sk, skb, e, 0, icmp);
}
