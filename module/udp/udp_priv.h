/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expstack udp: what the rooms of this layer offer each other.
 */
#ifndef _EXS_UDP_PRIV_H
#define _EXS_UDP_PRIV_H

#include <linux/udp.h>
#include <expstack/dgram.h>
#include <expstack/udp.h>
#include <expstack/wire.h>

/* udp_hash.c */
extern const struct exs_dgram_table exs_udp_table;

/* The best socket for a datagram. RCU held, no reference taken. */
struct exs_sock *exs_udp_lookup_rcu(struct net *net, struct sk_buff *skb,
				    __be32 saddr, __be16 sport, __be32 daddr,
				    __be16 dport, int dif);
int exs_udp_score(const struct exs_sock *es, __be32 saddr, __be16 sport,
		  __be32 daddr, int dif);
/* Every socket that wants a broadcast or multicast datagram, one after another. */
struct exs_sock *exs_udp_next_rcu(struct net *net, struct exs_sock *prev,
				  __be32 saddr, __be16 sport, __be32 daddr,
				  __be16 dport, int dif);

/* udp_sock.c */
extern const struct exs_dgram_kind exs_udp_kind;

/* udp_rcv.c */
void exs_udp_rcv(struct sk_buff *skb);
void exs_udp_err(struct sk_buff *skb, const struct exs_icmp_err *e);
int exs_udp_recvmsg(struct sock *sk, struct msghdr *msg, size_t len, int flags,
		    int *addr_len);

/* udp_send.c */
int exs_udp_sendmsg(struct sock *sk, struct msghdr *msg, size_t len);

#endif /* _EXS_UDP_PRIV_H */
