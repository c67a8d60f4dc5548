// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ctl: the sockets of a namespace, in batches.
 * Flow:   walks of tcp, udp and raw -> [here] -> netlink, /proc
 * Owns:   nothing
 * Locks:  the walks run under RCU and take references; rows are shown outside,
 *         because reading a connection's figures may take its lock
 * Tests:  qemu/tests/expctl_ss.sh
 */
#include <linux/slab.h>
#include <linux/sock_diag.h>

#include <expstack/raw.h>
#include <expstack/udp.h>

#include "ctl/sock_batch.h"

/* One entry, under RCU. Returns non-zero when the batch is full. */
static int exs_ctl_batch_take(const struct exs_tcp_row *row, void *arg)
{
	struct exs_ctl_batch *b = arg;
	long index = b->seen;

	if (index < b->skip || !(b->states & BIT(row->state))) {
		b->seen++;
		return 0;
	}
	if (b->n == EXS_CTL_BATCH_ROWS)
		return 1;
	b->seen++;
	/* One that is being freed is gone for the reader. */
	if (row->sk && !refcount_inc_not_zero(&row->sk->sk_refcnt))
		return 0;
	b->rows[b->n].row = *row;
	b->rows[b->n].index = index;
	b->n++;
	return 0;
}

static int exs_ctl_batch_take_dgram(struct exs_sock *es, void *arg)
{
	struct sock *sk = &es->sk;
	struct exs_tcp_row row = {
		.laddr = es->conn.laddr ?: es->saddr,
		.raddr = es->conn.raddr,
		.lport = es->conn.lport,
		.rport = es->conn.rport,
		.state = READ_ONCE(sk->sk_state),
		.rqueue = sk_rmem_alloc_get(sk),
		.wqueue = sk_wmem_alloc_get(sk),
		.bound_dev_if = READ_ONCE(sk->sk_bound_dev_if),
		.mark = READ_ONCE(sk->sk_mark),
		.uid = from_kuid_munged(sock_net(sk)->user_ns, sock_i_uid(sk)),
		.ino = sock_i_ino(sk),
		.cookie = exs_sock_cookie(sk),
		.refcnt = refcount_read(&sk->sk_refcnt),
		.sk = sk,
	};

	return exs_ctl_batch_take(&row, arg);
}

static void exs_ctl_batch_put(struct exs_ctl_batch *b)
{
	while (b->n)
		if (b->rows[--b->n].row.sk)
			sock_put(b->rows[b->n].row.sk);
}

/**
 * exs_ctl_batch_new - begin to read sockets
 * @net: the namespace
 * @proto: IPPROTO_TCP, IPPROTO_UDP, IPPROTO_ICMP (ping) or IPPROTO_RAW (raw
 *	sockets of all protocols)
 * @states: a bit for each state wanted
 * @skip: entries that were read before
 *
 * Context: process, may sleep.
 * Return: a batch without rows, for exs_ctl_batch_free(); NULL without memory.
 */
struct exs_ctl_batch *exs_ctl_batch_new(struct net *net, u8 proto, u32 states,
					long skip)
{
	struct exs_ctl_batch *b = kmalloc(sizeof(*b), GFP_KERNEL);

	if (!b)
		return NULL;
	b->net = net;
	b->proto = proto;
	b->states = states;
	b->seen = skip;
	b->n = 0;
	return b;
}

/**
 * exs_ctl_batch_next - the next rows
 * @b: the batch; its present rows are given back
 *
 * Return: the number of rows, 0 at the end.
 */
int exs_ctl_batch_next(struct exs_ctl_batch *b)
{
	exs_ctl_batch_put(b);
	b->skip = b->seen;
	b->seen = 0;
	rcu_read_lock();
	switch (b->proto) {
	case IPPROTO_TCP:
		exs_tcp_walk(b->net, exs_ctl_batch_take, b);
		break;
	case IPPROTO_UDP:
		exs_udp_walk(b->net, exs_ctl_batch_take_dgram, b);
		break;
	case IPPROTO_ICMP:
		exs_ping_walk(b->net, exs_ctl_batch_take_dgram, b);
		break;
	case IPPROTO_RAW:
		exs_raw_walk(b->net, exs_ctl_batch_take_dgram, b);
		break;
	}
	rcu_read_unlock();
	return b->n;
}

/**
 * exs_ctl_batch_free - done with reading
 * @b: the batch; its rows are given back
 */
void exs_ctl_batch_free(struct exs_ctl_batch *b)
{
	exs_ctl_batch_put(b);
	kfree(b);
}
