// SPDX-License-Identifier: GPL-2.0
/*
 * expstack sock: ancillary data, in and out.
 * Flow:   recvmsg -> exs_sock_cmsg_recv; sendmsg -> exs_sock_cmsg_send
 * Owns:   nothing
 * Locks:  none
 * Tests:  kunit/sock/cmsg_kunit.c, qemu/tests/sockapi.sh
 */
#include <linux/ip.h>
#include <net/route.h>

#include <expstack/sock.h>

/* ip(7): the local address of the packet, to answer from. */
static __be32 exs_cmsg_spec_dst(const struct sock *sk, const struct sk_buff *skb)
{
	struct exs_net *en = exs_sock_net(sk);
	__be32 addr = ip_hdr(skb)->daddr;
	struct exs_ldev *ldev;

	rcu_read_lock();
	if (!exs_addr_is_local(en, addr)) {
		ldev = exs_ldev_by_index_rcu(en, skb->skb_iif);
		addr = ldev ? exs_addr_select(ldev, ip_hdr(skb)->saddr,
					      RT_SCOPE_LINK) : 0;
	}
	rcu_read_unlock();
	return addr;
}

static void exs_cmsg_put_pktinfo(struct msghdr *msg, const struct sk_buff *skb,
				 __be32 spec_dst)
{
	struct in_pktinfo info = {
		.ipi_ifindex = skb->skb_iif,
		.ipi_spec_dst.s_addr = spec_dst,
		.ipi_addr.s_addr = ip_hdr(skb)->daddr,
	};

	put_cmsg(msg, SOL_IP, IP_PKTINFO, sizeof(info), &info);
}

/*
 * As they came: nothing of them is filled in here, and source routes, which a
 * reply would have to turn round, are refused.
 */
static void exs_cmsg_put_opts(struct msghdr *msg, const struct sk_buff *skb,
			      int type)
{
	const struct iphdr *iph = ip_hdr(skb);

	if (iph->ihl > 5)
		put_cmsg(msg, SOL_IP, type, iph->ihl * 4 - sizeof(*iph),
			 (void *)(iph + 1));
}

static void exs_cmsg_put_origdst(struct msghdr *msg, const struct sk_buff *skb)
{
	struct sockaddr_in sin = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = ip_hdr(skb)->daddr,
	};
	__be16 ports[2], *p;

	p = skb_header_pointer(skb, skb_transport_offset(skb), sizeof(ports),
			       ports);
	if (!p)
		return;
	sin.sin_port = p[1];
	put_cmsg(msg, SOL_IP, IP_ORIGDSTADDR, sizeof(sin), &sin);
}

/*
 * The sum of what was received, without a header of UDP. A device may have
 * checked it and not told it.
 */
static void exs_cmsg_put_checksum(struct msghdr *msg, const struct sk_buff *skb)
{
	int before = -skb_transport_offset(skb);
	__wsum csum = skb->csum;

	if (before > 0 && skb->ip_summed == CHECKSUM_UNNECESSARY)
		csum = skb_checksum(skb, 0, skb->len, 0);
	else if (skb->ip_summed != CHECKSUM_COMPLETE)
		return;
	else if (before > 0)
		csum = csum_sub(csum, csum_partial(skb_transport_header(skb),
						   before, 0));
	put_cmsg(msg, SOL_IP, IP_CHECKSUM, sizeof(csum), &csum);
}

/* Of any packet, whose headers are set. */
static void exs_cmsg_put(struct msghdr *msg, const struct sk_buff *skb,
			 u16 flags)
{
	if (flags & EXS_CMSG_TTL) {
		int ttl = ip_hdr(skb)->ttl;

		put_cmsg(msg, SOL_IP, IP_TTL, sizeof(ttl), &ttl);
	}
	if (flags & EXS_CMSG_TOS)
		put_cmsg(msg, SOL_IP, IP_TOS, 1, &ip_hdr(skb)->tos);
	if (flags & EXS_CMSG_RECVOPTS)
		exs_cmsg_put_opts(msg, skb, IP_RECVOPTS);
	if (flags & EXS_CMSG_RETOPTS)
		exs_cmsg_put_opts(msg, skb, IP_RETOPTS);
	if (flags & EXS_CMSG_ORIGDSTADDR)
		exs_cmsg_put_origdst(msg, skb);
	if (flags & EXS_CMSG_CHECKSUM)
		exs_cmsg_put_checksum(msg, skb);
}

/**
 * exs_sock_cmsg_recv - tell the user about a datagram what it asked for
 * @sk: socket
 * @msg: message being received
 * @skb: the datagram; network and transport header set
 *
 * Context: process.
 */
void exs_sock_cmsg_recv(struct sock *sk, struct msghdr *msg,
			struct sk_buff *skb)
{
	u16 flags = READ_ONCE(exs_sk(sk)->cmsg_flags);
	int size = EXS_IPCB(skb)->frag_max_size;

	if (flags & EXS_CMSG_PKTINFO)
		exs_cmsg_put_pktinfo(msg, skb, exs_cmsg_spec_dst(sk, skb));
	exs_cmsg_put(msg, skb, flags);
	if (flags & EXS_CMSG_RECVFRAGSIZE && size)
		put_cmsg(msg, SOL_IP, IP_RECVFRAGSIZE, sizeof(size), &size);
}

/**
 * exs_sock_cmsg_error - the same of a packet on the error queue
 * @sk: socket
 * @msg: message being received
 * @skb: an ICMP message, or a packet of ours with its timestamp; network and
 *	transport header set
 * @spec_dst: ipi_spec_dst of IP_PKTINFO
 *
 * But for IP_RECVFRAGSIZE: there the control block is the error's. IP_CHECKSUM is
 * the sum of the whole ICMP message.
 *
 * Context: process.
 */
void exs_sock_cmsg_error(struct sock *sk, struct msghdr *msg,
			 struct sk_buff *skb, __be32 spec_dst)
{
	u16 flags = READ_ONCE(exs_sk(sk)->cmsg_flags);

	if (flags & EXS_CMSG_PKTINFO)
		exs_cmsg_put_pktinfo(msg, skb, spec_dst);
	exs_cmsg_put(msg, skb, flags);
}

static int exs_cmsg_send_ip(struct cmsghdr *cmsg, struct exs_cmsg_send *cm)
{
	size_t len = cmsg->cmsg_len - sizeof(struct cmsghdr);
	struct in_pktinfo info;
	int val;

	switch (cmsg->cmsg_type) {
	case IP_PKTINFO:
		if (cmsg->cmsg_len != CMSG_LEN(sizeof(info)))
			return -EINVAL;
		memcpy(&info, CMSG_DATA(cmsg), sizeof(info));
		if (info.ipi_ifindex)
			cm->oif = info.ipi_ifindex;
		cm->saddr = info.ipi_spec_dst.s_addr;
		return 0;
	case IP_TTL:
		if (cmsg->cmsg_len != CMSG_LEN(sizeof(int)))
			return -EINVAL;
		memcpy(&val, CMSG_DATA(cmsg), sizeof(val));
		if (val < 1 || val > 255)
			return -EINVAL;
		cm->ttl = val;
		return 0;
	case IP_TOS:
		if (len == sizeof(int))
			memcpy(&val, CMSG_DATA(cmsg), sizeof(val));
		else if (len == 1)
			val = *(u8 *)CMSG_DATA(cmsg);
		else
			return -EINVAL;
		if (val < 0 || val > 255)
			return -EINVAL;
		cm->tos = val;
		cm->priority = rt_tos2priority(val);
		return 0;
	case IP_PROTOCOL:
		/* Rules of policy routing could ask for it; there are none. */
		if (cmsg->cmsg_len != CMSG_LEN(sizeof(int)))
			return -EINVAL;
		memcpy(&val, CMSG_DATA(cmsg), sizeof(val));
		return val < 1 || val > 255 ? -EINVAL : 0;
	default:
		return -EINVAL;
	}
}

/*
 * GSO by UDP_SEGMENT there is none: better refused than sent as one datagram.
 * Other protocols leave this level aside, as they do all that is not theirs.
 */
static int exs_cmsg_send_udp(const struct sock *sk)
{
	return sk->sk_type == SOCK_DGRAM && sk->sk_protocol == IPPROTO_UDP ?
	       -EINVAL : 0;
}

/**
 * exs_sock_cmsg_send - read a sender's ancillary data
 * @sk: socket
 * @msg: message being sent
 * @cm: holds the socket's defaults; what the user says replaces them
 *
 * Context: process.
 * Return: 0 or -EINVAL.
 */
int exs_sock_cmsg_send(struct sock *sk, struct msghdr *msg,
		       struct exs_cmsg_send *cm)
{
	struct cmsghdr *cmsg;
	int err;

	for_each_cmsghdr(cmsg, msg) {
		if (!CMSG_OK(msg, cmsg))
			return -EINVAL;
		if (cmsg->cmsg_level == SOL_SOCKET)
			err = __sock_cmsg_send(sk, cmsg, &cm->sockc);
		else if (cmsg->cmsg_level == SOL_IP)
			err = exs_cmsg_send_ip(cmsg, cm);
		else if (cmsg->cmsg_level == SOL_UDP)
			err = exs_cmsg_send_udp(sk);
		else
			continue;
		if (err)
			return err;
	}
	return 0;
}
