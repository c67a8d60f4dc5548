// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ctl: suite of module/ctl/proc_stat.c and proc.c: lines in pairs, as
 * netstat(8) and nstat(8) read them.
 */
#include <linux/string.h>

#include "ctl_kunit.h"
#include "ctl/ctl_priv.h"
#include "ctl/proc.h"

/* The n-th word behind "prefix:" of the line number row with it, as a number. */
static bool exs_stat_word(const char *text, const char *prefix, unsigned int row,
			  unsigned int n, char *word, size_t len)
{
	size_t plen = strlen(prefix);
	const char *p = text;

	while (p && *p) {
		if (!strncmp(p, prefix, plen) && p[plen] == ':' && !row--) {
			const char *end;

			p += plen + 2;
			while (n-- && p) {
				p = strpbrk(p, "\n ");
				if (!p || *p == '\n')
					return false;
				p++;
			}
			end = strpbrk(p, "\n ");
			if (!end)
				return false;
			strscpy(word, p, min_t(size_t, len, end - p + 1));
			return true;
		}
		p = strchr(p, '\n');
		p = p ? p + 1 : NULL;
	}
	return false;
}

/* The value under a name. */
static bool exs_stat_value(const char *text, const char *prefix,
			   const char *name, char *value, size_t len)
{
	char word[64];
	unsigned int n;

	for (n = 0; exs_stat_word(text, prefix, 0, n, word, sizeof(word)); n++)
		if (!strcmp(word, name))
			return exs_stat_word(text, prefix, 1, n, value, len);
	return false;
}

static void snmp__names_and_values_in_pairs(struct kunit *test)
{
	static const char *const groups[] = { "Ip", "Icmp", "Tcp", "Udp" };
	struct seq_file seq;
	unsigned int i, n;
	char word[64];

	exs_ctl_test_seq(test, &seq, 16384);
	KUNIT_EXPECT_EQ(test, 0, exs_ctl_proc_snmp_show(&seq, NULL));
	for (i = 0; i < ARRAY_SIZE(groups); i++) {
		for (n = 0; exs_stat_word(seq.buf, groups[i], 0, n, word,
					  sizeof(word)); n++)
			KUNIT_EXPECT_TRUE_MSG(test,
					      exs_stat_word(seq.buf, groups[i], 1,
							    n, word, sizeof(word)),
					      "%s %u", groups[i], n);
		KUNIT_EXPECT_GT_MSG(test, n, 4, "%s", groups[i]);
		KUNIT_EXPECT_FALSE(test, exs_stat_word(seq.buf, groups[i], 1, n,
						       word, sizeof(word)));
	}
}

/* RFC 1213: 1 forwards, 2 does not; the settings head the group. */
static void snmp__settings(struct kunit *test)
{
	struct exs_net *en = exs_net(&init_net);
	int old = en->sysctl.ip_forward, i;
	struct seq_file seq;
	char word[64] = "";

	for (i = 0; i < 2; i++) {
		WRITE_ONCE(en->sysctl.ip_forward, i);
		exs_ctl_test_seq(test, &seq, 16384);
		exs_ctl_proc_snmp_show(&seq, NULL);
		KUNIT_EXPECT_TRUE(test, exs_stat_value(seq.buf, "Ip", "Forwarding",
						       word, sizeof(word)));
		KUNIT_EXPECT_STREQ(test, word, i ? "1" : "2");
	}
	WRITE_ONCE(en->sysctl.ip_forward, old);
	KUNIT_EXPECT_TRUE(test, exs_stat_value(seq.buf, "Ip", "DefaultTTL", word,
					       sizeof(word)));
	KUNIT_EXPECT_STREQ(test, word, "64");
	KUNIT_EXPECT_TRUE(test, exs_stat_value(seq.buf, "Tcp", "MaxConn", word,
					       sizeof(word)));
	KUNIT_EXPECT_STREQ(test, word, "-1");
}

static void netstat__a_counter_is_shown(struct kunit *test)
{
	struct exs_net *en = exs_net(&init_net);
	unsigned long was = exs_mib_read(en, EXS_MIB_IPEXT_ReasmOverlaps);
	char word[64] = "", want[24];
	struct seq_file seq;

	EXS_INC(en, IPEXT_ReasmOverlaps);
	exs_ctl_test_seq(test, &seq, 16384);
	KUNIT_EXPECT_EQ(test, 0, exs_ctl_proc_netstat_show(&seq, NULL));
	EXS_DEC(en, IPEXT_ReasmOverlaps);
	KUNIT_EXPECT_TRUE(test, exs_stat_value(seq.buf, "IpExt", "ReasmOverlaps",
					       word, sizeof(word)));
	snprintf(want, sizeof(want), "%lu", was + 1);
	KUNIT_EXPECT_STREQ(test, word, want);
	KUNIT_EXPECT_TRUE(test, exs_stat_word(seq.buf, "TcpExt", 1, 0, word,
					      sizeof(word)));
}

/* The directory is there for a namespace older than the module. */
static void proc__directory_is_there(struct kunit *test)
{
	KUNIT_EXPECT_NOT_NULL(test, exs_net(&init_net)->ctl->proc);
}

static struct kunit_case exs_proc_stat_cases[] = {
	KUNIT_CASE(snmp__names_and_values_in_pairs),
	KUNIT_CASE(snmp__settings),
	KUNIT_CASE(netstat__a_counter_is_shown),
	KUNIT_CASE(proc__directory_is_there),
	{}
};

static struct kunit_suite exs_proc_stat_suite = {
	.name = "expstack_ctl_proc_stat",
	.test_cases = exs_proc_stat_cases,
};

kunit_test_suite(exs_proc_stat_suite);
