// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ip: suite of module/ip/ip_output.c: the header that is made, what is
 * too large, what comes back to this host, and what hooks do on the way.
 */
#include <linux/delay.h>

#include "../kunit/ip/path_test.h"

#define EXS_OUTPUT_PROTO	253

/* A transport's packet: len bytes, byte i is i. */
static struct sk_buff *exs_output_skb(struct kunit *test, unsigned int len)
{
	struct sk_buff *skb = alloc_skb(LL_MAX_HEADER + 60 + len, GFP_KERNEL);
	unsigned int i;
	u8 *p;

	KUNIT_ASSERT_NOT_NULL(test, skb);
	skb_reserve(skb, LL_MAX_HEADER + 60);
	skb_reset_transport_header(skb);
	p = skb_put(skb, len);
	for (i = 0; i < len; i++)
		p[i] = i;
	return skb;
}

/* Routed as tx says, changed by fix, sent. */
static int exs_output_send(struct kunit *test, struct exs_ip_tx tx,
			   unsigned int len, void (*fix)(struct exs_rt *rt))
{
	struct sk_buff *skb = exs_output_skb(test, len);
	struct exs_link_test *t = test->priv;
	struct exs_flow flow = { .daddr = tx.daddr, .oif = t->ldev->ifindex };
	struct exs_rt rt;
	int err;

	tx.proto = EXS_OUTPUT_PROTO;
	local_bh_disable();
	rcu_read_lock();
	err = exs_route_output(t->en, &flow, &rt);
	KUNIT_EXPECT_EQ(test, 0, err);
	tx.saddr = rt.saddr;
	if (fix)
		fix(&rt);
	err = exs_ip_output(t->en, NULL, skb, &rt, &tx);
	rcu_read_unlock();
	local_bh_enable();
	return err;
}

static const u8 exs_output_opt[] = { IPOPT_RA, 4, 0, 0 };

struct exs_output_case {
	const char *name;
	struct exs_ip_tx tx;
	u8 ttl;
	u16 frag_off;
	u16 id;
	u8 ihl;
};

static const struct exs_output_case exs_output_table[] = {
	{ "defaults", { .df = true }, 64, IP_DF, 0, 5 },
	{ "ttl and tos", { .df = true, .ttl = 1, .tos = 0xb8 }, 1, IP_DF, 0, 5 },
	{ "id given", { .id = 77, .id_set = true }, 64, 0, 77, 5 },
	{ "id given with DF", { .id = 78, .id_set = true, .df = true }, 64,
	  IP_DF, 78, 5 },
	{ "options", { .df = true, .opt = exs_output_opt, .optlen = 4 }, 64,
	  IP_DF, 0, 6 },
};

static void exs_output_desc(const struct exs_output_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(exs_output, exs_output_table, exs_output_desc);

static void output__header(struct kunit *test)
{
	const struct exs_output_case *c = test->param_value;
	struct exs_ip_tx tx = c->tx;
	const struct iphdr *iph;
	struct sk_buff *skb;

	tx.daddr = htonl(EXS_PATH_PEER);
	KUNIT_ASSERT_EQ(test, 0, exs_output_send(test, tx, 100, NULL));
	skb = exs_path_sent(test);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	iph = ip_hdr(skb);
	KUNIT_EXPECT_EQ(test, iph->ihl * 4, c->ihl * 4);
	KUNIT_EXPECT_EQ(test, ntohs(iph->tot_len), c->ihl * 4 + 100);
	KUNIT_EXPECT_EQ(test, iph->ttl, c->ttl);
	KUNIT_EXPECT_EQ(test, iph->tos, tx.tos);
	KUNIT_EXPECT_EQ(test, ntohs(iph->frag_off), c->frag_off);
	KUNIT_EXPECT_EQ(test, ntohs(iph->id), c->id);
	KUNIT_EXPECT_EQ(test, iph->protocol, EXS_OUTPUT_PROTO);
	KUNIT_EXPECT_EQ(test, ntohl(iph->saddr), EXS_PATH_SELF);
	KUNIT_EXPECT_EQ(test, ntohl(iph->daddr), EXS_PATH_PEER);
	if (tx.optlen)
		KUNIT_EXPECT_MEMEQ(test, iph + 1, tx.opt, tx.optlen);
	KUNIT_EXPECT_EQ(test, skb->data[c->ihl * 4 + 99], 99);
	KUNIT_EXPECT_NULL(test, exs_path_sent(test));
}

/* RFC 6864 4.2: datagrams that may be fragmented have different numbers. */
static void output__ids_differ_without_df(struct kunit *test)
{
	struct exs_ip_tx tx = { .daddr = htonl(EXS_PATH_PEER) };
	struct sk_buff *a, *b;

	exs_output_send(test, tx, 8, NULL);
	exs_output_send(test, tx, 8, NULL);
	a = exs_path_sent(test);
	b = exs_path_sent(test);
	KUNIT_ASSERT_TRUE(test, a && b);
	KUNIT_EXPECT_EQ(test, (u16)(ntohs(ip_hdr(a)->id) + 1), ntohs(ip_hdr(b)->id));
}

static void output__not_larger_than_the_path_with_df(struct kunit *test)
{
	struct exs_ip_tx tx = { .daddr = htonl(EXS_PATH_PEER), .df = true };
	unsigned long drops = exs_mib_read_drop(exs_net(&init_net),
						EXS_DROP_IP_TOO_BIG);

	KUNIT_EXPECT_EQ(test, 0, exs_output_send(test, tx, 1480, NULL));
	KUNIT_EXPECT_NOT_NULL(test, exs_path_sent(test));
	KUNIT_EXPECT_EQ(test, -EMSGSIZE, exs_output_send(test, tx, 1481, NULL));
	KUNIT_EXPECT_NULL(test, exs_path_sent(test));
	KUNIT_EXPECT_EQ(test, drops + 1, exs_mib_read_drop(exs_net(&init_net),
							   EXS_DROP_IP_TOO_BIG));
}

static void exs_output_small_path(struct exs_rt *rt)
{
	rt->mtu = 576;
}

/* In pieces: every byte in its place, one identification, MF but at the end. */
static void output__fragments(struct kunit *test)
{
	struct exs_ip_tx tx = { .daddr = htonl(EXS_PATH_PEER) };
	unsigned int next = 0, i, bad = 0, left = 3;
	const struct iphdr *iph;
	struct sk_buff *skb;
	u16 id = 0;

	KUNIT_ASSERT_EQ(test, 0, exs_output_send(test, tx, 1400,
						 exs_output_small_path));
	while ((skb = exs_path_sent(test))) {
		iph = ip_hdr(skb);
		id = next ? id : ntohs(iph->id);
		KUNIT_EXPECT_EQ(test, id, ntohs(iph->id));
		KUNIT_EXPECT_EQ(test, (ntohs(iph->frag_off) & IP_OFFSET) * 8, next);
		KUNIT_EXPECT_EQ(test, !!(ntohs(iph->frag_off) & IP_MF), !!--left);
		KUNIT_EXPECT_LE(test, skb->len, 576);
		KUNIT_EXPECT_EQ(test, ntohs(iph->tot_len), skb->len);
		for (i = 20; i < skb->len; i++, next++)
			bad += skb->data[i] != (u8)next;
	}
	KUNIT_EXPECT_EQ(test, left, 0);
	KUNIT_EXPECT_EQ(test, next, 1400);
	KUNIT_EXPECT_EQ(test, bad, 0);
}

static void exs_output_tiny_path(struct exs_rt *rt)
{
	rt->mtu = 27;
}

static void output__no_room_for_a_fragment(struct kunit *test)
{
	struct exs_ip_tx tx = { .daddr = htonl(EXS_PATH_PEER) };

	KUNIT_EXPECT_EQ(test, -EMSGSIZE,
			exs_output_send(test, tx, 100, exs_output_tiny_path));
	KUNIT_EXPECT_NULL(test, exs_path_sent(test));
}

static void exs_output_no_device(struct exs_rt *rt)
{
	rt->ldev = NULL;
}

static void output__kept_route_without_a_device(struct kunit *test)
{
	struct exs_ip_tx tx = { .daddr = htonl(EXS_PATH_PEER) };

	KUNIT_EXPECT_EQ(test, -ENETDOWN,
			exs_output_send(test, tx, 100, exs_output_no_device));
	KUNIT_EXPECT_NULL(test, exs_path_sent(test));
}

static atomic_t exs_output_looped;

static void exs_output_rcv(struct sk_buff *skb)
{
	atomic_inc(&exs_output_looped);
	exs_consume(skb);
}

static const struct exs_proto exs_output_proto = {
	.protocol = EXS_OUTPUT_PROTO, .rcv = exs_output_rcv,
};

/* RFC 1122 3.3.6, RFC 1112 6.1: who sends to all gets it too; a group if told. */
static void output__group_copies(struct kunit *test)
{
	static const struct {
		u32 daddr;
		bool mc_loop;
		int copies;
	} t[] = {
		{ 0xffffffff, false, 1 },
		{ EXS_PATH_BCAST, false, 1 },
		{ 0xefff0001, true, 1 },
		{ 0xefff0001, false, 0 },
		{ EXS_PATH_PEER, true, 0 },
	};
	unsigned int i, k;

	KUNIT_ASSERT_EQ(test, 0, exs_proto_register(&exs_output_proto));
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_ip_tx tx = {
			.daddr = htonl(t[i].daddr), .mc_loop = t[i].mc_loop,
		};

		atomic_set(&exs_output_looped, 0);
		KUNIT_EXPECT_EQ(test, 0, exs_output_send(test, tx, 9, NULL));
		for (k = 0; k < 20 && !atomic_read(&exs_output_looped); k++)
			usleep_range(1000, 2000);
		KUNIT_EXPECT_EQ_MSG(test, atomic_read(&exs_output_looped),
				    t[i].copies, "row %u", i);
		KUNIT_EXPECT_NOT_NULL(test, exs_path_sent(test));
	}
	exs_proto_unregister(&exs_output_proto);
}

struct exs_output_hook {
	enum exs_hook_verdict verdict;
	u32 daddr;			/* put there instead, 0: left */
	struct sk_buff *stolen;
	struct exs_hook_state st;
};

static enum exs_hook_verdict exs_output_hook(void *priv, struct sk_buff *skb,
					     const struct exs_hook_state *st)
{
	struct exs_output_hook *h = priv;

	if (ip_hdr(skb)->protocol != EXS_OUTPUT_PROTO)
		return EXS_HOOK_ACCEPT;
	if (h->daddr) {
		ip_hdr(skb)->daddr = htonl(h->daddr);
		ip_send_check(ip_hdr(skb));
	}
	if (h->verdict == EXS_HOOK_STOLEN) {
		h->stolen = skb;
		h->st = *st;
	}
	return h->verdict;
}

static int exs_output_hooked(struct kunit *test, struct exs_output_hook *h,
			     u8 point)
{
	struct exs_ip_tx tx = { .daddr = htonl(EXS_PATH_PEER) };
	struct exs_hook_ops ops = {
		.fn = exs_output_hook, .priv = h, .net = &init_net,
		.point = point,
	};
	int err;

	KUNIT_ASSERT_EQ(test, 0, exs_hook_register(&ops));
	err = exs_output_send(test, tx, 50, NULL);
	exs_hook_unregister(&ops);
	return err;
}

static void hook__drops(struct kunit *test)
{
	struct exs_output_hook h = { .verdict = EXS_HOOK_DROP };

	KUNIT_EXPECT_EQ(test, -EPERM,
			exs_output_hooked(test, &h, EXS_HOOK_LOCAL_OUT));
	KUNIT_EXPECT_EQ(test, -EPERM,
			exs_output_hooked(test, &h, EXS_HOOK_POST_ROUTING));
	KUNIT_EXPECT_NULL(test, exs_path_sent(test));
}

/* A changed destination has another way, or none. */
static void hook__new_destination_is_routed_again(struct kunit *test)
{
	struct exs_output_hook h = { .daddr = EXS_PATH_FAR };
	struct sk_buff *skb;

	KUNIT_EXPECT_EQ(test, -ENETUNREACH,
			exs_output_hooked(test, &h, EXS_HOOK_LOCAL_OUT));
	KUNIT_EXPECT_NULL(test, exs_path_sent(test));
	exs_path_route(test, RTN_UNICAST, 0);
	KUNIT_EXPECT_EQ(test, 0, exs_output_hooked(test, &h, EXS_HOOK_LOCAL_OUT));
	skb = exs_path_sent(test);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_EXPECT_EQ(test, ntohl(ip_hdr(skb)->daddr), EXS_PATH_FAR);
	KUNIT_EXPECT_MEMEQ(test, eth_hdr(skb)->h_dest, exs_link_test_peer, ETH_ALEN);
}

/* What a hook kept goes on from where it was. */
static void hook__stolen_goes_on(struct kunit *test)
{
	static const u8 points[] = { EXS_HOOK_LOCAL_OUT, EXS_HOOK_POST_ROUTING };
	unsigned int i;
	int err;

	for (i = 0; i < ARRAY_SIZE(points); i++) {
		struct exs_output_hook h = { .verdict = EXS_HOOK_STOLEN };

		KUNIT_EXPECT_EQ(test, 0, exs_output_hooked(test, &h, points[i]));
		KUNIT_EXPECT_NULL(test, exs_path_sent(test));
		KUNIT_ASSERT_NOT_NULL(test, h.stolen);
		local_bh_disable();
		rcu_read_lock();
		err = h.st.okfn(h.st.en, NULL, h.stolen);
		rcu_read_unlock();
		local_bh_enable();
		KUNIT_EXPECT_EQ(test, 0, err);
		KUNIT_EXPECT_NOT_NULL(test, exs_path_sent(test));
	}
}

static struct kunit_case exs_output_cases[] = {
	KUNIT_CASE_PARAM(output__header, exs_output_gen_params),
	KUNIT_CASE(output__ids_differ_without_df),
	KUNIT_CASE(output__not_larger_than_the_path_with_df),
	KUNIT_CASE(output__fragments),
	KUNIT_CASE(output__no_room_for_a_fragment),
	KUNIT_CASE(output__kept_route_without_a_device),
	KUNIT_CASE(output__group_copies),
	KUNIT_CASE(hook__drops),
	KUNIT_CASE(hook__new_destination_is_routed_again),
	KUNIT_CASE(hook__stolen_goes_on),
	{}
};

static struct kunit_suite exs_output_suite = {
	.name = "expstack_ip_ip_output",
	.init = exs_path_init,
	.exit = exs_path_exit,
	.test_cases = exs_output_cases,
};

kunit_test_suite(exs_output_suite);
