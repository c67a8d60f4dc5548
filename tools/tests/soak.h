/* SPDX-License-Identifier: GPL-2.0 */
/*
 * exs-soak: what its two files share.
 */
#ifndef TESTS_SOAK_H
#define TESTS_SOAK_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "tests/pattern.h"

#define SOAK_MAGIC	0x65787373	/* "exss" */
#define SOAK_CALL_MAX	(64 << 10)
#define SOAK_STUCK_S	180	/* nothing moves: more than any loss explains */
#define SOAK_QUIET_S	30	/* a lost RST is not sent again */

/* What a connection is for; the client chooses. */
enum soak_kind {
	SOAK_BOTH,		/* both ways at once */
	SOAK_CLIENT_FIRST,	/* the answer comes after the client's end */
	SOAK_SERVER_FIRST,	/* the other way round */
	SOAK_CLIENT_RESET,	/* SO_LINGER 0 somewhere */
	SOAK_CLIENT_CLOSE,	/* close() somewhere, data unread or not */
	SOAK_SERVER_RESET,
	SOAK_SERVER_CLOSE,
	SOAK_EMPTY,		/* connect and close */
	SOAK_ABORT,		/* close while connecting */
	SOAK_KINDS
};

struct soak_header {
	uint32_t magic;
	uint32_t kind;
	uint64_t up;		/* bytes to the server */
	uint64_t down;
	uint64_t seed;
};

enum soak_end {
	SOAK_OK,		/* all data and the ends of both streams */
	SOAK_BROKEN,		/* an error, or an end too early */
	SOAK_SILENT,		/* nothing happened for too long */
	SOAK_WRONG,		/* wrong data, or too much of it */
	SOAK_STOP,		/* stop_at is reached */
};

/* One end of a connection. */
struct soak {
	int fd;
	bool is_server;
	struct soak_header h;
	uint64_t random;
	uint64_t stop_at;	/* bytes both ways after which it breaks off */
	struct pattern out;
	struct pattern in;
	int error;		/* errno of SOAK_BROKEN, 0 for an early end */
	size_t have;
	size_t sent;
	unsigned char obuf[SOAK_CALL_MAX];
	unsigned char ibuf[SOAK_CALL_MAX];
};

extern atomic_ulong soak_bytes;
extern atomic_ulong soak_failures;

enum soak_end soak_converse(struct soak *s);
enum soak_end soak_header_recv(struct soak *s);
void soak_begin(struct soak *s);
void soak_judge(const struct soak *s, enum soak_end end);
void soak_close(struct soak *s, enum soak_end end);

#endif /* TESTS_SOAK_H */
