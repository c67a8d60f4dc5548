// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: TIME-WAIT, and FIN-WAIT-2 of orphans, as small objects.
 * Flow:   tcp_verdict -> exs_tcp_timewait_enter; tcp_demux ->
 *         tcp_timewait_rx; timer -> [here]
 * Owns:   struct exs_tcp_tw, exs_tcp_net.tw[]
 * Locks:  the queue's lock; who takes an object off its queue is to unhash it,
 *         and who unhashed it frees it
 * Spec:   RFC 9293 3.6.1, 3.4.2; RFC 6191
 * Tests:  kunit/tcp/tcp_timewait_kunit.c, qemu/wire/close
 *
 * One timer a queue: it runs when the oldest is due.
 */
#include "tcp/tcp_priv.h"

#define EXS_TCP_TW_SHORT	(4 * HZ)

static struct kmem_cache *exs_tcp_tw_cache;

/**
 * exs_tcp_timewait_init - the cache of TIME-WAITs
 *
 * Return: 0 or -ENOMEM.
 */
int exs_tcp_timewait_init(void)
{
	exs_tcp_tw_cache = kmem_cache_create("expstack_tcp_tw",
					     sizeof(struct exs_tcp_tw), 0, 0,
					     NULL);
	return exs_tcp_tw_cache ? 0 : -ENOMEM;
}

/**
 * exs_tcp_timewait_exit - the cache goes
 */
void exs_tcp_timewait_exit(void)
{
	/* The last ones may still be in their grace period. */
	rcu_barrier();
	kmem_cache_destroy(exs_tcp_tw_cache);
}

static void exs_tcp_tw_free_rcu(struct rcu_head *head)
{
	struct exs_tcp_tw *tw = container_of(head, struct exs_tcp_tw, rcu);

	exs_tcp_md5_forget(tw->md5);
	kmem_cache_free(exs_tcp_tw_cache, tw);
}

static unsigned int exs_tcp_tw_index(const struct exs_tcp_tw *tw)
{
	return tw->substate == TCP_FIN_WAIT2;
}

static struct exs_tcp_net *exs_tcp_tw_net(const struct exs_tcp_tw *tw)
{
	return exs_net(tw->conn.net)->tcp;
}

/* Off its queue: the caller alone may end it. */
static bool exs_tcp_tw_take(struct exs_tcp_tw *tw)
{
	struct exs_tcp_net *tn = exs_tcp_tw_net(tw);
	struct exs_tcp_tw_queue *q = &tn->tw[exs_tcp_tw_index(tw)];
	bool was;

	spin_lock_bh(&q->lock);
	was = tw->queued;
	if (was) {
		tw->queued = 0;
		list_del(&tw->list);
	}
	spin_unlock_bh(&q->lock);
	return was;
}

/* Neither hashed nor queued any more. */
static void exs_tcp_tw_free(struct exs_tcp_tw *tw)
{
	exs_port_release(&exs_tcp_ports, &tw->port);
	atomic_dec(&exs_tcp_tw_net(tw)->tw_count);
	call_rcu(&tw->rcu, exs_tcp_tw_free_rcu);
}

/* A connect() that took the tuple over unhashed it, and frees it. */
static void exs_tcp_tw_end(struct exs_tcp_tw *tw)
{
	if (exs_conn_remove(&tw->conn))
		exs_tcp_tw_free(tw);
}

/**
 * exs_tcp_timewait_kill - end an object before its time
 * @tw: the object
 *
 * Context: softirq or process, RCU held.
 */
void exs_tcp_timewait_kill(struct exs_tcp_tw *tw)
{
	if (exs_tcp_tw_take(tw))
		exs_tcp_tw_end(tw);
}

/* In order of expiry; nearly always at the end. */
static void exs_tcp_tw_enqueue(struct exs_tcp_tw *tw, unsigned long timeo)
{
	struct exs_tcp_net *tn = exs_tcp_tw_net(tw);
	struct exs_tcp_tw_queue *q = &tn->tw[exs_tcp_tw_index(tw)];
	struct list_head *pos;

	tw->expires = jiffies + timeo;
	spin_lock_bh(&q->lock);
	list_for_each_prev(pos, &q->list) {
		if (!time_after(list_entry(pos, struct exs_tcp_tw,
					   list)->expires, tw->expires))
			break;
	}
	list_add(&tw->list, pos);
	tw->queued = 1;
	if (list_is_first(&tw->list, &q->list) && !q->closing)
		mod_timer(&q->timer, tw->expires);
	spin_unlock_bh(&q->lock);
}

/**
 * exs_tcp_timewait_again - start the wait anew
 * @tw: the object
 * @substate: TCP_TIME_WAIT or TCP_FIN_WAIT2
 *
 * A connect() may take the tuple over while the object is off its queue; it
 * frees it then, and unhashed it before it looked for it on the queue.
 *
 * Context: softirq, RCU held.
 */
void exs_tcp_timewait_again(struct exs_tcp_tw *tw, u8 substate)
{
	if (!exs_tcp_tw_take(tw))
		return;
	tw->substate = substate;
	exs_tcp_tw_enqueue(tw, EXS_TCP_TIMEWAIT_LEN);
	if (hlist_nulls_unhashed_lockless(&tw->conn.node))
		exs_tcp_tw_take(tw);
}

/* The next that is due (or any, when all must go), off its queue. */
static struct exs_tcp_tw *exs_tcp_tw_due(struct exs_tcp_tw_queue *q, bool all)
{
	struct exs_tcp_tw *tw;

	spin_lock_bh(&q->lock);
	tw = list_first_entry_or_null(&q->list, struct exs_tcp_tw, list);
	if (tw && !all && time_after(tw->expires, jiffies)) {
		mod_timer(&q->timer, tw->expires);
		tw = NULL;
	}
	if (tw) {
		tw->queued = 0;
		list_del(&tw->list);
	}
	spin_unlock_bh(&q->lock);
	return tw;
}

static void exs_tcp_tw_timer(struct timer_list *t)
{
	struct exs_tcp_tw_queue *q = from_timer(q, t, timer);
	struct exs_tcp_tw *tw;

	while ((tw = exs_tcp_tw_due(q, false)))
		exs_tcp_tw_end(tw);
}

/**
 * exs_tcp_timewait_net_init - the queues of a namespace
 * @tn: TCP's part of it
 *
 * Return: 0.
 */
int exs_tcp_timewait_net_init(struct exs_tcp_net *tn)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(tn->tw); i++) {
		spin_lock_init(&tn->tw[i].lock);
		INIT_LIST_HEAD(&tn->tw[i].list);
		timer_setup(&tn->tw[i].timer, exs_tcp_tw_timer, 0);
	}
	return 0;
}

/**
 * exs_tcp_timewait_net_exit - a namespace goes: so do its TIME-WAITs
 * @tn: TCP's part of it
 *
 * Context: process. No socket of the namespace is left.
 */
void exs_tcp_timewait_net_exit(struct exs_tcp_net *tn)
{
	struct exs_tcp_tw *tw;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(tn->tw); i++) {
		spin_lock_bh(&tn->tw[i].lock);
		tn->tw[i].closing = true;
		spin_unlock_bh(&tn->tw[i].lock);
		timer_shutdown_sync(&tn->tw[i].timer);
		while ((tw = exs_tcp_tw_due(&tn->tw[i], true)))
			exs_tcp_tw_end(tw);
	}
}

static struct exs_tcp_tw *exs_tcp_tw_alloc(struct sock *sk, u8 substate)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct exs_sock *es = exs_sk(sk);
	struct exs_tcp_tw *tw;

	tw = kmem_cache_zalloc(exs_tcp_tw_cache, GFP_ATOMIC | __GFP_NOWARN);
	if (!tw)
		return NULL;
	tw->conn.net = es->conn.net;
	tw->conn.addrs = es->conn.addrs;
	tw->conn.ports = es->conn.ports;
	tw->conn.hash = es->conn.hash;
	tw->conn.bound_dev_if = es->conn.bound_dev_if;
	tw->conn.kind = EXS_CONN_TIMEWAIT;
	tw->substate = substate;
	tw->rcv_nxt = tp->rcv_nxt;
	tw->snd_nxt = tp->snd_nxt;
	tw->rcv_wnd = min(exs_tcp_receive_window(tp),
			  65535U << tp->rcv_wscale);
	tw->rcv_wscale = tp->rcv_wscale;
	tw->tstamp_ok = tp->tstamp_ok;
	tw->ts_recent = tp->ts_recent;
	tw->ts_recent_stamp = tp->ts_recent_stamp;
	tw->tsoffset = tp->tsoffset;
	tw->mark = READ_ONCE(sk->sk_mark);
	tw->tx_delay = exs_tcp_tx_delay(exs_tcp_sk(sk));
	tw->tos = es->tos;
	tw->md5 = exs_tcp_md5_keep(sk);
	return tw;
}

/**
 * exs_tcp_timewait_enter - a socket becomes a TIME-WAIT object
 * @sk: the socket; it is done afterwards, and freed when it is an orphan
 * @substate: TCP_TIME_WAIT, or TCP_FIN_WAIT2 of an orphan
 * @timeo: jiffies
 *
 * Without memory, or beyond tcp_max_tw_buckets, the connection just ends: the
 * peer will be told by RST if it insists.
 *
 * Context: socket lock held, BH disabled, RCU held.
 */
void exs_tcp_timewait_enter(struct sock *sk, u8 substate, unsigned long timeo)
{
	struct exs_net *en = exs_sock_net(sk);
	struct exs_sock *es = exs_sk(sk);
	struct exs_tcp_tw *tw = NULL;

	exs_tcp_metrics_save(sk);
	if (atomic_inc_return(&en->tcp->tw_count) <=
	    EXS_SYSCTL(en, tcp_max_tw_buckets))
		tw = exs_tcp_tw_alloc(sk, substate);
	if (!tw) {
		atomic_dec(&en->tcp->tw_count);
		EXS_INC(en, TCPEXT_TCPTimeWaitOverflow);
		exs_tcp_done(sk);
		return;
	}
	exs_port_inherit(&exs_tcp_ports, &tw->port, &es->port);
	/* Queued before it can be found, so that who finds it may end it. */
	exs_tcp_tw_enqueue(tw, timeo);
	if (exs_conn_replace(&es->conn, &tw->conn)) {
		/* Linux's count of the short ones has this name. */
		if (timeo > EXS_TCP_TW_SHORT)
			EXS_INC(en, TCPEXT_TW);
		else
			EXS_INC(en, TCPEXT_TWKilled);
	} else {
		exs_tcp_tw_take(tw);
		exs_port_release(&exs_tcp_ports, &tw->port);
		atomic_dec(&en->tcp->tw_count);
		exs_tcp_md5_forget(tw->md5);
		kmem_cache_free(exs_tcp_tw_cache, tw);
	}
	exs_tcp_done(sk);
}

/**
 * exs_tcp_timewait_reuse - may a new connection take over a TIME-WAIT's tuple?
 * @c: the TIME-WAIT
 * @new: the connection
 *
 * RFC 6191: with timestamps and a clock that has moved on, old segments cannot
 * be taken for new ones. tcp_tw_reuse: 0 never, 1 always, 2 on loopback.
 *
 * Context: under the hash chain's lock.
 * Return: true when it may.
 */
bool exs_tcp_timewait_reuse(struct exs_conn *c, struct exs_conn *new)
{
	struct exs_tcp_tw *tw = container_of(c, struct exs_tcp_tw, conn);
	int reuse = EXS_SYSCTL(exs_net(c->net), tcp_tw_reuse);

	if (reuse == 2)
		reuse = ipv4_is_loopback(c->raddr) ||
			ipv4_is_loopback(c->laddr);
	return reuse && tw->substate == TCP_TIME_WAIT && tw->ts_recent_stamp &&
	       (u32)ktime_get_seconds() != tw->ts_recent_stamp;
}

/**
 * exs_tcp_timewait_reuse_bound - the same for who has bound to the port
 * @c: the TIME-WAIT
 * @new: the connection
 *
 * The user insists on this port: the timestamps alone must tell old segments
 * from new ones, whatever tcp_tw_reuse says.
 *
 * Context: under the hash chain's lock.
 * Return: true when it may.
 */
bool exs_tcp_timewait_reuse_bound(struct exs_conn *c, struct exs_conn *new)
{
	return container_of(c, struct exs_tcp_tw, conn)->ts_recent_stamp;
}

/**
 * exs_tcp_timewait_takeover - a connect() took over a TIME-WAIT's tuple
 * @c: the TIME-WAIT, unhashed by exs_conn_insert_unique(); ends here
 * @sk: the connecting socket
 *
 * Starts behind everything the old connection could have sent. Whoever unhashed
 * it frees it, so it is still there even if it expires at this moment.
 *
 * Context: socket lock held.
 */
void exs_tcp_timewait_takeover(struct exs_conn *c, struct sock *sk)
{
	struct exs_tcp_tw *tw = container_of(c, struct exs_tcp_tw, conn);
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	WRITE_ONCE(tp->write_seq, exs_tcp_timewait_isn(tw));
	tp->ts_recent = tw->ts_recent;
	tp->ts_recent_stamp = tw->ts_recent_stamp;
	EXS_INC(exs_sock_net(sk), TCPEXT_TWRecycled);
	exs_tcp_tw_take(tw);
	exs_tcp_tw_free(tw);
}

/**
 * exs_tcp_timewait_row - a TIME-WAIT's line in a dump
 * @tw: the object
 * @row: filled
 *
 * Context: RCU held.
 */
void exs_tcp_timewait_row(struct exs_tcp_tw *tw, struct exs_tcp_row *row)
{
	long left = (long)(tw->expires - jiffies);

	*row = (struct exs_tcp_row) {
		.laddr = tw->conn.laddr,
		.raddr = tw->conn.raddr,
		.lport = tw->conn.lport,
		.rport = tw->conn.rport,
		.state = tw->substate,
		.timer = 3,
		.timer_ms = left > 0 ? jiffies_to_msecs(left) : 0,
		.bound_dev_if = tw->conn.bound_dev_if,
		.mark = tw->mark,
		.refcnt = 1,
	};
}
