// SPDX-License-Identifier: GPL-2.0
/*
 * expstack wire: the Internet checksum.
 * Flow:   transports, firewall, forwarding -> [here]
 * Owns:   nothing
 * Locks:  none
 * Spec:   RFC 1071; RFC 1624; RFC 9293 3.1
 * Tests:  kunit/wire/cksum_kunit.c
 */
#include <linux/export.h>
#include <linux/in.h>

#include <expstack/wire.h>

/**
 * exs_cksum_tcp - checksum of a linear TCP segment
 * @th: header, followed by the payload
 * @len: bytes of both
 * @saddr: source address of the pseudo header
 * @daddr: destination address of the pseudo header
 *
 * Return: what belongs into th->check where that is 0 now; 0 where the
 * checksum in th->check is right.
 */
__sum16 exs_cksum_tcp(const struct tcphdr *th, unsigned int len, __be32 saddr,
		      __be32 daddr)
{
	return csum_tcpudp_magic(saddr, daddr, len, IPPROTO_TCP,
				 csum_partial(th, len, 0));
}

/**
 * exs_cksum_replace16 - a 16-bit word under a checksum changes
 * @sum: the checksum, updated
 * @from: word as it was
 * @to: word as it is now
 *
 * RFC 1624 equation 3: HC' = ~(~HC + ~m + m').
 */
void exs_cksum_replace16(__sum16 *sum, __be16 from, __be16 to)
{
	u32 s = (u16)~(__force u16)*sum;

	s += (u16)~(__force u16)from;
	s += (__force u16)to;
	s = (s & 0xffff) + (s >> 16);
	s = (s & 0xffff) + (s >> 16);
	*sum = (__force __sum16)~s;
}
EXPORT_SYMBOL_GPL(exs_cksum_replace16);

/**
 * exs_cksum_replace32 - a 32-bit word under a checksum changes
 * @sum: the checksum, updated
 * @from: word as it was
 * @to: word as it is now
 */
void exs_cksum_replace32(__sum16 *sum, __be32 from, __be32 to)
{
	u32 f = (__force u32)from, t = (__force u32)to;

	exs_cksum_replace16(sum, (__force __be16)f, (__force __be16)t);
	exs_cksum_replace16(sum, (__force __be16)(f >> 16),
			    (__force __be16)(t >> 16));
}
EXPORT_SYMBOL_GPL(exs_cksum_replace32);
