// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ip: how many ICMP messages may leave, in all and per target.
 *
 * In all: a bucket that fills with icmp_msgs_per_sec tokens a second up to
 * icmp_msgs_burst. Per target: one message per icmp_ratelimit milliseconds,
 * six in a row after a pause. Targets share a table of fixed size: where two
 * fall in the same place, the later one starts with what the earlier left.
 *
 * The limit of all is a thing that everyone can see by what is answered to him,
 * and it must not tell what was answered to others: a message costs 0 to 2
 * tokens by chance, and nothing where the limit of its target stops it.
 *
 * Flow:   icmp_send -> [here]
 * Owns:   struct exs_icmp_net
 * Locks:  its lock (BH)
 * Spec:   RFC 1812 4.3.2.8
 * Tests:  kunit/ip/icmp_limit_kunit.c
 */
#include <linux/hash.h>
#include <linux/jiffies.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "ip/ip_priv.h"

#define EXS_ICMP_PEER_BITS	8
#define EXS_ICMP_PEER_BURST	6

struct exs_icmp_net {
	spinlock_t lock;		/* all below */
	unsigned long stamp;		/* jiffies of the last fill */
	u32 tokens;
	u32 seed;
	struct {
		unsigned long stamp;	/* jiffies */
		unsigned long tokens;	/* jiffies worth of messages */
	} peer[1 << EXS_ICMP_PEER_BITS];
};

/**
 * exs_icmp_limit_new - a namespace's limits, buckets full
 *
 * Return: to be freed with kfree(), or NULL.
 */
struct exs_icmp_net *exs_icmp_limit_new(void)
{
	struct exs_icmp_net *in = kzalloc(sizeof(*in), GFP_KERNEL);
	unsigned int i;

	if (!in)
		return NULL;
	spin_lock_init(&in->lock);
	in->seed = get_random_u32();
	/* So long ago that every bucket has filled since. */
	in->stamp = jiffies - 3600 * HZ;
	for (i = 0; i < ARRAY_SIZE(in->peer); i++)
		in->peer[i].stamp = in->stamp;
	return in;
}

/**
 * exs_icmp_limit_global - may one more message leave this namespace?
 * @en: namespace
 * @now: jiffies
 *
 * Takes nothing yet: a message that its target's limit refuses must not use up
 * what others could see the use of.
 *
 * Return: true when a token is there.
 */
bool exs_icmp_limit_global(struct exs_net *en, unsigned long now)
{
	u32 rate = READ_ONCE(en->sysctl.icmp_msgs_per_sec);
	u32 burst = READ_ONCE(en->sysctl.icmp_msgs_burst);
	struct exs_icmp_net *in = en->icmp;
	u32 elapsed, fill;
	bool ok;

	spin_lock_bh(&in->lock);
	elapsed = min_t(unsigned long, now - in->stamp, 3600 * HZ);
	fill = div_u64((u64)elapsed * rate, HZ);
	in->tokens = min_t(u64, (u64)in->tokens + fill, burst);
	if (fill)
		in->stamp = now;
	ok = in->tokens > 0;
	spin_unlock_bh(&in->lock);
	return ok;
}

/**
 * exs_icmp_limit_use - a message leaves this namespace
 * @en: namespace
 * @tokens: what it costs
 */
void exs_icmp_limit_use(struct exs_net *en, u32 tokens)
{
	struct exs_icmp_net *in = en->icmp;

	spin_lock_bh(&in->lock);
	in->tokens -= min(tokens, in->tokens);
	spin_unlock_bh(&in->lock);
}

/**
 * exs_icmp_limit_peer - may one more message go to this target?
 * @en: namespace
 * @daddr: target
 * @now: jiffies
 *
 * Return: true, and its share is used; false when there is none.
 */
bool exs_icmp_limit_peer(struct exs_net *en, __be32 daddr, unsigned long now)
{
	unsigned long cost = READ_ONCE(en->sysctl.icmp_ratelimit);
	struct exs_icmp_net *in = en->icmp;
	unsigned long tokens;
	u32 slot;
	bool ok;

	if (!cost)
		return true;
	slot = hash_32((__force u32)daddr ^ in->seed, EXS_ICMP_PEER_BITS);
	spin_lock_bh(&in->lock);
	tokens = in->peer[slot].tokens + (now - in->peer[slot].stamp);
	tokens = min(tokens, EXS_ICMP_PEER_BURST * cost);
	in->peer[slot].stamp = now;
	ok = tokens >= cost;
	in->peer[slot].tokens = ok ? tokens - cost : tokens;
	spin_unlock_bh(&in->lock);
	return ok;
}
