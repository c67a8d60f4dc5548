// SPDX-License-Identifier: GPL-2.0
/*
 * expstack hook: suite of module/hook/hook.c, in the first namespace.
 */
#include <kunit/test.h>
#include <linux/skbuff.h>
#include <net/net_namespace.h>

#include <expstack/hook.h>

/* What one hook says, and where it notes that it was asked. */
struct exs_hook_probe {
	struct exs_hook_ops ops;
	enum exs_hook_verdict say;
	unsigned int calls;
	unsigned int repeat;		/* this often REPEAT before say */
	char mark;
	char *log;
};

#define EXS_HOOK_PROBES	4

struct exs_hook_fixture {
	struct exs_hook_probe probe[EXS_HOOK_PROBES];
	char log[64];
};

static enum exs_hook_verdict exs_hook_probe_fn(void *priv, struct sk_buff *skb,
					       const struct exs_hook_state *st)
{
	struct exs_hook_probe *p = priv;

	p->calls++;
	p->log[strlen(p->log)] = p->mark;
	if (p->say == EXS_HOOK_STOLEN)
		kfree_skb(skb);
	if (p->repeat) {
		p->repeat--;
		return EXS_HOOK_REPEAT;
	}
	return p->say;
}

static int exs_hook_setup(struct kunit *test)
{
	struct exs_hook_fixture *f = kunit_kzalloc(test, sizeof(*f), GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, f);
	for (i = 0; i < EXS_HOOK_PROBES; i++) {
		f->probe[i].ops.fn = exs_hook_probe_fn;
		f->probe[i].ops.priv = &f->probe[i];
		f->probe[i].ops.net = &init_net;
		f->probe[i].ops.point = EXS_HOOK_FORWARD;
		f->probe[i].mark = 'a' + i;
		f->probe[i].log = f->log;
	}
	test->priv = f;
	return 0;
}

static void exs_hook_teardown(struct kunit *test)
{
	struct exs_hook_fixture *f = test->priv;
	unsigned int i;

	for (i = 0; i < EXS_HOOK_PROBES; i++)
		exs_hook_unregister(&f->probe[i].ops);
	KUNIT_EXPECT_FALSE(test, exs_hook_active(EXS_HOOK_FORWARD));
}

/* The result of one packet at FORWARD; freed unless it was consumed. */
static int exs_hook_feed(struct kunit *test)
{
	struct sk_buff *skb = alloc_skb(64, GFP_KERNEL);
	int ret;

	KUNIT_ASSERT_NOT_NULL(test, skb);
	rcu_read_lock();
	ret = exs_hook_run(EXS_HOOK_FORWARD, exs_net(&init_net), NULL, skb,
			   NULL, NULL, NULL);
	rcu_read_unlock();
	if (ret == 1)
		kfree_skb(skb);
	return ret;
}

static unsigned long exs_hook_drops(enum exs_drop_reason reason)
{
	return exs_mib_read_drop(exs_net(&init_net), reason);
}

static void run__empty_point_goes_on(struct kunit *test)
{
	KUNIT_EXPECT_FALSE(test, exs_hook_active(EXS_HOOK_FORWARD));
	KUNIT_EXPECT_EQ(test, exs_hook_feed(test), 1);
}

static void run__by_priority_then_by_age(struct kunit *test)
{
	struct exs_hook_fixture *f = test->priv;
	const int priority[EXS_HOOK_PROBES] = { 0, -100, 0, EXS_HOOK_PRI_FIRST };
	unsigned int i;

	for (i = 0; i < EXS_HOOK_PROBES; i++) {
		f->probe[i].ops.priority = priority[i];
		KUNIT_ASSERT_EQ(test, exs_hook_register(&f->probe[i].ops), 0);
	}
	KUNIT_EXPECT_TRUE(test, exs_hook_active(EXS_HOOK_FORWARD));
	KUNIT_EXPECT_EQ(test, exs_hook_feed(test), 1);
	KUNIT_EXPECT_STREQ(test, f->log, "dbac");
}

static void run__drop_ends_it(struct kunit *test)
{
	struct exs_hook_fixture *f = test->priv;
	unsigned long before = exs_hook_drops(EXS_DROP_HOOK);

	f->probe[0].say = EXS_HOOK_DROP;
	KUNIT_ASSERT_EQ(test, exs_hook_register(&f->probe[0].ops), 0);
	KUNIT_ASSERT_EQ(test, exs_hook_register(&f->probe[1].ops), 0);
	KUNIT_EXPECT_EQ(test, exs_hook_feed(test), -EPERM);
	KUNIT_EXPECT_STREQ(test, f->log, "a");
	KUNIT_EXPECT_EQ(test, exs_hook_drops(EXS_DROP_HOOK), before + 1);
}

static void run__queue_without_queue_drops(struct kunit *test)
{
	struct exs_hook_fixture *f = test->priv;
	unsigned long before = exs_hook_drops(EXS_DROP_HOOK_QUEUE);

	f->probe[0].say = EXS_HOOK_QUEUE;
	KUNIT_ASSERT_EQ(test, exs_hook_register(&f->probe[0].ops), 0);
	KUNIT_EXPECT_EQ(test, exs_hook_feed(test), -EPERM);
	KUNIT_EXPECT_EQ(test, exs_hook_drops(EXS_DROP_HOOK_QUEUE), before + 1);
}

static void run__stolen_is_the_hooks(struct kunit *test)
{
	struct exs_hook_fixture *f = test->priv;

	f->probe[0].say = EXS_HOOK_STOLEN;
	KUNIT_ASSERT_EQ(test, exs_hook_register(&f->probe[0].ops), 0);
	KUNIT_ASSERT_EQ(test, exs_hook_register(&f->probe[1].ops), 0);
	KUNIT_EXPECT_EQ(test, exs_hook_feed(test), 0);
	KUNIT_EXPECT_STREQ(test, f->log, "a");
}

static void run__repeat_asks_the_same_again(struct kunit *test)
{
	struct exs_hook_fixture *f = test->priv;

	f->probe[0].repeat = 8;
	KUNIT_ASSERT_EQ(test, exs_hook_register(&f->probe[0].ops), 0);
	KUNIT_ASSERT_EQ(test, exs_hook_register(&f->probe[1].ops), 0);
	KUNIT_EXPECT_EQ(test, exs_hook_feed(test), 1);
	KUNIT_EXPECT_STREQ(test, f->log, "aaaaaaaaab");
}

static void run__repeat_is_bounded(struct kunit *test)
{
	struct exs_hook_fixture *f = test->priv;
	unsigned long before = exs_hook_drops(EXS_DROP_HOOK_REPEAT);

	f->probe[0].repeat = 9;
	KUNIT_ASSERT_EQ(test, exs_hook_register(&f->probe[0].ops), 0);
	KUNIT_EXPECT_EQ(test, exs_hook_feed(test), -EPERM);
	KUNIT_EXPECT_EQ(test, f->probe[0].calls, 9);
	KUNIT_EXPECT_EQ(test, exs_hook_drops(EXS_DROP_HOOK_REPEAT), before + 1);
}

static void unregister__is_asked_no_more(struct kunit *test)
{
	struct exs_hook_fixture *f = test->priv;

	KUNIT_ASSERT_EQ(test, exs_hook_register(&f->probe[0].ops), 0);
	KUNIT_ASSERT_EQ(test, exs_hook_register(&f->probe[1].ops), 0);
	exs_hook_unregister(&f->probe[0].ops);
	KUNIT_EXPECT_EQ(test, exs_hook_feed(test), 1);
	KUNIT_EXPECT_STREQ(test, f->log, "b");
	/* A second time it does nothing. */
	exs_hook_unregister(&f->probe[0].ops);
	KUNIT_EXPECT_TRUE(test, exs_hook_active(EXS_HOOK_FORWARD));
}

static void register__refuses_nonsense(struct kunit *test)
{
	struct exs_hook_fixture *f = test->priv;
	struct exs_hook_ops bad = f->probe[0].ops;

	bad.point = EXS_HOOK_MAX;
	KUNIT_EXPECT_EQ(test, exs_hook_register(&bad), -EINVAL);
	bad = f->probe[0].ops;
	bad.fn = NULL;
	KUNIT_EXPECT_EQ(test, exs_hook_register(&bad), -EINVAL);
}

static void register_many__all_or_none(struct kunit *test)
{
	struct exs_hook_fixture *f = test->priv;
	struct exs_hook_ops ops[3] = {
		f->probe[0].ops, f->probe[1].ops, f->probe[2].ops,
	};

	ops[2].point = EXS_HOOK_MAX;
	KUNIT_EXPECT_EQ(test, exs_hook_register_many(ops, 3), -EINVAL);
	KUNIT_EXPECT_FALSE(test, exs_hook_active(EXS_HOOK_FORWARD));
	ops[2].point = EXS_HOOK_FORWARD;
	KUNIT_ASSERT_EQ(test, exs_hook_register_many(ops, 3), 0);
	KUNIT_EXPECT_EQ(test, exs_hook_feed(test), 1);
	KUNIT_EXPECT_STREQ(test, f->log, "abc");
	exs_hook_unregister_many(ops, 3);
}

static struct kunit_case exs_hook_cases[] = {
	KUNIT_CASE(run__empty_point_goes_on),
	KUNIT_CASE(run__by_priority_then_by_age),
	KUNIT_CASE(run__drop_ends_it),
	KUNIT_CASE(run__queue_without_queue_drops),
	KUNIT_CASE(run__stolen_is_the_hooks),
	KUNIT_CASE(run__repeat_asks_the_same_again),
	KUNIT_CASE(run__repeat_is_bounded),
	KUNIT_CASE(unregister__is_asked_no_more),
	KUNIT_CASE(register__refuses_nonsense),
	KUNIT_CASE(register_many__all_or_none),
	{}
};

static struct kunit_suite exs_hook_suite = {
	.name = "expstack_hook_hook",
	.init = exs_hook_setup,
	.exit = exs_hook_teardown,
	.test_cases = exs_hook_cases,
};

kunit_test_suite(exs_hook_suite);
