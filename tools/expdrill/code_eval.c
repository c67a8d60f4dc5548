// SPDX-License-Identifier: GPL-2.0
/*
 * expdrill: expressions of a script's code: Python's operators on numbers,
 * comparisons that chain, "in", "x if c else y", abs, min, max, int, round,
 * strings for messages.
 * Flow:   code.c -> drill_expr_eval -> drill_expr_level (by precedence)
 */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "expdrill/code.h"
#include "expdrill/drill.h"

/**
 * drill_expr_bad() - the code is wrong here
 * @e: the place
 * @what: what should be there
 */
void drill_expr_bad(struct drill_expr *e, const char *what)
{
	drill_die(DRILL_ERROR, e->line, "code: expected %s at \"%.30s\"", what,
		  e->p);
}

/**
 * drill_expr_space() - pass over space, and over newlines inside brackets
 * @e: the place
 */
void drill_expr_space(struct drill_expr *e)
{
	for (;; e->p++) {
		if (*e->p == '#')
			while (e->p[0] && e->p[1] && e->p[1] != '\n')
				e->p++;
		else if (*e->p == '\n' ? !e->depth :
			 !isspace((unsigned char)*e->p))
			return;
		if (*e->p == '\n')
			e->line++;
	}
}

/**
 * drill_expr_word() - pass over a word if it comes next
 * @e: the place
 * @word: letters
 */
bool drill_expr_word(struct drill_expr *e, const char *word)
{
	size_t n = strlen(word);

	drill_expr_space(e);
	if (strncmp(e->p, word, n) || isalnum((unsigned char)e->p[n]) ||
	    e->p[n] == '_')
		return false;
	e->p += n;
	return true;
}

static bool drill_expr_take(struct drill_expr *e, const char *op)
{
	drill_expr_space(e);
	if (strncmp(e->p, op, strlen(op)))
		return false;
	e->p += strlen(op);
	return true;
}

/**
 * drill_result_text() - a value as print shows it
 * @r: the value
 * @buf: takes it
 * @len: its size
 */
void drill_result_text(const struct drill_result *r, char *buf, int len)
{
	if (r->is_text)
		snprintf(buf, len, "%s", r->text);
	else
		snprintf(buf, len, "%.15g", r->num);
}

/* To a drill_result's text; what does not fit is left out. */
static void drill_text_add(char *text, const char *more)
{
	size_t n = strlen(text), k = strlen(more);

	if (n + k >= sizeof(((struct drill_result *)0)->text))
		k = sizeof(((struct drill_result *)0)->text) - 1 - n;
	memcpy(text + n, more, k);
	text[n + k] = '\0';
}

static void drill_result_number(struct drill_result *r, double num)
{
	r->is_text = false;
	r->num = num;
}

/* (a), (a, b) or [a, b]; the first values are kept too, for "in" and calls */
static int drill_expr_list(struct drill_expr *e, char end, double *nums,
			   int max, struct drill_result *r)
{
	char text[256] = "", one[256];
	bool comma = false;
	int n = 0;

	e->depth++;
	drill_expr_space(e);
	while (*e->p != end) {
		drill_expr_eval(e, r);
		if (n < max)
			nums[n] = r->num;
		n++;
		drill_result_text(r, one, sizeof(one));
		drill_text_add(text, n > 1 ? ", " : "");
		drill_text_add(text, one);
		drill_expr_space(e);
		if (*e->p == ',') {
			comma = true;
			e->p++;
			drill_expr_space(e);
		} else if (*e->p != end) {
			drill_expr_bad(e, "a closing bracket");
		}
	}
	e->p++;
	e->depth--;
	if (n != 1 || comma || end == ']') {
		r->is_text = true;
		memcpy(r->text, text, sizeof(r->text));
	}
	return n;
}

static void drill_expr_call(struct drill_expr *e, const char *name,
			    struct drill_result *r)
{
	double a[16] = { 0 };
	int n = drill_expr_list(e, ')', a, 16, r);
	int i;

	if (!n || n > 16)
		drill_expr_bad(e, "one to sixteen arguments");
	if (!strcmp(name, "str"))
		return;
	if (!strcmp(name, "abs"))
		a[0] = fabs(a[0]);
	else if (!strcmp(name, "int"))
		a[0] = trunc(a[0]);
	else if (!strcmp(name, "round"))
		a[0] = nearbyint(a[0]);
	else if (!strcmp(name, "min") || !strcmp(name, "max"))
		for (i = 1; i < n; i++)
			a[0] = name[1] == 'i' ? fmin(a[0], a[i]) :
				fmax(a[0], a[i]);
	else if (strcmp(name, "float"))
		drill_expr_bad(e, "abs, int, round, min, max, float or str");
	drill_result_number(r, a[0]);
}

static void drill_expr_name(struct drill_expr *e, struct drill_result *r)
{
	struct drill_vars *v;
	char name[64];
	long long sym;
	int n = 0;

	while ((isalnum((unsigned char)*e->p) || *e->p == '_') && n < 63)
		name[n++] = *e->p++;
	name[n] = '\0';
	if (*e->p == '(') {
		e->p++;
		drill_expr_call(e, name, r);
		return;
	}
	for (v = e->d->vars; v; v = v->next) {
		if (!strcmp(v->name, name)) {
			drill_result_number(r, v->value);
			return;
		}
	}
	if (!strcmp(name, "True") || !strcmp(name, "False"))
		drill_result_number(r, name[0] == 'T');
	else if (drill_symbol(name, &sym))
		drill_result_number(r, sym);
	else if (drill_tcpinfo_get(e->fd, name, &r->num))
		r->is_text = false;
	else
		drill_die(DRILL_ERROR, e->line, "code: no variable %s", name);
}

static void drill_expr_string(struct drill_expr *e, struct drill_result *r)
{
	char quote = *e->p++;
	size_t n = 0;

	r->is_text = true;
	for (; *e->p && *e->p != quote; e->p++)
		if (n + 1 < sizeof(r->text))
			r->text[n++] = *e->p;
	r->text[n] = '\0';
	if (*e->p)
		e->p++;
}

static void drill_expr_atom(struct drill_expr *e, struct drill_result *r)
{
	double none[1];
	char *end;

	drill_expr_space(e);
	if (isdigit((unsigned char)*e->p) ||
	    (*e->p == '.' && isdigit((unsigned char)e->p[1]))) {
		drill_result_number(r, strtod(e->p, &end));
		e->p = end;
	} else if (isalpha((unsigned char)*e->p) || *e->p == '_') {
		drill_expr_name(e, r);
	} else if (*e->p == '"' || *e->p == '\'') {
		drill_expr_string(e, r);
	} else if (*e->p == '(' || *e->p == '[') {
		e->p++;
		drill_expr_list(e, e->p[-1] == '(' ? ')' : ']', none, 1, r);
	} else {
		drill_expr_bad(e, "a value");
	}
}

static void drill_expr_unary(struct drill_expr *e, struct drill_result *r)
{
	if (drill_expr_take(e, "-")) {
		drill_expr_unary(e, r);
		r->num = -r->num;
	} else if (drill_expr_take(e, "~")) {
		drill_expr_unary(e, r);
		r->num = ~(long long)r->num;
	} else {
		drill_expr_take(e, "+");
		drill_expr_atom(e, r);
		if (drill_expr_take(e, "**")) {
			struct drill_result power;

			drill_expr_unary(e, &power);
			r->num = pow(r->num, power.num);
		}
	}
}

static double drill_expr_apply(struct drill_expr *e, const char *op, double a,
			       double b)
{
	long long i = a, k = b;

	if (strchr("/%", *op) && !b)
		drill_die(DRILL_ERROR, e->line, "code: division by zero");
	if (!strcmp(op, "//"))
		return floor(a / b);
	if (!strcmp(op, "<<"))
		return i << k;
	if (!strcmp(op, ">>"))
		return i >> k;
	switch (*op) {
	case '*':
		return a * b;
	case '/':
		return a / b;
	case '%':
		return a - b * floor(a / b);
	case '+':
		return a + b;
	case '-':
		return a - b;
	case '&':
		return i & k;
	case '^':
		return i ^ k;
	default:
		return i | k;
	}
}

/* Binary operators, the loosest first; those of a level are left to right. */
static const char * const drill_levels[][4] = {
	{ "|" }, { "^" }, { "&" }, { "<<", ">>" }, { "+", "-" },
	{ "//", "*", "/", "%" },
};

static const char *drill_expr_op(struct drill_expr *e, size_t level)
{
	int i;

	for (i = 0; i < 4 && drill_levels[level][i]; i++)
		if (drill_expr_take(e, drill_levels[level][i]))
			return drill_levels[level][i];
	return NULL;
}

static void drill_expr_level(struct drill_expr *e, size_t level,
			     struct drill_result *r)
{
	struct drill_result right;
	char text[256];
	const char *op;

	if (level == DRILL_ARRAY_SIZE(drill_levels)) {
		drill_expr_unary(e, r);
		return;
	}
	drill_expr_level(e, level + 1, r);
	while ((op = drill_expr_op(e, level))) {
		drill_expr_level(e, level + 1, &right);
		if (!r->is_text) {
			r->num = drill_expr_apply(e, op, r->num, right.num);
			continue;
		}
		/* text % values, text + text: only ever a message */
		drill_result_text(&right, text, sizeof(text));
		drill_text_add(r->text, *op == '%' ? " % " : "");
		drill_text_add(r->text, text);
	}
}

static bool drill_expr_in(struct drill_expr *e, double value)
{
	struct drill_result r;
	double nums[32];
	int i, n;

	drill_expr_space(e);
	if (*e->p != '(' && *e->p != '[')
		drill_expr_bad(e, "a list");
	e->p++;
	n = drill_expr_list(e, e->p[-1] == '(' ? ')' : ']', nums, 32, &r);
	for (i = 0; i < n && i < 32; i++)
		if (nums[i] == value)
			return true;
	return false;
}

static void drill_expr_compare(struct drill_expr *e, struct drill_result *r)
{
	static const char * const ops[] = { "==", "!=", "<=", ">=", "<", ">" };
	struct drill_result right;
	bool holds = true, any = false;
	double left;
	size_t i;

	drill_expr_level(e, 0, r);
	for (;;) {
		left = r->num;
		if (drill_expr_word(e, "in")) {
			drill_result_number(r, drill_expr_in(e, left));
			return;
		}
		for (i = 0; i < DRILL_ARRAY_SIZE(ops); i++)
			if (drill_expr_take(e, ops[i]))
				break;
		if (i == DRILL_ARRAY_SIZE(ops))
			break;
		drill_expr_level(e, 0, &right);
		holds = holds && (i == 0 ? left == right.num :
				  i == 1 ? left != right.num :
				  i == 2 ? left <= right.num :
				  i == 3 ? left >= right.num :
				  i == 4 ? left < right.num :
				  left > right.num);
		any = true;
		*r = right;
	}
	if (any)
		drill_result_number(r, holds);
}

static void drill_expr_not(struct drill_expr *e, struct drill_result *r)
{
	if (!drill_expr_word(e, "not")) {
		drill_expr_compare(e, r);
		return;
	}
	drill_expr_not(e, r);
	drill_result_number(r, !r->num);
}

static void drill_expr_and(struct drill_expr *e, struct drill_result *r)
{
	struct drill_result right;

	drill_expr_not(e, r);
	while (drill_expr_word(e, "and")) {
		drill_expr_not(e, &right);
		drill_result_number(r, r->num && right.num);
	}
}

static void drill_expr_or(struct drill_expr *e, struct drill_result *r)
{
	struct drill_result right;

	drill_expr_and(e, r);
	while (drill_expr_word(e, "or")) {
		drill_expr_and(e, &right);
		drill_result_number(r, r->num || right.num);
	}
}

/**
 * drill_expr_eval() - an expression
 * @e: the place
 * @r: takes its value
 */
void drill_expr_eval(struct drill_expr *e, struct drill_result *r)
{
	struct drill_result cond, other;

	r->is_text = false;
	r->num = 0;
	drill_expr_or(e, r);
	if (!drill_expr_word(e, "if"))
		return;
	drill_expr_or(e, &cond);
	if (!drill_expr_word(e, "else"))
		drill_expr_bad(e, "else");
	drill_expr_eval(e, &other);
	if (!cond.num)
		*r = other;
}
