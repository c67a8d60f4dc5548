// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_timewait.c: birth, waiting, reuse and
 * end of the small objects.
 */
#include "../kunit/expect.h"
#include "tcp_wire.h"

/* Both sides have closed, we first: TIME-WAIT. The socket is still open. */
static struct exs_wire *exs_tw_open(struct kunit *test, bool plain)
{
	struct exs_wire *w = exs_wire_active(test, plain);

	w->sk->sk_reuse = SK_CAN_REUSE;
	exs_wire_state(w, TCP_FIN_WAIT2);
	exs_wire_in(w, W_FIN | W_ACK, 1, 2, 0);
	EXS_WIRE_OUT(w, W_ACK, 2, 2, 0);
	return w;
}

/* RCU held. */
static struct exs_tcp_tw *exs_tw_of(struct exs_wire *w)
{
	struct exs_conn *c = exs_wire_conn(w);

	if (!c || c->kind != EXS_CONN_TIMEWAIT)
		return NULL;
	return container_of(c, struct exs_tcp_tw, conn);
}

static void enter__knows_what_the_socket_knew(struct kunit *test)
{
	struct exs_wire *w = exs_tw_open(test, false);
	int count = atomic_read(&exs_wire_net(test)->tcp->tw_count);
	struct exs_tcp_row row;
	struct exs_tcp_tw *tw;

	KUNIT_EXPECT_EQ(test, count, 1);
	rcu_read_lock();
	tw = exs_tw_of(w);
	KUNIT_EXPECT_NOT_NULL(test, tw);
	if (tw) {
		KUNIT_EXPECT_EQ(test, tw->substate, TCP_TIME_WAIT);
		KUNIT_EXPECT_EQ(test, tw->rcv_nxt, w->irs + 2);
		KUNIT_EXPECT_EQ(test, tw->snd_nxt, w->iss + 2);
		KUNIT_EXPECT_EQ(test, tw->tstamp_ok, 1);
		KUNIT_EXPECT_EQ(test, tw->ts_recent, w->tsval);
		KUNIT_EXPECT_NOT_NULL(test, tw->port.bucket);
		exs_tcp_timewait_row(tw, &row);
		KUNIT_EXPECT_EQ(test, row.state, TCP_TIME_WAIT);
		KUNIT_EXPECT_EQ(test, row.timer, 3);
		KUNIT_EXPECT_LE(test, row.timer_ms, 60000U);
		KUNIT_EXPECT_GT(test, row.timer_ms, 50000U);
		EXS_EXPECT_BEEQ(test, row.lport, htons(w->lport));
		EXS_EXPECT_BEEQ(test, row.rport, htons(w->rport));
	}
	rcu_read_unlock();
}

static void enter__not_beyond_the_limit(struct kunit *test)
{
	unsigned long over;
	struct exs_wire *w;

	exs_wire_net(test)->sysctl.tcp_max_tw_buckets = 0;
	over = exs_wire_mib(test, EXS_MIB_TCPEXT_TCPTimeWaitOverflow);
	w = exs_tw_open(test, true);
	rcu_read_lock();
	KUNIT_EXPECT_NULL(test, exs_wire_conn(w));
	rcu_read_unlock();
	EXS_WIRE_STATE(w, TCP_CLOSE);
	KUNIT_EXPECT_EQ(test, over + 1,
			exs_wire_mib(test, EXS_MIB_TCPEXT_TCPTimeWaitOverflow));
	/* The FIN again: nobody is there. */
	exs_wire_in(w, W_FIN | W_ACK, 1, 2, 0);
	EXS_WIRE_OUT(w, W_RST, 2, 0, 0);
}

static void kill__once(struct kunit *test)
{
	struct exs_wire *w = exs_tw_open(test, true);
	struct exs_tcp_tw *tw;

	rcu_read_lock();
	tw = exs_tw_of(w);
	exs_tcp_timewait_kill(tw);
	KUNIT_EXPECT_NULL(test, exs_wire_conn(w));
	KUNIT_EXPECT_EQ(test, 0,
			atomic_read(&exs_wire_net(test)->tcp->tw_count));
	/* Who found it before finds it dead, not freed. */
	exs_tcp_timewait_kill(tw);
	exs_tcp_timewait_again(tw, TCP_TIME_WAIT);
	KUNIT_EXPECT_EQ(test, tw->queued, 0);
	rcu_read_unlock();
	KUNIT_EXPECT_EQ(test, 0,
			atomic_read(&exs_wire_net(test)->tcp->tw_count));
}

/* A connect() took the tuple over at this moment: it frees the object. */
static void again__not_once_taken_over(struct kunit *test)
{
	struct exs_wire *w = exs_tw_open(test, true);
	struct exs_tcp_tw *tw;

	rcu_read_lock();
	tw = exs_tw_of(w);
	KUNIT_EXPECT_TRUE(test, exs_conn_remove(&tw->conn));
	exs_tcp_timewait_again(tw, TCP_TIME_WAIT);
	KUNIT_EXPECT_EQ(test, tw->queued, 0);
	KUNIT_EXPECT_TRUE(test,
			  list_empty(&exs_wire_net(test)->tcp->tw[0].list));
	/* So that it ends as any other. */
	exs_conn_insert(&tw->conn);
	tw->queued = 1;
	list_add(&tw->list, &exs_wire_net(test)->tcp->tw[0].list);
	exs_tcp_timewait_kill(tw);
	rcu_read_unlock();
	KUNIT_EXPECT_EQ(test, 0,
			atomic_read(&exs_wire_net(test)->tcp->tw_count));
}

static void timer__ends_what_is_due(struct kunit *test)
{
	struct exs_tcp_net *tn = exs_wire_net(test)->tcp;
	struct exs_wire *a = exs_tw_open(test, true);
	struct exs_wire *b = exs_tw_open(test, true);
	struct timer_list *timer = &tn->tw[0].timer;

	rcu_read_lock();
	KUNIT_EXPECT_PTR_EQ(test, exs_tw_of(a),
			    list_first_entry(&tn->tw[0].list,
					     struct exs_tcp_tw, list));
	exs_tw_of(a)->expires = jiffies;
	local_bh_disable();
	timer->function(timer);
	local_bh_enable();
	KUNIT_EXPECT_NULL(test, exs_wire_conn(a));
	KUNIT_EXPECT_NOT_NULL(test, exs_tw_of(b));
	/* It runs again for the next. */
	KUNIT_EXPECT_TRUE(test, timer_pending(timer));
	KUNIT_EXPECT_EQ(test, timer->expires, exs_tw_of(b)->expires);
	rcu_read_unlock();
}

static void again__waits_anew_at_the_end(struct kunit *test)
{
	struct exs_tcp_net *tn = exs_wire_net(test)->tcp;
	struct exs_wire *a = exs_tw_open(test, true);
	struct exs_wire *b = exs_tw_open(test, true);

	rcu_read_lock();
	exs_tw_of(a)->expires -= HZ;
	exs_tw_of(b)->expires -= HZ;
	exs_tcp_timewait_again(exs_tw_of(a), TCP_TIME_WAIT);
	KUNIT_EXPECT_PTR_EQ(test, exs_tw_of(a),
			    list_last_entry(&tn->tw[0].list,
					    struct exs_tcp_tw, list));
	KUNIT_EXPECT_TRUE(test, time_after(exs_tw_of(a)->expires,
					   exs_tw_of(b)->expires));
	/* The other queue is FIN-WAIT-2's. */
	exs_tcp_timewait_again(exs_tw_of(a), TCP_FIN_WAIT2);
	KUNIT_EXPECT_EQ(test, exs_tw_of(a)->substate, TCP_FIN_WAIT2);
	rcu_read_unlock();
}

/* RFC 6191, and tcp_tw_reuse: 0 never, 1 always, 2 on loopback. */
static void reuse__table(struct kunit *test)
{
	static const struct {
		int sysctl;
		u32 age;		/* of the last timestamp, s; 0: none */
		u8 substate;
		bool loopback;
		bool ok;
	} t[] = {
		{ 0, 5, TCP_TIME_WAIT, false, false },
		{ 1, 5, TCP_TIME_WAIT, false, true },
		{ 1, 0, TCP_TIME_WAIT, false, false },
		{ 1, 5, TCP_FIN_WAIT2, false, false },
		{ 2, 5, TCP_TIME_WAIT, false, false },
		{ 2, 5, TCP_TIME_WAIT, true, true },
	};
	struct exs_conn new = { };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_tcp_tw tw = {
			.conn.net = &init_net, .substate = t[i].substate,
		};

		exs_wire_net(test)->sysctl.tcp_tw_reuse = t[i].sysctl;
		tw.conn.raddr = htonl(t[i].loopback ? INADDR_LOOPBACK :
						      EXS_WIRE_PEER);
		if (t[i].age)
			/* In the fifth second of a machine it would be 0. */
			tw.ts_recent_stamp = (u32)ktime_get_seconds() -
					     t[i].age ?: U32_MAX;
		KUNIT_EXPECT_EQ_MSG(test, exs_tcp_timewait_reuse(&tw.conn, &new),
				    t[i].ok, "row %u", i);
	}
}

static void reuse__connect_takes_the_tuple(struct kunit *test)
{
	struct sockaddr_in sin = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(EXS_WIRE_ADDR),
	};
	struct exs_wire *old = exs_tw_open(test, false);
	struct exs_wire *w = exs_wire_socket(test);
	u32 isn;

	/* A bound port is taken over whatever the setting, and at once. */
	exs_wire_net(test)->sysctl.tcp_tw_reuse = 0;
	rcu_read_lock();
	isn = exs_tcp_timewait_isn(exs_tw_of(old));
	rcu_read_unlock();
	sin.sin_port = htons(old->lport);
	/* SO_REUSEADDR of both lets the port be chosen again. */
	exs_wire_release(old);
	w->sk->sk_reuse = SK_CAN_REUSE;
	KUNIT_ASSERT_EQ(test, kernel_bind(w->sock, (struct sockaddr *)&sin,
					  sizeof(sin)), 0);
	exs_wire_connect(w);
	/* Behind all that the old connection could have sent. */
	KUNIT_EXPECT_EQ(test, w->iss, isn);
	KUNIT_EXPECT_EQ(test, isn, old->iss + 2 + 65537);
	KUNIT_EXPECT_EQ(test, w->tp->ts_recent, old->tsval);
	KUNIT_EXPECT_EQ(test, 0,
			atomic_read(&exs_wire_net(test)->tcp->tw_count));
}

static void reuse__bound_needs_timestamps_alone(struct kunit *test)
{
	struct exs_tcp_tw tw = { .conn.net = &init_net };
	struct exs_conn new = { };

	exs_wire_net(test)->sysctl.tcp_tw_reuse = 0;
	tw.substate = TCP_TIME_WAIT;
	KUNIT_EXPECT_FALSE(test, exs_tcp_timewait_reuse_bound(&tw.conn, &new));
	tw.ts_recent_stamp = (u32)ktime_get_seconds();
	KUNIT_EXPECT_TRUE(test, exs_tcp_timewait_reuse_bound(&tw.conn, &new));
}

static void isn__is_never_0(struct kunit *test)
{
	static const struct {
		u32 snd_nxt, isn;
	} t[] = {
		{ 0, 65537 }, { 100, 65637 }, { -65537, 1 }, { -65538, -1 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_tcp_tw tw = { .snd_nxt = t[i].snd_nxt };

		KUNIT_EXPECT_EQ_MSG(test, exs_tcp_timewait_isn(&tw), t[i].isn,
				    "row %u", i);
	}
}

static struct kunit_case exs_tcp_timewait_cases[] = {
	KUNIT_CASE(enter__knows_what_the_socket_knew),
	KUNIT_CASE(enter__not_beyond_the_limit),
	KUNIT_CASE(kill__once),
	KUNIT_CASE(again__not_once_taken_over),
	KUNIT_CASE(timer__ends_what_is_due),
	KUNIT_CASE(again__waits_anew_at_the_end),
	KUNIT_CASE(reuse__table),
	KUNIT_CASE(reuse__connect_takes_the_tuple),
	KUNIT_CASE(reuse__bound_needs_timestamps_alone),
	KUNIT_CASE(isn__is_never_0),
	{}
};

static struct kunit_suite exs_tcp_timewait_suite = {
	.name = "expstack_tcp_timewait",
	.init = exs_wire_init,
	.exit = exs_wire_exit,
	.test_cases = exs_tcp_timewait_cases,
};

kunit_test_suite(exs_tcp_timewait_suite);
