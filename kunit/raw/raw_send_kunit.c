// SPDX-License-Identifier: GPL-2.0
/*
 * expstack raw: suite of module/raw/raw_send.c and ping_send.c: what a sender is
 * told of his packet.
 */
#include <linux/icmp.h>

#include "../kunit/expect.h"
#include "../kunit/ip/path_test.h"
#include "../kunit/sock/sock_test.h"
#include "raw/raw_priv.h"

struct exs_rsend_kind {
	const char *name;
	int type, protocol;
};

static const struct exs_rsend_kind exs_rsend_kinds[] = {
	{ "raw", SOCK_RAW, 253 },
	{ "raw with a header", SOCK_RAW, IPPROTO_RAW },
	{ "ping", SOCK_DGRAM, IPPROTO_ICMP },
};

static void exs_rsend_desc(const struct exs_rsend_kind *k, char *desc)
{
	strscpy(desc, k->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(exs_rsend, exs_rsend_kinds, exs_rsend_desc);

static struct socket *exs_rsend_open(struct kunit *test)
{
	const struct exs_rsend_kind *k = test->param_value;
	struct socket *sock;

	KUNIT_ASSERT_EQ(test, 0, sock_create_kern(&init_net, AF_EXPSTACK,
						  k->type, k->protocol, &sock));
	return sock;
}

/* 40 bytes that each kind takes: an IP header, or an echo request and text. */
static int exs_rsend(struct kunit *test, struct socket *sock)
{
	struct sockaddr_in sin = exs_sock_test_sin(EXS_PATH_PEER, 0);
	struct msghdr msg = {
		.msg_name = &sin, .msg_namelen = sizeof(sin),
		.msg_flags = MSG_DONTWAIT,
	};
	struct iphdr iph[2] = {};
	struct kvec vec = { .iov_base = iph, .iov_len = sizeof(iph) };

	if (exs_sk(sock->sk)->hdrincl)
		exs_ip_hdr_build(iph, htonl(EXS_PATH_SELF),
				 htonl(EXS_PATH_PEER), 253, 0, 64, sizeof(iph),
				 0, true);
	else
		((struct icmphdr *)iph)->type = ICMP_ECHO;
	return kernel_sendmsg(sock, &msg, &vec, 1, sizeof(iph));
}

static void send__reaches_the_device(struct kunit *test)
{
	struct socket *sock = exs_rsend_open(test);
	bool hdrincl = exs_sk(sock->sk)->hdrincl;
	struct sk_buff *skb;

	KUNIT_EXPECT_EQ(test, 40, exs_rsend(test, sock));
	skb = exs_path_sent(test);
	if (skb)
		KUNIT_EXPECT_EQ(test, skb->len, hdrincl ? 40 : 60);
	else
		KUNIT_FAIL(test, "nothing was sent");
	sock_release(sock);
}

/* ip(7): only who has IP_RECVERR is told that a queue was full. */
static void send__full_queue_is_told_on_request(struct kunit *test)
{
	struct socket *sock = exs_rsend_open(test);
	struct exs_link_test *t = test->priv;

	t->refuse = true;
	KUNIT_EXPECT_EQ(test, 40, exs_rsend(test, sock));
	exs_sk(sock->sk)->recverr = 1;
	KUNIT_EXPECT_EQ(test, -ENOBUFS, exs_rsend(test, sock));
	t->refuse = false;
	sock_release(sock);
}

/* That the packet could not be made everybody is told. */
static void send__no_memory_is_always_told(struct kunit *test)
{
	struct socket *sock = exs_rsend_open(test);

	/* What the allocation of the packet gives back in front of all else. */
	sock->sk->sk_err = ENOBUFS;
	KUNIT_EXPECT_EQ(test, -ENOBUFS, exs_rsend(test, sock));
	KUNIT_EXPECT_NULL(test, exs_path_sent(test));
	KUNIT_EXPECT_EQ(test, 0, sk_wmem_alloc_get(sock->sk));
	sock_release(sock);
}

/* Of a packet with the user's header only a whole ICMP header has a type. */
static void send__icmp_is_counted_when_it_is_there(struct kunit *test)
{
	static const struct {
		unsigned int len;
		unsigned int counted;
	} t[] = { { 20, 0 }, { 21, 0 }, { 27, 0 }, { 28, 1 } };
	struct sockaddr_in sin = exs_sock_test_sin(EXS_PATH_PEER, 0);
	struct exs_link_test *link = test->priv;
	struct iphdr iph[2] = {};
	struct socket *sock;
	unsigned long n;
	unsigned int i;

	KUNIT_ASSERT_EQ(test, 0, sock_create_kern(&init_net, AF_EXPSTACK,
						  SOCK_RAW, IPPROTO_RAW, &sock));
	exs_ip_hdr_build(iph, htonl(EXS_PATH_SELF), htonl(EXS_PATH_PEER),
			 IPPROTO_ICMP, 0, 64, sizeof(iph), 0, true);
	((struct icmphdr *)&iph[1])->type = ICMP_ECHO;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct msghdr msg = {
			.msg_name = &sin, .msg_namelen = sizeof(sin),
		};
		struct kvec vec = { .iov_base = iph, .iov_len = t[i].len };

		n = exs_mib_read(link->en, EXS_MIB_ICMP_OutEchos);
		KUNIT_EXPECT_EQ(test, (int)t[i].len,
				kernel_sendmsg(sock, &msg, &vec, 1, t[i].len));
		KUNIT_EXPECT_EQ_MSG(test, n + t[i].counted,
				    exs_mib_read(link->en, EXS_MIB_ICMP_OutEchos),
				    "%u bytes", t[i].len);
	}
	sock_release(sock);
}

static struct kunit_case exs_rsend_cases[] = {
	KUNIT_CASE_PARAM(send__reaches_the_device, exs_rsend_gen_params),
	KUNIT_CASE_PARAM(send__full_queue_is_told_on_request,
			 exs_rsend_gen_params),
	KUNIT_CASE_PARAM(send__no_memory_is_always_told, exs_rsend_gen_params),
	KUNIT_CASE(send__icmp_is_counted_when_it_is_there),
	{}
};

static struct kunit_suite exs_rsend_suite = {
	.name = "expstack_raw_raw_send",
	.init = exs_path_init,
	.exit = exs_path_exit,
	.test_cases = exs_rsend_cases,
};

kunit_test_suite(exs_rsend_suite);
