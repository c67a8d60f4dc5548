/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expstack tcp: a connection of BBR's without a socket, for its suites. A path of
 * a packet in a millisecond and an RTT of ten: ten packets fill it.
 */
#ifndef _EXS_KUNIT_BBR_FIX_H
#define _EXS_KUNIT_BBR_FIX_H

#include <kunit/test.h>

#include "tcp/cc/bbr.h"

#define EXS_BKT_UNIT	BIT(EXS_BBR_BW_SHIFT)	/* a packet in a microsecond */
#define EXS_BKT_BW	16777U			/* 2^24 / 1000 */
#define EXS_BKT_RTT	10000U
#define EXS_BKT_RATE	100000U			/* bursts are of one packet */
#define EXS_BKT_SHIFT	10			/* bursts of about a millisecond */

/* Times in jiffies: they wrap. */
#define EXS_BKT_NOW	0xffffff00U
#define EXS_BKT_10_S	(10 * HZ)
#define EXS_BKT_200_MS	(HZ / 5)

struct exs_bkt {
	struct exs_cc cc;
	struct exs_bbr b;
};

static inline void exs_bkt_bw(struct exs_bkt *f, u32 bw)
{
	minmax_reset(&f->b.bw, f->b.rounds, bw);
}

static inline void exs_bkt_open(struct exs_bkt *f)
{
	*f = (struct exs_bkt) {
		.cc = {
			.cwnd = 10, .cwnd_clamp = ~0U, .mss = 1000,
			.ssthresh = EXS_CC_SSTHRESH_INF, .min_rtt_us = ~0U,
			.ca_state = EXS_CA_OPEN,
		},
		.b = {
			.min_rtt_us = EXS_BKT_RTT, .rate = EXS_BKT_RATE,
			.pacing_gain = EXS_BBR_GAIN, .cwnd_gain = EXS_BBR_GAIN,
			.prior_state = EXS_CA_OPEN,
		},
	};
	*(struct exs_bbr **)f->cc.priv = &f->b;
	exs_bkt_bw(f, EXS_BKT_BW);
}

#endif /* _EXS_KUNIT_BBR_FIX_H */
