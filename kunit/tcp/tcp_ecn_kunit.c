// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_ecn.c: explicit congestion notification.
 */
#include <net/inet_ecn.h>

#include "tcp_fix.h"
#include "tcp_wire.h"

#define W_ECN	(W_ECE | W_CWR)

/* Reno, but it wants ECT on everything. */
static u8 exs_ecn_event;

static void exs_ecn_cwnd_event(struct exs_cc *cc, enum exs_cc_event event)
{
	exs_ecn_event = event;
}

static struct exs_cc_ops *exs_ecn_ops(void)
{
	static struct exs_cc_ops ops;

	ops = exs_cc_reno;
	ops.flags |= EXS_CC_NEEDS_ECN;
	ops.cwnd_event = exs_ecn_cwnd_event;
	exs_ecn_event = 0xff;
	return &ops;
}

static void exs_ecn_sysctl(struct kunit *test, int ecn)
{
	exs_wire_net(test)->sysctl.tcp_ecn = ecn;
}

/* ESTABLISHED, both ends have agreed. */
static struct exs_wire *exs_ecn_active(struct kunit *test)
{
	exs_ecn_sysctl(test, 1);
	return exs_wire_active(test, true);
}

/* The next segment of ours has these bits in its IP header. */
#define EXS_ECN_OUT(w, _ecn, _flags, _seq, _ack, _len)			\
do {									\
	struct exs_wire *__e = (w);					\
									\
	EXS_WIRE_OUT(__e, _flags, _seq, _ack, _len);			\
	KUNIT_EXPECT_EQ(__e->test, __e->last.iph.tos & INET_ECN_MASK,	\
			(_ecn));					\
} while (0)

static void exs_ecn_in(struct exs_wire *w, u8 tos, u8 flags, u32 seq, u32 ack,
		       u32 len)
{
	struct exs_wire_seg seg = {
		.flags = flags, .seq = seq, .ack = ack, .len = len,
		.win = 65535, .tos = tos,
	};

	exs_wire_rcv(w, &seg);
}

static void syn__offers(struct kunit *test)
{
	static const struct {
		int ecn;
		bool needs;
		u8 flags;
	} t[] = {
		{ 0, false, 0 }, { 1, false, W_ECN }, { 2, false, 0 },
		{ 0, true, W_ECN }, { 2, true, W_ECN },
	};
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_CLOSE);
	const struct exs_cc_ops *own = f.tp->cc.ops;
	struct exs_cc_ops *ops = exs_ecn_ops();
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		exs_ecn_sysctl(test, t[i].ecn);
		f.tp->cc.ops = t[i].needs ? ops : own;
		f.tp->ecn_ok = !t[i].flags;
		f.tp->ecn_seen = 1;
		KUNIT_EXPECT_EQ_MSG(test, exs_tcp_ecn_syn(f.sk), t[i].flags,
				    "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, (bool)f.tp->ecn_ok, !!t[i].flags,
				    "row %u", i);
		KUNIT_EXPECT_EQ(test, (int)f.tp->ecn_seen, 0);
	}
	f.tp->cc.ops = own;
	exs_tcp_fix_close(test, &f);
}

static void answer__agrees(struct kunit *test)
{
	static const struct {
		u8 flags;
		bool ok;
	} t[] = {
		{ W_SYN | W_ACK | W_ECE, true },
		{ W_SYN | W_ACK, false },
		{ W_SYN | W_ACK | W_CWR, false },
		/* It echoes whatever it gets. */
		{ W_SYN | W_ACK | W_ECN, false },
		/* Simultaneous open. */
		{ W_SYN | W_ECN, true },
		{ W_SYN | W_ECE, false },
		{ W_SYN | W_CWR, false },
		{ W_SYN, false },
	};
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_SYN_SENT);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		f.tp->ecn_ok = 0;
		exs_tcp_ecn_answer(f.tp, t[i].flags);
		KUNIT_EXPECT_EQ(test, (int)f.tp->ecn_ok, 0);
		f.tp->ecn_ok = 1;
		exs_tcp_ecn_answer(f.tp, t[i].flags);
		KUNIT_EXPECT_EQ_MSG(test, (bool)f.tp->ecn_ok, t[i].ok,
				    "row %u", i);
	}
	exs_tcp_fix_close(test, &f);
}

static void synack__of_a_simultaneous_open(struct kunit *test)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_SYN_SENT);

	f.tp->ecn_ok = 1;
	KUNIT_EXPECT_EQ(test, exs_tcp_ecn_synack(f.tp, W_SYN | W_ECN),
			W_SYN | W_ACK | W_ECE);
	KUNIT_EXPECT_EQ(test, exs_tcp_ecn_synack(f.tp, W_SYN), W_SYN | W_ACK);
	f.tp->ecn_ok = 0;
	KUNIT_EXPECT_EQ(test, exs_tcp_ecn_synack(f.tp, W_SYN | W_ECN),
			W_SYN | W_ACK);
	exs_tcp_fix_close(test, &f);
}

/* RFC 3168 6.1.1.1. */
static void syn__again_without_the_offer(struct kunit *test)
{
	struct exs_net *en = exs_wire_net(test);
	unsigned int i;

	exs_ecn_sysctl(test, 1);
	for (i = 0; i < 2; i++) {
		struct exs_wire *w = exs_wire_socket(test);

		en->sysctl.tcp_ecn_fallback = i;
		exs_wire_connect(w);
		exs_wire_call(w, exs_tcp_rtx_deadline);
		EXS_ECN_OUT(w, 0, i ? W_SYN : W_SYN | W_ECN, 0, 0, 0);
		/* The answer to the first one counts all the same. */
		exs_wire_in(w, W_SYN | W_ACK | W_ECE, 0, 1, 0);
		EXS_WIRE_OUT(w, W_ACK, 1, 1, 0);
		KUNIT_EXPECT_EQ(test, (int)w->tp->ecn_ok, 1);
		exs_wire_release(w);
	}
}

static void offered__which_requests_agree(struct kunit *test)
{
	static const struct {
		u8 flags, tos, res;
		int ecn;
		bool needs, ok;
	} t[] = {
		{ W_ECN, 0, 0, 1, false, true },
		{ W_ECN, 0, 0, 2, false, true },
		{ W_ECN, 0, 0, 0, false, false },
		{ W_ECE, 0, 0, 2, false, false },
		{ W_CWR, 0, 0, 2, false, false },
		{ 0, 0, 0, 2, true, false },
		/* ECT on a SYN is somebody else's ECN. */
		{ W_ECN, INET_ECN_ECT_0, 0, 2, false, false },
		{ W_ECN, INET_ECN_CE, 0, 2, false, false },
		{ W_ECN, INET_ECN_ECT_0, 1, 2, false, true },
		{ W_ECN, INET_ECN_ECT_0, 1, 0, false, false },
		{ W_ECN, INET_ECN_ECT_0, 0, 0, true, true },
	};
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_CLOSE);
	const struct exs_cc_ops *own = f.tp->cc.ops;
	struct exs_cc_ops *ops = exs_ecn_ops();
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct sk_buff *skb = exs_tcp_fix_seg(test, W_SYN | t[i].flags,
						      0, 0, 0);

		tcp_hdr(skb)->res1 = t[i].res;
		EXS_TCPCB(skb)->tos = t[i].tos;
		exs_ecn_sysctl(test, t[i].ecn);
		f.tp->cc.ops = t[i].needs ? ops : own;
		KUNIT_EXPECT_EQ_MSG(test, exs_tcp_ecn_offered(f.sk, skb, NULL),
				    t[i].ok, "row %u", i);
		kfree_skb(skb);
	}
	f.tp->cc.ops = own;
	exs_tcp_fix_close(test, &f);
}

static void passive__the_child_has_agreed(struct kunit *test)
{
	struct exs_wire *lw = exs_wire_listen(test, 0, 5);
	struct exs_wire *w = exs_wire_caller(lw, 1000);

	exs_wire_in(w, W_SYN | W_ECN, 0, 0, 0);
	EXS_ECN_OUT(w, 0, W_SYN | W_ACK | W_ECE, 0, 1, 0);
	exs_wire_in(w, W_ACK, 1, 1, 0);
	KUNIT_ASSERT_EQ(test, 0, exs_wire_accept(lw, w));
	KUNIT_EXPECT_EQ(test, (int)w->tp->ecn_ok, 1);
	KUNIT_EXPECT_EQ(test, exs_wire_write(w, 1, 10, 0), 10);
	EXS_ECN_OUT(w, INET_ECN_ECT_0, W_ACK, 1, 1, 10);
}

/* RFC 3168 6.1.4, 6.1.5. The DSCP is the program's. */
static void xmit__new_text_alone_is_ect(struct kunit *test)
{
	struct exs_wire *w = exs_ecn_active(test);

	KUNIT_EXPECT_EQ(test, w->last.iph.tos, 0);
	w->tp->es.tos = 0x28;
	KUNIT_EXPECT_EQ(test, exs_wire_write(w, 1, 10, 0), 10);
	EXS_ECN_OUT(w, INET_ECN_ECT_0, W_ACK, 1, 1, 10);
	KUNIT_EXPECT_EQ(test, w->last.iph.tos, 0x28 | INET_ECN_ECT_0);
	exs_wire_call(w, exs_tcp_rtx_deadline);
	EXS_ECN_OUT(w, 0, W_ACK, 1, 1, 10);
	KUNIT_EXPECT_EQ(test, w->last.iph.tos, 0x28);
	exs_wire_in(w, W_ACK, 1, 11, 0);
	/* The timeout lowered the window. */
	KUNIT_EXPECT_EQ(test, exs_wire_write(w, 11, 10, 0), 10);
	EXS_ECN_OUT(w, INET_ECN_ECT_0, W_ACK | W_CWR, 11, 1, 10);
	exs_wire_in(w, W_ACK, 1, 21, 0);
	exs_wire_call(w, exs_tcp_send_ack);
	EXS_ECN_OUT(w, 0, W_ACK, 21, 1, 0);
	KUNIT_EXPECT_EQ(test, 0, kernel_sock_shutdown(w->sock, SHUT_WR));
	EXS_ECN_OUT(w, 0, W_ACK | W_FIN, 21, 1, 0);
}

static void xmit__cwr_on_the_first_of_a_burst(struct kunit *test)
{
	struct exs_wire *w = exs_ecn_active(test);
	unsigned int i;

	w->tp->ecn_cwr = 1;
	KUNIT_EXPECT_EQ(test, exs_wire_write(w, 1, 4000, 0), 4000);
	for (i = 0; i < 4; i++)
		EXS_ECN_OUT(w, INET_ECN_ECT_0, i ? W_ACK : W_ACK | W_CWR,
			    1 + i * 1000, 1, 1000);
	KUNIT_EXPECT_EQ(test, (int)w->tp->ecn_cwr, 0);
}

static void xmit__all_is_ect_for_who_needs_it(struct kunit *test)
{
	struct exs_wire *w = exs_ecn_active(test);
	const struct exs_cc_ops *own = w->tp->cc.ops;
	struct exs_cc_ops *ops = exs_ecn_ops();

	w->tp->cc.ops = ops;
	exs_tcp_ecn_tos(w->sk);
	exs_wire_call(w, exs_tcp_send_ack);
	EXS_ECN_OUT(w, INET_ECN_ECT_0, W_ACK, 1, 1, 0);
	KUNIT_EXPECT_EQ(test, exs_wire_write(w, 1, 10, 0), 10);
	EXS_ECN_OUT(w, INET_ECN_ECT_0, W_ACK, 1, 1, 10);
	exs_wire_call(w, exs_tcp_rtx_deadline);
	EXS_ECN_OUT(w, INET_ECN_ECT_0, W_ACK, 1, 1, 10);
	w->tp->cc.ops = own;
	exs_tcp_ecn_tos(w->sk);
	exs_wire_call(w, exs_tcp_send_ack);
	EXS_ECN_OUT(w, 0, W_ACK, 11, 1, 0);
}

/* RFC 3168 6.1.6. Nor does ECT outlive its connection. */
static void xmit__probes_and_resets_are_not_ect(struct kunit *test)
{
	struct exs_wire *w = exs_ecn_active(test);

	KUNIT_EXPECT_EQ(test, exs_wire_write(w, 1, 10, 0), 10);
	EXS_ECN_OUT(w, INET_ECN_ECT_0, W_ACK, 1, 1, 10);
	exs_wire_in(w, W_ACK, 1, 11, 0);
	KUNIT_EXPECT_EQ(test, w->tp->es.tos & INET_ECN_MASK, INET_ECN_ECT_0);
	w->tp->ecn_cwr = 1;
	lock_sock(w->sk);
	KUNIT_EXPECT_EQ(test, exs_tcp_send_probe(w->sk, false), 0);
	release_sock(w->sk);
	EXS_ECN_OUT(w, 0, W_ACK, 10, 1, 0);
	KUNIT_EXPECT_EQ(test, (int)w->tp->ecn_cwr, 1);
	w->tp->es.tos |= INET_ECN_ECT_0;
	lock_sock(w->sk);
	KUNIT_EXPECT_EQ(test, exs_tcp_disconnect(w->sk, 0), 0);
	release_sock(w->sk);
	EXS_ECN_OUT(w, 0, W_RST | W_ACK, 11, 1, 0);
	KUNIT_EXPECT_EQ(test, w->tp->es.tos & INET_ECN_MASK, 0);
	KUNIT_EXPECT_EQ(test, (int)w->tp->ecn_cwr, 0);
	w->sock->state = SS_UNCONNECTED;
}

/* RFC 3168 6.1.3. */
static void text__ce_is_echoed_until_cwr(struct kunit *test)
{
	struct exs_wire *w = exs_ecn_active(test);
	struct tcp_info info;

	exs_tcp_get_info(w->sk, &info);
	KUNIT_EXPECT_EQ(test, info.tcpi_options, TCPI_OPT_ECN);
	exs_ecn_in(w, INET_ECN_CE, W_ACK, 1, 1, 10);
	EXS_ECN_OUT(w, 0, W_ACK | W_ECE, 1, 11, 0);
	exs_tcp_get_info(w->sk, &info);
	KUNIT_EXPECT_EQ(test, info.tcpi_options,
			TCPI_OPT_ECN | TCPI_OPT_ECN_SEEN);
	exs_ecn_in(w, INET_ECN_ECT_0, W_ACK, 11, 1, 10);
	EXS_ECN_OUT(w, 0, W_ACK | W_ECE, 1, 21, 0);
	KUNIT_EXPECT_EQ(test, exs_wire_write(w, 1, 10, 0), 10);
	EXS_ECN_OUT(w, INET_ECN_ECT_0, W_ACK | W_ECE, 1, 21, 10);
	/* With CWR: acknowledged at once, however interactive. */
	w->tp->ack.pingpong = U8_MAX;
	exs_ecn_in(w, INET_ECN_ECT_0, W_ACK | W_CWR, 21, 11, 10);
	EXS_ECN_OUT(w, 0, W_ACK, 11, 31, 0);
	/* CE once more, with the CWR for the first. */
	exs_ecn_in(w, INET_ECN_CE, W_ACK | W_CWR, 31, 11, 10);
	EXS_ECN_OUT(w, 0, W_ACK | W_ECE, 11, 41, 0);
	/* A hole is no hiding place. */
	exs_ecn_in(w, INET_ECN_ECT_0, W_ACK | W_CWR, 41, 11, 10);
	EXS_ECN_OUT(w, 0, W_ACK, 11, 51, 0);
	exs_ecn_in(w, INET_ECN_CE, W_ACK, 61, 11, 10);
	EXS_ECN_OUT(w, 0, W_ACK | W_ECE, 11, 51, 0);
}

static void text__marks_mean_nothing_unless_agreed(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);

	exs_ecn_in(w, INET_ECN_CE, W_ACK, 1, 1, 10);
	EXS_ECN_OUT(w, 0, W_ACK, 1, 11, 0);
	KUNIT_EXPECT_EQ(test, exs_wire_write(w, 1, 10, 0), 10);
	EXS_ECN_OUT(w, 0, W_ACK, 1, 11, 10);
	exs_wire_in(w, W_ACK | W_ECE, 11, 11, 0);
	KUNIT_EXPECT_EQ(test, w->tp->cc.ca_state, EXS_CA_OPEN);
	KUNIT_EXPECT_EQ(test, w->tp->cc.ssthresh, (u32)EXS_CC_SSTHRESH_INF);
}

static void text__when_the_sender_is_waiting(struct kunit *test)
{
	static const struct {
		u8 tos;
		bool seen, echo, quick;
	} t[] = {
		{ INET_ECN_CE, false, false, true },
		/* It has been told already. */
		{ INET_ECN_CE, true, true, false },
		{ INET_ECN_ECT_0, true, false, false },
		{ INET_ECN_ECT_1, true, false, false },
		/* A retransmission, where all else is ECT. */
		{ INET_ECN_NOT_ECT, true, false, true },
		{ INET_ECN_NOT_ECT, false, false, false },
	};
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);
	struct sk_buff *skb = exs_tcp_fix_seg(test, W_ACK, EXS_FIX_IRS,
					      EXS_FIX_ISS, 10);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		f.tp->ecn_seen = t[i].seen;
		f.tp->ecn_echo = t[i].echo;
		f.tp->ack.quick = 0;
		f.tp->ack.pingpong = 7;
		EXS_TCPCB(skb)->tos = t[i].tos;
		exs_tcp_ecn_text(f.sk, skb);
		KUNIT_EXPECT_EQ_MSG(test, (int)f.tp->ack.quick,
				    t[i].quick ? 2 : 0, "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, (int)f.tp->ack.pingpong,
				    t[i].quick ? 0 : 7, "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, (bool)f.tp->ecn_seen,
				    t[i].seen || t[i].tos, "row %u", i);
	}
	kfree_skb(skb);
	exs_tcp_fix_close(test, &f);
}

static void text__algorithm_is_told(struct kunit *test)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);
	struct sk_buff *skb = exs_tcp_fix_seg(test, W_ACK, EXS_FIX_IRS,
					      EXS_FIX_ISS, 10);
	const struct exs_cc_ops *own = f.tp->cc.ops;
	struct exs_cc_ops *ops = exs_ecn_ops();

	f.tp->cc.ops = ops;
	exs_tcp_ecn_text(f.sk, skb);
	KUNIT_EXPECT_EQ(test, exs_ecn_event, 0xff);
	EXS_TCPCB(skb)->tos = INET_ECN_ECT_0;
	exs_tcp_ecn_text(f.sk, skb);
	KUNIT_EXPECT_EQ(test, exs_ecn_event, EXS_CC_ECN_NO_CE);
	EXS_TCPCB(skb)->tos = INET_ECN_CE;
	exs_tcp_ecn_text(f.sk, skb);
	KUNIT_EXPECT_EQ(test, exs_ecn_event, EXS_CC_ECN_IS_CE);
	f.tp->cc.ops = own;
	kfree_skb(skb);
	exs_tcp_fix_close(test, &f);
}

/* RFC 3168 6.1.2: once for each window; CUBIC keeps 7/10. */
static void ece__lowers_the_window_once(struct kunit *test)
{
	unsigned long n = exs_wire_mib(test, EXS_MIB_TCPEXT_TCPDeliveredCE);
	struct exs_wire *w = exs_ecn_active(test);
	struct tcp_info info;

	KUNIT_EXPECT_EQ(test, exs_wire_write(w, 1, 10000, 0), 10000);
	exs_wire_drain(w);
	KUNIT_EXPECT_EQ(test, w->tp->snd_nxt - w->iss, 10001U);
	exs_wire_in(w, W_ACK | W_ECE, 1, 1001, 0);
	KUNIT_EXPECT_EQ(test, w->tp->cc.ca_state, EXS_CA_CWR);
	KUNIT_EXPECT_EQ(test, w->tp->cc.ssthresh, 7U);
	KUNIT_EXPECT_EQ(test, w->tp->cc.prior_ssthresh, 0U);
	exs_wire_in(w, W_ACK | W_ECE, 1, 2001, 0);
	KUNIT_EXPECT_EQ(test, w->tp->cc.ssthresh, 7U);
	KUNIT_EXPECT_EQ(test, exs_wire_write(w, 10001, 1000, 0), 1000);
	EXS_ECN_OUT(w, INET_ECN_ECT_0, W_ACK | W_CWR, 10001, 1, 1000);
	KUNIT_EXPECT_EQ(test, exs_wire_write(w, 11001, 1000, 0), 1000);
	EXS_ECN_OUT(w, INET_ECN_ECT_0, W_ACK, 11001, 1, 1000);
	exs_wire_in(w, W_ACK, 1, 10001, 0);
	KUNIT_EXPECT_EQ(test, w->tp->cc.ca_state, EXS_CA_CWR);
	/* What carried CWR has arrived: the next echo is of something new. */
	exs_wire_in(w, W_ACK, 1, 12001, 0);
	KUNIT_EXPECT_EQ(test, w->tp->cc.ca_state, EXS_CA_OPEN);
	KUNIT_EXPECT_EQ(test, w->tp->cc.cwnd, 7U);
	exs_tcp_get_info(w->sk, &info);
	KUNIT_EXPECT_EQ(test, info.tcpi_delivered_ce, 2U);
	KUNIT_EXPECT_EQ(test, info.tcpi_total_retrans, 0U);
	KUNIT_EXPECT_EQ(test, n + 2,
			exs_wire_mib(test, EXS_MIB_TCPEXT_TCPDeliveredCE));
}

/* Echoes each mark, as DCTCP does. */
static bool exs_ecn_ce;

static void exs_ecn_echo_event(struct exs_cc *cc, enum exs_cc_event event)
{
	bool ce = event == EXS_CC_ECN_IS_CE;

	if (!ce && event != EXS_CC_ECN_NO_CE)
		return;
	exs_cc_echo_ce(cc, ce, ce != exs_ecn_ce);
	exs_ecn_ce = ce;
}

/* RFC 8257 3.2: what is acknowledged later is not taken for what came now. */
static void echo__what_waits_goes_first(struct kunit *test)
{
	struct exs_wire *w = exs_ecn_active(test);
	const struct exs_cc_ops *own = w->tp->cc.ops;
	struct exs_cc_ops *ops = exs_ecn_ops();

	ops->cwnd_event = exs_ecn_echo_event;
	exs_ecn_ce = false;
	w->tp->cc.ops = ops;
	exs_tcp_ecn_tos(w->sk);
	/* Interactive: an ACK waits. */
	w->tp->ack.pingpong = U8_MAX;
	exs_ecn_in(w, INET_ECN_ECT_0, W_ACK, 1, 1, 10);
	EXS_WIRE_SILENT(w);
	exs_ecn_in(w, INET_ECN_CE, W_ACK, 11, 1, 10);
	EXS_ECN_OUT(w, INET_ECN_ECT_0, W_ACK, 1, 11, 0);
	EXS_ECN_OUT(w, INET_ECN_ECT_0, W_ACK | W_ECE, 1, 21, 0);
	exs_ecn_in(w, INET_ECN_CE, W_ACK, 21, 1, 10);
	EXS_WIRE_SILENT(w);
	exs_ecn_in(w, INET_ECN_ECT_0, W_ACK, 31, 1, 10);
	EXS_ECN_OUT(w, INET_ECN_ECT_0, W_ACK | W_ECE, 1, 31, 0);
	EXS_ECN_OUT(w, INET_ECN_ECT_0, W_ACK, 1, 41, 0);
	EXS_WIRE_SILENT(w);
	/* Nothing waits: only the one ACK. */
	exs_ecn_in(w, INET_ECN_CE, W_ACK, 41, 1, 10);
	EXS_ECN_OUT(w, INET_ECN_ECT_0, W_ACK | W_ECE, 1, 51, 0);
	EXS_WIRE_SILENT(w);
	w->tp->cc.ops = own;
}

static u32 exs_ecn_delivered, exs_ecn_delivered_ce;

static void exs_ecn_in_ack(struct exs_cc *cc, u32 delivered, u32 delivered_ce)
{
	exs_ecn_delivered = delivered;
	exs_ecn_delivered_ce = delivered_ce;
}

static void acked__algorithm_is_told(struct kunit *test)
{
	struct exs_wire *w = exs_ecn_active(test);
	const struct exs_cc_ops *own = w->tp->cc.ops;
	struct exs_cc_ops *ops = exs_ecn_ops();

	ops->in_ack = exs_ecn_in_ack;
	w->tp->cc.ops = ops;
	KUNIT_EXPECT_TRUE(test, exs_cc_ecn_ok(&w->tp->cc));
	KUNIT_EXPECT_EQ(test, exs_wire_write(w, 1, 3000, 0), 3000);
	exs_wire_drain(w);
	exs_wire_in(w, W_ACK, 1, 1001, 0);
	/* The SYN is the first. */
	KUNIT_EXPECT_EQ(test, exs_ecn_delivered, 2U);
	KUNIT_EXPECT_EQ(test, exs_ecn_delivered_ce, 0U);
	exs_wire_in(w, W_ACK | W_ECE, 1, 3001, 0);
	KUNIT_EXPECT_EQ(test, exs_ecn_delivered, 4U);
	KUNIT_EXPECT_EQ(test, exs_ecn_delivered_ce, 2U);
	KUNIT_EXPECT_EQ(test, w->tp->cc.delivered, 4U);
	KUNIT_EXPECT_EQ(test, exs_cc_delivered_ce(&w->tp->cc), 2U);
	/* Nothing is in flight. */
	exs_ecn_delivered = 0;
	exs_wire_in(w, W_ACK | W_ECE, 1, 3001, 0);
	KUNIT_EXPECT_EQ(test, exs_ecn_delivered, 4U);
	KUNIT_EXPECT_EQ(test, exs_ecn_delivered_ce, 2U);
	w->tp->cc.ops = own;
}

static struct kunit_case exs_tcp_ecn_cases[] = {
	KUNIT_CASE(syn__offers),
	KUNIT_CASE(answer__agrees),
	KUNIT_CASE(synack__of_a_simultaneous_open),
	KUNIT_CASE(syn__again_without_the_offer),
	KUNIT_CASE(offered__which_requests_agree),
	KUNIT_CASE(passive__the_child_has_agreed),
	KUNIT_CASE(xmit__new_text_alone_is_ect),
	KUNIT_CASE(xmit__cwr_on_the_first_of_a_burst),
	KUNIT_CASE(xmit__all_is_ect_for_who_needs_it),
	KUNIT_CASE(xmit__probes_and_resets_are_not_ect),
	KUNIT_CASE(text__ce_is_echoed_until_cwr),
	KUNIT_CASE(text__marks_mean_nothing_unless_agreed),
	KUNIT_CASE(text__when_the_sender_is_waiting),
	KUNIT_CASE(text__algorithm_is_told),
	KUNIT_CASE(ece__lowers_the_window_once),
	KUNIT_CASE(echo__what_waits_goes_first),
	KUNIT_CASE(acked__algorithm_is_told),
	{}
};

static struct kunit_suite exs_tcp_ecn_suite = {
	.name = "expstack_tcp_ecn",
	.init = exs_wire_init,
	.exit = exs_wire_exit,
	.test_cases = exs_tcp_ecn_cases,
};

kunit_test_suite(exs_tcp_ecn_suite);
