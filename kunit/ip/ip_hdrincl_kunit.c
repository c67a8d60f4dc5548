// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ip: suite of module/ip/ip_hdrincl.c.
 */
#include "../kunit/expect.h"
#include "ip_test.h"

#define EXS_HDRINCL_OURS 0x0a000001

static int exs_hdrincl_try(struct iphdr *iph, unsigned int linear,
			   unsigned int len)
{
	return exs_ip_hdrincl_complete(exs_ip_test_net(), iph, linear, len,
				       htonl(EXS_HDRINCL_OURS));
}

static void complete__length_and_checksum_always(struct kunit *test)
{
	struct iphdr iph = {
		.version = 4, .ihl = 5, .ttl = 9, .protocol = 253,
		.tot_len = htons(7), .id = htons(0x1234),
		.frag_off = htons(IP_DF), .check = (__force __sum16)0xdead,
		.saddr = htonl(EXS_IP_TEST_SRC), .daddr = htonl(EXS_IP_TEST_DST),
	};

	KUNIT_EXPECT_EQ(test, 0, exs_hdrincl_try(&iph, 20, 120));
	KUNIT_EXPECT_EQ(test, ntohs(iph.tot_len), 120);
	EXS_EXPECT_BEEQ(test, ip_fast_csum(&iph, 5), 0);
	/* The rest is the user's. */
	KUNIT_EXPECT_EQ(test, ntohs(iph.id), 0x1234);
	EXS_EXPECT_BEEQ(test, iph.saddr, htonl(EXS_IP_TEST_SRC));
	EXS_EXPECT_BEEQ(test, iph.daddr, htonl(EXS_IP_TEST_DST));
	KUNIT_EXPECT_EQ(test, iph.ttl, 9);
	EXS_EXPECT_BEEQ(test, iph.frag_off, htons(IP_DF));
}

static void complete__source_and_id_when_0(struct kunit *test)
{
	struct iphdr iph = {
		.version = 4, .ihl = 5, .daddr = htonl(EXS_IP_TEST_DST),
	};
	struct iphdr again = iph;

	KUNIT_EXPECT_EQ(test, 0, exs_hdrincl_try(&iph, 20, 20));
	EXS_EXPECT_BEEQ(test, iph.saddr, htonl(EXS_HDRINCL_OURS));
	KUNIT_EXPECT_EQ(test, 0, exs_hdrincl_try(&again, 20, 20));
	EXS_EXPECT_BENE(test, iph.id, again.id);
}

static void complete__a_header_that_is_not_there(struct kunit *test)
{
	static const struct {
		u8 ihl;
		unsigned int linear;
		int expect;
	} t[] = {
		{ 5, 20, 0 },
		{ 4, 20, -EINVAL },
		{ 0, 20, -EINVAL },
		{ 6, 23, -EINVAL },
		{ 6, 24, 0 },
		{ 15, 59, -EINVAL },
		{ 15, 60, 0 },
	};
	unsigned int i;
	u8 room[60];

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct iphdr *iph = (struct iphdr *)room;

		memset(room, 0, sizeof(room));
		iph->version = 4;
		iph->ihl = t[i].ihl;
		KUNIT_EXPECT_EQ_MSG(test, exs_hdrincl_try(iph, t[i].linear,
							  t[i].linear),
				    t[i].expect, "row %u", i);
	}
}

static struct kunit_case exs_ip_hdrincl_cases[] = {
	KUNIT_CASE(complete__length_and_checksum_always),
	KUNIT_CASE(complete__source_and_id_when_0),
	KUNIT_CASE(complete__a_header_that_is_not_there),
	{}
};

static struct kunit_suite exs_ip_hdrincl_suite = {
	.name = "expstack_ip_ip_hdrincl",
	.test_cases = exs_ip_hdrincl_cases,
};

kunit_test_suite(exs_ip_hdrincl_suite);
