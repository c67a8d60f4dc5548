// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: how many Fast Open children may be pending.
 * Flow:   TCP_FASTOPEN, listen() -> tune; tcp_fo_server -> admit, add, remove
 * Owns:   struct exs_tcp_fo_queue, exs_tcp_req.fo
 * Locks:  the queue's lock, innermost
 * Spec:   RFC 7413 5.1
 * Tests:  kunit/tcp/tcp_fo_queue_kunit.c, qemu/wire/fastopen
 *
 * Who has stolen a cookie can send text with any address of its client's. The
 * child it makes ends by the reset of whoever has the address; for a minute
 * more it is counted, so that such an attack fills the queue and Fast Open stops
 * while the ordinary handshake goes on.
 */
#include <linux/slab.h>

#include "tcp/tcp_priv.h"
#include "tcp/tcp_req.h"

#define EXS_TCP_FO_RST_LIFE	(60 * HZ)

/**
 * exs_tcp_fo_queue_tune - how many may be pending
 * @sk: socket, CLOSED or LISTEN
 * @most: of them; 0: Fast Open is off
 *
 * Context: socket lock held, process.
 * Return: 0 or -ENOMEM.
 */
int exs_tcp_fo_queue_tune(struct sock *sk, u32 most)
{
	struct exs_tcp_ext *ext = exs_tcp_ext_own(exs_tcp_sk(sk), GFP_KERNEL);
	u32 somaxconn = EXS_SYSCTL(exs_sock_net(sk), somaxconn);
	struct exs_tcp_fo_queue *q;

	if (!ext)
		return -ENOMEM;
	q = ext->fo_queue;
	if (!q) {
		q = kzalloc(sizeof(*q), GFP_KERNEL);
		if (!q)
			return -ENOMEM;
		spin_lock_init(&q->lock);
		refcount_set(&q->ref, 1);
		/* Pairs with the address dependency of its readers. */
		smp_store_release(&ext->fo_queue, q);
	}
	WRITE_ONCE(q->max, min(most, somaxconn));
	return 0;
}

/* The first of the resets, if it is old enough. Locked. */
static struct exs_tcp_req *
exs_tcp_fo_queue_forget_locked(struct exs_tcp_fo_queue *q)
{
	struct exs_tcp_req *req = q->rst_head;

	lockdep_assert_held(&q->lock);
	if (!req || time_after(req->fo.expires, jiffies))
		return NULL;
	q->rst_head = req->fo.next;
	q->len--;
	return req;
}

/**
 * exs_tcp_fo_queue_admit - may one more be pending?
 * @lsk: the listener
 *
 * Context: softirq, RCU held.
 * Return: true when Fast Open is on and there is room.
 */
bool exs_tcp_fo_queue_admit(const struct sock *lsk)
{
	struct exs_tcp_fo_queue *q;
	struct exs_tcp_req *old;
	u32 max;

	q = READ_ONCE(exs_tcp_ext(exs_tcp_sk(lsk))->fo_queue);
	max = q ? READ_ONCE(q->max) : 0;
	if (!max)
		return false;
	if (READ_ONCE(q->len) < max)
		return true;
	spin_lock_bh(&q->lock);
	old = exs_tcp_fo_queue_forget_locked(q);
	spin_unlock_bh(&q->lock);
	if (!old) {
		EXS_INC(exs_sock_net(lsk), TCPEXT_TCPFastOpenListenOverflow);
		return false;
	}
	exs_tcp_req_put(old);
	return true;
}

/**
 * exs_tcp_fo_queue_add - one more is pending
 * @lsk: the listener
 * @req: its request
 *
 * Context: softirq, RCU held.
 * Return: false when the listener has no queue any more.
 */
bool exs_tcp_fo_queue_add(const struct sock *lsk, struct exs_tcp_req *req)
{
	struct exs_tcp_fo_queue *q;

	q = READ_ONCE(exs_tcp_ext(exs_tcp_sk(lsk))->fo_queue);
	if (!q || !refcount_inc_not_zero(&q->ref))
		return false;
	req->fo.queue = q;
	spin_lock_bh(&q->lock);
	q->len++;
	spin_unlock_bh(&q->lock);
	return true;
}

/**
 * exs_tcp_fo_queue_remove - one is not pending any more
 * @req: its request; the caller's reference passes on
 * @reset: the peer reset a child that was accepted: remember it for a while
 *
 * Context: any, BH on or off.
 */
void exs_tcp_fo_queue_remove(struct exs_tcp_req *req, bool reset)
{
	struct exs_tcp_fo_queue *q = req->fo.queue;

	spin_lock_bh(&q->lock);
	q->len--;
	/* One that has stopped looks at the list after leaving LISTEN. */
	if (reset && READ_ONCE(req->listener->sk_state) == TCP_LISTEN) {
		req->fo.expires = jiffies + EXS_TCP_FO_RST_LIFE;
		req->fo.next = NULL;
		if (q->rst_head)
			q->rst_tail->fo.next = req;
		else
			q->rst_head = req;
		q->rst_tail = req;
		q->len++;
		req = NULL;
	}
	spin_unlock_bh(&q->lock);
	if (req)
		exs_tcp_req_put(req);
	exs_tcp_fo_queue_put(q);
}

/**
 * exs_tcp_fo_queue_stop - a listener stops: the resets are forgotten
 * @lsk: the listener, not in LISTEN any more
 *
 * Context: socket lock held, process.
 */
void exs_tcp_fo_queue_stop(struct sock *lsk)
{
	struct exs_tcp_fo_queue *q = exs_tcp_ext(exs_tcp_sk(lsk))->fo_queue;
	struct exs_tcp_req *req, *next;

	if (!q)
		return;
	spin_lock_bh(&q->lock);
	req = q->rst_head;
	q->rst_head = NULL;
	for (next = req; next; next = next->fo.next)
		q->len--;
	spin_unlock_bh(&q->lock);
	for (; req; req = next) {
		next = req->fo.next;
		exs_tcp_req_put(req);
	}
}

/**
 * exs_tcp_fo_queue_put - a reference less
 * @q: queue, or NULL
 */
void exs_tcp_fo_queue_put(struct exs_tcp_fo_queue *q)
{
	if (!q || !refcount_dec_and_test(&q->ref))
		return;
	WARN_ON_ONCE(q->rst_head);
	kfree_rcu(q, rcu);
}
