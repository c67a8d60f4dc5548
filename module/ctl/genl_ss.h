/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expstack ctl: sockets over netlink, for the tests.
 */
#ifndef _EXS_CTL_GENL_SS_H
#define _EXS_CTL_GENL_SS_H

#include <expstack/tcp.h>

int exs_ctl_ss_fill(struct sk_buff *skb, u8 proto, u32 ext,
		    const struct exs_tcp_row *row);

#endif /* _EXS_CTL_GENL_SS_H */
