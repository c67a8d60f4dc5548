// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: poll, select, epoll; the ioctls that count bytes.
 * Flow:   poll(2), ioctl(2) -> [here]
 * Owns:   nothing
 * Locks:  none in poll: it reads racily and is woken again
 * Spec:   POSIX poll(); RFC 9293 3.9.1
 * Tests:  kunit/tcp/tcp_poll_kunit.c, qemu/tests/epoll_1000.sh
 */
#include <asm/ioctls.h>
#include <linux/poll.h>
#include <linux/sockios.h>
#include <net/proto_memory.h>

#include "tcp/tcp_priv.h"
#include "tcp/tcp_recv.h"
#include "tcp/tcp_req.h"

/**
 * exs_tcp_poll_readable - are there bytes to be read, and enough of them?
 * @sk: socket
 * @target: how many are wanted
 *
 * The mark may be out of reach: no more fits the buffer or window.
 *
 * Context: any.
 * Return: true when a reader is to wake.
 */
bool exs_tcp_poll_readable(const struct sock *sk, int target)
{
	const struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	int avail = READ_ONCE(tp->rcv_nxt) - READ_ONCE(tp->copied_seq);
	int rcvbuf;

	if (avail <= 0)
		return false;
	if (avail >= target)
		return true;
	if (exs_tcp_receive_window(tp) <= tp->ack.rcv_mss ||
	    sk_under_memory_pressure(sk))
		return true;
	rcvbuf = READ_ONCE(sk->sk_rcvbuf);
	return atomic_read(&sk->sk_rmem_alloc) > rcvbuf - (rcvbuf >> 3);
}

static __poll_t exs_tcp_poll_write(struct sock *sk)
{
	if (READ_ONCE(sk->sk_shutdown) & SEND_SHUTDOWN)
		return EPOLLOUT | EPOLLWRNORM;
	if (__sk_stream_is_writeable(sk, 1))
		return EPOLLOUT | EPOLLWRNORM;
	sk_set_bit(SOCKWQ_ASYNC_NOSPACE, sk);
	set_bit(SOCK_NOSPACE, &sk->sk_socket->flags);
	/* Space may have come before the bit was set: look again. */
	smp_mb__after_atomic();
	if (__sk_stream_is_writeable(sk, 1))
		return EPOLLOUT | EPOLLWRNORM;
	return 0;
}

static __poll_t exs_tcp_poll_data(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	u16 urg = READ_ONCE(tp->urg_data);
	int target = sock_rcvlowat(sk, 0, INT_MAX);
	__poll_t mask = 0;

	if (urg && READ_ONCE(tp->urg_seq) == READ_ONCE(tp->copied_seq) &&
	    !sock_flag(sk, SOCK_URGINLINE))
		target++;
	if (exs_tcp_poll_readable(sk, target))
		mask |= EPOLLIN | EPOLLRDNORM;
	mask |= exs_tcp_poll_write(sk);
	if (urg & EXS_TCP_URG_VALID)
		mask |= EPOLLPRI;
	return mask;
}

/**
 * exs_tcp_poll - what a socket is ready for
 * @file: its file
 * @sock: socket
 * @wait: poll table
 *
 * Context: process; not locked.
 * Return: EPOLL*.
 */
__poll_t exs_tcp_poll(struct file *file, struct socket *sock,
		      struct poll_table_struct *wait)
{
	struct sock *sk = sock->sk;
	__poll_t mask = 0;
	u8 shutdown;
	int state;

	sock_poll_wait(file, sock, wait);
	/* Pairs with exs_tcp_set_state(). */
	state = smp_load_acquire(&sk->sk_state);
	if (state == TCP_LISTEN)
		return exs_tcp_accept_ready(sk) ? EPOLLIN | EPOLLRDNORM : 0;

	shutdown = READ_ONCE(sk->sk_shutdown);
	if (shutdown == SHUTDOWN_MASK || state == TCP_CLOSE)
		mask |= EPOLLHUP;
	if (shutdown & RCV_SHUTDOWN)
		mask |= EPOLLIN | EPOLLRDNORM | EPOLLRDHUP;
	if (state != TCP_SYN_SENT &&
	    (state != TCP_SYN_RECV || exs_tcp_fo_pending(exs_tcp_sk(sk))))
		mask |= exs_tcp_poll_data(sk);
	else if (state == TCP_SYN_SENT && exs_tcp_connect_deferred(sk))
		/* The first write sends the SYN. */
		mask |= EPOLLOUT | EPOLLWRNORM;
	/* Pairs with exs_tcp_abort(). */
	smp_rmb();
	if (READ_ONCE(sk->sk_err) ||
	    !skb_queue_empty_lockless(&sk->sk_error_queue))
		mask |= EPOLLERR;
	return mask;
}

/**
 * exs_tcp_inq - what recvmsg() would give, up to the urgent mark
 * @sk: socket
 *
 * Context: socket lock held.
 * Return: bytes.
 */
int exs_tcp_inq(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	int n;

	if ((1 << sk->sk_state) & (TCPF_SYN_SENT | TCPF_SYN_RECV))
		return 0;
	if (sock_flag(sk, SOCK_URGINLINE) || !tp->urg_data ||
	    exs_seq_lt(tp->urg_seq, tp->copied_seq) ||
	    !exs_seq_lt(tp->urg_seq, tp->rcv_nxt)) {
		n = tp->rcv_nxt - tp->copied_seq;
		/* The FIN is counted in rcv_nxt, but is no byte. */
		if (n && sock_flag(sk, SOCK_DONE))
			n--;
		return n;
	}
	return tp->urg_seq - tp->copied_seq;
}

/**
 * exs_tcp_ioctl - FIONREAD (SIOCINQ), SIOCATMARK, SIOCOUTQ, SIOCOUTQNSD
 * @sk: socket
 * @cmd: which
 * @karg: the answer
 *
 * Context: process.
 * Return: 0, -EINVAL (listening), -ENOIOCTLCMD.
 */
int exs_tcp_ioctl(struct sock *sk, int cmd, int *karg)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	bool early = (1 << sk->sk_state) & (TCPF_SYN_SENT | TCPF_SYN_RECV);
	bool slow;

	if (sk->sk_state == TCP_LISTEN && cmd != SIOCATMARK)
		return -EINVAL;
	switch (cmd) {
	case SIOCINQ:
		slow = lock_sock_fast(sk);
		*karg = exs_tcp_inq(sk);
		unlock_sock_fast(sk, slow);
		return 0;
	case SIOCATMARK:
		*karg = READ_ONCE(tp->urg_data) &&
			READ_ONCE(tp->urg_seq) == READ_ONCE(tp->copied_seq);
		return 0;
	case SIOCOUTQ:
		*karg = early ? 0 : READ_ONCE(tp->write_seq) -
				    READ_ONCE(tp->snd_una);
		return 0;
	case SIOCOUTQNSD:
		*karg = early ? 0 : READ_ONCE(tp->write_seq) -
				    READ_ONCE(tp->snd_nxt);
		return 0;
	default:
		return -ENOIOCTLCMD;
	}
}

/**
 * exs_tcp_set_rcvlowat - SO_RCVLOWAT
 * @sk: socket, locked
 * @val: bytes
 *
 * The receive buffer grows so that so much fits.
 *
 * Return: 0.
 */
int exs_tcp_set_rcvlowat(struct sock *sk, int val)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	int most = EXS_SYSCTL(exs_sock_net(sk), tcp_rmem[2]);
	s64 space;

	if (sk->sk_userlocks & SOCK_RCVBUF_LOCK)
		most = sk->sk_rcvbuf >> 1;
	else
		most >>= 1;
	val = min(val, most);
	WRITE_ONCE(sk->sk_rcvlowat, val ?: 1);
	if (exs_tcp_poll_readable(sk, sk->sk_rcvlowat) ||
	    sock_flag(sk, SOCK_DONE))
		sk->sk_data_ready(sk);
	if (sk->sk_userlocks & SOCK_RCVBUF_LOCK)
		return 0;
	space = div_u64((u64)val << 8, tp->ack.scaling_ratio ?: 128);
	if (space > sk->sk_rcvbuf) {
		WRITE_ONCE(sk->sk_rcvbuf, space);
		if (tp->window_clamp && tp->window_clamp < val)
			WRITE_ONCE(tp->window_clamp, val);
	}
	return 0;
}
