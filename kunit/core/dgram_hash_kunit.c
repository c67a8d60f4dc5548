// SPDX-License-Identifier: GPL-2.0
/*
 * expstack core: suite of module/core/dgram_hash.c. The sockets are only memory.
 */
#include <kunit/test.h>
#include <net/net_namespace.h>

#include <expstack/conn.h>

#define EXS_LOCAL htonl(0xc0000201)
#define EXS_PEER  htonl(0xc0000202)

static struct exs_dgram_chain exs_dgram_test_chains[4];
static const struct exs_dgram_table exs_dgram_test_table = {
	.chains = exs_dgram_test_chains, .mask = 3,
};

static int exs_dgram_hash_setup(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(exs_dgram_test_chains); i++) {
		spin_lock_init(&exs_dgram_test_chains[i].lock);
		INIT_HLIST_HEAD(&exs_dgram_test_chains[i].head);
	}
	return 0;
}

static struct exs_sock *exs_dgram_new(struct kunit *test, struct net *net,
				      u16 number)
{
	struct exs_bound *b = kunit_kzalloc(test, sizeof(*b), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, b);
	b->conn.net = net;
	b->conn.lport = htons(number);
	exs_dgram_hash_insert(&exs_dgram_test_table, (struct exs_sock *)b);
	return (struct exs_sock *)b;
}

static unsigned int exs_dgram_count(u16 number)
{
	struct exs_sock *es = NULL;
	unsigned int n = 0;

	rcu_read_lock();
	while ((es = exs_dgram_next_rcu(&exs_dgram_test_table, &init_net,
					htons(number), es)))
		n++;
	rcu_read_unlock();
	return n;
}

/* 1 and 5 share a chain of the four. */
static void next__only_those_of_the_number(struct kunit *test)
{
	struct net *other = kunit_kzalloc(test, sizeof(*other), GFP_KERNEL);
	struct exs_sock *a, *b, *c, *d;

	KUNIT_ASSERT_NOT_NULL(test, other);
	KUNIT_EXPECT_EQ(test, exs_dgram_count(1), 0);
	a = exs_dgram_new(test, &init_net, 1);
	b = exs_dgram_new(test, &init_net, 1);
	c = exs_dgram_new(test, &init_net, 5);
	d = exs_dgram_new(test, other, 1);
	KUNIT_EXPECT_EQ(test, exs_dgram_count(1), 2);
	KUNIT_EXPECT_EQ(test, exs_dgram_count(5), 1);
	KUNIT_EXPECT_EQ(test, exs_dgram_count(9), 0);
	KUNIT_EXPECT_TRUE(test, exs_dgram_hash_remove(&exs_dgram_test_table, a));
	KUNIT_EXPECT_EQ(test, exs_dgram_count(1), 1);
	KUNIT_EXPECT_FALSE(test, exs_dgram_hash_remove(&exs_dgram_test_table, a));
	exs_dgram_hash_remove(&exs_dgram_test_table, b);
	exs_dgram_hash_remove(&exs_dgram_test_table, c);
	exs_dgram_hash_remove(&exs_dgram_test_table, d);
	KUNIT_EXPECT_EQ(test, exs_dgram_count(1), 0);
	synchronize_rcu();
}

static int exs_dgram_stop_at(struct exs_sock *es, void *arg)
{
	int *left = arg;

	return --*left ? 0 : -ENOSPC;
}

static void walk__all_of_a_namespace_until_told_to_stop(struct kunit *test)
{
	struct exs_sock *es[6];
	int left = 100;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(es); i++)
		es[i] = exs_dgram_new(test, &init_net, i);
	KUNIT_EXPECT_EQ(test, 0, exs_dgram_hash_walk(&exs_dgram_test_table,
						     &init_net,
						     exs_dgram_stop_at, &left));
	KUNIT_EXPECT_EQ(test, left, 100 - 6);
	left = 4;
	KUNIT_EXPECT_EQ(test, -ENOSPC,
			exs_dgram_hash_walk(&exs_dgram_test_table, &init_net,
					    exs_dgram_stop_at, &left));
	KUNIT_EXPECT_EQ(test, left, 0);
	for (i = 0; i < ARRAY_SIZE(es); i++)
		exs_dgram_hash_remove(&exs_dgram_test_table, es[i]);
	synchronize_rcu();
}

static void match__what_a_socket_is_bound_to(struct kunit *test)
{
	static const struct {
		u8 laddr, raddr;	/* index of addr[] */
		int dev;
		bool expect;
	} t[] = {
		{ 0, 0, 0, true },
		{ 1, 0, 0, true },
		{ 2, 0, 0, false },
		{ 0, 2, 0, true },
		{ 0, 1, 0, false },
		{ 1, 2, 3, true },
		{ 1, 2, 4, false },
		{ 0, 0, 3, true },
	};
	const __be32 addr[] = { 0, EXS_LOCAL, EXS_PEER };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_conn c = {
			.laddr = addr[t[i].laddr],
			.raddr = addr[t[i].raddr],
			.bound_dev_if = t[i].dev,
		};

		KUNIT_EXPECT_EQ_MSG(test,
				    exs_dgram_match(&c, EXS_PEER, EXS_LOCAL, 3),
				    t[i].expect, "row %u", i);
	}
}

static struct kunit_case exs_dgram_hash_cases[] = {
	KUNIT_CASE(next__only_those_of_the_number),
	KUNIT_CASE(walk__all_of_a_namespace_until_told_to_stop),
	KUNIT_CASE(match__what_a_socket_is_bound_to),
	{}
};

static struct kunit_suite exs_dgram_hash_suite = {
	.name = "expstack_core_dgram_hash",
	.init = exs_dgram_hash_setup,
	.test_cases = exs_dgram_hash_cases,
};

kunit_test_suite(exs_dgram_hash_suite);
