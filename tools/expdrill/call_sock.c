// SPDX-License-Identifier: GPL-2.0
/*
 * expdrill: calls that make, name, connect and end sockets.
 * Flow:   drill_call_run -> drill_calls_sock
 */
#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/expstack.h>

#include "expdrill/call.h"
#include "expdrill/drill.h"

static void drill_call_socket(struct drill_call *c)
{
	int family = AF_INET;

	if (!drill_arg_is_ellipsis(c, 0))
		family = drill_arg_int(c, 0);
	if (family == AF_INET && c->d->cfg->expstack)
		family = AF_EXPSTACK;
	DRILL_DO(c, socket(family, drill_arg_int(c, 1), drill_arg_int(c, 2)));
}

static void drill_call_bind(struct drill_call *c)
{
	struct sockaddr_in sin;
	struct sockaddr *sa;
	socklen_t len;

	sa = drill_arg_addr(c, 1, false, &sin, &len);
	DRILL_DO(c, bind(drill_arg_fd(c, 0), sa, len));
}

static void drill_call_listen(struct drill_call *c)
{
	DRILL_DO(c, listen(drill_arg_fd(c, 0), drill_arg_int(c, 1)));
}

static void drill_call_connect(struct drill_call *c)
{
	struct sockaddr_in sin;
	struct sockaddr *sa;
	socklen_t len;

	sa = drill_arg_addr(c, 1, true, &sin, &len);
	DRILL_DO(c, connect(drill_arg_fd(c, 0), sa, len));
}

static void drill_call_accept(struct drill_call *c)
{
	int flags = c->nargs > 3 ? drill_arg_int(c, 3) : 0;
	struct sockaddr_in sin = { 0 };
	socklen_t len = sizeof(sin);

	DRILL_DO(c, accept4(drill_arg_fd(c, 0), (struct sockaddr *)&sin, &len,
			    flags));
	drill_check_addr(c, drill_arg(c, 1), &sin);
}

static void drill_call_getsockname(struct drill_call *c)
{
	struct sockaddr_in sin = { 0 };
	socklen_t len = sizeof(sin);

	DRILL_DO(c, getsockname(drill_arg_fd(c, 0), (struct sockaddr *)&sin,
				&len));
	drill_check_addr(c, drill_arg(c, 1), &sin);
}

static void drill_call_getpeername(struct drill_call *c)
{
	struct sockaddr_in sin = { 0 };
	socklen_t len = sizeof(sin);

	DRILL_DO(c, getpeername(drill_arg_fd(c, 0), (struct sockaddr *)&sin,
				&len));
	drill_check_addr(c, drill_arg(c, 1), &sin);
}

static void drill_call_shutdown(struct drill_call *c)
{
	DRILL_DO(c, shutdown(drill_arg_fd(c, 0), drill_arg_int(c, 1)));
}

static void drill_call_close(struct drill_call *c)
{
	DRILL_DO(c, close(drill_arg_fd(c, 0)));
}

const struct drill_call_ops drill_calls_sock[] = {
	{ "socket", 3, 3, true, drill_call_socket },
	{ "bind", 3, 3, false, drill_call_bind },
	{ "listen", 2, 2, false, drill_call_listen },
	{ "connect", 3, 3, false, drill_call_connect },
	{ "accept", 3, 3, true, drill_call_accept },
	{ "accept4", 4, 4, true, drill_call_accept },
	{ "getsockname", 3, 3, false, drill_call_getsockname },
	{ "getpeername", 3, 3, false, drill_call_getpeername },
	{ "shutdown", 2, 2, false, drill_call_shutdown },
	{ "close", 1, 1, false, drill_call_close },
	{ NULL, 0, 0, false, NULL },
};
