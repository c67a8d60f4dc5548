// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: the congestion control of a socket, and what algorithms call.
 * Flow:   socket(2), TCP_CONGESTION, a connection's begin and end -> [here] ->
 *         tcp_cc, cc/
 * Owns:   exs_tcp_sock.cc.ops; a module's reference for each socket that uses it
 * Locks:  socket lock held by the caller
 * Spec:   RFC 5681 3.1 for the building blocks
 * Tests:  kunit/tcp/tcp_cc_sock_kunit.c
 */
#include <linux/module.h>

#include "tcp/tcp_priv.h"

/* Begin with what the algorithm remembers, once data may flow. */
static void exs_cc_start(struct sock *sk)
{
	struct exs_cc *cc = &exs_tcp_sk(sk)->cc;

	cc->started = 1;
	memset(cc->priv, 0, sizeof(cc->priv));
	if (cc->ops->init)
		cc->ops->init(cc);
	exs_tcp_ecn_tos(sk);
}

/**
 * exs_cc_assign - the congestion control of a new socket
 * @sk: socket; a child has a copy of its listener's choice
 *
 * The one chosen by TCP_CONGESTION, else the namespace's default, else Reno.
 *
 * Context: any; the socket is not shared yet or locked.
 */
void exs_cc_assign(struct sock *sk)
{
	struct exs_cc *cc = &exs_tcp_sk(sk)->cc;
	const struct exs_cc_ops *ops = NULL;

	if (cc->setsockopt && cc->ops && exs_cc_pin(cc->ops))
		ops = cc->ops;
	if (!ops) {
		cc->setsockopt = 0;
		rcu_read_lock();
		ops = rcu_dereference(exs_sock_net(sk)->sysctl.tcp_congestion_control);
		if (!exs_cc_pin(ops))
			ops = &exs_cc_reno;
		rcu_read_unlock();
	}
	WRITE_ONCE(cc->ops, ops);
	cc->started = 0;
	exs_tcp_ecn_tos(sk);
}

/**
 * exs_cc_route - the congestion control that the route asks for
 * @sk: socket, its route known; no data has flowed yet
 *
 * It comes before the user's choice. One that is not there (any more) is not
 * asked for.
 *
 * Context: socket lock held.
 */
void exs_cc_route(struct sock *sk)
{
	const struct exs_route_attr *attr = exs_rt_attr(&exs_sk(sk)->rt);
	struct exs_cc *cc = &exs_tcp_sk(sk)->cc;
	const struct exs_cc_ops *ops;

	if (likely(!attr) || !attr->congctl[0])
		return;
	ops = exs_cc_get(attr->congctl);
	if (!ops)
		return;
	exs_cc_unpin(cc->ops);
	WRITE_ONCE(cc->ops, ops);
	exs_tcp_ecn_tos(sk);
}

/* Has the route chosen, and is that final? */
static bool exs_cc_route_locked(const struct sock *sk)
{
	const struct exs_route_attr *attr = exs_rt_attr(&exs_sk(sk)->rt);

	return exs_route_metric(attr, RTAX_LOCK) & BIT(RTAX_CC_ALGO) &&
	       !strcmp(exs_tcp_sk(sk)->cc.ops->name, attr->congctl);
}

/**
 * exs_cc_init_transfer - data may flow
 * @sk: socket
 *
 * Context: socket lock held.
 */
void exs_cc_init_transfer(struct sock *sk)
{
	exs_cc_start(sk);
}

/* The algorithm forgets the connection; its module stays pinned. */
static void exs_cc_end(struct exs_cc *cc)
{
	if (cc->started && cc->ops->release)
		cc->ops->release(cc);
	cc->started = 0;
}

static void exs_cc_stop(struct exs_cc *cc)
{
	exs_cc_end(cc);
	exs_cc_unpin(cc->ops);
}

/**
 * exs_cc_cleanup - the socket goes
 * @sk: socket
 *
 * ops is not to be looked at any more.
 *
 * Context: socket lock held.
 */
void exs_cc_cleanup(struct sock *sk)
{
	exs_cc_stop(&exs_tcp_sk(sk)->cc);
}

/**
 * exs_cc_reset - the connection is over, another may follow
 * @sk: socket; its state becomes that of a new one, but for what the user set
 *
 * The module is held until it is pinned again or another one is: nothing else
 * keeps what ops points to.
 *
 * Context: socket lock held.
 */
void exs_cc_reset(struct sock *sk)
{
	struct exs_cc *cc = &exs_tcp_sk(sk)->cc;
	const struct exs_cc_ops *held = cc->ops;

	exs_cc_end(cc);
	exs_tcp_sock_reset(sk);
	exs_cc_assign(sk);
	exs_cc_unpin(held);
}

/**
 * exs_cc_set - TCP_CONGESTION
 * @sk: socket
 * @name: of the algorithm
 * @load: load its module when need be
 * @admin: may choose restricted ones
 *
 * Context: process, socket locked.
 * Return: 0; -ENOENT; -EPERM: restricted, or the route has one that is locked.
 */
int exs_cc_set(struct sock *sk, const char *name, bool load, bool admin)
{
	struct exs_cc *cc = &exs_tcp_sk(sk)->cc;
	bool started = cc->started;
	struct exs_cc_ops *ops;

	if (exs_cc_route_locked(sk))
		return -EPERM;
	ops = load ? exs_cc_get_load(name) : exs_cc_get(name);
	if (!ops)
		return -ENOENT;
	if (ops == cc->ops) {
		cc->setsockopt = 1;
		exs_cc_unpin(ops);
		return 0;
	}
	if (!admin && !(ops->flags & EXS_CC_NON_RESTRICTED)) {
		exs_cc_unpin(ops);
		return -EPERM;
	}
	exs_cc_stop(cc);
	/* Before init a SYN's loss may have left something there. */
	memset(cc->priv, 0, sizeof(cc->priv));
	/* A listener's is read by who answers a SYN. */
	WRITE_ONCE(cc->ops, ops);
	cc->setsockopt = 1;
	exs_tcp_ecn_tos(sk);
	if (started)
		exs_cc_start(sk);
	return 0;
}

/**
 * exs_cc_info - TCP_CC_INFO
 * @sk: the socket
 * @info: what the algorithm tells of itself
 *
 * Context: process; takes the socket lock.
 * Return: its size, 0: nothing.
 */
size_t exs_cc_info(struct sock *sk, union tcp_cc_info *info)
{
	struct exs_cc *cc = &exs_tcp_sk(sk)->cc;
	size_t size = 0;
	int attr;

	lock_sock(sk);
	if (cc->started && cc->ops->get_info)
		size = cc->ops->get_info(cc, info, &attr);
	release_sock(sk);
	return size;
}

/**
 * exs_cc_acked - packets left the network: tell the algorithm
 * @tp: socket
 * @as: what the ACK acknowledged
 *
 * The RTT is that of what was sent last: what a burst waited for its end is no
 * sign of a queue.
 *
 * Context: socket lock held, BH disabled.
 */
void exs_cc_acked(struct exs_tcp_sock *tp, const struct exs_tcp_ack_state *as)
{
	if (tp->cc.ops->pkts_acked)
		tp->cc.ops->pkts_acked(&tp->cc, as->acked_packets, as->rtt_us);
}

static struct exs_tcp_sock *exs_cc_tp(struct exs_cc *cc)
{
	return container_of(cc, struct exs_tcp_sock, cc);
}

/**
 * exs_cc_sock - the socket of a connection
 * @cc: its congestion state
 *
 * Return: for its generic part alone.
 */
struct sock *exs_cc_sock(struct exs_cc *cc)
{
	return &exs_cc_tp(cc)->es.sk;
}
EXPORT_SYMBOL_GPL(exs_cc_sock);

/**
 * exs_cc_now_us - time of the event in hand
 * @cc: congestion state
 *
 * Return: microseconds.
 */
u64 exs_cc_now_us(struct exs_cc *cc)
{
	return exs_cc_tp(cc)->mstamp_us;
}
EXPORT_SYMBOL_GPL(exs_cc_now_us);

/**
 * exs_cc_snd_una - oldest sequence number not acknowledged
 * @cc: congestion state
 *
 * Return: it.
 */
u32 exs_cc_snd_una(struct exs_cc *cc)
{
	return exs_cc_tp(cc)->snd_una;
}
EXPORT_SYMBOL_GPL(exs_cc_snd_una);

/**
 * exs_cc_snd_nxt - next sequence number to send
 * @cc: congestion state
 *
 * Return: it.
 */
u32 exs_cc_snd_nxt(struct exs_cc *cc)
{
	return exs_cc_tp(cc)->snd_nxt;
}
EXPORT_SYMBOL_GPL(exs_cc_snd_nxt);

/**
 * exs_cc_last_sent - when text was sent last
 * @cc: congestion state; at EXS_CC_TX_START: before what is sent now
 *
 * Return: jiffies.
 */
u32 exs_cc_last_sent(struct exs_cc *cc)
{
	return exs_cc_tp(cc)->lsndtime;
}
EXPORT_SYMBOL_GPL(exs_cc_last_sent);

/**
 * exs_cc_hystart_ends - HyStart ends slow start at the present window
 * @cc: congestion state
 * @train: by a train of ACKs; false: by the delay
 */
void exs_cc_hystart_ends(struct exs_cc *cc, bool train)
{
	struct exs_net *en = exs_sock_net(exs_cc_sock(cc));

	if (train) {
		EXS_INC(en, TCPEXT_TCPHystartTrainDetect);
		EXS_ADD(en, TCPEXT_TCPHystartTrainCwnd, cc->cwnd);
	} else {
		EXS_INC(en, TCPEXT_TCPHystartDelayDetect);
		EXS_ADD(en, TCPEXT_TCPHystartDelayCwnd, cc->cwnd);
	}
	cc->ssthresh = cc->cwnd;
}
EXPORT_SYMBOL_GPL(exs_cc_hystart_ends);

/**
 * exs_cc_slow_start - one segment more for each acknowledged
 * @cc: congestion state
 * @acked: segments
 *
 * Return: those left when ssthresh was reached.
 */
u32 exs_cc_slow_start(struct exs_cc *cc, u32 acked)
{
	u32 cwnd = min(cc->cwnd + acked, cc->ssthresh);

	acked -= cwnd - cc->cwnd;
	cc->cwnd = min(cwnd, cc->cwnd_clamp);
	return acked;
}
EXPORT_SYMBOL_GPL(exs_cc_slow_start);

/**
 * exs_cc_cong_avoid_ai - additive increase
 * @cc: congestion state
 * @w: segments to be acknowledged for one of growth
 * @acked: segments
 */
void exs_cc_cong_avoid_ai(struct exs_cc *cc, u32 w, u32 acked)
{
	/* w may have become smaller since the fraction was gathered. */
	if (cc->cwnd_cnt >= w) {
		cc->cwnd_cnt = 0;
		cc->cwnd++;
	}
	cc->cwnd_cnt += acked;
	if (cc->cwnd_cnt >= w) {
		cc->cwnd += cc->cwnd_cnt / w;
		cc->cwnd_cnt %= w;
	}
	cc->cwnd = min(cc->cwnd, cc->cwnd_clamp);
}
EXPORT_SYMBOL_GPL(exs_cc_cong_avoid_ai);
