/* SPDX-License-Identifier: GPL-2.0 */
/* expdrill: the evaluator of code in scripts. */
#ifndef DRILL_CODE_H
#define DRILL_CODE_H

#include <stdbool.h>

struct drill;

struct drill_vars {
	struct drill_vars *next;
	char *name;
	double value;
};

/* A number, or text (a message, a tuple). */
struct drill_result {
	bool is_text;
	double num;
	char text[256];
};

struct drill_expr {
	const char *p;
	struct drill *d;
	int fd;			/* the socket that tcpi_* means */
	int line;
	int depth;		/* of brackets: a newline inside is space */
};

void drill_expr_space(struct drill_expr *e);
bool drill_expr_word(struct drill_expr *e, const char *word);
void drill_expr_eval(struct drill_expr *e, struct drill_result *r);
void drill_expr_bad(struct drill_expr *e, const char *what)
	__attribute__((noreturn));
void drill_result_text(const struct drill_result *r, char *buf, int len);

#endif /* DRILL_CODE_H */
