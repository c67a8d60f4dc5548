// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: pages for text that come back. What a sender pays for a page
 * is its clearing (init_on_alloc) more than its allocation, and the text
 * overwrites all that is sent of it. So a page that is full goes to a pool of
 * the CPU, and when the pool's reference is the only one, because no packet
 * has a part of it any more, it is filled anew. No callback tells of that: the
 * oldest pages are looked at when one is wanted.
 * What a second had no use for is given back.
 * Flow:   tcp_send, tcp_fo_client -> [here] -> sk_page_frag_refill()
 * Owns:   struct exs_tcp_page_pool
 * Locks:  exs_tcp_page_pool.lock
 * Spec:   -
 * Tests:  kunit/tcp/tcp_page_kunit.c
 */
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/workqueue.h>

#include "tcp/tcp_page.h"

static struct exs_tcp_page_pool __percpu *exs_tcp_pages;

static void exs_tcp_page_work(struct work_struct *work);
static DECLARE_DELAYED_WORK(exs_tcp_page_ageing, exs_tcp_page_work);

/**
 * exs_tcp_page_pool_init - an empty pool
 * @pool: to be initialized
 */
void exs_tcp_page_pool_init(struct exs_tcp_page_pool *pool)
{
	BUILD_BUG_ON_NOT_POWER_OF_2(EXS_TCP_PAGES);
	spin_lock_init(&pool->lock);
	pool->taken = 0;
	pool->head = 0;
	pool->n = 0;
}

static struct page *exs_tcp_page_pop(struct exs_tcp_page_pool *pool)
{
	struct page *page = pool->ring[pool->head++ % EXS_TCP_PAGES];

	pool->n--;
	return page;
}

static void exs_tcp_page_push(struct exs_tcp_page_pool *pool, struct page *page)
{
	pool->ring[(pool->head + pool->n++) % EXS_TCP_PAGES] = page;
}

/**
 * exs_tcp_page_pool_get - a page that nobody else has
 * @pool: where to look
 *
 * A few of the oldest are looked at; those in use become the youngest, so that
 * a reader who keeps one for long does not hide the rest.
 *
 * Context: process; takes the pool's lock.
 * Return: a page, with its reference; NULL: allocate one.
 */
struct page *exs_tcp_page_pool_get(struct exs_tcp_page_pool *pool)
{
	struct page *page, *found = NULL;
	u32 looks;

	spin_lock(&pool->lock);
	for (looks = min_t(u32, pool->n, EXS_TCP_PAGE_LOOKS); looks; looks--) {
		page = exs_tcp_page_pop(pool);
		/* The last reader's put orders its reads before our writes. */
		if (page_ref_count(page) == 1) {
			found = page;
			pool->taken++;
			break;
		}
		exs_tcp_page_push(pool, page);
	}
	spin_unlock(&pool->lock);
	return found;
}

/* Is it worth keeping? */
static bool exs_tcp_page_keep(const struct page *page)
{
	return compound_order((struct page *)page) == SKB_FRAG_PAGE_ORDER &&
	       !page_is_pfmemalloc(page) &&
	       page_to_nid(page) == numa_mem_id() && !want_init_on_free();
}

/**
 * exs_tcp_page_pool_put - a writer is done with a page
 * @pool: where it may stay
 * @page: the writer's reference goes with it
 *
 * A full pool gives its oldest page away.
 *
 * Context: process; takes the pool's lock.
 */
void exs_tcp_page_pool_put(struct exs_tcp_page_pool *pool, struct page *page)
{
	struct page *old = NULL;

	if (!exs_tcp_page_keep(page)) {
		put_page(page);
		return;
	}
	spin_lock(&pool->lock);
	if (pool->n == EXS_TCP_PAGES)
		old = exs_tcp_page_pop(pool);
	exs_tcp_page_push(pool, page);
	spin_unlock(&pool->lock);
	if (old)
		put_page(old);
}

static void exs_tcp_page_release(struct exs_tcp_page_pool *pool, u32 left)
{
	while (pool->n > left)
		put_page(exs_tcp_page_pop(pool));
}

/**
 * exs_tcp_page_pool_drain - give all pages away
 * @pool: to be emptied
 *
 * Context: any but hard interrupts; takes the pool's lock.
 */
void exs_tcp_page_pool_drain(struct exs_tcp_page_pool *pool)
{
	spin_lock(&pool->lock);
	exs_tcp_page_release(pool, 0);
	spin_unlock(&pool->lock);
}

/**
 * exs_tcp_page_pool_age - as many pages stay as were taken since the last look
 * @pool: to be looked at, once in a while
 *
 * Context: process; takes the pool's lock.
 * Return: pages left.
 */
u32 exs_tcp_page_pool_age(struct exs_tcp_page_pool *pool)
{
	u32 left;

	spin_lock(&pool->lock);
	exs_tcp_page_release(pool, pool->taken);
	pool->taken = 0;
	left = pool->n;
	spin_unlock(&pool->lock);
	return left;
}

static void exs_tcp_page_work(struct work_struct *work)
{
	u32 left = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		left += exs_tcp_page_pool_age(per_cpu_ptr(exs_tcp_pages, cpu));
	if (left)
		schedule_delayed_work(&exs_tcp_page_ageing, HZ);
}

/**
 * exs_tcp_page_refill - room for text
 * @sk: socket
 * @pfrag: the task's page, or the socket's
 *
 * As sk_page_frag_refill().
 *
 * Context: process, socket lock held; may sleep as sk_allocation says.
 * Return: false: there is no memory.
 */
bool exs_tcp_page_refill(struct sock *sk, struct page_frag *pfrag)
{
	struct page *page = pfrag->page;

	if (page) {
		if (page_ref_count(page) == 1)
			pfrag->offset = 0;
		if (pfrag->offset + EXS_TCP_PAGE_LEAST <= pfrag->size)
			return true;
		/* Another CPU's pool is as good if we are moved to it. */
		exs_tcp_page_pool_put(raw_cpu_ptr(exs_tcp_pages), page);
		if (!delayed_work_pending(&exs_tcp_page_ageing))
			schedule_delayed_work(&exs_tcp_page_ageing, HZ);
		pfrag->page = NULL;
	}
	page = exs_tcp_page_pool_get(raw_cpu_ptr(exs_tcp_pages));
	if (!page)
		return sk_page_frag_refill(sk, pfrag);
	pfrag->page = page;
	pfrag->offset = 0;
	pfrag->size = PAGE_SIZE << SKB_FRAG_PAGE_ORDER;
	return true;
}

/**
 * exs_tcp_page_init - the pools of all CPUs
 *
 * Return: 0 or -ENOMEM.
 */
int exs_tcp_page_init(void)
{
	int cpu;

	exs_tcp_pages = alloc_percpu(struct exs_tcp_page_pool);
	if (!exs_tcp_pages)
		return -ENOMEM;
	for_each_possible_cpu(cpu)
		exs_tcp_page_pool_init(per_cpu_ptr(exs_tcp_pages, cpu));
	return 0;
}

/**
 * exs_tcp_page_exit - no socket is left
 */
void exs_tcp_page_exit(void)
{
	int cpu;

	cancel_delayed_work_sync(&exs_tcp_page_ageing);
	for_each_possible_cpu(cpu)
		exs_tcp_page_pool_drain(per_cpu_ptr(exs_tcp_pages, cpu));
	free_percpu(exs_tcp_pages);
}
