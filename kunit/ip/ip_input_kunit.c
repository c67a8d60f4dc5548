// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ip: suite of module/ip/ip_input.c: what is refused, and why.
 */
#include <net/inet_ecn.h>

#include "ip_test.h"

static int exs_input_setup(struct kunit *test)
{
	test->priv = exs_ip_test_ldev(test);
	return 0;
}

/* One packet that is right but for one thing. */
struct exs_input_case {
	const char *name;
	u32 saddr, daddr;		/* 0: the documentation addresses */
	bool from_none, to_none;	/* 0.0.0.0 */
	s8 version, ihl;		/* 0: right */
	s16 tot_len;			/* added to the right one */
	u8 pkt_type;
	bool bad_sum;
	u16 cut;			/* bytes kept of it, 0: all */
	enum exs_drop_reason reason;
};

static const struct exs_input_case exs_input_table[] = {
	{ "19 bytes", .cut = 19, .reason = EXS_DROP_TOO_SHORT },
	{ "version 5", .version = 5, .reason = EXS_DROP_IP_HEADER },
	{ "header of 16 bytes", .ihl = 4, .reason = EXS_DROP_IP_HEADER },
	{ "header beyond the packet", .ihl = 15, .cut = 40,
	  .reason = EXS_DROP_TOO_SHORT },
	{ "checksum", .bad_sum = true, .reason = EXS_DROP_IP_CSUM },
	{ "one byte missing", .tot_len = 1, .reason = EXS_DROP_IP_TRUNCATED },
	{ "other host's frame", .pkt_type = PACKET_OTHERHOST,
	  .reason = EXS_DROP_LINK_OTHERHOST },
	{ "from a group", .saddr = 0xe0000001, .reason = EXS_DROP_IP_MARTIAN_SRC },
	{ "from everybody", .saddr = 0xffffffff, .reason = EXS_DROP_IP_MARTIAN_SRC },
	{ "from loopback", .saddr = 0x7f000001, .reason = EXS_DROP_IP_MARTIAN_SRC },
	{ "from 0.0.0.0", .from_none = true, .reason = EXS_DROP_IP_MARTIAN_SRC },
	/* The rest of 0/8 is as good as any other address (as in Linux). */
	{ "from net 0", .saddr = 0x00000001, .reason = EXS_DROP_IP_NO_ROUTE },
	{ "to loopback", .daddr = 0x7f000001, .reason = EXS_DROP_IP_MARTIAN_DST },
	{ "to 0.0.0.0", .to_none = true, .reason = EXS_DROP_IP_MARTIAN_DST },
	{ "to net 0", .daddr = 0x00000001, .reason = EXS_DROP_IP_NO_ROUTE },
	{ "to nobody we know", .reason = EXS_DROP_IP_NO_ROUTE },
	{ "unknown protocol to all", .daddr = 0xffffffff,
	  .pkt_type = PACKET_BROADCAST, .reason = EXS_DROP_IP_NO_PROTO },
};

static void exs_input_desc(const struct exs_input_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(exs_input, exs_input_table, exs_input_desc);

static void rcv__drops_with_its_reason(struct kunit *test)
{
	const struct exs_input_case *c = test->param_value;
	struct sk_buff *skb = exs_ip_test_packet(test, test->priv, 253, 60);
	unsigned long before = exs_ip_test_drops(c->reason);
	struct iphdr *iph = ip_hdr(skb);

	if (c->saddr || c->from_none)
		iph->saddr = htonl(c->saddr);
	if (c->daddr || c->to_none)
		iph->daddr = htonl(c->daddr);
	if (c->version)
		iph->version = c->version;
	iph->tot_len = htons(skb->len + c->tot_len);
	exs_ip_test_sum(skb);
	if (c->ihl)
		iph->ihl = c->ihl;
	if (c->bad_sum)
		iph->check ^= (__force __sum16)htons(1);
	if (c->cut)
		skb_trim(skb, c->cut);
	skb->pkt_type = c->pkt_type;
	local_bh_disable();
	rcu_read_lock();
	exs_ip_rcv(skb);
	rcu_read_unlock();
	local_bh_enable();
	KUNIT_EXPECT_EQ(test, exs_ip_test_drops(c->reason), before + 1);
}

/* RFC 3168 5; a packet of GRO's counts as what it is made of. */
static void rcv__counts_by_codepoint(struct kunit *test)
{
	static const struct {
		u8 ecn;
		u16 segs;
		enum exs_mib_item item;
	} t[] = {
		{ INET_ECN_NOT_ECT, 0, EXS_MIB_IPEXT_InNoECTPkts },
		{ INET_ECN_ECT_1, 1, EXS_MIB_IPEXT_InECT1Pkts },
		{ INET_ECN_ECT_0, 3, EXS_MIB_IPEXT_InECT0Pkts },
		{ INET_ECN_CE, 2, EXS_MIB_IPEXT_InCEPkts },
	};
	struct exs_net *en = exs_ip_test_net();
	unsigned long before;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct sk_buff *skb = exs_ip_test_packet(test, test->priv, 253,
							 60);

		before = exs_mib_read(en, t[i].item);
		ip_hdr(skb)->tos = 0x28 | t[i].ecn;
		exs_ip_test_sum(skb);
		skb_shinfo(skb)->gso_segs = t[i].segs;
		local_bh_disable();
		rcu_read_lock();
		exs_ip_rcv(skb);
		rcu_read_unlock();
		local_bh_enable();
		KUNIT_EXPECT_EQ_MSG(test, exs_mib_read(en, t[i].item) - before,
				    max_t(unsigned long, t[i].segs, 1), "row %u",
				    i);
	}
}

static struct kunit_case exs_input_cases[] = {
	KUNIT_CASE_PARAM(rcv__drops_with_its_reason, exs_input_gen_params),
	KUNIT_CASE(rcv__counts_by_codepoint),
	{}
};

static struct kunit_suite exs_input_suite = {
	.name = "expstack_ip_ip_input",
	.init = exs_input_setup,
	.test_cases = exs_input_cases,
};

kunit_test_suite(exs_input_suite);
