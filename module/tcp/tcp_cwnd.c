// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: is the congestion window used, and what is it worth after idle?
 * Flow:   tcp_output, tcp_send, tcp_ack, tcp_connect -> [here]
 * Owns:   exs_tcp_sock.is_cwnd_limited, .max_packets_out, .cwnd_used
 * Locks:  socket lock held by the caller
 * Spec:   RFC 5681 4.1; RFC 6928; RFC 2861 and 7661
 * Tests:  kunit/tcp/tcp_cwnd_kunit.c
 */
#include "tcp/tcp_priv.h"

/**
 * exs_tcp_init_cwnd - the initial window
 * @sk: socket
 *
 * Return: segments: the route's, else RFC 6928's ten.
 */
u32 exs_tcp_init_cwnd(const struct sock *sk)
{
	u32 cwnd = exs_rt_metric(&exs_sk(sk)->rt, RTAX_INITCWND);

	return min(cwnd ?: EXS_CC_INIT_CWND, exs_tcp_sk(sk)->cc.cwnd_clamp);
}

/**
 * exs_tcp_cwnd_ssthresh - slow-start threshold that remembers the present window
 * @cc: congestion state
 *
 * Return: segments.
 */
u32 exs_tcp_cwnd_ssthresh(const struct exs_cc *cc)
{
	if (cc->ca_state == EXS_CA_CWR || cc->ca_state == EXS_CA_RECOVERY)
		return cc->ssthresh;
	return max(cc->ssthresh, (cc->cwnd >> 1) + (cc->cwnd >> 2));
}

/**
 * exs_tcp_cwnd_decay - the window after silence
 * @cwnd: before
 * @restart: restart window
 * @idle: silence, jiffies
 * @rto: retransmission timeout, jiffies
 *
 * Halved for each RTO without sending, RFC 2861.
 *
 * Return: segments.
 */
u32 exs_tcp_cwnd_decay(u32 cwnd, u32 restart, s32 idle, u32 rto)
{
	restart = min(restart, cwnd);
	while ((idle -= rto) > 0 && cwnd > restart)
		cwnd >>= 1;
	return max(cwnd, restart);
}

/**
 * exs_tcp_cwnd_idle - slow start after idle
 * @sk: socket, about to queue new data, or free to send what waits
 */
void exs_tcp_cwnd_idle(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct exs_cc *cc = &tp->cc;
	u32 now = (u32)jiffies;
	s32 idle = now - tp->lsndtime;

	if (tp->packets_out || !cc->ops || cc->ops->cong_control ||
	    idle <= (s32)tp->rto ||
	    !EXS_SYSCTL(exs_sock_net(sk), tcp_slow_start_after_idle))
		return;
	if (cc->ops->cwnd_event)
		cc->ops->cwnd_event(cc, EXS_CC_CWND_RESTART);
	cc->ssthresh = exs_tcp_cwnd_ssthresh(cc);
	cc->cwnd = exs_tcp_cwnd_decay(cc->cwnd, exs_tcp_init_cwnd(sk), idle,
				      tp->rto);
	tp->snd_cwnd_stamp = now;
	tp->cwnd_used = 0;
}

/* The application used less than the window for an RTO: go half way down. */
static void exs_tcp_cwnd_unused(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct exs_cc *cc = &tp->cc;
	u32 used;

	if (cc->ca_state == EXS_CA_OPEN && sk->sk_socket &&
	    !test_bit(SOCK_NOSPACE, &sk->sk_socket->flags)) {
		used = max(tp->cwnd_used, exs_tcp_init_cwnd(sk));
		if (used < cc->cwnd) {
			cc->ssthresh = exs_tcp_cwnd_ssthresh(cc);
			cc->cwnd = (cc->cwnd + used) >> 1;
		}
		tp->cwnd_used = 0;
	}
	tp->snd_cwnd_stamp = (u32)jiffies;
}

/**
 * exs_tcp_cwnd_validate - note how much of the window was used
 * @sk: socket; something was sent, or cwnd kept it from that
 * @limited: the window kept it from sending more
 *
 * The strongest sign within one window counts until the next begins.
 */
void exs_tcp_cwnd_validate(struct sock *sk, bool limited)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	u32 now = (u32)jiffies;

	if (!exs_seq_lt(tp->snd_una, tp->cwnd_usage_seq) || limited ||
	    (!tp->is_cwnd_limited && tp->packets_out > tp->max_packets_out)) {
		tp->is_cwnd_limited = limited;
		tp->max_packets_out = tp->packets_out;
		tp->cwnd_usage_seq = tp->snd_nxt;
	}
	tp->cc.cwnd_limited = tp->is_cwnd_limited;
	if (exs_tcp_cwnd_is_limited(tp)) {
		tp->cwnd_used = 0;
		tp->snd_cwnd_stamp = now;
		return;
	}
	/* The window has room, all that was written is sent: the buffer is full. */
	if (skb_queue_empty(&sk->sk_write_queue) && sk->sk_socket &&
	    test_bit(SOCK_NOSPACE, &sk->sk_socket->flags))
		exs_tcp_chrono_start(tp, EXS_TCP_CHRONO_SNDBUF);
	tp->cwnd_used = max(tp->cwnd_used, tp->packets_out);
	if ((s32)(now - tp->snd_cwnd_stamp) >= (s32)tp->rto && tp->cc.ops &&
	    !tp->cc.ops->cong_control &&
	    EXS_SYSCTL(exs_sock_net(sk), tcp_slow_start_after_idle))
		exs_tcp_cwnd_unused(sk);
}
