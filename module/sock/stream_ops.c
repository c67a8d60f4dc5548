// SPDX-License-Identifier: GPL-2.0
/*
 * expstack sock: system calls on a stream socket.
 * Flow:   connect, listen, accept -> [here] -> tcp
 * Owns:   socket->state
 * Locks:  takes the socket lock
 * Tests:  kunit/sock/ops_kunit.c, qemu/tests/sockapi.sh
 */
#include <linux/module.h>
#include <linux/net.h>

#include <expstack/tcp.h>

#include "sock/sock_priv.h"

static int exs_stream_bind(struct socket *sock, struct sockaddr *uaddr, int len)
{
	return exs_sock_bind(sock->sk, uaddr, len, &exs_tcp_ports);
}

/* Sleep until the handshake is over. Socket locked. Returns what is left. */
static long exs_stream_wait_connect(struct sock *sk, long timeo)
{
	DEFINE_WAIT_FUNC(wait, woken_wake_function);
	bool text = exs_tcp_connect_text(sk);

	add_wait_queue(sk_sleep(sk), &wait);
	sk->sk_write_pending += text;
	while ((1 << sk->sk_state) & (TCPF_SYN_SENT | TCPF_SYN_RECV)) {
		release_sock(sk);
		timeo = wait_woken(&wait, TASK_INTERRUPTIBLE, timeo);
		lock_sock(sk);
		if (signal_pending(current) || !timeo)
			break;
	}
	remove_wait_queue(sk_sleep(sk), &wait);
	sk->sk_write_pending -= text;
	return timeo;
}

static int exs_stream_disconnect(struct socket *sock, int flags)
{
	int err = sock->sk->sk_prot->disconnect(sock->sk, flags);

	sock->state = err ? SS_DISCONNECTING : SS_UNCONNECTED;
	return err;
}

/*
 * Start a connection, or say why not. 0: wait for it; *pending: what to say to
 * who does not wait.
 */
static int exs_stream_start_connect(struct socket *sock, struct sockaddr *uaddr,
				    int len, bool sendmsg, int *pending)
{
	struct sock *sk = sock->sk;
	int err;

	switch (sock->state) {
	case SS_CONNECTED:
		return -EISCONN;
	case SS_CONNECTING:
		*pending = -EALREADY;
		if (exs_tcp_connect_deferred(sk))
			*pending = sendmsg ? -EINPROGRESS : -EISCONN;
		return 0;
	case SS_UNCONNECTED:
		break;
	default:
		return -EINVAL;
	}
	if (sk->sk_state != TCP_CLOSE)
		return -EISCONN;
	err = exs_sock_check_addr(uaddr, len);
	if (err)
		return err;
	err = exs_tcp_connect(sk, (struct sockaddr_in *)uaddr);
	if (err < 0)
		return err;
	sock->state = SS_CONNECTING;
	*pending = exs_tcp_connect_deferred(sk) ? 0 : -EINPROGRESS;
	return 0;
}

static int exs_stream_finish_connect(struct socket *sock)
{
	struct sock *sk = sock->sk;
	int err;

	if (sk->sk_state != TCP_CLOSE) {
		sock->state = SS_CONNECTED;
		return 0;
	}
	err = sock_error(sk) ?: -ECONNABORTED;
	sock->state = SS_UNCONNECTED;
	if (sk->sk_prot->disconnect(sk, 0))
		sock->state = SS_DISCONNECTING;
	return err;
}

/**
 * exs_sock_stream_connect - connect(), also on behalf of sendmsg()
 * @sock: socket, locked
 * @uaddr: the peer; of a sendmsg() it may be NULL
 * @len: its length
 * @flags: O_NONBLOCK
 * @sendmsg: MSG_FASTOPEN, or the write a connect() waits for
 *
 * Context: process, may sleep.
 * Return: 0 or an errno.
 */
int exs_sock_stream_connect(struct socket *sock, struct sockaddr *uaddr,
			    int len, int flags, bool sendmsg)
{
	struct sock *sk = sock->sk;
	int err, pending, gone;
	long timeo;

	sock_owned_by_me(sk);
	if (uaddr && len < (int)sizeof(uaddr->sa_family))
		return -EINVAL;
	if (uaddr && uaddr->sa_family == AF_UNSPEC)
		return exs_stream_disconnect(sock, flags);
	err = exs_stream_start_connect(sock, uaddr, len, sendmsg, &pending);
	if (err || !pending)
		return err;

	if ((1 << sk->sk_state) & (TCPF_SYN_SENT | TCPF_SYN_RECV)) {
		timeo = sock_sndtimeo(sk, flags & O_NONBLOCK);
		if (!timeo)
			return pending;
		gone = sk->sk_disconnects;
		timeo = exs_stream_wait_connect(sk, timeo);
		/* What it waited for is over, whatever there is now. */
		if (gone != sk->sk_disconnects)
			return -EPIPE;
		if (signal_pending(current) &&
		    ((1 << sk->sk_state) & (TCPF_SYN_SENT | TCPF_SYN_RECV)))
			return sock_intr_errno(timeo);
		if (!timeo &&
		    ((1 << sk->sk_state) & (TCPF_SYN_SENT | TCPF_SYN_RECV)))
			return pending;
	}
	return exs_stream_finish_connect(sock);
}

static int exs_stream_connect(struct socket *sock, struct sockaddr *uaddr,
			      int len, int flags)
{
	int err;

	lock_sock(sock->sk);
	err = exs_sock_stream_connect(sock, uaddr, len, flags, false);
	release_sock(sock->sk);
	return err;
}

static int exs_stream_listen(struct socket *sock, int backlog)
{
	struct sock *sk = sock->sk;
	int err = -EINVAL;

	lock_sock(sk);
	if (sock->state != SS_UNCONNECTED)
		goto out;
	if (!((1 << sk->sk_state) & (TCPF_CLOSE | TCPF_LISTEN)))
		goto out;
	/* A negative one is the largest. */
	backlog = min_t(unsigned int, backlog,
			EXS_SYSCTL(exs_sock_net(sk), somaxconn));
	err = exs_tcp_listen_start(sk, backlog);
out:
	release_sock(sk);
	return err;
}

static int exs_stream_accept(struct socket *sock, struct socket *newsock,
			     struct proto_accept_arg *arg)
{
	struct sock *newsk;

	newsk = exs_tcp_accept(sock->sk, arg);
	if (!newsk)
		return arg->err;
	lock_sock(newsk);
	set_bit(SOCK_CUSTOM_SOCKOPT, &newsock->flags);
	sock_graft(newsk, newsock);
	newsock->state = SS_CONNECTED;
	release_sock(newsk);
	return 0;
}

/*
 * The generic code counts the bytes of AF_INET's streams only: where the count
 * begins is set here.
 */
static int exs_stream_set_timestamping(struct socket *sock, int optname,
				       sockptr_t optval, unsigned int optlen)
{
	struct sock *sk = sock->sk;
	u32 base = 0;
	int val, ret;
	int err;

	if (optlen < sizeof(val))
		return -EINVAL;
	if (copy_from_sockptr(&val, optval, sizeof(val)))
		return -EFAULT;
	lock_sock(sk);
	ret = exs_tcp_tstamp_base(sk, val, &base);
	release_sock(sk);
	if (ret < 0)
		return ret;
	err = exs_sock_setsockopt(sock, SOL_SOCKET, optname, optval, optlen);
	if (!err && ret)
		atomic_set(&sk->sk_tskey, base);
	return err;
}

static int exs_stream_setsockopt(struct socket *sock, int level, int optname,
				 sockptr_t optval, unsigned int optlen)
{
	struct sock *sk = sock->sk;
	int err;

	if (level == SOL_SOCKET && (optname == SO_TIMESTAMPING_OLD ||
				    optname == SO_TIMESTAMPING_NEW))
		return exs_stream_set_timestamping(sock, optname, optval,
						   optlen);
	err = exs_sock_setsockopt(sock, level, optname, optval, optlen);
	if (!err && level == SOL_SOCKET && optname == SO_MAX_PACING_RATE) {
		lock_sock(sk);
		exs_tcp_pacing_capped(sk);
		release_sock(sk);
	}
	return err;
}

const struct proto_ops exs_stream_ops = {
	.family = PF_EXPSTACK,
	.owner = THIS_MODULE,
	.release = exs_sock_release,
	.bind = exs_stream_bind,
	.connect = exs_stream_connect,
	.socketpair = sock_no_socketpair,
	.accept = exs_stream_accept,
	.getname = exs_sock_getname,
	.poll = exs_tcp_poll,
	.ioctl = exs_sock_ioctl,
	.gettstamp = sock_gettstamp,
	.listen = exs_stream_listen,
	.shutdown = exs_sock_shutdown,
	.setsockopt = exs_stream_setsockopt,
	.getsockopt = exs_sock_getsockopt,
	.sendmsg = exs_sock_sendmsg,
	.recvmsg = exs_sock_recvmsg,
	.mmap = exs_tcp_mmap,
	.splice_read = exs_tcp_splice_read,
	.set_rcvlowat = exs_tcp_set_rcvlowat,
};
