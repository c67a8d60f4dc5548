// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_page.c: pages for text that come back.
 */
#include <linux/mm.h>

#include "tcp/tcp_page.h"
#include "tcp_fix.h"

static struct exs_tcp_page_pool *exs_page_pool(struct kunit *test)
{
	struct exs_tcp_page_pool *pool;

	pool = kunit_kzalloc(test, sizeof(*pool), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, pool);
	exs_tcp_page_pool_init(pool);
	return pool;
}

/* A page that a writer has filled. A reader has a part of it if in_use. */
static struct page *exs_page_full(struct kunit *test,
				  struct exs_tcp_page_pool *pool, bool in_use)
{
	struct page *page = alloc_pages(GFP_KERNEL | __GFP_COMP,
					SKB_FRAG_PAGE_ORDER);

	KUNIT_ASSERT_NOT_NULL(test, page);
	if (in_use)
		get_page(page);
	exs_tcp_page_pool_put(pool, page);
	return page;
}

static void get__the_oldest_that_is_free(struct kunit *test)
{
	struct exs_tcp_page_pool *pool = exs_page_pool(test);
	struct page *a, *b, *c;

	KUNIT_EXPECT_NULL(test, exs_tcp_page_pool_get(pool));
	a = exs_page_full(test, pool, true);
	b = exs_page_full(test, pool, false);
	c = exs_page_full(test, pool, false);
	KUNIT_EXPECT_PTR_EQ(test, exs_tcp_page_pool_get(pool), b);
	KUNIT_EXPECT_EQ(test, page_ref_count(b), 1);
	/* The busy one is the youngest now. */
	KUNIT_EXPECT_PTR_EQ(test, exs_tcp_page_pool_get(pool), c);
	KUNIT_EXPECT_NULL(test, exs_tcp_page_pool_get(pool));
	KUNIT_EXPECT_EQ(test, pool->n, 1U);
	put_page(a);
	KUNIT_EXPECT_PTR_EQ(test, exs_tcp_page_pool_get(pool), a);
	KUNIT_EXPECT_EQ(test, pool->n, 0U);
	put_page(a);
	put_page(b);
	put_page(c);
}

static void get__looks_at_a_few(struct kunit *test)
{
	struct exs_tcp_page_pool *pool = exs_page_pool(test);
	struct page *busy[EXS_TCP_PAGE_LOOKS], *last;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(busy); i++)
		busy[i] = exs_page_full(test, pool, true);
	last = exs_page_full(test, pool, false);
	KUNIT_EXPECT_NULL(test, exs_tcp_page_pool_get(pool));
	KUNIT_EXPECT_PTR_EQ(test, exs_tcp_page_pool_get(pool), last);
	put_page(last);
	exs_tcp_page_pool_drain(pool);
	for (i = 0; i < ARRAY_SIZE(busy); i++) {
		KUNIT_EXPECT_EQ(test, page_ref_count(busy[i]), 1);
		put_page(busy[i]);
	}
}

static void put__the_oldest_goes_from_a_full_pool(struct kunit *test)
{
	struct exs_tcp_page_pool *pool = exs_page_pool(test);
	struct page *first, *second;
	unsigned int i;

	first = exs_page_full(test, pool, true);
	second = exs_page_full(test, pool, true);
	for (i = 2; i < EXS_TCP_PAGES; i++)
		exs_page_full(test, pool, false);
	KUNIT_EXPECT_EQ(test, pool->n, (u32)EXS_TCP_PAGES);
	KUNIT_EXPECT_EQ(test, page_ref_count(first), 2);
	exs_page_full(test, pool, false);
	KUNIT_EXPECT_EQ(test, pool->n, (u32)EXS_TCP_PAGES);
	KUNIT_EXPECT_EQ(test, page_ref_count(first), 1);
	KUNIT_EXPECT_EQ(test, page_ref_count(second), 2);
	exs_tcp_page_pool_drain(pool);
	KUNIT_EXPECT_EQ(test, pool->n, 0U);
	KUNIT_EXPECT_EQ(test, page_ref_count(second), 1);
	put_page(first);
	put_page(second);
}

static void put__small_pages_are_not_kept(struct kunit *test)
{
	struct exs_tcp_page_pool *pool = exs_page_pool(test);
	struct page *page = alloc_page(GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, page);
	get_page(page);
	exs_tcp_page_pool_put(pool, page);
	KUNIT_EXPECT_EQ(test, pool->n, 0U);
	KUNIT_EXPECT_EQ(test, page_ref_count(page), 1);
	put_page(page);
}

static void age__what_was_taken_stays(struct kunit *test)
{
	struct exs_tcp_page_pool *pool = exs_page_pool(test);
	unsigned int i;

	for (i = 0; i < 5; i++)
		exs_page_full(test, pool, false);
	/* Two that go round. */
	exs_tcp_page_pool_put(pool, exs_tcp_page_pool_get(pool));
	exs_tcp_page_pool_put(pool, exs_tcp_page_pool_get(pool));
	KUNIT_EXPECT_EQ(test, exs_tcp_page_pool_age(pool), 2U);
	put_page(exs_tcp_page_pool_get(pool));
	KUNIT_EXPECT_EQ(test, exs_tcp_page_pool_age(pool), 1U);
	KUNIT_EXPECT_EQ(test, exs_tcp_page_pool_age(pool), 0U);
	KUNIT_EXPECT_EQ(test, pool->n, 0U);
}

/* A writer fills a page as long as there is room and comes back to it. */
static void refill__full_pages_come_back(struct kunit *test)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);
	struct page_frag frag = {};
	struct page *first;

	f.sk->sk_allocation = GFP_KERNEL;
	KUNIT_ASSERT_TRUE(test, exs_tcp_page_refill(f.sk, &frag));
	first = frag.page;
	KUNIT_ASSERT_EQ(test, frag.size, (u32)(PAGE_SIZE << SKB_FRAG_PAGE_ORDER));

	/* Nobody has a part of it: from the start. */
	frag.offset = 100;
	KUNIT_EXPECT_TRUE(test, exs_tcp_page_refill(f.sk, &frag));
	KUNIT_EXPECT_PTR_EQ(test, frag.page, first);
	KUNIT_EXPECT_EQ(test, frag.offset, 0U);

	/* A packet has. */
	get_page(first);
	frag.offset = frag.size - EXS_TCP_PAGE_LEAST;
	KUNIT_EXPECT_TRUE(test, exs_tcp_page_refill(f.sk, &frag));
	KUNIT_EXPECT_PTR_EQ(test, frag.page, first);
	KUNIT_EXPECT_EQ(test, frag.offset, frag.size - EXS_TCP_PAGE_LEAST);

	frag.offset++;
	KUNIT_EXPECT_TRUE(test, exs_tcp_page_refill(f.sk, &frag));
	KUNIT_EXPECT_PTR_NE(test, frag.page, first);
	KUNIT_EXPECT_EQ(test, frag.offset, 0U);
	put_page(frag.page);
	put_page(first);
	exs_tcp_fix_close(test, &f);
}

static struct kunit_case exs_tcp_page_cases[] = {
	KUNIT_CASE(get__the_oldest_that_is_free),
	KUNIT_CASE(get__looks_at_a_few),
	KUNIT_CASE(put__the_oldest_goes_from_a_full_pool),
	KUNIT_CASE(put__small_pages_are_not_kept),
	KUNIT_CASE(age__what_was_taken_stays),
	KUNIT_CASE(refill__full_pages_come_back),
	{}
};

static struct kunit_suite exs_tcp_page_suite = {
	.name = "expstack_tcp_page",
	.test_cases = exs_tcp_page_cases,
};

kunit_test_suite(exs_tcp_page_suite);
