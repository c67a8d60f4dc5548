// SPDX-License-Identifier: GPL-2.0
/*
 * expstack raw: echo requests of ping sockets.
 * Flow:   sendmsg -> [here] -> dgram_send -> exs_ip_output
 * Owns:   the ICMP header: the user gives type, code and sequence number, the
 *         identifier and the checksum are ours
 * Locks:  none on the way of a bound socket
 * Spec:   RFC 792 (echo)
 * Tests:  kunit/raw/ping_kunit.c, qemu/tests/ping.sh
 */
#include "raw/raw_priv.h"

/**
 * exs_ping_check - may this be sent without a privilege?
 * @icmp: header from the user
 *
 * Return: 0, or -EINVAL for all but an echo request.
 */
int exs_ping_check(const struct icmphdr *icmp)
{
	return icmp->type == ICMP_ECHO && !icmp->code ? 0 : -EINVAL;
}

static void exs_ping_fill(struct sock *sk, struct sk_buff *skb,
			  const struct exs_dgram_out *out, const void *arg)
{
	const struct icmphdr *user = arg;
	struct icmphdr *icmp = icmp_hdr(skb);

	*icmp = *user;
	icmp->un.echo.id = exs_sk(sk)->conn.lport;
	icmp->checksum = 0;
	icmp->checksum = csum_fold(skb_checksum(skb, 0, skb->len, 0));
	exs_icmp_count_out(exs_sock_net(sk), icmp->type);
}

/**
 * exs_ping_sendmsg - send an echo request
 * @sk: socket, not locked
 * @msg: ICMP header and data, address (its port means nothing), ancillary data
 * @len: bytes of header and data
 *
 * Context: process.
 * Return: @len, or -EMSGSIZE, -EDESTADDRREQ, -EINVAL, -EAFNOSUPPORT, -EACCES,
 * -EAGAIN, -ENOBUFS, -EOPNOTSUPP (MSG_OOB), an error of the route.
 */
int exs_ping_sendmsg(struct sock *sk, struct msghdr *msg, size_t len)
{
	struct exs_dgram_out out;
	struct icmphdr icmp;
	int err;

	err = exs_dgram_autobind(sk, &exs_ping_kind);
	if (err)
		return err;
	if (len > 0xffff)
		return -EMSGSIZE;
	if (len < sizeof(icmp))
		return -EINVAL;
	if (msg->msg_flags & MSG_OOB)
		return -EOPNOTSUPP;
	err = memcpy_from_msg(&icmp, msg, sizeof(icmp)) ?:
	      exs_ping_check(&icmp) ?:
	      exs_dgram_begin(sk, msg, &out);
	if (err)
		return err;
	if (len > 0xffff - sizeof(struct iphdr))
		return -EMSGSIZE;
	err = exs_dgram_send(sk, msg, len - sizeof(icmp), sizeof(icmp), &out,
			     exs_ping_fill, &icmp);
	return err < 0 ? err : len;
}
