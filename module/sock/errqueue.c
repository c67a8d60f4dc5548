// SPDX-License-Identifier: GPL-2.0
/*
 * expstack sock: errors a program asked to see whole (IP_RECVERR), packets it
 * wanted to know the time of (SO_TIMESTAMPING), and what the kernel's core puts
 * beside them: the ends of MSG_ZEROCOPY.
 * Flow:   proto->err -> exs_sock_icmp_error -> sk_error_queue -> recvmsg
 *         __skb_tstamp_tx -> sk_error_queue -> recvmsg
 * Owns:   packets on sk_error_queue
 * Locks:  the queue's own
 * Spec:   ip(7); RFC 4884 5, 7, 8
 * Tests:  kunit/sock/errqueue_kunit.c, qemu/tests/sockapi.sh
 */
#include <linux/errqueue.h>
#include <linux/icmp.h>
#include <linux/net_tstamp.h>

#include <expstack/sock.h>

#define EXS_ICMP_EXT_VERSION	2
#define EXS_ICMP_EXT_QUOTE	128	/* bytes, at least, when more follows */

/* What follows the extended error in the control message. */
struct exs_errqueue_msg {
	struct sock_extended_err ee;
	struct sockaddr_in offender;
};

static void exs_errqueue_put(struct sock *sk, struct sk_buff *skb,
			     const struct sock_extended_err *ee, u16 addr_offset,
			     __be16 port)
{
	struct sock_exterr_skb *serr = SKB_EXT_ERR(skb);

	serr->ee = *ee;
	serr->addr_offset = addr_offset;
	serr->port = port;
	if (sock_queue_err_skb(sk, skb))
		kfree_skb(skb);
}

/* RFC 4884 8: objects up to the end of the message, each as long as it says. */
static bool exs_errqueue_objects_ok(const struct sk_buff *skb, unsigned int off)
{
	unsigned int left = skb->len - off;
	const struct icmp_extobj_hdr *obj;
	struct icmp_extobj_hdr buf;
	unsigned int len;

	while (left) {
		obj = skb_header_pointer(skb, skb->len - left, sizeof(buf), &buf);
		len = obj ? ntohs(obj->length) : 0;
		if (len < sizeof(buf) || len > left)
			return false;
		left -= len;
	}
	return true;
}

/*
 * RFC 4884 7: what stands at off, behind the quotation. Another version's objects
 * are for the user to know, as on AF_INET; a sum of 0 says that there is none.
 */
static bool exs_errqueue_ext_ok(const struct sk_buff *skb, unsigned int off)
{
	const struct icmp_ext_hdr *ext;
	struct icmp_ext_hdr buf;

	ext = skb_header_pointer(skb, off, sizeof(buf), &buf);
	if (!ext || ext->version != EXS_ICMP_EXT_VERSION)
		return ext;
	if (ext->checksum && csum_fold(skb_checksum(skb, off, skb->len - off, 0)))
		return false;
	return exs_errqueue_objects_ok(skb, off + sizeof(buf));
}

/*
 * RFC 4884: the message says how long the quotation is when more follows it.
 * hlen bytes of the quotation are not in skb: the user does not get them.
 */
static void exs_errqueue_ext(const struct sk_buff *skb,
			     const struct exs_icmp_err *e, unsigned int hlen,
			     struct sock_ee_data_rfc4884 *ext)
{
	const struct icmphdr *icmp = (const struct icmphdr *)e->inner - 1;
	unsigned int len = icmp->un.reserved[1] * sizeof(u32);

	if (e->type != ICMP_DEST_UNREACH && e->type != ICMP_TIME_EXCEEDED &&
	    e->type != ICMP_PARAMETERPROB)
		return;
	if (len < EXS_ICMP_EXT_QUOTE || len < hlen ||
	    len - hlen + sizeof(struct icmp_ext_hdr) > skb->len)
		return;
	ext->len = len - hlen;
	if (!exs_errqueue_ext_ok(skb, ext->len))
		ext->flags = SO_EE_RFC4884_FLAG_INVALID;
}

/**
 * exs_sock_icmp_error - queue an ICMP error for the user
 * @sk: socket with IP_RECVERR, or a TCP connection attempt
 * @skb: the ICMP message; stays the caller's
 * @e: what it says
 * @port: the port our packet went to
 * @payload: where in the quotation the user begins to read
 *
 * Context: softirq.
 */
void exs_sock_icmp_error(struct sock *sk, struct sk_buff *skb,
			 const struct exs_icmp_err *e, __be16 port,
			 const void *payload)
{
	struct sock_extended_err ee = {
		.ee_errno = e->err,
		.ee_origin = SO_EE_ORIGIN_ICMP,
		.ee_type = e->type,
		.ee_code = e->code,
		.ee_info = e->info,
	};
	struct sk_buff *clone;
	u16 addr_offset;

	clone = skb_clone(skb, GFP_ATOMIC);
	if (!clone)
		return;
	addr_offset = (const u8 *)&e->inner->daddr - skb_network_header(clone);
	if ((const u8 *)payload < clone->data ||
	    !skb_pull(clone, (const u8 *)payload - clone->data)) {
		kfree_skb(clone);
		return;
	}
	skb_reset_transport_header(clone);
	if (exs_sk(sk)->recverr_rfc4884)
		exs_errqueue_ext(clone, e, payload - (const void *)e->inner,
				 &ee.ee_rfc4884);
	exs_errqueue_put(sk, clone, &ee, addr_offset, port);
}

/**
 * exs_sock_local_error - queue an error of our own for the user
 * @sk: socket
 * @err: errno, positive
 * @daddr: where the packet would have gone
 * @port: and to which port
 * @info: the MTU for EMSGSIZE
 *
 * Does nothing unless the user asked with IP_RECVERR.
 *
 * Context: process or softirq.
 */
void exs_sock_local_error(struct sock *sk, int err, __be32 daddr, __be16 port,
			  u32 info)
{
	struct sock_extended_err ee = {
		.ee_errno = err,
		.ee_origin = SO_EE_ORIGIN_LOCAL,
		.ee_info = info,
	};
	struct sk_buff *skb;
	struct iphdr *iph;

	if (!exs_sk(sk)->recverr)
		return;
	skb = alloc_skb(sizeof(*iph), GFP_ATOMIC);
	if (!skb)
		return;
	iph = skb_put_zero(skb, sizeof(*iph));
	skb_reset_network_header(skb);
	iph->daddr = daddr;
	__skb_pull(skb, skb->len);
	skb_reset_transport_header(skb);
	exs_errqueue_put(sk, skb, &ee, offsetof(struct iphdr, daddr), port);
}

/* Is it about a packet that went somewhere? A notification is not. */
static bool exs_errqueue_has_addr(const struct sock_exterr_skb *serr)
{
	return serr->ee.ee_origin == SO_EE_ORIGIN_ICMP ||
	       serr->ee.ee_origin == SO_EE_ORIGIN_LOCAL || serr->port;
}

/* The address a packet went to: of an error, not of a timestamp. */
static void exs_errqueue_name(struct msghdr *msg, const struct sk_buff *skb)
{
	DECLARE_SOCKADDR(struct sockaddr_in *, sin, msg->msg_name);
	const struct sock_exterr_skb *serr = SKB_EXT_ERR(skb);

	msg->msg_namelen = 0;
	if (!sin || !exs_errqueue_has_addr(serr))
		return;
	sin->sin_family = AF_INET;
	sin->sin_addr.s_addr =
		*(__be32 *)(skb_network_header(skb) + serr->addr_offset);
	sin->sin_port = serr->port;
	memset(sin->sin_zero, 0, sizeof(sin->sin_zero));
	msg->msg_namelen = sizeof(*sin);
}

/*
 * A packet of ours with the time when it went. The kernel does not know that
 * this is TCP, whose bytes are counted from where the program began to. With
 * the packet comes what is known of it (SOF_TIMESTAMPING_OPT_CMSG).
 */
static void exs_errqueue_tstamp(struct sock *sk, struct msghdr *msg,
				struct sk_buff *skb,
				struct exs_errqueue_msg *em)
{
	u32 tsflags = READ_ONCE(sk->sk_tsflags);
	int iif = SKB_EXT_ERR(skb)->header.h4.iif;

	if (sk->sk_type == SOCK_STREAM && tsflags & SOF_TIMESTAMPING_OPT_ID)
		em->ee.ee_data -= atomic_read(&sk->sk_tskey);
	if (!(tsflags & SOF_TIMESTAMPING_OPT_CMSG) || !iif)
		return;
	em->offender.sin_family = AF_INET;
	em->offender.sin_addr.s_addr = ip_hdr(skb)->saddr;
	skb->skb_iif = iif;
	exs_sock_cmsg_error(sk, msg, skb, ip_hdr(skb)->saddr);
}

/**
 * exs_sock_recv_error - recvmsg(MSG_ERRQUEUE)
 * @sk: socket
 * @msg: filled: payload, the destination as name where there is one, the error
 *	as IP_RECVERR, or a timestamp, and what the socket asked of datagrams
 * @len: bytes at most
 *
 * Context: process.
 * Return: bytes of payload, or -EAGAIN.
 */
int exs_sock_recv_error(struct sock *sk, struct msghdr *msg, int len)
{
	struct exs_errqueue_msg em = {};
	struct sk_buff *skb;
	int copied, err;

	skb = sock_dequeue_err_skb(sk);
	if (!skb)
		return -EAGAIN;
	copied = skb->len;
	if (copied > len) {
		msg->msg_flags |= MSG_TRUNC;
		copied = len;
	}
	err = skb_copy_datagram_msg(skb, 0, msg, copied);
	if (err) {
		kfree_skb(skb);
		return err;
	}
	sock_recv_timestamp(msg, sk, skb);
	exs_errqueue_name(msg, skb);
	em.ee = SKB_EXT_ERR(skb)->ee;
	em.offender.sin_family = AF_UNSPEC;
	if (em.ee.ee_origin == SO_EE_ORIGIN_ICMP) {
		em.offender.sin_family = AF_INET;
		/* The message's own header stands in front of the quote. */
		em.offender.sin_addr.s_addr = ip_hdr(skb)->saddr;
		exs_sock_cmsg_error(sk, msg, skb, 0);
	} else if (em.ee.ee_origin == SO_EE_ORIGIN_TIMESTAMPING) {
		exs_errqueue_tstamp(sk, msg, skb, &em);
	}
	put_cmsg(msg, SOL_IP, IP_RECVERR, sizeof(em), &em);
	msg->msg_flags |= MSG_ERRQUEUE;
	consume_skb(skb);
	return copied;
}
