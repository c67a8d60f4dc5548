/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expstack raw: sockets and packets for the suites of this layer. The sockets
 * are real, of the initial namespace.
 */
#ifndef _EXS_RAW_TEST_H
#define _EXS_RAW_TEST_H

#include <linux/net.h>

#include "../ip/ip_test.h"
#include "raw/raw_priv.h"

static inline struct socket *exs_raw_test_socket(struct kunit *test, int type,
						 int protocol)
{
	struct socket *sock;

	KUNIT_ASSERT_EQ(test, 0, sock_create_kern(&init_net, AF_EXPSTACK, type,
						  protocol, &sock));
	return sock;
}

/* What there is to read; -EAGAIN: nothing. */
static inline int exs_raw_test_read(struct socket *sock, void *buf, size_t len)
{
	struct kvec iov = { .iov_base = buf, .iov_len = len };
	struct msghdr msg = {};

	return kernel_recvmsg(sock, &msg, &iov, 1, len, MSG_DONTWAIT);
}

/* As ip_local hands it up: data at the transport header. */
static inline struct sk_buff *exs_raw_test_packet(struct kunit *test, u8 proto,
						  unsigned int len)
{
	struct exs_ldev *ldev = exs_ip_test_ldev(test);
	struct sk_buff *skb = exs_ip_test_packet(test, ldev, proto, len);

	skb->skb_iif = 3;
	skb_pull(skb, sizeof(struct iphdr));
	return skb;
}

static inline bool exs_raw_test_rcv(struct sk_buff *skb)
{
	bool taken;

	local_bh_disable();
	rcu_read_lock();
	taken = exs_raw_rcv(skb);
	rcu_read_unlock();
	local_bh_enable();
	return taken;
}

#endif /* _EXS_RAW_TEST_H */
