// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: the user's side of the end of a connection.
 * Flow:   close(2), shutdown(2), connect(AF_UNSPEC) -> [here] -> tcp_output
 * Owns:   orphans: sockets nobody has open any more
 * Locks:  takes the socket lock where said
 * Spec:   RFC 9293 3.6, 3.9.1.4 (CLOSE), 3.9.1.5 (ABORT); RFC 1122 4.2.2.13
 * Tests:  kunit/tcp/tcp_close_kunit.c
 */
#include <net/proto_memory.h>

#include "tcp/tcp_priv.h"

/* Where CLOSE leads (RFC 9293 3.10.4), and whether a FIN goes out. */
static const struct {
	u8 next;
	bool fin;
} exs_tcp_close_next[TCP_MAX_STATES] = {
	[TCP_ESTABLISHED] = { TCP_FIN_WAIT1, true },
	[TCP_SYN_SENT] = { TCP_CLOSE },
	[TCP_SYN_RECV] = { TCP_FIN_WAIT1, true },
	[TCP_FIN_WAIT1] = { TCP_FIN_WAIT1 },
	[TCP_FIN_WAIT2] = { TCP_FIN_WAIT2 },
	[TCP_TIME_WAIT] = { TCP_CLOSE },
	[TCP_CLOSE] = { TCP_CLOSE },
	[TCP_CLOSE_WAIT] = { TCP_LAST_ACK, true },
	[TCP_LAST_ACK] = { TCP_LAST_ACK },
	[TCP_LISTEN] = { TCP_CLOSE },
	[TCP_CLOSING] = { TCP_CLOSING },
};

/* Our direction ends. True: a FIN is to be sent. */
static bool exs_tcp_close_state(struct sock *sk)
{
	u8 state = sk->sk_state;

	if (exs_tcp_close_next[state].next != state)
		exs_tcp_set_state(sk, exs_tcp_close_next[state].next);
	return exs_tcp_close_next[state].fin;
}

/**
 * exs_tcp_shutdown - shutdown(2) on a connection
 * @sk: socket
 * @how: RCV_SHUTDOWN, SEND_SHUTDOWN
 *
 * In SYN-RECEIVED the FIN waits for the handshake (RFC 9293 3.10.4), which calls
 * again at its end.
 *
 * Context: process or softirq, socket locked.
 */
void exs_tcp_shutdown(struct sock *sk, int how)
{
	if (!(how & SEND_SHUTDOWN))
		return;
	if (!((1 << sk->sk_state) & (TCPF_ESTABLISHED | TCPF_CLOSE_WAIT)))
		return;
	if (exs_tcp_close_state(sk))
		exs_tcp_send_fin(sk);
}

/**
 * exs_tcp_orphan_oom - do orphans and memory of TCP pass their limits?
 * @sk: an orphan
 * @shift: how suspicious it is: its limit is halved so often
 *
 * Return: true to get rid of it.
 */
bool exs_tcp_orphan_oom(struct sock *sk, int shift)
{
	s64 most = EXS_SYSCTL(exs_sock_net(sk), tcp_max_orphans);

	/* Exact, and cheap where the limit is far. */
	if (percpu_counter_compare(&exs_tcp_orphans, most >> shift) > 0)
		return true;
	return sk->sk_wmem_queued > SOCK_MIN_SNDBUF &&
	       sk_memory_allocated(sk) > sk_prot_mem_limits(sk, 2);
}

/**
 * exs_tcp_orphan_destroy - the end of an orphan
 * @sk: socket, SOCK_DEAD, CLOSED
 *
 * Gives back what it holds and the reference its owner had. Whoever calls has
 * another.
 *
 * Context: socket lock held.
 */
void exs_tcp_orphan_destroy(struct sock *sk)
{
	exs_tcp_sock_destroy(sk);
	sk_stream_kill_queues(sk);
	percpu_counter_dec(&exs_tcp_orphans);
	sock_put(sk);
}

/* Throw away what was not read. True: there was something. */
static bool exs_tcp_close_drain(struct sock *sk)
{
	struct sk_buff *skb;
	bool unread = false;

	while ((skb = __skb_dequeue(&sk->sk_receive_queue))) {
		u32 len = EXS_TCPCB(skb)->end_seq - EXS_TCPCB(skb)->seq;

		if (EXS_TCPCB(skb)->flags & EXS_TCPHDR_FIN)
			len--;
		if (len &&
		    exs_seq_lt(exs_tcp_sk(sk)->copied_seq,
			       EXS_TCPCB(skb)->seq + len))
			unread = true;
		exs_consume(skb);
	}
	return unread;
}

/* RFC 2525 2.17: the peer must learn that the connection did not end well. */
static void exs_tcp_close_reset(struct sock *sk, gfp_t gfp)
{
	exs_tcp_send_active_reset(sk, gfp);
	exs_tcp_timers_stop(sk);
	exs_tcp_set_state(sk, TCP_CLOSE);
}

/* Begin the end: RST, abort, or FIN. */
static void exs_tcp_close_begin(struct sock *sk, bool unread)
{
	struct exs_net *en = exs_sock_net(sk);

	if (sk->sk_state == TCP_CLOSE)
		return;
	if (unread) {
		EXS_INC(en, TCPEXT_TCPAbortOnClose);
		exs_tcp_close_reset(sk, sk->sk_allocation);
	} else if (sock_flag(sk, SOCK_LINGER) && !sk->sk_lingertime) {
		EXS_INC(en, TCPEXT_TCPAbortOnData);
		exs_tcp_disconnect(sk, 0);
	} else if (exs_tcp_close_state(sk)) {
		exs_tcp_send_fin(sk);
	}
}

/*
 * FIN-WAIT-2 and nobody who reads: a small object waits in the socket's place.
 * True: it has taken over, the socket is destroyed.
 */
static bool exs_tcp_close_fin_wait2(struct sock *sk)
{
	long wait = exs_tcp_fin_time(sk);

	if (exs_tcp_sk(sk)->linger2_neg) {
		EXS_INC(exs_sock_net(sk), TCPEXT_TCPAbortOnLinger);
		exs_tcp_close_reset(sk, GFP_ATOMIC);
		return false;
	}
	if (wait > EXS_TCP_TIMEWAIT_LEN) {
		exs_tcp_timers_fin_wait2(sk, wait - EXS_TCP_TIMEWAIT_LEN);
		return false;
	}
	exs_tcp_timewait_enter(sk, TCP_FIN_WAIT2, wait);
	return true;
}

/* Nobody has it open any more. Socket locked, BH disabled, RCU held. */
static void exs_tcp_close_orphan(struct sock *sk)
{
	if (sk->sk_state == TCP_FIN_WAIT2 && exs_tcp_close_fin_wait2(sk))
		return;
	if (sk->sk_state != TCP_CLOSE && exs_tcp_orphan_oom(sk, 0)) {
		EXS_INC(exs_sock_net(sk), TCPEXT_TCPAbortOnMemory);
		exs_tcp_close_reset(sk, GFP_ATOMIC);
	}
	if (sk->sk_state == TCP_CLOSE)
		exs_tcp_orphan_destroy(sk);
}

/* Up to here the user waited; from here on the socket is on its own. */
static void exs_tcp_close_abandon(struct sock *sk)
{
	int before = sk->sk_state;

	sock_orphan(sk);
	percpu_counter_inc(&exs_tcp_orphans);
	/* What came meanwhile may end the connection: then it is destroyed. */
	__sk_flush_backlog(sk);
	if (before != TCP_CLOSE && sk->sk_state == TCP_CLOSE)
		return;
	local_bh_disable();
	rcu_read_lock();
	exs_tcp_close_orphan(sk);
	rcu_read_unlock();
	local_bh_enable();
}

/**
 * exs_tcp_close - the last file reference is gone
 * @sk: socket
 * @timeout: SO_LINGER, jiffies
 *
 * Unread data makes it a reset. The caller's reference passes to the
 * connection, which goes on as an orphan until both sides have closed.
 *
 * Context: process; takes the socket lock, may sleep.
 */
void exs_tcp_close(struct sock *sk, long timeout)
{
	bool unread;

	lock_sock(sk);
	WRITE_ONCE(sk->sk_shutdown, SHUTDOWN_MASK);
	if (sk->sk_state == TCP_LISTEN) {
		exs_tcp_listen_stop(sk);
	} else {
		unread = exs_tcp_close_drain(sk);
		exs_tcp_close_begin(sk, unread);
		sk_stream_wait_close(sk, timeout);
	}
	sock_hold(sk);
	exs_tcp_close_abandon(sk);
	release_sock(sk);
	sock_put(sk);
}

/* ABORT (RFC 9293 3.10.5) tells the peer in these states. */
static bool exs_tcp_abort_resets(const struct sock *sk)
{
	const struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	int state = 1 << sk->sk_state;

	if (state & (TCPF_ESTABLISHED | TCPF_CLOSE_WAIT | TCPF_FIN_WAIT1 |
		     TCPF_FIN_WAIT2 | TCPF_SYN_RECV))
		return true;
	return (state & (TCPF_CLOSING | TCPF_LAST_ACK)) &&
	       tp->snd_nxt != tp->write_seq;
}

/**
 * exs_tcp_disconnect - back to a fresh socket
 * @sk: socket
 * @flags: not used
 *
 * connect(AF_UNSPEC), a failed connect, SO_LINGER of 0. What the user set stays,
 * but for TCP_WINDOW_CLAMP, which buffers and routes lower too.
 *
 * Context: process, socket locked.
 * Return: 0.
 */
int exs_tcp_disconnect(struct sock *sk, int flags)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	sk->sk_disconnects++;
	if (sk->sk_state == TCP_LISTEN) {
		exs_tcp_listen_stop(sk);
	} else if (exs_tcp_abort_resets(sk)) {
		exs_tcp_send_active_reset(sk, gfp_any());
		WRITE_ONCE(sk->sk_err, ECONNRESET);
	} else if (sk->sk_state == TCP_SYN_SENT) {
		WRITE_ONCE(sk->sk_err, ECONNRESET);
	}
	exs_tcp_timers_stop(sk);
	if (sk->sk_state != TCP_CLOSE)
		exs_tcp_set_state(sk, TCP_CLOSE);

	__skb_queue_purge(&sk->sk_receive_queue);
	exs_tcp_write_queue_purge(sk);
	exs_tcp_fo_check_ooo(sk);
	exs_tcp_ooo_purge(sk);
	WRITE_ONCE(tp->window_clamp, 0);
	exs_cc_reset(sk);
	exs_tcp_unconnect(sk);
	exs_rt_release(&tp->es.rt);
	WRITE_ONCE(sk->sk_err_soft, 0);
	WRITE_ONCE(sk->sk_shutdown, 0);
	sock_reset_flag(sk, SOCK_DONE);
	if (sk->sk_frag.page) {
		put_page(sk->sk_frag.page);
		sk->sk_frag.page = NULL;
		sk->sk_frag.offset = 0;
	}
	sk_error_report(sk);
	return 0;
}
