// SPDX-License-Identifier: GPL-2.0
/*
 * expstack raw: copies of what comes in for raw sockets, and errors about what
 * they sent.
 * Flow:   ip_local -> exs_raw_rcv -> sk_receive_queue -> dgram_rcv
 *         icmp_input -> exs_raw_err -> sk_error_queue
 * Owns:   the copies until they are queued or dropped
 * Locks:  sk_receive_queue.lock; RCU for the table
 * Spec:   raw(7), icmp(7)
 * Tests:  kunit/raw/raw_rcv_kunit.c, qemu/tests/raw.sh
 */
#include "raw/raw_priv.h"

/**
 * exs_raw_is_filtered - does a socket not want this kind of ICMP message?
 * @filter: ICMP_FILTER of the socket
 * @type: of the message
 *
 * Return: true when it does not. Types that no bit stands for are wanted.
 */
bool exs_raw_is_filtered(u32 filter, u8 type)
{
	return type < 32 && filter & BIT(type);
}

static bool exs_raw_wants(struct exs_sock *es, const struct sk_buff *skb)
{
	u32 filter = READ_ONCE(exs_raw_sk(&es->sk)->icmp_filter);
	u8 type, *p;

	if (likely(!filter) || es->sk.sk_protocol != IPPROTO_ICMP)
		return true;
	p = skb_header_pointer(skb, 0, sizeof(type), &type);
	return !p || !exs_raw_is_filtered(filter, *p);
}

/**
 * exs_raw_queue - hand a packet to a socket's reader
 * @sk: the socket
 * @skb: as the reader is to get it; consumed
 *
 * Context: softirq.
 */
void exs_raw_queue(struct sock *sk, struct sk_buff *skb)
{
	enum skb_drop_reason why;

	if (!sock_queue_rcv_skb_reason(sk, skb, &why))
		return;
	if (why == SKB_DROP_REASON_SOCKET_RCVBUFF)
		exs_drop(skb, EXS_DROP_RAW_RCVBUF);
	else if (why == SKB_DROP_REASON_PROTO_MEM)
		exs_drop(skb, EXS_DROP_NO_MEM);
	else
		exs_drop(skb, EXS_DROP_SOCKET_FILTER);
}

static void exs_raw_deliver(struct exs_sock *es, struct sk_buff *skb)
{
	struct sk_buff *copy = skb_clone(skb, GFP_ATOMIC);

	if (!copy) {
		atomic_inc(&es->sk.sk_drops);
		return;
	}
	/* The reader gets the IP header too. */
	skb_push(copy, -skb_network_offset(copy));
	exs_raw_queue(&es->sk, copy);
}

/**
 * exs_raw_rcv - a packet for this host, before its transport gets it
 * @skb: data at the transport header, network header set; stays the caller's
 *
 * Every socket of the protocol that is not bound to or connected with somebody
 * else gets a copy.
 *
 * Context: softirq, RCU held.
 * Return: true when there is such a socket, whether it had room or not.
 */
bool exs_raw_rcv(struct sk_buff *skb)
{
	const struct iphdr *iph = ip_hdr(skb);
	struct net *net = EXS_IPCB(skb)->ldev->en->net;
	__be16 number = htons(iph->protocol);
	struct exs_sock *es = NULL;
	bool found = false;

	while ((es = exs_dgram_next_rcu(&exs_raw_table, net, number, es))) {
		if (!exs_dgram_match(&es->conn, iph->saddr, iph->daddr,
				     skb->skb_iif))
			continue;
		if (ipv4_is_multicast(iph->daddr) && !es->mc_all)
			continue;
		found = true;
		if (exs_raw_wants(es, skb))
			exs_raw_deliver(es, skb);
	}
	return found;
}

/**
 * exs_raw_err - an ICMP error about a packet of ours
 * @skb: the ICMP message; stays the caller's
 * @e: what it says
 *
 * Context: softirq, RCU held.
 */
void exs_raw_err(struct sk_buff *skb, const struct exs_icmp_err *e)
{
	__be16 number = htons(e->inner->protocol);
	struct net *net = e->en->net;
	struct exs_sock *es = NULL;

	while ((es = exs_dgram_next_rcu(&exs_raw_table, net, number, es)))
		if (exs_dgram_match(&es->conn, e->inner->daddr,
				    e->inner->saddr, e->iif))
			exs_dgram_error(&es->sk, skb, e, 0, es->hdrincl ?
					(const void *)e->inner : e->transport);
}

/**
 * exs_raw_recvmsg - receive a packet, IP header and all
 * @sk: socket, not locked
 * @msg: filled
 * @len: bytes at most
 * @flags: MSG_*
 * @addr_len: length of the address
 *
 * Context: process.
 * Return: bytes copied (all of the packet's with MSG_TRUNC) or an errno.
 */
int exs_raw_recvmsg(struct sock *sk, struct msghdr *msg, size_t len, int flags,
		    int *addr_len)
{
	bool taken;

	if (flags & MSG_OOB)
		return -EOPNOTSUPP;
	return exs_dgram_recvmsg(sk, msg, len, flags, addr_len, 0, &taken);
}
