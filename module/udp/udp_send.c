// SPDX-License-Identifier: GPL-2.0
/*
 * expstack udp: sending.
 * Flow:   sendmsg -> [here] -> dgram_send -> exs_ip_output
 * Owns:   the UDP header
 * Locks:  none on the way of a bound socket
 * Spec:   RFC 768, RFC 1122 4.1, RFC 8085
 * Tests:  kunit/udp/udp_send_kunit.c, qemu/tests/sockapi.sh
 */

#include "udp/udp_priv.h"

static void exs_udp_fill(struct sock *sk, struct sk_buff *skb,
			 const struct exs_dgram_out *out, const void *arg)
{
	struct udphdr *uh = udp_hdr(skb);

	uh->source = exs_sk(sk)->conn.lport;
	uh->dest = out->dport;
	uh->len = htons(skb->len);
	uh->check = 0;
	if (sk->sk_no_check_tx)
		return;
	skb->ip_summed = CHECKSUM_PARTIAL;
	skb->csum_start = skb_transport_header(skb) - skb->head;
	skb->csum_offset = offsetof(struct udphdr, check);
	uh->check = ~csum_tcpudp_magic(out->tx.saddr, out->tx.daddr, skb->len,
				       IPPROTO_UDP, 0);
}

/*
 * MSG_ZEROCOPY of a socket that asked by SO_ZEROCOPY: the data is copied all the
 * same, which is what the sender is told. False: no memory for that.
 */
static bool exs_udp_zerocopy(struct sock *sk, const struct msghdr *msg,
			     size_t len, struct ubuf_info **ubuf)
{
	*ubuf = NULL;
	if (likely(!(msg->msg_flags & MSG_ZEROCOPY)) ||
	    !sock_flag(sk, SOCK_ZEROCOPY))
		return true;
	*ubuf = msg_zerocopy_realloc(sk, sizeof(struct udphdr) + len, NULL);
	if (!*ubuf)
		return false;
	uarg_to_msgzc(*ubuf)->zerocopy = 0;
	return true;
}

/* Tell it; of a datagram that was not sent there is nothing to tell. */
static void exs_udp_zerocopy_end(struct ubuf_info *ubuf, int err)
{
	if (likely(!ubuf))
		return;
	if (err < 0)
		net_zcopy_put_abort(ubuf, true);
	else
		net_zcopy_put(ubuf);
}

/**
 * exs_udp_sendmsg - send a datagram
 * @sk: socket, not locked
 * @msg: data, address, ancillary data
 * @len: bytes
 *
 * Context: process.
 * Return: @len, or -EMSGSIZE, -EDESTADDRREQ, -EINVAL, -EAFNOSUPPORT, -EACCES,
 * -EAGAIN, -ENOBUFS, -EOPNOTSUPP (MSG_OOB, MSG_MORE), an error of the route.
 */
int exs_udp_sendmsg(struct sock *sk, struct msghdr *msg, size_t len)
{
	struct exs_net *en = exs_sock_net(sk);
	struct exs_dgram_out out;
	struct ubuf_info *ubuf;
	int err;

	err = exs_dgram_autobind(sk, &exs_udp_kind);
	if (err)
		return err;
	if (len > 0xffff)
		return -EMSGSIZE;
	if (msg->msg_flags & (MSG_OOB | MSG_MORE))
		return -EOPNOTSUPP;
	err = exs_dgram_begin(sk, msg, &out);
	if (err)
		return err;
	if (!out.dport)
		return -EINVAL;
	/* UDP header, IP header and data must fit 16 bits. */
	if (len > 0xffff - sizeof(struct iphdr) - sizeof(struct udphdr))
		return -EMSGSIZE;
	if (!exs_udp_zerocopy(sk, msg, len, &ubuf)) {
		EXS_INC(en, UDP_SndbufErrors);
		return -ENOBUFS;
	}
	err = exs_dgram_send(sk, msg, len, sizeof(struct udphdr), &out,
			     exs_udp_fill, NULL);
	exs_udp_zerocopy_end(ubuf, err);
	if (likely(!err)) {
		EXS_INC(en, UDP_OutDatagrams);
		return len;
	}
	/* No memory, of the host's or of the socket's own, or no queue. */
	if (err == EXS_DGRAM_LOST || err == -ENOBUFS ||
	    test_bit(SOCK_NOSPACE, &sk->sk_socket->flags))
		EXS_INC(en, UDP_SndbufErrors);
	return err < 0 ? err : len;
}
