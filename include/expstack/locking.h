/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expstack: every lock, outermost first. A lock may be taken while holding
 * those above it, never one below.
 *
 *  rtnl                     attach, detach, addresses, route changes
 *  exs_hook_mutex           registration of hooks
 *  exs_cc_mutex             registration of congestion controls
 *  socket lock (sk_lock)    all of a socket's protocol state; the child
 *                           of a listener nests inside its listener
 *   exs_port_bucket.lock    bound sockets of one hash bucket (BH)
 *   exs_conn_hash lock      one chain of connected sockets, requests, TIME-WAITs (BH)
 *   exs_listen_hash lock    one chain of listeners (BH)
 *   exs_dgram_chain.lock    one chain of datagram sockets (BH)
 *    reuseport_lock         the kernel's, members of all SO_REUSEPORT groups (BH)
 *   accept queue lock       of a listener (BH)
 *   exs_tcp_fo_queue.lock   Fast Open children of a listener (BH)
 *   exs_tcp_metrics lock    buckets of known destinations (BH)
 *   exs_tcp_fo_seq          cookies of all known destinations (BH)
 *   exs_tw_queue.lock       TIME-WAIT expiry queue of a namespace (BH)
 *   sk_receive_queue.lock   datagrams received, error queue
 *   exs_tcp_page_pool.lock  pages for text, of one CPU; innermost
 *  exs_frag queue lock      one datagram being reassembled (BH)
 *  exs_neigh.lock           one neighbour: state, hardware address, queue (BH)
 *  exs_neigh_table.lock     hash chains of neighbours (BH)
 *  exs_route tree lock      writers of a route table; readers use RCU
 *
 * Packet paths run in softirq with RCU held by the caller, or in process
 * context under the socket lock and rcu_read_lock().
 */
#ifndef _EXPSTACK_LOCKING_H
#define _EXPSTACK_LOCKING_H

#include <linux/lockdep.h>

#endif /* _EXPSTACK_LOCKING_H */
