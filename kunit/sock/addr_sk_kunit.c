// SPDX-License-Identifier: GPL-2.0
/*
 * expstack sock: suite of module/sock/addr_sk.c.
 */
#include <kunit/test.h>
#include <net/inet_ecn.h>

#include <expstack/sock.h>

#include "../kunit/expect.h"

static void check_addr__families_and_lengths(struct kunit *test)
{
	static const struct {
		sa_family_t family;
		int len;
		int expect;
	} t[] = {
		{ AF_INET, sizeof(struct sockaddr_in), 0 },
		{ AF_INET, sizeof(struct sockaddr_in) + 1, 0 },
		{ AF_INET, sizeof(struct sockaddr_in) - 1, -EINVAL },
		{ AF_INET, 0, -EINVAL },
		{ AF_EXPSTACK, sizeof(struct sockaddr_in), 0 },
		{ AF_INET6, sizeof(struct sockaddr_in), -EAFNOSUPPORT },
		{ AF_UNSPEC, sizeof(struct sockaddr_in), -EAFNOSUPPORT },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct sockaddr_in sin = { .sin_family = t[i].family };

		KUNIT_EXPECT_EQ_MSG(test,
				    exs_sock_check_addr((struct sockaddr *)&sin,
							t[i].len),
				    t[i].expect, "row %u", i);
	}
}

static void flow__takes_the_sockets_settings(struct kunit *test)
{
	struct exs_sock *es = kunit_kzalloc(test, sizeof(*es), GFP_KERNEL);
	struct exs_flow flow;

	KUNIT_ASSERT_NOT_NULL(test, es);
	es->saddr = htonl(0x0a000001);
	es->conn.raddr = htonl(0x0a000002);
	es->conn.lport = htons(1);
	es->conn.rport = htons(2);
	es->tos = 0x10 | INET_ECN_ECT_0;
	es->sk.sk_protocol = IPPROTO_TCP;
	es->sk.sk_mark = 7;
	es->sk.sk_bound_dev_if = 3;
	exs_sock_flow(&es->sk, &flow);
	EXS_EXPECT_BEEQ(test, flow.saddr, htonl(0x0a000001));
	EXS_EXPECT_BEEQ(test, flow.daddr, htonl(0x0a000002));
	EXS_EXPECT_BEEQ(test, flow.sport, htons(1));
	EXS_EXPECT_BEEQ(test, flow.dport, htons(2));
	KUNIT_EXPECT_EQ(test, flow.tos, 0x10);
	KUNIT_EXPECT_EQ(test, flow.proto, IPPROTO_TCP);
	KUNIT_EXPECT_EQ(test, flow.mark, 7);
	KUNIT_EXPECT_EQ(test, flow.oif, 3);
	/* Everybody may set it: it is about bind(). */
	es->freebind = 1;
	exs_sock_flow(&es->sk, &flow);
	KUNIT_EXPECT_FALSE(test, flow.anysrc);
	es->transparent = 1;
	exs_sock_flow(&es->sk, &flow);
	KUNIT_EXPECT_TRUE(test, flow.anysrc);
}

static struct kunit_case exs_addr_sk_cases[] = {
	KUNIT_CASE(check_addr__families_and_lengths),
	KUNIT_CASE(flow__takes_the_sockets_settings),
	{}
};

static struct kunit_suite exs_addr_sk_suite = {
	.name = "expstack_sock_addr_sk",
	.test_cases = exs_addr_sk_cases,
};

kunit_test_suite(exs_addr_sk_suite);
