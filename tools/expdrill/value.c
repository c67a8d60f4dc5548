// SPDX-License-Identifier: GPL-2.0
/*
 * expdrill: arguments of calls.
 * Flow:   drill_parse_call -> drill_parse_values -> drill_parse_value
 * A value is a number (constants joined by | + - * << as they come), a
 * string, an ellipsis, a list in brackets or a struct in braces.
 */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "expdrill/drill.h"
#include "expdrill/scan.h"

static struct drill_value *drill_value_new(enum drill_value_type type)
{
	struct drill_value *v = drill_alloc(sizeof(*v));

	v->type = type;
	return v;
}

static bool drill_value_call(struct drill_scan *s, const char *word,
			     long long *v)
{
	if (!strcmp(word, "htons") || !strcmp(word, "htonl") ||
	    !strcmp(word, "ntohs") || !strcmp(word, "ntohl")) {
		drill_scan_want(s, "(");
		*v = drill_scan_number(s);
		*v = word[4] == 's' ? htons(*v) : htonl(*v);
	} else if (!strcmp(word, "inet_addr")) {
		char *str;

		drill_scan_want(s, "(");
		str = drill_scan_string(s, NULL);
		*v = inet_addr(str);
		free(str);
	} else {
		return false;
	}
	drill_scan_want(s, ")");
	return true;
}

static long long drill_value_word(struct drill_scan *s, char *word)
{
	const char *def;
	long long v;

	if (drill_value_call(s, word, &v) || drill_symbol(word, &v))
		return v;
	def = drill_define_find(s->cfg, word);
	if (def && drill_symbol(def, &v))
		return v;
	if (def)
		return strtoll(def, NULL, 0);
	drill_die(DRILL_ERROR, s->line, "unknown constant %s", word);
}

static long long drill_value_one(struct drill_scan *s)
{
	char *word;
	long long v;

	if (drill_scan_take(s, "(")) {
		v = drill_parse_value(s)->num;
		drill_scan_want(s, ")");
		return v;
	}
	if (drill_scan_take(s, "~"))
		return ~drill_value_one(s);
	if (drill_scan_at_number(s))
		return drill_scan_number(s);
	word = drill_scan_word(s);
	if (!word)
		drill_scan_bad(s, "a value");
	v = drill_value_word(s, word);
	free(word);
	return v;
}

static struct drill_value *drill_value_number(struct drill_scan *s)
{
	struct drill_value *v = drill_value_new(DRILL_INT);

	v->num = drill_value_one(s);
	for (;;) {
		if (drill_scan_take(s, "|"))
			v->num |= drill_value_one(s);
		else if (drill_scan_take(s, "+"))
			v->num += drill_value_one(s);
		else if (drill_scan_take(s, "*"))
			v->num *= drill_value_one(s);
		else if (drill_scan_take(s, "<<"))
			v->num <<= drill_value_one(s);
		else if (drill_scan_take(s, "-"))
			v->num -= drill_value_one(s);
		else
			return v;
	}
}

/* name = value, name(...) = value, or a value alone */
static struct drill_value *drill_value_field(struct drill_scan *s)
{
	struct drill_scan back = *s;
	struct drill_value *v;
	char *name = drill_scan_word(s);

	if (name && drill_scan_take(s, "(")) {
		if (!drill_scan_take(s, "...") && !drill_scan_is(s, ")"))
			drill_parse_value(s);
		if (!drill_scan_take(s, ")") || !drill_scan_is(s, "="))
			goto plain;
	}
	if (!name || !drill_scan_take(s, "="))
		goto plain;
	v = drill_parse_value(s);
	v->field = name;
	return v;
plain:
	free(name);
	*s = back;
	return drill_parse_value(s);
}

/**
 * drill_parse_values() - values with commas between, and what ends them
 * @s: the place; ends up behind @end
 * @end: a closing bracket
 * @n: takes their number; may be NULL
 *
 * Return: the first of a chain, NULL if there is none.
 */
struct drill_value *drill_parse_values(struct drill_scan *s, const char *end,
				       int *n)
{
	struct drill_value *first = NULL, **to = &first;
	int count = 0;

	if (!drill_scan_take(s, end)) {
		do {
			*to = *end == '}' ? drill_value_field(s) :
				drill_parse_value(s);
			to = &(*to)->next;
			count++;
		} while (drill_scan_take(s, ","));
		drill_scan_want(s, end);
	}
	if (n)
		*n = count;
	return first;
}

/**
 * drill_parse_value() - one value
 * @s: the place
 */
struct drill_value *drill_parse_value(struct drill_scan *s)
{
	struct drill_value *v;

	if (drill_scan_take(s, "..."))
		return drill_value_new(DRILL_ELLIPSIS);
	if (drill_scan_is(s, "\"")) {
		v = drill_value_new(DRILL_STRING);
		v->str = drill_scan_string(s, &v->len);
		return v;
	}
	if (drill_scan_take(s, "[")) {
		v = drill_value_new(DRILL_LIST);
		v->kids = drill_parse_values(s, "]", NULL);
		return v;
	}
	if (drill_scan_take(s, "{")) {
		v = drill_value_new(DRILL_STRUCT);
		v->kids = drill_parse_values(s, "}", NULL);
		return v;
	}
	return drill_value_number(s);
}
