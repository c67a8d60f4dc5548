// SPDX-License-Identifier: GPL-2.0
/*
 * expstack core: loading and unloading.
 * Flow:   insmod -> init of every layer, in the order of the table; a
 *         namespace is set up by core/pernet.c along the same table
 * Owns:   exs_layers[]
 * Locks:  none; the kernel serializes module init and exit
 * Tests:  kunit/core/pernet_kunit.c, qemu/tests/load_unload.sh
 */
#include <linux/module.h>
#include <linux/net.h>
#include <uapi/linux/expstack.h>

#include "core/core_priv.h"

/*
 * Lowest first. A layer may use those above it in this table from its init on,
 * and until its exit has returned.
 */
static const struct exs_layer *const exs_layers[] = {
	&exs_core_layer,
#ifdef CONFIG_EXPSTACK_HOOKS
	&exs_hook_layer,
#endif
	&exs_link_layer,
	&exs_neigh_layer,
	&exs_route_layer,
	&exs_ip_layer,
	&exs_icmp_layer,
	&exs_udp_layer,
	&exs_raw_layer,
	&exs_tcp_layer,
	&exs_sock_layer,
	&exs_ctl_layer,
};

/**
 * exs_core_layers_init - start every layer
 *
 * Context: module init, may sleep.
 * Return: 0 or the errno of the layer that failed; those before it are then
 * stopped again.
 */
static int exs_core_layers_init(void)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < ARRAY_SIZE(exs_layers); i++) {
		if (!exs_layers[i]->init)
			continue;
		err = exs_layers[i]->init();
		if (err)
			break;
	}
	if (!err)
		return 0;
	pr_err("expstack: %s: init failed: %d\n", exs_layers[i]->name, err);
	while (i--)
		if (exs_layers[i]->exit)
			exs_layers[i]->exit();
	return err;
}

static void exs_core_layers_exit(void)
{
	unsigned int i = ARRAY_SIZE(exs_layers);

	while (i--)
		if (exs_layers[i]->exit)
			exs_layers[i]->exit();
}

static void exs_core_layers_stop(unsigned int i)
{
	while (i--)
		if (exs_layers[i]->stop)
			exs_layers[i]->stop();
}

static int exs_core_layers_start(void)
{
	unsigned int i;
	int err;

	for (i = 0; i < ARRAY_SIZE(exs_layers); i++) {
		if (!exs_layers[i]->start)
			continue;
		err = exs_layers[i]->start();
		if (err) {
			exs_core_layers_stop(i);
			return err;
		}
	}
	return 0;
}

/**
 * exs_core_net_init - start every layer in a namespace
 * @en: the namespace's state, core's part done
 *
 * Context: process, may sleep.
 * Return: 0 or an errno; then nothing of the layers is left.
 */
int exs_core_net_init(struct exs_net *en)
{
	unsigned int i;
	int err;

	for (i = 0; i < ARRAY_SIZE(exs_layers); i++) {
		if (!exs_layers[i]->net_init)
			continue;
		err = exs_layers[i]->net_init(en);
		if (err)
			goto undo;
	}
	return 0;

undo:
	while (i--)
		if (exs_layers[i]->net_exit)
			exs_layers[i]->net_exit(en);
	return err;
}

/**
 * exs_core_net_stop - end the traffic of a namespace
 * @en: the namespace's state
 *
 * Context: process, may sleep; every layer still works.
 */
void exs_core_net_stop(struct exs_net *en)
{
	unsigned int i = ARRAY_SIZE(exs_layers);

	while (i--)
		if (exs_layers[i]->net_stop)
			exs_layers[i]->net_stop(en);
}

/**
 * exs_core_net_exit - stop every layer in a namespace
 * @en: the namespace's state
 *
 * Context: process, may sleep.
 */
void exs_core_net_exit(struct exs_net *en)
{
	unsigned int i = ARRAY_SIZE(exs_layers);

	while (i--)
		if (exs_layers[i]->net_exit)
			exs_layers[i]->net_exit(en);
}

static int __init exs_core_main_init(void)
{
	int err;

	err = exs_core_layers_init();
	if (err)
		return err;
	err = exs_core_pernet_register();
	if (err)
		goto err_layers;
	err = exs_core_layers_start();
	if (err)
		goto err_pernet;
	/* Sockets can be made from here on. */
	err = exs_core_family_register();
	if (err)
		goto err_start;
	return 0;

err_start:
	exs_core_layers_stop(ARRAY_SIZE(exs_layers));
err_pernet:
	exs_core_pernet_unregister();
err_layers:
	exs_core_layers_exit();
	return err;
}

static void __exit exs_core_main_exit(void)
{
	exs_core_family_unregister();
	exs_core_layers_stop(ARRAY_SIZE(exs_layers));
	exs_core_pernet_unregister();
	exs_core_layers_exit();
	/* Objects freed by RCU belong to slab caches and code of this module. */
	rcu_barrier();
}

module_init(exs_core_main_init);
module_exit(exs_core_main_exit);

MODULE_DESCRIPTION("expstack: a TCP/IPv4 stack beside AF_INET");
MODULE_LICENSE("GPL");
MODULE_ALIAS_NETPROTO(AF_EXPSTACK);
