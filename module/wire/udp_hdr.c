// SPDX-License-Identifier: GPL-2.0
/*
 * expstack wire: the UDP header.
 * Flow:   exs_udp_rcv -> [here]
 * Owns:   nothing
 * Locks:  none
 * Spec:   RFC 768
 * Tests:  kunit/wire/udp_hdr_kunit.c
 */
#include <expstack/wire.h>

/**
 * exs_udp_hdr_check - is the length field possible?
 * @uh: header; sizeof(*uh) bytes of it, as far as @avail goes, can be read
 * @avail: bytes of the IP payload
 * @len: set on success: bytes of header and data; what follows is padding
 *
 * Return: EXS_DROP_MAX when right, else why the packet has to die.
 */
enum exs_drop_reason exs_udp_hdr_check(const struct udphdr *uh,
				       unsigned int avail, unsigned int *len)
{
	unsigned int ulen;

	if (unlikely(avail < sizeof(*uh)))
		return EXS_DROP_TOO_SHORT;
	ulen = ntohs(uh->len);
	if (unlikely(ulen < sizeof(*uh) || ulen > avail))
		return EXS_DROP_UDP_LENGTH;
	*len = ulen;
	return EXS_DROP_MAX;
}
