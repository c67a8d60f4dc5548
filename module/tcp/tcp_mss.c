// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: how long a segment, and how large a packet, may be.
 * Flow:   tcp_send, tcp_output, path MTU changes -> [here]
 * Owns:   exs_tcp_sock.mss_cache, .pmtu, .gso_segs; sk_gso_*
 * Locks:  socket lock held by the caller
 * Spec:   RFC 9293 3.7.1; RFC 6691; RFC 1191
 * Tests:  kunit/tcp/tcp_mss_kunit.c
 */
#include "tcp/tcp_priv.h"

#define EXS_TCP_IP_HEADERS	(sizeof(struct iphdr) + sizeof(struct tcphdr))

/**
 * exs_tcp_mtu_to_mss - payload of a segment that fills an MTU
 * @sk: socket
 * @pmtu: bytes of the IP packet
 *
 * Return: bytes of text, the usual TCP options already taken off.
 */
unsigned int exs_tcp_mtu_to_mss(const struct sock *sk, u32 pmtu)
{
	const struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	u32 least = EXS_SYSCTL(exs_sock_net(sk), tcp_min_snd_mss);
	u32 mss = 0;

	if (pmtu > EXS_TCP_IP_HEADERS)
		mss = pmtu - EXS_TCP_IP_HEADERS;
	if (mss > tp->mss_clamp)
		mss = tp->mss_clamp;
	/* tcp_min_snd_mss counts the options in. */
	mss = max(mss, least);
	return mss - (tp->header_len - sizeof(struct tcphdr));
}

/**
 * exs_tcp_half_window - never more than half the peer's largest window
 * @tp: socket
 * @bytes: size of a segment or packet
 *
 * Two segments must fit, or the peer waits with its ACK. Tiny windows are used
 * whole.
 *
 * Return: @bytes or less.
 */
u32 exs_tcp_half_window(const struct exs_tcp_sock *tp, u32 bytes)
{
	u32 cut = tp->max_window;

	if (cut > EXS_TCP_MSS_DEFAULT)
		cut >>= 1;
	if (cut && bytes > cut)
		return max_t(u32, cut, 68 - tp->header_len);
	return bytes;
}

/* What the device of a route takes in one piece. RCU held. */
static void exs_tcp_mss_gso(struct sock *sk, const struct exs_rt *rt)
{
	struct net_device *dev;
	u32 size = GSO_LEGACY_MAX_SIZE;
	u32 segs = GSO_MAX_SEGS;

	/* Signed one by one; tcp_md5_key.c. */
	if (unlikely(sk->sk_gso_disabled)) {
		sk->sk_gso_max_size = 0;
		sk->sk_gso_max_segs = 1;
		return;
	}
	dev = rcu_dereference(rt->ldev->dev);
	if (dev) {
		size = min_t(u32, size, READ_ONCE(dev->gso_ipv4_max_size));
		segs = min_t(u32, segs, READ_ONCE(dev->gso_max_segs));
	}
	sk->sk_gso_type = SKB_GSO_TCPV4;
	sk->sk_gso_max_size = size - (EXS_MAX_TCP_HEADER + 1);
	sk->sk_gso_max_segs = max(segs, 1U);
}

/**
 * exs_tcp_sync_mss - follow the path MTU
 * @sk: socket
 * @pmtu: bytes of the largest IP packet on the way
 *
 * Context: socket lock held.
 * Return: the new segment size.
 */
unsigned int exs_tcp_sync_mss(struct sock *sk, u32 pmtu)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct exs_rt *rt;
	unsigned int mss;

	rcu_read_lock();
	rt = exs_sock_route(sk);
	if (!IS_ERR(rt))
		exs_tcp_mss_gso(sk, rt);
	rcu_read_unlock();
	mss = exs_tcp_half_window(tp, exs_tcp_mtu_to_mss(sk, pmtu));
	if (unlikely(tp->mtup_on))
		mss = exs_tcp_mtup_mss(sk, pmtu, mss);
	tp->pmtu = pmtu;
	WRITE_ONCE(tp->mss_cache, mss);
	tp->cc.mss = mss;
	return mss;
}

/**
 * exs_tcp_current_mss - payload of the next full segment
 * @sk: socket
 *
 * Path MTU changes are followed here. SACK blocks that every segment carries
 * now, and a signature, leave less room.
 *
 * Context: socket lock held.
 * Return: bytes.
 */
unsigned int exs_tcp_current_mss(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	unsigned int mss = tp->mss_cache;
	struct exs_tcp_opt_out o;
	struct exs_rt *rt;
	unsigned int len;
	bool md5;

	rcu_read_lock();
	rt = exs_sock_route(sk);
	if (!IS_ERR(rt) && unlikely(rt->mtu != tp->pmtu))
		mss = exs_tcp_sync_mss(sk, rt->mtu);
	md5 = exs_tcp_md5_key(sk, &tp->es.conn);
	rcu_read_unlock();
	if (likely(!md5 && (!tp->sack_ok || (RB_EMPTY_ROOT(&tp->ooo_queue) &&
					     !tp->dsack_set))))
		return mss;
	memset(&o, 0, sizeof(o));
	o.fo_len = -1;
	o.md5 = md5;
	o.use_ts = tp->tstamp_ok;
	/* Only their number: a DSACK is still to be sent. */
	o.num_sacks = tp->num_sacks + tp->dsack_set;
	len = exs_tcp_opt_size(&o) + sizeof(struct tcphdr);
	return mss - (len - tp->header_len);
}

/**
 * exs_tcp_size_goal - bytes to gather in one packet
 * @sk: socket
 * @mss_now: current segment size
 *
 * A multiple of the segment size, as large as the device takes and half the
 * peer's window allows.
 *
 * Return: bytes, at least @mss_now.
 */
u32 exs_tcp_size_goal(struct sock *sk, unsigned int mss_now)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	u32 goal = tp->gso_segs * mss_now;
	u32 most;

	if (unlikely(!sk->sk_gso_max_size))
		return mss_now;
	most = exs_tcp_half_window(tp, sk->sk_gso_max_size);
	/* Spare the division while the last result still fits. */
	if (unlikely(most < goal || most >= goal + mss_now)) {
		tp->gso_segs = clamp_t(u32, most / mss_now, 1,
				       sk->sk_gso_max_segs);
		goal = tp->gso_segs * mss_now;
	}
	return max(goal, mss_now);
}
