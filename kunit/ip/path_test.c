// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ip: a host for the suites.
 */
#include <linux/icmp.h>

#include "../kunit/expect.h"
#include "../kunit/ip/path_test.h"

int exs_path_init(struct kunit *test)
{
	int err = exs_link_test_init(test);

	if (err)
		return err;
	err = exs_loopback_get(exs_net(&init_net));
	if (err)
		return err;
	exs_link_test_device(test, false);
	exs_link_test_attach(test, EXS_LINK_EXCLUSIVE);
	exs_link_test_addr(test, EXS_PATH_SELF, 24);
	exs_path_neigh(test, EXS_PATH_PEER);
	exs_path_forget(test);
	return 0;
}

void exs_path_exit(struct kunit *test)
{
	struct exs_link_test *t = test->priv;
	struct exs_route_cfg cfg = {
		.dst = htonl(EXS_PATH_FAR & ~0xff), .dst_len = 24,
		.scope = RT_SCOPE_NOWHERE, .table = RT_TABLE_MAIN,
	};

	rtnl_lock();
	while (!exs_route_del(t->en, &cfg, NULL))
		;
	rtnl_unlock();
	exs_link_test_exit(test);
}

void exs_path_neigh(struct kunit *test, u32 addr)
{
	struct exs_link_test *t = test->priv;

	rtnl_lock();
	KUNIT_EXPECT_EQ(test, 0, exs_neigh_set(t->ldev, htonl(addr),
					       exs_link_test_peer,
					       NUD_PERMANENT, 0, NULL));
	rtnl_unlock();
}

struct sk_buff *exs_path_make(struct kunit *test, const struct exs_path_packet *p,
			      const void *payload, unsigned int len)
{
	unsigned int hlen = sizeof(struct iphdr) + p->optlen;
	u8 *buf = kunit_kzalloc(test, hlen + len, GFP_KERNEL);
	struct iphdr *iph = (struct iphdr *)buf;
	struct sk_buff *skb;

	KUNIT_ASSERT_NOT_NULL(test, buf);
	exs_ip_hdr_build(iph, htonl(p->saddr ?: p->raw ? p->saddr : EXS_PATH_PEER),
			 htonl(p->daddr ?: p->raw ? p->daddr : EXS_PATH_SELF),
			 p->proto, p->tos, p->ttl ?: 64, hlen + len, p->id,
			 false);
	iph->frag_off = htons(p->frag_off);
	if (p->optlen)
		memcpy(iph + 1, p->opt, p->optlen);
	iph->ihl = hlen / 4;
	iph->check = 0;
	iph->check = ip_fast_csum(iph, iph->ihl);
	if (len)
		memcpy(buf + hlen, payload, len);
	skb = exs_link_test_frame(test, ETH_P_IP, buf, hlen + len);
	skb->pkt_type = p->pkt_type;
	skb->skb_iif = skb->dev->ifindex;
	return skb;
}

void exs_path_rcv(struct kunit *test, const struct exs_path_packet *p,
		  const void *payload, unsigned int len)
{
	exs_link_test_rx(exs_path_make(test, p, payload, len));
}

void exs_path_rcv_udp(struct kunit *test, const struct exs_path_packet *p,
		      u16 sport, u16 dport, unsigned int len)
{
	u32 saddr = p->saddr ?: EXS_PATH_PEER, daddr = p->daddr ?: EXS_PATH_SELF;
	unsigned int i, total = sizeof(struct udphdr) + len;
	u8 *buf = kunit_kzalloc(test, total, GFP_KERNEL);
	struct udphdr *uh = (struct udphdr *)buf;
	struct exs_path_packet q = *p;

	KUNIT_ASSERT_NOT_NULL(test, buf);
	q.proto = IPPROTO_UDP;
	uh->source = htons(sport);
	uh->dest = htons(dport);
	uh->len = htons(total);
	for (i = 0; i < len; i++)
		buf[sizeof(*uh) + i] = i;
	uh->check = csum_tcpudp_magic(htonl(saddr), htonl(daddr), total,
				      IPPROTO_UDP, csum_partial(uh, total, 0)) ?:
		    CSUM_MANGLED_0;
	exs_path_rcv(test, &q, buf, total);
}

void exs_path_rcv_icmp(struct kunit *test, const struct exs_path_packet *p,
		       void *icmp, unsigned int len)
{
	struct icmphdr *h = icmp;
	struct exs_path_packet q = *p;

	q.proto = IPPROTO_ICMP;
	h->checksum = 0;
	h->checksum = csum_fold(csum_partial(icmp, len, 0));
	exs_path_rcv(test, &q, icmp, len);
}

struct sk_buff *exs_path_sent(struct kunit *test)
{
	struct sk_buff *skb;

	while ((skb = exs_link_test_sent(test))) {
		if (eth_hdr(skb)->h_proto != htons(ETH_P_IP))
			continue;
		__skb_pull(skb, ETH_HLEN);
		skb_reset_network_header(skb);
		KUNIT_ASSERT_TRUE(test, pskb_may_pull(skb, sizeof(struct iphdr)));
		KUNIT_ASSERT_TRUE(test, pskb_may_pull(skb, ip_hdrlen(skb)));
		EXS_EXPECT_BEEQ(test, 0, ip_fast_csum(ip_hdr(skb), ip_hdr(skb)->ihl));
		skb_set_transport_header(skb, ip_hdrlen(skb));
		return skb;
	}
	return NULL;
}

void exs_path_forget(struct kunit *test)
{
	struct exs_link_test *t = test->priv;

	skb_queue_purge(&t->sent);
}

int exs_path_route(struct kunit *test, u8 type, u32 mtu)
{
	struct exs_link_test *t = test->priv;
	struct exs_route_cfg cfg = {
		.dst = htonl(EXS_PATH_FAR & ~0xff), .dst_len = 24, .type = type,
		.table = RT_TABLE_MAIN, .protocol = RTPROT_STATIC,
		.attr.val[RTAX_MTU] = mtu,
		.gw = type == RTN_UNICAST ? htonl(EXS_PATH_PEER) : 0,
	};
	int err;

	rtnl_lock();
	err = exs_route_add(t->en, &cfg, NLM_F_CREATE | NLM_F_EXCL, NULL);
	rtnl_unlock();
	KUNIT_EXPECT_EQ(test, 0, err);
	return err;
}

void exs_path_set(struct kunit *test, int *setting, int value)
{
	exs_link_test_set(test, setting, value);
}
