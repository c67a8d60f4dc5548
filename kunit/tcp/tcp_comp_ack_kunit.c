// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_comp_ack.c: behind a hole one ACK may
 * stand for many. Also of tcp_acksched.c: one for all of the backlog.
 */
#include <linux/delay.h>

#include "tcp_fix.h"
#include "tcp_wire.h"

#define EXS_COMP_LONG	INT_MAX		/* ns: longer than any test */

/* ACKs that were not sent, since the last call. */
static unsigned long exs_comp_spared(struct kunit *test)
{
	static unsigned long before;
	unsigned long now = exs_wire_mib(test, EXS_MIB_TCPEXT_TCPAckCompressed);
	unsigned long n = now - before;

	before = now;
	return n;
}

/* A peer with SACK; no segment is acknowledged at once for another reason. */
static struct exs_wire *exs_comp_open(struct kunit *test, u32 delay_ns)
{
	struct exs_wire *w = exs_wire_active(test, false);

	exs_comp_spared(test);
	exs_wire_net(test)->sysctl.tcp_comp_sack_delay_ns = delay_ns;
	exs_tcp_pingpong_enter(w->tp);
	w->tp->ack.ato = EXS_TCP_DELACK_MAX;
	w->tp->rcv_rtt_us = U32_MAX;
	w->tp->cc.srtt_us = U32_MAX;
	return w;
}

/* The i-th segment behind a hole at 1. */
static void exs_comp_in(struct exs_wire *w, u32 i)
{
	exs_wire_in(w, W_ACK, 1 + i * 10, 1, 10);
}

/* The first three, which are told at once. */
static void exs_comp_three(struct exs_wire *w)
{
	u32 i;

	for (i = 1; i <= 3; i++) {
		exs_comp_in(w, i);
		EXS_WIRE_OUT(w, W_ACK, 1, 1, 0);
	}
}

static void delay__a_twentieth_of_the_round_trip(struct kunit *test)
{
	static const struct {
		u32 rtt_us, most, delay;
	} t[] = {
		{ 0, 1000000, 0 },
		{ 10000, 1000000, 500000 },
		{ 20000, 1000000, 1000000 },
		{ 20001, 1000000, 1000000 },
		{ 500000000, U32_MAX, U32_MAX },
		{ 80000000, U32_MAX, 4000000000U },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++)
		KUNIT_EXPECT_EQ_MSG(test,
				    exs_tcp_comp_ack_delay(8 * t[i].rtt_us,
							   t[i].most),
				    (u64)t[i].delay, "row %u", i);
}

static void hold__from_the_fourth_on(struct kunit *test)
{
	struct exs_wire *w = exs_comp_open(test, EXS_COMP_LONG);
	u32 i;

	exs_comp_three(w);
	for (i = 4; i <= 6; i++) {
		exs_comp_in(w, i);
		EXS_WIRE_SILENT(w);
	}
	exs_wire_call(w, exs_tcp_comp_ack_flush);
	EXS_WIRE_OUT(w, W_ACK, 1, 1, 0);
	KUNIT_EXPECT_EQ(test, w->last.o.num_sacks, 1);
	KUNIT_EXPECT_EQ(test, exs_comp_spared(test), 2UL);
	/* Nothing is left that the timer could send. */
	exs_wire_call(w, exs_tcp_comp_ack_flush);
	EXS_WIRE_SILENT(w);
}

static void hold__the_timer_ends_it(struct kunit *test)
{
	struct exs_wire *w = exs_comp_open(test, NSEC_PER_MSEC);

	exs_comp_three(w);
	exs_comp_in(w, 4);
	msleep(20);
	EXS_WIRE_OUT(w, W_ACK, 1, 1, 0);
	EXS_WIRE_SILENT(w);
	KUNIT_EXPECT_EQ(test, exs_comp_spared(test), 0UL);
}

static void hold__the_timer_finds_the_socket_in_use(struct kunit *test)
{
	struct exs_wire *w = exs_comp_open(test, NSEC_PER_MSEC);

	exs_comp_three(w);
	exs_comp_in(w, 4);
	lock_sock(w->sk);
	msleep(20);
	EXS_WIRE_SILENT(w);
	release_sock(w->sk);
	EXS_WIRE_OUT(w, W_ACK, 1, 1, 0);
	EXS_WIRE_SILENT(w);
}

static void hold__no_more_than_the_sysctl_says(struct kunit *test)
{
	struct exs_wire *w = exs_comp_open(test, EXS_COMP_LONG);

	exs_wire_net(test)->sysctl.tcp_comp_sack_nr = 2;
	exs_comp_three(w);
	exs_comp_in(w, 4);
	exs_comp_in(w, 5);
	EXS_WIRE_SILENT(w);
	exs_comp_in(w, 6);
	EXS_WIRE_OUT(w, W_ACK, 1, 1, 0);
	KUNIT_EXPECT_EQ(test, exs_comp_spared(test), 2UL);
}

static void hold__another_hole_begins_anew(struct kunit *test)
{
	struct exs_wire *w = exs_comp_open(test, EXS_COMP_LONG);

	exs_comp_three(w);
	exs_comp_in(w, 4);
	EXS_WIRE_SILENT(w);
	/* The hole is filled: told at once, and with it what was held. */
	exs_wire_in(w, W_ACK, 1, 1, 10);
	EXS_WIRE_OUT(w, W_ACK, 1, 51, 0);
	KUNIT_EXPECT_EQ(test, exs_comp_spared(test), 1UL);
	exs_comp_in(w, 7);
	EXS_WIRE_OUT(w, W_ACK, 1, 51, 0);
}

/* An ACK has room for few blocks: none is lost because it waited. */
static void hold__not_while_blocks_change_places(struct kunit *test)
{
	struct exs_wire *w = exs_comp_open(test, EXS_COMP_LONG);
	u32 i;

	for (i = 1; i <= 3; i++) {
		exs_comp_in(w, 2 * i);
		EXS_WIRE_OUT(w, W_ACK, 1, 1, 0);
	}
	exs_comp_in(w, 8);
	EXS_WIRE_SILENT(w);
	exs_comp_in(w, 10);
	EXS_WIRE_OUT(w, W_ACK, 1, 1, 0);
	KUNIT_EXPECT_TRUE(test, w->tp->ack.pending & EXS_TCP_ACK_HELD);
}

static void hold__never_without_sack(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);
	u32 i;

	exs_wire_net(test)->sysctl.tcp_comp_sack_delay_ns = EXS_COMP_LONG;
	exs_tcp_pingpong_enter(w->tp);
	w->tp->ack.ato = EXS_TCP_DELACK_MAX;
	for (i = 1; i <= 6; i++) {
		exs_comp_in(w, i);
		EXS_WIRE_OUT(w, W_ACK, 1, 1, 0);
	}
}

/* The socket may go while the timer runs: sanitizers watch. */
static void hold__the_connection_ends(struct kunit *test)
{
	struct exs_wire *w = exs_comp_open(test, EXS_COMP_LONG);

	exs_comp_three(w);
	exs_comp_in(w, 4);
	EXS_WIRE_SILENT(w);
	exs_wire_in(w, W_RST, 1, 0, 0);
	EXS_WIRE_STATE(w, TCP_CLOSE);
	EXS_WIRE_SILENT(w);
}

static void backlog__one_ack_for_all(struct kunit *test)
{
	static const struct {
		bool defer;
		unsigned int acks;
	} t[] = { { true, 1 }, { false, 2 } };
	unsigned int i, n;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_wire *w = exs_wire_active(test, true);

		exs_wire_net(test)->sysctl.tcp_backlog_ack_defer = t[i].defer;
		/* The backlog takes room: the window shall not be short of it. */
		WRITE_ONCE(w->sk->sk_rcvbuf, 1 << 20);
		exs_tcp_pingpong_enter(w->tp);
		w->tp->ack.ato = EXS_TCP_DELACK_MAX;
		lock_sock(w->sk);
		for (n = 0; n < 4; n++)
			exs_wire_in(w, W_ACK, 1 + n * 1000, 1, 1000);
		EXS_WIRE_SILENT(w);
		release_sock(w->sk);
		for (n = 0; exs_wire_next(w); n++)
			;
		KUNIT_EXPECT_EQ_MSG(test, n, t[i].acks, "row %u", i);
		KUNIT_EXPECT_EQ(test, w->last.ack, 4001U);
		exs_wire_release(w);
	}
}

static struct kunit_case exs_tcp_comp_ack_cases[] = {
	KUNIT_CASE(delay__a_twentieth_of_the_round_trip),
	KUNIT_CASE(hold__from_the_fourth_on),
	KUNIT_CASE(hold__the_timer_ends_it),
	KUNIT_CASE(hold__the_timer_finds_the_socket_in_use),
	KUNIT_CASE(hold__no_more_than_the_sysctl_says),
	KUNIT_CASE(hold__another_hole_begins_anew),
	KUNIT_CASE(hold__not_while_blocks_change_places),
	KUNIT_CASE(hold__never_without_sack),
	KUNIT_CASE(hold__the_connection_ends),
	KUNIT_CASE(backlog__one_ack_for_all),
	{}
};

static struct kunit_suite exs_tcp_comp_ack_suite = {
	.name = "expstack_tcp_comp_ack",
	.init = exs_wire_init,
	.exit = exs_wire_exit,
	.test_cases = exs_tcp_comp_ack_cases,
};

kunit_test_suite(exs_tcp_comp_ack_suite);
