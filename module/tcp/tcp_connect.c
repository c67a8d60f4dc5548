// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: active open, and what every connection needs once it is open.
 * Flow:   connect(2) -> [here] -> tcp_xmit; tcp_verdict -> [here]
 * Owns:   the start values of a connection
 * Locks:  socket lock held by the caller
 * Spec:   RFC 9293 3.9.1.1 (OPEN), 3.5; RFC 6298 2.1, 5.7; RFC 6928
 * Tests:  kunit/tcp/tcp_connect_kunit.c, qemu/tests/curl_from_nginx.sh
 */
#include "tcp/tcp_priv.h"

/* Where the route to the peer leads, and from which of our addresses. */
static int exs_tcp_connect_route(struct sock *sk)
{
	struct exs_net *en = exs_sock_net(sk);
	struct exs_sock *es = exs_sk(sk);
	struct exs_flow flow;
	struct exs_rt rt;
	int err;

	exs_sock_flow(sk, &flow);
	rcu_read_lock();
	err = exs_route_output(en, &flow, &rt);
	if (!err && (rt.type == RTN_BROADCAST || rt.type == RTN_MULTICAST))
		err = -ENETUNREACH;
	if (!err) {
		exs_rt_release(&es->rt);
		exs_rt_keep(&es->rt, &rt);
		if (!es->saddr)
			es->saddr = rt.saddr;
		if (!es->conn.laddr)
			es->conn.laddr = es->saddr;
	}
	rcu_read_unlock();
	if (err == -ENETUNREACH)
		EXS_INC(en, IP_OutNoRoutes);
	return err;
}

/* A place in the connection hash, with a port of our own where none is bound. */
static int exs_tcp_connect_hash(struct sock *sk)
{
	struct exs_sock *es = exs_sk(sk);
	struct exs_conn *tw = NULL;
	int err;

	if (sk->sk_num)
		err = exs_conn_insert_unique(&es->conn,
					     exs_tcp_timewait_reuse_bound, &tw);
	else
		err = exs_port_connect(&exs_tcp_ports, es,
				       exs_tcp_timewait_reuse, &tw);
	if (err)
		return err;
	sk->sk_num = ntohs(es->conn.lport);
	if (tw)
		exs_tcp_timewait_takeover(tw, sk);
	return 0;
}

/* What our SYN will say about receiving. */
static void exs_tcp_connect_window(struct sock *sk)
{
	struct exs_net *en = exs_sock_net(sk);
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	u32 mss = tp->advmss - (tp->ts_recent_stamp ? EXS_TCP_TSOPT_LEN : 0);
	u8 wscale;

	tp->window_clamp = exs_tcp_window_limit(sk, exs_rt_metric(&tp->es.rt,
								  RTAX_WINDOW));
	exs_tcp_window_syn(en, exs_tcp_window_full_space(sk), mss,
			   EXS_SYSCTL(en, tcp_window_scaling), &tp->rcv_wnd,
			   &tp->window_clamp, &wscale);
	tp->rcv_wnd = exs_tcp_route_rwnd(exs_rt_attr(&tp->es.rt), tp->rcv_wnd,
					 mss);
	tp->rcv_wscale = wscale;
	tp->rcv_ssthresh = tp->rcv_wnd;
}

static void exs_tcp_connect_init(struct sock *sk)
{
	struct exs_net *en = exs_sock_net(sk);
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	tp->header_len = sizeof(struct tcphdr) +
			 (EXS_SYSCTL(en, tcp_timestamps) ? EXS_TCP_TSOPT_LEN : 0);
	tp->mss_clamp = tp->ext->user_mss ?: EXS_TCP_MSS_DEFAULT;
	tp->max_window = 0;
	exs_tcp_mtup_init(sk);
	exs_tcp_sync_mss(sk, tp->es.rt.mtu);
	exs_cc_route(sk);
	tp->advmss = exs_tcp_rt_advmss(&tp->es.rt, tp->ext->user_mss);
	exs_tcp_rcv_mss_init(tp);
	exs_tcp_connect_window(sk);

	WRITE_ONCE(sk->sk_err, 0);
	sock_reset_flag(sk, SOCK_DONE);
	tp->snd_wnd = 0;
	tp->snd_wl1 = 0;
	tp->snd_una = tp->write_seq;
	tp->snd_sml = tp->write_seq;
	tp->snd_up = tp->write_seq;
	WRITE_ONCE(tp->snd_nxt, tp->write_seq);
	WRITE_ONCE(tp->rcv_nxt, 0);
	tp->rcv_wup = 0;
	WRITE_ONCE(tp->copied_seq, 0);
	tp->rto = EXS_TCP_RTO_INIT;
	tp->retransmits = 0;
}

/* Build the SYN, queue it for retransmission, send it. */
static int exs_tcp_connect_syn(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct sk_buff *skb;
	int err;

	skb = exs_tcp_alloc_skb(sk, sk->sk_allocation, true);
	if (unlikely(!skb))
		return -ENOBUFS;
	EXS_TCPCB(skb)->seq = tp->write_seq++;
	EXS_TCPCB(skb)->end_seq = tp->write_seq;
	EXS_TCPCB(skb)->flags = EXS_TCPHDR_SYN | exs_tcp_ecn_syn(sk);
	EXS_TCPCB(skb)->gso_segs = 1;
	sk_wmem_queued_add(sk, skb->truesize);
	sk_mem_charge(sk, skb->truesize);
	__skb_queue_tail(&tp->rtx_queue, skb);
	list_add_tail(&skb->tcp_tsorted_anchor, &tp->tsorted);
	tp->packets_out = 1;
	exs_tcp_mstamp_refresh(tp);
	/* TCP_USER_TIMEOUT counts from the first SYN. */
	tp->retrans_stamp = exs_tcp_retrans_clock(tp) ?: 1;

	if (unlikely(tp->ext->fo))
		err = exs_tcp_fo_send_syn(sk, skb);
	else
		err = exs_tcp_xmit_skb(sk, skb, true, sk->sk_allocation);
	/* After, not before: the urgent pointer and windows look at snd_nxt. */
	skb = exs_tcp_send_head(sk);
	tp->pushed_seq = skb ? EXS_TCPCB(skb)->seq : tp->write_seq;
	WRITE_ONCE(tp->snd_nxt, tp->pushed_seq);
	if (err == -ECONNREFUSED)
		return err;
	EXS_INC(exs_sock_net(sk), TCP_ActiveOpens);
	/* Whatever else went wrong: the timer tries again. */
	exs_tcp_timers_connect(sk);
	return 0;
}

/* The socket is as it was before connect(). */
static void exs_tcp_connect_undo(struct sock *sk)
{
	struct exs_sock *es = exs_sk(sk);

	exs_tcp_write_queue_purge(sk);
	exs_tcp_timers_stop(sk);
	exs_tcp_fo_free(exs_tcp_sk(sk));
	if (exs_tcp_connect_deferred(sk))
		WRITE_ONCE(((struct exs_tcp_ext *)exs_tcp_sk(sk)->ext)->fo_defer,
			   0);
	if (sk->sk_state != TCP_CLOSE)
		exs_tcp_set_state(sk, TCP_CLOSE);
	exs_tcp_unconnect(sk);
	exs_rt_release(&es->rt);
}

/**
 * exs_tcp_connect_now - a connect() that waited for text goes on
 * @sk: socket in SYN-SENT that has sent nothing yet
 *
 * When it fails the socket is CLOSED.
 *
 * Context: process, socket locked.
 */
void exs_tcp_connect_now(struct sock *sk)
{
	if (sk->sk_state != TCP_SYN_SENT)
		return;
	exs_tcp_connect_init(sk);
	if (exs_tcp_connect_syn(sk))
		exs_tcp_connect_undo(sk);
}

/**
 * exs_tcp_unconnect - forget the peer, and our address unless bound to it
 * @sk: socket, CLOSED
 *
 * Where exs_tcp_set_state() gave our port back getsockname() still tells it.
 */
void exs_tcp_unconnect(struct sock *sk)
{
	struct exs_sock *es = exs_sk(sk);

	es->conn.raddr = 0;
	es->conn.rport = 0;
	if (!(sk->sk_userlocks & SOCK_BINDADDR_LOCK)) {
		es->conn.laddr = 0;
		es->saddr = 0;
	}
}

/**
 * exs_tcp_connect - start an active open
 * @sk: socket, CLOSED
 * @addr: the peer; checked by the caller
 *
 * Context: process, socket locked.
 * Return: 0: the SYN is sent, or waits for text; -EADDRNOTAVAIL: no port; errno of
 * the route.
 */
int exs_tcp_connect(struct sock *sk, struct sockaddr_in *addr)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct exs_net *en = exs_sock_net(sk);
	struct exs_sock *es = &tp->es;
	int err;

	es->conn.raddr = addr->sin_addr.s_addr;
	if (!es->conn.raddr)
		es->conn.raddr = es->saddr ?: htonl(INADDR_LOOPBACK);
	es->conn.rport = addr->sin_port;
	es->conn.bound_dev_if = sk->sk_bound_dev_if;
	err = exs_tcp_connect_route(sk);
	if (err) {
		/* Nothing has begun: what was bound stays so. */
		es->conn.raddr = 0;
		es->conn.rport = 0;
		return err;
	}

	tp->write_seq = 0;
	exs_tcp_set_state(sk, TCP_SYN_SENT);
	err = exs_tcp_connect_hash(sk);
	if (err)
		goto undo;
	sk_set_txhash(sk);
	if (!tp->write_seq)
		tp->write_seq = exs_tcp_isn(en, es->saddr, es->conn.raddr,
					    es->conn.lport, es->conn.rport);
	tp->tsoffset = exs_tcp_ts_offset(en, es->saddr, es->conn.raddr);
	es->id = get_random_u16();
	if (unlikely(exs_tcp_fo_defer(sk, &err)))
		return 0;
	if (err)
		goto undo;
	exs_tcp_connect_init(sk);
	err = exs_tcp_connect_syn(sk);
	if (!err)
		return 0;
undo:
	exs_tcp_connect_undo(sk);
	return err;
}

/**
 * exs_tcp_rcv_mss_init - first guess of the peer's segment size
 * @tp: socket, advmss and mss_cache set
 *
 * Context: socket lock held, or the socket not yet known.
 */
void exs_tcp_rcv_mss_init(struct exs_tcp_sock *tp)
{
	u32 hint = min3((u32)tp->advmss, (u32)tp->mss_cache, tp->rcv_wnd / 2);

	hint = min_t(u32, hint, EXS_TCP_MSS_DEFAULT);
	tp->ack.rcv_mss = max(hint, EXS_TCP_MIN_MSS);
}

/**
 * exs_tcp_init_transfer - the handshake is complete, data may flow
 * @sk: socket; options of the handshake are known
 *
 * Context: socket lock held.
 */
void exs_tcp_init_transfer(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	tp->header_len = sizeof(struct tcphdr) +
			 (tp->tstamp_ok ? EXS_TCP_TSOPT_LEN : 0);
	exs_tcp_metrics_init(sk);
	exs_tcp_sync_mss(sk, tp->es.rt.ldev ? tp->es.rt.mtu : tp->pmtu);
	/* A passive open's segments are full ones until something changes. */
	exs_tcp_mtup_init(sk);
	/* RFC 6928 2: a SYN that was lost more than once tells of congestion. */
	if (tp->total_retrans > 1 && tp->undo_marker)
		tp->cc.cwnd = 1;
	else
		tp->cc.cwnd = exs_tcp_init_cwnd(sk);
	tp->snd_cwnd_stamp = (u32)jiffies;
	exs_cc_init_transfer(sk);
	exs_tcp_pacing_update(sk);
	if (!(sk->sk_userlocks & SOCK_SNDBUF_LOCK))
		exs_tcp_sndbuf_grow(sk);
	exs_tcp_window_init(sk);
}

/**
 * exs_tcp_finish_connect - our SYN was answered: ESTABLISHED
 * @sk: socket in SYN-SENT
 * @skb: the SYN-ACK; the caller's
 *
 * Context: socket lock held, softirq or backlog.
 */
void exs_tcp_finish_connect(struct sock *sk, struct sk_buff *skb)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	exs_tcp_set_state(sk, TCP_ESTABLISHED);
	tp->ack.lrcvtime = (u32)jiffies;
	exs_tcp_window_unscaled(tp);
	exs_tcp_init_transfer(sk);
	tp->lsndtime = (u32)jiffies;
	exs_tcp_timers_established(sk);
}
