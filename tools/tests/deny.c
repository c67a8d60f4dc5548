// SPDX-License-Identifier: GPL-2.0
/*
 * exs-deny: run a program under a seccomp filter that denies AF_EXPSTACK.
 *
 *   exs-deny ERRNO PROGRAM [ARG...]
 *
 * As RestrictAddressFamilies= of a service does it, where ERRNO is 97.
 */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/expstack.h>
#include <linux/filter.h>
#include <linux/seccomp.h>

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof(*(a)))

#define DENY_LOAD(field) \
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define DENY_UNLESS_EQ(value, skip) \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, skip)

int main(int argc, char **argv)
{
	struct sock_filter code[] = {
		DENY_LOAD(nr),
		DENY_UNLESS_EQ(SYS_socket, 3),
		DENY_LOAD(args[0]),
		DENY_UNLESS_EQ(AF_EXPSTACK, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO |
			 (argc > 1 ? atoi(argv[1]) & SECCOMP_RET_DATA : 0)),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = {
		.len = ARRAY_SIZE(code),
		.filter = code,
	};

	if (argc < 3) {
		fprintf(stderr, "usage: exs-deny ERRNO PROGRAM [ARG...]\n");
		return 2;
	}
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog)) {
		perror("exs-deny: seccomp");
		return 125;
	}
	execvp(argv[2], argv + 2);
	perror(argv[2]);
	return 127;
}
