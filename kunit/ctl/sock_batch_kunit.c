// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ctl: suite of module/ctl/sock_batch.c and of the files that are made
 * of batches.
 */
#include "../kunit/sock/sock_test.h"
#include "ctl_kunit.h"
#include "ctl/proc.h"
#include "ctl/sock_batch.h"

/* More than a batch holds. */
#define EXS_BATCH_SOCKS	150
#define EXS_BATCH_PORT	61100

static int exs_batch_setup(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < EXS_BATCH_SOCKS; i++) {
		struct socket *sock = exs_sock_test_open(test, SOCK_DGRAM);

		KUNIT_ASSERT_EQ(test, 0, exs_sock_test_bind(sock, INADDR_LOOPBACK,
							    EXS_BATCH_PORT + i));
	}
	return 0;
}

static bool exs_batch_is_ours(const struct exs_tcp_row *row)
{
	u16 port = ntohs(row->lport);

	return port >= EXS_BATCH_PORT && port < EXS_BATCH_PORT + EXS_BATCH_SOCKS;
}

static unsigned int exs_batch_count(struct kunit *test, u32 states, long skip,
				    long *last)
{
	struct exs_ctl_batch *b;
	unsigned int i, n = 0;

	b = exs_ctl_batch_new(&init_net, IPPROTO_UDP, states, skip);
	KUNIT_ASSERT_NOT_NULL(test, b);
	while (exs_ctl_batch_next(b)) {
		for (i = 0; i < b->n; i++) {
			const struct exs_tcp_row *row = &b->rows[i].row;

			if (!exs_batch_is_ours(row))
				continue;
			n++;
			*last = b->rows[i].index;
			KUNIT_EXPECT_EQ(test, ntohl(row->laddr), INADDR_LOOPBACK);
			KUNIT_EXPECT_EQ(test, row->state, TCP_CLOSE);
			/* Ours and the socket's. */
			KUNIT_EXPECT_GE(test, refcount_read(&row->sk->sk_refcnt), 2);
		}
	}
	exs_ctl_batch_free(b);
	return n;
}

static void batch__each_once(struct kunit *test)
{
	long last = -1;

	KUNIT_EXPECT_EQ(test, EXS_BATCH_SOCKS,
			exs_batch_count(test, ~0u, 0, &last));
	KUNIT_EXPECT_EQ(test, EXS_BATCH_SOCKS,
			exs_batch_count(test, BIT(TCP_CLOSE), 0, &last));
	KUNIT_EXPECT_EQ(test, 0,
			exs_batch_count(test, BIT(TCP_ESTABLISHED), 0, &last));
}

/* A reader that comes back goes on behind what it has. */
static void batch__goes_on_behind_what_was_read(struct kunit *test)
{
	long last = -1, end = -1;

	exs_batch_count(test, ~0u, 0, &last);
	KUNIT_EXPECT_EQ(test, 1, exs_batch_count(test, ~0u, last, &end));
	KUNIT_EXPECT_EQ(test, last, end);
	KUNIT_EXPECT_EQ(test, 0, exs_batch_count(test, ~0u, last + 1, &end));
}

/* The references are given back. */
static void batch__leaves_no_reference(struct kunit *test)
{
	struct socket *sock = exs_sock_test_open(test, SOCK_DGRAM);
	unsigned int before;
	long last;

	exs_sock_test_bind(sock, INADDR_LOOPBACK, EXS_BATCH_PORT + EXS_BATCH_SOCKS);
	before = refcount_read(&sock->sk->sk_refcnt);
	exs_batch_count(test, ~0u, 0, &last);
	KUNIT_EXPECT_EQ(test, before, refcount_read(&sock->sk->sk_refcnt));
}

static void proc__udp_has_a_line_for_each(struct kunit *test)
{
	struct seq_file seq;
	unsigned int lines = 0;
	const char *p;

	exs_ctl_test_seq(test, &seq, 65536);
	KUNIT_EXPECT_EQ(test, 0, exs_ctl_proc_udp_show(&seq, NULL));
	for (p = seq.buf; (p = strchr(p, '\n')); p++)
		lines++;
	KUNIT_EXPECT_GE(test, lines, EXS_BATCH_SOCKS + 1);
	/* 61100 is EEAC; a line of the file's width. */
	KUNIT_EXPECT_NOT_NULL(test, strstr(seq.buf, "0100007F:EEAC 00000000:0000 07"));
	KUNIT_EXPECT_EQ(test, 0, seq.count % 128);
}

static void proc__tcp_shows_listeners(struct kunit *test)
{
	struct socket *sock = exs_sock_test_open(test, SOCK_STREAM);
	struct seq_file seq;

	KUNIT_ASSERT_EQ(test, 0, exs_sock_test_bind(sock, INADDR_LOOPBACK,
						    EXS_BATCH_PORT));
	KUNIT_ASSERT_EQ(test, 0, kernel_listen(sock, 1));
	exs_ctl_test_seq(test, &seq, 65536);
	KUNIT_EXPECT_EQ(test, 0, exs_ctl_proc_tcp_show(&seq, NULL));
	KUNIT_EXPECT_NOT_NULL(test, strstr(seq.buf, "0100007F:EEAC 00000000:0000 0A"));
}

/* A file that does not fit is read again with more room: no endless walk. */
static void proc__overflow_ends(struct kunit *test)
{
	struct seq_file seq;

	exs_ctl_test_seq(test, &seq, 300);
	KUNIT_EXPECT_EQ(test, 0, exs_ctl_proc_udp_show(&seq, NULL));
	KUNIT_EXPECT_TRUE(test, seq_has_overflowed(&seq));
}

static struct kunit_case exs_batch_cases[] = {
	KUNIT_CASE(batch__each_once),
	KUNIT_CASE(batch__goes_on_behind_what_was_read),
	KUNIT_CASE(batch__leaves_no_reference),
	KUNIT_CASE(proc__udp_has_a_line_for_each),
	KUNIT_CASE(proc__tcp_shows_listeners),
	KUNIT_CASE(proc__overflow_ends),
	{}
};

static struct kunit_suite exs_batch_suite = {
	.name = "expstack_ctl_sock_batch",
	.init = exs_batch_setup,
	.exit = exs_sock_test_exit,
	.test_cases = exs_batch_cases,
};

kunit_test_suite(exs_batch_suite);
