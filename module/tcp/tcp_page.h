/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expstack tcp: pages for text that come back; used by tcp_send.c and
 * tcp_fo_client.c.
 */
#ifndef _EXS_TCP_PAGE_H
#define _EXS_TCP_PAGE_H

#include <linux/mm_types_task.h>
#include <linux/spinlock.h>

#include "tcp/tcp_priv.h"

#define EXS_TCP_PAGES		128	/* of SKB_FRAG_PAGE_ORDER; a power of two */
#define EXS_TCP_PAGE_LEAST	32	/* bytes; a shorter end is left */
#define EXS_TCP_PAGE_LOOKS	4	/* at pages that may still be in use */

/*
 * Pages that writers on this CPU have filled, the oldest first. The pool has a
 * reference to each, and a page is in one pool at most; who takes it from there
 * takes the reference with it.
 */
struct exs_tcp_page_pool {
	spinlock_t lock;		/* all below */
	u32 taken;			/* pages, since the last look at its age */
	u32 head, n;
	struct page *ring[EXS_TCP_PAGES];
};

/* tcp_page.c */
bool exs_tcp_page_refill(struct sock *sk, struct page_frag *pfrag);
void exs_tcp_page_pool_init(struct exs_tcp_page_pool *pool);
struct page *exs_tcp_page_pool_get(struct exs_tcp_page_pool *pool);
void exs_tcp_page_pool_put(struct exs_tcp_page_pool *pool, struct page *page);
u32 exs_tcp_page_pool_age(struct exs_tcp_page_pool *pool);
void exs_tcp_page_pool_drain(struct exs_tcp_page_pool *pool);
int exs_tcp_page_init(void);
void exs_tcp_page_exit(void);

#endif /* _EXS_TCP_PAGE_H */
