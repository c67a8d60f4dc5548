// SPDX-License-Identifier: GPL-2.0
/*
 * exs-sockapi: which local port a socket gets when it does not ask for one.
 */
#include <stdio.h>
#include <string.h>

#include "tests/sockapi.h"

#ifndef IP_LOCAL_PORT_RANGE
#define IP_LOCAL_PORT_RANGE	51
#endif

#define SA_PORT_RANGE(low, high)	((int)((low) | (unsigned int)(high) << 16))

/* A setting of this family; what it was goes to old, if there is such. */
static void sa_port_setting(const char *name, const char *value, char *old,
			    int size)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/sys/net/%s/%s",
		 sa_family == AF_INET ? "ipv4" : "expstack", name);
	f = fopen(path, "r+");
	if (!f) {
		sa_say("no setting %s\n", name);
		return;
	}
	if (old && !fgets(old, size, f))
		*old = '\0';
	rewind(f);
	fprintf(f, "%s\n", value);
	sa_ret(value, fclose(f));
}

static int sa_port_socket(int type, int low, int high)
{
	int fd = sa_socket(type);

	sa_int(fd, IPPROTO_IP, IP_LOCAL_PORT_RANGE, SA_PORT_RANGE(low, high));
	return fd;
}

static void sa_port_range_option(void)
{
	static const int val[] = {
		0, SA_PORT_RANGE(40000, 0), SA_PORT_RANGE(0, 40000),
		SA_PORT_RANGE(40000, 40001), SA_PORT_RANGE(40001, 40000),
		SA_PORT_RANGE(1, 65535),
	};
	int fd = sa_socket(SOCK_STREAM), got;
	socklen_t len;
	unsigned int i;

	for (i = 0; i < SA_ARRAY_SIZE(val); i++) {
		sa_ret("set", setsockopt(fd, IPPROTO_IP, IP_LOCAL_PORT_RANGE,
					 &val[i], sizeof(val[i])));
		len = sizeof(got);
		got = -1;
		sa_ret("get", getsockopt(fd, IPPROTO_IP, IP_LOCAL_PORT_RANGE,
					 &got, &len));
		sa_say("%x, %d bytes\n", got, (int)len);
	}
	sa_ret("short", setsockopt(fd, IPPROTO_IP, IP_LOCAL_PORT_RANGE, val, 2));
	sa_ret("long", setsockopt(fd, IPPROTO_IP, IP_LOCAL_PORT_RANGE, val, 8));
}

static void sa_port_range_bind(int type)
{
	int i, fd, sum = 0;

	for (i = 0; i < 5; i++) {
		fd = sa_port_socket(type, 40000, 40003);
		if (!sa_ret("bind", sa_bind(fd, INADDR_LOOPBACK, 0)))
			sum += sa_port(fd);
	}
	sa_say("the ports' sum is %d\n", sum);
	for (i = 0; i < 2; i++) {
		fd = sa_port_socket(type, 60999, 0);
		sa_ret("from the last", sa_bind(fd, INADDR_LOOPBACK, 0));
	}
}

static void sa_port_range_bind_stream(void)
{
	sa_port_range_bind(SOCK_STREAM);
}

static void sa_port_range_bind_dgram(void)
{
	sa_port_range_bind(SOCK_DGRAM);
}

static void sa_port_range_connect(void)
{
	int port, fd, i, sum = 0;

	sa_listener(&port);
	for (i = 0; i < 5; i++) {
		fd = sa_port_socket(SOCK_STREAM, 40010, 40013);
		if (i & 1) {
			sa_int(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
			sa_ret("bind", sa_bind(fd, INADDR_LOOPBACK, 0));
			sa_say("port %d\n", sa_port(fd));
		}
		if (!sa_ret("connect", sa_connect(fd, INADDR_LOOPBACK, port)))
			sum += sa_port(fd);
	}
	sa_say("the ports' sum is %d\n", sum);
}

static void sa_port_reserved(void)
{
	static const int types[] = { SOCK_STREAM, SOCK_DGRAM };
	char old[256] = "";
	int port, fd, i;

	sa_listener(&port);
	sa_port_setting("ip_local_reserved_ports", "40020,40022-40024", old,
			sizeof(old));
	for (i = 0; i < 4; i++) {
		fd = sa_port_socket(types[i & 1], 40020, 40023);
		if (!sa_ret("bind", sa_bind(fd, INADDR_LOOPBACK, 0)))
			sa_say("port %d\n", sa_port(fd));
	}
	fd = sa_port_socket(SOCK_STREAM, 40024, 40024);
	sa_ret("connect", sa_connect(fd, INADDR_LOOPBACK, port));
	sa_port_setting("ip_local_reserved_ports", "40020", NULL, 0);
	sa_ret("connect", sa_connect(fd, INADDR_LOOPBACK, port));
	fd = sa_socket(SOCK_STREAM);
	sa_ret("asked for", sa_bind(fd, INADDR_LOOPBACK, 40020));
	sa_port_setting("ip_local_reserved_ports", "70000", NULL, 0);
	sa_port_setting("ip_local_reserved_ports", "5-3", NULL, 0);
	sa_port_setting("ip_local_reserved_ports", old, NULL, 0);
}

/* Who lets the port be chosen does not share it, unless the setting says so. */
static void sa_port_autobind(void)
{
	int reuse, share, fd, i;

	for (share = 0; share < 2; share++) {
		sa_port_setting("ip_autobind_reuse", share ? "1" : "0", NULL, 0);
		for (reuse = 0; reuse < 3; reuse++) {
			for (i = 0; i < 2; i++) {
				fd = sa_port_socket(SOCK_STREAM, 40030 + reuse,
						    40030 + reuse);
				if (reuse)
					sa_int(fd, SOL_SOCKET, reuse == 1 ?
					       SO_REUSEADDR : SO_REUSEPORT, 1);
				sa_ret("bind", sa_bind(fd, INADDR_LOOPBACK, 0));
			}
		}
	}
	sa_port_setting("ip_autobind_reuse", "0", NULL, 0);
}

const struct sa_case sa_cases_port[] = {
	{ "port_range_option", sa_port_range_option },
	{ "port_range_bind", sa_port_range_bind_stream },
	{ "port_range_bind_dgram", sa_port_range_bind_dgram },
	{ "port_range_connect", sa_port_range_connect },
	{ "port_reserved", sa_port_reserved },
	{ "port_autobind", sa_port_autobind },
	{ }
};
