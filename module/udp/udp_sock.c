// SPDX-License-Identifier: GPL-2.0
/*
 * expstack udp: the socket's life, options and the layer's start.
 * Flow:   socket, bind, connect, close -> [here]
 * Owns:   exs_udp_prot, memory accounting of UDP
 * Locks:  socket lock
 * Tests:  qemu/tests/udp.sh, qemu/tests/sockapi.sh
 */
#include <asm/ioctls.h>
#include <linux/module.h>
#include <linux/sockios.h>
#include <linux/swap.h>

#include "udp/udp_priv.h"

static atomic_long_t exs_udp_memory_allocated ____cacheline_aligned_in_smp;
static DEFINE_PER_CPU(int, exs_udp_per_cpu_fw_alloc);
static long exs_udp_mem[3];
static int exs_udp_wmem_min = PAGE_SIZE;
static int exs_udp_rmem_min = PAGE_SIZE;

static int exs_udp_init(struct sock *sk)
{
	seqlock_init(&exs_udp_sk(sk)->rt_lock);
	return 0;
}

static void exs_udp_unbind(struct sock *sk)
{
	struct exs_sock *es = exs_sk(sk);

	exs_udp_hash_remove(es);
	exs_port_release(&exs_udp_ports, &es->port);
	es->conn.lport = 0;
	sk->sk_num = 0;
}

/* From sk_common_release(): the end of every socket. */
static void exs_udp_unhash(struct sock *sk)
{
	lock_sock(sk);
	exs_udp_unbind(sk);
	exs_udp_route_forget(sk);
	release_sock(sk);
}

static void exs_udp_close(struct sock *sk, long timeout)
{
	sk_common_release(sk);
}

static int exs_udp_bind(struct sock *sk, struct sockaddr *uaddr, int len)
{
	struct exs_sock *es = exs_sk(sk);
	int err;

	err = exs_sock_bind(sk, uaddr, len, &exs_udp_ports);
	if (err)
		return err;
	lock_sock(sk);
	if (es->conn.lport && hlist_unhashed(&es->listen_node))
		exs_udp_hash_insert(es);
	release_sock(sk);
	return 0;
}

/* Socket locked. */
static int exs_udp_disconnect(struct sock *sk, int flags)
{
	struct exs_sock *es = exs_sk(sk);

	sk->sk_state = TCP_CLOSE;
	es->conn.raddr = 0;
	es->conn.rport = 0;
	exs_udp_route_forget(sk);
	if (!(sk->sk_userlocks & SOCK_BINDADDR_LOCK)) {
		es->conn.laddr = 0;
		es->saddr = 0;
	}
	if (!(sk->sk_userlocks & SOCK_BINDPORT_LOCK))
		exs_udp_unbind(sk);
	return 0;
}

/* Socket locked. */
static int exs_udp_connect(struct sock *sk, struct sockaddr *uaddr, int len)
{
	struct sockaddr_in *sin = (struct sockaddr_in *)uaddr;
	struct exs_sock *es = exs_sk(sk);
	struct exs_flow flow;
	struct exs_rt rt;
	int err;

	exs_udp_route_forget(sk);
	exs_sock_flow(sk, &flow);
	flow.daddr = sin->sin_addr.s_addr ?: htonl(INADDR_LOOPBACK);
	flow.dport = sin->sin_port;
	flow.oif = flow.oif ?: es->uc_index;
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
	if (!es->conn.lport) {
		es->conn.bound_dev_if = sk->sk_bound_dev_if;
		err = exs_port_bind(&exs_udp_ports, es, 0);
		if (err)
			return err == -EADDRINUSE ? -EAGAIN : err;
		sk->sk_num = ntohs(es->conn.lport);
		exs_udp_hash_insert(es);
	}
	if (!es->saddr)
		es->saddr = rt.saddr;
	if (!es->conn.laddr)
		es->conn.laddr = es->saddr;
	es->conn.raddr = flow.daddr;
	es->conn.rport = sin->sin_port;
	sk->sk_state = TCP_ESTABLISHED;
	return 0;
}

static int exs_udp_ioctl(struct sock *sk, int cmd, int *karg)
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

static int exs_udp_setsockopt(struct sock *sk, int level, int optname,
			      sockptr_t optval, unsigned int optlen)
{
	if (level == SOL_IP)
		return exs_sock_ip_setsockopt(sk, optname, optval, optlen);
	return -ENOPROTOOPT;
}

static int exs_udp_getsockopt(struct sock *sk, int level, int optname,
			      char __user *optval, int __user *optlen)
{
	if (level == SOL_IP)
		return exs_sock_ip_getsockopt(sk, optname, optval, optlen);
	return -ENOPROTOOPT;
}

/* SO_BINDTODEVICE changed. Socket locked. */
static void exs_udp_rehash(struct sock *sk)
{
	exs_sk(sk)->conn.bound_dev_if = sk->sk_bound_dev_if;
	exs_udp_route_forget(sk);
}

struct proto exs_udp_prot = {
	.name = "EXPSTACK-UDP",
	.owner = THIS_MODULE,
	.init = exs_udp_init,
	.close = exs_udp_close,
	.bind = exs_udp_bind,
	.connect = exs_udp_connect,
	.disconnect = exs_udp_disconnect,
	.unhash = exs_udp_unhash,
	.rehash = exs_udp_rehash,
	.ioctl = exs_udp_ioctl,
	.setsockopt = exs_udp_setsockopt,
	.getsockopt = exs_udp_getsockopt,
	.sendmsg = exs_udp_sendmsg,
	.recvmsg = exs_udp_recvmsg,
	.memory_allocated = &exs_udp_memory_allocated,
	.per_cpu_fw_alloc = &exs_udp_per_cpu_fw_alloc,
	.sysctl_mem = exs_udp_mem,
	.sysctl_wmem = &exs_udp_wmem_min,
	.sysctl_rmem = &exs_udp_rmem_min,
	.obj_size = sizeof(struct exs_udp_sock),
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
