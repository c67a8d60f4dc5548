// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: how large a packet the path takes, found out without ICMP.
 * Flow:   tcp_output -> exs_tcp_mtup_probe -> tcp_xmit; tcp_connect, tcp_mss,
 *         tcp_ack, tcp_loss, tcp_timeout -> [here] -> tcp_mss
 * Owns:   exs_tcp_ext.mtup, exs_tcp_sock.mtup_on, .mtup_probe
 * Locks:  socket lock held by the caller
 * Spec:   RFC 4821 7, 10.1; RFC 8899 for the terms
 * Tests:  kunit/tcp/tcp_mtup_kunit.c, qemu/wire/mtu
 *
 * The search goes on between low, a packet size that arrives, and high, beyond
 * which none does. Segments are of low. It begins when a path swallows what is
 * sent (tcp_mtu_probing 1) or with the connection (2), at tcp_base_mss.
 *
 * A probe is one segment halfway between them, of text that waits anyway, one
 * at a time. Its ACK makes its size low. When what was sent after it arrives and
 * it does not, its size is high, and that is no sign of congestion. After any
 * other retransmission nobody knows: it is forgotten. When low and high have met
 * the search rests for tcp_probe_interval.
 */
#include "tcp/tcp_priv.h"

/* One of cwnd for the probe, and enough to tell of its loss by duplicates. */
#define EXS_TCP_MTUP_CWND	11

/* Who searches has an extension of its own. */
static struct exs_tcp_ext *exs_tcp_mtup_ext(const struct exs_tcp_sock *tp)
{
	return (struct exs_tcp_ext *)tp->ext;
}

/* Bytes of the packet that takes mss of text. */
static u32 exs_tcp_mtup_size(const struct exs_tcp_sock *tp, u32 mss)
{
	return mss + tp->header_len + sizeof(struct iphdr);
}

/* The largest packet that both the peer and the way, as known, may take. */
static u32 exs_tcp_mtup_most(const struct exs_tcp_sock *tp)
{
	u32 most = tp->mss_clamp + sizeof(struct tcphdr) + sizeof(struct iphdr);

	return tp->pmtu ? min_t(u32, most, tp->pmtu) : most;
}

/* False: no memory, no search. */
static bool exs_tcp_mtup_begin(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	int base = EXS_SYSCTL(exs_sock_net(sk), tcp_base_mss);
	struct exs_tcp_ext *ext = exs_tcp_ext_own(tp, GFP_ATOMIC);

	if (!ext)
		return false;
	ext->mtup.high = exs_tcp_mtup_most(tp);
	ext->mtup.low = exs_tcp_mtup_size(tp, max(base, 0));
	ext->mtup.stamp = (u32)jiffies;
	tp->mtup_on = 1;
	return true;
}

/**
 * exs_tcp_mtup_init - a connection begins
 * @sk: socket; its header length and mss_clamp are known
 *
 * Segments follow with the next exs_tcp_sync_mss().
 *
 * Context: socket lock held.
 */
void exs_tcp_mtup_init(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	tp->mtup_on = 0;
	tp->mtup_probe = 0;
	if (unlikely(EXS_SYSCTL(exs_sock_net(sk), tcp_mtu_probing) > 1))
		exs_tcp_mtup_begin(sk);
}

/**
 * exs_tcp_mtup_mss - the segment size that the search allows
 * @sk: socket that searches
 * @pmtu: what the path is known to take at most
 * @mss: segment size by that
 *
 * Context: socket lock held.
 * Return: bytes of text, @mss or less.
 */
u32 exs_tcp_mtup_mss(struct sock *sk, u32 pmtu, u32 mss)
{
	struct exs_tcp_ext *ext = exs_tcp_mtup_ext(exs_tcp_sk(sk));

	ext->mtup.high = min(ext->mtup.high, pmtu);
	return min(mss, exs_tcp_mtu_to_mss(sk, ext->mtup.low));
}

/**
 * exs_tcp_mtup_black_hole - retransmissions do not arrive
 * @sk: socket
 *
 * RFC 4821 7.7: perhaps they are too large and nobody says so. The first time
 * begins the search, each further one halves the size, down to
 * tcp_mtu_probe_floor.
 *
 * Context: socket lock held, BH disabled.
 */
void exs_tcp_mtup_black_hole(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct exs_net *en = exs_sock_net(sk);
	struct exs_tcp_ext *ext;
	int mss;

	if (!EXS_SYSCTL(en, tcp_mtu_probing))
		return;
	if (tp->mtup_on) {
		ext = exs_tcp_mtup_ext(tp);
		mss = exs_tcp_mtu_to_mss(sk, ext->mtup.low) >> 1;
		mss = min(mss, EXS_SYSCTL(en, tcp_base_mss));
		mss = max(mss, EXS_SYSCTL(en, tcp_mtu_probe_floor));
		mss = max(mss, EXS_SYSCTL(en, tcp_min_snd_mss));
		ext->mtup.low = exs_tcp_mtup_size(tp, mss);
	} else if (!exs_tcp_mtup_begin(sk)) {
		return;
	}
	exs_tcp_sync_mss(sk, tp->pmtu);
}

/* The search has ended: is it time for another? */
static void exs_tcp_mtup_again(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct exs_tcp_ext *ext = exs_tcp_mtup_ext(tp);
	u32 now = (u32)jiffies;

	if (now - ext->mtup.stamp <
	    (u32)EXS_SYSCTL(exs_sock_net(sk), tcp_probe_interval))
		return;
	ext->mtup.high = exs_tcp_mtup_most(tp);
	ext->mtup.low = exs_tcp_mtup_size(tp, tp->mss_cache);
	ext->mtup.stamp = now;
}

/**
 * exs_tcp_mtup_next - what to probe next
 * @sk: socket that searches
 *
 * RFC 4821 7.3: the middle.
 *
 * Context: socket lock held.
 * Return: bytes of text; 0: low and high have met.
 */
u32 exs_tcp_mtup_next(const struct sock *sk)
{
	const struct exs_tcp_ext *ext = exs_tcp_ext(exs_tcp_sk(sk));
	s32 range = ext->mtup.high - ext->mtup.low;
	u32 mss;

	if (range < EXS_SYSCTL(exs_sock_net(sk), tcp_probe_threshold))
		return 0;
	mss = exs_tcp_mtu_to_mss(sk, (ext->mtup.high + ext->mtup.low) >> 1);
	return mss > exs_tcp_mtu_to_mss(sk, ext->mtup.high) ? 0 : mss;
}

/**
 * exs_tcp_mtup_room - RFC 4821 7.4: may a probe go now?
 * @tp: socket
 * @size: bytes of its text
 *
 * Enough must follow it to tell of its loss without a timeout.
 *
 * Context: socket lock held.
 * Return: EXS_TCP_MTUP_SENT: it may.
 */
enum exs_tcp_mtup exs_tcp_mtup_room(const struct exs_tcp_sock *tp, u32 size)
{
	u64 need = size + (tp->reordering + 1ULL) * tp->mss_cache;
	u32 flight = exs_tcp_in_flight(tp);

	if (tp->write_seq - tp->snd_nxt < need || tp->snd_wnd < need)
		return EXS_TCP_MTUP_NONE;
	if (exs_seq_gt(tp->snd_nxt + (u32)need, exs_tcp_wnd_end(tp)))
		return EXS_TCP_MTUP_WAIT;
	if (flight + 2 > tp->cc.cwnd)
		return flight ? EXS_TCP_MTUP_WAIT : EXS_TCP_MTUP_NONE;
	return EXS_TCP_MTUP_SENT;
}

/* Make the first packet of the write queue size bytes long. */
static bool exs_tcp_mtup_gather(struct sock *sk, u32 size, unsigned int mss)
{
	struct sk_buff *skb = exs_tcp_send_head(sk);

	while (skb->len < size)
		if (!exs_tcp_merge_next(sk, skb, size - skb->len))
			return false;
	return skb->len == size ||
	       !exs_tcp_fragment(sk, &sk->sk_write_queue, skb, size, mss,
				 GFP_ATOMIC);
}

/*
 * The first packet of the write queue, as one segment, with extra bytes of
 * options. False: it stays there.
 */
static bool exs_tcp_mtup_send(struct sock *sk, u32 extra)
{
	struct sk_buff *skb = exs_tcp_send_head(sk);
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct exs_tcp_ext *ext = exs_tcp_mtup_ext(tp);

	exs_tcp_set_segs(skb, skb->len);
	if (unlikely(exs_tcp_xmit_skb(sk, skb, true, GFP_ATOMIC)))
		return false;
	ext->mtup.size = exs_tcp_mtup_size(tp, skb->len + extra);
	ext->mtup.seq = EXS_TCPCB(skb)->seq;
	ext->mtup.end_seq = EXS_TCPCB(skb)->end_seq;
	tp->mtup_probe = 1;
	/* It is about two of the others. */
	tp->cc.cwnd--;
	exs_tcp_xmit_sent(sk, skb);
	return true;
}

/**
 * exs_tcp_mtup_probe - send a larger segment, if it is time
 * @sk: socket that searches, about to send new text
 *
 * Context: socket lock held, process or softirq; tp->mstamp_us is refreshed.
 * Return: what became of it.
 */
enum exs_tcp_mtup exs_tcp_mtup_probe(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	enum exs_tcp_mtup ret;
	unsigned int mss;
	u32 size, extra;

	/* SACK blocks of ours would make segments differ in length. */
	if (tp->mtup_probe || tp->cc.ca_state != EXS_CA_OPEN ||
	    tp->cc.cwnd < EXS_TCP_MTUP_CWND || tp->num_sacks || tp->dsack_set)
		return EXS_TCP_MTUP_NONE;
	/* What is known of the path may have changed: it bounds the search. */
	mss = exs_tcp_current_mss(sk);
	size = exs_tcp_mtup_next(sk);
	if (!size) {
		exs_tcp_mtup_again(sk);
		return EXS_TCP_MTUP_NONE;
	}
	/* A signature takes of the text. */
	extra = tp->mss_cache - mss;
	if (size <= extra)
		return EXS_TCP_MTUP_NONE;
	size -= extra;
	ret = exs_tcp_mtup_room(tp, size);
	if (ret != EXS_TCP_MTUP_SENT)
		return ret;
	if (!exs_tcp_mtup_gather(sk, size, mss) ||
	    !exs_tcp_mtup_send(sk, extra))
		return EXS_TCP_MTUP_NONE;
	return ret;
}

/**
 * exs_tcp_mtup_acked - has the probe arrived?
 * @sk: socket with a probe out, snd_una advanced
 *
 * RFC 4821 7.6.1: then segments are as large from now on. cwnd counts segments:
 * it stays the same in bytes.
 *
 * Context: socket lock held, BH disabled.
 */
void exs_tcp_mtup_acked(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct exs_tcp_ext *ext = exs_tcp_mtup_ext(tp);
	struct exs_cc *cc = &tp->cc;
	u64 cwnd;

	if (exs_seq_gt(ext->mtup.end_seq, tp->snd_una))
		return;
	cc->prior_ssthresh = exs_tcp_cwnd_ssthresh(cc);
	cwnd = div_u64((u64)cc->cwnd * exs_tcp_mtup_size(tp, tp->mss_cache),
		       ext->mtup.size);
	cc->cwnd = max_t(u32, cwnd, 1);
	cc->cwnd_cnt = 0;
	tp->snd_cwnd_stamp = (u32)jiffies;
	cc->ssthresh = exs_tcp_cwnd_ssthresh(cc);
	ext->mtup.low = ext->mtup.size;
	tp->mtup_probe = 0;
	exs_tcp_sync_mss(sk, tp->pmtu);
	EXS_INC(exs_sock_net(sk), TCPEXT_TCPMTUPSuccess);
}

/**
 * exs_tcp_mtup_lost - is the probe what was lost?
 * @sk: socket with a probe out, something of it is deemed lost
 *
 * RFC 4821 7.6.2: then the path does not take it. Its text goes again in
 * segments that fit; cwnd is what it was before.
 *
 * Context: socket lock held, BH disabled.
 * Return: true when it is, and no congestion response is to follow.
 */
bool exs_tcp_mtup_lost(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct exs_tcp_ext *ext = exs_tcp_mtup_ext(tp);

	if (tp->cc.ca_state >= EXS_CA_CWR || tp->snd_una != ext->mtup.seq)
		return false;
	ext->mtup.high = ext->mtup.size - 1;
	tp->mtup_probe = 0;
	EXS_INC(exs_sock_net(sk), TCPEXT_TCPMTUPFail);
	tp->cc.cwnd++;
	exs_tcp_loss_larger(sk, exs_tcp_current_mss(sk));
	exs_tcp_recovery_resend(sk);
	return true;
}
