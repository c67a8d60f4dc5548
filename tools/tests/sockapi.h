/* SPDX-License-Identifier: GPL-2.0 */
/*
 * exs-sockapi: what the cases share.
 *
 * A case makes calls on sockets of sa_family and writes down what came back.
 * It runs in a process of its own, once for each family, and the two records
 * must be the same. So a case writes nothing that differs by chance: no port
 * numbers, no times, no addresses of memory.
 */
#ifndef TESTS_SOCKAPI_H
#define TESTS_SOCKAPI_H

#include <netinet/in.h>
#include <stdbool.h>
#include <sys/socket.h>

#define SA_ARRAY_SIZE(a)	(sizeof(a) / sizeof(*(a)))

struct sa_case {
	const char *name;
	void (*run)(void);
};

extern int sa_family;

extern const struct sa_case sa_cases_state[];
extern const struct sa_case sa_cases_stream[];
extern const struct sa_case sa_cases_error[];
extern const struct sa_case sa_cases_option[];
extern const struct sa_case sa_cases_port[];
extern const struct sa_case sa_cases_dgram[];
extern const struct sa_case sa_cases_raw[];
extern const struct sa_case sa_cases_zerocopy[];
extern const struct sa_case sa_cases_zrecv[];
extern const struct sa_case sa_cases_cmsg[];

/* Records. sa_ret() gives the value back; errno is what it was. */
void sa_say(const char *format, ...);
long sa_ret(const char *what, long ret);
void sa_events(const char *what, int fd);
void sa_bytes(const char *what, const char *buf, long n);
void sa_sigpipe(const char *what);

/* Preparations; these end the case when they fail. */
struct sockaddr_in sa_addr(unsigned int ip, int port);
int sa_socket(int type);
int sa_port(int fd);
int sa_bound(int type);
int sa_listener(int *port);
int sa_connect(int fd, unsigned int ip, int port);
int sa_bind(int fd, unsigned int ip, int port);
int sa_sendto(int fd, const void *buf, size_t len, unsigned int ip, int port);
void sa_pair(int fd[2]);
void sa_udp_pair(int fd[2]);
int sa_closed_port(int type);
void sa_int(int fd, int level, int name, int value);
void sa_settle(void);
void sa_nobody(void);

#endif /* TESTS_SOCKAPI_H */
