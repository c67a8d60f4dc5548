// SPDX-License-Identifier: GPL-2.0
/*
 * expdrill: MD5 signatures of segments (RFC 2385), by a hash of our own (RFC
 * 1321): what the stack computes is checked by somebody else's arithmetic.
 * Flow:   drill_build, drill_match -> drill_md5_segment
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "expdrill/drill.h"

#define DRILL_MD5_BLOCK	64

struct drill_md5 {
	uint32_t state[4];
	uint64_t len;
	uint8_t block[DRILL_MD5_BLOCK];
};

/* RFC 1321 3.4: the integer part of 2^32 * abs(sin(i)). */
static const uint32_t drill_md5_sines[64] = {
	0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a,
	0xa8304613, 0xfd469501, 0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be,
	0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821, 0xf61e2562, 0xc040b340,
	0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
	0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8,
	0x676f02d9, 0x8d2a4c8a, 0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c,
	0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70, 0x289b7ec6, 0xeaa127fa,
	0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
	0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92,
	0xffeff47d, 0x85845dd1, 0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1,
	0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391,
};

static const uint8_t drill_md5_turns[4][4] = {
	{ 7, 12, 17, 22 }, { 5, 9, 14, 20 }, { 4, 11, 16, 23 }, { 6, 10, 15, 21 },
};

static uint32_t drill_md5_mix(int round, uint32_t x, uint32_t y, uint32_t z)
{
	switch (round) {
	case 0:
		return (x & y) | (~x & z);
	case 1:
		return (x & z) | (y & ~z);
	case 2:
		return x ^ y ^ z;
	default:
		return y ^ (x | ~z);
	}
}

static uint32_t drill_md5_word(const uint8_t *p)
{
	return p[0] | p[1] << 8 | p[2] << 16 | (uint32_t)p[3] << 24;
}

static void drill_md5_block(struct drill_md5 *m)
{
	/* Which word of the block a step takes: first and distance by round. */
	static const uint8_t first[4] = { 0, 1, 5, 0 };
	static const uint8_t distance[4] = { 1, 5, 3, 7 };
	uint32_t a = m->state[0], b = m->state[1];
	uint32_t c = m->state[2], d = m->state[3];
	uint32_t sum;
	int i, round, k, turn;

	for (i = 0; i < 64; i++) {
		round = i / 16;
		k = (first[round] + i % 16 * distance[round]) % 16;
		turn = drill_md5_turns[round][i % 4];
		sum = a + drill_md5_mix(round, b, c, d) +
			drill_md5_word(m->block + 4 * k) + drill_md5_sines[i];
		a = d;
		d = c;
		c = b;
		b += sum << turn | sum >> (32 - turn);
	}
	m->state[0] += a;
	m->state[1] += b;
	m->state[2] += c;
	m->state[3] += d;
}

static void drill_md5_add(struct drill_md5 *m, const void *data, size_t len)
{
	const uint8_t *p = data;

	while (len--) {
		m->block[m->len++ % DRILL_MD5_BLOCK] = *p++;
		if (m->len % DRILL_MD5_BLOCK == 0)
			drill_md5_block(m);
	}
}

static void drill_md5_end(struct drill_md5 *m, uint8_t *digest)
{
	uint64_t bits = m->len * 8;
	uint8_t pad = 0x80, end[8];
	int i;

	for (i = 0; i < 8; i++)
		end[i] = bits >> (8 * i);
	do {
		drill_md5_add(m, &pad, 1);
		pad = 0;
	} while (m->len % DRILL_MD5_BLOCK != DRILL_MD5_BLOCK - sizeof(end));
	drill_md5_add(m, end, sizeof(end));
	for (i = 0; i < DRILL_MD5_LEN; i++)
		digest[i] = m->state[i / 4] >> (8 * (i % 4));
}

/**
 * drill_md5_segment() - the digest of a TCP segment
 * @src: who sends it
 * @dst: to whom
 * @seg: header, options and payload; the checksum in it does not count
 * @len: bytes of all that
 * @head: bytes of header and options
 * @key: the key
 * @key_len: its length
 * @digest: takes DRILL_MD5_LEN bytes
 */
void drill_md5_segment(struct in_addr src, struct in_addr dst,
		       const uint8_t *seg, size_t len, size_t head,
		       const char *key, size_t key_len, uint8_t *digest)
{
	struct drill_md5 m = {
		.state = { 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476 },
	};
	const uint8_t proto[4] = { 0, IPPROTO_TCP, len >> 8, len };
	const uint8_t no_csum[2] = { 0 };

	drill_md5_add(&m, &src, sizeof(src));
	drill_md5_add(&m, &dst, sizeof(dst));
	drill_md5_add(&m, proto, sizeof(proto));
	drill_md5_add(&m, seg, 16);
	drill_md5_add(&m, no_csum, sizeof(no_csum));
	drill_md5_add(&m, seg + 18, 2);
	drill_md5_add(&m, seg + head, len - head);
	drill_md5_add(&m, key, key_len);
	drill_md5_end(&m, digest);
}
