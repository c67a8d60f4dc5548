/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expstack sock: what every AF_EXPSTACK socket has, whatever its protocol.
 */
#ifndef _EXPSTACK_SOCK_H
#define _EXPSTACK_SOCK_H

#include <net/sock.h>
#include <linux/in.h>
#include <linux/errqueue.h>
#include <linux/sock_diag.h>
#include <uapi/linux/expstack.h>
#include <expstack/conn.h>
#include <expstack/ip.h>

/* es->cmsg_flags: ancillary data asked for */
#define EXS_CMSG_PKTINFO	BIT(0)
#define EXS_CMSG_TTL		BIT(1)
#define EXS_CMSG_TOS		BIT(2)
#define EXS_CMSG_ORIGDSTADDR	BIT(3)
#define EXS_CMSG_RECVOPTS	BIT(4)
#define EXS_CMSG_RETOPTS	BIT(5)
#define EXS_CMSG_CHECKSUM	BIT(6)
#define EXS_CMSG_RECVFRAGSIZE	BIT(7)

/*
 * First member of every protocol's socket. Protected by the socket lock except
 * where said. Lookups find it under RCU: SOCK_RCU_FREE is set, so the memory
 * outlives the RCU section of whoever found it; sk_refcnt is needed only to
 * keep it longer.
 */
struct exs_sock {
	struct sock sk;			/* must be first */
	struct exs_conn conn;		/* addresses; conn.laddr: bound to, 0: any */
	struct exs_port_owner port;
	union {
		struct hlist_node listen_node;	/* listen hash or dgram table */
		struct list_head accept_node;	/* TCP child not yet accepted */
	};
	u32 port_range;			/* IP_LOCAL_PORT_RANGE: low, high << 16 */
	__be32 saddr;			/* source address in use */
	struct exs_rt rt;		/* kept route, socket lock (or xmit lock) */
	int uc_index;			/* IP_UNICAST_IF */
	u16 id;				/* next IP identification */
	s16 uc_ttl;			/* IP_TTL, -1: default */
	u8 tos;
	u8 mc_ttl;
	u8 min_ttl;			/* IP_MINTTL */
	u8 pmtudisc;			/* IP_PMTUDISC_* */
	u16 cmsg_flags;			/* EXS_CMSG_* */
	u16 recverr:1,
	    recverr_rfc4884:1,		/* and where an error has its extension */
	    freebind:1,
	    transparent:1,
	    nodefrag:1,
	    mc_loop:1,
	    mc_all:1,
	    bind_no_port:1,		/* IP_BIND_ADDRESS_NO_PORT */
	    hdrincl:1;			/* IP_HDRINCL: raw sockets */
};

EXS_PORT_BEHIND_CONN(struct exs_sock);
static_assert(offsetof(struct exs_sock, conn) ==
	      offsetof(struct exs_bound, conn));
static_assert(offsetof(struct exs_sock, port) ==
	      offsetof(struct exs_bound, port));
static_assert(offsetof(struct exs_sock, listen_node) ==
	      offsetof(struct exs_bound, listen_node));
static_assert(offsetof(struct exs_sock, port_range) ==
	      offsetof(struct exs_bound, port_range));

#define exs_sk(ptr) container_of_const(ptr, struct exs_sock, sk)

/* The socket's number for life; the kernel exports its maker only this way. */
static inline u64 exs_sock_cookie(struct sock *sk)
{
	u32 half[2];

	sock_diag_save_cookie(sk, half);
	return (u64)half[1] << 32 | half[0];
}

/*
 * The operations that differ by protocol. family.c's proto_ops do what is the
 * same for all (address checks, port 0, locking of the socket where said).
 */

/* route of a connected or unconnected socket (sock/route_sk.c) */
/* Fill flow from the socket's settings: device, mark, tos, uid, ports. */
void exs_sock_flow(const struct sock *sk, struct exs_flow *flow);
/*
 * The socket's kept route, looked up again when it went stale. Socket lock
 * held, BH or process. Return: &es->rt or ERR_PTR(-ENETUNREACH, ...).
 */
struct exs_rt *exs_sock_route(struct sock *sk);
/* What the kept route depends on changed: it is looked up again. Any context. */
void exs_sock_route_stale(struct sock *sk);
/* Check and unpack a user's address. 0, -EINVAL (length), -EAFNOSUPPORT. */
int exs_sock_check_addr(const struct sockaddr *uaddr, int len);
/*
 * Common bind (address ours or nonlocal allowed, device, port privileges).
 * ports NULL: only the address.
 */
int exs_sock_bind(struct sock *sk, struct sockaddr *uaddr, int len,
		  struct exs_port_table *ports);

/* sock/sockopt.c: options at SOL_SOCKET and IPPROTO_IP for all protocols. */
int exs_sock_ip_setsockopt(struct sock *sk, int optname, sockptr_t optval,
			   unsigned int optlen);
int exs_sock_ip_getsockopt(struct sock *sk, int optname, char __user *optval,
			   int __user *optlen);

/* sock/errqueue.c: IP_RECVERR. */
void exs_sock_icmp_error(struct sock *sk, struct sk_buff *skb,
			 const struct exs_icmp_err *e, __be16 port,
			 const void *payload);
void exs_sock_local_error(struct sock *sk, int err, __be32 daddr, __be16 port,
			  u32 info);
int exs_sock_recv_error(struct sock *sk, struct msghdr *msg, int len);

/* sock/cmsg.c: ancillary data of a datagram; and of sendmsg. */
void exs_sock_cmsg_recv(struct sock *sk, struct msghdr *msg,
			struct sk_buff *skb);
void exs_sock_cmsg_error(struct sock *sk, struct msghdr *msg,
			 struct sk_buff *skb, __be32 spec_dst);

struct exs_cmsg_send {
	__be32 saddr;		/* IP_PKTINFO spec_dst */
	int oif;
	s16 ttl;		/* -1: the socket's */
	s16 tos;
	u32 priority;		/* SO_PRIORITY's, or what the TOS stands for */
	struct sockcm_cookie sockc;
};

int exs_sock_cmsg_send(struct sock *sk, struct msghdr *msg,
		       struct exs_cmsg_send *cm);

/* sock/stream_ops.c: connect(), for a sendmsg() that begins a connection. */
int exs_sock_stream_connect(struct socket *sock, struct sockaddr *uaddr,
			    int len, int flags, bool sendmsg);

/* Protocols, registered with the family by their layers. */
extern struct proto exs_tcp_prot;
extern struct proto exs_udp_prot;
extern struct proto exs_ping_prot;
extern struct proto exs_raw_prot;
extern const struct proto_ops exs_stream_ops;
extern const struct proto_ops exs_dgram_ops;

#endif /* _EXPSTACK_SOCK_H */
