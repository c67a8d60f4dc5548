// SPDX-License-Identifier: GPL-2.0
/*
 * expstack link: link's line in the table of layers.
 * Flow:   core/main.c, core/pernet.c -> [here]
 * Owns:   exs_net.link
 * Locks:  takes rtnl in net_stop
 * Tests:  kunit/link/layer_kunit.c, qemu/tests/load_unload.sh
 */
#include <linux/slab.h>

#include "link/link_priv.h"

static int exs_link_net_init(struct exs_net *en)
{
	struct exs_link_net *ln = kzalloc(sizeof(*ln), GFP_KERNEL);

	if (!ln)
		return -ENOMEM;
	INIT_LIST_HEAD(&ln->devs);
	hash_init(ln->local);
	en->link = ln;
	return 0;
}

/* No packet comes in and none goes out after this. */
static void exs_link_net_stop(struct exs_net *en)
{
	rtnl_lock();
	exs_link_dev_detach_all(en);
	rtnl_unlock();
	exs_loopback_remove(en);
}

static void exs_link_net_exit(struct exs_net *en)
{
	WARN_ON(!list_empty(&en->link->devs));
	kfree(en->link);
	en->link = NULL;
}

const struct exs_layer exs_link_layer = {
	.name = "link",
	.init = exs_link_dev_register,
	.exit = exs_link_dev_unregister,
	.net_init = exs_link_net_init,
	.net_stop = exs_link_net_stop,
	.net_exit = exs_link_net_exit,
};
