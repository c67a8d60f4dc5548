// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_zcopy.c: text that stays in the user's
 * page until it is acknowledged, and who is told when it is.
 */
#include <linux/bvec.h>

#include "tcp_fix.h"
#include "tcp_wire.h"

/* A page whose byte i is number i + 1 of the text. */
static struct page *exs_zc_page(struct kunit *test)
{
	struct page *page = alloc_page(GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, page);
	for (i = 0; i < PAGE_SIZE; i++)
		((u8 *)page_address(page))[i] = (i + 1) ^ ((i + 1) >> 8);
	return page;
}

/* len bytes of it, from off on. */
static int exs_zc_send(struct exs_wire *w, struct page *page, u32 off, u32 len)
{
	struct msghdr msg = {
		.msg_flags = MSG_ZEROCOPY | MSG_DONTWAIT | MSG_NOSIGNAL,
	};
	struct bio_vec bv;

	bvec_set_page(&bv, page, len, off);
	iov_iter_bvec(&msg.msg_iter, ITER_SOURCE, &bv, 1, len);
	return sock_sendmsg(w->sock, &msg);
}

/* What the device can: pages, and with csum the checksum too. */
static void exs_zc_device(struct kunit *test, bool csum)
{
	struct exs_link_test *t = test->priv;

	t->dev->features |= NETIF_F_SG;
	if (csum)
		t->dev->features |= NETIF_F_HW_CSUM;
}

/* Whatever is on the wire has left the machine. */
static void exs_zc_gone(struct kunit *test)
{
	struct exs_link_test *t = test->priv;

	skb_queue_purge(&t->sent);
}

static struct exs_wire *exs_zc_open(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);
	int on = 1;

	KUNIT_ASSERT_EQ(test, 0, w->sock->ops->setsockopt(w->sock, SOL_SOCKET,
							  SO_ZEROCOPY,
							  KERNEL_SOCKPTR(&on),
							  sizeof(on)));
	return w;
}

static int exs_zc_note(struct exs_wire *w, struct sock_extended_err *ee)
{
	u8 ctl[128] __aligned(8) = {};
	struct msghdr msg = {
		.msg_control = ctl, .msg_controllen = sizeof(ctl),
	};
	struct cmsghdr *cmsg = (struct cmsghdr *)ctl;
	struct kvec vec = {};
	int ret;

	ret = kernel_recvmsg(w->sock, &msg, &vec, 1, 0,
			     MSG_ERRQUEUE | MSG_DONTWAIT);
	memset(ee, 0, sizeof(*ee));
	if (ret >= 0 && cmsg->cmsg_level == SOL_IP &&
	    cmsg->cmsg_type == IP_RECVERR)
		memcpy(ee, CMSG_DATA(cmsg), sizeof(*ee));
	return ret;
}

static bool exs_zc_pollerr(struct exs_wire *w)
{
	return (__force u32)(exs_tcp_poll(NULL, w->sock, NULL) & EPOLLERR);
}

/* Nothing of ours holds the page any more, and nothing is charged for it. */
static void exs_zc_done(struct exs_wire *w, struct page *page)
{
	KUNIT_EXPECT_EQ(w->test, page_count(page), 1);
	KUNIT_EXPECT_EQ(w->test, w->sk->sk_wmem_queued, 0);
	put_page(page);
}

/* The user is told that calls lo to hi are done. */
#define EXS_ZC_TOLD(w, lo, hi, code)					\
do {									\
	struct kunit *__t = (w)->test;					\
	struct sock_extended_err __e;					\
									\
	KUNIT_EXPECT_TRUE(__t, exs_zc_pollerr(w));			\
	KUNIT_EXPECT_EQ(__t, exs_zc_note(w, &__e), 0);			\
	KUNIT_EXPECT_EQ(__t, (int)__e.ee_origin, SO_EE_ORIGIN_ZEROCOPY);	\
	KUNIT_EXPECT_EQ(__t, __e.ee_errno, 0U);				\
	KUNIT_EXPECT_EQ(__t, __e.ee_info, (u32)(lo));			\
	KUNIT_EXPECT_EQ(__t, __e.ee_data, (u32)(hi));			\
	KUNIT_EXPECT_EQ(__t, (int)__e.ee_code, (code));			\
} while (0)

/* Of nothing more. */
#define EXS_ZC_QUIET(w)							\
do {									\
	struct sock_extended_err __e;					\
									\
	KUNIT_EXPECT_FALSE((w)->test, exs_zc_pollerr(w));		\
	KUNIT_EXPECT_EQ((w)->test, exs_zc_note(w, &__e), -EAGAIN);	\
} while (0)

/* Both the device and the peer must be done with it. */
static void send__page_is_held_to_the_end(struct kunit *test)
{
	struct exs_wire *w = exs_zc_open(test);
	struct page *page = exs_zc_page(test);

	exs_zc_device(test, true);
	KUNIT_EXPECT_EQ(test, exs_zc_send(w, page, 0, 1000), 1000);
	KUNIT_EXPECT_GT(test, page_count(page), 1);
	EXS_ZC_QUIET(w);
	exs_wire_in(w, W_ACK, 1, 1001, 0);
	KUNIT_EXPECT_GT(test, page_count(page), 1);
	EXS_ZC_QUIET(w);
	exs_zc_gone(test);
	EXS_ZC_TOLD(w, 0, 0, 0);
	KUNIT_EXPECT_EQ(test, page_count(page), 1);
	KUNIT_EXPECT_EQ(test, exs_zc_send(w, page, 1000, 1000), 1000);
	exs_zc_gone(test);
	EXS_ZC_QUIET(w);
	exs_wire_in(w, W_ACK, 1, 2001, 0);
	EXS_ZC_TOLD(w, 1, 1, 0);
	EXS_ZC_QUIET(w);
	KUNIT_EXPECT_EQ(test, w->sk->sk_wmem_queued, 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&w->sk->sk_omem_alloc), 0);
	put_page(page);
}

/* The flag alone, without SO_ZEROCOPY: an ordinary call. */
static void send__unasked_is_a_copy(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);
	struct page *page = exs_zc_page(test);

	exs_zc_device(test, false);
	KUNIT_EXPECT_EQ(test, exs_zc_send(w, page, 0, 1000), 1000);
	KUNIT_EXPECT_EQ(test, page_count(page), 1);
	EXS_WIRE_OUT(w, W_ACK, 1, 1, 1000);
	exs_wire_in(w, W_ACK, 1, 1001, 0);
	EXS_ZC_QUIET(w);
	put_page(page);
}

/* A device that takes no pages: a copy, and it is said at once. */
static void send__device_without_pages(struct kunit *test)
{
	struct exs_wire *w = exs_zc_open(test);
	struct page *page = exs_zc_page(test);

	KUNIT_EXPECT_EQ(test, exs_zc_send(w, page, 0, 1000), 1000);
	KUNIT_EXPECT_EQ(test, page_count(page), 1);
	EXS_ZC_TOLD(w, 0, 0, SO_EE_CODE_ZEROCOPY_COPIED);
	EXS_WIRE_OUT(w, W_ACK, 1, 1, 1000);
	exs_wire_in(w, W_ACK, 1, 1001, 0);
	EXS_ZC_QUIET(w);
	put_page(page);
}

/* One without checksums: who makes them copies first, and says so. */
static void send__copied_on_the_way(struct kunit *test)
{
	struct exs_wire *w = exs_zc_open(test);
	struct page *page = exs_zc_page(test);

	exs_zc_device(test, false);
	KUNIT_EXPECT_EQ(test, exs_zc_send(w, page, 0, 1000), 1000);
	KUNIT_EXPECT_GT(test, page_count(page), 1);
	EXS_WIRE_OUT(w, W_ACK, 1, 1, 1000);
	EXS_ZC_QUIET(w);
	exs_wire_in(w, W_ACK, 1, 1001, 0);
	EXS_ZC_TOLD(w, 0, 0, SO_EE_CODE_ZEROCOPY_COPIED);
	put_page(page);
}

static void send__none_has_no_number(struct kunit *test)
{
	struct exs_wire *w = exs_zc_open(test);
	struct page *page = exs_zc_page(test);

	KUNIT_EXPECT_EQ(test, exs_zc_send(w, page, 0, 0), 0);
	EXS_ZC_QUIET(w);
	KUNIT_EXPECT_EQ(test, atomic_read(&w->sk->sk_zckey), 0);
	put_page(page);
}

/* What ends together is told together. */
static void told__as_a_range(struct kunit *test)
{
	struct exs_wire *w = exs_zc_open(test);
	struct page *page = exs_zc_page(test);
	u32 i;

	exs_zc_device(test, true);
	for (i = 0; i < 3; i++)
		KUNIT_EXPECT_EQ(test, exs_zc_send(w, page, i * 1000, 1000),
				1000);
	exs_zc_gone(test);
	exs_wire_in(w, W_ACK, 1, 3001, 0);
	EXS_ZC_TOLD(w, 0, 2, 0);
	EXS_ZC_QUIET(w);
	put_page(page);
}

static void exs_zc_cork(struct exs_wire *w, bool on)
{
	w->tp->nonagle = on ? EXS_TCP_NAGLE_CORK : 0;
	if (!on)
		exs_wire_call(w, exs_tcp_push_pending);
}

static void exs_zc_purge(struct exs_wire *w)
{
	lock_sock(w->sk);
	exs_tcp_write_queue_purge(w->sk);
	release_sock(w->sk);
}

/* The peer's window is shut: what is written waits. */
static void exs_zc_shut(struct exs_wire *w)
{
	struct exs_wire_seg shut = {
		.flags = W_ACK, .seq = 1, .ack = 1, .win = 0,
	};

	exs_wire_rcv(w, &shut);
}

/* Calls in a row share a packet, and its end is theirs. */
static void fill__calls_share_a_packet(struct kunit *test)
{
	struct exs_wire *w = exs_zc_open(test);
	struct page *page = exs_zc_page(test);

	exs_zc_device(test, false);
	exs_zc_cork(w, true);
	KUNIT_EXPECT_EQ(test, exs_zc_send(w, page, 0, 100), 100);
	KUNIT_EXPECT_EQ(test, exs_zc_send(w, page, 100, 100), 100);
	KUNIT_EXPECT_EQ(test, skb_queue_len(&w->sk->sk_write_queue), 1U);
	EXS_ZC_QUIET(w);
	exs_zc_cork(w, false);
	EXS_WIRE_OUT(w, W_ACK, 1, 1, 200);
	exs_wire_in(w, W_ACK, 1, 201, 0);
	EXS_ZC_TOLD(w, 0, 1, SO_EE_CODE_ZEROCOPY_COPIED);
	EXS_ZC_QUIET(w);
	put_page(page);
}

/* With what was copied, too: it goes into fragments of its own. */
static void fill__plain_text_between(struct kunit *test)
{
	struct exs_wire *w = exs_zc_open(test);
	struct page *page = exs_zc_page(test);
	struct sk_buff *skb;

	exs_zc_device(test, false);
	exs_zc_cork(w, true);
	KUNIT_EXPECT_EQ(test, exs_wire_write(w, 1, 100, 0), 100);
	KUNIT_EXPECT_EQ(test, exs_zc_send(w, page, 100, 100), 100);
	KUNIT_EXPECT_EQ(test, exs_wire_write(w, 201, 100, 0), 100);
	KUNIT_EXPECT_EQ(test, exs_zc_send(w, page, 300, 100), 100);
	KUNIT_ASSERT_EQ(test, skb_queue_len(&w->sk->sk_write_queue), 1U);
	skb = skb_peek(&w->sk->sk_write_queue);
	KUNIT_EXPECT_EQ(test, (int)skb_shinfo(skb)->nr_frags, 4);
	exs_zc_cork(w, false);
	EXS_WIRE_OUT(w, W_ACK, 1, 1, 400);
	exs_wire_in(w, W_ACK, 1, 401, 0);
	EXS_ZC_TOLD(w, 0, 1, SO_EE_CODE_ZEROCOPY_COPIED);
	put_page(page);
}

/* A packet cannot belong to two counts: the next begins a packet. */
static void fill__counts_do_not_share(struct kunit *test)
{
	struct exs_wire *w = exs_zc_open(test);
	struct page *page = exs_zc_page(test);

	exs_zc_device(test, true);
	exs_zc_shut(w);
	KUNIT_EXPECT_EQ(test, exs_zc_send(w, page, 0, 100), 100);
	/* Number 1 is somebody else's: they are not in a row. */
	atomic_inc(&w->sk->sk_zckey);
	KUNIT_EXPECT_EQ(test, exs_zc_send(w, page, 100, 100), 100);
	KUNIT_EXPECT_EQ(test, skb_queue_len(&w->sk->sk_write_queue), 2U);
	exs_zc_purge(w);
	EXS_ZC_TOLD(w, 0, 0, 0);
	EXS_ZC_TOLD(w, 2, 2, 0);
	exs_zc_done(w, page);
}

/* Both halves of a packet that is cut must end. */
static void fragment__both_count(struct kunit *test)
{
	struct exs_wire *w = exs_zc_open(test);
	struct page *page = exs_zc_page(test);
	struct sk_buff *skb, *next;

	exs_zc_device(test, true);
	exs_zc_shut(w);
	KUNIT_EXPECT_EQ(test, exs_zc_send(w, page, 0, 900), 900);
	skb = skb_peek(&w->sk->sk_write_queue);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	lock_sock(w->sk);
	KUNIT_EXPECT_EQ(test, 0, exs_tcp_fragment(w->sk, &w->sk->sk_write_queue,
						  skb, 500, 1000, GFP_KERNEL));
	release_sock(w->sk);
	next = skb_peek_tail(&w->sk->sk_write_queue);
	KUNIT_EXPECT_EQ(test, skb->len, 500U);
	KUNIT_EXPECT_EQ(test, next->len, 400U);
	KUNIT_EXPECT_NOT_NULL(test, skb_zcopy(skb));
	KUNIT_EXPECT_PTR_EQ(test, skb_zcopy(skb), skb_zcopy(next));
	KUNIT_EXPECT_TRUE(test, skb_has_shared_frag(next));
	exs_wire_in(w, W_ACK, 1, 1, 0);
	exs_zc_gone(test);
	exs_wire_in(w, W_ACK, 1, 501, 0);
	exs_zc_gone(test);
	EXS_ZC_QUIET(w);
	exs_wire_in(w, W_ACK, 1, 901, 0);
	EXS_ZC_TOLD(w, 0, 0, 0);
	exs_zc_done(w, page);
}

/* What is left of a packet goes on holding the page. */
static void trim__the_rest_counts(struct kunit *test)
{
	struct exs_wire *w = exs_zc_open(test);
	struct page *page = exs_zc_page(test);

	exs_zc_device(test, true);
	KUNIT_EXPECT_EQ(test, exs_zc_send(w, page, 0, 900), 900);
	exs_wire_in(w, W_ACK, 1, 301, 0);
	/* It is still on the wire: trimming takes a data area of its own. */
	exs_wire_call(w, exs_tcp_rtx_deadline);
	EXS_ZC_QUIET(w);
	exs_zc_gone(test);
	EXS_ZC_QUIET(w);
	exs_wire_in(w, W_ACK, 1, 901, 0);
	EXS_ZC_TOLD(w, 0, 0, 0);
	exs_zc_done(w, page);
}

static void retransmit__from_the_page(struct kunit *test)
{
	struct exs_wire *w = exs_zc_open(test);
	struct page *page = exs_zc_page(test);

	exs_zc_device(test, false);
	KUNIT_EXPECT_EQ(test, exs_zc_send(w, page, 0, 1000), 1000);
	EXS_WIRE_OUT(w, W_ACK, 1, 1, 1000);
	exs_wire_call(w, exs_tcp_rtx_deadline);
	EXS_WIRE_OUT(w, W_ACK, 1, 1, 1000);
	EXS_ZC_QUIET(w);
	KUNIT_EXPECT_GT(test, page_count(page), 1);
	exs_wire_in(w, W_ACK, 1, 1001, 0);
	EXS_ZC_TOLD(w, 0, 0, SO_EE_CODE_ZEROCOPY_COPIED);
	KUNIT_EXPECT_EQ(test, page_count(page), 1);
	put_page(page);
}

/* A call that failed is not told of, and its number is the next one's. */
static void fail__number_is_given_back(struct kunit *test)
{
	struct exs_wire *w = exs_zc_open(test);
	struct page *page = exs_zc_page(test);

	exs_zc_device(test, false);
	/* Memory of the kernel's is no user's page. */
	KUNIT_EXPECT_EQ(test, exs_wire_write(w, 1, 10, MSG_ZEROCOPY), -EFAULT);
	EXS_ZC_QUIET(w);
	KUNIT_EXPECT_TRUE(test, skb_queue_empty(&w->sk->sk_write_queue));
	KUNIT_EXPECT_EQ(test, w->sk->sk_wmem_queued, 0);
	KUNIT_EXPECT_EQ(test, w->tp->write_seq - w->iss, 1U);
	KUNIT_EXPECT_EQ(test, exs_zc_send(w, page, 0, 1000), 1000);
	exs_zc_gone(test);
	exs_wire_in(w, W_ACK, 1, 1001, 0);
	EXS_ZC_TOLD(w, 0, 0, SO_EE_CODE_ZEROCOPY_COPIED);
	exs_wire_state(w, TCP_FIN_WAIT1);
	KUNIT_EXPECT_EQ(test, exs_zc_send(w, page, 0, 1000), -EPIPE);
	EXS_ZC_QUIET(w);
	put_page(page);
}

static void fail__no_memory_for_the_notification(struct kunit *test)
{
	int most = READ_ONCE(init_net.core.sysctl_optmem_max);
	struct exs_wire *w = exs_zc_open(test);
	struct page *page = exs_zc_page(test);

	WRITE_ONCE(init_net.core.sysctl_optmem_max, 0);
	KUNIT_EXPECT_EQ(test, exs_zc_send(w, page, 0, 1000), -ENOBUFS);
	WRITE_ONCE(init_net.core.sysctl_optmem_max, most);
	EXS_WIRE_SILENT(w);
	EXS_ZC_QUIET(w);
	put_page(page);
}

/* Whole pages are charged, though only what was asked for was looked up. */
static void memory__pages_are_charged(struct kunit *test)
{
	struct exs_wire *w = exs_zc_open(test);
	struct page *page = exs_zc_page(test);

	exs_zc_device(test, true);
	exs_zc_cork(w, true);
	KUNIT_EXPECT_EQ(test, exs_zc_send(w, page, 4000, 10), 10);
	KUNIT_EXPECT_GE(test, w->sk->sk_wmem_queued, (int)PAGE_SIZE);
	KUNIT_EXPECT_GE(test, w->sk->sk_forward_alloc, 0);
	exs_zc_purge(w);
	KUNIT_EXPECT_EQ(test, w->sk->sk_wmem_queued, 0);
	put_page(page);
}

/* close() with text on its way: nobody is left to be told. */
static void close__lets_go_of_the_page(struct kunit *test)
{
	struct exs_wire *w = exs_zc_open(test);
	struct page *page = exs_zc_page(test);

	exs_zc_device(test, true);
	KUNIT_EXPECT_EQ(test, exs_zc_send(w, page, 0, 1000), 1000);
	sock_no_linger(w->sk);
	exs_wire_close(w);
	KUNIT_EXPECT_GT(test, page_count(page), 1);
	exs_zc_gone(test);
	KUNIT_EXPECT_EQ(test, page_count(page), 1);
	put_page(page);
}

static struct kunit_case exs_tcp_zcopy_cases[] = {
	KUNIT_CASE(send__page_is_held_to_the_end),
	KUNIT_CASE(send__unasked_is_a_copy),
	KUNIT_CASE(send__device_without_pages),
	KUNIT_CASE(send__copied_on_the_way),
	KUNIT_CASE(send__none_has_no_number),
	KUNIT_CASE(told__as_a_range),
	KUNIT_CASE(fill__calls_share_a_packet),
	KUNIT_CASE(fill__plain_text_between),
	KUNIT_CASE(fill__counts_do_not_share),
	KUNIT_CASE(fragment__both_count),
	KUNIT_CASE(trim__the_rest_counts),
	KUNIT_CASE(retransmit__from_the_page),
	KUNIT_CASE(fail__number_is_given_back),
	KUNIT_CASE(fail__no_memory_for_the_notification),
	KUNIT_CASE(memory__pages_are_charged),
	KUNIT_CASE(close__lets_go_of_the_page),
	{}
};

static struct kunit_suite exs_tcp_zcopy_suite = {
	.name = "expstack_tcp_zcopy",
	.init = exs_wire_init,
	.exit = exs_wire_exit,
	.test_cases = exs_tcp_zcopy_cases,
};

kunit_test_suite(exs_tcp_zcopy_suite);
