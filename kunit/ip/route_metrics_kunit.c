// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ip: suite of module/ip/route_metrics.c.
 */
#include <kunit/test.h>
#include <linux/netlink.h>

#include "ip_test.h"
#include "ip/route_priv.h"

static struct exs_route_net *exs_rmet_net(void)
{
	return exs_ip_test_net()->route;
}

static struct exs_route_metrics *
exs_rmet_get(struct kunit *test, const struct exs_route_attr *attr)
{
	struct exs_route_metrics *m;

	rtnl_lock();
	m = exs_route_metrics_get(exs_rmet_net(), attr);
	rtnl_unlock();
	KUNIT_ASSERT_FALSE(test, IS_ERR(m));
	return m;
}

static void exs_rmet_put(struct exs_route_metrics *m)
{
	rtnl_lock();
	exs_route_metrics_put(exs_rmet_net(), m);
	rtnl_unlock();
}

static void check__values(struct kunit *test)
{
	static const struct {
		u8 metric;
		u32 val, lock;
		int err;
		const char *words;
	} t[] = {
		{ RTAX_FEATURES, RTAX_FEATURE_ECN, 0, 0 },
		{ RTAX_FEATURES, RTAX_FEATURE_ALLFRAG, 0, 0 },
		{ RTAX_FEATURES, RTAX_FEATURE_ECN | BIT(5), 0, -EINVAL,
		  "Unknown flag set in feature mask in metrics attribute" },
		{ RTAX_CWND, 0, BIT(RTAX_CWND), -EINVAL,
		  "Locked cwnd metric must be non zero" },
		{ RTAX_CWND, 1, BIT(RTAX_CWND), 0 },
		{ RTAX_RTT, 0, BIT(RTAX_RTT), 0 },
		{ RTAX_WINDOW, U32_MAX, 0, 0 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_route_attr attr = { };
		struct netlink_ext_ack extack = { };

		attr.val[t[i].metric] = t[i].val;
		attr.val[RTAX_LOCK] = t[i].lock;
		KUNIT_EXPECT_EQ_MSG(test, t[i].err,
				    exs_route_metrics_check(&attr, &extack),
				    "row %u", i);
		if (t[i].err)
			KUNIT_EXPECT_STREQ(test, extack._msg, t[i].words);
	}
}

/* A route that says nothing has none, one that says a word has one. */
static void get__equal_ones_are_one(struct kunit *test)
{
	struct exs_route_attr attr = { }, other;
	unsigned int n = exs_rmet_net()->metrics_count;
	struct exs_route_metrics *a, *b, *c;

	KUNIT_EXPECT_NULL(test, exs_rmet_get(test, &attr));
	exs_rmet_put(NULL);
	strscpy_pad(attr.congctl, "reno");
	a = exs_rmet_get(test, &attr);
	b = exs_rmet_get(test, &attr);
	KUNIT_ASSERT_NOT_NULL(test, a);
	KUNIT_EXPECT_PTR_EQ(test, a, b);
	KUNIT_EXPECT_TRUE(test, exs_route_has_metrics(exs_ip_test_net()));
	other = attr;
	other.val[RTAX_LOCK] = BIT(RTAX_CC_ALGO);
	c = exs_rmet_get(test, &other);
	KUNIT_EXPECT_PTR_NE(test, a, c);
	KUNIT_EXPECT_EQ(test, exs_rmet_net()->metrics_count, n + 2);
	exs_rmet_put(c);
	exs_rmet_put(b);
	KUNIT_EXPECT_EQ(test, a->users, 1U);
	exs_rmet_put(a);
	KUNIT_EXPECT_EQ(test, exs_rmet_net()->metrics_count, n);
}

static void get__values_beyond_sense_are_cut(struct kunit *test)
{
	struct exs_route_attr attr = { };
	struct exs_route_metrics *m;

	attr.val[RTAX_MTU] = 70000;
	attr.val[RTAX_ADVMSS] = 70000;
	attr.val[RTAX_INITCWND] = 70000;
	m = exs_rmet_get(test, &attr);
	KUNIT_EXPECT_EQ(test, m->attr.val[RTAX_MTU], 65520U);
	KUNIT_EXPECT_EQ(test, m->attr.val[RTAX_ADVMSS], 65495U);
	KUNIT_EXPECT_EQ(test, m->attr.val[RTAX_INITCWND], 70000U);
	exs_rmet_put(m);
}

/* A kept handle outlives the route. */
static void keep__holds_a_reference(struct kunit *test)
{
	struct exs_route_attr attr = { .val[RTAX_QUICKACK] = 1 };
	struct exs_rt rt = { }, kept = { };
	struct exs_route_metrics *m = exs_rmet_get(test, &attr);

	rt.metrics = m;
	rcu_read_lock();
	exs_rt_keep(&kept, &rt);
	KUNIT_EXPECT_EQ(test, refcount_read(&m->ref), 2U);
	rcu_read_unlock();
	exs_rmet_put(m);
	KUNIT_EXPECT_EQ(test, refcount_read(&m->ref), 1U);
	KUNIT_EXPECT_EQ(test, exs_rt_metric(&kept, RTAX_QUICKACK), 1U);
	exs_rt_release(&kept);
	KUNIT_EXPECT_NULL(test, kept.metrics);
}

static void match__what_is_said(struct kunit *test)
{
	struct exs_route_metrics m = { };
	struct exs_route_attr any = { }, attr = { };

	m.attr.val[RTAX_RTT] = 80;
	m.attr.val[RTAX_LOCK] = BIT(RTAX_RTT);
	strscpy_pad(m.attr.congctl, "reno");
	KUNIT_EXPECT_TRUE(test, exs_route_metrics_match(NULL, &any));
	KUNIT_EXPECT_TRUE(test, exs_route_metrics_match(&m, &any));
	KUNIT_EXPECT_TRUE(test, exs_route_metrics_match(&m, &m.attr));
	KUNIT_EXPECT_FALSE(test, exs_route_metrics_match(NULL, &m.attr));
	attr.val[RTAX_RTT] = 80;
	KUNIT_EXPECT_TRUE(test, exs_route_metrics_match(&m, &attr));
	attr.val[RTAX_RTT] = 81;
	KUNIT_EXPECT_FALSE(test, exs_route_metrics_match(&m, &attr));
	attr = any;
	strscpy_pad(attr.congctl, "cubic");
	KUNIT_EXPECT_FALSE(test, exs_route_metrics_match(&m, &attr));
}

static struct kunit_case exs_rmet_cases[] = {
	KUNIT_CASE(check__values),
	KUNIT_CASE(get__equal_ones_are_one),
	KUNIT_CASE(get__values_beyond_sense_are_cut),
	KUNIT_CASE(keep__holds_a_reference),
	KUNIT_CASE(match__what_is_said),
	{}
};

static struct kunit_suite exs_rmet_suite = {
	.name = "expstack_ip_route_metrics",
	.test_cases = exs_rmet_cases,
};

kunit_test_suite(exs_rmet_suite);
