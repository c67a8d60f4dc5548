// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: what happens when a deadline passes.
 * Flow:   tcp_timer -> [here] -> tcp_rtx, tcp_reply, tcp_verdict (abort)
 * Owns:   when a connection is given up for lost
 * Locks:  socket lock held by the caller, BH disabled
 * Spec:   RFC 6298 5.4 to 5.7; RFC 9293 3.8.3, 3.8.4, 3.8.6.1; RFC 5482
 * Tests:  kunit/tcp/tcp_timeout_kunit.c
 */
#include "tcp/tcp_priv.h"

#define EXS_TCP_RESOURCE_WAIT	(HZ / 2)	/* no memory: try again */

/**
 * exs_tcp_give_up - the connection is lost
 * @sk: socket
 *
 * The error is the reason that ICMP told, if any, else ETIMEDOUT.
 *
 * Context: socket lock held, BH disabled; the caller holds a reference.
 */
void exs_tcp_give_up(struct sock *sk)
{
	EXS_INC(exs_sock_net(sk), TCPEXT_TCPAbortOnTimeout);
	exs_tcp_abort(sk, READ_ONCE(sk->sk_err_soft) ?: ETIMEDOUT);
}

/**
 * exs_tcp_model_timeout - how long so many retransmissions would take
 * @boundary: retransmissions
 * @base: first timeout, jiffies
 *
 * As if each timeout doubled from @base up to the maximum. tcp_retries2 is thus
 * a time, whatever the real RTT (R2 of RFC 1122 4.2.3.5).
 *
 * Return: milliseconds.
 */
u32 exs_tcp_model_timeout(u32 boundary, u32 base)
{
	u32 doublings = ilog2(EXS_TCP_RTO_MAX / base);
	u32 sum;

	if (boundary <= doublings)
		sum = ((2 << boundary) - 1) * base;
	else
		sum = ((2 << doublings) - 1) * base +
		      (boundary - doublings) * EXS_TCP_RTO_MAX;
	return jiffies_to_msecs(sum);
}

/* Has retransmitting lasted too long? timeout in ms, 0: by the model. */
static bool exs_tcp_timed_out(const struct sock *sk, u32 boundary, u32 timeout)
{
	const struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	u32 base = EXS_TCP_RTO_MIN;

	if (!tp->retransmits)
		return false;
	if ((1 << sk->sk_state) & (TCPF_SYN_SENT | TCPF_SYN_RECV))
		base = EXS_TCP_RTO_INIT;
	if (!timeout)
		timeout = exs_tcp_model_timeout(boundary, base);
	return (s32)(exs_tcp_retrans_clock(tp) - tp->retrans_stamp - timeout) >=
	       0;
}

/* How often an orphan tries. Alive: its timeout has not reached the maximum. */
static u32 exs_tcp_orphan_retries(const struct sock *sk, bool alive)
{
	u32 retries = EXS_SYSCTL(exs_sock_net(sk), tcp_orphan_retries);

	if (READ_ONCE(sk->sk_err_soft) && !alive)
		return 0;
	/* 8 is more than 100 seconds from a timeout of 200 ms. */
	if (!retries && alive)
		return 8;
	return retries;
}

/* Orphans must not eat the host. True: the socket is gone. */
static bool exs_tcp_orphan_squeeze(struct sock *sk, bool reset)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	u32 silent = (u32)jiffies - tp->lsndtime;
	int shift = 0;

	if ((s32)silent > 2 * EXS_TCP_RTO_MAX || !reset)
		shift++;
	if (READ_ONCE(sk->sk_err_soft))
		shift++;
	if (!exs_tcp_orphan_oom(sk, shift))
		return false;
	if ((s32)silent <= EXS_TCP_TIMEWAIT_LEN ||
	    (!tp->snd_wnd && !tp->packets_out))
		reset = true;
	if (reset)
		exs_tcp_send_active_reset(sk, GFP_ATOMIC);
	EXS_INC(exs_sock_net(sk), TCPEXT_TCPAbortOnMemory);
	exs_tcp_done(sk);
	return true;
}

/* Among several paths another may be better. */
static void exs_tcp_rto_rehash(struct sock *sk)
{
	struct exs_tcp_ext *ext;

	if (!sk_rethink_txhash(sk))
		return;
	EXS_INC(exs_sock_net(sk), TCPEXT_TcpTimeoutRehash);
	ext = exs_tcp_ext_own(exs_tcp_sk(sk), GFP_ATOMIC);
	if (ext)
		ext->rehash++;
}

/* Is the connection to be given up? True: it is gone. */
static bool exs_tcp_rto_hopeless(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct exs_net *en = exs_sock_net(sk);
	bool expired = false, alive;
	u32 retries, most;

	if ((1 << sk->sk_state) & (TCPF_SYN_SENT | TCPF_SYN_RECV)) {
		retries = READ_ONCE(tp->ext->syn_retries) ?:
			  EXS_SYSCTL(en, tcp_syn_retries);
		most = retries;
		if (sk->sk_state == TCP_SYN_SENT)
			most += EXS_SYSCTL(en, tcp_syn_linear_timeouts);
		expired = tp->retransmits >= most;
	} else {
		/* The way may be the reason: look it up anew. */
		if (exs_tcp_timed_out(sk, EXS_SYSCTL(en, tcp_retries1), 0)) {
			exs_tcp_mtup_black_hole(sk);
			exs_rt_release(&tp->es.rt);
		}
		retries = EXS_SYSCTL(en, tcp_retries2);
		if (sock_flag(sk, SOCK_DEAD)) {
			alive = tp->rto < EXS_TCP_RTO_MAX;
			retries = exs_tcp_orphan_retries(sk, alive);
			alive |= !exs_tcp_timed_out(sk, retries, 0);
			if (exs_tcp_orphan_squeeze(sk, alive))
				return true;
		}
	}
	if (!expired)
		expired = exs_tcp_timed_out(sk, retries,
					    READ_ONCE(tp->ext->user_timeout));
	exs_tcp_fo_check_timeout(sk, expired);
	if (expired) {
		exs_tcp_give_up(sk);
		return true;
	}
	exs_tcp_rto_rehash(sk);
	return false;
}

static void exs_tcp_rto_count(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct exs_net *en = exs_sock_net(sk);

	if (tp->retransmits)
		return;
	switch (tp->cc.ca_state) {
	case EXS_CA_RECOVERY:
		if (tp->sack_ok)
			EXS_INC(en, TCPEXT_TCPSackRecoveryFail);
		else
			EXS_INC(en, TCPEXT_TCPRenoRecoveryFail);
		break;
	case EXS_CA_LOSS:
		EXS_INC(en, TCPEXT_TCPLossFailures);
		break;
	case EXS_CA_DISORDER:
		if (tp->sack_ok)
			EXS_INC(en, TCPEXT_TCPSackFailures);
		else
			EXS_INC(en, TCPEXT_TCPRenoFailures);
		break;
	}
}

/* The peer shrank its window to nothing: retransmissions are probes then. */
static bool exs_tcp_rto_probes(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	u32 limit = READ_ONCE(tp->ext->user_timeout);
	u32 timeout = 2 * EXS_TCP_RTO_MAX;
	u32 since = tp->retrans_stamp;
	u32 lasted;

	if (!since)
		since = div_u64(exs_tcp_sent_us(skb_peek(&tp->rtx_queue)),
				USEC_PER_MSEC);
	lasted = exs_tcp_retrans_clock(tp) - since;
	if (limit) {
		if (lasted > limit)
			goto give_up;
		timeout = min_t(u32, timeout, msecs_to_jiffies(limit));
	}
	if ((s32)(tp->rtx_timeout - tp->rcv_tstamp) > (s32)timeout &&
	    msecs_to_jiffies(lasted) > timeout)
		goto give_up;
	exs_tcp_loss_timeout(sk);
	exs_tcp_rtx_head(sk);
	exs_rt_release(&tp->es.rt);
	return true;

give_up:
	exs_tcp_give_up(sk);
	return false;
}

/* Not later than what is left of TCP_USER_TIMEOUT. */
static u32 exs_tcp_rto_bound_user(const struct exs_tcp_sock *tp)
{
	u32 timeout = READ_ONCE(tp->ext->user_timeout);
	s32 left;

	if (!timeout)
		return tp->rto;
	left = timeout - (exs_tcp_retrans_clock(tp) - tp->retrans_stamp);
	if (left <= 0)
		return 1;
	return min_t(u32, tp->rto, msecs_to_jiffies(left));
}

/*
 * A thin stream has too little in flight for its losses to be seen before a
 * timeout. Who asks for it waits as long each time, a few times.
 */
static bool exs_tcp_rto_linear(const struct sock *sk)
{
	const struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	return sk->sk_state == TCP_ESTABLISHED &&
	       (READ_ONCE(tp->ext->thin_linear) ||
		EXS_SYSCTL(exs_sock_net(sk), tcp_thin_linear_timeouts)) &&
	       tp->packets_out < EXS_TCP_THIN_PACKETS &&
	       tp->cc.ssthresh < EXS_CC_SSTHRESH_INF &&
	       tp->retransmits <= EXS_TCP_THIN_RETRIES;
}

static void exs_tcp_rto_backoff(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	if (exs_tcp_rto_linear(sk)) {
		tp->backoff = 0;
		tp->rto = max(exs_tcp_rtt_rto(tp),
			      usecs_to_jiffies(exs_tcp_rto_min_us(sk)));
		tp->rto = exs_tcp_rto_bound(tp->rto);
	} else if (sk->sk_state != TCP_SYN_SENT ||
		   tp->retransmits > EXS_SYSCTL(exs_sock_net(sk),
						tcp_syn_linear_timeouts)) {
		/* A lost SYN says little of congestion: the first are even. */
		if (tp->backoff < U8_MAX)
			tp->backoff++;
		tp->rto = min_t(u32, tp->rto << 1, EXS_TCP_RTO_MAX);
	}
	exs_tcp_timers_rtx(sk, EXS_TCP_RTX_RTO, exs_tcp_rto_bound_user(tp));
}

/* RFC 6298 5.4 to 5.7. */
static void exs_tcp_rto_deadline(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct exs_net *en = exs_sock_net(sk);
	int err;

	if (unlikely(exs_tcp_fo_pending(tp))) {
		exs_tcp_fo_deadline(sk);
		return;
	}
	if (!tp->packets_out || skb_queue_empty(&tp->rtx_queue))
		return;
	if (!tp->snd_wnd && !sock_flag(sk, SOCK_DEAD) &&
	    !((1 << sk->sk_state) & (TCPF_SYN_SENT | TCPF_SYN_RECV))) {
		if (exs_tcp_rto_probes(sk))
			exs_tcp_rto_backoff(sk);
		return;
	}
	EXS_INC(en, TCPEXT_TCPTimeouts);
	if (exs_tcp_rto_hopeless(sk))
		return;
	exs_tcp_rto_count(sk);
	exs_tcp_loss_timeout(sk);
	exs_tcp_frto_count(tp);
	err = exs_tcp_rtx_head(sk);
	/* This host is short of something, not the path: soon again. */
	if (err == -ENOMEM || err == -ENOBUFS) {
		exs_tcp_timers_rtx(sk, EXS_TCP_RTX_RTO, EXS_TCP_RESOURCE_WAIT);
		return;
	}
	/* Even a try that never left the host starts the clock of giving up. */
	if (!tp->retrans_stamp)
		tp->retrans_stamp = exs_tcp_retrans_clock(tp) ?: 1;
	exs_tcp_rto_backoff(sk);
}

static void exs_tcp_probe_send(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	int err = exs_tcp_send_wakeup(sk, EXS_MIB_TCPEXT_TCPWinProbe);

	if (tp->packets_out || skb_queue_empty(&sk->sk_write_queue)) {
		tp->probes_out = 0;
		tp->probes_since = 0;
		tp->backoff = 0;
		return;
	}
	if (tp->probes_out < U8_MAX)
		tp->probes_out++;
	if (err == -ENOMEM || err == -ENOBUFS) {
		exs_tcp_timers_paced(sk, EXS_TCP_RTX_PROBE,
				     EXS_TCP_RESOURCE_WAIT);
		return;
	}
	if (tp->backoff < EXS_SYSCTL(exs_sock_net(sk), tcp_retries2))
		tp->backoff++;
	exs_tcp_timers_paced(sk, EXS_TCP_RTX_PROBE, exs_tcp_probe0_when(sk));
}

/* RFC 9293 3.8.6.1: probe for ever while the peer answers. */
static void exs_tcp_probe_deadline(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	u32 timeout = READ_ONCE(tp->ext->user_timeout);
	u32 now = (u32)jiffies;
	u32 most;
	bool alive;

	if (tp->packets_out || skb_queue_empty(&sk->sk_write_queue)) {
		tp->probes_out = 0;
		tp->probes_since = 0;
		return;
	}
	if (!tp->probes_since)
		tp->probes_since = now ?: 1;
	else if (timeout && (s32)(now - tp->probes_since) >=
			    (s32)msecs_to_jiffies(timeout))
		goto give_up;

	most = EXS_SYSCTL(exs_sock_net(sk), tcp_retries2);
	if (sock_flag(sk, SOCK_DEAD)) {
		alive = exs_tcp_probe0_backoff(tp->rto, tp->backoff) <
			EXS_TCP_RTO_MAX;
		most = exs_tcp_orphan_retries(sk, alive);
		if (!alive && tp->backoff >= most)
			goto give_up;
		if (exs_tcp_orphan_squeeze(sk, true))
			return;
	}
	if (tp->probes_out >= most)
		goto give_up;
	exs_tcp_probe_send(sk);
	return;

give_up:
	exs_tcp_give_up(sk);
}

/**
 * exs_tcp_rtx_deadline - the retransmission timer's time has come
 * @sk: socket
 *
 * Context: socket lock held, BH disabled; the caller holds a reference: the
 * connection may end here.
 */
void exs_tcp_rtx_deadline(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	switch (tp->rtx_kind) {
	case EXS_TCP_RTX_TLP:
		exs_tcp_tlp_deadline(sk);
		break;
	case EXS_TCP_RTX_REO:
		exs_tcp_rack_deadline(sk);
		break;
	case EXS_TCP_RTX_RTO:
		tp->rtx_kind = EXS_TCP_RTX_NONE;
		exs_tcp_rto_deadline(sk);
		break;
	case EXS_TCP_RTX_PROBE:
		tp->rtx_kind = EXS_TCP_RTX_NONE;
		exs_tcp_probe_deadline(sk);
		break;
	}
}

/**
 * exs_tcp_delack_deadline - an ACK waited long enough
 * @sk: socket
 *
 * Context: socket lock held, BH disabled.
 */
void exs_tcp_delack_deadline(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	tp->ack.pending &= ~EXS_TCP_ACK_TIMER;
	if (!(tp->ack.pending & EXS_TCP_ACK_SCHED))
		return;
	if (exs_tcp_pingpong(tp)) {
		/* The user did not answer in time after all. */
		tp->ack.pingpong = 0;
		tp->ack.ato = EXS_TCP_ATO_MIN;
	} else {
		tp->ack.ato = min3(tp->ack.ato << 1, tp->rto,
				   (u32)EXS_TCP_DELACK_MAX);
	}
	exs_tcp_mstamp_refresh(tp);
	exs_tcp_send_ack(sk);
	EXS_INC(exs_sock_net(sk), TCPEXT_DelayedACKs);
}

/* Jiffies the connection has been silent. */
static u32 exs_tcp_silence(const struct exs_tcp_sock *tp)
{
	u32 now = (u32)jiffies;

	return min(now - tp->ack.lrcvtime, now - tp->rcv_tstamp);
}

/* RFC 9293 3.8.4. */
static void exs_tcp_keepalive(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	u32 timeout = READ_ONCE(tp->ext->user_timeout);
	u32 time = exs_tcp_keepalive_time(tp);
	u32 silent = exs_tcp_silence(tp);
	bool dead;

	/* Something is on its way: that timer watches the peer. */
	if (tp->packets_out || !skb_queue_empty(&sk->sk_write_queue)) {
		exs_tcp_timers_keep(sk, time);
		return;
	}
	if (silent < time) {
		exs_tcp_timers_keep(sk, time - silent);
		return;
	}
	if (timeout)
		dead = silent >= msecs_to_jiffies(timeout) && tp->probes_out;
	else
		dead = tp->probes_out >= exs_tcp_keepalive_probes(tp);
	if (dead) {
		exs_tcp_send_active_reset(sk, GFP_ATOMIC);
		exs_tcp_give_up(sk);
		return;
	}
	if (exs_tcp_send_wakeup(sk, EXS_MIB_TCPEXT_TCPKeepAlive) == -ENOMEM) {
		exs_tcp_timers_keep(sk, EXS_TCP_RESOURCE_WAIT);
		return;
	}
	tp->probes_out++;
	exs_tcp_timers_keep(sk, exs_tcp_keepalive_intvl(tp));
}

/**
 * exs_tcp_keep_deadline - silence, or an orphan whose peer does not close
 * @sk: socket
 *
 * Context: socket lock held, BH disabled; the caller holds a reference.
 */
void exs_tcp_keep_deadline(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	long more;

	tp->keep_armed = 0;
	if (sk->sk_state == TCP_FIN_WAIT2 && sock_flag(sk, SOCK_DEAD)) {
		more = exs_tcp_fin_time(sk) - EXS_TCP_TIMEWAIT_LEN;
		if (!tp->linger2_neg && more > 0) {
			exs_tcp_timewait_enter(sk, TCP_FIN_WAIT2, more);
			return;
		}
		exs_tcp_send_active_reset(sk, GFP_ATOMIC);
		exs_tcp_done(sk);
		return;
	}
	if (!sock_flag(sk, SOCK_KEEPOPEN) || sk->sk_state == TCP_SYN_SENT)
		return;
	exs_tcp_keepalive(sk);
}
