// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_listen.c: the accept queue, and what a
 * listener says to segments (RFC 9293 3.10.7.2).
 */
#include "../kunit/expect.h"
#include "tcp/tcp_req.h"
#include "tcp_wire.h"

#define NONE	0xff

static void segment__by_flags(struct kunit *test)
{
	static const struct {
		u8 flags;
		u8 out;
		u32 out_seq, out_ack;
		enum exs_drop_reason reason;
	} t[] = {
		{ W_RST, NONE, 0, 0, EXS_DROP_TCP_RESET },
		{ W_RST | W_ACK, NONE, 0, 0, EXS_DROP_TCP_RESET },
		{ W_ACK, W_RST, 7, 0, EXS_DROP_TCP_INVALID_ACK },
		{ W_SYN | W_ACK, W_RST, 7, 0, EXS_DROP_TCP_INVALID_ACK },
		{ W_FIN | W_ACK, W_RST, 7, 0, EXS_DROP_TCP_INVALID_ACK },
		{ 0, NONE, 0, 0, EXS_DROP_TCP_FLAGS },
		{ W_FIN, NONE, 0, 0, EXS_DROP_TCP_FLAGS },
		{ W_PSH | W_URG, NONE, 0, 0, EXS_DROP_TCP_FLAGS },
		{ W_SYN | W_FIN, NONE, 0, 0, EXS_DROP_TCP_FLAGS },
		{ W_SYN, W_SYN | W_ACK, 0, 1, EXS_DROP_MAX },
		{ W_SYN | W_PSH, W_SYN | W_ACK, 0, 1, EXS_DROP_MAX },
	};
	struct exs_wire *lw = exs_wire_listen(test, 0, 10);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_wire *w = exs_wire_caller(lw, 1000 + i);
		unsigned long drops = 0;

		if (t[i].reason != EXS_DROP_MAX)
			drops = exs_wire_drops(test, t[i].reason);
		exs_wire_in(w, t[i].flags, 0, 7, 0);
		if (t[i].reason != EXS_DROP_MAX)
			KUNIT_EXPECT_EQ_MSG(test, drops + 1,
					    exs_wire_drops(test, t[i].reason),
					    "row %u", i);
		if (t[i].out != NONE)
			EXS_WIRE_OUT(w, t[i].out, t[i].out_seq, t[i].out_ack,
				     0);
		EXS_WIRE_SILENT(w);
		EXS_WIRE_STATE(lw, TCP_LISTEN);
	}
}

static void accept__in_order_of_arrival(struct kunit *test)
{
	struct exs_wire *lw = exs_wire_listen(test, 0, 10);
	struct exs_wire *w[3];
	unsigned int i;

	KUNIT_EXPECT_FALSE(test, exs_tcp_accept_ready(lw->sk));
	for (i = 0; i < ARRAY_SIZE(w); i++) {
		struct exs_wire_seg syn = {
			.flags = W_SYN, .win = 65535, .opt.mss = EXS_WIRE_MSS,
		};

		w[i] = exs_wire_caller(lw, 1000 + i);
		exs_wire_rcv(w[i], &syn);
		EXS_WIRE_OUT(w[i], W_SYN | W_ACK, 0, 1, 0);
		exs_wire_in(w[i], W_ACK, 1, 1, 0);
		KUNIT_EXPECT_EQ(test, lw->sk->sk_ack_backlog, i + 1);
	}
	KUNIT_EXPECT_TRUE(test, exs_tcp_accept_ready(lw->sk));
	for (i = 0; i < ARRAY_SIZE(w); i++) {
		KUNIT_ASSERT_EQ(test, exs_wire_accept(lw, w[i]), 0);
		EXS_EXPECT_BEEQ(test, w[i]->tp->es.conn.rport,
				htons(1000 + i));
		KUNIT_EXPECT_NULL(test, w[i]->tp->parent);
		KUNIT_EXPECT_EQ(test, (int)w[i]->sock->state, SS_CONNECTED);
	}
	KUNIT_EXPECT_EQ(test, lw->sk->sk_ack_backlog, 0U);
	KUNIT_EXPECT_EQ(test, exs_wire_accept(lw, w[0]), -EAGAIN);
}

static bool accept_late;

static void accept_comes_now(struct sock *sk)
{
	if (accept_late)
		sk_acceptq_added(sk);
	accept_late = false;
	exs_tcp_release_cb(sk);
}

/*
 * The child is there when accept() has lined up but not yet gone to sleep: it
 * takes the lock again awake (the debug kernel complains where it does not).
 */
static void accept__child_comes_while_it_lines_up(struct kunit *test)
{
	struct exs_wire *lw = exs_wire_listen(test, 0, 10);
	struct exs_wire *w = exs_wire_caller(lw, 1000);
	struct exs_wire_seg syn = {
		.flags = W_SYN, .win = 65535, .opt.mss = EXS_WIRE_MSS,
	};
	struct proto *prot = lw->sk->sk_prot;
	struct proto late = *prot;
	struct socket *sock;
	int err;

	exs_wire_rcv(w, &syn);
	EXS_WIRE_OUT(w, W_SYN | W_ACK, 0, 1, 0);
	exs_wire_in(w, W_ACK, 1, 1, 0);
	KUNIT_ASSERT_EQ(test, lw->sk->sk_ack_backlog, 1U);
	sk_acceptq_removed(lw->sk);
	accept_late = true;
	late.release_cb = accept_comes_now;
	lw->sk->sk_rcvtimeo = HZ;
	lw->sk->sk_prot = &late;
	err = kernel_accept(lw->sock, &sock, 0);
	lw->sk->sk_prot = prot;
	KUNIT_ASSERT_EQ(test, err, 0);
	exs_wire_set_socket(w, sock);
	KUNIT_EXPECT_FALSE(test, accept_late);
	KUNIT_EXPECT_EQ(test, lw->sk->sk_ack_backlog, 0U);
}

/* As io_uring asks, to accept the next at once. */
static void accept__tells_whether_more_wait(struct kunit *test)
{
	struct exs_wire *lw = exs_wire_listen(test, 0, 10);
	struct exs_wire *w[2];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(w); i++) {
		w[i] = exs_wire_caller(lw, 2000 + i);
		exs_wire_in(w[i], W_SYN, 0, 0, 0);
		EXS_WIRE_OUT(w[i], W_SYN | W_ACK, 0, 1, 0);
		exs_wire_in(w[i], W_ACK, 1, 1, 0);
	}
	for (i = 0; i < ARRAY_SIZE(w); i++) {
		struct proto_accept_arg arg = {
			.flags = O_NONBLOCK, .is_empty = -1, .kern = true,
		};
		struct socket *sock;

		KUNIT_ASSERT_EQ(test, 0, sock_create_lite(AF_EXPSTACK, SOCK_STREAM,
							  IPPROTO_TCP, &sock));
		KUNIT_ASSERT_EQ(test, 0, lw->sock->ops->accept(lw->sock, sock,
							       &arg));
		sock->ops = lw->sock->ops;
		__module_get(sock->ops->owner);
		exs_wire_set_socket(w[i], sock);
		KUNIT_EXPECT_EQ(test, arg.is_empty, i == ARRAY_SIZE(w) - 1);
	}
}

static void accept__only_on_a_listener(struct kunit *test)
{
	struct exs_wire *w = exs_wire_socket(test);
	struct proto_accept_arg arg = { .flags = O_NONBLOCK };

	KUNIT_EXPECT_NULL(test, exs_tcp_accept(w->sk, &arg));
	KUNIT_EXPECT_EQ(test, arg.err, -EINVAL);
	KUNIT_EXPECT_NULL(test, exs_tcp_accept_dequeue(w->sk));
}

static void start__again_changes_the_backlog(struct kunit *test)
{
	struct exs_wire *w = exs_wire_listen(test, 0, 3);

	KUNIT_EXPECT_EQ(test, w->sk->sk_max_ack_backlog, 3U);
	KUNIT_EXPECT_EQ(test, kernel_listen(w->sock, 9), 0);
	KUNIT_EXPECT_EQ(test, w->sk->sk_max_ack_backlog, 9U);
	EXS_WIRE_STATE(w, TCP_LISTEN);
}

static void start__without_bind_takes_a_port(struct kunit *test)
{
	struct exs_wire *w = exs_wire_socket(test);

	KUNIT_EXPECT_EQ(test, kernel_listen(w->sock, 3), 0);
	EXS_EXPECT_BENE(test, w->tp->es.conn.lport, 0);
	KUNIT_EXPECT_EQ(test, w->sk->sk_num, ntohs(w->tp->es.conn.lport));
	KUNIT_EXPECT_NOT_NULL(test, w->tp->es.port.bucket);
}

/* SO_REUSEADDR lets both bind, but one alone may listen. */
static void start__second_of_a_port_is_refused(struct kunit *test)
{
	struct sockaddr_in sin = {
		.sin_family = AF_INET, .sin_port = htons(EXS_WIRE_PORT),
	};
	struct exs_wire *w[2];
	unsigned int i;

	for (i = 0; i < 2; i++) {
		w[i] = exs_wire_socket(test);
		w[i]->sk->sk_reuse = SK_CAN_REUSE;
		KUNIT_ASSERT_EQ(test, kernel_bind(w[i]->sock,
						  (struct sockaddr *)&sin,
						  sizeof(sin)), 0);
	}
	KUNIT_EXPECT_EQ(test, kernel_listen(w[0]->sock, 1), 0);
	KUNIT_EXPECT_EQ(test, kernel_listen(w[1]->sock, 1), -EADDRINUSE);
	EXS_WIRE_STATE(w[1], TCP_CLOSE);
	/* The room behind stream_ops says the same. */
	lock_sock(w[1]->sk);
	KUNIT_EXPECT_EQ(test, exs_tcp_listen_start(w[1]->sk, 1), -EADDRINUSE);
	release_sock(w[1]->sk);
	EXS_WIRE_STATE(w[1], TCP_CLOSE);
	KUNIT_EXPECT_NULL(test, w[1]->tp->listener);
	exs_wire_release(w[0]);
	KUNIT_EXPECT_EQ(test, kernel_listen(w[1]->sock, 1), 0);
}

static void stop__resets_who_was_not_accepted(struct kunit *test)
{
	struct exs_wire *lw = exs_wire_listen(test, 0, 10);
	struct exs_wire *w[2];
	unsigned int i;

	for (i = 0; i < 2; i++) {
		struct exs_wire_seg syn = {
			.flags = W_SYN, .win = 65535, .opt.mss = EXS_WIRE_MSS,
		};

		w[i] = exs_wire_caller(lw, 1000 + i);
		exs_wire_rcv(w[i], &syn);
		EXS_WIRE_OUT(w[i], W_SYN | W_ACK, 0, 1, 0);
		exs_wire_in(w[i], W_ACK, 1, 1, 0);
	}
	/* Whom the peer reset meanwhile has nobody to be told. */
	exs_wire_in(w[1], W_RST, 1, 0, 0);
	exs_wire_close(lw);
	EXS_WIRE_OUT(w[0], W_RST | W_ACK, 1, 1, 0);
	EXS_WIRE_SILENT(w[0]);
	rcu_read_lock();
	KUNIT_EXPECT_NULL(test, exs_wire_conn(w[0]));
	KUNIT_EXPECT_NULL(test, exs_wire_conn(w[1]));
	rcu_read_unlock();
	/* The port is free again. */
	exs_wire_listen(test, 0, 1);
}

static void stop__by_disconnect(struct kunit *test)
{
	struct exs_wire *lw = exs_wire_listen(test, 0, 10);
	struct exs_wire *w = exs_wire_passive(lw, 1000);

	lock_sock(lw->sk);
	KUNIT_EXPECT_EQ(test, exs_tcp_disconnect(lw->sk, 0), 0);
	release_sock(lw->sk);
	EXS_WIRE_STATE(lw, TCP_CLOSE);
	KUNIT_EXPECT_NULL(test, lw->tp->listener);
	/* The accepted child is not the listener's any more. */
	EXS_WIRE_SILENT(w);
	EXS_WIRE_STATE(w, TCP_ESTABLISHED);
	local_bh_disable();
	rcu_read_lock();
	KUNIT_EXPECT_FALSE(test, exs_tcp_accept_add(lw->sk, w->sk));
	rcu_read_unlock();
	local_bh_enable();
}

/* Who looked up a queue before it was given up adds nothing to it. */
static void stop__the_old_queue_takes_nothing(struct kunit *test)
{
	struct exs_wire *lw = exs_wire_listen(test, 0, 10);
	struct exs_wire *w = exs_wire_passive(lw, 1000);
	struct exs_tcp_listener *old;

	lock_sock(lw->sk);
	rcu_read_lock();
	old = lw->tp->listener;
	exs_tcp_listen_stop(lw->sk);
	/* Whatever the socket is by now: it may listen again. */
	KUNIT_EXPECT_FALSE(test, exs_tcp_accept_queue(old, lw->sk, w->sk));
	KUNIT_EXPECT_TRUE(test, list_empty(&old->accept));
	rcu_read_unlock();
	release_sock(lw->sk);
	KUNIT_EXPECT_EQ(test, lw->sk->sk_ack_backlog, 0U);
	KUNIT_EXPECT_NULL(test, w->tp->parent);
}

static struct kunit_case exs_tcp_listen_cases[] = {
	KUNIT_CASE(segment__by_flags),
	KUNIT_CASE(accept__in_order_of_arrival),
	KUNIT_CASE(accept__child_comes_while_it_lines_up),
	KUNIT_CASE(accept__tells_whether_more_wait),
	KUNIT_CASE(accept__only_on_a_listener),
	KUNIT_CASE(start__again_changes_the_backlog),
	KUNIT_CASE(start__without_bind_takes_a_port),
	KUNIT_CASE(start__second_of_a_port_is_refused),
	KUNIT_CASE(stop__resets_who_was_not_accepted),
	KUNIT_CASE(stop__by_disconnect),
	KUNIT_CASE(stop__the_old_queue_takes_nothing),
	{}
};

static struct kunit_suite exs_tcp_listen_suite = {
	.name = "expstack_tcp_listen",
	.init = exs_wire_init,
	.exit = exs_wire_exit,
	.test_cases = exs_tcp_listen_cases,
};

kunit_test_suite(exs_tcp_listen_suite);
