/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expstack tcp: what the socket family, netlink and /proc use of TCP.
 */
#ifndef _EXPSTACK_TCP_H
#define _EXPSTACK_TCP_H

#include <linux/tcp.h>
#include <net/tcp_states.h>
#include <expstack/sock.h>

/* stream operations, called by sock/stream_ops.c */
int exs_tcp_connect(struct sock *sk, struct sockaddr_in *addr);	/* locked */
int exs_tcp_listen_start(struct sock *sk, int backlog);		/* locked */
void exs_tcp_listen_stop(struct sock *sk);			/* locked */
struct sock *exs_tcp_accept(struct sock *sk, struct proto_accept_arg *arg);
int exs_tcp_sendmsg(struct sock *sk, struct msghdr *msg, size_t len);
int exs_tcp_recvmsg(struct sock *sk, struct msghdr *msg, size_t len, int flags,
		    int *addr_len);
__poll_t exs_tcp_poll(struct file *file, struct socket *sock,
		      struct poll_table_struct *wait);
void exs_tcp_shutdown(struct sock *sk, int how);		/* locked */
void exs_tcp_close(struct sock *sk, long timeout);
int exs_tcp_disconnect(struct sock *sk, int flags);		/* locked */
int exs_tcp_ioctl(struct sock *sk, int cmd, int *karg);
int exs_tcp_setsockopt(struct sock *sk, int level, int optname,
		       sockptr_t optval, unsigned int optlen);
int exs_tcp_getsockopt(struct sock *sk, int level, int optname,
		       char __user *optval, int __user *optlen);
void exs_tcp_pacing_capped(struct sock *sk);			/* locked */
int exs_tcp_set_rcvlowat(struct sock *sk, int val);
ssize_t exs_tcp_splice_read(struct socket *sock, loff_t *ppos,
			    struct pipe_inode_info *pipe, size_t len,
			    unsigned int flags);

/* One row of a dump: sockets, requests and TIME-WAITs alike. */
struct exs_tcp_row {
	__be32 laddr, raddr;
	__be16 lport, rport;
	u8 state;		/* TCP_* */
	u8 timer;		/* 0 none, 1 retransmit, 2 keepalive, 3 TIME-WAIT, 4 probe */
	u8 retransmits;
	u8 probes;
	u32 timer_ms;		/* until it expires */
	u32 rqueue;		/* bytes unread; of a listener: to be accepted */
	u32 wqueue;		/* bytes unacknowledged; of a listener: backlog */
	int bound_dev_if;
	u32 mark;
	u32 uid;
	unsigned long ino;
	u64 cookie;
	int refcnt;
	struct sock *sk;	/* NULL for requests and TIME-WAITs; RCU */
};

/* All of a namespace, listeners first, under RCU; cb returns non-zero to stop. */
int exs_tcp_walk(struct net *net,
		 int (*cb)(const struct exs_tcp_row *row, void *arg), void *arg);
void exs_tcp_get_info(struct sock *sk, struct tcp_info *info);
/* Sizes of TCP's objects for the budgets (sockets, requests, TIME-WAITs). */
void exs_tcp_sizes(unsigned int *sock, unsigned int *req, unsigned int *tw);
int exs_cc_set_default(struct exs_net *en, const char *name);
void exs_cc_get_default(struct exs_net *en, char *name);
void exs_cc_get_available(char *buf, size_t len);
void exs_cc_get_allowed(char *buf, size_t len);
int exs_cc_set_allowed(const char *names);

#endif /* _EXPSTACK_TCP_H */
