/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expstack raw: what the socket family and dumps use of raw and ping sockets.
 */
#ifndef _EXPSTACK_RAW_H
#define _EXPSTACK_RAW_H

#include <expstack/sock.h>

int exs_raw_walk(struct net *net, int (*cb)(struct exs_sock *es, void *arg),
		 void *arg);
int exs_ping_walk(struct net *net, int (*cb)(struct exs_sock *es, void *arg),
		  void *arg);

#endif /* _EXPSTACK_RAW_H */
