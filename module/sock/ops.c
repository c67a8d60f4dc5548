// SPDX-License-Identifier: GPL-2.0
/*
 * expstack sock: operations that streams and datagrams share.
 * Flow:   system call -> proto_ops -> [here] -> sk_prot
 * Owns:   nothing
 * Locks:  takes the socket lock where said
 * Tests:  kunit/sock/ops_kunit.c, qemu/tests/sockapi.sh
 */
#include <asm/ioctls.h>
#include <linux/net.h>
#include <linux/sockios.h>
#include <linux/uaccess.h>

#include <expstack/tcp.h>

#include "sock/sock_priv.h"

/**
 * exs_sock_release - the last file reference is gone
 * @sock: socket
 *
 * Context: process.
 * Return: 0.
 */
int exs_sock_release(struct socket *sock)
{
	struct sock *sk = sock->sk;
	long timeout = 0;

	if (!sk)
		return 0;
	/* A dying process does not linger. */
	if (sock_flag(sk, SOCK_LINGER) && !(current->flags & PF_EXITING))
		timeout = sk->sk_lingertime;
	sk->sk_prot->close(sk, timeout);
	sock->sk = NULL;
	return 0;
}

/**
 * exs_sock_getname - getsockname and getpeername
 * @sock: socket
 * @uaddr: filled with a struct sockaddr_in
 * @peer: 0 own name; 1 peer's; 2 peer's even while connecting
 *
 * Context: process.
 * Return: length, or -ENOTCONN.
 */
int exs_sock_getname(struct socket *sock, struct sockaddr *uaddr, int peer)
{
	struct sockaddr_in *sin = (struct sockaddr_in *)uaddr;
	struct sock *sk = sock->sk;
	struct exs_sock *es = exs_sk(sk);
	int err = 0;

	memset(sin, 0, sizeof(*sin));
	sin->sin_family = AF_INET;
	lock_sock(sk);
	if (!peer) {
		sin->sin_port = es->conn.lport;
		sin->sin_addr.s_addr = es->conn.laddr ?: es->saddr;
	} else if (!es->conn.rport ||
		   (((1 << sk->sk_state) & (TCPF_CLOSE | TCPF_SYN_SENT)) &&
		    peer == 1)) {
		err = -ENOTCONN;
	} else {
		sin->sin_port = es->conn.rport;
		sin->sin_addr.s_addr = es->conn.raddr;
	}
	release_sock(sk);
	return err ?: sizeof(*sin);
}

/**
 * exs_sock_shutdown - shutdown(2)
 * @sock: socket
 * @how: SHUT_*
 *
 * Context: process.
 * Return: 0, -EINVAL or -ENOTCONN.
 */
int exs_sock_shutdown(struct socket *sock, int how)
{
	struct sock *sk = sock->sk;
	int err = 0;

	/* SHUT_RD, SHUT_WR, SHUT_RDWR become RCV_SHUTDOWN | SEND_SHUTDOWN. */
	how++;
	if ((how & ~SHUTDOWN_MASK) || !how)
		return -EINVAL;

	lock_sock(sk);
	if (sock->state == SS_CONNECTING)
		sock->state = (1 << sk->sk_state) &
			      (TCPF_SYN_SENT | TCPF_SYN_RECV | TCPF_CLOSE) ?
			      SS_DISCONNECTING : SS_CONNECTED;

	switch (sk->sk_state) {
	case TCP_CLOSE:
		/* Pollers must still learn of it. */
		err = -ENOTCONN;
		fallthrough;
	default:
		sk->sk_shutdown |= how;
		if (sk->sk_prot->shutdown)
			sk->sk_prot->shutdown(sk, how);
		break;
	case TCP_LISTEN:
		if (!(how & RCV_SHUTDOWN))
			break;
		fallthrough;
	case TCP_SYN_SENT:
		err = sk->sk_prot->disconnect(sk, O_NONBLOCK);
		sock->state = err ? SS_DISCONNECTING : SS_UNCONNECTED;
		break;
	}
	sk->sk_state_change(sk);
	release_sock(sk);
	return err;
}

/**
 * exs_sock_ioctl - FIONREAD, SIOCOUTQ and their like
 * @sock: socket
 * @cmd: request
 * @arg: user's pointer to an int
 *
 * Context: process.
 * Return: 0 or an errno; -ENOIOCTLCMD leaves it to the generic code.
 */
int exs_sock_ioctl(struct socket *sock, unsigned int cmd, unsigned long arg)
{
	struct sock *sk = sock->sk;
	int val = 0;
	int err;

	switch (cmd) {
	case SIOCINQ:
	case SIOCOUTQ:
	case SIOCOUTQNSD:
	case SIOCATMARK:
		err = sk->sk_prot->ioctl(sk, cmd, &val);
		if (err)
			return err;
		return put_user(val, (int __user *)arg);
	default:
		return -ENOIOCTLCMD;
	}
}

/**
 * exs_sock_sendmsg - send on a socket of either kind
 * @sock: socket
 * @msg: what and where to
 * @len: bytes
 *
 * Return: bytes sent or an errno.
 */
int exs_sock_sendmsg(struct socket *sock, struct msghdr *msg, size_t len)
{
	struct sock *sk = sock->sk;

	return sk->sk_prot->sendmsg(sk, msg, len);
}

/**
 * exs_sock_recvmsg - receive on a socket of either kind
 * @sock: socket
 * @msg: where to put it
 * @len: bytes at most
 * @flags: MSG_*
 *
 * Return: bytes received or an errno.
 */
int exs_sock_recvmsg(struct socket *sock, struct msghdr *msg, size_t len,
		     int flags)
{
	struct sock *sk = sock->sk;
	int addr_len = 0;
	int ret;

	ret = sk->sk_prot->recvmsg(sk, msg, len, flags, &addr_len);
	if (ret >= 0)
		msg->msg_namelen = addr_len;
	return ret;
}

/*
 * The generic code asks its own tables whether a socket can be found already;
 * ours are others.
 */
static bool exs_sock_refuses_program(struct sock *sk, int optname)
{
	bool ok;

	if (optname != SO_ATTACH_REUSEPORT_CBPF &&
	    optname != SO_ATTACH_REUSEPORT_EBPF)
		return false;
	lock_sock(sk);
	/* SO_LOCK_FILTER refuses it with another errno. */
	ok = sock_flag(sk, SOCK_FILTER_LOCKED) || exs_reuseport_attachable(sk);
	release_sock(sk);
	return !ok;
}

/* Who may send from his own pages. Locked. */
static int exs_sock_set_zerocopy(struct sock *sk, int val)
{
	if (sk->sk_type != SOCK_STREAM &&
	    (sk->sk_type != SOCK_DGRAM || sk->sk_protocol != IPPROTO_UDP))
		return -EOPNOTSUPP;
	if (val < 0 || val > 1)
		return -EINVAL;
	sock_valbool_flag(sk, SOCK_ZEROCOPY, val);
	return 0;
}

/* Options of SOL_SOCKET that the generic code keeps for AF_INET. */
static int exs_sock_setsockopt_socket(struct socket *sock, int optname,
				      sockptr_t optval, unsigned int optlen)
{
	struct sock *sk = sock->sk;
	int val, err;

	if (exs_sock_refuses_program(sk, optname))
		return -EINVAL;
	if (optname != SO_REUSEPORT && optname != SO_ZEROCOPY) {
		err = sock_setsockopt(sock, SOL_SOCKET, optname, optval,
				      optlen);
		/* The kept route depends on these; on the device, too. */
		if (!err && (optname == SO_MARK || optname == SO_DONTROUTE)) {
			lock_sock(sk);
			sk->sk_prot->rehash(sk);
			release_sock(sk);
		}
		return err;
	}
	if (optlen < sizeof(int))
		return -EINVAL;
	if (copy_from_sockptr(&val, optval, sizeof(val)))
		return -EFAULT;
	lock_sock(sk);
	if (optname == SO_ZEROCOPY) {
		err = exs_sock_set_zerocopy(sk, val);
	} else {
		sk->sk_reuseport = !!val;
		err = 0;
	}
	release_sock(sk);
	return err;
}

/**
 * exs_sock_setsockopt - setsockopt(2) at every level
 * @sock: socket
 * @level: SOL_SOCKET, IPPROTO_*
 * @optname: option
 * @optval: value
 * @optlen: its length
 *
 * Return: 0 or an errno.
 */
int exs_sock_setsockopt(struct socket *sock, int level, int optname,
			sockptr_t optval, unsigned int optlen)
{
	struct sock *sk = sock->sk;

	if (level == SOL_SOCKET)
		return exs_sock_setsockopt_socket(sock, optname, optval,
						  optlen);
	return sk->sk_prot->setsockopt(sk, level, optname, optval, optlen);
}

/**
 * exs_sock_getsockopt - getsockopt(2) but for SOL_SOCKET
 * @sock: socket
 * @level: IPPROTO_*
 * @optname: option
 * @optval: where to put the value
 * @optlen: room, then length
 *
 * Return: 0 or an errno.
 */
int exs_sock_getsockopt(struct socket *sock, int level, int optname,
			char __user *optval, int __user *optlen)
{
	struct sock *sk = sock->sk;

	return sk->sk_prot->getsockopt(sk, level, optname, optval, optlen);
}
