// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: TCP_TX_DELAY: a socket's packets leave later, as if its path were
 * longer.
 *
 * Each packet carries the time it is to leave at; sch_fq keeps it until then, who
 * else it passes does not care. What TCP remembers is when it was sent, so round
 * trips have the delay in them.
 *
 * Flow:   setsockopt(2), tcp_xmit, tcp_reply_raw, tcp_tsq -> [here]
 * Owns:   exs_tcp_ext.tx_delay
 * Locks:  socket lock held by who sets it
 * Spec:   TCP_TX_DELAY of Linux
 * Tests:  kunit/tcp/tcp_tx_delay_kunit.c, qemu/wire/send/tx-delay.drill
 */
#include "tcp/tcp_priv.h"

DEFINE_STATIC_KEY_FALSE(exs_tcp_tx_delay_key);

/**
 * exs_tcp_tx_delay_set - TCP_TX_DELAY
 * @ext: the socket's own
 * @us: microseconds
 *
 * Context: process, may sleep.
 */
void exs_tcp_tx_delay_set(struct exs_tcp_ext *ext, u32 us)
{
	if (us)
		static_branch_enable(&exs_tcp_tx_delay_key);
	WRITE_ONCE(ext->tx_delay, us);
}

/**
 * exs_tcp_tx_delay_stamp - a packet is not to leave before its time
 * @skb: about to be given to IP
 * @at: when it would leave without a delay, nanoseconds of the clock; 0: now
 * @us: microseconds after that
 */
void exs_tcp_tx_delay_stamp(struct sk_buff *skb, u64 at, u32 us)
{
	if (!at)
		at = exs_clock_ns();
	skb_set_delivery_time(skb, at + (u64)us * NSEC_PER_USEC,
			      SKB_CLOCK_MONOTONIC);
}

/**
 * exs_tcp_tx_delay_room - what may wait in device queues
 * @sk: socket
 * @limit: without a delay, bytes of truesize
 *
 * What is sent in the time of the delay waits there for its end, and costs about
 * twice its text. A rate of 4 GiB/s is the highest that is told from others.
 *
 * Context: socket lock held.
 * Return: bytes of truesize.
 */
u32 exs_tcp_tx_delay_room(const struct sock *sk, u32 limit)
{
	u64 rate = min_t(u64, READ_ONCE(sk->sk_pacing_rate), U32_MAX);
	u64 waits = div_u64(rate * exs_tcp_tx_delay(exs_tcp_sk(sk)),
			    USEC_PER_SEC / 2);

	return min_t(u64, limit + waits, U32_MAX);
}
