// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: listening sockets and their accept queue.
 * Flow:   stream_ops -> exs_tcp_listen_start, exs_tcp_accept;
 *         tcp_demux -> exs_tcp_listen_syn -> tcp_req;
 *         tcp_req -> exs_tcp_accept_add -> accept()
 * Owns:   struct exs_tcp_listener
 * Locks:  the accept queue's lock; segments take no lock of the listener
 * Spec:   RFC 9293 3.10.7.2, 3.9.1.2
 * Tests:  kunit/tcp/tcp_listen_kunit.c, qemu/wire/handshake
 *
 * A listener that stops leaves LISTEN first. Whoever adds a request sees that
 * after hashing and takes it back. A queue that is given up says so under its
 * lock: whoever has found it before and adds a child afterwards gives up, even
 * when the socket listens again, with another queue.
 */
#include "tcp/tcp_priv.h"
#include "tcp/tcp_req.h"

static struct exs_tcp_listener *exs_tcp_listener_alloc(void)
{
	struct exs_tcp_listener *l = kzalloc(sizeof(*l), GFP_KERNEL);

	if (!l)
		return NULL;
	spin_lock_init(&l->lock);
	INIT_LIST_HEAD(&l->accept);
	l->overflow = jiffies - EXS_TCP_COOKIE_LIFE - 1;
	return l;
}

/* A child that nobody accepted: the peer learns by RST. */
static void exs_tcp_child_forget(struct sock *child)
{
	local_bh_disable();
	rcu_read_lock();
	bh_lock_sock_nested(child);
	exs_tcp_sk(child)->parent = NULL;
	sock_orphan(child);
	percpu_counter_inc(&exs_tcp_orphans);
	if (child->sk_state != TCP_CLOSE)
		exs_tcp_send_active_reset(child, GFP_ATOMIC);
	exs_tcp_write_queue_purge(child);
	/* Keeps it until the lock is released. */
	sock_hold(child);
	exs_tcp_done(child);
	bh_unlock_sock(child);
	rcu_read_unlock();
	local_bh_enable();
	sock_put(child);
}

/* The queue takes nothing any more; who waits in it is reset. */
static void exs_tcp_listener_retire(struct sock *sk, struct exs_tcp_listener *l)
{
	struct exs_sock *child, *next;
	LIST_HEAD(unaccepted);

	spin_lock_bh(&l->lock);
	l->stopped = true;
	list_splice_init(&l->accept, &unaccepted);
	WRITE_ONCE(sk->sk_ack_backlog, 0);
	spin_unlock_bh(&l->lock);
	list_for_each_entry_safe(child, next, &unaccepted, accept_node) {
		list_del_init(&child->accept_node);
		exs_tcp_child_forget(&child->sk);
	}
	WRITE_ONCE(exs_tcp_sk(sk)->listener, NULL);
	kfree_rcu(l, rcu);
}

static int exs_tcp_listen_bind(struct sock *sk)
{
	struct exs_sock *es = exs_sk(sk);
	int err;

	if (!es->port.bucket) {
		err = exs_port_bind(&exs_tcp_ports, es, 0);
		if (err)
			return err;
		sk->sk_num = ntohs(es->conn.lport);
	}
	return exs_port_listen_check(&exs_tcp_ports, es);
}

/* Fast Open for every listener, where the administrator wants it. */
static void exs_tcp_listen_fast(struct sock *sk, int backlog)
{
	struct exs_tcp_fo_queue *q = exs_tcp_ext(exs_tcp_sk(sk))->fo_queue;
	int bits = EXS_SYSCTL(exs_sock_net(sk), tcp_fastopen);

	if (!(bits & EXS_TCP_FO_SERVER) || !(bits & EXS_TCP_FO_SERVER_ALL) ||
	    (q && q->max))
		return;
	/* Without memory it does as it would without. */
	if (!exs_tcp_fo_queue_tune(sk, backlog))
		exs_tcp_fo_keys_once(exs_sock_net(sk));
}

/**
 * exs_tcp_listen_start - listen()
 * @sk: the socket, in CLOSED or LISTEN
 * @backlog: children that may wait for accept(), limited by the caller
 *
 * Context: socket lock held, process.
 * Return: 0, -EADDRINUSE, -ENOMEM, -EBUSY (of exs_reuseport_join()).
 */
int exs_tcp_listen_start(struct sock *sk, int backlog)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct exs_tcp_listener *l;
	int err;

	WRITE_ONCE(sk->sk_max_ack_backlog, backlog);
	if (sk->sk_state == TCP_LISTEN)
		return 0;
	l = exs_tcp_listener_alloc();
	if (!l)
		return -ENOMEM;
	sk->sk_ack_backlog = 0;
	exs_tcp_listen_fast(sk, backlog);
	/* The queue is set up before a packet can find it. */
	smp_store_release(&tp->listener, l);
	/* LISTEN before the check: of two, one at least sees the other. */
	exs_tcp_set_state(sk, TCP_LISTEN);
	err = exs_tcp_listen_bind(sk);
	if (!err)
		err = exs_listen_insert(exs_sk(sk));
	if (!err)
		return 0;
	exs_tcp_set_state(sk, TCP_CLOSE);
	exs_tcp_fo_queue_stop(sk);
	exs_tcp_listener_retire(sk, l);
	return err;
}

/**
 * exs_tcp_listen_stop - a listener closes
 * @sk: the listener
 *
 * Requests and children that wait are reset.
 *
 * Context: socket lock held, process.
 */
void exs_tcp_listen_stop(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct exs_tcp_listener *l = tp->listener;

	exs_listen_remove(exs_sk(sk));
	exs_tcp_set_state(sk, TCP_CLOSE);
	if (!l)
		return;
	/* Pairs with the one after hashing a request. */
	smp_mb();
	if (atomic_read(&l->qlen))
		exs_tcp_req_kill_all(sk);
	exs_tcp_listener_retire(sk, l);
	exs_tcp_fo_queue_stop(sk);
}

/**
 * exs_tcp_accept_queue - a child goes to a queue
 * @l: the queue of the listener, or one that it had
 * @lsk: the listener
 * @child: established; the owner's reference passes to the queue
 *
 * Context: softirq, RCU held, child locked.
 * Return: false when the queue was given up; nothing was done.
 */
bool exs_tcp_accept_queue(struct exs_tcp_listener *l, struct sock *lsk,
			  struct sock *child)
{
	bool added = false;

	spin_lock_bh(&l->lock);
	if (!l->stopped) {
		WRITE_ONCE(exs_tcp_sk(child)->parent, lsk);
		list_add_tail(&exs_sk(child)->accept_node, &l->accept);
		sk_acceptq_added(lsk);
		added = true;
	}
	spin_unlock_bh(&l->lock);
	return added;
}

/**
 * exs_tcp_accept_add - a child waits for accept()
 * @lsk: its listener
 * @child: established; the owner's reference passes to the queue
 *
 * Context: softirq, RCU held, child locked.
 * Return: false when the listener has stopped; nothing was done.
 */
bool exs_tcp_accept_add(struct sock *lsk, struct sock *child)
{
	struct exs_tcp_listener *l = READ_ONCE(exs_tcp_sk(lsk)->listener);

	return l && exs_tcp_accept_queue(l, lsk, child);
}

/**
 * exs_tcp_accept_dequeue - the next child for accept()
 * @lsk: the listener
 *
 * Context: listener locked, process.
 * Return: the child with the queue's reference, or NULL.
 */
struct sock *exs_tcp_accept_dequeue(struct sock *lsk)
{
	struct exs_tcp_listener *l = exs_tcp_sk(lsk)->listener;
	struct exs_sock *es;

	if (!l)
		return NULL;
	spin_lock_bh(&l->lock);
	es = list_first_entry_or_null(&l->accept, struct exs_sock, accept_node);
	if (es) {
		list_del_init(&es->accept_node);
		sk_acceptq_removed(lsk);
	}
	spin_unlock_bh(&l->lock);
	if (!es)
		return NULL;
	/* A Fast Open child may be looking: it has segments before the ACK. */
	WRITE_ONCE(exs_tcp_sk(&es->sk)->parent, NULL);
	return &es->sk;
}

/**
 * exs_tcp_accept_ready - would accept() find a child?
 * @lsk: the listener
 *
 * Context: any, RCU held or listener locked; the answer may be old at once.
 * Return: true when one waits.
 */
bool exs_tcp_accept_ready(const struct sock *lsk)
{
	return READ_ONCE(lsk->sk_ack_backlog) > 0;
}

static int exs_tcp_accept_wait(struct sock *sk, long timeo)
{
	DEFINE_WAIT(wait);
	int err = 0;

	for (;;) {
		prepare_to_wait_exclusive(sk_sleep(sk), &wait,
					  TASK_INTERRUPTIBLE);
		release_sock(sk);
		if (!exs_tcp_accept_ready(sk))
			timeo = schedule_timeout(timeo);
		else	/* lock_sock() may sleep on its own account */
			__set_current_state(TASK_RUNNING);
		lock_sock(sk);
		if (exs_tcp_accept_ready(sk))
			break;
		err = -EINVAL;
		if (sk->sk_state != TCP_LISTEN)
			break;
		err = sock_intr_errno(timeo);
		if (signal_pending(current))
			break;
		err = -EAGAIN;
		if (!timeo)
			break;
		err = 0;
	}
	finish_wait(sk_sleep(sk), &wait);
	return err;
}

/**
 * exs_tcp_accept - accept()
 * @sk: the listener
 * @arg: flags in; errno, and whether more wait, out
 *
 * Context: process; takes the socket lock.
 * Return: the child with the queue's reference, or NULL with arg->err set.
 */
struct sock *exs_tcp_accept(struct sock *sk, struct proto_accept_arg *arg)
{
	struct sock *child = NULL;
	long timeo;
	int err;

	lock_sock(sk);
	err = -EINVAL;
	if (sk->sk_state != TCP_LISTEN)
		goto out;
	err = 0;
	if (!exs_tcp_accept_ready(sk)) {
		timeo = sock_rcvtimeo(sk, arg->flags & O_NONBLOCK);
		err = timeo ? exs_tcp_accept_wait(sk, timeo) : -EAGAIN;
	}
	if (!err) {
		child = exs_tcp_accept_dequeue(sk);
		err = child ? 0 : -EINVAL;
		arg->is_empty = !exs_tcp_accept_ready(sk);
	}
out:
	release_sock(sk);
	arg->err = err;
	return child;
}

/**
 * exs_tcp_listen_syn - a segment for a listener
 * @lsk: the listener, may be closing
 * @skb: prepared; consumed
 * @isn: initial sequence number to use, 0: choose one
 *
 * RFC 9293 3.10.7.2: RST is ignored, ACK is answered by RST, SYN makes a
 * request. An ACK may bring back a cookie.
 *
 * Context: softirq, RCU held, listener not locked.
 */
void exs_tcp_listen_syn(struct sock *lsk, struct sk_buff *skb, u32 isn)
{
	u8 flags = EXS_TCPCB(skb)->flags;

	if (flags & EXS_TCPHDR_RST) {
		exs_drop(skb, EXS_DROP_TCP_RESET);
	} else if (flags & EXS_TCPHDR_ACK) {
		if (!(flags & EXS_TCPHDR_SYN) && exs_tcp_cookie_ack(lsk, skb))
			return;
		exs_tcp_send_reset(lsk, skb);
		exs_drop(skb, EXS_DROP_TCP_INVALID_ACK);
	} else if ((flags & (EXS_TCPHDR_SYN | EXS_TCPHDR_FIN)) !=
		   EXS_TCPHDR_SYN) {
		exs_drop(skb, EXS_DROP_TCP_FLAGS);
	} else {
		exs_tcp_req_syn(lsk, skb, isn);
	}
}
