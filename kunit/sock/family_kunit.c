// SPDX-License-Identifier: GPL-2.0
/*
 * expstack sock: suite of module/sock/family.c: which sockets there are, and
 * how they begin.
 */
#include "../kunit/sock/sock_test.h"

/* socket(2), as AF_INET answers. */
static void create__types_and_protocols(struct kunit *test)
{
	static const struct {
		int type, protocol, err;
	} t[] = {
		{ SOCK_STREAM, 0, 0 }, { SOCK_STREAM, IPPROTO_TCP, 0 },
		{ SOCK_DGRAM, 0, 0 }, { SOCK_DGRAM, IPPROTO_UDP, 0 },
		{ SOCK_STREAM, IPPROTO_UDP, -EPROTONOSUPPORT },
		{ SOCK_DGRAM, IPPROTO_TCP, -EPROTONOSUPPORT },
		{ SOCK_DGRAM, IPPROTO_ICMP, 0 }, { SOCK_RAW, IPPROTO_ICMP, 0 },
		{ SOCK_RAW, 0, -EPROTONOSUPPORT },
		{ SOCK_SEQPACKET, 0, -ESOCKTNOSUPPORT },
		{ SOCK_STREAM, -1, -EINVAL },
		{ SOCK_STREAM, IPPROTO_MAX, -EINVAL },
	};
	struct socket *sock;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		int err = sock_create_kern(&init_net, AF_EXPSTACK, t[i].type,
					   t[i].protocol, &sock);

		KUNIT_EXPECT_EQ_MSG(test, t[i].err, err, "row %u", i);
		if (!err)
			sock_release(sock);
	}
}

static void create__defaults(struct kunit *test)
{
	struct socket *sock = exs_sock_test_open(test, SOCK_DGRAM);
	struct exs_sock *es = exs_sk(sock->sk);

	KUNIT_EXPECT_EQ(test, sock->sk->sk_protocol, IPPROTO_UDP);
	KUNIT_EXPECT_EQ(test, sock->sk->sk_family, AF_EXPSTACK);
	KUNIT_EXPECT_EQ(test, sock->sk->sk_state, TCP_CLOSE);
	KUNIT_EXPECT_PTR_EQ(test, es->conn.net, &init_net);
	KUNIT_EXPECT_EQ(test, es->uc_ttl, -1);
	KUNIT_EXPECT_EQ(test, es->mc_ttl, 1);
	KUNIT_EXPECT_TRUE(test, es->mc_loop);
	KUNIT_EXPECT_TRUE(test, es->mc_all);
	KUNIT_EXPECT_EQ(test, es->pmtudisc, IP_PMTUDISC_WANT);
	KUNIT_EXPECT_TRUE(test, sock_flag(sock->sk, SOCK_RCU_FREE));
	KUNIT_EXPECT_TRUE(test, test_bit(SOCK_CUSTOM_SOCKOPT, &sock->flags));
}

static void create__no_pmtu_disc_is_inherited(struct kunit *test)
{
	struct exs_net *en = exs_net(&init_net);
	int old = en->sysctl.ip_no_pmtu_disc;
	struct socket *sock;

	WRITE_ONCE(en->sysctl.ip_no_pmtu_disc, 1);
	sock = exs_sock_test_open(test, SOCK_STREAM);
	WRITE_ONCE(en->sysctl.ip_no_pmtu_disc, old);
	KUNIT_EXPECT_EQ(test, exs_sk(sock->sk)->pmtudisc, IP_PMTUDISC_DONT);
}

static struct kunit_case exs_family_kunit_cases[] = {
	KUNIT_CASE(create__types_and_protocols),
	KUNIT_CASE(create__defaults),
	KUNIT_CASE(create__no_pmtu_disc_is_inherited),
	{}
};

static struct kunit_suite exs_family_kunit_suite = {
	.name = "expstack_sock_family",
	.exit = exs_sock_test_exit,
	.test_cases = exs_family_kunit_cases,
};

kunit_test_suite(exs_family_kunit_suite);
