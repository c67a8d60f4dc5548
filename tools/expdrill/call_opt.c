// SPDX-License-Identifier: GPL-2.0
/*
 * expdrill: socket options. A value is a number (in brackets or not), a list
 * of numbers, a string, {onoff=1, linger=0}, {sec=1, usec=0},
 * {tcpm_addr=inet_addr("192.0.2.1"), tcpm_key="secret"} or a program of
 * classic BPF: {bpf=[code, jt, jf, k, ...]}; of TCP_ZEROCOPY_RECEIVE two
 * structs (call_zrecv.c).
 * Flow:   drill_call_run -> drill_calls_opt
 */
#include <linux/filter.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "expdrill/call.h"
#include "expdrill/drill.h"

#define DRILL_OPT_MAX	1024
#define DRILL_BPF_MAX	64	/* instructions */

/* The instructions must live until the call is made. */
static size_t drill_opt_bpf(struct drill_call *c, const struct drill_value *v,
			    uint8_t *buf)
{
	static _Thread_local struct sock_filter code[DRILL_BPF_MAX];
	struct sock_fprog prog = { .filter = code };
	long long part[4] = { 0 };
	size_t n = 0;

	for (v = v->kids; v; v = v->next) {
		part[n++ % 4] = v->num;
		if (n % 4)
			continue;
		if (prog.len == DRILL_BPF_MAX)
			drill_die(DRILL_ERROR, c->line, "too long a program");
		code[prog.len++] = (struct sock_filter) {
			.code = part[0], .jt = part[1], .jf = part[2],
			.k = part[3],
		};
	}
	if (n % 4)
		drill_die(DRILL_ERROR, c->line,
			  "an instruction has four numbers");
	memcpy(buf, &prog, sizeof(prog));
	return sizeof(prog);
}

/* The length of a key is that of the string, unless the script says otherwise. */
static size_t drill_opt_md5(const struct drill_value *v, uint8_t *buf)
{
	const struct drill_value *key = drill_field(v, "tcpm_key");
	struct sockaddr_in sin = { .sin_family = AF_INET };
	struct tcp_md5sig md5 = { .tcpm_flags = 0 };

	if (drill_field(v, "tcpm_family"))
		sin.sin_family = drill_field_int(v, "tcpm_family");
	sin.sin_addr.s_addr = drill_field_int(v, "tcpm_addr");
	memcpy(&md5.tcpm_addr, &sin, sizeof(sin));
	md5.tcpm_flags = drill_field_int(v, "tcpm_flags");
	md5.tcpm_prefixlen = drill_field_int(v, "tcpm_prefixlen");
	md5.tcpm_ifindex = drill_field_int(v, "tcpm_ifindex");
	if (key && key->type == DRILL_STRING) {
		md5.tcpm_keylen = key->len;
		memcpy(md5.tcpm_key, key->str,
		       (size_t)key->len < sizeof(md5.tcpm_key) ?
		       (size_t)key->len : sizeof(md5.tcpm_key));
	}
	if (drill_field(v, "tcpm_keylen"))
		md5.tcpm_keylen = drill_field_int(v, "tcpm_keylen");
	memcpy(buf, &md5, sizeof(md5));
	return sizeof(md5);
}

/* Returns the number of bytes put into the buffer. */
static size_t drill_opt_struct(struct drill_call *c,
			       const struct drill_value *v, uint8_t *buf)
{
	struct timeval tv;
	struct linger li;

	if (drill_field(v, "bpf"))
		return drill_opt_bpf(c, drill_field(v, "bpf"), buf);
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
	if (drill_field(v, "tcpm_addr"))
		return drill_opt_md5(v, buf);
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

/* A struct that goes in and one that comes out. */
static bool drill_opt_both_ways(const struct drill_value *v)
{
	return v->type == DRILL_LIST && v->kids &&
	       v->kids->type == DRILL_STRUCT && v->kids->next &&
	       v->kids->next->type == DRILL_STRUCT;
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

	if (drill_opt_both_ways(v)) {
		drill_opt_zerocopy(c, v->kids, v->kids->next);
		return;
	}
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
