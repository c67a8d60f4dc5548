// SPDX-License-Identifier: GPL-2.0
/*
 * expstack sock: the route a connected datagram socket keeps.
 * Flow:   dgram_send -> exs_dgram_route_get
 * Owns:   es.rt of datagram sockets
 * Locks:  rt_lock (seqlock): senders copy without waiting for each other
 * Tests:  kunit/sock/dgram_route_kunit.c, qemu/tests/sockapi.sh
 */
#include <expstack/dgram.h>

/**
 * exs_dgram_flow - the key of the way to a destination
 * @sk: socket
 * @daddr: the destination; of a connected socket its peer
 * @flow: filled: IP_MULTICAST_IF and IP_UNICAST_IF count where the socket is not
 *	bound to a device
 */
void exs_dgram_flow(const struct sock *sk, __be32 daddr, struct exs_flow *flow)
{
	const struct exs_dgram_sock *ds = exs_dgram_sk(sk);

	exs_sock_flow(sk, flow);
	flow->daddr = daddr;
	if (ipv4_is_multicast(daddr)) {
		flow->oif = flow->oif ?: READ_ONCE(ds->mc_index);
		flow->saddr = flow->saddr ?: READ_ONCE(ds->mc_addr);
	} else {
		flow->oif = flow->oif ?: READ_ONCE(ds->es.uc_index);
	}
}

/**
 * exs_dgram_route_keep - keep a route for the next datagrams
 * @sk: socket, need not be locked
 * @rt: the route; stays the caller's
 * @epoch: rt_epoch before the peer and the options were read
 *
 * Not when the kept route was forgotten since: then this may be the way to
 * another peer.
 *
 * Context: RCU held.
 */
void exs_dgram_route_keep(struct sock *sk, const struct exs_rt *rt, u32 epoch)
{
	struct exs_dgram_sock *ds = exs_dgram_sk(sk);
	struct exs_rt old = {};

	write_seqlock_bh(&ds->rt_lock);
	if (epoch == ds->rt_epoch) {
		old = ds->es.rt;
		exs_rt_keep(&ds->es.rt, rt);
	}
	write_sequnlock_bh(&ds->rt_lock);
	/* Readers that copied the old one are in an RCU section, as we are. */
	exs_rt_release(&old);
}

static int exs_dgram_route_lookup(struct sock *sk, struct exs_rt *rt, u32 epoch)
{
	struct exs_flow flow;
	int err;

	exs_dgram_flow(sk, exs_sk(sk)->conn.raddr, &flow);
	err = exs_route_output(exs_sock_net(sk), &flow, rt);
	if (!err)
		exs_dgram_route_keep(sk, rt, epoch);
	return err;
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
	u32 epoch;

	do {
		seq = read_seqbegin(&ds->rt_lock);
		*rt = ds->es.rt;
		epoch = ds->rt_epoch;
	} while (read_seqretry(&ds->rt_lock, seq));
	if (likely(exs_rt_valid(exs_sock_net(sk), rt)))
		return 0;
	return exs_dgram_route_lookup(sk, rt, epoch);
}

/**
 * exs_dgram_route_forget - the peer or what the route depends on changed
 * @sk: socket
 *
 * Comes after the change: who looked up before keeps nothing.
 */
void exs_dgram_route_forget(struct sock *sk)
{
	struct exs_dgram_sock *ds = exs_dgram_sk(sk);
	struct exs_rt old;

	write_seqlock_bh(&ds->rt_lock);
	old = ds->es.rt;
	memset(&ds->es.rt, 0, sizeof(ds->es.rt));
	ds->rt_epoch++;
	write_sequnlock_bh(&ds->rt_lock);
	exs_rt_release(&old);
}
