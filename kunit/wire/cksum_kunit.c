// SPDX-License-Identifier: GPL-2.0
/*
 * expstack wire: suite of module/wire/cksum.c.
 */
#include <kunit/test.h>
#include <linux/in.h>

#include <expstack/wire.h>

#include "../kunit/expect.h"

/* SYN 192.0.2.1:1024 -> 192.0.2.2:80, sum worked out by hand. */
static void exs_cksum_test_tcp_known_segment(struct kunit *test)
{
	struct tcphdr th = {
		.source = htons(1024), .dest = htons(80), .seq = htonl(1),
		.doff = 5, .syn = 1, .window = htons(65535),
	};

	/*
	 * c000+0201+c000+0202+0006+0014 = 1841d; 0400+0050+0000+0001+0000+
	 * 0000+5002+ffff+0000+0000 = 15452; together 2d86f, folded d871.
	 */
	KUNIT_EXPECT_EQ(test, ntohs((__force __be16)
				    exs_cksum_tcp(&th, sizeof(th),
						  htonl(0xc0000201),
						  htonl(0xc0000202))),
			0xffff - 0xd871);
}

static void exs_cksum_test_tcp_verifies(struct kunit *test)
{
	struct {
		struct tcphdr th;
		u8 data[5];
	} __packed __aligned(4) s = { .th = { .doff = 5 } };
	const __be32 from = htonl(1), to = htonl(2), other = htonl(3);
	unsigned int len, bit;

	for (len = sizeof(s.th); len <= sizeof(s); len++) {
		memset(s.data, 0xa5, sizeof(s.data));
		s.th.check = 0;
		s.th.check = exs_cksum_tcp(&s.th, len, from, to);
		EXS_EXPECT_BEEQ(test, 0, exs_cksum_tcp(&s.th, len, from, to));
		EXS_EXPECT_BENE(test, 0, exs_cksum_tcp(&s.th, len, from, other));
		for (bit = 0; bit < len * 8; bit++) {
			((u8 *)&s)[bit / 8] ^= 1 << (bit % 8);
			EXS_EXPECT_BENE(test, 0, exs_cksum_tcp(&s.th, len, from, to));
			((u8 *)&s)[bit / 8] ^= 1 << (bit % 8);
		}
	}
}

static u16 exs_cksum_test_sum(const __be16 *w, unsigned int n)
{
	u32 s = 0;

	while (n--)
		s += (__force u16)*w++;
	s = (s & 0xffff) + (s >> 16);
	s = (s & 0xffff) + (s >> 16);
	return s;
}

static const u16 exs_cksum_test_words[] = {
	0x0000, 0x0001, 0x00ff, 0x0100, 0x5555, 0x7fff, 0x8000, 0xdd2f,
	0xfffe, 0xffff,
};

/* All pairs of odd words over all sums: right before is right after. */
static void exs_cksum_test_replace16(struct kunit *test)
{
	unsigned int i, j, k;

	for (i = 0; i < ARRAY_SIZE(exs_cksum_test_words); i++) {
		for (j = 0; j < ARRAY_SIZE(exs_cksum_test_words); j++) {
			for (k = 0; k < ARRAY_SIZE(exs_cksum_test_words); k++) {
				__be16 w[3] = {
					htons(0x4500),
					htons(exs_cksum_test_words[i]),
					htons(exs_cksum_test_words[j]),
				};
				__be16 to = htons(exs_cksum_test_words[k]);
				__sum16 sum = (__force __sum16)
					~exs_cksum_test_sum(w, 3);

				exs_cksum_replace16(&sum, w[2], to);
				w[2] = to;
				KUNIT_EXPECT_EQ(test, 0xffff,
						exs_cksum_test_sum(w, 3) +
						(__force u16)sum);
			}
		}
	}
}

/* RFC 1624 section 4: the case that equation 2 of RFC 1141 got wrong. */
static void exs_cksum_test_rfc1624_example(struct kunit *test)
{
	__sum16 sum = (__force __sum16)htons(0xdd2f);

	exs_cksum_replace16(&sum, htons(0x5555), htons(0x3285));
	KUNIT_EXPECT_EQ(test, ntohs((__force __be16)sum), 0x0000);
}

static void exs_cksum_test_replace32(struct kunit *test)
{
	static const u32 words[] = {
		0, 1, 0xffff, 0x10000, 0xffff0000, 0xc0000201, 0xfffffffe,
		0xffffffff,
	};
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(words); i++) {
		for (j = 0; j < ARRAY_SIZE(words); j++) {
			__be32 w[2] = { htonl(0x45000014), htonl(words[i]) };
			__sum16 sum = (__force __sum16)
				~exs_cksum_test_sum((__be16 *)w, 4);

			exs_cksum_replace32(&sum, w[1], htonl(words[j]));
			w[1] = htonl(words[j]);
			KUNIT_EXPECT_EQ(test, 0xffff,
					exs_cksum_test_sum((__be16 *)w, 4) +
					(__force u16)sum);
		}
	}
}

static struct kunit_case exs_cksum_test_cases[] = {
	KUNIT_CASE(exs_cksum_test_tcp_known_segment),
	KUNIT_CASE(exs_cksum_test_tcp_verifies),
	KUNIT_CASE(exs_cksum_test_replace16),
	KUNIT_CASE(exs_cksum_test_rfc1624_example),
	KUNIT_CASE(exs_cksum_test_replace32),
	{}
};

static struct kunit_suite exs_cksum_test_suite = {
	.name = "expstack_wire_cksum",
	.test_cases = exs_cksum_test_cases,
};
kunit_test_suite(exs_cksum_test_suite);
