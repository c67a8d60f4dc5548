// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: CUBIC with HyStart, the default.
 * Flow:   tcp_ack, tcp_recovery -> exs_cc_ops -> [here]
 * Owns:   struct exs_cubic in exs_cc.priv
 * Locks:  socket lock held by the caller
 * Spec:   RFC 9438; Ha and Rhee, "Taming the elephants" (HyStart); names and
 *         defaults of the parameters are those of Linux's tcp_cubic
 * Tests:  kunit/tcp/cc_cubic_kunit.c, qemu/wire/cc
 *
 * After a reduction the window follows W(t) = C (t - K)^3 + W_max: fast back
 * towards where the loss was, slowly around it, then faster and faster. t counts
 * from the reduction and is a round trip ahead, because what is sent now is
 * acknowledged then. It is never slower than Reno would be (4.3), and never
 * grows by more than half in a round trip.
 *
 * HyStart leaves slow start before it overshoots: when the ACKs of a round come
 * in an unbroken train as long as half the RTT, or when the RTT has grown.
 */
#include <linux/jiffies.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/string.h>
#include <net/sock.h>

#include "cubic.h"

#define EXS_CUBIC_SCALE		1024	/* of beta and bic_scale */
#define EXS_CUBIC_SHIFT		10	/* time is in 1/1024 s */
#define EXS_CUBIC_T_MAX		BIT(18)	/* 256 s: its cube fits */
#define EXS_CUBIC_FIRST		20U	/* no loss seen yet: 5% a round trip */
#define EXS_CUBIC_SLOWEST	100U	/* windows a segment */

#define EXS_HYSTART_TRAIN	BIT(0)
#define EXS_HYSTART_DELAY	BIT(1)
#define EXS_HYSTART_SAMPLES	8
#define EXS_HYSTART_LEAST	4000U
#define EXS_HYSTART_MOST	16000U

static int fast_convergence = 1;
module_param(fast_convergence, int, 0644);
MODULE_PARM_DESC(fast_convergence, "CUBIC: make room for new flows on a second loss");
static int beta = 717;
module_param(beta, int, 0644);
MODULE_PARM_DESC(beta, "CUBIC: what a loss leaves of the window, in 1/1024");
static int initial_ssthresh;
module_param(initial_ssthresh, int, 0644);
MODULE_PARM_DESC(initial_ssthresh, "CUBIC: first slow-start threshold, without HyStart");
static int bic_scale = 41;
module_param(bic_scale, int, 0444);
MODULE_PARM_DESC(bic_scale, "CUBIC: C, in 10/1024 segments per cubic second");
static int tcp_friendliness = 1;
module_param(tcp_friendliness, int, 0644);
MODULE_PARM_DESC(tcp_friendliness, "CUBIC: never slower than Reno");
static int hystart = 1;
module_param(hystart, int, 0644);
MODULE_PARM_DESC(hystart, "CUBIC: HyStart");
static int hystart_detect = EXS_HYSTART_TRAIN | EXS_HYSTART_DELAY;
module_param(hystart_detect, int, 0644);
MODULE_PARM_DESC(hystart_detect, "CUBIC: HyStart looks at 1: ACK trains, 2: delay, 3: both");
static int hystart_low_window = 16;
module_param(hystart_low_window, int, 0644);
MODULE_PARM_DESC(hystart_low_window, "CUBIC: smallest window at which HyStart looks");
static int hystart_ack_delta_us = 2000;
module_param(hystart_ack_delta_us, int, 0644);
MODULE_PARM_DESC(hystart_ack_delta_us, "CUBIC: longest gap within an ACK train, us");

/**
 * exs_cubic_root - cube root
 * @a: of this
 *
 * A bit of the result a step, from the top: with y what is found so far,
 * (2y + 1)^3 - (2y)^3 = 3 * 2y * (2y + 1) + 1.
 *
 * Return: rounded down.
 */
u32 exs_cubic_root(u64 a)
{
	u64 y = 0, step;
	int shift;

	for (shift = 63; shift >= 0; shift -= 3) {
		y <<= 1;
		step = 3 * y * (y + 1) + 1;
		if (a >> shift >= step) {
			a -= step << shift;
			y++;
		}
	}
	return y;
}

/**
 * exs_cubic_offset - how far the curve is from its plateau
 * @c: C, in 1/1024 segments per cubic second
 * @t: time from the plateau, 1/1024 s
 *
 * Return: segments, C t^3.
 */
u32 exs_cubic_offset(u32 c, u64 t)
{
	t = min_t(u64, t, EXS_CUBIC_T_MAX);
	return (t * t * t >> EXS_CUBIC_SHIFT) * c >> (3 * EXS_CUBIC_SHIFT);
}

static struct exs_cubic *exs_cubic(struct exs_cc *cc)
{
	BUILD_BUG_ON(sizeof(struct exs_cubic) > sizeof(cc->priv));
	return exs_cc_priv(cc);
}

/* C of RFC 9438 5, in 1/1024. */
static u32 exs_cubic_c(void)
{
	return max(bic_scale, 1) * 10;
}

/*
 * Segments ACKed for one of Reno's growth: cwnd / alpha, and alpha is
 * 3 (1 - beta) / (1 + beta), RFC 9438 4.3. In eighths of cwnd.
 */
static u32 exs_cubic_reno_step(u32 cwnd)
{
	u32 b = clamp(READ_ONCE(beta), 0, EXS_CUBIC_SCALE - 1);
	u32 eighths = 8 * (EXS_CUBIC_SCALE + b) / 3 / (EXS_CUBIC_SCALE - b);

	return max(cwnd * eighths >> 3, 1U);
}

/* The curve begins here: RFC 9438 4.2. */
static void exs_cubic_epoch_begins(struct exs_cubic *ca, u32 cwnd, u32 now)
{
	ca->epoch = now ?: 1;
	ca->w_est = cwnd;
	ca->origin = max(ca->w_max, cwnd);
	/* K is the cube root of (W_max - cwnd) / C. */
	ca->k = exs_cubic_root(div_u64((u64)(ca->origin - cwnd) <<
				       4 * EXS_CUBIC_SHIFT, exs_cubic_c()));
}

/* Where the curve will be in a round trip. */
static u32 exs_cubic_target(const struct exs_cubic *ca, u32 now)
{
	u64 t = now - ca->epoch + usecs_to_jiffies(ca->min_rtt);
	u32 off;

	t = div_u64(t << EXS_CUBIC_SHIFT, HZ);
	if (t >= ca->k)
		return ca->origin + exs_cubic_offset(exs_cubic_c(), t - ca->k);
	off = exs_cubic_offset(exs_cubic_c(), ca->k - t);
	return ca->origin - min(off, ca->origin);
}

static u32 exs_cubic_steepness(const struct exs_cubic *ca, u32 cwnd, u32 now)
{
	u32 target = exs_cubic_target(ca, now);
	u32 per = EXS_CUBIC_SLOWEST * cwnd;

	if (target > cwnd)
		per = cwnd / (target - cwnd);
	/* Never lost anything: the plateau is a guess. */
	return ca->w_max ? per : min(per, EXS_CUBIC_FIRST);
}

/* RFC 9438 4.3: when Reno would have more, grow to where it is. */
static void exs_cubic_reno_friendly(struct exs_cubic *ca, u32 cwnd)
{
	u32 step = exs_cubic_reno_step(cwnd);
	u32 n;

	if (ca->est_acked > step) {
		n = (ca->est_acked - 1) / step;
		ca->est_acked -= n * step;
		ca->w_est += n;
	}
	if (ca->w_est > cwnd)
		ca->per_segment = min(ca->per_segment,
				      cwnd / (ca->w_est - cwnd));
}

static void exs_cubic_update(struct exs_cubic *ca, u32 cwnd, u32 acked)
{
	u32 now = (u32)jiffies;

	ca->est_acked += acked;
	if (cwnd == ca->worked_cwnd && (s32)(now - ca->worked_out) <= HZ / 32)
		return;
	/* The clock of the curve is jiffies. */
	if (!ca->epoch || now != ca->worked_out) {
		ca->worked_cwnd = cwnd;
		ca->worked_out = now;
		if (!ca->epoch) {
			exs_cubic_epoch_begins(ca, cwnd, now);
			ca->est_acked = acked;
		}
		ca->per_segment = exs_cubic_steepness(ca, cwnd, now);
	}
	if (READ_ONCE(tcp_friendliness))
		exs_cubic_reno_friendly(ca, cwnd);
	ca->per_segment = max(ca->per_segment, 2U);
}

static void exs_cubic_cong_avoid(struct exs_cc *cc, const struct exs_cc_ack *ack)
{
	u32 acked = exs_cc_past_slow_start(cc, ack);
	struct exs_cubic *ca = exs_cubic(cc);

	if (!acked)
		return;
	exs_cubic_update(ca, cc->cwnd, acked);
	exs_cc_cong_avoid_ai(cc, ca->per_segment, acked);
}

/* RFC 9438 4.6, 4.7. */
static u32 exs_cubic_ssthresh(struct exs_cc *cc)
{
	struct exs_cubic *ca = exs_cubic(cc);
	u32 b = READ_ONCE(beta);

	/* Lost below the last maximum: another flow came, leave it room. */
	if (READ_ONCE(fast_convergence) && cc->cwnd < ca->w_max)
		ca->w_max = cc->cwnd * (EXS_CUBIC_SCALE + b) /
			    (2 * EXS_CUBIC_SCALE);
	else
		ca->w_max = cc->cwnd;
	ca->epoch = 0;
	return max(cc->cwnd * b / EXS_CUBIC_SCALE, 2U);
}

static void exs_cubic_round_begins(struct exs_cc *cc)
{
	struct exs_cubic *ca = exs_cubic(cc);

	ca->round_start = (u32)exs_cc_now_us(cc);
	ca->train_end = ca->round_start;
	ca->round_end = exs_cc_snd_nxt(cc);
	ca->round_rtt = ~0U;
	ca->samples = 0;
}

static void exs_cubic_init(struct exs_cc *cc)
{
	if (READ_ONCE(hystart))
		exs_cubic_round_begins(cc);
	else if (READ_ONCE(initial_ssthresh))
		cc->ssthresh = READ_ONCE(initial_ssthresh);
}

/* A timeout: nothing that was learned holds any more. */
static void exs_cubic_set_state(struct exs_cc *cc, enum exs_ca_state state)
{
	if (state != EXS_CA_LOSS)
		return;
	memset(exs_cubic(cc), 0, sizeof(struct exs_cubic));
	exs_cubic_round_begins(cc);
}

/* Idle time is not the curve's: RFC 9438 5.8. */
static void exs_cubic_event(struct exs_cc *cc, enum exs_cc_event event)
{
	struct exs_cubic *ca = exs_cubic(cc);
	u32 now = (u32)jiffies;
	s32 idle;

	if (event != EXS_CC_TX_START || !ca->epoch)
		return;
	idle = now - exs_cc_last_sent(cc);
	if (idle <= 0)
		return;
	ca->epoch += idle;
	if ((s32)(ca->epoch - now) > 0)
		ca->epoch = now ?: 1;
}

/* What the sender's and the receiver's offloads may add to a round trip, us. */
static u32 exs_cubic_burst_delay(struct exs_cc *cc)
{
	const struct sock *sk = exs_cc_sock(cc);
	u64 rate = READ_ONCE(sk->sk_pacing_rate);

	if (!rate)
		return 0;
	return min_t(u64, USEC_PER_MSEC,
		     div64_u64(4ULL * sk->sk_gso_max_size * USEC_PER_SEC, rate));
}

static bool exs_cubic_train_is_long(struct exs_cc *cc)
{
	struct exs_cubic *ca = exs_cubic(cc);
	u32 now = (u32)exs_cc_now_us(cc);
	u32 most;

	if ((s32)(now - ca->train_end) > READ_ONCE(hystart_ack_delta_us))
		return false;
	ca->train_end = now;
	most = ca->min_rtt + exs_cubic_burst_delay(cc);
	/* Pacing spreads a window over the round trip. */
	if (READ_ONCE(exs_cc_sock(cc)->sk_pacing_status) == SK_PACING_NONE)
		most /= 2;
	return (s32)(now - ca->round_start) > (s32)most;
}

static bool exs_cubic_delay_grew(struct exs_cubic *ca, u32 rtt)
{
	ca->round_rtt = min(ca->round_rtt, rtt);
	if (ca->samples < EXS_HYSTART_SAMPLES) {
		ca->samples++;
		return false;
	}
	return ca->round_rtt > ca->min_rtt + clamp(ca->min_rtt >> 3,
						   EXS_HYSTART_LEAST,
						   EXS_HYSTART_MOST);
}

static void exs_cubic_hystart(struct exs_cc *cc, u32 rtt)
{
	struct exs_cubic *ca = exs_cubic(cc);
	int detect = READ_ONCE(hystart_detect);
	bool train, delay;

	if ((s32)(exs_cc_snd_una(cc) - ca->round_end) > 0)
		exs_cubic_round_begins(cc);
	if ((s32)cc->cwnd < READ_ONCE(hystart_low_window))
		return;
	train = detect & EXS_HYSTART_TRAIN && exs_cubic_train_is_long(cc);
	delay = detect & EXS_HYSTART_DELAY && exs_cubic_delay_grew(ca, rtt);
	if (train)
		exs_cc_hystart_ends(cc, true);
	if (delay)
		exs_cc_hystart_ends(cc, false);
	ca->found |= train || delay;
}

static void exs_cubic_pkts_acked(struct exs_cc *cc, u32 acked, s32 rtt_us)
{
	struct exs_cubic *ca = exs_cubic(cc);
	u32 rtt = max(rtt_us, 1);

	if (rtt_us < 0)
		return;
	/* What is measured right after recovery is of a queue that drains. */
	if (ca->epoch && (s32)((u32)jiffies - ca->epoch) < HZ)
		return;
	if (!ca->min_rtt || rtt < ca->min_rtt)
		ca->min_rtt = rtt;
	if (exs_cc_in_slow_start(cc) && !ca->found && READ_ONCE(hystart))
		exs_cubic_hystart(cc, rtt);
}

struct exs_cc_ops exs_cc_cubic = {
	.name = "cubic",
	.owner = THIS_MODULE,
	.flags = EXS_CC_NON_RESTRICTED,
	.init = exs_cubic_init,
	.ssthresh = exs_cubic_ssthresh,
	.cong_avoid = exs_cubic_cong_avoid,
	.undo_cwnd = exs_cc_reno_undo_cwnd,
	.set_state = exs_cubic_set_state,
	.cwnd_event = exs_cubic_event,
	.pkts_acked = exs_cubic_pkts_acked,
};
