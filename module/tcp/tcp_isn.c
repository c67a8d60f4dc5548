// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: numbers that nobody off the path can guess.
 * Flow:   tcp_connect, tcp_listen -> [here]
 * Owns:   the secret of this boot
 * Locks:  none
 * Spec:   RFC 6528; RFC 7323 5.4
 * Tests:  kunit/tcp/tcp_isn_kunit.c
 */
#include <linux/once.h>
#include <linux/random.h>
#include <linux/siphash.h>

#include "tcp/tcp_priv.h"

#define EXS_TCP_ISN_SHIFT	6	/* one step in 64 ns, as RFC 6528 allows */

static siphash_aligned_key_t exs_tcp_isn_secret;
static siphash_aligned_key_t exs_tcp_ts_secret;

/**
 * exs_tcp_isn_at - initial sequence number at a given time
 * @key: secret
 * @saddr: our address
 * @daddr: the peer's
 * @sport: our port
 * @dport: the peer's
 * @now_ns: clock
 *
 * ISN = M + F(tuple, secret): a tuple's numbers follow the clock, so that a
 * new incarnation does not fall into the window of the old one.
 *
 * Return: the number.
 */
u32 exs_tcp_isn_at(const siphash_key_t *key, __be32 saddr, __be32 daddr,
		   __be16 sport, __be16 dport, u64 now_ns)
{
	u32 hash = siphash_3u32((__force u32)saddr, (__force u32)daddr,
				(__force u32)sport << 16 | (__force u32)dport,
				key);

	return hash + (u32)(now_ns >> EXS_TCP_ISN_SHIFT);
}

/**
 * exs_tcp_isn - initial sequence number of a connection
 * @en: namespace
 * @saddr: our address
 * @daddr: the peer's
 * @sport: our port
 * @dport: the peer's
 *
 * Context: any.
 * Return: the number.
 */
u32 exs_tcp_isn(struct exs_net *en, __be32 saddr, __be32 daddr, __be16 sport,
		__be16 dport)
{
	get_random_once(&exs_tcp_isn_secret, sizeof(exs_tcp_isn_secret));
	return exs_tcp_isn_at(&exs_tcp_isn_secret, saddr, daddr, sport, dport,
			      exs_clock_ns());
}

/**
 * exs_tcp_ts_offset - what is added to the timestamp clock towards a host
 * @en: namespace
 * @saddr: our address
 * @daddr: the peer's
 *
 * By address, so that a new connection's timestamps follow those of the last
 * one (PAWS, RFC 6191). Only with tcp_timestamps 1.
 *
 * Context: any.
 * Return: the offset.
 */
u32 exs_tcp_ts_offset(struct exs_net *en, __be32 saddr, __be32 daddr)
{
	if (EXS_SYSCTL(en, tcp_timestamps) != 1)
		return 0;
	get_random_once(&exs_tcp_ts_secret, sizeof(exs_tcp_ts_secret));
	return siphash_2u32((__force u32)saddr, (__force u32)daddr,
			    &exs_tcp_ts_secret);
}
