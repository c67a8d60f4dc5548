/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expstack udp: what the socket family and dumps use.
 */
#ifndef _EXPSTACK_UDP_H
#define _EXPSTACK_UDP_H

#include <expstack/sock.h>

int exs_udp_walk(struct net *net, int (*cb)(struct exs_sock *es, void *arg),
		 void *arg);

#endif /* _EXPSTACK_UDP_H */
