// SPDX-License-Identifier: GPL-2.0
/*
 * expstack core: sockets that share a port by SO_REUSEPORT. The kernel's own
 * groups hold them: a program attached to one of a group chooses for all.
 * Flow:   listen, bind -> exs_reuseport_join; the lookups -> exs_pick_group
 * Owns:   who is in which group
 * Locks:  the chain's lock (of listeners or datagram sockets) around join and
 *         leave; the kernel's reuseport_lock nests inside it; readers use RCU
 * Tests:  kunit/core/reuseport_kunit.c, qemu/tests/reuseport.sh
 */
#include <net/sock_reuseport.h>

#include <expstack/conn.h>

/* Both are bound to the same, by the same user, and share it. */
static bool exs_reuseport_mates(const struct exs_bound *a,
				const struct exs_bound *b)
{
	return a->conn.lport == b->conn.lport && a->conn.net == b->conn.net &&
	       a->conn.laddr == b->conn.laddr &&
	       a->conn.bound_dev_if == b->conn.bound_dev_if &&
	       b->sk.sk_reuseport && uid_eq(a->sk.sk_uid, b->sk.sk_uid);
}

/**
 * exs_reuseport_join - a socket comes into the group of its port
 * @es: bound, socket locked; not in @chain yet
 * @chain: where its like are, locked
 *
 * The group is made by the first, or by who attached a program before.
 *
 * Context: process, chain locked.
 * Return: 0 (also for one that does not share), -ENOMEM, or -EBUSY.
 */
int exs_reuseport_join(struct exs_bound *es, const struct hlist_head *chain)
{
	struct exs_bound *other;

	if (!es->sk.sk_reuseport)
		return 0;
	hlist_for_each_entry(other, chain, listen_node)
		if (exs_reuseport_mates(es, other))
			return reuseport_add_sock(&es->sk, &other->sk,
						  !es->conn.laddr);
	return reuseport_alloc(&es->sk, !es->conn.laddr);
}

/**
 * exs_reuseport_leave - a socket shares no more
 * @es: socket; need not be in a group
 *
 * Context: chain locked, or @es in no chain.
 */
void exs_reuseport_leave(struct exs_bound *es)
{
	if (rcu_access_pointer(es->sk.sk_reuseport_cb))
		reuseport_detach_sock(&es->sk);
}

/**
 * exs_reuseport_attachable - may a program be attached to a socket?
 * @sk: socket, locked
 *
 * To one that is bound only as a member of a group.
 *
 * Return: false: -EINVAL is the answer.
 */
bool exs_reuseport_attachable(struct sock *sk)
{
	bool found = sk->sk_type == SOCK_STREAM ?
		     sk->sk_state != TCP_CLOSE :
		     !hlist_unhashed(&exs_bound(sk)->listen_node);

	return !found || rcu_access_pointer(sk->sk_reuseport_cb);
}

/**
 * exs_pick_group - who of the group of the chosen one gets a packet
 * @p: a finished choice, best not NULL
 * @skb: the packet, data at the transport header; NULL: no program is asked
 * @hlen: bytes of that header, which a program does not see
 *
 * The program's answer is the number of a member, counted in the order they
 * came. Without a program, or when there is no such member, the tuple's hash
 * decides; among several with SO_INCOMING_CPU those of this CPU come first.
 *
 * Context: softirq, RCU held.
 * Return: the socket; p->best when it shares with nobody.
 */
struct exs_bound *exs_pick_group(const struct exs_pick *p, struct sk_buff *skb,
				 int hlen)
{
	struct exs_bound *best = p->best;
	struct sock *sk;
	u32 hash;

	if (!best->sk.sk_reuseport ||
	    !rcu_access_pointer(best->sk.sk_reuseport_cb))
		return best;
	hash = exs_conn_hashfn(p->net, p->daddr, p->dport, p->saddr, p->sport);
	sk = reuseport_select_sock(&best->sk, hash, skb, hlen);
	return sk ? exs_bound(sk) : best;
}
