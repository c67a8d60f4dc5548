// SPDX-License-Identifier: GPL-2.0
/*
 * expstack raw: sending, behind a header of ours or with one of the user's.
 * Flow:   sendmsg -> [here] -> dgram_send -> exs_ip_output
 *                           -> exs_ip_output_hdrincl (IP_HDRINCL)
 * Owns:   the packet until ip takes it
 * Locks:  none
 * Spec:   raw(7)
 * Tests:  kunit/raw/raw_send_kunit.c, kunit/ip/ip_hdrincl_kunit.c, qemu/tests/raw.sh
 */
#include "raw/raw_priv.h"

static void exs_raw_fill(struct sock *sk, struct sk_buff *skb,
			 const struct exs_dgram_out *out, const void *arg)
{
	if (sk->sk_protocol == IPPROTO_ICMP && skb_headlen(skb))
		exs_icmp_count_out(exs_sock_net(sk), skb->data[0]);
}

/* May it leave, and as it is? BH off, RCU held. */
static int exs_raw_check_hdrincl(struct sock *sk,
				 const struct exs_dgram_out *out, size_t len)
{
	if (out->rt.type == RTN_BROADCAST && !sock_flag(sk, SOCK_BROADCAST))
		return -EACCES;
	if (len > out->rt.ldev->mtu) {
		exs_sock_local_error(sk, EMSGSIZE, out->daddr, out->dport,
				     out->rt.ldev->mtu);
		return -EMSGSIZE;
	}
	return 0;
}

/* The user's packet, header and all. */
static int exs_raw_send_hdrincl(struct sock *sk, struct msghdr *msg, size_t len,
				struct exs_dgram_out *out)
{
	struct exs_sock *es = exs_sk(sk);
	struct sk_buff *skb;
	int err;

	if (len < sizeof(struct iphdr))
		return -EINVAL;
	skb = exs_dgram_make(sk, msg, len, 0);
	if (IS_ERR(skb))
		return PTR_ERR(skb);
	skb->priority = READ_ONCE(sk->sk_priority);
	skb->mark = out->cm.sockc.mark;
	local_bh_disable();
	rcu_read_lock();
	err = exs_dgram_route(sk, out);
	if (!err)
		err = exs_raw_check_hdrincl(sk, out, len);
	if (!err) {
		exs_dgram_tstamp(sk, skb, out->cm.sockc.tsflags);
		err = exs_ip_output_hdrincl(exs_sock_net(sk), sk, skb, &out->rt,
					    out->cm.saddr ?: es->saddr ?:
					    out->rt.saddr, es->mc_loop);
	} else {
		kfree_skb(skb);
	}
	rcu_read_unlock();
	local_bh_enable();
	return exs_dgram_told(sk, err);
}

/**
 * exs_raw_sendmsg - send a packet
 * @sk: socket, not locked
 * @msg: data, address (its port means nothing), ancillary data
 * @len: bytes
 *
 * Context: process.
 * Return: @len, or -EMSGSIZE, -EDESTADDRREQ, -EINVAL, -EAFNOSUPPORT, -EACCES,
 * -ENOBUFS, -EOPNOTSUPP (MSG_OOB), an error of the route.
 */
int exs_raw_sendmsg(struct sock *sk, struct msghdr *msg, size_t len)
{
	bool hdrincl = exs_sk(sk)->hdrincl;
	struct exs_dgram_out out;
	int err;

	if (len > 0xffff - (hdrincl ? 0 : sizeof(struct iphdr)))
		return -EMSGSIZE;
	if (msg->msg_flags & MSG_OOB)
		return -EOPNOTSUPP;
	err = exs_dgram_begin(sk, msg, &out);
	if (err)
		return err;
	if (hdrincl)
		err = exs_raw_send_hdrincl(sk, msg, len, &out);
	else
		err = exs_dgram_send(sk, msg, len, 0, &out, exs_raw_fill, NULL);
	return err < 0 ? err : len;
}
