// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_zrecv.c: what a reader is told of pages
 * that he could have, and what goes to his buffer. That pages appear where he
 * mapped the socket is shown by exs-sockapi.
 */
#include "../kunit/sock/sock_test.h"
#include "tcp_fix.h"
#include "tcp_wire.h"
#include "tcp/tcp_recv.h"

#define EXS_ZR_SIZE(field)	offsetofend(struct tcp_zerocopy_receive, field)

/* A program's page: the structure, its length, and the buffer behind them. */
#define EXS_ZR_LEN	512
#define EXS_ZR_BUF	1024

struct exs_zr {
	struct exs_wire *w;
	char __user *u;
	struct tcp_zerocopy_receive zc;
	int len;
};

static struct exs_zr exs_zr_open(struct kunit *test)
{
	return (struct exs_zr) {
		.w = exs_wire_active(test, true),
		.u = exs_sock_test_user(test),
	};
}

/* getsockopt() with zc as it is, len bytes of it; zc is what came back. */
static int exs_zr_get(struct exs_zr *z, int len)
{
	int __user *ulen = (int __user *)(z->u + EXS_ZR_LEN);
	int err;

	if (z->zc.copybuf_len)
		z->zc.copybuf_address = (unsigned long)z->u + EXS_ZR_BUF;
	if (clear_user(z->u, EXS_ZR_LEN) ||
	    copy_to_user(z->u, &z->zc, sizeof(z->zc)) || put_user(len, ulen))
		return -EDOM;
	err = z->w->sock->ops->getsockopt(z->w->sock, IPPROTO_TCP,
					  TCP_ZEROCOPY_RECEIVE, z->u, ulen);
	if (copy_from_user(&z->zc, z->u, sizeof(z->zc)) ||
	    get_user(z->len, ulen))
		return -EDOM;
	return err;
}

static u8 exs_zr_byte(struct exs_zr *z, unsigned int i)
{
	u8 byte = 0;

	get_user(byte, (u8 __user *)z->u + EXS_ZR_BUF + i);
	return byte;
}

/* Less than a page: read it in the ordinary way. */
static void hint__less_than_a_page(struct kunit *test)
{
	struct exs_zr z = exs_zr_open(test);

	z.zc.length = 65536;
	KUNIT_EXPECT_EQ(test, exs_zr_get(&z, sizeof(z.zc)), 0);
	KUNIT_EXPECT_EQ(test, z.zc.length, 0U);
	KUNIT_EXPECT_EQ(test, z.zc.recv_skip_hint, 0U);
	KUNIT_EXPECT_EQ(test, z.zc.inq, 0U);
	exs_wire_in(z.w, W_ACK | W_PSH, 1, 1, 300);
	z.zc.length = 65536;
	KUNIT_EXPECT_EQ(test, exs_zr_get(&z, sizeof(z.zc)), 0);
	KUNIT_EXPECT_EQ(test, z.zc.length, 0U);
	KUNIT_EXPECT_EQ(test, z.zc.recv_skip_hint, 300U);
	KUNIT_EXPECT_EQ(test, z.zc.inq, 300U);
	KUNIT_EXPECT_EQ(test, exs_wire_read(z.w, 1, 1000, 0), 300);
}

/* A buffer that takes all that is there gets it. */
static void copy__all_that_is_there(struct kunit *test)
{
	struct exs_zr z = exs_zr_open(test);

	exs_wire_in(z.w, W_ACK | W_PSH, 1, 1, 300);
	z.zc.length = 65536;
	z.zc.copybuf_len = 299;
	KUNIT_EXPECT_EQ(test, exs_zr_get(&z, sizeof(z.zc)), 0);
	KUNIT_EXPECT_EQ(test, z.zc.copybuf_len, 0);
	KUNIT_EXPECT_EQ(test, z.zc.recv_skip_hint, 300U);
	z.zc.copybuf_len = 300;
	KUNIT_EXPECT_EQ(test, exs_zr_get(&z, sizeof(z.zc)), 0);
	KUNIT_EXPECT_EQ(test, z.zc.length, 0U);
	KUNIT_EXPECT_EQ(test, z.zc.copybuf_len, 300);
	KUNIT_EXPECT_EQ(test, z.zc.recv_skip_hint, 0U);
	KUNIT_EXPECT_EQ(test, z.zc.inq, 0U);
	KUNIT_EXPECT_EQ(test, (int)exs_zr_byte(&z, 0), 1);
	KUNIT_EXPECT_EQ(test, (int)exs_zr_byte(&z, 299), (300 ^ 1) & 0xff);
	KUNIT_EXPECT_EQ(test, exs_wire_read(z.w, 301, 1000, 0), -EAGAIN);
	/* The window was told of it as by any read. */
	exs_wire_in(z.w, W_ACK | W_PSH, 301, 1, 10);
	z.zc.copybuf_len = 100;
	KUNIT_EXPECT_EQ(test, exs_zr_get(&z, sizeof(z.zc)), 0);
	KUNIT_EXPECT_EQ(test, z.zc.copybuf_len, 10);
}

static void errno__of_the_structure(struct kunit *test)
{
	struct exs_zr z = exs_zr_open(test);

	KUNIT_EXPECT_EQ(test, exs_zr_get(&z, -1), -EINVAL);
	KUNIT_EXPECT_EQ(test, exs_zr_get(&z, EXS_ZR_SIZE(address)), -EINVAL);
	KUNIT_EXPECT_EQ(test, exs_zr_get(&z, EXS_ZR_SIZE(length) - 1), -EINVAL);
	KUNIT_EXPECT_EQ(test, exs_zr_get(&z, EXS_ZR_SIZE(length)), 0);
	KUNIT_EXPECT_EQ(test, z.len, (int)EXS_ZR_SIZE(length));
	/* A later version of it: what we do not know must be 0. */
	KUNIT_EXPECT_EQ(test, exs_zr_get(&z, sizeof(z.zc) + 8), 0);
	KUNIT_EXPECT_EQ(test, z.len, (int)sizeof(z.zc));
	KUNIT_EXPECT_EQ(test, exs_zr_get(&z, EXS_ZR_BUF), -EINVAL);
	z.zc.reserved = 1;
	KUNIT_EXPECT_EQ(test, exs_zr_get(&z, sizeof(z.zc)), -EINVAL);
	z.zc.reserved = 0;
	z.zc.msg_flags = 1;
	KUNIT_EXPECT_EQ(test, exs_zr_get(&z, sizeof(z.zc)), -EINVAL);
	z.zc.msg_flags = 2;
	KUNIT_EXPECT_EQ(test, exs_zr_get(&z, sizeof(z.zc)), 0);
	KUNIT_EXPECT_EQ(test, z.zc.msg_flags, 0U);
	z.zc.address = 1;
	KUNIT_EXPECT_EQ(test, exs_zr_get(&z, sizeof(z.zc)), -EINVAL);
}

/* More than a page is there, but the socket is not mapped at the address. */
static void errno__foreign_memory(struct kunit *test)
{
	struct exs_zr z = exs_zr_open(test);

	exs_wire_in(z.w, W_ACK | W_PSH, 1, 1, 6000);
	z.zc.address = (unsigned long)z.u;
	z.zc.length = PAGE_SIZE;
	KUNIT_EXPECT_EQ(test, exs_zr_get(&z, sizeof(z.zc)), -EINVAL);
	/* That is no end of the stream, even when the FIN is there. */
	exs_wire_in(z.w, W_ACK | W_FIN, 6001, 1, 0);
	KUNIT_EXPECT_EQ(test, exs_zr_get(&z, sizeof(z.zc)), -EINVAL);
	KUNIT_EXPECT_EQ(test, exs_wire_read(z.w, 1, 6000, 0), 6000);
}

/* Which version of the structure is told what. */
static void version__has_its_fields(struct kunit *test)
{
	static const struct {
		int len;
		bool inq, err;
	} t[] = {
		{ EXS_ZR_SIZE(length), false, false },
		{ EXS_ZR_SIZE(recv_skip_hint), false, false },
		{ EXS_ZR_SIZE(inq), true, false },
		{ EXS_ZR_SIZE(err), true, true },
		{ EXS_ZR_SIZE(err) + 1, false, false },
		{ EXS_ZR_SIZE(copybuf_address), true, true },
		{ EXS_ZR_SIZE(copybuf_len), true, true },
		{ EXS_ZR_SIZE(flags), true, true },
		{ EXS_ZR_SIZE(msg_control), true, true },
		{ EXS_ZR_SIZE(msg_controllen), true, true },
		{ EXS_ZR_SIZE(msg_flags), true, true },
		{ EXS_ZR_SIZE(msg_flags) + 1, true, true },
		{ EXS_ZR_SIZE(reserved), true, true },
	};
	struct exs_zr z = exs_zr_open(test);
	unsigned int i;

	exs_wire_in(z.w, W_ACK | W_PSH, 1, 1, 7);
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		memset(&z.zc, 0, sizeof(z.zc));
		z.w->sk->sk_err = ETIMEDOUT;
		KUNIT_EXPECT_EQ_MSG(test, exs_zr_get(&z, t[i].len), 0,
				    "length %d", t[i].len);
		KUNIT_EXPECT_EQ_MSG(test, z.zc.inq, t[i].inq ? 7U : 0U,
				    "length %d", t[i].len);
		KUNIT_EXPECT_EQ_MSG(test, z.zc.err, t[i].err ? -ETIMEDOUT : 0,
				    "length %d", t[i].len);
		/* Who is told of it takes it. */
		KUNIT_EXPECT_EQ_MSG(test, z.w->sk->sk_err,
				    t[i].err ? 0 : ETIMEDOUT,
				    "length %d", t[i].len);
	}
	z.w->sk->sk_err = 0;
}

/* The FIN is a byte to be read, then the stream is at its end. */
static void end__of_the_stream(struct kunit *test)
{
	struct exs_zr z = exs_zr_open(test);

	exs_wire_in(z.w, W_ACK | W_PSH, 1, 1, 20);
	exs_wire_in(z.w, W_ACK | W_FIN, 21, 1, 0);
	KUNIT_EXPECT_EQ(test, exs_zr_get(&z, sizeof(z.zc)), 0);
	KUNIT_EXPECT_EQ(test, z.zc.recv_skip_hint, 20U);
	KUNIT_EXPECT_EQ(test, z.zc.inq, 21U);
	KUNIT_EXPECT_EQ(test, exs_wire_read(z.w, 1, 20, 0), 20);
	KUNIT_EXPECT_EQ(test, exs_zr_get(&z, sizeof(z.zc)), -EIO);
	KUNIT_EXPECT_EQ(test, exs_wire_read(z.w, 21, 20, 0), 0);
	KUNIT_EXPECT_EQ(test, exs_zr_get(&z, sizeof(z.zc)), -EIO);
}

static void errno__of_a_listener(struct kunit *test)
{
	struct exs_zr z = exs_zr_open(test);

	z.w = exs_wire_listen(test, 0, 1);
	KUNIT_EXPECT_EQ(test, exs_zr_get(&z, sizeof(z.zc)), -ENOTCONN);
}

/* What was read in another way is not read again. */
static void pass__frees_what_is_read(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);
	struct sk_buff *skb;
	u32 offset;

	exs_wire_in(w, W_ACK | W_PSH, 1, 1, 500);
	exs_wire_in(w, W_ACK | W_PSH, 501, 1, 500);
	lock_sock(w->sk);
	exs_tcp_recv_pass(w->sk, 200);
	skb = exs_tcp_recv_at(w->sk, &offset);
	KUNIT_EXPECT_PTR_EQ(test, skb, skb_peek(&w->sk->sk_receive_queue));
	KUNIT_EXPECT_EQ(test, offset, 200U);
	KUNIT_EXPECT_EQ(test, exs_tcp_inq(w->sk), 800);
	release_sock(w->sk);
	KUNIT_EXPECT_EQ(test, exs_wire_read(w, 201, 100, 0), 100);
	lock_sock(w->sk);
	exs_tcp_recv_pass(w->sk, 700);
	KUNIT_EXPECT_TRUE(test, skb_queue_empty(&w->sk->sk_receive_queue));
	KUNIT_EXPECT_NULL(test, exs_tcp_recv_at(w->sk, &offset));
	KUNIT_EXPECT_EQ(test, exs_tcp_inq(w->sk), 0);
	release_sock(w->sk);
	KUNIT_EXPECT_EQ(test, atomic_read(&w->sk->sk_rmem_alloc), 0);
}

static struct kunit_case exs_tcp_zrecv_cases[] = {
	KUNIT_CASE(hint__less_than_a_page),
	KUNIT_CASE(copy__all_that_is_there),
	KUNIT_CASE(errno__of_the_structure),
	KUNIT_CASE(errno__foreign_memory),
	KUNIT_CASE(version__has_its_fields),
	KUNIT_CASE(end__of_the_stream),
	KUNIT_CASE(errno__of_a_listener),
	KUNIT_CASE(pass__frees_what_is_read),
	{}
};

static struct kunit_suite exs_tcp_zrecv_suite = {
	.name = "expstack_tcp_zrecv",
	.init = exs_wire_init,
	.exit = exs_wire_exit,
	.test_cases = exs_tcp_zrecv_cases,
};

kunit_test_suite(exs_tcp_zrecv_suite);
