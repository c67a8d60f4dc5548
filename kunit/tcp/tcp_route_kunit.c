// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_route.c: what routes say to TCP, and
 * the places that listen.
 */
#include "tcp_wire.h"

/* A route to the peer that says this, until the device goes. */
static void exs_troute_add(struct kunit *test, const struct exs_route_attr *attr)
{
	struct exs_link_test *t = test->priv;
	const struct exs_route_cfg cfg = {
		.dst = htonl(EXS_WIRE_PEER), .dst_len = 32, .type = RTN_UNICAST,
		.table = RT_TABLE_MAIN, .protocol = RTPROT_STATIC,
		.scope = RT_SCOPE_LINK, .oif = t->ldev->ifindex, .attr = *attr,
	};

	rtnl_lock();
	KUNIT_EXPECT_EQ(test, 0, exs_route_add(t->en, &cfg, NLM_F_CREATE |
					       NLM_F_REPLACE, NULL));
	rtnl_unlock();
}

static void mss__by_route(struct kunit *test)
{
	static const struct {
		u32 advmss, mtu, mss, expect;
	} t[] = {
		{ 0, 0, 1460, 1460 }, { 1000, 0, 1460, 1000 },
		{ 2000, 0, 1460, 2000 }, { 1, 0, 1460, 88 },
		{ 0, 1400, 1460, 1360 }, { 0, 9000, 1460, 1460 },
		{ 0, 68, 1460, 256 }, { 1000, 600, 1460, 1000 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_route_attr attr = { };

		attr.val[RTAX_ADVMSS] = t[i].advmss;
		attr.val[RTAX_MTU] = t[i].mtu;
		KUNIT_EXPECT_EQ_MSG(test, exs_tcp_route_mss(&attr, t[i].mss),
				    t[i].expect, "row %u", i);
	}
}

static void rwnd__segments_at_most(struct kunit *test)
{
	static const struct {
		u32 segs, wnd, mss, expect;
	} t[] = {
		{ 0, 65535, 1460, 65535 }, { 1, 65535, 1460, 1460 },
		{ 44, 65535, 1460, 64240 }, { 45, 65535, 1460, 65535 },
		{ U32_MAX, 65535, 1460, 65535 },
	};
	unsigned int i;

	KUNIT_EXPECT_EQ(test, exs_tcp_route_rwnd(NULL, 5000, 1460), 5000U);
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_route_attr attr = { };

		attr.val[RTAX_INITRWND] = t[i].segs;
		KUNIT_EXPECT_EQ_MSG(test,
				    exs_tcp_route_rwnd(&attr, t[i].wnd, t[i].mss),
				    t[i].expect, "row %u", i);
	}
}

static void active__listens_to_the_route(struct kunit *test)
{
	struct exs_route_attr attr = { .congctl = "reno" };
	struct exs_wire *w;

	attr.val[RTAX_ADVMSS] = 900;
	attr.val[RTAX_INITRWND] = 2;
	attr.val[RTAX_INITCWND] = 4;
	attr.val[RTAX_WINDOW] = 30000;
	attr.val[RTAX_QUICKACK] = 1;
	attr.val[RTAX_RTO_MIN] = 300;
	attr.val[RTAX_LOCK] = BIT(RTAX_CC_ALGO) | BIT(RTAX_RTO_MIN);
	exs_troute_add(test, &attr);
	w = exs_wire_active(test, true);
	KUNIT_EXPECT_EQ(test, w->tp->advmss, 900);
	KUNIT_EXPECT_EQ(test, w->tp->rcv_wnd, 1800U);
	KUNIT_EXPECT_LE(test, w->tp->window_clamp, 30000U);
	KUNIT_EXPECT_EQ(test, w->tp->cc.cwnd, 4U);
	KUNIT_EXPECT_STREQ(test, w->tp->cc.ops->name, "reno");
	lock_sock(w->sk);
	KUNIT_EXPECT_EQ(test, -EPERM, exs_cc_set(w->sk, "cubic", false, true));
	KUNIT_EXPECT_EQ(test, -EPERM, exs_cc_set(w->sk, "reno", false, true));
	w->tp->ack.quick = 0;
	KUNIT_EXPECT_TRUE(test, exs_tcp_quickack_mode(w->sk));
	KUNIT_EXPECT_EQ(test, exs_tcp_rto_min_us(w->sk), 300000U);
	KUNIT_EXPECT_EQ(test, exs_tcp_delack_bound(w->sk, HZ),
			(u32)EXS_TCP_DELACK_MAX);
	release_sock(w->sk);
	/* What is not locked is the user's; a short timeout hurries ACKs. */
	attr.val[RTAX_LOCK] = BIT(RTAX_RTO_MIN);
	attr.val[RTAX_RTO_MIN] = 100;
	exs_troute_add(test, &attr);
	lock_sock(w->sk);
	rcu_read_lock();
	KUNIT_EXPECT_FALSE(test, IS_ERR(exs_sock_route(w->sk)));
	rcu_read_unlock();
	KUNIT_EXPECT_EQ(test, exs_tcp_delack_bound(w->sk, HZ),
			(u32)HZ / 10 - 1);
	KUNIT_EXPECT_EQ(test, exs_tcp_delack_bound(w->sk, HZ / 10),
			(u32)HZ / 10 - 1);
	KUNIT_EXPECT_EQ(test, exs_tcp_delack_bound(w->sk, HZ / 10 - 1),
			(u32)HZ / 10 - 1);
	KUNIT_EXPECT_EQ(test, exs_tcp_delack_bound(w->sk, 2), 2U);
	KUNIT_EXPECT_EQ(test, 0, exs_cc_set(w->sk, "cubic", false, true));
	release_sock(w->sk);
}

static void passive__listens_to_the_route(struct kunit *test)
{
	struct exs_wire *lw = exs_wire_listen(test, 0, 5), *w;
	struct exs_route_attr attr = { .congctl = "reno" };

	attr.val[RTAX_ADVMSS] = 900;
	attr.val[RTAX_INITRWND] = 3;
	attr.val[RTAX_INITCWND] = 5;
	attr.val[RTAX_WINDOW] = 20000;
	exs_troute_add(test, &attr);
	w = exs_wire_passive(lw, 5000);
	KUNIT_EXPECT_EQ(test, w->last.o.mss, 900);
	KUNIT_EXPECT_EQ(test, w->last.win, 2700);
	KUNIT_EXPECT_EQ(test, w->tp->advmss, 900);
	KUNIT_EXPECT_LE(test, w->tp->window_clamp, 20000U);
	KUNIT_EXPECT_EQ(test, w->tp->cc.cwnd, 5U);
	KUNIT_EXPECT_STREQ(test, w->tp->cc.ops->name, "reno");
}

/* What one connection's route offers is no limit of the next. */
static void disconnect__forgets_the_window(struct kunit *test)
{
	struct exs_route_attr attr = { .val[RTAX_WINDOW] = 20000 };
	struct exs_wire *w;

	exs_troute_add(test, &attr);
	w = exs_wire_active(test, true);
	KUNIT_EXPECT_GT(test, w->tp->window_clamp, 0U);
	KUNIT_EXPECT_LE(test, w->tp->window_clamp, 20000U);
	lock_sock(w->sk);
	KUNIT_EXPECT_EQ(test, exs_tcp_disconnect(w->sk, 0), 0);
	release_sock(w->sk);
	KUNIT_EXPECT_EQ(test, w->tp->window_clamp, 0U);
	exs_wire_drain(w);
}

/* One that is not there (any more) is not asked for. */
static void congctl__unknown(struct kunit *test)
{
	struct exs_route_attr attr = { .congctl = "nosuch" };
	struct exs_wire *w;

	attr.val[RTAX_LOCK] = BIT(RTAX_CC_ALGO);
	exs_troute_add(test, &attr);
	w = exs_wire_active(test, true);
	KUNIT_EXPECT_STREQ(test, w->tp->cc.ops->name, "cubic");
	lock_sock(w->sk);
	KUNIT_EXPECT_EQ(test, 0, exs_cc_set(w->sk, "reno", false, true));
	release_sock(w->sk);
}

/* Of a locked RTO minimum only: a value alone is but a hint. */
static void rto_min__counts_when_locked(struct kunit *test)
{
	struct exs_route_attr attr = { .val[RTAX_RTO_MIN] = 300 };
	struct exs_wire *w;

	exs_troute_add(test, &attr);
	w = exs_wire_active(test, true);
	KUNIT_EXPECT_EQ(test, exs_tcp_rto_min_us(w->sk),
			(u32)exs_wire_net(test)->sysctl.tcp_rto_min_us);
	/* More than microseconds can count, and than a timeout lasts. */
	attr.val[RTAX_LOCK] = BIT(RTAX_RTO_MIN);
	attr.val[RTAX_RTO_MIN] = 5000000;
	exs_troute_add(test, &attr);
	lock_sock(w->sk);
	rcu_read_lock();
	KUNIT_EXPECT_FALSE(test, IS_ERR(exs_sock_route(w->sk)));
	rcu_read_unlock();
	KUNIT_EXPECT_EQ(test, exs_tcp_rto_min_us(w->sk),
			120U * USEC_PER_SEC);
	release_sock(w->sk);
}

static void ecn__by_route(struct kunit *test)
{
	struct exs_route_attr attr = { .val[RTAX_FEATURES] = RTAX_FEATURE_ECN };
	struct exs_wire_seg syn = {
		.flags = W_SYN | W_ECE | W_CWR, .win = 65535,
		.opt.mss = EXS_WIRE_MSS,
	};
	struct exs_wire *lw = exs_wire_listen(test, 0, 5), *w;
	struct exs_net *en = exs_wire_net(test);
	u8 flags;

	en->sysctl.tcp_ecn = 0;
	w = exs_wire_caller(lw, 5000);
	exs_wire_rcv(w, &syn);
	EXS_WIRE_OUT(w, W_SYN | W_ACK, 0, 1, 0);
	exs_troute_add(test, &attr);
	w = exs_wire_caller(lw, 5001);
	exs_wire_rcv(w, &syn);
	EXS_WIRE_OUT(w, W_SYN | W_ACK | W_ECE, 0, 1, 0);

	w = exs_wire_socket(test);
	flags = exs_tcp_ecn_syn(w->sk);
	KUNIT_EXPECT_EQ(test, (int)flags, 0);
	w->tp->es.conn.raddr = htonl(EXS_WIRE_PEER);
	lock_sock(w->sk);
	rcu_read_lock();
	KUNIT_EXPECT_FALSE(test, IS_ERR(exs_sock_route(w->sk)));
	rcu_read_unlock();
	flags = exs_tcp_ecn_syn(w->sk);
	w->tp->es.conn.raddr = 0;
	release_sock(w->sk);
	KUNIT_EXPECT_EQ(test, (int)flags, W_ECE | W_CWR);
}

/* The cache begins with the route's, and keeps what is locked. */
static void metrics__from_the_route(struct kunit *test)
{
	struct exs_route_attr attr = { };
	struct exs_tcp_metrics_row row;
	struct exs_wire *w;

	attr.val[RTAX_RTT] = 8 * 400;
	attr.val[RTAX_RTTVAR] = 4 * 100;
	attr.val[RTAX_SSTHRESH] = 40;
	attr.val[RTAX_CWND] = 6;
	attr.val[RTAX_REORDERING] = 7;
	attr.val[RTAX_LOCK] = BIT(RTAX_RTT) | BIT(RTAX_CWND);
	exs_troute_add(test, &attr);
	w = exs_wire_active(test, true);
	/* There is no entry yet: as Linux, nothing of it is known. */
	KUNIT_EXPECT_EQ(test, w->tp->cc.cwnd, 10U);
	KUNIT_EXPECT_EQ(test, w->tp->cc.cwnd_clamp, ~0U);
	w->tp->cc.srtt_us = 8000;
	w->tp->mdev_us = 400;
	exs_wire_call(w, exs_tcp_metrics_save);
	KUNIT_ASSERT_EQ(test, 0, exs_tcp_metrics_get(exs_wire_net(test),
						     htonl(EXS_WIRE_PEER), NULL,
						     &row));
	KUNIT_EXPECT_EQ(test, row.val[EXS_TCP_METRIC_RTT], 3200000U);
	KUNIT_EXPECT_EQ(test, row.val[EXS_TCP_METRIC_CWND], 6U);
	KUNIT_EXPECT_EQ(test, row.val[EXS_TCP_METRIC_REORDERING], 7U);
	KUNIT_EXPECT_NE(test, row.val[EXS_TCP_METRIC_RTTVAR], 400000U);
	exs_wire_call(w, exs_tcp_metrics_init);
	KUNIT_EXPECT_EQ(test, w->tp->cc.cwnd_clamp, 6U);
	KUNIT_EXPECT_EQ(test, exs_tcp_init_cwnd(w->sk), 6U);
	KUNIT_EXPECT_EQ(test, w->tp->reordering, 7);
}

static struct kunit_case exs_tcp_route_cases[] = {
	KUNIT_CASE(mss__by_route),
	KUNIT_CASE(rwnd__segments_at_most),
	KUNIT_CASE(active__listens_to_the_route),
	KUNIT_CASE(passive__listens_to_the_route),
	KUNIT_CASE(disconnect__forgets_the_window),
	KUNIT_CASE(congctl__unknown),
	KUNIT_CASE(rto_min__counts_when_locked),
	KUNIT_CASE(ecn__by_route),
	KUNIT_CASE(metrics__from_the_route),
	{}
};

static struct kunit_suite exs_tcp_route_suite = {
	.name = "expstack_tcp_route",
	.init = exs_wire_init,
	.exit = exs_wire_exit,
	.test_cases = exs_tcp_route_cases,
};

kunit_test_suite(exs_tcp_route_suite);
