/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expstack wire: sequence number arithmetic, modulo 2^32 (RFC 9293 3.4).
 * All comparisons of sequence numbers and timestamps go through here.
 */
#ifndef _EXPSTACK_SEQ_H
#define _EXPSTACK_SEQ_H

#include <linux/types.h>

static inline bool exs_seq_lt(u32 a, u32 b)
{
	return (s32)(a - b) < 0;
}

static inline bool exs_seq_le(u32 a, u32 b)
{
	return (s32)(a - b) <= 0;
}

static inline bool exs_seq_gt(u32 a, u32 b)
{
	return (s32)(a - b) > 0;
}

static inline bool exs_seq_ge(u32 a, u32 b)
{
	return (s32)(a - b) >= 0;
}

/* lo <= seq <= hi */
static inline bool exs_seq_between(u32 seq, u32 lo, u32 hi)
{
	return hi - lo >= seq - lo;
}

static inline u32 exs_seq_max(u32 a, u32 b)
{
	return exs_seq_gt(a, b) ? a : b;
}

static inline u32 exs_seq_min(u32 a, u32 b)
{
	return exs_seq_lt(a, b) ? a : b;
}

#endif /* _EXPSTACK_SEQ_H */
