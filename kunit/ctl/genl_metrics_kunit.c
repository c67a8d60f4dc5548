// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ctl: suite of module/ctl/genl_metrics.c.
 */
#include <expstack/tcp.h>

#include "../kunit/tcp/tcp_fix.h"
#include "request_test.h"

#define EXS_CTL_MET_PEER	0x0a640001
#define EXS_CTL_MET_OURS	0x0a650001

static struct exs_net *exs_ctl_met_net(void)
{
	return exs_net(&init_net);
}

static void exs_ctl_met_exit(struct kunit *test)
{
	exs_tcp_metrics_flush(exs_ctl_met_net());
}

/* So many peers are known, with a window of their number. */
static void exs_ctl_met_fill(struct kunit *test, u32 n)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);
	struct exs_tcp_metrics *m;
	u32 i;

	for (i = 0; i < n; i++) {
		m = exs_tcp_metrics_make(f.sk, htonl(EXS_CTL_MET_OURS),
					 htonl(EXS_CTL_MET_PEER + i));
		KUNIT_ASSERT_NOT_NULL(test, m);
		m->val[EXS_TCP_METRIC_CWND] = i + 1;
	}
	exs_tcp_fix_close(test, &f);
}

/* A request with an address (0: none) of the peer and of ours. */
static int exs_ctl_met_ask(struct kunit *test, u32 addr, u32 saddr,
			   int (*doit)(struct sk_buff *, struct genl_info *),
			   const char *words)
{
	struct exs_ctl_test_req *r = exs_ctl_test_req(test, 0);
	int err;

	if (addr)
		nla_put_in_addr(r->skb, EXPSTACK_A_METRICS_ADDR, htonl(addr));
	if (saddr)
		nla_put_in_addr(r->skb, EXPSTACK_A_METRICS_SADDR, htonl(saddr));
	err = exs_ctl_test_do(test, r, doit);
	if (words)
		KUNIT_EXPECT_STREQ(test, r->extack._msg, words);
	return err;
}

static bool exs_ctl_met_known(u32 i)
{
	struct exs_tcp_metrics_row row;

	return !exs_tcp_metrics_get(exs_ctl_met_net(),
				    htonl(EXS_CTL_MET_PEER + i), NULL, &row);
}

static void get__refuses_in_words(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, -EINVAL,
			exs_ctl_met_ask(test, 0, 0,
					expstack_nl_metrics_get_doit,
					"an address is needed"));
	KUNIT_EXPECT_EQ(test, -ESRCH,
			exs_ctl_met_ask(test, EXS_CTL_MET_PEER, 0,
					expstack_nl_metrics_get_doit,
					"nothing is known of it"));
}

static void del__one_destination(struct kunit *test)
{
	exs_ctl_met_fill(test, 2);
	KUNIT_EXPECT_EQ(test, -ESRCH,
			exs_ctl_met_ask(test, EXS_CTL_MET_PEER, 1,
					expstack_nl_metrics_del_doit,
					"nothing is known of it"));
	KUNIT_EXPECT_TRUE(test, exs_ctl_met_known(0));
	KUNIT_EXPECT_EQ(test, 0,
			exs_ctl_met_ask(test, EXS_CTL_MET_PEER,
					EXS_CTL_MET_OURS,
					expstack_nl_metrics_del_doit, NULL));
	KUNIT_EXPECT_FALSE(test, exs_ctl_met_known(0));
	KUNIT_EXPECT_TRUE(test, exs_ctl_met_known(1));
}

static void del__all(struct kunit *test)
{
	exs_ctl_met_fill(test, 3);
	KUNIT_EXPECT_EQ(test, 0,
			exs_ctl_met_ask(test, 0, 0,
					expstack_nl_metrics_del_doit, NULL));
	KUNIT_EXPECT_FALSE(test, exs_ctl_met_known(0));
	KUNIT_EXPECT_FALSE(test, exs_ctl_met_known(2));
}

/* Each once, whatever a page holds; what is not known is left out. */
static void dump__in_pages(struct kunit *test)
{
	struct nlattr *attrs[EXPSTACK_A_METRICS_MAX + 1];
	struct exs_ctl_test_dump *d;
	u32 seen = 0, n, addr;
	int err;

	exs_ctl_met_fill(test, 30);
	d = exs_ctl_test_dump(test, 400, 0, 0);
	do {
		exs_ctl_test_turn(d);
		err = expstack_nl_metrics_get_dumpit(d->page, &d->cb);
		for (n = 0; exs_ctl_test_row(test, d->page, n, attrs,
					     EXPSTACK_A_METRICS_MAX); n++) {
			addr = ntohl(nla_get_in_addr(attrs[EXPSTACK_A_METRICS_ADDR])) -
			       EXS_CTL_MET_PEER;
			if (addr >= 30)
				continue;
			KUNIT_EXPECT_EQ(test, seen & BIT(addr), 0U);
			seen |= BIT(addr);
			KUNIT_EXPECT_EQ(test, addr + 1,
					nla_get_u32(attrs[EXPSTACK_A_METRICS_CWND]));
			KUNIT_EXPECT_NULL(test, attrs[EXPSTACK_A_METRICS_RTT]);
			KUNIT_EXPECT_NOT_NULL(test,
					      attrs[EXPSTACK_A_METRICS_AGE]);
		}
	} while (err == -EMSGSIZE);
	KUNIT_EXPECT_EQ(test, err, 0);
	KUNIT_EXPECT_EQ(test, seen, (u32)BIT(30) - 1);
	exs_ctl_test_end(d);
}

static struct kunit_case exs_ctl_metrics_cases[] = {
	KUNIT_CASE(get__refuses_in_words),
	KUNIT_CASE(del__one_destination),
	KUNIT_CASE(del__all),
	KUNIT_CASE(dump__in_pages),
	{}
};

static struct kunit_suite exs_ctl_metrics_suite = {
	.name = "expstack_ctl_genl_metrics",
	.exit = exs_ctl_met_exit,
	.test_cases = exs_ctl_metrics_cases,
};

kunit_test_suite(exs_ctl_metrics_suite);
