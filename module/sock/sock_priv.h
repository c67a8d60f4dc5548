/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expstack sock: private to module/sock.
 */
#ifndef _EXS_SOCK_PRIV_H
#define _EXS_SOCK_PRIV_H

#include <linux/net.h>
#include <expstack/sock.h>

/* ops.c: what streams and datagrams have in common */
int exs_sock_release(struct socket *sock);
int exs_sock_getname(struct socket *sock, struct sockaddr *uaddr, int peer);
int exs_sock_shutdown(struct socket *sock, int how);
int exs_sock_ioctl(struct socket *sock, unsigned int cmd, unsigned long arg);
int exs_sock_sendmsg(struct socket *sock, struct msghdr *msg, size_t len);
int exs_sock_recvmsg(struct socket *sock, struct msghdr *msg, size_t len,
		     int flags);
int exs_sock_setsockopt(struct socket *sock, int level, int optname,
			sockptr_t optval, unsigned int optlen);
int exs_sock_getsockopt(struct socket *sock, int level, int optname,
			char __user *optval, int __user *optlen);

#endif /* _EXS_SOCK_PRIV_H */
