// SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause)
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/expstack.yaml */
/* YNL-GEN kernel source */

#include <net/netlink.h>
#include <net/genetlink.h>

#include "genl_policy.h"

#include <uapi/linux/expstack_netlink.h>

/* EXPSTACK_CMD_LINK_ATTACH - do */
static const struct nla_policy expstack_link_attach_nl_policy[EXPSTACK_A_LINK_MODE + 1] = {
	[EXPSTACK_A_LINK_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[EXPSTACK_A_LINK_MODE] = NLA_POLICY_MAX(NLA_U32, 2),
};

/* EXPSTACK_CMD_LINK_DETACH - do */
static const struct nla_policy expstack_link_detach_nl_policy[EXPSTACK_A_LINK_IFINDEX + 1] = {
	[EXPSTACK_A_LINK_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
};

/* EXPSTACK_CMD_LINK_GET - do */
static const struct nla_policy expstack_link_get_nl_policy[EXPSTACK_A_LINK_IFINDEX + 1] = {
	[EXPSTACK_A_LINK_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
};

/* EXPSTACK_CMD_ADDR_ADD - do */
static const struct nla_policy expstack_addr_add_nl_policy[EXPSTACK_A_ADDR_LABEL + 1] = {
	[EXPSTACK_A_ADDR_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[EXPSTACK_A_ADDR_LOCAL] = { .type = NLA_U32, },
	[EXPSTACK_A_ADDR_PREFIXLEN] = NLA_POLICY_MAX(NLA_U8, 32),
	[EXPSTACK_A_ADDR_PEER] = { .type = NLA_U32, },
	[EXPSTACK_A_ADDR_BROADCAST] = { .type = NLA_U32, },
	[EXPSTACK_A_ADDR_SCOPE] = { .type = NLA_U8, },
	[EXPSTACK_A_ADDR_LABEL] = { .type = NLA_NUL_STRING, .len = 15, },
};

/* EXPSTACK_CMD_ADDR_DEL - do */
static const struct nla_policy expstack_addr_del_nl_policy[EXPSTACK_A_ADDR_PREFIXLEN + 1] = {
	[EXPSTACK_A_ADDR_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[EXPSTACK_A_ADDR_LOCAL] = { .type = NLA_U32, },
	[EXPSTACK_A_ADDR_PREFIXLEN] = NLA_POLICY_MAX(NLA_U8, 32),
};

/* EXPSTACK_CMD_ADDR_GET - dump */
static const struct nla_policy expstack_addr_get_nl_policy[EXPSTACK_A_ADDR_IFINDEX + 1] = {
	[EXPSTACK_A_ADDR_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
};

/* EXPSTACK_CMD_ROUTE_ADD - do */
static const struct nla_policy expstack_route_add_nl_policy[EXPSTACK_A_ROUTE_FASTOPEN_NO_COOKIE + 1] = {
	[EXPSTACK_A_ROUTE_DST] = { .type = NLA_U32, },
	[EXPSTACK_A_ROUTE_DST_LEN] = NLA_POLICY_MAX(NLA_U8, 32),
	[EXPSTACK_A_ROUTE_GATEWAY] = { .type = NLA_U32, },
	[EXPSTACK_A_ROUTE_PREFSRC] = { .type = NLA_U32, },
	[EXPSTACK_A_ROUTE_OIF] = NLA_POLICY_MIN(NLA_U32, 1),
	[EXPSTACK_A_ROUTE_TABLE] = { .type = NLA_U32, },
	[EXPSTACK_A_ROUTE_PRIORITY] = { .type = NLA_U32, },
	[EXPSTACK_A_ROUTE_TOS] = { .type = NLA_U8, },
	[EXPSTACK_A_ROUTE_TYPE] = { .type = NLA_U8, },
	[EXPSTACK_A_ROUTE_SCOPE] = { .type = NLA_U8, },
	[EXPSTACK_A_ROUTE_PROTOCOL] = { .type = NLA_U8, },
	[EXPSTACK_A_ROUTE_ONLINK] = { .type = NLA_FLAG, },
	[EXPSTACK_A_ROUTE_MTU] = { .type = NLA_U32, },
	[EXPSTACK_A_ROUTE_LOCK] = { .type = NLA_U32, },
	[EXPSTACK_A_ROUTE_ADVMSS] = { .type = NLA_U32, },
	[EXPSTACK_A_ROUTE_INITCWND] = { .type = NLA_U32, },
	[EXPSTACK_A_ROUTE_WINDOW] = { .type = NLA_U32, },
	[EXPSTACK_A_ROUTE_RTT] = { .type = NLA_U32, },
	[EXPSTACK_A_ROUTE_RTTVAR] = { .type = NLA_U32, },
	[EXPSTACK_A_ROUTE_SSTHRESH] = { .type = NLA_U32, },
	[EXPSTACK_A_ROUTE_CWND] = { .type = NLA_U32, },
	[EXPSTACK_A_ROUTE_REORDERING] = { .type = NLA_U32, },
	[EXPSTACK_A_ROUTE_FEATURES] = { .type = NLA_U32, },
	[EXPSTACK_A_ROUTE_RTO_MIN] = { .type = NLA_U32, },
	[EXPSTACK_A_ROUTE_INITRWND] = { .type = NLA_U32, },
	[EXPSTACK_A_ROUTE_QUICKACK] = { .type = NLA_U32, },
	[EXPSTACK_A_ROUTE_CONGCTL] = { .type = NLA_NUL_STRING, .len = 15, },
	[EXPSTACK_A_ROUTE_FASTOPEN_NO_COOKIE] = { .type = NLA_U32, },
};

/* EXPSTACK_CMD_ROUTE_DEL - do */
static const struct nla_policy expstack_route_del_nl_policy[EXPSTACK_A_ROUTE_FASTOPEN_NO_COOKIE + 1] = {
	[EXPSTACK_A_ROUTE_DST] = { .type = NLA_U32, },
	[EXPSTACK_A_ROUTE_DST_LEN] = NLA_POLICY_MAX(NLA_U8, 32),
	[EXPSTACK_A_ROUTE_GATEWAY] = { .type = NLA_U32, },
	[EXPSTACK_A_ROUTE_PREFSRC] = { .type = NLA_U32, },
	[EXPSTACK_A_ROUTE_OIF] = NLA_POLICY_MIN(NLA_U32, 1),
	[EXPSTACK_A_ROUTE_TABLE] = { .type = NLA_U32, },
	[EXPSTACK_A_ROUTE_PRIORITY] = { .type = NLA_U32, },
	[EXPSTACK_A_ROUTE_TOS] = { .type = NLA_U8, },
	[EXPSTACK_A_ROUTE_TYPE] = { .type = NLA_U8, },
	[EXPSTACK_A_ROUTE_SCOPE] = { .type = NLA_U8, },
	[EXPSTACK_A_ROUTE_PROTOCOL] = { .type = NLA_U8, },
	[EXPSTACK_A_ROUTE_ONLINK] = { .type = NLA_FLAG, },
	[EXPSTACK_A_ROUTE_MTU] = { .type = NLA_U32, },
	[EXPSTACK_A_ROUTE_LOCK] = { .type = NLA_U32, },
	[EXPSTACK_A_ROUTE_ADVMSS] = { .type = NLA_U32, },
	[EXPSTACK_A_ROUTE_INITCWND] = { .type = NLA_U32, },
	[EXPSTACK_A_ROUTE_WINDOW] = { .type = NLA_U32, },
	[EXPSTACK_A_ROUTE_RTT] = { .type = NLA_U32, },
	[EXPSTACK_A_ROUTE_RTTVAR] = { .type = NLA_U32, },
	[EXPSTACK_A_ROUTE_SSTHRESH] = { .type = NLA_U32, },
	[EXPSTACK_A_ROUTE_CWND] = { .type = NLA_U32, },
	[EXPSTACK_A_ROUTE_REORDERING] = { .type = NLA_U32, },
	[EXPSTACK_A_ROUTE_FEATURES] = { .type = NLA_U32, },
	[EXPSTACK_A_ROUTE_RTO_MIN] = { .type = NLA_U32, },
	[EXPSTACK_A_ROUTE_INITRWND] = { .type = NLA_U32, },
	[EXPSTACK_A_ROUTE_QUICKACK] = { .type = NLA_U32, },
	[EXPSTACK_A_ROUTE_CONGCTL] = { .type = NLA_NUL_STRING, .len = 15, },
	[EXPSTACK_A_ROUTE_FASTOPEN_NO_COOKIE] = { .type = NLA_U32, },
};

/* EXPSTACK_CMD_ROUTE_GET - do */
static const struct nla_policy expstack_route_get_nl_policy[EXPSTACK_A_ROUTE_UID + 1] = {
	[EXPSTACK_A_ROUTE_DST] = { .type = NLA_U32, },
	[EXPSTACK_A_ROUTE_SRC] = { .type = NLA_U32, },
	[EXPSTACK_A_ROUTE_OIF] = NLA_POLICY_MIN(NLA_U32, 1),
	[EXPSTACK_A_ROUTE_IIF] = NLA_POLICY_MIN(NLA_U32, 1),
	[EXPSTACK_A_ROUTE_TOS] = { .type = NLA_U8, },
	[EXPSTACK_A_ROUTE_MARK] = { .type = NLA_U32, },
	[EXPSTACK_A_ROUTE_UID] = { .type = NLA_U32, },
};

/* EXPSTACK_CMD_NEIGH_ADD - do */
static const struct nla_policy expstack_neigh_add_nl_policy[EXPSTACK_A_NEIGH_FLAGS + 1] = {
	[EXPSTACK_A_NEIGH_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[EXPSTACK_A_NEIGH_DST] = { .type = NLA_U32, },
	[EXPSTACK_A_NEIGH_LLADDR] = { .type = NLA_BINARY, },
	[EXPSTACK_A_NEIGH_STATE] = { .type = NLA_U16, },
	[EXPSTACK_A_NEIGH_FLAGS] = { .type = NLA_U8, },
};

/* EXPSTACK_CMD_NEIGH_DEL - do */
static const struct nla_policy expstack_neigh_del_nl_policy[EXPSTACK_A_NEIGH_DST + 1] = {
	[EXPSTACK_A_NEIGH_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[EXPSTACK_A_NEIGH_DST] = { .type = NLA_U32, },
};

/* EXPSTACK_CMD_NEIGH_FLUSH - do */
static const struct nla_policy expstack_neigh_flush_nl_policy[EXPSTACK_A_NEIGH_STATE + 1] = {
	[EXPSTACK_A_NEIGH_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[EXPSTACK_A_NEIGH_STATE] = { .type = NLA_U16, },
};

/* EXPSTACK_CMD_NEIGH_GET - dump */
static const struct nla_policy expstack_neigh_get_nl_policy[EXPSTACK_A_NEIGH_IFINDEX + 1] = {
	[EXPSTACK_A_NEIGH_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
};

/* EXPSTACK_CMD_SOCK_GET - dump */
static const struct nla_policy expstack_sock_get_nl_policy[EXPSTACK_A_SOCK_EXT + 1] = {
	[EXPSTACK_A_SOCK_PROTOCOL] = { .type = NLA_U8, },
	[EXPSTACK_A_SOCK_STATES] = { .type = NLA_U32, },
	[EXPSTACK_A_SOCK_EXT] = NLA_POLICY_MASK(NLA_U32, 0x7),
};

/* EXPSTACK_CMD_STAT_GET - do */
static const struct nla_policy expstack_stat_get_nl_policy[EXPSTACK_A_STAT_NAME + 1] = {
	[EXPSTACK_A_STAT_NAME] = { .type = NLA_NUL_STRING, .len = 63, },
};

/* EXPSTACK_CMD_METRICS_GET - do */
static const struct nla_policy expstack_metrics_get_nl_policy[EXPSTACK_A_METRICS_SADDR + 1] = {
	[EXPSTACK_A_METRICS_ADDR] = { .type = NLA_U32, },
	[EXPSTACK_A_METRICS_SADDR] = { .type = NLA_U32, },
};

/* EXPSTACK_CMD_METRICS_DEL - do */
static const struct nla_policy expstack_metrics_del_nl_policy[EXPSTACK_A_METRICS_SADDR + 1] = {
	[EXPSTACK_A_METRICS_ADDR] = { .type = NLA_U32, },
	[EXPSTACK_A_METRICS_SADDR] = { .type = NLA_U32, },
};

/* Ops table for expstack */
const struct genl_split_ops expstack_nl_ops[21] = {
	{
		.cmd		= EXPSTACK_CMD_LINK_ATTACH,
		.doit		= expstack_nl_link_attach_doit,
		.policy		= expstack_link_attach_nl_policy,
		.maxattr	= EXPSTACK_A_LINK_MODE,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= EXPSTACK_CMD_LINK_DETACH,
		.doit		= expstack_nl_link_detach_doit,
		.policy		= expstack_link_detach_nl_policy,
		.maxattr	= EXPSTACK_A_LINK_IFINDEX,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= EXPSTACK_CMD_LINK_GET,
		.doit		= expstack_nl_link_get_doit,
		.policy		= expstack_link_get_nl_policy,
		.maxattr	= EXPSTACK_A_LINK_IFINDEX,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd	= EXPSTACK_CMD_LINK_GET,
		.dumpit	= expstack_nl_link_get_dumpit,
		.flags	= GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= EXPSTACK_CMD_ADDR_ADD,
		.doit		= expstack_nl_addr_add_doit,
		.policy		= expstack_addr_add_nl_policy,
		.maxattr	= EXPSTACK_A_ADDR_LABEL,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= EXPSTACK_CMD_ADDR_DEL,
		.doit		= expstack_nl_addr_del_doit,
		.policy		= expstack_addr_del_nl_policy,
		.maxattr	= EXPSTACK_A_ADDR_PREFIXLEN,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= EXPSTACK_CMD_ADDR_GET,
		.dumpit		= expstack_nl_addr_get_dumpit,
		.policy		= expstack_addr_get_nl_policy,
		.maxattr	= EXPSTACK_A_ADDR_IFINDEX,
		.flags		= GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= EXPSTACK_CMD_ROUTE_ADD,
		.doit		= expstack_nl_route_add_doit,
		.policy		= expstack_route_add_nl_policy,
		.maxattr	= EXPSTACK_A_ROUTE_FASTOPEN_NO_COOKIE,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= EXPSTACK_CMD_ROUTE_DEL,
		.doit		= expstack_nl_route_del_doit,
		.policy		= expstack_route_del_nl_policy,
		.maxattr	= EXPSTACK_A_ROUTE_FASTOPEN_NO_COOKIE,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= EXPSTACK_CMD_ROUTE_GET,
		.doit		= expstack_nl_route_get_doit,
		.policy		= expstack_route_get_nl_policy,
		.maxattr	= EXPSTACK_A_ROUTE_UID,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd	= EXPSTACK_CMD_ROUTE_GET,
		.dumpit	= expstack_nl_route_get_dumpit,
		.flags	= GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= EXPSTACK_CMD_NEIGH_ADD,
		.doit		= expstack_nl_neigh_add_doit,
		.policy		= expstack_neigh_add_nl_policy,
		.maxattr	= EXPSTACK_A_NEIGH_FLAGS,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= EXPSTACK_CMD_NEIGH_DEL,
		.doit		= expstack_nl_neigh_del_doit,
		.policy		= expstack_neigh_del_nl_policy,
		.maxattr	= EXPSTACK_A_NEIGH_DST,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= EXPSTACK_CMD_NEIGH_FLUSH,
		.doit		= expstack_nl_neigh_flush_doit,
		.policy		= expstack_neigh_flush_nl_policy,
		.maxattr	= EXPSTACK_A_NEIGH_STATE,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= EXPSTACK_CMD_NEIGH_GET,
		.dumpit		= expstack_nl_neigh_get_dumpit,
		.policy		= expstack_neigh_get_nl_policy,
		.maxattr	= EXPSTACK_A_NEIGH_IFINDEX,
		.flags		= GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= EXPSTACK_CMD_SOCK_GET,
		.dumpit		= expstack_nl_sock_get_dumpit,
		.policy		= expstack_sock_get_nl_policy,
		.maxattr	= EXPSTACK_A_SOCK_EXT,
		.flags		= GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= EXPSTACK_CMD_STAT_GET,
		.doit		= expstack_nl_stat_get_doit,
		.policy		= expstack_stat_get_nl_policy,
		.maxattr	= EXPSTACK_A_STAT_NAME,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd	= EXPSTACK_CMD_STAT_GET,
		.dumpit	= expstack_nl_stat_get_dumpit,
		.flags	= GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= EXPSTACK_CMD_METRICS_GET,
		.doit		= expstack_nl_metrics_get_doit,
		.policy		= expstack_metrics_get_nl_policy,
		.maxattr	= EXPSTACK_A_METRICS_SADDR,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd	= EXPSTACK_CMD_METRICS_GET,
		.dumpit	= expstack_nl_metrics_get_dumpit,
		.flags	= GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= EXPSTACK_CMD_METRICS_DEL,
		.doit		= expstack_nl_metrics_del_doit,
		.policy		= expstack_metrics_del_nl_policy,
		.maxattr	= EXPSTACK_A_METRICS_SADDR,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
};
