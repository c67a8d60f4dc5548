// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ip: suite of module/ip/ip_forward.c. In by the device and out again
 * by it: the host is a router on a stick.
 */
#include <linux/icmp.h>
#include <linux/pkt_sched.h>

#include "../kunit/expect.h"
#include "../kunit/ip/path_test.h"

#define EXS_FORWARD_PROTO	253

static int exs_forward_setup(struct kunit *test)
{
	struct exs_link_test *t;
	int err = exs_path_init(test);

	if (err)
		return err;
	t = test->priv;
	exs_path_set(test, &t->en->sysctl.ip_forward, 1);
	exs_path_set(test, &t->en->sysctl.icmp_ratelimit, 0);
	return 0;
}

static void exs_forward_in(struct kunit *test, struct exs_path_packet p,
			   unsigned int len)
{
	u8 *payload = kunit_kzalloc(test, len, GFP_KERNEL);

	p.daddr = p.daddr ?: EXS_PATH_FAR;
	p.proto = EXS_FORWARD_PROTO;
	exs_path_rcv(test, &p, payload, len);
}

/* The error that came back to the sender of such a packet. */
static const struct icmphdr *exs_forward_error(struct kunit *test)
{
	struct sk_buff *skb = exs_path_sent(test);

	if (!skb || ip_hdr(skb)->protocol != IPPROTO_ICMP)
		return NULL;
	KUNIT_EXPECT_EQ(test, ntohl(ip_hdr(skb)->daddr), EXS_PATH_PEER);
	KUNIT_EXPECT_EQ(test, ntohl(ip_hdr(skb)->saddr), EXS_PATH_SELF);
	return icmp_hdr(skb);
}

/* RFC 1812 5.3.1: a hop less, all else as it came. */
static void forward__one_hop_less(struct kunit *test)
{
	const struct iphdr *iph;
	struct sk_buff *skb;

	exs_path_route(test, RTN_UNICAST, 0);
	exs_forward_in(test, (struct exs_path_packet) {
		.ttl = 2, .tos = 0x28, .id = 99, .frag_off = IP_DF }, 300);
	skb = exs_path_sent(test);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	iph = ip_hdr(skb);
	KUNIT_EXPECT_EQ(test, iph->ttl, 1);
	KUNIT_EXPECT_EQ(test, iph->tos, 0x28);
	KUNIT_EXPECT_EQ(test, ntohs(iph->id), 99);
	KUNIT_EXPECT_EQ(test, ntohs(iph->frag_off), IP_DF);
	KUNIT_EXPECT_EQ(test, ntohl(iph->saddr), EXS_PATH_PEER);
	KUNIT_EXPECT_EQ(test, ntohl(iph->daddr), EXS_PATH_FAR);
	KUNIT_EXPECT_EQ(test, skb->len, 320);
	KUNIT_EXPECT_NULL(test, exs_path_sent(test));
}

/* The TOS says which queue of the device it takes (ip_forward_update_priority). */
static void forward__priority_of_the_tos(struct kunit *test)
{
	struct exs_link_test *t = test->priv;
	struct sk_buff *skb;

	exs_path_route(test, RTN_UNICAST, 0);
	exs_forward_in(test, (struct exs_path_packet) { .tos = IPTOS_LOWDELAY }, 9);
	skb = exs_path_sent(test);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_EXPECT_EQ(test, skb->priority, TC_PRIO_INTERACTIVE);
	exs_path_set(test, &t->en->sysctl.ip_forward_update_priority, 0);
	exs_forward_in(test, (struct exs_path_packet) { .tos = IPTOS_LOWDELAY }, 9);
	skb = exs_path_sent(test);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_EXPECT_EQ(test, skb->priority, 0);
}

struct exs_forward_case {
	const char *name;
	struct exs_path_packet p;
	unsigned int len;
	u8 rtn;				/* type of the route, 0: none */
	enum exs_drop_reason reason;
	s16 type;			/* ICMP, -1: silence */
	u8 code;
	u16 mtu;
};

static const struct exs_forward_case exs_forward_table[] = {
	{ "last hop", { .ttl = 1 }, 9, RTN_UNICAST, EXS_DROP_IP_TTL,
	  ICMP_TIME_EXCEEDED, ICMP_EXC_TTL },
	{ "too big with DF", { .frag_off = IP_DF }, 981, RTN_UNICAST,
	  EXS_DROP_IP_TOO_BIG, ICMP_DEST_UNREACH, ICMP_FRAG_NEEDED, 1000 },
	{ "no route", {}, 9, 0, EXS_DROP_IP_NO_ROUTE, ICMP_DEST_UNREACH,
	  ICMP_NET_UNREACH },
	{ "unreachable", {}, 9, RTN_UNREACHABLE, EXS_DROP_IP_NO_ROUTE,
	  ICMP_DEST_UNREACH, ICMP_HOST_UNREACH },
	{ "prohibit", {}, 9, RTN_PROHIBIT, EXS_DROP_IP_BLACKHOLE,
	  ICMP_DEST_UNREACH, ICMP_PKT_FILTERED },
	{ "blackhole", {}, 9, RTN_BLACKHOLE, EXS_DROP_IP_BLACKHOLE, -1 },
	{ "link broadcast", { .pkt_type = PACKET_BROADCAST }, 9, RTN_UNICAST,
	  EXS_DROP_IP_LINK_BCAST, -1 },
	{ "link multicast", { .pkt_type = PACKET_MULTICAST }, 9, RTN_UNICAST,
	  EXS_DROP_IP_LINK_BCAST, -1 },
};

static void exs_forward_desc(const struct exs_forward_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(exs_forward, exs_forward_table, exs_forward_desc);

/* RFC 1812 5.2.7.1, RFC 1191 4: dropped by a reason, and who is told what. */
static void forward__refuses(struct kunit *test)
{
	const struct exs_forward_case *c = test->param_value;
	struct exs_link_test *t = test->priv;
	unsigned long before = exs_mib_read_drop(t->en, c->reason);
	const struct icmphdr *icmp;

	if (c->rtn)
		exs_path_route(test, c->rtn, c->rtn == RTN_UNICAST ? 1000 : 0);
	exs_forward_in(test, c->p, c->len);
	KUNIT_EXPECT_EQ(test, before + 1, exs_mib_read_drop(t->en, c->reason));
	icmp = exs_forward_error(test);
	if (c->type < 0) {
		KUNIT_EXPECT_NULL(test, icmp);
		return;
	}
	KUNIT_ASSERT_NOT_NULL(test, icmp);
	KUNIT_EXPECT_EQ(test, icmp->type, c->type);
	KUNIT_EXPECT_EQ(test, icmp->code, c->code);
	KUNIT_EXPECT_EQ(test, ntohs(icmp->un.frag.mtu), c->mtu);
	EXS_EXPECT_BEEQ(test, icmp->un.frag.__unused, 0);
}

static void forward__fits_exactly(struct kunit *test)
{
	struct sk_buff *skb;

	exs_path_route(test, RTN_UNICAST, 1000);
	exs_forward_in(test, (struct exs_path_packet) { .frag_off = IP_DF }, 980);
	skb = exs_path_sent(test);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_EXPECT_EQ(test, skb->len, 1000);
}

/* RFC 791: without DF it goes on in pieces; a fragment keeps its MF. */
static void forward__fragments_again(struct kunit *test)
{
	struct sk_buff *a, *b;

	exs_path_route(test, RTN_UNICAST, 600);
	exs_forward_in(test, (struct exs_path_packet) {
		.id = 5, .frag_off = IP_MF | 10 }, 800);
	a = exs_path_sent(test);
	b = exs_path_sent(test);
	KUNIT_ASSERT_TRUE(test, a && b);
	KUNIT_EXPECT_EQ(test, ntohs(ip_hdr(a)->frag_off), IP_MF | 10);
	KUNIT_EXPECT_EQ(test, a->len, 20 + 576);
	KUNIT_EXPECT_EQ(test, ntohs(ip_hdr(b)->frag_off), IP_MF | (10 + 72));
	KUNIT_EXPECT_EQ(test, b->len, 20 + 224);
	KUNIT_EXPECT_EQ(test, ntohs(ip_hdr(b)->id), 5);
	KUNIT_EXPECT_NULL(test, exs_path_sent(test));
}

static void forward__off_is_a_drop(struct kunit *test)
{
	struct exs_link_test *t = test->priv;
	unsigned long before = exs_mib_read_drop(t->en, EXS_DROP_IP_NOT_LOCAL);

	exs_path_route(test, RTN_UNICAST, 0);
	WRITE_ONCE(t->en->sysctl.ip_forward, 0);
	exs_forward_in(test, (struct exs_path_packet) {}, 9);
	KUNIT_EXPECT_NULL(test, exs_path_sent(test));
	KUNIT_EXPECT_EQ(test, before + 1,
			exs_mib_read_drop(t->en, EXS_DROP_IP_NOT_LOCAL));
}

struct exs_forward_kept {
	struct exs_hook_state st;
	struct sk_buff *skb;
};

static enum exs_hook_verdict exs_forward_hook(void *priv, struct sk_buff *skb,
					      const struct exs_hook_state *st)
{
	struct exs_forward_kept *kept = priv;

	if (ip_hdr(skb)->protocol != EXS_FORWARD_PROTO)
		return EXS_HOOK_ACCEPT;
	kept->st = *st;
	kept->skb = skb;
	return EXS_HOOK_STOLEN;
}

/* A hook knows both devices, and what it keeps can go on. */
static void forward__stolen_goes_on(struct kunit *test)
{
	struct exs_link_test *t = test->priv;
	struct exs_forward_kept kept = {};
	struct exs_hook_ops ops = {
		.fn = exs_forward_hook, .priv = &kept, .net = &init_net,
		.point = EXS_HOOK_FORWARD,
	};
	struct sk_buff *skb;
	int err;

	exs_path_route(test, RTN_UNICAST, 0);
	KUNIT_ASSERT_EQ(test, 0, exs_hook_register(&ops));
	exs_forward_in(test, (struct exs_path_packet) { .ttl = 9 }, 40);
	exs_hook_unregister(&ops);
	KUNIT_EXPECT_NULL(test, exs_path_sent(test));
	KUNIT_ASSERT_NOT_NULL(test, kept.skb);
	KUNIT_EXPECT_PTR_EQ(test, kept.st.in, t->ldev);
	KUNIT_EXPECT_PTR_EQ(test, kept.st.out, t->ldev);
	local_bh_disable();
	rcu_read_lock();
	err = kept.st.okfn(kept.st.en, NULL, kept.skb);
	rcu_read_unlock();
	local_bh_enable();
	KUNIT_EXPECT_EQ(test, 0, err);
	skb = exs_path_sent(test);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_EXPECT_EQ(test, ip_hdr(skb)->ttl, 8);
}

static struct kunit_case exs_forward_cases[] = {
	KUNIT_CASE(forward__one_hop_less),
	KUNIT_CASE(forward__priority_of_the_tos),
	KUNIT_CASE_PARAM(forward__refuses, exs_forward_gen_params),
	KUNIT_CASE(forward__fits_exactly),
	KUNIT_CASE(forward__fragments_again),
	KUNIT_CASE(forward__off_is_a_drop),
	KUNIT_CASE(forward__stolen_goes_on),
	{}
};

static struct kunit_suite exs_forward_suite = {
	.name = "expstack_ip_ip_forward",
	.init = exs_forward_setup,
	.exit = exs_path_exit,
	.test_cases = exs_forward_cases,
};

kunit_test_suite(exs_forward_suite);
