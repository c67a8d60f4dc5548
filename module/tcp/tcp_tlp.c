// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: tail loss probes.
 * Flow:   tcp_output, tcp_timer -> exs_tcp_tlp_schedule; tcp_timeout
 *         -> exs_tcp_tlp_deadline; tcp_ack -> exs_tcp_tlp_ack
 * Owns:   exs_tcp_sock.tlp_high_seq, .tlp_retrans, the kind EXS_TCP_RTX_TLP
 * Locks:  socket lock held by the caller
 * Spec:   RFC 8985 7
 * Tests:  kunit/tcp/tcp_tlp_kunit.c, qemu/wire/tlp
 *
 * Nothing follows the last segments of a flight that could tell by SACK that
 * they are lost. After two round trips without an ACK one segment is sent: the
 * next that waits, or the last one again. Its ACK starts recovery long before
 * the retransmission timer would.
 */
#include "tcp/tcp_priv.h"

/**
 * exs_tcp_tlp_after - RFC 8985 7.2: when to probe
 * @srtt_us: 8 times the smoothed RTT, 0: none
 * @packets: segments in flight
 * @rto_min_us: the longest that a peer may delay the ACK of a single one
 *
 * Return: jiffies.
 */
u32 exs_tcp_tlp_after(u32 srtt_us, u32 packets, u32 rto_min_us)
{
	if (!srtt_us)
		return EXS_TCP_RTO_INIT;
	return usecs_to_jiffies((srtt_us >> 2) +
				(packets == 1 ? rto_min_us :
						EXS_TCP_TIMEOUT_MIN_US));
}

/**
 * exs_tcp_tlp_schedule - a probe, if nothing is heard of what is in flight
 * @sk: socket
 * @restart: the retransmission timer would start anew now; false: it runs on
 *
 * Context: socket lock held.
 * Return: false when there is to be none; the timer is as it was.
 */
bool exs_tcp_tlp_schedule(struct sock *sk, bool restart)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct exs_net *en = exs_sock_net(sk);
	int early = EXS_SYSCTL(en, tcp_early_retrans);
	s64 left_us;
	u32 after;

	if ((early != 3 && early != 4) || !tp->packets_out || !tp->sack_ok ||
	    (tp->cc.ca_state != EXS_CA_OPEN && tp->cc.ca_state != EXS_CA_CWR))
		return false;
	if (unlikely(exs_tcp_fo_pending(tp)))
		return false;
	after = exs_tcp_tlp_after(tp->cc.srtt_us, tp->packets_out,
				  exs_tcp_rto_min_us(sk));
	left_us = restart ? jiffies_to_usecs(tp->rto) : exs_tcp_rto_left(tp);
	if (left_us > 0)
		after = min_t(u32, after, usecs_to_jiffies(left_us));
	exs_tcp_timers_paced(sk, EXS_TCP_RTX_TLP, after);
	return true;
}

/* The last segment again; the rest of its packet stays as it was. */
static bool exs_tcp_tlp_repeat(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct sk_buff *skb = skb_peek_tail(&tp->rtx_queue);
	unsigned int mss = exs_tcp_current_mss(sk);
	u32 segs;

	if (!skb || exs_tcp_rtx_waits(sk, skb))
		return false;
	segs = exs_tcp_skb_segs(skb);
	if (segs > 1 && skb->len > (segs - 1) * mss) {
		if (exs_tcp_fragment(sk, &tp->rtx_queue, skb, (segs - 1) * mss,
				     mss, GFP_ATOMIC))
			return false;
		skb = skb_peek_tail(&tp->rtx_queue);
	}
	if (exs_tcp_rtx_send(sk, skb, 1))
		return false;
	tp->tlp_retrans = 1;
	return true;
}

/**
 * exs_tcp_tlp_deadline - nothing was heard for two round trips
 * @sk: socket
 *
 * Context: socket lock held, BH disabled.
 */
void exs_tcp_tlp_deadline(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	unsigned int mss = exs_tcp_current_mss(sk);
	u32 flight = tp->packets_out;
	bool sent = false;

	/* One at a time. */
	if (!tp->tlp_high_seq) {
		tp->tlp_retrans = 0;
		if (exs_tcp_push_probe(sk, mss))
			sent = tp->packets_out > flight;
		else
			sent = exs_tcp_tlp_repeat(sk);
	}
	if (sent) {
		tp->tlp_high_seq = tp->snd_nxt;
		EXS_INC(exs_sock_net(sk), TCPEXT_TCPLossProbes);
		/* The retransmission timer counts from the probe. */
		tp->rtx_kind = EXS_TCP_RTX_NONE;
	}
	exs_tcp_timers_rearm(sk);
}

/**
 * exs_tcp_tlp_ack - an ACK comes while a probe is out
 * @sk: socket
 * @ack: its acknowledgment number
 * @as: what it told
 *
 * RFC 8985 7.4: does it tell that the probe repaired a loss? Then there was
 * congestion, and cwnd falls as it would by a fast retransmit.
 *
 * Context: socket lock held, BH disabled.
 */
void exs_tcp_tlp_ack(struct sock *sk, u32 ack,
		     const struct exs_tcp_ack_state *as)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	if (exs_seq_lt(ack, tp->tlp_high_seq))
		return;
	/* New data was the probe; or both sendings arrived. */
	if (!tp->tlp_retrans || as->dsack_tlp) {
		tp->tlp_high_seq = 0;
	} else if (exs_seq_gt(ack, tp->tlp_high_seq)) {
		exs_tcp_recovery_start(sk);
		exs_tcp_ca_state(sk, EXS_CA_CWR);
		exs_tcp_recovery_end(sk);
		exs_tcp_loss_keep_open(sk);
		EXS_INC(exs_sock_net(sk), TCPEXT_TCPLossProbeRecovery);
	} else if (!as->progress && !as->not_dup && !as->sacked) {
		/* A plain duplicate: of the probe, which was not needed. */
		tp->tlp_high_seq = 0;
	}
}
