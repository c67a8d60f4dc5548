/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expstack core: counters, per namespace and CPU.
 *
 * EXS_INC(en, TCPEXT_TCPTimeouts) costs one add on this CPU. Readers add the
 * CPUs up with exs_mib_read(); a sum is a moment's estimate, never torn.
 */
#ifndef _EXPSTACK_MIB_H
#define _EXPSTACK_MIB_H

#include <linux/percpu.h>
#include <expstack/drop.h>

enum exs_mib_group {
	EXS_MIB_GROUP_IP,
	EXS_MIB_GROUP_ICMP,
	EXS_MIB_GROUP_TCP,
	EXS_MIB_GROUP_UDP,
	EXS_MIB_GROUP_TCPEXT,
	EXS_MIB_GROUP_IPEXT,
	EXS_MIB_GROUP_ARP,
};

enum exs_mib_item {
#define EXS_MIB(group, name) EXS_MIB_##group##_##name,
#include <expstack/mib.def>
#undef EXS_MIB
	EXS_MIB_MAX
};

struct exs_mib {
	unsigned long c[EXS_MIB_MAX];
	unsigned long drop[EXS_DROP_MAX];
};

/* One line per counter: what the dumps and "expctl stat" walk. */
struct exs_mib_desc {
	enum exs_mib_group group;
	const char *name;
};

extern const struct exs_mib_desc exs_mib_table[EXS_MIB_MAX];

#define EXS_INC(en, item)	this_cpu_inc((en)->mib->c[EXS_MIB_##item])
#define EXS_DEC(en, item)	this_cpu_dec((en)->mib->c[EXS_MIB_##item])
#define EXS_ADD(en, item, n)	this_cpu_add((en)->mib->c[EXS_MIB_##item], n)

unsigned long exs_mib_read(const struct exs_net *en, enum exs_mib_item item);
unsigned long exs_mib_read_drop(const struct exs_net *en,
				enum exs_drop_reason reason);

#endif /* _EXPSTACK_MIB_H */
