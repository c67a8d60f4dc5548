/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expstack raw: raw and ping sockets, and what the rooms of this layer offer
 * each other.
 */
#ifndef _EXS_RAW_PRIV_H
#define _EXS_RAW_PRIV_H

#include <linux/icmp.h>
#include <expstack/dgram.h>
#include <expstack/raw.h>

/*
 * A raw socket. Its local number (conn.lport) is its protocol, and it stands in
 * the table from its first moment to its last.
 */
struct exs_raw_sock {
	struct exs_dgram_sock dgram;	/* must be first */
	u32 icmp_filter;		/* a bit for each type not wanted */
};

static_assert(IS_ENABLED(CONFIG_LOCKDEP) ||
	      sizeof(struct exs_raw_sock) <= 1000);

/* A struct sock of SOCK_RAW as what it is. */
static inline struct exs_raw_sock *exs_raw_sk(const struct sock *sk)
{
	return (struct exs_raw_sock *)sk;
}

/* raw_sock.c */
extern const struct exs_dgram_table exs_raw_table;
extern const struct exs_dgram_kind exs_raw_kind;

/* raw_rcv.c */
bool exs_raw_rcv(struct sk_buff *skb);
void exs_raw_err(struct sk_buff *skb, const struct exs_icmp_err *e);
bool exs_raw_is_filtered(u32 filter, u8 type);
void exs_raw_queue(struct sock *sk, struct sk_buff *skb);
int exs_raw_recvmsg(struct sock *sk, struct msghdr *msg, size_t len, int flags,
		    int *addr_len);

/* raw_send.c */
int exs_raw_sendmsg(struct sock *sk, struct msghdr *msg, size_t len);

/* ping_sock.c */
extern const struct exs_dgram_table exs_ping_table;
extern const struct exs_dgram_kind exs_ping_kind;
bool exs_ping_in_range(const int range[2], u32 gid);

/* ping_rcv.c */
struct exs_sock *exs_ping_lookup_rcu(struct net *net, __be32 raddr,
				     __be32 laddr, __be16 ident, int dif);
void exs_ping_rcv(struct sk_buff *skb);
int exs_ping_recvmsg(struct sock *sk, struct msghdr *msg, size_t len, int flags,
		     int *addr_len);
void exs_ping_err(struct sk_buff *skb, const struct exs_icmp_err *e);

/* ping_send.c */
int exs_ping_check(const struct icmphdr *icmp);
int exs_ping_sendmsg(struct sock *sk, struct msghdr *msg, size_t len);

#endif /* _EXS_RAW_PRIV_H */
