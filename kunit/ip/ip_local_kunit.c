// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ip: suite of module/ip/ip_local.c: checksums of transports, and the way
 * up to them.
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

static struct sk_buff *exs_local_got;

static void exs_local_rcv(struct sk_buff *skb)
{
	exs_local_got = skb;
}

static const struct exs_proto exs_local_proto = {
	.protocol = 253, .rcv = exs_local_rcv,
};

static void exs_local_deliver(struct sk_buff *skb)
{
	local_bh_disable();
	rcu_read_lock();
	exs_ip_local_deliver(exs_ip_test_net(), skb);
	rcu_read_unlock();
	local_bh_enable();
}

/* The transport sees its header first, and is counted. */
static void deliver__data_at_the_transport_header(struct kunit *test)
{
	struct exs_net *en = exs_ip_test_net();
	unsigned long before = exs_mib_read(en, EXS_MIB_IP_InDelivers);
	struct sk_buff *skb = exs_ip_test_packet(test, exs_ip_test_ldev(test), 253, 40);

	exs_local_got = NULL;
	KUNIT_ASSERT_EQ(test, 0, exs_proto_register(&exs_local_proto));
	exs_local_deliver(skb);
	exs_proto_unregister(&exs_local_proto);
	KUNIT_ASSERT_PTR_EQ(test, exs_local_got, skb);
	KUNIT_EXPECT_EQ(test, skb->len, 40);
	KUNIT_EXPECT_PTR_EQ(test, skb_transport_header(skb), skb->data);
	KUNIT_EXPECT_EQ(test, skb->data[39], 39);
	KUNIT_EXPECT_EQ(test, before + 1, exs_mib_read(en, EXS_MIB_IP_InDelivers));
	kfree_skb(skb);
}

/* RFC 1122 3.2.2.1: protocol unreachable is counted; here nobody can be told. */
static void deliver__nobody_takes_it(struct kunit *test)
{
	struct exs_net *en = exs_ip_test_net();
	unsigned long before = exs_mib_read(en, EXS_MIB_IP_InUnknownProtos);
	unsigned long drops = exs_ip_test_drops(EXS_DROP_IP_NO_PROTO);

	exs_local_deliver(exs_ip_test_packet(test, exs_ip_test_ldev(test), 253, 40));
	KUNIT_EXPECT_EQ(test, before + 1,
			exs_mib_read(en, EXS_MIB_IP_InUnknownProtos));
	KUNIT_EXPECT_EQ(test, drops + 1, exs_ip_test_drops(EXS_DROP_IP_NO_PROTO));
}

static struct kunit_case exs_local_cases[] = {
	KUNIT_CASE(csum__computed_here),
	KUNIT_CASE(csum__computed_by_the_device),
	KUNIT_CASE(csum__verified_by_the_device),
	KUNIT_CASE(deliver__data_at_the_transport_header),
	KUNIT_CASE(deliver__nobody_takes_it),
	{}
};

static struct kunit_suite exs_local_suite = {
	.name = "expstack_ip_ip_local",
	.test_cases = exs_local_cases,
};

kunit_test_suite(exs_local_suite);
