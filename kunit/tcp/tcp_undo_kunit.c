// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_undo.c: a reduction is taken back. It
 * was from 10 to 5 segments.
 */
#include "tcp_fix.h"

static struct exs_tcp_fix exs_undo_open(struct kunit *test, u8 state)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);

	exs_cc_set(f.sk, "reno", false, true);
	f.tp->sack_ok = 1;
	f.tp->cc.ca_state = state;
	f.tp->cc.cwnd = 5;
	f.tp->cc.ssthresh = 5;
	f.tp->cc.prior_cwnd = 10;
	f.tp->cc.prior_ssthresh = 8;
	f.tp->undo_marker = f.tp->snd_una;
	f.tp->undo_retrans = 1;
	f.tp->retrans_stamp = 1000;
	f.tp->high_seq = f.tp->snd_una;
	return f;
}

static void init__counts_what_is_out(struct kunit *test)
{
	static const struct {
		u32 retrans, tlp;
		bool again;
		s32 expect;
	} t[] = {
		{ 0, 0, false, -1 },
		{ 2, 0, false, 2 },
		{ 0, 7, true, 1 },
		{ 0, 7, false, -1 },
		{ 2, 7, true, 3 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_tcp_fix f = exs_undo_open(test, EXS_CA_OPEN);

		f.tp->undo_marker = 0;
		f.tp->retrans_out = t[i].retrans;
		f.tp->tlp_high_seq = t[i].tlp;
		f.tp->tlp_retrans = t[i].again;
		exs_tcp_undo_init(f.tp);
		KUNIT_EXPECT_EQ_MSG(test, f.tp->undo_retrans, t[i].expect,
				    "row %u", i);
		KUNIT_EXPECT_EQ(test, f.tp->undo_marker, f.tp->snd_una);
		f.tp->retrans_out = 0;
		exs_tcp_fix_close(test, &f);
	}
}

/* Eifel: the echo is older than the first retransmission; or all by DSACK. */
static void recovery__when(struct kunit *test)
{
	static const struct {
		u32 tsecr;
		s32 retrans;
		bool undone;
	} t[] = {
		{ 0, 1, false },
		{ 1000, 1, false },
		{ 999, 1, true },
		{ 0xfffffff0, 1, true },
		{ 0, 0, true },
		{ 0, -1, false },
	};
	struct exs_net *en = exs_net(&init_net);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_tcp_fix f = exs_undo_open(test, EXS_CA_RECOVERY);
		struct exs_tcp_ack_state as = { .tsecr = t[i].tsecr };
		unsigned long n;

		n = exs_mib_read(en, EXS_MIB_TCPEXT_TCPFullUndo);
		f.tp->undo_retrans = t[i].retrans;
		f.tp->sack_reneg = 1;
		KUNIT_EXPECT_FALSE(test, exs_tcp_undo_recovery(f.sk, &as));
		KUNIT_EXPECT_EQ(test, f.tp->cc.ca_state, EXS_CA_OPEN);
		KUNIT_EXPECT_EQ(test, (int)f.tp->sack_reneg, 0);
		KUNIT_EXPECT_EQ_MSG(test, f.tp->cc.cwnd,
				    t[i].undone ? 10U : 5U, "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, f.tp->cc.ssthresh,
				    t[i].undone ? 8U : 5U, "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, !f.tp->undo_marker, t[i].undone,
				    "row %u", i);
		KUNIT_EXPECT_EQ(test, n + t[i].undone,
				exs_mib_read(en, EXS_MIB_TCPEXT_TCPFullUndo));
		exs_tcp_fix_close(test, &f);
	}
}

/* RFC 6582 4.1. */
static void recovery__stays_without_sack(struct kunit *test)
{
	struct exs_tcp_fix f = exs_undo_open(test, EXS_CA_RECOVERY);
	struct exs_tcp_ack_state as = { };

	f.tp->sack_ok = 0;
	KUNIT_EXPECT_TRUE(test, exs_tcp_undo_recovery(f.sk, &as));
	KUNIT_EXPECT_EQ(test, f.tp->cc.ca_state, EXS_CA_RECOVERY);
	KUNIT_EXPECT_EQ(test, f.tp->retrans_stamp, 0U);
	f.tp->snd_una++;
	KUNIT_EXPECT_FALSE(test, exs_tcp_undo_recovery(f.sk, &as));
	KUNIT_EXPECT_EQ(test, f.tp->cc.ca_state, EXS_CA_OPEN);
	exs_tcp_fix_close(test, &f);
}

/* CWR was to tell of a reduction that is none any more. */
static void undo__withdraws_cwr(struct kunit *test)
{
	struct exs_tcp_fix f = exs_undo_open(test, EXS_CA_RECOVERY);

	f.tp->undo_retrans = 0;
	f.tp->ecn_cwr = 1;
	KUNIT_EXPECT_TRUE(test, exs_tcp_undo_dsack(f.sk));
	KUNIT_EXPECT_EQ(test, (int)f.tp->ecn_cwr, 0);
	exs_tcp_fix_close(test, &f);
}

/* ECN or a probe has proved congestion: cwnd is not given back. */
static void undo__not_what_is_proven(struct kunit *test)
{
	struct exs_tcp_fix f = exs_undo_open(test, EXS_CA_RECOVERY);

	f.tp->cc.prior_ssthresh = 0;
	f.tp->undo_retrans = 0;
	f.tp->ecn_cwr = 1;
	KUNIT_EXPECT_TRUE(test, exs_tcp_undo_dsack(f.sk));
	KUNIT_EXPECT_EQ(test, f.tp->cc.cwnd, 5U);
	KUNIT_EXPECT_EQ(test, (int)f.tp->ecn_cwr, 1);
	/* Once. */
	KUNIT_EXPECT_FALSE(test, exs_tcp_undo_dsack(f.sk));
	exs_tcp_fix_close(test, &f);
}

static void loss__unmarks_all(struct kunit *test)
{
	struct exs_tcp_fix f = exs_undo_open(test, EXS_CA_LOSS);
	struct exs_tcp_ack_state as = { .tsecr = 999 };
	struct sk_buff *skb;
	unsigned int i;

	for (i = 0; i < 3; i++)
		exs_tcp_mark_lost(f.tp, exs_tcp_fix_sent(test, &f, 2, 1000));
	KUNIT_EXPECT_EQ(test, f.tp->lost_out, 6U);
	f.tp->retransmits = 2;
	as.tsecr = 1000;
	KUNIT_EXPECT_FALSE(test, exs_tcp_undo_loss(f.sk, &as, false));
	as.tsecr = 999;
	KUNIT_EXPECT_TRUE(test, exs_tcp_undo_loss(f.sk, &as, false));
	KUNIT_EXPECT_EQ(test, f.tp->lost_out, 0U);
	skb_queue_walk(&f.tp->rtx_queue, skb)
		KUNIT_EXPECT_EQ(test, EXS_TCPCB(skb)->sacked, 0);
	KUNIT_EXPECT_EQ(test, f.tp->retransmits, 0);
	KUNIT_EXPECT_EQ(test, f.tp->cc.cwnd, 10U);
	KUNIT_EXPECT_EQ(test, f.tp->cc.ca_state, EXS_CA_OPEN);
	exs_tcp_fix_close(test, &f);
}

static void partial__while_retransmissions_are_out(struct kunit *test)
{
	struct exs_tcp_fix f = exs_undo_open(test, EXS_CA_RECOVERY);
	struct exs_tcp_ack_state as = { .tsecr = 1000 };

	as.prior_una = f.tp->snd_una - 1000;
	f.tp->retrans_out = 1;
	KUNIT_EXPECT_FALSE(test, exs_tcp_undo_partial(f.sk, &as));
	as.tsecr = 999;
	KUNIT_EXPECT_TRUE(test, exs_tcp_undo_partial(f.sk, &as));
	KUNIT_EXPECT_EQ(test, f.tp->cc.ca_state, EXS_CA_RECOVERY);
	KUNIT_EXPECT_EQ(test, !!f.tp->reord_seen, 1);
	f.tp->retrans_out = 0;
	KUNIT_EXPECT_FALSE(test, exs_tcp_undo_partial(f.sk, &as));
	KUNIT_EXPECT_EQ(test, f.tp->cc.ca_state, EXS_CA_OPEN);
	KUNIT_EXPECT_EQ(test, f.tp->cc.cwnd, 10U);
	exs_tcp_fix_close(test, &f);
}

/* Only what echoes exactly the first SYN tells that a second was needless. */
static void syn__when(struct kunit *test)
{
	static const struct {
		u32 stamp, tsecr;
		bool has, undone;
	} t[] = {
		{ 1000, 1000, true, true },
		{ 1000, 999, true, false },
		{ 1000, 1001, true, false },
		{ 1000, 1000, false, false },
		{ 0, 0, true, false },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_tcp_fix f = exs_undo_open(test, EXS_CA_LOSS);
		struct exs_tcp_cb cb = {
			.has_tstamp = t[i].has, .tsecr = t[i].tsecr,
		};

		f.tp->retrans_stamp = t[i].stamp;
		exs_tcp_undo_syn(f.tp, &cb);
		KUNIT_EXPECT_EQ_MSG(test, !f.tp->undo_marker, t[i].undone,
				    "row %u", i);
		exs_tcp_fix_close(test, &f);
	}
}

static struct kunit_case exs_tcp_undo_cases[] = {
	KUNIT_CASE(init__counts_what_is_out),
	KUNIT_CASE(recovery__when),
	KUNIT_CASE(recovery__stays_without_sack),
	KUNIT_CASE(undo__withdraws_cwr),
	KUNIT_CASE(undo__not_what_is_proven),
	KUNIT_CASE(loss__unmarks_all),
	KUNIT_CASE(partial__while_retransmissions_are_out),
	KUNIT_CASE(syn__when),
	{}
};

static struct kunit_suite exs_tcp_undo_suite = {
	.name = "expstack_tcp_undo",
	.test_cases = exs_tcp_undo_cases,
};

kunit_test_suite(exs_tcp_undo_suite);
