// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: what few connections need, out of line.
 * Flow:   setsockopt(2), tcp_ooo, tcp_rtx, tcp_sock -> [here]
 * Owns:   exs_tcp_sock.ext
 * Locks:  socket lock held by writers; readers hold it, or RCU
 * Spec:   none; keeps struct exs_tcp_sock within its budget
 * Tests:  kunit/tcp/tcp_ext_kunit.c
 */
#include <linux/slab.h>

#include "tcp/tcp_priv.h"
#include "tcp/tcp_req.h"

/* What a socket reads that has nothing of its own. */
const struct exs_tcp_ext exs_tcp_ext_none;

/**
 * exs_tcp_ext_own - to be written
 * @tp: socket
 * @gfp: for the first time
 *
 * Context: socket lock held.
 * Return: the socket's own; NULL: no memory.
 */
struct exs_tcp_ext *exs_tcp_ext_own(struct exs_tcp_sock *tp, gfp_t gfp)
{
	struct exs_tcp_ext *ext;

	if (likely(tp->ext != &exs_tcp_ext_none))
		return (struct exs_tcp_ext *)tp->ext;
	ext = kzalloc(sizeof(*ext), gfp);
	if (!ext)
		return NULL;
	/* Pairs with the address dependency of exs_tcp_ext()'s readers. */
	smp_store_release(&tp->ext, ext);
	return ext;
}

/**
 * exs_tcp_ext_dup - for a child of a listener
 * @tp: the listener
 *
 * Context: softirq, RCU held.
 * Return: its options, or the shared one when it has none; NULL: no memory. The
 * caller owns it.
 */
const struct exs_tcp_ext *exs_tcp_ext_dup(const struct exs_tcp_sock *tp)
{
	const struct exs_tcp_ext *ext = exs_tcp_ext(tp);
	struct exs_tcp_ext *dup;

	if (ext == &exs_tcp_ext_none)
		return ext;
	dup = kmemdup(ext, sizeof(*ext), GFP_ATOMIC);
	if (!dup)
		return NULL;
	dup->pacer = NULL;
	dup->comp_ack = NULL;
	dup->fo_queue = NULL;
	RCU_INIT_POINTER(dup->fo_keys, NULL);
	RCU_INIT_POINTER(dup->md5, NULL);
	dup->saved_syn = NULL;
	dup->fo = NULL;
	dup->fo_rsk = NULL;
	return dup;
}

/**
 * exs_tcp_ext_discard - there is no child after all
 * @ext: by exs_tcp_ext_dup(), not shared yet
 */
void exs_tcp_ext_discard(const struct exs_tcp_ext *ext)
{
	if (ext == &exs_tcp_ext_none)
		return;
	exs_tcp_md5_free((struct exs_tcp_ext *)ext, NULL);
	kfree(ext);
}

/**
 * exs_tcp_ext_reset - the connection is over; what the user set stays
 * @tp: socket
 *
 * Context: socket lock held, or not shared yet.
 */
void exs_tcp_ext_reset(struct exs_tcp_sock *tp)
{
	struct exs_tcp_ext *ext = (struct exs_tcp_ext *)tp->ext;

	if (ext == &exs_tcp_ext_none)
		return;
	exs_tcp_saved_syn_free(ext);
	exs_tcp_pacer_reset(ext->pacer);
	exs_tcp_comp_ack_reset(ext->comp_ack);
	exs_tcp_fo_free(tp);
	memset_startat(ext, 0, sack);
}

/**
 * exs_tcp_ext_free - the socket goes
 * @tp: socket
 *
 * Context: socket lock held, or never shared.
 */
void exs_tcp_ext_free(struct exs_tcp_sock *tp)
{
	struct exs_tcp_ext *ext = (struct exs_tcp_ext *)tp->ext;

	if (ext == &exs_tcp_ext_none)
		return;
	exs_tcp_saved_syn_free(ext);
	exs_tcp_fo_free(tp);
	exs_tcp_fo_remove(&tp->es.sk, false);
	WRITE_ONCE(tp->ext, &exs_tcp_ext_none);
	exs_tcp_pacer_free(ext->pacer);
	exs_tcp_comp_ack_free(ext->comp_ack);
	exs_tcp_fo_queue_put(ext->fo_queue);
	exs_tcp_fo_keys_free(&ext->fo_keys);
	exs_tcp_md5_free(ext, &tp->es.sk);
	kfree_rcu(ext, rcu);
}
