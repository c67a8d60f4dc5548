// SPDX-License-Identifier: GPL-2.0
/*
 * exs-sockapi: raw and ping sockets. ping_group_range of both families lets
 * root's group have ping sockets (qemu/tests/sockapi.sh).
 */
#include <errno.h>
#include <netinet/ip.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include <linux/errqueue.h>
#include <linux/icmp.h>

#include "tests/sockapi.h"

#define SA_PROTO	253	/* nobody's (RFC 3692) */
#define SA_GONE		0xc0000201	/* no route there (RFC 5737) */

static int sa_raw(int type, int protocol)
{
	return sa_ret("socket", socket(sa_family, type, protocol));
}

static int sa_to(int fd, const void *buf, size_t len, unsigned int ip)
{
	return sa_sendto(fd, buf, len, ip, 0);
}

/* An echo request with 4 bytes of data. */
struct sa_echo {
	struct icmphdr icmp;
	char data[4];
};

static struct sa_echo sa_echo(int sequence)
{
	struct sa_echo echo = {
		.icmp = { .type = ICMP_ECHO, .un.echo.id = htons(77),
			  .un.echo.sequence = htons(sequence) },
		.data = "abcd",
	};
	const unsigned short *p = (const unsigned short *)&echo;
	unsigned int sum = 0;

	for (size_t i = 0; i < sizeof(echo) / 2; i++)
		sum += p[i];
	sum = (sum & 0xffff) + (sum >> 16);
	echo.icmp.checksum = ~(sum + (sum >> 16));
	return echo;
}

static void sa_raw_create(void)
{
	sa_ret("raw, 0", socket(sa_family, SOCK_RAW, 0));
	sa_ret("raw, -1", socket(sa_family, SOCK_RAW, -1));
	sa_ret("raw, 9999", socket(sa_family, SOCK_RAW, 9999));
	sa_ret("datagrams of 253", socket(sa_family, SOCK_DGRAM, SA_PROTO));
	sa_ret("a stream of ICMP", socket(sa_family, SOCK_STREAM, IPPROTO_ICMP));
	sa_ret("SOCK_RDM", socket(sa_family, SOCK_RDM, 0));
	sa_raw(SOCK_RAW, SA_PROTO);
	sa_raw(SOCK_DGRAM, IPPROTO_ICMP);
	sa_nobody();
	sa_raw(SOCK_RAW, SA_PROTO);
	sa_raw(SOCK_RAW, 0);
	sa_raw(SOCK_DGRAM, IPPROTO_ICMP);
}

/* What comes has its IP header, length in network order. */
static void sa_raw_basic(void)
{
	int fd = sa_raw(SOCK_RAW, SA_PROTO), n = -1;
	struct sockaddr_in from;
	socklen_t len = sizeof(from);
	struct iphdr *iph;
	char buf[64] = { };

	sa_events("fresh", fd);
	sa_ret("send", send(fd, "x", 1, 0));
	sa_ret("sendto", sa_to(fd, "hello", 5, INADDR_LOOPBACK));
	sa_settle();
	sa_events("with a packet", fd);
	ioctl(fd, FIONREAD, &n);
	sa_say("FIONREAD %d", n);
	sa_ret("recvfrom", recvfrom(fd, buf, sizeof(buf), 0,
				    (struct sockaddr *)&from, &len));
	iph = (struct iphdr *)buf;
	sa_say("version %d header %d length %d ttl %d protocol %d from %x to %x df %d",
	       iph->version, iph->ihl, ntohs(iph->tot_len), iph->ttl,
	       iph->protocol, ntohl(iph->saddr), ntohl(iph->daddr),
	       !!(iph->frag_off & htons(IP_DF)));
	sa_say("data %.5s family %d address %x port %d length %d", buf + 20,
	       from.sin_family, ntohl(from.sin_addr.s_addr),
	       ntohs(from.sin_port), len);
	sa_ret("none", recv(fd, buf, 4, MSG_DONTWAIT));
	sa_ret("empty", sa_to(fd, "", 0, INADDR_LOOPBACK));
	sa_settle();
	sa_ret("recv", recv(fd, buf, sizeof(buf), MSG_DONTWAIT));
	sa_to(fd, "hello", 5, INADDR_LOOPBACK);
	sa_settle();
	sa_ret("recv in part", recv(fd, buf, 4, MSG_DONTWAIT | MSG_TRUNC));
}

static void sa_raw_errors(void)
{
	static char buf[70000];
	int fd = sa_raw(SOCK_RAW, SA_PROTO);
	struct sockaddr_in to = sa_addr(INADDR_LOOPBACK, 0);

	sa_ret("too large", sa_to(fd, buf, 65516, INADDR_LOOPBACK));
	sa_ret("much too large", sa_to(fd, buf, 70000, INADDR_LOOPBACK));
	sa_ret("as large as can be", sa_to(fd, buf, 65515, INADDR_LOOPBACK));
	sa_ret("out of band", send(fd, "x", 1, MSG_OOB));
	sa_ret("no route", sa_to(fd, "x", 1, SA_GONE));
	sa_ret("broadcast", sa_to(fd, "x", 1, 0x7fffffff));
	sa_ret("too short", sendto(fd, "x", 1, 0, (struct sockaddr *)&to, 8));
	to.sin_family = AF_UNIX;
	sa_ret("another family", sendto(fd, "x", 1, 0, (struct sockaddr *)&to,
					sizeof(to)));
	sa_ret("listen", listen(fd, 1));
	sa_ret("shutdown", shutdown(fd, SHUT_RD));
	sa_ret("recv", recv(fd, buf, 4, MSG_OOB | MSG_DONTWAIT));
}

static void sa_raw_names(void)
{
	struct sockaddr unspec = { .sa_family = AF_UNSPEC };
	int fd = sa_raw(SOCK_RAW, SA_PROTO);
	struct sockaddr_in name;
	socklen_t len = sizeof(name);

	sa_ret("bind, not ours", sa_bind(fd, SA_GONE, 0));
	sa_ret("bind", sa_bind(fd, INADDR_LOOPBACK, 5));
	sa_ret("bind again", sa_bind(fd, 0x7f000002, 0));
	getsockname(fd, (struct sockaddr *)&name, &len);
	sa_say("name %x %d", ntohl(name.sin_addr.s_addr), ntohs(name.sin_port));
	sa_ret("getpeername", getpeername(fd, (struct sockaddr *)&name, &len));
	sa_ret("connect", sa_connect(fd, INADDR_LOOPBACK, 9));
	sa_ret("bind when connected", sa_bind(fd, INADDR_LOOPBACK, 0));
	sa_ret("getpeername", getpeername(fd, (struct sockaddr *)&name, &len));
	sa_say("peer %x %d", ntohl(name.sin_addr.s_addr), ntohs(name.sin_port));
	sa_ret("send", send(fd, "x", 1, 0));
	sa_ret("disconnect", connect(fd, &unspec, sizeof(unspec)));
	sa_ret("send", send(fd, "x", 1, 0));
	sa_ret("connect, no route", sa_connect(fd, SA_GONE, 0));
}

/* Each socket takes what it is not bound away from. */
static void sa_raw_choice(void)
{
	int any = sa_raw(SOCK_RAW, SA_PROTO), one = sa_raw(SOCK_RAW, SA_PROTO);
	int connected = sa_raw(SOCK_RAW, SA_PROTO), from = sa_raw(SOCK_RAW, SA_PROTO);
	char buf[32];

	sa_bind(from, 0x7f000003, 0);
	sa_bind(one, INADDR_LOOPBACK, 0);
	sa_connect(connected, 0x7f000003, 0);
	sa_to(from, "a", 1, INADDR_LOOPBACK);
	sa_to(from, "b", 1, 0x7f000005);
	sa_to(one, "c", 1, 0x7f000003);
	sa_settle();
	for (int i = 0; i < 4; i++) {
		sa_ret("any", recv(any, buf, 32, MSG_DONTWAIT));
		sa_ret("one", recv(one, buf, 32, MSG_DONTWAIT));
		sa_ret("connected", recv(connected, buf, 32, MSG_DONTWAIT));
		sa_ret("from", recv(from, buf, 32, MSG_DONTWAIT));
	}
}

static void sa_raw_filter(void)
{
	int fd = sa_raw(SOCK_RAW, IPPROTO_ICMP), other = sa_raw(SOCK_RAW, SA_PROTO);
	struct icmp_filter filter = { .data = ~(1U << ICMP_ECHOREPLY) };
	struct sa_echo echo = sa_echo(1);
	socklen_t len = sizeof(filter);
	char buf[64];

	sa_ret("of another protocol", setsockopt(other, SOL_RAW, ICMP_FILTER,
						 &filter, sizeof(filter)));
	sa_ret("another option", setsockopt(fd, SOL_RAW, 2, &filter,
					    sizeof(filter)));
	sa_ret("set", setsockopt(fd, SOL_RAW, ICMP_FILTER, &filter,
				 sizeof(filter)));
	filter.data = 0;
	sa_ret("get", getsockopt(fd, SOL_RAW, ICMP_FILTER, &filter, &len));
	sa_say("%x %d", filter.data, len);
	len = -1;
	sa_ret("get, length -1", getsockopt(fd, SOL_RAW, ICMP_FILTER, &filter,
					    &len));
	len = 2;
	sa_ret("get, length 2", getsockopt(fd, SOL_RAW, ICMP_FILTER, &filter,
					   &len));
	sa_say("%d", len);
	sa_ret("echo", sa_to(fd, &echo, sizeof(echo), INADDR_LOOPBACK));
	sa_settle();
	sa_ret("the reply", recv(fd, buf, sizeof(buf), MSG_DONTWAIT));
	sa_say("type %d", buf[20]);
	sa_ret("not the request", recv(fd, buf, sizeof(buf), MSG_DONTWAIT));
}

struct sa_packet {
	struct iphdr iph;
	char data[4];
};

static void sa_raw_hdrincl(void)
{
	struct sa_packet p = {
		.iph = { .version = 4, .ihl = 5, .ttl = 7, .protocol = SA_PROTO,
			 .id = htons(99), .tot_len = 1, .check = 1,
			 .daddr = htonl(INADDR_LOOPBACK) },
		.data = "wxyz",
	};
	int in = sa_raw(SOCK_RAW, SA_PROTO), fd = sa_raw(SOCK_RAW, IPPROTO_RAW);
	int plain = sa_raw(SOCK_RAW, SA_PROTO), stream = sa_socket(SOCK_STREAM);
	struct iphdr *iph;
	int value = -1;
	socklen_t len = sizeof(value);
	char buf[64];

	getsockopt(fd, IPPROTO_IP, IP_HDRINCL, &value, &len);
	sa_say("IPPROTO_RAW: %d", value);
	getsockopt(plain, IPPROTO_IP, IP_HDRINCL, &value, &len);
	sa_say("else: %d", value);
	value = 1;
	sa_ret("of a stream", setsockopt(stream, IPPROTO_IP, IP_HDRINCL, &value,
					 sizeof(value)));
	sa_ret("sendto", sa_to(fd, &p, sizeof(p), INADDR_LOOPBACK));
	sa_settle();
	sa_ret("recv", recv(in, buf, sizeof(buf), MSG_DONTWAIT));
	iph = (struct iphdr *)buf;
	sa_say("length %d id %d ttl %d from %x", ntohs(iph->tot_len),
	       ntohs(iph->id), iph->ttl, ntohl(iph->saddr));
	sa_ret("shorter than a header", sa_to(fd, &p, 19, INADDR_LOOPBACK));
	p.iph.ihl = 15;
	sa_ret("header longer than all", sa_to(fd, &p, sizeof(p),
					       INADDR_LOOPBACK));
	p.iph.ihl = 5;
	sa_int(plain, IPPROTO_IP, IP_HDRINCL, 1);
	sa_ret("by option", sa_to(plain, &p, sizeof(p), INADDR_LOOPBACK));
	sa_ret("nowhere", sa_to(fd, &p, sizeof(p), SA_GONE));
}

static void sa_raw_control(const char *what, int fd)
{
	char data[128], control[256];
	struct sockaddr_in name = { };
	struct iovec iov = { data, sizeof(data) };
	struct msghdr msg = {
		.msg_name = &name, .msg_namelen = sizeof(name),
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control),
	};
	struct sock_extended_err *ee;
	struct cmsghdr *c;
	long n;

	n = sa_ret(what, recvmsg(fd, &msg, MSG_ERRQUEUE | MSG_DONTWAIT));
	if (n < 0)
		return;
	sa_say("to %x port %d, quoted %x", ntohl(name.sin_addr.s_addr),
	       ntohs(name.sin_port), data[0]);
	for (c = CMSG_FIRSTHDR(&msg); c; c = CMSG_NXTHDR(&msg, c)) {
		ee = (struct sock_extended_err *)CMSG_DATA(c);
		if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_RECVERR)
			sa_say("%s origin %d type %d code %d info %d from %x",
			       strerrorname_np(ee->ee_errno), ee->ee_origin,
			       ee->ee_type, ee->ee_code, ee->ee_info,
			       ntohl(((struct sockaddr_in *)SO_EE_OFFENDER(ee))->sin_addr.s_addr));
	}
}

/* Nobody's protocol: unreachable, once our own socket of it is gone. */
static void sa_raw_recverr(void)
{
	int fd = sa_raw(SOCK_RAW, IPPROTO_RAW), udp = sa_raw(SOCK_RAW, IPPROTO_UDP);
	struct sa_packet p = {
		.iph = { .version = 4, .ihl = 5, .ttl = 7, .protocol = 254,
			 .daddr = htonl(INADDR_LOOPBACK) },
	};
	unsigned short datagram[4] = { htons(9), htons(4998), htons(8), 0 };
	static char big[1600];

	sa_int(udp, IPPROTO_IP, IP_RECVERR, 1);
	sa_ret("to a closed port", sa_to(udp, datagram, 8, INADDR_LOOPBACK));
	sa_settle();
	sa_events("with an error", udp);
	sa_raw_control("error", udp);
	sa_raw_control("no other", udp);
	sa_ret("to protocol 254", sa_to(fd, &p, sizeof(p), INADDR_LOOPBACK));
	sa_settle();
	sa_raw_control("not of that protocol", fd);
	sa_int(udp, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DO);
	sa_ret("fits", sa_to(udp, big, sizeof(big), INADDR_LOOPBACK));
}

static void sa_ping_basic(void)
{
	int fd = sa_raw(SOCK_DGRAM, IPPROTO_ICMP);
	struct sa_echo echo = sa_echo(5), reply = { };
	struct sockaddr_in from;
	socklen_t len = sizeof(from);

	sa_events("fresh", fd);
	sa_ret("send", send(fd, &echo, sizeof(echo), 0));
	sa_ret("sendto", sa_to(fd, &echo, sizeof(echo), INADDR_LOOPBACK));
	sa_settle();
	sa_events("with a reply", fd);
	sa_ret("recvfrom", recvfrom(fd, &reply, sizeof(reply), MSG_DONTWAIT,
				    (struct sockaddr *)&from, &len));
	sa_say("type %d code %d sequence %d identifier is the port %d data %.4s",
	       reply.icmp.type, reply.icmp.code,
	       ntohs(reply.icmp.un.echo.sequence),
	       ntohs(reply.icmp.un.echo.id) == sa_port(fd), reply.data);
	sa_say("from %x port %d length %d", ntohl(from.sin_addr.s_addr),
	       ntohs(from.sin_port), len);
	sa_ret("nothing else", recv(fd, &reply, sizeof(reply), MSG_DONTWAIT));
}

static void sa_ping_errors(void)
{
	static char buf[70000] = { ICMP_ECHO };
	int fd = sa_raw(SOCK_DGRAM, IPPROTO_ICMP);
	struct sa_echo echo = sa_echo(5);

	sa_ret("too large", sa_to(fd, buf, 65516, INADDR_LOOPBACK));
	sa_ret("much too large", sa_to(fd, buf, 70000, INADDR_LOOPBACK));
	sa_ret("less than a header", sa_to(fd, &echo, 7, INADDR_LOOPBACK));
	sa_ret("no data", sa_to(fd, &echo, 8, INADDR_LOOPBACK));
	sa_ret("no route", sa_to(fd, &echo, sizeof(echo), SA_GONE));
	sa_ret("broadcast", sa_to(fd, &echo, sizeof(echo), 0x7fffffff));
	sa_ret("out of band", send(fd, &echo, sizeof(echo), MSG_OOB));
	echo.icmp.code = 1;
	sa_ret("code 1", sa_to(fd, &echo, sizeof(echo), INADDR_LOOPBACK));
	echo.icmp.code = 0;
	echo.icmp.type = ICMP_ECHOREPLY;
	sa_ret("a reply", sa_to(fd, &echo, sizeof(echo), INADDR_LOOPBACK));
	echo.icmp.type = ICMP_TIMESTAMP;
	sa_ret("a timestamp", sa_to(fd, &echo, sizeof(echo), INADDR_LOOPBACK));
	sa_ret("IP_HDRINCL", setsockopt(fd, IPPROTO_IP, IP_HDRINCL, &(int){ 1 },
					sizeof(int)));
	sa_ret("ICMP_FILTER", setsockopt(fd, SOL_RAW, ICMP_FILTER, &(int){ 1 },
					 sizeof(int)));
}

static void sa_ping_names(void)
{
	int fd = sa_raw(SOCK_DGRAM, IPPROTO_ICMP);
	int other = sa_raw(SOCK_DGRAM, IPPROTO_ICMP);
	struct sa_echo echo = sa_echo(5), reply = { };
	struct sockaddr_in name;
	socklen_t len = sizeof(name);

	sa_ret("not ours", sa_bind(fd, SA_GONE, 0));
	sa_ret("bind", sa_bind(fd, INADDR_LOOPBACK, 7));
	getsockname(fd, (struct sockaddr *)&name, &len);
	sa_say("name %x %d", ntohl(name.sin_addr.s_addr), ntohs(name.sin_port));
	sa_ret("twice", sa_bind(fd, INADDR_LOOPBACK, 8));
	sa_ret("taken", sa_bind(other, INADDR_LOOPBACK, 7));
	sa_ret("connect", sa_connect(fd, INADDR_LOOPBACK, 9));
	sa_ret("getpeername", getpeername(fd, (struct sockaddr *)&name, &len));
	sa_say("peer %x %d", ntohl(name.sin_addr.s_addr), ntohs(name.sin_port));
	sa_ret("send", send(fd, &echo, sizeof(echo), 0));
	sa_settle();
	sa_ret("recv", recv(fd, &reply, sizeof(reply), MSG_DONTWAIT));
	sa_say("identifier %d", ntohs(reply.icmp.un.echo.id));
	sa_ret("of another's", recv(other, &reply, sizeof(reply), MSG_DONTWAIT));
}

/* No group and no broadcast has echo requests; what is read is all there is. */
static void sa_ping_lengths(void)
{
	struct sa_echo echo = sa_echo(5), reply = { };
	int fd = sa_raw(SOCK_DGRAM, IPPROTO_ICMP);
	int n = -1;

	sa_ret("multicast", sa_bind(fd, 0xe0000105, 0));
	sa_ret("broadcast", sa_bind(fd, INADDR_BROADCAST, 0));
	sa_ret("subnet", sa_bind(fd, 0x7fffffff, 0));
	sa_int(fd, SOL_IP, IP_FREEBIND, 1);
	sa_ret("multicast, IP_FREEBIND", sa_bind(fd, 0xe0000105, 0));
	sa_int(fd, SOL_IP, IP_FREEBIND, 0);
	sa_ret("no request", send(fd, &reply, sizeof(reply), 0));
	sa_say("has a number: %d", !!sa_port(fd));
	sa_ret("send", sa_to(fd, &echo, sizeof(echo), INADDR_LOOPBACK));
	sa_settle();
	sa_ret("FIONREAD", ioctl(fd, FIONREAD, &n));
	sa_ret("TIOCOUTQ", ioctl(fd, TIOCOUTQ, &n));
	sa_ret("in part", recv(fd, &reply, 3, MSG_TRUNC | MSG_DONTWAIT));
}

const struct sa_case sa_cases_raw[] = {
	{ "raw_create", sa_raw_create },
	{ "raw_send_and_receive", sa_raw_basic },
	{ "raw_errors", sa_raw_errors },
	{ "raw_names", sa_raw_names },
	{ "raw_which_socket", sa_raw_choice },
	{ "raw_filter", sa_raw_filter },
	{ "raw_hdrincl", sa_raw_hdrincl },
	{ "raw_recverr", sa_raw_recverr },
	{ "ping_send_and_receive", sa_ping_basic },
	{ "ping_errors", sa_ping_errors },
	{ "ping_names", sa_ping_names },
	{ "ping_lengths", sa_ping_lengths },
	{ }
};
