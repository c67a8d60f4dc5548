// SPDX-License-Identifier: GPL-2.0
/*
 * expstack core: datagram sockets by local number: a UDP port, the identifier
 * of a ping socket, the protocol of a raw one. Each protocol has a table, which
 * all namespaces share.
 * Flow:   bind, close -> [here]; the protocol's receive path reads
 * Owns:   the chains of a struct exs_dgram_table
 * Locks:  one lock a chain (BH) for writers; readers use RCU
 * Tests:  kunit/udp/udp_hash_kunit.c
 */
#include <expstack/conn.h>

/**
 * exs_dgram_hash_insert - let a socket be found
 * @t: the protocol's table
 * @es: bound, socket locked
 *
 * Return: 0, or an errno of exs_reuseport_join().
 */
int exs_dgram_hash_insert(const struct exs_dgram_table *t, struct exs_sock *es)
{
	struct exs_bound *b = exs_bound(es);
	struct exs_dgram_chain *c;
	int err = 0;

	c = exs_dgram_chain(t, b->conn.net, b->conn.lport);
	spin_lock_bh(&c->lock);
	if (t->shares)
		err = exs_reuseport_join(b, &c->head);
	if (!err)
		hlist_add_head_rcu(&b->listen_node, &c->head);
	spin_unlock_bh(&c->lock);
	return err;
}

/**
 * exs_dgram_hash_moved - a socket's address or device changed
 * @t: the protocol's table
 * @es: socket locked; need not be in the table
 *
 * It is found as before, but shares with nobody what it was bound to.
 */
void exs_dgram_hash_moved(const struct exs_dgram_table *t, struct exs_sock *es)
{
	struct exs_bound *b = exs_bound(es);
	struct exs_dgram_chain *c;

	if (hlist_unhashed(&b->listen_node) ||
	    !rcu_access_pointer(b->sk.sk_reuseport_cb))
		return;
	c = exs_dgram_chain(t, b->conn.net, b->conn.lport);
	spin_lock_bh(&c->lock);
	exs_reuseport_leave(b);
	spin_unlock_bh(&c->lock);
}

/**
 * exs_dgram_hash_remove - let a socket not be found any more
 * @t: the protocol's table
 * @es: socket locked; need not be in the table
 *
 * Return: true when it was.
 */
bool exs_dgram_hash_remove(const struct exs_dgram_table *t, struct exs_sock *es)
{
	struct exs_bound *b = exs_bound(es);
	struct exs_dgram_chain *c;
	bool was;

	c = exs_dgram_chain(t, b->conn.net, b->conn.lport);
	spin_lock_bh(&c->lock);
	was = !hlist_unhashed(&b->listen_node);
	if (was) {
		hlist_del_init_rcu(&b->listen_node);
		exs_reuseport_leave(b);
	}
	spin_unlock_bh(&c->lock);
	return was;
}

/**
 * exs_dgram_hash_walk - call a function for each socket of a namespace
 * @t: the protocol's table
 * @net: namespace
 * @cb: returns non-zero to stop
 * @arg: handed to @cb
 *
 * Context: takes rcu_read_lock(); @cb must not sleep.
 * Return: what @cb returned last.
 */
int exs_dgram_hash_walk(const struct exs_dgram_table *t, struct net *net,
			int (*cb)(struct exs_sock *es, void *arg), void *arg)
{
	struct exs_bound *b;
	unsigned int i;
	int ret = 0;

	rcu_read_lock();
	for (i = 0; i <= t->mask && !ret; i++) {
		hlist_for_each_entry_rcu(b, &t->chains[i].head, listen_node) {
			if (b->conn.net != net)
				continue;
			ret = cb((struct exs_sock *)b, arg);
			if (ret)
				break;
		}
	}
	rcu_read_unlock();
	return ret;
}
