/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expstack ctl: addresses over netlink, for the tests.
 */
#ifndef _EXS_CTL_GENL_ADDR_H
#define _EXS_CTL_GENL_ADDR_H

struct exs_ifaddr;
struct netlink_ext_ack;
struct nlattr;

int exs_ctl_addr_parse(struct nlattr **attrs, struct exs_ifaddr *ifa,
		       struct netlink_ext_ack *extack);

#endif /* _EXS_CTL_GENL_ADDR_H */
