// SPDX-License-Identifier: GPL-2.0
/*
 * expdrill: a script's lines become a list of events.
 * Flow:   drill_child -> drill_parse -> options, init commands, events
 *         (parse_packet.c, parse_call.c)
 * Owns:   the grammar of times
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "expdrill/drill.h"
#include "expdrill/scan.h"

static char *drill_read_file(const char *file)
{
	size_t cap = 4096, len = 0, got;
	char *text = drill_alloc(cap);
	FILE *f = fopen(file, "r");

	if (!f)
		drill_die(DRILL_ERROR, 0, "%s", strerror(errno));
	while ((got = fread(text + len, 1, cap - len - 1, f)) > 0) {
		len += got;
		if (cap - len < 2) {
			cap *= 2;
			text = realloc(text, cap);
			if (!text)
				drill_die(DRILL_ERROR, 0, "out of memory");
		}
	}
	if (ferror(f))
		drill_die(DRILL_ERROR, 0, "%s", strerror(errno));
	fclose(f);
	text[len] = '\0';
	return text;
}

/* The lines that start with -- and the commands without a time. */
static void drill_parse_head(struct drill_scan *s, struct drill_script *script)
{
	for (;;) {
		if (drill_scan_is(s, "--")) {
			int n = strcspn(s->p, drill_scan_is(s, "--sysctl=") ?
					"\r\n" : " \t\r\n");
			char *opt = strndup(s->p, n);

			if (!drill_option(s->cfg, opt))
				drill_die(DRILL_ERROR, s->line,
					  "no such option: %s", opt);
			free(opt);
			s->p += n;
		} else if (drill_scan_take(s, "`")) {
			char *cmd = drill_scan_until(s, "`");
			char *old = script->init;

			script->init = old ? drill_printf("%s\n%s", old, cmd) :
				cmd;
		} else {
			return;
		}
	}
}

static int64_t drill_parse_seconds(struct drill_scan *s)
{
	return (int64_t)(drill_scan_seconds(s) * 1e9 + 0.5);
}

/* 1.5  +.1  *  1~2  +.1~+.2; nothing means +0 */
static void drill_parse_when(struct drill_scan *s, struct drill_when *w)
{
	drill_scan_space(s);
	w->base = DRILL_RELATIVE;
	if (*s->p == '*') {
		s->p++;
		w->base = DRILL_ANY;
		return;
	}
	if (*s->p == '+')
		s->p++;
	else if (isdigit((unsigned char)*s->p) ||
		 (*s->p == '.' && isdigit((unsigned char)s->p[1])))
		w->base = DRILL_ABSOLUTE;
	else
		return;
	w->start = drill_parse_seconds(s);
	w->end = w->start;
	if (*s->p != '~')
		return;
	s->p++;
	if (*s->p == '+')
		s->p++;
	w->end = drill_parse_seconds(s);
	if (w->end < w->start)
		drill_die(DRILL_ERROR, s->line, "time goes backwards");
}

static void drill_parse_what(struct drill_scan *s, struct drill_event *ev)
{
	bool blocking = false;
	int64_t end = 0, latest = 0;

	if (!strncmp(s->p, "...", 3)) {
		s->p += 3;
		drill_scan_take(s, "+");
		end = drill_parse_seconds(s);
		latest = end;
		if (drill_scan_take(s, "~")) {
			drill_scan_take(s, "+");
			latest = drill_parse_seconds(s);
		}
		blocking = true;
	}
	drill_scan_space(s);
	ev->line = s->line;
	if (!blocking && (*s->p == '<' || *s->p == '>')) {
		ev->outbound = *s->p++ == '>';
		if (ev->outbound && drill_scan_word_take(s, "none")) {
			ev->what = DRILL_NOTHING;
			return;
		}
		ev->what = DRILL_PACKET;
		ev->packet = drill_parse_packet(s, ev->outbound);
		ev->packet->line = ev->line;
	} else if (!blocking && drill_scan_take(s, "`")) {
		ev->what = DRILL_COMMAND;
		ev->text = drill_scan_until(s, "`");
	} else if (!blocking && drill_scan_take(s, "%{")) {
		ev->what = DRILL_CODE;
		ev->text = drill_scan_until(s, "}%");
	} else {
		ev->what = DRILL_CALL;
		ev->call = drill_parse_call(s);
		ev->call->line = ev->line;
		ev->call->blocking = blocking;
		ev->call->end = end;
		ev->call->latest = latest;
	}
}

/**
 * drill_parse() - read and check a script
 * @file: its name
 * @cfg: options of the script are put into it
 *
 * Return: the script; an error in it ends the process.
 */
struct drill_script *drill_parse(const char *file, struct drill_config *cfg)
{
	struct drill_script *script = drill_alloc(sizeof(*script));
	struct drill_event **to = &script->events;
	struct drill_scan s = { .line = 1, .cfg = cfg };

	script->name = file;
	script->text = drill_read_file(file);
	s.p = script->text;
	drill_parse_head(&s, script);
	for (drill_scan_space(&s); *s.p; drill_scan_space(&s)) {
		struct drill_event *ev = drill_alloc(sizeof(*ev));

		drill_parse_when(&s, &ev->when);
		drill_parse_what(&s, ev);
		*to = ev;
		to = &ev->next;
	}
	if (!script->events)
		drill_die(DRILL_ERROR, 0, "no event in the script");
	return script;
}
