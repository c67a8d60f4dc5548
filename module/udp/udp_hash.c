// SPDX-License-Identifier: GPL-2.0
/*
 * expstack udp: which socket a datagram is for.
 * Flow:   udp_rcv -> exs_udp_lookup_rcu
 * Owns:   the table of UDP sockets, by local port
 * Locks:  readers use RCU
 * Tests:  kunit/udp/udp_hash_kunit.c
 */
#include "udp/udp_priv.h"

EXS_DGRAM_TABLE(exs_udp_table, 1024, true);

/**
 * exs_udp_score - how well a socket fits a datagram
 * @es: socket of the right port and namespace
 * @saddr: source of the datagram
 * @sport: its source port
 * @daddr: its destination
 * @dif: device it came in by
 *
 * Return: -1 not at all; more for each thing the socket is bound or connected
 * to, an address most, and for this being its CPU.
 */
int exs_udp_score(const struct exs_sock *es, __be32 saddr, __be16 sport,
		  __be32 daddr, int dif)
{
	const struct exs_conn *c = &es->conn;
	int score = exs_pick_cpu(exs_bound(es));

	if (c->laddr) {
		if (c->laddr != daddr)
			return -1;
		score += 8;
	}
	if (c->raddr) {
		if (c->raddr != saddr)
			return -1;
		score += 4;
	}
	if (c->rport) {
		if (c->rport != sport)
			return -1;
		score += 4;
	}
	if (c->bound_dev_if) {
		if (c->bound_dev_if != dif)
			return -1;
		score += 4;
	}
	return score;
}

/**
 * exs_udp_lookup_rcu - the socket for a unicast datagram
 * @net: namespace
 * @skb: the datagram, data at its UDP header; NULL: no program chooses
 * @saddr: its source
 * @sport: its source port
 * @daddr: its destination
 * @dport: its destination port
 * @dif: device it came in by
 *
 * Sockets of an SO_REUSEPORT group share datagrams as exs_pick_group() says. A
 * program's choice that is connected to another does not count.
 *
 * Context: RCU held by the caller, who may use the result until it lets go.
 * Return: the socket or NULL.
 */
struct exs_sock *exs_udp_lookup_rcu(struct net *net, struct sk_buff *skb,
				    __be32 saddr, __be16 sport, __be32 daddr,
				    __be16 dport, int dif)
{
	struct exs_pick p = {
		.net = net, .saddr = saddr, .daddr = daddr, .sport = sport,
		.dport = dport, .score = -1,
	};
	struct exs_sock *es = NULL;

	while ((es = exs_dgram_next_rcu(&exs_udp_table, net, dport, es)))
		exs_pick_offer(&p, exs_bound(es),
			       exs_udp_score(es, saddr, sport, daddr, dif));
	es = (struct exs_sock *)p.best;
	if (!es || es->sk.sk_state == TCP_ESTABLISHED)
		return es;
	es = (struct exs_sock *)exs_pick_group(&p, skb, sizeof(struct udphdr));
	if (exs_bound(es) != p.best &&
	    exs_udp_score(es, saddr, sport, daddr, dif) < 0)
		return (struct exs_sock *)p.best;
	return es;
}

/**
 * exs_udp_next_rcu - next socket that wants a broadcast or multicast datagram
 * @net: namespace
 * @prev: the one before, or NULL to begin
 * @saddr: source of the datagram
 * @sport: its source port
 * @daddr: its destination
 * @dport: its destination port
 * @dif: device it came in by
 *
 * Without IP_MULTICAST_ALL a socket hears only the groups it joined.
 *
 * Context: RCU held over the whole walk.
 * Return: the socket or NULL.
 */
struct exs_sock *exs_udp_next_rcu(struct net *net, struct exs_sock *prev,
				  __be32 saddr, __be16 sport, __be32 daddr,
				  __be16 dport, int dif)
{
	bool group = ipv4_is_multicast(daddr);
	struct exs_sock *es = prev;

	while ((es = exs_dgram_next_rcu(&exs_udp_table, net, dport, es))) {
		if (group && !es->mc_all)
			continue;
		if (exs_udp_score(es, saddr, sport, daddr, dif) >= 0)
			return es;
	}
	return NULL;
}

/**
 * exs_udp_walk - call a function for each UDP socket of a namespace
 * @net: namespace
 * @cb: returns non-zero to stop
 * @arg: handed to @cb
 *
 * Context: takes rcu_read_lock(); @cb must not sleep.
 * Return: what @cb returned last.
 */
int exs_udp_walk(struct net *net, int (*cb)(struct exs_sock *es, void *arg),
		 void *arg)
{
	return exs_dgram_hash_walk(&exs_udp_table, net, cb, arg);
}
