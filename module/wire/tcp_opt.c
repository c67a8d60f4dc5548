// SPDX-License-Identifier: GPL-2.0
/*
 * expstack wire: TCP options.
 * Flow:   exs_tcp_rcv -> [parse]; exs_tcp_xmit -> [size, write]
 * Owns:   nothing
 * Locks:  none
 * Spec:   RFC 9293 3.1, 3.2; RFC 7323; RFC 2018; RFC 7413; RFC 2385
 * Tests:  kunit/wire/tcp_opt_kunit.c
 */
#include <linux/string.h>
#include <linux/unaligned.h>

#include <expstack/wire.h>

#define EXS_TCPOPT_EOL		0
#define EXS_TCPOPT_NOP		1
#define EXS_TCPOPT_MSS		2
#define EXS_TCPOPT_WSCALE	3
#define EXS_TCPOPT_SACK_PERM	4
#define EXS_TCPOPT_SACK		5
#define EXS_TCPOPT_TIMESTAMP	8
#define EXS_TCPOPT_MD5		19
#define EXS_TCPOPT_FASTOPEN	34
#define EXS_TCPOPT_EXP		254

#define EXS_TCPOPT_FO_MAGIC	0xf989	/* RFC 7413 appendix A */
#define EXS_TCPOPT_FO_MIN	4
#define EXS_TCPOPT_FO_MAX	16
#define EXS_TCPOPT_MAX		40	/* what a header has room for */
#define EXS_TCPOPT_MD5_LEN	(2 + EXS_TCP_MD5_LEN)

/* Request (no cookie), or a cookie of a length RFC 7413 2 allows. */
static void exs_tcp_opt_parse_fo(const u8 *cookie, unsigned int len, bool exp,
				 struct exs_tcp_opt *o)
{
	if (len && (len < EXS_TCPOPT_FO_MIN || len > EXS_TCPOPT_FO_MAX ||
		    (len & 1)))
		return;
	o->fo_len = len;
	o->fo_exp = exp;
	memcpy(o->fo_cookie, cookie, len);
}

/* Options that count on a SYN only (RFC 9293 3.2, RFC 7323 2.2, RFC 2018 2). */
static void exs_tcp_opt_parse_syn(const u8 *p, unsigned int len,
				  struct exs_tcp_opt *o)
{
	switch (p[0]) {
	case EXS_TCPOPT_MSS:
		if (len == 4)
			o->mss = get_unaligned_be16(p + 2);
		break;
	case EXS_TCPOPT_WSCALE:
		if (len == 3) {
			o->wscale = p[2];
			o->saw_wscale = 1;
		}
		break;
	case EXS_TCPOPT_SACK_PERM:
		if (len == 2)
			o->saw_sack_perm = 1;
		break;
	case EXS_TCPOPT_FASTOPEN:
		exs_tcp_opt_parse_fo(p + 2, len - 2, false, o);
		break;
	case EXS_TCPOPT_EXP:
		if (len >= 4 && get_unaligned_be16(p + 2) == EXS_TCPOPT_FO_MAGIC)
			exs_tcp_opt_parse_fo(p + 4, len - 4, true, o);
		break;
	}
}

static void exs_tcp_opt_parse_sack(const u8 *p, unsigned int len,
				   struct exs_tcp_opt *o)
{
	unsigned int i, n = (len - 2) / 8;

	if ((len - 2) % 8 || !n || n > EXS_TCP_MAX_SACKS)
		return;
	for (i = 0; i < n; i++) {
		o->sack[i].start = get_unaligned_be32(p + 2 + i * 8);
		o->sack[i].end = get_unaligned_be32(p + 6 + i * 8);
	}
	o->num_sacks = n;
}

static void exs_tcp_opt_parse_one(const u8 *p, unsigned int len, bool syn,
				  struct exs_tcp_opt *o)
{
	switch (p[0]) {
	case EXS_TCPOPT_TIMESTAMP:
		if (len == 10) {
			o->tsval = get_unaligned_be32(p + 2);
			o->tsecr = get_unaligned_be32(p + 6);
			o->saw_tstamp = 1;
		}
		break;
	case EXS_TCPOPT_SACK:
		exs_tcp_opt_parse_sack(p, len, o);
		break;
	case EXS_TCPOPT_MD5:
		if (len == EXS_TCPOPT_MD5_LEN)
			o->md5 = p + 2;
		break;
	default:
		if (syn)
			exs_tcp_opt_parse_syn(p, len, o);
	}
}

/**
 * exs_tcp_opt_parse - read all options of a header
 * @th: header; its doff * 4 bytes are linear and doff is at least 5
 * @o: filled; o->md5 points into the header
 *
 * Unknown options, and known ones of a length they cannot have, are skipped by
 * their length; a length below 2 or beyond the header ends parsing (RFC 9293
 * MUST-6, MUST-7). Of an option that comes twice the last counts.
 */
void exs_tcp_opt_parse(const struct tcphdr *th, struct exs_tcp_opt *o)
{
	unsigned int left = th->doff * 4 - sizeof(*th);
	const u8 *p = (const u8 *)(th + 1);
	unsigned int len;

	memset(o, 0, sizeof(*o));
	o->fo_len = 0xff;
	while (left && p[0] != EXS_TCPOPT_EOL) {
		if (p[0] == EXS_TCPOPT_NOP) {
			p++;
			left--;
			continue;
		}
		if (left < 2)
			return;
		len = p[1];
		if (len < 2 || len > left)
			return;
		exs_tcp_opt_parse_one(p, len, th->syn, o);
		p += len;
		left -= len;
	}
}

/**
 * exs_tcp_opt_find_md5 - the MD5 option of a header
 * @th: header; its doff * 4 bytes are linear and doff is at least 5
 * @md5: set to the digest in the header; NULL: there is none
 *
 * Who signs must not leave two readings: other than for exs_tcp_opt_parse() an
 * illegal length is an error, as far as there is room for the option behind it.
 *
 * Return: 0; -EINVAL: an illegal length; -EEXIST: the option is there twice.
 */
int exs_tcp_opt_find_md5(const struct tcphdr *th, const u8 **md5)
{
	unsigned int left = th->doff * 4 - sizeof(*th);
	const u8 *p = (const u8 *)(th + 1);
	unsigned int len;

	*md5 = NULL;
	for (; left >= EXS_TCPOPT_MD5_LEN; p += len, left -= len) {
		len = 1;
		if (*p == EXS_TCPOPT_EOL)
			break;
		if (*p == EXS_TCPOPT_NOP)
			continue;
		len = p[1];
		if (len < 2 || len > left)
			return -EINVAL;
		if (*p != EXS_TCPOPT_MD5)
			continue;
		if (len != EXS_TCPOPT_MD5_LEN)
			return -EINVAL;
		if (*md5)
			return -EEXIST;
		*md5 = p + 2;
	}
	return 0;
}

/* Bytes of all but SACK blocks and the fast open cookie. */
static unsigned int exs_tcp_opt_base_size(const struct exs_tcp_opt_out *o)
{
	unsigned int size = 0;

	if (o->md5)
		size += EXS_TCP_MD5_AT + EXS_TCP_MD5_LEN;
	if (o->mss)
		size += 4;
	if (o->use_ts)
		size += 12;
	else if (o->sack_perm)
		size += 4;
	if (o->use_wscale)
		size += 4;
	return size;
}

/* As many blocks as there is room for behind used bytes. */
static unsigned int exs_tcp_opt_sacks(const struct exs_tcp_opt_out *o,
				      unsigned int used)
{
	if (!o->num_sacks || used + 4 > EXS_TCPOPT_MAX)
		return 0;
	return min_t(unsigned int, o->num_sacks, (EXS_TCPOPT_MAX - used - 4) / 8);
}

/* Bytes of the fast open option, padded; 0 where there is none or no room. */
static unsigned int exs_tcp_opt_fo_size(const struct exs_tcp_opt_out *o,
					unsigned int used)
{
	unsigned int size;

	if (o->fo_len < 0)
		return 0;
	size = ALIGN((o->fo_exp ? 4 : 2) + o->fo_len, 4);
	return used + size <= EXS_TCPOPT_MAX ? size : 0;
}

/**
 * exs_tcp_opt_size - bytes the options will take
 * @o: what is to be sent
 *
 * Return: a multiple of 4, at most 40. SACK blocks beyond that are left off.
 */
unsigned int exs_tcp_opt_size(const struct exs_tcp_opt_out *o)
{
	unsigned int size = exs_tcp_opt_base_size(o);
	unsigned int n = exs_tcp_opt_sacks(o, size);

	if (n)
		size += 4 + n * 8;
	return size + exs_tcp_opt_fo_size(o, size);
}

/* Four option bytes as one word. */
static __be32 exs_tcp_opt_word(u8 a, u8 b, u8 c, u8 d)
{
	return htonl(a << 24 | b << 16 | c << 8 | d);
}

static void exs_tcp_opt_write_fo(u8 *p, const struct exs_tcp_opt_out *o,
				 unsigned int size)
{
	unsigned int len = (o->fo_exp ? 4 : 2) + o->fo_len;
	u8 *end = p + size;

	*p++ = o->fo_exp ? EXS_TCPOPT_EXP : EXS_TCPOPT_FASTOPEN;
	*p++ = len;
	if (o->fo_exp) {
		put_unaligned_be16(EXS_TCPOPT_FO_MAGIC, p);
		p += 2;
	}
	if (o->fo_len)
		memcpy(p, o->fo_cookie, o->fo_len);
	p += o->fo_len;
	memset(p, EXS_TCPOPT_NOP, end - p);
}

/**
 * exs_tcp_opt_write - write the options
 * @p: exs_tcp_opt_size(@o) bytes behind the header
 * @o: what to send
 *
 * Order: MD5; MSS; SACK permitted and timestamp, sharing words; window scale;
 * SACK blocks; fast open. Padding in front keeps 32-bit values aligned.
 */
void exs_tcp_opt_write(__be32 *p, const struct exs_tcp_opt_out *o)
{
	unsigned int used = exs_tcp_opt_base_size(o);
	unsigned int i, n = exs_tcp_opt_sacks(o, used);
	bool sack_perm = o->sack_perm;

	if (o->md5) {
		*p++ = exs_tcp_opt_word(EXS_TCPOPT_NOP, EXS_TCPOPT_NOP,
					EXS_TCPOPT_MD5, EXS_TCPOPT_MD5_LEN);
		memset(p, 0, EXS_TCP_MD5_LEN);
		p += EXS_TCP_MD5_LEN / sizeof(*p);
	}
	if (o->mss)
		*p++ = exs_tcp_opt_word(EXS_TCPOPT_MSS, 4, o->mss >> 8,
					o->mss & 0xff);
	if (o->use_ts) {
		*p++ = sack_perm ?
		       exs_tcp_opt_word(EXS_TCPOPT_SACK_PERM, 2,
					EXS_TCPOPT_TIMESTAMP, 10) :
		       exs_tcp_opt_word(EXS_TCPOPT_NOP, EXS_TCPOPT_NOP,
					EXS_TCPOPT_TIMESTAMP, 10);
		*p++ = htonl(o->tsval);
		*p++ = htonl(o->tsecr);
		sack_perm = false;
	}
	if (sack_perm)
		*p++ = exs_tcp_opt_word(EXS_TCPOPT_NOP, EXS_TCPOPT_NOP,
					EXS_TCPOPT_SACK_PERM, 2);
	if (o->use_wscale)
		*p++ = exs_tcp_opt_word(EXS_TCPOPT_NOP, EXS_TCPOPT_WSCALE, 3,
					o->wscale);
	if (n) {
		*p++ = exs_tcp_opt_word(EXS_TCPOPT_NOP, EXS_TCPOPT_NOP,
					EXS_TCPOPT_SACK, 2 + n * 8);
		for (i = 0; i < n; i++) {
			*p++ = htonl(o->sack[i].start);
			*p++ = htonl(o->sack[i].end);
		}
		used += 4 + n * 8;
	}
	n = exs_tcp_opt_fo_size(o, used);
	if (n)
		exs_tcp_opt_write_fo((u8 *)p, o, n);
}
