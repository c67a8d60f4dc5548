/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expctl: configures and shows expstack, in the words of iproute2.
 */
#ifndef EXPCTL_H
#define EXPCTL_H

#include <libmnl/libmnl.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdnoreturn.h>

#include <linux/expstack_netlink.h>

/* Exit statuses */
#define EC_OK		0
#define EC_USAGE	1
#define EC_REFUSED	2	/* by the kernel */

/* Options before the object, and where in the command line we are. */
struct ec {
	bool json;
	bool pretty;
	bool stats;
	bool details;
	int argc;
	char **argv;
};

extern struct ec ec;

struct ec_command {
	const char *name;
	int (*run)(void);
};

/* words.c: the command line */
noreturn void ec_die(int status, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
bool ec_more(void);
const char *ec_peek(void);
const char *ec_next(void);
const char *ec_value(const char *of);
bool ec_is(const char *word);
bool ec_matches(const char *given, const char *word);
int ec_dispatch(const char *object, const struct ec_command *commands,
		const char *dflt);
noreturn void ec_wrong(const char *what, const char *given);
uint32_t ec_u32(const char *what, const char *given);
uint8_t ec_u8(const char *what, const char *given);
uint32_t ec_addr(const char *given);
bool ec_prefix(const char *given, uint32_t *addr, uint8_t *len);
int ec_ifindex(const char *name);
const char *ec_ifname(int ifindex);
const char *ec_addr_text(uint32_t addr);

/* names.c: numbers that have names */
struct ec_name {
	unsigned int number;
	const char *name;
};

extern const struct ec_name ec_scopes[], ec_tables[], ec_protos[],
	ec_route_types[], ec_nud[];
const char *ec_name_of(const struct ec_name *names, unsigned int number);
bool ec_find_name(const struct ec_name *names, const char *name,
		  unsigned int *number);
unsigned int ec_number(const struct ec_name *names, const char *what,
		       const char *given);
uint8_t ec_number8(const struct ec_name *names, const char *what,
		   const char *given);

/* out.c: text or JSON */
void ec_out_begin(void);
void ec_out_end(void);
void ec_out_open(const char *key);
void ec_out_close(void);
void ec_out_list(const char *key);
void ec_out_list_close(void);
void ec_out_text(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void ec_out_str(const char *key, const char *fmt, const char *value);
void ec_out_num(const char *key, const char *fmt, uint64_t value);
void ec_out_real(const char *key, const char *fmt, double value);
void ec_out_flag(const char *key, const char *text);
void ec_out_null(const char *key, const char *text);

/* nl.c: requests */
#define EC_ATTRS_MAX	48

struct ec_row {
	const struct nlattr *attr[EC_ATTRS_MAX];
};

struct nlmsghdr *ec_nl_request(uint8_t cmd, uint16_t flags);
void ec_put(struct nlmsghdr *nlh, uint16_t type, size_t len, const void *data);
void ec_put_u8(struct nlmsghdr *nlh, uint16_t type, uint8_t value);
void ec_put_u16(struct nlmsghdr *nlh, uint16_t type, uint16_t value);
void ec_put_u32(struct nlmsghdr *nlh, uint16_t type, uint32_t value);
void ec_put_str(struct nlmsghdr *nlh, uint16_t type, const char *value);
void ec_nl_do(struct nlmsghdr *nlh);
void ec_nl_get(struct nlmsghdr *nlh,
	       void (*row)(const struct ec_row *row, void *arg), void *arg);

/* row.c: what the kernel answered */
struct ec_rows {
	struct ec_row **row;
	size_t n;
	size_t room;
};

void ec_rows_keep(const struct ec_row *row, void *arg);
uint32_t ec_row_u32(const struct ec_row *row, int attr);
uint16_t ec_row_u16(const struct ec_row *row, int attr);
uint8_t ec_row_u8(const struct ec_row *row, int attr);
uint64_t ec_row_uint(const struct ec_row *row, int attr);
const char *ec_row_str(const struct ec_row *row, int attr);
const char *ec_row_lladdr(const struct ec_row *row, int attr);

/* objects */
int ec_link(void);
int ec_addr_object(void);
int ec_route(void);
int ec_neigh(void);
int ec_metrics(void);
int ec_ss(void);
int ec_stat(void);

/* link.c: for addresses too */
void ec_link_fetch(struct ec_rows *links, int ifindex);
void ec_link_head(const struct ec_row *row, bool mode);

/* route_show.c */
int ec_route_show(void);
bool ec_route_attr(struct nlmsghdr *nlh, uint32_t *locked);
void ec_route_attr_end(struct nlmsghdr *nlh, uint32_t locked);
void ec_route_attr_put(const struct ec_row *r);
int ec_route_get(void);

#endif /* EXPCTL_H */
