/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expstack core: time. Monotonic, shared by all layers; functions that
 * compute with time take it as an argument.
 */
#ifndef _EXPSTACK_CLOCK_H
#define _EXPSTACK_CLOCK_H

#include <linux/ktime.h>
#include <linux/timekeeping.h>
#include <linux/math64.h>

static inline u64 exs_clock_ns(void)
{
	return ktime_get_ns();
}

static inline u64 exs_clock_us(void)
{
	return div_u64(ktime_get_ns(), NSEC_PER_USEC);
}

static inline u32 exs_clock_ms(void)
{
	return (u32)div_u64(ktime_get_ns(), NSEC_PER_MSEC);
}

#endif /* _EXPSTACK_CLOCK_H */
