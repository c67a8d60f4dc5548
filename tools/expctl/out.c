// SPDX-License-Identifier: GPL-2.0
/*
 * expctl: output, as text or as JSON. Each value is given once, with its key
 * and the format of its text; a NULL format is JSON only, ec_out_text() text
 * only. Objects and lists exist in JSON only.
 */
#include <json-c/json.h>
#include <stdarg.h>
#include <stdio.h>

#include "expctl/expctl.h"

#define EC_OUT_DEPTH	8

static struct json_object *ec_out_stack[EC_OUT_DEPTH];
static int ec_out_top = -1;

static void ec_out_put(const char *key, struct json_object *value)
{
	struct json_object *in = ec_out_stack[ec_out_top];

	if (json_object_is_type(in, json_type_array))
		json_object_array_add(in, value);
	else
		json_object_object_add(in, key, value);
}

static void ec_out_push(const char *key, struct json_object *value)
{
	if (ec_out_top >= 0)
		ec_out_put(key, value);
	ec_out_stack[++ec_out_top] = value;
}

/* Of the whole output: one list. */
void ec_out_begin(void)
{
	if (ec.json)
		ec_out_push(NULL, json_object_new_array());
}

void ec_out_end(void)
{
	int flags = JSON_C_TO_STRING_NOSLASHESCAPE;

	if (!ec.json)
		return;
	flags |= ec.pretty ? JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED :
			     JSON_C_TO_STRING_PLAIN;
	puts(json_object_to_json_string_ext(ec_out_stack[0], flags));
	json_object_put(ec_out_stack[0]);
	ec_out_top = -1;
}

void ec_out_open(const char *key)
{
	if (ec.json)
		ec_out_push(key, json_object_new_object());
}

void ec_out_close(void)
{
	if (ec.json)
		ec_out_top--;
}

void ec_out_list(const char *key)
{
	if (ec.json)
		ec_out_push(key, json_object_new_array());
}

void ec_out_list_close(void)
{
	ec_out_close();
}

void ec_out_text(const char *fmt, ...)
{
	va_list ap;

	if (ec.json)
		return;
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
}

/* The formats are constants of the callers: one %s, one %PRIu64. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
void ec_out_str(const char *key, const char *fmt, const char *value)
{
	if (ec.json)
		ec_out_put(key, json_object_new_string(value));
	else if (fmt)
		printf(fmt, value);
}

void ec_out_num(const char *key, const char *fmt, uint64_t value)
{
	if (ec.json)
		ec_out_put(key, json_object_new_uint64(value));
	else if (fmt)
		printf(fmt, value);
}

void ec_out_real(const char *key, const char *fmt, double value)
{
	if (ec.json)
		ec_out_put(key, json_object_new_double(value));
	else if (fmt)
		printf(fmt, value);
}

#pragma GCC diagnostic pop

void ec_out_null(const char *key, const char *text)
{
	if (ec.json)
		ec_out_put(key, NULL);
	else
		fputs(text, stdout);
}

void ec_out_flag(const char *key, const char *text)
{
	if (ec.json)
		ec_out_put(key, json_object_new_boolean(true));
	else
		fputs(text, stdout);
}
