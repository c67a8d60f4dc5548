// SPDX-License-Identifier: GPL-2.0
/*
 * expstack wire: the IPv4 header.
 * Flow:   exs_ip_rcv -> [here]; exs_ip_output -> [here]
 * Owns:   nothing
 * Locks:  none
 * Spec:   RFC 791 3.1; RFC 1122 3.2.1; RFC 1624
 * Tests:  kunit/wire/ip_hdr_kunit.c
 */
#include <linux/export.h>
#include <net/ip.h>

#include <expstack/wire.h>

/**
 * exs_ip_hdr_check - the checks every packet gets
 * @iph: the header
 * @len: bytes of the packet from @iph on; the header's iph->ihl * 4 bytes, as
 *	far as @len goes, are in the linear part
 *
 * Link padding behind the total length is no fault.
 *
 * Return: EXS_DROP_MAX when right, else why the packet has to die.
 */
enum exs_drop_reason exs_ip_hdr_check(const struct iphdr *iph, unsigned int len)
{
	unsigned int hlen, tot_len;

	if (unlikely(len < sizeof(*iph)))
		return EXS_DROP_TOO_SHORT;
	if (unlikely(iph->version != 4 || iph->ihl < 5))
		return EXS_DROP_IP_HEADER;
	hlen = iph->ihl * 4;
	if (unlikely(len < hlen))
		return EXS_DROP_TOO_SHORT;
	if (unlikely(ip_fast_csum(iph, iph->ihl)))
		return EXS_DROP_IP_CSUM;
	tot_len = ntohs(iph->tot_len);
	if (unlikely(tot_len > len))
		return EXS_DROP_IP_TRUNCATED;
	if (unlikely(tot_len < hlen))
		return EXS_DROP_IP_HEADER;
	return EXS_DROP_MAX;
}

/**
 * exs_ip_hdr_build - write a header without options, checksum included
 * @iph: 20 bytes to be written
 * @saddr: source
 * @daddr: destination
 * @proto: protocol
 * @tos: type of service, DSCP and ECN
 * @ttl: time to live
 * @tot_len: bytes of header and payload
 * @id: identification
 * @df: set "don't fragment"
 */
void exs_ip_hdr_build(struct iphdr *iph, __be32 saddr, __be32 daddr, u8 proto,
		      u8 tos, u8 ttl, u16 tot_len, u16 id, bool df)
{
	/* Version, length and TOS in one store. */
	*(__be16 *)iph = htons(0x4500 | tos);
	iph->tot_len = htons(tot_len);
	iph->id = htons(id);
	iph->frag_off = df ? htons(IP_DF) : 0;
	iph->ttl = ttl;
	iph->protocol = proto;
	iph->check = 0;
	iph->saddr = saddr;
	iph->daddr = daddr;
	iph->check = ip_fast_csum(iph, 5);
}

/**
 * exs_ip_hdr_decrease_ttl - one hop less
 * @iph: header whose ttl is at least 1
 *
 * The checksum is updated, not computed anew (RFC 1624 equation 3), so that a
 * wrong one stays wrong.
 */
void exs_ip_hdr_decrease_ttl(struct iphdr *iph)
{
	__be16 from = htons(iph->ttl << 8 | iph->protocol);

	iph->ttl--;
	exs_cksum_replace16(&iph->check, from,
			    htons(iph->ttl << 8 | iph->protocol));
}
