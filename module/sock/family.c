// SPDX-License-Identifier: GPL-2.0
/*
 * expstack sock: socket(AF_EXPSTACK, ...).
 * Flow:   socket(2) -> exs_family_create -> sk_prot->init
 * Owns:   the table of socket types
 * Locks:  none; the socket is not shared yet
 * Tests:  kunit/sock/family_kunit.c, qemu/tests/sockapi.sh
 */
#include <linux/module.h>
#include <linux/net.h>

#include <expstack/family.h>
#include <expstack/raw.h>
#include <expstack/tcp.h>
#include <expstack/udp.h>

#include "sock/sock_priv.h"

/* Each protocol number but 0. */
#define EXS_FAMILY_ANY	-1

static const struct exs_family_type {
	int type;
	int protocol;
	struct proto *prot;
	const struct proto_ops *ops;
} exs_family_types[] = {
	{ SOCK_STREAM, IPPROTO_TCP, &exs_tcp_prot, &exs_stream_ops },
	{ SOCK_DGRAM, IPPROTO_UDP, &exs_udp_prot, &exs_dgram_ops },
	{ SOCK_DGRAM, IPPROTO_ICMP, &exs_ping_prot, &exs_dgram_ops },
	{ SOCK_RAW, EXS_FAMILY_ANY, &exs_raw_prot, &exs_dgram_ops },
};

/*
 * As AF_INET: an unknown type is ESOCKTNOSUPPORT, a known one with a protocol
 * that is not its own EPROTONOSUPPORT.
 */
static const struct exs_family_type *exs_family_find(int type, int protocol)
{
	int err = -ESOCKTNOSUPPORT;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(exs_family_types); i++) {
		const struct exs_family_type *t = &exs_family_types[i];

		if (t->type != type)
			continue;
		if (t->protocol == EXS_FAMILY_ANY ?
		    protocol > 0 && protocol <= U8_MAX :
		    !protocol || protocol == t->protocol)
			return t;
		err = -EPROTONOSUPPORT;
	}
	return ERR_PTR(err);
}

static void exs_family_destruct(struct sock *sk)
{
	struct exs_sock *es = exs_sk(sk);

	__skb_queue_purge(&sk->sk_receive_queue);
	__skb_queue_purge(&sk->sk_error_queue);
	exs_rt_release(&es->rt);
	sk_mem_reclaim_final(sk);
}

static void exs_family_sock_init(struct sock *sk)
{
	const struct net *net = sock_net(sk);
	struct exs_sock *es = exs_sk(sk);

	es->conn.net = sock_net(sk);
	es->conn.kind = EXS_CONN_SOCK;
	es->uc_ttl = -1;
	es->mc_ttl = 1;
	es->mc_loop = 1;
	es->mc_all = 1;
	es->pmtudisc = EXS_SYSCTL(exs_net(net), ip_no_pmtu_disc) ?
		       IP_PMTUDISC_DONT : IP_PMTUDISC_WANT;
	es->id = get_random_u16();
	sk->sk_destruct = exs_family_destruct;
	sk->sk_backlog_rcv = sk->sk_prot->backlog_rcv;
	/* Found under RCU without a reference. */
	sock_set_flag(sk, SOCK_RCU_FREE);
}

static int exs_family_create(struct net *net, struct socket *sock, int protocol,
			     int kern)
{
	const struct exs_family_type *t;
	struct sock *sk;
	int err;

	if (protocol < 0 || protocol >= IPPROTO_MAX)
		return -EINVAL;
	sock->state = SS_UNCONNECTED;
	t = exs_family_find(sock->type, protocol);
	if (IS_ERR(t))
		return PTR_ERR(t);
	err = exs_loopback_get(exs_net(net));
	if (err)
		return err;

	sk = sk_alloc(net, PF_EXPSTACK, GFP_KERNEL, t->prot, kern);
	if (!sk)
		return -ENOBUFS;
	sock->ops = t->ops;
	sock_init_data(sock, sk);
	sk->sk_protocol = t->protocol == EXS_FAMILY_ANY ? protocol :
							  t->protocol;
	sk->sk_txrehash = READ_ONCE(net->core.sysctl_txrehash);
	exs_family_sock_init(sk);
	/* SOL_SOCKET comes to us first: SO_REUSEPORT, SO_ZEROCOPY. */
	set_bit(SOCK_CUSTOM_SOCKOPT, &sock->flags);
	if (sk->sk_prot->init) {
		err = sk->sk_prot->init(sk);
		if (err) {
			sock->sk = NULL;
			sock_orphan(sk);
			sk_common_release(sk);
		}
	}
	return err;
}

static const struct net_proto_family exs_family = {
	.family = PF_EXPSTACK,
	.create = exs_family_create,
	.owner = THIS_MODULE,
};

/* The first so many types. */
static void exs_family_unregister(unsigned int i)
{
	while (i--)
		proto_unregister(exs_family_types[i].prot);
}

static int exs_sock_layer_init(void)
{
	unsigned int i;
	int err;

	for (i = 0; i < ARRAY_SIZE(exs_family_types); i++) {
		err = proto_register(exs_family_types[i].prot, 1);
		if (err) {
			exs_family_unregister(i);
			return err;
		}
	}
	exs_family_set(&exs_family);
	return 0;
}

static void exs_sock_layer_exit(void)
{
	/* Sockets in their RCU grace period still live in the slab caches. */
	rcu_barrier();
	exs_family_unregister(ARRAY_SIZE(exs_family_types));
}

const struct exs_layer exs_sock_layer = {
	.name = "sock",
	.init = exs_sock_layer_init,
	.exit = exs_sock_layer_exit,
};
