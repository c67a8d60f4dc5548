// SPDX-License-Identifier: GPL-2.0
/*
 * expdrill: calls that move bytes, and the small ones around descriptors.
 * Flow:   drill_call_run -> drill_calls_io
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <unistd.h>

#include "expdrill/call.h"
#include "expdrill/drill.h"

static void drill_call_read(struct drill_call *c)
{
	size_t len = drill_arg_int(c, 2);
	char *buf = drill_alloc(len);

	DRILL_DO(c, read(drill_arg_fd(c, 0), buf, len));
	drill_arg_check(c, 1, buf, c->got);
	free(buf);
}

static void drill_call_recv(struct drill_call *c)
{
	size_t len = drill_arg_int(c, 2);
	char *buf = drill_alloc(len);

	DRILL_DO(c, recv(drill_arg_fd(c, 0), buf, len, drill_arg_int(c, 3)));
	drill_arg_check(c, 1, buf, c->got > (long long)len ? (long long)len :
			c->got);
	free(buf);
}

static void drill_call_recvfrom(struct drill_call *c)
{
	size_t len = drill_arg_int(c, 2);
	struct sockaddr_in sin = { 0 };
	socklen_t slen = sizeof(sin);
	char *buf = drill_alloc(len);

	DRILL_DO(c, recvfrom(drill_arg_fd(c, 0), buf, len, drill_arg_int(c, 3),
			     (struct sockaddr *)&sin, &slen));
	drill_arg_check(c, 1, buf, c->got);
	drill_check_addr(c, drill_arg(c, 4), &sin);
	free(buf);
}

static void drill_call_write(struct drill_call *c)
{
	size_t len = drill_arg_int(c, 2);

	DRILL_DO(c, write(drill_arg_fd(c, 0), drill_arg_out(c, 1, len), len));
}

static void drill_call_send(struct drill_call *c)
{
	size_t len = drill_arg_int(c, 2);

	DRILL_DO(c, send(drill_arg_fd(c, 0), drill_arg_out(c, 1, len), len,
			 drill_arg_int(c, 3)));
}

static void drill_call_sendto(struct drill_call *c)
{
	size_t len = drill_arg_int(c, 2);
	struct sockaddr_in sin;
	struct sockaddr *sa;
	socklen_t slen;

	sa = drill_arg_addr(c, 4, true, &sin, &slen);
	DRILL_DO(c, sendto(drill_arg_fd(c, 0), drill_arg_out(c, 1, len), len,
			   drill_arg_int(c, 3), sa, slen));
}

static void drill_call_readv(struct drill_call *c)
{
	struct iovec *iov;
	int n = drill_iov_of(c, drill_arg(c, 1), &iov, false);

	if (n != drill_arg_int(c, 2))
		drill_die(DRILL_ERROR, c->line, "%d buffers in the list", n);
	DRILL_DO(c, readv(drill_arg_fd(c, 0), iov, n));
}

static void drill_call_writev(struct drill_call *c)
{
	struct iovec *iov;
	int n = drill_iov_of(c, drill_arg(c, 1), &iov, true);

	if (n != drill_arg_int(c, 2))
		drill_die(DRILL_ERROR, c->line, "%d buffers in the list", n);
	DRILL_DO(c, writev(drill_arg_fd(c, 0), iov, n));
}

static void drill_call_fcntl(struct drill_call *c)
{
	long arg = c->nargs > 2 ? drill_arg_int(c, 2) : 0;

	DRILL_DO(c, fcntl(drill_arg_fd(c, 0), (int)drill_arg_int(c, 1), arg));
}

/* The third argument is a number in brackets: what goes in or comes out. */
static void drill_call_ioctl(struct drill_call *c)
{
	unsigned long req = drill_arg_int(c, 1);
	bool in = req == FIONBIO || req == FIOASYNC || req == SIOCSPGRP;
	int want = c->nargs > 2 && !drill_arg_is_ellipsis(c, 2) ?
		drill_arg_int(c, 2) : 0;
	int value = in ? want : -1;

	DRILL_DO(c, ioctl(drill_arg_fd(c, 0), req, &value));
	if (!in && c->got >= 0 && value != want && c->nargs > 2 &&
	    !drill_arg_is_ellipsis(c, 2))
		drill_call_fault(c, "value %d, expected %d", value, want);
}

static void drill_call_pipe(struct drill_call *c)
{
	struct drill_value *list = drill_arg(c, 0);
	struct drill_value *v = list->kids;
	int fd[2];

	if (!v || !v->next || v->num < 0 || v->num >= DRILL_MAX_FD ||
	    v->next->num < 0 || v->next->num >= DRILL_MAX_FD)
		drill_die(DRILL_ERROR, c->line, "pipe() wants [FD, FD]");
	DRILL_DO(c, pipe(fd));
	if (!c->got) {
		c->d->fds[v->num] = fd[0];
		c->d->fds[v->next->num] = fd[1];
	}
}

static void drill_call_open(struct drill_call *c)
{
	struct drill_value *path = drill_arg(c, 0);
	int mode = c->nargs > 2 ? drill_arg_int(c, 2) : 0600;

	if (path->type != DRILL_STRING)
		drill_die(DRILL_ERROR, c->line, "open() wants a path");
	DRILL_DO(c, open(path->str, (int)drill_arg_int(c, 1), mode));
}

static void drill_call_splice(struct drill_call *c)
{
	DRILL_DO(c, splice(drill_arg_fd(c, 0), NULL, drill_arg_fd(c, 2), NULL,
			   drill_arg_int(c, 4), drill_arg_int(c, 5)));
}

static void drill_call_sendfile(struct drill_call *c)
{
	off_t off = drill_arg_int(c, 2);

	DRILL_DO(c, sendfile(drill_arg_fd(c, 0), drill_arg_fd(c, 1), &off,
			     drill_arg_int(c, 3)));
}

static void drill_call_dup(struct drill_call *c)
{
	DRILL_DO(c, dup(drill_arg_fd(c, 0)));
}

const struct drill_call_ops drill_calls_io[] = {
	{ "read", 3, 3, false, drill_call_read },
	{ "write", 3, 3, false, drill_call_write },
	{ "readv", 3, 3, false, drill_call_readv },
	{ "writev", 3, 3, false, drill_call_writev },
	{ "recv", 4, 4, false, drill_call_recv },
	{ "recvfrom", 6, 6, false, drill_call_recvfrom },
	{ "send", 4, 4, false, drill_call_send },
	{ "sendto", 6, 6, false, drill_call_sendto },
	{ "fcntl", 2, 3, false, drill_call_fcntl },
	{ "ioctl", 2, 3, false, drill_call_ioctl },
	{ "pipe", 1, 1, false, drill_call_pipe },
	{ "open", 2, 3, true, drill_call_open },
	{ "splice", 6, 6, false, drill_call_splice },
	{ "sendfile", 4, 4, false, drill_call_sendfile },
	{ "dup", 1, 1, true, drill_call_dup },
	{ NULL, 0, 0, false, NULL },
};
