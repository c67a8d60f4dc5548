// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ctl: suite of module/ctl/genl_neigh.c.
 */
#include "../kunit/link/link_test.h"
#include "request_test.h"

#define EXS_CTL_NEIGH_A	0xc6120009	/* 198.18.0.9 */

static int exs_ctl_neigh_setup(struct kunit *test)
{
	int err = exs_link_test_init(test);

	if (err)
		return err;
	exs_link_test_device(test, false);
	exs_link_test_attach(test, EXS_LINK_EXCLUSIVE);
	return 0;
}

/* What a request says; zeros are left out. */
struct exs_ctl_neigh_say {
	u16 flags;
	u32 addr;
	int lladdr;			/* bytes of it */
	u16 state;
	bool no_dev;
};

static int exs_ctl_neigh_ask(struct kunit *test, struct exs_ctl_neigh_say s,
			     int (*doit)(struct sk_buff *, struct genl_info *),
			     const char *words)
{
	struct exs_ctl_test_req *r = exs_ctl_test_req(test, s.flags);
	struct exs_link_test *t = test->priv;
	int err;

	if (!s.no_dev)
		nla_put_u32(r->skb, EXPSTACK_A_NEIGH_IFINDEX, t->dev->ifindex);
	if (s.addr)
		nla_put_in_addr(r->skb, EXPSTACK_A_NEIGH_DST, htonl(s.addr));
	if (s.lladdr)
		nla_put(r->skb, EXPSTACK_A_NEIGH_LLADDR, s.lladdr, exs_link_test_peer);
	if (s.state)
		nla_put_u16(r->skb, EXPSTACK_A_NEIGH_STATE, s.state);
	err = exs_ctl_test_do(test, r, doit);
	if (err && words)
		KUNIT_EXPECT_STREQ(test, r->extack._msg, words);
	return err;
}

static int exs_ctl_neigh_add(struct kunit *test, u16 flags, u16 state)
{
	struct exs_ctl_neigh_say s = {
		.flags = flags, .addr = EXS_CTL_NEIGH_A, .lladdr = ETH_ALEN,
		.state = state,
	};

	return exs_ctl_neigh_ask(test, s, expstack_nl_neigh_add_doit, NULL);
}

/* NLM_F_*, as rtnetlink takes them. */
static void add__flags(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, -ENOENT, exs_ctl_neigh_add(test, NLM_F_REPLACE, 0));
	KUNIT_EXPECT_EQ(test, NUD_NONE, exs_link_test_nud(test, EXS_CTL_NEIGH_A));
	KUNIT_EXPECT_EQ(test, 0, exs_ctl_neigh_add(test, NLM_F_CREATE | NLM_F_EXCL, 0));
	KUNIT_EXPECT_EQ(test, NUD_PERMANENT, exs_link_test_nud(test, EXS_CTL_NEIGH_A));
	KUNIT_EXPECT_EQ(test, -EEXIST,
			exs_ctl_neigh_add(test, NLM_F_CREATE | NLM_F_EXCL, NUD_STALE));
	KUNIT_EXPECT_EQ(test, NUD_PERMANENT, exs_link_test_nud(test, EXS_CTL_NEIGH_A));
	KUNIT_EXPECT_EQ(test, 0, exs_ctl_neigh_add(test, NLM_F_CREATE | NLM_F_REPLACE,
						   NUD_STALE));
	KUNIT_EXPECT_EQ(test, NUD_STALE, exs_link_test_nud(test, EXS_CTL_NEIGH_A));
}

struct exs_ctl_neigh_bad {
	const char *name;
	struct exs_ctl_neigh_say s;
	int err;
	const char *words;
};

static const struct exs_ctl_neigh_bad exs_ctl_neigh_bads[] = {
	{ "no address", { .lladdr = 6 }, -EINVAL, "an address is needed" },
	{ "no device", { .addr = EXS_CTL_NEIGH_A, .lladdr = 6, .no_dev = true },
	  -EINVAL, "a device is needed" },
	{ "two states", { .addr = EXS_CTL_NEIGH_A, .lladdr = 6,
			  .state = NUD_STALE | NUD_DELAY }, -EINVAL,
	  "not one state" },
	{ "state beyond", { .addr = EXS_CTL_NEIGH_A, .lladdr = 6,
			    .state = 0x100 }, -EINVAL, "not one state" },
	{ "no lladdr", { .addr = EXS_CTL_NEIGH_A }, -EINVAL,
	  "this state needs a link-layer address" },
	{ "lladdr of 5", { .addr = EXS_CTL_NEIGH_A, .lladdr = 5 }, -EINVAL,
	  "link-layer address of the wrong length" },
};

static void exs_ctl_neigh_bad_desc(const struct exs_ctl_neigh_bad *b, char *desc)
{
	strscpy(desc, b->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(exs_ctl_neigh_bad, exs_ctl_neigh_bads, exs_ctl_neigh_bad_desc);

static void add__refuses_in_words(struct kunit *test)
{
	const struct exs_ctl_neigh_bad *b = test->param_value;
	struct exs_ctl_neigh_say s = b->s;

	s.flags = NLM_F_CREATE;
	KUNIT_EXPECT_EQ(test, b->err,
			exs_ctl_neigh_ask(test, s, expstack_nl_neigh_add_doit,
					  b->words));
	KUNIT_EXPECT_EQ(test, NUD_NONE, exs_link_test_nud(test, EXS_CTL_NEIGH_A));
}

static void del__and_what_is_not_there(struct kunit *test)
{
	const struct exs_ctl_neigh_say s = { .addr = EXS_CTL_NEIGH_A };
	const struct exs_ctl_neigh_say none = {};

	KUNIT_EXPECT_EQ(test, -ENOENT,
			exs_ctl_neigh_ask(test, s, expstack_nl_neigh_del_doit, NULL));
	exs_ctl_neigh_add(test, NLM_F_CREATE, 0);
	KUNIT_EXPECT_EQ(test, 0,
			exs_ctl_neigh_ask(test, s, expstack_nl_neigh_del_doit, NULL));
	KUNIT_EXPECT_EQ(test, NUD_NONE, exs_link_test_nud(test, EXS_CTL_NEIGH_A));
	KUNIT_EXPECT_EQ(test, -EINVAL,
			exs_ctl_neigh_ask(test, none, expstack_nl_neigh_del_doit,
					  "an address is needed"));
}

/* ip-neighbour(8): permanent ones stay unless they are named. */
static void flush__permanent_ones_stay(struct kunit *test)
{
	struct exs_ctl_neigh_say s = {};

	exs_ctl_neigh_add(test, NLM_F_CREATE, NUD_STALE);
	KUNIT_EXPECT_EQ(test, 0,
			exs_ctl_neigh_ask(test, s, expstack_nl_neigh_flush_doit, NULL));
	KUNIT_EXPECT_EQ(test, NUD_NONE, exs_link_test_nud(test, EXS_CTL_NEIGH_A));
	exs_ctl_neigh_add(test, NLM_F_CREATE, NUD_PERMANENT);
	exs_ctl_neigh_ask(test, s, expstack_nl_neigh_flush_doit, NULL);
	KUNIT_EXPECT_EQ(test, NUD_PERMANENT, exs_link_test_nud(test, EXS_CTL_NEIGH_A));
	s.state = NUD_PERMANENT;
	exs_ctl_neigh_ask(test, s, expstack_nl_neigh_flush_doit, NULL);
	KUNIT_EXPECT_EQ(test, NUD_NONE, exs_link_test_nud(test, EXS_CTL_NEIGH_A));
}

static void dump__of_one_device(struct kunit *test)
{
	struct nlattr *a[EXPSTACK_A_NEIGH_MAX + 1];
	struct exs_link_test *t = test->priv;
	struct exs_ctl_test_dump *d;

	exs_ctl_neigh_add(test, NLM_F_CREATE, NUD_PERMANENT);
	d = exs_ctl_test_dump(test, 8192, EXPSTACK_A_NEIGH_IFINDEX, t->dev->ifindex);
	KUNIT_EXPECT_EQ(test, 0, expstack_nl_neigh_get_dumpit(d->page, &d->cb));
	KUNIT_ASSERT_TRUE(test, exs_ctl_test_row(test, d->page, 0, a,
						 EXPSTACK_A_NEIGH_MAX));
	KUNIT_EXPECT_EQ(test, ntohl(nla_get_in_addr(a[EXPSTACK_A_NEIGH_DST])),
			EXS_CTL_NEIGH_A);
	KUNIT_EXPECT_EQ(test, nla_get_u16(a[EXPSTACK_A_NEIGH_STATE]), NUD_PERMANENT);
	KUNIT_ASSERT_NOT_NULL(test, a[EXPSTACK_A_NEIGH_LLADDR]);
	KUNIT_EXPECT_MEMEQ(test, nla_data(a[EXPSTACK_A_NEIGH_LLADDR]),
			   exs_link_test_peer, ETH_ALEN);
	KUNIT_EXPECT_FALSE(test, exs_ctl_test_row(test, d->page, 1, a,
						  EXPSTACK_A_NEIGH_MAX));
	exs_ctl_test_end(d);
	/* Another device has none of it. */
	d = exs_ctl_test_dump(test, 8192, EXPSTACK_A_NEIGH_IFINDEX, 1 << 20);
	KUNIT_EXPECT_EQ(test, 0, expstack_nl_neigh_get_dumpit(d->page, &d->cb));
	KUNIT_EXPECT_EQ(test, 0, d->page->len);
	exs_ctl_test_end(d);
}

/* A neighbour without an address yet: its state is told, and no more. */
static void dump__unresolved_has_no_lladdr(struct kunit *test)
{
	struct nlattr *a[EXPSTACK_A_NEIGH_MAX + 1];
	struct exs_link_test *t = test->priv;
	struct exs_ctl_test_dump *d;

	rcu_read_lock();
	KUNIT_EXPECT_NOT_NULL(test, exs_neigh_lookup_rcu(t->ldev,
							 htonl(EXS_CTL_NEIGH_A),
							 true));
	rcu_read_unlock();
	d = exs_ctl_test_dump(test, 8192, EXPSTACK_A_NEIGH_IFINDEX, t->dev->ifindex);
	KUNIT_EXPECT_EQ(test, 0, expstack_nl_neigh_get_dumpit(d->page, &d->cb));
	KUNIT_ASSERT_TRUE(test, exs_ctl_test_row(test, d->page, 0, a,
						 EXPSTACK_A_NEIGH_MAX));
	KUNIT_EXPECT_NULL(test, a[EXPSTACK_A_NEIGH_LLADDR]);
	exs_ctl_test_end(d);
}

static struct kunit_case exs_ctl_genl_neigh_cases[] = {
	KUNIT_CASE(add__flags),
	KUNIT_CASE_PARAM(add__refuses_in_words, exs_ctl_neigh_bad_gen_params),
	KUNIT_CASE(del__and_what_is_not_there),
	KUNIT_CASE(flush__permanent_ones_stay),
	KUNIT_CASE(dump__of_one_device),
	KUNIT_CASE(dump__unresolved_has_no_lladdr),
	{}
};

static struct kunit_suite exs_ctl_genl_neigh_suite = {
	.name = "expstack_ctl_genl_neigh",
	.init = exs_ctl_neigh_setup,
	.exit = exs_link_test_exit,
	.test_cases = exs_ctl_genl_neigh_cases,
};

kunit_test_suite(exs_ctl_genl_neigh_suite);
