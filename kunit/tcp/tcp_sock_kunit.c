// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_sock.c: birth and death of a socket.
 */
#include <net/proto_memory.h>

#include "../kunit/expect.h"
#include "tcp_wire.h"

static void init__start_values(struct kunit *test)
{
	struct exs_net *en = exs_wire_net(test);
	struct exs_wire *w = exs_wire_socket(test);

	EXS_WIRE_STATE(w, TCP_CLOSE);
	KUNIT_EXPECT_EQ(test, w->sk->sk_sndbuf, en->sysctl.tcp_wmem[1]);
	KUNIT_EXPECT_EQ(test, w->sk->sk_rcvbuf, en->sysctl.tcp_rmem[1]);
	KUNIT_EXPECT_EQ(test, w->tp->cc.cwnd, 10U);
	KUNIT_EXPECT_EQ(test, w->tp->cc.ssthresh, (u32)EXS_CC_SSTHRESH_INF);
	KUNIT_EXPECT_EQ(test, w->tp->rto, (u32)EXS_TCP_RTO_INIT);
	KUNIT_EXPECT_EQ(test, w->tp->mss_cache, EXS_TCP_MSS_DEFAULT);
	KUNIT_EXPECT_EQ(test, w->tp->reordering, en->sysctl.tcp_reordering);
	KUNIT_EXPECT_EQ(test, w->tp->header_len, 20);
	KUNIT_EXPECT_TRUE(test, RB_EMPTY_ROOT(&w->tp->ooo_queue));
}

static void count__of_sockets(struct kunit *test)
{
	s64 n = percpu_counter_sum(exs_tcp_prot.sockets_allocated);
	struct exs_wire *w = exs_wire_socket(test);

	KUNIT_EXPECT_EQ(test, n + 1,
			percpu_counter_sum(exs_tcp_prot.sockets_allocated));
	exs_wire_release(w);
	KUNIT_EXPECT_EQ(test, n,
			percpu_counter_sum(exs_tcp_prot.sockets_allocated));
}

/* What the user set on the listener holds for whom it accepts. */
static void clone__options_of_the_listener(struct kunit *test)
{
	struct exs_wire *lw = exs_wire_listen(test, 0, 10);
	struct exs_wire *w;

	lw->tp->nonagle = EXS_TCP_NAGLE_OFF | EXS_TCP_NAGLE_PUSH;
	exs_tcp_ext_own(lw->tp, GFP_ATOMIC)->user_mss = 700;
	exs_tcp_ext_own(lw->tp, GFP_ATOMIC)->keepalive_time = 5;
	exs_tcp_ext_own(lw->tp, GFP_ATOMIC)->keepalive_intvl = 6;
	exs_tcp_ext_own(lw->tp, GFP_ATOMIC)->keepalive_probes = 7;
	exs_tcp_ext_own(lw->tp, GFP_ATOMIC)->user_timeout = 8000;
	exs_tcp_ext_own(lw->tp, GFP_ATOMIC)->notsent_lowat = 9000;
	exs_tcp_ext_own(lw->tp, GFP_ATOMIC)->linger2 = 10;
	lw->tp->es.tos = 0x10;
	lw->tp->es.uc_ttl = 33;
	w = exs_wire_passive(lw, 1000);
	KUNIT_EXPECT_EQ(test, w->tp->nonagle, EXS_TCP_NAGLE_OFF);
	KUNIT_EXPECT_EQ(test, exs_tcp_ext(w->tp)->user_mss, 700);
	KUNIT_EXPECT_EQ(test, w->tp->mss_cache, 700U);
	KUNIT_EXPECT_EQ(test, w->tp->advmss, 700);
	KUNIT_EXPECT_EQ(test, exs_tcp_ext(w->tp)->keepalive_time, 5);
	KUNIT_EXPECT_EQ(test, exs_tcp_ext(w->tp)->keepalive_intvl, 6);
	KUNIT_EXPECT_EQ(test, exs_tcp_ext(w->tp)->keepalive_probes, 7);
	KUNIT_EXPECT_EQ(test, exs_tcp_ext(w->tp)->user_timeout, 8000U);
	KUNIT_EXPECT_EQ(test, exs_tcp_ext(w->tp)->notsent_lowat, 9000U);
	KUNIT_EXPECT_EQ(test, exs_tcp_ext(w->tp)->linger2, 10);
	KUNIT_EXPECT_EQ(test, exs_wire_write(w, 1, 5, 0), 5);
	EXS_WIRE_OUT(w, W_ACK, 1, 1, 5);
	KUNIT_EXPECT_EQ(test, w->last.iph.tos, 0x10);
	KUNIT_EXPECT_EQ(test, w->last.iph.ttl, 33);
}

/* Nothing of the listener's own state passes on. */
static void clone__is_a_connection_of_its_own(struct kunit *test)
{
	struct exs_wire *lw = exs_wire_listen(test, 0, 10);
	struct exs_wire *a = exs_wire_passive(lw, 1000);
	struct exs_wire *b = exs_wire_passive(lw, 1001);

	EXS_EXPECT_BEEQ(test, a->tp->es.conn.laddr, htonl(EXS_WIRE_ADDR));
	EXS_EXPECT_BEEQ(test, a->tp->es.conn.lport, htons(EXS_WIRE_PORT));
	EXS_EXPECT_BEEQ(test, a->tp->es.saddr, htonl(EXS_WIRE_ADDR));
	KUNIT_EXPECT_EQ(test, a->tp->es.conn.kind, EXS_CONN_SOCK);
	EXS_EXPECT_BEEQ(test, b->tp->es.conn.rport, htons(1001));
	/* The port belongs to all of them. */
	KUNIT_EXPECT_PTR_EQ(test, a->tp->es.port.bucket,
			    lw->tp->es.port.bucket);
	KUNIT_EXPECT_EQ(test, a->sk->sk_max_ack_backlog, 0U);
	KUNIT_EXPECT_EQ(test, a->sk->sk_ack_backlog, 0U);
	KUNIT_EXPECT_EQ(test, a->sk->sk_shutdown, 0);
	KUNIT_EXPECT_NULL(test, a->tp->listener);
	/* The owner's reference is all that is left of the handshake. */
	KUNIT_EXPECT_EQ(test, refcount_read(&a->sk->sk_refcnt), 1U);
	/* Without its listener the connection goes on, and keeps the port. */
	exs_wire_release(lw);
	exs_wire_in(b, W_ACK, 1, 1, 10);
	EXS_WIRE_OUT(b, W_ACK, 1, 11, 0);
	KUNIT_EXPECT_EQ(test, exs_wire_read(b, 1, 100, 0), 10);
}

/* A port chosen by connect() is free with the connection. */
static void destroy__gives_all_back(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);
	struct exs_ldev *ldev = w->tp->es.rt.ldev;
	unsigned int refs = refcount_read(&ldev->ref);
	struct sock *sk = w->sk;

	KUNIT_EXPECT_EQ(test, exs_wire_write(w, 1, 5000, 0), 5000);
	exs_wire_in(w, W_ACK, 1, 1, 500);
	exs_wire_in(w, W_ACK, 1001, 1, 500);
	sock_hold(sk);
	exs_wire_release(w);
	KUNIT_EXPECT_EQ(test, refcount_read(&sk->sk_refcnt), 1U);
	KUNIT_EXPECT_EQ(test, sk->sk_wmem_queued, 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&sk->sk_rmem_alloc), 0);
	KUNIT_EXPECT_EQ(test, sk->sk_forward_alloc, 0);
	KUNIT_EXPECT_NULL(test, exs_sk(sk)->port.bucket);
	KUNIT_EXPECT_NULL(test, exs_sk(sk)->rt.ldev);
	KUNIT_EXPECT_EQ(test, refcount_read(&ldev->ref), refs - 1);
	sock_put(sk);
}

static void pressure__counts_and_lasts(struct kunit *test)
{
	struct exs_wire *w = exs_wire_socket(test);
	unsigned long n, ms;

	n = exs_wire_mib(test, EXS_MIB_TCPEXT_TCPMemoryPressures);
	ms = exs_wire_mib(test, EXS_MIB_TCPEXT_TCPMemoryPressuresChrono);
	exs_tcp_prot.leave_memory_pressure(w->sk);
	exs_tcp_prot.enter_memory_pressure(w->sk);
	exs_tcp_prot.enter_memory_pressure(w->sk);
	KUNIT_EXPECT_NE(test, exs_tcp_memory_pressure, 0UL);
	KUNIT_EXPECT_TRUE(test, sk_under_memory_pressure(w->sk));
	KUNIT_EXPECT_EQ(test, n + 1,
			exs_wire_mib(test, EXS_MIB_TCPEXT_TCPMemoryPressures));
	exs_tcp_memory_pressure = jiffies - msecs_to_jiffies(1000) ?: 1;
	exs_tcp_prot.leave_memory_pressure(w->sk);
	exs_tcp_prot.leave_memory_pressure(w->sk);
	KUNIT_EXPECT_EQ(test, exs_tcp_memory_pressure, 0UL);
	KUNIT_EXPECT_GE(test,
			exs_wire_mib(test,
				     EXS_MIB_TCPEXT_TCPMemoryPressuresChrono),
			ms + 1000);
}

/* The budgets of the design, where no debugging makes the locks larger. */
static void sizes__are_told(struct kunit *test)
{
	unsigned int sock, req, tw;

	exs_tcp_sizes(&sock, &req, &tw);
	KUNIT_EXPECT_EQ(test, sock, sizeof(struct exs_tcp_sock));
	KUNIT_EXPECT_EQ(test, req, sizeof(struct exs_tcp_req));
	KUNIT_EXPECT_EQ(test, tw, sizeof(struct exs_tcp_tw));
	KUNIT_EXPECT_LT(test, tw, req + 1);
	KUNIT_EXPECT_LT(test, req, sock / 4);
}

static struct kunit_case exs_tcp_sock_cases[] = {
	KUNIT_CASE(init__start_values),
	KUNIT_CASE(count__of_sockets),
	KUNIT_CASE(clone__options_of_the_listener),
	KUNIT_CASE(clone__is_a_connection_of_its_own),
	KUNIT_CASE(destroy__gives_all_back),
	KUNIT_CASE(pressure__counts_and_lasts),
	KUNIT_CASE(sizes__are_told),
	{}
};

static struct kunit_suite exs_tcp_sock_suite = {
	.name = "expstack_tcp_sock",
	.init = exs_wire_init,
	.exit = exs_wire_exit,
	.test_cases = exs_tcp_sock_cases,
};

kunit_test_suite(exs_tcp_sock_suite);
