// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: paths that swallow Fast Open connections.
 * Flow:   tcp_state, tcp_close, tcp_sock, tcp_timeout -> [here]; tcp_fo_client
 *         asks
 * Owns:   exs_tcp_net.fo_off_times, .fo_off_until
 * Locks:  socket lock held by the caller
 * Spec:   RFC 7413 7.1; tcp_fastopen_blackhole_timeout_sec of Linux's ip-sysctl
 * Tests:  kunit/tcp/tcp_fo_blackhole_kunit.c
 *
 * Some middle boxes let the handshake pass and drop all that follows. What
 * tells of them is a FIN or RST out of order with no text before it, or
 * timeouts in a row. Clients then do without for a while, which doubles each
 * time up to 64 times the setting; text that comes on a connection tried after
 * such a while ends it all.
 */
#include "tcp/tcp_priv.h"

#define EXS_TCP_FO_MAX_SHIFT	6

/**
 * exs_tcp_fo_disable - no Fast Open from here for a while
 * @sk: socket that met a black hole
 *
 * Context: socket lock held.
 */
void exs_tcp_fo_disable(struct sock *sk)
{
	struct exs_net *en = exs_sock_net(sk);
	u64 wait = EXS_SYSCTL(en, tcp_fastopen_blackhole_timeout_sec);
	u32 before;

	if (!wait)
		return;
	before = atomic_read(&en->tcp->fo_off_times);
	wait = (wait * HZ) << min_t(u32, before, EXS_TCP_FO_MAX_SHIFT);
	WRITE_ONCE(en->tcp->fo_off_until,
		   jiffies + min_t(u64, wait, MAX_JIFFY_OFFSET));
	/* Who sees that there is one sees how long. */
	smp_mb__before_atomic();
	atomic_inc(&en->tcp->fo_off_times);
	EXS_INC(en, TCPEXT_TCPFastOpenBlackhole);
}

/**
 * exs_tcp_fo_disabled - is this such a while?
 * @sk: socket, about to connect
 *
 * Context: socket lock held.
 * Return: true to do without.
 */
bool exs_tcp_fo_disabled(struct sock *sk)
{
	struct exs_net *en = exs_sock_net(sk);
	struct exs_tcp_ext *ext;

	if (!EXS_SYSCTL(en, tcp_fastopen_blackhole_timeout_sec) ||
	    !atomic_read(&en->tcp->fo_off_times))
		return false;
	/* Pairs with smp_mb__before_atomic() where it is counted. */
	smp_rmb();
	if (time_before(jiffies, READ_ONCE(en->tcp->fo_off_until)))
		return true;
	/* Whether it works now will tell. */
	ext = exs_tcp_ext_own(exs_tcp_sk(sk), GFP_ATOMIC);
	if (ext)
		ext->syn_retry = 1;
	return false;
}

/**
 * exs_tcp_fo_check_ooo - a connection ends: what does it tell of the path?
 * @sk: socket, what came out of order not thrown away yet
 *
 * Context: socket lock held.
 */
void exs_tcp_fo_check_ooo(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct rb_node *first = rb_first(&tp->ooo_queue);
	struct exs_net *en = exs_sock_net(sk);
	const struct exs_rt *rt = &tp->es.rt;
	struct net_device *dev = NULL;

	if (likely(!tp->ext->syn_fastopen))
		return;
	if (!tp->data_segs_in) {
		if (first && !rb_next(first) &&
		    EXS_TCPCB(rb_to_skb(first))->flags & EXS_TCPHDR_FIN)
			exs_tcp_fo_disable(sk);
		return;
	}
	if (!tp->ext->syn_retry || !atomic_read(&en->tcp->fo_off_times))
		return;
	rcu_read_lock();
	if (rt->ldev)
		dev = rcu_dereference(rt->ldev->dev);
	if (!dev || !(dev->flags & IFF_LOOPBACK))
		atomic_set(&en->tcp->fo_off_times, 0);
	rcu_read_unlock();
}

/**
 * exs_tcp_fo_check_timeout - the retransmission timer expired
 * @sk: socket
 * @expired: it is given up
 *
 * Context: socket lock held.
 */
void exs_tcp_fo_check_timeout(struct sock *sk, bool expired)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	const struct exs_tcp_ext *ext = tp->ext;

	if (likely(!ext->syn_fastopen && !ext->syn_data &&
		   !ext->syn_data_acked))
		return;
	if (tp->retransmits != 2 && (tp->retransmits > 2 || !expired))
		return;
	exs_tcp_fo_disable(sk);
	EXS_INC(exs_sock_net(sk), TCPEXT_TCPFastOpenActiveFail);
}

/**
 * exs_tcp_fo_blackhole_reset - the administrator begins anew
 * @en: namespace
 */
void exs_tcp_fo_blackhole_reset(struct exs_net *en)
{
	atomic_set(&en->tcp->fo_off_times, 0);
}
