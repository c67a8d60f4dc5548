// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: the registry of congestion controls.
 * Flow:   tcp_cc_sock, sysctl, a congestion control's module -> [here]
 * Owns:   exs_cc_list; exs_sysctl.tcp_congestion_control
 * Locks:  exs_cc_mutex for writers, RCU for readers
 * Spec:   tcp_congestion_control of Linux's ip-sysctl
 * Tests:  kunit/tcp/tcp_cc_kunit.c
 */
#include <linux/capability.h>
#include <linux/kmod.h>
#include <linux/module.h>
#include <linux/rculist.h>

#include "tcp/tcp_priv.h"

static LIST_HEAD(exs_cc_list);
static DEFINE_MUTEX(exs_cc_mutex);

/* RCU or the mutex held. */
static struct exs_cc_ops *exs_cc_find(const char *name)
{
	struct exs_cc_ops *ops;

	list_for_each_entry_rcu(ops, &exs_cc_list, list,
				lockdep_is_held(&exs_cc_mutex))
		if (!strcmp(ops->name, name))
			return ops;
	return NULL;
}

/**
 * exs_cc_get - find a congestion control, and pin its module
 * @name: of the algorithm
 *
 * Context: any.
 * Return: it, or NULL.
 */
struct exs_cc_ops *exs_cc_get(const char *name)
{
	struct exs_cc_ops *ops;

	rcu_read_lock();
	ops = exs_cc_find(name);
	if (ops && !exs_cc_pin(ops))
		ops = NULL;
	rcu_read_unlock();
	return ops;
}

/**
 * exs_cc_get_load - as exs_cc_get(), and load the module when need be
 * @name: of the algorithm
 *
 * Its module is expstack_NAME. Only the administrator makes the kernel load.
 *
 * Context: process, may sleep.
 * Return: it, or NULL.
 */
struct exs_cc_ops *exs_cc_get_load(const char *name)
{
	struct exs_cc_ops *ops = exs_cc_get(name);

	if (ops || !capable(CAP_NET_ADMIN))
		return ops;
	request_module("expstack_%s", name);
	return exs_cc_get(name);
}

/**
 * exs_cc_name_needs_ecn - can a congestion control do nothing without ECN?
 * @name: of the algorithm
 *
 * Context: RCU held.
 * Return: true when it is there and says so.
 */
bool exs_cc_name_needs_ecn(const char *name)
{
	const struct exs_cc_ops *ops = exs_cc_find(name);

	return ops && READ_ONCE(ops->flags) & EXS_CC_NEEDS_ECN;
}

/**
 * exs_cc_available - is there a congestion control of this name?
 * @name: of the algorithm; its module is loaded when need be
 *
 * Context: process, may sleep.
 * Return: true when there is.
 */
bool exs_cc_available(const char *name)
{
	struct exs_cc_ops *ops = exs_cc_get_load(name);

	if (!ops)
		return false;
	exs_cc_unpin(ops);
	return true;
}

/**
 * exs_cc_register - a congestion control becomes available
 * @ops: stays valid until exs_cc_unregister()
 *
 * Context: process, may sleep.
 * Return: 0; -EINVAL: a required operation is missing; -EEXIST: name taken.
 */
int exs_cc_register(struct exs_cc_ops *ops)
{
	int err = 0;

	if (!ops->name || !ops->ssthresh || !ops->undo_cwnd ||
	    !(ops->cong_avoid || ops->cong_control) ||
	    strlen(ops->name) >= EXS_CC_NAME_MAX)
		return -EINVAL;
	mutex_lock(&exs_cc_mutex);
	if (exs_cc_find(ops->name))
		err = -EEXIST;
	else
		list_add_tail_rcu(&ops->list, &exs_cc_list);
	mutex_unlock(&exs_cc_mutex);
	return err;
}
EXPORT_SYMBOL_GPL(exs_cc_register);

/**
 * exs_cc_unregister - a congestion control goes
 * @ops: no socket uses it: each holds a reference to its module
 *
 * Context: process, sleeps for an RCU grace period.
 */
void exs_cc_unregister(struct exs_cc_ops *ops)
{
	mutex_lock(&exs_cc_mutex);
	list_del_rcu(&ops->list);
	mutex_unlock(&exs_cc_mutex);
	synchronize_rcu();
}
EXPORT_SYMBOL_GPL(exs_cc_unregister);

/**
 * exs_cc_set_default - the default of a namespace
 * @en: namespace
 * @name: of the algorithm
 *
 * The first namespace's administrator opens it to every user by that; another's
 * can't choose a restricted one.
 *
 * Context: process, may load a module.
 * Return: 0, -ENOENT, -EPERM.
 */
int exs_cc_set_default(struct exs_net *en, const char *name)
{
	struct exs_cc_ops *ops = exs_cc_get_load(name);
	struct exs_cc_ops *old;

	if (!ops)
		return -ENOENT;
	mutex_lock(&exs_cc_mutex);
	if (!net_eq(en->net, &init_net) &&
	    !(ops->flags & EXS_CC_NON_RESTRICTED)) {
		mutex_unlock(&exs_cc_mutex);
		exs_cc_unpin(ops);
		return -EPERM;
	}
	WRITE_ONCE(ops->flags, ops->flags | EXS_CC_NON_RESTRICTED);
	old = rcu_replace_pointer(en->sysctl.tcp_congestion_control, ops,
				  lockdep_is_held(&exs_cc_mutex));
	mutex_unlock(&exs_cc_mutex);
	exs_cc_unpin(old);
	return 0;
}

/**
 * exs_cc_get_default - the default of a namespace
 * @en: namespace
 * @name: EXS_CC_NAME_MAX bytes, filled
 *
 * Context: any.
 */
void exs_cc_get_default(struct exs_net *en, char *name)
{
	rcu_read_lock();
	strscpy(name, rcu_dereference(en->sysctl.tcp_congestion_control)->name,
		EXS_CC_NAME_MAX);
	rcu_read_unlock();
}

/**
 * exs_cc_net_init - a new namespace begins with the first one's default
 * @en: namespace
 *
 * Context: process.
 */
void exs_cc_net_init(struct exs_net *en)
{
	struct exs_cc_ops *ops = &exs_cc_cubic;

	rcu_read_lock();
	if (!net_eq(en->net, &init_net))
		ops = rcu_dereference(exs_net(&init_net)->sysctl.tcp_congestion_control);
	if (!exs_cc_pin(ops))
		ops = &exs_cc_reno;
	rcu_assign_pointer(en->sysctl.tcp_congestion_control, ops);
	rcu_read_unlock();
}

/**
 * exs_cc_net_exit - a namespace ends
 * @en: namespace, no socket is left
 */
void exs_cc_net_exit(struct exs_net *en)
{
	exs_cc_unpin(rcu_replace_pointer(en->sysctl.tcp_congestion_control,
					 &exs_cc_reno, true));
}

/* Names of those that have all of flags, separated by blanks. */
static void exs_cc_list_names(char *buf, size_t len, u32 flags)
{
	struct exs_cc_ops *ops;
	size_t at = 0;

	*buf = 0;
	rcu_read_lock();
	list_for_each_entry_rcu(ops, &exs_cc_list, list) {
		if ((READ_ONCE(ops->flags) & flags) != flags)
			continue;
		at += scnprintf(buf + at, len - at, "%s%s", at ? " " : "",
				ops->name);
	}
	rcu_read_unlock();
}

/**
 * exs_cc_get_available - names of all, separated by blanks
 * @buf: filled
 * @len: its size
 */
void exs_cc_get_available(char *buf, size_t len)
{
	exs_cc_list_names(buf, len, 0);
}

/**
 * exs_cc_get_allowed - names of those that every user may choose
 * @buf: filled
 * @len: its size
 */
void exs_cc_get_allowed(char *buf, size_t len)
{
	exs_cc_list_names(buf, len, EXS_CC_NON_RESTRICTED);
}

/* The next of names separated by single blanks. False: there is none. */
static bool exs_cc_next_name(const char **names, char *name)
{
	size_t len = strcspn(*names, " ");

	if (!len)
		return false;
	/* What is too long to be a name stays so. */
	snprintf(name, EXS_CC_NAME_MAX + 1, "%.*s", (int)len, *names);
	*names += len;
	*names += **names == ' ';
	return true;
}

/**
 * exs_cc_set_allowed - which ones every user may choose, in all namespaces
 * @names: separated by blanks; each is there already
 *
 * Context: process, may sleep.
 * Return: 0; -ENOENT: one of them is not there, nothing has changed.
 */
int exs_cc_set_allowed(const char *names)
{
	char name[EXS_CC_NAME_MAX + 1];
	struct exs_cc_ops *ops;
	const char *p = names;
	int err = 0;

	mutex_lock(&exs_cc_mutex);
	while (!err && exs_cc_next_name(&p, name))
		if (!exs_cc_find(name))
			err = -ENOENT;
	if (!err) {
		list_for_each_entry(ops, &exs_cc_list, list)
			WRITE_ONCE(ops->flags,
				   ops->flags & ~EXS_CC_NON_RESTRICTED);
		while (exs_cc_next_name(&names, name)) {
			ops = exs_cc_find(name);
			WRITE_ONCE(ops->flags,
				   ops->flags | EXS_CC_NON_RESTRICTED);
		}
	}
	mutex_unlock(&exs_cc_mutex);
	return err;
}

/**
 * exs_cc_layer_init - those that are always there
 *
 * Return: 0.
 */
int exs_cc_layer_init(void)
{
	int err = exs_cc_register(&exs_cc_reno);

	if (err)
		return err;
	err = exs_cc_register(&exs_cc_cubic);
	if (err)
		exs_cc_unregister(&exs_cc_reno);
	return err;
}

/**
 * exs_cc_layer_exit - no socket is left
 */
void exs_cc_layer_exit(void)
{
	exs_cc_unregister(&exs_cc_cubic);
	exs_cc_unregister(&exs_cc_reno);
}
