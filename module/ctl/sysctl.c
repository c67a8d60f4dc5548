// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ctl: settings of a namespace in /proc/sys/net/expstack/.
 * Flow:   core's exs_sysctl_table -> a table for each directory and namespace
 *         -> read or write -> [here] -> struct exs_sysctl
 * Owns:   exs_ctl_net.sysctl
 * Locks:  none; a value is one word, written with WRITE_ONCE
 * Tests:  kunit/ctl/sysctl_kunit.c, qemu/tests/sysctl.sh
 */
#include <linux/slab.h>
#include <linux/sysctl.h>

#include <expstack/cc.h>
#include <expstack/tcp.h>

#include "ctl/ctl_priv.h"
#include "ctl/sysctl.h"

#define EXS_CTL_CC_LIST_MAX	256
#define EXS_CTL_SYSCTL_MORE	7	/* rows without a place in the table */

/* Directories below net/expstack, as rows of exs_sysctl_table name them. */
static const char *const exs_ctl_sysctl_dirs[EXS_CTL_SYSCTL_DIRS] = {
	"", "route", "neigh/default", "core",
};

/**
 * exs_ctl_sysctl_len - numbers in a setting
 * @kind: of the setting
 *
 * Return: 1 to 3; 0 for a name.
 */
unsigned int exs_ctl_sysctl_len(enum exs_sysctl_kind kind)
{
	switch (kind) {
	case EXS_SYSCTL_INT2:
		return 2;
	case EXS_SYSCTL_INT3:
		return 3;
	case EXS_SYSCTL_CC:
		return 0;
	default:
		return 1;
	}
}

/**
 * exs_ctl_sysctl_shown - a stored value as it is shown
 * @kind: of the setting
 * @stored: jiffies, or what is shown
 *
 * Return: seconds, milliseconds, or the same.
 */
int exs_ctl_sysctl_shown(enum exs_sysctl_kind kind, int stored)
{
	switch (kind) {
	case EXS_SYSCTL_JIFFIES:
		return stored / HZ;
	case EXS_SYSCTL_MS_JIFFIES:
		return jiffies_to_msecs(stored);
	default:
		return stored;
	}
}

/**
 * exs_ctl_sysctl_stored - a value as written by the user, to be stored
 * @kind: of the setting
 * @shown: seconds, milliseconds or plain; in the setting's range
 *
 * Return: jiffies, or the same.
 */
int exs_ctl_sysctl_stored(enum exs_sysctl_kind kind, int shown)
{
	switch (kind) {
	case EXS_SYSCTL_JIFFIES:
		return shown * HZ;
	case EXS_SYSCTL_MS_JIFFIES:
		return min_t(unsigned long, msecs_to_jiffies(shown), INT_MAX);
	default:
		return shown;
	}
}

/**
 * exs_ctl_sysctl_check - do new values go together with each other and the rest?
 * @s: settings of the namespace
 * @d: the setting
 * @val: its new values, each in its range
 *
 * The ports that are given out automatically must form a range, and none of
 * them may need a privilege. Lower limits are not above upper ones.
 *
 * Return: 0 or -EINVAL.
 */
int exs_ctl_sysctl_check(const struct exs_sysctl *s,
			 const struct exs_sysctl_desc *d, const int *val)
{
	int low = READ_ONCE(s->ip_local_port_range[0]);

	switch (d->offset) {
	case offsetof(struct exs_sysctl, ip_local_port_range):
		if (val[1] < val[0] ||
		    val[0] < READ_ONCE(s->ip_unprivileged_port_start))
			return -EINVAL;
		return 0;
	case offsetof(struct exs_sysctl, ip_unprivileged_port_start):
		return low < val[0] ? -EINVAL : 0;
	case offsetof(struct exs_sysctl, ipfrag_high_thresh):
		return val[0] < READ_ONCE(s->ipfrag_low_thresh) ? -EINVAL : 0;
	case offsetof(struct exs_sysctl, ipfrag_low_thresh):
		return val[0] > READ_ONCE(s->ipfrag_high_thresh) ? -EINVAL : 0;
	case offsetof(struct exs_sysctl, tcp_reordering):
		return val[0] > READ_ONCE(s->tcp_max_reordering) ? -EINVAL : 0;
	default:
		return 0;
	}
}

static int exs_ctl_sysctl_ints(const struct ctl_table *table, int write,
			       void *buffer, size_t *lenp, loff_t *ppos)
{
	const struct exs_sysctl_desc *d = table->extra1;
	unsigned int i, n = exs_ctl_sysctl_len(d->kind);
	struct exs_net *en = table->extra2;
	int val[3], *p = table->data, err;
	struct ctl_table tmp = {
		.procname = table->procname,
		.data = val,
		.maxlen = n * sizeof(int),
		.mode = table->mode,
		.extra1 = (void *)&d->min,
		.extra2 = (void *)&d->max,
	};

	for (i = 0; i < n; i++)
		val[i] = exs_ctl_sysctl_shown(d->kind, READ_ONCE(p[i]));
	err = proc_dointvec_minmax(&tmp, write, buffer, lenp, ppos);
	if (err || !write)
		return err;
	err = exs_ctl_sysctl_check(&en->sysctl, d, val);
	if (err)
		return err;
	/* No group at all is written in one way. */
	if (d->offset == offsetof(struct exs_sysctl, ping_group_range) &&
	    val[0] > val[1]) {
		val[0] = 1;
		val[1] = 0;
	}
	for (i = 0; i < n; i++)
		WRITE_ONCE(p[i], exs_ctl_sysctl_stored(d->kind, val[i]));
	if (d->offset == offsetof(struct exs_sysctl,
				  tcp_fastopen_blackhole_timeout_sec))
		exs_tcp_fo_blackhole_reset(en);
	return 0;
}

/* A text of the handler's own: what is shown, or what was written. */
static int exs_ctl_sysctl_text(const struct ctl_table *table, int write,
			       void *buffer, size_t *lenp, loff_t *ppos,
			       char *text, int size)
{
	struct ctl_table tmp = {
		.procname = table->procname,
		.data = text,
		.maxlen = size,
		.mode = table->mode,
	};

	return proc_dostring(&tmp, write, buffer, lenp, ppos);
}

static int exs_ctl_sysctl_cc(const struct ctl_table *table, int write,
			     void *buffer, size_t *lenp, loff_t *ppos)
{
	struct exs_net *en = table->extra2;
	char name[EXS_CC_NAME_MAX];
	int err;

	exs_cc_get_default(en, name);
	err = exs_ctl_sysctl_text(table, write, buffer, lenp, ppos, name,
				  sizeof(name));
	if (!err && write)
		err = exs_cc_set_default(en, name);
	return err;
}

static int exs_ctl_sysctl_cc_list(const struct ctl_table *table, int write,
				  void *buffer, size_t *lenp, loff_t *ppos)
{
	char list[EXS_CTL_CC_LIST_MAX];

	exs_cc_get_available(list, sizeof(list));
	return exs_ctl_sysctl_text(table, write, buffer, lenp, ppos, list,
				   sizeof(list));
}

static int exs_ctl_sysctl_cc_allowed(const struct ctl_table *table, int write,
				     void *buffer, size_t *lenp, loff_t *ppos)
{
	char list[EXS_CTL_CC_LIST_MAX];
	int err;

	exs_cc_get_allowed(list, sizeof(list));
	err = exs_ctl_sysctl_text(table, write, buffer, lenp, ppos, list,
				  sizeof(list));
	if (!err && write)
		err = exs_cc_set_allowed(list);
	return err;
}

static int exs_ctl_sysctl_fo_key(const struct ctl_table *table, int write,
				 void *buffer, size_t *lenp, loff_t *ppos)
{
	char text[EXS_TCP_FO_KEY_TEXT];
	struct exs_net *en = table->extra2;
	int err;

	exs_tcp_fo_key_show(en, text, sizeof(text));
	err = exs_ctl_sysctl_text(table, write, buffer, lenp, ppos, text,
				  sizeof(text));
	if (!err && write)
		err = exs_tcp_fo_key_store(en, text);
	return err;
}

/* There is none: those of AF_INET stand on its sockets. */
static int exs_ctl_sysctl_ulp(const struct ctl_table *table, int write,
			      void *buffer, size_t *lenp, loff_t *ppos)
{
	char none[] = "";

	return exs_ctl_sysctl_text(table, write, buffer, lenp, ppos, none,
				   sizeof(none));
}

static void exs_ctl_sysctl_row(struct ctl_table *row, struct exs_net *en,
			       const struct exs_sysctl_desc *d)
{
	*row = (struct ctl_table) {
		.procname = d->name,
		.data = (void *)&en->sysctl + d->offset,
		.maxlen = exs_ctl_sysctl_len(d->kind) * sizeof(int),
		.mode = 0644,
		.proc_handler = exs_ctl_sysctl_ints,
		.extra1 = (void *)d,
		.extra2 = en,
	};
	if (d->kind == EXS_SYSCTL_CC) {
		row->maxlen = EXS_CC_NAME_MAX;
		row->proc_handler = exs_ctl_sysctl_cc;
	} else if (d->kind == EXS_SYSCTL_UINT) {
		row->proc_handler = proc_douintvec;
	}
}

/*
 * Lists that are the same in every namespace, which the first one's may change;
 * and a text of the namespace's own.
 */
static unsigned int exs_ctl_sysctl_text_rows(struct ctl_table *row,
					     struct exs_net *en)
{
	row[0] = (struct ctl_table) {
		.procname = "tcp_available_congestion_control",
		.maxlen = EXS_CTL_CC_LIST_MAX,
		.mode = 0444,
		.proc_handler = exs_ctl_sysctl_cc_list,
	};
	row[1] = (struct ctl_table) {
		.procname = "tcp_allowed_congestion_control",
		.maxlen = EXS_CTL_CC_LIST_MAX,
		.mode = net_eq(en->net, &init_net) ? 0644 : 0444,
		.proc_handler = exs_ctl_sysctl_cc_allowed,
	};
	row[2] = (struct ctl_table) {
		.procname = "tcp_fastopen_key",
		.maxlen = EXS_TCP_FO_KEY_TEXT,
		.mode = 0600,
		.proc_handler = exs_ctl_sysctl_fo_key,
		.extra2 = en,
	};
	row[3] = (struct ctl_table) {
		.procname = "ip_local_reserved_ports",
		.data = &en->reserved_ports,
		.maxlen = EXS_PORTS,
		.mode = 0644,
		.proc_handler = proc_do_large_bitmap,
	};
	return 4;
}

/* What all namespaces share; as net.ipv4's, only the first one shows it. */
static unsigned int exs_ctl_sysctl_global_rows(struct ctl_table *row,
					       const struct exs_net *en)
{
	if (!net_eq(en->net, &init_net))
		return 0;
	row[0] = (struct ctl_table) {
		.procname = "tcp_mem",
		.data = exs_tcp_prot.sysctl_mem,
		.maxlen = 3 * sizeof(long),
		.mode = 0644,
		.proc_handler = proc_doulongvec_minmax,
	};
	row[1] = (struct ctl_table) {
		.procname = "udp_mem",
		.data = exs_udp_prot.sysctl_mem,
		.maxlen = 3 * sizeof(long),
		.mode = 0644,
		.proc_handler = proc_doulongvec_minmax,
	};
	row[2] = (struct ctl_table) {
		.procname = "tcp_available_ulp",
		.mode = 0444,
		.proc_handler = exs_ctl_sysctl_ulp,
	};
	return 3;
}

static struct ctl_table_header *
exs_ctl_sysctl_register(struct exs_net *en, const char *dir)
{
	struct ctl_table_header *header;
	struct ctl_table *table;
	unsigned int i, n = 0;
	char path[48];

	table = kcalloc(exs_sysctl_count + EXS_CTL_SYSCTL_MORE, sizeof(*table),
			GFP_KERNEL);
	if (!table)
		return NULL;
	for (i = 0; i < exs_sysctl_count; i++)
		if (!strcmp(exs_sysctl_table[i].dir, dir))
			exs_ctl_sysctl_row(&table[n++], en,
					   &exs_sysctl_table[i]);
	if (!*dir) {
		n += exs_ctl_sysctl_text_rows(&table[n], en);
		n += exs_ctl_sysctl_global_rows(&table[n], en);
	}
	snprintf(path, sizeof(path), "net/expstack%s%s", *dir ? "/" : "", dir);
	header = register_net_sysctl_sz(en->net, path, table, n);
	if (!header)
		kfree(table);
	return header;
}

/**
 * exs_ctl_sysctl_net_init - show a namespace's settings
 * @en: the namespace
 *
 * Return: 0 or -ENOMEM; then nothing is left.
 */
int exs_ctl_sysctl_net_init(struct exs_net *en)
{
	unsigned int i;

	for (i = 0; i < EXS_CTL_SYSCTL_DIRS; i++) {
		en->ctl->sysctl[i] =
			exs_ctl_sysctl_register(en, exs_ctl_sysctl_dirs[i]);
		if (!en->ctl->sysctl[i]) {
			exs_ctl_sysctl_net_exit(en);
			return -ENOMEM;
		}
	}
	return 0;
}

/**
 * exs_ctl_sysctl_net_exit - take them away
 * @en: the namespace
 *
 * Context: process; waits for readers and writers of the files.
 */
void exs_ctl_sysctl_net_exit(struct exs_net *en)
{
	const struct ctl_table *table;
	unsigned int i = EXS_CTL_SYSCTL_DIRS;

	while (i--) {
		if (!en->ctl->sysctl[i])
			continue;
		table = en->ctl->sysctl[i]->ctl_table_arg;
		unregister_net_sysctl_table(en->ctl->sysctl[i]);
		en->ctl->sysctl[i] = NULL;
		kfree(table);
	}
}
