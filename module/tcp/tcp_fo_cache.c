// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: the cookies that servers gave us.
 * Flow:   tcp_fo_client -> [here] -> tcp_metrics
 * Owns:   exs_tcp_metrics.fo
 * Locks:  exs_tcp_fo_seq; the entry is found under RCU
 * Spec:   RFC 7413 4.1.3
 * Tests:  kunit/tcp/tcp_fo_cache_kunit.c, qemu/wire/fastopen
 */
#include <linux/seqlock.h>

#include "tcp/tcp_priv.h"

/* One for all: it is written once a connection at most. */
static DEFINE_SEQLOCK(exs_tcp_fo_seq);

/**
 * exs_tcp_fo_metrics_read - what an entry knows
 * @m: the entry
 * @fo: filled
 *
 * Context: RCU held.
 */
void exs_tcp_fo_metrics_read(const struct exs_tcp_metrics *m,
			     struct exs_tcp_fo_metrics *fo)
{
	unsigned int seq;

	do {
		seq = read_seqbegin(&exs_tcp_fo_seq);
		*fo = m->fo;
	} while (read_seqretry(&exs_tcp_fo_seq, seq));
}

/**
 * exs_tcp_fo_cache_get - what is known of the peer
 * @sk: socket, about to connect
 * @mss: replaced by the peer's, where it is known
 * @c: replaced by its cookie, of length 0 where there is none; left alone where
 *	nothing is known
 *
 * Context: socket lock held.
 */
void exs_tcp_fo_cache_get(struct sock *sk, u16 *mss,
			  struct exs_tcp_fo_cookie *c)
{
	const struct exs_sock *es = exs_sk(sk);
	struct exs_tcp_fo_metrics fo = { };
	struct exs_tcp_metrics *m;

	rcu_read_lock();
	m = exs_tcp_metrics_find(exs_sock_net(sk), es->saddr, es->conn.raddr,
				 exs_rt_attr(&es->rt));
	if (m)
		exs_tcp_fo_metrics_read(m, &fo);
	rcu_read_unlock();
	if (!m)
		return;
	if (fo.mss)
		*mss = fo.mss;
	c->len = fo.cookie_len;
	c->exp = fo.exp || (!fo.cookie_len && fo.try_exp == 1);
	memcpy(c->val, fo.cookie, sizeof(c->val));
}

/**
 * exs_tcp_fo_cache_set - what the SYN-ACK told
 * @sk: socket
 * @mss: the peer's, 0: it told none
 * @c: its cookie
 * @syn_lost: the SYN with text never arrived
 * @try_exp: how to ask for a cookie next time: 1: by the experimental option;
 *	2: by the other after all; 0: nothing new
 *
 * Context: socket lock held.
 */
void exs_tcp_fo_cache_set(struct sock *sk, u16 mss,
			  const struct exs_tcp_fo_cookie *c, bool syn_lost,
			  u8 try_exp)
{
	const struct exs_sock *es = exs_sk(sk);
	struct exs_tcp_metrics *m;

	rcu_read_lock();
	m = exs_tcp_metrics_make(sk, es->saddr, es->conn.raddr);
	if (!m)
		goto out;
	write_seqlock_bh(&exs_tcp_fo_seq);
	if (mss)
		m->fo.mss = mss;
	if (c->len > 0) {
		m->fo.cookie_len = c->len;
		m->fo.exp = c->exp;
		memcpy(m->fo.cookie, c->val, c->len);
	} else if (try_exp > m->fo.try_exp && !m->fo.cookie_len && !m->fo.exp) {
		m->fo.try_exp = try_exp;
	}
	if (syn_lost) {
		m->fo.syn_loss++;
		m->fo.last_syn_loss = jiffies;
	} else {
		m->fo.syn_loss = 0;
	}
	write_sequnlock_bh(&exs_tcp_fo_seq);
out:
	rcu_read_unlock();
}
