/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expstack ctl: the sockets of a namespace, in batches.
 */
#ifndef _EXS_CTL_SOCK_BATCH_H
#define _EXS_CTL_SOCK_BATCH_H

#include <expstack/tcp.h>

/* Rows taken in one walk. A walk passes over the entries of earlier ones. */
#define EXS_CTL_BATCH_ROWS	128

struct exs_ctl_batch_row {
	struct exs_tcp_row row;		/* holds a reference to row.sk */
	long index;			/* of the entry, in the order of the walk */
};

struct exs_ctl_batch {
	struct net *net;
	u8 proto;			/* IPPROTO_TCP, UDP, ICMP or RAW */
	u32 states;			/* bit for each state wanted */
	long seen;			/* entries walked over so far */
	long skip;			/* entries of earlier batches */
	unsigned int n;
	struct exs_ctl_batch_row rows[EXS_CTL_BATCH_ROWS];
};

struct exs_ctl_batch *exs_ctl_batch_new(struct net *net, u8 proto, u32 states,
					long skip);
int exs_ctl_batch_next(struct exs_ctl_batch *b);
void exs_ctl_batch_free(struct exs_ctl_batch *b);

#endif /* _EXS_CTL_SOCK_BATCH_H */
