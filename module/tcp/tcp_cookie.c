// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: SYN cookies: a listener whose queue is full keeps no state.
 * Flow:   exs_tcp_req_syn -> exs_tcp_cookie_wanted -> exs_tcp_cookie_seal ->
 *         SYN-ACK; exs_tcp_listen_syn -> exs_tcp_cookie_ack -> child
 * Owns:   the secrets of this boot; exs_tcp_listener.overflow, .warned
 * Locks:  none
 * Spec:   RFC 4987 3.6, appendix A
 * Tests:  kunit/tcp/tcp_cookie_kunit.c, qemu/wire/cookie,
 *         qemu/tests/syn_flood.sh
 *
 * The SYN-ACK's sequence number is the request:
 *
 *   F(secret 0, tuple) + the peer's number + minute << 24 +
 *	(F(secret 1, tuple, minute) + MSS index) mod 2^24
 *
 * The first term hides the clock from who does not see our segments, the last
 * proves that we made it. Of a number whose minute is not this or the last one,
 * or whose MSS index is none, nothing is believed.
 *
 * The other options fit into the low bits of the timestamp, which the peer
 * echoes; without timestamps they are lost.
 */
#include <linux/once.h>
#include <linux/random.h>
#include <linux/siphash.h>

#include "tcp/tcp_priv.h"
#include "tcp/tcp_req.h"

#define EXS_TCP_COOKIE_MINUTE	(60 * HZ)
#define EXS_TCP_COOKIE_AGE	2		/* minutes it is good for */
#define EXS_TCP_COOKIE_MAC	24		/* bits */
#define EXS_TCP_COOKIE_MAC_MASK	(BIT(EXS_TCP_COOKIE_MAC) - 1)

/* Low bits of the timestamp. */
#define EXS_TCP_COOKIE_WSCALE	0x0f		/* 15: not offered */
#define EXS_TCP_COOKIE_SACK	BIT(4)
#define EXS_TCP_COOKIE_ECN	BIT(5)
#define EXS_TCP_COOKIE_TS_BITS	6

/* What peers offer most, rounded down to by all others. */
static const u16 exs_tcp_cookie_mss[] = { 536, 1300, 1440, 1460 };

static siphash_aligned_key_t exs_tcp_cookie_secret[2];

static_assert(EXS_TCP_COOKIE_AGE * EXS_TCP_COOKIE_MINUTE ==
	      EXS_TCP_COOKIE_LIFE);

static u32 exs_tcp_cookie_hash(const struct exs_conn *c, u32 minute, int which)
{
	get_random_once(exs_tcp_cookie_secret, sizeof(exs_tcp_cookie_secret));
	return siphash_4u32((__force u32)c->raddr, (__force u32)c->laddr,
			    (__force u32)c->rport << 16 |
			    (__force u32)c->lport, minute,
			    &exs_tcp_cookie_secret[which]);
}

/**
 * exs_tcp_cookie_minute - the clock of cookies
 *
 * Return: minutes, modulo 2^32.
 */
u32 exs_tcp_cookie_minute(void)
{
	return div_u64(get_jiffies_64(), EXS_TCP_COOKIE_MINUTE);
}

/**
 * exs_tcp_cookie_make - a request as a sequence number
 * @c: the tuple
 * @irs: the peer's initial sequence number
 * @mss: the peer's; rounded down to what the number can say
 * @minute: now
 *
 * Return: our initial sequence number.
 */
u32 exs_tcp_cookie_make(const struct exs_conn *c, u32 irs, u16 *mss,
			u32 minute)
{
	u32 i = ARRAY_SIZE(exs_tcp_cookie_mss) - 1;

	while (i && *mss < exs_tcp_cookie_mss[i])
		i--;
	*mss = exs_tcp_cookie_mss[i];
	return exs_tcp_cookie_hash(c, 0, 0) + irs +
	       (minute << EXS_TCP_COOKIE_MAC) +
	       ((exs_tcp_cookie_hash(c, minute, 1) + i) &
		EXS_TCP_COOKIE_MAC_MASK);
}

/**
 * exs_tcp_cookie_open - the request of a sequence number
 * @c: the tuple
 * @irs: the peer's initial sequence number
 * @iss: what it says ours was
 * @minute: now
 *
 * Return: the peer's MSS; 0: not of our making, or too old.
 */
u16 exs_tcp_cookie_open(const struct exs_conn *c, u32 irs, u32 iss, u32 minute)
{
	u32 word = iss - irs - exs_tcp_cookie_hash(c, 0, 0);
	u32 age = (minute - (word >> EXS_TCP_COOKIE_MAC)) & 0xff;
	u32 i;

	if (age >= EXS_TCP_COOKIE_AGE)
		return 0;
	i = (word - exs_tcp_cookie_hash(c, minute - age, 1)) &
	    EXS_TCP_COOKIE_MAC_MASK;
	return i < ARRAY_SIZE(exs_tcp_cookie_mss) ? exs_tcp_cookie_mss[i] : 0;
}

/**
 * exs_tcp_cookie_tsval - the timestamp that carries the options
 * @req: the request
 * @now: ms
 *
 * Never later than now: the connection's next timestamps must not be older.
 *
 * Return: ms, without the connection's offset.
 */
u32 exs_tcp_cookie_tsval(const struct exs_tcp_req *req, u32 now)
{
	u32 ts = now & ~(BIT(EXS_TCP_COOKIE_TS_BITS) - 1);

	ts |= req->wscale_ok ? req->snd_wscale : EXS_TCP_COOKIE_WSCALE;
	if (req->sack_ok)
		ts |= EXS_TCP_COOKIE_SACK;
	if (req->ecn_ok)
		ts |= EXS_TCP_COOKIE_ECN;
	return exs_seq_gt(ts, now) ? ts - BIT(EXS_TCP_COOKIE_TS_BITS) : ts;
}

/**
 * exs_tcp_cookie_options - the options of an echoed timestamp
 * @req: filled
 * @en: namespace
 * @o: options of the ACK
 * @attr: what the route to the peer says, or NULL
 *
 * Return: false when it says what we do not offer (any more).
 */
bool exs_tcp_cookie_options(struct exs_tcp_req *req, struct exs_net *en,
			    const struct exs_tcp_opt *o,
			    const struct exs_route_attr *attr)
{
	u32 ts;

	if (!o->saw_tstamp)
		return true;
	if (!EXS_SYSCTL(en, tcp_timestamps))
		return false;
	req->tstamp_ok = 1;
	req->ts_recent = o->tsval;
	if (o->tsecr)
		req->tsoffset = exs_tcp_ts_offset(en, req->conn.laddr,
						  req->conn.raddr);
	ts = o->tsecr - req->tsoffset;
	req->ecn_ok = ts & EXS_TCP_COOKIE_ECN &&
		      (EXS_SYSCTL(en, tcp_ecn) ||
		       exs_tcp_needs_ecn(exs_tcp_sk(req->listener)) ||
		       exs_route_metric(attr, RTAX_FEATURES) & RTAX_FEATURE_ECN);
	req->sack_ok = !!(ts & EXS_TCP_COOKIE_SACK);
	if (req->sack_ok && !EXS_SYSCTL(en, tcp_sack))
		return false;
	if ((ts & EXS_TCP_COOKIE_WSCALE) == EXS_TCP_COOKIE_WSCALE)
		return true;
	req->wscale_ok = 1;
	req->snd_wscale = ts & EXS_TCP_COOKIE_WSCALE;
	return EXS_SYSCTL(en, tcp_window_scaling);
}

/**
 * exs_tcp_cookie_wanted - is a SYN to be answered by a cookie?
 * @lsk: the listener
 * @l: its queues
 * @want: set when it is
 *
 * tcp_syncookies: 0 never, 1 when the queue of requests is full, 2 always.
 *
 * Context: softirq, RCU held.
 * Return: false to drop the SYN.
 */
bool exs_tcp_cookie_wanted(struct sock *lsk, struct exs_tcp_listener *l,
			   bool *want)
{
	struct exs_net *en = exs_sock_net(lsk);
	int cookies = EXS_SYSCTL(en, tcp_syncookies);

	*want = false;
	if (cookies != 2 && atomic_read(&l->qlen) <=
			    (int)READ_ONCE(lsk->sk_max_ack_backlog))
		return true;
	*want = cookies;
	if (cookies)
		EXS_INC(en, TCPEXT_TCPReqQFullDoCookies);
	else
		EXS_INC(en, TCPEXT_TCPReqQFullDrop);
	if (cookies != 2 && !READ_ONCE(l->warned) && !xchg(&l->warned, 1))
		net_info_ratelimited("expstack: Possible SYN flooding on port %pI4:%u. %s.\n",
				     &exs_sk(lsk)->conn.laddr, lsk->sk_num,
				     cookies ? "Sending cookies" :
					       "Dropping request");
	return cookies;
}

/**
 * exs_tcp_cookie_seal - make a request's initial sequence number a cookie
 * @req: on the caller's stack, filled from a SYN
 * @l: queues of its listener
 *
 * Context: softirq, RCU held.
 */
void exs_tcp_cookie_seal(struct exs_tcp_req *req, struct exs_tcp_listener *l)
{
	struct exs_net *en = exs_net(req->conn.net);

	req->cookie = 1;
	if (!req->tstamp_ok)
		req->ecn_ok = 0;
	req->iss = exs_tcp_cookie_make(&req->conn, req->irs, &req->mss,
				       exs_tcp_cookie_minute());
	if (time_after(jiffies, READ_ONCE(l->overflow)))
		WRITE_ONCE(l->overflow, jiffies);
	EXS_INC(en, TCPEXT_SyncookiesSent);
}

/* Nobody is to try numbers on a listener that sent no cookie lately. */
static bool exs_tcp_cookie_possible(struct sock *lsk,
				    const struct exs_tcp_listener *l)
{
	return EXS_SYSCTL(exs_sock_net(lsk), tcp_syncookies) &&
	       time_before_eq(jiffies,
			      READ_ONCE(l->overflow) + EXS_TCP_COOKIE_LIFE);
}

/* The SYN-ACK once more, from what the ACK brought back. False: refused. */
static bool exs_tcp_cookie_restore(struct exs_tcp_req *req,
				   struct sk_buff *skb)
{
	const struct exs_route_attr *attr = exs_tcp_req_attr(req);
	struct exs_net *en = exs_net(req->conn.net);
	struct exs_tcp_opt o;

	req->irs = EXS_TCPCB(skb)->seq - 1;
	req->iss = EXS_TCPCB(skb)->ack_seq - 1;
	req->mss = exs_tcp_cookie_open(&req->conn, req->irs, req->iss,
				       exs_tcp_cookie_minute());
	if (!req->mss) {
		EXS_INC(en, TCPEXT_SyncookiesFailed);
		return false;
	}
	EXS_INC(en, TCPEXT_SyncookiesRecv);
	exs_tcp_opt_parse(tcp_hdr(skb), &o);
	if (!exs_tcp_cookie_options(req, en, &o, attr))
		return false;
	exs_tcp_req_window(req, req->mss, attr);
	return true;
}

/**
 * exs_tcp_cookie_ack - an ACK for a listener: does it bring a cookie back?
 * @lsk: the listener
 * @skb: the ACK; consumed when true is returned
 *
 * Context: softirq, RCU held, listener not locked.
 * Return: false when it does not.
 */
bool exs_tcp_cookie_ack(struct sock *lsk, struct sk_buff *skb)
{
	struct exs_tcp_listener *l = READ_ONCE(exs_tcp_sk(lsk)->listener);
	struct exs_tcp_req req;

	if (!l || !exs_tcp_cookie_possible(lsk, l))
		return false;
	exs_tcp_req_tuple(&req, lsk, skb);
	req.cookie = 1;
	if (!exs_tcp_cookie_restore(&req, skb))
		return false;
	exs_tcp_req_complete(&req, skb);
	return true;
}
