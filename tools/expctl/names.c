// SPDX-License-Identifier: GPL-2.0
/*
 * expctl: numbers that have names, those of iproute2.
 */
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>

#include "expctl/expctl.h"

const struct ec_name ec_scopes[] = {
	{ RT_SCOPE_UNIVERSE, "global" },
	{ RT_SCOPE_UNIVERSE, "universe" },
	{ RT_SCOPE_SITE, "site" },
	{ RT_SCOPE_LINK, "link" },
	{ RT_SCOPE_HOST, "host" },
	{ RT_SCOPE_NOWHERE, "nowhere" },
	{ 0, NULL },
};

const struct ec_name ec_tables[] = {
	{ RT_TABLE_DEFAULT, "default" },
	{ RT_TABLE_MAIN, "main" },
	{ RT_TABLE_LOCAL, "local" },
	{ 0, NULL },
};

const struct ec_name ec_protos[] = {
	{ RTPROT_UNSPEC, "unspec" },
	{ RTPROT_REDIRECT, "redirect" },
	{ RTPROT_KERNEL, "kernel" },
	{ RTPROT_BOOT, "boot" },
	{ RTPROT_STATIC, "static" },
	{ RTPROT_RA, "ra" },
	{ RTPROT_ZEBRA, "zebra" },
	{ RTPROT_BIRD, "bird" },
	{ RTPROT_DHCP, "dhcp" },
	{ 0, NULL },
};

const struct ec_name ec_route_types[] = {
	{ RTN_UNSPEC, "none" },
	{ RTN_UNICAST, "unicast" },
	{ RTN_LOCAL, "local" },
	{ RTN_BROADCAST, "broadcast" },
	{ RTN_ANYCAST, "anycast" },
	{ RTN_MULTICAST, "multicast" },
	{ RTN_BLACKHOLE, "blackhole" },
	{ RTN_UNREACHABLE, "unreachable" },
	{ RTN_PROHIBIT, "prohibit" },
	{ RTN_THROW, "throw" },
	{ 0, NULL },
};

const struct ec_name ec_nud[] = {
	{ NUD_INCOMPLETE, "incomplete" },
	{ NUD_REACHABLE, "reachable" },
	{ NUD_STALE, "stale" },
	{ NUD_DELAY, "delay" },
	{ NUD_PROBE, "probe" },
	{ NUD_FAILED, "failed" },
	{ NUD_NOARP, "noarp" },
	{ NUD_PERMANENT, "permanent" },
	{ NUD_NONE, "none" },
	{ 0, NULL },
};

/* The name of a number; the number itself where it has none. */
const char *ec_name_of(const struct ec_name *names, unsigned int number)
{
	static char text[12];

	for (; names->name; names++)
		if (names->number == number)
			return names->name;
	snprintf(text, sizeof(text), "%u", number);
	return text;
}

bool ec_find_name(const struct ec_name *names, const char *name,
		  unsigned int *number)
{
	for (; names->name; names++)
		if (!strcmp(names->name, name)) {
			*number = names->number;
			return true;
		}
	return false;
}

/* By name or number. */
unsigned int ec_number(const struct ec_name *names, const char *what,
		       const char *given)
{
	unsigned int number;

	if (ec_find_name(names, given, &number))
		return number;
	return ec_u32(what, given);
}

/* The same, where the kernel has a byte for it. */
uint8_t ec_number8(const struct ec_name *names, const char *what,
		   const char *given)
{
	unsigned int number = ec_number(names, what, given);

	if (number > UINT8_MAX)
		ec_wrong(what, given);
	return number;
}
