// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ctl: suite of module/ctl/genl_stat.c and proc_stat.c.
 */
#include <linux/string.h>

#include "ctl_kunit.h"
#include "ctl/ctl_priv.h"
#include "ctl/proc.h"

static void drop_name__words_begin_with_capitals(struct kunit *test)
{
	char name[64];

	KUNIT_EXPECT_EQ(test, strlen("ExpDropTcpOldSeq"),
			exs_ctl_stat_drop_name(EXS_DROP_TCP_OLD_SEQ, name,
					       sizeof(name)));
	KUNIT_EXPECT_STREQ(test, "ExpDropTcpOldSeq", name);
	exs_ctl_stat_drop_name(EXS_DROP_HOOK, name, sizeof(name));
	KUNIT_EXPECT_STREQ(test, "ExpDropHook", name);
}

static void drop_name__is_cut_to_fit(struct kunit *test)
{
	char name[10] = "#########";

	KUNIT_EXPECT_EQ(test, 9UL,
			(unsigned long)exs_ctl_stat_drop_name(EXS_DROP_TCP_OLD_SEQ,
							      name, sizeof(name)));
	KUNIT_EXPECT_STREQ(test, "ExpDropTc", name);
}

static void drop_name__all_differ(struct kunit *test)
{
	char a[64], b[64];
	unsigned int i, k;

	for (i = 0; i < EXS_DROP_MAX; i++) {
		exs_ctl_stat_drop_name(i, a, sizeof(a));
		for (k = 0; k < i; k++) {
			exs_ctl_stat_drop_name(k, b, sizeof(b));
			KUNIT_EXPECT_STRNEQ(test, a, b);
		}
	}
}

static unsigned int exs_ctl_test_words(const char *line, const char *end)
{
	unsigned int n = 0;

	for (; line < end; line++)
		n += *line == ' ';
	return n;
}

/* Every second line has the values of the names above it. */
static void exs_ctl_test_pairs(struct kunit *test, const char *text)
{
	const char *mid, *end;
	unsigned int groups = 0;

	while (*text) {
		mid = strchr(text, '\n');
		KUNIT_ASSERT_NOT_NULL(test, mid);
		end = strchr(mid + 1, '\n');
		KUNIT_ASSERT_NOT_NULL(test, end);
		KUNIT_EXPECT_EQ(test, exs_ctl_test_words(text, mid),
				exs_ctl_test_words(mid, end));
		KUNIT_EXPECT_EQ(test, 0,
				strncmp(text, mid + 1,
					strchr(text, ':') - text + 1));
		groups++;
		text = end + 1;
	}
	KUNIT_EXPECT_GT(test, groups, 1U);
}

static void proc_stat__as_many_values_as_names(struct kunit *test)
{
	struct seq_file seq;

	exs_ctl_test_seq(test, &seq, 16384);
	KUNIT_EXPECT_EQ(test, 0, exs_ctl_proc_snmp_show(&seq, NULL));
	exs_ctl_test_pairs(test, seq.buf);
	exs_ctl_test_seq(test, &seq, 16384);
	KUNIT_EXPECT_EQ(test, 0, exs_ctl_proc_netstat_show(&seq, NULL));
	exs_ctl_test_pairs(test, seq.buf);
}

static struct kunit_case exs_ctl_genl_stat_cases[] = {
	KUNIT_CASE(drop_name__words_begin_with_capitals),
	KUNIT_CASE(drop_name__is_cut_to_fit),
	KUNIT_CASE(drop_name__all_differ),
	KUNIT_CASE(proc_stat__as_many_values_as_names),
	{}
};

static struct kunit_suite exs_ctl_genl_stat_suite = {
	.name = "expstack_ctl_genl_stat",
	.test_cases = exs_ctl_genl_stat_cases,
};

kunit_test_suite(exs_ctl_genl_stat_suite);
