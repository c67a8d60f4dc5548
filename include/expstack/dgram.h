/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expstack sock: what UDP, ping and raw sockets have in common: a local number,
 * a peer or none, datagrams that go out and come in one by one.
 */
#ifndef _EXPSTACK_DGRAM_H
#define _EXPSTACK_DGRAM_H

#include <linux/net_tstamp.h>
#include <linux/seqlock.h>
#include <expstack/sock.h>

/*
 * Senders do not take the socket lock: what they read of the address is written
 * under it with WRITE_ONCE, and the kept route is copied under rt_lock. Found
 * under RCU by the protocol's table; freed after a grace period (SOCK_RCU_FREE).
 */
struct exs_dgram_sock {
	struct exs_sock es;		/* must be first */
	int mc_index;			/* IP_MULTICAST_IF */
	__be32 mc_addr;
	seqlock_t rt_lock;		/* es.rt, rt_epoch */
	u32 rt_epoch;			/* times the kept route was forgotten */
};

static_assert(IS_ENABLED(CONFIG_LOCKDEP) ||
	      sizeof(struct exs_dgram_sock) <= 1000);

#define exs_dgram_sk(ptr) container_of_const(exs_sk(ptr), struct exs_dgram_sock, es)

/* How a protocol's sockets are found. */
struct exs_dgram_kind {
	struct exs_port_table *ports;	/* NULL: the number is given (raw) */
	const struct exs_dgram_table *table;
};

/* dgram_sock.c: a socket's life, and options that none of them has more of. */
int exs_dgram_init(struct sock *sk);
void exs_dgram_close(struct sock *sk, long timeout);
void exs_dgram_unhash(struct sock *sk, const struct exs_dgram_kind *kind);
int exs_dgram_bind(struct sock *sk, struct sockaddr *uaddr, int len,
		   const struct exs_dgram_kind *kind);
int exs_dgram_autobind(struct sock *sk, const struct exs_dgram_kind *kind);
int exs_dgram_connect(struct sock *sk, struct sockaddr *uaddr,
		      const struct exs_dgram_kind *kind);
int exs_dgram_disconnect(struct sock *sk, const struct exs_dgram_kind *kind);
void exs_dgram_rehash(struct sock *sk);
int exs_dgram_ioctl(struct sock *sk, int cmd, int *karg);
int exs_dgram_setsockopt(struct sock *sk, int level, int optname,
			 sockptr_t optval, unsigned int optlen);
int exs_dgram_getsockopt(struct sock *sk, int level, int optname,
			 char __user *optval, int __user *optlen);

/* dgram_mcast.c: IP_MULTICAST_IF */
int exs_dgram_set_mc_if(struct sock *sk, sockptr_t optval, unsigned int optlen);
int exs_dgram_get_mc_if(struct sock *sk, char __user *optval,
			int __user *optlen);

/* dgram_route.c: the kept route of a connected socket */
void exs_dgram_flow(const struct sock *sk, __be32 daddr, struct exs_flow *flow);
int exs_dgram_route_get(struct sock *sk, struct exs_rt *rt);
void exs_dgram_route_keep(struct sock *sk, const struct exs_rt *rt, u32 epoch);
void exs_dgram_route_forget(struct sock *sk);

/* dgram_rcv.c */
void exs_dgram_error(struct sock *sk, struct sk_buff *skb,
		     const struct exs_icmp_err *e, __be16 port,
		     const void *payload);
int exs_dgram_recvmsg(struct sock *sk, struct msghdr *msg, size_t len,
		      int flags, int *addr_len, unsigned int tlen,
		      bool *taken);

/* dgram_send.c: all that is decided about a datagram before it is made. */
struct exs_dgram_out {
	__be32 daddr;
	__be16 dport;
	bool connected;		/* goes to the peer, with no extra wishes */
	bool direct;		/* MSG_DONTROUTE: through no gateway */
	struct exs_rt rt;
	struct exs_ip_tx tx;
	struct exs_cmsg_send cm;
};

int exs_dgram_begin(struct sock *sk, struct msghdr *msg,
		    struct exs_dgram_out *out);
int exs_dgram_route(struct sock *sk, struct exs_dgram_out *out);
int exs_dgram_header(struct sock *sk, struct exs_dgram_out *out, size_t len);
struct sk_buff *exs_dgram_make(struct sock *sk, struct msghdr *msg, size_t len,
			       unsigned int hlen);

/* A full queue on the way out took the datagram; the sender is not told. */
#define EXS_DGRAM_LOST	1

/**
 * exs_dgram_told - what the sender learns of the way out
 * @sk: socket
 * @err: what the way out returned, not errno of making the datagram
 *
 * ip(7): a full device queue is told only to those who asked (IP_RECVERR). That
 * there was no memory for the datagram everybody is told.
 *
 * Return: @err or EXS_DGRAM_LOST.
 */
static inline int exs_dgram_told(const struct sock *sk, int err)
{
	if (unlikely(err == -ENOBUFS) && !exs_sk(sk)->recverr)
		return EXS_DGRAM_LOST;
	return min(err, 0);
}

/**
 * exs_dgram_tstamp - a datagram that its sender wants to hear of (SO_TIMESTAMPING)
 * @sk: socket
 * @skb: about to be sent
 * @tsflags: SOF_TIMESTAMPING_* of the socket and of the message
 *
 * Only what goes out is counted by SOF_TIMESTAMPING_OPT_ID.
 */
static inline void exs_dgram_tstamp(struct sock *sk, struct sk_buff *skb,
				    u32 tsflags)
{
	struct skb_shared_info *shinfo;

	if (likely(!tsflags))
		return;
	shinfo = skb_shinfo(skb);
	sock_tx_timestamp(sk, tsflags, &shinfo->tx_flags);
	if (shinfo->tx_flags & SKBTX_ANY_TSTAMP &&
	    READ_ONCE(sk->sk_tsflags) & SOF_TIMESTAMPING_OPT_ID)
		shinfo->tskey = atomic_inc_return(&sk->sk_tskey) - 1;
}

/**
 * exs_dgram_send - make a datagram, route it, send it
 * @sk: socket, not locked
 * @msg: data
 * @len: bytes of it
 * @hlen: bytes of the protocol's header in front of them
 * @out: where to; the rest is filled in
 * @fill: writes the protocol's header
 * @arg: handed to @fill
 *
 * Making comes first, for that may sleep; routing and sending share one RCU
 * section. Inline, so that @fill is part of it.
 *
 * Context: process.
 * Return: 0, EXS_DGRAM_LOST or an errno.
 */
static __always_inline int
exs_dgram_send(struct sock *sk, struct msghdr *msg, size_t len,
	       unsigned int hlen, struct exs_dgram_out *out,
	       void (*fill)(struct sock *sk, struct sk_buff *skb,
			    const struct exs_dgram_out *out, const void *arg),
	       const void *arg)
{
	struct exs_net *en = exs_sock_net(sk);
	struct sk_buff *skb;
	int err;

	skb = exs_dgram_make(sk, msg, len, hlen);
	if (IS_ERR(skb))
		return PTR_ERR(skb);
	local_bh_disable();
	rcu_read_lock();
	err = exs_dgram_route(sk, out);
	if (!err)
		err = exs_dgram_header(sk, out, skb->len);
	if (likely(!err)) {
		fill(sk, skb, out, arg);
		skb->priority = out->cm.priority;
		skb->mark = out->cm.sockc.mark;
		exs_dgram_tstamp(sk, skb, out->cm.sockc.tsflags);
		err = exs_ip_output(en, sk, skb, &out->rt, &out->tx);
	} else {
		/* The caller is told; nothing was lost on the way. */
		if (err == -ENETUNREACH)
			EXS_INC(en, IP_OutNoRoutes);
		kfree_skb(skb);
	}
	rcu_read_unlock();
	local_bh_enable();
	return exs_dgram_told(sk, err);
}

#endif /* _EXPSTACK_DGRAM_H */
