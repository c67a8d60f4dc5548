// SPDX-License-Identifier: GPL-2.0
/*
 * expdrill: TCP options of a script. They are kept as the bytes of the wire,
 * so that their order and padding are compared too.
 * Flow:   drill_parse_packet -> drill_parse_tcpopt
 */
#include <string.h>

#include "expdrill/drill.h"
#include "expdrill/scan.h"

static void drill_opt_byte(struct drill_tcpopt *o, unsigned int v)
{
	if (o->len == (int)sizeof(o->bytes))
		drill_die(DRILL_ERROR, 0, "too many TCP options");
	o->bytes[o->len++] = v;
}

static void drill_opt_long(struct drill_tcpopt *o, uint32_t v)
{
	drill_opt_byte(o, v >> 24);
	drill_opt_byte(o, v >> 16);
	drill_opt_byte(o, v >> 8);
	drill_opt_byte(o, v);
}

static void drill_opt_timestamp(struct drill_scan *s, struct drill_tcpopt *o)
{
	o->ts_at = o->len;
	drill_opt_byte(o, 8);
	drill_opt_byte(o, 10);
	if (!drill_scan_word_take(s, "val"))
		drill_scan_bad(s, "val");
	drill_opt_long(o, drill_scan_number(s));
	if (!drill_scan_word_take(s, "ecr"))
		drill_scan_bad(s, "ecr");
	drill_opt_long(o, drill_scan_number(s));
}

static void drill_opt_sack(struct drill_scan *s, struct drill_tcpopt *o)
{
	int at = o->len;

	drill_opt_byte(o, 5);
	drill_opt_byte(o, 2);
	o->sack_at = o->len;
	while (drill_scan_at_number(s)) {
		drill_opt_long(o, drill_scan_number(s));
		drill_scan_want(s, ":");
		drill_opt_long(o, drill_scan_number(s));
		o->bytes[at + 1] += 8;
		o->sack_blocks++;
	}
}

/* kind, length, and bytes the script gives */
static void drill_opt_bytes(struct drill_scan *s, struct drill_tcpopt *o,
			    int kind, int head)
{
	int at = o->len;
	int n;

	drill_opt_byte(o, kind);
	drill_opt_byte(o, 0);
	if (head) {
		drill_opt_byte(o, head >> 8);
		drill_opt_byte(o, head);
	}
	n = drill_scan_hex(s, o->bytes + o->len, DRILL_MAX_TCPOPT);
	o->len += n;
	o->bytes[at + 1] = o->len - at;
}

/* md5 "KEY" stands for the digest by that key, md5 HEX for itself. */
static void drill_opt_md5(struct drill_scan *s, struct drill_tcpopt *o)
{
	int i;

	if (!drill_scan_is(s, "\"")) {
		drill_opt_bytes(s, o, 19, 0);
		return;
	}
	if (o->md5_at >= 0)
		drill_scan_bad(s, "one MD5 key");
	o->md5_key = drill_scan_string(s, &o->md5_key_len);
	drill_opt_byte(o, 19);
	drill_opt_byte(o, 2 + DRILL_MD5_LEN);
	o->md5_at = o->len;
	for (i = 0; i < DRILL_MD5_LEN; i++)
		drill_opt_byte(o, 0);
}

static void drill_opt_one(struct drill_scan *s, struct drill_tcpopt *o)
{
	if (drill_scan_word_take(s, "nop")) {
		drill_opt_byte(o, 1);
	} else if (drill_scan_word_take(s, "eol")) {
		drill_opt_byte(o, 0);
	} else if (drill_scan_word_take(s, "mss")) {
		unsigned int mss = drill_scan_number(s);

		drill_opt_byte(o, 2);
		drill_opt_byte(o, 4);
		drill_opt_byte(o, mss >> 8);
		drill_opt_byte(o, mss);
	} else if (drill_scan_word_take(s, "wscale")) {
		drill_opt_byte(o, 3);
		drill_opt_byte(o, 3);
		drill_opt_byte(o, drill_scan_number(s));
	} else if (drill_scan_word_take(s, "sackOK")) {
		drill_opt_byte(o, 4);
		drill_opt_byte(o, 2);
	} else if (drill_scan_word_take(s, "sack")) {
		drill_opt_sack(s, o);
	} else if (drill_scan_word_take(s, "TS")) {
		drill_opt_timestamp(s, o);
	} else if (drill_scan_word_take(s, "FOEXP")) {
		drill_opt_bytes(s, o, 254, 0xF989);
	} else if (drill_scan_word_take(s, "FO")) {
		drill_opt_bytes(s, o, 34, 0);
	} else if (drill_scan_word_take(s, "md5")) {
		drill_opt_md5(s, o);
	} else if (drill_scan_word_take(s, "kind")) {
		int kind = drill_scan_number(s);

		drill_opt_bytes(s, o, kind, 0);
	} else if (drill_scan_word_take(s, "raw")) {
		o->len += drill_scan_hex(s, o->bytes + o->len,
					 DRILL_MAX_TCPOPT);
	} else {
		drill_scan_bad(s, "a TCP option");
	}
}

/**
 * drill_parse_tcpopt() - <option,option,...>, or <...> for any
 * @s: the place
 * @p: takes them; a multiple of four bytes is made by zeros as padding
 */
void drill_parse_tcpopt(struct drill_scan *s, struct drill_packet *p)
{
	struct drill_tcpopt *o = &p->opt;

	o->ts_at = -1;
	o->sack_at = -1;
	o->md5_at = -1;
	/* "<" also starts the next event's packet, but never without a time */
	if (!drill_scan_take(s, "<"))
		return;
	if (drill_scan_take(s, "...")) {
		p->any_options = true;
		drill_scan_want(s, ">");
		return;
	}
	if (!drill_scan_is(s, ">")) {
		do {
			drill_opt_one(s, o);
			if (o->len > DRILL_MAX_TCPOPT)
				drill_die(DRILL_ERROR, s->line,
					  "TCP options take %d bytes, 40 is the most",
					  o->len);
		} while (drill_scan_take(s, ","));
	}
	drill_scan_want(s, ">");
	while (o->len & 3)
		drill_opt_byte(o, 0);
}
