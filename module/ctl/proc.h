/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expstack ctl: the files of /proc/net/expstack.
 */
#ifndef _EXS_CTL_PROC_H
#define _EXS_CTL_PROC_H

#include <linux/seq_file.h>

#include <expstack/tcp.h>

/* proc_sock.c */
int exs_ctl_proc_tcp_show(struct seq_file *seq, void *v);
int exs_ctl_proc_udp_show(struct seq_file *seq, void *v);
int exs_ctl_proc_icmp_show(struct seq_file *seq, void *v);
int exs_ctl_proc_raw_show(struct seq_file *seq, void *v);
void exs_ctl_proc_tcp_line(struct seq_file *seq, long slot,
			   const struct exs_tcp_row *row,
			   const struct tcp_info *info);
void exs_ctl_proc_dgram_line(struct seq_file *seq, long slot, u8 proto,
			     const struct exs_tcp_row *row, int drops);

/* proc_stat.c */
int exs_ctl_proc_snmp_show(struct seq_file *seq, void *v);
int exs_ctl_proc_netstat_show(struct seq_file *seq, void *v);

/* proc_table.c */
int exs_ctl_proc_route_show(struct seq_file *seq, void *v);
int exs_ctl_proc_arp_show(struct seq_file *seq, void *v);

#endif /* _EXS_CTL_PROC_H */
