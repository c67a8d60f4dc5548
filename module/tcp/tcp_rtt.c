// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: round-trip time and retransmission timeout.
 * Flow:   tcp_ack, tcp_listen -> [here]
 * Owns:   srtt_us, mdev_us, mdev_max_us, rttvar_us, rtt_seq, rto, min_rtt_us
 * Locks:  socket lock held by the caller
 * Spec:   RFC 6298; the variance as Linux has it: falls at most once a round
 *         trip, and never below the minimum RTO
 * Tests:  kunit/tcp/tcp_rtt_kunit.c
 *
 * Scales: srtt_us is 8 times the smoothed RTT, mdev_us and rttvar_us are 4
 * times the mean deviation, so RTO = srtt_us / 8 + rttvar_us.
 */
#include "tcp/tcp_priv.h"

/*
 * Steps of about two seconds; 16 bits of them are a day and a half. Where the
 * shortest round trip does not count as long as a minute they are of 66 ms.
 */
static int exs_tcp_min_rtt_shift(u32 wlen)
{
	return wlen < 60 ? 16 : 21;
}

static u32 exs_tcp_min_rtt_wlen(const struct exs_tcp_sock *tp)
{
	return EXS_SYSCTL(exs_sock_net(&tp->es.sk), tcp_min_rtt_wlen);
}

/**
 * exs_tcp_rto_bound - keep a timeout within its limits
 * @rto: jiffies
 *
 * Return: jiffies.
 */
u32 exs_tcp_rto_bound(u32 rto)
{
	return min_t(u32, rto, EXS_TCP_RTO_MAX);
}

/**
 * exs_tcp_rtt_rto - the timeout that the samples call for
 * @tp: the socket
 *
 * Context: socket lock held.
 * Return: jiffies.
 */
u32 exs_tcp_rtt_rto(const struct exs_tcp_sock *tp)
{
	return exs_tcp_rto_bound(usecs_to_jiffies((tp->cc.srtt_us >> 3) +
						  tp->rttvar_us));
}

/**
 * exs_tcp_rtt_init - before the first sample
 * @tp: the socket
 *
 * Context: socket lock held.
 */
void exs_tcp_rtt_init(struct exs_tcp_sock *tp)
{
	tp->cc.srtt_us = 0;
	tp->cc.min_rtt_us = ~0U;
	tp->min_rtt_next = ~0U;
	tp->min_rtt_stamp = tp->mstamp_us >>
			    exs_tcp_min_rtt_shift(exs_tcp_min_rtt_wlen(tp));
	tp->mdev_us = jiffies_to_usecs(EXS_TCP_RTO_INIT);
	tp->mdev_max_us = 0;
	tp->rttvar_us = 0;
	tp->rtt_seq = tp->snd_nxt;
	tp->rto = EXS_TCP_RTO_INIT;
}

/**
 * exs_tcp_rtt_fallback - the handshake gave no sample
 * @tp: the socket
 *
 * Which is so where the SYN was repeated without timestamps: RFC 6298 5.7.
 *
 * Context: socket lock held.
 */
void exs_tcp_rtt_fallback(struct exs_tcp_sock *tp)
{
	tp->rttvar_us = jiffies_to_usecs(EXS_TCP_RTO_FALLBACK);
	tp->mdev_us = tp->rttvar_us;
	tp->mdev_max_us = tp->rttvar_us;
	tp->rto = EXS_TCP_RTO_FALLBACK;
}

/**
 * exs_tcp_rtt_min - the shortest round trip of late
 * @tp: the socket
 * @rtt: a sample, microseconds
 *
 * A path changes: the shortest counts for tcp_min_rtt_wlen seconds, then the
 * shortest that came in the second half of them takes its place, for what is left
 * of its own time.
 *
 * Context: socket lock held.
 */
void exs_tcp_rtt_min(struct exs_tcp_sock *tp, u32 rtt)
{
	u32 wlen = exs_tcp_min_rtt_wlen(tp);
	int shift = exs_tcp_min_rtt_shift(wlen);
	u32 half = (u64)wlen * (USEC_PER_SEC / 2) >> shift;
	u16 now = tp->mstamp_us >> shift;
	u16 age = now - tp->min_rtt_stamp;

	if (rtt > tp->cc.min_rtt_us) {
		if (likely(age <= half))
			return;
		tp->min_rtt_next = min(tp->min_rtt_next, rtt);
		if (age <= 2 * half)
			return;
		/* After a long silence that is too old as well. */
		if (age <= 3 * half) {
			rtt = tp->min_rtt_next;
			now -= half;
		}
	}
	tp->cc.min_rtt_us = rtt;
	tp->min_rtt_next = ~0U;
	tp->min_rtt_stamp = now;
}

/* RFC 6298 2.2. */
static void exs_tcp_rtt_first(struct exs_tcp_sock *tp, u32 rtt, u32 rto_min_us)
{
	tp->cc.srtt_us = rtt << 3;
	tp->mdev_us = rtt << 1;
	tp->rttvar_us = max(tp->mdev_us, rto_min_us);
	tp->mdev_max_us = tp->rttvar_us;
	tp->rtt_seq = tp->snd_nxt;
}

/* RFC 6298 2.3; a sample below the mean raises the deviation by less. */
static void exs_tcp_rtt_next(struct exs_tcp_sock *tp, u32 rtt, u32 rto_min_us)
{
	long err = (long)rtt - (tp->cc.srtt_us >> 3);
	long dev = abs(err) - (long)(tp->mdev_us >> 2);

	tp->cc.srtt_us += err;
	if (err < 0 && dev > 0)
		dev >>= 3;
	tp->mdev_us += dev;
	if (tp->mdev_us > tp->mdev_max_us) {
		tp->mdev_max_us = tp->mdev_us;
		if (tp->mdev_max_us > tp->rttvar_us)
			tp->rttvar_us = tp->mdev_max_us;
	}
	if (!exs_seq_gt(tp->snd_una, tp->rtt_seq))
		return;
	/* A round trip is over: its largest deviation pulls the variance. */
	if (tp->mdev_max_us < tp->rttvar_us)
		tp->rttvar_us -= (tp->rttvar_us - tp->mdev_max_us) >> 2;
	tp->rtt_seq = tp->snd_nxt;
	tp->mdev_max_us = rto_min_us;
}

/**
 * exs_tcp_rtt_sample - a round trip was measured
 * @tp: the socket
 * @rtt_us: microseconds; negative: not valid, ignored
 * @rto_min_us: smallest variance, microseconds
 *
 * Context: socket lock held.
 */
void exs_tcp_rtt_sample(struct exs_tcp_sock *tp, long rtt_us, u32 rto_min_us)
{
	u32 rtt;

	if (rtt_us < 0)
		return;
	rtt = clamp_t(long, rtt_us, 1, 0x0fffffff);
	exs_tcp_rtt_min(tp, rtt);
	if (!tp->cc.srtt_us)
		exs_tcp_rtt_first(tp, rtt, rto_min_us);
	else
		exs_tcp_rtt_next(tp, rtt, rto_min_us);
	tp->cc.srtt_us = max(1U, tp->cc.srtt_us);
	tp->rto = exs_tcp_rtt_rto(tp);
	tp->backoff = 0;
}
