// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: how fast we send, and so how much at once.
 * Flow:   tcp_recovery, tcp_connect, setsockopt(2) -> [here]; tcp_output, tcp_rtx,
 *         tcp_tsq and sch_fq read what is found here
 * Owns:   sk_pacing_rate, exs_tcp_sock.burst_segs
 * Locks:  socket lock held by the caller
 * Spec:   tcp_pacing_ss_ratio, tcp_pacing_ca_ratio, tcp_tso_rtt_log and
 *         tcp_min_tso_segs of Linux's ip-sysctl
 * Tests:  kunit/tcp/tcp_pacing_kunit.c, qemu/wire/cc
 *
 * The rate is a window in a round trip, and somewhat more so that the window
 * can grow. sch_fq spaces packets by it; one packet holds what it sends in about
 * a millisecond (2^-sk_pacing_shift seconds), and so much may wait in the
 * device's queue: the slower the path, the smaller its bursts. Where the RTT is
 * so short that the peer is next door, bursts may be larger than that.
 *
 * All of it changes with an ACK, or by SO_MAX_PACING_RATE, and is read with every
 * packet, hence it is worked out then.
 */
#include <linux/math64.h>

#include "tcp/tcp_priv.h"

/* Fraction bits of segments per second: a slow path has less than one. */
#define EXS_TCP_PACING_FRACTION	10

/*
 * Segments per second by window and RTT, in 1/1024. srtt_us is 8 times the RTT,
 * the ratio is in percent.
 */
static u64 exs_tcp_pacing_segs(const struct sock *sk)
{
	const struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct exs_net *en = exs_sock_net(sk);
	u64 segs = max(tp->cc.cwnd, tp->packets_out);

	if (tp->cc.cwnd < tp->cc.ssthresh / 2)
		segs *= EXS_SYSCTL(en, tcp_pacing_ss_ratio);
	else
		segs *= EXS_SYSCTL(en, tcp_pacing_ca_ratio);
	segs *= 8 * (USEC_PER_SEC / 100) << EXS_TCP_PACING_FRACTION;
	return div_u64(segs, tp->cc.srtt_us);
}

/* What a near peer gets beyond the rate: the nearer, the more. Segments. */
static u32 exs_tcp_pacing_near(const struct sock *sk)
{
	const struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	u32 log = EXS_SYSCTL(exs_sock_net(sk), tcp_tso_rtt_log);
	u32 far = tp->cc.min_rtt_us >> log;

	if (!far)
		return U16_MAX;
	return far < 32 ? (sk->sk_gso_max_size >> far) / tp->cc.mss : 0;
}

static u32 exs_tcp_pacing_least(struct sock *sk)
{
	struct exs_cc *cc = &exs_tcp_sk(sk)->cc;

	if (cc->started && cc->ops->min_tso_segs)
		return cc->ops->min_tso_segs(cc);
	return EXS_SYSCTL(exs_sock_net(sk), tcp_min_tso_segs);
}

/* One packet: so many segments by the rate, and what else it may have. */
static void exs_tcp_pacing_burst(struct sock *sk, u64 burst)
{
	burst += exs_tcp_pacing_near(sk);
	exs_tcp_sk(sk)->burst_segs = clamp_t(u64, burst,
					     exs_tcp_pacing_least(sk), U16_MAX);
}

/**
 * exs_tcp_pacing_capped - SO_MAX_PACING_RATE was set
 * @sk: socket, sk_pacing_rate lowered to it where need be
 *
 * Bursts are those of that rate with the next packet. A rate that may be higher
 * now becomes so with the next ACK.
 *
 * Context: socket lock held.
 */
void exs_tcp_pacing_capped(struct sock *sk)
{
	u64 rate = READ_ONCE(sk->sk_pacing_rate) >>
		   READ_ONCE(sk->sk_pacing_shift);

	exs_tcp_pacing_burst(sk, div_u64(rate, exs_tcp_sk(sk)->cc.mss));
}

/**
 * exs_tcp_pacing_update - window or RTT changed
 * @sk: socket
 *
 * Before the first RTT sample nothing is known and nothing is limited.
 *
 * Context: socket lock held.
 */
void exs_tcp_pacing_update(struct sock *sk)
{
	unsigned long most = READ_ONCE(sk->sk_max_pacing_rate);
	u32 shift = READ_ONCE(sk->sk_pacing_shift);
	struct exs_cc *cc = &exs_tcp_sk(sk)->cc;
	u64 rate, burst, segs;

	if (unlikely(!cc->srtt_us || !cc->mss))
		return;
	if (unlikely(cc->started && cc->ops->pacing_rate)) {
		rate = cc->ops->pacing_rate(cc);
		burst = (rate >> shift) / cc->mss;
	} else {
		segs = exs_tcp_pacing_segs(sk);
		rate = mul_u64_u32_shr(segs, cc->mss, EXS_TCP_PACING_FRACTION);
		burst = segs >> (EXS_TCP_PACING_FRACTION + shift);
	}
	if (unlikely(rate > most)) {
		rate = most;
		burst = (rate >> shift) / cc->mss;
	}
	WRITE_ONCE(sk->sk_pacing_rate, rate);
	exs_tcp_pacing_burst(sk, burst);
}
