// SPDX-License-Identifier: GPL-2.0
/*
 * A sample of a hook: counts TCP and UDP packets by destination port, and drops
 * those to one of them.
 *
 *   insmod exs_hook_portcount.ko point=1 drop_port=7
 *   cat /sys/kernel/debug/exs_hook_portcount
 *   echo 0 > /sys/module/exs_hook_portcount/parameters/drop_port
 *   rmmod exs_hook_portcount
 *
 * What it shows:
 *  - a hook is registered for one namespace. To be in all of them, present and
 *    future, a module has namespace operations of its own, and registers them
 *    with register_pernet_device(): it then comes after expstack in a new
 *    namespace and goes before it in one that ends;
 *  - the packet's data begins at the IP header at each of the five points; what
 *    is behind it is read with skb_header_pointer(), which copes with packets
 *    in pieces;
 *  - after exs_hook_unregister() the function runs no more: the module may go,
 *    whatever traffic there is.
 */
#include <linux/debugfs.h>
#include <linux/ip.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/vmalloc.h>
#include <net/ip.h>
#include <net/netns/generic.h>

#include <expstack/hook.h>

#define PORTS	65536

static uint point = EXS_HOOK_LOCAL_IN;
module_param(point, uint, 0444);
MODULE_PARM_DESC(point, "0 PRE_ROUTING, 1 LOCAL_IN, 2 FORWARD, 3 LOCAL_OUT, 4 POST_ROUTING");

static ushort drop_port;
module_param(drop_port, ushort, 0644);
MODULE_PARM_DESC(drop_port, "drop packets to this port (0: none)");

struct exs_portcount {
	atomic_t packets;
	atomic_t dropped;
};

static struct exs_portcount *exs_portcount_table;
static struct dentry *exs_portcount_file;
static unsigned int exs_portcount_net_id;

/* The destination port of a TCP or UDP packet, or -1. */
static int exs_portcount_port(const struct sk_buff *skb)
{
	const struct iphdr *iph = ip_hdr(skb);
	__be16 ports[2], *p;

	if (iph->protocol != IPPROTO_TCP && iph->protocol != IPPROTO_UDP)
		return -1;
	/* Only the first fragment has them. */
	if (iph->frag_off & htons(IP_OFFSET))
		return -1;
	p = skb_header_pointer(skb, skb_network_offset(skb) + iph->ihl * 4,
			       sizeof(ports), ports);
	return p ? ntohs(p[1]) : -1;
}

static enum exs_hook_verdict exs_portcount_hook(void *priv, struct sk_buff *skb,
						const struct exs_hook_state *st)
{
	int port = exs_portcount_port(skb);

	if (port < 0)
		return EXS_HOOK_ACCEPT;
	atomic_inc(&exs_portcount_table[port].packets);
	if (!port || port != READ_ONCE(drop_port))
		return EXS_HOOK_ACCEPT;
	atomic_inc(&exs_portcount_table[port].dropped);
	return EXS_HOOK_DROP;
}

static int exs_portcount_net_init(struct net *net)
{
	struct exs_hook_ops *ops = net_generic(net, exs_portcount_net_id);

	ops->fn = exs_portcount_hook;
	ops->net = net;
	ops->point = point;
	ops->priority = EXS_HOOK_PRI_FILTER;
	return exs_hook_register(ops);
}

static void exs_portcount_net_exit(struct net *net)
{
	exs_hook_unregister(net_generic(net, exs_portcount_net_id));
}

static struct pernet_operations exs_portcount_net_ops = {
	.init = exs_portcount_net_init,
	.exit = exs_portcount_net_exit,
	.id = &exs_portcount_net_id,
	.size = sizeof(struct exs_hook_ops),
};

static int exs_portcount_show(struct seq_file *m, void *v)
{
	unsigned int port;

	for (port = 0; port < PORTS; port++) {
		const struct exs_portcount *c = &exs_portcount_table[port];

		if (atomic_read(&c->packets))
			seq_printf(m, "%u %u %u\n", port,
				   atomic_read(&c->packets),
				   atomic_read(&c->dropped));
	}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(exs_portcount);

static int __init exs_portcount_init(void)
{
	int err;

	exs_portcount_table = vcalloc(PORTS, sizeof(*exs_portcount_table));
	if (!exs_portcount_table)
		return -ENOMEM;
	err = register_pernet_device(&exs_portcount_net_ops);
	if (err) {
		vfree(exs_portcount_table);
		return err;
	}
	exs_portcount_file = debugfs_create_file("exs_hook_portcount", 0444,
						 NULL, NULL,
						 &exs_portcount_fops);
	return 0;
}

static void __exit exs_portcount_exit(void)
{
	debugfs_remove(exs_portcount_file);
	unregister_pernet_device(&exs_portcount_net_ops);
	vfree(exs_portcount_table);
}

module_init(exs_portcount_init);
module_exit(exs_portcount_exit);

MODULE_DESCRIPTION("expstack sample: a hook that counts and drops by port");
MODULE_LICENSE("GPL");
