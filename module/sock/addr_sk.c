// SPDX-License-Identifier: GPL-2.0
/*
 * expstack sock: a socket's addresses and its kept route.
 * Flow:   bind(2) -> exs_sock_bind; output -> exs_sock_route
 * Owns:   es->conn.laddr, es->saddr, es->rt
 * Locks:  socket lock
 * Tests:  kunit/sock/addr_sk_kunit.c, qemu/tests/sockapi.sh
 */
#include <linux/capability.h>
#include <net/inet_ecn.h>

#include <expstack/sock.h>

/**
 * exs_sock_check_addr - is this an address we can use?
 * @uaddr: copied from the user
 * @len: its length
 *
 * Return: 0, -EINVAL (too short), -EAFNOSUPPORT.
 */
int exs_sock_check_addr(const struct sockaddr *uaddr, int len)
{
	if (len < (int)sizeof(struct sockaddr_in))
		return -EINVAL;
	if (uaddr->sa_family != AF_INET && uaddr->sa_family != AF_EXPSTACK)
		return -EAFNOSUPPORT;
	return 0;
}

/* May the socket be bound to an address of this type? */
static bool exs_sock_bind_type_ok(const struct sock *sk, u8 type, __be32 addr)
{
	const struct exs_sock *es = exs_sk(sk);

	bool group = type == RTN_MULTICAST || type == RTN_BROADCAST;

	if (addr == htonl(INADDR_ANY))
		return true;
	/* No echo request comes from one, whatever else was asked for. */
	if (group && sk->sk_type == SOCK_DGRAM &&
	    sk->sk_protocol == IPPROTO_ICMP)
		return false;
	return group || type == RTN_LOCAL || es->freebind || es->transparent ||
	       EXS_SYSCTL(exs_sock_net(sk), ip_nonlocal_bind);
}

/* Low ports are for the privileged; identifiers of echo requests are not ports. */
static bool exs_sock_port_ok(const struct sock *sk, u16 port)
{
	struct net *net = sock_net(sk);

	if (!port || sk->sk_type == SOCK_RAW || sk->sk_protocol == IPPROTO_ICMP)
		return true;
	return port >= EXS_SYSCTL(exs_net(net), ip_unprivileged_port_start) ||
	       ns_capable(net->user_ns, CAP_NET_BIND_SERVICE);
}

static int exs_sock_bind_check(const struct sock *sk,
			       const struct sockaddr_in *sin, int len, u8 *type)
{
	struct net *net = sock_net(sk);
	int err;

	err = exs_sock_check_addr((const struct sockaddr *)sin, len);
	/* As AF_INET: AF_UNSPEC is taken for the wildcard address. */
	if (err == -EAFNOSUPPORT && sin->sin_family == AF_UNSPEC &&
	    sin->sin_addr.s_addr == htonl(INADDR_ANY))
		err = 0;
	if (err)
		return err;
	rcu_read_lock();
	*type = exs_route_addr_type(exs_net(net), sin->sin_addr.s_addr);
	rcu_read_unlock();
	if (!exs_sock_bind_type_ok(sk, *type, sin->sin_addr.s_addr))
		return -EADDRNOTAVAIL;
	return exs_sock_port_ok(sk, ntohs(sin->sin_port)) ? 0 : -EACCES;
}

/**
 * exs_sock_bind - bind(2), for every protocol
 * @sk: socket, not locked
 * @uaddr: address
 * @len: its length
 * @ports: the protocol's table; NULL: it has none, only the address counts
 *
 * Context: process; takes the socket lock.
 * Return: 0, -EINVAL (bound already, bad length), -EADDRNOTAVAIL, -EACCES,
 * -EADDRINUSE, -EAFNOSUPPORT.
 */
int exs_sock_bind(struct sock *sk, struct sockaddr *uaddr, int len,
		  struct exs_port_table *ports)
{
	struct sockaddr_in *sin = (struct sockaddr_in *)uaddr;
	struct exs_sock *es = exs_sk(sk);
	u8 type;
	int err;

	if (len < (int)sizeof(*sin))
		return -EINVAL;
	err = exs_sock_bind_check(sk, sin, len, &type);
	if (err)
		return err;

	lock_sock(sk);
	if (sk->sk_state != TCP_CLOSE || (ports && sk->sk_num)) {
		err = -EINVAL;
		goto out;
	}
	es->conn.bound_dev_if = sk->sk_bound_dev_if;
	/* Of a connection that is over there is still one, which is not ours. */
	if (ports)
		es->conn.lport = 0;
	es->conn.laddr = sin->sin_addr.s_addr;
	/* Packets do not come from a group or a broadcast address. */
	es->saddr = type == RTN_MULTICAST || type == RTN_BROADCAST ?
		    0 : sin->sin_addr.s_addr;
	if (ports && (sin->sin_port || !es->bind_no_port)) {
		err = exs_port_bind(ports, es, ntohs(sin->sin_port));
		if (err) {
			es->conn.laddr = 0;
			es->saddr = 0;
			goto out;
		}
	}
	if (es->conn.laddr)
		sk->sk_userlocks |= SOCK_BINDADDR_LOCK;
	if (sin->sin_port)
		sk->sk_userlocks |= SOCK_BINDPORT_LOCK;
	sk->sk_num = ntohs(es->conn.lport);
	es->conn.raddr = 0;
	es->conn.rport = 0;
	exs_rt_release(&es->rt);
out:
	release_sock(sk);
	return err;
}

/**
 * exs_sock_flow - the key of a socket's route look-up
 * @sk: socket
 * @flow: filled
 */
void exs_sock_flow(const struct sock *sk, struct exs_flow *flow)
{
	const struct exs_sock *es = exs_sk(sk);

	*flow = (struct exs_flow) {
		.saddr = es->saddr,
		.daddr = es->conn.raddr,
		.sport = es->conn.lport,
		.dport = es->conn.rport,
		.proto = sk->sk_protocol,
		.tos = es->tos & ~INET_ECN_MASK,
		.scope_link = sock_flag(sk, SOCK_LOCALROUTE),
		.anysrc = es->transparent || es->hdrincl,
		.oif = READ_ONCE(sk->sk_bound_dev_if),
		.mark = READ_ONCE(sk->sk_mark),
		.uid = sk->sk_uid,
	};
}

/**
 * exs_sock_route_stale - what the kept route depends on changed
 * @sk: socket
 *
 * It is only marked: who sends on a UDP socket copies it without the socket
 * lock, so nothing of it may be given back here.
 *
 * Context: any.
 */
void exs_sock_route_stale(struct sock *sk)
{
	struct exs_rt *rt = &exs_sk(sk)->rt;

	WRITE_ONCE(rt->gen, rt->gen - 1);
}

static struct exs_rt *exs_sock_route_lookup(struct sock *sk)
{
	struct exs_sock *es = exs_sk(sk);
	struct exs_flow flow;
	struct exs_rt rt;
	int err;

	exs_sock_flow(sk, &flow);
	err = exs_route_output(exs_sock_net(sk), &flow, &rt);
	if (err)
		return ERR_PTR(err);
	exs_rt_release(&es->rt);
	exs_rt_keep(&es->rt, &rt);
	return &es->rt;
}

/**
 * exs_sock_route - the kept route of a connected socket
 * @sk: socket, connected or connecting
 *
 * Context: socket lock and RCU held; any but hard interrupt.
 * Return: the route, owned by the socket, or ERR_PTR of exs_route_output().
 */
struct exs_rt *exs_sock_route(struct sock *sk)
{
	struct exs_sock *es = exs_sk(sk);

	if (likely(exs_rt_valid(exs_sock_net(sk), &es->rt)))
		return &es->rt;
	return exs_sock_route_lookup(sk);
}
