// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_tx_delay.c.
 */
#include "tcp_wire.h"

#define EXS_TXD_US	5000

static void exs_txd_set(struct exs_wire *w, int us)
{
	KUNIT_ASSERT_EQ(w->test, 0,
			exs_tcp_setsockopt(w->sk, IPPROTO_TCP, TCP_TX_DELAY,
					   KERNEL_SOCKPTR(&us), sizeof(us)));
}

/* The next packet of ours as the device got it: how far off is its time? */
static void exs_txd_expect(struct exs_wire *w, u64 before, u32 us)
{
	struct exs_link_test *t = w->test->priv;
	struct sk_buff *skb = skb_peek(&t->sent);
	u64 at;

	KUNIT_ASSERT_NOT_NULL(w->test, skb);
	at = ktime_to_ns(skb->tstamp);
	if (us) {
		KUNIT_EXPECT_GE(w->test, at, before + us * NSEC_PER_USEC);
		KUNIT_EXPECT_LE(w->test, at,
				exs_clock_ns() + us * NSEC_PER_USEC);
	} else {
		KUNIT_EXPECT_EQ(w->test, at, 0ULL);
	}
	exs_wire_drain(w);
}

static void stamp__text_and_ack(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);
	u64 now = exs_clock_ns();
	struct sk_buff *skb;

	exs_wire_write(w, 1, 10, 0);
	exs_txd_expect(w, now, 0);
	exs_wire_in(w, W_ACK, 1, 11, 0);
	exs_txd_set(w, EXS_TXD_US);
	now = exs_clock_ns();
	exs_wire_write(w, 11, 10, 0);
	exs_txd_expect(w, now, EXS_TXD_US);
	/* What waits for its ACK knows when it was sent, not when it left. */
	skb = skb_peek(&w->tp->rtx_queue);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_EXPECT_LE(test, skb->skb_mstamp_ns, exs_clock_ns());
	now = exs_clock_ns();
	exs_wire_call(w, exs_tcp_send_ack);
	exs_txd_expect(w, now, EXS_TXD_US);
	exs_txd_set(w, 0);
	exs_wire_call(w, exs_tcp_send_ack);
	exs_txd_expect(w, now, 0);
}

static void stamp__syn_ack_and_child(struct kunit *test)
{
	struct exs_wire *lw = exs_wire_listen(test, 0, 5);
	struct exs_wire *w = exs_wire_caller(lw, 5000);
	u64 now = exs_clock_ns();

	exs_txd_set(lw, EXS_TXD_US);
	exs_wire_rcv(w, &(struct exs_wire_seg) {
		.flags = W_SYN, .win = 65535, .opt.mss = EXS_WIRE_MSS,
	});
	exs_txd_expect(w, now, EXS_TXD_US);
	w = exs_wire_passive(lw, 5001);
	KUNIT_EXPECT_EQ(test, exs_tcp_tx_delay(w->tp), (u32)EXS_TXD_US);
}

static void room__for_what_waits(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);

	WRITE_ONCE(w->sk->sk_pacing_rate, 1000000);
	KUNIT_EXPECT_EQ(test, exs_tcp_tx_delay_room(w->sk, 1000), 1000U);
	exs_txd_set(w, EXS_TXD_US);
	/* 1 MB/s for 5 ms, and as much for what packets cost. */
	KUNIT_EXPECT_EQ(test, exs_tcp_tx_delay_room(w->sk, 1000), 11000U);
	/* No rate too high, no delay too long. */
	WRITE_ONCE(w->sk->sk_pacing_rate, 1UL << 62);
	KUNIT_EXPECT_EQ(test, exs_tcp_tx_delay_room(w->sk, 1000), 42950672U);
	exs_txd_set(w, -1);
	KUNIT_EXPECT_EQ(test, exs_tcp_tx_delay_room(w->sk, 1000), U32_MAX);
}

/* A paced packet leaves so much later than the pace has it. */
static void stamp__after_the_pace(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);
	struct exs_link_test *t = test->priv;
	struct sk_buff *skb;
	u64 next;

	exs_txd_set(w, EXS_TXD_US);
	lock_sock(w->sk);
	w->sk->sk_pacing_status = SK_PACING_FQ;
	WRITE_ONCE(w->sk->sk_pacing_rate, 1000);
	/* The first segments of a connection are not paced. */
	w->tp->data_segs_out = 10;
	release_sock(w->sk);
	exs_wire_write(w, 1, 10, 0);
	exs_wire_drain(w);
	next = exs_tcp_pacer_next(exs_tcp_ext(w->tp)->pacer);
	KUNIT_EXPECT_GT(test, next, 0ULL);
	exs_wire_in(w, W_ACK, 1, 11, 0);
	exs_wire_write(w, 11, 10, 0);
	skb = skb_peek(&t->sent);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_EXPECT_GE(test, (u64)ktime_to_ns(skb->tstamp),
			next + EXS_TXD_US * NSEC_PER_USEC);
	exs_wire_drain(w);
}

static struct kunit_case exs_txd_cases[] = {
	KUNIT_CASE(stamp__text_and_ack),
	KUNIT_CASE(stamp__syn_ack_and_child),
	KUNIT_CASE(stamp__after_the_pace),
	KUNIT_CASE(room__for_what_waits),
	{}
};

static struct kunit_suite exs_txd_suite = {
	.name = "expstack_tcp_tx_delay",
	.init = exs_wire_init,
	.exit = exs_wire_exit,
	.test_cases = exs_txd_cases,
};

kunit_test_suite(exs_txd_suite);
