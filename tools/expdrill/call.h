/* SPDX-License-Identifier: GPL-2.0 */
/* expdrill: what the system calls of a script share. */
#ifndef DRILL_CALL_H
#define DRILL_CALL_H

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/uio.h>

struct drill_call;
struct drill_value;
struct msghdr;
struct sockaddr_in;

struct drill_call_ops {
	const char *name;
	int min, max;		/* arguments */
	bool makes_fd;
	void (*run)(struct drill_call *c);
};

extern const struct drill_call_ops drill_calls_sock[];
extern const struct drill_call_ops drill_calls_io[];
extern const struct drill_call_ops drill_calls_opt[];
extern const struct drill_call_ops drill_calls_poll[];
extern const struct drill_call_ops drill_calls_msg[];

/* Makes the system call and keeps its result. */
#define DRILL_DO(c, expr)						\
	do {								\
		errno = 0;						\
		(c)->got = (expr);					\
		(c)->got_errno = (c)->got < 0 ? errno : 0;		\
	} while (0)

/* call_arg.c */
struct drill_value *drill_arg(struct drill_call *c, int i);
long long drill_arg_int(struct drill_call *c, int i);
int drill_arg_fd(struct drill_call *c, int i);
int drill_fd(struct drill_call *c, const struct drill_value *v);
bool drill_arg_is_ellipsis(struct drill_call *c, int i);
void *drill_arg_out(struct drill_call *c, int i, size_t len);
void drill_arg_check(struct drill_call *c, int i, const void *buf,
		     long long len);
struct sockaddr *drill_arg_addr(struct drill_call *c, int i, bool peer,
				struct sockaddr_in *sin, socklen_t *len);
void drill_check_addr(struct drill_call *c, const struct drill_value *v,
		      const struct sockaddr_in *sin);
void drill_addr_of(struct drill_call *c, const struct drill_value *v,
		   struct sockaddr_in *sin);
const struct drill_value *drill_field(const struct drill_value *v,
				      const char *name);
long long drill_field_int(const struct drill_value *v, const char *name);
int drill_iov_of(struct drill_call *c, const struct drill_value *list,
		 struct iovec **iov, bool sending);
void drill_call_fault(struct drill_call *c, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* call_zrecv.c */
void drill_opt_zerocopy(struct drill_call *c, const struct drill_value *in,
			const struct drill_value *out);

#endif /* DRILL_CALL_H */
