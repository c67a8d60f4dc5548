/* SPDX-License-Identifier: GPL-2.0 */
/*
 * exprun: what the launcher and the preloaded library agree on.
 *
 * The launcher hands its switches down in the environment, so that children
 * of the program inherit them together with LD_PRELOAD.
 */
#ifndef EXPRUN_H
#define EXPRUN_H

#include <stdbool.h>

#define EXPRUN_ENV_DEBUG	"EXPRUN_DEBUG"		/* -d */
#define EXPRUN_ENV_FALLBACK	"EXPRUN_FALLBACK"	/* -r */
#define EXPRUN_ENV_IPV6		"EXPRUN_IPV6"		/* -6 */
#define EXPRUN_ENV_LIB		"EXPRUN_LIB"		/* path of the library */

#define EXPRUN_LIB		"libexprun.so"

/* The launcher's own failures, as env(1) and timeout(1) have them. */
#define EXPRUN_EXIT_SELF	125
#define EXPRUN_EXIT_NOEXEC	126
#define EXPRUN_EXIT_NOENT	127

/* obstacle.c */
bool exprun_find_program(const char *name, char *path, unsigned long size);
const char *exprun_obstacle(const char *path);

/* preload.c: what exprun was told, as the program was loaded */
enum exprun_wish {
	EXPRUN_DEBUG = 1 << 0,
	EXPRUN_FALLBACK = 1 << 1,
	EXPRUN_IPV6 = 1 << 2,
	EXPRUN_KNOWN = 1 << 3,
};

bool exprun_wishes(enum exprun_wish what);

/* preload_say.c */
void exprun_say_socket(int family, int type, int protocol, int used, int fd);
void exprun_say_denied(int error);

#endif /* EXPRUN_H */
