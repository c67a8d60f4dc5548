// SPDX-License-Identifier: GPL-2.0
/*
 * expdrill: sendmsg and recvmsg with control messages:
 *   {msg_name(...)=..., msg_iov(1)=[{..., 1000}], msg_flags=0,
 *    msg_control=[{cmsg_level=SOL_TCP, cmsg_type=TCP_CM_INQ, cmsg_data=5}]}
 * Flow:   drill_call_run -> drill_calls_msg
 */
#include <time.h>

#include <linux/errqueue.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "expdrill/call.h"
#include "expdrill/drill.h"

#define DRILL_CONTROL_MAX	1024

/* cmsg_data is a number, or a struct sock_extended_err by its fields. */
static size_t drill_cmsg_data(const struct drill_value *v, void *buf)
{
	struct sock_extended_err ee = { 0 };
	int num = v->num;

	if (v->type != DRILL_STRUCT) {
		memcpy(buf, &num, sizeof(num));
		return sizeof(num);
	}
	ee.ee_errno = drill_field_int(v, "ee_errno");
	ee.ee_origin = drill_field_int(v, "ee_origin");
	ee.ee_type = drill_field_int(v, "ee_type");
	ee.ee_code = drill_field_int(v, "ee_code");
	ee.ee_info = drill_field_int(v, "ee_info");
	ee.ee_data = drill_field_int(v, "ee_data");
	memcpy(buf, &ee, sizeof(ee));
	return sizeof(ee);
}

static void drill_cmsg_put(struct msghdr *msg, const struct drill_value *list)
{
	struct cmsghdr *cm = CMSG_FIRSTHDR(msg);
	const struct drill_value *v, *data;
	size_t total = 0, n;

	for (v = list->kids; v && cm; v = v->next) {
		data = drill_field(v, "cmsg_data");
		cm->cmsg_level = drill_field_int(v, "cmsg_level");
		cm->cmsg_type = drill_field_int(v, "cmsg_type");
		n = data ? drill_cmsg_data(data, CMSG_DATA(cm)) : 0;
		cm->cmsg_len = CMSG_LEN(n);
		total += CMSG_SPACE(n);
		cm = (struct cmsghdr *)((char *)msg->msg_control + total);
	}
	msg->msg_controllen = total;
}

static void drill_cmsg_check(struct drill_call *c, struct msghdr *msg,
			     const struct drill_value *list)
{
	struct cmsghdr *cm = CMSG_FIRSTHDR(msg);
	const struct drill_value *v, *data;
	uint8_t want[64];
	size_t n;

	for (v = list->kids; v; v = v->next, cm = CMSG_NXTHDR(msg, cm)) {
		if (!cm) {
			drill_call_fault(c, "a control message is missing");
			return;
		}
		if (cm->cmsg_level != drill_field_int(v, "cmsg_level") ||
		    cm->cmsg_type != drill_field_int(v, "cmsg_type"))
			drill_call_fault(c, "control message %d of level %d",
					 cm->cmsg_type, cm->cmsg_level);
		data = drill_field(v, "cmsg_data");
		if (!data || data->type == DRILL_ELLIPSIS)
			continue;
		n = drill_cmsg_data(data, want);
		if (cm->cmsg_len < CMSG_LEN(n) ||
		    memcmp(CMSG_DATA(cm), want, n))
			drill_call_fault(c, "control message %d has other data (first int %d)",
					 cm->cmsg_type, *(int *)CMSG_DATA(cm));
	}
	if (cm && !c->fault)
		drill_call_fault(c, "control message %d of level %d is not expected",
				 cm->cmsg_type, cm->cmsg_level);
}

static const struct drill_value *drill_msg_of(struct drill_call *c)
{
	const struct drill_value *v = drill_arg(c, 1);

	if (v->type != DRILL_STRUCT)
		drill_die(DRILL_ERROR, c->line, "%s() wants {msg_iov...}",
			  c->name);
	return v;
}

static void drill_call_sendmsg(struct drill_call *c)
{
	const struct drill_value *v = drill_msg_of(c), *name, *control;
	char buf[DRILL_CONTROL_MAX] = "";
	struct msghdr msg = { 0 };
	struct sockaddr_in sin;

	name = drill_field(v, "msg_name");
	if (name && name->type == DRILL_STRUCT) {
		drill_addr_of(c, name, &sin);
		msg.msg_name = &sin;
		msg.msg_namelen = sizeof(sin);
	}
	msg.msg_iovlen = drill_iov_of(c, drill_field(v, "msg_iov"),
				      &msg.msg_iov, true);
	control = drill_field(v, "msg_control");
	if (control) {
		msg.msg_control = buf;
		msg.msg_controllen = sizeof(buf);
		drill_cmsg_put(&msg, control);
	}
	DRILL_DO(c, sendmsg(drill_arg_fd(c, 0), &msg, drill_arg_int(c, 2)));
}

static void drill_call_recvmsg(struct drill_call *c)
{
	const struct drill_value *v = drill_msg_of(c), *f;
	char buf[DRILL_CONTROL_MAX] = "";
	struct sockaddr_in sin = { 0 };
	struct msghdr msg = {
		.msg_name = &sin, .msg_namelen = sizeof(sin),
		.msg_control = buf, .msg_controllen = sizeof(buf),
	};

	msg.msg_iovlen = drill_iov_of(c, drill_field(v, "msg_iov"),
				      &msg.msg_iov, false);
	DRILL_DO(c, recvmsg(drill_arg_fd(c, 0), &msg, drill_arg_int(c, 2)));
	if (c->got < 0)
		return;
	drill_check_addr(c, drill_field(v, "msg_name"), &sin);
	f = drill_field(v, "msg_flags");
	if (f && f->type == DRILL_INT && f->num != msg.msg_flags)
		drill_call_fault(c, "msg_flags 0x%x, expected 0x%llx",
				 msg.msg_flags, f->num);
	f = drill_field(v, "msg_control");
	if (f && f->type == DRILL_LIST)
		drill_cmsg_check(c, &msg, f);
}

const struct drill_call_ops drill_calls_msg[] = {
	{ "sendmsg", 3, 3, false, drill_call_sendmsg },
	{ "recvmsg", 3, 3, false, drill_call_recvmsg },
	{ NULL, 0, 0, false, NULL },
};
