// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: what is lost. Duplicate ACKs, SACK, partial ACKs, timeouts.
 * Flow:   tcp_ack -> exs_tcp_loss_ack; tcp_timeout -> exs_tcp_loss_timeout
 *         -> tcp_rack, tcp_undo, tcp_frto, tcp_recovery
 * Owns:   ca_state, sacked_out without SACK, lost_out, high_seq
 * Locks:  socket lock held by the caller
 * Spec:   RFC 5681 3.2; RFC 6582; RFC 3042; RFC 6298 5; RFC 8985; RFC 3168 6.1.2
 * Tests:  kunit/tcp/tcp_loss_kunit.c
 *
 * The states are those of TCP_INFO: OPEN (nothing unusual), DISORDER (duplicate
 * ACKs or SACK, no loss yet), CWR (cwnd falls for another reason), RECOVERY
 * (fast retransmit, until high_seq is acknowledged), LOSS (after a timeout,
 * likewise). With SACK the scoreboard says what arrived (tcp_sack.c) and RACK
 * what is lost (tcp_rack.c). Without it each duplicate ACK stands for one
 * segment that left the network; sacked_out counts them.
 */
#include "tcp/tcp_priv.h"

/**
 * exs_tcp_mark_lost - deem a segment lost
 * @tp: the socket
 * @skb: in rtx_queue
 *
 * Of one that is deemed lost already, its retransmission.
 *
 * Context: socket lock held.
 */
void exs_tcp_mark_lost(struct exs_tcp_sock *tp, struct sk_buff *skb)
{
	struct exs_tcp_cb *cb = EXS_TCPCB(skb);
	u32 segs = exs_tcp_skb_segs(skb);

	if (cb->sacked & EXS_TCPCB_SACKED)
		return;
	if (tp->rtx_hint && exs_seq_lt(cb->seq, EXS_TCPCB(tp->rtx_hint)->seq))
		tp->rtx_hint = skb;
	if (!(cb->sacked & EXS_TCPCB_LOST)) {
		cb->sacked |= EXS_TCPCB_LOST;
		tp->lost_out += segs;
		tp->lost += segs;
	} else if (cb->sacked & EXS_TCPCB_RETRANS) {
		cb->sacked &= ~EXS_TCPCB_RETRANS;
		tp->retrans_out -= segs;
		tp->lost += segs;
		EXS_ADD(exs_sock_net(&tp->es.sk), TCPEXT_TCPLostRetransmit,
			segs);
	}
}

/**
 * exs_tcp_loss_larger - deem lost what the path does not take
 * @sk: the socket
 * @mss: bytes of text that it takes
 *
 * Context: socket lock held.
 * Return: true when there was any.
 */
bool exs_tcp_loss_larger(struct sock *sk, int mss)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	u32 lost = tp->lost_out;
	struct sk_buff *skb;

	skb_queue_walk(&tp->rtx_queue, skb) {
		if ((int)exs_tcp_skb_mss(skb) <= mss ||
		    EXS_TCPCB(skb)->sacked & (EXS_TCPCB_SACKED | EXS_TCPCB_LOST))
			continue;
		exs_tcp_mark_lost(tp, skb);
	}
	/* Of what is lost for certain no duplicate ACK told. */
	if (!tp->sack_ok)
		tp->sacked_out = min(tp->sacked_out,
				     tp->packets_out - tp->lost_out);
	return tp->lost_out != lost;
}

/**
 * exs_tcp_loss_dupacks - duplicate ACKs without SACK: segments that arrived
 * @sk: the socket
 * @as: dupacks of them; delivered grows
 *
 * Context: socket lock held.
 */
void exs_tcp_loss_dupacks(struct sock *sk, struct exs_tcp_ack_state *as)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	u32 before = tp->sacked_out;

	if (!as->dupacks)
		return;
	tp->sacked_out += as->dupacks;
	exs_tcp_reorder_reno(sk, 0);
	if (tp->sacked_out > before)
		as->delivered += tp->sacked_out - before;
}

/**
 * exs_tcp_loss_reno_acked - an ACK of new data without SACK
 * @sk: the socket
 * @as: acked_packets; delivered grows
 *
 * One of them was missing, the duplicate ACKs stood for the others.
 *
 * Context: socket lock held.
 */
void exs_tcp_loss_reno_acked(struct sock *sk, struct exs_tcp_ack_state *as)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	u32 acked = as->acked_packets;

	as->delivered += acked > tp->sacked_out ? acked - tp->sacked_out : 1;
	tp->sacked_out -= min(tp->sacked_out, acked - 1);
	exs_tcp_reorder_reno(sk, acked);
}

/* The segment at snd_una alone, not the whole GSO packet it is part of. */
static void exs_tcp_loss_mark_head(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct sk_buff *skb = skb_peek(&tp->rtx_queue);
	unsigned int mss;

	if (!skb || EXS_TCPCB(skb)->sacked & EXS_TCPCB_LOST)
		return;
	mss = exs_tcp_skb_mss(skb);
	if (exs_tcp_skb_segs(skb) > 1 && skb->len > mss)
		exs_tcp_fragment(sk, &tp->rtx_queue, skb, mss, mss,
				 GFP_ATOMIC);
	exs_tcp_mark_lost(tp, skb);
}

static bool exs_tcp_loss_rack(const struct sock *sk)
{
	return EXS_SYSCTL(exs_sock_net(sk), tcp_recovery) &
	       EXS_TCP_RECOVERY_RACK;
}

/* Mark what this ACK shows to be lost. */
static void exs_tcp_loss_detect(struct sock *sk, struct exs_tcp_ack_state *as)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	u8 state = tp->cc.ca_state;
	u32 retrans = tp->retrans_out;

	if (skb_queue_empty(&tp->rtx_queue))
		return;
	if (!tp->sack_ok) {
		/* RFC 6582 3.2: the third duplicate; each partial ACK. */
		if ((state < EXS_CA_RECOVERY &&
		     tp->sacked_out >= tp->reordering) ||
		    (state == EXS_CA_RECOVERY && as->progress))
			exs_tcp_loss_mark_head(sk);
		return;
	}
	if (!exs_tcp_loss_rack(sk)) {
		exs_tcp_sack_mark_lost(tp);
		return;
	}
	if (exs_tcp_rack_mark_lost(sk))
		as->set_timer = false;
	as->lost_again = tp->retrans_out < retrans;
}

/**
 * exs_tcp_loss_keep_open - OPEN, or DISORDER while something is unusual
 * @sk: the socket
 *
 * Context: socket lock held.
 */
void exs_tcp_loss_keep_open(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	u8 state = EXS_CA_OPEN;

	if (tp->sacked_out || tp->lost_out || exs_tcp_undo_stamp(tp))
		state = EXS_CA_DISORDER;
	if (tp->cc.ca_state == state)
		return;
	exs_tcp_ca_state(sk, state);
	tp->high_seq = tp->snd_nxt;
}

static void exs_tcp_loss_try_open(struct sock *sk,
				  const struct exs_tcp_ack_state *as)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	exs_tcp_undo_stamp(tp);
	if (unlikely(as->ece))
		exs_tcp_recovery_cwr(sk);
	if (tp->cc.ca_state != EXS_CA_CWR)
		exs_tcp_loss_keep_open(sk);
}

/*
 * The oldest segment is reported but not acknowledged. Perhaps its ACK was
 * overtaken: give it a moment before the scoreboard is thrown away.
 */
static bool exs_tcp_loss_reneged(struct sock *sk, struct exs_tcp_ack_state *as)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	unsigned long delay;

	if (!as->reneged || !as->progress)
		return false;
	delay = max(usecs_to_jiffies(tp->cc.srtt_us >> 4),
		    msecs_to_jiffies(10));
	exs_tcp_timers_rtx(sk, EXS_TCP_RTX_RTO, delay);
	as->set_timer = false;
	return true;
}

/* What was out when the state began is acknowledged. True: nothing more to do. */
static bool exs_tcp_loss_exit(struct sock *sk, struct exs_tcp_ack_state *as)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	if (exs_seq_lt(tp->snd_una, tp->high_seq))
		return false;
	if (tp->cc.ca_state == EXS_CA_CWR) {
		if (tp->snd_una != tp->high_seq) {
			exs_tcp_recovery_end(sk);
			exs_tcp_ca_state(sk, EXS_CA_OPEN);
		}
	} else if (tp->cc.ca_state == EXS_CA_RECOVERY) {
		if (!tp->sack_ok)
			tp->sacked_out = 0;
		if (exs_tcp_undo_recovery(sk, as))
			return true;
		exs_tcp_recovery_end(sk);
	}
	return false;
}

/* What the peer's echo tells of is congestion, whatever the losses prove to be. */
static void exs_tcp_loss_recover(struct sock *sk,
				 const struct exs_tcp_ack_state *as)
{
	exs_tcp_recovery_enter(sk);
	if (unlikely(as->ece))
		exs_tcp_sk(sk)->cc.prior_ssthresh = 0;
}

/* OPEN, DISORDER, CWR, and LOSS when it has just ended or lost more. */
static void exs_tcp_loss_open(struct sock *sk, struct exs_tcp_ack_state *as)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	if (!tp->sack_ok) {
		if (as->progress)
			tp->sacked_out = 0;
		exs_tcp_loss_dupacks(sk, as);
	}
	if (tp->cc.ca_state <= EXS_CA_DISORDER)
		exs_tcp_undo_dsack(sk);
	exs_tcp_loss_detect(sk, as);
	if (!tp->lost_out) {
		exs_tcp_loss_try_open(sk, as);
		return;
	}
	if (unlikely(tp->mtup_probe) && exs_tcp_mtup_lost(sk))
		return;
	exs_tcp_loss_recover(sk, as);
	as->rexmit = EXS_TCP_REXMIT_LOST;
}

static void exs_tcp_loss_recovering(struct sock *sk,
				    struct exs_tcp_ack_state *as)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	if (as->progress) {
		if (exs_tcp_undo_partial(sk, as))
			return;
	} else if (!tp->sack_ok) {
		exs_tcp_loss_dupacks(sk, as);
	}
	if (exs_tcp_undo_dsack(sk))
		exs_tcp_loss_try_open(sk, as);
	exs_tcp_loss_detect(sk, as);
	if (tp->cc.ca_state != EXS_CA_RECOVERY) {
		if (!tp->lost_out)
			return;
		exs_tcp_loss_recover(sk, as);
	}
	as->rexmit = EXS_TCP_REXMIT_LOST;
}

static void exs_tcp_loss_after_timeout(struct sock *sk,
				       struct exs_tcp_ack_state *as)
{
	exs_tcp_frto_ack(sk, as);
	exs_tcp_loss_detect(sk, as);
	if (exs_tcp_sk(sk)->cc.ca_state == EXS_CA_OPEN || as->lost_again)
		exs_tcp_loss_open(sk, as);
}

/**
 * exs_tcp_loss_ack - an ACK that may tell of loss
 * @sk: the socket
 * @as: what it told; rexmit and set_timer are decided
 *
 * Runs the loss states. What they let out is sent when cwnd is known.
 *
 * Context: socket lock held, BH disabled.
 */
void exs_tcp_loss_ack(struct sock *sk, struct exs_tcp_ack_state *as)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	if (!tp->packets_out)
		tp->sacked_out = 0;
	if (unlikely(as->ece))
		tp->cc.prior_ssthresh = 0;
	if (exs_tcp_loss_reneged(sk, as))
		return;
	if (tp->cc.ca_state == EXS_CA_OPEN)
		tp->retrans_stamp = 0;
	else if (exs_tcp_loss_exit(sk, as))
		return;
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
}

/**
 * exs_tcp_loss_send - send what the loss states let out
 * @sk: the socket, its cwnd up to date
 * @as: rexmit
 *
 * Context: socket lock held, BH disabled.
 */
void exs_tcp_loss_send(struct sock *sk, const struct exs_tcp_ack_state *as)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	if (as->rexmit == EXS_TCP_REXMIT_NONE || sk->sk_state == TCP_SYN_SENT)
		return;
	if (as->rexmit == EXS_TCP_REXMIT_NEW) {
		if (exs_tcp_send_head(sk))
			exs_tcp_push(sk, exs_tcp_current_mss(sk),
				     EXS_TCP_NAGLE_OFF);
		if (exs_seq_gt(tp->snd_nxt, tp->high_seq))
			return;
		tp->frto = 0;
	}
	exs_tcp_rtx_lost(sk);
}

/* All that is out, except what was sent so lately that it may still arrive. */
static void exs_tcp_loss_mark_out(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct sk_buff *head = skb_peek(&tp->rtx_queue), *skb;
	bool reneged = exs_tcp_sack_renege(tp);

	if (!tp->sack_ok)
		tp->sacked_out = 0;
	skb_queue_walk(&tp->rtx_queue, skb) {
		if (!reneged && skb != head && exs_tcp_loss_rack(sk) &&
		    exs_tcp_rack_remaining(tp, skb, 0) > 0)
			continue;
		exs_tcp_mark_lost(tp, skb);
	}
}

/**
 * exs_tcp_loss_timeout - the retransmission timer expired
 * @sk: the socket
 *
 * What is out is deemed lost, cwnd falls to one segment. The first timeout of
 * an episode sets ssthresh; those that follow do not (RFC 5681 eq. 4).
 *
 * Context: socket lock held, BH disabled.
 */
void exs_tcp_loss_timeout(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	int reordering = EXS_SYSCTL(exs_sock_net(sk), tcp_reordering);
	u8 state = tp->cc.ca_state;

	exs_tcp_loss_mark_out(sk);
	if (state <= EXS_CA_DISORDER ||
	    !exs_seq_gt(tp->high_seq, tp->snd_una) ||
	    (state == EXS_CA_LOSS && !tp->retransmits)) {
		tp->cc.prior_ssthresh = exs_tcp_cwnd_ssthresh(&tp->cc);
		tp->cc.prior_cwnd = tp->cc.cwnd;
		tp->cc.ssthresh = tp->cc.ops->ssthresh(&tp->cc);
		exs_tcp_cc_event(sk, EXS_CC_LOSS);
		exs_tcp_undo_init(tp);
	}
	tp->cc.cwnd = exs_tcp_in_flight(tp) + 1;
	tp->cc.cwnd_cnt = 0;
	tp->snd_cwnd_stamp = (u32)jiffies;
	/* So many duplicates, and lost all the same: it was overestimated. */
	if (state <= EXS_CA_DISORDER && tp->sacked_out >= reordering)
		tp->reordering = min_t(int, tp->reordering, reordering);
	exs_tcp_ca_state(sk, EXS_CA_LOSS);
	tp->high_seq = tp->snd_nxt;
	tp->tlp_high_seq = 0;
	tp->ecn_cwr = tp->ecn_ok;
	exs_tcp_frto_begin(sk, state < EXS_CA_RECOVERY);
}
