// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_poll.c: poll by state, and the ioctls.
 */
#include <linux/poll.h>
#include <linux/sockios.h>
#include <asm/ioctls.h>

#include "tcp_wire.h"

#define IN	(EPOLLIN | EPOLLRDNORM)
#define OUT	(EPOLLOUT | EPOLLWRNORM)

static u32 exs_poll(struct exs_wire *w)
{
	return (__force u32)exs_tcp_poll(NULL, w->sock, NULL);
}

#define EXS_POLL(w, mask)						\
do {									\
	struct exs_wire *__w = (w);					\
									\
	KUNIT_EXPECT_EQ(__w->test, exs_poll(__w), (__force u32)(mask));	\
} while (0)

static int exs_poll_ioctl(struct exs_wire *w, int cmd)
{
	int arg = -1;

	KUNIT_EXPECT_EQ(w->test, exs_tcp_ioctl(w->sk, cmd, &arg), 0);
	return arg;
}

static void poll__by_state(struct kunit *test)
{
	struct exs_wire *w = exs_wire_socket(test);

	EXS_POLL(w, OUT | EPOLLHUP);
	exs_wire_connect(w);
	EXS_POLL(w, 0);
	exs_wire_in(w, W_RST | W_ACK, 0, 1, 0);
	EXS_POLL(w, IN | OUT | EPOLLHUP | EPOLLRDHUP | EPOLLERR);

	w = exs_wire_active(test, true);
	EXS_POLL(w, OUT);
	exs_wire_in(w, W_ACK, 1, 1, 1);
	EXS_POLL(w, IN | OUT);
	KUNIT_EXPECT_EQ(test, exs_wire_read(w, 1, 9, 0), 1);
	EXS_POLL(w, OUT);
	exs_wire_drain(w);

	w = exs_wire_active(test, true);
	exs_wire_state(w, TCP_CLOSE_WAIT);
	EXS_POLL(w, IN | OUT | EPOLLRDHUP);

	w = exs_wire_active(test, true);
	exs_wire_state(w, TCP_FIN_WAIT1);
	EXS_POLL(w, OUT);
	exs_wire_in(w, W_FIN | W_ACK, 1, 2, 0);
	EXS_POLL(w, IN | OUT | EPOLLRDHUP | EPOLLHUP);
}

static void poll__listener(struct kunit *test)
{
	struct exs_wire *lw = exs_wire_listen(test, 0, 1);
	struct exs_wire *w = exs_wire_caller(lw, 1000);

	EXS_POLL(lw, 0);
	exs_wire_in(w, W_SYN, 0, 0, 0);
	EXS_WIRE_OUT(w, W_SYN | W_ACK, 0, 1, 0);
	EXS_POLL(lw, 0);
	exs_wire_in(w, W_ACK, 1, 1, 0);
	EXS_POLL(lw, IN);
	KUNIT_EXPECT_EQ(test, exs_wire_accept(lw, w), 0);
	EXS_POLL(lw, 0);
}

static void poll__urgent(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);
	struct exs_wire_seg seg = {
		.flags = W_ACK | W_URG, .seq = 1, .ack = 1, .len = 1,
		.win = 65535, .urg = 1,
	};

	/* The one byte there is no part of the stream. */
	exs_wire_rcv(w, &seg);
	EXS_POLL(w, OUT | EPOLLPRI);
	KUNIT_EXPECT_EQ(test, exs_poll_ioctl(w, SIOCATMARK), 1);
	exs_wire_in(w, W_ACK, 2, 1, 1);
	EXS_POLL(w, IN | OUT | EPOLLPRI);
}

static void poll__no_room_to_write(struct kunit *test)
{
	struct exs_wire_seg shut = {
		.flags = W_ACK, .seq = 1, .ack = 1, .win = 0,
	};
	struct exs_wire *w = exs_wire_active(test, true);

	w->sk->sk_userlocks |= SOCK_SNDBUF_LOCK;
	WRITE_ONCE(w->sk->sk_sndbuf, 8192);
	exs_wire_rcv(w, &shut);
	while (exs_wire_write(w, 1, 1000, 0) > 0)
		;
	clear_bit(SOCK_NOSPACE, &w->sock->flags);
	EXS_POLL(w, 0);
	/* Who polls is to be woken. */
	KUNIT_EXPECT_TRUE(test, test_bit(SOCK_NOSPACE, &w->sock->flags));
}

static void rcvlowat__moves_the_mark(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);

	lock_sock(w->sk);
	KUNIT_EXPECT_EQ(test, exs_tcp_set_rcvlowat(w->sk, 20), 0);
	release_sock(w->sk);
	exs_wire_in(w, W_ACK, 1, 1, 19);
	EXS_POLL(w, OUT);
	exs_wire_in(w, W_ACK, 20, 1, 1);
	EXS_POLL(w, IN | OUT);
}

static void rcvlowat__makes_room(struct kunit *test)
{
	static const struct {
		int val;
		bool locked;
		int lowat, rcvbuf;
	} t[] = {
		{ 0, false, 1, 100000 },
		{ 1000, false, 1000, 100000 },
		/* Memory is twice the payload (ratio 128). */
		{ 80000, false, 80000, 160000 },
		{ 80000, true, 50000, 100000 },
		/* At most half of tcp_rmem[2]. */
		{ 1 << 30, false, 200000, 400000 },
	};
	unsigned int i;

	exs_wire_net(test)->sysctl.tcp_rmem[2] = 400000;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_wire *w = exs_wire_active(test, true);

		lock_sock(w->sk);
		w->sk->sk_rcvbuf = 100000;
		w->tp->ack.scaling_ratio = 128;
		if (t[i].locked)
			w->sk->sk_userlocks |= SOCK_RCVBUF_LOCK;
		exs_tcp_set_rcvlowat(w->sk, t[i].val);
		release_sock(w->sk);
		KUNIT_EXPECT_EQ_MSG(test, w->sk->sk_rcvlowat, t[i].lowat,
				    "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, w->sk->sk_rcvbuf, t[i].rcvbuf,
				    "row %u", i);
		exs_wire_release(w);
	}
}

static void ioctl__counts(struct kunit *test)
{
	struct exs_wire_seg shut = {
		.flags = W_ACK, .seq = 1, .ack = 6, .win = 2,
	};
	struct exs_wire *w = exs_wire_socket(test);

	exs_wire_connect(w);
	KUNIT_EXPECT_EQ(test, exs_poll_ioctl(w, SIOCINQ), 0);
	KUNIT_EXPECT_EQ(test, exs_poll_ioctl(w, SIOCOUTQ), 0);
	KUNIT_EXPECT_EQ(test, exs_poll_ioctl(w, SIOCOUTQNSD), 0);

	w = exs_wire_active(test, true);
	KUNIT_EXPECT_EQ(test, exs_wire_write(w, 1, 5, 0), 5);
	KUNIT_EXPECT_EQ(test, exs_poll_ioctl(w, SIOCOUTQ), 5);
	KUNIT_EXPECT_EQ(test, exs_poll_ioctl(w, SIOCOUTQNSD), 0);
	exs_wire_rcv(w, &shut);
	KUNIT_EXPECT_EQ(test, exs_wire_write(w, 6, 7, 0), 7);
	KUNIT_EXPECT_EQ(test, exs_poll_ioctl(w, SIOCOUTQ), 7);
	KUNIT_EXPECT_EQ(test, exs_poll_ioctl(w, SIOCOUTQNSD), 7);
	/* The FIN has a number, but is no byte. */
	exs_wire_in(w, W_FIN | W_ACK, 1, 6, 9);
	KUNIT_EXPECT_EQ(test, exs_poll_ioctl(w, SIOCINQ), 9);
	KUNIT_EXPECT_EQ(test, exs_wire_read(w, 1, 4, 0), 4);
	KUNIT_EXPECT_EQ(test, exs_poll_ioctl(w, SIOCINQ), 5);
	KUNIT_EXPECT_EQ(test, exs_poll_ioctl(w, SIOCATMARK), 0);
}

static void ioctl__up_to_the_urgent_mark(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);
	struct exs_wire_seg seg = {
		.flags = W_ACK | W_URG, .seq = 1, .ack = 1, .len = 10,
		.win = 65535, .urg = 4,
	};

	exs_wire_rcv(w, &seg);
	KUNIT_EXPECT_EQ(test, exs_poll_ioctl(w, SIOCINQ), 3);
	sock_set_flag(w->sk, SOCK_URGINLINE);
	KUNIT_EXPECT_EQ(test, exs_poll_ioctl(w, SIOCINQ), 10);
}

static void ioctl__refused(struct kunit *test)
{
	static const int cmd[] = { SIOCINQ, SIOCOUTQ, SIOCOUTQNSD };
	struct exs_wire *w = exs_wire_listen(test, 0, 1);
	unsigned int i;
	int arg;

	for (i = 0; i < ARRAY_SIZE(cmd); i++)
		KUNIT_EXPECT_EQ_MSG(test, exs_tcp_ioctl(w->sk, cmd[i], &arg),
				    -EINVAL, "row %u", i);
	w = exs_wire_socket(test);
	KUNIT_EXPECT_EQ(test, exs_tcp_ioctl(w->sk, SIOCGIFCONF, &arg),
			-ENOIOCTLCMD);
}

static struct kunit_case exs_tcp_poll_cases[] = {
	KUNIT_CASE(poll__by_state),
	KUNIT_CASE(poll__listener),
	KUNIT_CASE(poll__urgent),
	KUNIT_CASE(poll__no_room_to_write),
	KUNIT_CASE(rcvlowat__moves_the_mark),
	KUNIT_CASE(rcvlowat__makes_room),
	KUNIT_CASE(ioctl__counts),
	KUNIT_CASE(ioctl__up_to_the_urgent_mark),
	KUNIT_CASE(ioctl__refused),
	{}
};

static struct kunit_suite exs_tcp_poll_suite = {
	.name = "expstack_tcp_poll",
	.init = exs_wire_init,
	.exit = exs_wire_exit,
	.test_cases = exs_tcp_poll_cases,
};

kunit_test_suite(exs_tcp_poll_suite);
