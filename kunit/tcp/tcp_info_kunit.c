// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_info.c: TCP_INFO.
 */
#include "tcp_wire.h"

static void info__of_a_listener(struct kunit *test)
{
	struct exs_wire *lw = exs_wire_listen(test, 0, 7);
	struct exs_wire *w = exs_wire_caller(lw, 1000);
	struct tcp_info info;

	exs_wire_in(w, W_SYN, 0, 0, 0);
	EXS_WIRE_OUT(w, W_SYN | W_ACK, 0, 1, 0);
	exs_wire_in(w, W_ACK, 1, 1, 0);
	exs_tcp_get_info(lw->sk, &info);
	KUNIT_EXPECT_EQ(test, info.tcpi_state, TCP_LISTEN);
	KUNIT_EXPECT_EQ(test, info.tcpi_unacked, 1U);
	KUNIT_EXPECT_EQ(test, info.tcpi_sacked, 7U);
	KUNIT_EXPECT_EQ(test, info.tcpi_rtt, 0U);
}

static void info__counts_what_happened(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, false);
	struct tcp_info info;

	KUNIT_EXPECT_EQ(test, exs_wire_write(w, 1, 700, 0), 700);
	EXS_WIRE_OUT(w, W_ACK, 1, 1, 700);
	exs_wire_in(w, W_ACK, 1, 301, 50);
	EXS_WIRE_OUT(w, W_ACK, 701, 51, 0);
	exs_tcp_get_info(w->sk, &info);
	KUNIT_EXPECT_EQ(test, info.tcpi_state, TCP_ESTABLISHED);
	KUNIT_EXPECT_EQ(test, info.tcpi_options, TCPI_OPT_TIMESTAMPS |
			TCPI_OPT_SACK | TCPI_OPT_WSCALE);
	KUNIT_EXPECT_EQ(test, (int)info.tcpi_snd_wscale, EXS_WIRE_WSCALE);
	KUNIT_EXPECT_EQ(test, (int)info.tcpi_rcv_wscale,
			(int)w->tp->rcv_wscale);
	KUNIT_EXPECT_EQ(test, info.tcpi_snd_mss, EXS_WIRE_MSS - 12U);
	KUNIT_EXPECT_EQ(test, info.tcpi_advmss, 1460U - EXS_TCP_TSOPT_LEN);
	KUNIT_EXPECT_EQ(test, info.tcpi_pmtu, 1500U);
	KUNIT_EXPECT_EQ(test, info.tcpi_unacked, 1U);
	KUNIT_EXPECT_EQ(test, info.tcpi_bytes_sent, 700ULL);
	/* The SYN counts, as AF_INET counts it for the one who connects. */
	KUNIT_EXPECT_EQ(test, info.tcpi_bytes_acked, 301ULL);
	KUNIT_EXPECT_EQ(test, info.tcpi_bytes_received, 50ULL);
	KUNIT_EXPECT_EQ(test, info.tcpi_data_segs_out, 1U);
	KUNIT_EXPECT_EQ(test, info.tcpi_data_segs_in, 1U);
	/* SYN, ACK, text, ACK; SYN-ACK, text. */
	KUNIT_EXPECT_EQ(test, info.tcpi_segs_out, 4U);
	KUNIT_EXPECT_EQ(test, info.tcpi_segs_in, 2U);
	KUNIT_EXPECT_EQ(test, info.tcpi_snd_cwnd, 10U);
	KUNIT_EXPECT_EQ(test, info.tcpi_snd_ssthresh,
			(u32)EXS_CC_SSTHRESH_INF);
	KUNIT_EXPECT_EQ(test, info.tcpi_snd_wnd, 65535U << EXS_WIRE_WSCALE);
	KUNIT_EXPECT_EQ(test, info.tcpi_reordering, 3U);
	KUNIT_EXPECT_EQ(test, info.tcpi_ca_state, EXS_CA_OPEN);
	KUNIT_EXPECT_EQ(test, info.tcpi_notsent_bytes, 0U);
	KUNIT_EXPECT_EQ(test, info.tcpi_rtt, w->tp->cc.srtt_us >> 3);
	KUNIT_EXPECT_GT(test, info.tcpi_rtt, 0U);
	KUNIT_EXPECT_EQ(test, info.tcpi_rto, jiffies_to_usecs(w->tp->rto));
	KUNIT_EXPECT_EQ(test, info.tcpi_pacing_rate,
			(u64)READ_ONCE(w->sk->sk_pacing_rate));
}

static void info__of_loss(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);
	struct tcp_info info;

	KUNIT_EXPECT_EQ(test, exs_wire_write(w, 1, 100, 0), 100);
	EXS_WIRE_OUT(w, W_ACK, 1, 1, 100);
	exs_wire_call(w, exs_tcp_rtx_deadline);
	EXS_WIRE_OUT(w, W_ACK, 1, 1, 100);
	KUNIT_EXPECT_EQ(test, exs_wire_write(w, 101, 30, 0), 30);
	exs_tcp_get_info(w->sk, &info);
	KUNIT_EXPECT_EQ(test, info.tcpi_ca_state, EXS_CA_LOSS);
	KUNIT_EXPECT_EQ(test, info.tcpi_retransmits, 1);
	KUNIT_EXPECT_EQ(test, info.tcpi_backoff, 1);
	KUNIT_EXPECT_EQ(test, info.tcpi_lost, 1U);
	KUNIT_EXPECT_EQ(test, info.tcpi_retrans, 1U);
	KUNIT_EXPECT_EQ(test, info.tcpi_total_retrans, 1U);
	KUNIT_EXPECT_EQ(test, info.tcpi_bytes_retrans, 100ULL);
	KUNIT_EXPECT_EQ(test, info.tcpi_notsent_bytes, 30U);
	KUNIT_EXPECT_EQ(test, info.tcpi_options, 0);
}

static struct kunit_case exs_tcp_info_cases[] = {
	KUNIT_CASE(info__of_a_listener),
	KUNIT_CASE(info__counts_what_happened),
	KUNIT_CASE(info__of_loss),
	{}
};

static struct kunit_suite exs_tcp_info_suite = {
	.name = "expstack_tcp_info",
	.init = exs_wire_init,
	.exit = exs_wire_exit,
	.test_cases = exs_tcp_info_cases,
};

kunit_test_suite(exs_tcp_info_suite);
