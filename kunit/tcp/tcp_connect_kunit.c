// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_connect.c: active open, and the start
 * values of a connection.
 */
#include "../kunit/expect.h"
#include "tcp_fix.h"
#include "tcp_wire.h"

static int exs_conn_to(struct exs_wire *w, u32 addr, u16 port)
{
	struct sockaddr_in sin = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(addr),
		.sin_port = htons(port),
	};

	return kernel_connect(w->sock, (struct sockaddr *)&sin, sizeof(sin),
			      O_NONBLOCK);
}

static void connect__no_way_there(struct kunit *test)
{
	static const u32 addr[] = {
		0xcb007101,		/* no route */
		EXS_WIRE_ADDR | 0xff,	/* broadcast */
		0xe0000001,		/* multicast */
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(addr); i++) {
		struct exs_wire *w = exs_wire_socket(test);

		KUNIT_EXPECT_EQ_MSG(test, exs_conn_to(w, addr[i], 80),
				    -ENETUNREACH, "row %u", i);
		EXS_WIRE_STATE(w, TCP_CLOSE);
		/* As before: nothing of the try is left. */
		EXS_EXPECT_BEEQ(test, w->tp->es.conn.raddr, 0);
		EXS_EXPECT_BEEQ(test, w->tp->es.conn.laddr, 0);
		EXS_EXPECT_BEEQ(test, w->tp->es.conn.lport, 0);
		KUNIT_EXPECT_NULL(test, w->tp->es.rt.ldev);
		EXS_WIRE_SILENT(w);
		/* And another may be tried. */
		exs_wire_connect(w);
	}
}

/* A port that bind() chose is no less bound than one that was asked for. */
static void connect__fails_and_leaves_the_port(struct kunit *test)
{
	struct sockaddr_in sin = { .sin_family = AF_INET };
	struct exs_wire *w = exs_wire_socket(test);
	u16 port;

	KUNIT_ASSERT_EQ(test, 0,
			kernel_bind(w->sock, (struct sockaddr *)&sin,
				    sizeof(sin)));
	port = w->sk->sk_num;
	KUNIT_ASSERT_NE(test, port, 0);
	KUNIT_EXPECT_EQ(test, exs_conn_to(w, 0xe0000001, 80), -ENETUNREACH);
	KUNIT_EXPECT_EQ(test, w->sk->sk_num, port);
	lock_sock(w->sk);
	KUNIT_EXPECT_EQ(test, exs_tcp_disconnect(w->sk, 0), 0);
	release_sock(w->sk);
	KUNIT_EXPECT_EQ(test, w->sk->sk_num, port);
	KUNIT_EXPECT_NOT_NULL(test, w->tp->es.port.bucket);
	KUNIT_EXPECT_EQ(test, -EINVAL,
			kernel_bind(w->sock, (struct sockaddr *)&sin,
				    sizeof(sin)));
	exs_wire_connect(w);
	KUNIT_EXPECT_EQ(test, w->lport, port);
}

static void connect__tuple_in_use(struct kunit *test)
{
	struct sockaddr_in sin = {
		.sin_family = AF_INET, .sin_port = htons(5555),
	};
	struct exs_wire *w[2];
	unsigned int i;

	for (i = 0; i < 2; i++) {
		w[i] = exs_wire_socket(test);
		w[i]->sk->sk_reuse = SK_CAN_REUSE;
		KUNIT_ASSERT_EQ(test, 0,
				kernel_bind(w[i]->sock,
					    (struct sockaddr *)&sin,
					    sizeof(sin)));
	}
	exs_wire_connect(w[0]);
	KUNIT_EXPECT_EQ(test, w[0]->lport, 5555);
	KUNIT_EXPECT_EQ(test, exs_conn_to(w[1], EXS_WIRE_PEER, EXS_WIRE_PORT),
			-EADDRNOTAVAIL);
	EXS_WIRE_STATE(w[1], TCP_CLOSE);
	/* The port it was bound to is still its own. */
	EXS_EXPECT_BEEQ(test, w[1]->tp->es.conn.lport, htons(5555));
	KUNIT_EXPECT_EQ(test, exs_conn_to(w[1], EXS_WIRE_PEER, 1),
			-EINPROGRESS);
}

static void connect__syn(struct kunit *test)
{
	unsigned long opens = exs_wire_mib(test, EXS_MIB_TCP_ActiveOpens);
	struct exs_wire *w = exs_wire_socket(test);

	exs_wire_connect(w);
	KUNIT_EXPECT_EQ(test, exs_wire_mib(test, EXS_MIB_TCP_ActiveOpens),
			opens + 1);
	KUNIT_EXPECT_EQ(test, w->last.o.mss, 1460);
	KUNIT_EXPECT_TRUE(test, w->last.o.saw_sack_perm);
	KUNIT_EXPECT_TRUE(test, w->last.o.saw_wscale);
	KUNIT_EXPECT_TRUE(test, w->last.o.saw_tstamp);
	KUNIT_EXPECT_EQ(test, w->last.o.tsecr, 0U);
	KUNIT_EXPECT_EQ(test, w->last.win, w->tp->rcv_wnd);
	KUNIT_EXPECT_EQ(test, w->last.o.wscale, (u8)w->tp->rcv_wscale);
	EXS_WIRE_STATE(w, TCP_SYN_SENT);
	KUNIT_EXPECT_EQ(test, w->tp->snd_una, w->iss);
	KUNIT_EXPECT_EQ(test, w->tp->snd_nxt, w->iss + 1);
	KUNIT_EXPECT_EQ(test, w->tp->write_seq, w->iss + 1);
	KUNIT_EXPECT_EQ(test, w->tp->packets_out, 1U);
	KUNIT_EXPECT_EQ(test, (int)w->tp->rtx_kind, EXS_TCP_RTX_RTO);
	KUNIT_EXPECT_EQ(test, w->tp->rto, (u32)EXS_TCP_RTO_INIT);
	EXS_EXPECT_BEEQ(test, w->tp->es.saddr, htonl(EXS_WIRE_ADDR));
	KUNIT_EXPECT_EQ(test, w->sk->sk_num, w->lport);
	/* Again: it is under way. */
	KUNIT_EXPECT_EQ(test, exs_conn_to(w, EXS_WIRE_PEER, EXS_WIRE_PORT),
			-EALREADY);
}

/* A restart of the program must not look like the connection before. */
static void connect__another_number_each_time(struct kunit *test)
{
	struct exs_wire *a = exs_wire_socket(test);
	struct exs_wire *b = exs_wire_socket(test);

	exs_wire_connect(a);
	exs_wire_connect(b);
	KUNIT_EXPECT_NE(test, a->lport, b->lport);
	KUNIT_EXPECT_NE(test, a->iss, b->iss);
}

static void unconnect__keeps_what_was_bound(struct kunit *test)
{
	static const struct {
		int locks;
		u32 laddr;
	} t[] = {
		{ 0, 0 },
		{ SOCK_BINDADDR_LOCK, EXS_WIRE_ADDR },
		{ SOCK_BINDPORT_LOCK, 0 },
		{ SOCK_BINDADDR_LOCK | SOCK_BINDPORT_LOCK, EXS_WIRE_ADDR },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_CLOSE);
		struct exs_sock *es = exs_sk(f.sk);

		es->conn.raddr = htonl(EXS_WIRE_PEER);
		es->conn.rport = htons(1);
		es->conn.laddr = htonl(EXS_WIRE_ADDR);
		es->saddr = htonl(EXS_WIRE_ADDR);
		es->conn.lport = htons(7777);
		f.sk->sk_num = 7777;
		f.sk->sk_userlocks = t[i].locks;
		exs_tcp_unconnect(f.sk);
		EXS_EXPECT_BEEQ(test, es->conn.raddr, 0);
		EXS_EXPECT_BEEQ(test, es->conn.rport, 0);
		KUNIT_EXPECT_EQ_MSG(test, ntohl(es->conn.laddr), t[i].laddr,
				    "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, ntohl(es->saddr), t[i].laddr,
				    "row %u", i);
		/* That is exs_tcp_set_state()'s to give back. */
		KUNIT_EXPECT_EQ_MSG(test, f.sk->sk_num, 7777, "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, ntohs(es->conn.lport), 7777,
				    "row %u", i);
		f.sk->sk_userlocks = 0;
		exs_tcp_fix_close(test, &f);
	}
}

static void rcv_mss__first_guess(struct kunit *test)
{
	static const struct {
		u16 advmss;
		u32 mss_cache, rcv_wnd;
		u16 rcv_mss;
	} t[] = {
		{ 1460, 1460, 65535, 536 },
		{ 400, 1460, 65535, 400 },
		{ 1460, 300, 65535, 300 },
		{ 1460, 1460, 500, 250 },
		/* No window yet: in SYN-SENT. */
		{ 1460, 1460, 0, 88 },
		{ 1460, 1460, 100, 88 },
	};
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_CLOSE);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		f.tp->advmss = t[i].advmss;
		f.tp->mss_cache = t[i].mss_cache;
		f.tp->rcv_wnd = t[i].rcv_wnd;
		exs_tcp_rcv_mss_init(f.tp);
		KUNIT_EXPECT_EQ_MSG(test, f.tp->ack.rcv_mss, t[i].rcv_mss,
				    "row %u", i);
	}
	exs_tcp_fix_close(test, &f);
}

/* RFC 6928 2: a SYN lost more than once tells of congestion. */
static void transfer__initial_cwnd(struct kunit *test)
{
	static const struct {
		u32 retrans, undo, cwnd;
	} t[] = { { 0, 0, 10 }, { 1, 1, 10 }, { 2, 1, 1 }, { 2, 0, 10 } };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_SYN_RECV);

		f.tp->total_retrans = t[i].retrans;
		f.tp->undo_marker = t[i].undo;
		f.tp->cc.cwnd = 99;
		exs_tcp_init_transfer(f.sk);
		KUNIT_EXPECT_EQ_MSG(test, f.tp->cc.cwnd, t[i].cwnd, "row %u", i);
		exs_tcp_fix_close(test, &f);
	}
}

static void established__keepalive_begins(struct kunit *test)
{
	struct exs_wire *w = exs_wire_socket(test);

	sock_set_keepalive(w->sk);
	exs_wire_connect(w);
	KUNIT_EXPECT_EQ(test, (int)w->tp->keep_armed, 0);
	exs_wire_in(w, W_SYN | W_ACK, 0, 1, 0);
	EXS_WIRE_STATE(w, TCP_ESTABLISHED);
	KUNIT_EXPECT_EQ(test, (int)w->tp->keep_armed, 1);
}

static struct kunit_case exs_tcp_connect_cases[] = {
	KUNIT_CASE(connect__no_way_there),
	KUNIT_CASE(connect__fails_and_leaves_the_port),
	KUNIT_CASE(connect__tuple_in_use),
	KUNIT_CASE(connect__syn),
	KUNIT_CASE(connect__another_number_each_time),
	KUNIT_CASE(unconnect__keeps_what_was_bound),
	KUNIT_CASE(rcv_mss__first_guess),
	KUNIT_CASE(transfer__initial_cwnd),
	KUNIT_CASE(established__keepalive_begins),
	{}
};

static struct kunit_suite exs_tcp_connect_suite = {
	.name = "expstack_tcp_connect",
	.init = exs_wire_init,
	.exit = exs_wire_exit,
	.test_cases = exs_tcp_connect_cases,
};

kunit_test_suite(exs_tcp_connect_suite);
