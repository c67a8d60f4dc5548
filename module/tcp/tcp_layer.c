// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: the layer's line in the table of layers.
 * Flow:   core/main.c -> [here] -> every room with a start and an end
 * Owns:   exs_net.tcp, registration with IP
 * Locks:  none; the core serializes init and exit
 * Spec:   -
 * Tests:  qemu/tests/load_unload.sh
 */
#include <linux/slab.h>

#include "tcp/tcp_page.h"
#include "tcp/tcp_priv.h"
#include "tcp/tcp_req.h"

static const struct exs_proto exs_tcp_proto = {
	.protocol = IPPROTO_TCP,
	.rcv = exs_tcp_rcv,
	.err = exs_tcp_err,
};

/* In this order; exit walks backwards. */
static const struct {
	int (*init)(void);
	void (*exit)(void);
} exs_tcp_rooms[] = {
	{ exs_tcp_page_init, exs_tcp_page_exit },
	{ exs_tcp_sock_layer_init, exs_tcp_sock_layer_exit },
	{ exs_tcp_listen_init, exs_tcp_listen_exit },
	{ exs_tcp_timewait_init, exs_tcp_timewait_exit },
	{ exs_tcp_tsq_init, exs_tcp_tsq_exit },
};

static void exs_tcp_rooms_exit(unsigned int n)
{
	while (n--)
		exs_tcp_rooms[n].exit();
}

static int exs_tcp_layer_init(void)
{
	unsigned int i;
	int err;

	for (i = 0; i < ARRAY_SIZE(exs_tcp_rooms); i++) {
		err = exs_tcp_rooms[i].init();
		if (err)
			goto undo;
	}
	err = exs_proto_register(&exs_tcp_proto);
	if (!err)
		return 0;
undo:
	exs_tcp_rooms_exit(i);
	return err;
}

static void exs_tcp_layer_exit(void)
{
	exs_proto_unregister(&exs_tcp_proto);
	/* Objects in their RCU grace period still point into our caches. */
	rcu_barrier();
	exs_tcp_rooms_exit(ARRAY_SIZE(exs_tcp_rooms));
	/* Keys went with the last TIME-WAIT. */
	exs_tcp_md5_exit();
}

static int exs_tcp_layer_net_init(struct exs_net *en)
{
	struct exs_tcp_net *tn = kzalloc(sizeof(*tn), GFP_KERNEL);
	int err;

	if (!tn)
		return -ENOMEM;
	tn->en = en;
	err = exs_tcp_metrics_net_init(tn);
	if (err)
		goto no_metrics;
	err = exs_tcp_timewait_net_init(tn);
	if (err)
		goto no_timewait;
	en->tcp = tn;
	exs_cc_net_init(en);
	return 0;

no_timewait:
	kvfree(tn->metrics);
no_metrics:
	kfree(tn);
	return err;
}

static void exs_tcp_layer_net_exit(struct exs_net *en)
{
	exs_cc_net_exit(en);
	exs_tcp_timewait_net_exit(en->tcp);
	exs_tcp_metrics_net_exit(en->tcp);
	exs_tcp_fo_keys_free(&en->tcp->fo_keys);
	kfree(en->tcp);
	en->tcp = NULL;
}

const struct exs_layer exs_tcp_layer = {
	.name = "tcp",
	.init = exs_tcp_layer_init,
	.exit = exs_tcp_layer_exit,
	.net_init = exs_tcp_layer_net_init,
	.net_exit = exs_tcp_layer_net_exit,
};
