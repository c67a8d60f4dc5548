// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ctl: suite of module/ctl/genl_link.c.
 */
#include "../kunit/link/link_test.h"
#include "request_test.h"

static int exs_ctl_link_setup(struct kunit *test)
{
	int err = exs_link_test_init(test);

	if (!err)
		exs_link_test_device(test, false);
	return err;
}

static int exs_ctl_link_ask(struct kunit *test, u32 ifindex, int mode,
			    int (*doit)(struct sk_buff *, struct genl_info *),
			    const char *words)
{
	struct exs_ctl_test_req *r = exs_ctl_test_req(test, 0);
	int err;

	if (ifindex)
		nla_put_u32(r->skb, EXPSTACK_A_LINK_IFINDEX, ifindex);
	if (mode >= 0)
		nla_put_u32(r->skb, EXPSTACK_A_LINK_MODE, mode);
	err = exs_ctl_test_do(test, r, doit);
	if (err)
		KUNIT_EXPECT_STREQ(test, r->extack._msg, words);
	return err;
}

static struct exs_ldev *exs_ctl_link_ldev(struct exs_link_test *t)
{
	struct exs_ldev *ldev;

	rcu_read_lock();
	ldev = exs_ldev_of_rcu(t->dev);
	rcu_read_unlock();
	return ldev;
}

static void attach__and_detach(struct kunit *test)
{
	struct exs_link_test *t = test->priv;
	u32 i = t->dev->ifindex;

	KUNIT_ASSERT_EQ(test, 0, exs_ctl_link_ask(test, i, -1,
						  expstack_nl_link_attach_doit, ""));
	KUNIT_ASSERT_NOT_NULL(test, exs_ctl_link_ldev(t));
	KUNIT_EXPECT_EQ(test, EXS_LINK_EXCLUSIVE, exs_ctl_link_ldev(t)->mode);
	KUNIT_EXPECT_EQ(test, 0, exs_ctl_link_ask(test, i, -1,
						  expstack_nl_link_detach_doit, ""));
	KUNIT_EXPECT_NULL(test, exs_ctl_link_ldev(t));
	KUNIT_EXPECT_EQ(test, 0, exs_ctl_link_ask(test, i, EXS_LINK_SHARED,
						  expstack_nl_link_attach_doit, ""));
	KUNIT_EXPECT_EQ(test, EXS_LINK_SHARED, exs_ctl_link_ldev(t)->mode);
	KUNIT_EXPECT_EQ(test, 0, exs_ctl_link_ask(test, i, -1,
						  expstack_nl_link_detach_doit, ""));
}

static void attach__refuses_in_words(struct kunit *test)
{
	struct exs_link_test *t = test->priv;

	KUNIT_EXPECT_EQ(test, -EINVAL,
			exs_ctl_link_ask(test, 0, -1, expstack_nl_link_attach_doit,
					 "a device is needed"));
	KUNIT_EXPECT_EQ(test, -ENODEV,
			exs_ctl_link_ask(test, 1 << 20, -1,
					 expstack_nl_link_attach_doit,
					 "no such device"));
	KUNIT_EXPECT_EQ(test, -EINVAL,
			exs_ctl_link_ask(test, t->dev->ifindex, EXS_LINK_LOOPBACK,
					 expstack_nl_link_attach_doit,
					 "mode is exclusive or shared"));
	KUNIT_EXPECT_NULL(test, exs_ctl_link_ldev(t));
	KUNIT_EXPECT_EQ(test, -EINVAL,
			exs_ctl_link_ask(test, 0, -1, expstack_nl_link_detach_doit,
					 "a device is needed"));
}

static void get__refuses_in_words(struct kunit *test)
{
	struct exs_link_test *t = test->priv;

	KUNIT_EXPECT_EQ(test, -ENODEV,
			exs_ctl_link_ask(test, t->dev->ifindex, -1,
					 expstack_nl_link_get_doit,
					 "device is not attached to expstack"));
	KUNIT_EXPECT_EQ(test, -ENODEV,
			exs_ctl_link_ask(test, 1 << 20, -1,
					 expstack_nl_link_get_doit,
					 "no such device"));
}

/* The row of a device, wherever in the dump it stands. */
static bool exs_ctl_link_row(struct kunit *test, struct sk_buff *page,
			     u32 ifindex, struct nlattr **attrs)
{
	unsigned int n;

	for (n = 0; exs_ctl_test_row(test, page, n, attrs, EXPSTACK_A_LINK_MAX); n++)
		if (nla_get_u32(attrs[EXPSTACK_A_LINK_IFINDEX]) == ifindex)
			return true;
	return false;
}

static void dump__tells_all_of_a_device(struct kunit *test)
{
	struct exs_ctl_test_dump *d = exs_ctl_test_dump(test, 8192, 0, 0);
	struct nlattr *a[EXPSTACK_A_LINK_MAX + 1];
	struct exs_link_test *t = test->priv;

	exs_link_test_attach(test, EXS_LINK_SHARED);
	KUNIT_EXPECT_EQ(test, 0, expstack_nl_link_get_dumpit(d->page, &d->cb));
	KUNIT_ASSERT_TRUE(test, exs_ctl_link_row(test, d->page, t->dev->ifindex, a));
	KUNIT_EXPECT_STREQ(test, nla_data(a[EXPSTACK_A_LINK_IFNAME]), t->dev->name);
	KUNIT_EXPECT_EQ(test, nla_get_u32(a[EXPSTACK_A_LINK_MODE]), EXS_LINK_SHARED);
	KUNIT_EXPECT_EQ(test, nla_get_u32(a[EXPSTACK_A_LINK_MTU]), 1500);
	KUNIT_EXPECT_EQ(test, nla_get_u16(a[EXPSTACK_A_LINK_TYPE]), ARPHRD_ETHER);
	KUNIT_EXPECT_NE(test, nla_get_u32(a[EXPSTACK_A_LINK_FLAGS]) & IFF_UP, 0);
	KUNIT_ASSERT_EQ(test, nla_len(a[EXPSTACK_A_LINK_ADDRESS]), ETH_ALEN);
	KUNIT_EXPECT_MEMEQ(test, nla_data(a[EXPSTACK_A_LINK_ADDRESS]),
			   exs_link_test_mac, ETH_ALEN);
	KUNIT_EXPECT_NULL(test, a[EXPSTACK_A_LINK_L3]);
	/* The end was reached: nothing more comes. */
	exs_ctl_test_turn(d);
	KUNIT_EXPECT_EQ(test, 0, expstack_nl_link_get_dumpit(d->page, &d->cb));
	KUNIT_EXPECT_EQ(test, 0, d->page->len);
	exs_ctl_test_end(d);
}

/* Pages that hold one row each: every device once, none twice. */
static void dump__goes_on_where_the_page_was_full(struct kunit *test)
{
	struct exs_ctl_test_dump *d = exs_ctl_test_dump(test, 200, 0, 0);
	struct nlattr *a[EXPSTACK_A_LINK_MAX + 1];
	struct exs_link_test *t = test->priv;
	unsigned int turns = 0, seen = 0;
	int err;

	KUNIT_ASSERT_EQ(test, 0, exs_loopback_get(t->en));
	exs_link_test_attach(test, EXS_LINK_EXCLUSIVE);
	do {
		exs_ctl_test_turn(d);
		err = expstack_nl_link_get_dumpit(d->page, &d->cb);
		KUNIT_EXPECT_GT(test, d->page->len, 0);
		seen += exs_ctl_link_row(test, d->page, t->dev->ifindex, a);
	} while (err == -EMSGSIZE && ++turns < 20);
	KUNIT_EXPECT_EQ(test, err, 0);
	KUNIT_EXPECT_EQ(test, seen, 1);
	KUNIT_EXPECT_GT(test, turns, 0);
	exs_ctl_test_end(d);
}

static void dump__no_room_for_one_row(struct kunit *test)
{
	struct exs_ctl_test_dump *d = exs_ctl_test_dump(test, 64, 0, 0);

	exs_link_test_attach(test, EXS_LINK_EXCLUSIVE);
	KUNIT_EXPECT_EQ(test, -EMSGSIZE,
			expstack_nl_link_get_dumpit(d->page, &d->cb));
	KUNIT_EXPECT_EQ(test, 0, d->page->len);
	exs_ctl_test_end(d);
}

static struct kunit_case exs_ctl_genl_link_cases[] = {
	KUNIT_CASE(attach__and_detach),
	KUNIT_CASE(attach__refuses_in_words),
	KUNIT_CASE(get__refuses_in_words),
	KUNIT_CASE(dump__tells_all_of_a_device),
	KUNIT_CASE(dump__goes_on_where_the_page_was_full),
	KUNIT_CASE(dump__no_room_for_one_row),
	{}
};

static struct kunit_suite exs_ctl_genl_link_suite = {
	.name = "expstack_ctl_genl_link",
	.init = exs_ctl_link_setup,
	.exit = exs_link_test_exit,
	.test_cases = exs_ctl_genl_link_cases,
};

kunit_test_suite(exs_ctl_genl_link_suite);
