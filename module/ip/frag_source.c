// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ip: how many fragments of others came between two of a datagram.
 *
 * A sender whose fragments get lost goes once round its identifications while
 * a datagram still waits, and pieces of two datagrams would be put together. So
 * a datagram is given up when more than ipfrag_max_dist fragments of the same
 * sender came since its last one. Senders share a table of fixed size; one that
 * takes another's place begins anew, and what it waited for is not given up.
 *
 * Flow:   exs_ip_defrag -> [here]
 * Owns:   struct exs_frag_source
 * Locks:  its own (BH off), inside exs_frag_bucket.lock
 * Spec:   RFC 4963; ipfrag_max_dist as net.ipv4 has it
 * Tests:  kunit/ip/frag_source_kunit.c
 */
#include "ip/ip_defrag.h"

/**
 * exs_frag_too_far - did too much come since the datagram's last fragment?
 * @s: the place of its sender
 * @q: the datagram, locked; remembers where the sender's count stands now
 * @max: fragments that may have come; 0: any number
 *
 * Counts the fragment in hand.
 *
 * Return: true when what waits is to be given up.
 */
bool exs_frag_too_far(struct exs_frag_source *s, struct exs_frag_queue *q,
		      unsigned int max)
{
	bool far;

	if (!max)
		return false;
	spin_lock(&s->lock);
	if (s->saddr != q->saddr) {
		s->saddr = q->saddr;
		s->turn++;
	}
	s->count++;
	far = !RB_EMPTY_ROOT(&q->frags) && q->source_turn == s->turn &&
	      s->count - q->source_count > max;
	q->source_turn = s->turn;
	q->source_count = s->count;
	spin_unlock(&s->lock);
	return far;
}
