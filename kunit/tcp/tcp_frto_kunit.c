// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_frto.c: was a timeout needless? Ten
 * segments of 1000 bytes were in flight when it came.
 */
#include "tcp_fix.h"

static struct exs_tcp_fix exs_frto_open(struct kunit *test)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);

	exs_cc_set(f.sk, "reno", false, true);
	f.tp->sack_ok = 1;
	f.tp->mss_cache = 1000;
	f.tp->snd_wnd = 65535;
	f.tp->cc.ssthresh = EXS_CC_SSTHRESH_INF;
	exs_tcp_fix_sent(test, &f, 10, 1000);
	exs_tcp_mstamp_refresh(f.tp);
	exs_tcp_loss_timeout(f.sk);
	exs_tcp_frto_count(f.tp);
	f.tp->retrans_stamp = exs_tcp_retrans_clock(f.tp) ?: 1;
	f.tp->undo_retrans = 1;
	return f;
}

static void begin__when(struct kunit *test)
{
	static const struct {
		int sysctl;
		bool first;
		u8 retransmits;
		bool yes;
	} t[] = {
		{ 2, true, 0, true }, { 1, true, 0, true },
		{ 0, true, 0, false }, { 2, false, 0, false },
		{ 2, false, 1, true },
	};
	struct exs_net *en = exs_net(&init_net);
	int saved = en->sysctl.tcp_frto;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);

		en->sysctl.tcp_frto = t[i].sysctl;
		f.tp->retransmits = t[i].retransmits;
		exs_tcp_frto_begin(f.sk, t[i].first);
		KUNIT_EXPECT_EQ_MSG(test, !!f.tp->frto, t[i].yes, "row %u", i);
		exs_tcp_fix_close(test, &f);
	}
	en->sysctl.tcp_frto = saved;
}

/* Step 3.b: something that was sent once arrived. */
static void ack__of_what_was_sent_once(struct kunit *test)
{
	unsigned long n = exs_mib_read(exs_net(&init_net),
				       EXS_MIB_TCPEXT_TCPSpuriousRTOs);
	struct exs_tcp_fix f = exs_frto_open(test);
	struct exs_tcp_ack_state as = { .once_acked = true, .progress = true };

	KUNIT_EXPECT_EQ(test, !!f.tp->frto, 1);
	KUNIT_EXPECT_EQ(test, f.tp->cc.cwnd, 1U);
	f.tp->snd_una += 2000;
	exs_tcp_frto_ack(f.sk, &as);
	KUNIT_EXPECT_EQ(test, f.tp->cc.ca_state, EXS_CA_OPEN);
	KUNIT_EXPECT_EQ(test, f.tp->cc.cwnd, 10U);
	KUNIT_EXPECT_EQ(test, f.tp->lost_out, 0U);
	KUNIT_EXPECT_EQ(test, as.rexmit, EXS_TCP_REXMIT_NONE);
	KUNIT_EXPECT_EQ(test, n + 1,
			exs_mib_read(exs_net(&init_net),
				     EXS_MIB_TCPEXT_TCPSpuriousRTOs));
	exs_tcp_fix_close(test, &f);
}

/* Step 2.b: new data where there is some, else as ever. */
static void ack__lets_new_data_out(struct kunit *test)
{
	struct exs_tcp_ack_state as = { .progress = true };
	struct exs_tcp_fix f = exs_frto_open(test);
	struct sk_buff *skb;

	f.tp->snd_una += 1000;
	skb = exs_tcp_alloc_skb(f.sk, GFP_ATOMIC, true);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	sk_wmem_queued_add(f.sk, skb->truesize);
	sk_mem_charge(f.sk, skb->truesize);
	__skb_queue_tail(&f.sk->sk_write_queue, skb);
	exs_tcp_frto_ack(f.sk, &as);
	KUNIT_EXPECT_EQ(test, as.rexmit, EXS_TCP_REXMIT_NEW);
	KUNIT_EXPECT_EQ(test, !!f.tp->frto, 1);
	KUNIT_EXPECT_EQ(test, f.tp->cc.ca_state, EXS_CA_LOSS);
	exs_tcp_fix_close(test, &f);

	f = exs_frto_open(test);
	f.tp->snd_una += 1000;
	exs_tcp_frto_ack(f.sk, &as);
	KUNIT_EXPECT_EQ(test, as.rexmit, EXS_TCP_REXMIT_LOST);
	KUNIT_EXPECT_EQ(test, !!f.tp->frto, 0);
	exs_tcp_fix_close(test, &f);
}

/* Step 3.a: new data arrived, the old did not. */
static void ack__shows_a_real_loss(struct kunit *test)
{
	struct exs_tcp_ack_state as = { .sacked = true };
	struct exs_tcp_fix f = exs_frto_open(test);

	f.tp->snd_nxt += 1000;
	exs_tcp_frto_ack(f.sk, &as);
	KUNIT_EXPECT_EQ(test, !!f.tp->frto, 0);
	KUNIT_EXPECT_EQ(test, as.rexmit, EXS_TCP_REXMIT_LOST);
	KUNIT_EXPECT_EQ(test, f.tp->cc.ca_state, EXS_CA_LOSS);
	exs_tcp_fix_close(test, &f);
}

static void count__episodes_and_their_time(struct kunit *test)
{
	struct exs_tcp_fix f = exs_frto_open(test);
	struct exs_tcp_ack_state as = { .progress = true };

	exs_tcp_frto_count(f.tp);
	KUNIT_EXPECT_EQ(test, f.tp->retransmits, 2);
	KUNIT_EXPECT_EQ(test, f.tp->ext->total_rto, 2);
	KUNIT_EXPECT_EQ(test, f.tp->ext->rto_recoveries, 1);
	f.tp->mstamp_us += 300000;
	f.tp->snd_una = f.tp->snd_nxt;
	exs_tcp_frto_ack(f.sk, &as);
	KUNIT_EXPECT_EQ(test, f.tp->cc.ca_state, EXS_CA_OPEN);
	KUNIT_EXPECT_EQ(test, f.tp->ext->rto_time, 300U);
	KUNIT_EXPECT_EQ(test, f.tp->ext->rto_stamp, 0U);
	exs_tcp_fix_close(test, &f);
}

static struct kunit_case exs_tcp_frto_cases[] = {
	KUNIT_CASE(begin__when),
	KUNIT_CASE(ack__of_what_was_sent_once),
	KUNIT_CASE(ack__lets_new_data_out),
	KUNIT_CASE(ack__shows_a_real_loss),
	KUNIT_CASE(count__episodes_and_their_time),
	{}
};

static struct kunit_suite exs_tcp_frto_suite = {
	.name = "expstack_tcp_frto",
	.test_cases = exs_tcp_frto_cases,
};

kunit_test_suite(exs_tcp_frto_suite);
