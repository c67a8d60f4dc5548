// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_pacer.c: when the next packet may go.
 */
#include "tcp_fix.h"

#define EXS_PAR_US	9000000ULL

static struct exs_tcp_fix exs_par_open(struct kunit *test)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);

	f.tp->mstamp_us = EXS_PAR_US;
	f.tp->data_segs_out = 10;
	f.sk->sk_pacing_status = SK_PACING_NEEDED;
	f.sk->sk_pacing_rate = 1000000;
	return f;
}

/* Microseconds until the next packet may go. */
static u64 exs_par_next(struct exs_tcp_fix *f)
{
	return exs_tcp_pacer_next(exs_tcp_ext(f->tp)->pacer) / NSEC_PER_USEC -
	       f->tp->mstamp_us;
}

static void sent__takes_the_time_of_its_bytes(struct kunit *test)
{
	struct exs_tcp_fix f = exs_par_open(test);

	KUNIT_EXPECT_TRUE(test, exs_tcp_paced(f.sk));
	exs_tcp_pacer_sent(f.sk, 2000);
	KUNIT_EXPECT_EQ(test, exs_par_next(&f), 2000ULL);
	exs_tcp_pacer_sent(f.sk, 500);
	KUNIT_EXPECT_EQ(test, exs_par_next(&f), 2500ULL);
	exs_tcp_fix_close(test, &f);
}

/* What passed unused shortens the next one's, by half at most. */
static void sent__credit(struct kunit *test)
{
	static const struct {
		u32 late, next;
	} t[] = { { 0, 2000 }, { 400, 1600 }, { 1000, 1000 }, { 5000, 1000 } };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_tcp_fix f = exs_par_open(test);

		exs_tcp_pacer_sent(f.sk, 1000);
		f.tp->mstamp_us += 1000 + t[i].late;
		exs_tcp_pacer_sent(f.sk, 2000);
		KUNIT_EXPECT_EQ_MSG(test, exs_par_next(&f), (u64)t[i].next,
				    "row %u", i);
		exs_tcp_fix_close(test, &f);
	}
}

static void sent__is_not_paced(struct kunit *test)
{
	static const struct {
		unsigned long rate;
		u32 segs;
	} t[] = { { ~0UL, 10 }, { 0, 10 }, { 1000000, 9 } };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_tcp_fix f = exs_par_open(test);

		f.sk->sk_pacing_rate = t[i].rate;
		f.tp->data_segs_out = t[i].segs;
		exs_tcp_pacer_sent(f.sk, 1000);
		KUNIT_EXPECT_NULL_MSG(test, exs_tcp_ext(f.tp)->pacer, "row %u",
				      i);
		KUNIT_EXPECT_FALSE(test, exs_tcp_pacer_waits(f.sk));
		exs_tcp_fix_close(test, &f);
	}
}

/* The timer holds a reference, once; the end of the connection gives it back. */
static void waits__holds_the_socket(struct kunit *test)
{
	struct exs_tcp_fix f = exs_par_open(test);
	int refs = refcount_read(&f.sk->sk_refcnt);

	f.tp->mstamp_us = exs_clock_us();
	f.sk->sk_pacing_rate = 10;
	exs_tcp_pacer_sent(f.sk, 1000);
	KUNIT_EXPECT_TRUE(test, exs_tcp_pacer_waits(f.sk));
	KUNIT_EXPECT_TRUE(test, exs_tcp_pacer_waits(f.sk));
	KUNIT_EXPECT_EQ(test, refs + 1, (int)refcount_read(&f.sk->sk_refcnt));
	exs_tcp_pacer_stop(f.sk);
	KUNIT_EXPECT_EQ(test, refs, (int)refcount_read(&f.sk->sk_refcnt));
	/* Over: the last microsecond counts as now. */
	f.tp->mstamp_us += 100 * USEC_PER_SEC - 1;
	KUNIT_EXPECT_TRUE(test, exs_tcp_pacer_waits(f.sk));
	f.tp->mstamp_us++;
	KUNIT_EXPECT_FALSE(test, exs_tcp_pacer_waits(f.sk));
	exs_tcp_fix_close(test, &f);
}

static u64 exs_par_send(struct exs_tcp_fix *f, u32 len)
{
	u64 start = exs_tcp_pacer_start(f->sk);

	exs_tcp_pacer_sent(f->sk, len);
	return start;
}

/* sch_fq gets packets early, with the time when each is to leave. */
static void fq__is_told_when(struct kunit *test)
{
	struct exs_tcp_fix f = exs_par_open(test);
	u64 now = EXS_PAR_US * NSEC_PER_USEC;

	f.sk->sk_pacing_status = SK_PACING_FQ;
	KUNIT_EXPECT_EQ(test, exs_par_send(&f, 2000), now);
	KUNIT_EXPECT_FALSE(test, exs_tcp_pacer_waits(f.sk));
	KUNIT_EXPECT_EQ(test, exs_par_send(&f, 2000), now + 2 * NSEC_PER_MSEC);
	KUNIT_EXPECT_EQ(test, exs_par_send(&f, 2000), now + 4 * NSEC_PER_MSEC);
	/* Late: half of the next one's time at most is caught up. */
	f.tp->mstamp_us += 16000;
	KUNIT_EXPECT_EQ(test, exs_par_send(&f, 2000), now + 16 * NSEC_PER_MSEC);
	KUNIT_EXPECT_EQ(test, exs_par_send(&f, 2000), now + 17 * NSEC_PER_MSEC);
	/* What does not count takes no time. */
	KUNIT_EXPECT_EQ(test, exs_tcp_pacer_start(f.sk),
			now + 19 * NSEC_PER_MSEC);
	KUNIT_EXPECT_EQ(test, exs_tcp_pacer_start(f.sk),
			now + 19 * NSEC_PER_MSEC);
	/* No rate: it goes at once. */
	f.sk->sk_pacing_rate = ~0UL;
	KUNIT_EXPECT_EQ(test, exs_par_send(&f, 2000), 0ULL);
	f.sk->sk_pacing_rate = 1000000;
	f.tp->data_segs_out = 9;
	KUNIT_EXPECT_EQ(test, exs_par_send(&f, 2000), 0ULL);
	exs_tcp_fix_close(test, &f);
}

/* In jiffies, rounded down. */
static void delay__until_the_next(struct kunit *test)
{
	struct exs_tcp_fix f = exs_par_open(test);

	KUNIT_EXPECT_EQ(test, exs_tcp_pacer_delay(f.sk), 0UL);
	f.sk->sk_pacing_rate = 1000;
	exs_tcp_pacer_sent(f.sk, 2000);
	KUNIT_EXPECT_EQ(test, exs_tcp_pacer_delay(f.sk), 2UL * HZ);
	f.tp->mstamp_us += USEC_PER_SEC + 1;
	KUNIT_EXPECT_EQ(test, exs_tcp_pacer_delay(f.sk), HZ - 1UL);
	f.tp->mstamp_us += USEC_PER_SEC - 1;
	KUNIT_EXPECT_EQ(test, exs_tcp_pacer_delay(f.sk), 0UL);
	f.tp->mstamp_us += USEC_PER_SEC;
	KUNIT_EXPECT_EQ(test, exs_tcp_pacer_delay(f.sk), 0UL);
	exs_tcp_fix_close(test, &f);
}

static void reset__the_next_connection_is_free(struct kunit *test)
{
	struct exs_tcp_fix f = exs_par_open(test);

	f.tp->mstamp_us = exs_clock_us();
	f.sk->sk_pacing_rate = 10;
	exs_tcp_pacer_sent(f.sk, 1000);
	KUNIT_EXPECT_TRUE(test, exs_tcp_pacer_waits(f.sk));
	exs_tcp_pacer_stop(f.sk);
	exs_tcp_sock_reset(f.sk);
	f.tp->mstamp_us = exs_clock_us();
	KUNIT_EXPECT_FALSE(test, exs_tcp_pacer_waits(f.sk));
	KUNIT_EXPECT_EQ(test, exs_tcp_pacer_delay(f.sk), 0UL);
	/* And begins without a credit, as the first did. */
	f.tp->data_segs_out = 10;
	f.sk->sk_pacing_rate = 1000000;
	exs_tcp_pacer_sent(f.sk, 2000);
	KUNIT_EXPECT_EQ(test, exs_par_next(&f), 2000ULL);
	exs_tcp_fix_close(test, &f);
}

static void child__has_its_own(struct kunit *test)
{
	struct exs_tcp_fix f = exs_par_open(test);
	const struct exs_tcp_ext *dup;

	exs_tcp_pacer_sent(f.sk, 1000);
	KUNIT_EXPECT_NOT_NULL(test, exs_tcp_ext(f.tp)->pacer);
	dup = exs_tcp_ext_dup(f.tp);
	KUNIT_ASSERT_NOT_NULL(test, dup);
	KUNIT_EXPECT_NULL(test, dup->pacer);
	kfree(dup);
	exs_tcp_fix_close(test, &f);
}

static struct kunit_case exs_tcp_pacer_cases[] = {
	KUNIT_CASE(sent__takes_the_time_of_its_bytes),
	KUNIT_CASE(sent__credit),
	KUNIT_CASE(sent__is_not_paced),
	KUNIT_CASE(waits__holds_the_socket),
	KUNIT_CASE(fq__is_told_when),
	KUNIT_CASE(delay__until_the_next),
	KUNIT_CASE(reset__the_next_connection_is_free),
	KUNIT_CASE(child__has_its_own),
	{}
};

static struct kunit_suite exs_tcp_pacer_suite = {
	.name = "expstack_tcp_pacer",
	.test_cases = exs_tcp_pacer_cases,
};

kunit_test_suite(exs_tcp_pacer_suite);
