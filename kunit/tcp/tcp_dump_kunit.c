// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_dump.c: connections as rows.
 */
#include "../kunit/expect.h"
#include "tcp_wire.h"

/* Rows whose local or remote port is asked for, in the order of the walk. */
struct exs_dump_rows {
	__be16 port;
	unsigned int n, stop;
	struct exs_tcp_row row[8];
};

static int exs_dump_row(const struct exs_tcp_row *row, void *arg)
{
	struct exs_dump_rows *r = arg;

	if (row->lport != r->port && row->rport != r->port)
		return 0;
	if (r->n < ARRAY_SIZE(r->row))
		r->row[r->n] = *row;
	r->n++;
	return r->n == r->stop ? -ENOSPC : 0;
}

static int exs_dump(struct exs_dump_rows *r, u16 port, unsigned int stop)
{
	memset(r, 0, sizeof(*r));
	r->port = htons(port);
	r->stop = stop;
	return exs_tcp_walk(&init_net, exs_dump_row, r);
}

static void walk__all_kinds_listeners_first(struct kunit *test)
{
	struct exs_wire *lw = exs_wire_listen(test, 0, 10);
	struct exs_wire *w = exs_wire_passive(lw, 1000);
	struct exs_wire *tw = exs_wire_passive(lw, 1001);
	struct exs_wire *rw = exs_wire_caller(lw, 1002);
	struct exs_dump_rows r;
	unsigned int i, seen = 0;

	exs_wire_state(tw, TCP_FIN_WAIT2);
	exs_wire_in(tw, W_FIN | W_ACK, 1, 2, 0);
	exs_wire_in(rw, W_SYN, 0, 0, 0);
	KUNIT_EXPECT_EQ(test, exs_dump(&r, EXS_WIRE_PORT, 0), 0);
	KUNIT_ASSERT_EQ(test, r.n, 4U);
	KUNIT_EXPECT_EQ(test, r.row[0].state, TCP_LISTEN);
	KUNIT_EXPECT_EQ(test, r.row[0].wqueue, 10U);
	KUNIT_EXPECT_PTR_EQ(test, r.row[0].sk, lw->sk);
	for (i = 1; i < 4; i++) {
		seen |= BIT(r.row[i].state);
		if (r.row[i].state == TCP_ESTABLISHED)
			KUNIT_EXPECT_PTR_EQ(test, r.row[i].sk, w->sk);
		else
			KUNIT_EXPECT_NULL(test, r.row[i].sk);
	}
	KUNIT_EXPECT_EQ(test, seen, TCPF_ESTABLISHED | TCPF_TIME_WAIT |
			TCPF_SYN_RECV);
}

static void walk__stops_when_told(struct kunit *test)
{
	struct exs_wire *lw = exs_wire_listen(test, 0, 10);
	struct exs_dump_rows r;

	exs_wire_passive(lw, 1000);
	exs_wire_passive(lw, 1001);
	KUNIT_EXPECT_EQ(test, exs_dump(&r, EXS_WIRE_PORT, 1), -ENOSPC);
	KUNIT_EXPECT_EQ(test, r.n, 1U);
	KUNIT_EXPECT_EQ(test, exs_dump(&r, EXS_WIRE_PORT, 2), -ENOSPC);
	KUNIT_EXPECT_EQ(test, r.n, 2U);
}

static void row__of_a_connection(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);
	struct exs_dump_rows r;

	exs_wire_in(w, W_ACK, 1, 1, 30);
	KUNIT_EXPECT_EQ(test, exs_wire_write(w, 1, 20, 0), 20);
	WRITE_ONCE(w->sk->sk_mark, 7);
	w->tp->retransmits = 2;
	KUNIT_EXPECT_EQ(test, exs_dump(&r, w->lport, 0), 0);
	KUNIT_ASSERT_EQ(test, r.n, 1U);
	EXS_EXPECT_BEEQ(test, r.row[0].laddr, htonl(EXS_WIRE_ADDR));
	EXS_EXPECT_BEEQ(test, r.row[0].raddr, htonl(EXS_WIRE_PEER));
	EXS_EXPECT_BEEQ(test, r.row[0].rport, htons(EXS_WIRE_PORT));
	KUNIT_EXPECT_EQ(test, r.row[0].rqueue, 30U);
	KUNIT_EXPECT_EQ(test, r.row[0].wqueue, 20U);
	KUNIT_EXPECT_EQ(test, r.row[0].mark, 7U);
	KUNIT_EXPECT_EQ(test, r.row[0].retransmits, 2);
	KUNIT_EXPECT_NE(test, r.row[0].cookie, 0ULL);
}

static void row__cookie_is_the_sockets_for_life(struct kunit *test)
{
	struct exs_wire *a = exs_wire_active(test, true);
	struct exs_wire *b = exs_wire_active(test, true);
	u64 b_cookie = exs_sock_cookie(b->sk);
	struct exs_dump_rows r;
	u64 first;

	exs_dump(&r, a->lport, 0);
	first = r.row[0].cookie;
	exs_dump(&r, a->lport, 0);
	KUNIT_EXPECT_EQ(test, r.row[0].cookie, first);
	/* The same numbers the rest of the kernel knows them by. */
	KUNIT_EXPECT_EQ(test, exs_sock_cookie(a->sk), first);
	exs_dump(&r, b->lport, 0);
	KUNIT_EXPECT_NE(test, r.row[0].cookie, first);
	KUNIT_EXPECT_EQ(test, r.row[0].cookie, b_cookie);
}

static void row__which_timer(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);
	struct exs_wire_seg shut = {
		.flags = W_ACK, .seq = 1, .ack = 21, .win = 0,
	};
	struct exs_dump_rows r;

	exs_dump(&r, w->lport, 0);
	KUNIT_EXPECT_EQ(test, r.row[0].timer, 0);
	KUNIT_EXPECT_EQ(test, exs_wire_write(w, 1, 20, 0), 20);
	exs_dump(&r, w->lport, 0);
	KUNIT_EXPECT_EQ(test, r.row[0].timer, 1);
	KUNIT_EXPECT_GT(test, r.row[0].timer_ms, 1000U);
	exs_wire_rcv(w, &shut);
	KUNIT_EXPECT_EQ(test, exs_wire_write(w, 21, 20, 0), 20);
	exs_dump(&r, w->lport, 0);
	KUNIT_EXPECT_EQ(test, r.row[0].timer, 4);
	exs_wire_drain(w);

	w = exs_wire_active(test, true);
	sock_set_keepalive(w->sk);
	exs_dump(&r, w->lport, 0);
	KUNIT_EXPECT_EQ(test, r.row[0].timer, 2);
	KUNIT_EXPECT_GT(test, r.row[0].timer_ms, 7100U * 1000);
}

static struct kunit_case exs_tcp_dump_cases[] = {
	KUNIT_CASE(walk__all_kinds_listeners_first),
	KUNIT_CASE(walk__stops_when_told),
	KUNIT_CASE(row__of_a_connection),
	KUNIT_CASE(row__cookie_is_the_sockets_for_life),
	KUNIT_CASE(row__which_timer),
	{}
};

static struct kunit_suite exs_tcp_dump_suite = {
	.name = "expstack_tcp_dump",
	.init = exs_wire_init,
	.exit = exs_wire_exit,
	.test_cases = exs_tcp_dump_cases,
};

kunit_test_suite(exs_tcp_dump_suite);
