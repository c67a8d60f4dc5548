// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_chrono.c.
 */
#include "tcp_fix.h"

#define EXS_CHRONO_SLACK	(60 * USEC_PER_SEC)

/* The clock that runs was started so many seconds earlier. */
static void exs_chrono_pass(struct exs_tcp_sock *tp, u32 seconds)
{
	tp->chrono[tp->chrono_kind - 1] += seconds * HZ;
}

static void exs_chrono_expect(struct kunit *test, const struct exs_tcp_fix *f,
			      u32 busy, u32 rwnd, u32 sndbuf)
{
	struct tcp_info info = { };

	exs_tcp_chrono_read(f->tp, &info);
	KUNIT_EXPECT_GE(test, info.tcpi_busy_time, (u64)busy * USEC_PER_SEC);
	KUNIT_EXPECT_LT(test, info.tcpi_busy_time,
			(u64)busy * USEC_PER_SEC + EXS_CHRONO_SLACK);
	KUNIT_EXPECT_GE(test, info.tcpi_rwnd_limited,
			(u64)rwnd * USEC_PER_SEC);
	KUNIT_EXPECT_LT(test, info.tcpi_rwnd_limited,
			(u64)rwnd * USEC_PER_SEC + EXS_CHRONO_SLACK);
	KUNIT_EXPECT_GE(test, info.tcpi_sndbuf_limited,
			(u64)sndbuf * USEC_PER_SEC);
	KUNIT_EXPECT_LT(test, info.tcpi_sndbuf_limited,
			(u64)sndbuf * USEC_PER_SEC + EXS_CHRONO_SLACK);
}

static void chrono__one_clock_at_a_time(struct kunit *test)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);

	exs_chrono_expect(test, &f, 0, 0, 0);
	exs_tcp_fix_sent(test, &f, 1, 1000);
	exs_tcp_chrono_start(f.tp, EXS_TCP_CHRONO_BUSY);
	exs_chrono_pass(f.tp, 100);
	exs_chrono_expect(test, &f, 100, 0, 0);
	exs_tcp_chrono_start(f.tp, EXS_TCP_CHRONO_RWND);
	exs_chrono_pass(f.tp, 200);
	exs_chrono_expect(test, &f, 300, 200, 0);
	/* A weaker reason does not take over. */
	exs_tcp_chrono_start(f.tp, EXS_TCP_CHRONO_BUSY);
	KUNIT_EXPECT_EQ(test, (int)f.tp->chrono_kind,
			EXS_TCP_CHRONO_RWND);
	exs_tcp_chrono_start(f.tp, EXS_TCP_CHRONO_SNDBUF);
	exs_chrono_pass(f.tp, 400);
	exs_chrono_expect(test, &f, 700, 200, 400);
	exs_tcp_fix_close(test, &f);
}

static void chrono__ends_with_the_last_ack(struct kunit *test)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);
	struct sk_buff *skb = exs_tcp_fix_sent(test, &f, 1, 1000);

	exs_tcp_chrono_start(f.tp, EXS_TCP_CHRONO_RWND);
	/* Another reason than the one that counts goes: nothing changes. */
	exs_tcp_chrono_stop(f.sk, EXS_TCP_CHRONO_SNDBUF);
	KUNIT_EXPECT_EQ(test, (int)f.tp->chrono_kind,
			EXS_TCP_CHRONO_RWND);
	exs_tcp_chrono_stop(f.sk, EXS_TCP_CHRONO_RWND);
	KUNIT_EXPECT_EQ(test, (int)f.tp->chrono_kind,
			EXS_TCP_CHRONO_BUSY);
	exs_tcp_chrono_stop(f.sk, EXS_TCP_CHRONO_BUSY);
	KUNIT_EXPECT_EQ(test, (int)f.tp->chrono_kind,
			EXS_TCP_CHRONO_BUSY);
	exs_chrono_pass(f.tp, 100);
	exs_tcp_rtx_free(f.sk, skb);
	f.tp->packets_out = 0;
	exs_tcp_chrono_stop(f.sk, EXS_TCP_CHRONO_BUSY);
	KUNIT_EXPECT_EQ(test, (int)f.tp->chrono_kind,
			EXS_TCP_CHRONO_NONE);
	exs_chrono_expect(test, &f, 100, 0, 0);
	exs_tcp_fix_close(test, &f);
}

static struct kunit_case exs_tcp_chrono_cases[] = {
	KUNIT_CASE(chrono__one_clock_at_a_time),
	KUNIT_CASE(chrono__ends_with_the_last_ack),
	{}
};

static struct kunit_suite exs_tcp_chrono_suite = {
	.name = "expstack_tcp_chrono",
	.test_cases = exs_tcp_chrono_cases,
};
kunit_test_suite(exs_tcp_chrono_suite);
