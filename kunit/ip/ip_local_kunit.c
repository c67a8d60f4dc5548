// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ip: suite of module/ip/ip_local.c, proto.c and ip_id.c: checksums of
 * transports, who gets a protocol, identification.
 */
#include <linux/udp.h>

#include "ip_test.h"

/* A UDP packet with a right checksum, data at its header. */
static struct sk_buff *exs_local_udp(struct kunit *test, unsigned int len)
{
	struct sk_buff *skb = exs_ip_test_packet(test, exs_ip_test_ldev(test),
						 IPPROTO_UDP, len);
	const struct iphdr *iph = ip_hdr(skb);
	struct udphdr *uh;

	__skb_pull(skb, sizeof(struct iphdr));
	skb_reset_transport_header(skb);
	uh = udp_hdr(skb);
	uh->len = htons(len);
	uh->check = 0;
	uh->check = csum_tcpudp_magic(iph->saddr, iph->daddr, len, IPPROTO_UDP,
				      csum_partial(uh, len, 0));
	return skb;
}

static void csum__computed_here(struct kunit *test)
{
	unsigned int len;

	for (len = 8; len < 20; len++) {
		struct sk_buff *skb = exs_local_udp(test, len);

		KUNIT_EXPECT_TRUE(test, exs_ip_transport_csum_ok(skb, IPPROTO_UDP));
		kfree_skb(skb);
		skb = exs_local_udp(test, len);
		skb->data[0] ^= 1;
		KUNIT_EXPECT_FALSE(test, exs_ip_transport_csum_ok(skb, IPPROTO_UDP));
		kfree_skb(skb);
	}
}

static void csum__computed_by_the_device(struct kunit *test)
{
	struct sk_buff *skb = exs_local_udp(test, 33);

	skb->ip_summed = CHECKSUM_COMPLETE;
	skb->csum = csum_partial(skb->data, skb->len, 0);
	KUNIT_EXPECT_TRUE(test, exs_ip_transport_csum_ok(skb, IPPROTO_UDP));
	kfree_skb(skb);
	/* A device that computed nonsense is not believed. */
	skb = exs_local_udp(test, 33);
	skb->data[12] ^= 1;
	skb->ip_summed = CHECKSUM_COMPLETE;
	skb->csum = csum_partial(skb->data, skb->len, 0);
	KUNIT_EXPECT_FALSE(test, exs_ip_transport_csum_ok(skb, IPPROTO_UDP));
	kfree_skb(skb);
}

static void csum__verified_by_the_device(struct kunit *test)
{
	struct sk_buff *skb = exs_local_udp(test, 33);

	skb->data[12] ^= 1;
	skb->ip_summed = CHECKSUM_UNNECESSARY;
	KUNIT_EXPECT_TRUE(test, exs_ip_transport_csum_ok(skb, IPPROTO_UDP));
	kfree_skb(skb);
}

static void proto__one_owner_a_number(struct kunit *test)
{
	static const struct exs_proto a = { .protocol = 254 };
	static const struct exs_proto b = { .protocol = 254 };

	KUNIT_EXPECT_EQ(test, exs_proto_register(&a), 0);
	KUNIT_EXPECT_EQ(test, exs_proto_register(&b), -EEXIST);
	exs_proto_unregister(&a);
	KUNIT_EXPECT_EQ(test, exs_proto_register(&b), 0);
	exs_proto_unregister(&b);
}

static void id__never_twice_in_a_row(struct kunit *test)
{
	struct exs_net *en = exs_ip_test_net();
	u16 a, b, c;

	a = exs_ip_id(en, htonl(EXS_IP_TEST_SRC), htonl(EXS_IP_TEST_DST), 17, 1);
	b = exs_ip_id(en, htonl(EXS_IP_TEST_SRC), htonl(EXS_IP_TEST_DST), 17, 40);
	c = exs_ip_id(en, htonl(EXS_IP_TEST_SRC), htonl(EXS_IP_TEST_DST), 17, 1);
	KUNIT_EXPECT_EQ(test, (u16)(b - a), 1);
	/* A GSO packet takes one for each of its segments. */
	KUNIT_EXPECT_EQ(test, (u16)(c - b), 40);
}

static struct kunit_case exs_local_cases[] = {
	KUNIT_CASE(csum__computed_here),
	KUNIT_CASE(csum__computed_by_the_device),
	KUNIT_CASE(csum__verified_by_the_device),
	KUNIT_CASE(proto__one_owner_a_number),
	KUNIT_CASE(id__never_twice_in_a_row),
	{}
};

static struct kunit_suite exs_local_suite = {
	.name = "expstack_ip_ip_local",
	.test_cases = exs_local_cases,
};

kunit_test_suite(exs_local_suite);
