// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: after a timeout: was it needless?
 * Flow:   tcp_loss -> [here] -> tcp_undo
 * Owns:   exs_tcp_sock.frto, the times TCP_INFO tells of timeouts
 * Locks:  socket lock held by the caller
 * Spec:   RFC 5682 2, 3
 * Tests:  kunit/tcp/tcp_frto_kunit.c, qemu/wire/frto
 *
 * The timer sends the first segment again. If the next ACKs are of segments
 * that were sent once only, they were on their way all the time. So the ACK of
 * the retransmission lets new data out, not more retransmissions, and the ACK
 * after it decides.
 */
#include "tcp/tcp_priv.h"

/**
 * exs_tcp_frto_begin - the retransmission timer expired
 * @sk: the socket, not in LOSS yet or again
 * @first: no recovery was going on
 *
 * Context: socket lock held.
 */
void exs_tcp_frto_begin(struct sock *sk, bool first)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	/* Of an MTU probe that was lost the ACKs of others tell nothing. */
	tp->frto = EXS_SYSCTL(exs_sock_net(sk), tcp_frto) &&
		   (first || tp->retransmits) && !tp->mtup_probe;
}

/**
 * exs_tcp_frto_count - timeouts, as TCP_INFO tells them
 * @tp: the socket
 *
 * Context: socket lock held.
 */
void exs_tcp_frto_count(struct exs_tcp_sock *tp)
{
	struct exs_tcp_ext *ext = exs_tcp_ext_own(tp, GFP_ATOMIC);

	if (tp->retransmits < U8_MAX)
		tp->retransmits++;
	if (!ext)
		return;
	if (tp->retransmits == 1) {
		ext->rto_recoveries++;
		ext->rto_stamp = exs_tcp_retrans_clock(tp);
	}
	ext->total_rto++;
}

/**
 * exs_tcp_frto_over - an episode of timeouts is over
 * @tp: the socket
 *
 * Context: socket lock held.
 */
void exs_tcp_frto_over(struct exs_tcp_sock *tp)
{
	struct exs_tcp_ext *ext = (struct exs_tcp_ext *)tp->ext;

	if (ext == &exs_tcp_ext_none || !ext->rto_stamp)
		return;
	ext->rto_time += exs_tcp_retrans_clock(tp) - ext->rto_stamp;
	ext->rto_stamp = 0;
}

/* RFC 5682 3.1 steps 2 and 3. True: this ACK says no more. */
static bool exs_tcp_frto_step(struct sock *sk, struct exs_tcp_ack_state *as,
			      bool recovered)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	if (as->once_acked && exs_tcp_undo_loss(sk, as, true))
		return true;
	if (exs_seq_gt(tp->snd_nxt, tp->high_seq)) {
		/* New data is out, and what was lost is still missing. */
		if (as->sacked || as->dupacks)
			tp->frto = 0;
		return false;
	}
	if (!as->progress || recovered)
		return false;
	tp->high_seq = tp->snd_nxt;
	if (exs_tcp_send_head(sk) &&
	    exs_seq_gt(exs_tcp_wnd_end(tp), tp->snd_nxt)) {
		as->rexmit = EXS_TCP_REXMIT_NEW;
		return true;
	}
	tp->frto = 0;
	return false;
}

static void exs_tcp_frto_decide(struct sock *sk, struct exs_tcp_ack_state *as)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	bool recovered = exs_seq_ge(tp->snd_una, tp->high_seq);

	if ((as->progress || exs_tcp_fo_pending(tp)) &&
	    exs_tcp_undo_loss(sk, as, false))
		return;
	if (tp->frto && exs_tcp_frto_step(sk, as, recovered))
		return;
	if (recovered) {
		exs_tcp_undo_recovery(sk, as);
		return;
	}
	if (!tp->sack_ok) {
		if (exs_seq_gt(tp->snd_nxt, tp->high_seq) && as->dupacks)
			exs_tcp_loss_dupacks(sk, as);
		else if (as->progress)
			tp->sacked_out = 0;
	}
	as->rexmit = EXS_TCP_REXMIT_LOST;
}

/**
 * exs_tcp_frto_ack - an ACK in LOSS
 * @sk: the socket
 * @as: what it told; rexmit is set to what is to be sent
 *
 * Context: socket lock held, BH disabled.
 */
void exs_tcp_frto_ack(struct sock *sk, struct exs_tcp_ack_state *as)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	exs_tcp_frto_decide(sk, as);
	if (tp->cc.ca_state != EXS_CA_LOSS)
		exs_tcp_frto_over(tp);
}
