// SPDX-License-Identifier: GPL-2.0
/*
 * expstack core: suite of module/core/conn_hash.c.
 */
#include <kunit/test.h>
#include <net/net_namespace.h>

#include <expstack/conn.h>

static void exs_conn_fill(struct exs_conn *c, u32 n)
{
	memset(c, 0, sizeof(*c));
	c->net = &init_net;
	c->laddr = htonl(0xc6336401);
	c->raddr = htonl(0xc6336402 + n);
	c->lport = htons(80);
	c->rport = htons(1024 + n);
	c->kind = EXS_CONN_TIMEWAIT;
}

static struct exs_conn *exs_conn_find(const struct exs_conn *c, int dif)
{
	struct exs_conn *found;

	rcu_read_lock();
	found = exs_conn_lookup_rcu(c->net, c->raddr, c->rport, c->laddr,
				    c->lport, dif);
	rcu_read_unlock();
	return found;
}

static void lookup__finds_only_the_whole_tuple(struct kunit *test)
{
	struct exs_conn c, other;

	exs_conn_fill(&c, 0);
	KUNIT_EXPECT_NULL(test, exs_conn_find(&c, 1));
	exs_conn_insert(&c);
	KUNIT_EXPECT_PTR_EQ(test, exs_conn_find(&c, 1), &c);

	other = c;
	other.rport = htons(1025);
	KUNIT_EXPECT_NULL(test, exs_conn_find(&other, 1));
	other = c;
	other.lport = htons(81);
	KUNIT_EXPECT_NULL(test, exs_conn_find(&other, 1));
	other = c;
	other.raddr = c.laddr;
	KUNIT_EXPECT_NULL(test, exs_conn_find(&other, 1));
	other = c;
	other.laddr = c.raddr;
	KUNIT_EXPECT_NULL(test, exs_conn_find(&other, 1));

	KUNIT_EXPECT_TRUE(test, exs_conn_remove(&c));
	KUNIT_EXPECT_FALSE(test, exs_conn_remove(&c));
	KUNIT_EXPECT_NULL(test, exs_conn_find(&c, 1));
}

static void lookup__bound_device_must_match(struct kunit *test)
{
	struct exs_conn c;

	exs_conn_fill(&c, 1);
	c.bound_dev_if = 7;
	exs_conn_insert(&c);
	KUNIT_EXPECT_NULL(test, exs_conn_find(&c, 6));
	KUNIT_EXPECT_PTR_EQ(test, exs_conn_find(&c, 7), &c);
	exs_conn_remove(&c);
}

static bool exs_conn_reuse_yes(struct exs_conn *tw, struct exs_conn *c)
{
	return true;
}

static bool exs_conn_reuse_no(struct exs_conn *tw, struct exs_conn *c)
{
	return false;
}

static void insert_unique__taken_tuple_is_refused(struct kunit *test)
{
	struct exs_conn a, b, *tw = &a;

	exs_conn_fill(&a, 2);
	exs_conn_fill(&b, 2);
	a.kind = EXS_CONN_SOCK;
	KUNIT_EXPECT_EQ(test, exs_conn_insert_unique(&a, NULL, &tw), 0);
	KUNIT_EXPECT_NULL(test, tw);
	KUNIT_EXPECT_EQ(test,
			exs_conn_insert_unique(&b, exs_conn_reuse_yes, &tw),
			-EADDRNOTAVAIL);
	KUNIT_EXPECT_FALSE(test, exs_conn_remove(&b));
	KUNIT_EXPECT_TRUE(test, exs_conn_remove(&a));
}

static void insert_unique__timewait_is_taken_over(struct kunit *test)
{
	struct exs_conn a, b, *tw = NULL;

	exs_conn_fill(&a, 3);
	exs_conn_fill(&b, 3);
	b.kind = EXS_CONN_SOCK;
	exs_conn_insert(&a);
	KUNIT_EXPECT_EQ(test, exs_conn_insert_unique(&b, exs_conn_reuse_no, &tw),
			-EADDRNOTAVAIL);
	KUNIT_EXPECT_NULL(test, tw);
	KUNIT_EXPECT_EQ(test,
			exs_conn_insert_unique(&b, exs_conn_reuse_yes, &tw), 0);
	KUNIT_EXPECT_PTR_EQ(test, tw, &a);
	KUNIT_EXPECT_PTR_EQ(test, exs_conn_find(&a, 1), &b);
	KUNIT_EXPECT_FALSE(test, exs_conn_remove(&a));
	KUNIT_EXPECT_TRUE(test, exs_conn_remove(&b));
}

static void replace__only_what_is_still_there(struct kunit *test)
{
	struct exs_conn a, b;

	exs_conn_fill(&a, 4);
	exs_conn_fill(&b, 4);
	exs_conn_insert(&a);
	KUNIT_EXPECT_TRUE(test, exs_conn_replace(&a, &b));
	KUNIT_EXPECT_PTR_EQ(test, exs_conn_find(&a, 1), &b);
	KUNIT_EXPECT_FALSE(test, exs_conn_replace(&a, &b));
	KUNIT_EXPECT_TRUE(test, exs_conn_remove(&b));
}

static int exs_conn_count(struct exs_conn *c, void *arg)
{
	if (c->lport == htons(80) && c->laddr == htonl(0xc6336401))
		++*(unsigned int *)arg;
	return 0;
}

/* Else a reader between the old place and the new one would find neither. */
static void replace__keeps_the_place_in_the_chain(struct kunit *test)
{
	struct exs_conn first, a, b, last;

	exs_conn_fill(&first, 5);
	exs_conn_fill(&a, 5);
	exs_conn_fill(&b, 5);
	exs_conn_fill(&last, 5);
	/* Each goes to the front. */
	exs_conn_insert(&last);
	exs_conn_insert(&a);
	exs_conn_insert(&first);
	KUNIT_EXPECT_TRUE(test, exs_conn_replace(&a, &b));
	KUNIT_EXPECT_PTR_EQ(test, exs_conn_find(&a, 1), &first);
	KUNIT_EXPECT_TRUE(test, exs_conn_remove(&first));
	KUNIT_EXPECT_PTR_EQ(test, exs_conn_find(&a, 1), &b);
	KUNIT_EXPECT_FALSE(test, exs_conn_remove(&a));
	KUNIT_EXPECT_TRUE(test, exs_conn_remove(&b));
	KUNIT_EXPECT_PTR_EQ(test, exs_conn_find(&a, 1), &last);
	KUNIT_EXPECT_TRUE(test, exs_conn_remove(&last));
	KUNIT_EXPECT_NULL(test, exs_conn_find(&a, 1));
}

static void walk__sees_each_entry_once(struct kunit *test)
{
	struct exs_conn *c = kunit_kcalloc(test, 500, sizeof(*c), GFP_KERNEL);
	unsigned int i, n = 0;

	KUNIT_ASSERT_NOT_NULL(test, c);
	for (i = 0; i < 500; i++) {
		exs_conn_fill(&c[i], 10 + i);
		exs_conn_insert(&c[i]);
	}
	KUNIT_EXPECT_EQ(test, exs_conn_walk(&init_net, exs_conn_count, &n), 0);
	KUNIT_EXPECT_EQ(test, n, 500);
	for (i = 0; i < 500; i++)
		KUNIT_EXPECT_TRUE(test, exs_conn_remove(&c[i]));
	n = 0;
	exs_conn_walk(&init_net, exs_conn_count, &n);
	KUNIT_EXPECT_EQ(test, n, 0);
}

static struct kunit_case exs_conn_hash_cases[] = {
	KUNIT_CASE(lookup__finds_only_the_whole_tuple),
	KUNIT_CASE(lookup__bound_device_must_match),
	KUNIT_CASE(insert_unique__taken_tuple_is_refused),
	KUNIT_CASE(insert_unique__timewait_is_taken_over),
	KUNIT_CASE(replace__only_what_is_still_there),
	KUNIT_CASE(replace__keeps_the_place_in_the_chain),
	KUNIT_CASE(walk__sees_each_entry_once),
	{}
};

static struct kunit_suite exs_conn_hash_suite = {
	.name = "expstack_core_conn_hash",
	.test_cases = exs_conn_hash_cases,
};

kunit_test_suite(exs_conn_hash_suite);
