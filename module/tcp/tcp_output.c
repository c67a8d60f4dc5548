// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: what to send now.
 * Flow:   tcp_send, tcp_verdict (ACK clock), tcp_tsq, tcp_timer -> [here] ->
 *         tcp_xmit
 * Owns:   the order and size of new data on the wire
 * Locks:  socket lock held by the caller
 * Spec:   RFC 9293 3.8.6.2; RFC 896 and Minshall's variant (Nagle); RFC 5681
 * Tests:  kunit/tcp/tcp_output_kunit.c
 */
#include "tcp/tcp_priv.h"

#define EXS_TCP_DEFER_SEGS	3	/* segments, without a divisor */

/* One run over the write queue. */
struct exs_tcp_run {
	unsigned int mss;
	int nonagle;
	bool one;		/* send at most one packet */
	bool probe;		/* a tail loss probe: goes beyond cwnd */
	gfp_t gfp;
	bool cwnd_limited;
	bool rwnd_limited;
	u32 sent;		/* segments */
};

/**
 * exs_tcp_nagle_holds - must a segment wait for the ACK of an earlier one?
 * @tp: socket
 * @partial: it is smaller than the MSS
 * @nonagle: EXS_TCP_NAGLE_*
 *
 * Minshall's variant: only a small segment that is still unacknowledged holds
 * the next small one back, a full one does not.
 *
 * Return: true to hold it back.
 */
bool exs_tcp_nagle_holds(const struct exs_tcp_sock *tp, bool partial,
			 int nonagle)
{
	if (!partial)
		return false;
	if (nonagle & EXS_TCP_NAGLE_CORK)
		return true;
	return !nonagle && tp->packets_out &&
	       exs_seq_gt(tp->snd_sml, tp->snd_una) &&
	       !exs_seq_gt(tp->snd_sml, tp->snd_nxt);
}

/* The whole of Nagle for a packet of one segment; false: hold it. */
static bool exs_tcp_output_nagle(const struct exs_tcp_sock *tp,
				 const struct sk_buff *skb, unsigned int mss,
				 int nonagle)
{
	if (nonagle & EXS_TCP_NAGLE_PUSH)
		return true;
	if (tp->urg_mode || (EXS_TCPCB(skb)->flags & EXS_TCPHDR_FIN))
		return true;
	return !exs_tcp_nagle_holds(tp, skb->len < mss, nonagle);
}

/**
 * exs_tcp_cwnd_quota - segments the congestion window has room for
 * @tp: socket
 *
 * Never more than half of it at once, so that ACKs come spread.
 *
 * Return: segments, 0: none.
 */
u32 exs_tcp_cwnd_quota(const struct exs_tcp_sock *tp)
{
	u32 in_flight = exs_tcp_in_flight(tp);
	u32 cwnd = tp->cc.cwnd;

	if (in_flight >= cwnd)
		return 0;
	return min(max(cwnd >> 1, 1U), cwnd - in_flight);
}

/* Does the peer's window have room for the first segment of skb? */
static bool exs_tcp_output_window(const struct exs_tcp_sock *tp,
				  const struct sk_buff *skb, unsigned int mss)
{
	u32 end = EXS_TCPCB(skb)->end_seq;

	if (skb->len > mss)
		end = EXS_TCPCB(skb)->seq + mss;
	return !exs_seq_gt(end, exs_tcp_wnd_end(tp));
}

/**
 * exs_tcp_output_limit - how much of a packet may go now
 * @tp: socket
 * @skb: first of the write queue
 * @last: it is also the last
 * @mss: segment size
 * @max_segs: what cwnd and the device allow, at least 1
 * @nonagle: EXS_TCP_NAGLE_*
 *
 * Whole segments, except that the tail of the data may go with them when Nagle
 * would let it go alone.
 *
 * Return: bytes.
 */
u32 exs_tcp_output_limit(const struct exs_tcp_sock *tp,
			 const struct sk_buff *skb, bool last, unsigned int mss,
			 u32 max_segs, int nonagle)
{
	u32 window = exs_tcp_wnd_end(tp) - EXS_TCPCB(skb)->seq;
	u32 most = mss * max_segs;
	u32 want, partial;

	if (likely(most <= window && !last))
		return most;
	want = min(skb->len, window);
	if (most <= want)
		return most;
	partial = want % mss;
	if (exs_tcp_nagle_holds(tp, partial != 0, nonagle))
		return want - partial;
	return want;
}

/*
 * Is what may go now much of the window, so that it need not wait? A part of it
 * as tcp_tso_win_divisor says; 0: more than what two ACKs let out.
 */
static bool exs_tcp_output_enough(struct sock *sk, u32 limit, unsigned int mss)
{
	u32 divisor = EXS_SYSCTL(exs_sock_net(sk), tcp_tso_win_divisor);
	const struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	if (!divisor)
		return limit > EXS_TCP_DEFER_SEGS * mss;
	return limit >= min(tp->snd_wnd, tp->cc.cwnd * mss) / divisor;
}

/*
 * Will the ACK of the oldest packet come within a millisecond, and within half
 * a round trip?
 */
static bool exs_tcp_output_ack_near(const struct exs_tcp_sock *tp,
				    const struct sk_buff *oldest)
{
	u32 srtt = tp->cc.srtt_us >> 3;
	s64 left = exs_tcp_sent_us(oldest) + srtt - tp->mstamp_us;

	return left <= (s64)min_t(u32, srtt / 2, USEC_PER_MSEC);
}

/*
 * Is a larger packet worth waiting for the next ACK? Only when that comes soon,
 * a third of the window can't go now, and data is flowing.
 */
static bool exs_tcp_output_defer(struct sock *sk, struct sk_buff *skb,
				 struct exs_tcp_run *run, u32 max_segs)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct sk_buff *head = skb_peek(&tp->rtx_queue);
	u32 send_win, cong_win, limit;
	u64 age;

	if (tp->cc.ca_state >= EXS_CA_RECOVERY || !head)
		return false;
	age = tp->mstamp_us - exs_tcp_sent_us(skb_peek_tail(&tp->rtx_queue));
	if (age > USEC_PER_MSEC)
		return false;
	send_win = exs_tcp_wnd_end(tp) - EXS_TCPCB(skb)->seq;
	cong_win = (tp->cc.cwnd - exs_tcp_in_flight(tp)) * run->mss;
	limit = min(send_win, cong_win);
	if (limit >= max_segs * run->mss)
		return false;
	if (!skb_queue_is_last(&sk->sk_write_queue, skb) && limit >= skb->len)
		return false;
	if (exs_tcp_output_enough(sk, limit, run->mss) ||
	    !exs_tcp_output_ack_near(tp, head))
		return false;
	if (cong_win < send_win && cong_win <= skb->len) {
		run->cwnd_limited = true;
		return true;
	}
	if (cong_win >= send_win && send_win <= skb->len) {
		run->rwnd_limited = true;
		return true;
	}
	return !(EXS_TCPCB(skb)->flags & EXS_TCPHDR_FIN) && !EXS_TCPCB(skb)->eor;
}

/*
 * Segments that may go at once. Half the peer's window bounds what is gathered
 * in a packet, not what is sent in one.
 */
static u32 exs_tcp_output_burst(const struct sock *sk, unsigned int mss)
{
	const struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	u32 size = sk->sk_gso_max_size;

	if (likely(tp->burst_segs <= tp->gso_segs ||
		   exs_tcp_half_window(tp, size) == size))
		return exs_tcp_burst(tp);
	return clamp_t(u32, size / mss, 1,
		       min_t(u32, tp->burst_segs, sk->sk_gso_max_segs));
}

/* What the last time left of a packet and the next are not to be two. */
static void exs_tcp_output_fill(struct sock *sk, struct sk_buff *skb, u32 most)
{
	if (skb->len < most)
		exs_tcp_merge_next(sk, skb, most - skb->len);
}

/* May the head of the write queue go, and how much of it? 0: not now. */
static u32 exs_tcp_output_decide(struct sock *sk, struct sk_buff *skb,
				 struct exs_tcp_run *run)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	u32 quota = exs_tcp_cwnd_quota(tp);
	u32 max_segs = exs_tcp_output_burst(sk, run->mss);
	u32 segs;
	bool last;

	if (!quota && run->probe)
		quota = 1;
	if (!quota) {
		run->cwnd_limited = true;
		return 0;
	}
	exs_tcp_output_fill(sk, skb, min(max_segs, quota) * run->mss);
	last = skb_queue_is_last(&sk->sk_write_queue, skb);
	segs = exs_tcp_set_segs(skb, run->mss);
	if (!exs_tcp_output_window(tp, skb, run->mss)) {
		run->rwnd_limited = true;
		return 0;
	}
	if (segs == 1) {
		if (!exs_tcp_output_nagle(tp, skb, run->mss,
					  last ? run->nonagle :
						 EXS_TCP_NAGLE_PUSH))
			return 0;
		return run->mss;
	}
	if (!run->one && exs_tcp_output_defer(sk, skb, run, max_segs))
		return 0;
	if (tp->urg_mode)
		return run->mss;
	return exs_tcp_output_limit(tp, skb, last, run->mss,
				    min(max_segs, quota), run->nonagle);
}

/* A larger segment first, to probe the path's MTU? False: send nothing yet. */
static bool exs_tcp_output_mtup(struct sock *sk, struct exs_tcp_run *run)
{
	enum exs_tcp_mtup ret = exs_tcp_mtup_probe(sk);

	if (ret == EXS_TCP_MTUP_SENT)
		run->sent = 1;
	return ret != EXS_TCP_MTUP_WAIT;
}

/* Send what may go. True: nothing is in flight and nothing could be sent. */
static bool exs_tcp_output_run(struct sock *sk, struct exs_tcp_run *run)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct sk_buff *skb;
	u32 limit;

	exs_tcp_mstamp_refresh(tp);
	if (unlikely(tp->mtup_on) && !run->one && !exs_tcp_output_mtup(sk, run))
		return false;
	while ((skb = skb_peek(&sk->sk_write_queue))) {
		if (unlikely(exs_tcp_paced(sk)) && exs_tcp_pacer_waits(sk))
			break;
		limit = exs_tcp_output_decide(sk, skb, run);
		if (!limit)
			break;
		if (skb->len > limit &&
		    unlikely(exs_tcp_fragment(sk, &sk->sk_write_queue, skb,
					      limit, run->mss, run->gfp)))
			break;
		if (exs_tcp_tsq_blocked(sk, skb, false))
			break;
		if (EXS_TCPCB(skb)->end_seq == EXS_TCPCB(skb)->seq)
			break;
		if (unlikely(exs_tcp_xmit_skb(sk, skb, true, run->gfp)))
			break;
		exs_tcp_xmit_sent(sk, skb);
		run->sent += exs_tcp_skb_segs(skb);
		if (skb->len < run->mss * max_t(u32, EXS_TCPCB(skb)->gso_segs, 1))
			tp->snd_sml = EXS_TCPCB(skb)->end_seq;
		if (run->one)
			break;
	}
	if (run->rwnd_limited)
		exs_tcp_chrono_start(tp, EXS_TCP_CHRONO_RWND);
	else if (unlikely(tp->chrono_kind == EXS_TCP_CHRONO_RWND))
		exs_tcp_chrono_stop(sk, EXS_TCP_CHRONO_RWND);
	if (exs_tcp_in_flight(tp) >= tp->cc.cwnd)
		run->cwnd_limited = true;
	if (run->sent || run->cwnd_limited)
		exs_tcp_cwnd_validate(sk, run->cwnd_limited);
	if (run->sent) {
		/* RFC 6937: new data uses up what recovery allows to send. */
		if (exs_tcp_reducing(tp))
			tp->prr_out += run->sent;
		if (!run->probe)
			exs_tcp_tlp_schedule(sk, false);
		return false;
	}
	return !tp->packets_out && !skb_queue_empty(&sk->sk_write_queue);
}

/**
 * exs_tcp_push - send what Nagle, cwnd, the peer's window and TSQ allow
 * @sk: socket
 * @mss_now: current segment size
 * @nonagle: EXS_TCP_NAGLE_*, for the last segment
 *
 * Context: socket lock held, process or softirq.
 */
void exs_tcp_push(struct sock *sk, unsigned int mss_now, int nonagle)
{
	struct exs_tcp_run run = {
		.mss = mss_now,
		.nonagle = nonagle,
		.gfp = sk_gfp_mask(sk, GFP_ATOMIC),
	};

	if (unlikely(sk->sk_state == TCP_CLOSE))
		return;
	if (exs_tcp_output_run(sk, &run))
		exs_tcp_timers_window_closed(sk);
}

/**
 * exs_tcp_push_pending - send what waits, by the socket's own Nagle setting
 * @sk: socket
 *
 * The ACK clock: called for each acceptable ACK.
 *
 * Context: socket lock held, process or softirq.
 */
void exs_tcp_push_pending(struct sock *sk)
{
	if (!skb_queue_empty(&sk->sk_write_queue))
		exs_tcp_push(sk, exs_tcp_current_mss(sk),
			     exs_tcp_sk(sk)->nonagle);
}

/**
 * exs_tcp_push_one - send the one packet at the head of the write queue
 * @sk: socket
 * @mss_now: current segment size
 *
 * Context: socket lock held, process context: may sleep for memory.
 */
void exs_tcp_push_one(struct sock *sk, unsigned int mss_now)
{
	struct exs_tcp_run run = {
		.mss = mss_now,
		.nonagle = EXS_TCP_NAGLE_PUSH,
		.one = true,
		.gfp = sk->sk_allocation,
	};

	exs_tcp_output_run(sk, &run);
}

/**
 * exs_tcp_push_probe - a tail loss probe of new data
 * @sk: socket
 * @mss_now: current segment size
 *
 * Context: socket lock held, softirq or process.
 * Return: false when nothing waits, or the peer's window has no room for it.
 */
bool exs_tcp_push_probe(struct sock *sk, unsigned int mss_now)
{
	struct sk_buff *skb = exs_tcp_send_head(sk);
	struct exs_tcp_run run = {
		.mss = mss_now,
		.nonagle = EXS_TCP_NAGLE_OFF,
		.one = true,
		.probe = true,
		.gfp = GFP_ATOMIC,
	};

	if (!skb || !exs_tcp_output_window(exs_tcp_sk(sk), skb, mss_now))
		return false;
	exs_tcp_output_run(sk, &run);
	return true;
}

/* A packet of its own for the FIN. */
static struct sk_buff *exs_tcp_output_fin_skb(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct sk_buff *skb;

	skb = exs_tcp_alloc_skb(sk, sk_gfp_mask(sk, GFP_ATOMIC | __GFP_NOWARN),
				true);
	if (unlikely(!skb))
		return NULL;
	EXS_TCPCB(skb)->seq = tp->write_seq;
	EXS_TCPCB(skb)->end_seq = tp->write_seq;
	EXS_TCPCB(skb)->flags = EXS_TCPHDR_ACK;
	sk_wmem_queued_add(sk, skb->truesize);
	sk_mem_charge(sk, skb->truesize);
	__skb_queue_tail(&sk->sk_write_queue, skb);
	exs_tcp_chrono_start(tp, EXS_TCP_CHRONO_BUSY);
	return skb;
}

/**
 * exs_tcp_send_fin - our direction ends
 * @sk: socket
 *
 * The FIN rides on the last data not yet sent, or goes alone. Where there is no
 * memory for a packet it rides on the last segment in flight and goes out when
 * that is retransmitted.
 *
 * Context: socket lock held, process or softirq.
 */
void exs_tcp_send_fin(struct sock *sk)
{
	struct sk_buff *skb = skb_peek_tail(&sk->sk_write_queue);
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	if (!skb)
		skb = exs_tcp_output_fin_skb(sk);
	if (unlikely(!skb)) {
		skb = skb_peek_tail(&tp->rtx_queue);
		if (!skb)
			return;
		WRITE_ONCE(tp->snd_nxt, tp->snd_nxt + 1);
	}
	EXS_TCPCB(skb)->flags |= EXS_TCPHDR_FIN;
	EXS_TCPCB(skb)->end_seq++;
	WRITE_ONCE(tp->write_seq, tp->write_seq + 1);
	if (!skb_queue_empty(&sk->sk_write_queue))
		exs_tcp_push(sk, exs_tcp_current_mss(sk), EXS_TCP_NAGLE_OFF);
}
