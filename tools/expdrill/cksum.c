// SPDX-License-Identifier: GPL-2.0
/*
 * expdrill: the Internet checksum.
 * Flow:   drill_build, drill_dissect -> drill_sum -> drill_sum_fold
 * Spec:   RFC 1071
 */
#include <arpa/inet.h>

#include "expdrill/drill.h"

/**
 * drill_sum() - add bytes to a sum
 * @data: the bytes
 * @len: their number; only the last piece may have an odd one
 * @sum: what was added before
 *
 * Return: the sum, with carries not yet folded.
 */
uint32_t drill_sum(const void *data, size_t len, uint32_t sum)
{
	const uint8_t *p = data;
	uint64_t acc = sum;

	for (; len > 1; len -= 2, p += 2)
		acc += p[0] << 8 | p[1];
	if (len)
		acc += p[0] << 8;
	while (acc >> 32)
		acc = (acc & 0xffffffff) + (acc >> 32);
	return acc;
}

/**
 * drill_sum_fold() - sixteen bits of a sum
 * @sum: carries included
 *
 * Return: in host order, not complemented.
 */
uint16_t drill_sum_fold(uint32_t sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

/**
 * drill_sum_pseudo() - the sum of the pseudo header
 * @src: source
 * @dst: destination
 * @proto: protocol
 * @len: bytes of transport header and payload
 */
uint32_t drill_sum_pseudo(struct in_addr src, struct in_addr dst, int proto,
			  size_t len)
{
	uint32_t sum = proto + (len & 0xffff);

	sum = drill_sum(&src, sizeof(src), sum);
	return drill_sum(&dst, sizeof(dst), sum);
}
