/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expstack ip: the decisions of fragmentation, for ip_frag.c and its suite.
 */
#ifndef _EXPSTACK_IP_FRAG_H
#define _EXPSTACK_IP_FRAG_H

#include <linux/types.h>

void exs_ip_frag_options(u8 *opt, unsigned int optlen);
unsigned int exs_ip_frag_size(unsigned int left, unsigned int mtu,
			      unsigned int hlen);

#endif /* _EXPSTACK_IP_FRAG_H */
