// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_recovery.c: cwnd during and after loss.
 */
#include "tcp_fix.h"

/* A congestion control that counts what it is told. */
static struct {
	unsigned int avoid, control, states;
	u8 state, event;
} exs_rec_seen;

static u32 exs_rec_ssthresh(struct exs_cc *cc)
{
	return cc->cwnd / 4;
}

static u32 exs_rec_undo(struct exs_cc *cc)
{
	return cc->prior_cwnd;
}

static void exs_rec_avoid(struct exs_cc *cc, const struct exs_cc_ack *ack)
{
	exs_rec_seen.avoid++;
}

static void exs_rec_control(struct exs_cc *cc, const struct exs_cc_ack *ack)
{
	exs_rec_seen.control++;
}

static void exs_rec_state(struct exs_cc *cc, enum exs_ca_state state)
{
	exs_rec_seen.states++;
	exs_rec_seen.state = state;
}

static void exs_rec_event(struct exs_cc *cc, enum exs_cc_event event)
{
	exs_rec_seen.event = event;
}

static const struct exs_cc_ops exs_rec_ops = {
	.name = "kunit", .owner = THIS_MODULE,
	.ssthresh = exs_rec_ssthresh, .undo_cwnd = exs_rec_undo,
	.cong_avoid = exs_rec_avoid, .set_state = exs_rec_state,
	.cwnd_event = exs_rec_event,
};

/* It decides all by itself. */
static const struct exs_cc_ops exs_rec_ops_whole = {
	.name = "kunit", .owner = THIS_MODULE,
	.ssthresh = exs_rec_ssthresh, .undo_cwnd = exs_rec_undo,
	.cong_control = exs_rec_control,
};

static struct exs_tcp_fix exs_rec_open(struct kunit *test,
				       const struct exs_cc_ops *ops)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);

	memset(&exs_rec_seen, 0, sizeof(exs_rec_seen));
	f.tp->cc.ops = ops;
	f.tp->cc.cwnd = 20;
	f.tp->cc.ssthresh = 30;
	f.tp->packets_out = 20;
	return f;
}

static void exs_rec_close(struct kunit *test, struct exs_tcp_fix *f)
{
	f->tp->cc.ops = &exs_cc_reno;
	f->tp->packets_out = 0;
	exs_tcp_fix_close(test, f);
}

static void ca_state__told_on_a_change(struct kunit *test)
{
	struct exs_tcp_fix f = exs_rec_open(test, &exs_rec_ops);

	exs_tcp_ca_state(f.sk, EXS_CA_OPEN);
	KUNIT_EXPECT_EQ(test, exs_rec_seen.states, 0U);
	exs_tcp_ca_state(f.sk, EXS_CA_LOSS);
	exs_tcp_ca_state(f.sk, EXS_CA_LOSS);
	KUNIT_EXPECT_EQ(test, exs_rec_seen.states, 1U);
	KUNIT_EXPECT_EQ(test, exs_rec_seen.state, EXS_CA_LOSS);
	KUNIT_EXPECT_EQ(test, f.tp->cc.ca_state, EXS_CA_LOSS);
	exs_rec_close(test, &f);
}

static void enter__remembers_and_reduces(struct kunit *test)
{
	struct exs_tcp_fix f = exs_rec_open(test, &exs_rec_ops);
	struct exs_net *en = exs_net(&init_net);
	unsigned long reno, sack;

	reno = exs_mib_read(en, EXS_MIB_TCPEXT_TCPRenoRecovery);
	sack = exs_mib_read(en, EXS_MIB_TCPEXT_TCPSackRecovery);
	f.tp->snd_nxt += 20000;
	exs_tcp_recovery_enter(f.sk);
	KUNIT_EXPECT_EQ(test, f.tp->cc.ca_state, EXS_CA_RECOVERY);
	KUNIT_EXPECT_EQ(test, f.tp->cc.ssthresh, 5U);
	KUNIT_EXPECT_EQ(test, f.tp->cc.prior_cwnd, 20U);
	/* RFC 5681 3.1 would slow start up to where it was. */
	KUNIT_EXPECT_EQ(test, f.tp->cc.prior_ssthresh, 30U);
	KUNIT_EXPECT_EQ(test, f.tp->undo_marker, f.tp->snd_una);
	KUNIT_EXPECT_EQ(test, f.tp->high_seq, f.tp->snd_nxt);
	KUNIT_EXPECT_EQ(test, f.tp->prr_delivered, 0U);
	KUNIT_EXPECT_EQ(test, f.tp->prr_out, 0U);
	KUNIT_EXPECT_EQ(test, reno + 1,
			exs_mib_read(en, EXS_MIB_TCPEXT_TCPRenoRecovery));
	KUNIT_EXPECT_EQ(test, sack,
			exs_mib_read(en, EXS_MIB_TCPEXT_TCPSackRecovery));
	exs_rec_close(test, &f);
}

/* One reduction for one congestion: CWR has had it. */
static void enter__from_cwr_reduces_no_more(struct kunit *test)
{
	struct exs_tcp_fix f = exs_rec_open(test, &exs_rec_ops);

	f.tp->cc.ca_state = EXS_CA_CWR;
	exs_tcp_recovery_enter(f.sk);
	KUNIT_EXPECT_EQ(test, f.tp->cc.ssthresh, 30U);
	exs_rec_close(test, &f);
}

/* RFC 3168 6.1.2: once for each window, and nothing gives it back. */
static void cwr__reduces_once(struct kunit *test)
{
	static const struct {
		u8 state;
		u32 ssthresh;
		u8 after;
	} t[] = {
		{ EXS_CA_OPEN, 5, EXS_CA_CWR },
		{ EXS_CA_DISORDER, 5, EXS_CA_CWR },
		{ EXS_CA_CWR, 30, EXS_CA_CWR },
		{ EXS_CA_RECOVERY, 30, EXS_CA_RECOVERY },
		{ EXS_CA_LOSS, 30, EXS_CA_LOSS },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_tcp_fix f = exs_rec_open(test, &exs_rec_ops);
		bool reduced = t[i].ssthresh == 5;

		f.tp->cc.ca_state = t[i].state;
		f.tp->cc.prior_ssthresh = 40;
		f.tp->undo_marker = 1;
		f.tp->ecn_ok = 1;
		f.tp->snd_nxt += 20000;
		exs_tcp_recovery_cwr(f.sk);
		KUNIT_EXPECT_EQ_MSG(test, f.tp->cc.ssthresh, t[i].ssthresh,
				    "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, f.tp->cc.ca_state, t[i].after,
				    "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, !f.tp->undo_marker, reduced,
				    "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, (bool)f.tp->ecn_cwr, reduced,
				    "row %u", i);
		KUNIT_EXPECT_EQ(test, f.tp->high_seq == f.tp->snd_nxt, reduced);
		KUNIT_EXPECT_EQ(test, f.tp->cc.prior_ssthresh, 0U);
		exs_rec_close(test, &f);
	}
}

static void end__goes_on_from_ssthresh(struct kunit *test)
{
	static const struct {
		u8 state;
		u32 marker, ssthresh, cwnd;
	} t[] = {
		{ EXS_CA_RECOVERY, 5, 7, 7 },
		/* It was undone: cwnd stays where that has put it. */
		{ EXS_CA_RECOVERY, 0, 7, 20 },
		{ EXS_CA_CWR, 0, 7, 7 },
		{ EXS_CA_CWR, 0, EXS_CC_SSTHRESH_INF, 20 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_tcp_fix f = exs_rec_open(test, &exs_rec_ops);

		f.tp->cc.ca_state = t[i].state;
		f.tp->cc.ssthresh = t[i].ssthresh;
		f.tp->undo_marker = t[i].marker;
		exs_tcp_recovery_end(f.sk);
		KUNIT_EXPECT_EQ_MSG(test, f.tp->cc.cwnd, t[i].cwnd, "row %u",
				    i);
		KUNIT_EXPECT_EQ(test, exs_rec_seen.event, EXS_CC_COMPLETE_CWR);
		exs_rec_close(test, &f);
	}
}

/* RFC 6937 3, before: 10 in flight, ssthresh 5. */
static void prr__table(struct kunit *test)
{
	static const struct {
		u32 flight, prr_delivered, prr_out, delivered;
		bool progress;
		u32 lost, cwnd;
	} t[] = {
		/* in proportion: one for every two delivered, rounded up */
		{ 8, 0, 0, 1, false, 0, 9 },
		{ 8, 1, 1, 1, false, 0, 8 },
		{ 8, 2, 1, 1, false, 0, 9 },
		{ 8, 4, 2, 3, false, 0, 10 },
		/* below ssthresh: no faster than slow start, never beyond */
		{ 3, 1, 1, 1, false, 0, 4 },
		{ 3, 1, 1, 1, true, 0, 5 },
		{ 3, 1, 1, 5, true, 0, 5 },
		{ 5, 1, 1, 5, true, 0, 5 },
		/* while more is lost, only what is delivered */
		{ 3, 1, 1, 1, true, 1, 4 },
		/* the first retransmission goes out */
		{ 20, 0, 0, 1, false, 0, 21 },
		/* nothing delivered: as before */
		{ 3, 1, 1, 0, true, 0, 20 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_tcp_fix f = exs_rec_open(test, &exs_rec_ops);
		struct exs_tcp_ack_state as = {
			.delivered = t[i].delivered,
			.progress = t[i].progress,
		};

		f.tp->sack_ok = 1;
		f.tp->cc.ca_state = EXS_CA_RECOVERY;
		f.tp->cc.ssthresh = 5;
		f.tp->cc.prior_cwnd = 10;
		f.tp->packets_out = t[i].flight;
		f.tp->prr_delivered = t[i].prr_delivered;
		f.tp->prr_out = t[i].prr_out;
		f.tp->lost = t[i].lost;
		exs_tcp_recovery_cwnd(f.sk, &as);
		KUNIT_EXPECT_EQ_MSG(test, f.tp->cc.cwnd, t[i].cwnd, "row %u", i);
		KUNIT_EXPECT_EQ(test, exs_rec_seen.avoid, 0U);
		exs_rec_close(test, &f);
	}
}

/* RFC 7661: what is not used does not grow. */
static void grow__when(struct kunit *test)
{
	static const struct {
		u8 state;
		u32 acked;
		bool syn, limited;
		unsigned int avoid;
	} t[] = {
		{ EXS_CA_OPEN, 2, false, true, 1 },
		{ EXS_CA_DISORDER, 2, false, true, 1 },
		{ EXS_CA_LOSS, 2, false, true, 1 },
		{ EXS_CA_OPEN, 2, false, false, 0 },
		{ EXS_CA_OPEN, 0, false, true, 0 },
		{ EXS_CA_OPEN, 1, true, true, 0 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_tcp_fix f = exs_rec_open(test, &exs_rec_ops);
		struct exs_tcp_ack_state as = {
			.acked_packets = t[i].acked, .delivered = t[i].acked,
			.syn_acked = t[i].syn,
		};

		f.tp->cc.ca_state = t[i].state;
		f.tp->is_cwnd_limited = t[i].limited;
		exs_tcp_recovery_cwnd(f.sk, &as);
		KUNIT_EXPECT_EQ_MSG(test, exs_rec_seen.avoid, t[i].avoid,
				    "row %u", i);
		exs_rec_close(test, &f);
	}
}

static void grow__cong_control_rules_alone(struct kunit *test)
{
	struct exs_tcp_fix f = exs_rec_open(test, &exs_rec_ops_whole);
	struct exs_tcp_ack_state as = { .acked_packets = 1, .delivered = 1 };

	exs_tcp_recovery_cwnd(f.sk, &as);
	f.tp->cc.ca_state = EXS_CA_RECOVERY;
	exs_tcp_recovery_cwnd(f.sk, &as);
	KUNIT_EXPECT_EQ(test, exs_rec_seen.control, 2U);
	KUNIT_EXPECT_EQ(test, f.tp->cc.cwnd, 20U);
	exs_rec_close(test, &f);
}

static struct kunit_case exs_tcp_recovery_cases[] = {
	KUNIT_CASE(ca_state__told_on_a_change),
	KUNIT_CASE(enter__remembers_and_reduces),
	KUNIT_CASE(enter__from_cwr_reduces_no_more),
	KUNIT_CASE(cwr__reduces_once),
	KUNIT_CASE(end__goes_on_from_ssthresh),
	KUNIT_CASE(prr__table),
	KUNIT_CASE(grow__when),
	KUNIT_CASE(grow__cong_control_rules_alone),
	{}
};

static struct kunit_suite exs_tcp_recovery_suite = {
	.name = "expstack_tcp_recovery",
	.test_cases = exs_tcp_recovery_cases,
};

kunit_test_suite(exs_tcp_recovery_suite);
