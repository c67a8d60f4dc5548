// SPDX-License-Identifier: GPL-2.0
/*
 * expdrill: statements of a script's code, %{ assert tcpi_snd_cwnd == 10 }%.
 * They are a small part of Python: assert, print, pass and assignment.
 * Flow:   drill_run -> drill_code_run -> drill_expr_eval (code_eval.c)
 * Owns:   drill.vars
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "expdrill/code.h"
#include "expdrill/drill.h"

static void drill_code_assert(struct drill_expr *e)
{
	struct drill_result r, msg;
	const char *from = e->p;
	char text[256] = "";
	int len;

	drill_expr_eval(e, &r);
	len = e->p - from;
	drill_expr_space(e);
	if (*e->p == ',') {
		e->p++;
		drill_expr_eval(e, &msg);
		drill_result_text(&msg, text, sizeof(text));
	}
	if (r.is_text ? !*r.text : !r.num)
		drill_die(DRILL_FAIL, e->line, "assert%.*s%s%s", len, from,
			  *text ? ": " : " does not hold", text);
}

static void drill_code_print(struct drill_expr *e)
{
	struct drill_result r;
	char text[256];

	drill_expr_space(e);
	if (*e->p == '\n' || *e->p == ';' || !*e->p)
		return;
	drill_expr_eval(e, &r);
	drill_result_text(&r, text, sizeof(text));
	drill_note("  %s", text);
}

static void drill_code_assign(struct drill_expr *e)
{
	struct drill_result r;
	struct drill_vars *v;
	const char *from;
	int n = 0;

	drill_expr_space(e);
	from = e->p;
	while (isalnum((unsigned char)from[n]) || from[n] == '_')
		n++;
	e->p += n;
	drill_expr_space(e);
	if (!n || *e->p != '=' || e->p[1] == '=')
		drill_expr_bad(e, "assert, print or an assignment");
	e->p++;
	drill_expr_eval(e, &r);
	for (v = e->d->vars; v; v = v->next)
		if (!strncmp(v->name, from, n) && !v->name[n])
			break;
	if (!v) {
		v = drill_alloc(sizeof(*v));
		v->name = strndup(from, n);
		v->next = e->d->vars;
		e->d->vars = v;
	}
	v->value = r.num;
}

/**
 * drill_code_run() - run a block of code now
 * @d: the script; tcpi_* are those of its current connection
 * @text: the block
 * @line: where it is
 */
void drill_code_run(struct drill *d, const char *text, int line)
{
	struct drill_expr e = { .p = text, .d = d, .line = line };

	e.fd = drill_conn_fd(d, d->current);
	for (;;) {
		drill_expr_space(&e);
		if (*e.p == '\n' || *e.p == ';') {
			e.line += *e.p == '\n';
			e.p++;
			continue;
		}
		if (!*e.p)
			return;
		if (drill_expr_word(&e, "assert"))
			drill_code_assert(&e);
		else if (drill_expr_word(&e, "print"))
			drill_code_print(&e);
		else if (!drill_expr_word(&e, "pass"))
			drill_code_assign(&e);
		drill_expr_space(&e);
		if (*e.p && *e.p != '\n' && *e.p != ';')
			drill_expr_bad(&e, "the end of the statement");
	}
}
