// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: what was deemed lost had only been late: take it back.
 * Flow:   tcp_loss, tcp_frto -> [here] -> the congestion control's undo_cwnd
 * Owns:   exs_tcp_sock.undo_marker, .undo_retrans
 * Locks:  socket lock held by the caller
 * Spec:   RFC 3522, 4015 (Eifel); RFC 3708 (DSACK)
 * Tests:  kunit/tcp/tcp_undo_kunit.c, qemu/wire/undo
 *
 * Two things prove it: an ACK of the retransmitted whose timestamp is older
 * than the first retransmission, or DSACKs for all that was sent twice.
 * undo_marker is snd_una when recovery began, 0: nothing to take back.
 * undo_retrans counts retransmissions not yet reported by DSACK; -1: none was
 * sent, so 0 means that all were needless.
 */
#include "tcp/tcp_priv.h"

/**
 * exs_tcp_undo_init - a reduction begins
 * @tp: the socket
 *
 * Context: socket lock held.
 */
void exs_tcp_undo_init(struct exs_tcp_sock *tp)
{
	tp->undo_marker = tp->snd_una;
	tp->undo_retrans = tp->retrans_out;
	if (tp->tlp_high_seq && tp->tlp_retrans)
		tp->undo_retrans++;
	if (!tp->undo_retrans)
		tp->undo_retrans = -1;
}

/**
 * exs_tcp_undo_stamp - forget when retransmitting began, if all of it is done
 * @tp: the socket
 *
 * Context: socket lock held.
 * Return: true when something sent again is still unacknowledged.
 */
bool exs_tcp_undo_stamp(struct exs_tcp_sock *tp)
{
	const struct sk_buff *head = skb_peek(&tp->rtx_queue);

	if (tp->retrans_out ||
	    (head && EXS_TCPCB(head)->sacked & EXS_TCPCB_EVER_RETRANS))
		return true;
	tp->retrans_stamp = 0;
	return false;
}

/* The ACK is of a first sending: it was late, not lost. */
static bool exs_tcp_undo_delayed(const struct sock *sk,
				 const struct exs_tcp_ack_state *as)
{
	const struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	if (tp->retrans_stamp)
		return as->tsecr && (s32)(as->tsecr - tp->retrans_stamp) < 0;
	/* Nothing was sent again, unless that has been forgotten. */
	if (!tp->sack_ok && exs_seq_ge(tp->snd_una, tp->high_seq))
		return false;
	return sk->sk_state != TCP_SYN_SENT;
}

static bool exs_tcp_undo_may(const struct sock *sk,
			     const struct exs_tcp_ack_state *as)
{
	const struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	return tp->undo_marker &&
	       (!tp->undo_retrans || exs_tcp_undo_delayed(sk, as));
}

/* Give cwnd back; unmark: nothing counts as lost any more. */
static void exs_tcp_undo_cwnd(struct sock *sk, bool unmark)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct sk_buff *skb;

	if (unmark) {
		skb_queue_walk(&tp->rtx_queue, skb)
			EXS_TCPCB(skb)->sacked &= ~EXS_TCPCB_LOST;
		tp->lost_out = 0;
	}
	if (tp->cc.prior_ssthresh) {
		tp->cc.cwnd = tp->cc.ops->undo_cwnd(&tp->cc);
		if (tp->cc.prior_ssthresh > tp->cc.ssthresh) {
			tp->cc.ssthresh = tp->cc.prior_ssthresh;
			/* There is nothing to tell the peer any more. */
			tp->ecn_cwr = 0;
		}
	}
	tp->snd_cwnd_stamp = (u32)jiffies;
	tp->undo_marker = 0;
	tp->rack_advanced = 1;
}

/*
 * RFC 6582 4.1: without SACK the state stays until something beyond high_seq is
 * acknowledged.
 */
static bool exs_tcp_undo_stay(struct exs_tcp_sock *tp)
{
	if (tp->sack_ok || tp->snd_una != tp->high_seq)
		return false;
	exs_tcp_undo_stamp(tp);
	return true;
}

static void exs_tcp_undo_open(struct sock *sk)
{
	exs_tcp_ca_state(sk, EXS_CA_OPEN);
	exs_tcp_sk(sk)->sack_reneg = 0;
}

/**
 * exs_tcp_undo_recovery - all that was out when it began is acknowledged
 * @sk: the socket in RECOVERY or LOSS
 * @as: what the ACK told
 *
 * Context: socket lock held.
 * Return: true when the state stays as it is for now.
 */
bool exs_tcp_undo_recovery(struct sock *sk, const struct exs_tcp_ack_state *as)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	if (exs_tcp_undo_may(sk, as)) {
		exs_tcp_undo_cwnd(sk, false);
		if (tp->cc.ca_state == EXS_CA_LOSS)
			EXS_INC(exs_sock_net(sk), TCPEXT_TCPLossUndo);
		else
			EXS_INC(exs_sock_net(sk), TCPEXT_TCPFullUndo);
	} else {
		exs_tcp_rack_recovered(tp, false);
	}
	if (exs_tcp_undo_stay(tp))
		return true;
	exs_tcp_undo_open(sk);
	return false;
}

/**
 * exs_tcp_undo_dsack - have DSACKs told of all that was sent twice?
 * @sk: the socket
 *
 * Context: socket lock held.
 * Return: true when cwnd was given back.
 */
bool exs_tcp_undo_dsack(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	if (!tp->undo_marker || tp->undo_retrans)
		return false;
	exs_tcp_rack_recovered(tp, true);
	exs_tcp_undo_cwnd(sk, false);
	EXS_INC(exs_sock_net(sk), TCPEXT_TCPDSACKUndo);
	return true;
}

/**
 * exs_tcp_undo_loss - was the timeout needless?
 * @sk: the socket in LOSS
 * @as: what the ACK told
 * @frto: F-RTO has found so
 *
 * Context: socket lock held.
 * Return: true when it was; nothing counts as lost any more.
 */
bool exs_tcp_undo_loss(struct sock *sk, const struct exs_tcp_ack_state *as,
		       bool frto)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	if (!frto && !exs_tcp_undo_may(sk, as))
		return false;
	exs_tcp_undo_cwnd(sk, true);
	EXS_INC(exs_sock_net(sk), TCPEXT_TCPLossUndo);
	if (frto)
		EXS_INC(exs_sock_net(sk), TCPEXT_TCPSpuriousRTOs);
	tp->retransmits = 0;
	if (!exs_tcp_undo_stay(tp) && (frto || tp->sack_ok))
		exs_tcp_undo_open(sk);
	return true;
}

/**
 * exs_tcp_undo_partial - an ACK of a part, in RECOVERY
 * @sk: the socket
 * @as: what it told
 *
 * A hole was filled by a segment that was late. While retransmissions are out
 * nothing more is deemed lost; without any, all is taken back.
 *
 * Context: socket lock held.
 * Return: true when this ACK says no more about losses.
 */
bool exs_tcp_undo_partial(struct sock *sk, const struct exs_tcp_ack_state *as)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	if (!tp->undo_marker || !exs_tcp_undo_delayed(sk, as))
		return false;
	exs_tcp_reorder_sack(sk, as->prior_una, true);
	if (tp->retrans_out)
		return true;
	exs_tcp_undo_stamp(tp);
	exs_tcp_undo_cwnd(sk, true);
	EXS_INC(exs_sock_net(sk), TCPEXT_TCPPartialUndo);
	exs_tcp_loss_keep_open(sk);
	return false;
}

/**
 * exs_tcp_undo_syn - was a SYN or SYN-ACK sent again without need?
 * @tp: connection whose handshake ends
 * @cb: the segment that ends it
 *
 * So when the timestamp it echoes is that of the first (RFC 3522). Then the
 * initial window is the usual one.
 *
 * Context: socket lock held.
 */
void exs_tcp_undo_syn(struct exs_tcp_sock *tp, const struct exs_tcp_cb *cb)
{
	if (tp->undo_marker && tp->retrans_stamp && cb->has_tstamp &&
	    tp->retrans_stamp == cb->tsecr)
		tp->undo_marker = 0;
}
