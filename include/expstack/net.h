/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expstack core: per-namespace state and the table of layers.
 */
#ifndef _EXPSTACK_NET_H
#define _EXPSTACK_NET_H

#include <net/net_namespace.h>
#include <net/netns/generic.h>
#include <expstack/mib.h>
#include <expstack/sysctl.h>

struct exs_link_net;
struct exs_neigh_net;
struct exs_route_net;
struct exs_frag_net;
struct exs_icmp_net;
struct exs_tcp_net;
struct exs_ctl_net;
struct exs_hook_net;

#define EXS_PORTS	65536

/*
 * One per network namespace, made by core/pernet.c when the namespace is born
 * or the module is loaded, freed by the kernel's generic per-net code after
 * every layer's net_exit. Reached with exs_net(); whoever holds a reference to
 * the struct net may use it. Each pointer belongs to the layer that sets it in
 * its net_init and clears it in its net_exit.
 */
struct exs_net {
	struct net *net;
	struct exs_mib __percpu *mib;
	struct exs_link_net *link;
	struct exs_neigh_net *neigh;
	struct exs_route_net *route;
	struct exs_frag_net *frag;
	struct exs_icmp_net *icmp;
	struct exs_tcp_net *tcp;
	struct exs_hook_net *hook;
	struct exs_ctl_net *ctl;

	/*
	 * Bumped by whatever makes a cached route wrong: addresses, routes,
	 * devices coming and going. exs_rt_valid() compares.
	 */
	atomic_t rt_gen;

	struct exs_sysctl sysctl;
	/* ip_local_reserved_ports, a bit a port; words are read and written */
	unsigned long *reserved_ports;
};

extern unsigned int exs_net_id;

static inline struct exs_net *exs_net(const struct net *net)
{
	return net_generic(net, exs_net_id);
}

/**
 * exs_reply_mark - the mark of an answer that no socket gives
 * @en: namespace
 * @mark: of the packet that is answered
 *
 * Return: the same with fwmark_reflect, else 0.
 */
static inline u32 exs_reply_mark(const struct exs_net *en, u32 mark)
{
	return EXS_SYSCTL(en, fwmark_reflect) ? mark : 0;
}

#define exs_sock_net(sk) exs_net(sock_net(sk))

/*
 * A layer's start and end. core/main.c holds the one table of layers in order:
 * init runs down it, exit walks it backwards; net_init and net_exit do the
 * same for a namespace. start runs when all namespaces are set up: from then on
 * user space may come in; stop ends that before the first of them is torn down.
 * net_stop, also backwards, comes before the first net_exit of a namespace, when
 * all its layers still stand: traffic ends there. Any member may be NULL.
 */
struct exs_layer {
	const char *name;
	int (*init)(void);
	void (*exit)(void);
	int (*start)(void);
	void (*stop)(void);
	int (*net_init)(struct exs_net *en);
	void (*net_stop)(struct exs_net *en);
	void (*net_exit)(struct exs_net *en);
};

extern const struct exs_layer exs_core_layer;
extern const struct exs_layer exs_hook_layer;
extern const struct exs_layer exs_link_layer;
extern const struct exs_layer exs_neigh_layer;
extern const struct exs_layer exs_route_layer;
extern const struct exs_layer exs_ip_layer;
extern const struct exs_layer exs_icmp_layer;
extern const struct exs_layer exs_udp_layer;
extern const struct exs_layer exs_raw_layer;
extern const struct exs_layer exs_tcp_layer;
extern const struct exs_layer exs_sock_layer;
extern const struct exs_layer exs_ctl_layer;

#endif /* _EXPSTACK_NET_H */
