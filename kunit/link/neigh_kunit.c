// SPDX-License-Identifier: GPL-2.0
/*
 * expstack link: suite of module/link/neigh.c.
 */
#include <linux/delay.h>

#include <expstack/ip.h>

#include "../kunit/link/link_test.h"

#define EXS_NEIGH_TEST_SELF	0xc6336401	/* 198.51.100.1 */
#define EXS_NEIGH_TEST_PEER	0xc6336402

static int exs_neigh_test_init(struct kunit *test)
{
	int err = exs_link_test_init(test);

	if (err)
		return err;
	exs_link_test_device(test, false);
	exs_link_test_attach(test, EXS_LINK_EXCLUSIVE);
	exs_link_test_addr(test, EXS_NEIGH_TEST_SELF, 24);
	return 0;
}

static int exs_neigh_test_send_skb(struct kunit *test, struct sk_buff *skb)
{
	struct exs_link_test *t = test->priv;
	struct exs_neigh *n;
	int err = -ENOENT;

	local_bh_disable();
	rcu_read_lock();
	n = exs_neigh_lookup_rcu(t->ldev, htonl(EXS_NEIGH_TEST_PEER), true);
	if (n)
		err = exs_neigh_output(n, skb);
	else
		kfree_skb(skb);
	rcu_read_unlock();
	local_bh_enable();
	return err;
}

/* Send one packet to the peer. */
static int exs_neigh_test_send(struct kunit *test)
{
	return exs_neigh_test_send_skb(test,
				       exs_link_test_packet(test,
							    EXS_NEIGH_TEST_SELF,
							    EXS_NEIGH_TEST_PEER));
}

static int exs_neigh_test_set(struct kunit *test, const u8 *lladdr, u8 nud)
{
	struct exs_link_test *t = test->priv;

	return exs_neigh_set(t->ldev, htonl(EXS_NEIGH_TEST_PEER), lladdr, nud, 0,
			     NULL);
}

static void exs_neigh_test_answer(struct kunit *test)
{
	struct exs_arp arp = {
		.op = ARPOP_REPLY, .sip = htonl(EXS_NEIGH_TEST_PEER),
		.tip = htonl(EXS_NEIGH_TEST_SELF),
	};

	ether_addr_copy(arp.sha, exs_link_test_peer);
	ether_addr_copy(arp.tha, exs_link_test_mac);
	exs_link_test_arp(test, &arp, true);
}

/* The frame goes to the peer, from us, of this type. */
static void exs_neigh_test_expect_frame(struct kunit *test,
					const u8 *dst, u16 proto)
{
	struct sk_buff *skb = exs_link_test_sent(test);
	const struct ethhdr *eth;

	KUNIT_ASSERT_NOT_NULL(test, skb);
	eth = (const struct ethhdr *)skb->data;
	KUNIT_EXPECT_MEMEQ(test, eth->h_dest, dst, ETH_ALEN);
	KUNIT_EXPECT_MEMEQ(test, eth->h_source, exs_link_test_mac, ETH_ALEN);
	KUNIT_EXPECT_EQ(test, ntohs(eth->h_proto), proto);
}

static void exs_neigh_test_packets_wait_for_answer(struct kunit *test)
{
	static const u8 bcast[ETH_ALEN] = { 255, 255, 255, 255, 255, 255 };

	KUNIT_EXPECT_EQ(test, 0, exs_neigh_test_send(test));
	KUNIT_EXPECT_EQ(test, 0, exs_neigh_test_send(test));
	KUNIT_EXPECT_EQ(test, NUD_INCOMPLETE,
			exs_link_test_nud(test, EXS_NEIGH_TEST_PEER));
	/* One question for both. */
	exs_neigh_test_expect_frame(test, bcast, ETH_P_ARP);
	KUNIT_EXPECT_NULL(test, exs_link_test_sent(test));
	exs_neigh_test_answer(test);
	KUNIT_EXPECT_EQ(test, NUD_REACHABLE,
			exs_link_test_nud(test, EXS_NEIGH_TEST_PEER));
	exs_neigh_test_expect_frame(test, exs_link_test_peer, ETH_P_IP);
	exs_neigh_test_expect_frame(test, exs_link_test_peer, ETH_P_IP);
	KUNIT_EXPECT_NULL(test, exs_link_test_sent(test));
	/* Now without waiting. */
	KUNIT_EXPECT_EQ(test, 0, exs_neigh_test_send(test));
	exs_neigh_test_expect_frame(test, exs_link_test_peer, ETH_P_IP);
}

static void exs_neigh_test_question_names_sender(struct kunit *test)
{
	struct exs_arp arp;
	struct sk_buff *skb;

	exs_neigh_test_send(test);
	skb = exs_link_test_sent(test);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_ASSERT_EQ(test, 0, exs_arp_parse(skb->data + ETH_HLEN,
					       skb->len - ETH_HLEN, &arp));
	KUNIT_EXPECT_EQ(test, arp.op, ARPOP_REQUEST);
	KUNIT_EXPECT_EQ(test, ntohl(arp.sip), EXS_NEIGH_TEST_SELF);
	KUNIT_EXPECT_EQ(test, ntohl(arp.tip), EXS_NEIGH_TEST_PEER);
	KUNIT_EXPECT_MEMEQ(test, arp.sha, exs_link_test_mac, ETH_ALEN);
}

/* The oldest packets go, the newest is kept even where nothing fits. */
static void exs_neigh_test_queue_is_limited(struct kunit *test)
{
	struct exs_link_test *t = test->priv;
	unsigned long drops = exs_mib_read_drop(t->en, EXS_DROP_NEIGH_QUEUE);
	int limit = t->en->sysctl.neigh_unres_qlen_bytes;
	unsigned int i;

	WRITE_ONCE(t->en->sysctl.neigh_unres_qlen_bytes, 1);
	for (i = 0; i < 3; i++)
		exs_neigh_test_send(test);
	WRITE_ONCE(t->en->sysctl.neigh_unres_qlen_bytes, limit);
	KUNIT_EXPECT_EQ(test, drops + 2,
			exs_mib_read_drop(t->en, EXS_DROP_NEIGH_QUEUE));
	exs_link_test_sent(test);
	exs_neigh_test_answer(test);
	exs_neigh_test_expect_frame(test, exs_link_test_peer, ETH_P_IP);
	KUNIT_EXPECT_NULL(test, exs_link_test_sent(test));
}

static void exs_neigh_test_stale_is_used_at_once(struct kunit *test)
{
	KUNIT_ASSERT_EQ(test, 0, exs_neigh_test_set(test, exs_link_test_peer,
						    NUD_STALE));
	KUNIT_EXPECT_EQ(test, 0, exs_neigh_test_send(test));
	exs_neigh_test_expect_frame(test, exs_link_test_peer, ETH_P_IP);
	KUNIT_EXPECT_EQ(test, NUD_DELAY,
			exs_link_test_nud(test, EXS_NEIGH_TEST_PEER));
}

static void exs_neigh_test_permanent_ignores_arp(struct kunit *test)
{
	static const u8 fixed[ETH_ALEN] = { 2, 0, 0, 0, 0, 9 };

	KUNIT_ASSERT_EQ(test, 0, exs_neigh_test_set(test, fixed, NUD_PERMANENT));
	exs_neigh_test_answer(test);
	KUNIT_EXPECT_EQ(test, NUD_PERMANENT,
			exs_link_test_nud(test, EXS_NEIGH_TEST_PEER));
	exs_neigh_test_send(test);
	exs_neigh_test_expect_frame(test, fixed, ETH_P_IP);
}

static void exs_neigh_test_set_refuses(struct kunit *test)
{
	struct exs_link_test *t = test->priv;
	static const struct {
		u32 addr;
		bool lladdr;
		u8 nud;
		int want;
	} cases[] = {
		{ EXS_NEIGH_TEST_PEER, false, NUD_PERMANENT, -EINVAL },
		{ EXS_NEIGH_TEST_PEER, true, NUD_INCOMPLETE, -EINVAL },
		{ EXS_NEIGH_TEST_PEER, true, NUD_NONE, -EINVAL },
		{ EXS_NEIGH_TEST_PEER, true, NUD_STALE | NUD_DELAY, -EINVAL },
		{ 0xe0000001, true, NUD_PERMANENT, -EINVAL },
		{ 0xffffffff, true, NUD_PERMANENT, -EINVAL },
		{ 0x7f000001, true, NUD_PERMANENT, -EINVAL },
		{ 0, true, NUD_PERMANENT, -EINVAL },
		{ EXS_NEIGH_TEST_PEER, true, NUD_PERMANENT, 0 },
		{ EXS_NEIGH_TEST_PEER, false, NUD_REACHABLE, 0 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++)
		KUNIT_EXPECT_EQ_MSG(test, cases[i].want,
				    exs_neigh_set(t->ldev, htonl(cases[i].addr),
						  cases[i].lladdr ?
						  exs_link_test_peer : NULL,
						  cases[i].nud, 0, NULL),
				    "case %u", i);
}

/* A cached route may hold an entry that was deleted: its packets still go. */
static void exs_neigh_test_dead_entry_resolves_anew(struct kunit *test)
{
	struct exs_link_test *t = test->priv;
	struct exs_neigh *n;
	struct sk_buff *skb;

	rcu_read_lock();
	n = exs_neigh_lookup_rcu(t->ldev, htonl(EXS_NEIGH_TEST_PEER), true);
	if (n)
		exs_neigh_hold(n);
	rcu_read_unlock();
	KUNIT_ASSERT_NOT_NULL(test, n);
	KUNIT_EXPECT_EQ(test, 0, exs_neigh_delete(t->ldev,
						  htonl(EXS_NEIGH_TEST_PEER),
						  NULL));
	KUNIT_EXPECT_TRUE(test, n->dead);
	/* What is told to it would be lost. */
	rcu_read_lock();
	KUNIT_EXPECT_EQ(test, -ESTALE, exs_neigh_tell(n, exs_link_test_peer,
						      NUD_PERMANENT, 0, NULL));
	rcu_read_unlock();
	KUNIT_EXPECT_EQ(test, n->nud & EXS_NEIGH_VALID, 0);
	KUNIT_ASSERT_EQ(test, 0, exs_neigh_test_set(test, exs_link_test_peer,
						    NUD_REACHABLE));
	skb = exs_link_test_packet(test, EXS_NEIGH_TEST_SELF,
				   EXS_NEIGH_TEST_PEER);
	local_bh_disable();
	rcu_read_lock();
	KUNIT_EXPECT_EQ(test, 0, exs_neigh_output(n, skb));
	rcu_read_unlock();
	local_bh_enable();
	exs_neigh_put(n);
	exs_neigh_test_expect_frame(test, exs_link_test_peer, ETH_P_IP);
}

static void exs_neigh_test_confirm(struct kunit *test)
{
	struct exs_link_test *t = test->priv;
	struct exs_neigh *n;

	exs_neigh_confirm(NULL);
	rcu_read_lock();
	n = exs_neigh_lookup_rcu(t->ldev, htonl(EXS_NEIGH_TEST_PEER), true);
	if (n) {
		n->confirmed = jiffies - 1000;
		exs_neigh_confirm(n);
		KUNIT_EXPECT_LE(test, jiffies - n->confirmed, 100);
	}
	rcu_read_unlock();
	KUNIT_EXPECT_NOT_NULL(test, n);
}

/* The peer's address changes: a second answer within a second is not believed. */
static void exs_neigh_test_first_answer_counts(struct kunit *test)
{
	static const u8 other[ETH_ALEN] = { 2, 0, 0, 0, 0, 7 };
	struct exs_arp arp = {
		.op = ARPOP_REPLY, .sip = htonl(EXS_NEIGH_TEST_PEER),
		.tip = htonl(EXS_NEIGH_TEST_SELF),
	};

	exs_neigh_test_send(test);
	exs_link_test_sent(test);
	exs_neigh_test_answer(test);
	exs_neigh_test_expect_frame(test, exs_link_test_peer, ETH_P_IP);
	ether_addr_copy(arp.sha, other);
	exs_link_test_arp(test, &arp, true);
	exs_neigh_test_send(test);
	exs_neigh_test_expect_frame(test, exs_link_test_peer, ETH_P_IP);
	/* A gratuitous one is. */
	arp.tip = arp.sip;
	exs_link_test_arp(test, &arp, false);
	exs_neigh_test_send(test);
	exs_neigh_test_expect_frame(test, other, ETH_P_IP);
}

/* Give up after one question, a moment after it; ends with the test. */
static void exs_neigh_test_hasty(struct kunit *test, int solicits)
{
	struct exs_link_test *t = test->priv;

	exs_link_test_set(test, &t->en->sysctl.neigh_mcast_solicit, solicits);
	exs_link_test_set(test, &t->en->sysctl.neigh_retrans_time, 1);
}

/* Whoever waits for a host that is not there is freed, not forgotten. */
static void exs_neigh_test_unanswered_packets_are_dropped(struct kunit *test)
{
	struct exs_link_test *t = test->priv;
	unsigned long drops = exs_mib_read_drop(t->en, EXS_DROP_NEIGH_FAILED);
	unsigned int i;

	exs_neigh_test_hasty(test, 1);
	KUNIT_EXPECT_EQ(test, 0, exs_neigh_test_send(test));
	KUNIT_EXPECT_EQ(test, 0, exs_neigh_test_send(test));
	for (i = 0; i < 100; i++) {
		if (exs_link_test_nud(test, EXS_NEIGH_TEST_PEER) == NUD_FAILED)
			break;
		msleep(20);
	}
	KUNIT_EXPECT_EQ(test, NUD_FAILED,
			exs_link_test_nud(test, EXS_NEIGH_TEST_PEER));
	KUNIT_EXPECT_EQ(test, drops + 2,
			exs_mib_read_drop(t->en, EXS_DROP_NEIGH_FAILED));
}

static struct {
	unsigned int calls;
	bool bh_off;
} exs_neigh_test_told;

static void exs_neigh_test_rcv(struct sk_buff *skb)
{
	kfree_skb(skb);
}

static void exs_neigh_test_err(struct sk_buff *skb,
			       const struct exs_icmp_err *e)
{
	exs_neigh_test_told.calls++;
	exs_neigh_test_told.bh_off = softirq_count();
}

/* Of the packets that exs_link_test_packet() makes. */
static const struct exs_proto exs_neigh_test_proto = {
	.protocol = 253,
	.rcv = exs_neigh_test_rcv,
	.err = exs_neigh_test_err,
};

static void exs_neigh_test_unregister(void *proto)
{
	exs_proto_unregister(proto);
}

/* From here on a transport hears of errors; returns a packet of its. */
static struct sk_buff *exs_neigh_test_of_transport(struct kunit *test)
{
	struct sk_buff *skb;

	memset(&exs_neigh_test_told, 0, sizeof(exs_neigh_test_told));
	KUNIT_ASSERT_EQ(test, 0, exs_proto_register(&exs_neigh_test_proto));
	KUNIT_ASSERT_EQ(test, 0,
			kunit_add_action_or_reset(test, exs_neigh_test_unregister,
						  (void *)&exs_neigh_test_proto));
	skb = exs_link_test_packet(test, EXS_NEIGH_TEST_SELF,
				   EXS_NEIGH_TEST_PEER);
	KUNIT_ASSERT_EQ(test, 0, pskb_expand_head(skb, 0, 8, GFP_KERNEL));
	skb_put_zero(skb, 8);
	return skb;
}

/*
 * Nobody is asked: the sender, who has his socket locked, gets an errno and is
 * not called back.
 */
static void exs_neigh_test_no_questions_no_host(struct kunit *test)
{
	struct exs_link_test *t = test->priv;
	struct sk_buff *skb = exs_neigh_test_of_transport(test);
	unsigned long drops = exs_mib_read_drop(t->en, EXS_DROP_NEIGH_FAILED);

	exs_neigh_test_hasty(test, 0);
	KUNIT_EXPECT_EQ(test, -EHOSTUNREACH, exs_neigh_test_send_skb(test, skb));
	KUNIT_EXPECT_EQ(test, exs_neigh_test_told.calls, 0);
	KUNIT_EXPECT_EQ(test, drops + 1,
			exs_mib_read_drop(t->en, EXS_DROP_NEIGH_FAILED));
}

/* An administrator gives it up: the sender is told as in a softirq. */
static void exs_neigh_test_set_failed_tells(struct kunit *test)
{
	struct sk_buff *skb = exs_neigh_test_of_transport(test);

	KUNIT_EXPECT_EQ(test, 0, exs_neigh_test_send_skb(test, skb));
	KUNIT_EXPECT_EQ(test, 0, exs_neigh_test_set(test, NULL, NUD_FAILED));
	KUNIT_EXPECT_EQ(test, exs_neigh_test_told.calls, 1);
	KUNIT_EXPECT_TRUE(test, exs_neigh_test_told.bh_off);
}

static struct kunit_case exs_neigh_test_cases[] = {
	KUNIT_CASE(exs_neigh_test_packets_wait_for_answer),
	KUNIT_CASE(exs_neigh_test_question_names_sender),
	KUNIT_CASE(exs_neigh_test_queue_is_limited),
	KUNIT_CASE(exs_neigh_test_stale_is_used_at_once),
	KUNIT_CASE(exs_neigh_test_permanent_ignores_arp),
	KUNIT_CASE(exs_neigh_test_set_refuses),
	KUNIT_CASE(exs_neigh_test_dead_entry_resolves_anew),
	KUNIT_CASE(exs_neigh_test_confirm),
	KUNIT_CASE(exs_neigh_test_first_answer_counts),
	KUNIT_CASE(exs_neigh_test_unanswered_packets_are_dropped),
	KUNIT_CASE(exs_neigh_test_no_questions_no_host),
	KUNIT_CASE(exs_neigh_test_set_failed_tells),
	{}
};

static struct kunit_suite exs_neigh_test_suite = {
	.name = "expstack_link_neigh",
	.init = exs_neigh_test_init,
	.exit = exs_link_test_exit,
	.test_cases = exs_neigh_test_cases,
};
kunit_test_suite(exs_neigh_test_suite);
