// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_fo_queue.c: how many may be pending.
 */
#include "tcp_fo_test.h"

static void tune__not_more_than_somaxconn(struct kunit *test)
{
	struct exs_wire *lw = exs_fo_listen(test, 5);

	KUNIT_EXPECT_EQ(test, lw->tp->ext->fo_queue->max, 5U);
	exs_wire_net(test)->sysctl.somaxconn = 3;
	lock_sock(lw->sk);
	KUNIT_EXPECT_EQ(test, exs_tcp_fo_queue_tune(lw->sk, 5), 0);
	release_sock(lw->sk);
	KUNIT_EXPECT_EQ(test, lw->tp->ext->fo_queue->max, 3U);
}

static void admit__up_to_the_limit(struct kunit *test)
{
	struct exs_wire *lw = exs_fo_listen(test, 2);
	unsigned long over = exs_wire_mib(test,
					  EXS_MIB_TCPEXT_TCPFastOpenListenOverflow);
	struct exs_wire *w[3];
	u16 i;

	for (i = 0; i < 2; i++) {
		w[i] = exs_fo_syn(lw, 1000 + i, 10, &exs_fo_valid);
		EXS_WIRE_OUT(w[i], W_SYN | W_ACK, 0, 11, 0);
	}
	KUNIT_EXPECT_EQ(test, exs_fo_pending_count(lw), 2U);
	/* An ordinary handshake, without a word of the option. */
	w[2] = exs_fo_syn(lw, 1002, 10, &exs_fo_valid);
	EXS_WIRE_OUT(w[2], W_SYN | W_ACK, 0, 1, 0);
	KUNIT_EXPECT_EQ(test, w[2]->last.o.fo_len, 0xff);
	KUNIT_EXPECT_EQ(test, over + 1,
			exs_wire_mib(test,
				     EXS_MIB_TCPEXT_TCPFastOpenListenOverflow));
	/* One is complete: there is room. */
	exs_wire_in(w[0], W_ACK, 11, 1, 0);
	KUNIT_EXPECT_EQ(test, exs_fo_pending_count(lw), 1U);
	w[2] = exs_fo_syn(lw, 1003, 10, &exs_fo_valid);
	EXS_WIRE_OUT(w[2], W_SYN | W_ACK, 0, 11, 0);
}

/* A child that waits for accept() takes its room there; one that does not... */
static void reset__is_remembered_for_a_minute(struct kunit *test)
{
	struct exs_wire *lw = exs_fo_listen(test, 1);
	struct exs_wire *w = exs_fo_syn(lw, 1000, 10, &exs_fo_valid);

	EXS_WIRE_OUT(w, W_SYN | W_ACK, 0, 11, 0);
	exs_wire_in(w, W_RST, 11, 0, 0);
	KUNIT_EXPECT_EQ(test, exs_fo_pending_count(lw), 0U);
	KUNIT_EXPECT_NULL(test, lw->tp->ext->fo_queue->rst_head);
	KUNIT_ASSERT_EQ(test, 0, exs_wire_accept(lw, w));

	w = exs_fo_syn(lw, 1001, 10, &exs_fo_valid);
	EXS_WIRE_OUT(w, W_SYN | W_ACK, 0, 11, 0);
	KUNIT_ASSERT_EQ(test, 0, exs_wire_accept(lw, w));
	exs_wire_in(w, W_RST, 11, 0, 0);
	EXS_WIRE_STATE(w, TCP_CLOSE);
	KUNIT_EXPECT_EQ(test, exs_fo_pending_count(lw), 1U);
	w = exs_fo_syn(lw, 1002, 10, &exs_fo_valid);
	EXS_WIRE_OUT(w, W_SYN | W_ACK, 0, 1, 0);
	KUNIT_ASSERT_NOT_NULL(test, lw->tp->ext->fo_queue->rst_head);
	lw->tp->ext->fo_queue->rst_head->fo.expires = jiffies - 1;
	w = exs_fo_syn(lw, 1003, 10, &exs_fo_valid);
	EXS_WIRE_OUT(w, W_SYN | W_ACK, 0, 11, 0);
	KUNIT_EXPECT_NULL(test, lw->tp->ext->fo_queue->rst_head);
	KUNIT_EXPECT_EQ(test, exs_fo_pending_count(lw), 1U);
}

static void stop__resets_are_forgotten(struct kunit *test)
{
	struct exs_wire *lw = exs_fo_listen(test, 1);
	struct exs_wire *w = exs_fo_syn(lw, 1000, 10, &exs_fo_valid);

	EXS_WIRE_OUT(w, W_SYN | W_ACK, 0, 11, 0);
	KUNIT_ASSERT_EQ(test, 0, exs_wire_accept(lw, w));
	exs_wire_in(w, W_RST, 11, 0, 0);
	KUNIT_EXPECT_EQ(test, exs_fo_pending_count(lw), 1U);
	KUNIT_EXPECT_EQ(test, kernel_sock_shutdown(lw->sock, SHUT_RD), 0);
	KUNIT_EXPECT_EQ(test, exs_fo_pending_count(lw), 0U);
	KUNIT_EXPECT_NULL(test, lw->tp->ext->fo_queue->rst_head);
}

static struct kunit_case exs_tcp_fo_queue_cases[] = {
	KUNIT_CASE(tune__not_more_than_somaxconn),
	KUNIT_CASE(admit__up_to_the_limit),
	KUNIT_CASE(reset__is_remembered_for_a_minute),
	KUNIT_CASE(stop__resets_are_forgotten),
	{}
};

static struct kunit_suite exs_tcp_fo_queue_suite = {
	.name = "expstack_tcp_fo_queue",
	.init = exs_wire_init,
	.exit = exs_wire_exit,
	.test_cases = exs_tcp_fo_queue_cases,
};

kunit_test_suite(exs_tcp_fo_queue_suite);
