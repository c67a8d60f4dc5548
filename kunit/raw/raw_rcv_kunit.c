// SPDX-License-Identifier: GPL-2.0
/*
 * expstack raw: suite of module/raw/raw_rcv.c.
 */
#include "raw_test.h"

/* Nobody else's (RFC 3692). */
#define EXS_RAW_PROTO 253

static void filter__a_bit_a_type(struct kunit *test)
{
	static const struct {
		u32 filter;
		u8 type;
		bool expect;
	} t[] = {
		{ 0, ICMP_ECHOREPLY, false },
		{ 1u << ICMP_ECHOREPLY, ICMP_ECHOREPLY, true },
		{ ~(1u << ICMP_ECHOREPLY), ICMP_ECHOREPLY, false },
		{ ~(1u << ICMP_ECHOREPLY), ICMP_ECHO, true },
		{ ~0u, 31, true },
		{ ~0u, 32, false },
		{ ~0u, 255, false },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++)
		KUNIT_EXPECT_EQ_MSG(test, exs_raw_is_filtered(t[i].filter,
							      t[i].type),
				    t[i].expect, "row %u", i);
}

/* Two sockets: a copy each, with the IP header; the packet stays as it was. */
static void rcv__each_socket_has_a_copy(struct kunit *test)
{
	struct socket *a = exs_raw_test_socket(test, SOCK_RAW, EXS_RAW_PROTO);
	struct socket *b = exs_raw_test_socket(test, SOCK_RAW, EXS_RAW_PROTO);
	struct socket *c = exs_raw_test_socket(test, SOCK_RAW, EXS_RAW_PROTO + 1);
	struct sk_buff *skb = exs_raw_test_packet(test, EXS_RAW_PROTO, 40);
	u8 buf[80];

	KUNIT_EXPECT_TRUE(test, exs_raw_test_rcv(skb));
	KUNIT_EXPECT_EQ(test, skb->len, 40);
	KUNIT_EXPECT_EQ(test, exs_raw_test_read(a, buf, sizeof(buf)), 60);
	KUNIT_EXPECT_EQ(test, buf[0], 0x45);
	KUNIT_EXPECT_EQ(test, buf[20 + 39], 39);
	KUNIT_EXPECT_EQ(test, exs_raw_test_read(b, buf, sizeof(buf)), 60);
	KUNIT_EXPECT_EQ(test, exs_raw_test_read(c, buf, sizeof(buf)), -EAGAIN);
	kfree_skb(skb);
	sock_release(a);
	sock_release(b);
	sock_release(c);
}

static void rcv__not_what_a_socket_is_not_bound_to(struct kunit *test)
{
	struct socket *a = exs_raw_test_socket(test, SOCK_RAW, EXS_RAW_PROTO);
	struct sk_buff *skb = exs_raw_test_packet(test, EXS_RAW_PROTO, 40);
	struct exs_sock *es = exs_sk(a->sk);
	u8 buf[80];

	es->conn.raddr = htonl(EXS_IP_TEST_DST);
	KUNIT_EXPECT_FALSE(test, exs_raw_test_rcv(skb));
	es->conn.raddr = htonl(EXS_IP_TEST_SRC);
	KUNIT_EXPECT_TRUE(test, exs_raw_test_rcv(skb));
	es->conn.laddr = htonl(EXS_IP_TEST_SRC);
	KUNIT_EXPECT_FALSE(test, exs_raw_test_rcv(skb));
	es->conn.laddr = htonl(EXS_IP_TEST_DST);
	es->conn.bound_dev_if = 4;
	KUNIT_EXPECT_FALSE(test, exs_raw_test_rcv(skb));
	es->conn.bound_dev_if = 3;
	KUNIT_EXPECT_TRUE(test, exs_raw_test_rcv(skb));
	KUNIT_EXPECT_EQ(test, exs_raw_test_read(a, buf, sizeof(buf)), 60);
	KUNIT_EXPECT_EQ(test, exs_raw_test_read(a, buf, sizeof(buf)), 60);
	KUNIT_EXPECT_EQ(test, exs_raw_test_read(a, buf, sizeof(buf)), -EAGAIN);
	kfree_skb(skb);
	sock_release(a);
}

/* A filtered message was for the socket all the same. */
static void rcv__the_filter_keeps_out(struct kunit *test)
{
	struct socket *a = exs_raw_test_socket(test, SOCK_RAW, IPPROTO_ICMP);
	struct sk_buff *skb = exs_raw_test_packet(test, IPPROTO_ICMP, 40);
	u8 buf[80];

	icmp_hdr(skb)->type = ICMP_TIMESTAMPREPLY;
	exs_raw_sk(a->sk)->icmp_filter = ~(1u << ICMP_ECHOREPLY);
	KUNIT_EXPECT_TRUE(test, exs_raw_test_rcv(skb));
	KUNIT_EXPECT_EQ(test, exs_raw_test_read(a, buf, sizeof(buf)), -EAGAIN);
	icmp_hdr(skb)->type = ICMP_ECHOREPLY;
	KUNIT_EXPECT_TRUE(test, exs_raw_test_rcv(skb));
	KUNIT_EXPECT_EQ(test, exs_raw_test_read(a, buf, sizeof(buf)), 60);
	kfree_skb(skb);
	sock_release(a);
}

static void rcv__a_full_socket_is_counted(struct kunit *test)
{
	unsigned long drops = exs_ip_test_drops(EXS_DROP_RAW_RCVBUF);
	struct socket *a = exs_raw_test_socket(test, SOCK_RAW, EXS_RAW_PROTO);
	struct sk_buff *skb = exs_raw_test_packet(test, EXS_RAW_PROTO, 40);
	u8 buf[80];

	WRITE_ONCE(a->sk->sk_rcvbuf, 0);
	KUNIT_EXPECT_TRUE(test, exs_raw_test_rcv(skb));
	KUNIT_EXPECT_TRUE(test, exs_raw_test_rcv(skb));
	KUNIT_EXPECT_GT(test, exs_ip_test_drops(EXS_DROP_RAW_RCVBUF), drops);
	KUNIT_EXPECT_GT(test, atomic_read(&a->sk->sk_drops), 0);
	while (exs_raw_test_read(a, buf, sizeof(buf)) >= 0)
		;
	kfree_skb(skb);
	sock_release(a);
}

static struct kunit_case exs_raw_rcv_cases[] = {
	KUNIT_CASE(filter__a_bit_a_type),
	KUNIT_CASE(rcv__each_socket_has_a_copy),
	KUNIT_CASE(rcv__not_what_a_socket_is_not_bound_to),
	KUNIT_CASE(rcv__the_filter_keeps_out),
	KUNIT_CASE(rcv__a_full_socket_is_counted),
	{}
};

static struct kunit_suite exs_raw_rcv_suite = {
	.name = "expstack_raw_raw_rcv",
	.test_cases = exs_raw_rcv_cases,
};

kunit_test_suite(exs_raw_rcv_suite);
