// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ctl: what TCP remembers of destinations, over netlink.
 * Flow:   metrics-get, -del -> [here] -> tcp/tcp_metrics.c
 * Owns:   nothing
 * Locks:  none
 * Spec:   Documentation/netlink/specs/expstack.yaml
 * Tests:  kunit/ctl/genl_metrics_kunit.c, qemu/tests/expctl_metrics.sh
 */
#include <expstack/tcp.h>

#include "ctl/ctl_priv.h"
#include "ctl/genl_policy.h"

static const u16 exs_ctl_metrics_attr[EXS_TCP_METRICS] = {
	[EXS_TCP_METRIC_RTT] = EXPSTACK_A_METRICS_RTT,
	[EXS_TCP_METRIC_RTTVAR] = EXPSTACK_A_METRICS_RTTVAR,
	[EXS_TCP_METRIC_SSTHRESH] = EXPSTACK_A_METRICS_SSTHRESH,
	[EXS_TCP_METRIC_CWND] = EXPSTACK_A_METRICS_CWND,
	[EXS_TCP_METRIC_REORDERING] = EXPSTACK_A_METRICS_REORDERING,
};

/* The addresses of a request. False: it names none. *saddr NULL: any. */
static bool exs_ctl_metrics_key(const struct genl_info *info, __be32 *addr,
				__be32 *buf, __be32 **saddr)
{
	struct nlattr *nla = info->attrs[EXPSTACK_A_METRICS_SADDR];

	*saddr = NULL;
	if (nla) {
		*buf = nla_get_in_addr(nla);
		*saddr = buf;
	}
	nla = info->attrs[EXPSTACK_A_METRICS_ADDR];
	if (!nla)
		return false;
	*addr = nla_get_in_addr(nla);
	return true;
}

static int exs_ctl_metrics_fill_fo(struct sk_buff *skb,
				   const struct exs_tcp_metrics_row *row)
{
	if (row->fo_mss &&
	    nla_put_u16(skb, EXPSTACK_A_METRICS_FOPEN_MSS, row->fo_mss))
		return -EMSGSIZE;
	if (row->fo_syn_drops &&
	    (nla_put_u16(skb, EXPSTACK_A_METRICS_FOPEN_SYN_DROPS,
			 row->fo_syn_drops) ||
	     nla_put_uint(skb, EXPSTACK_A_METRICS_FOPEN_SYN_DROP_TS,
			  row->fo_drop_ms)))
		return -EMSGSIZE;
	if (row->cookie_len &&
	    nla_put(skb, EXPSTACK_A_METRICS_FOPEN_COOKIE, row->cookie_len,
		    row->cookie))
		return -EMSGSIZE;
	return 0;
}

static int exs_ctl_metrics_fill(struct sk_buff *skb, void *arg)
{
	const struct exs_tcp_metrics_row *row = arg;
	unsigned int i;

	if (nla_put_in_addr(skb, EXPSTACK_A_METRICS_ADDR, row->raddr) ||
	    nla_put_in_addr(skb, EXPSTACK_A_METRICS_SADDR, row->laddr) ||
	    nla_put_uint(skb, EXPSTACK_A_METRICS_AGE, row->age_ms))
		return -EMSGSIZE;
	for (i = 0; i < EXS_TCP_METRICS; i++)
		if (row->val[i] &&
		    nla_put_u32(skb, exs_ctl_metrics_attr[i], row->val[i]))
			return -EMSGSIZE;
	return exs_ctl_metrics_fill_fo(skb, row);
}

/**
 * expstack_nl_metrics_get_doit - metrics-get of one destination
 * @skb: the request
 * @info: its attributes
 *
 * Return: 0 or an errno with a text.
 */
int expstack_nl_metrics_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct exs_net *en = exs_net(genl_info_net(info));
	struct exs_tcp_metrics_row row;
	__be32 addr, buf, *saddr;

	if (!exs_ctl_metrics_key(info, &addr, &buf, &saddr)) {
		NL_SET_ERR_MSG(info->extack, "an address is needed");
		return -EINVAL;
	}
	if (exs_tcp_metrics_get(en, addr, saddr, &row)) {
		NL_SET_ERR_MSG(info->extack, "nothing is known of it");
		return -ESRCH;
	}
	return exs_ctl_reply(info, EXPSTACK_CMD_METRICS_GET,
			     exs_ctl_metrics_fill, &row);
}

static int exs_ctl_metrics_dump_row(const struct exs_tcp_metrics_row *row,
				    void *arg)
{
	struct exs_ctl_page *page = arg;
	void *hdr;

	if (exs_ctl_page_skip(page))
		return 0;
	hdr = exs_ctl_put_row(page->skb, page->cb, EXPSTACK_CMD_METRICS_GET);
	if (!hdr)
		return -EMSGSIZE;
	if (exs_ctl_metrics_fill(page->skb, (void *)row)) {
		genlmsg_cancel(page->skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(page->skb, hdr);
	return 0;
}

/**
 * expstack_nl_metrics_get_dumpit - metrics-get of all
 * @skb: the page to be filled
 * @cb: the dump
 *
 * Return: as exs_ctl_page_end().
 */
int expstack_nl_metrics_get_dumpit(struct sk_buff *skb,
				   struct netlink_callback *cb)
{
	struct exs_ctl_page page;
	int err;

	exs_ctl_page_start(&page, skb, cb);
	err = exs_tcp_metrics_walk(exs_ctl_dump_net(cb),
				   exs_ctl_metrics_dump_row, &page);
	return exs_ctl_page_end(&page, err);
}

/**
 * expstack_nl_metrics_del_doit - metrics-del
 * @skb: the request
 * @info: its attributes
 *
 * Return: 0 or an errno with a text.
 */
int expstack_nl_metrics_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct exs_net *en = exs_net(genl_info_net(info));
	__be32 addr, buf, *saddr;

	if (!exs_ctl_metrics_key(info, &addr, &buf, &saddr)) {
		exs_tcp_metrics_flush(en);
		return 0;
	}
	if (exs_tcp_metrics_del(en, addr, saddr)) {
		NL_SET_ERR_MSG(info->extack, "nothing is known of it");
		return -ESRCH;
	}
	return 0;
}
