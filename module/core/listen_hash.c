// SPDX-License-Identifier: GPL-2.0
/*
 * expstack core: TCP listeners by local port.
 * Flow:   tcp_demux (no connection) -> exs_listen_lookup_rcu -> tcp_listen
 * Owns:   the listener hash, shared by all namespaces
 * Locks:  exs_listen_hash locks (BH) for writers; readers use RCU
 * Tests:  kunit/core/listen_hash_kunit.c
 */
#include <linux/tcp.h>
#include <net/netns/hash.h>

#include <expstack/conn.h>

#define EXS_LISTEN_BUCKETS	256

struct exs_listen_head {
	spinlock_t lock;		/* writers of the chain */
	struct hlist_head chain;
};

static struct exs_listen_head exs_listeners[EXS_LISTEN_BUCKETS] = {
	[0 ... EXS_LISTEN_BUCKETS - 1] = {
		.lock = __SPIN_LOCK_UNLOCKED(exs_listeners.lock),
		.chain = HLIST_HEAD_INIT,
	},
};

static struct exs_listen_head *exs_listen_head(const struct net *net,
					       __be16 port)
{
	u32 h = ntohs(port) + net_hash_mix(net);

	return &exs_listeners[h & (EXS_LISTEN_BUCKETS - 1)];
}

/**
 * exs_listen_insert - let a listener be found
 * @sock: bound, socket locked
 *
 * Return: 0, or an errno of exs_reuseport_join().
 */
int exs_listen_insert(struct exs_sock *sock)
{
	struct exs_bound *es = exs_bound(sock);
	struct exs_listen_head *h = exs_listen_head(es->conn.net,
						    es->conn.lport);
	int err;

	spin_lock_bh(&h->lock);
	err = exs_reuseport_join(es, &h->chain);
	if (!err)
		hlist_add_head_rcu(&es->listen_node, &h->chain);
	spin_unlock_bh(&h->lock);
	return err;
}

/**
 * exs_listen_remove - let a listener not be found any more
 * @sock: socket locked; need not be in the hash
 */
void exs_listen_remove(struct exs_sock *sock)
{
	struct exs_bound *es = exs_bound(sock);
	struct exs_listen_head *h = exs_listen_head(es->conn.net,
						    es->conn.lport);

	spin_lock_bh(&h->lock);
	if (!hlist_unhashed(&es->listen_node)) {
		hlist_del_init_rcu(&es->listen_node);
		exs_reuseport_leave(es);
	}
	spin_unlock_bh(&h->lock);
}

/**
 * exs_listen_score - how well a listener fits a packet
 * @es: listener of the right port
 * @daddr: where the packet goes
 * @dif: device it came in by
 *
 * Return: -1 not at all; a bound address counts more than all else, a bound
 * device as much as this being the socket's CPU.
 */
static int exs_listen_score(const struct exs_bound *es, __be32 daddr, int dif)
{
	int score = exs_pick_cpu(es);

	if (es->conn.laddr) {
		if (es->conn.laddr != daddr)
			return -1;
		score += 4;
	}
	if (es->conn.bound_dev_if) {
		if (es->conn.bound_dev_if != dif)
			return -1;
		score += 1;
	}
	return score;
}

/**
 * exs_listen_lookup_rcu - the listener for a packet
 * @net: namespace
 * @skb: the packet, data at its TCP header; NULL: no program chooses
 * @saddr: its source address
 * @sport: its source port
 * @daddr: its destination address
 * @dport: its destination port
 * @dif: device it came in by
 *
 * Listeners of an SO_REUSEPORT group share packets as exs_pick_group() says.
 *
 * Context: RCU held by the caller, who may use the result until it lets go.
 * Return: the listener or NULL.
 */
struct exs_sock *exs_listen_lookup_rcu(struct net *net, struct sk_buff *skb,
				       __be32 saddr, __be16 sport,
				       __be32 daddr, __be16 dport, int dif)
{
	struct exs_pick p = {
		.net = net, .saddr = saddr, .daddr = daddr, .sport = sport,
		.dport = dport, .score = -1,
	};
	struct exs_listen_head *h = exs_listen_head(net, dport);
	struct exs_bound *es;

	hlist_for_each_entry_rcu(es, &h->chain, listen_node)
		if (es->conn.lport == dport && es->conn.net == net)
			exs_pick_offer(&p, es, exs_listen_score(es, daddr, dif));
	if (!p.best)
		return NULL;
	es = exs_pick_group(&p, skb, skb ? __tcp_hdrlen(tcp_hdr(skb)) : 0);
	return (struct exs_sock *)es;
}

/**
 * exs_listen_walk - call a function for each listener of a namespace
 * @net: namespace
 * @cb: returns non-zero to stop
 * @arg: handed to @cb
 *
 * Context: takes rcu_read_lock(); @cb must not sleep.
 * Return: what @cb returned last.
 */
int exs_listen_walk(struct net *net,
		    int (*cb)(struct exs_sock *es, void *arg), void *arg)
{
	struct exs_bound *es;
	unsigned int i;
	int ret = 0;

	rcu_read_lock();
	for (i = 0; i < EXS_LISTEN_BUCKETS && !ret; i++) {
		hlist_for_each_entry_rcu(es, &exs_listeners[i].chain,
					 listen_node) {
			if (es->conn.net != net)
				continue;
			ret = cb((struct exs_sock *)es, arg);
			if (ret)
				break;
		}
	}
	rcu_read_unlock();
	return ret;
}
