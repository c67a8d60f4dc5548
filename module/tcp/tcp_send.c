// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: from the user's buffer to the write queue.
 * Flow:   sendmsg(2), sendfile(2) -> [here] -> tcp_output
 * Owns:   exs_tcp_sock.write_seq, .pushed_seq; the tail of sk_write_queue; the
 *         size of the send buffer
 * Locks:  takes the socket lock
 * Spec:   RFC 9293 3.9.1.2 (SEND), 3.8.5; RFC 1122 4.2.2.2
 * Tests:  kunit/tcp/tcp_send_kunit.c, qemu/tests/data_integrity_netem.sh
 */
#include <net/proto_memory.h>

#include "tcp/tcp_page.h"
#include "tcp/tcp_priv.h"
#include "tcp/tcp_tstamp.h"
#include "tcp/tcp_zcopy.h"

#define EXS_TCP_SEND_FLUSH	16	/* packets between looks at the backlog */

/* One sendmsg(). */
struct exs_tcp_send {
	struct sock *sk;
	struct msghdr *msg;
	int flags;
	unsigned int mss;
	u32 goal;
	size_t copied;
	long timeo;
	u32 tsflags;		/* SOF_TIMESTAMPING_* */
	int fresh;		/* packets since the backlog was looked at */
	struct ubuf_info *ubuf;	/* MSG_ZEROCOPY: who is told of its end */
	bool direct;		/* and the packets are of the user's pages */
};

/**
 * exs_tcp_memory_free - may more be queued? (TCP_NOTSENT_LOWAT)
 * @sk: socket
 * @wake: 1 when asked to decide about waking a writer
 *
 * Return: true when less than the low-water mark is unsent.
 */
bool exs_tcp_memory_free(const struct sock *sk, int wake)
{
	const struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	u32 unsent = READ_ONCE(tp->write_seq) - READ_ONCE(tp->snd_nxt);
	u32 lowat = READ_ONCE(exs_tcp_ext(tp)->notsent_lowat);

	if (!lowat)
		lowat = EXS_SYSCTL(exs_sock_net(sk), tcp_notsent_lowat);
	return (u64)unsent << wake < lowat;
}

/**
 * exs_tcp_write_space - a writer may go on
 * @sk: socket
 *
 * sk_write_space: called under the socket lock when ACKs made room, and by
 * sock_wfree() for a packet that left the device queue.
 *
 * Context: any.
 */
void exs_tcp_write_space(struct sock *sk)
{
	struct socket_wq *wq;
	struct socket *sock;

	exs_tcp_tsq_freed(sk);
	rcu_read_lock();
	sock = READ_ONCE(sk->sk_socket);
	if (!sock || !test_bit(SOCK_NOSPACE, &sock->flags) ||
	    !__sk_stream_is_writeable(sk, 1))
		goto out;
	clear_bit(SOCK_NOSPACE, &sock->flags);
	wq = rcu_dereference(sk->sk_wq);
	if (skwq_has_sleeper(wq))
		wake_up_interruptible_poll(&wq->wait, EPOLLOUT | EPOLLWRNORM |
						      EPOLLWRBAND);
	if (wq && wq->fasync_list && !(sk->sk_shutdown & SEND_SHUTDOWN))
		sock_wake_async(wq, SOCK_WAKE_SPACE, POLL_OUT);
out:
	rcu_read_unlock();
}

/**
 * exs_tcp_sndbuf_grow - a send buffer that holds two windows
 * @sk: socket
 *
 * One window is in flight, the other waits for it. Up to tcp_wmem[2].
 *
 * Context: socket lock held.
 */
void exs_tcp_sndbuf_grow(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	u32 most = EXS_SYSCTL(exs_sock_net(sk), tcp_wmem[2]);
	u32 segs, per;
	u64 want;

	per = max_t(u32, tp->mss_clamp, tp->mss_cache) + EXS_MAX_TCP_HEADER +
	      SKB_DATA_ALIGN(sizeof(struct skb_shared_info));
	per = roundup_pow_of_two(per) + SKB_DATA_ALIGN(sizeof(struct sk_buff));
	segs = max3(EXS_CC_INIT_CWND, tp->cc.cwnd, tp->reordering + 1U);
	want = 2ULL * segs * per;
	if (sk->sk_sndbuf < want)
		WRITE_ONCE(sk->sk_sndbuf, min_t(u64, want, most));
}

/* Would a larger send buffer help? */
static bool exs_tcp_sndbuf_may_grow(const struct sock *sk)
{
	const struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	if (sk->sk_userlocks & SOCK_SNDBUF_LOCK)
		return false;
	if (sk_under_memory_pressure(sk) ||
	    sk_memory_allocated(sk) >= sk_prot_mem_limits(sk, 0))
		return false;
	return exs_tcp_in_flight(tp) < tp->cc.cwnd;
}

/**
 * exs_tcp_new_space - ACKs made room in the send buffer
 * @sk: socket
 *
 * Context: socket lock held.
 */
void exs_tcp_new_space(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	/* Pairs with the barrier between SOCK_NOSPACE and the test in poll. */
	smp_mb();
	if (!sk->sk_socket || !test_bit(SOCK_NOSPACE, &sk->sk_socket->flags))
		return;
	if (exs_tcp_sndbuf_may_grow(sk)) {
		exs_tcp_sndbuf_grow(sk);
		tp->snd_cwnd_stamp = (u32)jiffies;
	}
	sk->sk_write_space(sk);
	if (!test_bit(SOCK_NOSPACE, &sk->sk_socket->flags))
		exs_tcp_chrono_stop(sk, EXS_TCP_CHRONO_SNDBUF);
}

/* More than half the peer's largest window since the last PSH. */
static bool exs_tcp_send_forced_push(const struct exs_tcp_sock *tp)
{
	return exs_seq_gt(tp->write_seq, tp->pushed_seq + (tp->max_window >> 1));
}

static void exs_tcp_send_mark_push(struct exs_tcp_sock *tp, struct sk_buff *skb)
{
	EXS_TCPCB(skb)->flags |= EXS_TCPHDR_PSH;
	tp->pushed_seq = tp->write_seq;
}

/*
 * A packet that is not full may wait while the device still has some of the
 * socket: when one of these is done, output goes on with what was added by then.
 */
static bool exs_tcp_send_autocork(const struct exs_tcp_send *s,
				  const struct sk_buff *skb)
{
	struct exs_net *en = exs_sock_net(s->sk);
	struct sock *sk = s->sk;

	if (skb->len >= s->goal || EXS_TCPCB(skb)->eor ||
	    !EXS_SYSCTL(en, tcp_autocorking) ||
	    skb_queue_empty(&exs_tcp_sk(sk)->rtx_queue) ||
	    refcount_read(&sk->sk_wmem_alloc) <= skb->truesize)
		return false;
	if (!test_bit(EXS_TCP_TSQ_THROTTLED, &sk->sk_tsq_flags)) {
		EXS_INC(en, TCPEXT_TCPAutoCorking);
		set_bit(EXS_TCP_TSQ_THROTTLED, &sk->sk_tsq_flags);
		/* The last may be done before the bit was seen. */
		smp_mb__after_atomic();
	}
	return refcount_read(&sk->sk_wmem_alloc) > skb->truesize;
}

/* Hand what is queued to the output loop. */
static void exs_tcp_send_push(struct exs_tcp_send *s, int flags, int nonagle)
{
	struct sk_buff *skb = skb_peek_tail(&s->sk->sk_write_queue);
	struct exs_tcp_sock *tp = exs_tcp_sk(s->sk);

	if (!skb)
		return;
	if (!(flags & MSG_MORE) || exs_tcp_send_forced_push(tp))
		exs_tcp_send_mark_push(tp, skb);
	if (flags & MSG_OOB) {
		tp->snd_up = tp->write_seq;
		tp->urg_mode = 1;
	}
	if (exs_tcp_send_autocork(s, skb))
		return;
	if (flags & MSG_MORE)
		nonagle = EXS_TCP_NAGLE_CORK;
	exs_tcp_push(s->sk, s->mss, nonagle);
}

static void exs_tcp_send_sizes(struct exs_tcp_send *s)
{
	s->mss = exs_tcp_current_mss(s->sk);
	s->goal = s->flags & MSG_OOB ? s->mss :
				       exs_tcp_size_goal(s->sk, s->mss);
}

/* An empty packet at the tail. NULL: wait for memory. */
static struct sk_buff *exs_tcp_send_new(struct exs_tcp_send *s)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(s->sk);
	struct sock *sk = s->sk;
	struct sk_buff *skb;

	if (!sk_stream_memory_free(sk))
		return NULL;
	skb = exs_tcp_alloc_skb(sk, sk->sk_allocation,
				skb_queue_empty(&sk->sk_write_queue) &&
				skb_queue_empty(&tp->rtx_queue));
	if (!skb)
		return NULL;
	s->fresh++;
	EXS_TCPCB(skb)->seq = tp->write_seq;
	EXS_TCPCB(skb)->end_seq = tp->write_seq;
	EXS_TCPCB(skb)->flags = EXS_TCPHDR_ACK;
	__skb_queue_tail(&sk->sk_write_queue, skb);
	exs_tcp_chrono_start(tp, EXS_TCP_CHRONO_BUSY);
	sk_wmem_queued_add(sk, skb->truesize);
	sk_mem_charge(sk, skb->truesize);
	tp->nonagle &= ~EXS_TCP_NAGLE_PUSH;
	exs_tcp_cwnd_idle(sk);
	return skb;
}

/* A packet that never got text does not stay queued. */
static void exs_tcp_send_unqueue_empty(struct sock *sk)
{
	struct sk_buff *skb = skb_peek_tail(&sk->sk_write_queue);

	if (!skb || EXS_TCPCB(skb)->seq != EXS_TCPCB(skb)->end_seq)
		return;
	__skb_unlink(skb, &sk->sk_write_queue);
	exs_tcp_chrono_stop(sk, EXS_TCP_CHRONO_BUSY);
	sk_wmem_queued_add(sk, -skb->truesize);
	sk_mem_uncharge(sk, skb->truesize);
	__kfree_skb(skb);
}

/**
 * exs_tcp_send_memory - memory for text
 * @sk: socket
 * @room: bytes at most
 *
 * Where there is none, a sender may still have tcp_wmem[0].
 *
 * Context: socket lock held.
 * Return: bytes; 0: wait.
 */
size_t exs_tcp_send_memory(struct sock *sk, size_t room)
{
	int left;

	if (likely(sk_wmem_schedule(sk, room)))
		return room;
	left = EXS_SYSCTL(exs_sock_net(sk), tcp_wmem[0]) - sk->sk_wmem_queued;
	if (left > 0)
		exs_tcp_force_mem(sk, min_t(size_t, left, room));
	return min_t(size_t, room, max(sk->sk_forward_alloc, 0));
}

/*
 * Copy at most room bytes to the end of skb. Return: bytes; 0: wait for memory;
 * -EMSGSIZE: skb takes no more fragments; another errno.
 */
static ssize_t exs_tcp_send_copy(struct exs_tcp_send *s, struct sk_buff *skb,
				 size_t room)
{
	struct page_frag *pfrag = sk_page_frag(s->sk);
	int i = skb_shinfo(skb)->nr_frags;
	bool merge;
	int err;

	if (!exs_tcp_page_refill(s->sk, pfrag))
		return 0;
	merge = skb_can_coalesce(skb, i, pfrag->page, pfrag->offset);
	if (!merge && i >= MAX_SKB_FRAGS)
		return -EMSGSIZE;
	room = min_t(size_t, room, pfrag->size - pfrag->offset);
	room = exs_tcp_send_memory(s->sk, room);
	if (!room)
		return 0;
	err = skb_copy_to_page_nocache(s->sk, &s->msg->msg_iter, skb,
				       pfrag->page, pfrag->offset, room);
	if (err)
		return err;
	if (merge) {
		skb_frag_size_add(&skb_shinfo(skb)->frags[i - 1], room);
	} else {
		skb_fill_page_desc(skb, i, pfrag->page, pfrag->offset, room);
		page_ref_inc(pfrag->page);
	}
	pfrag->offset += room;
	return room;
}

/* MSG_SPLICE_PAGES: take the pages themselves. Returns as the copy does. */
static ssize_t exs_tcp_send_splice(struct exs_tcp_send *s, struct sk_buff *skb,
				   size_t room)
{
	ssize_t n;

	room = exs_tcp_send_memory(s->sk, room);
	if (!room)
		return 0;
	n = skb_splice_from_iter(skb, &s->msg->msg_iter, room,
				 s->sk->sk_allocation);
	if (n > 0) {
		/* Whoever has the page may write to it while we send. */
		if (!(s->flags & MSG_NO_SHARED_FRAGS))
			skb_shinfo(skb)->flags |= SKBFL_SHARED_FRAG;
		sk_wmem_queued_add(s->sk, n);
		sk_mem_charge(s->sk, n);
	}
	return n;
}

static ssize_t exs_tcp_send_fill(struct exs_tcp_send *s, struct sk_buff *skb)
{
	size_t room = min_t(size_t, s->goal - skb->len,
			    msg_data_left(s->msg));
	struct exs_tcp_sock *tp = exs_tcp_sk(s->sk);
	ssize_t n;

	if (unlikely(s->direct))
		n = exs_tcp_zcopy_fill(s->sk, skb, s->msg, room, s->ubuf);
	else if (s->flags & MSG_SPLICE_PAGES)
		n = exs_tcp_send_splice(s, skb, room);
	else
		n = exs_tcp_send_copy(s, skb, room);
	if (n <= 0)
		return n;
	if (!s->copied)
		EXS_TCPCB(skb)->flags &= ~EXS_TCPHDR_PSH;
	WRITE_ONCE(tp->write_seq, tp->write_seq + n);
	EXS_TCPCB(skb)->end_seq += n;
	EXS_TCPCB(skb)->gso_segs = 0;
	s->copied += n;
	return n;
}

/* A packet is full: send it when that keeps the pipe busy. */
static void exs_tcp_send_full(struct exs_tcp_send *s, struct sk_buff *skb)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(s->sk);

	if (exs_tcp_send_forced_push(tp)) {
		exs_tcp_send_mark_push(tp, skb);
		exs_tcp_push(s->sk, s->mss, EXS_TCP_NAGLE_PUSH);
	} else if (skb == skb_peek(&s->sk->sk_write_queue)) {
		exs_tcp_push_one(s->sk, s->mss);
	}
}

/* The buffer is full: send what there is and sleep. 0: go on. */
static int exs_tcp_send_wait(struct exs_tcp_send *s)
{
	struct sock *sk = s->sk;
	int err;

	if (sk->sk_socket)
		set_bit(SOCK_NOSPACE, &sk->sk_socket->flags);
	exs_tcp_send_unqueue_empty(sk);
	if (s->copied)
		exs_tcp_send_push(s, s->flags & ~MSG_MORE, EXS_TCP_NAGLE_PUSH);
	err = sk_stream_wait_memory(sk, &s->timeo);
	if (!err)
		exs_tcp_send_sizes(s);
	return err;
}

static int exs_tcp_send_loop(struct exs_tcp_send *s)
{
	struct sock *sk = s->sk;
	struct sk_buff *skb;
	ssize_t n;
	int err;

	while (msg_data_left(s->msg)) {
		if (sk->sk_err || (sk->sk_shutdown & SEND_SHUTDOWN))
			return -EPIPE;
		skb = skb_peek_tail(&sk->sk_write_queue);
		n = -EMSGSIZE;
		if (skb && skb->len < s->goal && !EXS_TCPCB(skb)->eor) {
			n = exs_tcp_send_fill(s, skb);
			/* It goes as it is, smaller than it should be. */
			if (n == -EMSGSIZE)
				exs_tcp_send_mark_push(exs_tcp_sk(sk), skb);
		}
		if (n == -EMSGSIZE) {
			if (s->fresh >= EXS_TCP_SEND_FLUSH) {
				s->fresh = 0;
				if (sk_flush_backlog(sk)) {
					exs_tcp_send_sizes(s);
					continue;
				}
			}
			skb = exs_tcp_send_new(s);
			n = skb ? exs_tcp_send_fill(s, skb) : 0;
		}
		if (n < 0)
			return n;
		if (!n) {
			err = exs_tcp_send_wait(s);
			if (err)
				return err;
			continue;
		}
		if (!msg_data_left(s->msg)) {
			if (s->flags & MSG_EOR)
				EXS_TCPCB(skb)->eor = 1;
			return 0;
		}
		if (skb->len >= s->goal && !(s->flags & MSG_OOB))
			exs_tcp_send_full(s, skb);
	}
	return 0;
}

/* A Fast Open child writes before the handshake is complete. */
static bool exs_tcp_send_early(const struct sock *sk)
{
	return sk->sk_state == TCP_SYN_RECV &&
	       exs_tcp_fo_pending(exs_tcp_sk(sk));
}

/* The SYN takes some of the text. True: that is all for now; *ret: the result. */
static bool exs_tcp_send_fast(struct exs_tcp_send *s, size_t len, size_t *taken,
			      int *ret)
{
	int err = exs_tcp_fo_sendmsg(s->sk, s->msg, len, s->ubuf, taken);

	if (!err)
		return false;
	if (err == -EINPROGRESS && *taken)
		*ret = *taken;
	else
		*ret = sk_stream_error(s->sk, s->flags, err);
	return true;
}

static int exs_tcp_send_ready(struct exs_tcp_send *s)
{
	struct sockcm_cookie sockc;
	struct sock *sk = s->sk;
	int err;

	if ((1 << sk->sk_state) & ~(TCPF_ESTABLISHED | TCPF_CLOSE_WAIT) &&
	    !exs_tcp_send_early(sk)) {
		err = sk_stream_wait_connect(sk, &s->timeo);
		if (err)
			return err;
	}
	s->tsflags = READ_ONCE(sk->sk_tsflags);
	if (s->msg->msg_controllen) {
		sockcm_init(&sockc, sk);
		err = sock_cmsg_send(sk, s->msg, &sockc);
		if (err)
			return -EINVAL;
		s->tsflags = sockc.tsflags;
	}
	if (sk->sk_err || (sk->sk_shutdown & SEND_SHUTDOWN))
		return -EPIPE;
	return 0;
}

static int exs_tcp_send_all(struct exs_tcp_send *s, size_t len)
{
	struct sock *sk = s->sk;
	size_t taken = 0;
	int err;

	if (unlikely(s->flags & MSG_FASTOPEN ||
		     (sk->sk_state != TCP_ESTABLISHED &&
		      exs_tcp_connect_deferred(sk))) &&
	    exs_tcp_send_fast(s, len, &taken, &err))
		return err;
	exs_tcp_rate_app_limited(sk);
	err = exs_tcp_send_ready(s);
	if (!err) {
		sk_clear_bit(SOCKWQ_ASYNC_NOSPACE, sk);
		s->direct = unlikely(s->ubuf) &&
			    exs_tcp_zcopy_direct(sk, s->ubuf);
		exs_tcp_send_sizes(s);
		err = exs_tcp_send_loop(s);
	}
	if (err)
		exs_tcp_send_unqueue_empty(sk);
	if (s->copied) {
		if (unlikely(s->tsflags))
			exs_tcp_tstamp_text(sk, s->tsflags);
		exs_tcp_send_push(s, s->flags, exs_tcp_sk(sk)->nonagle);
		return s->copied + taken;
	}
	if (!err || taken)
		return taken;
	err = sk_stream_error(sk, s->flags, err);
	/* Edge-triggered pollers would never hear of space again. */
	if (err == -EAGAIN && skb_queue_empty(&sk->sk_write_queue) &&
	    skb_queue_empty(&exs_tcp_sk(sk)->rtx_queue))
		sk->sk_write_space(sk);
	return err;
}

static int exs_tcp_send_locked(struct sock *sk, struct msghdr *msg, size_t len)
{
	struct exs_tcp_send s = {
		.sk = sk,
		.msg = msg,
		.flags = msg->msg_flags,
		.timeo = sock_sndtimeo(sk, msg->msg_flags & MSG_DONTWAIT),
	};
	int ret;

	if (unlikely(s.flags & MSG_ZEROCOPY && len)) {
		ret = exs_tcp_zcopy_begin(sk, len, &s.ubuf);
		if (ret)
			return ret;
	}
	ret = exs_tcp_send_all(&s, len);
	if (unlikely(s.ubuf))
		exs_tcp_zcopy_end(s.ubuf, ret >= 0);
	return ret;
}

/**
 * exs_tcp_sendmsg - queue data and send what may go
 * @sk: socket
 * @msg: data and flags
 * @len: bytes
 *
 * Context: process; takes the socket lock, may sleep for space.
 * Return: bytes queued or a negative errno; EPIPE comes with SIGPIPE.
 */
int exs_tcp_sendmsg(struct sock *sk, struct msghdr *msg, size_t len)
{
	int ret;

	lock_sock(sk);
	ret = exs_tcp_send_locked(sk, msg, len);
	release_sock(sk);
	return ret;
}
