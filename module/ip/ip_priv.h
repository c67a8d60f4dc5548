/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expstack ip: what the files of this layer share: packets.
 */
#ifndef _EXPSTACK_IP_PRIV_H
#define _EXPSTACK_IP_PRIV_H

#include <net/ip.h>

#include <expstack/hook.h>
#include <expstack/ip.h>
#include <expstack/link.h>
#include <expstack/wire.h>

/* Longest IP header: RFC 791 3.1. */
#define EXS_IP_HDR_MAX	60

static inline bool exs_ip_is_fragment(const struct iphdr *iph)
{
	return iph->frag_off & htons(IP_MF | IP_OFFSET);
}

static inline unsigned int exs_ip_hdr_len(const struct sk_buff *skb)
{
	return ip_hdr(skb)->ihl * 4;
}

/* proto.c */
extern const struct exs_proto __rcu *exs_protos[256];
extern const struct exs_raw_ops __rcu *exs_raw_ops;
extern const struct exs_proto __rcu *exs_icmp_echo;
DECLARE_STATIC_KEY_FALSE(exs_raw_key);

/* For raw sockets, if there are any. RCU held. True: somebody wanted it. */
static inline bool exs_ip_raw_rcv(struct sk_buff *skb)
{
	const struct exs_raw_ops *ops;

	if (!static_branch_unlikely(&exs_raw_key))
		return false;
	ops = rcu_dereference(exs_raw_ops);
	return ops && ops->rcv(skb);
}

/* ip_local.c: for this host. Consumes. */
void exs_ip_local_deliver(struct exs_net *en, struct sk_buff *skb);

/* ip_forward.c: for another host, routed. Consumes. */
void exs_ip_forward(struct exs_net *en, struct sk_buff *skb,
		    const struct exs_rt *rt);

/*
 * ip_output.c: behind LOCAL_OUT or FORWARD: POST_ROUTING, then fragments or
 * not, then the link. Consumes.
 */
int exs_ip_post_routing(struct exs_net *en, struct sock *sk,
			struct sk_buff *skb, struct exs_ldev *in,
			const struct exs_rt *rt);
/* A packet of ours with its IP header: from LOCAL_OUT on. Consumes. */
int exs_ip_local_out(struct exs_net *en, struct sock *sk, struct sk_buff *skb,
		     const struct exs_rt *rt, bool df, bool mc_loop);
int exs_ip_xmit(struct exs_net *en, struct sk_buff *skb,
		const struct exs_rt *rt);

/* ip_hdrincl.c */
int exs_ip_hdrincl_complete(const struct exs_net *en, struct iphdr *iph,
			    unsigned int linear, unsigned int len,
			    __be32 saddr);

/* ip_frag.c. Consumes. */
int exs_ip_fragment(struct exs_net *en, struct sk_buff *skb,
		    const struct exs_rt *rt);

/* ip_id.c */
u16 exs_ip_id(const struct exs_net *en, __be32 saddr, __be32 daddr, u8 proto,
	      unsigned int segs);

/* ip_defrag.c: takes the packet; returns the whole datagram or NULL. */
struct sk_buff *exs_ip_defrag(struct exs_net *en, struct sk_buff *skb);
int exs_frag_net_init(struct exs_net *en);
void exs_frag_net_exit(struct exs_net *en);

/* icmp_limit.c */
struct exs_icmp_net *exs_icmp_limit_new(void);
bool exs_icmp_limit_global(struct exs_net *en, unsigned long now);
void exs_icmp_limit_use(struct exs_net *en, u32 tokens);
bool exs_icmp_limit_peer(struct exs_net *en, __be32 daddr, unsigned long now);

/* icmp_input.c */
extern const struct exs_proto exs_icmp_proto;

/* icmp_reply.c: answer to a query, made out of it. Consumes. */
void exs_icmp_reply_echo(struct exs_net *en, struct sk_buff *skb);
void exs_icmp_reply_timestamp(struct exs_net *en, struct sk_buff *skb);

#endif /* _EXPSTACK_IP_PRIV_H */
