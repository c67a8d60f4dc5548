// SPDX-License-Identifier: GPL-2.0
/*
 * expstack core: suite of module/core/reuseport.c. The sockets are only memory,
 * the groups and programs are the kernel's.
 */
#include <kunit/test.h>
#include <linux/filter.h>
#include <net/net_namespace.h>
#include <net/sock_reuseport.h>

#include <expstack/conn.h>

#define EXS_GROUP_ADDR	htonl(0xc6336401)	/* 198.51.100.1 */
#define EXS_GROUP_HLEN	8

static struct exs_bound *exs_group_new(struct kunit *test)
{
	struct exs_bound *es = kunit_kzalloc(test, sizeof(*es), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, es);
	es->conn.net = &init_net;
	es->conn.laddr = EXS_GROUP_ADDR;
	es->conn.lport = htons(61989);
	es->conn.bound_dev_if = 3;
	es->sk.sk_type = SOCK_DGRAM;
	es->sk.sk_incoming_cpu = -1;
	es->sk.sk_reuseport = 1;
	rwlock_init(&es->sk.sk_callback_lock);
	return es;
}

static void exs_group_in(struct kunit *test, struct hlist_head *chain,
			 struct exs_bound *es)
{
	KUNIT_ASSERT_EQ(test, 0, exs_reuseport_join(es, chain));
	hlist_add_head(&es->listen_node, chain);
}

static void exs_group_out(struct exs_bound *es)
{
	hlist_del_init(&es->listen_node);
	exs_reuseport_leave(es);
}

/* The program's answer is the first byte behind the header. */
static void exs_group_program(struct kunit *test, struct exs_bound *es)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 0),
		BPF_STMT(BPF_RET | BPF_A, 0),
	};
	struct sock_fprog_kern fprog = {
		.len = ARRAY_SIZE(code), .filter = code,
	};
	struct bpf_prog *prog;

	KUNIT_ASSERT_EQ(test, 0, bpf_prog_create(&prog, &fprog));
	KUNIT_ASSERT_EQ(test, 0, reuseport_attach_prog(&es->sk, prog));
}

static struct sk_buff *exs_group_skb(struct kunit *test, u8 answer)
{
	struct sk_buff *skb = alloc_skb(EXS_GROUP_HLEN + 1, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, skb);
	skb_put_zero(skb, EXS_GROUP_HLEN);
	skb_put_u8(skb, answer);
	return skb;
}

static struct exs_bound *exs_group_pick(struct exs_bound *best, u16 sport,
					struct sk_buff *skb)
{
	struct exs_pick p = {
		.net = &init_net, .daddr = EXS_GROUP_ADDR, .sport = htons(sport),
		.dport = htons(61989), .best = best,
	};
	struct exs_bound *es;

	rcu_read_lock();
	es = exs_pick_group(&p, skb, EXS_GROUP_HLEN);
	rcu_read_unlock();
	return es;
}

/* Whom the program's answer stands for, whoever of the group is asked. */
static struct exs_bound *exs_group_answer(struct kunit *test,
					  struct exs_bound *best, u8 answer)
{
	struct sk_buff *skb = exs_group_skb(test, answer);
	struct exs_bound *es = exs_group_pick(best, 1, skb);

	/* The packet is as it was. */
	KUNIT_EXPECT_EQ(test, skb->len, EXS_GROUP_HLEN + 1);
	kfree_skb(skb);
	return es;
}

static void program__counts_members_as_they_came(struct kunit *test)
{
	HLIST_HEAD(chain);
	struct exs_bound *es[3], *hashed;
	unsigned int i, k;

	for (i = 0; i < 3; i++) {
		es[i] = exs_group_new(test);
		exs_group_in(test, &chain, es[i]);
	}
	exs_group_program(test, es[1]);
	for (i = 0; i < 3; i++)
		for (k = 0; k < 3; k++)
			KUNIT_EXPECT_PTR_EQ(test, es[i],
					    exs_group_answer(test, es[k], i));
	/* There is no fourth, and without a packet there is no answer. */
	hashed = exs_group_pick(es[0], 1, NULL);
	KUNIT_EXPECT_PTR_EQ(test, hashed, exs_group_answer(test, es[0], 3));
	KUNIT_EXPECT_PTR_EQ(test, hashed, exs_group_answer(test, es[0], 255));
	/* The last takes the place of who leaves. */
	exs_group_out(es[0]);
	KUNIT_EXPECT_PTR_EQ(test, es[2], exs_group_answer(test, es[1], 0));
	KUNIT_EXPECT_PTR_EQ(test, es[1], exs_group_answer(test, es[1], 1));
	exs_group_out(es[1]);
	exs_group_out(es[2]);
	/* Alone it has neither group nor program. */
	KUNIT_EXPECT_NULL(test, rcu_access_pointer(es[2]->sk.sk_reuseport_cb));
	rcu_barrier();
}

/* A program attached before bind() is the group's when its owner is the first. */
static void program__attached_before_the_group(struct kunit *test)
{
	struct exs_bound *first = exs_group_new(test);
	struct exs_bound *second = exs_group_new(test);
	HLIST_HEAD(chain);

	exs_group_program(test, first);
	exs_group_in(test, &chain, first);
	exs_group_in(test, &chain, second);
	KUNIT_EXPECT_PTR_EQ(test, first, exs_group_answer(test, second, 0));
	KUNIT_EXPECT_PTR_EQ(test, second, exs_group_answer(test, first, 1));
	exs_group_out(first);
	exs_group_out(second);
	rcu_barrier();
}

static void join__only_with_mates(struct kunit *test)
{
	static const struct {
		u8 port, addr, dev, uid, off;
		bool mates;
	} t[] = {
		{ .mates = true },
		{ .port = 1 }, { .addr = 1 }, { .dev = 1 }, { .uid = 1 },
		{ .off = 1 },
	};
	struct exs_bound *es = exs_group_new(test);
	HLIST_HEAD(chain);
	unsigned int i;

	exs_group_in(test, &chain, es);
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_bound *o = exs_group_new(test);
		struct sock_reuseport *group;

		if (t[i].port)
			o->conn.lport = htons(61988);
		if (t[i].addr)
			o->conn.laddr = 0;
		if (t[i].dev)
			o->conn.bound_dev_if = 0;
		if (t[i].uid)
			o->sk.sk_uid = KUIDT_INIT(1);
		o->sk.sk_reuseport = !t[i].off;
		exs_group_in(test, &chain, o);
		group = rcu_access_pointer(o->sk.sk_reuseport_cb);
		KUNIT_EXPECT_EQ_MSG(test, !group, !!t[i].off, "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, t[i].mates,
				    group == rcu_access_pointer(es->sk.sk_reuseport_cb),
				    "row %u", i);
		exs_group_out(o);
	}
	exs_group_out(es);
	rcu_barrier();
}

/* Those who asked for packets of this CPU get all of them. */
static void pick__cpu_first(struct kunit *test)
{
	struct exs_bound *es[4];
	HLIST_HEAD(chain);
	unsigned int i;

	migrate_disable();
	for (i = 0; i < 4; i++) {
		es[i] = exs_group_new(test);
		es[i]->sk.sk_incoming_cpu = i == 2 ? raw_smp_processor_id() :
						     raw_smp_processor_id() + 1;
		exs_group_in(test, &chain, es[i]);
	}
	KUNIT_EXPECT_EQ(test, 0, exs_pick_cpu(es[0]));
	KUNIT_EXPECT_EQ(test, 1, exs_pick_cpu(es[2]));
	for (i = 1; i <= 50; i++)
		KUNIT_EXPECT_PTR_EQ(test, es[2], exs_group_pick(es[0], i, NULL));
	migrate_enable();
	for (i = 0; i < 4; i++)
		exs_group_out(es[i]);
	rcu_barrier();
}

/* Who shares with nobody is chosen as it was, also when the option went. */
static void pick__without_a_group(struct kunit *test)
{
	struct exs_bound *a = exs_group_new(test), *b = exs_group_new(test);
	HLIST_HEAD(chain);
	unsigned int i;

	KUNIT_EXPECT_PTR_EQ(test, a, exs_group_pick(a, 1, NULL));
	exs_group_in(test, &chain, a);
	exs_group_in(test, &chain, b);
	b->sk.sk_reuseport = 0;
	for (i = 1; i <= 50; i++)
		KUNIT_EXPECT_PTR_EQ(test, b, exs_group_pick(b, i, NULL));
	exs_group_out(a);
	exs_group_out(b);
	rcu_barrier();
}

static void attachable__not_when_bound_alone(struct kunit *test)
{
	struct exs_bound *es = exs_group_new(test);
	HLIST_HEAD(chain);

	KUNIT_EXPECT_TRUE(test, exs_reuseport_attachable(&es->sk));
	es->sk.sk_reuseport = 0;
	exs_group_in(test, &chain, es);
	KUNIT_EXPECT_FALSE(test, exs_reuseport_attachable(&es->sk));
	exs_group_out(es);
	es->sk.sk_reuseport = 1;
	exs_group_in(test, &chain, es);
	KUNIT_EXPECT_TRUE(test, exs_reuseport_attachable(&es->sk));
	exs_group_out(es);
	/* A stream can be found when it listens or is connected. */
	es->sk.sk_type = SOCK_STREAM;
	es->sk.sk_state = TCP_CLOSE;
	KUNIT_EXPECT_TRUE(test, exs_reuseport_attachable(&es->sk));
	es->sk.sk_state = TCP_ESTABLISHED;
	KUNIT_EXPECT_FALSE(test, exs_reuseport_attachable(&es->sk));
	rcu_barrier();
}

static struct kunit_case exs_group_cases[] = {
	KUNIT_CASE(program__counts_members_as_they_came),
	KUNIT_CASE(program__attached_before_the_group),
	KUNIT_CASE(join__only_with_mates),
	KUNIT_CASE(pick__cpu_first),
	KUNIT_CASE(pick__without_a_group),
	KUNIT_CASE(attachable__not_when_bound_alone),
	{}
};

static struct kunit_suite exs_group_suite = {
	.name = "expstack_core_reuseport",
	.test_cases = exs_group_cases,
};

kunit_test_suite(exs_group_suite);
