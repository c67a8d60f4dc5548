// SPDX-License-Identifier: GPL-2.0
/*
 * expstack sock: the route a connected datagram socket keeps.
 * Flow:   dgram_send -> exs_dgram_route_get
 * Owns:   es.rt of datagram sockets
 * Locks:  rt_lock (seqlock): senders copy without waiting for each other
 * Tests:  qemu/tests/sockapi.sh
 */
#include <expstack/dgram.h>

static int exs_dgram_route_lookup(struct sock *sk, struct exs_rt *rt)
{
	struct exs_dgram_sock *ds = exs_dgram_sk(sk);
	struct exs_flow flow;
	struct exs_rt old;
	int err;

	exs_sock_flow(sk, &flow);
	err = exs_route_output(exs_sock_net(sk), &flow, rt);
	if (err)
		return err;
	write_seqlock_bh(&ds->rt_lock);
	old = ds->es.rt;
	exs_rt_keep(&ds->es.rt, rt);
	write_sequnlock_bh(&ds->rt_lock);
	/* Readers that copied the old one are in an RCU section, as we are. */
	exs_rt_release(&old);
	return 0;
}

/**
 * exs_dgram_route_get - the route to the peer of a connected socket
 * @sk: socket, need not be locked
 * @rt: filled; borrowed from the RCU section
 *
 * Context: RCU held, process.
 * Return: 0 or an errno of exs_route_output().
 */
int exs_dgram_route_get(struct sock *sk, struct exs_rt *rt)
{
	struct exs_dgram_sock *ds = exs_dgram_sk(sk);
	unsigned int seq;

	do {
		seq = read_seqbegin(&ds->rt_lock);
		*rt = ds->es.rt;
	} while (read_seqretry(&ds->rt_lock, seq));
	if (likely(exs_rt_valid(exs_sock_net(sk), rt)))
		return 0;
	return exs_dgram_route_lookup(sk, rt);
}

/**
 * exs_dgram_route_forget - the peer or what the route depends on changed
 * @sk: socket
 */
void exs_dgram_route_forget(struct sock *sk)
{
	struct exs_dgram_sock *ds = exs_dgram_sk(sk);
	struct exs_rt old;

	write_seqlock_bh(&ds->rt_lock);
	old = ds->es.rt;
	memset(&ds->es.rt, 0, sizeof(ds->es.rt));
	write_sequnlock_bh(&ds->rt_lock);
	exs_rt_release(&old);
}
