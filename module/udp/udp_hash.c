// SPDX-License-Identifier: GPL-2.0
/*
 * expstack udp: which socket a datagram is for.
 * Flow:   udp_rcv -> exs_udp_lookup_rcu
 * Owns:   the UDP hash, by local port, shared by all namespaces
 * Locks:  one lock a chain (BH) for writers; readers use RCU
 * Tests:  kunit/udp/udp_hash_kunit.c
 */
#include <linux/jhash.h>
#include <net/netns/hash.h>

#include "udp/udp_priv.h"

#define EXS_UDP_BUCKETS	1024

struct exs_udp_head {
	spinlock_t lock;		/* writers of the chain */
	struct hlist_head chain;
};

static struct exs_udp_head exs_udp_heads[EXS_UDP_BUCKETS] = {
	[0 ... EXS_UDP_BUCKETS - 1] = {
		.lock = __SPIN_LOCK_UNLOCKED(exs_udp_heads.lock),
		.chain = HLIST_HEAD_INIT,
	},
};

static struct exs_udp_head *exs_udp_head(const struct net *net, __be16 port)
{
	u32 h = ntohs(port) + net_hash_mix(net);

	return &exs_udp_heads[h & (EXS_UDP_BUCKETS - 1)];
}

/**
 * exs_udp_hash_insert - let a socket be found
 * @es: bound, socket locked
 */
void exs_udp_hash_insert(struct exs_sock *es)
{
	struct exs_udp_head *h = exs_udp_head(es->conn.net, es->conn.lport);

	spin_lock_bh(&h->lock);
	hlist_add_head_rcu(&es->listen_node, &h->chain);
	spin_unlock_bh(&h->lock);
}

/**
 * exs_udp_hash_remove - let a socket not be found any more
 * @es: socket locked; need not be in the hash
 */
void exs_udp_hash_remove(struct exs_sock *es)
{
	struct exs_udp_head *h = exs_udp_head(es->conn.net, es->conn.lport);

	spin_lock_bh(&h->lock);
	if (!hlist_unhashed(&es->listen_node))
		hlist_del_init_rcu(&es->listen_node);
	spin_unlock_bh(&h->lock);
}

/**
 * exs_udp_score - how well a socket fits a datagram
 * @es: socket of the right port and namespace
 * @saddr: source of the datagram
 * @sport: its source port
 * @daddr: its destination
 * @dif: device it came in by
 *
 * Return: -1 not at all; more for each thing the socket is bound or connected
 * to.
 */
int exs_udp_score(const struct exs_sock *es, __be32 saddr, __be16 sport,
		  __be32 daddr, int dif)
{
	const struct exs_conn *c = &es->conn;
	int score = 0;

	if (c->laddr) {
		if (c->laddr != daddr)
			return -1;
		score += 4;
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
 * @saddr: source of the datagram
 * @sport: its source port
 * @daddr: its destination
 * @dport: its destination port
 * @dif: device it came in by
 *
 * Sockets of an SO_REUSEPORT group share datagrams by a hash of the tuple.
 *
 * Context: RCU held by the caller, who may use the result until it lets go.
 * Return: the socket or NULL.
 */
struct exs_sock *exs_udp_lookup_rcu(struct net *net, __be32 saddr,
				    __be16 sport, __be32 daddr, __be16 dport,
				    int dif)
{
	struct exs_udp_head *h = exs_udp_head(net, dport);
	struct exs_sock *best = NULL, *es;
	unsigned int matches = 0;
	int best_score = -1;
	u32 hash = 0;

	hlist_for_each_entry_rcu(es, &h->chain, listen_node) {
		int score;

		if (es->conn.lport != dport || es->conn.net != net)
			continue;
		score = exs_udp_score(es, saddr, sport, daddr, dif);
		if (score < 0 || score < best_score)
			continue;
		if (score > best_score) {
			best = es;
			best_score = score;
			matches = 1;
			continue;
		}
		if (!es->sk.sk_reuseport)
			continue;
		if (matches++ == 1)
			hash = exs_conn_hashfn(net, daddr, dport, saddr, sport);
		if (!reciprocal_scale(hash, matches))
			best = es;
		hash = jhash_1word(hash, matches);
	}
	return best;
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
 * Context: RCU held over the whole walk.
 * Return: the socket or NULL.
 */
struct exs_sock *exs_udp_next_rcu(struct net *net, struct exs_sock *prev,
				  __be32 saddr, __be16 sport, __be32 daddr,
				  __be16 dport, int dif)
{
	struct exs_udp_head *h = exs_udp_head(net, dport);
	struct hlist_node *n;

	n = prev ? rcu_dereference(hlist_next_rcu(&prev->listen_node)) :
		   rcu_dereference(hlist_first_rcu(&h->chain));
	for (; n; n = rcu_dereference(hlist_next_rcu(n))) {
		struct exs_sock *es = hlist_entry(n, struct exs_sock,
						  listen_node);

		if (es->conn.lport == dport && es->conn.net == net &&
		    exs_udp_score(es, saddr, sport, daddr, dif) >= 0)
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
	struct exs_sock *es;
	unsigned int i;
	int ret = 0;

	rcu_read_lock();
	for (i = 0; i < EXS_UDP_BUCKETS && !ret; i++) {
		hlist_for_each_entry_rcu(es, &exs_udp_heads[i].chain,
					 listen_node) {
			if (es->conn.net != net)
				continue;
			ret = cb(es, arg);
			if (ret)
				break;
		}
	}
	rcu_read_unlock();
	return ret;
}
