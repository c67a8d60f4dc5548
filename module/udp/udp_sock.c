// SPDX-License-Identifier: GPL-2.0
/*
 * expstack udp: what the family knows of UDP, and the layer's start.
 * Flow:   socket, bind, connect, close -> [here] -> dgram_sock
 * Owns:   exs_udp_prot, memory accounting of UDP
 * Locks:  socket lock
 * Tests:  qemu/tests/sockapi.sh
 */
#include <linux/module.h>
#include <linux/swap.h>

#include "udp/udp_priv.h"

static atomic_long_t exs_udp_memory_allocated ____cacheline_aligned_in_smp;
static DEFINE_PER_CPU(int, exs_udp_per_cpu_fw_alloc);
static long exs_udp_mem[3];
static int exs_udp_wmem_min = PAGE_SIZE;
static int exs_udp_rmem_min = PAGE_SIZE;

const struct exs_dgram_kind exs_udp_kind = {
	.ports = &exs_udp_ports,
	.table = &exs_udp_table,
};

/* From sk_common_release(): the end of every socket. */
static void exs_udp_unhash(struct sock *sk)
{
	exs_dgram_unhash(sk, &exs_udp_kind);
}

static int exs_udp_bind(struct sock *sk, struct sockaddr *uaddr, int len)
{
	return exs_dgram_bind(sk, uaddr, len, &exs_udp_kind);
}

static int exs_udp_disconnect(struct sock *sk, int flags)
{
	return exs_dgram_disconnect(sk, &exs_udp_kind);
}

static int exs_udp_connect(struct sock *sk, struct sockaddr *uaddr, int len)
{
	return exs_dgram_connect(sk, uaddr, &exs_udp_kind);
}

/* On another device than those it shared the port with. */
static void exs_udp_rehash(struct sock *sk)
{
	struct exs_sock *es = exs_sk(sk);
	bool moved = es->conn.bound_dev_if != sk->sk_bound_dev_if;

	exs_dgram_rehash(sk);
	if (moved)
		exs_dgram_hash_moved(&exs_udp_table, es);
}

struct proto exs_udp_prot = {
	.name = "EXPSTACK-UDP",
	.owner = THIS_MODULE,
	.init = exs_dgram_init,
	.close = exs_dgram_close,
	.bind = exs_udp_bind,
	.connect = exs_udp_connect,
	.disconnect = exs_udp_disconnect,
	.unhash = exs_udp_unhash,
	.rehash = exs_udp_rehash,
	.ioctl = exs_dgram_ioctl,
	.setsockopt = exs_dgram_setsockopt,
	.getsockopt = exs_dgram_getsockopt,
	.sendmsg = exs_udp_sendmsg,
	.recvmsg = exs_udp_recvmsg,
	.memory_allocated = &exs_udp_memory_allocated,
	.per_cpu_fw_alloc = &exs_udp_per_cpu_fw_alloc,
	.sysctl_mem = exs_udp_mem,
	.sysctl_wmem = &exs_udp_wmem_min,
	.sysctl_rmem = &exs_udp_rmem_min,
	.obj_size = sizeof(struct exs_dgram_sock),
};

static const struct exs_proto exs_udp_proto = {
	.protocol = IPPROTO_UDP,
	.rcv = exs_udp_rcv,
	.err = exs_udp_err,
};

static int exs_udp_layer_init(void)
{
	unsigned long limit = max(nr_free_buffer_pages() / 8, 128UL);

	exs_udp_mem[0] = limit / 4 * 3;
	exs_udp_mem[1] = limit;
	exs_udp_mem[2] = exs_udp_mem[0] * 2;
	return exs_proto_register(&exs_udp_proto);
}

static void exs_udp_layer_exit(void)
{
	exs_proto_unregister(&exs_udp_proto);
}

const struct exs_layer exs_udp_layer = {
	.name = "udp",
	.init = exs_udp_layer_init,
	.exit = exs_udp_layer_exit,
};
