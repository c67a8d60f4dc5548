// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: from a packet to whom it concerns.
 * Flow:   exs_ip_local -> [here] -> exs_tcp_established_segment,
 *         exs_tcp_state_segment, exs_tcp_req_segment, exs_tcp_timewait_segment,
 *         exs_tcp_listen_syn
 * Owns:   the segment's control block
 * Locks:  takes the socket's spinlock; look-ups are under RCU, no references
 * Spec:   RFC 9293 3.10.7; RFC 5082 (minimum TTL); RFC 2385 2.0
 * Tests:  kunit/tcp/tcp_demux_kunit.c, qemu/wire/checksum, qemu/wire/reset
 */
#include <linux/filter.h>
#include <net/busy_poll.h>

#include "tcp/tcp_priv.h"
#include "tcp/tcp_req.h"

/* What the backlog may hold beyond the buffers: a burst while the user copies. */
#define EXS_TCP_BACKLOG_EXTRA	(64 * 1024)

static bool exs_tcp_prepare_drop(struct sk_buff *skb, enum exs_drop_reason why)
{
	struct exs_net *en = exs_net(dev_net(skb->dev));

	if (why == EXS_DROP_TCP_CSUM)
		EXS_INC(en, TCP_InCsumErrors);
	EXS_INC(en, TCP_InErrs);
	exs_drop(skb, why);
	return false;
}

/**
 * exs_tcp_prepare - check a segment and fill its control block
 * @skb: data at the TCP header; dropped when malformed
 *
 * The header with its options is linear afterwards.
 *
 * Context: softirq, RCU held.
 * Return: true; false: dropped.
 */
bool exs_tcp_prepare(struct sk_buff *skb)
{
	struct exs_tcp_cb *cb = EXS_TCPCB(skb);
	const struct tcphdr *th;
	unsigned int len;

	if (unlikely(!pskb_may_pull(skb, sizeof(*th))))
		return exs_tcp_prepare_drop(skb, EXS_DROP_TCP_HEADER);
	th = (const struct tcphdr *)skb->data;
	len = th->doff * 4;
	if (unlikely(len < sizeof(*th) || !pskb_may_pull(skb, len)))
		return exs_tcp_prepare_drop(skb, EXS_DROP_TCP_HEADER);
	if (unlikely(!exs_ip_transport_csum_ok(skb, IPPROTO_TCP)))
		return exs_tcp_prepare_drop(skb, EXS_DROP_TCP_CSUM);

	th = (const struct tcphdr *)skb->data;
	skb_reset_transport_header(skb);
	cb->seq = ntohl(th->seq);
	cb->end_seq = cb->seq + th->syn + th->fin + skb->len - len;
	cb->ack_seq = ntohl(th->ack_seq);
	cb->flags = ((const u8 *)th)[13];
	cb->sacked = 0;
	cb->tos = ip_hdr(skb)->tos;
	cb->eor = 0;
	cb->has_tstamp = 0;
	return true;
}

/* With the socket locked: is it still the one the look-up found? */
static bool exs_tcp_sock_gone(const struct sock *sk)
{
	return sk->sk_state == TCP_CLOSE || sk->sk_state == TCP_LISTEN;
}

static void exs_tcp_sock_process(struct sock *sk, struct sk_buff *skb)
{
	if (likely(sk->sk_state == TCP_ESTABLISHED))
		exs_tcp_established_segment(sk, skb);
	else if (likely(!exs_tcp_sock_gone(sk)))
		exs_tcp_state_segment(sk, skb);
	else
		exs_drop(skb, EXS_DROP_TCP_CLOSED);
}

static bool exs_tcp_sock_wants(struct sock *sk, struct sk_buff *skb)
{
	if (unlikely(exs_sk(sk)->min_ttl &&
		     ip_hdr(skb)->ttl < exs_sk(sk)->min_ttl)) {
		EXS_INC(exs_sock_net(sk), TCPEXT_TCPMinTTLDrop);
		exs_drop(skb, EXS_DROP_TCP_MINTTL);
		return false;
	}
	if (unlikely(!exs_tcp_md5_ok(sk, skb)))
		return false;
	if (unlikely(rcu_access_pointer(sk->sk_filter))) {
		unsigned int hdr = tcp_hdrlen(skb);

		/* Never into the header: what is left must still parse. */
		if (sk_filter_trim_cap(sk, skb, hdr)) {
			exs_drop(skb, EXS_DROP_SOCKET_FILTER);
			return false;
		}
		EXS_TCPCB(skb)->end_seq = EXS_TCPCB(skb)->seq +
					  tcp_hdr(skb)->syn +
					  tcp_hdr(skb)->fin + skb->len - hdr;
	}
	return true;
}

static void exs_tcp_sock_backlog(struct sock *sk, struct sk_buff *skb)
{
	struct net_device *dev = skb->dev;
	u64 limit;

	/* A full window and what a full receive queue is allowed besides. */
	limit = 2ULL * READ_ONCE(sk->sk_rcvbuf) +
		(READ_ONCE(sk->sk_sndbuf) >> 1) + EXS_TCP_BACKLOG_EXTRA;
	limit = min_t(u64, limit, UINT_MAX);

	/* exs_tcp_backlog_rcv() finds another. */
	skb->dev = NULL;
	if (likely(!sk_add_backlog(sk, skb, limit)))
		return;
	skb->dev = dev;
	EXS_INC(exs_sock_net(sk), TCPEXT_TCPBacklogDrop);
	exs_drop(skb, EXS_DROP_TCP_BACKLOG);
}

static void exs_tcp_sock_rcv(struct sock *sk, struct sk_buff *skb)
{
	if (!exs_tcp_sock_wants(sk, skb))
		return;
	sk_incoming_cpu_update(sk);
	sk_mark_napi_id(sk, skb);
	bh_lock_sock_nested(sk);
	exs_tcp_count_in(exs_tcp_sk(sk), skb);
	if (likely(!sock_owned_by_user(sk)))
		exs_tcp_sock_process(sk, skb);
	else
		exs_tcp_sock_backlog(sk, skb);
	bh_unlock_sock(sk);
}

/**
 * exs_tcp_backlog_rcv - a segment that waited for the socket's owner
 * @sk: the socket, owned by the caller
 * @skb: prepared by exs_tcp_prepare(); consumed
 *
 * The device it came by may be gone: the one that lives as long as the
 * namespace stands for it, for replies and for the counting of drops.
 *
 * Context: process, from release_sock().
 * Return: 0.
 */
int exs_tcp_backlog_rcv(struct sock *sk, struct sk_buff *skb)
{
	skb->dev = sock_net(sk)->loopback_dev;
	local_bh_disable();
	rcu_read_lock();
	exs_tcp_sock_process(sk, skb);
	rcu_read_unlock();
	local_bh_enable();
	return 0;
}

static void exs_tcp_no_socket(struct sk_buff *skb)
{
	exs_tcp_send_reset(NULL, skb);
	exs_drop(skb, EXS_DROP_TCP_NO_SOCKET);
}

static bool exs_tcp_rcv_conn(struct exs_conn *c, struct sk_buff *skb)
{
	struct exs_tcp_req *req;

	switch (c->kind) {
	case EXS_CONN_SOCK:
		exs_tcp_sock_rcv(&container_of(c, struct exs_sock, conn)->sk,
				 skb);
		return true;
	case EXS_CONN_REQUEST:
		req = container_of(c, struct exs_tcp_req, conn);
		/* What the child inherits counts from the first segment on. */
		if (exs_tcp_sock_wants(req->listener, skb))
			exs_tcp_req_segment(req, skb);
		return true;
	case EXS_CONN_TIMEWAIT:
		exs_tcp_timewait_segment(container_of(c, struct exs_tcp_tw,
						      conn), skb);
		return true;
	}
	return false;
}

/**
 * exs_tcp_listener_rcu - who listens for a segment
 * @skb: prepared
 *
 * Context: softirq, RCU held.
 * Return: the listener, without a reference, or NULL.
 */
struct sock *exs_tcp_listener_rcu(struct sk_buff *skb)
{
	const struct tcphdr *th = tcp_hdr(skb);
	const struct iphdr *iph = ip_hdr(skb);
	struct exs_sock *es;

	es = exs_listen_lookup_rcu(dev_net(skb->dev), skb, iph->saddr,
				   th->source, iph->daddr, th->dest,
				   skb->dev->ifindex);
	return es ? &es->sk : NULL;
}

/**
 * exs_tcp_rcv_listener - a segment that no connection claims
 * @skb: prepared; consumed
 * @isn: initial sequence number of a TIME-WAIT's successor, or 0
 *
 * Context: softirq, RCU held.
 */
void exs_tcp_rcv_listener(struct sk_buff *skb, u32 isn)
{
	struct sock *lsk = exs_tcp_listener_rcu(skb);

	if (!lsk)
		exs_tcp_no_socket(skb);
	else if (exs_tcp_sock_wants(lsk, skb))
		exs_tcp_listen_syn(lsk, skb, isn);
}

/**
 * exs_tcp_rcv - a TCP packet for this host
 * @skb: data at the TCP header; consumed
 *
 * Context: softirq, RCU held.
 */
void exs_tcp_rcv(struct sk_buff *skb)
{
	const struct iphdr *iph;
	const struct tcphdr *th;
	struct exs_conn *c;
	struct net *net;

	net = dev_net(skb->dev);
	EXS_INC(exs_net(net), TCP_InSegs);
	/* RFC 9293 MUST-57, whatever the frame was addressed to. */
	if (unlikely(skb->pkt_type != PACKET_HOST ||
		     EXS_IPCB(skb)->flags & (EXS_IPCB_BROADCAST |
					     EXS_IPCB_MULTICAST))) {
		exs_drop(skb, EXS_DROP_TCP_NO_SOCKET);
		return;
	}
	if (unlikely(!exs_tcp_prepare(skb)))
		return;
	th = tcp_hdr(skb);
	iph = ip_hdr(skb);
	c = exs_conn_lookup_rcu(net, iph->saddr, th->source, iph->daddr,
				th->dest, skb->dev->ifindex);
	if (likely(c && exs_tcp_rcv_conn(c, skb)))
		return;
	exs_tcp_rcv_listener(skb, 0);
}
