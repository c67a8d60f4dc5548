// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: ACKs that would only tell of one segment more behind a hole.
 * Flow:   tcp_acksched -> [here] -> timer -> tcp_reply; tcp_timer -> [here]
 * Owns:   exs_tcp_ext.comp_ack, EXS_TCP_ACK_HELD
 * Locks:  socket lock held by the caller; the timer's function takes it
 * Spec:   RFC 9293 3.8.6.3, RFC 2018 4; tcp_comp_sack_* as Linux has them
 * Tests:  kunit/tcp/tcp_comp_ack_kunit.c, qemu/wire/ack/compressed*.drill
 *
 * The first three behind a hole go out at once: they start fast retransmit. Of
 * the others the last before the timer ends tells as much as all. It ends after
 * a twentieth of the round trip, tcp_comp_sack_delay_ns at most.
 *
 * The timer holds a reference to the socket and one to its struct while it is
 * queued and until its function is done, for the reasons of tcp_pacer.c.
 */
#include <linux/hrtimer.h>
#include <linux/refcount.h>
#include <linux/slab.h>

#include "tcp/tcp_priv.h"

#define EXS_TCP_COMP_DUPS	3	/* sent at once */
#define EXS_TCP_COMP_RTT	20	/* one part in so many is waited */

struct exs_tcp_comp_ack {
	struct hrtimer timer;
	struct sock *sk;
	refcount_t ref;			/* the socket's one, and the timer's */
	u32 rcv_nxt;			/* where the hole is that @dups is about */
	u32 held;			/* ACKs that were not sent */
	u32 dups;			/* those that were */
	struct rcu_head rcu;
};

static void exs_tcp_comp_ack_put(struct exs_tcp_comp_ack *ca)
{
	if (refcount_dec_and_test(&ca->ref))
		kfree_rcu(ca, rcu);
}

static enum hrtimer_restart exs_tcp_comp_ack_fire(struct hrtimer *timer)
{
	struct exs_tcp_comp_ack *ca = container_of(timer,
						   struct exs_tcp_comp_ack,
						   timer);
	struct sock *sk = ca->sk;

	bh_lock_sock(sk);
	if (!sock_owned_by_user(sk))
		exs_tcp_comp_ack_flush(sk);
	else if (!test_and_set_bit(EXS_TCP_TIMER_DEFERRED, &sk->sk_tsq_flags))
		sock_hold(sk);
	bh_unlock_sock(sk);
	exs_tcp_comp_ack_put(ca);
	sock_put(sk);
	return HRTIMER_NORESTART;
}

static struct exs_tcp_comp_ack *exs_tcp_comp_ack_own(struct exs_tcp_sock *tp)
{
	struct exs_tcp_ext *ext = exs_tcp_ext_own(tp, GFP_ATOMIC);
	struct exs_tcp_comp_ack *ca;

	if (!ext || ext->comp_ack)
		return ext ? ext->comp_ack : NULL;
	ca = kzalloc(sizeof(*ca), GFP_ATOMIC);
	if (!ca)
		return NULL;
	hrtimer_init(&ca->timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED_SOFT);
	ca->timer.function = exs_tcp_comp_ack_fire;
	ca->sk = &tp->es.sk;
	refcount_set(&ca->ref, 1);
	ca->rcv_nxt = tp->rcv_nxt;
	ext->comp_ack = ca;
	return ca;
}

/**
 * exs_tcp_comp_ack_delay - how long an ACK may be held
 * @rtt8_us: round trip, eighths of a microsecond; 0: not known
 * @most_ns: tcp_comp_sack_delay_ns
 *
 * Return: nanoseconds.
 */
u64 exs_tcp_comp_ack_delay(u32 rtt8_us, u32 most_ns)
{
	return min_t(u64, most_ns, (u64)rtt8_us * (NSEC_PER_USEC / 8) /
				   EXS_TCP_COMP_RTT);
}

static void exs_tcp_comp_ack_start(struct sock *sk, struct exs_tcp_comp_ack *ca)
{
	const struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct exs_net *en = exs_sock_net(sk);
	u32 rtt = tp->rcv_rtt_us;
	u64 delay;

	if (tp->cc.srtt_us)
		rtt = min(rtt, tp->cc.srtt_us);
	delay = exs_tcp_comp_ack_delay(rtt,
				       EXS_SYSCTL(en, tcp_comp_sack_delay_ns));
	sock_hold(sk);
	refcount_inc(&ca->ref);
	hrtimer_start_range_ns(&ca->timer, ns_to_ktime(delay),
			       EXS_SYSCTL(en, tcp_comp_sack_slack_ns),
			       HRTIMER_MODE_REL_PINNED_SOFT);
}

/**
 * exs_tcp_comp_ack_hold - an ACK is owed, and there is a hole
 * @sk: socket
 *
 * Without memory nothing is held.
 *
 * Context: socket lock held.
 * Return: false: it is to be sent at once; true: the timer sends one for all.
 */
bool exs_tcp_comp_ack_hold(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct exs_tcp_comp_ack *ca;

	if (!tp->sack_ok)
		return false;
	ca = exs_tcp_comp_ack_own(tp);
	if (unlikely(!ca) ||
	    ca->held >= EXS_SYSCTL(exs_sock_net(sk), tcp_comp_sack_nr))
		return false;
	if (ca->rcv_nxt != tp->rcv_nxt) {
		ca->rcv_nxt = tp->rcv_nxt;
		ca->dups = 0;
	}
	if (ca->dups < EXS_TCP_COMP_DUPS) {
		ca->dups++;
		return false;
	}
	ca->held++;
	tp->ack.pending |= EXS_TCP_ACK_HELD;
	if (!hrtimer_is_queued(&ca->timer))
		exs_tcp_comp_ack_start(sk, ca);
	return true;
}

/**
 * exs_tcp_comp_ack_flush - send one ACK for all that are held
 * @sk: socket
 *
 * Context: socket lock held.
 */
void exs_tcp_comp_ack_flush(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	if (!(tp->ack.pending & EXS_TCP_ACK_HELD))
		return;
	/* One of them is sent after all. */
	if (exs_tcp_ext(tp)->comp_ack->held)
		exs_tcp_ext(tp)->comp_ack->held--;
	exs_tcp_send_ack(sk);
}

/**
 * exs_tcp_comp_ack_late - the timer found the socket in use
 * @sk: socket
 *
 * Context: socket lock held.
 */
void exs_tcp_comp_ack_late(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	if (tp->ack.pending & EXS_TCP_ACK_HELD &&
	    !hrtimer_is_queued(&exs_tcp_ext(tp)->comp_ack->timer))
		exs_tcp_comp_ack_flush(sk);
}

/**
 * exs_tcp_comp_ack_sent - a segment with an ACK leaves: it tells all
 * @sk: socket with EXS_TCP_ACK_HELD
 *
 * Context: socket lock held.
 */
void exs_tcp_comp_ack_sent(struct sock *sk)
{
	struct exs_tcp_comp_ack *ca = exs_tcp_ext(exs_tcp_sk(sk))->comp_ack;

	EXS_ADD(exs_sock_net(sk), TCPEXT_TCPAckCompressed, ca->held);
	ca->held = 0;
	exs_tcp_comp_ack_stop(sk);
}

/**
 * exs_tcp_comp_ack_stop - nothing waits any more
 * @sk: socket
 *
 * Context: socket lock held, or never shared.
 */
void exs_tcp_comp_ack_stop(struct sock *sk)
{
	struct exs_tcp_comp_ack *ca = exs_tcp_ext(exs_tcp_sk(sk))->comp_ack;

	if (ca && hrtimer_try_to_cancel(&ca->timer) == 1) {
		exs_tcp_comp_ack_put(ca);
		__sock_put(sk);
	}
}

/**
 * exs_tcp_comp_ack_reset - another connection may follow
 * @ca: of the one that is over, stopped; or NULL
 *
 * Context: socket lock held, or not shared yet.
 */
void exs_tcp_comp_ack_reset(struct exs_tcp_comp_ack *ca)
{
	if (!ca)
		return;
	ca->held = 0;
	ca->dups = 0;
}

/**
 * exs_tcp_comp_ack_free - the socket goes
 * @ca: what it has, stopped; or NULL
 */
void exs_tcp_comp_ack_free(struct exs_tcp_comp_ack *ca)
{
	if (ca)
		exs_tcp_comp_ack_put(ca);
}
