// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_tstamp.c.
 */
#include <linux/errqueue.h>
#include <linux/net_tstamp.h>

#include "tcp_fix.h"
#include "tcp_wire.h"
#include "tcp/tcp_tstamp.h"

#define U EXS_FIX_ISS

/* What a call with ancillary data brought. */
struct exs_stamp_got {
	int len;
	unsigned int count;	/* control messages */
	int types[4];
	s64 sec;		/* first word of the first */
	struct sock_extended_err ee;
};

static void exs_stamp_parse(struct exs_stamp_got *got, u8 *ctl, const u8 *end)
{
	while (ctl < end && got->count < ARRAY_SIZE(got->types)) {
		struct cmsghdr *cm = (struct cmsghdr *)ctl;

		if (!got->count)
			memcpy(&got->sec, CMSG_DATA(cm), sizeof(got->sec));
		if (cm->cmsg_level == SOL_IP && cm->cmsg_type == IP_RECVERR)
			memcpy(&got->ee, CMSG_DATA(cm), sizeof(got->ee));
		got->types[got->count++] = cm->cmsg_type;
		ctl += CMSG_ALIGN(cm->cmsg_len);
	}
}

static struct exs_stamp_got exs_stamp_err(struct exs_wire *w)
{
	u8 ctl[256] __aligned(8) = { };
	struct msghdr msg = {
		.msg_control = ctl, .msg_controllen = sizeof(ctl),
	};
	struct exs_stamp_got got = { };
	u8 data[64];
	struct kvec vec = { .iov_base = data, .iov_len = sizeof(data) };

	got.len = kernel_recvmsg(w->sock, &msg, &vec, 1, sizeof(data),
				 MSG_ERRQUEUE | MSG_DONTWAIT);
	if (got.len >= 0)
		exs_stamp_parse(&got, ctl, msg.msg_control);
	return got;
}

static int exs_stamp_set(struct exs_wire *w, int flags)
{
	return w->sock->ops->setsockopt(w->sock, SOL_SOCKET,
					SO_TIMESTAMPING_OLD,
					KERNEL_SOCKPTR(&flags), sizeof(flags));
}

static void base__where_counting_begins(struct kunit *test)
{
	static const struct {
		u8 state;
		u32 before, flags;
		int ret;
		u32 base;
	} t[] = {
		{ TCP_ESTABLISHED, 0, 0, 0 },
		{ TCP_ESTABLISHED, 0, SOF_TIMESTAMPING_OPT_ID, 1, U },
		{ TCP_ESTABLISHED, 0, SOF_TIMESTAMPING_OPT_ID |
		  SOF_TIMESTAMPING_OPT_ID_TCP, 1, U + 1000 },
		/* It was on: the count goes on. */
		{ TCP_ESTABLISHED, SOF_TIMESTAMPING_OPT_ID,
		  SOF_TIMESTAMPING_OPT_ID, 0 },
		{ TCP_CLOSE, 0, SOF_TIMESTAMPING_OPT_ID, -EINVAL },
		{ TCP_CLOSE, 0, SOF_TIMESTAMPING_TX_ACK, 0 },
		{ TCP_ESTABLISHED, 0, SOF_TIMESTAMPING_OPT_STATS |
		  SOF_TIMESTAMPING_OPT_TSONLY, -EINVAL },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_tcp_fix f = exs_tcp_fix_open(test, t[i].state);
		u32 base = 0;

		f.tp->write_seq = U + 1000;
		f.sk->sk_tsflags = t[i].before;
		KUNIT_EXPECT_EQ_MSG(test, t[i].ret,
				    exs_tcp_tstamp_base(f.sk, t[i].flags, &base),
				    "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, t[i].base, base, "row %u", i);
		exs_tcp_fix_close(test, &f);
	}
}

/* Cut before, at and behind the byte. */
static void split__request_stays_with_its_byte(struct kunit *test)
{
	static const struct {
		u32 key;
		bool moves;
	} t[] = { { 0, false }, { 1499, false }, { 1500, true }, { 3999, true } };
	const u8 flags = SKBTX_SW_TSTAMP | SKBTX_SCHED_TSTAMP;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);
		struct sk_buff *skb = exs_tcp_fix_sent(test, &f, 4, 1000);
		struct sk_buff *tail, *with, *without;

		skb_shinfo(skb)->tx_flags |= flags;
		skb_shinfo(skb)->tskey = U + t[i].key;
		EXS_TCPCB(skb)->ack_tstamp = 1;
		KUNIT_ASSERT_EQ(test, 0,
				exs_tcp_fragment(f.sk, &f.tp->rtx_queue, skb,
						 1500, 1000, GFP_ATOMIC));
		tail = skb_peek_tail(&f.tp->rtx_queue);
		with = t[i].moves ? tail : skb;
		without = t[i].moves ? skb : tail;
		KUNIT_EXPECT_EQ(test, skb_shinfo(with)->tx_flags & flags, flags);
		KUNIT_EXPECT_EQ(test, skb_shinfo(with)->tskey, U + t[i].key);
		KUNIT_EXPECT_TRUE(test, EXS_TCPCB(with)->ack_tstamp);
		KUNIT_EXPECT_EQ(test, skb_shinfo(without)->tx_flags & flags, 0);
		KUNIT_EXPECT_FALSE(test, EXS_TCPCB(without)->ack_tstamp);
		exs_tcp_write_queue_purge(f.sk);
		exs_tcp_fix_close(test, &f);
	}
}

/* Told once, when the last byte is acknowledged, by its number. */
static void acked__with_the_last_byte(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);
	struct exs_stamp_got got;

	KUNIT_ASSERT_EQ(test, 0,
			exs_stamp_set(w, SOF_TIMESTAMPING_TX_ACK |
					 SOF_TIMESTAMPING_SOFTWARE |
					 SOF_TIMESTAMPING_OPT_ID |
					 SOF_TIMESTAMPING_OPT_TSONLY));
	KUNIT_EXPECT_EQ(test, exs_wire_write(w, 1, 10, 0), 10);
	EXS_WIRE_OUT(w, W_ACK, 1, 1, 10);
	exs_wire_in(w, W_ACK, 1, 6, 0);
	KUNIT_EXPECT_EQ(test, exs_stamp_err(w).len, -EAGAIN);
	exs_wire_in(w, W_ACK, 1, 11, 0);
	got = exs_stamp_err(w);
	KUNIT_EXPECT_EQ(test, got.len, 0);
	KUNIT_EXPECT_EQ(test, got.count, 2);
	KUNIT_EXPECT_EQ(test, got.types[0], SO_TIMESTAMPING_OLD);
	KUNIT_EXPECT_NE(test, got.sec, 0);
	KUNIT_EXPECT_EQ(test, got.ee.ee_errno, ENOMSG);
	KUNIT_EXPECT_EQ(test, got.ee.ee_origin, SO_EE_ORIGIN_TIMESTAMPING);
	KUNIT_EXPECT_EQ(test, got.ee.ee_info, SCM_TSTAMP_ACK);
	KUNIT_EXPECT_EQ(test, got.ee.ee_data, 9);
	KUNIT_EXPECT_EQ(test, exs_stamp_err(w).len, -EAGAIN);
}

/* The bytes come with it, unless only the time was asked for. */
static void acked__with_the_bytes(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);
	struct exs_stamp_got got;

	KUNIT_ASSERT_EQ(test, 0, exs_stamp_set(w, SOF_TIMESTAMPING_TX_ACK |
						  SOF_TIMESTAMPING_SOFTWARE));
	KUNIT_EXPECT_EQ(test, exs_wire_write(w, 1, 10, 0), 10);
	EXS_WIRE_OUT(w, W_ACK, 1, 1, 10);
	exs_wire_in(w, W_ACK, 1, 11, 0);
	got = exs_stamp_err(w);
	KUNIT_EXPECT_EQ(test, got.len, 10);
	KUNIT_EXPECT_EQ(test, got.ee.ee_data, 0);
	/* The queue of what is in flight is whole. */
	KUNIT_EXPECT_TRUE(test, list_empty(&w->tp->tsorted));
	KUNIT_EXPECT_EQ(test, w->tp->packets_out, 0);
}

/* More was appended to the packet: the byte's acknowledgment counts, once. */
static void acked__in_the_middle_of_a_packet(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);
	struct exs_stamp_got got;

	KUNIT_ASSERT_EQ(test, 0, exs_stamp_set(w, SOF_TIMESTAMPING_TX_ACK |
						  SOF_TIMESTAMPING_SOFTWARE));
	KUNIT_EXPECT_EQ(test, exs_wire_write(w, 1, 10, MSG_MORE), 10);
	EXS_WIRE_SILENT(w);
	KUNIT_ASSERT_EQ(test, 0, exs_stamp_set(w, SOF_TIMESTAMPING_SOFTWARE));
	KUNIT_EXPECT_EQ(test, exs_wire_write(w, 11, 5, 0), 5);
	EXS_WIRE_OUT(w, W_ACK, 1, 1, 15);
	exs_wire_in(w, W_ACK, 1, 11, 0);
	got = exs_stamp_err(w);
	KUNIT_EXPECT_EQ(test, got.len, 15);
	KUNIT_EXPECT_FALSE(test, list_empty(&w->tp->tsorted));
	exs_wire_in(w, W_ACK, 1, 16, 0);
	KUNIT_EXPECT_EQ(test, exs_stamp_err(w).len, -EAGAIN);
}

/* Of packets that become one the last tells when it came, by either clock. */
static void coalesce__time_of_the_last(struct kunit *test)
{
	static const ktime_t soft[] = { 0, 9 };
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(soft); i++) {
		struct sk_buff *to = alloc_skb(100, GFP_ATOMIC);
		struct sk_buff *from = alloc_skb(100, GFP_ATOMIC);

		KUNIT_ASSERT_NOT_NULL(test, to);
		KUNIT_ASSERT_NOT_NULL(test, from);
		skb_put_zero(to, 10);
		skb_put_zero(from, 10);
		EXS_TCPCB(to)->end_seq = 10;
		EXS_TCPCB(from)->seq = 10;
		EXS_TCPCB(from)->end_seq = 20;
		to->tstamp = soft[i] ? 3 : 0;
		from->tstamp = soft[i];
		skb_hwtstamps(to)->hwtstamp = 4;
		skb_hwtstamps(from)->hwtstamp = 7;
		KUNIT_EXPECT_TRUE(test, exs_tcp_coalesce(f.sk, to, from));
		KUNIT_EXPECT_EQ(test, to->len, 20U);
		KUNIT_EXPECT_EQ(test, to->tstamp, soft[i]);
		KUNIT_EXPECT_EQ(test, skb_hwtstamps(to)->hwtstamp, 7);
		kfree_skb(to);
	}
	exs_tcp_fix_close(test, &f);
}

/* What a reader is told, by what it asked for. */
static void read__as_it_was_asked(struct kunit *test)
{
	static const struct {
		u8 stamp, ns, layout;
		u32 flags;
		s64 soft, hard;
		unsigned int count;
		int first, second;
	} t[] = {
		{ .soft = 7 },
		{ .stamp = 1 },
		{ .stamp = 1, .soft = 7, .count = 1, .first = SO_TIMESTAMP_OLD },
		{ .stamp = 1, .ns = 1, .soft = 7, .count = 1,
		  .first = SO_TIMESTAMPNS_OLD },
		{ .stamp = 1, .layout = 1, .soft = 7, .count = 1,
		  .first = SO_TIMESTAMP_NEW },
		{ .stamp = 1, .ns = 1, .layout = 1, .soft = 7, .count = 1,
		  .first = SO_TIMESTAMPNS_NEW },
		{ .flags = SOF_TIMESTAMPING_SOFTWARE |
			   SOF_TIMESTAMPING_RX_SOFTWARE,
		  .soft = 7, .count = 1, .first = SO_TIMESTAMPING_OLD },
		{ .flags = SOF_TIMESTAMPING_SOFTWARE, .layout = 1, .soft = 7,
		  .count = 1, .first = SO_TIMESTAMPING_NEW },
		/* Others made the host take it. */
		{ .flags = SOF_TIMESTAMPING_SOFTWARE |
			   SOF_TIMESTAMPING_OPT_RX_FILTER, .soft = 7 },
		{ .flags = SOF_TIMESTAMPING_SOFTWARE, .hard = 7 },
		{ .flags = SOF_TIMESTAMPING_RAW_HARDWARE, .hard = 7, .count = 1,
		  .first = SO_TIMESTAMPING_OLD },
		{ .stamp = 1, .flags = SOF_TIMESTAMPING_SOFTWARE, .soft = 7,
		  .count = 2, .first = SO_TIMESTAMP_OLD,
		  .second = SO_TIMESTAMPING_OLD },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);
		u8 ctl[256] __aligned(8) = { };
		struct msghdr msg = {
			.msg_control = ctl, .msg_controllen = sizeof(ctl),
		};
		struct exs_stamp_got got = { };

		sock_valbool_flag(f.sk, SOCK_RCVTSTAMP, t[i].stamp);
		sock_valbool_flag(f.sk, SOCK_RCVTSTAMPNS, t[i].ns);
		sock_valbool_flag(f.sk, SOCK_TSTAMP_NEW, t[i].layout);
		f.sk->sk_tsflags = t[i].flags;
		exs_tcp_tstamp_read(f.sk, &msg, t[i].soft * NSEC_PER_SEC,
				    t[i].hard * NSEC_PER_SEC);
		exs_stamp_parse(&got, ctl, msg.msg_control);
		KUNIT_EXPECT_EQ_MSG(test, got.count, t[i].count, "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, got.types[0], t[i].first, "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, got.types[1], t[i].second, "row %u", i);
		if (t[i].count && t[i].soft)
			KUNIT_EXPECT_EQ_MSG(test, got.sec, 7, "row %u", i);
		f.sk->sk_tsflags = 0;
		exs_tcp_fix_close(test, &f);
	}
}

static struct kunit_case exs_tcp_tstamp_cases[] = {
	KUNIT_CASE(base__where_counting_begins),
	KUNIT_CASE(split__request_stays_with_its_byte),
	KUNIT_CASE(acked__with_the_last_byte),
	KUNIT_CASE(acked__with_the_bytes),
	KUNIT_CASE(acked__in_the_middle_of_a_packet),
	KUNIT_CASE(coalesce__time_of_the_last),
	KUNIT_CASE(read__as_it_was_asked),
	{}
};

static struct kunit_suite exs_tcp_tstamp_suite = {
	.name = "expstack_tcp_tstamp",
	.init = exs_wire_init,
	.exit = exs_wire_exit,
	.test_cases = exs_tcp_tstamp_cases,
};

kunit_test_suite(exs_tcp_tstamp_suite);
