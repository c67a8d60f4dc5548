// SPDX-License-Identifier: GPL-2.0
/*
 * expstack core: suite of module/core/listen_hash.c.
 */
#include <kunit/test.h>
#include <net/net_namespace.h>

#include <expstack/conn.h>

#define EXS_LISTEN_A	0xc6336401	/* 198.51.100.1 */
#define EXS_LISTEN_B	0xc6336402
#define EXS_LISTEN_PEER	0xc6336403
#define EXS_LISTEN_PORT	61991
#define EXS_LISTEN_DEV	7

static struct exs_bound *exs_listen_new(struct kunit *test, u32 laddr, int dev)
{
	struct exs_bound *es = kunit_kzalloc(test, sizeof(*es), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, es);
	es->conn.net = &init_net;
	es->conn.laddr = htonl(laddr);
	es->conn.lport = htons(EXS_LISTEN_PORT);
	es->conn.bound_dev_if = dev;
	es->sk.sk_incoming_cpu = -1;
	rwlock_init(&es->sk.sk_callback_lock);
	return es;
}

static void exs_listen_in(struct exs_bound *es)
{
	exs_listen_insert((struct exs_sock *)es);
}

/* No reader is left when the memory goes. */
static void exs_listen_out(struct exs_bound *es)
{
	exs_listen_remove((struct exs_sock *)es);
	synchronize_rcu();
}

static void *exs_listen_who(u32 daddr, u16 dport, u16 sport, int dif)
{
	void *es;

	rcu_read_lock();
	es = exs_listen_lookup_rcu(&init_net, NULL, htonl(EXS_LISTEN_PEER),
				   htons(sport), htonl(daddr), htons(dport), dif);
	rcu_read_unlock();
	return es;
}

/* A bound address counts more than a bound device, both more than either. */
static void lookup__the_closest_binding_wins(struct kunit *test)
{
	struct exs_bound *any = exs_listen_new(test, 0, 0);
	struct exs_bound *dev = exs_listen_new(test, 0, EXS_LISTEN_DEV);
	struct exs_bound *addr = exs_listen_new(test, EXS_LISTEN_A, 0);
	struct exs_bound *both = exs_listen_new(test, EXS_LISTEN_A,
						EXS_LISTEN_DEV);
	const struct {
		u32 daddr;
		u16 dport;
		int dif;
		struct exs_bound *who;
	} t[] = {
		{ EXS_LISTEN_A, EXS_LISTEN_PORT, EXS_LISTEN_DEV, both },
		{ EXS_LISTEN_A, EXS_LISTEN_PORT, 8, addr },
		{ EXS_LISTEN_B, EXS_LISTEN_PORT, EXS_LISTEN_DEV, dev },
		{ EXS_LISTEN_B, EXS_LISTEN_PORT, 8, any },
		{ EXS_LISTEN_A, EXS_LISTEN_PORT + 1, 8, NULL },
		/* The same chain, another port. */
		{ EXS_LISTEN_A, EXS_LISTEN_PORT - 256, 8, NULL },
	};
	unsigned int i;

	exs_listen_in(both);
	exs_listen_in(any);
	exs_listen_in(addr);
	exs_listen_in(dev);
	for (i = 0; i < ARRAY_SIZE(t); i++)
		KUNIT_EXPECT_PTR_EQ_MSG(test, exs_listen_who(t[i].daddr,
							     t[i].dport, 5,
							     t[i].dif),
					(void *)t[i].who, "row %u", i);
	exs_listen_out(any);
	KUNIT_EXPECT_NULL(test, exs_listen_who(EXS_LISTEN_B, EXS_LISTEN_PORT, 5, 8));
	exs_listen_out(dev);
	exs_listen_out(both);
	KUNIT_EXPECT_PTR_EQ(test, exs_listen_who(EXS_LISTEN_A, EXS_LISTEN_PORT,
						 5, EXS_LISTEN_DEV),
			    (void *)addr);
	exs_listen_out(addr);
	/* Once more does no harm. */
	exs_listen_out(addr);
	KUNIT_EXPECT_NULL(test, exs_listen_who(EXS_LISTEN_A, EXS_LISTEN_PORT, 5, 8));
}

/* Each of a group gets its share of peers, and a peer stays with one. */
static void lookup__reuseport_spreads_by_peer(struct kunit *test)
{
	unsigned int hits[3] = {}, i, k;
	struct exs_bound *es[3];

	for (i = 0; i < 3; i++) {
		es[i] = exs_listen_new(test, 0, 0);
		es[i]->sk.sk_reuseport = 1;
		exs_listen_in(es[i]);
	}
	for (k = 1; k <= 3000; k++) {
		void *who = exs_listen_who(EXS_LISTEN_A, EXS_LISTEN_PORT, k, 1);

		KUNIT_EXPECT_PTR_EQ(test, who,
				    exs_listen_who(EXS_LISTEN_A, EXS_LISTEN_PORT,
						   k, 1));
		for (i = 0; i < 3; i++)
			hits[i] += who == es[i];
	}
	for (i = 0; i < 3; i++) {
		KUNIT_EXPECT_GT(test, hits[i], 800);
		KUNIT_EXPECT_LT(test, hits[i], 1200);
		exs_listen_out(es[i]);
	}
}

static void pick__negative_is_never_chosen(struct kunit *test)
{
	struct exs_bound *a = exs_listen_new(test, 0, 0);
	struct exs_bound *b = exs_listen_new(test, 0, 0);
	struct exs_pick p = { .net = &init_net, .score = -1 };

	exs_pick_offer(&p, a, -1);
	KUNIT_EXPECT_NULL(test, p.best);
	exs_pick_offer(&p, a, 0);
	KUNIT_EXPECT_PTR_EQ(test, p.best, a);
	/* Of equals the first stays. */
	exs_pick_offer(&p, b, 0);
	KUNIT_EXPECT_PTR_EQ(test, p.best, a);
	exs_pick_offer(&p, b, 1);
	KUNIT_EXPECT_PTR_EQ(test, p.best, b);
	exs_pick_offer(&p, a, 0);
	KUNIT_EXPECT_PTR_EQ(test, p.best, b);
}

static int exs_listen_count(struct exs_sock *es, void *arg)
{
	struct exs_bound *b = (struct exs_bound *)es;

	if (b->conn.lport == htons(EXS_LISTEN_PORT))
		++*(unsigned int *)arg;
	return *(unsigned int *)arg == 2 ? -EINTR : 0;
}

static void walk__all_until_told_to_stop(struct kunit *test)
{
	struct exs_bound *a = exs_listen_new(test, 0, 0);
	struct exs_bound *b = exs_listen_new(test, EXS_LISTEN_A, 0);
	unsigned int n = 0;

	exs_listen_in(a);
	KUNIT_EXPECT_EQ(test, 0, exs_listen_walk(&init_net, exs_listen_count, &n));
	KUNIT_EXPECT_EQ(test, n, 1);
	exs_listen_in(b);
	n = 0;
	KUNIT_EXPECT_EQ(test, -EINTR,
			exs_listen_walk(&init_net, exs_listen_count, &n));
	KUNIT_EXPECT_EQ(test, n, 2);
	exs_listen_out(a);
	exs_listen_out(b);
}

static struct kunit_case exs_listen_hash_cases[] = {
	KUNIT_CASE(lookup__the_closest_binding_wins),
	KUNIT_CASE(lookup__reuseport_spreads_by_peer),
	KUNIT_CASE(pick__negative_is_never_chosen),
	KUNIT_CASE(walk__all_until_told_to_stop),
	{}
};

static struct kunit_suite exs_listen_hash_suite = {
	.name = "expstack_core_listen_hash",
	.test_cases = exs_listen_hash_cases,
};

kunit_test_suite(exs_listen_hash_suite);
