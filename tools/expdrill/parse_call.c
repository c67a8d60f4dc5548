// SPDX-License-Identifier: GPL-2.0
/*
 * expdrill: a system call and its result, as strace prints them.
 * Flow:   drill_parse -> drill_parse_call -> drill_parse_values
 */
#include <stdlib.h>
#include <string.h>

#include "expdrill/drill.h"
#include "expdrill/scan.h"

/* = 3, = 0x2 (flags ...), = ?, = -1 ECONNREFUSED (Connection refused) */
static void drill_parse_result(struct drill_scan *s, struct drill_call *c)
{
	char *word;

	drill_scan_want(s, "=");
	if (drill_scan_take(s, "?") || drill_scan_take(s, "*")) {
		c->any_result = true;
		return;
	}
	if (drill_scan_at_number(s))
		c->want = drill_scan_number(s);
	else
		c->want = drill_parse_value(s)->num;
	if (c->want == -1) {
		word = drill_scan_word(s);
		if (word) {
			c->want_errno = drill_errno(word);
			if (!c->want_errno)
				drill_die(DRILL_ERROR, s->line,
					  "unknown error %s", word);
			free(word);
		}
	}
	if (drill_scan_take(s, "("))
		free(drill_scan_until(s, ")"));
}

/**
 * drill_parse_call() - name(arguments) = result
 * @s: the place
 */
struct drill_call *drill_parse_call(struct drill_scan *s)
{
	struct drill_call *c = drill_alloc(sizeof(*c));

	c->name = drill_scan_word(s);
	c->line = s->line;
	if (!c->name)
		drill_scan_bad(s, "a packet, a call, a command or code");
	drill_scan_want(s, "(");
	c->args = drill_parse_values(s, ")", &c->nargs);
	drill_parse_result(s, c);
	return c;
}
