// SPDX-License-Identifier: GPL-2.0
/*
 * expstack wire: suite of module/wire/ip_hdr.c.
 */
#include <kunit/test.h>
#include <net/ip.h>

#include <expstack/wire.h>

#include "../kunit/expect.h"

struct exs_ip_hdr_test_buf {
	struct iphdr iph;
	u8 opt[40];
	u8 payload[20];
} __packed __aligned(4);

static void exs_ip_hdr_test_make(struct exs_ip_hdr_test_buf *b, u8 ihl,
				 u16 tot_len)
{
	memset(b, 0, sizeof(*b));
	b->iph.version = 4;
	b->iph.ihl = ihl;
	b->iph.tot_len = htons(tot_len);
	b->iph.ttl = 64;
	b->iph.protocol = IPPROTO_UDP;
	b->iph.saddr = htonl(0xc0000201);
	b->iph.daddr = htonl(0xc0000202);
	b->iph.check = ip_fast_csum(&b->iph, max_t(u8, ihl, 5));
}

static void exs_ip_hdr_test_check_lengths(struct kunit *test)
{
	static const struct {
		u8 ihl;
		u16 tot_len;
		unsigned int len;
		enum exs_drop_reason want;
	} cases[] = {
		{ 5, 28, 0, EXS_DROP_TOO_SHORT },
		{ 5, 28, 19, EXS_DROP_TOO_SHORT },
		{ 5, 20, 20, EXS_DROP_MAX },
		{ 5, 19, 20, EXS_DROP_IP_HEADER },
		{ 5, 0, 20, EXS_DROP_IP_HEADER },
		{ 5, 28, 27, EXS_DROP_IP_TRUNCATED },
		{ 5, 28, 28, EXS_DROP_MAX },
		{ 5, 28, 46, EXS_DROP_MAX },		/* link padding */
		{ 5, 65535, 46, EXS_DROP_IP_TRUNCATED },
		{ 4, 28, 28, EXS_DROP_IP_HEADER },
		{ 0, 28, 28, EXS_DROP_IP_HEADER },
		{ 6, 28, 23, EXS_DROP_TOO_SHORT },
		{ 6, 24, 24, EXS_DROP_MAX },
		{ 6, 23, 28, EXS_DROP_IP_HEADER },
		{ 15, 60, 59, EXS_DROP_TOO_SHORT },
		{ 15, 60, 60, EXS_DROP_MAX },
		{ 15, 59, 60, EXS_DROP_IP_HEADER },
	};
	struct exs_ip_hdr_test_buf b;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		exs_ip_hdr_test_make(&b, cases[i].ihl, cases[i].tot_len);
		KUNIT_EXPECT_EQ_MSG(test, cases[i].want,
				    exs_ip_hdr_check(&b.iph, cases[i].len),
				    "case %u", i);
	}
}

static void exs_ip_hdr_test_check_version(struct kunit *test)
{
	struct exs_ip_hdr_test_buf b;
	unsigned int v;

	for (v = 0; v < 16; v++) {
		exs_ip_hdr_test_make(&b, 5, 20);
		b.iph.version = v;
		b.iph.check = 0;
		b.iph.check = ip_fast_csum(&b.iph, 5);
		KUNIT_EXPECT_EQ(test, v == 4 ? EXS_DROP_MAX : EXS_DROP_IP_HEADER,
				exs_ip_hdr_check(&b.iph, 20));
	}
}

/* Every single bit of the header is covered. */
static void exs_ip_hdr_test_check_sum(struct kunit *test)
{
	struct exs_ip_hdr_test_buf b;
	unsigned int bit;

	for (bit = 8; bit < 24 * 8; bit++) {
		exs_ip_hdr_test_make(&b, 6, 24);
		((u8 *)&b)[bit / 8] ^= 1 << (bit % 8);
		KUNIT_EXPECT_EQ_MSG(test, EXS_DROP_IP_CSUM,
				    exs_ip_hdr_check(&b.iph, 24), "bit %u", bit);
	}
}

static void exs_ip_hdr_test_build_passes_check(struct kunit *test)
{
	struct iphdr iph;

	memset(&iph, 0xff, sizeof(iph));
	exs_ip_hdr_build(&iph, htonl(0x0a000001), htonl(0x0a000002),
			 IPPROTO_TCP, 0xb9, 63, 20, 0xfffe, true);
	KUNIT_EXPECT_EQ(test, EXS_DROP_MAX, exs_ip_hdr_check(&iph, 20));
	KUNIT_EXPECT_EQ(test, iph.tos, 0xb9);
	KUNIT_EXPECT_EQ(test, iph.ttl, 63);
	KUNIT_EXPECT_EQ(test, iph.protocol, IPPROTO_TCP);
	KUNIT_EXPECT_EQ(test, ntohs(iph.id), 0xfffe);
	KUNIT_EXPECT_EQ(test, ntohs(iph.frag_off), IP_DF);
	KUNIT_EXPECT_EQ(test, ntohl(iph.saddr), 0x0a000001);
	KUNIT_EXPECT_EQ(test, ntohl(iph.daddr), 0x0a000002);
	exs_ip_hdr_build(&iph, 0, 0, 0, 0, 1, 65535, 0, false);
	EXS_EXPECT_BEEQ(test, iph.frag_off, 0);
	KUNIT_EXPECT_EQ(test, ntohs(iph.tot_len), 65535);
	KUNIT_EXPECT_EQ(test, EXS_DROP_MAX, exs_ip_hdr_check(&iph, 65535));
}

static void exs_ip_hdr_test_ttl_keeps_sum_right(struct kunit *test)
{
	struct iphdr iph;
	unsigned int ttl, id;

	for (ttl = 1; ttl < 256; ttl++) {
		for (id = 0; id < 65536; id += 257) {
			exs_ip_hdr_build(&iph, htonl(0xffffffff), 0, 0xff, 0,
					 ttl, 20, id, false);
			exs_ip_hdr_decrease_ttl(&iph);
			if (iph.ttl != ttl - 1 || ip_fast_csum(&iph, 5))
				KUNIT_FAIL(test, "ttl %u id %u", ttl, id);
		}
	}
}

/* RFC 1624: damage on the way must not be hidden by the update. */
static void exs_ip_hdr_test_ttl_keeps_wrong_sum_wrong(struct kunit *test)
{
	struct iphdr iph;

	exs_ip_hdr_build(&iph, htonl(1), htonl(2), 17, 0, 64, 20, 7, false);
	iph.check ^= (__force __sum16)htons(0x0100);
	exs_ip_hdr_decrease_ttl(&iph);
	KUNIT_EXPECT_EQ(test, EXS_DROP_IP_CSUM, exs_ip_hdr_check(&iph, 20));
}

static struct kunit_case exs_ip_hdr_test_cases[] = {
	KUNIT_CASE(exs_ip_hdr_test_check_lengths),
	KUNIT_CASE(exs_ip_hdr_test_check_version),
	KUNIT_CASE(exs_ip_hdr_test_check_sum),
	KUNIT_CASE(exs_ip_hdr_test_build_passes_check),
	KUNIT_CASE(exs_ip_hdr_test_ttl_keeps_sum_right),
	KUNIT_CASE(exs_ip_hdr_test_ttl_keeps_wrong_sum_wrong),
	{}
};

static struct kunit_suite exs_ip_hdr_test_suite = {
	.name = "expstack_wire_ip_hdr",
	.test_cases = exs_ip_hdr_test_cases,
};
kunit_test_suite(exs_ip_hdr_test_suite);
