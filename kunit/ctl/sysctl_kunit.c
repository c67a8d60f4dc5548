// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ctl: suite of module/ctl/sysctl.c.
 */
#include <linux/jiffies.h>
#include <linux/string.h>

#include "ctl_kunit.h"
#include "ctl/sysctl.h"

static const struct exs_sysctl_desc *exs_ctl_test_desc(struct kunit *test,
						       const char *name)
{
	unsigned int i;

	for (i = 0; i < exs_sysctl_count; i++)
		if (!strcmp(exs_sysctl_table[i].name, name))
			return &exs_sysctl_table[i];
	KUNIT_FAIL(test, "no setting %s", name);
	return NULL;
}

static void shown__units(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, 60, exs_ctl_sysctl_shown(EXS_SYSCTL_JIFFIES,
						       60 * HZ));
	KUNIT_EXPECT_EQ(test, 500, exs_ctl_sysctl_shown(EXS_SYSCTL_MS_JIFFIES,
							msecs_to_jiffies(500)));
	KUNIT_EXPECT_EQ(test, -1, exs_ctl_sysctl_shown(EXS_SYSCTL_INT, -1));
}

/* The ends of every range survive being stored and shown again. */
static void stored__ranges_come_back(struct kunit *test)
{
	const struct exs_sysctl_desc *d;
	unsigned int i;
	int shown;

	for (i = 0; i < exs_sysctl_count; i++) {
		d = &exs_sysctl_table[i];
		if (d->kind == EXS_SYSCTL_CC)
			continue;
		shown = exs_ctl_sysctl_stored(d->kind, d->def[0]);
		shown = exs_ctl_sysctl_shown(d->kind, shown);
		KUNIT_EXPECT_EQ_MSG(test, d->def[0], shown, "%s", d->name);
		shown = exs_ctl_sysctl_stored(d->kind, d->max);
		KUNIT_EXPECT_GE_MSG(test, shown, 0, "%s", d->name);
	}
}

static void len__of_each_kind(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, 1U, exs_ctl_sysctl_len(EXS_SYSCTL_INT));
	KUNIT_EXPECT_EQ(test, 1U, exs_ctl_sysctl_len(EXS_SYSCTL_JIFFIES));
	KUNIT_EXPECT_EQ(test, 2U, exs_ctl_sysctl_len(EXS_SYSCTL_INT2));
	KUNIT_EXPECT_EQ(test, 3U, exs_ctl_sysctl_len(EXS_SYSCTL_INT3));
	KUNIT_EXPECT_EQ(test, 0U, exs_ctl_sysctl_len(EXS_SYSCTL_CC));
}

static void check__local_ports_form_a_range(struct kunit *test)
{
	static const struct {
		int low, high, err;
	} cases[] = {
		{ 1024, 1024, 0 }, { 1024, 1025, 0 }, { 1025, 1024, -EINVAL },
		{ 1023, 5000, -EINVAL }, { 1024, 65535, 0 },
	};
	const struct exs_sysctl_desc *d;
	struct exs_sysctl *s;
	unsigned int i;
	int val[3];

	s = kunit_kzalloc(test, sizeof(*s), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, s);
	exs_sysctl_defaults(s);
	d = exs_ctl_test_desc(test, "ip_local_port_range");
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		val[0] = cases[i].low;
		val[1] = cases[i].high;
		KUNIT_EXPECT_EQ_MSG(test, cases[i].err,
				    exs_ctl_sysctl_check(s, d, val),
				    "%d-%d", val[0], val[1]);
	}
}

static void check__no_local_port_needs_a_privilege(struct kunit *test)
{
	const struct exs_sysctl_desc *d;
	struct exs_sysctl *s;
	int port;

	s = kunit_kzalloc(test, sizeof(*s), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, s);
	exs_sysctl_defaults(s);
	d = exs_ctl_test_desc(test, "ip_unprivileged_port_start");
	port = s->ip_local_port_range[0];
	KUNIT_EXPECT_EQ(test, 0, exs_ctl_sysctl_check(s, d, &port));
	port++;
	KUNIT_EXPECT_EQ(test, -EINVAL, exs_ctl_sysctl_check(s, d, &port));
	port = 0;
	KUNIT_EXPECT_EQ(test, 0, exs_ctl_sysctl_check(s, d, &port));
}

/* A limit that goes with another one, which has its default. */
static void check__limits_keep_their_order(struct kunit *test)
{
	static const struct {
		const char *name, *other;
		int more;	/* than the other one */
		int err;
	} cases[] = {
		{ "ipfrag_high_thresh", "ipfrag_low_thresh", 0, 0 },
		{ "ipfrag_high_thresh", "ipfrag_low_thresh", -1, -EINVAL },
		{ "ipfrag_low_thresh", "ipfrag_high_thresh", 0, 0 },
		{ "ipfrag_low_thresh", "ipfrag_high_thresh", 1, -EINVAL },
		{ "tcp_reordering", "tcp_max_reordering", 0, 0 },
		{ "tcp_reordering", "tcp_max_reordering", 1, -EINVAL },
		{ "tcp_max_reordering", "tcp_reordering", -1, 0 },
	};
	struct exs_sysctl *s;
	unsigned int i;
	int val;

	s = kunit_kzalloc(test, sizeof(*s), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, s);
	exs_sysctl_defaults(s);
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		val = exs_ctl_test_desc(test, cases[i].other)->def[0] +
		      cases[i].more;
		KUNIT_EXPECT_EQ_MSG(test, cases[i].err,
				    exs_ctl_sysctl_check(s,
					exs_ctl_test_desc(test, cases[i].name),
					&val), "%s %d", cases[i].name, val);
	}
}

static struct kunit_case exs_ctl_sysctl_cases[] = {
	KUNIT_CASE(shown__units),
	KUNIT_CASE(stored__ranges_come_back),
	KUNIT_CASE(len__of_each_kind),
	KUNIT_CASE(check__local_ports_form_a_range),
	KUNIT_CASE(check__no_local_port_needs_a_privilege),
	KUNIT_CASE(check__limits_keep_their_order),
	{}
};

static struct kunit_suite exs_ctl_sysctl_suite = {
	.name = "expstack_ctl_sysctl",
	.test_cases = exs_ctl_sysctl_cases,
};

kunit_test_suite(exs_ctl_sysctl_suite);
