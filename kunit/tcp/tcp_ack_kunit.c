// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_ack.c: what an acknowledgment tells.
 * The stories of loss are in tcp_loss_kunit.c.
 */
#include "tcp_fix.h"
#include "tcp_wire.h"

/* n bytes from number seq are on their way. */
static void exs_ack_send(struct exs_wire *w, u32 seq, u32 n)
{
	KUNIT_ASSERT_EQ(w->test, (int)n, exs_wire_write(w, seq, n, 0));
	EXS_WIRE_OUT(w, W_ACK, seq, 1, n);
}

static int exs_ack_rtx(struct exs_wire *w)
{
	int err;

	lock_sock(w->sk);
	exs_tcp_mstamp_refresh(w->tp);
	err = exs_tcp_rtx_head(w->sk);
	release_sock(w->sk);
	return err;
}

/* RFC 7323 2.3: the window of every segment but a SYN is scaled. */
static void window__is_scaled(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, false);
	struct exs_wire_seg seg = {
		.flags = W_ACK, .seq = 1, .ack = 1, .win = 1000,
	};

	KUNIT_EXPECT_EQ(test, w->tp->snd_wnd, 65535U);
	exs_wire_rcv(w, &seg);
	KUNIT_EXPECT_EQ(test, w->tp->snd_wnd, 1000U << EXS_WIRE_WSCALE);
	seg.win = 65535;
	exs_wire_rcv(w, &seg);
	KUNIT_EXPECT_EQ(test, w->tp->snd_wnd, 65535U << EXS_WIRE_WSCALE);
	KUNIT_EXPECT_EQ(test, w->tp->max_window, 65535U << EXS_WIRE_WSCALE);
}

static void window__opens_and_text_goes(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);
	struct exs_wire_seg seg = {
		.flags = W_ACK, .seq = 1, .ack = 1, .win = 0,
	};

	exs_wire_rcv(w, &seg);
	KUNIT_EXPECT_EQ(test, w->tp->snd_wnd, 0U);
	KUNIT_EXPECT_EQ(test, exs_wire_write(w, 1, 10, 0), 10);
	EXS_WIRE_SILENT(w);
	KUNIT_EXPECT_EQ(test, (int)w->tp->rtx_kind, EXS_TCP_RTX_PROBE);
	seg.win = 4;
	exs_wire_rcv(w, &seg);
	seg.win = 1000;
	exs_wire_rcv(w, &seg);
	EXS_WIRE_OUT(w, W_ACK, 1, 1, 10);
	KUNIT_EXPECT_EQ(test, (int)w->tp->rtx_kind, EXS_TCP_RTX_RTO);
}

/* RFC 6298 3: without timestamps a repeated segment gives no sample. */
static void rtt__karn(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);

	exs_ack_send(w, 1, 10);
	w->tp->cc.srtt_us = 8 * USEC_PER_SEC;
	KUNIT_EXPECT_EQ(test, exs_ack_rtx(w), 0);
	EXS_WIRE_OUT(w, W_ACK, 1, 1, 10);
	exs_wire_in(w, W_ACK, 1, 11, 0);
	KUNIT_EXPECT_EQ(test, w->tp->cc.srtt_us, 8U * USEC_PER_SEC);
	KUNIT_EXPECT_EQ(test, w->tp->retrans_out, 0U);
	/* The next, sent once, does. */
	exs_ack_send(w, 11, 10);
	exs_wire_in(w, W_ACK, 1, 21, 0);
	KUNIT_EXPECT_LT(test, w->tp->cc.srtt_us, 8U * USEC_PER_SEC);
}

static void rtt__timestamps_tell_which(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, false);

	exs_ack_send(w, 1, 10);
	w->tp->cc.srtt_us = 8 * USEC_PER_SEC;
	KUNIT_EXPECT_EQ(test, exs_ack_rtx(w), 0);
	EXS_WIRE_OUT(w, W_ACK, 1, 1, 10);
	w->tsval++;
	exs_wire_in(w, W_ACK, 1, 11, 0);
	KUNIT_EXPECT_LT(test, w->tp->cc.srtt_us, 8U * USEC_PER_SEC);
}

static void progress__ends_what_counted_failures(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);

	exs_ack_send(w, 1, 10);
	w->tp->retransmits = 3;
	w->tp->probes_out = 2;
	w->sk->sk_err_soft = EHOSTUNREACH;
	/* An ACK without progress shows only that the peer lives. */
	exs_wire_in(w, W_ACK, 1, 1, 0);
	KUNIT_EXPECT_EQ(test, w->tp->retransmits, 3);
	KUNIT_EXPECT_EQ(test, w->tp->probes_out, 0);
	KUNIT_EXPECT_EQ(test, w->sk->sk_err_soft, 0);
	exs_wire_in(w, W_ACK, 1, 11, 0);
	KUNIT_EXPECT_EQ(test, w->tp->retransmits, 0);
	KUNIT_EXPECT_EQ(test, (int)w->tp->rtx_kind, EXS_TCP_RTX_NONE);
}

/* RFC 6298 5.3: an ACK of new data starts the timer anew. */
static void progress__keeps_the_timer_for_the_rest(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);
	u32 when;

	exs_ack_send(w, 1, 10);
	w->tp->nonagle = EXS_TCP_NAGLE_OFF;
	exs_ack_send(w, 11, 10);
	when = w->tp->rtx_timeout;
	exs_wire_in(w, W_ACK, 1, 11, 0);
	KUNIT_EXPECT_EQ(test, w->tp->packets_out, 1U);
	KUNIT_EXPECT_EQ(test, (int)w->tp->rtx_kind, EXS_TCP_RTX_RTO);
	KUNIT_EXPECT_GE(test, (s32)(w->tp->rtx_timeout - when), 0);
}

static void urgent__pointer_does_not_stay_behind(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);

	KUNIT_EXPECT_EQ(test, exs_wire_write(w, 1, 3, MSG_OOB), 3);
	EXS_WIRE_OUT(w, W_ACK | W_URG, 1, 1, 3);
	KUNIT_EXPECT_EQ(test, w->last.urg, 3);
	exs_wire_in(w, W_ACK, 1, 4, 0);
	KUNIT_EXPECT_FALSE(test, exs_seq_lt(w->tp->snd_up, w->tp->snd_una));
	exs_ack_send(w, 4, 3);
	KUNIT_EXPECT_FALSE(test, w->last.flags & W_URG);
}

static void bytes__are_counted(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);
	u64 before = w->tp->bytes_acked;
	u32 delivered = w->tp->cc.delivered;
	unsigned long n = exs_wire_mib(test, EXS_MIB_TCPEXT_TCPDelivered);

	exs_ack_send(w, 1, 600);
	exs_wire_in(w, W_ACK, 1, 301, 0);
	KUNIT_EXPECT_EQ(test, w->tp->bytes_acked, before + 300);
	KUNIT_EXPECT_EQ(test, w->tp->packets_out, 1U);
	exs_wire_in(w, W_ACK, 1, 601, 0);
	KUNIT_EXPECT_EQ(test, w->tp->bytes_acked, before + 600);
	KUNIT_EXPECT_EQ(test, w->tp->cc.delivered, 2U);
	KUNIT_EXPECT_EQ(test, n + 2 - delivered,
			exs_wire_mib(test, EXS_MIB_TCPEXT_TCPDelivered));
	KUNIT_EXPECT_EQ(test, w->sk->sk_wmem_queued, 0);
}

/* The first so many bytes are acknowledged. */
static void exs_ack_bytes(struct kunit *test, struct exs_tcp_fix *f, u32 bytes)
{
	struct exs_tcp_verdict v = { };
	struct sk_buff *skb;

	skb = exs_tcp_fix_seg(test, EXS_TCPHDR_ACK, EXS_FIX_IRS,
			      EXS_FIX_ISS + bytes, 0);
	exs_tcp_mstamp_refresh(f->tp);
	KUNIT_EXPECT_TRUE(test, exs_tcp_ack_process(f->sk, skb, &v));
	kfree_skb(skb);
}

/* What is on its way is others' to change, a tunnel's or a BPF program's. */
static void segments__are_not_those_of_the_clone(struct kunit *test)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);
	struct sk_buff *skb = exs_tcp_fix_sent(test, &f, 44, 1448);
	struct sk_buff *clone = exs_tcp_xmit_copy(skb, GFP_ATOMIC);
	u32 delivered;

	KUNIT_ASSERT_NOT_NULL(test, clone);
	skb_shinfo(clone)->gso_size = 1448 - 50;
	exs_ack_bytes(test, &f, 1448 - 50);
	KUNIT_EXPECT_EQ(test, exs_tcp_skb_segs(skb), 44U);
	KUNIT_EXPECT_EQ(test, f.tp->packets_out, 44U);
	kfree_skb(clone);
	clone = exs_tcp_xmit_copy(skb, GFP_ATOMIC);
	KUNIT_ASSERT_NOT_NULL(test, clone);
	skb_gso_reset(clone);
	delivered = f.tp->cc.delivered;
	exs_ack_bytes(test, &f, 2 * 1448 - 50);
	KUNIT_EXPECT_EQ(test, f.tp->cc.delivered, delivered + 1);
	KUNIT_EXPECT_EQ(test, exs_tcp_skb_segs(skb), 43U);
	KUNIT_EXPECT_EQ(test, f.tp->packets_out, 43U);
	exs_ack_bytes(test, &f, 44 * 1448);
	KUNIT_EXPECT_EQ(test, f.tp->packets_out, 0U);
	kfree_skb(clone);
	exs_tcp_fix_close(test, &f);
}

/* Whoever made the segments smaller: all of them are counted. */
static void segments__more_of_less_text(struct kunit *test)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);
	struct sk_buff *skb = exs_tcp_fix_sent(test, &f, 44, 1448);

	EXS_TCPCB(skb)->gso_size = 1448 - 50;
	exs_ack_bytes(test, &f, 1448 - 50);
	KUNIT_EXPECT_EQ(test, exs_tcp_skb_segs(skb), 45U);
	KUNIT_EXPECT_EQ(test, f.tp->packets_out, 45U);
	exs_ack_bytes(test, &f, 44 * 1448);
	KUNIT_EXPECT_EQ(test, f.tp->packets_out, 0U);
	exs_tcp_fix_close(test, &f);
}

static struct kunit_case exs_tcp_ack_cases[] = {
	KUNIT_CASE(window__is_scaled),
	KUNIT_CASE(window__opens_and_text_goes),
	KUNIT_CASE(rtt__karn),
	KUNIT_CASE(rtt__timestamps_tell_which),
	KUNIT_CASE(progress__ends_what_counted_failures),
	KUNIT_CASE(progress__keeps_the_timer_for_the_rest),
	KUNIT_CASE(urgent__pointer_does_not_stay_behind),
	KUNIT_CASE(bytes__are_counted),
	KUNIT_CASE(segments__are_not_those_of_the_clone),
	KUNIT_CASE(segments__more_of_less_text),
	{}
};

static struct kunit_suite exs_tcp_ack_suite = {
	.name = "expstack_tcp_ack",
	.init = exs_wire_init,
	.exit = exs_wire_exit,
	.test_cases = exs_tcp_ack_cases,
};

kunit_test_suite(exs_tcp_ack_suite);
