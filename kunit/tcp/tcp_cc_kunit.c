// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_cc.c: the registry of congestion
 * controls. The building blocks are in cc_reno_kunit.c.
 */
#include "tcp_fix.h"

static u32 exs_cct_ssthresh(struct exs_cc *cc)
{
	return 2;
}

static void exs_cct_avoid(struct exs_cc *cc, const struct exs_cc_ack *ack)
{
}

static void exs_cct_control(struct exs_cc *cc, const struct exs_cc_ack *ack)
{
}

static u32 exs_cct_undo(struct exs_cc *cc)
{
	return cc->cwnd;
}

#define EXS_CCT_OPS(...)						\
	{ .name = "kunitcc", .owner = THIS_MODULE,			\
	  .ssthresh = exs_cct_ssthresh, .undo_cwnd = exs_cct_undo,	\
	  .cong_avoid = exs_cct_avoid, __VA_ARGS__ }

static void register__required_operations(struct kunit *test)
{
	static struct {
		struct exs_cc_ops ops;
		int err;
	} t[] = {
		{ EXS_CCT_OPS(.name = NULL), -EINVAL },
		{ EXS_CCT_OPS(.ssthresh = NULL), -EINVAL },
		{ EXS_CCT_OPS(.undo_cwnd = NULL), -EINVAL },
		{ EXS_CCT_OPS(.cong_avoid = NULL), -EINVAL },
		{ EXS_CCT_OPS(.name = "sixteen_letters_"), -EINVAL },
		{ EXS_CCT_OPS(.name = "reno"), -EEXIST },
		{ EXS_CCT_OPS(.name = "fifteen_letters"), 0 },
		{ EXS_CCT_OPS(.cong_avoid = NULL,
			      .cong_control = exs_cct_control), 0 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		int err = exs_cc_register(&t[i].ops);

		KUNIT_EXPECT_EQ_MSG(test, err, t[i].err, "row %u", i);
		if (!err)
			exs_cc_unregister(&t[i].ops);
	}
}

static void available__names_in_order(struct kunit *test)
{
	static struct exs_cc_ops ops = EXS_CCT_OPS();
	char before[64], with[64], after[64], want[80], small[4];

	exs_cc_get_available(before, sizeof(before));
	KUNIT_EXPECT_TRUE(test, strstarts(before, "reno cubic"));
	KUNIT_ASSERT_EQ(test, exs_cc_register(&ops), 0);
	KUNIT_EXPECT_EQ(test, exs_cc_register(&ops), -EEXIST);
	exs_cc_get_available(with, sizeof(with));
	snprintf(want, sizeof(want), "%s kunitcc", before);
	KUNIT_EXPECT_STREQ(test, with, want);
	exs_cc_get_available(small, sizeof(small));
	KUNIT_EXPECT_EQ(test, strlen(small), sizeof(small) - 1);
	exs_cc_unregister(&ops);
	exs_cc_get_available(after, sizeof(after));
	KUNIT_EXPECT_STREQ(test, after, before);
}

static void default__of_the_namespace(struct kunit *test)
{
	static struct exs_cc_ops ops = EXS_CCT_OPS();
	struct exs_net *en = exs_net(&init_net);
	char kept[EXS_CC_NAME_MAX], name[EXS_CC_NAME_MAX];
	struct exs_tcp_fix f;

	exs_cc_get_default(en, kept);
	KUNIT_EXPECT_EQ(test, exs_cc_set_default(en, "nosuch"), -ENOENT);
	KUNIT_ASSERT_EQ(test, exs_cc_register(&ops), 0);
	KUNIT_EXPECT_EQ(test, exs_cc_set_default(en, "kunitcc"), 0);
	exs_cc_get_default(en, name);
	KUNIT_EXPECT_STREQ(test, name, "kunitcc");
	/* Who may set the default opens it to every user. */
	KUNIT_EXPECT_TRUE(test, ops.flags & EXS_CC_NON_RESTRICTED);
	f = exs_tcp_fix_open(test, TCP_CLOSE);
	KUNIT_EXPECT_STREQ(test, f.tp->cc.ops->name, "kunitcc");
	exs_tcp_fix_close(test, &f);
	KUNIT_EXPECT_EQ(test, exs_cc_set_default(en, kept), 0);
	exs_cc_unregister(&ops);
}

static void allowed__all_or_nothing(struct kunit *test)
{
	static const struct {
		const char *names, *after;
		int err;
	} t[] = {
		{ "cubic", "cubic", 0 },
		{ "kunitcc reno", "reno kunitcc", 0 },
		{ "cubic nosuch", "reno kunitcc", -ENOENT },
		{ "sixteen_letters_", "reno kunitcc", -ENOENT },
		{ "sixteen_letters_and_more", "reno kunitcc", -ENOENT },
		{ "reno reno ", "reno", 0 },
		/* As in Linux the list ends at a second blank. */
		{ "reno  nosuch", "reno", 0 },
		{ "", "", 0 },
	};
	static struct exs_cc_ops ops = EXS_CCT_OPS();
	char kept[64], now[64];
	unsigned int i;

	exs_cc_get_allowed(kept, sizeof(kept));
	KUNIT_EXPECT_TRUE(test, strstarts(kept, "reno cubic"));
	KUNIT_ASSERT_EQ(test, exs_cc_register(&ops), 0);
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		KUNIT_EXPECT_EQ_MSG(test, exs_cc_set_allowed(t[i].names),
				    t[i].err, "row %u", i);
		exs_cc_get_allowed(now, sizeof(now));
		KUNIT_EXPECT_STREQ_MSG(test, now, t[i].after, "row %u", i);
	}
	KUNIT_EXPECT_EQ(test, exs_cc_set_allowed(kept), 0);
	exs_cc_unregister(&ops);
}

static void net__begins_with_the_firsts_default(struct kunit *test)
{
	struct exs_net *first = exs_net(&init_net);
	char name[EXS_CC_NAME_MAX];
	struct exs_net *en;
	struct net *net;

	en = kunit_kzalloc(test, sizeof(*en), GFP_KERNEL);
	net = kunit_kzalloc(test, sizeof(*net), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, en);
	KUNIT_ASSERT_NOT_NULL(test, net);
	en->net = net;
	KUNIT_ASSERT_EQ(test, exs_cc_set_default(first, "reno"), 0);
	exs_cc_net_init(en);
	exs_cc_get_default(en, name);
	KUNIT_EXPECT_STREQ(test, name, "reno");
	KUNIT_EXPECT_EQ(test, exs_cc_set_default(first, "cubic"), 0);
	exs_cc_get_default(en, name);
	KUNIT_EXPECT_STREQ(test, name, "reno");
	/* Only the first may take a restricted one. */
	KUNIT_EXPECT_EQ(test, exs_cc_set_default(en, "cubic"), 0);
	KUNIT_EXPECT_EQ(test, exs_cc_set_allowed("cubic"), 0);
	KUNIT_EXPECT_EQ(test, exs_cc_set_default(en, "reno"), -EPERM);
	KUNIT_EXPECT_EQ(test, exs_cc_set_allowed("reno cubic"), 0);
	exs_cc_net_exit(en);
}

static struct kunit_case exs_tcp_cc_cases[] = {
	KUNIT_CASE(register__required_operations),
	KUNIT_CASE(available__names_in_order),
	KUNIT_CASE(default__of_the_namespace),
	KUNIT_CASE(allowed__all_or_nothing),
	KUNIT_CASE(net__begins_with_the_firsts_default),
	{}
};

static struct kunit_suite exs_tcp_cc_suite = {
	.name = "expstack_tcp_cc",
	.test_cases = exs_tcp_cc_cases,
};

kunit_test_suite(exs_tcp_cc_suite);
