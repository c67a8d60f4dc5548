// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: for how long something to send was there, and why it waited.
 * Flow:   tcp_send, tcp_output, tcp_ack, tcp_cwnd -> [here] -> TCP_INFO
 * Owns:   exs_tcp_sock.chrono, .chrono_kind
 * Locks:  socket lock held by the caller
 * Spec:   tcpi_busy_time, tcpi_rwnd_limited, tcpi_sndbuf_limited of linux/tcp.h
 * Tests:  kunit/tcp/tcp_chrono_kunit.c
 *
 * One of three clocks runs from when data is queued until all of it is
 * acknowledged. The sum of a clock that runs has the time of its start taken
 * off, so that the present time completes it.
 */
#include "tcp/tcp_priv.h"

/**
 * exs_tcp_chrono_set - stop the clock that runs, start another
 * @tp: socket
 * @kind: the other
 *
 * Context: socket lock held.
 */
void exs_tcp_chrono_set(struct exs_tcp_sock *tp, enum exs_tcp_chrono kind)
{
	u32 now = (u32)jiffies;

	if (tp->chrono_kind != EXS_TCP_CHRONO_NONE)
		tp->chrono[tp->chrono_kind - 1] += now;
	if (kind != EXS_TCP_CHRONO_NONE)
		tp->chrono[kind - 1] -= now;
	tp->chrono_kind = kind;
}

static u64 exs_tcp_chrono_us(const struct exs_tcp_sock *tp,
			     enum exs_tcp_chrono kind)
{
	u32 sum = tp->chrono[kind - 1];

	if (tp->chrono_kind == kind)
		sum += (u32)jiffies;
	return (u64)sum * (USEC_PER_SEC / HZ);
}

/**
 * exs_tcp_chrono_read - the three times
 * @tp: socket
 * @info: filled; busy_time contains the others
 *
 * Context: socket lock held.
 */
void exs_tcp_chrono_read(const struct exs_tcp_sock *tp, struct tcp_info *info)
{
	info->tcpi_rwnd_limited = exs_tcp_chrono_us(tp, EXS_TCP_CHRONO_RWND);
	info->tcpi_sndbuf_limited =
		exs_tcp_chrono_us(tp, EXS_TCP_CHRONO_SNDBUF);
	info->tcpi_busy_time = exs_tcp_chrono_us(tp, EXS_TCP_CHRONO_BUSY) +
			       info->tcpi_rwnd_limited +
			       info->tcpi_sndbuf_limited;
}
