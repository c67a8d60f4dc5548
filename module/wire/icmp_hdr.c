// SPDX-License-Identifier: GPL-2.0
/*
 * expstack wire: ICMP messages.
 * Flow:   exs_icmp_rcv, exs_icmp_send -> [here]
 * Owns:   nothing
 * Locks:  none
 * Spec:   RFC 792; RFC 1122 3.2.2; RFC 1812 4.3.2.3
 * Tests:  kunit/wire/icmp_hdr_kunit.c
 */
#include <linux/minmax.h>

#include <expstack/wire.h>

/* Largest ICMP error, IP header included (RFC 1812 4.3.2.3). */
#define EXS_ICMP_MAX_ERROR	576

/**
 * exs_icmp_type_is_error - does a message report on another packet?
 * @type: ICMP type
 *
 * No error may be sent about such a message (RFC 1122 3.2.2).
 *
 * Return: true for error types, false for queries, replies and unknown types.
 */
bool exs_icmp_type_is_error(u8 type)
{
	switch (type) {
	case ICMP_DEST_UNREACH:
	case ICMP_SOURCE_QUENCH:
	case ICMP_REDIRECT:
	case ICMP_TIME_EXCEEDED:
	case ICMP_PARAMETERPROB:
		return true;
	default:
		return false;
	}
}

/**
 * exs_icmp_quote_len - how much of a packet an error about it carries
 * @packet_len: bytes of the offending packet from its IP header on
 * @optlen: bytes of IP options the error itself will have
 *
 * Return: as much as keeps the whole error within 576 bytes.
 */
unsigned int exs_icmp_quote_len(unsigned int packet_len, unsigned int optlen)
{
	return min_t(unsigned int, packet_len,
		     EXS_ICMP_MAX_ERROR - sizeof(struct iphdr) - optlen -
		     sizeof(struct icmphdr));
}
