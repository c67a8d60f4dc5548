// SPDX-License-Identifier: GPL-2.0
/*
 * expstack sock: the life of a datagram socket: bound, connected, closed.
 * Flow:   sk_prot of udp, ping and raw -> [here]
 * Owns:   the addresses and the state of datagram sockets
 * Locks:  socket lock
 * Tests:  kunit/sock/dgram_sock_kunit.c, qemu/tests/sockapi.sh
 */
#include <asm/ioctls.h>
#include <linux/sockios.h>

#include <expstack/dgram.h>

/**
 * exs_dgram_init - a new socket
 * @sk: not shared yet
 *
 * Return: 0.
 */
int exs_dgram_init(struct sock *sk)
{
	seqlock_init(&exs_dgram_sk(sk)->rt_lock);
	return 0;
}

/**
 * exs_dgram_close - the last file reference is gone
 * @sk: socket
 * @timeout: unused; datagrams do not linger
 */
void exs_dgram_close(struct sock *sk, long timeout)
{
	sk_common_release(sk);
}

/* Socket locked. */
static void exs_dgram_unbind(struct sock *sk, const struct exs_dgram_kind *kind)
{
	struct exs_sock *es = exs_sk(sk);

	exs_dgram_hash_remove(kind->table, es);
	exs_port_release(kind->ports, &es->port);
	es->conn.lport = 0;
	sk->sk_num = 0;
}

/**
 * exs_dgram_unhash - the end of a socket with a port
 * @sk: socket, not locked
 * @kind: its protocol's
 */
void exs_dgram_unhash(struct sock *sk, const struct exs_dgram_kind *kind)
{
	lock_sock(sk);
	exs_dgram_unbind(sk, kind);
	exs_dgram_route_forget(sk);
	release_sock(sk);
}

/**
 * exs_dgram_bind - bind(2)
 * @sk: socket, not locked
 * @uaddr: address
 * @len: its length
 * @kind: its protocol's
 *
 * Return: 0 or an errno of exs_sock_bind().
 */
int exs_dgram_bind(struct sock *sk, struct sockaddr *uaddr, int len,
		   const struct exs_dgram_kind *kind)
{
	struct exs_sock *es = exs_sk(sk);
	int err;

	err = exs_sock_bind(sk, uaddr, len, kind->ports);
	if (err)
		return err;
	lock_sock(sk);
	if (es->conn.lport && hlist_unhashed(&es->listen_node) &&
	    exs_dgram_hash_insert(kind->table, es)) {
		exs_dgram_unbind(sk, kind);
		es->conn.laddr = 0;
		es->saddr = 0;
		err = -EADDRINUSE;
	}
	release_sock(sk);
	return err;
}

/* Socket locked. */
static int exs_dgram_autobind_locked(struct sock *sk,
				     const struct exs_dgram_kind *kind)
{
	struct exs_sock *es = exs_sk(sk);
	int err;

	if (es->conn.lport)
		return 0;
	es->conn.bound_dev_if = sk->sk_bound_dev_if;
	err = exs_port_bind(kind->ports, es, 0);
	if (err)
		return err == -EADDRINUSE ? -EAGAIN : err;
	sk->sk_num = ntohs(es->conn.lport);
	if (!exs_dgram_hash_insert(kind->table, es))
		return 0;
	exs_dgram_unbind(sk, kind);
	return -EAGAIN;
}

/**
 * exs_dgram_autobind - a socket that sends must have a port
 * @sk: socket, not locked
 * @kind: its protocol's
 *
 * Return: 0, -EAGAIN (none is free) or -ENOMEM.
 */
int exs_dgram_autobind(struct sock *sk, const struct exs_dgram_kind *kind)
{
	int err;

	if (likely(READ_ONCE(exs_sk(sk)->conn.lport)))
		return 0;
	lock_sock(sk);
	err = exs_dgram_autobind_locked(sk, kind);
	release_sock(sk);
	return err;
}

/**
 * exs_dgram_connect - connect(2): from now on one peer
 * @sk: socket, locked
 * @uaddr: a checked struct sockaddr_in
 * @kind: its protocol's
 *
 * Return: 0, -EACCES (broadcast without SO_BROADCAST), an errno of the route or
 * of exs_dgram_autobind().
 */
int exs_dgram_connect(struct sock *sk, struct sockaddr *uaddr,
		      const struct exs_dgram_kind *kind)
{
	struct sockaddr_in *sin = (struct sockaddr_in *)uaddr;
	struct exs_sock *es = exs_sk(sk);
	struct exs_flow flow;
	struct exs_rt rt;
	int err;

	exs_dgram_route_forget(sk);
	exs_dgram_flow(sk, sin->sin_addr.s_addr ?: htonl(INADDR_LOOPBACK), &flow);
	flow.dport = sin->sin_port;
	rcu_read_lock();
	err = exs_route_output(exs_sock_net(sk), &flow, &rt);
	rcu_read_unlock();
	if (err) {
		if (err == -ENETUNREACH)
			EXS_INC(exs_sock_net(sk), IP_OutNoRoutes);
		return err;
	}
	if (rt.type == RTN_BROADCAST && !sock_flag(sk, SOCK_BROADCAST))
		return -EACCES;
	err = exs_dgram_autobind_locked(sk, kind);
	if (err)
		return err;
	if (!es->saddr)
		es->saddr = rt.saddr;
	if (!es->conn.laddr) {
		es->conn.laddr = es->saddr;
		exs_dgram_hash_moved(kind->table, es);
	}
	es->conn.raddr = flow.daddr;
	es->conn.rport = sin->sin_port;
	/* Another thread may have looked up the way to the peer before. */
	exs_dgram_route_forget(sk);
	sk->sk_state = TCP_ESTABLISHED;
	return 0;
}

/**
 * exs_dgram_disconnect - connect(2) to AF_UNSPEC: no peer any more
 * @sk: socket, locked
 * @kind: its protocol's
 *
 * Address and port stay when bind() gave them; the device goes, as on AF_INET,
 * even when the user bound to it.
 *
 * Return: 0.
 */
int exs_dgram_disconnect(struct sock *sk, const struct exs_dgram_kind *kind)
{
	struct exs_sock *es = exs_sk(sk);

	sk->sk_state = TCP_CLOSE;
	es->conn.raddr = 0;
	es->conn.rport = 0;
	WRITE_ONCE(sk->sk_bound_dev_if, 0);
	es->conn.bound_dev_if = 0;
	exs_dgram_route_forget(sk);
	if (!(sk->sk_userlocks & SOCK_BINDADDR_LOCK)) {
		es->conn.laddr = 0;
		es->saddr = 0;
		exs_dgram_hash_moved(kind->table, es);
	}
	if (kind->ports && !(sk->sk_userlocks & SOCK_BINDPORT_LOCK))
		exs_dgram_unbind(sk, kind);
	return 0;
}

/**
 * exs_dgram_rehash - SO_BINDTODEVICE, SO_MARK or SO_DONTROUTE changed
 * @sk: socket, locked
 */
void exs_dgram_rehash(struct sock *sk)
{
	exs_sk(sk)->conn.bound_dev_if = sk->sk_bound_dev_if;
	exs_dgram_route_forget(sk);
}

/**
 * exs_dgram_ioctl - how much is queued
 * @sk: socket, not locked
 * @cmd: SIOCOUTQ: bytes not sent yet; SIOCINQ: length of the next datagram
 * @karg: the answer
 *
 * Return: 0 or -ENOIOCTLCMD.
 */
int exs_dgram_ioctl(struct sock *sk, int cmd, int *karg)
{
	struct sk_buff *skb;

	switch (cmd) {
	case SIOCOUTQ:
		*karg = sk_wmem_alloc_get(sk);
		return 0;
	case SIOCINQ:
		spin_lock_bh(&sk->sk_receive_queue.lock);
		skb = skb_peek(&sk->sk_receive_queue);
		*karg = skb ? skb->len : 0;
		spin_unlock_bh(&sk->sk_receive_queue.lock);
		return 0;
	default:
		return -ENOIOCTLCMD;
	}
}

/**
 * exs_dgram_setsockopt - options of a protocol that has none of its own
 * @sk: socket, not locked
 * @level: IPPROTO_*
 * @optname: option
 * @optval: value
 * @optlen: its length
 *
 * Return: 0, -ENOPROTOOPT, or an errno of exs_sock_ip_setsockopt().
 */
int exs_dgram_setsockopt(struct sock *sk, int level, int optname,
			 sockptr_t optval, unsigned int optlen)
{
	if (level == SOL_IP && optname == IP_MULTICAST_IF)
		return exs_dgram_set_mc_if(sk, optval, optlen);
	if (level == SOL_IP)
		return exs_sock_ip_setsockopt(sk, optname, optval, optlen);
	return -ENOPROTOOPT;
}

/**
 * exs_dgram_getsockopt - read an option of such a protocol
 * @sk: socket, not locked
 * @level: IPPROTO_*
 * @optname: option
 * @optval: where to put it
 * @optlen: room, then length
 *
 * Return: 0, -ENOPROTOOPT, -EOPNOTSUPP (another level), or an errno of
 * exs_sock_ip_getsockopt().
 */
int exs_dgram_getsockopt(struct sock *sk, int level, int optname,
			 char __user *optval, int __user *optlen)
{
	if (level == SOL_IP && optname == IP_MULTICAST_IF)
		return exs_dgram_get_mc_if(sk, optval, optlen);
	if (level == SOL_IP)
		return exs_sock_ip_getsockopt(sk, optname, optval, optlen);
	if (sk->sk_protocol == IPPROTO_UDP && sk->sk_type == SOCK_DGRAM &&
	    (level == SOL_UDP || level == SOL_UDPLITE))
		return -ENOPROTOOPT;
	return -EOPNOTSUPP;
}
