// SPDX-License-Identifier: GPL-2.0
/*
 * expdrill: arguments of calls become what the kernel takes, and what it
 * gives back is compared with the script.
 * Flow:   call_*.c -> drill_arg*()
 */
#include <arpa/inet.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "expdrill/call.h"
#include "expdrill/drill.h"

/**
 * drill_call_fault() - the call did something the script does not say
 * @c: keeps the first of them
 * @fmt: as printf() has it
 */
void drill_call_fault(struct drill_call *c, const char *fmt, ...)
{
	va_list ap;

	if (c->fault)
		return;
	va_start(ap, fmt);
	if (vasprintf(&c->fault, fmt, ap) < 0)
		abort();
	va_end(ap);
}

/**
 * drill_arg() - an argument
 * @c: the call
 * @i: from 0
 *
 * Return: NULL if there are fewer.
 */
struct drill_value *drill_arg(struct drill_call *c, int i)
{
	struct drill_value *v = c->args;

	while (v && i--)
		v = v->next;
	return v;
}

/**
 * drill_arg_int() - an argument that is a number; [5] will do
 * @c: the call
 * @i: from 0
 */
long long drill_arg_int(struct drill_call *c, int i)
{
	struct drill_value *v = drill_arg(c, i);

	if (v && v->type == DRILL_LIST && v->kids)
		v = v->kids;
	if (!v || v->type != DRILL_INT)
		drill_die(DRILL_ERROR, c->line,
			  "argument %d of %s() must be a number", i + 1,
			  c->name);
	return v->num;
}

/**
 * drill_fd() - a descriptor of the script
 * @c: the call
 * @v: its number there
 *
 * Return: ours; -1 for one that is closed or never was.
 */
int drill_fd(struct drill_call *c, const struct drill_value *v)
{
	if (v->num < 0 || v->num >= DRILL_MAX_FD)
		return -1;
	return c->d->fds[v->num];
}

/**
 * drill_arg_fd() - an argument that is a descriptor
 * @c: the call
 * @i: from 0
 */
int drill_arg_fd(struct drill_call *c, int i)
{
	drill_arg_int(c, i);
	return drill_fd(c, drill_arg(c, i));
}

/**
 * drill_arg_is_ellipsis() - is the argument "..."?
 * @c: the call
 * @i: from 0
 */
bool drill_arg_is_ellipsis(struct drill_call *c, int i)
{
	struct drill_value *v = drill_arg(c, i);

	return v && v->type == DRILL_ELLIPSIS;
}

/**
 * drill_arg_out() - bytes to send
 * @c: the call
 * @i: from 0: a string, or "..." for zeros
 * @len: how many
 *
 * Return: a buffer to free; NULL where the script says NULL.
 */
void *drill_arg_out(struct drill_call *c, int i, size_t len)
{
	struct drill_value *v = drill_arg(c, i);
	char *buf;

	if (v && v->type == DRILL_INT)
		return (void *)(intptr_t)v->num;
	buf = drill_alloc(len);
	if (v && v->type == DRILL_STRING)
		memcpy(buf, v->str, (size_t)v->len < len ? (size_t)v->len :
		       len);
	return buf;
}

/**
 * drill_arg_check() - compare bytes that were received
 * @c: the call
 * @i: from 0: a string, or "..." for any
 * @buf: the bytes
 * @len: their number; nothing is compared if it is not positive
 */
void drill_arg_check(struct drill_call *c, int i, const void *buf,
		     long long len)
{
	struct drill_value *v = drill_arg(c, i);

	if (!v || v->type != DRILL_STRING || len <= 0)
		return;
	if (len != v->len || memcmp(v->str, buf, len))
		drill_call_fault(c, "got \"%.*s\", not \"%s\"", (int)len,
				 (const char *)buf, v->str);
}

/**
 * drill_field() - a field of a struct
 * @v: the struct
 * @name: the field
 *
 * Return: NULL if the script does not mention it.
 */
const struct drill_value *drill_field(const struct drill_value *v,
				      const char *name)
{
	for (v = v->kids; v; v = v->next)
		if (v->field && !strcmp(v->field, name))
			return v;
	return NULL;
}

/**
 * drill_field_int() - a field's number
 * @v: the struct
 * @name: the field
 *
 * Return: 0 if the script does not mention it.
 */
long long drill_field_int(const struct drill_value *v, const char *name)
{
	const struct drill_value *f = drill_field(v, name);

	return f ? f->num : 0;
}

/**
 * drill_addr_of() - {sa_family = AF_INET, sin_port = htons(80), ...}
 * @c: the call
 * @v: the struct
 * @sin: filled in
 */
void drill_addr_of(struct drill_call *c, const struct drill_value *v,
		   struct sockaddr_in *sin)
{
	const struct drill_value *f;

	if (v->type != DRILL_STRUCT)
		drill_die(DRILL_ERROR, c->line, "%s(): not an address",
			  c->name);
	memset(sin, 0, sizeof(*sin));
	f = drill_field(v, "sa_family");
	if (!f)
		f = drill_field(v, "sin_family");
	sin->sin_family = f ? f->num : AF_INET;
	sin->sin_port = drill_field_int(v, "sin_port");
	sin->sin_addr.s_addr = drill_field_int(v, "sin_addr");
}

/**
 * drill_arg_addr() - an argument that is an address
 * @c: the call
 * @i: from 0: a struct, NULL, or "..." for the usual one
 * @peer: the usual one is the peer's
 * @sin: filled in
 * @len: its size; the argument after it says otherwise if it is a number
 *
 * Return: @sin or NULL.
 */
struct sockaddr *drill_arg_addr(struct drill_call *c, int i, bool peer,
				struct sockaddr_in *sin, socklen_t *len)
{
	struct drill_value *v = drill_arg(c, i);
	struct drill_value *size = drill_arg(c, i + 1);

	memset(sin, 0, sizeof(*sin));
	*len = sizeof(*sin);
	if (size && size->type == DRILL_INT)
		*len = size->num;
	if (!v || v->type == DRILL_INT)
		return NULL;
	if (v->type == DRILL_ELLIPSIS) {
		sin->sin_family = AF_INET;
		sin->sin_addr = peer ? c->d->cfg->remote : c->d->cfg->local;
		sin->sin_port = htons(peer ? c->d->cfg->connect_port :
				      c->d->cfg->bind_port);
	} else {
		drill_addr_of(c, v, sin);
	}
	return (struct sockaddr *)sin;
}

/**
 * drill_check_addr() - compare an address the kernel gave
 * @c: the call
 * @v: the script's: a struct, or anything else for any
 * @sin: the kernel's
 */
void drill_check_addr(struct drill_call *c, const struct drill_value *v,
		      const struct sockaddr_in *sin)
{
	struct sockaddr_in want;

	if (!v || v->type != DRILL_STRUCT || c->got < 0)
		return;
	drill_addr_of(c, v, &want);
	if (want.sin_family != sin->sin_family)
		drill_call_fault(c, "family %d, not %d", sin->sin_family,
				 want.sin_family);
	if (want.sin_port && want.sin_port != sin->sin_port)
		drill_call_fault(c, "port %u, not %u", ntohs(sin->sin_port),
				 ntohs(want.sin_port));
	if (want.sin_addr.s_addr != sin->sin_addr.s_addr)
		drill_call_fault(c, "address %s", inet_ntoa(sin->sin_addr));
}

/**
 * drill_iov_of() - [{..., 1000}, {"text", 4}]
 * @c: the call
 * @list: the script's
 * @iov: takes an array to free
 * @sending: strings are put into the buffers
 *
 * Return: the number of elements.
 */
int drill_iov_of(struct drill_call *c, const struct drill_value *list,
		 struct iovec **iov, bool sending)
{
	const struct drill_value *v, *what, *len;
	int n = 0;

	if (!list || list->type != DRILL_LIST)
		drill_die(DRILL_ERROR, c->line, "%s() wants a list of buffers",
			  c->name);
	for (v = list->kids; v; v = v->next)
		n++;
	*iov = drill_alloc((n + 1) * sizeof(**iov));
	for (n = 0, v = list->kids; v; v = v->next, n++) {
		what = v->kids;
		len = what ? what->next : NULL;
		if (!len || len->type != DRILL_INT)
			drill_die(DRILL_ERROR, c->line,
				  "%s(): a buffer is {..., LENGTH}", c->name);
		(*iov)[n].iov_len = len->num;
		(*iov)[n].iov_base = drill_alloc(len->num);
		if (sending && what->type == DRILL_STRING)
			memcpy((*iov)[n].iov_base, what->str,
			       what->len < len->num ? what->len : len->num);
	}
	return n;
}
