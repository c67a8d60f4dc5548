// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_ack.c, tcp_loss.c and tcp_recovery.c:
 * a story of ACKs, and what it does to the scoreboard and to cwnd.
 */
#include "tcp_fix.h"

/* Ten segments of 1000 bytes in flight, Reno. */
static struct exs_tcp_fix exs_loss_open(struct kunit *test)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);

	exs_cc_set(f.sk, "reno", false, true);
	f.tp->cc.ssthresh = EXS_CC_SSTHRESH_INF;
	f.tp->is_cwnd_limited = 1;
	f.tp->mss_cache = 1000;
	f.tp->snd_wnd = 65535;
	exs_tcp_fix_sent(test, &f, 10, 1000);
	return f;
}

static void exs_loss_ack(struct kunit *test, struct exs_tcp_fix *f, u32 segs)
{
	struct exs_tcp_verdict v = { };
	struct sk_buff *skb;

	skb = exs_tcp_fix_seg(test, EXS_TCPHDR_ACK, EXS_FIX_IRS,
			      EXS_FIX_ISS + 1000 * segs, 0);
	exs_tcp_mstamp_refresh(f->tp);
	KUNIT_EXPECT_TRUE(test, exs_tcp_ack_process(f->sk, skb, &v));
	kfree_skb(skb);
}

static void ack__partial_and_whole(struct kunit *test)
{
	struct exs_tcp_fix f = exs_loss_open(test);

	exs_loss_ack(test, &f, 3);
	KUNIT_EXPECT_EQ(test, f.tp->snd_una, EXS_FIX_ISS + 3000);
	KUNIT_EXPECT_EQ(test, f.tp->packets_out, 7U);
	KUNIT_EXPECT_EQ(test, f.tp->bytes_acked, 3000ULL);
	KUNIT_EXPECT_EQ(test, f.tp->cc.cwnd, 13U);
	exs_loss_ack(test, &f, 10);
	KUNIT_EXPECT_EQ(test, f.tp->packets_out, 0U);
	KUNIT_EXPECT_TRUE(test, skb_queue_empty(&f.tp->rtx_queue));
	KUNIT_EXPECT_GT(test, f.tp->cc.srtt_us, 0U);
	exs_tcp_fix_close(test, &f);
}

static void ack__inside_a_segment(struct kunit *test)
{
	struct exs_tcp_fix f = exs_loss_open(test);
	struct exs_tcp_verdict v = { };
	struct sk_buff *skb;

	skb = exs_tcp_fix_seg(test, EXS_TCPHDR_ACK, EXS_FIX_IRS,
			      EXS_FIX_ISS + 1500, 0);
	KUNIT_EXPECT_TRUE(test, exs_tcp_ack_process(f.sk, skb, &v));
	kfree_skb(skb);
	KUNIT_EXPECT_EQ(test, f.tp->snd_una, EXS_FIX_ISS + 1500);
	KUNIT_EXPECT_EQ(test, f.tp->packets_out, 9U);
	exs_tcp_fix_close(test, &f);
}

static void ack__range(struct kunit *test)
{
	static const struct {
		s32 ack;
		bool ok;
		u32 actions;
	} t[] = {
		{ 0, true, 0 },
		{ 10000, true, EXS_TCP_DO_WAKE_WRITE },
		{ 10001, false, 0 },
		{ -100, true, 0 },
		{ -101, false, EXS_TCP_DO_CHALLENGE },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_tcp_fix f = exs_loss_open(test);
		struct exs_tcp_verdict v = { };
		struct sk_buff *skb;

		f.tp->bytes_acked = 1000;
		f.tp->max_window = 100;
		f.tp->snd_wnd = 100;
		skb = exs_tcp_fix_seg(test, EXS_TCPHDR_ACK, EXS_FIX_IRS,
				      EXS_FIX_ISS + t[i].ack, 0);
		tcp_hdr(skb)->window = htons(100);
		KUNIT_EXPECT_EQ_MSG(test, exs_tcp_ack_process(f.sk, skb, &v),
				    t[i].ok, "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, v.actions, t[i].actions, "row %u", i);
		kfree_skb(skb);
		exs_tcp_fix_close(test, &f);
	}
}

static void ack__window_update_rule(struct kunit *test)
{
	static const struct {
		s32 seq;	/* from snd_wl1 */
		u16 win;
		u32 expect;
	} t[] = {
		{ 1, 2000, 2000 },
		{ 0, 2000, 2000 },
		{ 0, 500, 1000 },
		{ 0, 0, 0 },
		{ -1, 2000, 1000 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_tcp_fix f = exs_loss_open(test);
		struct exs_tcp_verdict v = { };
		struct sk_buff *skb;

		f.tp->snd_wnd = 1000;
		skb = exs_tcp_fix_seg(test, EXS_TCPHDR_ACK,
				      f.tp->snd_wl1 + t[i].seq, EXS_FIX_ISS, 0);
		tcp_hdr(skb)->window = htons(t[i].win);
		exs_tcp_ack_process(f.sk, skb, &v);
		KUNIT_EXPECT_EQ_MSG(test, f.tp->snd_wnd, t[i].expect,
				    "row %u", i);
		kfree_skb(skb);
		exs_tcp_fix_close(test, &f);
	}
}

static void loss__third_duplicate_starts_recovery(struct kunit *test)
{
	struct exs_tcp_fix f = exs_loss_open(test);

	exs_loss_ack(test, &f, 0);
	KUNIT_EXPECT_EQ(test, f.tp->cc.ca_state, EXS_CA_DISORDER);
	exs_loss_ack(test, &f, 0);
	KUNIT_EXPECT_EQ(test, f.tp->cc.ca_state, EXS_CA_DISORDER);
	KUNIT_EXPECT_EQ(test, exs_tcp_in_flight(f.tp), 8U);
	exs_loss_ack(test, &f, 0);
	KUNIT_EXPECT_EQ(test, f.tp->cc.ca_state, EXS_CA_RECOVERY);
	KUNIT_EXPECT_EQ(test, f.tp->cc.ssthresh, 5U);
	KUNIT_EXPECT_EQ(test, f.tp->lost_out, 1U);
	KUNIT_EXPECT_EQ(test, f.tp->high_seq, f.tp->snd_nxt);
	exs_tcp_fix_close(test, &f);
}

static void loss__partial_ack_marks_the_next_hole(struct kunit *test)
{
	struct exs_tcp_fix f = exs_loss_open(test);
	int i;

	for (i = 0; i < 5; i++)
		exs_loss_ack(test, &f, 0);
	exs_loss_ack(test, &f, 4);
	KUNIT_EXPECT_EQ(test, f.tp->cc.ca_state, EXS_CA_RECOVERY);
	KUNIT_EXPECT_EQ(test, f.tp->lost_out, 1U);
	KUNIT_EXPECT_EQ(test, EXS_TCPCB(skb_peek(&f.tp->rtx_queue))->seq,
			EXS_FIX_ISS + 4000);
	exs_tcp_fix_close(test, &f);
}

static void loss__recovery_ends_at_high_seq(struct kunit *test)
{
	struct exs_tcp_fix f = exs_loss_open(test);
	int i;

	for (i = 0; i < 3; i++)
		exs_loss_ack(test, &f, 0);
	/* Or the same ACK would let it grow already. */
	f.tp->is_cwnd_limited = 0;
	exs_loss_ack(test, &f, 10);
	KUNIT_EXPECT_EQ(test, f.tp->cc.cwnd, 5U);
	KUNIT_EXPECT_EQ(test, f.tp->lost_out, 0U);
	KUNIT_EXPECT_EQ(test, f.tp->sacked_out, 0U);
	KUNIT_EXPECT_EQ(test, f.tp->retrans_out, 0U);
	/* RFC 6582 4.1: an ACK of high_seq is not enough without SACK. */
	KUNIT_EXPECT_EQ(test, f.tp->cc.ca_state, EXS_CA_RECOVERY);
	exs_tcp_fix_sent(test, &f, 1, 1000);
	exs_loss_ack(test, &f, 11);
	KUNIT_EXPECT_EQ(test, f.tp->cc.ca_state, EXS_CA_OPEN);
	KUNIT_EXPECT_EQ(test, f.tp->cc.cwnd, 5U);
	exs_tcp_fix_close(test, &f);
}

static void loss__text_is_no_duplicate_ack(struct kunit *test)
{
	struct exs_tcp_fix f = exs_loss_open(test);
	struct exs_tcp_verdict v = { };
	struct sk_buff *skb;
	int i;

	for (i = 0; i < 5; i++) {
		skb = exs_tcp_fix_seg(test, EXS_TCPHDR_ACK, EXS_FIX_IRS,
				      EXS_FIX_ISS, 1);
		exs_tcp_ack_process(f.sk, skb, &v);
		kfree_skb(skb);
	}
	KUNIT_EXPECT_EQ(test, f.tp->cc.ca_state, EXS_CA_OPEN);
	KUNIT_EXPECT_EQ(test, f.tp->sacked_out, 0U);
	exs_tcp_fix_close(test, &f);
}

static void loss__timeout_marks_all(struct kunit *test)
{
	struct exs_tcp_fix f = exs_loss_open(test);

	exs_tcp_loss_timeout(f.sk);
	KUNIT_EXPECT_EQ(test, f.tp->cc.ca_state, EXS_CA_LOSS);
	KUNIT_EXPECT_EQ(test, f.tp->lost_out, 10U);
	KUNIT_EXPECT_EQ(test, exs_tcp_in_flight(f.tp), 0U);
	KUNIT_EXPECT_EQ(test, f.tp->cc.cwnd, 1U);
	KUNIT_EXPECT_EQ(test, f.tp->cc.ssthresh, 5U);
	/* Again: ssthresh stays. */
	f.tp->retransmits = 1;
	exs_tcp_loss_timeout(f.sk);
	KUNIT_EXPECT_EQ(test, f.tp->cc.ssthresh, 5U);
	exs_loss_ack(test, &f, 10);
	KUNIT_EXPECT_EQ(test, f.tp->lost_out, 0U);
	KUNIT_EXPECT_EQ(test, f.tp->cc.ca_state, EXS_CA_LOSS);
	exs_tcp_fix_sent(test, &f, 1, 1000);
	exs_loss_ack(test, &f, 11);
	KUNIT_EXPECT_EQ(test, f.tp->cc.ca_state, EXS_CA_OPEN);
	exs_tcp_fix_close(test, &f);
}

static void karn__no_sample_of_a_retransmission(struct kunit *test)
{
	struct exs_tcp_fix f = exs_loss_open(test);

	EXS_TCPCB(skb_peek(&f.tp->rtx_queue))->sacked |=
		EXS_TCPCB_EVER_RETRANS;
	f.tp->cc.srtt_us = 0;
	exs_loss_ack(test, &f, 10);
	KUNIT_EXPECT_EQ(test, f.tp->cc.srtt_us, 0U);
	exs_tcp_fix_close(test, &f);
}

static struct kunit_case exs_tcp_loss_cases[] = {
	KUNIT_CASE(ack__partial_and_whole),
	KUNIT_CASE(ack__inside_a_segment),
	KUNIT_CASE(ack__range),
	KUNIT_CASE(ack__window_update_rule),
	KUNIT_CASE(loss__third_duplicate_starts_recovery),
	KUNIT_CASE(loss__partial_ack_marks_the_next_hole),
	KUNIT_CASE(loss__recovery_ends_at_high_seq),
	KUNIT_CASE(loss__text_is_no_duplicate_ack),
	KUNIT_CASE(loss__timeout_marks_all),
	KUNIT_CASE(karn__no_sample_of_a_retransmission),
	{}
};

static struct kunit_suite exs_tcp_loss_suite = {
	.name = "expstack_tcp_loss",
	.test_cases = exs_tcp_loss_cases,
};

kunit_test_suite(exs_tcp_loss_suite);
