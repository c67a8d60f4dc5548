// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ip: suite of module/ip/icmp_input.c, icmp_send.c and icmp_limit.c:
 * what an error means, about what none is sent, how many may leave.
 */
#include <linux/icmp.h>
#include <linux/slab.h>

#include "ip/icmp.h"
#include "ip_test.h"

struct exs_icmp_errno_case {
	u8 type, code;
	int err;
	bool fatal;
};

static const struct exs_icmp_errno_case exs_icmp_errnos[] = {
	{ ICMP_DEST_UNREACH, ICMP_NET_UNREACH, ENETUNREACH, false },
	{ ICMP_DEST_UNREACH, ICMP_HOST_UNREACH, EHOSTUNREACH, false },
	{ ICMP_DEST_UNREACH, ICMP_PROT_UNREACH, ENOPROTOOPT, true },
	{ ICMP_DEST_UNREACH, ICMP_PORT_UNREACH, ECONNREFUSED, true },
	{ ICMP_DEST_UNREACH, ICMP_FRAG_NEEDED, EMSGSIZE, false },
	{ ICMP_DEST_UNREACH, ICMP_SR_FAILED, EOPNOTSUPP, false },
	{ ICMP_DEST_UNREACH, NR_ICMP_UNREACH, EHOSTUNREACH, true },
	{ ICMP_DEST_UNREACH, NR_ICMP_UNREACH + 1, EHOSTUNREACH, false },
	{ ICMP_TIME_EXCEEDED, ICMP_EXC_TTL, EHOSTUNREACH, false },
	{ ICMP_PARAMETERPROB, 0, EPROTO, true },
	{ ICMP_SOURCE_QUENCH, 0, 0, false },
	{ ICMP_REDIRECT, 0, 0, false },
	{ ICMP_ECHO, 0, 0, false },
};

static void errno__by_type_and_code(struct kunit *test)
{
	unsigned int i;
	bool fatal;

	for (i = 0; i < ARRAY_SIZE(exs_icmp_errnos); i++) {
		const struct exs_icmp_errno_case *c = &exs_icmp_errnos[i];

		KUNIT_EXPECT_EQ_MSG(test, c->err,
				    exs_icmp_errno(c->type, c->code, &fatal),
				    "type %u code %u", c->type, c->code);
		KUNIT_EXPECT_EQ(test, fatal, c->fatal);
	}
}

static void mtu_guess__next_plateau_below(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, exs_icmp_mtu_guess(65535), 32000);
	KUNIT_EXPECT_EQ(test, exs_icmp_mtu_guess(1500), 1492);
	KUNIT_EXPECT_EQ(test, exs_icmp_mtu_guess(1493), 1492);
	KUNIT_EXPECT_EQ(test, exs_icmp_mtu_guess(1492), 576);
	KUNIT_EXPECT_EQ(test, exs_icmp_mtu_guess(69), 68);
	KUNIT_EXPECT_EQ(test, exs_icmp_mtu_guess(68), 68);
	KUNIT_EXPECT_EQ(test, exs_icmp_mtu_guess(0), 68);
}

/* The first namespace with limits of the case's own. */
static struct exs_icmp_net *exs_icmp_limit_swap(struct kunit *test)
{
	struct exs_icmp_net *saved = exs_ip_test_net()->icmp;
	struct exs_icmp_net *own = exs_icmp_limit_new();

	KUNIT_ASSERT_NOT_NULL(test, own);
	exs_ip_test_net()->icmp = own;
	return saved;
}

static void exs_icmp_limit_restore(struct exs_icmp_net *saved)
{
	struct exs_icmp_net *own = exs_ip_test_net()->icmp;

	exs_ip_test_net()->icmp = saved;
	synchronize_net();
	kfree(own);
}

static unsigned int exs_icmp_limit_count(unsigned long now)
{
	unsigned int n = 0;

	while (n < 1000 && exs_icmp_limit_global(exs_ip_test_net(), now))
		n++;
	return n;
}

static void limit_global__burst_then_rate(struct kunit *test)
{
	struct exs_icmp_net *saved = exs_icmp_limit_swap(test);
	unsigned long now = jiffies;

	KUNIT_EXPECT_EQ(test, exs_icmp_limit_count(now), 50);
	KUNIT_EXPECT_EQ(test, exs_icmp_limit_count(now), 0);
	/* 1,000 a second: 20 in 20 ms, and no more than the burst later. */
	KUNIT_EXPECT_EQ(test, exs_icmp_limit_count(now + HZ / 50), 20);
	KUNIT_EXPECT_EQ(test, exs_icmp_limit_count(now + HZ / 50 + 10 * HZ), 50);
	exs_icmp_limit_restore(saved);
}

static unsigned int exs_icmp_limit_peer_count(u32 addr, unsigned long now)
{
	unsigned int n = 0;

	while (n < 1000 && exs_icmp_limit_peer(exs_ip_test_net(), htonl(addr), now))
		n++;
	return n;
}

static void limit_peer__six_then_one_a_second(struct kunit *test)
{
	struct exs_icmp_net *saved = exs_icmp_limit_swap(test);
	unsigned long now = jiffies;

	KUNIT_EXPECT_EQ(test, exs_icmp_limit_peer_count(EXS_IP_TEST_SRC, now), 6);
	now += HZ - 1;
	KUNIT_EXPECT_EQ(test, exs_icmp_limit_peer_count(EXS_IP_TEST_SRC, now), 0);
	now += 1;
	KUNIT_EXPECT_EQ(test, exs_icmp_limit_peer_count(EXS_IP_TEST_SRC, now), 1);
	now += 100 * HZ;
	KUNIT_EXPECT_EQ(test, exs_icmp_limit_peer_count(EXS_IP_TEST_SRC, now), 6);
	exs_icmp_limit_restore(saved);
}

static void limit_peer__off_when_zero(struct kunit *test)
{
	struct exs_net *en = exs_ip_test_net();
	int limit = en->sysctl.icmp_ratelimit;

	en->sysctl.icmp_ratelimit = 0;
	KUNIT_EXPECT_EQ(test, exs_icmp_limit_peer_count(EXS_IP_TEST_SRC, jiffies),
			1000);
	en->sysctl.icmp_ratelimit = limit;
}

/* Packets about which nothing may be said, and one about which it may. */
struct exs_icmp_send_case {
	const char *name;
	u32 saddr, daddr;
	u16 frag_off;
	u8 pkt_type;
	u8 proto;
	u8 icmp_type;
	bool tried;
};

static const struct exs_icmp_send_case exs_icmp_sends[] = {
	{ "plain", .proto = IPPROTO_UDP, .tried = true },
	{ "first fragment", .proto = IPPROTO_UDP, .frag_off = IP_MF, .tried = true },
	{ "later fragment", .proto = IPPROTO_UDP, .frag_off = 1 },
	{ "link broadcast", .proto = IPPROTO_UDP, .pkt_type = PACKET_BROADCAST },
	{ "link multicast", .proto = IPPROTO_UDP, .pkt_type = PACKET_MULTICAST },
	{ "to all", .proto = IPPROTO_UDP, .daddr = 0xffffffff },
	{ "to a group", .proto = IPPROTO_UDP, .daddr = 0xe0000005 },
	{ "from nowhere", .proto = IPPROTO_UDP, .saddr = 0x00000001 },
	{ "from a group", .proto = IPPROTO_UDP, .saddr = 0xe0000005 },
	{ "echo request", .proto = IPPROTO_ICMP, .icmp_type = ICMP_ECHO,
	  .tried = true },
	{ "an error", .proto = IPPROTO_ICMP, .icmp_type = ICMP_DEST_UNREACH },
	{ "another error", .proto = IPPROTO_ICMP,
	  .icmp_type = ICMP_TIME_EXCEEDED },
	{ "a redirect", .proto = IPPROTO_ICMP, .icmp_type = ICMP_REDIRECT },
	{ "unknown ICMP", .proto = IPPROTO_ICMP, .icmp_type = 99 },
};

static void exs_icmp_send_desc(const struct exs_icmp_send_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(exs_icmp_send, exs_icmp_sends, exs_icmp_send_desc);

/* An error that may be sent gets as far as finding that there is no route. */
static void send__about_what(struct kunit *test)
{
	const struct exs_icmp_send_case *c = test->param_value;
	struct exs_icmp_net *saved = exs_icmp_limit_swap(test);
	struct exs_ldev *ldev = exs_ip_test_ldev(test);
	struct sk_buff *skb = exs_ip_test_packet(test, ldev, c->proto, 64);
	unsigned long before = exs_mib_read(ldev->en, EXS_MIB_IP_OutNoRoutes);

	if (c->saddr)
		ip_hdr(skb)->saddr = htonl(c->saddr);
	if (c->daddr)
		ip_hdr(skb)->daddr = htonl(c->daddr);
	ip_hdr(skb)->frag_off = htons(c->frag_off);
	icmp_hdr(skb)->type = c->icmp_type;
	skb->pkt_type = c->pkt_type;
	local_bh_disable();
	rcu_read_lock();
	exs_icmp_send(skb, ICMP_DEST_UNREACH, ICMP_HOST_UNREACH, 0);
	rcu_read_unlock();
	local_bh_enable();
	KUNIT_EXPECT_EQ(test, exs_mib_read(ldev->en, EXS_MIB_IP_OutNoRoutes),
			before + c->tried);
	kfree_skb(skb);
	exs_icmp_limit_restore(saved);
}

static struct kunit_case exs_icmp_cases[] = {
	KUNIT_CASE(errno__by_type_and_code),
	KUNIT_CASE(mtu_guess__next_plateau_below),
	KUNIT_CASE(limit_global__burst_then_rate),
	KUNIT_CASE(limit_peer__six_then_one_a_second),
	KUNIT_CASE(limit_peer__off_when_zero),
	KUNIT_CASE_PARAM(send__about_what, exs_icmp_send_gen_params),
	{}
};

static struct kunit_suite exs_icmp_suite = {
	.name = "expstack_ip_icmp",
	.test_cases = exs_icmp_cases,
};

kunit_test_suite(exs_icmp_suite);
