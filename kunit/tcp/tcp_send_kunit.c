// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_send.c: from the user to the wire.
 */
#include <linux/bvec.h>
#include <net/proto_memory.h>

#include "tcp_fix.h"
#include "tcp_wire.h"

/* Take all that comes, acknowledge it; returns the number behind the last. */
static u32 exs_send_drain(struct exs_wire *w, u32 seq)
{
	while (exs_wire_next(w)) {
		KUNIT_EXPECT_EQ(w->test, w->last.seq, seq);
		seq += w->last.len;
		exs_wire_in(w, W_ACK, 1, seq, 0);
	}
	return seq;
}

static void nagle__small_waits_for_small(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);

	KUNIT_EXPECT_EQ(test, exs_wire_write(w, 1, 10, 0), 10);
	EXS_WIRE_OUT(w, W_ACK, 1, 1, 10);
	KUNIT_EXPECT_TRUE(test, w->last.flags & W_PSH);
	KUNIT_EXPECT_EQ(test, exs_wire_write(w, 11, 10, 0), 10);
	KUNIT_EXPECT_EQ(test, exs_wire_write(w, 21, 10, 0), 10);
	EXS_WIRE_SILENT(w);
	exs_wire_in(w, W_ACK, 1, 11, 0);
	EXS_WIRE_OUT(w, W_ACK, 11, 1, 20);
	w->tp->nonagle = EXS_TCP_NAGLE_OFF;
	KUNIT_EXPECT_EQ(test, exs_wire_write(w, 31, 10, 0), 10);
	EXS_WIRE_OUT(w, W_ACK, 31, 1, 10);
}

/* With a packet in the device what is not full waits; then it goes as one. */
static void autocork__waits_for_the_device(struct kunit *test)
{
	static const struct {
		int on;		/* tcp_autocorking */
		bool flight;	/* something waits to be acknowledged */
		bool held;	/* the device has it */
		int flags;
		bool waits;
	} t[] = {
		{ 1, true, true, 0, true },
		{ 0, true, true, 0, false },
		{ 1, false, true, 0, false },
		{ 1, true, false, 0, false },
		{ 1, true, true, MSG_EOR, false },
	};
	unsigned long n;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_wire *w = exs_wire_active(test, true);
		int held = t[i].held ? BIT(20) : 0;
		u32 seq = 1;

		exs_wire_net(test)->sysctl.tcp_autocorking = t[i].on;
		w->tp->nonagle = EXS_TCP_NAGLE_OFF;
		if (t[i].flight) {
			KUNIT_ASSERT_EQ(test, 10, exs_wire_write(w, 1, 10, 0));
			EXS_WIRE_OUT(w, W_ACK, 1, 1, 10);
			seq += 10;
		}
		refcount_add(held, &w->sk->sk_wmem_alloc);
		n = exs_wire_mib(test, EXS_MIB_TCPEXT_TCPAutoCorking);
		KUNIT_ASSERT_EQ(test, 20, exs_wire_write(w, seq, 20,
							 t[i].flags));
		KUNIT_EXPECT_EQ_MSG(test, n + t[i].waits,
				    exs_wire_mib(test,
						 EXS_MIB_TCPEXT_TCPAutoCorking),
				    "row %u", i);
		if (!t[i].waits) {
			EXS_WIRE_OUT(w, W_ACK, seq, 1, 20);
		} else {
			EXS_WIRE_SILENT(w);
			KUNIT_ASSERT_EQ(test, 30, exs_wire_write(w, seq + 20,
								 30, 0));
			EXS_WIRE_SILENT(w);
		}
		local_bh_disable();
		KUNIT_EXPECT_FALSE(test,
				   refcount_sub_and_test(held,
						&w->sk->sk_wmem_alloc));
		exs_tcp_tsq_freed(w->sk);
		local_bh_enable();
		if (t[i].waits)
			EXS_WIRE_OUT(w, W_ACK, seq, 1, 50);
		EXS_WIRE_SILENT(w);
		exs_wire_release(w);
	}
}

static void more__holds_the_tail(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);

	KUNIT_EXPECT_EQ(test, exs_wire_write(w, 1, 10, MSG_MORE), 10);
	EXS_WIRE_SILENT(w);
	KUNIT_EXPECT_EQ(test, exs_wire_write(w, 11, 1200, MSG_MORE), 1200);
	EXS_WIRE_OUT(w, W_ACK, 1, 1, 1000);
	EXS_WIRE_SILENT(w);
	KUNIT_EXPECT_EQ(test, exs_wire_write(w, 1211, 10, 0), 10);
	EXS_WIRE_OUT(w, W_ACK, 1001, 1, 220);
}

static void write__errno_by_state(struct kunit *test)
{
	struct exs_wire *w = exs_wire_socket(test);

	KUNIT_EXPECT_EQ(test, exs_wire_write(w, 1, 1, 0), -EPIPE);
	exs_wire_connect(w);
	KUNIT_EXPECT_EQ(test, exs_wire_write(w, 1, 1, 0), -EAGAIN);
	KUNIT_EXPECT_EQ(test, exs_wire_write(w, 1, 1, MSG_FASTOPEN), -EALREADY);
	exs_wire_net(test)->sysctl.tcp_fastopen = 0;
	KUNIT_EXPECT_EQ(test, exs_wire_write(w, 1, 1, MSG_FASTOPEN),
			-EOPNOTSUPP);
	w = exs_wire_active(test, true);
	KUNIT_EXPECT_EQ(test, exs_wire_write(w, 1, 0, 0), 0);
	EXS_WIRE_SILENT(w);
	exs_wire_state(w, TCP_CLOSE_WAIT);
	KUNIT_EXPECT_EQ(test, exs_wire_write(w, 1, 5, 0), 5);
	EXS_WIRE_OUT(w, W_ACK, 1, 2, 5);
	w = exs_wire_active(test, true);
	exs_wire_state(w, TCP_FIN_WAIT1);
	KUNIT_EXPECT_EQ(test, exs_wire_write(w, 1, 1, 0), -EPIPE);
}

static void control__unknown_is_refused(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);
	struct {
		struct cmsghdr hdr;
		u32 data;
	} cmsg = {
		.hdr = { .cmsg_len = CMSG_LEN(4), .cmsg_level = SOL_SOCKET,
			 .cmsg_type = 0x7777 },
	};
	struct msghdr msg = {
		.msg_control = &cmsg, .msg_controllen = sizeof(cmsg),
		.msg_flags = MSG_DONTWAIT | MSG_NOSIGNAL,
	};
	struct kvec iov = { .iov_base = "x", .iov_len = 1 };

	KUNIT_EXPECT_EQ(test, kernel_sendmsg(w->sock, &msg, &iov, 1, 1),
			-EINVAL);
	EXS_WIRE_SILENT(w);
}

/* Window scaling, GSO, many pages: byte by byte as it was written. */
static void write__large(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, false);
	u32 seq = 1, done = 1;
	int ret;

	while (done < 300000) {
		ret = exs_wire_write(w, done, 60000, 0);
		if (ret > 0)
			done += ret;
		else
			KUNIT_ASSERT_EQ(test, ret, -EAGAIN);
		seq = exs_send_drain(w, seq);
	}
	KUNIT_EXPECT_EQ(test, seq, done);
	KUNIT_EXPECT_EQ(test, w->tp->packets_out, 0U);
	KUNIT_EXPECT_EQ(test, w->sk->sk_wmem_queued, 0);
	KUNIT_EXPECT_EQ(test, w->tp->bytes_sent, (u64)done - 1);
}

static void buffer__full_and_then_room(struct kunit *test)
{
	struct exs_wire_seg shut = {
		.flags = W_ACK, .seq = 1, .ack = 1, .win = 0,
	};
	struct exs_wire *w = exs_wire_active(test, true);
	int ret, total = 0;

	w->sk->sk_userlocks |= SOCK_SNDBUF_LOCK;
	WRITE_ONCE(w->sk->sk_sndbuf, 16384);
	exs_wire_rcv(w, &shut);
	while ((ret = exs_wire_write(w, 1 + total, 3000, 0)) > 0)
		total += ret;
	KUNIT_EXPECT_EQ(test, ret, -EAGAIN);
	KUNIT_EXPECT_GT(test, total, 3000);
	KUNIT_EXPECT_LT(test, total, 65536);
	KUNIT_EXPECT_TRUE(test, test_bit(SOCK_NOSPACE, &w->sock->flags));
	EXS_WIRE_SILENT(w);
	exs_wire_in(w, W_ACK, 1, 1, 0);
	KUNIT_EXPECT_EQ(test, exs_send_drain(w, 1), 1U + total);
	KUNIT_EXPECT_FALSE(test, test_bit(SOCK_NOSPACE, &w->sock->flags));
	KUNIT_EXPECT_EQ(test, exs_wire_write(w, 1 + total, 10, 0), 10);
}

/* MSG_EOR: nothing is appended to what ends a record. */
static void eor__keeps_records_apart(struct kunit *test)
{
	struct exs_wire_seg shut = {
		.flags = W_ACK, .seq = 1, .ack = 1, .win = 0,
	};
	struct exs_wire *w = exs_wire_active(test, true);

	exs_wire_rcv(w, &shut);
	KUNIT_EXPECT_EQ(test, exs_wire_write(w, 1, 10, 0), 10);
	KUNIT_EXPECT_EQ(test, exs_wire_write(w, 11, 10, MSG_EOR), 10);
	KUNIT_EXPECT_EQ(test, exs_wire_write(w, 21, 10, 0), 10);
	KUNIT_EXPECT_EQ(test, skb_queue_len(&w->sk->sk_write_queue), 2U);
	KUNIT_EXPECT_EQ(test, skb_peek(&w->sk->sk_write_queue)->len, 20U);
	EXS_WIRE_SILENT(w);
}

/* Half the peer's largest window without a push is pushed. */
static void push__in_a_long_write(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);
	struct exs_wire_seg seg = {
		.flags = W_ACK, .seq = 1, .ack = 1, .win = 4000,
	};
	unsigned int pushed = 0;

	w->tp->max_window = 4000;
	exs_wire_rcv(w, &seg);
	KUNIT_EXPECT_EQ(test, exs_wire_write(w, 1, 12000, MSG_MORE), 12000);
	seg.win = 65535;
	exs_wire_rcv(w, &seg);
	while (exs_wire_next(w))
		pushed += !!(w->last.flags & W_PSH);
	KUNIT_EXPECT_GE(test, pushed, 2U);
}

/* 700 bytes of page, number 1 on, by reference. */
static int exs_send_splice(struct exs_wire *w, struct page *page, int flags)
{
	struct msghdr msg = {
		.msg_flags = MSG_SPLICE_PAGES | MSG_DONTWAIT | MSG_NOSIGNAL |
			     flags,
	};
	struct bio_vec bv;

	bvec_set_page(&bv, page, 700, 0);
	iov_iter_bvec(&msg.msg_iter, ITER_SOURCE, &bv, 1, 700);
	return sock_sendmsg(w->sock, &msg);
}

static void splice__takes_the_pages(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);
	struct page *page = alloc_page(GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, page);
	/* The pattern from number 1 on. */
	for (i = 0; i < 700; i++)
		((u8 *)page_address(page))[i] = (i + 1) ^ ((i + 1) >> 8);
	KUNIT_EXPECT_EQ(test, exs_send_splice(w, page, 0), 700);
	KUNIT_EXPECT_GT(test, page_count(page), 1);
	EXS_WIRE_OUT(w, W_ACK, 1, 1, 700);
	exs_wire_in(w, W_ACK, 1, 701, 0);
	put_page(page);
}

/* Pages that others write to are copied before a checksum or a cipher. */
static void splice__pages_are_shared(struct kunit *test)
{
	static const struct {
		int flags;
		bool shared;
	} t[] = {
		{ 0, true }, { MSG_NO_SHARED_FRAGS, false },
	};
	struct page *page = alloc_page(GFP_KERNEL | __GFP_ZERO);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, page);
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_wire *w = exs_wire_active(test, true);
		struct sk_buff *skb;

		w->tp->nonagle = EXS_TCP_NAGLE_CORK;
		KUNIT_EXPECT_EQ(test, exs_send_splice(w, page, t[i].flags), 700);
		skb = skb_peek(&w->sk->sk_write_queue);
		KUNIT_ASSERT_NOT_NULL(test, skb);
		KUNIT_EXPECT_EQ(test, skb_has_shared_frag(skb), t[i].shared);
		lock_sock(w->sk);
		exs_tcp_write_queue_purge(w->sk);
		release_sock(w->sk);
	}
	put_page(page);
}

/* Without memory a sender goes on with tcp_wmem[0], and more once it is sent. */
static void memory__none_but_the_least(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);
	int least = exs_wire_net(test)->sysctl.tcp_wmem[0];
	u32 done = 1;
	int ret, i;

	/* Who is beyond his buffer is refused nothing. */
	w->sk->sk_userlocks |= SOCK_SNDBUF_LOCK;
	exs_wire_memory(test, true);
	for (i = 0; i < 3; i++) {
		ret = exs_wire_write(w, done, 60000, 0);
		KUNIT_ASSERT_GT(test, ret, 0);
		/* Headers count too, and memory is taken by pages. */
		KUNIT_EXPECT_LT(test, ret, 5 * least);
		done += ret;
		KUNIT_EXPECT_EQ(test, exs_send_drain(w, done - ret), done);
	}
	KUNIT_EXPECT_EQ(test, w->sk->sk_wmem_queued, 0);
	exs_wire_memory(test, false);
	KUNIT_EXPECT_EQ(test, exs_wire_write(w, done, 9000, 0), 9000);
	KUNIT_EXPECT_EQ(test, exs_send_drain(w, done), done + 9000);
}

/* What is taken beyond the limits is accounted as any other. */
static void force_mem__is_counted(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);
	long before;

	exs_wire_memory(test, true);
	sk_mem_reclaim(w->sk);
	before = sk_memory_allocated(w->sk) +
		 this_cpu_read(*exs_tcp_prot.per_cpu_fw_alloc);
	exs_tcp_force_mem(w->sk, w->sk->sk_forward_alloc + 2 * PAGE_SIZE + 1);
	KUNIT_EXPECT_GT(test, w->sk->sk_forward_alloc, 2 * (int)PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, before + 3, sk_memory_allocated(w->sk) +
			this_cpu_read(*exs_tcp_prot.per_cpu_fw_alloc));
	sk_mem_reclaim(w->sk);
	KUNIT_EXPECT_EQ(test, before, sk_memory_allocated(w->sk) +
			this_cpu_read(*exs_tcp_prot.per_cpu_fw_alloc));
}

static void memory_free__low_water_mark(struct kunit *test)
{
	static const struct {
		u32 unsent, lowat;
		int wake;
		bool free;
	} t[] = {
		{ 99, 100, 0, true }, { 100, 100, 0, false },
		/* Who sleeps is woken at half of it. */
		{ 49, 100, 1, true }, { 50, 100, 1, false },
		/* The sysctl: no limit. */
		{ 1 << 30, 0, 1, true },
	};
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		f.tp->write_seq = f.tp->snd_nxt + t[i].unsent;
		exs_tcp_ext_own(f.tp, GFP_ATOMIC)->notsent_lowat = t[i].lowat;
		KUNIT_EXPECT_EQ_MSG(test, exs_tcp_memory_free(f.sk, t[i].wake),
				    t[i].free, "row %u", i);
	}
	f.tp->write_seq = f.tp->snd_nxt;
	exs_tcp_fix_close(test, &f);
}

static void sndbuf__holds_two_windows(struct kunit *test)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);
	struct exs_net *en = exs_net(&init_net);
	int ten;

	f.sk->sk_sndbuf = 1000;
	exs_tcp_sndbuf_grow(f.sk);
	ten = f.sk->sk_sndbuf;
	KUNIT_EXPECT_GE(test, ten, 2 * 10 * 1460);
	f.tp->cc.cwnd = 20;
	exs_tcp_sndbuf_grow(f.sk);
	KUNIT_EXPECT_EQ(test, f.sk->sk_sndbuf, 2 * ten);
	f.tp->cc.cwnd = 10;
	exs_tcp_sndbuf_grow(f.sk);
	KUNIT_EXPECT_EQ(test, f.sk->sk_sndbuf, 2 * ten);
	f.tp->cc.cwnd = 100000;
	exs_tcp_sndbuf_grow(f.sk);
	KUNIT_EXPECT_EQ(test, f.sk->sk_sndbuf, en->sysctl.tcp_wmem[2]);
	exs_tcp_fix_close(test, &f);
}

static void new_space__grows_unless_the_user_chose(struct kunit *test)
{
	static const struct {
		bool nospace, locked;
		u32 flight;
		bool grown;
	} t[] = {
		{ true, false, 0, true },
		{ false, false, 0, false },
		{ true, true, 0, false },
		/* cwnd is the limit: more buffer would not help. */
		{ true, false, 10, false },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);

		f.sk->sk_sndbuf = 8000;
		if (t[i].locked)
			f.sk->sk_userlocks |= SOCK_SNDBUF_LOCK;
		if (t[i].nospace)
			set_bit(SOCK_NOSPACE, &f.sock->flags);
		f.tp->packets_out = t[i].flight;
		exs_tcp_new_space(f.sk);
		KUNIT_EXPECT_EQ_MSG(test, f.sk->sk_sndbuf > 8000, t[i].grown,
				    "row %u", i);
		KUNIT_EXPECT_FALSE(test, test_bit(SOCK_NOSPACE, &f.sock->flags));
		f.tp->packets_out = 0;
		exs_tcp_fix_close(test, &f);
	}
}

static struct kunit_case exs_tcp_send_cases[] = {
	KUNIT_CASE(nagle__small_waits_for_small),
	KUNIT_CASE(autocork__waits_for_the_device),
	KUNIT_CASE(more__holds_the_tail),
	KUNIT_CASE(write__errno_by_state),
	KUNIT_CASE(control__unknown_is_refused),
	KUNIT_CASE(write__large),
	KUNIT_CASE(buffer__full_and_then_room),
	KUNIT_CASE(eor__keeps_records_apart),
	KUNIT_CASE(push__in_a_long_write),
	KUNIT_CASE(splice__takes_the_pages),
	KUNIT_CASE(splice__pages_are_shared),
	KUNIT_CASE(memory__none_but_the_least),
	KUNIT_CASE(force_mem__is_counted),
	KUNIT_CASE(memory_free__low_water_mark),
	KUNIT_CASE(sndbuf__holds_two_windows),
	KUNIT_CASE(new_space__grows_unless_the_user_chose),
	{}
};

static struct kunit_suite exs_tcp_send_suite = {
	.name = "expstack_tcp_send",
	.init = exs_wire_init,
	.exit = exs_wire_exit,
	.test_cases = exs_tcp_send_cases,
};

kunit_test_suite(exs_tcp_send_suite);
