// SPDX-License-Identifier: GPL-2.0
/*
 * expctl: one answer of the kernel. An attribute that is not there reads as 0
 * or as an empty string.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "expctl/expctl.h"

/* A copy that outlives the answer; it is never freed. */
static struct ec_row *ec_row_keep(const struct ec_row *row)
{
	struct ec_row *kept = calloc(1, sizeof(*kept));
	struct nlattr *attr;
	int i;

	for (i = 0; kept && i < EC_ATTRS_MAX; i++) {
		if (!row->attr[i])
			continue;
		attr = malloc(row->attr[i]->nla_len);
		if (!attr)
			break;
		memcpy(attr, row->attr[i], row->attr[i]->nla_len);
		kept->attr[i] = attr;
	}
	if (!kept || i < EC_ATTRS_MAX)
		ec_die(EC_REFUSED, "no memory");
	return kept;
}

/* For ec_nl_get(): keep every answer. arg: struct ec_rows */
void ec_rows_keep(const struct ec_row *row, void *arg)
{
	struct ec_rows *rows = arg;

	if (rows->n == rows->room) {
		rows->room = rows->room ? 2 * rows->room : 64;
		rows->row = realloc(rows->row,
				    rows->room * sizeof(*rows->row));
		if (!rows->row)
			ec_die(EC_REFUSED, "no memory");
	}
	rows->row[rows->n++] = ec_row_keep(row);
}

uint32_t ec_row_u32(const struct ec_row *row, int attr)
{
	return row->attr[attr] ? mnl_attr_get_u32(row->attr[attr]) : 0;
}

uint16_t ec_row_u16(const struct ec_row *row, int attr)
{
	return row->attr[attr] ? mnl_attr_get_u16(row->attr[attr]) : 0;
}

uint8_t ec_row_u8(const struct ec_row *row, int attr)
{
	return row->attr[attr] ? mnl_attr_get_u8(row->attr[attr]) : 0;
}

/* YNL's "uint": 4 bytes, or 8 when it needs them. */
uint64_t ec_row_uint(const struct ec_row *row, int attr)
{
	const struct nlattr *nla = row->attr[attr];

	if (!nla)
		return 0;
	return mnl_attr_get_payload_len(nla) == sizeof(uint32_t) ?
	       mnl_attr_get_u32(nla) : mnl_attr_get_u64(nla);
}

const char *ec_row_str(const struct ec_row *row, int attr)
{
	return row->attr[attr] ? mnl_attr_get_str(row->attr[attr]) : "";
}

const char *ec_row_lladdr(const struct ec_row *row, int attr)
{
	static char text[3 * 32 + 1];
	const unsigned char *p;
	unsigned int i, n;

	text[0] = '\0';
	if (!row->attr[attr])
		return text;
	p = mnl_attr_get_payload(row->attr[attr]);
	n = mnl_attr_get_payload_len(row->attr[attr]);
	for (i = 0; i < n && i < 32; i++)
		sprintf(text + 3 * i - !!i, "%s%02x", i ? ":" : "", p[i]);
	return text;
}
