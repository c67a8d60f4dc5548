// SPDX-License-Identifier: GPL-2.0
/*
 * expstack core: who is bound to which local port.
 * Flow:   bind, connect, accept, TIME-WAIT -> [here]
 * Owns:   exs_tcp_ports, exs_udp_ports, exs_ping_ports
 * Locks:  one lock per chain of buckets (BH); the connection hash's lock nests
 *         inside it
 * Spec:   RFC 6056 3.3.3
 * Tests:  kunit/core/port_kunit.c
 */
#include <linux/random.h>
#include <linux/siphash.h>
#include <linux/slab.h>
#include <net/netns/hash.h>

#include <expstack/conn.h>

#include "core/core_priv.h"

#define EXS_PORT_CHAINS		1024
#define EXS_PORT_PERTURB	256

/*
 * One port of one namespace in use. Lives while it has owners; made and freed
 * under its chain's lock.
 */
struct exs_port_bucket {
	struct hlist_node node;
	struct hlist_head owners;	/* exs_port_owner.node */
	struct net *net;
	u16 port;
	bool connect_only;		/* no owner called bind() */
};

struct exs_port_chain {
	spinlock_t lock;		/* its buckets and their owners */
	struct hlist_head buckets;
};

struct exs_port_table {
	struct exs_port_chain chains[EXS_PORT_CHAINS];
	bool stream;		/* an address in use by a listener is in use */
};

#define EXS_PORT_TABLE_INIT(name, is_stream) {				\
	.chains = { [0 ... EXS_PORT_CHAINS - 1] = {			\
		.lock = __SPIN_LOCK_UNLOCKED(name.lock),		\
		.buckets = HLIST_HEAD_INIT,				\
	} },								\
	.stream = is_stream,						\
}

struct exs_port_table exs_tcp_ports = EXS_PORT_TABLE_INIT(exs_tcp_ports, true);
struct exs_port_table exs_udp_ports = EXS_PORT_TABLE_INIT(exs_udp_ports, false);
struct exs_port_table exs_ping_ports = EXS_PORT_TABLE_INIT(exs_ping_ports, false);

static siphash_aligned_key_t exs_port_secret;
static u32 exs_port_perturb[EXS_PORT_PERTURB];

static struct exs_port_chain *exs_port_chain(struct exs_port_table *t,
					     const struct net *net, u16 port)
{
	return &t->chains[(port + net_hash_mix(net)) & (EXS_PORT_CHAINS - 1)];
}

static struct exs_conn *exs_port_conn(struct exs_port_owner *o)
{
	return (struct exs_conn *)o - 1;
}

static struct exs_bound *exs_port_sock(struct exs_port_owner *o)
{
	return container_of(o, struct exs_bound, port);
}

static struct exs_port_bucket *exs_port_find(struct exs_port_chain *c,
					     const struct net *net, u16 port)
{
	struct exs_port_bucket *b;

	lockdep_assert_held(&c->lock);
	hlist_for_each_entry(b, &c->buckets, node)
		if (b->port == port && b->net == net)
			return b;
	return NULL;
}

static struct exs_port_bucket *exs_port_make(struct exs_port_chain *c,
					     struct net *net, u16 port)
{
	struct exs_port_bucket *b = kmalloc(sizeof(*b), GFP_ATOMIC);

	if (!b)
		return NULL;
	INIT_HLIST_HEAD(&b->owners);
	b->net = net;
	b->port = port;
	b->connect_only = true;
	hlist_add_head(&b->node, &c->buckets);
	return b;
}

static void exs_port_add(struct exs_port_bucket *b, struct exs_port_owner *o)
{
	hlist_add_head(&o->node, &b->owners);
	o->bucket = b;
}

static bool exs_port_reuse(struct exs_port_owner *o)
{
	struct exs_conn *c = exs_port_conn(o);

	return c->kind == EXS_CONN_SOCK ? exs_port_sock(o)->sk.sk_reuse :
					  c->reuse;
}

/* By whom a port was chosen; who chooses shares only what he must. */
enum exs_port_choice {
	EXS_PORT_ASKED,		/* by the program */
	EXS_PORT_CHOSEN,	/* here */
	EXS_PORT_RELAXED,	/* here, when all are taken: ip_autobind_reuse */
};

static bool exs_port_listens(struct exs_port_owner *o)
{
	return exs_port_conn(o)->kind == EXS_CONN_SOCK &&
	       exs_port_sock(o)->sk.sk_state == TCP_LISTEN;
}

/* Do both share by SO_REUSEPORT? */
static bool exs_port_grouped(struct exs_bound *es, struct exs_port_owner *o)
{
	struct exs_conn *c = exs_port_conn(o);
	struct sock *other;

	/* Who has a program makes a group of his own. */
	if (!es->sk.sk_reuseport ||
	    rcu_access_pointer(es->sk.sk_reuseport_cb))
		return false;
	if (c->kind != EXS_CONN_SOCK)
		return c->reuseport;
	other = &exs_port_sock(o)->sk;
	return other->sk_reuseport && uid_eq(es->sk.sk_uid, other->sk_uid);
}

/* May both be bound although address and device overlap? */
static bool exs_port_compatible(const struct exs_port_table *t,
				struct exs_bound *es, struct exs_port_owner *o,
				enum exs_port_choice choice)
{
	bool reuse = es->sk.sk_reuse && exs_port_reuse(o) &&
		     !(t->stream && exs_port_listens(o));

	if (!t->stream || choice == EXS_PORT_ASKED)
		return reuse || exs_port_grouped(es, o);
	return choice == EXS_PORT_RELAXED && reuse && !exs_port_grouped(es, o);
}

/**
 * exs_port_conflicts - does anybody of this port stand in the way?
 * @t: table
 * @b: the port
 * @es: wants to be bound
 * @choice: whose choice the port is
 *
 * Context: chain locked.
 * Return: true when somebody does.
 */
static bool exs_port_conflicts(const struct exs_port_table *t,
			       struct exs_port_bucket *b, struct exs_bound *es,
			       enum exs_port_choice choice)
{
	struct exs_port_owner *o;

	hlist_for_each_entry(o, &b->owners, node) {
		struct exs_conn *c = exs_port_conn(o);

		if (o == &es->port)
			continue;
		if (c->bound_dev_if && es->conn.bound_dev_if &&
		    c->bound_dev_if != es->conn.bound_dev_if)
			continue;
		if (c->laddr && es->conn.laddr && c->laddr != es->conn.laddr)
			continue;
		if (!exs_port_compatible(t, es, o, choice))
			return true;
	}
	return false;
}

/* Take one port if it is free for es. 0, -EADDRINUSE or -ENOMEM. */
static int exs_port_try_bind(struct exs_port_table *t, struct exs_bound *es,
			     u16 port, enum exs_port_choice choice)
{
	struct net *net = es->conn.net;
	struct exs_port_chain *c = exs_port_chain(t, net, port);
	struct exs_port_bucket *b;
	int err = 0;

	spin_lock_bh(&c->lock);
	b = exs_port_find(c, net, port);
	if (b && exs_port_conflicts(t, b, es, choice)) {
		err = -EADDRINUSE;
		goto out;
	}
	if (!b)
		b = exs_port_make(c, net, port);
	if (!b) {
		err = -ENOMEM;
		goto out;
	}
	b->connect_only = false;
	exs_port_add(b, &es->port);
	es->conn.lport = htons(port);
out:
	spin_unlock_bh(&c->lock);
	return err;
}

/* The ports to choose from; what the socket says counts within the range. */
static void exs_port_range(const struct exs_bound *es, u32 *low, u32 *count)
{
	const struct exs_net *en = exs_net(es->conn.net);
	int lo = EXS_SYSCTL(en, ip_local_port_range[0]);
	int hi = EXS_SYSCTL(en, ip_local_port_range[1]);
	int own_lo = es->port_range & 0xffff;
	int own_hi = es->port_range >> 16;

	if (lo <= own_lo && own_lo <= hi)
		lo = own_lo;
	if (lo <= own_hi && own_hi <= hi)
		hi = own_hi;
	*low = lo;
	*count = hi >= lo ? hi - lo + 1 : 0;
}

static bool exs_port_reserved(const struct exs_bound *es, u16 port)
{
	return test_bit(port, exs_net(es->conn.net)->reserved_ports);
}

/**
 * exs_port_candidate - the i-th port to try
 * @i: 0 to @count - 1
 * @offset: where to start
 * @count: ports in the range
 *
 * Every second port first, so that an explicit bind(0) finds the others free.
 *
 * Return: each of 0 to @count - 1 exactly once as @i runs.
 */
u32 exs_port_candidate(u32 i, u32 offset, u32 count)
{
	u32 half = (count + 1) / 2;

	if (i < half)
		return 2 * ((i + offset % half) % half);
	i -= half;
	half = count / 2;
	return 2 * ((i + offset % half) % half) + 1;
}

/* Any free port. A stream begins with those that connect() leaves for last. */
static int exs_port_bind_any(struct exs_port_table *t, struct exs_bound *es,
			     enum exs_port_choice choice)
{
	u32 low, count, start, i, k;
	int err = -EADDRINUSE;

	exs_port_range(es, &low, &count);
	if (!count)
		return -EADDRINUSE;
	start = get_random_u32_below(count);
	for (i = 0; i < count; i++) {
		k = exs_port_candidate(i, start, count);
		if (t->stream && (k ^ 1) < count)
			k ^= 1;
		if (exs_port_reserved(es, low + k))
			continue;
		err = exs_port_try_bind(t, es, low + k, choice);
		if (err != -EADDRINUSE)
			break;
		if (!(i & 1023))
			cond_resched();
	}
	return err;
}

/**
 * exs_port_bind - bind a socket to a port
 * @t: table of its protocol
 * @sock: socket; conn.laddr and conn.bound_dev_if say where
 * @port: host order, 0: any free one of ip_local_port_range
 *
 * Context: process, socket locked.
 * Return: 0, -EADDRINUSE or -ENOMEM.
 */
int exs_port_bind(struct exs_port_table *t, struct exs_sock *sock, u16 port)
{
	struct exs_bound *es = exs_bound(sock);
	int err;

	if (port)
		return exs_port_try_bind(t, es, port, EXS_PORT_ASKED);
	err = exs_port_bind_any(t, es, EXS_PORT_CHOSEN);
	if (err == -EADDRINUSE && t->stream &&
	    EXS_SYSCTL(exs_net(es->conn.net), ip_autobind_reuse))
		err = exs_port_bind_any(t, es, EXS_PORT_RELAXED);
	return err;
}

/**
 * exs_port_listen_check - may a bound socket begin to listen?
 * @t: table
 * @sock: socket, bound
 *
 * SO_REUSEADDR let several bind; only one may listen.
 *
 * Return: 0 or -EADDRINUSE.
 */
int exs_port_listen_check(struct exs_port_table *t, struct exs_sock *sock)
{
	struct exs_bound *es = exs_bound(sock);
	struct exs_port_chain *c = exs_port_chain(t, es->conn.net,
						  ntohs(es->conn.lport));
	int err = 0;

	spin_lock_bh(&c->lock);
	if (es->port.bucket &&
	    exs_port_conflicts(t, es->port.bucket, es, EXS_PORT_ASKED))
		err = -EADDRINUSE;
	spin_unlock_bh(&c->lock);
	return err;
}

/* One candidate for a connection. 0, -EADDRNOTAVAIL (next one) or -ENOMEM. */
static int exs_port_try_connect(struct exs_port_table *t, struct exs_bound *es,
				u16 port,
				bool (*may_reuse)(struct exs_conn *tw,
						  struct exs_conn *c),
				struct exs_conn **twp)
{
	struct net *net = es->conn.net;
	struct exs_port_chain *c = exs_port_chain(t, net, port);
	struct exs_port_bucket *b;
	int err = -EADDRNOTAVAIL;

	spin_lock_bh(&c->lock);
	b = exs_port_find(c, net, port);
	if (b && !b->connect_only)
		goto out;
	if (!b) {
		b = exs_port_make(c, net, port);
		if (!b) {
			err = -ENOMEM;
			goto out;
		}
	}
	es->conn.lport = htons(port);
	err = exs_conn_insert_unique(&es->conn, may_reuse, twp);
	if (!err) {
		exs_port_add(b, &es->port);
	} else {
		es->conn.lport = 0;
		if (hlist_empty(&b->owners)) {
			hlist_del(&b->node);
			kfree(b);
		}
	}
out:
	spin_unlock_bh(&c->lock);
	return err;
}

/**
 * exs_port_connect - a local port for a connection, and its place in the hash
 * @t: table
 * @sock: socket; conn has both addresses and the remote port
 * @may_reuse: asked when a TIME-WAIT holds a tuple
 * @twp: the TIME-WAIT whose tuple was taken over, or NULL
 *
 * RFC 6056 3.3.3: the search starts at a secret hash of the destination plus a
 * counter, so that ports towards one destination follow each other and those
 * towards others cannot be guessed from them.
 *
 * Context: process, socket locked.
 * Return: 0, -EADDRNOTAVAIL or -ENOMEM.
 */
int exs_port_connect(struct exs_port_table *t, struct exs_sock *sock,
		     bool (*may_reuse)(struct exs_conn *tw, struct exs_conn *c),
		     struct exs_conn **twp)
{
	struct exs_bound *es = exs_bound(sock);
	u32 low, count, offset, i;
	u32 *perturb;
	u64 h;
	int err;

	*twp = NULL;
	if (es->port.bucket)
		return exs_conn_insert_unique(&es->conn, may_reuse, twp);

	exs_port_range(es, &low, &count);
	if (!count)
		return -EADDRNOTAVAIL;
	h = siphash_3u32((__force u32)es->conn.laddr,
			 (__force u32)es->conn.raddr,
			 (__force u32)es->conn.rport, &exs_port_secret);
	perturb = &exs_port_perturb[h % EXS_PORT_PERTURB];
	offset = (u32)(h >> 32) + READ_ONCE(*perturb);
	err = -EADDRNOTAVAIL;
	for (i = 0; i < count; i++) {
		u32 k = es->port_range ? (i + offset % count) % count :
					 exs_port_candidate(i, offset, count);

		if (exs_port_reserved(es, low + k))
			continue;
		err = exs_port_try_connect(t, es, low + k, may_reuse, twp);
		if (err != -EADDRNOTAVAIL)
			break;
		if (!(i & 1023))
			cond_resched();
	}
	if (!err)
		WRITE_ONCE(*perturb, READ_ONCE(*perturb) + 2 * (i + 1));
	return err;
}

/**
 * exs_port_release - an owner lets its port go
 * @t: table
 * @o: owner; need not be bound
 *
 * Context: any but hard interrupt.
 */
void exs_port_release(struct exs_port_table *t, struct exs_port_owner *o)
{
	struct exs_port_bucket *b = o->bucket;
	struct exs_port_chain *c;

	if (!b)
		return;
	c = exs_port_chain(t, b->net, b->port);
	spin_lock_bh(&c->lock);
	hlist_del_init(&o->node);
	o->bucket = NULL;
	if (hlist_empty(&b->owners)) {
		hlist_del(&b->node);
		kfree(b);
	}
	spin_unlock_bh(&c->lock);
}

/**
 * exs_port_inherit - bind a child or TIME-WAIT to its parent's port
 * @t: table
 * @child: not bound; its struct exs_conn is filled
 * @parent: a socket's owner, bound
 *
 * Context: any but hard interrupt.
 */
void exs_port_inherit(struct exs_port_table *t, struct exs_port_owner *child,
		      struct exs_port_owner *parent)
{
	struct exs_conn *conn = exs_port_conn(child);
	struct exs_bound *es = exs_port_sock(parent);
	struct exs_port_chain *c;

	c = exs_port_chain(t, es->conn.net, ntohs(es->conn.lport));
	spin_lock_bh(&c->lock);
	if (parent->bucket) {
		if (conn->kind != EXS_CONN_SOCK) {
			conn->reuse = es->sk.sk_reuse;
			conn->reuseport = es->sk.sk_reuseport;
		}
		exs_port_add(parent->bucket, child);
	}
	spin_unlock_bh(&c->lock);
}

/**
 * exs_port_init - secrets of the port selection
 */
void exs_port_init(void)
{
	get_random_bytes(&exs_port_secret, sizeof(exs_port_secret));
	get_random_bytes(exs_port_perturb, sizeof(exs_port_perturb));
}
