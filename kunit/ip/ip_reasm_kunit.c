// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ip: suite of module/ip/ip_reasm.c: one packet of all the pieces,
 * whatever shape they are in.
 */
#include <net/inet_ecn.h>

#include "../kunit/expect.h"
#include "ip/ip_defrag.h"
#include "ip_test.h"

/* A piece whose byte i of the datagram is (u8)(i / 8); options before it. */
static struct sk_buff *exs_reasm_piece(struct kunit *test, unsigned int offset,
				       unsigned int len, bool more, u8 tos)
{
	struct sk_buff *skb = exs_ip_test_packet(test, exs_ip_test_ldev(test), 253,
						 len);
	unsigned int i;

	for (i = 0; i < len; i++)
		skb->data[sizeof(struct iphdr) + i] = (offset + i) / 8;
	ip_hdr(skb)->tos = tos;
	ip_hdr(skb)->frag_off = htons(offset / 8 | (more ? IP_MF : 0));
	exs_ip_test_sum(skb);
	return skb;
}

static struct exs_frag_queue *exs_reasm_queue(struct kunit *test,
					      struct sk_buff *skb)
{
	struct exs_frag_queue *q = kunit_kzalloc(test, sizeof(*q), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, q);
	exs_frag_queue_init(q, exs_ip_test_net(), ip_hdr(skb));
	return q;
}

/* Three pieces of 800, 800 and 13 bytes with these TOS bytes, added backwards. */
static struct sk_buff *exs_reasm_three(struct kunit *test, u8 a, u8 b, u8 c)
{
	struct sk_buff *skb[3] = {
		exs_reasm_piece(test, 0, 800, true, a),
		exs_reasm_piece(test, 800, 800, true, b),
		exs_reasm_piece(test, 1600, 13, false, c),
	};
	struct exs_frag_queue *q = exs_reasm_queue(test, skb[0]);
	int i;

	for (i = 2; i >= 0; i--)
		KUNIT_EXPECT_EQ(test, EXS_DROP_MAX, exs_frag_queue_add(q, skb[i]));
	KUNIT_EXPECT_EQ(test, q->total, 1613);
	KUNIT_EXPECT_EQ(test, q->got, 1613);
	skb[0] = exs_ip_reasm(q);
	KUNIT_EXPECT_TRUE(test, RB_EMPTY_ROOT(&q->frags));
	KUNIT_EXPECT_EQ(test, q->mem, 0);
	return skb[0];
}

static void reasm__header_and_bytes(struct kunit *test)
{
	struct sk_buff *skb = exs_reasm_three(test, 0, 0, 0);
	unsigned int i, bad = 0;
	u8 byte;

	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_EXPECT_EQ(test, skb->len, 1633);
	KUNIT_EXPECT_EQ(test, ntohs(ip_hdr(skb)->tot_len), 1633);
	EXS_EXPECT_BEEQ(test, ip_hdr(skb)->frag_off, 0);
	EXS_EXPECT_BEEQ(test, 0, ip_fast_csum(ip_hdr(skb), 5));
	KUNIT_EXPECT_TRUE(test, skb->ip_summed == CHECKSUM_NONE);
	KUNIT_EXPECT_EQ(test, skb_transport_offset(skb), 20);
	KUNIT_EXPECT_EQ(test, EXS_IPCB(skb)->frag_max_size, 820);
	for (i = 0; i < 1613; i++) {
		skb_copy_bits(skb, 20 + i, &byte, 1);
		bad += byte != (u8)(i / 8);
	}
	KUNIT_EXPECT_EQ(test, bad, 0);
	/* And it can be made linear again, as a transport may have to. */
	KUNIT_EXPECT_EQ(test, 0, skb_linearize(skb));
	KUNIT_EXPECT_EQ(test, skb->len, 1633);
	kfree_skb(skb);
}

struct exs_reasm_ecn {
	const char *name;
	u8 a, b, c;
	int tos;			/* -1: dropped */
};

/* RFC 3168 5.3: congestion seen by any is seen; not on who cannot hear it. */
static const struct exs_reasm_ecn exs_reasm_ecns[] = {
	{ "none", 0, 0, 0, 0 },
	{ "ECT(0)", 2, 2, 2, 2 },
	{ "CE on the last", 2, 2, 3, 3 },
	{ "CE on the first", 3, 2, 2, 3 },
	{ "CE and none", 0, 3, 0, -1 },
	{ "DSCP of the first", 0xb8, 0, 0, 0xb8 },
};

static void exs_reasm_ecn_desc(const struct exs_reasm_ecn *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(exs_reasm_ecn, exs_reasm_ecns, exs_reasm_ecn_desc);

static void reasm__tos(struct kunit *test)
{
	const struct exs_reasm_ecn *c = test->param_value;
	unsigned long drops = exs_ip_test_drops(EXS_DROP_IP_FRAG_INVALID);
	struct sk_buff *skb = exs_reasm_three(test, c->a, c->b, c->c);

	if (c->tos < 0) {
		KUNIT_EXPECT_NULL(test, skb);
		KUNIT_EXPECT_EQ(test, drops + 3,
				exs_ip_test_drops(EXS_DROP_IP_FRAG_INVALID));
		return;
	}
	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_EXPECT_EQ(test, ip_hdr(skb)->tos, c->tos);
	kfree_skb(skb);
}

/* A clone of the first piece, at a tap say, is not written to. */
static void reasm__first_piece_is_shared(struct kunit *test)
{
	struct sk_buff *a = exs_reasm_piece(test, 0, 800, true, 0), *clone, *skb;
	struct sk_buff *b = exs_reasm_piece(test, 800, 8, false, 0);
	struct exs_frag_queue *q = exs_reasm_queue(test, a);

	clone = skb_clone(a, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, clone);
	exs_frag_queue_add(q, a);
	exs_frag_queue_add(q, b);
	skb = exs_ip_reasm(q);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_EXPECT_EQ(test, skb->len, 828);
	KUNIT_EXPECT_EQ(test, clone->len, 820);
	KUNIT_EXPECT_EQ(test, ntohs(ip_hdr(clone)->frag_off), IP_MF);
	kfree_skb(skb);
	kfree_skb(clone);
}

static struct kunit_case exs_reasm_cases[] = {
	KUNIT_CASE(reasm__header_and_bytes),
	KUNIT_CASE_PARAM(reasm__tos, exs_reasm_ecn_gen_params),
	KUNIT_CASE(reasm__first_piece_is_shared),
	{}
};

static struct kunit_suite exs_reasm_suite = {
	.name = "expstack_ip_ip_reasm",
	.test_cases = exs_reasm_cases,
};

kunit_test_suite(exs_reasm_suite);
