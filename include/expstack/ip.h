/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expstack ip: what transports use of IPv4 and ICMP.
 */
#ifndef _EXPSTACK_IP_H
#define _EXPSTACK_IP_H

#include <linux/ip.h>
#include <linux/icmp.h>
#include <linux/in.h>
#include <linux/skbuff.h>
#include <expstack/route.h>
#include <expstack/skb.h>

/* An ICMP error on its way up to the transport that sent the quoted packet. */
struct exs_icmp_err {
	struct exs_net *en;
	const struct iphdr *inner;	/* quoted header, in the linear part */
	const void *transport;		/* at least 8 bytes of its payload */
	unsigned int transport_len;	/* bytes of it in the linear part */
	__be32 from;			/* who sent the error */
	u32 info;			/* MTU of frag-needed, pointer of param-problem */
	u8 type;
	u8 code;
	int err;			/* errno it maps to, positive */
	bool fatal;			/* hard error (RFC 1122 4.2.3.9) */
	int iif;
};

/*
 * A transport. rcv gets a packet for this host, skb->data at the transport
 * header, network header set, softirq, RCU held; it consumes. err gets an ICMP
 * error and the message it came in (owned by the caller, data at the ICMP
 * header's payload).
 */
struct exs_proto {
	u8 protocol;
	void (*rcv)(struct sk_buff *skb);
	void (*err)(struct sk_buff *skb, const struct exs_icmp_err *e);
};

/*
 * Raw sockets see packets beside the transports. rcv makes its copies of a
 * packet for this host, skb->data at the transport header, and returns whether
 * anybody wanted it; err learns of every ICMP error. The packet stays the
 * caller's. Both are called only while exs_raw_want() says that such sockets are
 * there.
 */
struct exs_raw_ops {
	bool (*rcv)(struct sk_buff *skb);
	void (*err)(struct sk_buff *skb, const struct exs_icmp_err *e);
};

void exs_raw_register(const struct exs_raw_ops *ops);
void exs_raw_unregister(void);
/* Another raw socket, one less. May sleep. */
void exs_raw_want(void);
void exs_raw_unwant(void);

/*
 * Who sends echo requests: rcv gets the replies, data at the ICMP header, and
 * consumes; err gets the errors about ICMP messages of ours.
 */
void exs_icmp_echo_register(const struct exs_proto *proto);
void exs_icmp_echo_unregister(void);

int exs_proto_register(const struct exs_proto *proto);
void exs_proto_unregister(const struct exs_proto *proto);

/* How the IP header is to be made. */
struct exs_ip_tx {
	__be32 saddr;
	__be32 daddr;
	u8 proto;
	u8 tos;
	u8 ttl;			/* 0: sysctl ip_default_ttl */
	bool df;		/* set DF; a packet too big gives -EMSGSIZE */
	const u8 *opt;		/* IP options as on the wire, or NULL */
	u8 optlen;		/* multiple of 4 */
	u16 id;			/* identification when id_set */
	bool id_set;
	bool mc_loop;		/* multicast: this host gets a copy */
};

/**
 * exs_ip_output - send a transport's packet
 * @en: namespace
 * @sk: sending socket or NULL; its mark and priority are the skb's already
 * @skb: data at the transport header, transport header set, checksum partial
 *	or complete; room for IP and link headers in front is taken or made
 * @rt: the way; borrowed or kept, valid during the call
 * @tx: header fields
 *
 * LOCAL_OUT, POST_ROUTING, fragmentation or GSO as the packet and rt->mtu
 * need. Always consumes.
 *
 * Context: softirq or process with BH off, RCU held.
 * Return: 0, NET_XMIT_CN (sent, but the device's queue is too long) or a
 * negative errno (-EMSGSIZE, -ENOMEM, -ENOBUFS: a full queue, -EPERM by a hook,
 * ...).
 */
int exs_ip_output(struct exs_net *en, struct sock *sk, struct sk_buff *skb,
		  const struct exs_rt *rt, const struct exs_ip_tx *tx);

/* A packet with an IP header of the user's (ip_hdrincl.c). Always consumes. */
int exs_ip_output_hdrincl(struct exs_net *en, struct sock *sk,
			  struct sk_buff *skb, const struct exs_rt *rt,
			  __be32 saddr, bool mc_loop);

/*
 * Send an ICMP error about skb, which stays the caller's. Refuses where RFC
 * 1122 3.2.2 forbids, and by rate limits. RCU held.
 */
void exs_icmp_send(struct sk_buff *skb, u8 type, u8 code, u32 info);
/* Count a message that leaves, by its type. */
void exs_icmp_count_out(struct exs_net *en, u8 type);
/* errno and hardness of a destination-unreachable or other error. */
int exs_icmp_errno(u8 type, u8 code, bool *fatal);

/* Checksum of a received TCP or UDP packet; true when right (ip_local.c). */
bool exs_ip_transport_csum_ok(struct sk_buff *skb, u8 proto);

#endif /* _EXPSTACK_IP_H */
