// SPDX-License-Identifier: GPL-2.0
/*
 * exs-sockapi: received pages in the program's address space.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <linux/tcp.h>

#include "tests/sockapi.h"

#define SA_ZR_PAGE	4096
#define SA_ZR_ROOM	(16 * SA_ZR_PAGE)

static char sa_zr_text[SA_ZR_ROOM] __attribute__((aligned(SA_ZR_PAGE)));
static char sa_zr_buf[SA_ZR_ROOM];

/* A connection whose first end sends from its pages, so that the second gets pages. */
static char *sa_zr_pair(int fd[2])
{
	char *map;

	sa_pair(fd);
	sa_int(fd[0], SOL_SOCKET, SO_ZEROCOPY, 1);
	for (int i = 0; i < SA_ZR_ROOM; i++)
		sa_zr_text[i] = i * 7 + i / SA_ZR_PAGE;
	map = mmap(NULL, SA_ZR_ROOM, PROT_READ, MAP_SHARED, fd[1], 0);
	if (map == MAP_FAILED)
		sa_say("mmap: %s", strerrorname_np(errno));
	return map;
}

static void sa_zr_send(int fd, size_t len)
{
	sa_ret("send", send(fd, sa_zr_text, len, MSG_ZEROCOPY));
	sa_settle();
}

/* One call, and what it tells. */
static struct tcp_zerocopy_receive sa_zr_get(int fd, char *map, size_t length,
					     int copybuf, int flags)
{
	struct tcp_zerocopy_receive zc = {
		.address = (uintptr_t)map, .length = length,
		.copybuf_address = (uintptr_t)sa_zr_buf,
		.copybuf_len = copybuf, .flags = flags,
	};
	socklen_t len = sizeof(zc);

	if (sa_ret("receive", getsockopt(fd, IPPROTO_TCP, TCP_ZEROCOPY_RECEIVE,
					 &zc, &len)) < 0)
		return zc;
	sa_say("mapped %d skip %d inq %d err %d copied %d (%d)", zc.length,
	       zc.recv_skip_hint, zc.inq, zc.err, zc.copybuf_len, len);
	return zc;
}

/* Is it what was sent from there on? */
static void sa_zr_same(const char *got, size_t at, size_t len)
{
	sa_say("%zu bytes: %s", len,
	       memcmp(got, sa_zr_text + at, len) ? "wrong" : "right");
}

static void sa_zr_pages(void)
{
	struct tcp_zerocopy_receive zc;
	int fd[2];
	char *map = sa_zr_pair(fd);

	sa_zr_get(fd[1], map, SA_ZR_ROOM, 0, 0);
	sa_zr_send(fd[0], 3 * SA_ZR_PAGE + 100);
	zc = sa_zr_get(fd[1], map, SA_ZR_ROOM, 0, 0);
	sa_zr_same(map, 0, zc.length);
	sa_zr_get(fd[1], map, SA_ZR_ROOM, 0, 0);
	sa_ret("recv", recv(fd[1], sa_zr_buf, SA_ZR_ROOM, 0));
	sa_zr_same(sa_zr_buf, 3 * SA_ZR_PAGE, 100);
	sa_zr_get(fd[1], map, SA_ZR_ROOM, 0, 0);
	/* Fewer pages than there are; again at the same place. */
	sa_zr_send(fd[0], 4 * SA_ZR_PAGE);
	zc = sa_zr_get(fd[1], map, SA_ZR_PAGE, 0, 0);
	sa_zr_same(map, 0, zc.length);
	zc = sa_zr_get(fd[1], map, 2 * SA_ZR_PAGE, 0,
		       TCP_RECEIVE_ZEROCOPY_FLAG_TLB_CLEAN_HINT);
	sa_zr_same(map, SA_ZR_PAGE, zc.length);
	zc = sa_zr_get(fd[1], map + 8 * SA_ZR_PAGE, SA_ZR_ROOM, 0, 0);
	sa_zr_same(map + 8 * SA_ZR_PAGE, 3 * SA_ZR_PAGE, zc.length);
	sa_zr_same(map, SA_ZR_PAGE, 2 * SA_ZR_PAGE);
	/* The last page of the mapping, and no further. */
	sa_zr_send(fd[0], 2 * SA_ZR_PAGE);
	zc = sa_zr_get(fd[1], map + 15 * SA_ZR_PAGE, SA_ZR_ROOM, 0, 0);
	sa_zr_same(map + 15 * SA_ZR_PAGE, 0, zc.length);
	/* They stay when the socket goes. */
	close(fd[0]);
	close(fd[1]);
	sa_zr_same(map + 15 * SA_ZR_PAGE, 0, SA_ZR_PAGE);
	sa_ret("munmap", munmap(map, SA_ZR_ROOM));
}

/* With a buffer for what is no page. */
static void sa_zr_copybuf(void)
{
	struct tcp_zerocopy_receive zc;
	int fd[2];
	char *map = sa_zr_pair(fd);

	sa_zr_send(fd[0], 2 * SA_ZR_PAGE + 100);
	zc = sa_zr_get(fd[1], map, SA_ZR_ROOM, 1000, 0);
	sa_zr_same(map, 0, zc.length);
	sa_zr_same(sa_zr_buf, 2 * SA_ZR_PAGE, zc.copybuf_len);
	sa_zr_send(fd[0], 2 * SA_ZR_PAGE + 100);
	zc = sa_zr_get(fd[1], map, SA_ZR_ROOM, 60, 0);
	sa_zr_same(sa_zr_buf, 2 * SA_ZR_PAGE, zc.copybuf_len);
	zc = sa_zr_get(fd[1], map, SA_ZR_ROOM, 60, 0);
	sa_zr_same(sa_zr_buf, 2 * SA_ZR_PAGE + 60, zc.copybuf_len);
	sa_zr_send(fd[0], 2 * SA_ZR_PAGE);
	zc = sa_zr_get(fd[1], map, SA_ZR_ROOM, SA_ZR_ROOM, 0);
	sa_zr_same(sa_zr_buf, 0, zc.copybuf_len);
	/* Out of step with the pages: all of it goes to the buffer. */
	sa_zr_send(fd[0], 2 * SA_ZR_PAGE);
	sa_ret("recv", recv(fd[1], sa_zr_buf, 10, 0));
	sa_zr_get(fd[1], map, SA_ZR_ROOM, 0, 0);
	zc = sa_zr_get(fd[1], map, SA_ZR_ROOM, 5000, 0);
	sa_zr_same(sa_zr_buf, 10, zc.copybuf_len);
	sa_ret("recv", recv(fd[1], sa_zr_buf, SA_ZR_ROOM, 0));
	/* Nowhere to copy to. */
	sa_zr_send(fd[0], 50);
	zc = (struct tcp_zerocopy_receive){
		.address = (uintptr_t)map, .length = SA_ZR_PAGE,
		.copybuf_address = 1, .copybuf_len = 100,
	};
	sa_ret("bad buffer", getsockopt(fd[1], IPPROTO_TCP,
					TCP_ZEROCOPY_RECEIVE, &zc,
					&(socklen_t){ sizeof(zc) }));
}

static void sa_zr_errors(void)
{
	char zeros[2 * sizeof(struct tcp_zerocopy_receive)] = "";
	int fd[2], port, listener = sa_listener(&port);
	char *map = sa_zr_pair(fd);
	socklen_t len;

	sa_say("to be written: %s",
	       mmap(NULL, SA_ZR_PAGE, PROT_READ | PROT_WRITE, MAP_SHARED,
		    fd[1], 0) == MAP_FAILED ? strerrorname_np(errno) : "0");
	sa_ret("later", mprotect(map, SA_ZR_PAGE, PROT_READ | PROT_WRITE));
	sa_zr_get(listener, map, SA_ZR_ROOM, 0, 0);
	sa_zr_get(sa_socket(SOCK_STREAM), map, SA_ZR_ROOM, 0, 0);
	sa_zr_get(fd[1], map + 1, SA_ZR_ROOM, 0, 0);
	for (size_t i = 0; i <= sizeof(zeros); i += 4) {
		len = i;
		sa_ret("receive", getsockopt(fd[1], IPPROTO_TCP,
					     TCP_ZEROCOPY_RECEIVE, zeros,
					     &len));
		sa_say("length %zu, %d", i, len);
	}
	sa_zr_send(fd[0], 2 * SA_ZR_PAGE);
	sa_zr_get(fd[1], sa_zr_text, SA_ZR_ROOM, 0, 0);
	sa_zr_get(fd[1], map, 100, 0, 0);
	sa_zr_get(fd[1], map, 100, 100, 0);
	sa_ret("recv", recv(fd[1], sa_zr_buf, SA_ZR_ROOM, 0));
	shutdown(fd[0], SHUT_WR);
	sa_settle();
	sa_zr_get(fd[1], map, SA_ZR_ROOM, 0, 0);
	sa_ret("recv", recv(fd[1], sa_zr_buf, SA_ZR_ROOM, 0));
	sa_zr_get(fd[1], map, SA_ZR_ROOM, 0, 0);
}

const struct sa_case sa_cases_zrecv[] = {
	{ "zerocopy_receive_pages", sa_zr_pages },
	{ "zerocopy_receive_copybuf", sa_zr_copybuf },
	{ "zerocopy_receive_errors", sa_zr_errors },
	{ }
};
