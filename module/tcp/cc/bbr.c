// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: BBR, version 1, a module of its own (expstack_bbr.ko).
 * Flow:   tcp_recovery -> exs_cc_ops -> [here]
 * Owns:   struct exs_bbr, one for each connection, held by exs_cc.priv
 * Locks:  socket lock held by the caller
 * Spec:   draft-cardwell-iccrg-bbr-congestion-control-00
 * Tests:  kunit/tcp/cc_bbr_kunit.c, kunit/tcp/cc_bbr_cwnd_kunit.c,
 *         kunit/tcp/cc_bbr_phase_kunit.c, kunit/tcp/cc_bbr_probe_rtt_kunit.c,
 *         qemu/tests/bbr.sh
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
 * The model of the path is in bbr.h, the phases are in bbr_phase.h.
 */
#include <linux/inet_diag.h>
#include <linux/jiffies.h>
#include <linux/math64.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <net/sock.h>

#include <expstack/cc.h>

#include "bbr.h"
#include "bbr_phase.h"

/* What SO_MAX_PACING_RATE allows. */
static u64 exs_bbr_most(struct exs_cc *cc)
{
	return READ_ONCE(exs_cc_sock(cc)->sk_max_pacing_rate);
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
	if (unlikely(!exs_bbr(cc)))
		exs_bbr_as_reno(cc, ack);
	else
		exs_bbr_ack(cc, ack, READ_ONCE(exs_cc_sock(cc)->sk_pacing_shift),
			    exs_bbr_most(cc), (u32)jiffies);
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
	exs_bbr_first_rate(cc, exs_bbr_most(cc));
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
	exs_bbr_save_cwnd(cc);
	return cc->ssthresh;
}

static u32 exs_bbr_undo_cwnd(struct exs_cc *cc)
{
	struct exs_bbr *b = exs_bbr(cc);

	if (unlikely(!b))
		return exs_cc_reno_undo_cwnd(cc);
	exs_bbr_forget_full(b);
	return cc->cwnd;
}

static void exs_bbr_set_state(struct exs_cc *cc, enum exs_ca_state state)
{
	struct exs_bbr *b = exs_bbr(cc);

	if (state == EXS_CA_LOSS && b)
		exs_bbr_timeout(b);
}

static void exs_bbr_event(struct exs_cc *cc, enum exs_cc_event event)
{
	if (event == EXS_CC_TX_START && cc->app_limited && exs_bbr(cc))
		exs_bbr_restart(cc, exs_bbr_most(cc), exs_cc_now_us(cc),
				(u32)jiffies);
}

static u64 exs_bbr_pacing_rate(struct exs_cc *cc)
{
	struct exs_bbr *b = exs_bbr(cc);

	return b ? b->rate : ~0ULL;
}

static u32 exs_bbr_min_tso_segs(struct exs_cc *cc)
{
	struct exs_bbr *b = exs_bbr(cc);

	return b ? exs_bbr_least_segs(b) : 2;
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
