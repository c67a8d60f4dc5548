/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expstack tcp: DCTCP's sums. Included by dctcp.c and by its suite.
 */
#ifndef _EXS_TCP_CC_DCTCP_H
#define _EXS_TCP_CC_DCTCP_H

#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/types.h>

#define EXS_DCTCP_SHIFT	10
#define EXS_DCTCP_ONE	BIT(EXS_DCTCP_SHIFT)	/* alpha: all of it is marked */

/**
 * exs_dctcp_alpha - the part that is marked, after another window
 * @alpha: before, of EXS_DCTCP_ONE
 * @segs: segments that arrived in this window
 * @marked: those of them that were
 * @shift_g: this window counts 1/2^shift_g
 *
 * RFC 8257 3.3 step 7: alpha (1 - g) + g M. What is left of alpha when it is too
 * small to be divided goes at once. A window in which nothing arrived (duplicate
 * ACKs, or the peer alone sends) tells of no queue, nor of none.
 *
 * Return: alpha.
 */
static inline u32 exs_dctcp_alpha(u32 alpha, u32 segs, u32 marked,
				  unsigned int shift_g)
{
	u64 m = (u64)min(marked, segs) << (EXS_DCTCP_SHIFT - shift_g);

	if (!segs)
		return alpha;
	alpha -= (alpha >> shift_g) ?: alpha;
	return min_t(u64, alpha + div_u64(m, segs), EXS_DCTCP_ONE);
}

/**
 * exs_dctcp_window - what congestion leaves of a window
 * @cwnd: the window, segments
 * @alpha: of EXS_DCTCP_ONE
 *
 * RFC 8257 3.3 step 9: cwnd (1 - alpha / 2).
 *
 * Return: segments, at least 2.
 */
static inline u32 exs_dctcp_window(u32 cwnd, u32 alpha)
{
	return max(cwnd - (u32)(((u64)cwnd * alpha) >> (EXS_DCTCP_SHIFT + 1)),
		   2U);
}

#endif /* _EXS_TCP_CC_DCTCP_H */
