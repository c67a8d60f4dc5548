// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ctl: suite of module/ctl/genl_ss.c.
 */
#include <linux/in.h>
#include <linux/net.h>
#include <net/net_namespace.h>

#include "../kunit/expect.h"
#include "ctl_kunit.h"
#include "ctl/ctl_priv.h"
#include "ctl/genl_ss.h"

static const struct exs_tcp_row exs_ctl_test_row = {
	.laddr = htonl(0xc6336401), .raddr = htonl(0xc6336402),
	.lport = htons(80), .rport = htons(40000),
	.state = TCP_TIME_WAIT, .timer = 3, .timer_ms = 59000,
	.bound_dev_if = 7, .mark = 9, .uid = 1000, .refcnt = 1,
};

static void fill__a_time_wait(struct kunit *test)
{
	struct nlattr *attrs[EXPSTACK_A_SOCK_MAX + 1];
	struct sk_buff *skb = exs_ctl_test_msg(test);

	KUNIT_EXPECT_EQ(test, 0,
			exs_ctl_ss_fill(skb, IPPROTO_TCP, ~0u,
					&exs_ctl_test_row));
	exs_ctl_test_parse(test, skb, attrs, EXPSTACK_A_SOCK_MAX);
	EXS_EXPECT_BEEQ(test, htonl(0xc6336401),
			nla_get_in_addr(attrs[EXPSTACK_A_SOCK_LADDR]));
	EXS_EXPECT_BEEQ(test, htons(40000),
			nla_get_be16(attrs[EXPSTACK_A_SOCK_RPORT]));
	KUNIT_EXPECT_EQ(test, TCP_TIME_WAIT,
			nla_get_u8(attrs[EXPSTACK_A_SOCK_STATE]));
	KUNIT_EXPECT_EQ(test, 59000U,
			nla_get_u32(attrs[EXPSTACK_A_SOCK_TIMER_MS]));
	KUNIT_EXPECT_EQ(test, 7U, nla_get_u32(attrs[EXPSTACK_A_SOCK_IFINDEX]));
	/* There is no socket behind it to ask. */
	KUNIT_EXPECT_NULL(test, attrs[EXPSTACK_A_SOCK_TCP_INFO]);
	KUNIT_EXPECT_NULL(test, attrs[EXPSTACK_A_SOCK_MEMINFO]);
	kfree_skb(skb);
}

static void fill__what_is_not_there_is_left_out(struct kunit *test)
{
	struct nlattr *attrs[EXPSTACK_A_SOCK_MAX + 1];
	struct sk_buff *skb = exs_ctl_test_msg(test);
	struct exs_tcp_row row = exs_ctl_test_row;

	row.timer = 0;
	row.bound_dev_if = 0;
	row.mark = 0;
	KUNIT_EXPECT_EQ(test, 0, exs_ctl_ss_fill(skb, IPPROTO_TCP, 0, &row));
	exs_ctl_test_parse(test, skb, attrs, EXPSTACK_A_SOCK_MAX);
	KUNIT_EXPECT_NULL(test, attrs[EXPSTACK_A_SOCK_TIMER]);
	KUNIT_EXPECT_NULL(test, attrs[EXPSTACK_A_SOCK_IFINDEX]);
	KUNIT_EXPECT_NULL(test, attrs[EXPSTACK_A_SOCK_MARK]);
	kfree_skb(skb);
}

/* By who may ask for them; exs_ctl_ss_proto() sees to that. */
static void fill__keys_of_a_socket(struct kunit *test)
{
	struct sockaddr_in sin = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(0xc6336402),
	};
	struct tcp_md5sig cmd = { .tcpm_keylen = 3, .tcpm_key = "abc" };
	struct exs_tcp_row row = exs_ctl_test_row;
	struct nlattr *attrs[EXPSTACK_A_SOCK_MAX + 1];
	const struct tcp_diag_md5sig *sig;
	struct socket *sock;
	struct sk_buff *skb;
	unsigned int i;

	KUNIT_ASSERT_EQ(test, 0, sock_create_kern(&init_net, AF_EXPSTACK,
						  SOCK_STREAM, IPPROTO_TCP,
						  &sock));
	row.sk = sock->sk;
	for (i = 0; i < 2; i++) {
		skb = exs_ctl_test_msg(test);
		KUNIT_EXPECT_EQ(test, 0,
				exs_ctl_ss_fill(skb, IPPROTO_TCP,
						EXPSTACK_SOCK_EXT_MD5SIG,
						&row));
		exs_ctl_test_parse(test, skb, attrs, EXPSTACK_A_SOCK_MAX);
		if (!i) {
			KUNIT_EXPECT_NULL(test, attrs[EXPSTACK_A_SOCK_MD5SIG]);
		} else if (attrs[EXPSTACK_A_SOCK_MD5SIG]) {
			sig = nla_data(attrs[EXPSTACK_A_SOCK_MD5SIG]);
			KUNIT_EXPECT_EQ(test, sig->tcpm_keylen, 3);
			KUNIT_EXPECT_EQ(test, sig->tcpm_prefixlen, 32);
			KUNIT_EXPECT_EQ(test, sig->tcpm_key[2], 'c');
			EXS_EXPECT_BEEQ(test, sig->tcpm_addr[0],
					htonl(0xc6336402));
		} else {
			KUNIT_FAIL(test, "no keys");
		}
		KUNIT_EXPECT_NULL(test, attrs[EXPSTACK_A_SOCK_TCP_INFO]);
		kfree_skb(skb);
		memcpy(&cmd.tcpm_addr, &sin, sizeof(sin));
		KUNIT_EXPECT_EQ(test, 0,
				exs_tcp_setsockopt(sock->sk, IPPROTO_TCP,
						   TCP_MD5SIG,
						   KERNEL_SOCKPTR(&cmd),
						   sizeof(cmd)));
	}
	sock_release(sock);
}

static void fill__no_room_is_told(struct kunit *test)
{
	struct sk_buff *skb = exs_ctl_test_msg(test);

	/* The fields fill up one after the other; none is half there. */
	skb_put(skb, skb_tailroom(skb) - 40);
	KUNIT_EXPECT_EQ(test, -EMSGSIZE,
			exs_ctl_ss_fill(skb, IPPROTO_TCP, 0,
					&exs_ctl_test_row));
	kfree_skb(skb);
}

static struct kunit_case exs_ctl_genl_ss_cases[] = {
	KUNIT_CASE(fill__a_time_wait),
	KUNIT_CASE(fill__what_is_not_there_is_left_out),
	KUNIT_CASE(fill__keys_of_a_socket),
	KUNIT_CASE(fill__no_room_is_told),
	{}
};

static struct kunit_suite exs_ctl_genl_ss_suite = {
	.name = "expstack_ctl_genl_ss",
	.test_cases = exs_ctl_genl_ss_cases,
};

kunit_test_suite(exs_ctl_genl_ss_suite);
