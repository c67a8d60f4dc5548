// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: birth and death of the socket; struct proto.
 * Flow:   socket(2), a completed request -> [here]
 * Owns:   exs_tcp_prot, the accounts of memory, sockets and orphans
 * Locks:  a new socket is not shared yet; a child is born locked
 * Spec:   RFC 9293 3.3.1
 * Tests:  kunit/tcp/tcp_sock_kunit.c
 */
#include <linux/module.h>
#include <linux/mm.h>

#include <net/inet_ecn.h>
#include <net/proto_memory.h>

#include "tcp/tcp_priv.h"

static_assert(IS_ENABLED(CONFIG_LOCKDEP) ||
	      sizeof(struct exs_tcp_sock) <= 1500);
/* What every segment touches: three cache lines. (lockdep: larger locks.) */
static_assert(IS_ENABLED(CONFIG_LOCKDEP) ||
	      offsetofend(struct exs_tcp_sock, ooo_queue) -
	      offsetof(struct exs_tcp_sock, rcv_nxt) <= 160);

struct percpu_counter exs_tcp_orphans;
unsigned long exs_tcp_memory_pressure;

static struct percpu_counter exs_tcp_sockets;
static atomic_long_t exs_tcp_memory_allocated ____cacheline_aligned_in_smp;
static DEFINE_PER_CPU(int, exs_tcp_memory_fw_alloc);
static long exs_tcp_sysctl_mem[3];
/* What sk_mem_schedule() grants whatever the rest of TCP uses. */
static int exs_tcp_sysctl_wmem[3] = { 4096, 16384, 4194304 };
static int exs_tcp_sysctl_rmem[3] = { 4096, 131072, 6291456 };

static void exs_tcp_enter_memory_pressure(struct sock *sk)
{
	if (READ_ONCE(exs_tcp_memory_pressure))
		return;
	if (!cmpxchg(&exs_tcp_memory_pressure, 0, jiffies ?: 1))
		EXS_INC(exs_sock_net(sk), TCPEXT_TCPMemoryPressures);
}

static void exs_tcp_leave_memory_pressure(struct sock *sk)
{
	unsigned long since;

	if (!READ_ONCE(exs_tcp_memory_pressure))
		return;
	since = xchg(&exs_tcp_memory_pressure, 0);
	if (since)
		EXS_ADD(exs_sock_net(sk), TCPEXT_TCPMemoryPressuresChrono,
			jiffies_to_msecs(jiffies - since));
}

/*
 * What the user set by options: outlives a connection, passes to children. More
 * of it is in tp->ext.
 */
struct exs_tcp_kept {
	u32 window_clamp;
	u8 linger2_neg, nonagle, inq;
};

static struct exs_tcp_kept exs_tcp_options_take(const struct exs_tcp_sock *tp)
{
	return (struct exs_tcp_kept) {
		.window_clamp = tp->window_clamp,
		.linger2_neg = tp->linger2_neg,
		.inq = tp->inq,
		.nonagle = tp->nonagle & ~EXS_TCP_NAGLE_PUSH,
	};
}

static void exs_tcp_options_put(struct exs_tcp_sock *tp,
				const struct exs_tcp_kept *k)
{
	tp->window_clamp = k->window_clamp;
	tp->linger2_neg = k->linger2_neg;
	tp->inq = k->inq;
	tp->nonagle = k->nonagle;
}

/**
 * exs_tcp_sock_reset - the state of a connection that does not exist yet
 * @sk: socket, not connected; its queues are empty
 *
 * What the user set by options stays.
 */
void exs_tcp_sock_reset(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct exs_tcp_kept kept = exs_tcp_options_take(tp);
	const struct exs_cc_ops *ops = tp->cc.ops;
	u8 chosen = tp->cc.setsockopt;

	memset_startat(tp, 0, rcv_nxt);
	__skb_queue_head_init(&tp->rtx_queue);
	INIT_LIST_HEAD(&tp->tsorted);
	tp->ooo_queue = RB_ROOT;
	exs_tcp_ext_reset(tp);
	exs_tcp_options_put(tp, &kept);
	tp->header_len = sizeof(struct tcphdr);
	tp->mss_cache = EXS_TCP_MSS_DEFAULT;
	tp->mss_clamp = EXS_TCP_MSS_DEFAULT;
	tp->ack.scaling_ratio = 128;
	tp->reordering = EXS_SYSCTL(exs_sock_net(sk), tcp_reordering);
	tp->lsndtime = (u32)jiffies;
	tp->rcv_tstamp = (u32)jiffies;
	tp->cc.ops = ops;
	tp->cc.setsockopt = chosen;
	tp->cc.cwnd = EXS_CC_INIT_CWND;
	tp->cc.ssthresh = EXS_CC_SSTHRESH_INF;
	tp->cc.cwnd_clamp = ~0U;
	tp->cc.min_rtt_us = ~0U;
	tp->cc.app_limited = ~0U;
	tp->rate_app_limited = 1;
	tp->cc.mss = EXS_TCP_MSS_DEFAULT;
	tp->gso_segs = 1;
	tp->burst_segs = U16_MAX;
	WRITE_ONCE(sk->sk_pacing_rate, READ_ONCE(sk->sk_max_pacing_rate));
	exs_tcp_rtt_init(tp);
	tp->rto = EXS_TCP_RTO_INIT;
	exs_tcp_timers_init(sk);
}

/**
 * exs_tcp_sock_init - a new socket
 * @sk: socket, zeroed behind struct exs_sock
 *
 * Context: process.
 * Return: 0.
 */
int exs_tcp_sock_init(struct sock *sk)
{
	struct exs_net *en = exs_sock_net(sk);

	sk->sk_write_space = exs_tcp_write_space;
	/* sock_wfree() is to call sk_write_space. */
	sock_reset_flag(sk, SOCK_USE_WRITE_QUEUE);
	WRITE_ONCE(sk->sk_sndbuf, EXS_SYSCTL(en, tcp_wmem[1]));
	WRITE_ONCE(sk->sk_rcvbuf, EXS_SYSCTL(en, tcp_rmem[1]));
	sk->sk_gso_type = SKB_GSO_TCPV4;
	sk->sk_route_caps = NETIF_F_SG | NETIF_F_HW_CSUM | NETIF_F_GSO;
	exs_tcp_sk(sk)->ext = &exs_tcp_ext_none;
	exs_tcp_sock_reset(sk);
	exs_cc_assign(sk);
	sk_sockets_allocated_inc(sk);
	return 0;
}

/**
 * exs_tcp_sock_destroy - give back what the socket holds
 * @sk: socket, CLOSED, nobody has it open
 *
 * Context: socket lock held, or never shared.
 */
void exs_tcp_sock_destroy(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	exs_tcp_timers_stop(sk);
	exs_tcp_write_queue_purge(sk);
	exs_tcp_fo_check_ooo(sk);
	exs_tcp_ooo_purge(sk);
	__skb_queue_purge(&sk->sk_receive_queue);
	exs_cc_cleanup(sk);
	exs_tcp_ext_free(tp);
	/* set_state(CLOSED) kept it where the user chose the port. */
	exs_port_release(&exs_tcp_ports, &tp->es.port);
	exs_rt_release(&tp->es.rt);
	sk_sockets_allocated_dec(sk);
}

/* sk_common_release() of a socket that could not be made. */
static void exs_tcp_unhash(struct sock *sk)
{
	exs_conn_remove(&exs_sk(sk)->conn);
}

/* The child is the request's, not the listener's. */
static void exs_tcp_clone_conn(struct sock *sk, struct sock *lsk,
			       const struct exs_tcp_req *req)
{
	struct exs_sock *es = exs_sk(sk);

	es->conn = req->conn;
	es->conn.node.pprev = NULL;
	es->conn.kind = EXS_CONN_SOCK;
	es->conn.bound_dev_if = sk->sk_bound_dev_if;
	if (EXS_SYSCTL(exs_sock_net(sk), tcp_reflect_tos))
		es->tos = req->tos & ~INET_ECN_MASK;
	es->saddr = req->conn.laddr;
	es->id = get_random_u16();
	memset(&es->rt, 0, sizeof(es->rt));
	memset(&es->port, 0, sizeof(es->port));
	INIT_LIST_HEAD(&es->accept_node);
	exs_port_inherit(&exs_tcp_ports, &es->port, &exs_sk(lsk)->port);
	sk->sk_num = ntohs(es->conn.lport);
}

/* What the handshake agreed on. */
static void exs_tcp_clone_handshake(struct exs_tcp_sock *tp,
				    const struct exs_tcp_req *req)
{
	u32 now = (u32)jiffies;

	tp->snd_una = req->iss;
	tp->snd_nxt = req->iss + 1;
	tp->write_seq = req->iss + 1;
	tp->pushed_seq = req->iss + 1;
	tp->snd_sml = req->iss + 1;
	tp->snd_up = req->iss + 1;
	tp->rcv_nxt = req->irs + 1;
	tp->rcv_wup = req->irs + 1;
	tp->copied_seq = req->irs + 1;
	tp->rcv_wnd = req->rcv_wnd;
	tp->rcv_ssthresh = req->rcv_wnd;
	tp->snd_wscale = req->snd_wscale;
	tp->rcv_wscale = req->rcv_wscale;
	tp->wscale_ok = req->wscale_ok;
	tp->tstamp_ok = req->tstamp_ok;
	tp->sack_ok = req->sack_ok;
	tp->ecn_ok = req->ecn_ok;
	tp->tsoffset = req->tsoffset;
	tp->last_oow_ack_time = 0;
	/* The SYN-ACK. */
	tp->cc.delivered = 1;
	tp->syn_retrans = req->num_retrans;
	tp->total_retrans = req->num_retrans;
	if (req->tstamp_ok) {
		tp->ts_recent = req->ts_recent;
		tp->ts_recent_stamp = (u32)ktime_get_seconds();
		tp->header_len += EXS_TCP_TSOPT_LEN;
	}
	if (req->mss)
		tp->mss_clamp = req->mss;
	if (tp->ext->user_mss && tp->ext->user_mss < tp->mss_clamp)
		tp->mss_clamp = tp->ext->user_mss;
	tp->ack.lrcvtime = now;
	tp->rcv_tstamp = now;
}

/**
 * exs_tcp_sock_clone - the child of a listener
 * @lsk: listener
 * @req: a request whose handshake is complete
 *
 * Context: softirq, RCU held.
 * Return: the child, locked (bh_lock_sock), with two references and in no hash
 * yet; NULL: no memory.
 */
struct sock *exs_tcp_sock_clone(struct sock *lsk, struct exs_tcp_req *req)
{
	const struct exs_tcp_ext *ext = exs_tcp_ext_dup(exs_tcp_sk(lsk));
	struct exs_tcp_sock *tp;
	struct exs_rt *rt;
	struct sock *sk;

	if (!ext)
		return NULL;
	if (exs_tcp_md5_inherit(lsk, &req->conn, (struct exs_tcp_ext *)ext))
		goto no_child;
	sk = sk_clone_lock(lsk, GFP_ATOMIC);
	if (!sk)
		goto no_child;
	tp = exs_tcp_sk(sk);
	tp->ext = ext;
	sk->sk_tsq_flags = 0;
	sk->sk_shutdown = 0;
	sk->sk_ack_backlog = 0;
	sk->sk_max_ack_backlog = 0;
	sk->sk_write_pending = 0;
	sk->sk_gso_max_size = 0;
	WRITE_ONCE(sk->sk_mark, req->mark);
	sk_set_txhash(sk);

	exs_tcp_clone_conn(sk, lsk, req);
	exs_tcp_sock_reset(sk);
	exs_tcp_md5_adopt(sk);
	exs_tcp_clone_handshake(tp, req);
	exs_cc_assign(sk);
	exs_tcp_set_state(sk, TCP_SYN_RECV);

	rt = exs_sock_route(sk);
	tp->advmss = EXS_TCP_MSS_DEFAULT;
	if (!IS_ERR(rt)) {
		tp->advmss = exs_tcp_rt_advmss(rt, tp->ext->user_mss);
		exs_tcp_sync_mss(sk, rt->mtu);
		tp->window_clamp =
			exs_tcp_window_limit(sk, exs_rt_metric(rt, RTAX_WINDOW));
		exs_cc_route(sk);
	}
	exs_tcp_window_unscaled(tp);
	exs_tcp_rcv_mss_init(tp);
	return sk;

no_child:
	exs_tcp_ext_discard(ext);
	return NULL;
}

/**
 * exs_tcp_sizes - what TCP's objects cost
 * @sock: bytes of a full socket
 * @req: of a half-open connection
 * @tw: of a TIME-WAIT
 */
void exs_tcp_sizes(unsigned int *sock, unsigned int *req, unsigned int *tw)
{
	*sock = sizeof(struct exs_tcp_sock);
	*req = sizeof(struct exs_tcp_req);
	*tw = sizeof(struct exs_tcp_tw);
}

/* SO_BINDTODEVICE or another option that routing depends on changed; locked. */
static void exs_tcp_rehash(struct sock *sk)
{
	WRITE_ONCE(exs_sk(sk)->conn.bound_dev_if, sk->sk_bound_dev_if);
	exs_sock_route_stale(sk);
}

static void exs_tcp_set_keepalive(struct sock *sk, int on)
{
	exs_tcp_timers_keepalive(sk, on);
}

/* tcp_mem as AF_INET computes it: 1/16, 1/12 and 1/8 of memory, in pages. */
static void exs_tcp_sock_limits(void)
{
	unsigned long limit = max(nr_free_buffer_pages() / 16, 128UL);

	exs_tcp_sysctl_mem[0] = limit / 4 * 3;
	exs_tcp_sysctl_mem[1] = limit;
	exs_tcp_sysctl_mem[2] = exs_tcp_sysctl_mem[0] * 2;
}

/**
 * exs_tcp_sock_layer_init - the accounts all sockets share
 *
 * Return: 0 or -ENOMEM.
 */
int exs_tcp_sock_layer_init(void)
{
	int err;

	exs_tcp_sock_limits();
	err = percpu_counter_init(&exs_tcp_orphans, 0, GFP_KERNEL);
	if (err)
		return err;
	err = percpu_counter_init(&exs_tcp_sockets, 0, GFP_KERNEL);
	if (err)
		goto no_sockets;
	err = exs_cc_layer_init();
	if (err)
		goto no_cc;
	return 0;

no_cc:
	percpu_counter_destroy(&exs_tcp_sockets);
no_sockets:
	percpu_counter_destroy(&exs_tcp_orphans);
	return err;
}

/**
 * exs_tcp_sock_layer_exit - no socket is left
 */
void exs_tcp_sock_layer_exit(void)
{
	exs_cc_layer_exit();
	percpu_counter_destroy(&exs_tcp_sockets);
	percpu_counter_destroy(&exs_tcp_orphans);
}

struct proto exs_tcp_prot = {
	.name = "EXPSTACK-TCP",
	.owner = THIS_MODULE,
	.close = exs_tcp_close,
	.disconnect = exs_tcp_disconnect,
	.accept = exs_tcp_accept,
	.ioctl = exs_tcp_ioctl,
	.init = exs_tcp_sock_init,
	.destroy = exs_tcp_sock_destroy,
	.shutdown = exs_tcp_shutdown,
	.setsockopt = exs_tcp_setsockopt,
	.getsockopt = exs_tcp_getsockopt,
	.keepalive = exs_tcp_set_keepalive,
	.sendmsg = exs_tcp_sendmsg,
	.recvmsg = exs_tcp_recvmsg,
	.backlog_rcv = exs_tcp_backlog_rcv,
	.release_cb = exs_tcp_release_cb,
	.unhash = exs_tcp_unhash,
	.rehash = exs_tcp_rehash,
	.enter_memory_pressure = exs_tcp_enter_memory_pressure,
	.leave_memory_pressure = exs_tcp_leave_memory_pressure,
	.stream_memory_free = exs_tcp_memory_free,
	.sockets_allocated = &exs_tcp_sockets,
	.memory_allocated = &exs_tcp_memory_allocated,
	.per_cpu_fw_alloc = &exs_tcp_memory_fw_alloc,
	.memory_pressure = &exs_tcp_memory_pressure,
	.sysctl_mem = exs_tcp_sysctl_mem,
	.sysctl_wmem = exs_tcp_sysctl_wmem,
	.sysctl_rmem = exs_tcp_sysctl_rmem,
	.max_header = EXS_MAX_TCP_HEADER,
	.obj_size = sizeof(struct exs_tcp_sock),
	.no_autobind = true,
};
