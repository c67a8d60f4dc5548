// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: packets spaced in time.
 * Flow:   tcp_output, tcp_rtx -> [here] -> timer -> tcp_tsq; tcp_xmit -> [here]
 *         -> sch_fq
 * Owns:   exs_tcp_ext.pacer
 * Locks:  socket lock held by the caller; the timer's function takes it
 * Spec:   none; sk_pacing_status and SO_MAX_PACING_RATE as Linux has them
 * Tests:  kunit/tcp/tcp_pacer_kunit.c, qemu/wire/cc/max-pacing-rate.drill,
 *         qemu/tests/bbr.sh
 *
 * A socket is paced when its congestion control or SO_MAX_PACING_RATE asks for it
 * (SK_PACING_NEEDED). Each packet takes the time that its bytes have at
 * sk_pacing_rate, and the next may go when that is over. What was not used of it
 * is a credit for half of the next packet's time. The first ten segments go at
 * once.
 *
 * Where sch_fq is the device's queue (SK_PACING_FQ) packets go as if not paced, as
 * far as tcp_tsq lets them, and bear the time when they are to leave. sch_fq goes
 * by that: since Linux 6.7 it looks at sk_pacing_rate only where it is busy.
 *
 * The timer, while it is queued and until its function is done, holds a reference
 * to the socket and one to the pacer: its function may have been started again
 * already when the socket goes, and can't be waited for with the socket locked.
 * The pacer is freed after an RCU grace period: the timer's base looks at it when
 * the function is done.
 */
#include <linux/hrtimer.h>
#include <linux/refcount.h>
#include <linux/slab.h>

#include "tcp/tcp_priv.h"

#define EXS_TCP_PACER_FREE	10	/* segments */

struct exs_tcp_pacer {
	struct hrtimer timer;
	struct sock *sk;
	refcount_t ref;			/* the socket's one, and the timer's */
	u64 next_ns;			/* when the next packet may go; 0: none yet */
	struct rcu_head rcu;
};

static void exs_tcp_pacer_put(struct exs_tcp_pacer *p)
{
	if (refcount_dec_and_test(&p->ref))
		kfree_rcu(p, rcu);
}

static enum hrtimer_restart exs_tcp_pacer_fire(struct hrtimer *timer)
{
	struct exs_tcp_pacer *p = container_of(timer, struct exs_tcp_pacer,
					       timer);
	struct sock *sk = p->sk;

	exs_tcp_tsq_handle(sk);
	exs_tcp_pacer_put(p);
	sock_put(sk);
	return HRTIMER_NORESTART;
}

static struct exs_tcp_pacer *exs_tcp_pacer_own(struct exs_tcp_sock *tp)
{
	struct exs_tcp_ext *ext = exs_tcp_ext_own(tp, GFP_ATOMIC);
	struct exs_tcp_pacer *p;

	if (!ext || ext->pacer)
		return ext ? ext->pacer : NULL;
	p = kzalloc(sizeof(*p), GFP_ATOMIC);
	if (!p)
		return NULL;
	hrtimer_init(&p->timer, CLOCK_MONOTONIC, HRTIMER_MODE_ABS_PINNED_SOFT);
	p->timer.function = exs_tcp_pacer_fire;
	p->sk = &tp->es.sk;
	refcount_set(&p->ref, 1);
	ext->pacer = p;
	return p;
}

/**
 * exs_tcp_pacer_waits - is it too early for the next packet?
 * @sk: socket that is to be paced
 *
 * Whoever called has refreshed tp->mstamp_us.
 *
 * Context: socket lock held.
 * Return: true: the timer starts output again.
 */
bool exs_tcp_pacer_waits(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct exs_tcp_pacer *p = exs_tcp_ext(tp)->pacer;

	/* What is sent too early waits in sch_fq. */
	if (READ_ONCE(sk->sk_pacing_status) == SK_PACING_FQ)
		return false;
	/* Within this microsecond is soon enough. */
	if (!p || p->next_ns < (tp->mstamp_us + 1) * NSEC_PER_USEC)
		return false;
	if (!hrtimer_is_queued(&p->timer)) {
		sock_hold(sk);
		refcount_inc(&p->ref);
		hrtimer_start(&p->timer, ns_to_ktime(p->next_ns),
			      HRTIMER_MODE_ABS_PINNED_SOFT);
	}
	return true;
}

/**
 * exs_tcp_pacer_delay - how long until the next packet may go
 * @sk: socket that is to be paced
 *
 * Whoever called has refreshed tp->mstamp_us.
 *
 * Context: socket lock held.
 * Return: jiffies, 0: now.
 */
unsigned long exs_tcp_pacer_delay(const struct sock *sk)
{
	const struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	u64 next = exs_tcp_pacer_next(exs_tcp_ext(tp)->pacer);
	u64 now = tp->mstamp_us * NSEC_PER_USEC;

	return next > now ? nsecs_to_jiffies(next - now) : 0;
}

/* Is there a rate to keep? */
static bool exs_tcp_pacer_counts(const struct exs_tcp_sock *tp,
				 unsigned long rate)
{
	return rate && rate != ~0UL && tp->data_segs_out >= EXS_TCP_PACER_FREE;
}

/**
 * exs_tcp_pacer_start - when a packet leaves
 * @sk: socket that is to be paced
 *
 * Also what has no text, but must not pass the text before it.
 *
 * Context: socket lock held.
 * Return: nanoseconds of the clock: what sch_fq goes by; 0: it may do as it
 * likes.
 */
u64 exs_tcp_pacer_start(const struct sock *sk)
{
	const struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	if (!exs_tcp_pacer_counts(tp, READ_ONCE(sk->sk_pacing_rate)))
		return 0;
	return max(exs_tcp_pacer_next(exs_tcp_ext(tp)->pacer),
		   tp->mstamp_us * NSEC_PER_USEC);
}

/**
 * exs_tcp_pacer_sent - a packet has left
 * @sk: socket that is to be paced
 * @len: bytes of text
 *
 * Not for what a full queue refused: it takes no time. Without memory for the
 * timer it is not paced.
 *
 * Context: socket lock held.
 */
void exs_tcp_pacer_sent(struct sock *sk, u32 len)
{
	unsigned long rate = READ_ONCE(sk->sk_pacing_rate);
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	u64 now = tp->mstamp_us * NSEC_PER_USEC;
	struct exs_tcp_pacer *p;
	u64 start, takes;

	if (!exs_tcp_pacer_counts(tp, rate))
		return;
	p = exs_tcp_pacer_own(tp);
	if (unlikely(!p))
		return;
	start = max(p->next_ns, now);
	takes = div64_ul((u64)len * NSEC_PER_SEC, rate);
	if (p->next_ns)
		takes -= min(takes / 2, start - p->next_ns);
	p->next_ns = start + takes;
}

/**
 * exs_tcp_pacer_stop - the connection is over
 * @sk: socket
 *
 * Context: socket lock held, or never shared.
 */
void exs_tcp_pacer_stop(struct sock *sk)
{
	struct exs_tcp_pacer *p = exs_tcp_ext(exs_tcp_sk(sk))->pacer;

	if (p && hrtimer_try_to_cancel(&p->timer) == 1) {
		exs_tcp_pacer_put(p);
		__sock_put(sk);
	}
}

/**
 * exs_tcp_pacer_reset - another connection may follow
 * @p: the pacer of the one that is over, stopped; or NULL
 *
 * What that one sent holds nothing of the next back.
 *
 * Context: socket lock held, or not shared yet.
 */
void exs_tcp_pacer_reset(struct exs_tcp_pacer *p)
{
	if (p)
		p->next_ns = 0;
}

/**
 * exs_tcp_pacer_free - the socket goes
 * @p: its pacer, stopped; or NULL
 */
void exs_tcp_pacer_free(struct exs_tcp_pacer *p)
{
	if (p)
		exs_tcp_pacer_put(p);
}

/**
 * exs_tcp_pacer_next - when the next packet may go
 * @p: a pacer, or NULL
 *
 * Return: nanoseconds of the clock, 0: now.
 */
u64 exs_tcp_pacer_next(const struct exs_tcp_pacer *p)
{
	return p ? p->next_ns : 0;
}
