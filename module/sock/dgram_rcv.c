// SPDX-License-Identifier: GPL-2.0
/*
 * expstack sock: a datagram, or an error, on its way to the reader.
 * Flow:   sk_receive_queue, sk_error_queue -> [here] -> recvmsg
 *         proto->err -> [here] -> sk_error_queue
 * Owns:   nothing
 * Locks:  the queues' own
 * Spec:   RFC 1122 4.1.3.3
 * Tests:  kunit/udp/udp_rcv_kunit.c, qemu/tests/sockapi.sh
 */
#include <linux/udp.h>

#include <expstack/dgram.h>

/**
 * exs_dgram_error - an ICMP error about a datagram of a socket's
 * @sk: the socket
 * @skb: the ICMP message; stays the caller's
 * @e: what it says
 * @port: the port the datagram went to
 * @payload: what a reader of the error queue gets of the datagram
 *
 * Hard errors reach a connected socket, all reach one with IP_RECVERR. That a
 * datagram was too large is a hard error but to IP_PMTUDISC_DONT (udp(7)).
 *
 * Context: softirq, RCU held.
 */
void exs_dgram_error(struct sock *sk, struct sk_buff *skb,
		     const struct exs_icmp_err *e, __be16 port,
		     const void *payload)
{
	struct exs_sock *es = exs_sk(sk);
	bool fatal = e->fatal;

	if (e->type == ICMP_DEST_UNREACH && e->code == ICMP_FRAG_NEEDED) {
		if (es->pmtudisc != IP_PMTUDISC_INTERFACE &&
		    es->pmtudisc != IP_PMTUDISC_OMIT)
			exs_pmtu_update(e->en, e->inner->daddr, e->info);
		if (es->pmtudisc == IP_PMTUDISC_DONT)
			return;
		fatal = true;
	}
	if (es->recverr)
		exs_sock_icmp_error(sk, skb, e, port, payload);
	else if (!fatal || sk->sk_state != TCP_ESTABLISHED)
		return;
	sk->sk_err = e->err;
	sk_error_report(sk);
}

/**
 * exs_dgram_recvmsg - receive a datagram
 * @sk: socket, not locked
 * @msg: filled
 * @len: bytes at most
 * @flags: MSG_*
 * @addr_len: length of the address
 * @tlen: bytes of the header with ports in front of the data, or 0
 * @taken: set when there was a datagram
 *
 * Context: process.
 * Return: bytes copied (all of the datagram's with MSG_TRUNC) or an errno;
 * -EFAULT: the datagram was lost while copying, unless it was peeked at.
 */
int exs_dgram_recvmsg(struct sock *sk, struct msghdr *msg, size_t len,
		      int flags, int *addr_len, unsigned int tlen,
		      bool *taken)
{
	DECLARE_SOCKADDR(struct sockaddr_in *, sin, msg->msg_name);
	struct sk_buff *skb;
	size_t copied;
	int err, ret;

	if (unlikely(flags & MSG_ERRQUEUE)) {
		ret = exs_sock_recv_error(sk, msg, len);
		*addr_len = msg->msg_namelen;
		return ret;
	}
	skb = skb_recv_datagram(sk, flags, &err);
	if (!skb)
		return err;
	*taken = true;
	copied = min_t(size_t, len, skb->len);
	if (copied < skb->len)
		msg->msg_flags |= MSG_TRUNC;
	err = skb_copy_datagram_msg(skb, 0, msg, copied);
	if (unlikely(err)) {
		skb_free_datagram(sk, skb);
		return err;
	}
	sock_recv_cmsgs(msg, sk, skb);
	if (sin) {
		sin->sin_family = AF_INET;
		sin->sin_port = tlen ? udp_hdr(skb)->source : 0;
		sin->sin_addr.s_addr = ip_hdr(skb)->saddr;
		memset(sin->sin_zero, 0, sizeof(sin->sin_zero));
		*addr_len = sizeof(*sin);
	}
	if (exs_sk(sk)->cmsg_flags)
		exs_sock_cmsg_recv(sk, msg, skb);
	ret = flags & MSG_TRUNC ? skb->len : copied;
	skb_free_datagram(sk, skb);
	return ret;
}
