// SPDX-License-Identifier: GPL-2.0
/*
 * expstack link: suite of module/link/link_tx.c.
 */
#include "../kunit/link/link_test.h"

#define EXS_LINK_TX_TEST_SELF	0xc6336401	/* 198.51.100.1 */
#define EXS_LINK_TX_TEST_PEER	0xc6336402

static void exs_link_tx_test_start(struct kunit *test, bool l3)
{
	exs_link_test_device(test, l3);
	exs_link_test_attach(test, EXS_LINK_EXCLUSIVE);
}

static int exs_link_tx_test_output(struct kunit *test, u32 nexthop)
{
	struct exs_link_test *t = test->priv;
	struct sk_buff *skb;
	int err;

	skb = exs_link_test_packet(test, EXS_LINK_TX_TEST_SELF, nexthop);
	local_bh_disable();
	rcu_read_lock();
	err = exs_link_output(t->ldev, htonl(nexthop), skb);
	rcu_read_unlock();
	local_bh_enable();
	return err;
}

/* Through a permanent neighbour. */
static int exs_link_tx_test_neigh(struct kunit *test, struct sk_buff *skb)
{
	struct exs_link_test *t = test->priv;
	struct exs_neigh *n;
	int err = -ENOENT;

	exs_neigh_set(t->ldev, htonl(EXS_LINK_TX_TEST_PEER), exs_link_test_peer,
		      NUD_PERMANENT, 0, NULL);
	local_bh_disable();
	rcu_read_lock();
	n = exs_neigh_lookup_rcu(t->ldev, htonl(EXS_LINK_TX_TEST_PEER), false);
	if (n)
		err = exs_neigh_output(n, skb);
	rcu_read_unlock();
	local_bh_enable();
	return err;
}

/* RFC 1112 6.4: the low 23 bits; all else is broadcast. */
static void exs_link_tx_test_map_addr(struct kunit *test)
{
	static const struct {
		u32 addr;
		u8 want[ETH_ALEN];
	} cases[] = {
		{ 0xe0000001, { 0x01, 0x00, 0x5e, 0x00, 0x00, 0x01 } },
		{ 0xe07fffff, { 0x01, 0x00, 0x5e, 0x7f, 0xff, 0xff } },
		{ 0xe0800000, { 0x01, 0x00, 0x5e, 0x00, 0x00, 0x00 } },
		{ 0xefffffff, { 0x01, 0x00, 0x5e, 0x7f, 0xff, 0xff } },
		{ 0xf0000000, { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff } },
		{ 0xffffffff, { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff } },
		{ 0xc63364ff, { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff } },
	};
	struct exs_link_test *t = test->priv;
	unsigned int i;
	u8 dst[ETH_ALEN];

	exs_link_test_device(test, false);
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		exs_link_map_addr(t->dev, htonl(cases[i].addr), dst);
		KUNIT_EXPECT_MEMEQ_MSG(test, dst, cases[i].want, ETH_ALEN,
				       "case %u", i);
	}
}

static void exs_link_tx_test_broadcast(struct kunit *test)
{
	static const u8 bcast[ETH_ALEN] = { 255, 255, 255, 255, 255, 255 };
	struct sk_buff *skb;

	exs_link_tx_test_start(test, false);
	KUNIT_EXPECT_EQ(test, 0, exs_link_tx_test_output(test, 0xffffffff));
	skb = exs_link_test_sent(test);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_EXPECT_EQ(test, skb->len, ETH_HLEN + 20);
	KUNIT_EXPECT_MEMEQ(test, eth_hdr(skb)->h_dest, bcast, ETH_ALEN);
	KUNIT_EXPECT_MEMEQ(test, eth_hdr(skb)->h_source, exs_link_test_mac,
			   ETH_ALEN);
	KUNIT_EXPECT_EQ(test, ntohs(eth_hdr(skb)->h_proto), ETH_P_IP);
}

static void exs_link_tx_test_l3_has_no_header(struct kunit *test)
{
	struct exs_link_test *t = test->priv;
	struct sk_buff *skb;

	exs_link_tx_test_start(test, true);
	KUNIT_EXPECT_EQ(test, 0,
			exs_link_tx_test_output(test, EXS_LINK_TX_TEST_PEER));
	skb = exs_link_test_sent(test);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_EXPECT_EQ(test, skb->len, 20);
	KUNIT_EXPECT_EQ(test, skb->data[0], 0x45);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&t->ldev->tx_packets), 1);
}

/* Room in front: none, the header's, the header's words, plenty. */
static void exs_link_tx_test_headroom(struct kunit *test)
{
	static const unsigned int rooms[] = { 0, 13, 14, 15, 16, 17, 64, 128 };
	struct sk_buff *skb;
	unsigned int i;

	exs_link_tx_test_start(test, false);
	for (i = 0; i < ARRAY_SIZE(rooms); i++) {
		skb = alloc_skb(rooms[i] + 20, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, skb);
		skb_reserve(skb, rooms[i]);
		memset(skb_put(skb, 20), 0x45, 20);
		skb->protocol = htons(ETH_P_IP);
		KUNIT_EXPECT_EQ(test, 0, exs_link_tx_test_neigh(test, skb));
		skb = exs_link_test_sent(test);
		KUNIT_ASSERT_NOT_NULL(test, skb);
		KUNIT_EXPECT_EQ(test, skb->len, ETH_HLEN + 20);
		KUNIT_EXPECT_MEMEQ(test, skb->data, exs_link_test_peer, ETH_ALEN);
		KUNIT_EXPECT_MEMEQ(test, skb->data + ETH_ALEN, exs_link_test_mac,
				   ETH_ALEN);
		KUNIT_EXPECT_EQ(test, skb->data[ETH_HLEN], 0x45);
		KUNIT_EXPECT_EQ(test, skb->data[ETH_HLEN + 19], 0x45);
	}
}

/* A clone's header is not written over. */
static void exs_link_tx_test_clone(struct kunit *test)
{
	struct sk_buff *skb, *clone;
	u8 before[ETH_HLEN];

	exs_link_tx_test_start(test, false);
	skb = exs_link_test_packet(test, EXS_LINK_TX_TEST_SELF,
				   EXS_LINK_TX_TEST_PEER);
	memset(skb->data - ETH_HLEN, 0xaa, ETH_HLEN);
	memset(before, 0xaa, ETH_HLEN);
	clone = skb_clone(skb, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, clone);
	KUNIT_EXPECT_EQ(test, 0, exs_link_tx_test_neigh(test, clone));
	KUNIT_EXPECT_MEMEQ(test, skb->data - ETH_HLEN, before, ETH_HLEN);
	kfree_skb(skb);
	KUNIT_EXPECT_NOT_NULL(test, exs_link_test_sent(test));
}

static void exs_link_tx_test_down(struct kunit *test)
{
	struct exs_link_test *t = test->priv;
	unsigned long before = exs_mib_read_drop(t->en, EXS_DROP_LINK_DOWN);

	exs_link_tx_test_start(test, false);
	rtnl_lock();
	dev_close(t->dev);
	rtnl_unlock();
	KUNIT_EXPECT_EQ(test, -ENETDOWN,
			exs_link_tx_test_output(test, 0xffffffff));
	KUNIT_EXPECT_EQ(test, before + 1,
			exs_mib_read_drop(t->en, EXS_DROP_LINK_DOWN));
	KUNIT_EXPECT_NULL(test, exs_link_test_sent(test));
}

static void exs_link_tx_test_detached(struct kunit *test)
{
	struct exs_link_test *t = test->priv;
	unsigned long before = exs_mib_read_drop(t->en, EXS_DROP_LINK_DETACHED);

	exs_link_tx_test_start(test, false);
	exs_link_test_detach(test);
	KUNIT_EXPECT_EQ(test, -ENETDOWN,
			exs_link_tx_test_output(test, 0xffffffff));
	KUNIT_EXPECT_EQ(test, before + 1,
			exs_mib_read_drop(t->en, EXS_DROP_LINK_DETACHED));
}

static struct kunit_case exs_link_tx_test_cases[] = {
	KUNIT_CASE(exs_link_tx_test_map_addr),
	KUNIT_CASE(exs_link_tx_test_broadcast),
	KUNIT_CASE(exs_link_tx_test_l3_has_no_header),
	KUNIT_CASE(exs_link_tx_test_headroom),
	KUNIT_CASE(exs_link_tx_test_clone),
	KUNIT_CASE(exs_link_tx_test_down),
	KUNIT_CASE(exs_link_tx_test_detached),
	{}
};

static struct kunit_suite exs_link_tx_test_suite = {
	.name = "expstack_link_link_tx",
	.init = exs_link_test_init,
	.exit = exs_link_test_exit,
	.test_cases = exs_link_tx_test_cases,
};
kunit_test_suite(exs_link_tx_test_suite);
