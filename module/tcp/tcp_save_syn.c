// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: TCP_SAVE_SYN: the peer's SYN kept for the user.
 * Flow:   exs_tcp_req_syn -> request -> child -> getsockopt(TCP_SAVED_SYN)
 * Owns:   exs_tcp_req.saved_syn, exs_tcp_ext.saved_syn
 * Locks:  the socket's for the child; a request's is not written once hashed
 * Spec:   tcp(7) of Linux
 * Tests:  kunit/tcp/tcp_save_syn_kunit.c, qemu/tests/save_syn.sh
 */
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "tcp/tcp_priv.h"
#include "tcp/tcp_req.h"

/**
 * exs_tcp_saved_syn_take - keep the headers of a SYN if the listener wants it
 * @req: request, not hashed yet
 * @skb: its SYN
 *
 * TCP_SAVE_SYN 1: from the IP header on; 2: from the link's. Without memory
 * there is none.
 *
 * Context: softirq, RCU held.
 */
void exs_tcp_saved_syn_take(struct exs_tcp_req *req, const struct sk_buff *skb)
{
	u8 how = READ_ONCE(exs_tcp_ext(exs_tcp_sk(req->listener))->save_syn);
	struct exs_tcp_saved_syn *s;
	const u8 *from;
	u32 len;

	if (likely(!how))
		return;
	from = skb_network_header(skb);
	if (how == 2 && skb_mac_header_was_set(skb))
		from = skb_mac_header(skb);
	len = skb_transport_header(skb) + tcp_hdrlen(skb) - from;
	s = kmalloc(struct_size(s, data, len), GFP_ATOMIC | __GFP_NOWARN);
	if (!s)
		return;
	s->len = len;
	memcpy(s->data, from, len);
	req->saved_syn = s;
}

/**
 * exs_tcp_saved_syn_pass - from the request to its child
 * @tp: the child
 * @req: the request, just unhashed by the caller
 *
 * Context: softirq, child locked.
 */
void exs_tcp_saved_syn_pass(struct exs_tcp_sock *tp, struct exs_tcp_req *req)
{
	struct exs_tcp_ext *ext;

	if (likely(!req->saved_syn))
		return;
	ext = exs_tcp_ext_own(tp, GFP_ATOMIC);
	if (!ext)
		return;
	ext->saved_syn = req->saved_syn;
	req->saved_syn = NULL;
}

/**
 * exs_tcp_saved_syn_get - getsockopt(TCP_SAVED_SYN)
 * @sk: socket
 * @optval: where to
 * @optlen: room, then the length of the headers
 *
 * It is given out once. Where the room is too small its length is told.
 *
 * Context: process; takes the socket lock.
 * Return: 0, -EINVAL, -EFAULT.
 */
int exs_tcp_saved_syn_get(struct sock *sk, char __user *optval,
			  int __user *optlen)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	const struct exs_tcp_saved_syn *s;
	int len, err = 0;

	if (get_user(len, optlen))
		return -EFAULT;
	lock_sock(sk);
	s = exs_tcp_ext(tp)->saved_syn;
	if (put_user(s ? (int)s->len : 0, optlen)) {
		err = -EFAULT;
	} else if (s && len < (int)s->len) {
		err = -EINVAL;
	} else if (s) {
		if (copy_to_user(optval, s->data, s->len))
			err = -EFAULT;
		else
			exs_tcp_saved_syn_free(exs_tcp_ext_own(tp, GFP_KERNEL));
	}
	release_sock(sk);
	return err;
}

/**
 * exs_tcp_saved_syn_free - nobody asked for it
 * @ext: a socket's own
 *
 * Context: socket lock held, or never shared.
 */
void exs_tcp_saved_syn_free(struct exs_tcp_ext *ext)
{
	kfree(ext->saved_syn);
	ext->saved_syn = NULL;
}
