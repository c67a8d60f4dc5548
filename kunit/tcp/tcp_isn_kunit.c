// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_isn.c.
 */
#include <kunit/test.h>

#include "tcp/tcp_priv.h"

#define A htonl(0x0a000001)
#define B htonl(0x0a000002)

static const siphash_key_t exs_isn_key = { { 1, 2 } };

static u32 exs_isn(__be16 sport, u64 now)
{
	return exs_tcp_isn_at(&exs_isn_key, A, B, sport, htons(80), now);
}

static void isn__same_tuple_follows_the_clock(struct kunit *test)
{
	u64 now = 1ULL << 40;
	u32 first = exs_isn(htons(1), now);

	KUNIT_EXPECT_EQ(test, exs_isn(htons(1), now), first);
	KUNIT_EXPECT_EQ(test, exs_isn(htons(1), now + 63), first);
	KUNIT_EXPECT_EQ(test, exs_isn(htons(1), now + 64), first + 1);
	KUNIT_EXPECT_EQ(test, exs_isn(htons(1), now + NSEC_PER_SEC),
			first + 15625000);
}

static void isn__other_tuples_tell_nothing(struct kunit *test)
{
	siphash_key_t other = { { 1, 3 } };
	u32 first = exs_isn(htons(1), 0);

	KUNIT_EXPECT_NE(test, exs_isn(htons(2), 0), first);
	KUNIT_EXPECT_NE(test, exs_tcp_isn_at(&exs_isn_key, B, A, htons(1),
					     htons(80), 0), first);
	KUNIT_EXPECT_NE(test, exs_tcp_isn_at(&other, A, B, htons(1), htons(80),
					     0), first);
}

static void ts_offset__by_host_not_port(struct kunit *test)
{
	struct exs_net *en = exs_net(&init_net);

	KUNIT_EXPECT_EQ(test, exs_tcp_ts_offset(en, A, B),
			exs_tcp_ts_offset(en, A, B));
	KUNIT_EXPECT_NE(test, exs_tcp_ts_offset(en, A, B),
			exs_tcp_ts_offset(en, A, A));
}

static struct kunit_case exs_tcp_isn_cases[] = {
	KUNIT_CASE(isn__same_tuple_follows_the_clock),
	KUNIT_CASE(isn__other_tuples_tell_nothing),
	KUNIT_CASE(ts_offset__by_host_not_port),
	{}
};

static struct kunit_suite exs_tcp_isn_suite = {
	.name = "expstack_tcp_isn",
	.test_cases = exs_tcp_isn_cases,
};

kunit_test_suite(exs_tcp_isn_suite);
