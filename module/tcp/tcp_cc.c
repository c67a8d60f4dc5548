// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: the registry of congestion controls.
 * Flow:   tcp_cc_sock, sysctl, a congestion control's module -> [here]
 * Owns:   exs_cc_list
 * Locks:  exs_cc_mutex for writers, RCU for readers
 * Spec:   tcp_congestion_control of Linux's ip-sysctl
 * Tests:  kunit/tcp/tcp_cc_kunit.c
 */
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
	if (ops && !try_module_get(ops->owner))
		ops = NULL;
	rcu_read_unlock();
	return ops;
}

/**
 * exs_cc_get_load - as exs_cc_get(), and load the module when need be
 * @name: of the algorithm
 *
 * Context: process, may sleep.
 * Return: it, or NULL.
 */
struct exs_cc_ops *exs_cc_get_load(const char *name)
{
	struct exs_cc_ops *ops = exs_cc_get(name);

	if (ops)
		return ops;
	request_module("expstack-cc-%s", name);
	return exs_cc_get(name);
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
 * Context: process, may load a module.
 * Return: 0, -ENOENT.
 */
int exs_cc_set_default(struct exs_net *en, const char *name)
{
	struct exs_cc_ops *ops = exs_cc_get_load(name);

	if (!ops)
		return -ENOENT;
	mutex_lock(&exs_cc_mutex);
	/* Whoever may set the default opens it to every user. */
	ops->flags |= EXS_CC_NON_RESTRICTED;
	strscpy(en->sysctl.tcp_congestion_control, ops->name,
		sizeof(en->sysctl.tcp_congestion_control));
	mutex_unlock(&exs_cc_mutex);
	module_put(ops->owner);
	return 0;
}

/**
 * exs_cc_get_default - the default of a namespace
 * @en: namespace
 * @name: EXS_CC_NAME_MAX bytes, filled
 *
 * Context: process.
 */
void exs_cc_get_default(struct exs_net *en, char *name)
{
	mutex_lock(&exs_cc_mutex);
	strscpy(name, en->sysctl.tcp_congestion_control, EXS_CC_NAME_MAX);
	mutex_unlock(&exs_cc_mutex);
}

/**
 * exs_cc_get_available - names of all, separated by blanks
 * @buf: filled
 * @len: its size
 */
void exs_cc_get_available(char *buf, size_t len)
{
	struct exs_cc_ops *ops;
	size_t at = 0;

	*buf = 0;
	rcu_read_lock();
	list_for_each_entry_rcu(ops, &exs_cc_list, list)
		at += scnprintf(buf + at, len - at, "%s%s", at ? " " : "",
				ops->name);
	rcu_read_unlock();
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
