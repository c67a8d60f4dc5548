// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: telling a program when its bytes went, were acknowledged, came
 * (SO_TIMESTAMPING, SO_TIMESTAMP).
 * Flow:   tcp_send -> exs_tcp_tstamp_text; device, tcp_ack -> error queue;
 *         tcp_recv -> exs_tcp_tstamp_read -> recvmsg(2)
 * Owns:   tx_flags and tskey of what is on the queues, exs_tcp_cb.ack_tstamp
 * Locks:  socket lock held by the caller
 * Spec:   Documentation/networking/timestamping.rst of the kernel
 * Tests:  kunit/tcp/tcp_tstamp_kunit.c, qemu/wire/tstamp
 *
 * A request is about the last byte of a write. The packet that has this byte
 * bears it: its number in the stream is the tskey of the packet. Cut in two, the
 * part with the byte keeps it. On the error queue the number counts from where
 * the program turned SOF_TIMESTAMPING_OPT_ID on (sock/errqueue.c).
 */
#include <linux/errqueue.h>
#include <linux/net_tstamp.h>
#include <linux/socket.h>

#include "tcp/tcp_priv.h"
#include "tcp/tcp_tstamp.h"

/**
 * exs_tcp_tstamp_text - a write asks for timestamps of its last byte
 * @sk: socket
 * @tsflags: SOF_TIMESTAMPING_* of the socket and of the message
 *
 * What was handed to the device already tells no more than its acknowledgment.
 *
 * Context: socket lock held, text has just been queued.
 */
void exs_tcp_tstamp_text(struct sock *sk, u32 tsflags)
{
	struct sk_buff *skb = skb_peek_tail(&sk->sk_write_queue);
	struct skb_shared_info *shinfo;

	if (!skb)
		skb = skb_peek_tail(&exs_tcp_sk(sk)->rtx_queue);
	if (!skb || !skb->len)
		return;
	shinfo = skb_shinfo(skb);
	sock_tx_timestamp(sk, tsflags, &shinfo->tx_flags);
	if (tsflags & SOF_TIMESTAMPING_TX_ACK)
		EXS_TCPCB(skb)->ack_tstamp = 1;
	if (tsflags & SOF_TIMESTAMPING_TX_RECORD_MASK)
		shinfo->tskey = EXS_TCPCB(skb)->seq + skb->len - 1;
}

/**
 * exs_tcp_tstamp_split - a packet was cut in two
 * @skb: the first part, with the request if there was one
 * @buff: the second part
 *
 * Context: socket lock held.
 */
void exs_tcp_tstamp_split(struct sk_buff *skb, struct sk_buff *buff)
{
	struct skb_shared_info *from = skb_shinfo(skb);
	struct skb_shared_info *to = skb_shinfo(buff);
	u8 flags = from->tx_flags & SKBTX_ANY_TSTAMP;

	if (likely(!flags && !EXS_TCPCB(skb)->ack_tstamp))
		return;
	if (exs_seq_lt(from->tskey, EXS_TCPCB(buff)->seq))
		return;
	from->tx_flags &= ~flags;
	to->tx_flags |= flags;
	to->tskey = from->tskey;
	EXS_TCPCB(buff)->ack_tstamp = EXS_TCPCB(skb)->ack_tstamp;
	EXS_TCPCB(skb)->ack_tstamp = 0;
}

/**
 * exs_tcp_tstamp_join - a packet becomes part of the one before
 * @skb: that one
 * @next: the packet; of two requests its own is kept
 *
 * Context: socket lock held.
 */
void exs_tcp_tstamp_join(struct sk_buff *skb, const struct sk_buff *next)
{
	const struct skb_shared_info *from = skb_shinfo(next);
	u8 flags = from->tx_flags & SKBTX_ANY_TSTAMP;

	if (likely(!flags && !EXS_TCPCB(next)->ack_tstamp))
		return;
	skb_shinfo(skb)->tx_flags |= flags;
	skb_shinfo(skb)->tskey = from->tskey;
	EXS_TCPCB(skb)->ack_tstamp |= EXS_TCPCB(next)->ack_tstamp;
}

/*
 * A copy that may wait for the reader as long as it likes: a clone would take
 * the place of the one that a retransmission sends.
 */
static struct sk_buff *exs_tcp_tstamp_copy(struct sk_buff *skb)
{
	struct list_head anchor = skb->tcp_tsorted_anchor;
	struct sk_buff *copy;

	/* Its place in tsorted is where a copy looks for a route. */
	skb->_skb_refdst = 0;
	skb->destructor = NULL;
	copy = pskb_copy(skb, GFP_ATOMIC);
	skb->tcp_tsorted_anchor = anchor;
	if (!copy)
		return NULL;
	skb_shinfo(copy)->tskey = skb_shinfo(skb)->tskey;
	skb_shinfo(copy)->tx_flags |= skb_shinfo(skb)->tx_flags &
				      (SKBTX_ANY_TSTAMP | SKBTX_IN_PROGRESS);
	return copy;
}

/**
 * exs_tcp_tstamp_acked - was it the byte somebody waits for?
 * @sk: socket
 * @skb: on the retransmission queue, with ack_tstamp
 * @prior_una: snd_una before the ACK
 *
 * Context: socket lock held, softirq.
 */
void exs_tcp_tstamp_acked(struct sock *sk, struct sk_buff *skb, u32 prior_una)
{
	u32 key = skb_shinfo(skb)->tskey;
	struct sk_buff *copy;

	if (exs_seq_lt(key, prior_una) ||
	    !exs_seq_lt(key, exs_tcp_sk(sk)->snd_una))
		return;
	if (READ_ONCE(sk->sk_tsflags) & SOF_TIMESTAMPING_OPT_TSONLY) {
		__skb_tstamp_tx(skb, NULL, NULL, sk, SCM_TSTAMP_ACK);
		return;
	}
	copy = exs_tcp_tstamp_copy(skb);
	if (!copy)
		return;
	__skb_tstamp_tx(copy, NULL, NULL, sk, SCM_TSTAMP_ACK);
	consume_skb(copy);
}

/**
 * exs_tcp_tstamp_base - SOF_TIMESTAMPING_OPT_ID: from where are bytes counted?
 * @sk: socket
 * @flags: what the program sets
 * @base: the sequence number that counts as 0
 *
 * The statistics of SOF_TIMESTAMPING_OPT_STATS there are not.
 *
 * Context: socket lock held, process.
 * Return: 1: from @base on; 0: as before; -EINVAL: not connected, or not
 * supported.
 */
int exs_tcp_tstamp_base(struct sock *sk, u32 flags, u32 *base)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	if (flags & SOF_TIMESTAMPING_OPT_STATS)
		return -EINVAL;
	if (!(flags & SOF_TIMESTAMPING_OPT_ID) ||
	    READ_ONCE(sk->sk_tsflags) & SOF_TIMESTAMPING_OPT_ID)
		return 0;
	if ((1 << sk->sk_state) & (TCPF_CLOSE | TCPF_LISTEN))
		return -EINVAL;
	*base = flags & SOF_TIMESTAMPING_OPT_ID_TCP ? tp->write_seq :
						      tp->snd_una;
	return 1;
}

/**
 * exs_tcp_tstamp_wanted - does a reader want to know when bytes came?
 * @sk: socket
 *
 * Return: true when it is worth to look for it.
 */
bool exs_tcp_tstamp_wanted(const struct sock *sk)
{
	return sock_flag(sk, SOCK_RCVTSTAMP) ||
	       READ_ONCE(sk->sk_tsflags) & (SOF_TIMESTAMPING_SOFTWARE |
					    SOF_TIMESTAMPING_RAW_HARDWARE);
}

/* SO_TIMESTAMP or SO_TIMESTAMPNS, with the old or the new layout. */
static void exs_tcp_tstamp_put(struct msghdr *msg, const struct sock *sk,
			       const struct timespec64 *ts)
{
	long usec = ts->tv_nsec / NSEC_PER_USEC;

	if (sock_flag(sk, SOCK_RCVTSTAMPNS)) {
		struct __kernel_old_timespec old = {
			.tv_sec = ts->tv_sec, .tv_nsec = ts->tv_nsec,
		};
		struct __kernel_timespec new = {
			.tv_sec = ts->tv_sec, .tv_nsec = ts->tv_nsec,
		};

		if (sock_flag(sk, SOCK_TSTAMP_NEW))
			put_cmsg(msg, SOL_SOCKET, SO_TIMESTAMPNS_NEW,
				 sizeof(new), &new);
		else
			put_cmsg(msg, SOL_SOCKET, SO_TIMESTAMPNS_OLD,
				 sizeof(old), &old);
	} else {
		struct __kernel_old_timeval old = {
			.tv_sec = ts->tv_sec, .tv_usec = usec,
		};
		struct __kernel_sock_timeval new = {
			.tv_sec = ts->tv_sec, .tv_usec = usec,
		};

		if (sock_flag(sk, SOCK_TSTAMP_NEW))
			put_cmsg(msg, SOL_SOCKET, SO_TIMESTAMP_NEW,
				 sizeof(new), &new);
		else
			put_cmsg(msg, SOL_SOCKET, SO_TIMESTAMP_OLD,
				 sizeof(old), &old);
	}
}

/* Is a stamp for the reader, or only for others who made the host take it? */
static bool exs_tcp_tstamp_reports(u32 tsflags, u32 report, u32 rx)
{
	return tsflags & report &&
	       (tsflags & rx || !(tsflags & SOF_TIMESTAMPING_OPT_RX_FILTER));
}

/**
 * exs_tcp_tstamp_read - tell the reader when the last of what it read came
 * @sk: socket
 * @msg: being received
 * @soft: by the host's clock, 0: not known
 * @hard: by the device's, 0: not known
 *
 * Context: process.
 */
void exs_tcp_tstamp_read(const struct sock *sk, struct msghdr *msg,
			 ktime_t soft, ktime_t hard)
{
	u32 tsflags = READ_ONCE(sk->sk_tsflags);
	struct scm_timestamping_internal tss = { };
	struct timespec64 ts = ktime_to_timespec64(soft);

	if (soft && sock_flag(sk, SOCK_RCVTSTAMP))
		exs_tcp_tstamp_put(msg, sk, &ts);
	if (soft && exs_tcp_tstamp_reports(tsflags, SOF_TIMESTAMPING_SOFTWARE,
					   SOF_TIMESTAMPING_RX_SOFTWARE))
		tss.ts[0] = ts;
	else
		soft = 0;
	if (hard && exs_tcp_tstamp_reports(tsflags,
					   SOF_TIMESTAMPING_RAW_HARDWARE,
					   SOF_TIMESTAMPING_RX_HARDWARE))
		tss.ts[2] = ktime_to_timespec64(hard);
	else
		hard = 0;
	if (!soft && !hard)
		return;
	if (sock_flag(sk, SOCK_TSTAMP_NEW))
		put_cmsg_scm_timestamping64(msg, &tss);
	else
		put_cmsg_scm_timestamping(msg, &tss);
}
