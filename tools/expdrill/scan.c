// SPDX-License-Identifier: GPL-2.0
/*
 * expdrill: the scanner. The language has no tokens that mean the same
 * everywhere ("." is a flag, a part of a time, the start of an ellipsis), so
 * the parser asks for what may come next.
 * Flow:   parse*.c -> drill_scan_*()
 * Owns:   the place in the text; comments and space vanish here
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "expdrill/drill.h"
#include "expdrill/scan.h"

/**
 * drill_scan_bad() - the script is wrong here
 * @s: the place
 * @want: what should be there
 */
void drill_scan_bad(struct drill_scan *s, const char *want)
{
	int n;

	drill_scan_space(s);
	n = strcspn(s->p, "\n");
	drill_die(DRILL_ERROR, s->line, "expected %s at \"%.*s\"", want,
		  n > 40 ? 40 : n, s->p);
}

/**
 * drill_scan_space() - pass over space and comments
 * @s: the place
 */
void drill_scan_space(struct drill_scan *s)
{
	for (;;) {
		if (*s->p == '\n') {
			s->line++;
			s->p++;
		} else if (isspace((unsigned char)*s->p)) {
			s->p++;
		} else if (*s->p == '#' || !strncmp(s->p, "//", 2)) {
			s->p += strcspn(s->p, "\n");
		} else if (!strncmp(s->p, "/*", 2)) {
			const char *end = strstr(s->p + 2, "*/");

			if (!end)
				drill_die(DRILL_ERROR, s->line,
					  "comment without end");
			for (; s->p < end + 2; s->p++)
				s->line += *s->p == '\n';
		} else {
			return;
		}
	}
}

/**
 * drill_scan_is() - does this text come next?
 * @s: the place; space before it is passed over
 * @text: the characters
 */
bool drill_scan_is(struct drill_scan *s, const char *text)
{
	drill_scan_space(s);
	return !strncmp(s->p, text, strlen(text));
}

/**
 * drill_scan_take() - pass over this text if it comes next
 * @s: the place
 * @text: the characters
 */
bool drill_scan_take(struct drill_scan *s, const char *text)
{
	if (!drill_scan_is(s, text))
		return false;
	s->p += strlen(text);
	return true;
}

/**
 * drill_scan_want() - pass over this text, which must come next
 * @s: the place
 * @text: the characters
 */
void drill_scan_want(struct drill_scan *s, const char *text)
{
	if (!drill_scan_take(s, text))
		drill_scan_bad(s, text);
}

static int drill_scan_word_len(const char *p)
{
	int n = 0;

	while (isalnum((unsigned char)p[n]) || p[n] == '_')
		n++;
	return n;
}

/**
 * drill_scan_word_is() - does this word come next, as a whole?
 * @s: the place
 * @word: letters, digits and underscores
 */
bool drill_scan_word_is(struct drill_scan *s, const char *word)
{
	size_t n = strlen(word);

	drill_scan_space(s);
	return !strncmp(s->p, word, n) && !drill_scan_word_len(s->p + n);
}

/**
 * drill_scan_word_take() - pass over this word if it comes next
 * @s: the place
 * @word: letters, digits and underscores
 */
bool drill_scan_word_take(struct drill_scan *s, const char *word)
{
	if (!drill_scan_word_is(s, word))
		return false;
	s->p += strlen(word);
	return true;
}

/**
 * drill_scan_word() - the next word
 * @s: the place
 *
 * Return: a copy, or NULL if something else comes next.
 */
char *drill_scan_word(struct drill_scan *s)
{
	char *word;
	int n;

	drill_scan_space(s);
	n = drill_scan_word_len(s->p);
	if (!n || isdigit((unsigned char)*s->p))
		return NULL;
	word = strndup(s->p, n);
	s->p += n;
	return word;
}

/**
 * drill_scan_at_number() - does a whole number come next?
 * @s: the place
 */
bool drill_scan_at_number(struct drill_scan *s)
{
	drill_scan_space(s);
	return isdigit((unsigned char)*s->p) ||
		(*s->p == '-' && isdigit((unsigned char)s->p[1]));
}

/**
 * drill_scan_number() - a whole number, decimal or 0x
 * @s: the place; a defined word does as well
 */
long long drill_scan_number(struct drill_scan *s)
{
	const char *text;
	long long v;
	char *end;

	if (!drill_scan_at_number(s)) {
		char *word = drill_scan_word(s);

		text = word ? drill_define_find(s->cfg, word) : NULL;
		if (!text)
			drill_scan_bad(s, "a number");
		free(word);
		return strtoll(text, NULL, 0);
	}
	/* no octal: 010 is ten */
	if (!strncmp(s->p, "0x", 2) || !strncmp(s->p, "0X", 2))
		v = (long long)strtoull(s->p, &end, 16);
	else
		v = strtoll(s->p, &end, 10);
	s->p = end;
	return v;
}

/**
 * drill_scan_seconds() - a time, as in 1, 0.25 or .25
 * @s: the place
 */
double drill_scan_seconds(struct drill_scan *s)
{
	double whole = 0, unit = 1;
	bool any = false;

	drill_scan_space(s);
	for (; isdigit((unsigned char)*s->p); s->p++, any = true)
		whole = whole * 10 + (*s->p - '0');
	if (*s->p == '.' && isdigit((unsigned char)s->p[1])) {
		for (s->p++; isdigit((unsigned char)*s->p); s->p++) {
			unit /= 10;
			whole += (*s->p - '0') * unit;
		}
		any = true;
	}
	if (!any)
		drill_scan_bad(s, "a time in seconds");
	return whole;
}

/**
 * drill_scan_string() - a string in double quotes
 * @s: the place
 * @len: its length, for it may hold any byte; may be NULL
 */
char *drill_scan_string(struct drill_scan *s, int *len)
{
	char *str, *to;

	drill_scan_want(s, "\"");
	str = drill_alloc(strlen(s->p) + 1);
	to = str;
	while (*s->p && *s->p != '"') {
		if (*s->p == '\n')
			s->line++;
		if (*s->p != '\\') {
			*to++ = *s->p++;
			continue;
		}
		s->p++;
		switch (*s->p) {
		case 'n':
			*to++ = '\n';
			break;
		case 'r':
			*to++ = '\r';
			break;
		case 't':
			*to++ = '\t';
			break;
		case 'x': {
			char hex[3] = { s->p[1], s->p[1] ? s->p[2] : 0, 0 };

			*to++ = (char)strtoul(hex, NULL, 16);
			s->p += strlen(hex);
			break;
		}
		case '0':
			*to++ = '\0';
			break;
		default:
			*to++ = *s->p;
		}
		if (*s->p)
			s->p++;
	}
	if (*s->p++ != '"')
		drill_die(DRILL_ERROR, s->line, "string without end");
	if (len)
		*len = to - str;
	return str;
}

/**
 * drill_scan_until() - everything up to a mark
 * @s: the place; ends up behind the mark
 * @end: the mark
 */
char *drill_scan_until(struct drill_scan *s, const char *end)
{
	const char *stop = strstr(s->p, end);
	char *text;

	if (!stop)
		drill_die(DRILL_ERROR, s->line, "no %s to end this", end);
	text = strndup(s->p, stop - s->p);
	for (; s->p < stop; s->p++)
		s->line += *s->p == '\n';
	s->p += strlen(end);
	return text;
}

/**
 * drill_scan_hex() - bytes in hexadecimal, without space; a defined word does
 * @s: the place
 * @buf: takes the bytes
 * @max: its size
 *
 * Return: the number of bytes; 0 if no such thing comes next.
 */
int drill_scan_hex(struct drill_scan *s, unsigned char *buf, int max)
{
	char pair[3] = "", *word;
	const char *def, *p;
	int n = 0;

	drill_scan_space(s);
	word = strndup(s->p, drill_scan_word_len(s->p));
	def = drill_define_find(s->cfg, word);
	p = def ? def : word;
	if (!strncmp(p, "0x", 2))
		p += 2;
	for (; isxdigit((unsigned char)p[0]) && isxdigit((unsigned char)p[1]);
	     p += 2) {
		if (n == max)
			drill_scan_bad(s, "fewer bytes");
		memcpy(pair, p, 2);
		buf[n++] = strtoul(pair, NULL, 16);
	}
	if (n && *p)
		drill_scan_bad(s, "an even number of hexadecimal digits");
	if (n)
		s->p += strlen(word);
	free(word);
	return n;
}
