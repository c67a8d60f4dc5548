/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/expstack.yaml */
/* YNL-GEN kernel header */

#ifndef _LINUX_EXPSTACK_GEN_H
#define _LINUX_EXPSTACK_GEN_H

#include <net/netlink.h>
#include <net/genetlink.h>

#include <uapi/linux/expstack_netlink.h>

/* Ops table for expstack */
extern const struct genl_split_ops expstack_nl_ops[21];

int expstack_nl_link_attach_doit(struct sk_buff *skb, struct genl_info *info);
int expstack_nl_link_detach_doit(struct sk_buff *skb, struct genl_info *info);
int expstack_nl_link_get_doit(struct sk_buff *skb, struct genl_info *info);
int expstack_nl_link_get_dumpit(struct sk_buff *skb,
				struct netlink_callback *cb);
int expstack_nl_addr_add_doit(struct sk_buff *skb, struct genl_info *info);
int expstack_nl_addr_del_doit(struct sk_buff *skb, struct genl_info *info);
int expstack_nl_addr_get_dumpit(struct sk_buff *skb,
				struct netlink_callback *cb);
int expstack_nl_route_add_doit(struct sk_buff *skb, struct genl_info *info);
int expstack_nl_route_del_doit(struct sk_buff *skb, struct genl_info *info);
int expstack_nl_route_get_doit(struct sk_buff *skb, struct genl_info *info);
int expstack_nl_route_get_dumpit(struct sk_buff *skb,
				 struct netlink_callback *cb);
int expstack_nl_neigh_add_doit(struct sk_buff *skb, struct genl_info *info);
int expstack_nl_neigh_del_doit(struct sk_buff *skb, struct genl_info *info);
int expstack_nl_neigh_flush_doit(struct sk_buff *skb, struct genl_info *info);
int expstack_nl_neigh_get_dumpit(struct sk_buff *skb,
				 struct netlink_callback *cb);
int expstack_nl_sock_get_dumpit(struct sk_buff *skb,
				struct netlink_callback *cb);
int expstack_nl_stat_get_doit(struct sk_buff *skb, struct genl_info *info);
int expstack_nl_stat_get_dumpit(struct sk_buff *skb,
				struct netlink_callback *cb);
int expstack_nl_metrics_get_doit(struct sk_buff *skb, struct genl_info *info);
int expstack_nl_metrics_get_dumpit(struct sk_buff *skb,
				   struct netlink_callback *cb);
int expstack_nl_metrics_del_doit(struct sk_buff *skb, struct genl_info *info);

#endif /* _LINUX_EXPSTACK_GEN_H */
