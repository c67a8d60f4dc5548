// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: the timers of a connection, named by events.
 * Flow:   tcp_xmit, tcp_ack, tcp_connect -> [here] -> tcp_timeout
 * Owns:   exs_tcp_sock.rtx_timeout, .rtx_kind, .ack.timeout, .keep_timeout,
 *         sk_timer
 * Locks:  socket lock held by the caller; sk_timer holds a reference
 * Spec:   RFC 6298 5; RFC 9293 3.8.3, 3.8.4, 3.8.6; RFC 1122 4.2.3.2
 * Tests:  kunit/tcp/tcp_timer_kunit.c
 *
 * What each deadline means:
 *
 *  rtx_timeout, by rtx_kind:
 *   RTO    something is in flight; no ACK of new data came for tp->rto. Starts
 *          with the first segment in flight, anew with each ACK of new data,
 *          ends when nothing is in flight (RFC 6298 5.1 to 5.3).
 *   TLP    likewise for two round trips: send one segment that makes the peer
 *          tell what is missing (RFC 8985 7).
 *   REO    something sent later arrived; what is late may be only reordered,
 *          until now (RFC 8985 6.2).
 *   PROBE  nothing is in flight, data waits, the peer's window has no room for
 *          it. Backs off as the RTO does and never gives up while answered.
 *   Where the pacer holds the next packet back, RTO, TLP and PROBE begin when it
 *   may go (exs_tcp_timers_paced()).
 *  ack.timeout    an ACK is owed and waits for company.
 *  keep_timeout   the connection was silent for long: keep-alive; of an orphan
 *          in FIN-WAIT-2: the peer never sent its FIN.
 *
 * The three share sk->sk_timer. It is moved only when it would fire too late;
 * firing early costs less than moving it with each segment. It then looks for
 * what is due and sleeps until the next.
 */
#include "tcp/tcp_priv.h"

/* Deadlines are the low 32 bits of jiffies: no timeout is as long as half of it. */
static void exs_tcp_timers_arm(struct sock *sk, u32 when)
{
	unsigned long now = jiffies;

	if (timer_pending(&sk->sk_timer) &&
	    !time_before32(when, (u32)sk->sk_timer.expires))
		return;
	sk_reset_timer(sk, &sk->sk_timer, now + (s32)(when - (u32)now));
}

/**
 * exs_tcp_timers_rtx - set the retransmission timer
 * @sk: socket
 * @kind: what it is to do
 * @after: jiffies from now
 */
void exs_tcp_timers_rtx(struct sock *sk, enum exs_tcp_rtx_kind kind,
			unsigned long after)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	tp->rtx_kind = kind;
	tp->rtx_timeout = (u32)jiffies +
			  min_t(unsigned long, after, EXS_TCP_RTO_MAX);
	exs_tcp_timers_arm(sk, tp->rtx_timeout);
}

/**
 * exs_tcp_timers_paced - set the retransmission timer behind the pacer
 * @sk: socket, tp->mstamp_us refreshed
 * @kind: what it is to do
 * @after: jiffies from when the next packet may go
 *
 * Else a gap longer than the RTO would look like a loss, or like a window that
 * does not open. As on Linux, what backs off and reordering don't wait for it.
 */
void exs_tcp_timers_paced(struct sock *sk, enum exs_tcp_rtx_kind kind,
			  unsigned long after)
{
	if (unlikely(exs_tcp_paced(sk)))
		after += exs_tcp_pacer_delay(sk);
	exs_tcp_timers_rtx(sk, kind, after);
}

/**
 * exs_tcp_timers_keep - set the keep-alive (or FIN-WAIT-2) timer
 * @sk: socket
 * @after: jiffies from now
 */
void exs_tcp_timers_keep(struct sock *sk, unsigned long after)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	tp->keep_armed = 1;
	tp->keep_timeout = (u32)jiffies + after;
	exs_tcp_timers_arm(sk, tp->keep_timeout);
}

/**
 * exs_tcp_timers_data_sent - the first segment in flight, or its repetition
 * @sk: socket
 */
void exs_tcp_timers_data_sent(struct sock *sk)
{
	/* Until the SYN-ACK of a Fast Open child is acknowledged it is its. */
	if (unlikely(exs_tcp_fo_pending(exs_tcp_sk(sk))))
		return;
	exs_tcp_timers_paced(sk, EXS_TCP_RTX_RTO, exs_tcp_sk(sk)->rto);
}

/**
 * exs_tcp_timers_rearm - the retransmission timer, in place of another
 * @sk: socket
 *
 * Where a probe or reordering was waited for, it runs on from when the oldest
 * segment was sent; else it starts now.
 */
void exs_tcp_timers_rearm(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	unsigned long after = tp->rto;

	if (unlikely(exs_tcp_fo_pending(tp)))
		return;
	if (!tp->packets_out) {
		tp->rtx_kind = EXS_TCP_RTX_NONE;
		return;
	}
	if (tp->rtx_kind == EXS_TCP_RTX_REO || tp->rtx_kind == EXS_TCP_RTX_TLP)
		after = usecs_to_jiffies(clamp_t(s64, exs_tcp_rto_left(tp), 1,
						 INT_MAX));
	exs_tcp_timers_paced(sk, EXS_TCP_RTX_RTO, after);
}

/* RFC 6298 5.2, 5.3; and the window that does not open (RFC 9293 3.8.6.1). */
static void exs_tcp_timers_ack_probe(struct sock *sk)
{
	struct sk_buff *head = skb_peek(&sk->sk_write_queue);
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	if (!head)
		return;
	if (!exs_seq_gt(EXS_TCPCB(head)->end_seq, exs_tcp_wnd_end(tp))) {
		tp->backoff = 0;
		tp->probes_since = 0;
		if (tp->rtx_kind == EXS_TCP_RTX_PROBE)
			tp->rtx_kind = EXS_TCP_RTX_NONE;
		return;
	}
	exs_tcp_timers_paced(sk, EXS_TCP_RTX_PROBE, exs_tcp_probe0_when(sk));
}

/**
 * exs_tcp_timers_ack_received - an acceptable ACK came
 * @sk: socket, its counts already up to date
 * @progress: it acknowledged new data
 */
void exs_tcp_timers_ack_received(struct sock *sk, bool progress)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	if (tp->packets_out) {
		if (progress && !exs_tcp_tlp_schedule(sk, true))
			exs_tcp_timers_rearm(sk);
		return;
	}
	/* What waits is tried next: exs_tcp_timers_window_closed(). */
	if (progress)
		tp->rtx_kind = EXS_TCP_RTX_NONE;
	else
		exs_tcp_timers_ack_probe(sk);
}

/**
 * exs_tcp_timers_window_closed - data waits and nothing is in flight
 * @sk: socket
 */
void exs_tcp_timers_window_closed(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	if (!tp->packets_out && tp->rtx_kind == EXS_TCP_RTX_NONE)
		exs_tcp_timers_paced(sk, EXS_TCP_RTX_PROBE,
				     max_t(u32, tp->rto, EXS_TCP_RTO_MIN));
}

/**
 * exs_tcp_probe0_backoff - interval of window probes
 * @rto: retransmission timeout, jiffies
 * @backoff: probes sent without the window opening
 *
 * Return: jiffies.
 */
unsigned long exs_tcp_probe0_backoff(u32 rto, u8 backoff)
{
	u32 most = ilog2(EXS_TCP_RTO_MAX / EXS_TCP_RTO_MIN) + 1;
	u64 when = (u64)max_t(u32, rto, EXS_TCP_RTO_MIN) <<
		   min_t(u32, backoff, most);

	return min_t(u64, when, EXS_TCP_RTO_MAX);
}

/**
 * exs_tcp_probe0_when - jiffies until the next window probe
 * @sk: socket
 *
 * Return: jiffies; TCP_USER_TIMEOUT is not overslept.
 */
unsigned long exs_tcp_probe0_when(const struct sock *sk)
{
	const struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	unsigned long when = exs_tcp_probe0_backoff(tp->rto, tp->backoff);
	u32 timeout = READ_ONCE(tp->ext->user_timeout);
	s32 elapsed;

	if (!timeout || !tp->probes_since)
		return when;
	elapsed = max_t(s32, (u32)jiffies - tp->probes_since, 0);
	return min_t(unsigned long, when,
		     max_t(s32, msecs_to_jiffies(timeout) - elapsed, 2));
}

/**
 * exs_tcp_ato_bound - how long the next delayed ACK waits
 * @tp: socket
 *
 * Return: jiffies: the measured interval of arrivals, kept below the RTT, half
 * a second, or 200 ms where the user answers (RFC 1122 4.2.3.2: under 500 ms).
 */
u32 exs_tcp_ato_bound(const struct exs_tcp_sock *tp)
{
	u32 ato = tp->ack.ato;
	u32 most = HZ / 2;

	if (ato > EXS_TCP_DELACK_MIN) {
		if (exs_tcp_pingpong(tp) ||
		    (tp->ack.pending & EXS_TCP_ACK_PUSHED))
			most = EXS_TCP_DELACK_MAX;
		if (tp->cc.srtt_us)
			most = min_t(u32, most,
				     max_t(u32, EXS_TCP_DELACK_MIN,
					   usecs_to_jiffies(tp->cc.srtt_us >>
							    3)));
		ato = min(ato, most);
	}
	return exs_tcp_delack_bound(&tp->es.sk, ato);
}

/**
 * exs_tcp_timers_ack_owed - an ACK may wait
 * @sk: socket
 *
 * Sent at once where the one already waiting would be due soon anyway.
 */
void exs_tcp_timers_ack_owed(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	u32 ato = exs_tcp_ato_bound(tp);
	u32 now = (u32)jiffies;
	u32 timeout = now + ato;

	if (tp->ack.pending & EXS_TCP_ACK_TIMER) {
		if (!(tp->ack.pending & EXS_TCP_ACK_RETRY) &&
		    !time_after32(tp->ack.timeout, now + (ato >> 2))) {
			exs_tcp_send_ack(sk);
			return;
		}
		if (!time_before32(timeout, tp->ack.timeout))
			timeout = tp->ack.timeout;
	}
	tp->ack.pending |= EXS_TCP_ACK_SCHED | EXS_TCP_ACK_TIMER;
	tp->ack.timeout = timeout;
	exs_tcp_timers_arm(sk, timeout);
}

/**
 * exs_tcp_timers_ack_third - the third segment of the handshake may wait for text
 * @sk: socket
 *
 * As long as an ACK may at most; that says nothing of the next ones.
 *
 * Context: socket lock held, BH disabled.
 */
void exs_tcp_timers_ack_third(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	tp->ack.pending |= EXS_TCP_ACK_SCHED | EXS_TCP_ACK_TIMER;
	tp->ack.timeout = (u32)jiffies + EXS_TCP_DELACK_MAX;
	exs_tcp_timers_arm(sk, tp->ack.timeout);
}

/**
 * exs_tcp_timers_ack_sent - a segment that carries an ACK leaves
 * @sk: socket
 */
void exs_tcp_timers_ack_sent(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	if (tp->ack.quick && (tp->ack.pending & EXS_TCP_ACK_SCHED) &&
	    !--tp->ack.quick)
		tp->ack.ato = EXS_TCP_ATO_MIN;
	if (unlikely(tp->ack.pending & EXS_TCP_ACK_HELD))
		exs_tcp_comp_ack_sent(sk);
	tp->ack.pending = 0;
}

/**
 * exs_tcp_timers_connect - our SYN is sent
 * @sk: socket
 */
void exs_tcp_timers_connect(struct sock *sk)
{
	exs_tcp_timers_data_sent(sk);
}

/**
 * exs_tcp_timers_syn_refused - the answer to our SYN is to an older connection
 * @sk: socket in SYN-SENT
 *
 * The reset we send for it ends that one at the peer (RFC 9293 3.5.1): then a
 * SYN will be welcome. Once only, or two hosts that misunderstand each other
 * would go on for ever.
 */
void exs_tcp_timers_syn_refused(struct sock *sk)
{
	if (!exs_tcp_sk(sk)->retransmits)
		exs_tcp_timers_rtx(sk, EXS_TCP_RTX_RTO, EXS_TCP_SYN_AGAIN);
}

/**
 * exs_tcp_timers_established - the handshake is complete
 * @sk: socket
 */
void exs_tcp_timers_established(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	if (!tp->packets_out)
		tp->rtx_kind = EXS_TCP_RTX_NONE;
	if (sock_flag(sk, SOCK_KEEPOPEN))
		exs_tcp_timers_keep(sk, exs_tcp_keepalive_time(tp));
}

/**
 * exs_tcp_timers_keepalive - SO_KEEPALIVE
 * @sk: socket
 * @on: switched on or off
 */
void exs_tcp_timers_keepalive(struct sock *sk, bool on)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	if ((1 << sk->sk_state) & (TCPF_CLOSE | TCPF_LISTEN))
		return;
	if (!on)
		tp->keep_armed = 0;
	else if (!sock_flag(sk, SOCK_KEEPOPEN))
		exs_tcp_timers_keep(sk, exs_tcp_keepalive_time(tp));
}

/**
 * exs_tcp_timers_fin_wait2 - an orphan waits for the peer's FIN
 * @sk: socket
 * @timeo: jiffies
 */
void exs_tcp_timers_fin_wait2(struct sock *sk, unsigned long timeo)
{
	exs_tcp_timers_keep(sk, timeo);
}

/**
 * exs_tcp_timers_stop - the connection is over
 * @sk: socket
 */
void exs_tcp_timers_stop(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	tp->rtx_kind = EXS_TCP_RTX_NONE;
	tp->ack.pending = 0;
	tp->keep_armed = 0;
	exs_tcp_pacer_stop(sk);
	exs_tcp_comp_ack_stop(sk);
	sk_stop_timer(sk, &sk->sk_timer);
}

/* Sleep until the next deadline. */
static void exs_tcp_timers_next(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	if (tp->ack.pending & EXS_TCP_ACK_TIMER)
		exs_tcp_timers_arm(sk, tp->ack.timeout);
	if (tp->rtx_kind != EXS_TCP_RTX_NONE)
		exs_tcp_timers_arm(sk, tp->rtx_timeout);
	if (tp->keep_armed)
		exs_tcp_timers_arm(sk, tp->keep_timeout);
}

/**
 * exs_tcp_timers_run - do what is due
 * @sk: socket
 *
 * Context: socket lock held, BH disabled, RCU held; the caller holds a reference.
 */
void exs_tcp_timers_run(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	u32 now = (u32)jiffies;

	if ((1 << sk->sk_state) & (TCPF_CLOSE | TCPF_LISTEN))
		return;
	exs_tcp_mstamp_refresh(tp);
	exs_tcp_comp_ack_late(sk);
	if ((tp->ack.pending & EXS_TCP_ACK_TIMER) &&
	    !time_before32(now, tp->ack.timeout))
		exs_tcp_delack_deadline(sk);
	if (tp->rtx_kind != EXS_TCP_RTX_NONE &&
	    !time_before32(now, tp->rtx_timeout))
		exs_tcp_rtx_deadline(sk);
	if (tp->keep_armed && !time_before32(now, tp->keep_timeout))
		exs_tcp_keep_deadline(sk);
	if (sk->sk_state != TCP_CLOSE)
		exs_tcp_timers_next(sk);
}

static void exs_tcp_timer_fire(struct timer_list *t)
{
	struct sock *sk = from_timer(sk, t, sk_timer);

	bh_lock_sock(sk);
	if (!sock_owned_by_user(sk)) {
		rcu_read_lock();
		exs_tcp_timers_run(sk);
		rcu_read_unlock();
	} else {
		if (exs_tcp_sk(sk)->ack.pending & EXS_TCP_ACK_TIMER)
			EXS_INC(exs_sock_net(sk), TCPEXT_DelayedACKLocked);
		/* The user does it on leaving: exs_tcp_release_cb(). */
		if (!test_and_set_bit(EXS_TCP_TIMER_DEFERRED,
				      &sk->sk_tsq_flags))
			sock_hold(sk);
	}
	bh_unlock_sock(sk);
	sock_put(sk);
}

/**
 * exs_tcp_timers_init - no deadline yet
 * @sk: new socket
 */
void exs_tcp_timers_init(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	tp->rtx_kind = EXS_TCP_RTX_NONE;
	tp->keep_armed = 0;
	tp->ack.pending = 0;
	timer_setup(&sk->sk_timer, exs_tcp_timer_fire, 0);
}
