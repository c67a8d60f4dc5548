// SPDX-License-Identifier: GPL-2.0
/*
 * exs-sockapi: ancillary data, of datagrams and of errors about them.
 */
#include <errno.h>
#include <netinet/ip.h>
#include <netinet/udp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <linux/errqueue.h>
#include <linux/icmp.h>

#include "tests/sockapi.h"

#ifndef IP_PROTOCOL
#define IP_PROTOCOL	52
#endif

#define SA_QUOTE	128	/* RFC 4884: so much of the datagram at least */

/* Options that ask for ancillary data, and others about errors. */
static const struct {
	const char *name;
	int option;
} sa_cmsg_options[] = {
	{ "IP_PKTINFO", IP_PKTINFO }, { "IP_RECVTTL", IP_RECVTTL },
	{ "IP_RECVTOS", IP_RECVTOS }, { "IP_RECVOPTS", IP_RECVOPTS },
	{ "IP_RETOPTS", IP_RETOPTS }, { "IP_CHECKSUM", IP_CHECKSUM },
	{ "IP_RECVORIGDSTADDR", IP_RECVORIGDSTADDR },
	{ "IP_RECVFRAGSIZE", IP_RECVFRAGSIZE }, { "IP_RECVERR", IP_RECVERR },
	{ "IP_RECVERR_RFC4884", IP_RECVERR_RFC4884 },
};

static void sa_cmsg_option(int fd, const char *name, int option, int value)
{
	char what[64];
	socklen_t len;

	snprintf(what, sizeof(what), "%s = %d", name, value);
	sa_ret(what, setsockopt(fd, IPPROTO_IP, option, &value, sizeof(value)));
	value = -1;
	len = sizeof(value);
	sa_ret("get", getsockopt(fd, IPPROTO_IP, option, &value, &len));
	sa_say("%d (%d)", value, len);
}

static void sa_cmsg_set(void)
{
	static const int types[] = { SOCK_DGRAM, SOCK_STREAM };
	static const int values[] = { 1, 2, -1, 0 };

	for (size_t t = 0; t < SA_ARRAY_SIZE(types); t++) {
		int fd = sa_socket(types[t]);

		for (size_t i = 0; i < SA_ARRAY_SIZE(sa_cmsg_options); i++)
			for (size_t k = 0; k < SA_ARRAY_SIZE(values); k++)
				sa_cmsg_option(fd, sa_cmsg_options[i].name,
					       sa_cmsg_options[i].option,
					       values[k]);
	}
}

/* IP_PROTOCOL is the number that the socket is found by. */
static void sa_cmsg_number(void)
{
	int fd = sa_bound(SOCK_DGRAM), value = -1;
	socklen_t len = sizeof(value);

	sa_ret("get", getsockopt(fd, IPPROTO_IP, IP_PROTOCOL, &value, &len));
	sa_say("the port: %d", value == sa_port(fd));
	sa_ret("set", setsockopt(fd, IPPROTO_IP, IP_PROTOCOL, &value, len));
}

static void sa_cmsg_say_error(const struct cmsghdr *c)
{
	const struct sock_extended_err *ee = (const void *)CMSG_DATA(c);

	sa_say("%s origin %d type %d code %d extension at %d flags %x from %x",
	       strerrorname_np(ee->ee_errno), ee->ee_origin, ee->ee_type,
	       ee->ee_code, ee->ee_rfc4884.len, ee->ee_rfc4884.flags,
	       ntohl(((const struct sockaddr_in *)SO_EE_OFFENDER(ee))->sin_addr.s_addr));
}

static void sa_cmsg_say(const struct cmsghdr *c)
{
	const struct in_pktinfo *info = (const void *)CMSG_DATA(c);

	if (c->cmsg_type == IP_RECVERR)
		sa_cmsg_say_error(c);
	else if (c->cmsg_type == IP_PKTINFO)
		sa_say("device %d from %x to %x", !!info->ipi_ifindex,
		       ntohl(info->ipi_spec_dst.s_addr),
		       ntohl(info->ipi_addr.s_addr));
	else if (c->cmsg_type == IP_ORIGDSTADDR || c->cmsg_type == IP_CHECKSUM)
		/* A port is in it. */
		sa_say("type %d length %zu", c->cmsg_type, (size_t)c->cmsg_len);
	else
		sa_say("type %d length %zu: %d", c->cmsg_type,
		       (size_t)c->cmsg_len, *CMSG_DATA(c));
}

/* Returns false when there was none. */
static bool sa_cmsg_read(const char *what, int fd, int flags)
{
	char data[256] = { }, control[512];
	struct sockaddr_in name = { };
	struct iovec iov = { data, sizeof(data) };
	struct msghdr msg = {
		.msg_name = &name, .msg_namelen = sizeof(name),
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control),
	};
	struct cmsghdr *c;

	if (sa_ret(what, recvmsg(fd, &msg, flags | MSG_DONTWAIT)) < 0)
		return false;
	sa_say("flags %x name %d", msg.msg_flags, msg.msg_namelen);
	for (c = CMSG_FIRSTHDR(&msg); c; c = CMSG_NXTHDR(&msg, c))
		sa_cmsg_say(c);
	return true;
}

static void sa_cmsg_ask(int fd)
{
	for (size_t i = 0; i < SA_ARRAY_SIZE(sa_cmsg_options); i++)
		sa_int(fd, IPPROTO_IP, sa_cmsg_options[i].option, 1);
}

/* What is asked for of datagrams is told of errors too: about the ICMP message. */
static void sa_cmsg_error(void)
{
	int fd = sa_bound(SOCK_DGRAM), port = sa_closed_port(SOCK_DGRAM);
	char byte;

	sa_cmsg_ask(fd);
	sa_int(fd, IPPROTO_IP, IP_TOS, 0x28);
	sa_int(fd, IPPROTO_IP, IP_TTL, 9);
	sa_ret("send", sa_sendto(fd, "hello", 5, INADDR_LOOPBACK, port));
	sa_settle();
	sa_cmsg_read("error", fd, MSG_ERRQUEUE);
	sa_ret("to itself", sa_sendto(fd, "hello", 5, INADDR_LOOPBACK,
				      sa_port(fd)));
	sa_settle();
	sa_ret("SO_ERROR's", recv(fd, &byte, 1, MSG_DONTWAIT));
	sa_cmsg_read("datagram", fd, 0);
	sa_cmsg_read("none", fd, MSG_ERRQUEUE);
}

/* An ICMP error with an extension behind its quotation. */
struct sa_extended {
	struct icmphdr icmp;
	struct iphdr iph;
	struct udphdr uh;
	char data[SA_QUOTE - sizeof(struct iphdr) - sizeof(struct udphdr)];
	struct icmp_ext_hdr ext;
	struct icmp_extobj_hdr obj;
	char label[4];
};

static unsigned short sa_sum(const void *data, size_t len)
{
	const unsigned short *p = data;
	unsigned int sum = 0;

	for (size_t i = 0; i < len / 2; i++)
		sum += p[i];
	sum = (sum & 0xffff) + (sum >> 16);
	return ~(sum + (sum >> 16));
}

struct sa_extension {
	const char *name;
	unsigned char type, words, version;
	unsigned short length, wrong;	/* of the object; what the sum is off by */
	unsigned short cut;		/* bytes missing at the end */
};

static const struct sa_extension sa_extensions[] = {
	{ "whole", ICMP_DEST_UNREACH, 32, 2, 8, 0, 0 },
	{ "time exceeded", ICMP_TIME_EXCEEDED, 32, 2, 8, 0, 0 },
	{ "parameter problem", ICMP_PARAMETERPROB, 32, 2, 8, 0, 0 },
	{ "no length", ICMP_DEST_UNREACH, 0, 2, 8, 0, 0 },
	{ "too short a quotation", ICMP_DEST_UNREACH, 31, 2, 8, 0, 0 },
	{ "behind the end", ICMP_DEST_UNREACH, 35, 2, 8, 0, 0 },
	{ "at the end", ICMP_DEST_UNREACH, 34, 2, 8, 0, 0 },
	{ "another version", ICMP_DEST_UNREACH, 32, 1, 99, 0, 0 },
	{ "wrong sum", ICMP_DEST_UNREACH, 32, 2, 8, 1, 0 },
	{ "object too short", ICMP_DEST_UNREACH, 32, 2, 3, 0, 0 },
	{ "object too long", ICMP_DEST_UNREACH, 32, 2, 9, 0, 0 },
	{ "object in part", ICMP_DEST_UNREACH, 32, 2, 8, 0, 6 },
	{ "header only", ICMP_DEST_UNREACH, 32, 2, 8, 0, 8 },
	{ "header in part", ICMP_DEST_UNREACH, 32, 2, 8, 0, 10 },
};

static void sa_cmsg_tell(int raw, const struct sa_extension *e, int port)
{
	struct sockaddr_in to = sa_addr(INADDR_LOOPBACK, 0);
	struct sa_extended m = {
		.icmp = { .type = e->type,
			  .code = e->type == ICMP_DEST_UNREACH ?
				  ICMP_HOST_UNREACH : 0 },
		.iph = { .version = 4, .ihl = 5, .ttl = 9, .tot_len = htons(200),
			 .protocol = IPPROTO_UDP,
			 .saddr = htonl(INADDR_LOOPBACK),
			 .daddr = htonl(INADDR_LOOPBACK) },
		.uh = { .source = htons(port), .dest = htons(9),
			.len = htons(180) },
		.ext = { .version = e->version },
		.obj = { .length = htons(e->length), .class_num = 1,
			 .class_type = 1 },
		.label = "abcd",
	};
	size_t len = sizeof(m) - e->cut;

	m.icmp.un.reserved[1] = e->words;
	m.ext.checksum = sa_sum(&m.ext, (char *)&m + len - (char *)&m.ext) +
			 e->wrong;
	m.icmp.checksum = sa_sum(&m, len);
	sa_ret(e->name, sendto(raw, &m, len, 0, (struct sockaddr *)&to,
			       sizeof(to)));
	sa_settle();
}

static void sa_cmsg_extension(void)
{
	int raw = socket(sa_family, SOCK_RAW, IPPROTO_ICMP);
	int fd = sa_bound(SOCK_DGRAM);

	sa_int(fd, IPPROTO_IP, IP_RECVERR, 1);
	sa_cmsg_tell(raw, &sa_extensions[0], sa_port(fd));
	sa_cmsg_read("nobody asked", fd, MSG_ERRQUEUE);
	sa_int(fd, IPPROTO_IP, IP_RECVERR_RFC4884, 1);
	for (size_t i = 0; i < SA_ARRAY_SIZE(sa_extensions); i++) {
		sa_cmsg_tell(raw, &sa_extensions[i], sa_port(fd));
		sa_cmsg_read("error", fd, MSG_ERRQUEUE);
	}
}

static void sa_cmsg_from(int fd, int device, unsigned int source)
{
	char control[CMSG_SPACE(sizeof(struct in_pktinfo))] = { 0 };
	struct sockaddr_in to = sa_addr(INADDR_LOOPBACK, 9);
	struct in_pktinfo info = {
		.ipi_ifindex = device, .ipi_spec_dst.s_addr = htonl(source),
	};
	struct iovec iov = { "x", 1 };
	struct msghdr msg = {
		.msg_name = &to, .msg_namelen = sizeof(to),
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control),
	};
	struct cmsghdr *c = CMSG_FIRSTHDR(&msg);

	c->cmsg_level = IPPROTO_IP;
	c->cmsg_type = IP_PKTINFO;
	c->cmsg_len = CMSG_LEN(sizeof(info));
	memcpy(CMSG_DATA(c), &info, sizeof(info));
	sa_say("device %d source %x", device, source);
	sa_ret("sendmsg", sendmsg(fd, &msg, 0));
}

/* Where a datagram may come from. */
static void sa_cmsg_source(void)
{
	static const unsigned int sources[] = {
		0, INADDR_LOOPBACK, 0x7f000002, 0xc0000201, 0xe0000001,
		INADDR_BROADCAST, 1,
	};
	int fd = sa_socket(SOCK_DGRAM);

	for (size_t i = 0; i < SA_ARRAY_SIZE(sources); i++) {
		sa_cmsg_from(fd, 0, sources[i]);
		sa_cmsg_from(fd, 9999, sources[i]);
	}
}

/* A broadcast on this host alone: nobody is told that nobody listens. */
static void sa_cmsg_broadcast(void)
{
	int fd = sa_bound(SOCK_DGRAM), port = sa_closed_port(SOCK_DGRAM);

	sa_int(fd, SOL_SOCKET, SO_BROADCAST, 1);
	sa_int(fd, IPPROTO_IP, IP_RECVERR, 1);
	sa_ret("send", sa_sendto(fd, "x", 1, 0x7fffffff, port));
	sa_settle();
	sa_cmsg_read("error", fd, MSG_ERRQUEUE);
}

const struct sa_case sa_cases_cmsg[] = {
	{ "cmsg_options", sa_cmsg_set },
	{ "cmsg_protocol", sa_cmsg_number },
	{ "cmsg_of_errors", sa_cmsg_error },
	{ "cmsg_icmp_extension", sa_cmsg_extension },
	{ "cmsg_source_address", sa_cmsg_source },
	{ "cmsg_local_broadcast", sa_cmsg_broadcast },
	{ }
};
