// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ip: cutting a datagram into fragments.
 *
 * Each fragment is a buffer of its own with a copy of its part, so that the
 * datagram may be in any shape: linear, in pages, a list of buffers.
 *
 * Flow:   exs_ip_xmit, exs_ip_forward -> [here] -> link
 * Owns:   nothing
 * Locks:  RCU held
 * Spec:   RFC 791 3.2; options: 3.1 (copied flag); RFC 6864 4
 * Tests:  kunit/ip/ip_frag_kunit.c, qemu/tests/fragment.sh
 */
#include <linux/netdevice.h>

#include "ip/ip_frag.h"
#include "ip/ip_priv.h"

/**
 * exs_ip_frag_options - options of the fragments behind the first
 * @opt: options of the datagram; those not to be copied become NOPs
 * @optlen: their bytes
 *
 * RFC 791 3.1: an option is in every fragment only when its copied flag is set.
 */
void exs_ip_frag_options(u8 *opt, unsigned int optlen)
{
	unsigned int i = 0, len;

	while (i < optlen) {
		if (opt[i] == IPOPT_END)
			return;
		if (opt[i] == IPOPT_NOOP) {
			i++;
			continue;
		}
		len = i + 1 < optlen ? opt[i + 1] : 0;
		if (len < 2 || len > optlen - i)
			return;
		if (!IPOPT_COPIED(opt[i]))
			memset(opt + i, IPOPT_NOOP, len);
		i += len;
	}
}

/**
 * exs_ip_frag_size - payload bytes of the next fragment
 * @left: payload still to be sent
 * @mtu: largest packet
 * @hlen: header length
 *
 * All but the last carry a multiple of 8 bytes.
 *
 * Return: bytes, 0 when the MTU leaves no room.
 */
unsigned int exs_ip_frag_size(unsigned int left, unsigned int mtu,
			      unsigned int hlen)
{
	if (mtu < hlen + 8)
		return 0;
	return left <= mtu - hlen ? left : (mtu - hlen) & ~7u;
}

/* What a fragment has in common with its datagram. */
static void exs_ip_frag_inherit(struct sk_buff *frag, const struct sk_buff *skb)
{
	frag->dev = skb->dev;
	frag->protocol = skb->protocol;
	frag->priority = skb->priority;
	frag->mark = skb->mark;
	frag->pkt_type = skb->pkt_type;
	frag->tstamp = skb->tstamp;
	frag->tstamp_type = skb->tstamp_type;
	*EXS_IPCB(frag) = *EXS_IPCB(skb);
	if (skb->sk)
		skb_set_owner_w(frag, skb->sk);
}

static struct sk_buff *exs_ip_frag_make(struct sk_buff *skb, unsigned int hlen,
					unsigned int offset, unsigned int len)
{
	struct sk_buff *frag;

	frag = alloc_skb(LL_MAX_HEADER + hlen + len, GFP_ATOMIC);
	if (!frag)
		return NULL;
	skb_reserve(frag, LL_MAX_HEADER);
	skb_put(frag, hlen + len);
	skb_reset_network_header(frag);
	skb_set_transport_header(frag, hlen);
	skb_copy_from_linear_data(skb, frag->data, hlen);
	if (skb_copy_bits(skb, hlen + offset, frag->data + hlen, len)) {
		kfree_skb(frag);
		return NULL;
	}
	exs_ip_frag_inherit(frag, skb);
	/* One of them tells when the datagram went. */
	if (!offset) {
		skb_shinfo(frag)->tx_flags |= skb_shinfo(skb)->tx_flags &
					      SKBTX_ANY_TSTAMP;
		skb_shinfo(frag)->tskey = skb_shinfo(skb)->tskey;
	}
	return frag;
}

static void exs_ip_frag_header(struct sk_buff *frag, const struct iphdr *orig,
			       unsigned int offset, bool more)
{
	struct iphdr *iph = ip_hdr(frag);
	u16 off = ntohs(orig->frag_off);

	iph->tot_len = htons(frag->len);
	off = (off & ~IP_OFFSET) | ((off & IP_OFFSET) + offset / 8);
	if (more)
		off |= IP_MF;
	iph->frag_off = htons(off);
	iph->check = 0;
	iph->check = ip_fast_csum(iph, iph->ihl);
}

static int exs_ip_frag_send(struct sk_buff *frag, const struct exs_rt *rt)
{
	int err;

	if (rt->neigh)
		err = exs_neigh_output(rt->neigh, frag);
	else
		err = exs_link_output(rt->ldev, rt->nexthop, frag);
	/* Who sends fragments has no use for NET_XMIT_CN. */
	return min(err, 0);
}

/**
 * exs_ip_fragment - send a datagram in pieces
 * @en: namespace
 * @skb: data at the IP header, DF not set; consumed
 * @rt: the way, with the MTU
 *
 * Context: BH off, RCU held.
 * Return: 0 or the errno of the first fragment that could not be sent.
 */
int exs_ip_fragment(struct exs_net *en, struct sk_buff *skb,
		    const struct exs_rt *rt)
{
	unsigned int hlen = exs_ip_hdr_len(skb), left = skb->len - hlen;
	unsigned int mtu = rt->mtu, offset = 0, len;
	struct iphdr orig;
	struct sk_buff *frag;
	int err = 0;

	/* RFC 791: what came as smaller fragments does not leave as larger. */
	if (EXS_IPCB(skb)->frag_max_size)
		mtu = min_t(u32, mtu, EXS_IPCB(skb)->frag_max_size);
	if ((skb->ip_summed == CHECKSUM_PARTIAL && skb_checksum_help(skb)) ||
	    !pskb_may_pull(skb, hlen)) {
		EXS_INC(en, IP_FragFails);
		exs_drop(skb, EXS_DROP_NO_MEM);
		return -ENOMEM;
	}
	orig = *ip_hdr(skb);
	for (; left && !err; left -= len, offset += len) {
		len = exs_ip_frag_size(left, mtu, hlen);
		frag = len ? exs_ip_frag_make(skb, hlen, offset, len) : NULL;
		if (!frag) {
			err = len ? -ENOMEM : -EMSGSIZE;
			break;
		}
		/* A fragment being cut again keeps its MF. */
		exs_ip_frag_header(frag, &orig, offset, left > len ||
				   orig.frag_off & htons(IP_MF));
		if (!offset && hlen > sizeof(orig))
			exs_ip_frag_options((u8 *)(ip_hdr(skb) + 1),
					    hlen - sizeof(orig));
		err = exs_ip_frag_send(frag, rt);
		if (!err)
			EXS_INC(en, IP_FragCreates);
	}
	if (err) {
		EXS_INC(en, IP_FragFails);
		exs_drop(skb, err == -EMSGSIZE ? EXS_DROP_IP_TOO_BIG :
						  EXS_DROP_NO_MEM);
		return err;
	}
	EXS_INC(en, IP_FragOKs);
	exs_consume(skb);
	return 0;
}
