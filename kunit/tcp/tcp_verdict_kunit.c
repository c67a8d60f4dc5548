// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_verdict.c: what follows from a verdict.
 */
#include "tcp_fix.h"
#include "tcp_wire.h"

static void reset_received__errno_by_state(struct kunit *test)
{
	static const struct {
		u8 state;
		int err;
	} t[] = {
		{ TCP_SYN_SENT, ECONNREFUSED }, { TCP_SYN_RECV, ECONNRESET },
		{ TCP_ESTABLISHED, ECONNRESET }, { TCP_FIN_WAIT1, ECONNRESET },
		{ TCP_FIN_WAIT2, ECONNRESET }, { TCP_CLOSING, ECONNRESET },
		{ TCP_CLOSE_WAIT, EPIPE }, { TCP_LAST_ACK, ECONNRESET },
		{ TCP_CLOSE, 0 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_tcp_fix f = exs_tcp_fix_open(test, t[i].state);

		exs_tcp_reset_received(f.sk);
		KUNIT_EXPECT_EQ_MSG(test, f.sk->sk_err, t[i].err, "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, f.sk->sk_state, TCP_CLOSE, "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, f.sk->sk_shutdown,
				    t[i].err ? SHUTDOWN_MASK : 0, "row %u", i);
		exs_tcp_fix_close(test, &f);
	}
}

static void fin_received__next_state(struct kunit *test)
{
	static const struct {
		u8 from, to;
	} t[] = {
		{ TCP_SYN_RECV, TCP_CLOSE_WAIT },
		{ TCP_ESTABLISHED, TCP_CLOSE_WAIT },
		{ TCP_FIN_WAIT1, TCP_CLOSING },
		{ TCP_CLOSE_WAIT, TCP_CLOSE_WAIT },
		{ TCP_CLOSING, TCP_CLOSING },
		{ TCP_LAST_ACK, TCP_LAST_ACK },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_tcp_fix f = exs_tcp_fix_open(test, t[i].from);

		exs_tcp_fin_received(f.sk);
		KUNIT_EXPECT_EQ_MSG(test, f.sk->sk_state, t[i].to, "row %u", i);
		KUNIT_EXPECT_TRUE(test, f.sk->sk_shutdown & RCV_SHUTDOWN);
		KUNIT_EXPECT_TRUE(test, sock_flag(f.sk, SOCK_DONE));
		exs_tcp_fix_close(test, &f);
	}
}

/* The eighth step for FIN-WAIT-2: acknowledged, and TIME-WAIT stands in. */
static void fin_received__in_fin_wait_2(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);
	struct exs_conn *c;

	exs_wire_state(w, TCP_FIN_WAIT2);
	exs_wire_in(w, W_FIN | W_ACK, 1, 2, 0);
	EXS_WIRE_OUT(w, W_ACK, 2, 2, 0);
	EXS_WIRE_STATE(w, TCP_CLOSE);
	KUNIT_EXPECT_EQ(test, w->sk->sk_err, 0);
	KUNIT_EXPECT_EQ(test, exs_wire_read(w, 1, 1, 0), 0);
	rcu_read_lock();
	c = exs_wire_conn(w);
	KUNIT_EXPECT_TRUE(test, c && c->kind == EXS_CONN_TIMEWAIT);
	rcu_read_unlock();
}

static void fin_received__wakes_the_reader_with_the_end(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);

	exs_wire_in(w, W_FIN | W_ACK, 1, 1, 10);
	EXS_WIRE_STATE(w, TCP_CLOSE_WAIT);
	KUNIT_EXPECT_EQ(test, exs_wire_read(w, 1, 100, 0), 10);
	KUNIT_EXPECT_EQ(test, exs_wire_read(w, 11, 100, 0), 0);
	KUNIT_EXPECT_EQ(test, exs_wire_read(w, 11, 100, 0), 0);
}

static void abort__what_was_received_can_be_read(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);

	KUNIT_ASSERT_EQ(test, 5, exs_wire_write(w, 1, 5, 0));
	EXS_WIRE_OUT(w, W_ACK, 1, 1, 5);
	exs_wire_in(w, W_ACK, 1, 1, 10);
	EXS_WIRE_OUT(w, W_ACK, 6, 11, 0);
	exs_wire_in(w, W_RST | W_ACK, 11, 1, 0);
	EXS_WIRE_SILENT(w);
	EXS_WIRE_STATE(w, TCP_CLOSE);
	KUNIT_EXPECT_TRUE(test, skb_queue_empty(&w->tp->rtx_queue));
	KUNIT_EXPECT_EQ(test, w->tp->packets_out, 0U);
	KUNIT_EXPECT_EQ(test, (int)w->tp->rtx_kind, EXS_TCP_RTX_NONE);
	KUNIT_EXPECT_EQ(test, exs_wire_read(w, 1, 100, 0), 10);
	KUNIT_EXPECT_EQ(test, exs_wire_read(w, 11, 100, 0), -ECONNRESET);
	/* An error is told once; the socket is not connected any more. */
	KUNIT_EXPECT_EQ(test, exs_wire_read(w, 11, 100, 0), 0);
	KUNIT_EXPECT_EQ(test, exs_wire_write(w, 6, 1, 0), -EPIPE);
}

static void done__leaves_the_hash(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);

	rcu_read_lock();
	KUNIT_EXPECT_PTR_EQ(test, exs_wire_conn(w), &w->tp->es.conn);
	rcu_read_unlock();
	exs_wire_call(w, exs_tcp_done);
	rcu_read_lock();
	KUNIT_EXPECT_NULL(test, exs_wire_conn(w));
	rcu_read_unlock();
	EXS_WIRE_STATE(w, TCP_CLOSE);
	KUNIT_EXPECT_EQ(test, w->sk->sk_err, 0);
}

/* One verdict on a pure ACK at the edge of both windows. */
static void exs_verdict_run(struct exs_wire *w, u32 actions, u8 next,
			    enum exs_drop_reason reason, int err)
{
	struct exs_tcp_verdict v = {
		.actions = actions, .next_state = next, .reason = reason,
		.err = err,
	};
	struct sk_buff *skb = exs_tcp_fix_seg(w->test, W_ACK, w->tp->rcv_nxt,
					      w->tp->snd_nxt, 0);

	lock_sock(w->sk);
	local_bh_disable();
	rcu_read_lock();
	exs_tcp_verdict_execute(w->sk, skb, &v);
	rcu_read_unlock();
	local_bh_enable();
	release_sock(w->sk);
}

static void execute__replies(struct kunit *test)
{
	static const struct {
		u32 action;
		bool out;
	} t[] = {
		{ EXS_TCP_DO_CHALLENGE, true },
		/* Half a second has not passed: one challenge is enough. */
		{ EXS_TCP_DO_CHALLENGE, false },
		{ EXS_TCP_DO_DUPACK, true },
		{ EXS_TCP_DO_ACK_NOW, true },
		{ EXS_TCP_DO_PUSH, false },
		{ EXS_TCP_DO_WAKE_WRITE | EXS_TCP_DO_WAKE_STATE, false },
		{ 0, false },
	};
	struct exs_wire *w = exs_wire_active(test, true);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		exs_verdict_run(w, t[i].action, 0, EXS_DROP_TCP_PURE_ACK, 0);
		if (t[i].out)
			EXS_WIRE_OUT(w, W_ACK, 1, 1, 0);
		EXS_WIRE_SILENT(w);
		EXS_WIRE_STATE(w, TCP_ESTABLISHED);
	}
}

static void execute__ack_later(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);

	w->tp->ack.ato = EXS_TCP_DELACK_MAX;
	exs_verdict_run(w, EXS_TCP_DO_ACK_LATER, 0, EXS_DROP_TCP_PURE_ACK, 0);
	EXS_WIRE_SILENT(w);
	KUNIT_EXPECT_TRUE(test, w->tp->ack.pending & EXS_TCP_ACK_TIMER);
	exs_wire_call(w, exs_tcp_delack_deadline);
	EXS_WIRE_OUT(w, W_ACK, 1, 1, 0);
}

static void execute__the_end(struct kunit *test)
{
	static const struct {
		u32 actions;
		int err, expect;
	} t[] = {
		{ EXS_TCP_DO_ABORT, 0, ECONNRESET },
		{ EXS_TCP_DO_ABORT, ETIMEDOUT, ETIMEDOUT },
		{ EXS_TCP_DO_DONE, 0, 0 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_wire *w = exs_wire_active(test, true);
		unsigned long drops = exs_wire_drops(test, EXS_DROP_TCP_RESET);

		exs_verdict_run(w, t[i].actions, 0, EXS_DROP_TCP_RESET,
				t[i].err);
		EXS_WIRE_STATE(w, TCP_CLOSE);
		KUNIT_EXPECT_EQ_MSG(test, w->sk->sk_err, t[i].expect,
				    "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test,
				    exs_wire_drops(test, EXS_DROP_TCP_RESET),
				    drops + 1, "row %u", i);
		EXS_WIRE_SILENT(w);
		exs_wire_release(w);
	}
}

static void execute__next_state(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);

	exs_verdict_run(w, 0, TCP_CLOSE_WAIT, EXS_DROP_TCP_PURE_ACK, 0);
	EXS_WIRE_STATE(w, TCP_CLOSE_WAIT);
}

static struct kunit_case exs_tcp_verdict_cases[] = {
	KUNIT_CASE(reset_received__errno_by_state),
	KUNIT_CASE(fin_received__next_state),
	KUNIT_CASE(fin_received__in_fin_wait_2),
	KUNIT_CASE(fin_received__wakes_the_reader_with_the_end),
	KUNIT_CASE(abort__what_was_received_can_be_read),
	KUNIT_CASE(done__leaves_the_hash),
	KUNIT_CASE(execute__replies),
	KUNIT_CASE(execute__ack_later),
	KUNIT_CASE(execute__the_end),
	KUNIT_CASE(execute__next_state),
	{}
};

static struct kunit_suite exs_tcp_verdict_suite = {
	.name = "expstack_tcp_verdict",
	.init = exs_wire_init,
	.exit = exs_wire_exit,
	.test_cases = exs_tcp_verdict_cases,
};

kunit_test_suite(exs_tcp_verdict_suite);
