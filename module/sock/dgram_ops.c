// SPDX-License-Identifier: GPL-2.0
/*
 * expstack sock: system calls on a datagram socket.
 * Flow:   bind, connect -> [here] -> udp
 * Owns:   nothing
 * Locks:  takes the socket lock
 * Tests:  kunit/sock/ops_kunit.c, qemu/tests/sockapi.sh
 */
#include <linux/module.h>
#include <linux/net.h>

#include <expstack/udp.h>

#include "sock/sock_priv.h"

static int exs_dgram_bind(struct socket *sock, struct sockaddr *uaddr, int len)
{
	return sock->sk->sk_prot->bind(sock->sk, uaddr, len);
}

static int exs_dgram_connect(struct socket *sock, struct sockaddr *uaddr,
			     int len, int flags)
{
	struct sock *sk = sock->sk;
	int err;

	if (len < (int)sizeof(uaddr->sa_family))
		return -EINVAL;
	lock_sock(sk);
	if (uaddr->sa_family == AF_UNSPEC) {
		err = sk->sk_prot->disconnect(sk, flags);
	} else {
		err = exs_sock_check_addr(uaddr, len);
		if (!err)
			err = sk->sk_prot->connect(sk, uaddr, len);
	}
	release_sock(sk);
	return err;
}

const struct proto_ops exs_dgram_ops = {
	.family = PF_EXPSTACK,
	.owner = THIS_MODULE,
	.release = exs_sock_release,
	.bind = exs_dgram_bind,
	.connect = exs_dgram_connect,
	.socketpair = sock_no_socketpair,
	.accept = sock_no_accept,
	.getname = exs_sock_getname,
	.poll = datagram_poll,
	.ioctl = exs_sock_ioctl,
	.gettstamp = sock_gettstamp,
	.listen = sock_no_listen,
	.shutdown = exs_sock_shutdown,
	.setsockopt = exs_sock_setsockopt,
	.getsockopt = exs_sock_getsockopt,
	.sendmsg = exs_sock_sendmsg,
	.recvmsg = exs_sock_recvmsg,
	.mmap = sock_no_mmap,
};
