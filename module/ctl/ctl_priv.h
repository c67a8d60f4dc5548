/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expstack ctl: private to module/ctl.
 */
#ifndef _EXS_CTL_PRIV_H
#define _EXS_CTL_PRIV_H

#include <net/genetlink.h>

#include <expstack/link.h>
#include <expstack/net.h>
#include <uapi/linux/expstack_netlink.h>

struct ctl_table_header;
struct proc_dir_entry;
struct seq_file;

#define EXS_CTL_SYSCTL_DIRS	4

/* Of a namespace; made and freed with it. */
struct exs_ctl_net {
	struct ctl_table_header *sysctl[EXS_CTL_SYSCTL_DIRS];
	struct proc_dir_entry *proc;
};

extern struct genl_family exs_ctl_family;

/*
 * A dump in pages. The walks of the other layers call back for every entry, so
 * a page starts by passing over the entries of those before it. An entry that
 * is filtered out counts too.
 */
struct exs_ctl_page {
	struct sk_buff *skb;
	struct netlink_callback *cb;
	long skip;		/* entries of earlier pages */
	long seen;		/* entries called back for so far */
};

void exs_ctl_page_start(struct exs_ctl_page *page, struct sk_buff *skb,
			struct netlink_callback *cb);
/* Is this entry on an earlier page? Call once for each. */
static inline bool exs_ctl_page_skip(struct exs_ctl_page *page)
{
	return page->seen++ < page->skip;
}

int exs_ctl_page_end(struct exs_ctl_page *page, int err);

struct exs_net *exs_ctl_dump_net(struct netlink_callback *cb);
/* Attribute of a request, or NULL; of a dump too. */
struct nlattr *exs_ctl_dump_attr(struct netlink_callback *cb, int attr);
void *exs_ctl_put_row(struct sk_buff *skb, struct netlink_callback *cb, u8 cmd);
int exs_ctl_reply(struct genl_info *info, u8 cmd,
		  int (*fill)(struct sk_buff *skb, void *arg), void *arg);
struct exs_ldev *exs_ctl_ldev_locked(struct genl_info *info, int attr);

/* genl_stat.c: also for /proc and the tests */
const char *exs_ctl_stat_prefix(enum exs_mib_group group);
size_t exs_ctl_stat_drop_name(enum exs_drop_reason reason, char *buf,
			      size_t len);

/* sysctl.c */
int exs_ctl_sysctl_net_init(struct exs_net *en);
void exs_ctl_sysctl_net_exit(struct exs_net *en);

/* proc.c */
int exs_ctl_proc_net_init(struct exs_net *en);
void exs_ctl_proc_net_exit(struct exs_net *en);

#endif /* _EXS_CTL_PRIV_H */
