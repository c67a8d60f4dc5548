// SPDX-License-Identifier: GPL-2.0
/*
 * exprun: what the preloaded library prints.
 * Flow:   socket() -> exprun_say_socket (with -d), exprun_say_denied (once)
 * Owns:   the flag that a refusal was reported
 */
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/expstack.h>

#include "exprun/exprun.h"

static const char *exprun_family(int family)
{
	switch (family) {
	case AF_INET:
		return "AF_INET";
	case AF_INET6:
		return "AF_INET6";
	case AF_EXPSTACK:
		return "AF_EXPSTACK";
	default:
		return "refused";
	}
}

static const char *exprun_type(int type)
{
	switch (type & ~(SOCK_NONBLOCK | SOCK_CLOEXEC)) {
	case SOCK_STREAM:
		return "SOCK_STREAM";
	case SOCK_DGRAM:
		return "SOCK_DGRAM";
	case SOCK_RAW:
		return "SOCK_RAW";
	default:
		return "other";
	}
}

/**
 * exprun_say_socket() - report one socket() call where -d was given
 * @family: as the program asked for
 * @type: as the program asked for, with its flags
 * @protocol: as the program asked for
 * @used: the family it was made of, AF_UNSPEC if it was refused
 * @fd: the result
 *
 * Context: keeps errno.
 */
void exprun_say_socket(int family, int type, int protocol, int used, int fd)
{
	int saved = errno;

	if (!exprun_wishes(EXPRUN_DEBUG))
		return;
	dprintf(STDERR_FILENO,
		"exprun[%d]: socket(%s, %s%s%s, %d): %s, fd %d\n", getpid(),
		exprun_family(family), exprun_type(type),
		type & SOCK_NONBLOCK ? "|SOCK_NONBLOCK" : "",
		type & SOCK_CLOEXEC ? "|SOCK_CLOEXEC" : "", protocol,
		exprun_family(used), fd);
	errno = saved;
}

/* "Seccomp: 2" in the status of a process means a filter. */
static bool exprun_is_filtered(void)
{
	int fd = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
	char buf[4096], *line;
	ssize_t n;

	if (fd < 0)
		return false;
	n = read(fd, buf, sizeof(buf) - 1);
	close(fd);
	buf[n > 0 ? n : 0] = '\0';
	line = strstr(buf, "\nSeccomp:");
	return line && strtol(line + strlen("\nSeccomp:"), NULL, 10) == 2;
}

/**
 * exprun_say_denied() - say once what keeps a process from our family
 * @error: what socket(AF_EXPSTACK) gave, while AF_INET was allowed
 *
 * Context: keeps errno.
 */
void exprun_say_denied(int error)
{
	static atomic_flag said = ATOMIC_FLAG_INIT;
	int saved = errno;
	const char *why;

	if (atomic_flag_test_and_set(&said))
		return;
	if (exprun_is_filtered())
		why = "a seccomp filter of this process denies it: allow address family 18";
	else if (error == EAFNOSUPPORT)
		why = "the module is gone or does not serve this kind of socket";
	else
		why = "a security module denies it";
	dprintf(STDERR_FILENO, "exprun[%d]: socket(AF_EXPSTACK): %s: %s%s\n",
		getpid(), strerror(error), why,
		exprun_wishes(EXPRUN_FALLBACK) ? "; using AF_INET" : "");
	errno = saved;
}
