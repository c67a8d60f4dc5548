// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ctl: counters over netlink.
 * Flow:   stat-get -> [here] -> core/mib.c
 * Owns:   the names: group and counter as nstat has them, ExpDrop and reason
 * Locks:  none
 * Spec:   Documentation/netlink/specs/expstack.yaml
 * Tests:  kunit/ctl/genl_stat_kunit.c, qemu/tests/expctl_stat.sh
 */
#include <linux/ctype.h>
#include <linux/string.h>

#include "ctl/ctl_priv.h"
#include "ctl/genl_policy.h"

#define EXS_CTL_STAT_NAME_MAX	64

/* One counter as a row has it. */
struct exs_ctl_stat {
	char name[EXS_CTL_STAT_NAME_MAX];
	const char *text;
	u64 value;
};

static const char *const exs_ctl_stat_prefixes[] = {
	[EXS_MIB_GROUP_IP] = "Ip",
	[EXS_MIB_GROUP_ICMP] = "Icmp",
	[EXS_MIB_GROUP_TCP] = "Tcp",
	[EXS_MIB_GROUP_UDP] = "Udp",
	[EXS_MIB_GROUP_TCPEXT] = "TcpExt",
	[EXS_MIB_GROUP_IPEXT] = "IpExt",
	[EXS_MIB_GROUP_ARP] = "Arp",
};

static const struct {
	const char *name;
	const char *text;
} exs_ctl_stat_reasons[EXS_DROP_MAX] = {
#define EXS_DROP(name, text)[EXS_DROP_##name] = { #name, text },
#include <expstack/drop_reasons.def>
#undef EXS_DROP
};

/**
 * exs_ctl_stat_prefix - the first part of a counter's name
 * @group: its group
 *
 * Return: a constant string: "TcpExt".
 */
const char *exs_ctl_stat_prefix(enum exs_mib_group group)
{
	return exs_ctl_stat_prefixes[group];
}

/**
 * exs_ctl_stat_drop_name - a drop reason as a counter's name
 * @reason: the reason: TCP_OLD_SEQ
 * @buf: takes the name: ExpDropTcpOldSeq
 * @len: bytes in @buf
 *
 * Return: the length of the name, which is cut to fit.
 */
size_t exs_ctl_stat_drop_name(enum exs_drop_reason reason, char *buf,
			      size_t len)
{
	const char *p = exs_ctl_stat_reasons[reason].name;
	bool upper = true;
	size_t n;

	strscpy(buf, "ExpDrop", len);
	for (n = strlen(buf); *p && n + 1 < len; p++) {
		if (*p == '_') {
			upper = true;
			continue;
		}
		buf[n++] = upper ? *p : tolower(*p);
		upper = false;
	}
	buf[n] = '\0';
	return n;
}

/* Row number i of all: counters first, then drop reasons. */
static void exs_ctl_stat_row(struct exs_net *en, unsigned int i,
			     struct exs_ctl_stat *row)
{
	const struct exs_mib_desc *d;

	if (i < EXS_MIB_MAX) {
		d = &exs_mib_table[i];
		snprintf(row->name, sizeof(row->name), "%s%s",
			 exs_ctl_stat_prefix(d->group), d->name);
		row->text = NULL;
		row->value = exs_mib_read(en, i);
		return;
	}
	i -= EXS_MIB_MAX;
	exs_ctl_stat_drop_name(i, row->name, sizeof(row->name));
	row->text = exs_ctl_stat_reasons[i].text;
	row->value = exs_mib_read_drop(en, i);
}

static int exs_ctl_stat_fill(struct sk_buff *skb, void *arg)
{
	const struct exs_ctl_stat *row = arg;

	if (nla_put_string(skb, EXPSTACK_A_STAT_NAME, row->name) ||
	    nla_put_uint(skb, EXPSTACK_A_STAT_VALUE, row->value) ||
	    (row->text &&
	     nla_put_string(skb, EXPSTACK_A_STAT_TEXT, row->text)))
		return -EMSGSIZE;
	return 0;
}

/**
 * expstack_nl_stat_get_doit - stat-get of one counter
 * @skb: the request
 * @info: its attributes
 *
 * Return: 0 or an errno with a text.
 */
int expstack_nl_stat_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *nla = info->attrs[EXPSTACK_A_STAT_NAME];
	struct exs_net *en = exs_net(genl_info_net(info));
	struct exs_ctl_stat row;
	unsigned int i;

	if (!nla) {
		NL_SET_ERR_MSG(info->extack, "the name of a counter is needed");
		return -EINVAL;
	}
	for (i = 0; i < EXS_MIB_MAX + EXS_DROP_MAX; i++) {
		exs_ctl_stat_row(en, i, &row);
		if (!nla_strcmp(nla, row.name))
			return exs_ctl_reply(info, EXPSTACK_CMD_STAT_GET,
					     exs_ctl_stat_fill, &row);
	}
	NL_SET_ERR_MSG_ATTR(info->extack, nla, "no such counter");
	return -ENOENT;
}

/**
 * expstack_nl_stat_get_dumpit - stat-get of all counters
 * @skb: the page to be filled
 * @cb: the dump
 *
 * Return: as exs_ctl_page_end().
 */
int expstack_nl_stat_get_dumpit(struct sk_buff *skb,
				struct netlink_callback *cb)
{
	struct exs_net *en = exs_ctl_dump_net(cb);
	struct exs_ctl_stat row;
	unsigned int i;
	void *hdr;

	for (i = cb->args[0]; i < EXS_MIB_MAX + EXS_DROP_MAX; i++) {
		exs_ctl_stat_row(en, i, &row);
		hdr = exs_ctl_put_row(skb, cb, EXPSTACK_CMD_STAT_GET);
		if (!hdr)
			break;
		if (exs_ctl_stat_fill(skb, &row)) {
			genlmsg_cancel(skb, hdr);
			break;
		}
		genlmsg_end(skb, hdr);
	}
	cb->args[0] = i;
	return i < EXS_MIB_MAX + EXS_DROP_MAX ? -EMSGSIZE : 0;
}
