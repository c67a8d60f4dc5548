// SPDX-License-Identifier: GPL-2.0
/*
 * expstack link: suite of module/link/arp.c.
 */
#include "../kunit/expect.h"
#include "../kunit/link/link_test.h"

#define EXS_ARP_TEST_SELF	0xc6336401	/* 198.51.100.1 */
#define EXS_ARP_TEST_PEER	0xc6336402
#define EXS_ARP_TEST_OTHER	0xc6336403

static int exs_arp_test_init(struct kunit *test)
{
	int err = exs_link_test_init(test);

	if (err)
		return err;
	exs_link_test_device(test, false);
	exs_link_test_attach(test, EXS_LINK_EXCLUSIVE);
	exs_link_test_addr(test, EXS_ARP_TEST_SELF, 24);
	return 0;
}

static struct exs_arp exs_arp_test_from_peer(u16 op, u32 sip, u32 tip)
{
	struct exs_arp arp = { .op = op, .sip = htonl(sip), .tip = htonl(tip) };

	ether_addr_copy(arp.sha, exs_link_test_peer);
	return arp;
}

/* The answer that was sent; false when none was. */
static bool exs_arp_test_answer(struct kunit *test, struct exs_arp *arp)
{
	struct sk_buff *skb = exs_link_test_sent(test);
	const struct ethhdr *eth;

	if (!skb)
		return false;
	eth = (const struct ethhdr *)skb->data;
	KUNIT_EXPECT_EQ(test, ntohs(eth->h_proto), ETH_P_ARP);
	KUNIT_EXPECT_MEMEQ(test, eth->h_dest, exs_link_test_peer, ETH_ALEN);
	KUNIT_ASSERT_EQ(test, 0, exs_arp_parse(skb->data + ETH_HLEN,
					       skb->len - ETH_HLEN, arp));
	return true;
}

static void exs_arp_test_request_is_answered(struct kunit *test)
{
	struct exs_arp arp = exs_arp_test_from_peer(ARPOP_REQUEST,
						    EXS_ARP_TEST_PEER,
						    EXS_ARP_TEST_SELF);

	exs_link_test_arp(test, &arp, false);
	KUNIT_ASSERT_TRUE(test, exs_arp_test_answer(test, &arp));
	KUNIT_EXPECT_EQ(test, arp.op, ARPOP_REPLY);
	KUNIT_EXPECT_EQ(test, ntohl(arp.sip), EXS_ARP_TEST_SELF);
	KUNIT_EXPECT_EQ(test, ntohl(arp.tip), EXS_ARP_TEST_PEER);
	KUNIT_EXPECT_MEMEQ(test, arp.sha, exs_link_test_mac, ETH_ALEN);
	KUNIT_EXPECT_MEMEQ(test, arp.tha, exs_link_test_peer, ETH_ALEN);
	/* Who asks for us will be talked to. */
	KUNIT_EXPECT_EQ(test, NUD_STALE,
			exs_link_test_nud(test, EXS_ARP_TEST_PEER));
}

/* RFC 5227: a probe has no sender; it is answered, and nothing is learnt. */
static void exs_arp_test_probe_is_answered(struct kunit *test)
{
	struct exs_arp arp = exs_arp_test_from_peer(ARPOP_REQUEST, 0,
						    EXS_ARP_TEST_SELF);

	exs_link_test_arp(test, &arp, false);
	KUNIT_ASSERT_TRUE(test, exs_arp_test_answer(test, &arp));
	EXS_EXPECT_BEEQ(test, arp.tip, 0);
	KUNIT_EXPECT_EQ(test, NUD_NONE, exs_link_test_nud(test, 0));
}

static void exs_arp_test_others_are_not_learnt(struct kunit *test)
{
	struct exs_arp arp = exs_arp_test_from_peer(ARPOP_REQUEST,
						    EXS_ARP_TEST_PEER,
						    EXS_ARP_TEST_OTHER);

	exs_link_test_arp(test, &arp, false);
	KUNIT_EXPECT_FALSE(test, exs_arp_test_answer(test, &arp));
	KUNIT_EXPECT_EQ(test, NUD_NONE,
			exs_link_test_nud(test, EXS_ARP_TEST_PEER));
	/* A reply nobody asked for. */
	arp = exs_arp_test_from_peer(ARPOP_REPLY, EXS_ARP_TEST_PEER,
				     EXS_ARP_TEST_SELF);
	exs_link_test_arp(test, &arp, true);
	KUNIT_EXPECT_EQ(test, NUD_NONE,
			exs_link_test_nud(test, EXS_ARP_TEST_PEER));
	/* Gratuitous. */
	arp = exs_arp_test_from_peer(ARPOP_REQUEST, EXS_ARP_TEST_PEER,
				     EXS_ARP_TEST_PEER);
	exs_link_test_arp(test, &arp, false);
	KUNIT_EXPECT_EQ(test, NUD_NONE,
			exs_link_test_nud(test, EXS_ARP_TEST_PEER));
}

static void exs_arp_test_existing_entry_is_merged(struct kunit *test)
{
	static const u8 old[ETH_ALEN] = { 2, 0, 0, 0, 0, 9 };
	struct exs_link_test *t = test->priv;
	struct exs_neigh *n;
	struct exs_arp arp;

	exs_neigh_set(t->ldev, htonl(EXS_ARP_TEST_PEER), old, NUD_REACHABLE, 0,
		      NULL);
	arp = exs_arp_test_from_peer(ARPOP_REQUEST, EXS_ARP_TEST_PEER,
				     EXS_ARP_TEST_PEER);
	exs_link_test_arp(test, &arp, false);
	KUNIT_EXPECT_EQ(test, NUD_STALE,
			exs_link_test_nud(test, EXS_ARP_TEST_PEER));
	rcu_read_lock();
	n = exs_neigh_lookup_rcu(t->ldev, htonl(EXS_ARP_TEST_PEER), false);
	KUNIT_EXPECT_TRUE(test, n && ether_addr_equal(n->ha, exs_link_test_peer));
	rcu_read_unlock();
}

static void exs_arp_test_broadcast_reply_does_not_confirm(struct kunit *test)
{
	struct exs_link_test *t = test->priv;
	struct exs_arp arp;

	exs_neigh_set(t->ldev, htonl(EXS_ARP_TEST_PEER), exs_link_test_peer,
		      NUD_STALE, 0, NULL);
	arp = exs_arp_test_from_peer(ARPOP_REPLY, EXS_ARP_TEST_PEER,
				     EXS_ARP_TEST_SELF);
	exs_link_test_arp(test, &arp, false);
	KUNIT_EXPECT_EQ(test, NUD_STALE,
			exs_link_test_nud(test, EXS_ARP_TEST_PEER));
	exs_link_test_arp(test, &arp, true);
	KUNIT_EXPECT_EQ(test, NUD_REACHABLE,
			exs_link_test_nud(test, EXS_ARP_TEST_PEER));
}

static void exs_arp_test_conflict_is_counted(struct kunit *test)
{
	struct exs_link_test *t = test->priv;
	unsigned long before = exs_mib_read(t->en, EXS_MIB_ARP_Conflicts);
	struct exs_arp arp = exs_arp_test_from_peer(ARPOP_REQUEST,
						    EXS_ARP_TEST_SELF,
						    EXS_ARP_TEST_SELF);

	exs_link_test_arp(test, &arp, false);
	KUNIT_EXPECT_EQ(test, before + 1,
			exs_mib_read(t->en, EXS_MIB_ARP_Conflicts));
	KUNIT_EXPECT_FALSE(test, exs_arp_test_answer(test, &arp));
	/* Our own, come back. */
	ether_addr_copy(arp.sha, exs_link_test_mac);
	exs_link_test_arp(test, &arp, false);
	KUNIT_EXPECT_EQ(test, before + 1,
			exs_mib_read(t->en, EXS_MIB_ARP_Conflicts));
}

static void exs_arp_test_nonsense_is_dropped(struct kunit *test)
{
	static const struct {
		u16 op;
		u32 sip, tip;
		enum exs_drop_reason want;
	} cases[] = {
		{ ARPOP_REQUEST, 0x7f000001, EXS_ARP_TEST_SELF, EXS_DROP_ARP_HEADER },
		{ ARPOP_REQUEST, 0xe0000001, EXS_ARP_TEST_SELF, EXS_DROP_ARP_HEADER },
		{ ARPOP_REQUEST, 0xffffffff, EXS_ARP_TEST_SELF, EXS_DROP_ARP_HEADER },
		{ ARPOP_REQUEST, EXS_ARP_TEST_PEER, 0x7f000001, EXS_DROP_ARP_HEADER },
		{ ARPOP_REQUEST, EXS_ARP_TEST_PEER, 0xe0000001, EXS_DROP_ARP_HEADER },
		{ 0, EXS_ARP_TEST_PEER, EXS_ARP_TEST_SELF, EXS_DROP_ARP_IGNORED },
		{ 3, EXS_ARP_TEST_PEER, EXS_ARP_TEST_SELF, EXS_DROP_ARP_IGNORED },
	};
	struct exs_link_test *t = test->priv;
	unsigned long before;
	struct exs_arp arp;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		before = exs_mib_read_drop(t->en, cases[i].want);
		arp = exs_arp_test_from_peer(cases[i].op, cases[i].sip,
					     cases[i].tip);
		exs_link_test_arp(test, &arp, false);
		KUNIT_EXPECT_EQ_MSG(test, before + 1,
				    exs_mib_read_drop(t->en, cases[i].want),
				    "case %u", i);
		KUNIT_EXPECT_FALSE(test, exs_arp_test_answer(test, &arp));
	}
}

static void exs_arp_test_short_is_dropped(struct kunit *test)
{
	struct exs_link_test *t = test->priv;
	unsigned long before = exs_mib_read_drop(t->en, EXS_DROP_ARP_HEADER);
	struct exs_arp arp = exs_arp_test_from_peer(ARPOP_REQUEST,
						    EXS_ARP_TEST_PEER,
						    EXS_ARP_TEST_SELF);
	u8 buf[EXS_ARP_LEN];
	struct sk_buff *skb;

	exs_arp_build(buf, &arp);
	skb = exs_link_test_frame(test, ETH_P_ARP, buf, EXS_ARP_LEN - 1);
	KUNIT_EXPECT_EQ(test, RX_HANDLER_CONSUMED, exs_link_test_rx(skb));
	KUNIT_EXPECT_EQ(test, before + 1,
			exs_mib_read_drop(t->en, EXS_DROP_ARP_HEADER));
	skb = exs_link_test_frame(test, ETH_P_ARP, buf, EXS_ARP_LEN);
	exs_link_test_rx(skb);
	KUNIT_EXPECT_EQ(test, before + 1,
			exs_mib_read_drop(t->en, EXS_DROP_ARP_HEADER));
	KUNIT_EXPECT_TRUE(test, exs_arp_test_answer(test, &arp));
}

static void exs_arp_test_notify_peers_announces(struct kunit *test)
{
	struct exs_link_test *t = test->priv;
	struct exs_arp arp;
	struct sk_buff *skb;
	unsigned int i;

	exs_link_test_addr(test, EXS_ARP_TEST_OTHER, 24);
	rtnl_lock();
	call_netdevice_notifiers(NETDEV_NOTIFY_PEERS, t->dev);
	rtnl_unlock();
	for (i = 0; i < 2; i++) {
		skb = exs_link_test_sent(test);
		KUNIT_ASSERT_NOT_NULL(test, skb);
		KUNIT_ASSERT_EQ(test, 0, exs_arp_parse(skb->data + ETH_HLEN,
						       skb->len - ETH_HLEN,
						       &arp));
		KUNIT_EXPECT_EQ(test, arp.op, ARPOP_REQUEST);
		EXS_EXPECT_BEEQ(test, arp.sip, arp.tip);
		KUNIT_EXPECT_EQ(test, ntohl(arp.sip),
				i ? EXS_ARP_TEST_OTHER : EXS_ARP_TEST_SELF);
	}
	KUNIT_EXPECT_NULL(test, exs_link_test_sent(test));
}

static struct kunit_case exs_arp_test_cases[] = {
	KUNIT_CASE(exs_arp_test_request_is_answered),
	KUNIT_CASE(exs_arp_test_probe_is_answered),
	KUNIT_CASE(exs_arp_test_others_are_not_learnt),
	KUNIT_CASE(exs_arp_test_existing_entry_is_merged),
	KUNIT_CASE(exs_arp_test_broadcast_reply_does_not_confirm),
	KUNIT_CASE(exs_arp_test_conflict_is_counted),
	KUNIT_CASE(exs_arp_test_nonsense_is_dropped),
	KUNIT_CASE(exs_arp_test_short_is_dropped),
	KUNIT_CASE(exs_arp_test_notify_peers_announces),
	{}
};

static struct kunit_suite exs_arp_test_suite = {
	.name = "expstack_link_arp",
	.init = exs_arp_test_init,
	.exit = exs_link_test_exit,
	.test_cases = exs_arp_test_cases,
};
kunit_test_suite(exs_arp_test_suite);
