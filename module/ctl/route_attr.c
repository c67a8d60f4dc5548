// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ctl: the metrics of routes over netlink.
 * Flow:   genl_route -> [here]
 * Owns:   nothing
 * Locks:  none
 * Spec:   Documentation/netlink/specs/expstack.yaml
 * Tests:  kunit/ctl/route_attr_kunit.c, qemu/tests/expctl_route.sh
 */
#include <linux/rtnetlink.h>
#include <net/netlink.h>
#include <uapi/linux/expstack_netlink.h>

#include "ctl/genl_route.h"

/* Metrics whose values are numbers: their attributes, by RTAX_*. */
static const u8 exs_ctl_route_metrics[RTAX_MAX + 1] = {
	[RTAX_LOCK] = EXPSTACK_A_ROUTE_LOCK,
	[RTAX_MTU] = EXPSTACK_A_ROUTE_MTU,
	[RTAX_WINDOW] = EXPSTACK_A_ROUTE_WINDOW,
	[RTAX_RTT] = EXPSTACK_A_ROUTE_RTT,
	[RTAX_RTTVAR] = EXPSTACK_A_ROUTE_RTTVAR,
	[RTAX_SSTHRESH] = EXPSTACK_A_ROUTE_SSTHRESH,
	[RTAX_CWND] = EXPSTACK_A_ROUTE_CWND,
	[RTAX_ADVMSS] = EXPSTACK_A_ROUTE_ADVMSS,
	[RTAX_REORDERING] = EXPSTACK_A_ROUTE_REORDERING,
	[RTAX_INITCWND] = EXPSTACK_A_ROUTE_INITCWND,
	[RTAX_FEATURES] = EXPSTACK_A_ROUTE_FEATURES,
	[RTAX_RTO_MIN] = EXPSTACK_A_ROUTE_RTO_MIN,
	[RTAX_INITRWND] = EXPSTACK_A_ROUTE_INITRWND,
	[RTAX_QUICKACK] = EXPSTACK_A_ROUTE_QUICKACK,
	[RTAX_FASTOPEN_NO_COOKIE] = EXPSTACK_A_ROUTE_FASTOPEN_NO_COOKIE,
};

/**
 * exs_ctl_route_attr_parse - the metrics of a request
 * @attrs: its attributes
 * @attr: zeroed; filled
 */
void exs_ctl_route_attr_parse(struct nlattr **attrs,
			      struct exs_route_attr *attr)
{
	const struct nlattr *nla;
	unsigned int i;

	for (i = 0; i <= RTAX_MAX; i++) {
		nla = attrs[exs_ctl_route_metrics[i]];
		if (exs_ctl_route_metrics[i] && nla)
			attr->val[i] = nla_get_u32(nla);
	}
	nla = attrs[EXPSTACK_A_ROUTE_CONGCTL];
	if (nla)
		nla_strscpy(attr->congctl, nla, sizeof(attr->congctl));
}

/**
 * exs_ctl_route_attr_fill - a route's metrics; what is zero is left out
 * @skb: the message
 * @attr: the metrics
 *
 * Return: 0 or -EMSGSIZE.
 */
int exs_ctl_route_attr_fill(struct sk_buff *skb,
			    const struct exs_route_attr *attr)
{
	unsigned int i;

	for (i = 0; i <= RTAX_MAX; i++)
		if (attr->val[i] && exs_ctl_route_metrics[i] &&
		    nla_put_u32(skb, exs_ctl_route_metrics[i], attr->val[i]))
			return -EMSGSIZE;
	if (attr->congctl[0] &&
	    nla_put_string(skb, EXPSTACK_A_ROUTE_CONGCTL, attr->congctl))
		return -EMSGSIZE;
	return 0;
}
