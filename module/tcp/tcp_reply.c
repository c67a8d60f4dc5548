// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: segments without data of a socket: ACKs, probes, resets.
 * Flow:   tcp_verdict, tcp_timer, tcp_recv, tcp_close -> [here] -> tcp_xmit
 * Owns:   the limits of how often we answer nonsense
 * Locks:  socket lock held by the caller
 * Spec:   RFC 9293 3.8.6.3, 3.10.7.4; RFC 5961 3-7
 * Tests:  kunit/tcp/tcp_reply_kunit.c
 */
#include <linux/random.h>

#include "tcp/tcp_priv.h"

/*
 * A sequence number the peer accepts for a segment without text: where its
 * window was shrunk behind snd_nxt, the edge of the window, unless rounding by
 * the scale factor explains the difference.
 */
static u32 exs_tcp_reply_seq(const struct exs_tcp_sock *tp)
{
	u32 edge = exs_tcp_wnd_end(tp);

	if (!exs_seq_lt(edge, tp->snd_nxt) ||
	    (tp->wscale_ok && tp->snd_nxt - edge < 1U << tp->rcv_wscale))
		return tp->snd_nxt;
	return edge;
}

static struct sk_buff *exs_tcp_reply_skb(u32 seq, u8 flags, gfp_t gfp)
{
	struct sk_buff *skb = alloc_skb(EXS_MAX_TCP_HEADER, gfp);

	if (unlikely(!skb))
		return NULL;
	skb_reserve(skb, EXS_MAX_TCP_HEADER);
	EXS_TCPCB(skb)->seq = seq;
	EXS_TCPCB(skb)->end_seq = seq;
	EXS_TCPCB(skb)->flags = flags;
	return skb;
}

/**
 * exs_tcp_send_ack - acknowledge what has come
 * @sk: socket
 *
 * Without memory the delayed-ACK timer tries again.
 *
 * Context: socket lock held, process or softirq.
 */
void exs_tcp_send_ack(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct sk_buff *skb;

	if (sk->sk_state == TCP_CLOSE)
		return;
	skb = exs_tcp_reply_skb(exs_tcp_reply_seq(tp), EXS_TCPHDR_ACK,
				sk_gfp_mask(sk, GFP_ATOMIC | __GFP_NOWARN));
	if (unlikely(!skb)) {
		tp->ack.pending |= EXS_TCP_ACK_RETRY;
		tp->ack.ato = EXS_TCP_DELACK_MAX;
		exs_tcp_timers_ack_owed(sk);
		return;
	}
	exs_tcp_mstamp_refresh(tp);
	exs_tcp_xmit_skb(sk, skb, false, 0);
}

/**
 * exs_tcp_send_dupack - answer a segment that is not acceptable
 * @sk: socket
 * @skb: the segment; the caller's
 *
 * Old text means that our ACKs were lost: acknowledge at once for a while, and
 * say that it came twice (RFC 2883 4.1).
 *
 * Context: socket lock held.
 */
void exs_tcp_send_dupack(struct sock *sk, struct sk_buff *skb)
{
	const struct exs_tcp_cb *cb = EXS_TCPCB(skb);
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	if (cb->end_seq != cb->seq && exs_seq_lt(cb->seq, tp->rcv_nxt)) {
		EXS_INC(exs_sock_net(sk), TCPEXT_DelayedACKLost);
		exs_tcp_quickack_enter(sk, EXS_TCP_MAX_QUICKACKS);
		exs_tcp_dsack_set(sk, cb->seq,
				  exs_seq_min(cb->end_seq, tp->rcv_nxt));
	}
	exs_tcp_send_ack(sk);
}

/**
 * exs_tcp_oow_limited - too many answers to out-of-window segments lately?
 * @en: namespace
 * @last: when the last such answer was given, ms; updated
 *
 * Return: true to be silent (tcp_invalid_ratelimit).
 */
bool exs_tcp_oow_limited(struct exs_net *en, u32 *last)
{
	u32 limit = jiffies_to_msecs(EXS_SYSCTL(en, tcp_invalid_ratelimit));
	u32 now = exs_clock_ms();

	if (*last && now - *last < limit)
		return true;
	/* 0 means never. */
	*last = now ?: 1;
	return false;
}

/* The host's budget of challenge ACKs in this second, RFC 5961 7. */
static bool exs_tcp_challenge_allowed(struct exs_net *en)
{
	u32 limit = EXS_SYSCTL(en, tcp_challenge_ack_limit);
	struct exs_tcp_net *tn = en->tcp;
	u32 now = (u32)(jiffies / HZ);
	u32 left, half;

	/* As on Linux 0 limits nothing either. */
	if (limit == INT_MAX || !limit)
		return true;
	/* Random, so that nobody can count how many others caused. */
	if (READ_ONCE(tn->challenge_stamp) != now) {
		half = (limit + 1) >> 1;
		WRITE_ONCE(tn->challenge_stamp, now);
		WRITE_ONCE(tn->challenge_count,
			   half + get_random_u32_below(limit));
	}
	left = READ_ONCE(tn->challenge_count);
	if (!left)
		return false;
	WRITE_ONCE(tn->challenge_count, left - 1);
	return true;
}

/**
 * exs_tcp_challenge_limited - too many challenge ACKs lately?
 * @en: namespace
 * @last: when the peer was last answered so, ms; updated
 *
 * RFC 5961; limited per connection and per host. Counts.
 *
 * Context: softirq or process.
 * Return: true to be silent.
 */
bool exs_tcp_challenge_limited(struct exs_net *en, u32 *last)
{
	if (exs_tcp_oow_limited(en, last)) {
		EXS_INC(en, TCPEXT_TCPACKSkippedChallenge);
		return true;
	}
	if (!exs_tcp_challenge_allowed(en))
		return true;
	EXS_INC(en, TCPEXT_TCPChallengeACK);
	return false;
}

/**
 * exs_tcp_send_challenge_ack - make the peer prove that it meant it
 * @sk: socket
 *
 * RFC 5961; limited per socket and per host.
 *
 * Context: socket lock held.
 */
void exs_tcp_send_challenge_ack(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	if (!exs_tcp_challenge_limited(exs_sock_net(sk),
				       &tp->last_oow_ack_time))
		exs_tcp_send_ack(sk);
}

/**
 * exs_tcp_send_active_reset - end the connection from our side
 * @sk: socket
 * @gfp: for the segment
 *
 * Context: socket lock held.
 */
void exs_tcp_send_active_reset(struct sock *sk, gfp_t gfp)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct exs_net *en = exs_sock_net(sk);
	struct sk_buff *skb;

	EXS_INC(en, TCP_OutRsts);
	skb = exs_tcp_reply_skb(exs_tcp_reply_seq(tp),
				EXS_TCPHDR_ACK | EXS_TCPHDR_RST, gfp);
	if (!skb) {
		EXS_INC(en, TCPEXT_TCPAbortFailed);
		return;
	}
	exs_tcp_mstamp_refresh(tp);
	if (exs_tcp_xmit_skb(sk, skb, false, 0))
		EXS_INC(en, TCPEXT_TCPAbortFailed);
}

/**
 * exs_tcp_send_probe - an ACK that makes the peer answer
 * @sk: socket
 * @urgent: carry the urgent pointer, so not with an old sequence number
 *
 * One before snd_una is old to the peer, which then tells where it is (RFC 9293
 * 3.8.4).
 *
 * Context: socket lock held.
 * Return: 0 or a negative errno.
 */
int exs_tcp_send_probe(struct sock *sk, bool urgent)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct sk_buff *skb;

	skb = exs_tcp_reply_skb(tp->snd_una - !urgent, EXS_TCPHDR_ACK,
				sk_gfp_mask(sk, GFP_ATOMIC | __GFP_NOWARN));
	if (!skb)
		return -ENOMEM;
	exs_tcp_mstamp_refresh(tp);
	return exs_tcp_xmit_skb(sk, skb, false, 0);
}

/**
 * exs_tcp_send_wakeup - make the peer say what its window is
 * @sk: socket
 * @kind: counter for a bare probe
 *
 * Sends as much of the next segment as the window takes; a window of nothing
 * gets a bare probe.
 *
 * Context: socket lock held.
 * Return: 0: sent; negative: an errno, nothing left the host.
 */
int exs_tcp_send_wakeup(struct sock *sk, enum exs_mib_item kind)
{
	struct sk_buff *skb = skb_peek(&sk->sk_write_queue);
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	unsigned int mss = exs_tcp_current_mss(sk);
	struct exs_tcp_cb *cb;
	u32 room, len;
	int err;

	if (sk->sk_state == TCP_CLOSE)
		return -EPIPE;
	if (!skb || !exs_seq_lt(EXS_TCPCB(skb)->seq, exs_tcp_wnd_end(tp))) {
		this_cpu_inc(exs_sock_net(sk)->mib->c[kind]);
		if (exs_seq_between(tp->snd_up, tp->snd_una + 1,
				    tp->snd_una + 0xffff))
			exs_tcp_send_probe(sk, true);
		return exs_tcp_send_probe(sk, false);
	}

	cb = EXS_TCPCB(skb);
	room = exs_tcp_wnd_end(tp) - cb->seq;
	if (exs_seq_lt(tp->pushed_seq, cb->end_seq))
		tp->pushed_seq = cb->end_seq;
	len = min3(room, mss, skb->len);
	if (skb->len && len < skb->len) {
		cb->flags |= EXS_TCPHDR_PSH;
		err = exs_tcp_fragment(sk, &sk->sk_write_queue, skb, len, mss,
				       GFP_ATOMIC);
		if (err)
			return err;
	}
	exs_tcp_set_segs(skb, mss);
	cb->flags |= EXS_TCPHDR_PSH;
	exs_tcp_mstamp_refresh(tp);
	err = exs_tcp_xmit_skb(sk, skb, true, GFP_ATOMIC);
	if (!err)
		exs_tcp_xmit_sent(sk, skb);
	return err;
}

/**
 * exs_tcp_send_synack_sk - simultaneous open: our SYN again, with an ACK
 * @sk: socket in SYN-RECEIVED whose own SYN is on the retransmission queue
 *
 * RFC 9293 3.5, figure 7.
 *
 * Context: socket lock held.
 */
void exs_tcp_send_synack_sk(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct sk_buff *skb = skb_peek(&tp->rtx_queue);

	if (!skb || !(EXS_TCPCB(skb)->flags & EXS_TCPHDR_SYN))
		return;
	EXS_TCPCB(skb)->flags = exs_tcp_ecn_synack(tp, EXS_TCPCB(skb)->flags);
	exs_tcp_mstamp_refresh(tp);
	exs_tcp_xmit_skb(sk, skb, true, GFP_ATOMIC);
}
