// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ip: suite of module/ip/route_trie.c. A table of random prefixes is
 * compared with a plain search through all of them.
 */
#include <kunit/test.h>
#include <linux/prandom.h>
#include <linux/rtnetlink.h>

#include "ip/route_priv.h"

#define EXS_TRIE_N	3000
#define EXS_TRIE_SMALL	200

struct exs_trie_fixture {
	struct exs_trie t;
	unsigned long empty;		/* bytes of the empty trie */
	struct rnd_state rnd;
	struct exs_route_entry e[EXS_TRIE_N];
	bool in[EXS_TRIE_N];
};

static u32 exs_trie_net_mask(unsigned int len)
{
	return len ? ~0U << (32 - len) : 0;
}

static int exs_trie_setup_case(struct kunit *test)
{
	struct exs_trie_fixture *f = kunit_kzalloc(test, sizeof(*f), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, f);
	KUNIT_ASSERT_EQ(test, exs_trie_init(&f->t), 0);
	f->empty = f->t.bytes;
	prandom_seed_state(&f->rnd, 0x6578737461636bULL);
	test->priv = f;
	return 0;
}

static void exs_trie_teardown_case(struct kunit *test)
{
	struct exs_trie_fixture *f = test->priv;

	exs_trie_destroy(&f->t);
}

static struct exs_route_entry *exs_trie_naive(struct exs_trie_fixture *f,
					      unsigned int n, u32 key)
{
	struct exs_route_entry *best = NULL;
	unsigned int i;

	for (i = 0; i < n; i++)
		if (f->in[i] &&
		    !((key ^ f->e[i].dst) & exs_trie_net_mask(f->e[i].len)) &&
		    (!best || f->e[i].len > best->len))
			best = &f->e[i];
	return best;
}

static struct exs_route_entry *exs_trie_get(struct exs_trie_fixture *f, u32 key)
{
	struct exs_route_entry *e;

	rcu_read_lock();
	e = exs_trie_lookup(&f->t, key);
	rcu_read_unlock();
	return e;
}

/* A prefix that is not there yet; lengths as in real tables, and all of them. */
static void exs_trie_random(struct exs_trie_fixture *f, unsigned int i)
{
	do {
		u32 r = prandom_u32_state(&f->rnd);

		f->e[i].len = r & 1 ? 24 : (r >> 8) % 33;
		/* Half of them in a small part of the space: deep, crowded. */
		f->e[i].dst = prandom_u32_state(&f->rnd);
		if (r & 2)
			f->e[i].dst = 0x0a000000 | (f->e[i].dst & 0x1fff);
		f->e[i].dst &= exs_trie_net_mask(f->e[i].len);
	} while (exs_trie_find(&f->t, f->e[i].dst, f->e[i].len));
}

static void exs_trie_put(struct kunit *test, struct exs_trie_fixture *f,
			 unsigned int i)
{
	KUNIT_ASSERT_EQ(test, 0, exs_trie_insert(&f->t, f->e[i].dst,
						 f->e[i].len, &f->e[i]));
	f->in[i] = true;
}

static void exs_trie_take(struct exs_trie_fixture *f, unsigned int i)
{
	exs_trie_remove(&f->t, f->e[i].dst, f->e[i].len);
	f->in[i] = false;
}

/* Random addresses, and the edges of every prefix. */
static void exs_trie_compare(struct kunit *test, struct exs_trie_fixture *f,
			     unsigned int n)
{
	unsigned int i, bad = 0;

	for (i = 0; i < n; i++) {
		u32 first = f->e[i].dst;
		u32 last = first | ~exs_trie_net_mask(f->e[i].len);
		u32 key[] = { first, last, first - 1, last + 1,
			      prandom_u32_state(&f->rnd) };
		unsigned int k;

		for (k = 0; k < ARRAY_SIZE(key); k++)
			bad += exs_trie_get(f, key[k]) !=
			       exs_trie_naive(f, n, key[k]);
	}
	KUNIT_EXPECT_EQ(test, bad, 0);
}

static void lookup__empty_finds_nothing(struct kunit *test)
{
	struct exs_trie_fixture *f = test->priv;

	KUNIT_EXPECT_NULL(test, exs_trie_get(f, 0));
	KUNIT_EXPECT_NULL(test, exs_trie_get(f, 0xffffffff));
}

static void lookup__every_length_alone(struct kunit *test)
{
	struct exs_trie_fixture *f = test->priv;
	unsigned int len;

	for (len = 0; len <= 32; len++) {
		f->e[0].len = len;
		f->e[0].dst = 0xc0a8a5a5 & exs_trie_net_mask(len);
		exs_trie_put(test, f, 0);
		exs_trie_compare(test, f, 1);
		exs_trie_take(f, 0);
		KUNIT_EXPECT_NULL(test, exs_trie_get(f, 0xc0a8a5a5));
		KUNIT_EXPECT_EQ(test, f->t.bytes, f->empty);
	}
}

static void lookup__nested_lengths(struct kunit *test)
{
	struct exs_trie_fixture *f = test->priv;
	unsigned int len;

	for (len = 0; len <= 32; len++) {
		f->e[len].len = len;
		f->e[len].dst = 0x5a5a5a5a & exs_trie_net_mask(len);
		exs_trie_put(test, f, len);
	}
	exs_trie_compare(test, f, 33);
	for (len = 0; len <= 32; len += 2)
		exs_trie_take(f, len);
	exs_trie_compare(test, f, 33);
	for (len = 1; len <= 32; len += 2)
		exs_trie_take(f, len);
	KUNIT_EXPECT_EQ(test, f->t.prefixes, 0);
	KUNIT_EXPECT_EQ(test, f->t.bytes, f->empty);
}

static void lookup__random_table(struct kunit *test)
{
	struct exs_trie_fixture *f = test->priv;
	unsigned int i;

	for (i = 0; i < EXS_TRIE_SMALL; i++) {
		exs_trie_random(f, i);
		exs_trie_put(test, f, i);
	}
	exs_trie_compare(test, f, EXS_TRIE_SMALL);
	for (i = 0; i < EXS_TRIE_SMALL; i += 3)
		exs_trie_take(f, i);
	exs_trie_compare(test, f, EXS_TRIE_SMALL);
	for (i = 0; i < EXS_TRIE_SMALL; i += 3)
		exs_trie_put(test, f, i);
	exs_trie_compare(test, f, EXS_TRIE_SMALL);
}

static void lookup__root_grows_under_the_table(struct kunit *test)
{
	struct exs_trie_fixture *f = test->priv;
	unsigned int i;

	f->t.grow_at = EXS_TRIE_SMALL / 2;
	for (i = 0; i < EXS_TRIE_SMALL; i++) {
		exs_trie_random(f, i);
		exs_trie_put(test, f, i);
	}
	KUNIT_EXPECT_EQ(test, EXS_TRIE_ROOT_MAX,
			rcu_dereference_protected(f->t.root, 1)->bits);
	exs_trie_compare(test, f, EXS_TRIE_SMALL);
	for (i = 0; i < EXS_TRIE_SMALL; i += 2)
		exs_trie_take(f, i);
	exs_trie_compare(test, f, EXS_TRIE_SMALL);
}

static void replace__leads_elsewhere(struct kunit *test)
{
	struct exs_trie_fixture *f = test->priv;
	const u8 len[] = { 0, 3, 6, 7, 12, 24, 32 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(len); i++) {
		u32 key = 0xac100a0b & exs_trie_net_mask(len[i]);

		exs_trie_insert(&f->t, key, len[i], &f->e[0]);
		exs_trie_replace(&f->t, key, len[i], &f->e[1]);
		KUNIT_EXPECT_PTR_EQ(test, exs_trie_get(f, 0xac100a0b), &f->e[1]);
		exs_trie_remove(&f->t, key, len[i]);
		KUNIT_EXPECT_NULL(test, exs_trie_get(f, 0xac100a0b));
	}
}

static void match_all__shortest_first(struct kunit *test)
{
	struct exs_trie_fixture *f = test->priv;
	const u8 len[] = { 0, 6, 7, 8, 12, 13, 24, 25, 30, 31, 32 };
	struct exs_route_entry *all[33];
	unsigned int i, n;

	for (i = 0; i < ARRAY_SIZE(len); i++) {
		f->e[i].len = len[i];
		f->e[i].dst = 0xc6336401 & exs_trie_net_mask(len[i]);
		exs_trie_put(test, f, i);
	}
	rcu_read_lock();
	n = exs_trie_match_all(&f->t, 0xc6336401, all);
	rcu_read_unlock();
	KUNIT_ASSERT_EQ(test, n, ARRAY_SIZE(len));
	for (i = 0; i < n; i++)
		KUNIT_EXPECT_PTR_EQ(test, all[i], &f->e[i]);
}

struct exs_trie_order {
	u64 last;
	unsigned int seen;
	unsigned int stop_at;
	bool wrong;
};

static int exs_trie_order_cb(struct exs_route_entry *e, void *arg)
{
	struct exs_trie_order *o = arg;
	u64 place = (u64)e->dst << 8 | e->len;

	if (o->seen && place <= o->last)
		o->wrong = true;
	o->last = place;
	o->seen++;
	return o->seen == o->stop_at ? 7 : 0;
}

static void walk__in_order_and_complete(struct kunit *test)
{
	struct exs_trie_fixture *f = test->priv;
	struct exs_trie_order o = {};
	unsigned int i, behind = 0;
	u32 from;

	f->t.grow_at = EXS_TRIE_SMALL / 2;
	for (i = 0; i < EXS_TRIE_SMALL; i++) {
		exs_trie_random(f, i);
		exs_trie_put(test, f, i);
	}
	rcu_read_lock();
	KUNIT_EXPECT_EQ(test, exs_trie_walk(&f->t, 0, exs_trie_order_cb, &o), 0);
	KUNIT_EXPECT_EQ(test, o.seen, EXS_TRIE_SMALL);
	KUNIT_EXPECT_FALSE(test, o.wrong);
	from = f->e[EXS_TRIE_SMALL / 2].dst;
	for (i = 0; i < EXS_TRIE_SMALL; i++)
		behind += f->e[i].dst >= from;
	o = (struct exs_trie_order) {};
	exs_trie_walk(&f->t, from, exs_trie_order_cb, &o);
	KUNIT_EXPECT_EQ(test, o.seen, behind);
	o = (struct exs_trie_order) { .stop_at = 5 };
	KUNIT_EXPECT_EQ(test, exs_trie_walk(&f->t, 0, exs_trie_order_cb, &o), 7);
	rcu_read_unlock();
	KUNIT_EXPECT_EQ(test, o.seen, 5);
}

static void insert__memory_per_prefix_is_small(struct kunit *test)
{
	struct exs_trie_fixture *f = test->priv;
	unsigned int i, grown = EXS_TRIE_GROW_AT + 1;
	unsigned long at = 0;

	/* Neighbouring /24s, as a provider's block is announced. */
	for (i = 0; i < EXS_TRIE_N; i++) {
		f->e[i].len = 24;
		f->e[i].dst = 0x0b000000 + (i << 8);
		exs_trie_put(test, f, i);
		if (i == grown)
			at = f->t.bytes;
	}
	/* The large root is paid for once, each prefix a pointer and a share. */
	KUNIT_EXPECT_LT(test, at, 256 * 1024);
	KUNIT_EXPECT_LE(test, (f->t.bytes - at) / (EXS_TRIE_N - grown), 24);
	for (i = 0; i < EXS_TRIE_N; i++)
		exs_trie_take(f, i);
	KUNIT_EXPECT_EQ(test, f->t.prefixes, 0);
}

static struct kunit_case exs_trie_cases[] = {
	KUNIT_CASE(lookup__empty_finds_nothing),
	KUNIT_CASE(lookup__every_length_alone),
	KUNIT_CASE(lookup__nested_lengths),
	KUNIT_CASE(lookup__random_table),
	KUNIT_CASE(lookup__root_grows_under_the_table),
	KUNIT_CASE(replace__leads_elsewhere),
	KUNIT_CASE(match_all__shortest_first),
	KUNIT_CASE(walk__in_order_and_complete),
	KUNIT_CASE(insert__memory_per_prefix_is_small),
	{}
};

static struct kunit_suite exs_trie_suite = {
	.name = "expstack_ip_route_trie",
	.init = exs_trie_setup_case,
	.exit = exs_trie_teardown_case,
	.test_cases = exs_trie_cases,
};

kunit_test_suite(exs_trie_suite);
