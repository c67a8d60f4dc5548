// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: the eleven states and the one writer of sk_state.
 * Flow:   tcp_verdict, tcp_connect, tcp_close, tcp_listen -> [here]
 * Owns:   sk_state, exs_tcp_fsm_next[]
 * Locks:  socket lock held by the caller
 * Spec:   RFC 9293 3.3.2; RFC 4022 for the counters
 * Tests:  kunit/tcp/tcp_fsm_kunit.c
 */
#include <expstack/trace.h>

#include "tcp/tcp_priv.h"

/*
 * To which states a state may go. From everywhere to CLOSED: the user aborts,
 * the peer resets, a timer gives up. LISTEN -> SYN_RECV is the birth of a
 * child, which starts as a copy of its listener.
 */
static const u16 exs_tcp_fsm_next[TCP_MAX_STATES] = {
	[TCP_CLOSE] = TCPF_CLOSE | TCPF_LISTEN | TCPF_SYN_SENT,
	[TCP_LISTEN] = TCPF_CLOSE | TCPF_SYN_RECV,
	[TCP_SYN_SENT] = TCPF_CLOSE | TCPF_SYN_RECV | TCPF_ESTABLISHED,
	[TCP_SYN_RECV] = TCPF_CLOSE | TCPF_ESTABLISHED | TCPF_FIN_WAIT1 |
			 TCPF_CLOSE_WAIT,
	[TCP_ESTABLISHED] = TCPF_CLOSE | TCPF_FIN_WAIT1 | TCPF_CLOSE_WAIT,
	[TCP_FIN_WAIT1] = TCPF_CLOSE | TCPF_FIN_WAIT2 | TCPF_CLOSING |
			  TCPF_TIME_WAIT,
	[TCP_FIN_WAIT2] = TCPF_CLOSE | TCPF_TIME_WAIT,
	[TCP_CLOSE_WAIT] = TCPF_CLOSE | TCPF_LAST_ACK,
	[TCP_CLOSING] = TCPF_CLOSE | TCPF_TIME_WAIT,
	[TCP_LAST_ACK] = TCPF_CLOSE,
	[TCP_TIME_WAIT] = TCPF_CLOSE,
};

/**
 * exs_tcp_fsm_legal - is there an arrow between two states?
 * @from: TCP_*
 * @to: TCP_*
 *
 * Return: true when RFC 9293 3.3.2 (figure 5) has it, with simultaneous open,
 * an abort from everywhere, and a FIN that arrives with the handshake's ACK.
 */
bool exs_tcp_fsm_legal(u8 from, u8 to)
{
	return from < TCP_MAX_STATES && to < TCP_MAX_STATES &&
	       (exs_tcp_fsm_next[from] & (1 << to));
}

/* What RFC 4022 calls tcpCurrEstab. */
static bool exs_tcp_fsm_is_current(u8 state)
{
	return state == TCP_ESTABLISHED || state == TCP_CLOSE_WAIT;
}

static void exs_tcp_fsm_count(struct exs_net *en, u8 from, u8 to)
{
	if (exs_tcp_fsm_is_current(to) && !exs_tcp_fsm_is_current(from))
		EXS_INC(en, TCP_CurrEstab);
	else if (exs_tcp_fsm_is_current(from) && !exs_tcp_fsm_is_current(to))
		EXS_DEC(en, TCP_CurrEstab);

	if (from == TCP_LISTEN && to == TCP_SYN_RECV)
		EXS_INC(en, TCP_PassiveOpens);
	else if (to == TCP_CLOSE && exs_tcp_fsm_is_current(from))
		EXS_INC(en, TCP_EstabResets);
}

/**
 * exs_tcp_set_state - go to another state
 * @sk: the socket
 * @next: TCP_*
 *
 * The only place that writes sk_state. Keeps the counters, and what finds the
 * socket: entering CLOSED takes it out of the connection hash, gives the port
 * back unless the user chose it, and ends a Fast Open child's request.
 *
 * Context: socket lock held, softirq or process.
 */
void exs_tcp_set_state(struct sock *sk, u8 next)
{
	struct exs_sock *es = exs_sk(sk);
	u8 from = sk->sk_state;

	if (next == TCP_CLOSE) {
		exs_tcp_fo_remove(sk, false);
		exs_conn_remove(&es->conn);
		if (!(sk->sk_userlocks & SOCK_BINDPORT_LOCK)) {
			exs_port_release(&exs_tcp_ports, &es->port);
			sk->sk_num = 0;
		}
	}
	if (from == next)
		return;
	if (WARN_ON_ONCE(!exs_tcp_fsm_legal(from, next)))
		return;
	exs_tcp_fsm_count(exs_sock_net(sk), from, next);
	trace_exs_tcp_state(sk, from, next);
	/* Pairs with lockless readers of the state, such as poll. */
	smp_store_release(&sk->sk_state, next);
}
