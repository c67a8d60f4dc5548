// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ctl: /proc/net/expstack/route and arp.
 * Flow:   read -> [here] -> walks of routes and neighbours
 * Owns:   nothing
 * Locks:  RCU around the walks
 * Spec:   proc(5), /proc/net/route and /proc/net/arp
 * Tests:  kunit/ctl/proc_table_kunit.c, qemu/tests/proc_layout.sh
 */
#include <linux/if_arp.h>
#include <linux/inetdevice.h>
#include <linux/route.h>
#include <linux/seq_file_net.h>
#include <net/neighbour.h>

#include <expstack/route.h>

#include "ctl/proc.h"
#include "ctl/proc_table.h"

#define EXS_CTL_PROC_ROUTE_WIDTH	127

struct exs_ctl_proc_walk {
	struct seq_file *seq;
	struct exs_net *en;
};

/**
 * exs_ctl_proc_route_flags - a route's flags as route(8) knows them
 * @cfg: the route
 *
 * Return: RTF_*.
 */
unsigned int exs_ctl_proc_route_flags(const struct exs_route_cfg *cfg)
{
	unsigned int flags = RTF_UP;

	if (cfg->type == RTN_UNREACHABLE || cfg->type == RTN_PROHIBIT)
		flags = RTF_REJECT;
	if (cfg->gw)
		flags |= RTF_GATEWAY;
	if (cfg->dst_len == 32)
		flags |= RTF_HOST;
	return flags;
}

/**
 * exs_ctl_proc_route_line - a line of the file route
 * @seq: the file
 * @dev: name of the device, "*" where there is none
 * @cfg: the route
 */
void exs_ctl_proc_route_line(struct seq_file *seq, const char *dev,
			     const struct exs_route_cfg *cfg)
{
	const u32 *val = cfg->attr.val;

	seq_setwidth(seq, EXS_CTL_PROC_ROUTE_WIDTH);
	seq_printf(seq, "%s\t%08X\t%08X\t%04X\t%d\t%u\t%u\t%08X\t%u\t%u\t%u",
		   dev, (__force u32)cfg->dst, (__force u32)cfg->gw,
		   exs_ctl_proc_route_flags(cfg), 0, 0, cfg->priority,
		   (__force u32)inet_make_mask(cfg->dst_len),
		   val[RTAX_ADVMSS] ? val[RTAX_ADVMSS] + 40 : 0,
		   val[RTAX_WINDOW], val[RTAX_RTT] >> 3);
	seq_pad(seq, '\n');
}

static int exs_ctl_proc_route_row(const struct exs_route_cfg *cfg, void *arg)
{
	struct exs_ctl_proc_walk *walk = arg;
	struct exs_ldev *ldev;

	/* As AF_INET's file: the main table, without broadcast and multicast. */
	if (cfg->table != RT_TABLE_MAIN || cfg->type == RTN_BROADCAST ||
	    cfg->type == RTN_MULTICAST)
		return 0;
	ldev = cfg->oif ? exs_ldev_by_index_rcu(walk->en, cfg->oif) : NULL;
	exs_ctl_proc_route_line(walk->seq, ldev ? ldev->name : "*", cfg);
	return seq_has_overflowed(walk->seq);
}

/**
 * exs_ctl_proc_route_show - the file route
 * @seq: the file
 * @v: unused
 *
 * Return: 0.
 */
int exs_ctl_proc_route_show(struct seq_file *seq, void *v)
{
	struct exs_ctl_proc_walk walk = {
		.seq = seq, .en = exs_net(seq_file_single_net(seq)),
	};

	seq_setwidth(seq, EXS_CTL_PROC_ROUTE_WIDTH);
	seq_puts(seq, "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\t");
	seq_puts(seq, "Metric\tMask\t\tMTU\tWindow\tIRTT");
	seq_pad(seq, '\n');
	rcu_read_lock();
	exs_route_walk(walk.en, 0, exs_ctl_proc_route_row, &walk);
	rcu_read_unlock();
	return 0;
}

/**
 * exs_ctl_proc_arp_flags - a neighbour's flags as arp(8) knows them
 * @nud: its state
 *
 * Return: ATF_*.
 */
unsigned int exs_ctl_proc_arp_flags(u8 nud)
{
	if (nud & NUD_PERMANENT)
		return ATF_PERM | ATF_COM;
	return nud & NUD_VALID ? ATF_COM : 0;
}

static int exs_ctl_proc_arp_row(struct exs_neigh *n, void *arg)
{
	struct seq_file *seq = arg;
	u8 nud = READ_ONCE(n->nud), ha[MAX_ADDR_LEN];
	struct net_device *dev;
	char addr[16], text[3 * MAX_ADDR_LEN];
	unsigned int seqno;

	dev = rcu_dereference(n->ldev->dev);
	if (!dev || (nud & NUD_NOARP))
		return 0;
	do {
		seqno = read_seqbegin(&n->hh_lock);
		memcpy(ha, n->ha, sizeof(ha));
	} while (read_seqretry(&n->hh_lock, seqno));
	snprintf(addr, sizeof(addr), "%pI4", &n->addr);
	snprintf(text, sizeof(text), "%*phC", dev->addr_len, ha);
	seq_printf(seq, "%-16s 0x%-10x0x%-10x%-17s     *        %s\n", addr,
		   dev->type, exs_ctl_proc_arp_flags(nud), text, dev->name);
	return seq_has_overflowed(seq);
}

/**
 * exs_ctl_proc_arp_show - the file arp
 * @seq: the file
 * @v: unused
 *
 * Return: 0.
 */
int exs_ctl_proc_arp_show(struct seq_file *seq, void *v)
{
	seq_puts(seq, "IP address       HW type     Flags       ");
	seq_puts(seq, "HW address            Mask     Device\n");
	rcu_read_lock();
	exs_neigh_walk(exs_net(seq_file_single_net(seq)),
		       exs_ctl_proc_arp_row, seq);
	rcu_read_unlock();
	return 0;
}
