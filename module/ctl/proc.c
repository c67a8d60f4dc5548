// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ctl: /proc/net/expstack, in the layouts of AF_INET's files.
 * Flow:   namespace born -> [here] -> files; a read -> proc_<what>.c
 * Owns:   exs_ctl_net.proc
 * Locks:  none
 * Tests:  qemu/tests/proc_layout.sh
 */
#include <linux/proc_fs.h>
#include <linux/seq_file_net.h>

#include "ctl/ctl_priv.h"
#include "ctl/proc.h"

static const struct {
	const char *name;
	int (*show)(struct seq_file *seq, void *v);
} exs_ctl_proc_files[] = {
	{ "tcp", exs_ctl_proc_tcp_show },
	{ "udp", exs_ctl_proc_udp_show },
	{ "icmp", exs_ctl_proc_icmp_show },
	{ "raw", exs_ctl_proc_raw_show },
	{ "snmp", exs_ctl_proc_snmp_show },
	{ "netstat", exs_ctl_proc_netstat_show },
	{ "route", exs_ctl_proc_route_show },
	{ "arp", exs_ctl_proc_arp_show },
};

/**
 * exs_ctl_proc_net_init - make a namespace's files
 * @en: the namespace
 *
 * Return: 0 or -ENOMEM; then nothing is left.
 */
int exs_ctl_proc_net_init(struct exs_net *en)
{
	struct proc_dir_entry *dir;
	unsigned int i;

	dir = proc_net_mkdir(en->net, "expstack", en->net->proc_net);
	if (!dir)
		return -ENOMEM;
	for (i = 0; i < ARRAY_SIZE(exs_ctl_proc_files); i++)
		if (!proc_create_net_single(exs_ctl_proc_files[i].name, 0444,
					    dir, exs_ctl_proc_files[i].show,
					    NULL)) {
			proc_remove(dir);
			return -ENOMEM;
		}
	en->ctl->proc = dir;
	return 0;
}

/**
 * exs_ctl_proc_net_exit - remove them
 * @en: the namespace
 *
 * Context: process; waits for readers.
 */
void exs_ctl_proc_net_exit(struct exs_net *en)
{
	proc_remove(en->ctl->proc);
	en->ctl->proc = NULL;
}
