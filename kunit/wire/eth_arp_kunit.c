// SPDX-License-Identifier: GPL-2.0
/*
 * expstack wire: suite of module/wire/eth_arp.c.
 */
#include <kunit/test.h>

#include <expstack/wire.h>

/* Request 192.0.2.1 (02:00:00:00:00:01) who has 192.0.2.2. */
static const u8 exs_arp_test_request[EXS_ARP_LEN] = {
	0x00, 0x01, 0x08, 0x00, 6, 4, 0x00, 0x01,
	0x02, 0x00, 0x00, 0x00, 0x00, 0x01, 192, 0, 2, 1,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 192, 0, 2, 2,
};

static void exs_arp_test_parse_request(struct kunit *test)
{
	static const u8 sha[6] = { 2, 0, 0, 0, 0, 1 };
	struct exs_arp arp;

	KUNIT_ASSERT_EQ(test, 0, exs_arp_parse(exs_arp_test_request,
					       EXS_ARP_LEN, &arp));
	KUNIT_EXPECT_EQ(test, arp.op, ARPOP_REQUEST);
	KUNIT_EXPECT_EQ(test, ntohl(arp.sip), 0xc0000201);
	KUNIT_EXPECT_EQ(test, ntohl(arp.tip), 0xc0000202);
	KUNIT_EXPECT_MEMEQ(test, arp.sha, sha, 6);
}

static void exs_arp_test_length_boundary(struct kunit *test)
{
	u8 buf[EXS_ARP_LEN + 1] = {};
	struct exs_arp arp;

	memcpy(buf, exs_arp_test_request, EXS_ARP_LEN);
	KUNIT_EXPECT_EQ(test, -EINVAL, exs_arp_parse(buf, 0, &arp));
	KUNIT_EXPECT_EQ(test, -EINVAL, exs_arp_parse(buf, EXS_ARP_LEN - 1, &arp));
	KUNIT_EXPECT_EQ(test, 0, exs_arp_parse(buf, EXS_ARP_LEN, &arp));
	KUNIT_EXPECT_EQ(test, 0, exs_arp_parse(buf, EXS_ARP_LEN + 1, &arp));
}

static void exs_arp_test_foreign_header_refused(struct kunit *test)
{
	static const struct {
		u8 at;
		u8 value;
		int want;
	} cases[] = {
		{ 1, 0, -EINVAL },	/* hardware 0 */
		{ 1, 1, 0 },
		{ 1, 2, -EINVAL },
		{ 1, 6, 0 },		/* IEEE 802 */
		{ 1, 7, -EINVAL },
		{ 2, 0x07, -EINVAL },	/* protocol 0x0700 */
		{ 3, 0x01, -EINVAL },	/* protocol 0x0801 */
		{ 4, 5, -EINVAL },
		{ 4, 7, -EINVAL },
		{ 5, 3, -EINVAL },
		{ 5, 5, -EINVAL },
		{ 7, 9, 0 },		/* any operation is handed on */
	};
	u8 buf[EXS_ARP_LEN];
	struct exs_arp arp;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		memcpy(buf, exs_arp_test_request, EXS_ARP_LEN);
		buf[cases[i].at] = cases[i].value;
		KUNIT_EXPECT_EQ_MSG(test, cases[i].want,
				    exs_arp_parse(buf, EXS_ARP_LEN, &arp),
				    "byte %u = %u", cases[i].at, cases[i].value);
	}
}

static void exs_arp_test_build_is_inverse(struct kunit *test)
{
	struct exs_arp arp;
	u8 buf[EXS_ARP_LEN];

	KUNIT_ASSERT_EQ(test, 0, exs_arp_parse(exs_arp_test_request,
					       EXS_ARP_LEN, &arp));
	memset(buf, 0xff, sizeof(buf));
	exs_arp_build(buf, &arp);
	KUNIT_EXPECT_MEMEQ(test, buf, exs_arp_test_request, EXS_ARP_LEN);
}

static struct kunit_case exs_arp_test_cases[] = {
	KUNIT_CASE(exs_arp_test_parse_request),
	KUNIT_CASE(exs_arp_test_length_boundary),
	KUNIT_CASE(exs_arp_test_foreign_header_refused),
	KUNIT_CASE(exs_arp_test_build_is_inverse),
	{}
};

static struct kunit_suite exs_arp_test_suite = {
	.name = "expstack_wire_eth_arp",
	.test_cases = exs_arp_test_cases,
};
kunit_test_suite(exs_arp_test_suite);
