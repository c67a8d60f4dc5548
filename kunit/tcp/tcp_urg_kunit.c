// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_urg.c (RFC 9293 3.8.5, RFC 6093).
 */
#include "tcp_wire.h"

/* len bytes from seq, the urgent pointer set to urg. */
static void exs_urg_in(struct exs_wire *w, u32 seq, u32 len, u16 urg)
{
	struct exs_wire_seg seg = {
		.flags = W_ACK | W_URG, .seq = seq, .ack = 1, .len = len,
		.win = 65535, .urg = urg,
	};

	exs_wire_rcv(w, &seg);
	exs_wire_drain(w);
}

static int exs_urg_read_oob(struct exs_wire *w, char *c, int flags)
{
	struct kvec iov = { .iov_base = c, .iov_len = 1 };
	struct msghdr msg = { };

	return kernel_recvmsg(w->sock, &msg, &iov, 1, 1,
			      MSG_OOB | MSG_DONTWAIT | flags);
}

static void pointer__which_byte(struct kunit *test)
{
	static const struct {
		bool stdurg;
		u16 urg;
		u32 at;
	} t[] = {
		/* As all do: it points behind the urgent byte. */
		{ false, 1, 1 }, { false, 5, 5 }, { false, 10, 10 },
		{ false, 0, 1 },
		/* As RFC 1122 meant it: at the byte. */
		{ true, 0, 1 }, { true, 4, 5 }, { true, 9, 10 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_wire *w = exs_wire_active(test, true);
		char c = 0;

		exs_wire_net(test)->sysctl.tcp_stdurg = t[i].stdurg;
		exs_urg_in(w, 1, 10, t[i].urg);
		KUNIT_EXPECT_EQ_MSG(test, w->tp->urg_seq - w->irs, t[i].at,
				    "row %u", i);
		/* Text is its own number. */
		KUNIT_EXPECT_EQ_MSG(test, w->tp->urg_data,
				    EXS_TCP_URG_VALID | t[i].at, "row %u", i);
		KUNIT_EXPECT_EQ(test, exs_urg_read_oob(w, &c, MSG_PEEK), 1);
		KUNIT_EXPECT_EQ(test, exs_urg_read_oob(w, &c, 0), 1);
		KUNIT_EXPECT_EQ_MSG(test, c, (char)t[i].at, "row %u", i);
		KUNIT_EXPECT_EQ(test, exs_urg_read_oob(w, &c, 0), -EINVAL);
		exs_wire_release(w);
	}
}

/* The urgent byte is in a hole; text just behind the hole is not it. */
static void byte__not_from_a_header(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);
	char c = 0;

	exs_urg_in(w, 1, 10, 15);
	KUNIT_EXPECT_EQ(test, w->tp->urg_data, EXS_TCP_URG_NOTYET);
	exs_wire_in(w, W_ACK, 21, 1, 10);
	exs_wire_drain(w);
	KUNIT_EXPECT_EQ(test, w->tp->urg_data, EXS_TCP_URG_NOTYET);
	exs_wire_in(w, W_ACK, 11, 1, 10);
	exs_wire_drain(w);
	KUNIT_EXPECT_EQ(test, w->tp->urg_data, EXS_TCP_URG_VALID | 15);
	KUNIT_EXPECT_EQ(test, exs_urg_read_oob(w, &c, 0), 1);
	KUNIT_EXPECT_EQ(test, c, (char)15);
}

static void read__stops_at_the_mark_and_skips_it(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);

	exs_urg_in(w, 1, 10, 5);
	KUNIT_EXPECT_EQ(test, exs_wire_read(w, 1, 100, 0), 4);
	KUNIT_EXPECT_EQ(test, exs_wire_read(w, 6, 100, 0), 5);
	KUNIT_EXPECT_EQ(test, w->tp->urg_data, 0);
}

static void read__inline(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);
	char c;

	sock_set_flag(w->sk, SOCK_URGINLINE);
	exs_urg_in(w, 1, 10, 5);
	KUNIT_EXPECT_EQ(test, exs_urg_read_oob(w, &c, 0), -EINVAL);
	KUNIT_EXPECT_EQ(test, exs_wire_read(w, 1, 100, 0), 4);
	KUNIT_EXPECT_EQ(test, exs_wire_read(w, 5, 100, 0), 6);
}

/* RFC 6093 3.1: the pointer may come long before its byte. */
static void announced__before_the_byte_is_here(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);
	char c = 0;

	exs_urg_in(w, 1, 10, 15);
	KUNIT_EXPECT_EQ(test, w->tp->urg_data, EXS_TCP_URG_NOTYET);
	KUNIT_EXPECT_EQ(test, exs_urg_read_oob(w, &c, 0), -EAGAIN);
	KUNIT_EXPECT_EQ(test, exs_wire_read(w, 1, 100, 0), 10);
	/* The byte comes without a pointer. */
	exs_wire_in(w, W_ACK, 11, 1, 10);
	KUNIT_EXPECT_EQ(test, w->tp->urg_data, EXS_TCP_URG_VALID | 15);
	KUNIT_EXPECT_EQ(test, exs_urg_read_oob(w, &c, 0), 1);
	KUNIT_EXPECT_EQ(test, c, 15);
}

static void pointer__old_or_no_later_is_no_news(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);

	exs_wire_in(w, W_ACK, 1, 1, 10);
	KUNIT_EXPECT_EQ(test, exs_wire_read(w, 1, 100, 0), 10);
	/* Behind what was read. */
	exs_urg_in(w, 6, 5, 3);
	KUNIT_EXPECT_EQ(test, w->tp->urg_data, 0);
	exs_urg_in(w, 11, 10, 8);
	KUNIT_EXPECT_EQ(test, w->tp->urg_seq - w->irs, 18U);
	exs_urg_in(w, 11, 10, 8);
	KUNIT_EXPECT_EQ(test, w->tp->urg_data, EXS_TCP_URG_VALID | 18);
	/* A later one takes its place. */
	exs_urg_in(w, 21, 10, 2);
	KUNIT_EXPECT_EQ(test, w->tp->urg_seq - w->irs, 22U);
}

/* Who did not read it in time finds it in the stream, if it was not at it. */
static void second__while_the_reader_stands_at_the_first(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);

	exs_urg_in(w, 1, 10, 5);
	KUNIT_EXPECT_EQ(test, exs_wire_read(w, 1, 100, 0), 4);
	exs_urg_in(w, 11, 10, 5);
	KUNIT_EXPECT_EQ(test, w->tp->urg_seq - w->irs, 15U);
	KUNIT_EXPECT_EQ(test, exs_wire_read(w, 6, 100, 0), 9);
	KUNIT_EXPECT_EQ(test, exs_wire_read(w, 16, 100, 0), 5);
}

static struct kunit_case exs_tcp_urg_cases[] = {
	KUNIT_CASE(pointer__which_byte),
	KUNIT_CASE(byte__not_from_a_header),
	KUNIT_CASE(read__stops_at_the_mark_and_skips_it),
	KUNIT_CASE(read__inline),
	KUNIT_CASE(announced__before_the_byte_is_here),
	KUNIT_CASE(pointer__old_or_no_later_is_no_news),
	KUNIT_CASE(second__while_the_reader_stands_at_the_first),
	{}
};

static struct kunit_suite exs_tcp_urg_suite = {
	.name = "expstack_tcp_urg",
	.init = exs_wire_init,
	.exit = exs_wire_exit,
	.test_cases = exs_tcp_urg_cases,
};

kunit_test_suite(exs_tcp_urg_suite);
