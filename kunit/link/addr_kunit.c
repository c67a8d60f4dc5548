// SPDX-License-Identifier: GPL-2.0
/*
 * expstack link: suite of module/link/addr.c.
 */
#include <linux/inet.h>

#include "../kunit/link/link_test.h"

static int exs_addr_test_init(struct kunit *test)
{
	int err = exs_link_test_init(test);

	if (err)
		return err;
	exs_link_test_device(test, false);
	exs_link_test_attach(test, EXS_LINK_EXCLUSIVE);
	return 0;
}

static int exs_addr_test_add(struct kunit *test, const char *addr, u8 prefixlen,
			     u8 scope)
{
	struct exs_ifaddr cfg = {
		.local = in_aton(addr), .prefixlen = prefixlen, .scope = scope,
	};
	struct exs_link_test *t = test->priv;
	int err;

	rtnl_lock();
	err = exs_addr_add(t->ldev, &cfg, NULL);
	rtnl_unlock();
	return err;
}

static int exs_addr_test_del(struct kunit *test, const char *addr, u8 prefixlen)
{
	struct exs_link_test *t = test->priv;
	int err;

	rtnl_lock();
	err = exs_addr_del(t->ldev, in_aton(addr), prefixlen, NULL);
	rtnl_unlock();
	return err;
}

static bool exs_addr_test_local(struct kunit *test, const char *addr)
{
	struct exs_link_test *t = test->priv;

	return exs_addr_is_local(t->en, in_aton(addr));
}

static void exs_addr_test_add_and_del(struct kunit *test)
{
	KUNIT_EXPECT_FALSE(test, exs_addr_test_local(test, "198.51.100.1"));
	KUNIT_EXPECT_EQ(test, 0, exs_addr_test_add(test, "198.51.100.1", 24, 0));
	KUNIT_EXPECT_TRUE(test, exs_addr_test_local(test, "198.51.100.1"));
	KUNIT_EXPECT_FALSE(test, exs_addr_test_local(test, "198.51.100.2"));
	KUNIT_EXPECT_EQ(test, -EEXIST,
			exs_addr_test_add(test, "198.51.100.1", 24, 0));
	KUNIT_EXPECT_EQ(test, -EADDRNOTAVAIL,
			exs_addr_test_del(test, "198.51.100.1", 25));
	KUNIT_EXPECT_EQ(test, -EADDRNOTAVAIL,
			exs_addr_test_del(test, "198.51.100.2", 24));
	KUNIT_EXPECT_EQ(test, 0, exs_addr_test_del(test, "198.51.100.1", 24));
	KUNIT_EXPECT_FALSE(test, exs_addr_test_local(test, "198.51.100.1"));
}

static void exs_addr_test_no_host_address(struct kunit *test)
{
	static const struct {
		const char *addr;
		u8 prefixlen;
		int want;
	} cases[] = {
		{ "0.0.0.0", 24, -EINVAL },
		{ "0.0.0.1", 24, 0 },
		{ "224.0.0.1", 24, -EINVAL },
		{ "239.255.255.255", 24, -EINVAL },
		{ "255.255.255.255", 24, -EINVAL },
		{ "127.0.0.2", 8, -EINVAL },
		{ "198.51.100.0", 24, 0 },
		{ "203.0.113.0", 30, 0 },
		{ "198.51.100.2", 31, 0 },
		{ "198.51.100.4", 32, 0 },
		{ "198.51.100.5", 33, -EINVAL },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++)
		KUNIT_EXPECT_EQ_MSG(test, cases[i].want,
				    exs_addr_test_add(test, cases[i].addr,
						      cases[i].prefixlen, 0),
				    "%s/%u", cases[i].addr, cases[i].prefixlen);
}

/* As with ip(8): there is one only when it was said. */
static void exs_addr_test_broadcast(struct kunit *test)
{
	struct exs_ifaddr cfg = {
		.local = in_aton("203.0.113.1"), .prefixlen = 24,
		.broadcast = in_aton("203.0.113.127"),
	};
	struct exs_link_test *t = test->priv;
	struct exs_ifaddr *ifa;

	exs_addr_test_add(test, "198.51.100.1", 24, 0);
	rtnl_lock();
	KUNIT_EXPECT_EQ(test, 0, exs_addr_add(t->ldev, &cfg, NULL));
	rtnl_unlock();
	rcu_read_lock();
	ifa = exs_addr_find_rcu(t->en, in_aton("198.51.100.1"));
	KUNIT_EXPECT_TRUE(test, ifa && !ifa->broadcast);
	ifa = exs_addr_find_rcu(t->en, in_aton("203.0.113.1"));
	KUNIT_EXPECT_TRUE(test, ifa && ifa->broadcast == in_aton("203.0.113.127"));
	rcu_read_unlock();
}

static void exs_addr_test_secondary_goes_with_primary(struct kunit *test)
{
	struct exs_link_test *t = test->priv;
	struct exs_ifaddr *ifa;

	exs_addr_test_add(test, "198.51.100.1", 24, 0);
	exs_addr_test_add(test, "198.51.100.2", 24, 0);
	/* The same subnet by another mask is another subnet. */
	exs_addr_test_add(test, "198.51.100.3", 25, 0);
	rcu_read_lock();
	ifa = exs_addr_find_rcu(t->en, in_aton("198.51.100.1"));
	KUNIT_EXPECT_TRUE(test, ifa && !ifa->secondary);
	ifa = exs_addr_find_rcu(t->en, in_aton("198.51.100.2"));
	KUNIT_EXPECT_TRUE(test, ifa && ifa->secondary);
	ifa = exs_addr_find_rcu(t->en, in_aton("198.51.100.3"));
	KUNIT_EXPECT_TRUE(test, ifa && !ifa->secondary);
	rcu_read_unlock();
	exs_addr_test_del(test, "198.51.100.1", 24);
	KUNIT_EXPECT_FALSE(test, exs_addr_test_local(test, "198.51.100.2"));
	KUNIT_EXPECT_TRUE(test, exs_addr_test_local(test, "198.51.100.3"));
}

static void exs_addr_test_secondary_goes_alone(struct kunit *test)
{
	exs_addr_test_add(test, "198.51.100.1", 24, 0);
	exs_addr_test_add(test, "198.51.100.2", 24, 0);
	KUNIT_EXPECT_EQ(test, 0, exs_addr_test_del(test, "198.51.100.2", 24));
	KUNIT_EXPECT_TRUE(test, exs_addr_test_local(test, "198.51.100.1"));
}

static void exs_addr_test_select(struct kunit *test)
{
	static const struct {
		const char *dst;
		u8 scope;
		const char *want;
	} cases[] = {
		{ "0.0.0.0", RT_SCOPE_UNIVERSE, "198.51.100.1" },
		{ "198.51.100.77", RT_SCOPE_UNIVERSE, "198.51.100.1" },
		{ "203.0.113.77", RT_SCOPE_UNIVERSE, "203.0.113.1" },
		{ "192.0.2.77", RT_SCOPE_UNIVERSE, "198.51.100.1" },
		{ "169.254.1.2", RT_SCOPE_UNIVERSE, "198.51.100.1" },
		{ "169.254.1.2", RT_SCOPE_LINK, "169.254.0.1" },
	};
	struct exs_link_test *t = test->priv;
	unsigned int i;

	exs_addr_test_add(test, "198.51.100.1", 24, RT_SCOPE_UNIVERSE);
	exs_addr_test_add(test, "198.51.100.2", 24, RT_SCOPE_UNIVERSE);
	exs_addr_test_add(test, "203.0.113.1", 24, RT_SCOPE_UNIVERSE);
	exs_addr_test_add(test, "169.254.0.1", 16, RT_SCOPE_LINK);
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		rcu_read_lock();
		KUNIT_EXPECT_EQ_MSG(test, ntohl(in_aton(cases[i].want)),
				    ntohl(exs_addr_select(t->ldev,
							  in_aton(cases[i].dst),
							  cases[i].scope)),
				    "case %u", i);
		rcu_read_unlock();
	}
}

static void exs_addr_test_labels_follow_name(struct kunit *test)
{
	static const struct {
		const char *addr;
		const char *label;	/* behind the name, or as a whole */
		bool whole;
		const char *want;
	} cases[] = {
		{ "198.51.100.1", "", false, "new" },
		{ "198.51.100.2", ":7", false, "new:7" },
		{ "198.51.100.3", "x", false, NULL },
		{ "198.51.100.4", "other", true, "other" },
	};
	struct exs_link_test *t = test->priv;
	struct exs_ifaddr cfg = { .prefixlen = 24 }, *ifa;
	unsigned int i;

	rtnl_lock();
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		cfg.local = in_aton(cases[i].addr);
		snprintf(cfg.label, sizeof(cfg.label), "%s%s",
			 cases[i].whole ? "" : t->ldev->name, cases[i].label);
		KUNIT_EXPECT_EQ(test, 0, exs_addr_add(t->ldev, &cfg, NULL));
	}
	exs_addr_rename(t->ldev, t->ldev->name, "new");
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		ifa = exs_addr_find_rcu(t->en, in_aton(cases[i].addr));
		KUNIT_ASSERT_NOT_NULL(test, ifa);
		if (cases[i].want)
			KUNIT_EXPECT_STREQ(test, ifa->label, cases[i].want);
		else
			KUNIT_EXPECT_NE(test, 0, strcmp(ifa->label, "newx"));
	}
	rtnl_unlock();
}

struct exs_addr_test_heard {
	struct notifier_block nb;
	struct exs_ldev *ldev;
	unsigned int add, del;
};

static int exs_addr_test_event(struct notifier_block *nb, unsigned long kind,
			       void *ptr)
{
	struct exs_addr_test_heard *h =
		container_of(nb, struct exs_addr_test_heard, nb);
	struct exs_link_event *ev = ptr;

	if (ev->ldev != h->ldev)
		return NOTIFY_DONE;
	h->add += kind == EXS_LINK_ADDR_ADD;
	h->del += kind == EXS_LINK_ADDR_DEL;
	return NOTIFY_DONE;
}

static void exs_addr_test_events(struct kunit *test)
{
	struct exs_link_test *t = test->priv;
	struct exs_addr_test_heard h = {
		.nb.notifier_call = exs_addr_test_event, .ldev = t->ldev,
	};
	u32 gen = atomic_read(&t->en->rt_gen);

	KUNIT_ASSERT_EQ(test, 0, exs_link_notifier_register(&h.nb));
	exs_addr_test_add(test, "198.51.100.1", 24, 0);
	KUNIT_EXPECT_NE(test, gen, atomic_read(&t->en->rt_gen));
	exs_addr_test_add(test, "198.51.100.2", 24, 0);
	exs_addr_test_add(test, "198.51.100.2", 24, 0);
	KUNIT_EXPECT_EQ(test, h.add, 2);
	exs_link_test_detach(test);
	KUNIT_EXPECT_EQ(test, h.del, 2);
	exs_link_notifier_unregister(&h.nb);
	KUNIT_EXPECT_FALSE(test, exs_addr_test_local(test, "198.51.100.1"));
}

static struct kunit_case exs_addr_test_cases[] = {
	KUNIT_CASE(exs_addr_test_add_and_del),
	KUNIT_CASE(exs_addr_test_no_host_address),
	KUNIT_CASE(exs_addr_test_broadcast),
	KUNIT_CASE(exs_addr_test_secondary_goes_with_primary),
	KUNIT_CASE(exs_addr_test_secondary_goes_alone),
	KUNIT_CASE(exs_addr_test_select),
	KUNIT_CASE(exs_addr_test_labels_follow_name),
	KUNIT_CASE(exs_addr_test_events),
	{}
};

static struct kunit_suite exs_addr_test_suite = {
	.name = "expstack_link_addr",
	.init = exs_addr_test_init,
	.exit = exs_link_test_exit,
	.test_cases = exs_addr_test_cases,
};
kunit_test_suite(exs_addr_test_suite);
