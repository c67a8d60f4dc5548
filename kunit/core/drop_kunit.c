// SPDX-License-Identifier: GPL-2.0
/*
 * expstack core: suite of module/core/drop.c, mib.c and sysctl_table.c.
 */
#include <kunit/test.h>
#include <linux/jiffies.h>
#include <linux/skbuff.h>
#include <net/net_namespace.h>

#include <expstack/net.h>

static void drop__counts_once_by_reason(struct kunit *test)
{
	struct exs_net *en = exs_net(&init_net);
	unsigned long before, other;
	struct sk_buff *skb = alloc_skb(64, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, skb);
	before = exs_mib_read_drop(en, EXS_DROP_TOO_SHORT);
	other = exs_mib_read_drop(en, EXS_DROP_NO_MEM);
	exs_drop(skb, EXS_DROP_TOO_SHORT);
	KUNIT_EXPECT_EQ(test, exs_mib_read_drop(en, EXS_DROP_TOO_SHORT),
			before + 1);
	KUNIT_EXPECT_EQ(test, exs_mib_read_drop(en, EXS_DROP_NO_MEM), other);
}

static void drop__every_reason_has_a_text_of_its_own(struct kunit *test)
{
	unsigned int i, k;

	for (i = 0; i < EXS_DROP_MAX; i++) {
		KUNIT_ASSERT_NOT_NULL(test, exs_drop_text(i));
		KUNIT_EXPECT_GT(test, strlen(exs_drop_text(i)), 0);
		for (k = 0; k < i; k++)
			KUNIT_EXPECT_STRNEQ(test, exs_drop_text(i),
					    exs_drop_text(k));
	}
	KUNIT_EXPECT_STREQ(test, exs_drop_text(EXS_DROP_MAX), "unknown");
}

static void mib__adds_over_cpus(struct kunit *test)
{
	struct exs_net *en = exs_net(&init_net);
	unsigned long before = exs_mib_read(en, EXS_MIB_ARP_Failures);
	int cpu;

	for_each_possible_cpu(cpu)
		per_cpu_ptr(en->mib, cpu)->c[EXS_MIB_ARP_Failures] += 3;
	EXS_INC(en, ARP_Failures);
	KUNIT_EXPECT_EQ(test, exs_mib_read(en, EXS_MIB_ARP_Failures),
			before + 3 * num_possible_cpus() + 1);
	for_each_possible_cpu(cpu)
		per_cpu_ptr(en->mib, cpu)->c[EXS_MIB_ARP_Failures] -= 3;
	EXS_DEC(en, ARP_Failures);
	KUNIT_EXPECT_EQ(test, exs_mib_read(en, EXS_MIB_ARP_Failures), before);
}

static void mib__names_are_unique_in_their_group(struct kunit *test)
{
	unsigned int i, k;

	for (i = 0; i < EXS_MIB_MAX; i++)
		for (k = 0; k < i; k++)
			if (exs_mib_table[i].group == exs_mib_table[k].group)
				KUNIT_EXPECT_STRNEQ(test, exs_mib_table[i].name,
						    exs_mib_table[k].name);
}

static void sysctl__defaults_are_in_the_units_kept(struct kunit *test)
{
	struct exs_sysctl s = {};

	exs_sysctl_defaults(&s);
	KUNIT_EXPECT_EQ(test, s.ip_default_ttl, 64);
	KUNIT_EXPECT_EQ(test, s.tcp_fin_timeout, 60 * HZ);
	KUNIT_EXPECT_EQ(test, s.tcp_keepalive_time, 7200 * HZ);
	KUNIT_EXPECT_EQ(test, s.tcp_rmem[0], 4096);
	KUNIT_EXPECT_EQ(test, s.tcp_rmem[1], 131072);
	KUNIT_EXPECT_EQ(test, s.tcp_rmem[2], 6291456);
	KUNIT_EXPECT_EQ(test, s.ip_local_port_range[0], 32768);
	KUNIT_EXPECT_EQ(test, s.ip_local_port_range[1], 60999);
	KUNIT_EXPECT_EQ(test, s.neigh_base_reachable_time, 30 * HZ);
	KUNIT_EXPECT_GT(test, strlen(s.tcp_congestion_control), 0);
}

static void sysctl__each_default_is_in_its_range(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < exs_sysctl_count; i++) {
		const struct exs_sysctl_desc *d = &exs_sysctl_table[i];

		if (d->kind == EXS_SYSCTL_CC)
			continue;
		KUNIT_EXPECT_GE_MSG(test, d->def[0], d->min, "%s", d->name);
		KUNIT_EXPECT_LE_MSG(test, d->def[0], d->max, "%s", d->name);
	}
}

static struct kunit_case exs_drop_cases[] = {
	KUNIT_CASE(drop__counts_once_by_reason),
	KUNIT_CASE(drop__every_reason_has_a_text_of_its_own),
	KUNIT_CASE(mib__adds_over_cpus),
	KUNIT_CASE(mib__names_are_unique_in_their_group),
	KUNIT_CASE(sysctl__defaults_are_in_the_units_kept),
	KUNIT_CASE(sysctl__each_default_is_in_its_range),
	{}
};

static struct kunit_suite exs_drop_suite = {
	.name = "expstack_core_drop",
	.test_cases = exs_drop_cases,
};

kunit_test_suite(exs_drop_suite);
