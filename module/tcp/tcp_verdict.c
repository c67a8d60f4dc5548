// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: acting on what the state machine decided.
 * Flow:   exs_tcp_state_segment -> [here] -> tcp_reasm, tcp_output, tcp_reply
 * Owns:   the end of a connection: exs_tcp_done(), exs_tcp_abort()
 * Locks:  socket lock held by the caller
 * Spec:   RFC 9293 3.10.7; RFC 5961
 * Tests:  kunit/tcp/tcp_verdict_kunit.c, qemu/wire/close, qemu/wire/reset
 */
#include "tcp/tcp_priv.h"

/**
 * exs_tcp_done - a connection is over
 * @sk: the socket
 *
 * Enters CLOSED (and so leaves the hashes), stops the timers and wakes whoever
 * waits. An orphan is freed with the last reference. An attempt to connect that
 * ends so has failed; one that the user gives up has not.
 *
 * Context: socket lock held, BH disabled.
 */
void exs_tcp_done(struct sock *sk)
{
	if ((1 << sk->sk_state) & (TCPF_SYN_SENT | TCPF_SYN_RECV))
		EXS_INC(exs_sock_net(sk), TCP_AttemptFails);
	exs_tcp_set_state(sk, TCP_CLOSE);
	exs_tcp_timers_stop(sk);
	WRITE_ONCE(sk->sk_shutdown, SHUTDOWN_MASK);
	if (!sock_flag(sk, SOCK_DEAD))
		sk->sk_state_change(sk);
	else
		exs_tcp_orphan_destroy(sk);
}

/**
 * exs_tcp_abort - a connection ends with an error for the user
 * @sk: the socket
 * @err: errno, positive
 *
 * Data not yet sent is thrown away; what was received can still be read.
 *
 * Context: socket lock held, BH disabled.
 */
void exs_tcp_abort(struct sock *sk, int err)
{
	WRITE_ONCE(sk->sk_err, err);
	/* The state is visible before the wake-up of poll. */
	smp_wmb();
	exs_tcp_write_queue_purge(sk);
	exs_tcp_timers_stop(sk);
	if (!sock_flag(sk, SOCK_DEAD))
		sk_error_report(sk);
	exs_tcp_done(sk);
}

/**
 * exs_tcp_reset_received - the peer reset the connection
 * @sk: the socket
 *
 * Context: socket lock held, BH disabled.
 */
void exs_tcp_reset_received(struct sock *sk)
{
	switch (sk->sk_state) {
	case TCP_SYN_SENT:
		exs_tcp_abort(sk, ECONNREFUSED);
		break;
	case TCP_CLOSE_WAIT:
		exs_tcp_abort(sk, EPIPE);
		break;
	case TCP_CLOSE:
		break;
	default:
		exs_tcp_abort(sk, ECONNRESET);
	}
}

/* TIME-WAIT needs no socket: a small object takes over. */
static void exs_tcp_verdict_timewait(struct sock *sk)
{
	exs_tcp_timewait_enter(sk, TCP_TIME_WAIT, EXS_TCP_TIMEWAIT_LEN);
}

/**
 * exs_tcp_fin_received - the peer's FIN is the next in sequence
 * @sk: the socket
 *
 * Eighth step of RFC 9293 3.10.7.4. The caller has advanced rcv_nxt over the
 * FIN. Acknowledges, moves on by state, wakes readers with end of file. sk
 * may be an orphan that is freed with the caller's reference afterwards.
 *
 * Context: socket lock held, BH disabled.
 */
void exs_tcp_fin_received(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	tp->ack.pending |= EXS_TCP_ACK_SCHED;
	WRITE_ONCE(sk->sk_shutdown, sk->sk_shutdown | RCV_SHUTDOWN);
	sock_set_flag(sk, SOCK_DONE);

	switch (sk->sk_state) {
	case TCP_SYN_RECV:
	case TCP_ESTABLISHED:
		exs_tcp_set_state(sk, TCP_CLOSE_WAIT);
		/* The end of a direction is rarely interactive. */
		exs_tcp_pingpong_enter(tp);
		break;
	case TCP_FIN_WAIT1:
		/* Simultaneous close: ours is not acknowledged yet. */
		exs_tcp_send_ack(sk);
		exs_tcp_set_state(sk, TCP_CLOSING);
		break;
	case TCP_FIN_WAIT2:
		exs_tcp_send_ack(sk);
		exs_tcp_ooo_purge(sk);
		if (!sock_flag(sk, SOCK_DEAD))
			sk->sk_state_change(sk);
		exs_tcp_verdict_timewait(sk);
		return;
	default:
		/* CLOSE_WAIT, CLOSING, LAST_ACK: a FIN again. */
		return;
	}
	exs_tcp_ooo_purge(sk);
	if (sock_flag(sk, SOCK_DEAD))
		return;
	sk->sk_state_change(sk);
	if (sk->sk_shutdown == SHUTDOWN_MASK || sk->sk_state == TCP_CLOSE)
		sk_wake_async_rcu(sk, SOCK_WAKE_WAITD, POLL_HUP);
	else
		sk_wake_async_rcu(sk, SOCK_WAKE_WAITD, POLL_IN);
}

/* The connection ends here; what the segment carried no longer matters. */
static bool exs_tcp_verdict_end(struct sock *sk, struct sk_buff *skb,
				const struct exs_tcp_verdict *v)
{
	if (v->actions & EXS_TCP_DO_RST)
		exs_tcp_send_reset(sk, skb);
	if (v->actions & EXS_TCP_DO_ABORT) {
		if (v->err)
			exs_tcp_abort(sk, v->err);
		else
			exs_tcp_reset_received(sk);
	} else if (v->actions & EXS_TCP_DO_DONE) {
		if (sk->sk_state == TCP_LAST_ACK)
			exs_tcp_metrics_save(sk);
		exs_tcp_done(sk);
	} else if (v->actions & EXS_TCP_DO_TIMEWAIT) {
		exs_tcp_verdict_timewait(sk);
	} else if (v->actions & EXS_TCP_DO_FINWAIT2) {
		exs_tcp_timewait_enter(sk, TCP_FIN_WAIT2,
				       exs_tcp_fin_time(sk));
	} else {
		return false;
	}
	return true;
}

static void exs_tcp_verdict_establish(struct sock *sk, struct sk_buff *skb,
				      const struct exs_tcp_verdict *v)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	/* Each segment will have the option: there is less room for text. */
	if (tp->tstamp_ok)
		tp->advmss -= EXS_TCP_TSOPT_LEN;
	if (sk->sk_state == TCP_SYN_SENT) {
		exs_tcp_finish_connect(sk, skb);
		exs_tcp_fo_synack(sk, skb);
	} else {
		exs_tcp_set_state(sk, v->next_state);
		/* A Fast Open child had it when it was made. */
		if (likely(!(v->actions & EXS_TCP_DO_FASTOPEN)))
			exs_tcp_init_transfer(sk);
		else
			exs_tcp_pacing_update(sk);
		exs_tcp_timers_established(sk);
	}
	if (sock_flag(sk, SOCK_DEAD))
		return;
	sk->sk_state_change(sk);
	/* No-op for a child that no accept() has returned yet. */
	sk_wake_async(sk, SOCK_WAKE_IO, POLL_OUT);
	/* shutdown() did not wait for the handshake: its FIN did. */
	if (unlikely(sk->sk_shutdown & SEND_SHUTDOWN))
		exs_tcp_shutdown(sk, SEND_SHUTDOWN);
}

/**
 * exs_tcp_verdict_execute - act
 * @sk: the socket
 * @skb: the segment; consumed
 * @v: what the steps decided
 *
 * Order: state, replies, text, FIN, output, end of the connection. The actions
 * that end the connection come without text, except FINWAIT2 and TIMEWAIT,
 * which come after it.
 *
 * Context: socket lock held, BH disabled, RCU held. The caller holds a
 * reference or is in the RCU section that found the socket.
 */
void exs_tcp_verdict_execute(struct sock *sk, struct sk_buff *skb,
			     struct exs_tcp_verdict *v)
{
	u32 act = v->actions;

	if (unlikely(act & EXS_TCP_DO_FASTOPEN))
		exs_tcp_fo_complete(sk, skb);
	if (act & EXS_TCP_DO_ESTABLISH)
		exs_tcp_verdict_establish(sk, skb, v);
	else if (v->next_state)
		exs_tcp_set_state(sk, v->next_state);

	if (act & EXS_TCP_DO_WAKE_STATE)
		sk->sk_state_change(sk);
	if (act & EXS_TCP_DO_SYNACK)
		exs_tcp_send_synack_sk(sk);
	if (act & EXS_TCP_DO_CHALLENGE)
		exs_tcp_send_challenge_ack(sk);
	if (act & EXS_TCP_DO_DUPACK)
		exs_tcp_send_dupack(sk, skb);
	if (act & EXS_TCP_DO_ACK_NOW)
		exs_tcp_send_ack(sk);
	if (exs_tcp_verdict_end(sk, skb, v)) {
		exs_drop(skb, v->reason);
		return;
	}
	if (act & EXS_TCP_DO_URG)
		exs_tcp_urg_segment(sk, skb, tcp_hdr(skb));
	if (act & EXS_TCP_DO_DATA)
		exs_tcp_data_queue(sk, skb, v);
	else if (v->reason == EXS_DROP_TCP_PURE_ACK)
		exs_consume(skb);
	else
		exs_drop(skb, v->reason);
	/* A FIN behind the text may have ended it all. */
	if (sk->sk_state == TCP_CLOSE)
		return;
	if (act & EXS_TCP_DO_PUSH)
		exs_tcp_push_pending(sk);
	if (act & EXS_TCP_DO_WAKE_WRITE)
		exs_tcp_new_space(sk);
	if (act & EXS_TCP_DO_ACK_LATER)
		exs_tcp_timers_ack_third(sk);
	else
		exs_tcp_ack_check(sk);
}
