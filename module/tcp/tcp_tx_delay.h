/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expstack tcp: TCP_TX_DELAY; tcp_tx_delay.c. Included by tcp_priv.h alone,
 * behind tcp_obj.h. Costs nothing before it is first used.
 */
#ifndef _EXS_TCP_TX_DELAY_H
#define _EXS_TCP_TX_DELAY_H

DECLARE_STATIC_KEY_FALSE(exs_tcp_tx_delay_key);

void exs_tcp_tx_delay_set(struct exs_tcp_ext *ext, u32 us);
void exs_tcp_tx_delay_stamp(struct sk_buff *skb, u64 at, u32 us);
u32 exs_tcp_tx_delay_room(const struct sock *sk, u32 limit);

/* Microseconds by which a socket's packets leave later. */
static inline u32 exs_tcp_tx_delay(const struct exs_tcp_sock *tp)
{
	if (!static_branch_unlikely(&exs_tcp_tx_delay_key))
		return 0;
	return READ_ONCE(READ_ONCE(tp->ext)->tx_delay);
}

#endif /* _EXS_TCP_TX_DELAY_H */
