// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: what is lost. Duplicate ACKs, SACK, partial ACKs, timeouts.
 * Flow:   tcp_ack -> exs_tcp_loss_ack; tcp_timer -> exs_tcp_loss_timeout
 *         -> tcp_recovery, tcp_rtx
 * Owns:   ca_state, dupacks, sacked_out, lost_out, high_seq
 * Locks:  socket lock held by the caller
 * Spec:   RFC 5681 3.2; RFC 6582; RFC 3042; RFC 6298 5
 * Tests:  kunit/tcp/tcp_loss_kunit.c
 *
 * The states are those of TCP_INFO: OPEN (nothing unusual), DISORDER (duplicate
 * ACKs, not enough of them), RECOVERY (fast retransmit, until high_seq is
 * acknowledged), LOSS (after a timeout, likewise). With SACK the scoreboard says
 * what arrived and what is lost (tcp_sack.c). Without it each duplicate ACK
 * stands for one segment that left the network; sacked_out counts them.
 */
#include "tcp/tcp_priv.h"

/**
 * exs_tcp_mark_lost - deem a segment lost
 * @tp: the socket
 * @skb: in rtx_queue
 *
 * A retransmission of it that is in flight is given up too.
 *
 * Context: socket lock held.
 */
void exs_tcp_mark_lost(struct exs_tcp_sock *tp, struct sk_buff *skb)
{
	struct exs_tcp_cb *cb = EXS_TCPCB(skb);
	u32 segs = exs_tcp_skb_segs(skb);

	if (cb->sacked & EXS_TCPCB_SACKED)
		return;
	if (cb->sacked & EXS_TCPCB_RETRANS) {
		cb->sacked &= ~EXS_TCPCB_RETRANS;
		tp->retrans_out -= segs;
	}
	if (!(cb->sacked & EXS_TCPCB_LOST)) {
		cb->sacked |= EXS_TCPCB_LOST;
		tp->lost_out += segs;
	}
}

/* sacked_out and lost_out together are never more than what is out. */
static void exs_tcp_loss_limit_sacked(struct exs_tcp_sock *tp)
{
	u32 most = tp->packets_out - min(tp->lost_out, tp->packets_out);

	if (tp->sacked_out > most)
		tp->sacked_out = most;
}

/* With SACK sacked_out is the scoreboard's. */
static void exs_tcp_loss_forget_dupacks(struct exs_tcp_sock *tp)
{
	tp->dupacks = 0;
	if (!tp->sack_ok)
		tp->sacked_out = 0;
}

/*
 * All that was out when the loss was found is acknowledged. Without SACK it
 * takes an ACK of something beyond: duplicates that ask for high_seq may be due
 * to what was sent twice (RFC 6582 4.1).
 */
static bool exs_tcp_loss_over(const struct exs_tcp_sock *tp)
{
	if (tp->sack_ok)
		return exs_seq_ge(tp->snd_una, tp->high_seq);
	return exs_seq_gt(tp->snd_una, tp->high_seq);
}

static void exs_tcp_loss_dupack(struct exs_tcp_sock *tp)
{
	tp->dupacks = min(tp->dupacks + 1, 255);
	tp->sacked_out++;
	exs_tcp_loss_limit_sacked(tp);
}

/* acked segments left; all but the one that was missing were counted before. */
static void exs_tcp_loss_partial(struct exs_tcp_sock *tp, u32 acked)
{
	if (acked > 1)
		tp->sacked_out -= min(tp->sacked_out, acked - 1);
	exs_tcp_loss_limit_sacked(tp);
}

/* The segment at snd_una alone, not the whole GSO packet it is part of. */
static void exs_tcp_loss_mark_head(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct sk_buff *skb = skb_peek(&tp->rtx_queue);

	if (!skb || EXS_TCPCB(skb)->sacked & EXS_TCPCB_LOST)
		return;
	if (exs_tcp_skb_segs(skb) > 1 &&
	    exs_tcp_fragment(sk, &tp->rtx_queue, skb, tp->mss_cache,
			     tp->mss_cache, GFP_ATOMIC))
		return;
	exs_tcp_mark_lost(tp, skb);
	exs_tcp_loss_limit_sacked(tp);
}

/* True: enough says that a segment is lost; it is marked. */
static bool exs_tcp_loss_detect(struct sock *sk, struct exs_tcp_ack_state *as)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	if (tp->sack_ok) {
		exs_tcp_sack_mark_lost(tp);
		return tp->lost_out;
	}
	if (as->acked_packets) {
		tp->dupacks = 0;
		tp->sacked_out = 0;
	}
	if (as->dupack)
		exs_tcp_loss_dupack(tp);
	if (!tp->dupacks || tp->dupacks < tp->reordering)
		return false;
	exs_tcp_loss_mark_head(sk);
	return true;
}

static void exs_tcp_loss_open(struct sock *sk, struct exs_tcp_ack_state *as)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	u8 state = EXS_CA_OPEN;

	if (exs_tcp_loss_detect(sk, as)) {
		exs_tcp_recovery_enter(sk);
		return;
	}
	if (tp->cc.ca_state == EXS_CA_CWR &&
	    exs_seq_lt(tp->snd_una, tp->high_seq))
		return;
	if (tp->cc.ca_state == EXS_CA_CWR)
		exs_tcp_recovery_exit(sk);
	if (tp->sacked_out)
		state = EXS_CA_DISORDER;
	exs_tcp_ca_state(sk, state);
}

static void exs_tcp_loss_recovering(struct sock *sk,
				    struct exs_tcp_ack_state *as)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	if (as->dupack && !tp->sack_ok)
		exs_tcp_loss_dupack(tp);
	if (tp->sack_ok) {
		exs_tcp_sack_mark_lost(tp);
		exs_tcp_sack_mark_lost_again(tp, as);
	}
	if (!as->acked_packets)
		return;
	if (exs_seq_ge(tp->snd_una, tp->high_seq)) {
		exs_tcp_loss_forget_dupacks(tp);
		if (!exs_tcp_loss_over(tp))
			return;
		exs_tcp_recovery_exit(sk);
		exs_tcp_ca_state(sk, EXS_CA_OPEN);
		return;
	}
	if (tp->sack_ok)
		return;
	/* RFC 6582 3.2 step 3: a partial ACK shows the next hole. */
	exs_tcp_loss_partial(tp, as->acked_packets);
	exs_tcp_loss_mark_head(sk);
}

static void exs_tcp_loss_after_timeout(struct sock *sk,
				       struct exs_tcp_ack_state *as)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	if (tp->sack_ok) {
		exs_tcp_sack_mark_lost(tp);
		exs_tcp_sack_mark_lost_again(tp, as);
	}
	if (!as->acked_packets)
		return;
	exs_tcp_loss_forget_dupacks(tp);
	if (exs_tcp_loss_over(tp)) {
		tp->undo_marker = 0;
		exs_tcp_ca_state(sk, EXS_CA_OPEN);
	}
}

/**
 * exs_tcp_loss_ack - an acceptable ACK came while data was in flight
 * @sk: the socket
 * @as: what it acknowledged
 *
 * Runs the loss states, lets congestion control set cwnd, and sends again what
 * is deemed lost.
 *
 * Context: socket lock held, BH disabled.
 */
void exs_tcp_loss_ack(struct sock *sk, struct exs_tcp_ack_state *as)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	tp->cc.delivered += as->delivered;
	if (likely(tp->cc.ca_state == EXS_CA_OPEN && !as->dupack &&
		   !tp->sacked_out)) {
		tp->dupacks = 0;
		exs_tcp_recovery_cwnd(sk, as);
		return;
	}
	switch (tp->cc.ca_state) {
	case EXS_CA_RECOVERY:
		exs_tcp_loss_recovering(sk, as);
		break;
	case EXS_CA_LOSS:
		exs_tcp_loss_after_timeout(sk, as);
		break;
	default:
		exs_tcp_loss_open(sk, as);
	}
	exs_tcp_recovery_cwnd(sk, as);
	if (tp->lost_out > tp->retrans_out)
		exs_tcp_rtx_lost(sk);
}

/**
 * exs_tcp_loss_timeout - the retransmission timer expired
 * @sk: the socket
 *
 * All that is out is deemed lost, cwnd falls to one segment. The first timeout
 * of an episode sets ssthresh; those that follow do not (RFC 5681 eq. 4).
 *
 * Context: socket lock held, BH disabled.
 */
void exs_tcp_loss_timeout(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct sk_buff *skb;

	if (tp->cc.ca_state <= EXS_CA_DISORDER ||
	    !exs_seq_gt(tp->high_seq, tp->snd_una) ||
	    (tp->cc.ca_state == EXS_CA_LOSS && !tp->retransmits))
		exs_tcp_recovery_reduce(sk);
	exs_tcp_loss_forget_dupacks(tp);
	exs_tcp_sack_renege(tp);
	skb_queue_walk(&tp->rtx_queue, skb)
		exs_tcp_mark_lost(tp, skb);
	tp->cc.cwnd = exs_tcp_in_flight(tp) + 1;
	tp->cc.cwnd_cnt = 0;
	tp->snd_cwnd_stamp = (u32)jiffies;
	tp->high_seq = tp->snd_nxt;
	exs_tcp_ca_state(sk, EXS_CA_LOSS);
	exs_tcp_cc_event(sk, EXS_CC_LOSS);
}
