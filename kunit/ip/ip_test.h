/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expstack ip: packets and a device for the suites of this layer. The device
 * is only memory: what is sent by it is dropped and counted by the link layer.
 */
#ifndef _EXS_IP_TEST_H
#define _EXS_IP_TEST_H

#include <kunit/test.h>
#include <linux/netdevice.h>
#include <net/net_namespace.h>

#include "ip/ip_priv.h"

/* Documentation addresses (RFC 5737): nobody's here. */
#define EXS_IP_TEST_SRC	0xc0000201
#define EXS_IP_TEST_DST	0xc6336401

static inline struct exs_net *exs_ip_test_net(void)
{
	return exs_net(&init_net);
}

static inline unsigned long exs_ip_test_drops(enum exs_drop_reason reason)
{
	return exs_mib_read_drop(exs_ip_test_net(), reason);
}

/* A device that no net_device is behind. */
static inline struct exs_ldev *exs_ip_test_ldev(struct kunit *test)
{
	struct exs_ldev *ldev = kunit_kzalloc(test, sizeof(*ldev), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, ldev);
	ldev->en = exs_ip_test_net();
	ldev->ifindex = 1 << 20;
	ldev->mode = EXS_LINK_EXCLUSIVE;
	ldev->mtu = 1500;
	ldev->up = true;
	INIT_LIST_HEAD(&ldev->addrs);
	refcount_set(&ldev->ref, 1);
	return ldev;
}

/* A packet as the link hands it up; payload byte i is i. */
static inline struct sk_buff *exs_ip_test_packet(struct kunit *test,
						 struct exs_ldev *ldev,
						 u8 proto, unsigned int len)
{
	unsigned int i, total = sizeof(struct iphdr) + len;
	struct sk_buff *skb = alloc_skb(LL_MAX_HEADER + total, GFP_KERNEL);
	u8 *p;

	KUNIT_ASSERT_NOT_NULL(test, skb);
	skb_reserve(skb, LL_MAX_HEADER);
	p = skb_put_zero(skb, total);
	skb_reset_network_header(skb);
	skb_set_transport_header(skb, sizeof(struct iphdr));
	exs_ip_hdr_build(ip_hdr(skb), htonl(EXS_IP_TEST_SRC),
			 htonl(EXS_IP_TEST_DST), proto, 0, 64, total, 0, false);
	for (i = 0; i < len; i++)
		p[sizeof(struct iphdr) + i] = i;
	skb->protocol = htons(ETH_P_IP);
	skb->dev = init_net.loopback_dev;
	EXS_IPCB(skb)->ldev = ldev;
	return skb;
}

/* After a change of the header. */
static inline void exs_ip_test_sum(struct sk_buff *skb)
{
	ip_hdr(skb)->check = 0;
	ip_hdr(skb)->check = ip_fast_csum(ip_hdr(skb), ip_hdr(skb)->ihl);
}

#endif /* _EXS_IP_TEST_H */
