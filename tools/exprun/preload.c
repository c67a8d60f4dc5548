// SPDX-License-Identifier: GPL-2.0
/*
 * exprun: the library that is loaded into the program.
 * Flow:   program -> socket(), getsockopt(), getaddrinfo() [here] -> the next
 *         library's function of the same name, at last the C library's
 * Owns:   nothing; the kernel gives and takes AF_INET addresses on our sockets,
 *         so the other calls need no help
 */
#include <dlfcn.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/expstack.h>

#include "exprun/exprun.h"

#define EXPRUN_EXPORT	__attribute__((visibility("default")))
#define EXPRUN_TYPE(t)	((t) & ~(SOCK_NONBLOCK | SOCK_CLOEXEC))

/* Two threads may both look the name up; they find the same. */
static void *exprun_next(void **cache, const char *name)
{
	void *f = __atomic_load_n(cache, __ATOMIC_RELAXED);

	if (!f) {
		f = dlsym(RTLD_NEXT, name);
		__atomic_store_n(cache, f, __ATOMIC_RELAXED);
	}
	return f;
}

static int exprun_next_socket(int family, int type, int protocol)
{
	static void *cache;
	int (*next)(int family, int type, int protocol) =
		exprun_next(&cache, "socket");

	return next(family, type, protocol);
}

/**
 * exprun_wishes() - was this switch given?
 * @what: the switch
 *
 * The environment is asked once, when the library is loaded: many a server
 * clears it before it makes its sockets.
 *
 * Return: true if it was.
 */
bool exprun_wishes(enum exprun_wish what)
{
	static unsigned int cache;
	unsigned int wishes = __atomic_load_n(&cache, __ATOMIC_RELAXED);

	if (!wishes) {
		wishes = EXPRUN_KNOWN;
		if (getenv(EXPRUN_ENV_DEBUG))
			wishes |= EXPRUN_DEBUG;
		if (getenv(EXPRUN_ENV_FALLBACK))
			wishes |= EXPRUN_FALLBACK;
		if (getenv(EXPRUN_ENV_IPV6))
			wishes |= EXPRUN_IPV6;
		__atomic_store_n(&cache, wishes, __ATOMIC_RELAXED);
	}
	return wishes & what;
}

__attribute__((constructor)) static void exprun_loaded(void)
{
	exprun_wishes(EXPRUN_KNOWN);
}

/* Does expstack serve sockets of this kind? */
static bool exprun_wants(int type, int protocol)
{
	switch (EXPRUN_TYPE(type)) {
	case SOCK_STREAM:
		return protocol == 0 || protocol == IPPROTO_TCP;
	case SOCK_DGRAM:
		return protocol == 0 || protocol == IPPROTO_UDP ||
		       protocol == IPPROTO_ICMP;
	case SOCK_RAW:
		return true;
	default:
		return false;
	}
}

/*
 * Raw sockets ask for a capability, ping sockets for a group of
 * net.expstack.ping_group_range: a refusal is the program's business.
 */
static bool exprun_is_privileged(int type, int protocol)
{
	return EXPRUN_TYPE(type) == SOCK_RAW || protocol == IPPROTO_ICMP;
}

static int exprun_socket_inet(int type, int protocol)
{
	int fd = exprun_next_socket(AF_EXPSTACK, type, protocol);
	int error = errno;

	if (fd >= 0) {
		exprun_say_socket(AF_INET, type, protocol, AF_EXPSTACK, fd);
		return fd;
	}
	if ((error == EPERM || error == EACCES || error == EAFNOSUPPORT) &&
	    !exprun_is_privileged(type, protocol)) {
		/* Is the process itself short of a privilege? */
		fd = exprun_next_socket(AF_INET, type, protocol);
		if (fd >= 0)
			exprun_say_denied(error);
		if (fd >= 0 && !exprun_wishes(EXPRUN_FALLBACK)) {
			close(fd);
			fd = -1;
		}
	}
	exprun_say_socket(AF_INET, type, protocol, AF_INET, fd);
	if (fd < 0)
		errno = error;
	return fd;
}

/*
 * Dual-stack programs try AF_INET6 first and would then serve IPv4 on an
 * AF_INET6 socket, past expstack. Refused, they turn to AF_INET.
 */
EXPRUN_EXPORT int socket(int family, int type, int protocol)
{
	if (family == AF_INET && exprun_wants(type, protocol))
		return exprun_socket_inet(type, protocol);
	if (family == AF_INET6 && !exprun_wishes(EXPRUN_IPV6)) {
		exprun_say_socket(family, type, protocol, AF_UNSPEC, -1);
		errno = EAFNOSUPPORT;
		return -1;
	}
	return exprun_next_socket(family, type, protocol);
}

EXPRUN_EXPORT int getsockopt(int fd, int level, int name, void *restrict val,
			     socklen_t *restrict len)
{
	static void *cache;
	int (*next)(int fd, int level, int name, void *val, socklen_t *len) =
		exprun_next(&cache, "getsockopt");
	int ret = next(fd, level, name, val, len);
	int *domain = val;

	if (!ret && level == SOL_SOCKET && name == SO_DOMAIN &&
	    *len == sizeof(*domain) && *domain == AF_EXPSTACK)
		*domain = AF_INET;
	return ret;
}

/*
 * AI_ADDRCONFIG asks for the families the kernel has addresses of. The
 * addresses of expstack are not among them, so the question is dropped.
 */
EXPRUN_EXPORT int getaddrinfo(const char *restrict node,
			      const char *restrict service,
			      const struct addrinfo *restrict hints,
			      struct addrinfo **restrict res)
{
	static void *cache;
	int (*next)(const char *node, const char *service,
		    const struct addrinfo *hints, struct addrinfo **res) =
		exprun_next(&cache, "getaddrinfo");
	/* What the C library takes for a missing hints. */
	struct addrinfo mine = {
		.ai_flags = AI_V4MAPPED | AI_ADDRCONFIG,
	};

	if (hints)
		mine = *hints;
	mine.ai_flags &= ~AI_ADDRCONFIG;
	if (mine.ai_family == AF_UNSPEC && !exprun_wishes(EXPRUN_IPV6))
		mine.ai_family = AF_INET;
	return next(node, service, &mine, res);
}
