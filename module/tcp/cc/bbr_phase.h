/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expstack tcp: BBR's phases, and the window in each of them. Included by bbr.c
 * and by its suite. Times are arguments: now in jiffies, now_us of the ACK; shift
 * is that of exs_bbr_quantum(), most that of exs_bbr_set_rate().
 */
#ifndef _EXS_TCP_CC_BBR_PHASE_H
#define _EXS_TCP_CC_BBR_PHASE_H

#include <linux/random.h>

#include "bbr.h"

static const u16 exs_bbr_cycle_gain[EXS_BBR_CYCLE] = {
	EXS_BBR_GAIN * 5 / 4, EXS_BBR_GAIN * 3 / 4,
	EXS_BBR_GAIN, EXS_BBR_GAIN, EXS_BBR_GAIN,
	EXS_BBR_GAIN, EXS_BBR_GAIN, EXS_BBR_GAIN,
};

/**
 * exs_bbr_enter_startup - double each round
 * @b: state
 *
 * 4.3.2.1
 */
static inline void exs_bbr_enter_startup(struct exs_bbr *b)
{
	b->mode = EXS_BBR_STARTUP;
	b->pacing_gain = EXS_BBR_GAIN_HIGH;
	b->cwnd_gain = EXS_BBR_GAIN_HIGH;
}

/**
 * exs_bbr_set_cycle - begin a phase of the cycle
 * @b: state
 * @cycle: which; after the last comes the first
 * @now_us: time
 */
static inline void exs_bbr_set_cycle(struct exs_bbr *b, u8 cycle, u64 now_us)
{
	b->cycle = cycle % EXS_BBR_CYCLE;
	b->cycle_us = now_us;
	b->pacing_gain = exs_bbr_cycle_gain[b->cycle];
}

/**
 * exs_bbr_enter_probe_bw - begin the cycle
 * @b: state
 * @now_us: time
 *
 * 4.3.4.2: anywhere but where it drains, so that flows do not march in step.
 */
static inline void exs_bbr_enter_probe_bw(struct exs_bbr *b, u64 now_us)
{
	u32 skip = get_random_u32_below(EXS_BBR_CYCLE - 1);

	b->mode = EXS_BBR_PROBE_BW;
	b->cwnd_gain = EXS_BBR_GAIN_CWND;
	exs_bbr_set_cycle(b, skip ? skip + 1 : 0, now_us);
}

/**
 * exs_bbr_cycle_over - is this phase of the cycle over?
 * @cc: the connection
 * @ack: the ACK
 * @shift: of exs_bbr_quantum()
 *
 * 4.3.4.3. The faster one: when its packets are in flight, or some got lost; the
 * slower one: when the queue is gone.
 *
 * Return: true if it is.
 */
static inline bool exs_bbr_cycle_over(const struct exs_cc *cc,
				      const struct exs_cc_ack *ack, u32 shift)
{
	const struct exs_bbr *b = exs_bbr(cc);
	bool whole = ack->now_us - b->cycle_us > b->min_rtt_us;
	u32 flight = ack->prior_in_flight;

	if (b->pacing_gain == EXS_BBR_GAIN)
		return whole;
	if (b->pacing_gain > EXS_BBR_GAIN)
		return whole && (ack->losses ||
				 flight >= exs_bbr_inflight(cc, shift,
							    b->pacing_gain));
	return whole || flight <= exs_bbr_inflight(cc, shift, EXS_BBR_GAIN);
}

/**
 * exs_bbr_check_full - is the pipe full?
 * @b: state
 * @ack: the ACK
 *
 * 4.3.2.2. Three rounds without a quarter more: that is all there is.
 */
static inline void exs_bbr_check_full(struct exs_bbr *b,
				      const struct exs_cc_ack *ack)
{
	if (b->full || !b->round_start || ack->app_limited)
		return;
	if (exs_bbr_bw(b) >= (u64)b->full_bw * 5 / 4) {
		b->full_bw = exs_bbr_bw(b);
		b->full_rounds = 0;
		return;
	}
	b->full = ++b->full_rounds >= EXS_BBR_FULL_ROUNDS;
}

/**
 * exs_bbr_forget_full - the pipe may not have been full
 * @b: state
 *
 * The loss was none: what looked full may have been the reordering.
 */
static inline void exs_bbr_forget_full(struct exs_bbr *b)
{
	b->full_bw = 0;
	b->full_rounds = 0;
}

/**
 * exs_bbr_check_drain - from STARTUP to DRAIN to PROBE_BW
 * @cc: the connection
 * @ack: the ACK
 * @shift: of exs_bbr_quantum()
 *
 * 4.3.3
 */
static inline void exs_bbr_check_drain(struct exs_cc *cc,
				       const struct exs_cc_ack *ack, u32 shift)
{
	struct exs_bbr *b = exs_bbr(cc);

	if (b->mode == EXS_BBR_STARTUP && b->full) {
		b->mode = EXS_BBR_DRAIN;
		b->pacing_gain = EXS_BBR_GAIN_DRAIN;
		cc->ssthresh = exs_bbr_inflight(cc, shift, EXS_BBR_GAIN);
	}
	if (b->mode == EXS_BBR_DRAIN &&
	    ack->in_flight <= exs_bbr_inflight(cc, shift, EXS_BBR_GAIN))
		exs_bbr_enter_probe_bw(b, ack->now_us);
}

/**
 * exs_bbr_after_probe_rtt - leave PROBE_RTT, if its time is over
 * @cc: the connection
 * @now_us: time
 * @now: jiffies
 */
static inline void exs_bbr_after_probe_rtt(struct exs_cc *cc, u64 now_us,
					   u32 now)
{
	struct exs_bbr *b = exs_bbr(cc);

	if (!b->probe_rtt_end || !time_after32(now, b->probe_rtt_end))
		return;
	b->min_rtt_stamp = now;
	cc->cwnd = max(cc->cwnd, b->prior_cwnd);
	if (b->full)
		exs_bbr_enter_probe_bw(b, now_us);
	else
		exs_bbr_enter_startup(b);
}

/**
 * exs_bbr_in_probe_rtt - an ACK in PROBE_RTT
 * @cc: the connection
 * @ack: the ACK
 * @now: jiffies
 *
 * 4.3.5. Four packets, for 200 ms and a round. What is sent now says nothing of
 * bw.
 */
static inline void exs_bbr_in_probe_rtt(struct exs_cc *cc,
					const struct exs_cc_ack *ack, u32 now)
{
	struct exs_bbr *b = exs_bbr(cc);

	cc->app_limited = (cc->delivered + ack->in_flight) ?: 1;
	if (!b->probe_rtt_end) {
		if (ack->in_flight > EXS_BBR_CWND_LEAST)
			return;
		b->probe_rtt_end =
			(u32)(now + msecs_to_jiffies(EXS_BBR_PROBE_RTT_MS)) ?: 1;
		b->probe_rtt_round = false;
		b->round_end = cc->delivered;
		return;
	}
	b->probe_rtt_round |= b->round_start;
	if (b->probe_rtt_round)
		exs_bbr_after_probe_rtt(cc, ack->now_us, now);
}

/**
 * exs_bbr_save_cwnd - remember the window for when recovery or PROBE_RTT is over
 * @cc: the connection
 *
 * 4.2.3.4: the latest that neither recovery nor PROBE_RTT had lowered.
 */
static inline void exs_bbr_save_cwnd(const struct exs_cc *cc)
{
	struct exs_bbr *b = exs_bbr(cc);

	if (b->prior_state < EXS_CA_RECOVERY && b->mode != EXS_BBR_PROBE_RTT)
		b->prior_cwnd = cc->cwnd;
	else
		b->prior_cwnd = max(b->prior_cwnd, cc->cwnd);
}

/**
 * exs_bbr_timeout - all that was sent is deemed lost
 * @b: state
 *
 * cwnd falls now: exs_bbr_save_cwnd() has to know. A round begins, and says
 * nothing of what the pipe held before.
 */
static inline void exs_bbr_timeout(struct exs_bbr *b)
{
	b->prior_state = EXS_CA_LOSS;
	b->full_bw = 0;
	b->round_start = true;
}

/**
 * exs_bbr_sample_rtt - take in a sample of the RTT; PROBE_RTT begins and ends
 * @cc: the connection
 * @ack: the ACK
 * @now: jiffies
 *
 * 4.1.2.3, 4.3.5. A minimum not undercut for ten seconds is looked for anew,
 * unless the path was idle: then the next sample is as good.
 */
static inline void exs_bbr_sample_rtt(struct exs_cc *cc,
				      const struct exs_cc_ack *ack, u32 now)
{
	struct exs_bbr *b = exs_bbr(cc);
	bool old = time_after32(now, b->min_rtt_stamp + EXS_BBR_RTT_WINDOW);

	if (ack->rtt_us >= 0 &&
	    ((u32)ack->rtt_us < b->min_rtt_us || (old && !ack->ack_delayed))) {
		b->min_rtt_us = max(ack->rtt_us, 1);
		b->min_rtt_stamp = now;
	}
	if (old && !b->after_idle && b->mode != EXS_BBR_PROBE_RTT) {
		exs_bbr_save_cwnd(cc);
		b->mode = EXS_BBR_PROBE_RTT;
		b->pacing_gain = EXS_BBR_GAIN;
		b->cwnd_gain = EXS_BBR_GAIN;
		b->probe_rtt_end = 0;
	}
	if (b->mode == EXS_BBR_PROBE_RTT)
		exs_bbr_in_probe_rtt(cc, ack, now);
	if (ack->delivered > 0)
		b->after_idle = false;
}

/**
 * exs_bbr_recovering - the window in recovery
 * @cc: the connection
 * @ack: the ACK
 * @cwnd: the window; changed
 *
 * 4.2.3.4. Recovery begins with what is in flight, and ends with what was before.
 *
 * Return: true in its first round: one out for one in, the model must wait.
 */
static inline bool exs_bbr_recovering(struct exs_cc *cc,
				      const struct exs_cc_ack *ack, u32 *cwnd)
{
	struct exs_bbr *b = exs_bbr(cc);
	u8 before = b->prior_state;

	if (ack->losses)
		*cwnd = max_t(s64, (s64)*cwnd - ack->losses, 1);
	if (cc->ca_state == EXS_CA_RECOVERY && before != EXS_CA_RECOVERY) {
		b->conserve = true;
		b->round_end = cc->delivered;
		*cwnd = ack->in_flight + ack->acked;
	} else if (before >= EXS_CA_RECOVERY &&
		   cc->ca_state < EXS_CA_RECOVERY) {
		*cwnd = max(*cwnd, b->prior_cwnd);
		b->conserve = false;
	}
	b->prior_state = cc->ca_state;
	if (b->conserve)
		*cwnd = max(*cwnd, ack->in_flight + ack->acked);
	return b->conserve;
}

/**
 * exs_bbr_set_cwnd - the window after an ACK
 * @cc: the connection
 * @ack: the ACK
 * @shift: of exs_bbr_quantum()
 *
 * 4.2.3.6. Towards what the model says by as much as arrived, down to it at once;
 * in STARTUP it does not fall.
 */
static inline void exs_bbr_set_cwnd(struct exs_cc *cc,
				    const struct exs_cc_ack *ack, u32 shift)
{
	struct exs_bbr *b = exs_bbr(cc);
	u32 cwnd = cc->cwnd, target;

	if (ack->acked && !exs_bbr_recovering(cc, ack, &cwnd)) {
		target = exs_bbr_inflight(cc, shift, b->cwnd_gain) +
			 exs_bbr_extra(b);
		if (b->full)
			cwnd = min(cwnd + ack->acked, target);
		else if (cwnd < target || cc->delivered < EXS_CC_INIT_CWND)
			cwnd += ack->acked;
		cwnd = max(cwnd, EXS_BBR_CWND_LEAST);
	}
	cc->cwnd = min(cwnd, cc->cwnd_clamp);
	if (b->mode == EXS_BBR_PROBE_RTT)
		cc->cwnd = min(cc->cwnd, EXS_BBR_CWND_LEAST);
}

/**
 * exs_bbr_restart - sending again after idle
 * @cc: the connection
 * @most: of exs_bbr_set_rate()
 * @now_us: time
 * @now: jiffies
 *
 * 4.3.4.4: at bw, not faster, into a path that is empty.
 */
static inline void exs_bbr_restart(struct exs_cc *cc, u64 most, u64 now_us,
				   u32 now)
{
	struct exs_bbr *b = exs_bbr(cc);

	b->after_idle = true;
	b->epoch_us = now_us;
	b->epoch_acked = 0;
	if (b->mode == EXS_BBR_PROBE_BW)
		exs_bbr_set_rate(cc, EXS_BBR_GAIN, most);
	else if (b->mode == EXS_BBR_PROBE_RTT)
		exs_bbr_after_probe_rtt(cc, now_us, now);
}

/**
 * exs_bbr_ack - all that an ACK changes
 * @cc: the connection
 * @ack: the ACK
 * @shift: of exs_bbr_quantum()
 * @most: of exs_bbr_set_rate()
 * @now: jiffies
 *
 * 3.5.2
 */
static inline void exs_bbr_ack(struct exs_cc *cc, const struct exs_cc_ack *ack,
			       u32 shift, u64 most, u32 now)
{
	struct exs_bbr *b = exs_bbr(cc);

	exs_bbr_round(cc, ack);
	exs_bbr_sample_bw(b, ack);
	exs_bbr_sample_extra(cc, ack);
	if (b->mode == EXS_BBR_PROBE_BW && exs_bbr_cycle_over(cc, ack, shift))
		exs_bbr_set_cycle(b, b->cycle + 1, ack->now_us);
	exs_bbr_check_full(b, ack);
	exs_bbr_check_drain(cc, ack, shift);
	exs_bbr_sample_rtt(cc, ack, now);
	if (!b->seen_rtt && cc->srtt_us)
		exs_bbr_first_rate(cc, most);
	exs_bbr_set_rate(cc, b->pacing_gain, most);
	exs_bbr_set_cwnd(cc, ack, shift);
}

#endif /* _EXS_TCP_CC_BBR_PHASE_H */
