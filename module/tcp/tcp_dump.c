// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: every connection of a namespace as rows.
 * Flow:   ctl (netlink, /proc) -> [here] -> the caller's function
 * Owns:   nothing
 * Locks:  RCU; sockets are read racily
 * Spec:   -
 * Tests:  kunit/tcp/tcp_dump_kunit.c, qemu/tests/nginx_serves_curl.sh
 */
#include "tcp/tcp_priv.h"
#include "tcp/tcp_req.h"

struct exs_tcp_walk {
	int (*cb)(const struct exs_tcp_row *row, void *arg);
	void *arg;
};

/* Which timer runs, and for how long still. */
static void exs_tcp_row_timer(const struct exs_tcp_sock *tp,
			      struct exs_tcp_row *row)
{
	s32 left;

	switch (READ_ONCE(tp->rtx_kind)) {
	case EXS_TCP_RTX_NONE:
		if (!timer_pending(&tp->es.sk.sk_timer) || !tp->keep_armed)
			return;
		row->timer = 2;
		left = READ_ONCE(tp->keep_timeout) - (u32)jiffies;
		break;
	case EXS_TCP_RTX_PROBE:
		row->timer = 4;
		left = READ_ONCE(tp->rtx_timeout) - (u32)jiffies;
		break;
	default:
		row->timer = 1;
		left = READ_ONCE(tp->rtx_timeout) - (u32)jiffies;
	}
	row->timer_ms = left > 0 ? jiffies_to_msecs(left) : 0;
}

static void exs_tcp_row_queues(const struct sock *sk, struct exs_tcp_row *row)
{
	const struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	if (row->state == TCP_LISTEN) {
		row->rqueue = READ_ONCE(sk->sk_ack_backlog);
		row->wqueue = READ_ONCE(sk->sk_max_ack_backlog);
		return;
	}
	row->rqueue = max_t(int, 0, READ_ONCE(tp->rcv_nxt) -
				    READ_ONCE(tp->copied_seq));
	row->wqueue = READ_ONCE(tp->write_seq) - READ_ONCE(tp->snd_una);
	row->retransmits = tp->retransmits;
	row->probes = tp->probes_out;
	row->ack_mode = READ_ONCE(tp->ack.quick) << 1 | exs_tcp_pingpong(tp);
	exs_tcp_row_timer(tp, row);
}

static void exs_tcp_row_sock(struct sock *sk, struct exs_tcp_row *row)
{
	const struct exs_sock *es = exs_sk(sk);

	*row = (struct exs_tcp_row) {
		.laddr = es->conn.laddr,
		.raddr = es->conn.raddr,
		.lport = es->conn.lport,
		.rport = es->conn.rport,
		.state = READ_ONCE(sk->sk_state),
		.bound_dev_if = es->conn.bound_dev_if,
		.mark = READ_ONCE(sk->sk_mark),
		.uid = from_kuid_munged(sock_net(sk)->user_ns, sock_i_uid(sk)),
		.ino = sock_i_ino(sk),
		.cookie = exs_sock_cookie(sk),
		.refcnt = refcount_read(&sk->sk_refcnt),
		.sk = sk,
	};
	exs_tcp_row_queues(sk, row);
}

static int exs_tcp_walk_listener(struct exs_sock *es, void *arg)
{
	struct exs_tcp_walk *w = arg;
	struct exs_tcp_row row;

	exs_tcp_row_sock(&es->sk, &row);
	return w->cb(&row, w->arg);
}

static int exs_tcp_walk_conn(struct exs_conn *c, void *arg)
{
	struct exs_tcp_walk *w = arg;
	struct exs_tcp_row row;

	memset(&row, 0, sizeof(row));
	switch (c->kind) {
	case EXS_CONN_REQUEST:
		exs_tcp_req_row(container_of(c, struct exs_tcp_req, conn),
				&row);
		break;
	case EXS_CONN_TIMEWAIT:
		exs_tcp_timewait_row(container_of(c, struct exs_tcp_tw, conn),
				     &row);
		break;
	default:
		exs_tcp_row_sock(&container_of(c, struct exs_sock, conn)->sk,
				 &row);
	}
	return w->cb(&row, w->arg);
}

/**
 * exs_tcp_walk - visit all of a namespace
 * @net: namespace
 * @cb: called with each row under RCU; non-zero stops
 * @arg: for @cb
 *
 * Listeners first. What comes and goes meanwhile may or may not be seen.
 *
 * Context: any but hard interrupt.
 * Return: 0, or what @cb returned.
 */
int exs_tcp_walk(struct net *net,
		 int (*cb)(const struct exs_tcp_row *row, void *arg), void *arg)
{
	struct exs_tcp_walk w = { .cb = cb, .arg = arg };
	int ret;

	ret = exs_listen_walk(net, exs_tcp_walk_listener, &w);
	if (!ret)
		ret = exs_conn_walk(net, exs_tcp_walk_conn, &w);
	return ret;
}
