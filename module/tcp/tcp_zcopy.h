/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expstack tcp: sending from the user's pages; used by tcp_send.c.
 */
#ifndef _EXS_TCP_ZCOPY_H
#define _EXS_TCP_ZCOPY_H

#include "tcp/tcp_priv.h"

/* tcp_zcopy.c. Socket locked. */
int exs_tcp_zcopy_begin(struct sock *sk, size_t len, struct ubuf_info **ubuf);
bool exs_tcp_zcopy_direct(struct sock *sk, struct ubuf_info *ubuf);
ssize_t exs_tcp_zcopy_fill(struct sock *sk, struct sk_buff *skb,
			   struct msghdr *msg, size_t room,
			   struct ubuf_info *ubuf);
void exs_tcp_zcopy_end(struct ubuf_info *ubuf, bool queued);

#endif /* _EXS_TCP_ZCOPY_H */
