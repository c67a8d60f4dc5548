// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: the congestion window during and after loss.
 * Flow:   tcp_loss -> [here] -> the congestion control's operations
 * Owns:   cc.cwnd outside of congestion control, prr_*
 * Locks:  socket lock held by the caller
 * Spec:   RFC 6937 (PRR); RFC 5681 3.2; RFC 7661 for growth; RFC 3168 6.1.2
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
 * exs_tcp_recovery_start - begin to lower cwnd to what congestion control says
 * @sk: the socket
 *
 * Context: socket lock held.
 */
void exs_tcp_recovery_start(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	tp->high_seq = tp->snd_nxt;
	tp->tlp_high_seq = 0;
	tp->cc.cwnd_cnt = 0;
	tp->cc.prior_cwnd = tp->cc.cwnd;
	tp->prr_delivered = 0;
	tp->prr_out = 0;
	tp->cc.ssthresh = tp->cc.ops->ssthresh(&tp->cc);
	tp->ecn_cwr = tp->ecn_ok;
}

/**
 * exs_tcp_recovery_cwr - the peer echoes congestion, or a queue here is full
 * @sk: the socket
 *
 * RFC 3168 6.1.2: once for each window of data, so not while cwnd is being
 * lowered already. The congestion is certain: nothing gives cwnd back.
 *
 * Context: socket lock held.
 */
void exs_tcp_recovery_cwr(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	tp->cc.prior_ssthresh = 0;
	if (tp->cc.ca_state >= EXS_CA_CWR)
		return;
	tp->undo_marker = 0;
	exs_tcp_recovery_start(sk);
	exs_tcp_ca_state(sk, EXS_CA_CWR);
}

/**
 * exs_tcp_recovery_resend - send again what was lost, but not by congestion
 * @sk: the socket; what it is about is marked
 *
 * Goes on until what is in flight now is acknowledged; cwnd stays.
 *
 * Context: socket lock held.
 */
void exs_tcp_recovery_resend(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	if (tp->cc.ca_state != EXS_CA_LOSS) {
		tp->high_seq = tp->snd_nxt;
		tp->cc.ssthresh = exs_tcp_cwnd_ssthresh(&tp->cc);
		tp->cc.prior_ssthresh = 0;
		tp->undo_marker = 0;
		tp->frto = 0;
		exs_tcp_ca_state(sk, EXS_CA_LOSS);
	}
	exs_tcp_rtx_lost(sk);
}

/**
 * exs_tcp_recovery_enter - fast retransmit begins
 * @sk: the socket
 *
 * What CWR has lowered already is not lowered again.
 *
 * Context: socket lock held, BH disabled.
 */
void exs_tcp_recovery_enter(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct exs_net *en = exs_sock_net(sk);

	exs_tcp_undo_stamp(tp);
	if (tp->sack_ok)
		EXS_INC(en, TCPEXT_TCPSackRecovery);
	else
		EXS_INC(en, TCPEXT_TCPRenoRecovery);
	tp->cc.prior_ssthresh = 0;
	exs_tcp_undo_init(tp);
	if (!exs_tcp_reducing(tp)) {
		tp->cc.prior_ssthresh = exs_tcp_cwnd_ssthresh(&tp->cc);
		exs_tcp_recovery_start(sk);
	}
	exs_tcp_ca_state(sk, EXS_CA_RECOVERY);
}

/**
 * exs_tcp_recovery_end - everything up to high_seq is acknowledged
 * @sk: the socket
 *
 * In RECOVERY cwnd stays where an undo has put it.
 *
 * Context: socket lock held.
 */
void exs_tcp_recovery_end(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	if (tp->cc.ops->cong_control)
		return;
	if (tp->cc.ssthresh < EXS_CC_SSTHRESH_INF &&
	    (tp->cc.ca_state == EXS_CA_CWR || tp->undo_marker)) {
		tp->cc.cwnd = tp->cc.ssthresh;
		tp->snd_cwnd_stamp = (u32)jiffies;
	}
	exs_tcp_cc_event(sk, EXS_CC_COMPLETE_CWR);
}

/**
 * exs_tcp_recovery_prr - cwnd while it is being lowered
 * @tp: the socket
 * @delivered: segments the ACK told of
 * @lost: segments it showed to be lost
 * @progress: it advanced snd_una
 *
 * RFC 6937 3: while more is in flight than ssthresh, send in proportion to what
 * is delivered; below it, grow back as slow start would, but no faster, and
 * where more was lost only as much as is delivered.
 *
 * Context: socket lock held.
 */
void exs_tcp_recovery_prr(struct exs_tcp_sock *tp, u32 delivered, u32 lost,
			  bool progress)
{
	u32 flight = exs_tcp_in_flight(tp);
	s32 room = (s32)tp->cc.ssthresh - (s32)flight;
	s64 send;

	if (!delivered)
		return;
	tp->prr_delivered += delivered;
	if (room < 0) {
		send = DIV_ROUND_UP_ULL((u64)tp->cc.ssthresh *
					tp->prr_delivered,
					max(tp->cc.prior_cwnd, 1U));
		send -= tp->prr_out;
	} else {
		send = max_t(s64, (s64)tp->prr_delivered - tp->prr_out,
			     delivered);
		if (progress && !lost)
			send++;
		send = min_t(s64, room, send);
	}
	/* The first retransmission goes out whatever the sums say. */
	tp->cc.cwnd = flight + max_t(s64, send, tp->prr_out ? 0 : 1);
}

/* Grow: only on progress, never while reducing, only if cwnd was the limit. */
static void exs_tcp_recovery_grow(struct exs_tcp_sock *tp,
				  const struct exs_cc_ack *ack)
{
	tp->cc.cwnd_limited = ack->cwnd_limited;
	if (exs_tcp_reducing(tp))
		return;
	if (!exs_tcp_cwnd_is_limited(tp))
		return;
	tp->cc.ops->cong_avoid(&tp->cc, ack);
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
	struct exs_cc_ack ack = {
		.now_us = tp->mstamp_us,
		.acked = as->delivered,
		.snd_una = tp->snd_una,
		.snd_nxt = tp->snd_nxt,
		.in_flight = exs_tcp_in_flight(tp),
		.prior_in_flight = as->prior_in_flight,
		.rtt_us = as->rtt_us,
		.ece = as->ece,
		.cwnd_limited = exs_tcp_cwnd_is_limited(tp),
	};
	bool raise = as->acked_packets;

	exs_tcp_rate_sample(tp, as, &ack);
	if (unlikely(tp->cc.ops->cong_control)) {
		tp->cc.ops->cong_control(&tp->cc, &ack);
		exs_tcp_pacing_update(sk);
		return;
	}
	if (exs_tcp_reducing(tp)) {
		exs_tcp_recovery_prr(tp, as->delivered,
				     tp->lost - as->prior_lost, as->progress);
		exs_tcp_pacing_update(sk);
		return;
	}
	/* Where the network reorders, SACK is progress too. */
	if (tp->reordering > EXS_SYSCTL(exs_sock_net(sk), tcp_reordering))
		raise |= as->sacked;
	if (raise && !as->syn_acked) {
		exs_tcp_recovery_grow(tp, &ack);
		exs_tcp_pacing_update(sk);
	}
}
