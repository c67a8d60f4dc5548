// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: MSG_ZEROCOPY: packets made of the user's own pages.
 * Flow:   tcp_send -> [here] -> sk_write_queue; the last packet that is freed
 *         -> the kernel's core -> sk_error_queue
 * Owns:   nothing; each packet holds a reference to the ubuf_info of its text
 * Locks:  socket lock held by the caller
 * Spec:   the kernel's Documentation/networking/msg_zerocopy.rst
 * Tests:  kunit/tcp/tcp_zcopy_kunit.c, qemu/wire/zerocopy/send.drill,
 *         qemu/tests/zerocopy.sh
 *
 * Each sendmsg() has a number, and a ubuf_info that counts those who still need
 * its pages: the call itself, and the packets of the two queues with their
 * copies on the way out. One ubuf_info serves calls in a row whose text shares
 * a packet. With the last reference the core tells the user by a notification
 * on the error queue which numbers are done, and whether somebody on the way had
 * to copy after all (skb_orphan_frags_rx(), skb_linearize()).
 *
 * A packet is of one ubuf_info at most. Splitting one (skb_split()), a copy of
 * its own data area (pskb_expand_head(), pskb_copy()) and segmentation take a
 * reference each, so tcp_rtx.c need not know.
 */
#include <linux/netdevice.h>

#include "tcp/tcp_zcopy.h"

/**
 * exs_tcp_zcopy_begin - a sendmsg(MSG_ZEROCOPY) gets its number
 * @sk: socket
 * @len: bytes of it, not 0
 * @ubuf: set to what counts its users, with a reference that
 *	exs_tcp_zcopy_end() gives back; NULL: copy, the socket did not ask by
 *	SO_ZEROCOPY
 *
 * Context: socket lock held, process.
 * Return: 0; -ENOBUFS: no memory for the notification (optmem_max), or too many
 * pages pinned (RLIMIT_MEMLOCK).
 */
int exs_tcp_zcopy_begin(struct sock *sk, size_t len, struct ubuf_info **ubuf)
{
	struct sk_buff *tail = skb_peek_tail(&sk->sk_write_queue);

	*ubuf = NULL;
	if (!sock_flag(sk, SOCK_ZEROCOPY))
		return 0;
	*ubuf = msg_zerocopy_realloc(sk, len, skb_zcopy(tail));
	return *ubuf ? 0 : -ENOBUFS;
}

/**
 * exs_tcp_zcopy_direct - can the device send from pages?
 * @sk: socket, connected
 * @ubuf: told when it cannot
 *
 * Context: socket lock held, process.
 * Return: false when the text is to be copied; the user is told so.
 */
bool exs_tcp_zcopy_direct(struct sock *sk, struct ubuf_info *ubuf)
{
	struct net_device *dev;
	struct exs_rt *rt;
	bool can = true;

	rcu_read_lock();
	rt = exs_sock_route(sk);
	if (!IS_ERR(rt)) {
		dev = rcu_dereference(rt->ldev->dev);
		can = !dev || dev->features & NETIF_F_SG;
	}
	rcu_read_unlock();
	if (!can)
		uarg_to_msgzc(ubuf)->zerocopy = 0;
	return can;
}

/**
 * exs_tcp_zcopy_fill - put pages of the user at the end of a packet
 * @sk: socket
 * @skb: last of the write queue
 * @msg: the text
 * @room: bytes at most
 * @ubuf: of exs_tcp_zcopy_begin()
 *
 * Context: socket lock held, process.
 * Return: bytes; 0: wait for memory; -EMSGSIZE: @skb takes no more pages, or is
 * another ubuf_info's; -EFAULT.
 */
ssize_t exs_tcp_zcopy_fill(struct sock *sk, struct sk_buff *skb,
			   struct msghdr *msg, size_t room,
			   struct ubuf_info *ubuf)
{
	int n;

	room = exs_tcp_send_memory(sk, room);
	if (!room)
		return 0;
	n = skb_zerocopy_iter_stream(sk, skb, msg, room, ubuf);
	/* Whole pages were charged, even where this failed. */
	exs_tcp_force_mem(sk, 0);
	return n == -EEXIST ? -EMSGSIZE : n;
}

/**
 * exs_tcp_zcopy_end - the call is over
 * @ubuf: of exs_tcp_zcopy_begin()
 * @queued: it took something; false: it failed, and there will be no
 *	notification: its number is the next call's
 *
 * Context: socket lock held, process.
 */
void exs_tcp_zcopy_end(struct ubuf_info *ubuf, bool queued)
{
	if (queued)
		net_zcopy_put(ubuf);
	else
		net_zcopy_put_abort(ubuf, true);
}
