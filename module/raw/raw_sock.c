// SPDX-License-Identifier: GPL-2.0
/*
 * expstack raw: the life and the options of a raw socket, and the layer's start.
 * Flow:   socket, setsockopt, close -> [here] -> dgram_sock
 * Owns:   exs_raw_prot, exs_raw_table, exs_raw_sock.icmp_filter
 * Locks:  socket lock
 * Spec:   raw(7), icmp(7)
 * Tests:  kunit/raw/raw_rcv_kunit.c, qemu/tests/raw.sh, qemu/tests/ping.sh
 */
#include <linux/capability.h>
#include <linux/module.h>

#include "raw/raw_priv.h"

EXS_DGRAM_TABLE(exs_raw_table, 256, false);

const struct exs_dgram_kind exs_raw_kind = {
	.table = &exs_raw_table,
};

/**
 * exs_raw_walk - call a function for each raw socket of a namespace
 * @net: namespace
 * @cb: returns non-zero to stop
 * @arg: handed to @cb
 *
 * Context: takes rcu_read_lock(); @cb must not sleep.
 * Return: what @cb returned last.
 */
int exs_raw_walk(struct net *net, int (*cb)(struct exs_sock *es, void *arg),
		 void *arg)
{
	return exs_dgram_hash_walk(&exs_raw_table, net, cb, arg);
}

static int exs_raw_init(struct sock *sk)
{
	struct exs_sock *es = exs_sk(sk);

	if (!sk->sk_kern_sock &&
	    !ns_capable(sock_net(sk)->user_ns, CAP_NET_RAW))
		return -EPERM;
	exs_dgram_init(sk);
	sk->sk_reuse = SK_CAN_REUSE;
	es->hdrincl = sk->sk_protocol == IPPROTO_RAW;
	es->conn.lport = htons(sk->sk_protocol);
	sk->sk_num = sk->sk_protocol;
	exs_dgram_hash_insert(&exs_raw_table, es);
	exs_raw_want();
	return 0;
}

/* From sk_common_release(), also when exs_raw_init() refused. */
static void exs_raw_unhash(struct sock *sk)
{
	if (!exs_dgram_hash_remove(&exs_raw_table, exs_sk(sk)))
		return;
	exs_raw_unwant();
	lock_sock(sk);
	exs_dgram_route_forget(sk);
	release_sock(sk);
}

static int exs_raw_bind(struct sock *sk, struct sockaddr *uaddr, int len)
{
	return exs_sock_bind(sk, uaddr, len, NULL);
}

static int exs_raw_disconnect(struct sock *sk, int flags)
{
	return exs_dgram_disconnect(sk, &exs_raw_kind);
}

static int exs_raw_connect(struct sock *sk, struct sockaddr *uaddr, int len)
{
	return exs_dgram_connect(sk, uaddr, &exs_raw_kind);
}

static int exs_raw_set_filter(struct sock *sk, sockptr_t optval,
			      unsigned int optlen)
{
	u32 filter = exs_raw_sk(sk)->icmp_filter;

	optlen = min_t(unsigned int, optlen, sizeof(filter));
	if (copy_from_sockptr(&filter, optval, optlen))
		return -EFAULT;
	WRITE_ONCE(exs_raw_sk(sk)->icmp_filter, filter);
	return 0;
}

static int exs_raw_setsockopt(struct sock *sk, int level, int optname,
			      sockptr_t optval, unsigned int optlen)
{
	if (level != SOL_RAW)
		return exs_dgram_setsockopt(sk, level, optname, optval, optlen);
	if (optname != ICMP_FILTER)
		return -ENOPROTOOPT;
	if (sk->sk_protocol != IPPROTO_ICMP)
		return -EOPNOTSUPP;
	return exs_raw_set_filter(sk, optval, optlen);
}

static int exs_raw_get_filter(struct sock *sk, char __user *optval,
			      int __user *optlen)
{
	u32 filter = READ_ONCE(exs_raw_sk(sk)->icmp_filter);
	int len;

	if (get_user(len, optlen))
		return -EFAULT;
	if (len < 0)
		return -EINVAL;
	len = min_t(unsigned int, len, sizeof(filter));
	if (put_user(len, optlen) || copy_to_user(optval, &filter, len))
		return -EFAULT;
	return 0;
}

static int exs_raw_getsockopt(struct sock *sk, int level, int optname,
			      char __user *optval, int __user *optlen)
{
	if (level != SOL_RAW)
		return exs_dgram_getsockopt(sk, level, optname, optval, optlen);
	if (optname != ICMP_FILTER)
		return -ENOPROTOOPT;
	if (sk->sk_protocol != IPPROTO_ICMP)
		return -EOPNOTSUPP;
	return exs_raw_get_filter(sk, optval, optlen);
}

struct proto exs_raw_prot = {
	.name = "EXPSTACK-RAW",
	.owner = THIS_MODULE,
	.init = exs_raw_init,
	.close = exs_dgram_close,
	.bind = exs_raw_bind,
	.connect = exs_raw_connect,
	.disconnect = exs_raw_disconnect,
	.unhash = exs_raw_unhash,
	.rehash = exs_dgram_rehash,
	.ioctl = exs_dgram_ioctl,
	.setsockopt = exs_raw_setsockopt,
	.getsockopt = exs_raw_getsockopt,
	.sendmsg = exs_raw_sendmsg,
	.recvmsg = exs_raw_recvmsg,
	.obj_size = sizeof(struct exs_raw_sock),
};

static const struct exs_raw_ops exs_raw_sock_ops = {
	.rcv = exs_raw_rcv,
	.err = exs_raw_err,
};

static const struct exs_proto exs_ping_proto = {
	.protocol = IPPROTO_ICMP,
	.rcv = exs_ping_rcv,
	.err = exs_ping_err,
};

static int exs_raw_layer_init(void)
{
	exs_raw_register(&exs_raw_sock_ops);
	exs_icmp_echo_register(&exs_ping_proto);
	return 0;
}

static void exs_raw_layer_exit(void)
{
	exs_icmp_echo_unregister();
	exs_raw_unregister();
}

const struct exs_layer exs_raw_layer = {
	.name = "raw",
	.init = exs_raw_layer_init,
	.exit = exs_raw_layer_exit,
};
