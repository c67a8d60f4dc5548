// SPDX-License-Identifier: GPL-2.0
/*
 * expstack raw: suite of module/raw/raw_sock.c.
 */
#include "raw_test.h"

static void create__which_protocols(struct kunit *test)
{
	static const struct {
		int protocol;
		int expect;
		bool hdrincl;
	} t[] = {
		{ 0, -EPROTONOSUPPORT, false },
		{ IPPROTO_ICMP, 0, false },
		{ IPPROTO_TCP, 0, false },
		{ 254, 0, false },
		{ IPPROTO_RAW, 0, true },
		{ 256, -EPROTONOSUPPORT, false },
	};
	struct socket *sock;
	unsigned int i;
	int err;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		err = sock_create_kern(&init_net, AF_EXPSTACK, SOCK_RAW,
				       t[i].protocol, &sock);
		KUNIT_EXPECT_EQ_MSG(test, err, t[i].expect, "row %u", i);
		if (err)
			continue;
		KUNIT_EXPECT_EQ_MSG(test, (bool)exs_sk(sock->sk)->hdrincl,
				    t[i].hdrincl, "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, sock->sk->sk_protocol, t[i].protocol,
				    "row %u", i);
		sock_release(sock);
	}
}

static int exs_raw_look_for(struct exs_sock *es, void *arg)
{
	return &es->sk == arg;
}

static void walk__from_the_first_moment_to_the_last(struct kunit *test)
{
	struct socket *sock = exs_raw_test_socket(test, SOCK_RAW, 253);
	struct sock *sk = sock->sk;

	sock_hold(sk);
	KUNIT_EXPECT_EQ(test, exs_raw_walk(&init_net, exs_raw_look_for, sk), 1);
	sock_release(sock);
	KUNIT_EXPECT_EQ(test, exs_raw_walk(&init_net, exs_raw_look_for, sk), 0);
	sock_put(sk);
}

static void option__icmp_filter(struct kunit *test)
{
	struct socket *sock = exs_raw_test_socket(test, SOCK_RAW, IPPROTO_ICMP);
	struct socket *other = exs_raw_test_socket(test, SOCK_RAW, IPPROTO_UDP);
	u32 filter = ~(1u << ICMP_ECHOREPLY);
	sockptr_t val = KERNEL_SOCKPTR(&filter);

	KUNIT_EXPECT_EQ(test, 0, sock->ops->setsockopt(sock, SOL_RAW,
						       ICMP_FILTER, val, 4));
	KUNIT_EXPECT_EQ(test, exs_raw_sk(sock->sk)->icmp_filter, filter);
	/* A shorter value replaces only the types it has bits for. */
	filter = 0;
	KUNIT_EXPECT_EQ(test, 0, sock->ops->setsockopt(sock, SOL_RAW,
						       ICMP_FILTER, val, 1));
	KUNIT_EXPECT_EQ(test, exs_raw_sk(sock->sk)->icmp_filter, 0xffffff00);
	KUNIT_EXPECT_EQ(test, -ENOPROTOOPT,
			sock->ops->setsockopt(sock, SOL_RAW, 2, val, 4));
	KUNIT_EXPECT_EQ(test, -EOPNOTSUPP,
			other->ops->setsockopt(other, SOL_RAW, ICMP_FILTER,
					       val, 4));
	sock_release(sock);
	sock_release(other);
}

static struct kunit_case exs_raw_sock_cases[] = {
	KUNIT_CASE(create__which_protocols),
	KUNIT_CASE(walk__from_the_first_moment_to_the_last),
	KUNIT_CASE(option__icmp_filter),
	{}
};

static struct kunit_suite exs_raw_sock_suite = {
	.name = "expstack_raw_raw_sock",
	.test_cases = exs_raw_sock_cases,
};

kunit_test_suite(exs_raw_sock_suite);
