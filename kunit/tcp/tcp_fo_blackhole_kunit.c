// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_fo_blackhole.c: paths that swallow Fast
 * Open connections.
 */
#include "tcp_fo_test.h"

static int exs_fo_times(struct kunit *test)
{
	return atomic_read(&exs_wire_net(test)->tcp->fo_off_times);
}

/* A connection whose SYN had the option. */
static struct exs_wire *exs_fo_open(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);

	exs_wire_net(test)->sysctl.tcp_fastopen_blackhole_timeout_sec = 10;
	exs_tcp_fo_blackhole_reset(exs_wire_net(test));
	exs_tcp_ext_own(w->tp, GFP_KERNEL)->syn_fastopen = 1;
	return w;
}

static void exs_fo_exit(struct kunit *test)
{
	exs_tcp_fo_blackhole_reset(exs_wire_net(test));
	exs_wire_exit(test);
}

static void disabled__twice_as_long_each_time(struct kunit *test)
{
	static const struct {
		int times;
		u32 secs;
	} t[] = {
		{ 1, 10 }, { 2, 20 }, { 3, 40 }, { 7, 640 }, { 8, 640 },
		{ 100, 640 },
	};
	struct exs_wire *w = exs_fo_open(test);
	struct exs_tcp_net *tn = exs_wire_net(test)->tcp;
	unsigned int i;

	KUNIT_EXPECT_FALSE(test, exs_tcp_fo_disabled(w->sk));
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		unsigned long was = jiffies;

		atomic_set(&tn->fo_off_times, t[i].times - 1);
		exs_tcp_fo_disable(w->sk);
		KUNIT_EXPECT_EQ_MSG(test, exs_fo_times(test), t[i].times,
				    "row %u", i);
		KUNIT_EXPECT_GE_MSG(test, tn->fo_off_until - was,
				    t[i].secs * HZ, "row %u", i);
		KUNIT_EXPECT_LE_MSG(test, tn->fo_off_until - was,
				    (t[i].secs + 1) * HZ, "row %u", i);
		KUNIT_EXPECT_TRUE_MSG(test, exs_tcp_fo_disabled(w->sk),
				      "row %u", i);
		tn->fo_off_until = jiffies;
		KUNIT_EXPECT_FALSE_MSG(test, exs_tcp_fo_disabled(w->sk),
				       "row %u", i);
	}
	KUNIT_EXPECT_EQ(test, (int)w->tp->ext->syn_retry, 1);
	/* The longest that can be set does not wrap. */
	exs_wire_net(test)->sysctl.tcp_fastopen_blackhole_timeout_sec = INT_MAX;
	exs_tcp_fo_disable(w->sk);
	KUNIT_EXPECT_TRUE(test, exs_tcp_fo_disabled(w->sk));
	exs_wire_net(test)->sysctl.tcp_fastopen_blackhole_timeout_sec = 0;
	KUNIT_EXPECT_FALSE(test, exs_tcp_fo_disabled(w->sk));
}

static void disable__only_where_it_is_on(struct kunit *test)
{
	struct exs_wire *w = exs_fo_open(test);

	exs_wire_net(test)->sysctl.tcp_fastopen_blackhole_timeout_sec = 0;
	exs_tcp_fo_disable(w->sk);
	KUNIT_EXPECT_EQ(test, exs_fo_times(test), 0);
}

static void reset__out_of_order(struct kunit *test)
{
	struct exs_wire *w = exs_fo_open(test);

	exs_wire_in(w, W_RST, 100, 0, 0);
	KUNIT_EXPECT_EQ(test, exs_fo_times(test), 1);
	exs_wire_drain(w);
}

static void reset__after_text_tells_nothing(struct kunit *test)
{
	struct exs_wire *w = exs_fo_open(test);

	exs_wire_in(w, W_ACK, 1, 1, 10);
	exs_wire_in(w, W_RST, 100, 0, 0);
	KUNIT_EXPECT_EQ(test, exs_fo_times(test), 0);
	exs_wire_drain(w);
}

static void ooo__a_fin_and_no_text(struct kunit *test)
{
	struct exs_wire *w = exs_fo_open(test);

	exs_wire_in(w, W_FIN | W_ACK, 100, 1, 0);
	exs_wire_drain(w);
	exs_wire_call(w, exs_tcp_fo_check_ooo);
	KUNIT_EXPECT_EQ(test, exs_fo_times(test), 1);
}

/* The one that was tried after the wait works: that ends it. */
static void ooo__text_ends_it(struct kunit *test)
{
	struct exs_wire *w = exs_fo_open(test);

	atomic_set(&exs_wire_net(test)->tcp->fo_off_times, 3);
	exs_wire_in(w, W_ACK, 1, 1, 10);
	exs_wire_call(w, exs_tcp_fo_check_ooo);
	KUNIT_EXPECT_EQ(test, exs_fo_times(test), 3);
	exs_tcp_ext_own(w->tp, GFP_KERNEL)->syn_retry = 1;
	exs_wire_call(w, exs_tcp_fo_check_ooo);
	KUNIT_EXPECT_EQ(test, exs_fo_times(test), 0);
	exs_wire_drain(w);
}

static void timeout__the_third_in_a_row(struct kunit *test)
{
	static const struct {
		u8 retransmits;
		bool expired;
		int want;
	} t[] = {
		{ 0, false, 0 }, { 1, false, 0 }, { 2, false, 1 },
		{ 3, false, 0 }, { 3, true, 0 }, { 1, true, 1 }, { 0, true, 1 },
		{ 2, true, 1 },
	};
	struct exs_wire *w = exs_fo_open(test);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		exs_tcp_fo_blackhole_reset(exs_wire_net(test));
		w->tp->retransmits = t[i].retransmits;
		exs_tcp_fo_check_timeout(w->sk, t[i].expired);
		KUNIT_EXPECT_EQ_MSG(test, exs_fo_times(test), t[i].want,
				    "row %u", i);
	}
	w->tp->retransmits = 0;
}

static struct kunit_case exs_tcp_fo_blackhole_cases[] = {
	KUNIT_CASE(disabled__twice_as_long_each_time),
	KUNIT_CASE(disable__only_where_it_is_on),
	KUNIT_CASE(reset__out_of_order),
	KUNIT_CASE(reset__after_text_tells_nothing),
	KUNIT_CASE(ooo__a_fin_and_no_text),
	KUNIT_CASE(ooo__text_ends_it),
	KUNIT_CASE(timeout__the_third_in_a_row),
	{}
};

static struct kunit_suite exs_tcp_fo_blackhole_suite = {
	.name = "expstack_tcp_fo_blackhole",
	.init = exs_wire_init,
	.exit = exs_fo_exit,
	.test_cases = exs_tcp_fo_blackhole_cases,
};

kunit_test_suite(exs_tcp_fo_blackhole_suite);
