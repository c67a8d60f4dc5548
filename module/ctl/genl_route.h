/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expstack ctl: routes over netlink, for the tests.
 */
#ifndef _EXS_CTL_GENL_ROUTE_H
#define _EXS_CTL_GENL_ROUTE_H

#include <expstack/route.h>

struct netlink_ext_ack;
struct nlattr;

int exs_ctl_route_parse(struct nlattr **attrs, bool add,
			struct exs_route_cfg *cfg,
			struct netlink_ext_ack *extack);
int exs_ctl_route_fill(struct sk_buff *skb, const struct exs_route_cfg *cfg);

/* route_attr.c: their metrics. */
void exs_ctl_route_attr_parse(struct nlattr **attrs,
			      struct exs_route_attr *attr);
int exs_ctl_route_attr_fill(struct sk_buff *skb,
			    const struct exs_route_attr *attr);

#endif /* _EXS_CTL_GENL_ROUTE_H */
