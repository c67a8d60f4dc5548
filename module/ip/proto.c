// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ip: who gets a protocol number's packets: a transport, and raw and
 * ping sockets beside it.
 * Flow:   init of a transport -> [here]; ip_local, icmp_input read
 * Owns:   exs_protos[], exs_raw_ops, exs_icmp_echo
 * Locks:  none; a slot is taken by compare-and-exchange, read under RCU
 * Tests:  kunit/ip/proto_kunit.c
 */
#include <linux/rcupdate.h>

#include "ip/ip_priv.h"

const struct exs_proto __rcu *exs_protos[256] __read_mostly;
const struct exs_raw_ops __rcu *exs_raw_ops __read_mostly;
const struct exs_proto __rcu *exs_icmp_echo __read_mostly;

/* On while there are raw sockets: without any, packets do not look for them. */
DEFINE_STATIC_KEY_FALSE(exs_raw_key);

/**
 * exs_proto_register - packets of a protocol number go to a transport from now
 * @proto: stays valid until it is unregistered
 *
 * Return: 0, or -EEXIST when the number is taken.
 */
int exs_proto_register(const struct exs_proto *proto)
{
	const struct exs_proto __rcu **slot = &exs_protos[proto->protocol];

	if (cmpxchg((const struct exs_proto __force **)slot, NULL, proto))
		return -EEXIST;
	return 0;
}

/**
 * exs_proto_unregister - no packets to this transport any more
 * @proto: as registered
 *
 * When it returns, no CPU is in its functions for a packet.
 *
 * Context: process, may sleep.
 */
void exs_proto_unregister(const struct exs_proto *proto)
{
	RCU_INIT_POINTER(exs_protos[proto->protocol], NULL);
	synchronize_net();
}

/**
 * exs_raw_register - raw sockets can be made from now
 * @ops: stays valid until it is unregistered
 */
void exs_raw_register(const struct exs_raw_ops *ops)
{
	rcu_assign_pointer(exs_raw_ops, ops);
}

/**
 * exs_raw_unregister - no raw socket is left
 *
 * Context: process, may sleep: no CPU is in the functions when it returns.
 */
void exs_raw_unregister(void)
{
	RCU_INIT_POINTER(exs_raw_ops, NULL);
	synchronize_net();
}

/**
 * exs_raw_want - one raw socket more
 *
 * Context: process, may sleep.
 */
void exs_raw_want(void)
{
	static_branch_inc(&exs_raw_key);
}

/**
 * exs_raw_unwant - one raw socket less
 *
 * Context: process, may sleep.
 */
void exs_raw_unwant(void)
{
	static_branch_dec(&exs_raw_key);
}

/**
 * exs_icmp_echo_register - ping sockets can be made from now
 * @proto: stays valid until it is unregistered
 */
void exs_icmp_echo_register(const struct exs_proto *proto)
{
	rcu_assign_pointer(exs_icmp_echo, proto);
}

/**
 * exs_icmp_echo_unregister - no ping socket is left
 *
 * Context: process, may sleep: no CPU is in the functions when it returns.
 */
void exs_icmp_echo_unregister(void)
{
	RCU_INIT_POINTER(exs_icmp_echo, NULL);
	synchronize_net();
}
