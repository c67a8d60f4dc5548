// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_fo_server.c: a child before the
 * handshake is complete.
 */
#include "tcp_fo_test.h"

#define MIB(name)	exs_wire_mib(test, EXS_MIB_TCPEXT_TCPFastOpen##name)

static void cookie__is_given_to_who_asks(struct kunit *test)
{
	struct exs_wire *lw = exs_fo_listen(test, 5);
	unsigned long asked = MIB(CookieReqd);
	struct exs_wire *w = exs_fo_syn(lw, 1000, 0, &exs_fo_ask);

	EXS_WIRE_OUT(w, W_SYN | W_ACK, 0, 1, 0);
	KUNIT_EXPECT_EQ(test, w->last.o.fo_len, EXS_TCP_FO_COOKIE_LEN);
	KUNIT_EXPECT_EQ(test, memcmp(w->last.o.fo_cookie, exs_fo_valid.val,
				     EXS_TCP_FO_COOKIE_LEN), 0);
	KUNIT_EXPECT_EQ(test, MIB(CookieReqd), asked + 1);
	KUNIT_EXPECT_EQ(test, exs_fo_pending_count(lw), 0U);
	/* Text that came along is left for later. */
	w = exs_fo_syn(lw, 1001, 10, &exs_fo_ask);
	EXS_WIRE_OUT(w, W_SYN | W_ACK, 0, 1, 0);
	KUNIT_EXPECT_EQ(test, w->last.o.fo_len, EXS_TCP_FO_COOKIE_LEN);
}

/* Each alone switches it off. */
static void cookie__is_not_given_where_it_is_off(struct kunit *test)
{
	struct exs_wire *lw = exs_fo_listen(test, 0);
	struct exs_wire *w = exs_fo_syn(lw, 1000, 10, &exs_fo_valid);

	EXS_WIRE_OUT(w, W_SYN | W_ACK, 0, 1, 0);
	KUNIT_EXPECT_EQ(test, w->last.o.fo_len, 0xff);
	lock_sock(lw->sk);
	exs_tcp_fo_queue_tune(lw->sk, 5);
	release_sock(lw->sk);
	exs_wire_net(test)->sysctl.tcp_fastopen = EXS_TCP_FO_CLIENT;
	w = exs_fo_syn(lw, 1001, 10, &exs_fo_valid);
	EXS_WIRE_OUT(w, W_SYN | W_ACK, 0, 1, 0);
	KUNIT_EXPECT_EQ(test, w->last.o.fo_len, 0xff);
}

static void child__reads_and_writes_before_the_ack(struct kunit *test)
{
	struct exs_wire *lw = exs_fo_listen(test, 5);
	unsigned long passive = MIB(Passive);
	struct exs_wire *w = exs_fo_syn(lw, 1000, 100, &exs_fo_valid);

	EXS_WIRE_OUT(w, W_SYN | W_ACK, 0, 101, 0);
	KUNIT_EXPECT_EQ(test, w->last.o.fo_len, 0xff);
	KUNIT_EXPECT_EQ(test, MIB(Passive), passive + 1);
	KUNIT_EXPECT_EQ(test, exs_fo_pending_count(lw), 1U);
	KUNIT_ASSERT_EQ(test, 0, exs_wire_accept(lw, w));
	EXS_WIRE_STATE(w, TCP_SYN_RECV);
	KUNIT_EXPECT_EQ(test, exs_wire_read(w, 1, 200, 0), 100);
	KUNIT_EXPECT_EQ(test, exs_wire_write(w, 1, 50, 0), 50);
	EXS_WIRE_OUT(w, W_ACK, 1, 101, 50);
	KUNIT_EXPECT_EQ(test, w->tp->cc.delivered, 0U);
	exs_wire_in(w, W_ACK, 101, 51, 0);
	EXS_WIRE_STATE(w, TCP_ESTABLISHED);
	KUNIT_EXPECT_NULL(test, exs_tcp_fo_pending(w->tp));
	KUNIT_EXPECT_EQ(test, exs_fo_pending_count(lw), 0U);
	KUNIT_EXPECT_EQ(test, w->tp->bytes_acked, 50ULL);
	KUNIT_EXPECT_EQ(test, w->tp->bytes_received, 100ULL);
	KUNIT_EXPECT_EQ(test, w->tp->cc.delivered, 2U);
	KUNIT_EXPECT_GT(test, w->tp->cc.srtt_us, 0U);
	KUNIT_EXPECT_EQ(test, w->tp->rtx_kind, EXS_TCP_RTX_NONE);
	/* And goes on as any other. */
	exs_wire_in(w, W_ACK, 101, 51, 20);
	KUNIT_EXPECT_EQ(test, exs_wire_read(w, 101, 200, 0), 20);
}

static void cookie__wrong_is_answered_by_a_right_one(struct kunit *test)
{
	struct exs_wire *lw = exs_fo_listen(test, 5);
	unsigned long fail = MIB(PassiveFail);
	struct exs_wire *w = exs_fo_syn(lw, 1000, 100, &exs_fo_wrong);

	EXS_WIRE_OUT(w, W_SYN | W_ACK, 0, 1, 0);
	KUNIT_EXPECT_EQ(test, w->last.o.fo_len, EXS_TCP_FO_COOKIE_LEN);
	KUNIT_EXPECT_EQ(test, memcmp(w->last.o.fo_cookie, exs_fo_valid.val,
				     EXS_TCP_FO_COOKIE_LEN), 0);
	KUNIT_EXPECT_EQ(test, MIB(PassiveFail), fail + 1);
	KUNIT_EXPECT_EQ(test, exs_fo_pending_count(lw), 0U);
	exs_wire_in(w, W_ACK, 1, 1, 100);
	KUNIT_ASSERT_EQ(test, 0, exs_wire_accept(lw, w));
	KUNIT_EXPECT_EQ(test, exs_wire_read(w, 1, 200, 0), 100);
}

/* By the sysctl or the option of the socket. */
static void cookie__not_needed(struct kunit *test)
{
	struct exs_wire *lw = exs_fo_listen(test, 5);
	struct exs_net *en = exs_wire_net(test);
	struct exs_wire *w = exs_fo_syn(lw, 1000, 10, NULL);

	EXS_WIRE_OUT(w, W_SYN | W_ACK, 0, 1, 0);
	en->sysctl.tcp_fastopen |= EXS_TCP_FO_SERVER_NO_COOKIE;
	w = exs_fo_syn(lw, 1001, 10, NULL);
	EXS_WIRE_OUT(w, W_SYN | W_ACK, 0, 11, 0);
	en->sysctl.tcp_fastopen &= ~EXS_TCP_FO_SERVER_NO_COOKIE;
	exs_tcp_ext_own(lw->tp, GFP_KERNEL)->fo_no_cookie = 1;
	w = exs_fo_syn(lw, 1002, 10, NULL);
	EXS_WIRE_OUT(w, W_SYN | W_ACK, 0, 11, 0);
	/* Without text and option it is a SYN as any other. */
	w = exs_fo_syn(lw, 1003, 0, NULL);
	EXS_WIRE_OUT(w, W_SYN | W_ACK, 0, 1, 0);
	KUNIT_EXPECT_EQ(test, exs_fo_pending_count(lw), 2U);
}

static void segment__syn_again_and_nonsense(struct kunit *test)
{
	struct exs_wire *lw = exs_fo_listen(test, 5);
	struct exs_wire *w = exs_fo_syn(lw, 1000, 100, &exs_fo_valid);
	struct exs_wire_seg syn = {
		.flags = W_SYN, .win = 65535, .len = 100,
		.opt.mss = EXS_WIRE_MSS, .foc = &exs_fo_valid,
	};

	EXS_WIRE_OUT(w, W_SYN | W_ACK, 0, 101, 0);
	KUNIT_ASSERT_EQ(test, 0, exs_wire_accept(lw, w));
	exs_wire_rcv(w, &syn);
	EXS_WIRE_OUT(w, W_SYN | W_ACK, 0, 101, 0);
	KUNIT_EXPECT_EQ(test, w->tp->total_retrans, 1U);
	/* Beyond the window: where we are. Then not again so soon. */
	exs_wire_in(w, W_ACK, 200000, 1, 0);
	EXS_WIRE_SILENT(w);
	exs_wire_in(w, W_ACK, 200000, 1, 1);
	EXS_WIRE_OUT(w, W_ACK, 1, 101, 0);
	/* An ACK of what we never sent. */
	exs_wire_in(w, W_ACK, 101, 2, 0);
	EXS_WIRE_OUT(w, W_RST, 2, 0, 0);
	EXS_WIRE_STATE(w, TCP_SYN_RECV);
	/* No ACK at all. */
	exs_wire_in(w, 0, 101, 0, 10);
	EXS_WIRE_SILENT(w);
	exs_wire_in(w, W_ACK, 101, 1, 0);
	EXS_WIRE_STATE(w, TCP_ESTABLISHED);
	KUNIT_EXPECT_EQ(test, exs_wire_read(w, 1, 200, 0), 100);
}

static void segment__reset(struct kunit *test)
{
	struct exs_wire *lw = exs_fo_listen(test, 5);
	struct exs_wire *w = exs_fo_syn(lw, 1000, 100, &exs_fo_valid);

	EXS_WIRE_OUT(w, W_SYN | W_ACK, 0, 101, 0);
	KUNIT_ASSERT_EQ(test, 0, exs_wire_accept(lw, w));
	/* RFC 5961 3.2: in the window is not enough. */
	exs_wire_in(w, W_RST, 102, 0, 0);
	EXS_WIRE_OUT(w, W_ACK, 1, 101, 0);
	EXS_WIRE_STATE(w, TCP_SYN_RECV);
	exs_wire_in(w, W_RST, 101, 0, 0);
	EXS_WIRE_STATE(w, TCP_CLOSE);
	KUNIT_EXPECT_EQ(test, w->sk->sk_err, ECONNRESET);
	KUNIT_EXPECT_NULL(test, exs_tcp_fo_pending(w->tp));
}

static void deadline__repeats_the_syn_ack_alone(struct kunit *test)
{
	struct exs_wire *lw = exs_fo_listen(test, 5);
	struct exs_wire *w = exs_fo_syn(lw, 1000, 100, &exs_fo_valid);
	struct exs_net *en = exs_wire_net(test);
	u8 i;

	EXS_WIRE_OUT(w, W_SYN | W_ACK, 0, 101, 0);
	KUNIT_ASSERT_EQ(test, 0, exs_wire_accept(lw, w));
	KUNIT_EXPECT_EQ(test, exs_wire_write(w, 1, 50, 0), 50);
	EXS_WIRE_OUT(w, W_ACK, 1, 101, 50);
	KUNIT_EXPECT_EQ(test, w->tp->rtx_kind, EXS_TCP_RTX_RTO);
	en->sysctl.tcp_synack_retries = 1;
	for (i = 1; i <= 2; i++) {
		exs_wire_call(w, exs_tcp_rtx_deadline);
		EXS_WIRE_OUT(w, W_SYN | W_ACK, 0, 101, 0);
		EXS_WIRE_SILENT(w);
		KUNIT_EXPECT_EQ(test, w->tp->retransmits, i);
		KUNIT_EXPECT_EQ(test, w->tp->total_retrans, (u32)i);
	}
	/* Lost twice: the window begins with one. */
	KUNIT_EXPECT_EQ(test, w->tp->cc.cwnd, 1U);
	exs_wire_call(w, exs_tcp_rtx_deadline);
	EXS_WIRE_SILENT(w);
	EXS_WIRE_STATE(w, TCP_CLOSE);
	KUNIT_EXPECT_EQ(test, w->sk->sk_err, ETIMEDOUT);
	KUNIT_EXPECT_EQ(test, exs_fo_pending_count(lw), 0U);
}

/* The debug kernel says if the route is looked up without RCU. */
static void deadline__while_the_user_has_the_socket(struct kunit *test)
{
	struct exs_wire *lw = exs_fo_listen(test, 5);
	struct exs_wire *w = exs_fo_syn(lw, 1000, 100, &exs_fo_valid);

	EXS_WIRE_OUT(w, W_SYN | W_ACK, 0, 101, 0);
	KUNIT_ASSERT_EQ(test, 0, exs_wire_accept(lw, w));
	lock_sock(w->sk);
	w->tp->rtx_timeout = jiffies - 1;
	sock_hold(w->sk);
	set_bit(EXS_TCP_TIMER_DEFERRED, &w->sk->sk_tsq_flags);
	release_sock(w->sk);
	EXS_WIRE_OUT(w, W_SYN | W_ACK, 0, 101, 0);
	KUNIT_EXPECT_EQ(test, w->tp->retransmits, 1);
	KUNIT_EXPECT_EQ(test, w->sk->sk_tsq_flags, 0UL);
}

/* Karn: only the timestamp tells which of the SYN-ACKs was acknowledged. */
static void complete__round_trip_of_a_repeated_syn_ack(struct kunit *test)
{
	struct exs_wire *lw = exs_fo_listen(test, 5);
	u16 ts;

	for (ts = 0; ts < 2; ts++) {
		struct exs_wire *w = exs_wire_caller(lw, 1000 + ts);
		struct exs_wire_seg syn = {
			.flags = W_SYN, .win = 65535, .len = 10,
			.opt.mss = EXS_WIRE_MSS, .foc = &exs_fo_valid,
		};

		w->ts = ts;
		w->tsval = 77;
		exs_wire_rcv(w, &syn);
		EXS_WIRE_OUT(w, W_SYN | W_ACK, 0, 11, 0);
		KUNIT_ASSERT_EQ(test, 0, exs_wire_accept(lw, w));
		exs_wire_call(w, exs_tcp_rtx_deadline);
		EXS_WIRE_OUT(w, W_SYN | W_ACK, 0, 11, 0);
		exs_wire_in(w, W_ACK, 11, 1, 0);
		EXS_WIRE_STATE(w, TCP_ESTABLISHED);
		KUNIT_EXPECT_EQ_MSG(test, w->tp->cc.srtt_us != 0, ts != 0,
				    "ts %u", ts);
		KUNIT_EXPECT_EQ_MSG(test, w->tp->rto == 3 * HZ, ts == 0,
				    "ts %u", ts);
	}
}

/* close() does not wait for the handshake. */
static void close__before_the_ack(struct kunit *test)
{
	struct exs_wire *lw = exs_fo_listen(test, 5);
	struct exs_wire *w = exs_fo_syn(lw, 1000, 100, &exs_fo_valid);

	EXS_WIRE_OUT(w, W_SYN | W_ACK, 0, 101, 0);
	KUNIT_ASSERT_EQ(test, 0, exs_wire_accept(lw, w));
	KUNIT_EXPECT_EQ(test, exs_wire_read(w, 1, 200, 0), 100);
	exs_wire_close(w);
	EXS_WIRE_OUT(w, W_FIN | W_ACK, 1, 101, 0);
	KUNIT_EXPECT_EQ(test, exs_fo_pending_count(lw), 1U);
	exs_wire_in(w, W_ACK, 101, 2, 0);
	KUNIT_EXPECT_EQ(test, exs_fo_pending_count(lw), 0U);
	exs_wire_in(w, W_FIN | W_ACK, 101, 2, 0);
	EXS_WIRE_OUT(w, W_ACK, 2, 102, 0);
}

static void close__unread_text_resets(struct kunit *test)
{
	struct exs_wire *lw = exs_fo_listen(test, 5);
	struct exs_wire *w = exs_fo_syn(lw, 1000, 100, &exs_fo_valid);

	EXS_WIRE_OUT(w, W_SYN | W_ACK, 0, 101, 0);
	KUNIT_ASSERT_EQ(test, 0, exs_wire_accept(lw, w));
	exs_wire_close(w);
	EXS_WIRE_OUT(w, W_RST | W_ACK, 1, 101, 0);
	KUNIT_EXPECT_EQ(test, exs_fo_pending_count(lw), 0U);
}

static void shutdown__waits_for_the_ack(struct kunit *test)
{
	struct exs_wire *lw = exs_fo_listen(test, 5);
	struct exs_wire *w = exs_fo_syn(lw, 1000, 100, &exs_fo_valid);

	EXS_WIRE_OUT(w, W_SYN | W_ACK, 0, 101, 0);
	KUNIT_ASSERT_EQ(test, 0, exs_wire_accept(lw, w));
	KUNIT_EXPECT_EQ(test, kernel_sock_shutdown(w->sock, SHUT_WR), 0);
	EXS_WIRE_SILENT(w);
	exs_wire_in(w, W_ACK, 101, 1, 0);
	EXS_WIRE_OUT(w, W_FIN | W_ACK, 1, 101, 0);
	EXS_WIRE_STATE(w, TCP_FIN_WAIT1);
}

static void listener__closes_and_children_are_reset(struct kunit *test)
{
	struct exs_wire *lw = exs_fo_listen(test, 5);
	struct exs_wire *w = exs_fo_syn(lw, 1000, 100, &exs_fo_valid);
	struct exs_wire *accepted = exs_fo_syn(lw, 1001, 10, &exs_fo_valid);
	struct exs_wire *third;

	EXS_WIRE_OUT(w, W_SYN | W_ACK, 0, 101, 0);
	EXS_WIRE_OUT(accepted, W_SYN | W_ACK, 0, 11, 0);
	/* The first is the caller's now. */
	KUNIT_ASSERT_EQ(test, 0, exs_wire_accept(lw, w));
	exs_wire_close(lw);
	EXS_WIRE_OUT(accepted, W_RST | W_ACK, 1, 11, 0);
	EXS_WIRE_STATE(w, TCP_SYN_RECV);
	exs_wire_in(w, W_ACK, 101, 1, 0);
	EXS_WIRE_STATE(w, TCP_ESTABLISHED);
	third = exs_fo_syn(w, 1002, 10, &exs_fo_valid);
	EXS_WIRE_OUT(third, W_RST | W_ACK, -third->iss, 11, 0);
}

static struct kunit_case exs_tcp_fo_server_cases[] = {
	KUNIT_CASE(cookie__is_given_to_who_asks),
	KUNIT_CASE(cookie__is_not_given_where_it_is_off),
	KUNIT_CASE(child__reads_and_writes_before_the_ack),
	KUNIT_CASE(cookie__wrong_is_answered_by_a_right_one),
	KUNIT_CASE(cookie__not_needed),
	KUNIT_CASE(segment__syn_again_and_nonsense),
	KUNIT_CASE(segment__reset),
	KUNIT_CASE(deadline__repeats_the_syn_ack_alone),
	KUNIT_CASE(deadline__while_the_user_has_the_socket),
	KUNIT_CASE(complete__round_trip_of_a_repeated_syn_ack),
	KUNIT_CASE(close__before_the_ack),
	KUNIT_CASE(close__unread_text_resets),
	KUNIT_CASE(shutdown__waits_for_the_ack),
	KUNIT_CASE(listener__closes_and_children_are_reset),
	{}
};

static struct kunit_suite exs_tcp_fo_server_suite = {
	.name = "expstack_tcp_fo_server",
	.init = exs_wire_init,
	.exit = exs_wire_exit,
	.test_cases = exs_tcp_fo_server_cases,
};

kunit_test_suite(exs_tcp_fo_server_suite);
