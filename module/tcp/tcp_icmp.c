// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: ICMP errors about our segments.
 * Flow:   exs_icmp_input -> exs_proto.err -> [here]
 * Owns:   sk_err_soft
 * Locks:  takes the socket's spinlock; look-ups are under RCU, which also keeps
 *         a socket that ends here until it is unlocked
 * Spec:   RFC 1122 4.2.3.9; RFC 5927 4 (sequence check); RFC 1191; RFC 5461;
 *         RFC 6069
 * Tests:  kunit/tcp/tcp_icmp_kunit.c, qemu/wire/icmp
 */
#include "tcp/tcp_priv.h"
#include "tcp/tcp_req.h"

/**
 * exs_tcp_err_mtu - the path became narrower
 * @sk: socket
 *
 * Segments in flight that no longer fit are lost for certain: send them again
 * without waiting, and without a lower cwnd.
 *
 * Context: socket locked and not in use, or about to be let go; RCU held.
 */
void exs_tcp_err_mtu(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct exs_sock *es = exs_sk(sk);
	/* A SYN with text is two packets that fit, and was lost as one. */
	bool syn = tp->ext->syn_data && sk->sk_state == TCP_SYN_SENT;
	struct exs_rt *rt;

	if (sk->sk_state == TCP_LISTEN || sk->sk_state == TCP_CLOSE)
		return;
	if (es->pmtudisc == IP_PMTUDISC_DONT ||
	    es->pmtudisc == IP_PMTUDISC_INTERFACE ||
	    es->pmtudisc == IP_PMTUDISC_OMIT)
		return;
	/* What the message told within the limits; it never widens the path. */
	rt = exs_sock_route(sk);
	if (IS_ERR(rt) || rt->mtu > tp->pmtu)
		return;
	/* It may be known: by what was sent while the socket was in use. */
	if (rt->mtu < tp->pmtu)
		exs_tcp_sync_mss(sk, rt->mtu);
	if (exs_tcp_loss_larger(sk, syn ? -1 : tp->mss_cache))
		exs_tcp_recovery_resend(sk);
}

static void exs_tcp_err_sock(struct sock *sk, struct sk_buff *skb,
			     const struct exs_icmp_err *e)
{
	bool connecting = sk->sk_state == TCP_SYN_SENT ||
			  sk->sk_state == TCP_SYN_RECV;

	/* A Fast Open child that was accepted is a connection to its user. */
	if (exs_tcp_fo_pending(exs_tcp_sk(sk)) &&
	    !READ_ONCE(exs_tcp_sk(sk)->parent))
		connecting = false;
	/*
	 * As on AF_INET the queue tells why a connection did not come about,
	 * with IP_RECVERR or without; of one that exists sk_err tells.
	 */
	if (connecting)
		exs_sock_icmp_error(sk, skb, e, exs_sk(sk)->conn.rport,
				    e->transport);
	if (connecting && !sock_owned_by_user(sk)) {
		exs_tcp_abort(sk, e->err);
		return;
	}
	/*
	 * RFC 1122: a hard error aborts. RFC 5461 and RFC 5927: on a
	 * synchronized connection it must not, timers decide.
	 */
	if (exs_sk(sk)->recverr && !sock_owned_by_user(sk)) {
		WRITE_ONCE(sk->sk_err, e->err);
		sk_error_report(sk);
	} else {
		WRITE_ONCE(sk->sk_err_soft, e->err);
	}
}

/*
 * A router has no way for what was retransmitted: that it was lost says nothing
 * of congestion, and one doubling of the RTO is taken back (RFC 6069 4). Its
 * error is recorded, for this may be the last try. A deadline that has passed
 * thereby is met at once; none becomes later: TCP_USER_TIMEOUT bounds them.
 */
static void exs_tcp_err_revert(struct sock *sk, u32 seq)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	u32 now = (u32)jiffies;
	u32 base, when;
	s64 left;

	if (sock_owned_by_user(sk) || exs_tcp_fo_pending(tp) ||
	    ((1 << sk->sk_state) & (TCPF_SYN_SENT | TCPF_SYN_RECV | TCPF_CLOSE)))
		return;
	if (seq != tp->snd_una || !tp->retransmits || !tp->backoff ||
	    tp->rtx_kind != EXS_TCP_RTX_RTO || skb_queue_empty(&tp->rtx_queue))
		return;
	base = tp->cc.srtt_us ? exs_tcp_rtt_rto(tp) : EXS_TCP_RTO_INIT;
	tp->backoff--;
	tp->rto = min_t(u64, (u64)base << min_t(u8, tp->backoff, 31), tp->rto);
	exs_tcp_mstamp_refresh(tp);
	left = exs_tcp_rto_left(tp);
	when = now + (left > 0 ? usecs_to_jiffies(left) : 0);
	if (!time_before32(when, tp->rtx_timeout))
		return;
	if (when != now) {
		exs_tcp_timers_rtx(sk, EXS_TCP_RTX_RTO, when - now);
		return;
	}
	/* The connection may end in it, and an orphan with it. */
	sock_hold(sk);
	exs_tcp_rtx_deadline(sk);
	sock_put(sk);
}

/* The oldest of our numbers an error may quote. */
static u32 exs_tcp_err_oldest(const struct exs_tcp_sock *tp)
{
	const struct exs_tcp_req *req = exs_tcp_fo_pending(tp);

	return unlikely(req) ? req->iss : tp->snd_una;
}

static void exs_tcp_err_locked(struct sock *sk, struct sk_buff *skb,
			       const struct exs_icmp_err *e, u32 seq)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	bool narrower = e->type == ICMP_DEST_UNREACH &&
			e->code == ICMP_FRAG_NEEDED;

	if (sock_owned_by_user(sk) && !narrower)
		EXS_INC(e->en, TCPEXT_LockDroppedIcmps);
	if (sk->sk_state == TCP_CLOSE || sk->sk_state == TCP_LISTEN)
		return;
	if (!exs_seq_between(seq, exs_tcp_err_oldest(tp), tp->snd_nxt)) {
		EXS_INC(e->en, TCPEXT_OutOfWindowIcmps);
		return;
	}
	if (narrower) {
		exs_pmtu_update(e->en, e->inner->daddr, e->info);
		if (!sock_owned_by_user(sk))
			exs_tcp_err_mtu(sk);
		else if (!test_and_set_bit(EXS_TCP_MTU_DEFERRED,
					   &sk->sk_tsq_flags))
			sock_hold(sk);
		return;
	}
	if (!e->err || e->type == ICMP_SOURCE_QUENCH ||
	    e->type == ICMP_REDIRECT)
		return;
	exs_tcp_err_sock(sk, skb, e);
	if (e->type == ICMP_DEST_UNREACH &&
	    (e->code == ICMP_NET_UNREACH || e->code == ICMP_HOST_UNREACH))
		exs_tcp_err_revert(sk, seq);
}

/*
 * Of errors about a SYN-ACK only those that say that the peer cannot be reached
 * end the request, as on AF_INET: anybody can have a SYN answered.
 */
static bool exs_tcp_err_req_fatal(const struct exs_icmp_err *e)
{
	if (e->type == ICMP_DEST_UNREACH)
		return e->code == ICMP_NET_UNREACH ||
		       e->code == ICMP_HOST_UNREACH;
	return e->type == ICMP_TIME_EXCEEDED || e->type == ICMP_PARAMETERPROB;
}

static void exs_tcp_err_req(struct exs_tcp_req *req,
			    const struct exs_icmp_err *e)
{
	struct exs_icmp_err err = *e;

	err.fatal = exs_tcp_err_req_fatal(e);
	exs_tcp_req_err(req, &err);
}

/**
 * exs_tcp_err - an ICMP error about a segment we sent
 * @skb: the message, stays the caller's
 * @e: what it says, with the quoted headers
 *
 * The quoted sequence number must be in flight (RFC 5927 4.1).
 *
 * Context: softirq, RCU held.
 */
void exs_tcp_err(struct sk_buff *skb, const struct exs_icmp_err *e)
{
	const struct tcphdr *th = e->transport;
	struct exs_conn *c;
	struct sock *sk;

	if (e->transport_len < 8)
		return;
	c = exs_conn_lookup_rcu(e->en->net, e->inner->daddr, th->dest,
				e->inner->saddr, th->source, e->iif);
	if (!c) {
		EXS_INC(e->en, ICMP_InErrors);
		return;
	}
	switch (c->kind) {
	case EXS_CONN_REQUEST:
		exs_tcp_err_req(container_of(c, struct exs_tcp_req, conn), e);
		return;
	case EXS_CONN_TIMEWAIT:
		return;
	}
	sk = &container_of(c, struct exs_sock, conn)->sk;
	bh_lock_sock(sk);
	exs_tcp_err_locked(sk, skb, e, ntohl(th->seq));
	bh_unlock_sock(sk);
}
