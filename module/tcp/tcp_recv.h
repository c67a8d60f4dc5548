/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expstack tcp: what the ways of reading the stream share. Socket locked.
 */
#ifndef _EXS_TCP_RECV_H
#define _EXS_TCP_RECV_H

#include "tcp/tcp_priv.h"

/* tcp_recv.c */
struct sk_buff *exs_tcp_recv_at(struct sock *sk, u32 *offset);
void exs_tcp_recv_pass(struct sock *sk, u32 len);
int exs_tcp_recv_locked(struct sock *sk, struct msghdr *msg, size_t len,
			int flags);
int exs_tcp_recv_left(const struct sock *sk);

/* tcp_poll.c */
int exs_tcp_inq(struct sock *sk);

/* tcp_zrecv.c: takes the lock itself */
int exs_tcp_zrecv_get(struct sock *sk, char __user *optval, int __user *optlen,
		      int len);

#endif /* _EXS_TCP_RECV_H */
