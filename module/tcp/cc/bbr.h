/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expstack tcp: BBR's model of the path, bandwidth and round trip, and what
 * follows from it: rate and window. Included by bbr.c and by its suite.
 *
 * Bandwidth is in packets per microsecond, with 24 bits of fraction; gains are
 * in 1/256.
 */
#ifndef _EXS_TCP_CC_BBR_H
#define _EXS_TCP_CC_BBR_H

#include <linux/jiffies.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/sizes.h>
#include <linux/time64.h>
#include <linux/types.h>
#include <linux/win_minmax.h>

#include <expstack/cc.h>

#define EXS_BBR_BW_SHIFT	24
#define EXS_BBR_GAIN		256U
#define EXS_BBR_GAIN_HIGH	739U	/* 2/ln 2 */
#define EXS_BBR_GAIN_DRAIN	88U	/* its inverse */
#define EXS_BBR_GAIN_CWND	512U
#define EXS_BBR_CYCLE		8
#define EXS_BBR_BW_ROUNDS	10
#define EXS_BBR_FULL_ROUNDS	3
#define EXS_BBR_CWND_LEAST	4U
#define EXS_BBR_RTT_WINDOW	(10 * HZ)
#define EXS_BBR_PROBE_RTT_MS	200
#define EXS_BBR_EXTRA_ROUNDS	5
#define EXS_BBR_EXTRA_MOST_US	(100 * USEC_PER_MSEC)
#define EXS_BBR_EPOCH_MOST	BIT(20)	/* packets */
#define EXS_BBR_EPOCH_MOST_US	BIT(31)	/* what bw brings in it fits in 64 bits */
#define EXS_BBR_BDP_MOST	BIT(30)	/* packets */
#define EXS_BBR_SLOW		(1200000 / 8)	/* bytes/s: no TSO below */

enum exs_bbr_mode {
	EXS_BBR_STARTUP,
	EXS_BBR_DRAIN,
	EXS_BBR_PROBE_BW,
	EXS_BBR_PROBE_RTT,
};

struct exs_bbr {
	struct minmax bw;
	u64 cycle_us;		/* when this phase of the cycle began */
	u64 epoch_us;		/* of ACK aggregation */
	u64 rate;		/* bytes per second, as paced */
	u32 rounds;
	u32 round_end;		/* cc.delivered at which this one is over */
	u32 min_rtt_us;
	u32 min_rtt_stamp;	/* jiffies */
	u32 probe_rtt_end;	/* jiffies, 0: four packets not reached yet */
	u32 prior_cwnd;		/* before recovery or PROBE_RTT */
	u32 full_bw;
	u32 epoch_acked;
	u32 extra[2];		/* packets ACKed beyond bw, of two windows */
	u32 extra_rounds;	/* how long the present one is */
	u16 pacing_gain;
	u16 cwnd_gain;
	u8 mode;
	u8 prior_state;		/* enum exs_ca_state with the last ACK */
	u8 full_rounds;		/* without growth */
	u8 cycle;
	bool full;		/* the pipe was */
	bool round_start;	/* this ACK begins a round */
	bool conserve;		/* first round of recovery: one out for one in */
	bool after_idle;
	bool probe_rtt_round;	/* one of four packets is over */
	bool seen_rtt;
	u8 extra_at;
};

/**
 * exs_bbr - a connection's state
 * @cc: the connection
 *
 * Return: the state; NULL: there was no memory for it, then it behaves as Reno.
 */
static inline struct exs_bbr *exs_bbr(const struct exs_cc *cc)
{
	return *(struct exs_bbr **)cc->priv;
}

/**
 * exs_bbr_bw - bandwidth of the path
 * @b: state
 *
 * Return: the most that ten rounds have seen; 0: nothing yet.
 */
static inline u32 exs_bbr_bw(const struct exs_bbr *b)
{
	return minmax_get(&b->bw);
}

/**
 * exs_bbr_bytes - the rate of a bandwidth
 * @mss: bytes of a packet
 * @bw: bandwidth
 * @gain: how much of it
 *
 * A percent below, so that no queue builds up.
 *
 * Return: bytes per second.
 */
static inline u64 exs_bbr_bytes(u32 mss, u32 bw, u32 gain)
{
	u64 rate = (u64)bw * mss * gain / EXS_BBR_GAIN;

	return mul_u64_u32_shr(rate, USEC_PER_SEC / 100 * 99, EXS_BBR_BW_SHIFT);
}

/**
 * exs_bbr_set_rate - pace by the bandwidth
 * @cc: the connection
 * @gain: how much of it
 * @most: SO_MAX_PACING_RATE, bytes per second
 *
 * 4.2.1. In STARTUP a rate found once is kept: samples of few packets are low.
 */
static inline void exs_bbr_set_rate(struct exs_cc *cc, u32 gain, u64 most)
{
	struct exs_bbr *b = exs_bbr(cc);
	u64 rate = exs_bbr_bytes(cc->mss, exs_bbr_bw(b), gain);

	b->rate = min(b->full ? rate : max(rate, b->rate), most);
}

/**
 * exs_bbr_first_rate - pace while nothing was delivered
 * @cc: the connection
 * @most: of exs_bbr_set_rate()
 *
 * 4.2.1. Nothing is known but cwnd and the RTT of the handshake; without that,
 * it is taken for a millisecond.
 */
static inline void exs_bbr_first_rate(struct exs_cc *cc, u64 most)
{
	u32 rtt_us = max(cc->srtt_us >> 3, 1U);
	struct exs_bbr *b = exs_bbr(cc);
	u64 bw;

	if (cc->srtt_us)
		b->seen_rtt = true;
	else
		rtt_us = USEC_PER_MSEC;
	bw = div_u64((u64)cc->cwnd << EXS_BBR_BW_SHIFT, rtt_us);
	b->rate = min(exs_bbr_bytes(cc->mss, min_t(u64, bw, U32_MAX),
				    EXS_BBR_GAIN_HIGH), most);
}

/**
 * exs_bbr_least_segs - segments a burst has at least
 * @b: state
 *
 * 4.2.2
 *
 * Return: segments; one on a path slower than 1.2 Mbit/s.
 */
static inline u32 exs_bbr_least_segs(const struct exs_bbr *b)
{
	return b->rate < EXS_BBR_SLOW ? 1 : 2;
}

/**
 * exs_bbr_bdp - bandwidth by round trip
 * @b: state
 * @bw: bandwidth
 * @gain: how much of it
 *
 * The most there can be leaves room for a gain of 4, in 64 bits here and in 32
 * of the window.
 *
 * Return: packets, rounded up.
 */
static inline u32 exs_bbr_bdp(const struct exs_bbr *b, u32 bw, u32 gain)
{
	u64 w = min_t(u64, (u64)bw * b->min_rtt_us,
		      (u64)EXS_BBR_BDP_MOST << EXS_BBR_BW_SHIFT);

	if (b->min_rtt_us == ~0U)
		return EXS_CC_INIT_CWND;
	return ((w * gain >> 8) + BIT(EXS_BBR_BW_SHIFT) - 1) >> EXS_BBR_BW_SHIFT;
}

/**
 * exs_bbr_quantum - segments of a burst
 * @cc: the connection
 * @shift: a burst is what is sent in 2^-shift seconds
 *
 * 4.2.2. More than 64 KB are no packet's.
 *
 * Return: segments.
 */
static inline u32 exs_bbr_quantum(const struct exs_cc *cc, u32 shift)
{
	const struct exs_bbr *b = exs_bbr(cc);
	u32 bytes = min_t(u64, b->rate >> shift, SZ_64K);

	return clamp(bytes / max(cc->mss, 1U), exs_bbr_least_segs(b), 127U);
}

/**
 * exs_bbr_inflight - what is in flight when the pipe is full
 * @cc: the connection
 * @shift: of exs_bbr_quantum()
 * @gain: how full
 *
 * 4.2.3.2: the product, and what offloads on both sides hold back. An even
 * number: the peer acknowledges every other.
 *
 * Return: packets.
 */
static inline u32 exs_bbr_inflight(const struct exs_cc *cc, u32 shift, u32 gain)
{
	const struct exs_bbr *b = exs_bbr(cc);
	u32 w = exs_bbr_bdp(b, exs_bbr_bw(b), gain);

	w += 3 * exs_bbr_quantum(cc, shift);
	w = (w + 1) & ~1U;
	if (b->mode == EXS_BBR_PROBE_BW && !b->cycle)
		w += 2;
	return w;
}

/**
 * exs_bbr_round - is a round over with this ACK?
 * @cc: the connection
 * @ack: the ACK
 *
 * 4.1.1.3: when what was sent at its beginning has arrived.
 */
static inline void exs_bbr_round(struct exs_cc *cc, const struct exs_cc_ack *ack)
{
	struct exs_bbr *b = exs_bbr(cc);

	b->round_start = false;
	if (ack->delivered < 0 || ack->interval_us <= 0)
		return;
	if ((s32)(ack->prior_delivered - b->round_end) >= 0) {
		b->round_end = cc->delivered;
		b->rounds++;
		b->round_start = true;
		b->conserve = false;
	}
}

/**
 * exs_bbr_sample_bw - take in a sample of the bandwidth
 * @b: state
 * @ack: the ACK
 *
 * 4.1.1.5. When the application was the limit, only a larger one counts.
 */
static inline void exs_bbr_sample_bw(struct exs_bbr *b,
				     const struct exs_cc_ack *ack)
{
	u64 bw;

	if (ack->delivered < 0 || ack->interval_us <= 0)
		return;
	bw = div_u64((u64)ack->delivered << EXS_BBR_BW_SHIFT,
		     ack->interval_us);
	if (!ack->app_limited || bw >= exs_bbr_bw(b))
		minmax_running_max(&b->bw, EXS_BBR_BW_ROUNDS, b->rounds,
				   min_t(u64, bw, U32_MAX));
}

/**
 * exs_bbr_sample_extra - take in how lumpy ACKs are
 * @cc: the connection
 * @ack: the ACK
 *
 * ACKs come in lumps on some paths: cwnd has room for as much as came beyond
 * what bw would have brought, the most of five to ten rounds.
 */
static inline void exs_bbr_sample_extra(struct exs_cc *cc,
					const struct exs_cc_ack *ack)
{
	struct exs_bbr *b = exs_bbr(cc);
	u64 us = ack->now_us - b->epoch_us;
	u64 expected;
	u32 extra;

	if (!ack->acked || ack->delivered < 0 || ack->interval_us <= 0)
		return;
	if (b->round_start && ++b->extra_rounds >= EXS_BBR_EXTRA_ROUNDS) {
		b->extra_rounds = 0;
		b->extra_at ^= 1;
		b->extra[b->extra_at] = 0;
	}
	expected = exs_bbr_bw(b) * us >> EXS_BBR_BW_SHIFT;
	if (us > EXS_BBR_EPOCH_MOST_US || b->epoch_acked <= expected ||
	    b->epoch_acked + ack->acked >= EXS_BBR_EPOCH_MOST) {
		b->epoch_acked = 0;
		b->epoch_us = ack->now_us;
		expected = 0;
	}
	b->epoch_acked += ack->acked;
	extra = min_t(u64, b->epoch_acked - expected, cc->cwnd);
	b->extra[b->extra_at] = max(b->extra[b->extra_at], extra);
}

/**
 * exs_bbr_extra - room for ACKs in lumps
 * @b: state
 *
 * Return: packets, what the path carries in 100 ms at most; 0 in STARTUP, which
 * has room enough.
 */
static inline u32 exs_bbr_extra(const struct exs_bbr *b)
{
	u64 most = (u64)exs_bbr_bw(b) * EXS_BBR_EXTRA_MOST_US >> EXS_BBR_BW_SHIFT;

	return b->full ? min_t(u64, max(b->extra[0], b->extra[1]), most) : 0;
}

#endif /* _EXS_TCP_CC_BBR_H */
