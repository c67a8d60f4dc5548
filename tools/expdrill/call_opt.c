// SPDX-License-Identifier: GPL-2.0
/*
 * expdrill: socket options. A value is a number (in brackets or not), a list
 * of numbers, a string, {onoff=1, linger=0} or {sec=1, usec=0}.
 * Flow:   drill_call_run -> drill_calls_opt
 */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "expdrill/call.h"
#include "expdrill/drill.h"

#define DRILL_OPT_MAX	1024

/* Returns the number of bytes put into the buffer. */
static size_t drill_opt_struct(struct drill_call *c,
			       const struct drill_value *v, uint8_t *buf)
{
	struct timeval tv;
	struct linger li;

	if (drill_field(v, "onoff")) {
		li.l_onoff = drill_field_int(v, "onoff");
		li.l_linger = drill_field_int(v, "linger");
		memcpy(buf, &li, sizeof(li));
		return sizeof(li);
	}
	if (drill_field(v, "sec") || drill_field(v, "tv_sec")) {
		tv.tv_sec = drill_field_int(v, "sec") +
			drill_field_int(v, "tv_sec");
		tv.tv_usec = drill_field_int(v, "usec") +
			drill_field_int(v, "tv_usec");
		memcpy(buf, &tv, sizeof(tv));
		return sizeof(tv);
	}
	drill_die(DRILL_ERROR, c->line, "%s(): unknown struct", c->name);
}

static size_t drill_opt_bytes_of(struct drill_call *c,
				 const struct drill_value *v, size_t len,
				 uint8_t *buf)
{
	size_t at = 0;
	int num;

	memset(buf, 0, DRILL_OPT_MAX);
	if (v->type == DRILL_STRUCT)
		return drill_opt_struct(c, v, buf);
	if (v->type == DRILL_STRING) {
		if (v->len >= DRILL_OPT_MAX)
			drill_die(DRILL_ERROR, c->line, "too long a value");
		memcpy(buf, v->str, v->len);
		return v->len;
	}
	if (v->type == DRILL_LIST) {
		v = v->kids;
		if (v && v->type == DRILL_STRUCT)
			return drill_opt_struct(c, v, buf);
	}
	/* one number may be of any size, several are ints */
	if (v && !v->next && (len == 1 || len == 2 || len == 8)) {
		memcpy(buf, &v->num, len);
		return len;
	}
	for (; v && at + sizeof(num) <= DRILL_OPT_MAX; v = v->next) {
		num = v->num;
		memcpy(buf + at, &num, sizeof(num));
		at += sizeof(num);
	}
	return at;
}

static void drill_call_setsockopt(struct drill_call *c)
{
	struct drill_value *v = drill_arg(c, 3);
	socklen_t len = drill_arg_int(c, 4);
	uint8_t buf[DRILL_OPT_MAX];
	bool null = v->type == DRILL_INT && !v->num;

	drill_opt_bytes_of(c, v, len, buf);
	DRILL_DO(c, setsockopt(drill_arg_fd(c, 0), drill_arg_int(c, 1),
			       drill_arg_int(c, 2), null ? NULL : buf, len));
}

static void drill_opt_differ(struct drill_call *c, const uint8_t *got,
			     const uint8_t *want, size_t len)
{
	int g, w;
	size_t i;

	for (i = 0; i + sizeof(g) <= len; i += sizeof(g)) {
		memcpy(&g, got + i, sizeof(g));
		memcpy(&w, want + i, sizeof(w));
		if (g != w)
			drill_call_fault(c, "value %d, expected %d", g, w);
	}
	drill_call_fault(c, "value \"%.*s\", expected \"%.*s\"", (int)len, got,
			 (int)len, want);
}

static void drill_call_getsockopt(struct drill_call *c)
{
	struct drill_value *v = drill_arg(c, 3), *l = drill_arg(c, 4);
	uint8_t buf[DRILL_OPT_MAX] = "", want[DRILL_OPT_MAX];
	bool any_len = l->type == DRILL_ELLIPSIS;
	socklen_t len = any_len ? (long long)sizeof(int) :
		drill_arg_int(c, 4);
	socklen_t asked = len;
	size_t n;

	if (v->type == DRILL_STRING && len < 16)
		len = 16;
	DRILL_DO(c, getsockopt(drill_arg_fd(c, 0), drill_arg_int(c, 1),
			       drill_arg_int(c, 2), buf, &len));
	if (c->got < 0 || v->type == DRILL_ELLIPSIS)
		return;
	n = drill_opt_bytes_of(c, v, asked, want);
	if (n > len)
		drill_call_fault(c, "%u bytes, expected %zu", len, n);
	if (memcmp(buf, want, n))
		drill_opt_differ(c, buf, want, n);
	if (v->type != DRILL_STRING && !any_len && len != asked)
		drill_call_fault(c, "length %u, expected %u", len, asked);
}

const struct drill_call_ops drill_calls_opt[] = {
	{ "setsockopt", 5, 5, false, drill_call_setsockopt },
	{ "getsockopt", 5, 5, false, drill_call_getsockopt },
	{ NULL, 0, 0, false, NULL },
};
