// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_reasm.c.
 */
#include "tcp_fix.h"

static void exs_reasm_put(struct kunit *test, struct exs_tcp_fix *f, s32 off,
			  u32 len, u8 flags)
{
	struct exs_tcp_verdict v = { };

	exs_tcp_data_queue(f->sk, exs_tcp_fix_seg(test, EXS_TCPHDR_ACK | flags,
						  EXS_FIX_IRS + off,
						  EXS_FIX_ISS, len), &v);
}

static void in_order__advances_and_owes_an_ack(struct kunit *test)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);

	exs_reasm_put(test, &f, 0, 100, 0);
	KUNIT_EXPECT_EQ(test, f.tp->rcv_nxt, EXS_FIX_IRS + 100);
	KUNIT_EXPECT_TRUE(test, f.tp->ack.pending & EXS_TCP_ACK_SCHED);
	KUNIT_EXPECT_FALSE(test, f.tp->ack.pending & EXS_TCP_ACK_NOW);
	KUNIT_EXPECT_EQ(test, f.tp->bytes_received, 100ULL);
	exs_tcp_fix_close(test, &f);
}

static void fin_behind_hole_is_deferred(struct kunit *test)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);

	exs_reasm_put(test, &f, 10, 10, EXS_TCPHDR_FIN);
	KUNIT_EXPECT_EQ(test, f.sk->sk_state, TCP_ESTABLISHED);
	KUNIT_EXPECT_EQ(test, f.tp->rcv_nxt, EXS_FIX_IRS);
	exs_reasm_put(test, &f, 0, 10, 0);
	KUNIT_EXPECT_EQ(test, f.sk->sk_state, TCP_CLOSE_WAIT);
	KUNIT_EXPECT_EQ(test, f.tp->rcv_nxt, EXS_FIX_IRS + 21);
	KUNIT_EXPECT_TRUE(test, f.sk->sk_shutdown & RCV_SHUTDOWN);
	exs_tcp_fix_close(test, &f);
}

static void duplicate_is_acknowledged_at_once(struct kunit *test)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);

	f.tp->sack_ok = 1;
	exs_reasm_put(test, &f, -20, 20, 0);
	KUNIT_EXPECT_EQ(test, f.tp->rcv_nxt, EXS_FIX_IRS);
	KUNIT_EXPECT_TRUE(test, f.tp->ack.pending & EXS_TCP_ACK_SCHED);
	KUNIT_EXPECT_TRUE(test, exs_tcp_quickack_mode(f.sk));
	KUNIT_EXPECT_TRUE(test, f.tp->dsack_set);
	KUNIT_EXPECT_EQ(test, f.tp->ext->dsack.start, EXS_FIX_IRS - 20);
	KUNIT_EXPECT_TRUE(test, skb_queue_empty(&f.sk->sk_receive_queue));
	exs_tcp_fix_close(test, &f);
}

static void partly_old_text_counts_once(struct kunit *test)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);

	exs_reasm_put(test, &f, -20, 50, 0);
	KUNIT_EXPECT_EQ(test, f.tp->rcv_nxt, EXS_FIX_IRS + 30);
	KUNIT_EXPECT_EQ(test, f.tp->bytes_received, 30ULL);
	exs_tcp_fix_close(test, &f);
}

static void window_edges(struct kunit *test)
{
	static const struct {
		u32 off;
		bool queued;
	} t[] = {
		{ EXS_FIX_WND - 1, true },
		{ EXS_FIX_WND, false },
		{ EXS_FIX_WND + 1, false },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);

		exs_reasm_put(test, &f, t[i].off, 10, 0);
		KUNIT_EXPECT_EQ_MSG(test, !RB_EMPTY_ROOT(&f.tp->ooo_queue),
				    t[i].queued, "row %u", i);
		KUNIT_EXPECT_TRUE(test, f.tp->ack.pending & EXS_TCP_ACK_SCHED);
		KUNIT_EXPECT_EQ(test, exs_tcp_quickack_mode(f.sk),
				!t[i].queued);
		exs_tcp_fix_close(test, &f);
	}
}

static void zero_window_takes_a_fin_but_no_text(struct kunit *test)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);

	f.tp->rcv_wnd = 0;
	exs_reasm_put(test, &f, 0, 1, 0);
	KUNIT_EXPECT_EQ(test, f.tp->rcv_nxt, EXS_FIX_IRS);
	exs_reasm_put(test, &f, 0, 0, EXS_TCPHDR_FIN);
	KUNIT_EXPECT_EQ(test, f.tp->rcv_nxt, EXS_FIX_IRS + 1);
	KUNIT_EXPECT_EQ(test, f.sk->sk_state, TCP_CLOSE_WAIT);
	exs_tcp_fix_close(test, &f);
}

static void filled_hole_is_acknowledged_at_once(struct kunit *test)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);

	exs_reasm_put(test, &f, 10, 10, 0);
	f.tp->ack.pending = 0;
	exs_reasm_put(test, &f, 0, 10, 0);
	KUNIT_EXPECT_EQ(test, f.tp->rcv_nxt, EXS_FIX_IRS + 20);
	KUNIT_EXPECT_TRUE(test, f.tp->ack.pending & EXS_TCP_ACK_NOW);
	exs_tcp_fix_close(test, &f);
}

static void full_buffer_drops(struct kunit *test)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);

	exs_reasm_put(test, &f, 0, 10, 0);
	f.sk->sk_userlocks |= SOCK_RCVBUF_LOCK;	/* it shall not grow */
	f.sk->sk_rcvbuf = -1;
	exs_reasm_put(test, &f, 10, 10, 0);
	KUNIT_EXPECT_EQ(test, f.tp->rcv_nxt, EXS_FIX_IRS + 10);
	KUNIT_EXPECT_TRUE(test, f.tp->ack.pending & EXS_TCP_ACK_NOMEM);
	exs_reasm_put(test, &f, 20, 10, 0);
	KUNIT_EXPECT_TRUE(test, RB_EMPTY_ROOT(&f.tp->ooo_queue));
	exs_tcp_fix_close(test, &f);
}

static struct kunit_case exs_tcp_reasm_cases[] = {
	KUNIT_CASE(in_order__advances_and_owes_an_ack),
	KUNIT_CASE(fin_behind_hole_is_deferred),
	KUNIT_CASE(duplicate_is_acknowledged_at_once),
	KUNIT_CASE(partly_old_text_counts_once),
	KUNIT_CASE(window_edges),
	KUNIT_CASE(zero_window_takes_a_fin_but_no_text),
	KUNIT_CASE(filled_hole_is_acknowledged_at_once),
	KUNIT_CASE(full_buffer_drops),
	{}
};

static struct kunit_suite exs_tcp_reasm_suite = {
	.name = "expstack_tcp_reasm",
	.test_cases = exs_tcp_reasm_cases,
};

kunit_test_suite(exs_tcp_reasm_suite);
