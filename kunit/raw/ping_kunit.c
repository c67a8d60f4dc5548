// SPDX-License-Identifier: GPL-2.0
/*
 * expstack raw: suite of module/raw/ping_*.c.
 */
#include "../kunit/expect.h"
#include "raw_test.h"

static void range__of_groups(struct kunit *test)
{
	static const struct {
		int range[2];
		u32 gid;
		bool expect;
	} t[] = {
		{ { 1, 0 }, 0, false },
		{ { 1, 0 }, 1, false },
		{ { 0, 0 }, 0, true },
		{ { 0, 0 }, 1, false },
		{ { 10, 20 }, 9, false },
		{ { 10, 20 }, 10, true },
		{ { 10, 20 }, 20, true },
		{ { 10, 20 }, 21, false },
		{ { 0, INT_MAX }, INT_MAX, true },
		{ { 0, INT_MAX }, 0x80000000, false },
		{ { 0, INT_MAX }, (u32)-1, false },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++)
		KUNIT_EXPECT_EQ_MSG(test, exs_ping_in_range(t[i].range,
							    t[i].gid),
				    t[i].expect, "row %u", i);
}

static void check__only_echo_requests(struct kunit *test)
{
	unsigned int type;

	for (type = 0; type < 256; type++) {
		struct icmphdr icmp = { .type = type };

		KUNIT_EXPECT_EQ_MSG(test, exs_ping_check(&icmp),
				    type == ICMP_ECHO ? 0 : -EINVAL,
				    "type %u", type);
		icmp.code = 1;
		KUNIT_EXPECT_EQ_MSG(test, exs_ping_check(&icmp), -EINVAL,
				    "type %u code 1", type);
	}
}

static int exs_ping_bind_to(struct socket *sock, u32 addr, u16 ident)
{
	struct sockaddr_in sin = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(addr),
		.sin_port = htons(ident),
	};

	return kernel_bind(sock, (struct sockaddr *)&sin, sizeof(sin));
}

static struct sock *exs_ping_who(u16 ident)
{
	struct exs_sock *es;

	rcu_read_lock();
	es = exs_ping_lookup_rcu(&init_net, htonl(EXS_IP_TEST_SRC),
				 htonl(INADDR_LOOPBACK), htons(ident), 3);
	rcu_read_unlock();
	return es ? &es->sk : NULL;
}

/* A small number is an identifier as good as another: no privilege. */
static void bind__the_port_is_the_identifier(struct kunit *test)
{
	struct socket *a = exs_raw_test_socket(test, SOCK_DGRAM, IPPROTO_ICMP);
	struct socket *b = exs_raw_test_socket(test, SOCK_DGRAM, IPPROTO_ICMP);

	KUNIT_EXPECT_NULL(test, exs_ping_who(7));
	KUNIT_EXPECT_EQ(test, 0, exs_ping_bind_to(a, INADDR_LOOPBACK, 7));
	KUNIT_EXPECT_PTR_EQ(test, exs_ping_who(7), a->sk);
	b->sk->sk_reuse = SK_NO_REUSE;
	KUNIT_EXPECT_EQ(test, -EADDRINUSE,
			exs_ping_bind_to(b, INADDR_LOOPBACK, 7));
	KUNIT_EXPECT_EQ(test, 0, exs_ping_bind_to(b, INADDR_ANY, 0));
	EXS_EXPECT_BENE(test, exs_sk(b->sk)->conn.lport, 0);
	KUNIT_EXPECT_EQ(test, -EINVAL, exs_ping_bind_to(b, INADDR_ANY, 8));
	exs_sk(a->sk)->conn.raddr = htonl(EXS_IP_TEST_DST);
	KUNIT_EXPECT_NULL(test, exs_ping_who(7));
	sock_release(a);
	sock_release(b);
	KUNIT_EXPECT_NULL(test, exs_ping_who(7));
}

static void exs_ping_reply(struct kunit *test, u16 ident)
{
	struct sk_buff *skb = exs_raw_test_packet(test, IPPROTO_ICMP, 40);

	ip_hdr(skb)->daddr = htonl(INADDR_LOOPBACK);
	icmp_hdr(skb)->type = ICMP_ECHOREPLY;
	icmp_hdr(skb)->un.echo.id = htons(ident);
	local_bh_disable();
	rcu_read_lock();
	exs_ping_rcv(skb);
	rcu_read_unlock();
	local_bh_enable();
}

static void rcv__the_reply_without_its_ip_header(struct kunit *test)
{
	struct socket *a = exs_raw_test_socket(test, SOCK_DGRAM, IPPROTO_ICMP);
	unsigned long drops = exs_ip_test_drops(EXS_DROP_ICMP_DONE);
	u8 buf[80];

	KUNIT_ASSERT_EQ(test, 0, exs_ping_bind_to(a, INADDR_LOOPBACK, 7));
	exs_ping_reply(test, 8);
	KUNIT_EXPECT_EQ(test, exs_raw_test_read(a, buf, sizeof(buf)), -EAGAIN);
	KUNIT_EXPECT_EQ(test, exs_ip_test_drops(EXS_DROP_ICMP_DONE), drops + 1);
	exs_ping_reply(test, 7);
	KUNIT_EXPECT_EQ(test, exs_raw_test_read(a, buf, sizeof(buf)), 40);
	KUNIT_EXPECT_EQ(test, buf[0], ICMP_ECHOREPLY);
	KUNIT_EXPECT_EQ(test, buf[39], 39);
	sock_release(a);
}

static struct kunit_case exs_ping_cases[] = {
	KUNIT_CASE(range__of_groups),
	KUNIT_CASE(check__only_echo_requests),
	KUNIT_CASE(bind__the_port_is_the_identifier),
	KUNIT_CASE(rcv__the_reply_without_its_ip_header),
	{}
};

static struct kunit_suite exs_ping_suite = {
	.name = "expstack_raw_ping",
	.test_cases = exs_ping_cases,
};

kunit_test_suite(exs_ping_suite);
