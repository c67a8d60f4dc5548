// SPDX-License-Identifier: GPL-2.0
/*
 * expstack core: the one way for a packet to die.
 * Flow:   any layer -> [here]
 * Owns:   the names of the reasons
 * Locks:  none; counters are per CPU
 * Tests:  kunit/core/drop_kunit.c
 */
#include <linux/skbuff.h>
#include <net/sock.h>

#include <expstack/net.h>
#include <expstack/trace.h>

static const char *const exs_drop_texts[EXS_DROP_MAX] = {
#define EXS_DROP(name, text)[EXS_DROP_##name] = text,
#include <expstack/drop_reasons.def>
#undef EXS_DROP
};

/* Where the packet is: its device's namespace, else its socket's. */
static struct exs_net *exs_drop_net(const struct sk_buff *skb)
{
	if (skb->dev)
		return exs_net(dev_net(skb->dev));
	if (skb->sk && sk_fullsock(skb->sk))
		return exs_net(sock_net(skb->sk));
	return exs_net(&init_net);
}

/**
 * exs_drop - end a packet in error
 * @skb: the packet; consumed
 * @reason: why
 *
 * Counts the reason in the packet's namespace and fires the tracepoint
 * expstack:exs_drop.
 *
 * Context: any.
 */
void exs_drop(struct sk_buff *skb, enum exs_drop_reason reason)
{
	this_cpu_inc(exs_drop_net(skb)->mib->drop[reason]);
	trace_exs_drop(skb, __builtin_return_address(0), reason);
	kfree_skb_reason(skb, SKB_DROP_REASON_NOT_SPECIFIED);
}
EXPORT_SYMBOL_GPL(exs_drop);

/**
 * exs_consume - end a packet that did its work
 * @skb: the packet; consumed
 *
 * Context: any.
 */
void exs_consume(struct sk_buff *skb)
{
	consume_skb(skb);
}
EXPORT_SYMBOL_GPL(exs_consume);

/**
 * exs_drop_text - a reason in words
 * @reason: the reason
 *
 * Return: a constant string.
 */
const char *exs_drop_text(enum exs_drop_reason reason)
{
	return reason < EXS_DROP_MAX ? exs_drop_texts[reason] : "unknown";
}
EXPORT_SYMBOL_GPL(exs_drop_text);
