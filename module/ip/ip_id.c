// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ip: identification of datagrams.
 *
 * A counter per (source, destination, protocol), hashed with a secret: unique
 * for as long as RFC 6864 asks between two hosts, and nobody can tell from the
 * datagrams sent to him how many went elsewhere.
 *
 * Flow:   exs_ip_output, ip_frag -> [here]
 * Owns:   the counters
 * Locks:  none; atomic
 * Spec:   RFC 6864 4.1-4.3; RFC 7739 5
 * Tests:  kunit/ip/ip_id_kunit.c
 */
#include <linux/cache.h>
#include <linux/once.h>
#include <linux/random.h>
#include <linux/siphash.h>

#include "ip/ip_priv.h"

#define EXS_IP_ID_SLOTS	2048

static atomic_t exs_ip_ids[EXS_IP_ID_SLOTS];
static siphash_aligned_key_t exs_ip_id_key;

/**
 * exs_ip_id - an identification for a datagram that may be fragmented
 * @en: namespace
 * @saddr: source
 * @daddr: destination
 * @proto: protocol
 * @segs: how many in a row (GSO), at least 1
 *
 * Return: the first of them.
 */
u16 exs_ip_id(const struct exs_net *en, __be32 saddr, __be32 daddr, u8 proto,
	      unsigned int segs)
{
	u32 h;

	net_get_random_once(&exs_ip_id_key, sizeof(exs_ip_id_key));
	net_get_random_once(exs_ip_ids, sizeof(exs_ip_ids));
	h = siphash_3u32((__force u32)saddr, (__force u32)daddr,
			 proto ^ net_hash_mix(en->net), &exs_ip_id_key);
	return atomic_fetch_add(segs, &exs_ip_ids[h % EXS_IP_ID_SLOTS]);
}
