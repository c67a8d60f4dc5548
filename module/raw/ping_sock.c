// SPDX-License-Identifier: GPL-2.0
/*
 * expstack raw: the life of a ping socket (SOCK_DGRAM, IPPROTO_ICMP): echo
 * requests without a privilege, for the groups of ping_group_range.
 * Flow:   socket, bind, connect, close -> [here] -> dgram_sock
 * Owns:   exs_ping_prot, exs_ping_table; the identifiers of echo requests, which
 *         are the ports of exs_ping_ports
 * Locks:  socket lock
 * Spec:   icmp(7)
 * Tests:  kunit/raw/ping_kunit.c, qemu/tests/ping.sh
 */
#include <linux/cred.h>
#include <linux/module.h>

#include "raw/raw_priv.h"

EXS_DGRAM_TABLE(exs_ping_table, 64, false);

const struct exs_dgram_kind exs_ping_kind = {
	.ports = &exs_ping_ports,
	.table = &exs_ping_table,
};

/**
 * exs_ping_walk - call a function for each ping socket of a namespace
 * @net: namespace
 * @cb: returns non-zero to stop
 * @arg: handed to @cb
 *
 * Context: takes rcu_read_lock(); @cb must not sleep.
 * Return: what @cb returned last.
 */
int exs_ping_walk(struct net *net, int (*cb)(struct exs_sock *es, void *arg),
		  void *arg)
{
	return exs_dgram_hash_walk(&exs_ping_table, net, cb, arg);
}

/**
 * exs_ping_in_range - may members of a group have ping sockets?
 * @range: ping_group_range
 * @gid: the group, as the namespace knows it; (u32)-1 for none
 *
 * Return: true when they may. A range that ends before it begins, as the
 * default, has no groups.
 */
bool exs_ping_in_range(const int range[2], u32 gid)
{
	return range[0] >= 0 && gid >= (u32)range[0] && range[1] >= 0 &&
	       gid <= (u32)range[1];
}

/* By the effective group, or any supplementary one. */
static bool exs_ping_is_allowed(const struct net *net)
{
	const struct exs_net *en = exs_net(net);
	const int range[2] = {
		READ_ONCE(en->sysctl.ping_group_range[0]),
		READ_ONCE(en->sysctl.ping_group_range[1]),
	};
	const struct group_info *groups = current_cred()->group_info;
	int i;

	if (exs_ping_in_range(range, from_kgid(net->user_ns, current_egid())))
		return true;
	for (i = 0; i < groups->ngroups; i++)
		if (exs_ping_in_range(range, from_kgid(net->user_ns,
						       groups->gid[i])))
			return true;
	return false;
}

static int exs_ping_init(struct sock *sk)
{
	exs_dgram_init(sk);
	/* As with AF_INET: an identifier may be shared, who came last has it. */
	sk->sk_reuse = SK_CAN_REUSE;
	if (!sk->sk_kern_sock && !exs_ping_is_allowed(sock_net(sk)))
		return -EACCES;
	return 0;
}

/* From sk_common_release(): the end of every socket. */
static void exs_ping_unhash(struct sock *sk)
{
	exs_dgram_unhash(sk, &exs_ping_kind);
}

static int exs_ping_bind(struct sock *sk, struct sockaddr *uaddr, int len)
{
	return exs_dgram_bind(sk, uaddr, len, &exs_ping_kind);
}

static int exs_ping_disconnect(struct sock *sk, int flags)
{
	return exs_dgram_disconnect(sk, &exs_ping_kind);
}

static int exs_ping_connect(struct sock *sk, struct sockaddr *uaddr, int len)
{
	return exs_dgram_connect(sk, uaddr, &exs_ping_kind);
}

/* As with AF_INET: there are none. */
static int exs_ping_ioctl(struct sock *sk, int cmd, int *karg)
{
	return -ENOIOCTLCMD;
}

struct proto exs_ping_prot = {
	.name = "EXPSTACK-PING",
	.owner = THIS_MODULE,
	.init = exs_ping_init,
	.close = exs_dgram_close,
	.bind = exs_ping_bind,
	.connect = exs_ping_connect,
	.disconnect = exs_ping_disconnect,
	.unhash = exs_ping_unhash,
	.rehash = exs_dgram_rehash,
	.ioctl = exs_ping_ioctl,
	.setsockopt = exs_dgram_setsockopt,
	.getsockopt = exs_dgram_getsockopt,
	.sendmsg = exs_ping_sendmsg,
	.recvmsg = exs_ping_recvmsg,
	.obj_size = sizeof(struct exs_dgram_sock),
};
