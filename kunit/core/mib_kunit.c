// SPDX-License-Identifier: GPL-2.0
/*
 * expstack core: suite of module/core/mib.c.
 */
#include <kunit/test.h>
#include <net/net_namespace.h>

#include <expstack/net.h>

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

static void mib__drops_are_added_over_cpus(struct kunit *test)
{
	struct exs_net *en = exs_net(&init_net);
	unsigned long before = exs_mib_read_drop(en, EXS_DROP_SHUTDOWN);
	int cpu;

	for_each_possible_cpu(cpu)
		per_cpu_ptr(en->mib, cpu)->drop[EXS_DROP_SHUTDOWN] += 2;
	KUNIT_EXPECT_EQ(test, exs_mib_read_drop(en, EXS_DROP_SHUTDOWN),
			before + 2 * num_possible_cpus());
	for_each_possible_cpu(cpu)
		per_cpu_ptr(en->mib, cpu)->drop[EXS_DROP_SHUTDOWN] -= 2;
}

static void mib__add_takes_an_amount(struct kunit *test)
{
	struct exs_net *en = exs_net(&init_net);
	unsigned long before = exs_mib_read(en, EXS_MIB_ARP_Conflicts);

	EXS_ADD(en, ARP_Conflicts, 1500);
	KUNIT_EXPECT_EQ(test, before + 1500,
			exs_mib_read(en, EXS_MIB_ARP_Conflicts));
	EXS_ADD(en, ARP_Conflicts, -1500);
}

static struct kunit_case exs_mib_kunit_cases[] = {
	KUNIT_CASE(mib__adds_over_cpus),
	KUNIT_CASE(mib__names_are_unique_in_their_group),
	KUNIT_CASE(mib__drops_are_added_over_cpus),
	KUNIT_CASE(mib__add_takes_an_amount),
	{}
};

static struct kunit_suite exs_mib_kunit_suite = {
	.name = "expstack_core_mib",
	.test_cases = exs_mib_kunit_cases,
};

kunit_test_suite(exs_mib_kunit_suite);
