// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_timer.c and tcp_timeout.c.
 */
#include "tcp_fix.h"

static void probe0_backoff__doubles_to_the_maximum(struct kunit *test)
{
	static const struct {
		u32 rto;
		u8 backoff;
		unsigned long expect;
	} t[] = {
		{ HZ / 5, 0, HZ / 5 }, { HZ / 10, 0, HZ / 5 },
		{ HZ / 5, 1, 2 * (HZ / 5) }, { HZ, 3, 8 * HZ },
		{ HZ, 6, 64 * HZ }, { HZ, 7, 120 * HZ }, { HZ, 255, 120 * HZ },
		{ 120 * HZ, 0, 120 * HZ }, { 120 * HZ, 15, 120 * HZ },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++)
		KUNIT_EXPECT_EQ_MSG(test,
				    exs_tcp_probe0_backoff(t[i].rto,
							   t[i].backoff),
				    t[i].expect, "row %u", i);
}

static void model_timeout__retries_are_a_time(struct kunit *test)
{
	static const struct {
		u32 boundary, base, ms;
	} t[] = {
		{ 0, HZ / 5, 200 }, { 3, HZ / 5, 3000 },
		{ 8, HZ / 5, 102200 }, { 9, HZ / 5, 204600 },
		{ 10, HZ / 5, 324600 },
		{ 15, HZ / 5, 924600 },		/* tcp_retries2 */
		{ 6, HZ, 127000 },		/* tcp_syn_retries */
		{ 7, HZ, 247000 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++)
		KUNIT_EXPECT_EQ_MSG(test,
				    exs_tcp_model_timeout(t[i].boundary,
							  t[i].base),
				    t[i].ms, "row %u", i);
}

static void ato_bound__never_half_a_second(struct kunit *test)
{
	static const struct {
		u32 ato, srtt_ms;
		u8 pingpong, pending;
		u32 expect;
	} t[] = {
		{ HZ / 25, 1, 0, 0, HZ / 25 },
		{ HZ, 0, 0, 0, HZ / 5 - 1 },
		{ HZ, 0, 3, 0, HZ / 5 - 1 },
		{ HZ, 100, 0, 0, HZ / 10 },
		{ HZ, 1, 0, 0, HZ / 25 },	/* not below 40 ms */
		{ HZ, 100, 0, EXS_TCP_ACK_PUSHED, HZ / 10 },
	};
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		f.tp->ack.ato = t[i].ato;
		f.tp->ack.pingpong = t[i].pingpong;
		f.tp->ack.pending = t[i].pending;
		f.tp->cc.srtt_us = t[i].srtt_ms * 1000 * 8;
		KUNIT_EXPECT_EQ_MSG(test, exs_tcp_ato_bound(f.tp), t[i].expect,
				    "row %u", i);
	}
	f.tp->ack.pending = 0;
	exs_tcp_fix_close(test, &f);
}

static void ack_received__rfc_6298(struct kunit *test)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);
	u32 first;

	f.tp->packets_out = 2;
	f.tp->rto = 10 * HZ;
	exs_tcp_timers_data_sent(f.sk);
	KUNIT_EXPECT_EQ(test, f.tp->rtx_kind, EXS_TCP_RTX_RTO);
	first = f.tp->rtx_timeout;
	KUNIT_EXPECT_GE(test, (s32)(first - (u32)jiffies), 9 * HZ);

	/* A duplicate ACK does not move it. */
	f.tp->rto = 20 * HZ;
	exs_tcp_timers_ack_received(f.sk, false);
	KUNIT_EXPECT_EQ(test, f.tp->rtx_timeout, first);
	/* 5.3: new data acknowledged: anew. The kernel's timer stays. */
	exs_tcp_timers_ack_received(f.sk, true);
	KUNIT_EXPECT_TRUE(test, time_after32(f.tp->rtx_timeout, first));
	KUNIT_EXPECT_EQ(test, (u32)f.sk->sk_timer.expires, first);
	/* 5.2: nothing in flight. */
	f.tp->packets_out = 0;
	exs_tcp_timers_ack_received(f.sk, true);
	KUNIT_EXPECT_EQ(test, f.tp->rtx_kind, EXS_TCP_RTX_NONE);
	exs_tcp_fix_close(test, &f);
}

static void window_closed__probes_when_nothing_runs(struct kunit *test)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);

	f.tp->packets_out = 1;
	exs_tcp_timers_window_closed(f.sk);
	KUNIT_EXPECT_EQ(test, f.tp->rtx_kind, EXS_TCP_RTX_NONE);
	f.tp->packets_out = 0;
	exs_tcp_timers_window_closed(f.sk);
	KUNIT_EXPECT_EQ(test, f.tp->rtx_kind, EXS_TCP_RTX_PROBE);
	exs_tcp_fix_close(test, &f);
}

/* Two seconds until the pacer lets the next packet go. */
static void paced__count_from_when_it_may_go(struct kunit *test)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);
	u32 left;

	f.tp->data_segs_out = 10;
	f.sk->sk_pacing_status = SK_PACING_NEEDED;
	f.sk->sk_pacing_rate = 1000;
	exs_tcp_pacer_sent(f.sk, 2000);
	f.tp->rto = HZ;
	f.tp->packets_out = 1;
	exs_tcp_timers_data_sent(f.sk);
	KUNIT_EXPECT_GE(test, f.tp->rtx_timeout - (u32)jiffies, 5U * HZ / 2);
	exs_tcp_timers_rearm(f.sk);
	KUNIT_EXPECT_GE(test, f.tp->rtx_timeout - (u32)jiffies, 5U * HZ / 2);
	/* Not so what backs off, or waits for reordering. */
	exs_tcp_timers_rtx(f.sk, EXS_TCP_RTX_RTO, HZ);
	KUNIT_EXPECT_LE(test, f.tp->rtx_timeout - (u32)jiffies, (u32)HZ);
	f.tp->packets_out = 0;
	f.tp->rtx_kind = EXS_TCP_RTX_NONE;
	exs_tcp_timers_window_closed(f.sk);
	KUNIT_EXPECT_EQ(test, f.tp->rtx_kind, EXS_TCP_RTX_PROBE);
	KUNIT_EXPECT_GE(test, f.tp->rtx_timeout - (u32)jiffies, 5U * HZ / 2);
	/* sch_fq keeps them just as long. */
	f.sk->sk_pacing_status = SK_PACING_FQ;
	exs_tcp_timers_paced(f.sk, EXS_TCP_RTX_PROBE, HZ);
	KUNIT_EXPECT_GE(test, f.tp->rtx_timeout - (u32)jiffies, 5U * HZ / 2);
	/* Never longer than any other, whatever the rate: 136 years. */
	f.sk->sk_pacing_rate = 1;
	exs_tcp_pacer_sent(f.sk, U32_MAX);
	exs_tcp_timers_paced(f.sk, EXS_TCP_RTX_PROBE, HZ);
	left = f.tp->rtx_timeout - (u32)jiffies;
	KUNIT_EXPECT_GE(test, left, (u32)(EXS_TCP_RTO_MAX - HZ / 2));
	KUNIT_EXPECT_LE(test, left, (u32)EXS_TCP_RTO_MAX);
	/* Who does not pace keeps nothing. */
	f.sk->sk_pacing_status = SK_PACING_NONE;
	exs_tcp_timers_paced(f.sk, EXS_TCP_RTX_PROBE, HZ);
	KUNIT_EXPECT_LE(test, f.tp->rtx_timeout - (u32)jiffies, (u32)HZ);
	exs_tcp_fix_close(test, &f);
}

static void ack_owed__earliest_deadline_stays(struct kunit *test)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);
	u32 first;

	f.tp->ack.ato = EXS_TCP_ATO_MIN;
	exs_tcp_timers_ack_owed(f.sk);
	KUNIT_EXPECT_EQ(test, f.tp->ack.pending,
			EXS_TCP_ACK_SCHED | EXS_TCP_ACK_TIMER);
	first = f.tp->ack.timeout;
	f.tp->ack.ato = EXS_TCP_DELACK_MAX;
	f.tp->ack.pending |= EXS_TCP_ACK_RETRY;
	exs_tcp_timers_ack_owed(f.sk);
	KUNIT_EXPECT_EQ(test, f.tp->ack.timeout, first);
	exs_tcp_timers_ack_sent(f.sk);
	KUNIT_EXPECT_EQ(test, f.tp->ack.pending, 0);
	exs_tcp_fix_close(test, &f);
}

static void keepalive__on_and_off(struct kunit *test)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);

	exs_tcp_timers_keepalive(f.sk, true);
	KUNIT_EXPECT_TRUE(test, f.tp->keep_armed);
	KUNIT_EXPECT_GE(test, (s32)(f.tp->keep_timeout - (u32)jiffies),
			7199 * HZ);
	exs_tcp_timers_keepalive(f.sk, false);
	KUNIT_EXPECT_FALSE(test, f.tp->keep_armed);
	exs_tcp_fix_close(test, &f);
}

static struct kunit_case exs_tcp_timer_cases[] = {
	KUNIT_CASE(probe0_backoff__doubles_to_the_maximum),
	KUNIT_CASE(model_timeout__retries_are_a_time),
	KUNIT_CASE(ato_bound__never_half_a_second),
	KUNIT_CASE(ack_received__rfc_6298),
	KUNIT_CASE(window_closed__probes_when_nothing_runs),
	KUNIT_CASE(paced__count_from_when_it_may_go),
	KUNIT_CASE(ack_owed__earliest_deadline_stays),
	KUNIT_CASE(keepalive__on_and_off),
	{}
};

static struct kunit_suite exs_tcp_timer_suite = {
	.name = "expstack_tcp_timer",
	.test_cases = exs_tcp_timer_cases,
};

kunit_test_suite(exs_tcp_timer_suite);
