// SPDX-License-Identifier: GPL-2.0
/*
 * expstack core: reading counters.
 * Flow:   EXS_INC() anywhere -> per-CPU words -> [here] -> netlink, /proc
 * Owns:   the table of counters
 * Locks:  none
 * Tests:  kunit/core/mib_kunit.c
 */
#include <expstack/net.h>

const struct exs_mib_desc exs_mib_table[EXS_MIB_MAX] = {
#define EXS_MIB(g, n)[EXS_MIB_##g##_##n] = { EXS_MIB_GROUP_##g, #n },
#include <expstack/mib.def>
#undef EXS_MIB
};

/**
 * exs_mib_read - a counter over all CPUs
 * @en: namespace
 * @item: which
 *
 * Return: the sum at about this moment.
 */
unsigned long exs_mib_read(const struct exs_net *en, enum exs_mib_item item)
{
	unsigned long sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu_ptr(en->mib, cpu)->c[item]);
	return sum;
}

/**
 * exs_mib_read_drop - packets dropped for a reason, over all CPUs
 * @en: namespace
 * @reason: which
 *
 * Return: the sum at about this moment.
 */
unsigned long exs_mib_read_drop(const struct exs_net *en,
				enum exs_drop_reason reason)
{
	unsigned long sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu_ptr(en->mib, cpu)->drop[reason]);
	return sum;
}
