/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expstack sock: sockets for the suites, and the calls a program makes on them.
 * They are real, of the first namespace.
 */
#ifndef _EXS_SOCK_TEST_H
#define _EXS_SOCK_TEST_H

#include <kunit/test.h>
#include <linux/mman.h>
#include <linux/net.h>
#include <linux/uaccess.h>
#include <net/net_namespace.h>

#include <expstack/sock.h>

#include "sock/sock_priv.h"

/* SOCK_STREAM or SOCK_DGRAM. */
struct socket *exs_sock_test_open(struct kunit *test, int type);
void exs_sock_test_close(struct socket *sock);
/* For .exit of a suite, before its devices go. */
void exs_sock_test_exit(struct kunit *test);

static inline struct sockaddr_in exs_sock_test_sin(u32 addr, u16 port)
{
	return (struct sockaddr_in) {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(addr),
		.sin_port = htons(port),
	};
}

static inline int exs_sock_test_bind(struct socket *sock, u32 addr, u16 port)
{
	struct sockaddr_in sin = exs_sock_test_sin(addr, port);

	return kernel_bind(sock, (struct sockaddr *)&sin, sizeof(sin));
}

static inline int exs_sock_test_connect(struct socket *sock, u32 addr, u16 port)
{
	struct sockaddr_in sin = exs_sock_test_sin(addr, port);

	return kernel_connect(sock, (struct sockaddr *)&sin, sizeof(sin),
			      O_NONBLOCK);
}

static inline int exs_sock_test_set(struct socket *sock, int level, int name,
				    int val)
{
	return sock->ops->setsockopt(sock, level, name, KERNEL_SOCKPTR(&val),
				     sizeof(val));
}

/* Send len bytes, byte i is i; addr 0 and port 0: to the peer. */
static inline int exs_sock_test_send(struct kunit *test, struct socket *sock,
				     u32 addr, u16 port, unsigned int len,
				     int flags)
{
	struct sockaddr_in sin = exs_sock_test_sin(addr, port);
	struct msghdr msg = { .msg_flags = flags | MSG_DONTWAIT };
	u8 *buf = kunit_kzalloc(test, len + 1, GFP_KERNEL);
	struct kvec vec = { .iov_base = buf, .iov_len = len };
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, buf);
	for (i = 0; i < len; i++)
		buf[i] = i;
	if (addr || port) {
		msg.msg_name = &sin;
		msg.msg_namelen = sizeof(sin);
	}
	return kernel_sendmsg(sock, &msg, &vec, 1, len);
}

/* One message with one piece of ancillary data. */
static inline int exs_sock_test_send_cmsg(struct socket *sock, u32 addr, u16 port,
					  int type, const void *data, size_t len)
{
	struct sockaddr_in sin = exs_sock_test_sin(addr, port);
	u8 ctl[CMSG_SPACE(32)] __aligned(8) = {};
	struct cmsghdr *cmsg = (struct cmsghdr *)ctl;
	struct kvec vec = { .iov_base = "x", .iov_len = 1 };
	struct msghdr msg = {
		.msg_name = &sin, .msg_namelen = sizeof(sin),
		.msg_control = ctl, .msg_controllen = CMSG_SPACE(len),
		.msg_flags = MSG_DONTWAIT,
	};

	cmsg->cmsg_level = SOL_IP;
	cmsg->cmsg_type = type;
	cmsg->cmsg_len = CMSG_LEN(len);
	memcpy(CMSG_DATA(cmsg), data, len);
	return kernel_sendmsg(sock, &msg, &vec, 1, 1);
}

/* Memory of a program: getsockopt and ioctl write to nothing else. */
static inline void __user *exs_sock_test_user(struct kunit *test)
{
	unsigned long p = kunit_vm_mmap(test, NULL, 0, PAGE_SIZE,
					PROT_READ | PROT_WRITE,
					MAP_ANONYMOUS | MAP_PRIVATE, 0);

	KUNIT_ASSERT_NE(test, p, 0);
	return (void __user *)p;
}

/* An option's value through a program's memory; *len: room, then length. */
static inline int exs_sock_test_get(struct kunit *test, struct socket *sock,
				    int level, int name, void *val, int *len)
{
	char __user *u = exs_sock_test_user(test);
	int __user *ulen = (int __user *)(u + 512);
	int err;

	if (put_user(*len, ulen))
		return -EFAULT;
	err = sock->ops->getsockopt(sock, level, name, u, ulen);
	if (err)
		return err;
	if (get_user(*len, ulen) || copy_from_user(val, u, *len))
		return -EFAULT;
	return 0;
}

#endif /* _EXS_SOCK_TEST_H */
