// SPDX-License-Identifier: GPL-2.0
/*
 * expstack core: when user space may make sockets.
 * Flow:   module init -> layers -> namespaces -> [here] -> socket(2)
 * Owns:   the registration of AF_EXPSTACK
 * Locks:  none
 * Tests:  kunit/core/pernet_kunit.c, qemu/tests/load_unload.sh
 */
#include <linux/net.h>
#include <expstack/family.h>

#include "core/core_priv.h"

static const struct net_proto_family *exs_core_family;

/**
 * exs_family_set - name the family that is registered when all is ready
 * @family: stays valid until the module is gone
 *
 * Context: init of the sock layer.
 */
void exs_family_set(const struct net_proto_family *family)
{
	exs_core_family = family;
}

/**
 * exs_core_family_register - open the door to user space
 *
 * Return: 0, or -EEXIST where another module took the number.
 */
int exs_core_family_register(void)
{
	return sock_register(exs_core_family);
}

/**
 * exs_core_family_unregister - no new sockets from here on
 */
void exs_core_family_unregister(void)
{
	sock_unregister(exs_core_family->family);
}
