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
/* TCP_FASTOPEN_CONNECT: the SYN waits for the first write. */
bool exs_tcp_connect_deferred(const struct sock *sk);
bool exs_tcp_connect_text(const struct sock *sk);		/* locked */
void exs_tcp_shutdown(struct sock *sk, int how);		/* locked */
void exs_tcp_close(struct sock *sk, long timeout);
int exs_tcp_disconnect(struct sock *sk, int flags);		/* locked */
int exs_tcp_ioctl(struct sock *sk, int cmd, int *karg);
int exs_tcp_setsockopt(struct sock *sk, int level, int optname,
		       sockptr_t optval, unsigned int optlen);
int exs_tcp_getsockopt(struct sock *sk, int level, int optname,
		       char __user *optval, int __user *optlen);
void exs_tcp_pacing_capped(struct sock *sk);			/* locked */
int exs_tcp_tstamp_base(struct sock *sk, u32 flags, u32 *base);	/* locked */
int exs_tcp_set_rcvlowat(struct sock *sk, int val);
ssize_t exs_tcp_splice_read(struct socket *sock, loff_t *ppos,
			    struct pipe_inode_info *pipe, size_t len,
			    unsigned int flags);
/* TCP_ZEROCOPY_RECEIVE: where received pages go. */
int exs_tcp_mmap(struct file *file, struct socket *sock,
		 struct vm_area_struct *vma);

/* One row of a dump: sockets, requests and TIME-WAITs alike. */
struct exs_tcp_row {
	__be32 laddr, raddr;
	__be16 lport, rport;
	u8 state;		/* TCP_* */
	u8 timer;		/* 0 none, 1 retransmit, 2 keepalive, 3 TIME-WAIT, 4 probe */
	u8 retransmits;
	u8 probes;
	u8 ack_mode;		/* quick ACKs left, << 1; pingpong */
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
/* Of the keys of TCP_MD5SIG the first; how many there are. */
unsigned int exs_tcp_md5_show(const struct sock *sk,
			      struct tcp_diag_md5sig *info, unsigned int most);
/* Sizes of TCP's objects for the budgets (sockets, requests, TIME-WAITs). */
void exs_tcp_sizes(unsigned int *sock, unsigned int *req, unsigned int *tw);

/* What is remembered of a destination, times in the scales of tcp_rtt.c. */
enum exs_tcp_metric {
	EXS_TCP_METRIC_RTT,		/* microseconds * 8 */
	EXS_TCP_METRIC_RTTVAR,		/* microseconds * 4 */
	EXS_TCP_METRIC_SSTHRESH,
	EXS_TCP_METRIC_CWND,
	EXS_TCP_METRIC_REORDERING,
	EXS_TCP_METRICS,
};

struct exs_tcp_metrics_row {
	__be32 laddr, raddr;
	u32 age_ms;			/* since the last update */
	u32 val[EXS_TCP_METRICS];	/* 0: nothing known */
	u16 fo_mss;			/* Fast Open; 0: not known */
	u16 fo_syn_drops;
	u32 fo_drop_ms;			/* since the last of them */
	u8 cookie_len;
	u8 cookie[16];
};

int exs_tcp_metrics_walk(struct exs_net *en,
			 int (*cb)(const struct exs_tcp_metrics_row *row,
				   void *arg), void *arg);
/* laddr NULL: whatever our address is. 0 or -ESRCH. */
int exs_tcp_metrics_get(struct exs_net *en, __be32 raddr, const __be32 *laddr,
			struct exs_tcp_metrics_row *row);
int exs_tcp_metrics_del(struct exs_net *en, __be32 raddr, const __be32 *laddr);
void exs_tcp_metrics_flush(struct exs_net *en);

/* tcp_fastopen_key as text: two keys, a comma between. */
#define EXS_TCP_FO_KEY_TEXT	(2 * 36)
void exs_tcp_fo_key_show(struct exs_net *en, char *buf, size_t size);
int exs_tcp_fo_key_store(struct exs_net *en, const char *text);
void exs_tcp_fo_blackhole_reset(struct exs_net *en);

/* Is there a congestion control of this name? Its module is loaded. Sleeps. */
bool exs_cc_available(const char *name);
int exs_cc_set_default(struct exs_net *en, const char *name);
void exs_cc_get_default(struct exs_net *en, char *name);
void exs_cc_get_available(char *buf, size_t len);
void exs_cc_get_allowed(char *buf, size_t len);
int exs_cc_set_allowed(const char *names);

#endif /* _EXPSTACK_TCP_H */
