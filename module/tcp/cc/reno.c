// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: Reno, and what algorithms that refine it call.
 * Flow:   tcp_recovery -> exs_cc_ops -> [here]
 * Owns:   nothing beyond struct exs_cc
 * Locks:  socket lock held by the caller
 * Spec:   RFC 5681 3.1, 3.2
 * Tests:  kunit/tcp/cc_reno_kunit.c
 */
#include <linux/minmax.h>
#include <linux/module.h>
#include <expstack/cc.h>

extern struct exs_cc_ops exs_cc_reno;

/**
 * exs_cc_reno_ssthresh - half the window, at least two segments
 * @cc: congestion state
 *
 * Return: segments.
 */
u32 exs_cc_reno_ssthresh(struct exs_cc *cc)
{
	return max(cc->cwnd >> 1U, 2U);
}
EXPORT_SYMBOL_GPL(exs_cc_reno_ssthresh);

/**
 * exs_cc_reno_cong_avoid - slow start, then a segment for each window
 * @cc: congestion state
 * @ack: what the ACK told
 */
void exs_cc_reno_cong_avoid(struct exs_cc *cc, const struct exs_cc_ack *ack)
{
	u32 acked = exs_cc_past_slow_start(cc, ack);

	if (acked)
		exs_cc_cong_avoid_ai(cc, cc->cwnd, acked);
}
EXPORT_SYMBOL_GPL(exs_cc_reno_cong_avoid);

/**
 * exs_cc_reno_undo_cwnd - the window before a reduction that proved wrong
 * @cc: congestion state
 *
 * Return: segments.
 */
u32 exs_cc_reno_undo_cwnd(struct exs_cc *cc)
{
	return max(cc->cwnd, cc->prior_cwnd);
}
EXPORT_SYMBOL_GPL(exs_cc_reno_undo_cwnd);

struct exs_cc_ops exs_cc_reno = {
	.name = "reno",
	.owner = THIS_MODULE,
	.flags = EXS_CC_NON_RESTRICTED,
	.ssthresh = exs_cc_reno_ssthresh,
	.cong_avoid = exs_cc_reno_cong_avoid,
	.undo_cwnd = exs_cc_reno_undo_cwnd,
};
