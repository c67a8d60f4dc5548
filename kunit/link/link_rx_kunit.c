// SPDX-License-Identifier: GPL-2.0
/*
 * expstack link: suite of module/link/link_rx.c.
 */
#include <linux/if_vlan.h>

#include "../kunit/link/link_test.h"

#define EXS_LINK_RX_TEST_SELF	0xc6336401	/* 198.51.100.1 */
#define EXS_LINK_RX_TEST_PEER	0xc6336402
#define EXS_LINK_RX_TEST_HOST	0xc6336409	/* the host's own address */

static void exs_link_rx_test_start(struct kunit *test, enum exs_link_mode mode)
{
	exs_link_test_device(test, false);
	exs_link_test_attach(test, mode);
	exs_link_test_addr(test, EXS_LINK_RX_TEST_SELF, 24);
}

static struct sk_buff *exs_link_rx_test_ip(struct kunit *test, u32 daddr)
{
	struct iphdr iph;

	/* Protocol 253 is for experiments: no transport takes it. */
	exs_ip_hdr_build(&iph, htonl(EXS_LINK_RX_TEST_PEER), htonl(daddr), 253,
			 0, 64, sizeof(iph), 0, true);
	return exs_link_test_frame(test, ETH_P_IP, &iph, sizeof(iph));
}

static void exs_link_rx_test_other_types_pass(struct kunit *test)
{
	static const u16 types[] = { ETH_P_IPV6, ETH_P_8021Q, ETH_P_LLDP, 0x88b5 };
	static const u8 data[46];
	unsigned int i;

	exs_link_rx_test_start(test, EXS_LINK_EXCLUSIVE);
	for (i = 0; i < ARRAY_SIZE(types); i++)
		KUNIT_EXPECT_EQ(test, RX_HANDLER_PASS,
				exs_link_test_rx(exs_link_test_frame(test,
								     types[i],
								     data, 46)));
}

static void exs_link_rx_test_exclusive_takes_all(struct kunit *test)
{
	static const u32 daddr[] = {
		EXS_LINK_RX_TEST_SELF, EXS_LINK_RX_TEST_HOST, 0xffffffff,
		0xe0000001, 0x7f000001,
	};
	struct exs_link_test *t = test->priv;
	unsigned int i;

	exs_link_rx_test_start(test, EXS_LINK_EXCLUSIVE);
	for (i = 0; i < ARRAY_SIZE(daddr); i++)
		KUNIT_EXPECT_EQ(test, RX_HANDLER_CONSUMED,
				exs_link_test_rx(exs_link_rx_test_ip(test,
								     daddr[i])));
	KUNIT_EXPECT_EQ(test, atomic_long_read(&t->ldev->rx_packets),
			ARRAY_SIZE(daddr));
}

static void exs_link_rx_test_otherhost(struct kunit *test)
{
	struct exs_link_test *t = test->priv;
	unsigned long before = exs_mib_read_drop(t->en, EXS_DROP_LINK_OTHERHOST);
	struct sk_buff *skb;

	exs_link_rx_test_start(test, EXS_LINK_EXCLUSIVE);
	skb = exs_link_rx_test_ip(test, EXS_LINK_RX_TEST_SELF);
	skb->pkt_type = PACKET_OTHERHOST;
	KUNIT_EXPECT_EQ(test, RX_HANDLER_CONSUMED, exs_link_test_rx(skb));
	KUNIT_EXPECT_EQ(test, before + 1,
			exs_mib_read_drop(t->en, EXS_DROP_LINK_OTHERHOST));
	KUNIT_EXPECT_EQ(test, atomic_long_read(&t->ldev->rx_packets), 0);
}

static void exs_link_rx_test_short_packet(struct kunit *test)
{
	struct exs_link_test *t = test->priv;
	unsigned long before = exs_mib_read_drop(t->en, EXS_DROP_TOO_SHORT);
	static const u8 data[19] = { 0x45 };

	exs_link_rx_test_start(test, EXS_LINK_EXCLUSIVE);
	KUNIT_EXPECT_EQ(test, RX_HANDLER_CONSUMED,
			exs_link_test_rx(exs_link_test_frame(test, ETH_P_IP,
							     data, 19)));
	KUNIT_EXPECT_EQ(test, before + 1,
			exs_mib_read_drop(t->en, EXS_DROP_TOO_SHORT));
}

/* A VLAN nobody configured is the host's matter; VLAN 0 is no VLAN. */
static void exs_link_rx_test_vlan_tag(struct kunit *test)
{
	static const struct {
		u16 tci;
		rx_handler_result_t want;
	} cases[] = {
		{ 0x0001, RX_HANDLER_PASS },
		{ 0x0fff, RX_HANDLER_PASS },
		{ 0xe000, RX_HANDLER_CONSUMED },
		{ 0x0000, RX_HANDLER_CONSUMED },
	};
	struct sk_buff *skb;
	unsigned int i;

	exs_link_rx_test_start(test, EXS_LINK_EXCLUSIVE);
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		skb = exs_link_rx_test_ip(test, EXS_LINK_RX_TEST_SELF);
		__vlan_hwaccel_put_tag(skb, htons(ETH_P_8021Q), cases[i].tci);
		KUNIT_EXPECT_EQ_MSG(test, cases[i].want, exs_link_test_rx(skb),
				    "tci %#x", cases[i].tci);
	}
}

/* What we take in shared mode, and of what we get a copy. */
static void exs_link_rx_test_shared_ip(struct kunit *test)
{
	static const struct {
		u32 daddr;
		rx_handler_result_t want;
		bool seen;
	} cases[] = {
		{ EXS_LINK_RX_TEST_SELF, RX_HANDLER_CONSUMED, true },
		{ EXS_LINK_RX_TEST_HOST, RX_HANDLER_PASS, false },
		{ 0x7f000001, RX_HANDLER_PASS, false },
		{ 0xffffffff, RX_HANDLER_PASS, true },
		{ 0xc63364ff, RX_HANDLER_PASS, true },	/* of our subnet */
		{ 0xc6336400, RX_HANDLER_PASS, false },
		{ 0xe0000001, RX_HANDLER_PASS, true },
	};
	struct exs_link_test *t = test->priv;
	unsigned int i;
	long before;

	exs_link_rx_test_start(test, EXS_LINK_SHARED);
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		before = atomic_long_read(&t->ldev->rx_packets);
		KUNIT_EXPECT_EQ_MSG(test, cases[i].want,
				    exs_link_test_rx(exs_link_rx_test_ip(test,
							cases[i].daddr)),
				    "case %u", i);
		KUNIT_EXPECT_EQ_MSG(test, before + cases[i].seen,
				    atomic_long_read(&t->ldev->rx_packets),
				    "case %u", i);
	}
}

static void exs_link_rx_test_shared_arp(struct kunit *test)
{
	static const struct {
		u16 op;
		u32 sip, tip;
		rx_handler_result_t want;
		bool seen;
	} cases[] = {
		{ ARPOP_REQUEST, EXS_LINK_RX_TEST_PEER, EXS_LINK_RX_TEST_SELF,
		  RX_HANDLER_CONSUMED, true },
		{ ARPOP_REPLY, EXS_LINK_RX_TEST_PEER, EXS_LINK_RX_TEST_SELF,
		  RX_HANDLER_CONSUMED, true },
		{ ARPOP_REQUEST, EXS_LINK_RX_TEST_PEER, EXS_LINK_RX_TEST_HOST,
		  RX_HANDLER_PASS, false },
		{ ARPOP_REPLY, EXS_LINK_RX_TEST_PEER, EXS_LINK_RX_TEST_HOST,
		  RX_HANDLER_PASS, false },
		{ ARPOP_REQUEST, EXS_LINK_RX_TEST_PEER, EXS_LINK_RX_TEST_PEER,
		  RX_HANDLER_PASS, true },
	};
	struct exs_link_test *t = test->priv;
	unsigned int i;
	long before;

	exs_link_rx_test_start(test, EXS_LINK_SHARED);
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		struct exs_arp arp = {
			.op = cases[i].op, .sip = htonl(cases[i].sip),
			.tip = htonl(cases[i].tip),
		};

		ether_addr_copy(arp.sha, exs_link_test_peer);
		before = atomic_long_read(&t->ldev->rx_packets);
		KUNIT_EXPECT_EQ_MSG(test, cases[i].want,
				    exs_link_test_arp(test, &arp, true),
				    "case %u", i);
		KUNIT_EXPECT_EQ_MSG(test, before + cases[i].seen,
				    atomic_long_read(&t->ldev->rx_packets),
				    "case %u", i);
	}
}

static void exs_link_rx_test_shared_leaves_rest(struct kunit *test)
{
	static const u8 data[8] = { 0x45 };
	struct sk_buff *skb;

	exs_link_rx_test_start(test, EXS_LINK_SHARED);
	KUNIT_EXPECT_EQ(test, RX_HANDLER_PASS,
			exs_link_test_rx(exs_link_test_frame(test, ETH_P_IP,
							     data, 8)));
	KUNIT_EXPECT_EQ(test, RX_HANDLER_PASS,
			exs_link_test_rx(exs_link_test_frame(test, ETH_P_ARP,
							     data, 8)));
	skb = exs_link_rx_test_ip(test, EXS_LINK_RX_TEST_SELF);
	skb->pkt_type = PACKET_OTHERHOST;
	KUNIT_EXPECT_EQ(test, RX_HANDLER_PASS, exs_link_test_rx(skb));
}

/* A tap holds the same skb: it must see it unchanged. */
static void exs_link_rx_test_shared_skb(struct kunit *test)
{
	struct sk_buff *skb, *tap;
	const u8 *data;

	exs_link_rx_test_start(test, EXS_LINK_EXCLUSIVE);
	skb = exs_link_rx_test_ip(test, EXS_LINK_RX_TEST_SELF);
	tap = skb_get(skb);
	data = tap->data;
	KUNIT_EXPECT_EQ(test, RX_HANDLER_CONSUMED, exs_link_test_rx(skb));
	KUNIT_EXPECT_EQ(test, refcount_read(&tap->users), 1);
	KUNIT_EXPECT_PTR_EQ(test, tap->data, data);
	KUNIT_EXPECT_EQ(test, tap->len, sizeof(struct iphdr));
	kfree_skb(tap);
}

/* Whose pages a packet has, and what its end told him. */
struct exs_link_rx_test_user {
	struct ubuf_info ubuf;
	unsigned int ends;
	bool copied;
};

static void exs_link_rx_test_user_end(struct sk_buff *skb,
				      struct ubuf_info *ubuf, bool success)
{
	struct exs_link_rx_test_user *u;

	u = container_of(ubuf, struct exs_link_rx_test_user, ubuf);
	u->copied |= !success;
	u->ends += refcount_dec_and_test(&ubuf->refcnt);
}

static const struct ubuf_info_ops exs_link_rx_test_user_ops = {
	.complete = exs_link_rx_test_user_end,
};

/* A sender's pages go no further up: what we keep is a copy. */
static void exs_link_rx_test_user_pages(struct kunit *test)
{
	struct exs_link_rx_test_user u = {
		.ubuf = {
			.ops = &exs_link_rx_test_user_ops,
			.flags = SKBFL_ZEROCOPY_FRAG | SKBFL_DONT_ORPHAN,
		},
	};
	struct page *page = alloc_page(GFP_KERNEL | __GFP_ZERO);
	struct sk_buff *skb, *tap;

	KUNIT_ASSERT_NOT_NULL(test, page);
	refcount_set(&u.ubuf.refcnt, 1);
	exs_link_rx_test_start(test, EXS_LINK_EXCLUSIVE);
	skb = exs_link_rx_test_ip(test, EXS_LINK_RX_TEST_SELF);
	get_page(page);
	skb_fill_page_desc(skb, 0, page, 0, 100);
	skb->len += 100;
	skb->data_len += 100;
	skb->truesize += PAGE_SIZE;
	skb_zcopy_init(skb, &u.ubuf);
	/* Who keeps the original keeps the pages with it. */
	tap = skb_clone(skb, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, tap);
	KUNIT_EXPECT_PTR_EQ(test, skb_zcopy(tap), &u.ubuf);
	KUNIT_EXPECT_EQ(test, RX_HANDLER_CONSUMED, exs_link_test_rx(skb));
	KUNIT_EXPECT_EQ(test, u.ends, 0);
	KUNIT_EXPECT_TRUE(test, u.copied);
	kfree_skb(tap);
	KUNIT_EXPECT_EQ(test, u.ends, 1);
	KUNIT_EXPECT_EQ(test, page_count(page), 1);
	put_page(page);
}

static struct kunit_case exs_link_rx_test_cases[] = {
	KUNIT_CASE(exs_link_rx_test_other_types_pass),
	KUNIT_CASE(exs_link_rx_test_exclusive_takes_all),
	KUNIT_CASE(exs_link_rx_test_otherhost),
	KUNIT_CASE(exs_link_rx_test_short_packet),
	KUNIT_CASE(exs_link_rx_test_vlan_tag),
	KUNIT_CASE(exs_link_rx_test_shared_ip),
	KUNIT_CASE(exs_link_rx_test_shared_arp),
	KUNIT_CASE(exs_link_rx_test_shared_leaves_rest),
	KUNIT_CASE(exs_link_rx_test_shared_skb),
	KUNIT_CASE(exs_link_rx_test_user_pages),
	{}
};

static struct kunit_suite exs_link_rx_test_suite = {
	.name = "expstack_link_link_rx",
	.init = exs_link_test_init,
	.exit = exs_link_test_exit,
	.test_cases = exs_link_rx_test_cases,
};
kunit_test_suite(exs_link_rx_test_suite);
