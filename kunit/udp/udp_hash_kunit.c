// SPDX-License-Identifier: GPL-2.0
/*
 * expstack udp: suite of module/udp/udp_hash.c and module/core/dgram_hash.c.
 */
#include <kunit/test.h>
#include <linux/filter.h>
#include <net/net_namespace.h>
#include <net/sock_reuseport.h>

#include "udp/udp_priv.h"

#define EXS_LOCAL htonl(0xc0000201)
#define EXS_PEER  htonl(0xc0000202)

static struct exs_sock *exs_udp_new(struct kunit *test, __be32 laddr,
				    __be32 raddr, u16 rport, int dev)
{
	struct exs_dgram_sock *ds = kunit_kzalloc(test, sizeof(*ds), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, ds);
	ds->es.conn.net = &init_net;
	ds->es.conn.laddr = laddr;
	ds->es.conn.lport = htons(61990);
	ds->es.conn.raddr = raddr;
	ds->es.conn.rport = htons(rport);
	ds->es.conn.bound_dev_if = dev;
	ds->es.sk.sk_incoming_cpu = -1;
	rwlock_init(&ds->es.sk.sk_callback_lock);
	return &ds->es;
}

static struct exs_sock *exs_udp_who(__be32 saddr, u16 sport, int dif)
{
	struct exs_sock *es;

	rcu_read_lock();
	es = exs_udp_lookup_rcu(&init_net, NULL, saddr, htons(sport), EXS_LOCAL,
				htons(61990), dif);
	rcu_read_unlock();
	return es;
}

static void score__each_binding_must_match(struct kunit *test)
{
	static const struct {
		u8 laddr, raddr;
		u16 rport;
		int dev, expect;
	} t[] = {
		{ 0, 0, 0, 0, 0 },
		{ 1, 0, 0, 0, 8 },
		{ 2, 0, 0, 0, -1 },
		{ 1, 2, 0, 0, 12 },
		{ 1, 1, 0, 0, -1 },
		{ 1, 2, 53, 0, 16 },
		{ 1, 2, 54, 0, -1 },
		{ 1, 2, 53, 3, 20 },
		{ 1, 2, 53, 4, -1 },
	};
	const __be32 addr[] = { 0, EXS_LOCAL, EXS_PEER };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_sock *es = exs_udp_new(test, addr[t[i].laddr],
						  addr[t[i].raddr], t[i].rport,
						  t[i].dev);

		KUNIT_EXPECT_EQ_MSG(test,
				    exs_udp_score(es, EXS_PEER, htons(53),
						  EXS_LOCAL, 3),
				    t[i].expect, "row %u", i);
	}
}

static void lookup__the_connected_socket_wins(struct kunit *test)
{
	struct exs_sock *any = exs_udp_new(test, 0, 0, 0, 0);
	struct exs_sock *conn = exs_udp_new(test, EXS_LOCAL, EXS_PEER, 53, 0);

	KUNIT_EXPECT_NULL(test, exs_udp_who(EXS_PEER, 53, 1));
	exs_dgram_hash_insert(&exs_udp_table, conn);
	exs_dgram_hash_insert(&exs_udp_table, any);
	KUNIT_EXPECT_PTR_EQ(test, exs_udp_who(EXS_PEER, 53, 1), conn);
	KUNIT_EXPECT_PTR_EQ(test, exs_udp_who(EXS_PEER, 54, 1), any);
	exs_dgram_hash_remove(&exs_udp_table, any);
	exs_dgram_hash_remove(&exs_udp_table, any);
	KUNIT_EXPECT_NULL(test, exs_udp_who(EXS_PEER, 54, 1));
	exs_dgram_hash_remove(&exs_udp_table, conn);
	synchronize_rcu();
}

static void next__visits_every_match_once(struct kunit *test)
{
	struct exs_sock *a = exs_udp_new(test, 0, 0, 0, 0);
	struct exs_sock *b = exs_udp_new(test, EXS_PEER, 0, 0, 0);
	struct exs_sock *c = exs_udp_new(test, EXS_LOCAL, 0, 0, 0);
	struct exs_sock *es = NULL;
	unsigned int n = 0;

	exs_dgram_hash_insert(&exs_udp_table, a);
	exs_dgram_hash_insert(&exs_udp_table, b);
	exs_dgram_hash_insert(&exs_udp_table, c);
	rcu_read_lock();
	while ((es = exs_udp_next_rcu(&init_net, es, EXS_PEER, htons(1),
				      EXS_LOCAL, htons(61990), 1))) {
		KUNIT_EXPECT_PTR_NE(test, es, b);
		n++;
	}
	rcu_read_unlock();
	KUNIT_EXPECT_EQ(test, n, 2);
	exs_dgram_hash_remove(&exs_udp_table, a);
	exs_dgram_hash_remove(&exs_udp_table, b);
	exs_dgram_hash_remove(&exs_udp_table, c);
	synchronize_rcu();
}

/* Over many peers each member of a reuseport group gets a fair share. */
static void lookup__reuseport_spreads_by_peer(struct kunit *test)
{
	struct exs_sock *es[4];
	unsigned int hits[4] = {};
	unsigned int i, k;

	for (i = 0; i < 4; i++) {
		es[i] = exs_udp_new(test, EXS_LOCAL, 0, 0, 0);
		es[i]->sk.sk_reuseport = 1;
		exs_dgram_hash_insert(&exs_udp_table, es[i]);
	}
	for (k = 1; k <= 4000; k++) {
		struct exs_sock *who = exs_udp_who(EXS_PEER, k, 1);

		KUNIT_EXPECT_PTR_EQ(test, exs_udp_who(EXS_PEER, k, 1), who);
		for (i = 0; i < 4; i++)
			hits[i] += who == es[i];
	}
	for (i = 0; i < 4; i++) {
		KUNIT_EXPECT_GT(test, hits[i], 800);
		KUNIT_EXPECT_LT(test, hits[i], 1200);
		exs_dgram_hash_remove(&exs_udp_table, es[i]);
	}
	synchronize_rcu();
}

/* A program chooses by number; who is connected to another is not disturbed. */
static void lookup__the_program_chooses(struct kunit *test)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 0),
		BPF_STMT(BPF_RET | BPF_A, 0),
	};
	struct sock_fprog_kern fprog = {
		.len = ARRAY_SIZE(code), .filter = code,
	};
	struct sk_buff *skb = alloc_skb(sizeof(struct udphdr) + 1, GFP_KERNEL);
	struct exs_sock *es[2], *who;
	struct bpf_prog *prog;
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, skb);
	skb_put_zero(skb, sizeof(struct udphdr));
	skb_put_u8(skb, 1);
	for (i = 0; i < 2; i++) {
		es[i] = exs_udp_new(test, EXS_LOCAL, 0, 0, 0);
		es[i]->sk.sk_reuseport = 1;
		KUNIT_EXPECT_EQ(test, 0, exs_dgram_hash_insert(&exs_udp_table,
							       es[i]));
	}
	KUNIT_ASSERT_EQ(test, 0, bpf_prog_create(&prog, &fprog));
	KUNIT_ASSERT_EQ(test, 0, reuseport_attach_prog(&es[0]->sk, prog));
	rcu_read_lock();
	for (i = 1; i <= 50; i++) {
		who = exs_udp_lookup_rcu(&init_net, skb, EXS_PEER, htons(i),
					 EXS_LOCAL, htons(61990), 1);
		KUNIT_EXPECT_PTR_EQ(test, who, es[1]);
	}
	rcu_read_unlock();
	es[1]->conn.raddr = EXS_PEER;
	es[1]->conn.rport = htons(9);
	es[1]->sk.sk_state = TCP_ESTABLISHED;
	rcu_read_lock();
	who = exs_udp_lookup_rcu(&init_net, skb, EXS_PEER, htons(1), EXS_LOCAL,
				 htons(61990), 1);
	KUNIT_EXPECT_PTR_EQ(test, who, es[0]);
	who = exs_udp_lookup_rcu(&init_net, skb, EXS_PEER, htons(9), EXS_LOCAL,
				 htons(61990), 1);
	KUNIT_EXPECT_PTR_EQ(test, who, es[1]);
	rcu_read_unlock();
	kfree_skb(skb);
	for (i = 0; i < 2; i++)
		exs_dgram_hash_remove(&exs_udp_table, es[i]);
	rcu_barrier();
}

/* Where all else is equal the socket of this CPU is chosen. */
static void lookup__of_this_cpu(struct kunit *test)
{
	struct exs_sock *a = exs_udp_new(test, 0, 0, 0, 0);
	struct exs_sock *b = exs_udp_new(test, 0, 0, 0, 0);
	struct exs_sock *c = exs_udp_new(test, EXS_LOCAL, 0, 0, 0);

	migrate_disable();
	a->sk.sk_incoming_cpu = raw_smp_processor_id();
	b->sk.sk_incoming_cpu = raw_smp_processor_id() + 1;
	exs_dgram_hash_insert(&exs_udp_table, a);
	exs_dgram_hash_insert(&exs_udp_table, b);
	KUNIT_EXPECT_PTR_EQ(test, exs_udp_who(EXS_PEER, 1, 1), a);
	/* An address counts more. */
	exs_dgram_hash_insert(&exs_udp_table, c);
	KUNIT_EXPECT_PTR_EQ(test, exs_udp_who(EXS_PEER, 1, 1), c);
	migrate_enable();
	exs_dgram_hash_remove(&exs_udp_table, a);
	exs_dgram_hash_remove(&exs_udp_table, b);
	exs_dgram_hash_remove(&exs_udp_table, c);
	synchronize_rcu();
}

static struct kunit_case exs_udp_hash_cases[] = {
	KUNIT_CASE(score__each_binding_must_match),
	KUNIT_CASE(lookup__the_connected_socket_wins),
	KUNIT_CASE(next__visits_every_match_once),
	KUNIT_CASE(lookup__reuseport_spreads_by_peer),
	KUNIT_CASE(lookup__the_program_chooses),
	KUNIT_CASE(lookup__of_this_cpu),
	{}
};

static struct kunit_suite exs_udp_hash_suite = {
	.name = "expstack_udp_hash",
	.test_cases = exs_udp_hash_cases,
};

kunit_test_suite(exs_udp_hash_suite);
