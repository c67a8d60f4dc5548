// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: RACK: lost is what was sent well before something that arrived.
 * Flow:   tcp_ack, tcp_sack -> exs_tcp_rack_advance; tcp_loss -> [here]
 *         -> exs_tcp_mark_lost; tcp_timeout -> exs_tcp_rack_deadline
 * Owns:   exs_tcp_sock.rack_*, .tsorted, the kind EXS_TCP_RTX_REO of the timer
 * Locks:  socket lock held by the caller
 * Spec:   RFC 8985 5, 6
 * Tests:  kunit/tcp/tcp_rack_kunit.c, qemu/wire/rack
 *
 * tsorted holds what is in flight, oldest sending first; a segment sent again
 * goes to its end, one deemed lost leaves it until then. So an ACK looks only
 * at what was sent before the latest that arrived.
 */
#include "tcp/tcp_priv.h"

#define EXS_TCP_RACK_PERSIST	16	/* recoveries a wider window lasts */

/* Sent later; in one burst the sequence decides. */
static bool exs_tcp_rack_later(u64 us, u32 end, u64 than_us, u32 than_end)
{
	return us > than_us || (us == than_us && exs_seq_gt(end, than_end));
}

/**
 * exs_tcp_rack_advance - a segment arrived
 * @tp: the socket
 * @skb: in rtx_queue, newly acknowledged or reported by SACK
 *
 * RFC 8985 6.2 steps 1 and 2: of what was sent twice, and arrived sooner than
 * in the shortest RTT, it is not known which sending arrived.
 *
 * Context: socket lock held.
 */
void exs_tcp_rack_advance(struct exs_tcp_sock *tp, const struct sk_buff *skb)
{
	const struct exs_tcp_cb *cb = EXS_TCPCB(skb);
	u64 sent = exs_tcp_sent_us(skb);
	u32 rtt = max_t(s64, tp->mstamp_us - sent, 0);

	if (rtt < tp->cc.min_rtt_us && cb->sacked & EXS_TCPCB_EVER_RETRANS)
		return;
	tp->rack_advanced = 1;
	tp->rack_rtt_us = rtt;
	if (exs_tcp_rack_later(sent, cb->end_seq, tp->rack_mstamp_us,
			       tp->rack_end_seq)) {
		tp->rack_mstamp_us = sent;
		tp->rack_end_seq = cb->end_seq;
	}
}

/* RFC 8985 6.2 step 4: how long reordering is waited for, microseconds. */
static u32 exs_tcp_rack_reo_wnd(const struct sock *sk)
{
	const struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	u32 steps = tp->ext->rack_steps ?: 1;

	if (!tp->reord_seen) {
		if (tp->cc.ca_state >= EXS_CA_RECOVERY)
			return 0;
		if (tp->sacked_out >= tp->reordering &&
		    !(EXS_SYSCTL(exs_sock_net(sk), tcp_recovery) &
		      EXS_TCP_RECOVERY_NO_DUPTHRESH))
			return 0;
	}
	return min((tp->cc.min_rtt_us >> 2) * steps, tp->cc.srtt_us >> 3);
}

/**
 * exs_tcp_rack_remaining - how long a segment may still be on its way
 * @tp: the socket
 * @skb: in rtx_queue
 * @reo_wnd: allowed beyond the RTT, microseconds
 *
 * Return: microseconds; 0 or less: it is late.
 */
s32 exs_tcp_rack_remaining(const struct exs_tcp_sock *tp,
			   const struct sk_buff *skb, u32 reo_wnd)
{
	s64 age = tp->mstamp_us - exs_tcp_sent_us(skb);

	return (s64)tp->rack_rtt_us + reo_wnd - clamp_t(s64, age, 0, S32_MAX);
}

/* RFC 8985 6.2 step 5. Return: the longest wait that is left, microseconds. */
static u32 exs_tcp_rack_detect(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	u32 reo_wnd = exs_tcp_rack_reo_wnd(sk);
	struct sk_buff *skb, *n;
	u32 wait = 0;

	list_for_each_entry_safe(skb, n, &tp->tsorted, tcp_tsorted_anchor) {
		struct exs_tcp_cb *cb = EXS_TCPCB(skb);
		s32 left;

		if ((cb->sacked & (EXS_TCPCB_LOST | EXS_TCPCB_RETRANS)) ==
		    EXS_TCPCB_LOST)
			continue;
		if (!exs_tcp_rack_later(tp->rack_mstamp_us, tp->rack_end_seq,
					exs_tcp_sent_us(skb), cb->end_seq))
			break;
		left = exs_tcp_rack_remaining(tp, skb, reo_wnd);
		if (left > 0) {
			wait = max_t(u32, wait, left);
			continue;
		}
		exs_tcp_mark_lost(tp, skb);
		list_del_init(&skb->tcp_tsorted_anchor);
	}
	return wait;
}

/**
 * exs_tcp_rack_mark_lost - after an ACK: what is lost?
 * @sk: the socket
 *
 * Looks only when something newly arrived.
 *
 * Context: socket lock held, BH disabled.
 * Return: true when the reordering timer was set for what may still come.
 */
bool exs_tcp_rack_mark_lost(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	unsigned long after;
	u32 wait;

	if (!tp->rack_advanced)
		return false;
	tp->rack_advanced = 0;
	wait = exs_tcp_rack_detect(sk);
	if (!wait)
		return false;
	after = usecs_to_jiffies(wait + EXS_TCP_TIMEOUT_MIN_US);
	exs_tcp_timers_rtx(sk, EXS_TCP_RTX_REO,
			   min_t(unsigned long, after, tp->rto));
	return true;
}

/**
 * exs_tcp_rack_deadline - reordering was waited for long enough
 * @sk: the socket
 *
 * Context: socket lock held, BH disabled.
 */
void exs_tcp_rack_deadline(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	u32 flight = exs_tcp_in_flight(tp);
	u32 lost = tp->lost;

	exs_tcp_rack_detect(sk);
	if (flight != exs_tcp_in_flight(tp)) {
		if (tp->cc.ca_state != EXS_CA_RECOVERY) {
			exs_tcp_recovery_enter(sk);
			if (!tp->cc.ops->cong_control)
				exs_tcp_recovery_prr(tp, 1, tp->lost - lost,
						     false);
		}
		exs_tcp_rtx_lost(sk);
	}
	if (tp->rtx_kind != EXS_TCP_RTX_RTO)
		exs_tcp_timers_rearm(sk);
}

/**
 * exs_tcp_rack_dsack - widen the window after duplicates, narrow it later
 * @sk: the socket
 * @as: what the ACK told; not yet added to cc.delivered
 *
 * By a quarter of the shortest RTT for each round trip with a DSACK (RFC 8985
 * 6.2 step 4); back to one quarter after some recoveries without.
 *
 * Context: socket lock held.
 */
void exs_tcp_rack_dsack(struct sock *sk, const struct exs_tcp_ack_state *as)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct exs_tcp_ext *ext = (struct exs_tcp_ext *)tp->ext;

	if (ext == &exs_tcp_ext_none || !as->rate_valid ||
	    EXS_SYSCTL(exs_sock_net(sk), tcp_recovery) &
	    EXS_TCP_RECOVERY_STATIC_REO)
		return;
	/* What arrived left in the same round as the last: no news. */
	if (ext->rack_steps &&
	    exs_seq_lt(as->rate_prior_delivered, ext->rack_round))
		ext->rack_dsack = 0;
	if (ext->rack_dsack) {
		ext->rack_dsack = 0;
		ext->rack_steps = min(max(ext->rack_steps, 1) + 1, U8_MAX);
		ext->rack_round = tp->cc.delivered + as->delivered;
		ext->rack_persist = EXS_TCP_RACK_PERSIST;
	} else if (!ext->rack_persist) {
		ext->rack_steps = 0;
	}
}

/**
 * exs_tcp_rack_recovered - a recovery has ended
 * @tp: the socket
 * @undone: it was needless: what arrived twice proves it
 *
 * Context: socket lock held.
 */
void exs_tcp_rack_recovered(struct exs_tcp_sock *tp, bool undone)
{
	struct exs_tcp_ext *ext = (struct exs_tcp_ext *)tp->ext;

	if (ext == &exs_tcp_ext_none)
		return;
	if (undone)
		ext->rack_persist = min(ext->rack_persist + 1,
					EXS_TCP_RACK_PERSIST);
	else if (ext->rack_persist)
		ext->rack_persist--;
}
