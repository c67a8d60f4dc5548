// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: from the receive queue to the user's buffer.
 * Flow:   tcp_reasm -> sk_receive_queue -> [here] -> recvmsg(2)
 * Owns:   exs_tcp_sock.copied_seq
 * Locks:  takes the socket lock
 * Spec:   RFC 9293 3.9.1.3 (RECEIVE), 3.8.5
 * Tests:  kunit/tcp/tcp_recv_kunit.c, qemu/tests/data_integrity_netem.sh
 */
#include <net/busy_poll.h>
#include <linux/splice.h>

#include "tcp/tcp_recv.h"
#include "tcp/tcp_tstamp.h"

/* One recvmsg(). */
struct exs_tcp_read {
	struct sock *sk;
	struct msghdr *msg;
	int flags;
	size_t len;		/* still wanted */
	int copied;
	int target;		/* come back with at least so much */
	long timeo;
	u32 *seq;		/* next to read: copied_seq, or peek_seq */
	u32 peek_seq;
	bool stamps;		/* when it came is of interest */
	ktime_t soft, hard;	/* of the last that was read */
};

/* The skb is read: its memory goes back. */
static void exs_tcp_recv_eat(struct sock *sk, struct sk_buff *skb)
{
	__skb_unlink(skb, &sk->sk_receive_queue);
	exs_consume(skb);
}

/* The byte behind the urgent pointer, outside the stream (MSG_OOB). */
static int exs_tcp_recv_urg(struct sock *sk, struct msghdr *msg, int len,
			    int flags)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	char c = tp->urg_data;
	int err = 0;

	if (sock_flag(sk, SOCK_URGINLINE) || !tp->urg_data ||
	    tp->urg_data == EXS_TCP_URG_READ)
		return -EINVAL;
	if (sk->sk_state == TCP_CLOSE && !sock_flag(sk, SOCK_DONE))
		return -ENOTCONN;
	if (tp->urg_data & EXS_TCP_URG_VALID) {
		if (!(flags & MSG_PEEK))
			WRITE_ONCE(tp->urg_data, EXS_TCP_URG_READ);
		msg->msg_flags |= MSG_OOB;
		if (len <= 0) {
			msg->msg_flags |= MSG_TRUNC;
			return 0;
		}
		if (!(flags & MSG_TRUNC))
			err = memcpy_to_msg(msg, &c, 1);
		return err ? -EFAULT : 1;
	}
	if (sk->sk_state == TCP_CLOSE || (sk->sk_shutdown & RCV_SHUTDOWN))
		return 0;
	return -EAGAIN;
}

/* The skb that holds *seq, or NULL. *offset: where in it. *fin: it ends here. */
static struct sk_buff *exs_tcp_recv_find(struct exs_tcp_read *r, u32 *offset,
					 bool *fin)
{
	struct sk_buff *skb;

	*fin = false;
	skb_queue_walk(&r->sk->sk_receive_queue, skb) {
		u32 off = *r->seq - EXS_TCPCB(skb)->seq;

		if (EXS_TCPCB(skb)->flags & EXS_TCPHDR_SYN)
			off--;
		if (off < skb->len) {
			*offset = off;
			return skb;
		}
		if (EXS_TCPCB(skb)->flags & EXS_TCPHDR_FIN) {
			*fin = true;
			return skb;
		}
	}
	return NULL;
}

/**
 * exs_tcp_recv_at - the packet that has the next byte
 * @sk: socket
 * @offset: set to where in it
 *
 * Context: socket lock held.
 * Return: it stays in the queue; NULL: there is nothing to read.
 */
struct sk_buff *exs_tcp_recv_at(struct sock *sk, u32 *offset)
{
	struct exs_tcp_read r = {
		.sk = sk, .seq = &exs_tcp_sk(sk)->copied_seq,
	};
	struct sk_buff *skb;
	bool fin;

	skb = exs_tcp_recv_find(&r, offset, &fin);
	return fin ? NULL : skb;
}

/**
 * exs_tcp_recv_pass - bytes were read in another way
 * @sk: socket
 * @len: how many
 *
 * Packets that have no more of them are freed. The window follows by
 * exs_tcp_window_read().
 *
 * Context: socket lock held.
 */
void exs_tcp_recv_pass(struct sock *sk, u32 len)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct sk_buff *skb;

	WRITE_ONCE(tp->copied_seq, tp->copied_seq + len);
	while ((skb = skb_peek(&sk->sk_receive_queue)) &&
	       exs_seq_le(EXS_TCPCB(skb)->end_seq, tp->copied_seq))
		exs_tcp_recv_eat(sk, skb);
}

/* How much may be copied before the urgent mark? Skips the urgent byte. */
static u32 exs_tcp_recv_urg_limit(struct exs_tcp_read *r, u32 *offset, u32 used)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(r->sk);
	u32 off = tp->urg_seq - *r->seq;

	if (likely(!tp->urg_data) || off >= used)
		return used;
	if (off)
		return off;
	if (!sock_flag(r->sk, SOCK_URGINLINE)) {
		WRITE_ONCE(*r->seq, *r->seq + 1);
		(*offset)++;
		return used - 1;
	}
	return used;
}

static void exs_tcp_recv_stamp(struct exs_tcp_read *r, struct sk_buff *skb)
{
	ktime_t hard = skb_hwtstamps(skb)->hwtstamp;

	if (!skb->tstamp && !hard)
		return;
	r->soft = skb->tstamp;
	r->hard = hard;
}

/* The peer's FIN is read: it takes a sequence number. */
static void exs_tcp_recv_fin(struct exs_tcp_read *r, struct sk_buff *skb)
{
	WRITE_ONCE(*r->seq, *r->seq + 1);
	if (!(r->flags & MSG_PEEK))
		exs_tcp_recv_eat(r->sk, skb);
}

/* Copy from one skb. 0: go on; 1: return what there is; a negative errno. */
static int exs_tcp_recv_take(struct exs_tcp_read *r, struct sk_buff *skb,
			     u32 offset)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(r->sk);
	u32 used = min_t(size_t, skb->len - offset, r->len);
	int err;

	used = exs_tcp_recv_urg_limit(r, &offset, used);
	if (used && !(r->flags & MSG_TRUNC)) {
		err = skb_copy_datagram_msg(skb, offset, r->msg, used);
		if (err)
			return r->copied ? 1 : -EFAULT;
	}
	WRITE_ONCE(*r->seq, *r->seq + used);
	r->copied += used;
	r->len -= used;
	exs_tcp_rcvbuf_adjust(r->sk);
	if (tp->urg_data && exs_seq_gt(tp->copied_seq, tp->urg_seq))
		WRITE_ONCE(tp->urg_data, 0);
	if (unlikely(r->stamps))
		exs_tcp_recv_stamp(r, skb);
	if (offset + used < skb->len)
		return 0;
	if (EXS_TCPCB(skb)->flags & EXS_TCPHDR_FIN) {
		exs_tcp_recv_fin(r, skb);
		return 1;
	}
	if (!(r->flags & MSG_PEEK))
		exs_tcp_recv_eat(r->sk, skb);
	return 0;
}

/* With something copied: is it time to return? */
static bool exs_tcp_recv_enough(const struct exs_tcp_read *r)
{
	const struct sock *sk = r->sk;

	return !r->timeo || sk->sk_err || sk->sk_state == TCP_CLOSE ||
	       (sk->sk_shutdown & RCV_SHUTDOWN) || signal_pending(current);
}

/* With nothing copied: must we return? 1: end of file; 0: wait. */
static int exs_tcp_recv_end(const struct exs_tcp_read *r)
{
	struct sock *sk = r->sk;

	if (sock_flag(sk, SOCK_DONE))
		return 1;
	if (sk->sk_err)
		return sock_error(sk);
	if (sk->sk_shutdown & RCV_SHUTDOWN)
		return 1;
	/* Never connected; sk_err of a failed connection is told above. */
	if (sk->sk_state == TCP_CLOSE)
		return -ENOTCONN;
	if (!r->timeo)
		return -EAGAIN;
	if (signal_pending(current))
		return sock_intr_errno(r->timeo);
	return 0;
}

/* Nothing (more) is there. 0: look again; 1: return what there is; errno. */
static int exs_tcp_recv_wait(struct exs_tcp_read *r)
{
	struct sock *sk = r->sk;
	int err;

	if (r->copied >= r->target && !READ_ONCE(sk->sk_backlog.tail))
		return 1;
	if (r->copied) {
		if (exs_tcp_recv_enough(r))
			return 1;
	} else {
		err = exs_tcp_recv_end(r);
		if (err)
			return err;
	}
	if (r->copied >= r->target) {
		/* Do not sleep, only take the backlog in. */
		__sk_flush_backlog(sk);
		return 0;
	}
	exs_tcp_window_read(sk, r->copied);
	err = sk_wait_data(sk, &r->timeo, skb_peek_tail(&sk->sk_receive_queue));
	if (err < 0)
		return r->copied ? 1 : err;
	if ((r->flags & MSG_PEEK) && !exs_seq_ge(r->peek_seq,
						 exs_tcp_sk(sk)->copied_seq))
		r->peek_seq = exs_tcp_sk(sk)->copied_seq;
	return 0;
}

static int exs_tcp_recv_loop(struct exs_tcp_read *r)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(r->sk);
	struct sk_buff *skb;
	u32 offset;
	bool fin;
	int ret;

	do {
		/* Reading stops at the urgent mark (RFC 9293 3.8.5). */
		if (unlikely(tp->urg_data) && tp->urg_seq == *r->seq) {
			if (r->copied)
				break;
			if (signal_pending(current))
				return r->timeo ? sock_intr_errno(r->timeo) :
						  -EAGAIN;
		}
		skb = exs_tcp_recv_find(r, &offset, &fin);
		if (fin) {
			exs_tcp_recv_fin(r, skb);
			break;
		}
		if (!skb) {
			ret = exs_tcp_recv_wait(r);
			if (ret < 0)
				return ret;
			if (ret)
				break;
			continue;
		}
		ret = exs_tcp_recv_take(r, skb, offset);
		if (ret < 0)
			return ret;
		if (ret)
			break;
	} while (r->len > 0);
	return 0;
}

/**
 * exs_tcp_recv_left - what is left, for who asks how often to read
 * @sk: socket
 *
 * A FIN counts as a byte, and an urgent mark ends nothing: there is a reason to
 * read on.
 *
 * Context: any; exact with the socket locked.
 * Return: bytes.
 */
int exs_tcp_recv_left(const struct sock *sk)
{
	const struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	return tp->rcv_nxt - tp->copied_seq ?: sock_flag(sk, SOCK_DONE);
}

/**
 * exs_tcp_recv_locked - exs_tcp_recvmsg() but for the lock and the error queue
 * @sk: socket
 * @msg: where to
 * @len: bytes at most
 * @flags: MSG_*
 *
 * Context: process, socket lock held, may sleep.
 * Return: bytes, 0 at the end of the stream, or a negative errno.
 */
int exs_tcp_recv_locked(struct sock *sk, struct msghdr *msg, size_t len,
			int flags)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct exs_tcp_read r = {
		.sk = sk,
		.msg = msg,
		.flags = flags,
		.len = len,
		.target = sock_rcvlowat(sk, flags & MSG_WAITALL, len),
		.timeo = sock_rcvtimeo(sk, flags & MSG_DONTWAIT),
		.seq = &tp->copied_seq,
		.stamps = exs_tcp_tstamp_wanted(sk),
	};
	int err;

	if (sk->sk_state == TCP_LISTEN)
		return -ENOTCONN;
	if (unlikely(flags & MSG_OOB))
		return exs_tcp_recv_urg(sk, msg, len, flags);
	if (flags & MSG_PEEK) {
		r.peek_seq = tp->copied_seq;
		r.seq = &r.peek_seq;
	}
	err = exs_tcp_recv_loop(&r);
	/* An ACK that is owed goes now, whoever only looked. */
	exs_tcp_window_read(sk, err ?: r.copied);
	if (err)
		return err;
	if (unlikely(r.stamps))
		exs_tcp_tstamp_read(sk, msg, r.soft, r.hard);
	return r.copied;
}

/* What is left: for TCP_INQ, and for io_uring by msg_get_inq. */
static void exs_tcp_recv_inq(struct sock *sk, struct msghdr *msg, bool cmsg)
{
	bool slow = lock_sock_fast(sk);

	msg->msg_inq = exs_tcp_recv_left(sk);
	unlock_sock_fast(sk, slow);
	if (cmsg)
		put_cmsg(msg, SOL_TCP, TCP_CM_INQ, sizeof(msg->msg_inq),
			 &msg->msg_inq);
}

/**
 * exs_tcp_recvmsg - read the stream
 * @sk: socket
 * @msg: where to
 * @len: bytes at most
 * @flags: MSG_*
 * @addr_len: set with MSG_ERRQUEUE; a stream has no addresses
 *
 * Context: process; takes the socket lock, may sleep.
 * Return: bytes, 0 at the end of the stream, or a negative errno.
 */
int exs_tcp_recvmsg(struct sock *sk, struct msghdr *msg, size_t len, int flags,
		    int *addr_len)
{
	bool inq;
	int ret;

	if (unlikely(flags & MSG_ERRQUEUE)) {
		ret = exs_sock_recv_error(sk, msg, len);
		*addr_len = msg->msg_namelen;
		return ret;
	}
	if (sk_can_busy_loop(sk) &&
	    skb_queue_empty_lockless(&sk->sk_receive_queue) &&
	    sk->sk_state == TCP_ESTABLISHED)
		sk_busy_loop(sk, flags & MSG_DONTWAIT);
	lock_sock(sk);
	ret = exs_tcp_recv_locked(sk, msg, len, flags);
	inq = exs_tcp_sk(sk)->inq;
	release_sock(sk);
	if (unlikely(inq || msg->msg_get_inq) && ret >= 0)
		exs_tcp_recv_inq(sk, msg, inq);
	return ret;
}

/* Give pages of what is queued to a pipe. Locked. */
static ssize_t exs_tcp_splice_some(struct sock *sk,
				   struct pipe_inode_info *pipe, size_t len,
				   unsigned int flags)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct exs_tcp_read r = { .sk = sk, .seq = &tp->copied_seq };
	ssize_t done = 0;

	while (len) {
		struct sk_buff *skb;
		u32 offset, used;
		bool fin;
		int n;

		skb = exs_tcp_recv_find(&r, &offset, &fin);
		if (!skb)
			break;
		if (fin) {
			exs_tcp_recv_fin(&r, skb);
			break;
		}
		used = min_t(size_t, skb->len - offset, len);
		if (tp->urg_data && tp->urg_seq - tp->copied_seq < used)
			used = tp->urg_seq - tp->copied_seq;
		if (!used)
			break;
		n = skb_splice_bits(skb, sk, offset, pipe, used, flags);
		if (n <= 0) {
			if (!done)
				done = n;
			break;
		}
		WRITE_ONCE(tp->copied_seq, tp->copied_seq + n);
		done += n;
		len -= n;
		if (offset + n < skb->len)
			break;
		if (EXS_TCPCB(skb)->flags & EXS_TCPHDR_FIN) {
			exs_tcp_recv_fin(&r, skb);
			break;
		}
		exs_tcp_recv_eat(sk, skb);
	}
	exs_tcp_rcvbuf_adjust(sk);
	if (done > 0)
		exs_tcp_window_read(sk, done);
	return done;
}

/**
 * exs_tcp_splice_read - splice the stream into a pipe
 * @sock: socket
 * @ppos: must be 0: streams have no positions
 * @pipe: where to
 * @len: bytes at most
 * @flags: SPLICE_F_*
 *
 * Context: process; takes the socket lock, may sleep.
 * Return: bytes, 0 at the end of the stream, or a negative errno.
 */
ssize_t exs_tcp_splice_read(struct socket *sock, loff_t *ppos,
			    struct pipe_inode_info *pipe, size_t len,
			    unsigned int flags)
{
	struct exs_tcp_read r = { .sk = sock->sk };
	struct sock *sk = sock->sk;
	ssize_t done = 0;
	ssize_t ret = 0;

	if (unlikely(*ppos))
		return -ESPIPE;
	lock_sock(sk);
	if (sk->sk_state == TCP_LISTEN)
		ret = -ENOTCONN;
	/* SPLICE_F_NONBLOCK is about the pipe. */
	r.timeo = sock_rcvtimeo(sk, sock->file->f_flags & O_NONBLOCK);
	while (len && ret >= 0) {
		ret = exs_tcp_splice_some(sk, pipe, len, flags);
		if (ret < 0)
			break;
		done += ret;
		len -= ret;
		if (ret)
			r.timeo = 0;
		if (!len || done)
			break;
		ret = exs_tcp_recv_end(&r);
		if (ret)
			break;
		/* The urgent byte is in the way: waiting would not end. */
		if (!skb_queue_empty(&sk->sk_receive_queue))
			break;
		ret = sk_wait_data(sk, &r.timeo, NULL);
		if (ret < 0)
			break;
	}
	release_sock(sk);
	if (done)
		return done;
	return ret == 1 ? 0 : ret;
}
