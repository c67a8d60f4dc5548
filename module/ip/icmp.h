/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expstack ip: the decisions of ICMP, for icmp_*.c and their suites.
 */
#ifndef _EXPSTACK_IP_ICMP_H
#define _EXPSTACK_IP_ICMP_H

#include <linux/types.h>

u32 exs_icmp_mtu_guess(u32 len);

#endif /* _EXPSTACK_IP_ICMP_H */
