// SPDX-License-Identifier: GPL-2.0
/*
 * exs-soak: one end of a connection, from the header to close().
 * Flow:   soak_begin -> soak_converse -> soak_judge, soak_close
 * Owns:   soak_bytes, soak_failures
 *
 * Both ends know from the header what will be sent, so each checks what it
 * receives. Which ends of a connection are right depends on its kind: where
 * one side breaks off the other may see any part of the data, an error or,
 * as a reset can be lost, nothing at all; but no wrong byte.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/soak.h"

#define SOAK_PAUSE_US	20000

atomic_ulong soak_bytes;
atomic_ulong soak_failures;

static const char * const soak_kind_names[SOAK_KINDS] = {
	"both ways", "client first", "server first", "client resets",
	"client closes", "server resets", "server closes", "empty", "aborted"
};

static const char * const soak_end_names[] = {
	"is complete", "is broken", "is stuck", "has wrong data", "stopped"
};

/* Does one of the sides break off? */
static bool soak_may_break(const struct soak *s)
{
	return s->h.kind >= SOAK_CLIENT_RESET;
}

static uint64_t soak_to_send(const struct soak *s)
{
	return s->is_server ? s->h.down : s->h.up;
}

static uint64_t soak_to_receive(const struct soak *s)
{
	return s->is_server ? s->h.up : s->h.down;
}

static bool soak_is_breaker(const struct soak *s)
{
	if (s->h.kind == SOAK_SERVER_RESET || s->h.kind == SOAK_SERVER_CLOSE)
		return s->is_server;
	return soak_may_break(s) && !s->is_server;
}

static size_t soak_call_size(struct soak *s)
{
	/* Small ones as often as large ones. */
	return 1 + pattern_random(&s->random) %
	       (1ULL << (1 + pattern_random(&s->random) % 16));
}

static enum soak_end soak_failed(struct soak *s)
{
	s->error = errno;
	return SOAK_BROKEN;
}

/**
 * soak_begin() - both ends know the header
 * @s: the end; the streams begin
 */
void soak_begin(struct soak *s)
{
	s->random = s->h.seed ^ (s->is_server ? 0x5a5a5a5a : 0);
	pattern_init(&s->out, s->h.seed + s->is_server);
	pattern_init(&s->in, s->h.seed + !s->is_server);
	s->stop_at = UINT64_MAX;
	if (soak_is_breaker(s))
		s->stop_at = pattern_random(&s->random) % (s->h.up + s->h.down);
}

/* Some of what is left; *more becomes false behind the last byte. */
static enum soak_end soak_send(struct soak *s, bool *more)
{
	uint64_t left = soak_to_send(s) - s->out.pos;
	ssize_t n;

	if (s->sent == s->have) {
		s->have = soak_call_size(s);
		if (s->have > left)
			s->have = left;
		s->sent = 0;
		pattern_fill(&s->out, s->obuf, s->have);
	}
	n = send(s->fd, s->obuf + s->sent, s->have - s->sent,
		 MSG_NOSIGNAL | MSG_DONTWAIT);
	if (n < 0)
		return errno == EAGAIN ? SOAK_OK : soak_failed(s);
	s->sent += n;
	atomic_fetch_add(&soak_bytes, n);
	if (s->sent < s->have || s->out.pos < soak_to_send(s))
		return SOAK_OK;
	*more = false;
	return shutdown(s->fd, SHUT_WR) ? soak_failed(s) : SOAK_OK;
}

/* What is there; *more becomes false at the end of the stream. */
static enum soak_end soak_recv(struct soak *s, bool *more)
{
	ssize_t n = recv(s->fd, s->ibuf, soak_call_size(s), MSG_DONTWAIT);

	if (n < 0)
		return errno == EAGAIN ? SOAK_OK : soak_failed(s);
	if (!n) {
		*more = false;
		s->error = 0;
		return s->in.pos == soak_to_receive(s) ? SOAK_OK : SOAK_BROKEN;
	}
	if (pattern_check(&s->in, s->ibuf, n) != (size_t)n ||
	    s->in.pos > soak_to_receive(s))
		return SOAK_WRONG;
	atomic_fetch_add(&soak_bytes, n);
	return SOAK_OK;
}

/* Until both are done; the ends of the streams included. */
static enum soak_end soak_flow(struct soak *s, bool sends, bool receives)
{
	int quiet = soak_may_break(s) ? SOAK_QUIET_S : SOAK_STUCK_S;
	enum soak_end end = SOAK_OK;

	while (end == SOAK_OK && (sends || receives)) {
		struct pollfd p = {
			.fd = s->fd,
			.events = (sends ? POLLOUT : 0) | (receives ? POLLIN : 0),
		};
		int n = poll(&p, 1, quiet * 1000);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return soak_failed(s);
		if (!n)
			return SOAK_SILENT;
		if (receives && (p.revents & ~POLLOUT))
			end = soak_recv(s, &receives);
		if (sends && end == SOAK_OK && (p.revents & ~POLLIN))
			end = soak_send(s, &sends);
		if (s->out.pos + s->in.pos > s->stop_at)
			return end == SOAK_WRONG ? end : SOAK_STOP;
		if (pattern_random(&s->random) % 16 == 0)
			usleep(pattern_random(&s->random) % SOAK_PAUSE_US);
	}
	return end;
}

/**
 * soak_converse() - all that the header says
 * @s: the end, after soak_begin()
 *
 * Return: how it ended.
 */
enum soak_end soak_converse(struct soak *s)
{
	bool waits = (s->h.kind == SOAK_CLIENT_FIRST && s->is_server) ||
		     (s->h.kind == SOAK_SERVER_FIRST && !s->is_server);
	enum soak_end end;

	if (!waits)
		return soak_flow(s, true, true);
	end = soak_flow(s, false, true);
	return end == SOAK_OK ? soak_flow(s, true, false) : end;
}

/**
 * soak_header_recv() - the server's first step
 * @s: the end; receives the header
 *
 * Return: SOAK_OK; SOAK_SILENT and SOAK_BROKEN are the client's right, as not
 * every connection has a header.
 */
enum soak_end soak_header_recv(struct soak *s)
{
	size_t got = 0;

	while (got < sizeof(s->h)) {
		struct pollfd p = { .fd = s->fd, .events = POLLIN };
		ssize_t n;

		if (poll(&p, 1, SOAK_QUIET_S * 1000) == 0)
			return SOAK_SILENT;
		n = recv(s->fd, (char *)&s->h + got, sizeof(s->h) - got,
			 MSG_DONTWAIT);
		if (n == 0 || (n < 0 && errno != EAGAIN))
			return SOAK_BROKEN;
		got += n > 0 ? n : 0;
	}
	return s->h.magic == SOAK_MAGIC && s->h.kind < SOAK_EMPTY &&
	       s->h.up && s->h.down ? SOAK_OK : SOAK_WRONG;
}

/**
 * soak_judge() - was this a right end?
 * @s: the end
 * @end: how it ended; what is wrong is told and counted
 */
void soak_judge(const struct soak *s, enum soak_end end)
{
	if (end == SOAK_OK || end == SOAK_STOP ||
	    (end != SOAK_WRONG && soak_may_break(s)))
		return;
	atomic_fetch_add(&soak_failures, 1);
	fprintf(stderr,
		"exs-soak: %s, \"%s\", %s: sent %lu of %lu, received %lu of %lu, %s\n",
		s->is_server ? "server" : "client",
		s->h.kind < SOAK_KINDS ? soak_kind_names[s->h.kind] : "?",
		soak_end_names[end], s->out.pos - (s->have - s->sent),
		soak_to_send(s), s->in.pos, soak_to_receive(s),
		end == SOAK_BROKEN && s->error ? strerror(s->error) : "no error");
}

/**
 * soak_close() - the connection's end
 * @s: the end
 * @end: SOAK_STOP may mean a reset
 */
void soak_close(struct soak *s, enum soak_end end)
{
	static const struct linger reset = { .l_onoff = 1 };

	if (end == SOAK_STOP && (s->h.kind == SOAK_CLIENT_RESET ||
				 s->h.kind == SOAK_SERVER_RESET) &&
	    setsockopt(s->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset)))
		perror("exs-soak: SO_LINGER");
	close(s->fd);
}
