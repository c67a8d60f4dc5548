// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ctl: suite of module/ctl/proc_table.c.
 */
#include <linux/if_arp.h>
#include <linux/route.h>
#include <linux/string.h>
#include <net/neighbour.h>

#include "ctl_kunit.h"
#include "ctl/proc_table.h"

static void route_flags__of_each_kind(struct kunit *test)
{
	static const struct {
		struct exs_route_cfg cfg;
		unsigned int flags;
	} cases[] = {
		{ { .type = RTN_UNICAST, .dst_len = 24 }, RTF_UP },
		{ { .type = RTN_UNICAST, .dst_len = 24, .gw = htonl(1) },
		  RTF_UP | RTF_GATEWAY },
		{ { .type = RTN_UNICAST, .dst_len = 32 }, RTF_UP | RTF_HOST },
		{ { .type = RTN_UNREACHABLE, .dst_len = 8 }, RTF_REJECT },
		{ { .type = RTN_PROHIBIT, .dst_len = 32 },
		  RTF_REJECT | RTF_HOST },
		{ { .type = RTN_BLACKHOLE, .dst_len = 8 }, RTF_UP },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++)
		KUNIT_EXPECT_EQ_MSG(test, cases[i].flags,
				    exs_ctl_proc_route_flags(&cases[i].cfg),
				    "case %u", i);
}

static void route_line__layout(struct kunit *test)
{
	static const struct exs_route_cfg cfg = {
		.dst = htonl(0x0a000000), .dst_len = 8,
		.gw = htonl(0xc0a80001), .priority = 100,
		.attr.val[RTAX_ADVMSS] = 1460,
		.type = RTN_UNICAST,
	};
	static const char want[] =
		"eth0\t0000000A\t0100A8C0\t0003\t0\t0\t100\t000000FF\t1500\t0\t0";
	struct seq_file seq;

	exs_ctl_test_seq(test, &seq, 256);
	exs_ctl_proc_route_line(&seq, "eth0", &cfg);
	KUNIT_EXPECT_EQ(test, 0, strncmp(seq.buf, want, sizeof(want) - 1));
	KUNIT_EXPECT_EQ(test, (size_t)128, seq.count);
	KUNIT_EXPECT_EQ(test, '\n', seq.buf[127]);
}

static void arp_flags__of_each_state(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, 0U, exs_ctl_proc_arp_flags(NUD_INCOMPLETE));
	KUNIT_EXPECT_EQ(test, 0U, exs_ctl_proc_arp_flags(NUD_FAILED));
	KUNIT_EXPECT_EQ(test, (unsigned int)ATF_COM,
			exs_ctl_proc_arp_flags(NUD_STALE));
	KUNIT_EXPECT_EQ(test, (unsigned int)ATF_COM,
			exs_ctl_proc_arp_flags(NUD_REACHABLE));
	KUNIT_EXPECT_EQ(test, (unsigned int)(ATF_COM | ATF_PERM),
			exs_ctl_proc_arp_flags(NUD_PERMANENT));
}

static struct kunit_case exs_ctl_proc_table_cases[] = {
	KUNIT_CASE(route_flags__of_each_kind),
	KUNIT_CASE(route_line__layout),
	KUNIT_CASE(arp_flags__of_each_state),
	{}
};

static struct kunit_suite exs_ctl_proc_table_suite = {
	.name = "expstack_ctl_proc_table",
	.test_cases = exs_ctl_proc_table_cases,
};

kunit_test_suite(exs_ctl_proc_table_suite);
