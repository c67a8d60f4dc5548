/* SPDX-License-Identifier: GPL-2.0 */
/*
 * tests: a stream of bytes that depends on a seed and the position, so that
 * whoever receives it can check every byte without having the original.
 */
#ifndef TESTS_PATTERN_H
#define TESTS_PATTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pattern {
	uint64_t seed;
	uint64_t pos;		/* of the next byte */
};

void pattern_init(struct pattern *p, uint64_t seed);
void pattern_fill(struct pattern *p, unsigned char *buf, size_t len);
size_t pattern_check(struct pattern *p, const unsigned char *buf, size_t len);
uint64_t pattern_random(uint64_t *state);

#endif /* TESTS_PATTERN_H */
