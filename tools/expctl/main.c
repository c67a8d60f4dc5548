// SPDX-License-Identifier: GPL-2.0
/*
 * expctl: configures and shows expstack, in the words of iproute2.
 * Flow:   main -> an object's file -> nl.c -> the kernel; answers -> out.c
 */
#include <fcntl.h>
#include <sched.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "expctl/expctl.h"

#define EC_VERSION	"0.1"

static const char ec_usage[] =
"usage: expctl [-j] [-p] [-s] [-d] [-n NETNS] OBJECT [COMMAND [WORD...]]\n"
"       expctl -V | help\n"
"\n"
"  link attach DEV [mode exclusive|shared]\n"
"  link detach DEV\n"
"  link show [DEV]\n"
"  addr add ADDR/LEN dev DEV [broadcast B] [label L] [scope S] [peer P]\n"
"  addr del ADDR/LEN dev DEV\n"
"  addr show [DEV]\n"
"  route add|append|replace|change|del [TYPE] PREFIX [via GW] [dev DEV]\n"
"        [metric N] [src A] [mtu [lock] N] [advmss N] [initcwnd N]\n"
"        [table T] [proto P] [scope S] [onlink]\n"
"  route show [table T|all] [dev DEV] [via GW] [proto P] [scope S] [type T]\n"
"        [[root|match|exact] PREFIX]\n"
"  route get ADDR [from A] [oif DEV] [iif DEV] [mark M]\n"
"  neigh add|replace|change ADDR [lladdr MAC] dev DEV [nud STATE]\n"
"  neigh del ADDR dev DEV\n"
"  neigh show|flush [dev DEV] [nud STATE]\n"
"  tcp_metrics show|flush [PREFIX] [source PREFIX]\n"
"  tcp_metrics delete ADDR [source A]\n"
"  ss [-tuanliemoH] [state STATE]\n"
"  stat [-z] [PATTERN]\n"
"\n"
"  TYPE is unicast, blackhole, unreachable or prohibit. Objects and commands\n"
"  may be abbreviated. -j is JSON, -p pretty, -s statistics, -d details.\n";

static int ec_help(void)
{
	fputs(ec_usage, stdout);
	return EC_OK;
}

static void ec_enter(const char *name)
{
	char path[4096];
	int fd;

	if (strchr(name, '/'))
		ec_wrong("network namespace", name);
	snprintf(path, sizeof(path), "/run/netns/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		ec_die(EC_USAGE, "Cannot open network namespace \"%s\": %s",
		       name, strerror(errno));
	if (setns(fd, CLONE_NEWNET))
		ec_die(EC_USAGE, "Cannot enter network namespace \"%s\": %s",
		       name, strerror(errno));
	close(fd);
}

/* One option before the object, at *ec.argv. */
static void ec_option(const char *option)
{
	static const struct {
		const char *name;
		bool *set;
	} switches[] = {
		{ "json", &ec.json },
		{ "pretty", &ec.pretty },
		{ "statistics", &ec.stats },
		{ "details", &ec.details },
	};
	size_t i;

	/* As iproute2, with one dash or two. */
	option += option[1] == '-' ? 2 : 1;
	for (i = 0; i < MNL_ARRAY_SIZE(switches); i++)
		if (ec_matches(option, switches[i].name)) {
			*switches[i].set = true;
			return;
		}
	if (ec_matches(option, "netns")) {
		ec_enter(ec_value("-n"));
	} else if (!strcmp(option, "V") || ec_matches(option, "Version")) {
		puts("expctl utility, expstack-" EC_VERSION);
		exit(EC_OK);
	} else if (ec_matches(option, "help")) {
		exit(ec_help());
	} else {
		ec_die(EC_USAGE, "Option \"-%s\" is unknown, try \"expctl help\"",
		       option);
	}
}

int main(int argc, char **argv)
{
	static const struct ec_command objects[] = {
		{ "address", ec_addr_object },
		{ "route", ec_route },
		{ "link", ec_link },
		{ "neighbor", ec_neigh },
		{ "neighbour", ec_neigh },
		{ "tcp_metrics", ec_metrics },
		{ "tcpmetrics", ec_metrics },
		{ "ss", ec_ss },
		{ "stat", ec_stat },
		{ "help", ec_help },
		{ NULL, NULL },
	};
	const struct ec_command *o;
	const char *given;

	ec.argc = argc - 1;
	ec.argv = argv + 1;
	while (ec_more() && ec_peek()[0] == '-')
		ec_option(ec_next());
	if (!ec_more()) {
		fputs(ec_usage, stderr);
		return EC_USAGE;
	}
	given = ec_next();
	for (o = objects; o->name; o++)
		if (ec_matches(given, o->name))
			return o->run();
	ec_die(EC_USAGE, "Object \"%s\" is unknown, try \"expctl help\"", given);
}
