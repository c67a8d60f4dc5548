// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_timewait_rx.c: segments for TIME-WAIT
 * and for an orphan's FIN-WAIT-2.
 */
#include "tcp_wire.h"

#define NONE	0xff

struct exs_twrx_row {
	u8 flags;
	u32 seq, ack, len;
	u8 state;		/* TCP_*; 0: gone */
	u8 out;
	u32 out_seq, out_ack;
	bool rfc1337;
};

/* What a dump would show of the tuple, 0: nothing. */
static u8 exs_twrx_state(struct exs_wire *w)
{
	struct exs_conn *c;
	u8 state = 0;

	rcu_read_lock();
	c = exs_wire_conn(w);
	if (c && c->kind == EXS_CONN_TIMEWAIT)
		state = container_of(c, struct exs_tcp_tw, conn)->substate;
	rcu_read_unlock();
	return state;
}

static struct exs_wire *exs_twrx_fin_wait2(struct kunit *test, bool plain)
{
	struct exs_wire *w = exs_wire_active(test, plain);

	exs_wire_state(w, TCP_FIN_WAIT2);
	exs_wire_close(w);
	KUNIT_EXPECT_EQ(test, exs_twrx_state(w), TCP_FIN_WAIT2);
	return w;
}

static struct exs_wire *exs_twrx_time_wait(struct kunit *test, bool plain)
{
	struct exs_wire *w = exs_twrx_fin_wait2(test, plain);

	exs_wire_in(w, W_FIN | W_ACK, 1, 2, 0);
	EXS_WIRE_OUT(w, W_ACK, 2, 2, 0);
	KUNIT_EXPECT_EQ(test, exs_twrx_state(w), TCP_TIME_WAIT);
	return w;
}

static void exs_twrx_row(struct exs_wire *w, const struct exs_twrx_row *t,
			 unsigned int i)
{
	exs_wire_net(w->test)->sysctl.tcp_rfc1337 = t->rfc1337;
	exs_wire_in(w, t->flags, t->seq, t->ack, t->len);
	KUNIT_EXPECT_EQ_MSG(w->test, exs_twrx_state(w), t->state, "row %u", i);
	if (t->out == (W_RST | W_ACK))
		EXS_WIRE_OUT(w, t->out, -w->iss, t->out_ack, 0);
	else if (t->out != NONE)
		EXS_WIRE_OUT(w, t->out, t->out_seq, t->out_ack, 0);
	EXS_WIRE_SILENT(w);
}

/* Our FIN was 1, the peer's too: both sides are at 2. */
static void time_wait__segments(struct kunit *test)
{
	static const struct exs_twrx_row t[] = {
		{ W_ACK, 2, 2, 0, TCP_TIME_WAIT, NONE },
		/* The ACK of its FIN was lost. */
		{ W_FIN | W_ACK, 1, 2, 0, TCP_TIME_WAIT, W_ACK, 2, 2 },
		{ W_ACK, 2, 2, 10, TCP_TIME_WAIT, W_ACK, 2, 2 },
		{ W_ACK, 70000, 2, 0, TCP_TIME_WAIT, W_ACK, 2, 2 },
		{ W_RST, 2, 0, 0, 0, NONE },
		/* RFC 1337: a reset must not end the wait. */
		{ W_RST, 2, 0, 0, TCP_TIME_WAIT, NONE, 0, 0, true },
		{ W_RST, 1, 0, 0, TCP_TIME_WAIT, NONE },
		{ W_RST, 3, 0, 0, TCP_TIME_WAIT, NONE },
		/* A new connection, but nobody listens. */
		{ W_SYN, 3, 0, 0, TCP_TIME_WAIT, W_ACK, 2, 2 },
		/* Not surely new: told where we are (RFC 6191). */
		{ W_SYN, 1, 0, 0, TCP_TIME_WAIT, W_ACK, 2, 2 },
		{ W_SYN, 2, 0, 0, TCP_TIME_WAIT, W_ACK, 2, 2 },
		{ W_SYN | W_ACK, 3, 2, 0, TCP_TIME_WAIT, W_ACK, 2, 2 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++)
		exs_twrx_row(exs_twrx_time_wait(test, true), &t[i], i);
}

/* The peer may still send its FIN; nobody would read text. */
static void fin_wait_2__segments(struct kunit *test)
{
	static const struct exs_twrx_row t[] = {
		{ W_FIN | W_ACK, 1, 2, 0, TCP_TIME_WAIT, W_ACK, 2, 2 },
		{ W_ACK, 1, 2, 0, TCP_FIN_WAIT2, NONE },
		{ W_ACK, 1, 2, 10, 0, W_RST, 2, 0 },
		{ W_FIN | W_ACK, 1, 2, 10, 0, W_RST, 2, 0 },
		{ W_SYN, 1, 0, 0, 0, W_RST | W_ACK, 0, 2 },
		/* Text on a SYN of before the window: no new connection. */
		{ W_SYN, 0, 0, 5, TCP_FIN_WAIT2, NONE },
		{ W_RST, 1, 0, 0, 0, NONE },
		/* No ACK: RFC 9293 drops it. */
		{ 0, 1, 0, 10, TCP_FIN_WAIT2, NONE },
		{ W_FIN, 1, 0, 0, TCP_FIN_WAIT2, NONE },
		/* Out of the window. */
		{ W_ACK, 70000, 2, 10, TCP_FIN_WAIT2, W_ACK, 2, 1 },
		{ W_ACK, -10, 2, 10, TCP_FIN_WAIT2, W_ACK, 2, 1 },
		{ W_RST, 70000, 0, 0, TCP_FIN_WAIT2, W_ACK, 2, 1 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++)
		exs_twrx_row(exs_twrx_fin_wait2(test, true), &t[i], i);
}

static void answers__are_limited(struct kunit *test)
{
	struct exs_wire *w = exs_twrx_time_wait(test, true);
	unsigned long n;

	n = exs_wire_mib(test, EXS_MIB_TCPEXT_TCPACKSkippedTimeWait);
	exs_wire_in(w, W_ACK, 1, 2, 0);
	EXS_WIRE_OUT(w, W_ACK, 2, 2, 0);
	exs_wire_in(w, W_ACK, 1, 2, 0);
	EXS_WIRE_SILENT(w);
	/* A FIN or text again is no part of a loop of ACKs. */
	exs_wire_in(w, W_FIN | W_ACK, 1, 2, 0);
	EXS_WIRE_OUT(w, W_ACK, 2, 2, 0);
	exs_wire_in(w, W_ACK, 1, 2, 10);
	EXS_WIRE_OUT(w, W_ACK, 2, 2, 0);
	KUNIT_EXPECT_EQ(test, n + 1,
			exs_wire_mib(test,
				     EXS_MIB_TCPEXT_TCPACKSkippedTimeWait));
}

/* As the socket's: by mark and device it is routed. */
static void answers__have_the_mark_of_the_socket(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);
	struct sk_buff *skb;

	w->sk->sk_mark = 7;
	exs_wire_state(w, TCP_FIN_WAIT2);
	exs_wire_in(w, W_FIN | W_ACK, 1, 2, 0);
	EXS_WIRE_OUT(w, W_ACK, 2, 2, 0);
	exs_wire_in(w, W_FIN | W_ACK, 1, 2, 0);
	skb = exs_link_test_sent(test);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_EXPECT_EQ(test, skb->mark, 7U);
}

static void timestamp__old_and_new(struct kunit *test)
{
	struct exs_wire *w = exs_twrx_time_wait(test, false);
	unsigned long paws = exs_wire_mib(test, EXS_MIB_TCPEXT_PAWSEstab);
	u32 tsval = w->tsval;

	w->tsval = tsval - 1;
	exs_wire_in(w, W_ACK, 2, 2, 10);
	EXS_WIRE_OUT(w, W_ACK, 2, 2, 0);
	KUNIT_EXPECT_EQ(test, w->last.o.tsecr, tsval);
	KUNIT_EXPECT_EQ(test, paws + 1,
			exs_wire_mib(test, EXS_MIB_TCPEXT_PAWSEstab));
	/* An old SYN with an old clock is no new connection. */
	exs_wire_in(w, W_SYN, 3, 0, 0);
	KUNIT_EXPECT_EQ(test, exs_twrx_state(w), TCP_TIME_WAIT);
	EXS_WIRE_OUT(w, W_ACK, 2, 2, 0);
}

/* A reset with an old one counts for nothing, until a minute has passed. */
static void timestamp__of_a_reset(struct kunit *test)
{
	static const struct {
		u32 age;
		u8 state;
	} t[] = {
		{ 0, TCP_TIME_WAIT },
		{ EXS_TCP_PAWS_RST - 2, TCP_TIME_WAIT },
		{ EXS_TCP_PAWS_RST, 0 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_wire *w = exs_twrx_time_wait(test, false);
		struct exs_conn *c;

		rcu_read_lock();
		c = exs_wire_conn(w);
		container_of(c, struct exs_tcp_tw, conn)->ts_recent_stamp =
			(u32)ktime_get_seconds() - t[i].age;
		rcu_read_unlock();
		w->tsval--;
		exs_wire_in(w, W_RST, 2, 0, 0);
		EXS_WIRE_SILENT(w);
		KUNIT_EXPECT_EQ_MSG(test, exs_twrx_state(w), t[i].state,
				    "row %u", i);
	}
}

static void new_syn__goes_to_the_listener(struct kunit *test)
{
	struct exs_wire *lw = exs_wire_listen(test, 0, 10);
	struct exs_wire *w = exs_wire_passive(lw, 1000);
	struct exs_wire_seg syn = {
		.flags = W_SYN, .seq = 3, .win = 65535,
		.opt.mss = EXS_WIRE_MSS,
	};
	u32 iss = w->iss;

	exs_wire_state(w, TCP_FIN_WAIT2);
	exs_wire_in(w, W_FIN | W_ACK, 1, 2, 0);
	EXS_WIRE_OUT(w, W_ACK, 2, 2, 0);
	exs_wire_release(w);
	KUNIT_EXPECT_EQ(test, exs_twrx_state(w), TCP_TIME_WAIT);
	exs_wire_rcv(w, &syn);
	EXS_WIRE_OUT(w, W_SYN | W_ACK, 0, 4, 0);
	KUNIT_EXPECT_EQ(test, w->iss, iss + 2 + 65537);
	exs_wire_in(w, W_ACK, 4, 1, 0);
	KUNIT_EXPECT_EQ(test, exs_wire_accept(lw, w), 0);
	EXS_WIRE_STATE(w, TCP_ESTABLISHED);
}

static struct kunit_case exs_tcp_timewait_rx_cases[] = {
	KUNIT_CASE(time_wait__segments),
	KUNIT_CASE(fin_wait_2__segments),
	KUNIT_CASE(answers__are_limited),
	KUNIT_CASE(answers__have_the_mark_of_the_socket),
	KUNIT_CASE(timestamp__old_and_new),
	KUNIT_CASE(timestamp__of_a_reset),
	KUNIT_CASE(new_syn__goes_to_the_listener),
	{}
};

static struct kunit_suite exs_tcp_timewait_rx_suite = {
	.name = "expstack_tcp_timewait_rx",
	.init = exs_wire_init,
	.exit = exs_wire_exit,
	.test_cases = exs_tcp_timewait_rx_cases,
};

kunit_test_suite(exs_tcp_timewait_rx_suite);
