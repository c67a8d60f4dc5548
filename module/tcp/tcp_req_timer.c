// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: how long a half-open connection is waited for.
 * Flow:   the request's timer -> tcp_req -> [here]; tcp_req_ack -> [here]
 * Owns:   when a SYN-ACK is repeated and when a request is given up
 * Locks:  none
 * Spec:   RFC 9293 3.8.1; RFC 6298 5; tcp(7) TCP_DEFER_ACCEPT
 * Tests:  kunit/tcp/tcp_req_timer_kunit.c, qemu/wire/handshake
 *
 * With TCP_DEFER_ACCEPT the third segment of the handshake is remembered and
 * dropped as long as the wait lasts: text is to come. The last SYN-ACK goes out
 * one timeout before the end, so that the peer can show that it is there.
 */
#include "tcp/tcp_priv.h"
#include "tcp/tcp_req.h"

/**
 * exs_tcp_req_timeout - how long until the SYN-ACK is sent again
 * @num_timeout: times it has timed out
 *
 * Return: jiffies.
 */
unsigned long exs_tcp_req_timeout(u8 num_timeout)
{
	return min_t(unsigned long,
		     EXS_TCP_RTO_INIT << min_t(u8, num_timeout, 7),
		     EXS_TCP_RTO_MAX);
}

/**
 * exs_tcp_req_retries - how often a listener repeats a SYN-ACK now
 * @lsk: the listener
 *
 * A queue more than half full keeps room for the young: as long as fewer than
 * half, a quarter and so on are young, the old are given one repetition less.
 *
 * Context: softirq, RCU held.
 * Return: TCP_SYNCNT or tcp_synack_retries, or less, but not less than 2.
 */
u8 exs_tcp_req_retries(const struct sock *lsk)
{
	const struct exs_tcp_sock *tp = exs_tcp_sk(lsk);
	struct exs_tcp_listener *l = READ_ONCE(tp->listener);
	u8 retries = READ_ONCE(exs_tcp_ext(tp)->syn_retries);
	u32 room = READ_ONCE(lsk->sk_max_ack_backlog);
	u32 qlen, young;

	if (!retries)
		retries = EXS_SYSCTL(exs_sock_net(lsk), tcp_synack_retries);
	if (!l)
		return retries;
	qlen = atomic_read(&l->qlen);
	if (qlen * 2 <= max(room, 8U))
		return retries;
	for (young = atomic_read(&l->young) * 2;
	     retries > 2 && qlen >= young; young *= 2)
		retries--;
	return retries;
}

/**
 * exs_tcp_req_expired - is a request whose timer fires to be given up?
 * @req: the request
 * @retries: SYN-ACKs repeated at most
 * @defer: timeouts TCP_DEFER_ACCEPT lasts, 0: off
 *
 * Return: true to give it up.
 */
bool exs_tcp_req_expired(const struct exs_tcp_req *req, u8 retries, u8 defer)
{
	if (req->num_timeout < retries)
		return false;
	return !defer || !req->acked || req->num_timeout >= defer;
}

/**
 * exs_tcp_req_repeats - does the SYN-ACK go out again?
 * @req: the request, not given up
 * @defer: timeouts TCP_DEFER_ACCEPT lasts, 0: off
 *
 * Return: false while text is waited for.
 */
bool exs_tcp_req_repeats(const struct exs_tcp_req *req, u8 defer)
{
	return !defer || !req->acked || req->num_timeout >= defer - 1;
}

/**
 * exs_tcp_req_deferred - is the third segment to be dropped, for text to come?
 * @req: the request
 * @skb: the segment; good to complete the handshake
 *
 * Context: softirq, RCU held.
 * Return: true to remember and drop it.
 */
bool exs_tcp_req_deferred(const struct exs_tcp_req *req,
			  const struct sk_buff *skb)
{
	const struct exs_tcp_sock *ltp = exs_tcp_sk(req->listener);

	return req->num_timeout < READ_ONCE(exs_tcp_ext(ltp)->defer_accept) &&
	       EXS_TCPCB(skb)->end_seq == req->irs + 1;
}
