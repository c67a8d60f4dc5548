// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ip: suite of module/ip/icmp_reply.c: answers to queries.
 */
#include <linux/icmp.h>
#include <linux/timekeeping.h>

#include "../kunit/expect.h"
#include "../kunit/ip/path_test.h"

static int exs_reply_setup(struct kunit *test)
{
	struct exs_link_test *t;
	int err = exs_path_init(test);

	if (err)
		return err;
	t = test->priv;
	exs_path_set(test, &t->en->sysctl.icmp_echo_ignore_broadcasts, 1);
	exs_path_set(test, &t->en->sysctl.icmp_echo_ignore_all, 0);
	return 0;
}

/* A query with a payload of numbers comes in. */
static void exs_reply_ask(struct kunit *test, const struct exs_path_packet *p,
			  u8 type, unsigned int len)
{
	u8 *buf = kunit_kzalloc(test, len, GFP_KERNEL);
	struct icmphdr *icmp = (struct icmphdr *)buf;
	unsigned int i;

	for (i = sizeof(*icmp); i < len; i++)
		buf[i] = i;
	icmp->type = type;
	icmp->un.echo.id = htons(0x1234);
	icmp->un.echo.sequence = htons(7);
	exs_path_rcv_icmp(test, p, buf, len);
}

struct exs_reply_case {
	const char *name;
	struct exs_path_packet p;
	unsigned int len;
	u32 from;			/* of the answer */
};

static const struct exs_reply_case exs_reply_table[] = {
	{ "empty", {}, 8, EXS_PATH_SELF },
	{ "odd length", {}, 8 + 57, EXS_PATH_SELF },
	{ "full frame, tos", { .tos = 0x20 }, 1480, EXS_PATH_SELF },
	{ "ttl 1", { .ttl = 1 }, 64, EXS_PATH_SELF },
};

static void exs_reply_desc(const struct exs_reply_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(exs_reply, exs_reply_table, exs_reply_desc);

/* RFC 1122 3.2.2.6: all data comes back, from the address that was asked. */
static void echo__comes_back(struct kunit *test)
{
	const struct exs_reply_case *c = test->param_value;
	const struct icmphdr *icmp;
	unsigned int i, bad = 0;
	struct sk_buff *skb;

	exs_reply_ask(test, &c->p, ICMP_ECHO, c->len);
	skb = exs_path_sent(test);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_ASSERT_EQ(test, skb->len, 20 + c->len);
	KUNIT_ASSERT_EQ(test, 0, skb_linearize(skb));
	icmp = icmp_hdr(skb);
	KUNIT_EXPECT_EQ(test, icmp->type, ICMP_ECHOREPLY);
	KUNIT_EXPECT_EQ(test, icmp->code, 0);
	KUNIT_EXPECT_EQ(test, ntohs(icmp->un.echo.id), 0x1234);
	KUNIT_EXPECT_EQ(test, ntohs(icmp->un.echo.sequence), 7);
	for (i = sizeof(*icmp); i < c->len; i++)
		bad += ((u8 *)icmp)[i] != (u8)i;
	KUNIT_EXPECT_EQ(test, bad, 0);
	EXS_EXPECT_BEEQ(test, 0, csum_fold(csum_partial(icmp, c->len, 0)));
	KUNIT_EXPECT_EQ(test, ntohl(ip_hdr(skb)->saddr), c->from);
	KUNIT_EXPECT_EQ(test, ntohl(ip_hdr(skb)->daddr), EXS_PATH_PEER);
	KUNIT_EXPECT_EQ(test, ip_hdr(skb)->tos, c->p.tos);
	KUNIT_EXPECT_EQ(test, ip_hdr(skb)->ttl, 64);
	KUNIT_EXPECT_NULL(test, exs_path_sent(test));
}

/* To everybody: only if told so, and then from an address of this host. */
static void echo__broadcast_by_setting(struct kunit *test)
{
	const struct exs_path_packet p = { .daddr = EXS_PATH_BCAST,
					   .pkt_type = PACKET_BROADCAST };
	struct exs_link_test *t = test->priv;
	struct sk_buff *skb;

	exs_reply_ask(test, &p, ICMP_ECHO, 64);
	KUNIT_EXPECT_NULL(test, exs_path_sent(test));
	WRITE_ONCE(t->en->sysctl.icmp_echo_ignore_broadcasts, 0);
	exs_reply_ask(test, &p, ICMP_ECHO, 64);
	skb = exs_path_sent(test);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_EXPECT_EQ(test, ntohl(ip_hdr(skb)->saddr), EXS_PATH_SELF);
}

static void echo__ignored_by_setting(struct kunit *test)
{
	const struct exs_path_packet p = {};
	struct exs_link_test *t = test->priv;

	WRITE_ONCE(t->en->sysctl.icmp_echo_ignore_all, 1);
	exs_reply_ask(test, &p, ICMP_ECHO, 64);
	KUNIT_EXPECT_NULL(test, exs_path_sent(test));
	/* That is about echo only. */
	exs_reply_ask(test, &p, ICMP_TIMESTAMP, 20);
	KUNIT_EXPECT_NOT_NULL(test, exs_path_sent(test));
}

/* The answer's way is looked up: there may be none. */
static void echo__no_way_back(struct kunit *test)
{
	const struct exs_path_packet p = { .saddr = EXS_PATH_FAR };
	struct exs_link_test *t = test->priv;
	unsigned long before = exs_mib_read(t->en, EXS_MIB_IP_OutNoRoutes);

	exs_reply_ask(test, &p, ICMP_ECHO, 64);
	KUNIT_EXPECT_NULL(test, exs_path_sent(test));
	KUNIT_EXPECT_EQ(test, before + 1,
			exs_mib_read(t->en, EXS_MIB_IP_OutNoRoutes));
}

/* Asked in the name of the subnet, we do not answer the subnet. */
static void echo__from_a_broadcast_address(struct kunit *test)
{
	const struct exs_path_packet p = { .saddr = EXS_PATH_BCAST };
	struct exs_link_test *t = test->priv;
	unsigned long before = exs_mib_read_drop(t->en, EXS_DROP_IP_MARTIAN_SRC);

	exs_reply_ask(test, &p, ICMP_ECHO, 64);
	exs_reply_ask(test, &p, ICMP_TIMESTAMP, 20);
	KUNIT_EXPECT_NULL(test, exs_path_sent(test));
	KUNIT_EXPECT_EQ(test, before + 2,
			exs_mib_read_drop(t->en, EXS_DROP_IP_MARTIAN_SRC));
}

/* RFC 792: milliseconds since midnight UT; the asker's time is not touched. */
static void timestamp__is_filled_in(struct kunit *test)
{
	const struct exs_path_packet p = {};
	const struct icmphdr *icmp;
	const __be32 *times;
	struct sk_buff *skb;
	u32 now;

	/* More than the three times is not sent back. */
	exs_reply_ask(test, &p, ICMP_TIMESTAMP, 33);
	now = (u32)(ktime_get_real_seconds() % 86400) * 1000;
	skb = exs_path_sent(test);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_ASSERT_EQ(test, skb->len, 20 + 20);
	icmp = icmp_hdr(skb);
	times = (const __be32 *)(icmp + 1);
	KUNIT_EXPECT_EQ(test, icmp->type, ICMP_TIMESTAMPREPLY);
	KUNIT_EXPECT_EQ(test, ntohs(icmp->un.echo.id), 0x1234);
	KUNIT_EXPECT_EQ(test, ntohl(times[0]), 0x08090a0b);
	EXS_EXPECT_BEEQ(test, times[1], times[2]);
	KUNIT_EXPECT_LT(test, now - ntohl(times[1]) + 1000, 3000);
	EXS_EXPECT_BEEQ(test, 0, csum_fold(csum_partial(icmp, 20, 0)));
}

static void timestamp__too_short(struct kunit *test)
{
	const struct exs_path_packet p = {};
	struct exs_link_test *t = test->priv;
	unsigned long before = exs_mib_read_drop(t->en, EXS_DROP_ICMP_HEADER);

	exs_reply_ask(test, &p, ICMP_TIMESTAMP, 19);
	KUNIT_EXPECT_NULL(test, exs_path_sent(test));
	KUNIT_EXPECT_EQ(test, before + 1,
			exs_mib_read_drop(t->en, EXS_DROP_ICMP_HEADER));
}

static struct kunit_case exs_reply_cases[] = {
	KUNIT_CASE_PARAM(echo__comes_back, exs_reply_gen_params),
	KUNIT_CASE(echo__broadcast_by_setting),
	KUNIT_CASE(echo__ignored_by_setting),
	KUNIT_CASE(echo__no_way_back),
	KUNIT_CASE(echo__from_a_broadcast_address),
	KUNIT_CASE(timestamp__is_filled_in),
	KUNIT_CASE(timestamp__too_short),
	{}
};

static struct kunit_suite exs_reply_suite = {
	.name = "expstack_ip_icmp_reply",
	.init = exs_reply_setup,
	.exit = exs_path_exit,
	.test_cases = exs_reply_cases,
};

kunit_test_suite(exs_reply_suite);
