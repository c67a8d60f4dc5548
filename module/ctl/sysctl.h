/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expstack ctl: what computes in ctl/sysctl.c, for the tests.
 */
#ifndef _EXS_CTL_SYSCTL_H
#define _EXS_CTL_SYSCTL_H

#include <expstack/sysctl.h>

unsigned int exs_ctl_sysctl_len(enum exs_sysctl_kind kind);
int exs_ctl_sysctl_shown(enum exs_sysctl_kind kind, int stored);
int exs_ctl_sysctl_stored(enum exs_sysctl_kind kind, int shown);
int exs_ctl_sysctl_check(const struct exs_sysctl *s,
			 const struct exs_sysctl_desc *d, const int *val);

#endif /* _EXS_CTL_SYSCTL_H */
