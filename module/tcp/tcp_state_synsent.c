// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: "segment arrives" in SYN-SENT.
 * Flow:   exs_tcp_state_segment -> [here] -> exs_tcp_verdict_execute
 * Owns:   what the peer's SYN teaches: sequence number, window, options
 * Locks:  socket lock held by the caller
 * Spec:   RFC 9293 3.10.7.3; RFC 7323 2, 3; RFC 2018 2
 * Tests:  kunit/tcp/tcp_state_synsent_kunit.c, qemu/wire/handshake
 */
#include "tcp/tcp_priv.h"

static void exs_tcp_synsent_end(struct exs_tcp_verdict *v, u32 actions,
				enum exs_drop_reason reason)
{
	v->actions = actions;
	v->reason = reason;
	v->stop = true;
}

/* Does the timestamp echo one that we sent with a SYN, the first or a later? */
static bool exs_tcp_synsent_tsecr_ok(const struct exs_tcp_sock *tp,
				     const struct exs_tcp_opt *o)
{
	if (!o->saw_tstamp || !o->tsecr)
		return true;
	return exs_seq_between(o->tsecr - tp->tsoffset, tp->retrans_stamp,
			       exs_tcp_retrans_clock(tp));
}

/* Options count only where both sides offered them. */
static void exs_tcp_synsent_options(struct sock *sk, struct exs_tcp_cb *cb,
				    const struct exs_tcp_opt *o)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct exs_net *en = exs_sock_net(sk);

	tp->tstamp_ok = o->saw_tstamp && EXS_SYSCTL(en, tcp_timestamps);
	if (tp->tstamp_ok) {
		exs_tcp_set_ts(tp, cb, o->tsval, o->tsecr);
		tp->ts_recent = o->tsval;
		tp->ts_recent_stamp = (u32)ktime_get_seconds();
		tp->header_len = sizeof(struct tcphdr) + EXS_TCP_TSOPT_LEN;
	} else {
		tp->header_len = sizeof(struct tcphdr);
	}
	tp->sack_ok = o->saw_sack_perm && EXS_SYSCTL(en, tcp_sack);
	tp->wscale_ok = o->saw_wscale && EXS_SYSCTL(en, tcp_window_scaling);
	/* rcv_wscale stays what our SYN says until that is acknowledged. */
	tp->snd_wscale = 0;
	if (tp->wscale_ok)
		tp->snd_wscale = min_t(u8, o->wscale, EXS_TCP_MAX_WSCALE);
	exs_tcp_ecn_answer(tp, cb->flags);
	tp->mss_clamp = o->mss ?: EXS_TCP_MSS_DEFAULT;
	if (tp->ext->user_mss && tp->ext->user_mss < tp->mss_clamp)
		tp->mss_clamp = tp->ext->user_mss;
}

static void exs_tcp_synsent_take_syn(struct sock *sk, struct sk_buff *skb)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct exs_tcp_cb *cb = EXS_TCPCB(skb);

	WRITE_ONCE(tp->rcv_nxt, cb->seq + 1);
	tp->rcv_wup = cb->seq + 1;
	tp->copied_seq = cb->seq + 1;
	tp->snd_wl1 = cb->seq;
	/* RFC 7323 2.2: the window of a SYN is never scaled. */
	tp->snd_wnd = ntohs(tcp_hdr(skb)->window);
	tp->max_window = tp->snd_wnd;
}

/*
 * Third ACK: at once, unless data will carry it soon because somebody waits to
 * write.
 */
static void exs_tcp_synsent_established(struct sock *sk, struct sk_buff *skb,
					struct exs_tcp_verdict *v)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	exs_tcp_sync_mss(sk, exs_sk(sk)->rt.mtu);
	v->actions |= EXS_TCP_DO_ESTABLISH | EXS_TCP_DO_PUSH;
	v->next_state = TCP_ESTABLISHED;
	v->reason = EXS_DROP_TCP_PURE_ACK;
	/* The SYN's text goes again, and acknowledges. */
	if (unlikely(exs_tcp_fo_unacked(tp)))
		return;
	if (sk->sk_write_pending || tp->ext->defer_accept ||
	    exs_tcp_pingpong(tp)) {
		exs_tcp_quickack_enter(sk, EXS_TCP_MAX_QUICKACKS);
		v->actions |= EXS_TCP_DO_ACK_LATER;
	} else {
		v->actions |= EXS_TCP_DO_ACK_NOW;
	}
}

/**
 * exs_tcp_synsent_decide - the verdict on a segment in SYN-SENT
 * @sk: the socket
 * @skb: the segment, prepared
 * @v: filled
 *
 * Text that comes with the SYN is left for the peer to send again, but where we
 * asked for Fast Open.
 *
 * Context: socket lock held, BH disabled, RCU held.
 */
void exs_tcp_synsent_decide(struct sock *sk, struct sk_buff *skb,
			    struct exs_tcp_verdict *v)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct exs_tcp_cb *cb = EXS_TCPCB(skb);
	struct exs_tcp_opt o;

	/* Our SYN still waits for text to go with it: nobody can answer it. */
	if (unlikely(exs_tcp_connect_deferred(sk)) && !tp->packets_out) {
		exs_tcp_synsent_end(v, 0, EXS_DROP_TCP_FLAGS);
		return;
	}
	exs_tcp_opt_parse(tcp_hdr(skb), &o);
	if (cb->flags & EXS_TCPHDR_ACK) {
		if (!exs_seq_gt(cb->ack_seq, tp->snd_una) ||
		    exs_seq_gt(cb->ack_seq, tp->snd_nxt)) {
			exs_tcp_timers_syn_refused(sk);
			exs_tcp_synsent_end(v, EXS_TCP_DO_RST,
					    EXS_DROP_TCP_INVALID_ACK);
			return;
		}
		if (!exs_tcp_synsent_tsecr_ok(tp, &o)) {
			EXS_INC(exs_sock_net(sk), TCPEXT_PAWSActive);
			exs_tcp_synsent_end(v, EXS_TCP_DO_RST,
					    EXS_DROP_TCP_PAWS);
			return;
		}
	}
	if (cb->flags & EXS_TCPHDR_RST) {
		exs_tcp_synsent_end(v, cb->flags & EXS_TCPHDR_ACK ?
				    EXS_TCP_DO_ABORT : 0, EXS_DROP_TCP_RESET);
		return;
	}
	if (!(cb->flags & EXS_TCPHDR_SYN)) {
		exs_tcp_synsent_end(v, 0, EXS_DROP_TCP_FLAGS);
		return;
	}
	exs_tcp_synsent_options(sk, EXS_TCPCB(skb), &o);
	if (cb->flags & EXS_TCPHDR_ACK) {
		exs_tcp_synsent_take_syn(sk, skb);
		exs_tcp_undo_syn(tp, cb);
		if (exs_tcp_ack_process(sk, skb, v))
			exs_tcp_synsent_established(sk, skb, v);
		return;
	}
	/* Simultaneous open. */
	exs_tcp_synsent_take_syn(sk, skb);
	exs_tcp_mtup_init(sk);
	exs_tcp_sync_mss(sk, exs_sk(sk)->rt.mtu);
	exs_tcp_rcv_mss_init(tp);
	v->next_state = TCP_SYN_RECV;
	v->actions = EXS_TCP_DO_SYNACK;
	v->reason = EXS_DROP_TCP_PURE_ACK;
}
