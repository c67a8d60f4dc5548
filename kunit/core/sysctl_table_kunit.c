// SPDX-License-Identifier: GPL-2.0
/*
 * expstack core: suite of module/core/sysctl_table.c.
 */
#include <kunit/test.h>
#include <linux/jiffies.h>
#include <linux/string.h>

#include <expstack/sysctl.h>

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

/* A setting is shown under one name, and has words of its own. */
static void sysctl__no_name_and_no_place_twice(struct kunit *test)
{
	const struct exs_sysctl_desc *a, *b;
	unsigned int i, k;

	for (i = 0; i < exs_sysctl_count; i++) {
		a = &exs_sysctl_table[i];
		KUNIT_EXPECT_LT(test, a->offset, sizeof(struct exs_sysctl));
		for (k = 0; k < i; k++) {
			b = &exs_sysctl_table[k];
			KUNIT_EXPECT_NE_MSG(test, a->offset, b->offset, "%s %s",
					    a->name, b->name);
			KUNIT_EXPECT_TRUE_MSG(test, strcmp(a->dir, b->dir) ||
					      strcmp(a->name, b->name), "%s",
					      a->name);
		}
	}
}

/* Every word of the settings has a line: none is without a default by mistake. */
static void sysctl__the_table_is_complete(struct kunit *test)
{
	static const u8 words[] = {
		[EXS_SYSCTL_INT] = 1, [EXS_SYSCTL_UINT] = 1,
		[EXS_SYSCTL_JIFFIES] = 1, [EXS_SYSCTL_MS_JIFFIES] = 1,
		[EXS_SYSCTL_INT2] = 2, [EXS_SYSCTL_INT3] = 3,
		[EXS_SYSCTL_CC] = 0,	/* a pointer, behind the words */
	};
	unsigned int i, n = 0;

	for (i = 0; i < exs_sysctl_count; i++)
		n += words[exs_sysctl_table[i].kind];
	KUNIT_EXPECT_EQ(test, round_up(n * sizeof(int), sizeof(void *)),
			offsetof(struct exs_sysctl, tcp_congestion_control));
}

static struct kunit_case exs_sysctl_table_kunit_cases[] = {
	KUNIT_CASE(sysctl__defaults_are_in_the_units_kept),
	KUNIT_CASE(sysctl__each_default_is_in_its_range),
	KUNIT_CASE(sysctl__no_name_and_no_place_twice),
	KUNIT_CASE(sysctl__the_table_is_complete),
	{}
};

static struct kunit_suite exs_sysctl_table_kunit_suite = {
	.name = "expstack_core_sysctl_table",
	.test_cases = exs_sysctl_table_kunit_cases,
};

kunit_test_suite(exs_sysctl_table_kunit_suite);
