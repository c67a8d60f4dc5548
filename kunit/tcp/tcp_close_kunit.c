// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_close.c: close, shutdown, disconnect,
 * and orphans.
 */
#include <linux/module.h>

#include "../kunit/expect.h"
#include "tcp_wire.h"

#define NONE	0xff

/* Where the tuple leads after close(): kind, and state of what is there. */
static u8 exs_close_state(struct exs_wire *w, int *kind)
{
	struct exs_conn *c;
	u8 state = 0;

	*kind = -1;
	rcu_read_lock();
	c = exs_wire_conn(w);
	if (c) {
		*kind = c->kind;
		state = c->kind == EXS_CONN_TIMEWAIT ?
			container_of(c, struct exs_tcp_tw, conn)->substate :
			container_of(c, struct exs_sock, conn)->sk.sk_state;
	}
	rcu_read_unlock();
	return state;
}

#define EXS_CLOSE_LEFT(w, _kind, _state)				\
do {									\
	struct exs_wire *__cw = (w);					\
	int __kind;							\
									\
	KUNIT_EXPECT_EQ(__cw->test, (int)exs_close_state(__cw, &__kind), \
			(_state));					\
	KUNIT_EXPECT_EQ(__cw->test, __kind, (int)(_kind));		\
} while (0)

/* The peer resets what is left, so that nothing outlives the test. */
static void exs_close_kill(struct exs_wire *w, u32 seq)
{
	exs_wire_in(w, W_RST, seq, 0, 0);
	EXS_CLOSE_LEFT(w, -1, 0);
}

static void close__by_state(struct kunit *test)
{
	static const struct {
		u8 state;
		u8 out;
		u32 seq, ack;
		int kind;
		u8 left;
		u32 rst;
	} t[] = {
		{ TCP_ESTABLISHED, W_FIN | W_ACK, 1, 1, EXS_CONN_SOCK,
		  TCP_FIN_WAIT1, 1 },
		{ TCP_CLOSE_WAIT, W_FIN | W_ACK, 1, 2, EXS_CONN_SOCK,
		  TCP_LAST_ACK, 2 },
		{ TCP_FIN_WAIT1, NONE, 0, 0, EXS_CONN_SOCK, TCP_FIN_WAIT1, 1 },
		{ TCP_FIN_WAIT2, NONE, 0, 0, EXS_CONN_TIMEWAIT, TCP_FIN_WAIT2,
		  1 },
		{ TCP_CLOSING, NONE, 0, 0, EXS_CONN_SOCK, TCP_CLOSING, 2 },
		{ TCP_LAST_ACK, NONE, 0, 0, EXS_CONN_SOCK, TCP_LAST_ACK, 2 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_wire *w = exs_wire_active(test, true);

		if (t[i].state != TCP_ESTABLISHED)
			exs_wire_state(w, t[i].state);
		exs_wire_close(w);
		if (t[i].out != NONE)
			EXS_WIRE_OUT(w, t[i].out, t[i].seq, t[i].ack, 0);
		EXS_WIRE_SILENT(w);
		EXS_CLOSE_LEFT(w, t[i].kind, t[i].left);
		exs_close_kill(w, t[i].rst);
	}
}

static void close__before_there_is_a_connection(struct kunit *test)
{
	struct exs_wire *w = exs_wire_socket(test);

	exs_wire_close(w);
	w = exs_wire_socket(test);
	exs_wire_connect(w);
	exs_wire_close(w);
	EXS_WIRE_SILENT(w);
	EXS_CLOSE_LEFT(w, -1, 0);
	/* A SYN-ACK that comes late is reset. */
	exs_wire_in(w, W_SYN | W_ACK, 0, 1, 0);
	EXS_WIRE_OUT(w, W_RST, 1, 0, 0);
}

/* RFC 2525 2.17. */
static void close__unread_text_is_a_reset(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);
	unsigned long n = exs_wire_mib(test, EXS_MIB_TCPEXT_TCPAbortOnClose);

	exs_wire_in(w, W_ACK, 1, 1, 10);
	EXS_WIRE_OUT(w, W_ACK, 1, 11, 0);
	KUNIT_EXPECT_EQ(test, exs_wire_read(w, 1, 5, 0), 5);
	exs_wire_close(w);
	EXS_WIRE_OUT(w, W_RST | W_ACK, 1, 11, 0);
	EXS_CLOSE_LEFT(w, -1, 0);
	KUNIT_EXPECT_EQ(test, n + 1,
			exs_wire_mib(test, EXS_MIB_TCPEXT_TCPAbortOnClose));
}

/* A FIN that nobody read is no text. */
static void close__unread_fin_is_none(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);

	exs_wire_state(w, TCP_CLOSE_WAIT);
	exs_wire_close(w);
	EXS_WIRE_OUT(w, W_FIN | W_ACK, 1, 2, 0);
	exs_wire_in(w, W_ACK, 2, 2, 0);
	EXS_CLOSE_LEFT(w, -1, 0);
}

static void close__linger_of_0_is_a_reset(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);
	unsigned long n = exs_wire_mib(test, EXS_MIB_TCPEXT_TCPAbortOnData);

	KUNIT_EXPECT_EQ(test, exs_wire_write(w, 1, 5, 0), 5);
	EXS_WIRE_OUT(w, W_ACK, 1, 1, 5);
	sock_no_linger(w->sk);
	exs_wire_close(w);
	EXS_WIRE_OUT(w, W_RST | W_ACK, 6, 1, 0);
	EXS_CLOSE_LEFT(w, -1, 0);
	KUNIT_EXPECT_EQ(test, n + 1,
			exs_wire_mib(test, EXS_MIB_TCPEXT_TCPAbortOnData));
}

/* What was written still goes, and the FIN with the last of it. */
static void close__text_goes_first(struct kunit *test)
{
	struct exs_wire_seg seg = {
		.flags = W_ACK, .seq = 1, .ack = 1, .win = 0,
	};
	struct exs_wire *w = exs_wire_active(test, true);

	exs_wire_rcv(w, &seg);
	KUNIT_EXPECT_EQ(test, exs_wire_write(w, 1, 1500, 0), 1500);
	exs_wire_close(w);
	EXS_WIRE_SILENT(w);
	seg.win = 65535;
	exs_wire_rcv(w, &seg);
	EXS_WIRE_OUT(w, W_ACK, 1, 1, 1000);
	EXS_WIRE_OUT(w, W_ACK | W_FIN, 1001, 1, 500);
	exs_wire_in(w, W_ACK, 1, 1502, 0);
	EXS_CLOSE_LEFT(w, EXS_CONN_TIMEWAIT, TCP_FIN_WAIT2);
	exs_wire_in(w, W_FIN | W_ACK, 1, 1502, 0);
	EXS_WIRE_OUT(w, W_ACK, 1502, 2, 0);
	EXS_CLOSE_LEFT(w, EXS_CONN_TIMEWAIT, TCP_TIME_WAIT);
}

/* RFC 9293 3.6.1: text for an orphan is answered by a reset. */
static void orphan__text_is_reset(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);
	unsigned long n = exs_wire_mib(test, EXS_MIB_TCPEXT_TCPAbortOnData);

	exs_wire_close(w);
	EXS_WIRE_OUT(w, W_FIN | W_ACK, 1, 1, 0);
	exs_wire_in(w, W_ACK, 1, 1, 10);
	EXS_WIRE_OUT(w, W_RST, 1, 0, 0);
	EXS_CLOSE_LEFT(w, -1, 0);
	KUNIT_EXPECT_EQ(test, n + 1,
			exs_wire_mib(test, EXS_MIB_TCPEXT_TCPAbortOnData));
}

/* TCP_LINGER2 below 0: no waiting for the peer's FIN. */
static void orphan__no_fin_wait_2(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);

	exs_wire_state(w, TCP_FIN_WAIT2);
	w->tp->linger2_neg = 1;
	exs_wire_close(w);
	EXS_WIRE_OUT(w, W_RST | W_ACK, 2, 1, 0);
	EXS_CLOSE_LEFT(w, -1, 0);

	w = exs_wire_active(test, true);
	w->tp->linger2_neg = 1;
	exs_wire_close(w);
	EXS_WIRE_OUT(w, W_FIN | W_ACK, 1, 1, 0);
	exs_wire_in(w, W_ACK, 1, 2, 0);
	EXS_WIRE_OUT(w, W_RST, 2, 0, 0);
	EXS_CLOSE_LEFT(w, -1, 0);
}

/* Longer than a minute: the socket itself waits until a minute is left. */
static void orphan__long_fin_wait_2(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);

	exs_wire_state(w, TCP_FIN_WAIT2);
	exs_tcp_ext_own(w->tp, GFP_ATOMIC)->linger2 = 100;
	exs_wire_close(w);
	EXS_WIRE_SILENT(w);
	EXS_CLOSE_LEFT(w, EXS_CONN_SOCK, TCP_FIN_WAIT2);
	exs_wire_in(w, W_FIN | W_ACK, 1, 2, 0);
	EXS_WIRE_OUT(w, W_ACK, 2, 2, 0);
	EXS_CLOSE_LEFT(w, EXS_CONN_TIMEWAIT, TCP_TIME_WAIT);
}

static void orphan__too_many(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);
	unsigned long n = exs_wire_mib(test, EXS_MIB_TCPEXT_TCPAbortOnMemory);

	/* The counter is exact to some dozens only. */
	exs_wire_net(test)->sysctl.tcp_max_orphans = 500;
	percpu_counter_add(&exs_tcp_orphans, 1000);
	exs_wire_close(w);
	percpu_counter_add(&exs_tcp_orphans, -1000);
	EXS_WIRE_OUT(w, W_FIN | W_ACK, 1, 1, 0);
	EXS_WIRE_OUT(w, W_RST | W_ACK, 2, 1, 0);
	EXS_CLOSE_LEFT(w, -1, 0);
	KUNIT_EXPECT_EQ(test, n + 1,
			exs_wire_mib(test, EXS_MIB_TCPEXT_TCPAbortOnMemory));
}

static void orphan_oom__halved_by_suspicion(struct kunit *test)
{
	static const struct {
		int orphans, most, shift;
		bool oom;
	} t[] = {
		{ 3000, 3000, 0, false }, { 3001, 3000, 0, true },
		{ 1501, 3000, 1, true }, { 1500, 3000, 1, false },
		{ 1500, 3000, 2, true },
	};
	struct exs_wire *w = exs_wire_socket(test);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		exs_wire_net(test)->sysctl.tcp_max_orphans = t[i].most;
		percpu_counter_add(&exs_tcp_orphans, t[i].orphans);
		KUNIT_EXPECT_EQ_MSG(test, exs_tcp_orphan_oom(w->sk, t[i].shift),
				    t[i].oom, "row %u", i);
		percpu_counter_add(&exs_tcp_orphans, -t[i].orphans);
	}
}

static void shutdown__by_state(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);

	/* Reading ends without a word to the peer. */
	KUNIT_EXPECT_EQ(test, kernel_sock_shutdown(w->sock, SHUT_RD), 0);
	EXS_WIRE_SILENT(w);
	EXS_WIRE_STATE(w, TCP_ESTABLISHED);
	KUNIT_EXPECT_EQ(test, kernel_sock_shutdown(w->sock, SHUT_WR), 0);
	EXS_WIRE_OUT(w, W_FIN | W_ACK, 1, 1, 0);
	EXS_WIRE_STATE(w, TCP_FIN_WAIT1);
	/* Once. */
	KUNIT_EXPECT_EQ(test, kernel_sock_shutdown(w->sock, SHUT_RDWR), 0);
	EXS_WIRE_SILENT(w);

	w = exs_wire_active(test, true);
	exs_wire_state(w, TCP_CLOSE_WAIT);
	KUNIT_EXPECT_EQ(test, kernel_sock_shutdown(w->sock, SHUT_WR), 0);
	EXS_WIRE_OUT(w, W_FIN | W_ACK, 1, 2, 0);
	EXS_WIRE_STATE(w, TCP_LAST_ACK);
	exs_wire_in(w, W_ACK, 2, 2, 0);
	EXS_WIRE_STATE(w, TCP_CLOSE);
	KUNIT_EXPECT_EQ(test, w->sk->sk_err, 0);
}

/* RFC 9293 3.10.4, SYN-RECEIVED: the FIN waits until the peer is there. */
static void shutdown__waits_for_the_handshake(struct kunit *test)
{
	struct exs_wire *w = exs_wire_socket(test);
	struct exs_wire_seg syn = {
		.flags = W_SYN, .win = 65535, .opt.mss = EXS_WIRE_MSS,
	};

	exs_wire_connect(w);
	exs_wire_rcv(w, &syn);
	EXS_WIRE_OUT(w, W_SYN | W_ACK, 0, 1, 0);
	KUNIT_EXPECT_EQ(test, kernel_sock_shutdown(w->sock, SHUT_WR), 0);
	EXS_WIRE_SILENT(w);
	EXS_WIRE_STATE(w, TCP_SYN_RECV);
	exs_wire_in(w, W_ACK, 1, 1, 0);
	EXS_WIRE_OUT(w, W_FIN | W_ACK, 1, 1, 0);
	EXS_WIRE_SILENT(w);
	EXS_WIRE_STATE(w, TCP_FIN_WAIT1);
}

/* ABORT of RFC 9293 3.10.5. */
static void disconnect__by_state(struct kunit *test)
{
	static const struct {
		u8 state;
		bool reset;
		u32 seq, ack;
		int err;
	} t[] = {
		{ TCP_ESTABLISHED, true, 1, 1, ECONNRESET },
		{ TCP_CLOSE_WAIT, true, 1, 2, ECONNRESET },
		{ TCP_FIN_WAIT1, true, 2, 1, ECONNRESET },
		{ TCP_FIN_WAIT2, true, 2, 1, ECONNRESET },
		{ TCP_CLOSING, false, 0, 0, 0 },
		{ TCP_LAST_ACK, false, 0, 0, 0 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_wire *w = exs_wire_active(test, true);
		struct exs_sock *es = &w->tp->es;

		if (t[i].state != TCP_ESTABLISHED)
			exs_wire_state(w, t[i].state);
		lock_sock(w->sk);
		w->sk->sk_err_soft = EHOSTUNREACH;
		KUNIT_EXPECT_EQ(test, exs_tcp_disconnect(w->sk, 0), 0);
		release_sock(w->sk);
		if (t[i].reset)
			EXS_WIRE_OUT(w, W_RST | W_ACK, t[i].seq, t[i].ack, 0);
		EXS_WIRE_SILENT(w);
		KUNIT_EXPECT_EQ_MSG(test, w->sk->sk_err, t[i].err, "row %u", i);
		EXS_WIRE_STATE(w, TCP_CLOSE);
		KUNIT_EXPECT_EQ(test, w->sk->sk_err_soft, 0);
		KUNIT_EXPECT_EQ(test, w->sk->sk_shutdown, 0);
		KUNIT_EXPECT_EQ(test, w->sk->sk_num, 0);
		KUNIT_EXPECT_NE(test, (__force u16)es->conn.lport, 0);
		KUNIT_EXPECT_NULL(test, es->rt.ldev);
		/* As new: it connects again. */
		w->sock->state = SS_UNCONNECTED;
		w->sk->sk_err = 0;
		w->irs += 100000;
		exs_wire_connect(w);
		exs_wire_release(w);
	}
}

/* The socket holds the only reference: at 0 nobody gets another. */
static void disconnect__never_lets_the_algorithm_go(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);
	struct module *owner = kunit_kzalloc(test, sizeof(*owner), GFP_KERNEL);
	struct exs_cc_ops ops = exs_cc_reno;

	KUNIT_ASSERT_NOT_NULL(test, owner);
	owner->state = MODULE_STATE_LIVE;
	atomic_set(&owner->refcnt, 1);
	ops.owner = owner;
	lock_sock(w->sk);
	w->tp->cc.ops = &ops;
	w->tp->cc.setsockopt = 1;
	KUNIT_EXPECT_EQ(test, exs_tcp_disconnect(w->sk, 0), 0);
	KUNIT_EXPECT_PTR_EQ(test, w->tp->cc.ops,
			    (const struct exs_cc_ops *)&ops);
	KUNIT_EXPECT_EQ(test, (int)w->tp->cc.setsockopt, 1);
	KUNIT_EXPECT_EQ(test, (int)w->tp->cc.started, 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&owner->refcnt), 1);
	/* Not chosen: the namespace's default takes its place. */
	w->tp->cc.setsockopt = 0;
	KUNIT_EXPECT_EQ(test, exs_tcp_disconnect(w->sk, 0), 0);
	KUNIT_EXPECT_STREQ(test, w->tp->cc.ops->name, "cubic");
	KUNIT_EXPECT_EQ(test, atomic_read(&owner->refcnt), 0);
	release_sock(w->sk);
	exs_wire_release(w);
}

static struct kunit_case exs_tcp_close_cases[] = {
	KUNIT_CASE(close__by_state),
	KUNIT_CASE(close__before_there_is_a_connection),
	KUNIT_CASE(close__unread_text_is_a_reset),
	KUNIT_CASE(close__unread_fin_is_none),
	KUNIT_CASE(close__linger_of_0_is_a_reset),
	KUNIT_CASE(close__text_goes_first),
	KUNIT_CASE(orphan__text_is_reset),
	KUNIT_CASE(orphan__no_fin_wait_2),
	KUNIT_CASE(orphan__long_fin_wait_2),
	KUNIT_CASE(orphan__too_many),
	KUNIT_CASE(orphan_oom__halved_by_suspicion),
	KUNIT_CASE(shutdown__by_state),
	KUNIT_CASE(shutdown__waits_for_the_handshake),
	KUNIT_CASE(disconnect__by_state),
	KUNIT_CASE(disconnect__never_lets_the_algorithm_go),
	{}
};

static struct kunit_suite exs_tcp_close_suite = {
	.name = "expstack_tcp_close",
	.init = exs_wire_init,
	.exit = exs_wire_exit,
	.test_cases = exs_tcp_close_cases,
};

kunit_test_suite(exs_tcp_close_suite);
