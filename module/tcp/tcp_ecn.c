// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: explicit congestion notification.
 * Flow:   tcp_connect, tcp_state_synsent, tcp_req -> [here] when it is agreed;
 *         tcp_acksched, tcp_ooo -> exs_tcp_ecn_text; tcp_ack -> exs_tcp_ecn_flags;
 *         tcp_xmit -> exs_tcp_ecn_xmit
 * Owns:   exs_tcp_sock.ecn_*, the ECN bits of a stream's exs_sock.tos
 * Locks:  socket lock held by the caller
 * Spec:   RFC 3168 6.1; RFC 8311 4.3; RFC 8257 3.2 for who needs ECN
 * Tests:  kunit/tcp/tcp_ecn_kunit.c, qemu/wire/ecn, qemu/tests/ecn.sh
 *
 * ecn_ok: both ends have agreed. Then new text is ECT(0), all else is not ECT; an
 * algorithm that needs ECN (EXS_CC_NEEDS_ECN) has ECT(0) on everything, SYNs too.
 * ecn_echo: CE came, so ECE is on every segment until the peer's CWR. ecn_cwr:
 * our window was lowered, so the next new text carries CWR. ecn_seen: the peer
 * has sent something ECT.
 */
#include <linux/export.h>
#include <net/inet_ecn.h>

#include "tcp/tcp_priv.h"

#define EXS_TCPHDR_ECN	(EXS_TCPHDR_ECE | EXS_TCPHDR_CWR)
#define EXS_TCP_ECN_QUICK	2	/* segments acknowledged at once after CE */

/**
 * exs_tcp_ecn_syn - does our SYN offer ECN?
 * @sk: socket about to send it
 *
 * When tcp_ecn is 1, the algorithm needs it, or the route has it.
 *
 * Return: the flags for it.
 */
u8 exs_tcp_ecn_syn(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	tp->ecn_echo = 0;
	tp->ecn_cwr = 0;
	tp->ecn_seen = 0;
	tp->ecn_ok = EXS_SYSCTL(exs_sock_net(sk), tcp_ecn) == 1 ||
		     exs_tcp_needs_ecn(tp) ||
		     exs_rt_metric(&tp->es.rt, RTAX_FEATURES) &
		     RTAX_FEATURE_ECN;
	return tp->ecn_ok ? EXS_TCPHDR_ECN : 0;
}

/**
 * exs_tcp_ecn_syn_again - the flags of a SYN that was lost
 * @sk: socket
 * @flags: as they were
 *
 * RFC 3168 6.1.1.1: what drops SYNs with these bits is still out there. A peer
 * that answers to the first SYN all the same has agreed to ECN.
 *
 * Return: as they are to be, without the offer unless tcp_ecn_fallback is 0.
 */
u8 exs_tcp_ecn_syn_again(const struct sock *sk, u8 flags)
{
	if ((flags & EXS_TCPHDR_ECN) == EXS_TCPHDR_ECN &&
	    EXS_SYSCTL(exs_sock_net(sk), tcp_ecn_fallback))
		flags &= ~EXS_TCPHDR_ECN;
	return flags;
}

/**
 * exs_tcp_ecn_answer - the peer's SYN-ACK to our SYN, or its SYN
 * @tp: socket in SYN-SENT
 * @flags: of its segment
 *
 * A SYN-ACK agrees by ECE alone, a SYN offers by both (some hosts send back
 * whatever bits they get).
 */
void exs_tcp_ecn_answer(struct exs_tcp_sock *tp, u8 flags)
{
	u8 want = flags & EXS_TCPHDR_ACK ? EXS_TCPHDR_ECE : EXS_TCPHDR_ECN;

	if ((flags & EXS_TCPHDR_ECN) != want)
		tp->ecn_ok = 0;
}

/**
 * exs_tcp_ecn_synack - our SYN of a simultaneous open becomes a SYN-ACK
 * @tp: socket
 * @flags: of the SYN
 *
 * Return: of the SYN-ACK.
 */
u8 exs_tcp_ecn_synack(const struct exs_tcp_sock *tp, u8 flags)
{
	flags &= ~EXS_TCPHDR_CWR;
	if (!tp->ecn_ok)
		flags &= ~EXS_TCPHDR_ECE;
	return flags | EXS_TCPHDR_ACK;
}

/**
 * exs_tcp_ecn_offered - does a SYN offer ECN, and does the listener take it?
 * @lsk: the listener
 * @syn: the SYN
 * @attr: what the route of the answer says, or NULL
 *
 * A SYN that is ECT itself is none of RFC 3168's: unless its reserved bits tell
 * of a later extension (RFC 8311 4.3), only who needs ECN agrees.
 *
 * Context: softirq, RCU held.
 * Return: true when the SYN-ACK is to agree.
 */
bool exs_tcp_ecn_offered(struct sock *lsk, const struct sk_buff *syn,
			 const struct exs_route_attr *attr)
{
	const struct exs_tcp_cb *cb = EXS_TCPCB(syn);

	if ((cb->flags & EXS_TCPHDR_ECN) != EXS_TCPHDR_ECN)
		return false;
	if (exs_tcp_needs_ecn(exs_tcp_sk(lsk)) ||
	    (unlikely(attr) && exs_cc_name_needs_ecn(attr->congctl)))
		return true;
	return (EXS_SYSCTL(exs_sock_net(lsk), tcp_ecn) ||
		exs_route_metric(attr, RTAX_FEATURES) & RTAX_FEATURE_ECN) &&
	       (INET_ECN_is_not_ect(cb->tos) || tcp_hdr(syn)->res1);
}

/**
 * exs_tcp_ecn_tos - what is sent from now on is ECT, or is not
 * @sk: socket whose algorithm was chosen or begins
 *
 * Context: socket lock held, or not shared yet.
 */
void exs_tcp_ecn_tos(struct sock *sk)
{
	struct exs_sock *es = exs_sk(sk);

	es->tos &= ~INET_ECN_MASK;
	if (exs_tcp_needs_ecn(exs_tcp_sk(sk)))
		es->tos |= INET_ECN_ECT_0;
}

/**
 * exs_tcp_ecn_xmit - the ECN bits of a segment that is not a SYN
 * @sk: socket, ecn_ok
 * @skb: the segment, header in place, GSO set up
 * @th: its header: ECE and CWR are added
 * @text: it carries some
 *
 * RFC 3168 6.1.4, 6.1.5: an ACK that is marked would tell nobody, and a marked
 * retransmission could be an attacker's.
 */
void exs_tcp_ecn_xmit(struct sock *sk, struct sk_buff *skb, struct tcphdr *th,
		      bool text)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	if (text && !exs_seq_lt(EXS_TCPCB(skb)->seq, tp->snd_nxt)) {
		tp->es.tos |= INET_ECN_ECT_0;
		if (unlikely(tp->ecn_cwr)) {
			tp->ecn_cwr = 0;
			th->cwr = 1;
			/* On the first segment of them alone. */
			if (skb_is_gso(skb))
				skb_shinfo(skb)->gso_type |= SKB_GSO_TCP_ECN;
		}
	} else if (!exs_tcp_needs_ecn(tp)) {
		tp->es.tos &= ~INET_ECN_MASK;
	}
	if (tp->ecn_echo)
		th->ece = 1;
}

static void exs_tcp_ecn_ce(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	if (exs_tcp_needs_ecn(tp))
		exs_tcp_cc_event(sk, EXS_CC_ECN_IS_CE);
	/* The peer's window may be about to become very small. */
	if (!tp->ecn_echo)
		exs_tcp_quickack_enter(sk, EXS_TCP_ECN_QUICK);
	tp->ecn_echo = 1;
	tp->ecn_seen = 1;
}

/**
 * exs_tcp_ecn_text - text arrived: was it marked on its way?
 * @sk: socket, ecn_ok
 * @skb: the segment, about to be queued
 *
 * Where all else was ECT, what is not is a retransmission: its sender waits for
 * every ACK.
 */
void exs_tcp_ecn_text(struct sock *sk, const struct sk_buff *skb)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	switch (EXS_TCPCB(skb)->tos & INET_ECN_MASK) {
	case INET_ECN_CE:
		exs_tcp_ecn_ce(sk);
		break;
	case INET_ECN_NOT_ECT:
		if (tp->ecn_seen)
			exs_tcp_quickack_enter(sk, EXS_TCP_ECN_QUICK);
		break;
	default:
		if (exs_tcp_needs_ecn(tp))
			exs_tcp_cc_event(sk, EXS_CC_ECN_NO_CE);
		tp->ecn_seen = 1;
	}
}

/**
 * exs_tcp_ecn_flags - ECE and CWR of an acceptable segment
 * @tp: socket
 * @cb: the segment
 * @as: ece is set
 *
 * CWR counts on any segment: not all hosts keep it for text.
 */
void exs_tcp_ecn_flags(struct exs_tcp_sock *tp, const struct exs_tcp_cb *cb,
		       struct exs_tcp_ack_state *as)
{
	as->ece = tp->ecn_ok &&
		  (cb->flags & (EXS_TCPHDR_ECE | EXS_TCPHDR_SYN)) ==
		  EXS_TCPHDR_ECE;
	if (!(cb->flags & EXS_TCPHDR_CWR))
		return;
	tp->ecn_echo = 0;
	/* The window that let this out may be one segment. */
	if (cb->seq != cb->end_seq)
		tp->ack.pending |= EXS_TCP_ACK_NOW;
}

/**
 * exs_tcp_ecn_delivered - what arrived by an ACK with ECE
 * @tp: socket
 * @segs: segments
 *
 * Without memory for it TCP_INFO tells less than the truth.
 */
void exs_tcp_ecn_delivered(struct exs_tcp_sock *tp, u32 segs)
{
	struct exs_tcp_ext *ext = exs_tcp_ext_own(tp, GFP_ATOMIC);

	if (ext)
		ext->delivered_ce += segs;
	EXS_ADD(exs_sock_net(&tp->es.sk), TCPEXT_TCPDeliveredCE, segs);
}

/**
 * exs_tcp_ecn_acked - an ACK came: tell an algorithm that looks at ECE
 * @tp: socket, ecn_ok
 * @as: what it told; not yet added to cc.delivered
 *
 * Context: socket lock held, BH disabled.
 */
void exs_tcp_ecn_acked(struct exs_tcp_sock *tp,
		       const struct exs_tcp_ack_state *as)
{
	u32 ce = as->ece ? as->delivered : 0;
	struct exs_cc *cc = &tp->cc;

	if (cc->started && cc->ops->in_ack)
		cc->ops->in_ack(cc, cc->delivered + as->delivered,
				exs_cc_delivered_ce(cc) + ce);
}

/**
 * exs_cc_ecn_ok - have both ends agreed to ECN?
 * @cc: congestion state
 *
 * Return: true when they have.
 */
bool exs_cc_ecn_ok(const struct exs_cc *cc)
{
	return container_of_const(cc, struct exs_tcp_sock, cc)->ecn_ok;
}
EXPORT_SYMBOL_GPL(exs_cc_ecn_ok);

/**
 * exs_cc_delivered_ce - packets acknowledged with ECE over the connection's life
 * @cc: congestion state
 *
 * Return: packets.
 */
u32 exs_cc_delivered_ce(const struct exs_cc *cc)
{
	return exs_tcp_ext(container_of_const(cc, struct exs_tcp_sock,
					      cc))->delivered_ce;
}
EXPORT_SYMBOL_GPL(exs_cc_delivered_ce);

/*
 * An ACK that waits is of what came before the segment in hand: it goes now. The
 * present one, which is owed already, is none the less for that.
 */
static void exs_tcp_ecn_ack_before(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	typeof(tp->ack) ack = tp->ack;

	exs_tcp_send_ack(sk);
	tp->ack = ack;
	tp->ack.pending &= ~EXS_TCP_ACK_HELD;
}

/**
 * exs_cc_echo_ce - echo each mark, not until CWR
 * @cc: congestion state
 * @ce: the segment in hand was marked
 * @changed: the one before it was not, or the other way round
 *
 * RFC 8257 3.2: so the peer can count what was marked although ACKs are delayed.
 *
 * Context: socket lock held; at EXS_CC_ECN_IS_CE and EXS_CC_ECN_NO_CE only.
 */
void exs_cc_echo_ce(struct exs_cc *cc, bool ce, bool changed)
{
	struct exs_tcp_sock *tp = container_of(cc, struct exs_tcp_sock, cc);

	if (changed) {
		if (tp->ack.pending & EXS_TCP_ACK_TIMER) {
			tp->ecn_echo = !ce;
			exs_tcp_ecn_ack_before(&tp->es.sk);
		}
		tp->ack.pending |= EXS_TCP_ACK_NOW;
	}
	tp->ecn_echo = ce;
}
EXPORT_SYMBOL_GPL(exs_cc_echo_ce);
