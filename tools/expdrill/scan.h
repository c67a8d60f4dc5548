/* SPDX-License-Identifier: GPL-2.0 */
/* expdrill: the scanner, which works on characters. */
#ifndef DRILL_SCAN_H
#define DRILL_SCAN_H

#include <stdbool.h>

struct drill_config;
struct drill_value;
struct drill_packet;
struct drill_tcpopt;
struct drill_call;

struct drill_scan {
	const char *p;
	int line;
	struct drill_config *cfg;
};

void drill_scan_bad(struct drill_scan *s, const char *want)
	__attribute__((noreturn));
void drill_scan_space(struct drill_scan *s);
bool drill_scan_is(struct drill_scan *s, const char *text);
bool drill_scan_take(struct drill_scan *s, const char *text);
void drill_scan_want(struct drill_scan *s, const char *text);
bool drill_scan_word_is(struct drill_scan *s, const char *word);
bool drill_scan_word_take(struct drill_scan *s, const char *word);
char *drill_scan_word(struct drill_scan *s);
bool drill_scan_at_number(struct drill_scan *s);
long long drill_scan_number(struct drill_scan *s);
double drill_scan_seconds(struct drill_scan *s);
char *drill_scan_string(struct drill_scan *s, int *len);
char *drill_scan_until(struct drill_scan *s, const char *end);
int drill_scan_hex(struct drill_scan *s, unsigned char *buf, int max);

struct drill_value *drill_parse_value(struct drill_scan *s);
struct drill_value *drill_parse_values(struct drill_scan *s, const char *end,
				       int *n);
struct drill_packet *drill_parse_packet(struct drill_scan *s, bool outbound);
void drill_parse_tcpopt(struct drill_scan *s, struct drill_packet *p);
struct drill_call *drill_parse_call(struct drill_scan *s);

#endif /* DRILL_SCAN_H */
