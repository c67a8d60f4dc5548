// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_cc_sock.c: the congestion control of a
 * socket. The building blocks are in cc_reno_kunit.c.
 */
#include "tcp_fix.h"

static unsigned int exs_ccs_inits, exs_ccs_releases;

static u32 exs_ccs_ssthresh(struct exs_cc *cc)
{
	return 2;
}

static void exs_ccs_avoid(struct exs_cc *cc, const struct exs_cc_ack *ack)
{
}

static u32 exs_ccs_undo(struct exs_cc *cc)
{
	return cc->cwnd;
}

static void exs_ccs_init(struct exs_cc *cc)
{
	exs_ccs_inits++;
}

static void exs_ccs_release(struct exs_cc *cc)
{
	exs_ccs_releases++;
}

/* A fix's lock is held with BH off; taking turns with the registry is not. */
static void set__who_may_choose_what(struct kunit *test)
{
	static struct exs_cc_ops ops = {
		.name = "kunitcc", .owner = THIS_MODULE,
		.ssthresh = exs_ccs_ssthresh, .undo_cwnd = exs_ccs_undo,
		.cong_avoid = exs_ccs_avoid, .init = exs_ccs_init,
		.release = exs_ccs_release,
	};
	struct exs_tcp_fix f;

	KUNIT_ASSERT_EQ(test, exs_cc_register(&ops), 0);
	f = exs_tcp_fix_open(test, TCP_ESTABLISHED);
	exs_ccs_inits = 0;
	exs_ccs_releases = 0;
	KUNIT_EXPECT_EQ(test, exs_cc_set(f.sk, "nosuch", false, true), -ENOENT);
	KUNIT_EXPECT_EQ(test, exs_cc_set(f.sk, "kunitcc", false, false),
			-EPERM);
	KUNIT_EXPECT_STREQ(test, f.tp->cc.ops->name, "cubic");
	/* No connection yet: it begins with the first. */
	f.tp->cc.started = 0;
	/* What the other was told of a SYN's loss is not its. */
	f.tp->cc.priv[0] = ~0ULL;
	KUNIT_EXPECT_EQ(test, exs_cc_set(f.sk, "kunitcc", false, true), 0);
	KUNIT_EXPECT_EQ(test, f.tp->cc.priv[0], 0ULL);
	KUNIT_EXPECT_PTR_EQ(test, f.tp->cc.ops,
			    (const struct exs_cc_ops *)&ops);
	KUNIT_EXPECT_EQ(test, exs_ccs_inits, 0U);
	exs_cc_init_transfer(f.sk);
	KUNIT_EXPECT_EQ(test, exs_ccs_inits, 1U);
	/* The same once more is no new start. */
	KUNIT_EXPECT_EQ(test, exs_cc_set(f.sk, "kunitcc", false, true), 0);
	KUNIT_EXPECT_EQ(test, exs_ccs_inits, 1U);
	KUNIT_EXPECT_EQ(test, exs_ccs_releases, 0U);
	/* In the middle of a connection: the old ends, the new begins. */
	KUNIT_EXPECT_EQ(test, exs_cc_set(f.sk, "reno", false, true), 0);
	KUNIT_EXPECT_EQ(test, exs_ccs_releases, 1U);
	KUNIT_EXPECT_EQ(test, (int)f.tp->cc.started, 1);
	ops.flags |= EXS_CC_NON_RESTRICTED;
	KUNIT_EXPECT_EQ(test, exs_cc_set(f.sk, "kunitcc", false, false), 0);
	KUNIT_EXPECT_EQ(test, exs_ccs_inits, 2U);
	exs_tcp_fix_close(test, &f);
	KUNIT_EXPECT_EQ(test, exs_ccs_releases, 2U);
	exs_cc_unregister(&ops);
}

static u32 exs_ccs_segs;
static s32 exs_ccs_rtt;

static void exs_ccs_acked(struct exs_cc *cc, u32 acked, s32 rtt_us)
{
	exs_ccs_segs = acked;
	exs_ccs_rtt = rtt_us;
}

/* Two segments of 40 and 10 ms ago. The last of them was sent twice, or not. */
static void exs_ccs_ack(struct kunit *test, struct exs_tcp_fix *f, bool twice)
{
	struct sk_buff *skb[3];
	u64 now = exs_clock_us();

	skb[0] = exs_tcp_fix_sent(test, f, 1, 1000);
	skb[0]->skb_mstamp_ns = (now - 40000) * NSEC_PER_USEC;
	skb[1] = exs_tcp_fix_sent(test, f, 1, 1000);
	skb[1]->skb_mstamp_ns = (now - 10000) * NSEC_PER_USEC;
	if (twice)
		EXS_TCPCB(skb[1])->sacked |= EXS_TCPCB_EVER_RETRANS;
	skb[2] = exs_tcp_fix_seg(test, EXS_TCPHDR_ACK, EXS_FIX_IRS,
				 f->tp->snd_nxt, 0);
	exs_tcp_ack_fast(f->sk, skb[2], f->tp->snd_nxt);
	kfree_skb(skb[2]);
}

/* Karn, and the end of a burst rather than its beginning. */
static void acked__rtt_of_what_was_sent_last(struct kunit *test)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);
	const struct exs_cc_ops *own = f.tp->cc.ops;
	struct exs_cc_ops ops = exs_cc_reno;

	ops.pkts_acked = exs_ccs_acked;
	f.tp->cc.ops = &ops;
	exs_ccs_ack(test, &f, false);
	KUNIT_EXPECT_EQ(test, exs_ccs_segs, 2U);
	KUNIT_EXPECT_GE(test, exs_ccs_rtt, 10000);
	KUNIT_EXPECT_LT(test, exs_ccs_rtt, 40000);
	exs_ccs_segs = 0;
	exs_ccs_ack(test, &f, true);
	KUNIT_EXPECT_EQ(test, exs_ccs_segs, 2U);
	KUNIT_EXPECT_EQ(test, exs_ccs_rtt, -1);
	f.tp->cc.ops = own;
	exs_tcp_fix_close(test, &f);
}

static void view__of_the_connection(struct kunit *test)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);
	struct exs_cc *cc = &f.tp->cc;

	f.tp->mstamp_us = 12345;
	f.tp->snd_nxt += 1000;
	f.tp->lsndtime = 77;
	KUNIT_EXPECT_PTR_EQ(test, exs_cc_sock(cc), f.sk);
	KUNIT_EXPECT_EQ(test, exs_cc_now_us(cc), 12345ULL);
	KUNIT_EXPECT_EQ(test, exs_cc_snd_una(cc), EXS_FIX_ISS);
	KUNIT_EXPECT_EQ(test, exs_cc_snd_nxt(cc), EXS_FIX_ISS + 1000);
	KUNIT_EXPECT_EQ(test, exs_cc_last_sent(cc), 77U);
	exs_tcp_fix_close(test, &f);
}

static struct kunit_case exs_tcp_cc_sock_cases[] = {
	KUNIT_CASE(set__who_may_choose_what),
	KUNIT_CASE(acked__rtt_of_what_was_sent_last),
	KUNIT_CASE(view__of_the_connection),
	{}
};

static struct kunit_suite exs_tcp_cc_sock_suite = {
	.name = "expstack_tcp_cc_sock",
	.test_cases = exs_tcp_cc_sock_cases,
};

kunit_test_suite(exs_tcp_cc_sock_suite);
