// SPDX-License-Identifier: GPL-2.0
/*
 * tests: fill and check the pattern.
 * Owns:   struct pattern
 *
 * Byte i is a byte of splitmix64 at i / 8, so that the stream can be made
 * from any position on. A lost, repeated or moved byte does not go unseen.
 */
#include <string.h>

#include "tests/pattern.h"

#define PATTERN_STEP	0x9e3779b97f4a7c15ULL
#define PATTERN_CHUNK	4096

static uint64_t pattern_mix(uint64_t z)
{
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

/**
 * pattern_random() - a number that only depends on the calls before
 * @state: any value to begin with
 *
 * Return: 64 random bits.
 */
uint64_t pattern_random(uint64_t *state)
{
	*state += PATTERN_STEP;
	return pattern_mix(*state);
}

/**
 * pattern_init() - begin a stream
 * @p: the stream
 * @seed: both ends use the same
 */
void pattern_init(struct pattern *p, uint64_t seed)
{
	p->seed = seed;
	p->pos = 0;
}

static void pattern_make(const struct pattern *p, unsigned char *buf,
			 size_t len)
{
	uint64_t pos = p->pos;

	while (len) {
		uint64_t word = pattern_mix(p->seed + (pos / 8) * PATTERN_STEP);
		size_t skip = pos % 8;
		size_t n = 8 - skip < len ? 8 - skip : len;

		memcpy(buf, (unsigned char *)&word + skip, n);
		buf += n;
		pos += n;
		len -= n;
	}
}

/**
 * pattern_fill() - the next bytes of a stream
 * @p: the stream
 * @buf: receives them
 * @len: how many
 */
void pattern_fill(struct pattern *p, unsigned char *buf, size_t len)
{
	pattern_make(p, buf, len);
	p->pos += len;
}

/**
 * pattern_check() - compare received bytes with the stream
 * @p: the stream
 * @buf: what was received
 * @len: how much of it
 *
 * Return: how many bytes were right before the first wrong one; @len is good.
 */
size_t pattern_check(struct pattern *p, const unsigned char *buf, size_t len)
{
	unsigned char want[PATTERN_CHUNK];
	size_t done = 0;

	while (done < len) {
		size_t n = len - done < sizeof(want) ? len - done : sizeof(want);

		pattern_make(p, want, n);
		if (memcmp(want, buf + done, n)) {
			for (size_t i = 0; i < n; i++)
				if (want[i] != buf[done + i])
					return done + i;
		}
		p->pos += n;
		done += n;
	}
	return len;
}
