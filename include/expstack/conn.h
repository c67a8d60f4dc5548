/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expstack core: how a socket is found: by its four-tuple, by its local port,
 * as a listener.
 */
#ifndef _EXPSTACK_CONN_H
#define _EXPSTACK_CONN_H

#include <linux/compiler.h>
#include <linux/rculist_nulls.h>
#include <linux/smp.h>
#include <linux/types.h>
#include <net/netns/hash.h>
#include <net/sock.h>
#include <expstack/net.h>

struct exs_sock;

enum exs_conn_kind {
	EXS_CONN_SOCK,		/* struct exs_sock */
	EXS_CONN_REQUEST,	/* struct exs_tcp_req: half-open */
	EXS_CONN_TIMEWAIT,	/* struct exs_tcp_tw */
};

/*
 * The key by which a packet finds its owner. First member of requests and
 * TIME-WAIT objects, embedded in sockets. Writers hold the chain's lock, readers
 * are under RCU; the owner is freed after a grace period, so a reader needs no
 * reference as long as it stays in its RCU section.
 */
struct exs_conn {
	struct hlist_nulls_node node;	/* pprev NULL: not hashed */
	struct net *net;
	union {
		struct {
			__be32 raddr;	/* remote */
			__be32 laddr;	/* local; of a socket: what it is bound to */
		};
		u64 addrs;
	};
	union {
		struct {
			__be16 rport;
			__be16 lport;
		};
		u32 ports;
	};
	u32 hash;
	int bound_dev_if;
	u8 kind;			/* enum exs_conn_kind */
	u8 reuse:1,			/* TIME-WAIT: SO_REUSEADDR was set */
	   reuseport:1;			/* SO_REUSEPORT was set */
};

/* conn_hash.c: connected sockets, requests and TIME-WAITs of TCP. */
u32 exs_conn_hashfn(const struct net *net, __be32 laddr, __be16 lport,
		    __be32 raddr, __be16 rport);
/* Find under RCU; dif: device the packet came in by. NULL: none. */
struct exs_conn *exs_conn_lookup_rcu(struct net *net, __be32 raddr,
				     __be16 rport, __be32 laddr, __be16 lport,
				     int dif);
/* c->hash is computed here. */
void exs_conn_insert(struct exs_conn *c);
/*
 * Insert unless the tuple is taken: -EADDRNOTAVAIL. A TIME-WAIT that may_reuse()
 * agrees to is taken over: it is unhashed and handed back in *twp.
 */
int exs_conn_insert_unique(struct exs_conn *c,
			   bool (*may_reuse)(struct exs_conn *tw,
					     struct exs_conn *c),
			   struct exs_conn **twp);
/* True when it was hashed. Idempotent. */
bool exs_conn_remove(struct exs_conn *c);
/* Put new in the place of old in one step (request->child, socket->TIME-WAIT).
 * False when old was not hashed any more; new is then not inserted.
 */
bool exs_conn_replace(struct exs_conn *old, struct exs_conn *new);
/* For dumps: every entry of a namespace, chain by chain, under RCU. */
int exs_conn_walk(struct net *net, int (*cb)(struct exs_conn *c, void *arg),
		  void *arg);

/*
 * port.c: who is bound to which local port. Stands directly behind the struct
 * exs_conn of a socket or TIME-WAIT: EXS_PORT_BEHIND_CONN() asserts it.
 */
struct exs_port_owner {
	struct hlist_node node;		/* exs_port_bucket.owners; under its lock */
	struct exs_port_bucket *bucket;	/* NULL: not bound; under its lock */
};

/*
 * What core knows of a socket: the beginning of struct exs_sock, which asserts
 * it (expstack/sock.h).
 */
struct exs_bound {
	struct sock sk;
	struct exs_conn conn;
	struct exs_port_owner port;
	struct hlist_node listen_node;
	u32 port_range;
};

#define exs_bound(es)		((struct exs_bound *)(es))

#define EXS_PORT_BEHIND_CONN(type)					\
	static_assert(offsetof(type, port) ==				\
		      offsetof(type, conn) + sizeof(struct exs_conn))

struct exs_port_table;

extern struct exs_port_table exs_tcp_ports;
extern struct exs_port_table exs_udp_ports;
extern struct exs_port_table exs_ping_ports;

/*
 * Bind to port (host order; 0: choose one of ip_local_port_range). The address
 * and device are es->conn.laddr and es->conn.bound_dev_if. Sets es->conn.lport.
 * Return: 0 or -EADDRINUSE. Socket lock held.
 */
int exs_port_bind(struct exs_port_table *t, struct exs_sock *es, u16 port);
/* May listen() go on with this binding? -EADDRINUSE when another listens. */
int exs_port_listen_check(struct exs_port_table *t, struct exs_sock *es);
/*
 * Choose a local port for a connection (RFC 6056 algorithm 3) and insert
 * es->conn in the connection hash. es->conn has addresses and rport.
 * Return: 0, -EADDRNOTAVAIL. Socket lock held.
 */
int exs_port_connect(struct exs_port_table *t, struct exs_sock *es,
		     bool (*may_reuse)(struct exs_conn *tw, struct exs_conn *c),
		     struct exs_conn **twp);
void exs_port_release(struct exs_port_table *t, struct exs_port_owner *o);
/*
 * The child of a listener, or the TIME-WAIT of a socket, is bound to the same
 * port; child's address is in its struct exs_conn..
 */
void exs_port_inherit(struct exs_port_table *t, struct exs_port_owner *child,
		      struct exs_port_owner *parent);

/*
 * The choice among sockets of a port: the highest score wins, of equals the
 * first; when that one shares its port, its SO_REUSEPORT group decides.
 */
struct exs_pick {
	const struct net *net;
	__be32 saddr;			/* of the packet */
	__be32 daddr;
	__be16 sport;
	__be16 dport;
	struct exs_bound *best;
	int score;			/* of best; -1 to begin with */
};

/**
 * exs_pick_offer - take a socket into the choice
 * @p: the choice so far
 * @es: a socket
 * @score: how well it fits; negative: not at all
 */
static inline void exs_pick_offer(struct exs_pick *p, struct exs_bound *es,
				  int score)
{
	if (score > p->score) {
		p->best = es;
		p->score = score;
	}
}

/**
 * exs_pick_cpu - what SO_INCOMING_CPU adds to a score
 * @es: a socket
 *
 * Return: 1 when it wants the packets of this CPU.
 */
static inline int exs_pick_cpu(const struct exs_bound *es)
{
	return READ_ONCE(es->sk.sk_incoming_cpu) == raw_smp_processor_id();
}

/* reuseport.c: SO_REUSEPORT groups; a program or the tuple chooses of one. */
int exs_reuseport_join(struct exs_bound *es, const struct hlist_head *chain);
void exs_reuseport_leave(struct exs_bound *es);
bool exs_reuseport_attachable(struct sock *sk);
struct exs_bound *exs_pick_group(const struct exs_pick *p, struct sk_buff *skb,
				 int hlen);

/* listen_hash.c: TCP listeners, by port. Sockets are freed after RCU. */
int exs_listen_insert(struct exs_sock *es);
void exs_listen_remove(struct exs_sock *es);
/*
 * The best listener for a packet: bound address and device win over wildcards;
 * within an SO_REUSEPORT group a program or a hash decides. RCU held, no
 * reference taken.
 */
struct exs_sock *exs_listen_lookup_rcu(struct net *net, struct sk_buff *skb,
				       __be32 saddr, __be16 sport,
				       __be32 daddr, __be16 dport, int dif);
/*
 * dgram_hash.c: datagram sockets by local number (conn.lport). Writers hold the
 * chain's lock, readers are under RCU.
 */
struct exs_dgram_chain {
	spinlock_t lock;		/* chain (BH) */
	struct hlist_head head;		/* exs_sock.listen_node */
};

struct exs_dgram_table {
	struct exs_dgram_chain *chains;
	unsigned int mask;
	bool shares;			/* SO_REUSEPORT makes groups */
};

/* A protocol's table; size is a power of two. */
#define EXS_DGRAM_TABLE(name, size, groups)				\
	static struct exs_dgram_chain name##_chains[size] = {		\
		[0 ... (size) - 1] = {					\
			.lock = __SPIN_LOCK_UNLOCKED(name.lock),	\
			.head = HLIST_HEAD_INIT,			\
		},							\
	};								\
	const struct exs_dgram_table name = {				\
		.chains = name##_chains, .mask = (size) - 1,		\
		.shares = groups,					\
	}

static inline struct exs_dgram_chain *
exs_dgram_chain(const struct exs_dgram_table *t, const struct net *net,
		__be16 lport)
{
	return &t->chains[(ntohs(lport) + net_hash_mix(net)) & t->mask];
}

/**
 * exs_dgram_next_rcu - the sockets with a local number, one after another
 * @t: the protocol's table
 * @net: namespace
 * @lport: the number
 * @prev: the one before, or NULL to begin
 *
 * Context: RCU held over the whole walk.
 * Return: the socket or NULL.
 */
static inline struct exs_sock *
exs_dgram_next_rcu(const struct exs_dgram_table *t, const struct net *net,
		   __be16 lport, struct exs_sock *prev)
{
	struct hlist_node *n;
	struct exs_bound *b;

	if (prev)
		n = rcu_dereference(hlist_next_rcu(&exs_bound(prev)->listen_node));
	else
		n = rcu_dereference(hlist_first_rcu(&exs_dgram_chain(t, net,
								     lport)->head));
	for (; n; n = rcu_dereference(hlist_next_rcu(n))) {
		b = hlist_entry(n, struct exs_bound, listen_node);
		if (b->conn.lport == lport && b->conn.net == net)
			return (struct exs_sock *)b;
	}
	return NULL;
}

/**
 * exs_dgram_match - may a packet be for a socket?
 * @c: the socket's addresses
 * @raddr: source of the packet
 * @laddr: its destination
 * @dif: device it came in by
 *
 * Return: false when the socket is bound to or connected with another.
 */
static inline bool exs_dgram_match(const struct exs_conn *c, __be32 raddr,
				   __be32 laddr, int dif)
{
	return (!c->laddr || c->laddr == laddr) &&
	       (!c->raddr || c->raddr == raddr) &&
	       (!c->bound_dev_if || c->bound_dev_if == dif);
}

int exs_dgram_hash_insert(const struct exs_dgram_table *t,
			  struct exs_sock *es);
/* What it is bound to changed: it leaves its SO_REUSEPORT group. */
void exs_dgram_hash_moved(const struct exs_dgram_table *t, struct exs_sock *es);
bool exs_dgram_hash_remove(const struct exs_dgram_table *t,
			   struct exs_sock *es);
int exs_dgram_hash_walk(const struct exs_dgram_table *t, struct net *net,
			int (*cb)(struct exs_sock *es, void *arg), void *arg);

void exs_port_init(void);
int exs_conn_init(void);
void exs_conn_exit(void);
int exs_listen_walk(struct net *net,
		    int (*cb)(struct exs_sock *es, void *arg), void *arg);

#endif /* _EXPSTACK_CONN_H */
