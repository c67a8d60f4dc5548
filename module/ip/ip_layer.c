// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ip: start and end of the layer's packet half.
 * Flow:   core/main.c -> [here]
 * Owns:   nothing
 * Locks:  none
 */
#include <linux/slab.h>

#include "ip/ip_priv.h"

const struct exs_layer exs_ip_layer = {
	.name = "ip",
	.net_init = exs_frag_net_init,
	.net_exit = exs_frag_net_exit,
};

static int exs_icmp_layer_init(void)
{
	return exs_proto_register(&exs_icmp_proto);
}

static void exs_icmp_layer_exit(void)
{
	exs_proto_unregister(&exs_icmp_proto);
}

static int exs_icmp_layer_net_init(struct exs_net *en)
{
	en->icmp = exs_icmp_limit_new();
	return en->icmp ? 0 : -ENOMEM;
}

static void exs_icmp_layer_net_exit(struct exs_net *en)
{
	struct exs_icmp_net *in = en->icmp;

	WRITE_ONCE(en->icmp, NULL);
	synchronize_net();
	kfree(in);
}

const struct exs_layer exs_icmp_layer = {
	.name = "icmp",
	.init = exs_icmp_layer_init,
	.exit = exs_icmp_layer_exit,
	.net_init = exs_icmp_layer_net_init,
	.net_exit = exs_icmp_layer_net_exit,
};
