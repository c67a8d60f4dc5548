/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expstack tcp: timestamps of bytes, for those who send, acknowledge, read and
 * cut them. Included by the files of this layer that need it.
 */
#ifndef _EXS_TCP_TSTAMP_H
#define _EXS_TCP_TSTAMP_H

#include <linux/ktime.h>
#include <linux/skbuff.h>

/* tcp_tstamp.c: when bytes went, were acknowledged, came. Socket locked. */
void exs_tcp_tstamp_text(struct sock *sk, u32 tsflags);
void exs_tcp_tstamp_split(struct sk_buff *skb, struct sk_buff *buff);
void exs_tcp_tstamp_join(struct sk_buff *skb, const struct sk_buff *next);
void exs_tcp_tstamp_acked(struct sock *sk, struct sk_buff *skb, u32 prior_una);
bool exs_tcp_tstamp_wanted(const struct sock *sk);
void exs_tcp_tstamp_read(const struct sock *sk, struct msghdr *msg,
			 ktime_t soft, ktime_t hard);

#endif /* _EXS_TCP_TSTAMP_H */
