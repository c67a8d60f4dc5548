/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expstack tcp: CUBIC's state of a connection. Included by cubic.c and by its
 * suite.
 */
#ifndef _EXS_TCP_CC_CUBIC_H
#define _EXS_TCP_CC_CUBIC_H

#include <expstack/cc.h>

/* In exs_cc.priv. Windows in segments, times in microseconds but where said. */
struct exs_cubic {
	u32 w_max;		/* before the last reduction, 0: none yet */
	u32 origin;		/* plateau of the curve */
	u32 k;			/* when it is reached, 1/1024 s after epoch */
	u32 epoch;		/* jiffies when the curve began, 0: it did not */
	u32 w_est;		/* what Reno would have */
	u32 est_acked;		/* ACKed towards w_est's next segment */
	u32 per_segment;	/* ACKed segments for one of growth */
	u32 worked_out;		/* jiffies when per_segment was */
	u32 worked_cwnd;	/* and for which window */
	u32 min_rtt;		/* 0: unknown */
	/* HyStart; a round ends when round_end is acknowledged */
	u32 round_end;
	u32 round_start;
	u32 round_rtt;		/* least of the round */
	u32 train_end;		/* last ACK of the train */
	u8 samples;		/* in round_rtt */
	u8 found;		/* slow start is over */
};

extern struct exs_cc_ops exs_cc_cubic;

u32 exs_cubic_root(u64 a);
u32 exs_cubic_offset(u32 c, u64 t);

#endif /* _EXS_TCP_CC_CUBIC_H */
