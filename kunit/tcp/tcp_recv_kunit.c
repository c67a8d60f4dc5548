// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_recv.c: from the queue to the user.
 */
#include "tcp_wire.h"

/* Text in two packets that stay two: the second came first. */
static struct exs_wire *exs_recv_open(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);

	exs_wire_in(w, W_ACK, 1, 1, 10);
	exs_wire_in(w, W_ACK, 11, 1, 20);
	exs_wire_drain(w);
	return w;
}

static void flags__what_stays_and_what_goes(struct kunit *test)
{
	static const struct {
		u32 len;
		int flags;
		int ret;
		u32 copied;
	} t[] = {
		{ 5, 0, 5, 5 },
		{ 10, 0, 10, 10 },
		{ 15, 0, 15, 15 },
		{ 100, 0, 30, 30 },
		{ 0, 0, 0, 0 },
		{ 100, MSG_PEEK, 30, 0 },
		{ 15, MSG_PEEK, 15, 0 },
		{ 15, MSG_TRUNC, 15, 15 },
		{ 15, MSG_TRUNC | MSG_PEEK, 15, 0 },
		/* Not all, but nothing to wait with. */
		{ 100, MSG_WAITALL, 30, 30 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_wire *w = exs_recv_open(test);

		KUNIT_EXPECT_EQ_MSG(test, exs_wire_read(w, 1, t[i].len,
							t[i].flags),
				    t[i].ret, "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, w->tp->copied_seq - w->irs - 1,
				    t[i].copied, "row %u", i);
		/* The rest is there, and in place. */
		KUNIT_EXPECT_EQ_MSG(test, exs_wire_read(w, 1 + t[i].copied,
							100, 0),
				    t[i].copied < 30 ? 30 - (int)t[i].copied :
						       -EAGAIN, "row %u", i);
		KUNIT_EXPECT_EQ(test, atomic_read(&w->sk->sk_rmem_alloc), 0);
		exs_wire_release(w);
	}
}

/* recvmsg() as io_uring makes it, or with room for TCP_INQ's message. */
static int exs_recv_inq(struct exs_wire *w, u32 len, bool cmsg)
{
	union {
		struct cmsghdr cm;
		u8 room[CMSG_SPACE(sizeof(int))];
	} control = { };
	struct msghdr msg = {
		.msg_flags = MSG_DONTWAIT, .msg_get_inq = !cmsg, .msg_inq = -1,
		.msg_control = &control, .msg_controllen = sizeof(control),
	};
	u8 buf[64];
	struct kvec vec = { buf, len };
	int err;

	err = kernel_recvmsg(w->sock, &msg, &vec, 1, len, MSG_DONTWAIT);
	if (err < 0)
		return err;
	if (!cmsg) {
		KUNIT_EXPECT_EQ(w->test, msg.msg_controllen, sizeof(control));
		return msg.msg_inq;
	}
	KUNIT_EXPECT_EQ(w->test, control.cm.cmsg_level, SOL_TCP);
	KUNIT_EXPECT_EQ(w->test, control.cm.cmsg_type, TCP_CM_INQ);
	return *(int *)CMSG_DATA(&control.cm);
}

static void inq__what_is_left(struct kunit *test)
{
	bool cmsg;
	int i;

	for (i = 0; i < 2; i++) {
		struct exs_wire *w = exs_recv_open(test);

		cmsg = i;
		w->tp->inq = cmsg;
		KUNIT_EXPECT_EQ(test, exs_recv_inq(w, 5, cmsg), 25);
		KUNIT_EXPECT_EQ(test, exs_recv_inq(w, 0, cmsg), 25);
		KUNIT_EXPECT_EQ(test, exs_recv_inq(w, 25, cmsg), 0);
		KUNIT_EXPECT_EQ(test, exs_recv_inq(w, 5, cmsg), -EAGAIN);
		/* A FIN counts, before it is read and after. */
		exs_wire_in(w, W_FIN | W_ACK, 31, 1, 10);
		KUNIT_EXPECT_EQ(test, exs_recv_inq(w, 4, cmsg), 7);
		KUNIT_EXPECT_EQ(test, exs_recv_inq(w, 6, cmsg), 1);
		KUNIT_EXPECT_EQ(test, exs_recv_inq(w, 6, cmsg), 1);
		exs_wire_release(w);
	}
}

static void empty__errno_by_state(struct kunit *test)
{
	struct exs_wire *w = exs_wire_socket(test);

	KUNIT_EXPECT_EQ(test, exs_wire_read(w, 1, 1, 0), -ENOTCONN);
	exs_wire_connect(w);
	KUNIT_EXPECT_EQ(test, exs_wire_read(w, 1, 1, 0), -EAGAIN);
	exs_wire_in(w, W_RST | W_ACK, 0, 1, 0);
	KUNIT_EXPECT_EQ(test, exs_wire_read(w, 1, 1, 0), -ECONNREFUSED);
	w = exs_wire_listen(test, 0, 1);
	KUNIT_EXPECT_EQ(test, exs_wire_read(w, 1, 1, 0), -ENOTCONN);
	w = exs_wire_active(test, true);
	KUNIT_EXPECT_EQ(test, exs_wire_read(w, 1, 1, 0), -EAGAIN);
	KUNIT_EXPECT_EQ(test, exs_wire_read(w, 1, 1, MSG_ERRQUEUE), -EAGAIN);
	KUNIT_EXPECT_EQ(test, exs_wire_read(w, 1, 1, MSG_OOB), -EINVAL);
	exs_wire_state(w, TCP_CLOSE_WAIT);
	KUNIT_EXPECT_EQ(test, exs_wire_read(w, 1, 1, 0), 0);
}

static void shutdown__read_ends_after_what_is_there(struct kunit *test)
{
	struct exs_wire *w = exs_recv_open(test);

	KUNIT_EXPECT_EQ(test, kernel_sock_shutdown(w->sock, SHUT_RD), 0);
	KUNIT_EXPECT_EQ(test, exs_wire_read(w, 1, 100, 0), 30);
	KUNIT_EXPECT_EQ(test, exs_wire_read(w, 31, 100, 0), 0);
	EXS_WIRE_STATE(w, TCP_ESTABLISHED);
}

/* SO_RCVTIMEO. */
static void wait__until_the_time_is_over(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);
	struct msghdr msg = { };
	u8 buf[10];
	struct kvec iov = { .iov_base = buf, .iov_len = sizeof(buf) };
	unsigned long start = jiffies;

	w->sk->sk_rcvtimeo = msecs_to_jiffies(20);
	KUNIT_EXPECT_EQ(test, kernel_recvmsg(w->sock, &msg, &iov, 1,
					     sizeof(buf), 0), -EAGAIN);
	KUNIT_EXPECT_TRUE(test, time_after_eq(jiffies, start +
					      msecs_to_jiffies(20)));
	/* With something there it is a short read. */
	exs_wire_in(w, W_ACK, 1, 1, 4);
	memset(&msg, 0, sizeof(msg));
	KUNIT_EXPECT_EQ(test, kernel_recvmsg(w->sock, &msg, &iov, 1,
					     sizeof(buf), MSG_WAITALL), 4);
	KUNIT_EXPECT_EQ(test, buf[3], 4);
}

/* RFC 9293 3.8.6.2.2: told when it is worth it, and not before. */
static void window__update_when_it_doubles(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);
	u32 seq = 1;

	w->sk->sk_userlocks |= SOCK_RCVBUF_LOCK;
	WRITE_ONCE(w->sk->sk_rcvbuf, 8192);
	/* Until the offer is used up. */
	while (seq < 65536) {
		exs_wire_in(w, W_ACK, seq, 1, 1000);
		if (w->tp->rcv_nxt - w->irs == seq)
			break;
		seq += 1000;
		exs_wire_drain(w);
	}
	KUNIT_EXPECT_EQ(test, exs_wire_next(w), true);
	exs_wire_drain(w);
	KUNIT_EXPECT_EQ(test, exs_wire_read(w, 1, 10, 0), 10);
	KUNIT_EXPECT_GT(test, exs_wire_read(w, 11, 65536, 0), 1000);
	KUNIT_EXPECT_EQ(test, w->tp->copied_seq, w->tp->rcv_nxt);
}

/* What splice(2) says where there is nothing for the pipe. */
static ssize_t exs_recv_splice(struct exs_wire *w)
{
	struct file *file = kunit_kzalloc(w->test, sizeof(*file), GFP_KERNEL);
	loff_t pos = 0;
	ssize_t ret;

	KUNIT_ASSERT_NOT_NULL(w->test, file);
	w->sk->sk_rcvtimeo = HZ / 20;
	w->sock->file = file;
	ret = exs_tcp_splice_read(w->sock, &pos, NULL, 10, 0);
	w->sock->file = NULL;
	return ret;
}

static void splice__nothing_for_the_pipe(struct kunit *test)
{
	struct exs_wire_seg urgent = {
		.flags = W_URG | W_ACK, .seq = 1, .ack = 1, .len = 10,
		.win = 65535, .urg = 1,
	};
	struct exs_wire *w = exs_wire_active(test, true);

	KUNIT_EXPECT_EQ(test, exs_recv_splice(w), -EAGAIN);
	/* The urgent byte is the next: only recvmsg() gets past it. */
	exs_wire_rcv(w, &urgent);
	exs_wire_drain(w);
	KUNIT_EXPECT_EQ(test, exs_recv_splice(w), 0);
	KUNIT_EXPECT_EQ(test, exs_wire_read(w, 2, 100, 0), 9);
	exs_wire_in(w, W_FIN | W_ACK, 11, 1, 0);
	exs_wire_drain(w);
	KUNIT_EXPECT_EQ(test, exs_recv_splice(w), 0);
	w = exs_wire_listen(test, 0, 1);
	KUNIT_EXPECT_EQ(test, exs_recv_splice(w), -ENOTCONN);
}

/*
 * Without memory an empty queue takes one segment; the sender is told to stop
 * until it is read. A FIN needs no room.
 */
static void memory__one_segment_at_a_time(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);
	u32 seq;

	exs_wire_memory(test, true);
	for (seq = 1; seq < 3001; seq += 1000) {
		/* Beyond what the socket may have left over. */
		sk_mem_reclaim(w->sk);
		exs_wire_in(w, W_ACK, seq, 1, 1000);
		EXS_WIRE_OUT(w, W_ACK, 1, seq + 1000, 0);
		KUNIT_EXPECT_EQ(test, w->last.win, 0);
		KUNIT_EXPECT_EQ(test, exs_wire_read(w, seq, 5000, 0), 1000);
		EXS_WIRE_OUT(w, W_ACK, 1, seq + 1000, 0);
		KUNIT_EXPECT_GT(test, w->last.win, 0);
	}
	/* Two of these are more than a page. */
	sk_mem_reclaim(w->sk);
	exs_wire_in(w, W_ACK, seq, 1, 1400);
	EXS_WIRE_OUT(w, W_ACK, 1, seq + 1400, 0);
	KUNIT_EXPECT_EQ(test, w->last.win, 0);
	/* Behind what is not read nothing is taken. */
	exs_wire_in(w, W_ACK, seq + 1400, 1, 1400);
	exs_wire_in(w, W_ACK, seq + 1400, 1, 1400);
	KUNIT_EXPECT_EQ(test, w->tp->rcv_nxt - w->irs, seq + 1400);
	exs_wire_in(w, W_FIN | W_ACK, seq + 1400, 1, 0);
	EXS_WIRE_STATE(w, TCP_CLOSE_WAIT);
	KUNIT_EXPECT_EQ(test, exs_wire_read(w, seq, 5000, 0), 1400);
	exs_wire_drain(w);
	exs_wire_memory(test, false);
}

static void fin__is_no_byte(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);

	exs_wire_in(w, W_ACK, 1, 1, 10);
	exs_wire_in(w, W_FIN | W_ACK, 11, 1, 0);
	KUNIT_EXPECT_EQ(test, exs_wire_read(w, 1, 100, MSG_PEEK), 10);
	KUNIT_EXPECT_EQ(test, exs_wire_read(w, 1, 100, 0), 10);
	KUNIT_EXPECT_EQ(test, exs_wire_read(w, 11, 100, MSG_PEEK), 0);
	KUNIT_EXPECT_EQ(test, exs_wire_read(w, 11, 100, 0), 0);
}

static struct kunit_case exs_tcp_recv_cases[] = {
	KUNIT_CASE(flags__what_stays_and_what_goes),
	KUNIT_CASE(inq__what_is_left),
	KUNIT_CASE(empty__errno_by_state),
	KUNIT_CASE(shutdown__read_ends_after_what_is_there),
	KUNIT_CASE(wait__until_the_time_is_over),
	KUNIT_CASE(window__update_when_it_doubles),
	KUNIT_CASE(splice__nothing_for_the_pipe),
	KUNIT_CASE(memory__one_segment_at_a_time),
	KUNIT_CASE(fin__is_no_byte),
	{}
};

static struct kunit_suite exs_tcp_recv_suite = {
	.name = "expstack_tcp_recv",
	.init = exs_wire_init,
	.exit = exs_wire_exit,
	.test_cases = exs_tcp_recv_cases,
};

kunit_test_suite(exs_tcp_recv_suite);
