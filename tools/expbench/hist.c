// SPDX-License-Identifier: GPL-2.0
/*
 * expbench: latency histogram, logarithmic with EB_HIST_SUB steps in each
 * power of two, so that a transaction costs one increment.
 * Owns:   eb_flow.hist
 */
#include "expbench/expbench.h"

static unsigned int eb_hist_slot(uint64_t ns)
{
	unsigned int shift;

	if (ns < EB_HIST_SUB)
		return ns;
	shift = 63 - __builtin_clzll(ns) - 5;	/* 5 = log2(EB_HIST_SUB) */
	return (shift + 1) * EB_HIST_SUB + (ns >> shift) - EB_HIST_SUB;
}

/* The middle of a slot, in ns. */
static double eb_hist_value(unsigned int slot)
{
	unsigned int shift = slot / EB_HIST_SUB;

	if (shift <= 1)
		return slot;
	shift--;
	return (slot % EB_HIST_SUB + EB_HIST_SUB + 0.5) * (1ULL << shift);
}

/**
 * eb_hist_add() - count one transaction
 * @flow: of the caller
 * @ns: what it took
 */
void eb_hist_add(struct eb_flow *flow, uint64_t ns)
{
	unsigned int slot = eb_hist_slot(ns);

	flow->hist[slot < EB_HIST_SIZE ? slot : EB_HIST_SIZE - 1]++;
}

/**
 * eb_hist_percentile() - the time that a share of all transactions kept
 * @flow: one flow or a sum
 * @share: 0.5 for the median; 0 and 1 for the extremes
 *
 * Return: microseconds, 0 for an empty histogram.
 */
double eb_hist_percentile(const struct eb_flow *flow, double share)
{
	uint64_t all = 0, seen = 0, want;
	unsigned int i;

	for (i = 0; i < EB_HIST_SIZE; i++)
		all += flow->hist[i];
	if (!all)
		return 0;
	want = share * (all - 1) + 1;
	for (i = 0; i < EB_HIST_SIZE - 1; i++) {
		seen += flow->hist[i];
		if (seen >= want)
			break;
	}
	return eb_hist_value(i) / 1000;
}
