/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expstack ctl: what computes in ctl/proc_table.c, for the tests.
 */
#ifndef _EXS_CTL_PROC_TABLE_H
#define _EXS_CTL_PROC_TABLE_H

#include <expstack/route.h>

struct seq_file;

unsigned int exs_ctl_proc_route_flags(const struct exs_route_cfg *cfg);
void exs_ctl_proc_route_line(struct seq_file *seq, const char *dev,
			     const struct exs_route_cfg *cfg);
unsigned int exs_ctl_proc_arp_flags(u8 nud);

#endif /* _EXS_CTL_PROC_TABLE_H */
