// SPDX-License-Identifier: GPL-2.0
/*
 * expstack core: state of a network namespace.
 * Flow:   namespace born or module loaded -> [here] -> net_init of each layer
 * Owns:   exs_net_id, struct exs_net, its counters and settings
 * Locks:  pernet_ops_rwsem, held by the kernel around the operations
 * Tests:  kunit/core/pernet_kunit.c
 */
#include <linux/bitmap.h>
#include <linux/netdevice.h>
#include <net/net_namespace.h>

#include "core/core_priv.h"

unsigned int exs_net_id __read_mostly;

static int __net_init exs_core_pernet_init(struct net *net)
{
	struct exs_net *en = exs_net(net);
	int err;

	en->net = net;
	atomic_set(&en->rt_gen, 1);
	en->mib = alloc_percpu(struct exs_mib);
	if (!en->mib)
		return -ENOMEM;
	err = -ENOMEM;
	en->reserved_ports = bitmap_zalloc(EXS_PORTS, GFP_KERNEL);
	if (!en->reserved_ports)
		goto no_ports;
	exs_sysctl_defaults(&en->sysctl);
	err = exs_core_net_init(en);
	if (err)
		goto no_layers;
	return 0;

no_layers:
	bitmap_free(en->reserved_ports);
	en->reserved_ports = NULL;
no_ports:
	free_percpu(en->mib);
	en->mib = NULL;
	return err;
}

static void __net_exit exs_core_pernet_pre_exit(struct net *net)
{
	exs_core_net_stop(exs_net(net));
}

static void __net_exit exs_core_pernet_exit(struct net *net)
{
	struct exs_net *en = exs_net(net);

	exs_core_net_exit(en);
	/* Late packets and timers count until the grace period is over. */
	synchronize_net();
	bitmap_free(en->reserved_ports);
	en->reserved_ports = NULL;
	free_percpu(en->mib);
	en->mib = NULL;
}

static struct pernet_operations exs_core_pernet_ops = {
	.init = exs_core_pernet_init,
	.pre_exit = exs_core_pernet_pre_exit,
	.exit = exs_core_pernet_exit,
	.id = &exs_net_id,
	.size = sizeof(struct exs_net),
};

/**
 * exs_core_pernet_register - set up all namespaces, present and future
 *
 * As a device operation: it runs after the kernel's own subsystems are up in a
 * new namespace, and before devices move out of a dying one.
 *
 * Return: 0 or an errno.
 */
int exs_core_pernet_register(void)
{
	return register_pernet_device(&exs_core_pernet_ops);
}

/**
 * exs_core_pernet_unregister - tear all namespaces down
 *
 * Context: module exit, may sleep; no socket is left.
 */
void exs_core_pernet_unregister(void)
{
	unregister_pernet_device(&exs_core_pernet_ops);
}
