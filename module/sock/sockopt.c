// SPDX-License-Identifier: GPL-2.0
/*
 * expstack sock: options at level IPPROTO_IP.
 * Flow:   setsockopt(2) -> sk_prot->setsockopt -> [here]
 * Owns:   the IP fields of struct exs_sock
 * Locks:  takes the socket lock
 * Tests:  kunit/sock/sockopt_kunit.c, qemu/tests/sockapi.sh
 */
#include <linux/capability.h>
#include <linux/mroute.h>
#include <net/inet_ecn.h>
#include <net/route.h>

#include <expstack/sock.h>

/* An option's value as AF_INET takes it: an int, or a single byte. */
static int exs_sockopt_get_int(sockptr_t optval, unsigned int optlen, int *val)
{
	u8 byte;

	*val = 0;
	if (optlen >= sizeof(int))
		return copy_from_sockptr(val, optval, sizeof(*val)) ? -EFAULT : 0;
	if (optlen >= sizeof(byte)) {
		if (copy_from_sockptr(&byte, optval, sizeof(byte)))
			return -EFAULT;
		*val = byte;
	}
	return 0;
}

/* Options that ask for ancillary data: their flag, or 0. */
static u16 exs_sockopt_cmsg(int optname)
{
	switch (optname) {
	case IP_PKTINFO:
		return EXS_CMSG_PKTINFO;
	case IP_RECVTTL:
		return EXS_CMSG_TTL;
	case IP_RECVTOS:
		return EXS_CMSG_TOS;
	case IP_RECVORIGDSTADDR:
		return EXS_CMSG_ORIGDSTADDR;
	case IP_RECVOPTS:
		return EXS_CMSG_RECVOPTS;
	case IP_RETOPTS:
		return EXS_CMSG_RETOPTS;
	case IP_CHECKSUM:
		return EXS_CMSG_CHECKSUM;
	case IP_RECVFRAGSIZE:
		return EXS_CMSG_RECVFRAGSIZE;
	default:
		return 0;
	}
}

static int exs_sockopt_set_cmsg(struct sock *sk, u16 flag, int val)
{
	struct exs_sock *es = exs_sk(sk);

	if (flag == EXS_CMSG_RECVFRAGSIZE && sk->sk_type == SOCK_STREAM)
		return -EINVAL;
	if (val)
		es->cmsg_flags |= flag;
	else
		es->cmsg_flags &= ~flag;
	return 0;
}

static int exs_sockopt_set_tos(struct sock *sk, int val)
{
	struct exs_sock *es = exs_sk(sk);

	/* A stream's ECN bits are TCP's own. */
	if (sk->sk_type == SOCK_STREAM)
		val = (val & ~INET_ECN_MASK) | (es->tos & INET_ECN_MASK);
	if (es->tos == (u8)val)
		return 0;
	es->tos = val;
	WRITE_ONCE(sk->sk_priority, rt_tos2priority(val));
	exs_sock_route_stale(sk);
	return 0;
}

static int exs_sockopt_set_transparent(struct sock *sk, int val)
{
	struct net *net = sock_net(sk);

	if (val && !ns_capable(net->user_ns, CAP_NET_RAW) &&
	    !ns_capable(net->user_ns, CAP_NET_ADMIN))
		return -EPERM;
	exs_sk(sk)->transparent = !!val;
	return 0;
}

static int exs_sockopt_set_mc_ttl(struct sock *sk, unsigned int optlen, int val)
{
	if (sk->sk_type == SOCK_STREAM || optlen < 1)
		return -EINVAL;
	if (val == -1)
		val = 1;
	if (val < 0 || val > 255)
		return -EINVAL;
	exs_sk(sk)->mc_ttl = val;
	return 0;
}

static int exs_sockopt_set_unicast_if(struct sock *sk, unsigned int optlen,
				      int val)
{
	int ifindex = ntohl((__force __be32)val);
	struct net_device *dev;

	if (optlen != sizeof(int))
		return -EINVAL;
	if (ifindex) {
		dev = dev_get_by_index(sock_net(sk), ifindex);
		if (!dev)
			return -EADDRNOTAVAIL;
		dev_put(dev);
		if (sk->sk_bound_dev_if && sk->sk_bound_dev_if != ifindex)
			return -EINVAL;
	}
	WRITE_ONCE(exs_sk(sk)->uc_index, ifindex);
	return 0;
}

static int exs_sockopt_set_bind_no_port(struct sock *sk, int val)
{
	exs_sk(sk)->bind_no_port = !!val;
	return 0;
}

static int exs_sockopt_set_port_range(struct sock *sk, unsigned int optlen,
				      u32 val)
{
	u16 low = val, high = val >> 16;

	if (optlen != sizeof(u32) || (low && high && low > high))
		return -EINVAL;
	exs_sk(sk)->port_range = val;
	return 0;
}

/* Those of multicast routing are for its daemon's socket only. */
static int exs_sockopt_unknown(const struct sock *sk, int optname)
{
	if (optname < MRT_BASE || optname > MRT_MAX ||
	    (sk->sk_type == SOCK_RAW && sk->sk_protocol == IPPROTO_IGMP))
		return -ENOPROTOOPT;
	return -EOPNOTSUPP;
}

/* Options whose value is one number. Socket locked. */
static int exs_sockopt_set(struct sock *sk, int optname, unsigned int optlen,
			   int val)
{
	struct exs_sock *es = exs_sk(sk);
	u16 cmsg = exs_sockopt_cmsg(optname);

	if (cmsg)
		return exs_sockopt_set_cmsg(sk, cmsg, val);
	switch (optname) {
	case IP_TOS:
		return exs_sockopt_set_tos(sk, val);
	case IP_TTL:
		if (optlen < 1 || (val != -1 && (val < 1 || val > 255)))
			return -EINVAL;
		es->uc_ttl = val;
		return 0;
	case IP_MINTTL:
		if (optlen < 1 || val < 0 || val > 255)
			return -EINVAL;
		es->min_ttl = val;
		return 0;
	case IP_MTU_DISCOVER:
		if (val < IP_PMTUDISC_DONT || val > IP_PMTUDISC_OMIT)
			return -EINVAL;
		es->pmtudisc = val;
		return 0;
	case IP_RECVERR:
		es->recverr = !!val;
		if (!val)
			skb_errqueue_purge(&sk->sk_error_queue);
		return 0;
	case IP_RECVERR_RFC4884:
		if (val < 0 || val > 1)
			return -EINVAL;
		es->recverr_rfc4884 = val;
		return 0;
	case IP_HDRINCL:
		if (sk->sk_type != SOCK_RAW)
			return -ENOPROTOOPT;
		es->hdrincl = !!val;
		return 0;
	case IP_FREEBIND:
		if (optlen < 1)
			return -EINVAL;
		es->freebind = !!val;
		return 0;
	case IP_TRANSPARENT:
		return optlen < 1 ? -EINVAL :
				    exs_sockopt_set_transparent(sk, val);
	case IP_BIND_ADDRESS_NO_PORT:
		return exs_sockopt_set_bind_no_port(sk, val);
	case IP_MULTICAST_TTL:
		return exs_sockopt_set_mc_ttl(sk, optlen, val);
	case IP_MULTICAST_IF:
		/* Of a stream; else exs_dgram_set_mc_if(). */
		return -EINVAL;
	case IP_MULTICAST_LOOP:
		if (optlen < 1)
			return -EINVAL;
		es->mc_loop = !!val;
		return 0;
	case IP_MULTICAST_ALL:
		if (optlen < 1 || (val != 0 && val != 1))
			return -EINVAL;
		es->mc_all = val;
		return 0;
	case IP_UNICAST_IF:
		return exs_sockopt_set_unicast_if(sk, optlen, val);
	case IP_LOCAL_PORT_RANGE:
		return exs_sockopt_set_port_range(sk, optlen, val);
	default:
		return exs_sockopt_unknown(sk, optname);
	}
}

/**
 * exs_sock_ip_setsockopt - set an option at IPPROTO_IP
 * @sk: socket, not locked
 * @optname: IP_*
 * @optval: value
 * @optlen: its length
 *
 * Context: process; takes the socket lock.
 * Return: 0, -EINVAL, -EFAULT, -EPERM, -EADDRNOTAVAIL, -EOPNOTSUPP for the routing
 * of groups, or -ENOPROTOOPT for what is not supported.
 */
int exs_sock_ip_setsockopt(struct sock *sk, int optname, sockptr_t optval,
			   unsigned int optlen)
{
	int val, err;

	err = exs_sockopt_get_int(optval, optlen, &val);
	if (err)
		return err;
	lock_sock(sk);
	err = exs_sockopt_set(sk, optname, optlen, val);
	release_sock(sk);
	return err;
}

static int exs_sockopt_mtu(struct sock *sk)
{
	struct exs_flow flow;
	struct exs_rt rt;
	int err;

	if (!exs_sk(sk)->conn.raddr)
		return -ENOTCONN;
	exs_sock_flow(sk, &flow);
	rcu_read_lock();
	err = exs_route_output(exs_sock_net(sk), &flow, &rt);
	rcu_read_unlock();
	return err ? -ENOTCONN : rt.mtu;
}

/* The value of an option, or an errno. Values are never negative but IP_TTL's. */
static int exs_sockopt_get(struct sock *sk, int optname, int *val)
{
	struct exs_sock *es = exs_sk(sk);
	u16 cmsg = exs_sockopt_cmsg(optname);

	if (cmsg) {
		*val = !!(es->cmsg_flags & cmsg);
		return 0;
	}
	switch (optname) {
	case IP_TOS:
		*val = es->tos;
		return 0;
	case IP_TTL:
		*val = es->uc_ttl < 0 ?
		       EXS_SYSCTL(exs_sock_net(sk), ip_default_ttl) : es->uc_ttl;
		return 0;
	case IP_MINTTL:
		*val = es->min_ttl;
		return 0;
	case IP_MTU_DISCOVER:
		*val = es->pmtudisc;
		return 0;
	case IP_MTU:
		*val = exs_sockopt_mtu(sk);
		return *val < 0 ? *val : 0;
	case IP_RECVERR:
		*val = es->recverr;
		return 0;
	case IP_RECVERR_RFC4884:
		*val = es->recverr_rfc4884;
		return 0;
	case IP_PROTOCOL:
		*val = sk->sk_num;
		return 0;
	case IP_HDRINCL:
		*val = es->hdrincl;
		return 0;
	case IP_FREEBIND:
		*val = es->freebind;
		return 0;
	case IP_TRANSPARENT:
		*val = es->transparent;
		return 0;
	case IP_BIND_ADDRESS_NO_PORT:
		*val = es->bind_no_port;
		return 0;
	case IP_MULTICAST_TTL:
		*val = es->mc_ttl;
		return 0;
	case IP_MULTICAST_IF:
		*val = 0;
		return 0;
	case IP_MULTICAST_LOOP:
		*val = es->mc_loop;
		return 0;
	case IP_MULTICAST_ALL:
		*val = es->mc_all;
		return 0;
	case IP_UNICAST_IF:
		*val = (__force int)htonl(es->uc_index);
		return 0;
	case IP_LOCAL_PORT_RANGE:
		*val = es->port_range;
		return 0;
	default:
		return exs_sockopt_unknown(sk, optname);
	}
}

/**
 * exs_sock_ip_getsockopt - read an option at IPPROTO_IP
 * @sk: socket, not locked
 * @optname: IP_*
 * @optval: where to put it
 * @optlen: room, then length
 *
 * A value that fits a byte may be read into one.
 *
 * Context: process; takes the socket lock.
 * Return: 0, -EINVAL, -EFAULT, -ENOTCONN, -EOPNOTSUPP or -ENOPROTOOPT.
 */
int exs_sock_ip_getsockopt(struct sock *sk, int optname, char __user *optval,
			   int __user *optlen)
{
	int val = 0, len, err;

	if (get_user(len, optlen))
		return -EFAULT;
	if (len < 0)
		return -EINVAL;
	lock_sock(sk);
	err = exs_sockopt_get(sk, optname, &val);
	release_sock(sk);
	if (err)
		return err;
	if (len < (int)sizeof(int) && len > 0 && val >= 0 && val <= 255) {
		u8 byte = val;

		if (put_user(1, optlen) || copy_to_user(optval, &byte, 1))
			return -EFAULT;
		return 0;
	}
	len = min_t(unsigned int, sizeof(int), len);
	if (put_user(len, optlen) || copy_to_user(optval, &val, len))
		return -EFAULT;
	return 0;
}
