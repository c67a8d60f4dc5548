// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_metrics_conn.c: what a connection
 * leaves for the next.
 */
#include "tcp_fix.h"
#include "tcp_wire.h"

enum { RTT, VAR, THRESH, CWND, REORD };

/* A socket in congestion avoidance with a window of its own. */
static void exs_met_state(struct exs_tcp_sock *tp, u32 cwnd, u32 ssthresh,
			  u8 ca_state)
{
	tp->cc.srtt_us = 8000;
	tp->mdev_us = 400;
	tp->cc.cwnd = cwnd;
	tp->cc.ssthresh = ssthresh;
	tp->cc.ca_state = ca_state;
}

static void blend__round_trip(struct kunit *test)
{
	static const struct {
		u32 rtt, var, srtt, mdev, want_rtt, want_var;
	} t[] = {
		/* Nothing known: the difference counts as deviation. */
		{ 0, 0, 8000, 400, 8000, 4000 },
		{ 8000, 400, 8000, 400, 8000, 400 },
		/* Longer counts at once, shorter by an eighth. */
		{ 8000, 400, 16000, 400, 16000, 4000 },
		{ 16000, 400, 8000, 400, 15000, 4000 },
		{ 8000, 800, 8000, 400, 8000, 700 },
		{ 8000, 401, 8000, 400, 8000, 401 },
		{ 8001, 4, 8000, 2, 8001, 4 },
	};
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		u32 val[EXS_TCP_METRICS] = { t[i].rtt, t[i].var };

		exs_met_state(f.tp, 10, EXS_CC_SSTHRESH_INF, EXS_CA_OPEN);
		f.tp->cc.srtt_us = t[i].srtt;
		f.tp->mdev_us = t[i].mdev;
		exs_tcp_metrics_blend(f.tp, false, val);
		KUNIT_EXPECT_EQ_MSG(test, val[RTT], t[i].want_rtt, "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, val[VAR], t[i].want_var, "row %u", i);
	}
	exs_tcp_fix_close(test, &f);
}

static void blend__window(struct kunit *test)
{
	static const struct {
		u32 thresh, cwnd;		/* known */
		u32 now, ssthresh;		/* of the connection */
		u8 ca_state;
		u32 want_thresh, want_cwnd;
	} t[] = {
		/* The first slow start: at least so much. */
		{ 0, 0, 20, EXS_CC_SSTHRESH_INF, EXS_CA_OPEN, 0, 20 },
		{ 5, 30, 20, EXS_CC_SSTHRESH_INF, EXS_CA_OPEN, 10, 30 },
		{ 10, 0, 20, EXS_CC_SSTHRESH_INF, EXS_CA_OPEN, 10, 20 },
		/* Congestion avoidance. */
		{ 0, 0, 20, 8, EXS_CA_OPEN, 10, 10 },
		{ 50, 40, 20, 15, EXS_CA_OPEN, 15, 30 },
		/* Recovery, and slow start after it. */
		{ 0, 40, 5, 20, EXS_CA_RECOVERY, 0, 30 },
		{ 10, 40, 5, 20, EXS_CA_OPEN, 20, 30 },
		{ 30, 40, 5, 20, EXS_CA_OPEN, 30, 30 },
	};
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);
	unsigned int i, save;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		for (save = 0; save < 2; save++) {
			u32 val[EXS_TCP_METRICS] = {
				[THRESH] = t[i].thresh, [CWND] = t[i].cwnd,
			};

			exs_met_state(f.tp, t[i].now, t[i].ssthresh,
				      t[i].ca_state);
			exs_tcp_metrics_blend(f.tp, save, val);
			KUNIT_EXPECT_EQ_MSG(test, val[THRESH],
					    save ? t[i].want_thresh :
						   t[i].thresh, "row %u", i);
			KUNIT_EXPECT_EQ_MSG(test, val[CWND], t[i].want_cwnd,
					    "row %u", i);
		}
	}
	exs_tcp_fix_close(test, &f);
}

/* It is seen in recovery only, and what is usual need not be remembered. */
static void blend__reordering(struct kunit *test)
{
	static const struct {
		u32 known, now;
		u8 ca_state;
		u32 want;
	} t[] = {
		{ 0, 9, EXS_CA_OPEN, 0 },
		{ 0, 9, EXS_CA_RECOVERY, 9 },
		{ 10, 9, EXS_CA_RECOVERY, 10 },
		{ 0, 3, EXS_CA_RECOVERY, 0 },
	};
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		u32 val[EXS_TCP_METRICS] = { [REORD] = t[i].known };

		exs_met_state(f.tp, 20, 10, t[i].ca_state);
		f.tp->reordering = t[i].now;
		exs_tcp_metrics_blend(f.tp, false, val);
		KUNIT_EXPECT_EQ_MSG(test, val[REORD], t[i].want, "row %u", i);
	}
	exs_tcp_fix_close(test, &f);
}

/* What is known of the peer, a copy; false: nothing. */
static bool exs_met_known(struct kunit *test, u32 *val)
{
	struct exs_tcp_metrics_row row;

	if (exs_tcp_metrics_get(exs_wire_net(test), htonl(EXS_WIRE_PEER), NULL,
				&row))
		return false;
	memcpy(val, row.val, sizeof(row.val));
	return true;
}

static void save__when_a_connection_ends_well(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);
	u32 val[EXS_TCP_METRICS];

	KUNIT_EXPECT_FALSE(test, exs_met_known(test, val));
	exs_wire_state(w, TCP_FIN_WAIT2);
	KUNIT_EXPECT_FALSE(test, exs_met_known(test, val));
	exs_wire_in(w, W_FIN | W_ACK, 1, 2, 0);
	KUNIT_ASSERT_TRUE(test, exs_met_known(test, val));
	KUNIT_EXPECT_GT(test, val[RTT], 0U);
	KUNIT_EXPECT_GT(test, val[VAR], 0U);
	KUNIT_EXPECT_EQ(test, val[CWND], 10U);
	KUNIT_EXPECT_EQ(test, val[THRESH], 0U);
}

static void save__from_last_ack(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);
	u32 val[EXS_TCP_METRICS];

	exs_wire_state(w, TCP_LAST_ACK);
	exs_wire_in(w, W_ACK, 2, 2, 0);
	EXS_WIRE_STATE(w, TCP_CLOSE);
	KUNIT_EXPECT_TRUE(test, exs_met_known(test, val));
}

static void save__not_after_a_reset(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);
	u32 val[EXS_TCP_METRICS];

	exs_wire_in(w, W_RST, 1, 0, 0);
	EXS_WIRE_STATE(w, TCP_CLOSE);
	KUNIT_EXPECT_FALSE(test, exs_met_known(test, val));
}

static void save__switched_off(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);
	u32 val[EXS_TCP_METRICS];

	exs_wire_net(test)->sysctl.tcp_no_metrics_save = 1;
	exs_wire_state(w, TCP_LAST_ACK);
	exs_wire_in(w, W_ACK, 2, 2, 0);
	KUNIT_EXPECT_FALSE(test, exs_met_known(test, val));
}

/* Still backing off: what was known of the round trip was wrong. */
static void save__what_was_wrong_goes(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);
	u32 val[EXS_TCP_METRICS];

	lock_sock(w->sk);
	local_bh_disable();
	exs_tcp_metrics_save(w->sk);
	w->tp->backoff = 1;
	local_bh_enable();
	release_sock(w->sk);
	KUNIT_ASSERT_TRUE(test, exs_met_known(test, val));
	KUNIT_EXPECT_GT(test, val[RTT], 0U);
	exs_wire_call(w, exs_tcp_metrics_save);
	KUNIT_ASSERT_TRUE(test, exs_met_known(test, val));
	KUNIT_EXPECT_EQ(test, val[RTT], 0U);
	KUNIT_EXPECT_EQ(test, val[CWND], 10U);
}

/* What the next connection begins with. */
static void init__from_what_is_known(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);
	struct exs_net *en = exs_wire_net(test);
	struct exs_tcp_sock *tp = w->tp;
	struct exs_tcp_metrics *m;

	en->sysctl.tcp_rto_min_us = 200000;
	tp->cc.srtt_us = 8000;
	tp->rto = HZ / 4;
	tp->cc.ssthresh = 5;
	exs_wire_call(w, exs_tcp_metrics_init);
	KUNIT_EXPECT_EQ(test, tp->cc.ssthresh, (u32)EXS_CC_SSTHRESH_INF);
	KUNIT_EXPECT_EQ(test, tp->rto, (u32)HZ / 4);

	rcu_read_lock();
	m = exs_tcp_metrics_make(w->sk, htonl(EXS_WIRE_ADDR),
				 htonl(EXS_WIRE_PEER));
	if (m) {
		m->val[RTT] = 8 * 400000;
		m->val[THRESH] = 33;
		m->val[REORD] = 12;
	}
	rcu_read_unlock();
	KUNIT_ASSERT_NOT_NULL(test, m);
	exs_wire_call(w, exs_tcp_metrics_init);
	/* The RTT and twice that, as after a first sample. */
	KUNIT_EXPECT_EQ(test, tp->rto, 3U * 400 * HZ / 1000);
	KUNIT_EXPECT_EQ(test, tp->cc.srtt_us, 8000U);
	KUNIT_EXPECT_EQ(test, tp->reordering, 12);
	KUNIT_EXPECT_EQ(test, tp->cc.ssthresh, (u32)EXS_CC_SSTHRESH_INF);
	en->sysctl.tcp_no_ssthresh_metrics_save = 0;
	exs_wire_call(w, exs_tcp_metrics_init);
	KUNIT_EXPECT_EQ(test, tp->cc.ssthresh, 33U);
	/* Not shorter than the least. */
	m->val[RTT] = 8 * 2000;
	exs_wire_call(w, exs_tcp_metrics_init);
	KUNIT_EXPECT_EQ(test, tp->rto, 202U * HZ / 1000);
}

/* RFC 6298 5.7, unless the cache knows better. */
static void init__no_sample(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);

	w->tp->cc.srtt_us = 0;
	exs_wire_call(w, exs_tcp_metrics_init);
	KUNIT_EXPECT_EQ(test, w->tp->rto, (u32)EXS_TCP_RTO_FALLBACK);
}

static void proven__who_was_there(struct kunit *test)
{
	__be32 ours = htonl(EXS_WIRE_ADDR), peer = htonl(EXS_WIRE_PEER);
	struct exs_net *en = exs_wire_net(test);
	struct exs_wire *w = exs_wire_active(test, true);

	rcu_read_lock();
	KUNIT_EXPECT_FALSE(test, exs_tcp_metrics_proven(en, ours, peer));
	rcu_read_unlock();
	exs_wire_call(w, exs_tcp_metrics_save);
	rcu_read_lock();
	KUNIT_EXPECT_TRUE(test, exs_tcp_metrics_proven(en, ours, peer));
	KUNIT_EXPECT_FALSE(test, exs_tcp_metrics_proven(en, peer, ours));
	rcu_read_unlock();
}

/* What is too old proves nothing, but asking does not change it. */
static void proven__asking_changes_nothing(struct kunit *test)
{
	__be32 ours = htonl(EXS_WIRE_ADDR), peer = htonl(EXS_WIRE_PEER);
	struct exs_net *en = exs_wire_net(test);
	struct exs_wire *w = exs_wire_active(test, true);
	struct exs_tcp_metrics *m;
	unsigned long stamp;

	rcu_read_lock();
	m = exs_tcp_metrics_make(w->sk, ours, peer);
	KUNIT_ASSERT_NOT_NULL(test, m);
	stamp = jiffies - EXS_TCP_METRICS_LIFE - 1;
	m->stamp = stamp;
	m->val[RTT] = 8000;
	m->val[CWND] = 9;
	m->locked = BIT(EXS_TCP_METRIC_CWND);
	KUNIT_EXPECT_FALSE(test, exs_tcp_metrics_proven(en, ours, peer));
	KUNIT_EXPECT_EQ(test, m->val[CWND], 9U);
	KUNIT_EXPECT_EQ(test, m->locked, (u32)BIT(EXS_TCP_METRIC_CWND));
	KUNIT_EXPECT_EQ(test, m->stamp, stamp);
	/* The route's word does not grow old. */
	m->locked = BIT(EXS_TCP_METRIC_RTT);
	KUNIT_EXPECT_TRUE(test, exs_tcp_metrics_proven(en, ours, peer));
	m->stamp = jiffies;
	m->locked = 0;
	KUNIT_EXPECT_TRUE(test, exs_tcp_metrics_proven(en, ours, peer));
	rcu_read_unlock();
}

static struct kunit_case exs_tcp_metrics_conn_cases[] = {
	KUNIT_CASE(blend__round_trip),
	KUNIT_CASE(blend__window),
	KUNIT_CASE(blend__reordering),
	KUNIT_CASE(save__when_a_connection_ends_well),
	KUNIT_CASE(save__from_last_ack),
	KUNIT_CASE(save__not_after_a_reset),
	KUNIT_CASE(save__switched_off),
	KUNIT_CASE(save__what_was_wrong_goes),
	KUNIT_CASE(init__from_what_is_known),
	KUNIT_CASE(init__no_sample),
	KUNIT_CASE(proven__who_was_there),
	KUNIT_CASE(proven__asking_changes_nothing),
	{}
};

static struct kunit_suite exs_tcp_metrics_conn_suite = {
	.name = "expstack_tcp_metrics_conn",
	.init = exs_wire_init,
	.exit = exs_wire_exit,
	.test_cases = exs_tcp_metrics_conn_cases,
};

kunit_test_suite(exs_tcp_metrics_conn_suite);
