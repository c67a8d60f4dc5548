/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expstack udp: the socket, and what the rooms of this layer offer each other.
 */
#ifndef _EXS_UDP_PRIV_H
#define _EXS_UDP_PRIV_H

#include <linux/seqlock.h>
#include <linux/udp.h>
#include <expstack/udp.h>
#include <expstack/wire.h>

/*
 * A UDP socket. Senders do not take the socket lock: what they read of the
 * address is written under it with WRITE_ONCE, and the kept route is copied
 * under rt_lock. Found under RCU by the UDP hash; freed after a grace period
 * (SOCK_RCU_FREE).
 */
struct exs_udp_sock {
	struct exs_sock es;		/* must be first */
	seqlock_t rt_lock;		/* es.rt */
};

static_assert(IS_ENABLED(CONFIG_LOCKDEP) || sizeof(struct exs_udp_sock) <= 1000);

#define exs_udp_sk(ptr) container_of_const(exs_sk(ptr), struct exs_udp_sock, es)

/* udp_hash.c */
void exs_udp_hash_insert(struct exs_sock *es);
void exs_udp_hash_remove(struct exs_sock *es);
/* The best socket for a datagram. RCU held, no reference taken. */
struct exs_sock *exs_udp_lookup_rcu(struct net *net, __be32 saddr,
				    __be16 sport, __be32 daddr, __be16 dport,
				    int dif);
int exs_udp_score(const struct exs_sock *es, __be32 saddr, __be16 sport,
		  __be32 daddr, int dif);
/* Every socket that wants a broadcast or multicast datagram, one after another. */
struct exs_sock *exs_udp_next_rcu(struct net *net, struct exs_sock *prev,
				  __be32 saddr, __be16 sport, __be32 daddr,
				  __be16 dport, int dif);

/* udp_rcv.c */
void exs_udp_rcv(struct sk_buff *skb);
void exs_udp_err(struct sk_buff *skb, const struct exs_icmp_err *e);
int exs_udp_recvmsg(struct sock *sk, struct msghdr *msg, size_t len, int flags,
		    int *addr_len);

/* udp_send.c */
int exs_udp_sendmsg(struct sock *sk, struct msghdr *msg, size_t len);

/* udp_route.c: the kept route of a connected socket */
int exs_udp_route_get(struct sock *sk, struct exs_rt *rt);
void exs_udp_route_forget(struct sock *sk);

#endif /* _EXS_UDP_PRIV_H */
