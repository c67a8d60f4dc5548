// SPDX-License-Identifier: GPL-2.0
/*
 * expstack core: suite of module/core/port.c and listen_hash.c. The sockets are
 * only memory: no layer above is asked anything.
 */
#include <kunit/test.h>
#include <net/net_namespace.h>
#include <net/tcp_states.h>

#include <expstack/conn.h>

#include "../kunit/expect.h"
#include "core/core_priv.h"

#define EXS_A htonl(0xc0000201)
#define EXS_B htonl(0xc0000202)

static struct exs_bound *exs_port_new(struct kunit *test, __be32 laddr)
{
	struct exs_bound *b = kunit_kzalloc(test, sizeof(*b), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, b);
	b->conn.net = &init_net;
	b->conn.laddr = laddr;
	b->conn.kind = EXS_CONN_SOCK;
	b->sk.sk_state = TCP_CLOSE;
	return b;
}

static int exs_port_take(struct exs_bound *b, u16 port)
{
	return exs_port_bind(&exs_tcp_ports, (struct exs_sock *)b, port);
}

static void exs_port_give(struct exs_bound *b)
{
	exs_port_release(&exs_tcp_ports, &b->port);
}

struct exs_port_case {
	const char *name;
	u8 first, second;		/* index of addr[] */
	int first_if, second_if;
	bool first_reuse, second_reuse;
	bool first_reuseport, second_reuseport;
	u8 first_state;
	int expect;
};

static const struct exs_port_case exs_port_table[] = {
	{ "same address", 1, 1, .expect = -EADDRINUSE },
	{ "other address", 1, 2, .expect = 0 },
	{ "wildcard after address", 1, 0, .expect = -EADDRINUSE },
	{ "address after wildcard", 0, 1, .expect = -EADDRINUSE },
	{ "both reuse", 1, 1, .first_reuse = 1, .second_reuse = 1, .expect = 0 },
	{ "only first reuses", 1, 1, .first_reuse = 1, .expect = -EADDRINUSE },
	{ "only second reuses", 1, 1, .second_reuse = 1,
	  .expect = -EADDRINUSE },
	{ "both reuse, first listens", 1, 1, .first_reuse = 1,
	  .second_reuse = 1, .first_state = TCP_LISTEN,
	  .expect = -EADDRINUSE },
	{ "both reuseport", 1, 1, .first_reuseport = 1, .second_reuseport = 1,
	  .first_state = TCP_LISTEN, .expect = 0 },
	{ "only second reuseport", 1, 1, .second_reuseport = 1,
	  .expect = -EADDRINUSE },
	{ "other device", 1, 1, .first_if = 2, .second_if = 3, .expect = 0 },
	{ "one without device", 1, 1, .first_if = 2, .expect = -EADDRINUSE },
};

static void exs_port_desc(const struct exs_port_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(exs_port, exs_port_table, exs_port_desc);

static void bind__conflicts(struct kunit *test)
{
	const __be32 addr[] = { 0, EXS_A, EXS_B };
	const struct exs_port_case *c = test->param_value;
	struct exs_bound *a = exs_port_new(test, addr[c->first]);
	struct exs_bound *b = exs_port_new(test, addr[c->second]);

	a->conn.bound_dev_if = c->first_if;
	b->conn.bound_dev_if = c->second_if;
	a->sk.sk_reuse = c->first_reuse;
	b->sk.sk_reuse = c->second_reuse;
	a->sk.sk_reuseport = c->first_reuseport;
	b->sk.sk_reuseport = c->second_reuseport;
	KUNIT_ASSERT_EQ(test, exs_port_take(a, 61999), 0);
	KUNIT_EXPECT_EQ(test, ntohs(a->conn.lport), 61999);
	if (c->first_state)
		a->sk.sk_state = c->first_state;
	KUNIT_EXPECT_EQ(test, exs_port_take(b, 61999), c->expect);
	exs_port_give(b);
	exs_port_give(a);
	/* Nothing is left: the port is free for anybody. */
	a = exs_port_new(test, 0);
	KUNIT_EXPECT_EQ(test, exs_port_take(a, 61999), 0);
	exs_port_give(a);
}

static void bind__zero_takes_a_port_of_the_range(struct kunit *test)
{
	struct exs_bound *b = exs_port_new(test, EXS_A);
	struct exs_net *en = exs_net(&init_net);

	KUNIT_ASSERT_EQ(test, exs_port_take(b, 0), 0);
	KUNIT_EXPECT_GE(test, ntohs(b->conn.lport),
			en->sysctl.ip_local_port_range[0]);
	KUNIT_EXPECT_LE(test, ntohs(b->conn.lport),
			en->sysctl.ip_local_port_range[1]);
	exs_port_give(b);
}

static void exs_port_peer(struct exs_bound *b, u16 rport)
{
	b->conn.raddr = EXS_B;
	b->conn.rport = htons(rport);
}

static int exs_port_dial(struct exs_bound *b)
{
	struct exs_conn *tw;

	return exs_port_connect(&exs_tcp_ports, (struct exs_sock *)b, NULL, &tw);
}

static void exs_port_hangup(struct exs_bound *b)
{
	exs_conn_remove(&b->conn);
	exs_port_give(b);
}

/* A range of three ports: each destination may use each port once. */
static void connect__exhausts_the_range_by_destination(struct kunit *test)
{
	struct exs_net *en = exs_net(&init_net);
	int low = en->sysctl.ip_local_port_range[0];
	int high = en->sysctl.ip_local_port_range[1];
	struct exs_bound *b[5];
	u32 seen = 0;
	int i;

	en->sysctl.ip_local_port_range[0] = 40000;
	en->sysctl.ip_local_port_range[1] = 40002;
	for (i = 0; i < 3; i++) {
		b[i] = exs_port_new(test, EXS_A);
		exs_port_peer(b[i], 80);
		KUNIT_EXPECT_EQ(test, exs_port_dial(b[i]), 0);
		seen |= BIT(ntohs(b[i]->conn.lport) - 40000);
	}
	KUNIT_EXPECT_EQ(test, seen, 7);
	b[3] = exs_port_new(test, EXS_A);
	exs_port_peer(b[3], 80);
	KUNIT_EXPECT_EQ(test, exs_port_dial(b[3]), -EADDRNOTAVAIL);
	EXS_EXPECT_BEEQ(test, b[3]->conn.lport, 0);
	b[4] = exs_port_new(test, EXS_A);
	exs_port_peer(b[4], 81);
	KUNIT_EXPECT_EQ(test, exs_port_dial(b[4]), 0);
	for (i = 0; i < 5; i++)
		if (i != 3)
			exs_port_hangup(b[i]);
	en->sysctl.ip_local_port_range[0] = low;
	en->sysctl.ip_local_port_range[1] = high;
}

static void connect__leaves_explicitly_bound_ports_alone(struct kunit *test)
{
	struct exs_net *en = exs_net(&init_net);
	int low = en->sysctl.ip_local_port_range[0];
	int high = en->sysctl.ip_local_port_range[1];
	struct exs_bound *a = exs_port_new(test, EXS_B);
	struct exs_bound *b = exs_port_new(test, EXS_A);

	en->sysctl.ip_local_port_range[0] = 40010;
	en->sysctl.ip_local_port_range[1] = 40010;
	KUNIT_EXPECT_EQ(test, exs_port_take(a, 40010), 0);
	exs_port_peer(b, 80);
	KUNIT_EXPECT_EQ(test, exs_port_dial(b), -EADDRNOTAVAIL);
	exs_port_give(a);
	KUNIT_EXPECT_EQ(test, exs_port_dial(b), 0);
	exs_port_hangup(b);
	en->sysctl.ip_local_port_range[0] = low;
	en->sysctl.ip_local_port_range[1] = high;
}

/* The socket's own range counts where it lies within the namespace's. */
static void bind__range_of_the_socket(struct kunit *test)
{
	static const struct {
		u16 low, high, port;	/* port 0: any of the namespace's */
	} cases[] = {
		{ 40020, 40020, 40020 }, { 60999, 0, 60999 }, { 0, 32768, 32768 },
		{ 1, 2, 0 }, { 61000, 65535, 0 },
	};
	struct exs_net *en = exs_net(&init_net);
	struct exs_bound *b;
	unsigned int i;

	KUNIT_ASSERT_EQ(test, en->sysctl.ip_local_port_range[0], 32768);
	KUNIT_ASSERT_EQ(test, en->sysctl.ip_local_port_range[1], 60999);
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		b = exs_port_new(test, EXS_A);
		b->port_range = cases[i].low | cases[i].high << 16;
		KUNIT_EXPECT_EQ(test, exs_port_take(b, 0), 0);
		KUNIT_EXPECT_GE(test, ntohs(b->conn.lport), 32768);
		KUNIT_EXPECT_LE(test, ntohs(b->conn.lport), 60999);
		if (cases[i].port)
			KUNIT_EXPECT_EQ(test, ntohs(b->conn.lport),
					cases[i].port);
		exs_port_give(b);
	}
}

static void bind__reserved_only_when_asked_for(struct kunit *test)
{
	unsigned long *reserved = exs_net(&init_net)->reserved_ports;
	struct exs_bound *b = exs_port_new(test, EXS_A);

	b->port_range = 40030 | 40031 << 16;
	set_bit(40030, reserved);
	KUNIT_EXPECT_EQ(test, exs_port_take(b, 0), 0);
	KUNIT_EXPECT_EQ(test, ntohs(b->conn.lport), 40031);
	exs_port_give(b);
	set_bit(40031, reserved);
	KUNIT_EXPECT_EQ(test, exs_port_take(b, 0), -EADDRINUSE);
	exs_port_peer(b, 80);
	KUNIT_EXPECT_EQ(test, exs_port_dial(b), -EADDRNOTAVAIL);
	KUNIT_EXPECT_EQ(test, exs_port_take(b, 40031), 0);
	exs_port_give(b);
	clear_bit(40030, reserved);
	clear_bit(40031, reserved);
}

/* What is chosen for a stream is its own, unless ip_autobind_reuse. */
static void bind__chosen_is_not_shared(struct kunit *test)
{
	struct exs_net *en = exs_net(&init_net);
	struct exs_bound *a = exs_port_new(test, EXS_A);
	struct exs_bound *b = exs_port_new(test, EXS_A);

	a->sk.sk_reuse = 1;
	b->sk.sk_reuse = 1;
	b->port_range = 40040 | 40040 << 16;
	KUNIT_ASSERT_EQ(test, exs_port_take(a, 40040), 0);
	KUNIT_EXPECT_EQ(test, exs_port_take(b, 0), -EADDRINUSE);
	en->sysctl.ip_autobind_reuse = 1;
	KUNIT_EXPECT_EQ(test, exs_port_take(b, 0), 0);
	exs_port_give(b);
	a->sk.sk_state = TCP_LISTEN;
	KUNIT_EXPECT_EQ(test, exs_port_take(b, 0), -EADDRINUSE);
	en->sysctl.ip_autobind_reuse = 0;
	exs_port_give(a);
}

/* bind(0) begins with the ports that connect() tries last. */
static void bind__odd_ports_first(struct kunit *test)
{
	struct exs_bound *b = exs_port_new(test, EXS_A);
	int i;

	for (i = 0; i < 10; i++) {
		KUNIT_ASSERT_EQ(test, exs_port_take(b, 0), 0);
		KUNIT_EXPECT_EQ(test, ntohs(b->conn.lport) & 1, 1);
		exs_port_give(b);
	}
}

static void candidate__is_a_permutation(struct kunit *test)
{
	static const u32 counts[] = { 1, 2, 3, 4, 7, 64, 65 };
	unsigned int c;
	u32 i, offset;

	for (c = 0; c < ARRAY_SIZE(counts); c++) {
		for (offset = 0; offset < 200; offset += 33) {
			DECLARE_BITMAP(seen, 65) = {};

			for (i = 0; i < counts[c]; i++) {
				u32 k = exs_port_candidate(i, ~0U - offset,
							   counts[c]);

				KUNIT_ASSERT_LT(test, k, counts[c]);
				KUNIT_EXPECT_FALSE(test, test_bit(k, seen));
				__set_bit(k, seen);
			}
		}
	}
}

static void inherit__child_keeps_the_port_taken(struct kunit *test)
{
	struct exs_bound *parent = exs_port_new(test, 0);
	struct exs_bound *child = exs_port_new(test, EXS_A);
	struct exs_bound *other = exs_port_new(test, EXS_A);

	KUNIT_ASSERT_EQ(test, exs_port_take(parent, 61998), 0);
	exs_port_inherit(&exs_tcp_ports, &child->port, &parent->port);
	exs_port_give(parent);
	KUNIT_EXPECT_EQ(test, exs_port_take(other, 61998), -EADDRINUSE);
	exs_port_give(child);
	KUNIT_EXPECT_EQ(test, exs_port_take(other, 61998), 0);
	exs_port_give(other);
}

static struct exs_sock *exs_port_who_listens(__be32 daddr, int dif)
{
	struct exs_sock *found;

	rcu_read_lock();
	found = exs_listen_lookup_rcu(&init_net, NULL, EXS_B, htons(9), daddr,
				      htons(61997), dif);
	rcu_read_unlock();
	return found;
}

static void listen__address_wins_over_device_over_wildcard(struct kunit *test)
{
	struct exs_bound *any = exs_port_new(test, 0);
	struct exs_bound *dev = exs_port_new(test, 0);
	struct exs_bound *addr = exs_port_new(test, EXS_A);
	struct exs_bound *all[] = { addr, any, dev };
	int i;

	dev->conn.bound_dev_if = 5;
	for (i = 0; i < 3; i++) {
		all[i]->conn.lport = htons(61997);
		exs_listen_insert((struct exs_sock *)all[i]);
	}
	KUNIT_EXPECT_PTR_EQ(test, (void *)exs_port_who_listens(EXS_A, 5),
			    (void *)addr);
	KUNIT_EXPECT_PTR_EQ(test, (void *)exs_port_who_listens(EXS_B, 5),
			    (void *)dev);
	KUNIT_EXPECT_PTR_EQ(test, (void *)exs_port_who_listens(EXS_B, 4),
			    (void *)any);
	exs_listen_remove((struct exs_sock *)any);
	exs_listen_remove((struct exs_sock *)any);
	KUNIT_EXPECT_NULL(test, exs_port_who_listens(EXS_B, 4));
	exs_listen_remove((struct exs_sock *)dev);
	exs_listen_remove((struct exs_sock *)addr);
	synchronize_rcu();
}

static struct kunit_case exs_port_cases[] = {
	KUNIT_CASE_PARAM(bind__conflicts, exs_port_gen_params),
	KUNIT_CASE(bind__zero_takes_a_port_of_the_range),
	KUNIT_CASE(connect__exhausts_the_range_by_destination),
	KUNIT_CASE(connect__leaves_explicitly_bound_ports_alone),
	KUNIT_CASE(bind__range_of_the_socket),
	KUNIT_CASE(bind__reserved_only_when_asked_for),
	KUNIT_CASE(bind__chosen_is_not_shared),
	KUNIT_CASE(bind__odd_ports_first),
	KUNIT_CASE(candidate__is_a_permutation),
	KUNIT_CASE(inherit__child_keeps_the_port_taken),
	KUNIT_CASE(listen__address_wins_over_device_over_wildcard),
	{}
};

static struct kunit_suite exs_port_suite = {
	.name = "expstack_core_port",
	.test_cases = exs_port_cases,
};

kunit_test_suite(exs_port_suite);
