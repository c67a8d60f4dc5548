// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: what a connection leaves for the next, and what it begins with.
 * Flow:   tcp_verdict, tcp_timewait -> exs_tcp_metrics_save;
 *         tcp_connect -> exs_tcp_metrics_init; tcp_req ->
 *         exs_tcp_metrics_proven
 * Owns:   the values in struct exs_tcp_metrics
 * Locks:  socket lock held by the caller; the cache is read under RCU
 * Spec:   RFC 9040 2; RFC 6298 5.7; tcp_no_metrics_save of Linux's ip-sysctl
 * Tests:  kunit/tcp/tcp_metrics_conn_kunit.c, qemu/wire/metrics
 *
 * Times are in the scales of tcp_rtt.c: 8 times the RTT, 4 times its deviation,
 * in microseconds.
 */
#include "tcp/tcp_priv.h"

/* Rather too long than too short: a longer one counts at once. */
static void exs_tcp_metrics_blend_rtt(const struct exs_tcp_sock *tp, u32 *val)
{
	s32 less = val[EXS_TCP_METRIC_RTT] - tp->cc.srtt_us;
	u32 dev;

	if (less <= 0)
		val[EXS_TCP_METRIC_RTT] = tp->cc.srtt_us;
	else
		val[EXS_TCP_METRIC_RTT] -= less >> 3;
	dev = max((u32)abs(less) >> 1, tp->mdev_us);
	if (dev >= val[EXS_TCP_METRIC_RTTVAR])
		val[EXS_TCP_METRIC_RTTVAR] = dev;
	else
		val[EXS_TCP_METRIC_RTTVAR] -=
			(val[EXS_TCP_METRIC_RTTVAR] - dev) >> 2;
}

/* Never left the first slow start: the window is a lower bound. */
static void exs_tcp_metrics_blend_start(const struct exs_cc *cc, bool ssthresh,
					u32 *val)
{
	u32 known = val[EXS_TCP_METRIC_SSTHRESH];

	if (ssthresh && known && cc->cwnd >> 1 > known)
		val[EXS_TCP_METRIC_SSTHRESH] = cc->cwnd >> 1;
	val[EXS_TCP_METRIC_CWND] = max(val[EXS_TCP_METRIC_CWND], cc->cwnd);
}

/* In recovery or on the way up again: cwnd means little. */
static void exs_tcp_metrics_blend_lossy(const struct exs_tcp_sock *tp,
					bool ssthresh, u32 *val)
{
	int usual = EXS_SYSCTL(exs_sock_net(&tp->es.sk), tcp_reordering);
	u32 known = val[EXS_TCP_METRIC_SSTHRESH];

	val[EXS_TCP_METRIC_CWND] = (val[EXS_TCP_METRIC_CWND] +
				    tp->cc.ssthresh) >> 1;
	if (ssthresh && known && tp->cc.ssthresh > known)
		val[EXS_TCP_METRIC_SSTHRESH] = tp->cc.ssthresh;
	if (val[EXS_TCP_METRIC_REORDERING] < tp->reordering &&
	    tp->reordering != usual)
		val[EXS_TCP_METRIC_REORDERING] = tp->reordering;
}

/**
 * exs_tcp_metrics_blend - what is known, with what a connection saw
 * @tp: the socket; it has measured a round trip
 * @ssthresh: remember the threshold too
 * @val: EXS_TCP_METRICS values; updated
 *
 * Context: socket lock held.
 */
void exs_tcp_metrics_blend(const struct exs_tcp_sock *tp, bool ssthresh,
			   u32 *val)
{
	const struct exs_cc *cc = &tp->cc;

	exs_tcp_metrics_blend_rtt(tp, val);
	if (cc->ssthresh >= EXS_CC_SSTHRESH_INF) {
		exs_tcp_metrics_blend_start(cc, ssthresh, val);
	} else if (!exs_cc_in_slow_start(cc) && cc->ca_state == EXS_CA_OPEN) {
		/* Congestion avoidance: the window is what the path takes. */
		if (ssthresh)
			val[EXS_TCP_METRIC_SSTHRESH] = max(cc->cwnd >> 1,
							   cc->ssthresh);
		val[EXS_TCP_METRIC_CWND] = (val[EXS_TCP_METRIC_CWND] +
					    cc->cwnd) >> 1;
	} else {
		exs_tcp_metrics_blend_lossy(tp, ssthresh, val);
	}
}

/**
 * exs_tcp_metrics_save - a connection ended well
 * @sk: socket, its tuple not forgotten yet
 *
 * On the way to TIME-WAIT, and from LAST-ACK to CLOSED.
 *
 * Context: socket lock held, BH disabled.
 */
void exs_tcp_metrics_save(struct sock *sk)
{
	const struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	const struct exs_sock *es = &tp->es;
	struct exs_net *en = exs_sock_net(sk);
	struct exs_tcp_metrics *m;
	u32 val[EXS_TCP_METRICS];
	unsigned int i;

	if (EXS_SYSCTL(en, tcp_no_metrics_save) || !es->rt.ldev)
		return;
	rcu_read_lock();
	if (tp->backoff || !tp->cc.srtt_us) {
		/* Nothing came back in time: what is known is wrong. */
		m = exs_tcp_metrics_find(en, es->saddr, es->conn.raddr,
					 exs_rt_attr(&es->rt));
		if (m && !exs_tcp_metrics_locked(m, EXS_TCP_METRIC_RTT))
			WRITE_ONCE(m->val[EXS_TCP_METRIC_RTT], 0);
		goto out;
	}
	m = exs_tcp_metrics_make(sk, es->saddr, es->conn.raddr);
	if (!m)
		goto out;
	for (i = 0; i < EXS_TCP_METRICS; i++)
		val[i] = READ_ONCE(m->val[i]);
	exs_tcp_metrics_blend(tp, !EXS_SYSCTL(en, tcp_no_ssthresh_metrics_save),
			      val);
	for (i = 0; i < EXS_TCP_METRICS; i++)
		if (!exs_tcp_metrics_locked(m, i))
			WRITE_ONCE(m->val[i], val[i]);
	WRITE_ONCE(m->stamp, jiffies);
out:
	rcu_read_unlock();
}

/* The handshake's round trip may be shorter than those of longer segments. */
static void exs_tcp_metrics_rto(struct sock *sk, u32 rtt)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	u32 min_us = exs_tcp_rto_min_us(sk);

	if (rtt > tp->cc.srtt_us) {
		rtt /= 8 * USEC_PER_SEC / HZ;
		tp->rto = rtt + max_t(u32, 2 * rtt, usecs_to_jiffies(min_us));
	} else if (!tp->cc.srtt_us) {
		/* No sample: the SYN was repeated, the path may be slow. */
		exs_tcp_rtt_fallback(tp);
	}
}

/**
 * exs_tcp_metrics_init - a connection begins
 * @sk: socket; the handshake may have measured a round trip
 *
 * The cached RTT sets the first timeout only, not the estimator.
 *
 * Context: socket lock held.
 */
void exs_tcp_metrics_init(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct exs_net *en = exs_sock_net(sk);
	struct exs_tcp_metrics *m;
	u32 val, rtt = 0;

	/* The handshake may have lowered it without need. */
	tp->cc.ssthresh = EXS_CC_SSTHRESH_INF;
	rcu_read_lock();
	m = exs_tcp_metrics_find(en, tp->es.saddr, tp->es.conn.raddr,
				 exs_rt_attr(&tp->es.rt));
	if (m) {
		if (exs_tcp_metrics_locked(m, EXS_TCP_METRIC_CWND))
			tp->cc.cwnd_clamp = READ_ONCE(m->val[EXS_TCP_METRIC_CWND]);
		val = READ_ONCE(m->val[EXS_TCP_METRIC_SSTHRESH]);
		if (val && !EXS_SYSCTL(en, tcp_no_ssthresh_metrics_save))
			tp->cc.ssthresh = min(val, tp->cc.cwnd_clamp);
		val = READ_ONCE(m->val[EXS_TCP_METRIC_REORDERING]);
		if (val)
			tp->reordering = min_t(u32, val, U16_MAX);
		rtt = READ_ONCE(m->val[EXS_TCP_METRIC_RTT]);
	}
	rcu_read_unlock();
	exs_tcp_metrics_rto(sk, rtt);
}

/**
 * exs_tcp_metrics_proven - is a peer known to have been there?
 * @en: namespace
 * @laddr: our address
 * @raddr: the peer's
 *
 * Who asks has no route yet, so what is too old proves nothing but stays as it
 * is. What a route has locked does not grow old.
 *
 * Context: softirq, RCU held.
 * Return: true when a connection with it has measured a round trip.
 */
bool exs_tcp_metrics_proven(struct exs_net *en, __be32 laddr, __be32 raddr)
{
	const struct exs_tcp_metrics *m = exs_tcp_metrics_look(en, laddr, raddr);

	return m && READ_ONCE(m->val[EXS_TCP_METRIC_RTT]) &&
	       (exs_tcp_metrics_locked(m, EXS_TCP_METRIC_RTT) ||
		!exs_tcp_metrics_stale(m));
}
