// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ip: suite of module/ip/frag_source.c, and of what ip_defrag.c does
 * about it.
 */
#include "ip/ip_defrag.h"
#include "ip_test.h"

#define EXS_FSRC_A	htonl(0xc0000201)
#define EXS_FSRC_B	htonl(0xc0000202)

struct exs_fsrc {
	struct exs_frag_source s;
	struct exs_frag_queue q;
	struct rb_node node;
};

/* A datagram of A of which something waits. */
static struct exs_fsrc *exs_fsrc_new(struct kunit *test)
{
	struct exs_fsrc *f = kunit_kzalloc(test, sizeof(*f), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, f);
	spin_lock_init(&f->s.lock);
	f->q.saddr = EXS_FSRC_A;
	f->q.frags.rb_node = &f->node;
	return f;
}

/* Fragments of other datagrams of a sender. */
static void exs_fsrc_others(struct exs_fsrc *f, __be32 saddr, unsigned int n)
{
	struct exs_frag_queue other = { .saddr = saddr };

	while (n--)
		exs_frag_too_far(&f->s, &other, 64);
}

static void too_far__at_the_limit(struct kunit *test)
{
	struct exs_fsrc *f = exs_fsrc_new(test);

	f->s.count = 0xfffffff0;
	exs_frag_too_far(&f->s, &f->q, 64);
	exs_fsrc_others(f, EXS_FSRC_A, 63);
	KUNIT_EXPECT_FALSE(test, exs_frag_too_far(&f->s, &f->q, 64));
	exs_fsrc_others(f, EXS_FSRC_A, 64);
	KUNIT_EXPECT_TRUE(test, exs_frag_too_far(&f->s, &f->q, 64));
	/* It starts again from here. */
	KUNIT_EXPECT_FALSE(test, exs_frag_too_far(&f->s, &f->q, 64));
	exs_fsrc_others(f, EXS_FSRC_A, 1000);
	KUNIT_EXPECT_FALSE(test, exs_frag_too_far(&f->s, &f->q, 0));
}

static void too_far__not_while_nothing_waits(struct kunit *test)
{
	struct exs_fsrc *f = exs_fsrc_new(test);

	f->q.frags = RB_ROOT;
	exs_frag_too_far(&f->s, &f->q, 64);
	exs_fsrc_others(f, EXS_FSRC_A, 1000);
	KUNIT_EXPECT_FALSE(test, exs_frag_too_far(&f->s, &f->q, 64));
}

/* Another sender in the same place: its fragments do not count. */
static void too_far__another_sender_in_between(struct kunit *test)
{
	struct exs_fsrc *f = exs_fsrc_new(test);

	exs_frag_too_far(&f->s, &f->q, 64);
	exs_fsrc_others(f, EXS_FSRC_B, 1000);
	KUNIT_EXPECT_FALSE(test, exs_frag_too_far(&f->s, &f->q, 64));
}

static struct sk_buff *exs_fsrc_feed(struct kunit *test, u16 id, u16 frag_off)
{
	struct sk_buff *skb = exs_ip_test_packet(test, exs_ip_test_ldev(test), 253, 8);

	ip_hdr(skb)->id = htons(id);
	ip_hdr(skb)->frag_off = htons(frag_off);
	exs_ip_test_sum(skb);
	rcu_read_lock();
	local_bh_disable();
	skb = exs_ip_defrag(exs_ip_test_net(), skb);
	local_bh_enable();
	rcu_read_unlock();
	return skb;
}

/* The first half, so many others, the second half: whole or given up. */
static void exs_fsrc_halves(struct kunit *test, u16 id, unsigned int others,
			    bool whole)
{
	struct exs_net *en = exs_ip_test_net();
	unsigned long drops = exs_ip_test_drops(EXS_DROP_IP_FRAG_DIST);
	unsigned long fails = exs_mib_read(en, EXS_MIB_IP_ReasmFails);
	struct sk_buff *skb;
	unsigned int i;

	KUNIT_EXPECT_NULL(test, exs_fsrc_feed(test, id, IP_MF));
	for (i = 0; i < others; i++) {
		skb = exs_fsrc_feed(test, id + 1 + i / 2, i & 1 ? 1 : IP_MF);
		kfree_skb(skb);
	}
	skb = exs_fsrc_feed(test, id, 1);
	KUNIT_EXPECT_EQ(test, whole, !!skb);
	KUNIT_EXPECT_EQ(test, drops + !whole, exs_ip_test_drops(EXS_DROP_IP_FRAG_DIST));
	KUNIT_EXPECT_EQ(test, fails + !whole, exs_mib_read(en, EXS_MIB_IP_ReasmFails));
	kfree_skb(skb);
	if (whole)
		return;
	/* The second half waits now; the sender may send the first again. */
	skb = exs_fsrc_feed(test, id, IP_MF);
	KUNIT_EXPECT_NOT_NULL(test, skb);
	kfree_skb(skb);
}

static void defrag__gives_up_what_waited_too_long(struct kunit *test)
{
	struct exs_net *en = exs_ip_test_net();
	long mem = atomic_long_read(exs_frag_mem(en));
	int old = en->sysctl.ipfrag_max_dist;

	exs_fsrc_halves(test, 100, 62, true);
	exs_fsrc_halves(test, 200, 64, false);
	WRITE_ONCE(en->sysctl.ipfrag_max_dist, 0);
	exs_fsrc_halves(test, 300, 64, true);
	WRITE_ONCE(en->sysctl.ipfrag_max_dist, old);
	KUNIT_EXPECT_EQ(test, mem, atomic_long_read(exs_frag_mem(en)));
}

static struct kunit_case exs_fsrc_cases[] = {
	KUNIT_CASE(too_far__at_the_limit),
	KUNIT_CASE(too_far__not_while_nothing_waits),
	KUNIT_CASE(too_far__another_sender_in_between),
	KUNIT_CASE(defrag__gives_up_what_waited_too_long),
	{}
};

static struct kunit_suite exs_fsrc_suite = {
	.name = "expstack_ip_frag_source",
	.test_cases = exs_fsrc_cases,
};

kunit_test_suite(exs_fsrc_suite);
