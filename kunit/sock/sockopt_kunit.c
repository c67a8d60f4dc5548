// SPDX-License-Identifier: GPL-2.0
/*
 * expstack sock: suite of module/sock/sockopt.c: ranges of the options at
 * IPPROTO_IP, and that what is set is what is read.
 */
#include <linux/errqueue.h>
#include <net/inet_ecn.h>

#include "../kunit/sock/sock_test.h"

/* The limits are those of ip(7) and of AF_INET. */
struct exs_opt_range {
	int type, opt, val, err;
};

static const struct exs_opt_range exs_opt_ranges[] = {
	{ SOCK_DGRAM, IP_TTL, -1, 0 }, { SOCK_DGRAM, IP_TTL, 0, -EINVAL },
	{ SOCK_DGRAM, IP_TTL, 1, 0 }, { SOCK_DGRAM, IP_TTL, 255, 0 },
	{ SOCK_DGRAM, IP_TTL, 256, -EINVAL }, { SOCK_DGRAM, IP_TTL, -2, -EINVAL },
	{ SOCK_DGRAM, IP_MINTTL, -1, -EINVAL }, { SOCK_DGRAM, IP_MINTTL, 0, 0 },
	{ SOCK_DGRAM, IP_MINTTL, 255, 0 }, { SOCK_DGRAM, IP_MINTTL, 256, -EINVAL },
	{ SOCK_DGRAM, IP_MTU_DISCOVER, -1, -EINVAL },
	{ SOCK_DGRAM, IP_MTU_DISCOVER, IP_PMTUDISC_OMIT, 0 },
	{ SOCK_DGRAM, IP_MTU_DISCOVER, IP_PMTUDISC_OMIT + 1, -EINVAL },
	{ SOCK_DGRAM, IP_MULTICAST_TTL, -1, 0 },
	{ SOCK_DGRAM, IP_MULTICAST_TTL, 0, 0 },
	{ SOCK_DGRAM, IP_MULTICAST_TTL, 256, -EINVAL },
	{ SOCK_STREAM, IP_MULTICAST_TTL, 1, -EINVAL },
	{ SOCK_DGRAM, IP_MULTICAST_ALL, 1, 0 },
	{ SOCK_DGRAM, IP_MULTICAST_ALL, 2, -EINVAL },
	{ SOCK_DGRAM, IP_MULTICAST_LOOP, 0, 0 },
	{ SOCK_DGRAM, IP_FREEBIND, 1, 0 },
	{ SOCK_DGRAM, IP_TRANSPARENT, 1, 0 },
	{ SOCK_STREAM, IP_BIND_ADDRESS_NO_PORT, 1, 0 },
	{ SOCK_DGRAM, IP_RECVERR, 1, 0 },
	{ SOCK_DGRAM, 4711, 1, -ENOPROTOOPT },
};

static void set__ranges(struct kunit *test)
{
	struct socket *dgram = exs_sock_test_open(test, SOCK_DGRAM);
	struct socket *stream = exs_sock_test_open(test, SOCK_STREAM);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(exs_opt_ranges); i++) {
		const struct exs_opt_range *r = &exs_opt_ranges[i];

		KUNIT_EXPECT_EQ_MSG(test, r->err,
				    exs_sock_test_set(r->type == SOCK_DGRAM ?
						      dgram : stream, SOL_IP,
						      r->opt, r->val),
				    "option %d value %d", r->opt, r->val);
	}
}

static int exs_opt_get(struct kunit *test, struct socket *sock, int opt)
{
	int val = -1, len = sizeof(val);

	KUNIT_EXPECT_EQ(test, 0, exs_sock_test_get(test, sock, SOL_IP, opt, &val,
						   &len));
	KUNIT_EXPECT_EQ(test, len, sizeof(val));
	return val;
}

static void get__what_was_set(struct kunit *test)
{
	static const struct {
		int opt, first, val;
	} t[] = {
		{ IP_TOS, 0, 0x1f }, { IP_TTL, 64, 3 }, { IP_MINTTL, 0, 7 },
		{ IP_MTU_DISCOVER, IP_PMTUDISC_WANT, IP_PMTUDISC_PROBE },
		{ IP_RECVERR, 0, 1 }, { IP_PKTINFO, 0, 1 }, { IP_RECVTTL, 0, 1 },
		{ IP_RECVTOS, 0, 1 }, { IP_RECVORIGDSTADDR, 0, 1 },
		{ IP_FREEBIND, 0, 1 }, { IP_TRANSPARENT, 0, 1 },
		{ IP_BIND_ADDRESS_NO_PORT, 0, 1 }, { IP_MULTICAST_TTL, 1, 9 },
		{ IP_MULTICAST_LOOP, 1, 0 }, { IP_MULTICAST_ALL, 1, 0 },
	};
	struct socket *sock = exs_sock_test_open(test, SOCK_DGRAM);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		KUNIT_EXPECT_EQ_MSG(test, t[i].first,
				    exs_opt_get(test, sock, t[i].opt), "row %u", i);
		KUNIT_EXPECT_EQ(test, 0, exs_sock_test_set(sock, SOL_IP, t[i].opt,
							   t[i].val));
		KUNIT_EXPECT_EQ_MSG(test, t[i].val,
				    exs_opt_get(test, sock, t[i].opt), "row %u", i);
		/* A flag goes off again. */
		if (t[i].val != 1 || t[i].first)
			continue;
		exs_sock_test_set(sock, SOL_IP, t[i].opt, 0);
		KUNIT_EXPECT_EQ_MSG(test, 0, exs_opt_get(test, sock, t[i].opt),
				    "row %u", i);
	}
}

/* A byte is enough, in and out, where the value fits one. */
static void set_get__one_byte(struct kunit *test)
{
	struct socket *sock = exs_sock_test_open(test, SOCK_DGRAM);
	u8 in = 17, out[4] = {};
	int len = 1;

	KUNIT_EXPECT_EQ(test, 0, sock->ops->setsockopt(sock, SOL_IP, IP_TTL,
						       KERNEL_SOCKPTR(&in), 1));
	KUNIT_EXPECT_EQ(test, 17, exs_opt_get(test, sock, IP_TTL));
	KUNIT_EXPECT_EQ(test, 0, exs_sock_test_get(test, sock, SOL_IP, IP_TTL, out,
						   &len));
	KUNIT_EXPECT_EQ(test, len, 1);
	KUNIT_EXPECT_EQ(test, out[0], 17);
	/* Without a value there is nothing to set. */
	KUNIT_EXPECT_EQ(test, -EINVAL,
			sock->ops->setsockopt(sock, SOL_IP, IP_TTL,
					      KERNEL_SOCKPTR(&in), 0));
	KUNIT_EXPECT_EQ(test, -EINVAL,
			sock->ops->setsockopt(sock, SOL_IP, IP_MULTICAST_LOOP,
					      KERNEL_SOCKPTR(&in), 0));
}

static void get__errors(struct kunit *test)
{
	struct socket *sock = exs_sock_test_open(test, SOCK_DGRAM);
	int len = -1, val;

	KUNIT_EXPECT_EQ(test, -EINVAL, exs_sock_test_get(test, sock, SOL_IP, IP_TTL,
							 &val, &len));
	len = 4;
	KUNIT_EXPECT_EQ(test, -ENOPROTOOPT,
			exs_sock_test_get(test, sock, SOL_IP, 4711, &val, &len));
	KUNIT_EXPECT_EQ(test, -ENOTCONN,
			exs_sock_test_get(test, sock, SOL_IP, IP_MTU, &val, &len));
	KUNIT_EXPECT_EQ(test, -EFAULT,
			sock->ops->getsockopt(sock, SOL_IP, IP_TTL, NULL, NULL));
}

/* IP_MTU: of the route, and nothing is kept for the question. */
static void get__mtu_of_the_peer(struct kunit *test)
{
	struct socket *sock = exs_sock_test_open(test, SOCK_DGRAM);
	struct sockaddr_in sin = exs_sock_test_sin(INADDR_LOOPBACK, 53);

	KUNIT_ASSERT_EQ(test, 0, kernel_connect(sock, (struct sockaddr *)&sin,
						sizeof(sin), 0));
	KUNIT_EXPECT_EQ(test, 65535, exs_opt_get(test, sock, IP_MTU));
	KUNIT_EXPECT_NULL(test, exs_sk(sock->sk)->rt.ldev);
}

/* RFC 3168: a stream's ECN bits are TCP's, a datagram's the program's. */
static void tos__ecn_bits(struct kunit *test)
{
	struct socket *dgram = exs_sock_test_open(test, SOCK_DGRAM);
	struct socket *stream = exs_sock_test_open(test, SOCK_STREAM);

	exs_sock_test_set(dgram, SOL_IP, IP_TOS, 0x13);
	exs_sock_test_set(stream, SOL_IP, IP_TOS, 0x13);
	KUNIT_EXPECT_EQ(test, 0x13, exs_opt_get(test, dgram, IP_TOS));
	KUNIT_EXPECT_EQ(test, 0x10, exs_opt_get(test, stream, IP_TOS));
	/* IPTOS_LOWDELAY is interactive (tc-prio(8)). */
	KUNIT_EXPECT_EQ(test, TC_PRIO_INTERACTIVE, stream->sk->sk_priority);
	stream->sk->sk_priority = 0;
	exs_sock_test_set(stream, SOL_IP, IP_TOS, 0x10);
	KUNIT_EXPECT_EQ(test, 0, stream->sk->sk_priority);
}

/* IP_RECVERR off throws away what had been queued. */
static void recverr__off_empties_the_queue(struct kunit *test)
{
	struct socket *sock = exs_sock_test_open(test, SOCK_DGRAM);

	exs_sock_test_set(sock, SOL_IP, IP_RECVERR, 1);
	exs_sock_local_error(sock->sk, EMSGSIZE, htonl(INADDR_LOOPBACK), htons(1), 9);
	KUNIT_EXPECT_EQ(test, 1, skb_queue_len(&sock->sk->sk_error_queue));
	exs_sock_test_set(sock, SOL_IP, IP_RECVERR, 0);
	KUNIT_EXPECT_EQ(test, 0, skb_queue_len(&sock->sk->sk_error_queue));
}

static void unicast_if__must_be_a_device(struct kunit *test)
{
	struct socket *sock = exs_sock_test_open(test, SOCK_DGRAM);
	int lo = init_net.loopback_dev->ifindex;

	KUNIT_EXPECT_EQ(test, -EADDRNOTAVAIL,
			exs_sock_test_set(sock, SOL_IP, IP_UNICAST_IF,
					  (__force int)htonl(1 << 20)));
	KUNIT_EXPECT_EQ(test, 0, exs_sock_test_set(sock, SOL_IP, IP_UNICAST_IF,
						   (__force int)htonl(lo)));
	KUNIT_EXPECT_EQ(test, lo, exs_sk(sock->sk)->uc_index);
	KUNIT_EXPECT_EQ(test, (__force int)htonl(lo),
			exs_opt_get(test, sock, IP_UNICAST_IF));
	sock->sk->sk_bound_dev_if = lo + 1;
	KUNIT_EXPECT_EQ(test, -EINVAL,
			exs_sock_test_set(sock, SOL_IP, IP_UNICAST_IF,
					  (__force int)htonl(lo)));
	KUNIT_EXPECT_EQ(test, 0, exs_sock_test_set(sock, SOL_IP, IP_UNICAST_IF, 0));
	KUNIT_EXPECT_EQ(test, 0, exs_sk(sock->sk)->uc_index);
}

static struct kunit_case exs_opt_cases[] = {
	KUNIT_CASE(set__ranges),
	KUNIT_CASE(get__what_was_set),
	KUNIT_CASE(set_get__one_byte),
	KUNIT_CASE(get__errors),
	KUNIT_CASE(get__mtu_of_the_peer),
	KUNIT_CASE(tos__ecn_bits),
	KUNIT_CASE(recverr__off_empties_the_queue),
	KUNIT_CASE(unicast_if__must_be_a_device),
	{}
};

static struct kunit_suite exs_opt_suite = {
	.name = "expstack_sock_sockopt",
	.exit = exs_sock_test_exit,
	.test_cases = exs_opt_cases,
};

kunit_test_suite(exs_opt_suite);
