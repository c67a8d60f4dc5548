// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_req.c: half-open passive connections.
 */
#include "../kunit/expect.h"
#include "tcp/tcp_req.h"
#include "tcp_wire.h"

static struct exs_wire_seg exs_req_syn(void)
{
	return (struct exs_wire_seg) {
		.flags = W_SYN, .win = 65535, .opt.mss = EXS_WIRE_MSS,
	};
}

/* RCU held. */
static struct exs_tcp_req *exs_req_of(struct exs_wire *w)
{
	struct exs_conn *c = exs_wire_conn(w);

	if (!c || c->kind != EXS_CONN_REQUEST)
		return NULL;
	return container_of(c, struct exs_tcp_req, conn);
}

/* A request, its SYN-ACK in w->last. */
static struct exs_wire *exs_req_open(struct exs_wire *lw, u16 port)
{
	struct exs_wire *w = exs_wire_caller(lw, port);
	struct exs_wire_seg syn = exs_req_syn();

	exs_wire_rcv(w, &syn);
	EXS_WIRE_OUT(w, W_SYN | W_ACK, 0, 1, 0);
	return w;
}

/* Its timer fires now. */
static void exs_req_fire(struct exs_wire *w)
{
	struct exs_tcp_req *req;

	local_bh_disable();
	rcu_read_lock();
	req = exs_req_of(w);
	if (req && timer_delete(&req->timer))
		req->timer.function(&req->timer);
	rcu_read_unlock();
	local_bh_enable();
}

static bool exs_req_alive(struct exs_wire *w)
{
	bool alive;

	rcu_read_lock();
	alive = exs_req_of(w);
	rcu_read_unlock();
	return alive;
}

static void options__answer_what_was_offered(struct kunit *test)
{
	static const struct exs_tcp_opt_out t[] = {
		{ },
		{ .mss = 1400 },
		{ .use_wscale = true, .wscale = 7 },
		{ .sack_perm = true },
		{ .use_ts = true, .tsval = 77 },
		{ .mss = 900, .use_wscale = true, .wscale = 15,
		  .sack_perm = true, .use_ts = true, .tsval = 78 },
	};
	struct exs_wire *lw = exs_wire_listen(test, 0, 10);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_wire *w = exs_wire_caller(lw, 1000 + i);
		struct exs_wire_seg syn = exs_req_syn();
		struct exs_tcp_req *req;

		syn.opt = t[i];
		exs_wire_rcv(w, &syn);
		EXS_WIRE_OUT(w, W_SYN | W_ACK, 0, 1, 0);
		KUNIT_EXPECT_EQ_MSG(test, w->last.o.mss, 1460, "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, (bool)w->last.o.saw_wscale,
				    t[i].use_wscale, "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, (bool)w->last.o.saw_sack_perm,
				    t[i].sack_perm, "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, (bool)w->last.o.saw_tstamp,
				    t[i].use_ts, "row %u", i);
		if (t[i].use_ts)
			KUNIT_EXPECT_EQ(test, w->last.o.tsecr, t[i].tsval);
		rcu_read_lock();
		req = exs_req_of(w);
		KUNIT_EXPECT_NOT_NULL(test, req);
		if (req) {
			KUNIT_EXPECT_EQ(test, req->irs, EXS_WIRE_IRS);
			KUNIT_EXPECT_EQ(test, req->mss, t[i].mss ?: 536);
			KUNIT_EXPECT_EQ(test, (int)req->snd_wscale,
					min_t(u8, t[i].wscale, 14));
			KUNIT_EXPECT_EQ(test, req->rcv_wnd, w->last.win);
		}
		rcu_read_unlock();
	}
}

static void options__switched_off(struct kunit *test)
{
	struct exs_wire *lw = exs_wire_listen(test, 0, 10);
	struct exs_wire *w = exs_wire_caller(lw, 1000);
	struct exs_net *en = exs_wire_net(test);
	struct exs_wire_seg syn = exs_req_syn();

	en->sysctl.tcp_timestamps = 0;
	en->sysctl.tcp_sack = 0;
	en->sysctl.tcp_window_scaling = 0;
	exs_tcp_ext_own(lw->tp, GFP_ATOMIC)->user_mss = 500;
	syn.opt = (struct exs_tcp_opt_out) {
		.mss = 1400, .use_wscale = true, .wscale = 7,
		.sack_perm = true, .use_ts = true, .tsval = 1,
	};
	exs_wire_rcv(w, &syn);
	EXS_WIRE_OUT(w, W_SYN | W_ACK, 0, 1, 0);
	KUNIT_EXPECT_FALSE(test, w->last.o.saw_wscale);
	KUNIT_EXPECT_FALSE(test, w->last.o.saw_sack_perm);
	KUNIT_EXPECT_FALSE(test, w->last.o.saw_tstamp);
	KUNIT_EXPECT_EQ(test, w->last.o.mss, 500);
	rcu_read_lock();
	KUNIT_EXPECT_EQ(test, exs_req_of(w)->mss, 500);
	rcu_read_unlock();
}

/* As Linux: one more than the backlog may be half open. */
static void admit__syn_queue(struct kunit *test)
{
	struct exs_wire *lw = exs_wire_listen(test, 0, 1);
	struct exs_net *en = exs_wire_net(test);
	struct exs_wire_seg syn = exs_req_syn();
	unsigned long full, drops;
	struct exs_wire *w;
	u16 i;

	en->sysctl.tcp_syncookies = 0;
	for (i = 0; i < 2; i++)
		exs_req_open(lw, 1000 + i);
	full = exs_wire_mib(test, EXS_MIB_TCPEXT_TCPReqQFullDrop);
	drops = exs_wire_drops(test, EXS_DROP_TCP_SYN_OVERFLOW);
	w = exs_wire_caller(lw, 1002);
	exs_wire_rcv(w, &syn);
	EXS_WIRE_SILENT(w);
	KUNIT_EXPECT_FALSE(test, exs_req_alive(w));
	KUNIT_EXPECT_EQ(test, full + 1,
			exs_wire_mib(test, EXS_MIB_TCPEXT_TCPReqQFullDrop));
	KUNIT_EXPECT_EQ(test, drops + 1,
			exs_wire_drops(test, EXS_DROP_TCP_SYN_OVERFLOW));
	KUNIT_EXPECT_EQ(test, atomic_read(&lw->tp->listener->qlen), 2);
	KUNIT_EXPECT_EQ(test, atomic_read(&lw->tp->listener->young), 2);
}

/* Without cookies the last quarter is kept free. */
static void admit__max_syn_backlog(struct kunit *test)
{
	struct exs_wire *lw = exs_wire_listen(test, 0, 100);
	struct exs_net *en = exs_wire_net(test);
	struct exs_wire_seg syn = exs_req_syn();
	struct exs_wire *w;
	u16 i;

	en->sysctl.tcp_syncookies = 0;
	en->sysctl.tcp_max_syn_backlog = 8;
	for (i = 0; i < 7; i++)
		exs_req_open(lw, 1000 + i);
	w = exs_wire_caller(lw, 1007);
	exs_wire_rcv(w, &syn);
	EXS_WIRE_SILENT(w);
	KUNIT_EXPECT_FALSE(test, exs_req_alive(w));
	/* With cookies it is the backlog alone that limits. */
	en->sysctl.tcp_syncookies = 1;
	exs_wire_rcv(w, &syn);
	EXS_WIRE_OUT(w, W_SYN | W_ACK, 0, 1, 0);
	KUNIT_EXPECT_TRUE(test, exs_req_alive(w));
}

static void admit__accept_queue(struct kunit *test)
{
	struct exs_wire *lw = exs_wire_listen(test, 0, 0);
	struct exs_wire_seg syn = exs_req_syn();
	struct exs_wire *w = exs_req_open(lw, 1000);
	unsigned long over;

	/* A backlog of 0 lets one wait. */
	exs_wire_in(w, W_ACK, 1, 1, 0);
	KUNIT_EXPECT_EQ(test, lw->sk->sk_ack_backlog, 1U);
	over = exs_wire_mib(test, EXS_MIB_TCPEXT_ListenOverflows);
	w = exs_wire_caller(lw, 1001);
	exs_wire_rcv(w, &syn);
	EXS_WIRE_SILENT(w);
	KUNIT_EXPECT_EQ(test, over + 1,
			exs_wire_mib(test, EXS_MIB_TCPEXT_ListenOverflows));
}

static void syn__repeated(struct kunit *test)
{
	struct exs_wire *lw = exs_wire_listen(test, 0, 10);
	struct exs_wire *w = exs_req_open(lw, 1000);
	struct exs_wire_seg syn = exs_req_syn();
	u32 iss = w->iss;

	exs_wire_rcv(w, &syn);
	EXS_WIRE_OUT(w, W_SYN | W_ACK, 0, 1, 0);
	KUNIT_EXPECT_EQ(test, w->iss, iss);
	/* tcp_invalid_ratelimit: not again within half a second. */
	exs_wire_rcv(w, &syn);
	EXS_WIRE_SILENT(w);
	KUNIT_EXPECT_EQ(test, atomic_read(&lw->tp->listener->qlen), 1);
}

static void timer__repeats_the_syn_ack_and_gives_up(struct kunit *test)
{
	struct exs_wire *lw = exs_wire_listen(test, 0, 10);
	struct exs_wire *w = exs_req_open(lw, 1000);
	struct exs_net *en = exs_wire_net(test);
	unsigned long retrans = exs_wire_mib(test, EXS_MIB_TCP_RetransSegs);
	u32 iss = w->iss;
	u8 i;

	en->sysctl.tcp_synack_retries = 3;
	for (i = 1; i <= 3; i++) {
		exs_req_fire(w);
		EXS_WIRE_OUT(w, W_SYN | W_ACK, 0, 1, 0);
		KUNIT_EXPECT_EQ(test, w->iss, iss);
		rcu_read_lock();
		KUNIT_EXPECT_EQ(test, exs_req_of(w)->num_timeout, i);
		KUNIT_EXPECT_TRUE(test, timer_pending(&exs_req_of(w)->timer));
		rcu_read_unlock();
		KUNIT_EXPECT_EQ(test, atomic_read(&lw->tp->listener->young), 0);
	}
	KUNIT_EXPECT_EQ(test, exs_wire_mib(test, EXS_MIB_TCP_RetransSegs),
			retrans + 3);
	exs_req_fire(w);
	EXS_WIRE_SILENT(w);
	KUNIT_EXPECT_FALSE(test, exs_req_alive(w));
	KUNIT_EXPECT_EQ(test, atomic_read(&lw->tp->listener->qlen), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&lw->tp->listener->young), 0);
}

/* One repetition of the SYN-ACK counts once. */
static void timer__counts_each_repetition_once(struct kunit *test)
{
	struct exs_wire *lw = exs_wire_listen(test, 0, 10);
	struct exs_wire *w = exs_req_open(lw, 1000);
	unsigned long n = exs_wire_mib(test, EXS_MIB_TCPEXT_TCPSynRetrans);

	exs_req_fire(w);
	EXS_WIRE_OUT(w, W_SYN | W_ACK, 0, 1, 0);
	KUNIT_EXPECT_EQ(test, n + 1,
			exs_wire_mib(test, EXS_MIB_TCPEXT_TCPSynRetrans));
}

static void listener__closes_and_requests_go(struct kunit *test)
{
	struct exs_wire *lw = exs_wire_listen(test, 0, 10);
	struct exs_wire *a = exs_req_open(lw, 1000);
	struct exs_wire *b = exs_req_open(lw, 1001);

	exs_wire_release(lw);
	KUNIT_EXPECT_FALSE(test, exs_req_alive(a));
	KUNIT_EXPECT_FALSE(test, exs_req_alive(b));
	/* The ACK of the handshake finds nobody. */
	exs_wire_in(a, W_ACK, 1, 1, 0);
	EXS_WIRE_OUT(a, W_RST, 1, 0, 0);
}

static void err__icmp_about_the_syn_ack(struct kunit *test)
{
	static const struct {
		s32 seq;
		u8 type, code;
		bool fatal, alive;
	} t[] = {
		/* RFC 5927 4.1: not of our SYN-ACK. */
		{ 1, ICMP_DEST_UNREACH, ICMP_PORT_UNREACH, true, true },
		{ -1, ICMP_DEST_UNREACH, ICMP_PORT_UNREACH, true, true },
		{ 0, ICMP_DEST_UNREACH, ICMP_HOST_UNREACH, false, true },
		{ 0, ICMP_DEST_UNREACH, ICMP_FRAG_NEEDED, true, true },
		{ 0, ICMP_DEST_UNREACH, ICMP_PORT_UNREACH, true, false },
	};
	struct exs_wire *lw = exs_wire_listen(test, 0, 10);
	struct exs_net *en = exs_wire_net(test);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_wire *w = exs_req_open(lw, 1000 + i);
		struct tcphdr th = { .seq = htonl(w->iss + t[i].seq) };
		struct exs_icmp_err e = {
			.en = en, .type = t[i].type, .code = t[i].code,
			.info = 1400, .err = EHOSTUNREACH, .fatal = t[i].fatal,
			.transport = &th, .transport_len = 8,
		};

		local_bh_disable();
		rcu_read_lock();
		exs_tcp_req_err(exs_req_of(w), &e);
		rcu_read_unlock();
		local_bh_enable();
		KUNIT_EXPECT_EQ_MSG(test, exs_req_alive(w), t[i].alive,
				    "row %u", i);
	}
	rcu_read_lock();
	KUNIT_EXPECT_EQ(test, exs_pmtu_get(en, htonl(EXS_WIRE_PEER), NULL), 1400U);
	rcu_read_unlock();
}

static void row__of_a_dump(struct kunit *test)
{
	struct exs_wire *lw = exs_wire_listen(test, 0, 10);
	struct exs_wire *w = exs_req_open(lw, 1000);
	struct exs_tcp_row row;

	rcu_read_lock();
	exs_tcp_req_row(exs_req_of(w), &row);
	rcu_read_unlock();
	KUNIT_EXPECT_EQ(test, row.state, TCP_SYN_RECV);
	EXS_EXPECT_BEEQ(test, row.laddr, htonl(EXS_WIRE_ADDR));
	EXS_EXPECT_BEEQ(test, row.raddr, htonl(EXS_WIRE_PEER));
	EXS_EXPECT_BEEQ(test, row.lport, htons(EXS_WIRE_PORT));
	EXS_EXPECT_BEEQ(test, row.rport, htons(1000));
	KUNIT_EXPECT_EQ(test, row.timer, 1);
	KUNIT_EXPECT_GT(test, row.timer_ms, 0U);
	KUNIT_EXPECT_LE(test, row.timer_ms, 1000U);
	KUNIT_EXPECT_EQ(test, row.refcnt, 2);
	KUNIT_EXPECT_NULL(test, row.sk);
}

static struct kunit_case exs_tcp_req_cases[] = {
	KUNIT_CASE(options__answer_what_was_offered),
	KUNIT_CASE(options__switched_off),
	KUNIT_CASE(admit__syn_queue),
	KUNIT_CASE(admit__max_syn_backlog),
	KUNIT_CASE(admit__accept_queue),
	KUNIT_CASE(syn__repeated),
	KUNIT_CASE(timer__repeats_the_syn_ack_and_gives_up),
	KUNIT_CASE(timer__counts_each_repetition_once),
	KUNIT_CASE(listener__closes_and_requests_go),
	KUNIT_CASE(err__icmp_about_the_syn_ack),
	KUNIT_CASE(row__of_a_dump),
	{}
};

static struct kunit_suite exs_tcp_req_suite = {
	.name = "expstack_tcp_req",
	.init = exs_wire_init,
	.exit = exs_wire_exit,
	.test_cases = exs_tcp_req_cases,
};

kunit_test_suite(exs_tcp_req_suite);
