// SPDX-License-Identifier: GPL-2.0
/*
 * expstack sock: where a socket's multicast leaves (IP_MULTICAST_IF).
 * Flow:   setsockopt(2), getsockopt(2) -> dgram_sock -> [here]
 * Owns:   exs_dgram_sock.mc_index, .mc_addr
 * Locks:  takes the socket lock
 * Spec:   ip(7)
 * Tests:  kunit/sock/dgram_mcast_kunit.c, qemu/tests/sockapi.sh
 */
#include <expstack/dgram.h>

/* An address, an address behind a group, or those and a device: by length. */
static int exs_dgram_mc_copy(struct ip_mreqn *mreq, sockptr_t optval,
			     unsigned int optlen)
{
	if (optlen < sizeof(struct in_addr))
		return -EINVAL;
	memset(mreq, 0, sizeof(*mreq));
	if (optlen >= sizeof(struct ip_mreqn))
		optlen = sizeof(struct ip_mreqn);
	else if (optlen >= sizeof(struct ip_mreq))
		optlen = sizeof(struct ip_mreq);
	else
		return copy_from_sockptr(&mreq->imr_address, optval,
					 sizeof(mreq->imr_address)) ?
		       -EFAULT : 0;
	return copy_from_sockptr(mreq, optval, optlen) ? -EFAULT : 0;
}

/* Its device by number, or the one that has the address. 0: there is none. */
static int exs_dgram_mc_device(struct sock *sk, const struct ip_mreqn *mreq)
{
	struct exs_ifaddr *ifa;
	int ifindex = 0;

	rcu_read_lock();
	if (mreq->imr_ifindex) {
		if (dev_get_by_index_rcu(sock_net(sk), mreq->imr_ifindex))
			ifindex = mreq->imr_ifindex;
	} else {
		ifa = exs_addr_find_rcu(exs_sock_net(sk),
					mreq->imr_address.s_addr);
		if (ifa)
			ifindex = ifa->ldev->ifindex;
	}
	rcu_read_unlock();
	return ifindex;
}

/**
 * exs_dgram_set_mc_if - set IP_MULTICAST_IF
 * @sk: socket, not locked
 * @optval: struct in_addr, ip_mreq or ip_mreqn
 * @optlen: its length
 *
 * Context: process; takes the socket lock.
 * Return: 0, -EINVAL (length; bound to another device), -EFAULT,
 * -EADDRNOTAVAIL.
 */
int exs_dgram_set_mc_if(struct sock *sk, sockptr_t optval, unsigned int optlen)
{
	struct exs_dgram_sock *ds = exs_dgram_sk(sk);
	struct ip_mreqn mreq;
	int ifindex = 0;
	int err;

	err = exs_dgram_mc_copy(&mreq, optval, optlen);
	if (err)
		return err;
	lock_sock(sk);
	if (mreq.imr_ifindex || mreq.imr_address.s_addr) {
		ifindex = exs_dgram_mc_device(sk, &mreq);
		if (!ifindex)
			err = -EADDRNOTAVAIL;
		else if (sk->sk_bound_dev_if && sk->sk_bound_dev_if != ifindex)
			err = -EINVAL;
	}
	if (!err) {
		WRITE_ONCE(ds->mc_index, ifindex);
		WRITE_ONCE(ds->mc_addr, mreq.imr_address.s_addr);
		exs_dgram_route_forget(sk);
	}
	release_sock(sk);
	return err;
}

/**
 * exs_dgram_get_mc_if - read IP_MULTICAST_IF
 * @sk: socket, not locked
 * @optval: where to put the address
 * @optlen: room, then length
 *
 * Context: process.
 * Return: 0, -EINVAL, -EFAULT.
 */
int exs_dgram_get_mc_if(struct sock *sk, char __user *optval,
			int __user *optlen)
{
	__be32 addr = READ_ONCE(exs_dgram_sk(sk)->mc_addr);
	int len;

	if (get_user(len, optlen))
		return -EFAULT;
	if (len < 0)
		return -EINVAL;
	len = min_t(unsigned int, len, sizeof(addr));
	if (put_user(len, optlen) || copy_to_user(optval, &addr, len))
		return -EFAULT;
	return 0;
}
