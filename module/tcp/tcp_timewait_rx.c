// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: "segment arrives" in TIME-WAIT and in an orphan's FIN-WAIT-2.
 * Flow:   tcp_demux -> [here] -> ACK, RST, or a new connection
 * Owns:   -
 * Locks:  none; fields are written racily by segments of one connection
 * Spec:   RFC 9293 3.10.7.4; RFC 1337; RFC 6191; RFC 7323 5
 * Tests:  kunit/tcp/tcp_timewait_rx_kunit.c, qemu/wire/close
 */
#include "tcp/tcp_priv.h"

/*
 * RFC 7323: reads the timestamp; true when it is too old. A reset's counts for
 * a minute: the peer's clock may be another after a reboot.
 */
static bool exs_tcp_tw_old_ts(struct exs_tcp_tw *tw, struct sk_buff *skb,
			      struct exs_tcp_opt *o)
{
	u32 life = EXS_TCP_PAWS_24DAYS;

	exs_tcp_opt_parse(tcp_hdr(skb), o);
	if (!tw->tstamp_ok || !tw->ts_recent_stamp)
		o->saw_tstamp = 0;
	if (!o->saw_tstamp)
		return false;
	if (EXS_TCPCB(skb)->flags & EXS_TCPHDR_RST)
		life = EXS_TCP_PAWS_RST;
	return tw->ts_recent && (s32)(o->tsval - tw->ts_recent) < 0 &&
	       (u32)ktime_get_seconds() - tw->ts_recent_stamp < life;
}

static void exs_tcp_tw_learn_ts(struct exs_tcp_tw *tw,
				const struct exs_tcp_opt *o)
{
	if (!o->saw_tstamp)
		return;
	tw->ts_recent = o->tsval;
	tw->ts_recent_stamp = (u32)ktime_get_seconds();
}

static void exs_tcp_tw_ack(struct exs_tcp_tw *tw, struct sk_buff *skb)
{
	struct exs_tcp_ack_reply r = {
		.md5 = tw->md5,
		.seq = tw->snd_nxt,
		.ack = tw->rcv_nxt,
		.tsval = exs_clock_ms() + tw->tsoffset,
		.tsecr = tw->ts_recent,
		.mark = tw->mark,
		.tx_delay = tw->tx_delay,
		.oif = tw->conn.bound_dev_if,
		.win = tw->rcv_wnd >> tw->rcv_wscale,
		.tos = tw->tos,
		.use_ts = tw->tstamp_ok,
	};

	exs_tcp_send_ack_reply(exs_net(tw->conn.net), skb, &r);
}

/* An answer that must not feed a loop. */
static void exs_tcp_tw_ack_limited(struct exs_tcp_tw *tw, struct sk_buff *skb)
{
	struct exs_net *en = exs_net(tw->conn.net);
	struct exs_tcp_cb *cb = EXS_TCPCB(skb);
	bool text = cb->seq != cb->end_seq && !(cb->flags & EXS_TCPHDR_SYN);

	if (text || !exs_tcp_oow_limited(en, &tw->last_oow_ack_time))
		exs_tcp_tw_ack(tw, skb);
	else if (tw->substate == TCP_FIN_WAIT2)
		EXS_INC(en, TCPEXT_TCPACKSkippedFinWait2);
	else
		EXS_INC(en, TCPEXT_TCPACKSkippedTimeWait);
}

static bool exs_tcp_tw_in_window(const struct exs_tcp_tw *tw, u32 seq, u32 end)
{
	u32 right = tw->rcv_nxt + tw->rcv_wnd;

	return seq == tw->rcv_nxt ||
	       (exs_seq_gt(end, tw->rcv_nxt) && exs_seq_lt(seq, right)) ||
	       (seq == right && end == right);
}

static void exs_tcp_tw_finwait2(struct exs_tcp_tw *tw, struct sk_buff *skb)
{
	struct exs_tcp_cb *cb = EXS_TCPCB(skb);
	bool fin = cb->flags & EXS_TCPHDR_FIN;
	struct exs_tcp_opt o;
	bool syn;

	if (exs_tcp_tw_old_ts(tw, skb, &o) ||
	    !exs_tcp_tw_in_window(tw, cb->seq, cb->end_seq)) {
		/* A reset too: as on Linux. */
		exs_tcp_tw_ack_limited(tw, skb);
		return;
	}
	if (cb->flags & EXS_TCPHDR_RST) {
		exs_tcp_timewait_kill(tw);
		return;
	}
	syn = cb->flags & EXS_TCPHDR_SYN && exs_seq_ge(cb->seq, tw->rcv_nxt);
	if (!syn &&
	    (!(cb->flags & EXS_TCPHDR_ACK) || cb->seq == cb->end_seq ||
	     !exs_seq_gt(cb->end_seq, tw->rcv_nxt)))
		return;
	/* Text, or a new connection, that nobody is there to take. */
	if (syn || !fin || cb->end_seq != tw->rcv_nxt + 1) {
		exs_tcp_send_reset(NULL, skb);
		exs_tcp_timewait_kill(tw);
		return;
	}
	tw->rcv_nxt = cb->end_seq;
	exs_tcp_tw_learn_ts(tw, &o);
	exs_tcp_timewait_again(tw, TCP_TIME_WAIT);
	exs_tcp_tw_ack(tw, skb);
}

/* RFC 6191: is this SYN surely of a newer connection? */
static bool exs_tcp_tw_new_syn(const struct exs_tcp_tw *tw,
			       const struct sk_buff *skb,
			       const struct exs_tcp_opt *o)
{
	const struct exs_tcp_cb *cb = EXS_TCPCB(skb);

	if ((cb->flags & (EXS_TCPHDR_SYN | EXS_TCPHDR_RST |
			  EXS_TCPHDR_ACK)) != EXS_TCPHDR_SYN)
		return false;
	return exs_seq_gt(cb->seq, tw->rcv_nxt) ||
	       (o->saw_tstamp && (s32)(o->tsval - tw->ts_recent) > 0);
}

/* True when the segment was consumed by a new connection. */
static bool exs_tcp_tw_timewait(struct exs_tcp_tw *tw, struct sk_buff *skb)
{
	struct exs_net *en = exs_net(tw->conn.net);
	struct exs_tcp_cb *cb = EXS_TCPCB(skb);
	struct exs_tcp_opt o;
	bool old_ts = exs_tcp_tw_old_ts(tw, skb, &o);
	u32 isn;

	if (!old_ts && cb->seq == tw->rcv_nxt &&
	    (cb->seq == cb->end_seq || cb->flags & EXS_TCPHDR_RST)) {
		/* RFC 1337: a RST here is an old one, or an attack. */
		if (cb->flags & EXS_TCPHDR_RST) {
			if (!EXS_SYSCTL(en, tcp_rfc1337))
				exs_tcp_timewait_kill(tw);
			return false;
		}
		exs_tcp_timewait_again(tw, TCP_TIME_WAIT);
		exs_tcp_tw_learn_ts(tw, &o);
		return false;
	}
	/* Where nobody listens it is a segment like others. */
	if (!old_ts && exs_tcp_tw_new_syn(tw, skb, &o) &&
	    exs_tcp_listener_rcu(skb)) {
		isn = exs_tcp_timewait_isn(tw);
		exs_tcp_timewait_kill(tw);
		exs_tcp_rcv_listener(skb, isn);
		return true;
	}
	if (old_ts)
		EXS_INC(en, TCPEXT_PAWSEstab);
	if (cb->flags & EXS_TCPHDR_RST)
		return false;
	if (old_ts || cb->flags & EXS_TCPHDR_ACK)
		exs_tcp_timewait_again(tw, TCP_TIME_WAIT);
	exs_tcp_tw_ack_limited(tw, skb);
	return false;
}

/**
 * exs_tcp_timewait_segment - a segment for a TIME-WAIT object
 * @tw: the object, may be on its way out
 * @skb: prepared; consumed
 *
 * Context: softirq, RCU held.
 */
void exs_tcp_timewait_segment(struct exs_tcp_tw *tw, struct sk_buff *skb)
{
	if (tw->substate == TCP_FIN_WAIT2)
		exs_tcp_tw_finwait2(tw, skb);
	else if (exs_tcp_tw_timewait(tw, skb))
		return;
	exs_drop(skb, EXS_DROP_TCP_TIMEWAIT);
}

/**
 * exs_tcp_timewait_isn - initial sequence number of a successor
 * @tw: the object
 *
 * Beyond the largest unscaled window after the old connection's last.
 *
 * Return: a sequence number, never 0.
 */
u32 exs_tcp_timewait_isn(const struct exs_tcp_tw *tw)
{
	return tw->snd_nxt + 65535 + 2 ?: 1;
}
