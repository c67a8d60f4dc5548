// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_sockopt.c, tcp_cc.c and tcp_close.c as
 * the user sees them.
 */
#include <kunit/test.h>
#include <linux/net.h>

#include "tcp/tcp_priv.h"

static struct socket *exs_sockopt_open(struct kunit *test)
{
	struct socket *sock;

	KUNIT_ASSERT_EQ(test, 0, sock_create_kern(&init_net, AF_EXPSTACK,
						  SOCK_STREAM, IPPROTO_TCP,
						  &sock));
	return sock;
}

static int exs_sockopt_set(struct socket *sock, int opt, int val)
{
	return exs_tcp_setsockopt(sock->sk, IPPROTO_TCP, opt,
				  KERNEL_SOCKPTR(&val), sizeof(val));
}

static void setsockopt__ranges(struct kunit *test)
{
	static const struct {
		int opt, val, err;
	} t[] = {
		{ TCP_KEEPIDLE, 0, -EINVAL }, { TCP_KEEPIDLE, 1, 0 },
		{ TCP_KEEPIDLE, 32767, 0 }, { TCP_KEEPIDLE, 32768, -EINVAL },
		{ TCP_KEEPINTVL, 0, -EINVAL }, { TCP_KEEPINTVL, 1, 0 },
		{ TCP_KEEPINTVL, 32768, -EINVAL },
		{ TCP_KEEPCNT, 0, -EINVAL }, { TCP_KEEPCNT, 1, 0 },
		{ TCP_KEEPCNT, 127, 0 }, { TCP_KEEPCNT, 128, -EINVAL },
		{ TCP_SYNCNT, 0, -EINVAL }, { TCP_SYNCNT, 127, 0 },
		{ TCP_SYNCNT, 128, -EINVAL },
		{ TCP_MAXSEG, 87, -EINVAL }, { TCP_MAXSEG, 88, 0 },
		{ TCP_MAXSEG, 32767, 0 }, { TCP_MAXSEG, 32768, -EINVAL },
		{ TCP_MAXSEG, 0, 0 },
		{ TCP_USER_TIMEOUT, -1, -EINVAL }, { TCP_USER_TIMEOUT, 0, 0 },
		{ TCP_LINGER2, -1, 0 }, { TCP_LINGER2, 1000, 0 },
		{ TCP_NODELAY, 1, 0 }, { TCP_CORK, 1, 0 },
		{ TCP_WINDOW_CLAMP, 0, 0 },
		{ TCP_INQ, -1, -EINVAL }, { TCP_INQ, 0, 0 }, { TCP_INQ, 1, 0 },
		{ TCP_INQ, 2, -EINVAL },
		{ TCP_THIN_LINEAR_TIMEOUTS, -1, -EINVAL },
		{ TCP_THIN_LINEAR_TIMEOUTS, 0, 0 },
		{ TCP_THIN_LINEAR_TIMEOUTS, 1, 0 },
		{ TCP_THIN_LINEAR_TIMEOUTS, 2, -EINVAL },
		{ TCP_THIN_DUPACK, -1, -EINVAL }, { TCP_THIN_DUPACK, 1, 0 },
		{ TCP_THIN_DUPACK, 2, -EINVAL },
		{ 4711, 1, -ENOPROTOOPT },
	};
	struct socket *sock = exs_sockopt_open(test);
	unsigned int i;
	int val = 1;

	for (i = 0; i < ARRAY_SIZE(t); i++)
		KUNIT_EXPECT_EQ_MSG(test,
				    exs_sockopt_set(sock, t[i].opt, t[i].val),
				    t[i].err, "row %u", i);
	KUNIT_EXPECT_EQ(test, -EINVAL,
			exs_tcp_setsockopt(sock->sk, IPPROTO_TCP, TCP_NODELAY,
					   KERNEL_SOCKPTR(&val), 3));
	KUNIT_EXPECT_EQ(test, -ENOPROTOOPT,
			exs_tcp_setsockopt(sock->sk, IPPROTO_UDP, TCP_NODELAY,
					   KERNEL_SOCKPTR(&val), 4));
	sock_release(sock);
}

static void linger2__units_and_off(struct kunit *test)
{
	struct socket *sock = exs_sockopt_open(test);
	struct exs_tcp_sock *tp = exs_tcp_sk(sock->sk);

	exs_sockopt_set(sock, TCP_LINGER2, -1);
	KUNIT_EXPECT_TRUE(test, tp->linger2_neg);
	exs_sockopt_set(sock, TCP_LINGER2, 7);
	KUNIT_EXPECT_FALSE(test, tp->linger2_neg);
	KUNIT_EXPECT_EQ(test, exs_tcp_ext(tp)->linger2, 7);
	exs_sockopt_set(sock, TCP_LINGER2, 121);
	KUNIT_EXPECT_EQ(test, exs_tcp_ext(tp)->linger2, 120);
	sock_release(sock);
}

static void defer_accept__seconds_and_back(struct kunit *test)
{
	static const struct {
		int seconds;
		u8 retrans;
		int back;
	} t[] = {
		{ -1, 0, 0 }, { 0, 0, 0 }, { 1, 1, 1 }, { 2, 2, 3 },
		{ 3, 2, 3 }, { 4, 3, 7 }, { 7, 3, 7 }, { 8, 4, 15 },
		{ 127, 7, 127 }, { 128, 8, 247 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		u8 n = exs_tcp_secs_to_retrans(t[i].seconds);

		KUNIT_EXPECT_EQ_MSG(test, n, t[i].retrans, "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, exs_tcp_retrans_to_secs(n),
				    t[i].back, "row %u", i);
	}
}

static void congestion__by_name(struct kunit *test)
{
	struct socket *sock = exs_sockopt_open(test);
	struct sock *sk = sock->sk;
	char names[64];

	lock_sock(sk);
	KUNIT_EXPECT_EQ(test, 0, exs_cc_set(sk, "reno", false, false));
	KUNIT_EXPECT_STREQ(test, exs_tcp_sk(sk)->cc.ops->name, "reno");
	KUNIT_EXPECT_EQ(test, -ENOENT, exs_cc_set(sk, "none", false, false));
	release_sock(sk);
	exs_cc_get_available(names, sizeof(names));
	KUNIT_EXPECT_NOT_NULL(test, strstr(names, "reno"));
	KUNIT_EXPECT_EQ(test, -EEXIST, exs_cc_register(&exs_cc_reno));
	sock_release(sock);
}

static void disconnect__keeps_options(struct kunit *test)
{
	struct socket *sock = exs_sockopt_open(test);
	struct exs_tcp_sock *tp = exs_tcp_sk(sock->sk);
	const struct exs_cc_ops *ops = tp->cc.ops;

	exs_sockopt_set(sock, TCP_NODELAY, 1);
	exs_sockopt_set(sock, TCP_SYNCNT, 3);
	exs_sockopt_set(sock, TCP_KEEPIDLE, 5);
	exs_sockopt_set(sock, TCP_MAXSEG, 1000);
	lock_sock(sock->sk);
	tp->write_seq = 7;
	tp->cc.srtt_us = 7;
	KUNIT_EXPECT_EQ(test, 0, exs_tcp_disconnect(sock->sk, 0));
	release_sock(sock->sk);
	KUNIT_EXPECT_EQ(test, tp->write_seq, 0U);
	KUNIT_EXPECT_EQ(test, tp->cc.srtt_us, 0U);
	KUNIT_EXPECT_EQ(test, tp->nonagle, EXS_TCP_NAGLE_OFF);
	KUNIT_EXPECT_EQ(test, exs_tcp_ext(tp)->syn_retries, 3);
	KUNIT_EXPECT_EQ(test, exs_tcp_ext(tp)->keepalive_time, 5);
	KUNIT_EXPECT_EQ(test, exs_tcp_ext(tp)->user_mss, 1000);
	KUNIT_EXPECT_PTR_EQ(test, tp->cc.ops, ops);
	sock_release(sock);
}

static struct kunit_case exs_tcp_sockopt_cases[] = {
	KUNIT_CASE(setsockopt__ranges),
	KUNIT_CASE(linger2__units_and_off),
	KUNIT_CASE(defer_accept__seconds_and_back),
	KUNIT_CASE(congestion__by_name),
	KUNIT_CASE(disconnect__keeps_options),
	{}
};

static struct kunit_suite exs_tcp_sockopt_suite = {
	.name = "expstack_tcp_sockopt",
	.test_cases = exs_tcp_sockopt_cases,
};

kunit_test_suite(exs_tcp_sockopt_suite);
