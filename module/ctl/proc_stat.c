// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ctl: /proc/net/expstack/snmp and netstat.
 * Flow:   read -> [here] -> core/mib.c
 * Owns:   nothing
 * Locks:  none
 * Spec:   RFC 1213 and the layouts of /proc/net/snmp and /proc/net/netstat: a
 *         line of names and a line of values for each group
 * Tests:  kunit/ctl/genl_stat_kunit.c, qemu/tests/proc_layout.sh
 */
#include <linux/seq_file_net.h>

#include "ctl/ctl_priv.h"
#include "ctl/proc.h"

#define EXS_CTL_PROC_RTO_MIN_MS	200
#define EXS_CTL_PROC_RTO_MAX_MS	120000

/* Fields that are settings rather than counters come first in a group. */
static void exs_ctl_proc_settings(struct seq_file *seq,
				  const struct exs_net *en,
				  enum exs_mib_group group, bool names)
{
	if (group == EXS_MIB_GROUP_IP && names)
		seq_puts(seq, " Forwarding DefaultTTL");
	else if (group == EXS_MIB_GROUP_IP)
		/* RFC 1213: 1 forwarding, 2 not forwarding */
		seq_printf(seq, " %d %d", EXS_SYSCTL(en, ip_forward) ? 1 : 2,
			   EXS_SYSCTL(en, ip_default_ttl));
	else if (group == EXS_MIB_GROUP_TCP && names)
		seq_puts(seq, " RtoAlgorithm RtoMin RtoMax MaxConn");
	else if (group == EXS_MIB_GROUP_TCP)
		/* RFC 4022: 1 other, and no limit of connections */
		seq_printf(seq, " 1 %d %d -1", EXS_CTL_PROC_RTO_MIN_MS,
			   EXS_CTL_PROC_RTO_MAX_MS);
}

static void exs_ctl_proc_group(struct seq_file *seq, const struct exs_net *en,
			       enum exs_mib_group group)
{
	const char *prefix = exs_ctl_stat_prefix(group);
	unsigned int i;

	seq_printf(seq, "%s:", prefix);
	exs_ctl_proc_settings(seq, en, group, true);
	for (i = 0; i < EXS_MIB_MAX; i++)
		if (exs_mib_table[i].group == group)
			seq_printf(seq, " %s", exs_mib_table[i].name);
	seq_printf(seq, "\n%s:", prefix);
	exs_ctl_proc_settings(seq, en, group, false);
	for (i = 0; i < EXS_MIB_MAX; i++)
		if (exs_mib_table[i].group == group)
			seq_printf(seq, " %lu", exs_mib_read(en, i));
	seq_putc(seq, '\n');
}

/**
 * exs_ctl_proc_snmp_show - the file snmp
 * @seq: the file
 * @v: unused
 *
 * Return: 0.
 */
int exs_ctl_proc_snmp_show(struct seq_file *seq, void *v)
{
	const struct exs_net *en = exs_net(seq_file_single_net(seq));

	exs_ctl_proc_group(seq, en, EXS_MIB_GROUP_IP);
	exs_ctl_proc_group(seq, en, EXS_MIB_GROUP_ICMP);
	exs_ctl_proc_group(seq, en, EXS_MIB_GROUP_TCP);
	exs_ctl_proc_group(seq, en, EXS_MIB_GROUP_UDP);
	return 0;
}

/**
 * exs_ctl_proc_netstat_show - the file netstat
 * @seq: the file
 * @v: unused
 *
 * Return: 0.
 */
int exs_ctl_proc_netstat_show(struct seq_file *seq, void *v)
{
	const struct exs_net *en = exs_net(seq_file_single_net(seq));

	exs_ctl_proc_group(seq, en, EXS_MIB_GROUP_TCPEXT);
	exs_ctl_proc_group(seq, en, EXS_MIB_GROUP_IPEXT);
	return 0;
}
