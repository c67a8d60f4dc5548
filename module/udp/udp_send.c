// SPDX-License-Identifier: GPL-2.0
/*
 * expstack udp: sending.
 * Flow:   sendmsg -> [here] -> exs_ip_output
 * Owns:   the datagram until exs_ip_output takes it
 * Locks:  none on the way of a bound socket
 * Spec:   RFC 768, RFC 1122 4.1, RFC 8085
 * Tests:  kunit/udp/udp_send_kunit.c, qemu/tests/udp.sh
 */

#include "udp/udp_priv.h"

/* All that is decided about a datagram before it is made. */
struct exs_udp_out {
	__be32 daddr;
	__be16 dport;
	bool connected;		/* goes to the peer, with no extra wishes */
	struct exs_rt rt;
	struct exs_ip_tx tx;
	struct exs_cmsg_send cm;
};

/* Where to: the address given, or the peer. */
static int exs_udp_dest(struct sock *sk, struct msghdr *msg,
			struct exs_udp_out *out)
{
	DECLARE_SOCKADDR(struct sockaddr_in *, sin, msg->msg_name);
	struct exs_sock *es = exs_sk(sk);

	if (sin) {
		if (msg->msg_namelen < (int)sizeof(*sin))
			return -EINVAL;
		if (sin->sin_family != AF_INET &&
		    sin->sin_family != AF_EXPSTACK &&
		    sin->sin_family != AF_UNSPEC)
			return -EAFNOSUPPORT;
		out->daddr = sin->sin_addr.s_addr;
		out->dport = sin->sin_port;
		if (!out->dport)
			return -EINVAL;
	} else {
		if (READ_ONCE(sk->sk_state) != TCP_ESTABLISHED)
			return -EDESTADDRREQ;
		out->daddr = es->conn.raddr;
		out->dport = es->conn.rport;
		out->connected = true;
	}
	/* The wildcard address means this host. */
	if (!out->daddr)
		out->daddr = htonl(INADDR_LOOPBACK);
	return 0;
}

static int exs_udp_autobind(struct sock *sk)
{
	struct exs_sock *es = exs_sk(sk);
	int err = 0;

	if (likely(READ_ONCE(es->conn.lport)))
		return 0;
	lock_sock(sk);
	if (!es->conn.lport) {
		es->conn.bound_dev_if = sk->sk_bound_dev_if;
		err = exs_port_bind(&exs_udp_ports, es, 0);
		if (!err) {
			sk->sk_num = ntohs(es->conn.lport);
			exs_udp_hash_insert(es);
		} else if (err == -EADDRINUSE) {
			err = -EAGAIN;
		}
	}
	release_sock(sk);
	return err;
}

static int exs_udp_route(struct sock *sk, struct exs_udp_out *out)
{
	struct exs_sock *es = exs_sk(sk);
	struct exs_flow flow;

	if (out->connected && !out->cm.oif && !out->cm.saddr &&
	    out->cm.tos < 0)
		return exs_udp_route_get(sk, &out->rt);

	exs_sock_flow(sk, &flow);
	flow.daddr = out->daddr;
	flow.dport = out->dport;
	if (out->cm.saddr)
		flow.saddr = out->cm.saddr;
	if (out->cm.oif)
		flow.oif = out->cm.oif;
	if (ipv4_is_multicast(out->daddr)) {
		flow.oif = flow.oif ?: es->mc_index;
		flow.saddr = flow.saddr ?: es->mc_addr;
	} else {
		flow.oif = flow.oif ?: es->uc_index;
	}
	return exs_route_output(exs_sock_net(sk), &flow, &out->rt);
}

/* The header's fields, and whether this may be sent at all. */
static int exs_udp_header(struct sock *sk, struct exs_udp_out *out, size_t len)
{
	struct exs_sock *es = exs_sk(sk);
	struct exs_ip_tx *tx = &out->tx;

	if (out->rt.type == RTN_BROADCAST && !sock_flag(sk, SOCK_BROADCAST))
		return -EACCES;
	tx->saddr = out->cm.saddr ?: es->saddr ?: out->rt.saddr;
	tx->daddr = out->daddr;
	tx->proto = IPPROTO_UDP;
	tx->tos = out->cm.tos >= 0 ? out->cm.tos : es->tos;
	if (out->cm.ttl > 0)
		tx->ttl = out->cm.ttl;
	else if (out->rt.type == RTN_MULTICAST)
		tx->ttl = es->mc_ttl;
	else
		tx->ttl = es->uc_ttl > 0 ? es->uc_ttl : 0;
	tx->df = es->pmtudisc == IP_PMTUDISC_DO ||
		 es->pmtudisc == IP_PMTUDISC_PROBE ||
		 (es->pmtudisc == IP_PMTUDISC_WANT &&
		  len + sizeof(struct iphdr) <= out->rt.mtu);
	if ((es->pmtudisc == IP_PMTUDISC_DO ||
	     es->pmtudisc == IP_PMTUDISC_PROBE) &&
	    len + sizeof(struct iphdr) > out->rt.mtu) {
		exs_sock_local_error(sk, EMSGSIZE, out->daddr, out->dport,
				     out->rt.mtu);
		return -EMSGSIZE;
	}
	return 0;
}

/**
 * exs_udp_make - a datagram with room for its headers and the user's data
 * @sk: socket, charged for the memory
 * @msg: data
 * @len: bytes of it
 *
 * Large ones are made of pages: no high-order allocation is needed.
 *
 * Return: the packet, data at the UDP header, or an ERR_PTR.
 */
static struct sk_buff *exs_udp_make(struct sock *sk, struct msghdr *msg,
				    size_t len)
{
	unsigned int head = LL_MAX_HEADER + sizeof(struct iphdr) + 40;
	size_t linear = min_t(size_t, len, 2048);
	struct sk_buff *skb;
	int err;

	skb = sock_alloc_send_pskb(sk, head + sizeof(struct udphdr) + linear,
				   len - linear, msg->msg_flags & MSG_DONTWAIT,
				   &err, PAGE_ALLOC_COSTLY_ORDER);
	if (!skb)
		return ERR_PTR(err);
	skb_reserve(skb, head);
	skb_put(skb, sizeof(struct udphdr) + linear);
	skb_reset_transport_header(skb);
	skb->data_len = len - linear;
	skb->len += len - linear;
	err = skb_copy_datagram_from_iter(skb, sizeof(struct udphdr),
					  &msg->msg_iter, len);
	if (err) {
		kfree_skb(skb);
		return ERR_PTR(err);
	}
	return skb;
}

static void exs_udp_fill(struct sock *sk, struct sk_buff *skb,
			 const struct exs_udp_out *out)
{
	struct udphdr *uh = udp_hdr(skb);

	uh->source = exs_sk(sk)->conn.lport;
	uh->dest = out->dport;
	uh->len = htons(skb->len);
	uh->check = 0;
	if (!sk->sk_no_check_tx) {
		skb->ip_summed = CHECKSUM_PARTIAL;
		skb->csum_start = skb_transport_header(skb) - skb->head;
		skb->csum_offset = offsetof(struct udphdr, check);
		uh->check = ~csum_tcpudp_magic(out->tx.saddr, out->tx.daddr,
					       skb->len, IPPROTO_UDP, 0);
	}
	skb->priority = READ_ONCE(sk->sk_priority);
	skb->mark = out->cm.sockc.mark;
}

/* Make first, for that may sleep; then route and send in one RCU section. */
static int exs_udp_send_one(struct sock *sk, struct msghdr *msg, size_t len,
			    struct exs_udp_out *out)
{
	struct exs_net *en = exs_sock_net(sk);
	struct sk_buff *skb;
	int err;

	skb = exs_udp_make(sk, msg, len);
	if (IS_ERR(skb))
		return PTR_ERR(skb);
	local_bh_disable();
	rcu_read_lock();
	err = exs_udp_route(sk, out);
	if (!err)
		err = exs_udp_header(sk, out, skb->len);
	if (likely(!err)) {
		exs_udp_fill(sk, skb, out);
		err = exs_ip_output(en, sk, skb, &out->rt, &out->tx);
	} else {
		/* The caller is told; nothing was lost on the way. */
		if (err == -ENETUNREACH)
			EXS_INC(en, IP_OutNoRoutes);
		kfree_skb(skb);
	}
	rcu_read_unlock();
	local_bh_enable();
	return err;
}

/**
 * exs_udp_sendmsg - send a datagram
 * @sk: socket, not locked
 * @msg: data, address, ancillary data
 * @len: bytes
 *
 * Context: process.
 * Return: @len, or -EMSGSIZE, -EDESTADDRREQ, -EINVAL, -EAFNOSUPPORT, -EACCES,
 * -EAGAIN, -ENOBUFS, -EOPNOTSUPP (MSG_OOB, MSG_MORE), an error of the route.
 */
int exs_udp_sendmsg(struct sock *sk, struct msghdr *msg, size_t len)
{
	struct exs_net *en = exs_sock_net(sk);
	struct exs_udp_out out = {
		.cm = { .ttl = -1, .tos = -1 },
	};
	int err;

	if (len > 0xffff)
		return -EMSGSIZE;
	if (msg->msg_flags & (MSG_OOB | MSG_MORE))
		return -EOPNOTSUPP;
	err = exs_udp_dest(sk, msg, &out);
	if (err)
		return err;
	sockcm_init(&out.cm.sockc, sk);
	if (msg->msg_controllen) {
		err = exs_sock_cmsg_send(sk, msg, &out.cm);
		if (err)
			return err;
	}
	err = exs_udp_autobind(sk);
	if (err)
		return err;
	/* UDP header, IP header and data must fit 16 bits. */
	if (len > 0xffff - sizeof(struct iphdr) - sizeof(struct udphdr))
		return -EMSGSIZE;
	err = exs_udp_send_one(sk, msg, len, &out);
	/* A full device queue is told only to those who asked (IP_RECVERR). */
	if (err == -ENOBUFS && !exs_sk(sk)->recverr) {
		EXS_INC(en, UDP_SndbufErrors);
		err = 0;
	}
	if (err)
		return err;
	EXS_INC(en, UDP_OutDatagrams);
	return len;
}
