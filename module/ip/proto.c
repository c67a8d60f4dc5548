// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ip: which transport gets a protocol number's packets.
 * Flow:   init of a transport -> [here]; ip_local, icmp_input read
 * Owns:   exs_protos[]
 * Locks:  none; a slot is taken by compare-and-exchange, read under RCU
 * Tests:  kunit/ip/proto_kunit.c
 */
#include <linux/rcupdate.h>

#include "ip/ip_priv.h"

const struct exs_proto __rcu *exs_protos[256] __read_mostly;

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
