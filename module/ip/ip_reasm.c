// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ip: one packet of all the fragments of a datagram.
 * Flow:   exs_ip_defrag -> [here] -> ip_local
 * Owns:   nothing; the queue is the caller's alone
 * Locks:  none
 * Spec:   RFC 791 3.2; RFC 3168 5.3 (ECN of fragments)
 * Tests:  kunit/ip/ip_reasm_kunit.c
 */
#include <net/inet_ecn.h>

#include "ip/ip_defrag.h"
#include "ip/ip_priv.h"

static struct sk_buff *exs_reasm_pop(struct exs_frag_queue *q)
{
	struct rb_node *node = rb_first(&q->frags);
	struct sk_buff *skb;

	if (!node)
		return NULL;
	skb = rb_to_skb(node);
	rb_erase(node, &q->frags);
	RB_CLEAR_NODE(&skb->rbnode);
	skb->next = NULL;
	skb->prev = NULL;
	skb->dev = q->en->net->loopback_dev;
	return skb;
}

/*
 * Append a fragment's payload: its pages to the head's, or all of it to the
 * head's list.
 */
static void exs_reasm_append(struct sk_buff *head, struct sk_buff *skb,
			     struct sk_buff ***tail)
{
	bool stolen;
	int delta;

	if (skb_try_coalesce(head, skb, &stolen, &delta)) {
		head->truesize += delta;
		kfree_skb_partial(skb, stolen);
		return;
	}
	head->len += skb->len;
	head->data_len += skb->len;
	head->truesize += skb->truesize;
	**tail = skb;
	*tail = &skb->next;
}

/* The first fragment must be able to take a list. */
static bool exs_reasm_head_ok(struct sk_buff *head)
{
	if (skb_unclone(head, GFP_ATOMIC))
		return false;
	return !skb_has_frag_list(head) || !skb_linearize(head);
}

static void exs_reasm_header(struct exs_frag_queue *q, struct sk_buff *head)
{
	struct iphdr *iph = ip_hdr(head);

	iph->tot_len = htons(head->len);
	iph->frag_off = 0;
	if (q->ecn & BIT(INET_ECN_CE))
		iph->tos |= INET_ECN_CE;
	iph->check = 0;
	iph->check = ip_fast_csum(iph, iph->ihl);
}

/**
 * exs_ip_reasm - one packet of a complete datagram
 * @q: unhashed, without a hole; empty afterwards
 *
 * Return: the packet, data at its IP header, its device to be set by the
 * caller; NULL: all of it was dropped (length, ECN, memory).
 */
struct sk_buff *exs_ip_reasm(struct exs_frag_queue *q)
{
	enum exs_drop_reason reason = EXS_DROP_MAX;
	struct sk_buff *head, *skb, **tail;

	head = exs_reasm_pop(q);
	/* RFC 3168 5.3: all of it is capable of ECN, or nothing is. */
	if (q->ecn & BIT(INET_ECN_NOT_ECT) && q->ecn != BIT(INET_ECN_NOT_ECT))
		reason = EXS_DROP_IP_FRAG_INVALID;
	else if (q->total + exs_ip_hdr_len(head) > 0xffff)
		reason = EXS_DROP_IP_FRAG_TOO_LONG;
	else if (!exs_reasm_head_ok(head))
		reason = EXS_DROP_NO_MEM;
	if (reason != EXS_DROP_MAX) {
		exs_drop(head, reason);
		exs_frag_queue_drop(q, reason);
		return NULL;
	}
	tail = &skb_shinfo(head)->frag_list;
	/* Sums of the parts say little of the whole: it is summed again. */
	head->ip_summed = CHECKSUM_NONE;
	while ((skb = exs_reasm_pop(q))) {
		__skb_pull(skb, exs_ip_hdr_len(skb));
		exs_reasm_append(head, skb, &tail);
	}
	atomic_long_sub(q->mem, exs_frag_mem(q->en));
	q->mem = 0;
	exs_reasm_header(q, head);
	head->transport_header = head->network_header + exs_ip_hdr_len(head);
	EXS_IPCB(head)->flags |= EXS_IPCB_REASSEMBLED;
	EXS_IPCB(head)->frag_max_size = q->max_size;
	return head;
}
