/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expstack tcp: what the suites of Fast Open share: a server with a known key,
 * and the cookies of its clients.
 */
#ifndef _EXS_TCP_FO_TEST_H
#define _EXS_TCP_FO_TEST_H

#include "tcp_wire.h"

/* Another peer made them by this key: the hash is Linux's. */
#define EXS_FO_KEY	{ 0xa1, 0xa1, 0xa1, 0xa1, 0xb2, 0xb2, 0xb2, 0xb2, \
			  0xc3, 0xc3, 0xc3, 0xc3, 0xd4, 0xd4, 0xd4, 0xd4 }
#define EXS_FO_COOKIE	{ 0x36, 0x1c, 0xa6, 0xd8, 0x27, 0xba, 0xd7, 0xef }

static const struct exs_tcp_fo_cookie exs_fo_valid = {
	.len = EXS_TCP_FO_COOKIE_LEN, .val = EXS_FO_COOKIE,
};

static const struct exs_tcp_fo_cookie exs_fo_wrong = {
	.len = EXS_TCP_FO_COOKIE_LEN, .val = { 1, 2, 3, 4, 5, 6, 7, 8 },
};

static const struct exs_tcp_fo_cookie exs_fo_ask = { .len = 0 };

/* A listener that does Fast Open, for so many at once. */
static inline struct exs_wire *exs_fo_listen(struct kunit *test, u32 most)
{
	const u8 key[EXS_TCP_FO_KEY_LEN] = EXS_FO_KEY;
	struct exs_wire *lw = exs_wire_listen(test, 0, 10);
	struct exs_tcp_ext *ext;

	exs_wire_net(test)->sysctl.tcp_fastopen = EXS_TCP_FO_CLIENT |
						  EXS_TCP_FO_SERVER;
	lock_sock(lw->sk);
	KUNIT_EXPECT_EQ(test, exs_tcp_fo_queue_tune(lw->sk, most), 0);
	ext = exs_tcp_ext_own(lw->tp, GFP_KERNEL);
	KUNIT_EXPECT_EQ(test, exs_tcp_fo_keys_set(&ext->fo_keys, key, NULL), 0);
	release_sock(lw->sk);
	return lw;
}

/* A SYN with so much text. */
static inline struct exs_wire *exs_fo_syn(struct exs_wire *lw, u16 port,
					  u32 len,
					  const struct exs_tcp_fo_cookie *foc)
{
	struct exs_wire *w = exs_wire_caller(lw, port);
	struct exs_wire_seg syn = {
		.flags = W_SYN, .win = 65535, .opt.mss = EXS_WIRE_MSS,
		.len = len, .foc = foc,
	};

	exs_wire_rcv(w, &syn);
	return w;
}

static inline u32 exs_fo_pending_count(const struct exs_wire *lw)
{
	return lw->tp->ext->fo_queue->len;
}

#endif /* _EXS_TCP_FO_TEST_H */
