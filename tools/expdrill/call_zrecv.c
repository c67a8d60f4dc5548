// SPDX-License-Identifier: GPL-2.0
/*
 * expdrill: getsockopt(TCP_ZEROCOPY_RECEIVE), whose value goes both ways:
 *   [{length=4096, copybuf_len=100}, {length=0, inq=50, copybuf="..."}]
 * is what goes in, and of what comes out the fields to be compared.
 * Flow:   drill_call_getsockopt -> drill_opt_zerocopy
 */
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include <linux/tcp.h>

#include "expdrill/call.h"
#include "expdrill/drill.h"

#define DRILL_ZC_ROOM	65536	/* where the socket is mapped */

#define F(name)	{ #name, offsetof(struct tcp_zerocopy_receive, name),	\
		  sizeof(((struct tcp_zerocopy_receive *)0)->name) }

static const struct drill_zc_field {
	const char *name;
	size_t at, size;
} drill_zc_fields[] = {
	F(address), F(length), F(recv_skip_hint), F(inq), F(err),
	F(copybuf_address), F(copybuf_len), F(flags), F(msg_control),
	F(msg_controllen), F(msg_flags), F(reserved),
};

/* Little-endian only, as are the machines that scripts run on. */
static void drill_zc_put(const struct drill_value *v, uint8_t *zc)
{
	const struct drill_zc_field *f;
	const struct drill_value *value;
	size_t i;

	for (i = 0; i < DRILL_ARRAY_SIZE(drill_zc_fields); i++) {
		f = &drill_zc_fields[i];
		value = drill_field(v, f->name);
		if (value)
			memcpy(zc + f->at, &value->num, f->size);
	}
}

static void drill_zc_check(struct drill_call *c, const struct drill_value *v,
			   const uint8_t *zc)
{
	const struct drill_zc_field *f;
	const struct drill_value *value;
	int got;
	size_t i;

	for (i = 0; i < DRILL_ARRAY_SIZE(drill_zc_fields); i++) {
		f = &drill_zc_fields[i];
		value = drill_field(v, f->name);
		memcpy(&got, zc + f->at, sizeof(got));
		if (value && got != (int)value->num)
			drill_call_fault(c, "%s %d, expected %lld", f->name,
					 got, value->num);
	}
}

/**
 * drill_opt_zerocopy() - getsockopt(TCP_ZEROCOPY_RECEIVE)
 * @c: the call
 * @in: fields that go in; without an address the socket is mapped
 * @out: fields to compare; copybuf is what the buffer then has
 */
void drill_opt_zerocopy(struct drill_call *c, const struct drill_value *in,
			const struct drill_value *out)
{
	struct tcp_zerocopy_receive zc = { 0 };
	socklen_t len = drill_arg_int(c, 4);
	const struct drill_value *text;
	char *buf = NULL;
	void *map = MAP_FAILED;

	drill_zc_put(in, (uint8_t *)&zc);
	if (!drill_field(in, "address")) {
		map = mmap(NULL, DRILL_ZC_ROOM, PROT_READ, MAP_SHARED,
			   drill_arg_fd(c, 0), 0);
		zc.address = map == MAP_FAILED ? 0 : (uintptr_t)map;
	}
	if (zc.copybuf_len > 0 && !zc.copybuf_address) {
		buf = drill_alloc(zc.copybuf_len);
		zc.copybuf_address = (uintptr_t)buf;
	}
	if (len > sizeof(zc))
		drill_die(DRILL_ERROR, c->line, "too long a structure");
	DRILL_DO(c, getsockopt(drill_arg_fd(c, 0), drill_arg_int(c, 1),
			       drill_arg_int(c, 2), &zc, &len));
	/* It would keep the socket open. */
	if (map != MAP_FAILED)
		munmap(map, DRILL_ZC_ROOM);
	if (c->got < 0)
		return;
	drill_zc_check(c, out, (uint8_t *)&zc);
	text = drill_field(out, "copybuf");
	if (text && (!buf || text->len != zc.copybuf_len ||
		     memcmp(buf, text->str, text->len)))
		drill_call_fault(c, "the buffer has %d bytes, or others",
				 zc.copybuf_len);
}
