// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_fo_cache.c: the cookies of servers.
 */
#include "tcp_fo_test.h"

static void get__nothing_known(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);
	struct exs_tcp_fo_cookie c = { .len = -1 };
	u16 mss = 77;

	exs_tcp_fo_cache_get(w->sk, &mss, &c);
	KUNIT_EXPECT_EQ(test, mss, 77);
	KUNIT_EXPECT_EQ(test, c.len, -1);
}

static void set__what_comes_is_kept(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);
	static const struct exs_tcp_fo_cookie none = { .len = -1 };
	struct exs_tcp_fo_cookie c = { };
	u16 mss = 0;

	exs_tcp_fo_cache_set(w->sk, 900, &exs_fo_valid, false, 0);
	exs_tcp_fo_cache_set(w->sk, 0, &none, false, 1);
	exs_tcp_fo_cache_get(w->sk, &mss, &c);
	KUNIT_EXPECT_EQ(test, mss, 900);
	KUNIT_EXPECT_EQ(test, c.len, exs_fo_valid.len);
	KUNIT_EXPECT_FALSE(test, c.exp);
	KUNIT_EXPECT_EQ(test, memcmp(c.val, exs_fo_valid.val, c.len), 0);
}

/* A server that gave none is asked by the other option, then by this again. */
static void set__how_to_ask(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);
	static const struct exs_tcp_fo_cookie none = { .len = -1 };
	static const bool want[] = { false, true, false, false };
	u8 i;

	for (i = 0; i < ARRAY_SIZE(want); i++) {
		struct exs_tcp_fo_cookie c = { };
		u16 mss;

		/* What was tried does not come back. */
		exs_tcp_fo_cache_set(w->sk, 0, &none, false, i == 3 ? 1 : i);
		exs_tcp_fo_cache_get(w->sk, &mss, &c);
		KUNIT_EXPECT_EQ_MSG(test, c.len, 0, "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, c.exp, want[i], "row %u", i);
	}
}

static void set__lost_syns_in_a_row(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);
	static const struct exs_tcp_fo_cookie none = { .len = -1 };
	static const bool lost[] = { true, true, false, true };
	static const u16 want[] = { 1, 2, 0, 1 };
	struct exs_tcp_metrics_row row;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(lost); i++) {
		exs_tcp_fo_cache_set(w->sk, 0, &none, lost[i], 0);
		KUNIT_ASSERT_EQ(test, 0,
				exs_tcp_metrics_get(exs_wire_net(test),
						    htonl(EXS_WIRE_PEER), NULL,
						    &row));
		KUNIT_EXPECT_EQ_MSG(test, row.fo_syn_drops, want[i], "row %u",
				    i);
	}
}

static struct kunit_case exs_tcp_fo_cache_cases[] = {
	KUNIT_CASE(get__nothing_known),
	KUNIT_CASE(set__what_comes_is_kept),
	KUNIT_CASE(set__how_to_ask),
	KUNIT_CASE(set__lost_syns_in_a_row),
	{}
};

static struct kunit_suite exs_tcp_fo_cache_suite = {
	.name = "expstack_tcp_fo_cache",
	.init = exs_wire_init,
	.exit = exs_wire_exit,
	.test_cases = exs_tcp_fo_cache_cases,
};

kunit_test_suite(exs_tcp_fo_cache_suite);
