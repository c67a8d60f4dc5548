// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: output limited by what sits in the device queue.
 * Flow:   the device frees a packet -> [here] -> tasklet -> tcp_output
 *         timer or tasklet finds the socket in use -> exs_tcp_release_cb
 * Owns:   sk_tsq_flags (EXS_TCP_TSQ_*, EXS_TCP_*_DEFERRED), a list per CPU
 * Locks:  none in the destructor; a CPU's list is lockless
 * Spec:   -
 * Tests:  kunit/tcp/tcp_tsq_kunit.c
 *
 * A socket on the list holds one unit of its own sk_wmem_alloc, which keeps it
 * from being freed as any packet of it would.
 */
#include <linux/interrupt.h>

#include "tcp/tcp_priv.h"

struct exs_tcp_tsq {
	struct tasklet_struct tasklet;
	struct llist_head head;		/* exs_tcp_sock.tsq_node, latest first */
};

static DEFINE_PER_CPU(struct exs_tcp_tsq, exs_tcp_tsq);

/* Output goes on. Socket locked. */
static void exs_tcp_tsq_write(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	if (!((1 << sk->sk_state) &
	      (TCPF_ESTABLISHED | TCPF_FIN_WAIT1 | TCPF_CLOSING |
	       TCPF_CLOSE_WAIT | TCPF_LAST_ACK)))
		return;
	if (tp->lost_out > tp->retrans_out &&
	    tp->cc.cwnd > exs_tcp_in_flight(tp))
		exs_tcp_rtx_lost(sk);
	if (!skb_queue_empty(&sk->sk_write_queue))
		exs_tcp_push(sk, exs_tcp_current_mss(sk), tp->nonagle);
}

/**
 * exs_tcp_tsq_handle - output goes on, now or when the user lets go
 * @sk: socket
 *
 * Context: softirq; takes the socket's spinlock.
 */
void exs_tcp_tsq_handle(struct sock *sk)
{
	bh_lock_sock(sk);
	if (!sock_owned_by_user(sk))
		exs_tcp_tsq_write(sk);
	else if (!test_and_set_bit(EXS_TCP_TSQ_DEFERRED, &sk->sk_tsq_flags))
		sock_hold(sk);
	bh_unlock_sock(sk);
}

static void exs_tcp_tsq_run(struct tasklet_struct *t)
{
	struct exs_tcp_tsq *tsq = from_tasklet(tsq, t, tasklet);
	struct exs_tcp_sock *tp, *next;
	struct llist_node *list;

	list = llist_reverse_order(llist_del_all(&tsq->head));
	llist_for_each_entry_safe(tp, next, list, tsq_node) {
		struct sock *sk = &tp->es.sk;

		/* From here on a destructor may queue it again. */
		smp_mb__before_atomic();
		clear_bit(EXS_TCP_TSQ_QUEUED, &sk->sk_tsq_flags);
		/* An abandoned socket has nobody who would own its packets. */
		if (refcount_read(&sk->sk_refcnt))
			exs_tcp_tsq_handle(sk);
		sk_free(sk);
	}
}

/**
 * exs_tcp_tsq_freed - a packet of the socket left the device queue
 * @sk: socket; kept alive by a unit of sk_wmem_alloc during the call
 *
 * Context: any.
 */
void exs_tcp_tsq_freed(struct sock *sk)
{
	struct exs_tcp_tsq *tsq;

	if (!test_bit(EXS_TCP_TSQ_THROTTLED, &sk->sk_tsq_flags))
		return;
	if (test_and_set_bit(EXS_TCP_TSQ_QUEUED, &sk->sk_tsq_flags))
		return;
	clear_bit(EXS_TCP_TSQ_THROTTLED, &sk->sk_tsq_flags);
	refcount_inc(&sk->sk_wmem_alloc);
	tsq = get_cpu_ptr(&exs_tcp_tsq);
	if (llist_add(&exs_tcp_sk(sk)->tsq_node, &tsq->head))
		tasklet_schedule(&tsq->tasklet);
	put_cpu_ptr(&exs_tcp_tsq);
}

/**
 * exs_tcp_wfree - destructor of a packet that is one segment
 * @skb: on its end; skb->sk is its socket
 *
 * Context: any; the device's completion.
 */
void exs_tcp_wfree(struct sk_buff *skb)
{
	struct sock *sk = skb->sk;

	/* One unit stays, so that the socket does. */
	WARN_ON(refcount_sub_and_test(skb->truesize - 1, &sk->sk_wmem_alloc));
	exs_tcp_tsq_freed(sk);
	sk_free(sk);
}

/**
 * exs_tcp_tsq_blocked - does enough of the socket wait in device queues?
 * @sk: socket
 * @skb: next to go
 * @again: it was sent before: twice as much may wait
 *
 * The limit is what the path takes in about a millisecond, at least two packets,
 * but never more than tcp_limit_output_bytes.
 *
 * Context: socket lock held.
 * Return: true: wait; the destructor starts output again.
 */
bool exs_tcp_tsq_blocked(struct sock *sk, const struct sk_buff *skb, bool again)
{
	u32 queued = refcount_read(&sk->sk_wmem_alloc);
	u32 limit = 2 * skb->truesize;
	u32 most = U32_MAX;

	/* Paced packets wait for their time, not for each other. */
	if (READ_ONCE(sk->sk_pacing_status) == SK_PACING_NONE)
		most = EXS_SYSCTL(exs_sock_net(sk), tcp_limit_output_bytes);
	if (likely(queued <= min(limit, most)))
		return false;
	limit = min_t(u64, (u64)exs_tcp_tsq_limit(sk, limit, most) << again,
		      U32_MAX);
	if (static_branch_unlikely(&exs_tcp_tx_delay_key))
		limit = exs_tcp_tx_delay_room(sk, limit);
	if (queued <= limit)
		return false;
	/* With no more than one in flight its completion may be long in coming. */
	if (skb_queue_len(&exs_tcp_sk(sk)->rtx_queue) <= 1)
		return false;
	set_bit(EXS_TCP_TSQ_THROTTLED, &sk->sk_tsq_flags);
	/* The last packet may have completed before the bit was seen. */
	smp_mb__after_atomic();
	return refcount_read(&sk->sk_wmem_alloc) > limit;
}

/**
 * exs_tcp_tsq_limit - bytes of a socket that may wait in device queues
 * @sk: socket
 * @least: lower bound
 * @most: upper bound, also of @least
 *
 * Return: bytes of truesize: what its rate sends in about a millisecond.
 */
u32 exs_tcp_tsq_limit(const struct sock *sk, u32 least, u32 most)
{
	unsigned long burst = READ_ONCE(sk->sk_pacing_rate) >>
			      READ_ONCE(sk->sk_pacing_shift);

	return min_t(unsigned long, max_t(unsigned long, burst, least), most);
}

/**
 * exs_tcp_release_cb - the user lets go of the socket
 * @sk: socket
 *
 * What softirq could not do while it was in use: output, timers, a path that
 * became narrower. One ACK for all that waited in the backlog.
 *
 * Context: release_sock(), the spinlock held and ownership not yet given up.
 */
void exs_tcp_release_cb(struct sock *sk)
{
	unsigned long flags = READ_ONCE(sk->sk_tsq_flags);
	unsigned long todo;

	if (likely(!(flags & EXS_TCP_DEFERRED_ALL)))
		return;
	do {
		todo = flags & EXS_TCP_DEFERRED_ALL;
		if (!todo)
			return;
	} while (!try_cmpxchg(&sk->sk_tsq_flags, &flags, flags & ~todo));

	if (todo & BIT(EXS_TCP_TSQ_DEFERRED)) {
		exs_tcp_tsq_write(sk);
		__sock_put(sk);
	}
	if (todo & BIT(EXS_TCP_TIMER_DEFERRED)) {
		rcu_read_lock();
		exs_tcp_timers_run(sk);
		rcu_read_unlock();
		__sock_put(sk);
	}
	if (todo & BIT(EXS_TCP_MTU_DEFERRED)) {
		rcu_read_lock();
		exs_tcp_err_mtu(sk);
		rcu_read_unlock();
		__sock_put(sk);
	}
	if (todo & BIT(EXS_TCP_ACK_DEFERRED) &&
	    exs_tcp_sk(sk)->ack.pending & EXS_TCP_ACK_SCHED)
		exs_tcp_send_ack(sk);
}

/**
 * exs_tcp_tsq_init - a tasklet for each CPU
 *
 * Return: 0.
 */
int exs_tcp_tsq_init(void)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		struct exs_tcp_tsq *tsq = per_cpu_ptr(&exs_tcp_tsq, cpu);

		init_llist_head(&tsq->head);
		tasklet_setup(&tsq->tasklet, exs_tcp_tsq_run);
	}
	return 0;
}

/**
 * exs_tcp_tsq_exit - no socket is left
 */
void exs_tcp_tsq_exit(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		tasklet_kill(&per_cpu_ptr(&exs_tcp_tsq, cpu)->tasklet);
}
