/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expstack tcp: a whole stack with a device whose every packet the test sees,
 * and a peer whom the test plays.
 *
 *   socket - TCP - IP - link - [exstestN, no link header] - the test
 *            10.99.0.1                                      10.99.0.2
 *
 * Sequence numbers are those a person would write: those of our side count
 * from our initial one, those of the peer from its own, which is just before
 * the wrap; a SYN is number 0 and the first byte of text number 1. Text is a
 * pattern by its number, so every test also shows that no byte is out of place;
 * every packet's checksum is verified.
 */
#ifndef _EXS_TCP_WIRE_H
#define _EXS_TCP_WIRE_H

#include <linux/net.h>

#include "../kunit/link/link_test.h"
#include "tcp/tcp_priv.h"

#define EXS_WIRE_ADDR	0x0a630001	/* ours */
#define EXS_WIRE_PEER	0x0a630002
#define EXS_WIRE_PORT	40000		/* the peer's; ours when we listen */
#define EXS_WIRE_IRS	0xffffffe0U	/* the peer's initial sequence number */
#define EXS_WIRE_MSS	1000		/* the peer's option */
#define EXS_WIRE_WSCALE	2		/* so is this; its window is 65535 */

#define W_FIN	EXS_TCPHDR_FIN
#define W_SYN	EXS_TCPHDR_SYN
#define W_RST	EXS_TCPHDR_RST
#define W_PSH	EXS_TCPHDR_PSH
#define W_ACK	EXS_TCPHDR_ACK
#define W_URG	EXS_TCPHDR_URG
#define W_ECE	EXS_TCPHDR_ECE
#define W_CWR	EXS_TCPHDR_CWR

/* A segment, either way. */
struct exs_wire_seg {
	u8 flags;
	u32 seq;
	u32 ack;
	u32 len;
	u16 win;
	u16 urg;
	u8 tos;			/* in */
	u16 sport;		/* 0: those of the connection */
	u16 dport;
	bool bad_csum;		/* in: with a wrong checksum */
	const char *md5;	/* in: signed with this key; NULL: with w->md5 */
	bool signature;		/* out: there is one, the right one by w->md5 */
	struct iphdr iph;		/* out */
	struct exs_tcp_opt_out opt;	/* in */
	const struct exs_tcp_fo_cookie *foc;	/* in: Fast Open's option */
	struct exs_tcp_opt o;		/* out */
};

/* A socket of ours and what its peer knows. Ends with the test. */
struct exs_wire {
	struct kunit *test;
	struct list_head list;
	struct socket *sock;
	struct sock *sk;
	struct exs_tcp_sock *tp;
	u16 lport, rport;
	u32 iss, irs;
	bool ts;		/* the peer sends timestamps */
	u32 tsval;		/* its clock */
	u32 tsecr;		/* our last */
	const char *md5;	/* key by which both sign, NULL: none */
	struct exs_wire_seg last;	/* the last segment of ours */
};

/* For .init and .exit of a suite. */
int exs_wire_init(struct kunit *test);
void exs_wire_exit(struct kunit *test);

struct exs_net *exs_wire_net(struct kunit *test);
unsigned long exs_wire_drops(struct kunit *test, enum exs_drop_reason reason);
unsigned long exs_wire_mib(struct kunit *test, enum exs_mib_item item);

/* A socket in CLOSED. */
struct exs_wire *exs_wire_socket(struct kunit *test);
/* connect() without waiting; the SYN is taken off the wire. */
void exs_wire_connect(struct exs_wire *w);
/*
 * ESTABLISHED by an active open; plain: without options but the MSS. When tcp_ecn
 * is 1 the peer agrees to ECN.
 */
struct exs_wire *exs_wire_active(struct kunit *test, bool plain);
/* A socket that listens on EXS_WIRE_PORT + n. */
struct exs_wire *exs_wire_listen(struct kunit *test, u16 n, int backlog);
/* Who will connect to it; no socket of ours is there yet. */
struct exs_wire *exs_wire_caller(struct exs_wire *lw, u16 port);
/* The whole handshake, and accept(); by lw->md5. */
struct exs_wire *exs_wire_passive(struct exs_wire *lw, u16 port);
/* accept() without waiting; sets the caller's socket. */
int exs_wire_accept(struct exs_wire *lw, struct exs_wire *w);
/* The caller's socket, of another way to accept(). */
void exs_wire_set_socket(struct exs_wire *w, struct socket *sock);
/* From ESTABLISHED, nothing in flight, to a later state. */
void exs_wire_state(struct exs_wire *w, u8 state);
/* TCP_MD5SIG for the peer, or for a prefix of it. NULL: no key any more. */
void exs_wire_set_key(struct exs_wire *w, const char *key, u8 prefixlen);
/* close(2): the connection goes on as an orphan. */
void exs_wire_close(struct exs_wire *w);
/* The socket goes, by a reset where there is a peer; the wire is empty then. */
void exs_wire_release(struct exs_wire *w);
/* Whom would a segment of the peer be for? RCU held. */
struct exs_conn *exs_wire_conn(struct exs_wire *w);

/* A segment comes from the peer. */
void exs_wire_rcv(struct exs_wire *w, const struct exs_wire_seg *seg);
void exs_wire_in(struct exs_wire *w, u8 flags, u32 seq, u32 ack, u32 len);
/* The next segment we sent, in w->last; false: none. */
bool exs_wire_next(struct exs_wire *w);
/* Whatever we sent. */
void exs_wire_drain(struct exs_wire *w);

/* write(2), read(2), neither waits. */
int exs_wire_write(struct exs_wire *w, u32 seq, u32 len, int flags);
int exs_wire_read(struct exs_wire *w, u32 seq, u32 len, int flags);

/* What was learned of the path's MTU is forgotten. */
void exs_wire_forget(struct kunit *test);

/* TCP has no memory left (or again has what it had) for more than the least. */
void exs_wire_memory(struct kunit *test, bool none);

/* Run as a timer would: socket locked, BH off. */
void exs_wire_call(struct exs_wire *w, void (*fn)(struct sock *sk));

/* Next on the wire is this, PSH not looked at. */
#define EXS_WIRE_OUT(w, _flags, _seq, _ack, _len)			\
do {									\
	struct exs_wire *__w = (w);					\
	struct kunit *__t = __w->test;					\
									\
	KUNIT_ASSERT_TRUE(__t, exs_wire_next(__w));			\
	KUNIT_EXPECT_EQ(__t, __w->last.flags & ~W_PSH, (_flags));	\
	KUNIT_EXPECT_EQ(__t, __w->last.seq, (u32)(_seq));		\
	KUNIT_EXPECT_EQ(__t, __w->last.ack, (u32)(_ack));		\
	KUNIT_EXPECT_EQ(__t, __w->last.len, (u32)(_len));		\
} while (0)

#define EXS_WIRE_SILENT(w)						\
do {									\
	struct exs_wire *__w = (w);					\
									\
	KUNIT_EXPECT_FALSE(__w->test, exs_wire_next(__w));		\
} while (0)

#define EXS_WIRE_STATE(w, state)					\
do {									\
	struct exs_wire *__w = (w);					\
									\
	KUNIT_EXPECT_EQ(__w->test, (int)READ_ONCE(__w->sk->sk_state),	\
			(state));					\
} while (0)

#endif /* _EXS_TCP_WIRE_H */
