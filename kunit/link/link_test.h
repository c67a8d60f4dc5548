/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expstack link: a device for the suites: it keeps what is sent by it, and
 * frames can be put into the receive handler.
 */
#ifndef _EXS_LINK_TEST_H
#define _EXS_LINK_TEST_H

#include <kunit/test.h>

#include "link/link_priv.h"

struct exs_link_test {
	struct net_device *dev;
	struct exs_ldev *ldev;		/* a reference of its own, or NULL */
	struct sk_buff_head sent;
	bool refuse;			/* a full queue: what comes is dropped */
	bool crowded;			/* NET_XMIT_CN: taken, but too many wait */
	struct exs_net *en;
};

/* The device's own hardware address, and a peer's. */
extern const u8 exs_link_test_mac[ETH_ALEN];
extern const u8 exs_link_test_peer[ETH_ALEN];

/* For .init and .exit of a suite: test->priv is a struct exs_link_test. */
int exs_link_test_init(struct kunit *test);
void exs_link_test_exit(struct kunit *test);
/* Register a device, Ethernet or (l3) without link header, and bring it up. */
void exs_link_test_device(struct kunit *test, bool l3);
/* Attach it. */
void exs_link_test_attach(struct kunit *test, enum exs_link_mode mode);
void exs_link_test_detach(struct kunit *test);
void exs_link_test_addr(struct kunit *test, u32 local, u8 prefixlen);

/* The next frame the device was given, or NULL; freed with the test. */
struct sk_buff *exs_link_test_sent(struct kunit *test);
/* A received frame's payload, as the device hands it up. */
struct sk_buff *exs_link_test_frame(struct kunit *test, u16 proto,
				    const void *data, unsigned int len);
rx_handler_result_t exs_link_test_rx(struct sk_buff *skb);
/* An IPv4 packet without payload. */
struct sk_buff *exs_link_test_packet(struct kunit *test, u32 saddr, u32 daddr);
/* An ARP packet comes in for everyone, or (ours) for the device. */
rx_handler_result_t exs_link_test_arp(struct kunit *test,
				      const struct exs_arp *arp, bool ours);
u8 exs_link_test_nud(struct kunit *test, u32 addr);

/* A setting of the namespace that goes back with the test. */
void exs_link_test_set(struct kunit *test, int *setting, int value);

#endif /* _EXS_LINK_TEST_H */
