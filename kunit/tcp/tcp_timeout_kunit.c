// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_timeout.c: what happens when a deadline
 * passes. The deadlines are called; nobody waits for them.
 */
#include "tcp_wire.h"

static struct exs_wire *exs_tmo_sent(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);

	KUNIT_ASSERT_EQ(test, 10, exs_wire_write(w, 1, 10, 0));
	EXS_WIRE_OUT(w, W_ACK, 1, 1, 10);
	w->tp->rto = HZ;
	return w;
}

/* The peer's window is closed and ten bytes wait. */
static struct exs_wire *exs_tmo_closed(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);
	struct exs_wire_seg seg = {
		.flags = W_ACK, .seq = 1, .ack = 1, .win = 0,
	};

	exs_wire_rcv(w, &seg);
	KUNIT_ASSERT_EQ(test, 10, exs_wire_write(w, 1, 10, 0));
	EXS_WIRE_SILENT(w);
	KUNIT_ASSERT_EQ(test, (int)w->tp->rtx_kind, EXS_TCP_RTX_PROBE);
	w->tp->rto = HZ;
	return w;
}

/* RFC 6298 5.4 to 5.6. */
static void rto__repeats_and_backs_off(struct kunit *test)
{
	struct exs_wire *w = exs_tmo_sent(test);
	unsigned long n = exs_wire_mib(test, EXS_MIB_TCPEXT_TCPTimeouts);
	unsigned int i;

	for (i = 1; i <= 3; i++) {
		exs_wire_call(w, exs_tcp_rtx_deadline);
		EXS_WIRE_OUT(w, W_ACK, 1, 1, 10);
		KUNIT_EXPECT_EQ(test, w->tp->rto, (u32)HZ << i);
		KUNIT_EXPECT_EQ(test, w->tp->retransmits, i);
		KUNIT_EXPECT_EQ(test, w->tp->backoff, i);
		KUNIT_EXPECT_EQ(test, (int)w->tp->rtx_kind, EXS_TCP_RTX_RTO);
	}
	KUNIT_EXPECT_EQ(test, w->tp->cc.ca_state, EXS_CA_LOSS);
	KUNIT_EXPECT_EQ(test, w->tp->cc.cwnd, 1U);
	KUNIT_EXPECT_EQ(test, n + 3,
			exs_wire_mib(test, EXS_MIB_TCPEXT_TCPTimeouts));
	w->tp->rto = EXS_TCP_RTO_MAX - 1;
	exs_wire_call(w, exs_tcp_rtx_deadline);
	KUNIT_EXPECT_EQ(test, w->tp->rto, (u32)EXS_TCP_RTO_MAX);
	exs_wire_drain(w);
	exs_wire_in(w, W_ACK, 1, 11, 0);
	KUNIT_EXPECT_EQ(test, w->tp->retransmits, 0);
	KUNIT_EXPECT_EQ(test, w->tp->packets_out, 0U);
	KUNIT_EXPECT_EQ(test, (int)w->tp->rtx_kind, EXS_TCP_RTX_NONE);
}

/* A thin stream: the first six timeouts are as long as the samples say. */
static void rto__of_a_thin_stream(struct kunit *test)
{
	struct exs_wire *w = exs_tmo_sent(test);
	struct exs_tcp_ext *ext = exs_tcp_ext_own(w->tp, GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, ext);
	ext->thin_linear = 1;
	/* Beyond the smallest, which is long in the suites. */
	w->tp->cc.srtt_us = 8 * USEC_PER_SEC;
	w->tp->rttvar_us = 14 * USEC_PER_SEC;
	for (i = 1; i <= 6; i++) {
		exs_wire_call(w, exs_tcp_rtx_deadline);
		EXS_WIRE_OUT(w, W_ACK, 1, 1, 10);
		KUNIT_EXPECT_EQ(test, w->tp->rto, 15U * HZ);
		KUNIT_EXPECT_EQ(test, w->tp->backoff, 0);
	}
	exs_wire_call(w, exs_tcp_rtx_deadline);
	KUNIT_EXPECT_EQ(test, w->tp->rto, 30U * HZ);
	KUNIT_EXPECT_EQ(test, w->tp->backoff, 1);
	exs_wire_drain(w);
}

/* It never left this host: that says nothing of the path. */
static void rto__full_queue_here(struct kunit *test)
{
	struct exs_wire *w = exs_tmo_sent(test);
	struct exs_link_test *t = test->priv;

	t->refuse = true;
	exs_wire_call(w, exs_tcp_rtx_deadline);
	t->refuse = false;
	EXS_WIRE_SILENT(w);
	KUNIT_EXPECT_EQ(test, w->tp->rto, (u32)HZ);
	KUNIT_EXPECT_EQ(test, w->tp->backoff, 0);
	KUNIT_EXPECT_EQ(test, (int)w->tp->rtx_kind, EXS_TCP_RTX_RTO);
	exs_wire_call(w, exs_tcp_rtx_deadline);
	EXS_WIRE_OUT(w, W_ACK, 1, 1, 10);
	KUNIT_EXPECT_EQ(test, w->tp->backoff, 1);
}

static void rto__nothing_in_flight(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);

	w->tp->rtx_kind = EXS_TCP_RTX_RTO;
	exs_wire_call(w, exs_tcp_rtx_deadline);
	EXS_WIRE_SILENT(w);
	KUNIT_EXPECT_EQ(test, (int)w->tp->rtx_kind, EXS_TCP_RTX_NONE);
}

/* R1, tcp_retries1, is a time too: at its end the way is looked up anew. */
static void rto__r1_looks_for_another_way(struct kunit *test)
{
	static const struct {
		u32 age_ms;
		u16 mark;
	} t[] = {
		/* 3 retries from 200 ms: 3 s */
		{ 2900, 1 },
		{ 3100, 0 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_wire *w = exs_tmo_sent(test);

		exs_wire_call(w, exs_tcp_rtx_deadline);
		EXS_WIRE_OUT(w, W_ACK, 1, 1, 10);
		w->tp->retrans_stamp -= t[i].age_ms;
		/* Only in the handle that is kept. */
		w->tp->es.rt.mtu_locked = 1;
		exs_wire_call(w, exs_tcp_rtx_deadline);
		EXS_WIRE_OUT(w, W_ACK, 1, 1, 10);
		KUNIT_EXPECT_EQ_MSG(test, (u16)w->tp->es.rt.mtu_locked, t[i].mark,
				    "row %u", i);
		KUNIT_EXPECT_NOT_NULL(test, w->tp->es.rt.ldev);
		exs_wire_release(w);
	}
}

/* tcp_retries2 is a time; ICMP may know a better reason. */
static void rto__gives_up(struct kunit *test)
{
	static const struct {
		u32 age_ms;
		u32 user_ms;
		int soft, err;
	} t[] = {
		/* 15 retries from 200 ms: 924.6 s */
		{ 900000, 0, 0, 0 },
		{ 930000, 0, 0, ETIMEDOUT },
		{ 930000, 0, EHOSTUNREACH, EHOSTUNREACH },
		{ 6000, 5000, 0, ETIMEDOUT },
		{ 4000, 5000, 0, 0 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_wire *w = exs_tmo_sent(test);

		exs_wire_call(w, exs_tcp_rtx_deadline);
		w->tp->retrans_stamp -= t[i].age_ms;
		exs_tcp_ext_own(w->tp, GFP_ATOMIC)->user_timeout = t[i].user_ms;
		w->sk->sk_err_soft = t[i].soft;
		exs_wire_drain(w);
		exs_wire_call(w, exs_tcp_rtx_deadline);
		KUNIT_EXPECT_EQ_MSG(test, w->sk->sk_err, t[i].err, "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, w->sk->sk_state, t[i].err ?
				    TCP_CLOSE : TCP_ESTABLISHED, "row %u", i);
		exs_wire_release(w);
	}
}

/* tcp_syn_retries, and those before the timeout doubles. */
static void rto__of_a_syn(struct kunit *test)
{
	struct exs_net *en = exs_wire_net(test);
	struct exs_wire *w = exs_wire_socket(test);
	unsigned int i;

	en->sysctl.tcp_syn_retries = 2;
	en->sysctl.tcp_syn_linear_timeouts = 1;
	exs_wire_connect(w);
	for (i = 1; i <= 3; i++) {
		static const u32 rto[] = { 0, HZ, 2 * HZ, 4 * HZ };

		exs_wire_call(w, exs_tcp_rtx_deadline);
		EXS_WIRE_OUT(w, W_SYN, 0, 0, 0);
		KUNIT_EXPECT_EQ_MSG(test, w->tp->rto, rto[i], "try %u", i);
		EXS_WIRE_STATE(w, TCP_SYN_SENT);
	}
	exs_wire_call(w, exs_tcp_rtx_deadline);
	EXS_WIRE_SILENT(w);
	EXS_WIRE_STATE(w, TCP_CLOSE);
	KUNIT_EXPECT_EQ(test, w->sk->sk_err, ETIMEDOUT);
}

/* TCP_SYNCNT comes before the sysctl. */
static void rto__syn_count_of_the_socket(struct kunit *test)
{
	struct exs_wire *w = exs_wire_socket(test);

	exs_wire_net(test)->sysctl.tcp_syn_linear_timeouts = 0;
	exs_tcp_ext_own(w->tp, GFP_ATOMIC)->syn_retries = 1;
	exs_wire_connect(w);
	exs_wire_call(w, exs_tcp_rtx_deadline);
	EXS_WIRE_OUT(w, W_SYN, 0, 0, 0);
	exs_wire_call(w, exs_tcp_rtx_deadline);
	EXS_WIRE_SILENT(w);
	KUNIT_EXPECT_EQ(test, w->sk->sk_err, ETIMEDOUT);
}

/* An orphan tries a few times only, and not at all where ICMP said no. */
static void rto__of_an_orphan(struct kunit *test)
{
	struct exs_wire *w = exs_tmo_sent(test);
	struct exs_tcp_sock *tp = w->tp;
	struct sock *sk = w->sk;

	exs_wire_net(test)->sysctl.tcp_orphan_retries = 1;
	sock_hold(sk);
	exs_wire_close(w);
	w->sk = sk;
	w->tp = tp;
	EXS_WIRE_OUT(w, W_FIN | W_ACK, 11, 1, 0);
	exs_wire_call(w, exs_tcp_rtx_deadline);
	EXS_WIRE_OUT(w, W_ACK, 1, 1, 10);
	EXS_WIRE_STATE(w, TCP_FIN_WAIT1);
	tp->retrans_stamp -= 100000;
	exs_wire_call(w, exs_tcp_rtx_deadline);
	EXS_WIRE_STATE(w, TCP_CLOSE);
	sock_put(sk);
}

/* A peer that answers with a closed window lives: its retransmissions probe. */
static void rto__into_a_closed_window(struct kunit *test)
{
	struct exs_wire *w = exs_tmo_sent(test);
	struct exs_wire_seg seg = {
		.flags = W_ACK, .seq = 1, .ack = 1, .win = 0,
	};

	exs_wire_rcv(w, &seg);
	exs_wire_call(w, exs_tcp_rtx_deadline);
	EXS_WIRE_OUT(w, W_ACK, 1, 1, 10);
	EXS_WIRE_STATE(w, TCP_ESTABLISHED);
	KUNIT_EXPECT_EQ(test, w->tp->rto, 2U * HZ);
	/* But not for ever where the user said so. */
	exs_tcp_ext_own(w->tp, GFP_ATOMIC)->user_timeout = 5000;
	w->tp->retrans_stamp -= 6000;
	exs_wire_call(w, exs_tcp_rtx_deadline);
	EXS_WIRE_STATE(w, TCP_CLOSE);
	KUNIT_EXPECT_EQ(test, w->sk->sk_err, ETIMEDOUT);
}

/* RFC 9293 3.8.6.1: an old number makes the peer say what its window is. */
static void probe__while_the_window_is_closed(struct kunit *test)
{
	struct exs_wire *w = exs_tmo_closed(test);
	unsigned long n = exs_wire_mib(test, EXS_MIB_TCPEXT_TCPWinProbe);
	unsigned int i;

	for (i = 1; i <= 3; i++) {
		exs_wire_call(w, exs_tcp_rtx_deadline);
		EXS_WIRE_OUT(w, W_ACK, 0, 1, 0);
		KUNIT_EXPECT_EQ(test, w->tp->probes_out, i);
		KUNIT_EXPECT_EQ(test, w->tp->backoff, i);
		KUNIT_EXPECT_EQ(test, (int)w->tp->rtx_kind, EXS_TCP_RTX_PROBE);
	}
	KUNIT_EXPECT_EQ(test, n + 3,
			exs_wire_mib(test, EXS_MIB_TCPEXT_TCPWinProbe));
	exs_wire_in(w, W_ACK, 1, 1, 0);
	EXS_WIRE_OUT(w, W_ACK, 1, 1, 10);
	KUNIT_EXPECT_EQ(test, w->tp->probes_out, 0);
}

/* A window too small for a segment takes what fits. */
static void probe__with_text_that_fits(struct kunit *test)
{
	struct exs_wire *w = exs_tmo_closed(test);

	w->tp->snd_wnd = 4;
	exs_wire_call(w, exs_tcp_rtx_deadline);
	EXS_WIRE_OUT(w, W_ACK, 1, 1, 4);
	KUNIT_EXPECT_TRUE(test, w->last.flags & W_PSH);
	KUNIT_EXPECT_EQ(test, w->tp->packets_out, 1U);
	KUNIT_EXPECT_EQ(test, w->tp->probes_out, 0);
}

static void probe__gives_up(struct kunit *test)
{
	static const struct {
		u8 probes;
		u32 user_ms, age_ms;
		bool over;
	} t[] = {
		{ 14, 0, 0, false },
		{ 15, 0, 0, true },
		{ 0, 5000, 4000, false },
		{ 0, 5000, 5000, true },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_wire *w = exs_tmo_closed(test);

		w->tp->probes_out = t[i].probes;
		exs_tcp_ext_own(w->tp, GFP_ATOMIC)->user_timeout = t[i].user_ms;
		if (t[i].age_ms)
			w->tp->probes_since = (u32)jiffies -
					      msecs_to_jiffies(t[i].age_ms);
		exs_wire_call(w, exs_tcp_rtx_deadline);
		KUNIT_EXPECT_EQ_MSG(test, w->sk->sk_err, t[i].over ?
				    ETIMEDOUT : 0, "row %u", i);
		exs_wire_release(w);
	}
}

static void probe__nothing_waits_any_more(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);

	w->tp->rtx_kind = EXS_TCP_RTX_PROBE;
	w->tp->probes_out = 3;
	exs_wire_call(w, exs_tcp_rtx_deadline);
	EXS_WIRE_SILENT(w);
	KUNIT_EXPECT_EQ(test, w->tp->probes_out, 0);
}

static void delack__learns_from_waiting_in_vain(struct kunit *test)
{
	static const struct {
		u8 pingpong;
		u32 ato_ms, rto_ms, expect_ms;
	} t[] = {
		{ 0, 50, 1000, 100 }, { 0, 150, 180, 180 },
		{ 0, 150, 1000, 200 },
		{ 1, 150, 1000, 40 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_wire *w = exs_wire_active(test, true);
		unsigned long n;

		n = exs_wire_mib(test, EXS_MIB_TCPEXT_DelayedACKs);
		w->tp->ack.pending = EXS_TCP_ACK_SCHED | EXS_TCP_ACK_TIMER;
		w->tp->ack.pingpong = t[i].pingpong;
		w->tp->ack.ato = msecs_to_jiffies(t[i].ato_ms);
		w->tp->rto = msecs_to_jiffies(t[i].rto_ms);
		w->tp->ack.quick = 0;
		exs_wire_call(w, exs_tcp_delack_deadline);
		EXS_WIRE_OUT(w, W_ACK, 1, 1, 0);
		KUNIT_EXPECT_EQ_MSG(test, w->tp->ack.ato,
				    msecs_to_jiffies(t[i].expect_ms),
				    "row %u", i);
		KUNIT_EXPECT_EQ(test, w->tp->ack.pingpong, 0);
		KUNIT_EXPECT_EQ(test, w->tp->ack.pending, 0);
		KUNIT_EXPECT_EQ(test, n + 1,
				exs_wire_mib(test,
					     EXS_MIB_TCPEXT_DelayedACKs));
		/* Text has carried it meanwhile. */
		exs_wire_call(w, exs_tcp_delack_deadline);
		EXS_WIRE_SILENT(w);
		exs_wire_release(w);
	}
}

/* RFC 9293 3.8.4. */
static void keepalive__probes_and_gives_up(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);
	unsigned int i;

	sock_set_keepalive(w->sk);
	exs_tcp_ext_own(w->tp, GFP_ATOMIC)->keepalive_time = 1;
	exs_tcp_ext_own(w->tp, GFP_ATOMIC)->keepalive_intvl = 75;
	exs_tcp_ext_own(w->tp, GFP_ATOMIC)->keepalive_probes = 2;
	/* Not silent for long enough yet. */
	exs_wire_call(w, exs_tcp_keep_deadline);
	EXS_WIRE_SILENT(w);
	KUNIT_EXPECT_EQ(test, (int)w->tp->keep_armed, 1);
	for (i = 1; i <= 2; i++) {
		w->tp->ack.lrcvtime = (u32)jiffies - 2 * HZ;
		w->tp->rcv_tstamp = (u32)jiffies - 2 * HZ;
		exs_wire_call(w, exs_tcp_keep_deadline);
		EXS_WIRE_OUT(w, W_ACK, 0, 1, 0);
		KUNIT_EXPECT_EQ(test, w->tp->probes_out, i);
		KUNIT_EXPECT_GT(test, (s32)(w->tp->keep_timeout - (u32)jiffies),
				70 * HZ);
	}
	exs_wire_call(w, exs_tcp_keep_deadline);
	EXS_WIRE_OUT(w, W_RST | W_ACK, 1, 1, 0);
	EXS_WIRE_STATE(w, TCP_CLOSE);
	KUNIT_EXPECT_EQ(test, w->sk->sk_err, ETIMEDOUT);
}

static void keepalive__an_answer_starts_anew(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);

	sock_set_keepalive(w->sk);
	exs_tcp_ext_own(w->tp, GFP_ATOMIC)->keepalive_time = 1;
	w->tp->ack.lrcvtime = (u32)jiffies - 2 * HZ;
	w->tp->rcv_tstamp = (u32)jiffies - 2 * HZ;
	exs_wire_call(w, exs_tcp_keep_deadline);
	EXS_WIRE_OUT(w, W_ACK, 0, 1, 0);
	exs_wire_in(w, W_ACK, 1, 1, 0);
	KUNIT_EXPECT_EQ(test, w->tp->probes_out, 0);
	exs_wire_call(w, exs_tcp_keep_deadline);
	EXS_WIRE_SILENT(w);
}

/* The retransmission timer watches the peer already. */
static void keepalive__not_while_text_is_out(struct kunit *test)
{
	struct exs_wire *w = exs_tmo_sent(test);

	sock_set_keepalive(w->sk);
	exs_tcp_ext_own(w->tp, GFP_ATOMIC)->keepalive_time = 1;
	w->tp->ack.lrcvtime = (u32)jiffies - 2 * HZ;
	w->tp->rcv_tstamp = (u32)jiffies - 2 * HZ;
	exs_wire_call(w, exs_tcp_keep_deadline);
	EXS_WIRE_SILENT(w);
	KUNIT_EXPECT_EQ(test, (int)w->tp->keep_armed, 1);
}

static void keepalive__user_timeout_rules(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);

	sock_set_keepalive(w->sk);
	exs_tcp_ext_own(w->tp, GFP_ATOMIC)->keepalive_time = 1;
	exs_tcp_ext_own(w->tp, GFP_ATOMIC)->user_timeout = 1500;
	w->tp->ack.lrcvtime = (u32)jiffies - 2 * HZ;
	w->tp->rcv_tstamp = (u32)jiffies - 2 * HZ;
	exs_wire_call(w, exs_tcp_keep_deadline);
	EXS_WIRE_OUT(w, W_ACK, 0, 1, 0);
	exs_wire_call(w, exs_tcp_keep_deadline);
	EXS_WIRE_OUT(w, W_RST | W_ACK, 1, 1, 0);
	KUNIT_EXPECT_EQ(test, w->sk->sk_err, ETIMEDOUT);
}

/* The peer of an orphan never sent its FIN. */
static void fin_wait_2__of_an_orphan_ends(struct kunit *test)
{
	static const struct {
		int linger2_s;
		bool negative, reset;
	} t[] = {
		{ 100, false, false }, { 60, false, true }, { 100, true, true },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_wire *w = exs_wire_active(test, true);
		struct exs_tcp_sock *tp = w->tp;
		struct sock *sk = w->sk;
		struct exs_conn *c;

		exs_wire_state(w, TCP_FIN_WAIT2);
		exs_tcp_ext_own(tp, GFP_ATOMIC)->linger2 = 100;
		sock_hold(sk);
		exs_wire_close(w);
		w->sk = sk;
		w->tp = tp;
		EXS_WIRE_STATE(w, TCP_FIN_WAIT2);
		exs_tcp_ext_own(tp, GFP_ATOMIC)->linger2 = t[i].linger2_s;
		tp->linger2_neg = t[i].negative;
		exs_wire_call(w, exs_tcp_keep_deadline);
		EXS_WIRE_STATE(w, TCP_CLOSE);
		if (t[i].reset)
			EXS_WIRE_OUT(w, W_RST | W_ACK, 2, 1, 0);
		EXS_WIRE_SILENT(w);
		rcu_read_lock();
		c = exs_wire_conn(w);
		KUNIT_EXPECT_EQ_MSG(test, !c, t[i].reset, "row %u", i);
		rcu_read_unlock();
		sock_put(sk);
	}
}

static struct kunit_case exs_tcp_timeout_cases[] = {
	KUNIT_CASE(rto__repeats_and_backs_off),
	KUNIT_CASE(rto__of_a_thin_stream),
	KUNIT_CASE(rto__full_queue_here),
	KUNIT_CASE(rto__nothing_in_flight),
	KUNIT_CASE(rto__r1_looks_for_another_way),
	KUNIT_CASE(rto__gives_up),
	KUNIT_CASE(rto__of_a_syn),
	KUNIT_CASE(rto__syn_count_of_the_socket),
	KUNIT_CASE(rto__of_an_orphan),
	KUNIT_CASE(rto__into_a_closed_window),
	KUNIT_CASE(probe__while_the_window_is_closed),
	KUNIT_CASE(probe__with_text_that_fits),
	KUNIT_CASE(probe__gives_up),
	KUNIT_CASE(probe__nothing_waits_any_more),
	KUNIT_CASE(delack__learns_from_waiting_in_vain),
	KUNIT_CASE(keepalive__probes_and_gives_up),
	KUNIT_CASE(keepalive__an_answer_starts_anew),
	KUNIT_CASE(keepalive__not_while_text_is_out),
	KUNIT_CASE(keepalive__user_timeout_rules),
	KUNIT_CASE(fin_wait_2__of_an_orphan_ends),
	{}
};

static struct kunit_suite exs_tcp_timeout_suite = {
	.name = "expstack_tcp_timeout",
	.init = exs_wire_init,
	.exit = exs_wire_exit,
	.test_cases = exs_tcp_timeout_cases,
};

kunit_test_suite(exs_tcp_timeout_suite);
