// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_cookie.c: SYN cookies.
 */
#include "tcp/tcp_req.h"
#include "tcp_wire.h"

#define EXS_COOKIE_MINUTE	0xffffffffU	/* the next one wraps */

static struct exs_conn exs_cookie_conn(void)
{
	return (struct exs_conn) {
		.raddr = htonl(EXS_WIRE_PEER), .laddr = htonl(EXS_WIRE_ADDR),
		.rport = htons(1000), .lport = htons(EXS_WIRE_PORT),
	};
}

static void make__rounds_the_mss_down(struct kunit *test)
{
	static const struct {
		u16 mss, kept;
	} t[] = {
		{ 1, 536 }, { 535, 536 }, { 536, 536 }, { 1299, 536 },
		{ 1300, 1300 }, { 1439, 1300 }, { 1440, 1440 },
		{ 1459, 1440 }, { 1460, 1460 }, { 65535, 1460 },
	};
	struct exs_conn c = exs_cookie_conn();
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		u16 mss = t[i].mss;
		u32 iss = exs_tcp_cookie_make(&c, EXS_WIRE_IRS, &mss,
					      EXS_COOKIE_MINUTE);

		KUNIT_EXPECT_EQ_MSG(test, mss, t[i].kept, "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test,
				    exs_tcp_cookie_open(&c, EXS_WIRE_IRS, iss,
							EXS_COOKIE_MINUTE),
				    t[i].kept, "row %u", i);
	}
}

static void open__this_minute_and_the_last(struct kunit *test)
{
	struct exs_conn c = exs_cookie_conn();
	u16 mss = 1460;
	u32 iss = exs_tcp_cookie_make(&c, EXS_WIRE_IRS, &mss,
				      EXS_COOKIE_MINUTE);
	static const struct {
		s32 later;
		u16 mss;
	} t[] = { { -1, 0 }, { 0, 1460 }, { 1, 1460 }, { 2, 0 }, { 3, 0 } };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++)
		KUNIT_EXPECT_EQ_MSG(test,
				    exs_tcp_cookie_open(&c, EXS_WIRE_IRS, iss,
							EXS_COOKIE_MINUTE +
							t[i].later),
				    t[i].mss, "row %u", i);
}

static void open__of_another_tuple_or_number(struct kunit *test)
{
	struct exs_conn c = exs_cookie_conn(), other;
	u16 mss = 1460;
	u32 iss = exs_tcp_cookie_make(&c, EXS_WIRE_IRS, &mss, 5);
	u32 n, good = 0;

	other = c;
	other.raddr = htonl(EXS_WIRE_PEER + 1);
	good += !!exs_tcp_cookie_open(&other, EXS_WIRE_IRS, iss, 5);
	other = c;
	other.laddr = htonl(EXS_WIRE_ADDR + 1);
	good += !!exs_tcp_cookie_open(&other, EXS_WIRE_IRS, iss, 5);
	other = c;
	other.rport = htons(1001);
	good += !!exs_tcp_cookie_open(&other, EXS_WIRE_IRS, iss, 5);
	other = c;
	other.lport = htons(EXS_WIRE_PORT + 1);
	good += !!exs_tcp_cookie_open(&other, EXS_WIRE_IRS, iss, 5);
	/* Of a number beside it the MSS index would be none: 0 is the last. */
	for (n = 1; n < 1000; n++)
		good += !!exs_tcp_cookie_open(&c, EXS_WIRE_IRS, iss + n, 5);
	KUNIT_EXPECT_EQ(test, good, 0U);
}

static void tsval__carries_options_and_is_not_ahead(struct kunit *test)
{
	static const struct {
		bool wscale_ok, sack_ok, ecn_ok;
		u8 wscale;
	} t[] = {
		{ false, false, false, 0 }, { true, false, false, 0 },
		{ true, true, false, 14 }, { true, true, true, 7 },
		{ false, true, true, 0 },
	};
	struct exs_net *en = exs_wire_net(test);
	u32 now, ts;
	unsigned int i;

	en->sysctl.tcp_ecn = 1;
	en->sysctl.tcp_timestamps = 2;
	for (i = 0; i < ARRAY_SIZE(t); i++)
		for (now = -70; now != 70; now++) {
			struct exs_tcp_req in = {
				.wscale_ok = t[i].wscale_ok,
				.snd_wscale = t[i].wscale,
				.sack_ok = t[i].sack_ok, .ecn_ok = t[i].ecn_ok,
			}, out = { };
			struct exs_tcp_opt o = { .saw_tstamp = 1 };

			ts = exs_tcp_cookie_tsval(&in, now);
			KUNIT_ASSERT_GE(test, (s32)(now - ts), 0);
			KUNIT_ASSERT_LT(test, (s32)(now - ts), 64);
			o.tsecr = ts;
			o.tsval = 9;
			KUNIT_ASSERT_TRUE(test,
					  exs_tcp_cookie_options(&out, en, &o, NULL));
			KUNIT_ASSERT_TRUE(test, out.tstamp_ok);
			KUNIT_ASSERT_EQ(test, out.ts_recent, 9U);
			KUNIT_ASSERT_EQ(test, (int)out.wscale_ok,
					(int)in.wscale_ok);
			KUNIT_ASSERT_EQ(test, (int)out.snd_wscale,
					(int)in.snd_wscale);
			KUNIT_ASSERT_EQ(test, (int)out.sack_ok,
					(int)in.sack_ok);
			KUNIT_ASSERT_EQ(test, (int)out.ecn_ok, (int)in.ecn_ok);
		}
}

static void options__refused_when_switched_off(struct kunit *test)
{
	struct exs_net *en = exs_wire_net(test);
	struct exs_tcp_opt o = { .saw_tstamp = 1, .tsecr = 0x17 };
	struct exs_tcp_opt bare = { };
	struct exs_tcp_req req = { };

	en->sysctl.tcp_timestamps = 2;
	KUNIT_EXPECT_TRUE(test, exs_tcp_cookie_options(&req, en, &o, NULL));
	en->sysctl.tcp_sack = 0;
	KUNIT_EXPECT_FALSE(test, exs_tcp_cookie_options(&req, en, &o, NULL));
	en->sysctl.tcp_sack = 1;
	en->sysctl.tcp_window_scaling = 0;
	KUNIT_EXPECT_FALSE(test, exs_tcp_cookie_options(&req, en, &o, NULL));
	en->sysctl.tcp_window_scaling = 1;
	en->sysctl.tcp_timestamps = 0;
	KUNIT_EXPECT_FALSE(test, exs_tcp_cookie_options(&req, en, &o, NULL));
	req = (struct exs_tcp_req) { };
	KUNIT_EXPECT_TRUE(test, exs_tcp_cookie_options(&req, en, &bare, NULL));
	KUNIT_EXPECT_FALSE(test, req.tstamp_ok);
}

/* RFC 3168 6.1.1: who said ECE in the SYN-ACK answers to CE. */
static void options__ecn_as_the_syn_ack_said(struct kunit *test)
{
	static const struct {
		int ecn;
		bool needs, ok;
	} t[] = {
		{ 0, false, false }, { 0, true, true },
		{ 1, false, true }, { 2, false, true },
	};
	struct exs_wire *w = exs_wire_socket(test);
	const struct exs_cc_ops *own = w->tp->cc.ops;
	struct exs_tcp_opt o = { .saw_tstamp = 1, .tsecr = 0x37 };
	struct exs_net *en = exs_wire_net(test);
	struct exs_cc_ops *needs;
	unsigned int i;

	needs = kunit_kzalloc(test, sizeof(*needs), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, needs);
	*needs = exs_cc_reno;
	needs->flags |= EXS_CC_NEEDS_ECN;
	en->sysctl.tcp_timestamps = 2;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_tcp_req req = { .listener = w->sk };

		en->sysctl.tcp_ecn = t[i].ecn;
		w->tp->cc.ops = t[i].needs ? needs : own;
		KUNIT_EXPECT_TRUE(test, exs_tcp_cookie_options(&req, en, &o, NULL));
		KUNIT_EXPECT_EQ_MSG(test, (bool)req.ecn_ok, t[i].ok, "row %u",
				    i);
	}
	w->tp->cc.ops = own;
}

static void wanted__by_sysctl_and_queue(struct kunit *test)
{
	static const struct {
		int sysctl, qlen;
		bool take, cookie;
	} t[] = {
		{ 0, 3, true, false }, { 0, 4, false, false },
		{ 1, 3, true, false }, { 1, 4, true, true },
		{ 2, 0, true, true }, { 2, 4, true, true },
	};
	struct exs_wire *lw = exs_wire_listen(test, 0, 3);
	struct exs_tcp_listener *l = lw->tp->listener;
	struct exs_net *en = exs_wire_net(test);
	unsigned int i;
	bool cookie;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		en->sysctl.tcp_syncookies = t[i].sysctl;
		atomic_set(&l->qlen, t[i].qlen);
		KUNIT_EXPECT_EQ_MSG(test, t[i].take,
				    exs_tcp_cookie_wanted(lw->sk, l, &cookie),
				    "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, t[i].cookie, cookie, "row %u", i);
	}
	atomic_set(&l->qlen, 0);
	KUNIT_EXPECT_EQ(test, l->warned, 1);
}

static struct exs_wire_seg exs_cookie_syn(void)
{
	return (struct exs_wire_seg) {
		.flags = W_SYN, .win = 65535, .opt.mss = 1440,
	};
}

static void ack__makes_a_child_of_nothing(struct kunit *test)
{
	struct exs_wire *lw = exs_wire_listen(test, 0, 1);
	struct exs_wire *w = exs_wire_caller(lw, 1000);
	struct exs_net *en = exs_wire_net(test);
	struct exs_wire_seg syn = exs_cookie_syn();
	unsigned long sent, recv;

	en->sysctl.tcp_syncookies = 2;
	sent = exs_wire_mib(test, EXS_MIB_TCPEXT_SyncookiesSent);
	recv = exs_wire_mib(test, EXS_MIB_TCPEXT_SyncookiesRecv);
	exs_wire_rcv(w, &syn);
	EXS_WIRE_OUT(w, W_SYN | W_ACK, 0, 1, 0);
	rcu_read_lock();
	KUNIT_EXPECT_NULL(test, exs_wire_conn(w));
	rcu_read_unlock();
	KUNIT_EXPECT_EQ(test, atomic_read(&lw->tp->listener->qlen), 0);
	exs_wire_in(w, W_ACK, 1, 1, 10);
	EXS_WIRE_OUT(w, W_ACK, 1, 11, 0);
	KUNIT_ASSERT_EQ(test, 0, exs_wire_accept(lw, w));
	EXS_WIRE_STATE(w, TCP_ESTABLISHED);
	KUNIT_EXPECT_EQ(test, w->tp->mss_clamp, 1440);
	KUNIT_EXPECT_EQ(test, 10, exs_wire_read(w, 1, 10, 0));
	KUNIT_EXPECT_EQ(test, sent + 1,
			exs_wire_mib(test, EXS_MIB_TCPEXT_SyncookiesSent));
	KUNIT_EXPECT_EQ(test, recv + 1,
			exs_wire_mib(test, EXS_MIB_TCPEXT_SyncookiesRecv));
}

static void ack__wrong_is_reset_and_counted(struct kunit *test)
{
	struct exs_wire *lw = exs_wire_listen(test, 0, 1);
	struct exs_wire *w = exs_wire_caller(lw, 1000);
	struct exs_net *en = exs_wire_net(test);
	struct exs_wire_seg syn = exs_cookie_syn();
	unsigned long failed;

	en->sysctl.tcp_syncookies = 2;
	failed = exs_wire_mib(test, EXS_MIB_TCPEXT_SyncookiesFailed);
	exs_wire_rcv(w, &syn);
	EXS_WIRE_OUT(w, W_SYN | W_ACK, 0, 1, 0);
	/* One more would be the cookie of another MSS. */
	exs_wire_in(w, W_ACK, 1, 100, 0);
	EXS_WIRE_OUT(w, W_RST, 100, 0, 0);
	KUNIT_EXPECT_EQ(test, failed + 1,
			exs_wire_mib(test, EXS_MIB_TCPEXT_SyncookiesFailed));
	/* Not lately: not even tried. */
	lw->tp->listener->overflow = jiffies - EXS_TCP_COOKIE_LIFE - 1;
	exs_wire_in(w, W_ACK, 1, 1, 0);
	EXS_WIRE_OUT(w, W_RST, 1, 0, 0);
	KUNIT_EXPECT_EQ(test, failed + 1,
			exs_wire_mib(test, EXS_MIB_TCPEXT_SyncookiesFailed));
}

static void ack__to_a_full_accept_queue(struct kunit *test)
{
	struct exs_wire *lw = exs_wire_listen(test, 0, 0);
	struct exs_wire *a = exs_wire_caller(lw, 1000);
	struct exs_wire *b = exs_wire_caller(lw, 1001);
	struct exs_net *en = exs_wire_net(test);
	struct exs_wire_seg syn = exs_cookie_syn();
	unsigned long over;

	en->sysctl.tcp_syncookies = 2;
	en->sysctl.tcp_abort_on_overflow = 1;
	exs_wire_rcv(a, &syn);
	EXS_WIRE_OUT(a, W_SYN | W_ACK, 0, 1, 0);
	exs_wire_rcv(b, &syn);
	EXS_WIRE_OUT(b, W_SYN | W_ACK, 0, 1, 0);
	over = exs_wire_mib(test, EXS_MIB_TCPEXT_ListenOverflows);
	exs_wire_in(a, W_ACK, 1, 1, 0);
	exs_wire_in(b, W_ACK, 1, 1, 0);
	EXS_WIRE_SILENT(b);
	KUNIT_EXPECT_EQ(test, over + 1,
			exs_wire_mib(test, EXS_MIB_TCPEXT_ListenOverflows));
	KUNIT_EXPECT_EQ(test, 0, exs_wire_accept(lw, a));
	exs_wire_in(b, W_ACK, 1, 1, 0);
	KUNIT_EXPECT_EQ(test, 0, exs_wire_accept(lw, b));
}

static struct kunit_case exs_tcp_cookie_cases[] = {
	KUNIT_CASE(make__rounds_the_mss_down),
	KUNIT_CASE(open__this_minute_and_the_last),
	KUNIT_CASE(open__of_another_tuple_or_number),
	KUNIT_CASE(tsval__carries_options_and_is_not_ahead),
	KUNIT_CASE(options__refused_when_switched_off),
	KUNIT_CASE(options__ecn_as_the_syn_ack_said),
	KUNIT_CASE(wanted__by_sysctl_and_queue),
	KUNIT_CASE(ack__makes_a_child_of_nothing),
	KUNIT_CASE(ack__wrong_is_reset_and_counted),
	KUNIT_CASE(ack__to_a_full_accept_queue),
	{}
};

static struct kunit_suite exs_tcp_cookie_suite = {
	.name = "expstack_tcp_cookie",
	.init = exs_wire_init,
	.exit = exs_wire_exit,
	.test_cases = exs_tcp_cookie_cases,
};

kunit_test_suite(exs_tcp_cookie_suite);
