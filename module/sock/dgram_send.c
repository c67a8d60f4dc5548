// SPDX-License-Identifier: GPL-2.0
/*
 * expstack sock: a datagram on its way out: where to, by which route, in what
 * shape.
 * Flow:   sendmsg of udp, ping and raw -> [here] -> exs_ip_output
 * Owns:   the datagram until exs_ip_output takes it
 * Locks:  none on the way of a bound socket
 * Spec:   RFC 1122 4.1.4, RFC 8085
 * Tests:  kunit/udp/udp_send_kunit.c, qemu/tests/sockapi.sh
 */
#include <net/inet_ecn.h>

#include <expstack/dgram.h>

/* Where to: the address given, or the peer. */
static int exs_dgram_dest(struct sock *sk, struct msghdr *msg,
			  struct exs_dgram_out *out)
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

/**
 * exs_dgram_begin - read what a sender says besides the data
 * @sk: socket, not locked
 * @msg: address, ancillary data
 * @out: filled: destination and wishes
 *
 * Return: 0, -EINVAL, -EAFNOSUPPORT, -EDESTADDRREQ.
 */
int exs_dgram_begin(struct sock *sk, struct msghdr *msg,
		    struct exs_dgram_out *out)
{
	int err;

	*out = (struct exs_dgram_out) {
		.cm = { .ttl = -1, .tos = -1 },
		.direct = msg->msg_flags & MSG_DONTROUTE,
	};
	err = exs_dgram_dest(sk, msg, out);
	if (err)
		return err;
	sockcm_init(&out->cm.sockc, sk);
	out->cm.sockc.mark = READ_ONCE(sk->sk_mark);
	out->cm.priority = READ_ONCE(sk->sk_priority);
	if (!msg->msg_controllen)
		return 0;
	return exs_sock_cmsg_send(sk, msg, &out->cm);
}

/**
 * exs_dgram_route - the way of a datagram
 * @sk: socket, not locked
 * @out: destination and wishes; rt is filled, borrowed from the RCU section
 *
 * Context: process, BH off, RCU held.
 * Return: 0 or an errno of exs_route_output().
 */
int exs_dgram_route(struct sock *sk, struct exs_dgram_out *out)
{
	struct exs_flow flow;

	if (out->connected && !out->cm.oif && !out->cm.saddr &&
	    out->cm.tos < 0 && !out->direct &&
	    out->cm.sockc.mark == READ_ONCE(sk->sk_mark))
		return exs_dgram_route_get(sk, &out->rt);

	exs_dgram_flow(sk, out->daddr, &flow);
	flow.dport = out->dport;
	if (out->cm.saddr)
		flow.saddr = out->cm.saddr;
	if (out->cm.oif)
		flow.oif = out->cm.oif;
	if (out->cm.tos >= 0)
		flow.tos = out->cm.tos & ~INET_ECN_MASK;
	flow.mark = out->cm.sockc.mark;
	flow.scope_link |= out->direct;
	return exs_route_output(exs_sock_net(sk), &flow, &out->rt);
}

/*
 * Don't-fragment, and the size above which nothing is sent, as ip(7) has it for
 * IP_MTU_DISCOVER. From PROBE on only the device's MTU counts.
 */
static int exs_dgram_pmtudisc(struct sock *sk, struct exs_dgram_out *out,
			      size_t len)
{
	u8 disc = READ_ONCE(exs_sk(sk)->pmtudisc);
	struct exs_rt *rt = &out->rt;
	bool fits;

	if (disc >= IP_PMTUDISC_PROBE)
		rt->mtu = min_t(u32, READ_ONCE(rt->ldev->mtu), 0xffff);
	fits = len + sizeof(struct iphdr) <= rt->mtu;
	out->tx.df = disc == IP_PMTUDISC_DO || disc == IP_PMTUDISC_PROBE ||
		     (disc == IP_PMTUDISC_WANT && fits && !rt->mtu_locked);
	if (fits || disc < IP_PMTUDISC_DO || disc == IP_PMTUDISC_OMIT)
		return 0;
	exs_sock_local_error(sk, EMSGSIZE, out->daddr, out->dport, rt->mtu);
	return -EMSGSIZE;
}

/**
 * exs_dgram_header - the IP header's fields, and whether this may be sent at all
 * @sk: socket, not locked
 * @out: routed; tx is filled
 * @len: bytes behind the IP header
 *
 * Return: 0, -EACCES (broadcast without SO_BROADCAST) or -EMSGSIZE.
 */
int exs_dgram_header(struct sock *sk, struct exs_dgram_out *out, size_t len)
{
	struct exs_sock *es = exs_sk(sk);
	struct exs_ip_tx *tx = &out->tx;

	if (out->rt.type == RTN_BROADCAST && !sock_flag(sk, SOCK_BROADCAST))
		return -EACCES;
	tx->saddr = out->cm.saddr ?: es->saddr ?: out->rt.saddr;
	tx->daddr = out->daddr;
	tx->proto = sk->sk_protocol;
	tx->tos = out->cm.tos >= 0 ? out->cm.tos : es->tos;
	if (out->cm.ttl > 0)
		tx->ttl = out->cm.ttl;
	else if (out->rt.type == RTN_MULTICAST)
		tx->ttl = es->mc_ttl;
	else
		tx->ttl = es->uc_ttl > 0 ? es->uc_ttl : 0;
	tx->mc_loop = es->mc_loop;
	return exs_dgram_pmtudisc(sk, out, len);
}

/**
 * exs_dgram_make - a datagram with room for its headers and the user's data
 * @sk: socket, charged for the memory
 * @msg: data
 * @len: bytes of it
 * @hlen: bytes of the protocol's header, left to the caller
 *
 * Large ones are made of pages: no high-order allocation is needed.
 *
 * Return: the packet, data at the protocol's header, or an ERR_PTR.
 */
struct sk_buff *exs_dgram_make(struct sock *sk, struct msghdr *msg, size_t len,
			       unsigned int hlen)
{
	unsigned int head = LL_MAX_HEADER + sizeof(struct iphdr) + 40;
	size_t linear = min_t(size_t, len, 2048);
	struct sk_buff *skb;
	int err;

	skb = sock_alloc_send_pskb(sk, head + hlen + linear, len - linear,
				   msg->msg_flags & MSG_DONTWAIT, &err,
				   PAGE_ALLOC_COSTLY_ORDER);
	if (!skb)
		return ERR_PTR(err);
	skb_reserve(skb, head);
	skb_put(skb, hlen + linear);
	skb_reset_transport_header(skb);
	skb->data_len = len - linear;
	skb->len += len - linear;
	err = skb_copy_datagram_from_iter(skb, hlen, &msg->msg_iter, len);
	if (err) {
		kfree_skb(skb);
		return ERR_PTR(err);
	}
	return skb;
}
