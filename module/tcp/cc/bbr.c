// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: BBR, version 1, a module of its own (expstack_bbr.ko).
 * Flow:   tcp_recovery -> exs_cc_ops -> [here]
 * Owns:   struct exs_bbr, one for each connection, held by exs_cc.priv
 * Locks:  socket lock held by the caller
 * Spec:   draft-cardwell-iccrg-bbr-congestion-control-00
 * Tests:  qemu/tests/bbr.sh
 *
 * The path is a pipe of bandwidth bw (the most delivered in ten rounds) and
 * length min_rtt (the least in ten seconds); sending at bw with bw * min_rtt in
 * flight fills it and no queue. A round is over when what was sent at its
 * beginning has arrived.
 *
 *   STARTUP    doubles each round, until bw has not grown by a quarter for
 *              three of them
 *   DRAIN      takes out the queue that left behind
 *   PROBE_BW   cycles: a round a quarter faster to find more, one as much slower
 *              to drain that, six as is
 *   PROBE_RTT  200 ms with four packets, when min_rtt was not seen again for ten
 *              seconds: all flows at once show the empty path
 *
 * Bandwidth is in packets per microsecond, with 24 bits of fraction; gains are
 * in 1/256.
 */
#include <linux/jiffies.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/win_minmax.h>
#include <net/sock.h>

#include <linux/inet_diag.h>

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
#define EXS_BBR_SLOW		(1200000 / 8 / 8)	/* bytes/s: no TSO below */

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

static const u16 exs_bbr_cycle_gain[EXS_BBR_CYCLE] = {
	EXS_BBR_GAIN * 5 / 4, EXS_BBR_GAIN * 3 / 4,
	EXS_BBR_GAIN, EXS_BBR_GAIN, EXS_BBR_GAIN,
	EXS_BBR_GAIN, EXS_BBR_GAIN, EXS_BBR_GAIN,
};

/* NULL: there was no memory for it; then it behaves as Reno. */
static struct exs_bbr *exs_bbr(const struct exs_cc *cc)
{
	return *(struct exs_bbr **)cc->priv;
}

static u32 exs_bbr_bw(const struct exs_bbr *b)
{
	return minmax_get(&b->bw);
}

/* Bytes per second, a percent below so that no queue builds up. */
static u64 exs_bbr_bytes(const struct exs_cc *cc, u64 bw, u32 gain)
{
	u64 rate = bw * cc->mss * gain / EXS_BBR_GAIN;

	return mul_u64_u32_shr(rate, USEC_PER_SEC / 100 * 99, EXS_BBR_BW_SHIFT);
}

/* In STARTUP a rate found once is kept: samples of few packets are low. */
static void exs_bbr_set_rate(struct exs_cc *cc, u32 bw, u32 gain)
{
	struct exs_bbr *b = exs_bbr(cc);
	u64 rate = exs_bbr_bytes(cc, bw, gain);

	if (b->full || rate > b->rate)
		b->rate = rate;
}

/* Nothing is known but cwnd and the RTT of the handshake. */
static void exs_bbr_first_rate(struct exs_cc *cc)
{
	u32 rtt_us = max(cc->srtt_us >> 3, 1U);
	struct exs_bbr *b = exs_bbr(cc);

	if (cc->srtt_us)
		b->seen_rtt = true;
	else
		rtt_us = USEC_PER_MSEC;
	b->rate = exs_bbr_bytes(cc, div_u64((u64)cc->cwnd << EXS_BBR_BW_SHIFT,
					    rtt_us), EXS_BBR_GAIN_HIGH);
}

/* Bandwidth-delay product by gain, packets. */
static u32 exs_bbr_bdp(const struct exs_bbr *b, u32 bw, u32 gain)
{
	u64 w = (u64)bw * b->min_rtt_us;

	if (b->min_rtt_us == ~0U)
		return EXS_CC_INIT_CWND;
	return ((w * gain >> 8) + BIT(EXS_BBR_BW_SHIFT) - 1) >> EXS_BBR_BW_SHIFT;
}

/* And what offloads on both sides hold back. */
static u32 exs_bbr_inflight(struct exs_cc *cc, u32 bw, u32 gain)
{
	const struct sock *sk = exs_cc_sock(cc);
	struct exs_bbr *b = exs_bbr(cc);
	u32 w = exs_bbr_bdp(b, bw, gain);
	u64 burst;

	burst = (b->rate >> READ_ONCE(sk->sk_pacing_shift)) / max(cc->mss, 1U);
	w += 3 * (u32)clamp_t(u64, burst, 1, 127);
	/* An even number: the peer acknowledges every other. */
	w = (w + 1) & ~1U;
	if (b->mode == EXS_BBR_PROBE_BW && !b->cycle)
		w += 2;
	return w;
}

static void exs_bbr_enter_startup(struct exs_bbr *b)
{
	b->mode = EXS_BBR_STARTUP;
	b->pacing_gain = EXS_BBR_GAIN_HIGH;
	b->cwnd_gain = EXS_BBR_GAIN_HIGH;
}

static void exs_bbr_set_cycle(struct exs_bbr *b, u8 cycle, u64 now_us)
{
	b->cycle = cycle % EXS_BBR_CYCLE;
	b->cycle_us = now_us;
	b->pacing_gain = exs_bbr_cycle_gain[b->cycle];
}

/* Anywhere in the cycle but where it drains, so that flows do not march in step. */
static void exs_bbr_enter_probe_bw(struct exs_bbr *b, u64 now_us)
{
	u32 skip = get_random_u32_below(EXS_BBR_CYCLE - 1);

	b->mode = EXS_BBR_PROBE_BW;
	b->cwnd_gain = EXS_BBR_GAIN_CWND;
	exs_bbr_set_cycle(b, skip ? skip + 1 : 0, now_us);
}

static void exs_bbr_after_probe_rtt(struct exs_cc *cc, u64 now_us)
{
	struct exs_bbr *b = exs_bbr(cc);

	b->min_rtt_stamp = (u32)jiffies;
	cc->cwnd = max(cc->cwnd, b->prior_cwnd);
	if (b->full)
		exs_bbr_enter_probe_bw(b, now_us);
	else
		exs_bbr_enter_startup(b);
}

static void exs_bbr_round(struct exs_cc *cc, const struct exs_cc_ack *ack)
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

static void exs_bbr_sample_bw(struct exs_cc *cc, const struct exs_cc_ack *ack)
{
	struct exs_bbr *b = exs_bbr(cc);
	u64 bw;

	if (ack->delivered < 0 || ack->interval_us <= 0)
		return;
	bw = div_u64((u64)ack->delivered << EXS_BBR_BW_SHIFT,
		     ack->interval_us);
	if (!ack->app_limited || bw >= exs_bbr_bw(b))
		minmax_running_max(&b->bw, EXS_BBR_BW_ROUNDS, b->rounds,
				   min_t(u64, bw, U32_MAX));
}

/*
 * ACKs come in lumps on some paths: cwnd has room for as much as came beyond
 * what bw would have brought.
 */
static void exs_bbr_sample_extra(struct exs_cc *cc, const struct exs_cc_ack *ack)
{
	struct exs_bbr *b = exs_bbr(cc);
	u32 expected, extra;

	if (!ack->acked || ack->delivered < 0 || ack->interval_us <= 0)
		return;
	if (b->round_start && ++b->extra_rounds >= EXS_BBR_EXTRA_ROUNDS) {
		b->extra_rounds = 0;
		b->extra_at ^= 1;
		b->extra[b->extra_at] = 0;
	}
	expected = ((u64)exs_bbr_bw(b) * (ack->now_us - b->epoch_us)) >>
		   EXS_BBR_BW_SHIFT;
	if (b->epoch_acked <= expected ||
	    b->epoch_acked + ack->acked >= EXS_BBR_EPOCH_MOST) {
		b->epoch_acked = 0;
		b->epoch_us = ack->now_us;
		expected = 0;
	}
	b->epoch_acked += ack->acked;
	extra = min(b->epoch_acked - expected, cc->cwnd);
	b->extra[b->extra_at] = max(b->extra[b->extra_at], extra);
}

static u32 exs_bbr_extra(const struct exs_bbr *b)
{
	u64 most = (u64)exs_bbr_bw(b) * EXS_BBR_EXTRA_MOST_US >> EXS_BBR_BW_SHIFT;

	return b->full ? min_t(u64, max(b->extra[0], b->extra[1]), most) : 0;
}

/* Is this phase over? Faster: when its packets are in flight, or some got lost. */
static bool exs_bbr_cycle_over(struct exs_cc *cc, const struct exs_cc_ack *ack)
{
	struct exs_bbr *b = exs_bbr(cc);
	bool whole = ack->now_us - b->cycle_us > b->min_rtt_us;
	u32 flight = ack->prior_in_flight;

	if (b->pacing_gain == EXS_BBR_GAIN)
		return whole;
	if (b->pacing_gain > EXS_BBR_GAIN)
		return whole && (ack->losses ||
				 flight >= exs_bbr_inflight(cc, exs_bbr_bw(b),
							    b->pacing_gain));
	return whole || flight <= exs_bbr_inflight(cc, exs_bbr_bw(b),
						   EXS_BBR_GAIN);
}

/* Three rounds without a quarter more: that is all there is. */
static void exs_bbr_check_full(struct exs_bbr *b, const struct exs_cc_ack *ack)
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

static void exs_bbr_check_drain(struct exs_cc *cc, const struct exs_cc_ack *ack)
{
	struct exs_bbr *b = exs_bbr(cc);

	if (b->mode == EXS_BBR_STARTUP && b->full) {
		b->mode = EXS_BBR_DRAIN;
		b->pacing_gain = EXS_BBR_GAIN_DRAIN;
		cc->ssthresh = exs_bbr_inflight(cc, exs_bbr_bw(b),
						EXS_BBR_GAIN);
	}
	if (b->mode == EXS_BBR_DRAIN &&
	    ack->in_flight <= exs_bbr_inflight(cc, exs_bbr_bw(b),
					       EXS_BBR_GAIN))
		exs_bbr_enter_probe_bw(b, ack->now_us);
}

/* Four packets, for 200 ms and a round. What is sent now says nothing of bw. */
static void exs_bbr_in_probe_rtt(struct exs_cc *cc, const struct exs_cc_ack *ack)
{
	struct exs_bbr *b = exs_bbr(cc);

	cc->app_limited = (cc->delivered + ack->in_flight) ?: 1;
	if (!b->probe_rtt_end) {
		if (ack->in_flight > EXS_BBR_CWND_LEAST)
			return;
		b->probe_rtt_end = (u32)jiffies +
				   msecs_to_jiffies(EXS_BBR_PROBE_RTT_MS) ?: 1;
		b->probe_rtt_round = false;
		b->round_end = cc->delivered;
		return;
	}
	b->probe_rtt_round |= b->round_start;
	if (b->probe_rtt_round && time_after32((u32)jiffies, b->probe_rtt_end))
		exs_bbr_after_probe_rtt(cc, ack->now_us);
}

static void exs_bbr_sample_rtt(struct exs_cc *cc, const struct exs_cc_ack *ack)
{
	struct exs_bbr *b = exs_bbr(cc);
	bool old = time_after32((u32)jiffies,
				b->min_rtt_stamp + EXS_BBR_RTT_WINDOW);

	if (ack->rtt_us >= 0 &&
	    ((u32)ack->rtt_us < b->min_rtt_us || (old && !ack->ack_delayed))) {
		b->min_rtt_us = max(ack->rtt_us, 1);
		b->min_rtt_stamp = (u32)jiffies;
	}
	if (old && !b->after_idle && b->mode != EXS_BBR_PROBE_RTT) {
		b->mode = EXS_BBR_PROBE_RTT;
		b->pacing_gain = EXS_BBR_GAIN;
		b->cwnd_gain = EXS_BBR_GAIN;
		if (cc->ca_state < EXS_CA_RECOVERY)
			b->prior_cwnd = cc->cwnd;
		b->probe_rtt_end = 0;
	}
	if (b->mode == EXS_BBR_PROBE_RTT)
		exs_bbr_in_probe_rtt(cc, ack);
	if (ack->delivered > 0)
		b->after_idle = false;
}

/* Recovery begins with what is in flight, and ends with what was before. */
static bool exs_bbr_recovering(struct exs_cc *cc, const struct exs_cc_ack *ack,
			       u32 *cwnd)
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

static void exs_bbr_set_cwnd(struct exs_cc *cc, const struct exs_cc_ack *ack)
{
	struct exs_bbr *b = exs_bbr(cc);
	u32 cwnd = cc->cwnd, target;

	if (ack->acked && !exs_bbr_recovering(cc, ack, &cwnd)) {
		target = exs_bbr_inflight(cc, exs_bbr_bw(b), b->cwnd_gain) +
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

/* Nobody else lowers the window of who rules it alone. */
static void exs_bbr_as_reno(struct exs_cc *cc, const struct exs_cc_ack *ack)
{
	if (cc->ca_state == EXS_CA_RECOVERY || cc->ca_state == EXS_CA_CWR)
		cc->cwnd = min(cc->cwnd, cc->ssthresh);
	else
		exs_cc_reno_cong_avoid(cc, ack);
}

static void exs_bbr_cong_control(struct exs_cc *cc, const struct exs_cc_ack *ack)
{
	struct exs_bbr *b = exs_bbr(cc);

	if (unlikely(!b)) {
		exs_bbr_as_reno(cc, ack);
		return;
	}
	exs_bbr_round(cc, ack);
	exs_bbr_sample_bw(cc, ack);
	exs_bbr_sample_extra(cc, ack);
	if (b->mode == EXS_BBR_PROBE_BW && exs_bbr_cycle_over(cc, ack))
		exs_bbr_set_cycle(b, b->cycle + 1, ack->now_us);
	exs_bbr_check_full(b, ack);
	exs_bbr_check_drain(cc, ack);
	exs_bbr_sample_rtt(cc, ack);
	if (!b->seen_rtt && cc->srtt_us)
		exs_bbr_first_rate(cc);
	exs_bbr_set_rate(cc, exs_bbr_bw(b), b->pacing_gain);
	exs_bbr_set_cwnd(cc, ack);
}

static void exs_bbr_init(struct exs_cc *cc)
{
	struct exs_bbr *b = kzalloc(sizeof(*b), GFP_ATOMIC);

	*(struct exs_bbr **)cc->priv = b;
	if (!b)
		return;
	b->min_rtt_us = cc->min_rtt_us;
	b->min_rtt_stamp = (u32)jiffies;
	b->epoch_us = exs_cc_now_us(cc);
	b->round_end = cc->delivered;
	b->prior_state = EXS_CA_OPEN;
	minmax_reset(&b->bw, 0, 0);
	exs_bbr_enter_startup(b);
	exs_bbr_first_rate(cc);
	cc->ssthresh = EXS_CC_SSTHRESH_INF;
	cmpxchg(&exs_cc_sock(cc)->sk_pacing_status, SK_PACING_NONE,
		SK_PACING_NEEDED);
}

static void exs_bbr_release(struct exs_cc *cc)
{
	kfree(exs_bbr(cc));
	*(struct exs_bbr **)cc->priv = NULL;
}

/* Loss does not lower the model; remember the window for when it is over. */
static u32 exs_bbr_ssthresh(struct exs_cc *cc)
{
	struct exs_bbr *b = exs_bbr(cc);

	if (unlikely(!b))
		return exs_cc_reno_ssthresh(cc);
	if (b->prior_state < EXS_CA_RECOVERY && b->mode != EXS_BBR_PROBE_RTT)
		b->prior_cwnd = cc->cwnd;
	else
		b->prior_cwnd = max(b->prior_cwnd, cc->cwnd);
	return cc->ssthresh;
}

static u32 exs_bbr_undo_cwnd(struct exs_cc *cc)
{
	struct exs_bbr *b = exs_bbr(cc);

	if (unlikely(!b))
		return exs_cc_reno_undo_cwnd(cc);
	/* What was taken for full may have been the reordering. */
	b->full_bw = 0;
	b->full_rounds = 0;
	return cc->cwnd;
}

static void exs_bbr_set_state(struct exs_cc *cc, enum exs_ca_state state)
{
	struct exs_bbr *b = exs_bbr(cc);

	if (state != EXS_CA_LOSS || !b)
		return;
	b->prior_state = EXS_CA_LOSS;
	b->full_bw = 0;
	b->round_start = true;
}

/* After idle: at bw, not faster, into a path that is empty. */
static void exs_bbr_event(struct exs_cc *cc, enum exs_cc_event event)
{
	struct exs_bbr *b = exs_bbr(cc);

	if (event != EXS_CC_TX_START || !cc->app_limited || !b)
		return;
	b->after_idle = true;
	b->epoch_us = exs_cc_now_us(cc);
	b->epoch_acked = 0;
	if (b->mode == EXS_BBR_PROBE_BW)
		exs_bbr_set_rate(cc, exs_bbr_bw(b), EXS_BBR_GAIN);
	else if (b->mode == EXS_BBR_PROBE_RTT && b->probe_rtt_end &&
		 time_after32((u32)jiffies, b->probe_rtt_end))
		exs_bbr_after_probe_rtt(cc, b->epoch_us);
}

static u64 exs_bbr_pacing_rate(struct exs_cc *cc)
{
	struct exs_bbr *b = exs_bbr(cc);

	return b ? b->rate : ~0ULL;
}

static u32 exs_bbr_min_tso_segs(struct exs_cc *cc)
{
	struct exs_bbr *b = exs_bbr(cc);

	return b && b->rate < EXS_BBR_SLOW ? 1 : 2;
}

static size_t exs_bbr_get_info(const struct exs_cc *cc, void *info, int *attr)
{
	struct tcp_bbr_info *i = info;
	const struct exs_bbr *b = exs_bbr(cc);
	u64 bw;

	memset(i, 0, sizeof(*i));
	*attr = INET_DIAG_BBRINFO;
	if (!b)
		return sizeof(*i);
	bw = mul_u64_u32_shr((u64)exs_bbr_bw(b) * cc->mss, USEC_PER_SEC,
			     EXS_BBR_BW_SHIFT);
	i->bbr_bw_lo = (u32)bw;
	i->bbr_bw_hi = bw >> 32;
	i->bbr_min_rtt = b->min_rtt_us;
	i->bbr_pacing_gain = b->pacing_gain;
	i->bbr_cwnd_gain = b->cwnd_gain;
	return sizeof(*i);
}

static struct exs_cc_ops exs_bbr_ops = {
	.name = "bbr",
	.owner = THIS_MODULE,
	.flags = EXS_CC_NON_RESTRICTED,
	.init = exs_bbr_init,
	.release = exs_bbr_release,
	.ssthresh = exs_bbr_ssthresh,
	.undo_cwnd = exs_bbr_undo_cwnd,
	.cong_control = exs_bbr_cong_control,
	.pacing_rate = exs_bbr_pacing_rate,
	.set_state = exs_bbr_set_state,
	.cwnd_event = exs_bbr_event,
	.min_tso_segs = exs_bbr_min_tso_segs,
	.get_info = exs_bbr_get_info,
};

static int __init exs_bbr_module_init(void)
{
	return exs_cc_register(&exs_bbr_ops);
}

static void __exit exs_bbr_module_exit(void)
{
	exs_cc_unregister(&exs_bbr_ops);
}

module_init(exs_bbr_module_init);
module_exit(exs_bbr_module_exit);

MODULE_DESCRIPTION("expstack congestion control: BBR");
MODULE_LICENSE("GPL");
