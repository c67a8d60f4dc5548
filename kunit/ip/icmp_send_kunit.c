// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ip: suite of module/ip/icmp_send.c: about what an error is sent, what
 * is in it, and when it is one too many.
 */
#include <linux/icmp.h>
#include <linux/slab.h>

#include "../kunit/expect.h"
#include "ip_test.h"
#include "../kunit/ip/path_test.h"

/* A host whose limits are full at the beginning of each case. */
static int exs_icmp_send_setup(struct kunit *test)
{
	struct exs_net *en = exs_ip_test_net();
	struct exs_icmp_net *own = exs_icmp_limit_new(), *old = en->icmp;
	int err = exs_path_init(test);

	KUNIT_ASSERT_NOT_NULL(test, own);
	en->icmp = own;
	synchronize_net();
	kfree(old);
	return err;
}

/* Packets about which nothing may be said, and one about which it may. */
struct exs_icmp_send_case {
	const char *name;
	u32 saddr, daddr;		/* 0: the documentation addresses */
	bool from_none;			/* 0.0.0.0 */
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
	{ "from nowhere", .proto = IPPROTO_UDP, .from_none = true },
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
	struct exs_ldev *ldev = exs_ip_test_ldev(test);
	struct sk_buff *skb = exs_ip_test_packet(test, ldev, c->proto, 64);
	unsigned long before = exs_mib_read(ldev->en, EXS_MIB_IP_OutNoRoutes);

	if (c->saddr || c->from_none)
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
}

/* Offset of the field, to be told about, and the same in the message. */
struct exs_icmp_what {
	const char *name;
	u8 type, code;
	u32 info;
	u32 word;			/* the second of the header */
};

static const struct exs_icmp_what exs_icmp_whats[] = {
	{ "frag needed", ICMP_DEST_UNREACH, ICMP_FRAG_NEEDED, 1400, 1400 },
	{ "parameter problem", ICMP_PARAMETERPROB, 0, 20, 20u << 24 },
	{ "time exceeded", ICMP_TIME_EXCEEDED, ICMP_EXC_TTL, 0, 0 },
	{ "port unreachable", ICMP_DEST_UNREACH, ICMP_PORT_UNREACH, 0, 0 },
};

static void exs_icmp_what_desc(const struct exs_icmp_what *w, char *desc)
{
	strscpy(desc, w->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(exs_icmp_what, exs_icmp_whats, exs_icmp_what_desc);

/* A packet that came in by the device is complained about. */
static void exs_icmp_complain(struct kunit *test, const struct exs_path_packet *p,
			      unsigned int len, const struct exs_icmp_what *w)
{
	u8 *payload = kunit_kzalloc(test, len, GFP_KERNEL);
	struct exs_link_test *t = test->priv;
	struct sk_buff *skb = exs_path_make(test, p, payload, len);

	EXS_IPCB(skb)->ldev = t->ldev;
	local_bh_disable();
	rcu_read_lock();
	exs_icmp_send(skb, w->type, w->code, w->info);
	rcu_read_unlock();
	local_bh_enable();
	kfree_skb(skb);
}

/* RFC 792; RFC 1812 4.3.2.3 (576 bytes), 4.3.2.5 (precedence). */
static void send__what(struct kunit *test)
{
	const struct exs_icmp_what *w = test->param_value;
	const struct exs_path_packet p = { .proto = IPPROTO_UDP, .tos = 0x1b };
	const struct icmphdr *icmp;
	struct sk_buff *skb;

	exs_icmp_complain(test, &p, 1000, w);
	skb = exs_path_sent(test);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	icmp = icmp_hdr(skb);
	KUNIT_EXPECT_EQ(test, icmp->type, w->type);
	KUNIT_EXPECT_EQ(test, icmp->code, w->code);
	KUNIT_EXPECT_EQ(test, ntohl(icmp->un.gateway), w->word);
	KUNIT_EXPECT_EQ(test, skb->len, 576);
	EXS_EXPECT_BEEQ(test, 0, csum_fold(csum_partial(icmp, 556, 0)));
	KUNIT_EXPECT_EQ(test, ntohl(ip_hdr(skb)->saddr), EXS_PATH_SELF);
	KUNIT_EXPECT_EQ(test, ntohl(ip_hdr(skb)->daddr), EXS_PATH_PEER);
	KUNIT_EXPECT_EQ(test, ip_hdr(skb)->tos, 0xd8);
	/* The packet as it came, from its own header on. */
	KUNIT_EXPECT_EQ(test, ((struct iphdr *)(icmp + 1))->tos, 0x1b);
	KUNIT_EXPECT_EQ(test, ntohs(((struct iphdr *)(icmp + 1))->tot_len), 1020);
}

static void send__short_packet_is_quoted_whole(struct kunit *test)
{
	const struct exs_path_packet p = { .proto = IPPROTO_UDP };
	struct sk_buff *skb;

	exs_icmp_complain(test, &p, 9, &exs_icmp_whats[3]);
	skb = exs_path_sent(test);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_EXPECT_EQ(test, skb->len, 20 + 8 + 20 + 9);
}

/* RFC 1812 4.3.2.8: six in a row to one host; frag-needed without a limit. */
static void send__is_limited(struct kunit *test)
{
	const struct exs_path_packet p = { .proto = IPPROTO_UDP };
	struct exs_link_test *t = test->priv;
	unsigned long before = exs_mib_read(t->en, EXS_MIB_ICMP_OutRateLimitHost);
	unsigned int i, sent = 0;

	exs_path_set(test, &t->en->sysctl.icmp_ratelimit, 100 * 1000);
	for (i = 0; i < 9; i++)
		exs_icmp_complain(test, &p, 9, &exs_icmp_whats[3]);
	while (exs_path_sent(test))
		sent++;
	KUNIT_EXPECT_EQ(test, sent, 6);
	KUNIT_EXPECT_EQ(test, before + 3,
			exs_mib_read(t->en, EXS_MIB_ICMP_OutRateLimitHost));
	exs_icmp_complain(test, &p, 9, &exs_icmp_whats[0]);
	KUNIT_EXPECT_NOT_NULL(test, exs_path_sent(test));
	/* A type that is not in the mask is not limited. */
	exs_path_set(test, &t->en->sysctl.icmp_ratemask, 0);
	exs_icmp_complain(test, &p, 9, &exs_icmp_whats[3]);
	KUNIT_EXPECT_NOT_NULL(test, exs_path_sent(test));
}

/* A message costs 0 to 2 tokens. */
static void send__is_limited_in_all(struct kunit *test)
{
	const struct exs_path_packet p = { .proto = IPPROTO_UDP };
	struct exs_link_test *t = test->priv;
	unsigned long before = exs_mib_read(t->en, EXS_MIB_ICMP_OutRateLimitGlobal);
	unsigned int i, sent = 0;

	exs_path_set(test, &t->en->sysctl.icmp_ratelimit, 0);
	exs_path_set(test, &t->en->sysctl.icmp_msgs_burst, 8);
	exs_path_set(test, &t->en->sysctl.icmp_msgs_per_sec, 1);
	for (i = 0; i < 64; i++)
		exs_icmp_complain(test, &p, 9, &exs_icmp_whats[3]);
	while (exs_path_sent(test))
		sent++;
	KUNIT_EXPECT_GE(test, sent, 4);
	KUNIT_EXPECT_LE(test, sent, 40);
	KUNIT_EXPECT_EQ(test, before + 64 - sent,
			exs_mib_read(t->en, EXS_MIB_ICMP_OutRateLimitGlobal));
}

/* What one host's limit stops takes nothing from the others. */
static void send__refused_costs_nothing(struct kunit *test)
{
	struct exs_path_packet p = { .proto = IPPROTO_UDP };
	struct exs_link_test *t = test->priv;
	unsigned long before = exs_mib_read(t->en, EXS_MIB_ICMP_OutRateLimitGlobal);
	unsigned int i;

	exs_path_set(test, &t->en->sysctl.icmp_ratelimit, 100 * 1000);
	exs_path_set(test, &t->en->sysctl.icmp_msgs_burst, 40);
	exs_path_set(test, &t->en->sysctl.icmp_msgs_per_sec, 1);
	for (i = 0; i < 100; i++)
		exs_icmp_complain(test, &p, 9, &exs_icmp_whats[3]);
	KUNIT_EXPECT_EQ(test, before,
			exs_mib_read(t->en, EXS_MIB_ICMP_OutRateLimitGlobal));
}

/* Without a quote there is nothing to say; a packet of nobody is not followed. */
static void send__cut_packet_is_ignored(struct kunit *test)
{
	const struct exs_path_packet p = { .proto = IPPROTO_UDP };
	u8 payload[9] = {};
	struct sk_buff *skb = exs_path_make(test, &p, payload, sizeof(payload));
	struct net_device *dev = skb->dev;

	local_bh_disable();
	rcu_read_lock();
	skb->dev = NULL;
	exs_icmp_send(skb, ICMP_TIME_EXCEEDED, ICMP_EXC_TTL, 0);
	skb->dev = dev;
	skb_trim(skb, 19);
	exs_icmp_send(skb, ICMP_TIME_EXCEEDED, ICMP_EXC_TTL, 0);
	rcu_read_unlock();
	local_bh_enable();
	KUNIT_EXPECT_NULL(test, exs_path_sent(test));
	kfree_skb(skb);
}

static void count_out__by_type(struct kunit *test)
{
	static const struct {
		u8 type;
		enum exs_mib_item item;
	} t[] = {
		{ ICMP_ECHOREPLY, EXS_MIB_ICMP_OutEchoReps },
		{ ICMP_DEST_UNREACH, EXS_MIB_ICMP_OutDestUnreachs },
		{ ICMP_REDIRECT, EXS_MIB_ICMP_OutRedirects },
		{ ICMP_ECHO, EXS_MIB_ICMP_OutEchos },
		{ ICMP_TIME_EXCEEDED, EXS_MIB_ICMP_OutTimeExcds },
		{ ICMP_PARAMETERPROB, EXS_MIB_ICMP_OutParmProbs },
		{ ICMP_TIMESTAMPREPLY, EXS_MIB_ICMP_OutTimestampReps },
	};
	struct exs_net *en = exs_ip_test_net();
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		unsigned long before = exs_mib_read(en, t[i].item);
		unsigned long all = exs_mib_read(en, EXS_MIB_ICMP_OutMsgs);

		exs_icmp_count_out(en, t[i].type);
		KUNIT_EXPECT_EQ(test, before + 1, exs_mib_read(en, t[i].item));
		KUNIT_EXPECT_EQ(test, all + 1, exs_mib_read(en, EXS_MIB_ICMP_OutMsgs));
	}
}

static struct kunit_case exs_icmp_send_cases[] = {
	KUNIT_CASE_PARAM(send__about_what, exs_icmp_send_gen_params),
	KUNIT_CASE_PARAM(send__what, exs_icmp_what_gen_params),
	KUNIT_CASE(send__short_packet_is_quoted_whole),
	KUNIT_CASE(send__is_limited),
	KUNIT_CASE(send__is_limited_in_all),
	KUNIT_CASE(send__refused_costs_nothing),
	KUNIT_CASE(send__cut_packet_is_ignored),
	KUNIT_CASE(count_out__by_type),
	{}
};

static struct kunit_suite exs_icmp_send_suite = {
	.name = "expstack_ip_icmp_send",
	.init = exs_icmp_send_setup,
	.exit = exs_path_exit,
	.test_cases = exs_icmp_send_cases,
};

kunit_test_suite(exs_icmp_send_suite);
