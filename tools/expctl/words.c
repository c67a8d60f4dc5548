// SPDX-License-Identifier: GPL-2.0
/*
 * expctl: words of the command line.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "expctl/expctl.h"

struct ec ec;

/* One line on stderr. */
noreturn void ec_die(int status, const char *fmt, ...)
{
	va_list ap;

	fflush(stdout);
	fputs("Error: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputs(".\n", stderr);
	exit(status);
}

bool ec_more(void)
{
	return ec.argc > 0;
}

const char *ec_peek(void)
{
	return ec.argc > 0 ? ec.argv[0] : "";
}

const char *ec_next(void)
{
	ec.argc--;
	return *ec.argv++;
}

/* The word behind a keyword. */
const char *ec_value(const char *of)
{
	if (!ec_more())
		ec_die(EC_USAGE, "%s needs a value", of);
	return ec_next();
}

/* Take the next word when it is this one. */
bool ec_is(const char *word)
{
	if (!ec_more() || strcmp(ec_peek(), word))
		return false;
	ec_next();
	return true;
}

/* Is what was given this word, or the beginning of it? */
bool ec_matches(const char *given, const char *word)
{
	return *given && !strncmp(given, word, strlen(given));
}

int ec_dispatch(const char *object, const struct ec_command *commands,
		const char *dflt)
{
	const char *given = ec_more() ? ec_next() : dflt;

	for (; commands->name; commands++)
		if (ec_matches(given, commands->name))
			return commands->run();
	ec_die(EC_USAGE, "Command \"%s\" of %s is unknown, try \"expctl help\"",
	       given, object);
}

noreturn void ec_wrong(const char *what, const char *given)
{
	ec_die(EC_USAGE, "\"%s\" is not a valid %s", given, what);
}

uint32_t ec_u32(const char *what, const char *given)
{
	unsigned long long n;
	char *end;

	errno = 0;
	n = strtoull(given, &end, 0);
	if (!*given || *given == '-' || *end || errno || n > UINT32_MAX)
		ec_wrong(what, given);
	return n;
}

uint8_t ec_u8(const char *what, const char *given)
{
	uint32_t n = ec_u32(what, given);

	if (n > UINT8_MAX)
		ec_wrong(what, given);
	return n;
}

uint32_t ec_addr(const char *given)
{
	struct in_addr a;

	if (inet_pton(AF_INET, given, &a) != 1)
		ec_wrong("address", given);
	return a.s_addr;
}

/* ADDR[/LEN] or default. True where a length was said. */
bool ec_prefix(const char *given, uint32_t *addr, uint8_t *len)
{
	const char *slash = strchr(given, '/');
	char buf[INET_ADDRSTRLEN];
	uint32_t n;

	*addr = 0;
	*len = 0;
	if (!strcmp(given, "default") || !strcmp(given, "any") ||
	    !strcmp(given, "all"))
		return true;
	*len = 32;
	if (!slash) {
		*addr = ec_addr(given);
		return false;
	}
	if ((size_t)(slash - given) >= sizeof(buf))
		ec_wrong("prefix", given);
	memcpy(buf, given, slash - given);
	buf[slash - given] = '\0';
	n = ec_u32("prefix length", slash + 1);
	if (n > 32)
		ec_wrong("prefix", given);
	*addr = ec_addr(buf);
	*len = n;
	return true;
}

int ec_ifindex(const char *name)
{
	int ifindex = if_nametoindex(name);

	if (!ifindex)
		ec_die(EC_USAGE, "Cannot find device \"%s\"", name);
	return ifindex;
}

const char *ec_ifname(int ifindex)
{
	static char name[IF_NAMESIZE + 8];
	static int cached;

	if (ifindex == cached)
		return name;
	cached = ifindex;
	if (!if_indextoname(ifindex, name))
		snprintf(name, sizeof(name), "if%d", ifindex);
	return name;
}

const char *ec_addr_text(uint32_t addr)
{
	static char text[4][INET_ADDRSTRLEN];
	static unsigned int turn;

	return inet_ntop(AF_INET, &addr, text[turn++ % 4], INET_ADDRSTRLEN);
}
