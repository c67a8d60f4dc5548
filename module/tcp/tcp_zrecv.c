// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: TCP_ZEROCOPY_RECEIVE: received pages in the reader's address
 * space.
 * Flow:   mmap(2) of the socket, then getsockopt(2) -> [here]
 * Owns:   mappings of sockets
 * Locks:  takes the socket lock, then mmap_lock for reading
 * Spec:   struct tcp_zerocopy_receive in linux/tcp.h
 * Tests:  kunit/tcp/tcp_zrecv_kunit.c, qemu/wire/zerocopy/receive.drill,
 *         qemu/tests/sockapi.sh
 *
 * Only a fragment that is a whole page of its own can be mapped. Where the next
 * one is not, the reader is told how many bytes to read in the ordinary way
 * before it may be worth trying again (recv_skip_hint); a buffer he gives
 * (copybuf) takes them, if it is large enough, in the same call.
 */
#include <linux/mm.h>
#include <linux/uaccess.h>

#include "tcp/tcp_recv.h"

#define EXS_TCP_ZRECV_BATCH	32	/* pages mapped at once */
#define EXS_TCP_ZRECV_CMSG_TS	2	/* msg_flags: timestamps are wanted */

/* One call. */
struct exs_tcp_zrecv {
	struct sock *sk;
	struct vm_area_struct *vma;
	unsigned long address;	/* where the next page goes */
	u32 left;		/* bytes to be mapped: whole pages */
	u32 mapped;		/* bytes */
	u32 skip;		/* bytes to be read in another way */
	bool clean;		/* nothing is mapped from address on */
};

static const struct vm_operations_struct exs_tcp_zrecv_vm_ops = {
};

/**
 * exs_tcp_mmap - room for received pages
 * @file: of the socket
 * @sock: socket
 * @vma: the mapping, empty until getsockopt(TCP_ZEROCOPY_RECEIVE)
 *
 * Context: process, mmap_lock held for writing.
 * Return: 0; -EPERM: pages of the stream are for reading only.
 */
int exs_tcp_mmap(struct file *file, struct socket *sock,
		 struct vm_area_struct *vma)
{
	if (vma->vm_flags & (VM_WRITE | VM_EXEC))
		return -EPERM;
	/* Nor later; and vm_insert_pages() only reads mmap_lock. */
	vm_flags_mod(vma, VM_MIXEDMAP, VM_MAYWRITE | VM_MAYEXEC);
	vma->vm_ops = &exs_tcp_zrecv_vm_ops;
	return 0;
}

static bool exs_tcp_zrecv_mappable(const skb_frag_t *frag)
{
	struct page *page = skb_frag_page(frag);

	return page && skb_frag_size(frag) == PAGE_SIZE &&
	       !skb_frag_off(frag) && !PageCompound(page) && !page->mapping;
}

/* The fragment that offset is in; *inside: bytes of it before. -1: none. */
static int exs_tcp_zrecv_seek(const struct sk_buff *skb, u32 offset,
			      u32 *inside)
{
	const struct skb_shared_info *shinfo = skb_shinfo(skb);
	u32 pos = skb_headlen(skb);
	u32 size;
	int i;

	if (offset < pos || skb_has_frag_list(skb))
		return -1;
	for (i = 0; i < shinfo->nr_frags; i++) {
		size = skb_frag_size(&shinfo->frags[i]);
		if (offset < pos + size) {
			*inside = offset - pos;
			return i;
		}
		pos += size;
	}
	return -1;
}

/* Bytes from fragment i on to one that can be mapped, or to the end. */
static u32 exs_tcp_zrecv_skip(const struct sk_buff *skb, int i)
{
	const struct skb_shared_info *shinfo = skb_shinfo(skb);
	u32 len = 0;

	for (; i < shinfo->nr_frags; i++) {
		if (exs_tcp_zrecv_mappable(&shinfo->frags[i]))
			break;
		len += skb_frag_size(&shinfo->frags[i]);
	}
	return len;
}

/* The same from any offset. */
static u32 exs_tcp_zrecv_hint(const struct sk_buff *skb, u32 offset)
{
	u32 inside;
	int i = exs_tcp_zrecv_seek(skb, offset, &inside);

	if (i < 0)
		return skb->len - offset;
	if (!inside)
		return exs_tcp_zrecv_skip(skb, i);
	return skb_frag_size(&skb_shinfo(skb)->frags[i]) - inside +
	       exs_tcp_zrecv_skip(skb, i + 1);
}

/* Pages from fragment i on that can be mapped, left bytes at most. */
static unsigned int exs_tcp_zrecv_gather(const struct sk_buff *skb, int i,
					 u32 left, struct page **pages)
{
	const struct skb_shared_info *shinfo = skb_shinfo(skb);
	unsigned int most = min_t(u32, left / PAGE_SIZE, EXS_TCP_ZRECV_BATCH);
	unsigned int n = 0;

	while (n < most && i < shinfo->nr_frags &&
	       exs_tcp_zrecv_mappable(&shinfo->frags[i]))
		pages[n++] = skb_frag_page(&shinfo->frags[i++]);
	return n;
}

/* What earlier calls mapped where pages are to go. */
static void exs_tcp_zrecv_zap(struct exs_tcp_zrecv *z)
{
	zap_page_range_single(z->vma, z->address, z->left, NULL);
	z->clean = true;
}

/* Map pages of one skb, and count them as read. */
static int exs_tcp_zrecv_insert(struct exs_tcp_zrecv *z, struct page **pages,
				unsigned long num)
{
	unsigned long left, done;
	int err;

	for (;;) {
		left = num;
		err = vm_insert_pages(z->vma, z->address, pages, &left);
		done = num - left;
		z->address += done * PAGE_SIZE;
		z->mapped += done * PAGE_SIZE;
		z->left -= done * PAGE_SIZE;
		/* The skb, and so the rest of the pages, stays: it is not all. */
		exs_tcp_recv_pass(z->sk, done * PAGE_SIZE);
		if (err != -EBUSY || z->clean)
			return err;
		pages += done;
		num = left;
		exs_tcp_zrecv_zap(z);
	}
}

static int exs_tcp_zrecv_map(struct exs_tcp_zrecv *z)
{
	struct page *pages[EXS_TCP_ZRECV_BATCH];
	u32 offset = 0, inside;
	struct sk_buff *skb;
	unsigned int n;
	int err = 0;
	int i;

	for (;;) {
		skb = exs_tcp_recv_at(z->sk, &offset);
		if (!skb)
			return err;
		z->skip = skb->len - offset;
		if (err)
			return err;
		if (!z->left)
			break;
		i = exs_tcp_zrecv_seek(skb, offset, &inside);
		if (i < 0 || inside)
			return 0;
		n = exs_tcp_zrecv_gather(skb, i, z->left, pages);
		if (!n) {
			z->skip = exs_tcp_zrecv_skip(skb, i);
			return 0;
		}
		z->skip = 0;
		err = exs_tcp_zrecv_insert(z, pages, n);
	}
	/* All that was asked for. The packet it ended in may have more. */
	if (!offset)
		z->skip = 0;
	return 0;
}

/* *asked: what may be mapped at most; less than a page: what there is. */
static int exs_tcp_zrecv_pages(struct exs_tcp_zrecv *z,
			       const struct tcp_zerocopy_receive *zc, int inq,
			       u32 *asked)
{
	struct mm_struct *mm = current->mm;
	int err = 0;

	mmap_read_lock(mm);
	z->vma = vma_lookup(mm, z->address);
	if (!z->vma || z->vma->vm_ops != &exs_tcp_zrecv_vm_ops) {
		z->vma = NULL;
		mmap_read_unlock(mm);
		return -EINVAL;
	}
	*asked = min3((unsigned long)zc->length, (unsigned long)inq,
		      z->vma->vm_end - z->address);
	z->left = round_down(*asked, PAGE_SIZE);
	if (z->left) {
		*asked = z->left;
		if (!(zc->flags & TCP_RECEIVE_ZEROCOPY_FLAG_TLB_CLEAN_HINT))
			exs_tcp_zrecv_zap(z);
		err = exs_tcp_zrecv_map(z);
	} else {
		z->skip = *asked;
	}
	mmap_read_unlock(mm);
	return err;
}

/* The reader's buffer for what is not mapped. */
static int exs_tcp_zrecv_buffer(const struct tcp_zerocopy_receive *zc,
				size_t len, struct msghdr *msg)
{
	unsigned long address = zc->copybuf_address;

	if (address != zc->copybuf_address)
		return -EINVAL;
	return import_ubuf(ITER_DEST, (void __user *)address, len,
			   &msg->msg_iter);
}

/* All that is there fits the buffer: an ordinary read. */
static int exs_tcp_zrecv_copy(struct sock *sk, struct tcp_zerocopy_receive *zc,
			      int inq)
{
	struct msghdr msg = { };
	struct sk_buff *skb;
	u32 offset;
	int err;

	zc->length = 0;
	zc->recv_skip_hint = 0;
	err = exs_tcp_zrecv_buffer(zc, inq, &msg);
	if (err)
		return err;
	err = exs_tcp_recv_locked(sk, &msg, inq, MSG_DONTWAIT);
	if (err < 0)
		return err;
	zc->copybuf_len = err;
	skb = err ? exs_tcp_recv_at(sk, &offset) : NULL;
	if (skb)
		zc->recv_skip_hint = exs_tcp_zrecv_hint(skb, offset);
	return 0;
}

/* What lies before the next page goes to the buffer. Return: bytes. */
static u32 exs_tcp_zrecv_rest(struct exs_tcp_zrecv *z,
			      struct tcp_zerocopy_receive *zc, s32 room)
{
	struct msghdr msg = { };
	struct sk_buff *skb;
	u32 len, offset;
	int err;

	len = min_t(u32, max(room, 0), z->skip);
	skb = len ? exs_tcp_recv_at(z->sk, &offset) : NULL;
	if (!skb)
		return 0;
	len = min(len, skb->len - offset);
	err = exs_tcp_zrecv_buffer(zc, len, &msg);
	if (!err)
		err = skb_copy_datagram_msg(skb, offset, &msg, len);
	zc->copybuf_len = err ?: (int)len;
	if (err)
		return 0;
	z->skip -= len;
	exs_tcp_recv_pass(z->sk, len);
	return len;
}

static int exs_tcp_zrecv_locked(struct sock *sk,
				struct tcp_zerocopy_receive *zc)
{
	struct exs_tcp_zrecv z = { .sk = sk, .address = zc->address };
	s32 room = zc->copybuf_len;
	int inq = exs_tcp_inq(sk);
	u32 copied = 0, asked;
	int err;

	zc->copybuf_len = 0;
	zc->msg_flags = 0;
	if (!PAGE_ALIGNED(z.address) || z.address != zc->address)
		return -EINVAL;
	if (sk->sk_state == TCP_LISTEN)
		return -ENOTCONN;
	if (inq && inq <= room)
		return exs_tcp_zrecv_copy(sk, zc, inq);
	if (inq < (int)PAGE_SIZE) {
		zc->length = 0;
		zc->recv_skip_hint = inq;
		return !inq && sock_flag(sk, SOCK_DONE) ? -EIO : 0;
	}
	err = exs_tcp_zrecv_pages(&z, zc, inq, &asked);
	if (!z.vma)
		return err;
	if (!err)
		copied = exs_tcp_zrecv_rest(&z, zc, room);
	if (z.mapped + copied) {
		exs_tcp_rcvbuf_adjust(sk);
		exs_tcp_window_read(sk, z.mapped + copied);
		if (z.mapped == asked)
			z.skip = 0;
		err = 0;
	} else if (!z.skip && sock_flag(sk, SOCK_DONE)) {
		err = -EIO;
	}
	zc->length = z.mapped;
	zc->recv_skip_hint = z.skip;
	return err;
}

/* Is this the size of a version of the structure that has the error? */
static bool exs_tcp_zrecv_has_err(int len)
{
	switch (len) {
	case offsetofend(struct tcp_zerocopy_receive, err):
	case offsetofend(struct tcp_zerocopy_receive, copybuf_address):
	case offsetofend(struct tcp_zerocopy_receive, copybuf_len):
	case offsetofend(struct tcp_zerocopy_receive, flags):
	case offsetofend(struct tcp_zerocopy_receive, msg_control):
	case offsetofend(struct tcp_zerocopy_receive, msg_controllen):
		return true;
	default:
		return len >= (int)offsetofend(struct tcp_zerocopy_receive,
					       msg_flags);
	}
}

static int exs_tcp_zrecv_do(struct sock *sk, struct tcp_zerocopy_receive *zc,
			    int len)
{
	bool has_err = exs_tcp_zrecv_has_err(len);
	int err;

	lock_sock(sk);
	err = exs_tcp_zrecv_locked(sk, zc);
	if (!err && has_err)
		zc->err = sock_error(sk);
	if (has_err || len == offsetofend(struct tcp_zerocopy_receive, inq))
		zc->inq = exs_tcp_recv_left(sk);
	release_sock(sk);
	return err;
}

/**
 * exs_tcp_zrecv_get - getsockopt(TCP_ZEROCOPY_RECEIVE)
 * @sk: socket
 * @optval: struct tcp_zerocopy_receive, of whatever version
 * @optlen: its length
 * @len: the same, not negative
 *
 * Timestamps are for recvmsg(): msg_control is never filled here.
 *
 * Context: process; takes the socket lock, may sleep.
 * Return: 0, -EINVAL, -EFAULT, -ENOTCONN, -EIO (the end of the stream), or why
 * pages could not be mapped.
 */
int exs_tcp_zrecv_get(struct sock *sk, char __user *optval, int __user *optlen,
		      int len)
{
	struct tcp_zerocopy_receive zc = { };
	int err;

	if (len < (int)offsetofend(struct tcp_zerocopy_receive, length))
		return -EINVAL;
	if (len > (int)sizeof(zc)) {
		err = check_zeroed_user(optval + sizeof(zc), len - sizeof(zc));
		if (err < 1)
			return err ?: -EINVAL;
		len = sizeof(zc);
		if (put_user(len, optlen))
			return -EFAULT;
	}
	if (copy_from_user(&zc, optval, len))
		return -EFAULT;
	if (zc.reserved || zc.msg_flags & ~EXS_TCP_ZRECV_CMSG_TS)
		return -EINVAL;
	err = exs_tcp_zrecv_do(sk, &zc, len);
	if (err)
		return err;
	return copy_to_user(optval, &zc, len) ? -EFAULT : 0;
}
