// SPDX-License-Identifier: GPL-2.0
/*
 * expstack wire: IPv4 options.
 * Flow:   exs_ip_rcv, setsockopt(IP_OPTIONS) -> [here]
 * Owns:   nothing
 * Locks:  none
 * Spec:   RFC 791 3.1; RFC 1122 3.2.1.8; RFC 2113
 * Tests:  kunit/wire/ip_opt_kunit.c
 */
#include <linux/string.h>
#include <net/ip.h>

#include <expstack/wire.h>

/* Options with a pointer: bytes in front of the data, and one slot's size. */
static bool exs_ip_opt_pointer_ok(const u8 *opt, unsigned int len,
				  unsigned int first, unsigned int slot)
{
	unsigned int ptr = opt[2];

	/* Full, or room for a whole slot. */
	return ptr >= first && (ptr > len || ptr + slot - 1 <= len);
}

/* Note the option at offset off; return the offset that is wrong in it, or 0. */
static u8 exs_ip_opt_note(const u8 *opt, unsigned int len, u8 off,
			  struct exs_ip_opt *o)
{
	switch (opt[0]) {
	case IPOPT_SSRR:
	case IPOPT_LSRR:
		if (len < 3)
			return off + 1;
		if (!exs_ip_opt_pointer_ok(opt, len, 4, 4))
			return off + 2;
		if (o->srr)
			return off;
		o->srr = off;
		o->is_strictroute = opt[0] == IPOPT_SSRR;
		return 0;
	case IPOPT_RR:
		if (len < 3)
			return off + 1;
		if (!exs_ip_opt_pointer_ok(opt, len, 4, 4))
			return off + 2;
		if (o->rr)
			return off;
		o->rr = off;
		return 0;
	case IPOPT_TIMESTAMP:
		if (len < 4)
			return off + 1;
		if (!exs_ip_opt_pointer_ok(opt, len, 5,
					   (opt[3] & 0xf) ? 8 : 4))
			return off + 2;
		if (o->ts)
			return off;
		o->ts = off;
		return 0;
	case IPOPT_RA:
		if (len < 4)
			return off + 1;
		if (!opt[2] && !opt[3])
			o->router_alert = off;
		return 0;
	default:
		return 0;
	}
}

/**
 * exs_ip_opt_parse - find the options that matter
 * @opt: the first option byte, behind the 20 bytes of the header
 * @optlen: bytes of options, at most 40
 * @o: filled; offsets count from the start of the IP header
 *
 * Unknown options are skipped by their length (RFC 1122 3.2.1.8).
 *
 * Return: 0; -EINVAL with o->bad at the byte a parameter problem points to.
 */
int exs_ip_opt_parse(const u8 *opt, unsigned int optlen, struct exs_ip_opt *o)
{
	unsigned int i = 0, len;
	u8 off;

	memset(o, 0, sizeof(*o));
	while (i < optlen) {
		if (opt[i] == IPOPT_END)
			return 0;
		if (opt[i] == IPOPT_NOOP) {
			i++;
			continue;
		}
		off = sizeof(struct iphdr) + i;
		if (i + 1 >= optlen) {
			o->bad = off;
			return -EINVAL;
		}
		len = opt[i + 1];
		if (len < 2 || i + len > optlen) {
			o->bad = off + 1;
			return -EINVAL;
		}
		o->bad = exs_ip_opt_note(opt + i, len, off, o);
		if (o->bad)
			return -EINVAL;
		i += len;
	}
	return 0;
}
