// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_req_timer.c: the wait for a peer.
 */
#include "tcp/tcp_req.h"
#include "tcp_wire.h"

static void timeout__doubles_to_two_minutes(struct kunit *test)
{
	static const struct {
		u8 n;
		unsigned long sec;
	} t[] = { { 0, 1 }, { 1, 2 }, { 6, 64 }, { 7, 120 }, { 255, 120 } };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++)
		KUNIT_EXPECT_EQ_MSG(test, exs_tcp_req_timeout(t[i].n),
				    t[i].sec * HZ, "row %u", i);
}

static void retries__fewer_when_the_old_clog_the_queue(struct kunit *test)
{
	static const struct {
		int backlog, qlen, young;
		u8 retries;
	} t[] = {
		/* Half full is not full. */
		{ 8, 4, 0, 5 }, { 8, 5, 0, 2 }, { 1, 4, 0, 5 },
		{ 100, 50, 0, 5 }, { 100, 51, 0, 2 },
		/* Young: half, a quarter, an eighth. */
		{ 100, 60, 60, 5 }, { 100, 60, 31, 5 }, { 100, 60, 30, 4 },
		{ 100, 60, 16, 4 }, { 100, 60, 15, 3 }, { 100, 60, 8, 3 },
		{ 100, 60, 7, 2 },
	};
	struct exs_wire *lw = exs_wire_listen(test, 0, 1);
	struct exs_tcp_listener *l = lw->tp->listener;
	struct exs_tcp_ext *ext;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		lw->sk->sk_max_ack_backlog = t[i].backlog;
		atomic_set(&l->qlen, t[i].qlen);
		atomic_set(&l->young, t[i].young);
		KUNIT_EXPECT_EQ_MSG(test, exs_tcp_req_retries(lw->sk),
				    t[i].retries, "row %u", i);
	}
	/* TCP_SYNCNT; what is little already is not made less. */
	ext = exs_tcp_ext_own(lw->tp, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, ext);
	ext->syn_retries = 1;
	KUNIT_EXPECT_EQ(test, exs_tcp_req_retries(lw->sk), 1);
	ext->syn_retries = 0;
	atomic_set(&l->qlen, 0);
	atomic_set(&l->young, 0);
}

static void expired__and_repeats(struct kunit *test)
{
	static const struct {
		u8 n, retries, defer;
		bool acked, expired, repeats;
	} t[] = {
		{ 0, 2, 0, false, false, true }, { 1, 2, 0, false, false, true },
		{ 2, 2, 0, false, true, true }, { 2, 2, 0, true, true, true },
		/* Never acknowledged: as ever. */
		{ 1, 2, 5, false, false, true }, { 2, 2, 5, false, true, true },
		/* Acknowledged: quiet until the last timeout but one. */
		{ 0, 2, 3, true, false, false }, { 1, 2, 3, true, false, false },
		{ 2, 2, 3, true, false, true }, { 3, 2, 3, true, true, true },
		/* A short wait does not end the request early. */
		{ 3, 5, 2, true, false, true },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_tcp_req req = {
			.num_timeout = t[i].n, .acked = t[i].acked,
		};

		KUNIT_EXPECT_EQ_MSG(test, t[i].expired,
				    exs_tcp_req_expired(&req, t[i].retries,
							t[i].defer),
				    "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, t[i].repeats,
				    exs_tcp_req_repeats(&req, t[i].defer),
				    "row %u", i);
	}
}

static void deferred__until_text_comes(struct kunit *test)
{
	struct exs_wire *lw = exs_wire_listen(test, 0, 1);
	struct exs_wire *w = exs_wire_caller(lw, 1000);
	struct exs_wire_seg syn = {
		.flags = W_SYN, .win = 65535, .opt.mss = EXS_WIRE_MSS,
	};
	struct exs_tcp_ext *ext;
	unsigned long n;

	ext = exs_tcp_ext_own(lw->tp, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, ext);
	ext->defer_accept = 2;
	n = exs_wire_mib(test, EXS_MIB_TCPEXT_TCPDeferAcceptDrop);
	exs_wire_rcv(w, &syn);
	EXS_WIRE_OUT(w, W_SYN | W_ACK, 0, 1, 0);
	exs_wire_in(w, W_ACK, 1, 1, 0);
	EXS_WIRE_SILENT(w);
	KUNIT_EXPECT_EQ(test, -EAGAIN, exs_wire_accept(lw, w));
	KUNIT_EXPECT_EQ(test, n + 1,
			exs_wire_mib(test, EXS_MIB_TCPEXT_TCPDeferAcceptDrop));
	exs_wire_in(w, W_ACK, 1, 1, 10);
	KUNIT_EXPECT_EQ(test, 0, exs_wire_accept(lw, w));
	exs_wire_drain(w);
}

static struct kunit_case exs_tcp_req_timer_cases[] = {
	KUNIT_CASE(timeout__doubles_to_two_minutes),
	KUNIT_CASE(retries__fewer_when_the_old_clog_the_queue),
	KUNIT_CASE(expired__and_repeats),
	KUNIT_CASE(deferred__until_text_comes),
	{}
};

static struct kunit_suite exs_tcp_req_timer_suite = {
	.name = "expstack_tcp_req_timer",
	.init = exs_wire_init,
	.exit = exs_wire_exit,
	.test_cases = exs_tcp_req_timer_cases,
};

kunit_test_suite(exs_tcp_req_timer_suite);
