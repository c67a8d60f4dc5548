// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: the congestion window during and after loss.
 * Flow:   tcp_loss -> [here] -> the congestion control's operations
 * Owns:   cc.cwnd outside of congestion control, prr_*, undo_marker
 * Locks:  socket lock held by the caller
 * Spec:   RFC 6937 (PRR); RFC 5681 3.2; RFC 7661 for growth
 * Tests:  kunit/tcp/tcp_recovery_kunit.c
 */
#include "tcp/tcp_priv.h"

/**
 * exs_tcp_ca_state - go to another state of loss recovery
 * @sk: the socket
 * @state: enum exs_ca_state
 *
 * Context: socket lock held.
 */
void exs_tcp_ca_state(struct sock *sk, u8 state)
{
	struct exs_cc *cc = &exs_tcp_sk(sk)->cc;

	if (cc->ca_state == state)
		return;
	if (cc->ops->set_state)
		cc->ops->set_state(cc, state);
	cc->ca_state = state;
}

/**
 * exs_tcp_cc_event - tell congestion control what happened
 * @sk: the socket
 * @event: what
 *
 * Context: socket lock held.
 */
void exs_tcp_cc_event(struct sock *sk, enum exs_cc_event event)
{
	struct exs_cc *cc = &exs_tcp_sk(sk)->cc;

	if (cc->ops->cwnd_event)
		cc->ops->cwnd_event(cc, event);
}

/**
 * exs_tcp_recovery_reduce - a loss: remember the window, set ssthresh
 * @sk: the socket
 *
 * Context: socket lock held.
 */
void exs_tcp_recovery_reduce(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	tp->undo_marker = tp->snd_una;
	/* A connection attempt's clock runs from its first SYN. */
	if (sk->sk_state != TCP_SYN_SENT)
		tp->retrans_stamp = 0;
	tp->cc.prior_ssthresh = exs_tcp_cwnd_ssthresh(&tp->cc);
	tp->cc.prior_cwnd = tp->cc.cwnd;
	tp->cc.ssthresh = tp->cc.ops->ssthresh(&tp->cc);
}

/**
 * exs_tcp_recovery_enter - fast retransmit begins
 * @sk: the socket
 *
 * Context: socket lock held, BH disabled.
 */
void exs_tcp_recovery_enter(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct exs_net *en = exs_sock_net(sk);

	if (tp->sack_ok)
		EXS_INC(en, TCPEXT_TCPSackRecovery);
	else
		EXS_INC(en, TCPEXT_TCPRenoRecovery);
	if (tp->cc.ca_state < EXS_CA_CWR)
		exs_tcp_recovery_reduce(sk);
	tp->high_seq = tp->snd_nxt;
	tp->prr_delivered = 0;
	tp->prr_out = 0;
	tp->cc.cwnd_cnt = 0;
	exs_tcp_ca_state(sk, EXS_CA_RECOVERY);
}

/**
 * exs_tcp_recovery_exit - everything up to high_seq is acknowledged
 * @sk: the socket
 *
 * Context: socket lock held.
 */
void exs_tcp_recovery_exit(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	if (tp->cc.ssthresh < EXS_CC_SSTHRESH_INF) {
		tp->cc.cwnd = tp->cc.ssthresh;
		tp->snd_cwnd_stamp = (u32)jiffies;
	}
	tp->undo_marker = 0;
	exs_tcp_cc_event(sk, EXS_CC_COMPLETE_CWR);
}

/*
 * RFC 6937 3: while more is in flight than ssthresh, send in proportion to what
 * is delivered; below it, grow back as slow start would, but no faster.
 */
static u32 exs_tcp_recovery_prr(struct exs_tcp_sock *tp, u32 delivered,
				bool progress)
{
	u32 flight = exs_tcp_in_flight(tp);
	s32 room = (s32)tp->cc.ssthresh - (s32)flight;
	s64 send;

	tp->prr_delivered += delivered;
	if (room < 0) {
		send = DIV_ROUND_UP_ULL((u64)tp->cc.ssthresh *
					tp->prr_delivered,
					max(tp->cc.prior_cwnd, 1U));
		send -= tp->prr_out;
	} else {
		send = max_t(s64, (s64)tp->prr_delivered - tp->prr_out,
			     delivered);
		if (progress)
			send++;
		send = min_t(s64, room, send);
	}
	/* The first retransmission goes out whatever the sums say. */
	return max_t(s64, send, tp->prr_out ? 0 : 1);
}

/* Grow: only on progress, never while reducing, only if cwnd was the limit. */
static void exs_tcp_recovery_grow(struct exs_tcp_sock *tp,
				  const struct exs_tcp_ack_state *as)
{
	struct exs_cc_ack ack = {
		.now_us = tp->mstamp_us,
		.acked = as->acked_packets,
		.snd_una = tp->snd_una,
		.snd_nxt = tp->snd_nxt,
		.in_flight = exs_tcp_in_flight(tp),
		.prior_in_flight = as->prior_in_flight,
		.rtt_us = as->rtt_us,
		.cwnd_limited = exs_tcp_cwnd_is_limited(tp),
		.delivered = -1,
	};

	tp->cc.cwnd_limited = ack.cwnd_limited;
	if (tp->cc.ops->cong_control) {
		tp->cc.ops->cong_control(&tp->cc, &ack);
		return;
	}
	if (tp->cc.ca_state == EXS_CA_CWR || tp->cc.ca_state == EXS_CA_RECOVERY)
		return;
	if (!exs_tcp_cwnd_is_limited(tp))
		return;
	tp->cc.ops->cong_avoid(&tp->cc, &ack);
	tp->snd_cwnd_stamp = (u32)jiffies;
}

/**
 * exs_tcp_recovery_cwnd - set cwnd after an ACK
 * @sk: the socket
 * @as: what it acknowledged
 *
 * Context: socket lock held, BH disabled.
 */
void exs_tcp_recovery_cwnd(struct sock *sk, struct exs_tcp_ack_state *as)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	u32 delivered;

	if (tp->cc.ca_state == EXS_CA_RECOVERY ||
	    tp->cc.ca_state == EXS_CA_CWR) {
		if (!tp->cc.ops->cong_control) {
			delivered = as->delivered;
			if (!delivered && !tp->sack_ok)
				delivered = as->dupack;
			tp->cc.cwnd = exs_tcp_in_flight(tp) +
				      exs_tcp_recovery_prr(tp, delivered,
							   as->acked_packets);
			exs_tcp_pacing_update(sk);
			return;
		}
	}
	if (as->acked_packets && !as->syn_acked) {
		exs_tcp_recovery_grow(tp, as);
		exs_tcp_pacing_update(sk);
	}
}
